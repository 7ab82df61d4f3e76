"""A scheme taken apart, so that one check serves whole schemes and half-readable documents.

A document with mistakes has parts that could not be read. The checks run on what could.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from evnpubsvc._records import RateBook, frozen
from evnpubsvc.emulation._criteria import Criterion
from evnpubsvc.emulation._figures import FigureSpec
from evnpubsvc.emulation._groups import Band, Rounding
from evnpubsvc.emulation._rules import Condition, Inapplicable, Prize, Quota, Sanction

Reach: TypeAlias = tuple[Fraction, Fraction]
"""The least and the most points."""


@frozen
class CriterionPart:
    """A criterion, or what could be read of it."""

    path: str
    key: str | None
    maximum: Fraction | None
    record: Criterion | None


@frozen
class GroupPart:
    """A group, or what could be read of it. `role` is None when it could not be read."""

    path: str
    key: str | None
    maximum: Fraction | None
    criteria: tuple[CriterionPart, ...]
    role: str | None = "scored"
    cut: bool = False


@frozen
class FigurePart:
    """A declared figure, or what could be read of it."""

    path: str
    key: str | None
    record: FigureSpec | None


@frozen
class Parts:
    """A scheme taken apart. A field is None when it could not be read, a rule is left out."""

    maximum: Fraction | None
    groups: tuple[GroupPart, ...]
    figures: tuple[FigurePart, ...]
    bands: tuple[Band, ...] | None
    rounding: Rounding | None = None
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    limits_known: bool = True
    gates: tuple[tuple[str, Condition], ...] = ()
    exclusions: tuple[tuple[str, Condition], ...] = ()
    sanctions: tuple[tuple[str, Sanction], ...] = ()
    quota: Quota | None = None
    prizes: tuple[tuple[str, Prize], ...] = ()
    inapplicable: tuple[tuple[str, Inapplicable], ...] = ()
    tie_break: tuple[str, ...] = ()
    rate_table: RateBook | None = None

    @property
    def criteria(self) -> tuple[CriterionPart, ...]:
        """All criteria."""
        return tuple(criterion for group in self.groups for criterion in group.criteria)

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Yield all conditions with their paths."""
        yield from self.gates
        yield from self.exclusions
        for path, sanction in self.sanctions:
            yield f"{path}.when", sanction.when
        for i, band in enumerate(self.bands or ()):
            for j, condition in enumerate(band.conditions):
                yield f".bands[{i}].conditions[{j}]", condition

    def maxima(self) -> Mapping[str | None, Fraction | None]:
        """Return the maximum of each group and criterion.

        Under None there is one that has no readable key.
        """
        groups: dict[str | None, Fraction | None] = {part.key: part.maximum for part in self.groups}
        return groups | {part.key: part.maximum for part in self.criteria}

    def reach(self) -> Mapping[str, Reach]:
        """Return the least and the most points of what could be read, by key; "" is the total."""
        found: dict[str, Reach] = {}
        total: Reach | None = (Fraction(0), Fraction(0))
        for group in self.groups:
            # Each criterion, and their sum.
            low, high, whole = Fraction(0), Fraction(0), True
            for part in group.criteria:
                if part.record is None or part.key is None:
                    whole = False
                    continue
                least, most = found[part.key] = part.record.reach
                low, high = low + least, high + most
            if group.maximum is None or group.role is None or not whole:
                total = None
                continue

            # The group, cut where it is.
            if group.role == "deduction":
                low, high = max(low, -group.maximum), Fraction(0)
            elif group.cut:
                high = min(high, group.maximum)
            if group.key is not None:
                found[group.key] = (low, high)
            if total is not None:
                total = (total[0] + low, total[1] + high)
        if total is not None:
            found[""] = total
        return found
