"""Team files, rosters as calendar feeds (extra `calendar-feed`), sessions of office hours."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from evnpubsvc._files import Source
from evnpubsvc._tables import packaged_text
from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach import DutyRoster, SupportProgramme
from evnpubsvc.serde._documents import read_document
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render
from evnpubsvc.worktime import VIETNAM_TIME, Calendar


def read_programme(source: Source) -> SupportProgramme:
    r"""Read a team file.

    `[team]` with its decisions and members, `[[desks]]` and `[[activities]]` if there are any.

    Raises:
        DataError: everything that is wrong, with its place.

    >>> import io
    >>> read_programme(io.BytesIO(b'[team]\nkey = "tx2"'))
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.team.name: this key is missing [key-missing]
    $.team.decisions: this key is missing [key-missing]
    """
    return read_document(source, SupportProgramme)


def outreach_example() -> SupportProgramme:
    """Return the team of Tam Xuân II commune, 2022, from the packaged team file.

    The decision, its date, the equipment and the kinds of activity are published facts; the members
    are placeholders (`TV1` to `TV10`), since their number and names were not published.

    >>> print(outreach_example().team.decisions[0].instrument)
    Decision 44/QĐ-UBND of 2022-04-15
    """
    import io  # noqa: PLC0415 - only examples need it

    return read_programme(
        io.BytesIO(packaged_text("outreach/examples/tam-xuan-ii-2022.toml").encode())
    )


def roster_feed(
    roster: DutyRoster, *, stamp: datetime, calendar: Calendar | None = None, lang: Language = "en"
) -> bytes:
    """Return a roster as an iCalendar feed (RFC 5545), needing the extra `calendar-feed`.

    Equal arguments give equal bytes. The UID of an event follows from team, day and session, and
    its sequence number from the changes of its day, so a calendar that reads the feed again moves
    duties instead of doubling them.

    Args:
        roster: the roster.
        stamp: when the feed was made, with a time zone; there is no clock in here.
        calendar: gives one event for each session of office hours; without it each duty is an
            all-day event.
        lang: language of the titles.

    Raises:
        MisuseError: `extra-missing`, `stamp-without-zone`.
    """
    try:
        from icalendar import Calendar as Feed  # noqa: PLC0415 - an extra
        from icalendar import Event as NewEvent  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MisuseError("extra-missing", "icalendar", extra="calendar-feed") from None
    if stamp.utcoffset() is None:
        raise MisuseError("stamp-without-zone", stamp)
    utc = timezone.utc  # noqa: UP017 - one import for both names
    feed: Any = Feed()
    title = roster.title(lang)
    for name, value in (
        ("prodid", f"-//evnpubsvc//roster//{lang.upper()}"),
        ("version", "2.0"),
        ("x-wr-calname", title),
    ):
        feed.add(name, value)

    def event(duty_uid: str, sequence: int, summary: str, start: Any, end: Any) -> Any:
        made: Any = NewEvent()
        made.add("uid", duty_uid)
        made.add("dtstamp", stamp.astimezone(utc))
        made.add("sequence", sequence)
        made.add("summary", summary)
        made.add("dtstart", start)
        made.add("dtend", end)
        return made

    for duty in roster:
        sequence = sum(move.day == duty.day for change in roster.log for move in change.moves)
        summary = render("roster-event", lang, {"member": duty.member})
        uid = f"{duty.day:%Y%m%d}-{{}}-{roster.team}@evnpubsvc"
        if calendar is None:
            end = duty.day + timedelta(days=1)
            feed.add_component(event(uid.format(0), sequence, summary, duty.day, end))
            continue
        for number, session in enumerate(calendar.sessions(duty.day), 1):
            opens = datetime.combine(duty.day, session.start, VIETNAM_TIME)
            closes = opens + timedelta(minutes=session.minutes)
            feed.add_component(
                event(
                    uid.format(number),
                    sequence,
                    summary,
                    opens.astimezone(utc),
                    closes.astimezone(utc),
                )
            )
    written: bytes = feed.to_ical()
    return written
