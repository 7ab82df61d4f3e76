"""Schemes: what is measured, how it turns into points, how points are rounded and added. Data, checked when made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias, cast

from attrs import Attribute, evolve, field, frozen
from attrs.converters import optional

from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._check import Parts, scheme_findings
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.quantities import CountUnit, ZeroPolicy, decimal_text
from evnpubsvc.texts import Text

__all__ = [
    "Band",
    "Combine",
    "Criterion",
    "ExcludedRule",
    "FigureSpec",
    "Group",
    "PointsCriterion",
    "RatioCriterion",
    "Rounding",
    "RoundingAt",
    "Scheme",
    "Term",
    "WeightedCriterion",
]

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}")


def _key(record: object, attribute: Attribute[str], value: object) -> None:
    instance_of(str)(record, attribute, value)
    if not _KEY.fullmatch(str(value)):
        raise MisuseError("key-malformed", value)


def _number(value: Fraction | int) -> Fraction:
    """Let whole numbers be written as such; everything else is judged by the checks of the record."""
    return Fraction(value) if type(value) is int else cast("Fraction", value)


def _positive(record: object, **numbers: object) -> list[Finding]:
    """Return a finding for every number that is not exact or not above zero."""
    found: list[Finding] = []
    for name, number in numbers.items():
        if not isinstance(number, (int, Fraction)) or isinstance(number, bool):
            found.append(finding("not-exact", f".{name}", number, type=type(number).__name__))
        elif number <= 0:
            found.append(finding("number-not-positive", f".{name}", decimal_text(number), record=type(record).__name__))
    return found


def _raise(found: list[Finding]) -> None:
    if found:
        raise DataError(found)


class RoundingAt(StrEnum):
    """Where a scheme rounds. The sum of rounded parts and the rounded sum differ, so there is no default."""

    COMPONENT = "component"
    """Each criterion's points; groups and total are sums of rounded points."""
    GROUP = "group"
    """Each group's exact sum; the total is the sum of rounded groups."""
    TOTAL = "total"
    """Only the exact total."""


@frozen
class Rounding:
    """Rounding half up, to decimal places, at one declared place.

    Attributes:
        places: decimal places, 0 to 12.
        at: where.
    """

    places: int = field(validator=instance_of(int))
    at: RoundingAt = field(validator=instance_of(RoundingAt))

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.places <= 12:
            raise DataError([finding("places-out-of-range", ".places", self.places)])


class ExcludedRule(StrEnum):
    """What happens to the total when a criterion leaves the sheet."""

    REDUCE = "reduce"
    """The maximum of the sheet shrinks. Its total is shown but not ranked: it is out of less than the others'."""
    REDISTRIBUTE = "redistribute"
    """The total is scaled up to the declared maximum, as if the other criteria shared the missing points."""


