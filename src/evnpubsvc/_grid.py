"""Tables that people read: as text where letters have one width, as HTML in notebooks.

A result derives from `Printed`. What it shows is said by its room, which registers a function with
`blocks_of`: so the record itself knows nothing of titles and grades, and no arrow goes upwards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import singledispatch
from typing import Any, TypeAlias

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import printable, printable_lines


def _as_texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(printable, given))


def _as_places(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _as_rows(given: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(_as_texts(row) for row in given)


@frozen
class Grid:
    """A table of texts. What a terminal or a page would act on is escaped, never dropped.

    Attributes:
        header: headings of the columns.
        rows: the cells, as many in each row as there are columns.
        right: columns that stand to the right, by their place from 0: numbers.
        total: whether the last row sums the others up, and is set apart.
        below: lines under the table.
    """

    header: tuple[str, ...] = field(converter=_as_texts)
    rows: tuple[tuple[str, ...], ...] = field(converter=_as_rows)
    right: frozenset[int] = field(default=frozenset(), converter=_as_places, kw_only=True)
    total: bool = field(default=False, kw_only=True)
    below: tuple[str, ...] = field(default=(), converter=_as_texts, kw_only=True)

    def text(self) -> str:
        """Return the table as lines: two blanks between columns, a rule under the header."""
        table = (self.header, *self.rows)
        widths = [max(_width(row[place]) for row in table) for place in range(len(self.header))]
        rule = "  ".join("-" * width for width in widths)
        lines = [self._line(row, widths) for row in table]
        lines.insert(1, rule)
        if self.total:
            lines.insert(-1, rule)
        return "\n".join([*lines, *self.below])

    def _line(self, row: Iterable[str], widths: Iterable[int]) -> str:
        cells: list[str] = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (width - _width(cell))
            cells.append(blanks + cell if place in self.right else cell + blanks)
        return "  ".join(cells).rstrip()

    def html(self) -> str:
        """Return the table as HTML; what stands in the cells is shown, never run."""
        head = self._html_row(self.header, "th")
        rows = list(self.rows)
        if self.total:
            foot = f"<tfoot>{self._html_row(rows.pop(), 'td')}</tfoot>"
        else:
            foot = ""
        body = "".join(self._html_row(row, "td") for row in rows)
        below = "".join(f"<p>{_escape(line)}</p>" for line in self.below)
        return f"<table><thead>{head}</thead><tbody>{body}</tbody>{foot}</table>{below}"

    def _html_row(self, row: Iterable[str], tag: str) -> str:
        cells: list[str] = []
        for place, cell in enumerate(row):
            side = "right" if place in self.right else "left"
            cells.append(f'<{tag} style="text-align: {side}">{_escape(cell)}</{tag}>')
        return f"<tr>{''.join(cells)}</tr>"


def _width(cell: str) -> int:
    """Return how many places a text takes: marks that stand on a letter take none."""
    if cell.isascii():
        return len(cell)
    return sum(not unicodedata.combining(letter) for letter in cell)


def _escape(text: str) -> str:
    from html import escape  # noqa: PLC0415 - only notebooks need it

    return escape(text)


Block: TypeAlias = Grid | str
"""A table, or lines of text."""


@singledispatch
def blocks_of(record: Any, lang: Language, *options: Any) -> Iterable[Block]:
    """Return what a result shows, block by block; each type registers its own function.

    Options are what the `text` of one type offers besides the language.
    """
    del lang, options
    raise TypeError(type(record).__name__)


def text_of(blocks: Iterable[Block]) -> str:
    """Return blocks as text, with an empty line between them."""
    return "\n\n".join(
        printable_lines(block) if isinstance(block, str) else block.text() for block in blocks
    )


class Printed:
    """A result that people read.

    In English by `print`, in a language by `text`, as tables in a notebook.
    """

    __slots__ = ()

    def text(self, lang: Language = "en") -> str:
        """Return the result as people read it, in a language."""
        return text_of(blocks_of(self, lang))

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return "".join(
            f"<p>{_escape(printable_lines(block))}</p>" if isinstance(block, str) else block.html()
            for block in blocks_of(self, "en")
        )
