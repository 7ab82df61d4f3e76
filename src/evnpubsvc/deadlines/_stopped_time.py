"""Stopped time: what stops take out of a count of days, and out of a count of time.

Days are counted in ticks: day d has the ticks 2d (its opening) and 2d + 1 (its closing), d being
its ordinal. A stop covers the ticks from its start up to its end, exclusive. Of a stop given in
days, start and end lie between the opening and the closing of theirs. So splitting a stop changes
nothing. What lies outside office hours covers nothing: a day off is covered when the closing before
it and the opening after it are.

Time is counted in pauses: the intervals of the stops themselves, merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeVar

from evnpubsvc.deadlines._moments import local_time
from evnpubsvc.deadlines._policies import ClockPolicy
from evnpubsvc.deadlines._stops import Stop
from evnpubsvc.worktime import Calendar, OutsideCoverageError

FOREVER: Final = 1 << 40  # the tick at which an open stop ends: after every day
NEVER: Final = datetime.max  # noqa: DTZ901 - the instant at which it ends

_MIDNIGHT: Final = time()


class PlacedStop(NamedTuple):
    """A stop, what it does to the clock, and its ticks before they are cut to office time."""

    stop: Stop
    policy: ClockPolicy
    low: int
    high: int


def place(stop: Stop, policy: ClockPolicy, calendar: Calendar) -> PlacedStop:
    """Return a stop with its ticks."""
    low = tick_of(stop.start, calendar)
    high = FOREVER if stop.end is None else tick_of(stop.end, calendar)
    return PlacedStop(stop, policy, low, high)


def tick_of(moment: date, calendar: Calendar) -> int:
    """Return the first tick at or after a moment."""
    if not isinstance(moment, datetime):
        return 2 * moment.toordinal() + 1
    local = local_time(moment)
    day, hour = local.date(), local.time()
    sessions = calendar.sessions(day)
    # A day off opens at its first midnight and closes at its second, as a session that ends at
    # `time(0)` does.
    if sessions:
        opening, closing = (sessions[0].start, sessions[-1].end)
    else:
        opening, closing = (_MIDNIGHT, _MIDNIGHT)
    closed = hour >= closing and closing != _MIDNIGHT
    return 2 * day.toordinal() + (hour > opening) + closed


class StoppedTime(NamedTuple):
    """What the stops of a dossier take out of its count.

    Attributes:
        calendar: the working days and office hours.
        ticks: what is covered, in ticks: sorted, apart from each other, cut to office time.
        pauses: what is covered, in instants: sorted and apart from each other. Empty where only
            days are counted.
    """

    calendar: Calendar
    ticks: tuple[tuple[int, int], ...] = ()
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    # -- counting days -----------------------------------------------------------------------------

    def nth_working_day(self, day: date, n: int) -> date | None:
        """Return the n-th working day after a day whose opening no stop covers.

        Returns:
            The day; None when an open stop comes first.
        """
        left, calendar = n, self.calendar
        for first, last in self._covered_days():
            at = day.toordinal()
            if last <= at:
                continue
            if first - 1 > at:
                # The days up to the stop are counted; they may already be enough.
                if first - 1 > calendar.last.toordinal():
                    break
                running = calendar.working_days_between(day, date.fromordinal(first - 1))
                if running >= left:
                    break
                left -= running
            if last >= FOREVER // 2 - 1:
                return None
            day = date.fromordinal(last)
        return calendar.add_working_days(day, left)

    def nth_day(self, day: date, n: int) -> int | None:
        """Return the ordinal of the n-th calendar day after a day that no stop covers.

        None as above.
        """
        at, left = day.toordinal(), n
        for first, last in self._covered_days():
            if last <= at:
                continue
            if at + left < first:
                break
            left -= max(first - 1 - at, 0)
            if last >= FOREVER // 2 - 1:
                return None
            at = last
        return at + left

    def running_close(self, day: date) -> date | None:
        """Return the first day at whose closing the clock runs.

        The day itself, or a working day after it.

        Returns:
            The day; None when the clock stands for good.
        """
        for low, high in self.ticks:
            if low <= 2 * day.toordinal() + 1 < high:
                if high == FOREVER:
                    return None
                day = self.calendar.next_working_day(date.fromordinal(high // 2 - 1))
        return day

    def _covered_days(self) -> Iterator[tuple[int, int]]:
        """The first and last day of each run of days whose opening a stop covers."""
        for low, high in self.ticks:
            first, last = (low + 1) // 2, (high - 1) // 2
            if first <= last:
                yield first, last

    # -- counting time -----------------------------------------------------------------------------

    def add_office_time(self, at: datetime, left: timedelta) -> datetime | None:
        """Return the instant at which so much office time outside stops has passed.

        None when it never has.
        """
        for start, end in self.pauses:
            if end <= at:
                continue
            if start > at:
                running = self.calendar.working_time_between(at, start)
                if running >= left:
                    break
                left -= running
            if end == NEVER:
                return None
            at = end
        return self.calendar.add_working_time(at, left)

    def add_time(self, at: datetime, left: timedelta) -> datetime | None:
        """Return the instant at which so much time outside stops has passed.

        None when it never has.
        """
        for start, end in self.pauses:
            if end <= at:
                continue
            if start > at:
                if at + left <= start:
                    break
                left -= start - at
            if end == NEVER:
                return None
            at = end
        try:
            return at + left
        except OverflowError:
            return NEVER


# -- from stops to ticks and pauses ----------------------------------------------------------------

_M = TypeVar("_M", int, datetime)


def merge_spans(spans: list[tuple[_M, _M]]) -> list[tuple[_M, _M]]:
    """Return intervals with those that overlap or adjoin made one; empty ones left out; sorted."""
    if len(spans) == 1:  # most dossiers that stop at all stop once
        return spans if spans[0][0] < spans[0][1] else []
    merged: list[tuple[_M, _M]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def cover_ticks(stops: Iterable[PlacedStop], calendar: Calendar) -> tuple[tuple[int, int], ...]:
    """Return the ticks of working days that stops cover.

    Runs are joined where no working day lies between them.

    So only office time matters, and days off stand still when the clock stands before and after
    them.
    """
    cut: list[tuple[int, int]] = []
    for start, end in merge_spans([(stop.low, stop.high) for stop in stops]):
        try:
            low, high = _cut_to_working_days(start, end, calendar)
        except OutsideCoverageError:
            # What comes after the calendar is not known: a count that gets there leads out of it.
            low, high = start, end
        if low >= high:
            continue
        # Two runs adjoin when the first ends with a closing and the second begins with the next
        # opening.
        if cut and not (cut[-1][1] | low) % 2:
            closed = date.fromordinal(cut[-1][1] // 2 - 1)
            if calendar.next_working_day(closed).toordinal() == low // 2:
                cut[-1] = (cut[-1][0], high)
                continue
        cut.append((low, high))
    return tuple(cut)


def _cut_to_working_days(low: int, high: int, calendar: Calendar) -> tuple[int, int]:
    first = date.fromordinal(low // 2)
    if not calendar.is_working_day(first):
        low = 2 * calendar.next_working_day(first).toordinal()
    if high < FOREVER:
        last = date.fromordinal((high - 1) // 2)
        if not calendar.is_working_day(last):
            high = 2 * calendar.previous_working_day(last).toordinal() + 2
    return low, high
