"""Where a table begins and ends in a CSV file or a sheet, and what stands between its cells.

Offices put titles above a table, totals and notes below, and save with semicolons. What is
unmistakable is recognised and said; the rest is a finding that names the key of the mapping.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, islice, zip_longest
from types import MappingProxyType
from typing import Any, BinaryIO, Final, Literal, TypeAlias

from attrs import Attribute, evolve, field, fields

from evnpubsvc._files import bounds
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen, says
from evnpubsvc._validate import check_texts
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import NumberStyle
from evnpubsvc.serde._day_cells import DayCells
from evnpubsvc.serde._tables import LineFeed, Row, nfc, one_character
from evnpubsvc.serde._words import plain_word

DELIMITERS: Final = (",", ";", "\t", "|")
_BLANKS: Final = " \t\r\n"
_LOOKED_AT: Final = 30  # lines among which the names of the columns are looked for
_NUMBER: Final = re.compile(r"[\s\d.,]*")
_SEPARATOR: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_MOST_FOUND: Final = 2  # rows of names that are recognised without being declared
_NO_DAYS: Final[Mapping[int, DayCells]] = MappingProxyType({})
UNDER: Final = " / "
"""Stands between the names of a column that is headed in several rows."""

DayStyle: TypeAlias = Literal["iso", "dmy", "mdy", "compact", "serial"]
"""How dates of typed cells are written out as texts."""
Numbered: TypeAlias = tuple[int, list[str]]
"""The number of a row in its file, and its cells."""


@says(minLength=1, maxLength=1)
def character_or_none(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept what can stand between the cells of a CSV file, and None."""
    if value is not None:
        one_character(record, attribute, value)


