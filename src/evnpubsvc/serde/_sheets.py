"""Tables for spreadsheets: CSV and Excel workbooks of typed cells, never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from importlib import import_module
from textwrap import wrap
from typing import Any, Final, TypeAlias

from attrs import Factory, evolve

from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import finding
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language, guard_text
from evnpubsvc.texts.parts import guard_cell

SheetCell: TypeAlias = str | int | Fraction | date | None
"""A text, a number, a day, or nothing."""

CSV_MARK: Final = b"\xef\xbb\xbf"
"""What tells Excel that a CSV file is UTF-8. It belongs in files, never in a pipe."""

MOST_ROWS: Final = 1_048_576
_LONGEST_CELL: Final = 32_767
_EXACT: Final = 10**15  # Excel keeps fifteen digits of a number; longer ones are written as text
_NARROWEST, _WIDEST = 8, 60  # characters of a column
_LINE, _TALLEST = 16, 25  # points of a line, lines of a row: Excel has 409 points
_LONGEST_NAME: Final = 31  # letters of a sheet's name
_LOCALES: Final[dict[Language, str]] = {"vi": "[$-42A]", "en": "[$-409]"}
_DAYS: Final[dict[Language, str]] = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}
# A workbook says when it was made. Equal tables give equal bytes, so where no day is known it is
# the first of ZIP.
_NO_DAY: Final = date(1980, 1, 1)


@frozen
class SheetColumn:
    """A column of a sheet.

    Attributes:
        key: heading in CSV.
        title: heading in a workbook.
        places: decimal places in which its numbers are shown. CSV and workbooks keep what is exact;
            a number without finite decimals is rounded to them in CSV.
        fixed: whether CSV writes all its numbers with so many places.
        optional: whether a workbook leaves it out where no row says more than nothing or zero.
        words: what a workbook shows instead of a text: names instead of the keys that CSV has.
    """

    key: str
    title: str
    places: int = 0
    fixed: bool = False
    optional: bool = False
    words: Mapping[str, str] = Factory(dict[str, str])


@frozen
class Sheet:
    """A table to be written.

    Attributes:
        name: name of the sheet in a workbook.
        columns: its columns.
        rows: its cells, as many in each row as there are columns.
        above: lines above the table in a workbook.
        below: lines below it.
    """

    name: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[SheetCell]]
    above: Sequence[str] = ()
    below: Sequence[str] = ()


# ---- CSV


def sheet_csv(sheet: Sheet) -> str:
    """Return a sheet as CSV (RFC 4180, lines end in LF): keys, then rows; safe in a spreadsheet.

    Numbers are decimals with a dot, what is not known is blank, and a text that a spreadsheet would
    run gets an apostrophe, headings included.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([guard_text(column.key) for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([_csv_cell(cell, column) for cell, column in cells])
    return buffer.getvalue()


def _csv_cell(cell: SheetCell, column: SheetColumn) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard_cell(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    # A fraction as 2/3 would be a day in February.
    exact = decimal_text(cell)
    if column.fixed or "/" in exact:
        return decimal_text(cell, column.places)
    return exact


# ---- Excel


class Book:
    """A workbook that is written cell by cell, each by its type.

    No formula and no link, whatever a text says.

    Equal cells give equal bytes.

    Raises:
        MisuseError: `extra-missing` without the extra.
    """

    def __init__(self, title: str, made_on: date | None, lang: Language) -> None:
        try:
            xlsxwriter: Any = import_module("xlsxwriter")  # an extra, and not typed
        except ModuleNotFoundError:
            raise MisuseError("extra-missing", "XlsxWriter", extra="excel") from None
        self.lang: Language = lang
        self._buffer = io.BytesIO()
        options = {
            "in_memory": True,
            # Every cell is written by its type below; these hold for what the library might write
            # by guess.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book: Any = xlsxwriter.Workbook(self._buffer, options)
        # Without a day the workbook would carry the time at which it was written.
        created = datetime.combine(made_on or _NO_DAY, time.min)
        self._book.set_properties({"title": title, "created": created})

    def add_sheet(self, name: str) -> Any:
        """Add a sheet; its name without the letters that Excel refuses."""
        cleaned = "".join(" " if letter in "[]:*?/\\" else letter for letter in name)
        return self._book.add_worksheet(cleaned.strip("' ")[:_LONGEST_NAME] or "Sheet1")

    def text_style(self, **more: Any) -> Any:
        """A style of texts.

        A quote prefix keeps a text a text even after somebody edits the cell.
        """
        return self._book.add_format({"quote_prefix": True, "valign": "top", **more})

    def number_style(self, places: int = 0, **more: Any) -> Any:
        """A style of numbers, with the marks of the language where the program follows it."""
        pattern = "#,##0" + (f".{'0' * places}" if places else "")
        return self._book.add_format(
            {"num_format": _LOCALES[self.lang] + pattern, "valign": "top", **more}
        )

    def day_style(self, **more: Any) -> Any:
        """A style of days."""
        pattern = _LOCALES[self.lang] + _DAYS[self.lang]
        return self._book.add_format({"num_format": pattern, "valign": "top", **more})

    def data(self) -> bytes:
        """Return the workbook."""
        try:
            self._book.close()
        except UnicodeEncodeError as error:
            raise DataError(
                [finding("text-not-writable", "", error.object[error.start : error.end])]
            ) from None
        return self._buffer.getvalue()


def put_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write a text into a cell; an empty one leaves it blank.

    Raises:
        DataError: `cell-too-long`.
    """
    if not text:
        sheet.write_blank(row, column, None, style)
    elif sheet.write_string(row, column, text, style) == -2:
        raise DataError([finding("cell-too-long", f"row {row + 1}", text, limit=_LONGEST_CELL)])


def put_number(sheet: Any, row: int, column: int, value: Fraction | int | None, style: Any) -> None:
    """Write a number into a cell.

    Blank where it is not known, a text where Excel would lose digits.
    """
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif -_EXACT < value < _EXACT:
        sheet.write_number(row, column, float(value), style)
    else:
        put_text(sheet, row, column, decimal_text(value), style)


def workbook_bytes(
    sheets: Iterable[Sheet], *, title: str, lang: Language, made_on: date | None = None
) -> bytes:
    """Return sheets as an Excel workbook.

    Headings that stay in sight, columns as wide as their cells.

    Raises:
        DataError: `cell-too-long`, `too-many-rows`, `text-not-writable`.
        MisuseError: `extra-missing` without the extra.
    """
    book = Book(title, made_on, lang)
    for sheet in sheets:
        _write_sheet(book, sheet)
    return book.data()


def _shown(sheet: Sheet) -> Sheet:
    """Return the sheet as people read it: without columns that say nothing, in words."""

    def word(cell: SheetCell, column: SheetColumn) -> SheetCell:
        return column.words.get(cell, cell) if isinstance(cell, str) else cell

    kept = [
        place
        for place, column in enumerate(sheet.columns)
        if not column.optional or any(row[place] for row in sheet.rows)
    ]
    return evolve(
        sheet,
        columns=[sheet.columns[place] for place in kept],
        rows=[[word(row[place], sheet.columns[place]) for place in kept] for row in sheet.rows],
    )


def _write_sheet(book: Book, whole: Sheet) -> None:
    sheet = _shown(whole)
    if len(sheet.rows) + len(sheet.above) + len(sheet.below) + 10 > MOST_ROWS:
        raise DataError([finding("too-many-rows", "", len(sheet.rows), limit=MOST_ROWS)])
    page = book.add_sheet(sheet.name)
    bold, plain = book.text_style(bold=True), book.text_style()
    head = book.text_style(bold=True, border=1, text_wrap=True, align="center")
    name = book.text_style(border=1, text_wrap=True)
    day = book.day_style(border=1)
    numbers = [book.number_style(column.places, border=1) for column in sheet.columns]

    widths = [_column_width(sheet, place) for place in range(len(sheet.columns))]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)

    # The lines above, the headings, and everything down to them kept in sight.
    row = 0
    for line in sheet.above:
        put_text(page, row, 0, line, bold)
        row += 1
    row += bool(sheet.above)
    for place, column in enumerate(sheet.columns):
        put_text(page, row, place, column.title, head)
    page.set_row(row, _height([column.title for column in sheet.columns], widths))
    row += 1
    page.freeze_panes(row, 1)
    page.repeat_rows(row - 1)

    # The cells, each by its type.
    for cells in sheet.rows:
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                put_text(page, row, place, cell, name)
            elif isinstance(cell, date):
                page.write_datetime(row, place, datetime.combine(cell, time.min), day)
            else:
                put_number(page, row, place, cell, numbers[place])
        height = _height(cells, widths)
        if height > _LINE:
            page.set_row(row, height)
        row += 1
    row += bool(sheet.below)
    for line in sheet.below:
        put_text(page, row, 0, line, plain)
        row += 1
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _column_width(sheet: Sheet, place: int) -> int:
    """Return a width in characters: headings wrap between words, texts beyond the widest column."""
    column = sheet.columns[place]
    word = max(map(len, column.title.split()), default=0)
    cell = max((_width(cells[place], column.places) for cells in sheet.rows), default=0)
    return max(_NARROWEST, min(max(word, cell) + 2, _WIDEST))


def _height(cells: Sequence[SheetCell], widths: Sequence[int]) -> int:
    """Return the height of a row in points.

    Programs do not make room for wrapped texts by themselves.
    """
    lines = [
        len(wrap(cell[:_LONGEST_CELL], width)) if isinstance(cell, str) and len(cell) > width else 1
        for cell, width in zip(cells, widths, strict=True)
    ]
    return _LINE * min(max([1, *lines]), _TALLEST)


def _width(cell: SheetCell, places: int) -> int:
    if cell is None:
        return 0
    if isinstance(cell, (str, date)):
        return len(str(cell))
    return len(decimal_text(cell, places)) * 4 // 3  # marks between thousands
