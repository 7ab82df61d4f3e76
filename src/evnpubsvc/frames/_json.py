"""JSON Lines in pieces of bytes, on columns.

Lines that programs write are alike: the same keys in the same order, only the values differ. The
first line of a piece is read strictly and says what stands between the values (`_Layout`); lines in
which the same bytes stand there, and between them texts, numbers, true, false or null, say the same
keys, and are cut into cells (`_cut`). Lines of another layout give the next one; every other line
is read by the strict reader.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from evnpubsvc._files import bounds, read_line
from evnpubsvc._records import frozen
from evnpubsvc.findings import Finding
from evnpubsvc.frames._bytes import (
    NONE,
    SPARE,
    ByteColumn,
    ByteRows,
    Bytes,
    Places,
    gathered,
    joined,
    with_spare,
)
from evnpubsvc.frames._columns import BatchReader, Bits, Given, Looked
from evnpubsvc.frames._cut import Cut, up_to
from evnpubsvc.frames._pieces import Pieces, control_characters, not_utf8
from evnpubsvc.frames._threads import working
from evnpubsvc.serde.engine import checked_line, json_cells, json_object, json_row

_LF: Final = b"\n"
_PIECE: Final = 4 << 20  # bytes at once, at most: they are gone through many times
_LAYOUTS: Final = 8  # layouts of lines that are tried in a piece
_MARK: Final = ord('"')
_NULL: Final = b"null"

# A backslash, unless it begins an escape that stands for a letter. Escapes of a backslash and of a
# quote are written with other bytes before this is asked: then every quote begins or ends a text.
_BACKSLASH, _QUOTE = b"\\\x01", b"\\\x02"
_BAD_ESCAPE: Final = re.compile(
    rb"\\(?![bfnrt/\x01\x02]|u(?!0000)(?![dD][89a-fA-F])[0-9a-fA-F]{4})"
)
_MARKS: Final = re.compile(rb"\\[\x01\x02]")
_FIELD: Final = re.compile(
    r"(?P<before>,? *+(?:\{? *+\"[^\"]*\" *+: *+)+)"
    r"(?P<value>\"[^\"]*\"|[^ \"{}\[\],]+)(?P<after>[} ]*+)"
)
_KEY: Final = re.compile(r"(\{?) *+\"([^\"]*)\"")

# What is no text and not null: each with a line feed behind it.
_TOKENS: Final = re.compile(rb"(?:(?:true|false|-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?)\n)*+")
_LONGEST: Final = 40  # bytes of such a token, and of what ends it
_ENDS_TOKEN: Final = np.isin(np.arange(256), np.frombuffer(b",} \r\n", np.uint8))


class _Known:
    """The layouts that were met so far, which say what is tried first; any thread may note some.

    Attributes:
        layouts: some of them, by what stands between the values.
        usual: that of most lines of the last piece in which most have one.
    """

    def __init__(self) -> None:
        self.layouts: dict[tuple[bytes, ...], _Layout] = {}
        self.usual: _Layout | None = None


def take_json(
    stream: BinaryIO,
    reader: BatchReader,
    *,
    piece: int,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Count a register of JSON Lines.

    Args:
        stream: bytes, read once.
        reader: takes the rows.
        piece: bytes at once.
        threads: how many read and count.
        progress: called with the bytes so far.
    """
    source = Pieces(stream)
    before = 0  # lines before the piece

    # The first line says whether this is text at all.
    raw, size = read_line(source)  # type: ignore[arg-type]
    line, goes_on = checked_line(raw, 1, size)
    if isinstance(line, Finding):
        reader.take_rows(iter([line]))
        before = 1
        if not goes_on:
            return
    else:
        source.back(line)

    look = partial(_look_at_lines, reader=reader, known=_Known())
    with working(threads) as workers:
        for lines in workers.in_order(look, _pieces(source, min(piece, _PIECE))):
            lines.settle(reader, before)
            before += lines.number
            if progress is not None:
                progress(lines.done)
            if lines.ends:
                return


