"""Points of a criterion whose figures are known within bounds only.

The points are worked out by the criterion itself, at the counts where they can be least or most:
the ends of the bounds and the counts at which the criterion turns (`CriterionBase.turns`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import evolve

from evnpubsvc.emulation._criteria import (
    BandsCriterion,
    Component,
    Criterion,
    Reads,
    Substitute,
    Term,
)
from evnpubsvc.emulation._figures import Figure, UnitFigures
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import Count, CountRange, Interval, Unknown
from evnpubsvc.quantities.parts import interval_of

ScoreOne: TypeAlias = Callable[[Criterion, UnitFigures], Component]
"""The points of a criterion for known figures, rounded."""


class _Terms:
    """A criterion whose terms within bounds each read one count of their own.

    Attributes:
        ranges: those terms, in the order of the criterion.
        within: the figures that they come from, sorted by key.
        apart: no such figure is in two of the terms.
    """

    def __init__(self, criterion: Criterion, figures: UnitFigures) -> None:
        self.ranges: list[CountRange] = []
        self._keys: list[str] = []
        self._fixed: dict[str, Figure] = {}
        changes: dict[str, Any] = {}
        used: list[str] = []
        for name, term, reads in criterion.slots:
            counted = term.counted(figures) if reads is Reads.COUNT else None
            if isinstance(counted, CountRange):
                key = _free_key(name, criterion)
                used += dict.fromkeys(figures.within_bounds.intersection(term.figures))
                self.ranges.append(counted)
                self._keys.append(key)
                changes[name] = _reading(getattr(criterion, name), key)
            else:
                self._fixed |= {key: figures[key] for key in term.figures}
        self.criterion = evolve(criterion, **changes)
        self.apart = len(used) == len(set(used))
        self.within = tuple((key, _range_of(figures, key)) for key in sorted(set(used)))

    def figures(self, numbers: Sequence[int]) -> UnitFigures:
        """Return the figures of the criterion with these counts in place of the bounds."""
        counts = {
            key: Count(number, each.unit)
            for key, number, each in zip(self._keys, numbers, self.ranges, strict=True)
        }
        return UnitFigures("-", {**self._fixed, **counts})

    def findings(self, figures: UnitFigures) -> Iterator[Finding]:
        """Yield what forbids scoring these figures."""

        def counted(term: Term) -> int | None:
            value = term.value(figures)
            return None if isinstance(value, Unknown) else value

        return self.criterion.check_figures(figures, counted)

    def interval(
        self, value: Callable[[UnitFigures], Fraction | Unknown]
    ) -> Interval | Unknown | None:
        """Return the interval of a value over all counts that can be together."""

        def of(numbers: tuple[int, ...]) -> Fraction | Unknown | None:
            figures = self.figures(numbers)
            if next(self.findings(figures), None) is not None:
                return None
            return value(figures)

        ends = [end for each in self.ranges for end in (each.least, each.most) if end is not None]
        low, high = self.criterion.reach
        turns = (*self.criterion.turns([*ends, *self._known()]), *self._known())
        return interval_of(self.ranges, of, turns=turns, floor=low, top=high)

    def _known(self) -> list[int]:
        """The counts of the other terms: a part ends where its whole does."""
        figures = UnitFigures("-", self._fixed)
        terms = (term for _, term, reads in self.criterion.slots if reads is Reads.COUNT)
        values = [t.value(figures) for t in terms if self._fixed.keys() >= set(t.figures)]
        return [each for each in values if isinstance(each, int)]


def _range_of(figures: UnitFigures, key: str) -> CountRange:
    figure = figures[key]
    assert isinstance(figure, CountRange)  # it is one of those within bounds
    return figure


def _free_key(name: str, criterion: Criterion) -> str:
    """Return a key that no figure of the criterion has."""
    key, taken = name, {key for term in criterion.terms for key in term.figures}
    while key in taken:
        key += "+"
    return key


def _reading(field: Any, key: str) -> Any:
    """Return what a field of a criterion holds, with its figures replaced by one."""
    if isinstance(field, Substitute):
        return evolve(field, term=Term((key,)))
    return Term((key,)) if isinstance(field, Term) else key


def contradictions_within(criterion: Criterion, figures: UnitFigures) -> Iterator[Finding]:
    """Yield why no counts within the bounds can be together; nothing where some can."""
    if not _is_touched(criterion, figures):
        return
    terms = _Terms(criterion, figures)
    if not terms.ranges or terms.interval(lambda _: Fraction(0)) is not None:
        return
    # Where the parts are least and the wholes most there is still something wrong.
    first, *others = terms.ranges
    best = [first.least, *(each.least if each.most is None else each.most for each in others)]
    yield from terms.findings(terms.figures(best))


def component_within(
    criterion: Criterion, figures: UnitFigures, score_one: ScoreOne
) -> Component | None:
    """Return the points of a criterion within bounds; None where it reads no such figure."""
    if not _is_touched(criterion, figures):
        return None
    terms = _Terms(criterion, figures)
    if not terms.ranges:
        return None
    found = terms.interval(lambda each: score_one(terms.criterion, each).points)
    assert found is not None  # `check_figures` has found nothing against them
    if isinstance(found, Unknown):
        about = found.about or criterion.key
        points: Fraction | Unknown = Unknown(found.reason, about)
        return Component(key=criterion.key, points=points, exact=points, within=terms.within)

    # Where points go up and down with the share, and where a figure is in two terms, it is a bound.
    if isinstance(criterion, BandsCriterion) and not criterion.direction:
        low, high = criterion.reach
        found = Interval(low, high, reached=False)
    elif not terms.apart:
        found = Interval(found.low, found.high, reached=found.is_one_value)

    # One value, whatever the counts are, is known.
    points = found.low if found.is_one_value else Unknown("known-within-bounds", terms.within[0][0])
    return Component(
        key=criterion.key, points=points, exact=points, within=terms.within, between=found
    )


def _is_touched(criterion: Criterion, figures: UnitFigures) -> bool:
    """Return whether a criterion reads a figure that is known within bounds only."""
    bounds = figures.within_bounds
    return any(not bounds.isdisjoint(term.figures) for term in criterion.terms)
