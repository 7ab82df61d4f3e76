"""The office clock: office time as a function of the instant. Exact, in integers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from operator import index
from typing import Final, TypeAlias

from evnpubsvc._moments import VIETNAM_TIME
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime._errors import OutsideCoverageError
from evnpubsvc.worktime._hours import Session, WeeklyHours

_EAST: Final = timedelta(hours=7)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000  # microseconds
_MINUTE: Final = 60 * _SECOND
_DAY: Final = 1440 * _MINUTE
_Sessions: TypeAlias = tuple[Session, ...]


class OfficeClock:
    """Office time before each instant: it grows inside sessions and stands still outside them.

    Where all working days have the same hours, five tables answer a question about whole minutes by
    indexing; `Calendar.add_working_time` reads them. Otherwise `add` finds the day by bisection.

    Attributes:
        base: ordinal of the first day.
        origin: its midnight.
        before: minutes of office time before each day, and after the last one.
        worked: for each day, minutes of office time before a time of the day (whole minutes), less
            one, so that `before + worked + n` is the place of the n-th minute from there, counted
            from zero.
        full: minutes of a working day if all are alike, else 0.
        midnights: the midnights of the working days, if all are alike.
        offsets: for each minute of such a day, from midnight to its end.
    """

    __slots__ = (
        "_days",
        "_last",
        "base",
        "before",
        "full",
        "midnights",
        "offsets",
        "origin",
        "worked",
    )

    def __init__(
        self,
        first: date,
        last: date,
        spans: list[tuple[int, int, WeeklyHours]],
        special: dict[date, _Sessions],
    ) -> None:
        self._last = last
        self.base = first.toordinal()
        self.origin = datetime.fromordinal(self.base)
        # Each different day once; days are told apart by its number.
        kinds: dict[_Sessions, int] = {(): 0}

        def number(sessions: _Sessions) -> int:
            return kinds.setdefault(sessions, len(kinds))

        # The number of each covered day: by the week, then the days that differ.
        days: list[int] = []
        for start, stop, hours in spans:
            week = [number(sessions) for sessions in hours.week]
            shift = (first.weekday() + start) % 7
            days += ((week[shift:] + week[:shift]) * ((stop - start) // 7 + 1))[: stop - start]
        for day, sessions in special.items():
            days[day.toordinal() - self.base] = number(sessions)

        # What each different day holds, then what lies before each covered day.
        minutes = [sum(s.minutes for s in sessions) for sessions in kinds]
        parts = [
            tuple((s.opens * _MINUTE, s.minutes * _MINUTE) for s in sessions) for sessions in kinds
        ]
        worked = [_worked(sessions) for sessions in kinds]
        self._days = [parts[kind] for kind in days]  # opening, length of sessions: microseconds
        self.before = [0, *accumulate(minutes[kind] for kind in days)]
        self.worked: list[Mapping[time, int]] = [worked[kind] for kind in days]

        # The tables for whole minutes, where all working days are alike.
        self.full, self.midnights, self.offsets = 0, list[datetime](), list[timedelta]()
        used = set(days) - {0}
        if len(used) == 1:
            (kind,) = used
            self.full = minutes[kind]
            self.midnights = [
                datetime.fromordinal(self.base + i) for i, each in enumerate(days) if each
            ]
            self.offsets = [
                timedelta(minutes=m + 1)
                for s in tuple(kinds)[kind]
                for m in range(s.opens, s.closes)
            ]

    def add(
        self, start: datetime, amount: timedelta | None, minutes: int, seconds: int
    ) -> datetime:
        """See `Calendar.add_working_time`."""
        local = _local(start)
        change = _microseconds(amount, minutes, seconds)
        position = self._position(start, local) + change
        if change == 0 and self._is_office_time(local):
            result = local
        else:
            result = self._instant(start, position, latest=change <= 0)
        if start.tzinfo is None or start.utcoffset() is None:
            return result
        return result.replace(tzinfo=VIETNAM_TIME)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """See `Calendar.working_time_between`."""
        first, second = _local(a), _local(b)
        if (a.utcoffset() is None) is not (b.utcoffset() is None):
            raise MisuseError("naive-and-aware", a, other=b)
        return timedelta(microseconds=self._position(b, second) - self._position(a, first))

    def _outside(self, reason: str, moment: datetime) -> OutsideCoverageError:
        return OutsideCoverageError(reason, moment, first=self.origin.date(), last=self._last)

    def _position(self, moment: datetime, local: datetime) -> int:
        """Office time before an instant, in microseconds."""
        since = local - self.origin
        day = since.days
        if not 0 <= day < len(self._days):
            raise self._outside("outside-coverage", moment)
        position = self.before[day] * _MINUTE
        at = since.seconds * _SECOND + since.microseconds
        for opens, length in self._days[day]:
            if at <= opens:
                break
            position += length if at >= opens + length else at - opens
        return position

    def _is_office_time(self, local: datetime) -> bool:
        """Whether an instant lies in a session, both ends included."""
        since = local - self.origin
        at = since.seconds * _SECOND + since.microseconds
        if (
            at == 0
            and since.days
            and any(opens + length == _DAY for opens, length in self._days[since.days - 1])
        ):
            return True  # the midnight that ended a session of the day before
        return any(opens <= at <= opens + length for opens, length in self._days[since.days])

    def _instant(self, start: datetime, position: int, *, latest: bool) -> datetime:
        """The earliest or the latest instant with so much office time before it."""
        whole, rest = divmod(position, _MINUTE)
        day = (
            bisect_right(self.before, whole)
            if latest
            else bisect_left(self.before, whole + (rest > 0))
        ) - 1
        if not 0 <= day < len(self._days):
            raise self._outside("time-leads-out", start)
        left = position - self.before[day] * _MINUTE
        for opens, length in self._days[day]:
            if left < length or (left == length and not latest):
                return self.origin + timedelta(day, 0, opens + left)
            left -= length
        raise AssertionError("the day holds the position")  # pragma: no cover


def _local(moment: datetime) -> datetime:
    """The instant as local time of Viet Nam, without a time zone."""
    given: object = moment
    if not isinstance(given, datetime):
        raise MisuseError("not-an-instant", moment, type=type(moment).__name__)
    if moment.tzinfo is None:
        return moment
    if moment.utcoffset() is None:  # a time zone that does not know itself
        return moment.replace(tzinfo=None)
    try:
        return moment.astimezone(UTC).replace(tzinfo=None) + _EAST
    except OverflowError:  # at the ends of the years 1 and 9999, which no calendar covers
        return moment.replace(tzinfo=None)


def _microseconds(amount: timedelta | None, minutes: int, seconds: int) -> int:
    try:
        change = index(minutes) * _MINUTE + index(seconds) * _SECOND
        if amount is None:
            return change
        return change + amount // _MICROSECOND
    except TypeError:
        for given in (amount, minutes, seconds):
            if not isinstance(given, int | timedelta):
                raise MisuseError("not-an-amount", given, type=type(given).__name__) from None
        raise MisuseError("not-an-amount", amount, type=type(amount).__name__) from None


@cache
def _times() -> tuple[time, ...]:
    return tuple(time(minute // 60, minute % 60) for minute in range(1440))


def _worked(sessions: _Sessions) -> Mapping[time, int]:
    flags = bytearray(1440)
    for session in sessions:
        flags[session.opens : session.closes] = b"\1" * session.minutes
    return dict(zip(_times(), accumulate(flags, initial=-1), strict=False))
