"""What the readers of CSV tables share: rows, cells with findings, dates, lists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar

from evnpubsvc._files import Source, read_bytes
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.law import Validity
from evnpubsvc.serde._encodings import expected_text
from evnpubsvc.serde._shapes import TableShape, missing_columns, named_rows
from evnpubsvc.serde._workbooks import is_workbook, open_table
from evnpubsvc.worktime import parse_moment

_T = TypeVar("_T")


def table_rows(
    source: Source,
    required: Iterable[str],
    on_finding: Callable[[Finding], None] | None = None,
    *,
    days: Iterable[str] = ("since", "until"),
) -> list[dict[str, str]]:
    """Return the rows of a CSV file (UTF-8, with or without mark) or a workbook as texts.

    Args:
        source: the table.
        required: columns that it must have.
        on_finding: called with what was recognised without being declared.
        days: columns that are read as days.

    Raises:
        DataError: `file-unreadable`, `file-too-large`; whatever is wrong with the table;
            `column-missing` for each; `days-half-converted`.
    """
    wanted = list(required)
    shape = TableShape(fits=set(wanted).issubset, moments=tuple(days))
    if is_workbook(source):
        given = source
    else:
        given = io.BytesIO(read_bytes(source))
    with open_table(given, shape) as table:
        read = [*table.notices, *named_rows(table)]
    rows = [row.cells for row in read if not isinstance(row, Finding)]
    said = [each for each in read if isinstance(each, Finding)]
    found = list(violations(said))
    if not found and rows:
        found = list(missing_columns(((column, column) for column in wanted), rows[0]))
    if found:
        raise DataError(found)
    if on_finding is not None:
        for each in said:
            on_finding(each)
    return rows


class Cells:
    """The cells of a row, read with findings instead of exceptions.

    All findings of a table can therefore be reported at once.
    """

    def __init__(
        self, row: Mapping[str, str], path: str, found: list[Finding], columns: Mapping[str, str]
    ) -> None:
        self.row, self.path, self.found, self.columns = row, path, found, columns

    def text(self, name: str) -> str:
        """Return a cell without blanks at its ends; empty when the column is absent."""
        return (self.row.get(self.columns.get(name, name)) or "").strip()

    def place(self, name: str) -> str:
        """Return row and column for findings."""
        return f"{self.path}, column {self.columns.get(name, name)}"

    def bad(self, name: str, reason: str, value: object, **parts: object) -> None:
        """Add a finding about a cell."""
        self.found.append(finding(reason, self.place(name), value, **parts))

    def read(
        self, name: str, make: Callable[[str], _T], default: _T, reason: str, **parts: object
    ) -> _T:
        """Return a cell read by a function that raises `ValueError` for what it cannot read."""
        text = self.text(name)
        if not text:
            return default
        try:
            return make(text)
        except DataError as error:
            self.found += (each.at(self.place(name)) for each in error.findings)
        except ValueError:
            self.bad(name, reason, text, **parts)
        return default

    def day(self, name: str) -> date | None:
        """Return a cell with a day, as people write days; None for a blank one."""
        return self.read(
            name, _read_day, None, "value-of-wrong-type", expected=expected_text("date")
        )

    def validity(self) -> Validity:
        """Return the columns `since` and `until` as a validity."""
        since, until = self.day("since"), self.day("until")
        if since is not None and until is not None and until < since:
            self.bad("until", "last-before-first", None, first=since, last=until)
            return Validity(since)
        return Validity(since, until)


@lru_cache(maxsize=1_000)
def _read_day(text: str) -> date:
    """Read a day; the empty hour of a spreadsheet is none, any other is no part of a day.

    A column of days has few different ones.
    """
    moment = parse_moment(text)
    if not isinstance(moment, datetime):
        return moment
    if moment.time() != time():
        raise ValueError(text)
    return moment.date()
