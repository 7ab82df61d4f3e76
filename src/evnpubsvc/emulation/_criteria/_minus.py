"""Full points, less so much for each event."""

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
class MinusCriterion(EventCriterion):
    """Full points, less so much for each event: `max(0, maximum - per x count)`.

    Without any event the points are full.

    Attributes:
        per: points lost for each event; above zero.
        figure: the count of events.
    """

    kind: ClassVar[str] = "minus"
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"figure": Better.LOWER})

    def points(self, amount: Fraction) -> Fraction:
        """Return what an amount of lost points leaves."""
        return self.maximum - amount

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write the maximum less so much for each event."""
        del specs
        value = number_text(component.value or 0, lang)
        return f"{number_text(self.maximum, lang)} − {number_text(self.per, lang)} × {value}"
