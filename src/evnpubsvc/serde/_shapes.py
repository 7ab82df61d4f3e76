"""Where a table begins and ends in a CSV file, and what stands between its cells.

Offices put titles above a table, totals and notes below, and save with semicolons. What is
unmistakable is recognised and said; the rest is a finding that names the key of the mapping.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO, Final

from attrs import Attribute, field, frozen

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.serde._tables import LineFeed, Row, nfc, one_character

DELIMITERS: Final = (",", ";", "\t", "|")
_BLANKS: Final = " \t\r"
_LOOKED_AT: Final = 30  # lines among which the names of the columns are looked for
_SEPARATOR: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)


def character_or_none(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept what can stand between the cells of a CSV file, and None."""
    if value is not None:
        one_character(record, attribute, value)


@frozen(kw_only=True)
class TableShape:
    """How a table lies in its file.

    Attributes:
        delimiter: one character between cells; None to recognise it.
        header_row: number of the line with the names of the columns, from 1; None to recognise it.
        ends_with: texts that begin the first cell of the row below the table.
        totals: texts in the first cell of rows of totals, which are left out.
        short_rows: whether cells at the end of a row may be missing with their delimiters.
        fits: whether names are those of the table that is wanted.
    """

    delimiter: str | None = field(default=None, validator=character_or_none)
    header_row: int | None = None
    ends_with: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    short_rows: bool = False
    fits: Callable[[Collection[str]], bool] = bool

    @property
    def is_plain(self) -> bool:
        """Whether it is a line of names and then rows, as far as the mapping says."""
        return self.header_row is None and not (self.ends_with or self.totals or self.short_rows)


@frozen
class CsvTable:
    """A table that was opened.

    Attributes:
        header: names of the columns, trimmed and normalised to NFC.
        line: the line on which they end.
        notices: what was recognised without being declared.
        rows: line number and cells of each row, or what is wrong with it; read once.
    """

    header: list[str]
    line: int
    notices: tuple[Finding, ...]
    rows: Iterator[tuple[int, list[str]] | Finding]


def open_csv(stream: BinaryIO, shape: TableShape) -> CsvTable:
    """Find the table in a file.

    Raises:
        DataError: there is no table of this shape: `header-missing`, `not-utf8`, `line-too-long`,
            `csv-broken`, `column-twice`.
    """
    feed = LineFeed(stream)
    skipped, delimiter, notices = _recognise(feed, shape)
    feed.skip(skipped)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    header = _header(reader, feed)
    return CsvTable(header, feed.line, notices, _rows(reader, feed, shape, len(header)))


def _recognise(feed: LineFeed, shape: TableShape) -> tuple[int, str, tuple[Finding, ...]]:
    """Return how many lines come before the names of columns, the delimiter, what is odd."""
    declared, first = shape.delimiter, 0
    above = feed.peek(_LOOKED_AT if shape.header_row is None else shape.header_row)
    if above and isinstance(above[0], str) and (found := _SEPARATOR.fullmatch(above[0])):
        # A line for Excel alone.
        declared, first = found[1], 1
    candidates = (declared,) if declared else DELIMITERS
    numbers = range(first, len(above))
    if shape.header_row is not None:
        numbers = range(shape.header_row - 1, len(above))
        first = shape.header_row - 1

    # The first line of names that fit: by the declared delimiter, or by the first that makes them
    # fit.
    for number in numbers:
        line = above[number]
        fitting = [each for each in candidates if shape.fits(_names(line, each))]
        if not fitting:
            continue
        said: list[Finding] = []
        if number > first:
            said.append(notice("header-found", f"line {number + 1}", number + 1))
        if fitting[0] != (declared or ","):
            said.append(notice("delimiter-found", f"line {number + 1}", fitting[0]))
        return number, fitting[0], tuple(said)
    return first, declared or ",", ()


