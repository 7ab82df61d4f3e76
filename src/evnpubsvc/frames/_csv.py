"""CSV in pieces of bytes.

What is plain goes to the engine's reader, the rest to the reader of the object path.

The engine's reader is fast and forgiving. Before it gets a piece, the piece is known to be what the
strict reader would take in the same way: UTF-8, quotes only round whole cells, no stray carriage
returns, no blank lines, as many cells in each row as the header has. Single rows that are not so
are taken out and read by the strict reader; where quotes are broken, so that nobody knows where a
row ends, the strict reader goes on until it is past the piece.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc._files import bounds
from evnpubsvc._records import frozen
from evnpubsvc.findings import Finding
from evnpubsvc.frames._columns import BatchReader, Given, Looked
from evnpubsvc.frames._pieces import Pieces, joined, not_utf8
from evnpubsvc.frames._threads import Workers, working
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.serde.engine import (
    Row,
    csv_rows,
    is_in_old_font,
    named_rows,
    numbers_columns,
    open_register,
)

_FIRST_PIECE: Final = 1 << 20  # the texts that are met again and again are met here
_LF, _QUOTE, _BOM = b"\n", b'"', b"\xef\xbb\xbf"
Places = npt.NDArray[np.int64]
_Piece = tuple[bytes, int, "Future[_Parsed | None]"]  # and the bytes of the source up to its end


def take_csv(
    stream: BinaryIO,
    reader: BatchReader,
    *,
    piece: int,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Count a CSV register.

    Args:
        stream: bytes, read once.
        reader: takes the rows.
        piece: bytes at once.
        threads: how many read and count.
        progress: called with the bytes so far.
    """
    source = Pieces(stream)
    head = source.line()
    found = _header(head, reader.columns)
    second = source.line()
    source.back(second)
    if found is not None and _numbers_columns(second, found[0]):
        found = None
    if found is None:  # the strict reader finds the table, or says what is wrong
        source.back(head)
        with open_register(cast("BinaryIO", source), reader.columns) as table:
            reader.take_rows(chain(table.notices, named_rows(table)))
        return
    delimiter, names = found
    with working(threads) as workers:
        pieces = _Reader(reader, source, head, names, delimiter, workers)
        pieces.take_all(piece, progress)


def _header(head: bytes, columns: RegisterColumns) -> tuple[str, list[str]] | None:
    """Return the delimiter and the names of the columns.

    The result is None where they are not on an ordinary first line.
    """
    delimiter = columns.delimiter or ","
    if not columns.table.is_plain or not delimiter.isascii():
        return None
    if len(head) > bounds.LINE or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return None
    try:
        text = head.removeprefix(_BOM).decode("utf-8")
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    if len(rows) != 1 or not rows[0] or len(rows[0]) > bounds.COLUMNS or "\0" in text:
        return None
    names = [unicodedata.normalize("NFC", cell).strip() for cell in rows[0]]
    named = [name for name in names if name]
    if not names[-1] or len(set(named)) < len(named) or is_in_old_font(names):
        return None
    # Names that are written in another form are for the strict reader.
    if {column for _, column in columns.mapped()} <= set(names):
        return (delimiter, names)
    return None


def _numbers_columns(line: bytes, delimiter: str) -> bool:
    """Whether a line only numbers the columns."""
    cells = line.decode("utf-8", "replace").split(delimiter)
    return numbers_columns(cell.strip(' "\r\n') for cell in cells)


@frozen
class _Parsed:
    """A piece that was read.

    Attributes:
        frame: the good rows.
        numbers: the line of each in the piece, from 1; None where each line is a row.
        others: the rows that the strict reader must judge, with the lines before them.
        lines: how many lines the piece has.
    """

    frame: pl.DataFrame
    numbers: Places | None
    others: list[tuple[int, bytes]]
    lines: int

    def line_of(self, before: int, row: int) -> int:
        """Return the line of a good row, where so many lines stand before the piece."""
        return before + (row + 1 if self.numbers is None else int(self.numbers[row]))


@frozen
class _Counting:
    """A piece whose rows are looked at: what it says, the lines before it, the bytes up to its end.

    `looking` is done when they were.
    """

    parsed: _Parsed
    looking: Future[Looked]
    line: int
    done: int


