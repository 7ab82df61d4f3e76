"""Why A stands above B, why A moved.

Contributions add up exactly, on drawn leagues and on the real data.
"""

import io
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Comparison,
    FigureSpec,
    Group,
    Movement,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Snapshot,
    Standings,
    TieRule,
    UnitFigures,
    WeightedCriterion,
    compare,
    explain,
    movement,
    rank,
    score,
    snapshot,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import FigureColumns, from_json, preset, read_figures, read_snapshot, to_json
from evnpubsvc.strategies import schemes, unit_figures
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.texts.parts import catalogue
from tests.realdata import real, real_rows

F = Fraction
T = Text(vi="x", en="x")


def weighted(
    weights: dict[str, F], *, places: int = 2, at: str = "total", full: F = Fraction(1)
) -> Scheme:
    criteria = tuple(
        WeightedCriterion(key=key, title=T, maximum=weight, figure=key, full_scale=full)
        for key, weight in weights.items()
    )
    total = sum(weights.values(), F(0))
    return Scheme(
        key="s",
        title=T,
        maximum=total,
        rounding=Rounding(places, RoundingAt(at)),
        groups=(Group(key="g", title=T, maximum=total, criteria=criteria),),
        figures=tuple(FigureSpec(key=key, title=T) for key in weights),
    )


def adds_up(comparison: Comparison, left: ScoreSheet, right: ScoreSheet) -> None:
    if isinstance(left.total, Unknown) or isinstance(right.total, Unknown):
        assert isinstance(comparison.difference, Unknown)
        return
    assert comparison.difference == left.total - right.total
    assert (
        sum((line.points for line in comparison.lines if isinstance(line.points, F)), F(0))
        == comparison.difference
    )
    assert not any(isinstance(line.points, Unknown) for line in comparison.lines)


def explained(sheet: ScoreSheet) -> None:
    if isinstance(sheet.total, F):
        assert (
            sum(line.points for line in explain(sheet).lines if isinstance(line.points, F))
            == sheet.total
        )


def every_pair_of_neighbours(standings: Standings) -> None:
    for place in standings:
        explained(place.sheet)
    for a, b in pairwise(standings):
        adds_up(compare(a.sheet, b.sheet), a.sheet, b.sheet)
        adds_up(compare(b.sheet, a.sheet), b.sheet, a.sheet)


def moved(old: Standings, new: Standings, unit: str) -> Movement:
    found = movement(old, new, unit)
    if found.before is not None and found.after is not None:
        assert sum(change.places for change in found.changes) == found.after - found.before
    if isinstance(found.difference, F):
        assert (
            sum((line.points for line in found.lines if isinstance(line.points, F)), F(0))
            == found.difference
        )
    for change in found.changes:
        if change.margin_before is not None and change.margin_after is not None:
            gap = change.margin_after - change.margin_before
            assert (
                sum((line.points for line in change.lines if isinstance(line.points, F)), F(0))
                == gap
            )
    return found


def unwritten(text: str, prefix: str, *drawn: object) -> list[str]:
    """Return keys of the catalogue that stand in a text unwritten.

    A title may have been drawn that is one.
    """
    keys = [key for key in catalogue() if key.startswith(prefix) and key in text]
    return [key for key in keys if key not in repr(drawn)]


# Drawn leagues, all mechanics.


@given(st.data())
def test_it_adds_up_under_every_mechanic(data: st.DataObject) -> None:
    scheme = data.draw(schemes())
    old, new = (
        [
            data.draw(unit_figures(scheme, units=st.just(f"U{i}")))
            for i in range(data.draw(st.integers(1, 4)))
        ]
        for _ in range(2)
    )
    before, after = (rank(score(scheme, each) for each in units) for units in (old, new))
    for a, b in pairwise([*before, *after]):
        adds_up(compare(a.sheet, b.sheet), a.sheet, b.sheet)
        for lang in LANGUAGES:
            assert unwritten(compare(a.sheet, b.sheet).text(lang), "compare-", before, after) == []
    for unit in {p.sheet.unit for p in before} & {p.sheet.unit for p in after}:
        found = moved(before, after, unit)
        for lang in LANGUAGES:
            assert unwritten(found.text(lang), "movement-", before, after) == []
        kept = movement(snapshot(before), after, unit)
        assert (kept.difference, kept.before, kept.after) == (
            found.difference,
            found.before,
            found.after,
        )


