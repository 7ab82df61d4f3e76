"""Bounds of provisional due dates against brute force over the declared decisions, which this
file writes out itself.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    Deadline,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
    due,
)
from evnpubsvc.deadlines.results import DueBounds
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.texts import Text
from evnpubsvc.worktime import (
    Calendar,
    CalendarDay,
    DayKind,
    OpenDecision,
    OutsideCoverageError,
    WeeklyHours,
    vietnam_calendar,
)
from tests.deep import cases

DAY = timedelta(days=1)
DECIDED = vietnam_calendar()
CALENDAR = vietnam_calendar(provisional_until=2031)
# Computed from new moons at UTC+7 (facts on the law, section 1.3).
TET = {2028: date(2028, 1, 26), 2029: date(2029, 2, 13), 2030: date(2030, 2, 2)}
GIO_TO = {2028: date(2028, 4, 4), 2029: date(2029, 4, 23), 2030: date(2030, 4, 12)}


def off(days: set[date]) -> set[date]:
    """The days and, for each on a weekend, the next working day (Labour Code art. 111(3))."""
    all_off = set(days)
    for day in sorted(days):
        if day.weekday() >= 5:
            substitute = day
            while substitute.weekday() >= 5 or substitute in all_off:
                substitute += DAY
            all_off.add(substitute)
    return all_off


def decisions(year: int) -> Iterator[set[date]]:
    """The days off of a year under each declared decision.

    Tết 1+4 or 2+3, 2/9 with the day before or after.
    """
    fixed = off({date(year, 1, 1), GIO_TO[year], date(year, 4, 30), date(year, 5, 1)})
    fixed |= off({date(year, 11, 24)})
    for before, step in product((1, 2), (-1, 1)):
        tet = off({TET[year] + n * DAY for n in range(-before, 5 - before)})
        national = off({date(year, 9, 2), date(year, 9, 2) + step * DAY})
        yield fixed | tet | national


def working_days(days_off: set[date]) -> list[date]:
    """The working days of 2028 to 2030, after the decided ones of 2027."""
    first = date(2027, 1, 1)
    known = [first + n * DAY for n in range(365) if DECIDED.is_working_day(first + n * DAY)]
    later = (date(2028, 1, 1) + n * DAY for n in range(366 + 365 + 365))
    return known + [day for day in later if day.weekday() < 5 and day not in days_off]


WORLDS = [
    working_days(one | two | three)
    for one, two, three in product(decisions(2028), decisions(2029), decisions(2030))
]
# How many working days of each world come up to and including a day.
UPTO = []
for world in WORLDS:
    worked = set(world)
    count, table = 0, {}
    for n in range(365 + 366 + 365 + 365):
        count += (day := date(2027, 1, 1) + n * DAY) in worked
        table[day] = count
    UPTO.append(table)


def all_questions() -> list[tuple[date, int]]:
    return [(date(2028, 1, 1) + n * DAY, limit) for n in range(731) for limit in range(1, 61)]


def test_bounds_are_those_of_brute_force() -> None:
    """Every receipt day of 2028 and 2029 with 1 to 60 working days.

    A sample of them outside `make deep`.
    """
    rng = random.Random(28)
    questions = rng.sample(all_questions(), cases(250, len(all_questions())))
    # Where the choices lead to different dates: shortly before Tết and before 2 September.
    near = [each for each in all_questions() if each[0].month in (1, 8) and 5 <= each[1] <= 25]
    questions += rng.sample(near, cases(150, 0))
    moved = 0
    for received, n in questions:
        ends = {world[table[received] + n - 1] for world, table in zip(WORLDS, UPTO, strict=True)}
        found = due(received, TimeLimit(n, LimitUnit.WORKING_DAYS), calendar=CALENDAR, trace=False)
        assert found.provisional
        assert found.bounds is not None
        assert (found.bounds.earliest, found.bounds.latest) == (min(ends), max(ends)), (received, n)
        assert found.date in ends
        moved += len(ends) > 1
    assert moved > 5  # the sample is not idle


@pytest.mark.parametrize("limit", [TimeLimit(15, LimitUnit.DAYS), TimeLimit(1, LimitUnit.MONTHS)])
def test_calendar_days_roll_to_different_days(limit: TimeLimit) -> None:
    """A limit in calendar days depends on the decisions only where it ends on a day that may be
    off.
    """
    for n in range(0, 731, cases(9, 1)):
        received = date(2028, 1, 1) + n * DAY
        raw = received + 15 * DAY
        if limit.unit is LimitUnit.MONTHS:
            raw = month_later(received)
        ends = {next(day for day in world if day >= raw) for world in WORLDS}
        found = due(received, limit, calendar=CALENDAR, trace=False)
        assert found.bounds is not None
        assert (found.bounds.earliest, found.bounds.latest) == (min(ends), max(ends)), received


def month_later(day: date) -> date:
    """The same-named day of the next month, or its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def test_stops_and_restarts_are_bounded_too() -> None:
    """A stop that ends in the Tết of 2028 restarts the clock in it."""
    stop = Stop(StopKind.SUPPLEMENT, date(2028, 1, 12), date(2028, 1, 25), ClockPolicy.RESTART)
    found = due(
        date(2028, 1, 4), TimeLimit(8, LimitUnit.WORKING_DAYS), calendar=CALENDAR, stops=[stop]
    )
    # The day on which the stop ended is not counted: eight working days after 25/1/2028.
    ends = {world[table[date(2028, 1, 25)] + 7] for world, table in zip(WORLDS, UPTO, strict=True)}
    assert len(ends) == 2
    assert found.bounds is not None
    assert (found.bounds.earliest, found.bounds.latest) == (min(ends), max(ends))


