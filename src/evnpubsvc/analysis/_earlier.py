"""From one dossier to the place: which dossiers, returned how much earlier, would have made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.analysis._acts import Act
from evnpubsvc.analysis._gap import Gap, gap_to
from evnpubsvc.emulation import ScoreSheet, Standings, UnitFigures, rank, score
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count
from evnpubsvc.statistics import RegisterRow
from evnpubsvc.texts import Text


@frozen(kw_only=True)
class EarlierReturn(PublicType):
    """One dossier that would have to be returned earlier.

    Attributes:
        place: which of the rows it is, from 0.
        code: its code; None where the register has none.
        finished: the day on which it was returned.
        due: the day on which it was due.
        days: how many days earlier, so that it is returned on the day it was due.
    """

    place: int = field(validator=instance_of(int))
    code: str | None = field(validator=instance_of(str, type(None)))
    finished: date = field(validator=instance_of(date))
    due: date = field(validator=instance_of(date))
    days: int = field(validator=instance_of(int))


@frozen(kw_only=True)
class EarlierReturns(PublicType):
    """Which dossiers would have made it.

    Attributes:
        gap: the goal, what is known about it, and the plan; its acts are kinds of dossiers, by what
            they would have changed.
        dossiers: the fewest dossiers, of each kind those that were least late; empty without a
            plan.
    """

    gap: Gap = field(validator=instance_of(Gap))
    dossiers: tuple[EarlierReturn, ...] = field(validator=tuple_of(EarlierReturn))


def earlier_returns(
    standings: Standings,
    rows: Sequence[RegisterRow],
    count: Callable[[Sequence[RegisterRow]], UnitFigures],
    *,
    place: int | None = None,
    points: Fraction | int | None = None,
    grade: str | None = None,
    budget: int = 2_000,
) -> EarlierReturns:
    """Return the fewest late dossiers that, returned when due, would have made a goal.

    "Had these seven been returned a day earlier, the commune would be second." Each late row is
    counted again as if it had been returned on the day it was due; rows that change the same
    figures are one kind of act, and `gap_to` finds the fewest. The answer is replayed: the rows are
    changed, counted, scored and ranked.

    Args:
        standings: the standings in which the unit stands.
        rows: the rows of the unit, as they were counted.
        count: how rows become the figures of the unit: `tally` and `count_figures`, as they were
            used for the standings.
        place: the rank to reach; exactly one goal is given, as for `gap_to`.
        points: the total to reach.
        grade: the grade to reach, before any quota.
        budget: as for `gap_to`.

    Raises:
        MisuseError: as `gap_to`; `counts-not-additive` where the dossiers together change other
            figures than one by one (a figure that counts distinct things).
    """
    before = count(rows)
    if not isinstance(before, UnitFigures):
        raise MisuseError(
            "wrong-type",
            before,
            record="earlier_returns",
            field="count",
            expected=UnitFigures,
            got=type(before),
        )
    late = [each for place_, row in enumerate(rows) if (each := _late(place_, row)) is not None]

    # Rows that change the same figures are one kind.
    kinds: dict[tuple[tuple[str, int], ...], list[EarlierReturn]] = {}
    for each in late:
        after = count(_returned(rows, [each]))
        changes = tuple(_changes(before, after))
        if changes:
            kinds.setdefault(changes, []).append(each)
    acts = [
        Act(
            key=f"kind-{number}",
            title=Text(vi="hồ sơ trả đúng hạn", en="dossiers returned when due"),
            changes=changes,
            at_most=len(of_kind),
        )
        for number, (changes, of_kind) in enumerate(kinds.items(), 1)
    ]
    gap = gap_to(
        standings, before, place=place, points=points, grade=grade, acts=acts, budget=budget
    )
    if gap.plan is None:
        return EarlierReturns(gap=gap, dossiers=())

    # Of each kind those that were least late.
    by_key = dict(zip((act.key for act in acts), kinds.values(), strict=True))
    chosen: list[EarlierReturn] = []
    for planned in gap.plan.acts:
        of_kind = sorted(by_key[planned.act.key], key=lambda each: (each.days, each.place))
        chosen += of_kind[: planned.times]
    chosen.sort(key=lambda each: each.place)
    sheet = _replayed(standings, count(_returned(rows, chosen)))
    if sheet.total != gap.plan.total:
        raise MisuseError("counts-not-additive", before.unit)
    return EarlierReturns(gap=gap, dossiers=tuple(chosen))


def _late(place: int, row: RegisterRow) -> EarlierReturn | None:
    """Return how late a row is; None where it is not, or where that is not known."""
    if row.finished is None or row.due is None:
        return None
    finished, due = _day(row.finished), _day(row.due)
    if finished <= due:
        return None
    days = (finished - due).days
    return EarlierReturn(place=place, code=row.code, finished=finished, due=due, days=days)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _returned(rows: Sequence[RegisterRow], chosen: Sequence[EarlierReturn]) -> list[RegisterRow]:
    """Return rows as if some had been returned on the day they were due."""
    changed = list(rows)
    for each in chosen:
        row = rows[each.place]
        assert row.finished is not None  # it is late
        changed[each.place] = evolve(row, finished=row.finished - timedelta(days=each.days))
    return changed


def _changes(before: UnitFigures, after: UnitFigures) -> list[tuple[str, int]]:
    """Return by how much each count changes."""
    found: list[tuple[str, int]] = []
    for key, figure in before.figures:
        new = after[key]
        if isinstance(figure, Count) and isinstance(new, Count) and new != figure:
            found.append((key, new.value - figure.value))
    return found


def _replayed(standings: Standings, figures: UnitFigures) -> ScoreSheet:
    """Return the sheet of a unit among the others."""
    assert standings.scheme is not None  # `gap_to` has asked
    changed = score(standings.scheme, figures)
    others = [place.sheet for place in standings if place.sheet.unit != changed.unit]
    again = rank(
        [*others, changed],
        within=standings.within,
        ties=standings.ties,
        tie_break=standings.tie_break,
    )
    return again[changed.unit].sheet
