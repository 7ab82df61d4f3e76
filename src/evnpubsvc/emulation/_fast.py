"""Scoring many units at once: `score` and `rank` on columns of integers, equal to them exactly.

Points are integers of the smallest unit that the scheme rounds to. Where only a group or the total
is rounded, each component is rounded down at a much finer scale: the exact sum then lies in a known
narrow interval. The few units for which that interval holds a rounding boundary are scored one by
one, as is every unit with an unknown figure, a ratio over nothing, or a rule that columns do not
know. Sheets are made when they are asked for.

`frames.score_frame` does the same on arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from operator import add
from typing import Any, ClassVar, Final, TypeAlias, cast

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._letters import is_writable
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, writable_texts
from evnpubsvc.emulation._check_figures import check_figures
from evnpubsvc.emulation._criteria import Columns, Criterion
from evnpubsvc.emulation._figures import Chosen, Figure, UnitFigures
from evnpubsvc.emulation._groups import Group, GroupRole, RoundingAt
from evnpubsvc.emulation._points import component
from evnpubsvc.emulation._rank import Standings, natural_key, open_ranks, rank, ranked, tied_groups
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet, score
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, CountRange, Unknown, round_half_up

_FINE: Final = 32  # bits below the smallest unit kept for sums of unrounded components
_FAR: Final = 1 << 200  # beyond every total
Column: TypeAlias = Sequence[Any]
"""A value a unit. Arrays of integers may be given as such: whatever offers them as a buffer."""


def _columns(given: Mapping[str, Any]) -> dict[str, Column]:
    if not isinstance(given, Mapping):
        raise MisuseError("pairs-needed", got=type(given).__name__)
    return {key: _packed(column) for key, column in given.items()}


def _packed(column: Any) -> Column:
    """Copy a buffer of integers into an array of the standard library; leave all else alone."""
    try:
        view = memoryview(column)
    except (TypeError, ValueError):  # a list, a series, an array of dates: no buffer
        if isinstance(column, (list, tuple)):
            return cast("Column", column)
        if isinstance(column, str) or not hasattr(column, "__iter__"):
            raise MisuseError("column-needed", column, got=type(column).__name__) from None
        return list(column)
    if view.ndim != 1 or view.format not in _INTEGERS:
        return list(column)
    if view.format in "lq" and view.itemsize == 8:
        return array("q", view.tobytes())
    return _side_by_side(array(view.format, view.tobytes()))


_INTEGERS: Final = tuple("bBhHiIlLqQ")  # formats of buffers, as the standard library names them


def _side_by_side(column: Column) -> Column:
    """Put counts side by side: reading integers that lie scattered in memory takes long."""
    try:
        return array("q", column)
    except (TypeError, OverflowError):  # an unknown among them, or more than 63 bits
        return list(column)


@frozen
class _GridFigures:
    """What a document holds of a grid: the figures of each unit.

    Attributes:
        scheme: the scheme that they are for.
        figures: the figures of each unit, in the order of the grid.
    """

    scheme: Scheme
    figures: tuple[UnitFigures, ...]


@frozen(eq=False, kw_only=True, repr=False)
class FigureGrid(PublicType):
    """The figures of many units, by column: what a database or a data frame hands over.

    Attributes:
        scheme: the scheme that they are for.
        units: identifiers, each once.
        columns: a column for each figure, by key: integers for counts, `CountRange` for those
            within bounds, `Fraction` or integers for numbers, texts for choices, None for unknown.
            A figure without column is unknown for every unit. Arrays of integers are taken as
            they are.
        attributes: columns of texts, as the stratum; None where a unit has no such attribute.
        points: unit -> points by criterion that a source publishes without counts.

    Raises:
        DataError: `unit-twice`, `column-length`, `count-negative`, `count-not-whole`,
            `text-not-writable`, all at once.
    """

    written_as: ClassVar[type[_GridFigures]] = _GridFigures
    """In JSON it is the scheme and the figures of each unit."""

    scheme: Scheme = field(validator=instance_of(Scheme))
    units: Sequence[str] = field(validator=instance_of(Sequence))
    columns: dict[str, Column] = field(converter=_columns)
    attributes: Mapping[str, Column] = field(factory=dict[str, Column], converter=_columns)

    points: Mapping[str, Iterable[tuple[str, Fraction]]] = field(
        factory=dict[str, Any], validator=writable_texts
    )

    def __repr__(self) -> str:
        return f"<FigureGrid of {len(self.units)} units, {len(self.columns)} columns>"

    def __attrs_post_init__(self) -> None:
        found = [*self._units_twice(), *self._lengths(), *self._counts(), *self._texts()]
        if found:
            raise DataError(found)
        for key in self._count_columns:
            self.columns[key] = _side_by_side(self.columns[key])

    @property
    def _count_columns(self) -> list[str]:
        specs = self.scheme.figure_specs
        return [key for key in self.columns if key in specs and specs[key].unit is not None]

    def _units_twice(self) -> Iterator[Finding]:
        if len(set(self.units)) == len(self.units):
            return
        seen: set[str] = set()
        for unit in self.units:
            if unit in seen:
                yield finding("unit-twice", unit, unit)
            seen.add(unit)

    def _lengths(self) -> Iterator[Finding]:
        for name, column in (*self.columns.items(), *self.attributes.items()):
            if len(column) != len(self.units):
                yield finding("column-length", name, len(column), units=len(self.units))

    def _texts(self) -> Iterator[Finding]:
        """Find texts that no file or database takes; sound columns are looked at once only."""
        columns = {**self.columns, **self.attributes}
        for name, column in (("units", self.units), *columns.items()):
            cells = () if isinstance(column, array) else column
            texts = [name, *(each for each in cells if isinstance(each, str))]
            if not is_writable("".join(texts)):
                for each in texts:
                    if not is_writable(each):
                        yield finding("text-not-writable", name, each)

    def _counts(self) -> Iterator[Finding]:
        """Find counts that are negative or not whole; sound columns are looked at once only."""
        for key in self._count_columns:
            column = self.columns[key]
            types: set[type] = {int} if isinstance(column, array) else set(map(type, column))
            if not types <= {int, CountRange, type(None)}:
                wrong, reason = _not_whole, "count-not-whole"
            elif min((v for v in column if type(v) is int), default=0) < 0:
                wrong, reason = _negative, "count-negative"
            else:
                continue
            for unit, value in zip(self.units, column, strict=False):
                if wrong(value):
                    yield finding(reason, f"{unit}, {key}", value)

    def to_written(self) -> _GridFigures:
        """Return what documents hold."""
        return _GridFigures(self.scheme, tuple(map(self.figures, range(len(self)))))

    @classmethod
    def from_written(cls, written: _GridFigures) -> FigureGrid:
        """Return the grid that a document holds."""
        return cls.of(written.scheme, written.figures)

    @classmethod
    @answer_wrong_arguments
    def of(cls, scheme: Scheme, figures: Iterable[UnitFigures]) -> FigureGrid:
        """Lay the figures of units out by column.

        Reasons of unknowns, names and published results are left behind.
        """
        given = tuple(figures)
        found = [f for each in given for f in check_figures(scheme, each)]
        if found:
            raise DataError(found)
        names = sorted({name for each in given for name, _ in each.attributes})
        return cls(
            scheme=scheme,
            units=[each.unit for each in given],
            columns={key: [_bare(each[key]) for each in given] for key in scheme.figure_specs},
            attributes={
                name: [dict(each.attributes).get(name) for each in given] for name in names
            },
            points={each.unit: each.points for each in given if each.points},
        )

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def strata(self) -> tuple[str, ...]:
        """The strata that occur, in the order of the units; one without name for all together."""
        if self.scheme.within is None:
            return ("",)
        names = self.attributes.get(self.scheme.within, ())
        return tuple(dict.fromkeys(name for name in names if name))

    @cached_property
    def stratum_of(self) -> Sequence[int]:
        """The stratum of each unit, as its position in `strata`; -1 for a unit without one."""
        if self.scheme.within is None:
            return array("q", bytes(8 * len(self)))
        names = self.attributes.get(self.scheme.within)
        if names is None:
            return array("q", [-1]) * len(self)
        positions = {name: i for i, name in enumerate(self.strata)}
        return array("q", (positions.get(name, -1) for name in names))

    @answer_wrong_arguments
    def figures(self, index: int) -> UnitFigures:
        """Return the figures of one unit by its position."""
        given: dict[str, int | Fraction | Unknown | str] = {}
        for key in self.scheme.figure_specs:
            column = self.columns.get(key)
            value = None if column is None else column[index]
            if value is None:
                value = Unknown("figure-absent" if column is None else "figure-blank", key)
            given[key] = value
        return UnitFigures.for_scheme(
            self.scheme,
            self.units[index],
            given,
            attributes={
                name: column[index]
                for name, column in self.attributes.items()
                if column[index] is not None
            },
            points=dict(self.points.get(self.units[index], ())),
        )


def _not_whole(value: object) -> bool:
    return type(value) not in (int, CountRange, type(None))


def _negative(value: Any) -> bool:
    return type(value) is int and value < 0


def _bare(figure: Figure) -> Any:
    """Return a figure as columns hold it."""
    if isinstance(figure, Count):
        return figure.value
    if isinstance(figure, Chosen):
        return figure.option
    return None if isinstance(figure, Unknown) else figure


@frozen(eq=False, kw_only=True, repr=False)
class ScoreTable(PublicType):
    """Totals and ranks of many units; sheets and explanations on request.

    Attributes:
        grid: the figures as first given; units changed since have their sheet in `plain`.
        scale: totals are kept as integers of `1 / scale` points, those of the plain way as they
            are.
        totals: total of each unit, scaled; None where it is unknown or kept in `plain`.
        plain: sheets that were scored the plain way, by position.
        ranks: rank of each unit; None where it is not ranked, or bounds leave its rank open.
        shared: how many units hold the rank of each; 0 where it is not ranked.
        chain: columns of points that the tie chain compares.
    """

    written_as: ClassVar[type[Standings]] = Standings
    """In JSON it is the full standings: each sheet, each rank."""

    grid: FigureGrid
    scale: int
    totals: list[int | None]
    plain: dict[int, ScoreSheet]
    ranks: list[int | None]
    shared: list[int]
    chain: dict[str, list[int]] = field(validator=writable_texts)

    def __repr__(self) -> str:
        return f"<ScoreTable of {len(self)} units>"

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {unit: i for i, unit in enumerate(self.grid.units)}

    def __len__(self) -> int:
        return len(self.grid)

    def _at(self, unit: str) -> int:
        position = self._positions.get(unit)
        if position is None:
            raise UnknownNameError("unit-unknown", unit, known=tuple(self._positions))
        return position

    @answer_wrong_arguments
    def total(self, unit: str) -> Fraction | Unknown:
        """Return the total of a unit."""
        i = self._at(unit)
        scaled = self.totals[i]
        if scaled is not None:
            return Fraction(scaled, self.scale)
        return self.plain[i].total

    @answer_wrong_arguments
    def rank(self, unit: str) -> int | None:
        """Return the rank of a unit in its stratum; None if it is not ranked."""
        return self.ranks[self._at(unit)]

    @answer_wrong_arguments
    def sheet(self, unit: str) -> ScoreSheet:
        """Return the full score sheet of a unit, made now if it was not needed before."""
        i = self._at(unit)
        return self.plain.get(i) or score(self.grid.scheme, self.grid.figures(i))

    def to_written(self) -> Standings:
        """Return what documents hold."""
        return self.standings()

    @classmethod
    def from_written(cls, written: Standings) -> ScoreTable:
        """Return the table that a document holds; its grid has no columns, only the sheets."""
        if written.scheme is None:
            raise MisuseError("standings-without-scheme")
        sheets = {i: place.sheet for i, place in enumerate(written.places)}
        names = sorted({name for sheet in sheets.values() for name, _ in sheet.attributes})
        grid = FigureGrid(
            scheme=written.scheme,
            units=[sheet.unit for sheet in sheets.values()],
            columns={},
            attributes={
                name: [dict(sheet.attributes).get(name) for sheet in sheets.values()]
                for name in names
            },
        )
        scale = 10**written.scheme.rounding.places
        return _ranked(grid, scale, [None] * len(sheets), sheets, {})

    def standings(self) -> Standings:
        """Return full standings, every sheet made: what `rank` gives for the sheets of `score`."""
        return rank(self.sheet(unit) for unit in self.grid.units)

    def best(self) -> Iterator[tuple[str, int, Fraction]]:
        """Yield unit, rank and total of the ranked units, best first, then by identifier."""
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

    @answer_wrong_arguments
    def with_figures(self, changed: UnitFigures) -> ScoreTable:
        """Return the table after the figures of one unit changed: one is scored, all are ranked.

        Raises:
            MisuseError: `stratum-changed`; `unit-unknown`.
            DataError: what forbids scoring the changed figures.
        """
        i = self._at(changed.unit)
        within = self.grid.scheme.within
        if within is not None:
            names = self.grid.attributes.get(within)
            before = (None if names is None else names[i]) or ""
            if (dict(changed.attributes).get(within) or "") != before:
                raise MisuseError(
                    "stratum-changed", dict(changed.attributes).get(within) or "-", before=before
                )
        totals = list(self.totals)
        totals[i] = None
        plain = {**self.plain, i: score(self.grid.scheme, changed)}
        return _ranked(self.grid, self.scale, totals, plain, self.chain)


def score_all(scheme: Scheme, figures: FigureGrid | Iterable[UnitFigures]) -> ScoreTable:
    """Score and rank many units: the totals and ranks of `score` and `rank`, exactly, and fast.

    Strata, tie rule and tie chain are those of the scheme. Without units the table is empty.

    Raises:
        DataError: everything that forbids scoring, of all units.
        MisuseError: `schemes-differ` for a grid made for another scheme.

    >>> from evnpubsvc import preset
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> table = score_all(scheme, FigureGrid(scheme=scheme, units=["A", "B", "C"], columns={
    ...     "dossiers_on_time": [9, 18, 8], "dossiers_received": [10, 20, 10]}))
    >>> [(unit, place, str(total)) for unit, place, total in table.best()]
    [('A', 1, '18'), ('B', 1, '18'), ('C', 3, '16')]
    """
    if isinstance(figures, FigureGrid):
        grid = figures
    else:
        grid = FigureGrid.of(scheme, figures)
    if grid.scheme is not scheme and grid.scheme != scheme:
        raise MisuseError("schemes-differ", f"{scheme.key}, {grid.scheme.key}")
    scale = 10**scheme.rounding.places
    if not len(grid):
        return _ranked(grid, scale, [], {}, {})
    totals, slow, chain = _totals(scheme, grid, scale)

    # Units that columns cannot say, one by one.
    plain: dict[int, ScoreSheet] = {}
    found: list[Finding] = []
    for i in sorted(slow):
        totals[i] = None
        try:
            plain[i] = score(scheme, grid.figures(i))
        except DataError as error:
            found += error.findings
    if found:
        raise DataError(found)
    return _ranked(grid, scale, totals, plain, chain)


# Columns of points.


def _totals(
    scheme: Scheme, grid: FigureGrid, scale: int
) -> tuple[list[int | None], set[int], dict[str, list[int]]]:
    """Return scaled totals, positions to be scored one by one, and columns for the tie chain."""
    everyone = set(range(len(grid)))
    limits = _limits_of(scheme)
    at = scheme.rounding.at
    if _is_beyond_columns(scheme, scale):
        return [None] * len(grid), everyone, {}

    # Groups, rounded where groups are.
    work = _Work(scheme, grid, scale if at is RoundingAt.COMPONENT else scale << _FINE)
    slow, unsure = work.columns.slow, 0
    slow.update(i for i, unit in enumerate(grid.units) if unit in grid.points)
    total: list[int] | None = None
    chain: dict[str, list[int]] = {}
    for group in scheme.groups:
        points, terms = work.group(group, chain if at is RoundingAt.COMPONENT else None)
        if points is None:
            continue
        if at is RoundingAt.GROUP:
            deducted = group.role is GroupRole.DEDUCTION
            points = _rounded_sum(points, terms, slow, negative=deducted)
        else:
            unsure += terms
        total = points if total is None else list(map(add, total, points))
    if total is None or len(slow) == len(grid):
        return [None] * len(grid), everyone, {}

    # The total, rounded where it is, within its limits.
    if at is RoundingAt.TOTAL:
        total = _rounded_sum(total, unsure, slow)
    if limits:
        low, high = _limit(scheme, scheme.floor, -_FAR), _limit(scheme, scheme.ceiling, _FAR)
        if at is RoundingAt.GROUP and any((limit * scale).denominator != 1 for limit in limits):
            return [None] * len(grid), everyone, {}
        total = [low if t < low else min(t, high) for t in total]
    return list(total), slow, chain


def _limits_of(scheme: Scheme) -> list[Fraction]:
    return [limit for limit in (scheme.floor, scheme.ceiling) if limit is not None]


def _is_beyond_columns(scheme: Scheme, scale: int) -> bool:
    """Return whether columns cannot score a scheme at all: by its rules, or by its rounding."""
    if scheme.gates or scheme.exclusions or scheme.inapplicable:
        return True

    # Points that are rounded one by one are whole numbers, and so must be what cuts their sums.
    if scheme.rounding.at is RoundingAt.COMPONENT:
        cuts = [group.maximum for group in scheme.groups if group.cut]
        return any((cut * scale).denominator != 1 for cut in (*_limits_of(scheme), *cuts))

    # Sums that are rounded later must not fall below zero.
    if scheme.floor is None:
        return any(group.role is GroupRole.DEDUCTION for group in scheme.groups)
    return scheme.floor < 0


def _limit(scheme: Scheme, limit: Fraction | None, none: int) -> int:
    """Return a limit of totals, scaled; what counts as none where there is none."""
    if limit is None:
        return none
    places = scheme.rounding.places
    return int(round_half_up(limit, places) * 10**places)


def _rounded_sum(
    points: list[int], terms: int, slow: set[int], *, negative: bool = False
) -> list[int]:
    """Round sums of floors; positions where the lost parts could matter join `slow`."""
    # A sum of floors is short by less than one a term; of magnitudes of negative floors it is too
    # long by as much.
    half, spread = 1 << (_FINE - 1), max(terms - 1, 0)
    if negative:
        high = [(half - p) >> _FINE for p in points]
        if terms:
            low = [(half - p - terms) >> _FINE for p in points]
        else:
            low = high
    else:
        low = [(p + half) >> _FINE for p in points]
        if spread:
            high = [(p + spread + half) >> _FINE for p in points]
        else:
            high = low
    if low != high:
        slow.update(i for i, (a, b) in enumerate(zip(low, high, strict=True)) if a != b)
    return [-p for p in low] if negative else low


class _Work:
    """Columns of scaled points for the criteria of a scheme."""

    def __init__(self, scheme: Scheme, grid: FigureGrid, scale: int) -> None:
        self.scheme = scheme
        self.grid = grid
        self.columns = Columns(
            grid.columns,
            count=len(grid),
            scale=scale,
            rounds=scheme.rounding.at is RoundingAt.COMPONENT,
        )
        self._figures: list[UnitFigures] | None = None

    def group(
        self, group: Group, chain: dict[str, list[int]] | None
    ) -> tuple[list[int] | None, int]:
        """Return the column of a group, and how many of its terms are rounded down.

        The column is None if nothing in the group counts.
        """
        columns: list[list[int]] = []
        wanted = self.scheme.tie_break
        for criterion in group.criteria:
            if not criterion.scored:
                continue
            points = self._criterion(criterion)
            columns.append(points)
            if chain is not None and criterion.key in wanted:
                chain[criterion.key] = points
        if not columns:
            return None, 0
        if len(columns) == 1:
            total = columns[0]
        else:
            total = list(map(sum, zip(*columns, strict=True)))
        if group.cut:
            limit = group.maximum * self.columns.scale
            top = limit.numerator // limit.denominator
            bottom = -limit.numerator // limit.denominator
            total = [top if p > top else max(p, bottom) for p in total]
        if chain is not None and group.key in wanted:
            chain[group.key] = total
        return total, len(columns)

    def _criterion(self, criterion: Criterion) -> list[int]:
        if criterion.evidence is not None:
            points = None
        else:
            points = criterion.column(self.columns)
        if points is None:
            return self._one_by_one(criterion)
        return points

    def _one_by_one(self, criterion: Criterion) -> list[int]:
        """Return the column of a criterion, scored unit by unit."""
        slow = self.columns.slow
        if self._figures is None:
            self._figures = [self.grid.figures(i) for i in range(len(self.grid))]
            slow.update(
                i for i, each in enumerate(self._figures) if check_figures(self.scheme, each)
            )
        column = [0] * len(self.grid)
        for i, figures in enumerate(self._figures):
            if i in slow:
                continue
            points = component(criterion, figures, self.scheme.rounding).points
            if isinstance(points, Unknown):
                slow.add(i)
            else:
                scaled = points * self.columns.scale
                column[i] = scaled.numerator // scaled.denominator
        return column


# Ranks from totals.


def _ranked(
    grid: FigureGrid,
    scale: int,
    totals: list[int | None],
    plain: dict[int, ScoreSheet],
    chain: dict[str, list[int]],
) -> ScoreTable:
    scheme = grid.scheme

    # Who is ranked, by what: totals of columns, and those of sheets that may be ranked.
    keys: list[Any] = list(totals)
    ends: dict[int, tuple[Any, Any]] = {}  # of totals within bounds
    for i, sheet in plain.items():
        may = sheet.barred is None and sheet.maximum == scheme.maximum
        keys[i] = None
        if may and isinstance(sheet.total, Fraction):
            keys[i] = sheet.total * scale
        elif may and sheet.between is not None and sheet.between.high is not None:
            keys[i] = sheet.between.low * scale
            ends[i] = (keys[i], sheet.between.high * scale)
    strata: list[list[int]] = [[] for _ in grid.strata]
    for i, stratum in enumerate(grid.stratum_of):
        if stratum >= 0 and keys[i] is not None:
            strata[stratum].append(i)

    # Each stratum by itself.
    ranks: list[int | None] = [None] * len(grid)
    shared = [0] * len(grid)
    table = ScoreTable(
        grid=grid, scale=scale, totals=totals, plain=plain, ranks=ranks, shared=shared, chain=chain
    )

    def untie(level: list[int]) -> list[list[int]]:
        if scheme.tie_break and len(level) > 1:
            return _untied(table, level)
        return [level]

    def ends_of(i: int) -> tuple[Any, Any]:
        return ends.get(i, (keys[i], keys[i]))

    for members in strata:
        if not ends.keys().isdisjoint(members):
            chained = bool(scheme.tie_break)
            for found in open_ranks(members, ends_of, scheme.ties, untie, chained=chained):
                if found.best == found.worst:
                    for i in found.members:
                        ranks[i], shared[i] = found.best, len(found.members)
            continue
        for place, tied in ranked(members, keys.__getitem__, scheme.ties, untie):
            for i in tied:
                ranks[i] = place
                shared[i] = len(tied)
    return table


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
