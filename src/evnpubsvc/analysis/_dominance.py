"""Which ranks a unit can have: under declared ranges of weights, and with a few acts more or less.

Ranges of weights are searched by `_field`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._acts import Act, do_acts
from evnpubsvc.analysis._field import Box, Field, profiles_of
from evnpubsvc.emulation import Scheme, Standings, UnitFigures, score
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
    strata, apart = profiles_of(standings)
    ranges: list[RankRange] = []
    for stratum, members in strata.items():
        together = Field(box, stratum, members)
        for place, unit in enumerate(members):
            best, worst = together.ends_of(place, budget)
            ranges.append(
                RankRange(
                    unit=unit.sheet.unit,
                    stratum=stratum,
                    best=best.bound,
                    best_reached=best.reached,
                    best_weights=tuple(zip(box.keys, best.weights, strict=True)),
                    worst=worst.bound,
                    worst_reached=worst.reached,
                    worst_weights=tuple(zip(box.keys, worst.weights, strict=True)),
                )
            )
    return RankRanges(reason=Uncertainty.WEIGHTS, ranges=tuple(ranges), apart=tuple(apart))


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
