"""Apologies: the new date that one sets, and how far later stops move it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime
from typing import Final

from evnpubsvc._moments import VIETNAM_TIME, local_day
from evnpubsvc.deadlines import ClockPolicy, CountingRules, LimitUnit, Stop, TimeLimit, due
from evnpubsvc.dossiers._dossier_due import DossierDue, DueBasis, is_later, is_past, make_due
from evnpubsvc.dossiers._state import State
from evnpubsvc.worktime import Calendar


def extend(
    found: DossierDue,
    counted: date | datetime,
    state: State,
    stops: tuple[Stop, ...],
    counting: CountingRules,
    resumed_on: datetime | None,
) -> DossierDue:
    """Return what the apologies in time make of a due date; the latest of all dates holds.

    One is in time unless the counted date had passed: what began after that date did not move it,
    so it is the one that was known then.
    """
    moment = counted
    stops = _sort_costly(stops, counting.calendar)
    begun = [_place_in_time(stop.start) for stop in stops]
    for at, new in state.extensions:
        if is_past(counted, at):
            continue
        # The stops that begin after the apology, up to the new date.
        last = local_day(new, VIETNAM_TIME)
        after = bisect_right(begun, _place_in_time(at, ends=True))
        until = bisect_right(begun, (last, True, _LAST_INSTANT))
        moved, undecided = _moved(at, new, stops[after:until], counting, resumed_on)
        if moved is None:
            return make_due(None, DueBasis.STANDS, found.deadline)
        if is_later(moved, moment):
            moment = moved
            undecided = undecided or (found.deadline is not None and found.deadline.provisional)
            found = make_due(moved, DueBasis.EXTENDED, found.deadline, provisional=undecided)
    return found


def _sort_costly(stops: tuple[Stop, ...], calendar: Calendar) -> tuple[Stop, ...]:
    """Return stops by their beginning, without those that lie within the office hours of one day.

    Those cost no day. Other stops that cost none may remain.
    """
    costly = [stop for stop in stops if not _is_within_a_day(stop, calendar)]
    return tuple(sorted(costly, key=lambda stop: _place_in_time(stop.start)))


def _is_within_a_day(stop: Stop, calendar: Calendar) -> bool:
    """Whether a stop begins after the opening of the office and ends before the closing."""
    start, end = stop.start, stop.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    start, end = start.astimezone(VIETNAM_TIME), end.astimezone(VIETNAM_TIME)
    if start.date() != end.date():
        return False
    _, opening, closing = calendar.office_day(start.date())
    return (
        opening is not None and opening < start.time() and closing is not None
    ) and end.time() < closing


def _place_in_time(moment: date, *, ends: bool = False) -> tuple[date, bool, date]:
    """A moment as something to sort by: its day, those without an hour first, the instant.

    Args:
        moment: the day or the instant.
        ends: put a day after all of its instants.
    """
    day = local_day(moment, VIETNAM_TIME)
    if isinstance(moment, datetime):
        return day, True, moment
    return day, ends, _LAST_INSTANT if ends else day


_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)


def _moved(
    at: date,
    new: date | datetime,
    stops: tuple[Stop, ...],
    counting: CountingRules,
    resumed_on: datetime | None,
) -> tuple[date | datetime | None, bool]:
    """Return the new date of an apology, moved by the working days that later stops cost.

    The second value says whether undecided days count.
    """
    if not stops:
        return new, False
    day, last = local_day(at, VIETNAM_TIME), local_day(new, VIETNAM_TIME)
    n = max(counting.calendar.working_days_between(day, last), 1)
    still_open = resumed_on is not None and any(stop.is_open for stop in stops)
    counted = due(
        at,
        TimeLimit(n, LimitUnit.WORKING_DAYS),
        counting=CountingRules(counting.calendar, clock=ClockPolicy.RESUME),
        stops=stops,
        resumed_on=resumed_on if still_open else None,
        trace=False,
    )
    # Stops that cost no day leave the date as it is, though it may be a day off or have an hour.
    if counted.date == counting.calendar.add_working_days(day, n):
        return new, False
    return counted.date, counted.provisional or counting.calendar.is_provisional(last)
