"""`evnpubsvc stability`: would the order stand under other weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.analysis import RangeEnd, Stability, WeightRange
    from evnpubsvc.serde.engine import Sheet, SheetCell

__all__ = ["stability_command"]


@click.command("stability")
@click.argument("scheme")
@click.argument("figures", required=False)
@standings_options
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How many of the best are asked about as one.",
)
@lang_option
@format_option(*SHAPES)
@output_option
@findings_option
def stability_command(
    scheme: str,
    figures: str | None,
    top: int,
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    **source: Any,
) -> None:
    """Say in which interval of each weight the order of FIGURES under SCHEME stays.

    A weight is the maximum of a criterion or group. Each end names who changes places there. Both
    conventions are shown: the other weights stay, or change in proportion.
    """
    from evnpubsvc.analysis import stability

    with reported(lang):
        sample = Sample(lang, findings)
        scored = load_standings(scheme, figures, lang, sample, **source)
        sample.show()
        found = stability(scored.standings, top=top)
        answer = Answer(
            kind="stability",
            text=lambda: found.text(lang),
            document=lambda: _document(found),
            sheets=lambda: [_sheet(found, lang)],
            title=found.scheme,
        )
        write_answer(answer, shape, output, lang)


def _document(found: Stability) -> dict[str, Any]:
    return {
        "scheme": found.scheme,
        "top": found.top,
        "ranges": [_range(each) for each in found.ranges],
        "left_out": [
            {
                "key": each.key,
                "stratum": each.stratum or None,
                "first": list(each.first),
                "moves": [
                    {"unit": move.unit, "before": move.before, "after": move.after}
                    for move in each.moves
                ],
            }
            for each in found.left_out
        ],
        "apart": list(found.apart),
    }


def _range(each: WeightRange) -> dict[str, Any]:
    return {
        "key": each.key,
        "stratum": each.stratum or None,
        "kept": each.kept,
        "convention": each.convention,
        "weight": decimal_text(each.weight),
        "low": decimal_text(each.low),
        "high": decimal_text(each.high),
        "below": _end(each.below),
        "above": _end(each.above),
    }


def _end(end: RangeEnd | None) -> dict[str, Any] | None:
    if end is None:
        return None
    return {"unit": end.unit, "other": end.other, "at": end.at}


def _sheet(found: Stability, lang: Language) -> Sheet:
    """A row for each interval."""
    from evnpubsvc.analysis.parts import end_text
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    words = ("stratum", "key", "kept", "convention")
    texts = [SheetColumn(key, render(f"column-{key}", lang, {}), optional=True) for key in words]
    numbers = [
        SheetColumn(key, render(f"column-{key}", lang, {}), 4) for key in ("weight", "low", "high")
    ]
    ends = [
        SheetColumn(key, render(f"column-{key}", lang, {}), optional=True)
        for key in ("below", "above")
    ]
    rows: list[list[SheetCell]] = [
        [
            each.stratum,
            each.key,
            each.kept.text.get(lang),
            each.convention.text.get(lang),
            each.weight,
            each.low,
            each.high,
            end_text(each.below, lang),
            end_text(each.above, lang),
        ]
        for each in found.ranges
    ]
    below = [render("analysis-rounded", lang, {})]
    return Sheet(
        render("sheet-stability", lang, {}), [*texts, *numbers, *ends], rows, [found.scheme], below
    )
