"""Who else reads the figures that an attack moves, and what it does to their points.

A figure that stands in several criteria moves all of them. What they read besides is free: an
attack works if there are counts with which it does, and it is impossible if there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Final, NamedTuple

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._states import (
    Counts,
    State,
    counts_in,
    group_of,
    least_of,
    left_of,
    may_leave,
    points_in,
    points_with,
)
from evnpubsvc.emulation import Combine, Criterion, MinusPlusCriterion, Scheme, Term

_LISTED: Final = {"numerator", "denominator", "current", "earlier", "figure"}
_MANY: Final = 3_000  # ways of one reader that are looked at
_FEW: Final = 3  # up to here each of its counts is looked at where there are more ways


@frozen(kw_only=True)
class SharedEffect(PublicType):
    """What an attack does to another criterion that reads the same figures (số liệu dùng chung).

    Attributes:
        key: the other criterion.
        before: its counts by field before the attack.
        after: its counts after the attack.
        points_before: its points before, rounded as the scheme rounds components.
        points_after: its points after, likewise.
    """

    key: str = field(validator=nonempty_text)
    before: tuple[tuple[str, int], ...] = field(validator=tuple_of(tuple))
    after: tuple[tuple[str, int], ...] = field(validator=tuple_of(tuple))
    points_before: Fraction = field(validator=instance_of(Fraction))
    points_after: Fraction = field(validator=instance_of(Fraction))


class _Change(NamedTuple):
    """One way in which a reader may stand: its counts before and after, and its points."""

    before: Counts
    after: Counts
    old: Fraction
    new: Fraction

    @property
    def gain(self) -> Fraction:
        """What the points rise by."""
        return self.new - self.old


class Readers:
    """The other criteria that read what an attack on one criterion moves.

    Attributes:
        others: these criteria. Those that read what stays must be possible as well.
        provable: whether all that readers of its figures can do is listed, so that an attack can be
            ruled out: they read whole terms of the criterion, few counts besides, and no group
            takes points.
    """

    def __init__(
        self, criterion: Criterion, scheme: Scheme, moved: frozenset[str], up_to: int
    ) -> None:
        self._criterion, self._scheme, self._up_to = criterion, scheme, up_to
        self._own = figures_of(criterion)
        terms = [term for slot, term, _ in criterion.slots if slot in moved]
        figures = {key for term in terms for key in term.figures}
        self.others = self._who_reads(figures)
        self._everyone = self._who_reads(self._own)
        self._cut = any(group_of(scheme, each).cut for each in (criterion, *self._everyone))
        self._known: dict[tuple[object, ...], list[_Change]] = {}

        # Proofs ask for more than examples.
        self.provable = not self._cut and all(map(self._is_listed, self._everyone))

    def _who_reads(self, figures: set[str]) -> list[Criterion]:
        others = (each for each in self._scheme.criteria if each.scored)
        return [each for each in others if each != self._criterion and figures & figures_of(each)]

    def _is_listed(self, reader: Criterion) -> bool:
        """Say whether all that a reader can do is listed, with whole terms of the criterion."""
        slots = {slot for slot, _, _ in reader.slots}
        whole = [term for slot, term, _ in self._criterion.slots if slot in _LISTED]
        apart = (term in whole or not self._own & {*term.figures} for term in reader.terms)
        plain = slots <= _LISTED and not isinstance(reader, MinusPlusCriterion)
        few = (self._up_to + 2) ** len(self._free(reader)) <= _MANY
        return plain and few and all(apart) and not may_leave(reader, self._scheme)

    def _free(self, reader: Criterion) -> list[str]:
        """Return a figure of each term that may be anything; the others of a sum are nothing."""
        first = (
            next((key for key in term.figures if key not in self._own), None)
            for slot, term, _ in reader.slots
            if slot != "evidence"
        )
        return list(dict.fromkeys(key for key in first if key is not None))

    def _changes(self, reader: Criterion, before: Counts, after: Counts) -> list[_Change]:
        """Return all that may happen to a reader, small counts first."""
        shared = [key for key in sorted(figures_of(reader)) if key in self._own]
        key = (reader.key, *(state.get(each) for state in (before, after) for each in shared))
        if key not in self._known:
            self._known[key] = list(self._list_changes(reader, shared, before, after))
        return self._known[key]

    def _list_changes(
        self, reader: Criterion, shared: Sequence[str], before: Counts, after: Counts
    ) -> Iterator[_Change]:
        free = self._free(reader)
        numbers = self._numbers({*before.values(), *after.values()}, len(free))
        nothing = dict.fromkeys(figures_of(reader) - self._own, 0)
        if reader.evidence is not None:
            nothing[reader.evidence] = 1
        for values in sorted(product(numbers, repeat=len(free)), key=sum):
            rest = nothing | dict(zip(free, values, strict=True))
            one, two = (
                rest | {each: state[each] for each in shared if each in state}
                for state in (before, after)
            )
            old = points_with(reader, one, self._scheme, leaving=Fraction(0))
            new = points_with(reader, two, self._scheme, leaving=reader.maximum)
            if old is not None and new is not None:
                yield _Change(one, two, old, new)

    def _numbers(self, near: set[int], many: int) -> list[int]:
        """Return what a free count may be: all small numbers, and a few near what is shared."""
        few = {each + more for each in near for more in (0, 1) if each > self._up_to}
        numbers = {*range(self._up_to + 2), *few, *(2 * each for each in few)}
        if len(numbers) ** many > _MANY:
            numbers = {*range(_FEW + 1), *near}
        return sorted(numbers)

    def spread(self, before: State, after: State) -> tuple[Fraction, Fraction] | None:
        """Return the least and the most that all readers gain together; None where none can be."""
        least = most = Fraction(0)
        for changes in self._all([(before, after)]):
            if not changes:
                return None
            least += min(each.gain for each in changes)
            most += max(each.gain for each in changes)
        return least, most

    def _all(self, pairs: Sequence[tuple[State, State]]) -> list[list[_Change]]:
        found: list[list[_Change]] = []
        for pair in pairs:
            one, two = (counts_in(self._criterion, state) for state in pair)
            if one is None or two is None:
                return [[]]
            found += [self._changes(each, one, two) for each in self._everyone]
        return found

    def effects(
        self,
        own: tuple[Fraction, Fraction],
        pairs: Sequence[tuple[State, State]],
        enough: Callable[[Fraction], bool],
        *,
        sign: int = 1,
    ) -> tuple[SharedEffect, ...] | None:
        """Return what happens to readers in the smallest counts with which a change is as wanted.

        Args:
            own: the points of the criterion before and after.
            pairs: its states before and after; of several years each for itself.
            enough: whether the change of all points is as wanted; more of it is no less so.
            sign: -1 where points are to fall.

        Returns:
            An effect for each reader; None where no counts were found.
        """
        changes = self._all(pairs)
        if not all(changes):
            return None
        hoped = [max(sign * each.gain for each in ways) for ways in changes]
        total = sign * (own[1] - own[0])
        if not enough(total + sum(hoped, Fraction(0))):
            return None
        chosen: list[_Change] = []
        agreed: Counts = {}
        for place, ways in enumerate(changes):
            if place % len(self._everyone) == 0:
                agreed = {}  # another year
            rest = sum(hoped[place + 1 :], Fraction(0))
            fitting = (
                each
                for each in ways
                if all(agreed.get(key, value) == value for key, value in each.before.items())
                and enough(total + sign * each.gain + rest)
            )
            way = next(fitting, None)
            if way is None:
                return None
            chosen.append(way)
            total += sign * way.gain
            agreed |= way.before
        if self._cut and chosen:
            left = self._left(pairs, chosen)
            if left is None or not enough(sign * left):
                return None
        readers = self._everyone * len(pairs)
        return tuple(
            _effect(reader, way)
            for reader, way in zip(readers, chosen, strict=True)
            if reader in self.others
        )

    def _left(
        self, pairs: Sequence[tuple[State, State]], chosen: Sequence[_Change]
    ) -> Fraction | None:
        """Return what groups leave of a change, while all who read something else earn least."""
        (before, after), *later = pairs
        own, scheme = self._criterion, self._scheme
        old = points_in(own, before, scheme, leaving=Fraction(0))
        new = points_in(own, after, scheme, leaving=own.maximum)
        if later or old is None or new is None:
            return None
        family = [own, *self._everyone]
        points = [(old, new), *((way.old, way.new) for way in chosen)]
        change = Fraction(0)
        for group in scheme.groups:
            rest = (least_of(each) for each in group.criteria if each not in family)
            others = sum(rest, Fraction(0))
            one, two = (
                sum((p[side] for each, p in zip(family, points, strict=True)
                     if each in group.criteria), others)
                for side in (0, 1)
            )  # fmt: skip
            change += left_of(group, two) - left_of(group, one)
        return change


def figures_of(criterion: Criterion) -> set[str]:
    """Return the figures that a criterion reads."""
    return {key for term in criterion.terms for key in term.figures}


def _effect(reader: Criterion, way: _Change) -> SharedEffect:
    return SharedEffect(
        key=reader.key,
        before=_fields(reader, way.before),
        after=_fields(reader, way.after),
        points_before=way.old,
        points_after=way.new,
    )


def _fields(reader: Criterion, counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return counts by field; a field of which a figure is blank is left out."""
    return tuple(
        (slot, _combined(term, counts))
        for slot, term, _ in reader.slots
        if slot != "evidence" and all(key in counts for key in term.figures)
    )


def _combined(term: Term, counts: Mapping[str, int]) -> int:
    values = [counts[key] for key in term.figures]
    return max(values) if term.combine is Combine.LARGEST else sum(values)
