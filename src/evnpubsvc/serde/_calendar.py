"""Calendars of an office: its hours and days of its own, read from a TOML file on top of another calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import field, frozen

from evnpubsvc.errors import DataError, EvnpubsvcError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.serde._converter import findings_of
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._tables import Source
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, CalendarDay, DayKind, Session, WeeklyHours

__all__ = ["read_calendar"]


@frozen
class _Hours:
    weekdays: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    since: date | None = None
    source: str = ""


@frozen
class _Day:
    day: date
    kind: DayKind
    vi: str
    en: str
    source: str
    article: str = ""
    confidence: Confidence | None = None
    counterpart: date | None = None
    sessions: tuple[str, ...] = ()


@frozen
class _File:
    hours: tuple[_Hours, ...] = ()
    days: tuple[_Day, ...] = ()
    replace: bool = field(default=False)


def read_calendar(source: Source, base: Calendar) -> Calendar:
    """Read the hours and days of an office from a TOML file and return a calendar with them.

    Args:
        source: the file, or a binary stream. All of it is optional: `[[hours]]` with `weekdays`, `saturday`,
            `sunday` (lists of sessions as `"07:30-11:30"`), `since` and `source`, which take the place of all hours
            of the base; `[[days]]` with `day`, `kind`, `vi`, `en`, `source` and, where needed, `article`,
            `confidence`, `counterpart`, `sessions`; `replace = true` lets a row take the place of one of the base
            for the same day.
        base: the calendar that the file adds to.

    Raises:
        DataError: `file-unreadable`, `not-utf8`, `not-toml`, or every finding of the file, each with its path.
    """
    read = read_document(source, _File)
    found: list[Finding] = []
    hours = [_made(found, f"$.hours[{index}]", _hours, row) for index, row in enumerate(read.hours)]
    days = [_made(found, f"$.days[{index}]", _day, row) for index, row in enumerate(read.days)]
    if found:
        raise DataError(found)
    calendar = base.with_hours(*hours) if hours else base
    return calendar.with_days(days, replace=read.replace) if days else calendar


def _made(found: list[Finding], path: str, make: Any, row: Any) -> Any:
    try:
        return make(row)
    except (EvnpubsvcError, ValueError) as error:
        found += findings_of(error, path)
        return None


def _hours(row: _Hours) -> WeeklyHours:
    return WeeklyHours.of(
        *row.weekdays,
        saturday=row.saturday,
        sunday=row.sunday,
        since=row.since,
        source=Citation(row.source) if row.source else None,
    )


def _day(row: _Day) -> CalendarDay:
    return CalendarDay(
        row.day,
        row.kind,
        Text(vi=row.vi, en=row.en),
        Citation(row.source, row.article, row.confidence),
        counterpart=row.counterpart,
        sessions=tuple(map(Session.parse, row.sessions)),
    )
