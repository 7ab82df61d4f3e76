"""Counting working days and office time.

Against floors, and against numpy's and polars's own functions.
"""

from __future__ import annotations

import random
import tracemalloc
from datetime import date, datetime, timedelta
from itertools import accumulate

from bench._timing import Case, Goal, interleaved, over, table
from evnpubsvc.law import Citation
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, CalendarDay, DayKind, WeeklyHours

FIRST, LAST = date(2015, 1, 1), date(2034, 12, 31)
ROWS = 1_000_000
_DAY = timedelta(days=1)


def rows() -> tuple[CalendarDay, ...]:
    """Make-up Saturdays and days off in the Vietnamese manner for twenty years, made by rule."""
    name, source = Text(vi="ngày", en="day"), Citation("bench")
    kinds: dict[date, DayKind] = {}
    for year in range(FIRST.year, LAST.year + 1):
        tet = date(year, 1, 24) + (year * 7) % 20 * _DAY
        fixed = [
            date(year, m, d)
            for m, d in ((1, 1), (4, 18), (4, 30), (5, 1), (9, 2), (9, 3), (11, 24))
        ]
        for day in (*(tet + i * _DAY for i in range(7)), *fixed):
            kinds[day] = DayKind.HOLIDAY
        for day in fixed:
            if (
                day.weekday() == 1 and day - _DAY not in kinds
            ):  # the Monday before, worked on the Saturday before it
                kinds[day - _DAY] = DayKind.SWAPPED
                kinds.setdefault(day - 3 * _DAY, DayKind.MAKE_UP)
            elif (
                day.weekday() == 3 and day + _DAY not in kinds
            ):  # the Friday after, worked a week later
                kinds[day + _DAY] = DayKind.SWAPPED
                kinds.setdefault(day + 9 * _DAY, DayKind.MAKE_UP)
    return tuple(
        CalendarDay(day, kind, name, source) for day, kind in kinds.items() if FIRST <= day <= LAST
    )


HOURS = WeeklyHours.of("08:00-11:30", "13:30-17:00")


def make() -> Calendar:
    return Calendar(FIRST, LAST, (HOURS,), ROWS_OF_20_YEARS)


ROWS_OF_20_YEARS = rows()
CALENDAR = make()


def two_lists() -> tuple[object, list[date], list[int]]:
    """The plain closure over two lists that every reader would write.

    No check of type, range or past.
    """
    base = FIRST.toordinal()
    days = [date.fromordinal(base + i) for i in range((LAST - FIRST).days + 1)]
    works = [CALENDAR.is_working_day(day) for day in days]
    before = list(accumulate(works, initial=0))
    upto, working = (
        [n - 1 for n in before[1:]],
        [day for day, flag in zip(days, works, strict=True) if flag],
    )

    def add(d: date, n: int, upto=upto, before=before, working=working, base=base) -> date:
        if n > 0:
            return working[upto[d.toordinal() - base] + n]
        i = before[d.toordinal() - base] + n
        if i < 0:
            raise OverflowError
        return working[i]

    return add, working, upto


def empty(day: date, n: int) -> date:  # noqa: ARG001
    return day


def walk(day: date, n: int) -> date:
    """Day by day."""
    left = n
    while left:
        day += _DAY
        left -= CALENDAR.is_working_day(day)
    return day


def main() -> bool:
    """Print all measurements; return whether no goal is missed by more than noise."""
    goals = [*single(), *fixed(), *batch(), *office_time(), *building()]
    print("\nGoals")
    for goal in goals:
        print(goal.line())
    return not any(goal.failed for goal in goals)