class _Reader:
    def __init__(
        self,
        reader: BatchReader,
        source: Pieces,
        head: bytes,
        names: list[str],
        delimiter: str,
        workers: Workers,
    ) -> None:
        self._reader = reader
        self._source = source
        self._head = head if head.endswith(_LF) else head + _LF
        self._delimiter = delimiter
        only_blanks = rb"(?m)^[ \t\r" + re.escape(delimiter.encode()) + rb"]*$"
        self._blank = re.compile(only_blanks)
        self._schema = {f"{place}": pl.String for place in range(len(names))}
        self._columns = {f"{names.index(column)}": column for column in reader.wanted}
        self._last = f"{len(names) - 1}"
        self._width = len(names)
        self._line = 1  # lines before the piece
        self._workers = workers
        self._ahead: deque[_Piece] = deque()
        self._counting: deque[_Counting] = deque()

    def take_all(self, size: int, progress: Callable[[int], None] | None) -> None:
        """Count piece after piece.

        The next ones are read by other threads, and so are those counted that are known to be
        whole; in the order of the file all that has an order is settled here.
        """
        self._progress = progress
        self._read_ahead(min(_FIRST_PIECE, size), 1)
        while self._ahead:
            self._read_ahead(size, self._workers.ahead)
            data, done, parsing = self._ahead.popleft()
            parsed = parsing.result()
            if parsed is None:
                self._settle(0)
                self._strictly(data)
                self._advance(self._source.done)
                self._read_ahead(size, 1)
                continue
            looking = self._workers.begin(self._reader.look, parsed.frame)
            self._counting.append(_Counting(parsed, looking, self._line, done))
            self._line += parsed.lines
            self._settle(self._workers.ahead)
        self._settle(0)

    def _read_ahead(self, size: int, pieces: int) -> None:
        """Have so many pieces under way, as far as there are."""
        while len(self._ahead) < pieces and (data := self._source.rows(size)):
            self._ahead.append((data, self._source.done, self._workers.begin(self._parse, data)))

    def _settle(self, left: int) -> None:
        """Settle pieces in their order, until so many are left under way."""
        while len(self._counting) > left:
            piece = self._counting.popleft()
            parsed, before = piece.parsed, piece.line
            looked = piece.looking.result()
            self._reader.settle(
                looked, partial(parsed.line_of, before), self._judged(parsed, before)
            )
            self._advance(piece.done)

    def _judged(self, parsed: _Parsed, before: int) -> Iterator[Given]:
        """Yield the rows that are not good, with their lines, as the strict reader judges them."""
        for first, part in parsed.others:
            line = before + first + 1
            yield line, list(self._rows(io.BytesIO(self._head + part), line - 2))

    def _advance(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done)

    def _parse(self, data: bytes) -> _Parsed | None:
        """Read a piece, in any thread; None where only the strict reader can say where rows end."""
        frame = self._plain(data)
        if frame is not None:
            return _Parsed(self._named(frame), None, [], frame.height)
        return self._sieve(data)

    def _plain(self, data: bytes) -> pl.DataFrame | None:
        """Return the cells of a piece in which each line is an ordinary row.

        The result is None where some line may be another kind of row.
        """
        if not self._lines_are_short(data) or data.startswith(_BOM) or b"\0" in data:
            return None
        data = data if data.endswith(_LF) else data + _LF  # the last line of the file
        found = _look_over(np.frombuffer(data, np.uint8), ord(self._delimiter))
        if found is None:
            return None
        if found.returns and found.returns != data.count(b"\r\n"):
            return None
        if self._has_blanks(data, found):
            return None
        frame = self._frame(data)
        lines = found.lines
        if frame is None or frame.height != lines or found.cells != lines * (self._width - 1):
            return None
        # With as many delimiters as there should be, rows that are too long mean others that are
        # too short. Where the last cell is there, none is too short. Where it is not, all columns
        # are read: then a row too long raises.
        if frame[self._last].null_count() and self._frame(data, everything=True) is None:
            return None
        return frame

    def _has_blanks(self, data: bytes, found: _LookedOver) -> bool:
        """Whether there are lines of delimiters and blanks only, which are no rows."""
        # How such lines begin is known, and ordinary registers have none.
        starts = b" \t" + self._delimiter.encode()
        if self._width == 1:
            starts += b"\r\n"
        if not found.first_bytes & set(starts):
            return False
        blank = self._blank.search(data)
        return blank is not None and blank.start() < len(data)

    @staticmethod
    def _lines_are_short(data: bytes) -> bool:
        half = bounds.CELL // 2  # longer ones may hold a cell that the strict reader refuses
        return all(
            data.find(_LF, start, start + half) >= 0 for start in range(0, len(data) - half, half)
        )

    def _frame(self, data: bytes, *, everything: bool = False) -> pl.DataFrame | None:
        wanted = self._schema if everything else dict.fromkeys([*self._columns, self._last])
        try:
            return pl.read_csv(
                data,
                has_header=False,
                separator=self._delimiter,
                schema=self._schema,
                infer_schema=False,
                columns=None if everything else sorted(map(int, wanted)),
            )
        except pl.exceptions.PolarsError:
            return None

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(pl.col(place).alias(name) for place, name in self._columns.items())

    # -- rows that are not plain -------------------------------------------------------------------

    def _sieve(self, given: bytes) -> _Parsed | None:
        """Return the good rows of a piece apart from the others; None where that cannot be told."""
        if not self._lines_are_short(given) or b"\0" in given:
            return None

        # Where rows end, and where quotes stand. What cannot be told here goes the strict way.
        data = given if given.endswith(_LF) else given + _LF
        flat, quoted = np.frombuffer(data, np.uint8), _QUOTE in data
        ends = np.flatnonzero(flat == 10)
        starts = np.concatenate([[0], ends[:-1] + 1])
        quotes = np.flatnonzero(flat == 34)
        if quoted and not _in_order(flat, quotes, ord(self._delimiter)):
            return None
        # The ends of rows are the line feeds outside quotes.
        if quoted:
            outside = (np.searchsorted(quotes, ends) & 1) == 0
            row_ends, row_starts = ends[outside], starts[np.concatenate([[True], outside[:-1]])]
        else:
            row_ends, row_starts = ends, starts

        # Rows that the strict reader must judge: another number of cells, nothing in them, odd
        # bytes.
        cells = np.flatnonzero(flat == ord(self._delimiter))
        if quoted:
            cells = cells[(np.searchsorted(quotes, cells) & 1) == 0]
        found = np.diff(np.searchsorted(cells, np.concatenate([row_ends[:1] * 0, row_ends])))
        bad = found != self._width - 1
        bad |= self._says_nothing(flat, row_starts, row_ends)
        bad |= (
            flat[row_starts] == _BOM[0]
        )  # a byte-order mark here is text, which the engine's reader may leave out
        if not self._returns_in_order(flat, bad, row_starts, row_ends):
            return None

        # So must those that are not UTF-8, if one knows where they end.
        broken = not_utf8(data)
        for place in broken:
            row = int(np.searchsorted(row_ends, place))
            line = data[row_starts[row] : row_ends[row]]
            if _QUOTE in line or _LF in line:
                return None
            bad[row] = True
        # The number of the line on which each row ends.
        lines = np.searchsorted(ends, row_ends) + 1

        # The good rows at once, the others one by one.
        keep = np.flatnonzero(~bad)
        if len(keep) == len(bad):
            good = data
        else:
            good = joined(data, row_starts, row_ends, bad)
        if len(keep):
            frame = self._frame(good)
        else:
            frame = pl.DataFrame(schema=self._schema)
        if frame is None or frame.height != len(keep):
            return None
        rows = np.flatnonzero(bad)
        firsts = np.searchsorted(ends, row_starts[rows])
        others = [
            (first, given[row_starts[row] : row_ends[row] + 1])
            for first, row in zip(firsts.tolist(), rows.tolist(), strict=True)
        ]
        return _Parsed(self._named(frame), lines[keep], others, len(ends))

    def _says_nothing(
        self, flat: npt.NDArray[np.uint8], starts: Places, ends: Places
    ) -> npt.NDArray[np.bool_]:
        """Which rows hold delimiters, quotes and blanks only."""
        silent = np.isin(flat, np.frombuffer(self._delimiter.encode() + b'" \t\r', np.uint8))
        before = np.concatenate([[0], np.cumsum(silent)])
        found: npt.NDArray[np.bool_] = before[ends] - before[starts] == ends - starts
        return found

    @staticmethod
    def _returns_in_order(
        flat: npt.NDArray[np.uint8], bad: npt.NDArray[np.bool_], starts: Places, ends: Places
    ) -> bool:
        """Mark rows with a carriage return that does not end the line.

        Say whether they are rows of one line.
        """
        returns = np.flatnonzero(flat[:-1] == 13)
        stray = returns[flat[returns + 1] != 10]
        if len(stray):
            rows = np.searchsorted(ends, stray)
            if any(10 in flat[starts[row] : ends[row]] for row in rows.tolist()):
                return False
            bad[rows] = True
        return True

    def _strictly(self, data: bytes) -> None:
        """Read on by the strict reader until it stands at the end of a row behind the piece."""
        self._source.back(b"".join([data, *(ahead for ahead, _, _ in self._ahead)]))
        self._ahead.clear()
        goal = self._source.done + len(data)
        feed = _Counted(self._source, self._head)
        rows = self._rows(feed, self._line - 1)
        while True:
            row = next(rows, None)
            if row is None:  # the end of the stream, or of what the strict reader bears
                self._source.end()
                break
            self._reader.take_rows(iter([row]))
            # What was wrong with single lines comes before what is said of the row that they stood
            # in.
            ended = isinstance(row, Row) or row.reason in _ENDING
            if ended and self._source.done >= goal:
                break
        self._line += feed.lines

    def _rows(self, stream: Any, before: int) -> Iterator[Row | Finding]:
        """Yield the rows of the strict reader, which gets the header first.

        Rows and findings have their lines in the file.
        """
        # The names are on the first line, and no line is looked at ahead: this reader takes no more
        # than it must.
        for row in csv_rows(stream, self._delimiter, header_row=1):
            if isinstance(row, Row):
                yield Row(row.line + before, row.cells)
            else:
                path = re.sub(
                    r"^line (\d+)", lambda match: f"line {int(match[1]) + before}", row.path
                )
                yield evolve(row, path=path)


