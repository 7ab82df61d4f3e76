"""Figures of units added up to their parents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from evnpubsvc.emulation._figures import Figure, UnitFigures
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.quantities import AnyCount, Count, CountRange, Unknown


def roll_up(figures: Iterable[UnitFigures], parents: Mapping[str, str]) -> tuple[UnitFigures, ...]:
    """Add the counts of units up to their parents: communes to the entry of their district.

    Counts are added, never rates; with one that is known within bounds only, so is the sum. A
    number that is no count, and a choice, cannot be added: it becomes unknown (`not-summable`). A
    figure that one of the units lacks stays unknown, with the name of the unit.

    Args:
        figures: the units, each once.
        parents: the parent of each unit, one level up; call again for the next level.

    Raises:
        DataError: `unit-twice`; `parent-unknown` for every unit without a parent.

    Returns:
        One record a parent, sorted by identifier.
    """
    given = sorted(figures, key=lambda each: each.unit)
    found = [
        finding("parent-unknown", each.unit, each.unit)
        for each in given
        if each.unit not in parents
    ]
    found += [finding("unit-twice", b.unit, b.unit) for a, b in pairwise(given) if a.unit == b.unit]
    if found:
        raise DataError(found)
    members: dict[str, list[UnitFigures]] = {}
    for each in given:
        members.setdefault(parents[each.unit], []).append(each)
    rolled: list[UnitFigures] = []
    for parent, units in sorted(members.items()):
        keys = sorted({key for each in units for key, _ in each.figures})
        rolled.append(UnitFigures(parent, {key: _added(key, units) for key in keys}))
    return tuple(rolled)


def _added(key: str, units: Iterable[UnitFigures]) -> Figure:
    total: AnyCount | None = None
    for each in units:
        figure = each[key]
        if isinstance(figure, Unknown):
            return Unknown(figure.reason, f"{each.unit}: {key}")
        if not isinstance(figure, (Count, CountRange)):
            return Unknown("not-summable", key)
        total = figure if total is None else total + figure
    assert total is not None  # a parent has at least one unit
    return total
