"""`evnpubsvc tally`: the dossiers of a register, counted by dimensions and timeliness."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click
from attrs import evolve

from evnpubsvc.cli._io import aligned, csv_text, lang_option, reported, show_findings
from evnpubsvc.cli._registers import ENGINES, count_register
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Unknown, ZeroPolicy, decimal_text
from evnpubsvc.serde import read_register_columns
from evnpubsvc.statistics import Compare, Disposition, Tally, TallyCell, derived_names
from evnpubsvc.texts import Language, render

__all__ = ["tally_command"]

_SAMPLE = 1_000  # findings kept for printing; all of them are counted in the tally


@click.command("tally")
@click.argument("register")
@click.option("--columns", metavar="MAP.toml", help="How the register is laid out; a packed register knows it.")
@click.option("--by", metavar="DIM[,DIM…]", default="", help="Dimensions to count by; without it, one line.")
@click.option("--as-of", required=True, metavar="DATE", help="Day of judgement, inclusive: YYYY-MM-DD.")
@click.option(
    "--compare", type=click.Choice([c.value for c in Compare]), default=Compare.DATE.value, show_default=True,
    help="Compare local dates or instants."
)  # fmt: skip
@click.option("--timezone", metavar="TZ", help="Local zone of the register; overrides the mapping.")
@click.option(
    "--allow-rejects", is_flag=True, help="Count the readable rows although others cannot be read; say how many."
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default="auto", show_default=True,
    help="What counts; the result is the same. auto: Polars if the extra frames is installed."
)  # fmt: skip
@click.option("--memory-limit", metavar="SIZE", help="What reading and counting should keep to, as 512MB.")
@lang_option
@click.option(
    "--format", "shape", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True,
    help="A table for people, or JSON or CSV for machines."
)  # fmt: skip
def tally_command(
    register: str,
    columns: str | None,
    by: str,
    as_of: str,
    compare: str,
    timezone: str | None,
    allow_rejects: bool,
    engine: str,
    memory_limit: str | None,
    lang: Language,
    shape: str,
) -> None:
    """Count the dossiers of REGISTER: CSV, JSON Lines (.jsonl, .ndjson), Parquet, or - for CSV on standard input.

    Files may be larger than memory. Parquet, packed registers and --memory-limit need the extra frames.

    Without --allow-rejects a row that cannot be read ends the run: all findings, nothing on standard output.
    """
    with reported(lang):
        day = _day(as_of)
        layout = None if columns is None else read_register_columns(columns)
        if layout is not None and timezone:
            layout = evolve(layout, timezone=timezone)
        dimensions = tuple(name.strip() for name in by.split(",") if name.strip())
        if layout is not None:
            derived = set(derived_names())
            plain = {name: name for name in dimensions if name not in layout.dimensions and name not in derived}
            layout = evolve(layout, dimensions={**layout.dimensions, **plain})
        sample: list[Finding] = []

        def keep(found: Finding) -> None:
            if len(sample) < _SAMPLE:
                sample.append(found)

        counted = count_register(
            register,
            layout,
            engine=engine,
            memory_limit=memory_limit,
            by=dimensions,
            as_of=day,
            compare=Compare(compare),
            on_finding=keep,
        )
        rejected = sum(number for _, number in counted.rejected)
        unlisted = rejected + sum(number for _, number in counted.noticed) - len(sample)
        if unlisted:
            sample.append(finding("more-findings", "", unlisted))
        if rejected and not allow_rejects:
            raise DataError(sample)
        show_findings(sample, lang)
        click.echo(_written(counted, shape, lang), nl=shape != "csv")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date as 2022-12-14", param_hint="--as-of") from None


_SUMS = ("carried_in", "received", "handled", "pending")
_RATES = ("on_time_of_finished", "on_time_of_received")


def _written(counted: Tally, shape: str, lang: Language) -> str:
    if shape == "json":
        return json.dumps(_document(counted), ensure_ascii=False, indent=1)
    depth = len(counted.dimensions)
    if shape == "csv":
        words = [*counted.dimensions, *_SUMS, *(each.value for each in Disposition), *_RATES]
        return csv_text(words, [_row(cell, _SUMS, tuple(Disposition)) for cell in counted])
    total = counted.total
    sums = tuple(name for name in _SUMS if name != "carried_in" or counted.since is not None)
    classes = tuple(each for each in Disposition if total[each].value)  # a column of zeros says nothing here
    header = [
        *counted.dimensions,
        *(render(f"column-{word}", lang, {}) for word in sums),
        *(each.text.get(lang) for each in classes),
        *(render(f"column-{word}", lang, {}) for word in _RATES),
    ]
    label = [render("column-total", lang, {}) if i == 0 else "" for i in range(depth)]
    rows = [_row(cell, sums, classes) for cell in counted]
    last = [*label, *_row(total, sums, classes)]
    lines = [aligned(header, [*rows, last] if depth else [last], right=range(depth, len(header)))]
    rejected = sum(number for _, number in counted.rejected)
    for word, number in (
        ("later", counted.later),
        ("earlier", counted.earlier),
        ("linked", counted.linked),
        ("other_versions", counted.other_versions),
        ("rejected", rejected),
    ):
        if number:
            lines.append(f"{render(f'column-{word}', lang, {})}: {number}")
    return "\n".join(lines)


def _row(cell: TallyCell, sums: tuple[str, ...], classes: tuple[Disposition, ...]) -> list[str]:
    shares: list[str] = []
    for name in _RATES:
        value = getattr(cell, name).value(ZeroPolicy.NOT_ASSESSABLE)
        shares.append("-" if isinstance(value, Unknown) else decimal_text(value * 100, 2))
    names = ["?" if value is None else value for value in cell.key]
    return [
        *names,
        *(str(getattr(cell, name).value) for name in sums),
        *(str(cell[each].value) for each in classes),
        *shares,
    ]


def _document(counted: Tally) -> dict[str, Any]:
    def cell(each: TallyCell) -> dict[str, Any]:
        rates = {name: getattr(each, name) for name in _RATES}
        return {
            **dict(zip(counted.dimensions, each.key, strict=bool(each.key))),
            **{name: getattr(each, name).value for name in _SUMS},
            **{disposition.value: each[disposition].value for disposition in Disposition},
            **{name: [rate.numerator.value, rate.denominator.value] for name, rate in rates.items()},
        }

    return {
        "by": list(counted.dimensions),
        "since": None if counted.since is None else counted.since.isoformat(),
        "as_of": counted.as_of.isoformat(),
        "compare": counted.compare.value,
        "known_at": None if counted.known_at is None else counted.known_at.isoformat(),
        "cells": [cell(each) for each in counted],
        "total": cell(counted.total),
        "later": counted.later,
        "earlier": counted.earlier,
        "linked": counted.linked,
        "other_versions": counted.other_versions,
        "rejected": dict(counted.rejected),
        "noticed": dict(counted.noticed),
    }
