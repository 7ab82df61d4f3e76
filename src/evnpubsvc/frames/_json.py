"""JSON Lines in pieces of bytes, on columns.

Lines that programs write are alike: the same keys in the same order, only the values differ. The
first line of a piece is read strictly and says what stands between the values (`_Layout`); lines in
which the same bytes stand there, and between them texts, numbers, true, false or null, say the same
keys. They are cut at the commas between the values by the engine's reader of CSV. Lines of another
layout give the next one; every other line is read by the strict reader.
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
import polars as pl

from evnpubsvc._files import bounds, read_line
from evnpubsvc._records import frozen
from evnpubsvc.findings import Finding
from evnpubsvc.frames._columns import BatchReader, Bits, Given, Looked
from evnpubsvc.frames._pieces import Pieces, joined, not_utf8
from evnpubsvc.frames._threads import working
from evnpubsvc.serde.engine import checked_line, json_cells, json_object, json_row

_LF: Final = b"\n"
_LAYOUTS: Final = 8  # layouts of lines that are tried in a piece
_BETWEEN: Final = "\x1f"  # stands for the commas between values: no line of JSON holds one
_SHIFT: Final = np.uint8(ord(",") - ord(_BETWEEN))
_PART: Final = 1 << 16  # bytes that are searched at once: they stay in the cache

# A backslash, unless it begins an escape that stands for a letter. Escapes of a backslash and of a
# quote are written with other bytes before this is asked: then every quote begins or ends a text.
_BACKSLASH, _QUOTE = b"\\\x01", b"\\\x02"
_BAD_ESCAPE: Final = re.compile(
    rb"\\(?![bfnrt/\x01\x02]|u(?!0000)(?![dD][89a-fA-F])[0-9a-fA-F]{4})"
)
_MARKS: Final = re.compile(rb"\\[\x01\x02]")
_FIELD: Final = re.compile(
    r"(?P<before> *(?:\{? *\"[^\"]*\" *: *)+)(?P<value>\"[^\"]*\"|[^ \"{}\[\],]+)(?P<after>[} ]*)"
)
_KEY: Final = re.compile(r"(\{?) *\"([^\"]*)\"")
_NO_TEXT: Final = r"(?:null|true|false|-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?)"


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

    look = partial(_look_at_lines, reader=reader)
    with working(threads) as workers:
        for lines in workers.in_order(look, _pieces(source, piece)):
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


def _look_at_lines(given: tuple[bytes, int, int], reader: BatchReader) -> _Lines:
    """Look at a piece, in any thread."""
    data, length, done = given
    wanted = reader.wanted
    if length > bounds.LINE and _LF not in data[:-1]:
        empty = reader.look(pl.DataFrame(schema=dict.fromkeys(wanted, pl.String)))
        return _Lines(empty, np.zeros(0, np.int64), [(1, data)], 1, length, done)
    piece = _Piece(data, wanted, {column for _, column in reader.columns.mapped()})
    frame, numbers = piece.rows()
    return _Lines(reader.look(frame), numbers, piece.others(numbers), piece.number, 0, done)


class _Piece:
    """Whole lines, of which those that are alike become columns.

    Args:
        data: the lines.
        wanted: the columns that are looked at.
        mapped: all columns that the mapping names: a row with a list or an object in one of them is
            refused.
    """

    def __init__(self, data: bytes, wanted: tuple[str, ...], mapped: Collection[str]) -> None:
        self._given = data
        self._wanted = wanted
        self._mapped = mapped
        self._data = _with_plain_quotes(data if data.endswith(_LF) else data + _LF)
        self._marked, self._found = _mark_commas(self._data)
        self._ends = self._found.ends
        self._starts = np.concatenate([np.zeros(1, np.int64), self._ends[:-1] + 1])
        self.number = len(self._ends)

    def rows(self) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
        """Return the lines that are columns, in order, with their numbers from 1."""
        left = ~self._odd()
        frames: list[pl.DataFrame] = []
        places: list[npt.NDArray[np.int64]] = []
        for _ in range(_LAYOUTS):
            chosen = np.flatnonzero(left)
            if not len(chosen):
                break
            layout = self._layout_of(int(chosen[0]))
            if layout is None:
                left[chosen[0]] = False
                continue
            frame, found = self._by_layout(layout, chosen)
            left[chosen[0]] = False  # a first line that its own layout does not fit
            left[found] = False
            frames.append(frame)
            places.append(found)

        # Lines of several layouts are put in order again.
        if not frames:
            schema = dict.fromkeys(self._wanted, pl.String)
            return pl.DataFrame(schema=schema), np.zeros(0, np.int64)
        frame, found = pl.concat(frames), np.concatenate(places)
        if len(frames) > 1:
            order = np.argsort(found)
            frame, found = frame[order], found[order]
        return frame, found + 1

    def others(self, numbers: npt.NDArray[np.int64]) -> list[tuple[int, bytes]]:
        """Return the lines that are no rows of `rows`, with their numbers."""
        rest = np.ones(self.number, np.bool_)
        rest[numbers - 1] = False
        return [
            (place + 1, self._given[self._starts[place] : self._ends[place] + 1])
            for place in np.flatnonzero(rest).tolist()
        ]

    def _odd(self) -> Bits:
        """Which lines the strict reader must judge: no engine reads them as it does."""
        data = self._data
        lengths = self._ends - self._starts
        odd: Bits = lengths <= 1
        odd |= lengths > bounds.CELL // 2  # they may hold a cell that is refused
        places = list(not_utf8(data))
        if b"\\" in data:
            places += [match.start() for match in _BAD_ESCAPE.finditer(data)]
            places += [match.start() for match in _MARKS.finditer(self._given)]

        # Control characters, but for carriage returns before a line feed and what was put in here.
        if self._found.controls > self.number:
            flat = np.frombuffer(data, np.uint8)
            controls = np.flatnonzero((flat < 32) & (flat != 10))
            kind, before, after = flat[controls], flat[controls - 1], flat[controls + 1]
            fine = (kind == 13) & (after == 10)
            escaped = (kind == 1) | (kind == 2)
            places += controls[~(fine | (escaped & (before == 92)))].tolist()
        odd[np.searchsorted(self._ends, np.array(places, np.int64))] = True
        return odd

    def _layout_of(self, place: int) -> _Layout | None:
        start, end = self._starts[place], self._ends[place]
        layout = _Layout.of(self._given[start:end], self._marked[start:end].decode())
        if layout is None or not layout.objects.isdisjoint(self._mapped):
            return None
        return layout

    def _by_layout(
        self, layout: _Layout, chosen: npt.NDArray[np.int64]
    ) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
        """Return which of the chosen lines have a layout, and their cells."""
        # Lines side by side: all at once, else those with as many commas as the layout has.
        frame: pl.DataFrame | None = None
        alike = self._found.commas == self.number * (layout.width - 1)
        if alike and len(chosen) == self.number:
            frame = layout.cut(self._marked, self.number)
        if frame is None:
            chosen = chosen[self._count_in_lines(_BETWEEN, self._marked)[chosen] < layout.width]
            others = np.ones(self.number, np.bool_)
            others[chosen] = False
            lines = joined(self._marked, self._starts, self._ends, others)
            frame = layout.cut(lines, len(chosen))
        if frame is None:
            return pl.DataFrame(schema=dict.fromkeys(self._wanted, pl.String)), chosen[:0]

        # Which of them say the keys of the layout, and only what a column of texts can hold. A text
        # with a quote inside is none: then there are more quotes than the layout says.
        frame, fits, is_text = layout.read(
            frame, self._wanted, self._mapped, escaped=b"\\" in self._data
        )
        quotes = len(chosen) * layout.quotes + 2 * sum(map(int, is_text.sum().row(0)))
        if len(chosen) < self.number or not fits.all() or quotes != self._found.quotes:
            texts = is_text.select(pl.sum_horizontal(pl.all().cast(pl.Int32))).to_series()
            there = self._count_in_lines('"', self._data)[chosen]
            fits &= there == layout.quotes + 2 * texts.to_numpy()
        if fits.all():
            return frame, chosen
        return frame.filter(pl.Series(fits)), chosen[fits]

    def _count_in_lines(self, byte: str, data: bytes) -> npt.NDArray[np.int64]:
        """Return how often a byte stands in each line."""
        places = np.flatnonzero(np.frombuffer(data, np.uint8) == ord(byte))
        edges = np.searchsorted(places, np.concatenate([np.zeros(1, np.int64), self._ends]))
        return np.diff(edges)


def _with_plain_quotes(data: bytes) -> bytes:
    """Return lines of the same lengths in which each quote begins or ends a text."""
    if b"\\" not in data:
        return data
    # From left to right, as they are read: a backslash that is escaped escapes nothing.
    return data.replace(b"\\\\", _BACKSLASH).replace(b'\\"', _QUOTE)


@frozen
class _Found:
    """What bytes are made of.

    Attributes:
        ends: the places of line feeds.
        quotes: how many quotes there are.
        controls: how many control characters, line feeds too.
        commas: how many commas that stand before a quote.
    """

    ends: npt.NDArray[np.int64]
    quotes: int
    controls: int
    commas: int


def _mark_commas(data: bytes) -> tuple[bytes, _Found]:
    """Return lines in which another byte stands for the commas before a quote.

    The bytes are searched part by part, so that a part that is searched again stays in the cache,
    as do the masks.
    """
    # Whether a blank follows the commas is the same in all that a program writes.
    blank = 1 if b', "' in data[:_PART] else 0
    flat = np.frombuffer(bytearray(data + b"\n\n"), np.uint8)  # every byte has some behind it
    masks = np.empty((2, _PART), np.bool_)
    controls: list[npt.NDArray[np.int64]] = []
    quotes = commas = 0
    for start in range(0, len(data), _PART):
        end = min(start + _PART, len(data))
        part = flat[start:end]
        comma, mask = (each[: end - start] for each in masks)
        controls.append(_places_of(np.less(part, 32, out=mask)) + start)
        quotes += int(np.count_nonzero(np.equal(part, 34, out=mask)))

        # A comma before a quote becomes another byte.
        np.equal(part, 44, out=comma)
        comma &= np.equal(flat[start + 1 + blank : end + 1 + blank], 34, out=mask)
        if blank:
            comma &= np.equal(flat[start + 1 : end + 1], 32, out=mask)
        commas += int(np.count_nonzero(comma))
        part -= np.multiply(comma.view(np.uint8), _SHIFT, out=mask.view(np.uint8))
    found = np.concatenate(controls)
    ends = found[flat[found] == 10]
    return flat[:-2].tobytes(), _Found(ends, quotes, len(found), commas)


def _places_of(mask: Bits) -> npt.NDArray[np.int64]:
    """Return where a mask is true, as `flatnonzero` does; faster where few places are."""
    whole = len(mask) // 8 * 8
    words = np.flatnonzero(mask[:whole].view(np.uint64))
    rows, places = np.nonzero(mask[:whole].reshape(-1, 8)[words])
    found = words[rows] * 8 + places
    if whole == len(mask):
        return found
    return np.concatenate([found, np.flatnonzero(mask[whole:]) + whole])


@frozen
class _Value:
    """A value of a layout: the column that it is a cell of, and what stands before and after it."""

    name: str
    before: str
    after: str

    def is_text(self, column: pl.Expr) -> pl.Expr:
        """Which cells hold a text."""
        # One quote for both ends is seen by the number of quotes.
        found = column.str.starts_with(f'{self.before}"') & column.str.ends_with(f'"{self.after}')
        return found.fill_null(value=False)

    def text(self, column: pl.Expr) -> pl.Expr:
        """Return the texts of cells that hold one."""
        return column.str.strip_prefix(f'{self.before}"').str.strip_suffix(f'"{self.after}')

    def holds(self, cells: pl.Series, allowed: str) -> Bits:
        """Return which cells hold something that matches a pattern."""
        null = cells == f"{self.before}null{self.after}"
        if null.all():
            return np.ones(len(cells), np.bool_)
        value = cells.str.strip_prefix(self.before).str.strip_suffix(self.after)
        found = value.str.contains(f"^{allowed}$")
        found &= cells.str.starts_with(self.before) & cells.str.ends_with(self.after)
        good: Bits = found.fill_null(value=False).to_numpy()
        return good


@frozen
class _Layout:
    """What stands between the values of lines that are alike.

    Attributes:
        values: the values in their order.
        quotes: how many quotes there are besides those of values.
        objects: the columns whose cells are objects.
    """

    values: tuple[_Value, ...]
    quotes: int
    objects: frozenset[str]

    @property
    def width(self) -> int:
        """How many values there are."""
        return len(self.values)

    def cut(self, marked: bytes, lines: int) -> pl.DataFrame | None:
        """Return the fields of so many lines; None where some line has more of them."""
        try:
            frame = pl.read_csv(
                marked,
                has_header=False,
                separator=_BETWEEN,
                quote_char=None,
                schema={f"{place}": pl.String for place in range(self.width)},
                infer_schema=False,
            )
        except pl.exceptions.PolarsError:
            return None
        return frame if frame.height == lines else None

    @classmethod
    def of(cls, line: bytes, marked: str) -> _Layout | None:
        """Return the layout of a line; None where it has none that lines could share.

        Args:
            line: the line, which the strict reader reads.
            marked: the same with other bytes for the commas between values, and for quotes in
                texts.
        """
        record = json_object(line, 0)
        if not isinstance(record, dict):
            return None
        cells = json_cells(record)
        if isinstance(cells, str):
            return None

        # The values, with the keys of the objects that they stand in.
        values: list[_Value] = []
        above: list[str] = []
        for field in marked.rstrip("\r").split(_BETWEEN):
            match = _FIELD.fullmatch(field)
            if match is None:
                return None
            keys = _KEY.findall(match["before"])
            for brace, key in keys:
                above += [""] if brace else []
                if not above:
                    return None
                above[-1] = unicodedata.normalize("NFC", _decode(key)).strip()
            name = ".".join(above)
            values.append(_Value(name, match["before"], match["after"]))
            # What was understood is held against what the strict reader says.
            if name not in cells or cells[name] != _strictly(match["value"]):
                return None
            for _ in range(match["after"].count("}")):
                if not above:
                    return None
                above.pop()
        if above or sum(not isinstance(each, dict) for each in cells.values()) != len(values):
            return None
        quotes = sum(each.before.count('"') for each in values)
        objects = frozenset(name for name, each in cells.items() if isinstance(each, dict))
        return cls(tuple(values), quotes, objects)

    def read(
        self,
        frame: pl.DataFrame,
        wanted: tuple[str, ...],
        mapped: Collection[str],
        *,
        escaped: bool,
    ) -> tuple[pl.DataFrame, Bits, pl.DataFrame]:
        """Return the wanted cells, which lines have this layout, and which cells are texts.

        Args:
            frame: a column for each value, with what stands before and after it.
            wanted: names of columns; those that no value has are empty.
            mapped: columns that may hold texts and null only.
            escaped: whether there may be escapes.
        """
        # Which values are texts. Of those that are none, columns of texts can hold only null.
        is_text = frame.select(
            each.is_text(pl.col(f"{place}")).alias(f"{place}")
            for place, each in enumerate(self.values)
        )
        fits = np.ones(frame.height, np.bool_)
        for place, each in enumerate(self.values):
            others = ~is_text[f"{place}"]
            if others.any():
                allowed = "null" if each.name in mapped else _NO_TEXT
                given = frame[f"{place}"].filter(others)
                fits[others.to_numpy()] &= each.holds(given, allowed)

        # The cells of the wanted columns.
        places = {each.name: place for place, each in enumerate(self.values)}
        columns: list[pl.Expr] = []
        for name in wanted:
            if name in places:
                place = places[name]
                cells = self.values[place].text(pl.col(f"{place}"))
                if not is_text[f"{place}"].all():
                    cells = pl.when(pl.lit(is_text[f"{place}"])).then(cells).otherwise(None)
            else:
                cells = pl.lit(None, pl.String)
            columns.append(cells.alias(name))
        found = frame.with_columns(columns).select(wanted)
        if escaped:
            found = found.select(map(_without_escapes, found.get_columns()))
        return found, fits, is_text


def _without_escapes(texts: pl.Series) -> pl.Series:
    """Return texts with the letters that their escapes stand for."""
    has = texts.str.contains("\\", literal=True).fill_null(value=False)
    if not has.any():
        return texts
    known = {text: _decode(text) for text in texts.filter(has).unique().to_list()}
    return texts.replace(list(known), list(known.values()))


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
