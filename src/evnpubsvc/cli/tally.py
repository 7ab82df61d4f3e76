"""`evnpubsvc tally`: the dossiers of a register, counted by dimensions and timeliness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from evnpubsvc.cli._calendars import (
    calendar_file_option,
    decided_calendar,
    decided_only_option,
)
from evnpubsvc.cli._handling import (
    handling_document,
    handling_table,
    sheet_cells,
    sheet_columns,
)
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import MOMENT
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rates import ShownRates, rates_option, read_own_rates
from evnpubsvc.cli._registers import (
    compare_option,
    count_filtered,
    engine_options,
    judgement_of,
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
from evnpubsvc.services.parts import word_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, render

if TYPE_CHECKING:
    from evnpubsvc.serde.engine import Sheet, SheetCell
    from evnpubsvc.statistics import HandlingTime, Tally, TallyCell

__all__ = ["tally_command"]

Times: TypeAlias = "Mapping[Any, HandlingTime]"


@click.command("tally")
@click.argument("register")
@click.option(
    "--columns",
    metavar="MAP.toml",
    help="How the register is laid out; a packed register knows it.",
)
@click.option(
    "--by", metavar="DIM[,DIM…]", default="", help="Dimensions to count by; without it, one line."
)
@click.option(
    "--as-of",
    type=MOMENT,
    metavar="MOMENT",
    help="Count all that was received up to this day or instant, inclusive.",
)
@click.option(
    "--period", "period_name", metavar="PERIOD",
    help="Or count a period: statutory-2022-Q4, calendar-2022-12, …-6M, …-9M, "
    "or 2022-01-01..2022-12-15."
)  # fmt: skip
@where_option
@click.option(
    "--handling-time",
    "handling",
    is_flag=True,
    help="How many working days the dossiers took: mean, median, 90th percentile, longest.",
)
@click.option(
    "--rate",
    "rate_names",
    multiple=True,
    metavar="NAME",
    help="Also this named rate of each line; may be repeated.",
)
@rates_option
@calendar_file_option
@known_at_option
@compare_option
@timezone_option
@click.option(
    "--expect", multiple=True, metavar="NAME",
    help="A row that is printed even with zeros; values of several dimensions apart by |."
)  # fmt: skip
@click.option(
    "--allow-rejects",
    is_flag=True,
    help="Count the readable rows although others cannot be read; say how many.",
)
@findings_option
@decided_only_option
@engine_options
@lang_option
@format_option(*SHAPES)
@output_option
def tally_command(
    register: str,
    columns: str | None,
    by: str,
    as_of: date | datetime | None,
    period_name: str | None,
    wheres: tuple[str, ...],
    rate_names: tuple[str, ...],
    rates_file: str | None,
    calendar_file: Path | None,
    known_at: str | None,
    compare: str,
    timezone: str | None,
    expect: tuple[str, ...],
    allow_rejects: bool,
    findings: str | None,
    engine: str,
    memory_limit: str | None,
    threads: int | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    *,
    handling: bool,
    decided_only: bool,
) -> None:
    """Count the dossiers of REGISTER: CSV, JSON Lines (.jsonl, .ndjson), Parquet, or - for CSV or a
    workbook on standard input.

    Files may be larger than memory. Parquet, packed registers and --memory-limit need the extra
    frames.

    Without --allow-rejects a row that cannot be read ends the run: all findings, nothing on
    standard output.
    A table that is not understood at all, or of which no row can be read, always ends it.
    """
    from evnpubsvc.dossiers import Precision
    from evnpubsvc.statistics import check_values, handling_times, sum_over
    from evnpubsvc.statistics.engine import WORKING_DAYS, rate_dimensions

    if (as_of is None) is (period_name is None):
        raise WrongCall("call-day-or-period")
    with reported(lang):
        period = None if period_name is None else period_of(period_name)
        moment = moment_of(known_at)
        dimensions = tuple(name.strip() for name in by.split(",") if name.strip())
        where = where_of(wheres)
        sample = Sample(lang, findings)
        if columns is None:
            layout = None
        else:
            layout = layout_of(columns, timezone, (*dimensions, *where))
        asked = with_mark(dimensions, layout)
        own_rates = read_own_rates(rates_file)
        looked_at = [each for name in rate_names for each in rate_dimensions(name, table=own_rates)]
        by_days = [WORKING_DAYS] if handling else []
        needed = tuple(dict.fromkeys((*asked, *looked_at, *by_days)))
        calendar = None
        if WORKING_DAYS in needed or layout is None or layout.terms:
            calendar = decided_calendar(calendar_file)

        # Count; what cannot be read is kept for the end.
        with sample.collecting():
            counted, unmet = count_filtered(
                register,
                layout,
                engine=engine,
                memory_limit=memory_limit,
                threads=threads,
                lang=lang,
                by=needed,
                where=where,
                as_of=judgement_of(as_of, timezone, layout),
                period=period,
                known_at=moment,
                compare=Precision(compare),
                calendar=calendar,
                on_finding=sample.keep,
            )
        sample.refuse_unread(counted, allow_rejects=allow_rejects)

        # What is odd about the values, and dates that rest on days off that are not decided.
        noticed = (*check_values(counted), *unmet)
        refuse_provisional(noticed, decided_only=decided_only)
        for found in noticed:
            sample.keep(found)
        provisional = _provisional(counted)

        # Rates and handling times come from dimensions of their own, which are not printed; nor is
        # the mark, which was counted for the notice.
        shown_rates = None
        if rate_names:
            shown_rates = ShownRates.of(counted, rate_names, dimensions, own_rates, lang)
        times: Times = {}
        if handling:
            times = handling_times(
                counted, by=[name for name in dimensions if name != WORKING_DAYS]
            )
        for name in needed:
            if name not in dimensions:
                counted = sum_over(counted, name)
        rows = counted.expecting(*(tuple(name.split("|")) for name in expect))
        sample.show()
        answer = _answer(counted, rows, provisional, times, shown_rates, lang)
        write_answer(answer, shape, output, lang)


def _provisional(counted: Tally) -> int | None:
    """How many due dates are provisional; None where the register does not say."""
    if "due_mark" not in counted.dimensions:
        return None
    place = counted.dimensions.index("due_mark")
    return sum(n for key, n in counted.counts().items() if key[place] == "provisional")


def _answer(
    counted: Tally,
    cells: tuple[TallyCell, ...],
    provisional: int | None,
    times: Times,
    rates: ShownRates | None,
    lang: Language,
) -> Answer:
    def text() -> str:
        tables = [counted.text(lang, expect=[cell.key for cell in cells])]
        if times:
            tables.append(handling_table(counted, times, lang))
        if rates is not None:
            tables.append(rates.text(lang))
        return "\n\n".join(tables)

    def document() -> dict[str, Any]:
        whole = {**_document(counted, cells), "provisional": provisional}
        if times:
            whole["handling_time"] = handling_document(counted, times)
        if rates is not None:
            whole |= {"rates": rates.document(), "total_rates": rates.total()}
        return whole

    return Answer(
        kind="tally",
        text=text,
        document=document,
        sheets=lambda: [_sheet(counted, cells, times, rates, lang)],
        title=render("sheet-tally", lang, {}),
        made_on=counted.as_of,
    )


def _words(
    name: str, place: int, cells: tuple[TallyCell, ...], lang: Language
) -> Mapping[str, str]:
    """What the values of a dimension are called in Vietnamese; nothing else in English."""
    if lang == "en":
        return {}
    values = {cell.key[place] for cell in cells}
    return {value: word_text(name, value).vi for value in values if value is not None}


def _sheet(
    counted: Tally,
    cells: tuple[TallyCell, ...],
    times: Times,
    rates: ShownRates | None,
    lang: Language,
) -> Sheet:
    """The counts as a table for spreadsheets: every state has its column, zeros too."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn
    from evnpubsvc.statistics import HandlingTime, PeriodState
    from evnpubsvc.statistics.engine import SHARES, SUMS, left_out_lines

    columns = [
        *(
            SheetColumn(
                name, named("dimension", name).get(lang), words=_words(name, place, cells, lang)
            )
            for place, name in enumerate(counted.dimensions)
        ),
        *(
            SheetColumn(name, render(f"column-{name}", lang, {}), optional=name == "carried_in")
            for name in SUMS
        ),
        *(SheetColumn(each.value, each.text.get(lang), optional=True) for each in PeriodState),
        *(SheetColumn(name, render(f"column-{name}", lang, {}), 2, fixed=True) for name in SHARES),
    ]
    rows = [_row(cell) for cell in cells]
    if times:
        columns += sheet_columns(lang)
        for cell, row in zip(cells, rows, strict=True):
            row.extend(sheet_cells(times.get(cell.key, HandlingTime())))
    if rates is not None:
        columns += rates.columns()
        for cell, row in zip(cells, rows, strict=True):
            row.extend(rates.percents(cell.key))
    days = render("sheet-as-of", lang, {"as_of": counted.as_of})
    return Sheet(
        render("sheet-tally", lang, {}), columns, rows, [days], left_out_lines(counted, lang)
    )


