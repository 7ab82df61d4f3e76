"""Rules beside the points: conditions, gates, sanctions, quotas, prizes, exemptions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import as_text, instance_of, key_or_none, tuple_of, valid_key
from evnpubsvc.emulation._base import exact, exact_or_none, raise_all
from evnpubsvc.emulation._criteria import Term
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import LabelledEnum, Text


class TieRule(LabelledEnum):
    """Which rank units with equal scores share."""

    COMPETITION = "1-1-3"
    """The best of the shared places; the next unit is placed after all of them."""
    MODIFIED = "2-2-3"
    """The worst of the shared places."""
    DENSE = "1-1-2"
    """No place is skipped."""

    @answer_wrong_arguments
    def rank(self, before: Any, tied: Any, step: Any) -> Any:
        """Return the rank that tied units share. Works on numbers and on arrays of them.

        Args:
            before: how many units are better.
            tied: how many units are tied, at least one.
            step: which group of tied units this is, the best being 1.

        >>> [rule.rank(1, 2, 2) for rule in TieRule]
        [2, 3, 2]
        """
        if self is TieRule.COMPETITION:
            return before + 1
        if self is TieRule.MODIFIED:
            return before + tied
        return step


@frozen(kw_only=True)
class Condition(PublicType):
    """Something that holds for a unit, or does not, or cannot be said.

    A condition has exactly one subject: `figure` (a count or number), `numerator` and `denominator`
    (a ratio of counts), or `points` (those of a criterion or group, or with `share` their part of
    its maximum). It has at least one bound.

    Attributes:
        key: stable key.
        title: what is asked, in both languages.
        figure: a figure whose value is compared; None: another subject.
        numerator: n of a ratio that is compared.
        denominator: d of that ratio.
        zero: what a ratio over nothing says: `full` met, `zero` not met, `excluded` does not apply
            (met), `not-assessable` cannot be said. Needed for ratios.
        points: key of a criterion or group whose points are compared.
        share: compare the points as a share of the maximum.
        at_least: lowest value that meets it, inclusive.
        above: values above this one meet it, exclusive.
        at_most: highest value that meets it, inclusive.
        below: values below this one meet it, exclusive.
        sources: the documents that state it.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    figure: str | None = field(default=None, validator=key_or_none)
    numerator: Term | None = field(default=None, validator=instance_of(Term, type(None)))
    denominator: Term | None = field(default=None, validator=instance_of(Term, type(None)))
    zero: ZeroPolicy | None = field(default=None, validator=instance_of(ZeroPolicy, type(None)))
    points: str | None = field(default=None, validator=key_or_none)
    share: bool = field(default=False, validator=instance_of(bool))
    at_least: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    above: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    at_most: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    below: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))

    def __attrs_post_init__(self) -> None:
        raise_all(self._subject() + self._bounds())

    def _subject(self) -> list[Finding]:
        ratio = self.numerator is not None or self.denominator is not None
        if sum((self.figure is not None, ratio, self.points is not None)) != 1:
            return [finding("condition-without-subject", "", self.key)]
        if ratio and (self.numerator is None or self.denominator is None or self.zero is None):
            return [finding("condition-ratio-incomplete", "", self.key)]
        return []

    def _bounds(self) -> list[Finding]:
        bounds = (self.at_least, self.above, self.at_most, self.below)
        if all(bound is None for bound in bounds):
            return [finding("condition-without-threshold", "", self.key)]
        low = max((b for b in (self.at_least, self.above) if b is not None), default=None)
        high = min((b for b in (self.at_most, self.below) if b is not None), default=None)
        if low is not None and high is not None:
            open_end = self.above == low or self.below == high
            if low > high or (low == high and open_end):
                shown = {"low": decimal_text(low), "high": decimal_text(high)}
                return [finding("condition-impossible", "", self.key, **shown)]
        return []

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms it reads."""
        single = () if self.figure is None else (Term((self.figure,)),)
        return (*single, *(term for term in (self.numerator, self.denominator) if term is not None))

    @answer_wrong_arguments
    def holds(self, value: Fraction) -> bool:
        """Say whether a value meets all bounds."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )

    def reachable(self, low: Fraction, high: Fraction) -> bool:
        """Say whether some value from `low` to `high`, both inclusive, meets all bounds."""
        if self.above is not None and self.above >= high:
            return False
        if self.below is not None and self.below <= low:
            return False
        return (self.at_least is None or self.at_least <= high) and (
            self.at_most is None or self.at_most >= low
        )


class Effect(LabelledEnum):
    """What a sanction (khống chế xếp loại) does to a grade."""

    NO_TOP = "no-top"
    """Not the highest grade: the one below it at most."""
    NOT_ABOVE = "not-above"
    """Not above a named grade."""
    ONE_DOWN = "one-down"
    """One grade lower; the lowest stays."""
    LOWEST = "lowest"
    """The lowest grade."""


@frozen(kw_only=True)
class Sanction(PublicType):
    """A sanction: when its condition holds, the grade changes. They apply in the declared order.

    Attributes:
        when: the condition, which names an event.
        effect: what happens to the grade.
        band: the grade that is not exceeded, with `not-above`; else None.
    """

    when: Condition = field(validator=instance_of(Condition))
    effect: Effect = field(validator=instance_of(Effect))
    band: str | None = field(default=None, validator=key_or_none)

    def __attrs_post_init__(self) -> None:
        if (self.effect is Effect.NOT_ABOVE) != (self.band is not None):
            raise_all([finding("sanction-band", ".band", self.band or "-", effect=self.effect)])


