"""TOML documents that people write: read exactly, with every mistake at once."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeVar

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._converter import findings_of, make_converter
from evnpubsvc.serde._tables import Source, opened

_T = TypeVar("_T")
_LARGEST: Final = 64_000_000  # bytes; the register of a whole country has less than 2 MB


def read_bytes(source: Source) -> bytes:
    """Return all bytes of a document; `DataError` with `file-too-large` above 64 MB."""
    with opened(source) as stream:
        raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise DataError([finding("file-too-large", "", limit=_LARGEST)])
    return raw


def resolved(path: Path) -> Path | None:
    """Return a path without links and dots; None where there can be no file of that name."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a name with NUL, links in a circle
        return None


def parse_toml(raw: bytes) -> dict[str, Any]:
    """Parse TOML; decimals arrive as exact `Fraction`s.

    Raises `DataError` with `not-utf8` or `not-toml`.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        bad = raw[error.start : error.start + 4].hex(" ")
        raise DataError([finding("not-utf8", f"line {line}", bad, encoding="?")]) from None
    try:
        return tomllib.loads(text, parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        raise DataError([finding("not-toml", "$", error)]) from None


def exact_number(text: str) -> Fraction | str:
    """Read a number with a decimal point exactly.

    What is no plain decimal stays a text, which no number field accepts.
    """
    plain = text.replace("_", "")
    if len(plain) <= 64 and set(plain) <= set("+-.0123456789"):
        return Fraction(plain)
    return text


def read_document(source: Source, kind: type[_T]) -> _T:
    """Read a record from a TOML file or binary stream.

    Raises `DataError` with every finding and its path.
    """
    document = parse_toml(read_bytes(source))
    try:
        return make_converter().structure(document, kind)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None


def structure_row(found: list[Finding], path: str, row: Any, kind: type[_T]) -> _T | None:
    """Return a record from a row of a document.

    None where it has findings, which are added to the others.
    """
    try:
        return make_converter().structure(row, kind)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        found += findings_of(error, path)
        return None
