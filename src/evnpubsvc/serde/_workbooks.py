"""Tables in workbooks (`.xlsx`, `.xls`, `.ods`), read as the texts that a CSV file would have.

The code that reads CSV therefore reads workbooks too: titles above, totals below, dates, rejects.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from attrs import evolve, frozen

from evnpubsvc._files import Source, bounds, opened
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import decimal_text
from evnpubsvc.serde._shapes import DayStyle, Numbered, Table, TableShape, open_csv, open_grid
from evnpubsvc.serde._tables import look_ahead
from evnpubsvc.serde._unseen import ZIP, Look, cell_name, look_over, unseen

_OLE: Final = b"\xd0\xcf\x11\xe0"
SUFFIXES: Final = frozenset({"xlsx", "xlsm", "xls", "ods"})
_PAGES: Final = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<style", b"<meta")
_LOOKED_AT: Final = 512  # bytes
_NAMED: Final = 5  # places that are named
_TO_THE_SECOND: Final = len("2022-12-15 09:30:00")
_FIRST_SERIAL: Final = date(1899, 12, 30)  # spreadsheets take 1900 for a leap year


def is_workbook(source: Source) -> bool:
    """Whether the name of a source says that it is a workbook."""
    return _name_of(source).lower().rpartition(".")[2] in SUFFIXES


def _name_of(source: Source) -> str:
    """The name of a file; empty for a stream."""
    if isinstance(source, (str, os.PathLike)):
        return Path(source).name
    return ""


@contextmanager
def open_table(source: Source, shape: TableShape) -> Generator[Table]:
    """Open the table in a workbook or a CSV file; its first bytes say which it is.

    A notice is given where the name of the file says something else.

    Raises:
        DataError: as `open_csv` and `open_sheet`; `file-is-html`.
        MisuseError: `extra-missing`.
    """
    name = _name_of(source)
    with opened(source) as stream:
        head, whole = look_ahead(stream, _LOOKED_AT)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
            raise DataError([finding("file-is-html", name)])
        if head.startswith((ZIP, _OLE)):
            said = "file-is-workbook" if name and not is_workbook(source) else None
            table = open_sheet(whole, shape, name)
        else:
            said = "file-is-text" if is_workbook(source) else None
            table = open_csv(whole, shape)
        if said is not None:
            table = evolve(table, notices=(notice(said, name), *table.notices))
        yield table


def open_sheet(stream: BinaryIO, shape: TableShape, name: str = "") -> Table:
    """Open the table in a sheet of a workbook.

    Dates and times are written in the style of the mapping, whole floats as counts, other numbers
    with its mark of decimals and so that nobody can take them for thousands; texts stay as they
    are. A cell that spans several rows holds for all of
    them. Formulas are never run: their stored values are read.

    Raises:
        DataError: `workbook-encrypted`, `workbook-broken`, `workbook-too-large`, `sheet-unknown`,
            `header-missing`.
        MisuseError: `extra-missing`.
    """
    data = stream.read(bounds.WORKBOOK + 1)
    look = _refuse_hostile(data, name)
    if find_spec("python_calamine") is None:
        raise MisuseError("extra-missing", "python-calamine", extra="excel")
    calamine: Any = import_module("python_calamine")
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        chosen, notices = _choose(book, calamine, shape.sheet)
        sheet = book.get_sheet_by_name(chosen)
        if sheet.total_width > bounds.SHEET_COLUMNS:
            raise _too_large(name, sheet.total_width, bounds.SHEET_COLUMNS)
        merged = _Merged.of(sheet)
    except calamine.PasswordError:
        raise DataError([finding("workbook-encrypted", name)]) from None
    except calamine.CalamineError as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    if merged.down:
        places = tuple(cell_name(top, left) for top, left, _ in merged.down[:_NAMED])
        notices += (notice("cells-merged", "", len(merged.down), cells=places),)
    notices += unseen(data, look, chosen)
    return open_grid(_text_rows(sheet, merged, shape), shape, notices)


def _refuse_hostile(data: bytes, name: str) -> Look | None:
    """Refuse what is no workbook, or unpacks to more than a workbook of an office.

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
            if not locked and size <= bounds.UNPACKED:
                look = look_over(data, archive, bounds.UNPACKED)
                size = look.size
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DataError([finding("workbook-broken", name, error)]) from None
    if locked:
        raise DataError([finding("workbook-encrypted", name)])
    if size > bounds.UNPACKED:
        raise _too_large(name, size, bounds.UNPACKED)
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


