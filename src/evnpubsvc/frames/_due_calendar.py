"""A calendar as arrays: working days by number, office hours, the hours of cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from evnpubsvc._records import frozen
from evnpubsvc.deadlines import CutOff
from evnpubsvc.frames._days import day_number
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

Ints: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.intp]

MINUTE: Final = 60_000_000  # microseconds
DAY: Final = 1_440 * MINUTE
NEVER: Final = 1 << 60  # an hour, a tick or a day after every other
NO_HOUR: Final = -1  # of a moment of which only the day is known; before every hour
OFFSET: Final = VIETNAM_TIME.utcoffset(None) // timedelta(microseconds=1)
_FIFTEEN: Final = 900 * MINUTE


class Clock(NamedTuple):
    """Where the clocks of some rows start: receipts, or ends of stops, after the cut-off.

    Attributes:
        number: the number of the last working day up to that day.
        day: the day.
        hour: microseconds of the day; `NO_HOUR` where only the day is known.
        outside: which days the calendar does not cover.
    """

    number: Ints
    day: Ints
    hour: Ints | int
    outside: Mask


@frozen(eq=False)
class Table:
    """What the covered days of a calendar say, as arrays; hours in microseconds of the day.

    Attributes:
        first: the first covered day.
        number: the number of the last working day up to each day.
        opening: when the office opens; `NEVER` on a day off.
        closing: when it closes; `NEVER` on a day off, and where that is the midnight after it.
        nth: number -> day.
        latest: the latest hour of a receipt that the cut-off leaves on its day, -1 for none; None
            where no hour matters.
    """

    first: int
    number: npt.NDArray[np.int64]
    opening: npt.NDArray[np.int64]
    closing: npt.NDArray[np.int64]
    nth: npt.NDArray[np.int32]
    latest: npt.NDArray[np.int64] | None

    def place(self, day: Ints) -> tuple[Ints, Mask]:
        """Return the places of days in the arrays, and which days the calendar does not cover."""
        place = day.astype(np.int64) - self.first
        outside = (place < 0) | (place >= len(self.number))
        return place.clip(0, len(self.number) - 1), outside

    def number_at(self, place: Ints, hour: Ints | None) -> tuple[Ints, Mask | None]:
        """Return the numbers of days after the cut-off, and which it moved; None for none."""
        number = self.number.take(place)
        if self.latest is None or hour is None:
            return number, None
        moved = hour > self.latest.take(place)
        return number + moved, moved

    def start(self, day: Ints, hour: Ints | None) -> Clock:
        """Return where clocks start: one that is moved, at the opening of the next working day."""
        place, outside = self.place(day)
        number, moved = self.number_at(place, hour)
        if moved is None or hour is None:
            return Clock(number, day, NO_HOUR if hour is None else hour, outside)
        opened = self.nth.take(number, mode="clip")
        place, _ = self.place(opened)
        day = np.where(moved, opened, day)
        return Clock(number, day, np.where(moved, self.opening.take(place), hour), outside)

    def ticks(self, day: Ints, hour: Ints | None) -> tuple[Ints, Mask]:
        """Return the ticks of moments, as `tick_of`, and which lie outside the calendar."""
        place, outside = self.place(day)
        number, opening = 2 * self.number.take(place), self.opening.take(place)
        rest = opening == NEVER
        if hour is None:
            return number + np.where(rest, 2, 1), outside
        passed = (hour > opening).astype(np.int64) + (hour >= self.closing.take(place))
        return number + np.where(rest, 2, passed), outside


def days_of(calendar: Calendar) -> Iterator[date]:
    """Give the days that a calendar covers."""
    last = calendar.last.toordinal()
    return map(date.fromordinal, range(calendar.first.toordinal(), last + 1))


@lru_cache(maxsize=32)
def table_of(calendar: Calendar, cutoff: CutOff) -> Table:
    """Return what a calendar says, under a cut-off."""
    facts = [calendar.office_day(day) for day in days_of(calendar)]
    works = np.array([opening is not None for _, opening, _ in facts], np.bool_)
    opening = np.array([_hour(opening) for _, opening, _ in facts], np.int64)
    closing = np.array([_hour(closing) for _, _, closing in facts], np.int64)
    first = day_number(calendar.first)
    nth = np.concatenate([[0], np.flatnonzero(works) + first]).astype(np.int32)
    latest = _latest_hours(calendar, cutoff) if cutoff.needs_hour else None
    return Table(first, np.cumsum(works, dtype=np.int64), opening, closing, nth, latest)


def _hour(hour: time | None) -> int:
    return NEVER if hour is None else (hour.hour * 60 + hour.minute) * MINUTE


def _latest_hours(calendar: Calendar, cutoff: CutOff) -> npt.NDArray[np.int64]:
    """Return for each day the latest hour of a receipt that a cut-off leaves on it; -1 for none."""
    latest = {CutOff.OFFICEHOURS: _last_closing, CutOff.LASTHOUR: _last_hour}.get(cutoff, _fifteen)
    return np.array([latest(calendar, day) for day in days_of(calendar)], np.int64)


def _fifteen(calendar: Calendar, day: date) -> int:
    return _FIFTEEN if calendar.is_working_day(day) else -1


def _last_closing(calendar: Calendar, day: date) -> int:
    sessions = calendar.sessions(day)
    return sessions[-1].closes * MINUTE if sessions else -1


def _last_hour(calendar: Calendar, day: date) -> int:
    """The hour at which an hour of office time is left."""
    left = 60
    for session in reversed(calendar.sessions(day)):
        if session.minutes >= left:
            return (session.closes - left) * MINUTE
        left -= session.minutes
    return -1
