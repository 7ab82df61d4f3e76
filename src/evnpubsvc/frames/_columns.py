"""The columns of a register, read in batches: days, and numbers for texts.

There are two lanes. The fast one takes rows that it is sure about: known texts, dates of one
layout, no contradiction. Every other row is in doubt and goes through the object path (`serde`'s
reader, `statistics`' counter), so that the same code rejects it, notices it or judges it in a
special way.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from heapq import merge
from itertools import product
from operator import itemgetter
from threading import Lock
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc._files import bounds
from evnpubsvc._moments import VIETNAM_TIME, local_zone
from evnpubsvc._records import frozen
from evnpubsvc.findings import Cell, Finding, finding
from evnpubsvc.frames._bytes import ByteRows, Bytes, gathered
from evnpubsvc.frames._days import MISSING, Days, day_number
from evnpubsvc.frames._repeats import CodeNote, ColumnRepeats
from evnpubsvc.frames._words import DOUBT, Values, Words
from evnpubsvc.serde import DateStyle, RegisterColumns
from evnpubsvc.serde.engine import (
    EMPTY_HOUR,
    MappedWords,
    Row,
    RowReader,
    moment_parser,
    settle_days,
    words_of_statuses,
    words_of_values,
)
from evnpubsvc.statistics import RegisterRow, Where
from evnpubsvc.statistics.engine import MOST_CODES, STATUSES, spell_alike

BATCH: Final = 1 << 18  # rows at once: arrays that fit the cache, calls that are worth their cost
Lines = Callable[[int], int]
"""The number of a row in the batch -> its line, or row, in the source."""

# What the object path takes for a date.
FIRST, LAST = day_number(date(1900, 1, 1)), day_number(date(2199, 12, 31))
_MOMENTS: Final = ("received", "due", "finished", "recorded", "superseded")
Bits = npt.NDArray[np.bool_]
_WIDTHS: Final = {
    DateStyle.ISO: 10,
    DateStyle.DMY: 10,
    DateStyle.MDY: 10,
    DateStyle.COMPACT: 8,
    DateStyle.SERIAL: 5,
}
_DAY_OR_MONTH_FIRST: Final = frozenset({DateStyle.DMY, DateStyle.MDY})
_TILE: Final = 1 << 12  # rows at once: their bytes stay in the cache
_FEW: Final = 100  # texts that are asked how times are laid out
_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", ("[0-5]", "[0-9]")
_IS_ENDING: Final = np.array([status is not None and status.is_ending for status in STATUSES])


class _Texts:
    """A dimension or the status in a column of texts."""

    def __init__(self, column: str, read: Callable[[str], int]) -> None:
        self.column = column
        self._words = Words(read)

    def expression(self, name: str) -> pl.Expr:
        """Return the look-up for a batch, under a name of its own."""
        return self._words.expression(pl.col(self.column)).alias(name)

    def numbers(self, batch: pl.DataFrame, looked_up: pl.Series) -> npt.NDArray[np.int32]:
        """Return the numbers of the texts."""
        given = batch[self.column]
        return self._words.numbers(lambda: given, given.null_count(), looked_up)

    def numbers_in(self, rows: ByteRows) -> npt.NDArray[np.int32]:
        """Return the numbers of cells that are bytes."""
        return self._words.numbers_in(rows.columns[self.column])


@frozen
class _TimedLayout:
    """How the texts with a time of a column are laid out.

    Attributes:
        tail: patterns of what comes after the day, each of one letter or of two digits.
        full: how long such a text is.
        name: the layout as a whole; equal ones compare as they are written.
    """

    tail: tuple[str, ...]
    full: int
    name: str

    @property
    def pattern(self) -> str:
        """What comes after the day, as a pattern."""
        return "".join(self.tail) + "$"

    def has_tail(self, cells: Bytes) -> Bits:
        """Return which rows of bytes are what comes after the day."""
        least, span, pairs = _bounds_of_bytes(self.tail)
        good = np.ones(len(cells), np.bool_)
        for start in range(0, len(cells), _TILE):
            # Below the least one, an unsigned difference is greater than any.
            tile = cells[start : start + _TILE].reshape(-1)
            bad = (tile - least[: len(tile)]) > span[: len(tile)]
            if np.count_nonzero(bad):
                good[start + np.flatnonzero(bad) // cells.shape[1]] = False
        for at, allowed in pairs:
            pair = cells[:, at].astype(np.intp) << 8
            pair |= cells[:, at + 1]
            good &= allowed.take(pair)
        return good


@lru_cache(maxsize=64)
def _bounds_of_bytes(
    patterns: tuple[str, ...],
) -> tuple[Bytes, Bytes, tuple[tuple[int, Bits], ...]]:
    """Return the least byte that patterns of letters allow in each place, and how many are behind.

    Both for so many rows as are looked at once; and for patterns of two digits their place, and
    which pairs of bytes they allow.
    """
    least: list[int] = []
    span: list[int] = []
    pairs: list[tuple[int, Bits]] = []
    for pattern in patterns:
        fit = [byte for byte in range(128) if re.fullmatch(pattern, chr(byte))]
        if fit:
            assert len(fit) == fit[-1] - fit[0] + 1
            least.append(fit[0])
            span.append(fit[-1] - fit[0])
        else:
            allowed = np.zeros(1 << 16, np.bool_)
            for one, other in product("0123456789", repeat=2):
                number = ord(one) << 8 | ord(other)
                allowed[number] = re.fullmatch(pattern, one + other) is not None
            pairs.append((len(least), allowed))
            least += [0, 0]
            span += [255, 255]
    rows = [np.tile(np.array(each, np.uint8), _TILE) for each in (least, span)]
    return rows[0], rows[1], tuple(pairs)


class _Moments:
    """A column of dates or times in texts of one layout, or of Arrow's own types."""

    def __init__(self, column: str, columns: RegisterColumns) -> None:
        self.column = column
        self._width = _WIDTHS[columns.dates]
        self._style = columns.dates
        self._missing = list(columns.missing)

        # The offset that local times have all year round, where there is one.
        zone = local_zone(columns.timezone)
        self._zone = columns.timezone
        offsets: dict[tzinfo, str] = {VIETNAM_TIME: "+07:00", UTC: "+00:00"}
        self._offset = offsets.get(zone)

        # The layout of times, once one was seen.
        self._layout: _TimedLayout | None = None
        self._looking = Lock()
        parse = moment_parser(columns.dates, zone)

        def read(text: str) -> int:
            if not text:
                return MISSING
            if len(text) != self._width:
                return DOUBT
            parsed = parse(text)
            if parsed is None or isinstance(parsed, datetime) or not 1900 <= parsed.year < 2200:
                return DOUBT
            return day_number(parsed)

        self.words = Words(read)

        def read_cell(text: str) -> int:
            return MISSING if text in self._missing else read(text)

        self._cells = Words(read_cell)  # of cells that are bytes

    def look(self, texts: pl.Series) -> _TimedLayout | None:
        """Return the layout of times: that of the first texts of the column that have one."""
        with self._looking:
            if self._layout is None:
                longer = texts.str.len_bytes() > self._width
                if longer.any():
                    layouts = map(self._layout_of, texts.filter(longer).head(_FEW).to_list())
                    self._layout = next(filter(None, layouts), None)
            return self._layout

    def _layout_of(self, text: str) -> _TimedLayout | None:
        """Return the layout of a text with a time; None where it has none that is known."""
        tail = self._tail_like(text[self._width :])
        if tail is None:
            return None
        return _TimedLayout(tail, len(text), f"{self._width}{''.join(tail)}")

    def _tail_like(self, tail: str) -> tuple[str, ...] | None:
        """Return the patterns of what comes after a day; None where it is no time.

        Other texts of the column must be laid out as this one.
        """
        if self._style is DateStyle.SERIAL:
            return None
        if self._style is DateStyle.COMPACT:
            six = re.fullmatch(r"[0-9]{6}", tail)
            return None if six is None else (_HOUR, *_SIXTY, *_SIXTY)

        # Hours and minutes, perhaps seconds; in ISO also parts of a second and an offset.
        known = r"(?P<mark>[T ])[0-9]{2}:[0-9]{2}(?P<seconds>:[0-5][0-9])?"
        if self._style not in _DAY_OR_MONTH_FIRST:
            known += r"(?P<parts>\.[0-9]{3}|\.[0-9]{6})?"
            if self._offset is not None:
                known += f"(?P<offset>{re.escape(self._offset)})?"
        match = re.fullmatch(known, tail)
        if match is None:
            return None
        said = match.groupdict()
        patterns = [said["mark"], _HOUR, ":", *_SIXTY]
        if said["seconds"]:
            patterns += [":", *_SIXTY]
        if said.get("parts"):
            patterns += [r"\.", *["[0-9]"] * (len(said["parts"]) - 1)]
        if said.get("offset"):
            patterns += map(re.escape, said["offset"])
        return tuple(patterns)

    def expressions(
        self, kind: pl.DataType, name: str, layout: _TimedLayout | None
    ) -> list[pl.Expr]:
        """Return the look-ups for a batch, under names of their own."""
        column = pl.col(self.column)
        if kind == pl.Date:
            return [column.to_physical().alias(f"{name} day")]
        if isinstance(kind, pl.Datetime):
            local = column
            if kind.time_zone is not None:
                # As the reader of texts: the zone of Viet Nam is +07:00 for all time.
                fixed = self._zone == "Asia/Ho_Chi_Minh"
                zone = "UTC" if fixed else self._zone
                local = column.dt.convert_time_zone(zone).dt.replace_time_zone(None)
                if fixed:
                    local = local + pl.duration(hours=7)
            return [local.dt.date().to_physical().alias(f"{name} day")]
        if self._missing:
            column = pl.when(column.is_in(self._missing)).then(None).otherwise(column)
        if layout is None:
            return [self.words.expression(column).alias(f"{name} day")]
        length = column.str.len_bytes()
        timed = length == layout.full
        return [
            self.words.expression(column.str.slice(0, self._width)).alias(f"{name} day"),
            ((timed & column.str.contains(layout.pattern)) | (length == self._width))
            .fill_null(value=True)
            .alias(f"{name} sure"),
            timed.fill_null(value=False).alias(f"{name} timed"),
        ]

    def days_in(self, rows: ByteRows) -> tuple[Days, Bits | bool, _TimedLayout | None]:
        """Return the days of cells that are bytes, which have times, and how these are laid out."""
        column = rows.columns[self.column]
        layout = self._layout
        if layout is None:
            longer = np.flatnonzero(column.widths > self._width)
            if len(longer):
                layout = self.look(column.part(longer[:_FEW]).texts())
        if layout is None:
            return self._cells.numbers_in(column), False, None

        # The day is what cells begin with. What goes on otherwise than the layout is in doubt.
        days = self.words.numbers_in(column.begun(self._width))
        timed = column.widths == layout.full
        whole = slice(None) if timed.all() else np.flatnonzero(timed)
        sure = timed | (column.widths == self._width)
        starts = column.starts[whole] + self._width
        sure[whole] = layout.has_tail(gathered(column.flat, starts, layout.full - self._width))
        for text in self._missing:
            days[column.equal(text)] = MISSING
        unsure = np.flatnonzero(~sure & (days != MISSING))
        if len(unsure):
            texts = column.part(unsure).texts()
            missing = texts.is_in(["", *self._missing]).fill_null(value=True).to_numpy()
            days[unsure] = np.where(missing, MISSING, DOUBT)
        return days, timed, layout

    def hours(self, batch: Rows) -> Bits:
        """Return which cells have an hour, other than the empty one."""
        given = batch[self.column]
        if given.dtype == pl.Date:
            return np.zeros(len(given), np.bool_)
        if isinstance(given.dtype, pl.Datetime):
            if given.dtype.time_zone is not None:
                given = given.dt.convert_time_zone(self._zone)
            has = given.dt.time() != time()
        elif self._style is DateStyle.SERIAL:
            has = given.str.contains(r"[.,]\d*[1-9]")
        else:
            has = (given.str.len_bytes() > self._width) & ~given.str.contains(EMPTY_HOUR.pattern)
        return has.fill_null(value=False).to_numpy()

    def days(
        self, batch: pl.DataFrame, found: pl.DataFrame, name: str, layout: _TimedLayout | None
    ) -> tuple[Days, Bits | bool]:
        """Return the local days, and which of them have times.

        A day is MISSING where there is none, and DOUBT where the row must be asked.
        """
        # Columns of dates and instants were looked up already; absurd days are in doubt.
        given = batch[self.column]
        looked_up = found[f"{name} day"]
        if given.dtype == pl.Date or isinstance(given.dtype, pl.Datetime):
            if looked_up.null_count():
                looked_up = looked_up.fill_null(MISSING)
            days = looked_up.to_numpy()
            absurd = (days < FIRST) | ((days > LAST) & (days != MISSING))
            if absurd.any():
                days = np.where(absurd, np.int32(DOUBT), days)
            return days, given.dtype != pl.Date

        # Texts: each different one is read once.
        nulls = given.null_count()
        texts = given
        if self._missing:
            texts = given.set(given.is_in(self._missing), None)
            nulls = texts.null_count()
        timed = layout is not None
        days = self.words.numbers(
            lambda: texts.str.slice(0, self._width) if timed else texts, nulls, looked_up
        )
        if not timed:
            return days, False

        # Instants: one that another zone might move to another day is in doubt.
        sure = found[f"{name} sure"]
        if not sure.all():
            unsure = ~sure.to_numpy() & (days != MISSING)
            days = np.where(unsure, np.int32(DOUBT), days)
            days[(texts == "").fill_null(value=False).to_numpy()] = MISSING
        return days, found[f"{name} timed"].to_numpy()


