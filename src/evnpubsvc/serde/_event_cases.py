"""Rows of event logs into cases, and cases into dossiers. No row is lost."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final, TypeVar

from attrs import define, evolve

from evnpubsvc._files import bounds
from evnpubsvc._letters import plain_words
from evnpubsvc._moments import local_zone
from evnpubsvc.deadlines import LimitReading, TimeLimit, read_limits
from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence
from evnpubsvc.findings import Cell, Finding, finding, notice, violations
from evnpubsvc.serde._log_columns import MOMENTS, LogColumns
from evnpubsvc.serde._quick import build_dossier
from evnpubsvc.serde._registers import (
    EMPTY_HOUR,
    add_time,
    moment_parser,
)
from evnpubsvc.serde._shapes import missing_columns
from evnpubsvc.serde._tables import Row, cell_text
from evnpubsvc.serde._words import Words, plain_word
from evnpubsvc.services import (
    Level,
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
)


@define
class Case:
    """A case while its rows are read.

    Attributes:
        code: of the dossier.
        line: of its first row.
        cells: what its rows say of it, as far as they agree.
        given: the same cells as they were given, in a row that says nothing else.
        events: in the order of the file.
    """

    code: str
    line: int
    cells: dict[str, str]
    given: tuple[Any, ...]
    events: list[Event]


_LEVELS: Final[Mapping[str, tuple[type[Level], ...]]] = MappingProxyType(
    {"level": (OnlineLevel2011, OnlineKind2022), "proactive": (ProactiveLevel2026,)}
)
_TEXTS = ("procedure", "service", "unit", "field", "procedure_case", "authority")


def _plain_key(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(plain_words, key))


def _fixed(moment: datetime) -> datetime:
    """Return the same local time with its offset alone.

    With a zone, a time in the hour that comes twice a year equals no other.
    """
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


_M = TypeVar("_M", date, date | None)


class _Hours:
    """Which columns hold days that an export wrote with 00:00:00.

    No cell of theirs has another hour.
    """

    def __init__(self) -> None:
        self._empty: Counter[str] = Counter()
        self._told: set[str] = set()

    def look(self, text: str, column: str) -> None:
        """Look at a cell that has an hour."""
        if column in self._told:
            return
        if EMPTY_HOUR.search(text):
            self._empty[column] += 1
        else:
            self._told.add(column)

    def may_hold_days(self, column: str | None) -> bool:
        """Whether no cell of a column has shown another hour so far."""
        return column is not None and column not in self._told

    def find_days(self) -> list[tuple[str, int]]:
        """Return the columns that hold days, with the number of their cells that have an hour."""
        return [(name, count) for name, count in self._empty.items() if name not in self._told]

    def day_of(self, moment: _M, column: str | None) -> _M | date:
        """Return the day of a moment where its column holds days; else the moment."""
        if not isinstance(moment, datetime) or column in self._told or column not in self._empty:
            return moment
        return moment.date()


class CaseReader:
    def __init__(self, columns: LogColumns, *, is_writable: bool) -> None:
        """Read rows of which the caller knows whether all of their texts are writable."""
        self.columns = columns
        self.is_writable = is_writable
        self.zone = local_zone(columns.timezone)
        self.parse = moment_parser(columns.dates, self.zone)
        self.cases: dict[tuple[str, ...], Case] = {}
        self.alike: dict[tuple[str, ...], Case] = {}  # by their keys in plain letters
        self.activities = Words(columns.activities)
        self.stops = Words(columns.stops)
        self.channels = Words(columns.channels)
        self.unmapped: dict[str, tuple[str, int]] = {}  # the first place of each, and its rows
        self.hours = _Hours()
        self._kinds: dict[str, EventKind | None] = {}
        self._renamed: dict[str, str] = {}
        self._limits: dict[str, LimitReading] = {}
        single = {
            name: getattr(columns, name)
            for name in (*MOMENTS, "limit", "channel", *_LEVELS, *_TEXTS)
        }
        self.named = {name: column for name, column in single.items() if column is not None}
        self.of_case = (*self.named.values(), *columns.unit_with, *columns.case_attributes)
        self.of_event = {
            name: column
            for name, column in (
                ("recorded", columns.recorded),
                ("apology_due", columns.apology_due),
            )
            if column is not None
        }
        self.kept = (*self.of_event.values(), *columns.event_attributes)
        # What a due date or a judgement rests on.
        self.judged_by = {self.named.get(name) for name in (*MOMENTS, "limit")}
        self.of_key = (columns.case, *columns.case_with)
        self.times = {columns.moments()[name]: column for name, column in columns.times.items()}
        self._timed: dict[str, date] = {}  # day and time of two columns -> what they are
        named = {*self.of_key, columns.activity, columns.timestamp, *self.of_case, *self.kept}
        named |= set(self.times.values())
        self.wanted = {plain_word(name): name for name in named}

    def rename(self, cells: dict[str, Any]) -> dict[str, Any]:
        """Return the cells under the names of the mapping.

        A column is renamed where it is written in another form.
        """
        for name in cells:
            if name not in self._renamed:
                own = self.wanted.get(plain_word(name), name)
                self._renamed[name] = name if own in cells else own
        return {self._renamed[name]: cell for name, cell in cells.items()}

    def report_unmapped(self) -> Iterator[Finding]:
        """Report each activity that the mapping does not name, once."""
        if self.columns.activities or self.columns.stops:
            for activity, (place, count) in self.unmapped.items():
                yield notice("log-activity-not-mapped", place, Cell.of(activity), count=count)

    def report_days(self) -> Iterator[Finding]:
        """Report each column that holds days, written with an hour that says nothing, once."""
        names = [name for name in MOMENTS if self.hours.may_hold_days(self.named.get(name))]
        for case in self.alike.values():
            for name in names:
                text = case.cells.get(self.named.get(name, ""), "")
                if text and text not in self.columns.missing:
                    self.moment(text, self.named[name])
        for column, count in self.hours.find_days():
            yield notice("log-column-of-days", "", column, count=count)

    def absent(self, row: Row) -> Iterator[Finding]:
        columns = self.columns
        wanted = {
            "case": columns.case,
            "activity": columns.activity,
            "timestamp": columns.timestamp,
        }
        wanted |= self.named | self.of_event
        wanted.update((f"times.{name}", column) for name, column in columns.times.items())
        for key in ("case_with", "unit_with", "case_attributes", "event_attributes"):
            wanted.update((f"{key}[{i}]", name) for i, name in enumerate(getattr(columns, key)))
        yield from missing_columns(wanted.items(), row.cells, "log-column-missing")

    def _text(self, row: Row, column: str) -> str:
        cell = row.cells.get(column, "")
        return self.clean(cell if type(cell) is str else cell_text(cell) or "")

    @staticmethod
    def clean(cell: str) -> str:
        """Return the text of a cell, composed, without blanks around it."""
        text = cell.strip()
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _join_times(self, row: Row) -> Iterator[Finding]:
        """Write the time of day behind its day where they are in two columns."""
        for column, time_column in self.times.items():
            day, hour = self._text(row, column), self._text(row, time_column)
            if not hour or hour in self.columns.missing:
                continue
            place = f"line {row.line}, column {time_column}"
            if not day or day in self.columns.missing:
                yield finding("time-without-day", place, Cell.of(hour))
                continue
            parsed = self.parse(day)
            if isinstance(parsed, datetime) and EMPTY_HOUR.search(day):
                parsed = parsed.date()
            if parsed is None:
                continue  # what is wrong with the day is said where it is read
            timed = add_time(parsed, hour, self.zone)
            if timed is None:
                yield finding("not-a-time", place, Cell.of(hour))
                continue
            row.cells[column] = joined = f"{day} {hour}"
            self._timed[joined] = timed

    def take(self, row: Row) -> Iterator[Finding]:
        """Take a row; yield what is wrong with it."""
        columns, place = self.columns, f"line {row.line}, column "
        wrong = list(self._join_times(row)) if self.times else []
        if wrong:
            yield from wrong
            return
        activity, when = (self._text(row, c) for c in (columns.activity, columns.timestamp))
        key = tuple(self._text(row, name) for name in self.of_key)
        for name, part in zip(self.of_key, key, strict=True):
            if not part or part in columns.missing:
                yield finding("log-case-blank", place + name)
                return
        if not when or when in columns.missing:
            yield finding("log-time-blank", place + columns.timestamp)
            return
        at = self.moment(when, columns.timestamp)
        if at is None:
            yield finding(
                "not-a-date", place + columns.timestamp, Cell.of(when), style=columns.dates
            )
            return
        case = self.cases.get(key) or self._find_alike(key)
        varying: dict[str, str] = {}
        # Mostly the cells of a case are those of a row before, and nothing has to be read again.
        given = tuple(map(row.cells.get, self.of_case))
        if case is None or given != case.given:
            cells = {name: self._text(row, name) for name in self.of_case}
            if case is None:
                case = self._begin_case(key, row.line, cells, given)
            elif cells != case.cells:
                varying = self._merge(case, cells)
            if not varying:
                case.given = given  # the rows that follow mostly say the same
            for name, value in varying.items():
                first = Cell.of(case.cells[name])
                # Where a due date rests on the cell, taking the first is more than a notice.
                say = finding if name in self.judged_by else notice
                yield say("log-attribute-varies", place + name, Cell.of(value), first=first)
        rest = {name: self._text(row, name) for name in self.kept}
        rest = {name: value for name, value in rest.items() if value}
        yield from self._event(case, activity, at, {**rest, **varying}, place)

    def _begin_case(
        self, key: tuple[str, ...], line: int, cells: dict[str, str], given: tuple[Any, ...]
    ) -> Case:
        case = Case("/".join(key), line, cells, given, [])
        self.cases[key] = self.alike[_plain_key(key)] = case
        return case

    def _find_alike(self, key: tuple[str, ...]) -> Case | None:
        """Find the case of a key that is written with other blanks or invisible letters."""
        case = self.alike.get(_plain_key(key))
        if case is not None:
            self.cases[key] = case
        return case

    def _merge(self, case: Case, cells: dict[str, str]) -> dict[str, str]:
        """Fill what the first rows of a case left blank; return cells that say something else."""
        varying: dict[str, str] = {}
        for name, value in cells.items():
            first = case.cells[name]
            if not value or value in self.columns.missing:
                continue
            if not first or first in self.columns.missing:
                case.cells[name] = value
            elif value != first and not self._means_the_same(name, first, value):
                varying[name] = value
        return varying

    def _means_the_same(self, column: str, first: str, other: str) -> bool:
        """Whether two cells of a case say the same in other letters: "05 Ngày" is "5 ngày"."""
        if plain_word(first) == plain_word(other):
            return True
        if column == self.columns.limit:
            readings = self._read_limit(first), self._read_limit(other)
            clear = all(each.limits and not violations(each.findings) for each in readings)
            return clear and readings[0].limits == readings[1].limits
        if column not in self.judged_by:
            return False
        moment = self.moment(first)
        return moment is not None and moment == self.moment(other)

    def _event(
        self, case: Case, activity: str, at: date, rest: dict[str, str], place: str
    ) -> Iterator[Finding]:
        """Take an event of a case; give what is wrong with its cells."""
        # An activity that nobody mapped is a note, counted and said once.
        columns = self.columns
        known = self.kind_of(activity)
        kind = EventKind.NOTE if known is None else known
        if known is None:
            first, count = self.unmapped.get(activity, (place + columns.activity, 0))
            self.unmapped[activity] = first, count + 1

        # Some kinds need more than their time: without it they are notes.
        final: bool | None = None
        due: date | None = None
        if kind is EventKind.STOPPED:
            final = self.stops.get(activity)
        elif kind is EventKind.APOLOGY and columns.apology_due is not None:
            due = self.moment(rest.get(columns.apology_due, ""), columns.apology_due)
        stop_open = kind is EventKind.STOPPED and final is None
        if stop_open or (kind is EventKind.APOLOGY and due is None):
            yield notice("log-event-incomplete", place + columns.activity, activity, kind=kind)
            kind = EventKind.NOTE

        # When it was entered, where the log says so.
        entered = "" if columns.recorded is None else rest.get(columns.recorded, "")
        recorded = None if entered in columns.missing else self.instant(entered)
        if recorded is not None:
            rest = {name: text for name, text in rest.items() if name != columns.recorded}
        elif entered and entered not in columns.missing:
            yield finding(
                "not-a-date", f"{place}{columns.recorded}", Cell.of(entered), style=columns.dates
            )
        case.events.append(
            Event(
                kind,
                at,
                final=final,
                due=due,
                activity=activity,
                attributes=rest,
                recorded=recorded,
            )
        )

    def kind_of(self, activity: str) -> EventKind | None:
        """What the mapping calls an activity; a log has few, so each is looked up once."""
        if activity not in self._kinds:
            stops = activity in self.stops
            self._kinds[activity] = EventKind.STOPPED if stops else self.activities.get(activity)
        return self._kinds[activity]

    def instant(self, text: str) -> datetime | None:
        """An instant, or the end of a day: by then it was known."""
        moment = self.moment(text)
        if moment is None or isinstance(moment, datetime):
            return moment
        return _fixed(datetime.combine(moment, datetime.max.time(), self.zone))

    def moment(self, text: str, column: str | None = None) -> date | None:
        if not text:
            return None
        moment = self._timed.get(text) or self.parse(text)
        if moment is None or not 1900 <= moment.year < 2200:
            return None
        if not isinstance(moment, datetime):
            return moment
        if column is not None:
            self.hours.look(text, column)
        return _fixed(moment)

    def _read_limit(self, text: str) -> LimitReading:
        reading = self._limits.get(text)
        if reading is None:
            reading = self._limits[text] = read_limits(text)
        return reading

    def dossier(self, case: Case) -> Iterator[Dossier | Finding]:
        """Make the dossier of a case, with findings about its own cells."""
        if len(case.events) > bounds.EVENTS:
            many = len(case.events)
            yield finding("too-many-events", f"line {case.line}", many, limit=bounds.EVENTS)
            return

        # The cells that say something. What cannot be read stays in the attributes, as it is.
        columns, place = self.columns, f"line {case.line}, column "
        kept = {name: case.cells[name] for name in columns.case_attributes if case.cells[name]}
        given = {name: case.cells[column] for name, column in self.named.items()}
        given = {name: text for name, text in given.items() if text and text not in columns.missing}

        # The days that the log states.
        moments: dict[str, date | None] = {}
        for name in MOMENTS:
            text = given.get(name)
            moments[name] = None
            if text is not None:
                moments[name] = self.hours.day_of(self.moment(text), self.named[name])
            if text is not None and moments[name] is None:
                yield finding(
                    "not-a-date", place + self.named[name], Cell.of(text), style=columns.dates
                )
                kept[self.named[name]] = text

        # Its limit, its channel and its levels.
        limit: TimeLimit | None = None
        if "limit" in given:
            reading = self._read_limit(given["limit"])
            yield from (each.at(place + self.named["limit"]) for each in reading.findings)
            if violations(reading.findings):
                kept[self.named["limit"]] = given["limit"]
            else:
                limit = reading.limits[0]
        channel = self.channels.get(given.get("channel", ""))
        if channel is None and "channel" in given:
            kept[self.named["channel"]] = given["channel"]
        levels: dict[str, Any] = {}
        for name, kinds in _LEVELS.items():
            level = columns.levels.get(given.get(name, ""))
            if isinstance(level, kinds):
                levels[name] = level
            elif name in given:
                kept[self.named[name]] = given[name]
        events = tuple(case.events)
        if self.hours.find_days():
            events = tuple(map(self._without_empty_hours, events))
        make = build_dossier if self.is_writable else Dossier
        yield make(
            code=case.code,
            procedure=given.get("procedure"),
            service=given.get("service"),
            unit=self._unit(case, given.get("unit")),
            field=given.get("field"),
            case=given.get("procedure_case"),
            authority=given.get("authority"),
            channel=channel,
            limit=limit,
            stated_received=moments["received"],
            stated_due=moments["due"],
            stated_finished=moments["finished"],
            evidence=Evidence(**levels) if levels else None,
            attributes=tuple(sorted(kept.items())),
            events=events,
        )

    def _unit(self, case: Case, unit: str | None) -> str | None:
        """The unit of a case, which several columns may name together."""
        further = [case.cells[name] for name in self.columns.unit_with]
        return "/".join([unit, *further]) if unit and further else unit

    def _without_empty_hours(self, event: Event) -> Event:
        """Return the event with days where the hours of a column say nothing."""
        at = self.hours.day_of(event.at, self.columns.timestamp)
        due = self.hours.day_of(event.due, self.columns.apology_due)
        if at is event.at and due is event.due:
            return event
        return evolve(event, at=at, due=due)
