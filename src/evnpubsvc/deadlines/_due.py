"""The answer: the due date of a dossier, with rival readings, notices and trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from evnpubsvc.deadlines._bounds import find_bounds
from evnpubsvc.deadlines._counting_rules import CountingRules, plain_rules, settles_supplement
from evnpubsvc.deadlines._deadline import (
    Deadline,
    DeadlineState,
    DueBounds,
    make_deadline,
)
from evnpubsvc.deadlines._limit_units import LimitUnit
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._moments import with_zone
from evnpubsvc.deadlines._policies import ClockPolicy, DayCount, HoursReading, StopKind
from evnpubsvc.deadlines._question import (
    Question,
    ask,
    comes_to_half_days,
    read_terms,
    wrong_type,
)
from evnpubsvc.deadlines._run import Run
from evnpubsvc.deadlines._run_record import End
from evnpubsvc.deadlines._short import calendar_alone, count_days_by_rules, count_whole_days
from evnpubsvc.deadlines._stopped_time import PlacedStop
from evnpubsvc.deadlines._stops import Stop, StopLedger
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.services import Channel
from evnpubsvc.worktime import Calendar, OutsideCoverageError

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_HOURS: Final = LimitUnit.HOURS
_WORKING_DAYS: Final = LimitUnit.WORKING_DAYS
_EIGHT_HOURS: Final = DayCount.EIGHT_HOURS
_CIVIL_CODE: Final = DayCount.CIVIL_CODE
_SET: Final = DeadlineState.SET
_STOPPED: Final = DeadlineState.STOPPED
_PREVIEW: Final = DeadlineState.PREVIEW
_SUPPLEMENT: Final = StopKind.SUPPLEMENT
_READINGS: Final = tuple(HoursReading)
_NO_DATE: Final = "–"  # what another reading leads to, where that lies outside the calendar


def due(
    received: date | datetime,
    limit: TimeLimit | str,
    *,
    calendar: Calendar | None = None,
    counting: CountingRules | None = None,
    channel: Channel | None = None,
    stops: StopLedger | Iterable[Stop] = (),
    resumed_on: date | datetime | None = None,
    trace: bool = True,
) -> Deadline:
    """Return the due date (ngày hẹn trả kết quả) of a dossier.

    By the Civil Code the day of receipt is not counted, working days are counted where the calendar
    has some, and a limit in calendar days, weeks, months or years that ends on a day off ends with
    the next working day.

    Args:
        received: the day or the instant at which the full dossier was received, which is the event
            of its channel (see `channel`). An instant without a time zone is local; another is
            converted to Asia/Ho_Chi_Minh.
        limit: the time limit, or the text that states it ("25 ngày làm việc").
        calendar: the working days and office hours, to count by the Civil Code alone: short for
            `counting=CountingRules(calendar)`.
        counting: the counting rules, with their calendar; give either this or `calendar`.
        channel: how the dossier came in; it adds to the trace which event starts the clock.
        stops: when the clock stood. Overlapping and adjoining stops are counted once. In days, a
            day counts when the clock runs at its opening (a day off: unless the clock is stopped
            at the closing before and at the opening after it), and the limit ends with a day at
            whose closing it runs; a stop outside office hours costs nothing. In hours, the office
            time (or clock time) within stops is not counted, exactly.
        resumed_on: assume that open stops end then; the result is a preview.
        trace: whether to write the steps down. Without them it is several times as fast.

    Returns:
        The deadline. Its `date` is None while the clock is stopped.

    Raises:
        OutsideCoverageError: the calendar does not reach that far.
        MisuseError: what the rules do not settle and the caller did not say:
            `hours-reading-needed`, `clock-policy-needed`, `solvable-needed`,
            `time-of-receipt-needed`, `time-of-stop-needed`; what does not go together:
            `cutoff-same-day-only`, `limit-half-calendar-day`, `naive-and-aware`,
            `special-not-in-force`, `resumed-without-stop`, `calendar-or-counting`.

    Source: Civil Code 91/2015/QH13 arts. 145–148; `CutOff`, `ClockPolicy`, `Channel` name theirs.

    >>> from datetime import date, datetime
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> deadline = due(date(2022, 12, 15), "25 ngày làm việc", calendar=vietnam_calendar())
    >>> print(deadline)
    25 working days from Thu 15/12/2022: due Fri 27/01/2023
    >>> due(datetime(2022, 12, 15, 10), "24 giờ", calendar=vietnam_calendar())
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: the law does not say what '24 hours' means ...
    """
    if counting is not None and not isinstance(counting, CountingRules):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise wrong_type("counting", counting, "CountingRules")

    # The commonest question, whole working days, needs nothing but the calendar.
    n = 0
    if channel is None and resumed_on is None:
        n = getattr(limit, "_working_days", 0)
    if n and stops == ():
        by = calendar
        if counting is not None:
            by = calendar_alone(counting) if calendar is None else None
        if isinstance(by, Calendar):
            made = count_whole_days(received, limit, n, by, trace)  # type: ignore[arg-type]
            if made is not None:
                return made

    if (calendar is None) is (counting is None):
        raise MisuseError("calendar-or-counting")
    rules = plain_rules(calendar) if counting is None else counting  # type: ignore[arg-type]
    if n and not trace:
        stops = StopLedger.of(stops)
        made = count_days_by_rules(received, limit, n, rules, stops)  # type: ignore[arg-type]
        if made is not None:
            return made

    if isinstance(limit, str):
        limit = TimeLimit.parse(limit)
    return answer(ask(received, limit, rules, channel, stops, resumed_on), trace=trace)


def answer(question: Question, *, trace: bool) -> Deadline:
    """Return the deadline that a question leads to."""
    counting = question.counting
    calendar = counting.calendar
    run = Run(question, question.terms, question.stops, trace=trace)
    end = run.settle()

    # What somebody should know: about the stops, the run, other readings, the assumption, undecided
    # years.
    notices: list[Finding] = []
    if question.notices or run.notices:
        notices += dict.fromkeys([*question.notices, *run.notices])
    notices += _rivals(question, end)
    if question.is_preview:
        notices.append(notice("deadline-preview", "", end.day))
    bounds: DueBounds | None = None
    if end.day is not None and calendar.is_provisional(question.received, end.day):
        bounds = find_bounds(question, end.day)
        notices += calendar.provisional_notices(question.received, end.day)
        notices.append(_say_bounds(end.day, bounds))

    state = _SET
    if end.day is None:
        state = _STOPPED
    elif question.is_preview:
        state = _PREVIEW

    # Who asks with a time zone is answered with one.
    received_at, instant = question.received_at, end.instant
    if question.is_aware:
        received_at = received_at and with_zone(received_at)
        instant = instant and with_zone(instant)
    return make_deadline(
        question.received,
        received_at,
        question.limit,
        end.day,
        instant,
        run.counted_from,
        state,
        bounds is not None,
        calendar.fingerprint,
        tuple(run.citations),
        tuple(notices),
        () if run.steps is None else tuple(run.steps),
        bounds,
    )


def _say_bounds(end: date, bounds: DueBounds) -> Finding:
    """The notice of a provisional date: on what it rests, and between which days it lies."""
    if not bounds.decisions:
        return notice("due-provisional-exchange", "", end)
    return notice(
        "due-provisional",
        "",
        end,
        decisions=bounds.decisions,
        earliest=bounds.earliest,
        latest=bounds.latest,
    )


# -- rivals ----------------------------------------------------------------------------------------

_OTHER: Final = {
    ClockPolicy.RESTART: ClockPolicy.RESUME,
    ClockPolicy.RESUME: ClockPolicy.RESTART,
    ClockPolicy.EXCLUDE: ClockPolicy.RESTART,
    ClockPolicy.NOT_STARTED: ClockPolicy.RESUME,
}


def _rivals(question: Question, end: End) -> list[Finding]:
    """Return the other readings, each with its due date.

    They are given where they lead to another date, or where the law leaves them open.
    """
    limit, counting = question.limit, question.counting
    found: list[Finding] = []
    if limit.unit is _HOURS:
        found += _hours_read_otherwise(question)
    if limit.unit is _WORKING_DAYS and counting.days is _EIGHT_HOURS:
        result = _count_otherwise(question, _CIVIL_CODE, counting.hours, question.stops)
        found.append(notice("days-read-otherwise", "", limit, date=result))
    for each in question.stops:
        if each.stop.kind is _SUPPLEMENT:
            return [*found, *_clock_read_otherwise(question, end)]
    return found


def _hours_read_otherwise(question: Question) -> list[Finding]:
    """What the other readings of hours as printed lead to."""
    limit, counting = question.limit, question.counting
    found: list[Finding] = []
    for other in _READINGS:
        if other is counting.hours:
            continue
        if other is HoursReading.DAYS and not comes_to_half_days(limit):
            continue
        result = _count_otherwise(question, counting.days, other, question.stops)
        found.append(notice("hours-read-otherwise", "", limit, reading=other, date=result))
    return found


def _clock_read_otherwise(question: Question, end: End) -> list[Finding]:
    """Return what the other reading of a supplement leads to.

    It is asked for where the rules of the day of receipt prescribe neither reading.
    """
    if settles_supplement(question.counting, question.received):
        return []
    policies = [each.policy for each in question.stops if each.stop.kind is _SUPPLEMENT]
    swapped = tuple(
        each._replace(policy=_OTHER[each.policy]) if each.stop.kind is _SUPPLEMENT else each
        for each in question.stops
    )
    counting = question.counting
    result = _count_otherwise(question, counting.days, counting.hours, swapped)
    if result == (end.instant or end.day or _NO_DATE):
        return []
    others = tuple(sorted({_OTHER[policy] for policy in policies}))
    return [notice("clock-read-otherwise", "", others, date=result)]


def _count_otherwise(
    question: Question,
    days: DayCount,
    hours: HoursReading | None,
    stops: tuple[PlacedStop, ...],
) -> date | str:
    """The last day or instant under other readings; a dash if the calendar does not reach it."""
    terms = read_terms(question.limit, days, hours)
    try:
        end = Run(question, terms, stops, trace=False).find_end()
    except OutsideCoverageError:
        return _NO_DATE
    return end.instant or end.day or _NO_DATE
