"""What must add up in a report, across two reports, and in tables that others printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.reports._form import Form, Identity, called, called_together
from evnpubsvc.reports._report import Report
from evnpubsvc.reports._row import ReportRow, row_order


def check(report: Report) -> tuple[Finding, ...]:
    """Return where the columns of a report do not add up, row by row and in the total.

    Violations: `form-identity-broken`. A notice `form-identity-unchecked` where a column is not
    known. The notes of the report (`Report.notes`) say which dossiers a sum counts and none of its
    addends.
    """
    return tuple(_identities(report.form, report.rows, report.total, report.dimensions))


def check_published(
    form: Form, rows: Iterable[ReportRow], total: ReportRow | None = None
) -> tuple[Finding, ...]:
    """Return where a table that somebody published does not add up. Nothing is repaired.

    Args:
        form: the form, for its identities.
        rows: the rows, as `form.row` makes them or `serde.read_published` reads them.
        total: the total row that was printed; None if there is none.

    Returns:
        Violations: `form-identity-broken` with what is stated, what the addends make and the
        difference; `form-total-broken` where the total row is not the sum of the rows. Notices
        where something is not known.

    A province published 61,827 dossiers handled beside the three numbers that make them up:

    >>> from evnpubsvc.serde import report_form
    >>> form = report_form("ii-06a")
    >>> row = form.row(("tỉnh",), {"handled": 61_827, "early": 43_434, "on-time": 11_795,
    ...     "late": 4_331})
    >>> for f in check_published(form, [row]):
    ...     print(f.message())
    column handled (7) states 61,827, and early (8) + on-time (9) + late (10) make 59,560, ...
    whether column to-handle (3) is handled (7) + pending (11) cannot be checked: a number ...
    """
    rows = tuple(rows)
    found = list(_identities(form, rows, total, ()))
    if total is not None and rows:
        # The printed total of each column against its rows, where all of them are known.
        for column in form.columns:
            stated, addends = total[column.key], [row[column.key] for row in rows]
            known = [value for value in addends if value is not None]
            if stated is None or len(known) < len(addends):
                if stated is not None or known:
                    found.append(
                        notice("form-total-unchecked", "total", column=called(form, column.key))
                    )
            elif sum(known) != stated:
                found.append(
                    finding(
                        "form-total-broken",
                        "total",
                        stated,
                        column=called(form, column.key),
                        sum=sum(known),
                        difference=abs(stated - sum(known)),
                    )
                )
    return tuple(found)


def _identities(
    form: Form, rows: Sequence[ReportRow], total: ReportRow | None, dimensions: Sequence[str]
) -> Iterator[Finding]:
    placed = [(_place(row, dimensions), row) for row in rows]
    if total is not None:
        placed.append(("total", total))
    for place, row in placed:
        for identity in form.identities:
            yield from _identity(form, identity, place, row)


def _identity(form: Form, identity: Identity, place: str, row: ReportRow) -> Iterator[Finding]:
    stated, holds = row[identity.total], row.adds_up(identity.total, identity.parts)
    known = [value for key in identity.parts if (value := row[key]) is not None]
    parts = called_together(form, identity.parts)
    if holds is None:
        if stated is None and not known:
            return  # the table has nothing of this sum
        yield notice(
            "form-identity-unchecked", place, column=called(form, identity.total), parts=parts
        )
    elif stated is not None and not holds:
        yield finding(
            "form-identity-broken",
            place,
            stated,
            column=called(form, identity.total),
            parts=parts,
            sum=sum(known),
            difference=abs(stated - sum(known)),
        )


def _place(row: ReportRow, dimensions: Sequence[str]) -> str:
    names: Sequence[str] = dimensions or ["row"] * len(row.key)
    said = ("?" if value is None else value for value in row.key)
    return ", ".join(f"{name} {value}" for name, value in zip(names, said, strict=True)) or "total"


def check_carry_over(before: Report, after: Report) -> tuple[Finding, ...]:
    """Return where what was pending at the end of one period is not what the next one carries over.

    Column 11 of one report is column 6 of the next, row by row and in total. Where it is not, the
    register was changed between the two counts, or a dossier moved to another row.

    Raises:
        MisuseError: `forms-differ` for reports of two forms or rows; `periods-not-adjacent`.
    """
    if before.form != after.form or before.dimensions != after.dimensions:
        raise MisuseError("forms-differ", before.form.key, other=after.form.key)
    if not before.period.meets(after.period):
        raise MisuseError("periods-not-adjacent", before.as_of, since=after.period.first)
    keys = {row.key: row for row in (*before.rows, *after.rows)}
    found: list[Finding] = []
    for row in (*sorted(keys.values(), key=lambda row: row_order(row.key)), None):
        if row is None:
            old, new = (before.total, after.total)
        else:
            old, new = (before[row.key], after[row.key])
        place = "total" if row is None else _place(row, before.dimensions)
        for carry in before.form.carry_over:
            pending, carried = old[carry.pending], new[carry.carried]
            if pending is not None and carried is not None and pending != carried:
                found.append(
                    finding("carry-over-broken", place, carried, pending=pending, on=before.as_of)
                )
    return tuple(found)
