"""Rows of tables from untrusted bytes: CSV and JSON Lines, streamed, every line bounded, nothing repaired."""

from __future__ import annotations

import csv
import json
import os
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

from attrs import Attribute, frozen

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Text, catalogue

Source: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, or a binary stream that the caller has opened."""

LONGEST_LINE: Final = 1 << 20  # bytes; a register's row has a few hundred
_DEEPEST: Final = 8  # objects inside each other that are looked into
_BOMS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def one_character(_: object, __: Attribute[str], value: object) -> None:
    """Accept what can stand between the cells of a CSV file."""
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        raise DataError(
            [
                finding(
                    "value-of-wrong-type",
                    ".delimiter",
                    value,
                    expected=Text(**catalogue()["expected-character"]),
                )
            ]
        )


@frozen
class Row:
    """One row: its line number in the file, and its cells by column."""

    line: int
    cells: dict[str, Any]


@contextmanager
def opened(source: Source) -> Generator[BinaryIO]:
    """Open a path for reading, or pass a binary stream through. A file that is not there is a finding."""
    if isinstance(source, (str, os.PathLike)):
        try:
            stream = Path(source).open("rb")  # noqa: SIM115 - closed below
        except (OSError, ValueError) as error:
            raise DataError(
                [finding("file-unreadable", "", Path(source).name, why=error)]
            ) from None
        with stream:
            yield stream
    else:
        yield source


def raw_lines(stream: BinaryIO) -> Iterator[bytes | Finding]:
    """Yield the lines of a stream, without a byte-order mark; a line that is too long comes as a finding."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        line, goes_on = bounded_line(raw, number, stream)
        yield line
        if not goes_on:
            return


def bounded_line(raw: bytes, number: int, stream: BinaryIO) -> tuple[bytes | Finding, bool]:
    """Return a line that was read up to one byte more than is allowed, and whether others follow it."""
    if len(raw) > LONGEST_LINE:
        size = len(raw)
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST_LINE + 1)
            size += len(raw)
        return finding("line-too-long", f"line {number}", limit=LONGEST_LINE, size=size), True
    if number == 1:
        if raw[:2] in _BOMS:
            return finding("not-utf8", "line 1", raw[:2].hex(" "), encoding=_BOMS[raw[:2]]), False
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    return raw, True


def _text(raw: bytes, number: int) -> str | Finding:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = raw[error.start : error.start + 4].hex(" ")
        return finding("not-utf8", f"line {number}, byte {error.start + 1}", bad, encoding="?")


def _lines(stream: BinaryIO) -> Iterator[str | Finding]:
    """Yield the lines of a stream as text; a line that is no UTF-8 or too long comes as a finding."""
    for number, raw in enumerate(raw_lines(stream), 1):
        yield raw if isinstance(raw, Finding) else _text(raw, number)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


class _Feed:
    """Feeds `csv.reader` with good lines and keeps the findings of bad ones for the row loop."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _lines(stream)
        self.found: list[Finding] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.line += 1
            if not isinstance(line, Finding):
                return line
            self.found.append(line)
        raise StopIteration

    def take(self) -> Iterator[Finding]:
        found, self.found = self.found, []
        return iter(found)


def csv_cells(stream: BinaryIO, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | Finding]:
    """Yield the header of a CSV file and then its rows, each with its line number, as `csv_rows` without names."""
    feed = _Feed(stream)
    # strict: a stray quote is an error to report, not something to guess about
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while True:
        start = feed.line + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield from feed.take()
            yield finding("csv-broken", f"line {start}", error)
            if not width:
                return
            continue
        if feed.found:
            yield from feed.take()
            if not width:
                return  # whatever follows would be taken for the header
        if cells is None:
            break
        if not cells:
            continue
        if not width:
            header = [_nfc(cell) for cell in cells]
            twice = sorted({name for name in header if name and header.count(name) > 1})
            if twice:
                yield from (finding("column-twice", f"line {feed.line}", name) for name in twice)
                return
            width = len(header)
            yield feed.line, header
        elif len(cells) != width:
            yield finding(
                "cells-differ-from-header", f"line {feed.line}", cells=len(cells), columns=width
            )
        else:
            yield feed.line, cells
    if not width:
        yield finding("header-missing")


def csv_rows(stream: BinaryIO, delimiter: str = ",") -> Iterator[Row | Finding]:
    """Yield the rows of a CSV file with a header line, in order, with findings where a row cannot be read.

    UTF-8 with or without byte-order mark; quoted fields may hold line breaks; headers are trimmed and normalised to
    NFC. Findings: `line-too-long`, `not-utf8`, `csv-broken`, `header-missing`, `column-twice`,
    `cells-differ-from-header`. Empty lines are skipped.
    """
    header: list[str] | None = None
    for each in csv_cells(stream, delimiter):
        if isinstance(each, Finding):
            yield each
        elif header is None:
            header = each[1]
        else:
            yield Row(each[0], dict(zip(header, each[1], strict=True)))


def json_rows(stream: BinaryIO) -> Iterator[Row | Finding]:
    """Yield the objects of a JSON Lines file, in order, with findings where a line cannot be read.

    The values of an object inside an object stand under `outer.inner` too, eight deep at most. Findings:
    `line-too-long`, `not-utf8`, `not-json` (NaN and Infinity are no JSON), `not-an-object`, `column-twice`. Empty lines
    are skipped.
    """
    for number, raw in enumerate(raw_lines(stream), 1):
        value = raw if isinstance(raw, Finding) else json_object(raw, number)
        if isinstance(value, Finding):
            yield value
        elif value is not None:
            cells: dict[str, Any] = {}
            twice = _flatten("", value, cells, _DEEPEST)
            yield (
                Row(number, cells)
                if twice is None
                else finding("column-twice", f"line {number}", twice)
            )


def json_object(raw: bytes, number: int) -> dict[str, Any] | Finding | None:
    """Return the object on a line, or why there is none; None for an empty line."""
    line = _text(raw, number)
    if isinstance(line, Finding):
        return line
    if not line.strip():
        return None
    try:
        value: object = json.loads(
            line, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_Decimal
        )
    except _TwiceError as error:
        return finding("column-twice", f"line {number}", str(error))
    except (ValueError, RecursionError) as error:
        return finding("not-json", f"line {number}", error)
    if not isinstance(value, dict):
        return finding("not-an-object", f"line {number}", line.strip())
    return cast("dict[str, Any]", value)


def _flatten(above: str, record: dict[str, Any], cells: dict[str, Any], deeper: int) -> str | None:
    """Take the values of an object into cells, those of objects inside it by `outer.inner`; return a name met twice."""
    for name, value in record.items():
        place = above + _nfc(name)
        if place in cells:
            return place
        cells[place] = value
        if deeper and isinstance(value, dict):
            twice = _flatten(f"{place}.", cast("dict[str, Any]", value), cells, deeper - 1)
            if twice is not None:
                return twice
    return None


class _Decimal(str):
    """A number with decimals, kept as it was written."""

    __slots__ = ()


class _TwiceError(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise _TwiceError(next(name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1))
    return record


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def cell_text(value: Any) -> str | None:
    """Return a cell as text to be parsed: CSV cells are texts already, JSON has numbers and null too."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def first_findings(found: Iterable[Finding], most: int = 1_000) -> list[Finding]:
    """Return findings, at most so many, with a last one that counts the rest."""
    kept: list[Finding] = []
    rest = 0
    for f in found:
        if len(kept) < most:
            kept.append(f)
        else:
            rest += 1
    if rest:
        kept.append(finding("more-findings", "", rest))
    return kept
