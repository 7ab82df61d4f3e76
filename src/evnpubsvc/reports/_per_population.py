"""Numbers of a report per head, household or account of its units."""

from __future__ import annotations

from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown
from evnpubsvc.reports._report import Report
from evnpubsvc.units import PopulationKind, PopulationTable, UnitRegister


def per_population(
    report: Report,
    column: str,
    table: PopulationTable,
    kind: PopulationKind,
    *,
    register: UnitRegister,
) -> dict[str, Ratio | Unknown]:
    """Return a column of a report per head, household or account, by unit.

    Args:
        report: a report with a row for each unit, by its code.
        column: key of the column.
        table: what is known of the people of units.
        kind: what the column is divided by, as known on the last day of the period.
        register: the units and what became of them.

    Returns:
        A ratio for each row of a unit, which names both units of count; an `Unknown` with the
        reason where a number is not known. The row without a unit, and the total, have none.

    Raises:
        MisuseError: `report-not-by-unit`.
        UnknownNameError: `form-column-unknown`; the register has no such unit on that day.
    """
    if report.dimensions != ("unit",):
        raise MisuseError("report-not-by-unit", report.dimensions)
    asked = report.form[column].key

    # Known numbers are divided; what is not known stays so.
    counts: dict[str, Count] = {}
    found: dict[str, Ratio | Unknown] = {}
    for row in report.rows:
        (unit,) = row.key
        if unit is None:
            continue
        number = row[asked]
        if number is None:
            found[unit] = Unknown("measure-missing", asked)
        else:
            counts[unit] = Count(number, CountUnit.DOSSIERS)
    return {**found, **table.rates(counts, kind, on=report.as_of, register=register)}
