"""Days and instants as people type them, in Vietnamese and English.

One reader for all who are given texts.

Day first is the order of Viet Nam. What can be read in two ways is refused with both readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal, TypeAlias

from evnpubsvc._letters import plain_letters
from evnpubsvc._moments import VIETNAM_TIME
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding

DateOrder: TypeAlias = Literal["iso", "dmy", "compact"]

_LONGEST: Final = 80  # characters; nobody types more for one instant

# A day: year first, day first, in words, or eight digits.
_SEP: Final = r"\s?[-/.]\s?"
_DAYS: Final[dict[str, str]] = {
    "iso": rf"(?P<y>\d{{4}})(?P<s>{_SEP})(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})",
    "dmy": rf"(?P<d>\d{{1,2}})(?P<s>{_SEP})(?P<m>\d{{1,2}})(?P=s)(?P<y>\d{{4}})",
    "words": (r"(?:ngày )?(?P<d>\d{1,2}) ?tháng ?(?P<m>\d{1,2})(?: ?năm|[ /,-]) ?(?P<y>\d{4})"),
    "compact": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<clock>\d{6}))?",
}
_SHORT_YEAR: Final = rf"(\d{{1,2}})({_SEP})(\d{{1,2}})\2(\d{{2}})"

# A time of day, what follows it, and a zone.
_CLOCK: Final = (
    r"(?P<h>\d{1,2})(?:(?: ?: ?| ?(?:giờ|h|g) ?)(?P<m>\d{2})(?: ?phút)?"
    r"(?: ?[:,]? ?(?P<s>\d{2})(?:[.,](?P<f>\d{1,6}))?(?: ?giây)?)?| ?(?:giờ|h|g)| (?=[sacp]))"
    r" ?(?P<half>sáng|trưa|chiều|tối|đêm|sa|ch|am|pm|a\.m\.?|p\.m\.?)?"
)
_ZONE: Final = (
    r"(?P<z>z)|\(?(?:gmt|utc)? ?(?P<sign>[+-])(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?\)?"
    r"|\(?(?P<u>gmt|utc)\)?"
    r"|\(?(?:giờ việt nam|ict|asia/ho_chi_minh)\)?"
)
_LINKS: Final = r"^(?:vào lúc|vào hồi|lúc|hồi|vào|at|on|ngày|t)(?![^\W\d_]) ?|^[,;-] ?"
_MORNING: Final = frozenset({"sa", "am", "a.m", "a.m.", "sáng"})
_AFTERNOON: Final = frozenset({"ch", "pm", "p.m", "p.m.", "chiều", "tối"})
_ENGLISH_HALVES: Final = frozenset({"am", "pm", "a.m", "a.m.", "p.m", "p.m."})


class _NotReadError(Exception):
    """A text that is no single moment, with the finding that says why."""

    def __init__(self, said: Finding) -> None:
        super().__init__(said.reason)
        self.said = said


def parse_moment(text: str, *, order: DateOrder | None = None, zone: tzinfo | None = None) -> date:
    """Read a day or an instant as people type it.

    Reads `2022-12-15`, `15/12/2022`, `15-12-2022`, `15.12.2022`, "ngày 15 tháng 12 năm 2022" and
    `20221215`; before or after it a time of day (`17:00`, `17:00:30`, `17h00`, "5 giờ chiều",
    `5:00:00 CH`; `24:00` is the midnight that ends the day), and a zone (`Z`, `+07:00`,
    `(GMT+7)`). Blanks, invisible letters and full-width forms of any kind are read through.

    Args:
        text: what was typed.
        order: how the numbers of a day are written, where that was declared: `"iso"` for year
            first, `"dmy"` for day first, `"compact"` for eight digits. By default each is accepted,
            and numbers alone have the day first.
        zone: where the clock hangs. An instant is given in it; by default one without a zone of its
            own stays local.

    Returns:
        A `date` if no time of day was typed, else a `datetime`: a day never becomes an hour.

    Raises:
        DataError: `moment-not-read`; `moment-impossible` (31/04, 25:00); `moment-ambiguous` with
            both readings (15/12/22; 03/04/2022 5:00 PM, where American order is as likely).

    >>> parse_moment("17h00 ngày 15/12/2022")
    datetime.datetime(2022, 12, 15, 17, 0)
    >>> parse_moment("ngày 15 tháng 12 năm 2022")
    datetime.date(2022, 12, 15)
    >>> parse_moment("01/02/03")
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: '01/02/03' may be 01/02/2003 or 03/02/2001 [moment-ambiguous] - ...
    """
    try:
        return _read(text, order, zone)
    except _NotReadError as error:
        raise DataError([error.said]) from None


def split_span(text: str, *, order: DateOrder | None = None) -> tuple[str, str] | None:
    """Split FROM/TO at the slash that leaves a moment on both sides; TO may be empty.

    Returns:
        The two texts, stripped; None where no slash does, or more than one.

    >>> split_span("20/12/2022/27/12/2022")
    ('20/12/2022', '27/12/2022')
    >>> split_span("20/12/2022/")
    ('20/12/2022', '')
    """
    found = [
        (text[: slash.start()].strip(), text[slash.end() :].strip())
        for slash in re.finditer("/", text[: 2 * _LONGEST])
    ]
    good = [
        (start, end)
        for start, end in found
        if _is_moment(start, order) and (not end or _is_moment(end, order))
    ]
    return good[0] if len(good) == 1 else None


def _is_moment(text: str, order: DateOrder | None) -> bool:
    """Whether a text is a moment as a whole."""
    try:
        _read(text, order, None)
    except _NotReadError:
        return False
    return True


def _read(text: str, order: DateOrder | None, zone: tzinfo | None) -> date:
    """A moment from a text, or the error that says why there is none."""
    # Small letters in composed form, without look-alikes, with single blanks.
    plain = plain_letters(unicodedata.normalize("NFKC", plain_letters(text)))
    cleaned = " ".join(unicodedata.normalize("NFC", plain.lower()).split())
    if not cleaned or len(cleaned) > _LONGEST:
        raise _NotReadError(finding("moment-not-read", "", text))
    # The day comes first or last; around it the time of day, a zone, and words that link them.
    for match in _find_days(cleaned, order):
        day = _make_day(match, text)
        around = cleaned[: match.start()].strip(), cleaned[match.end() :].strip()
        clock = _read_around(around, match, text)
        if clock is None:
            continue
        _refuse_american(match, clock, order, text)
        return _put_together(day, clock, zone, text)
    short = re.fullmatch(_SHORT_YEAR, cleaned)
    if short is not None:
        raise _NotReadError(_say_both(short, text))
    raise _NotReadError(finding("moment-not-read", "", text))


def _find_days(cleaned: str, order: DateOrder | None) -> Iterator[re.Match[str]]:
    """Find a day at either end or after a time of day, in the orders that are accepted."""
    accepted = ("iso", "dmy", "compact") if order is None else (order,)
    for name in (*accepted, "words"):
        for match in re.finditer(_DAYS[name], cleaned):
            before, after = cleaned[: match.start()][-1:], cleaned[match.end() :][:1]
            if not before.isdigit() and not after.isdigit() and after != "/":
                yield match


def _make_day(match: re.Match[str], text: str) -> date:
    """The day of a match, unless there is no such day."""
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        raise _NotReadError(finding("moment-impossible", "", text)) from None


# Hour, minute, second, microsecond; the word for half of the day; the zone, None if none was given.
_Clock: TypeAlias = tuple[tuple[int, int, int, int] | None, str, timezone | None]


def _read_around(around: tuple[str, str], day: re.Match[str], text: str) -> _Clock | None:
    """Read the time of day and the zone before and after a day.

    The result is None where something is left over.
    """
    before, after = around
    digits = day.groupdict().get("clock")
    if digits is not None:
        before = f"{digits[:2]}:{digits[2:4]}:{digits[4:]} {before}".strip()
    # What stands before the day may be the time with its zone, or only a word such as "ngày".
    rest = " ".join(part for part in (before.removesuffix("ngày").strip(), after) if part)
    clock: tuple[int, int, int, int] | None = None
    half, zone = "", None
    while rest:
        # Words and marks that only link.
        linked = re.match(_LINKS, rest)
        if linked is not None and linked.end():
            rest = rest[linked.end() :].strip()
            continue

        # The time of day, once.
        found = re.match(_CLOCK, rest)
        if found is not None and clock is None and _ends_well(rest, len(found.group().rstrip())):
            clock, half = _make_clock(found, text), found["half"] or ""
            rest = rest[found.end() :].strip()
            continue

        # A zone after it, once. Anything else is left over.
        named = re.match(_ZONE, rest)
        if named is None or zone is not None or clock is None:
            return None
        zone = _make_zone(named, text)
        rest = rest[named.end() :].strip()
    return clock, half, zone


def _ends_well(rest: str, end: int) -> bool:
    """Whether a time of day ends there: no letter or digit goes on but the zone's z."""
    return not rest[end : end + 1].isalnum() or rest[end : end + 1] == "z"


