"""The office clock: counting office time between instants. Exact in integers, O(log days)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import accumulate
from typing import Final, TypeAlias

from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime._errors import OutsideCoverageError
from evnpubsvc.worktime._hours import Session, WeeklyHours

__all__ = ["VIETNAM_TIME", "Clock"]

VIETNAM_TIME: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Asia/Ho_Chi_Minh: UTC+7 without daylight saving, unchanged since 13/6/1975."""

_MICRO: Final = timedelta(microseconds=1)
_MINUTE: Final = 60_000_000  # microseconds
_Sessions: TypeAlias = tuple[Session, ...]


class Clock:
    """Office time as a function of the instant: it grows inside sessions and stands still outside them."""

    __slots__ = ("_before", "_days", "_first", "_last", "_origin", "_worked")

    def __init__(
        self, first: date, last: date, spans: list[tuple[int, int, WeeklyHours]], special: dict[date, _Sessions]
    ) -> None:
        self._first, self._last = first, last
        self._origin = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - local time
        days: list[_Sessions] = []
        for start, stop, hours in spans:
            shift = (first.weekday() + start) % 7
            days += ((*hours.week[shift:], *hours.week[:shift]) * ((stop - start) // 7 + 1))[: stop - start]
        base = first.toordinal()
        for day, sessions in special.items():
            days[day.toordinal() - base] = sessions
        self._days = days
        minutes = {sessions: sum(s.minutes for s in sessions) for sessions in set(days)}
        self._before = [0, *accumulate(minutes[sessions] for sessions in days)]  # minutes before each day
        self._worked = {sessions: _worked(sessions) for sessions in minutes}

    def _local(self, moment: datetime) -> datetime:
        if not isinstance(moment, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise MisuseError("not-an-instant", moment, type=type(moment).__name__)
        if moment.tzinfo is None or moment.utcoffset() is None:
            return moment.replace(tzinfo=None)
        try:
            return (moment.astimezone(UTC) + _SHIFT).replace(tzinfo=None)
        except OverflowError:
            raise self._outside(moment) from None

    def _outside(self, moment: datetime) -> OutsideCoverageError:
        return OutsideCoverageError("outside-coverage", moment, first=self._first, last=self._last)

    def _position(self, moment: datetime, local: datetime) -> int:
        """Office time before an instant, in microseconds."""
        since = local - self._origin
        if not 0 <= since.days < len(self._days):
            raise self._outside(moment)
        minute, second = divmod(since.seconds, 60)
        worked = self._worked[self._days[since.days]]
        position = (self._before[since.days] + worked[minute]) * _MINUTE
        if worked[minute + 1] > worked[minute]:
            position += second * 1_000_000 + since.microseconds
        return position

    def add(self, start: datetime, amount: timedelta | None, minutes: int, seconds: int) -> datetime:
        """See `Calendar.add_working_time`."""
        if type(minutes) is not int or type(seconds) is not int or not isinstance(amount, timedelta | None):
            wrong = next(x for x in (amount, minutes, seconds) if type(x) is not int and x is not None)
            raise MisuseError("not-an-amount", wrong, type=type(wrong).__name__)
        local = self._local(start)
        at = self._position(start, local)
        change = minutes * _MINUTE + seconds * 1_000_000 + (amount // _MICRO if amount is not None else 0)
        if change == 0 and self._is_office_time(local):
            result = local
        else:
            result = self._instant(start, at + change, latest=change <= 0)
        return result if start.tzinfo is None or start.utcoffset() is None else result.replace(tzinfo=VIETNAM_TIME)

    def _is_office_time(self, local: datetime) -> bool:
        """Whether an instant lies in a session, both ends included."""
        since = local - self._origin
        at = since.seconds * 1_000_000 + since.microseconds
        return any(s.opens * _MINUTE <= at <= s.closes * _MINUTE for s in self._days[since.days])

    def _instant(self, start: datetime, position: int, *, latest: bool) -> datetime:
        """The earliest or the latest instant with so much office time before it."""
        whole, rest = divmod(position, _MINUTE)
        day = (bisect_right(self._before, whole) if latest else bisect_left(self._before, whole + (rest > 0))) - 1
        if not 0 <= day < len(self._days):
            raise OutsideCoverageError("time-leads-out", start, first=self._first, last=self._last)
        left = position - self._before[day] * _MINUTE
        for session in self._days[day]:
            length = session.minutes * _MINUTE
            if left < length or (left == length and not latest):
                return self._origin + timedelta(days=day, minutes=session.opens, microseconds=left)
            left -= length
        raise AssertionError("the day holds the position")  # pragma: no cover

    def between(self, a: datetime, b: datetime) -> timedelta:
        """See `Calendar.working_time_between`."""
        first, second = self._local(a), self._local(b)
        if (a.utcoffset() is None) is not (b.utcoffset() is None):
            raise MisuseError("naive-and-aware", a, other=b)
        return timedelta(microseconds=self._position(b, second) - self._position(a, first))


_SHIFT: Final = timedelta(hours=7)


def _worked(sessions: _Sessions) -> list[int]:
    """Minutes of office time before each minute of the day, and after the last."""
    flags = bytearray(1440)
    for session in sessions:
        flags[session.opens : session.closes] = b"\1" * session.minutes
    return [0, *accumulate(flags)]
