"""`evnpubsvc calendar YEAR`: the days off and make-up days of a year.

They are shown with their sources and the number of working days in the year.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc.cli._calendars import calendar_file_option, decided_calendar, provisional_calendar
from evnpubsvc.cli._io import aligned, lang_option, reported, show_findings
from evnpubsvc.cli._output import print_document
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render, written_day

if TYPE_CHECKING:
    from evnpubsvc.worktime import CalendarDay

__all__ = ["calendar_command"]


@click.command("calendar")
@click.argument("year", type=click.IntRange(1, 9999))
@click.option(
    "--provisional",
    is_flag=True,
    help="Allow years that are not decided: certain statutory days alone.",
)
@calendar_file_option
@lang_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def calendar_command(
    year: int,
    lang: Language,
    form: str,
    *,
    provisional: bool,
    calendar_file: Path | None,
) -> None:
    """Print the days off and make-up days of Viet Nam's civil servants in YEAR,
    with their sources.
    """
    with reported(lang):
        if provisional:
            days = provisional_calendar(calendar_file, year)
        else:
            days = decided_calendar(calendar_file)
        first, last = date(year, 1, 1), date(year, 12, 31)
        total = days.working_days_between(first, last) + days.is_working_day(first)
        rows = [row for row in days.days if row.day.year == year]
        show_findings([n for n in days.provisional_notices(last) if n.value == year], lang)
    if form == "json":
        document = {
            "year": year,
            "working_days": total,
            "provisional": days.is_provisional(last),
            "fingerprint": days.fingerprint,
            "days": [_plain(row) for row in rows],
        }
        print_document("days-off", document)
        return

    # One row for each day off or make-up day.
    header = [
        render(f"column-{name}", lang, {})
        for name in ("day", "weekday", "name", "kind", "source", "confidence")
    ]
    click.echo(
        aligned(
            header,
            (
                [
                    written_day(row.day, lang),
                    render(f"weekday-{row.day.isoweekday()}", lang, {}),
                    row.name.get(lang),
                    row.kind.label(lang, row.counterpart),
                    row.source.get(lang),
                    row.source.certainty.get(lang),
                ]
                for row in rows
            ),
        )
    )
    click.echo(render("year-total", lang, {"year": year, "total": total}))


def _plain(row: CalendarDay) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "works": row.kind.works,
        "name": {"vi": row.name.vi, "en": row.name.en},
        "counterpart": row.counterpart and row.counterpart.isoformat(),
        "source": str(row.source),
        "confidence": row.source.confidence,
        "provisional": row.provisional,
    }
