"""JSON: strict, exact, every error at once with its path."""

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from attrs import frozen
from cattrs import Converter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc._records import RateBook
from evnpubsvc.emulation import Group, UnitFigures
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown
from evnpubsvc.schema import record_types
from evnpubsvc.serde import configure_converter, from_json, make_converter, to_json
from evnpubsvc.serde._converter import shared_converter
from evnpubsvc.statistics import RateTable, RegisterRow
from tests.deep import cases
from tests.schema.mutations import drawn


def _document(value: Any, kind: str = "Ratio") -> str:
    return json.dumps({"format": 1, "type": kind, "value": value})


def test_every_error_of_a_document_has_its_path() -> None:
    document = _document(
        {
            "numerator": {"value": "3", "unit": "dosiers"},
            "denominator": {"unit": "dossiers", "x": 1},
            "above_one": 1,
        }
    )
    with pytest.raises(DataError) as caught:
        from_json(document, Ratio)
    assert sorted((f.path, f.reason) for f in caught.value.findings) == [
        ("$.value.above_one", "value-of-wrong-type"),
        ("$.value.denominator.value", "key-missing"),
        ("$.value.denominator.x", "key-unknown"),
        ("$.value.numerator.unit", "value-of-wrong-type"),
        ("$.value.numerator.value", "value-of-wrong-type"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not-json"), ("{", "not-json"), ("[" * 100_000, "document-too-deep"),
        ("[]", "format-missing"),
        ('{"format": 2}', "format-unknown"), ('{"format": 1, "type": "Count"}', "type-other"),
        (_document(None), "value-of-wrong-type"), (_document([1]), "value-of-wrong-type"),
    ],
)  # fmt: skip
def test_what_is_no_document_of_ours_is_one_finding(text: str, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        from_json(text, Ratio)
    assert caught.value.findings[0].reason == reason


@pytest.mark.parametrize("wrong", [1.0, True, "1", None, [1]])
def test_nothing_is_coerced_to_an_integer(wrong: Any) -> None:
    with pytest.raises(DataError):
        from_json(_document({"value": wrong, "unit": "dossiers"}, "Count"), Count)


@pytest.mark.parametrize(
    "wrong",
    [
        0.1,
        True,
        "1e3",
        "nan",
        "1_0",
        "1/0",
        "",
        "9" * 200,
        {"unknown": 3},
        {"x": 1},
        {"count": 1.5, "unit": "dossiers"},
    ],
)
def test_numbers_are_exact_or_refused(wrong: Any) -> None:
    value = {
        "unit": "U",
        "figures": [["n", wrong]],
        "name": "",
        "attributes": [],
        "published": None,
    }
    with pytest.raises(DataError):
        from_json(_document(value, "UnitFigures"), UnitFigures)


def test_figures_of_each_kind() -> None:
    given_figures: dict[str, Any] = {"a": Count(3, CountUnit.DOSSIERS), "b": Fraction(1, 3), "d": 7}
    figures = UnitFigures("U", {**given_figures, "c": Unknown("figure-blank", "c")})
    value = json.loads(to_json(figures))["value"]
    assert value["figures"] == [
        ["a", {"count": 3, "unit": "dossiers"}], ["b", "1/3"],
        ["c", {"unknown": "figure-blank", "about": "c"}], ["d", "7"],
    ]  # fmt: skip
    assert from_json(to_json(figures), UnitFigures) == figures


def test_misuse_inside_a_document_is_a_finding_there() -> None:
    whole = {"value": 1, "unit": "dossiers"}
    with pytest.raises(DataError) as caught:
        from_json(
            _document({"numerator": {"value": 2, "unit": "dossiers"}, "denominator": whole}), Ratio
        )
    assert [(f.path, f.reason) for f in caught.value.findings] == [
        ("$.value", "numerator-above-denominator")
    ]


def test_dates_and_instants_are_told_apart() -> None:
    row = RegisterRow(
        date(2022, 12, 1), datetime.fromisoformat("2022-12-05T09:00:00+07:00"), None, {"c": None}
    )
    assert from_json(to_json(row), RegisterRow) == row
    assert "2022-12-05T09:00:00+07:00" in to_json(row)


def test_a_converter_of_ones_own_learns_the_types_and_the_global_one_does_not() -> None:
    @frozen
    class Mine:
        count: Count
        day: date

    converter = configure_converter(Converter())
    mine = Mine(Count(1, CountUnit.SHEETS), date(2022, 12, 15))
    assert converter.structure(converter.unstructure(mine), Mine) == mine
    import cattrs

    with pytest.raises(Exception):  # noqa: B017, PT011
        cattrs.structure("2022-12-15", date)
    assert make_converter() is not make_converter()


def test_texts_stay_vietnamese() -> None:
    assert "Đắk Lắk" in to_json(Citation("Đắk Lắk"), indent=1)


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_is_refused_with_findings(text: str | bytes) -> None:
    with pytest.raises(DataError):
        from_json(text, Count)


@pytest.mark.parametrize("wrong", ["2022-02-30", 3, "x", "2022-12-05T25:00"])
def test_dates_are_iso_or_refused(wrong: Any) -> None:
    value = {"received": wrong, "due": None, "finished": None, "dimensions": []}
    with pytest.raises(DataError):
        from_json(_document(value, "RegisterRow"), RegisterRow)


def test_pairs_have_two_members_each_of_its_type() -> None:
    for wrong in ([["a"]], [["a", 3]], [[3, "b"]], "ab", [["a", "b", "c"]]):
        value = {"unit": "U", "figures": [], "name": "", "attributes": wrong, "published": None}
        with pytest.raises(DataError) as caught:
            from_json(_document(value, "UnitFigures"), UnitFigures)
        assert all(f.path.startswith("$.value.attributes") for f in caught.value.findings)


def test_a_criterion_is_a_table_of_a_known_kind() -> None:
    for wrong in (3, {"kind": 3}, {}):
        with pytest.raises(DataError) as caught:
            from_json(
                _document(
                    {
                        "key": "g",
                        "title": {"vi": "g", "en": "g"},
                        "maximum": "1",
                        "criteria": [wrong],
                    },
                    "Group",
                ),
                Group,
            )
        assert caught.value.findings[0].path.startswith("$.value.criteria[0]")


def test_a_document_nested_without_end_is_one_finding() -> None:
    nested: Any = 3
    for _ in range(700):
        nested = [nested]
    with pytest.raises(DataError):
        from_json(
            _document(
                {"unit": "U", "figures": nested, "name": "", "attributes": [], "published": None},
                "UnitFigures",
            ),
            UnitFigures,
        )


def test_a_citation_names_something() -> None:
    with pytest.raises(MisuseError, match="text-empty"):
        Citation("  ")


def test_a_type_without_a_hook_is_misuse_and_no_fault_of_the_document() -> None:
    from types import SimpleNamespace

    with pytest.raises(MisuseError, match="record-needed"):
        from_json(_document({}, "SimpleNamespace"), SimpleNamespace)


@pytest.mark.parametrize("name", ["Term", "Scheme", "Standings", "Campaign", "Tally"])
@given(data=st.data())
@settings(max_examples=cases(2, 50), suppress_health_check=[HealthCheck.too_slow])
def test_what_is_learnt_when_it_is_met_is_what_is_known_from_the_start(
    name: str, data: st.DataObject
) -> None:
    """A converter that meets a room late writes and reads as one that knows it at once."""
    kind = record_types()[name]
    value = drawn(data, kind)
    late, early = shared_converter.__wrapped__(), make_converter()
    written = early.unstructure(value, kind)
    assert late.unstructure(value, kind) == written
    reading = shared_converter.__wrapped__()
    assert reading.structure(written, kind) == early.structure(written, kind) == value


def test_rates_of_a_scheme_are_read_by_a_converter_that_met_no_scheme() -> None:
    """`RateBook` is no type of `emulation`, and is encoded with it."""
    late, early = shared_converter.__wrapped__(), make_converter()
    rates = RateTable()
    assert late.unstructure(rates, RateBook) == early.unstructure(rates, RateBook)
