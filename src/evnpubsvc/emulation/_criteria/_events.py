"""What the kinds share that give or take so much for each event."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc._validate import valid_key
from evnpubsvc.emulation._base import exact, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._columns import Columns
from evnpubsvc.emulation._criteria._component import Component, before_rounding
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.quantities import Unknown


@frozen(kw_only=True)
class EventCriterion(CriterionBase):
    """A criterion that counts events.

    Attributes:
        per: points for one event; above zero.
        figure: the count of events.
    """

    in_points: ClassVar[tuple[str, ...]] = ("maximum", "per")

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.COUNT), *super().slots)

    @property
    def unit_points(self) -> Fraction | None:
        """Points for one event."""
        return self.per

    def points(self, amount: Fraction) -> Fraction:
        """Return the points for an amount, which is `per` times the count, cut at the maximum."""
        raise NotImplementedError

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        count = Term((self.figure,)).value(figures)
        if isinstance(count, Unknown):
            return before_rounding(self.key, count)
        amount = self.per * count
        points = self.points(min(self.maximum, amount))
        capped = amount > self.maximum
        return before_rounding(self.key, points, value=Fraction(count), capped=capped)

    def column(self, columns: Columns) -> list[int] | None:
        """Return the scaled points of many units.

        Few different counts occur, so each is worked out once.
        """
        counts = columns.counts(self.figure)
        table = {
            count: columns.whole(self.points(min(self.maximum, self.per * count)) * columns.scale)
            for count in set(counts)
        }
        return [table[count] for count in counts]
