"""Bounds of a provisional due date.

The earliest and the latest day under the decisions that are considered.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from attrs import evolve

from evnpubsvc._moments import local_day
from evnpubsvc.deadlines._deadline import DueBounds
from evnpubsvc.deadlines._moments import midnight
from evnpubsvc.deadlines._question import Question
from evnpubsvc.deadlines._run import Run
from evnpubsvc.deadlines._stopped_time import StoppedTime, cover_ticks, place
from evnpubsvc.worktime import Calendar, OpenDecision

_DAY: Final = timedelta(days=1)
_NEAR: Final = timedelta(days=60)  # no choice of holidays moves a date further


def find_bounds(question: Question, end: date) -> DueBounds:
    """Return the bounds of a due date that touches days which are not decided.

    Every combination of the considered choices is counted, of the decisions that can move the date.

    Raises:
        OutsideCoverageError: under one of them the due date lies beyond the calendar.
    """
    calendar = question.counting.calendar
    earliest = latest = end
    varied: list[OpenDecision] = []
    while True:
        # The later the date can be, the more decisions it may depend on: look until there are no
        # more.
        matter = [
            each for each in calendar.open_decisions if _matters(each, question, earliest, latest)
        ]
        if matter == varied:
            break
        varied = matter
        for other in calendar.alternatives(varied):
            found = _count_by(other, question)
            if found is not None:
                earliest, latest = min(earliest, found), max(latest, found)
    names = tuple(each.name for each in varied)
    return DueBounds(earliest, latest, names)


def _matters(decision: OpenDecision, question: Question, earliest: date, latest: date) -> bool:
    """Whether a decision can move a due date.

    One that lies wholly between receipt and due date takes the same working time away whatever is
    chosen, so it does not matter unless it is near the due date or a stop begins or ends in it.
    """
    if decision.last < question.received or latest < decision.first:
        return False
    if question.received < decision.first and decision.last + _NEAR < earliest:
        moments = [each.stop.start for each in question.stops]
        moments += [each.stop.end for each in question.stops if each.stop.end is not None]
        if not any(decision.first <= local_day(moment) <= decision.last for moment in moments):
            return not _takes_the_same_time(decision, question.counting.calendar)
    return True


def _takes_the_same_time(decision: OpenDecision, calendar: Calendar) -> bool:
    """Whether every choice leaves as many working days and as much office time around its days."""
    before, after = decision.first - _DAY, decision.last + _DAY
    left = {
        (
            other.working_days_between(before, decision.last),
            other.working_time_between(midnight(decision.first), midnight(after)),
        )
        for other in calendar.alternatives([decision])
    }
    return len(left) == 1


def _count_by(calendar: Calendar, question: Question) -> date | None:
    """The due date by another calendar."""
    stops = tuple(place(each.stop, each.policy, each.source, calendar) for each in question.stops)
    asked = evolve(
        question,
        counting=evolve(question.counting, calendar=calendar),
        stops=stops,
        stopped=StoppedTime(calendar, cover_ticks(stops), ()) if stops else None,
    )
    return Run(asked, asked.terms, asked.stops, trace=False).find_end().day
