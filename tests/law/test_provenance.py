"""Every row of every data file says where it comes from and how that is known."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from evnpubsvc._tables import packaged_table
from evnpubsvc.law import Confidence
from evnpubsvc.law.parts import cited

ROOT = files("evnpubsvc")
# Texts, those of the command line too, are no facts; examples are what a user writes.
SKIPPED = ("cli", "examples", "texts")
PROVENANCE = "law/provenance.toml"


def data_files(folder: Any = ROOT, prefix: str = "") -> Iterator[str]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name not in SKIPPED:
            yield from data_files(entry, f"{path}/")
        elif entry.name.endswith(".toml") and path != PROVENANCE:
            yield path


def citations(value: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every table that names an instrument, with its place."""
    if isinstance(value, dict):
        if isinstance(value.get("instrument"), str):
            yield path, value
        for key, each in value.items():
            yield from citations(each, f"{path}.{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from citations(each, f"{path}[{index}]")


FILES = tuple(data_files())
# Parts of a form or scheme that its own sources cover; bands are not among them.
COVERED = {
    "title", "rows", "row_titles", "label_numbers", "columns", "identities", "carry_over", "rates",
    "notes", "receivers",
    "senders", "validity", "rounding", "groups", "figures", "tie_break", "gates", "quota",
    "sanctions",
    "exclusions", "prizes", "changes", "inapplicable", "without_figures", "sources",
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES, PROVENANCE])
def test_every_citation_says_how_it_is_known(name: str) -> None:
    """One vocabulary of grades, and none by default.

    48 rows once had none and counted as confirmed.
    """
    for path, row in citations(packaged_table(name)):
        assert row.get("confidence") in set(Confidence), f"{name} {path}"
        assert cited(row).text.vi, path


@pytest.mark.parametrize("name", FILES)
def test_every_group_of_rows_has_a_source(name: str) -> None:
    """Row by row, by the sources of the form or scheme, or by a line of the list of provenance."""
    table = packaged_table(name)
    listed = packaged_table(PROVENANCE).get(name, {})
    own = "sources" in table or "source" in table or "base" in table
    for group, value in table.items():
        if not isinstance(value, (dict, list)) or not value or group in listed or "words" in listed:
            continue
        if own and (group in COVERED or "source" in table):
            continue
        rows = list(value.values()) if isinstance(value, dict) else value
        if isinstance(value, dict) and "instrument" in value:
            continue
        without = [row for row in rows if isinstance(row, dict) and not list(citations(row))]
        # A rule set may be built on another, and rules of levels rest on the regimes of
        # `law/regimes.toml`.
        without = [row for row in without if "base" not in row and "levels" not in row]
        assert not without, f"{name} [{group}]: {len(without)} of {len(rows)} rows without a source"


def test_the_list_of_provenance_names_groups_that_exist() -> None:
    for name, groups in packaged_table(PROVENANCE).items():
        assert name in FILES
        for group in groups:
            assert group == "words" or group in packaged_table(name), f"{name} [{group}]"


def test_nothing_rests_on_an_assumption_but_the_illustrative_preset() -> None:
    found = {
        name
        for name in [*FILES, PROVENANCE]
        for _, row in citations(packaged_table(name))
        if row["confidence"] == "assumed"
    }
    assert found == {PROVENANCE}
