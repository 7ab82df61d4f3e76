"""Ranking: inside a stratum, on published scores, with ties that stay ties."""

import json
import pickle
import unicodedata
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Awards,
    ExcludedRule,
    Place,
    ScoreSheet,
    Standings,
    Term,
    TieRule,
    award,
    grade_all,
    rank,
    score,
)
from evnpubsvc.emulation._written_standings import WrittenPlace, WrittenSheet
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown, ZeroPolicy
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import schemes, standings, unit_figures
from tests.deep import cases
from tests.emulation.samples import ratio, scheme, scored, spec, text

_slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=cases(20, 500),
)


def _sheets(**points: int | None) -> list[ScoreSheet]:
    """Sheets with so many tenths of 10 points; None for an unknown."""
    figures = {unit: {"d": 100} if n is None else {"n": n, "d": 100} for unit, n in points.items()}
    return [scored(scheme(), given, unit) for unit, given in figures.items()]


def _ranks(table: Standings) -> dict[str, int | None]:
    return {place.sheet.unit: place.rank for place in table}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (TieRule.COMPETITION, {"A": 1, "B": 1, "C": 3, "D": 4}),
        (TieRule.MODIFIED, {"A": 2, "B": 2, "C": 3, "D": 4}),
        (TieRule.DENSE, {"A": 1, "B": 1, "C": 2, "D": 3}),
    ],
)
def test_tie_rules(ties: TieRule, expected: dict[str, int]) -> None:
    assert _ranks(rank(_sheets(A=90, B=90, C=50, D=10), ties=ties)) == expected


def test_scores_are_compared_after_the_rounding_of_the_scheme() -> None:
    # 2/3 and 66,667/100,000 of ten points both publish as 6.67: a tie, whatever the digits behind.
    sheets = [
        scored(scheme(), {"n": 2, "d": 3}, "A"),
        scored(scheme(), {"n": 66_667, "d": 100_000}, "B"),
    ]
    assert _ranks(rank(sheets)) == {"A": 1, "B": 1}
    assert [place.shared for place in rank(sheets)] == [2, 2]


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    # The usual float trap: 0.1 + 0.2 against 0.3.
    under = scheme(ratio("a", maximum=Fraction(1)), ratio("b", maximum=Fraction(2)))
    a = scored(under, {"n": 1, "d": 10}, "A")
    assert a.total == Fraction(3, 10)


def test_standings_carry_the_scheme_once() -> None:
    under = scheme()
    table = rank(scored(under, {"n": n, "d": 100}, unit) for unit, n in (("A", 90), ("B", 80)))
    written = to_json(table)
    whole = json.loads(written)["value"]
    assert "scheme" in whole
    assert not any("scheme" in place["sheet"] for place in whole["places"])
    # A sheet is written as it is alone, but for the scheme.
    alone = json.loads(to_json(table["A"].sheet))["value"]
    assert alone.pop("scheme") == whole["scheme"]
    assert whole["places"][0]["sheet"] == alone
    assert [each.name for each in fields(WrittenSheet)] == [
        each.name for each in fields(ScoreSheet) if each.name != "scheme"
    ]
    assert [each.name for each in fields(WrittenPlace)] == [each.name for each in fields(Place)]

    # What was read shares one scheme, in memory and pickled.
    for again in (from_json(written, Standings), pickle.loads(pickle.dumps(table))):
        assert again == table
        assert all(place.sheet.scheme is again.scheme for place in again)


def test_sheets_of_another_scheme_are_none_of_the_standings() -> None:
    table = rank(_sheets(A=90))
    with pytest.raises(MisuseError, match="different schemes"):
        evolve(table, scheme=evolve(scheme(), key="other"))
    with pytest.raises(MisuseError, match="which scheme"):
        evolve(table, scheme=None)
    document = json.loads(to_json(table))
    document["value"]["scheme"] = None
    with pytest.raises(DataError):
        from_json(json.dumps(document), Standings)