@frozen
class ReadBatch:
    """What the columns of a batch say, row by row. Rows in doubt say nothing here.

    Attributes:
        days: local days by column (`received` always, `due` and others where there is one), MISSING
            for none.
        timed: for each of them which rows have a time of day; False for none.
        codes: numbers of the values of each dimension.
        status: numbers of the status; None if there is no such column.
        linked: rows that are linked steps; None if none is.
        doubt: rows that the object path must read.
        frame: the columns as they came.
    """

    days: dict[str, Days]
    timed: dict[str, Bits | bool]
    codes: dict[str, npt.NDArray[np.int32]]
    status: npt.NDArray[np.int32] | None
    linked: Bits | None
    doubt: Bits
    frame: Rows


@frozen
class Looked:
    """Rows that were looked at, in any thread and any order; `BatchReader.settle` does the rest.

    Attributes:
        rows: how many there are.
        typed: whether moments have Arrow's own types.
        kept: batches that are kept in the order of the rows.
        codes: codes of the rows that are sure.
        doubtful: rows that the object path must read, with their places.
    """

    rows: int
    typed: bool
    kept: tuple[ReadBatch, ...]
    codes: tuple[CodeNote, ...]
    doubtful: tuple[tuple[npt.NDArray[Any], pl.DataFrame], ...]


