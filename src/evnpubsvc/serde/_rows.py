"""What the readers of CSV tables share: rows, cells with findings, dates, lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Validity

__all__ = ["Cells", "table_rows"]

_T = TypeVar("_T")
_LONGEST_FIELD: Final = 1_000_000
LARGEST_FILE: Final = 64_000_000  # bytes: a register of the whole country has less than 2 MB


def table_rows(path: Path, required: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file (UTF-8, with or without mark) as texts.

    Raises:
        DataError: `file-too-large`, `not-utf8`, `not-csv`, `column-missing` for each.
        OSError: when the file cannot be read.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise DataError([finding("file-too-large", path.name, path.stat().st_size, limit=LARGEST_FILE)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError([finding("not-utf8", path.name, error.start)]) from None
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [{key: value or "" for key, value in row.items() if key is not None} for row in reader]
        columns = reader.fieldnames or ()
    except csv.Error as error:
        raise DataError([finding("not-csv", path.name, error)]) from None
    finally:
        csv.field_size_limit(limit)
    missing = [finding("column-missing", path.name, column) for column in required if column not in columns]
    if missing:
        raise DataError(missing)
    return rows


class Cells:
    """The cells of a row: read with findings instead of exceptions, so that all of a table come at once."""

    def __init__(self, row: Mapping[str, str], path: str, found: list[Finding], columns: Mapping[str, str]) -> None:
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

    def read(self, name: str, make: Callable[[str], _T], default: _T, reason: str, **parts: object) -> _T:
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

    def validity(self) -> Validity:
        """Return the columns `since` and `until` as a validity."""
        since = self.read("since", date.fromisoformat, None, "value-of-wrong-type", expected="YYYY-MM-DD")
        until = self.read("until", date.fromisoformat, None, "value-of-wrong-type", expected="YYYY-MM-DD")
        if since is not None and until is not None and until < since:
            self.bad("until", "validity-backwards", None, since=since, until=until)
            return Validity(since)
        return Validity(since, until)
