"""TOML documents that people write: read exactly, with every mistake at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from evnpubsvc._files import Source
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._parse import read_toml

_T = TypeVar("_T")


def resolved(path: Path) -> Path | None:
    """Return a path without links and dots; None where there can be no file of that name."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a name with NUL, links in a circle
        return None


def read_document(source: Source, kind: type[_T]) -> _T:
    """Read a record from a TOML file or binary stream.

    Raises `DataError` with every finding and its path.
    """
    document = read_toml(source)
    try:
        return shared_converter().structure(document, kind)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None


def structure_row(found: list[Finding], path: str, row: Any, kind: type[_T]) -> _T | None:
    """Return a record from a row of a document.

    The result is None where the row has findings, which are added to the others.
    """
    try:
        return shared_converter().structure(row, kind)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        found += findings_of(error, path)
        return None
