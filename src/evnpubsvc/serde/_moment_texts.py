"""Days, instants and times of day as documents write them.

The patterns say it all, leap days too, so that a schema needs no check of formats. They take what
ISO 8601 and RFC 3339 have in common, and no week dates or dates without hyphens, which Python
reads as well.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

_LEAP: Final = (
    r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29"
)
_YEAR: Final = r"(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_MONTH_DAY: Final = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
DAY: Final = rf"(?:{_YEAR}-{_MONTH_DAY}|{_LEAP})"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
TIME: Final = rf"{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?"
_OFFSET: Final = rf"(?:[Zz]|[+-](?:{TIME}|(?:[01][0-9]|2[0-3])(?:[0-5][0-9])?))"
INSTANT: Final = rf"{DAY}[Tt ]{_CLOCK}(?::[0-5][0-9](?:[.,][0-9]+)?)?{_OFFSET}?"
_is_time: Final = re.compile(TIME).fullmatch
_is_instant: Final = re.compile(INSTANT).fullmatch

# Date, hour, minute, second, and more than microseconds.
_FINER: Final = re.compile(r".{15,19}[.,]\d{6}(\d)")


def instant(text: str) -> datetime:
    """Read an instant as ISO 8601 and RFC 3339 write it, to the microsecond, rounded half up.

    RFC 3339 allows a small `z`. Raises ValueError, and OverflowError at the end of time.
    """
    if not _is_instant(text):
        raise ValueError(text)
    if len(text) < 27 and not text.endswith("z"):
        return datetime.fromisoformat(text)
    finer = _FINER.match(text)
    found = datetime.fromisoformat(text[:-1] + "Z" if text.endswith("z") else text)
    if finer is not None and finer[1] >= "5":
        return found + timedelta(microseconds=1)
    return found


def day(text: str) -> date:
    """Read a day as `2022-12-15`. Raises ValueError."""
    if len(text) != 10:
        raise ValueError(text)
    # Ten characters that Python reads as a date are also a week date, as 2022-W50-4.
    if text[5] == "W":
        raise ValueError(text)
    return date.fromisoformat(text)


def time_of_day(text: str) -> time:
    """Read a time of day as `08:30`. Raises ValueError."""
    if not _is_time(text):
        raise ValueError(text)
    return time.fromisoformat(text)
