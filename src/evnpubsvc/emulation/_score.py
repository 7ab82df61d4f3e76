"""Scoring: figures under a scheme become exact points. Independent of other units and of any order."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._figures import Published, UnitFigures, check_figures, term_value
from evnpubsvc.emulation._scheme import (
    Band,
    Criterion,
    ExcludedRule,
    Group,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    WeightedCriterion,
)
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.quantities import Unknown, ZeroPolicy, round_half_up

__all__ = ["Component", "GroupScore", "ScoreSheet", "score"]


@frozen(kw_only=True)
class Component:
    """The points of one criterion, with everything they were made from.

    Attributes:
        key: key of the criterion in the sheet's scheme.
        points: points after rounding, where the scheme rounds components; else exact. An `Unknown` when a figure is
            missing (`figure-blank`, `figure-absent`), when nothing can be measured (`not-assessable`), or when the
            criterion left the sheet (`excluded`).
        exact: points before rounding.
        numerator: n of a ratio; None for other criteria and for an unknown.
        denominator: d of a ratio; None likewise.
        value: given points or value; None for ratios and for an unknown.
        capped: the target was exceeded and the maximum cut the points.
        zero: the policy that decided, where d is zero; else None.
    """

    key: str = field(validator=nonempty_text)
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    exact: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    numerator: int | None = field(default=None, validator=instance_of(int, type(None)))
    denominator: int | None = field(default=None, validator=instance_of(int, type(None)))
    value: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    capped: bool = field(default=False, validator=instance_of(bool))
    zero: ZeroPolicy | None = field(default=None, validator=instance_of(ZeroPolicy, type(None)))

    @property
    def excluded(self) -> bool:
        """The criterion left the sheet, and its maximum with it."""
        return isinstance(self.points, Unknown) and self.points.reason == ZeroPolicy.EXCLUDED


@frozen(kw_only=True)
class GroupScore:
    """The points of one group.

    Attributes:
        key: key of the group in the sheet's scheme.
        points: sum of its components, rounded where the scheme rounds groups; an `Unknown` if one of them is.
        maximum: declared maximum less that of excluded criteria.
        components: in the order of the scheme.
    """

    key: str = field(validator=nonempty_text)
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    maximum: Fraction = field(validator=instance_of(Fraction))
    components: tuple[Component, ...] = field(validator=tuple_of(Component))


@frozen(kw_only=True)
class ScoreSheet:
    """The score sheet (phiếu chấm điểm) of one unit.

    Attributes:
        scheme: what it was scored under.
        unit: identifier of the unit.
        name: name to show; may be empty.
        attributes: texts by name, as pairs: the stratum a unit is ranked in is one of them.
        groups: in the order of the scheme.
        total: exact, rounded where the scheme says so; an `Unknown`, with the first reason, if a component is unknown.
        maximum: what the total is out of.
        published: an official result to compare with; may be None.
    """

    scheme: Scheme = field(validator=instance_of(Scheme))
    unit: str = field(validator=nonempty_text)
    name: str = field(validator=instance_of(str))
    attributes: tuple[tuple[str, str], ...]
    groups: tuple[GroupScore, ...] = field(validator=tuple_of(GroupScore))
    total: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    maximum: Fraction = field(validator=instance_of(Fraction))
    published: Published | None = field(default=None, validator=instance_of(Published, type(None)))

    @property
    def components(self) -> Iterator[Component]:
        """All components, in the order of the sheet."""
        return (component for group in self.groups for component in group.components)

    def __getitem__(self, key: str) -> Component:
        """Return a component by the key of its criterion."""
        for component in self.components:
            if component.key == key:
                return component
        raise UnknownNameError("criterion-unknown", key, known=", ".join(c.key for c in self.components))

    def group(self, key: str) -> GroupScore:
        """Return a group's score by its key."""
        for group in self.groups:
            if group.key == key:
                return group
        raise UnknownNameError("group-unknown", key, known=", ".join(g.key for g in self.groups))

    def attribute(self, name: str) -> str | None:
        """Return an attribute by name, or None."""
        return dict(self.attributes).get(name)

    @property
    def band(self) -> Band | None:
        """The grade of the total; None if it is unknown or the scheme has no bands."""
        return None if isinstance(self.total, Unknown) else self.scheme.band(self.total)

    @property
    def drift(self) -> Fraction | None:
        """Recomputed total less the published one; None if either is missing."""
        if self.published is None or self.published.score is None or isinstance(self.total, Unknown):
            return None
        return self.total - self.published.score


