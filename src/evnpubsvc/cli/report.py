"""`evnpubsvc report`: a statutory form filled from a register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from evnpubsvc.cli._calendars import calendar_options, decided_calendar
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._output import (
    format_option,
    output_option,
    refuse_terminal,
    shape_of,
    write_stdout,
)
from evnpubsvc.cli._registers import (
    compare_option,
    count_filtered,
    engine_options,
    known_at_option,
    layout_of,
    moment_of,
    period_of,
    refuse_provisional,
    timezone_option,
    where_of,
    where_option,
    with_mark,
)
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.errors import DataError
from evnpubsvc.findings import violations
from evnpubsvc.periods import Period
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import listed_values

if TYPE_CHECKING:
    from evnpubsvc.reports import Form

__all__ = ["form_of", "report_command"]

_SHAPES: Final = listed_values("report-format")


@click.command("report")
@click.argument("form")
@click.argument("register")
@click.option("--columns", metavar="MAP.toml", required=True, help="How the register is laid out.")
@click.option(
    "--period", "period_name", metavar="PERIOD", required=True,
    help="statutory-2022-Q4, calendar-2022-12, …-6M, …-9M, statutory-2022, "
    "or 2022-01-01..2022-12-15."
)  # fmt: skip
@click.option(
    "--rows",
    metavar="DIM[,DIM…]",
    help="Dimensions that make a row each; without it, those of the form.",
)
@click.option(
    "--expect", multiple=True, metavar="NAME",
    help="A row that is printed even with zeros; values of several dimensions apart by |."
)  # fmt: skip
@click.option(
    "--filed-by", metavar="NAME", default="",
    help="Who files the report, as its head says; without it, a line to fill in by hand."
)  # fmt: skip
@where_option
@known_at_option
@compare_option
@timezone_option
@click.option(
    "--allow-rejects", is_flag=True,
    help="Write the report although rows cannot be read or sums do not add up; it says so itself."
)  # fmt: skip
@findings_option
@calendar_options
@engine_options
@lang_option
@format_option(*_SHAPES)
@output_option
def report_command(
    form: str,
    register: str,
    columns: str,
    period_name: str,
    rows: str | None,
    expect: tuple[str, ...],
    wheres: tuple[str, ...],
    filed_by: str,
    known_at: str | None,
    compare: str,
    timezone: str | None,
    allow_rejects: bool,
    findings: str | None,
    engine: str,
    memory_limit: str | None,
    threads: int | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    *,
    calendar_file: Path | None,
    decided_only: bool,
) -> None:
    """Fill FORM from REGISTER for a period.

    FORM is the name of a packaged form (btp-07a, ii-06a), a TOML file, or who files (commune,
    province, ministry …): then it is the form of the last day of the period. REGISTER is CSV, JSON
    Lines (.jsonl, .ndjson), Parquet, or - for CSV or a workbook on standard
    input.

    Without --allow-rejects a row that cannot be read, or a sum that does not add up, ends the run:
    all findings, nothing written.
    """
    from evnpubsvc.dossiers import Precision
    from evnpubsvc.reports import check, fill
    from evnpubsvc.serde import ReportFormat, report_bytes, write_report
    from evnpubsvc.statistics import check_values

    with reported(lang):
        period, moment = period_of(period_name), moment_of(known_at)
        filled = form_of(form, period)
        dimensions = (
            filled.rows
            if rows is None
            else tuple(name.strip() for name in rows.split(",") if name.strip())
        )
        needed = filled.dimensions(dimensions)
        kept = Sample(lang, findings)
        where = where_of(wheres)
        layout = layout_of(columns, timezone, (*needed, *where))

        # Count what the form asks for; what cannot be read is kept for the end.
        with kept.collecting():
            counted, unmet = count_filtered(
                register,
                layout,
                engine=engine,
                memory_limit=memory_limit,
                threads=threads,
                lang=lang,
                by=with_mark(needed, layout),
                where=where,
                period=period,
                compare=Precision(compare),
                known_at=moment,
                calendar=decided_calendar(calendar_file),
                on_finding=kept.keep,
            )
        kept.refuse_unread(counted, allow_rejects=allow_rejects)

        # Fill the form and check its sums.
        expected = [tuple(name.split("|")) for name in expect]
        noticed = (*check_values(counted), *unmet)
        refuse_provisional(noticed, decided_only=decided_only)
        report = fill(
            filled, counted, rows=dimensions, expected=expected, period=period, filed_by=filed_by
        )
        for found in (*report.notes, *check(report), *noticed):
            kept.keep(found)
        if violations(kept.findings()) and not allow_rejects:
            kept.write_file()
            raise DataError(kept.findings())
        kept.show()

        # Write it.
        chosen = ReportFormat(shape_of(shape, output, _SHAPES))
        if output is not None:
            write_report(report, output, file_format=chosen, lang=lang)
            return
        if chosen is ReportFormat.XLSX:
            refuse_terminal()
        write_stdout(report_bytes(report, file_format=chosen, lang=lang))


def form_of(name: str, period: Period) -> Form:
    """Return the form of a name or file, or the one that a sender files for a period."""
    from evnpubsvc.reports import ReportSender
    from evnpubsvc.serde import read_form, report_form, report_form_for

    if name.lower().endswith(".toml"):
        return read_form(name)
    if name in frozenset(ReportSender):
        return report_form_for(period, name)
    return report_form(name)