def _names(line: str | Finding, delimiter: str) -> list[str]:
    if isinstance(line, Finding):
        return []
    try:
        return [nfc(cell) for row in csv.reader([line], delimiter=delimiter) for cell in row]
    except csv.Error:
        return []


def other_delimiter(header: list[str], delimiter: str) -> str | None:
    """Return the delimiter by which names that were not understood fall apart further."""
    parts = {each: sum(name.count(each) for name in header) for each in DELIMITERS}
    best = max(DELIMITERS, key=parts.__getitem__)
    return best if best != delimiter and parts[best] >= len(header) else None


def _header(reader: Iterator[list[str]], feed: LineFeed) -> list[str]:
    for cells in _strict(reader, feed):
        if isinstance(cells, Finding):
            raise DataError([*feed.take(), cells])
        if feed.found:
            raise DataError(feed.take())  # whatever follows would be taken for the header
        header = [nfc(cell) for cell in cells]
        while header and not header[-1]:
            header.pop()  # delimiters at the end of the line
        if not header:
            continue
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise DataError(finding("column-twice", f"line {feed.line}", name) for name in twice)
        return header
    raise DataError(feed.take() or [finding("header-missing")])


def _strict(reader: Iterator[list[str]], feed: LineFeed) -> Iterator[list[str] | Finding]:
    """The rows of a reader.

    Strict: a stray quote is an error to report, not something to guess about.
    """
    while True:
        start = feed.line + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines = max(feed.line - start + 1, 1)
            yield finding("csv-broken", f"line {start}", error, lines=lines)


def _rows(
    reader: Iterator[list[str]], feed: LineFeed, shape: TableShape, width: int
) -> Iterator[tuple[int, list[str]] | Finding]:
    ends_with, totals = tuple(map(nfc, shape.ends_with)), frozenset(map(nfc, shape.totals))
    framed = bool(ends_with or totals)
    for each in _strict(reader, feed):
        if feed.found:
            yield from feed.take()
        if isinstance(each, Finding):
            yield each
            continue
        cells = each

        # Delimiters at the end say nothing; a row of nothing else is an empty line.
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cell.strip(_BLANKS) for cell in cells):
            continue

        # What stands below the table, and its totals.
        if framed:
            first = next((nfc(cell) for cell in cells if cell.strip()), "")
            if ends_with and first.startswith(ends_with):
                # Behind the declared text may stand somebody's name.
                mark = next(text for text in ends_with if first.startswith(text))
                yield notice("table-ended", f"line {feed.line}", mark)
                return
            if first in totals:
                yield notice("totals-left-out", f"line {feed.line}", first)
                continue

        size = len(cells)
        if size < width and shape.short_rows:
            cells += [""] * (width - size)
        if len(cells) == width:
            yield feed.line, cells
        else:
            yield finding(
                "cells-differ-from-header", f"line {feed.line}", cells=size, columns=width
            )
    yield from feed.take()


def csv_rows(
    stream: BinaryIO, delimiter: str = ",", *, header_row: int | None = None
) -> Iterator[Row | Finding]:
    """Yield the rows of a CSV file with a header line, in order.

    With findings where a row cannot be read.

    UTF-8 with or without byte-order mark; quoted fields may hold line breaks; headers are trimmed
    and normalised to NFC. Findings: `line-too-long`, `not-utf8`, `csv-broken`, `header-missing`,
    `column-twice`, `cells-differ-from-header`. Empty lines are skipped.
    """
    try:
        table = open_csv(stream, TableShape(delimiter=delimiter, header_row=header_row))
    except DataError as error:
        yield from error.findings
        return
    yield from named_rows(table)


def named_rows(table: CsvTable) -> Iterator[Row | Finding]:
    """Yield the rows of a table with their cells by column."""
    for each in table.rows:
        if isinstance(each, Finding):
            yield each
        else:
            yield Row(each[0], dict(zip(table.header, each[1], strict=True)))