# What the strict reader says of a whole row.
_ENDING: Final = frozenset({"csv-broken", "cell-too-large", "cells-differ-from-header"})


class _Counted:
    """The header, then the lines of the source."""

    def __init__(self, source: Pieces, head: bytes) -> None:
        self._source = source
        self._head = head
        self.lines = 0

    def readline(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        line = self._source.readline(size)
        self.lines += line.endswith(_LF)
        return line


@frozen
class _LookedOver:
    """How many delimiters, carriage returns and lines a piece has; bytes that lines begin with."""

    cells: int
    returns: int
    lines: int
    first_bytes: set[int]


def _look_over(flat: npt.NDArray[np.uint8], delimiter: int) -> _LookedOver | None:
    """Return what a piece is made of; None if there are quotes.

    The bytes are searched part by part, so that a part that is searched four times stays in the
    cache, as do the masks.
    """
    mask = np.empty(1 << 17, np.bool_)
    begins = np.zeros(256, np.bool_)
    begins[flat[0]] = True
    cells = returns = lines = 0
    for start in range(0, len(flat), len(mask)):
        part = flat[start : start + len(mask)]
        here = mask[: len(part)]
        if np.equal(part, 34, out=here).any():
            return None
        cells += int(np.count_nonzero(np.equal(part, delimiter, out=here)))
        returns += int(np.count_nonzero(np.equal(part, 13, out=here)))
        ends = np.flatnonzero(np.equal(part, 10, out=here))
        lines += len(ends)
        # Behind the last byte stands none: the last one, a line feed, is taken once more.
        begins[flat.take(ends + (start + 1), mode="clip")] = True
    return _LookedOver(cells, returns, lines, set(np.flatnonzero(begins).tolist()))


def _in_order(flat: npt.NDArray[np.uint8], quotes: Places, delimiter: int) -> bool:
    """Whether quotes enclose whole cells only.

    Each pair opens after a delimiter or line feed and closes before one.

    A doubled quote inside quotes reads as closing and opening again.
    """
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, flat[opening - 1], 10)
    after = flat[np.minimum(closing + 1, len(flat) - 1)]
    again = np.zeros(len(opening), np.bool_)
    again[1:] = opening[1:] == closing[:-1] + 1
    opens = (before == delimiter) | (before == 10) | again
    reopened = np.zeros(len(closing), np.bool_)
    reopened[:-1] = again[1:]
    returns = (after == 13) & (flat[np.minimum(closing + 2, len(flat) - 1)] == 10)
    closes = (after == delimiter) | (after == 10) | returns | reopened
    return bool(opens.all() and closes.all())