def test_units_are_ranked_inside_their_stratum_only() -> None:
    sheets = [
        scored(scheme(), {"n": n, "d": 10}, unit, attributes={"level": level})
        for unit, n, level in [
            ("A", 9, "commune"),
            ("B", 8, "department"),
            ("C", 7, "commune"),
            ("D", 9, ""),
        ]
    ]
    table = rank(sheets, within="level")
    assert _ranks(table) == {"A": 1, "B": 1, "C": 2, "D": None}
    assert table["D"].reason == Unknown("stratum-absent", "level")
    assert table.strata == ("", "commune", "department")
    assert [place.sheet.unit for place in table.stratum("commune")] == ["A", "C"]


def test_units_without_a_score_are_kept_with_the_reason() -> None:
    table = rank(_sheets(A=10, B=None))
    assert table["B"].rank is None
    assert table["B"].reason == Unknown("figure-absent", "n")
    assert [place.sheet.unit for place in table] == ["A", "B"]


def test_a_total_out_of_less_is_shown_but_not_ranked() -> None:
    under = scheme(
        ratio("a"),
        ratio(
            "b",
            zero=ZeroPolicy.EXCLUDED,
            denominator=ratio().numerator,
            numerator=ratio().numerator,
        ),
    )
    table = rank([scored(under, {"n": 5, "d": 10}, "A"), scored(under, {"n": 0, "d": 10}, "B")])
    assert table["B"].reason == Unknown("reduced-maximum")
    assert table["A"].rank == 1


def test_a_declared_chain_breaks_ties_and_then_stops() -> None:
    under = scheme(
        ratio("a"),
        ratio("b", numerator=ratio().denominator.__class__(("m",))),
        figures=(
            *scheme().figures,
            scheme().figures[0].__class__(key="m", title=text("m"), unit=scheme().figures[0].unit),
        ),
    )
    sheets = [
        scored(under, {"n": n, "m": m, "d": 10}, unit)
        for unit, n, m in [("A", 4, 6), ("B", 6, 4), ("C", 6, 4)]
    ]
    assert _ranks(rank(sheets)) == {"A": 1, "B": 1, "C": 1}
    assert _ranks(rank(sheets, tie_break=["a"])) == {"A": 3, "B": 1, "C": 1}
    assert _ranks(rank(sheets, tie_break=["b"])) == {"A": 1, "B": 2, "C": 2}
    assert _ranks(rank(sheets, tie_break=["g"])) == {"A": 1, "B": 1, "C": 1}
    with pytest.raises(UnknownNameError, match="criterion-unknown"):
        rank(sheets, tie_break=["name"])


def test_an_empty_month_has_empty_standings() -> None:
    nothing = rank([])
    assert (len(nothing), nothing.strata, nothing.scheme) == (0, (), None)
    assert "A" not in nothing
    assert award(nothing) == Awards(given=(), ties=())
    assert grade_all(nothing).units == ()
    assert from_json(to_json(nothing), Standings) == nothing


def test_misuse_is_named() -> None:
    with pytest.raises(DataError) as caught:
        rank([*_sheets(A=1, B=2), *_sheets(A=3, B=4)])
    assert [(f.reason, f.value) for f in caught.value.findings] == [
        ("unit-twice", "A"),
        ("unit-twice", "B"),
    ]
    other = scored(scheme(key="other"), {"n": 1, "d": 2}, "Z")
    with pytest.raises(MisuseError, match="schemes-differ"):
        rank([*_sheets(A=1), other])


def test_names_that_differ_only_in_composition_are_one_unit() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Hòa Bình") for form in ("NFC", "NFD"))
    assert composed != decomposed
    sheets = [scored(scheme(), {"n": 1, "d": 2}, name) for name in (composed, decomposed)]
    with pytest.raises(DataError, match="unit-twice"):
        rank(sheets)
    assert rank(sheets[:1])[decomposed].rank == 1


def test_a_place_is_found_by_identifier_or_by_a_name_of_its_own() -> None:
    sheets = [
        scored(scheme(), {"n": 1, "d": 2}, unit, name=name)
        for unit, name in [("A", "x"), ("B", "y"), ("C", "y")]
    ]
    table = rank(sheets)
    assert table["x"].sheet.unit == "A"
    with pytest.raises(UnknownNameError, match="unit-name-shared"):
        table["y"]
    with pytest.raises(UnknownNameError, match="unit-unknown"):
        table["z"]
    assert len(table) == 3


