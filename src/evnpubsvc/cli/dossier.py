"""`evnpubsvc dossier`: one history as a time line, with the due date's trace."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from evnpubsvc.cli._calendars import answer_by_calendar, calendar_options
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._moments import DAY
from evnpubsvc.cli.check import read_register_of
from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind, special_clock
from evnpubsvc.dossiers import (
    Dossier,
    DossierDue,
    Judgement,
    Precision,
    TimelinessPolicy,
    due_of,
    possible,
    replay,
    timeliness,
)
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.texts import Language, render
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

__all__ = ["dossier_command"]


@click.command("dossier")
@click.argument("file")
@click.option(
    "--columns", metavar="MAP.toml", help="How an event log is laid out; not needed for JSON Lines."
)
@click.option("--code", help="The dossier to show; the first of the file without it.")
@click.option(
    "--as-of", type=DAY, metavar="DATE", help="Say also how it stands at the end of this day."
)
@click.option("--special", metavar="NAME", help="A special clock, as civil-status-verification.")
@click.option(
    "--supplement-clock", type=click.Choice([ClockPolicy.RESTART.value, ClockPolicy.RESUME.value]),
    help="What a supplement does to the clock where the decree does not say (from 01/7/2025)."
)  # fmt: skip
@calendar_options
@lang_option
def dossier_command(
    file: str,
    columns: str | None,
    code: str | None,
    as_of: date | None,
    special: str | None,
    supplement_clock: str | None,
    lang: Language,
    *,
    calendar_file: Path | None,
    decided_only: bool,
) -> None:
    """Show one history of FILE (JSON Lines, or an event log with --columns) and how its due date comes about."""
    with reported(lang):
        read = read_register_of(file, columns, lang)
        one = next(
            (each for each in read if isinstance(each, Dossier) and code in {None, each.code}), None
        )
        if one is None:
            broken = violations(each for each in read if isinstance(each, Finding))
            raise DataError(broken or [finding("dossier-not-here", "", code or "-")])
        clock = (
            {} if supplement_clock is None else {StopKind.SUPPLEMENT: ClockPolicy(supplement_clock)}
        )
        clocks = None if special is None else special_clock(special)

        def count(calendar: Calendar) -> tuple[DossierDue, Judgement | None]:
            counting = CountingRules(calendar, clock=clock, special=clocks)
            due = due_of(one, counting=counting, as_of=as_of)
            if as_of is None:
                return due, None
            policy = TimelinessPolicy(Precision.DATE)
            return due, timeliness(one, as_of=as_of, policy=policy, counting=counting)

        due, found = answer_by_calendar(count, calendar_file, decided_only=decided_only)
        lines = [one.code, *_time_line(one, lang)]
        if due.deadline is not None:
            lines += ["", due.deadline.explain(lang)]
        key = "dossier-line-no-due" if due.due is None else "dossier-line-due"
        lines += ["", render(key, lang, {"due": due.due, "basis": due.basis})]
        if due.bounds is not None:
            bounds = {"earliest": due.bounds.earliest, "latest": due.bounds.latest}
            lines.append(render("dossier-line-provisional", lang, bounds))
        if as_of is not None and found is not None:
            word = found.timeliness.text.get(lang)
            lines.append(render("dossier-line-timeliness", lang, {"day": as_of, "word": word}))
        if one.state.last_at is not None:
            kinds = ", ".join(kind.text.get(lang) for kind in possible(one, one.state.last_at))
            lines.append(render("dossier-line-possible", lang, {"possible": kinds}))
        click.echo("\n".join(lines))


def _moment(at: datetime) -> str:
    """Return an instant as a column of a time line has it: day and time of Viet Nam."""
    return at.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y %H:%M")


def _time_line(one: Dossier, lang: Language) -> list[str]:
    """Each event with the status that it leads to."""
    lines: list[str] = []
    events = sorted(one.events, key=lambda event: event.at)
    before = None
    for number, event in enumerate(events, 1):
        status = replay(events[:number]).status
        at = _moment(event.at)
        word = event.kind.text.get(lang) + (f" ({event.activity})" if event.activity else "")
        change = ""
        if status is not None and status != before:
            parts = {"status": int(status), "title": status.text.get(lang)}
            change = "  → " + render("dossier-line-status", lang, parts)
        if event.recorded is not None:
            word += " " + render(
                "dossier-line-recorded", lang, {"recorded": _moment(event.recorded)}
            )
        lines.append(f"  {at}  {word}{change}")
        before = status
    return lines
