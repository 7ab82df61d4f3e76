"""Declared ranges of weights on arrays: who is surely ahead of whom, and ranks under drawn weights.

Pairs are decided in whole numbers: shares are cut to 31 places after the point, which bounds each
lead from both sides, and a lead that these bounds leave open is worked out as a fraction. Totals
under drawn weights are rounded as floats, and as whole numbers wherever the float is near a half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc.analysis.engine import Box, limits_of, most_rounding, surely_ahead
from evnpubsvc.emulation import FigureGrid, RoundingAt, Scheme, UnitFigures, score_all
from evnpubsvc.errors import MisuseError
from evnpubsvc.frames._shares import MOST, Ints, Shares, grid_of, shares_of

Ranges: TypeAlias = Mapping[str, tuple[Fraction | int, Fraction | int]]
_Flags: TypeAlias = npt.NDArray[np.bool_]
_Floats: TypeAlias = npt.NDArray[np.floating[Any]]
_BITS: Final = 31  # places after the point to which shares are cut
_SAFE: Final = 1 << 27  # up to here the error of a float of 64 bits is below one part in a million
_SHORT: Final = 1 << 13  # up to here floats of 32 bits do, which are quicker
_HUNDREDTHS: Final = 100  # drawn weights are whole hundredths of a point
_TOGETHER: Final = 10_000  # sets of weights that are drawn together
_FEW: Final = 24  # drawn weights that show at once who is not ahead


# Weights, and what they make of the maxima of criteria.


class _Columns:
    """The weights of a box, and how each criterion depends on them."""

    def __init__(self, box: Box, shares: Shares) -> None:
        scheme = box.scheme
        self.box, self.shares = box, shares
        groups = {group.key: group for group in scheme.groups}
        # By weight the criteria that grow with it, each with what it is of the weight.
        self.members: list[list[tuple[int, Fraction]]] = []
        for key in box.keys:
            group = groups.get(key)
            own = {key} if group is None else {each.key for each in group.criteria}
            whole = scheme.criterion(key).maximum if group is None else group.maximum
            self.members.append(
                [
                    (row, scheme.criterion(name).maximum / whole)
                    for row, name in enumerate(shares.keys)
                    if name in own
                ]
            )
        moved = {row for each in self.members for row, _ in each}
        self.fixed = [
            (row, scheme.criterion(name).maximum)
            for row, name in enumerate(shares.keys)
            if row not in moved
        ]


# Dominance.


def dominance_frame(
    scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures], weights: Ranges
) -> pl.DataFrame:
    """Return how many units are surely ahead of each, and surely behind, under ranges of weights.

    Surely: under all weights in the ranges that keep the maximum of the scheme, after rounding. No
    rank of a unit is better than one more than those ahead of it, and none is worse than those
    behind it allow; `analysis.rank_ranges` says in addition which ranks are reached.

    Args:
        scheme: the scheme.
        figures: the figures; columns of a `FigureGrid` may be arrays of integers.
        weights: the least and the most of a maximum by key, as for `rank_ranges`.

    Returns:
        A row for each unit in the order given: `unit`, `stratum`, `ahead`, `behind`; both null for
        a unit that is not ranked or whose total is no sum of weighted shares.

    Raises:
        MisuseError: `weight-not-scored`, `weights-impossible`.
        DataError: everything that forbids scoring, of all units.

    >>> from evnpubsvc import preset
    >>> scheme = preset("chau-thanh-2021")
    >>> grid = FigureGrid(scheme=scheme, units=["A", "B", "C"], columns={
    ...     "dossiers_level_4": [70, 100, 60], "dossiers": [100, 100, 100],
    ...     "procedures_level_4_used": [14, 10, 10], "procedures_level_4": [20, 20, 20]})
    >>> found = dominance_frame(scheme, grid, {"share": (30, 70), "breadth": (30, 70)})
    >>> found.select("unit", "ahead", "behind").rows()
    [('A', 0, 1), ('B', 0, 1), ('C', 2, 0)]
    """
    grid = grid_of(scheme, figures)
    box = Box.of(scheme, weights)
    shares = shares_of(scheme, grid, limited=True)
    ahead: list[int | None] = [None] * len(grid)
    behind: list[int | None] = [None] * len(grid)
    if shares is None or (pairs := _Pairs.of(_Columns(box, shares))) is None:
        position = {unit: place for place, unit in enumerate(grid.units)}
        for unit, before, after in surely_ahead(score_all(scheme, grid).standings(), box):
            ahead[position[unit]], behind[position[unit]] = before, after
    else:
        stratum = np.array(grid.stratum_of, np.int64)
        for number in range(len(grid.strata)):
            units = np.flatnonzero(stratum == number)
            for place, before, after in pairs.counts(units):
                ahead[place], behind[place] = before, after
    return pl.DataFrame(
        {
            "unit": list(grid.units),
            "stratum": _strata(grid),
            "ahead": pl.Series(ahead, dtype=pl.Int64),
            "behind": pl.Series(behind, dtype=pl.Int64),
        }
    )


def _strata(grid: FigureGrid) -> list[str | None]:
    return [None if each < 0 else grid.strata[each] for each in grid.stratum_of]


class _Pairs:
    """The leads of units over each other, in whole numbers.

    Attributes:
        rates: for each unit and weight the points for one point of weight, cut to so many bits.
        fixed: for each unit what no weight moves, likewise.
        error: what cutting can change in a lead.
        slack: what rounding can change in a lead.
    """

    def __init__(
        self, columns: _Columns, rates: Ints, fixed: Ints, unit: int, error: int, slack: int
    ) -> None:
        self._columns, self._rates, self._fixed = columns, rates, fixed
        self._error, self._slack = error, slack
        box = columns.box
        self._lows = np.array([int(low * unit) for low in box.lows], np.int64)
        self._widths = np.array(
            [int((high - low) * unit) for low, high in zip(box.lows, box.highs, strict=True)],
            np.int64,
        )
        self._spare = int(box.spare * unit)
        self._scale = unit << _BITS
        self._above, self._below = self._clear_of_limits()

    @classmethod
    def of(cls, columns: _Columns) -> _Pairs | None:
        """Return the leads; None where they do not fit in 64 bits."""
        box, shares = columns.box, columns.shares
        slack = most_rounding(box.scheme)
        numbers = (*box.lows, *box.highs, box.spare)
        unit = lcm(*(number.denominator for number in numbers))
        scale = unit << _BITS
        cut = (shares.parts << _BITS) // shares.wholes * shares.signs[:, None]
        rates: list[Ints] = []
        fixed = np.zeros(cut.shape[1], np.int64)

        # Cutting takes less than one from each share; a part of a weight is cut once more.
        for members in columns.members:
            if any(part.numerator >= 1 << 30 for _, part in members):
                return None
            cuts = [cut[row] * part.numerator // part.denominator for row, part in members]
            rate: Ints = np.sum(cuts, axis=0)
            rates.append(rate)
        for row, maximum in columns.fixed:
            whole = maximum * unit
            if whole.numerator >= 1 << 30:
                return None
            fixed += cut[row] * whole.numerator // whole.denominator
        most = sum((maximum for _, maximum in columns.fixed), sum(box.highs, Fraction(0)))
        together = 2 * max(map(len, columns.members)) + 2
        error = int(together * most * unit) + 2 * len(columns.fixed) + 1
        if (int(most * unit) + 1) * 2 << _BITS >= MOST or slack * scale >= MOST:
            return None
        table = np.stack(rates, axis=1)
        return cls(columns, table, fixed, unit, error, int(slack * scale) + 1)

    def counts(self, units: Ints) -> Iterator[tuple[int, int, int]]:
        """Yield units with how many of these are surely ahead of it, and surely behind it."""
        rates, fixed = self._rates[units], self._fixed[units]
        shown, least = self._shown(rates, fixed), self._slack - self._error - 1
        ahead = np.zeros(len(units), np.int64)
        behind = np.zeros(len(units), np.int64)
        for place in range(len(units)):
            # Only those that are behind it under each of some weights can be so under all.
            if not self._above[units[place]]:
                continue
            behind_it = (shown[place] - shown >= least).all(axis=1) & self._below[units]
            rivals = np.flatnonzero(behind_it)
            sure = rivals[self._sure(place, rivals, rates, fixed, units)]
            ahead[sure] += 1
            behind[place] = len(sure)
        yield from zip(units.tolist(), ahead.tolist(), behind.tolist(), strict=True)

    def _clear_of_limits(self) -> tuple[_Flags, _Flags]:
        """Say which units are above the floor, and below the ceiling, under all weights."""
        lowest, highest = limits_of(self._columns.box.scheme)
        half = most_rounding(self._columns.box.scheme) / 2
        start = self._fixed + self._rates @ self._lows
        above = below = np.ones(len(start), np.bool_)
        if lowest is not None:
            least = start + self._knapsack(self._rates)
            above = self._beyond(least, (lowest + half) * self._scale, 1)
        if highest is not None:
            most = start - self._knapsack(-self._rates)
            below = self._beyond(-most, (half - highest) * self._scale, -1)
        if lowest is not None and lowest == highest:
            above = np.zeros(len(start), np.bool_)
        return above, below

    def _beyond(self, least: Ints, limit: Fraction, sign: int) -> _Flags:
        """Say where the least of `sign x total` is above a limit; close to it as fractions."""
        found: _Flags = least > ceil(limit)
        for unit in np.flatnonzero(np.abs(least - floor(limit)) <= self._error + 1).tolist():
            rates, start = self._total(unit)
            exact = sign * start + self._columns.box.least([sign * rate for rate in rates])[0]
            found[unit] = exact * self._scale > limit
        return found

    def _knapsack(self, rates: Ints) -> Ints:
        """Return the least of what the weights beyond their lows bring, by row."""
        order = rates.argsort(axis=1)
        widths = self._widths[order]
        before = widths.cumsum(axis=1) - widths
        taken = np.minimum(widths, np.maximum(self._spare - before, 0))
        least: Ints = (np.take_along_axis(rates, order, axis=1) * taken).sum(axis=1)
        return least

    def _shown(self, rates: Ints, fixed: Ints) -> Ints:
        """Return totals under a few weights of the box, by unit."""
        drawn = _drawn(self._lows, self._widths, self._spare, _FEW, _chance(0))
        columns = [rates @ weights + fixed for weights in drawn]
        return np.stack(columns, axis=1)

    def _sure(
        self, place: int, rivals: Ints, rates: Ints, fixed: Ints, units: Ints
    ) -> npt.NDArray[np.bool_]:
        """Say of which rivals a unit is surely ahead."""
        leads = rates[place] - rates[rivals]
        start = fixed[place] - fixed[rivals] + leads @ self._lows

        # At once where even the worst of all rates would do; else the knapsack.
        least = start + self._spare * leads.min(axis=1)
        sure: npt.NDArray[np.bool_] = least - self._error >= self._slack
        open_ = np.flatnonzero(~sure)
        if not len(open_):
            return sure
        least = start[open_] + self._knapsack(leads[open_])
        sure[open_] = least - self._error >= self._slack
        for each in open_[np.abs(least - self._slack) <= self._error + 1].tolist():
            sure[each] = self._exactly(int(units[place]), int(units[rivals[each]]))
        return sure

    def _exactly(self, unit: int, other: int) -> bool:
        """Say whether a unit is surely ahead of another, in fractions."""
        (own, start), (others, begin) = self._total(unit), self._total(other)
        rates = [one - two for one, two in zip(own, others, strict=True)]
        box = self._columns.box
        return start - begin + box.least(rates)[0] >= most_rounding(box.scheme)

    def _total(self, unit: int) -> tuple[list[Fraction], Fraction]:
        """Return the total of a unit, in fractions: a rate for each weight, and what is fixed."""
        columns, shares = self._columns, self._columns.shares

        def share(row: int) -> Fraction:
            part, whole = int(shares.parts[row, unit]), int(shares.wholes[row, unit])
            return Fraction(part, whole) * int(shares.signs[row])

        rates = [
            sum((share(row) * part for row, part in members), Fraction(0))
            for members in columns.members
        ]
        return rates, sum((share(row) * maximum for row, maximum in columns.fixed), Fraction(0))


def _chance(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _drawn(lows: Ints, widths: Ints, spare: int, many: int, chance: np.random.Generator) -> Ints:
    """Return random weights in a box with a fixed sum, a row for each set.

    What is to be shared is cut at random places; what a weight cannot take goes to the others, in a
    random order.
    """
    cuts = np.sort(chance.integers(0, spare, (many, len(lows) - 1), endpoint=True), axis=1)
    wanted = np.diff(cuts, axis=1, prepend=0, append=spare)
    taken = np.minimum(wanted, widths)

    # What is left over, from the first of a random order to the last.
    left = spare - taken.sum(axis=1, keepdims=True)
    order = chance.random(taken.shape).argsort(axis=1)
    room = np.take_along_axis(widths - taken, order, axis=1)
    more = np.clip(left - (room.cumsum(axis=1) - room), 0, room)
    np.put_along_axis(taken, order, np.take_along_axis(taken, order, axis=1) + more, axis=1)
    found: Ints = lows + taken
    return found


# Ranks under drawn weights.


def sample_ranks_frame(
    scheme: Scheme,
    figures: FigureGrid | Iterable[UnitFigures],
    weights: Ranges,
    *,
    sets: int = 10_000,
    seed: int,
) -> pl.DataFrame:
    """Return the ranks of units under weights drawn from declared ranges: a cross-check only.

    Each set is in whole hundredths of a point and keeps the maximum of the scheme; totals and ties
    are exactly those that `score` gives under `scheme.with_weights(...)`, and equal totals share a
    rank, 1-1-3. What was not drawn may still be: only `analysis.rank_ranges` rules out.

    Args:
        scheme: the scheme.
        figures: the figures; columns of a `FigureGrid` may be arrays of integers.
        weights: the least and the most of a maximum by key, as for `rank_ranges`; ends inside a
            hundredth are taken to the next one inside the range.
        sets: how many sets of weights are drawn, at least 1. They are not spread evenly where the
            upper ends bind.
        seed: what they are drawn from; the same seed draws the same.

    Returns:
        A row for each unit in the order given: `unit`, `stratum`, `best` and `worst` rank that
        occurred, in how many sets it was `first`, and how often it was `tied` with another; null
        for a unit that is not ranked.

    Raises:
        MisuseError: `weight-not-scored`, `weights-impossible`, `number-not-positive`.
        DataError: everything that forbids scoring, of all units.

    >>> from evnpubsvc import preset
    >>> scheme = preset("chau-thanh-2021")
    >>> grid = FigureGrid(scheme=scheme, units=["A", "B", "C"], columns={
    ...     "dossiers_level_4": [70, 100, 60], "dossiers": [100, 100, 100],
    ...     "procedures_level_4_used": [14, 10, 10], "procedures_level_4": [20, 20, 20]})
    >>> ranges = {"share": (30, 70), "breadth": (30, 70)}
    >>> found = sample_ranks_frame(scheme, grid, ranges, sets=500, seed=1)
    >>> found.select("unit", "best", "worst").rows()
    [('A', 1, 2), ('B', 1, 2), ('C', 3, 3)]
    """
    if sets < 1:
        raise MisuseError("number-not-positive", sets, record="sample_ranks_frame")
    grid = grid_of(scheme, figures)
    box = Box.of(scheme, weights)
    component = scheme.rounding.at is RoundingAt.COMPONENT
    shares = shares_of(scheme, grid, limited=True) if component else None
    totals = None if shares is None else _Totals.of(_Columns(box, shares))

    # Ranks of each set, and what becomes of them.
    stratum = np.array(grid.stratum_of, np.int64)
    count = len(grid)
    best, worst = np.full(count, count + 1), np.zeros(count, np.int64)
    first, tied = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for each in drawn_weights(box, sets, seed):
        if totals is None:
            given = (Fraction(weight, _HUNDREDTHS) for weight in each.tolist())
            changed = dict(zip(box.keys, given, strict=True))
            points, ranked = _plain_points(scheme, grid, changed)
            stratum = np.where(ranked, stratum, -1)
        else:
            points = totals.under(each)
        ranks, shared = _ranks(points, stratum)
        np.minimum(best, ranks, out=best)
        np.maximum(worst, ranks, out=worst)
        first += ranks == 1
        tied += shared
    columns = {"best": best, "worst": worst, "first": first, "tied": tied}
    return pl.DataFrame(
        {"unit": list(grid.units), "stratum": _strata(grid), **columns}
    ).with_columns(
        pl.when(pl.Series(stratum >= 0)).then(pl.col(name)).alias(name) for name in columns
    )


def drawn_weights(box: Box, sets: int, seed: int) -> Iterator[Ints]:
    """Yield weights of a box in whole hundredths, from a seed.

    Raises:
        MisuseError: `weights-impossible` where no whole hundredths in the ranges add up.
    """
    lows = np.array([ceil(low * _HUNDREDTHS) for low in box.lows], np.int64)
    highs = np.array([floor(high * _HUNDREDTHS) for high in box.highs], np.int64)
    whole = sum(box.lows, box.spare)
    spare = whole * _HUNDREDTHS - int(lows.sum())
    roomy = (highs >= lows).all() and 0 <= spare <= int((highs - lows).sum())
    if spare.denominator != 1 or not roomy:
        raise MisuseError("weights-impossible", whole)
    chance = _chance(seed)
    for begin in range(0, sets, _TOGETHER):
        many = min(_TOGETHER, sets - begin)
        yield from _drawn(lows, highs - lows, int(spare), many, chance)


class _Totals:
    """Totals of all units under weights in whole hundredths, in last places."""

    def __init__(
        self,
        columns: _Columns,
        factors: list[Fraction],
        fixed: Ints,
        most: Fraction,
        limits: tuple[int, int] | None,
    ) -> None:
        self._fixed = fixed
        # Three roundings of a float change points by less than this: nearer to a half is doubtful.
        kind = np.float32 if most * len(factors) < _SHORT * 1000 and most < _SHORT else np.float64
        self._doubt = 4 * float(np.finfo(kind).eps) * (float(most) + 1)
        self._weight_of = np.array(
            [place for place, each in enumerate(columns.members) for _ in each], np.int64
        )
        self._over, self._under = (
            np.array(each, np.int64)
            for each in zip(*(factor.as_integer_ratio() for factor in factors), strict=True)
        )
        rows = np.array([row for each in columns.members for row, _ in each], np.int64)
        self._parts, self._wholes = (each[rows] for each in columns.shares[1:3])
        rates = self._parts / self._wholes * (self._over / self._under)[:, None]
        self._rates: _Floats = rates.astype(kind)
        self._signs = columns.shares.signs[rows]
        self._float_signs = self._signs.astype(kind)
        self._limits = limits
        self._points, self._edge = np.empty_like(self._rates), np.empty_like(self._rates)

    @classmethod
    def of(cls, columns: _Columns) -> _Totals | None:
        """Return the totals; None where they do not fit in 64 bits."""
        shares, box = columns.shares, columns.box
        scale = 10**box.scheme.rounding.places
        most = int(max(box.highs) * _HUNDREDTHS) + 1
        factors = [part * scale / _HUNDREDTHS for members in columns.members for _, part in members]
        for factor in factors:
            sides = 2 * most * factor.numerator, 2 * factor.denominator
            if max(sides) * int(shares.wholes.max()) >= MOST or most * factor > _SAFE:
                return None
        fixed = np.zeros(shares.parts.shape[1], np.int64)
        for row, maximum in columns.fixed:
            top, bottom = (maximum * scale).as_integer_ratio()
            if 2 * max(top, bottom) * int(shares.wholes.max()) >= MOST:
                return None
            fixed += shares.signs[row] * _rounded(
                shares.parts[row] * top, shares.wholes[row] * bottom
            )
        floor, ceiling = box.scheme.floor, box.scheme.ceiling
        lowest = Fraction(-MOST) if floor is None else floor * scale
        highest = Fraction(MOST) if ceiling is None else ceiling * scale
        if lowest.denominator != 1 or highest.denominator != 1:
            return None
        unlimited = floor is None and ceiling is None
        limits = None if unlimited else (int(lowest), int(highest))
        return cls(columns, factors, fixed, most * max(factors), limits)

    def under(self, weights: Ints) -> Ints:
        """Return the totals under weights, in hundredths."""
        # Rounded a little too low, and a little too high.
        own = weights[self._weight_of].astype(self._rates.dtype)
        np.multiply(self._rates, own[:, None], out=self._points)
        sums: list[_Floats] = []
        for half in (0.5 - self._doubt, 0.5 + self._doubt):
            np.add(self._points, half, out=self._edge)
            np.floor(self._edge, out=self._edge)
            total: _Floats = np.dot(self._float_signs, self._edge)
            sums.append(total)
        totals = sums[0].astype(np.int64)

        # Where that makes a difference, in whole numbers. Points that are taken turn it around.
        doubtful = np.flatnonzero(self._doubtful(sums))
        if len(doubtful):
            totals[doubtful] = self._exactly(weights, doubtful)
        totals += self._fixed
        if self._limits is not None:
            np.clip(totals, *self._limits, out=totals)
        return totals

    def _doubtful(self, sums: list[_Floats]) -> npt.NDArray[np.bool_]:
        if (self._signs > 0).all():
            differs: npt.NDArray[np.bool_] = sums[0] != sums[1]
            return differs
        apart = np.floor(self._points + (0.5 - self._doubt)) != self._edge
        both: npt.NDArray[np.bool_] = apart.any(axis=0)
        return both

    def _exactly(self, weights: Ints, units: Ints) -> Ints:
        tops = self._parts[:, units] * (weights[self._weight_of] * self._over)[:, None]
        bottoms = self._wholes[:, units] * self._under[:, None]
        total: Ints = self._signs @ _rounded(tops, bottoms)
        return total


def _rounded(tops: Ints, bottoms: Ints) -> Ints:
    """Return fractions, rounded half up."""
    return (2 * tops + bottoms) // (2 * bottoms)


def _ranks(points: Ints, stratum: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the rank of each unit in its stratum, and whether it shares it."""
    level = points - points.min()
    span = int(level.max()) + 1
    if span > 1 << 20:
        level = np.unique(level, return_inverse=True)[1]
        span = int(level.max()) + 1
    strata = int(stratum.max()) + 2
    keys = (stratum + 1) * span + level
    counts = np.bincount(keys, minlength=strata * span).reshape(strata, span)
    above = counts[:, ::-1].cumsum(axis=1)[:, ::-1] - counts
    return 1 + above.ravel()[keys], counts.ravel()[keys] > 1


def _plain_points(
    scheme: Scheme, grid: FigureGrid, weights: Mapping[str, Fraction]
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return totals as numbers in the same order, and which units are ranked, the plain way."""
    changed = scheme.with_weights(weights)
    table = score_all(changed, evolve(grid, scheme=changed))
    ranked = np.array([each is not None for each in table.ranks])
    totals = [
        total if isinstance(total := table.total(unit), Fraction) else Fraction(0)
        for unit in grid.units
    ]
    levels = {total: level for level, total in enumerate(sorted(set(totals)))}
    return np.array([levels[total] for total in totals], np.int64), ranked
