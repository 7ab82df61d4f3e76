"""`evnpubsvc explain`: why a unit has its score, why it stands above another, why it moved."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import click

from evnpubsvc.cli._io import lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._standings import Scored, load_standings, standings_options
from evnpubsvc.emulation import (
    Comparison,
    Contribution,
    Explanation,
    Movement,
    Standings,
    compare,
    explain,
    grade_all,
    movement,
)
from evnpubsvc.quantities import Unknown, decimal_text
from evnpubsvc.serde import read_snapshot
from evnpubsvc.texts import Language, write

__all__ = ["explain_command"]


@click.command("explain")
@click.argument("unit")
@click.option("--scheme", required=True, help="Name of a preset, or a TOML file.")
@click.option("--figures", help="CSV file with one row a unit, or - for standard input.")
@standings_options
@click.option("--versus", metavar="UNIT", help="Why UNIT differs from this one.")
@click.option(
    "--since",
    metavar="OLD.json",
    help="Why UNIT moved since standings that `score --format json` wrote.",
)
@click.option(
    "--codes", is_flag=True, help="The codes of the dossiers behind the points, from the register."
)
@click.option(
    "--criterion",
    "criteria",
    multiple=True,
    metavar="KEY",
    help="Only this criterion of --codes; may be repeated.",
)
@lang_option
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def explain_command(
    unit: str,
    scheme: str,
    figures: str | None,
    versus: str | None,
    since: str | None,
    codes: bool,
    criteria: tuple[str, ...],
    lang: Language,
    shape: str,
    **source: Any,
) -> None:
    """Explain the score of UNIT, by identifier or name."""
    asked = {"--versus": versus, "--since": since, "--codes": codes}
    several = [option for option, given in asked.items() if given]
    if len(several) > 1:
        raise WrongCall("call-exclusive", one=several[0], other=several[1])
    if criteria and not codes:
        raise WrongCall("call-criterion-codes")
    with reported(lang):
        scored = load_standings(scheme, figures, lang, **source)
        if codes:
            _write_codes(scored, unit, criteria, lang, shape)
            return
        answer = _answer(scored.standings, unit, lang, versus=versus, since=since)
        text = _document(answer, scored.standings) if shape == "json" else _text(answer, lang)
        click.echo(text)


def _answer(
    standings: Standings, unit: str, lang: Language, *, versus: str | None, since: str | None
) -> Explanation | Comparison | Movement:
    sheet = standings[unit].sheet
    if versus is not None:
        return compare(sheet, standings[versus].sheet)
    if since is not None:
        with open_source(since) as older:
            return movement(read_snapshot(older), standings, unit)
    return explain(sheet, lang, grade=grade_all(standings)[sheet.unit].grade)


def _write_codes(
    scored: Scored, unit: str, criteria: tuple[str, ...], lang: Language, shape: str
) -> None:
    """Write the codes of the dossiers behind criteria: all those with counted figures by default."""
    if scored.counts is None:
        raise WrongCall("call-register-missing", "--codes")
    sheet = scored.standings[unit].sheet
    wanted = criteria or tuple(each.key for each in sheet.scheme.criteria)
    behind = scored.counts.codes(sheet, wanted)
    found = {key: figures for key, figures in behind if figures or criteria}
    if shape == "json":
        document = {"unit": sheet.unit, "codes": found}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    titles = {key: spec.title.get(lang) for key, spec in sheet.scheme.figure_specs.items()}
    for key, figures in found.items():
        click.echo(f"{key} {sheet.scheme.criterion(key).title.get(lang)}")
        for figure, codes in figures.items():
            click.echo(f"  {titles[figure]}: {write(len(codes), lang)}")
            for code in codes:
                click.echo(f"    {code or '?'}")


def _text(answer: Explanation | Comparison | Movement, lang: Language) -> str:
    return str(answer) if isinstance(answer, Explanation) else answer.text(lang)


def _number(value: Fraction | Unknown | None) -> str | None:
    return None if value is None or isinstance(value, Unknown) else decimal_text(value)


def _line(line: Contribution) -> dict[str, Any]:
    return {
        "key": line.key or None,
        "adjustment": line.adjustment,
        "left": _number(line.left),
        "right": _number(line.right),
        "points": _number(line.points),
    }


def _document(answer: Explanation | Comparison | Movement, standings: Standings) -> str:
    document: dict[str, Any]
    if isinstance(answer, Explanation):
        lines = [
            {
                "key": each.key or None,
                "group": each.group or None,
                "text": each.text,
                "basis": each.basis or None,
                "points": _number(each.points),
                "max": _number(each.maximum),
            }
            for each in answer.lines
        ]
        document = {
            "unit": answer.unit,
            "rank": standings[answer.unit].rank,
            "score": _number(answer.total),
            "lines": lines,
        }
    elif isinstance(answer, Comparison):
        document = {
            "left": answer.left,
            "right": answer.right,
            "difference": _number(answer.difference),
            "decided_by": answer.decided_by,
            "lines": [_line(each) for each in answer.lines],
        }
    else:
        document = {
            "unit": answer.unit,
            "before": answer.before,
            "after": answer.after,
            "difference": _number(answer.difference),
            "lines": [_line(each) for each in answer.lines],
            "changes": [
                {
                    "unit": each.unit or None,
                    "places": each.places,
                    "margin_before": _number(each.margin_before),
                    "margin_after": _number(each.margin_after),
                    "lines": [_line(inner) for inner in each.lines],
                }
                for each in answer.changes
            ],
        }
    return json.dumps(document, ensure_ascii=False, indent=1)
