"""Which ranks a unit can have: under declared ranges of weights, and with a few acts more or less.

For two units the smallest difference of their totals over a box of weights with a fixed sum is a
fractional knapsack, so who is ahead under all weights is known in closed form. How good a rank can
be needs more than pairs: the fewest rivals that stay ahead are searched with exact linear
programmes, and each rank that is found comes with weights that give it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import combinations_with_replacement, count

from attrs import evolve, field, frozen

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._acts import Act, do_acts
from evnpubsvc.analysis._simplex import maximise
from evnpubsvc.analysis._weighing import (
    Line,
    Path,
    Profile,
    constant,
    points_at,
    profile_of,
)
from evnpubsvc.emulation import (
    GroupRole,
    RoundingAt,
    Scheme,
    Standings,
    UnitFigures,
    score,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.texts import LabelledEnum


class Uncertainty(LabelledEnum):
    """What is left open when ranks are stated as ranges."""

    WEIGHTS = "weights"
    """The weights, within declared ranges."""
    ACTS = "acts"
    """The figures: a few acts more or less in each unit."""
    BOUNDS = "bounds"
    """The figures, as far as they are published within bounds."""


@frozen(kw_only=True)
class RankRange(PublicType):
    """The ranks that a unit can have; equal totals share a rank, 1-1-3.

    Attributes:
        unit: identifier.
        stratum: the stratum it is ranked in.
        best: no better rank is possible.
        worst: no worse rank is possible.
        best_reached: the best rank that was found. Where it is `best`, that is exact; else `best`
            is a bound. None where nothing was found that gives a rank.
        worst_reached: the worst rank that was found, likewise.
        best_weights: weights by key that give `best_reached`; empty where weights are not what is
            open. Put them into `scheme.with_weights`, and score and rank again.
        worst_weights: weights that give `worst_reached`.
    """

    unit: str = field(validator=nonempty_text)
    stratum: str = field(validator=instance_of(str))
    best: int = field(validator=instance_of(int))
    worst: int = field(validator=instance_of(int))
    best_reached: int | None = field(validator=instance_of(int, type(None)))
    worst_reached: int | None = field(validator=instance_of(int, type(None)))
    best_weights: tuple[tuple[str, Fraction], ...] = ()
    worst_weights: tuple[tuple[str, Fraction], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether both ends are exact, and neither is only a bound."""
        return self.best == self.best_reached and self.worst == self.worst_reached


@frozen(kw_only=True)
class TieGroup(PublicType):
    """Units whose order does not survive what is uncertain (nhóm đồng hạng).

    Attributes:
        stratum: the stratum.
        units: the units, in the order of the standings; one by itself has a rank of its own.
        best: the best rank in the group.
        worst: the worst rank in the group: groups do not overlap.
        reason: what is uncertain.
    """

    stratum: str = field(validator=instance_of(str))
    units: tuple[str, ...] = field(validator=tuple_of(str))
    best: int = field(validator=instance_of(int))
    worst: int = field(validator=instance_of(int))
    reason: Uncertainty = field(validator=instance_of(Uncertainty))


@frozen(kw_only=True)
class RankRanges(PublicType, Printed):
    """The ranks that units can have, and what was left open.

    Attributes:
        reason: what is uncertain.
        ranges: one for each unit that is compared, in the order of the standings.
        apart: units that could not be compared; what is said holds among the others.

    `str()` gives the ranges as a table.
    """

    reason: Uncertainty = field(validator=instance_of(Uncertainty))
    ranges: tuple[RankRange, ...] = field(validator=tuple_of(RankRange))
    apart: tuple[str, ...] = field(default=(), validator=tuple_of(str))

    def of(self, unit: str) -> RankRange | None:
        """Return the range of a unit; None where it was not compared."""
        return next((each for each in self.ranges if each.unit == unit), None)

    @property
    def never_first(self) -> tuple[str, ...]:
        """The units that cannot be first, whatever is left open turns out to be."""
        return tuple(each.unit for each in self.ranges if each.best > 1)

    @property
    def groups(self) -> tuple[TieGroup, ...]:
        """The standings as groups: each unit of a group is surely ahead of all of later groups."""
        found: list[TieGroup] = []
        strata = dict.fromkeys(each.stratum for each in self.ranges)
        for stratum in strata:
            members = [each for each in self.ranges if each.stratum == stratum]
            begin, reach = 0, 0
            for place, each in enumerate(members, 1):
                reach = max(reach, each.worst)
                later = min((other.best for other in members[place:]), default=place + 1)
                if reach <= place < later:
                    own = members[begin:place]
                    found.append(
                        TieGroup(
                            stratum=stratum,
                            units=tuple(other.unit for other in own),
                            best=min(other.best for other in own),
                            worst=reach,
                            reason=self.reason,
                        )
                    )
                    begin, reach = place, 0
        return tuple(found)


