"""`evnpubsvc explain`: why a unit has its score, why it stands above another, why it moved."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import click

from evnpubsvc.cli._io import lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.emulation import (
    Comparison,
    Contribution,
    Explanation,
    Movement,
    compare,
    explain,
    grade_all,
    movement,
)
from evnpubsvc.quantities import Unknown, decimal_text
from evnpubsvc.serde import read_snapshot
from evnpubsvc.texts import Language

__all__ = ["explain_command"]


@click.command("explain")
@click.argument("unit")
@click.option("--scheme", required=True, help="Name of a preset, or a TOML file.")
@click.option(
    "--figures", required=True, help="CSV file with one row a unit, or - for standard input."
)
@standings_options
@click.option("--versus", metavar="UNIT", help="Why UNIT differs from this one.")
@click.option(
    "--since",
    metavar="OLD.json",
    help="Why UNIT moved since standings that `score --format json` wrote.",
)
@lang_option
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def explain_command(
    unit: str,
    scheme: str,
    figures: str,
    versus: str | None,
    since: str | None,
    lang: Language,
    shape: str,
    **source: Any,
) -> None:
    """Explain the score of UNIT, by identifier or name."""
    if versus is not None and since is not None:
        raise WrongCall("call-exclusive", one="--versus", other="--since")
    with reported(lang):
        standings = load_standings(scheme, figures, lang, **source)
        answer: Explanation | Comparison | Movement
        if versus is not None:
            answer = compare(standings[unit].sheet, standings[versus].sheet)
        elif since is not None:
            with open_source(since) as older:
                answer = movement(read_snapshot(older), standings, unit)
        else:
            sheet = standings[unit].sheet
            grade = grade_all(standings)[sheet.unit].grade
            answer = explain(sheet, lang, grade=grade)
        text = _document(answer) if shape == "json" else _text(answer, lang)
        click.echo(text)


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


def _document(answer: Explanation | Comparison | Movement) -> str:
    document: dict[str, Any]
    if isinstance(answer, Explanation):
        lines = [
            {
                "key": each.key or None,
                "text": each.text,
                "basis": each.basis or None,
                "points": _number(each.points),
            }
            for each in answer.lines
        ]
        document = {"unit": answer.unit, "score": _number(answer.total), "lines": lines}
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
