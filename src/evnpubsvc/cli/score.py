"""`evnpubsvc score`: figures of units under a scheme become standings that explain themselves."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Final

import click

from evnpubsvc.cli._io import aligned, csv_text, lang_option, open_source, reported, show_findings
from evnpubsvc.emulation import Component, Place, Scheme, Standings, explain, rank, score
from evnpubsvc.quantities import Unknown, decimal_text
from evnpubsvc.serde import FigureColumns, preset, read_figure_columns, read_figures, read_scheme
from evnpubsvc.texts import Language, render

__all__ = [
    "load_scheme",
    "load_standings",
    "score_command",
    "standings_document",
    "standings_table",
]


_FEW: Final = 6  # criteria that fit on a line; more are shown by group


@click.command("score")
@click.argument("scheme")
@click.argument("figures")
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="KEY",
    help="Score only this group; may be repeated.",
)
@click.option("--columns", metavar="MAP.toml", help="How a foreign table is laid out.")
@click.option(
    "--within", metavar="COLUMN", help="Rank only inside units that share a value of this column."
)
@click.option(
    "--explain", "explained", metavar="UNIT", help="Explain the score of one unit instead."
)
@lang_option
@click.option(
    "--format", "shape", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True,
    help="A table for people, or JSON or CSV for machines."
)  # fmt: skip
def score_command(
    scheme: str,
    figures: str,
    groups: tuple[str, ...],
    columns: str | None,
    within: str | None,
    explained: str | None,
    lang: Language,
    shape: str,
) -> None:
    """Score the units of FIGURES under SCHEME and rank them.

    SCHEME is the name of a preset or a TOML file. FIGURES is a CSV file with one row a unit, or -
    for standard input.
    """
    with reported(lang):
        sheet_scheme = load_scheme(scheme)
        if groups:
            sheet_scheme = sheet_scheme.only(*groups)
        layout = None if columns is None else read_figure_columns(columns)
        standings = load_standings(sheet_scheme, figures, layout, within, lang)
        if explained is not None:
            click.echo(_explanation(standings, explained, lang, shape))
        elif shape == "json":
            click.echo(json.dumps(standings_document(standings), ensure_ascii=False, indent=1))
        elif shape == "csv":
            click.echo(csv_text(_header(standings), map(_cells, standings)), nl=False)
        else:
            click.echo(standings_table(standings, lang))


def load_scheme(name: str) -> Scheme:
    """Return a preset by its name, or read the TOML file of a path."""
    return read_scheme(name) if name.endswith(".toml") else preset(name)


def load_standings(
    scheme: Scheme, figures: str, layout: FigureColumns | None, within: str | None, lang: Language
) -> Standings:
    """Read a table of figures, score it and rank it; columns that rules ask for are kept."""
    asked = within or scheme.within
    attributes = {rule.attribute for rule in scheme.inapplicable}
    keep = sorted(attributes | ({asked} if asked else set()))
    with open_source(figures) as source:
        table = read_figures(source, scheme, layout, keep=keep)
    show_findings(table.notices, lang)
    return rank((score(scheme, unit) for unit in table), within=within)


def _number(value: Any) -> str | None:
    return None if value is None or isinstance(value, Unknown) else decimal_text(value)


def _reason(place: Place) -> str | None:
    return None if place.reason is None else place.reason.reason


def _component(component: Component, place: Place) -> dict[str, Any]:
    unknown = component.points if isinstance(component.points, Unknown) else None
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
    for place in standings:
        sheet = place.sheet
        published = sheet.published
        entry: dict[str, Any] = {
            "unit": sheet.unit,
            "name": sheet.name or None,
            "stratum": place.stratum or None,
            "rank": place.rank,
            "shared": place.shared,
            "score": _number(sheet.total),
            "max": decimal_text(sheet.maximum),
            "band": None if sheet.band is None else sheet.band.key,
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
        if sheet.grade is not None and sheet.grade.steps:
            steps = sheet.grade.steps
            entry["grade"] = {
                "by_total": sheet.grade.by_total,
                "steps": [
                    {"rule": s.rule, "effect": s.effect, "before": s.before, "after": s.after}
                    for s in steps
                ],
            }
        if published is not None:
            entry["published"] = {
                "score": _number(published.score),
                "rank": published.rank,
                "drift": _number(sheet.drift),
            }
        places.append(entry)
    return {
        "scheme": standings.scheme.key,
        "ties": standings.ties,
        "within": standings.within,
        "standings": places,
    }


def _cells(place: Place) -> list[str]:
    sheet = place.sheet
    return [
        sheet.unit,
        sheet.name,
        place.stratum,
        "" if place.rank is None else str(place.rank),
        _number(sheet.total) or "",
        _reason(place) or "",
        *(_number(component.points) or "" for component in sheet.components),
    ]


def _header(standings: Standings) -> list[str]:
    return [
        "unit",
        "name",
        "stratum",
        "rank",
        "score",
        "reason",
        *(c.key for c in standings.scheme.criteria),
    ]


def standings_table(standings: Standings, lang: Language) -> str:
    """Return standings as a text table, a block for each stratum; points as the scheme rounds."""
    scheme = standings.scheme
    places = scheme.rounding.places

    def fixed(value: object) -> str:
        return decimal_text(value, places) if isinstance(value, Fraction) else "?"

    few = len(list(scheme.criteria)) <= _FEW
    published = any(place.sheet.published for place in standings)
    words = ["rank", "unit", "name", "score", "max"]
    header = [render(f"column-{word}", lang, {}) for word in words]
    header += [part.key for part in (scheme.criteria if few else scheme.groups)]
    header += (
        [render(f"column-{word}", lang, {}) for word in ("published", "drift")] if published else []
    )

    def row(place: Place) -> list[str]:
        sheet = place.sheet
        parts = sheet.components if few else iter(sheet.groups)
        cells = [
            _rank(place),
            sheet.unit,
            sheet.name,
            fixed(sheet.total),
            decimal_text(sheet.maximum),
        ]
        cells += [fixed(part.points) for part in parts]
        if published:
            cells += [
                _number(sheet.published.score) or "" if sheet.published else "",
                _number(sheet.drift) or "",
            ]
        return [*cells, "" if place.reason is None else place.reason.written(lang)]

    blocks = [scheme.title.get(lang)]
    for stratum in standings.strata:
        if standings.within is not None:
            blocks.append(f"{standings.within}: {stratum or '-'}")
        rows = [row(place) for place in standings.stratum(stratum)]
        reasons = any(cells[-1] for cells in rows)
        shown = rows if reasons else [cells[:-1] for cells in rows]
        blocks.append(
            aligned([*header, ""] if reasons else header, shown, right=[0, *range(3, len(header))])
        )
    return "\n\n".join(blocks)


def _rank(place: Place) -> str:
    if place.rank is None:
        return "-"
    return f"{place.rank}=" if place.shared > 1 else str(place.rank)


def _explanation(standings: Standings, unit: str, lang: Language, shape: str) -> str:
    place = standings[unit]
    explanation = explain(place.sheet, lang)
    if shape != "json":
        return str(explanation)
    lines = [
        {
            "key": line.key or None,
            "group": line.group or None,
            "text": line.text,
            "basis": line.basis or None,
            "points": _number(line.points),
            "max": _number(line.maximum),
        }
        for line in explanation.lines
    ]
    document = {
        "unit": explanation.unit,
        "rank": place.rank,
        "score": _number(explanation.total),
        "lines": lines,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
