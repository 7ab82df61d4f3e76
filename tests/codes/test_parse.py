"""The verbs of all kinds, against a second reading of the rules that uses no regular expression."""

import json
import pickle
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evnpubsvc import codes, strategies
from evnpubsvc.codes import (
    Code,
    DossierCode,
    DossierForm,
    DossierStyle,
    FieldCode,
    ProcedureCode,
    ProcedureForm,
    Reading,
    ResultCode,
    ServiceCode,
    UnitCode,
    UnitLayout,
    identify,
)
from evnpubsvc.codes._unit import known_units
from evnpubsvc.errors import DataError, InvalidCode, MisuseError
from evnpubsvc.findings import Severity, violations
from evnpubsvc.serde import from_json, to_json

_KINDS: dict[type[Code], st.SearchStrategy[Any]] = {
    DossierCode: strategies.dossier_codes(),
    ProcedureCode: st.from_type(ProcedureCode),
    ServiceCode: st.from_type(ServiceCode),
    UnitCode: strategies.unit_codes(),
    ResultCode: st.from_type(ResultCode),
    FieldCode: st.from_type(FieldCode),
}
_any_code = st.one_of(list(_KINDS.values()))
# Texts that have the letters of codes, so that a fair share is nearly a code.
_codelike = st.text("0123456789.-GHKQTVZ", max_size=30) | st.lists(
    st.sampled_from(
        [
            "000.00.",
            "38.98.",
            "H29",
            "G22",
            ".99",
            ".1",
            "-",
            "220921",
            "220230",
            "0099",
            "2.000815",
            "KQ.",
            "T",
        ]
    ),
    max_size=7,
).map("".join)


