"""The first weight at which two units change places, counted in whole numbers of the last place.

Where the parts of a total are lines that are rounded one by one, and nothing is cut, the difference
of two totals is a whole number that changes only where a part is rounded anew. The weights of these
steps are whole numbers over one common denominator: they are sorted and counted, and nothing is
scored again. `_crossing` says what is right, and answers where something may be cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Final, NamedTuple, TypeAlias

from evnpubsvc.analysis._crossing import AtEnd, Crossing
from evnpubsvc.analysis._weighing import NOTHING, Line, Path, Profile, constant
from evnpubsvc.emulation import RoundingAt
from evnpubsvc.quantities import round_half_up

_FEWEST: Final = 64  # steps that are looked at together, at first
_MOST: Final = 200_000  # steps that are looked at for one pair
_HALF: Final = Fraction(1, 2)


class Grid(NamedTuple):
    """The weights at which a line is half of a last place: `place + width x k`, k whole."""

    place: Fraction
    width: Fraction


class Parts(NamedTuple):
    """What a unit earns along a path, counted in last places before rounding.

    Attributes:
        lines: the lines that are rounded, by criterion, group, or under an empty key the total.
        grids: where those that move are rounded anew.
        places: which of the compared numbers each line is part of; the total is the first.
        lead: the sum of all, those that do not move rounded.
        now: the compared numbers at the weight of the scheme.
    """

    lines: Mapping[str, Line]
    grids: Mapping[str, Grid]
    places: Mapping[str, tuple[int, ...]]
    lead: Line
    now: tuple[int, ...]


def parts_of(profile: Profile, path: Path, chain: Sequence[str]) -> Parts | None:
    """Return the parts of a total; None where it, or a key of the chain, is no sum of them."""
    rounding = profile.scheme.rounding
    scale = Fraction(10**rounding.places)
    lines: dict[str, Line] = {}
    group_of: dict[str, str] = {}
    for group, shares in profile.groups:
        own = {key: path.criteria[key].times(share * scale) for key, share in shares}
        if group.cut:
            most = path.cuts[group.key].times(scale)
            if not _stays_within(own.values(), path, least=most.times(Fraction(-1)), most=most):
                return None
        if rounding.at is not RoundingAt.COMPONENT:
            own = {group.key: _sum_of(own.values())}
        lines |= own
        group_of |= dict.fromkeys(own, group.key)
    if rounding.at is RoundingAt.TOTAL:
        lines, group_of = {"": _sum_of(lines.values())}, {"": ""}
    if not set(chain) <= {*lines, *group_of.values()}:
        return None

    # A floor or a ceiling must be out of reach.
    scheme = profile.scheme
    lowest = None if scheme.floor is None else constant(scheme.floor * scale)
    highest = None if path.ceiling is None else path.ceiling.times(scale)
    if not _stays_within(lines.values(), path, least=lowest, most=highest):
        return None
    return _parts(lines, group_of, path.weight, ("", *chain))


def _parts(
    lines: Mapping[str, Line], group_of: Mapping[str, str], weight: Fraction, names: Sequence[str]
) -> Parts:
    """Return lines with all that is asked of them once."""
    grids: dict[str, Grid] = {}
    places: dict[str, tuple[int, ...]] = {}
    now = [0] * len(names)
    lead = NOTHING
    for key, line in lines.items():
        of = {"", key, group_of[key]}
        places[key] = tuple(place for place, name in enumerate(names) if name in of)
        value = int(round_half_up(line.at(weight), 0))
        for place in places[key]:
            now[place] += value
        if line.slope:
            grids[key] = Grid((_HALF - line.at_zero) / line.slope, 1 / line.slope)
            lead = lead.plus(line)
        else:
            lead = lead.plus(constant(Fraction(value)))
    return Parts(lines, grids, places, lead, tuple(now))


def _sum_of(lines: Iterable[Line]) -> Line:
    total = NOTHING
    for line in lines:
        total = total.plus(line)
    return total


def _stays_within(
    lines: Iterable[Line], path: Path, *, least: Line | None, most: Line | None
) -> bool:
    """Say whether a sum of rounded lines surely stays between two lines all along a path."""
    if least is None and most is None:
        return True
    parts = tuple(lines)
    total, slack = _sum_of(parts), len(parts) * _HALF
    for weight in (path.least, path.most):
        at = total.at(weight)
        # Without anything taken off, no sum falls below nothing.
        gains = all(line.at(weight) >= 0 for line in parts)
        below = least is not None and at - slack < least.at(weight)
        if least is not None and below and not (gains and least.at(weight) <= 0):
            return False
        if most is not None and at + slack > most.at(weight):
            return False
    return True


class _Step(NamedTuple):
    """A part of one of two units that moves, in whole numbers over a common denominator.

    Seen in the direction of the walk it is k and a half at `place + width x k`.

    Attributes:
        place: where it is a half.
        width: how far it is to the next half; below zero where the part falls.
        sign: 1 of the better unit, -1 of the other.
        places: which of the compared numbers it is part of.
    """

    place: int
    width: int
    sign: int
    places: tuple[int, ...]

    def at(self, weight: int) -> int:
        """Return the part, rounded half away from zero."""
        steps, over = divmod(weight - self.place, self.width)
        if steps >= 0:
            return steps + 1
        return steps + bool(over)

    def halves(self, begin: int, end: int) -> range:
        """Return the numbers k of the steps from one weight, included, to another."""
        if self.width > 0:
            first, last = -((self.place - begin) // self.width), -((self.place - end) // self.width)
            return range(first, last)
        return range((end - self.place) // self.width + 1, (begin - self.place) // self.width + 1)


_Event: TypeAlias = tuple[int, int, tuple[int, ...]]
"""Twice the weight, one more right after it; by how much, and which of the numbers change."""


def _sign_of(numbers: Sequence[int]) -> int:
    """Return who is better by the first number that is not zero: 1, -1, or 0 for neither."""
    first = next((number for number in numbers if number), 0)
    return (first > 0) - (first < 0)


class StepWalk:
    """One pair of units, walked from the weight of the scheme to one end of a path."""

    def __init__(
        self, units: tuple[str, str], parts: tuple[Parts, Parts], path: Path, *, upwards: bool
    ) -> None:
        self._units, self._parts = units, parts
        self._sense = 1 if upwards else -1
        self._limit = self._sense * (path.most if upwards else path.least)
        self._begin = self._sense * path.weight
        one, other = parts
        self._numbers = [a - b for a, b in zip(one.now, other.now, strict=True)]
        self._relation = _sign_of(self._numbers)

        # What both have alike makes no difference.
        self._moving = [
            (own.grids[key], sign, own.places[key])
            for own, rival, sign in ((one, other, 1), (other, one, -1))
            for key in own.grids
            if own.lines[key] != rival.lines.get(key)
        ]

    def near(self) -> Fraction | None:
        """Return how far from the beginning rounding may first decide; None for nowhere."""
        close = self._close()
        return None if close is None else close[0] - self._begin

    def _close(self) -> tuple[Fraction, Fraction] | None:
        """Return from where to where rounding may decide; None for nowhere."""
        if not self._moving:
            return None
        if not self._relation:
            return self._begin, self._limit

        # How far the better one is ahead, less the half that rounding can add to each part.
        one, other = self._parts
        slack = len(self._moving) * _HALF
        start = (one.lead.at_zero - other.lead.at_zero) * self._relation - slack
        slope = (one.lead.slope - other.lead.slope) * self._relation * self._sense
        first, last = start + slope * self._begin, start + slope * self._limit
        if first > 0 and last > 0:
            return None
        turn = -start / slope if slope else self._begin
        return self._begin if first <= 0 else turn, self._limit if last <= 0 else turn

    def crossing(self) -> Crossing | None:
        """Return where the pair changes places; None where it does not."""
        close = self._close()
        if close is None:
            return None

        # All weights as whole numbers over one denominator.
        numbers = [
            number
            for grid, _, _ in self._moving
            for number in (grid.place.denominator, grid.width.denominator)
        ]
        common = lcm(*(each.denominator for each in (*close, self._begin)), *numbers)
        steps = [
            _Step(
                self._sense * int(grid.place * common),
                self._sense * int(grid.width * common),
                sign,
                places,
            )
            for grid, sign, places in self._moving
        ]
        begin, stop = (int(each * common) for each in close)
        return self._walk(steps, begin, stop, common)

    def _walk(self, steps: Sequence[_Step], begin: int, stop: int, common: int) -> Crossing | None:
        """Return the first change from one weight to another, both included."""
        numbers = self._at(steps, begin, int(self._begin * common))
        if (sign := _sign_of(numbers)) != self._relation:
            return self._found(Fraction(begin, common), at_once=True, sign=sign)

        # Steps in order, a few at first, then twice as many.
        density = sum(Fraction(1, abs(step.width)) for step in steps)
        together, looked_at, done = _FEWEST, 0, begin
        while done < stop:
            if looked_at > _MOST:
                return Crossing(self._sense * Fraction(done, common), self._units, AtEnd.UNDECIDED)
            until = min(stop, done + int(together / density) + 1)
            events = _events(steps, done, until)
            if done == begin:
                events = [event for event in events if event[0] != 2 * begin]
            found = self._change(numbers, events)
            if found is not None:
                key, sign = found
                weight = Fraction(key // 2, common)
                return self._found(weight, at_once=not key % 2, sign=sign)
            looked_at += together
            together, done = 2 * together, until

        # Steps at the very end are not among them.
        sign = _sign_of(self._at(steps, stop, int(self._begin * common)))
        if sign == self._relation:
            return None
        return self._found(Fraction(stop, common), at_once=True, sign=sign)

    def _at(self, steps: Sequence[_Step], weight: int, begin: int) -> list[int]:
        """Return by how much the first unit leads at a weight, in each of the numbers."""
        numbers = list(self._numbers)
        for step in steps:
            change = step.sign * (step.at(weight) - step.at(begin))
            for place in step.places:
                numbers[place] += change
        return numbers

    def _found(self, weight: Fraction, *, at_once: bool, sign: int) -> Crossing:
        """Return the crossing at a weight, or right after it where it is not at once."""
        at = AtEnd.KEPT
        if at_once:
            at = AtEnd.SWAPPED if sign else AtEnd.TIED
        return Crossing(self._sense * weight, self._units, at)

    def _change(self, numbers: list[int], events: Sequence[_Event]) -> tuple[int, int] | None:
        """Count steps; return where the order changes, and who is better then."""
        place, many = 0, len(events)
        while place < many:
            key = events[place][0]
            while place < many and events[place][0] == key:
                _, change, places = events[place]
                for each in places:
                    numbers[each] += change
                place += 1
            if numbers[0] * self._relation <= 0:
                sign = _sign_of(numbers)
                if sign != self._relation:
                    return key, sign
        return None


def _events(steps: Iterable[_Step], begin: int, end: int) -> list[_Event]:
    """Return the steps from one weight, included, to another, in order.

    Halves are rounded away from zero. So k and a half, above zero, is k + 1 at its own weight,
    whether it is reached from below or left downwards; and below zero it is k.
    """
    events: list[_Event] = []
    for step in steps:
        offset, by, places = 2 * step.place, 2 * step.width, step.places
        rising = by > 0
        change = step.sign if rising else -step.sign
        events += [
            (offset + by * half + ((half >= 0) is not rising), change, places)
            for half in step.halves(begin, end)
        ]
    events.sort()
    return events
