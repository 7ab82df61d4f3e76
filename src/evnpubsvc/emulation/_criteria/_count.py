"""So much for each item, up to the maximum."""

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
class CountCriterion(EventCriterion):
    """So much for each item, up to the maximum: `min(maximum, per x count)`.

    Attributes:
        per: points for each item; above zero.
        figure: the count of items.
    """

    kind: ClassVar[str] = "count"
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"figure": Better.HIGHER})

    def points(self, amount: Fraction) -> Fraction:
        """Return the amount itself."""
        return amount

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write so much times the count."""
        del specs
        return f"{number_text(self.per, lang)} × {number_text(component.value or 0, lang)}"
