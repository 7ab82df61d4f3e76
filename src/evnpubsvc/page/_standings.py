"""The page of standings: the verdict first, then the table, then what could overturn it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

import htpy as h

from evnpubsvc._grid import Grid, Printed, blocks_of
from evnpubsvc.campaigns.parts import prize_lines
from evnpubsvc.emulation import (
    Place,
    Scheme,
    Snapshot,
    Standings,
    award,
    explain,
    grade_all,
    snapshot,
)
from evnpubsvc.emulation.engine import points_text
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.page._bars import draw_stack, make_legend
from evnpubsvc.page._document import make_list, make_section, write_document
from evnpubsvc.page._table import make_table
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import catalogue, named, printable, printable_lines, render

_UNIT: Final = 1  # the column of the table that names its row
_MOST_NAMED: Final = 12  # units in one sentence
_TEXT_SEEN: Final = {Confidence.SIGNED_TEXT, Confidence.READ_COPY}


def standings_page(
    standings: Standings,
    *,
    beside: Iterable[Printed] = (),
    earlier: Standings | Snapshot | None = None,
    explained: bool = False,
    lang: Language = "vi",
) -> str:
    """Return standings (bảng xếp hạng) as one HTML page that needs nothing else.

    The verdict comes first, then each stratum as a table with a bar for its parts, the prizes, and
    what could overturn the result: missing numbers, ties, thin margins, differences from published
    scores, sources that were not seen. The page is read without script and without network, on
    paper and by a screen reader; a script only sorts and searches. The same standings give the same
    bytes.

    Args:
        standings: the standings.
        beside: other results that belong to these standings, each as its own section below what
            could overturn them: how far weights could change (`analysis.stability`), an audit of
            the scheme, the ranks that units can have, the tally of a register.
        earlier: standings before these, or what was kept of them; the page then says whose rank
            changed.
        explained: whether the explanation of every unit stands below; `explanations_page` gives
            them as a page of its own.
        lang: the language of the page.

    Raises:
        MisuseError: `extra-missing` without the extra `page`.

    >>> from evnpubsvc import UnitFigures, preset, rank, score
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> figures = {"dossiers_on_time": 9, "dossiers_received": 10}
    >>> standings = rank([score(scheme, UnitFigures.for_scheme(scheme, "A", figures))])
    >>> page = standings_page(standings, lang="en")
    >>> page.startswith("<!doctype html>"), "http" in page
    (True, False)
    """
    scheme = standings.scheme
    if scheme is None:
        empty = render("standings-empty", lang, {})
        return write_document(empty, [h.p(class_="verdict")[empty]], lang, script=False)
    parts: list[h.Node] = [
        [h.p(class_="verdict")[printable(line)] for line in _verdict(standings, lang)],
        *_tables(standings, scheme, lang),
        *_prizes(standings, lang),
        *_doubts(standings, scheme, lang),
        *(_beside(number, each, lang) for number, each in enumerate(beside)),
        *_moves(earlier, standings, lang),
    ]
    if explained:
        parts.append(
            make_section("why", render("page-why", lang, {}), _explanations(standings, lang))
        )
    return write_document(scheme.title.get(lang), parts, lang, script=True)


def explanations_page(standings: Standings, *, lang: Language = "vi") -> str:
    """Return the explanation of every unit as one HTML page, to lie beside the standings.

    Each says its counts, formula, rounding and source, as `explain` does.

    Raises:
        MisuseError: `extra-missing` without the extra `page`.

    >>> from evnpubsvc import rank
    >>> "<details" in explanations_page(rank([]))
    False
    """
    title = render("page-why", lang, {})
    if standings.scheme is not None:
        title = f"{standings.scheme.title.get(lang)}: {title}"
    return write_document(title, _explanations(standings, lang), lang, script=False)


def _verdict(standings: Standings, lang: Language) -> Iterator[str]:
    """Say who is first in each stratum, and by how much."""
    for stratum in standings.strata:
        places = standings.stratum(stratum)
        first = [place for place in places if place.rank == 1]
        head = f"{stratum}: " if stratum else ""
        if not first:
            yield head + render("page-nobody-ranked", lang, {})
            continue
        sheet = first[0].sheet
        parts: dict[str, object] = {
            "units": ", ".join(_name(place) for place in first[:_MOST_NAMED]),
            "score": points_text(sheet.total, sheet.scheme, lang, sheet.between),
            "maximum": decimal_text(sheet.maximum),
        }
        if len(first) > 1:
            yield head + render("page-first-shared", lang, {**parts, "count": len(first)})
            continue
        margin = _margin_to_next(places)
        if margin is None:
            yield head + render("page-first-alone", lang, parts)
        else:
            parts["margin"] = points_text(margin, sheet.scheme, lang)
            yield head + render("page-first", lang, parts)


def _margin_to_next(places: Sequence[Place]) -> Fraction | None:
    """Return how far the first is before the next one that has a rank; None if nobody knows."""
    totals = [place.sheet.total for place in places if place.rank is not None][:2]
    known = [total for total in totals if isinstance(total, Fraction)]
    if len(known) < 2:
        return None
    return known[0] - known[1]


def _tables(standings: Standings, scheme: Scheme, lang: Language) -> Iterator[h.Node]:
    """Yield a section for each stratum: its table, with a bar of the groups beside each row."""
    grids = [block for block in blocks_of(standings, lang) if isinstance(block, Grid)]
    by_group = len(scheme.groups) > 1
    names = [part.title.get(lang) for part in (scheme.groups if by_group else scheme.criteria)]
    for number, (stratum, grid) in enumerate(zip(standings.strata, grids, strict=True)):
        title = render("page-standings", lang, {})
        if standings.within is not None:
            title = f"{title}: {named('dimension', standings.within).get(lang)} {stratum or '-'}"
        bars = [_bar(place, by_group=by_group) for place in standings.stratum(stratum)]
        key = f"table-{number}"
        table = make_table(grid, title, lang, key=key, heading=_UNIT, bars=bars)
        search = h.label(class_="search", hidden=True)[
            render("page-search", lang, {}), " ", h.input(type="search", data_for=key)
        ]
        yield make_section(f"standings-{number}", title, [search, table, make_legend(names)])


def _bar(place: Place, *, by_group: bool) -> h.Element:
    """Draw what a total is made of: groups, or the criteria where there is one group only."""
    sheet = place.sheet
    points = [each.points for each in (sheet.groups if by_group else sheet.components)]
    return draw_stack(
        [part if isinstance(part, Fraction) else None for part in points], sheet.maximum
    )


def _prizes(standings: Standings, lang: Language) -> Iterator[h.Node]:
    lines = list(prize_lines(standings, award(standings), lang))
    if lines:
        yield make_section("prizes", render("page-prizes", lang, {}), [make_list(lines)])


def _doubts(standings: Standings, scheme: Scheme, lang: Language) -> Iterator[h.Node]:
    """Yield what would invalidate the result, or that nothing is known that would."""
    lines = [
        *_unranked(standings, lang),
        *_left_open(standings, lang),
        *_ties(standings, lang),
        *_thin_margins(standings, scheme, lang),
        *_drifts(standings, scheme, lang),
        *_unseen_sources(scheme, lang),
    ]
    if not lines:
        lines = [render("page-no-doubt", lang, {})]
    yield make_section("doubts", render("page-doubts", lang, {}), [make_list(lines)])


def _unranked(standings: Standings, lang: Language) -> Iterator[str]:
    missing = [place for place in standings if place.rank is None and place.ranks is None]
    if missing:
        yield render("page-unranked", lang, {"count": len(missing), "units": _names(missing)})


def _left_open(standings: Standings, lang: Language) -> Iterator[str]:
    ranges = [place for place in standings if place.ranks is not None]
    if ranges:
        yield render("page-within-bounds", lang, {"count": len(ranges), "units": _names(ranges)})


def _ties(standings: Standings, lang: Language) -> Iterator[str]:
    tied = [place for place in standings if place.shared > 1]
    if tied:
        yield render("page-ties", lang, {"count": len(tied), "units": _names(tied)})


def _thin_margins(standings: Standings, scheme: Scheme, lang: Language) -> Iterator[str]:
    """Name the thinnest margin between two neighbours: the place that the least would turn."""
    margins: list[tuple[Fraction, Place, Place]] = []
    for stratum in standings.strata:
        ranked = [place for place in standings.stratum(stratum) if place.rank is not None]
        for above, below in pairwise(ranked):
            margin = _margin_to_next((above, below))
            if margin:
                margins.append((margin, above, below))
    if margins:
        margin, above, below = min(margins, key=lambda each: each[0])
        parts = {"above": _name(above), "below": _name(below)}
        yield render("page-thinnest", lang, {**parts, "margin": points_text(margin, scheme, lang)})


def _drifts(standings: Standings, scheme: Scheme, lang: Language) -> Iterator[str]:
    """Say how many published totals differ from ours, and by how much at most."""
    drifts = [
        (abs(place.sheet.drift), place)
        for place in standings
        if isinstance(place.sheet.drift, Fraction)
    ]
    apart = [each for each in drifts if each[0]]
    if apart:
        most, place = max(apart, key=lambda each: each[0])
        parts = {"count": len(apart), "of": len(drifts), "unit": _name(place)}
        yield render("page-drift", lang, {**parts, "most": points_text(most, scheme, lang)})


def _unseen_sources(scheme: Scheme, lang: Language) -> Iterator[str]:
    """Name the criteria that rest on sources whose text was not seen."""
    unsure = [
        criterion.key
        for criterion in scheme.criteria
        if any(not _is_seen(source) for source in criterion.sources)
    ]
    if unsure:
        yield render("page-sources", lang, {"count": len(unsure), "keys": ", ".join(unsure)})


def _is_seen(source: Citation) -> bool:
    return source.confidence in _TEXT_SEEN


def _beside(number: int, result: Printed, lang: Language) -> h.Node:
    """Return another result as it prints, under the name of its type."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", type(result).__name__).lower()
    caption = title = catalogue()[f"type.{name}"][lang].capitalize()
    parts: list[h.Node] = []
    for block in blocks_of(result, lang):
        if isinstance(block, Grid):
            parts.append(make_table(block, caption, lang))
        else:
            # The last line above a table names it.
            lines = printable_lines(block)
            caption = lines.rpartition("\n")[2] or title
            parts.append(h.pre[lines])
    return make_section(f"beside-{number}", title, parts)


