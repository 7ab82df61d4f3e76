"""The laws of due dates.

What is expected is found by walking day by day, or minute by minute, as the text of the law says;
`deadlines` counts in another way, so each checks the other.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from evnpubsvc.conformance._days import HOUR, ZONES, Days, at
from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Answer,
    Dispute,
    Implementation,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
    say,
)
from evnpubsvc.conformance._report import ConformanceReport
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
)
from evnpubsvc.deadlines import due as library_due
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, vietnam_calendar

if TYPE_CHECKING:
    from hypothesis import strategies as st

Due: TypeAlias = Callable[[datetime, TimeLimit, tuple[Stop, ...]], date | datetime | None]

_MARGIN: Final = 420  # days before the end of what is decided on which no receipt falls
_SHIFTS: Final = (CutOff.SHIFT15, CutOff.LASTHOUR, CutOff.OFFICEHOURS)


@refuse_at_once
def check_deadline_laws(
    due: Due,
    *,
    calendar: Calendar | None = None,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a function of your own that finds due dates (*ngày hẹn trả kết quả*).

    Args:
        due: takes the instant of receipt (with a time zone), the limit, and the stops of the clock,
            each of which says what it does; gives the last day, or for limits in working hours the
            last instant; None while the clock stands. It raises where it cannot say, and
            `NotImplementedError` for a kind of limit or for stops that it does not know.
        calendar: the working days and office hours; those of Viet Nam by default.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law.

    >>> from datetime import timedelta
    >>> def calendar_days_only(received, limit, stops):
    ...     if stops or limit.unit is not LimitUnit.DAYS:
    ...         raise NotImplementedError
    ...     return received.date() + timedelta(days=int(limit.amount))
    >>> report = check_deadline_laws(calendar_days_only, max_examples=50)
    >>> print(report.failures[0].requirement.id)
    deadline.end-on-day-off
    """
    days = Days(calendar or vietnam_calendar())
    trials = Trials(max_examples, laws)
    _Laws(trials, days, implementation(due, "due")).run()
    return trials.report("due dates")


def _as_day(value: Any) -> Any:
    """The local day of an instant; anything else as it is."""
    if isinstance(value, datetime):
        return _as_local(value).date()
    return value


def _as_local(value: datetime) -> datetime:
    """An instant in the time of Viet Nam; one without a zone is local."""
    if value.utcoffset() is None:
        return value.replace(tzinfo=VIETNAM_TIME)
    return value.astimezone(VIETNAM_TIME)


