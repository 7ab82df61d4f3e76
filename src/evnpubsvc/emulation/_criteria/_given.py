"""What the two kinds share that read one exact number, which is no count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc._validate import valid_key
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._component import Component, before_rounding
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term
from evnpubsvc.emulation._figures import Better, UnitFigures
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import decimal_text


@frozen(kw_only=True)
class GivenCriterion(CriterionBase):
    """A criterion over one number from zero to the top of a scale.

    Attributes:
        figure: the figure that holds the number.
    """

    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"figure": Better.HIGHER})

    figure: str = field(validator=valid_key)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.NUMBER), *super().slots)

    @property
    def top(self) -> Fraction:
        """The highest number of the scale, which earns the maximum."""
        raise NotImplementedError

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        value = figures[self.figure]
        if isinstance(value, Unknown):
            return before_rounding(self.key, value)
        assert isinstance(value, Fraction)  # `check_figures` has refused everything else
        return before_rounding(self.key, self.maximum * value / self.top, value=value)

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield a number outside its scale."""
        del counted
        given = figures[self.figure]
        if isinstance(given, Fraction) and not 0 <= given <= self.top:
            shown = {"maximum": decimal_text(self.top)}
            yield finding("value-out-of-scale", self.key, given, **shown)
