"""`evnpubsvc roster`: the duty roster of a support team for a month."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evnpubsvc.cli._calendars import answer_by_calendar, calendar_options
from evnpubsvc.cli._io import lang_option, open_source, reported, show_findings
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import MOMENT, read_day
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import printable_lines
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

if TYPE_CHECKING:
    from evnpubsvc.outreach import Absence, DutyRoster

__all__ = ["roster_command"]


@click.command("roster")
@click.argument("team")
@click.argument("month")
@click.option(
    "--absent", "absent", multiple=True, metavar="REF=DAY[..DAY]",
    help="Who is away when, inclusive: TV3=2022-05-04..2022-05-10; may be repeated."
)  # fmt: skip
@click.option(
    "--since",
    metavar="MONTH",
    help="Plan from this month on, and carry the days of the months before.",
)
@click.option("--no-consecutive", is_flag=True, help="Nobody takes two working days in a row.")
@click.option(
    "--at-most",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Most days of one member in a month.",
)
@click.option(
    "--stamp",
    type=MOMENT,
    metavar="INSTANT",
    help="Time stamp of --format ics; midnight before the first day if left out.",
)
@calendar_options
@lang_option
@click.option(
    "--format", "shape", type=click.Choice(["text", "csv", "ics"]), default="text",
    show_default=True,
    help="A text for the notice board, a table, or a calendar feed."
)  # fmt: skip
def roster_command(
    team: str,
    month: str,
    absent: tuple[str, ...],
    since: str | None,
    no_consecutive: bool,
    at_most: int | None,
    stamp: date | None,
    lang: Language,
    shape: str,
    calendar_file: Path | None,
    decided_only: bool,
) -> None:
    """Plan the duty roster of TEAM (a TOML file, or - for standard input) for MONTH (2022-05).

    One member on each working day of Viet Nam's calendar, make-up days included, the days shared
    evenly.
    """
    from evnpubsvc.outreach import plan_rosters, roster_csv, roster_text
    from evnpubsvc.serde import read_programme, roster_feed

    with reported(lang):
        away = [_absence(text) for text in absent]
        with open_source(team) as source:
            programme = read_programme(source)
        show_findings(programme.team.notices, lang)
        months = [month] if since is None else _months(since, month)

        def plan(calendar: Calendar) -> tuple[DutyRoster, Calendar]:
            rosters = plan_rosters(
                programme.team,
                months,
                calendar,
                absences=away,
                no_consecutive=no_consecutive,
                at_most=at_most,
            )
            return rosters[-1], calendar

        roster, calendar = answer_by_calendar(plan, calendar_file, decided_only=decided_only)
        show_findings(roster.notices, lang)
        if shape == "csv":
            click.echo(roster_csv(roster, lang), nl=False)
        elif shape == "ics":
            made = datetime.combine(roster.first, datetime.min.time(), VIETNAM_TIME)
            if stamp is not None:
                made = _stamp(stamp)
            feed = roster_feed(roster, stamp=made, calendar=calendar, lang=lang)
            click.echo(feed, nl=False)
        else:
            click.echo(printable_lines(roster_text(roster, lang, team=programme.team.name)))


def _absence(text: str) -> Absence:
    from evnpubsvc.outreach import Absence

    member, equals, span = text.partition("=")
    first, _, last = span.partition("..")
    if not equals:
        raise MisuseError("absence-not-read", f"{text} (=)")
    try:
        return Absence(member, read_day(first), read_day(last or first))
    except DataError as error:
        raise WrongCall(error.findings[0]) from None


def _months(since: str, month: str) -> list[str]:
    """The months from one to another, both inclusive; just the last when the order is wrong, which
    then is told.
    """
    try:
        start, end = (date.fromisoformat(f"{text}-01") for text in (since, month))
    except ValueError:
        return [since, month]  # the planner names what cannot be read
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    if not 0 < len(numbers) <= 120:
        return [since, month]
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def _stamp(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        raise MisuseError("stamp-without-zone", moment)
    return moment
