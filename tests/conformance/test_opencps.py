"""The arithmetic of OpenCPS, with the faults that were found in it by running it, fails the kit.

Its vectors are typed in from a comparison of its real classes with a walk minute by minute.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import pytest

from evnpubsvc.conformance import check_calendar_laws, check_deadline_laws
from evnpubsvc.deadlines import LimitUnit, TimeLimit, due
from evnpubsvc.worktime import VIETNAM_TIME, Session, WeeklyHours
from tests.conformance.adapters import CALENDAR, due_function, make_office
from tests.conformance.independent import DAY, Office, Pause

OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
WITH_HOURS = CALENDAR.with_hours(WeeklyHours.of("07:30-11:30", "13:00-17:00"))


class EveningStartsInTheAfternoon(Office):
    """1: Mon 19:00 + 4 h gives Tue 15:00; an evening start loses the morning session."""

    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        if moment.time() > self.hours[-1][1]:
            noon = self.hours[-1][0]
            day = self.next_working_day(moment.date())
            moment = datetime.combine(day, noon, moment.tzinfo)
        return super().after_hours(moment, left)


class HolidayQueryBeginsAtTheStart(Office):
    """2: a holiday is stored at 00:00, so the query from 09:00 on misses that of the first day."""

    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        others = self.off - {moment.date()}
        office = Office(self.first, self.last, others, self.make_up, self.hours)
        return office.after_hours(moment, left)


class MakeUpDaysAreOff(Office):
    """3: a start on a make-up Saturday is moved to Monday."""

    def is_made_up(self, day: date) -> bool:  # noqa: ARG002
        return False


class SaturdayMorning(Office):
    """An honest office that is open on Saturday mornings too."""

    def is_weekday(self, day: date) -> bool:
        return day.weekday() < 6

    def hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        hours = super().hours_on(day)
        return hours[:1] if day.weekday() == 5 and not self.is_made_up(day) else hours


class MondaySessionsOnSaturday(SaturdayMorning):
    """4: `weekday % 7` finds the slot of another day: due Sat 14:30, while it is closed."""

    def hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        return Office.hours_on(self, day)


class GivesUpAfterAYear(Office):
    """5: 300 working days stop silently after 360 calendar days."""

    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        made = super().count(day, number, pauses)
        return None if made is None else min(made, day + 360 * DAY)


class MovesToTheQuarter(Office):
    """8, 9: the older engine moves 10:00 to 10:15."""

    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        return super().after_hours(moment + timedelta(minutes=15), left)


class SaysTheSameEvening(Office):
    """10: the older engine: 19:00 + 4 h is 19:15 on the same day."""

    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        if moment.time() > self.hours[-1][1]:
            return moment + timedelta(minutes=15)
        return super().after_hours(moment, left)


class ClockIsADuration(Office):
    """6: an end after closing counts the hours of its clock: Mon 09:00 to Tue 18:00 is 1,470."""

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        end = self.local(end)
        midnight = datetime.combine(end.date(), time(), end.tzinfo)
        if end.time() <= self.hours[-1][1] or start >= midnight:
            return super().office_time(start, end)
        return super().office_time(start, midnight) + (end - midnight)


class EveningIsADay(Office):
    """7: a start after closing adds a whole day: 18:30 to 08:30 is 540 minutes."""

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        late = self.local(start).time() > self.hours[-1][1]
        return super().office_time(start, end) + timedelta(hours=8 if late else 0)


@pytest.mark.parametrize(
    ("office", "start", "end", "minutes", "expected"),
    [
        (ClockIsADuration, datetime(2025, 3, 3, 9), datetime(2025, 3, 4, 18), 1470, 870),
        (EveningIsADay, datetime(2025, 3, 3, 18, 30), datetime(2025, 3, 4, 8, 30), 540, 60),
    ],
)
def test_wrong_elapsed_office_time_is_found(
    office: type[Office], start: datetime, end: datetime, minutes: int, expected: int
) -> None:
    start, end = start.replace(tzinfo=VIETNAM_TIME), end.replace(tzinfo=VIETNAM_TIME)
    wrong, right = make_office(office, OFFICE_HOURS), make_office(Office, OFFICE_HOURS)
    assert wrong.office_time(start, end) == timedelta(minutes=minutes)  # as it was measured
    assert right.office_time(start, end) == timedelta(minutes=expected)
    assert WITH_HOURS.working_time_between(start, end) == timedelta(minutes=expected)

    law = "calendar.office-time-closed"
    report = check_calendar_laws(
        wrong.works, office_time=wrong.office_time, calendar=WITH_HOURS, laws=[law]
    )
    assert [each.requirement.id for each in report.failures] == [law]
    assert "office_time(" in report.failures[0].examples[0].call


def test_sessions_of_another_day_are_found() -> None:
    """4, beside an office that is open on Saturday mornings and counts them rightly."""
    full, morning = "07:30-11:30 13:00-17:00", "07:30-11:30"
    week = (*(full.split(),) * 5, (morning,), ())
    hours = WeeklyHours(tuple(tuple(map(Session.parse, day)) for day in week))
    calendar, law = CALENDAR.with_hours(hours), "deadline.closed-office"
    for kind, broken in ((MondaySessionsOnSaturday, [law]), (SaturdayMorning, [])):
        due = due_function(make_office(kind, OFFICE_HOURS))
        report = check_deadline_laws(due, calendar=calendar, laws=[law])
        assert [each.requirement.id for each in report.failures] == broken


@pytest.mark.parametrize(
    ("office", "law"),
    [
        (EveningStartsInTheAfternoon, "deadline.closed-office"),
        (HolidayQueryBeginsAtTheStart, "deadline.closed-office"),
        (MakeUpDaysAreOff, "deadline.closed-office"),
        (MakeUpDaysAreOff, "deadline.make-up-day"),
        (GivesUpAfterAYear, "deadline.long-limit"),
        (MovesToTheQuarter, "deadline.working-hours"),
        (SaysTheSameEvening, "deadline.closed-office"),
    ],
)
def test_each_known_fault_is_found(office: type[Office], law: str) -> None:
    report = check_deadline_laws(due_function(make_office(office)), laws=[law], max_examples=400)
    assert [each.requirement.id for each in report.failures] == [law]
    assert "due(" in report.failures[0].examples[0].call


def test_a_make_up_day_is_no_day_off() -> None:
    """11: a make-up day in a span is counted as a day off."""
    office = make_office()

    def count(first: date, last: date) -> int:
        span = (first + n * DAY for n in range((last - first).days + 1))
        return sum(office.works(day) and not office.is_made_up(day) for day in span)

    report = check_calendar_laws(office.works, count_working_days=count, laws=["calendar.count"])
    assert [each.requirement.id for each in report.failures] == ["calendar.count"]


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        (datetime(2025, 4, 21, 19), 4, datetime(2025, 4, 22, 11, 30)),
        (datetime(2025, 9, 2, 9), 8, datetime(2025, 9, 3, 17)),
        (datetime(2025, 4, 26, 9), 8, datetime(2025, 4, 28, 9)),
    ],
)
def test_the_library_gives_what_is_expected_there(
    received: datetime, hours: int, expected: datetime
) -> None:
    made = due(received, TimeLimit(hours, LimitUnit.WORKING_HOURS), calendar=WITH_HOURS)
    assert made.instant == expected
