"""Findings keep the types of their values and are written when somebody reads them."""

import json
import pickle
from collections.abc import Iterator
from datetime import date
from enum import Enum
from fractions import Fraction

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.campaigns import DriveForm
from evnpubsvc.dossiers import EventKind
from evnpubsvc.findings import Cell, Excerpt, Finding, describe_findings, finding
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies._foundation import cells, findings
from evnpubsvc.texts import LANGUAGES, Language, Text


def test_values_keep_their_types_and_each_language_writes_them() -> None:
    found = finding("last-before-first", first=date(2025, 7, 1), last=date(2025, 6, 30))
    assert dict(found.parts) == {"first": date(2025, 7, 1), "last": date(2025, 6, 30)}
    assert found.message() == "the last day (2025-06-30) is before the first (2025-07-01)"
    assert found.message("vi") == "ngày cuối (30/6/2025) trước ngày đầu (01/7/2025)"


def test_a_finding_inside_another_speaks_its_language() -> None:
    inner = finding("count-negative", "", -7049)
    outer = finding("file-unreadable", "line 10, column ngay_nhan", "x.csv", why=inner)
    assert "7.049" in outer.message("vi")
    assert "7,049" in outer.message("en")
    assert outer.line("vi").startswith("dòng 10, cột ngay_nhan: ")
    assert outer.line("en").startswith("line 10, column ngay_nhan: ")


@pytest.mark.parametrize(
    ("path", "vi"),
    [
        ("line 10, column ngay_nhan", "dòng 10, cột ngay_nhan"),
        ("line 2, byte 7", "dòng 2, byte 7"),
        ("column line 3", "cột line 3"),
        ("$.groups[0].line", "$.groups[0].line"),
        ("lines", "lines"),
        ("total", "dòng tổng cộng"),
        ("", ""),
    ],
)
def test_paths_in_tables_are_words_and_names_stay(path: str, vi: str) -> None:
    assert (Finding("x", path).place("en"), Finding("x", path).place("vi")) == (path, vi)


def test_none_is_a_value_and_nothing_given_is_not() -> None:
    assert finding("count-negative", "", None).message() == "a count cannot be negative, got None"
    assert finding("count-negative").value is None
    assert "{" not in finding("count-negative").message()


def test_accepted_values_are_never_cut_and_the_nearest_is_named() -> None:
    known = tuple(f"event-kind-number-{number}" for number in range(40))
    found = finding("rule-unknown", "", "event-kind-numbre-7", known=known)
    assert all(name in found.hint() for name in known)
    assert found.hint().endswith("nearest: 'event-kind-number-7'")
    assert found.hint("vi").endswith("gần nhất: 'event-kind-number-7'")
    many = finding("rule-unknown", "", "u-9999", known=tuple(f"u{n}" for n in range(10_000)))
    assert many.hint("vi").endswith("'u59' và 9.940 mục khác; gần nhất: 'u9999'")


def test_long_texts_are_cut_between_words() -> None:
    found = finding("x", value="đăng ký khai sinh " * 20)
    assert isinstance(found.value, Excerpt)
    assert found.value.written("vi").split("…")[0].split()[-1] in {"đăng", "ký", "khai", "sinh"}


def test_cells_are_described_unless_they_are_days_or_their_content_is_asked_for() -> None:
    secret = "Nguyễn Văn A 079123456789"
    found = finding("our-rule", "line 3", Cell.of(secret), day=Cell.of("31/02/2022"))
    for text in (str(found), found.line("vi"), repr(found), to_json(found)):
        assert "Nguyễn" not in text
        assert "079" not in text
        assert "31/02/2022" in text
    assert secret in found.with_content().message()
    assert Cell.of("0791234567").written("en") == "'0791234567'"
    assert "0791" not in Cell.of("079123456789").written("en")


@given(st.text(max_size=30))
def test_what_a_cell_shows_is_at_most_ten_digits_and_date_marks(text: str) -> None:
    shown = Cell.of(text).shown
    assert len(shown) <= 10
    assert set(shown) <= set("0123456789/-.: ")


@given(cells())
def test_a_cell_never_takes_its_content_into_json(cell: Cell) -> None:
    assert set(json.loads(to_json(cell))["value"]) == {"shown", "length", "kinds"}


class _Mine(Enum):
    ONE = 1


