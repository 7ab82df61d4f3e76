"""Scoring: figures under a scheme become exact points.

The points of a unit depend neither on other units nor on any order.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of, writable_texts
from evnpubsvc.emulation._check_figures import check_figures
from evnpubsvc.emulation._criteria import Component, Criterion
from evnpubsvc.emulation._figures import MISSING, Published, UnitFigures
from evnpubsvc.emulation._grades import Grade, Verdict, grade_of, judge
from evnpubsvc.emulation._groups import (
    Band,
    ExcludedRule,
    Group,
    GroupRole,
    Rounding,
    RoundingAt,
)
from evnpubsvc.emulation._points import component, inapplicable
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Interval, Unknown, round_half_up


@frozen(kw_only=True)
class GroupScore(PublicType):
    """The points of one group.

    Attributes:
        key: key of the group in the sheet's scheme.
        points: sum of its components, cut where the group is, rounded where the scheme rounds
            groups; an `Unknown` if one of them is.
        between: the least and the most points, where components are known within bounds only.
        maximum: declared maximum less that of excluded criteria.
        components: in the order of the scheme.
    """

    key: str = field(validator=nonempty_text)
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    maximum: Fraction = field(validator=instance_of(Fraction))
    components: tuple[Component, ...] = field(validator=tuple_of(Component))
    between: Interval | None = field(default=None, validator=instance_of(Interval, type(None)))


def as_float(points: Fraction | Unknown) -> float | None:
    """Return points for a table of another library; None where they are not known."""
    return None if isinstance(points, Unknown) else float(points)


@frozen(kw_only=True, repr=False)
class ScoreSheet(PublicType, Keyed, Printed):
    """The score sheet (phiếu chấm điểm) of one unit.

    Attributes:
        scheme: what it was scored under.
        unit: identifier of the unit.
        name: name to show; may be empty.
        attributes: texts by name, as pairs: the stratum a unit is ranked in is one of them.
        groups: in the order of the scheme.
        total: exact, within the limits of the scheme, rounded where it says so; an `Unknown`, with
            the first reason, if a component is unknown.
        between: the least and the most that the total can be, where figures are published within
            bounds only and their points are the one thing that is unknown; else None.
        maximum: what the total is out of, without bonus.
        published: an official result to compare with; may be None.
        grade: grade by total, conditions and sanctions, with each step; None without bands or
            without a total.
        verdicts: what every gate and exclusion says.

    `str()` gives it as a table, `text("vi")` in Vietnamese; `explain` says how the points arise.
    """

    scheme: Scheme = field(validator=instance_of(Scheme))
    unit: str = field(validator=nonempty_text)
    name: str = field(validator=instance_of(str))
    attributes: tuple[tuple[str, str], ...] = field(validator=writable_texts)
    groups: tuple[GroupScore, ...] = field(validator=tuple_of(GroupScore))
    total: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    maximum: Fraction = field(validator=instance_of(Fraction))
    published: Published | None = field(default=None, validator=instance_of(Published, type(None)))
    grade: Grade | None = field(default=None, validator=instance_of(Grade, type(None)))
    verdicts: tuple[Verdict, ...] = field(default=(), validator=tuple_of(Verdict))
    between: Interval | None = field(default=None, validator=instance_of(Interval, type(None)))

    def __repr__(self) -> str:
        return f"<ScoreSheet of {self.unit} under {self.scheme.key}: {self.total}>"

    @property
    def components(self) -> Iterator[Component]:
        """All components, in the order of the sheet."""
        return (component for group in self.groups for component in group.components)

    __iter__ = None

    def __getitem__(self, key: str) -> Component:
        """Return a component by the key of its criterion."""
        for each in self.components:
            if each.key == key:
                return each
        raise UnknownNameError(
            "criterion-unknown", key, known=tuple(c.key for c in self.components)
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return a plain dictionary for each criterion, which every frame library takes.

        The keys are `group`, `key`, `title` (in Vietnamese), `points` and `maximum`. Points are
        floats, for tables; the exact ones are in the components. None means not known.
        """
        rows: list[dict[str, Any]] = []
        for group in self.groups:
            for each in group.components:
                criterion = self.scheme.criterion(each.key)
                rows.append(
                    {
                        "group": group.key,
                        "key": each.key,
                        "title": criterion.title.vi,
                        "points": as_float(each.points),
                        "maximum": as_float(criterion.maximum),
                    }
                )
        return rows

    @classmethod
    @answer_wrong_arguments
    def from_rows(
        cls,
        rows: Iterable[Mapping[str, Any]],
        scheme: Scheme,
        unit: str,
        *,
        name: str = "",
        attributes: Mapping[str, str] | None = None,
    ) -> ScoreSheet:
        """Return the sheet of a unit whose points are in dictionaries, as `rows` gives them.

        The points are taken as they are, as those that a source publishes without its figures: a
        sheet that a unit filled in for itself (tự chấm) can so be compared with the appraised one.
        Groups and total are summed by the scheme. What follows from figures alone, such as gates,
        is not known.

        Args:
            rows: a dictionary for each criterion: `key` and `points`; None and NaN are unknown.
                A float is the decimal that it prints. Other keys are passed over.
            scheme: what the points were given under.
            unit: identifier of the unit.
            name: name to show.
            attributes: texts by name, such as the stratum.

        Raises:
            UnknownNameError: `criterion-unknown`.
            MisuseError: `points-row-malformed`.
            DataError: as `score`, points above the maximum among others.

        >>> from evnpubsvc import preset
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> ScoreSheet.from_rows([{"key": "2.1", "points": 17.5}], scheme, "A").total
        Fraction(35, 2)
        """
        points = {row.get("key"): row.get("points") for row in rows}
        figures = figures_of_points(scheme, unit, points)
        return score(scheme, evolve(figures, name=name, attributes=attributes or {}))

    def group(self, key: str) -> GroupScore:
        """Return a group's score by its key."""
        for group in self.groups:
            if group.key == key:
                return group
        raise UnknownNameError("group-unknown", key, known=tuple(g.key for g in self.groups))

    @answer_wrong_arguments
    def attribute(self, name: str) -> str | None:
        """Return an attribute by name, or None."""
        return dict(self.attributes).get(name)

    @property
    def band(self) -> Band | None:
        """The grade as a band, before any quota; None if unknown or the scheme has no bands."""
        if self.grade is None or self.grade.band is None:
            return None
        return next((band for band in self.scheme.bands if band.key == self.grade.band), None)

    @property
    def barred(self) -> Unknown | None:
        """Why a gate or an exclusion keeps the unit from being ranked; None if none does."""
        return next(
            (verdict.reason for verdict in self.verdicts if verdict.reason is not None), None
        )

    @property
    def drift(self) -> Fraction | None:
        """Recomputed total less the published one; None if either is missing."""
        if (
            self.published is None
            or self.published.score is None
            or isinstance(self.total, Unknown)
        ):
            return None
        return self.total - self.published.score


