"""Registers of dossiers from CSV or JSON Lines: streamed, with a mapping so that foreign registers work unchanged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

from attrs import Factory, frozen

from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._tables import Row, Source, cell_text, csv_rows, json_rows, opened
from evnpubsvc.statistics import RegisterRow

__all__ = ["DateStyle", "RegisterColumns", "RegisterFormat", "read_register", "read_register_columns"]

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no daylight saving since 1975


class DateStyle(StrEnum):
    """How the dates of a register are written."""

    ISO = "iso"
    """ISO 8601, as `2022-12-15`; a time of day may follow after T or a blank, with or without an offset."""
    DMY = "dmy"
    """Day first, as `15/12/2022` or `15-12-2022`; hour and minute, and seconds, may follow after a blank."""
    COMPACT = "compact"
    """`20221215` or `20221215143000`, as the National Portal exchanges them."""


class RegisterFormat(StrEnum):
    """The container of a register."""

    CSV = "csv"
    JSONL = "jsonl"


@frozen(kw_only=True)
class RegisterColumns:
    """How a foreign register is laid out. Written as TOML, read by `read_register_columns`.

    Attributes:
        received: column of the time of receipt.
        due: column of the due date; None if the register has none.
        finished: column of the time of finishing; None if the register has none.
        dimensions: name -> column of what is counted by.
        values: name of a dimension -> value in the register -> value to count under. A dimension that stands here
            accepts the listed values only; another value rejects the row (`value-not-mapped`).
        dates: how dates are written.
        timezone: IANA name of the register's local zone. Times without offset are local, others are converted to
            it, so that the local date is right.
        missing: texts that stand for an unknown, besides the empty cell.
        delimiter: one character between cells of a CSV register.
    """

    received: str = "received"
    due: str | None = None
    finished: str | None = None
    dimensions: Mapping[str, str] = Factory(dict[str, str])
    values: Mapping[str, Mapping[str, str]] = Factory(dict[str, dict[str, str]])
    dates: DateStyle = DateStyle.ISO
    timezone: str = "Asia/Ho_Chi_Minh"
    missing: tuple[str, ...] = ()
    delimiter: str = ","


def read_register_columns(source: Source) -> RegisterColumns:
    """Read a column mapping from a TOML file or binary stream; every mistake is a finding of one `DataError`."""
    return read_document(source, RegisterColumns)


def read_register(
    source: Source,
    columns: RegisterColumns,
    *,
    file_format: RegisterFormat = RegisterFormat.CSV,
    progress: Callable[[int], None] | None = None,
) -> Iterator[RegisterRow | Finding]:
    r"""Stream the dossiers of a register: rows, and findings where a row cannot be read.

    Args:
        source: a path, or a binary stream that the caller has opened; UTF-8 with or without byte-order mark.
        columns: how the register is laid out.
        file_format: CSV with a header line, or JSON Lines.
        progress: called with the number of rows so far, every 10,000 rows.

    Yields:
        In the order of the file: a `RegisterRow`; a violation in place of a row that cannot be read, or of the whole
        register where a mapped column is missing; a notice before a row that looks odd.

    Raises:
        UnknownNameError: `timezone-unknown`.
        DataError: `file-unreadable`.

    >>> import io
    >>> list(read_register(io.BytesIO(b"received\n2022-12-15\n15/12/2022\n"), RegisterColumns()))[1].reason
    'not-a-date'
    """
    parse = moment_parser(columns.dates, local_zone(columns.timezone))
    with opened(source) as stream:
        csv = file_format is RegisterFormat.CSV
        rows = csv_rows(stream, columns.delimiter) if csv else json_rows(stream)
        checked = not csv  # JSON objects may leave keys out; a table has all its columns or is the wrong table
        for number, row in enumerate(rows):
            if progress is not None and number % 10_000 == 0:
                progress(number)
            if isinstance(row, Finding):
                yield row
                continue
            if not checked:
                absent = list(_absent_columns(row, columns))
                yield from absent
                if absent:
                    return
                checked = True
            yield from _read(row, columns, parse)


def _absent_columns(row: Row, columns: RegisterColumns) -> Iterator[Finding]:
    wanted = {"received": columns.received, "due": columns.due, "finished": columns.finished, **columns.dimensions}
    for what, column in wanted.items():
        if column is not None and column not in row.cells:
            yield finding("column-missing", "line 1", column, wanted=what, known=", ".join(row.cells))


def _read(row: Row, columns: RegisterColumns, parse: Callable[[str], date | None]) -> Iterator[RegisterRow | Finding]:
    found: list[Finding] = []

    def text(column: str) -> str:
        value = row.cells.get(column, "")
        cell = cell_text(value)
        if cell is None:
            found.append(finding("cell-of-wrong-type", f"line {row.line}, column {column}", value))
            return ""
        cell = cell.strip()
        return "" if cell in columns.missing else cell

    def moment(column: str | None) -> date | None:
        cell = "" if column is None else text(column)
        if not cell:
            return None
        parsed = parse(cell)
        if parsed is None:
            found.append(finding("not-a-date", f"line {row.line}, column {column}", cell, style=columns.dates.value))
        elif not 1900 <= parsed.year < 2200:
            found.append(finding("date-absurd", f"line {row.line}, column {column}", cell))
        return parsed

    received, due, finished = moment(columns.received), moment(columns.due), moment(columns.finished)
    if received is None and not found:
        found.append(finding("received-blank", f"line {row.line}, column {columns.received}"))
    dimensions: dict[str, str | None] = {}
    for name, column in columns.dimensions.items():
        value = unicodedata.normalize("NFC", text(column)) or None
        if value is not None and name in columns.values:
            mapped = columns.values[name].get(value)
            if mapped is None:
                found.append(finding("value-not-mapped", f"line {row.line}, column {column}", value, dimension=name))
            value = mapped
        dimensions[name] = value
    if found or received is None:
        yield from found
        return
    if finished is not None and _before(finished, received):
        yield notice("finished-before-received", f"line {row.line}", finished, received=received)
    yield RegisterRow(received, due, finished, dimensions)


def _before(left: date, right: date) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left < right
    return (left.date() if isinstance(left, datetime) else left) < (
        right.date() if isinstance(right, datetime) else right
    )


def local_zone(name: str) -> tzinfo:
    if name == "Asia/Ho_Chi_Minh":
        return VIETNAM  # works on systems without a zone database too
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most registers are Vietnamese

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownNameError("timezone-unknown", name) from None


_DMY: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


def moment_parser(style: DateStyle, zone: tzinfo) -> Callable[[str], date | None]:
    """Return a parser of a style: dates stay dates, times become aware local datetimes, anything else None."""

    def local(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)

    def iso(text: str) -> date | None:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
        return local(datetime.fromisoformat(text)) if _ISO_TIME.fullmatch(text) else None

    def built(year: str, month: str, day: str, *time: str | None) -> date:
        if time[0] is None:
            return date(int(year), int(month), int(day))
        hour, minute, second = (int(part or 0) for part in time)
        return datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=zone)

    def dmy(text: str) -> date | None:
        match = _DMY.fullmatch(text)
        if match is None:
            return None
        day, month, year, *time = match.groups()
        return built(year, month, day, *time)

    def compact(text: str) -> date | None:
        match = _COMPACT.fullmatch(text)
        return None if match is None else built(*match.groups())

    parse = {DateStyle.ISO: iso, DateStyle.DMY: dmy, DateStyle.COMPACT: compact}[style]

    def safe(text: str) -> date | None:
        try:
            return parse(text)
        except (ValueError, OverflowError):
            return None

    return safe