@frozen
class FigureSpec:
    """A figure that a scheme asks for.

    Attributes:
        key: stable key, as `dossiers_received`.
        title: its name in both languages.
        unit: what is counted; None for an exact number that is no count (given points, an index value).
        aliases: names under which well-known sources publish it; they are tried, after the key, as column names.
        note: what a reader must know; may be None.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    unit: CountUnit | None = field(default=None, validator=instance_of(CountUnit, type(None)))
    aliases: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))


class Combine(StrEnum):
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


@frozen(kw_only=True)
class RatioCriterion:
    """Points for a ratio: `min(maximum, maximum x (n / d) / target)`.

    Attributes:
        key: stable key, unique in the scheme.
        title: name in both languages.
        maximum: points at and above the target; above zero.
        numerator: n, a count.
        denominator: d, a count.
        zero: points when d is zero (`full`, `zero`, `excluded`, `not-assessable`). No default.
        target: the ratio that earns the maximum; above zero, 1 unless the scheme says otherwise.
        above_one: n may exceed d; otherwise such figures are findings.
        mixed_units: n and d may count different things.
        sources: instruments and data it rests on.
        note: readings, contradictions; may be None.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=_number)
    numerator: Term = field(validator=instance_of(Term))
    denominator: Term = field(validator=instance_of(Term))
    zero: ZeroPolicy = field(validator=instance_of(ZeroPolicy))
    target: Fraction = field(default=Fraction(1), converter=_number)
    above_one: bool = field(default=False, validator=instance_of(bool))
    mixed_units: bool = field(default=False, validator=instance_of(bool))
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))

    def __attrs_post_init__(self) -> None:
        _raise(_positive(self, maximum=self.maximum, target=self.target))

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms it reads."""
        return (self.numerator, self.denominator)


@frozen(kw_only=True)
class PointsCriterion:
    """Points looked up in a figure: somebody else has given them, from zero to the maximum, both inclusive.

    Attributes:
        key: stable key, unique in the scheme.
        title: name in both languages.
        maximum: highest points that can be given; above zero.
        figure: the figure that holds the points; an exact number, no count.
        sources: instruments and data it rests on.
        note: readings, contradictions; may be None.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=_number)
    figure: str = field(validator=_key)
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))

    def __attrs_post_init__(self) -> None:
        _raise(_positive(self, maximum=self.maximum))

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms it reads."""
        return (Term((self.figure,)),)


@frozen(kw_only=True)
class WeightedCriterion:
    """A weighted value: `maximum x value / full_scale`. The maximum is the weight.

    Attributes:
        key: stable key, unique in the scheme.
        title: name in both languages.
        maximum: the weight; above zero.
        figure: the figure that holds the value, from zero to `full_scale`, both inclusive.
        full_scale: the value that earns the maximum; above zero.
        sources: instruments and data it rests on.
        note: readings, contradictions; may be None.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=_number)
    figure: str = field(validator=_key)
    full_scale: Fraction = field(default=Fraction(1), converter=_number)
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))

    def __attrs_post_init__(self) -> None:
        _raise(_positive(self, maximum=self.maximum, full_scale=self.full_scale))

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms it reads."""
        return (Term((self.figure,)),)


Criterion: TypeAlias = RatioCriterion | PointsCriterion | WeightedCriterion


@frozen(kw_only=True)
class Group:
    """A group of criteria whose maxima add up to its own.

    Attributes:
        key: stable key, unique among the groups.
        title: name in both languages.
        maximum: sum of the criteria's maxima.
        criteria: at least one.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=_number)
    criteria: tuple[Criterion, ...] = field(validator=tuple_of(RatioCriterion, PointsCriterion, WeightedCriterion))

    def __attrs_post_init__(self) -> None:
        _raise(_positive(self, maximum=self.maximum))


