"""Sphinx extension: citations in pages and docstrings lead to the table of articles.

"Decree 118/2025/NĐ-CP, art. 19(5)" and "khoản 5 Điều 19 Nghị định số 118/2025/NĐ-CP" become links
to the row of that article in `reference/law-articles`; where the table has another clause of the
article only, to that. `.. law-sources::` prints the rows of the articles that the data rest on. A
citation of an instrument that no table knows is a warning, which fails the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from _law import data_files, find_rows, make_table, row_anchor
from docutils import nodes
from docutils.parsers.rst import Directive

from evnpubsvc._tables import packaged_table
from evnpubsvc.law import Citation
from evnpubsvc.law.parts import cited

PAGE: Final = "reference/law-articles"

# The number of an instrument, with its kind or without: "118/2025/NĐ-CP", "118/2025".
_NUMBER: Final = r"(?<![\w/.-])\d{1,4}(?:\.\d)?/\d{4}(?:/[A-ZĐ][A-ZĐa-zđ0-9]*(?:-[A-ZĐa-zđ]+)*)?"
# Instruments that are cited by a name alone.
_NAMED: Final[Mapping[str, str]] = {
    "Civil Code": "91/2015",
    "Bộ luật Dân sự": "91/2015",
    "Labour Code": "45/2019",
    "Bộ luật Lao động": "45/2019",
}
# Cited by sources that the glossary quotes; nothing here rests on them, so no table has them.
_OF_OTHERS: Final = frozenset({"63/2010"})
_NAMES: Final = "|".join(_NAMED)
_KINDS: Final = "Decree|Law|Circular|Decision|Nghị định|Luật|Thông tư|NĐ|TT|QĐ"
_PLACE: Final = r"\d{1,3}[a-z]?(?:\([0-9a-zđ]{1,3}\))*"
# An instrument and behind it the article; in Vietnamese also the article before the instrument.
_PATTERN: Final = re.compile(
    rf"(?:(?:{_KINDS})\s)?(?P<name>{_NAMES})?(?:\s?(?P<number>{_NUMBER}))?,?\s"
    rf"(?:arts?\.\s?|articles?\s|(?:điểm\s\w,?\s)?(?:khoản\s(?P<clauses>\d+)(?:,\s\d+)*\s)?Điều\s)"
    rf"(?P<place>{_PLACE})(?P<rest>(?:[–-](?:\(\d+\)|\d+)|,\s\d+(?:\(\w+\))+)*)"
    rf"|(?:khoản\s(?P<clause>\d+)\s)?Điều\s(?P<article>\d+)\s(?:của\s)?"
    rf"(?:(?P<name_vi>{_NAMES})|(?:{_KINDS})(?:\s\w+)?(?:\ssố)?\s(?P<number_vi>{_NUMBER}))"
)


class Row(NamedTuple):
    """A place of an instrument that a table has, with its anchor."""

    article: str
    place: str
    anchor: str


def number_of(instrument: str) -> str:
    """Return the number of an instrument without its kind, as "118/2025"; empty if it has none."""
    found = re.search(_NUMBER, instrument)
    return "/".join(found[0].split("/")[:2]) if found else ""


@cache
def known_rows() -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of all tables by the number of the instrument."""
    rows: dict[str, list[Row]] = {}
    for table in packaged_table("law/articles.toml").values():
        for row in table["decisions"]:
            number = number_of(table["instrument"])
            found = rows.setdefault(number, [])
            found += _rows_of(cited({**table, "article": row["article"]}), number)
    for number, citations in cited_articles().items():
        found = rows.setdefault(number, [])
        for citation in citations:
            found += _rows_of(citation, number)
    return {number: tuple(found) for number, found in rows.items()}


def _rows_of(citation: Citation, number: str) -> Iterator[Row]:
    anchor = row_anchor(number, citation.article)
    if not citation.article:
        yield Row("", "", anchor)
    for each in citation.provisions:
        last = each.last if each.last and not each.clause else each.article
        for article in range(_digits(each.article), _digits(last) + 1):
            yield Row(str(article), str(each), anchor)


def _digits(article: str) -> int:
    return int(re.match(r"\d+", article)[0])  # type: ignore[index]  # articles begin so


@cache
def cited_articles() -> Mapping[str, tuple[Citation, ...]]:
    """Return what data cite of instruments that were not gone through, by their numbers."""
    whole = {
        number_of(table["instrument"]) for table in packaged_table("law/articles.toml").values()
    }
    found: dict[str, dict[str, Citation]] = {}
    for _, citation in _all_citations():
        number = number_of(citation.instrument)
        if number and number not in whole:
            found.setdefault(number, {}).setdefault(citation.article, citation)
    return {
        number: tuple(sorted(each.values(), key=_order)) for number, each in sorted(found.items())
    }


