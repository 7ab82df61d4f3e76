"""`evnpubsvc tally`: the dossiers of a register, counted by dimensions and timeliness."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from evnpubsvc.cli._calendars import decided_only_option
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import DAY
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._registers import (
    compare_option,
    count_register,
    engine_options,
    known_at_option,
    layout_of,
    moment_of,
    period_of,
    refuse_provisional,
    timezone_option,
    with_mark,
)
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.dossiers import Precision
from evnpubsvc.serde.engine import Sheet, SheetCell, SheetColumn
from evnpubsvc.statistics import PeriodState, Tally, TallyCell, check_values, sum_over
from evnpubsvc.statistics.engine import SHARES, SUMS, counts_of, left_out_lines, shares_of
from evnpubsvc.texts import Language, named, render

__all__ = ["tally_command"]


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
    type=DAY,
    metavar="DATE",
    help="Count all that was received up to this as_of, inclusive.",
)
@click.option(
    "--period", "period_name", metavar="PERIOD",
    help="Or count a period: statutory-2022-Q4, calendar-2022-12, …-6M, …-9M, "
    "or 2022-01-01..2022-12-15."
)  # fmt: skip
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
    as_of: date | None,
    period_name: str | None,
    known_at: str | None,
    compare: str,
    timezone: str | None,
    expect: tuple[str, ...],
    allow_rejects: bool,
    findings: str | None,
    engine: str,
    memory_limit: str | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    *,
    decided_only: bool,
) -> None:
    """Count the dossiers of REGISTER: CSV, JSON Lines (.jsonl, .ndjson), Parquet, or - for CSV on
    standard input.

    Files may be larger than memory. Parquet, packed registers and --memory-limit need the extra
    frames.

    Without --allow-rejects a row that cannot be read ends the run: all findings, nothing on
    standard output.
    A table that is not understood at all, or of which no row can be read, always ends it.
    """
    if (as_of is None) is (period_name is None):
        raise WrongCall("call-day-or-period")
    with reported(lang):
        period = None if period_name is None else period_of(period_name)
        moment = moment_of(known_at)
        dimensions = tuple(name.strip() for name in by.split(",") if name.strip())
        sample = Sample(lang, findings)
        if columns is None:
            layout = None
        else:
            layout = layout_of(columns, timezone, dimensions)
        asked = with_mark(dimensions, layout)
        with sample.collecting():
            counted = count_register(
                register,
                layout,
                engine=engine,
                memory_limit=memory_limit,
                lang=lang,
                by=asked,
                as_of=as_of,
                period=period,
                known_at=moment,
                compare=Precision(compare),
                on_finding=sample.keep,
            )
        sample.refuse_unread(counted, allow_rejects=allow_rejects)
        noticed = check_values(counted)
        refuse_provisional(noticed, decided_only=decided_only)
        for found in noticed:
            sample.keep(found)
        provisional = _provisional(counted)
        if asked != dimensions:  # the mark was counted for the notice alone
            counted = sum_over(counted, "due_mark")
        rows = counted.rows(*(tuple(name.split("|")) for name in expect))
        sample.show()
        write_answer(_answer(counted, rows, provisional, lang), shape, output, lang)


def _provisional(counted: Tally) -> int | None:
    """How many due dates are provisional; None where the register does not say."""
    if "due_mark" not in counted.dimensions:
        return None
    place = counted.dimensions.index("due_mark")
    return sum(n for key, n in counted.counts().items() if key[place] == "provisional")


def _answer(
    counted: Tally, cells: tuple[TallyCell, ...], provisional: int | None, lang: Language
) -> Answer:
    return Answer(
        text=lambda: counted.text(lang, expect=[cell.key for cell in cells]),
        document=lambda: {**_document(counted, cells), "provisional": provisional},
        sheets=lambda: [_sheet(counted, cells, lang)],
        title=render("sheet-tally", lang, {}),
        made_on=counted.as_of,
    )


def _sheet(counted: Tally, cells: tuple[TallyCell, ...], lang: Language) -> Sheet:
    """The counts as a table for spreadsheets: every state has its column, zeros too."""
    columns = [
        *(SheetColumn(name, named("dimension", name).get(lang)) for name in counted.dimensions),
        *(
            SheetColumn(name, render(f"column-{name}", lang, {}), optional=name == "carried_in")
            for name in SUMS
        ),
        *(SheetColumn(each.value, each.text.get(lang), optional=True) for each in PeriodState),
        *(SheetColumn(name, render(f"column-{name}", lang, {}), 2, fixed=True) for name in SHARES),
    ]
    rows = [_row(cell) for cell in cells]
    days = render("sheet-as-of", lang, {"as_of": counted.as_of})
    return Sheet(
        render("sheet-tally", lang, {}), columns, rows, [days], left_out_lines(counted, lang)
    )


def _row(cell: TallyCell) -> list[SheetCell]:
    """The names, counts and shares of a cell; a share of nothing is None."""
    names = ["?" if value is None else value for value in cell.key]
    return [*names, *counts_of(cell, SUMS, PeriodState), *shares_of(cell)]


def _document(counted: Tally, cells: tuple[TallyCell, ...]) -> dict[str, Any]:
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
        "as_of": counted.as_of.isoformat(),
        "compare": counted.compare.value,
        "known_at": None if counted.known_at is None else counted.known_at.isoformat(),
        "cells": [cell(each) for each in cells],
        "total": cell(counted.total),
        "later": counted.later,
        "earlier": counted.earlier,
        "linked": counted.linked,
        "other_versions": counted.other_versions,
        "rejected": dict(counted.rejected),
        "noticed": dict(counted.noticed),
    }
