"""Figures that a tally holds: what the measure of a figure may be, packaged or the scheme's own.

Only figures that are counted need the rooms that count, so they are imported here when one is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from evnpubsvc._records import RateBook
from evnpubsvc.emulation._figures import FigureSpec
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, finding, notice

if TYPE_CHECKING:
    from evnpubsvc.statistics import Measure, RateTable


def table_of(own: RateBook | None) -> RateTable | None:
    """Return the measures and rates that a scheme brings with it."""
    return cast("RateTable | None", own)


def known_measures(own: RateBook | None) -> Mapping[str, Measure]:
    """Return the measures that figures of a scheme may be, by name."""
    from evnpubsvc.statistics import measures  # noqa: PLC0415 - see above

    table = table_of(own)
    return measures() if table is None else table.known_measures()


def check_measured(
    specs: Iterable[tuple[str, FigureSpec]], own: RateBook | None
) -> Iterator[Finding]:
    """Yield what is wrong with the measures of figures, each with the path of its figure."""
    counted = [(path, spec) for path, spec in specs if spec.measure is not None]
    if not counted:
        return
    known = known_measures(own)
    for path, spec in counted:
        assert spec.measure is not None
        for found in _measure_findings(spec, spec.measure, known):
            yield found.at(path)


def _measure_findings(
    spec: FigureSpec, name: str, known: Mapping[str, Measure]
) -> Iterator[Finding]:
    measure = known.get(name)
    if measure is None or measure.selection is None:
        counted = tuple(each for each, there in known.items() if there.selection is not None)
        if measure is None:
            reason = "measure-unknown"
        else:
            reason = "measure-never-counted"
        yield finding(reason, ".measure", name, known=counted)
    elif spec.handling is not None:
        yield from _handling_findings(spec, measure)
    elif measure.unit is not spec.unit:
        right = "-" if spec.unit is None else spec.unit
        yield finding("unit-mismatch", ".measure", left=measure.unit, right=right)


def _handling_findings(spec: FigureSpec, measure: Measure) -> Iterator[Finding]:
    """Yield why a measure has no handling time of this name."""
    from evnpubsvc.statistics import HandlingTime  # noqa: PLC0415 - see above
    from evnpubsvc.statistics.engine import HANDLED  # noqa: PLC0415

    assert spec.handling is not None
    try:
        HandlingTime().statistic(spec.handling)
    except UnknownNameError as error:
        yield error.finding.at(".handling")
    if spec.unit is not None:
        yield finding("handling-with-unit", ".unit", spec.unit)
    selection = measure.selection
    handled = selection is not None and set(selection.states) <= set(HANDLED)
    if measure.distinct is not None or not handled:
        yield finding("handling-of-open", ".measure", measure.name)


def odd_measures(specs: Iterable[FigureSpec], own: RateBook | None) -> Iterator[Finding]:
    """Yield notices of measures of one's own: unread ones, and values that are no known word."""
    from evnpubsvc.services import words  # noqa: PLC0415 - see above

    table = table_of(own)
    if table is None:
        return
    read = {spec.measure for spec in specs}
    rated = {name for each in table.rates for name in (*each.numerator, *each.denominator)}
    parts = {name for each in table.measures for name in each.parts}
    for measure in table.measures:
        place = f".measures.{measure.name}"
        if measure.name not in read | rated | parts:
            yield notice("measure-unused", place, measure.name)
        for where in () if measure.selection is None else measure.selection.where:
            known = words(where.dimension)
            odd = [value for value in where.values if known and value not in known]
            for value in odd:
                there = f"{place}.where.{where.dimension}"
                yield notice("measure-value-no-word", there, value, known=tuple(known))
