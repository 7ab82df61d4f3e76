"""Points for growth over an earlier period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.emulation._base import exact, not_negative, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._component import (
    SMALL_BASE,
    Component,
    before_rounding,
    over_nothing,
)
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term, as_term, as_zero_policy
from evnpubsvc.emulation._figures import Better, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import number_text, sentence
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Unknown, ZeroPolicy
from evnpubsvc.quantities.parts import localised
from evnpubsvc.texts import Language


@frozen(kw_only=True)
class SmallBase(PublicType):
    """The rule for growth from a base that is too small to compare with.

    Attributes:
        below: earlier counts below this one are too small; at least 1, so that nothing is divided
            by zero.
        full_from: a current count of at least this earns the maximum.
        otherwise: what fewer earn (`zero`, `excluded`, `not-assessable`; `full` means that the
            base never matters).
    """

    below: int = field(validator=instance_of(int))
    full_from: int = field(validator=instance_of(int))
    otherwise: ZeroPolicy = field(converter=as_zero_policy)

    def __attrs_post_init__(self) -> None:
        raise_all(
            [*positive(self, below=self.below), *not_negative(self, full_from=self.full_from)]
        )


@frozen(kw_only=True)
class GrowthCriterion(CriterionBase):
    """Points for growth, `min(maximum, per x growth / step)`, never below zero.

    Growth is `(current - earlier) / earlier`. Both counts must be of periods of one length with one
    cut-off; the figures cannot show it, the board must.

    Attributes:
        current: the count of this period.
        earlier: the count of the earlier period.
        per: points for each step; above zero.
        step: one step of growth: 1/2 for "per 50 %"; above zero.
        whole_steps: only whole steps count; otherwise growth counts in proportion. No default.
        small_base: what happens below a minimum base. No default: 30 dossiers growing to 7,000 are
            233 times.
        capped: the points end at the maximum. A growth without cap swallows the scale, and no
            scheme may have it.
    """

    kind: ClassVar[str] = "growth"
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"current": Better.HIGHER})

    in_points: ClassVar[tuple[str, ...]] = ("maximum", "per")

    current: Term = field(converter=as_term, validator=instance_of(Term))
    earlier: Term = field(converter=as_term, validator=instance_of(Term))
    per: Fraction = field(converter=exact)
    step: Fraction = field(converter=exact)
    whole_steps: bool = field(validator=instance_of(bool))
    small_base: SmallBase = field(validator=instance_of(SmallBase))
    capped: bool = field(default=True, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per, step=self.step))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return (
            ("current", self.current, Reads.COUNT),
            ("earlier", self.earlier, Reads.COUNT),
            *super().slots,
        )

    @property
    def same_unit(self) -> tuple[str, ...]:
        """Names of the fields that must count the same thing."""
        return ("current", "earlier")

    @property
    def unit_points(self) -> Fraction | None:
        """Points for one step."""
        return self.per

    def turns(self, ends: Sequence[int]) -> Iterable[int]:
        """Yield the bounds of the rule for small bases."""
        yield from super().turns(ends)
        yield from (self.small_base.below - 1, self.small_base.below)
        yield from (self.small_base.full_from - 1, self.small_base.full_from)

    # Points.

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        current, earlier = self.current.value(figures), self.earlier.value(figures)
        if isinstance(current, Unknown):
            return before_rounding(self.key, current)
        if isinstance(earlier, Unknown):
            return before_rounding(self.key, earlier)
        parts = {"numerator": current, "denominator": earlier}
        if earlier < self.small_base.below:
            points = self._from_small_base(current)
            return before_rounding(self.key, points, flags=(SMALL_BASE,), **parts)
        steps = max(Fraction(0), Fraction(current - earlier, earlier) / self.step)
        if self.whole_steps:
            steps = Fraction(steps.numerator // steps.denominator)
        uncapped = self.per * steps
        points = min(self.maximum, uncapped)
        return before_rounding(self.key, points, capped=uncapped > self.maximum, **parts)

    def _from_small_base(self, current: int) -> Fraction | Unknown:
        if current >= self.small_base.full_from:
            return self.maximum
        share = over_nothing(self.key, self.small_base.otherwise)
        if isinstance(share, Unknown):
            return share
        return self.maximum * share

    # Checks.

    def contradictions(self, path: str, grid: Fraction | None) -> Iterator[Finding]:
        """Yield a growth without cap."""
        yield from super().contradictions(path, grid)
        if not self.capped:
            yield finding("growth-uncapped", f"{path}.capped", self.key)

    def oddities(self, path: str) -> Iterator[Finding]:
        """Yield a growth over itself, and a rule for small bases that changes nothing."""
        if self.current == self.earlier:
            yield notice("ratio-of-itself", f"{path}.current", str(self.current))
        if self.small_base.otherwise is ZeroPolicy.FULL:
            yield notice("small-base-always-full", f"{path}.small_base.otherwise", self.key)
        if self.small_base.below == 1:
            below = self.small_base.below
            yield notice("small-base-missing", f"{path}.small_base.below", below)

    # Explanation.

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write both counts, and what growth earns or which rule decided."""
        del specs
        earlier = localised(component.denominator or 0, lang)
        counted = f"{earlier} → {localised(component.numerator or 0, lang)}"
        if SMALL_BASE in component.flags:
            rule = self.small_base
            parts = {"below": rule.below, "full_from": rule.full_from}
            return f"{counted}: " + sentence("explain-small-base", lang, **parts)
        per, step = number_text(self.per, lang), number_text(self.step * 100, lang)
        return f"{counted}; " + sentence("explain-growth", lang, per=per, step=step)
