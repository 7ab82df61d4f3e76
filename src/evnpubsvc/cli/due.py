"""`evnpubsvc due RECEIVED LIMIT`: the due date of a dossier, with each skipped day and its reason."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.texts import Language

if TYPE_CHECKING:
    from evnpubsvc.deadlines import Stop

__all__ = ["due_command"]

_CUTOFFS: Final = ("none", "transfer15", "hard15", "soft15", "shift15", "lasthour", "officehours")
_VIETNAMESE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2}))?", re.ASCII)


def _moment(text: str) -> date | datetime:
    """Read `2022-12-15`, `2022-12-15T10:00`, `15/12/2022` or `15/12/2022 10:00`."""
    text = text.strip()
    written = _VIETNAMESE.fullmatch(text)
    try:
        if written is not None:
            day, month, year, hour, minute = (
                None if part is None else int(part) for part in written.groups()
            )
            assert day is not None
            assert month is not None
            assert year is not None
            if hour is None or minute is None:
                return date(year, month, day)
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - local time of Viet Nam
        return (
            date.fromisoformat(text)
            if len(text) <= len("2022-12-15")
            else datetime.fromisoformat(text)
        )
    except ValueError:
        raise click.BadParameter(
            f"{text[:40]!r} is no date (2022-12-15, 2022-12-15T10:00, 15/12/2022 10:00)"
        ) from None


def _as_utf8(argument: str) -> str:
    """Undo what a locale without UTF-8 makes of a Vietnamese argument."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def _stop(text: str) -> Stop:
    """Read `FROM/TO`, `FROM/` for a stop that lasts, with an optional `KIND:` before it."""
    from evnpubsvc.deadlines import Stop, StopKind

    head, colon, rest = text.partition(":")
    kind, span = (head, rest) if colon and head in set(StopKind) else (StopKind.OTHER, text)
    start, slash, end = span.partition("/")
    if not slash:
        raise click.BadParameter(
            f"{text[:60]!r} is no stop: write FROM/TO, or FROM/ while it lasts"
        )
    return Stop(StopKind(kind), _moment(start), _moment(end) if end.strip() else None)


@click.command("due")
@click.argument("received")
@click.argument("limit")
@click.option(
    "--cutoff",
    type=click.Choice(_CUTOFFS),
    help="How the hour of receipt moves the day of receipt.",
)
@click.option(
    "--stop",
    "spans",
    multiple=True,
    metavar="[KIND:]FROM/TO",
    help="A stop of the clock; may be repeated.",
)
@click.option(
    "--clock",
    type=click.Choice(("not_started", "restart", "resume", "exclude")),
    help="What stops do.",
)
@click.option("--resumed-on", help="Preview: open stops end then.")
@click.option(
    "--hours", type=click.Choice(("clock", "working", "days")), help='What "24 giờ" means.'
)
@click.option(
    "--days", type=click.Choice(("civil-code", "eight-hours")), help="How working days are counted."
)
@click.option("--channel", type=click.Choice(("in-person", "online", "post", "non-territorial")))
@click.option("--special", metavar="RULE", help="A special clock, as linked-birth-2024.")
@click.option(
    "--solvable/--not-solvable", default=None, help="For soft15: whether the same day is possible."
)
@click.option(
    "--calendar",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Own days, hours.",
)
@click.option("--trace/--no-trace", default=True, help="Whether to print the steps.")
@lang_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def due_command(
    received: str,
    limit: str,
    lang: Language,
    form: str,
    *,
    file: Path | None,
    spans: tuple[str, ...],
    special: str | None,
    channel: str | None,
    resumed_on: str | None,
    trace: bool,
    **chosen: Any,
) -> None:
    """Print when a dossier RECEIVED on a day or at an instant with a LIMIT ("3 ngày làm việc") is due, and why."""
    from evnpubsvc.deadlines import CountingRules, TimeLimit, special_clock
    from evnpubsvc.deadlines import due as compute
    from evnpubsvc.services import Channel
    from evnpubsvc.worktime import vietnam_calendar

    with reported(lang):
        calendar = vietnam_calendar()
        if file is not None:
            from evnpubsvc.serde import read_calendar

            calendar = read_calendar(file, calendar)
        rules = {name: value for name, value in chosen.items() if value is not None}
        deadline = compute(
            _moment(received),
            TimeLimit.parse(_as_utf8(limit)),
            counting=CountingRules(
                calendar,
                special=None if special is None else special_clock(special),
                **rules,
            ),
            channel=None if channel is None else Channel(channel),
            stops=tuple(map(_stop, spans)),
            resumed_on=None if resumed_on is None else _moment(resumed_on),
            trace=trace,
        )
        if form == "json":
            from evnpubsvc.serde import to_json

            text = to_json(deadline, indent=2)
        else:
            text = deadline.summary(lang)
            if trace:
                text += "\n" + deadline.explain(lang)
    click.echo(text)