@given(st.lists(st.integers(0, 4), min_size=2, max_size=7), st.sampled_from(TieRule), st.data())
def test_a_rank_moves_by_those_in_the_way(
    totals: list[int], ties: TieRule, data: st.DataObject
) -> None:
    """Oracle for 1-1-3 and 2-2-3.

    The units that stand in the way, counted from the totals alone.
    """
    scheme = evolve(weighted({"a": F(4)}, full=F(4)), ties=ties)
    again = data.draw(st.lists(st.integers(0, 4), min_size=len(totals), max_size=len(totals)))
    before, after = (
        rank(score(scheme, UnitFigures(f"U{i}", {"a": F(v)})) for i, v in enumerate(values))
        for values in (totals, again)
    )
    found = moved(before, after, "U0")
    if ties is TieRule.DENSE:
        return
    for change in found.changes:
        i = int(change.unit[1:])

        def blocks(values: list[int], i: int = i) -> bool:
            return values[i] > values[0] or (ties is TieRule.MODIFIED and values[i] == values[0])

        assert change.places == blocks(again) - blocks(totals)


# By hand.

TWO = weighted({"online": F(60), "speed": F(40)})


def league(**units: tuple[str, str]) -> Standings:
    return rank(
        score(TWO, UnitFigures(unit, {"online": F(online), "speed": F(speed)}))
        for unit, (online, speed) in units.items()
    )


def test_why_a_moved_from_third_to_first() -> None:
    old = league(A=("0.5", "0.5"), B=("0.9", "0.5"), C=("0.6", "0.5"))  # 50, 74, 56
    new = league(A=("1", "0.5"), B=("0.9", "0.5"), C=("0.6", "1"))  # 80, 74, 76
    found = moved(old, new, "A")
    assert (found.before, found.after, found.difference) == (3, 1, F(30))
    assert [(c.unit, c.places, c.margin_before, c.margin_after) for c in found.changes] == [
        ("C", -1, F(6), F(-4)),
        ("B", -1, F(24), F(-6)),
    ]
    assert str(found).splitlines()[0] == "A: rank 3 to 1, total +30"
    assert "vượt B" in found.text("vi")


def test_who_comes_and_goes_moves_others() -> None:
    old = league(A=("0.5", "0.5"), B=("0.9", "0.5"))
    new = league(A=("0.5", "0.5"), C=("1", "1"), D=("0.9", "0.9"))
    found = moved(old, new, "A")
    assert (found.before, found.after, found.difference) == (2, 3, F(0))
    assert sorted((c.unit, c.places) for c in found.changes) == [("B", -1), ("C", 1), ("D", 1)]
    assert "not ranked here before" in str(found)
    assert "not ranked here any more" in str(found)


def test_dense_ranks_move_by_levels() -> None:
    scheme = evolve(TWO, ties=TieRule.DENSE)
    values = ({"A": "0", "B": "1", "C": "1"}, {"A": "0", "B": "1", "C": "0.5"})
    old, new = (
        rank(
            score(scheme, UnitFigures(u, {"online": F(v), "speed": F(0)})) for u, v in each.items()
        )
        for each in values
    )
    found = moved(old, new, "A")
    assert (found.before, found.after) == (2, 3)
    assert [(c.unit, c.places) for c in found.changes] == [("", 1)]


