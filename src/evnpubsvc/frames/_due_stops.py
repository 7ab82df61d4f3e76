"""Working days of columns over stops: what `_run.py` and `_stopped_time.py` do for one row.

All arrays here are of the rows that have a stop. Of several stops, those of a row stand in the
order of their beginning, one below the other; behind the last are empty ones, which cover nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evnpubsvc.deadlines import ClockPolicy, CountingRules
from evnpubsvc.frames._due_calendar import (
    DAY,
    NEVER,
    NO_HOUR,
    Clock,
    Ints,
    Mask,
    Rows,
    Table,
    days_of,
)
from evnpubsvc.frames._due_columns import KINDS, Moments, StopColumn, StopColumns

_AFRESH = (ClockPolicy.RESTART, ClockPolicy.NOT_STARTED)


class _Spans(NamedTuple):
    """The stops of some rows: in each array a line a stop.

    Attributes:
        low: the first tick that it covers; `NEVER` for an empty one.
        high: the first after it that it does not cover; `NEVER` while it lasts.
        afresh: whether a limit is counted afresh after it.
        end: the day on which it ended.
        hour: the microseconds of that day; `NO_HOUR` where only the day is known.
    """

    low: Ints
    high: Ints
    afresh: Mask
    end: Ints
    hour: Ints


class StopCounter:
    """Counts rows with stops, and says of which it is not sure."""

    def __init__(
        self, table: Table, counting: CountingRules, receipts: Moments, stops: StopColumns
    ) -> None:
        self.table, self.receipts, self.stops = table, receipts, stops
        # What a stop of each kind does by the day of receipt: 0 is open, 1 pauses, 2 counts afresh;
        # the last line is of words that are no kind.
        self.effects: npt.NDArray[np.int8] = np.zeros((len(KINDS) + 1, len(table.number)), np.int8)
        met = {int(each) for column in stops.columns for each in np.unique(column.kind)}
        for kind in met - {-1}:
            policies = [counting.clock_of(KINDS[kind], day) for day in days_of(counting.calendar)]
            self.effects[kind] = [0 if p is None else 1 + (p in _AFRESH) for p in policies]

    def count(self, rows: Rows, n: Any) -> tuple[Ints, Mask, Mask]:
        """Return the number of the last day, where the clock is stopped, and what is unsure."""
        hour = None if self.receipts.hour is None else self.receipts.hour[rows]
        clock = self.table.start(self.receipts.day[rows], hour)
        spans, unsure = self._read_spans(rows)
        reached, stands = _count_days(clock.number, n, spans)
        if not spans.afresh.any():
            return reached, stands, unsure
        return self._count_afresh(clock, n, spans, (reached, stands, unsure))

    def _count_afresh(
        self, clock: Clock, n: Any, spans: _Spans, found: tuple[Ints, Mask, Mask]
    ) -> tuple[Ints, Mask, Mask]:
        """Count again from the end of each stop that says so, in the order of their beginning."""
        reached, stands, unsure = found
        for low, high, afresh, end, hour in zip(*spans, strict=True):
            # Only a stop that ends after the clock started and begins before the limit is over.
            has_end = high != NEVER
            over = (end < clock.day) | (
                (end == clock.day) & (hour != NO_HOUR) & (hour <= clock.hour)
            )
            takes = afresh & ~(over & has_end)
            takes &= stands | (low <= 2 * reached + 1)
            unsure |= takes & ~stands & (reached >= len(self.table.nth))
            stands |= takes & ~has_end  # and so it does after a later one: this one covers the rest
            places = np.flatnonzero(takes & has_end)
            if not len(places):
                continue

            again = self.table.start(end[places], None if (hour == NO_HOUR).all() else hour[places])
            part = _Spans(*(each[:, places] for each in spans))
            some = n if isinstance(n, int) else n[places]
            reached[places], stands[places] = _count_days(again.number, some, part)
            unsure[places] |= again.outside
            clock = _put(clock, places, again)
        return reached, stands, unsure

    # -- reading the stops -------------------------------------------------------------------------

    def _read_spans(self, rows: Rows) -> tuple[_Spans, Mask]:
        """Return the stops of rows in their order, and which rows `due` must judge."""
        table = self.table
        place, _ = table.place(self.receipts.day[rows])
        unsure = np.zeros(len(rows), np.bool_)
        if self.stops.more is not None:
            unsure |= self.stops.more[rows]
        lines: list[tuple[Ints, ...]] = []
        for column in self.stops.columns:
            start, end = column.start, column.end
            there, has_end = start.known[rows], end.known[rows]
            day, ended = start.day[rows], end.day[rows]
            hour = None if start.hour is None else start.hour[rows]
            end_hour = None if end.hour is None else end.hour[rows]
            low, before = table.ticks(day, hour)
            high, after = table.ticks(ended, end_hour)
            effect = self.effects[column.kinds(rows), place]
            wrong = before | (effect == 0)
            wrong |= has_end & (after | _is_backwards(day, hour, ended, end_hour))
            wrong |= self._are_mixed(column, has_end)
            unsure |= wrong & there

            order, _ = table.place(day)
            moment = order * DAY if hour is None else order * DAY + hour
            lines.append(
                (
                    np.where(there, moment, NEVER),
                    np.where(there, low, NEVER),
                    np.where(there & has_end, high, NEVER),
                    there & (effect == 2),
                    ended,
                    np.full(len(rows), NO_HOUR) if end_hour is None else end_hour,
                )
            )
        return _order(lines), unsure

    def _are_mixed(self, column: StopColumn, has_end: Mask) -> Mask | bool:
        """Whether ends of stops, or receipts, are written in ways that `due` must judge."""
        start, end, needs_hour = column.start, column.end, self.table.latest is not None
        zones = {each.has_zone for each in (self.receipts, start) if each.has_zone is not None}
        if len(zones) > 1 or (needs_hour and start.hour is None):
            return True
        if start.has_zone is not end.has_zone or (needs_hour and end.hour is None):
            return has_end
        return False


def _is_backwards(day: Ints, hour: Ints | None, ended: Ints, end_hour: Ints | None) -> Mask:
    backwards: Mask = ended < day
    if hour is not None and end_hour is not None:
        backwards |= (ended == day) & (end_hour < hour)
    return backwards


def _order(lines: list[tuple[Ints, ...]]) -> _Spans:
    """Return stops in the order of their beginning."""
    moments, *spans = (np.stack(each) for each in zip(*lines, strict=True))
    if (moments[1:] < moments[:-1]).any():
        order = np.argsort(moments, axis=0, kind="stable")
        spans = [np.take_along_axis(each, order, axis=0) for each in spans]
    return _Spans(*spans)


def _put(clock: Clock, places: Rows, other: Clock) -> Clock:
    """Return clocks with others in some places."""
    number, day = clock.number.copy(), clock.day.copy()
    hour = np.full(len(day), clock.hour) if isinstance(clock.hour, int) else clock.hour.copy()
    number[places], day[places], hour[places] = other.number, other.day, other.hour
    return Clock(number, day, hour, clock.outside)


def _count_days(number: Ints, n: Any, spans: _Spans) -> tuple[Ints, Mask]:
    """Count working days after one over stops, by their numbers.

    As `StoppedTime.end_of_working_days`: the days up to each stop are counted first. Stops that
    overlap need not be joined: what one has passed over, the next does not enter again.
    """
    left, stands = n, np.zeros(len(number), np.bool_)
    for low, high in zip(spans.low, spans.high, strict=True):
        running = (low + 1) // 2 - 1 - number
        enters = (low < high) & (running < left)
        stands |= enters & (high == NEVER)
        last = (high - 1) // 2
        jumps = enters & (last > number)
        left = left - np.where(jumps, np.maximum(running, 0), 0)
        number = np.where(jumps, last, number)
    reached: Ints = number + left

    # The limit ends with a day at whose closing the clock runs.
    for low, high in zip(spans.low, spans.high, strict=True):
        closing = 2 * reached + 1
        late = (low < high) & (low <= closing)
        stands |= late & (high == NEVER)
        reached = np.where(late & (high > closing), high // 2, reached)
    return reached, stands
