"""Many units at once: `score_all` is `score` and `rank`, exactly.

Properties of scores and ranks.
"""

from collections.abc import Collection
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    BandsCriterion,
    Better,
    CountCriterion,
    FigureGrid,
    Group,
    MinusCriterion,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreTable,
    TieRule,
    UnitFigures,
    check_figures,
    explain,
    fingerprint,
    grade_all,
    rank,
    score,
    score_all,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.serde import from_json, preset, to_json
from evnpubsvc.strategies import schemes, unit_figures
from tests.emulation.samples import ratio, text
from tests.emulation.samples import scheme as sheet_of

COLUMNS = (RatioCriterion, CountCriterion, MinusCriterion, BandsCriterion)


@st.composite
def leagues(
    draw: st.DrawFn, *, kinds: Collection[type[Any]] | None = None, complete: bool = False
) -> tuple[Scheme, list[UnitFigures]]:
    scheme = draw(schemes(kinds=kinds))
    size = draw(st.integers(1, 6))
    units = [
        draw(unit_figures(scheme, units=st.just(f"U{i}"), complete=complete)) for i in range(size)
    ]
    if draw(st.booleans()):  # ties are common in small counts, and certain here
        units.append(evolve(units[0], unit="U9"))
    return scheme, units


def same(table: ScoreTable, scheme: Scheme, units: list[UnitFigures]) -> None:
    sheets = {each.unit: score(scheme, each) for each in units}
    standings = rank(sheets.values())
    for each in units:
        plain, fast = sheets[each.unit].total, table.total(each.unit)
        if isinstance(plain, Unknown):
            assert isinstance(fast, Unknown)
        else:
            assert fast == plain
        assert table.rank(each.unit) == standings[each.unit].rank
    assert [r for _, r, _ in table.best()] == sorted(
        p.rank for p in standings if p.rank is not None
    )
    shared = {unit: table.shared[i] for i, unit in enumerate(table.grid.units)}
    assert shared == {p.sheet.unit: p.shared for p in standings}


