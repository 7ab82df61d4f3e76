"""A value that is weighted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc.emulation._base import exact, positive, raise_all
from evnpubsvc.emulation._criteria._component import Component
from evnpubsvc.emulation._criteria._given import GivenCriterion
from evnpubsvc.emulation._figures import FigureSpec
from evnpubsvc.quantities.parts import localised
from evnpubsvc.texts import Language


@frozen(kw_only=True)
class WeightedCriterion(GivenCriterion):
    """A weighted value: `maximum x value / full_scale`. The maximum is the weight.

    Attributes:
        figure: the figure that holds the value, from zero to `full_scale`, both inclusive.
        full_scale: the value that earns the maximum; above zero.
    """

    kind: ClassVar[str] = "weighted"

    full_scale: Fraction = field(default=Fraction(1), converter=exact)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, full_scale=self.full_scale))

    @property
    def top(self) -> Fraction:
        """The value that earns the maximum."""
        return self.full_scale

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write the weight times the value, over the full scale."""
        del specs
        if self.full_scale == 1:
            scale = ""
        else:
            scale = f" / {localised(self.full_scale, lang)}"
        value = localised(component.value or 0, lang)
        return f"{localised(self.maximum, lang)} × {value}{scale}"
