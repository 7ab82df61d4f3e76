"""Tables in workbooks (`.xlsx`, `.xls`, `.ods`), read as the texts that a CSV file would have.

The code that reads CSV therefore reads workbooks too: titles above, totals below, dates, rejects.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from attrs import evolve

from evnpubsvc._files import Source, bounds, opened_within
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice, violations
from evnpubsvc.serde._old_fonts import is_in_old_font
from evnpubsvc.serde._shapes import Table, TableShape, open_csv, open_grid
from evnpubsvc.serde._sheet_texts import SheetTexts, find_mixed_days
from evnpubsvc.serde._tables import look_ahead
from evnpubsvc.serde._unseen import ZIP, Look, cell_name, look_over, unseen

_OLE: Final = b"\xd0\xcf\x11\xe0"
# What the standard library raises of an archive that is torn, or of a kind that it does not read.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
SUFFIXES: Final = frozenset({"xlsx", "xlsm", "xls", "ods"})
_PAGES: Final = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<style", b"<meta")
_LOOKED_AT: Final = 512  # bytes
_NAMED: Final = 5  # places that are named


def is_workbook(source: Source) -> bool:
    """Whether the name of a source says that it is a workbook."""
    return _name_of(source).lower().rpartition(".")[2] in SUFFIXES


def _name_of(source: Source) -> str:
    """The name of a file; empty for a stream."""
    if isinstance(source, (str, os.PathLike)):
        return Path(source).name
    return ""


def look_into(stream: Any) -> tuple[Any, bool]:
    """Return a stream as it was, and whether it is a workbook, which then is in memory."""
    head, whole = look_ahead(stream, _LOOKED_AT)
    if not head.startswith((ZIP, _OLE)):
        return whole, False
    return io.BytesIO(whole.read(bounds.WORKBOOK + 1)), True


@contextmanager
def open_table(source: Source, shape: TableShape, max_bytes: int | None = None) -> Generator[Table]:
    """Open the table in a workbook or a CSV file; its first bytes say which it is.

    A notice is given where the name of the file says something else. `max_bytes` is the most of
    the file, and of all parts of a workbook when they are unpacked; None for the library's bounds.

    Raises:
        DataError: as `open_csv` and `open_sheet`; `file-is-html`, `file-too-large`.
        MisuseError: `extra-missing`.
    """
    name = _name_of(source)
    unpacked = bounds.UNPACKED if max_bytes is None else min(max_bytes, bounds.UNPACKED)
    with opened_within(source, max_bytes) as stream:
        head, whole = look_ahead(stream, _LOOKED_AT)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
            raise DataError([finding("file-is-html", name)])
        if head.startswith((ZIP, _OLE)):
            said = "file-is-workbook" if name and not is_workbook(source) else None
            table = open_sheet(whole, shape, name, unpacked)
        else:
            said = "file-is-text" if is_workbook(source) else None
            table = open_csv(whole, shape)
        if said is not None:
            table = evolve(table, notices=(notice(said, name), *table.notices))
        if is_in_old_font(table.header):
            table = evolve(table, notices=(*table.notices, notice("text-in-old-font", "")))
        yield table


def open_sheet(stream: BinaryIO, shape: TableShape, name: str, unpacked: int) -> Table:
    """Open the table in a sheet of a workbook that unpacks to at most so many bytes.

    Dates and times are written in the style of the mapping, whole floats as counts, other numbers
    with its mark of decimals and so that nobody can take them for thousands; texts stay as they
    are. A cell that spans several rows holds for all of them. Formulas are never run: their stored
    values are read. The rows end with `DataError` where a column is `days-half-converted`.

    Raises:
        DataError: `workbook-encrypted`, `workbook-broken`, `workbook-too-large`, `sheet-unknown`,
            `header-missing`.
        MisuseError: `extra-missing`.
    """
    data = stream.read(bounds.WORKBOOK + 1)
    look = _refuse_hostile(data, name, unpacked)
    if find_spec("python_calamine") is None:
        raise MisuseError("extra-missing", "python-calamine", extra="excel")
    calamine: Any = import_module("python_calamine")
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        chosen, notices = _choose(book, calamine, shape.sheet)
        sheet = book.get_sheet_by_name(chosen)
        # The place of the last cell: what is called the total width is one less than there are.
        width = 0 if sheet.end is None else sheet.end[1] + 1
        if width > bounds.SHEET_COLUMNS:
            raise _too_large(name, width, bounds.SHEET_COLUMNS)
        merged = _Merged.of(sheet)
    except calamine.PasswordError:
        raise DataError([finding("workbook-encrypted", name)]) from None
    except calamine.CalamineError as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    if merged.down:
        places = tuple(cell_name(top, left) for top, left, _ in merged.down[:_NAMED])
        notices += (notice("cells-merged", "", len(merged.down), cells=places),)
    try:
        notices += unseen(data, look, chosen)
    except _BROKEN as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    texts = SheetTexts(shape)
    table = open_grid(texts.write(_numbered(sheet, merged)), shape, notices)
    rows = chain(table.rows, _say_mixed_days(texts, table.header, shape))
    return evolve(table, rows=rows, days=MappingProxyType(texts.days))


def _numbered(sheet: Any, merged: _Merged) -> Iterator[tuple[int, list[Any]]]:
    """The rows with the numbers that they have in the sheet."""
    first, left = sheet.start if sheet.start is not None else (0, 0)
    cells: Iterator[list[Any]] = sheet.iter_rows()
    rows: Iterator[tuple[int, list[Any]]] = enumerate(cells, first + 1)
    return merged.fill(rows, left) if merged.down else rows


def _say_mixed_days(
    texts: SheetTexts, header: Sequence[str], shape: TableShape
) -> Iterator[Finding]:
    """Say, after the last row, what is odd about the columns of days.

    Raises:
        DataError: `days-half-converted` for each column: no row of the table can be trusted.
    """
    said = list(find_mixed_days(texts.days, header, shape))
    wrong = list(violations(said))
    if wrong:
        raise DataError(wrong)
    yield from said


def _refuse_hostile(data: bytes, name: str, unpacked: int) -> Look | None:
    """Refuse what is no workbook, or unpacks to more than so many bytes.

    Returns:
        What a ZIP file holds; None for another kind.
    """
    if len(data) > bounds.WORKBOOK:
        raise _too_large(name, len(data), bounds.WORKBOOK)
    if data.startswith(_OLE):
        # What Office encrypts is a container of this name.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DataError([finding("workbook-encrypted", name)])
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            locked = any(part.flag_bits & 1 for part in parts)
            size, look = sum(part.file_size for part in parts), None
            if not locked and size <= unpacked:
                look = look_over(data, archive, unpacked)
                size = look.size
    except _BROKEN as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    if locked:
        raise DataError([finding("workbook-encrypted", name)])
    if size > unpacked:
        raise _too_large(name, size, unpacked)
    return look


def _too_large(name: str, size: int, limit: int) -> DataError:
    return DataError([finding("workbook-too-large", name, size, limit=limit)])


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


# ---- cells that span others


@frozen
class _Merged:
    """Cells that were merged.

    Attributes:
        down: row, column and last row of each cell that spans several rows, from 0.
    """

    down: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, sheet: Any) -> _Merged:
        """Return those of a sheet; none where the kind of workbook does not tell."""
        ranges = sheet.merged_cell_ranges or ()
        down = sorted((top, left, bottom) for (top, left), (bottom, _) in ranges if bottom > top)
        return cls(tuple(down))

    def fill(
        self, rows: Iterator[tuple[int, list[Any]]], left: int
    ) -> Iterator[tuple[int, list[Any]]]:
        """Yield rows, numbered from 1, with the value of each such cell in all that it spans."""
        waiting = list(reversed(self.down))
        held: list[tuple[int, int, Any]] = []
        for line, row in rows:
            number = line - 1
            while waiting and waiting[-1][0] <= number:
                top, column, bottom = waiting.pop()
                place = column - left
                if top == number and 0 <= place < len(row):
                    held.append((bottom, place, row[place]))
            for bottom, place, value in held:
                if number <= bottom and row[place] == "":
                    row[place] = value
            held = [each for each in held if each[0] > number]
            yield line, row
