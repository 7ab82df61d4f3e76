"""States: the counts that a criterion reads, what it earns in them, and what a limit leaves of it.

The points of a group that is cut are no more than its maximum, and a total may have a ceiling: what
a criterion gains may be gone when the others earn much, and when they earn little as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final, TypeAlias

from attrs import evolve

from evnpubsvc.emulation import (
    ChoiceCriterion,
    Chosen,
    Combine,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    ExcludedRule,
    Figure,
    Group,
    GroupRole,
    GrowthCriterion,
    MinusCriterion,
    PointsCriterion,
    RoundingAt,
    Scheme,
    Term,
    UnitFigures,
    WeightedCriterion,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import Count, CountUnit, Unknown, ZeroPolicy, round_half_up

_MANY: Final = 10  # of which all are good, where others earn the most they can

State: TypeAlias = dict[str, int]
"""What each field of a criterion reads; what is left out is blank."""
Counts: TypeAlias = dict[str, int]
"""What each figure counts; what is left out is blank."""


def term_of_field(criterion: Criterion, name: str) -> Term | None:
    """Return the term that a field reads."""
    return next((term for slot, term, _ in criterion.slots if slot == name), None)


def counts_in(criterion: Criterion, state: State) -> Counts | None:
    """Return figures whose terms have the counts of a state; None where none have."""
    counts: Counts = {}
    if criterion.evidence is not None:
        counts[criterion.evidence] = 1
    for name, value in state.items():
        term = term_of_field(criterion, name)
        if term is None:
            return None
        if term.combine is Combine.LARGEST:
            counts |= dict.fromkeys(term.figures, value)
            continue
        free = [key for key in term.figures if key not in counts]
        left = value - sum(counts[key] for key in term.figures if key in counts)
        if left < 0 or (left and not free):
            return None
        counts |= dict.fromkeys(free, 0)
        if free:
            counts[free[0]] = left
    return counts


def figures_in(criterion: Criterion, state: State, scheme: Scheme) -> UnitFigures | None:
    """Return the figures of a state as a unit has them; None where there are none."""
    counts = counts_in(criterion, state)
    return None if counts is None else _figures_of(counts, scheme)


def _figures_of(counts: Counts, scheme: Scheme) -> UnitFigures:
    specs = scheme.figure_specs
    units = {key: specs[key].unit or CountUnit.DOSSIERS for key in counts}
    return UnitFigures("-", {key: Count(value, units[key]) for key, value in counts.items()})


def points_in(
    criterion: Criterion, state: State, scheme: Scheme, *, leaving: Fraction | None = None
) -> Fraction | None:
    """Return the points of a criterion in a state, as `points_with` its counts."""
    counts = counts_in(criterion, state)
    return None if counts is None else points_with(criterion, counts, scheme, leaving=leaving)


def points_with(
    criterion: Criterion, counts: Counts, scheme: Scheme, *, leaving: Fraction | None = None
) -> Fraction | None:
    """Return the points of a criterion with counts; None where it has none, or cannot be.

    A criterion that leaves the sheet while the others share its points earns what they do: from
    nothing to its maximum. `leaving` says which of these is taken; None: it has no points.
    """
    figures = _figures_of(counts, scheme)

    def counted(term: Term) -> int | None:
        value = term.value(figures)
        return None if isinstance(value, Unknown) else value

    if next(criterion.check_figures(figures, counted), None) is not None:
        return None
    component = criterion.component(figures)
    if component.excluded and scheme.excluded is ExcludedRule.REDISTRIBUTE:
        return leaving
    if isinstance(component.exact, Unknown):
        return None
    points = criterion.to_step(component.exact)
    if scheme.rounding.at is RoundingAt.COMPONENT:
        points = round_half_up(points, scheme.rounding.places)
    return points


def may_leave(criterion: Criterion, scheme: Scheme) -> bool:
    """Say whether a criterion without a base leaves the sheet and the others share its points."""
    small = getattr(criterion, "small_base", None)
    policies = (getattr(criterion, "zero", None), getattr(small, "otherwise", None))
    return ZeroPolicy.EXCLUDED in policies and scheme.excluded is ExcludedRule.REDISTRIBUTE


# What limits leave.


def group_of(scheme: Scheme, criterion: Criterion) -> Group:
    """Return the group of a criterion."""
    return next(group for group in scheme.groups if criterion in group.criteria)


class Earned:
    """What a criterion adds to its group while the others earn the least they can.

    That is where a gain shows, if it shows anywhere: more of the others only brings the maximum of
    the group nearer. Each state is scored once.
    """

    def __init__(self, criterion: Criterion, scheme: Scheme) -> None:
        self._criterion, self._scheme = criterion, scheme
        self._known: dict[tuple[tuple[tuple[str, int], ...], Fraction | None], Fraction | None] = {}
        self._group = group_of(scheme, criterion)
        rest = (least_of(each) for each in self._group.criteria if each != criterion)
        self._others = sum(rest, Fraction(0))

    def __call__(self, state: State, *, leaving: Fraction | None = None) -> Fraction | None:
        """Return the points in a state; None where there are none, or it cannot be."""
        key = tuple(state.items()), leaving
        if key not in self._known:
            points = points_in(self._criterion, state, self._scheme, leaving=leaving)
            self._known[key] = None if points is None else self._added(points)
        return self._known[key]

    def _added(self, points: Fraction) -> Fraction:
        if not self._group.cut:
            return points
        return left_of(self._group, self._others + points) - left_of(self._group, self._others)


def left_of(group: Group, points: Fraction) -> Fraction:
    """Return what a group leaves of the points of its criteria."""
    return max(-group.maximum, min(group.maximum, points)) if group.cut else points


def least_of(criterion: Criterion) -> Fraction:
    """Return the fewest points of a criterion, or the fewest that are taken."""
    return max(criterion.reach[0], Fraction(0))


def may_be_cut(scheme: Scheme, criterion: Criterion) -> bool:
    """Say whether a limit may take what a criterion earns while the others earn much."""
    if group_of(scheme, criterion).cut:
        return True
    upwards = (GroupRole.SCORED, GroupRole.BONUS)
    most = sum((group.maximum for group in scheme.groups if group.role in upwards), Fraction(0))
    return scheme.ceiling is not None and scheme.ceiling < most


def best_of_others(criterion: Criterion, scheme: Scheme) -> dict[str, Figure]:
    """Return figures with which all other criteria earn the most they can, each by itself."""
    figures: dict[str, Figure] = {}
    for each in scheme.criteria:
        best = _best_figures(each, scheme) if each.scored and each != criterion else None
        if best is not None:
            figures = {**dict(best.figures), **figures}
    return figures


def with_the_best(
    criterion: Criterion, state: State, scheme: Scheme, others: Mapping[str, Figure]
) -> tuple[Fraction, Fraction] | None:
    """Return the points of a criterion, and of its whole sheet, which is scored.

    What the criterion reads is as the state says, what only others read as given. None where such
    counts cannot be.
    """
    own = figures_in(criterion, state, scheme)
    if own is None:
        return None
    try:
        sheet = score(scheme, evolve(own, figures={**others, **dict(own.figures)}))
    except DataError:
        return None
    points = sheet[criterion.key].points
    if isinstance(points, Unknown) or isinstance(sheet.total, Unknown):
        return None
    return points, sheet.total


def _best_figures(criterion: Criterion, scheme: Scheme) -> UnitFigures | None:
    """Return figures with which a criterion earns the most, or takes the least."""
    if isinstance(criterion, PointsCriterion):
        return UnitFigures("-", {criterion.figure: criterion.maximum})
    if isinstance(criterion, WeightedCriterion):
        return UnitFigures("-", {criterion.figure: criterion.top})
    if isinstance(criterion, ChoiceCriterion):
        chosen = {
            item.figure: Chosen(max(item.options, key=lambda each: each.points).key)
            for item in criterion.items
        }
        return UnitFigures("-", chosen)
    if isinstance(criterion, CountCriterion):
        return figures_in(criterion, {"figure": ceil(criterion.maximum / criterion.per)}, scheme)
    if isinstance(criterion, (MinusCriterion, DeductionCriterion)):
        return figures_in(criterion, {"figure": 0}, scheme)
    if isinstance(criterion, GrowthCriterion):
        base = max(criterion.small_base.below, 1)
        steps = ceil(criterion.maximum / criterion.per) * criterion.step
        return figures_in(criterion, {"earlier": base, "current": ceil(base * (1 + steps))}, scheme)
    fields = {slot for slot, _, _ in criterion.slots}
    state = {"numerator": _MANY, "denominator": _MANY, "not_due": 0, "figure": 0}
    return figures_in(criterion, {k: v for k, v in state.items() if k in fields}, scheme)
