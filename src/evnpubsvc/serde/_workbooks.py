"""Tables in workbooks (`.xlsx`, `.xls`, `.ods`), read as the texts that a CSV file would have.

So everything that holds for CSV (titles above, totals below, dates, rejects) holds for workbooks by
the same code.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, repeat
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

from attrs import frozen

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.serde._tables import Source, opened

SUFFIXES: Final = frozenset({"xlsx", "xlsm", "xls", "ods"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LARGEST: Final = 200 << 20  # bytes of a file
_LARGEST_UNPACKED: Final = 1 << 30  # bytes of all parts of a file
_WIDEST: Final = 1_000  # columns
DayStyle = Literal["iso", "dmy", "mdy", "compact", "serial"]


@frozen
class SheetText:
    """A sheet as CSV, and what to say of the workbook.

    Attributes:
        data: the cells as texts apart by commas.
        notices: other sheets, hidden sheets, and what could not be seen.
    """

    data: bytes
    notices: tuple[Finding, ...]


def is_workbook(source: Source) -> bool:
    """Whether the name of a source says that it is a workbook."""
    if not isinstance(source, (str, Path)) and not hasattr(source, "__fspath__"):
        return False
    return str(source).lower().rpartition(".")[2] in SUFFIXES


def read_sheet(source: Source, sheet: str | None, days: DayStyle) -> SheetText:
    """Read a sheet of a workbook.

    Dates and times are written in the style of the mapping, whole floats as counts, other numbers
    with a decimal dot; texts stay as they are. Formulas are never run: their stored values are
    read.

    Args:
        source: a path, or a binary stream that the caller has opened.
        sheet: name, or number from 1; None for the only visible sheet, or the first with a notice.
        days: how dates are written out.

    Raises:
        DataError: `workbook-encrypted`, `workbook-is-html`, `workbook-broken`,
            `workbook-too-large`, `sheet-unknown`, `file-unreadable`.
        MisuseError: `extra-missing`.
    """
    with opened(source) as stream:
        data = stream.read(_LARGEST + 1)
    name = Path(cast("Any", source)).name if not hasattr(source, "read") else ""
    _refuse_hostile(data, name)
    if find_spec("python_calamine") is None:
        raise MisuseError("extra-missing", "python-calamine", extra="excel")
    calamine: Any = import_module("python_calamine")
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        chosen, notices = _choose(book, calamine, sheet)
        table = book.get_sheet_by_name(chosen)
        if table.width > _WIDEST:
            raise DataError([finding("workbook-too-large", name, table.width, limit=_WIDEST)])
        text = _as_csv(table, days)
        notices = (*notices, *_unseen(data, chosen))
    except calamine.PasswordError:
        raise DataError([finding("workbook-encrypted", name)]) from None
    except calamine.CalamineError as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    return SheetText(text, notices)


def _refuse_hostile(data: bytes, name: str) -> None:
    """Refuse what is no workbook, or unpacks to more than a workbook of an office."""
    if len(data) > _LARGEST:
        raise DataError([finding("workbook-too-large", name, len(data), limit=_LARGEST)])
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise DataError([finding("workbook-is-html", name)])
    if data.startswith(_OLE):
        # What Office encrypts is a container of this name.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DataError([finding("workbook-encrypted", name)])
        return
    if not data.startswith(_ZIP):
        raise DataError([finding("workbook-broken", name, "")])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    size = sum(part.file_size for part in parts)
    if size > _LARGEST_UNPACKED:
        raise DataError([finding("workbook-too-large", name, size, limit=_LARGEST_UNPACKED)])
    if any(part.flag_bits & 1 for part in parts):
        raise DataError([finding("workbook-encrypted", name)])


_ATTRIBUTE: Final = re.compile(rb'([\w:]+)="([^"]*)"')
_SHEET_TAG: Final = re.compile(rb"<sheet [^>]*>")
_RELATION_TAG: Final = re.compile(rb"<Relationship [^>]*>")
# What the reader of workbooks gives as blank cells, or does not tell: the reference of each cell or
# row.
_UNSEEN: Final = {
    "cells-with-errors": re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*\bt="e"'),
    "formulas-without-value": re.compile(
        rb'<c r="([A-Z]+[0-9]+)"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
    ),
    "rows-hidden": re.compile(rb'<row r="([0-9]+)"[^>]*\bhidden="(?:1|true)"'),
}
_NAMED: Final = 5  # cells that are named


def _unseen(data: bytes, sheet: str) -> Iterator[Finding]:
    """Say what a sheet holds that does not come through.

    Seen in the XML of `.xlsx`, not seen in other workbooks.
    """
    xml = None
    if data.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = _sheet_xml(archive, sheet)
    if xml is None:
        yield notice("cells-not-seen", "")
        return
    for reason, pattern in _UNSEEN.items():
        found = [place.decode("ascii") for place in pattern.findall(xml)]
        if found:
            yield notice(reason, "", len(found), cells=tuple(found[:_NAMED]))


def _sheet_xml(archive: zipfile.ZipFile, sheet: str) -> bytes | None:
    """The part of an `.xlsx` that holds a sheet; None for another kind of workbook."""

    def tags(part: str, pattern: re.Pattern[bytes]) -> list[dict[str, str]]:
        return [
            {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in each}
            for each in map(_ATTRIBUTE.findall, pattern.findall(archive.read(part)))
        ]

    try:
        sheets = tags("xl/workbook.xml", _SHEET_TAG)
        targets = {
            each["Id"]: each["Target"] for each in tags("xl/_rels/workbook.xml.rels", _RELATION_TAG)
        }
        target = next(targets[each["r:id"]] for each in sheets if each["name"] == sheet)
        return archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, StopIteration, zipfile.BadZipFile):
        return None


def _choose(book: Any, calamine: Any, sheet: str | None) -> tuple[str, tuple[Finding, ...]]:
    names: list[str] = list(book.sheet_names)
    visible = [
        each.name
        for each in book.sheets_metadata
        if each.visible == calamine.SheetVisibleEnum.Visible and each.name in names
    ]
    hidden = [name for name in names if name not in visible]
    said: list[Finding] = []
    if hidden:
        said.append(notice("sheets-hidden", "", None, sheets=tuple(hidden)))
    if sheet in names:
        return sheet, tuple(said)
    if sheet is not None:
        if not sheet.isdecimal() or not 1 <= int(sheet) <= len(names):
            raise DataError([finding("sheet-unknown", "", sheet, known=tuple(names))])
        return names[int(sheet) - 1], tuple(said)
    choices = visible or names
    if not choices:
        raise DataError([finding("header-missing")])
    if len(choices) > 1:
        said.append(notice("sheet-taken", "", choices[0], others=tuple(choices[1:])))
    return choices[0], tuple(said)


def _as_csv(table: Any, days: DayStyle) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    # Rows have the numbers that they have in the sheet.
    first = table.start[0] if table.start is not None else 0
    blank: list[Any] = []
    rows: Iterator[list[Any]] = chain(repeat(blank, first), table.iter_rows())
    for row in rows:
        # A line break inside a cell would move the numbers of the rows below.
        writer.writerow([_text(cell, days).replace("\r", " ").replace("\n", " ") for cell in row])
    return buffer.getvalue().encode("utf-8", "surrogatepass")


def _text(cell: Any, days: DayStyle) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1 << 53 else repr(cell)
    if isinstance(cell, datetime):
        if days == "serial":
            return _day(cell.date(), days)
        if cell.time() == time():
            return _day(cell.date(), days)
        clock = "%H%M%S" if days == "compact" else " %H:%M:%S"
        return _day(cell.date(), days) + cell.time().strftime(clock)
    if isinstance(cell, date):
        return _day(cell, days)
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return str(cell)


def _day(day: date, days: DayStyle) -> str:
    if days == "serial":
        return str((day - date(1899, 12, 30)).days)
    if days == "compact":
        return f"{day.year:04}{day.month:02}{day.day:02}"
    if days == "iso":
        return day.isoformat()
    first, second = (day.day, day.month) if days == "dmy" else (day.month, day.day)
    return f"{first:02}/{second:02}/{day.year:04}"


def csv_source(
    source: Source, sheet: str | None, days: DayStyle
) -> tuple[Source | BinaryIO, tuple[Finding, ...]]:
    """Return a source as CSV, and what to say of it.

    A workbook by its sheet, anything else as it is.
    """
    if not is_workbook(source):
        return source, ()
    read = read_sheet(source, sheet, days)
    return io.BytesIO(read.data), read.notices
