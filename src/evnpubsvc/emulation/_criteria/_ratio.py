"""Points for a ratio of counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import gt, sub
from types import MappingProxyType
from typing import ClassVar

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, key_or_none, valid_key
from evnpubsvc.emulation._base import exact, exact_or_none, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase, write_over_nothing
from evnpubsvc.emulation._criteria._columns import Columns
from evnpubsvc.emulation._criteria._component import Component, before_rounding, over_nothing
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term, as_term, as_zero_policy
from evnpubsvc.emulation._figures import Better, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import sentence
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Unknown, ZeroPolicy, round_half_up
from evnpubsvc.quantities.parts import decimal_text, has_places, localised
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import percent


@frozen(kw_only=True)
class Substitute(PublicType):
    """What takes the place of a denominator that no source has; its flag stays with the number.

    Attributes:
        term: the figures used instead (last year's total), when every figure of the denominator is
            unknown.
        divisor: parts of the earlier period in this one: 12 for a month of a year, 4 for a
            quarter, 1 for the whole.
        flag: the name of the flag (`TEMP_NATIONAL_REPORT_DENOMINATOR`).
        nothing: flag for zero points when the substitute is unknown too; None leaves the criterion
            unknown.
    """

    term: Term = field(converter=as_term, validator=instance_of(Term))
    divisor: int = field(validator=instance_of(int))
    flag: str = field(validator=valid_key)
    nothing: str | None = field(default=None, validator=key_or_none)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, divisor=self.divisor))


@frozen
class _Whole:
    """The denominator that a ratio of one unit really has."""

    count: int
    divisor: int = 1
    flags: tuple[str, ...] = ()


@frozen(kw_only=True)
class RatioCriterion(CriterionBase):
    """Points for a ratio: `min(maximum, maximum x (n / d) / target)`.

    Attributes:
        numerator: n, a count.
        denominator: d, a count.
        zero: points when d is zero (`full`, `zero`, `excluded`, `not-assessable`). No default.
        target: the ratio that earns the maximum; above zero, 1 unless the scheme says otherwise.
        above_one: n may exceed d; otherwise such figures are findings.
        mixed_units: n and d may count different things.
        not_due: counted in the denominator but not fallen due yet: taken out, so that d has only
            what has fallen due.
        step: points are rounded half up to the nearest multiple of it (0.25), before the scheme's
            rounding; None: not.
        substitute: what takes the place of an unknown denominator; None: nothing does.
    """

    kind: ClassVar[str] = "ratio"
    earns: ClassVar[Mapping[str, Better]] = MappingProxyType({"numerator": Better.HIGHER})

    in_points: ClassVar[tuple[str, ...]] = ("maximum", "step")

    numerator: Term = field(converter=as_term, validator=instance_of(Term))
    denominator: Term = field(converter=as_term, validator=instance_of(Term))
    zero: ZeroPolicy = field(converter=as_zero_policy)
    target: Fraction = field(default=Fraction(1), converter=exact)
    above_one: bool = field(default=False, validator=instance_of(bool))
    mixed_units: bool = field(default=False, validator=instance_of(bool))
    not_due: Term | None = field(default=None, validator=instance_of(Term, type(None)))
    step: Fraction | None = field(default=None, converter=exact_or_none)
    substitute: Substitute | None = field(
        default=None, validator=instance_of(Substitute, type(None))
    )

    def __attrs_post_init__(self) -> None:
        found = positive(self, maximum=self.maximum, target=self.target)
        raise_all(found if self.step is None else [*found, *positive(self, step=self.step)])

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        more = [
            ("numerator", self.numerator, Reads.COUNT),
            ("denominator", self.denominator, Reads.COUNT),
        ]
        if self.not_due is not None:
            more.append(("not_due", self.not_due, Reads.COUNT))
        if self.substitute is not None:
            more.append(("substitute", self.substitute.term, Reads.COUNT))
        return (*more, *super().slots)

    @property
    def same_unit(self) -> tuple[str, ...]:
        """Names of the fields that must count the same thing."""
        sides = ("denominator", "not_due", "substitute")
        return sides if self.mixed_units else ("numerator", *sides)

    def turns(self, ends: Sequence[int]) -> Iterable[int]:
        """Yield zero and one for what the policy decides, and where what is not due moves them."""
        yield from (0, 1)
        if self.not_due is not None:
            marks = (0, 1, *ends)
            yield from (first - second for first in marks for second in marks)
            yield from (first + second for first in marks for second in marks)

    # Points.

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        n = self.numerator.value(figures)
        if isinstance(n, Unknown):
            return before_rounding(self.key, n)

        # The denominator, or what takes its place.
        whole = self._whole(figures)
        if isinstance(whole, Unknown):
            substitute = self.substitute
            if substitute is None or substitute.nothing is None or not self._all_blank(figures):
                return before_rounding(self.key, whole)
            flags = (substitute.nothing,)
            return before_rounding(self.key, Fraction(0), numerator=n, flags=flags)

        # Only what has fallen due.
        d = whole.count
        if self.not_due is not None:
            waiting = self.not_due.value(figures)
            if isinstance(waiting, Unknown):
                return before_rounding(self.key, waiting)
            d -= min(waiting, d)

        parts = {
            "numerator": n, "denominator": d, "divisor": whole.divisor, "flags": whole.flags
        }  # fmt: skip
        if d == 0:
            share = over_nothing(self.key, self.zero)
            points = share if isinstance(share, Unknown) else self.maximum * share
            return before_rounding(self.key, points, zero=self.zero, **parts)
        uncapped = self.maximum * n * whole.divisor / (d * self.target)
        points = min(self.maximum, uncapped)
        return before_rounding(self.key, points, capped=uncapped > self.maximum, **parts)

    def _all_blank(self, figures: UnitFigures) -> bool:
        return all(isinstance(figures[key], Unknown) for key in self.denominator.figures)

    def _whole(self, figures: UnitFigures) -> _Whole | Unknown:
        d = self.denominator.value(figures)
        if not isinstance(d, Unknown):
            return _Whole(d)
        if self.substitute is None or not self._all_blank(figures):
            return d
        other = self.substitute.term.value(figures)
        if isinstance(other, Unknown):
            return other
        return _Whole(other, self.substitute.divisor, (self.substitute.flag,))

    def to_step(self, points: Fraction) -> Fraction:
        """Return points rounded half up to the steps of the criterion, if it has any."""
        if self.step is None:
            return points
        return round_half_up(points / self.step, 0) * self.step

    def column(self, columns: Columns) -> list[int] | None:
        """Return the scaled points of many units; None for steps under a rounded sum."""
        if self.step is not None and not columns.rounds:
            return None
        n, d = self._sides(columns)

        # What a ratio over nothing earns; where that cannot be said, the unit is scored by itself.
        nothing = self.maximum if self.zero is ZeroPolicy.FULL else Fraction(0)
        if self.zero not in (ZeroPolicy.FULL, ZeroPolicy.ZERO):
            columns.slow.update(i for i, value in enumerate(d) if not value)

        # Points are n / d x slope, in units of the smallest step.
        unit = Fraction(1, columns.scale)
        if columns.rounds and self.step is not None:
            unit = self.step
        slope = self.maximum / self.target / unit
        top, empty = columns.whole(self.maximum / unit), columns.whole(nothing / unit)

        # floor((r + b) / c) is floor((floor(r) + b) / c) for whole b and c: two small divisions
        # for one large. Rounding keeps order, so the cap may come after it.
        if columns.rounds:
            a, b, c = 2 * slope.numerator, slope.denominator, 2 * slope.denominator
        else:
            a, b, c = slope.numerator, 0, slope.denominator
        if self.target == 1 and not self.above_one:  # then n / d is at most 1, and nothing is cut
            points = [(a * x // y + b) // c if y else empty for x, y in zip(n, d, strict=True)]
        else:
            points = [
                (p if (p := (a * x // y + b) // c) < top else top) if y else empty
                for x, y in zip(n, d, strict=True)
            ]
        factor = int(unit * columns.scale)
        return points if factor == 1 else [p * factor for p in points]

    def _sides(self, columns: Columns) -> tuple[list[int], list[int]]:
        """Return both sides; units whose figures contradict each other join the slow ones."""
        n, d = columns.term(self.numerator), columns.term(self.denominator)
        if self.not_due is not None:
            d = list(map(sub, d, columns.term(self.not_due)))
            if min(d) < 0:
                columns.slow.update(i for i, value in enumerate(d) if value < 0)
                d = [max(0, value) for value in d]
        if not self.above_one and any(map(gt, n, d)):
            columns.slow.update(i for i, (x, y) in enumerate(zip(n, d, strict=True)) if x > y)
        return n, d

    # Checks.

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield a part that is larger than its whole."""
        del figures
        n, d = counted(self.numerator), counted(self.denominator)
        if d is None:
            return
        if self.not_due is not None:
            waiting = counted(self.not_due)
            if waiting is None:
                return
            if waiting > d:
                yield finding("not-due-above-denominator", self.key, waiting, denominator=d)
                return
            d -= waiting
        if n is not None and n > d and not self.above_one:
            yield finding("numerator-above-denominator", self.key, numerator=n, denominator=d)

    def contradictions(self, path: str, grid: Fraction | None) -> Iterator[Finding]:
        """Yield steps that do not reach the maximum, or that rounding loses."""
        yield from super().contradictions(path, grid)
        if self.step is None:
            return
        step = decimal_text(self.step)
        if (self.maximum / self.step).denominator != 1:
            yield finding("maximum-off-step", f"{path}.step", self.maximum, step=step)
        if grid is not None and (self.step / grid).denominator != 1:
            yield finding("step-lost-in-rounding", f"{path}.step", step=step, unit=grid)

    def oddities(self, path: str) -> Iterator[Finding]:
        """Yield a ratio of a figure to itself, and a target that nobody can reach."""
        if self.numerator == self.denominator:
            yield notice("ratio-of-itself", f"{path}.numerator", str(self.numerator))
        if self.target > 1 and not self.above_one:
            yield notice("target-unreachable", f"{path}.target", self.target)

    # Explanation.

    def derivation(
        self,
        component: Component,
        result: str,
        specs: Mapping[str, FigureSpec],
        lang: Language,
    ) -> str:
        """Write how the points came about; over nothing, by which policy."""
        if component.denominator != 0 or component.zero is None:
            return super().derivation(component, result, specs, lang)
        return write_over_nothing(component, self.zero, result, lang)

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write the ratio in numbers: both counts, the percentage, the factor."""
        n, d = component.numerator, component.denominator
        if d is None:
            return sentence("explain-no-denominator", lang)
        assert n is not None  # a ratio with a denominator has both

        # Both counts, and what they count.
        whole = localised(d, lang)
        if component.divisor != 1:
            whole = f"({whole} / {component.divisor})"
        counted = f"{localised(n, lang)} / {whole}"
        unit = specs[self.denominator.figures[0]].unit
        if unit is not None:
            counted += f" {unit.text.get(lang)}"

        # The percentage, exact or about.
        share = Fraction(n * component.divisor, d) * 100
        sign = "=" if has_places(share, 2) else "≈"
        text = f"{counted} {sign} {percent(localised(share, lang, 2), lang)}"

        # The maximum, over the target where that is not all.
        text += f"; × {localised(self.maximum, lang)}"
        if self.target != 1:
            text += " / " + percent(localised(self.target * 100, lang), lang)
        return text
