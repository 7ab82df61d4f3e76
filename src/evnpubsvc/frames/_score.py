"""Scores of many units on arrays of 64 bits: what `emulation.score_all` gives, exactly.

Each kind of criterion has one row in `POINTS`. What an array cannot do exactly (an unknown figure,
a product that may not fit, a rule that needs the whole sheet) is left to `score_all`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from evnpubsvc._records import frozen
from evnpubsvc.emulation import (
    BandsCriterion,
    ChoiceCriterion,
    Combine,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    FigureGrid,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    PointsCriterion,
    RatioCriterion,
    RoundingAt,
    Scheme,
    ScoreTable,
    Term,
    UnitFigures,
    WeightedCriterion,
    score_all,
)
from evnpubsvc.emulation.engine import CriterionBase
from evnpubsvc.quantities import ZeroPolicy, round_half_up

_Ints: TypeAlias = npt.NDArray[np.int64]
_Bits: TypeAlias = npt.NDArray[np.bool_]
_MOST: Final = 1 << 62  # what a product may reach: a quarter of what 64 bits hold


@frozen(eq=False)
class ArrayColumns:
    """Counts of many units as arrays, and the scale of their points."""

    grid: FigureGrid
    scale: int

    def counts(self, key: str) -> _Ints | None:
        """Return a column of counts; None where one is unknown or does not fit."""
        column = self.grid.columns.get(key)
        return np.frombuffer(column, np.int64) if isinstance(column, array) else None

    def term(self, term: Term) -> _Ints | None:
        """Return the column of a term; None where it cannot be had."""
        total: _Ints | None = None
        for key in term.figures:
            column = self.counts(key)
            if column is None:
                return None
            if total is None:
                total = column
            elif int(total.max()) + int(column.max()) >= _MOST:
                return None
            elif term.combine is Combine.SUM:
                total = total + column
            else:
                total = np.maximum(total, column)
        return total

    def whole(self, points: Fraction) -> int:
        """Return points as scaled integers, rounded half up."""
        return int(round_half_up(points * self.scale, 0))


def share_of(
    criterion: RatioCriterion | BandsCriterion, columns: ArrayColumns
) -> tuple[_Ints, _Ints, _Bits] | None:
    """Return parts, wholes and where the whole is nothing; None where a unit has no points."""
    n, d = columns.term(criterion.numerator), columns.term(criterion.denominator)
    if n is None or d is None or (not criterion.above_one and bool((n > d).any())):
        return None
    nothing = d == 0
    if bool(nothing.any()) and criterion.zero not in (ZeroPolicy.FULL, ZeroPolicy.ZERO):
        return None
    return n, d, nothing


def _ratio(criterion: RatioCriterion, columns: ArrayColumns) -> _Ints | None:
    if criterion.step is not None or criterion.not_due is not None:
        return None
    share = share_of(criterion, columns)
    if share is None:
        return None
    n, d, nothing = share
    some = bool(nothing.any())

    # Points are n / d x slope, rounded half up by one division and cut at the maximum.
    slope = criterion.maximum / criterion.target * columns.scale
    a, b, c = 2 * slope.numerator, slope.denominator, 2 * slope.denominator
    if int(n.max()) * a >= _MOST or c >= _MOST:
        return None
    full = columns.whole(criterion.maximum)
    over = d + nothing if some else d
    points: _Ints = ((a * n // over + b) // c).clip(0, full)
    if some:
        points[nothing] = full if criterion.zero is ZeroPolicy.FULL else 0
    return points


def _banded(criterion: BandsCriterion, columns: ArrayColumns) -> _Ints | None:
    """Return the points of the band of each share: the highest bound that it reaches."""
    share = share_of(criterion, columns)
    if share is None:
        return None
    n, d, nothing = share
    some = bool(nothing.any())

    # The share as part / whole; rounded first, where the criterion rounds percentages.
    part, whole = n, d + nothing
    if criterion.places is not None:
        scale = 10 ** (criterion.places + 2)
        if max(int(n.max()), int(d.max())) * 2 * scale >= _MOST:
            return None
        part = (2 * scale * n + whole) // (2 * whole)
        whole = np.full_like(d, scale)
    bounds = [number for b in criterion.bands for number in b.at_least.as_integer_ratio()]
    if max(int(part.max()), int(whole.max())) * max(bounds) >= _MOST:
        return None

    # From the lowest band up, each replaces the points of those below it.
    points: _Ints = np.zeros_like(n)
    for band in criterion.ladder[::-1]:
        p, q = band.at_least.as_integer_ratio()
        points[part * q >= p * whole] = columns.whole(band.points)
    if some:
        full = columns.whole(criterion.maximum)
        points[nothing] = full if criterion.zero is ZeroPolicy.FULL else 0
    return points


def _gained(criterion: CountCriterion, columns: ArrayColumns) -> _Ints | None:
    """Return `per` times the count, cut at the maximum."""
    counts = columns.counts(criterion.figure)
    per = criterion.per * columns.scale
    top = columns.whole(criterion.maximum)
    if counts is None:
        return None
    if max(int(counts.max()) * 2 * per.numerator, top, 2 * per.denominator) >= _MOST:
        return None
    scaled: _Ints = (2 * per.numerator * counts + per.denominator) // (2 * per.denominator)
    return scaled.clip(0, top)


def _taken(criterion: DeductionCriterion, columns: ArrayColumns) -> _Ints | None:
    """Return the same with its sign turned: magnitudes are rounded half up."""
    gained = _gained(criterion, columns)  # type: ignore[arg-type]  # it has the same fields
    return None if gained is None else -gained


def _left(criterion: MinusCriterion, columns: ArrayColumns) -> _Ints | None:
    """Return what the maximum less `per` times the count leaves."""
    counts = columns.counts(criterion.figure)
    if counts is None:
        return None
    per, top = criterion.per * columns.scale, criterion.maximum * columns.scale
    common = top.denominator * per.denominator
    lost, whole = per.numerator * top.denominator, top.numerator * per.denominator
    if max(int(counts.max()) * 2 * lost, 2 * whole, 2 * common) >= _MOST:
        return None
    left: _Ints = (whole - counts * lost).clip(0, None)
    return (2 * left + common) // (2 * common)


def _one_by_one(criterion: CriterionBase, columns: ArrayColumns) -> None:
    """Leave a kind to `score_all`."""
    del criterion, columns


ArrayPoints: TypeAlias = Callable[[Any, ArrayColumns], "_Ints | None"]

POINTS: Final[Mapping[type[Criterion], ArrayPoints]] = MappingProxyType(
    {
        RatioCriterion: _ratio,
        CountCriterion: _gained,
        DeductionCriterion: _taken,
        MinusCriterion: _left,
        PointsCriterion: _one_by_one,
        WeightedCriterion: _one_by_one,
        ChoiceCriterion: _one_by_one,
        MinusPlusCriterion: _one_by_one,
        GrowthCriterion: _one_by_one,
        BandsCriterion: _banded,
        MonitorCriterion: _one_by_one,  # left out of every sum, so never asked
    }
)
"""The points of each kind of criterion on arrays: scaled integers, or None where they cannot."""


def score_frame(scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures]) -> ScoreTable:
    """Score and rank many units on arrays: what `score_all` gives, exactly.

    Arrays help where the scheme rounds components and has no gates, exclusions, inapplicable
    criteria or tie chain; any other scheme, and a grid with an unknown count, goes to `score_all`.

    Args:
        scheme: the scheme.
        figures: the figures; columns of a `FigureGrid` may be arrays of integers. Without units the
            table is empty.

    Raises:
        DataError: everything that forbids scoring, of all units.
        MisuseError: `schemes-differ` for a grid made for another scheme.

    >>> import numpy as np
    >>> from evnpubsvc import preset
    >>> from evnpubsvc.emulation import FigureGrid
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> grid = FigureGrid(scheme=scheme, units=["A", "B", "C"], columns={
    ...     "dossiers_on_time": np.array([9, 18, 8]),
    ...     "dossiers_received": np.array([10, 20, 10])})
    >>> score_frame(scheme, grid).ranks
    [1, 1, 3]
    """
    grid = figures if isinstance(figures, FigureGrid) else FigureGrid.of(scheme, figures)
    if len(grid) and not grid.points and (grid.scheme is scheme or grid.scheme == scheme):
        scale = 10**scheme.rounding.places
        totals = _totals(scheme, ArrayColumns(grid, scale))
        table = None if totals is None else _ranked(grid, scale, totals)
        if table is not None:
            return table
    return score_all(scheme, grid)


def _totals(scheme: Scheme, columns: ArrayColumns) -> _Ints | None:
    """Return scaled totals; None where arrays cannot say them exactly."""
    if scheme.rounding.at is not RoundingAt.COMPONENT:
        return None
    if scheme.gates or scheme.exclusions or scheme.inapplicable or scheme.tie_break:
        return None
    total: _Ints | None = None
    for group in scheme.groups:
        # Each criterion that counts.
        points: _Ints | None = None
        for criterion in group.criteria:
            if not criterion.scored:
                continue
            column = None
            if criterion.evidence is None:
                column = POINTS[type(criterion)](criterion, columns)
            if column is None:
                return None
            points = column if points is None else points + column
        if points is None:
            continue

        # The group, cut where it is.
        if group.cut:
            limit = group.maximum * columns.scale
            if limit.denominator != 1:
                return None
            points = points.clip(-int(limit), int(limit))
        total = points if total is None else total + points
    return None if total is None else _within_limits(scheme, total, columns.scale)


def _within_limits(scheme: Scheme, total: _Ints, scale: int) -> _Ints | None:
    limits = [None if limit is None else limit * scale for limit in (scheme.floor, scheme.ceiling)]
    if any(limit is not None and limit.denominator != 1 for limit in limits):
        return None
    floor, ceiling = limits
    if floor is not None:
        total = np.maximum(total, int(floor))
    if ceiling is not None:
        total = np.minimum(total, int(ceiling))
    return total


def _ranked(grid: FigureGrid, scale: int, total: _Ints) -> ScoreTable | None:
    """Rank by one sort of packed integers: stratum, points from the top, position."""
    count = len(grid)
    best = int(total.max())
    span = best - int(total.min()) + 1
    if (len(grid.strata) + 1) * span * count >= _MOST:
        return None

    # One number for stratum, total from the best down, and place in the table; sorted at once.
    stratum = np.array(grid.stratum_of, np.int64)
    keys = ((stratum + 1) * span + (best - total)) * count + np.arange(count)
    keys.sort()
    position, level = keys % count, keys // count

    # Runs of one level are tied; the first run of a stratum starts its count.
    start, size, step = _runs(level)
    first, _, _ = _runs(level // span)
    place = grid.scheme.ties.rank(start - first, size, step - step[first] + 1)

    ranks, shared = np.empty(count, np.int64), np.empty(count, np.int64)
    ranks[position], shared[position] = place, size

    # Units without a stratum have no rank.
    listed: list[int | None] = [*ranks.tolist()]
    sizes = shared.tolist()
    for i in np.flatnonzero(stratum < 0).tolist():
        listed[i], sizes[i] = None, 0
    return ScoreTable(
        grid=grid,
        scale=scale,
        totals=total.tolist(),
        plain={},
        ranks=listed,
        shared=sizes,
        chain={},
    )


def _runs(values: _Ints) -> tuple[_Ints, _Ints, _Ints]:
    """Return for each place of a sorted array where its run starts, its length, its number."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    starts = np.flatnonzero(new)
    sizes = np.diff(starts, append=len(values))
    order = new.cumsum() - 1
    return starts[order], sizes[order], order
