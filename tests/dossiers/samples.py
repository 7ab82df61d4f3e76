"""Histories in a few words.

`history("submitted 2022-03-01 09:00", ...)`, local time of Viet Nam.
"""

from datetime import date, datetime
from typing import Any

from evnpubsvc.deadlines import TimeLimit
from evnpubsvc.dossiers import Dossier, Event, EventKind, Outcome
from evnpubsvc.worktime import VIETNAM_TIME, WeeklyHours, vietnam_calendar

CALENDAR = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


def instant(one: Event) -> datetime:
    """The instant of an event that has an hour."""
    assert isinstance(one.at, datetime)
    return one.at


def event(line: str) -> Event:
    """One event: kind, day, hour, and for some what more there is to say."""
    kind, day, hour, *more = line.split()
    return Event(
        EventKind(kind),
        at(f"{day} {hour}"),
        final="final" in more if kind == "stopped" else None,
        due=date.fromisoformat(more[0]) if kind == "apology" else None,
        outcome=Outcome(more[0]) if kind == "resolved" and more else None,
    )


def history(*lines: str) -> tuple[Event, ...]:
    return tuple(map(event, lines))


def dossier(*lines: str, limit: str | None = None, code: str = "case-1", **fields: Any) -> Dossier:
    return Dossier(
        code,
        limit=None if limit is None else TimeLimit.parse(limit),
        events=history(*lines),
        **fields,
    )
