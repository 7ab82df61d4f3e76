"""Conditions, gates and grades: what a unit's figures and points say beside its total."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._groups import Band
from evnpubsvc.emulation._rules import Condition, Effect, Sanction
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.quantities import Unknown, ZeroPolicy

QUOTA: Final = "quota"
"""Rule and effect of a step that a quota takes."""
Points = Mapping[str, tuple[Fraction | Unknown, Fraction]]
"""Points and maximum of groups and criteria, by key."""


@frozen(kw_only=True)
class Verdict:
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
class GradeStep:
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
class Grade:
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


def condition_value(
    condition: Condition, figures: UnitFigures, points: Points
) -> Fraction | Unknown:
    """Return what a condition compares."""
    if condition.figure is not None:
        return figures.number(condition.figure)
    if condition.points is not None:
        value, maximum = points[condition.points]
        if isinstance(value, Unknown) or not condition.share:
            return value
        return _share(value, maximum, condition)

    # A share of two figures; over nothing, the policy of the condition.
    assert condition.numerator is not None
    assert condition.denominator is not None
    n, d = condition.numerator.value(figures), condition.denominator.value(figures)
    for side in (n, d):
        if isinstance(side, Unknown):
            return side
    assert isinstance(n, int)
    assert isinstance(d, int)
    assert condition.zero is not None
    if d:
        return Fraction(n, d)
    return Unknown(condition.zero.value, condition.key)


def _share(value: Fraction, maximum: Fraction, condition: Condition) -> Fraction | Unknown:
    if maximum:
        return value / maximum
    return Unknown("not-assessable", condition.key)


def _is_met(condition: Condition, value: Fraction | Unknown) -> bool | None:
    """Say whether a condition is met; None if that cannot be said."""
    if isinstance(value, Fraction):
        return condition.holds(value)

    # A share of nothing is what the policy makes of it; any other unknown stays one.
    if condition.numerator is None or value.about != condition.key:
        return None
    if value.reason in {ZeroPolicy.FULL, ZeroPolicy.EXCLUDED}:
        return True
    if value.reason == ZeroPolicy.ZERO:
        return False
    return None


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
            verdicts.append(Verdict(key=condition.key, value=value, reason=why))
    return tuple(verdicts)


def grade_of(
    scheme: Scheme, total: Fraction | Unknown, figures: UnitFigures, points: Points
) -> Grade | None:
    """Return the grade of a total: the band, its conditions, then the sanctions in their order.

    A unit that a sanction lowers still has to meet the conditions of the lower grade.
    """
    if isinstance(total, Unknown) or not scheme.bands:
        return None

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
