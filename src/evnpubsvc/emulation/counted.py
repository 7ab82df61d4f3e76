"""The walk from tallies to figures, and back from points to the dossiers behind them.

A figure of a scheme may name the measure of a tally that it is (`FigureSpec.measure`).
`count_figures` turns the tally of this period, that of an earlier one and figures that were given
into the figures of each unit; `trace_component` leads back from the points of a criterion to the
cells that were counted and, with the register at hand, to the dossiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from attrs import evolve, field

from evnpubsvc._hooks import PublicType, publish
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._figures import Figure, FigureSpec, UnitFigures
from evnpubsvc.emulation._measured import known_measures, table_of
from evnpubsvc.emulation._rank import natural_key
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice, violations
from evnpubsvc.periods import Period, comparability
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.statistics import (
    LimitTerms,
    Measure,
    RegisterRow,
    Selection,
    Tally,
    TallyCell,
    drill_down,
    measures_of,
)
from evnpubsvc.statistics.engine import WORKING_DAYS, handling_of
from evnpubsvc.units import PopulationKind, PopulationTable, UnitRegister
from evnpubsvc.units.parts import look_alikes
from evnpubsvc.worktime import Calendar

__all__ = [
    "CountedFigures",
    "FigureTrace",
    "add_population",
    "count_figures",
    "dimensions_of",
    "trace_component",
]


@frozen
class CountedFigures(PublicType):
    """The figures of units, counted and given, and what of the tallies went into none of them.

    Attributes:
        units: the figures of each unit, in the natural order of identifiers.
        notices: `dossiers-without-unit` and `rows-not-counted`, with numbers; `units-look-alike`
            for units that may be one, written in different ways.
    """

    units: tuple[UnitFigures, ...] = field(validator=tuple_of(UnitFigures))
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def __iter__(self) -> Iterator[UnitFigures]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)


def dimensions_of(scheme: Scheme, *, by: str = "unit") -> tuple[str, ...]:
    """Return what a register must be counted by for the measures of a scheme.

    Args:
        scheme: the scheme.
        by: the dimension that holds the unit.

    Returns:
        `by`, then what the measures of its figures look at, each once.

    >>> from evnpubsvc import preset
    >>> dimensions_of(preset("dvctt-illustrative"))
    ('unit', 'channel', 'service')
    """
    known = known_measures(scheme.rate_table)
    needed: list[str] = [by]
    for spec in scheme.figures:
        if spec.measure is not None:
            measure = known[spec.measure]
            needed += _selection(measure).dimensions
            needed += filter(None, [measure.distinct])
            if spec.handling is not None:
                needed.append(WORKING_DAYS)
    return tuple(dict.fromkeys(needed))


def add_population(
    units: Iterable[UnitFigures],
    table: PopulationTable,
    figures: Mapping[str, PopulationKind],
    *,
    on: date,
    register: UnitRegister,
) -> tuple[UnitFigures, ...]:
    """Return figures of units with their population, households or accounts on a day.

    A criterion divides by them with `mixed_units`: dossiers per head, or per household.

    Args:
        units: the figures; identifiers are codes of units.
        table: what is known of the people of units.
        figures: key of the figure -> what it is.
        on: the day whose territory and figures count.
        register: the units and what became of them.

    Returns:
        The figures of each unit with these in place; unknown ones with the reason. Where territory
        changed since they were counted, a mark says so (`territory-merged`).

    Raises:
        UnknownNameError: the register has no such unit on that day.
    """
    made: list[UnitFigures] = []
    for each in units:
        found: dict[str, Figure] = dict(each.figures)
        flags = dict(each.flags)
        for key, kind in figures.items():
            known = table.of(each.unit, kind, on=on, register=register)
            if isinstance(known, Unknown):
                found[key] = Unknown(known.reason, f"{key}: {known.about}")
                continue
            found[key] = known.count
            if known.breaks:
                marks = dict.fromkeys(f"territory-{mark.kind.value}" for mark in known.breaks)
                flags[key] = ", ".join(marks)
        made.append(evolve(each, figures=found, flags=flags))
    return tuple(made)


def count_figures(
    scheme: Scheme,
    counted: Tally,
    *,
    earlier: Tally | None = None,
    given: Iterable[UnitFigures] = (),
    units: Iterable[str] = (),
    by: str = "unit",
    blank: Mapping[str, str] | None = None,
) -> CountedFigures:
    """Return the figures of each unit: what its scheme names a measure for is counted.

    Args:
        scheme: the scheme; figures without `measure` are not counted.
        counted: the tally of the period, by unit and by whatever the measures look at (`channel`,
            `level` …).
        earlier: the tally of the earlier period, for figures with `earlier`, by the same
            dimensions.
        given: figures from elsewhere, with names, attributes and flags of the units.
        units: units whose dossiers the register holds: one without any row has counts of zero.
            Other units without rows stay unknown: nobody says that the register has theirs.
        by: the dimension that holds the unit.
        blank: dimension -> value to count those dossiers under whose register does not say it. The
            unit may be one of them.

    Returns:
        Figures of every unit of the tallies, of `given` and of `units`. A figure that cannot be
        counted is an `Unknown` with the reason: `measure-missing` where the tally has not the
        dimensions, `value-not-said` where the register is blank, `unit-not-counted`,
        `earlier-not-counted` without an earlier tally, and the reason of `periods.comparability`
        where the periods do not compare.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `tallies-differ` for an earlier tally of another question.
        DataError: `figure-counted-and-given`, `unit-twice`, all at once.

    >>> from datetime import date
    >>> from evnpubsvc import preset
    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2026, 9, day), date(2026, 9, day + 5), date(2026, 9, 20),
    ...                     dimensions={"unit": "A"}) for day in (2, 10, 18)]
    >>> counted = tally(rows, by=["unit"], as_of=date(2026, 9, 30), compare=Precision.DATE)
    >>> [figures] = count_figures(preset("qd766-dvcqg-2026").only("timeliness"), counted)
    >>> print(figures["dossiers_on_time"], "of", figures["dossiers_received"])
    1 dossiers of 3 dossiers
    """
    specs = [spec for spec in scheme.figures if spec.measure is not None]
    own, known = table_of(scheme.rate_table), known_measures(scheme.rate_table)
    others = tuple(given)
    found = [*_given_twice(others), *_counted_and_given(specs, others)]
    if found:
        raise DataError(found)

    # Both tallies, taken apart by unit.
    now, left_over = _by_unit(counted, by, blank)
    before: dict[str, Tally] = {}
    why_not: Unknown | None = None
    if any(spec.earlier for spec in specs):
        why_not = _incomparable(counted, earlier)
        if earlier is not None:
            before, _ = _by_unit(earlier, by, blank)

    # Units with no row of their own: zero where the register holds them, else unknown.
    named = {each.unit: each for each in others}
    empty = dict.fromkeys(units, evolve(counted, cells=()))
    made: list[UnitFigures] = []

    # Each unit gets its measures; what cannot be compared stays unknown, with the reason.
    for unit in sorted({*now, *before, *named, *empty}, key=natural_key):
        figures: dict[str, Figure] = dict(named[unit].figures) if unit in named else {}
        tallies = {False: now.get(unit, empty.get(unit)), True: before.get(unit, empty.get(unit))}
        counts = {
            side: None if tally is None else measures_of(tally, blank=blank, table=own)
            for side, tally in tallies.items()
        }
        times = {
            spec.key: _handling(spec, known, tally, blank)
            for spec in specs
            if spec.handling is not None and (tally := tallies[spec.earlier]) is not None
        }
        for spec in specs:
            if spec.earlier and why_not is not None:
                figures[spec.key] = why_not
            elif spec.key in times:
                figures[spec.key] = times[spec.key]
            else:
                figures[spec.key] = _figure(spec, unit, counts[spec.earlier])
        base = named.get(unit) or UnitFigures(unit, {})
        made.append(evolve(base, figures=figures))
    alike = look_alikes(each.unit for each in made)
    left_over += (notice("units-look-alike", "", None, units=group) for group in alike)
    return CountedFigures(tuple(made), tuple(left_over))


def _figure(
    spec: FigureSpec, unit: str, counts: Mapping[str, Count | Unknown] | None
) -> Count | Unknown:
    """Return the count of a figure, or why there is none."""
    assert spec.measure is not None  # the caller has asked
    if counts is None:
        return Unknown("unit-not-counted", unit)
    count = counts.get(spec.measure, Unknown("measure-missing", spec.measure))
    if isinstance(count, Unknown):
        return Unknown(count.reason, f"{spec.key}: {count.about}")
    return count


def _handling(
    spec: FigureSpec,
    known: Mapping[str, Measure],
    counted: Tally,
    blank: Mapping[str, str] | None,
) -> Fraction | Unknown:
    """Return a number of how many working days the dossiers of a measure took."""
    assert spec.measure is not None
    assert spec.handling is not None
    taken = handling_of(counted, _selection(known[spec.measure]), blank)
    number = taken if isinstance(taken, Unknown) else taken.statistic(spec.handling)
    if isinstance(number, Unknown):
        return Unknown(number.reason, f"{spec.key}: {number.about or spec.measure}")
    return number


def _given_twice(given: Iterable[UnitFigures]) -> Iterator[Finding]:
    seen: set[str] = set()
    for each in given:
        if each.unit in seen:
            yield finding("unit-twice", each.unit, each.unit)
        seen.add(each.unit)


def _counted_and_given(
    specs: Iterable[FigureSpec], given: Iterable[UnitFigures]
) -> Iterator[Finding]:
    """Find figures that have two sources: nobody says which of them holds."""
    for each in given:
        for spec in specs:
            figure = each[spec.key]
            if not isinstance(figure, Unknown):
                place = f"{each.unit}, {spec.key}"
                yield finding("figure-counted-and-given", place, str(figure), measure=spec.measure)


def _incomparable(counted: Tally, earlier: Tally | None) -> Unknown | None:
    """Return why no figure can be counted over the earlier period; None if it can."""
    if earlier is None:
        return Unknown("earlier-not-counted")
    if (earlier.dimensions, earlier.compare) != (counted.dimensions, counted.compare):
        parts = {"as_of": earlier.as_of, "compare": earlier.compare.value}
        raise MisuseError("tallies-differ", tuple(earlier.dimensions), **parts)
    if counted.since is None or earlier.since is None:
        return Unknown("earlier-without-period")
    periods = (Period(counted.since, counted.as_of), Period(earlier.since, earlier.as_of))
    broken = violations(comparability(*periods))
    if broken:
        return Unknown(broken[0].reason, f"{periods[0]}, {periods[1]}")
    return None


def _by_unit(
    counted: Tally, by: str, blank: Mapping[str, str] | None
) -> tuple[dict[str, Tally], list[Finding]]:
    """Take a tally apart by unit; return what belongs to none as notices."""
    if by not in counted.dimensions:
        raise UnknownNameError("dimension-unknown", by, known=tuple(counted.dimensions))
    place = counted.dimensions.index(by)
    cells: dict[str | None, list[TallyCell]] = {}
    for cell in counted:
        unit = cell.key[place]
        if unit is None and blank is not None:
            unit = blank.get(by)
        cells.setdefault(unit, []).append(cell)
    notices: list[Finding] = []
    without = sum(sum(cell.new) + sum(cell.carried) for cell in cells.pop(None, ()))
    if without:
        notices.append(notice("dossiers-without-unit", "", without, dimension=by))
    for reason, number in counted.rejected:
        notices.append(notice("rows-not-counted", "", number, code=reason))
    by_unit = {
        unit: evolve(counted, cells=tuple(own)) for unit, own in cells.items() if unit is not None
    }
    return by_unit, notices


# The way back.


@frozen(kw_only=True, repr=False)
class FigureTrace(PublicType):
    """Where one counted figure of a unit comes from.

    Attributes:
        figure: key of the figure.
        measure: name of the measure that it is.
        selection: which dossiers that measure counts.
        earlier: it was counted over the earlier period.
        count: the figure, as the sheet's tally has it; an exact number for a handling time.
        tally: the tally, with the cells that the figure counts and no others.
    """

    figure: str = field(validator=instance_of(str))
    measure: str = field(validator=instance_of(str))
    selection: Selection = field(validator=instance_of(Selection))
    earlier: bool = field(validator=instance_of(bool))
    count: Count | Fraction | Unknown = field(validator=instance_of(Count, Fraction, Unknown))
    tally: Tally = field(validator=instance_of(Tally))

    def __repr__(self) -> str:
        return f"<FigureTrace of {self.figure}: {self.count}>"

    @property
    def cells(self) -> tuple[TallyCell, ...]:
        """The cells that hold the dossiers."""
        return tuple(self.tally.cells)

    def dossiers(
        self,
        rows: Iterable[RegisterRow | Finding],
        *,
        terms: LimitTerms | None = None,
        calendar: Calendar | None = None,
    ) -> Iterator[RegisterRow]:
        """Yield the dossiers behind the figure, in the order of the register.

        Args:
            rows: the register that was counted.
            terms: the terms that were counted with.
            calendar: the calendar that `working_days` were counted in.

        Raises:
            MisuseError: as `statistics.drill_down`.
        """
        return drill_down(
            rows,
            self.tally,
            cells=self.cells,
            states=self.selection.states,
            entries=self.selection.entries,
            terms=terms,
            calendar=calendar,
        )


def trace_component(
    sheet: ScoreSheet,
    criterion: str,
    counted: Tally,
    *,
    earlier: Tally | None = None,
    by: str = "unit",
    blank: Mapping[str, str] | None = None,
) -> tuple[FigureTrace, ...]:
    """Return where the counted figures behind the points of a criterion come from.

    Args:
        sheet: the sheet of a unit.
        criterion: key of the criterion.
        counted: the tally that its figures were counted from.
        earlier: the tally of the earlier period.
        by: the dimension that holds the unit.
        blank: as for `count_figures`.

    Returns:
        One record for each figure with a measure, in the order in which the criterion reads them;
        none for figures that were given, and for an earlier figure without the earlier tally.

    Raises:
        UnknownNameError: `criterion-unknown`, `dimension-unknown`.

    >>> from datetime import date
    >>> from evnpubsvc import preset, score
    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2026, 9, day), date(2026, 9, day + 5), date(2026, 9, 20),
    ...                     code=f"H-{day}", dimensions={"unit": "A"}) for day in (2, 10, 18)]
    >>> counted = tally(rows, by=["unit"], as_of=date(2026, 9, 30), compare=Precision.DATE)
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> [figures] = count_figures(scheme, counted)
    >>> on_time, received = trace_component(score(scheme, figures), "2.1", counted)
    >>> print(on_time.count, [row.code for row in on_time.dossiers(rows)])
    1 dossiers ['H-18']
    """
    # The figures that the criterion reads, and the cells of the unit in both periods.
    terms = sheet.scheme.criterion(criterion).terms
    read = dict.fromkeys(key for term in terms for key in term.figures)
    own_table = table_of(sheet.scheme.rate_table)
    known = known_measures(sheet.scheme.rate_table)
    now, _ = _by_unit(counted, by, blank)
    before = {} if earlier is None else _by_unit(earlier, by, blank)[0]
    traces: list[FigureTrace] = []
    for key in read:
        spec = sheet.scheme.figure_specs[key]
        if spec.measure is None or (spec.earlier and earlier is None):
            continue

        # Of which period; a unit without dossiers has no cells there.
        whole, cells = counted, now
        if spec.earlier and earlier is not None:
            whole, cells = earlier, before
        own = cells.get(sheet.unit, evolve(whole, cells=()))

        # The figure as it was counted, and the cells that it counts.
        if spec.handling is None:
            count: Count | Fraction | Unknown = _figure(
                spec, sheet.unit, measures_of(own, blank=blank, table=own_table)
            )
        else:
            count = _handling(spec, known, own, blank)
        selection = _selection(known[spec.measure])
        tally = _counted_cells(own, selection, blank or {})
        traces.append(
            FigureTrace(
                figure=key,
                measure=spec.measure,
                selection=selection,
                earlier=spec.earlier,
                count=count,
                tally=tally,
            )
        )
    return tuple(traces)


def _selection(measure: Measure) -> Selection:
    selection = measure.selection
    assert selection is not None  # the checks of a scheme refuse a measure that is never counted
    return selection


def _counted_cells(own: Tally, selection: Selection, blank: Mapping[str, str]) -> Tally:
    """Keep the cells that a selection counts something of."""
    if not set(selection.dimensions) <= set(own.dimensions):
        return evolve(own, cells=())
    kept: list[TallyCell] = []
    for cell in own:
        values = {
            name: blank.get(name) if value is None else value
            for name, value in zip(own.dimensions, cell.key, strict=True)
        }
        if selection.of(cell) and selection.takes(values):
            kept.append(cell)
    return evolve(own, cells=tuple(kept))


publish(__name__, __all__)