def _row(cell: TallyCell) -> list[SheetCell]:
    """The names, counts and shares of a cell; a share of nothing is None."""
    from evnpubsvc.statistics import PeriodState
    from evnpubsvc.statistics.engine import SUMS, counts_of, shares_of

    names = ["?" if value is None else value for value in cell.key]
    return [*names, *counts_of(cell, SUMS, PeriodState), *shares_of(cell)]


def _document(counted: Tally, cells: tuple[TallyCell, ...]) -> dict[str, Any]:
    from evnpubsvc.statistics import PeriodState
    from evnpubsvc.statistics.engine import SHARES, SUMS

    def cell(each: TallyCell) -> dict[str, Any]:
        rates = {name: getattr(each, name) for name in SHARES}
        return {
            **dict(zip(counted.dimensions, each.key, strict=bool(each.key))),
            **{name: getattr(each, name).value for name in SUMS},
            **{state.value: each[state].value for state in PeriodState},
            **{
                name: [rate.numerator.value, rate.denominator.value] for name, rate in rates.items()
            },
        }

    return {
        "by": list(counted.dimensions),
        "since": None if counted.since is None else counted.since.isoformat(),
        "as_of": (counted.as_of if counted.at is None else counted.at).isoformat(),
        "compare": counted.compare.value,
        "known_at": None if counted.known_at is None else counted.known_at.isoformat(),
        "cells": [cell(each) for each in cells],
        "total": cell(counted.total),
        "later": counted.later,
        "earlier": counted.earlier,
        "linked": counted.linked,
        "other_versions": counted.other_versions,
        "where": {each.dimension: list(each.values) for each in counted.where},
        "outside": counted.outside,
        "rejected": dict(counted.rejected),
        "noticed": dict(counted.noticed),
    }
