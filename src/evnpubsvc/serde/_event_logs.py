"""Foreign event logs: CSV with case, activity and time, and a mapping, into dossiers.

No row is lost.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs
from attrs import define, evolve, field, frozen

from evnpubsvc._files import Source, bounds
from evnpubsvc._letters import plain_words
from evnpubsvc._moments import local_zone
from evnpubsvc._validate import check_texts
from evnpubsvc.deadlines import LimitReading, TimeLimit, read_limits
from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Cell, Finding, finding, notice, violations
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._registers import (
    EMPTY_HOUR,
    DateStyle,
    add_time,
    find_lone_times,
    known_names,
    moment_parser,
    read_style,
)
from evnpubsvc.serde._shapes import TableLayout, missing_columns, named_rows
from evnpubsvc.serde._tables import Row, cell_text
from evnpubsvc.serde._words import Words, plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.serde._xes import xes_rows
from evnpubsvc.services import (
    Channel,
    Level,
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
)

_MOMENTS: Final = ("received", "due", "finished")
_WITH_MOMENTS: Final = ("timestamp", "recorded", "apology_due", *_MOMENTS)


@frozen(kw_only=True)
class LogColumns(TableLayout):
    """How a foreign event log is laid out. Written as TOML, read by `read_log_columns`.

    Attributes:
        case: column of the case; it becomes the code of the dossier, as the first row writes it.
            Codes that differ in blanks, dashes and invisible letters alone are one case.
        case_with: further columns that make the case together with `case`, such as the year or the
            unit. The code then holds all of them, joined by `/`.
        activity: column of what happened; it is kept as `Event.activity`.
        timestamp: column of when it happened. The offset survives as the local time of
            `timezone`; a day without an hour stays a day. Where all hours of a column are
            00:00:00, it holds days (a notice says so).
        activities: activity -> kind of event. What is in neither table becomes a note, and is
            reported once with its number. Activities, channels and columns match whatever their
            blanks, invisible letters, composed forms and capitals.
        stops: activity -> whether it stops the dossier for good.
        recorded: column of when the event was entered (`Event.recorded`); where only a day is
            given, at its end.
        apology_due: column of the new date of an apology; without it apologies become notes, with a
            finding.
        received: column of when the case was received; None if the log has none, and so below.
        due: column of the due date.
        finished: column of when the result was ready.
        limit: column of the time limit, as printed.
        channel: column of the channel.
        channels: value of it -> channel; other values are kept as attributes of the case.
        level: column of the declared level of the service, of 2011 or of 2022.
        proactive: column of the declared level of proactive service.
        levels: value of either column -> level; other values are kept as attributes of the case.
        procedure: column of the procedure code.
        service: column of the service code.
        unit: column of the receiving unit.
        unit_with: further columns that make the unit together with `unit`, such as its district.
            The unit then holds all of them, joined by `/`.
        field: column of the field of administration.
        procedure_case: column of the case of the procedure, as the catalogue names it.
        authority: column of the identifier of the body competent to resolve.
        case_attributes: columns that are kept as attributes of the case.
        event_attributes: columns that are kept as attributes of each event. A column that the
            mapping does not name is not kept: logs hold names and telephone numbers.
        dates: how dates are written.
        times: `timestamp`, `recorded`, `apology_due`, `received`, `due` or `finished` -> column of
            the time of day, where day and time are in two columns.
        timezone: IANA name of the local zone; times without offset are in it.
        missing: texts that stand for an unknown, besides the empty cell.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.
    """

    case: str = "case"
    case_with: tuple[str, ...] = ()
    activity: str = "activity"
    timestamp: str = "timestamp"
    activities: Mapping[str, EventKind] = field(factory=dict[str, EventKind], hash=False)
    stops: Mapping[str, bool] = field(factory=dict[str, bool], hash=False)
    recorded: str | None = None
    apology_due: str | None = None
    received: str | None = None
    due: str | None = None
    finished: str | None = None
    limit: str | None = None
    channel: str | None = None
    channels: Mapping[str, Channel] = field(factory=dict[str, Channel], hash=False)
    level: str | None = None
    proactive: str | None = None
    levels: Mapping[str, Level] = field(factory=dict[str, Level], hash=False)
    times: Mapping[str, str] = field(
        factory=dict[str, str], validator=known_names(*_WITH_MOMENTS), hash=False
    )
    procedure: str | None = None
    service: str | None = None
    unit: str | None = None
    unit_with: tuple[str, ...] = ()
    field: str | None = None
    procedure_case: str | None = None
    authority: str | None = None
    case_attributes: tuple[str, ...] = ()
    event_attributes: tuple[str, ...] = ()
    dates: DateStyle = attrs.field(default=DateStyle.ISO, converter=read_style)
    timezone: str = "Asia/Ho_Chi_Minh"
    missing: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check_texts(self)
        found = list(find_lone_times(self.times, self.moments()))
        if found:
            raise DataError(found)

    def moments(self) -> dict[str, str]:
        """Return the columns that are read as days or instants, by what they are for."""
        named = {name: getattr(self, name) for name in _WITH_MOMENTS}
        return {name: column for name, column in named.items() if column is not None}


def read_log_columns(source: Source) -> LogColumns:
    """Read a column mapping from a TOML file or binary stream.

    Every mistake is a finding of one `DataError`.
    """
    return read_document(source, LogColumns)


@define
class _Case:
    """A case while its rows are read.

    Attributes:
        code: of the dossier.
        line: of its first row.
        cells: what its rows say of it, as far as they agree.
        given: the same cells of its first row, as they were given.
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


