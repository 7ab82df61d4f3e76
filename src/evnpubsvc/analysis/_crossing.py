"""The first weight at which two units change places.

Only neighbours matter: while each unit keeps its relation to the next, all relations stay. Where
the unrounded difference of two units is larger than rounding can hide, they keep their places;
elsewhere each weight at which one of them is rounded anew is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from evnpubsvc._records import frozen
from evnpubsvc.analysis._weighing import (
    Line,
    Path,
    Pieces,
    Profile,
    density_of,
    difference,
    lone_jumps,
    pieces_of,
    points_at,
    slack_of,
)
from evnpubsvc.texts import LabelledEnum

_FEWEST: Final = 6  # roundings that are looked at together, at first
_MOST: Final = 25_000  # roundings that are looked at for one pair


class AtEnd(LabelledEnum):
    """How two units stand at the very end of an interval; beyond it their order is another."""

    TIED = "tied"
    """They are tied there."""
    SWAPPED = "swapped"
    """They have changed places there already: rounding jumps over the tie."""
    KEPT = "kept"
    """Their order still holds there, and no further."""
    UNDECIDED = "undecided"
    """The search ended there; the order holds up to here at least, and perhaps further."""


@frozen
class Crossing:
    """Where two units first change places.

    Attributes:
        weight: the weight.
        pair: the units, the better one first.
        at: how they stand at the weight itself.
    """

    weight: Fraction
    pair: tuple[str, str]
    at: AtEnd


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


class Walk:
    """One pair of units, walked from the weight of the scheme to one end of a path.

    The better unit is the left one; the keys of the chain decide between equal totals.
    """

    def __init__(
        self, left: Profile, right: Profile, path: Path, chain: Sequence[str], *, upwards: bool
    ) -> None:
        self.left, self.right, self.path = left, right, path
        self.limit = limit = path.most if upwards else path.least
        self._names = ("", *chain)
        self._step = 1 if limit > path.weight else -1
        self._relation = self._at(path.weight)
        self._slack = slack_of(path, left.scheme)
        self._coarse = self._pieces("", path.weight, limit, rounded=False)

    def _pieces(self, name: str, one: Fraction, other: Fraction, *, rounded: bool) -> Pieces:
        ends = (min(one, other), max(one, other))
        return difference(
            pieces_of(self.left, self.path, name, ends, rounded=rounded),
            pieces_of(self.right, self.path, name, ends, rounded=rounded),
        )

    def _at(self, weight: Fraction) -> int:
        """Return which of the two is better at a weight: 1 the left, -1 the right, 0 neither."""
        left = points_at(self.left, self.path, weight)
        right = points_at(self.right, self.path, weight)
        signs = (_sign(left[name] - right[name]) for name in self._names)
        return next((sign for sign in signs if sign), 0)

    def near(self) -> Fraction | None:
        """Return how far from the beginning rounding may first decide; None for nowhere."""
        if self.left.groups == self.right.groups:
            return None
        close = self._next_close(self.path.weight)
        return None if close is None else abs(close - self.path.weight)

    def _next_close(self, start: Fraction) -> Fraction | None:
        """Return the first weight from `start` on at which rounding may decide; None for none."""
        if not self._relation:
            return start
        for begin, stop, line in self._segments(self._coarse, start, self.limit):
            # How far the better one is ahead, less what rounding can hide.
            ahead = Line(
                line.at_zero * self._relation - self._slack, line.slope * self._relation
            )  # fmt: skip
            if ahead.at(begin) <= 0:
                return begin
            if ahead.at(stop) <= 0:
                return -ahead.at_zero / ahead.slope
        return None

    def _segments(
        self, pieces: Pieces, start: Fraction, limit: Fraction
    ) -> list[tuple[Fraction, Fraction, Line]]:
        """Return the lines from one weight to another, in the direction of the walk."""
        low, high = min(start, limit), max(start, limit)
        marks = [*(begin for begin, _ in pieces), high]
        found = [
            (max(begin, low), min(stop, high), line)
            for (begin, stop), (_, line) in zip(pairwise(marks), pieces, strict=True)
            if begin < high and stop > low and max(begin, low) < min(stop, high)
        ]
        if self._step > 0:
            return found
        return [(stop, begin, line) for begin, stop, line in reversed(found)]

    def crossing(self) -> Crossing | None:
        """Return where the pair changes places; None where it does not."""
        density = density_of(self.left, self.path) + density_of(self.right, self.path)
        at = self.path.weight
        together, looked_at = _FEWEST, 0
        while looked_at < _MOST:
            close = self._next_close(at)
            if close is None or close == self.limit:
                return self._found_at(close)
            at = close
            stop = self.limit
            if density:
                reach = at + self._step * together / density
                stop = min(reach, stop) if self._step > 0 else max(reach, stop)
            found = self._first_change(at, stop)
            if found is not None:
                return found
            at = stop
            looked_at += together
            together *= 2
        return self._crossing(at, AtEnd.UNDECIDED)

    def _found_at(self, weight: Fraction | None) -> Crossing | None:
        """Return the crossing at the limit itself, if the order is another there."""
        if weight is None or self._at(weight) == self._relation:
            return None
        return self._crossing(weight, AtEnd.SWAPPED if self._at(weight) else AtEnd.TIED)

    def _crossing(self, weight: Fraction, at: AtEnd) -> Crossing:
        return Crossing(weight, (self.left.sheet.unit, self.right.sheet.unit), at)

    def _first_change(self, start: Fraction, stop: Fraction) -> Crossing | None:
        """Return the first change between two weights, the second one included."""
        if self._at(start) != self._relation:
            return self._found_at(start)
        functions = [self._pieces(name, start, stop, rounded=True) for name in self._names]
        marks = sorted({begin for pieces in functions for begin, _ in pieces} | {start, stop})
        if self._step < 0:
            marks.reverse()
        readers = [_reader(pieces) for pieces in functions]
        segments = list(pairwise(marks))
        found = [[read((begin + end) / 2) for read in readers] for begin, end in segments]
        lone = lone_jumps((self.left, self.right), self.path, (min(marks), max(marks)))
        for place, (begin, end) in enumerate(segments):
            lines = found[place]
            change = self._change_within(begin, end, lines)
            if change is not None:
                sign = self._at(change)
                if sign == self._relation:
                    return self._crossing(change, AtEnd.KEPT)
                return self._crossing(change, AtEnd.SWAPPED if sign else AtEnd.TIED)
            # Where one number jumps, and both sides are in order, so is the weight between them.
            after = found[place + 1 : place + 2]
            flat = after and all(
                not each[0].slope and _sign(each[0].at_zero) == self._relation != 0
                for each in (lines, *after)
            )
            if not (flat and end in lone) and self._at(end) != self._relation:
                return self._found_at(end)
        return None

    def _change_within(
        self, begin: Fraction, end: Fraction, lines: Sequence[Line]
    ) -> Fraction | None:
        """Return where the order changes between two marks, neither included; None for nowhere.

        Where it is another at once, that is the first of the two.
        """
        for line in lines:
            if not line.slope and not line.at_zero:
                continue
            # The sign right after the beginning, then a root on the way.
            sign = _sign(line.at(begin)) or _sign(line.slope) * self._step
            if sign != self._relation:
                return begin
            if line.slope:
                root = -line.at_zero / line.slope
                if min(begin, end) < root < max(begin, end):
                    return root
            return None
        return None if self._relation == 0 else begin


def _reader(pieces: Pieces) -> Callable[[Fraction], Line]:
    """Return a function that finds the line at a weight that is no beginning of a piece."""
    starts = [begin for begin, _ in pieces]

    def read(weight: Fraction) -> Line:
        low, high = 0, len(starts)
        while high - low > 1:
            middle = (low + high) // 2
            if starts[middle] < weight:
                low = middle
            else:
                high = middle
        return pieces[low][1]

    return read