def _make_clock(found: re.Match[str], text: str) -> tuple[int, int, int, int]:
    """Hour of 24, minute, second and microsecond of a match."""
    hour, minute, second = (int(found[name] or 0) for name in ("h", "m", "s"))
    hour = _hour_of_day(hour, found["half"] or "", text)
    if (hour, minute, second) == (24, 0, 0) and not found["half"]:
        return 24, 0, 0, 0  # the midnight that ends the day
    if hour > 23 or minute > 59 or second > 59:
        raise _NotReadError(finding("moment-impossible", "", text))
    return hour, minute, second, int((found["f"] or "").ljust(6, "0"))


def _hour_of_day(hour: int, half: str, text: str) -> int:
    """Return the hour of 24 that an hour with "SA", "CH", "sáng", "chiều" … is."""
    if half == "đêm":  # "11 giờ đêm" is before midnight, "1 giờ đêm" after it
        raise _NotReadError(finding("moment-not-read", "", text))
    if half == "trưa":
        if hour < 10:
            return hour + 12
        return hour
    if half in _MORNING:
        if hour > 12:
            raise _NotReadError(finding("moment-impossible", "", text))
        return 0 if hour == 12 else hour
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return hour


def _make_zone(named: re.Match[str], text: str) -> timezone:
    """The zone of a match: an offset, UTC, or Viet Nam's where only a name was given."""
    if named["z"] or named["u"]:
        return UTC
    if named["sign"] is None:
        return VIETNAM_TIME
    hours, minutes = int(named["h"]), int(named["m"] or 0)
    if hours > 23 or minutes > 59:
        raise _NotReadError(finding("moment-impossible", "", text))
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if named["sign"] == "-" else size)