def read_event_log(
    source: Source,
    columns: LogColumns,
    *,
    progress: Callable[[int], None] | None = None,
    max_bytes: int | None = None,
) -> Iterator[Dossier | Finding]:
    r"""Read a foreign event log into dossiers.

    Args:
        source: a path, or a binary stream; UTF-8 with or without byte-order mark, with a header
            line.
        columns: how the log is laid out.
        progress: called with the number of rows so far, every 10,000 rows.
        max_bytes: the most bytes that the file may have, and all parts of a workbook when they are
            unpacked: for what strangers upload. None for the bounds of the library alone.

    Yields:
        First the findings of rows, in the order of the file: violations for a row that cannot be
        read, notices for what could not be interpreted and is kept as text. Then the dossiers, in
        the order of their first row, each with its events in the order of the file.

    Raises:
        MisuseError: `timezone-unknown`.
        DataError: `file-unreadable`; `file-too-large` or `workbook-too-large`, before any dossier.

    >>> import io
    >>> log = io.BytesIO(b"case,activity,timestamp,who\nA,register,2022-03-01 09:00,x\n")
    >>> [dossier] = read_event_log(log, LogColumns(activities={"register": EventKind.RECEIVED}))
    >>> dossier.status, dossier.events[0].attributes  # who it was is not asked for
    (Status.RECEIVED, ())
    """
    names = {plain_word(name) for name in (columns.case, columns.activity, columns.timestamp)}
    shape = columns.shape(
        lambda found: names <= set(map(plain_word, found)),
        columns.dates.value,
        columns.moments().values(),
    )
    with open_table(source, shape, max_bytes) as table:
        yield from table.notices
        yield from _read(named_rows(table), columns, progress, is_table=True)


def read_xes_log(
    source: Source, columns: LogColumns, *, progress: Callable[[int], None] | None = None
) -> Iterator[Dossier | Finding]:
    r"""Read an XES log of another system into dossiers, with the mapping of event logs.

    Columns are the keys of events (`concept:name`, `time:timestamp`), and those of their trace
    after `case:` (`case:concept:name`), as process-mining tools name them in tables.

    Args:
        source: a path, or a binary stream.
        columns: how the log is laid out.
        progress: called with the number of events so far, every 10,000 events.

    Yields:
        As `read_event_log`; `log-not-xes` ends the reading.

    Raises:
        MisuseError: `timezone-unknown`.
        DataError: `file-unreadable`.

    >>> import io
    >>> columns = LogColumns(
    ...     case="case:concept:name", activity="concept:name", timestamp="time:timestamp",
    ...     activities={"register": EventKind.RECEIVED},
    ... )
    >>> log = b'<log><trace><string key="concept:name" value="A"/><event>'
    >>> log += b'<string key="concept:name" value="register"/>'
    >>> log += b'<date key="time:timestamp" value="2022-03-01T09:00:00+07:00"/>'
    >>> log += b'</event></trace></log>'
    >>> [dossier] = read_xes_log(io.BytesIO(log), columns)
    >>> dossier.code, dossier.status
    ('A', Status.RECEIVED)
    """
    yield from _read(xes_rows(source), columns, progress, is_table=False)