@frozen(kw_only=True)
class Band:
    """A grade (xếp loại) by total: `at_least <= total < below`, half open; the top band has no upper end.

    Attributes:
        key: stable key.
        title: name in both languages.
        at_least: lowest total, inclusive, zero or more.
        below: first total that is too high; None for "up to the next band", and for the top band.
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    at_least: Fraction = field(converter=_number, validator=instance_of(Fraction))
    below: Fraction | None = field(
        default=None, converter=optional(_number), validator=instance_of(Fraction, type(None))
    )


@frozen(kw_only=True)
class Scheme:
    """A score sheet (bảng chấm điểm): groups of criteria over declared figures.

    A scheme that exists is sound: whatever contradicts itself raises when it is made, with every finding.

    Attributes:
        key: stable key.
        title: name in both languages.
        maximum: sum of the groups' maxima.
        rounding: decimal places and the one place where they are applied.
        groups: at least one.
        figures: every figure that the criteria read.
        bands: grades by total; may be empty. Together they cover zero to the maximum without gap or overlap.
        excluded: what happens to the total when a criterion leaves the sheet.
        sources: instruments and data it rests on.
        notes: what a reader must know: contradictions, readings, what is illustrative.

    Raises:
        DataError: parts that do not add up, keys that occur twice, figures that are not declared, units that do not
            match, bands with gaps or overlaps: all at once.

    >>> from evnpubsvc import preset
    >>> preset("qd766-dvcqg-2026").only("timeliness").maximum
    Fraction(20, 1)
    """

    key: str = field(validator=_key)
    title: Text = field(validator=instance_of(Text))
    maximum: Fraction = field(converter=_number)
    rounding: Rounding = field(validator=instance_of(Rounding))
    groups: tuple[Group, ...] = field(validator=tuple_of(Group))
    figures: tuple[FigureSpec, ...] = field(validator=tuple_of(FigureSpec))
    bands: tuple[Band, ...] = field(default=(), validator=tuple_of(Band))
    excluded: ExcludedRule = field(default=ExcludedRule.REDUCE, validator=instance_of(ExcludedRule))
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    notes: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))

    def __attrs_post_init__(self) -> None:
        _raise([*_positive(self, maximum=self.maximum), *scheme_findings(Parts.of(self))])

    @property
    def criteria(self) -> Iterator[Criterion]:
        """All criteria, in the order of the sheet."""
        return (criterion for group in self.groups for criterion in group.criteria)

    @cached_property
    def figure_specs(self) -> Mapping[str, FigureSpec]:
        """The declared figures by key."""
        return {spec.key: spec for spec in self.figures}

    @cached_property
    def _criteria_by_key(self) -> Mapping[str, Criterion]:
        return {criterion.key: criterion for criterion in self.criteria}

    def criterion(self, key: str) -> Criterion:
        """Return a criterion by its key; `UnknownNameError` lists the keys there are."""
        found = self._criteria_by_key.get(key)
        if found is None:
            raise UnknownNameError("criterion-unknown", key, known=", ".join(self._criteria_by_key))
        return found

    def band(self, total: Fraction) -> Band | None:
        """Return the band of a total; None if the scheme has no bands."""
        reached = [band for band in self.bands if total >= band.at_least]
        return max(reached, key=lambda band: band.at_least) if reached else None

    def only(self, *groups: str) -> Scheme:
        """Return the scheme reduced to some of its groups.

        The maximum shrinks with it, figures that nothing reads any more are dropped, and so are the bands, which
        were made for the whole.
        """
        known = {group.key: group for group in self.groups}
        for key in groups:
            if key not in known:
                raise UnknownNameError("group-unknown", key, known=", ".join(known))
        kept = tuple(group for group in self.groups if group.key in groups)
        if len(kept) == len(self.groups):
            return self
        used = {key for group in kept for c in group.criteria for term in c.terms for key in term.figures}
        return evolve(
            self,
            key=f"{self.key}/{'+'.join(group.key for group in kept)}"[:64],
            maximum=sum((group.maximum for group in kept), Fraction(0)),
            groups=kept,
            figures=tuple(spec for spec in self.figures if spec.key in used),
            bands=(),
        )

    def with_given(self, *groups: str) -> Scheme:
        """Return the scheme with some groups taken as given points instead of being computed.

        For a source that publishes the points of a group but not its counts. Each named group keeps its maximum and
        has one criterion, which reads the figure `<group>_points`.
        """
        for key in groups:
            self.only(key)

        def given(group: Group) -> Group:
            if group.key not in groups:
                return group
            criterion = PointsCriterion(
                key=f"{group.key}.given", title=group.title, maximum=group.maximum, figure=f"{group.key}_points"
            )
            return evolve(group, criteria=(criterion,))

        changed = tuple(map(given, self.groups))
        used = {key for group in changed for c in group.criteria for term in c.terms for key in term.figures}
        specs = tuple(FigureSpec(key=f"{g.key}_points", title=g.title) for g in changed if g.key in groups)
        return evolve(
            self,
            key=f"{self.key}/given-{'+'.join(groups)}"[:64],
            groups=changed,
            figures=(*(spec for spec in self.figures if spec.key in used), *specs),
        )

    def with_zero_policy(self, zero: ZeroPolicy, *criteria: str) -> Scheme:
        """Return the scheme with a policy for ratios over nothing.

        Args:
            zero: the policy.
            *criteria: keys of ratio criteria; without any, all those that are `not-assessable` so far.
        """
        for key in criteria:
            self.criterion(key)

        def changed(criterion: Criterion) -> Criterion:
            if not isinstance(criterion, RatioCriterion):
                return criterion
            named = criterion.key in criteria if criteria else criterion.zero is ZeroPolicy.NOT_ASSESSABLE
            return evolve(criterion, zero=zero) if named else criterion

        groups = tuple(evolve(group, criteria=tuple(map(changed, group.criteria))) for group in self.groups)
        return evolve(self, groups=groups)