def test_a_long_limit_does_not_vary_what_lies_between() -> None:
    calendar = vietnam_calendar(provisional_until=2045)
    found = due(date(2028, 3, 1), TimeLimit(15, LimitUnit.YEARS), calendar=calendar)
    assert found.bounds is not None
    assert len(found.bounds.decisions) == 1  # Tết 2043, of 30 decisions on the way
    assert found.bounds.earliest <= found.date <= found.bounds.latest  # type: ignore[operator]
    assert due(date(2028, 3, 1), TimeLimit(3700, LimitUnit.WORKING_DAYS), calendar=calendar).bounds


def test_one_decision_may_lead_into_the_next() -> None:
    """Two decisions in a row.

    Only if the first takes a second day does the date reach the second one.
    """

    def off_on(*days: int) -> tuple[CalendarDay, ...]:
        source = Citation("an assumed calendar")
        return tuple(
            CalendarDay(
                date(2028, 3, day), DayKind.HOLIDAY, Text("nghỉ", "off"), source, provisional=True
            )
            for day in days
        )

    first = OpenDecision(Text("thứ nhất", "first"), (off_on(14), off_on(14, 15)))
    second = OpenDecision(Text("thứ hai", "second"), (off_on(17), off_on(17, 20)))
    calendar = Calendar(
        date(2028, 1, 1), date(2028, 12, 31), (WeeklyHours.of("08:00-12:00"),), off_on(14, 17),
        decided_until=date(2027, 12, 31), open_decisions=(first, second),
    )  # fmt: skip
    found = due(date(2028, 3, 10), TimeLimit(3, LimitUnit.WORKING_DAYS), calendar=calendar)
    # 13, 15 and 16 March; with the 15th off 13, 16 and then the 20th, or the 21st if that is off
    # too.
    assert found.date == date(2028, 3, 16)
    assert found.bounds == DueBounds(
        date(2028, 3, 16), date(2028, 3, 21), (first.name, second.name)
    )


def test_what_is_decided_has_no_bounds() -> None:
    limit = TimeLimit(25, LimitUnit.WORKING_DAYS)
    for calendar in (DECIDED, CALENDAR):
        found = due(date(2026, 12, 1), limit, calendar=calendar)
        assert found.date == date(2027, 1, 6)
        assert (found.provisional, found.bounds) == (False, None)
        assert "provisional" not in str(found)


def test_the_caller_chooses_by_the_calendar() -> None:
    limit = TimeLimit(25, LimitUnit.WORKING_DAYS)
    with pytest.raises(OutsideCoverageError):
        due(date(2027, 12, 20), limit, calendar=DECIDED)
    found = due(date(2027, 12, 20), limit, calendar=CALENDAR)
    assert str(found) == (
        "25 working days from Mon 20/12/2027: due Tue 01/02/2028 "
        "(provisional: from Tue 01/02/2028 to Tue 01/02/2028)"
    )


def test_nothing_provisional_can_be_taken_for_decided_after_json() -> None:
    found = due(date(2028, 1, 3), TimeLimit(15, LimitUnit.WORKING_DAYS), calendar=CALENDAR)
    back = from_json(to_json(found), Deadline)
    assert back == found
    assert back.provisional
    assert back.bounds == DueBounds(
        date(2028, 1, 24), date(2028, 1, 31), tuple(n.name for n in CALENDAR.open_decisions[:1])
    )
    assert [each.reason for each in back.notices] == ["year-undecided", "due-provisional"]
    assert "tạm tính" in back.summary("vi")


def test_an_open_clock_has_no_bounds() -> None:
    stop = Stop(StopKind.OTHER, date(2028, 1, 12), None, ClockPolicy.RESUME)
    found = due(
        date(2028, 1, 4), TimeLimit(8, LimitUnit.WORKING_DAYS), calendar=CALENDAR, stops=[stop]
    )
    assert (found.date, found.bounds, found.provisional) == (None, None, False)


def test_hours_are_bounded_by_the_days_they_end_on() -> None:
    office = CALENDAR.with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:30"))
    found = due(datetime(2028, 1, 21, 9), TimeLimit(16, LimitUnit.WORKING_HOURS), calendar=office)
    # Friday 21/1 has seven hours left. Tết from Monday 24/1 or from Tuesday 25/1.
    assert found.bounds is not None
    assert (found.bounds.earliest, found.bounds.latest) == (date(2028, 2, 1), date(2028, 2, 1))


def test_bounds_are_in_order() -> None:
    with pytest.raises(MisuseError, match="bounds-inverted"):
        DueBounds(date(2028, 1, 2), date(2028, 1, 1))


def test_rules_bound_as_a_calendar_does() -> None:
    limit = TimeLimit(15, LimitUnit.WORKING_DAYS)
    by_rules = due(date(2028, 1, 3), limit, counting=CountingRules(CALENDAR))
    assert by_rules == due(date(2028, 1, 3), limit, calendar=CALENDAR)


def test_a_calendar_that_names_no_open_decisions_is_bounded_by_itself() -> None:
    plain = Calendar(
        date(2027, 1, 1), date(2028, 12, 31), (WeeklyHours.of("08:00-12:00"),),
        decided_until=date(2027, 12, 31),
    )  # fmt: skip
    found = due(date(2028, 1, 3), TimeLimit(5, LimitUnit.WORKING_DAYS), calendar=plain)
    assert found.bounds == DueBounds(date(2028, 1, 10), date(2028, 1, 10))
    assert "due-provisional-exchange" in [each.reason for each in found.notices]
