"""Columns of counts of many units, for the kinds of criterion that can be worked out by column."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import add
from typing import cast

from evnpubsvc.emulation._criteria._terms import Combine, Term
from evnpubsvc.quantities import round_half_up


class Columns:
    """Columns of counts, and what every kind needs to turn them into scaled points.

    Points are integers of `1 / scale` points: rounded half up where the scheme rounds components,
    else rounded down at a scale so fine that the sum shows whether it matters.

    Attributes:
        count: how many units there are.
        scale: points are integers of one part in so many.
        rounds: the scheme rounds each component.
        slow: positions of units that must be scored one by one: the columns cannot say.
    """

    def __init__(
        self,
        given: Mapping[str, Sequence[object]],
        *,
        count: int,
        scale: int,
        rounds: bool,
    ) -> None:
        self.count = count
        self.scale = scale
        self.rounds = rounds
        self.slow: set[int] = set()
        self._given = given
        self._kept: dict[str, list[int]] = {}

    def counts(self, key: str) -> list[int]:
        """Return a column of counts; positions without a known one join `slow`, with a zero."""
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._without_unknown(self._given.get(key))
        return kept

    def _without_unknown(self, column: Sequence[object] | None) -> list[int]:
        if column is None:
            self.slow.update(range(self.count))
            return [0] * self.count
        if isinstance(column, array):  # holds nothing but integers
            return list(cast("array[int]", column))
        self.slow.update(i for i, value in enumerate(column) if type(value) is not int)
        return [value if type(value) is int else 0 for value in column]

    def term(self, term: Term) -> list[int]:
        """Return the column of a term over counts."""
        combined, *rest = (self.counts(key) for key in term.figures)
        join = add if term.combine is Combine.SUM else max
        for other in rest:
            combined = list(map(join, combined, other))
        return combined

    def whole(self, units: Fraction) -> int:
        """Return exact units as whole ones: rounded half up where components are, else down."""
        if self.rounds:
            return int(round_half_up(units, 0))
        return units.numerator // units.denominator
