"""The arithmetic of each kind of criterion: figures of one unit become exact points, with all they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from attrs import evolve, field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._criteria import (
    ChoiceCriterion,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    PointsCriterion,
    RatioCriterion,
    Term,
    WeightedCriterion,
)
from evnpubsvc.emulation._figures import Chosen, UnitFigures, term_value
from evnpubsvc.emulation._scheme import Rounding, RoundingAt
from evnpubsvc.quantities import Count, Unknown, ZeroPolicy, round_half_up

__all__ = [
    "EVIDENCE_ABSENT",
    "INAPPLICABLE",
    "SMALL_BASE",
    "VOIDED",
    "Component",
    "component",
    "count_or_number",
    "inapplicable",
]

EVIDENCE_ABSENT: Final = "evidence-absent"
INAPPLICABLE: Final = "inapplicable"
SMALL_BASE: Final = "small-base"
VOIDED: Final = "voided"


@frozen(kw_only=True)
class Component:
    """The points of one criterion, with everything they were made from.

    Attributes:
        key: key of the criterion in the sheet's scheme.
        points: points after rounding, where the scheme rounds components; else exact. Zero or less for deductions.
            An `Unknown` when a figure is missing (`figure-blank`, `figure-absent`), when nothing can be measured
            (`not-assessable`), when the criterion left the sheet (`excluded`), or when it is only shown
            (`monitor-only`, `undetermined`).
        exact: points before any rounding.
        numerator: n of a ratio, the current count of a growth; None for other criteria and for an unknown.
        denominator: d of a ratio, the earlier count of a growth; None likewise.
        value: given points, value, or count of events; None where there is none.
        capped: the maximum cut the points.
        zero: the policy that decided, where d is zero; else None.
        divisor: parts of the substitute period in this one: the ratio is n over d / divisor.
        chosen: keys of the chosen options, in the order of the items.
        flags: marks that stay with the number: those of its figures, of a substitute denominator, and
            `evidence-absent`, `inapplicable`, `small-base`, `voided`.
    """

    key: str = field(validator=nonempty_text)
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    exact: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    numerator: int | None = field(default=None, validator=instance_of(int, type(None)))
    denominator: int | None = field(default=None, validator=instance_of(int, type(None)))
    value: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    capped: bool = field(default=False, validator=instance_of(bool))
    zero: ZeroPolicy | None = field(default=None, validator=instance_of(ZeroPolicy, type(None)))
    divisor: int = field(default=1, validator=instance_of(int))
    chosen: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    flags: tuple[str, ...] = field(default=(), validator=tuple_of(str))

    @property
    def excluded(self) -> bool:
        """The criterion left the sheet, and its maximum with it."""
        return isinstance(self.points, Unknown) and self.points.reason == ZeroPolicy.EXCLUDED

    @property
    def counted(self) -> bool:
        """It enters the sum: it neither left the sheet nor is only shown."""
        return not (isinstance(self.points, Unknown) and self.points.reason in _NOT_COUNTED)


_NOT_COUNTED: Final = frozenset({ZeroPolicy.EXCLUDED.value, "monitor-only", "undetermined"})


def component(criterion: Criterion, figures: UnitFigures, rounding: Rounding) -> Component:
    """Return the points of one criterion. `check_figures` has found nothing to say against the figures."""
    made = _evidenced(criterion, figures, _made(criterion, figures))
    marks = dict(figures.flags)
    if marks:
        own = [marks[key] for term in criterion.terms for key in term.figures if key in marks]
        made = evolve(made, flags=tuple(dict.fromkeys([*made.flags, *own])))
    points = made.exact
    if isinstance(points, Fraction):
        if isinstance(criterion, RatioCriterion) and criterion.step is not None:
            points = round_half_up(points / criterion.step, 0) * criterion.step
        if rounding.at is RoundingAt.COMPONENT:
            points = round_half_up(points, rounding.places)
        if points is not made.exact:
            made = evolve(made, points=points)
    return made


def _evidenced(criterion: Criterion, figures: UnitFigures, made: Component) -> Component:
    """Take the points away that have no evidence. What is unknown without evidence is worth nothing either."""
    if criterion.evidence is None or not made.counted or made.exact == 0:
        return made
    papers = term_value(Term((criterion.evidence,)), figures)
    if isinstance(papers, Unknown):
        return evolve(made, points=papers, exact=papers)
    if papers or isinstance(made.exact, Unknown):
        return made
    return evolve(
        made,
        points=Fraction(0),
        exact=Fraction(0),
        capped=False,
        flags=(*made.flags, EVIDENCE_ABSENT),
    )


def _known(key: str, exact: Fraction, **parts: object) -> Component:
    return Component(key=key, points=exact, exact=exact, **parts)  # type: ignore[arg-type] # fields of Component


def _unknown(key: str, why: Unknown, **parts: object) -> Component:
    return Component(key=key, points=why, exact=why, **parts)  # type: ignore[arg-type] # as above


def _made(criterion: Criterion, figures: UnitFigures) -> Component:
    if isinstance(criterion, RatioCriterion):
        return _ratio(criterion, figures)
    if isinstance(criterion, (PointsCriterion, WeightedCriterion)):
        return _given(criterion, figures)
    if isinstance(criterion, ChoiceCriterion):
        return _choice(criterion, figures)
    if isinstance(criterion, GrowthCriterion):
        return _growth(criterion, figures)
    if isinstance(criterion, MonitorCriterion):
        return _monitor(criterion, figures)
    return _counted(criterion, figures)


def _ratio(criterion: RatioCriterion, figures: UnitFigures) -> Component:
    n, d = term_value(criterion.numerator, figures), term_value(criterion.denominator, figures)
    if isinstance(n, Unknown):
        return _unknown(criterion.key, n)
    divisor = 1
    flags: tuple[str, ...] = ()
    if isinstance(d, Unknown):
        substitute = criterion.substitute
        if substitute is None or not all(
            isinstance(figures[key], Unknown) for key in criterion.denominator.figures
        ):
            return _unknown(criterion.key, d)
        other = term_value(substitute.term, figures)
        if isinstance(other, Unknown):
            if substitute.nothing is None:
                return _unknown(criterion.key, other)
            return _known(criterion.key, Fraction(0), numerator=n, flags=(substitute.nothing,))
        d, divisor, flags = other, substitute.divisor, (substitute.flag,)
    if criterion.not_due is not None:
        waiting = term_value(criterion.not_due, figures)
        if isinstance(waiting, Unknown):
            return _unknown(criterion.key, waiting)
        d -= min(waiting, d)
    parts = {"numerator": n, "denominator": d, "divisor": divisor, "flags": flags}
    if d:
        uncapped = criterion.maximum * n * divisor / (d * criterion.target)
        return _known(
            criterion.key,
            min(criterion.maximum, uncapped),
            capped=uncapped > criterion.maximum,
            **parts,
        )
    share = _over_nothing(criterion.key, criterion.zero)
    if isinstance(share, Unknown):
        return _unknown(criterion.key, share, zero=criterion.zero, **parts)
    return _known(criterion.key, criterion.maximum * share, zero=criterion.zero, **parts)


def _over_nothing(key: str, zero: ZeroPolicy) -> Fraction | Unknown:
    if zero is ZeroPolicy.FULL:
        return Fraction(1)
    return Fraction(0) if zero is ZeroPolicy.ZERO else Unknown(zero.value, key)


def _given(criterion: PointsCriterion | WeightedCriterion, figures: UnitFigures) -> Component:
    value = figures[criterion.figure]
    if isinstance(value, Unknown):
        return _unknown(criterion.key, value)
    assert isinstance(value, Fraction)  # `check_figures` has refused everything else
    exact = (
        criterion.maximum * value / criterion.full_scale
        if isinstance(criterion, WeightedCriterion)
        else value
    )
    return _known(criterion.key, exact, value=value)


def _choice(criterion: ChoiceCriterion, figures: UnitFigures) -> Component:
    total, chosen, voided = Fraction(0), list[str](), False
    unknown: Unknown | None = None
    for item in criterion.items:
        figure = figures[item.figure]
        if not isinstance(figure, Chosen):
            unknown = unknown or (figure if isinstance(figure, Unknown) else None)
            continue
        option = next(option for option in item.options if option.key == figure.option)
        chosen.append(option.key)
        total += option.points
        voided = voided or option.voids
    # A voiding option decides whatever else was chosen, so what is blank beside it does not matter.
    if voided:
        return _known(
            criterion.key, Fraction(0), value=total, chosen=tuple(chosen), flags=(VOIDED,)
        )
    if unknown is not None:
        return _unknown(criterion.key, unknown, chosen=tuple(chosen))
    return _known(criterion.key, total, value=total, chosen=tuple(chosen))


def _counted(
    criterion: MinusCriterion | MinusPlusCriterion | CountCriterion | DeductionCriterion,
    figures: UnitFigures,
) -> Component:
    count = term_value(Term((criterion.figure,)), figures)
    if isinstance(count, Unknown):
        return _unknown(criterion.key, count)
    value, amount = Fraction(count), criterion.per * count
    if isinstance(criterion, CountCriterion):
        capped = amount > criterion.maximum
        return _known(criterion.key, min(criterion.maximum, amount), value=value, capped=capped)
    if isinstance(criterion, DeductionCriterion):
        capped = amount > criterion.maximum
        return _known(criterion.key, -min(criterion.maximum, amount), value=value, capped=capped)
    if isinstance(criterion, MinusCriterion):
        exact = max(Fraction(0), criterion.maximum - amount)
        return _known(criterion.key, exact, value=value, capped=amount > criterion.maximum)
    base = max(Fraction(0), criterion.maximum - criterion.plus - amount)
    n, d = term_value(criterion.numerator, figures), term_value(criterion.denominator, figures)
    for side in (n, d):
        if isinstance(side, Unknown):
            return _unknown(criterion.key, side, value=value)
    assert isinstance(n, int)
    assert isinstance(d, int)
    quality = Fraction(n, d) if d else _over_nothing(criterion.key, criterion.zero)
    parts = {
        "value": value,
        "numerator": n,
        "denominator": d,
        "zero": None if d else criterion.zero,
    }
    if isinstance(quality, Unknown):
        return _unknown(criterion.key, quality, **parts)
    return _known(criterion.key, base + criterion.plus * quality, **parts)


def _growth(criterion: GrowthCriterion, figures: UnitFigures) -> Component:
    current, earlier = (
        term_value(criterion.current, figures),
        term_value(criterion.earlier, figures),
    )
    for side in (current, earlier):
        if isinstance(side, Unknown):
            return _unknown(criterion.key, side)
    assert isinstance(current, int)
    assert isinstance(earlier, int)
    parts = {"numerator": current, "denominator": earlier}
    if earlier < criterion.small_base.below:
        enough = current >= criterion.small_base.full_from
        share = (
            Fraction(1) if enough else _over_nothing(criterion.key, criterion.small_base.otherwise)
        )
        if isinstance(share, Unknown):
            return _unknown(criterion.key, share, flags=(SMALL_BASE,), **parts)
        return _known(criterion.key, criterion.maximum * share, flags=(SMALL_BASE,), **parts)
    steps = max(Fraction(0), Fraction(current - earlier, earlier) / criterion.step)
    if criterion.whole_steps:
        steps = Fraction(steps.numerator // steps.denominator)
    uncapped = criterion.per * steps
    return _known(
        criterion.key,
        min(criterion.maximum, uncapped),
        capped=uncapped > criterion.maximum,
        **parts,
    )


def _monitor(criterion: MonitorCriterion, figures: UnitFigures) -> Component:
    n = term_value(criterion.numerator, figures)
    d = None if criterion.denominator is None else term_value(criterion.denominator, figures)
    shown: Mapping[str, object] = {
        "numerator": n if isinstance(n, int) and criterion.denominator is not None else None,
        "denominator": d if isinstance(d, int) else None,
        "value": Fraction(n) if isinstance(n, int) and criterion.denominator is None else None,
    }
    return _unknown(criterion.key, Unknown(criterion.state.value, criterion.key), **shown)


def inapplicable(criterion: Criterion, award: ZeroPolicy, rounding: Rounding) -> Component:
    """Return the points of a criterion that does not apply to the unit."""
    share = _over_nothing(criterion.key, award)
    if isinstance(share, Unknown):
        return _unknown(criterion.key, share, flags=(INAPPLICABLE,))
    exact = criterion.maximum * share
    points = round_half_up(exact, rounding.places) if rounding.at is RoundingAt.COMPONENT else exact
    return Component(key=criterion.key, points=points, exact=exact, flags=(INAPPLICABLE,))


def count_or_number(figures: UnitFigures, key: str) -> Fraction | Unknown:
    """Return the value of one figure, whatever it is, as an exact number."""
    figure = figures[key]
    if isinstance(figure, Count):
        return Fraction(figure.value)
    return figure if isinstance(figure, (Fraction, Unknown)) else Unknown("figure-is-a-choice", key)
