"""The entries of the files of this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from evnpubsvc._tables import packaged_text

FILES: Final = (
    "analysis",
    "campaigns",
    "catalogue",
    "cli",
    "codes",
    "common",
    "conformance",
    "deadlines",
    "dossiers",
    "emulation",
    "enums",
    "files",
    "frames",
    "law",
    "outreach",
    "page",
    "periods",
    "quantities",
    "reports",
    "schema",
    "serde",
    "services",
    "statistics",
    "units",
    "worktime",
)
"""The files of this folder, without suffix; a test finds one that is missing here."""

_Entry = Mapping[str, str]
# The line that begins a table; a test holds that no text has one.
_TABLE: Final = r"^\[([^\]\n]+)\]$"


class _Catalogue(Mapping[str, _Entry]):
    """All entries by key, read-only.

    A table is parsed when its text is asked for: all of them take as long as a whole command.
    """

    def __init__(self) -> None:
        self._unread: dict[str, str] = {}  # what stands in the tables that nobody asked for yet
        self._entries: dict[str, _Entry] = {}  # those of the tables that have been read
        for name in FILES:
            _, *pieces = re.split(_TABLE, packaged_text(f"texts/{name}.toml"), flags=re.MULTILINE)
            self._unread.update(zip(pieces[::2], pieces[1::2], strict=True))

    def __getitem__(self, key: str) -> _Entry:
        entry = self._entries.get(key)
        if entry is None:
            self._read(key.partition(".")[0])
            entry = self._entries[key]
        return entry

    def __iter__(self) -> Iterator[str]:
        for table in list(self._unread):
            self._read(table)
        return iter(self._entries)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def values_of(self, enum: str) -> tuple[str, ...]:
        """Return the values of an enum in the order of its table."""
        self._read(enum)
        keys = (key.partition(".") for key in self._entries)
        return tuple(value for table, _, value in keys if table == enum)

    def _read(self, table: str) -> None:
        """Read a table: a text, or those of the values of an enum."""
        source = self._unread.get(table)
        if source is None:
            return
        import tomllib  # noqa: PLC0415 - 10 ms, which only who prints something should pay

        # In this order, so that another thread finds the entries or reads them itself.
        self._entries.update(_entries(table, tomllib.loads(source)))
        self._unread.pop(table, None)


def _entries(table: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, _Entry]]:
    """Give the entries of a table; one without a text of its own holds the values of an enum."""
    if "en" in entry and isinstance(entry["en"], str):
        yield table, MappingProxyType(entry)
    else:
        yield from ((f"{table}.{value}", MappingProxyType(text)) for value, text in entry.items())


@cache
def _whole() -> _Catalogue:
    return _Catalogue()


def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return all entries by key, read-only; those of an enum as `class-name.value`.

    A key that two files define is a defect that a test finds.
    """
    return _whole()


def listed_values(enum: str) -> tuple[str, ...]:
    """Return the values of a public enum by the name of its table, without importing its room."""
    return _whole().values_of(enum)
