"""The points of a criterion for one unit: the formula of its kind, evidence, marks, rounding."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from evnpubsvc.emulation._criteria import (
    EVIDENCE_ABSENT,
    INAPPLICABLE,
    PUBLISHED,
    Component,
    Criterion,
    Term,
    before_rounding,
    over_nothing,
)
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._groups import Rounding, RoundingAt
from evnpubsvc.emulation._within_bounds import component_within
from evnpubsvc.quantities import Unknown, ZeroPolicy, round_half_up


def component(criterion: Criterion, figures: UnitFigures, rounding: Rounding) -> Component:
    """Return the points of one criterion. `check_figures` has found nothing against the figures."""
    published = dict(figures.points).get(criterion.key)
    if published is None and figures.within_bounds:
        within = component_within(criterion, figures, lambda c, f: component(c, f, rounding))
        if within is not None:
            return _marked(within, criterion, figures)
    if published is None:
        scored = _without_evidence(criterion, figures, criterion.component(figures))
    else:
        scored = before_rounding(criterion.key, published, flags=(PUBLISHED,))

    scored = _marked(scored, criterion, figures)

    # Steps of the criterion first, then the rounding of the scheme.
    if isinstance(scored.exact, Unknown):
        return scored
    points = _rounded(criterion.to_step(scored.exact), rounding)
    if points is scored.exact:
        return scored
    return evolve(scored, points=points)


def _marked(scored: Component, criterion: Criterion, figures: UnitFigures) -> Component:
    """Return points with the marks of their figures, which stay with them."""
    if not figures.flags:
        return scored
    marks = dict(figures.flags)
    own = [marks[key] for term in criterion.terms for key in term.figures if key in marks]
    return evolve(scored, flags=tuple(dict.fromkeys([*scored.flags, *own])))


def inapplicable(criterion: Criterion, award: ZeroPolicy, rounding: Rounding) -> Component:
    """Return the points of a criterion that does not apply to the unit."""
    share = over_nothing(criterion.key, award)
    exact = share if isinstance(share, Unknown) else criterion.maximum * share
    points = exact if isinstance(exact, Unknown) else _rounded(exact, rounding)
    return Component(key=criterion.key, points=points, exact=exact, flags=(INAPPLICABLE,))


def _rounded(points: Fraction, rounding: Rounding) -> Fraction:
    if rounding.at is not RoundingAt.COMPONENT:
        return points
    return round_half_up(points, rounding.places)


def _without_evidence(criterion: Criterion, figures: UnitFigures, scored: Component) -> Component:
    """Take away points without evidence.

    What is unknown without evidence is worth nothing either.
    """
    if criterion.evidence is None or not scored.counted or scored.exact == 0:
        return scored
    papers = Term((criterion.evidence,)).value(figures)
    if isinstance(papers, Unknown):
        return evolve(scored, points=papers, exact=papers)
    if papers or isinstance(scored.exact, Unknown):
        return scored
    flags = (*scored.flags, EVIDENCE_ABSENT)
    nothing = Fraction(0)
    return evolve(scored, points=nothing, exact=nothing, capped=False, flags=flags)
