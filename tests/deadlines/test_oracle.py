"""`due` against an oracle that lives through the time: no mismatch in 10,000 cases each."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.deadlines import (
    ClockPolicy,
    CutOff,
    DayCount,
    HoursReading,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
)
from evnpubsvc.worktime import Calendar, OutsideCoverageError, Session, WeeklyHours
from tests.deadlines.counted import due
from tests.deadlines.oracle import OUT, STANDS, Life, Pause
from tests.deep import cases
from tests.worktime.oracle import World

_DAY = timedelta(days=1)
_AFRESH = (ClockPolicy.RESTART, ClockPolicy.NOT_STARTED)


def moment(world: World, minute: int) -> datetime:
    return datetime.combine(world.first, time()) + timedelta(minutes=minute)


def draw_minute(world: World, rng: random.Random, low: int = 0) -> int:
    """Any minute from `low` on, often an opening, a closing, a midnight or one of their
    neighbours.
    """
    minute = rng.randrange(low, len(world.open))
    if rng.random() < 0.5:
        minute = (
            minute // 1440 * 1440
            + rng.choice((0, 450, 480, 690, 810, 1020, 1320))
            + rng.choice((-1, 0, 0, 0, 1))
        )
    return min(max(minute, low), len(world.open) - 1)


def draw_stops(
    world: World,
    rng: random.Random,
    *,
    in_days: bool,
    low: int,
    restarts: float,
    lasting: float = 0.1,
) -> tuple[list[Stop], list[Pause]]:
    stops, pauses = [], []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        if in_days:
            a = rng.randrange(max(low // 1440 - 1, 0), world.span)
            b = min(a + rng.choice((0, 0, 1, 2, 5)), world.span - 1)
        else:
            a = draw_minute(world, rng, low)
            b = min(a + rng.choice((0, 1, 20, 300, 1440, 1440, 3000, 9000)), len(world.open) - 1)
            b = max(a, draw_minute(world, rng, a)) if rng.random() < 0.3 else b
        open_ended = rng.random() < lasting
        afresh = rng.random() < restarts
        policy = rng.choice(_AFRESH if afresh else (ClockPolicy.RESUME, ClockPolicy.EXCLUDE))
        at: Any = (lambda i: world.first + i * _DAY) if in_days else (lambda m: moment(world, m))
        stops.append(Stop(rng.choice(list(StopKind)), at(a), None if open_ended else at(b), policy))
        pauses.append(Pause.of(a, None if open_ended else b, restarts=afresh, in_days=in_days))
    return stops, pauses


def check(expected: date | datetime | str, *args: Any, **kwargs: Any) -> str:
    """Compare, with and without a trace, and tell which kind of result it was."""
    if expected == OUT:
        with pytest.raises(OutsideCoverageError):
            due(*args, **kwargs)
        return OUT
    result = due(*args, **kwargs)
    got = result.instant if isinstance(expected, datetime) else result.date
    assert got == (None if expected == STANDS else expected), (args, kwargs, result)
    assert due(*args, trace=False, **kwargs) == evolve(result, trace=()), (args, kwargs)
    return STANDS if expected == STANDS else "date"


def months_later(day: date, months: int) -> date:
    """The same-named day, or the last day of a month without it (Civil Code art. 148).

    Counted month by month.
    """
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return date(year, month, min(day.day, longest))


def test_months_and_years_are_exact() -> None:
    """Limits in months and years of a hundred years at most, against counting month by month.

    20,000 cases.
    """
    every_day = Calendar(
        date(1950, 1, 1), date(2149, 12, 31), (WeeklyHours(((Session.parse("08:00-12:00"),),) * 7),)
    )
    rng = random.Random(148)
    for _ in range(cases(2_000, 20_000)):
        day = date(1950, 1, 1) + rng.randrange(36_500) * _DAY
        if rng.random() < 0.3:  # the ends of months, where the two could part
            day = day.replace(day=28) + rng.choice((0, 1, 2, 3)) * _DAY
        months = rng.choice(
            (rng.randrange(1, 15), rng.randrange(1, 1_190), 12 * rng.randrange(1, 99))
        )
        limit = TimeLimit(months, LimitUnit.MONTHS)
        if months % 12 == 0 and rng.random() < 0.7:
            limit = TimeLimit(months // 12, LimitUnit.YEARS)
        found = due(day, limit, calendar=every_day, trace=False)
        assert found.date == months_later(day, months), (day, limit)


def length_in_days(world: World, unit: LimitUnit, amount: int) -> Callable[[int], int]:
    """How many days a limit has, by the index of the day from which it is counted."""
    if unit is LimitUnit.MONTHS:

        def months(index: int) -> int:
            day = world.first + index * _DAY
            return (months_later(day, amount) - day).days

        return months
    return lambda _: amount * (7 if unit is LimitUnit.WEEKS else 1)


def test_days_agree_with_a_life_lived_day_by_day() -> None:
    seen: Counter[str] = Counter()
    for seed in range(cases(70, 210)):
        world = World(seed, days=random.Random(seed).randrange(8, 90))
        rng = world.rng
        for _ in range(55):
            unit = rng.choice(
                (LimitUnit.WORKING_DAYS,) * 3 + (LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS)
            )
            amount = {LimitUnit.WEEKS: rng.choice((1, 2)), LimitUnit.MONTHS: 1}.get(
                unit, rng.choice((1, 1, 2, 3, 5, 12))
            )
            in_days = rng.random() < 0.4
            at = draw_minute(world, rng)
            if world.span > 30 and unit is LimitUnit.MONTHS:
                at = at // 4
            stops, pauses = draw_stops(
                world, rng, in_days=in_days, low=max(at - 3000, 0), restarts=0.3
            )
            # The receipt lies before the end of its day in the oracle; ends before the instant of
            # receipt are over.
            pauses = [p for p in pauses if in_days or not p.restarts or p.end > at]
            length = length_in_days(world, unit, amount)
            index = Life(world, pauses).days(
                at // 1440, length, calendar_days=unit is not LimitUnit.WORKING_DAYS
            )
            expected = world.first + index * _DAY if isinstance(index, int) else index
            received = (
                moment(world, at)
                if not in_days and rng.random() < 0.8
                else (moment(world, at)).date()
            )
            if not in_days and not isinstance(received, datetime):
                pauses_of_day = [p for p in pauses if p.restarts and p.end // 1440 == at // 1440]
                if pauses_of_day:  # without the hour of receipt the order is not known
                    received = moment(world, at)
            seen[
                check(
                    expected,
                    received,
                    TimeLimit(amount, unit),
                    calendar=world.calendar,
                    stops=stops,
                )
            ] += 1
            seen["with stops"] += bool(stops)
    assert seen[OUT] + seen[STANDS] + seen["date"] >= cases(3_300, 10_000)
    assert min(seen.values()) > cases(130, 400), seen


def test_hours_agree_with_a_life_lived_minute_by_minute() -> None:
    seen: Counter[str] = Counter()
    for seed in range(1000, 1000 + cases(70, 210)):
        world = World(seed, days=random.Random(seed).randrange(3, 14))
        rng = world.rng
        for _ in range(70):
            reading = rng.choice((HoursReading.CLOCK, HoursReading.WORKING))
            needed = rng.choice((1, 30, 60, 240, 241, 480, 600, 1440))
            at = draw_minute(world, rng)
            stops, pauses = draw_stops(
                world, rng, in_days=False, low=max(at - 2000, 0), restarts=0.25
            )
            by_clock = reading is HoursReading.CLOCK
            minute = Life(world, pauses).minutes(at, needed, by_clock=by_clock)
            unit = LimitUnit.CLOCK_HOURS if by_clock else LimitUnit.WORKING_HOURS
            limit = TimeLimit(Fraction(needed, 60), unit)
            if isinstance(minute, str):
                expected: date | datetime | str = minute
            elif by_clock and not world.minutes[(minute - 1) // 1440]:
                continue  # ends on a day off: rolled, which the walk by days tests
            else:
                expected = moment(world, minute)
            if expected == OUT and by_clock:
                continue  # a roll may leave the calendar on either side of it
            seen[
                check(expected, moment(world, at), limit, calendar=world.calendar, stops=stops)
            ] += 1
            if isinstance(expected, datetime):
                result = due(moment(world, at), limit, calendar=world.calendar, stops=stops)
                assert result.date == (expected - timedelta(minutes=1)).date()
                assert world.calendar.is_working_day(result.date)
    assert seen.total() >= cases(3_300, 10_000), seen
    assert min(seen.values()) > cases(100, 300), seen


def test_cut_offs_agree_with_the_words_of_the_rules() -> None:
    """The shifted day of receipt, and from it the due date, by looking at each minute."""
    seen: Counter[str] = Counter()
    for seed in range(2000, 2000 + cases(70, 200)):
        world = World(seed, days=random.Random(seed).randrange(8, 60))
        rng = world.rng
        for _ in range(52):
            cutoff = rng.choice(
                (
                    CutOff.NONE,
                    CutOff.TRANSFER15,
                    CutOff.SHIFT15,
                    CutOff.LASTHOUR,
                    CutOff.OFFICEHOURS,
                )
            )
            at = draw_minute(world, rng)
            if rng.random() < 0.3:
                at = at // 1440 * 1440 + rng.choice((899, 900, 901, 959, 960, 961))
            day = at // 1440
            left = sum(
                world.open[at : (day + 1) * 1440]
            )  # open minutes from now to the end of the day
            works = bool(world.minutes[day])
            shifted = {
                CutOff.SHIFT15: not works or at % 1440 > 900,
                CutOff.LASTHOUR: not works or left < 60,
                CutOff.OFFICEHOURS: not works or (left == 0 and not world.open[at - 1]),
            }.get(cutoff, False)
            start: int | str = day
            if shifted:
                start = next((d for d in range(day + 1, world.span) if world.minutes[d]), OUT)
            n = rng.choice((1, 2, 5))
            same_day = rng.random() < 0.3
            if start == OUT:
                index: int | str = OUT
            elif same_day:
                index = next((d for d in range(int(start), world.span) if world.minutes[d]), OUT)
            else:
                index = Life(world, []).days(
                    int(start),
                    length_in_days(world, LimitUnit.WORKING_DAYS, n),
                    calendar_days=False,
                )
            expected = world.first + index * _DAY if isinstance(index, int) else index
            limit = (
                TimeLimit(0, LimitUnit.SAME_DAY)
                if same_day
                else TimeLimit(n, LimitUnit.WORKING_DAYS)
            )
            seen[f"{cutoff} {shifted}"] += 1
            check(expected, moment(world, at), limit, calendar=world.calendar, cutoff=cutoff)
    assert seen.total() >= cases(3_300, 10_000)
    assert min(seen.values()) > cases(100, 300), seen


def test_half_days_agree_with_a_walk() -> None:
    """N and a half working days end when half of the open minutes of the day after the N-th have
    passed.
    """
    done = 0
    for seed in range(3000, 3000 + cases(50, 100)):
        world = World(seed, days=random.Random(seed).randrange(8, 40))
        rng = world.rng
        for _ in range(30):
            at, whole = draw_minute(world, rng), rng.choice((0, 1, 2))
            stops, pauses = draw_stops(world, rng, in_days=False, low=at, restarts=0, lasting=0)
            life = Life(world, pauses)
            left, day = whole + 1, at // 1440
            while left and day + 1 < world.span:
                day += 1
                left -= bool(world.minutes[day]) and not life._opening_stopped(day)
            if left:
                continue
            half = sum(world.open[day * 1440 : (day + 1) * 1440])
            if half % 2:
                continue
            minute = life.minutes(day * 1440, half // 2, by_clock=False)
            expected = minute if isinstance(minute, str) else moment(world, minute)
            limit = TimeLimit(whole + Fraction(1, 2), LimitUnit.WORKING_DAYS)
            check(expected, moment(world, at), limit, calendar=world.calendar, stops=stops)
            done += 1
    assert done > cases(750, 1_500)


def test_eight_hours_a_day_are_hours() -> None:
    """The policy is nothing but eight working hours for each day."""
    for seed in range(4000, 4040):
        world = World(seed, days=20)
        for _ in range(20):
            at, half_days = draw_minute(world, world.rng), world.rng.choice((1, 2, 3, 6))
            stops, pauses = draw_stops(world, world.rng, in_days=False, low=at, restarts=0.3)
            minute = Life(world, pauses).minutes(at, 240 * half_days, by_clock=False)
            expected = minute if isinstance(minute, str) else moment(world, minute)
            limit = TimeLimit(Fraction(half_days, 2), LimitUnit.WORKING_DAYS)
            rest = {"calendar": world.calendar, "stops": stops, "days": DayCount.EIGHT_HOURS}
            if expected == OUT or isinstance(expected, datetime):
                check(expected, moment(world, at), limit, **rest)