# Under ranges of weights.


def rank_ranges(
    standings: Standings,
    weights: Mapping[str, tuple[Fraction | int, Fraction | int]],
    *,
    budget: int = 200,
) -> RankRanges:
    """Return the ranks that units can have while weights stay within declared ranges.

    Args:
        standings: standings of one scheme.
        weights: the least and the most of a maximum, both inclusive and above zero, by key of a
            scored criterion or group; a criterion of a group that is cut only with its group. The
            others stay, and so does the maximum of the scheme: those in the ranges share what is
            left.
        budget: how many linear programmes are solved for one end of one unit.

    Returns:
        The ranges. Ranks are those that `score` gives under such weights, rounded as the scheme
        says: what rounding may decide is left open, and then an end is a bound. Ties share a rank;
        a tie chain is not asked.

    Raises:
        MisuseError: `standings-without-scheme`, `weight-not-scored` for a key whose weight is no
            part of the maximum, `weights-impossible` where no weights in the ranges add up.

    >>> from evnpubsvc import preset, rank
    >>> scheme = preset("chau-thanh-2021")
    >>> keys = ["dossiers_level_4", "dossiers", "procedures_level_4_used", "procedures_level_4"]
    >>> counts = {"A": (70, 100, 14, 20), "B": (100, 100, 10, 20), "C": (60, 100, 20, 20)}
    >>> standings = rank(score(scheme, UnitFigures.for_scheme(
    ...     scheme, unit, dict(zip(keys, each)))) for unit, each in counts.items())
    >>> found = rank_ranges(standings, {"share": (30, 70), "breadth": (30, 70)})
    >>> [(each.unit, each.best, each.worst, each.exact) for each in found.ranges]
    [('B', 1, 3, True), ('C', 1, 2, True), ('A', 2, 3, True)]
    >>> found.never_first
    ('A',)
    """
    if standings.scheme is None:
        raise MisuseError("standings-without-scheme")
    box = Box.of(standings.scheme, weights)
    strata, apart = _profiles(standings)
    ranges = [
        _Field(box, stratum, members).range_of(place, budget)
        for stratum, members in strata.items()
        for place in range(len(members))
    ]
    return RankRanges(reason=Uncertainty.WEIGHTS, ranges=tuple(ranges), apart=tuple(apart))


