"""The seven dossiers: a district that never existed, counted, scored, and asked."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations

import pytest
from attrs import evolve

from evnpubsvc.analysis import GapVerdict, earlier_returns
from evnpubsvc.emulation import Scheme, Standings, UnitFigures, rank, score
from evnpubsvc.emulation.counted import count_figures
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.synthetic import district
from tests.analysis.samples import make_scheme, ratio

Counting = Callable[[Sequence[RegisterRow]], UnitFigures]
UNTIL = date(2024, 12, 31)


def _scheme() -> Scheme:
    plain = make_scheme(ratio("on-time", "timely", "handled", 100))
    names = {"timely": "handled-on-time", "handled": "handled"}
    specs = (evolve(each, measure=names[each.key]) for each in plain.figures)
    return evolve(plain, figures=tuple(specs))


def _count(scheme: Scheme, unit: str) -> Counting:
    def count(rows: Sequence[RegisterRow]) -> UnitFigures:
        counted = tally(rows, by="unit", as_of=UNTIL, compare="date")
        (found,) = count_figures(scheme, counted, units=[unit])
        return found

    return count


def _standings(
    rows: Sequence[RegisterRow],
) -> tuple[Scheme, Standings, dict[str, list[RegisterRow]]]:
    scheme = _scheme()
    units: dict[str, list[RegisterRow]] = {}
    for row in rows:
        units.setdefault(dict(row.dimensions)["unit"] or "", []).append(row)
    sheets = [score(scheme, _count(scheme, unit)(own)) for unit, own in units.items()]
    return scheme, rank(sheets), units


def test_the_seven_dossiers_of_a_synthetic_district() -> None:
    made = district(11, communes=4, dossiers=240, defects={"late": 40})
    scheme, standings, units = _standings(made.rows())
    last = standings.places[-1]
    unit, target = last.sheet.unit, 1
    count = _count(scheme, unit)
    found = earlier_returns(standings, units[unit], count, place=target)
    assert found.gap.verdict is GapVerdict.CHEAPEST
    assert found.gap.plan is not None
    assert 2 <= len(found.dossiers) == found.gap.plan.number

    # True: the register with these rows changed gives the place.
    def rank_with(chosen: Sequence[int]) -> int | None:
        changed = list(units[unit])
        for place in chosen:
            row = changed[place]
            assert row.due is not None
            days = {each.place: each.days for each in found.dossiers}[place]
            assert row.finished is not None
            changed[place] = evolve(row, finished=row.finished - timedelta(days=days))
        others = [p.sheet for p in standings if p.sheet.unit != unit]
        return rank([*others, score(scheme, count(changed))])[unit].rank

    places = [each.place for each in found.dossiers]
    assert rank_with(places) == target

    # Minimal: without any one of them the place is missed, and they are the least late.
    for fewer in combinations(places, len(places) - 1):
        now = rank_with(fewer)
        assert now is not None
        assert now > target
    for each in found.dossiers:
        row = units[unit][each.place]
        assert (each.code, each.days) == (row.code, (each.finished - each.due).days)
        assert each.days > 0


def _row(days_late: int, unit: str = "A") -> RegisterRow:
    due = date(2024, 3, 1)
    return RegisterRow(date(2024, 2, 1), due, due + timedelta(days=days_late), {"unit": unit})


def test_the_least_late_are_named() -> None:
    rows = [_row(0), _row(9), _row(2), _row(5), *(_row(0, "B") for _ in range(3)), _row(1, "B")]
    scheme, standings, units = _standings(rows)
    count = _count(scheme, "A")
    found = earlier_returns(standings, units["A"], count, place=1)
    # B has 3 of 4 in time, A 1 of 4: two more are as many.
    assert [(each.place, each.days) for each in found.dossiers] == [(2, 2), (3, 5)]
    far = earlier_returns(standings, units["A"], count, points=101)
    assert far.gap.verdict is GapVerdict.IMPOSSIBLE
    assert far.dossiers == ()
    assert far.gap.highest == 100


def test_figures_that_do_not_add_up_are_refused() -> None:
    rows = [_row(3), _row(3), _row(0, "B")]
    scheme, standings, units = _standings(rows)
    plain = _count(scheme, "A")

    def count(given: Sequence[RegisterRow]) -> UnitFigures:
        # Two together count as one: no sum of what each of them changes.
        figures = plain(given)
        timely = figures["timely"]
        if isinstance(timely, Count) and timely.value == 2:
            one = Count(1, CountUnit.DOSSIERS)
            return evolve(figures, figures={**dict(figures.figures), "timely": one})
        return figures

    with pytest.raises(MisuseError, match="add up"):
        earlier_returns(standings, units["A"], count, place=1)
