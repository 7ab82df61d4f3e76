"""Conditions, gates and grades: what a unit's figures and points say beside its total."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._groups import Band
from evnpubsvc.emulation._rules import Condition, Effect, Sanction
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.quantities import CountRange, Interval, Unknown, ZeroPolicy
from evnpubsvc.quantities.parts import interval_of

QUOTA: Final = "quota"
"""Rule and effect of a step that a quota takes."""
Value: TypeAlias = Fraction | Unknown | Interval
"""What is compared: a number, why there is none, or between what it lies."""
Points = Mapping[str, tuple[Value, Fraction]]
"""Points and maximum of groups and criteria, by key."""


@frozen(kw_only=True)
class Verdict(PublicType):
    """What one gate or exclusion says about a unit.

    Attributes:
        key: key of the condition.
        value: the value that was compared; an `Unknown` if it cannot be known.
        reason: why the unit may not be ranked: `gate-not-met`, `exclusion`, `gate-undecided`, each
            about the key; None if it may.
    """

    key: str = field(validator=nonempty_text)
    value: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    reason: Unknown | None = field(validator=instance_of(Unknown, type(None)))


@frozen(kw_only=True)
class GradeStep(PublicType):
    """One step from the grade by total to the grade given.

    Attributes:
        rule: key of the condition that decided.
        effect: `condition`, an effect of a sanction (`no-top` …), `quota`.
        before: key of the band before.
        after: key of the band after; None where the grade cannot be decided.
    """

    rule: str = field(validator=nonempty_text)
    effect: str = field(validator=nonempty_text)
    before: str = field(validator=nonempty_text)
    after: str | None = field(validator=instance_of(str, type(None)))


@frozen(kw_only=True)
class Grade(PublicType):
    """A grade (xếp loại) and how it came about.

    Attributes:
        by_total: key of the band of the total alone.
        band: key of the band given; None if a condition cannot be decided.
        steps: what changed it, in order; empty where the total decided.
        fallback: the steps that follow if the scheme's quota takes the grade away: one grade lower,
            and further as long as the lower grade asks for something that is not met. Empty for a
            grade without quota.
    """

    by_total: str = field(validator=nonempty_text)
    band: str | None = field(validator=instance_of(str, type(None)))
    steps: tuple[GradeStep, ...] = field(default=(), validator=tuple_of(GradeStep))
    fallback: tuple[GradeStep, ...] = field(default=(), validator=tuple_of(GradeStep))

    def cut(self) -> Grade:
        """Return what the grade becomes when the quota takes it away."""
        band = self.fallback[-1].after
        return Grade(by_total=self.by_total, band=band, steps=(*self.steps, *self.fallback))

    def undecided(self) -> Grade:
        """Return the grade while the board has not decided who of a tie gets it."""
        step = GradeStep(rule=QUOTA, effect=QUOTA, before=self.fallback[0].before, after=None)
        return Grade(by_total=self.by_total, band=None, steps=(*self.steps, step))


def condition_value(condition: Condition, figures: UnitFigures, points: Points) -> Value:
    """Return what a condition compares."""
    if condition.figure is not None:
        figure = figures[condition.figure]
        if isinstance(figure, CountRange):
            return _interval(figure)
        return figures.number(condition.figure)
    if condition.points is not None:
        value, maximum = points[condition.points]
        if isinstance(value, Unknown) or not condition.share:
            return value
        return _share(value, maximum, condition)

    # A share of two figures; over nothing, the policy of the condition.
    assert condition.numerator is not None
    assert condition.denominator is not None
    sides = condition.numerator.counted(figures), condition.denominator.counted(figures)
    counts = [each for each in sides if not isinstance(each, Unknown)]
    for side in sides:
        if isinstance(side, Unknown):
            return side

    def ratio(numbers: tuple[int, ...]) -> Fraction | Unknown:
        n, d = numbers
        if d:
            return Fraction(n, d)
        assert condition.zero is not None
        return Unknown(condition.zero.value, condition.key)

    if not any(isinstance(each, CountRange) for each in counts):
        return ratio(tuple(each.least for each in counts))
    found = interval_of(counts, ratio, turns=(0, 1))
    assert found is not None  # every pair of counts has a ratio or a reason
    return found


def _interval(count: CountRange) -> Interval:
    high = None if count.most is None else Fraction(count.most)
    return Interval(Fraction(count.least), high)


def _share(value: Fraction | Interval, maximum: Fraction, condition: Condition) -> Value:
    if not maximum:
        return Unknown("not-assessable", condition.key)
    if isinstance(value, Fraction):
        return value / maximum
    assert value.high is not None  # points end at a maximum
    return Interval(value.low / maximum, value.high / maximum, reached=value.reached)


def _is_met(condition: Condition, value: Value) -> bool | None:
    """Say whether a condition is met; None if that cannot be said."""
    if isinstance(value, Fraction):
        return condition.holds(value)
    if isinstance(value, Interval):
        return _is_met_within(condition, value)

    # A share of nothing is what the policy makes of it; any other unknown stays one.
    if condition.numerator is None or value.about != condition.key:
        return None
    if value.reason in {ZeroPolicy.FULL, ZeroPolicy.EXCLUDED}:
        return True
    if value.reason == ZeroPolicy.ZERO:
        return False
    return None


def _is_met_within(condition: Condition, value: Interval) -> bool | None:
    """Say whether all values of an interval meet a condition, or none; None where some do."""
    if value.high is None:
        unbounded = condition.at_most is None and condition.below is None
        if unbounded and condition.holds(value.low):
            return True
        return None if condition.reachable(value.low, max(value.low, _FAR)) else False
    if condition.holds(value.low) and condition.holds(value.high):
        return True
    return None if condition.reachable(value.low, value.high) else False


_FAR: Final = Fraction(10**100)  # beyond every threshold


def judge(scheme: Scheme, figures: UnitFigures, points: Points) -> tuple[Verdict, ...]:
    """Return what each gate and each exclusion says, gates first."""
    verdicts: list[Verdict] = []
    for conditions, bars_when, reason in (
        (scheme.gates, False, "gate-not-met"),
        (scheme.exclusions, True, "exclusion"),
    ):
        for condition in conditions:
            value = condition_value(condition, figures, points)
            met = _is_met(condition, value)
            if condition.zero is ZeroPolicy.EXCLUDED and isinstance(value, Unknown) and met:
                met = not bars_when  # it does not apply, so it bars nobody, gate or exclusion
            why = None
            if met is None:
                why = Unknown("gate-undecided", condition.key)
            elif met is bars_when:
                why = Unknown(reason, condition.key)
            # Between what a value lies is no value.
            if isinstance(value, Interval):
                value = Unknown("known-within-bounds", condition.key)
            verdicts.append(Verdict(key=condition.key, value=value, reason=why))
    return tuple(verdicts)


def grade_of(scheme: Scheme, total: Value, figures: UnitFigures, points: Points) -> Grade | None:
    """Return the grade of a total: the band, its conditions, then the sanctions in their order.

    A unit that a sanction lowers still has to meet the conditions of the lower grade. A total
    within bounds has a grade where both ends lie in one band.
    """
    if isinstance(total, Unknown) or not scheme.bands:
        return None
    if isinstance(total, Interval):
        assert total.high is not None  # totals end at a maximum
        if scheme.band(total.low) != scheme.band(total.high):
            return None
        total = total.low

    # From the band of the total down, by conditions and by each sanction.
    descent = _Descent(scheme.ladder, figures, points)
    ladder = scheme.ladder
    by_total = next((i for i, band in enumerate(ladder) if total >= band.at_least), len(ladder) - 1)
    descent.settle(by_total)
    for sanction in scheme.sanctions:
        descent.apply(sanction)
    band, steps = descent.band, tuple(descent.steps)

    # What a quota would make of the grade, since only here the conditions can be judged.
    fallback: tuple[GradeStep, ...] = ()
    if scheme.quota is not None and descent.at is not None and band == scheme.quota.band:
        descent.steps = []
        descent.lower(descent.at + 1, QUOTA, QUOTA)
        fallback = tuple(descent.steps)
    return Grade(by_total=ladder[by_total].key, band=band, steps=steps, fallback=fallback)


class _Descent:
    """The way of one unit down the ladder of grades.

    Attributes:
        at: the grade reached, as its place on the ladder; None once it cannot be decided.
        steps: the steps taken.
    """

    def __init__(self, ladder: tuple[Band, ...], figures: UnitFigures, points: Points) -> None:
        self.ladder = ladder
        self.at: int | None = None
        self.steps: list[GradeStep] = []
        self._figures = figures
        self._points = points

    @property
    def band(self) -> str | None:
        """Key of the grade reached."""
        if self.at is None:
            return None
        return self.ladder[self.at].key

    def met(self, condition: Condition) -> bool | None:
        """Say whether the unit meets a condition; None if that cannot be said."""
        return _is_met(condition, condition_value(condition, self._figures, self._points))

    def settle(self, at: int) -> None:
        """Go down from a grade to the first one whose conditions are all met."""
        self.at = at
        verdicts = [(condition, self.met(condition)) for condition in self.ladder[at].conditions]
        failed = next((condition for condition, met in verdicts if met is False), None)
        undecided = next((condition for condition, met in verdicts if met is None), None)
        if failed is not None:
            self.lower(at + 1, failed.key, "condition")
        elif undecided is not None:
            self.lower(None, undecided.key, "condition")

    def lower(self, to: int | None, rule: str, effect: str) -> None:
        """Go down by a rule, and on to a grade whose conditions are met; None: undecided."""
        assert self.band is not None  # whoever is undecided goes nowhere
        after = None if to is None else self.ladder[to].key
        self.steps.append(GradeStep(rule=rule, effect=effect, before=self.band, after=after))
        if to is None:
            self.at = None
        else:
            self.settle(to)

    def apply(self, sanction: Sanction) -> None:
        """Apply a sanction, if its condition holds and the grade is decided."""
        if self.at is None:
            return
        met = self.met(sanction.when)
        to = self.at
        if met:
            to = _lower_by(sanction, self.at, [band.key for band in self.ladder])
        if met is None:
            self.lower(None, sanction.when.key, sanction.effect.value)
        elif to != self.at:
            self.lower(to, sanction.when.key, sanction.effect.value)


def _lower_by(sanction: Sanction, at: int, keys: list[str]) -> int:
    """The place on the ladder to which a sanction lowers a grade."""
    last = len(keys) - 1
    if sanction.effect is Effect.NO_TOP:
        return max(at, min(1, last))
    if sanction.effect is Effect.NOT_ABOVE:
        assert sanction.band is not None
        return max(at, keys.index(sanction.band))
    if sanction.effect is Effect.ONE_DOWN:
        return min(at + 1, last)
    return last