def _moves(
    earlier: Standings | Snapshot | None, standings: Standings, lang: Language
) -> Iterator[h.Node]:
    """Yield whose rank is another one than before."""
    if earlier is None:
        return
    kept = snapshot(earlier) if isinstance(earlier, Standings) else earlier
    before = {each.unit: each.rank for each in kept.units}
    rows = [
        [_name(place), _rank(before[place.sheet.unit]), _rank(place.rank)]
        for place in standings
        if place.sheet.unit in before and before[place.sheet.unit] != place.rank
    ]
    title = render("page-moves", lang, {})
    if not rows:
        yield make_section("moves", title, [h.p[render("page-no-moves", lang, {})]])
        return
    words = ("unit", "rank-before", "rank")
    header = [render(f"column-{word}", lang, {}) for word in words]
    yield make_section("moves", title, [make_table(Grid(header, rows, right=[1, 2]), title, lang)])


def _rank(rank: int | None) -> str:
    return "-" if rank is None else str(rank)


def _explanations(standings: Standings, lang: Language) -> list[h.Node]:
    """Return the explanation of each unit, folded until somebody opens it."""
    grading = grade_all(standings)
    found: list[h.Node] = []
    for place in standings:
        told = str(explain(place.sheet, lang, grade=grading[place.sheet.unit].grade))
        found.append(h.details[h.summary[printable(_name(place))], h.pre[printable_lines(told)]])
    return found


def _name(place: Place) -> str:
    return place.sheet.name or place.sheet.unit


def _names(places: Sequence[Place]) -> str:
    """Return the names of units, the first ones where there are many."""
    names = ", ".join(_name(place) for place in places[:_MOST_NAMED])
    return f"{names}, …" if len(places) > _MOST_NAMED else names
