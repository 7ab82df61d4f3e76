"""A grid as a table that a screen reader can walk through, with bars beside its rows."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from evnpubsvc._grid import Grid
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render


def make_table(
    grid: Grid,
    caption: str,
    lang: Language,
    *,
    key: str | None = None,
    heading: int = 0,
    bars: Sequence[h.Node] = (),
) -> h.Element:
    """Return the table of a grid.

    Args:
        grid: the cells.
        caption: what the table shows; it names the table.
        lang: the language.
        key: its name for the script, which may sort and search it then.
        heading: the column whose cells name their rows.
        bars: a drawing for each row, in a column of its own; it repeats the numbers, so a screen
            reader passes over it.
    """
    titles = [title or render("page-reason", lang, {}) for title in grid.header]
    if bars:
        titles.append(render("page-bars", lang, {}))
    head = h.tr[
        [h.th(scope="col", class_=_side(grid, place))[title] for place, title in enumerate(titles)]
    ]
    rows = list(grid.rows)
    total = rows.pop() if grid.total else None
    body = [
        h.tr[
            [_cell(grid, place, cell, heading) for place, cell in enumerate(row)],
            h.td(aria_hidden="true")[bars[number]] if bars else None,
        ]
        for number, row in enumerate(rows)
    ]
    table = h.table(id=key, class_=None if key is None else "sortable")[
        h.caption[caption],
        h.thead[head],
        h.tbody[body],
        None
        if total is None
        else h.tfoot[h.tr[[_cell(grid, p, c, heading) for p, c in enumerate(total)]]],
    ]
    # A wide table scrolls inside its own frame, which the keyboard reaches.
    frame = h.div(class_="wide", role="region", aria_label=caption, tabindex="0")[table]
    return h.div[frame, [h.p(class_="below")[line] for line in grid.below]]


def _cell(grid: Grid, place: int, cell: str, heading: int) -> h.Element:
    if place == heading and cell:
        return h.th(scope="row", class_=_side(grid, place))[cell]
    return h.td(class_=_side(grid, place))[cell]


def _side(grid: Grid, place: int) -> str | None:
    return "n" if place in grid.right else None
