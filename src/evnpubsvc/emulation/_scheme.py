"""Schemes: what is measured, how it turns into points, how points are rounded and added.

A scheme is data that is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from attrs import evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import RateBook, frozen
from evnpubsvc._validate import as_text, instance_of, tuple_of, valid_key
from evnpubsvc.emulation._base import exact, exact_or_none, positive, raise_all
from evnpubsvc.emulation._check import scheme_findings
from evnpubsvc.emulation._criteria import Criterion, CriterionBase, PointsCriterion
from evnpubsvc.emulation._figures import FigureSpec
from evnpubsvc.emulation._groups import Band, ExcludedRule, Group, GroupRole, Rounding
from evnpubsvc.emulation._parts import CriterionPart, FigurePart, GroupPart, Parts
from evnpubsvc.emulation._rules import Condition, Inapplicable, Prize, Quota, Sanction, TieRule
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.law import Citation, Validity
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.texts import Text

_T = TypeVar("_T")


def _placed(name: str, records: Sequence[_T]) -> tuple[tuple[str, _T], ...]:
    """Return records with their paths in the document."""
    return tuple((f".{name}[{i}]", record) for i, record in enumerate(records))


@frozen(kw_only=True)
class Scheme(PublicType):
    """A score sheet (bảng chấm điểm): groups of criteria over declared figures.

    A scheme that exists is sound: whatever contradicts itself raises when it is made, with every
    finding.

    Attributes:
        key: stable key.
        title: name in both languages.
        maximum: sum of the maxima of the scored groups, without bonus and deductions.
        rounding: decimal places and the one place where they are applied.
        groups: at least one.
        figures: every figure that the criteria read.
        bands: grades by total; may be empty. Together they cover zero to the maximum without gap or
            overlap.
        excluded: what happens to the total when a criterion leaves the sheet.
        sources: instruments and data it rests on.
        notes: what a reader must know: contradictions, readings, what is illustrative.
        floor: lowest total; needed where there are deductions, else None.
        ceiling: highest total; needed where there is a bonus, else None.
        within: attribute that names the stratum units are ranked in; None: all are ranked together.
        ties: which rank equal totals share.
        tie_break: keys of criteria or groups that decide between equal totals, in this order;
            higher is better.
        gates: what a unit must meet to be ranked.
        exclusions: what bars a unit from being ranked (không xét).
        sanctions: what lowers a grade, applied in this order.
        quota: how many units of a stratum may have a grade; None: any number.
        prizes: best first.
        inapplicable: criteria that do not apply to some units.
        validity: first and last day it applies to, inclusive; open where it does not say.
        rate_table: measures and rates of its own, a `statistics.RateTable`; its figures may be such
            measures. None: there are the packaged ones only.

    Raises:
        DataError: parts that do not add up, keys that occur twice, figures that are not declared,
            units that do not match, bands with gaps or overlaps: all at once.

    >>> from evnpubsvc import preset
    >>> preset("qd766-dvcqg-2026").only("timeliness").maximum
    Fraction(20, 1)
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    maximum: Fraction = field(converter=exact)
    rounding: Rounding = field(validator=instance_of(Rounding))
    groups: tuple[Group, ...] = field(validator=tuple_of(Group))
    figures: tuple[FigureSpec, ...] = field(validator=tuple_of(FigureSpec))
    bands: tuple[Band, ...] = field(default=(), validator=tuple_of(Band))
    excluded: ExcludedRule = field(default=ExcludedRule.REDUCE, validator=instance_of(ExcludedRule))
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    notes: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))
    floor: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    ceiling: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    within: str | None = field(default=None, validator=instance_of(str, type(None)))
    ties: TieRule = field(default=TieRule.COMPETITION, validator=instance_of(TieRule))
    tie_break: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    gates: tuple[Condition, ...] = field(default=(), validator=tuple_of(Condition))
    exclusions: tuple[Condition, ...] = field(default=(), validator=tuple_of(Condition))
    sanctions: tuple[Sanction, ...] = field(default=(), validator=tuple_of(Sanction))
    quota: Quota | None = field(default=None, validator=instance_of(Quota, type(None)))
    prizes: tuple[Prize, ...] = field(default=(), validator=tuple_of(Prize))
    inapplicable: tuple[Inapplicable, ...] = field(default=(), validator=tuple_of(Inapplicable))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    rate_table: RateBook | None = field(default=None, validator=instance_of(RateBook, type(None)))

    def __attrs_post_init__(self) -> None:
        raise_all([*positive(self, maximum=self.maximum), *scheme_findings(self.parts)])

    @property
    def parts(self) -> Parts:
        """The scheme taken apart, as the checks of schemes and of documents need it."""
        groups = (
            GroupPart(
                f".groups[{i}]",
                group.key,
                group.maximum,
                tuple(
                    CriterionPart(f".groups[{i}].criteria[{j}]", each.key, each.maximum, each)
                    for j, each in enumerate(group.criteria)
                ),
                group.role.value,
                group.cut,
            )
            for i, group in enumerate(self.groups)
        )
        figures = (
            FigurePart(f".figures[{i}]", spec.key, spec) for i, spec in enumerate(self.figures)
        )
        return Parts(
            self.maximum,
            tuple(groups),
            tuple(figures),
            self.bands,
            self.rounding,
            self.floor,
            self.ceiling,
            gates=_placed("gates", self.gates),
            exclusions=_placed("exclusions", self.exclusions),
            sanctions=_placed("sanctions", self.sanctions),
            quota=self.quota,
            prizes=_placed("prizes", self.prizes),
            inapplicable=_placed("inapplicable", self.inapplicable),
            tie_break=self.tie_break,
            rate_table=self.rate_table,
        )

    @property
    def criteria(self) -> Iterator[Criterion]:
        """All criteria, in the order of the sheet."""
        return (criterion for group in self.groups for criterion in group.criteria)

    @property
    def figure_specs(self) -> Mapping[str, FigureSpec]:
        """The declared figures by key."""
        return self._specs_by_key

    @cached_property
    def _specs_by_key(self) -> Mapping[str, FigureSpec]:
        return {spec.key: spec for spec in self.figures}

    @cached_property
    def _criteria_by_key(self) -> Mapping[str, Criterion]:
        return {criterion.key: criterion for criterion in self.criteria}

    @answer_wrong_arguments
    def criterion(self, key: str) -> Criterion:
        """Return a criterion by its key; `UnknownNameError` lists the keys there are."""
        found = self._criteria_by_key.get(key)
        if found is None:
            raise UnknownNameError("criterion-unknown", key, known=tuple(self._criteria_by_key))
        return found

    def applies_on(self, day: date) -> bool:
        """Say whether the scheme is valid on a day, both ends inclusive."""
        return self.validity.contains(day)

    @cached_property
    def ladder(self) -> tuple[Band, ...]:
        """The bands, highest first."""
        return tuple(sorted(self.bands, key=lambda band: band.at_least, reverse=True))

    def band(self, total: Fraction) -> Band | None:
        """Return the band of a total, before conditions and sanctions; None without bands."""
        return next((band for band in self.ladder if total >= band.at_least), None)

    @cached_property
    def read_figures(self) -> frozenset[str]:
        """Keys of all figures that a criterion or a rule reads."""
        return self._rule_figures | {
            key for c in self.criteria for term in c.terms for key in term.figures
        }

    @property
    def conditions(self) -> Iterator[Condition]:
        """All conditions: of gates, exclusions, sanctions and bands."""
        yield from self.gates
        yield from self.exclusions
        yield from (sanction.when for sanction in self.sanctions)
        yield from (condition for band in self.bands for condition in band.conditions)

    @cached_property
    def _rule_figures(self) -> frozenset[str]:
        return frozenset(key for c in self.conditions for term in c.terms for key in term.figures)

    def only(self, *groups: str) -> Scheme:
        """Return the scheme reduced to some of its groups.

        The maximum shrinks with it, figures that nothing reads any more are dropped, and so are the
        bands, limits and rules, which were made for the whole. Strata and the tie chain stay, as
        far as they still mean something.
        """
        known = {group.key: group for group in self.groups}
        for key in groups:
            if key not in known:
                raise UnknownNameError("group-unknown", key, known=tuple(known))
        kept = tuple(group for group in self.groups if group.key in groups)
        if len(kept) == len(self.groups):
            return self

        # What is left refers to the kept groups alone: figures, names, maximum, limits.
        used = _figures_read(kept)
        names = {name for group in kept for name in (group.key, *(c.key for c in group.criteria))}
        scored = sum(
            (group.maximum for group in kept if group.role is GroupRole.SCORED), Fraction(0)
        )
        lowest = sum(
            (group.maximum for group in kept if group.role is GroupRole.DEDUCTION), Fraction(0)
        )
        highest = scored + sum(
            (group.maximum for group in kept if group.role is GroupRole.BONUS), Fraction(0)
        )
        return evolve(
            self,
            key=f"{self.key}/{'+'.join(group.key for group in kept)}"[:64],
            maximum=scored,
            groups=kept,
            figures=tuple(spec for spec in self.figures if spec.key in used),
            bands=(),
            floor=Fraction(0) if lowest else None,
            ceiling=highest if highest > scored else None,
            tie_break=tuple(name for name in self.tie_break if name in names),
            gates=(),
            exclusions=(),
            sanctions=(),
            quota=None,
            prizes=(),
            inapplicable=tuple(
                evolve(rule, criteria=left)
                for rule in self.inapplicable
                if (left := tuple(name for name in rule.criteria if name in names))
            ),
        )

    def with_given(self, *groups: str) -> Scheme:
        """Return the scheme with some groups taken as given points instead of being computed.

        This is for a source that publishes the points of a group but not its counts. Each named
        group keeps its maximum and has one criterion, which reads the figure `<group>_points`.
        """
        for key in groups:
            self.only(key)

        # Such a group has one criterion left, whose points are given.
        def given(group: Group) -> Group:
            if group.key not in groups:
                return group
            criterion = PointsCriterion(
                key=f"{group.key}.given",
                title=group.title,
                maximum=group.maximum,
                figure=f"{group.key}_points",
            )
            return evolve(group, criteria=(criterion,))

        changed = tuple(map(given, self.groups))

        # Figures that are still read, and the given ones.
        used = _figures_read(changed) | self._rule_figures
        specs = tuple(
            FigureSpec(key=f"{g.key}_points", title=g.title) for g in changed if g.key in groups
        )
        return evolve(
            self,
            key=f"{self.key}/given-{'+'.join(groups)}"[:64],
            groups=changed,
            figures=(*(spec for spec in self.figures if spec.key in used), *specs),
        )

    @answer_wrong_arguments
    def with_zero_policy(self, zero: ZeroPolicy, *criteria: str) -> Scheme:
        """Return the scheme with a policy for ratios over nothing, under a key that says so.

        Args:
            zero: the policy.
            *criteria: keys of criteria that are ratios; without any, all those that are
                `not-assessable` so far.

        Raises:
            UnknownNameError: `criterion-unknown`.
            MisuseError: `criterion-without-zero` for a kind that divides nothing.

        >>> from evnpubsvc import preset
        >>> local = preset("qd766-dvcqg-2026").with_zero_policy(ZeroPolicy.FULL, "2.1")
        >>> local.key, local.criterion("2.1").zero
        ('qd766-dvcqg-2026/zero-full-2.1', ZeroPolicy.FULL)
        """
        named = set(criteria)
        for key in criteria:
            if not hasattr(self.criterion(key), "zero"):
                raise MisuseError("criterion-without-zero", key)
        if not named:
            undecided = ZeroPolicy.NOT_ASSESSABLE
            named = {c.key for c in self.criteria if getattr(c, "zero", None) is undecided}

        def changed(criterion: Criterion) -> Criterion:
            if criterion.key not in named:
                return criterion
            changes: dict[str, Any] = {"zero": zero}  # those named have such a field
            return evolve(criterion, **changes)

        groups = tuple(
            evolve(group, criteria=tuple(map(changed, group.criteria))) for group in self.groups
        )
        what = "+".join(criteria) or "undecided"
        return evolve(self, key=f"{self.key}/zero-{zero.value}-{what}"[:64], groups=groups)

    @answer_wrong_arguments
    def with_weights(self, weights: Mapping[str, Fraction | int]) -> Scheme:
        """Return the scheme with other weights (trọng số): the maxima of criteria or groups.

        A unit earns the same share of each criterion as before: with the maximum grow the points
        for one event, the steps, the bands and the options. The maxima of groups that are not cut,
        of the scheme, and its ceiling follow: it keeps its place between the maximum and all that
        can be earned. Grades keep their thresholds. Points that a source
        has published, in `UnitFigures.points`, are of the old weights.

        Args:
            weights: new maximum by key of a criterion or of a group, above zero. A group shares it
                among its criteria in the old proportion.

        Raises:
            UnknownNameError: `criterion-unknown`.
            DataError: what the weights contradict: a threshold of points that nobody reaches any
                more, a group that is cut at more than its criteria give.

        >>> from evnpubsvc import preset
        >>> changed = preset("qd766-dvcqg-2026").with_weights({"2.1": 30})
        >>> changed.maximum, changed.criterion("2.1").maximum
        (Fraction(110, 1), Fraction(30, 1))
        """
        given = {key: exact(weight) for key, weight in weights.items()}
        raise_all(positive(self, **given))
        groups: list[Group] = []
        for group in self.groups:
            factor = given.pop(group.key, group.maximum) / group.maximum
            criteria = [
                _scaled(each, given.pop(each.key, each.maximum * factor)) for each in group.criteria
            ]
            maximum = group.maximum * factor
            if not group.cut:
                maximum = sum((each.maximum for each in criteria), Fraction(0))
            changes: dict[str, Any] = {"maximum": maximum, "criteria": tuple(criteria)}
            groups.append(evolve(group, **changes))
        for key in given:
            self.criterion(key)  # raises: all that there are have been taken

        # The ceiling keeps its place between the maximum and all that can be earned.
        def most(members: Iterable[Group], role: GroupRole) -> Fraction:
            return sum((each.maximum for each in members if each.role is role), Fraction(0))

        maximum, bonus = most(groups, GroupRole.SCORED), most(self.groups, GroupRole.BONUS)
        ceiling = self.ceiling
        if ceiling is not None:
            above = ceiling - self.maximum
            if bonus:
                above *= most(groups, GroupRole.BONUS) / bonus
            ceiling = maximum + above
        return evolve(
            self,
            key=f"{self.key}/weights"[:64],
            maximum=maximum,
            groups=tuple(groups),
            ceiling=ceiling,
        )

    @answer_wrong_arguments
    def with_criterion(self, key: str, **changes: object) -> Scheme:
        """Return the scheme with fields of one criterion changed: a local reading, a user's rubric.

        Raises:
            UnknownNameError: `criterion-unknown`.
            MisuseError: `field-unknown` for a field that this kind of criterion does not have.
            DataError: what the change contradicts.

        >>> from evnpubsvc import preset
        >>> local = preset("qd766-dvcqg-2026").with_criterion("4.2", target=Fraction("0.8"))
        >>> local.criterion("4.2").target
        Fraction(4, 5)
        """
        old = self.criterion(key)
        try:
            new = evolve(old, **changes)  # type: ignore[arg-type] # judged by the record itself
        except TypeError:
            raise MisuseError("field-unknown", tuple(changes), record=type(old).__name__) from None
        groups = tuple(
            evolve(group, criteria=tuple(new if c is old else c for c in group.criteria))
            for group in self.groups
        )
        return evolve(self, groups=groups)


def _scaled(criterion: Criterion, maximum: Fraction) -> CriterionBase:
    """Return a criterion with another maximum; one that is only shown has none."""
    if not criterion.scored or maximum == criterion.maximum:
        return criterion
    return criterion.scaled(maximum / criterion.maximum)


def _figures_read(groups: Iterable[Group]) -> set[str]:
    """The keys of the figures that the criteria of groups read."""
    criteria = [criterion for group in groups for criterion in group.criteria]
    return {key for criterion in criteria for term in criterion.terms for key in term.figures}
