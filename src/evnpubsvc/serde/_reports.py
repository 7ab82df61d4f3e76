"""Forms from TOML, published tables from CSV, reports as text, CSV, JSON and Excel."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, Final

from attrs import field

from evnpubsvc._files import Source, Target, write_whole
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_names, packaged_text
from evnpubsvc._validate import read_member
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, finding, violations
from evnpubsvc.periods import Period
from evnpubsvc.quantities import parse_number
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.reports import Column, Form, Report, ReportRow, ReportSender
from evnpubsvc.reports.parts import (
    frame_lines,
    printed_number,
    rate_lines,
    remark_lines,
    row_lines,
    row_names,
    row_times,
    row_titles,
    time_heading,
    word,
)
from evnpubsvc.serde._bases import Document, Shape, build_on_base, listed, read_on_base
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._data import to_json
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._parse import parse_toml
from evnpubsvc.serde._shapes import TableLayout, missing_columns, named_rows
from evnpubsvc.serde._sheets import CSV_MARK, MOST_ROWS, Book, put_number, put_text
from evnpubsvc.serde._tables import Row, first_findings
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.statistics.engine import WORKING_DAYS
from evnpubsvc.texts import (
    LabelledEnum,
    Language,
    guard_text,
)

_FORMS: Final = "reports/forms"


# ---- forms


def read_form(source: Source) -> Form:
    r"""Read a form from a TOML file or binary stream, as the packaged ones are written.

    A form may be built on another: `base` names a packaged form or a TOML file beside it, each
    table of `[[changes]]` names a `column` and the fields to set, `without_columns` leaves some
    out, `columns` and `notes` are added, and all other keys replace those of the base. Such a form
    needs a `key` of its own; its `sources`, `validity` and `senders` are its own too, and none
    where it says none.

    Raises:
        DataError: everything that is wrong with it, with its place: `form-unknown` or
            `base-circular` for a base that cannot be, `change-without-target`,
            `form-column-unknown`, and what `Form` refuses.

    >>> import io
    >>> read_form(io.BytesIO(b'key = "x"\ntitle = { vi = "x", en = "x" }\ncolumns = []'))
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.columns: a form needs at least one column [form-columns-missing]
    """
    return _form(read_on_base(source, _document, _SHAPE))


def _form(document: Document) -> Form:
    try:
        return shared_converter().structure(document, Form)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None


def report_form_names() -> tuple[str, ...]:
    """Return the names of the packaged forms."""
    return packaged_names(_FORMS)


@cache
def report_form(name: str) -> Form:
    """Return a packaged form by its name.

    Raises:
        UnknownNameError: `form-unknown`; the message lists the names there are.

    >>> report_form("ii-06a").label
    'II.06a/VPCP/KSTT'
    """
    return _form(_document(name))


def _document(name: str) -> Document:
    """Return the document of a packaged form; a variant names its base and what differs."""
    if name not in report_form_names():
        raise UnknownNameError("form-unknown", name, known=tuple(report_form_names()))
    own = parse_toml(packaged_text(f"{_FORMS}/{name}.toml").encode())
    return build_on_base(own, _document, _SHAPE)


_SHAPE: Final = Shape(
    targets={"column": ("form-column-unknown", Column)},
    records=lambda document, _: [listed(document.get("columns"))],
    left_out={"without_columns": "column"},
    added=("columns", "notes"),
    own=("sources", "validity", "senders"),
)


def report_form_for(period: Period, sender: ReportSender | str) -> Form:
    """Return the packaged form that a sender files for a period, by the last day of the period.

    Forms that do not say who files them are for everyone.

    Raises:
        MisuseError: `form-none-for` where no packaged form is for that day and sender.

    >>> from evnpubsvc.periods import PeriodCalendar
    >>> report_form_for(Period.year(2026, calendar=PeriodCalendar.STATUTORY), "commune").label
    '07a/BTP/KSTT'
    """
    sender = read_member(ReportSender, sender)
    for form in map(report_form, report_form_names()):
        if period.last in form.validity and (not form.senders or sender in form.senders):
            return form
    raise MisuseError("form-none-for", period, sender=sender)


# ---- tables that others published


@frozen(kw_only=True)
class PublishedColumns(TableLayout):
    """How a published table of a form is laid out.

    The layout is written as TOML and read by `read_published_columns`.

    Attributes:
        label: heading of the column that names a row.
        label_with: headings of further columns that name it together with `label`, such as the
            district of a commune. The name then holds all of them, joined by `/`.
        columns: key of a column of the form -> heading in the table. Columns are found by heading,
            never by place; those that are not named here are unknown.
        total: the name of the total row; None if there is none.
        missing: texts that stand for an unknown, besides the empty cell.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.
    """

    label: str
    label_with: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    total: str | None = None
    missing: tuple[str, ...] = ()


@frozen
class PublishedTable(PublicType):
    """A table that somebody published, as it is printed.

    Attributes:
        rows: in the order of the table.
        total: the total row; None if there is none.
        notices: what was recognised about the table without being declared, and left out.
    """

    rows: tuple[ReportRow, ...]
    total: ReportRow | None = None
    notices: tuple[Finding, ...] = ()


def read_published_columns(source: Source) -> PublishedColumns:
    """Read a column mapping from a TOML file or binary stream.

    Every mistake is a finding of one `DataError`.
    """
    return read_document(source, PublishedColumns)


def read_published(source: Source, form: Form, columns: PublishedColumns) -> PublishedTable:
    r"""Read a published table from a CSV file or binary stream, for `reports.check_published`.

    An empty cell is unknown, never zero. Nothing is added up and nothing is repaired.

    Raises:
        DataError: all that is wrong: columns that are missing, cells that are no whole number or
            ambiguous, a second total row, or none where one is named …

    >>> import io
    >>> columns = PublishedColumns(label="Đơn vị", columns={"handled": "Đã giải quyết",
    ...     "late": "Quá hạn"})
    >>> table = "Đơn vị,Đã giải quyết,Quá hạn\nSở A,1611,\n"
    >>> row = read_published(io.BytesIO(table.encode()), report_form("ii-06a"), columns).rows[0]
    >>> print(row.key, row["handled"], row["late"])
    ('Sở A',) 1611 None
    """
    rows: list[ReportRow] = []
    totals: list[ReportRow] = []
    wanted = {columns.label, *columns.label_with, *columns.columns.values()}
    with open_table(source, columns.shape(wanted.issubset)) as table:
        found = first_findings(_published(named_rows(table), form, columns, rows, totals))
        notices = (*table.notices, *(each for each in found if each.severity is Severity.NOTICE))
    wrong = list(violations(found))
    if wrong:
        raise DataError(wrong)
    return PublishedTable(tuple(rows), totals[0] if totals else None, notices)


def _published(
    read: Iterator[Row | Finding],
    form: Form,
    columns: PublishedColumns,
    rows: list[ReportRow],
    totals: list[ReportRow],
) -> Iterator[Finding]:
    """Take the rows of a published table and its row of totals; give what is wrong with them."""
    keys = {column.key for column in form.columns}
    unknown = [key for key in columns.columns if key not in keys]
    for key in unknown:
        yield finding("form-column-unknown", "", key, known=tuple(sorted(keys)))
    checked = broken = False  # whether the columns are there; whether a row could not be read
    for row in read:
        if isinstance(row, Finding):
            yield row
            broken = broken or row.severity is Severity.VIOLATION
            continue

        # The first row that can be read shows which columns there are.
        if not checked:
            wanted = {"label": columns.label, **columns.columns}
            wanted |= {f"label {name}": name for name in columns.label_with}
            absent = list(missing_columns(wanted.items(), row.cells))
            yield from absent
            if absent or unknown:
                return
            checked = True

        # Its numbers, then its label, which may be of several columns.
        values: dict[str, int | None] = {}
        for key, heading in columns.columns.items():
            try:
                values[key] = _whole_number(row.cells[heading], columns)
            except DataError as error:
                yield from (f.at(f"line {row.line}, column {heading}") for f in error.findings)
        label = row.cells[columns.label].strip()
        if columns.total is None or label != columns.total:
            if label:
                label = "/".join([label, *(row.cells[name].strip() for name in columns.label_with)])
            rows.append(form.row((label or None,), values))
            continue
        if totals:
            yield finding("total-row-twice", f"line {row.line}", label)
        totals.append(form.row((), values))
    if not checked and not broken:
        yield finding("no-rows")
    elif columns.total is not None and not totals:
        yield finding("total-row-missing", "", columns.total)


def _whole_number(cell: str, columns: PublishedColumns) -> int | None:
    text = cell.strip()
    if not text or text in columns.missing:
        return None
    number = parse_number(text, columns.numbers)
    if number.denominator != 1:
        raise DataError([finding("count-not-whole", "", number)])
    if number < 0:
        raise DataError([finding("count-negative", "", number)])
    return int(number)


# ---- reports


class ReportFormat(LabelledEnum):
    """The shapes in which a report is written."""

    TEXT = "text"
    """A table for people."""
    CSV = "csv"
    """For machines and spreadsheets.

    Headings are keys of columns, texts are guarded against formulas.
    """
    JSON = "json"
    """The whole report, which `from_json` reads back."""
    XLSX = "xlsx"
    """An Excel workbook (extra `excel`)."""


def write_report(
    report: Report, target: Target, *, file_format: ReportFormat | str, lang: Language = "vi"
) -> None:
    """Write a report to a path or a binary stream.

    Equal reports give equal bytes. All bytes are made before the first is written; a path gets them
    at once when all are on the disk, and keeps what it had if that fails.

    A number of zero is written `0`, one that is not known `?` (blank in CSV and Excel), and a rate
    over nothing `–`. A CSV file begins with the mark of UTF-8, by which Excel knows the letters; a
    stream gets none.

    Args:
        report: the report.
        target: a path, or a binary stream that the caller has opened.
        file_format: the shape.
        lang: language of headings and notes; CSV and JSON have keys instead.

    Raises:
        DataError: `file-unwritable`, as when the disk is full; `text-not-writable` for a text that
            is no Unicode; `cell-too-long`, `too-many-rows` beyond what a sheet of Excel holds.
        MisuseError: `extra-missing` without the extra.
        UnknownNameError: `policy-unknown` for a shape that there is not.
    """
    data = report_bytes(report, file_format=file_format, lang=lang)
    is_file = isinstance(target, (str, os.PathLike))
    if is_file and read_member(ReportFormat, file_format) is ReportFormat.CSV:
        data = CSV_MARK + data
    write_whole(target, data)


def report_bytes(
    report: Report, *, file_format: ReportFormat | str, lang: Language = "vi"
) -> bytes:
    """Return what `write_report` writes to a stream."""
    shape = read_member(ReportFormat, file_format)
    if shape is ReportFormat.XLSX:
        return _excel(report, lang)
    write = {ReportFormat.TEXT: _text, ReportFormat.CSV: _csv, ReportFormat.JSON: _json}[shape]
    try:
        return write(report, lang).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            [finding("text-not-writable", "", error.object[error.start : error.end])]
        ) from None


def _text(report: Report, lang: Language) -> str:
    return report.text(lang) + "\n"


def _json(report: Report, _: Language) -> str:
    return to_json(report, indent=1) + "\n"


def _csv(report: Report, _: Language) -> str:
    keys = [column.key for column in report.form.columns]
    taken = [f"{WORKING_DAYS}_{name}" for name in report.form.handling]
    buffer = io.StringIO()
    # Every text is quoted, numbers are not: which cell is a number needs no guess.
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([guard_text(name) for name in ("row", *report.dimensions, *keys, *taken)])
    depth = len(report.dimensions)
    for number, row in row_lines(report):
        names = [*(guard_text(name or "") for name in row.key), *[""] * (depth - len(row.key))]
        first = "subtotal" if number is None else number
        writer.writerow([first, *names, *_numbers(row, keys), *_decimals(report, row)])
    total = report.total
    writer.writerow(["total", *[""] * depth, *_numbers(total, keys), *_decimals(report, total)])
    return buffer.getvalue()


def _numbers(row: ReportRow, keys: Sequence[str]) -> list[int | str]:
    return ["" if (value := row[key]) is None else value for key in keys]


def _decimals(report: Report, row: ReportRow) -> list[Decimal | str]:
    """The numbers of handling times for machines: decimals, rounded half up."""
    return [
        "" if number is None else Decimal(decimal_text(number, places))
        for number, places in row_times(report, row)
    ]


# ---- Excel


def _excel(report: Report, lang: Language) -> bytes:
    if len(report.rows) + 100 + len(report.notes) > MOST_ROWS:
        raise DataError([finding("too-many-rows", "", len(report.rows), limit=MOST_ROWS)])
    book = Book(report.form.title.get(lang), report.as_of, lang)
    _Sheet(book, report, lang).write()
    return book.data()


class _Sheet:
    def __init__(self, book: Book, report: Report, lang: Language) -> None:
        self.report = report
        self.lang: Language = lang
        self.sheet: Any = book.add_sheet(word("sheet", lang))
        self.plain = book.text_style()
        self.bold = book.text_style(bold=True)
        self.head = book.text_style(border=1, bold=True, text_wrap=True, align="center")
        self.name = book.text_style(border=1)
        self.name_bold = book.text_style(border=1, bold=True)
        self.value = book.number_style(border=1)
        self.value_bold = book.number_style(border=1, bold=True)
        self.times = {
            (places, bold): book.number_style(places, border=1, bold=bold)
            for places in (0, 1, 2)
            for bold in (False, True)
        }

    def string(self, row: int, column: int, text: str, style: Any) -> None:
        put_text(self.sheet, row, column, text, style)

    def number(self, row: int, column: int, value: int | None, style: Any) -> None:
        put_number(self.sheet, row, column, value, style)

    def write(self) -> None:
        report, lang = self.report, self.lang
        columns = report.form.columns
        depth = 1 + len(report.dimensions)
        row = 0
        for text in frame_lines(report, lang):
            self.string(row, 0, text, self.bold)
            row += 1
        row += 1
        self._headings(row, depth)
        # Programs make no room for wrapped headings by themselves: titles, then printed numbers.
        self.sheet.set_row(row + 1, 64)
        self.sheet.set_row(row + 2, 32)
        self.sheet.freeze_panes(row + 3, depth)
        row += 3
        for number, each in row_lines(report, lang):
            self.number(row, 0, number, self.value)
            names = [*row_names(report, each, lang), *[""] * depth][: depth - 1]
            if number is None:
                self._line(row, names, each, self.name_bold, self.value_bold)
            else:
                self._line(row, names, each, self.name, self.value)
            row += 1
        self._merged(row, 0, row, depth - 1, word("total", lang), self.name_bold)
        self._values(row, depth, report.total, self.value_bold)
        row += 2
        for text in (*rate_lines(report, lang), *remark_lines(report, lang)):
            self.string(row, 0, text, self.plain)
            row += 1
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_column(0, 0, 8)
        self.sheet.set_column(1, depth - 1, 30)
        last = depth + len(columns) + len(report.form.handling) - 1
        self.sheet.set_column(depth, last, 16)  # "(7)=(8)+(9)+(10)"

    def _line(
        self, row: int, names: Sequence[str], values: ReportRow, name_style: Any, value_style: Any
    ) -> None:
        for column, name in enumerate(names, 1):
            self.string(row, column, name, name_style)
        self._values(row, 1 + len(names), values, value_style)

    def _values(self, row: int, first: int, values: ReportRow, style: Any) -> None:
        for column, each in enumerate(self.report.form.columns, first):
            self.number(row, column, values[each.key], style)
        start = first + len(self.report.form.columns)
        for column, (number, places) in enumerate(row_times(self.report, values), start):
            shown = self.times[places, style is self.value_bold]
            put_number(self.sheet, row, column, number, shown)

    def _headings(self, row: int, depth: int) -> None:
        form, lang = self.report.form, self.lang
        labels = [number and f"({number})" for number in form.label_numbers]
        numbers = [*labels, *[""] * depth][:depth]
        for column, name in enumerate([word("number", lang), *row_titles(self.report, lang)]):
            self._merged(row, column, row + 1, column, name)
            self.string(row + 2, column, numbers[column], self.head)
        place = depth
        for block, members in groupby(form.columns, key=lambda column: column.block):
            width = len(inside := list(members))
            if block is not None:
                self._merged(row, place, row, place + width - 1, block.get(lang))
            for offset, each in enumerate(inside):
                if block is None:
                    self._merged(row, place + offset, row + 1, place + offset, each.title.get(lang))
                else:
                    self.string(row + 1, place + offset, each.title.get(lang), self.head)
                number = printed_number(form, each)
                self.string(row + 2, place + offset, number, self.head)
            place += width
        for offset, name in enumerate(form.handling):
            heading = time_heading(name, lang)
            self._merged(row, place + offset, row + 1, place + offset, heading)
            self.string(row + 2, place + offset, "", self.head)

    def _merged(
        self,
        row: int,
        column: int,
        last_row: int,
        last_column: int,
        text: str,
        style: Any = None,
    ) -> None:
        chosen = self.head if style is None else style
        if (row, column) != (last_row, last_column):
            # The library guesses the type of what it merges; so it merges nothing, and the text is
            # written after.
            self.sheet.merge_range(row, column, last_row, last_column, "", chosen)
        self.string(row, column, text, chosen)
