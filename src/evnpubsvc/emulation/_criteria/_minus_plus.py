"""Points lost for each event, with a share for quality."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, valid_key
from evnpubsvc.emulation._base import exact, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._component import Component, before_rounding, over_nothing
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term, as_term, as_zero_policy
from evnpubsvc.emulation._figures import Better, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import number_text, share_text
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Unknown, ZeroPolicy
from evnpubsvc.texts import Language


@frozen(kw_only=True)
class MinusPlusCriterion(CriterionBase):
    """As minus, with a share for quality: `max(0, maximum - plus - per x count) + plus x n / d`.

    Attributes:
        per: points lost for each event; above zero.
        figure: the count of events.
        plus: points for full quality, part of the maximum; above zero and below it.
        numerator: n of the quality share.
        denominator: d of the quality share.
        zero: what the quality share is worth when d is zero. No default.
    """

    kind: ClassVar[str] = "minus-plus"
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType(
        {"numerator": Better.HIGHER, "figure": Better.LOWER}
    )

    in_points: ClassVar[tuple[str, ...]] = ("maximum", "per", "plus")

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)
    plus: Fraction = field(converter=exact)
    numerator: Term = field(converter=as_term, validator=instance_of(Term))
    denominator: Term = field(converter=as_term, validator=instance_of(Term))
    zero: ZeroPolicy = field(converter=as_zero_policy)

    def __attrs_post_init__(self) -> None:
        found = positive(self, maximum=self.maximum, per=self.per, plus=self.plus)
        if not found and self.plus >= self.maximum:
            found.append(finding("plus-above-maximum", ".plus", self.plus, maximum=self.maximum))
        raise_all(found)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return (
            ("figure", Term((self.figure,)), Reads.COUNT),
            ("numerator", self.numerator, Reads.COUNT),
            ("denominator", self.denominator, Reads.COUNT),
            *super().slots,
        )

    @property
    def same_unit(self) -> tuple[str, ...]:
        """Names of the fields that must count the same thing."""
        return ("numerator", "denominator")

    @property
    def unit_points(self) -> Fraction | None:
        """Points for one event."""
        return self.per

    def turns(self, ends: Sequence[int]) -> Iterable[int]:
        """Yield zero and one: over nothing, the policy decides."""
        del ends
        return 0, 1

    # Points.

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        # What the events leave.
        count = Term((self.figure,)).value(figures)
        if isinstance(count, Unknown):
            return before_rounding(self.key, count)
        value = Fraction(count)
        base = max(Fraction(0), self.maximum - self.plus - self.per * count)

        # The share for quality; over nothing, by the policy.
        n, d = self.numerator.value(figures), self.denominator.value(figures)
        if isinstance(n, Unknown):
            return before_rounding(self.key, n, value=value)
        if isinstance(d, Unknown):
            return before_rounding(self.key, d, value=value)
        if d:
            quality: Fraction | Unknown = Fraction(n, d)
            zero = None
        else:
            quality = over_nothing(self.key, self.zero)
            zero = self.zero
        points = quality if isinstance(quality, Unknown) else base + self.plus * quality
        return before_rounding(self.key, points, value=value, numerator=n, denominator=d, zero=zero)

    # Checks.

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield a part that is larger than its whole."""
        del figures
        n, d = counted(self.numerator), counted(self.denominator)
        if n is not None and d is not None and n > d:
            yield finding("numerator-above-denominator", self.key, numerator=n, denominator=d)

    # Explanation.

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write what the events leave, and the share for quality."""
        del specs
        base, per = number_text(self.maximum - self.plus, lang), number_text(self.per, lang)
        count, plus = number_text(component.value or 0, lang), number_text(self.plus, lang)
        quality = share_text(component.numerator, component.denominator, lang)
        return f"({base} − {per} × {count}) + {plus} × {quality}"
