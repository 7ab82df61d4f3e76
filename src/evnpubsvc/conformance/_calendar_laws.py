"""The laws of a calendar of working days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, Final

from evnpubsvc.conformance._days import DAY, HOUR, ZONES, Days, at
from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Dispute,
    Implementation,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
    say,
)
from evnpubsvc.conformance._report import ConformanceReport, LawOutcome
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, DayKind, vietnam_calendar

# Which days each law of single days is about.
_KINDS: Final = {
    "calendar.weekdays": (DayKind.ORDINARY,),
    "calendar.weekly-rest": (DayKind.WEEKLY_REST,),
    "calendar.day-off": tuple(
        kind for kind in DayKind if not kind.works and kind is not DayKind.WEEKLY_REST
    ),
    "calendar.make-up": (DayKind.MAKE_UP, DayKind.SPECIAL_HOURS),
}
_OFFICE_TIME: Final = (
    "calendar.office-time",
    "calendar.office-time-closed",
    "calendar.office-time-in-parts",
)
_MOST: Final = 40  # working days that are added or counted


@refuse_at_once
def check_calendar_laws(
    is_working_day: Callable[[date], bool],
    *,
    next_working_day: Callable[[date], date] | None = None,
    add_working_days: Callable[[date, int], date] | None = None,
    count_working_days: Callable[[date, date], int] | None = None,
    office_time: Callable[[datetime, datetime], timedelta] | None = None,
    calendar: Calendar | None = None,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a calendar of working days (*lịch làm việc*) of your own.

    Args:
        is_working_day: whether a day is worked. It raises for a day that it knows nothing of.
        next_working_day: the first working day after a day, that day not included.
        add_working_days: the n-th working day after a day, n from 1 on.
        count_working_days: how many working days a span has, both ends included.
        office_time: the office time that passes from an instant to a later one, both with a time
            zone.
        calendar: the days that have to be worked, and the office hours; those of Viet Nam by
            default.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law. Laws about days that a decision names try all of
            them where they are no more than that.

    Returns:
        The report: one result for each law. A function that was not handed over is not supported.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> def weekdays(day):  # it knows no holiday
    ...     return day.weekday() < 5
    >>> report = check_calendar_laws(weekdays, max_examples=50)
    >>> for result in report.failures:
    ...     print(result.requirement.id, result.examples[0].call)
    calendar.day-off weekdays(datetime.date(2019, 1, 1))
    calendar.make-up weekdays(datetime.date(2019, 1, 5))
    """
    days = Days(calendar or vietnam_calendar())
    mine = implementation(is_working_day, "is_working_day")
    trials = Trials(max_examples, laws)
    for law, kinds in _KINDS.items():
        cases = [day for day in days.all if days.calendar.why(day).kind in kinds]
        trials.sampled(law, cases, lambda day: mine.hold(days.is_worked(day), day))
    _try_undecided(trials, days)
    _try_beyond(trials, days, mine)
    if next_working_day is None:
        trials.not_given("calendar.next")
    else:
        _try_next(trials, days, implementation(next_working_day, "next"))
    if add_working_days is None:
        trials.not_given("calendar.add", "calendar.add-in-parts")
    else:
        _try_add(trials, days, implementation(add_working_days, "add"))
    if count_working_days is None:
        trials.not_given("calendar.count", "calendar.count-in-parts")
    else:
        _try_count(trials, days, implementation(count_working_days, "count"))
    if office_time is None:
        trials.not_given(*_OFFICE_TIME)
    else:
        _try_office_time(trials, days, implementation(office_time, "office_time"))
    return trials.report("calendar")


def _try_undecided(trials: Trials, days: Days) -> None:
    """Nothing can be held against an answer about a year that nobody has decided."""
    law, calendar = "calendar.undecided", days.calendar
    if days.last == calendar.last:
        trials.settle(law, LawOutcome.PENDING, "conformance-no-cases")
        return
    count = (calendar.last - days.last).days
    trials.settle(
        law, LawOutcome.PENDING, "conformance-undecided", count=count, since=days.last + DAY
    )


def _try_beyond(trials: Trials, days: Days, mine: Implementation) -> None:
    """Years that no decision covers: an answer by the ordinary week alone is another reading."""
    readings = {"ordinary-week": say("conformance-answers-undecided")}

    def judge(day: date) -> Verdict:
        answer = mine.ask(day)
        if answer.error is not None:
            return None
        return Dispute(readings, mine.example(answer, "a refusal", day))

    first = days.calendar.last.year + 5
    far = [date(year, 3, 2) for year in range(first, min(first + 3, date.max.year))]
    trials.listed("calendar.beyond", far, judge)


def _try_next(trials: Trials, days: Days, mine: Implementation) -> None:
    def judge(day: date) -> Verdict:
        expected = days.after(day, 1)
        return None if expected is None else mine.hold(expected, day)

    trials.drawn("calendar.next", days.drawn(), judge)