def score(scheme: Scheme, figures: UnitFigures) -> ScoreSheet:
    """Score one unit.

    Args:
        scheme: the scheme, or one of its groups (`scheme.only("timeliness")`).
        figures: the unit's figures. A figure that the scheme does not ask for is ignored, one that is absent is
            unknown.

    Returns:
        The sheet. Points are exact; digits are lost only where `scheme.rounding` says so, half up. A total is
        unknown as soon as one component is: no criterion is silently skipped.

    Raises:
        DataError: figures that cannot be (a part larger than its whole, points above the maximum): all at once.

    >>> from evnpubsvc import preset
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> sheet = score(scheme, UnitFigures.for_scheme(
    ...     scheme, "Đắk Lắk", {"dossiers_on_time": 393_087, "dossiers_received": 443_565}))
    >>> sheet.total
    Fraction(443, 25)
    """
    found = check_figures(scheme, figures)
    if found:
        raise DataError(found)
    groups = tuple(_group(group, figures, scheme.rounding) for group in scheme.groups)
    maximum = sum((group.maximum for group in groups), Fraction(0))
    return ScoreSheet(
        scheme=scheme,
        unit=figures.unit,
        name=figures.name,
        attributes=figures.attributes,
        groups=groups,
        total=_total(scheme, groups, maximum),
        maximum=scheme.maximum if scheme.excluded is ExcludedRule.REDISTRIBUTE else maximum,
        published=figures.published,
    )


def _group(group: Group, figures: UnitFigures, rounding: Rounding) -> GroupScore:
    components = tuple(_component(criterion, figures, rounding) for criterion in group.criteria)
    counted = [
        (component, criterion.maximum)
        for component, criterion in zip(components, group.criteria, strict=True)
        if not component.excluded
    ]
    points = _sum(component.points for component, _ in counted)
    if rounding.at is RoundingAt.GROUP and isinstance(points, Fraction):
        points = round_half_up(points, rounding.places)
    return GroupScore(
        key=group.key,
        points=points,
        maximum=sum((maximum for _, maximum in counted), Fraction(0)),
        components=components,
    )


def _component(criterion: Criterion, figures: UnitFigures, rounding: Rounding) -> Component:
    if isinstance(criterion, RatioCriterion):
        return _ratio(criterion, figures, rounding)
    value = figures[criterion.figure]
    if isinstance(value, Unknown):
        return _unknown(criterion, value)
    given = Fraction(value)  # type: ignore[arg-type] # `check_figures` has refused counts here
    exact = criterion.maximum * given / criterion.full_scale if isinstance(criterion, WeightedCriterion) else given
    return Component(key=criterion.key, points=_rounded(exact, rounding), exact=exact, value=given)


def _ratio(criterion: RatioCriterion, figures: UnitFigures, rounding: Rounding) -> Component:
    n, d = term_value(criterion.numerator, figures), term_value(criterion.denominator, figures)
    for side in (n, d):
        if isinstance(side, Unknown):
            return _unknown(criterion, side)
    assert isinstance(n, int)
    assert isinstance(d, int)
    capped = False
    if d:
        uncapped = criterion.maximum * n / (d * criterion.target)
        capped = uncapped > criterion.maximum
        exact = min(criterion.maximum, uncapped)
    elif criterion.zero is ZeroPolicy.FULL:
        exact = Fraction(criterion.maximum)
    elif criterion.zero is ZeroPolicy.ZERO:
        exact = Fraction(0)
    else:
        why = Unknown(criterion.zero.value, criterion.key)
        return Component(key=criterion.key, points=why, exact=why, numerator=n, denominator=d, zero=criterion.zero)
    return Component(
        key=criterion.key,
        points=_rounded(exact, rounding),
        exact=exact,
        numerator=n,
        denominator=d,
        capped=capped,
        zero=None if d else criterion.zero,
    )


def _unknown(criterion: Criterion, why: Unknown) -> Component:
    return Component(key=criterion.key, points=why, exact=why)


def _rounded(exact: Fraction, rounding: Rounding) -> Fraction:
    return round_half_up(exact, rounding.places) if rounding.at is RoundingAt.COMPONENT else exact


def _sum(points: Iterator[Fraction | Unknown]) -> Fraction | Unknown:
    total = Fraction(0)
    for each in points:
        if isinstance(each, Unknown):
            return each
        total += each
    return total


def _total(scheme: Scheme, groups: tuple[GroupScore, ...], maximum: Fraction) -> Fraction | Unknown:
    total = _sum(group.points for group in groups)
    if isinstance(total, Unknown):
        return total
    if not maximum:
        return Unknown("nothing-assessable")
    redistributed = scheme.excluded is ExcludedRule.REDISTRIBUTE and maximum != scheme.maximum
    if redistributed:
        total = total * scheme.maximum / maximum
    if redistributed or scheme.rounding.at is RoundingAt.TOTAL:
        return round_half_up(total, scheme.rounding.places)
    return total
