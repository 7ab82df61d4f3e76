"""`evnpubsvc due RECEIVED LIMIT`: the due date of a dossier.

Each skipped day is shown with its reason.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc._moments import local_day
from evnpubsvc.cli._calendars import answer_by_calendar, calendar_options
from evnpubsvc.cli._catalogues import catalogue_option, read_procedures, solvable_option
from evnpubsvc.cli._counting import counting_of, counting_options
from evnpubsvc.cli._io import choice_of, lang_option, reported, show_findings
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import MOMENT
from evnpubsvc.errors import DataError
from evnpubsvc.findings import violations
from evnpubsvc.services import Channel
from evnpubsvc.texts import Language
from evnpubsvc.worktime import parse_moment
from evnpubsvc.worktime.parts import split_span

if TYPE_CHECKING:
    from evnpubsvc.catalogue import CaseLimit
    from evnpubsvc.deadlines import Deadline, Stop
    from evnpubsvc.worktime import Calendar

__all__ = ["due_command"]


def _stop(text: str) -> Stop:
    """Read `FROM/TO`, `FROM/` for a stop that lasts, with an optional `KIND:` before it."""
    from evnpubsvc.deadlines import Stop, StopKind

    head, colon, rest = text.partition(":")
    kind, span = (head, rest) if colon and head in set(StopKind) else (StopKind.OTHER, text)
    parted = split_span(span)
    if parted is None:
        raise WrongCall("call-stop", text)
    start, end = parted
    return Stop(StopKind(kind), parse_moment(start), parse_moment(end) if end else None)


@click.command("due")
@click.argument("received", type=MOMENT)
@click.argument("limit")
@click.option(
    "--cutoff",
    type=choice_of("cut-off"),
    help="How the hour of receipt moves the day of receipt.",
)
@click.option(
    "--stop",
    "spans",
    multiple=True,
    metavar="[KIND:]FROM/TO",
    help="A stop of the clock; may be repeated.",
)
@counting_options
@click.option("--resumed-on", type=MOMENT, help="Preview: open stops end then.")
@click.option(
    "--days",
    type=choice_of("day-count"),
    help="How working days are counted.",
)
@click.option(
    "--channel",
    type=choice_of("channel"),
    help="How the dossier comes in.",
)
@click.option("--case", default="", help="The case, where LIMIT is the code of a procedure.")
@catalogue_option
@click.option(
    "--special",
    metavar="RULE",
    help="A special clock, as linked-birth-2024, or one of the file of --law.",
)
@solvable_option
@calendar_options
@click.option("--trace/--no-trace", default=True, help="Whether to print the steps.")
@lang_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def due_command(
    received: date | datetime,
    limit: str,
    lang: Language,
    form: str,
    *,
    calendar_file: Path | None,
    decided_only: bool,
    spans: tuple[str, ...],
    special: str | None,
    channel: str | None,
    resumed_on: date | datetime | None,
    trace: bool,
    clocks: tuple[str, ...],
    hours: str | None,
    law_file: Path | None,
    case: str,
    catalogue_file: Path | None,
    **chosen: Any,
) -> None:
    """Print when a dossier RECEIVED on a day or at an instant with a LIMIT is due, and why.

    LIMIT is a text as "3 ngày làm việc", or the code of a procedure, whose own limit and rule for
    the hour of receipt then count.
    """
    from evnpubsvc.codes import ProcedureCode
    from evnpubsvc.deadlines import due, read_limits

    by = None if channel is None else Channel(channel)
    with reported(lang):
        text = limit
        found: CaseLimit | None = None

        # The limit: that of a procedure, or the text itself.
        if ProcedureCode.is_valid(text):
            procedure = read_procedures(catalogue_file).at(text, local_day(received))
            found = procedure.limit(on=local_day(received), case=case, channel=by)
            terms = found.limit
        else:
            reading = read_limits(text)
            if violations(reading.findings):
                raise DataError(violations(reading.findings))
            show_findings(reading.findings, lang)
            terms = reading.limits[0]
        stops = tuple(map(_stop, spans))

        def count(calendar: Calendar) -> Deadline:
            counting = counting_of(calendar, clocks, hours, law_file, special, **chosen)
            return due(
                received,
                terms,
                counting=counting if found is None else found.counting(counting),
                channel=by,
                stops=stops,
                resumed_on=resumed_on,
                trace=trace,
            )

        # By the decided days, or by provisional ones where these end.
        deadline = answer_by_calendar(count, calendar_file, decided_only=decided_only)
        if form == "json":
            from evnpubsvc.serde import to_json

            text = to_json(deadline, indent=2)
        else:
            text = deadline.summary(lang)
            if trace:
                text += "\n" + deadline.explain(lang)
    click.echo(text)