def _pieces(source: Pieces, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield whole lines, the bytes of the first of them, and the bytes of the source up to the end.

    A line that is longer than it may be comes alone, and not whole.
    """
    while data := source.lines(size):
        length = len(data)
        if length > bounds.LINE and not data.endswith(_LF):
            source.back(data)
            data, length = read_line(source)  # type: ignore[arg-type]
        yield data, length, source.done


@frozen
class _Lines:
    """A piece whose lines were looked at.

    Attributes:
        looked: the rows that are columns.
        numbers: the line of each in the piece, from 1.
        others: lines that the strict reader must judge, with their numbers in the piece.
        number: how many lines the piece has.
        length: bytes of its first line, if it is too long.
        done: bytes of the source up to its end.
    """

    looked: Looked
    numbers: npt.NDArray[np.int64]
    others: list[tuple[int, bytes]]
    number: int
    length: int
    done: int

    @property
    def ends(self) -> bool:
        """Whether nothing can be read behind it."""
        return self.length > bounds.SKIPPED

    def settle(self, reader: BatchReader, before: int) -> None:
        """Settle the rows of the piece, behind so many lines."""
        reader.settle(
            self.looked, lambda row: before + int(self.numbers[row]), self._judged(before)
        )

    def _judged(self, before: int) -> Iterator[Given]:
        for place, raw in self.others:
            number = before + place
            line: bytes | Finding = raw
            if self.length > bounds.LINE:
                # Number 1 is for the first line of a file, which was asked already.
                line, _ = checked_line(raw, max(number, 2), self.length)
            row = json_row(line, number)
            yield number, [] if row is None else [row]


def _look_at_lines(given: tuple[bytes, int, int], reader: BatchReader, known: _Known) -> _Lines:
    """Look at a piece, in any thread."""
    data, length, done = given
    wanted = reader.wanted
    if length > bounds.LINE and _LF not in data[:-1]:
        nothing, numbers = _in_order([], wanted)
        return _Lines(reader.look(nothing), numbers, [(1, data)], 1, length, done)
    piece = _Piece(data, wanted, {column for _, column in reader.columns.mapped()}, known)
    frame, numbers = piece.rows()
    return _Lines(reader.look(frame), numbers, piece.others(numbers), piece.number, 0, done)


class _Piece:
    """Whole lines, of which those that are alike become columns.

    Args:
        data: the lines.
        wanted: the columns that are looked at.
        mapped: all columns that the mapping names: a row with a list or an object in one of them is
            refused, and so is one with a number there.
    """

    def __init__(
        self, data: bytes, wanted: tuple[str, ...], mapped: Collection[str], known: _Known
    ) -> None:
        self._given = data
        self._known = known
        self._wanted = wanted
        self._mapped = mapped
        whole = data if data.endswith(_LF) else data + _LF
        self._escaped = b"\\" in whole
        self._data = _with_plain_quotes(whole) if self._escaped else whole
        self._decode = _decode if self._escaped else None
        self._flat = with_spare(self._data)
        self._controls, self._ascii = control_characters(self._flat[: len(self._data)])
        self._ends = self._controls[self._flat[self._controls] == ord(_LF)]
        self._starts = np.concatenate([np.zeros(1, np.int64), self._ends[:-1] + 1])
        self.number = len(self._ends)

    def rows(self) -> tuple[ByteRows, Places]:
        """Return the lines that are columns, in order, with their numbers from 1."""
        left = ~self._odd()
        ends = self._ends
        if len(self._controls) > self.number:
            ends = ends - (self._flat[ends - 1] == ord("\r"))
        parts: list[tuple[Places, dict[str, ByteColumn]]] = []

        def take(layout: _Layout, chosen: Places) -> None:
            found, columns = self._by_layout(layout, chosen, ends)
            left[found] = False
            parts.append((found, columns))
            if 2 * len(found) > self.number:
                self._known.usual = layout

        # Most lines are laid out as those that were read before.
        if self._known.usual is not None:
            take(self._known.usual, np.flatnonzero(left))
        for _ in range(_LAYOUTS):
            chosen = np.flatnonzero(left)
            if not len(chosen):
                break
            # The first of the lines that are left says how others are laid out.
            first = int(chosen[0])
            left[first] = False
            layout = self._layout_of(self._starts[first], ends[first])
            if layout is not None:
                take(layout, chosen)
        return _in_order(parts, self._wanted)

    def _by_layout(
        self, layout: _Layout, chosen: Places, ends: Places
    ) -> tuple[Places, dict[str, ByteColumn]]:
        """Return which of the chosen lines have a layout, and the cells of the wanted columns."""
        numbers = {name: number for number, name in enumerate(layout.names)}
        kept = [numbers[name] for name in self._mapped if name in numbers]
        cells = layout.cut.cells(self._flat, self._starts[chosen], ends[chosen], kept)
        # Columns of texts can hold nothing else but null.
        for number in kept:
            cells.fits[cells.widths[number] < NONE] = False
        if not cells.fits.all():
            chosen = chosen[cells.fits]
        nowhere = np.zeros(len(chosen), np.int64)
        columns: dict[str, ByteColumn] = {}
        for name in self._wanted:
            starts, widths = nowhere, nowhere + NONE
            if name in numbers:
                starts, widths = (each[numbers[name]] for each in (cells.starts, cells.widths))
                if len(starts) > len(chosen):
                    starts, widths = starts[cells.fits], widths[cells.fits]
            # Cells of all layouts are written in one way, also where a layout has none.
            columns[name] = ByteColumn(self._flat, starts, widths, self._decode)
        return chosen, columns

    def others(self, numbers: Places) -> list[tuple[int, bytes]]:
        """Return the lines that are no rows of `rows`, with their numbers."""
        rest = np.ones(self.number, np.bool_)
        rest[numbers - 1] = False
        return [
            (place + 1, self._given[self._starts[place] : self._ends[place] + 1])
            for place in np.flatnonzero(rest).tolist()
        ]

    def _odd(self) -> Bits:
        """Which lines the strict reader must judge: they are cut by no layout."""
        data = self._data
        lengths = self._ends - self._starts
        odd: Bits = lengths <= 1
        odd |= lengths > bounds.CELL // 2  # they may hold a cell that is refused
        places = [] if self._ascii else list(not_utf8(data))
        if self._escaped:
            places += [match.start() for match in _BAD_ESCAPE.finditer(data)]
            places += [match.start() for match in _MARKS.finditer(self._given)]

        # Control characters, but for carriage returns before a line feed and what was put in here.
        if len(self._controls) > self.number:
            controls = self._controls[self._flat[self._controls] != ord(_LF)]
            kind = self._flat[controls]
            fine = (kind == ord("\r")) & (self._flat[controls + 1] == ord(_LF))
            escaped = ((kind == 1) | (kind == 2)) & (self._flat[controls - 1] == ord("\\"))
            places += controls[~(fine | escaped)].tolist()
        odd[np.searchsorted(self._ends, np.array(places, np.int64))] = True
        return odd

    def _layout_of(self, start: int, end: int) -> _Layout | None:
        layout = _Layout.of(self._given[start:end], self._data[start:end].decode())
        if layout is None or not layout.objects.isdisjoint(self._mapped):
            return None
        # How its lines are cut, those that were read before may have taught.
        layout = self._known.layouts.get(layout.between, layout)
        if len(self._known.layouts) < _LAYOUTS:
            self._known.layouts[layout.between] = layout
        return layout


def _in_order(
    parts: list[tuple[Places, dict[str, ByteColumn]]], wanted: tuple[str, ...]
) -> tuple[ByteRows, Places]:
    """Return the rows of several layouts in the order of the lines, and their numbers from 1."""
    if len(parts) == 1:
        found, columns = parts[0]
        return ByteRows(columns, len(found)), found + 1
    if not parts:
        nothing = np.zeros(0, np.int64)
        empty = ByteColumn(np.zeros(SPARE, np.uint8), nothing, nothing)
        return ByteRows(dict.fromkeys(wanted, empty), 0), nothing
    found = np.concatenate([found for found, _ in parts])
    order = np.argsort(found)
    columns = {name: joined([columns[name] for _, columns in parts]).part(order) for name in wanted}
    return ByteRows(columns, len(found)), found[order] + 1


def _with_plain_quotes(data: bytes) -> bytes:
    """Return lines of the same lengths in which each quote begins or ends a text."""
    # From left to right, as they are read: a backslash that is escaped escapes nothing.
    return data.replace(b"\\\\", _BACKSLASH).replace(b'\\"', _QUOTE)


def _find_values(flat: Bytes, at: Places, ends: Places) -> tuple[Places, Places, Places]:
    """Find the values of JSON that begin at some places, as `Find` says."""
    # All as if they were texts, then those that are none.
    starts = at + 1
    widths = up_to(flat, starts, ends, _MARK)
    behind = starts + widths
    behind += 1
    others = np.flatnonzero(flat[at] != _MARK)
    if len(others):
        at = at[others]
        sizes = _sizes_of_tokens(flat, at)
        is_null = sizes == NONE
        starts[others] = at
        widths[others] = np.where(is_null, NONE, -1 - sizes)
        # What is no value goes on behind the end of its line.
        known = at + np.where(is_null, len(_NULL), sizes)
        behind[others] = np.where(sizes == 0, ends[others] + 1, known)
    return starts, widths, behind


def _sizes_of_tokens(flat: Bytes, at: Places) -> Places:
    """Return how many bytes numbers, true and false have.

    `NONE` stands for null, 0 for what is no value.
    """
    sizes = np.full(len(at), NONE, np.int64)
    null = np.frombuffer(_NULL, np.uint32)
    rows = np.flatnonzero(gathered(flat, at, len(_NULL)).view(np.uint32)[:, 0] != null)
    if not len(rows):
        return sizes
    # Each token with a line feed behind it: all of them are asked at once.
    here = gathered(flat, at[rows], _LONGEST)
    ends = _ENDS_TOKEN.take(here).argmax(axis=1)
    here[np.arange(len(rows)), ends] = ord(_LF)
    tokens = here[np.arange(_LONGEST) <= ends[:, None]].tobytes()
    sizes[rows] = ends
    if _TOKENS.fullmatch(tokens) is None:
        good = [_TOKENS.fullmatch(each + _LF) is not None for each in tokens.split(_LF)[:-1]]
        sizes[rows[~np.array(good)]] = 0
    return sizes


@frozen(eq=False)
class _Layout:
    """What stands between the values of lines that are alike.

    Attributes:
        names: of each value, the column that it is a cell of.
        between: what stands before each value, and behind the last one.
        objects: the columns whose cells are objects.
        cut: how the lines are cut.
    """

    names: tuple[str, ...]
    between: tuple[bytes, ...]
    objects: frozenset[str]
    cut: Cut

    @classmethod
    def of(cls, line: bytes, plain: str) -> _Layout | None:
        """Return the layout of a line; None where it has none that lines could share.

        Args:
            line: the line, which the strict reader reads.
            plain: the same with other bytes for quotes in texts.
        """
        record = json_object(line, 0)
        if not isinstance(record, dict):
            return None
        cells = json_cells(record)
        if isinstance(cells, str):
            return None

        # The values, with the keys of the objects that they stand in.
        names: list[str] = []
        between: list[str] = [""]
        above: list[str] = []
        end = 0
        while match := _FIELD.match(plain, end):
            end = match.end()
            keys = _KEY.findall(match["before"])
            for brace, key in keys:
                above += [""] if brace else []
                if not above:
                    return None
                above[-1] = unicodedata.normalize("NFC", _decode(key)).strip()
            name = ".".join(above)
            names.append(name)
            between[-1] += match["before"]
            between.append(match["after"])
            # What was understood is held against what the strict reader says.
            if name not in cells or cells[name] != _strictly(match["value"]):
                return None
            for _ in range(match["after"].count("}")):
                if not above:
                    return None
                above.pop()
        if (
            above
            or end < len(plain)
            or sum(not isinstance(each, dict) for each in cells.values()) != len(names)
        ):
            return None
        objects = frozenset(name for name, each in cells.items() if isinstance(each, dict))
        pieces = tuple(each.encode() for each in between)
        cut = Cut(pieces, quote=b'"', mark=_MARK, nothing=_NULL, find=_find_values)
        return cls(tuple(names), pieces, objects, cut)


def _decode(text: str) -> str:
    """Return the text that stands between two quotes."""
    decoded: str = json.loads(f'"{_as_given(text)}"')
    return decoded


def _strictly(value: str) -> object:
    """Return a text or number as the strict reader gives it."""
    record = json_object(f'{{"":{_as_given(value)}}}'.encode(), 0)
    return record[""] if isinstance(record, dict) else record


def _as_given(text: str) -> str:
    """Return what stood in the file, with the escapes that other bytes stood for."""
    return text.replace(_QUOTE.decode(), '\\"').replace(_BACKSLASH.decode(), "\\\\")