def figures_of_points(scheme: Scheme, unit: str, points: Mapping[Any, Any]) -> UnitFigures:
    """Return figures of a unit of which only points are known.

    Raises:
        UnknownNameError: `criterion-unknown`.
        MisuseError: `points-row-malformed` for what is no number.
    """
    known = tuple(criterion.key for criterion in scheme.criteria)
    for key in points:
        if key not in known:
            raise UnknownNameError("criterion-unknown", key, known=known)
    read = {key: read_points(key, value) for key, value in points.items()}
    given = {key: value for key, value in read.items() if value is not None}
    return UnitFigures(unit, {}, points=given)


def read_points(key: str, value: Any) -> Fraction | None:
    """Return points from a table of another library; None for what is missing there."""
    if value is None or type(value).__name__ in MISSING or value != value:  # noqa: PLR0124
        return None
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return Fraction(int(value))
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, Fraction)):
        value = Decimal(repr(float(value)))  # what it prints
    if isinstance(value, Fraction) or (isinstance(value, Decimal) and value.is_finite()):
        return Fraction(value)
    raise MisuseError("points-row-malformed", value, key=key)


def score(scheme: Scheme, figures: UnitFigures) -> ScoreSheet:
    """Score one unit.

    Args:
        scheme: the scheme, or one of its groups (`scheme.only("timeliness")`).
        figures: the unit's figures. A figure that the scheme does not ask for is ignored, one that
            is absent is unknown.

    Returns:
        The sheet. Points are exact; digits are lost only where `scheme.rounding` says so, half up.
        A total is unknown as soon as one component is: no criterion is silently skipped. Where
        figures are known within bounds, the sheet says between what the total lies; it is a known
        total all the same where all that they allow gives one.

    Raises:
        DataError: figures that cannot be (a part larger than its whole, points above the maximum):
            all at once.

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

    # Criteria that do not apply to the unit get what the rule gives.
    awards = {
        key: rule.award
        for rule in scheme.inapplicable
        if dict(figures.attributes).get(rule.attribute) in rule.values
        for key in rule.criteria
    }

    def score_one(criterion: Criterion) -> Component:
        award = awards.get(criterion.key)
        if award is not None:
            return inapplicable(criterion, award, scheme.rounding)
        return component(criterion, figures, scheme.rounding)

    # Points of criteria, groups and the total.
    groups = tuple(
        group_score(group, tuple(map(score_one, group.criteria)), scheme.rounding)
        for group in scheme.groups
    )
    maximum = sum((g.maximum for g in _of_role(scheme, groups, GroupRole.SCORED)), Fraction(0))
    total = total_of(scheme, groups)
    between = _total_between(scheme, groups) if isinstance(total, Unknown) else None
    if between is not None and between.is_one_value:
        total, between = between.low, None
    sheet = ScoreSheet(
        scheme=scheme,
        unit=figures.unit,
        name=figures.name,
        attributes=figures.attributes,
        groups=groups,
        total=total,
        between=between,
        maximum=scheme.maximum if scheme.excluded is ExcludedRule.REDISTRIBUTE else maximum,
        published=figures.published,
    )
    if not (scheme.gates or scheme.exclusions or scheme.bands):
        return sheet

    # Conditions, exclusions and the grade look at all of them.
    points = {each.key: (_known(each), each.maximum) for each in groups}
    points |= {c.key: (_known(c), scheme.criterion(c.key).maximum) for c in sheet.components}
    return evolve(
        sheet,
        grade=grade_of(scheme, sheet.between or sheet.total, figures, points),
        verdicts=judge(scheme, figures, points),
    )


def group_score(group: Group, components: tuple[Component, ...], rounding: Rounding) -> GroupScore:
    """Return the score of a group from those of its criteria."""
    counted = [
        (each, criterion.maximum)
        for each, criterion in zip(components, group.criteria, strict=True)
        if each.counted
    ]

    def finish(points: Fraction) -> Fraction:
        if group.cut:
            points = max(-group.maximum, min(group.maximum, points))
        if rounding.at is RoundingAt.GROUP:
            points = round_half_up(points, rounding.places)
        return points

    # The sum, or between what it lies.
    points = _sum(each.points for each, _ in counted)
    between: Interval | None = None
    if isinstance(points, Fraction):
        points = finish(points)
    else:
        between = _sum_between([each for each, _ in counted], finish)
        if between is not None and between.is_one_value:
            points, between = between.low, None
    maximum = sum((maximum for _, maximum in counted), Fraction(0))
    return GroupScore(
        key=group.key,
        points=points,
        maximum=min(group.maximum, maximum) if group.cut else maximum,
        components=components,
        between=between,
    )


def _known(part: Component | GroupScore) -> Fraction | Unknown | Interval:
    """Return the points of a part; between what they lie, where that is known."""
    return part.points if part.between is None or _is_known(part) else part.between


def _is_known(part: Component | GroupScore) -> bool:
    return isinstance(part.points, Fraction)


def _sum_between(
    parts: Sequence[Component | GroupScore], finish: Callable[[Fraction], Fraction]
) -> Interval | None:
    """Return between what the sum of parts lies; None where a part is unknown for another reason.

    A figure that is in several parts moves them together, so the sum of their ends is a bound.
    """
    low = high = Fraction(0)
    reached = True
    for part in parts:
        ends = _known(part)
        if isinstance(ends, Fraction):
            low, high = low + ends, high + ends
        elif isinstance(ends, Interval) and ends.high is not None:
            low, high = low + ends.low, high + ends.high
            reached = reached and ends.reached
        else:
            return None
    keys = [key for part in parts for key in _moving(part)]
    reached = reached and len(keys) == len(set(keys))
    return Interval(finish(low), finish(high), reached=reached)


def _moving(part: Component | GroupScore) -> set[str]:
    """Return the figures within bounds that a part reads, even where its points are known.

    Values that cannot be together in this part cannot be together in the others either.
    """
    if isinstance(part, Component):
        return {key for key, _ in part.within}
    return {key for each in part.components for key in _moving(each)}


def _total_between(scheme: Scheme, groups: Sequence[GroupScore]) -> Interval | None:
    """Return between what the total lies; None where it is unknown for another reason."""
    ends = _sum_between(groups, lambda points: points)
    if ends is None:
        return None

    def at(end: Callable[[Interval], Fraction]) -> Fraction | Unknown:
        return total_of(
            scheme,
            [
                group
                if _is_known(group) or group.between is None
                else evolve(group, points=end(group.between))
                for group in groups
            ],
        )

    low, high = at(lambda between: between.low), at(_top)
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return None
    return Interval(low, high, reached=ends.reached)


def _top(between: Interval) -> Fraction:
    assert between.high is not None  # points end at a maximum
    return between.high


def _sum(points: Iterable[Fraction | Unknown]) -> Fraction | Unknown:
    total = Fraction(0)
    for each in points:
        if isinstance(each, Unknown):
            return each
        total += each
    return total


def _of_role(
    scheme: Scheme, groups: Sequence[GroupScore], *roles: GroupRole
) -> Iterator[GroupScore]:
    return (each for each, group in zip(groups, scheme.groups, strict=True) if group.role in roles)


def total_of(scheme: Scheme, groups: Sequence[GroupScore]) -> Fraction | Unknown:
    """Return the total: scored groups, redistribution, bonus, deductions, limits, rounding."""
    total = _sum(group.points for group in groups)
    if isinstance(total, Unknown):
        return total
    scored = tuple(_of_role(scheme, groups, GroupRole.SCORED))
    maximum = sum((group.maximum for group in scored), Fraction(0))
    if not maximum:
        return Unknown("nothing-assessable")
    redistributed = scheme.excluded is ExcludedRule.REDISTRIBUTE and maximum != scheme.maximum
    if redistributed:
        earned = _sum(group.points for group in scored)
        assert isinstance(earned, Fraction)  # part of a known total
        total += earned * scheme.maximum / maximum - earned
    if scheme.floor is not None:
        total = max(scheme.floor, total)
    if scheme.ceiling is not None:
        total = min(scheme.ceiling, total)
    if redistributed or scheme.rounding.at is RoundingAt.TOTAL:
        return round_half_up(total, scheme.rounding.places)
    return total