Rows: TypeAlias = "pl.DataFrame | ByteRows"
Given: TypeAlias = "tuple[int, list[Row | Finding]]"
"""A line, and what a reader of single rows made of it."""


@frozen
class _LookedUp:
    """What the cells of a batch say, as in `ReadBatch`, and how times are laid out by column."""

    days: dict[str, Days]
    timed: dict[str, Bits | bool]
    layouts: dict[str, _TimedLayout | None]
    codes: dict[str, npt.NDArray[np.int32]]
    status: npt.NDArray[np.int32] | None


def rows_at(
    batch: Rows, places: npt.NDArray[Any], names: Iterable[str] | None = None
) -> pl.DataFrame:
    """Return some rows of a batch, and of their columns some or all."""
    if isinstance(batch, ByteRows):
        return batch.at(places, names)
    frame = batch if names is None else batch.select(list(names))
    return frame[pl.Series(places)]


def _doubt(_: str) -> int:
    return DOUBT


def _is_odd(text: str) -> bool:
    """Whether a text is none that a cell of a file could hold."""
    return "\0" in text or len(text) > bounds.CELL


def _refuse(line: int, cells: Mapping[str, object]) -> Finding | None:
    """Return why a row is refused that holds what no file of text could hold; None for others."""
    texts = [cell for cell in cells.values() if isinstance(cell, str)]
    if any(len(text) > bounds.CELL for text in texts):
        return finding("cell-too-large", f"line {line}", limit=bounds.CELL)
    if any("\0" in text for text in texts):
        return finding("text-not-writable", f"line {line}", Cell.of("\0"))
    return None


