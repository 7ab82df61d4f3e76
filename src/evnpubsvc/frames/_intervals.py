"""The interval of each weight in which the order of many units stays, on arrays.

Where each criterion is rounded, the order can change only where some criterion of some unit is
rounded anew. The nearest of these steps are found on arrays; from the weight of the scheme outwards
they are counted one by one, and the neighbours of each unit that steps are compared. Floats choose
which steps are near; what is equal to one part in ten million million is compared as fractions, and
all numbers that are counted or returned are whole or exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import evolve

from evnpubsvc.analysis import AtEnd, Kept, RangeEnd, WeightRange, stability
from evnpubsvc.analysis.engine import Path, paths_of
from evnpubsvc.emulation import (
    FigureGrid,
    RoundingAt,
    Scheme,
    UnitFigures,
    score_all,
)
from evnpubsvc.emulation.engine import natural_key
from evnpubsvc.frames._shares import MOST, Ints, Shares, grid_of, shares_of

_Floats: TypeAlias = npt.NDArray[np.float64]
_NEAR: Final = 1e-13  # floats as near as this are compared as fractions
_FEW: Final = 96  # steps that are looked at, of all that are near


def weight_ranges_frame(
    scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures]
) -> tuple[WeightRange, ...]:
    """Return for each weight the exact interval in which the order of many units stays.

    What `analysis.stability` gives for `Kept.ORDER`, exactly. Arrays help where components are
    rounded, points come from ratios and counts, and there is no cut, ceiling, gate, exclusion or
    tie chain; anything else goes to `stability`, as does a weight of which nothing is decided by
    the nearest steps.

    Args:
        scheme: the scheme.
        figures: the figures; columns of a `FigureGrid` may be arrays of integers.

    Returns:
        A range for each stratum, weight and convention.

    Raises:
        DataError: everything that forbids scoring, of all units.

    >>> from evnpubsvc import preset
    >>> scheme = preset("chau-thanh-2021")
    >>> grid = FigureGrid(scheme=scheme, units=["A", "B"], columns={
    ...     "dossiers_level_4": [90, 80], "dossiers": [100, 100],
    ...     "procedures_level_4_used": [10, 12], "procedures_level_4": [20, 20]})
    >>> for found in weight_ranges_frame(scheme, grid):
    ...     if found.key == "share":
    ...         print(found.convention, round(float(found.low), 2), found.high)
    others-fixed 40.09 100
    in-proportion 50.07 100
    """
    grid = grid_of(scheme, figures)
    plain = _Plain(scheme, grid)
    shares = shares_of(scheme, grid) if scheme.rounding.at is RoundingAt.COMPONENT else None
    if shares is None or not _fit(scheme, shares):
        return plain.all()
    found: list[WeightRange] = []
    stratum = np.array(grid.stratum_of, np.int64)
    for number, name in enumerate(grid.strata):
        units = np.flatnonzero(stratum == number)
        if len(units):
            order = _Order(scheme, shares.of(units), [grid.units[i] for i in units.tolist()])
            found += _ranges_of(scheme, order, name, plain)
    return tuple(found)


def _fit(scheme: Scheme, shares: Shares) -> bool:
    """Say whether twice the points of all shares, in last places, fit in 64 bits."""
    scale = 10**scheme.rounding.places
    return all(
        4 * int(shares.wholes[row].max()) * max((m := scheme.criterion(key).maximum).numerator
        * scale, m.denominator) < MOST
        for row, key in enumerate(shares.keys)
    )  # fmt: skip


class _Plain:
    """The plain way, taken once and only where it is needed."""

    def __init__(self, scheme: Scheme, grid: FigureGrid) -> None:
        self._scheme, self._grid = scheme, grid
        self._found: tuple[WeightRange, ...] | None = None

    def all(self) -> tuple[WeightRange, ...]:
        """Return all ranges in which the order stays."""
        if self._found is None:
            found = stability(score_all(self._scheme, self._grid).standings())
            self._found = tuple(each for each in found.ranges if each.kept is Kept.ORDER)
        return self._found

    def one(self, like: WeightRange) -> WeightRange:
        """Return the range of one weight."""
        wanted = (like.key, like.convention, like.stratum)
        return next(
            each for each in self.all() if (each.key, each.convention, each.stratum) == wanted
        )


class _Steps(NamedTuple):
    """The next step of each criterion of each unit in one direction of a common factor from 1 on.

    Attributes:
        apart: how far away, as numerators; over twice the tops.
        near: the same as floats; infinite where there is no step.
        change: what the step does to the total.
    """

    apart: Ints
    near: _Floats
    change: Ints


class _Order:
    """The units of one stratum: their points, their order, and the steps of their points.

    Points are `tops / bottoms` in last places, without their sign.
    """

    def __init__(self, scheme: Scheme, shares: Shares, names: list[str]) -> None:
        scale = 10**scheme.rounding.places
        maxima = [scheme.criterion(key).maximum for key in shares.keys]
        self.keys = shares.keys
        column = np.array([[each.numerator * scale] for each in maxima], np.int64)
        self.tops: Ints = shares.parts * column
        self.bottoms: Ints = shares.wholes * np.array([[m.denominator] for m in maxima], np.int64)

        # Totals and the order, best first; of equal ones by name.
        points = (2 * self.tops + self.bottoms) // (2 * self.bottoms)
        self.totals: list[int] = (shares.signs @ points).tolist()
        by_name = sorted(range(len(names)), key=lambda unit: natural_key(names[unit]))
        order = sorted(by_name, key=lambda unit: -self.totals[unit])
        self.order, self.names = order, names
        self.place = {unit: place for place, unit in enumerate(order)}

        # The next halves above and below; a half itself is rounded up already.
        below = (2 * self.tops - self.bottoms) // (2 * self.bottoms)
        signs = np.broadcast_to(shares.signs[:, None], below.shape)
        self.up = self._steps((2 * below + 3) * self.bottoms - 2 * self.tops, signs, self.tops > 0)
        self.down = self._steps(2 * self.tops - (2 * below + 1) * self.bottoms, -signs, below >= 0)
        with np.errstate(divide="ignore"):
            widths = self.bottoms / self.tops
        self.widths: _Floats = widths.min(axis=1)  # no second step of a row is nearer than this

    def _steps(self, apart: Ints, change: Ints, there: npt.NDArray[np.bool_]) -> _Steps:
        with np.errstate(divide="ignore", invalid="ignore"):
            near = np.where(there, apart / (2 * self.tops), np.inf)
        return _Steps(apart, near, change)


class _Step(NamedTuple):
    """One step on the way from the weight of the scheme.

    Attributes:
        near: how far away, as a float.
        at_once: whether it holds at its own weight; otherwise right after it.
        row: the criterion.
        unit: the unit.
        change: what it does to the total.
        rising: whether it is one of the steps upwards.
        scale: by how much a common factor of 1 is apart in weights.
    """

    near: float
    at_once: bool
    row: int
    unit: int
    change: int
    rising: bool
    scale: Fraction


class _Found(NamedTuple):
    """Where the order changes first: how far away, between which places, and how."""

    apart: Fraction
    place: int
    at: AtEnd


def _ranges_of(scheme: Scheme, order: _Order, stratum: str, plain: _Plain) -> Iterator[WeightRange]:
    """Yield the range of each weight."""
    for path, convention in paths_of(scheme):
        found = WeightRange(
            key=path.key, stratum=stratum, kept=Kept.ORDER, convention=convention,
            weight=path.weight, low=path.least, high=path.most,
        )  # fmt: skip
        ends: dict[str, Any] = {}
        decided = True
        for upwards, side, beyond in ((False, "low", "below"), (True, "high", "above")):
            change = _first_change(order, path, scheme, upwards=upwards)
            if change is None:
                decided = False
                break
            if change.apart >= 0:
                sense = 1 if upwards else -1
                one, other = (order.names[order.order[change.place + i]] for i in (0, 1))
                ends[side] = path.weight + sense * change.apart
                ends[beyond] = RangeEnd(unit=one, other=other, at=change.at)
        yield evolve(found, **ends) if decided else plain.one(found)


_NOWHERE: Final = _Found(Fraction(-1), 0, AtEnd.KEPT)


def _first_change(order: _Order, path: Path, scheme: Scheme, *, upwards: bool) -> _Found | None:
    """Return where the order changes first; None where the nearest steps do not decide it."""
    limit = path.most - path.weight if upwards else path.weight - path.least
    if not limit or len(order.order) < 2:
        return _NOWHERE

    # What moves with the weight, and what moves against it.
    slopes = [path.criteria[key].slope for key in order.keys]
    with_it = [row for row, slope in enumerate(slopes) if slope > 0]
    against = [row for row, slope in enumerate(slopes) if slope < 0]
    steps: list[_Step] = []
    reach = float(limit)
    for rows, rising, scale in (
        (with_it, upwards, path.weight),
        (against, not upwards, scheme.maximum - path.weight),
    ):
        if rows:
            near, farthest = _nearest(order, rows, scale, rising=rising)
            steps += near
            reach = min(reach, farthest)
    steps = sorted(step for step in steps if step.near <= reach * (1 + _NEAR))
    found = _walk(order, steps, limit)
    if found is not None:
        # Steps at the very end of what was looked at may not be all.
        return found if float(found.apart) < reach * (1 - _NEAR) else None
    return _NOWHERE if reach == float(limit) and not _at_end(steps, reach) else None


def _at_end(steps: list[_Step], reach: float) -> bool:
    return any(step.near >= reach * (1 - _NEAR) for step in steps)


def _nearest(
    order: _Order, rows: list[int], scale: Fraction, *, rising: bool
) -> tuple[list[_Step], float]:
    """Return the nearest steps of some criteria, and how far away they are all there are."""
    steps, factor = (order.up if rising else order.down), float(scale)
    near = steps.near[rows].ravel()
    chosen = np.arange(len(near))
    farthest = float(order.widths[rows].min())
    if len(near) > _FEW:
        chosen = np.argpartition(near, _FEW)[: _FEW + 1]
        farthest = min(farthest, float(near[chosen].max()))
    chosen = chosen[near[chosen] <= farthest]
    units = len(order.order)
    found = [
        _Step(at * factor, rising, rows[place // units], place % units,
              int(steps.change[rows[place // units], place % units]), rising, scale)
        for place, at in zip(chosen.tolist(), near[chosen].tolist(), strict=True)
    ]  # fmt: skip
    return found, farthest * factor


def _walk(order: _Order, steps: list[_Step], limit: Fraction) -> _Found | None:
    """Count steps outwards until two neighbours are no longer in their relation."""
    totals: dict[int, int] = {}
    place = 0
    while place < len(steps):
        # Steps that floats cannot tell apart are put in order as fractions.
        stop = place + 1
        while stop < len(steps) and steps[stop].near <= steps[stop - 1].near * (1 + _NEAR):
            stop += 1
        ordered = sorted(
            (_apart(order, step), not step.at_once, step) for step in steps[place:stop]
        )
        place = stop
        begin = 0
        while begin < len(ordered):
            apart, after, _ = ordered[begin]
            end = begin
            moved: set[int] = set()
            while end < len(ordered) and ordered[end][:2] == (apart, after):
                step = ordered[end][2]
                before = totals.get(step.unit, order.totals[step.unit])
                totals[step.unit] = before + step.change
                moved.add(order.place[step.unit])
                end += 1
            begin = end
            if apart > limit or (apart == limit and after):
                return None
            found = _broken(order, totals, moved)
            if found is not None:
                pair, sign = found
                at = AtEnd.SWAPPED if sign else AtEnd.TIED
                return _Found(apart, pair, AtEnd.KEPT if after else at)
    return None


def _apart(order: _Order, step: _Step) -> Fraction:
    """Return how far away a step is, exactly."""
    steps = order.up if step.rising else order.down
    apart = int(steps.apart[step.row, step.unit])
    return Fraction(apart, 2 * int(order.tops[step.row, step.unit])) * step.scale


def _broken(order: _Order, totals: dict[int, int], moved: set[int]) -> tuple[int, int] | None:
    """Return the first pair of neighbours in another relation than before, and the new one."""
    pairs = {pair for place in moved for pair in (place - 1, place)}
    for pair in sorted(pairs):
        if not 0 <= pair < len(order.order) - 1:
            continue
        one, other = order.order[pair], order.order[pair + 1]
        old = order.totals[one] - order.totals[other]
        new = totals.get(one, order.totals[one]) - totals.get(other, order.totals[other])
        sign = (new > 0) - (new < 0)
        if sign != (old > 0):
            return pair, sign
    return None