@says(minimum=1)
def _row_number(_: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a number of a row, from 1, and None."""
    if value is not None and (type(value) is not int or value < 1):
        path = f".{attribute.name}"
        raise DataError([finding("row-number-needed", path, value)])


def _decimal_mark(_: object, __: Attribute[Any], value: object) -> None:
    """Accept a comma, a dot, and None."""
    if not (value is None or (isinstance(value, str) and value in {",", "."})):
        raise DataError([finding("decimal-mark-needed", ".decimal", value)])


_STYLES: Final[Mapping[str | None, NumberStyle]] = MappingProxyType(
    {None: NumberStyle.UNDECLARED, ",": NumberStyle.VIETNAMESE, ".": NumberStyle.ENGLISH}
)


@frozen(kw_only=True)
class TableLayout(PublicType):
    """How a table lies in its file: the keys that every mapping has.

    Attributes:
        delimiter: one character between the cells of a CSV file; None to take the one of comma,
            semicolon, tab and bar by which the mapped columns are there. What is recognised is said
            in a notice.
        header_row: row with the names of the columns, from 1; None to look for it in the first 30.
        header_rows: rows that the names take, where an upper name spans several lower ones; the
            names of a column stand with ` / ` between them. None to recognise one or two.
        decimal: mark of decimals, `,` as in 1.234,5 or `.` as in 1,234.5; None where the numbers
            tell. `1.234` alone is then a finding.
        ends_with: texts that begin the first cell of the row below the table (notes, signatures).
        totals: texts in the first cell, but for numbers, of rows of totals and subtotals, which
            are left out, with a notice each; `Cộng *` for all that begin with `Cộng`.
        short_rows: whether cells at the end of a row may be missing with their delimiters.
        sheet: name, or number from 1, of the sheet of a workbook; None for the first visible one.
        swapped_days: whether the spreadsheet took day for month where it made real dates of what
            was typed: 03/04/2022 became 4 March, 15/04/2022 stayed a text. Then day and month of
            the real dates change places; those with a day above 12 stay. None where nobody knows: a
            column that looks like that is refused (`days-half-converted`).
    """

    delimiter: str | None = field(default=None, validator=character_or_none)
    header_row: int | None = field(default=None, validator=_row_number)
    header_rows: int | None = field(default=None, validator=_row_number)
    decimal: str | None = field(default=None, validator=_decimal_mark)
    ends_with: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    short_rows: bool = False
    sheet: str | None = None
    swapped_days: bool | None = None

    @property
    def numbers(self) -> NumberStyle:
        """How numbers are written, by the mark of their decimals."""
        return _STYLES[self.decimal]

    def __attrs_post_init__(self) -> None:
        check_texts(self)

    @answer_wrong_arguments
    def shape(
        self,
        fits: Callable[[Collection[str]], bool] = bool,
        days: DayStyle = "dmy",
        moments: Iterable[str] = (),
    ) -> TableShape:
        """Return how to find the table.

        Args:
            fits: what names must fit.
            days: how typed dates are written.
            moments: names of the columns that are read as days or instants.
        """
        declared = {each.name: getattr(self, each.name) for each in fields(TableLayout)}
        return TableShape(**declared, fits=fits, days=days, moments=tuple(moments))


@frozen(kw_only=True)
class TableShape(TableLayout):
    """A layout, and what it is to hold.

    Attributes:
        fits: whether names are those of the table that is wanted.
        days: how dates of typed cells are written.
        moments: names of the columns that are read as days or instants.
        seeks_second_row: whether names that fit, but leave gaps, are looked for in two rows.
    """

    fits: Callable[[Collection[str]], bool] = bool
    days: DayStyle = "dmy"
    moments: tuple[str, ...] = ()
    seeks_second_row: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is a line of names and then rows, as far as the mapping says."""
        declared = self.header_row is not None or (self.header_rows or 1) > 1
        return not (declared or self.ends_with or self.totals or self.short_rows)


@frozen
class Table:
    """A table that was opened.

    Attributes:
        header: names of the columns, trimmed and normalised to NFC.
        line: the row on which they end.
        notices: what was recognised without being declared.
        rows: number and cells of each row, or what is wrong with it; read once.
        typed: whether it comes from a workbook, whose days are written here.
        days: place of a column of a workbook -> how many of its cells hold days; filled as rows are
            read.
    """

    header: list[str]
    line: int
    notices: tuple[Finding, ...]
    rows: Iterator[Numbered | Finding]
    typed: bool = False
    days: Mapping[int, DayCells] = _NO_DAYS


# ---- CSV


def open_csv(stream: BinaryIO, shape: TableShape) -> Table:
    """Find the table in a CSV file.

    Raises:
        DataError: there is no table of this shape: `header-missing`, `not-utf8`, `line-too-long`,
            `csv-broken`, `column-twice`, `not-a-text-table`.
    """
    feed = LineFeed(stream)
    place, delimiter = _recognise(feed, shape)
    feed.skip(place.above)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    header = _header(reader, feed, place.rows)
    rows = _framed(_csv_rows(reader, feed), shape, len(header))
    return Table(header, feed.line, place.notices, rows)


@frozen
class NamesPlace:
    """Where the names of the columns are.

    Attributes:
        above: rows above them.
        rows: rows that they take.
        notices: what was recognised without being declared.
    """

    above: int
    rows: int
    notices: tuple[Finding, ...] = ()


def _recognise(feed: LineFeed, shape: TableShape) -> tuple[NamesPlace, str]:
    """Find the names, and the delimiter: the declared one, or the one by which the names fit."""
    declared, first = shape.delimiter, 0
    above = feed.peek(rows_ahead(shape))
    if above and isinstance(above[0], str) and (found := _SEPARATOR.fullmatch(above[0])):
        # A line for Excel alone.
        declared, first = found[1], 1
    usual = declared or ","
    found_by: list[tuple[NamesPlace, str]] = []
    for delimiter in (declared,) if declared else DELIMITERS:
        names = [_names(line, delimiter) for line in above]
        place = find_names(names, shape, first)
        if place is not None:
            found_by.append((place, delimiter))
    if not found_by:
        above_names = first if shape.header_row is None else shape.header_row - 1
        return NamesPlace(above_names, shape.header_rows or 1), usual
    # The highest; of several delimiters on one line the first.
    place, delimiter = min(found_by, key=lambda each: (each[0].rows, each[0].above))
    if delimiter != usual:
        said = notice("delimiter-found", f"line {place.above + 1}", delimiter)
        place = evolve(place, notices=(*place.notices, said))
    return place, delimiter


def rows_ahead(shape: TableShape) -> int:
    """Return among how many rows the names of the columns are looked for."""
    if shape.header_row is None:
        return _LOOKED_AT
    return shape.header_row - 1 + (shape.header_rows or _MOST_FOUND)


def _names(line: str | Finding, delimiter: str) -> list[str]:
    if isinstance(line, Finding):
        return []
    try:
        return [nfc(cell) for row in csv.reader([line], delimiter=delimiter) for cell in row]
    except csv.Error:
        return []


def find_names(
    rows: Sequence[Sequence[str]], shape: TableShape, first: int = 0
) -> NamesPlace | None:
    """Find the first row of names that fit, or the first two rows that fit together."""
    # Where to look: in the row that is declared, or from the first one down.
    numbers: Sequence[int] = range(first, len(rows))
    if shape.header_row is not None:
        first = shape.header_row - 1
        numbers = [first]

    # How many rows hold the names: as many as are declared, or as few as fit.
    heights: Sequence[int] = range(1, _MOST_FOUND + 1)
    if shape.header_rows is not None:
        heights = [shape.header_rows]
    for height in heights:
        for number in numbers:
            if not shape.fits(join_names(rows[number : number + height])):
                continue
            rows_of_names = height
            if height == 1 and shape.seeks_second_row and _goes_on(rows[number : number + 2]):
                rows_of_names = 2

            # What was found rather than declared is said.
            said: list[Finding] = []
            path = f"line {number + 1}"
            if number > first:
                said.append(notice("header-found", path, number + 1))
            if rows_of_names > 1 and shape.header_rows is None:
                said.append(notice("header-rows-found", path, rows_of_names))
            return NamesPlace(number, rows_of_names, tuple(said))
    return None


def _goes_on(rows: Sequence[Sequence[str]]) -> bool:
    """Whether names go on in a second row: it has names under the gaps, and nothing else.

    Where an upper name stands alone, the second row is blank, or says the same (a merged cell).
    """
    if len(rows) < 2 or not shaped_alike(rows):
        return False
    upper, lower = rows
    gaps = [place for place in range(1, len(upper)) if not upper[place]]
    under_gaps = [lower[place] for place in gaps]
    if not gaps or not all(under_gaps) or any(map(_NUMBER.fullmatch, under_gaps)):
        return False
    # A name that spans a gap has one of its own below; every other stands alone.
    spanning = {place - 1 for place in gaps}
    alone = (place for place in range(len(upper)) if upper[place] and place not in spanning)
    return all(lower[place] in {"", upper[place]} for place in alone)


def shaped_alike(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows have as many cells."""
    return len(set(map(len, rows))) == 1


def join_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of columns that are headed in several rows.

    An upper name holds for its column, and for those to the right of it under which a lower name
    but no other upper one stands.

    >>> join_names([["Đơn vị", "Tiếp nhận", "", "Ghi chú"], ["", "Tổng số", "Trực tuyến", ""]])
    ['Đơn vị', 'Tiếp nhận / Tổng số', 'Tiếp nhận / Trực tuyến', 'Ghi chú']
    """
    names = list(rows[0]) if rows else []
    for lower_row in rows[1:]:
        joined: list[str] = []
        spanning = ""
        for upper, lower in zip_longest(names, lower_row, fillvalue=""):
            if upper:
                spanning = upper if lower else ""
            over = upper or spanning
            if not lower:
                joined.append(upper)
                spanning = ""
            elif not over or over == lower:
                joined.append(lower)
            else:
                joined.append(f"{over}{UNDER}{lower}")
        names = joined
    return names


def missing_columns(
    wanted: Iterable[tuple[object, str]], header: Collection[str], reason: str = "column-missing"
) -> Iterator[Finding]:
    """Yield a violation for each column that a table does not have.

    The first says which columns there are, the others only which are nearest.

    Args:
        wanted: what each column is for, and its name.
        header: the names of the columns.
        reason: what the violations are called.
    """
    names, first = tuple(header), True
    for what, column in wanted:
        if column in header:
            continue
        if first:
            there = notice("columns-there", "", column, known=names)
        else:
            near = tuple(get_close_matches(column, names, 2))
            there = notice("columns-near" if near else "columns-none-near", near=near)
        yield finding(reason, "line 1", column, wanted=what, there=there)
        first = False


def other_delimiter(header: list[str], delimiter: str) -> str | None:
    """Return the delimiter by which names that were not understood fall apart further."""
    parts = {each: sum(name.count(each) for name in header) for each in DELIMITERS}
    best = max(DELIMITERS, key=parts.__getitem__)
    return best if best != delimiter and parts[best] >= len(header) else None


def _header(reader: Iterator[list[str]], feed: LineFeed, height: int) -> list[str]:
    rows: list[list[str]] = []
    for cells in _strict(reader, feed):
        if isinstance(cells, Finding):
            raise DataError([*feed.take(), cells])
        if feed.found:
            raise _unread(feed)  # whatever follows would be taken for the header
        names = [nfc(cell) for cell in cells]
        if any(names) or rows:
            rows.append(names)
        if len(rows) == height:
            return checked_names(rows, feed.line)
    raise _unread(feed) if feed.found else DataError([finding("header-missing")])


def _unread(feed: LineFeed) -> DataError:
    """Return why the names cannot be read: each reason once, where it is first met."""
    first: dict[str, Finding] = {}
    for found in feed.take():
        first.setdefault(found.reason, found)
    return DataError(first.values())


def checked_names(rows: Sequence[Sequence[str]], line: int) -> list[str]:
    """Return the names of the columns, none of them twice.

    Raises:
        DataError: `column-twice` for each; `too-many-columns`.
    """
    header = join_names(rows)
    while header and not header[-1]:
        header.pop()  # delimiters at the end of the line
    if len(header) > bounds.COLUMNS:
        raise DataError(
            [finding("too-many-columns", f"line {line}", len(header), limit=bounds.COLUMNS)]
        )
    times = Counter(header)
    twice = sorted(name for name, count in times.items() if name and count > 1)
    if twice:
        raise DataError(finding("column-twice", f"line {line}", name) for name in twice)
    return header


def _strict(reader: Iterator[list[str]], feed: LineFeed) -> Iterator[list[str] | Finding]:
    """Yield the rows of a reader; a stray quote is reported as an error, and nothing is guessed."""
    while True:
        start = feed.line + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines = max(feed.line - start + 1, 1)
            if "field larger than field limit" in str(error):
                yield finding("cell-too-large", f"line {start}", limit=bounds.CELL)
            else:
                yield finding("csv-broken", f"line {start}", error, lines=lines)


def _csv_rows(reader: Iterator[list[str]], feed: LineFeed) -> Iterator[Numbered | Finding]:
    for each in _strict(reader, feed):
        if feed.found:
            yield from feed.take()
        yield each if isinstance(each, Finding) else (feed.line, each)
    yield from feed.take()


# ---- sheets


def open_grid(
    rows: Iterator[Numbered | Finding], shape: TableShape, notices: Iterable[Finding] = ()
) -> Table:
    """Find the table in the rows of a sheet.

    Raises:
        DataError: `header-missing`, `column-twice`.
    """
    ahead = list(islice(rows, rows_ahead(shape)))
    names = [[] if isinstance(each, Finding) else list(map(_heading, each[1])) for each in ahead]
    place = find_names(names, shape) or _first_row(names, shape)
    end = min(place.above + place.rows, len(ahead))
    last = ahead[end - 1]
    if isinstance(last, Finding):
        raise DataError([last])
    header = checked_names(names[place.above : end], last[0])
    below = _framed(chain(ahead[end:], rows), shape, len(header))
    return Table(header, last[0], (*notices, *place.notices), below, typed=True)


def _first_row(names: Sequence[Sequence[str]], shape: TableShape) -> NamesPlace:
    """Where nothing fits: the declared row, else the first that says anything."""
    rows = shape.header_rows or 1
    if shape.header_row is not None and shape.header_row <= len(names):
        return NamesPlace(shape.header_row - 1, rows)
    if shape.header_row is None:
        for number, row in enumerate(names):
            if any(row):
                return NamesPlace(number, rows)
    raise DataError([finding("header-missing")])


def _heading(cell: str) -> str:
    """A name of a column on one line, as people read it."""
    return nfc(" ".join(cell.split("\n"))) if "\n" in cell else nfc(cell.replace("\r", ""))


# ---- both


def numbers_columns(cells: Iterable[str]) -> bool:
    """Whether a row numbers the columns: `A`, `B`, `(1)`, `(2)`, `3`, `(4)=(2)+(3)`, none left out.

    Without brackets there must be five, since the figures of a unit may be 1, 2 and 3.

    >>> numbers_columns(["A", "B", "(1)", "(2)", "(3)=(1)+(2)"])
    True
    >>> numbers_columns(["A", "1", "2"]), numbers_columns(["(1)", "", ""])
    (False, False)
    """
    given = [cell.strip() for cell in cells if cell.strip()]
    fewest = _FEWEST_NUMBERED if any("(" in cell for cell in given) else _FEWEST_BARE
    if len(given) < fewest:
        return False
    letters, last = 0, 0
    for cell in given:
        number = _COLUMN_NUMBER.fullmatch(cell)
        if number is not None and int(number[1]) == last + 1:
            last += 1
        elif not last and cell == chr(ord("A") + letters):
            letters += 1
        else:
            return False
    return last > 0


_FEWEST_NUMBERED, _FEWEST_BARE = 3, 5
_COLUMN_NUMBER: Final = re.compile(r"[(\[]?(\d{1,2})[)\]]?(?:\s*=.*)?", re.ASCII)


def first_text(cells: Iterable[str]) -> str:
    """Return the first cell of a row that is no number; empty if there is none."""
    return next((nfc(cell) for cell in cells if not _NUMBER.fullmatch(cell)), "")


def _framed(
    rows: Iterable[Numbered | Finding], shape: TableShape, width: int
) -> Iterator[Numbered | Finding]:
    """Yield the rows of the table alone: without blank rows, totals, and what stands below."""
    ends_with = tuple(map(nfc, shape.ends_with))
    totals = frozenset(plain_word(text) for text in shape.totals if not text.endswith("*"))
    begins = tuple(plain_word(text[:-1]) for text in shape.totals if text.endswith("*"))
    framed = bool(ends_with or shape.totals or not width)
    is_first = True
    for each in rows:
        if isinstance(each, Finding):
            yield each
            continue
        line, cells = each

        # A row that only numbers the columns, as forms have it below the names.
        if is_first:
            is_first = False
            if numbers_columns(cells):
                yield notice("columns-numbered", f"line {line}")
                continue

        # Nearly every row: as many cells as names, and the first of them says something.
        if not framed and len(cells) == width and cells[0].strip():
            yield each
            continue

        # Delimiters at the end say nothing; a row of nothing else is an empty line.
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not (cells and cells[0].strip()) and not any(cell.strip(_BLANKS) for cell in cells):
            continue

        # What stands below the table, and its totals.
        if framed:
            first = first_text(cells)
            if ends_with and first.startswith(ends_with):
                # Behind the declared text may stand somebody's name.
                mark = next(text for text in ends_with if first.startswith(text))
                yield notice("table-ended", f"line {line}", mark)
                return
            plain = plain_word(first)
            if first and (plain in totals or (begins and plain.startswith(begins))):
                yield notice("totals-left-out", f"line {line}", first)
                continue

        size = len(cells)
        if size < width and shape.short_rows:
            cells += [""] * (width - size)
        if len(cells) == width:
            yield line, cells
        else:
            yield finding("cells-differ-from-header", f"line {line}", cells=size, columns=width)


def csv_rows(
    stream: BinaryIO, delimiter: str = ",", *, header_row: int | None = None
) -> Iterator[Row | Finding]:
    """Yield the rows of a CSV file with a header line, in order.

    A row that cannot be read gives a finding instead.

    The file is UTF-8 with or without byte-order mark; quoted fields may hold line breaks; headers
    are trimmed and normalised to NFC. The reasons of findings are `line-too-long`, `not-utf8`,
    `csv-broken`, `header-missing`, `column-twice`, `cells-differ-from-header`. Empty lines are
    skipped.
    """
    try:
        table = open_csv(
            stream, TableShape(delimiter=delimiter, header_row=header_row, header_rows=1)
        )
    except DataError as error:
        yield from error.findings
        return
    yield from named_rows(table)


def named_rows(table: Table) -> Iterator[Row | Finding]:
    """Yield the rows of a table with their cells by column."""
    for each in table.rows:
        if isinstance(each, Finding):
            yield each
        else:
            yield Row(each[0], dict(zip(table.header, each[1], strict=True)))
