"""Criteria: the kinds of item that real score sheets have, each a record whose fields say all that decides points."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._base import (
    exact,
    exact_or_none,
    key_or_none,
    not_negative,
    positive,
    raise_all,
    valid_key,
)
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.law import Citation
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.texts import LabelledEnum, Text

__all__ = [
    "ChoiceCriterion",
    "ChoiceItem",
    "Combine",
    "CountCriterion",
    "Criterion",
    "CriterionBase",
    "DeductionCriterion",
    "GrowthCriterion",
    "MinusCriterion",
    "MinusPlusCriterion",
    "MonitorCriterion",
    "MonitorState",
    "Option",
    "PointsCriterion",
    "RatioCriterion",
    "Reads",
    "SmallBase",
    "Stated",
    "Substitute",
    "Term",
    "WeightedCriterion",
]


class Combine(LabelledEnum):
    """How several figures become one number."""

    SUM = "sum"
    LARGEST = "largest"


@frozen
class Term:
    """A numerator or denominator: one figure, a sum of figures, or the largest of several.

    Attributes:
        figures: keys of figures, at least one. If any of them is unknown, the term is unknown.
        combine: how they become one number.
    """

    figures: tuple[str, ...] = field(validator=tuple_of(str))
    combine: Combine = field(default=Combine.SUM, validator=instance_of(Combine))

    def __attrs_post_init__(self) -> None:
        if not self.figures:
            raise DataError([finding("term-empty")])

    def __str__(self) -> str:
        if len(self.figures) == 1:
            return self.figures[0]
        if self.combine is Combine.LARGEST:
            return f"max({', '.join(self.figures)})"
        return f"({' + '.join(self.figures)})"


class Reads(LabelledEnum):
    """What a criterion needs to find in a figure."""

    COUNT = "count"
    NUMBER = "number"
    CHOICE = "choice"


@frozen
class Stated:
    """What another place of the same document says this item's maximum is. All places must agree.

    For whoever transcribes a draft: type in both, and the check finds the contradiction.

    Attributes:
        where: the place, as the document names it (`"column 5"`, `"Annex, note 3"`).
        maximum: the points stated there, without sign.
    """

    where: str = field(validator=instance_of(str))
    maximum: Fraction = field(converter=exact, validator=instance_of(Fraction))


@frozen(kw_only=True)
class CriterionBase:
    """What all kinds of criterion have.

    Attributes:
        key: stable key, unique in the scheme.
        title: name in both languages.
        maximum: highest points; above zero. Of a deduction: the most that it takes. Of a monitored item: zero.
        sources: instruments and data it rests on.
        note: readings, contradictions; may be None.
        evidence: figure that counts the documents of evidence: without any, the item earns nothing. None: not asked.
        stated: the maximum as other places of the document state it.
    """

    key: str = field(validator=valid_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=exact)
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    evidence: str | None = field(default=None, validator=key_or_none)
    stated: tuple[Stated, ...] = field(default=(), validator=tuple_of(Stated))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads: the name of the field, the term, and what the figures must be."""
        return () if self.evidence is None else (("evidence", Term((self.evidence,)), Reads.COUNT),)

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


