"""Duties that recur: a rule of `dateutil` becomes days fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.outreach._checks import month_of
from evnpubsvc.worktime import Calendar

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset


def recurring_duties(
    rules: Mapping[str, rrule | rruleset], month: str | date, calendar: Calendar
) -> dict[date, str]:
    """Return the working days of a month that recur for members: what `plan_roster` calls `fixed`.

    Args:
        rules: member -> rule of `dateutil` (every Friday, the last day of each report period as
            `Period.last_days` gives it), with its own `dtstart`, in days without time zone.
        month: `"2022-05"`, or any day of the month.
        calendar: which days are worked. A day of a rule that is off falls away: there is no duty on
            it, and nobody says to which day it would move.

    Raises:
        DataError: `fixed-day-twice` for each day that recurs for two members.
        MisuseError: `month-not-read`.
        OutsideCoverageError: the calendar does not cover the month.

    >>> from dateutil.rrule import FR, WEEKLY, rrule
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> fridays = rrule(WEEKLY, byweekday=FR, dtstart=datetime(2022, 1, 7))
    >>> fixed = recurring_duties({"TV1": fridays}, "2022-04", vietnam_calendar())
    >>> [day.day for day in fixed]
    [1, 8, 15, 22, 29]
    """
    from dateutil.rrule import rrulebase  # noqa: PLC0415 - 7 ms, for few calls

    first, last = (datetime.combine(day, time()) for day in month_of(month))
    duties: dict[date, str] = {}
    found: list[Finding] = []
    for member, rule in sorted(rules.items()):
        if not isinstance(rule, rrulebase):
            raise _refuse_rule(rule)
        # What the rule gives, from the first moment of the month to the last.
        moments: Any = rule.between(first, datetime.combine(last, time.max), inc=True)
        for day in dict.fromkeys(moment.date() for moment in moments):
            if not calendar.is_working_day(day):
                continue
            if day in duties:
                found.append(finding("fixed-day-twice", "", day, one=duties[day], other=member))
            duties[day] = member
    if found:
        raise DataError(found)
    return dict(sorted(duties.items()))


def _refuse_rule(given: object) -> MisuseError:
    return MisuseError(
        "argument-of-wrong-type",
        given,
        function="recurring_duties",
        argument="rules",
        expected="Mapping[str, rrule | rruleset]",
        got=type(given).__name__,
    )