class QuotaRounding(LabelledEnum):
    """How a share of the units becomes a number of units.

    There is no default: `floor` of three units is none.
    """

    FLOOR = "floor"
    CEIL = "ceil"
    HALF_UP = "half-up"


class QuotaTies(LabelledEnum):
    """What happens when units with one rank stand across the cut of a quota."""

    ALL_OUT = "all-out"
    """None of them gets the grade; the quota is kept."""
    ALL_IN = "all-in"
    """All of them get it; the quota is exceeded, and a notice says by how many."""
    REPORT = "report"
    """Nothing is decided: they have no grade until the board decides."""


class QuotaBase(LabelledEnum):
    """Which units of a stratum a quota is a share of."""

    ASSESSED = "assessed"
    """All that are ranked."""
    AT_LEAST = "at-least"
    """Those that get a named grade or a better one."""
    GRADE = "grade"
    """Those that get a named grade."""


@frozen(kw_only=True)
class Quota(PublicType):
    """At most so many units of a stratum may have a grade.

    Attributes:
        band: the grade.
        share: part of the units that it is a share of, above 0 and below 1.
        rounding: how the share becomes a number.
        ties: what happens to a tie across the cut.
        of: which units of the stratum it is a share of; those with a grade are counted by the grade
            that they get in the end.
        of_band: the grade that `of` names; None with `assessed`.
    """

    band: str = field(validator=valid_key)
    share: Fraction = field(converter=exact, validator=instance_of(Fraction))
    rounding: QuotaRounding = field(validator=instance_of(QuotaRounding))
    ties: QuotaTies = field(validator=instance_of(QuotaTies))
    of: QuotaBase = field(default=QuotaBase.ASSESSED, validator=instance_of(QuotaBase))
    of_band: str | None = field(default=None, validator=key_or_none)

    def __attrs_post_init__(self) -> None:
        found: list[Finding] = []
        if not 0 < self.share < 1:
            found.append(finding("quota-share-out-of-range", ".share", self.share))
        if (self.of is QuotaBase.ASSESSED) != (self.of_band is None):
            found.append(finding("quota-base-band", ".of_band", self.of_band, of=self.of))
        raise_all(found)

    def counts(self, band: str | None, ladder: Sequence[str]) -> bool:
        """Say whether a unit with a grade is among those that the quota is a share of.

        Args:
            band: key of the grade; None while it is undecided.
            ladder: keys of the grades, best first.
        """
        if self.of is QuotaBase.ASSESSED:
            return True
        if self.of is QuotaBase.GRADE:
            return band == self.of_band
        assert self.of_band is not None  # checked when the quota was made
        return band is not None and ladder.index(band) <= ladder.index(self.of_band)

    @answer_wrong_arguments
    def allowed(self, units: int) -> int:
        """Return how many of so many units may have the grade.

        >>> quota = Quota(band="A", share=Fraction(1, 4), rounding=QuotaRounding.FLOOR,
        ...               ties=QuotaTies.ALL_OUT)
        >>> quota.allowed(3), quota.allowed(8)
        (0, 2)
        """
        n, d = self.share.numerator * units, self.share.denominator
        if self.rounding is QuotaRounding.FLOOR:
            return n // d
        if self.rounding is QuotaRounding.CEIL:
            return -(-n // d)
        return (2 * n + d) // (2 * d)


@frozen(kw_only=True)
class Prize(PublicType):
    """A prize (giải) of a drive. Prizes are not statutory: each drive defines its own.

    Attributes:
        key: stable key.
        title: name in both languages.
        places: how many units of a stratum get it; at least 1.
        minimum: lowest total that may get it, inclusive; None: any.
        band: lowest grade that may get it; None: any.
        form: the form of commendation it is mapped to (`"giay-khen"`); empty: none.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    places: int = field(validator=instance_of(int))
    minimum: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    band: str | None = field(default=None, validator=key_or_none)
    form: str = field(default="", validator=instance_of(str))

    def __attrs_post_init__(self) -> None:
        if self.places < 1:
            raise_all([finding("number-not-positive", ".places", self.places, record="Prize")])


@frozen(kw_only=True)
class Inapplicable(PublicType):
    """Criteria that do not apply to some units, and what that is worth.

    Attributes:
        attribute: the attribute that tells (`"level"`).
        values: its values for which the criteria do not apply; at least one.
        criteria: keys of the criteria; at least one.
        award: `full` marks, `zero`, or `excluded`: taken out of the maximum (with `Scheme.excluded`
            = `redistribute` its points are shared among the others).
        sources: the documents that state it.
    """

    attribute: str = field(validator=valid_key)
    values: tuple[str, ...] = field(validator=tuple_of(str))
    criteria: tuple[str, ...] = field(validator=tuple_of(str))
    award: ZeroPolicy = field(validator=instance_of(ZeroPolicy))
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))

    def __attrs_post_init__(self) -> None:
        found = [
            finding("rule-empty", f".{name}")
            for name in ("values", "criteria")
            if not getattr(self, name)
        ]
        raise_all(found)