@frozen(kw_only=True)
class Substitute:
    """What stands in for a denominator that no source has, with a flag that stays with the number.

    Attributes:
        term: the figures used instead (last year's total), when every figure of the denominator is unknown.
        divisor: parts of the earlier period in this one: 12 for a month of a year, 4 for a quarter, 1 for the whole.
        flag: the name of the flag (`TEMP_NATIONAL_REPORT_DENOMINATOR`).
        nothing: flag for zero points when the substitute is unknown too; None leaves the criterion unknown.
    """

    term: Term = field(validator=instance_of(Term))
    divisor: int = field(validator=instance_of(int))
    flag: str = field(validator=valid_key)
    nothing: str | None = field(default=None, validator=key_or_none)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, divisor=self.divisor))


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
        not_due: counted in the denominator but not fallen due yet: taken out, so that d has only what has fallen due.
        step: points are rounded half up to the nearest multiple of it (0.25), before the scheme's rounding; None: not.
        substitute: what stands in for an unknown denominator; None: nothing does.
    """

    numerator: Term = field(validator=instance_of(Term))
    denominator: Term = field(validator=instance_of(Term))
    zero: ZeroPolicy = field(validator=instance_of(ZeroPolicy))
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
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
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


@frozen(kw_only=True)
class PointsCriterion(CriterionBase):
    """Points looked up in a figure: somebody else has given them, from zero to the maximum, both inclusive.

    Attributes:
        figure: the figure that holds the points; an exact number, no count.
    """

    figure: str = field(validator=valid_key)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.NUMBER), *super().slots)


@frozen(kw_only=True)
class WeightedCriterion(CriterionBase):
    """A weighted value: `maximum x value / full_scale`. The maximum is the weight.

    Attributes:
        figure: the figure that holds the value, from zero to `full_scale`, both inclusive.
        full_scale: the value that earns the maximum; above zero.
    """

    figure: str = field(validator=valid_key)
    full_scale: Fraction = field(default=Fraction(1), converter=exact)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, full_scale=self.full_scale))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.NUMBER), *super().slots)


@frozen(kw_only=True)
class Option:
    """One level that can be chosen.

    Attributes:
        key: what is written in the figures.
        title: name in both languages.
        points: what it earns; may be negative ("0, and 0.25 less").
        voids: choosing it leaves the whole criterion without points (điểm liệt).
    """

    key: str = field(validator=valid_key)
    title: Text = field(validator=instance_of(Text))
    points: Fraction = field(converter=exact, validator=instance_of(Fraction))
    voids: bool = field(default=False, validator=instance_of(bool))


@frozen(kw_only=True)
class ChoiceItem:
    """One question of a choice criterion.

    Attributes:
        figure: the figure that holds the key of the chosen option.
        options: the options, at least two.
    """

    figure: str = field(validator=valid_key)
    options: tuple[Option, ...] = field(validator=tuple_of(Option))

    def __attrs_post_init__(self) -> None:
        if len(self.options) < 2:
            raise DataError([finding("options-too-few", ".options", self.figure)])


@frozen(kw_only=True)
class ChoiceCriterion(CriterionBase):
    """Points for chosen levels: the sum over its items, zero as soon as a voiding option is chosen anywhere in it.

    Attributes:
        items: at least one; their best options add up to the maximum.
    """

    items: tuple[ChoiceItem, ...] = field(validator=tuple_of(ChoiceItem))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))
        if not self.items:
            raise DataError([finding("choice-without-items", ".items", self.key)])

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (
            *(
                (f"items[{i}].figure", Term((item.figure,)), Reads.CHOICE)
                for i, item in enumerate(self.items)
            ),
            *super().slots,
        )

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        worst = sum((min(o.points for o in item.options) for item in self.items), Fraction(0))
        return min(worst, Fraction(0)), sum(
            (max(o.points for o in item.options) for item in self.items), Fraction(0)
        )


@frozen(kw_only=True)
class MinusCriterion(CriterionBase):
    """Full points, less so much per event: `max(0, maximum - per x count)`. No event: full points.

    Attributes:
        per: points lost per event; above zero.
        figure: the count of events.
    """

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.COUNT), *super().slots)


@frozen(kw_only=True)
class MinusPlusCriterion(CriterionBase):
    """As minus, with a share for quality: `max(0, maximum - plus - per x count) + plus x n / d`.

    Attributes:
        per: points lost per event; above zero.
        figure: the count of events.
        plus: points for full quality, part of the maximum; above zero and below it.
        numerator: n of the quality share.
        denominator: d of the quality share.
        zero: what the quality share is worth when d is zero. No default.
    """

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)
    plus: Fraction = field(converter=exact)
    numerator: Term = field(validator=instance_of(Term))
    denominator: Term = field(validator=instance_of(Term))
    zero: ZeroPolicy = field(validator=instance_of(ZeroPolicy))

    def __attrs_post_init__(self) -> None:
        found = positive(self, maximum=self.maximum, per=self.per, plus=self.plus)
        if not found and self.plus >= self.maximum:
            found.append(finding("plus-above-maximum", ".plus", self.plus, maximum=self.maximum))
        raise_all(found)

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
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


@frozen(kw_only=True)
class CountCriterion(CriterionBase):
    """So much per item, up to the maximum: `min(maximum, per x count)`.

    Attributes:
        per: points per item; above zero.
        figure: the count of items.
    """

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.COUNT), *super().slots)


@frozen(kw_only=True)
class SmallBase:
    """The rule for growth from a base that is too small to compare with.

    Attributes:
        below: earlier counts below this one are too small; at least 1, so that nothing is divided by zero.
        full_from: a current count of at least this earns the maximum.
        otherwise: what fewer earn (`zero`, `excluded`, `not-assessable`; `full` means that the base never matters).
    """

    below: int = field(validator=instance_of(int))
    full_from: int = field(validator=instance_of(int))
    otherwise: ZeroPolicy = field(validator=instance_of(ZeroPolicy))

    def __attrs_post_init__(self) -> None:
        raise_all(
            [*positive(self, below=self.below), *not_negative(self, full_from=self.full_from)]
        )


@frozen(kw_only=True)
class GrowthCriterion(CriterionBase):
    """Points for growth: `min(maximum, per x ((current - earlier) / earlier) / step)`, never below zero.

    Both counts must be of periods of one length with one cut-off; the figures cannot show it, the board must.

    Attributes:
        current: the count of this period.
        earlier: the count of the earlier period.
        per: points per step; above zero.
        step: one step of growth: 1/2 for "per 50 %"; above zero.
        whole_steps: only whole steps count; otherwise growth counts in proportion. No default.
        small_base: what happens below a minimum base. No default: 30 dossiers growing to 7,000 are 233 times.
        capped: the points end at the maximum. A growth without cap swallows the scale, and no scheme may have it.
    """

    current: Term = field(validator=instance_of(Term))
    earlier: Term = field(validator=instance_of(Term))
    per: Fraction = field(converter=exact)
    step: Fraction = field(converter=exact)
    whole_steps: bool = field(validator=instance_of(bool))
    small_base: SmallBase = field(validator=instance_of(SmallBase))
    capped: bool = field(default=True, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per, step=self.step))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
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


@frozen(kw_only=True)
class DeductionCriterion(CriterionBase):
    """Points taken away (điểm trừ): `-min(maximum, per x count)`. Stands in a group of deductions only.

    Attributes:
        per: points taken per event; above zero.
        figure: the count of events.
    """

    per: Fraction = field(converter=exact)
    figure: str = field(validator=valid_key)

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum, per=self.per))

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        return (("figure", Term((self.figure,)), Reads.COUNT), *super().slots)

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        return -self.maximum, Fraction(0)


class MonitorState(LabelledEnum):
    """Why an item that is shown has no maximum."""

    MONITOR_ONLY = "monitor-only"
    """The sheet shows it and gives no points for it."""
    UNDETERMINED = "undetermined"
    """It has points, and the sources do not say how many."""


@frozen(kw_only=True)
class MonitorCriterion(CriterionBase):
    """An item that is shown and not scored. It never enters a sum; its points are unknown, with the state as reason.

    Attributes:
        maximum: zero, always.
        state: only monitored, or scored by an undetermined maximum.
        numerator: n of the ratio that is shown, or the count itself.
        denominator: d; None for a plain count.
    """

    maximum: Fraction = field(default=Fraction(0), converter=exact)
    state: MonitorState = field(validator=instance_of(MonitorState))
    numerator: Term = field(validator=instance_of(Term))
    denominator: Term | None = field(default=None, validator=instance_of(Term, type(None)))

    def __attrs_post_init__(self) -> None:
        if self.maximum != 0:
            raise DataError([finding("monitored-with-points", ".maximum", self.maximum)])

    @property
    def slots(self) -> tuple[tuple[str, Term, Reads], ...]:
        """What it reads."""
        more = [("numerator", self.numerator, Reads.COUNT)]
        if self.denominator is not None:
            more.append(("denominator", self.denominator, Reads.COUNT))
        return (*more, *super().slots)


Criterion: TypeAlias = (
    RatioCriterion
    | PointsCriterion
    | WeightedCriterion
    | ChoiceCriterion
    | MinusCriterion
    | MinusPlusCriterion
    | CountCriterion
    | GrowthCriterion
    | DeductionCriterion
    | MonitorCriterion
)
