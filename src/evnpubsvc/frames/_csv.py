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
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any, BinaryIO, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc._files import bounds
from evnpubsvc.findings import Finding
from evnpubsvc.frames._columns import BatchReader
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.serde.engine import (
    Row,
    csv_rows,
    is_in_old_font,
    named_rows,
    numbers_columns,
    open_register,
)

_PROBE: Final = 1 << 16  # bytes; most lines are shorter
_FIRST_PIECE: Final = 1 << 20  # the texts that are met again and again are met here
_LF, _QUOTE, _BOM = b"\n", b'"', b"\xef\xbb\xbf"
Places = npt.NDArray[np.int64]
_Piece = tuple[bytes, "Future[pl.DataFrame | None]"]


def take_csv(
    stream: BinaryIO,
    reader: BatchReader,
    *,
    piece: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Count a CSV register.

    Args:
        stream: bytes, read once.
        reader: takes the rows.
        piece: bytes at once.
        progress: called with the bytes so far.
    """
    source = _Pieces(stream)
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
    pieces = _Reader(reader, source, head, names, delimiter)
    with ThreadPoolExecutor(1, "evnpubsvc-csv") as ahead:
        pieces.take_all(piece, ahead, progress)


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
    if len(rows) != 1 or not rows[0]:
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


class _Pieces(io.RawIOBase):
    """A stream that gives whole lines in pieces, counts them, and takes back what was too much."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._kept = b""
        self.done = 0
        self.quoted = False

    def _to_a_line(self, size: int) -> int:
        """Return a size near the one wanted at which a line ends, so that no bytes are copied.

        Where the stream cannot be read ahead, as with a pipe, the size wanted is returned
        unchanged.
        """
        try:
            seen = os.pread(self._stream.fileno(), _PROBE, self._stream.tell() + size - _PROBE)
        except (OSError, AttributeError, ValueError):
            return size
        if size > 2 * _PROBE and _LF in seen:
            return size - _PROBE + seen.rfind(_LF) + 1
        return size

    def back(self, data: bytes) -> None:
        self._kept = data + self._kept
        self.done -= len(data)

    def line(self) -> bytes:
        return self.readline(bounds.LINE + 1)

    def end(self) -> None:
        """Give nothing more: the strict reader has given up."""
        self._stream = io.BytesIO()
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, as a workbook is read that comes in a stream."""
        kept, self._kept = self._kept[:size], self._kept[size:]
        data = kept + self._stream.read(size - len(kept))
        self.done += len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        limit = -1 if size is None else size
        if self._kept:
            end = self._kept.find(_LF) + 1
            if not end:
                self._kept += self._stream.readline(limit)
                end = self._kept.find(_LF) + 1 or len(self._kept)
            end = min(end, limit) if limit >= 0 else end
            line, self._kept = self._kept[:end], self._kept[end:]
        else:
            line = self._stream.readline(limit)
        self.done += len(line)
        return line

    def piece(self, size: int) -> bytes:
        """Return about so many bytes that end with a line, outside quotes that are in order."""
        if self._kept:
            data, self._kept = self._kept, b""
        else:
            data = self._stream.read(self._to_a_line(size))
        if not data.endswith(_LF):
            data += self._stream.readline(bounds.LINE)
            if len(data) > bounds.LINE and not data.endswith(
                _LF
            ):  # a line too long: it starts a piece of its own
                end = data.rfind(_LF) + 1
                if end:
                    data, self._kept = data[:end], data[end:]
        # Quotes are looked for in the first piece, and once they have been seen: looking costs a
        # pass over the bytes.
        self.quoted = self.quoted or (self.done < 2 * _FIRST_PIECE and _QUOTE in data)
        while not self._kept and self.quoted and data.count(_QUOTE) % 2:
            more = self._stream.readline(bounds.LINE)
            data += more
            if not more or len(data) > 4 * size + bounds.LINE:
                break
        self.done += len(data)
        return data


class _Reader:
    def __init__(
        self, reader: BatchReader, source: _Pieces, head: bytes, names: list[str], delimiter: str
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
        self._ahead: _Piece | None = None

    def take_all(
        self, size: int, ahead: ThreadPoolExecutor, progress: Callable[[int], None] | None
    ) -> None:
        """Count piece after piece; while one is counted, the next is read in another thread."""
        first = self._source.piece(min(_FIRST_PIECE, size))
        self._ahead = None
        if first:
            self._ahead = (first, ahead.submit(self._plain, first))
        while self._ahead is not None:
            data, frame = self._ahead
            more = self._source.piece(size)
            self._ahead = None
            if more:
                self._ahead = (more, ahead.submit(self._plain, more))
            self._take(data, frame.result())
            if progress is not None:
                progress(self._source.done - (len(self._ahead[0]) if self._ahead else 0))
            if self._ahead is None and (
                more := self._source.piece(size)
            ):  # the strict reader gave it back
                self._ahead = (more, ahead.submit(self._plain, more))

    def _take(self, data: bytes, frame: pl.DataFrame | None) -> None:
        if frame is None:
            self._sieve(data)
            return
        before = self._line
        self._reader.take(self._named(frame), lambda row: before + row + 1)
        self._line += frame.height

    def _plain(self, data: bytes) -> pl.DataFrame | None:
        """Return the cells of a piece in which each line is an ordinary row.

        The result is None where some line may be another kind of row.
        """
        if not self._lines_are_short(data) or data.startswith(_BOM) or b"\0" in data:
            return None
        data = data if data.endswith(_LF) else data + _LF  # the last line of the file
        found = _looked_over(np.frombuffer(data, np.uint8), ord(self._delimiter))
        if found is None:
            self._source.quoted = True
            return None
        cells, returns, lines = found
        if returns and returns != data.count(b"\r\n"):
            return None
        if self._may_have_blanks(data):
            return None
        frame = self._frame(data)
        if frame is None or frame.height != lines or cells != lines * (self._width - 1):
            return None
        # With as many delimiters as there should be, rows that are too long mean others that are
        # too short. Where the last cell is there, none is too short. Where it is not, all columns
        # are read: then a row too long raises.
        if frame[self._last].null_count() and self._frame(data, everything=True) is None:
            return None
        return frame

    def _may_have_blanks(self, data: bytes) -> bool:
        """Whether there are lines of delimiters and blanks only, which are no rows."""
        # Searching for how such lines begin is fast, and ordinary registers have none.
        starts = [b" ", b"\t", self._delimiter.encode()]
        if self._width == 1:
            starts += [b"\r", _LF]
        if not any(data.startswith(start) or _LF + start in data for start in starts):
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

    def _sieve(self, given: bytes) -> None:
        if not self._lines_are_short(given) or b"\0" in given:
            self._strictly(given)
            return

        # Where rows end, and where quotes stand. What cannot be told here goes the strict way.
        data = given if given.endswith(_LF) else given + _LF
        flat, quoted = np.frombuffer(data, np.uint8), _QUOTE in data
        ends = np.flatnonzero(flat == 10)
        starts = np.concatenate([[0], ends[:-1] + 1])
        quotes = np.flatnonzero(flat == 34)
        if quoted and not _in_order(flat, quotes, ord(self._delimiter)):
            self._strictly(given)
            return
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
            self._strictly(given)
            return

        # So must those that are not UTF-8, if one knows where they end.
        broken = _not_utf8(data)
        for place in broken:
            row = int(np.searchsorted(row_ends, place))
            line = data[row_starts[row] : row_ends[row]]
            if _QUOTE in line or _LF in line:
                self._strictly(given)
                return
            bad[row] = True
        # The number of the line on which each row ends.
        lines = np.searchsorted(ends, row_ends) + self._line + 1

        # The good rows at once, the others one by one.
        keep = np.flatnonzero(~bad)
        if len(keep):
            if len(keep) == len(bad):
                good = data
            else:
                good = _joined(data, row_starts, row_ends, bad)
            frame = self._frame(good)
            if frame is None or frame.height != len(keep):
                self._strictly(given)
                return
            numbers: list[int] = lines[keep].tolist()
            self._reader.take(self._named(frame), numbers.__getitem__)
        for row in np.flatnonzero(bad).tolist():
            part = given[row_starts[row] : row_ends[row] + 1]
            first = int(np.searchsorted(ends, row_starts[row : row + 1])[0])
            self._reader.take_rows(
                self._rows(io.BytesIO(self._head + part), self._line + first - 1)
            )
        self._line += len(ends)

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
        if self._ahead is not None:
            self._ahead[1].result()
            self._source.back(self._ahead[0])
            self._ahead = None
        self._source.back(data)
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

    def __init__(self, source: _Pieces, head: bytes) -> None:
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


def _looked_over(flat: npt.NDArray[np.uint8], delimiter: int) -> tuple[int, int, int] | None:
    """Return how many delimiters, carriage returns and lines there are; None if there are quotes.

    The bytes are searched piece by piece, so that a piece that is searched four times stays in the
    cache, as do the masks.
    """
    mask = np.empty(1 << 17, np.bool_)
    cells = returns = lines = 0
    for start in range(0, len(flat), len(mask)):
        part = flat[start : start + len(mask)]
        here = mask[: len(part)]
        if np.equal(part, 34, out=here).any():
            return None
        cells += int(np.count_nonzero(np.equal(part, delimiter, out=here)))
        returns += int(np.count_nonzero(np.equal(part, 13, out=here)))
        lines += int(np.count_nonzero(np.equal(part, 10, out=here)))
    return cells, returns, lines


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


def _not_utf8(data: bytes) -> Iterator[int]:
    """One place in each line that is not UTF-8."""
    if data.isascii():
        return
    start = 0
    view = memoryview(data)
    while True:
        try:
            str(view[start:], "utf-8")
        except UnicodeDecodeError as error:
            place = start + error.start
            yield place
            start = data.find(_LF, place) + 1
            if not start:
                return
        else:
            return


def _joined(data: bytes, starts: Places, ends: Places, bad: npt.NDArray[np.bool_]) -> bytes:
    """The good rows in one piece."""
    edges = np.flatnonzero(np.diff(bad.astype(np.int8), prepend=1, append=1))
    return b"".join(
        data[starts[first] : ends[last - 1] + 1]
        for first, last in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
    )
