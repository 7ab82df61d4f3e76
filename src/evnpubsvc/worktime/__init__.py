"""Working time: calendars with days off, make-up days and office hours, each with its source.

A `Calendar` is built once from rows and answers in constant time. `vietnam_calendar()` is the one
of Viet Nam's civil servants, from the packaged table `vietnam.toml`. Depends on law, errors,
findings and texts.
"""

from evnpubsvc._hooks import publish
from evnpubsvc._moments import VIETNAM_TIME, local_day
from evnpubsvc.worktime._calendar import Calendar
from evnpubsvc.worktime._days import CalendarDay, DayKind, DayReason
from evnpubsvc.worktime._errors import OutsideCoverageError
from evnpubsvc.worktime._hours import Session, WeeklyHours
from evnpubsvc.worktime._lunar import hung_kings_day, lunar_new_year
from evnpubsvc.worktime._open_decisions import OpenDecision
from evnpubsvc.worktime._recurrence import working_days_rule
from evnpubsvc.worktime._typed_moments import parse_moment
from evnpubsvc.worktime._vietnam import vietnam_calendar

__all__ = [
    "VIETNAM_TIME",
    "Calendar",
    "CalendarDay",
    "DayKind",
    "DayReason",
    "OpenDecision",
    "OutsideCoverageError",
    "Session",
    "WeeklyHours",
    "hung_kings_day",
    "local_day",
    "lunar_new_year",
    "parse_moment",
    "vietnam_calendar",
    "working_days_rule",
]

publish(__name__, __all__)