def single() -> list[Goal]:
    closure, _, _ = two_lists()
    rng = random.Random(1)
    starts = [date(2024, 1, 1) + rng.randrange(1000) * _DAY for _ in range(512)]
    goals: list[Goal] = []
    fast = {}
    for n in (1, 3, 25, -3):
        calls = [(day, n) for day in starts]
        assert all(CALENDAR.add_working_days(*each) == closure(*each) for each in calls)
        cases = {
            "call of an empty function": over(empty, calls),
            "closure": over(closure, calls),
            "Calendar.add_working_days": over(CALENDAR.add_working_days, calls),
        }
        if n > 0:
            assert all(walk(*each) == closure(*each) for each in calls)
            cases["walk day by day"] = over(walk, calls[:64])
        cases |= _scalar_numpy(calls)
        found = interleaved(cases, rounds=25)
        print(table(f"One call, n = {n}", found, "closure"))
        ours = found["Calendar.add_working_days"]
        goals.append(
            Goal(
                f"G1 add_working_days, n = {n}, over the closure",
                ours.over(found["closure"]),
                at_most=1.25,
            )
        )
        goals.append(
            Goal("   over an empty call", ours.over(found["call of an empty function"]), at_most=4)
        )
        if "numpy busday_offset" in found and n > 0:
            goals.append(
                Goal(
                    "   scalar numpy over it", found["numpy busday_offset"].over(ours), at_least=36
                )
            )
        fast[n] = over(CALENDAR.add_working_days, calls)
    flat = interleaved({"1": fast[1], "25": fast[25]}, rounds=25)
    goals.append(Goal("G1 flat in n: t(25) over t(1)", flat["25"].over(flat["1"]), at_most=1.1))
    return goals


def _rest_days() -> list[date]:
    return [
        day
        for i in range((LAST - FIRST).days + 1)
        if not CALENDAR.is_working_day(day := FIRST + i * _DAY)
    ]


def _scalar_numpy(calls: list[tuple[date, int]]) -> dict[str, Case]:
    try:
        import numpy as np
    except ModuleNotFoundError:
        return {}
    # Make-up days are beyond it, so all seven days are working days and every day of rest is a
    # holiday.
    days = np.busdaycalendar("1111111", holidays=[np.datetime64(day) for day in _rest_days()])

    def add(day: date, n: int) -> date:
        return np.busday_offset(
            day, n, roll="backward" if n > 0 else "forward", busdaycal=days
        ).item()

    assert all(add(*each) == CALENDAR.add_working_days(*each) for each in calls)
    return {"numpy busday_offset": over(add, calls[:64])}


def fixed() -> list[Goal]:
    _, working, _ = two_lists()
    rng = random.Random(2)
    starts = [date(2024, 1, 1) + rng.randrange(1000) * _DAY for _ in range(512)]
    places = [rng.randrange(4000) for _ in range(512)]
    adder = CALENDAR.adder(3)

    def index(repetitions: int) -> None:
        for _ in range(repetitions):
            for i in places:
                working[
                    i >> 1
                ]  # the shift stands for the least that makes an index out of something

    cases = {
        "list index": Case(index, 512),
        "list.__getitem__, called": over(working.__getitem__, [(i >> 1,) for i in places]),
        "adder": over(adder, [(day,) for day in starts]),
    }
    found = interleaved(cases, rounds=25)
    print(table("One fixed n", found, "list index"))
    return [
        Goal("G2 adder(3) over a list index", found["adder"].over(found["list index"]), at_most=2),
        Goal(
            "   over a called list.__getitem__",
            found["adder"].over(found["list.__getitem__, called"]),
        ),
    ]


