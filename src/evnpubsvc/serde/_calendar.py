"""Calendars in TOML files.

The hours and days of an office, and years that have been decided since.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from attrs import evolve, field

from evnpubsvc._files import Source, bounds, find_beside
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, EvnpubsvcError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.serde._converter import findings_of
from evnpubsvc.serde._documents import resolved, structure_row
from evnpubsvc.serde._parse import read_toml
from evnpubsvc.texts import Text
from evnpubsvc.worktime import (
    Calendar,
    CalendarDay,
    DayKind,
    Session,
    WeeklyHours,
    vietnam_calendar,
)

_T = TypeVar("_T")
_PACKAGED: Final = "vietnam"
_YEARLY: Final = (
    12  # days off on weekdays in a year, since each on a weekend is made up for (art. 111(3), 112)
)
_LAST_YEAR: Final = 2100


@frozen
class _Hours:
    weekdays: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    since: date | None = None
    source: str = ""


@frozen
class _Day:
    kind: DayKind
    vi: str
    en: str
    source: str
    day: date | None = None
    days: tuple[date, ...] = ()
    article: str = ""
    confidence: Confidence | None = None
    counterpart: date | None = None
    sessions: tuple[str, ...] = ()


@frozen
class _Head:
    base: str = _PACKAGED
    last: date | None = None
    replace: bool = False
    working_days: dict[str, int] = field(factory=dict[str, int])


@frozen
class _Layer:
    """What one file adds, with every finding about it."""

    head: _Head
    hours: tuple[WeeklyHours, ...]
    days: tuple[tuple[int, CalendarDay], ...]  # with the place of its row in the file
    found: tuple[Finding, ...]


def read_calendar(
    source: Source, base: Calendar | None = None, *, provisional_until: int | None = None
) -> Calendar:
    """Read a calendar from a TOML file: office hours, days, and years that have been decided since.

    All of the file is optional:

    * `base`: what it adds to: `"vietnam"`, the packaged calendar, by default; or another file,
      relative to this one.
    * `last`: the last day that is decided now, inclusive. The days that the law fixes need not be
      listed: what waits for the yearly decision does (Tết, the second day of National Day, their
      substitutes, exchanges of days).
    * `[[hours]]`: `weekdays`, `saturday`, `sunday` (lists of sessions as `"07:30-11:30"`), `since`,
      `source`. They take the place of all hours of the base.
    * `[[days]]`: `day` or `days`, `kind`, `vi`, `en`, `source` and, where needed, `article`,
      `confidence`, `counterpart`, `sessions`.
    * `replace = true` lets a row take the place of a decided one of the base that says otherwise.
    * `[working_days]`: how many working days a year has, as a check sum. Without it, each year that
      is newly decided must have twelve weekdays off besides exchanges, as the Labour Code gives
      (art. 112(1), 111(3)).

    Args:
        source: the file, or a binary stream.
        base: the calendar to add to, in place of the one that the file names.
        provisional_until: go on to the end of this year beyond the decided days, as
            `vietnam_calendar` does. None to end with the last decided day.

    Raises:
        DataError: `file-unreadable`, `not-utf8`, `not-toml`, or every finding of the file and its
            bases, each with its path: `key-unknown`, `calendar-base-unknown`,
            `base-circular`, `calendar-base-twice`, `calendar-day-missing`,
            `calendar-sum-differs`, `calendar-holidays-differ`, `last-before-decided`,
            `day-outside-coverage`, `day-contradiction`, `exchange-half-entered`,
            `exchange-counterpart-missing`, `substitute-not-next`, `hours-empty` …

    Source: Labour Code 45/2019/QH14 arts. 111(3), 112.
    """
    layers, found = _read_layers(source, named=base is None)
    lasts = [layer.head.last for layer in layers if layer.head.last is not None]
    calendar = _start(lasts, provisional_until) if base is None else base
    packaged = base is None
    for layer in reversed(layers):  # from the lowest base up
        before = calendar.decided_until or calendar.last
        calendar, more = _add(layer, calendar)
        found += more
        if not more:
            found += _check_years(layer, calendar, before, packaged=packaged)
    if found:
        raise DataError(found)
    if provisional_until is not None or not packaged:
        return calendar
    return calendar.decided_only()


# -- reading ---------------------------------------------------------------------------------------


def _read_layers(source: Source, *, named: bool) -> tuple[list[_Layer], list[Finding]]:
    """The file and, where `named`, the files that it builds on, down to the packaged calendar."""
    layers = [_read_layer(source)]
    found = list(layers[0].found)
    if not named:
        if layers[0].head.base != _PACKAGED:
            found.append(finding("calendar-base-twice", "$.base", layers[0].head.base))
        return layers, found
    start = None
    if isinstance(source, (str, os.PathLike)):
        start = resolved(Path(source))
    chain = [] if start is None else [start]
    path = "$.base"
    while (name := layers[-1].head.base) != _PACKAGED:
        # A base is another file beside this one; a stream has no place that it could be beside.
        file = _beside(chain[-1], name) if chain else None
        if file is None or not file.is_file():
            found.append(finding("calendar-base-unknown", path, name))
            break
        if file in chain:
            found.append(finding("base-circular", path, name))
            break
        if len(chain) >= bounds.DEPTH:
            found.append(finding("document-too-deep", path, name, limit=bounds.DEPTH))
            break
        chain.append(file)
        try:
            layers.append(_read_layer(file))
        except DataError as error:
            found += (each.at(path) for each in error.findings)
            break
        found += (each.at(path) for each in layers[-1].found)
        path += ".base"
    return layers, found


def _beside(file: Path, name: str) -> Path | None:
    """The file that another names; None where there can be no such file in its folder."""
    try:
        return resolved(find_beside(file, name))
    except DataError:
        return None


def _read_layer(source: Source) -> _Layer:
    document = read_toml(source)
    found: list[Finding] = []
    tables = {name: document.pop(name, []) for name in ("hours", "days")}
    head = structure_row(found, "$", document, _Head) or _Head(
        base=_base_of(document), last=_last_of(document)
    )
    hours: list[WeeklyHours] = []
    days: list[tuple[int, CalendarDay]] = []
    for name, rows in tables.items():
        if not isinstance(rows, list):
            found.append(finding("calendar-rows-needed", f"$.{name}", type(rows).__name__))
            continue
        for index, row in enumerate(cast("list[object]", rows)):
            path = f"$.{name}[{index}]"
            if name == "hours":
                hours += _make(found, path, _to_hours, structure_row(found, path, row, _Hours))
            else:
                made = _make(found, path, _to_days, structure_row(found, path, row, _Day))
                days += ((index, day) for day in made)
    return _Layer(head, tuple(hours), tuple(days), tuple(found))


def _base_of(document: dict[str, Any]) -> str:
    base = document.get("base", _PACKAGED)
    return base if isinstance(base, str) else _PACKAGED


def _last_of(document: dict[str, Any]) -> date | None:
    last = document.get("last")
    return last if type(last) is date else None


def _make(
    found: list[Finding], path: str, make: Callable[[Any], Iterable[_T]], row: Any
) -> list[_T]:
    if row is None:  # its findings are known
        return []
    try:
        return list(make(row))
    except (EvnpubsvcError, ValueError) as error:
        found += findings_of(error, path)
        return []


def _to_hours(row: _Hours) -> Iterable[WeeklyHours]:
    if not (row.weekdays or row.saturday or row.sunday):
        raise DataError([finding("hours-empty", "")])
    source = Citation(row.source) if row.source else None
    yield WeeklyHours.of(
        *row.weekdays, saturday=row.saturday, sunday=row.sunday, since=row.since, source=source
    )


def _to_days(row: _Day) -> Iterable[CalendarDay]:
    listed = row.days if row.day is None else (row.day, *row.days)
    if not listed:
        raise DataError([finding("calendar-day-missing", "")])
    for day in listed:
        yield CalendarDay(
            day,
            row.kind,
            Text(vi=row.vi, en=row.en),
            Citation(row.source, row.article, row.confidence),
            counterpart=row.counterpart,
            sessions=tuple(map(Session.parse, row.sessions)),
        )


# -- building --------------------------------------------------------------------------------------


def _start(lasts: list[date], provisional_until: int | None) -> Calendar:
    """The packaged calendar, as far as the files and the caller need it."""
    year = max([*(last.year for last in lasts), provisional_until or 0])
    decided = vietnam_calendar()
    if year <= decided.last.year:
        return decided
    return vietnam_calendar(provisional_until=min(year, _LAST_YEAR))


def _add(layer: _Layer, calendar: Calendar) -> tuple[Calendar, list[Finding]]:
    """The calendar with what a file adds.

    The calendar as it was, with findings, where that cannot be.
    """
    rows = [row for _, row in layer.days]
    try:
        made = calendar.extended(
            rows, last=layer.head.last, hours=layer.hours, replace=layer.head.replace
        )
    except DataError as error:
        places = {row.day: index for index, row in reversed(layer.days)}
        return calendar, [_in_file(each, places) for each in error.findings]
    return made, []


def _in_file(found: Finding, places: dict[date, int]) -> Finding:
    """A finding about a row with the place of that row in the file, not in the calendar."""
    if found.path.startswith("$.days[") and found.value in places:
        rest = found.path.partition("]")[2]
        return evolve(found, path=f"$.days[{places[found.value]}]{rest}")
    return found


def _check_years(
    layer: _Layer, calendar: Calendar, before: date, *, packaged: bool
) -> list[Finding]:
    """Return what does not add up in the years that a file decides.

    The years are compared with the check sums of the file, or with the law.
    """
    found: list[Finding] = []
    decided = calendar.decided_until or calendar.last
    sums = layer.head.working_days
    for text, given in sums.items():
        if text.isdecimal() and len(text) == 4:
            year = int(text)
        else:
            year = 0
        if not calendar.first.year <= year <= decided.year:
            found.append(finding("calendar-year-not-covered", f"$.working_days.{text}", text))
            continue
        first, last = date(year, 1, 1), min(date(year, 12, 31), calendar.last)
        counted = calendar.working_days_between(first, last) + calendar.is_working_day(first)
        if counted != given:
            path = f"$.working_days.{text}"
            found.append(finding("calendar-sum-differs", path, given, counted=counted, year=year))
    if packaged:
        for year in range(before.year, decided.year + 1):
            whole = before < date(year, 1, 1) and date(year, 12, 31) <= decided
            if whole and str(year) not in sums:
                found += _check_days_off(year, calendar)
    return found


def _check_days_off(year: int, calendar: Calendar) -> Iterable[Finding]:
    first = date(year, 1, 1) - timedelta(days=1)
    off = calendar.days_off_between(first, date(year, 12, 31))
    kinds = (DayKind.HOLIDAY, DayKind.SUBSTITUTE)
    given = sum(reason.kind in kinds and reason.day.weekday() < 5 for reason in off)
    if given != _YEARLY:
        yield finding("calendar-holidays-differ", "$.days", given, year=year, lawful=_YEARLY)
