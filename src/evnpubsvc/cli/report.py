"""`evnpubsvc report`: a statutory form filled from a register."""

from __future__ import annotations

import contextlib
import io
import sys
from datetime import date, datetime

import click
from attrs import evolve

from evnpubsvc.cli._io import lang_option, open_source, progress_line, reported, show_findings, silence_stdout
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.periods import Period
from evnpubsvc.reports import Form, check, fill
from evnpubsvc.serde import (
    RegisterFormat,
    ReportFormat,
    read_form,
    read_register,
    read_register_columns,
    report_form,
    write_report,
)
from evnpubsvc.statistics import Compare, derived_names, tally
from evnpubsvc.texts import Language

__all__ = ["report_command"]

_SAMPLE = 1_000  # findings kept for printing; all of them are counted in the tally


@click.command("report")
@click.argument("form")
@click.argument("register")
@click.option("--columns", metavar="MAP.toml", required=True, help="How the register is laid out.")
@click.option(
    "--period", "period_name", metavar="PERIOD", required=True,
    help="statutory-2022-Q4, calendar-2022-12, …-6M, …-9M, statutory-2022, or 2022-01-01..2022-12-15."
)  # fmt: skip
@click.option("--rows", metavar="DIM[,DIM…]", help="Dimensions that make a row each; without it, those of the form.")
@click.option(
    "--expect", multiple=True, metavar="NAME",
    help="A row that is printed even with zeros; values of several dimensions apart by |."
)  # fmt: skip
@click.option("--known-at", metavar="MOMENT", help="What the register said at a day or an instant with offset.")
@click.option(
    "--compare", type=click.Choice([c.value for c in Compare]), default=Compare.DATE.value, show_default=True,
    help="Compare local dates or instants."
)  # fmt: skip
@click.option("--timezone", metavar="TZ", help="Local zone of the register; overrides the mapping.")
@click.option(
    "--allow-rejects", is_flag=True,
    help="Write the report although rows cannot be read or sums do not add up; it says so itself."
)  # fmt: skip
@lang_option
@click.option(
    "--format", "shape", type=click.Choice([f.value for f in ReportFormat]), default=ReportFormat.TEXT.value,
    show_default=True, help="A table for people, CSV or JSON for machines, or an Excel workbook."
)  # fmt: skip
@click.option("--output", metavar="FILE", help="Write to a file, whole or not at all; without it, standard output.")
def report_command(
    form: str,
    register: str,
    columns: str,
    period_name: str,
    rows: str | None,
    expect: tuple[str, ...],
    known_at: str | None,
    compare: str,
    timezone: str | None,
    allow_rejects: bool,
    lang: Language,
    shape: str,
    output: str | None,
) -> None:
    """Fill FORM from REGISTER for a period.

    FORM is the name of a packaged form (ii-06a) or a TOML file. REGISTER is a CSV file, a JSON Lines file (.jsonl,
    .ndjson), or - for CSV on standard input.

    Without --allow-rejects a row that cannot be read, or a sum that does not add up, ends the run: all findings,
    nothing written.
    """
    with reported(lang):
        period = _period(period_name)
        moment = _moment(known_at)
        filled = _form(form)
        dimensions = filled.rows if rows is None else tuple(name.strip() for name in rows.split(",") if name.strip())
        needed = filled.dimensions(dimensions)
        layout = read_register_columns(columns)
        if timezone:
            layout = evolve(layout, timezone=timezone)
        derived = set(derived_names())
        plain = {name: name for name in needed if name not in layout.dimensions and name not in derived}
        layout = evolve(layout, dimensions={**layout.dimensions, **plain})
        sample: list[Finding] = []

        def keep(found: Finding) -> None:
            if len(sample) < _SAMPLE:
                sample.append(found)

        suffix = register.lower().rpartition(".")[2]
        file_format = RegisterFormat.JSONL if suffix in {"jsonl", "ndjson"} else RegisterFormat.CSV
        with open_source(register) as source, progress_line() as progress:
            counted = tally(
                read_register(source, layout, file_format=file_format, progress=progress),
                by=needed,
                period=period,
                compare=Compare(compare),
                known_at=moment,
                on_finding=keep,
            )
        unlisted = sum(number for _, number in (*counted.rejected, *counted.noticed)) - len(sample)
        if unlisted:
            sample.append(finding("more-findings", "", unlisted))
        expected = [tuple(name.split("|")) for name in expect]
        report = fill(filled, counted, rows=dimensions, expected=expected, period=period)
        sample += (*report.notes, *check(report))
        if violations(sample) and not allow_rejects:
            raise DataError(sample)
        show_findings(sample, lang)
        chosen = ReportFormat(shape)
        if output is not None:
            write_report(report, output, file_format=chosen, lang=lang)
            return
        if chosen is ReportFormat.XLSX and sys.stdout.isatty():
            raise click.UsageError("a workbook is not for a terminal: give --output FILE, or redirect standard output")
        try:
            write_report(report, sys.stdout.buffer, file_format=chosen, lang=lang)
        except DataError:
            with contextlib.suppress(io.UnsupportedOperation):
                silence_stdout()  # what is still buffered would be written again at the end
            raise


def _form(name: str) -> Form:
    return read_form(name) if name.lower().endswith(".toml") else report_form(name)


def _period(name: str) -> Period:
    try:
        return Period.parse(name)
    except DataError as error:
        raise click.BadParameter(error.findings[0].line(), param_hint="--period") from None


def _moment(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    for kind in (date, datetime):
        try:
            moment = kind.fromisoformat(text)
        except ValueError:
            continue
        if not isinstance(moment, datetime) or moment.utcoffset() is not None:
            return moment
    raise click.BadParameter(
        f"{text!r} is neither a date as 2022-12-20 nor an instant as 2022-12-20T08:00+07:00", param_hint="--known-at"
    )
