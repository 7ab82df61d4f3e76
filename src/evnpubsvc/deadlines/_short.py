"""The commonest questions, answered in a fraction of the time.

`_question.py` and `_run.py` say what is right; tests hold that this says the same. Without this
module everything would be answered as it is, limits in whole working days alone at a quarter of
the speed (1.2 against 5 microseconds), after a cut-off and over stops at half
(`python -m bench.due`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from evnpubsvc.deadlines._counting_rules import CountingRules, settles_supplement
from evnpubsvc.deadlines._cutoffs import CutOff, find_source, is_sharp, shift_receipt
from evnpubsvc.deadlines._deadline import (
    Deadline,
    DeadlineState,
    OpenDeadline,
    Step,
    make_deadline,
    make_step,
)
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._moments import local_time, with_zone
from evnpubsvc.deadlines._policies import DayCount, StopKind
from evnpubsvc.deadlines._policy import article
from evnpubsvc.deadlines._question import place_stops, read_receipt
from evnpubsvc.deadlines._stopped_time import AFRESH, StoppedTime, cover_ticks, list_restarts
from evnpubsvc.deadlines._stops import StopLedger
from evnpubsvc.law import Citation
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, OutsideCoverageError

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_CIVIL_CODE: Final = DayCount.CIVIL_CODE
_SET: Final = DeadlineState.SET
_STOPPED: Final = DeadlineState.STOPPED
_SUPPLEMENT: Final = StopKind.SUPPLEMENT
_MOVES_NOTHING: Final = frozenset((None, CutOff.NONE))


def calendar_alone(rules: CountingRules) -> Calendar | None:
    """Return the calendar, if nothing else decides when a limit in whole working days ends.

    The result is None where something else does.
    """
    if rules.cutoff is None and rules.special is None and rules.days is _CIVIL_CODE:
        return rules.calendar
    return None


def count_whole_days(
    received: date, limit: TimeLimit, n: int, calendar: Calendar, trace: bool
) -> Deadline | None:
    """Return what `answer` says of whole working days alone, in a fraction of the time.

    The result is None where the date rests on days that are not decided: there is more to say then.
    """
    day, at = received, None
    if type(received) is not date:
        day, at = _read_local(received)
    end = calendar.add_working_days(day, n)
    decided = calendar.decided_until
    if decided is not None and end > decided:
        return None
    first_day = article("first-day")
    steps: tuple[Step, ...] = ()
    if trace:
        skipped = calendar.days_off_between(day, end)
        worked = calendar.make_up_days_between(day, end)
        count, key = "step-count-working-days", "step-received"
        hour: datetime | None = None
        if at is not None:
            key, hour = "step-received-at", local_time(at)
        steps = (
            make_step(key, day, None, hour, None, (), (), (), None),
            make_step(count, day, end, None, limit, (), skipped, worked, first_day),
            make_step("step-due", end, None, None, None, (), (), (), None),
        )

    # As `make_deadline`, without the call.
    made: Any = OpenDeadline()
    made.received = day
    made.received_at = at
    made.limit = limit
    made.date = end
    made.instant = None
    made.counted_from = day
    made.state = _SET
    made.provisional = False
    made.calendar = calendar.fingerprint
    made.citations = (first_day,)
    made.notices = ()
    made.trace = steps
    made.bounds = None
    made.__class__ = Deadline
    whole: Deadline = made
    return whole


def _read_local(received: object) -> tuple[date, datetime | None]:
    """Return the local day of a receipt, and its instant as the answer gives it.

    It has the zone of Viet Nam where the question has a zone.
    """
    if type(received) is datetime:
        zone = received.tzinfo
        if zone is None or zone is VIETNAM_TIME:
            return received.date(), received
        if zone == VIETNAM_TIME:  # as readers of files make it, one for each instant
            return received.date(), with_zone(received)
    day, at = read_receipt(received)
    if isinstance(received, datetime) and at is not None and received.utcoffset() is not None:
        at = with_zone(at)
    return day, at


def count_days_by_rules(
    received: date, limit: TimeLimit, n: int, counting: CountingRules, ledger: StopLedger
) -> Deadline | None:
    """Return what `answer` says, without a trace, of whole working days after a cut-off and stops.

    The result is None where there is more to consider: other rules than those of cut-offs and
    stops, a cut-off or a stop that is odd, the other reading of a supplement, days that are not
    decided.
    """
    if counting.special is not None or counting.days is not _CIVIL_CODE:
        return None
    if counting.unknown_hour is not None or ledger.notices:
        return None
    calendar, has_cutoff = counting.calendar, counting.cutoff not in _MOVES_NOTHING
    if not has_cutoff and not ledger.stops:
        return None
    day, at = _read_local(received)
    placed = place_stops(ledger, received, day, counting)
    for each in placed:
        if each.stop.kind is _SUPPLEMENT and not settles_supplement(counting, day):
            return None

    # The receipt after the cut-off; stops that pause the clock are cited before it.
    restarts = list_restarts(placed)
    citations = [each.source for each in placed if each.policy not in AFRESH]
    started, started_at = day, at
    if has_cutoff:
        begun = _cut_off(day, at, counting, citations)
        if begun is None:
            return None
        started, started_at = begun

    # Count; again from the end of each stop that restarts the clock while it runs. Where all do,
    # what they take out of a count does not matter: the limit ends before them, or begins anew.
    stopped: StoppedTime | None = None
    if len(restarts) < len(placed):
        stopped = StoppedTime(calendar, cover_ticks(placed), ())
    number = _end_of_days(calendar, stopped, started, n)
    for each in restarts:
        if each.is_over(started, started_at):
            continue
        if number is not None and each.low > 2 * number + 1:
            break
        if each.stop.end is None:
            return None
        citations.append(each.source)
        started, started_at = _read_local(each.stop.end)
        if has_cutoff:
            begun = _cut_off(started, started_at, counting, citations)
            if begun is None:
                return None
            started, started_at = begun
        number = _end_of_days(calendar, stopped, started, n)

    # The day, unless the clock is stopped.
    end: date | None = None
    if number is not None:
        try:
            end = calendar.working_day(number)
        except OutsideCoverageError:
            return None  # the long way says which limit led there
        if calendar.decided_until is not None and end > calendar.decided_until:
            return None
        citations.append(article("first-day"))
        if placed:
            citations.append(article("stop"))
    return make_deadline(
        day,
        at,
        limit,
        end,
        None,
        started,
        _STOPPED if end is None else _SET,
        False,
        calendar.fingerprint,
        tuple(dict.fromkeys(citations)),
        (),
        (),
    )


def _cut_off(
    day: date, at: datetime | None, counting: CountingRules, citations: list[Citation]
) -> tuple[date, datetime | None] | None:
    """Return a receipt after the cut-off, and cite it; None where there is more to say."""
    cutoff, calendar = counting.cutoff, counting.calendar
    if cutoff is None or at is None or cutoff.same_day_only:
        return None
    citation, holds = find_source(cutoff, day)
    local = local_time(at)
    if not holds or is_sharp(cutoff, local):
        return None
    citations.append(citation)
    shift = shift_receipt(cutoff, day, local, calendar, solvable=counting.solvable)
    if shift.opening is None:
        return day, at
    return shift.opening.date(), shift.opening


def _end_of_days(calendar: Calendar, stopped: StoppedTime | None, day: date, n: int) -> int | None:
    """Return the number of the day on which a limit ends; None while the clock is stopped."""
    if stopped is None:
        return calendar.office_day(day)[0] + n
    return stopped.end_of_working_days(day, n)
