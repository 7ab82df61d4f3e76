"""Stopped time: what stops take out of a count of days, and out of a count of time.

Days are counted in ticks: the k-th working day of the calendar opens at tick 2k and closes at tick
2k + 1. A stop covers the ticks from its start up to its end, exclusive. Of a stop given in days,
start and end lie between the opening and the closing of theirs. So splitting a stop changes
nothing, and what lies outside office hours covers nothing: a day off has no ticks, and stands still
when the closing before it and the opening after it are covered.

Time is counted in pauses: the intervals of the stops themselves, merged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from typing import Final, NamedTuple, TypeVar

from evnpubsvc._moments import local_day
from evnpubsvc.deadlines._moments import LOCAL, local_time
from evnpubsvc.deadlines._policies import ClockPolicy
from evnpubsvc.deadlines._stops import Stop
from evnpubsvc.law import Citation
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, OutsideCoverageError

FOREVER: Final = 1 << 40  # the tick at which an open stop ends: after every day
BEYOND: Final = 1 << 39  # the tick of a day after the calendar: no count within it gets there
NEVER: Final = datetime.max  # noqa: DTZ901 - the instant at which it ends


_MINUTE: Final = timedelta(minutes=1)

# What makes a limit count afresh; other stops only pause the clock.
AFRESH: Final = frozenset({ClockPolicy.RESTART, ClockPolicy.NOT_STARTED})


class PlacedStop(NamedTuple):
    """A stop, what it does to the clock, and its ticks.

    Attributes:
        stop: as it was given.
        policy: what it does to the clock.
        source: the text behind that.
        low: the first tick that it covers.
        high: the first after it that it does not cover.
    """

    stop: Stop
    policy: ClockPolicy
    source: Citation
    low: int
    high: int

    def is_over(self, day: date, at: datetime | None) -> bool:
        """Return whether it ended before a clock started, on a day or at an instant."""
        end = self.stop.end
        if end is None:
            return False
        # The hour matters on one day only, and where both hours are known.
        ended = local_day(end)
        if ended != day or at is None or not isinstance(end, datetime):
            return ended < day
        return local_time(end) <= local_time(at)


def place(stop: Stop, policy: ClockPolicy, source: Citation, calendar: Calendar) -> PlacedStop:
    """Return a stop with its ticks.

    Raises:
        OutsideCoverageError: it begins or ends at an hour of a day that the calendar does not
            cover.
    """
    end = stop.end
    low = tick_of(stop.start, calendar)
    high = FOREVER if end is None else tick_of(end, calendar)
    return PlacedStop(stop, policy, source, low, high)


def list_restarts(stops: Iterable[PlacedStop]) -> list[PlacedStop]:
    """Return the stops after which a limit is counted afresh, in the order of their beginning."""
    restarts = [placed for placed in stops if placed.policy in AFRESH]
    # Most ledgers are kept in that order.
    if len(restarts) > 1 and any(one.low >= other.low for one, other in pairwise(restarts)):
        restarts.sort(key=_order)
    return restarts


def _order(placed: PlacedStop) -> tuple[int, str]:
    """Stops by their beginning; of one day off, which has no ticks, by what is written."""
    start = placed.stop.start
    if isinstance(start, datetime):
        start = local_time(start)
    return placed.low, str(start)


def tick_of(moment: date, calendar: Calendar) -> int:
    """Return the first tick at or after a moment.

    It is 0 for a day before the calendar, and `BEYOND` for a day after it.

    Raises:
        OutsideCoverageError: an instant that the calendar does not cover.
    """
    if isinstance(moment, datetime):
        local = moment
        zone = moment.tzinfo
        if zone is not None and zone is not VIETNAM_TIME and moment.utcoffset() not in LOCAL:
            local = local_time(moment)
        number, opening, closing = calendar.office_day(local.date())
        if opening is None:
            return 2 * number + 2
        hour = local.time()
        closed = closing is not None and hour >= closing
        return 2 * number + (hour > opening) + closed

    if moment < calendar.first:
        return 0
    if moment > calendar.last:
        return BEYOND
    number, opening, _ = calendar.office_day(moment)
    return 2 * number + (2 if opening is None else 1)


class StoppedTime(NamedTuple):
    """What the stops of a dossier take out of its count.

    Attributes:
        calendar: the working days and office hours.
        ticks: what is covered, in ticks: sorted and apart from each other.
        pauses: what is covered, in instants: sorted and apart from each other. Empty where only
            days are counted.
    """

    calendar: Calendar
    ticks: tuple[tuple[int, int], ...]
    pauses: tuple[tuple[datetime, datetime], ...]

    # -- counting days -----------------------------------------------------------------------------

    def end_of_working_days(self, day: date, n: int) -> int | None:
        """Return the number of the day on which n working days after one end.

        Returns:
            The number, which may lie beyond the calendar; None while the clock is stopped.
        """
        number = self.nth_working_day(self.calendar.office_day(day)[0], n)
        return None if number is None else self.running_close(number)

    def nth_working_day(self, number: int, n: int) -> int | None:
        """Return the n-th working day after one whose opening no stop covers, by their numbers.

        Returns:
            Its number, which may lie beyond the calendar; None when an open stop comes first.
        """
        left = n
        for low, high in self._from_tick(2 * number + 2):
            # The days up to the stop are counted; they may already be enough.
            running = (low + 1) // 2 - 1 - number
            if running >= left:
                break
            if high == FOREVER:
                return None
            last = (high - 1) // 2
            if last > number:
                left -= max(running, 0)
                number = last
        return number + left

    def nth_day(self, day: date, n: int) -> int | None:
        """Return the n-th calendar day after a day that no stop covers, as an ordinal.

        Returns:
            The ordinal, which may lie beyond the calendar; None as above.
        """
        at, left = day.toordinal(), n
        number = self.calendar.office_day(day)[0]
        for low, high in self._from_tick(2 * number + 2):
            # A stop that covers a closing first covers the day after it.
            running = self._ordinal(low // 2) + low % 2 - 1 - at
            if running >= left:
                break
            if high == FOREVER:
                return None
            last = self._ordinal((high - 1) // 2)
            if last > at:
                left -= max(running, 0)
                at = last
        return at + left

    def running_close(self, number: int) -> int | None:
        """Return the first working day from one on at whose closing the clock runs, by numbers.

        Returns:
            Its number, which may lie beyond the calendar; None when the clock is stopped for good.
        """
        for low, high in self._from_tick(2 * number + 1):
            closing = 2 * number + 1
            if low > closing:
                break
            if high == FOREVER:
                return None
            if high > closing:
                number = high // 2
        return number

    def _from_tick(self, tick: int) -> Iterator[tuple[int, int]]:
        """The intervals of ticks without those that end before a tick."""
        if len(self.ticks) == 1:
            return iter(self.ticks)
        begun = bisect_left(self.ticks, (tick + 1,))
        return islice(self.ticks, max(begun - 1, 0), None)

    def _ordinal(self, number: int) -> int:
        """The ordinal of a working day; of one outside the calendar, that of the day beside it."""
        calendar = self.calendar
        if number < 1:
            return calendar.first.toordinal() - 1
        try:
            return calendar.working_day(number).toordinal()
        except OutsideCoverageError:
            return calendar.last.toordinal() + 1

    # -- counting time -----------------------------------------------------------------------------

    def add_office_time(self, at: datetime, left: timedelta) -> datetime | None:
        """Return the instant at which so much office time outside stops has passed.

        The result is None if it never has.
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
        minutes, rest = divmod(left, _MINUTE)  # the calendar is fastest on whole minutes
        if rest:
            return self.calendar.add_working_time(at, left)
        return self.calendar.add_working_time(at, minutes=minutes)

    def add_time(self, at: datetime, left: timedelta) -> datetime | None:
        """Return the instant at which so much time outside stops has passed.

        The result is None if it never has.
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


def cover_ticks(stops: Iterable[PlacedStop]) -> tuple[tuple[int, int], ...]:
    """Return the ticks that stops cover; one that begins after the calendar does not matter."""
    return tuple(merge_spans([(stop.low, stop.high) for stop in stops if stop.low != BEYOND]))
