"""Registers of dossiers from CSV or JSON Lines.

Streamed, with a mapping so that foreign registers work unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import chain, islice
from typing import Any, Final, Literal

from attrs import Attribute, evolve, field

from evnpubsvc._files import Source, opened_within
from evnpubsvc._letters import is_writable
from evnpubsvc._moments import local_zone, own_day
from evnpubsvc._records import frozen
from evnpubsvc._validate import check_texts, instance_of, mapping_of, read_member, tuple_of
from evnpubsvc.deadlines import TimeLimit
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Cell, Finding, finding, notice
from evnpubsvc.quantities import round_half_up
from evnpubsvc.serde._day_cells import FEW_DAYS
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._shapes import (
    UNDER,
    Table,
    TableLayout,
    TableShape,
    missing_columns,
    named_rows,
    other_delimiter,
)
from evnpubsvc.serde._tables import Row, cell_text, json_rows
from evnpubsvc.serde._total_names import begins_as_total
from evnpubsvc.serde._words import Words, plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.services import check_word
from evnpubsvc.statistics import LimitTerms, RegisterRow, RegisterStatus, Where
from evnpubsvc.statistics.engine import HOUR_NOTICE, as_wheres, find_wrong_limits
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.texts.parts import named
from evnpubsvc.units.parts import look_alikes
from evnpubsvc.worktime import Calendar, parse_moment


class DateStyle(LabelledEnum):
    """How the dates of a register are written."""

    ISO = "iso"
    """ISO 8601, as `2022-12-15`.

    A time of day may follow after T or a blank, with or without an offset.
    """
    DMY = "dmy"
    """Day first, as `15/12/2022` or `15-12-2022`.

    Hour and minute, and seconds, may follow after a blank.
    """
    MDY = "mdy"
    """Month first, as `12/15/2022`; a time of day may follow, also with AM or PM."""
    SERIAL = "serial"
    """Days as spreadsheets number them: `44910` is 15/12/2022; the fraction is the time of day."""
    COMPACT = "compact"
    """`20221215` or `20221215143000`, as the National Portal exchanges them."""


def read_style(given: DateStyle | str) -> DateStyle:
    """Return a style of dates, given as itself or as its value."""
    return read_member(DateStyle, given)


class RegisterFormat(LabelledEnum):
    """The container of a register."""

    CSV = "csv"
    JSONL = "jsonl"


_WITH_MOMENTS: Final = ("received", "due", "finished")
_OF_VERSIONS: Final = ("recorded", "superseded")


def known_names(*known: str) -> Callable[[object, Attribute[Any], Iterable[str]], None]:
    """Return what accepts names, or keys, that are among those of columns of days."""

    def check(record: object, attribute: Attribute[Any], value: Iterable[str]) -> None:
        instance_of(tuple, Mapping)(record, attribute, value)
        for name in value:
            if name not in known:
                raise UnknownNameError("column-of-days-unknown", name, known=known)

    return check


def find_lone_times(times: Iterable[str], days: Collection[str]) -> Iterator[Finding]:
    """Yield a violation for each time of day whose day has no column."""
    for name in times:
        if name not in days:
            yield finding("times-without-day", f".times.{name}", name)


_names_of_moments: Final = known_names(*_WITH_MOMENTS)


def _as_texts(given: Mapping[str, Mapping[str, TimeLimit | str]]) -> dict[str, dict[str, str]]:
    """Return limits as catalogues write them."""
    try:
        return {
            name: {value: str(limit) for value, limit in limits.items()}
            for name, limits in given.items()
        }
    except AttributeError:
        raise MisuseError("pairs-needed", got=type(given).__name__) from None


@frozen(kw_only=True)
class RegisterColumns(TableLayout):
    """How a foreign register is laid out. Written as TOML, read by `read_register_columns`.

    In JSON Lines, a dot reaches into a nested object: `unit.code`.

    Attributes:
        received: column of the time of receipt.
        due: column of the due date; None if the register has none.
        finished: column of the time of finishing; None if the register has none.
        status: column of the ending or the present state of a dossier; None if the register has
            none.
        statuses: value of that column -> `RegisterStatus`. Another value rejects the row
            (`status-not-mapped`); without any, the column holds values of `RegisterStatus`.
        code: column of the code of the dossier; None if it is not wanted.
        code_with: further columns that make the code together with `code`, such as the year or the
            unit. The code then holds all of them, joined by `/`.
        part_of: column of the code of the dossier that a linked step belongs to (liên thông).
        recorded: column of the time from which the register says what the row says.
        superseded: column of the time from which it no longer says so.
        dimensions: name -> column of what is counted by.
        dimension_with: name of a dimension -> further columns that make its value together with the
            one of `dimensions`, such as the district of a commune. The value then holds all of
            them, joined by `/`, and so do the keys of `values`. Rows of such a register are read
            one by one.
        values: name of a dimension -> value in the register -> value to count under. A dimension
            listed here accepts its listed values only; another value rejects the row
            (`value-not-mapped`). In `channel`, `level`, `proactive` and `assistance` the values to
            count under are `services.words`.
        dates: how dates are written.
        whole_days: which of `received`, `due` and `finished` hold days, though an export wrote
            00:00:00 beside them. Without it that is an instant, and who finishes at 10:00 on the
            day that is due is late where instants are compared. Columns in whose first thousand
            rows every hour is that one are recognised, with the notice `register-column-of-days`.
            An hour in a column of days is kept, and said once (`hour-in-column-of-days`).
        times: `received`, `due` or `finished` -> column of the time of day, where day and time
            stand in two columns.
        one_spelling: dimensions whose values are one value where they look alike
            (`statistics.join_spellings`); a notice names what was joined.
        timezone: IANA name of the register's local zone. Times without offset are local, others
            are converted to it, so that the local date is right.
        missing: texts that stand for an unknown, besides the empty cell.
        terms: one dimension -> value -> the time limit of its dossiers (`"1 tháng"`), for rows
            without a due date. `terms_in` makes due dates of them.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.

    Raises:
        DataError: `word-unknown` for each value to count under that is no word of its dimension;
            `terms-several`, `terms-dimension` for a dimension that is not mapped, `terms-not-days`
            and what `TimeLimit.parse` finds; `times-without-day`.
    """

    received: str = "received"
    due: str | None = None
    finished: str | None = None
    status: str | None = None
    statuses: Mapping[str, RegisterStatus] = field(
        factory=dict[str, RegisterStatus], validator=mapping_of(RegisterStatus), hash=False
    )
    code: str | None = None
    code_with: tuple[str, ...] = ()
    part_of: str | None = None
    recorded: str | None = None
    superseded: str | None = None
    dimensions: Mapping[str, str] = field(
        factory=dict[str, str], validator=mapping_of(str), hash=False
    )
    dimension_with: Mapping[str, tuple[str, ...]] = field(
        factory=dict[str, tuple[str, ...]], validator=mapping_of(tuple), hash=False
    )
    values: Mapping[str, Mapping[str, str]] = field(
        factory=dict[str, dict[str, str]], validator=mapping_of(Mapping), hash=False
    )
    dates: DateStyle = field(default=DateStyle.ISO, converter=read_style)
    whole_days: tuple[str, ...] = field(default=(), validator=_names_of_moments)
    times: Mapping[str, str] = field(
        factory=dict[str, str], validator=_names_of_moments, hash=False
    )
    one_spelling: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    timezone: str = "Asia/Ho_Chi_Minh"
    missing: tuple[str, ...] = ()
    terms: Mapping[str, Mapping[str, str]] = field(
        factory=dict[str, dict[str, str]], converter=_as_texts, hash=False
    )

    def __attrs_post_init__(self) -> None:
        check_texts(self)
        # Rates and forms count by the words of `services`: any other word would be counted nowhere.
        found = [
            one.at(f".values.{name}.{value}")
            for name, mapping in self.values.items()
            for value, word in mapping.items()
            for one in check_word(name, word)
        ]
        for key in ("one_spelling", "dimension_with"):
            unknown = [name for name in getattr(self, key) if name not in self.dimensions]
            found += (
                finding("dimension-unknown", f".{key}", name, known=tuple(self.dimensions))
                for name in unknown
            )
        days = [name for name in _WITH_MOMENTS if getattr(self, name) is not None]
        found += find_lone_times(self.times, days)
        found += self._check_terms()
        if found:
            raise DataError(found)

    def _check_terms(self) -> Iterator[Finding]:
        """Yield what is wrong with the limits."""
        if len(self.terms) > 1:
            yield finding("terms-several", ".terms", tuple(self.terms))
        for name, limits in self.terms.items():
            if name not in self.dimensions:
                yield finding("terms-dimension", f".terms.{name}", name)
            yield from find_wrong_limits(limits, f".terms.{name}")
            alike = look_alikes(limits) if name in self.one_spelling else ()
            for group in alike:
                if len({limits[value] for value in group}) > 1:
                    yield finding("terms-twice", f".terms.{name}", group)

    def terms_in(self, calendar: Calendar | None) -> LimitTerms | None:
        """Return what gives due dates to rows that have none; None if the mapping has no limits.

        `tally_register` and `tally_frame` count with it by themselves; `statistics.tally`, which
        gets rows, takes it as `terms`.

        Args:
            calendar: working days.

        Raises:
            MisuseError: `terms-calendar` if there are limits and no calendar.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> columns = RegisterColumns(dimensions={"procedure": "thu_tuc"},
        ...                           terms={"procedure": {"2.000815": "1 tháng"}})
        >>> terms = columns.terms_in(vietnam_calendar())
        >>> terms.due(date(2022, 4, 29), "2.000815")
        datetime.date(2022, 5, 30)
        """
        return terms_of(self.terms, None, calendar, self.one_spelling)

    @property
    def table(self) -> TableShape:
        """How to find the table: by the columns that are mapped."""
        wanted = {plain_word(column) for _, column in self.mapped()}
        moments = (getattr(self, what) for what in (*_WITH_MOMENTS, *_OF_VERSIONS))
        return self.shape(
            lambda names: wanted <= set(map(plain_word, names)),
            self.dates.value,
            filter(None, moments),
        )

    def mapped(self) -> Iterator[tuple[str, str]]:
        """Return what each column that the register must have is for."""
        for what in (
            "received",
            "due",
            "finished",
            "status",
            "code",
            "part_of",
            "recorded",
            "superseded",
        ):
            column = getattr(self, what)
            if column is not None:
                yield what, column
        yield from (("code", column) for column in self.code_with)
        yield from self.times.items()
        yield from self.dimensions.items()
        for name, columns in self.dimension_with.items():
            yield from ((name, column) for column in columns)


def terms_of(
    stated: Mapping[str, Mapping[str, str]],
    given: LimitTerms | None,
    calendar: Calendar | None,
    one_spelling: Iterable[str],
) -> LimitTerms | None:
    """Return the terms to count with: those that are given, or those that a mapping states.

    Limits that a mapping states meet every spelling of a value where it declares `one_spelling`.

    Raises:
        MisuseError: `terms-twice-given`, `terms-calendar`.
    """
    if not stated:
        return given
    if given is not None:
        raise MisuseError("terms-twice-given", given.dimension)
    if calendar is None:
        raise MisuseError("terms-calendar")
    [(dimension, limits)] = stated.items()
    return LimitTerms(calendar, dimension, limits, one_spelling=dimension in one_spelling)


def read_register_columns(source: Source) -> RegisterColumns:
    """Read a column mapping from a TOML file or binary stream.

    Every mistake is a finding of one `DataError`.
    """
    return read_document(source, RegisterColumns)


def read_register(
    source: Source,
    columns: RegisterColumns,
    *,
    file_format: RegisterFormat = RegisterFormat.CSV,
    where: Mapping[str, str | Iterable[str]] | None = None,
    progress: Callable[[int], None] | None = None,
    max_bytes: int | None = None,
) -> Iterator[RegisterRow | Finding]:
    r"""Stream the dossiers of a register: rows, and findings where a row cannot be read.

    Args:
        source: a path, or a binary stream that the caller has opened; UTF-8 with or without
            byte-order mark. A path that ends in `.xlsx`, `.xls` or `.ods` is a workbook (extra
            `excel`).
        columns: how the register is laid out.
        file_format: CSV with a header line, or JSON Lines.
        where: dimension -> the value, or the values, that are asked for; rows with others are
            passed over, and nothing is said of them.
        progress: called with the number of rows so far, every 10,000 rows.
        max_bytes: the most bytes that the file may have, and all parts of a workbook when they are
            unpacked: for what strangers upload. None for the bounds of the library alone.

    Yields:
        In the order of the file: a `RegisterRow`; violations in place of a row that cannot be read;
        a notice before a row that looks odd, and where something about the table was recognised
        without being declared.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `timezone-unknown`.
        DataError: `file-unreadable`; `file-too-large` or `workbook-too-large`, after the rows that
            were read before; the table is not understood at all: `header-missing`,
            `column-missing` for each mapped column that is not there, `column-twice`, `not-utf8`.

    >>> import io
    >>> list(read_register(io.BytesIO(b"received\n2022-12-15\n15/12/2022\n"),
    ...     RegisterColumns()))[1].reason
    'not-a-date'
    """
    if file_format is RegisterFormat.CSV:
        with open_register(source, columns, max_bytes) as table:
            yield from table.notices
            rows = named_rows(table)
            yield from _read_all(rows, columns, where or {}, progress, typed=table.typed)
        return
    with opened_within(source, max_bytes) as stream:  # objects may leave keys out
        yield from _read_all(json_rows(stream), columns, where or {}, progress, typed=False)


def _read_all(
    rows: Iterator[Row | Finding],
    columns: RegisterColumns,
    where: Mapping[str, str | Iterable[str]],
    progress: Callable[[int], None] | None,
    *,
    typed: bool,
) -> Iterator[RegisterRow | Finding]:
    first = list(islice(rows, LOOKED_AT))
    cells = (row.cells for row in first if isinstance(row, Row))
    columns, notices = settle_days(columns, cells, typed=typed)
    yield from notices
    yield from _read_rows(chain(first, rows), _reader_of(columns, where), progress)


def _read_rows(
    rows: Iterable[Row | Finding],
    read: Callable[[Row], Iterator[RegisterRow | Finding]],
    progress: Callable[[int], None] | None,
) -> Iterator[RegisterRow | Finding]:
    for number, row in enumerate(rows):
        if progress is not None and number % 10_000 == 0:
            progress(number)
        if isinstance(row, Finding):
            yield row
        else:
            yield from read(row)


@contextmanager
def open_register(
    source: Source, columns: RegisterColumns, max_bytes: int | None = None
) -> Generator[Table]:
    """Open the table of a register in a CSV file or a workbook, of at most so many bytes.

    Raises:
        DataError: as `open_table`; `column-missing` for each mapped column that is not there.
    """
    with open_table(source, columns.table, max_bytes) as table:
        table.header[:] = _names_as_mapped(table.header, columns)
        absent = list(absent_columns(table.header, columns))
        if absent:
            other = other_delimiter(table.header, columns.delimiter or ",")
            if other is not None:
                absent.insert(0, finding("delimiter-differs", f"line {table.line}", other))
            raise DataError(absent)
        yield table


def _names_as_mapped(header: list[str], columns: RegisterColumns) -> list[str]:
    """Return names of columns as the mapping writes them.

    A name is replaced where it differs only in blanks, capitals or letters.
    """
    wanted = {plain_word(column): column for _, column in columns.mapped() if column not in header}
    names = [wanted.get(plain_word(name), name) for name in header] if wanted else header
    # Two that look alike are for the caller to tell apart.
    return names if len(set(names)) == len(set(header)) else header


def absent_columns(header: Collection[str], columns: RegisterColumns) -> Iterator[Finding]:
    """Say which mapped columns a table does not have."""
    wanted = ((named("dimension", what), column) for what, column in columns.mapped())
    return missing_columns(wanted, header)


def _reader_of(
    columns: RegisterColumns, where: Mapping[str, str | Iterable[str]]
) -> Callable[[Row], Iterator[RegisterRow | Finding]]:
    """Return what reads one row, and passes over rows with other values than those asked for.

    A row of which that cannot be said is read: it is a finding.
    """
    asked: list[tuple[str, Meanings, set[str | bool | None]]] = []
    of_several: list[Where] = []  # whose columns together are a value
    for each in as_wheres(where):
        if each.dimension not in columns.dimensions:
            known = tuple(columns.dimensions)
            raise UnknownNameError("dimension-unknown", each.dimension, known=known)
        if each.dimension in columns.dimension_with:
            of_several.append(each)
            continue
        meaning = value_reader(columns, each.dimension)
        if each.dimension in columns.one_spelling:
            meaning = _as_asked(meaning, each.values)
        meanings = Meanings(meaning)
        asked.append((columns.dimensions[each.dimension], meanings, {False, *each.values}))
    read = RowReader(columns).read

    def read_asked(row: Row) -> Iterator[RegisterRow | Finding]:
        for column, meanings, values in asked:
            cell = row.cells.get(column, "")
            if type(cell) is str and meanings[cell] not in values:
                return iter(())
        rows = read(row)
        return filter(has_values, rows) if of_several else rows

    def has_values(row: RegisterRow | Finding) -> bool:
        if isinstance(row, Finding):
            return True
        values = dict(row.dimensions)
        return all(_is_among(values[each.dimension], each, columns) for each in of_several)

    return read_asked if asked or of_several else read


def _is_among(value: str | None, asked: Where, columns: RegisterColumns) -> bool:
    """Whether a value is asked for, in another spelling too where the mapping says so."""
    if value is None or asked.dimension not in columns.one_spelling:
        return value in asked.values
    return value in asked.values or any(look_alikes([each, value]) for each in asked.values)


def _as_asked(
    meaning: Callable[[str], str | bool | None], asked: Sequence[str]
) -> Callable[[str], str | bool | None]:
    """Return what says a value as it is asked for, where only its spelling differs."""

    def spelt(text: str) -> str | bool | None:
        value = meaning(text)
        if not isinstance(value, str) or value in asked:
            return value
        return next((each for each in asked if look_alikes([each, value])), value)

    return spelt


class RowReader:
    """Reads rows by a mapping; what is wrong with a row is gathered in a list of its own.

    Attributes:
        watched: the columns of days in which no hour was met yet; the first one is said.

    Raises:
        MisuseError: `timezone-unknown`.
    """

    def __init__(self, columns: RegisterColumns) -> None:
        self._columns = columns
        self._zone = local_zone(columns.timezone)
        self._parse = moment_parser(columns.dates, self._zone)
        self._statuses = words_of_statuses(columns)
        self._words = {name: words_of_values(columns, name) for name in columns.dimensions}
        self._whole_days = frozenset(columns.whole_days)
        self.watched: set[str] = {what for what in columns.whole_days if what not in columns.times}

    def read(self, row: Row) -> Iterator[RegisterRow | Finding]:
        """Yield the row, and before it what is odd; or what is wrong instead."""
        columns, found = self._columns, list[Finding]()

        # The days, and how the dossier ended or stands.
        received = self._moment(row, "received", found)
        due = self._moment(row, "due", found)
        finished = self._moment(row, "finished", found)
        if received is None and not found:
            found.append(finding("received-blank", f"line {row.line}, column {columns.received}"))
        word = unicodedata.normalize("NFC", self._text(row, columns.status, found))
        status = self._statuses.get(word)
        if word and status is None:
            place, known = f"line {row.line}, column {columns.status}", tuple(self._statuses)
            found.append(finding("status-not-mapped", place, Cell.of(word), known=known))

        # Versions, codes, and what is counted by.
        recorded = self._moment(row, "recorded", found)
        superseded = self._moment(row, "superseded", found)
        part_of = joined_code([self._text(row, columns.part_of, found)])
        parts = (columns.code, *columns.code_with)
        code = joined_code([self._text(row, each, found) for each in parts])
        dimensions = self._dimensions(row, found)
        if status is not None and status.is_ending and finished is None and not found:
            place = f"line {row.line}, column {columns.status}"
            found.append(finding("ending-undated", place, status, code=code or "–"))

        # A row that cannot be read, or the row after what is odd about it.
        if found or received is None:
            yield from self._say_no_dossier(row) or found
            return
        if self.watched:
            yield from self._notice_hours(
                row, {"received": received, "due": due, "finished": finished}
            )
        if finished is not None:
            yield from _notice_early_end(row, received, finished)
        if finished is not None and status is not None and not status.fits(finished=True):
            place = f"line {row.line}, column {columns.status}"
            yield notice("status-against-finished", place, word, finished=finished)
        yield RegisterRow(
            received,
            due,
            finished,
            dimensions,
            status=status,
            code=code,
            part_of=part_of,
            recorded=recorded,
            superseded=superseded,
        )

    def read_value(self, text: str, name: str) -> str | bool | None:
        """Return what a text says in a dimension of one column; False if it is not mapped."""
        found: list[Finding] = []
        row = Row(0, {self._columns.dimensions[name]: text})
        value = self._dimensions(row, found)[name]
        return False if found else value

    def _notice_hours(self, row: Row, moments: Mapping[str, date | None]) -> Iterator[Finding]:
        """Say of a column of days that it has an hour after all, once for each column."""
        for what, moment in moments.items():
            if what in self.watched and isinstance(moment, datetime):
                self.watched.remove(what)
                column = getattr(self._columns, what)
                place = f"line {row.line}, column {column}"
                yield notice("hour-in-column-of-days", place, moment, column=column, key=what)

    def _say_no_dossier(self, row: Row) -> list[Finding]:
        """Say that a row is no dossier, by the cells at which every engine looks: receipt, code.

        It may repeat the names of the columns, as at the top of a printed page, or be a total.
        """
        columns = self._columns
        name = columns.received.split(UNDER)[-1]
        cell = cell_text(row.cells.get(columns.received, "")) or ""
        if plain_word(cell) == plain_word(name):
            return [notice("header-repeated", f"line {row.line}")]
        named = (columns.received, columns.code, *columns.code_with)
        texts = (cell_text(row.cells.get(column, "")) or "" for column in named if column)
        total = next(filter(begins_as_total, texts), None)
        if total is None:
            return []
        return [finding("row-of-totals", f"line {row.line}", Cell.of(total.strip()))]

    def _text(self, row: Row, column: str | None, found: list[Finding]) -> str:
        """A cell without blanks at its ends; empty where it stands for an unknown."""
        if column is None:
            return ""
        value = row.cells.get(column, "")
        cell = cell_text(value)
        if cell is None:
            place = f"line {row.line}, column {column}"
            found.append(finding("cell-of-wrong-type", place, Cell.of(str(value))))
            return ""
        cell = cell.strip()
        return "" if cell in self._columns.missing else cell

    def _moment(self, row: Row, what: str, found: list[Finding]) -> date | None:
        """A day or instant, from one column or from two."""
        columns = self._columns
        column, time_column = getattr(columns, what), columns.times.get(what)
        cell, hour = self._text(row, column, found), self._text(row, time_column, found)
        if not cell:
            if hour:
                place = f"line {row.line}, column {time_column}"
                found.append(finding("time-without-day", place, Cell.of(hour)))
            return None

        # The day, or the instant.
        place, text = f"line {row.line}, column {column}", cell
        if columns.dates is DateStyle.SERIAL and columns.decimal == ",":
            text = cell.replace(",", ".")
        parsed = self._parse(text)
        if parsed is None:
            found.append(finding("not-a-date", place, Cell.of(cell), style=columns.dates))
            return None
        if not 1900 <= parsed.year < 2200:
            found.append(finding("date-absurd", place, Cell.of(cell)))
        says_nothing = what in self._whole_days or bool(hour)
        if says_nothing and isinstance(parsed, datetime) and EMPTY_HOUR.search(cell) is not None:
            parsed = parsed.date()
        if not hour:
            return parsed

        # The time of day, from a column of its own.
        timed = add_time(parsed, hour, self._zone)
        if timed is None:
            place = f"line {row.line}, column {time_column}"
            found.append(finding("not-a-time", place, Cell.of(hour)))
        return timed

    def _dimensions(self, row: Row, found: list[Finding]) -> dict[str, str | None]:
        """What is counted by, as the mapping says it."""
        dimensions: dict[str, str | None] = {}
        further = self._columns.dimension_with
        for name, column in self._columns.dimensions.items():
            columns = (column, *further.get(name, ()))
            value = joined_code([self._text(row, each, found) for each in columns])
            words = self._words[name]
            if value is not None and words is not None:
                mapped = words.get(value)
                if mapped is None:
                    place = f"line {row.line}, column {column}"
                    cell = Cell.of(value)
                    found.append(finding("value-not-mapped", place, cell, dimension=name))
                value = mapped
            dimensions[name] = value
        return dimensions


def _notice_early_end(row: Row, received: date, finished: date) -> Iterator[Finding]:
    if own_day(finished) < own_day(received):
        yield notice("finished-before-received", f"line {row.line}", finished, received=received)
    elif _is_earlier(finished, received):
        yield notice(HOUR_NOTICE, f"line {row.line}", finished, received=received)


def words_of_statuses(columns: RegisterColumns) -> Words[RegisterStatus]:
    """Return what the words of the status column stand for."""
    return Words(columns.statuses or {status.value: status for status in RegisterStatus})


def words_of_values(columns: RegisterColumns, name: str) -> Words[str] | None:
    """Return what the words of a dimension are counted under; None where each is its own."""
    mapped = columns.values.get(name)
    return None if mapped is None else Words(mapped)


def settle_days(
    columns: RegisterColumns, rows: Iterable[Mapping[str, object]], *, typed: bool = False
) -> tuple[RegisterColumns, tuple[Finding, ...]]:
    """Declare columns that hold days, though an export wrote 00:00:00 beside each of them.

    Args:
        columns: how the register is laid out.
        rows: the first rows: texts, or what tables of other libraries hold.
        typed: whether the days come from cells of a workbook, which have no style.

    Returns:
        The layout, and a notice for each column that it did not declare: every cell of it that has
        an hour has that one. A notice `dates-fit-swapped` where the style of the dates would also
        fit with day and month swapped.
    """
    # Columns whose hours nobody declared.
    wanted = [
        (name, getattr(columns, name))
        for name in _WITH_MOMENTS
        if name not in columns.whole_days and name not in columns.times
    ]
    zone = local_zone(columns.timezone)
    read = moment_parser(columns.dates, zone)

    # How often each has the empty hour, and which have another too.
    empty: Counter[str] = Counter()
    told = set[str]()
    days: list[date] = []
    swappable = columns.dates in {DateStyle.DMY, DateStyle.MDY} and not typed
    for row in rows:
        if swappable:
            cells = (row.get(getattr(columns, name) or "") for name in _WITH_MOMENTS)
            days += filter(None, (read(cell.strip()) for cell in cells if isinstance(cell, str)))
        for name, column in wanted:
            hour = _hour_of(row.get(column) if column else None, read, zone)
            if hour is False:
                told.add(name)
            elif hour:
                empty[name] += 1

    # Those that never have another hold days.
    found = [(name, column) for name, column in wanted if empty[name] and name not in told]
    notices = tuple(
        notice("register-column-of-days", "", column, count=empty[name], key=name)
        for name, column in found
    )
    notices += _say_swapped(columns, days)
    if not found:
        return columns, notices
    names = (*columns.whole_days, *(name for name, _ in found))
    return evolve(columns, whole_days=names), notices


def _hour_of(cell: object, read: Callable[[str], date | None], zone: tzinfo) -> bool | None:
    """Say whether the hour of a cell is the empty one (True) or another (False); None for none."""
    if isinstance(cell, datetime):
        local = cell if cell.tzinfo is None else cell.astimezone(zone)
        return local.time() == time()
    text = (cell_text(cell) or "").strip()
    if EMPTY_HOUR.search(text):
        return True
    return False if len(text) >= _SHORTEST and isinstance(read(text), datetime) else None


def _say_swapped(columns: RegisterColumns, days: Sequence[date]) -> tuple[Finding, ...]:
    """Say where the style of dates would also fit with day and month swapped.

    A style `dmy` that fits may still be wrong where no day is above 12: then `mdy` fits too.
    """
    above = sum(day.day > 12 for day in days)
    if above or len(days) < FEW_DAYS:
        return ()
    return (notice("dates-fit-swapped", "", len(days), above=above, style=columns.dates),)


LOOKED_AT: Final = 1_000  # rows: who enters hours has entered one by then
_SHORTEST: Final = 7  # letters of a day with an hour: serial days have five digits before the mark


def joined_code(parts: Sequence[str]) -> str | None:
    """Return what several cells say together, a code or a value; None where the first is blank."""
    return unicodedata.normalize("NFC", "/".join(parts)) if parts[0] else None


def _is_earlier(left: date, right: date) -> bool:
    """Whether an instant lies before another; a date has no hour."""
    return isinstance(left, datetime) and isinstance(right, datetime) and left < right


# The hour that spreadsheets and databases write beside a day that has none.
EMPTY_HOUR: Final = re.compile(r"(?:[T ]0?0:00:00(?:[.,]0+)?|^\d{8}000000)$", re.ASCII)
_DMY: Final = re.compile(
    r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)
_MONTH_FIRST: Final = re.compile(
    r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})(?!\d)", re.ASCII
)
# Five digits are the days from 1927 to 2173; a count or a number of a row has fewer.
_SERIAL: Final = re.compile(r"(\d{5})(\.\d{1,12})?", re.ASCII)
_FIRST_SERIAL: Final = date(1899, 12, 30)  # spreadsheets take 1900 for a leap year
_ORDERS: Final[dict[DateStyle, Literal["iso", "dmy", "compact"]]] = {
    DateStyle.ISO: "iso",
    DateStyle.DMY: "dmy",
    DateStyle.MDY: "dmy",
    DateStyle.COMPACT: "compact",
}
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


def moment_parser(style: DateStyle, zone: tzinfo) -> Callable[[str], date | None]:
    """Return a parser of a style.

    Dates stay dates, times become aware local datetimes, anything else None. 24:00 is the end of
    its day (Civil Code 91/2015/QH13 art. 148(6)), and so that day: the midnight would lie on the
    next one.
    """

    def local(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)

    def iso(text: str) -> date | None:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
        return local(datetime.fromisoformat(text)) if _ISO_TIME.fullmatch(text) else None

    def built(year: str, month: str, day: str, *time: str | None) -> date:
        if time[0] is None:
            return date(int(year), int(month), int(day))
        hour, minute, second = (int(part or 0) for part in time)
        return datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=zone)

    def dmy(text: str) -> date | None:
        match = _DMY.fullmatch(text)
        if match is None:
            return None
        day, month, year, *time = match.groups()
        return built(year, month, day, *time)

    def compact(text: str) -> date | None:
        match = _COMPACT.fullmatch(text)
        return None if match is None else built(*match.groups())

    def serial(text: str) -> date | None:
        match = _SERIAL.fullmatch(text)
        if match is None:
            return None
        day = _FIRST_SERIAL + timedelta(days=int(match[1]))
        if match[2] is None:
            return day
        seconds = round_half_up(Fraction(match[2]) * 86_400, 0)
        return datetime.combine(day, time(), tzinfo=zone) + timedelta(seconds=int(seconds))

    parse = {
        DateStyle.ISO: iso,
        DateStyle.DMY: dmy,
        DateStyle.MDY: dmy,
        DateStyle.SERIAL: serial,
        DateStyle.COMPACT: compact,
    }[style]
    order = None if style is DateStyle.SERIAL else _ORDERS[style]

    def safe(text: str) -> date | None:
        text = text.removeprefix("'")  # with it a spreadsheet keeps a text a text
        if style is DateStyle.MDY:
            text = _MONTH_FIRST.sub(r"\2/\1/\3", text)
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            moment = typed(text)
        ends_day = "24" in text and _ENDS_DAY.search(text)
        if ends_day and isinstance(moment, datetime) and moment.time() == time():
            return moment.date() - timedelta(days=1)
        return moment

    def typed(text: str) -> date | None:
        if order is None:
            return None
        # What people typed into a column: other separators, words, "SA" and "CH", a zone.
        try:
            return parse_moment(text, order=order, zone=zone)
        except DataError:
            return None

    return safe


_ENDS_DAY: Final = re.compile(r"(?<!\d)24\s*(?:[:hg]|giờ)", re.IGNORECASE)
_TIME_OF_DAY: Final = moment_parser(DateStyle.ISO, UTC)
_DAY_SHARE: Final = re.compile(r"0?[.,][0-9]{1,15}|0", re.ASCII)
_A_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def add_time(day: date, text: str, zone: tzinfo) -> date | None:
    """Return a moment from a day and the text of a time of day; None if it is none.

    A spreadsheet may write the time as a share of the day. A day that has a time already takes no
    other. At 24:00 it is over: that is the day itself.
    """
    if isinstance(day, datetime):
        return None
    if _DAY_SHARE.fullmatch(text):
        share = Fraction(text.replace(",", "."))
        after = timedelta(seconds=int(round_half_up(share * 86_400, 0)))
    else:
        moment = _TIME_OF_DAY(f"2000-01-01 {text}")
        if moment == _A_DAY.date() and _ENDS_DAY.search(text):
            return day
        if not isinstance(moment, datetime):
            return None
        after = moment - _A_DAY
    if not timedelta() <= after <= timedelta(days=1):
        return None
    return datetime.combine(day, time(), tzinfo=zone) + after


ANY_DAY: Final = "2022-12-15"
MOST_TEXTS: Final = 200_000
"""Texts that a cache keeps: more than there are days, times of day or units."""


class Meanings(dict[Any, Any]):
    """What texts mean, each worked out once; False where a row must be read in full."""

    def __init__(self, meaning: Callable[[Any], Any]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, text: Any) -> Any:
        if len(self) >= MOST_TEXTS:
            self.clear()
        found = self[text] = self._meaning(text)
        return found


def read_alone(reader: RowReader, cells: dict[str, str]) -> Any:
    """Return what a reader says of some cells, whatever else may stand in their row.

    A finding if it has one.
    """
    *_, last = reader.read(Row(0, {"received": ANY_DAY, **cells}))
    return last


def value_reader(columns: RegisterColumns, name: str) -> Callable[[str], str | bool | None]:
    """Return what says which value of a dimension a text is."""
    mapped = columns.values
    only = RegisterColumns(
        dimensions={name: "value"},
        values={name: mapped[name]} if name in mapped else {},
        missing=columns.missing,
    )
    reader = RowReader(only)

    def meaning(text: str) -> str | bool | None:
        # What no record may hold is for the whole reader to refuse.
        if is_writable(text):
            return reader.read_value(text, name)
        row = read_alone(reader, {"value": text})
        return False if isinstance(row, Finding) else row.dimensions[0][1]

    return meaning
