"""Explanations: a score sheet taken apart into lines that add up to its total, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of, writable_texts
from evnpubsvc.emulation._criteria import (
    EVIDENCE_ABSENT,
    INAPPLICABLE,
    PUBLISHED,
    SMALL_BASE,
    VOIDED,
    Component,
    Criterion,
)
from evnpubsvc.emulation._grades import QUOTA, Grade, GradeStep
from evnpubsvc.emulation._groups import ExcludedRule, Group, GroupRole
from evnpubsvc.emulation._score import GroupScore, ScoreSheet
from evnpubsvc.emulation._wording import (
    interval_text,
    number_text,
    numbered_title,
    sentence,
    signed_text,
)
from evnpubsvc.quantities import Interval, Unknown
from evnpubsvc.quantities.parts import exact_sum, localised
from evnpubsvc.texts import Language


class _WrittenWhenRead:
    """What a line is written from, kept until its words are asked for: most never are.

    Of a campaign with thousands of units one looks at the points of all and reads a few.
    """

    __slots__ = ("_origin",)

    _origin: _Origin

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> str:
            """Write a field that is not there yet."""
            write = {"text": _write_text, "basis": _write_basis}.get(name)
            if write is None:
                raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
            text = write(self._origin)
            object.__setattr__(self, name, text)
            return text


@frozen(kw_only=True)
class ExplanationLine(PublicType, _WrittenWhenRead):
    """One line of an explanation.

    Attributes:
        key: key of the criterion; empty for a line that adjusts the sum (rounding, redistribution).
        group: key of the group it belongs to; empty for adjustments of the total.
        text: the line in the language asked for: how the points came about.
        basis: sources with their confidence, and the criterion's note; may be empty.
        points: what it adds to the total; negative for a rounding down; an `Unknown` with its
            reason.
        maximum: highest points of the criterion; None for adjustments.
    """

    key: str = field(validator=instance_of(str))
    group: str = field(validator=instance_of(str))
    text: str = field(validator=instance_of(str))
    basis: str = field(validator=instance_of(str))
    points: Fraction | Unknown
    maximum: Fraction | None


@frozen(kw_only=True, repr=False)
class Explanation(PublicType):
    """Why a unit has the total it has.

    Attributes:
        unit: identifier.
        head: first line: unit, scheme, total.
        groups: key and one-line text of each group, in the order of the sheet.
        lines: components and adjustments. Their points add up to the total, exactly; excluded ones
            add nothing.
        total: the total of the sheet.

    `str()` gives the whole text.
    """

    unit: str = field(validator=instance_of(str))
    head: str = field(validator=instance_of(str))
    groups: tuple[tuple[str, str], ...] = field(validator=writable_texts)
    lines: tuple[ExplanationLine, ...]
    total: Fraction | Unknown

    def __repr__(self) -> str:
        return f"<Explanation of {self.unit}: {len(self.lines)} lines>"

    def __str__(self) -> str:
        text = [self.head]
        for key, title in self.groups:
            text.append(title)
            for line in self.lines:
                if line.group != key:
                    continue
                text.append(f"  {line.text}")
                if line.basis:
                    text.append(f"      {line.basis}")
        text += [line.text for line in self.lines if not line.group]
        return "\n".join(text)


def explain(sheet: ScoreSheet, lang: Language = "en", *, grade: Grade | None = None) -> Explanation:
    """Explain a score sheet: counts, target, cap, rounding and source of every component.

    Args:
        sheet: the sheet.
        lang: `"en"` or `"vi"`; numbers are written in the style of the language, percentages to two
            places.
        grade: the grade after the quota (`grade_all(standings)[unit].grade`); by default that of
            the sheet, which knows of no quota.

    Returns:
        Lines whose points add up to the total exactly: what rounding or redistribution changed is a
        line of its own.

    >>> from evnpubsvc import preset, score, UnitFigures
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> sheet = score(scheme, UnitFigures.for_scheme(
    ...     scheme, "Đắk Lắk", {"dossiers_on_time": 393_087, "dossiers_received": 443_565}))
    >>> print(explain(sheet).lines[0].text)
    2.1 Dossiers handled on time: 393,087 / 443,565 dossiers ≈ 88.62 %; × 20 = 17.72 of 20, ...
    """
    lines: list[ExplanationLine] = []
    groups: list[tuple[str, str]] = []

    # Each criterion with its derivation, then what the group and the total add or cut.
    for group, group_score in zip(sheet.scheme.groups, sheet.groups, strict=True):
        groups.append((group.key, _heading(group, group_score, sheet, lang)))
        lines += (
            _line_of(group, _Origin(criterion, component, group.role, sheet, lang))
            for criterion, component in zip(group.criteria, group_score.components, strict=True)
        )
        lines += _group_adjustments(group, group_score, sheet, lang)
    lines += _total_adjustments(sheet, lang)
    lines += _judgements(sheet, grade or sheet.grade, lang)

    # The heading: the unit and its result.
    if sheet.name and sheet.name != sheet.unit:
        label = f"{sheet.unit} {sheet.name}"
    else:
        label = sheet.unit
    head = sentence(
        "explain-head",
        lang,
        unit=label,
        scheme=sheet.scheme.title.get(lang),
        result=_out_of(sheet.total, sheet.maximum, sheet, lang, GroupRole.SCORED, sheet.between),
    )
    return Explanation(
        unit=sheet.unit, head=head, groups=tuple(groups), lines=tuple(lines), total=sheet.total
    )


def _heading(group: Group, group_score: GroupScore, sheet: ScoreSheet, lang: Language) -> str:
    """Return the line above a group: its title and its points."""
    points, maximum, between = group_score.points, group_score.maximum, group_score.between
    result = _out_of(points, maximum, sheet, lang, group.role, between)
    return sentence("explain-group", lang, title=group.title.get(lang), result=result)


class _Origin(NamedTuple):
    """What the words of a line are written from."""

    criterion: Criterion
    component: Component
    role: GroupRole
    sheet: ScoreSheet
    lang: Language


_OpenLine: Final = open_class(ExplanationLine)


def _line_of(group: Group, origin: _Origin) -> ExplanationLine:
    """Return the line of a criterion, whose words are written when they are read."""
    made: Any = _OpenLine()
    made.key = origin.criterion.key
    made.group = group.key
    made.points = origin.component.points
    made.maximum = origin.criterion.maximum
    made.__class__ = ExplanationLine
    line: ExplanationLine = made
    object.__setattr__(line, "_origin", origin)
    return line


def _write_text(origin: _Origin) -> str:
    """Write how the points of a criterion came about."""
    criterion, component, role, sheet, lang = origin
    title = numbered_title(criterion.key, criterion.title, lang)
    return f"{title}: {_derivation(criterion, component, sheet, role, lang)}"


def _write_basis(origin: _Origin) -> str:
    """Write the sources of a criterion with their confidence, and its note after a dash."""
    criterion, lang = origin.criterion, origin.lang
    sources = (f"{s.get(lang)} ({s.certainty.get(lang)})" for s in criterion.sources)
    note = "" if criterion.note is None else criterion.note.get(lang)
    return " - ".join(part for part in ("; ".join(sources), note) if part)


def _group_adjustments(
    group: Group, group_score: GroupScore, sheet: ScoreSheet, lang: Language
) -> list[ExplanationLine]:
    """Return what a group cuts from the sum of its criteria, and what it rounds."""
    points = group_score.points
    if isinstance(points, Unknown):
        return []
    known = (component.points for component in group_score.components)
    added = exact_sum(each for each in known if isinstance(each, Fraction))
    cut = added
    if group.cut:
        cut = max(-group.maximum, min(group.maximum, added))
    limit = number_text(group.maximum, lang)
    return [
        *_adjustment("explain-cut", cut - added, group.key, lang, sheet, limit=limit),
        *_adjustment("explain-rounding", points - cut, group.key, lang, sheet),
    ]


def _total_adjustments(sheet: ScoreSheet, lang: Language) -> list[ExplanationLine]:
    """Return what is shared out, limited and rounded between the groups and the total."""
    if isinstance(sheet.total, Unknown):
        return []
    scheme = sheet.scheme

    # What the groups give, and of which maximum.
    reached = earned = counted = Fraction(0)
    for group, group_score in zip(scheme.groups, sheet.groups, strict=True):
        assert isinstance(group_score.points, Fraction)  # part of a known total
        reached += group_score.points
        if group.role is GroupRole.SCORED:
            earned, counted = earned + group_score.points, counted + group_score.maximum

    # The share of criteria that do not apply, the limits of the sheet, the rounding.
    lines: list[ExplanationLine] = []
    if scheme.excluded is ExcludedRule.REDISTRIBUTE and counted != scheme.maximum:
        shared = earned * scheme.maximum / counted - earned
        lines += _adjustment("explain-redistributed", shared, "", lang, sheet)
        reached += shared
    limited = reached
    if scheme.floor is not None:
        limited = max(scheme.floor, limited)
    if scheme.ceiling is not None:
        limited = min(scheme.ceiling, limited)
    limit = number_text(limited, lang)
    lines += _adjustment("explain-limit", limited - reached, "", lang, sheet, limit=limit)
    lines += _adjustment("explain-rounding", sheet.total - limited, "", lang, sheet)
    return lines


def _judgements(sheet: ScoreSheet, grade: Grade | None, lang: Language) -> list[ExplanationLine]:
    """Return what changed the grade and what bars the unit: lines without points."""

    def line(text: str) -> ExplanationLine:
        return ExplanationLine(
            key="", group="", text=text, basis="", points=Fraction(0), maximum=None
        )

    scheme = sheet.scheme
    titles = {condition.key: condition.title.get(lang) for condition in scheme.conditions}
    bands = {band.key: band.title.get(lang) for band in scheme.bands}
    found: list[ExplanationLine] = []
    if grade is not None and grade.steps:
        found.append(line(sentence("explain-grade", lang, band=bands[grade.by_total])))
        found += [line(_step(step, titles, bands, lang)) for step in grade.steps]
    for verdict in sheet.verdicts:
        if verdict.reason is None:
            continue
        shown = "?" if isinstance(verdict.value, Unknown) else number_text(verdict.value, lang)
        if verdict.key in titles:
            key, rule = f"explain-{verdict.reason.reason}", titles[verdict.key]
        else:  # a campaign bars for a missed deadline
            key = "explain-exclusion"
            rule = sentence(verdict.reason.reason, lang, value=sheet.unit, deadline="-")
        found.append(line(sentence(key, lang, rule=rule, value=shown)))
    return found


def _step(
    step: GradeStep, titles: Mapping[str, str], bands: Mapping[str, str], lang: Language
) -> str:
    """Write one step of a grade."""
    parts = {"rule": titles.get(step.rule, ""), "before": bands[step.before]}
    if step.after is not None:
        return sentence(f"explain-grade-{step.effect}", lang, **parts, after=bands[step.after])
    if step.effect == QUOTA:
        return sentence("explain-grade-quota-undecided", lang, **parts)
    return sentence("explain-grade-undecided", lang, **parts)


def _adjustment(
    key: str, points: Fraction, group: str, lang: Language, sheet: ScoreSheet, *, limit: str = ""
) -> list[ExplanationLine]:
    if not points:
        return []
    text = sentence(
        key,
        lang,
        points=signed_text(points, lang),
        places=sheet.scheme.rounding.places,
        limit=limit,
    )
    return [ExplanationLine(key="", group=group, text=text, basis="", points=points, maximum=None)]


def _out_of(
    points: Fraction | Unknown,
    maximum: Fraction,
    sheet: ScoreSheet,
    lang: Language,
    role: GroupRole,
    between: Interval | None = None,
) -> str:
    if role is GroupRole.DEDUCTION:
        maximum = -maximum
    if isinstance(points, Unknown):
        why = points.written(lang)
        if between is not None:
            why = f"{interval_text(between, lang, sheet.scheme.rounding.places)}; {why}"
        return sentence("explain-unknown", lang, why=why, maximum=localised(maximum, lang))
    shown = number_text(points, lang, sheet.scheme.rounding.places)
    return sentence("explain-out-of", lang, points=shown, maximum=localised(maximum, lang))


def _derivation(
    criterion: Criterion, component: Component, sheet: ScoreSheet, role: GroupRole, lang: Language
) -> str:
    """Write how the points of a criterion came about, with the marks that stay with them."""
    text = _out_of(component.points, criterion.maximum, sheet, lang, role)
    if component.between is not None:
        text = _between(criterion, component, sheet, lang)
    elif not {INAPPLICABLE, PUBLISHED} & set(component.flags):
        text = criterion.derivation(component, text, sheet.scheme.figure_specs, lang)
    return text + "".join(f" [{_mark(flag, lang)}]" for flag in component.flags)


def _between(criterion: Criterion, component: Component, sheet: ScoreSheet, lang: Language) -> str:
    """Write between what points lie, and by which figures; or that they are the same anyway."""
    specs = sheet.scheme.figure_specs
    figures = "; ".join(
        f"{specs[key].title.get(lang)}: {count.written(lang)}" for key, count in component.within
    )
    maximum = localised(criterion.maximum, lang)
    if isinstance(component.points, Fraction):
        points = number_text(component.points, lang, sheet.scheme.rounding.places)
        return sentence("explain-within", lang, points=points, maximum=maximum, figures=figures)
    assert component.between is not None
    interval = interval_text(component.between, lang, sheet.scheme.rounding.places)
    return sentence("explain-between", lang, interval=interval, maximum=maximum, figures=figures)


def _mark(flag: str, lang: Language) -> str:
    """Return the name of a mark: our own in the language, those of a source as they are."""
    own = {EVIDENCE_ABSENT, INAPPLICABLE, PUBLISHED, SMALL_BASE, VOIDED}
    if flag in own:
        return sentence(f"mark-{flag}", lang)
    return flag
