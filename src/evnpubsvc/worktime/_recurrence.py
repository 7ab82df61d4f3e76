"""A calendar as a rule of recurrence, for applications that plan with `dateutil`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from evnpubsvc.worktime._calendar import Calendar

if TYPE_CHECKING:
    from dateutil.rrule import rruleset


def working_days_rule(calendar: Calendar, first: date, last: date) -> rruleset:
    """Return the working days from one day to another as a rule set.

    A week, the days off, the make-up days.

    The rule gives midnights without time zone, as `dateutil` does. It is for planning and for other
    software; to count working days, the operations of the calendar are many times as fast.

    Args:
        calendar: the working days.
        first: first day, inclusive.
        last: last day, inclusive.

    Raises:
        OutsideCoverageError: the calendar does not reach that far.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> days = working_days_rule(vietnam_calendar(), date(2022, 4, 28), date(2022, 5, 6))
    >>> [day.date().isoformat() for day in days]
    ['2022-04-28', '2022-04-29', '2022-05-04', '2022-05-05', '2022-05-06']
    """
    from dateutil.rrule import WEEKLY, rrule, rruleset  # noqa: PLC0415 - 7 ms, for few calls

    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    worked = {day: calendar.is_working_day(day) for day in days}

    # The week is what most of its days are.
    week: list[int] = []
    for weekday in range(7):
        same = [worked[day] for day in days if day.weekday() == weekday]
        if 2 * sum(same) > len(same):
            week.append(weekday)

    rules = rruleset()
    if week:
        rules.rrule(rrule(WEEKLY, byweekday=week, dtstart=_midnight(first), until=_midnight(last)))
    for day in days:
        if worked[day] and day.weekday() not in week:
            rules.rdate(_midnight(day))
        elif not worked[day] and day.weekday() in week:
            rules.exdate(_midnight(day))
    return rules


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
