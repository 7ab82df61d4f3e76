"""`evnpubsvc score`: figures of units under a scheme become standings that explain themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._prizes import prize_lines
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.emulation import (
    Awards,
    Component,
    Grading,
    Place,
    Scheme,
    Standings,
    award,
    grade_all,
)
from evnpubsvc.quantities import Unknown, decimal_text
from evnpubsvc.serde.engine import Sheet, SheetCell, SheetColumn
from evnpubsvc.texts import Language, named, render

__all__ = [
    "score_command",
    "standings_document",
]


@click.command("score")
@click.argument("scheme")
@click.argument("figures", required=False)
@standings_options
@lang_option
@format_option(*SHAPES)
@output_option
@findings_option
def score_command(
    scheme: str,
    figures: str | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    **source: Any,
) -> None:
    """Score the units of FIGURES, or of a register, under SCHEME; rank them and give the prizes.

    SCHEME is the name of a preset or a TOML file. FIGURES is a CSV file with one row a unit, or -
    for standard input. With --register the figures that have a measure are counted, and FIGURES
    need only hold the others, or may be left out.
    """
    with reported(lang):
        sample = Sample(lang, findings)
        standings = load_standings(scheme, figures, lang, sample, **source).standings
        grading = grade_all(standings)
        for found in grading.notices:
            sample.keep(found)
        sample.show()
        write_answer(_answer(standings, grading, lang), shape, output, lang)


def _scheme_of(standings: Standings) -> Scheme:
    """Return the scheme of standings that have places: a table without rows is refused before."""
    assert standings.scheme is not None
    return standings.scheme


def _number(value: Any) -> str | None:
    if value is None or isinstance(value, Unknown):
        return None
    return decimal_text(value)


def _reason(place: Place) -> str | None:
    if place.reason is None:
        return None
    return place.reason.reason


def _component(component: Component, place: Place) -> dict[str, Any]:
    unknown = None
    if isinstance(component.points, Unknown):
        unknown = component.points
    criterion = place.sheet.scheme.criterion(component.key)
    return {
        "key": component.key,
        "numerator": component.numerator,
        "denominator": component.denominator,
        "value": _number(component.value),
        "points": _number(component.points),
        "max": decimal_text(criterion.maximum),
        "exact": _number(component.exact),
        "capped": component.capped,
        "zero": component.zero,
        "chosen": list(component.chosen) or None,
        "flags": list(component.flags) or None,
        "reason": None if unknown is None else unknown.reason,
    }


def standings_document(standings: Standings) -> dict[str, Any]:
    """Return standings as the JSON document of `score --format json`.

    Scores are texts of exact decimals.
    """
    places: list[dict[str, Any]] = []
    grading = grade_all(standings)
    for place in standings:
        sheet = place.sheet
        grade = grading[sheet.unit].grade
        published = sheet.published
        entry: dict[str, Any] = {
            "unit": sheet.unit,
            "name": sheet.name or None,
            "stratum": place.stratum or None,
            "rank": place.rank,
            "shared": place.shared,
            "score": _number(sheet.total),
            "max": decimal_text(sheet.maximum),
            "band": None if grade is None else grade.band,
            "reason": _reason(place),
            "about": None if place.reason is None else place.reason.about or None,
            "components": [_component(component, place) for component in sheet.components],
            "groups": [
                {
                    "key": group.key,
                    "points": _number(group.points),
                    "max": decimal_text(group.maximum),
                }
                for group in sheet.groups
            ],
        }

        # How a rule changed the grade, and what was published, where there is either.
        if grade is not None and grade.steps:
            entry["grade"] = {
                "by_total": grade.by_total,
                "steps": [
                    {"rule": s.rule, "effect": s.effect, "before": s.before, "after": s.after}
                    for s in grade.steps
                ],
            }
        if published is not None:
            entry["published"] = {
                "score": _number(published.score),
                "rank": published.rank,
                "drift": _number(sheet.drift),
            }
        places.append(entry)
    document: dict[str, Any] = {
        "scheme": _scheme_of(standings).key,
        "ties": standings.ties,
        "within": standings.within,
        "standings": places,
    }
    if _scheme_of(standings).prizes:
        document["prizes"] = _prizes_document(award(standings, grading=grading))
    return document


def _prizes_document(awards: Awards) -> dict[str, Any]:
    given = [
        {"prize": each.prize, "unit": each.unit, "stratum": each.stratum or None, "rank": each.rank}
        for each in awards.given
    ]
    ties = [
        {
            "prize": each.prize,
            "stratum": each.stratum or None,
            "places": each.places,
            "units": list(each.units),
        }
        for each in awards.ties
    ]
    vacant = [
        {"prize": prize, "stratum": stratum or None, "places": places}
        for stratum, prize, places in awards.vacant
    ]
    return {"given": given, "ties": ties, "vacant": vacant}


def _answer(standings: Standings, grading: Grading, lang: Language) -> Answer:
    def text() -> str:
        table = standings.text(lang)
        prizes = list(prize_lines(standings, award(standings), lang))
        if prizes:
            return "\n".join([table, "", *prizes])
        return table

    return Answer(
        text=text,
        document=lambda: standings_document(standings),
        sheets=lambda: [_sheet(standings, grading, lang)],
        title=_scheme_of(standings).title.get(lang),
    )


def _titles(standings: Standings, lang: Language) -> dict[str, str]:
    """What reasons, figures, criteria, grades and prizes are called in Vietnamese, by key."""
    if lang == "en":
        return {}
    scheme = _scheme_of(standings)
    parts = (*scheme.groups, *scheme.criteria, *scheme.figures, *scheme.bands, *scheme.prizes)
    titles = {part.key: part.title.vi for part in parts}
    reasons = {place.reason.reason for place in standings if place.reason is not None}
    return titles | {reason: render(reason, lang, {}) for reason in reasons}


def _sheet(standings: Standings, grading: Grading, lang: Language) -> Sheet:
    """Standings as a table for spreadsheets: a row a unit, a column a criterion."""
    scheme = _scheme_of(standings)
    places = scheme.rounding.places

    titles = _titles(standings, lang)

    def column(key: str, places: int = 0, *, optional: bool = False) -> SheetColumn:
        title = named("column", "why" if key == "reason" else key).get(lang)
        words = titles if key in {"reason", "about", "grade", "prize"} else {}
        return SheetColumn(key, title, places, optional=optional, words=words)

    columns = [
        column("unit"),
        column("name", optional=True),
        column("stratum", optional=True),
        column("rank"),
        column("score", places),
        *(column(key, optional=True) for key in ("reason", "about", "grade")),
        *([column("prize", optional=True)] if scheme.prizes else []),
        *(SheetColumn(part.key, part.title.get(lang), places) for part in scheme.criteria),
    ]
    awards = award(standings, grading=grading)
    rows = [_cells(place, grading, awards) for place in standings]
    return Sheet(render("sheet-standings", lang, {}), columns, rows, [scheme.title.get(lang)])


def _cells(place: Place, grading: Grading, awards: Awards) -> list[SheetCell]:
    sheet = place.sheet
    prize = [awards.of(sheet.unit)] if sheet.scheme.prizes else []
    grade = grading[sheet.unit].grade
    return [
        sheet.unit,
        sheet.name,
        place.stratum,
        place.rank,
        _known(sheet.total),
        _reason(place),
        None if place.reason is None else place.reason.about,
        None if grade is None else grade.band,
        *prize,
        *(_known(component.points) for component in sheet.components),
    ]


def _known(value: Fraction | Unknown) -> Fraction | None:
    return None if isinstance(value, Unknown) else value