@frozen
class Box:
    """Ranges of weights with a fixed sum.

    Attributes:
        scheme: the scheme.
        keys: the weights that are open.
        lows: the least of each.
        highs: the most of each.
        spare: what is to be shared among them beyond the least.
    """

    scheme: Scheme
    keys: tuple[str, ...]
    lows: tuple[Fraction, ...]
    highs: tuple[Fraction, ...]
    spare: Fraction

    @classmethod
    def of(
        cls, scheme: Scheme, weights: Mapping[str, tuple[Fraction | int, Fraction | int]]
    ) -> Box:
        """Return the box of declared ranges, checked."""
        taken = Fraction(0)
        for key in weights:
            taken += _weight_of(scheme, key, weights)
        lows = tuple(Fraction(low) for low, _ in weights.values())
        highs = tuple(Fraction(high) for _, high in weights.values())
        spare = taken - sum(lows, Fraction(0))
        possible = all(0 < low <= high for low, high in zip(lows, highs, strict=True))
        if not possible or spare < 0 or sum(highs, Fraction(0)) < taken or not lows:
            raise MisuseError("weights-impossible", taken)
        return cls(scheme, tuple(weights), lows, highs, spare)

    def least(self, rates: Sequence[Fraction]) -> tuple[Fraction, tuple[Fraction, ...]]:
        """Return the least of `rates x weights` in the box, and the weights: a knapsack."""
        weights, left = list(self.lows), self.spare
        for place in sorted(range(len(rates)), key=lambda each: rates[each]):
            more = min(left, self.highs[place] - self.lows[place])
            weights[place] += more
            left -= more
        value = sum((a * b for a, b in zip(rates, weights, strict=True)), Fraction(0))
        return value, tuple(weights)

    def path(self, weights: Sequence[Fraction]) -> Path:
        """Return the weights as a path along which nothing moves."""
        given = dict(zip(self.keys, weights, strict=True))
        criteria: dict[str, Line] = {}
        cuts: dict[str, Line] = {}
        for group in self.scheme.groups:
            factor = given.get(group.key, group.maximum) / group.maximum
            for each in group.criteria:
                criteria[each.key] = constant(given.get(each.key, each.maximum * factor))
            if group.cut:
                cuts[group.key] = constant(group.maximum * factor)
        ceiling = None if self.scheme.ceiling is None else constant(self.scheme.ceiling)
        nothing = Fraction(0)
        return Path("", nothing, nothing, nothing, criteria, cuts, ceiling)


def _weight_of(
    scheme: Scheme, key: str, weights: Mapping[str, tuple[Fraction | int, Fraction | int]]
) -> Fraction:
    """Return the weight of a key whose range is declared; it must be part of the maximum."""
    for group in scheme.groups:
        if group.key == key and group.role is GroupRole.SCORED:
            if any(each.key in weights and each.key != key for each in group.criteria):
                break
            return group.maximum
    for group in scheme.groups:
        for each in group.criteria:
            if each.key == key and group.role is GroupRole.SCORED and not group.cut:
                return each.maximum
    raise MisuseError("weight-not-scored", key)


