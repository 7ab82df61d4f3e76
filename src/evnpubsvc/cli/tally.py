"""`evnpubsvc tally`: the dossiers of a register, counted by dimensions and timeliness."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, cast

import click

from evnpubsvc.cli._calendars import decided_only_option
from evnpubsvc.cli._io import aligned, lang_option, reported
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
from evnpubsvc.quantities import Unknown, ZeroPolicy, localised, round_percent
from evnpubsvc.serde.engine import Sheet, SheetCell, SheetColumn
from evnpubsvc.services import word_text
from evnpubsvc.statistics import PeriodState, Tally, TallyCell, check_values, sum_over
from evnpubsvc.texts import Language, localise, named, render, vietnamese_order, write

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
    help="Or count a period: statutory-2022-Q4, calendar-2022-12, …-6M, …-9M, or 2022-01-01..2022-12-15."
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
    """Count the dossiers of REGISTER: CSV, JSON Lines (.jsonl, .ndjson), Parquet, or - for CSV on standard input.

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


_SUMS = ("carried_in", "received", "handled", "pending")
_WITH_DUE_DATE = (
    PeriodState.EARLY,
    PeriodState.ON_TIME,
    PeriodState.LATE,
    PeriodState.PENDING_IN_TIME,
    PeriodState.PENDING_OVERDUE,
)
_RATES = ("on_time_of_finished", "on_time_of_received")


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
        text=lambda: _table(counted, cells, lang),
        document=lambda: {**_document(counted, cells), "provisional": provisional},
        sheets=lambda: [_sheet(counted, cells, lang)],
        title=render("sheet-tally", lang, {}),
        made_on=counted.as_of,
    )


def _sheet(counted: Tally, cells: tuple[TallyCell, ...], lang: Language) -> Sheet:
    """The counts as a table for spreadsheets: every state has its column, zeros too."""
    states = tuple(PeriodState)
    columns = [
        *(SheetColumn(name, named("dimension", name).get(lang)) for name in counted.dimensions),
        *(
            SheetColumn(name, render(f"column-{name}", lang, {}), optional=name == "carried_in")
            for name in _SUMS
        ),
        *(SheetColumn(each.value, each.text.get(lang), optional=True) for each in states),
        *(SheetColumn(name, render(f"column-{name}", lang, {}), 2, fixed=True) for name in _RATES),
    ]
    rows = [_row(cell, _SUMS, states) for cell in cells]
    days = render("sheet-as-of", lang, {"as_of": counted.as_of})
    return Sheet(render("sheet-tally", lang, {}), columns, rows, [days], _left_out(counted, lang))


def _table(counted: Tally, cells: tuple[TallyCell, ...], lang: Language) -> str:
    depth = len(counted.dimensions)
    total = counted.total
    sums = tuple(name for name in _SUMS if name != "carried_in" or counted.since is not None)
    classes = tuple(
        each for each in PeriodState if total[each].value
    )  # a column of zeros says nothing here
    header = [
        *(named("dimension", name).get(lang) for name in counted.dimensions),
        *(render(f"column-{word}", lang, {}) for word in sums),
        *(each.text.get(lang) for each in classes),
        *(render(f"column-{word}", lang, {}) for word in _RATES),
    ]
    label = [render("column-total", lang, {}) if i == 0 else "" for i in range(depth)]
    rows = [[*_called(counted, cell, lang), *_numbers(cell, sums, classes, lang)] for cell in cells]
    if lang == "vi":  # people look names up in the order of their alphabet; machines sort by code
        rows.sort(key=lambda row: [vietnamese_order(name) for name in row[:depth]])
    last = [*label, *_numbers(total, sums, classes, lang)]
    lines = [aligned(header, [*rows, last] if depth else [last], right=range(depth, len(header)))]
    return "\n".join([*lines, *_left_out(counted, lang)])


def _left_out(counted: Tally, lang: Language) -> list[str]:
    """What is not in the table, a line each."""
    rejected = sum(number for _, number in counted.rejected)
    numbers = {
        "later": counted.later,
        "earlier": counted.earlier,
        "linked": counted.linked,
        "other_versions": counted.other_versions,
        "rejected": rejected,
    }
    return [
        f"{render(f'column-{word}', lang, {})}: {write(number, lang)}"
        for word, number in numbers.items()
        if number
    ]


def _called(counted: Tally, cell: TallyCell, lang: Language) -> list[str]:
    """The names of a cell as people read them."""
    return [
        "?" if value is None else word_text(name, value).get(lang)
        for name, value in zip(counted.dimensions, cell.key, strict=bool(cell.key))
    ]


def _numbers(
    cell: TallyCell, sums: tuple[str, ...], classes: tuple[PeriodState, ...], lang: Language
) -> list[str]:
    """The numbers of a row, with the marks of the language."""
    cells = _row(cell, sums, classes)[len(cell.key) :]
    counts, shares = cells[: -len(_RATES)], cells[-len(_RATES) :]
    return [
        *(localise(str(count), lang) for count in counts),
        *(
            "-" if share is None else localised(cast("Fraction", share), lang, 2)
            for share in shares
        ),
    ]


def _row(
    cell: TallyCell, sums: tuple[str, ...], classes: tuple[PeriodState, ...]
) -> list[SheetCell]:
    """The names, counts and shares of a cell; a share of nothing is None."""
    shares: list[SheetCell] = []
    for name in _RATES:
        value = getattr(cell, name).value(ZeroPolicy.NOT_ASSESSABLE)
        # Where nothing has a due date there is nothing to be on time for.
        if isinstance(value, Unknown) or not any(cell[state].value for state in _WITH_DUE_DATE):
            shares.append(None)
        else:
            shares.append(round_percent(value))
    return [
        *("?" if value is None else value for value in cell.key),
        *(getattr(cell, name).value for name in sums),
        *(cell[each].value for each in classes),
        *shares,
    ]


def _document(counted: Tally, cells: tuple[TallyCell, ...]) -> dict[str, Any]:
    def cell(each: TallyCell) -> dict[str, Any]:
        rates = {name: getattr(each, name) for name in _RATES}
        return {
            **dict(zip(counted.dimensions, each.key, strict=bool(each.key))),
            **{name: getattr(each, name).value for name in _SUMS},
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
