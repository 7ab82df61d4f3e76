"""How far acts can move points: bounds that hold for every plan inside a box of plans.

A plan says how often each act is done; a box gives for each act the fewest and the most times. All
figures are sums of what acts add, so the points of a criterion are bounded by lines from the lower
corner of the box: exact there, and never too low elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from evnpubsvc._records import frozen
from evnpubsvc.analysis._acts import Act
from evnpubsvc.emulation import (
    Combine,
    Condition,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    GrowthCriterion,
    MinusCriterion,
    RatioCriterion,
    Term,
    UnitFigures,
    WeightedCriterion,
)
from evnpubsvc.quantities import Count, round_half_up

Box: TypeAlias = tuple[tuple[int, int], ...]
"""For each act the fewest and the most times, both inclusive."""


@frozen
class Affine:
    """A figure as a sum of what acts add: `start + changes x times`."""

    start: Fraction
    changes: tuple[int, ...]

    def at(self, times: Sequence[int]) -> Fraction:
        """Return the value after acts."""
        return self.start + sum(a * b for a, b in zip(self.changes, times, strict=True))

    def ends(self, box: Box) -> tuple[Fraction, Fraction]:
        """Return the least and the most within a box."""
        low = self.at([lo if change > 0 else hi for change, (lo, hi) in self._in(box)])
        high = self.at([hi if change > 0 else lo for change, (lo, hi) in self._in(box)])
        return low, high

    def _in(self, box: Box) -> list[tuple[int, tuple[int, int]]]:
        return list(zip(self.changes, box, strict=True))

    def less(self, other: Affine, factor: Fraction = Fraction(1)) -> list[Fraction]:
        """Return the changes of this one less a multiple of another's."""
        return [a - factor * b for a, b in zip(self.changes, other.changes, strict=True)]


def figure_of(key: str, figures: UnitFigures, acts: Sequence[Act]) -> Affine | None:
    """Return a figure as a sum; None where it is not known as one number."""
    figure = figures[key]
    if isinstance(figure, Count):
        start = Fraction(figure.value)
    elif isinstance(figure, Fraction):
        start = figure
    else:
        return None
    return Affine(start, tuple(dict(act.changes).get(key, 0) for act in acts))


def term_of(
    term: Term, figures: UnitFigures, acts: Sequence[Act], box: Box, *, largest: bool = True
) -> Affine | None:
    """Return a term as a sum.

    The largest of several figures is at least each of them: the one that is largest at the lower
    corner stands for it, which is no more than the truth. `largest` false refuses it.
    """
    parts = [figure_of(key, figures, acts) for key in term.figures]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if term.combine is Combine.LARGEST and len(known) > 1:
        if not largest:
            return None
        corner = [low for low, _ in box]
        return max(known, key=lambda part: part.at(corner))
    changes = tuple(map(sum, zip(*(part.changes for part in known), strict=True)))
    return Affine(sum((part.start for part in known), Fraction(0)), changes)


@frozen
class Bound:
    """No plan in a box earns more than `start + rates x (times - fewest)`, nor more than `top`."""

    start: Fraction
    rates: tuple[Fraction, ...]
    top: Fraction


def bound_of(
    criterion: Criterion, figures: UnitFigures, acts: Sequence[Act], box: Box
) -> Bound | None:
    """Return a bound of the points of a criterion before rounding; None where only its reach is."""
    if criterion.evidence is not None:
        return None
    if isinstance(criterion, RatioCriterion):
        return _ratio_bound(criterion, figures, acts, box)
    if isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion)):
        count = term_of(Term((criterion.figure,)), figures, acts, box)
        if count is None:
            return None
        return _event_bound(criterion, count, box)
    if isinstance(criterion, WeightedCriterion):
        value = figure_of(criterion.figure, figures, acts)
        if value is None:
            return None
        slope = criterion.maximum / criterion.top
        rates = tuple(slope * change for change in value.changes)
        top = min(criterion.maximum, slope * value.ends(box)[1])
        return Bound(slope * value.at([low for low, _ in box]), rates, top)
    if isinstance(criterion, GrowthCriterion):
        return _growth_bound(criterion, figures, acts, box)
    return None