def test_a_tie_is_split_by_the_chain_or_stands() -> None:
    a, b = (
        score(evolve(TWO, tie_break=("speed",)), UnitFigures(u, {"online": F(x), "speed": F(y)}))
        for u, x, y in (("A", "0.5", "0.5"), ("B", "0.5", "0.5"))
    )
    assert compare(a, b).decided_by == ""
    assert "the tie stands" in str(compare(a, b))
    faster = score(
        evolve(TWO, tie_break=("g", "speed")),
        UnitFigures("C", {"online": F("0.3"), "speed": F("0.8")}),
    )
    slower = score(
        evolve(TWO, tie_break=("g", "speed")),
        UnitFigures("D", {"online": F("0.5"), "speed": F("0.5")}),
    )
    assert faster.total == slower.total == 50
    found = compare(faster, slower)
    assert found.decided_by == "speed"
    assert [(line.key, line.points) for line in found.lines] == [
        ("online", F(-12)),
        ("speed", F(12)),
    ]
    assert "decides by speed" in str(found)


def test_self_score_beside_the_appraised_one() -> None:
    own, appraised = (
        score(TWO, UnitFigures("A", {"online": F(x), "speed": F(y)}))
        for x, y in (("1", "0.9"), ("0.8", "0.9"))
    )
    found = compare(appraised, own)
    changed = [(line.key, line.points) for line in found.lines if line.points != 0]
    assert (found.difference, changed) == (F(-12), [("online", F(-12))])


def test_unknown_is_not_compared_away() -> None:
    known, blank = (
        score(TWO, UnitFigures(u, f))
        for u, f in (("A", {"online": F(1), "speed": F(1)}), ("B", {}))
    )
    found = compare(known, blank)
    assert found.difference == Unknown("figure-absent", "online")
    assert "cannot be compared" in str(found)
    assert "?" in str(found)
    one = rank([known])
    other = rank([score(TWO, UnitFigures("A", {}))])
    assert "unranked" in str(movement(one, other, "A"))


def test_misuse() -> None:
    a = league(A=("1", "1"))
    with pytest.raises(MisuseError, match="tie-rules-differ"):
        movement(rank([a["A"].sheet], ties=TieRule.DENSE), a, "A")
    with pytest.raises(MisuseError, match="unit-unknown"):
        movement(league(B=("1", "1")), a, "A")


def test_round_trips() -> None:
    old, new = league(A=("1", "1"), B=("0", "1")), league(A=("0", "1"), B=("1", "1"))
    for value in (compare(old["A"].sheet, old["B"].sheet), movement(old, new, "A"), snapshot(old)):
        assert from_json(to_json(value), type(value)) == value


_HEAD = b'{"format": 1, "type": "standings", '


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"\xff", b"[" * 100_000,
        _HEAD + b'"ties": "1-1-3", "standings": 3}',
        _HEAD + b'"ties": "1-1-3", "standings": [3]}',
        _HEAD + b'"ties": "x", "standings": [{"unit": 3}]}',
        _HEAD + b'"ties": "1-1-3", "standings": [{"components": [1], "groups": {}}]}',
    ],
)  # fmt: skip
def test_old_standings_that_are_none(raw: bytes) -> None:
    with pytest.raises(DataError):
        read_snapshot(io.BytesIO(raw))


@given(st.binary(max_size=80))
def test_old_standings_of_any_bytes(raw: bytes) -> None:
    try:
        read_snapshot(io.BytesIO(raw))
    except DataError:
        return


def test_old_standings_with_a_unit_twice() -> None:
    place = (
        '{"unit": "A", "stratum": null, "rank": 1, "score": "1", "reason": null, '
        '"components": [], "groups": []}'
    )
    twice = f'"ties": "1-1-3", "standings": [{place}, {place}]}}'.encode()
    with pytest.raises(DataError, match="unit-twice"):
        read_snapshot(io.BytesIO(_HEAD + twice))
    kept = read_snapshot(
        io.BytesIO(_HEAD + f'"ties": "1-1-3", "more": 1, "standings": [{place}]}}'.encode())
    )
    assert isinstance(kept, Snapshot)
    assert kept["A"].total == 1


# Real data: every unit and every pair of neighbours.