def _try_add(trials: Trials, days: Days, mine: Implementation) -> None:
    from hypothesis import strategies as st  # noqa: PLC0415

    numbers = st.integers(1, _MOST)

    def judge(case: tuple[date, int]) -> Verdict:
        expected = days.after(*case)
        return None if expected is None else mine.hold(expected, *case)

    def judge_parts(case: tuple[date, int, int]) -> Verdict:
        day, n, m = case
        if days.after(day, n + m) is None:
            return None
        whole, part = mine.ask(day, n + m), mine.ask(day, n)
        if part.error is not None:
            return mine.example(part, "a day", day, n)
        rest: Any = mine.ask(part.value, m)
        if whole.is_(rest.value) and rest.error is None:
            return None
        return mine.example(whole, f"{rest}, as {m} days after {part}", day, n + m)

    trials.drawn("calendar.add", st.tuples(days.drawn(), numbers), judge)
    trials.drawn("calendar.add-in-parts", st.tuples(days.drawn(), numbers, numbers), judge_parts)


def _try_count(trials: Trials, days: Days, mine: Implementation) -> None:
    from hypothesis import strategies as st  # noqa: PLC0415

    def span_of(first: date, length: int) -> tuple[date, date]:
        return first, min(days.last, first + DAY * length)

    spans = st.builds(span_of, days.drawn(), st.integers(0, _MOST))

    def judge(case: tuple[date, date]) -> Verdict:
        return mine.hold(days.between(*case), *case)

    def judge_parts(case: tuple[tuple[date, date], int]) -> Verdict:
        (first, last), length = case
        middle = first + DAY * min(length, (last - first).days)
        if middle == last:
            return None
        whole, one, other = (
            mine.ask(first, last),
            mine.ask(first, middle),
            mine.ask(middle + DAY, last),
        )
        parts = (one.value, other.value)
        if all(type(part) is int for part in parts) and whole.is_(sum(parts)):
            return None
        return mine.example(whole, f"{one} + {other}, cut after {middle!r}", first, last)

    trials.drawn("calendar.count", spans, judge)
    trials.drawn("calendar.count-in-parts", st.tuples(spans, st.integers(0, _MOST)), judge_parts)


def _try_office_time(trials: Trials, days: Days, mine: Implementation) -> None:
    from hypothesis import strategies as st  # noqa: PLC0415

    any_minute, zones = st.integers(0, 24 * 60 - 1), st.sampled_from(ZONES)
    lengths = st.integers(0, 6 * 24 * 60)
    end_of_days = at(days.last, 24 * 60 - 1)

    def span_of(day: date, minute: int, length: int, zone: timezone) -> tuple[datetime, datetime]:
        begins = at(day, minute)
        ends = min(end_of_days, begins + timedelta(minutes=length))
        return begins.astimezone(zone), ends.astimezone(zone)

    def open_span(place: int, length: int, minute: int) -> tuple[datetime, datetime]:
        """A span from nine o'clock of a working day to a minute soon after it, maybe days later."""
        last = days.worked[min(place + length, len(days.worked) - 1)]
        return at(days.worked[place]), at(last, minute)

    def judge(case: tuple[datetime, datetime]) -> Verdict:
        start, end = (each.astimezone(VIETNAM_TIME) for each in case)
        return mine.hold(days.office_time(start, end), *case)

    def judge_parts(case: tuple[tuple[datetime, datetime], Fraction]) -> Verdict:
        (start, end), share = case
        middle = start + timedelta(minutes=int((end - start) / timedelta(minutes=1) * share))
        parts = [mine.need(start, middle), mine.need(middle, end)]
        whole = mine.ask(start, end)
        timed = all(isinstance(part, timedelta) for part in parts)
        if timed and whole.is_(sum(parts, timedelta())):
            return None
        expected = f"{parts[0]!r} + {parts[1]!r}, cut at {middle!r}"
        return mine.example(whole, expected, start, end)

    # Both ends in office time: only what lies between them can be wrong.
    places = st.integers(0, len(days.worked) - 1)
    morning = st.integers(HOUR * 60, HOUR * 60 + 59)
    opened = st.builds(open_span, places, st.integers(0, 6), morning)
    trials.drawn("calendar.office-time", opened, judge)

    # Ends at any time, on any day.
    worked = st.sampled_from(days.worked)
    spans = st.builds(span_of, worked | days.drawn(), any_minute, lengths, zones)
    trials.drawn("calendar.office-time-closed", spans, judge)
    shares = st.fractions(0, 1, max_denominator=12)
    cut = st.tuples(opened | spans, shares)
    trials.drawn("calendar.office-time-in-parts", cut, judge_parts)