class _Laws:
    """The laws over one calendar for one implementation."""

    def __init__(self, trials: Trials, days: Days, mine: Implementation) -> None:
        from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis

        self.days, self.mine, self._try = days, mine, trials.drawn
        last = days.last - timedelta(days=_MARGIN)
        self.worked = [day for day in days.worked if day <= last] or days.worked[:1]
        self.received = st.sampled_from(self.worked)
        # What decisions name: a receipt some days before, so that short limits reach over it.
        named = [row for row in days.calendar.days if days.first < row.day <= last]
        self.off = [row.day for row in named if not row.kind.works]
        self.make_up = [row.day for row in named if row.kind.works]
        self.near = self._before([*self.off, *self.make_up], 9) | self.received

    def run(self) -> None:
        """Check every law, in the order of the table."""
        self._working_days()
        self._other_units()
        self._receipts()
        self._stops()

    # -- what is asked, and what is held against it ------------------------------------------------

    def _before(self, named: list[date], most: int) -> st.SearchStrategy[date]:
        """Working days up to some days before one of the named days."""
        from hypothesis import strategies as st  # noqa: PLC0415

        worked = frozenset(self.worked)
        close = [
            day
            for each in named
            for back in range(1, most + 1)
            if (day := each - timedelta(days=back)) in worked
        ]
        return st.sampled_from(close or self.worked)

    def _ask(
        self, day: date, amount: int, unit: LimitUnit, stops: tuple[Stop, ...] = ()
    ) -> tuple[tuple[datetime, TimeLimit, tuple[Stop, ...]], Answer]:
        arguments = (at(day), TimeLimit(amount, unit), stops)
        answer = self.mine.ask(*arguments)
        return arguments, answer._replace(value=_as_day(answer.value))

    def _hold(
        self,
        expected: date | None,
        day: date,
        amount: int,
        unit: LimitUnit,
        stops: tuple[Stop, ...] = (),
    ) -> Verdict:
        """Compare the day that is due. Where the walk left the calendar nothing is expected."""
        arguments, answer = self._ask(day, amount, unit, stops)
        if answer.is_(expected):
            return None
        return self.mine.example(answer, repr(expected), *arguments)

    def _count_days(self, case: tuple[date, int]) -> Verdict:
        day, amount = case
        return self._hold(self.days.after(day, amount), day, amount, LimitUnit.WORKING_DAYS)

    # -- limits in working days --------------------------------------------------------------------

    def _working_days(self) -> None:
        from hypothesis import strategies as st  # noqa: PLC0415

        short, judge = st.integers(1, 10), self._count_days
        self._try("deadline.first-day", st.tuples(self.near, st.just(1)), judge)
        self._try("deadline.working-days", st.tuples(self.near, st.integers(1, 60)), judge)
        self._try("deadline.long-limit", st.tuples(self.received, st.integers(180, 270)), judge)
        self._try("deadline.day-off", st.tuples(self._before(self.off, 5), short), judge)
        self._try("deadline.make-up-day", st.tuples(self._before(self.make_up, 5), short), judge)
        self._try("deadline.longer-limit", st.tuples(self.near, short), self._longer)

    def _longer(self, case: tuple[date, int]) -> Verdict:
        day, amount = case
        _, before = self._ask(day, amount, LimitUnit.WORKING_DAYS)
        if before.error is not None or not isinstance(before.value, date):
            return None  # other laws say so
        if not self.days.first <= before.value < self.days.last:
            return None
        expected = self.days.after(before.value, 1)
        return self._hold(expected, day, amount + 1, LimitUnit.WORKING_DAYS)

    # -- limits in other units ---------------------------------------------------------------------

    def _other_units(self) -> None:
        from hypothesis import strategies as st  # noqa: PLC0415

        plain = self.received | self.near
        hours = st.integers(1, 80).map(lambda halves: Fraction(halves, 2))
        self._try("deadline.calendar-days", st.tuples(plain, st.integers(1, 90)), self._worked_end)
        self._try(
            "deadline.end-on-day-off",
            st.tuples(self._before(self.off, 5), st.integers(1, 9)),
            self._calendar_days,
        )
        self._try("deadline.weeks", st.tuples(plain, st.integers(1, 12)), self._weeks)
        ends = [day for day in self.worked if day.day > 28]
        month_ends = plain | st.sampled_from(ends or self.worked)
        self._try("deadline.months", st.tuples(month_ends, st.integers(1, 12)), self._months)
        self._try("deadline.same-day", plain, self._same_day)
        self._try(
            "deadline.working-hours", st.tuples(plain, self._open_minutes(), hours), self._hours
        )
        self._try(
            "deadline.closed-office",
            st.tuples(self._any_day(), st.integers(0, 1439), hours),
            self._hours,
        )

    def _any_day(self) -> st.SearchStrategy[date]:
        from hypothesis import strategies as st  # noqa: PLC0415

        named = st.sampled_from([*self.off, *self.make_up] or self.worked)
        return st.dates(self.worked[0], self.worked[-1]) | named | self.near

    def _open_minutes(self) -> st.SearchStrategy[int]:
        """Minutes of the day at which an office is open: of nine in the morning the hour."""
        from hypothesis import strategies as st  # noqa: PLC0415

        return st.integers(HOUR * 60, HOUR * 60 + 59)

    def _worked_end(self, case: tuple[date, int]) -> Verdict:
        """A limit that ends on a working day; the others are another law's."""
        day, amount = case
        if not self.days.is_worked(day + timedelta(days=amount)):
            return None
        return self._calendar_days(case)

    def _calendar_days(self, case: tuple[date, int]) -> Verdict:
        day, amount = case
        expected = self.days.rolled(day + timedelta(days=amount))
        return self._hold(expected, day, amount, LimitUnit.DAYS)

    def _weeks(self, case: tuple[date, int]) -> Verdict:
        day, amount = case
        expected = self.days.rolled(day + timedelta(weeks=amount))
        return self._hold(expected, day, amount, LimitUnit.WEEKS)

    def _months(self, case: tuple[date, int]) -> Verdict:
        day, amount = case
        years, month = divmod(day.month - 1 + amount, 12)
        year = day.year + years
        end = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        return self._hold(self.days.rolled(end), day, amount, LimitUnit.MONTHS)

    def _same_day(self, day: date) -> Verdict:
        return self._hold(day, day, 0, LimitUnit.SAME_DAY)

    def _hours(self, case: tuple[date, int, Fraction]) -> Verdict:
        day, minute, amount = case
        received = datetime.combine(day, time(), VIETNAM_TIME) + timedelta(minutes=minute)
        limit = TimeLimit(amount, LimitUnit.WORKING_HOURS)
        expected = self.days.after_office_time(received, limit.amount)
        answer = self.mine.ask(received, limit, ())
        if isinstance(answer.value, datetime):
            answer = answer._replace(value=_as_local(answer.value))
        if answer.is_(expected):
            return None
        return self.mine.example(answer, repr(expected), received, limit, ())

    # -- the receipt -------------------------------------------------------------------------------

    def _receipts(self) -> None:
        from hypothesis import strategies as st  # noqa: PLC0415

        short = st.integers(1, 10)
        early = st.integers(1, 6 * 60)  # minutes of a day that is another day further west
        zones = st.sampled_from(ZONES)
        gaps = st.integers(1, 10)
        self._try("deadline.local-day", st.tuples(self.near, early, zones, short), self._local_day)
        self._try(
            "deadline.hour-of-receipt",
            st.tuples(self._any_day(), st.integers(0, 1439), short),
            self._hour,
        )
        self._try(
            "deadline.later-receipt",
            st.tuples(self.near, gaps, st.integers(1, 30)),
            self._later,
        )
        self._try("deadline.beyond", st.integers(0, 30), self._leave)

    def _local_day(self, case: tuple[date, int, timezone, int]) -> Verdict:
        day, minute, zone, amount = case
        received = at(day, minute).astimezone(zone)
        limit = TimeLimit(amount, LimitUnit.WORKING_DAYS)
        answer = self.mine.ask(received, limit, ())
        expected = self.days.after(day, amount)
        if answer._replace(value=_as_day(answer.value)).is_(expected):
            return None
        return self.mine.example(answer, repr(expected), received, limit, ())

    def _hour(self, case: tuple[date, int, int]) -> Verdict:
        """A cut-off of a sectoral rule is another declared reading, not a mistake."""
        day, minute, amount = case
        received, limit = at(day, minute), TimeLimit(amount, LimitUnit.WORKING_DAYS)
        answer = self.mine.ask(received, limit, ())
        got, expected = _as_day(answer.value), self.days.after(day, amount)
        if answer.error is None and got == expected:
            return None
        example = self.mine.example(answer, repr(expected), received, limit, ())
        readings = {
            cutoff.value: say("conformance-reads-cutoff", cutoff=cutoff.value)
            for cutoff in _SHIFTS
            if got == self._due_by_cutoff(received, amount, cutoff)
        }
        return Dispute(readings, example) if readings else example

    def _due_by_cutoff(self, received: datetime, amount: int, cutoff: CutOff) -> date | None:
        """What a cut-off of a sectoral rule makes of a receipt."""
        rules = CountingRules(self.days.calendar, cutoff=cutoff)
        limit = TimeLimit(amount, LimitUnit.WORKING_DAYS)
        return library_due(received, limit, counting=rules, trace=False).date

    def _later(self, case: tuple[date, int, int]) -> Verdict:
        day, gap, amount = case
        other = self.days.after(day, gap)
        if other is None:
            return None
        _, one = self._ask(day, amount, LimitUnit.WORKING_DAYS)
        arguments, two = self._ask(other, amount, LimitUnit.WORKING_DAYS)
        if isinstance(one.value, date) and isinstance(two.value, date) and two.value < one.value:
            return self.mine.example(two, f"{one} or later", *arguments)
        return None

    def _leave(self, back: int) -> Verdict:
        """A limit of years that ends long after everything that is known."""
        received = self.days.calendar.last - timedelta(days=back)
        arguments = (at(received), TimeLimit(600, LimitUnit.WORKING_DAYS), ())
        answer = self.mine.ask(*arguments)
        if answer.error is not None:
            return None
        return self.mine.example(answer, "a refusal: the days off are not decided", *arguments)

    # -- stops -------------------------------------------------------------------------------------

    def _stops(self) -> None:
        from hypothesis import strategies as st  # noqa: PLC0415

        # Receipt, limit, working days until the stop begins, days that it lasts.
        cases = st.tuples(self.near, st.integers(2, 15), st.integers(0, 14), st.integers(2, 20))
        twice = st.tuples(cases, st.integers(1, 20), st.integers(2, 20))
        self._try("deadline.stop-excluded", cases, self._excluded)
        self._try("deadline.stop-restarts", cases, self._restarted)
        self._try("deadline.stop-open", cases, self._open)
        self._try("deadline.stop-over", cases, self._over)
        self._try("deadline.stops-overlap", twice, self._overlapping)

    def _placed(self, case: tuple[date, int, int, int]) -> tuple[date, int, date, date]:
        """Receipt, limit, the day in whose evening the stop begins, that in whose morning it ends.

        It begins before the limit ends. No hour of it is office time but those of whole days.
        """
        day, amount, wait, length = case
        begins = self.days.after(day, wait % amount) or day
        return day, amount, begins, begins + timedelta(days=length)

    def _excluded(self, case: tuple[date, int, int, int]) -> Verdict:
        day, amount, begins, ends = self._placed(case)
        stop = _evening_stop(begins, ends, ClockPolicy.EXCLUDE)
        expected = self._skipping(day, amount, [(begins, ends)])
        return self._hold(expected, day, amount, LimitUnit.WORKING_DAYS, (stop,))

    def _restarted(self, case: tuple[date, int, int, int]) -> Verdict:
        day, amount, begins, ends = self._placed(case)
        back = self.days.rolled(ends)  # the papers come on a working day, in the morning
        if back is None:
            return None
        stop = Stop(StopKind.SUPPLEMENT, at(begins, 20 * 60), at(back), ClockPolicy.RESTART)
        expected = self.days.after(back, amount)
        return self._hold(expected, day, amount, LimitUnit.WORKING_DAYS, (stop,))

    def _open(self, case: tuple[date, int, int, int]) -> Verdict:
        day, amount, begins, _ = self._placed(case)
        stop = Stop(StopKind.OTHER, at(begins, 20 * 60), None, ClockPolicy.EXCLUDE)
        return self._hold(None, day, amount, LimitUnit.WORKING_DAYS, (stop,))

    def _over(self, case: tuple[date, int, int, int]) -> Verdict:
        day, amount, wait, length = case
        expected = self.days.after(day, amount)
        begins = None if expected is None else self.days.after(expected, wait + 1)
        if begins is None:
            return None
        stop = _evening_stop(begins, begins + timedelta(days=length), ClockPolicy.EXCLUDE)
        return self._hold(expected, day, amount, LimitUnit.WORKING_DAYS, (stop,))

    def _overlapping(self, case: tuple[tuple[date, int, int, int], int, int]) -> Verdict:
        one, shift, length = case
        day, amount, begins, ends = self._placed(one)
        other = begins + timedelta(days=min(shift, (ends - begins).days - 1))
        until = other + timedelta(days=length)
        stops = (
            _evening_stop(begins, ends, ClockPolicy.EXCLUDE),
            _evening_stop(other, until, ClockPolicy.EXCLUDE),
        )
        expected = self._skipping(day, amount, [(begins, ends), (other, until)])
        return self._hold(expected, day, amount, LimitUnit.WORKING_DAYS, stops)

    def _skipping(self, day: date, left: int, stops: list[tuple[date, date]]) -> date | None:
        """Walk on, day by day, over the days that lie within a stop."""
        while left:
            day += timedelta(days=1)
            if day > self.days.last:
                return None
            stopped = any(begins < day < ends for begins, ends in stops)
            left -= self.days.is_worked(day) and not stopped
        return day


def _evening_stop(begins: date, ends: date, policy: ClockPolicy) -> Stop:
    """A stop from an evening to a morning: whole days lie within it, and no part of one."""
    return Stop(StopKind.OTHER, at(begins, 20 * 60), at(ends, 6 * 60), policy)
