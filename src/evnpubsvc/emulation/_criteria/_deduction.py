"""Points taken away."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from evnpubsvc._records import frozen
from evnpubsvc.emulation._criteria._component import Component
from evnpubsvc.emulation._criteria._events import EventCriterion
from evnpubsvc.emulation._figures import Better, FigureSpec
from evnpubsvc.emulation._wording import number_text
from evnpubsvc.texts import Language


@frozen(kw_only=True)
class DeductionCriterion(EventCriterion):
    """Points taken away (điểm trừ): `-min(maximum, per x count)`, in a group of deductions only.

    Attributes:
        per: points taken for each event; above zero.
        figure: the count of events.
    """

    kind: ClassVar[str] = "deduction"
    takes_away: ClassVar[bool] = True
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"figure": Better.LOWER})

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        return -self.maximum, Fraction(0)

    def points(self, amount: Fraction) -> Fraction:
        """Return the amount as points that are taken."""
        return -amount

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write so much times the count, with its sign."""
        del specs
        return f"−{number_text(self.per, lang)} × {number_text(component.value or 0, lang)}"
