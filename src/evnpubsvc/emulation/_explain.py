"""Explanations: a score sheet taken apart into lines that add up to its total, exactly."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from evnpubsvc.emulation._criteria import (
    ChoiceCriterion,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    RatioCriterion,
    WeightedCriterion,
)
from evnpubsvc.emulation._points import EVIDENCE_ABSENT, INAPPLICABLE, SMALL_BASE, VOIDED, Component
from evnpubsvc.emulation._scheme import ExcludedRule, Group, GroupRole
from evnpubsvc.emulation._score import GroupScore, ScoreSheet
from evnpubsvc.quantities import Unknown, localised, round_half_up
from evnpubsvc.texts import Language, render

__all__ = ["Explanation", "ExplanationLine", "explain", "points_text", "signed_text"]


@frozen(kw_only=True)
class ExplanationLine:
    """One line of an explanation.

    Attributes:
        key: key of the criterion; empty for a line that adjusts the sum (rounding, redistribution).
        group: key of the group it stands under; empty for adjustments of the total.
        text: the line in the language asked for: how the points came about.
        basis: sources with their confidence, and the criterion's note; may be empty.
        points: what it adds to the total; negative for a rounding down; an `Unknown` with its reason.
        maximum: highest points of the criterion; None for adjustments.
    """

    key: str
    group: str
    text: str
    basis: str
    points: Fraction | Unknown
    maximum: Fraction | None


@frozen(kw_only=True)
class Explanation:
    """Why a unit has the total it has.

    Attributes:
        unit: identifier.
        head: first line: unit, scheme, total.
        groups: key and one-line text of each group, in the order of the sheet.
        lines: components and adjustments. Their points add up to the total, exactly; excluded ones add nothing.
        total: the total of the sheet.

    `str()` gives the whole text.
    """

    unit: str
    head: str
    groups: tuple[tuple[str, str], ...]
    lines: tuple[ExplanationLine, ...]
    total: Fraction | Unknown

    def __str__(self) -> str:
        text = [self.head]
        for key, title in self.groups:
            text.append(title)
            for line in self.lines:
                if line.group == key:
                    text.append(f"  {line.text}")
                    text += [f"      {line.basis}"] if line.basis else []
        text += [line.text for line in self.lines if not line.group]
        return "\n".join(text)


def explain(sheet: ScoreSheet, lang: Language = "en") -> Explanation:
    """Explain a score sheet: numerator, denominator, target, cap, rounding and source of every component.

    Args:
        sheet: the sheet.
        lang: `"en"` or `"vi"`; numbers are written in the style of the language, percentages to two places.

    Returns:
        Lines whose points add up to the total exactly: what rounding or redistribution changed is a line of its own.

    >>> from evnpubsvc import preset, score, UnitFigures
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> sheet = score(scheme, UnitFigures.for_scheme(
    ...     scheme, "Đắk Lắk", {"dossiers_on_time": 393_087, "dossiers_received": 443_565}))
    >>> print(explain(sheet).lines[0].text)
    2.1 Dossiers handled on time: 393,087 / 443,565 dossiers ≈ 88.62 %; × 20 = 17.72 of 20, ...
    """
    lines: list[ExplanationLine] = []
    groups: list[tuple[str, str]] = []
    for group, group_score in zip(sheet.scheme.groups, sheet.groups, strict=True):
        groups.append(
            (
                group.key,
                _line(
                    "explain-group",
                    lang,
                    title=group.title.get(lang),
                    result=_out_of(
                        group_score.points, group_score.maximum, sheet, lang, group.role
                    ),
                ),
            )
        )
        for criterion, component in zip(group.criteria, group_score.components, strict=True):
            lines.append(
                ExplanationLine(
                    key=criterion.key,
                    group=group.key,
                    text=f"{criterion.key} {criterion.title.get(lang)}: "
                    + _derivation(criterion, component, sheet, group.role, lang),
                    basis=_basis(criterion, lang),
                    points=component.points,
                    maximum=criterion.maximum,
                )
            )
        lines += _group_adjustments(group, group_score, sheet, lang)
    lines += _total_adjustments(sheet, lang)
    lines += _judgements(sheet, lang)
    label = f"{sheet.unit} {sheet.name}" if sheet.name and sheet.name != sheet.unit else sheet.unit
    head = _line(
        "explain-head",
        lang,
        unit=label,
        scheme=sheet.scheme.title.get(lang),
        result=_out_of(sheet.total, sheet.maximum, sheet, lang, GroupRole.SCORED),
    )
    return Explanation(
        unit=sheet.unit, head=head, groups=tuple(groups), lines=tuple(lines), total=sheet.total
    )


def _group_adjustments(
    group: Group, group_score: GroupScore, sheet: ScoreSheet, lang: Language
) -> list[ExplanationLine]:
    points = group_score.points
    added = Fraction(0)
    for component in group_score.components:
        if isinstance(component.points, Fraction):
            added += component.points
    if isinstance(points, Unknown):
        return []
    cut = max(-group.maximum, min(group.maximum, added)) if group.cut else added
    limit = _number(group.maximum, lang)
    return [
        *_adjustment("explain-cut", cut - added, group.key, lang, sheet, limit=limit),
        *_adjustment("explain-rounding", points - cut, group.key, lang, sheet),
    ]


def _total_adjustments(sheet: ScoreSheet, lang: Language) -> list[ExplanationLine]:
    if isinstance(sheet.total, Unknown):
        return []
    scheme = sheet.scheme
    reached = earned = counted = Fraction(0)
    for group, group_score in zip(scheme.groups, sheet.groups, strict=True):
        assert isinstance(group_score.points, Fraction)  # part of a known total
        reached += group_score.points
        if group.role is GroupRole.SCORED:
            earned, counted = earned + group_score.points, counted + group_score.maximum
    lines: list[ExplanationLine] = []
    if scheme.excluded is ExcludedRule.REDISTRIBUTE and counted != scheme.maximum:
        shared = earned * scheme.maximum / counted - earned
        lines += _adjustment("explain-redistributed", shared, "", lang, sheet)
        reached += shared
    limited = reached if scheme.floor is None else max(scheme.floor, reached)
    limited = limited if scheme.ceiling is None else min(scheme.ceiling, limited)
    limit = _number(limited, lang)
    lines += _adjustment("explain-limit", limited - reached, "", lang, sheet, limit=limit)
    lines += _adjustment("explain-rounding", sheet.total - limited, "", lang, sheet)
    return lines


def _judgements(sheet: ScoreSheet, lang: Language) -> list[ExplanationLine]:
    """Return what changed the grade and what bars the unit: lines without points."""

    def line(text: str) -> ExplanationLine:
        return ExplanationLine(
            key="", group="", text=text, basis="", points=Fraction(0), maximum=None
        )

    scheme = sheet.scheme
    titles = {condition.key: condition.title.get(lang) for condition in scheme.conditions}
    bands = {band.key: band.title.get(lang) for band in scheme.bands}
    found: list[ExplanationLine] = []
    if sheet.grade is not None and sheet.grade.steps:
        grade = sheet.grade
        found.append(line(_line("explain-grade", lang, band=bands[grade.by_total])))
        for step in grade.steps:
            if step.after is None:
                found.append(line(_line("explain-grade-undecided", lang, rule=titles[step.rule])))
            else:
                parts = {
                    "rule": titles[step.rule],
                    "before": bands[step.before],
                    "after": bands[step.after],
                }
                found.append(line(_line(f"explain-grade-{step.effect}", lang, **parts)))
    for verdict in sheet.verdicts:
        if verdict.reason is not None:
            value = verdict.value
            shown = "?" if isinstance(value, Unknown) else _number(value, lang)
            if verdict.key in titles:
                key, rule = f"explain-{verdict.reason.reason}", titles[verdict.key]
            else:  # a campaign bars for a missed deadline
                key, rule = (
                    "explain-exclusion",
                    _line(verdict.reason.reason, lang, value=sheet.unit, deadline="-"),
                )
            found.append(line(_line(key, lang, rule=rule, value=shown)))
    return found


def _line(key: str, lang: Language, **parts: object) -> str:
    return render(key, lang, parts)


def _adjustment(
    key: str, points: Fraction, group: str, lang: Language, sheet: ScoreSheet, *, limit: str = ""
) -> list[ExplanationLine]:
    if not points:
        return []
    text = _line(
        key,
        lang,
        points=signed_text(points, lang),
        places=sheet.scheme.rounding.places,
        limit=limit,
    )
    return [ExplanationLine(key="", group=group, text=text, basis="", points=points, maximum=None)]


def signed_text(points: Fraction, lang: Language) -> str:
    """Write points with their sign."""
    return ("+" if points > 0 else "") + _number(points, lang)


def points_text(points: Fraction | Unknown, lang: Language) -> str:
    """Write points, or why they are unknown."""
    return _why(points, lang) if isinstance(points, Unknown) else _number(points, lang)


def _number(value: Fraction | int, lang: Language, places: int = 0) -> str:
    """Write points: exactly, with at least so many places; from seven decimals on only about."""
    if round_half_up(value, places) == value:
        return localised(value, lang, places)
    return (
        localised(value, lang)
        if round_half_up(value, 6) == value
        else "≈ " + localised(value, lang, 6)
    )


def _out_of(
    points: Fraction | Unknown,
    maximum: Fraction,
    sheet: ScoreSheet,
    lang: Language,
    role: GroupRole,
) -> str:
    if role is GroupRole.DEDUCTION:
        maximum = -maximum
    if isinstance(points, Unknown):
        return _line(
            "explain-unknown", lang, why=_why(points, lang), maximum=localised(maximum, lang)
        )
    shown = _number(points, lang, sheet.scheme.rounding.places)
    return _line("explain-out-of", lang, points=shown, maximum=localised(maximum, lang))


def _why(unknown: Unknown, lang: Language) -> str:
    return _line(unknown.reason, lang, value=unknown.about) + (
        f" ({unknown.about})" if unknown.about else ""
    )


def _basis(criterion: Criterion, lang: Language) -> str:
    sources = (f"{s.get(lang)} ({s.certainty.get(lang)})" for s in criterion.sources)
    note = "" if criterion.note is None else criterion.note.get(lang)
    return " ".join(
        part
        for part in ("; ".join(sources), "-" if criterion.sources and note else "", note)
        if part
    )


def _derivation(
    criterion: Criterion, component: Component, sheet: ScoreSheet, role: GroupRole, lang: Language
) -> str:
    marks = "".join(f" [{_mark(flag, lang)}]" for flag in component.flags)
    result = _out_of(component.points, criterion.maximum, sheet, lang, role)
    if INAPPLICABLE in component.flags:
        return f"{result}{marks}"
    if isinstance(criterion, MonitorCriterion):
        return _monitored(criterion, component, lang) + marks
    over_nothing = component.denominator == 0 and component.zero is not None
    if isinstance(criterion, RatioCriterion) and over_nothing:
        policy = _line(f"explain-zero-{criterion.zero.value}", lang)
        counted = f"{localised(component.numerator or 0, lang)} / 0"
        if isinstance(component.points, Unknown):
            return f"{counted}: {policy}{marks}"
        return f"{counted}: {policy} = {result}{marks}"
    if isinstance(component.points, Unknown) or isinstance(component.exact, Unknown):
        return (
            _why(component.points, lang) if isinstance(component.points, Unknown) else ""
        ) + marks
    text = f"{_calculation(criterion, component, sheet, lang)} = {result}"
    if component.capped:
        text += ", " + _line("explain-capped", lang)
    if component.points != component.exact:
        text += ", " + _line("explain-rounded-from", lang, exact=_number(component.exact, lang))
    return text + marks


def _mark(flag: str, lang: Language) -> str:
    own = {EVIDENCE_ABSENT, INAPPLICABLE, SMALL_BASE, VOIDED}
    return _line(f"mark-{flag}", lang) if flag in own else flag


def _calculation(
    criterion: Criterion, component: Component, sheet: ScoreSheet, lang: Language
) -> str:
    """Write the formula of a known component with its numbers in place."""
    maximum = _number(criterion.maximum, lang)
    if isinstance(criterion, RatioCriterion):
        if component.denominator is None:
            return _line("explain-no-denominator", lang)
        return _ratio(criterion, component, sheet, lang)
    if isinstance(criterion, WeightedCriterion):
        scale = "" if criterion.full_scale == 1 else f" / {localised(criterion.full_scale, lang)}"
        return (
            f"{localised(criterion.maximum, lang)} × {localised(component.value or 0, lang)}{scale}"
        )
    if isinstance(criterion, ChoiceCriterion):
        titles = {o.key: o for item in criterion.items for o in item.options}
        shown = [
            f"{titles[key].title.get(lang)} ({_number(titles[key].points, lang)})"
            for key in component.chosen
        ]
        return " + ".join(shown)
    if isinstance(criterion, GrowthCriterion):
        counted = f"{localised(component.denominator or 0, lang)} → {localised(component.numerator or 0, lang)}"
        if SMALL_BASE in component.flags:
            rule = criterion.small_base
            return (
                counted
                + ": "
                + _line("explain-small-base", lang, below=rule.below, full_from=rule.full_from)
            )
        per, step = _number(criterion.per, lang), _number(criterion.step * 100, lang)
        return f"{counted}; " + _line("explain-growth", lang, per=per, step=step)
    value = _number(component.value or 0, lang)
    if isinstance(criterion, MinusCriterion):
        return f"{maximum} − {_number(criterion.per, lang)} × {value}"
    if isinstance(criterion, MinusPlusCriterion):
        base = _number(criterion.maximum - criterion.plus, lang)
        quality = f"{localised(component.numerator or 0, lang)} / {localised(component.denominator or 0, lang)}"
        return f"({base} − {_number(criterion.per, lang)} × {value}) + {_number(criterion.plus, lang)} × {quality}"
    if isinstance(criterion, CountCriterion):
        return f"{_number(criterion.per, lang)} × {value}"
    if isinstance(criterion, DeductionCriterion):
        return f"−{_number(criterion.per, lang)} × {value}"
    return _line("explain-given", lang)


def _monitored(criterion: MonitorCriterion, component: Component, lang: Language) -> str:
    state = _line(criterion.state.value, lang)
    if component.value is not None:
        return f"{localised(component.value, lang)}: {state}"
    if component.numerator is None or component.denominator is None:
        return state
    return f"{localised(component.numerator, lang)} / {localised(component.denominator, lang)}: {state}"


def _ratio(
    criterion: RatioCriterion, component: Component, sheet: ScoreSheet, lang: Language
) -> str:
    assert component.numerator is not None
    assert component.denominator is not None
    spec = sheet.scheme.figure_specs[criterion.denominator.figures[0]]
    whole = localised(component.denominator, lang)
    whole = whole if component.divisor == 1 else f"({whole} / {component.divisor})"
    counted = f"{localised(component.numerator, lang)} / {whole}"
    if spec.unit is not None:
        counted += f" {spec.unit.text.get(lang)}"
    share = Fraction(component.numerator * component.divisor, component.denominator) * 100
    shown = f"{counted} {'=' if round_half_up(share, 2) == share else '≈'} {localised(share, lang, 2)} %"
    times = f"× {localised(criterion.maximum, lang)}"
    return (
        f"{shown}; {times}"
        if criterion.target == 1
        else f"{shown}; {times} / {localised(criterion.target * 100, lang)} %"
    )
