"""Standings and score sheets as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.emulation._awards import Awards, Grading, grade_all
from evnpubsvc.emulation._rank import Place, Standings
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet
from evnpubsvc.quantities import Interval, Unknown
from evnpubsvc.quantities.parts import decimal_text, localised
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, render

_FEW: Final = 6  # criteria that fit on a line; more are shown by group


@blocks_of.register
def _(standings: Standings, lang: Language) -> Iterator[Block]:
    """The title of the scheme, then a table for each stratum."""
    scheme = standings.scheme
    if scheme is None:
        yield render("standings-empty", lang, {})
        return
    yield scheme.title.get(lang)
    grading = grade_all(standings)
    header = _header(standings, scheme, lang)
    for stratum in standings.strata:
        if standings.within is not None:
            yield f"{named('dimension', standings.within).get(lang)}: {stratum or '-'}"
        rows = [_row(place, grading, lang) for place in standings.stratum(stratum)]
        published = _published(standings)
        rows = [
            [*row, *(_official(place, lang) if published else ()), _why(place, lang)]
            for row, place in zip(rows, standings.stratum(stratum), strict=True)
        ]
        # Where all are ranked there is no column of reasons.
        if any(row[-1] for row in rows):
            titles = [*header, ""]
        else:
            titles, rows = header, [row[:-1] for row in rows]
        yield Grid(titles, rows, right=[0, *range(3, len(header))])


def _published(standings: Standings) -> bool:
    return any(place.sheet.published for place in standings)


def _header(standings: Standings, scheme: Scheme, lang: Language) -> list[str]:
    words = ["rank", "unit", "name", "score", "max", *(["grade"] if scheme.bands else [])]
    parts = scheme.criteria if _shows_criteria(scheme) else scheme.groups
    official = ["published", "drift"] if _published(standings) else []
    return [
        *(render(f"column-{word}", lang, {}) for word in words),
        *(part.key if lang == "en" else part.title.get(lang) for part in parts),
        *(render(f"column-{word}", lang, {}) for word in official),
    ]


def _shows_criteria(scheme: Scheme) -> bool:
    return len(list(scheme.criteria)) <= _FEW


def _row(place: Place, grading: Grading, lang: Language) -> list[str]:
    """Return rank, unit, total and what it is made of; points as the scheme rounds."""
    sheet, scheme = place.sheet, place.sheet.scheme
    cells = [
        _rank(place),
        sheet.unit,
        sheet.name,
        points_text(sheet.total, scheme, lang, sheet.between),
        decimal_text(sheet.maximum),
    ]
    if scheme.bands:
        titles = {band.key: band.title.get(lang) for band in scheme.bands}
        grade = grading[sheet.unit].grade
        cells.append("" if grade is None else titles.get(grade.band or "", "?"))
    parts = sheet.components if _shows_criteria(scheme) else sheet.groups
    return [*cells, *(points_text(part.points, scheme, lang, part.between) for part in parts)]


def points_text(
    value: Fraction | Unknown | None,
    scheme: Scheme,
    lang: Language,
    between: Interval | None = None,
) -> str:
    """Return points as the scheme rounds, or between what they lie."""
    places = scheme.rounding.places
    if isinstance(value, Fraction):
        return localised(value, lang, places)
    if between is None or between.high is None:
        return "?"
    return f"{localised(between.low, lang, places)}-{localised(between.high, lang, places)}"


def _rank(place: Place) -> str:
    if place.ranks is not None:
        return "{}-{}".format(*place.ranks)
    if place.rank is None:
        return "-"
    if place.shared > 1:
        return f"{place.rank}="
    return str(place.rank)


def _official(place: Place, lang: Language) -> list[str]:
    """Return the published total and how far ours is from it; empty where they are not known."""
    published = place.sheet.published
    known = [None if published is None else published.score, place.sheet.drift]
    return [localised(value, lang) if isinstance(value, Fraction) else "" for value in known]


def _why(place: Place, lang: Language) -> str:
    """Return why a unit has no rank, and for want of what.

    That is named by its title in Vietnamese, by its key in English.
    """
    reason = place.reason
    if reason is None or lang == "en":
        if reason is None:
            return ""
        return reason.written(lang)
    scheme = place.sheet.scheme
    titles = {part.key: part.title for part in (*scheme.groups, *scheme.criteria)}
    titles |= {key: spec.title for key, spec in scheme.figure_specs.items()}
    about = titles.get(reason.about)
    text = render(reason.reason, lang, {"value": reason.about})
    if about is None:
        return text
    return f"{text} ({about.get(lang)})"


@blocks_of.register
def _(sheet: ScoreSheet, lang: Language) -> Iterator[Block]:
    """The unit and the scheme, then groups with their criteria, and the total."""
    scheme = sheet.scheme
    unit = f"{sheet.name} ({sheet.unit})" if sheet.name else sheet.unit
    yield f"{unit}: {scheme.title.get(lang)}"
    titles = {part.key: part.title.get(lang) for part in (*scheme.groups, *scheme.criteria)}
    rows: list[list[str]] = []
    for group in sheet.groups:
        points = points_text(group.points, scheme, lang, group.between)
        rows.append([group.key, titles[group.key], points, localised(group.maximum, lang)])
        for each in group.components:
            if each.excluded:
                points = "-"
            else:
                points = points_text(each.points, scheme, lang, each.between)
            most = localised(scheme.criterion(each.key).maximum, lang)
            rows.append([f"  {each.key}", titles[each.key], points, most])
    total = [points_text(sheet.total, scheme, lang, sheet.between), localised(sheet.maximum, lang)]
    words = ("key", "criterion", "score", "max")
    header = [render(f"column-{word}", lang, {}) for word in words]
    rows.append([render("column-total", lang, {}), "", *total])
    yield Grid(header, rows, right=[2, 3], total=True, below=_remarks(sheet, lang))


def _remarks(sheet: ScoreSheet, lang: Language) -> list[str]:
    """Return why there is no total, or the grade by the total."""
    if isinstance(sheet.total, Unknown):
        return [sheet.total.written(lang)]
    titles = {band.key: band.title.get(lang) for band in sheet.scheme.bands}
    if sheet.grade is None or sheet.grade.band not in titles:
        return []
    return [f"{render('column-grade', lang, {})}: {titles[sheet.grade.band]}"]


@blocks_of.register
def _(awards: Awards, lang: Language) -> list[Block]:
    """A row for each prize: who has it, who is tied for it, or how many places nobody reached."""
    rows = [[given.prize, given.stratum, given.unit] for given in awards.given]
    for tie in awards.ties:
        parts = {"units": tie.units, "places": tie.places}
        rows.append([tie.prize, tie.stratum, render("award-tie", lang, parts)])
    for stratum, prize, places in awards.vacant:
        rows.append([prize, stratum, render("award-vacant", lang, {"places": places})])
    if not rows:
        return [render("award-nothing", lang, {})]
    header = [render(f"column-{word}", lang, {}) for word in ("prize", "stratum", "unit")]
    if not any(row[1] for row in rows):  # all are ranked together
        header, rows = [header[0], header[2]], [[row[0], row[2]] for row in rows]
    return [Grid(header, rows)]
