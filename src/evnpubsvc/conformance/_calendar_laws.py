"""The laws of a calendar of working days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc.conformance._days import Days
from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Implementation,
    Verdict,
    implementation,
    not_given,
    settle,
    try_both,
    try_drawn,
)
from evnpubsvc.conformance._report import ConformanceReport, LawOutcome, LawResult
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.worktime import Calendar, DayKind, vietnam_calendar

if TYPE_CHECKING:
    from hypothesis import strategies as st

_DAY: Final = timedelta(days=1)
# Which days each law of single days is about.
_KINDS: Final = {
    "calendar.weekdays": (DayKind.ORDINARY,),
    "calendar.weekly-rest": (DayKind.WEEKLY_REST,),
    "calendar.day-off": tuple(
        kind for kind in DayKind if not kind.works and kind is not DayKind.WEEKLY_REST
    ),
    "calendar.make-up": (DayKind.MAKE_UP, DayKind.SPECIAL_HOURS),
}
_MOST: Final = 40  # working days that are added or counted


def check_calendar_laws(
    is_working_day: Callable[[date], bool],
    *,
    next_working_day: Callable[[date], date] | None = None,
    add_working_days: Callable[[date, int], date] | None = None,
    count_working_days: Callable[[date, date], int] | None = None,
    calendar: Calendar | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a calendar of working days (*lịch làm việc*) of your own.

    Args:
        is_working_day: whether a day is worked. It raises for a day that it knows nothing of.
        next_working_day: the first working day after a day, that day not included.
        add_working_days: the n-th working day after a day, n from 1 on.
        count_working_days: how many working days a span has, both ends included.
        calendar: the days that have to be worked; those of Viet Nam by default.
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
    results = [_single_days(law, kinds, days, mine, max_examples) for law, kinds in _KINDS.items()]
    results += [_undecided(days), _beyond(days, mine)]
    if next_working_day is None:
        results += not_given("calendar.next")
    else:
        results.append(_next(days, implementation(next_working_day, "next"), max_examples))
    if add_working_days is None:
        results += not_given("calendar.add", "calendar.add-in-parts")
    else:
        results += _add(days, implementation(add_working_days, "add"), max_examples)
    if count_working_days is None:
        results += not_given("calendar.count", "calendar.count-in-parts")
    else:
        results += _count(days, implementation(count_working_days, "count"), max_examples)
    return ConformanceReport("calendar", tuple(results))


def _single_days(
    law: str, kinds: tuple[DayKind, ...], days: Days, mine: Implementation, max_examples: int
) -> LawResult:
    """Days of some kinds: named ones all, ordinary ones by a sample where there are many."""
    cases = [day for day in days.all if days.calendar.why(day).kind in kinds]

    def judge(day: date) -> Verdict:
        return mine.hold(days.is_worked(day), day)

    def drawn() -> st.SearchStrategy[date]:
        from hypothesis import strategies as st  # noqa: PLC0415

        return st.sampled_from(cases)

    return try_both(law, cases, drawn, judge, max_examples)


def _undecided(days: Days) -> LawResult:
    """Nothing can be held against an answer about a year that nobody has decided."""
    law, calendar = "calendar.undecided", days.calendar
    if days.last == calendar.last:
        return settle(law, LawOutcome.PENDING, "conformance-no-cases")
    count = (calendar.last - days.last).days
    return settle(
        law, LawOutcome.PENDING, "conformance-undecided", count=count, since=days.last + _DAY
    )


def _beyond(days: Days, mine: Implementation) -> LawResult:
    """Years that no decision covers: an answer by the ordinary week alone is another reading."""
    law, count, answered = "calendar.beyond", 0, 0
    try:
        for year in _uncovered_years(days.calendar):
            count += 1
            answered += mine.ask(date(year, 3, 2)).error is None
    except NotImplementedError:
        return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared")
    if answered:
        return settle(law, LawOutcome.DISPUTED, "conformance-answers-undecided", count)
    return LawResult(requirement(law), LawOutcome.PASSED, count)


def _uncovered_years(calendar: Calendar) -> Iterator[int]:
    yield from range(calendar.last.year + 5, min(calendar.last.year + 8, date.max.year))


def _next(days: Days, mine: Implementation, max_examples: int) -> LawResult:
    def judge(day: date) -> Verdict:
        expected = days.after(day, 1)
        return None if expected is None else mine.hold(expected, day)

    return try_drawn("calendar.next", days.drawn(), judge, max_examples)


def _add(days: Days, mine: Implementation, max_examples: int) -> list[LawResult]:
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

    return [
        try_drawn("calendar.add", st.tuples(days.drawn(), numbers), judge, max_examples),
        try_drawn(
            "calendar.add-in-parts",
            st.tuples(days.drawn(), numbers, numbers),
            judge_parts,
            max_examples,
        ),
    ]


def _count(days: Days, mine: Implementation, max_examples: int) -> list[LawResult]:
    from hypothesis import strategies as st  # noqa: PLC0415

    spans = st.builds(
        lambda first, length: (first, min(days.last, first + _DAY * length)),
        days.drawn(),
        st.integers(0, _MOST),
    )

    def judge(case: tuple[date, date]) -> Verdict:
        return mine.hold(days.between(*case), *case)

    def judge_parts(case: tuple[tuple[date, date], int]) -> Verdict:
        (first, last), length = case
        middle = first + _DAY * min(length, (last - first).days)
        if middle == last:
            return None
        whole, one, other = (
            mine.ask(first, last),
            mine.ask(first, middle),
            mine.ask(middle + _DAY, last),
        )
        if whole.error is one.error is other.error is None and whole.is_(one.value + other.value):
            return None
        return mine.example(whole, f"{one} + {other}, cut after {middle!r}", first, last)

    return [
        try_drawn("calendar.count", spans, judge, max_examples),
        try_drawn(
            "calendar.count-in-parts",
            st.tuples(spans, st.integers(0, _MOST)),
            judge_parts,
            max_examples,
        ),
    ]
