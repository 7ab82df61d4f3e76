"""What can be wrong with a scheme as a whole: one check for schemes made in Python and for half-readable documents.

A document with mistakes has parts that could not be read. The checks run on what could, and stay silent where an
unreadable part would make them guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import CountUnit, decimal_text

if TYPE_CHECKING:
    from evnpubsvc.emulation._scheme import Band, Criterion, FigureSpec, Scheme, Term

__all__ = ["CriterionPart", "FigurePart", "GroupPart", "Parts", "scheme_findings"]


@frozen
class CriterionPart:
    """A criterion, or what could be read of it."""

    path: str
    key: str | None
    maximum: Fraction | None
    record: Criterion | None


@frozen
class GroupPart:
    """A group, or what could be read of it."""

    path: str
    key: str | None
    maximum: Fraction | None
    criteria: tuple[CriterionPart, ...]


@frozen
class FigurePart:
    """A declared figure, or what could be read of it."""

    path: str
    key: str | None
    record: FigureSpec | None


@frozen
class Parts:
    """A scheme taken apart. `bands` is None when a band could not be read."""

    maximum: Fraction | None
    groups: tuple[GroupPart, ...]
    figures: tuple[FigurePart, ...]
    bands: tuple[Band, ...] | None

    @classmethod
    def of(cls, scheme: Scheme) -> Parts:
        """Take a scheme apart."""
        return cls(
            scheme.maximum,
            tuple(
                GroupPart(
                    f".groups[{i}]",
                    group.key,
                    group.maximum,
                    tuple(
                        CriterionPart(f".groups[{i}].criteria[{j}]", criterion.key, criterion.maximum, criterion)
                        for j, criterion in enumerate(group.criteria)
                    ),
                )
                for i, group in enumerate(scheme.groups)
            ),
            tuple(FigurePart(f".figures[{i}]", spec.key, spec) for i, spec in enumerate(scheme.figures)),
            scheme.bands,
        )


def scheme_findings(parts: Parts) -> list[Finding]:
    """Return everything that contradicts itself, in the order of the document."""
    criteria = [criterion for group in parts.groups for criterion in group.criteria]
    return [
        *_emptiness(parts),
        *_twice((part.key, part.path) for part in parts.figures),
        *_aliases_twice(parts.figures),
        *_twice((group.key, group.path) for group in parts.groups),
        *_twice((criterion.key, criterion.path) for criterion in criteria),
        *_sums(parts),
        *_terms(criteria, parts.figures),
        *_bands(parts.bands, parts.maximum),
    ]


def _emptiness(parts: Parts) -> Iterable[Finding]:
    if not parts.groups:
        yield finding("scheme-without-groups", ".groups")
    for group in parts.groups:
        if not group.criteria:
            yield finding("group-without-criteria", f"{group.path}.criteria", group.key)


def _twice(keys: Iterable[tuple[str | None, str]]) -> Iterable[Finding]:
    first: dict[str, str] = {}
    for key, path in keys:
        if key is None:
            continue
        if key in first:
            yield finding("key-twice", f"{path}.key", key, first=first[key])
        else:
            first[key] = path


def _aliases_twice(figures: Sequence[FigurePart]) -> Iterable[Finding]:
    owner = {part.key: part.path for part in figures if part.key is not None}
    for part in figures:
        for alias in part.record.aliases if part.record else ():
            if owner.setdefault(alias, part.path) != part.path:
                yield finding("key-twice", f"{part.path}.aliases", alias, first=owner[alias])


def _sums(parts: Parts) -> Iterable[Finding]:
    for group in parts.groups:
        yield from _sum(
            "group-parts-do-not-add-up", group.path, group.maximum, [c.maximum for c in group.criteria], group.key
        )
    yield from _sum("groups-do-not-add-up", "", parts.maximum, [group.maximum for group in parts.groups], None)


def _sum(
    reason: str, path: str, declared: Fraction | None, parts: Sequence[Fraction | None], key: str | None
) -> Iterable[Finding]:
    known = [part for part in parts if part is not None]
    if declared is None or not known or len(known) < len(parts):
        return
    total = sum(known, Fraction(0))
    if total != declared:
        shown = {"declared": decimal_text(declared), "total": decimal_text(total)}
        yield finding(reason, f"{path}.maximum", key, **shown, difference=decimal_text(total - declared))


def _terms(criteria: Sequence[CriterionPart], figures: Sequence[FigurePart]) -> Iterable[Finding]:
    specs = {part.key: part.record for part in figures if part.key is not None}
    for part in criteria:
        criterion = part.record
        if criterion is None:
            continue
        ratio = len(criterion.terms) == 2
        names = ("numerator", "denominator") if ratio else ("figure",)
        units: list[set[CountUnit]] = []
        for name, term in zip(names, criterion.terms, strict=True):
            place = f"{part.path}.{name}"
            units.append(set())
            for key in term.figures:
                if key not in specs:
                    near = ", ".join(get_close_matches(key, [k for k in specs if k], 3))
                    yield finding("figure-unknown", place, key, near=near or "-")
                    continue
                spec = specs[key]
                if spec is None:
                    continue
                if ratio and spec.unit is None:
                    yield finding("figure-not-a-count", place, key)
                elif not ratio and spec.unit is not None:
                    yield finding("figure-is-a-count", place, key, unit=spec.unit.value)
                elif spec.unit is not None:
                    units[-1].add(spec.unit)
            yield from _one_unit(place, term, units[-1])
        mixed = getattr(criterion, "mixed_units", False)
        if ratio and not mixed and all(len(found) == 1 for found in units) and units[0] != units[1]:
            left, right = (next(iter(found)).value for found in units)
            yield finding("unit-mismatch", part.path, left=left, right=right)


def _one_unit(place: str, term: Term, units: set[CountUnit]) -> Iterable[Finding]:
    if len(units) > 1:
        left, right, *_ = sorted(unit.value for unit in units)
        yield finding("unit-mismatch", place, str(term), left=left, right=right)


def _bands(bands: Sequence[Band] | None, maximum: Fraction | None) -> Iterable[Finding]:
    if not bands:
        return
    yield from _twice((band.key, f".bands[{i}]") for i, band in enumerate(bands))
    ordered = sorted(enumerate(bands), key=lambda item: item[1].at_least)
    lowest_index, lowest = ordered[0]
    if lowest.at_least > 0:
        yield finding("bands-gap", f".bands[{lowest_index}]", lowest.key, start="0", end=decimal_text(lowest.at_least))
    elif lowest.at_least < 0:
        yield finding("band-below-zero", f".bands[{lowest_index}].at_least", decimal_text(lowest.at_least))
    for position, (index, band) in enumerate(ordered):
        path = f".bands[{index}]"
        if maximum is not None and band.at_least > maximum:
            yield finding("band-unreachable", path, band.key, maximum=decimal_text(maximum))
        following = ordered[position + 1][1] if position + 1 < len(ordered) else None
        if following is None:
            if band.below is not None and (maximum is None or band.below <= maximum):
                end = "-" if maximum is None else decimal_text(maximum)
                yield finding("bands-gap", f"{path}.below", band.key, start=decimal_text(band.below), end=end)
            continue
        start = following.at_least
        if start == band.at_least or (band.below is not None and band.below > start):
            yield finding("bands-overlap", path, band.key, other=following.key, start=decimal_text(start))
        elif band.below is not None and band.below < start:
            yield finding(
                "bands-gap", f"{path}.below", band.key, start=decimal_text(band.below), end=decimal_text(start)
            )