class _Field:
    """The units of one stratum over a box of weights."""

    def __init__(self, box: Box, stratum: str, units: Sequence[Profile]) -> None:
        self.box, self.stratum, self.units = box, stratum, units
        corner = box.path(box.lows)
        apart = [box.path([*box.lows[:i], box.lows[i] + 1, *box.lows[i + 1 :]])
                 for i in range(len(box.keys))]  # fmt: skip

        # Before rounding and limits a total is a line in each weight.
        self._rates: list[tuple[Fraction, ...]] = []
        self._fixed: list[Fraction] = []
        for unit in units:
            start = _plain_total(unit, corner)
            rates = tuple(_plain_total(unit, path) - start for path in apart)
            self._rates.append(rates)
            spent = sum((a * b for a, b in zip(rates, box.lows, strict=True)), Fraction(0))
            self._fixed.append(start - spent)
        self._slack = most_rounding(box.scheme)
        self._held = [self._limits_bite(place) for place in range(len(units))]

    def _limits_bite(self, place: int) -> bool:
        """Say whether floor or ceiling of the scheme can change the total of a unit."""
        scheme, half = self.box.scheme, self._slack
        low = self._fixed[place] + self.box.least(self._rates[place])[0]
        opposite = [-rate for rate in self._rates[place]]
        high = self._fixed[place] - self.box.least(opposite)[0]
        below = scheme.floor is not None and low - half < scheme.floor
        return below or (scheme.ceiling is not None and high + half > scheme.ceiling)

    def _limited(self, place: int, other: int) -> bool:
        """Say whether floor or ceiling may make two units equal."""
        return self._held[place] or self._held[other]

    def _lead(self, place: int, other: int) -> tuple[Fraction, tuple[Fraction, ...]]:
        """Return by how much a unit leads another: a constant, and so much for each weight."""
        rates = zip(self._rates[place], self._rates[other], strict=True)
        return self._fixed[place] - self._fixed[other], tuple(a - b for a, b in rates)

    def surely_ahead(self, place: int, other: int) -> bool:
        """Say whether a unit is ahead of another under all weights, after rounding too."""
        if self._limited(place, other):
            return False
        start, rates = self._lead(place, other)
        return start + self.box.least(rates)[0] >= self._slack

    def range_of(self, place: int, budget: int) -> RankRange:
        """Return the range of ranks of one unit."""
        ahead, rivals = 0, list[int]()
        for other in range(len(self.units)):
            if other == place:
                continue
            if self.surely_ahead(other, place):
                ahead += 1
            elif not self._alike(other, place) and not self.surely_ahead(place, other):
                rivals.append(other)
        best = self._fewest(place, rivals, ahead, budget, worst=False)
        worst = self._fewest(place, rivals, ahead, budget, worst=True)
        return RankRange(
            unit=self.units[place].sheet.unit,
            stratum=self.stratum,
            best=best[0],
            best_reached=best[1],
            best_weights=tuple(zip(self.box.keys, best[2], strict=True)),
            worst=worst[0],
            worst_reached=worst[1],
            worst_weights=tuple(zip(self.box.keys, worst[2], strict=True)),
        )

    def _alike(self, place: int, other: int) -> bool:
        """Say whether two units have the same shares, so that they are tied under all weights."""
        return self.units[place].groups == self.units[other].groups

    def _rank_at(self, place: int, weights: Sequence[Fraction]) -> int:
        """Return the rank of a unit under weights, as the scheme rounds."""
        path = self.box.path(weights)
        totals = [points_at(unit, path, Fraction(0))[""] for unit in self.units]
        return 1 + sum(total > totals[place] for total in totals)

    def _fewest(
        self, place: int, rivals: Sequence[int], ahead: int, budget: int, *, worst: bool
    ) -> tuple[int, int, tuple[Fraction, ...]]:
        """Return the best rank that is not ruled out, the best one found, and weights that give it.

        With `worst` the worst ones. Rivals are asked to stay behind (to come ahead), all together;
        where that is impossible, one of them is given up, the fewest that can be.
        """
        sign = -1 if worst else 1
        # Floor and ceiling keep the order of totals, but may make two of them equal: a rival may
        # then stay behind that is ahead before them.
        asking = rivals if worst else [each for each in rivals if not self._limited(place, each)]
        leads = {
            other: (sign * start, tuple(sign * rate for rate in rates))
            for other in rivals
            for start, rates in [self._lead(place, other)]
        }
        reached: tuple[int, tuple[Fraction, ...]] | None = None

        def look(weights: tuple[Fraction, ...]) -> None:
            nonlocal reached
            found = self._rank_at(place, weights)
            if reached is None or sign * found < sign * reached[0]:
                reached = found, weights

        # Weights that favour (hurt) the unit most against each rival, before anything is searched.
        look(self.box.least([Fraction(0)] * len(self.box.keys))[1])
        for _, rates in leads.values():
            look(self.box.least([-rate for rate in rates])[1])

        numbers = count()
        heap: list[tuple[int, int, tuple[int, ...], frozenset[int]]] = [
            (0, next(numbers), (), frozenset())
        ]
        given_up = 0
        for _ in range(budget):
            if not heap:
                break
            given_up, _, asked, dropped = heappop(heap)
            weights = self._weights(asked, leads)
            if weights is None:
                given_up = heap[0][0] if heap else len(asking)
                continue
            at: tuple[Fraction, ...] = weights
            look(at)
            against = [
                other
                for other in asking
                if other not in asked
                and other not in dropped
                and self._value(leads[other], at) < -self._slack
            ]
            if not against:
                break
            values = {other: self._value(leads[other], at) for other in against}
            hardest = min(against, key=values.__getitem__)
            heappush(heap, (given_up, next(numbers), (*asked, hardest), dropped))
            heappush(heap, (given_up + 1, next(numbers), asked, dropped | {hardest}))
        assert reached is not None
        if worst:
            return 1 + ahead + len(rivals) - given_up, reached[0], reached[1]
        return 1 + ahead + given_up, reached[0], reached[1]

    def _value(
        self, lead: tuple[Fraction, tuple[Fraction, ...]], weights: Sequence[Fraction]
    ) -> Fraction:
        start, rates = lead
        return start + sum((a * b for a, b in zip(rates, weights, strict=True)), Fraction(0))

    def _weights(
        self, asked: Sequence[int], leads: Mapping[int, tuple[Fraction, tuple[Fraction, ...]]]
    ) -> tuple[Fraction, ...] | None:
        """Return weights with the largest smallest lead over those asked about; None without any.

        A lead may be so far below zero as rounding can hide.
        """
        box, width = self.box, len(self.box.keys)
        if not asked:
            return box.least([Fraction(0)] * width)[1]
        rows: list[list[Fraction]] = []
        limits: list[Fraction] = []
        for place in range(width):
            rows.append([*(Fraction(int(each == place)) for each in range(width)), Fraction(0)])
            limits.append(box.highs[place] - box.lows[place])
        for sign in (1, -1):
            rows.append([*[Fraction(sign)] * width, Fraction(0)])
            limits.append(sign * box.spare)
        for other in asked:
            _, rates = leads[other]
            rows.append([*(-rate for rate in rates), Fraction(1)])
            limits.append(self._value(leads[other], box.lows) + self._slack)
        found = maximise([*[Fraction(0)] * width, Fraction(1)], rows, limits)
        if found is None:
            return None
        more = found.solution[:width]
        return tuple(low + each for low, each in zip(box.lows, more, strict=True))


