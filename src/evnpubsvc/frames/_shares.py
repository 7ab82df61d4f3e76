"""The share of each criterion that each unit earned, as fractions in arrays of 64 bits.

Weights move and shares stay, so everything that is asked about weights is asked of these two
arrays. What they cannot hold exactly is left to the functions of `analysis`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from evnpubsvc.emulation import (
    CountCriterion,
    Criterion,
    DeductionCriterion,
    FigureGrid,
    MinusCriterion,
    RatioCriterion,
    Scheme,
    UnitFigures,
)
from evnpubsvc.frames._score import ArrayColumns, share_of
from evnpubsvc.quantities import ZeroPolicy

Ints: TypeAlias = npt.NDArray[np.int64]
MOST: Final = 1 << 62  # what a product may reach: a quarter of what 64 bits hold
_WIDE: Final = 1 << 31  # what a part or whole may reach


class Shares(NamedTuple):
    """Shares of units: `parts / wholes`, a row for each scored criterion, a column for each unit.

    Attributes:
        keys: the criteria.
        parts: from zero to the whole.
        wholes: above zero.
        signs: -1 for a criterion that takes points, else 1.
    """

    keys: tuple[str, ...]
    parts: Ints
    wholes: Ints
    signs: Ints

    def of(self, units: Ints) -> Shares:
        """Return those of some units."""
        parts, wholes = (np.ascontiguousarray(each[:, units]) for each in self[1:3])
        return Shares(self.keys, parts, wholes, self.signs)


def grid_of(scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures]) -> FigureGrid:
    """Return figures by column."""
    return figures if isinstance(figures, FigureGrid) else FigureGrid.of(scheme, figures)


def shares_of(scheme: Scheme, grid: FigureGrid, *, limited: bool = False) -> Shares | None:
    """Return the shares; None where arrays cannot say them, or totals are no sums of points.

    With `limited` a floor or ceiling may bite on these sums, which the caller respects.
    """
    takes = any(isinstance(each, DeductionCriterion) for each in scheme.criteria)
    low = scheme.floor is not None and (takes or scheme.floor > 0)
    special = (scheme.gates, scheme.exclusions, scheme.inapplicable, scheme.tie_break, grid.points)
    bites = low or scheme.ceiling is not None
    if any(special) or (bites and not limited) or any(g.cut for g in scheme.groups):
        return None
    if not len(grid) or not (grid.scheme is scheme or grid.scheme == scheme):
        return None
    scored = [each for each in scheme.criteria if each.scored]
    columns = ArrayColumns(grid, 1)
    rows = [None if each.evidence else _row(each, columns) for each in scored]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows) or not known:
        return None
    signs = [-1 if isinstance(each, DeductionCriterion) else 1 for each in scored]
    keys = tuple(each.key for each in scored)
    parts, wholes = (np.stack(each) for each in zip(*known, strict=True))
    return Shares(keys, parts, wholes, np.array(signs, np.int64))


def _row(criterion: Criterion, columns: ArrayColumns) -> tuple[Ints, Ints] | None:
    """Return the share of one criterion: parts and wholes, in lowest terms."""
    if isinstance(criterion, RatioCriterion):
        if criterion.step is not None or criterion.not_due is not None:
            return None
        share = share_of(criterion, columns)
        if share is None:
            return None
        n, d, nothing = share
        over, under = criterion.target.denominator, criterion.target.numerator
        if max(int(n.max()) * over, int(d.max()) * under) >= MOST:
            return None
        full = criterion.zero is ZeroPolicy.FULL
        whole: Ints = np.where(nothing, 1, d * under)
        part: Ints = np.where(nothing, int(full), np.minimum(n * over, whole))
    elif isinstance(criterion, (CountCriterion, DeductionCriterion, MinusCriterion)):
        counts = columns.counts(criterion.figure)
        each = criterion.per / criterion.maximum
        if counts is None or int(counts.max()) * each.numerator >= MOST:
            return None
        whole = np.full(len(counts), each.denominator, np.int64)
        part = np.minimum(counts * each.numerator, whole)
        part = whole - part if isinstance(criterion, MinusCriterion) else part
    else:
        return None
    common = np.gcd(part, whole)
    part, whole = part // common, whole // common
    return None if int(whole.max()) >= _WIDE else (part, whole)
