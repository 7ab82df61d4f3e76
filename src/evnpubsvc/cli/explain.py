"""`evnpubsvc explain`: why a unit has its score, why it stands above another, why it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from evnpubsvc.cli._codes import CodesFound, criterion_option, find_codes
from evnpubsvc.cli._io import lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.emulation import Comparison, Grade, Movement, Place
    from evnpubsvc.emulation.results import Contribution, RankChange
    from evnpubsvc.serde.engine import Sheet, SheetCell, SheetColumn

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
@criterion_option
@lang_option
@format_option("text", "json", "csv", "xlsx")
@output_option
@findings_option
def explain_command(
    unit: str,
    scheme: str,
    figures: str | None,
    versus: str | None,
    since: str | None,
    codes: bool,
    criteria: tuple[str, ...],
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    **source: Any,
) -> None:
    """Explain the score of UNIT, by identifier or name."""
    from evnpubsvc.emulation import compare, grade_all, movement
    from evnpubsvc.serde import read_snapshot

    # One question at a time.
    asked = {"--versus": versus, "--since": since, "--codes": codes}
    several = [option for option, given in asked.items() if given]
    if len(several) > 1:
        raise WrongCall("call-exclusive", one=several[0], other=several[1])
    if criteria and not codes:
        raise WrongCall("call-criterion-codes")

    # The standings, then the answer to the question.
    with reported(lang):
        sample = Sample(lang, findings)
        scored = load_standings(scheme, figures, lang, sample, again=codes, **source)
        sample.show()
        standings = scored.standings
        sheet = standings[unit].sheet
        places = sheet.scheme.rounding.places
        if codes:
            answer = _codes(find_codes(scored, sheet, criteria), lang)
        elif versus is not None:
            answer = _difference(compare(sheet, standings[versus].sheet), places, lang)
        elif since is not None:
            with open_source(since) as older:
                moved = movement(read_snapshot(older), standings, unit)
            answer = _difference(moved, places, lang)
        else:
            answer = _explanation(standings[unit], grade_all(standings)[sheet.unit].grade, lang)
        write_answer(answer, shape, output, lang)


def _sheet_of(
    keys: Sequence[str],
    numbers: Sequence[str],
    places: int,
    rows: Sequence[Sequence[SheetCell]],
    lang: Language,
    above: str,
    below: Sequence[str] = (),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Sheet:
    """A table of texts, then numbers; `titles` of groups are shown in a workbook."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    columns: list[SheetColumn] = []
    for key in keys:
        title = render(f"column-{key}", lang, {})
        column = SheetColumn(key, title, optional=True)
        if key == "group":
            column = evolve(column, words=titles)
        columns.append(column)
    columns += (SheetColumn(key, render(f"column-{key}", lang, {}), places) for key in numbers)
    return Sheet(render("sheet-explanation", lang, {}), columns, rows, [above], below)


def _between(place: Place) -> dict[str, Any]:
    """Return between what the total and the rank of a unit lie, where bounds leave them open."""
    found: dict[str, Any] = {}
    between = place.sheet.between
    if between is not None:
        found["between"] = [_number(between.low), _number(between.high)]
    if place.ranks is not None:
        found["ranks"] = list(place.ranks)
    return found


def _explanation(place: Place, grade: Grade | None, lang: Language) -> Answer:
    """Why a unit has its score."""
    from evnpubsvc.emulation import explain

    explanation = explain(place.sheet, lang, grade=grade)

    def document() -> dict[str, Any]:
        lines = [
            {
                "key": each.key or None,
                "group": each.group or None,
                "text": each.text,
                "basis": each.basis or None,
                "points": _number(each.points),
                "max": _number(each.maximum),
            }
            for each in explanation.lines
        ]
        return {
            "unit": explanation.unit,
            "rank": place.rank,
            "score": _number(explanation.total),
            **_between(place),
            "lines": lines,
        }

    # The same lines as a table.
    def sheet() -> Sheet:
        rows = [
            [each.key, each.group, each.text, each.basis, _known(each.points), each.maximum]
            for each in explanation.lines
        ]
        places = place.sheet.scheme.rounding.places
        keys = ("key", "group", "text", "basis")
        groups = place.sheet.scheme.groups if lang == "vi" else ()
        titles = {group.key: group.title.vi for group in groups}
        return _sheet_of(
            keys, ("points", "max"), places, rows, lang, explanation.head, titles=titles
        )

    return Answer(
        kind="explanation",
        text=lambda: str(explanation),
        document=document,
        sheets=lambda: [sheet()],
        title=explanation.head,
    )


def _difference(given: Comparison | Movement, places: int, lang: Language) -> Answer:
    """Why two units differ, or one unit moved."""
    from evnpubsvc.emulation import Comparison

    head, *text = given.text(lang).splitlines()

    def sheet() -> Sheet:
        rows = [
            [each.key, _known(each.left), _known(each.right), _known(each.points)]
            for each in given.lines
        ]
        return _sheet_of(("key",), ("left", "right", "points"), places, rows, lang, head, text)

    def document() -> dict[str, Any]:
        if isinstance(given, Comparison):
            return _comparison(given)
        return _movement(given)

    return Answer(
        kind="comparison" if isinstance(given, Comparison) else "movement",
        text=lambda: given.text(lang),
        document=document,
        sheets=lambda: [sheet()],
        title=head,
    )


def _codes(found: CodesFound, lang: Language) -> Answer:
    """The codes of the dossiers behind criteria."""
    return Answer(
        kind="codes",
        text=lambda: "\n".join(found.lines(lang)),
        document=found.document,
        sheets=lambda: [found.table(lang)],
        title=found.sheet.unit,
    )


def _known(value: Fraction | Unknown | None) -> Fraction | None:
    """Return the points that a cell shows; none where they are unknown."""
    if isinstance(value, Unknown):
        return None
    return value


def _number(value: Fraction | Unknown | None) -> str | None:
    """Return points for machines: exact text, or none where they are unknown."""
    known = _known(value)
    return None if known is None else decimal_text(known)


def _line(line: Contribution) -> dict[str, Any]:
    """Return what a criterion contributes to a difference."""
    return {
        "key": line.key or None,
        "adjustment": line.adjustment,
        "left": _number(line.left),
        "right": _number(line.right),
        "points": _number(line.points),
    }


def _comparison(answer: Comparison) -> dict[str, Any]:
    """Return why two units differ, for machines."""
    return {
        "left": answer.left,
        "right": answer.right,
        "difference": _number(answer.difference),
        "decided_by": answer.decided_by,
        "lines": [_line(each) for each in answer.lines],
    }


def _movement(answer: Movement) -> dict[str, Any]:
    """Return why a unit moved, for machines: by its own points, and by those of others."""
    return {
        "unit": answer.unit,
        "before": answer.before,
        "after": answer.after,
        "difference": _number(answer.difference),
        "lines": [_line(each) for each in answer.lines],
        "changes": [_change(each) for each in answer.changes],
    }


def _change(change: RankChange) -> dict[str, Any]:
    return {
        "unit": change.unit or None,
        "places": change.places,
        "margin_before": _number(change.margin_before),
        "margin_after": _number(change.margin_after),
        "lines": [_line(each) for each in change.lines],
    }
