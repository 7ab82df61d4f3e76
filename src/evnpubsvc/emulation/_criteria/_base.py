"""What all kinds of criterion share: their common fields, and all that the library asks of a kind.

A kind is one file beside this one: its fields, its points, its formula in explanations, its checks
and its lint. `frames` holds one more row for it: its points on arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import as_text, instance_of, key_or_none, tuple_of, valid_key
from evnpubsvc.emulation._base import exact
from evnpubsvc.emulation._criteria._columns import Columns
from evnpubsvc.emulation._criteria._component import Component
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Stated, Term
from evnpubsvc.emulation._figures import Better, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import number_text, sentence
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.quantities import Unknown, ZeroPolicy
from evnpubsvc.quantities.parts import decimal_text, localised
from evnpubsvc.texts import Language, Text


@frozen(kw_only=True)
class CriterionBase(PublicType):
    """What all kinds of criterion have.

    Attributes:
        key: stable key, unique in the scheme.
        title: name in both languages.
        maximum: highest points; above zero. Of a deduction: the most that it takes. Of a monitored
            item: zero.
        sources: instruments and data it rests on.
        note: readings, contradictions; may be None.
        evidence: figure that counts the documents of evidence: without any, the item earns
            nothing. None: not asked.
        stated: the maximum as other places of the document state it.
    """

    kind: ClassVar[str]
    """The name of the kind in documents (`"ratio"`)."""
    scored: ClassVar[bool] = True
    """It enters the sum; otherwise it is only shown."""
    takes_away: ClassVar[bool] = False
    """It belongs in a group of deductions, and only there."""
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({})
    """Fields whose figures earn more the higher, or the lower, they are."""
    in_points: ClassVar[tuple[str, ...]] = ("maximum",)
    """Fields that are points: they grow with the weight of the criterion."""

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    maximum: Fraction = field(converter=exact)
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    evidence: str | None = field(default=None, validator=key_or_none)
    stated: tuple[Stated, ...] = field(default=(), validator=tuple_of(Stated))

    # What it reads and what it can give.

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads: the name of the field, the term, and what the figures must be."""
        if self.evidence is None:
            return ()
        return (("evidence", Term((self.evidence,)), Reads.COUNT),)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms it reads."""
        return tuple(term for _, term, _ in self.slots)

    @property
    def same_unit(self) -> tuple[str, ...]:
        """Names of the fields that must count the same thing."""
        return ()

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        return Fraction(0), self.maximum

    @property
    def direction(self) -> Mapping[str, Better]:
        """Fields of this criterion whose figures earn more the higher, or the lower, they are."""
        return self.earns

    @property
    def unit_points(self) -> Fraction | None:
        """Points for one event, item or step; None for a kind that counts none."""
        return None

    def turns(self, ends: Sequence[int]) -> Iterable[int]:
        """Yield the counts at which the points may jump or turn.

        Between them the points only rise or only fall in each term that is read.

        Args:
            ends: the least and the most that the counts of the terms can be.
        """
        del ends
        return () if self.evidence is None else (0, 1)

    # Points.

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence, applicability and rounding.

        `check_figures` has found nothing to say against the figures.
        """
        raise NotImplementedError

    def to_step(self, points: Fraction) -> Fraction:
        """Return points on the steps in which the criterion gives them, before other rounding."""
        return points

    def scaled(self, factor: Fraction) -> CriterionBase:
        """Return the criterion with another weight: each of its points times a factor above zero.

        A unit earns the same share of the maximum as before. What other places of the document
        state about the maximum is left out, since it was said of the old one.
        """
        points = {name: getattr(self, name) for name in self.in_points}
        changes: dict[str, Any] = {
            name: value * factor for name, value in points.items() if value is not None
        }
        return evolve(self, stated=(), **changes)

    def column(self, columns: Columns) -> list[int] | None:
        """Return the scaled points of many units; None for a kind that is scored unit by unit."""
        del columns
        return None

    # Checks.

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield what forbids scoring these figures.

        Args:
            figures: the figures of a unit.
            counted: the value of a term; None where one of its figures is unknown or unsound.
        """
        del figures, counted
        return iter(())

    def contradictions(self, path: str, grid: Fraction | None) -> Iterator[Finding]:
        """Yield what contradicts itself in the criterion.

        Args:
            path: where the criterion is in its document.
            grid: the smallest number of points that rounding leaves; None where components are
                not rounded.
        """
        del grid
        for i, stated in enumerate(self.stated):
            if abs(stated.maximum) != self.maximum:
                shown = {
                    "stated": decimal_text(stated.maximum),
                    "maximum": decimal_text(self.maximum),
                }
                place = f"{path}.stated[{i}]"
                yield finding("maximum-stated-differently", place, stated.where, **shown)

    def oddities(self, path: str) -> Iterator[Finding]:
        """Yield notices of what is odd in the criterion without being wrong."""
        del path
        return iter(())

    # Explanation.

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write the formula of a known component with its numbers in place."""
        del component, specs
        return sentence("explain-given", lang)

    def derivation(
        self,
        component: Component,
        result: str,
        specs: Mapping[str, FigureSpec],
        lang: Language,
    ) -> str:
        """Write how the points came about.

        Args:
            component: the points.
            result: the points as they are written, out of the maximum.
            specs: the declared figures of the scheme.
            lang: language of the text.
        """
        if isinstance(component.points, Unknown):
            return component.points.written(lang)
        text = f"{self.formula(component, specs, lang)} = {result}"
        if component.capped:
            text += ", " + sentence("explain-capped", lang)
        if component.points != component.exact:
            assert isinstance(component.exact, Fraction)  # so are the points
            before = number_text(component.exact, lang)
            text += ", " + sentence("explain-rounded-from", lang, exact=before)
        return text


def write_over_nothing(component: Component, zero: ZeroPolicy, result: str, lang: Language) -> str:
    """Write how the points of a share over nothing came about: by which policy."""
    policy = sentence(f"explain-zero-{zero.value}", lang)
    text = f"{localised(component.numerator or 0, lang)} / 0: {policy}"
    if isinstance(component.points, Unknown):
        return text
    return f"{text} = {result}"
