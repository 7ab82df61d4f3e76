"""Explanations: a score sheet taken apart into lines that add up to its total, exactly."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from evnpubsvc.emulation._scheme import Criterion, ExcludedRule, RatioCriterion, WeightedCriterion
from evnpubsvc.emulation._score import Component, ScoreSheet
from evnpubsvc.quantities import Unknown, localised, round_half_up
from evnpubsvc.texts import Language, render

__all__ = ["Explanation", "ExplanationLine", "explain"]


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
    exact_total: Fraction | None = Fraction(0)
    for group, group_score in zip(sheet.scheme.groups, sheet.groups, strict=True):
        groups.append(
            (
                group.key,
                _line(
                    "explain-group",
                    lang,
                    title=group.title.get(lang),
                    result=_out_of(group_score.points, group_score.maximum, sheet, lang),
                ),
            )
        )
        added: Fraction | None = Fraction(0)
        for criterion, component in zip(group.criteria, group_score.components, strict=True):
            lines.append(
                ExplanationLine(
                    key=criterion.key,
                    group=group.key,
                    text=f"{criterion.key} {criterion.title.get(lang)}: "
                    + _derivation(criterion, component, sheet, lang),
                    basis=_basis(criterion, lang),
                    points=component.points,
                    maximum=criterion.maximum,
                )
            )
            if isinstance(component.points, Fraction):
                added = None if added is None else added + component.points
            elif not component.excluded:
                added = None
        if isinstance(group_score.points, Fraction) and added is not None:
            lines += _adjustment("explain-rounding", group_score.points - added, group.key, lang, sheet)
            exact_total = None if exact_total is None else exact_total + group_score.points
        else:
            exact_total = None
    if isinstance(sheet.total, Fraction) and exact_total is not None:
        scaled = exact_total
        counted = sum((group.maximum for group in sheet.groups), Fraction(0))
        if sheet.scheme.excluded is ExcludedRule.REDISTRIBUTE and counted != sheet.scheme.maximum:
            scaled = exact_total * sheet.scheme.maximum / counted
            lines += _adjustment("explain-redistributed", scaled - exact_total, "", lang, sheet)
        lines += _adjustment("explain-rounding", sheet.total - scaled, "", lang, sheet)
    label = f"{sheet.unit} {sheet.name}" if sheet.name and sheet.name != sheet.unit else sheet.unit
    head = _line(
        "explain-head",
        lang,
        unit=label,
        scheme=sheet.scheme.title.get(lang),
        result=_out_of(sheet.total, sheet.maximum, sheet, lang),
    )
    return Explanation(unit=sheet.unit, head=head, groups=tuple(groups), lines=tuple(lines), total=sheet.total)


def _line(key: str, lang: Language, **parts: object) -> str:
    return render(key, lang, parts)


def _adjustment(key: str, points: Fraction, group: str, lang: Language, sheet: ScoreSheet) -> list[ExplanationLine]:
    if not points:
        return []
    text = _line(key, lang, points=_signed(points, lang), places=sheet.scheme.rounding.places)
    return [ExplanationLine(key="", group=group, text=text, basis="", points=points, maximum=None)]


def _signed(points: Fraction, lang: Language) -> str:
    return ("+" if points > 0 else "") + _number(points, lang)


def _number(value: Fraction, lang: Language, places: int = 0) -> str:
    """Write points: exactly, with at least so many places; from seven decimals on only about."""
    if round_half_up(value, places) == value:
        return localised(value, lang, places)
    return localised(value, lang) if round_half_up(value, 6) == value else "≈ " + localised(value, lang, 6)


def _out_of(points: Fraction | Unknown, maximum: Fraction, sheet: ScoreSheet, lang: Language) -> str:
    if isinstance(points, Unknown):
        return _line("explain-unknown", lang, why=_why(points, lang), maximum=localised(maximum, lang))
    shown = _number(points, lang, sheet.scheme.rounding.places)
    return _line("explain-out-of", lang, points=shown, maximum=localised(maximum, lang))


def _why(unknown: Unknown, lang: Language) -> str:
    return _line(unknown.reason, lang, value=unknown.about) + (f" ({unknown.about})" if unknown.about else "")


def _basis(criterion: Criterion, lang: Language) -> str:
    sources = (f"{s} ({_line(f'confidence-{s.confidence.value}', lang)})" for s in criterion.sources)
    note = "" if criterion.note is None else criterion.note.get(lang)
    return " ".join(part for part in ("; ".join(sources), "-" if criterion.sources and note else "", note) if part)


def _derivation(criterion: Criterion, component: Component, sheet: ScoreSheet, lang: Language) -> str:
    if isinstance(criterion, RatioCriterion) and component.denominator == 0:
        policy = _line(f"explain-zero-{criterion.zero.value}", lang)
        counted = f"{localised(component.numerator or 0, lang)} / 0"
        if isinstance(component.points, Unknown):
            return f"{counted}: {policy}"
        return f"{counted}: {policy} = {_out_of(component.points, criterion.maximum, sheet, lang)}"
    if isinstance(component.points, Unknown) or isinstance(component.exact, Unknown):
        return _why(component.points, lang) if isinstance(component.points, Unknown) else ""
    if isinstance(criterion, RatioCriterion):
        calculation = _ratio(criterion, component, sheet, lang)
    elif isinstance(criterion, WeightedCriterion):
        scale = "" if criterion.full_scale == 1 else f" / {localised(criterion.full_scale, lang)}"
        calculation = f"{localised(criterion.maximum, lang)} × {localised(component.value or 0, lang)}{scale}"
    else:
        calculation = _line("explain-given", lang)
    result = f"{calculation} = {_out_of(component.points, criterion.maximum, sheet, lang)}"
    if component.capped:
        result += ", " + _line("explain-capped", lang)
    if component.points != component.exact:
        result += ", " + _line("explain-rounded-from", lang, exact=_number(component.exact, lang))
    return result


def _ratio(criterion: RatioCriterion, component: Component, sheet: ScoreSheet, lang: Language) -> str:
    assert component.numerator is not None
    assert component.denominator is not None
    spec = sheet.scheme.figure_specs[criterion.denominator.figures[0]]
    counted = f"{localised(component.numerator, lang)} / {localised(component.denominator, lang)}"
    if spec.unit is not None:
        counted += f" {spec.unit.text.get(lang)}"
    share = Fraction(component.numerator, component.denominator) * 100
    shown = f"{counted} {'=' if round_half_up(share, 2) == share else '≈'} {localised(share, lang, 2)} %"
    times = f"× {localised(criterion.maximum, lang)}"
    return (
        f"{shown}; {times}"
        if criterion.target == 1
        else f"{shown}; {times} / {localised(criterion.target * 100, lang)} %"
    )
