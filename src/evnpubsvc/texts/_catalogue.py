"""The entries of the files of this folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from evnpubsvc._tables import packaged_names, packaged_table


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return all entries by key, read-only; those of an enum as `class-name.value`.

    A key that two files define is a defect that a test finds.
    """
    entries: dict[str, Mapping[str, str]] = {}
    for name in packaged_names("texts"):
        entries.update(_entries(packaged_table(f"texts/{name}.toml")))
    return MappingProxyType(entries)


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give the entries of a file; a table without a text of its own holds the values of an enum."""
    for key, entry in table.items():
        if "en" in entry and isinstance(entry["en"], str):
            yield key, MappingProxyType(entry)
        else:
            yield from ((f"{key}.{value}", MappingProxyType(text)) for value, text in entry.items())
