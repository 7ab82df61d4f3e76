"""The worked examples.

The decree notes (section 5.5), and what a provincial system computes wrongly (anchors, 3.1).
"""

from datetime import date, datetime, timedelta

import pytest

from evnpubsvc.deadlines import CutOff, DayCount, Deadline, LimitUnit, TimeLimit
from evnpubsvc.law import Citation
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, CalendarDay, DayKind, WeeklyHours, vietnam_calendar
from tests.deadlines.counted import due

CALENDAR = vietnam_calendar()


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2022-04-29", "3 ngày làm việc", "2022-05-06"),  # 2-3/5 off
        ("2022-03-01", "25 ngày làm việc", "2022-04-05"),  # five full weeks
        ("2022-12-15", "25 ngày làm việc", "2023-01-27"),  # 2/1 and Tết 20-26/1
        ("2024-04-26", "3 ngày làm việc", "2024-05-04"),  # 29/4-1/5 off, make-up Saturday
        ("2025-04-25", "3 ngày làm việc", "2025-04-29"),  # Saturday 26/4 works
        ("2025-04-29", "3 ngày làm việc", "2025-05-07"),  # 30/4-2/5 off
        ("2025-12-31", "3 ngày làm việc", "2026-01-07"),  # 1-2/1 off
        ("2026-01-09", "1 ngày làm việc", "2026-01-10"),  # make-up Saturday
        ("2026-08-28", "3 ngày làm việc", "2026-09-07"),  # 31/8-2/9 off
        ("2026-11-23", "1 ngày làm việc", "2026-11-25"),  # 24/11 off
        ("2022-04-25", "5 ngày", "2022-05-04"),  # ends on Saturday 30/4, rolls
        ("2026-02-10", "7 ngày", "2026-02-23"),  # ends in Tết, rolls
    ],
)
def test_vectors_of_the_notes(received: str, limit: str, expected: str) -> None:
    """Twelve of the thirteen; no cut-off, whole days by the Civil Code."""
    at = datetime.fromisoformat(received + "T10:00")
    for moment in (at, at.date()):
        assert due(moment, TimeLimit.parse(limit), calendar=CALENDAR).date == date.fromisoformat(
            expected
        )


def test_certified_copy_after_fifteen() -> None:
    """The thirteenth: Fri 26/4/2024 15:30, a certified copy (same day), policy `hard15`.

    Thu 02/5/2024.
    """
    limit = TimeLimit.parse("trong ngày")
    deadline = due(datetime(2024, 4, 26, 15, 30), limit, calendar=CALENDAR, cutoff=CutOff.HARD15)
    assert deadline.date == date(2024, 5, 2)


# Office hours Mon-Fri 07:30-11:30 and 13:00-17:00 (anchors, 3.1). A day means eight working hours:
# policy EIGHT_HOURS.
HOURS = WeeklyHours.of("07:30-11:30", "13:00-17:00")
OFFICE = CALENDAR.with_hours(HOURS)
PLAIN = Calendar(date(2025, 1, 1), date(2027, 12, 31), (HOURS,))


def eight(received: datetime, days: int, calendar: Calendar = OFFICE) -> Deadline:
    return due(
        received,
        TimeLimit(days, LimitUnit.WORKING_DAYS),
        calendar=calendar,
        days=DayCount.EIGHT_HOURS,
    )


def hours(received: datetime, amount: int, calendar: Calendar = OFFICE) -> datetime | None:
    return due(received, TimeLimit(amount, LimitUnit.WORKING_HOURS), calendar=calendar).instant


def test_vector_1_evening_start() -> None:
    assert hours(datetime(2025, 6, 2, 19), 4) == datetime(2025, 6, 3, 11, 30)


def test_vector_2_start_on_a_holiday() -> None:
    assert eight(datetime(2025, 9, 2, 9), 1).instant == datetime(2025, 9, 3, 17)


def test_vector_3_start_on_a_make_up_saturday() -> None:
    assert eight(datetime(2025, 4, 26, 9), 1).instant == datetime(2025, 4, 28, 9)


def test_vector_4_saturday_half_day() -> None:
    """Four hours from Friday 16:00 at an office that works on Saturday mornings.

    One on Friday, three on Saturday.
    """
    half = Calendar(
        PLAIN.first,
        PLAIN.last,
        (WeeklyHours.of("07:30-11:30", "13:00-17:00", saturday=["07:30-11:30"]),),
    )
    assert hours(datetime(2025, 6, 6, 16), 4, half) == datetime(2025, 6, 7, 10, 30)
    assert hours(datetime(2025, 6, 6, 16), 6, half) == datetime(
        2025, 6, 9, 8, 30
    )  # rolls to the next open session


def test_vector_5_three_hundred_days() -> None:
    """No holidays in this one: sixty weeks from Mon 02/6/2025."""
    assert eight(datetime(2025, 6, 2, 7, 30), 300, PLAIN).date == date(2026, 7, 24)
    assert due(
        date(2025, 6, 2), TimeLimit(300, LimitUnit.WORKING_DAYS), calendar=PLAIN
    ).date == date(2026, 7, 27)
    assert eight(datetime(2025, 6, 2, 9), 300, PLAIN).instant == datetime(2026, 7, 27, 9)


def test_vectors_6_and_7_elapsed_time() -> None:
    between = PLAIN.working_time_between
    assert between(datetime(2025, 6, 2, 9), datetime(2025, 6, 3, 18)) == timedelta(minutes=870)
    assert between(datetime(2025, 6, 2, 18, 30), datetime(2025, 6, 3, 8, 30)) == timedelta(
        minutes=60
    )


def test_vectors_8_to_10_no_rounding() -> None:
    assert hours(datetime(2025, 6, 2, 10), 1) == datetime(2025, 6, 2, 11)
    assert hours(datetime(2025, 6, 2, 9), 4) == datetime(2025, 6, 2, 14, 30)
    assert hours(datetime(2025, 6, 2, 19), 4) == datetime(2025, 6, 3, 11, 30)


def test_vector_11_make_up_day_among_days_off() -> None:
    """Sat 26/4/2025 is worked: of that weekend one day is off, not two."""
    assert len(OFFICE.days_off_between(date(2025, 4, 25), date(2025, 4, 27))) == 1
    trace = due(date(2025, 4, 25), TimeLimit(2, LimitUnit.WORKING_DAYS), calendar=OFFICE).trace[1]
    assert [reason.day for reason in trace.skipped] == [date(2025, 4, 27)]
    assert [reason.day for reason in trace.worked] == [date(2025, 4, 26)]


def test_a_holiday_of_ones_own() -> None:
    storm = CalendarDay(
        date(2025, 6, 3), DayKind.CLOSURE, Text(vi="bão", en="storm"), Citation("notice")
    )
    assert hours(datetime(2025, 6, 2, 16), 2, PLAIN.with_days([storm])) == datetime(
        2025, 6, 4, 8, 30
    )