def _event_bound(
    criterion: CountCriterion | MinusCriterion | DeductionCriterion, count: Affine, box: Box
) -> Bound:
    """Bound what is given or taken for each event: from the corner on, so much for each more."""

    def points(amount: Fraction) -> Fraction:
        return criterion.points(min(criterion.maximum, criterion.per * amount))

    corner = [low for low, _ in box]
    low, high = count.ends(box)
    if isinstance(criterion, CountCriterion):
        rates = tuple(criterion.per * change for change in count.changes)
        return Bound(criterion.per * count.at(corner), rates, points(high))
    rates = tuple(max(Fraction(0), -criterion.per * change) for change in count.changes)
    return Bound(points(count.at(corner)), rates, points(low))


def _ratio_bound(
    criterion: RatioCriterion, figures: UnitFigures, acts: Sequence[Act], box: Box
) -> Bound | None:
    n = term_of(criterion.numerator, figures, acts, box, largest=False)
    d = term_of(criterion.denominator, figures, acts, box)
    if n is None or d is None:
        return None
    if criterion.not_due is not None:
        waiting = term_of(criterion.not_due, figures, acts, box, largest=False)
        if waiting is None:
            return None
        changes = tuple(int(change) for change in d.less(waiting))
        d = Affine(d.start - waiting.start, changes)
    least, most = d.ends(box)
    if least <= 0:
        return None

    # n / d = n0 / d0 + (what n gains beyond its share of d) / d, and d lies between its ends.
    slope = criterion.maximum / criterion.target
    corner = [low for low, _ in box]
    share = n.at(corner) / d.at(corner)
    gains = n.less(d, share)
    rates = tuple(slope * gain / (least if gain > 0 else most) for gain in gains)
    half_step = (criterion.step or Fraction(0)) / 2
    top = min(criterion.maximum, slope * _largest_ratio(n, d, box) + half_step)
    return Bound(slope * share + half_step, rates, top)


def _largest_ratio(n: Affine, d: Affine, box: Box) -> Fraction:
    """Return the largest ratio in a box, where the denominator is above zero (Dinkelbach 1967)."""
    times = [low for low, _ in box]
    while True:
        ratio = n.at(times) / d.at(times)
        gains = n.less(d, ratio)
        better = [hi if gain > 0 else lo for gain, (lo, hi) in zip(gains, box, strict=True)]
        if n.at(better) <= ratio * d.at(better):
            return ratio
        times = better


def _growth_bound(
    criterion: GrowthCriterion, figures: UnitFigures, acts: Sequence[Act], box: Box
) -> Bound | None:
    """Bound growth over an earlier count that no act moves, and that is no small base."""
    current = term_of(criterion.current, figures, acts, box, largest=False)
    earlier = term_of(criterion.earlier, figures, acts, box, largest=False)
    if current is None or earlier is None or any(earlier.changes):
        return None
    base = earlier.start
    if base < criterion.small_base.below:
        return None
    rate = criterion.per / criterion.step / base
    corner = [low for low, _ in box]
    start = max(Fraction(0), rate * (current.at(corner) - base))
    rates = tuple(max(Fraction(0), rate * change) for change in current.changes)
    top = max(Fraction(0), rate * (current.ends(box)[1] - base))
    return Bound(start, rates, min(criterion.maximum, top))


def rounded_up(bound: Fraction, places: int | None) -> Fraction:
    """Return the most that a number of at most `bound` is after rounding; None: not rounded."""
    return bound if places is None else round_half_up(bound, places)


def condition_row(
    condition: Condition, figures: UnitFigures, acts: Sequence[Act], box: Box
) -> list[tuple[list[Fraction], Fraction]]:
    """Return what a condition asks of the times beyond the lower corner, as `row x more <= limit`.

    Nothing where it is no line; whoever replays a plan judges the condition itself.
    """
    if condition.figure is not None:
        value = figure_of(condition.figure, figures, acts)
        one = Affine(Fraction(1), tuple(0 for _ in acts))
        sides = None if value is None else (value, one)
    elif condition.numerator is not None and condition.denominator is not None:
        n = term_of(condition.numerator, figures, acts, box, largest=False)
        d = term_of(condition.denominator, figures, acts, box, largest=False)
        sides = None if n is None or d is None or d.ends(box)[0] <= 0 else (n, d)
    else:
        sides = None
    if sides is None:
        return []
    n, d = sides
    corner = [low for low, _ in box]
    rows: list[tuple[list[Fraction], Fraction]] = []
    for bound, sign in (
        (condition.at_least, -1),
        (condition.above, -1),
        (condition.at_most, 1),
        (condition.below, 1),
    ):
        if bound is not None:
            row = [sign * change for change in n.less(d, bound)]
            rows.append((row, -sign * (n.at(corner) - bound * d.at(corner))))
    return rows