@given(leagues())
def test_fast_is_plain(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    same(score_all(scheme, units), scheme, units)


@given(leagues(kinds=COLUMNS, complete=True))
def test_fast_is_plain_on_columns(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    scheme = evolve(scheme, gates=())
    same(score_all(scheme, units), scheme, units)


@given(leagues(), st.data())
def test_one_changed_unit(league: tuple[Scheme, list[UnitFigures]], data: st.DataObject) -> None:
    scheme, units = league
    changed = data.draw(unit_figures(scheme, units=st.just(units[0].unit)))
    changed = evolve(changed, attributes=units[0].attributes)
    table = score_all(scheme, units).with_figures(changed)
    same(table, scheme, [changed, *units[1:]])


@given(leagues())
def test_scores_are_absolute_and_free_of_order(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    whole, fewer = score_all(scheme, units), score_all(scheme, units[:1])
    assert to_json(whole.sheet(units[0].unit)) == to_json(fewer.sheet(units[0].unit))
    forth, back = (rank(score(scheme, each) for each in order) for order in (units, units[::-1]))
    assert forth == back
    assert fingerprint(scheme, units) == fingerprint(scheme, units[::-1])


@given(leagues())
def test_equal_totals_are_split_by_the_chain_only(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    standings = rank((score(scheme, each) for each in units), tie_break=())
    for a in standings:
        for b in standings:
            if a.rank is not None and b.rank is not None and a.stratum == b.stratum:
                assert (a.rank == b.rank) == (a.sheet.total == b.sheet.total)
                assert isinstance(a.sheet.total, Fraction)
                assert isinstance(b.sheet.total, Fraction)
                assert (a.rank < b.rank) == (a.sheet.total > b.sheet.total)


@given(leagues())
def test_explanations_add_up(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    for each in units:
        sheet = score(scheme, each)
        for lang in ("en", "vi"):
            explanation = explain(sheet, lang)
            text = str(explanation)
            assert "explain-" not in text
            assert "mark-" not in text
            if isinstance(sheet.total, Fraction):
                assert (
                    sum(
                        line.points
                        for line in explanation.lines
                        if isinstance(line.points, Fraction)
                    )
                    == sheet.total
                )


def _rounded_up_by_most(scheme: Scheme) -> Fraction:
    """Half a unit of the last place for each number that is rounded and added."""
    return Fraction(len(tuple(scheme.criteria)) + 1, 2 * 10**scheme.rounding.places)


@given(leagues())
def test_limits_hold(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    for each in units:
        total = score(scheme, each).total
        if isinstance(total, Fraction):
            if scheme.floor is not None:
                assert total >= scheme.floor
            highest = scheme.maximum if scheme.ceiling is None else scheme.ceiling
            assert total <= highest + _rounded_up_by_most(scheme)


@given(leagues())
def test_round_trips(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    assert from_json(to_json(scheme), Scheme) == scheme
    for each in units:
        assert from_json(to_json(each), UnitFigures) == each
        sheet = score(scheme, each)
        assert from_json(to_json(sheet), type(sheet)) == sheet


@given(leagues(complete=True))
def test_quota_is_kept_or_said_to_be_broken(league: tuple[Scheme, list[UnitFigures]]) -> None:
    scheme, units = league
    assume(scheme.quota is not None)
    assert scheme.quota is not None
    standings = rank(score(scheme, each) for each in units)
    grading = grade_all(standings)
    for stratum in standings.strata:
        assessed = [p for p in standings.stratum(stratum) if p.rank is not None]
        top = [
            p
            for p in assessed
            if (g := grading[p.sheet.unit].grade) is not None and g.band == scheme.quota.band
        ]
        exceeded = any(
            f.reason == "quota-exceeded" and dict(f.parts)["stratum"] == stratum
            for f in grading.notices
        )
        assert exceeded == (len(top) > scheme.quota.allowed(len(assessed)))
        worse = [
            p.rank
            for p in assessed
            if (g := grading[p.sheet.unit].grade) and g.steps and g.steps[-1].effect == "quota"
        ]
        for place in top:  # nobody who kept the grade stands behind or beside somebody who lost it
            assert place.rank is not None
            assert all(place.rank < other for other in worse if other is not None)


DIRECTED = preset("dvctt-illustrative")


@given(st.data())
def test_more_of_the_good_never_lowers_a_score(data: st.DataObject) -> None:
    counts = data.draw(
        st.fixed_dictionaries({spec.key: st.integers(0, 200) for spec in DIRECTED.figures})
    )
    counts["dossiers_all_channels"] += counts["dossiers_online"] + 50
    counts["dossiers_handled"] += counts["dossiers_on_time"] + 50
    counts["services"] += counts["services_with_dossiers"] + 50
    before = score(DIRECTED, UnitFigures.for_scheme(DIRECTED, "U", counts)).total
    directed = [spec for spec in DIRECTED.figures if spec.better is not None]
    spec = data.draw(st.sampled_from(directed))
    step = data.draw(st.integers(1, 50))
    counts[spec.key] += step if spec.better is Better.HIGHER else -min(step, counts[spec.key])
    after = score(DIRECTED, UnitFigures.for_scheme(DIRECTED, "U", counts)).total
    assert isinstance(before, Fraction)
    assert isinstance(after, Fraction)
    assert after >= before


TIMELY = preset("qd766-dvcqg-2026").only("timeliness")


def grid(n: list[object], d: list[object], **more: object) -> FigureGrid:
    units = [f"U{i}" for i in range(len(n))]
    columns = {"dossiers_on_time": n, "dossiers_received": d}
    return FigureGrid(scheme=TIMELY, units=units, columns=columns, **more)  # type: ignore[arg-type]


def test_grid_refuses_what_are_no_counts() -> None:
    with pytest.raises(DataError) as caught:
        grid([1.5, True, -1, 3], [2, 2, 2])
    assert {f.reason for f in caught.value.findings} == {"column-length", "count-not-whole"}
    with pytest.raises(DataError) as caught:
        grid([1, -1, None], [2, 2, 2])
    assert [(f.reason, f.path) for f in caught.value.findings] == [
        ("count-negative", "U1, dossiers_on_time")
    ]
    with pytest.raises(DataError) as caught:
        FigureGrid(scheme=TIMELY, units=["A", "A"], columns={})
    assert [f.reason for f in caught.value.findings] == ["unit-twice"]


def test_every_bad_unit_is_told() -> None:
    with pytest.raises(DataError) as caught:
        score_all(TIMELY, grid([3, 1, 9], [2, 2, 8]))
    assert [f.path for f in caught.value.findings] == ["U0, 2.1", "U2, 2.1"]


def test_scoring_nothing_gives_an_empty_table() -> None:
    for scheme, nobody in ((TIMELY, grid([], [])), (TIMELY, []), (DIRECTED, [])):
        table = score_all(scheme, nobody)
        assert (len(table), table.ranks, list(table.best())) == (0, [], [])
        assert list(table.standings()) == list(rank([]))


def test_misuse() -> None:
    with pytest.raises(MisuseError, match="schemes-differ"):
        score_all(DIRECTED, grid([1], [2]))
    table = score_all(TIMELY, grid([1, 2], [2, 2]))
    with pytest.raises(UnknownNameError):
        table.total("nobody")
    assert len(table) == 2
    assert table.standings()["U1"].rank == 1
    ranked = evolve(TIMELY, within="level")
    levelled = FigureGrid(
        scheme=ranked,
        units=["A"],
        columns={"dossiers_on_time": [1], "dossiers_received": [2]},
        attributes={"level": ["x"]},
    )
    moved = evolve(levelled.figures(0), attributes={"level": "y"})
    with pytest.raises(MisuseError, match="stratum-changed"):
        score_all(ranked, levelled).with_figures(moved)
    bare = FigureGrid(scheme=ranked, units=["A"], columns=levelled.columns)
    assert score_all(ranked, bare).rank("A") is None


def test_huge_counts_and_no_figures() -> None:
    table = score_all(TIMELY, grid([10**30, 0, 1], [2 * 10**30, 0, 1]))
    assert [table.total(f"U{i}") for i in range(3)] == [10, 0, 20]
    nothing = score_all(TIMELY, FigureGrid(scheme=TIMELY, units=["A", "B"], columns={}))
    assert nothing.ranks == [None, None]
    assert nothing.total("A") == Unknown("figure-absent", "dossiers_on_time")
    with pytest.raises(DataError):  # a part above its whole, told by the unit as always
        FigureGrid.of(
            TIMELY,
            [UnitFigures.for_scheme(TIMELY, "A", {"dossiers_on_time": 2, "dossiers_received": 1})],
        )


def test_all_equal() -> None:
    for ties, place in ((TieRule.COMPETITION, 1), (TieRule.MODIFIED, 50), (TieRule.DENSE, 1)):
        scheme = evolve(TIMELY, ties=ties)
        columns = {"dossiers_on_time": [1] * 50, "dossiers_received": [2] * 50}
        table = score_all(
            scheme, FigureGrid(scheme=scheme, units=[f"U{i}" for i in range(50)], columns=columns)
        )
        assert set(table.ranks) == {place}


def test_count_unit_is_checked() -> None:
    wrong = UnitFigures("A", {"dossiers_on_time": Count(1, CountUnit.SHEETS)})
    assert check_figures(TIMELY, wrong)[0].reason == "unit-mismatch"
    with pytest.raises(DataError):
        score_all(TIMELY, [wrong])


def test_a_group_is_cut_between_whole_points() -> None:
    """Components are rounded to whole points, and the group is cut at two and a half."""
    parts = (ratio("a", maximum=Fraction(2)), ratio("b", maximum=Fraction(1)))
    group = Group(key="g", title=text("g"), maximum=Fraction(5, 2), criteria=parts, cut=True)
    rounding = Rounding(0, RoundingAt.COMPONENT)
    under = sheet_of(*parts, maximum=Fraction(5, 2), groups=(group,), rounding=rounding)
    units = [UnitFigures.for_scheme(under, f"U{n}", {"n": n, "d": 4}) for n in range(5)]
    table = score_all(under, units)
    same(table, under, units)
    assert table.total("U4") == Fraction(5, 2)
