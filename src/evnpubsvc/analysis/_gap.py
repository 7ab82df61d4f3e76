"""What it takes: the cheapest acts with which a unit reaches a place, points or a grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._acts import Act, acts_of
from evnpubsvc.analysis._search import Found, Search
from evnpubsvc.emulation import (
    Place,
    Scheme,
    ScoreSheet,
    Standings,
    TieRule,
    UnitFigures,
    rank,
)
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts import LabelledEnum


class GapVerdict(LabelledEnum):
    """What is known about what a goal takes."""

    REACHED = "reached"
    """It is reached already."""
    CHEAPEST = "cheapest"
    """The plan reaches it, and no plan costs less."""
    BEST_FOUND = "best-found"
    """The plan reaches it; none costs less than the proven bound, between the two all is open."""
    IMPOSSIBLE = "impossible"
    """No plan reaches it."""
    OPEN = "open"
    """The search ended without a plan, and without a proof that there is none."""


@frozen(kw_only=True)
class PlannedAct(PublicType):
    """One act of a plan.

    Attributes:
        act: what is done.
        times: how often; above zero.
    """

    act: Act = field(validator=instance_of(Act))
    times: int = field(validator=instance_of(int))


@frozen(kw_only=True)
class Plan(PublicType):
    """Acts of one unit, and what they come to, replayed through `score` and `rank`.

    Attributes:
        acts: what is done; nothing twice.
        cost: what all of it costs.
        total: the total that the unit then has.
        rank: its rank then, the others as they are; None where it is not ranked.
        grade: key of its grade then, before any quota; None without one.
    """

    acts: tuple[PlannedAct, ...] = field(validator=tuple_of(PlannedAct))
    cost: Fraction = field(validator=instance_of(Fraction))
    total: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    rank: int | None = field(default=None, validator=instance_of(int, type(None)))
    grade: str | None = field(default=None, validator=instance_of(str, type(None)))

    @property
    def number(self) -> int:
        """How many single acts it has."""
        return sum(each.times for each in self.acts)


@frozen(kw_only=True)
class Gap(PublicType, Printed):
    """What a goal takes (cần làm thêm những gì).

    Attributes:
        unit: the unit.
        goal: the goal in short: `place 3`, `points 85`, `grade tot`.
        verdict: what is known.
        plan: the best plan; None where none is needed, possible or found.
        least_cost: no plan costs less; None where nothing is known or needed.
        highest: the highest total that was reached, where the goal is not reached; else None.
        highest_at_most: no plan has a higher total; None where the goal is reached. Where it is
            equal to `highest`, that is the highest reachable.
        alternatives: for each act of the plan the best plan found without it, by number of acts.
    """

    unit: str = field(validator=nonempty_text)
    goal: str = field(validator=nonempty_text)
    verdict: GapVerdict = field(validator=instance_of(GapVerdict))
    plan: Plan | None = field(default=None, validator=instance_of(Plan, type(None)))
    least_cost: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    highest: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    highest_at_most: Fraction | None = field(
        default=None, validator=instance_of(Fraction, type(None))
    )
    alternatives: tuple[Plan, ...] = field(default=(), validator=tuple_of(Plan))


def gap_to(
    standings: Standings,
    figures: UnitFigures,
    *,
    place: int | None = None,
    points: Fraction | int | None = None,
    grade: str | None = None,
    acts: Iterable[Act] | None = None,
    budget: int = 2_000,
) -> Gap:
    """Return the cheapest plan with which a unit reaches a goal, the others staying as they are.

    Args:
        standings: the standings in which the unit stands.
        figures: its figures, as they were scored.
        place: the rank to reach, or a better one, in its stratum; exactly one goal is given.
        points: the total to reach.
        grade: key of the grade to reach, or a better one, before any quota.
        acts: what it can do; by default `acts_of` the scheme. Acts that are not `ours` are never
            planned. An act without bound is looked at up to a million times.
        budget: how many boxes of plans are looked at before the search ends.

    Returns:
        The answer, with its verdict: caps, rounding, figures that several criteria read, limits of
        groups, gates, exclusions and the tie chain are those of `score` and `rank`, which every
        plan was replayed through.

    Raises:
        MisuseError: `goal-not-one`, `standings-without-scheme`, `number-not-positive` for `place`
            or `budget`, `figures-not-scored` where the figures do not give the unit's total.
        UnknownNameError: `unit-unknown`, `grade-unknown`, `acts-unknown`.

    >>> from evnpubsvc import preset, score
    >>> scheme = preset("chau-thanh-2021")
    >>> keys = ["dossiers_level_4", "dossiers", "procedures_level_4_used", "procedures_level_4"]
    >>> figures = [UnitFigures.for_scheme(scheme, unit, dict(zip(keys, counts))) for unit, counts
    ...            in {"A": (90, 100, 10, 20), "B": (80, 100, 12, 20)}.items()]
    >>> standings = rank(score(scheme, each) for each in figures)
    >>> answer = gap_to(standings, figures[1], place=1)
    >>> [(each.act.key, each.times) for each in answer.plan.acts], answer.plan.total
    ([('service-used', 1)], Fraction(1853, 25))
    """
    scheme = standings.scheme
    if scheme is None:
        raise MisuseError("standings-without-scheme")
    if sum(goal is not None for goal in (place, points, grade)) != 1:
        raise MisuseError("goal-not-one", "gap_to")
    for number in (1 if place is None else place, budget):
        if number < 1:
            raise MisuseError("number-not-positive", number, record="gap_to")
    own = standings[figures.unit]
    offered = acts_of(scheme) if acts is None else tuple(acts)
    possible = [act for act in offered if act.ours]
    goal = _Goal(standings, own, place, None if points is None else Fraction(points), grade)

    search = Search(scheme, figures, possible, ranked=place is not None)
    now = search.replay((0,) * len(possible))
    if now is None or now.total != own.sheet.total:
        raise MisuseError("figures-not-scored", own.sheet.unit)
    if goal.meets(now):
        return Gap(unit=own.sheet.unit, goal=goal.name, verdict=GapVerdict.REACHED)
    if not possible:
        total = now.total if isinstance(now.total, Fraction) else None
        return Gap(
            unit=own.sheet.unit, goal=goal.name, verdict=GapVerdict.IMPOSSIBLE, highest=total,
            highest_at_most=total,
        )  # fmt: skip
    found = search.cheapest(goal.needed, goal.meets, budget)
    if found.times is None:
        top = search.highest(budget)
        highest = None if top.sheet is None else top.sheet.total
        return Gap(
            unit=own.sheet.unit,
            goal=goal.name,
            verdict=GapVerdict.IMPOSSIBLE if found.bound is None else GapVerdict.OPEN,
            least_cost=found.bound,
            highest=None if isinstance(highest, Unknown) else highest,
            highest_at_most=top.bound,
        )
    plan = goal.plan(possible, found)
    proven = found.bound == plan.cost
    return Gap(
        unit=own.sheet.unit,
        goal=goal.name,
        verdict=GapVerdict.CHEAPEST if proven else GapVerdict.BEST_FOUND,
        plan=plan,
        least_cost=found.bound,
        alternatives=_alternatives(scheme, figures, possible, plan, goal, budget),
    )


class _Goal:
    """A goal of one unit: the total that it needs at least, and whether a sheet meets it."""

    def __init__(
        self,
        standings: Standings,
        own: Place,
        place: int | None,
        points: Fraction | None,
        grade: str | None,
    ) -> None:
        self._standings, self._place = standings, place
        self.ranked = place is not None
        self._points = points
        self._others = [
            each.sheet
            for each in standings.stratum(own.stratum)
            if each.sheet.unit != own.sheet.unit
        ]
        scheme = own.sheet.scheme
        self._grades: frozenset[str] = frozenset()
        if place is not None:
            self.name = f"place {place}"
            self.needed = self._total_of(place)
        elif points is not None:
            self.name = f"points {points}"
            self.needed = points
        else:
            assert grade is not None
            self.name = f"grade {grade}"
            ladder = scheme.ladder
            keys = [band.key for band in ladder]
            if grade not in keys:
                raise UnknownNameError("grade-unknown", grade, known=tuple(keys))
            self._grades = frozenset(keys[: keys.index(grade) + 1])
            self.needed = ladder[keys.index(grade)].at_least

    def _total_of(self, place: int) -> Fraction | None:
        """Return the least total with which a place can be had; None for any."""
        least: list[Fraction] = []
        for each in self._standings:
            sheet = each.sheet
            if (each.reason is not None and each.ranks is None) or sheet not in self._others:
                continue
            if isinstance(sheet.total, Fraction):
                least.append(sheet.total)
            elif sheet.between is not None and self._standings.ties is not TieRule.DENSE:
                least.append(sheet.between.low)
        if self._standings.ties is TieRule.DENSE:
            least = list(set(least))
        least.sort(reverse=True)
        return least[place - 1] if len(least) >= place else None

    def rank_of(self, sheet: ScoreSheet) -> int | None:
        """Return the rank that a sheet has among the others."""
        standings = self._standings
        again = rank(
            [*self._others, sheet],
            within=standings.within,
            ties=standings.ties,
            tie_break=standings.tie_break,
        )
        return again[sheet.unit].rank

    def meets(self, sheet: ScoreSheet) -> bool:
        """Say whether a sheet meets the goal."""
        if isinstance(sheet.total, Unknown):
            return False
        if self.needed is not None and sheet.total < self.needed:
            return False
        if self._place is not None:
            found = self.rank_of(sheet)
            return found is not None and found <= self._place
        if self._points is not None:
            return True
        return sheet.grade is not None and sheet.grade.band in self._grades

    def plan(self, acts: Sequence[Act], found: Found) -> Plan:
        """Return what a search found as a plan."""
        assert found.times is not None
        assert found.sheet is not None
        done = tuple(
            PlannedAct(act=act, times=times)
            for act, times in zip(acts, found.times, strict=True)
            if times
        )
        return Plan(
            acts=done,
            cost=sum((each.act.cost * each.times for each in done), Fraction(0)),
            total=found.sheet.total,
            rank=self.rank_of(found.sheet),
            grade=None if found.sheet.grade is None else found.sheet.grade.band,
        )


def _alternatives(
    scheme: Scheme,
    figures: UnitFigures,
    acts: Sequence[Act],
    plan: Plan,
    goal: _Goal,
    budget: int,
) -> tuple[Plan, ...]:
    """Return plans that do without one of the acts of a plan, by number of acts."""
    found: list[Plan] = []
    for used in plan.acts:
        left = [act for act in acts if act.key != used.act.key]
        if not left:
            continue
        search = Search(scheme, figures, left, ranked=goal.ranked)
        other = search.cheapest(goal.needed, goal.meets, budget)
        if other.times is not None:
            each = goal.plan(left, other)
            if each not in found:
                found.append(each)
    return tuple(sorted(found, key=lambda each: (each.number, each.cost)))
