"""`evnpubsvc plan`: where the tasks of plans are on a day: target, result, reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from evnpubsvc.cli._calendars import calendar_file_option
from evnpubsvc.cli._io import lang_option, reported, table_source
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import DAY
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rates import rates_option, read_own_rates
from evnpubsvc.cli._registers import (
    compare_option,
    engine_options,
    kept_register,
    known_at_option,
    timezone_option,
    where_option,
)
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import RegisterOptions, count_options, packed_once
from evnpubsvc.errors import DataError
from evnpubsvc.findings import violations
from evnpubsvc.quantities import AnyCount, Count
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.campaigns import PlanReport, PlanTree, TaskProgress
    from evnpubsvc.serde.engine import Sheet, SheetCell
    from evnpubsvc.statistics import RateTable, Tally

__all__ = ["plan_command"]


@click.command("plan")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--as-of",
    type=DAY,
    metavar="DAY",
    multiple=True,
    required=True,
    help="Judge up to this day, inclusive; may be repeated.",
)
@click.option(
    "--register",
    metavar="FILE",
    help="Register to count the rates and numbers of tasks from.",
)
@click.option("--register-columns", metavar="MAP.toml", help="How the register is laid out.")
@click.option(
    "--expect",
    multiple=True,
    metavar="NAME",
    help="A unit whose dossiers the register holds: its counts are zero if there are none.",
)
@rates_option
@where_option
@known_at_option
@compare_option
@timezone_option
@calendar_file_option
@click.option(
    "--allow-rejects",
    is_flag=True,
    help="Count the readable rows although others cannot be read; say how many.",
)
@engine_options
@findings_option
@lang_option
@format_option(*SHAPES)
@output_option
def plan_command(
    files: tuple[str, ...],
    as_of: tuple[date, ...],
    register: str | None,
    expect: tuple[str, ...],
    rates_file: str | None,
    findings: str | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    **counting: Any,
) -> None:
    """Say where each task of the plans in FILES (TOML) is on a day, or on several, and why.

    Rates and numbers are counted from the register; what is reported by hand FILES say themselves.
    Several FILES make one tree of plans: of a province, its districts, their communes.

    What is odd about the plans is printed as notices; what contradicts itself gives exit code 1.
    """
    from evnpubsvc.campaigns import follow_plans, lint_plans
    from evnpubsvc.serde import read_plans

    with reported(lang):
        sample = Sample(lang, findings)
        first, *others = (table_source(file) for file in files)
        plans = read_plans(first, *others)
        table = read_own_rates(rates_file)

        # Nothing is counted for plans that cannot be followed.
        for found in lint_plans(plans, table=table):
            sample.keep(found)
        if violations(sample.findings()):
            sample.write_file()
            raise DataError(sample.findings())
        tallies: Sequence[Tally] = ()
        if register is not None:
            tallies = _count(plans, as_of, table, lang, sample, register=register, **counting)
        elif counting["register_columns"] is not None:
            raise WrongCall("call-register-missing", "--register-columns")
        report = follow_plans(plans, tallies, as_of=as_of, held=expect, table=table)
        for found in report.notices:
            sample.keep(found)
        sample.show()
        write_answer(_answer(report, lang), shape, output, lang)


def _count(
    plans: PlanTree,
    as_of: tuple[date, ...],
    table: RateTable | None,
    lang: Language,
    sample: Sample,
    *,
    register: str,
    **counting: Any,
) -> list[Tally]:
    """Count the register over each period that the tasks ask for; it is read once where it can."""
    from evnpubsvc.campaigns import plan_dimensions, plan_periods

    periods = plan_periods(plans, as_of=as_of)
    dimensions = plan_dimensions(plans, table=table)
    options = RegisterOptions(
        register=kept_register(register) if len(periods) > 1 else register,
        period_name="",
        earlier_name=None,
        **counting,
    )
    if len(periods) > 1:
        options = packed_once(options, dimensions, sample)
    return [
        count_options(
            evolve(options, period_name=f"{period.first}..{period.last}"),
            dimensions,
            lang,
            sample,
            first=not place,
        ).now
        for place, period in enumerate(periods)
    ]


def _answer(report: PlanReport, lang: Language) -> Answer:
    from evnpubsvc.serde import to_data

    return Answer(
        kind="PlanReport",
        text=lambda: report.text(lang),
        document=lambda: {"value": to_data(report)},
        sheets=lambda: [_sheet(report, lang)],
        title=render("plan-sheet", lang, {}),
        made_on=report.as_of[-1],
    )


_COLUMNS = (
    "plan", "task", "owner", "target", "day", "status", "part", "whole", "missing", "why",
)  # fmt: skip


def _sheet(report: PlanReport, lang: Language) -> Sheet:
    """Return the tasks as a table for spreadsheets: a row for each of them on each day."""
    from evnpubsvc.campaigns import TaskStatus
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    words = {status.value: status.text.get(lang) for status in TaskStatus}
    columns = [
        SheetColumn(
            name,
            render(f"plan-column-{name}", lang, {}),
            words=words if name == "status" else {},
        )
        for name in _COLUMNS
    ]
    rows = [_row(report, each, lang) for each in report.progress]
    return Sheet(render("plan-sheet", lang, {}), columns, rows, [], [])


def _row(report: PlanReport, each: TaskProgress, lang: Language) -> list[SheetCell]:
    task = report.plans[each.plan].task(each.task)
    part, whole = each.count, None
    if each.rate is not None:
        part, whole = each.rate.ratio.numerator, each.rate.ratio.denominator
    return [
        each.plan,
        each.task,
        task.owner,
        task.target_text(lang),
        each.day,
        each.status.value,
        _number(part, lang),
        _number(whole, lang),
        each.missing,
        each.reason.message(lang),
    ]


def _number(count: AnyCount | None, lang: Language) -> SheetCell:
    """Return a count as a number, one within bounds as a text."""
    if count is None or isinstance(count, Count):
        return None if count is None else count.value
    return count.written(lang)
