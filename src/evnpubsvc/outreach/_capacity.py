"""What a desk can carry: a plain queueing estimate, exact, with its assumptions said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach._checks import (
    check_exact,
    exact,
    month_of,
    named,
    optional,
    whole,
)
from evnpubsvc.outreach._desk import Equipment, EquipmentKind
from evnpubsvc.outreach._session import AssistanceStep
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render
from evnpubsvc.worktime import Calendar

_MOST_DESKS: Final = (
    200  # Erlang's formula over more desks than a province has in a commune is a slip of the pen
)


def _fraction(value: Any) -> Fraction:
    # Whatever is neither, the validator of the field refuses.
    return Fraction(value) if type(value) is int else value


@frozen
class StepTime(PublicType):
    """How long a step of assistance takes at a desk.

    Attributes:
        step: the step.
        minutes: mean minutes for a visit that needs it, zero or more.
        share: share of visits that need it, 0 to 1.
        uses: equipment that is busy meanwhile.

    Raises:
        MisuseError: `share-above-one`, `not-exact`, `number-too-small`.
    """

    step: AssistanceStep = field(validator=instance_of(AssistanceStep))
    minutes: Fraction = field(validator=exact(0), converter=_fraction)
    share: Fraction = field(default=Fraction(1), validator=exact(0), converter=_fraction)
    uses: tuple[EquipmentKind, ...] = field(default=(), validator=tuple_of(EquipmentKind))

    def __attrs_post_init__(self) -> None:
        if self.share > 1:
            raise MisuseError("share-above-one", self.share)


@frozen
class Capacity(PublicType):
    """An estimate of what the desks of a place carry.

    Attributes:
        arrivals: visits a day.
        desks: places at which somebody helps, each one visit at a time.
        service_minutes: mean minutes of a visit.
        opening_minutes: minutes a day that the desks are open.
        variability: squared coefficient of variation of the length of a visit: 0 all alike, 1 as an
            exponential.
        utilisation: share of the opening time that a desk is busy; at 1 and above the queue grows
            all day.
        carries: most visits a day that desks and equipment can take at all, at a utilisation of 1.
        wait_probability: share of visits that wait; None when the queue has no steady state.
        wait_minutes: mean wait over all visits; None when the queue has no steady state.
        bottleneck: the equipment that limits `carries` more than the desks do; None when the desks
            do.
        equipment: utilisation of each kind of equipment that a step uses, by kind.
    """

    arrivals: Fraction
    desks: int
    service_minutes: Fraction
    opening_minutes: Fraction
    variability: Fraction
    utilisation: Fraction
    carries: Fraction | None
    wait_probability: Fraction | None
    wait_minutes: Fraction | None
    bottleneck: EquipmentKind | None = None
    equipment: tuple[tuple[EquipmentKind, Fraction], ...] = ()

    @property
    def steady(self) -> bool:
        """Whether desks and equipment keep up with the arrivals."""
        return self.utilisation < 1 and all(used < 1 for _, used in self.equipment)

    def assumptions(self, lang: Language = "en") -> tuple[str, ...]:
        """Return what the estimate assumes, a sentence each."""
        keys = ["arrivals-random", "one-queue", "whole-day", "no-leaving", "service-alike"]
        keys.append("wait-exact" if self.desks == 1 or self.variability == 1 else "wait-scaled")
        if self.equipment:
            keys.append("equipment-apart")
        return tuple(render(f"assumes-{key}", lang, {}) for key in keys)


def estimate_capacity(
    *,
    arrivals: int | Fraction,
    steps: Iterable[StepTime],
    opening_minutes: int | Fraction,
    variability: int | Fraction,
    desks: int = 1,
    equipment: Iterable[Equipment] = (),
) -> Capacity:
    """Estimate how busy desks are and how long people wait (an M/M/c queue; for one desk M/G/1).

    Args:
        arrivals: mean visits a day.
        steps: what a visit consists of; the mean length of a visit is the sum of minutes times
            share.
        opening_minutes: minutes of opening a day, above 0.
        variability: squared coefficient of variation of the length of a visit, 0 or more. There is
            no default: 1 is the textbook's, a desk that does one thing is nearer 0.
        desks: places at which somebody helps, 1 to 200.
        equipment: what all desks together have; a kind that a step uses and that is not here counts
            as absent.

    Returns:
        The estimate, exact: Erlang's C formula, and the formula of Pollaczek and Khinchine for one
        desk. For several desks and a variability other than 1 the wait is Erlang's scaled by (1 +
        variability) / 2 (Allen and Cunneen), which is no exact result, and `Capacity.assumptions`
        says so.

    Raises:
        MisuseError: `not-exact`, `number-too-small`, `too-many-desks`, `equipment-missing` for a
            step that uses what is not there.

    >>> visit = [StepTime(AssistanceStep.PREPARED, Fraction(12)),
    ...     StepTime(AssistanceStep.SUBMITTED, Fraction(8))]
    >>> estimate = estimate_capacity(arrivals=18, steps=visit, opening_minutes=480, variability=1)
    >>> estimate.utilisation, estimate.wait_minutes
    (Fraction(3, 4), Fraction(60, 1))
    """
    check_exact("arrivals", arrivals, 0)
    check_exact("opening_minutes", opening_minutes, 0, above=True)
    check_exact("variability", variability, 0)
    _check_desks(desks)
    visit = tuple(steps)
    tuple_of(StepTime)(None, named("steps"), visit)
    pieces = tuple(equipment)
    tuple_of(Equipment)(None, named("equipment"), pieces)
    rate, opening = Fraction(arrivals), Fraction(opening_minutes)
    service = sum((s.minutes * s.share for s in visit), Fraction(0))
    load = rate * service / opening  # offered load: desks busy on average
    used, limits = _equipment(visit, pieces, rate, opening)
    if service:
        limits.append((desks * opening / service, None))
    carries, bottleneck = min(limits, key=lambda limit: limit[0], default=(None, None))
    # Desks before equipment where both limit alike: a desk is what can be added.
    if service and carries == desks * opening / service:
        bottleneck = None
    waits = minutes = None
    if load < desks:
        waits = _erlang_c(desks, load)
        minutes = waits * service / (desks - load) * (1 + Fraction(variability)) / 2
    return Capacity(
        rate,
        desks,
        service,
        opening,
        Fraction(variability),
        load / desks,
        carries,
        waits,
        minutes,
        bottleneck,
        used,
    )


def _check_desks(desks: int) -> None:
    whole(1)(None, named("desks"), desks)
    if desks > _MOST_DESKS:
        raise MisuseError("too-many-desks", desks, most=_MOST_DESKS)


def _equipment(
    visit: tuple[StepTime, ...], pieces: tuple[Equipment, ...], rate: Fraction, opening: Fraction
) -> tuple[tuple[tuple[EquipmentKind, Fraction], ...], list[tuple[Fraction, EquipmentKind | None]]]:
    minutes: dict[EquipmentKind, Fraction] = {}
    for step in visit:
        for kind in step.uses:
            minutes[kind] = minutes.get(kind, Fraction(0)) + step.minutes * step.share
    there: dict[EquipmentKind, Fraction] = {}
    for piece in pieces:
        if piece.minutes_a_day is None:
            day = opening
        else:
            day = min(opening, piece.minutes_a_day)
        there[piece.kind] = there.get(piece.kind, Fraction(0)) + piece.number * day
    used: list[tuple[EquipmentKind, Fraction]] = []
    limits: list[tuple[Fraction, EquipmentKind | None]] = []
    for kind, needed in sorted(minutes.items()):
        if not needed:
            continue
        if not there.get(kind):
            raise MisuseError("equipment-missing", kind)
        used.append((kind, rate * needed / there[kind]))
        limits.append((there[kind] / needed, kind))
    return tuple(used), limits


def _erlang_c(desks: int, load: Fraction) -> Fraction:
    """Return the probability of waiting, by the recursion of Erlang's B.

    It is exact, and needs no factorials.
    """
    blocked = Fraction(1)
    for n in range(1, desks + 1):
        blocked = load * blocked / (n + load * blocked)
    return desks * blocked / (desks - load * (1 - blocked))


@frozen
class MonthLoad(PublicType):
    """How busy the desks of a place are in a month.

    Attributes:
        month: its first day.
        working_days: days on which the desks are open.
        arrivals: visits of the month; None when they are not known.
        desks: how many desks keep the utilisation at or below the ceiling; None when that is not
            known.
        utilisation: of one desk; None when it is not known.
    """

    month: date = field(validator=plain_day)
    working_days: int = field(validator=whole(0))
    arrivals: int | None = field(default=None, validator=optional(whole(0)))
    desks: int | None = field(default=None, validator=optional(whole(0)))
    utilisation: Fraction | None = field(default=None, validator=optional(exact(0)))


@frozen
class DeskPlan(PublicType):
    """How many desks each month needs.

    Attributes:
        months: the months, ascending.
        ceiling: the utilisation that is still accepted.
    """

    months: tuple[MonthLoad, ...]
    ceiling: Fraction

    def first_needing(self, desks: int = 2) -> date | Unknown | None:
        """Return the first month that needs so many desks; None when none does.

        Unknown with `earlier-month-unknown` when a month without figures comes before it, or when
        no known month
        needs them and some are not known: it may have been that one.
        """
        whole(1)(None, named("desks"), desks)
        blank = False
        for month in self.months:
            if month.desks is None:
                blank = True
            elif month.desks >= desks:
                if blank:
                    return Unknown("earlier-month-unknown", month.month.strftime("%Y-%m"))
                return month.month
        if blank:
            return Unknown("earlier-month-unknown", "")
        return None


def plan_desks(
    arrivals: Mapping[str, int | None],
    calendar: Calendar,
    *,
    steps: Iterable[StepTime],
    ceiling: Fraction,
) -> DeskPlan:
    """Return how many desks each month needs, from its visits and its opening hours.

    Args:
        arrivals: visits by month (`"2022-04"`); None where they are not known.
        calendar: working days and opening hours (`Calendar.with_hours` for a desk with hours of its
            own).
        steps: what a visit consists of.
        ceiling: highest utilisation accepted, above 0 and at most 1. It has no default: at 1 the
            queue grows all day.

    Raises:
        MisuseError: `ceiling-out-of-range`, `month-not-read`, `not-exact`, `number-too-small`.
        OutsideCoverageError: the calendar does not cover a month.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> visit = [StepTime(AssistanceStep.SUBMITTED, Fraction(20))]
    >>> plan = plan_desks({"2022-04": 120, "2022-05": 600}, vietnam_calendar(), steps=visit,
    ...     ceiling=Fraction(4, 5))
    >>> plan.first_needing(2)
    datetime.date(2022, 5, 1)
    """
    check_exact("ceiling", ceiling, 0, above=True)
    if ceiling > 1:
        raise MisuseError("ceiling-out-of-range", ceiling)
    visit = tuple(steps)
    tuple_of(StepTime)(None, named("steps"), visit)
    service = sum((s.minutes * s.share for s in visit), Fraction(0))
    months: list[MonthLoad] = []
    for name, visits in arrivals.items():
        first, last = month_of(name)
        if visits is not None:
            whole(0)(None, named(f"arrivals[{name}]"), visits)

        # How long the desk is open.
        days = [
            day
            for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
            if calendar.is_working_day(day)
        ]
        opening = sum(session.minutes for day in days for session in calendar.sessions(day))
        if visits is None or (visits and service and not opening):
            months.append(MonthLoad(first, len(days), visits))
            continue

        # How much of that the visits take, and how many desks it takes below the ceiling.
        busy = Fraction(0)
        if visits and service:
            busy = visits * service / opening
        needed = -(-busy // Fraction(ceiling))
        months.append(MonthLoad(first, len(days), visits, int(needed), busy))
    return DeskPlan(tuple(sorted(months, key=lambda m: m.month)), Fraction(ceiling))
