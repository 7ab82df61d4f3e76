"""Strategies for schemes, figures, score sheets and standings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Band,
    Combine,
    Explanation,
    FigureSpec,
    Scheme,
    ScoreSheet,
    Standings,
    Term,
    TieRule,
    explain,
    rank,
    score,
)
from evnpubsvc.quantities import CountUnit
from evnpubsvc.statistics import measures
from evnpubsvc.strategies._foundation import keys, texts, titles
from evnpubsvc.strategies._schemes import draw_figures, draw_scheme, points
from evnpubsvc.texts import LANGUAGES

_UNITS: Final = st.integers(0, 99).map("U{}".format)


@cache
def terms() -> st.SearchStrategy[Term]:
    """Draw terms over one to three figures."""
    figures = st.lists(keys(), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Term, figures=figures, combine=st.sampled_from(Combine))


@cache
def figure_specs() -> st.SearchStrategy[FigureSpec]:
    """Draw declarations of figures: counts, numbers, and what a tally holds, handling times too."""
    common: dict[str, st.SearchStrategy[Any]] = {
        "key": keys(),
        "title": texts(),
        "aliases": st.lists(titles(), max_size=2, unique=True).map(tuple),
        "note": st.none() | texts(),
    }
    given = st.builds(FigureSpec, unit=st.none() | st.sampled_from(CountUnit), **common)
    counted = st.sampled_from([each for each in measures().values() if each.selection is not None])
    timed = st.builds(
        FigureSpec,
        measure=st.sampled_from(("handled", "finished-on-time", "finished-late")),
        handling=st.sampled_from(("mean", "median", "p1", "p90", "p100")),
        earlier=st.booleans(),
        **common,
    )
    return (
        given
        | timed
        | counted.flatmap(
            lambda measure: st.builds(
                FigureSpec,
                unit=st.just(measure.unit),
                measure=st.just(measure.name),
                earlier=st.booleans(),
                **common,
            )
        )
    )


@cache
def bands() -> st.SearchStrategy[Band]:
    """Draw single bands."""
    return st.builds(
        Band, key=keys(), title=texts(), at_least=points(0), below=st.none() | points(101, 200)
    )


@st.composite
def score_sheets(
    draw: st.DrawFn, scheme: Scheme | st.SearchStrategy[Scheme] | None = None
) -> ScoreSheet:
    """Draw score sheets, by scoring drawn figures under a drawn scheme.

    Args:
        draw: Hypothesis passes it.
        scheme: the scheme, or a strategy for it; by default any.
    """
    scheme = draw_scheme(draw, scheme)
    return score(scheme, draw_figures(draw, scheme, draw(_UNITS)))


@st.composite
def standings(
    draw: st.DrawFn, scheme: Scheme | st.SearchStrategy[Scheme] | None = None
) -> Standings:
    """Draw standings of one to six units, with and without strata, by every tie rule.

    Args:
        draw: Hypothesis passes it.
        scheme: the scheme, or a strategy for it; by default any.
    """
    scheme = draw_scheme(draw, scheme)
    count = draw(st.integers(1, 6))
    sheets = [score(scheme, draw_figures(draw, scheme, f"U{n}")) for n in range(1, count + 1)]
    if draw(st.booleans()):
        return rank(sheets)  # as the scheme itself says
    criteria = st.sampled_from([criterion.key for criterion in scheme.criteria])
    return rank(
        sheets,
        within=draw(st.sampled_from((None, "level"))),
        ties=draw(st.sampled_from(TieRule)),
        tie_break=draw(st.lists(criteria, max_size=2, unique=True)),
    )


@cache
def explanations() -> st.SearchStrategy[Explanation]:
    """Draw explanations of drawn score sheets, in both languages."""
    return st.builds(explain, score_sheets(), st.sampled_from(LANGUAGES))


def _part(whole: st.SearchStrategy[Any], parts: Callable[[Any], Any]) -> st.SearchStrategy[Any]:
    return whole.flatmap(lambda drawn: st.sampled_from(tuple(parts(drawn))))


@cache
def components() -> st.SearchStrategy[Any]:
    """Draw components out of drawn score sheets."""
    return _part(score_sheets(), lambda sheet: sheet.components)


@cache
def group_scores() -> st.SearchStrategy[Any]:
    """Draw group scores out of drawn score sheets."""
    return _part(score_sheets(), lambda sheet: sheet.groups)


@cache
def places() -> st.SearchStrategy[Any]:
    """Draw places out of drawn standings."""
    return _part(standings(), lambda drawn: drawn.places)


@cache
def explanation_lines() -> st.SearchStrategy[Any]:
    """Draw lines out of drawn explanations."""
    return _part(explanations(), lambda explanation: explanation.lines)
