"""Sphinx extension for the pages of law.

What became of each article, and where each constant comes from.

`.. law-articles::` prints `law/articles.toml`; `.. law-constants::` prints every row of every data
file that cites a source, with its days and how it is known, and a count by file. Both are made from
the data when the pages are built.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

from evnpubsvc._tables import packaged_table
from evnpubsvc.law import Confidence
from evnpubsvc.law.parts import cited

DECISIONS = ("implemented", "not-applicable", "out-of-scope")


def make_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> nodes.table:
    """Return a table of texts, or of nodes where a cell is more than text."""
    heads = list(head)
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for _ in heads]
    group += nodes.thead("", _row(heads))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(cells: Iterable[object]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", _cell(cell)) for cell in cells))


def _cell(cell: object) -> nodes.Node:
    return cell if isinstance(cell, nodes.Node) else nodes.paragraph(text=str(cell))


def row_anchor(instrument: str, article: str) -> str:
    """Return the anchor of an article's row: "118/2025", "5(2)-(3)" → `art-118-2025-5-2-3`."""
    return "-".join(["art", *re.findall(r"[0-9a-zđ]+", f"{instrument} {article}")])


class LawArticles(Directive):
    """Print what became of each article of the instruments that were gone through as a whole."""

    def run(self) -> list[Any]:
        """Give a table for each instrument, with the figures above it."""
        found: list[Any] = []
        for table in packaged_table("law/articles.toml").values():
            rows = table["decisions"]
            counts = Counter(row["decision"] for row in rows)
            source = cited(table)
            number = re.search(r"\d+/\d+", table["instrument"])[0]  # type: ignore[index]
            figures = ", ".join(f"{counts[each]} {each}" for each in DECISIONS)
            found.append(nodes.paragraph("", "", nodes.strong(text=str(source))))
            found.append(nodes.paragraph(text=f"{len(rows)} decisions: {figures}."))
            found.append(
                make_table(
                    ("Article", "Decision", "What it says, or why nothing is done", "Where"),
                    (
                        (
                            nodes.paragraph(
                                text=row["article"], ids=[row_anchor(number, row["article"])]
                            ),
                            row["decision"],
                            "; ".join(filter(None, (row["what"], row.get("note")))),
                            ", ".join(row.get("where", ())),
                        )
                        for row in rows
                    ),
                )
            )
        return found


def data_files(folder: Any, prefix: str = "") -> Iterator[str]:
    """Yield the data files of the package; texts and examples are no facts."""
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name not in {"texts", "examples"}:
            yield from data_files(entry, f"{path}/")
        elif entry.name.endswith(".toml"):
            yield path


def find_rows(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every row that cites a source, with its place in the file."""
    if isinstance(value, dict):
        if isinstance(value.get("instrument"), str):
            yield path, value
        for key, each in value.items():
            yield from find_rows(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            name = each.get("key", index) if isinstance(each, dict) else index
            yield from find_rows(each, f"{path}[{name}]")


class LawConstants(Directive):
    """Print every constant with its source, its days and how it is known."""

    def run(self) -> list[Any]:
        """Give the count by file, then a table for each file."""
        by_file = {
            name: list(find_rows(packaged_table(name), ""))
            for name in data_files(files("evnpubsvc"))
        }
        by_file = {name: rows for name, rows in by_file.items() if rows}
        grades = list(Confidence)
        total: Counter[str] = Counter()
        counts = []
        for name, rows in by_file.items():
            known = Counter(row["confidence"] for _, row in rows)
            total.update(known)
            counts.append((name, len(rows), *(known[grade] or "" for grade in grades)))
        last = ("all", sum(total.values()), *(total[grade] for grade in grades))
        head = ("File", "Rows", *(grade.text.en for grade in grades))
        found: list[Any] = [make_table(head, [*counts, last])]
        for name, rows in by_file.items():
            found.append(nodes.paragraph("", "", nodes.strong(text=name)))
            found.append(make_table(("Row", "Source", "From", "Until", "Known"), map(_line, rows)))
        return found


def _line(row: tuple[str, dict[str, Any]]) -> tuple[object, ...]:
    place, data = row
    source = cited(data)
    note = f" ({source.note})" if source.note else ""
    days = (data.get("since", ""), data.get("until", ""))
    return place, f"{source}{note}", *days, source.certainty.en


def setup(app: Any) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("law-articles", LawArticles)
    app.add_directive("law-constants", LawConstants)
    return {"parallel_read_safe": True}