class _Unwritable:
    """An object that cannot even be shown."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


_odd: st.SearchStrategy[Any] = st.sampled_from([float("nan"), [], object])


# --- the oracle: the shapes of section 3 of the domain notes, by splitting and counting


def _digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and all(letter in "0123456789" for letter in text)


def _top(text: str) -> bool:
    return len(text) == 3 and text[0] in "ABCDEFGHIJKLMNOPQRSTUVWXY" and _digits(text[1:], 2)


def _is_unit(text: str) -> bool:
    groups = text.split(".")
    if _top(groups[0]):
        return len(groups) <= 9 and all(_digits(group, 1, 2, 3) for group in groups[1:])
    if not _top(groups[-1]):
        return False
    if len(groups) == 4:
        return _digits(groups[0], 3) and _digits(groups[1], 2) and _digits(groups[2], 2, 3)
    return len(groups) == 3 and _digits(groups[0], 2) and _digits(groups[1], 2, 3)


def _is_dossier(text: str) -> bool:
    parts = text.split("-")
    if (
        len(parts) != 3
        or not _is_unit(parts[0])
        or not _digits(parts[1], 6)
        or not _digits(parts[2], *range(4, 10))
    ):
        return False
    year, month, day = 2000 + int(parts[1][:2]), int(parts[1][2:4]), int(parts[1][4:])
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_procedure(text: str) -> bool:
    groups = text.split(".")
    if (
        not _digits(groups[0], 1)
        or groups[0] == "0"
        or len(groups) < 2
        or not _digits(groups[1], 6)
    ):
        return False
    owner = groups[2:]
    if len(owner) == 4:
        return (
            _digits(owner[0], 3)
            and _digits(owner[1], 2)
            and _digits(owner[2], 2)
            and _top(owner[3])
        )
    return not owner or (len(owner) == 1 and _top(owner[0]))


def _is_service(text: str) -> bool:
    return len(text) > 3 and text[-3] == "." and _digits(text[-2:], 2) and _is_procedure(text[:-3])


def _is_result(text: str) -> bool:
    if text[:3] != "KQ." or not _top(text[3:6]) or text[6:7] != ".":
        return False
    rest = text[7:]
    number = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    dots = rest[len(number) :][: len(rest[len(number) :]) - len(rest[len(number) :].lstrip("."))]
    letters = rest[len(number) + len(dots) :]
    capitals = all("A" <= letter <= "Z" for letter in letters)
    return _digits(number, 5, 6, 7) and len(dots) <= 3 and len(letters) <= 4 and capitals


def _is_field(text: str) -> bool:
    if not _top(text[:3]) or text[3:4] != "-":
        return False
    name = text[4:]
    letters = name.rstrip("0123456789")
    return (
        1 <= len(letters) <= 6
        and len(name) - len(letters) <= 4
        and all("A" <= a <= "Z" or a == "Đ" for a in letters)
    )


_ORACLES: dict[type[Code], Callable[[str], bool]] = {
    DossierCode: _is_dossier,
    ProcedureCode: _is_procedure,
    ServiceCode: _is_service,
    UnitCode: _is_unit,
    ResultCode: _is_result,
    FieldCode: _is_field,
}


@given(_codelike | _any_code.map(str))
@example("H48-220921-0099")
@example("38.980.H29-240229-0013")
@example("KQ.G10.000246...")
def test_the_second_reading_agrees_on_canonical_texts(text: str) -> None:
    for kind, oracle in _ORACLES.items():
        assert kind.is_valid(text) == oracle(text), kind


@given(_any_code)
def test_parse_undoes_str(code: Code) -> None:
    again = type(code).parse(str(code))
    assert again == code
    assert hash(again) == hash(code)
    assert str(again) == str(code)
    assert again.format() == str(code)
    assert [reading.code for reading in identify(str(code))] == [code]


@given(_any_code)
def test_codes_round_trip_through_json_and_pickle(code: Code) -> None:
    assert to_json(code) == f'{{"format": 1, "type": "{type(code).__name__}", "value": "{code}"}}'
    assert from_json(to_json(code), type(code)) == code
    assert pickle.loads(pickle.dumps(code)) == code


@given(strategies.near_miss_codes())
def test_no_near_miss_is_accepted(text: str) -> None:
    assert [kind for kind in _KINDS if kind.is_valid(text)] == []


@given(
    st.text()
    | _codelike
    | strategies.near_miss_codes()
    | _any_code.map(str)
    | st.binary()
    | st.integers()
    | st.none()
    | _odd
)
def test_is_valid_never_raises_and_says_what_read_says(text: Any) -> None:
    """`parse` accepts exactly the texts whose reading has a code and no violation.

    Then it returns that code.
    """
    for kind in _KINDS:
        reading = kind.read(text)
        sound = reading.code is not None and not violations(reading.findings)
        assert kind.is_valid(text) == sound
        if sound:
            assert kind.parse(text) == reading.code
            assert reading.certain == (not reading.findings)
        else:
            assert violations(reading.findings)
        if reading.code is not None:
            assert kind.parse(str(reading.code)) == reading.code
    assert identify(text)
    if not isinstance(text, str):
        assert [reading.findings[0].reason for reading in identify(text)] == ["code-not-text"]


_FULL_WIDTH = {ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)}
_WAYS = [
    lambda text: text.translate(_FULL_WIDTH),
    lambda text: text.replace("-", "–"),
    lambda text: text.replace("-", "\u2011").replace(".", "．"),
    lambda text: text.lower(),
    lambda text: f"\u00a0{text}\u3000",
    lambda text: text.replace("-", " - ").replace(".", ". "),
    "\u200b".join,
    lambda text: f"\ufeff{text}",
    lambda text: f"\u202d{text}\u202c",
    lambda text: unicodedata.normalize("NFD", text),
]


@given(_any_code, st.sampled_from(_WAYS))
def test_what_differs_only_in_form_is_read_and_reported(code: Code, way: Any) -> None:
    text = way(str(code))
    if len(text) > 80:
        return
    reading = type(code).read(text)
    assert reading.code == code == type(code).parse(text)
    reasons = [f.reason for f in reading.findings]
    assert ("code-rewritten" in reasons) == (text != str(code))
    assert all(f.severity is Severity.NOTICE for f in reading.findings)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (DossierCode, "", "code-empty"),
        (DossierCode, " \u200b\ufeff ", "code-empty"),
        (DossierCode, None, "code-not-text"),
        (DossierCode, b"H57.132-260804-0583", "code-not-text"),
        (DossierCode, 2.000815, "code-not-text"),
        (DossierCode, "9" * 10_000_000, "code-too-long"),
        (DossierCode, " " * 10_000_000, "code-too-long"),
        (DossierCode, "Н57.132-260804-0583", "code-lookalike"),  # Cyrillic
        (DossierCode, "Η57.132-260804-0583", "code-lookalike"),  # Greek
        (DossierCode, "H57.132-260804-٠٥٨٣", "code-character"),  # Arabic digits
        (DossierCode, "H57.132-260804-0583\u202e", "code-character"),
        (DossierCode, "H57.132-260804-0583 1", "code-character"),
        (DossierCode, "H57.132-260804-0583/1", "code-character"),
        (DossierCode, "H57.132", "code-other-kind"),
        (DossierCode, "H57.132-260804", "dossier-parts"),
        (DossierCode, "H57.132-2608-04-0583", "dossier-parts"),
        (DossierCode, "57.132-260804-0583", "dossier-unit"),
        (DossierCode, "Z57.132-260804-0583", "dossier-unit"),
        (DossierCode, "0.00.53.H48-220921-0099", "dossier-unit"),
        (DossierCode, "H57.132-26084-0583", "dossier-date-shape"),
        (DossierCode, "H57.132-04/08/26-0583", "code-character"),
        (DossierCode, "H57.132-220230-0583", "dossier-date-impossible"),
        (DossierCode, "H57.132-210229-0583", "dossier-date-impossible"),
        (DossierCode, "H57.132-261301-0583", "dossier-date-impossible"),
        (DossierCode, "H57.132-260800-0583", "dossier-date-impossible"),
        (DossierCode, "G09.20-20260609-0092637", "dossier-date-long"),
        (DossierCode, "G09.20-20260631-0092637", "dossier-date-shape"),
        (DossierCode, "H57.132-260804-583", "dossier-sequence"),
        (DossierCode, "H57.132-260804-0583123456", "dossier-sequence"),
        (UnitCode, "H5", "unit-top"),
        (UnitCode, "132.H5", "unit-top"),
        (UnitCode, "H44.", "unit-groups"),
        (UnitCode, "H44.1000", "unit-groups"),
        (UnitCode, "H44.1A", "unit-groups"),
        (UnitCode, "H44.1.2.3.4.5.6.7.8.9", "unit-groups"),
        (UnitCode, "00.53.0.H48", "unit-groups"),
        (UnitCode, "1.001193", "code-other-kind"),
        (ProcedureCode, "2.00815", "procedure-national"),
        (ProcedureCode, "0.000815", "procedure-national"),
        (ProcedureCode, "2000815", "procedure-national"),
        (ProcedureCode, "2.000815.000.00.H55", "procedure-owner"),
        (ProcedureCode, "2.000815.H5", "procedure-owner"),
        (ProcedureCode, "2.000815.02", "code-other-kind"),
        (ServiceCode, "2.000815.2", "service-case"),
        (ServiceCode, "2.00815.02", "service-procedure"),
        (ServiceCode, "2.000815.", "service-case"),
        (ServiceCode, "2.000815", "code-other-kind"),
        (ResultCode, "G15.000031T", "result-prefix"),
        (ResultCode, "KQ.000031T", "result-issuer"),
        (ResultCode, "KQ.G15.0031T", "result-number"),
        (ResultCode, "KQ.G15.000031T.", "result-number"),
        (FieldCode, "GD10", "field-issuer"),
        (FieldCode, "G03-10", "field-name"),
        (FieldCode, "G03-GD10000", "field-name"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(
    kind: type[Code], text: str, reason: str
) -> None:
    with pytest.raises(InvalidCode) as refused:
        kind.parse(text)
    error = refused.value
    assert error.reason == reason
    assert isinstance(error, ValueError)
    assert isinstance(error, DataError)
    assert not kind.is_valid(text)
    assert pickle.loads(pickle.dumps(error)).findings == error.findings
    for lang in ("en", "vi"):
        message = error.findings[0].message(lang)
        assert reason not in message
        assert "{" not in message + error.findings[0].hint(lang)
        assert len(message) < 400


def test_objects_that_cannot_be_shown_are_no_codes() -> None:
    for kind in _KINDS:
        assert not kind.is_valid(_Unwritable())
        assert not kind.is_valid(10**5000)
    assert identify(_Unwritable())[0].code is None


def test_a_doubtful_code_is_read_with_its_violation() -> None:
    """What `parse` refuses may still be told.

    Letters of another alphabet, and dates of eight digits.
    """
    cyrillic = DossierCode.read("Н57.132-260804-0583")
    assert str(cyrillic.code) == "H57.132-260804-0583"
    assert [(f.reason, f.severity) for f in cyrillic.findings] == [
        ("code-lookalike", Severity.VIOLATION)
    ]
    long = DossierCode.read("G09.20-20260609-0092637")
    assert long.code is not None
    assert long.code.format(DossierStyle.LONG_DATE) == "G09.20-20260609-0092637"
    assert str(long.code) == "G09.20-260609-0092637"
    assert [f.reason for f in long.findings] == ["dossier-date-long"]
    assert isinstance(long, Reading)
    both = DossierCode.read("Н57.132-20260804-0583")
    assert [f.reason for f in both.findings] == ["code-lookalike", "dossier-date-long"]
    with pytest.raises(InvalidCode) as refused:
        DossierCode.parse("Н57.132-20260804-0583")
    assert len(refused.value.findings) == 2


@given(strategies.dossier_codes())
def test_the_forms_a_dossier_code_can_have(code: DossierCode) -> None:
    if code.unit.layout is UnitLayout.TOP_LAST:
        assert code.forms == (DossierForm.CODE_2019,)
        assert code.nationwide is None
    else:
        assert code.forms[0] is DossierForm.CODE_2025
        assert (
            (DossierForm.NATIONWIDE_2026 in code.forms)
            == (len(code.sequence) >= 6)
            == (code.nationwide is not None)
        )
    reasons = {f.reason for f in code.doubts()}
    assert ("dossier-form-ambiguous" in reasons) == (len(code.forms) > 1)
    assert ("dossier-sequence-long" in reasons) == (
        code.unit.layout is UnitLayout.TOP_LAST and len(code.sequence) > 4
    )
    if code.nationwide is not None:
        ministry, number = code.nationwide
        assert ministry[1:] + number == code.sequence
    assert code.number == int(code.sequence)


@given(strategies.unit_codes())
def test_walking_up_ends_at_level_one(unit: UnitCode) -> None:
    walked = [unit]
    while walked[-1].parent is not None:
        walked.append(walked[-1].parent)
        assert unit.is_within(walked[-1])
        assert UnitCode.is_valid(str(walked[-1]))
    assert [step.level for step in walked] == sorted({step.level for step in walked}, reverse=True)
    assert walked[-1].level == 1
    assert {step.top for step in walked} == {unit.top}
    assert {step.layout for step in walked} == {unit.layout}


def test_units_of_two_layouts_do_not_mix() -> None:
    old, new = UnitCode("000.00.10.H47"), UnitCode("H47.10")
    assert not old.is_within(new)
    assert not old.is_within(UnitCode("H47"))
    with pytest.raises(InvalidCode) as refused:
        old.format(UnitLayout.TOP_FIRST)
    assert refused.value.reason == "unit-relayout"
    assert old.format(UnitLayout.TOP_LAST) == "000.00.10.H47"
    assert UnitCode("000.00.00.G17").format(UnitLayout.TOP_FIRST) == "G17"
    assert UnitCode("G17").format(UnitLayout.TOP_LAST) == "000.00.00.G17"
    assert UnitCode("001.00.10.H47").level == 4
    assert UnitCode("H44.0").level == 2


@given(st.lists(strategies.unit_codes(), max_size=6))
def test_units_sort_by_numbers_and_stay_apart_by_text(units: list[UnitCode]) -> None:
    ordered = sorted(units)
    for left, right in pairwise(ordered):
        assert left <= right
        assert right >= left
        assert (left < right) == (right > left) == (left != right)


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_codes_of_two_kinds_have_no_order(kind: type[Code]) -> None:
    @given(_KINDS[kind], _any_code)
    def check(one: Code, other: Code) -> None:
        if type(one) is type(other):
            assert (one < other) + (other < one) + (one == other) == 1
            assert (one <= other) == (not one > other)
            assert (one >= other) == (not one < other)
        else:
            assert one != other
            with pytest.raises(TypeError):
                assert one < other
            with pytest.raises(TypeError):
                assert one <= other
            with pytest.raises(TypeError):
                assert one > other
            with pytest.raises(TypeError):
                assert one >= other

    check()


def test_codes_are_matched_by_parts() -> None:
    match DossierCode.parse("H44.100-260804-0583"):
        case DossierCode(UnitCode(top="H44"), day, "0583"):
            assert day == date(2026, 8, 4)
        case _:
            pytest.fail("not matched")


@given(st.from_type(ProcedureCode))
def test_forms_of_procedure_codes(code: ProcedureCode) -> None:
    assert code.format(ProcedureForm.NATIONAL) == code.national
    assert ProcedureCode.parse(code.format(ProcedureForm.NATIONAL)).form is ProcedureForm.NATIONAL
    if code.unit is None:
        assert code.issuer is None
        with pytest.raises(InvalidCode) as refused:
            code.format(ProcedureForm.LONG)
        assert refused.value.reason == "procedure-without-owner"
        return
    assert code.issuer == code.unit.top
    long = ProcedureCode.parse(code.format(ProcedureForm.LONG))
    assert (long.form, long.issuer) == (ProcedureForm.LONG, code.issuer)
    assert long.same_procedure(code)
    if code.unit.level == 1:
        short = ProcedureCode.parse(code.format(ProcedureForm.SHORT))
        assert short.same_procedure(code)
        assert code.same_procedure(short)
    else:
        with pytest.raises(InvalidCode) as refused:
            code.format(ProcedureForm.SHORT)
        assert refused.value.reason == "procedure-owner-below"
    assert not ProcedureCode(code.national).same_procedure(code)


def test_classes_of_procedures_that_were_never_seen_are_reported_not_refused() -> None:
    """R11: 1 to 3, 5 and 6 are known."""
    for digit in "123456789":
        reading = ProcedureCode.read(f"{digit}.000001")
        assert reading.code is not None
        assert [f.reason for f in reading.findings] == (
            [] if digit in "12356" else ["procedure-class-unknown"]
        )
    assert [f.reason for f in ServiceCode.read("4.000001.02").findings] == [
        "procedure-class-unknown"
    ]


def test_fields_sort_by_number() -> None:
    assert sorted(map(FieldCode.parse, ["G03-GD10", "G03-GD9", "G03-GD"])) == [
        FieldCode("G03", "GD"),
        FieldCode("G03", "GD9"),
        FieldCode("G03", "GD10"),
    ]
    assert FieldCode.parse("G13-ÐÐ01") == FieldCode("G13", "ĐĐ01")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: UnitCode("h44"), "code-rewritten"),
        (lambda: UnitCode("H4"), "unit-top"),
        (lambda: UnitCode(44), "code-not-text"),  # type: ignore[arg-type]
        (lambda: DossierCode(UnitCode("H44"), date(1999, 12, 31), "0001"), "dossier-date-range"),
        (lambda: DossierCode(UnitCode("H44"), date(2100, 1, 1), "0001"), "dossier-date-range"),
        (lambda: DossierCode(UnitCode("H44"), datetime(2026, 1, 1), "0001"), "dossier-date-range"),
        (lambda: DossierCode(UnitCode("H44"), date(2026, 1, 1), "001"), "dossier-sequence"),
        (lambda: DossierCode(UnitCode("H44"), date(2026, 1, 1), 1), "dossier-sequence"),  # type: ignore[arg-type]
        (lambda: DossierCode("H44", date(2026, 1, 1), "0001"), "wrong-type"),  # type: ignore[arg-type]
        (lambda: ProcedureCode("2.00815"), "procedure-national"),
        (lambda: ProcedureCode("2.000815", UnitCode("H44.1")), "procedure-owner"),
        (lambda: ProcedureCode("2.000815", "H44"), "procedure-owner"),  # type: ignore[arg-type]
        (lambda: ServiceCode(ProcedureCode("2.000815"), "2"), "service-case"),
        (lambda: ResultCode("G1", "000031"), "result-issuer"),
        (lambda: ResultCode("G15", "31"), "result-number"),
        (lambda: ResultCode("G15", "000031", "t"), "result-number"),
        (lambda: FieldCode("G3", "GD"), "field-issuer"),
        (lambda: FieldCode("G03", "1"), "field-name"),
    ],
)
def test_a_code_that_could_not_be_read_back_cannot_be_made(make: Any, reason: str) -> None:
    with pytest.raises((InvalidCode, MisuseError)) as refused:
        make()
    assert isinstance(refused.value, (InvalidCode, MisuseError))
    assert refused.value.reason == reason


def test_every_kind_is_exported_and_named_in_both_languages() -> None:
    assert len({kind.kind for kind in _KINDS}) == len(_KINDS)
    for kind in _KINDS:
        assert kind.__name__ in codes.__all__
        assert kind.title.vi.startswith("mã")
        assert st.from_type(kind) is not None


def test_more_units_than_are_remembered() -> None:
    """Codes share the units they name, up to a bound; beyond it nothing but the sharing ends."""
    texts = [f"H{top}.{below}.7-260804-0583" for top in range(10, 20) for below in range(1000)]
    assert [str(DossierCode.parse(text)) for text in texts] == texts
    assert len(known_units) <= 4096
    first, again = (DossierCode.parse("H10.0.7-260804-0583") for _ in range(2))
    assert first == again


@given(strategies.readings(strategies.unit_codes()))
def test_readings_round_trip_through_json(reading: Reading[UnitCode]) -> None:
    assert from_json(to_json(reading), Reading[UnitCode]) == reading


@given(st.from_type(Reading))
def test_readings_of_all_kinds_are_drawn(reading: Reading[Code]) -> None:
    assert reading.code is not None or violations(reading.findings)


@pytest.mark.parametrize("value", ["44.100", 44.1, None, ["H44"]])
def test_what_is_no_code_in_a_document_is_a_finding_with_its_path(value: object) -> None:
    text = to_json(UnitCode("H44.100")).replace('"H44.100"', json.dumps(value))
    with pytest.raises(DataError) as wrong:
        from_json(text, UnitCode)
    reason = "unit-top" if isinstance(value, str) else "value-of-wrong-type"
    assert [(f.path, f.reason) for f in wrong.value.findings] == [("$.value", reason)]
