"""Rows of tables from untrusted bytes: CSV and JSON Lines.

Tables are streamed, every line is bounded, and nothing is repaired.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, BinaryIO, Final, cast

from attrs import Attribute

from evnpubsvc._files import bounds, read_line, skip_rest
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Cell, Finding, finding
from evnpubsvc.serde._parse import once, whole_number, wrong_texts
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue

_MARK_OR_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_DEEPEST: Final = 8  # objects inside each other that are looked into
_BOMS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


# How files begin that are no text, whatever their names say.
_NO_TEXTS: Final = MappingProxyType(
    {
        b"PK\x03\x04": "xlsx, ods, zip",
        b"\xd0\xcf\x11\xe0": "xls",
        b"PAR1": "Parquet",
        b"\x1f\x8b": "gzip",
        b"%PDF": "PDF",
    }
)


def one_character(_: object, __: Attribute[Any], value: object) -> None:
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


class Again:
    """A stream whose first bytes were looked at: they come again."""

    def __init__(self, stream: Any, head: bytes) -> None:
        self._stream = stream
        self._head = head

    def readline(self, size: int = -1) -> bytes:
        """Return the next line, or so many bytes of it."""
        if not self._head:
            line: bytes = self._stream.readline(size)
            return line
        end = self._head.find(b"\n") + 1 or len(self._head)
        if size >= 0:
            end = min(end, size)
        line, self._head = self._head[:end], self._head[end:]
        # A line that goes on beyond what was looked at.
        if not self._head and not line.endswith(b"\n") and len(line) != size:
            line += self._stream.readline(size - len(line) if size >= 0 else -1)
        return line

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all."""
        if not self._head:
            data: bytes = self._stream.read(size)
            return data
        end = len(self._head) if size < 0 else size
        data, self._head = self._head[:end], self._head[end:]
        if size < 0 or len(data) < size:
            data += self._stream.read(size - len(data) if size >= 0 else -1)
        return data


def look_ahead(stream: Any, most: int) -> tuple[bytes, Any]:
    """Return how a stream begins, after blank lines too, and a stream that begins so."""
    head = b""
    while len(head) < most and not head.strip(_MARK_OR_BLANK):
        line = stream.readline(most - len(head))
        if not line:
            break
        head += line
    return head, Again(stream, head)


def raw_lines(stream: BinaryIO) -> Iterator[bytes | Finding]:
    """Yield the lines of a stream, without a byte-order mark.

    A line that is too long comes as a finding.
    """
    number = 0
    while True:
        raw, size = read_line(stream)
        if not raw:
            return
        number += 1
        line, goes_on = checked_line(raw, number, size)
        yield line
        if not goes_on:
            return


def checked_line(raw: bytes, number: int, size: int) -> tuple[bytes | Finding, bool]:
    """Return a line, or what is wrong with it, and whether others follow.

    Args:
        raw: the line as `read_line` gave it.
        number: its number in the file, from 1.
        size: its bytes.
    """
    if size > bounds.LINE:
        found = finding("line-too-long", f"line {number}", limit=bounds.LINE, size=size)
        return found, size <= bounds.SKIPPED
    if number == 1:
        for magic, kind in _NO_TEXTS.items():
            if raw.startswith(magic):
                return finding("file-is-no-text", "line 1", kind), False
        if raw[:2] in _BOMS:
            return finding("not-utf8", "line 1", raw[:2].hex(" "), encoding=_BOMS[raw[:2]]), False
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    return raw, True