class BatchReader(ABC):
    """Reads a register that comes in batches of columns, and rows that come one by one.

    What becomes of them is for a subclass to say: `weigh` takes batches in any thread, `keep` those
    that are kept in order, `keep_row` takes rows and findings in order.

    Args:
        columns: how the register is laid out.
        dimensions: the dimensions that are read; others only reject rows, where their values are
            mapped.
        hours: whether an earlier hour of the same day is something to notice.
        most_codes: how many rows with a code are compared.
    """

    def __init__(
        self,
        columns: RegisterColumns,
        dimensions: Collection[str],
        *,
        hours: bool,
        most_codes: int = MOST_CODES,
    ) -> None:
        self.columns = columns
        self.rows = 0
        self.slow_rows = 0
        self._hours = hours
        self.values: dict[str, Values] = {}
        self._texts: dict[str, _Texts] = {}
        for name, column in columns.dimensions.items():
            # Rows of one code are compared in all that is mapped.
            if name in dimensions or name in columns.values or columns.code is not None:
                values = self.values[name] = Values()
                read = self._value_reader(values, words_of_values(columns, name))
                if name in columns.dimension_with:
                    read = _doubt  # only the row as a whole says the value
                self._texts[name] = _Texts(column, read)
        self.repeats = ColumnRepeats(columns, self.values, most_codes)
        self._status: _Texts | None = None
        if columns.status is not None:
            self._status = _Texts(columns.status, self._status_reader())
        self._moments = {
            what: _Moments(column, columns)
            for what in _MOMENTS
            if (column := getattr(columns, what)) is not None
        }
        self._rows = RowReader(columns)
        self._iso_rows = RowReader(evolve(columns, dates=DateStyle.ISO))

    def settle_days(self, rows: Iterable[Mapping[str, object]], *, typed: bool = False) -> None:
        """Take columns for days where the first rows of a source have no hour but 00:00:00."""
        columns, notices = settle_days(self.columns, rows, typed=typed)
        if notices:
            self.columns = columns
            self._rows = RowReader(columns)
            self._iso_rows = RowReader(evolve(columns, dates=DateStyle.ISO))
        for each in notices:
            self.keep_row(each)

    def rows_with(self, batch: ReadBatch, asked: Iterable[Where]) -> Bits:
        """Return which rows of a batch have the values that are asked for."""
        wanted = np.ones(len(batch.doubt), np.bool_)
        for each in asked:
            names = self.values[each.dimension].names
            if each.dimension in self.columns.one_spelling:
                each = spell_alike([each], each.dimension, names)[0]  # noqa: PLW2901
            numbers = [number for number, name in enumerate(names, 1) if name in each.values]
            wanted &= np.isin(batch.codes[each.dimension], numbers)
        return wanted

    def row_has(self, row: RegisterRow, asked: tuple[Where, ...]) -> bool:
        """Return whether a row that was read by itself has the values that are asked for."""
        values = dict(row.dimensions)
        for name in self.columns.one_spelling:
            asked = spell_alike(asked, name, filter(None, [values[name]]))
        return all(values[each.dimension] in each.values for each in asked)

    keeps = False
    """Whether `keep` is called at all; what it takes stays in memory until its turn."""

    @abstractmethod
    def weigh(self, batch: ReadBatch) -> Bits:
        """Take a batch, in any thread and any order.

        Returns:
            The rows that the object path must read after all.
        """

    def keep(self, batch: ReadBatch) -> None:
        """Take a batch, in the order of the rows; for readers with `keeps`."""
        raise NotImplementedError

    @abstractmethod
    def keep_row(self, row: RegisterRow | Finding) -> None:
        """Take a row that was read by itself, or a finding."""

    @abstractmethod
    def begin_source(self) -> None:
        """Say that another file or table begins, whose lines are numbered anew."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns that are looked at.

        A row with something doubtful may need all that are mapped.
        """
        wanted = [moments.column for moments in self._moments.values()]
        wanted += [texts.column for texts in self._texts.values()]
        more = [self.columns.status, self.columns.part_of, *self.repeats.parts]
        more += self.columns.times.values()
        more += (
            column
            for name, columns in self.columns.dimension_with.items()
            if name in self._texts
            for column in columns
        )
        wanted += [column for column in more if column is not None]
        return tuple(dict.fromkeys(wanted))

    # -- what texts are ----------------------------------------------------------------------------

    def _text_of(self, text: str) -> str:
        text = text.strip()
        return "" if text in self.columns.missing else unicodedata.normalize("NFC", text)

    def _status_reader(self) -> Callable[[str], int]:
        statuses = words_of_statuses(self.columns)

        def read(text: str) -> int:
            if _is_odd(text):
                return DOUBT
            word = self._text_of(text)
            if not word:
                return 0
            status = statuses.get(word)
            return DOUBT if status is None else STATUSES.index(status)

        return read

    def _value_reader(
        self, values: Values, mapped: MappedWords[str] | None
    ) -> Callable[[str], int]:
        def read(text: str) -> int:
            if _is_odd(text):
                return DOUBT
            value: str | None = self._text_of(text) or None
            if value is not None and mapped is not None:
                value = mapped.get(value)
                if value is None:
                    return DOUBT
            return values.place(value)

        return read

    # -- the fast lane -----------------------------------------------------------------------------

    @property
    def word_columns(self) -> set[str]:
        """The columns of which every different text is read."""
        words = {texts.column for texts in self._texts.values()}
        if self._status is not None:
            words.add(self._status.column)
        return words

    def look(self, batch: Rows, odd: Bits | None = None) -> Looked:
        """Look at rows, in any thread: columns of texts, or of Arrow's dates and times.

        Args:
            batch: the rows.
            odd: which of them the object path must read; None for none that are known.
        """
        kept: list[ReadBatch] = []
        codes: list[CodeNote] = []
        doubtful: list[tuple[npt.NDArray[Any], pl.DataFrame]] = []
        for start in range(0, batch.height, BATCH):
            piece = batch if batch.height <= BATCH else batch.slice(start, BATCH)
            read = self._read(piece)
            if odd is not None:
                np.logical_or(read.doubt, odd[start : start + BATCH], out=read.doubt)
            doubt = self.weigh(read)
            if self.keeps:
                kept.append(read)
            if self.repeats.parts:
                codes.append(self._note_codes(read, doubt))
            if doubt.any():
                places = np.flatnonzero(doubt)
                doubtful.append((places + start, rows_at(piece, places)))
        moments = {column.column for column in self._moments.values()}
        typed = any(batch.schema[name] != pl.String for name in moments)
        return Looked(batch.height, typed, tuple(kept), tuple(codes), tuple(doubtful))

    def settle(self, looked: Looked, lines: Lines, others: Iterable[Given] = ()) -> None:
        """Do what is left of rows that were looked at: those in doubt, and what has an order.

        Args:
            looked: what `look` returned; sources settle in the order of their rows.
            lines: the line of each row.
            others: rows and findings that stand between them, by line.
        """
        self.rows += looked.rows - sum(len(places) for places, _ in looked.doubtful)
        for batch in looked.kept:
            self.keep(batch)
        for note in looked.codes:
            self.repeats.take(note)

        # The slow lane, line by line.
        if looked.typed:
            reader = self._iso_rows
        else:
            reader = self._rows
        for _, rows in merge(self._rows_in_doubt(looked, lines), others, key=itemgetter(0)):
            self._take_each(rows, reader)

    def take(self, batch: Rows, lines: Lines) -> None:
        """Look at rows and settle them."""
        self.settle(self.look(batch), lines)

    def _note_codes(self, read: ReadBatch, doubt: Bits) -> CodeNote:
        """Return the codes of the rows that are sure, and that count on their own."""
        aside = self.aside(read)
        rows = ~doubt if aside is None else ~(doubt | aside)
        codes = read.frame.select(self.repeats.parts)
        return self.repeats.note(codes, read.days, read.status, read.codes, rows)

    def aside(self, batch: ReadBatch) -> Bits | None:
        """Return which rows do not count on their own; None where every row does."""
        return batch.linked

    def _read(self, batch: Rows) -> ReadBatch:
        if isinstance(batch, ByteRows):
            found = self._look_up_bytes(batch)
        else:
            found = self._look_up(batch)
        days, timed, codes, status = found.days, found.timed, found.codes, found.status

        # A text that is in doubt is no day, or not mapped, or one too many.
        doubt = np.zeros(batch.height, np.bool_)
        for numbers in (*days.values(), *codes.values()):
            doubt |= numbers == DOUBT
        if status is not None:
            doubt |= status == DOUBT

        # What the reader of rows rejects or notices.
        doubt |= days["received"] == MISSING
        if "finished" in days:
            doubt |= self._ends_before_receipt(batch, days, timed, found.layouts)
        if status is not None:
            ended = days["finished"] != MISSING if "finished" in days else False
            doubt |= (status > 0) & (_IS_ENDING.take(status, mode="clip") != ended)
        for what in self._rows.watched & self._iso_rows.watched & self._moments.keys():
            doubt |= self._moments[what].hours(batch)
        for column in self.columns.times.values():
            given = batch[column].cast(pl.String)  # a time of Arrow's own type too
            doubt |= (given.is_not_null() & (given != "")).fill_null(value=False).to_numpy()
        part_of = self.columns.part_of
        linked = None if part_of is None else self._is_linked(batch[part_of])
        return ReadBatch(days, timed, codes, status, linked, doubt, batch)

    def _look_up(self, batch: pl.DataFrame) -> _LookedUp:
        # One call of the engine looks up all texts of all columns.
        expressions: list[pl.Expr] = []
        layouts: dict[str, _TimedLayout | None] = {}
        for name, texts in self._texts.items():
            expressions.append(texts.expression(f"{name} word"))
        if self._status is not None:
            expressions.append(self._status.expression("status"))
        for what, moments in self._moments.items():
            kind = batch.schema[moments.column]
            layouts[what] = None
            if kind == pl.String:
                layouts[what] = moments.look(batch[moments.column])
            expressions += moments.expressions(kind, what, layouts[what])
        found = batch.select(expressions)

        # Days, and numbers of texts.
        days: dict[str, Days] = {}
        timed: dict[str, Bits | bool] = {}
        for what, moments in self._moments.items():
            days[what], timed[what] = moments.days(batch, found, what, layouts[what])
        codes = {
            name: texts.numbers(batch, found[f"{name} word"]) for name, texts in self._texts.items()
        }
        status = None
        if self._status is not None:
            status = self._status.numbers(batch, found["status"])
        return _LookedUp(days, timed, layouts, codes, status)

    def _look_up_bytes(self, rows: ByteRows) -> _LookedUp:
        """Look up cells that are bytes."""
        days: dict[str, Days] = {}
        timed: dict[str, Bits | bool] = {}
        layouts: dict[str, _TimedLayout | None] = {}
        for what, moments in self._moments.items():
            days[what], timed[what], layouts[what] = moments.days_in(rows)
        codes = {name: texts.numbers_in(rows) for name, texts in self._texts.items()}
        status = None if self._status is None else self._status.numbers_in(rows)
        return _LookedUp(days, timed, layouts, codes, status)

    def _ends_before_receipt(
        self,
        batch: Rows,
        days: Mapping[str, Days],
        timed: Mapping[str, Bits | bool],
        layouts: Mapping[str, _TimedLayout | None],
    ) -> Bits:
        """Which rows end before they are received, or might."""
        received, finished = days["received"], days["finished"]
        before: Bits = finished < received
        one, other = timed["received"], timed["finished"]
        if not self._hours or one is False or other is False:
            return before
        same = np.flatnonzero((finished == received) & one & other)
        if not len(same):
            return before
        # Times of one day are compared as they are written, if they are written alike. Else the row
        # must say.
        first, last = self._moments["received"], self._moments["finished"]
        moments = rows_at(batch, same, dict.fromkeys([first.column, last.column]))
        starts, ends = moments[first.column], moments[last.column]
        alike = starts.dtype != pl.String or layouts["received"] == layouts["finished"]
        if starts.dtype == ends.dtype and alike:
            before[same] = (ends < starts).to_numpy()
        else:
            before[same] = True
        return before

    def _is_linked(self, part_of: pl.Series) -> Bits | None:
        if part_of.null_count() == len(part_of):
            return None
        there = (part_of.is_not_null() & (part_of != "")).fill_null(value=False).to_numpy()
        places = np.flatnonzero(there)
        texts = part_of.gather(pl.Series(places)).to_list()
        linked = np.zeros(len(part_of), np.bool_)
        linked[places] = [bool(self._text_of(str(text))) for text in texts]
        return linked

    # -- the slow lane -----------------------------------------------------------------------------

    def take_rows(self, rows: Iterator[Row | Finding]) -> None:
        """Take rows by the object path."""
        self._take_each(rows, self._rows)

    def _take_each(self, rows: Iterable[Row | Finding], reader: RowReader) -> None:
        for row in rows:
            self.rows += 1
            self.slow_rows += 1
            if isinstance(row, Finding):
                self.keep_row(row)
            else:
                for each in reader.read(row):
                    self.keep_row(each)

    def _rows_in_doubt(self, looked: Looked, lines: Lines) -> Iterator[Given]:
        """Yield the rows in doubt as the object path reads them, with their lines."""
        moments = {column.column for column in self._moments.values()}
        for places, frame in looked.doubtful:
            for place, given in zip(places.tolist(), frame.iter_rows(named=True), strict=True):
                cells = given
                if looked.typed:
                    cells = {
                        name: self._iso(name, cell) if name in moments else cell
                        for name, cell in given.items()
                    }
                line = lines(place)
                refused = _refuse(line, given)
                yield line, [Row(line, cells) if refused is None else refused]

    def _iso(self, column: str, cell: Any) -> Any:
        """Return a moment in the form that the reader of ISO texts expects.

        This is for registers in which columns of texts and of dates occur side by side.
        """
        moment: Any = cell
        zone = local_zone(self.columns.timezone)
        if isinstance(cell, str):
            if self.columns.dates is DateStyle.ISO or not self._text_of(cell):
                return cell
            moment = moment_parser(self.columns.dates, zone)(cell.strip())
            if moment is None:
                return f"not {self.columns.dates.value}: {cell}"
        # An empty hour in a column of days is none.
        if isinstance(moment, datetime) and column in self._columns_of_days():
            local = moment if moment.tzinfo is None else moment.astimezone(zone)
            moment = local.date() if local.time() == time() else moment
        return moment.isoformat() if isinstance(moment, date) else cell

    def _columns_of_days(self) -> set[str]:
        return {getattr(self.columns, what) for what in self.columns.whole_days}
