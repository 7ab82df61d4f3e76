"""Items that are shown and not scored."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.emulation._base import exact
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._component import Component, before_rounding
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term, as_term
from evnpubsvc.emulation._figures import FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import sentence, share_text
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import localised
from evnpubsvc.texts import LabelledEnum, Language


class MonitorState(LabelledEnum):
    """Why an item that is shown has no maximum."""

    MONITOR_ONLY = "monitor-only"
    """The sheet shows it and gives no points for it."""
    UNDETERMINED = "undetermined"
    """It has points, and the sources do not say how many."""


@frozen(kw_only=True)
class MonitorCriterion(CriterionBase):
    """An item that is shown and not scored.

    It never enters a sum; its points are unknown, with the state as reason.

    Attributes:
        maximum: zero, always.
        state: only monitored, or scored by an undetermined maximum.
        numerator: n of the ratio that is shown, or the count itself.
        denominator: d; None for a count.
    """

    kind: ClassVar[str] = "monitor"
    scored: ClassVar[bool] = False

    maximum: Fraction = field(default=Fraction(0), converter=exact)
    state: MonitorState = field(validator=instance_of(MonitorState))
    numerator: Term = field(converter=as_term, validator=instance_of(Term))
    denominator: Term | None = field(default=None, validator=instance_of(Term, type(None)))

    def __attrs_post_init__(self) -> None:
        if self.maximum != 0:
            raise DataError([finding("monitored-with-points", ".maximum", self.maximum)])

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        more = [("numerator", self.numerator, Reads.COUNT)]
        if self.denominator is not None:
            more.append(("denominator", self.denominator, Reads.COUNT))
        return (*more, *super().slots)

    def component(self, figures: UnitFigures) -> Component:
        """Return what is shown; the points are unknown, with the state as reason."""
        points = Unknown(self.state.value, self.key)
        n = self.numerator.value(figures)
        counted = None if isinstance(n, Unknown) else n
        if self.denominator is None:
            value = None if counted is None else Fraction(counted)
            return before_rounding(self.key, points, value=value)
        d = self.denominator.value(figures)
        whole = None if isinstance(d, Unknown) else d
        return before_rounding(self.key, points, numerator=counted, denominator=whole)

    def derivation(
        self,
        component: Component,
        result: str,
        specs: Mapping[str, FigureSpec],
        lang: Language,
    ) -> str:
        """Write what is shown, and why it has no points."""
        del result, specs
        state = sentence(self.state.value, lang)
        if component.value is not None:
            return f"{localised(component.value, lang)}: {state}"
        if component.numerator is None or component.denominator is None:
            return state
        return f"{share_text(component.numerator, component.denominator, lang)}: {state}"