def _text(raw: bytes, number: int) -> str | Finding:
    if b"\0" in raw:
        place = f"line {number}, byte {raw.index(0) + 1}"
        return finding("text-not-writable", place, Cell.of("\0"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = raw[error.start : error.start + 4].hex(" ")
        return finding("not-utf8", f"line {number}, byte {error.start + 1}", bad, encoding="?")


def _lines(stream: BinaryIO) -> Iterator[str | Finding]:
    """Yield the lines of a stream as text.

    A line that is no UTF-8 or too long comes as a finding.
    """
    number, readline, most = 0, stream.readline, bounds.LINE
    while True:
        # Nearly every line: of a usual length, after the first, and good UTF-8.
        raw = readline(most + 1)
        if number and raw and len(raw) <= most and b"\0" not in raw:
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                pass
            else:
                number += 1
                yield text
                continue

        # Any other as `raw_lines` has it.
        if not raw:
            return
        number += 1
        line, goes_on = checked_line(raw, number, skip_rest(stream, raw))
        yield line if isinstance(line, Finding) else _text(line, number)
        if not goes_on:
            return


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


class LineFeed:
    """Feeds `csv.reader` with good lines and keeps the findings of bad ones for the row loop."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines: Iterator[str | Finding] = _lines(stream)
        self.found: list[Finding] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.line += 1
            if type(line) is str:
                return line
            self.found.append(cast("Finding", line))
        raise StopIteration

    def peek(self, most: int) -> list[str | Finding]:
        """Return the next lines without taking them."""
        ahead = list(islice(self._lines, most))
        self._lines = chain(ahead, self._lines)
        return ahead

    def skip(self, lines: int) -> None:
        """Take lines, and forget them."""
        self.line += sum(1 for _ in islice(self._lines, lines))

    def take(self) -> list[Finding]:
        """Return what was found, and forget it."""
        found, self.found = self.found, []
        return found


def json_rows(stream: BinaryIO) -> Iterator[Row | Finding]:
    """Yield the objects of a JSON Lines file, in order, with findings where a line cannot be read.

    The values of an object inside an object stand under `outer.inner` too, eight deep at most.
    Findings: `line-too-long`, `not-utf8`, `not-json` (NaN and Infinity are no JSON),
    `not-an-object`, `key-repeated`, `column-twice`, `number-too-long`, `text-not-writable`. Empty
    lines are skipped.
    """
    for number, raw in enumerate(raw_lines(stream), 1):
        row = json_row(raw, number)
        if row is not None:
            yield row


def json_row(raw: bytes | Finding, number: int) -> Row | Finding | None:
    """Return what `json_rows` says of one line; None for an empty one."""
    value = raw if isinstance(raw, Finding) else json_object(raw, number)
    if value is None or isinstance(value, Finding):
        return value
    cells = json_cells(value)
    if isinstance(cells, str):
        return finding("column-twice", f"line {number}", cells)
    if any(isinstance(each, str) and len(each) > bounds.CELL for each in cells.values()):
        return finding("cell-too-large", f"line {number}", limit=bounds.CELL)
    return Row(number, cells)


def json_cells(record: dict[str, Any]) -> dict[str, Any] | str:
    """Return the cells of an object, those of objects inside it too; or a name met twice."""
    cells: dict[str, Any] = {}
    twice = _flatten("", record, cells, _DEEPEST)
    return cells if twice is None else twice


def json_object(raw: bytes, number: int) -> dict[str, Any] | Finding | None:
    """Return the object on a line, or why there is none; None for an empty line."""
    line = _text(raw, number)
    if isinstance(line, Finding):
        return line
    if not line.strip():
        return None
    try:
        value: object = json.loads(
            line,
            object_pairs_hook=once,
            parse_constant=_no_constant,
            parse_float=_Decimal,
            parse_int=whole_number,
        )
    except DataError as error:
        return error.findings[0].at(f"line {number}")
    except (ValueError, RecursionError) as error:
        return finding("not-json", f"line {number}", error)
    if not isinstance(value, dict):
        return finding("not-an-object", f"line {number}", Cell.of(line.strip()))
    # Only an escape can say what UTF-8 cannot.
    if "\\u" in line:
        try:
            wrong = next(wrong_texts(value, "$"), None)
        except DataError as error:
            wrong = error.findings[0]
        if wrong is not None:
            return wrong.at(f"line {number}")
    return cast("dict[str, Any]", value)


def _flatten(above: str, record: dict[str, Any], cells: dict[str, Any], deeper: int) -> str | None:
    """Take the values of an object into cells, those of objects inside it by `outer.inner`.

    Return a name met twice.
    """
    for name, value in record.items():
        place = above + nfc(name)
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


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def cell_text(value: Any) -> str | None:
    """Return a cell as text to be parsed.

    CSV cells are texts already, JSON has numbers and null too.
    """
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
