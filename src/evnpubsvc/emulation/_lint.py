"""Lint: what contradicts itself in a scheme, and what is odd without being wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from evnpubsvc.emulation._check import scheme_findings
from evnpubsvc.emulation._groups import Rounding, RoundingAt
from evnpubsvc.emulation._measured import odd_measures
from evnpubsvc.emulation._parts import CriterionPart, Parts
from evnpubsvc.emulation._rules import Condition
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.findings import Finding, notice
from evnpubsvc.quantities.parts import decimal_text

# "tối đa 10 điểm", "không quá −10 điểm", "at most 10 points", "maximum of 10 points", "at most -6"
_STATED: Final = (
    r"(?i)(?:tối đa|không quá|at most|not more than|maximum(?: of)?)"
    r"\s*(?:là|trừ)?\s*[-\u2212\u2013]?\s*"
    r"(\d{1,6}(?:[.,]\d{1,4})?)(?=\s*(?:điểm|đ\b|points?)|\s*[.;)\"\u201d]|\s*$)"
)


def lint(scheme: Scheme) -> tuple[Finding, ...]:
    """Return what is odd in a scheme, as notices: a scheme that exists does not contradict itself.

    For documents that may not become a scheme at all, see `evnpubsvc.serde.lint_scheme`.

    >>> from evnpubsvc import preset
    >>> lint(preset("qd766-dvcqg-2026"))
    ()
    """
    return lint_parts(scheme.parts)


def lint_parts(parts: Parts) -> tuple[Finding, ...]:
    """Return contradictions and oddities of a scheme taken apart."""
    return (*scheme_findings(parts), *_notices(parts))


def _notices(parts: Parts) -> Iterable[Finding]:
    for part in parts.criteria:
        yield from _texts(part)
        yield from _no_effect(part, parts)
    yield from _shared_keys(parts)
    yield from _unused(parts)
    yield from odd_measures(
        (part.record for part in parts.figures if part.record is not None), parts.rate_table
    )
    yield from _conditions(parts)


def _texts(part: CriterionPart) -> Iterable[Finding]:
    """Compare a maximum with what the words beside it say."""
    criterion = part.record
    if criterion is None:
        return
    for name, text in (("title", criterion.title), ("note", criterion.note)):
        if text is None:
            continue
        said = {
            m.group(1).replace(",", ".")
            for words in (text.vi, text.en)
            for m in re.finditer(_STATED, words)
        }
        for stated in sorted(said):
            if Fraction(stated) != criterion.maximum:
                shown = {"maximum": decimal_text(criterion.maximum)}
                yield notice("text-states-other-maximum", f"{part.path}.{name}", stated, **shown)


def _no_effect(part: CriterionPart, parts: Parts) -> Iterable[Finding]:
    """Find points that nobody can get, or that rounding takes away."""
    criterion = part.record
    if criterion is None:
        return
    maximum, per = criterion.maximum, criterion.unit_points
    if per is not None and per > maximum:
        shown = {"maximum": decimal_text(maximum)}
        yield notice("per-above-maximum", f"{part.path}.per", per, **shown)
    if parts.rounding is not None and maximum:
        yield from _rounded_away(part.path, maximum, per, parts.rounding)
    yield from criterion.oddities(part.path)


def _rounded_away(
    path: str, maximum: Fraction, per: Fraction | None, rounding: Rounding
) -> Iterable[Finding]:
    smallest = Fraction(1, 10**rounding.places)
    by_component = rounding.at is RoundingAt.COMPONENT
    if maximum < smallest / 2 and rounding.at is not RoundingAt.GROUP:
        yield notice("points-lost-in-rounding", f"{path}.maximum", maximum)
    elif by_component and (maximum / smallest).denominator != 1:
        yield notice("maximum-not-representable", f"{path}.maximum", maximum)
    if per is not None and by_component and (per / smallest).denominator != 1:
        shown = {"unit": decimal_text(smallest)}
        yield notice("per-lost-in-rounding", f"{path}.per", per, **shown)


def _shared_keys(parts: Parts) -> Iterable[Finding]:
    groups: dict[str | None, str] = {
        group.key: group.path for group in parts.groups if group.key is not None
    }
    for part in parts.criteria:
        if part.key in groups:
            yield notice("key-of-group-too", f"{part.path}.key", part.key, first=groups[part.key])


def _unused(parts: Parts) -> Iterable[Finding]:
    """Find declared figures that nothing reads. Silent where a part could not be read: it might."""
    if any(part.record is None for part in parts.criteria):
        return
    read = {
        key
        for part in parts.criteria
        if part.record
        for term in part.record.terms
        for key in term.figures
    }
    read |= {
        key
        for _, condition in parts.conditions()
        for term in condition.terms
        for key in term.figures
    }
    for part in parts.figures:
        if part.key is not None and part.key not in read:
            yield notice("figure-unused", part.path, part.key)


def _conditions(parts: Parts) -> Iterable[Finding]:
    """Conditions that are always met, or never, whatever the figures are."""
    reach = parts.reach()
    maxima = parts.maxima()
    for path, condition in parts.conditions():
        # Between what the value lies; the upper end of a bare figure is not known.
        high: Fraction | None
        if condition.numerator is not None:
            low, high = Fraction(0), Fraction(1)
            if not condition.reachable(low, high):
                yield notice("condition-beyond-ratio", path, condition.key)
                continue
        elif condition.points is not None:
            if condition.points not in reach:
                continue
            low, high = reach[condition.points]
            whole = maxima.get(condition.points)
            if condition.share and whole:
                low, high = low / whole, high / whole
        else:
            low, high = Fraction(0), None
        if _is_always_met(condition, low, high):
            yield notice("condition-always-met", path, condition.key)


def _is_always_met(condition: Condition, low: Fraction, high: Fraction | None) -> bool:
    """Whether every value between two ends meets a condition; an upper end of None has no end."""
    if condition.at_least is not None and condition.at_least > low:
        return False
    if condition.above is not None and condition.above >= low:
        return False
    if condition.at_most is not None and (high is None or condition.at_most < high):
        return False
    return condition.below is None or (high is not None and condition.below > high)
