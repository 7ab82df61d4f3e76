"""Scoring many units at once: the arithmetic of `score` on columns of integers, equal to it exactly.

Points are kept as integers of the smallest unit that the scheme rounds to. Where only a group or the total is
rounded, each component is a floor at a much finer scale: the exact sum then lies in a known narrow interval, and the
few units for which that interval holds a rounding boundary are scored the plain way, as is every unit with an
unknown figure, a ratio over nothing, or a rule that columns do not know. Sheets are made when they are asked for.

Columns may be integer arrays of an array library: they are then computed with their own operators, in 64 bits, as
long as nothing can overflow and no unit needs the plain way. No such library is imported here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from operator import add, gt, sub
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from evnpubsvc.emulation._criteria import (
    Combine,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    MinusCriterion,
    MonitorCriterion,
    RatioCriterion,
    Term,
)
from evnpubsvc.emulation._figures import Chosen, Figure, UnitFigures, check_figures
from evnpubsvc.emulation._points import component
from evnpubsvc.emulation._rank import Standings, natural_key, rank, tied_groups
from evnpubsvc.emulation._rules import TieRule
from evnpubsvc.emulation._scheme import Group, GroupRole, RoundingAt, Scheme
from evnpubsvc.emulation._score import ScoreSheet, score
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, Unknown, ZeroPolicy, round_half_up

__all__ = ["FigureGrid", "ScoreTable", "score_all"]

_FINE: Final = 32  # bits below the smallest unit kept for sums of unrounded components
Column: TypeAlias = Any
"""A sequence, or an integer array of an array library, which no type here can name."""


def _columns(given: Mapping[str, Column]) -> dict[str, Column]:
    return dict(given)


def _is_array(column: Any) -> bool:
    return hasattr(column, "dtype") and hasattr(column, "tolist")


def _packed(column: Column) -> Column:
    """Put counts side by side: reading integers that lie scattered in memory takes longer than scoring them."""
    if _is_array(column):
        return column
    try:
        return array("q", column)
    except (TypeError, OverflowError):  # an unknown among them, or more than 63 bits
        return list(column)


@frozen(eq=False, kw_only=True)
class FigureGrid:
    """The figures of many units, by column: what a database or a data frame hands over.

    Attributes:
        scheme: the scheme that they are for.
        units: identifiers, each once.
        columns: a column for each figure, by key: integers for counts, `Fraction` or integers for numbers, texts for
            choices, None for unknown. A figure without column is unknown for every unit.
        attributes: columns of texts, as the stratum.

    Raises:
        DataError: `unit-twice`, `column-length`, `count-negative`, `count-not-whole`, all at once.
    """

    scheme: Scheme
    units: Sequence[str]
    columns: dict[str, Column] = field(converter=_columns)
    attributes: Mapping[str, Column] = field(factory=dict[str, Column], converter=_columns)

    def __attrs_post_init__(self) -> None:
        found = list(self._wrong())
        if found:
            raise DataError(found)
        for key, column in self.columns.items():
            spec = self.scheme.figure_specs.get(key)
            if spec is not None and spec.unit is not None:
                self.columns[key] = _packed(column)

    def _wrong(self) -> Iterator[Finding]:
        if len(set(self.units)) != len(self.units):
            seen: set[str] = set()
            for unit in self.units:
                if unit in seen:
                    yield finding("unit-twice", unit, unit)
                seen.add(unit)
        for name, column in (*self.columns.items(), *self.attributes.items()):
            if len(column) != len(self.units):
                yield finding("column-length", name, len(column), units=len(self.units))
        for key, given in self.columns.items():
            spec = self.scheme.figure_specs.get(key)
            if spec is None or spec.unit is None:
                continue
            column = given
            if _is_array(column):
                sound = column.dtype.kind in "iu" and column.min(initial=0) >= 0
                column = () if sound else column.tolist()
            types = set(map(type, column))
            if not types <= {int, type(None)}:
                yield from (
                    finding("count-not-whole", f"{unit}, {key}", value)
                    for unit, value in zip(self.units, column, strict=False)
                    if type(value) not in (int, type(None))
                )
            elif (
                min((v for v in column if v is not None), default=0) < 0
                if type(None) in types
                else (bool(column) and min(column) < 0)
            ):
                yield from (
                    finding("count-negative", f"{unit}, {key}", value)
                    for unit, value in zip(self.units, column, strict=False)
                    if value is not None and value < 0
                )

    @classmethod
    def of(cls, scheme: Scheme, figures: Iterable[UnitFigures]) -> FigureGrid:
        """Lay the figures of units out by column. Reasons of unknowns, names and published results are left behind."""
        given = tuple(figures)
        found = [f for each in given for f in check_figures(scheme, each)]
        if found:
            raise DataError(found)

        def plain(figure: Figure) -> Any:
            if isinstance(figure, Count):
                return figure.value
            if isinstance(figure, Unknown):
                return None
            return figure.option if isinstance(figure, Chosen) else figure

        names = sorted({name for each in given for name, _ in each.attributes})
        return cls(
            scheme=scheme,
            units=[each.unit for each in given],
            columns={key: [plain(each[key]) for each in given] for key in scheme.figure_specs},
            attributes={
                name: [dict(each.attributes).get(name, "") for each in given] for name in names
            },
        )

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def with_unknown(self) -> frozenset[str]:
        """Keys of the columns that hold an unknown."""
        return frozenset(
            key
            for key, column in self.columns.items()
            if not isinstance(column, array) and not _is_array(column) and None in column
        )

    @cached_property
    def _strata(self) -> tuple[list[int], int]:
        """The stratum of each unit as a number, -1 for none, and how many there are."""
        within = self.scheme.within
        if within is None:
            return [0] * len(self), 1
        codes: dict[str, int] = {"": -1}
        names = self.attributes.get(within)
        coded = (
            [codes.setdefault(name, len(codes) - 1) for name in names]
            if names is not None
            else [-1] * len(self)
        )
        return coded, len(codes) - 1

    def figures(self, index: int) -> UnitFigures:
        """Return the figures of one unit by its position."""
        given: dict[str, int | Fraction | Unknown | str] = {}
        for key in self.scheme.figure_specs:
            column = self.columns.get(key)
            value = None if column is None else column[index]
            if value is not None and _is_array(column):
                value = value.item()
            given[key] = (
                Unknown("figure-absent" if column is None else "figure-blank", key)
                if value is None
                else value
            )
        return UnitFigures.for_scheme(
            self.scheme,
            self.units[index],
            given,
            attributes={name: column[index] for name, column in self.attributes.items()},
        )


@frozen(eq=False, kw_only=True)
class ScoreTable:
    """Totals and ranks of many units; sheets and explanations on request.

    Attributes:
        grid: the figures as first given; units changed since have their sheet in `plain`.
        scale: totals are kept as integers of `1 / scale` points, those of the plain way as they are.
        totals: total of each unit, scaled; None where it is unknown or kept in `plain`.
        plain: sheets that were scored the plain way, by position.
        ranks: rank of each unit; None where it is not ranked.
        shared: how many units hold the rank of each; 0 where it is not ranked.
        chain: columns of points that the tie chain compares.
    """

    grid: FigureGrid
    scale: int
    totals: list[int | None]
    plain: dict[int, ScoreSheet]
    ranks: list[int | None]
    shared: list[int]
    chain: dict[str, list[int]]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {unit: i for i, unit in enumerate(self.grid.units)}

    def __len__(self) -> int:
        return len(self.grid)

    def _at(self, unit: str) -> int:
        position = self._positions.get(unit)
        if position is None:
            raise UnknownNameError("unit-unknown", unit)
        return position

    def total(self, unit: str) -> Fraction | Unknown:
        """Return the total of a unit."""
        i = self._at(unit)
        scaled = self.totals[i]
        return Fraction(scaled, self.scale) if scaled is not None else self.plain[i].total

    def rank(self, unit: str) -> int | None:
        """Return the rank of a unit in its stratum; None if it is not ranked."""
        return self.ranks[self._at(unit)]

    def sheet(self, unit: str) -> ScoreSheet:
        """Return the full score sheet of a unit, made now if it was not needed before."""
        i = self._at(unit)
        return self.plain.get(i) or score(self.grid.scheme, self.grid.figures(i))

    def standings(self) -> Standings:
        """Return full standings, every sheet made: the same as `rank` over the sheets of `score`."""
        return rank(self.sheet(unit) for unit in self.grid.units)

    def best(self) -> Iterator[tuple[str, int, Fraction]]:
        """Yield unit, rank and total of the ranked units, best first; units of one rank in the order of identifiers."""
        ranked = [
            (r, natural_key(self.grid.units[i]), i)
            for i, r in enumerate(self.ranks)
            if r is not None
        ]
        for r, _, i in sorted(ranked):
            unit = self.grid.units[i]
            total = self.total(unit)
            assert isinstance(total, Fraction)  # it is ranked
            yield unit, r, total

    def with_figures(self, changed: UnitFigures) -> ScoreTable:
        """Return the table after the figures of one unit changed: one unit is scored, and all are ranked.

        Raises:
            MisuseError: `stratum-changed`; `unit-unknown`.
            DataError: what forbids scoring the changed figures.
        """
        i = self._at(changed.unit)
        within = self.grid.scheme.within
        if within is not None:
            names = self.grid.attributes.get(within)
            before = "" if names is None else names[i]
            if (dict(changed.attributes).get(within) or "") != before:
                raise MisuseError(
                    "stratum-changed", dict(changed.attributes).get(within) or "-", before=before
                )
        totals = list(self.totals)
        totals[i] = None
        plain = {**self.plain, i: score(self.grid.scheme, changed)}
        return _ranked(self.grid, self.scale, totals, plain, self.chain)


def score_all(scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures]) -> ScoreTable:
    """Score and rank many units: the totals and ranks of `score` and `rank`, exactly, many times faster.

    Strata, tie rule and tie chain are those of the scheme.

    Raises:
        DataError: everything that forbids scoring, of all units.
        MisuseError: `schemes-differ` for a grid made for another scheme; `nothing-to-rank` without units.

    >>> from evnpubsvc import preset
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> table = score_all(scheme, FigureGrid(scheme=scheme, units=["A", "B", "C"], columns={
    ...     "dossiers_on_time": [9, 18, 8], "dossiers_received": [10, 20, 10]}))
    >>> [(unit, place, str(total)) for unit, place, total in table.best()]
    [('A', 1, '18'), ('B', 1, '18'), ('C', 3, '16')]
    """
    grid = figures if isinstance(figures, FigureGrid) else FigureGrid.of(scheme, figures)
    if grid.scheme is not scheme and grid.scheme != scheme:
        raise MisuseError("schemes-differ", f"{scheme.key}, {grid.scheme.key}")
    if not len(grid):
        raise MisuseError("nothing-to-rank")
    scale = 10**scheme.rounding.places
    done = _by_arrays(scheme, grid, scale)
    if done is not None:
        return done
    totals, slow, chain = _totals(scheme, grid, scale)
    plain: dict[int, ScoreSheet] = {}
    found: list[Finding] = []
    for i in sorted(slow):
        try:
            plain[i] = score(scheme, grid.figures(i))
        except DataError as error:
            found += error.findings
        totals[i] = None
    if found:
        raise DataError(found)
    return _ranked(grid, scale, totals, plain, chain)


# Columns as arrays.


def _by_arrays(scheme: Scheme, grid: FigureGrid, scale: int) -> ScoreTable | None:
    """Score columns that are arrays; None where they are not, or where they cannot do it exactly."""
    simple = scheme.rounding.at is RoundingAt.COMPONENT and not (
        scheme.gates or scheme.exclusions or scheme.inapplicable or scheme.tie_break
    )
    if not simple or not all(_is_array(grid.columns.get(key)) for key in scheme.read_figures):
        return None
    total: Any = 0
    for group in scheme.groups:
        points: Any = 0
        for criterion in group.criteria:
            if isinstance(criterion, MonitorCriterion):
                continue
            column = _array_points(criterion, grid, scale)
            if column is None:
                return None
            points = points + column
        limit = group.maximum * scale
        if group.cut:
            if limit.denominator != 1:
                return None
            points = _clipped(points, -int(limit), int(limit))
        total = total + points
    if isinstance(total, int):  # nothing but monitored criteria
        return None
    for bound, is_floor in ((scheme.floor, True), (scheme.ceiling, False)):
        if bound is None:
            continue
        scaled = bound * scale
        if scaled.denominator != 1:
            return None
        total = (
            _clipped(total, int(scaled), _MOST)
            if is_floor
            else _clipped(total, -_MOST, int(scaled))
        )
    return _array_ranks(grid, scale, total)


_MOST: Final = 1 << 62  # what a product may reach: a quarter of what 64 bits hold


def _clipped(column: Any, low: int, high: int) -> Any:
    return column.clip(low, high)


def _array_points(criterion: Criterion, grid: FigureGrid, scale: int) -> Any:
    if criterion.evidence is not None:
        return None
    if isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion)):
        counts = _wide(grid, criterion.figure)
        per, top = criterion.per * scale, criterion.maximum * scale
        if counts is None:
            return None
        widest = max(int(counts.max()), 1) * 2 * per.numerator * top.denominator
        if (
            max(widest, 2 * top.numerator * per.denominator, 2 * top.denominator * per.denominator)
            >= _MOST
        ):
            return None
        if isinstance(criterion, MinusCriterion):
            common = top.denominator * per.denominator
            whole = _clipped(
                top.numerator * per.denominator - counts * (per.numerator * top.denominator),
                0,
                _MOST,
            )
            return (2 * whole + common) // (2 * common)
        points = _clipped(
            (2 * per.numerator * counts + per.denominator) // (2 * per.denominator),
            0,
            _half_up(top),
        )
        return -points if isinstance(criterion, DeductionCriterion) else points
    if (
        not isinstance(criterion, RatioCriterion)
        or criterion.step is not None
        or criterion.not_due is not None
    ):
        return None
    n, d = _wide_term(grid, criterion.numerator), _wide_term(grid, criterion.denominator)
    if n is None or d is None or (not criterion.above_one and bool((n > d).any())):
        return None
    nothing = d == 0
    some = bool(nothing.any())
    if some and criterion.zero not in (ZeroPolicy.FULL, ZeroPolicy.ZERO):
        return None
    slope = criterion.maximum / criterion.target * scale
    a, b, c = 2 * slope.numerator, slope.denominator, 2 * slope.denominator
    if int(n.max()) * a >= _MOST or c >= _MOST:
        return None
    full = _half_up(criterion.maximum * scale)
    points = _clipped((a * n // (d + nothing if some else d) + b) // c, 0, full)
    if some:
        points[nothing] = full if criterion.zero is ZeroPolicy.FULL else 0
    return points


def _half_up(value: Fraction) -> int:
    return int(round_half_up(value, 0))


def _wide(grid: FigureGrid, key: str) -> Any:
    """Return a column in 64 bits; None where it may not fit."""
    column: Any = grid.columns[key]
    if column.dtype.kind == "u" and column.dtype.itemsize == 8 and int(column.max()) >= _MOST:
        return None
    return column if column.dtype == "int64" else column.astype("int64")


def _wide_term(grid: FigureGrid, term: Term) -> Any:
    first, *rest = (_wide(grid, key) for key in term.figures)
    for other in rest:
        if first is None or other is None or int(first.max()) + int(other.max()) >= _MOST:
            return None
        first = (
            first + other
            if term.combine is Combine.SUM
            else first + (other - first) * (other > first)
        )
    return first


def _array_ranks(grid: FigureGrid, scale: int, total: Any) -> ScoreTable | None:
    """Rank by one sort of packed integers: stratum, points from the top, position."""
    coded, strata = grid._strata  # noqa: SLF001 - of this module
    count, ties = len(grid), grid.scheme.ties
    best = int(total.max())
    span = best - int(total.min()) + 1
    if (strata + 1) * span * count >= _MOST:
        return None
    stratum = total * 0 + coded
    keys = ((stratum + 1) * span + (best - total)) * count + (total * 0 + 1).cumsum() - 1
    keys.sort()
    position, level = keys % count, keys // count
    start, size, order = _runs(level)
    first, _, _ = _runs(level // span)
    if ties is TieRule.COMPETITION:
        place = start - first + 1
    elif ties is TieRule.MODIFIED:
        place = start + size - first
    else:
        place = order - order[first] + 1
    ranks, shared = total * 0, total * 0
    ranks[position], shared[position] = place, size
    listed: list[int | None] = ranks.tolist()
    sizes: list[int] = shared.tolist()
    if -1 in coded:
        for i, code in enumerate(coded):
            if code < 0:
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


def _runs(values: Any) -> tuple[Any, Any, Any]:
    """Return for each place of a sorted array where its run of equal values starts, how long it is, which it is."""
    new = values * 0
    new[0] = 1
    new[1:] = values[1:] != values[:-1]
    order = new.cumsum() - 1
    starts = new.nonzero()[0]
    sizes = starts.copy()
    sizes[:-1] = starts[1:]
    sizes[-1] = len(values)
    sizes = sizes - starts
    return starts[order], sizes[order], order


# Columns of points.


def _totals(
    scheme: Scheme, grid: FigureGrid, scale: int
) -> tuple[list[int | None], set[int], dict[str, list[int]]]:
    """Return scaled totals, positions that need the plain way, and the columns of points that the tie chain needs."""
    everyone = set(range(len(grid)))
    limits = [limit for limit in (scheme.floor, scheme.ceiling) if limit is not None]
    at = scheme.rounding.at
    whole = at is not RoundingAt.COMPONENT or all(
        (limit * scale).denominator == 1
        for limit in (*limits, *(group.maximum for group in scheme.groups if group.cut))
    )
    ruled = scheme.gates or scheme.exclusions or scheme.inapplicable
    may_fall = scheme.floor is None and any(g.role is GroupRole.DEDUCTION for g in scheme.groups)
    may_fall = may_fall or (scheme.floor is not None and scheme.floor < 0)
    if ruled or not whole or (may_fall and at is not RoundingAt.COMPONENT):
        return [None] * len(grid), everyone, {}
    work = _Work(scheme, grid, scale if at is RoundingAt.COMPONENT else scale << _FINE)
    slow, unsure = work.slow, 0
    total: list[int] | None = None
    chain: dict[str, list[int]] = {}
    for group in scheme.groups:
        points, terms = work.group(group, chain if at is RoundingAt.COMPONENT else None)
        if points is None:
            continue
        if at is RoundingAt.GROUP:
            sign = -1 if group.role is GroupRole.DEDUCTION else 1
            points = _rounded_sum(points, terms, slow, negative=sign < 0)
        else:
            unsure += terms
        total = points if total is None else list(map(add, total, points))
    if total is None or len(slow) == len(grid):
        return [None] * len(grid), everyone, {}
    if at is RoundingAt.TOTAL:
        total = _rounded_sum(total, unsure, slow)
    if limits:
        low = (
            -(1 << 200)
            if scheme.floor is None
            else int(round_half_up(scheme.floor, scheme.rounding.places) * scale)
        )
        high = (
            1 << 200
            if scheme.ceiling is None
            else int(round_half_up(scheme.ceiling, scheme.rounding.places) * scale)
        )
        if at is RoundingAt.GROUP and any((limit * scale).denominator != 1 for limit in limits):
            return [None] * len(grid), everyone, {}
        total = [low if t < low else min(t, high) for t in total]
    return list(total), slow, chain


def _rounded_sum(
    points: list[int], terms: int, slow: set[int], *, negative: bool = False
) -> list[int]:
    """Round sums of floors at the fine scale; positions where the lost parts could matter join `slow`."""
    # A sum of floors is short by less than one a term; of magnitudes of negative floors it is too long by as much.
    half, spread = 1 << (_FINE - 1), max(terms - 1, 0)
    if negative:
        high = [(half - p) >> _FINE for p in points]
        low = [(half - p - terms) >> _FINE for p in points] if terms else high
    else:
        low = [(p + half) >> _FINE for p in points]
        high = [(p + spread + half) >> _FINE for p in points] if spread else low
    if low != high:
        slow.update(i for i, (a, b) in enumerate(zip(low, high, strict=True)) if a != b)
    return [-p for p in low] if negative else low


class _Work:
    """Columns of scaled points for the criteria of a scheme."""

    def __init__(self, scheme: Scheme, grid: FigureGrid, scale: int) -> None:
        self.scheme = scheme
        self.grid = grid
        self.scale = scale
        self.rounds = scheme.rounding.at is RoundingAt.COMPONENT
        self.slow: set[int] = set()
        self._kept: dict[str, list[int] | None] = {}
        self._figures: list[UnitFigures] | None = None

    def group(
        self, group: Group, chain: dict[str, list[int]] | None
    ) -> tuple[list[int] | None, int]:
        """Return the column of a group, and how many of its terms are floors; None if nothing in it counts."""
        columns: list[list[int]] = []
        wanted = self.scheme.tie_break
        for criterion in group.criteria:
            if isinstance(criterion, MonitorCriterion):
                continue
            points = self._criterion(criterion)
            columns.append(points)
            if chain is not None and criterion.key in wanted:
                chain[criterion.key] = points
        if not columns:
            return None, 0
        total = columns[0] if len(columns) == 1 else list(map(sum, zip(*columns, strict=True)))
        if group.cut:
            limit = group.maximum * self.scale
            top, bottom = (
                limit.numerator // limit.denominator,
                -limit.numerator // limit.denominator,
            )
            total = [top if p > top else max(p, bottom) for p in total]
        if chain is not None and group.key in wanted:
            chain[group.key] = total
        return total, len(columns)

    def _counts(self, key: str) -> list[int]:
        """Return a column of counts; positions that are unknown join `slow` and hold a zero."""
        kept = self._kept.get(key)
        if kept is None:
            column = self.grid.columns.get(key)
            if column is None:
                self.slow.update(range(len(self.grid)))
                kept = [0] * len(self.grid)
            elif key in self.grid.with_unknown:
                self.slow.update(i for i, value in enumerate(column) if value is None)
                kept = [0 if value is None else value for value in column]
            else:
                kept = column.tolist() if _is_array(column) else list(column)
            self._kept[key] = kept
        return kept

    def _term(self, term: Term) -> list[int]:
        first, *rest = (self._counts(key) for key in term.figures)
        for other in rest:
            first = list(map(add if term.combine is Combine.SUM else max, first, other))
        return first

    def _criterion(self, criterion: Criterion) -> list[int]:
        if criterion.evidence is None:
            if isinstance(criterion, RatioCriterion):
                return self._ratio(criterion)
            if isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion)):
                return self._counted(criterion)
        return self._plain(criterion)

    def _plain(self, criterion: Criterion) -> list[int]:
        """Score one criterion the plain way for every unit."""
        if self._figures is None:
            self._figures = [self.grid.figures(i) for i in range(len(self.grid))]
            self.slow.update(
                i for i, each in enumerate(self._figures) if check_figures(self.scheme, each)
            )
        column: list[int] = []
        for i, figures in enumerate(self._figures):
            points = Fraction(0)
            if i not in self.slow:
                made = component(criterion, figures, self.scheme.rounding).points
                if isinstance(made, Unknown):
                    self.slow.add(i)
                else:
                    points = made
            scaled = points * self.scale
            column.append(scaled.numerator // scaled.denominator)
        return column

    def _ratio(self, criterion: RatioCriterion) -> list[int]:
        n, d = self._term(criterion.numerator), self._term(criterion.denominator)
        if criterion.not_due is not None:
            d = list(map(sub, d, self._term(criterion.not_due)))
            if min(d) < 0:
                self.slow.update(i for i, value in enumerate(d) if value < 0)
                d = [max(0, value) for value in d]
        if not criterion.above_one and any(map(gt, n, d)):
            self.slow.update(i for i, (a, b) in enumerate(zip(n, d, strict=True)) if a > b)
        zero = criterion.maximum if criterion.zero is ZeroPolicy.FULL else Fraction(0)
        if criterion.zero not in (ZeroPolicy.FULL, ZeroPolicy.ZERO) and 0 in d:
            self.slow.update(i for i, value in enumerate(d) if not value)
        # points = n / d x slope, in units of `unit`; rounded half up, or floored, to whole units, then to the scale.
        unit = (
            criterion.step
            if self.rounds and criterion.step is not None
            else Fraction(1, self.scale)
        )
        if criterion.step is not None and not self.rounds:
            return self._plain(criterion)
        slope = criterion.maximum / criterion.target / unit
        top, empty = (self._whole(points / unit) for points in (criterion.maximum, zero))
        factor = int(unit * self.scale)
        # floor((r + b) / c) is floor((floor(r) + b) / c) for whole b and c: two small divisions for one large.
        # Rounding keeps order, so the cap may come after it.
        if self.rounds:
            a, b, c = 2 * slope.numerator, slope.denominator, 2 * slope.denominator
            if criterion.target == 1 and not criterion.above_one:
                points = [(a * x // y + b) // c if y else empty for x, y in zip(n, d, strict=True)]
            else:
                points = [
                    (p if (p := (a * x // y + b) // c) < top else top) if y else empty
                    for x, y in zip(n, d, strict=True)
                ]
        else:
            a, b = slope.numerator, slope.denominator
            points = [
                (p if (p := a * x // y // b) < top else top) if y else empty
                for x, y in zip(n, d, strict=True)
            ]
        return points if factor == 1 else [p * factor for p in points]

    def _whole(self, units: Fraction) -> int:
        return int(round_half_up(units, 0)) if self.rounds else units.numerator // units.denominator

    def _counted(
        self, criterion: CountCriterion | MinusCriterion | DeductionCriterion
    ) -> list[int]:
        """Score by number of events: few different numbers occur, so each is worked out once."""
        sign = -1 if isinstance(criterion, DeductionCriterion) else 1

        def worth(count: int) -> int:
            amount = min(criterion.maximum, criterion.per * count)
            points = criterion.maximum - amount if isinstance(criterion, MinusCriterion) else amount
            if self.rounds:
                return sign * self._whole(points * self.scale)
            scaled = sign * points * self.scale
            return scaled.numerator // scaled.denominator

        counts = self._counts(criterion.figure)
        table = {count: worth(count) for count in set(counts)}
        return [table[count] for count in counts]


# Ranks from totals.


def _ranked(
    grid: FigureGrid,
    scale: int,
    totals: list[int | None],
    plain: dict[int, ScoreSheet],
    chain: dict[str, list[int]],
) -> ScoreTable:
    scheme = grid.scheme
    keys: list[Any] = list(totals)
    for i, sheet in plain.items():
        reduced = sheet.maximum != scheme.maximum
        known = isinstance(sheet.total, Fraction) and sheet.barred is None and not reduced
        assert not known or isinstance(sheet.total, Fraction)
        keys[i] = sheet.total * scale if known and isinstance(sheet.total, Fraction) else None
    strata: dict[Any, list[int]] = {}
    if scheme.within is None:
        strata[""] = list(range(len(grid)))
    else:
        names = grid.attributes.get(scheme.within)
        for i, name in enumerate(names if names is not None else ()):
            if name:
                strata.setdefault(name, []).append(i)
    ranks: list[int | None] = [None] * len(grid)
    shared = [0] * len(grid)
    table = ScoreTable(
        grid=grid, scale=scale, totals=totals, plain=plain, ranks=ranks, shared=shared, chain=chain
    )
    for members in strata.values():
        ranked = [i for i in members if keys[i] is not None] if None in keys else members
        _rank_stratum(table, sorted(ranked, key=keys.__getitem__, reverse=True), keys)
    return table


def _rank_stratum(table: ScoreTable, order: list[int], keys: list[Any]) -> None:
    ties, wanted = table.grid.scheme.ties, table.grid.scheme.tie_break
    ranks, shared = table.ranks, table.shared
    count, start, step = len(order), 0, 0
    while start < count:
        value = keys[order[start]]
        end = start + 1
        while end < count and keys[order[end]] == value:
            end += 1
        groups: Iterable[Sequence[int]] = (order[start:end],)
        if wanted and end - start > 1:
            groups = _untied(table, order[start:end])
        for group in groups:
            step += 1
            size = len(group)
            if ties is TieRule.COMPETITION:
                place = start + 1
            elif ties is TieRule.MODIFIED:
                place = start + size
            else:
                place = step
            for i in group:
                ranks[i] = place
                shared[i] = size
            start += size


def _untied(table: ScoreTable, tied: list[int]) -> list[list[int]]:
    """Split a tie by the chain: on columns where every tied unit has them, else on sheets."""
    wanted, chain = table.grid.scheme.tie_break, table.chain
    if all(key in chain for key in wanted) and not any(i in table.plain for i in tied):
        columns = [chain[key] for key in wanted]
        by_key: dict[tuple[int, ...], list[int]] = {}
        for i in tied:
            by_key.setdefault(tuple(column[i] for column in columns), []).append(i)
        return [by_key[key] for key in sorted(by_key, reverse=True)]
    positions = {table.grid.units[i]: i for i in tied}
    sheets = [table.sheet(unit) for unit in positions]
    return [[positions[sheet.unit] for sheet in group] for group in tied_groups(sheets, wanted)]