def _order(citation: Citation) -> tuple[int, str]:
    return (_digits(citation.article) if citation.article else 0, citation.article)


def _all_citations() -> Iterator[tuple[str, Citation]]:
    for name in data_files(files("evnpubsvc")):
        for place, row in find_rows(packaged_table(name), ""):
            yield f"{name}: {place}", cited(row)


def anchor_of(number: str, place: str) -> str | None:
    """Return the anchor of the row that is nearest to a place; None for an unknown instrument."""
    rows = known_rows().get(number)
    if rows is None:
        return None
    article = re.match(r"\d+", place)
    same = [row for row in rows if article and row.article == article[0]]
    # The very place, else one that it lies in or holds, else the article, else the instrument.
    for row in same:
        if row.place == place:
            return row.anchor
    for row in same:
        if row.place.startswith(place) or place.startswith(row.place):
            return row.anchor
    return (same or rows)[0].anchor


def find_citations(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield where a text cites an article: its beginning and end, the number, the place."""
    for match in _PATTERN.finditer(text):
        name = match["name"] or match["name_vi"]
        number = match["number"] or match["number_vi"]
        if not name and not number:
            continue
        key = "/".join(number.split("/")[:2]) if number else _NAMED[name]
        clause = match["clause"] or match["clauses"]
        place = match["place"] or match["article"]
        yield match.start(), match.end(), key, f"{place}({clause})" if clause else place


class LawSources(Directive):
    """Print each article that the data rest on, of instruments that were not gone through."""

    def run(self) -> list[Any]:
        """Give a table for each instrument."""
        uses: dict[tuple[str, str], list[str]] = {}
        for place, citation in _all_citations():
            key = (number_of(citation.instrument), citation.article)
            uses.setdefault(key, []).append(place)
        found: list[Any] = []
        for number, citations in cited_articles().items():
            title = Citation(citations[0].instrument).text
            found.append(nodes.paragraph("", "", nodes.strong(text=f"{title.en} ({title.vi})")))
            rows = (
                (
                    _named_row(number, each),
                    each.certainty.en,
                    ", ".join(dict.fromkeys(uses[number, each.article])),
                )
                for each in citations
            )
            found.append(make_table(("Article", "Known", "What rests on it"), rows))
        return found


def _named_row(number: str, citation: Citation) -> nodes.paragraph:
    anchor = row_anchor(number, citation.article)
    return nodes.paragraph(text=citation.article or "the whole", ids=[anchor])


def link_citations(app: Any, doctree: Any, pagename: str) -> None:
    """Turn the citations of a page into links."""
    if app.builder.format != "html" or pagename == PAGE:
        return
    for text in list(doctree.findall(nodes.Text)):
        if not _is_prose(text):
            continue
        parts = list(_link(app, pagename, str(text)))
        if any(not isinstance(part, nodes.Text) for part in parts):
            text.parent.replace(text, parts)


def _is_prose(text: Any) -> bool:
    """Say whether a text is neither code nor a link nor a heading."""
    kept: tuple[type, ...] = (
        nodes.FixedTextElement,
        nodes.literal,
        nodes.reference,
        nodes.raw,
        nodes.title,
    )
    node = text.parent
    while node is not None:
        if isinstance(node, kept):
            return False
        node = node.parent
    return True


def _link(app: Any, pagename: str, text: str) -> Iterable[nodes.Node]:
    done = 0
    for start, end, number, place in find_citations(text):
        anchor = anchor_of(number, place)
        if number in _OF_OTHERS:
            continue
        if anchor is None:
            _warn(text[start:end], pagename)
            continue
        address = f"{app.builder.get_relative_uri(pagename, PAGE)}#{anchor}"
        yield nodes.Text(text[done:start])
        yield nodes.reference("", text[start:end], refuri=address, internal=True)
        done = end
    yield nodes.Text(text[done:])


def _warn(citation: str, pagename: str) -> None:
    from sphinx.util import logging  # noqa: PLC0415 - tests read the rest without Sphinx

    logger = logging.getLogger(__name__)
    logger.warning("no table of articles has %r", citation, location=pagename)


def setup(app: Any) -> dict[str, bool]:
    """Register the directive and the step."""
    app.add_directive("law-sources", LawSources)
    app.connect("doctree-resolved", link_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