def test_phu_tho() -> None:
    path = real("qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv")
    scheme = preset("qd766-dvcqg-2026").only("timeliness")
    columns = FigureColumns(
        unit="departmentCode", name="departmentName", keep=("level",), published_score="score"
    )
    standings = rank(
        (score(scheme, unit) for unit in read_figures(path, scheme, columns)), within="level"
    )
    assert len(standings) == 163
    assert all(place.sheet.drift == 0 for place in standings)
    every_pair_of_neighbours(standings)
    # a month in which the first commune lost 75 dossiers on time: 900 of 994 are 18.11
    first = standings["H44.228"].sheet
    worse = score(scheme, UnitFigures.for_scheme(
        scheme, "H44.228", {"dossiers_on_time": 900, "dossiers_received": 994},
        attributes={"level": "COMMUNE"}
    ))  # fmt: skip
    others = [place.sheet for place in standings if place.sheet is not first]
    after = rank([worse, *others], within="level")
    found = moved(standings, after, "H44.228")
    passed = sum(
        s.total > F("18.11")
        for s in others
        if s.attribute("level") == "COMMUNE" and isinstance(s.total, F)
    )
    assert (found.before, found.after) == (1, 1 + passed)
    assert found.difference == F("18.11") - F("19.62")


def _exact(text: str) -> F | Unknown:
    return F(text) if text else Unknown("figure-blank")


def _ranked(
    rows: list[dict[str, str]], scheme: Scheme, unit: str, keys: dict[str, str]
) -> Standings:
    return rank(
        score(
            scheme,
            UnitFigures(row[unit], {key: _exact(row[column]) for key, column in keys.items()}),
        )
        for row in rows
    )


@pytest.mark.parametrize("year", [2010, 2012, 2014, 2016])
def test_egdi(year: int) -> None:
    weights = (F("0.34"), F("0.33"), F("0.33")) if year == 2010 else (F(1, 3),) * 3
    names = ("osi", "hci", "tii")
    scheme = weighted(dict(zip(names, weights, strict=True)), places=5)
    rows = real_rows(f"egdi_2010_2016/egdi-{year}.csv")
    standings = _ranked(rows, scheme, "country-code", {name: name for name in names})
    assert len(standings) == len(rows)
    every_pair_of_neighbours(standings)


def test_egdi_between_two_years() -> None:
    """Viet Nam 2014 to 2016: from rank 99 to 89 as published, each place by a named country."""
    names = {name: name for name in ("osi", "hci", "tii")}
    scheme = weighted(dict.fromkeys(names, F(1, 3)), places=5)
    old, new = (
        _ranked(real_rows(f"egdi_2010_2016/egdi-{y}.csv"), scheme, "country-code", names)
        for y in (2014, 2016)
    )
    found = moved(old, new, "VNM")
    assert (found.before, found.after) == (99, 89)


@pytest.mark.parametrize("year", range(2006, 2014))
def test_pci(year: int) -> None:
    weights: dict[str, Any] = {
        row["sub_index"]: F(row["weight_percent"])
        for row in real_rows("pci_viet_nam_2006_2013/weights.csv")
        if row["year"] == str(year) and F(row["weight_percent"])
    }
    scheme = weighted(weights, places=5, full=F(10))
    rows = [
        row
        for row in real_rows("pci_viet_nam_2006_2013/pci_2006_2013.csv")
        if row["year"] == str(year)
    ]
    standings = _ranked(rows, scheme, "prov", {key: key for key in weights})
    every_pair_of_neighbours(standings)


@pytest.mark.parametrize("year", range(2011, 2017))
def test_papi(year: int) -> None:
    names = [
        f"papi_{n}"
        for n in (
            "participation",
            "transparency",
            "accountability",
            "corruption",
            "procedures",
            "service",
        )
    ]
    scheme = weighted(dict.fromkeys(names, F(10)), places=6, full=F(10))
    rows = [
        row
        for row in real_rows("papi_viet_nam_2011_2016/papi_2011_2016.csv")
        if row["year"] == str(year)
    ]
    every_pair_of_neighbours(_ranked(rows, scheme, "prov", {name: name for name in names}))