def _read(
    rows: Iterable[Row | Finding],
    columns: LogColumns,
    progress: Callable[[int], None] | None,
    *,
    is_table: bool,
) -> Iterator[Dossier | Finding]:
    reader, checked = _Reader(columns), not is_table
    for number, row in enumerate(rows):
        if progress is not None and number % 10_000 == 0:
            progress(number)
        if isinstance(row, Finding):
            yield row
            continue
        named = Row(row.line, reader.rename(row.cells))
        if not checked:
            absent = list(reader.absent(named))
            yield from absent
            if absent:
                return
            checked = True
        yield from reader.take(named)
    yield from reader.report_unmapped()
    yield from reader.report_days()
    for case in reader.alike.values():
        yield from reader.dossier(case)


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

    def find_days(self) -> list[tuple[str, int]]:
        """Return the columns that hold days, with the number of their cells that have an hour."""
        return [(name, count) for name, count in self._empty.items() if name not in self._told]

    def day_of(self, moment: _M, column: str | None) -> _M | date:
        """Return the day of a moment where its column holds days; else the moment."""
        if not isinstance(moment, datetime) or column in self._told or column not in self._empty:
            return moment
        return moment.date()


class _Reader:
    def __init__(self, columns: LogColumns) -> None:
        self.columns = columns
        self.zone = local_zone(columns.timezone)
        self.parse = moment_parser(columns.dates, self.zone)
        self.cases: dict[tuple[str, ...], _Case] = {}
        self.alike: dict[tuple[str, ...], _Case] = {}  # by their keys in plain letters
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
            for name in (*_MOMENTS, "limit", "channel", *_LEVELS, *_TEXTS)
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
        self.judged_by = {self.named.get(name) for name in (*_MOMENTS, "limit")}
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
        for case in self.alike.values():
            for name in _MOMENTS:
                text = case.cells.get(self.named.get(name, ""), "")
                if text and text not in self.columns.missing:
                    self._moment(text, self.named[name])
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
        text = cell if type(cell) is str else cell_text(cell) or ""
        text = text.strip()
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
        at = self._moment(when, columns.timestamp)
        if at is None:
            yield finding(
                "not-a-date", place + columns.timestamp, Cell.of(when), style=columns.dates
            )
            return
        case = self.cases.get(key) or self._find_alike(key)
        varying: dict[str, str] = {}
        # Mostly the cells of a case are those of its first row, and nothing has to be read again.
        given = tuple(map(row.cells.get, self.of_case))
        if case is None or given != case.given:
            cells = {name: self._text(row, name) for name in self.of_case}
            if case is None:
                case = self._begin_case(key, row.line, cells, given)
            elif cells != case.cells:
                varying = self._merge(case, cells)
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
    ) -> _Case:
        case = _Case("/".join(key), line, cells, given, [])
        self.cases[key] = self.alike[_plain_key(key)] = case
        return case

    def _find_alike(self, key: tuple[str, ...]) -> _Case | None:
        """Find the case of a key that is written with other blanks or invisible letters."""
        case = self.alike.get(_plain_key(key))
        if case is not None:
            self.cases[key] = case
        return case

    def _merge(self, case: _Case, cells: dict[str, str]) -> dict[str, str]:
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
        moment = self._moment(first)
        return moment is not None and moment == self._moment(other)

    def _event(
        self, case: _Case, activity: str, at: date, rest: dict[str, str], place: str
    ) -> Iterator[Finding]:
        """Take an event of a case; give what is wrong with its cells."""
        # An activity that nobody mapped is a note, counted and said once.
        columns = self.columns
        known = self._kind_of(activity)
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
            due = self._moment(rest.get(columns.apology_due, ""), columns.apology_due)
        stop_open = kind is EventKind.STOPPED and final is None
        if stop_open or (kind is EventKind.APOLOGY and due is None):
            yield notice("log-event-incomplete", place + columns.activity, activity, kind=kind)
            kind = EventKind.NOTE

        # When it was entered, where the log says so.
        entered = "" if columns.recorded is None else rest.get(columns.recorded, "")
        recorded = None if entered in columns.missing else self._instant(entered)
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

    def _kind_of(self, activity: str) -> EventKind | None:
        """What the mapping calls an activity; a log has few, so each is looked up once."""
        if activity not in self._kinds:
            stops = activity in self.stops
            self._kinds[activity] = EventKind.STOPPED if stops else self.activities.get(activity)
        return self._kinds[activity]

    def _instant(self, text: str) -> datetime | None:
        """An instant, or the end of a day: by then it was known."""
        moment = self._moment(text)
        if moment is None or isinstance(moment, datetime):
            return moment
        return _fixed(datetime.combine(moment, datetime.max.time(), self.zone))

    def _moment(self, text: str, column: str | None = None) -> date | None:
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

    def dossier(self, case: _Case) -> Iterator[Dossier | Finding]:
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
        for name in _MOMENTS:
            text = given.get(name)
            moments[name] = None
            if text is not None:
                moments[name] = self.hours.day_of(self._moment(text), self.named[name])
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
        yield Dossier(
            case.code,
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
            attributes=kept,
            events=tuple(map(self._without_empty_hours, case.events)),
        )

    def _unit(self, case: _Case, unit: str | None) -> str | None:
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