def surely_ahead(standings: Standings, box: Box) -> Iterator[tuple[str, int, int]]:
    """Yield units with how many are surely ahead of them, and surely behind, under all weights."""
    strata, _ = _profiles(standings)
    for stratum, members in strata.items():
        field = _Field(box, stratum, members)
        for place, unit in enumerate(members):
            others = [other for other in range(len(members)) if other != place]
            ahead = sum(field.surely_ahead(other, place) for other in others)
            behind = sum(field.surely_ahead(place, other) for other in others)
            yield unit.sheet.unit, ahead, behind


def _profiles(standings: Standings) -> tuple[dict[str, list[Profile]], list[str]]:
    """Return the shares of ranked units by stratum, and the units that have none."""
    apart: list[str] = []
    strata: dict[str, list[Profile]] = {}
    for place in standings:
        profile = None if place.rank is None else profile_of(place.sheet)
        if profile is not None:
            strata.setdefault(place.stratum, []).append(profile)
        elif place.rank is not None or place.ranks is not None:
            apart.append(place.sheet.unit)
    return strata, apart


def _plain_total(unit: Profile, path: Path) -> Fraction:
    """Return a total before rounding and before floor and ceiling."""
    total = Fraction(0)
    for group, shares in unit.groups:
        points = sum((path.criteria[key].at_zero * share for key, share in shares), Fraction(0))
        if group.cut:
            most = path.cuts[group.key].at_zero
            points = max(-most, min(most, points))
        total += points
    return total


def most_rounding(scheme: Scheme) -> Fraction:
    """Return what rounding can change in the difference of two totals."""
    unit = Fraction(1, 10**scheme.rounding.places)
    if scheme.rounding.at is RoundingAt.TOTAL:
        return unit
    if scheme.rounding.at is RoundingAt.GROUP:
        return unit * len(scheme.groups)
    return unit * sum(each.scored for each in scheme.criteria)


# With a few acts more or less, and within published bounds.


