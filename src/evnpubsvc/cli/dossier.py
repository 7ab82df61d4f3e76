"""`evnpubsvc dossier`: one history as a time line, with the due date's trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from evnpubsvc.cli._calendars import answer_by_calendar, calendar_options, decided_calendar
from evnpubsvc.cli._catalogues import Limits, catalogue_option, solvable_option
from evnpubsvc.cli._counting import counting_of, counting_options
from evnpubsvc.cli._io import lang_option, reported, show_cells_option, show_findings
from evnpubsvc.cli._moments import MOMENT, moment_in
from evnpubsvc.cli.check import read_register_of
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, Severity, finding, violations
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import printable_lines, render, written_day
from evnpubsvc.worktime import Calendar, OutsideCoverageError

if TYPE_CHECKING:
    from evnpubsvc.dossiers import Dossier, DossierDue, Judgement

__all__ = ["dossier_command"]


@click.command("dossier")
@click.argument("file")
@click.option(
    "--columns", metavar="MAP.toml", help="How an event log is laid out; not needed for JSON Lines."
)
@click.option("--code", help="The dossier to show; the first of the file without it.")
@click.option(
    "--as-of",
    type=MOMENT,
    metavar="MOMENT",
    help="Say also how it stands at the end of this day, or at this instant.",
)
@click.option(
    "--special",
    metavar="NAME",
    help="A special clock, as civil-status-verification, or one of the file of --law.",
)
@counting_options
@catalogue_option
@solvable_option
@calendar_options
@show_cells_option
@lang_option
def dossier_command(
    file: str,
    columns: str | None,
    code: str | None,
    as_of: date | None,
    special: str | None,
    clocks: tuple[str, ...],
    hours: str | None,
    unknown_hour: str | None,
    law_file: Path | None,
    lang: Language,
    *,
    catalogue_file: Path | None,
    solvable: bool | None,
    calendar_file: Path | None,
    decided_only: bool,
) -> None:
    """Show one history of FILE (JSON Lines, or an event log with --columns) and how its due date
    comes about.

    What could not be read, and what had to be assumed, goes to standard error. Exit code 1 if a row
    cannot be read or the due date cannot be counted.
    """
    from evnpubsvc.dossiers import Dossier, Precision, TimelinessPolicy, due_of, timeliness

    with reported(lang):
        read, zone = read_register_of(file, columns, lang)
        if as_of is not None:
            as_of = moment_in(as_of, zone)

        # The dossier that is asked for, or the first one.
        unread = [each for each in read if isinstance(each, Finding)]
        dossiers = (each for each in read if isinstance(each, Dossier))
        one = next((each for each in dossiers if code in {None, each.code}), None)
        if one is None:
            raise DataError(violations(unread) or [finding("dossier-not-here", "", code or "-")])

        limits = Limits(catalogue_file).catalogue_for(one)

        def count(calendar: Calendar) -> tuple[DossierDue, Judgement | None]:
            given: dict[str, Any] = {"solvable": solvable, "unknown_hour": unknown_hour}
            counting = counting_of(calendar, clocks, hours, law_file, special, **given)
            due = due_of(one, counting=counting, catalogue=limits, as_of=as_of, zone=zone)
            if as_of is None:
                return due, None
            policy = TimelinessPolicy(Precision.DATE)
            judged = timeliness(
                one, as_of=as_of, policy=policy, counting=counting, catalogue=limits, zone=zone
            )
            return due, judged

        due, judged = _answer(count, calendar_file, decided_only=decided_only)
        said = due.findings
        # Nothing is wrong where a dossier that ended without a decision has no due date.
        if one.state.has_ended and one.state.decided_at is None:
            said = tuple(evolve(each, severity=Severity.NOTICE) for each in said)

        # The history is shown whatever can be said about its due date.
        show_findings([*unread, *one.state.inferences, *said], lang)
        click.echo(printable_lines("\n".join(_lines(one, due, judged, as_of, zone, lang))))
        if violations([*unread, *said]):
            raise click.exceptions.Exit(1)


def _answer(
    count: Callable[[Calendar], tuple[DossierDue, Judgement | None]],
    calendar_file: Path | None,
    *,
    decided_only: bool,
) -> tuple[DossierDue, Judgement | None]:
    """Count by the decided days; where they end, by provisional ones unless only decided ones are
    wanted.
    """

    def within(calendar: Calendar) -> tuple[DossierDue, Judgement | None]:
        due, judged = count(calendar)
        for said in due.findings:
            if said.reason == "outside-coverage":
                raise OutsideCoverageError(said.reason, said, **dict(said.parts))
        return due, judged

    try:
        return answer_by_calendar(within, calendar_file, decided_only=decided_only)
    except OutsideCoverageError:
        return count(decided_calendar(calendar_file))


def _lines(
    one: Dossier,
    due: DossierDue,
    judged: Judgement | None,
    as_of: date | None,
    zone: tzinfo,
    lang: Language,
) -> Iterator[str]:
    """The history, how its due date comes about, and where it stands."""
    from evnpubsvc.dossiers import possible

    yield one.code
    yield from _time_line(one, zone, lang)
    if due.deadline is not None:
        yield ""
        yield due.deadline.explain(lang)
    yield ""

    # How it ended.
    state = one.state
    ended = state.decided_at or state.closed_at or state.refused_at
    if state.has_ended and state.status is not None and ended is not None:
        parts = {"ended": ended, "title": state.status}
        yield render("dossier-line-ended", lang, parts)

    # When it is due, and between which days where years are not yet decided.
    key = "dossier-line-no-due" if due.due is None else "dossier-line-due"
    yield render(key, lang, {"due": due.due, "basis": due.basis})
    if due.bounds is not None:
        bounds = {"earliest": due.bounds.earliest, "latest": due.bounds.latest}
        yield render("dossier-line-provisional", lang, bounds)

    # How it is judged, and what may follow.
    if judged is not None:
        word = judged.timeliness.text.get(lang)
        yield render("dossier-line-timeliness", lang, {"day": as_of, "word": word})
    if isinstance(state.last_at, datetime):
        kinds = ", ".join(kind.text.get(lang) for kind in possible(one, state.last_at))
        yield render("dossier-line-possible", lang, {"possible": kinds})


def _time_line(one: Dossier, zone: tzinfo, lang: Language) -> Iterator[str]:
    """Each event with the status that it leads to."""
    from evnpubsvc.dossiers.engine import statuses_after

    before = None
    history = one.history
    for event, status in zip(history, statuses_after(history), strict=True):
        # What happened, in the words of the system it comes from where it has some.
        word = event.kind.text.get(lang)
        if event.activity:
            word += f" ({event.activity})"

        # The status, where this event changes it.
        change = ""
        if status is not None and status != before:
            parts = {"status": int(status), "title": status.text.get(lang)}
            change = "  → " + render("dossier-line-status", lang, parts)
        if event.recorded is not None:
            recorded = _written(event.recorded, zone, lang)
            word += " " + render("dossier-line-recorded", lang, {"recorded": recorded})
        yield f"  {_written(event.at, zone, lang)}  {word}{change}"
        before = status


def _written(moment: date, zone: tzinfo, lang: Language) -> str:
    """A moment as a column of a time line has it: day and hour; a day alone without an hour."""
    if not isinstance(moment, datetime):
        return written_day(moment, lang)
    local = moment.astimezone(zone)
    return f"{written_day(local, lang)} {local:%H:%M}"