# ---- cells as texts


def _text_rows(sheet: Any, merged: _Merged, shape: TableShape) -> Iterator[Numbered]:
    """Yield the rows with the numbers that they have in the sheet, their cells as texts."""
    first, left = sheet.start if sheet.start is not None else (0, 0)
    cells: Iterator[list[Any]] = sheet.iter_rows()
    rows: Iterator[tuple[int, list[Any]]] = enumerate(cells, first + 1)
    if merged.down:
        rows = merged.fill(rows, left)
    writers = _writers(shape)
    for number, row in rows:
        yield (
            number,
            [cell if cell.__class__ is str else writers[cell.__class__](cell) for cell in row],
        )


def _writers(shape: TableShape) -> dict[type, Callable[[Any], str]]:
    """What writes a cell of each type."""
    write_day = _DAY_WRITERS[shape.days]
    days, day_of = _Written(lambda cell: write_day(str(cell))), _Written(write_day)
    clock = _CLOCKS[shape.days]
    is_iso = shape.days == "iso"

    # Most of the time of reading a register goes here.
    def write_moment(cell: datetime) -> str:
        text = cell.isoformat(" ")
        if len(text) > _TO_THE_SECOND:  # a serial number is not exact to the second
            cell = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
            text = cell.isoformat(" ")
        if text[11:] == "00:00:00":
            return day_of[text[:10]]
        if is_iso:
            return text
        time_of_day = text[10:]
        return day_of[text[:10]] + (time_of_day if clock is None else clock(time_of_day))

    return {
        bool: lambda cell: str(cell).upper(),
        int: str,
        float: partial(_number, shape.decimal or "."),
        datetime: write_moment,
        date: days.__getitem__,
        time: lambda cell: cell.isoformat("seconds"),
        timedelta: _duration,
    }


def _number(mark: str, cell: float) -> str:
    """A number with the fifteen digits that a spreadsheet keeps."""
    if cell.is_integer() and abs(cell) < 1 << 53:
        return str(int(cell))
    text = format(Decimal(format(cell, ".15g")), "f")
    whole, dot, decimals = text.partition(".")
    if len(decimals) == 3:  # not to be taken for thousands
        decimals += "0"
    return f"{whole}{mark}{decimals}" if dot else whole


def _duration(cell: timedelta) -> str:
    """Hours, which may be more than a day has, as `26:30:00`."""
    seconds = round(cell.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


class _Written(dict[Any, str]):
    """Days in a style, each written once: by the days, or by their ISO texts."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, day: Any) -> str:
        written = self[day] = self._write(day)
        return written


_DAY_WRITERS: Final[Mapping[DayStyle, Callable[[str], str]]] = MappingProxyType(
    {
        "iso": str,
        "dmy": lambda text: f"{text[8:]}/{text[5:7]}/{text[:4]}",
        "mdy": lambda text: f"{text[5:7]}/{text[8:]}/{text[:4]}",
        "compact": lambda text: text.replace("-", ""),
        "serial": lambda text: str((date.fromisoformat(text) - _FIRST_SERIAL).days),
    }
)


def _day_fraction(time_of_day: str) -> str:
    hour, minute, second = (int(part) for part in time_of_day.split(":"))
    share = Fraction(hour * 3600 + minute * 60 + second, 86_400)
    return decimal_text(share, 12)[1:]


# How a time of day follows its day; None as in ISO, after a blank.
_CLOCKS: Final[Mapping[DayStyle, Callable[[str], str] | None]] = MappingProxyType(
    {
        "iso": None,
        "dmy": None,
        "mdy": None,
        "compact": lambda time_of_day: time_of_day.strip().replace(":", ""),
        "serial": _day_fraction,
    }
)