@pytest.mark.parametrize("unit", [0, -1, None, ("A",), 1.5, slice(1)])
def test_what_is_no_text_names_no_unit(unit: Any) -> None:
    table = rank([scored(scheme(), {"n": 1, "d": 2}, "A")])
    with pytest.raises(UnknownNameError, match=r"no unit is called .* - there are: 'A'"):
        table[unit]
    assert unit not in table


def test_the_nearest_unit_is_named() -> None:
    table = rank([scored(scheme(), {"n": 1, "d": 2}, unit) for unit in ("20971", "30000")])
    with pytest.raises(UnknownNameError, match=r"nearest: '20971'"):
        table["20965"]


def test_numbers_inside_identifiers_order_as_numbers() -> None:
    units = ["H44.129", "H44.13", "H44.130", "9" * 400]
    table = rank(scored(scheme(), {"n": 1, "d": 2}, unit) for unit in units)
    assert [place.sheet.unit for place in table][:4] == ["9" * 400, "H44.13", "H44.129", "H44.130"]
    assert {place.rank for place in table} == {1}


def test_an_unknown_does_not_break_a_tie() -> None:
    # The total is known because the excluded criterion left both sheets; its points cannot decide
    # then.
    under = scheme(
        ratio("a"),
        ratio("b", zero=ZeroPolicy.EXCLUDED, numerator=Term(("m",)), denominator=Term(("k",))),
        figures=(spec("n"), spec("d"), spec("m"), spec("k")),
        excluded=ExcludedRule.REDISTRIBUTE,
    )
    sheets = [
        scored(under, {"n": 5, "d": 10, "m": m, "k": k}, unit)
        for unit, m, k in [("A", 0, 0), ("B", 4, 8)]
    ]
    assert _ranks(rank(sheets, tie_break=["b"])) == {"A": 1, "B": 1}


# --- properties ---


def _naive(table: Standings, stratum: str, ties: TieRule) -> dict[str, int]:
    """Ranks by definition.

    How many are better, how many are not worse, how many better scores there are.
    """
    totals = {p.sheet.unit: p.sheet.total for p in table.stratum(stratum) if p.rank is not None}
    ranks: dict[str, int] = {}
    for unit, total in totals.items():
        better = [t for t in totals.values() if t > total]  # type: ignore[operator]
        not_worse = [t for t in totals.values() if t >= total]  # type: ignore[operator]
        ranks[unit] = {
            TieRule.COMPETITION: len(better) + 1,
            TieRule.MODIFIED: len(not_worse),
            TieRule.DENSE: len(set(better)) + 1,
        }[ties]
    return ranks


@_slow
@given(standings())
def test_ranks_are_what_their_definition_says(table: Standings) -> None:
    again = rank((place.sheet for place in table), within=table.within, ties=table.ties)
    for stratum in again.strata:
        got = {p.sheet.unit: p.rank for p in again.stratum(stratum) if p.rank is not None}
        assert got == _naive(again, stratum, table.ties)


@_slow
@given(standings(), st.randoms())
def test_standings_do_not_depend_on_input_order(table: Standings, random: Any) -> None:
    sheets = [place.sheet for place in table]
    random.shuffle(sheets)
    assert rank(sheets, within=table.within, ties=table.ties, tie_break=table.tie_break) == table


@_slow
@given(standings())
def test_equal_scores_never_get_different_ranks_without_a_named_rule(table: Standings) -> None:
    again = rank((place.sheet for place in table), within=table.within, ties=table.ties)
    seen: dict[tuple[str, object], int | None] = {}
    for place in again:
        if place.rank is not None:
            assert seen.setdefault((place.stratum, place.sheet.total), place.rank) == place.rank
    assert len(again) == len(table)


@_slow
@given(st.data())
def test_removing_a_unit_changes_no_other_score(data: st.DataObject) -> None:
    under = data.draw(schemes())
    figures = [data.draw(unit_figures(under, units=st.just(f"U{i}"))) for i in range(3)]
    whole = rank(score(under, each) for each in figures)
    fewer = rank(score(under, each) for each in figures[1:])
    for place in fewer:
        assert whole[place.sheet.unit].sheet == place.sheet
