"""Conditions, gates and grades: what a unit's figures and points say beside its total."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._rules import Condition, Effect, Sanction
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.quantities import Unknown, ZeroPolicy

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
    """

    by_total: str = field(validator=nonempty_text)
    band: str | None = field(validator=instance_of(str, type(None)))
    steps: tuple[GradeStep, ...] = field(default=(), validator=tuple_of(GradeStep))


def condition_value(
    condition: Condition, figures: UnitFigures, points: Points
) -> Fraction | Unknown:
    """Return what a condition compares."""
    if condition.figure is not None:
        return figures.number(condition.figure)
    if condition.points is not None:
        value, maximum = points[condition.points]
        return (
            value
            if isinstance(value, Unknown) or not condition.share
            else _share(value, maximum, condition)
        )
    assert condition.numerator is not None
    assert condition.denominator is not None
    n, d = condition.numerator.value(figures), condition.denominator.value(figures)
    for side in (n, d):
        if isinstance(side, Unknown):
            return side
    assert isinstance(n, int)
    assert isinstance(d, int)
    assert condition.zero is not None
    return Fraction(n, d) if d else Unknown(condition.zero.value, condition.key)


def _share(value: Fraction, maximum: Fraction, condition: Condition) -> Fraction | Unknown:
    return value / maximum if maximum else Unknown("not-assessable", condition.key)


def _met(condition: Condition, value: Fraction | Unknown) -> bool | None:
    """Say whether a condition is met; None if that cannot be said."""
    if isinstance(value, Fraction):
        return condition.holds(value)
    if condition.numerator is None or value.about != condition.key:
        return None
    if value.reason in {ZeroPolicy.FULL, ZeroPolicy.EXCLUDED}:
        return True
    return False if value.reason == ZeroPolicy.ZERO else None


def judge(scheme: Scheme, figures: UnitFigures, points: Points) -> tuple[Verdict, ...]:
    """Return what each gate and each exclusion says, gates first."""
    verdicts: list[Verdict] = []
    for conditions, bars_when, reason in (
        (scheme.gates, False, "gate-not-met"),
        (scheme.exclusions, True, "exclusion"),
    ):
        for condition in conditions:
            value = condition_value(condition, figures, points)
            met = _met(condition, value)
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
    """Return the grade of a total: the band, its conditions, then the sanctions in their order."""
    if isinstance(total, Unknown) or not scheme.bands:
        return None
    ladder = scheme.ladder
    at = next((i for i, band in enumerate(ladder) if total >= band.at_least), len(ladder) - 1)
    by_total, steps = ladder[at].key, list[GradeStep]()
    while True:
        failed = undecided = None
        for condition in ladder[at].conditions:
            met = _met(condition, condition_value(condition, figures, points))
            if met is False:
                failed = condition
                break
            if met is None:
                undecided = undecided or condition
        if failed is not None:
            before, at = ladder[at].key, at + 1
            steps.append(
                GradeStep(rule=failed.key, effect="condition", before=before, after=ladder[at].key)
            )
        elif undecided is not None:
            steps.append(
                GradeStep(rule=undecided.key, effect="condition", before=ladder[at].key, after=None)
            )
            return Grade(by_total=by_total, band=None, steps=tuple(steps))
        else:
            break
    keys = [band.key for band in ladder]
    for sanction in scheme.sanctions:
        met = _met(sanction.when, condition_value(sanction.when, figures, points))
        if met is None:
            steps.append(
                GradeStep(
                    rule=sanction.when.key,
                    effect=sanction.effect.value,
                    before=keys[at],
                    after=None,
                )
            )
            return Grade(by_total=by_total, band=None, steps=tuple(steps))
        lowered = _lowered(sanction, at, keys) if met else at
        if lowered != at:
            effect = sanction.effect.value
            steps.append(
                GradeStep(
                    rule=sanction.when.key, effect=effect, before=keys[at], after=keys[lowered]
                )
            )
            at = lowered
    return Grade(by_total=by_total, band=keys[at], steps=tuple(steps))


def _lowered(sanction: Sanction, at: int, keys: list[str]) -> int:
    last = len(keys) - 1
    if sanction.effect is Effect.NO_TOP:
        return max(at, min(1, last))
    if sanction.effect is Effect.NOT_ABOVE:
        assert sanction.band is not None
        return max(at, keys.index(sanction.band))
    return min(at + 1, last) if sanction.effect is Effect.ONE_DOWN else last
