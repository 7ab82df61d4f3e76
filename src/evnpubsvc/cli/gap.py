"""`evnpubsvc gap`: what it takes to reach a place, points or a grade."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.quantities import Unknown, parse_number
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.analysis import Gap, Plan
    from evnpubsvc.serde.engine import Sheet, SheetCell

__all__ = ["gap_command"]


@click.command("gap")
@click.argument("scheme")
@click.argument("figures", required=False)
@standings_options
@click.option("--unit", required=True, metavar="UNIT", help="Whose figures are to change.")
@click.option("--place", type=click.IntRange(min=1), help="The rank to reach, or a better one.")
@click.option("--points", metavar="N", help="The total to reach.")
@click.option("--grade", metavar="KEY", help="The grade to reach, or a better one.")
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="How much is looked at before the search ends with a bound.",
)
@lang_option
@format_option(*SHAPES)
@output_option
@findings_option
def gap_command(
    scheme: str,
    figures: str | None,
    unit: str,
    place: int | None,
    points: str | None,
    grade: str | None,
    budget: int,
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    **source: Any,
) -> None:
    """Say what UNIT has to do to reach a place, points or a grade: the fewest acts, replayed.

    The acts are those that are packaged for SCHEME; each counts as one. Where there is no way, the
    highest total that can be reached is shown.
    """
    from evnpubsvc.analysis import gap_to

    with reported(lang):
        if [place, points, grade].count(None) != 2:
            raise WrongCall("call-one-goal")

        # The standings as they are, and the figures behind them.
        sample = Sample(lang, findings)
        scored = load_standings(scheme, figures, lang, sample, **source)
        sample.show()
        own = scored.standings[unit].sheet.unit
        its_figures = next(each for each in scored.figures if each.unit == own)

        total = None if points is None else parse_number(points)
        found = gap_to(
            scored.standings, its_figures, place=place, points=total, grade=grade, budget=budget
        )
        answer = Answer(
            kind="gap",
            text=lambda: found.text(lang),
            document=lambda: _document(found),
            sheets=lambda: [_sheet(found, lang)],
            title=found.unit,
        )
        write_answer(answer, shape, output, lang)


def _document(found: Gap) -> dict[str, Any]:
    """Return the answer for machines."""
    return {
        "unit": found.unit,
        "goal": found.goal,
        "verdict": found.verdict,
        "plan": None if found.plan is None else _plan(found.plan),
        "least_cost": _text(found.least_cost),
        "highest": _text(found.highest),
        "highest_at_most": _text(found.highest_at_most),
        "alternatives": [_plan(each) for each in found.alternatives],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "acts": [{"act": each.act.key, "times": each.times} for each in plan.acts],
        "cost": decimal_text(plan.cost),
        "total": _text(plan.total),
        "rank": plan.rank,
        "grade": plan.grade,
    }


def _text(number: Fraction | Unknown | None) -> str | None:
    """Return an exact number as text; none where it is unknown."""
    if isinstance(number, Fraction):
        return decimal_text(number)
    return None


def _sheet(found: Gap, lang: Language) -> Sheet:
    """A row for each act of each plan, the best plan first."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    keys = ("plan", "act", "times", "cost")
    columns = [SheetColumn(key, render(f"column-{key}", lang, {})) for key in keys]
    plans: list[Plan] = []
    if found.plan is not None:
        plans = [found.plan, *found.alternatives]
    rows: list[list[SheetCell]] = [
        [number, each.act.title.get(lang), each.times, each.act.cost * each.times]
        for number, plan in enumerate(plans, 1)
        for each in plan.acts
    ]
    head = found.text(lang).splitlines()[:1]
    return Sheet(render("sheet-gap", lang, {}), columns, rows, head)