@frozen
class _Thing:
    name: str

    def written(self, lang: Language) -> str:
        return f"{self.name} ({lang})"


class _Changing(list[int]):
    def written(self, lang: Language) -> str:
        return f"{len(self)} {lang}"


def test_values_of_an_application_are_kept_or_written_at_once() -> None:
    found = finding("ours", thing=_Thing("t"), kind=_Mine.ONE, rest=(x for x in "ab"), n=[1, [2]])
    parts = dict(found.parts)
    assert parts["thing"] == _Thing("t")
    assert parts["n"] == (1, (2,))
    assert "t (vi)" in found.message("vi")
    # JSON keeps what it cannot name as a text in both languages.
    again = from_json(to_json(found), Finding)
    assert dict(again.parts)["thing"] == Text(vi="t (vi)", en="t (en)")
    assert dict(again.parts)["kind"] == Text(vi="1", en="1")
    assert dict(finding("ours", x=_Changing([1, 2])).parts)["x"] in {
        (1, 2),
        Text(vi="2 vi", en="2 en"),
    }


def test_json_names_the_types() -> None:
    found = finding(
        "ours", "", date(2025, 7, 1), kind=EventKind.RECEIVED, share=Fraction(1, 3), n=7049
    )
    assert json.loads(to_json(found))["value"] == {
        "reason": "ours",
        "path": "",
        "value": {"type": "date", "value": "2025-07-01"},
        "parts": {
            "n": 7049,
            "share": {"type": "number", "value": "1/3"},
            "kind": {"type": "dossiers.EventKind", "value": "received"},
        },
        "severity": "violation",
    }
    assert from_json(to_json(found), Finding) == found


def _documents() -> Iterator[object]:
    yield {"type": "os.system", "value": "x"}
    yield {"type": "cli.main", "value": {}}
    yield {"type": "law.regimes", "value": {}}
    yield {"type": "law._citation", "value": {}}
    yield {"type": 3, "value": 3}
    yield {"type": "date", "value": "x"}
    yield {"type": "decimal", "value": "NaN"}
    yield {"other": 1}
    yield 1.5
    nested: object = 1
    for _ in range(100):
        nested = [nested]
    yield nested


@pytest.mark.parametrize("value", list(_documents()))
def test_a_document_names_public_values_of_this_library_only(value: object) -> None:
    document = {"format": 1, "type": "Finding", "value": {"reason": "x", "parts": {"p": value}}}
    from evnpubsvc.errors import DataError

    with pytest.raises(DataError):
        from_json(json.dumps(document), Finding)


@given(findings())
def test_findings_are_hashable_comparable_and_pickled(found: Finding) -> None:
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert hash(again) == hash(found)
    for lang in LANGUAGES:
        assert found.line(lang)


@given(
    st.from_type(type(None))
    | st.floats()
    | st.complex_numbers()
    | st.binary()
    | st.sets(st.integers())
)
def test_any_value_can_be_put_in(value: object) -> None:
    found = finding("count-negative", "", value, other=value)
    assert hash(found) == hash(pickle.loads(pickle.dumps(found)))
    assert found.line("vi")


def test_values_of_a_drive_keep_their_type_in_json() -> None:
    # `campaigns` is a room of its own: a finding that carries one of its enums comes back as it
    # was.
    found = finding("form-of-older-law", ".form", DriveForm.WAVE)
    assert from_json(to_json(found), Finding) == found


@given(findings())
def test_findings_are_described_in_both_languages_without_their_content(found: Finding) -> None:
    (described,) = describe_findings([found])
    assert json.loads(json.dumps(described)) == described
    assert described["message"] == {"en": found.message(), "vi": found.message("vi")}
    assert described["hint"] == {"en": found.hint(), "vi": found.hint("vi")}
    assert set(described) == {"reason", "severity", "path", "message", "hint"}


def test_what_a_cell_holds_is_not_described() -> None:
    name = "Trần Thị Bình"
    found = finding("not-a-date", "row 7, column received", Cell.of(name))
    assert name not in str(describe_findings([found]))
    assert describe_findings([]) == []


@pytest.mark.parametrize("said", ["", "\n", " \n\t"])
def test_an_error_that_says_nothing_is_called_by_its_type(said: str) -> None:
    found = finding("workbook-broken", "x", EOFError(said))
    assert "EOFError" in found.message("en")
    assert "không theo đúng định dạng" in found.message("vi")
