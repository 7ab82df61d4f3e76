"""The first of several pairs of units to change places along a path.

Only neighbours matter: while each unit keeps its relation to the next, all relations stay. Pairs
are walked by `_steps`, in whole numbers, where their totals are sums of rounded lines, and by
`_crossing` where something may be cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evnpubsvc.analysis._crossing import AtEnd, Crossing, Walk
from evnpubsvc.analysis._steps import StepWalk, parts_of
from evnpubsvc.analysis._weighing import Path, Profile


class Walks:
    """Pairs of units along one path; each pair is walked once in each direction."""

    def __init__(
        self, units: Sequence[Profile], path: Path, chain: Sequence[str], *, quick: bool = True
    ) -> None:
        """Keep the parts of all units; with `quick` false all pairs are walked by `_crossing`."""
        self.path, self._chain = path, chain
        self._parts = {
            unit.sheet.unit: parts_of(unit, path, chain) if quick else None for unit in units
        }
        self._found: dict[tuple[str, str, bool], Crossing | None] = {}
        self._near: dict[tuple[str, str, bool], tuple[Fraction, Walk | StepWalk] | None] = {}

    def first(self, pairs: Sequence[tuple[Profile, Profile]], *, upwards: bool) -> Crossing | None:
        """Return where the first of some pairs changes places; None where none does.

        Where several do at one weight, one that has changed there already comes first, then the
        earlier pair.

        Args:
            pairs: units whose relation must stay, the better one first.
            upwards: look at larger weights, up to the largest; otherwise at smaller ones, down to
                the smallest.
        """
        if self.path.weight == (self.path.most if upwards else self.path.least):
            return None

        # The pair that comes close first is walked first; one that comes close later than the first
        # change that is known cannot be before it.
        close = [
            (near[0], number, near[1])
            for number, (left, right) in enumerate(pairs)
            if (near := self._near_of(left, right, upwards=upwards)) is not None
        ]
        close.sort(key=lambda each: each[:2])
        best: tuple[tuple[Fraction, bool, int], Crossing] | None = None
        for near_by, number, walk in close:
            if best is not None and near_by > best[0][0]:
                break
            found = self._crossing_of(pairs[number], walk, upwards=upwards)
            if found is not None:
                away = abs(found.weight - self.path.weight)
                key = (away, found.at in (AtEnd.KEPT, AtEnd.UNDECIDED), number)
                if best is None or key < best[0]:
                    best = key, found
        return None if best is None else best[1]

    def _near_of(
        self, left: Profile, right: Profile, *, upwards: bool
    ) -> tuple[Fraction, Walk | StepWalk] | None:
        """Return how far away a pair first comes close, and its walk; None where it does not."""
        key = (left.sheet.unit, right.sheet.unit, upwards)
        if key not in self._near:
            walk = self._walk(left, right, upwards=upwards)
            near = walk.near()
            self._near[key] = None if near is None else (near, walk)
        return self._near[key]

    def _walk(self, left: Profile, right: Profile, *, upwards: bool) -> Walk | StepWalk:
        units = (left.sheet.unit, right.sheet.unit)
        one, other = (self._parts[unit] for unit in units)
        if one is None or other is None:
            return Walk(left, right, self.path, self._chain, upwards=upwards)
        return StepWalk(units, (one, other), self.path, upwards=upwards)

    def _crossing_of(
        self, pair: tuple[Profile, Profile], walk: Walk | StepWalk, *, upwards: bool
    ) -> Crossing | None:
        key = (pair[0].sheet.unit, pair[1].sheet.unit, upwards)
        if key not in self._found:
            self._found[key] = walk.crossing()
        return self._found[key]