def batch() -> list[Goal]:
    try:
        import numpy as np
        import polars as pl
    except ModuleNotFoundError:
        print("\nBatch: left out, numpy and polars are not installed")
        return []
    rng = random.Random(3)
    dates = [date(2024, 1, 1) + rng.randrange(900) * _DAY for _ in range(ROWS)]
    counts = [rng.choice((1, 3, 5, 10, 15, 25, 30)) for _ in range(ROWS)]
    closure, _, _ = two_lists()
    rest = _rest_days()
    d64, n32 = np.array(dates, dtype="datetime64[D]"), np.array(counts, dtype=np.int32)
    seven = np.busdaycalendar("1111111", holidays=[np.datetime64(day) for day in rest])
    column, numbers = pl.Series(dates), pl.Series(counts)

    def ours() -> list[date]:
        return list(map(CALENDAR.add_working_days, dates, counts))

    def numpy() -> object:
        return np.busday_offset(d64, n32, roll="backward", busdaycal=seven)

    def polars() -> pl.Series:
        return column.dt.add_business_days(
            numbers, week_mask=(True,) * 7, holidays=rest, roll="backward"
        )

    truth = ours()
    assert np.array_equal(np.array(truth, dtype="datetime64[D]"), numpy())
    assert pl.Series(truth).equals(polars())

    def numpy_on_lists() -> object:
        days = np.array(dates, dtype="datetime64[D]")
        return np.busday_offset(days, np.array(counts), roll="backward", busdaycal=seven).tolist()

    def case(function: object) -> Case:
        return Case(lambda repetitions: [function() for _ in range(repetitions)][0:0], ROWS)

    cases = {
        "map(add_working_days)": case(ours),
        "numpy busday_offset": case(numpy),
        "polars": case(polars),
    }
    cases["numpy busday_offset, lists in and out"] = case(numpy_on_lists)
    cases["map(closure)"] = case(lambda: list(map(closure, dates, counts)))
    found = interleaved(cases, rounds=9, seconds=0.01)
    print(table("A million rows, another n in each", found, "map(add_working_days)"))
    mine = found["map(add_working_days)"]
    return [
        Goal(
            "G3 numpy busday_offset over map(add_working_days)",
            found["numpy busday_offset"].over(mine),
            at_least=1.4,
        ),
        Goal(
            "G3 polars add_business_days over map(add_working_days)",
            found["polars"].over(mine),
            at_least=1.4,
        ),
    ]


def office_time() -> list[Goal]:
    rng = random.Random(4)
    starts = [
        datetime(2024, 1, 1) + timedelta(minutes=rng.randrange(900 * 1440)) for _ in range(64)
    ]
    half_days = CALENDAR.with_hours(
        WeeklyHours.of("08:00-11:30", "13:30-17:00", saturday=["08:00-11:30"])
    )
    return [goal for minutes in (480, 2400) for goal in _office_time(minutes, starts, half_days)]


def _office_time(minutes: int, starts: list[datetime], half_days: Calendar) -> list[Goal]:
    step = timedelta(minutes=minutes)

    def shift(moment: datetime, n: int) -> datetime:  # noqa: ARG001
        return moment + step

    def whole_minutes(repetitions: int, add=CALENDAR.add_working_time) -> None:
        for _ in range(repetitions):
            for moment in starts:
                add(moment, minutes=minutes)

    def unequal(repetitions: int, add=half_days.add_working_time) -> None:
        for _ in range(repetitions):
            for moment in starts:
                add(moment, minutes=minutes)

    cases = {
        "datetime + timedelta": over(shift, [(moment, minutes) for moment in starts]),
        "add_working_time(minutes=…)": Case(whole_minutes, 64),
        "add_working_time(timedelta)": over(
            CALENDAR.add_working_time, [(moment, step) for moment in starts]
        ),
        "add_working_time, half-days": Case(unequal, 64),
    }
    found = interleaved(cases, rounds=25)
    print(table(f"Office time, {minutes // 60} h", found, "datetime + timedelta"))
    value = found["add_working_time(minutes=…)"].over(found["datetime + timedelta"])
    return [
        Goal(f"G5 add_working_time, {minutes // 60} h, over datetime + timedelta", value, at_most=6)
    ]


def building() -> list[Goal]:
    found = interleaved(
        {"build": Case(lambda repetitions: [make() for _ in range(repetitions)][0:0])}, rounds=15
    )
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = make()
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert kept == CALENDAR
    print(f"\nBuilding 20 years with {len(ROWS_OF_20_YEARS)} rows")
    return [
        Goal("G6 building 20 years", found["build"].ns / 1e6, at_most=1.5, unit="ms"),
        Goal("G6 memory of 20 years", size / 1024, at_most=512, unit="KiB"),
    ]
