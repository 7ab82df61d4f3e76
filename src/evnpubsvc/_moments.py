"""Days, instants and the time zone of Viet Nam: one set of helpers, below every room.

A moment is a day (`date`) or an instant (`datetime`). A day never becomes an hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from evnpubsvc._hooks import misuse

# One offset all year, without daylight saving since 1975; fixed, so that no table of zones is
# needed.
VIETNAM_TIME: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def own_day(moment: date) -> date:
    """Return the day of a moment in the zone in which it is written; a day stays itself."""
    if isinstance(moment, datetime):
        return moment.date()
    return moment


def local_day(moment: date, zone: tzinfo = VIETNAM_TIME) -> date:
    """Return the day of a moment in a zone; a day stays itself.

    An instant without a zone is local already. Near the ends of the years 1 and 9999, where the
    zone would lead out, it keeps the day in which it is written.
    """
    if not isinstance(moment, datetime):
        return moment
    own = moment.tzinfo
    if own is zone or own == zone or moment.utcoffset() is None:
        return moment.date()
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def in_zone(moment: date, zone: tzinfo = VIETNAM_TIME) -> date:
    """Return an instant as a zone writes it; a day stays itself.

    Near the ends of the years 1 and 9999, where the zone would lead out, it stays as it is written.
    """
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def is_before(one: date, other: date) -> bool:
    """Return whether one moment is before another.

    Of a day and an instant only the days in Viet Nam are compared.
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return local_day(one) < local_day(other)


def local_zone(name: str) -> tzinfo:
    """Return a time zone by its IANA name.

    That of Viet Nam and UTC are there on systems without a database of zones too.

    Raises:
        MisuseError: `timezone-unknown`.
    """
    if name == str(VIETNAM_TIME):
        return VIETNAM_TIME
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most registers are Vietnamese

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise misuse("timezone-unknown", name) from None


ZONED: Final = r"^(?:[^Tt ]*|[^Tt ]*[Tt ].*(?:[Zz]|[+-][0-9:.]+))$"
"""What a day, or an instant with its zone, looks like in documents."""
