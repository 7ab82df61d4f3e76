"""Results of analysis as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.analysis._audit import Audit, AuditLine, AuditVerdict
from evnpubsvc.analysis._dominance import RankRange, RankRanges
from evnpubsvc.analysis._gap import Gap, GapVerdict, Plan
from evnpubsvc.analysis._readers import SharedEffect
from evnpubsvc.analysis._stability import RangeEnd, Stability, WeightRange
from evnpubsvc.quantities.parts import localised
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

PLACES = 4
"""Decimal places in which weights are printed; documents hold them exact."""


@blocks_of.register
def _(found: Stability, lang: Language) -> Iterator[Block]:
    """A table for each stratum, for what is kept and each convention; then what is left out."""
    for (stratum, kept, convention), ranges in groupby(
        sorted(found.ranges, key=lambda each: (each.stratum, each.kept, each.convention)),
        key=lambda each: (each.stratum, each.kept, each.convention),
    ):
        if stratum:
            yield stratum
        yield render("analysis-kept", lang, {"kept": kept, "convention": convention})
        header = _header(("key", "weight", "low", "high", "below", "above"), lang)
        yield Grid(header, [_range_row(each, lang) for each in ranges], right=[1, 2, 3])

    # Without each criterion, and what holds for all of it.
    yield render("analysis-left-out", lang, {})
    header = _header(("stratum", "key", "first", "moves"), lang)
    rows = [
        [each.stratum, each.key, ", ".join(each.first), str(len(each.moves))]
        for each in found.left_out
    ]
    yield Grid(header, rows, right=[3])
    yield render("analysis-rounded", lang, {})
    if found.apart:
        yield render("analysis-apart", lang, {"units": found.apart})


def _header(words: tuple[str, ...], lang: Language) -> list[str]:
    return [render(f"column-{word}", lang, {}) for word in words]


def _range_row(found: WeightRange, lang: Language) -> list[str]:
    numbers = [localised(each, lang, PLACES) for each in (found.low, found.high)]
    ends = [end_text(each, lang) for each in (found.below, found.above)]
    return [found.key, localised(found.weight, lang), *numbers, *ends]


def end_text(end: RangeEnd | None, lang: Language) -> str:
    """Return why an interval ends, in words; nothing where nobody changes places."""
    if end is None:
        return ""
    parts = {"unit": end.unit, "other": end.other, "at": end.at}
    return render("analysis-range-end", lang, parts)


@blocks_of.register
def _(found: Gap, lang: Language) -> Iterator[Block]:
    """The verdict, the plan, and what is proven; then other plans."""
    kind, _, value = found.goal.partition(" ")
    goal = render(f"gap-goal-{kind}", lang, {"value": value})
    parts = {"unit": found.unit, "goal": goal, "verdict": found.verdict}
    yield render("gap-head", lang, parts)
    if found.plan is not None:
        yield _plan_grid(found.plan, lang)
    if found.verdict in (GapVerdict.BEST_FOUND, GapVerdict.OPEN) and found.least_cost is not None:
        yield render("gap-least-cost", lang, {"cost": found.least_cost})
    if found.highest is not None:
        totals = {"highest": found.highest, "most": found.highest_at_most}
        yield render("gap-highest", lang, totals)
    for each in found.alternatives:
        yield render("gap-alternative", lang, {})
        yield _plan_grid(each, lang)
    yield render("gap-replayed", lang, {})


def _plan_grid(plan: Plan, lang: Language) -> Grid:
    """Return a row for each act, and what they come to."""
    rows = [
        [each.act.title.get(lang), str(each.times), localised(each.act.cost * each.times, lang)]
        for each in plan.acts
    ]
    rank = "-" if plan.rank is None else plan.rank
    below = render("gap-cost", lang, {"cost": plan.cost, "total": plan.total, "rank": rank})
    return Grid(_header(("act", "times", "cost"), lang), rows, right=[1, 2], below=[below])


@blocks_of.register
def _(found: RankRanges, lang: Language) -> Iterator[Block]:
    """What is uncertain, then a row for each unit; an end that is only a bound is marked."""
    yield found.reason.text.get(lang)
    rows = [[each.stratum, each.unit, *_rank_ends(each)] for each in found.ranges]
    yield Grid(_header(("stratum", "unit", "best", "worst"), lang), rows, right=[2, 3])
    if not all(each.exact for each in found.ranges):
        yield render("analysis-bound", lang, {})
    if found.apart:
        yield render("analysis-apart", lang, {"units": found.apart})


def _rank_ends(found: RankRange) -> list[str]:
    best = str(found.best) if found.best == found.best_reached else f"≥ {found.best}"
    worst = str(found.worst) if found.worst == found.worst_reached else f"≤ {found.worst}"
    return [best, worst]


@blocks_of.register
def _(found: Audit, lang: Language) -> Iterator[Block]:
    """A row for each criterion: how many attacks work, cannot work, or are not declared."""
    rows: list[list[str]] = []
    for key, lines in groupby(found.lines, key=lambda each: each.key):
        verdicts = [each.verdict for each in lines]
        wanted = (
            AuditVerdict.FOUND,
            AuditVerdict.NONE,
            AuditVerdict.UNDECLARED,
            AuditVerdict.OPEN,
        )
        rows.append([key, *(str(verdicts.count(each)) for each in wanted)])
    header = _header(("key", "found", "proved", "undeclared", "open"), lang)
    yield Grid(header, rows, right=[1, 2, 3, 4])

    # The smallest counter-examples, in words.
    if not found.found:
        yield render("audit-none", lang, {})
    else:
        yield "\n".join(example_text(each, lang) for each in found.found)
    yield render("audit-alone", lang, {})


def example_text(line: AuditLine, lang: Language) -> str:
    """Return a counter-example as a sentence."""
    parts = {
        "key": line.key,
        "attack": line.attack,
        "before": _state_text(line.before, lang),
        "points_before": line.points_before,
        "after": _state_text(line.after, lang),
        "points_after": line.points_after,
    }
    if line.total is not None:
        return render("audit-example-limited", lang, {**parts, "total": line.total})
    shared = [_effect_text(each, lang) for each in line.others if _moves(each)]
    return " ".join([render("audit-example", lang, parts), *shared])


def _moves(effect: SharedEffect) -> bool:
    return effect.points_before != effect.points_after


def _effect_text(effect: SharedEffect, lang: Language) -> str:
    """Return what happens to another criterion as a sentence."""
    parts = {
        "key": effect.key,
        "before": _state_text(effect.before, lang),
        "points_before": effect.points_before,
        "after": _state_text(effect.after, lang),
        "points_after": effect.points_after,
    }
    return render("audit-effect", lang, parts)


def _state_text(state: tuple[tuple[str, int], ...], lang: Language) -> str:
    words = [render(f"audit-field-{name}", lang, {"count": value}) for name, value in state]
    return " ".join(words)
