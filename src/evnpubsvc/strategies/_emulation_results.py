"""Strategies for what comes out of drives: grades, awards, reports, histories.

And for the law around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import cache, partial
from typing import Any, TypeVar

from hypothesis import strategies as st

from evnpubsvc.campaigns import (
    AwardAuthority,
    CampaignReport,
    LegalRegime,
    campaign_report,
    legal_regime,
)
from evnpubsvc.emulation import (
    BandsCriterion,
    ChoiceCriterion,
    ChoiceItem,
    FigureSpec,
    Grade,
    Grading,
    Group,
    GrowthCriterion,
    Inapplicable,
    Option,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ShareBand,
    SheetHistory,
    SmallBase,
    Standings,
    Term,
    Verdict,
    grade_all,
    rank,
    score,
)
from evnpubsvc.emulation.counted import (
    CountedFigures,
    FigureTrace,
    count_figures,
    trace_component,
)
from evnpubsvc.emulation.results import Graded, GradeStep, SheetVersion
from evnpubsvc.quantities import CountUnit, Unknown, ZeroPolicy
from evnpubsvc.strategies._emulation_mechanics import campaigns
from evnpubsvc.strategies._foundation import citations, keys, texts, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._schemes import criteria, draw_figures, schemes
from evnpubsvc.strategies._statistics import tallies
from evnpubsvc.texts import Text

_T = TypeVar("_T")
_DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))


def _part(
    whole: st.SearchStrategy[Any], parts: Callable[[Any], Iterable[_T]]
) -> st.SearchStrategy[_T]:
    return whole.map(lambda drawn: tuple(parts(drawn))).filter(bool).flatmap(st.sampled_from)


@cache
def choice_items() -> st.SearchStrategy[ChoiceItem]:
    """Draw items of drawn choice criteria."""
    return _part(criteria(ChoiceCriterion), lambda criterion: criterion.items)


@cache
def options() -> st.SearchStrategy[Option]:
    """Draw options of drawn choice criteria."""
    return _part(choice_items(), lambda item: item.options)


@cache
def share_bands() -> st.SearchStrategy[ShareBand]:
    """Draw bands of drawn criteria that have some."""
    return _part(criteria(BandsCriterion), lambda criterion: criterion.bands)


@cache
def small_bases() -> st.SearchStrategy[SmallBase]:
    """Draw rules for growth from little."""
    return _part(criteria(GrowthCriterion), lambda criterion: [criterion.small_base])


@cache
def inapplicables() -> st.SearchStrategy[Inapplicable]:
    """Draw rules for criteria that do not apply to some units."""
    return st.builds(
        Inapplicable,
        attribute=keys(),
        values=st.lists(titles(), min_size=1, max_size=2, unique=True).map(tuple),
        criteria=st.lists(keys(), min_size=1, max_size=2, unique=True).map(tuple),
        award=st.sampled_from([ZeroPolicy.FULL, ZeroPolicy.ZERO, ZeroPolicy.EXCLUDED]),
        sources=st.lists(citations(), max_size=1).map(tuple),
    )


@cache
def grade_steps() -> st.SearchStrategy[GradeStep]:
    """Draw steps that changed a grade."""
    return st.builds(
        GradeStep,
        rule=keys(),
        effect=st.sampled_from(["condition", "no-top", "quota"]),
        before=keys(),
        after=st.none() | keys(),
    )


@cache
def grades() -> st.SearchStrategy[Grade]:
    """Draw grades with the steps that led to them."""
    steps = st.lists(grade_steps(), max_size=2).map(tuple)
    return st.builds(Grade, by_total=keys(), band=st.none() | keys(), steps=steps, fallback=steps)


@cache
def verdicts() -> st.SearchStrategy[Verdict]:
    """Draw verdicts of conditions."""
    value = st.fractions(max_denominator=100) | st.builds(Unknown, st.just("figure-blank"), keys())
    return st.builds(
        Verdict,
        key=keys(),
        value=value,
        reason=st.none() | st.builds(Unknown, st.just("gate-not-met"), keys()),
    )


@st.composite
def _leagues(draw: st.DrawFn) -> Standings:
    scheme = draw(schemes())
    count = draw(st.integers(1, 3))
    return rank(score(scheme, draw_figures(draw, scheme, f"U{n}")) for n in range(1, count + 1))


@cache
def gradings() -> st.SearchStrategy[Grading]:
    """Draw gradings of drawn standings under every mechanic."""
    return _leagues().map(grade_all)


@cache
def graded_units() -> st.SearchStrategy[Graded]:
    """Draw units of drawn gradings."""
    return _part(gradings(), lambda grading: grading.units)


@cache
def award_authorities() -> st.SearchStrategy[AwardAuthority]:
    """Draw who may give a form of commendation."""
    return st.builds(
        AwardAuthority,
        form=keys(),
        level=keys(),
        who=texts(),
        validity=validities(),
        source=citations(),
        amended=st.none() | citations(),
    )


@cache
def legal_regimes() -> st.SearchStrategy[LegalRegime]:
    """Draw regimes that the library knows."""
    return _DAYS.map(legal_regime).filter(lambda regime: regime is not None)  # type: ignore[return-value] # pyright: ignore[reportReturnType]


@cache
def campaign_reports() -> st.SearchStrategy[CampaignReport]:
    """Draw reports of drawn campaigns for which no figures have come in yet."""
    return campaigns().map(campaign_report)


@st.composite
def sheet_histories(draw: st.DrawFn, *, min_versions: int = 0) -> SheetHistory:
    """Draw histories of up to three versions.

    Args:
        draw: Hypothesis passes it.
        min_versions: least number of versions, 0 to 3.
    """
    history = SheetHistory(unit="U")
    days = sorted(draw(st.lists(_DAYS, min_size=min_versions, max_size=3)))
    scheme = draw(schemes(rules=False))
    for day in days:
        history = history.add(
            score(scheme, draw_figures(draw, scheme, "U")), day=day, reason=draw(titles())
        )
    return history


@cache
def sheet_versions() -> st.SearchStrategy[SheetVersion]:
    """Draw versions of drawn histories."""
    return _part(partial(sheet_histories, min_versions=1)(), lambda history: history.versions)


@cache
def _counted_scheme() -> Scheme:
    """Return a sheet of one ratio whose figures are counted."""
    title = Text(vi="đúng hạn", en="on time")
    figures = tuple(
        FigureSpec(key=key, title=title, unit=CountUnit.DOSSIERS, measure=measure)
        for key, measure in (("on-time", "finished-on-time"), ("to-handle", "to-handle"))
    )
    ratio = RatioCriterion(
        key="on-time",
        title=title,
        maximum=Fraction(10),
        numerator=Term(("on-time",)),
        denominator=Term(("to-handle",)),
        zero=ZeroPolicy.ZERO,
    )
    return Scheme(
        key="counted",
        title=title,
        maximum=Fraction(10),
        rounding=Rounding(2, RoundingAt.COMPONENT),
        groups=(Group(key="all", title=title, maximum=Fraction(10), criteria=(ratio,)),),
        figures=figures,
    )


@cache
def counted_figures() -> st.SearchStrategy[CountedFigures]:
    """Draw figures of units that were counted from a tally by unit."""
    return st.builds(
        count_figures,
        st.just(_counted_scheme()),
        tallies(dimensions=("unit", "channel")),
        units=st.just(["U1"]),
    )


@st.composite
def figure_traces(draw: st.DrawFn) -> FigureTrace:
    """Draw where a counted figure comes from."""
    scheme, counted = _counted_scheme(), draw(tallies(dimensions=("unit",)))
    figures = draw(st.sampled_from(count_figures(scheme, counted, units=["U1"]).units))
    return draw(st.sampled_from(trace_component(score(scheme, figures), "on-time", counted)))