def rank_ranges_with_acts(
    standings: Standings, figures: Iterable[UnitFigures], acts: Iterable[Act], *, times: int = 1
) -> RankRanges:
    """Return the ranks that units can have when each has up to so many acts more or less.

    An act may be done or undone: one dossier more, one less. Units move independently, so both ends
    are exact.

    Args:
        standings: standings of one scheme.
        figures: the figures of its units, as they were scored.
        acts: what may be otherwise; each may be done or undone. Bounds, costs and whose it is do
            not matter here.
        times: how many acts in each unit, at least 1.

    Raises:
        MisuseError: `standings-without-scheme`, `number-not-positive`, `figures-not-scored` for a
            unit whose figures are missing or do not give its total.
    """
    if standings.scheme is None:
        raise MisuseError("standings-without-scheme")
    if times < 1:
        raise MisuseError("number-not-positive", times, record="rank_ranges_with_acts")
    offered = [evolve(act, at_most=None) for act in acts]
    moves = [*offered, *(_undone(act) for act in offered if act.changes and not act.options)]
    own = {each.unit: each for each in figures}
    ends: dict[str, tuple[Fraction, Fraction]] = {}
    for place in standings:
        if place.rank is None:
            continue
        unit = place.sheet.unit
        totals = list(_totals(standings.scheme, own.get(unit), moves, times))
        if place.sheet.total not in totals[:1]:
            raise MisuseError("figures-not-scored", unit)
        ends[unit] = min(totals), max(totals)
    return _ranges_of_ends(standings, ends, Uncertainty.ACTS)


def _undone(act: Act) -> Act:
    return evolve(act, changes=[(key, -change) for key, change in act.changes])


def _totals(
    scheme: Scheme, figures: UnitFigures | None, moves: Sequence[Act], times: int
) -> Iterable[Fraction]:
    """Yield the totals of a unit, first without any act, then with each combination of acts."""
    if figures is None:
        return
    for number in range(times + 1):
        for chosen in combinations_with_replacement(moves, number):
            try:
                total = score(scheme, do_acts(figures, [(act, 1) for act in chosen])).total
            except DataError:
                continue  # a count below zero, a part above its whole: that cannot be
            if isinstance(total, Fraction):
                yield total


def rank_ranges_within_bounds(standings: Standings) -> RankRanges:
    """Return the ranks that units can have where figures are published within bounds only.

    The ends are those of the places (`Place.ranks`): `rank` works them out. They are exact where
    the points of each unit reach both of their ends (`Interval.reached`).
    """
    ends: dict[str, tuple[Fraction, Fraction]] = {}
    reached = True
    for place in standings:
        if place.rank is None and place.ranks is None:
            continue
        sheet = place.sheet
        if isinstance(sheet.total, Fraction):
            ends[sheet.unit] = sheet.total, sheet.total
        elif sheet.between is not None and sheet.between.high is not None:
            ends[sheet.unit] = sheet.between.low, sheet.between.high
            reached = reached and sheet.between.reached
    found = _ranges_of_ends(standings, ends, Uncertainty.BOUNDS)
    if reached:
        return found
    ranges = (evolve(each, best_reached=None, worst_reached=None) for each in found.ranges)
    return evolve(found, ranges=tuple(ranges))


def _ranges_of_ends(
    standings: Standings, ends: Mapping[str, tuple[Fraction, Fraction]], reason: Uncertainty
) -> RankRanges:
    """Return ranks of units that lie anywhere between their ends, each by itself."""
    ranges: list[RankRange] = []
    for place in standings:
        unit = place.sheet.unit
        if unit not in ends:
            continue
        others = [
            ends[each.sheet.unit]
            for each in standings.stratum(place.stratum)
            if each.sheet.unit != unit and each.sheet.unit in ends
        ]
        low, high = ends[unit]
        best = 1 + sum(other > high for other, _ in others)
        worst = 1 + sum(other > low for _, other in others)
        ranges.append(
            RankRange(
                unit=unit,
                stratum=place.stratum,
                best=best,
                worst=worst,
                best_reached=best,
                worst_reached=worst,
            )
        )
    return RankRanges(reason=reason, ranges=tuple(ranges))
