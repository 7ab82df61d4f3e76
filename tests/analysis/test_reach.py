"""Bounds of points in a box of plans: no plan inside earns more than its bound says."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.analysis import Act, do_acts
from evnpubsvc.analysis._reach import Box, bound_of
from evnpubsvc.emulation import (
    CountCriterion,
    GrowthCriterion,
    MinusCriterion,
    RatioCriterion,
    Scheme,
    UnitFigures,
    WeightedCriterion,
    check_figures,
)
from evnpubsvc.errors import DataError
from evnpubsvc.strategies import schemes, unit_figures
from tests.analysis.samples import text
from tests.deep import cases

BOUNDED = (
    CountCriterion,
    GrowthCriterion,
    MinusCriterion,
    RatioCriterion,
    WeightedCriterion,
)  # deductions are drawn beside each of them


@st.composite
def boxes(draw: st.DrawFn, kind: type[Any]) -> tuple[Scheme, UnitFigures, list[Act], Box]:
    """A scheme of one kind of criterion, known figures, and a box of plans."""
    scheme = draw(schemes(kinds={kind}))
    figures = draw(unit_figures(scheme, complete=True))
    changes = st.dictionaries(
        st.sampled_from(sorted(scheme.figure_specs)),
        st.integers(-2, 3).filter(bool),
        min_size=1,
        max_size=3,
    )
    moves = draw(st.lists(changes, min_size=1, max_size=2))
    acts = [Act(key=f"a{n}", title=text("a"), changes=each) for n, each in enumerate(moves)]
    ends = st.tuples(st.integers(0, 2), st.integers(0, 3)).map(lambda e: (e[0], e[0] + e[1]))
    return scheme, figures, acts, tuple(draw(ends) for _ in acts)


def _plans(box: Box) -> list[tuple[int, ...]]:
    plans: list[tuple[int, ...]] = [()]
    for low, high in box:
        plans = [(*plan, times) for plan in plans for times in range(low, high + 1)]
    return plans


def _points(
    scheme: Scheme, figures: UnitFigures, acts: Sequence[Act], plan: Sequence[int]
) -> dict[str, Fraction]:
    """The points of each criterion after a plan; nothing where its figures cannot be."""
    try:
        after = do_acts(figures, zip(acts, plan, strict=True))
    except DataError:
        return {}
    if check_figures(scheme, after):
        return {}
    found = {each.key: each.component(after).points for each in scheme.criteria}
    return {key: points for key, points in found.items() if isinstance(points, Fraction)}


@pytest.mark.parametrize("kind", BOUNDED)
@settings(max_examples=cases(6, 1_000))
@given(st.data())
def test_no_plan_earns_more_than_its_bound(kind: type[Any], data: st.DataObject) -> None:
    scheme, figures, acts, box = data.draw(boxes(kind))
    bounds = {each.key: bound_of(each, figures, acts, box) for each in scheme.criteria}
    for plan in _plans(box):
        more = [times - low for times, (low, _) in zip(plan, box, strict=True)]
        for key, points in _points(scheme, figures, acts, plan).items():
            bound = bounds[key]
            if bound is not None:
                line = bound.start + sum(a * b for a, b in zip(bound.rates, more, strict=True))
                assert points <= min(line, bound.top), (key, plan)
