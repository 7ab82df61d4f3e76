"""Units over a box of weights: who is surely ahead, and how good or bad a rank can be.

For two units the smallest difference of their totals over a box of weights with a fixed sum is a
fractional knapsack, so who is ahead under all weights is known in closed form. How good a rank can
be needs more than pairs: the fewest rivals that stay ahead are searched with exact linear
programmes, and each rank that is found comes with weights that give it. Floor and ceiling of the
scheme keep the order of totals and make some of them equal, which is one more way not to be behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from evnpubsvc._records import frozen
from evnpubsvc.analysis._simplex import maximise
from evnpubsvc.analysis._weighing import Line, Path, Profile, constant, points_at, profile_of
from evnpubsvc.emulation import GroupRole, RoundingAt, Scheme, Standings
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import round_half_up


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


class Ask(NamedTuple):
    """Something asked of weights: `start + rates x weights` is no less than nothing.

    Attributes:
        start: what no weight moves.
        rates: so much for one point of each weight.
        slack: how far below nothing it may be, since rounding can make up for it.
    """

    start: Fraction
    rates: tuple[Fraction, ...]
    slack: Fraction

    def at(self, weights: Sequence[Fraction]) -> Fraction:
        """Return its value at weights."""
        pairs = zip(self.rates, weights, strict=True)
        return self.start + sum((a * b for a, b in pairs), Fraction(0))


class End(NamedTuple):
    """One end of a range of ranks.

    Attributes:
        bound: no rank beyond it is possible.
        reached: the rank nearest to it that was found.
        weights: weights that give `reached`.
    """

    bound: int
    reached: int
    weights: tuple[Fraction, ...]


class Field:
    """The units of one stratum over a box of weights."""

    def __init__(self, box: Box, stratum: str, units: Sequence[Profile]) -> None:
        self.box, self.stratum, self.units = box, stratum, units
        corner = box.path(box.lows)
        apart = [box.path([*box.lows[:i], box.lows[i] + 1, *box.lows[i + 1 :]])
                 for i in range(len(box.keys))]  # fmt: skip

        # Before rounding and limits a total is a line in each weight.
        self._totals: list[Ask] = []
        self._slack = most_rounding(box.scheme)
        self._half = self._slack / 2
        self._step = least_step(box.scheme)
        for unit in units:
            start = _plain_total(unit, corner)
            rates = tuple(_plain_total(unit, path) - start for path in apart)
            spent = sum((a * b for a, b in zip(rates, box.lows, strict=True)), Fraction(0))
            self._totals.append(Ask(start - spent, rates, self._half))
        self._least = [each.start + box.least(each.rates)[0] for each in self._totals]
        self._most = [each.start - box.least(_opposite(each.rates))[0] for each in self._totals]
        self._floor, self._ceiling = limits_of(box.scheme)
        self._all_equal = self._floor is not None and self._floor == self._ceiling
        self._known: dict[tuple[Fraction, ...], list[Fraction]] = {}

    # What holds under all weights.

    def surely_ahead(self, place: int, other: int) -> bool:
        """Say whether a unit is ahead of another under all weights, rounded and limited too."""
        above = self._floor is None or self._least[place] - self._half > self._floor
        below = self._ceiling is None or self._most[other] + self._half < self._ceiling
        apart = above and below and not self._all_equal
        return apart and self._least_lead(place, other) >= self._slack

    def never_behind(self, place: int, other: int) -> bool:
        """Say whether it is known that no weights put a unit behind another."""
        at_most = self._floor is not None and self._most[other] + self._half <= self._floor
        at_least = self._ceiling is not None and self._least[place] - self._half >= self._ceiling
        alike = self._all_equal or self.units[place].groups == self.units[other].groups
        if alike or at_most or at_least:
            return True
        return self._least_lead(place, other) >= self._slack - self._step

    def _least_lead(self, place: int, other: int) -> Fraction:
        lead = self._lead(place, other)
        return lead.start + self.box.least(lead.rates)[0]

    def _lead(self, place: int, other: int) -> Ask:
        """Return by how much a unit leads another."""
        one, two = self._totals[place], self._totals[other]
        rates = tuple(a - b for a, b in zip(one.rates, two.rates, strict=True))
        return Ask(one.start - two.start, rates, self._slack)

    def ends_of(self, place: int, budget: int) -> tuple[End, End]:
        """Return the best and the worst rank of one unit."""
        others = [other for other in range(len(self.units)) if other != place]
        ahead = {other for other in others if self.surely_ahead(other, place)}
        rivals = [
            other for other in others if other not in ahead and not self.never_behind(place, other)
        ]
        best = _Search(self, place, rivals, len(ahead), worst=False).run(budget)
        worst = _Search(self, place, rivals, len(ahead), worst=True).run(budget)
        return best, worst

    # What is asked of weights.

    def behind(self, other: int, place: int) -> list[tuple[Ask, ...]]:
        """Return the ways in which a unit does not come before another: one of them is enough."""
        ways: list[tuple[Ask, ...]] = [(self._lead(place, other),)]
        if self._floor is not None and self._least[other] - self._half <= self._floor:
            ways.append((self._up_to(other, self._floor),))
        if self._ceiling is not None and self._most[place] + self._half >= self._ceiling:
            ways.append((self._from(place, self._ceiling),))
        return ways

    def ahead(self, other: int, place: int) -> list[tuple[Ask, ...]]:
        """Return the way in which a unit comes before another: all of it is needed."""
        lead = self._lead(other, place)
        asks = [lead._replace(slack=self._slack - self._step)]
        if self._floor is not None and self._least[other] - self._half <= self._floor:
            asks.append(self._from(other, self._floor))
        if self._ceiling is not None and self._most[place] + self._half >= self._ceiling:
            asks.append(self._up_to(place, self._ceiling))
        return [tuple(asks)]

    def _from(self, place: int, limit: Fraction) -> Ask:
        """Ask that a unit has so many points at least."""
        total = self._totals[place]
        return Ask(total.start - limit, total.rates, self._half)

    def _up_to(self, place: int, limit: Fraction) -> Ask:
        """Ask that a unit has so many points at most."""
        total = self._totals[place]
        return Ask(limit - total.start, _opposite(total.rates), self._half)

    def totals_at(self, weights: tuple[Fraction, ...]) -> list[Fraction]:
        """Return the totals of all units under weights, as the scheme rounds and limits them."""
        if weights not in self._known:
            path = self.box.path(weights)
            nothing = Fraction(0)
            self._known[weights] = [points_at(unit, path, nothing)[""] for unit in self.units]
        return self._known[weights]

    def weights_for(self, asks: Sequence[Ask], *, beyond: bool) -> tuple[Fraction, ...] | None:
        """Return weights at which the worst kept of some asks is kept best; None where one fails.

        Each may be so far below nothing as rounding can make up for; with `beyond` not quite.
        """
        box, width = self.box, len(self.box.keys)
        if not asks:
            return box.least([Fraction(0)] * width)[1]
        rows: list[list[Fraction]] = []
        limits: list[Fraction] = []
        for place in range(width):
            rows.append([*(Fraction(int(each == place)) for each in range(width)), Fraction(0)])
            limits.append(box.highs[place] - box.lows[place])
        for sign in (1, -1):
            rows.append([*[Fraction(sign)] * width, Fraction(0)])
            limits.append(sign * box.spare)
        for ask in asks:
            rows.append([*_opposite(ask.rates), Fraction(1)])
            limits.append(ask.at(box.lows) + ask.slack)
        found = maximise([*[Fraction(0)] * width, Fraction(1)], rows, limits)
        if found is None or (beyond and not found.value):
            return None
        more = found.solution[:width]
        return tuple(low + each for low, each in zip(box.lows, more, strict=True))


class _Node(NamedTuple):
    """What is decided of some rivals: of each that it keeps its side, in one way, or is given up.

    Attributes:
        given_up: how many are given up.
        number: the earlier one is looked at first.
        asks: what the others ask of weights.
        decided: the rivals.
    """

    given_up: int
    number: int
    asks: tuple[Ask, ...]
    decided: frozenset[int]


class _Search:
    """The best rank of one unit, or with `worst` its worst.

    Rivals are asked to stay behind (to come ahead), all together; where that is impossible, one of
    them is given up, the fewest that can be.
    """

    def __init__(
        self, field: Field, place: int, rivals: Sequence[int], ahead: int, *, worst: bool
    ) -> None:
        self._field, self._place, self._rivals = field, place, rivals
        self._ahead, self._worst = ahead, worst
        ways = field.ahead if worst else field.behind
        self._ways = {other: ways(other, place) for other in rivals}
        self._reached: tuple[int, tuple[Fraction, ...]] | None = None

    def run(self, budget: int) -> End:
        """Return the end after so many linear programmes at most."""
        # Weights that favour (hurt) the unit most against each rival, before anything is searched.
        box = self._field.box
        self._look(box.least([Fraction(0)] * len(box.keys))[1])
        for ways in self._ways.values():
            for ask in (each for way in ways for each in way):
                self._look(box.least(_opposite(ask.rates))[1])

        numbers = count()
        heap = [_Node(0, next(numbers), (), frozenset())]
        open_: int | None = None  # given up at least, where only rounding keeps it from a proof
        for _ in range(budget):
            if not heap or self._done(heap[0].given_up, open_):
                break
            node = heappop(heap)
            weights = self._field.weights_for(node.asks, beyond=self._worst)
            if weights is None:
                continue
            against = self._look(weights) - node.decided
            if not against:
                open_ = node.given_up
                continue
            # The one that misses most is decided first: each of its ways, or given up.
            missing = {other: self._misses(other, weights) for other in sorted(against)}
            hardest = max(missing, key=missing.__getitem__)
            decided = node.decided | {hardest}
            for way in self._ways[hardest]:
                heappush(heap, _Node(node.given_up, next(numbers), (*node.asks, *way), decided))
            heappush(heap, _Node(node.given_up + 1, next(numbers), node.asks, decided))
        assert self._reached is not None
        rank, at = self._reached
        left = [node.given_up for node in heap[:1]] + ([] if open_ is None else [open_])
        bounds = [rank, *(self._rank_with(given_up) for given_up in left)]
        return End(max(bounds) if self._worst else min(bounds), rank, at)

    def _rank_with(self, given_up: int) -> int:
        """Return the rank where so many rivals are given up."""
        if self._worst:
            return 1 + self._ahead + len(self._rivals) - given_up
        return 1 + self._ahead + given_up

    def _done(self, given_up: int, open_: int | None) -> bool:
        """Say whether giving up so many cannot change the answer."""
        assert self._reached is not None
        if open_ is not None and given_up > open_:
            return True
        sign = -1 if self._worst else 1
        return sign * self._rank_with(given_up) >= sign * self._reached[0]

    def _look(self, weights: tuple[Fraction, ...]) -> set[int]:
        """Keep the rank under weights if it is the best so far; return who is on the wrong side."""
        totals = self._field.totals_at(weights)
        own = totals[self._place]
        rank = 1 + sum(total > own for total in totals)
        sign = -1 if self._worst else 1
        if self._reached is None or sign * rank < sign * self._reached[0]:
            self._reached = rank, weights
        return {other for other in self._rivals if (totals[other] > own) is not self._worst}

    def _misses(self, other: int, weights: Sequence[Fraction]) -> Fraction:
        """Return by how much a rival misses the nearest of its ways."""
        return min(max(-ask.at(weights) for ask in way) for way in self._ways[other])


def _opposite(rates: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(-rate for rate in rates)


def surely_ahead(standings: Standings, box: Box) -> Iterator[tuple[str, int, int]]:
    """Yield units with how many are surely ahead of them, and surely behind, under all weights."""
    strata, _ = profiles_of(standings)
    for stratum, members in strata.items():
        field = Field(box, stratum, members)
        for place, unit in enumerate(members):
            others = [other for other in range(len(members)) if other != place]
            ahead = sum(field.surely_ahead(other, place) for other in others)
            behind = sum(field.surely_ahead(place, other) for other in others)
            yield unit.sheet.unit, ahead, behind


def profiles_of(standings: Standings) -> tuple[dict[str, list[Profile]], list[str]]:
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


def limits_of(scheme: Scheme) -> tuple[Fraction | None, Fraction | None]:
    """Return floor and ceiling of a scheme, in the numbers that totals are rounded to.

    Rounding keeps the order, so a total that is limited and then rounded is one that is rounded and
    then limited by these.
    """
    floor, ceiling = scheme.floor, scheme.ceiling
    if scheme.rounding.at is RoundingAt.TOTAL:
        places = scheme.rounding.places
        floor = None if floor is None else round_half_up(floor, places)
        ceiling = None if ceiling is None else round_half_up(ceiling, places)
    return floor, ceiling


def most_rounding(scheme: Scheme) -> Fraction:
    """Return what rounding can change in the difference of two totals; always a little less."""
    unit = Fraction(1, 10**scheme.rounding.places)
    if scheme.rounding.at is RoundingAt.TOTAL:
        return unit
    if scheme.rounding.at is RoundingAt.GROUP:
        return unit * len(scheme.groups)
    return unit * sum(each.scored for each in scheme.criteria)


def least_step(scheme: Scheme) -> Fraction:
    """Return the least difference of two totals that are not equal, before limits; zero for any.

    Where points of one criterion may be above and below zero, halves of both signs may meet, which
    are rounded apart.
    """
    unit = Fraction(1, 10**scheme.rounding.places)
    if scheme.rounding.at is RoundingAt.TOTAL:
        return unit
    for group in scheme.groups:
        reach = [each.reach for each in group.criteria]
        mixed = min(low for low, _ in reach) < 0 < max(high for _, high in reach)
        if group.cut or mixed:
            return Fraction(0)
    return unit
