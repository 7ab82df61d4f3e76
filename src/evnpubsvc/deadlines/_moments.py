"""Days and instants of a question: local time of Viet Nam, without a time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final

from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import written_day
from evnpubsvc.worktime import VIETNAM_TIME

_INSTANT: Final = timedelta(microseconds=1)
# The offsets of what is written in local time: a zone that does not know itself is local too.
LOCAL: Final = (VIETNAM_TIME.utcoffset(None), None)


def local_time(moment: datetime) -> datetime:
    """Return an instant as local time of Viet Nam, without a time zone.

    One without a zone is local already.

    Raises:
        MisuseError: `time-absurd` at the ends of the years 1 and 9999.
    """
    zone = moment.tzinfo
    if zone is None:
        return moment
    if zone is VIETNAM_TIME or moment.utcoffset() in LOCAL:
        # As `replace` without the zone, in a sixth of its time.
        return datetime.combine(moment.date(), moment.time())
    try:
        return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None)
    except OverflowError:
        raise MisuseError("time-absurd", moment) from None


def with_zone(local: datetime) -> datetime:
    """Return a local instant with the time zone of Viet Nam."""
    # As `replace` with the zone, in a sixth of its time.
    return datetime.combine(local.date(), local.time(), VIETNAM_TIME)


def midnight(day: date) -> datetime:
    """Return the midnight that begins a day."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local time


def last_day(instant: datetime) -> date:
    """Return the day that an instant ends in: midnight is the end of the day before (24:00)."""
    return (instant - _INSTANT).date()


def add_months(day: date, months: int) -> date:
    """Return the same-numbered day so many months later, or the last day of a shorter month.

    It is the sum of `dateutil.relativedelta(months=months)` and the day, at a fraction of its cost;
    a test compares the two.

    Raises:
        ValueError: the result comes after the year 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if day.day <= 28:  # every month has it
        return day.replace(year, month + 1)
    return day.replace(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def iso_text(moment: date) -> str:
    """Return a day or an instant of a stop as a step keeps it: ISO, to the minute."""
    if isinstance(moment, datetime):
        return local_time(moment).isoformat(timespec="minutes")
    return moment.isoformat()


def written(iso: str, lang: Language) -> str:
    """Return what `iso_text` gave as a trace writes it; any other text as it is."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if "T" not in iso:
        return written_day(moment, lang)
    if lang == "vi":
        return write(moment, lang)
    return f"{written_day(moment, lang)} {moment:%H:%M}"