def _put_together(day: date, clock: _Clock, zone: tzinfo | None, text: str) -> date:
    """The day, or the instant where an hour was given, in the zone that was asked for."""
    time, _, offset = clock
    if time is None:
        return day
    own = zone if offset is None else offset
    try:
        moment = datetime(day.year, day.month, day.day, time[0] % 24, *time[1:], tzinfo=own)
        moment += timedelta(days=time[0] // 24)
    except OverflowError:
        raise _NotReadError(finding("moment-impossible", "", text)) from None
    if zone is None or offset is None:
        return moment
    try:
        return moment.astimezone(zone)
    except OverflowError:
        raise _NotReadError(finding("moment-impossible", "", text)) from None


def _refuse_american(
    match: re.Match[str], clock: _Clock, order: DateOrder | None, text: str
) -> None:
    """Refuse 03/04/2022 5:00 PM: where an hour has PM, the month often comes first."""
    if order is not None or clock[1] not in _ENGLISH_HALVES or "s" not in match.groupdict():
        return
    day, month, year = match["d"], match["m"], match["y"]
    if len(year) == 4 and match.string[match.start() :][:4] != year and _both_months(day, month):
        first, second = _write_day(day, month, year), _write_day(month, day, year)
        raise _NotReadError(finding("moment-ambiguous", "", text, first=first, second=second))


def _both_months(day: str, month: str) -> bool:
    """Whether both numbers may be a month, so that their order matters."""
    return int(day) <= 12 and int(month) <= 12 and int(day) != int(month)


def _say_both(short: re.Match[str], text: str) -> Finding:
    """Say what a year of two digits may mean: 15/12/22 is 2022, or the day is the 22nd of 2015."""
    first, _, month, last = short.groups()
    readings = (
        _write_day(first, month, f"20{last}"),
        _write_day(last, month, f"20{first.zfill(2)}"),
    )
    return finding("moment-ambiguous", "", text, first=readings[0], second=readings[1])


def _write_day(day: str, month: str, year: str) -> str:
    """A day as the message about two readings writes it."""
    return f"{int(day):02}/{int(month):02}/{year}"
