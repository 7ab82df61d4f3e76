"""The calendar: which days are worked, and counting in working days and in office time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, compress, pairwise, product
from operator import attrgetter
from typing import Any, Final, Self, cast

from attrs import evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments, blame
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import checked_day, optional_day, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue
from evnpubsvc.worktime._checks import is_whole
from evnpubsvc.worktime._clock import OfficeClock
from evnpubsvc.worktime._days import CalendarDay, DayKind, DayReason
from evnpubsvc.worktime._errors import OutsideCoverageError
from evnpubsvc.worktime._hours import Session, WeeklyHours
from evnpubsvc.worktime._open_decisions import OpenDecision

_LONGEST: Final = 200  # years: more is a slip of the pen, and the tables hold every day
_OFF: Final = frozenset(
    {DayKind.SUBSTITUTE, DayKind.SWAPPED, DayKind.CLOSURE}
)  # pointless on a day of rest
_PUBLIC: Final = frozenset({DayKind.HOLIDAY, DayKind.SUBSTITUTE, DayKind.SWAPPED})
_SATURDAY: Final = 5
_EXCHANGED: Final = frozenset({DayKind.MAKE_UP, DayKind.SWAPPED})


class _Tables(Derived):
    """Tables of a calendar, one place for each covered day; some are made when first needed.

    The working days are numbered from 1 and `_nth[k]` is the k-th; `_upto[i]` is the number of the
    last one up to and including day i, `_from[i]` that of the first one from day i on. They are
    equal on a working day and differ by one on a day off; with both, either sign of a count is
    plain indexing.
    """

    __slots__ = (
        "_base",
        "_clock",
        "_fingerprint",
        "_from",
        "_make_up",
        "_nth",
        "_off",
        "_office",
        "_others",
        "_sessions",
        "_upto",
    )

    _base: int
    _upto: list[int]
    _from: list[int]
    _nth: list[date]
    _off: tuple[DayReason, ...] | None
    _make_up: tuple[list[date], tuple[DayReason, ...]] | None
    _sessions: list[tuple[Session, ...]] | None
    _office: list[tuple[int, time | None, time | None]] | None
    _clock: OfficeClock | None
    _fingerprint: str | None
    # The calendars of other choices, by the choice of each open decision.
    _others: dict[tuple[int, ...], Calendar]


@frozen(order=False)
class Calendar(PublicType, _Tables):
    """Which days are working days (*ngày làm việc*).

    A calendar says with what hours, why, and from which day to which.

    A working day is a day with office hours. The week says so (`hours`), single days differ
    (`days`). Values are immutable; two calendars with the same content are equal, whatever the
    order of their rows.

    Attributes:
        first: first covered day, inclusive.
        last: last covered day, inclusive. Outside, every operation raises `OutsideCoverageError`.
        hours: the weeks, by the day since when they hold; the first holds from `first`.
        days: the days that differ, sorted by day when the calendar is made; rows given twice count
            once.
        decided_until: last day for which the competent authority has decided the days off; None
            when all covered days are decided. What comes after is provisional, see
            `is_provisional`.
        open_decisions: the decisions that have not been taken, with those that are considered;
            `days` holds the first choice of each. See `alternatives`.

    Raises:
        DataError: every contradiction at once: `coverage-inverted`, `coverage-too-long`,
            `day-contradiction`, `day-outside-coverage`, `open-decision-decided`, `hours-missing`,
            `hours-twice`, `hours-outside-coverage`, `sessions-overlap`, `no-working-day`.

    >>> from datetime import date
    >>> week = Calendar(date(2026, 1, 1), date(2026, 12, 31), (WeeklyHours.of("07:30-11:30",
    ...     "13:30-17:00"),))
    >>> week.add_working_days(date(2026, 7, 3), 1)
    datetime.date(2026, 7, 6)
    >>> week.add_working_days(date(2026, 12, 30), 2)
    Traceback (most recent call last):
    evnpubsvc.worktime.OutsideCoverageError: 2 working days from 2026-12-30 lead out of the ...
    """

    first: date = field(validator=plain_day)
    last: date = field(validator=plain_day)
    hours: tuple[WeeklyHours, ...] = field(validator=tuple_of(WeeklyHours))
    days: tuple[CalendarDay, ...] = field(default=(), validator=tuple_of(CalendarDay))
    decided_until: date | None = field(default=None, validator=optional_day)
    open_decisions: tuple[OpenDecision, ...] = field(default=(), validator=tuple_of(OpenDecision))

    def __attrs_post_init__(self) -> None:
        hours = sorted(dict.fromkeys(self.hours), key=lambda h: h.since or date.min)
        keep(self, hours=tuple(hours))
        rows: list[CalendarDay] = []
        for row in sorted(self.days, key=attrgetter("day")):
            if not rows or row.day != rows[-1].day or row != rows[-1]:
                rows.append(row)
        keep(self, days=tuple(rows))
        found = self._coverage_findings()
        # There are no tables of an absurd coverage.
        flags = self._flags() if self.hours and not found else bytearray()
        found += (*self._hours_findings(), *self._days_findings(), *self._decisions_findings())
        if flags and not any(flags):
            found.append(finding("no-working-day", "$.hours", first=self.first, last=self.last))
        if found:
            raise DataError(found)
        base = self.first.toordinal()
        nth = [date.min, *map(date.fromordinal, compress(range(base, base + len(flags)), flags))]
        # One object for each number, whatever refers to it.
        numbers = list(range(len(nth) + 1)).__getitem__
        upto = list(map(numbers, accumulate(flags)))
        keep(
            self,
            _base=base,
            _upto=upto,
            _from=list(map(numbers, accumulate(flags[:-1], initial=1))),
            _nth=nth,
            _off=None,
            _make_up=None,
            _sessions=None,
            _office=None,
            _clock=None,
            _fingerprint=None,
            _others={},
        )

    # -- what can be wrong with the content --------------------------------------------------------

    def _coverage_findings(self) -> list[Finding]:
        if self.last < self.first:
            return [finding("coverage-inverted", "$.last", self.last, first=self.first)]
        if self.last.year - self.first.year >= _LONGEST:
            return [
                finding("coverage-too-long", "$.last", self.last, first=self.first, years=_LONGEST)
            ]
        return []

    def _hours_findings(self) -> list[Finding]:
        found: list[Finding] = []
        if not self.hours or (self.hours[0].since or self.first) > self.first:
            found.append(finding("hours-missing", "$.hours", first=self.first))
        for index, hours in enumerate(self.hours):
            path = f"$.hours[{index}]"
            if index and (hours.since or self.first) == (self.hours[index - 1].since or self.first):
                found.append(finding("hours-twice", f"{path}.since", hours.since or self.first))
            if hours.since is not None and hours.since > self.last:
                found.append(
                    finding("hours-outside-coverage", f"{path}.since", hours.since, last=self.last)
                )
            found += (
                finding("sessions-overlap", f"{path}.week[{weekday}]", tuple(sessions))
                for weekday, sessions in enumerate(hours.week)
                if _overlap(sessions)
            )
        return found

    def _days_findings(self) -> list[Finding]:
        found: list[Finding] = []
        before: CalendarDay | None = None
        for index, row in enumerate(self.days):
            day = row.day
            if not self.first <= day <= self.last:
                place, ends = f"$.days[{index}].day", {"first": self.first, "last": self.last}
                found.append(finding("day-outside-coverage", place, day, **ends))
            if before is not None and day == before.day:
                place, kinds = f"$.days[{index}].day", {"one": before.kind, "other": row.kind}
                found.append(finding("day-contradiction", place, day, **kinds))
            if row.sessions and _overlap(row.sessions):
                place = f"$.days[{index}].sessions"
                found.append(finding("sessions-overlap", place, tuple(row.sessions)))
            before = row
        return found

    def _decisions_findings(self) -> list[Finding]:
        """An open decision concerns undecided days, and its first choice is counted with."""
        if not self.open_decisions:
            return []
        rows = set(self.days)
        return [
            finding("open-decision-decided", f"$.open_decisions[{index}]", decision.name)
            for index, decision in enumerate(self.open_decisions)
            if self.decided_until is None
            or decision.first <= self.decided_until
            or not rows.issuperset(decision.choices[0])
        ]

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What somebody should look at, though the calendar can be used.

        `make-up-already-works` for a make-up day that the week works anyway, `off-already-rest` for
        a swapped or substitute day on which the week rests anyway (both are normal for an office
        whose week is not the national one), `year-undecided` for each year with provisional days.
        """
        found: list[Finding] = []
        for index, row in enumerate(self.days):
            by_week = bool(self._week_of(row.day).week[row.day.weekday()])
            if row.kind is DayKind.MAKE_UP and by_week:
                found.append(notice("make-up-already-works", f"$.days[{index}].day", row.day))
            elif row.kind in _OFF and not by_week:
                found.append(notice("off-already-rest", f"$.days[{index}].day", row.day))
        return (*found, *self.provisional_notices(self.last))

    # -- tables ------------------------------------------------------------------------------------

    def _spans(self) -> list[tuple[int, int, WeeklyHours]]:
        """The weeks with their first and last index of covered days, the last exclusive."""
        base, end = self.first.toordinal(), self.last.toordinal() + 1
        starts = [max((h.since or self.first).toordinal(), base) for h in self.hours]
        return [
            (start - base, stop - base, hours)
            for start, stop, hours in zip(starts, [*starts[1:], end], self.hours, strict=True)
        ]

    def _flags(self) -> bytearray:
        """One byte for each covered day: 1 when it is worked."""
        flags = bytearray(self.last.toordinal() - self.first.toordinal() + 1)
        weekday = self.first.weekday()
        for start, stop, hours in self._spans():
            week = bytes(bool(sessions) for sessions in hours.week)
            shift = (weekday + start) % 7
            flags[start:stop] = (week * ((stop - start) // 7 + 2))[shift : shift + stop - start]
        base = self.first.toordinal()
        for row in self.days:
            index = row.day.toordinal() - base
            if 0 <= index < len(flags):
                flags[index] = row.kind.works
        return flags

    def _week_of(self, day: date) -> WeeklyHours:
        found = self.hours[0]
        for hours in self.hours[1:]:
            if hours.since is not None and hours.since <= day:
                found = hours
        return found

    def _row(self, day: date) -> CalendarDay | None:
        index = bisect_left(self.days, day, key=lambda row: row.day)
        if index < len(self.days) and self.days[index].day == day:
            return self.days[index]
        return None

    def _row_sessions(self, row: CalendarDay) -> tuple[Session, ...]:
        if not row.kind.works:
            return ()
        if row.sessions:
            return row.sessions
        hours = self._week_of(row.day)
        if row.counterpart:
            as_counterpart = hours.week[row.counterpart.weekday()]
        else:
            as_counterpart = ()
        return as_counterpart or hours.fullest()

    def _index(self, day: date) -> int:
        """The index of a covered day, or the error that says what is wrong with it."""
        if type(day) is date:
            index = day.toordinal() - self._base
            if 0 <= index < len(self._upto):
                return index
        checked_day(day)
        raise OutsideCoverageError("outside-coverage", day, first=self.first, last=self.last)

    # -- dates -------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is worked.

        Raises:
            OutsideCoverageError: the calendar does not cover the day.
            MisuseError: `day-wrong-type`, as for a `datetime`: which day it is depends on a time
                zone, so convert it first.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().is_working_day(date(2024, 5, 4))  # a make-up Saturday
        True
        """
        index = self._index(day)
        return self._upto[index] == self._from[index]

    def why(self, day: date) -> DayReason:
        """Return why a day is worked or not, with name and source.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> print(vietnam_calendar().why(date(2024, 4, 29)))
        29/04/2024: 30 April and 1 May break, day off in exchange for 04/05/2024 [Official ...
        """
        index = self._index(day)
        if self._upto[index] != self._from[index]:
            return self._days_off()[index - self._upto[index]]
        return self._reason(day)

    def _reason(self, day: date) -> DayReason:
        provisional = self.decided_until is not None and day > self.decided_until
        row = self._row(day)
        if row is not None:
            return DayReason(
                day, row.kind, row.name, row.source, row.counterpart, provisional or row.provisional
            )
        if self._week_of(day).week[day.weekday()]:
            kind = DayKind.ORDINARY
        else:
            kind = DayKind.WEEKLY_REST
        return DayReason(day, kind, _kind_text(kind), provisional=provisional)

    def _days_off(self) -> tuple[DayReason, ...]:
        """The reasons of all days off in order, made on first use.

        The trace of a deadline is a slice of them.
        """
        if self._off is None:
            off = (
                self._base + i
                for i, (a, b) in enumerate(zip(self._upto, self._from, strict=True))
                if a != b
            )
            keep(self, _off=tuple(self._reason(date.fromordinal(i)) for i in off))
        assert self._off is not None
        return self._off

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after (n > 0) or before (n < 0) a day.

        The day itself is never counted.

        Args:
            day: any covered day, worked or not.
            n: how many working days; 0 gives the day itself if it is worked, else the next working
                day (the roll of Civil Code art. 148(5)).

        Returns:
            A working day.

        Raises:
            OutsideCoverageError: the day or the result is not covered.
            MisuseError: `day-wrong-type`, `not-whole-days`.

        Source: Civil Code 91/2015/QH13 art. 147(2): the first day is not counted.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().add_working_days(date(2022, 12, 15), 25)  # over New Year and Tết
        datetime.date(2023, 1, 27)
        """
        try:
            # The comparison keeps out days before the calendar, which would index from the end of
            # the table, and datetimes, which do not compare with dates.
            if day >= self.first:
                if n > 0:
                    return self._nth[self._upto[day.toordinal() - self._base] + n]
                k = self._from[day.toordinal() - self._base] + n
                if k > 0:
                    return self._nth[k]
        except (IndexError, TypeError, AttributeError):
            pass
        raise self._refusal(day, n)

    def _refusal(self, day: date, n: int) -> Exception:
        """The error that says why there is no n-th working day from a day."""
        if not is_whole(n):
            return MisuseError("not-whole-days", n, type=type(n).__name__)
        try:
            self._index(day)
        except MisuseError as error:
            return error
        return OutsideCoverageError(
            "leads-out-of-coverage", day, n=n, first=self.first, last=self.last
        )

    def adder(self, n: int) -> Callable[[date], date]:
        """Return a fast function that adds one fixed number of working days: `adder(n)(day)`.

        It knows every start whose result is covered and raises a plain `KeyError` for any other, a
        `datetime` included. Worth making for thousands of calls; otherwise use `add_working_days`,
        whose errors say more.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> in_three_days = vietnam_calendar().adder(3)
        >>> in_three_days(date(2024, 4, 26))
        datetime.date(2024, 5, 4)
        """
        if not is_whole(n):
            raise MisuseError("not-whole-days", n, type=type(n).__name__)
        nth, starts = self._nth, self._upto if n > 0 else self._from
        return {
            date.fromordinal(i): nth[k + n]
            for i, k in enumerate(starts, self._base)
            if 0 < k + n < len(nth)
        }.__getitem__

    def next_working_day(self, day: date, *, or_same: bool = False) -> date:
        """Return the first working day after a day; with `or_same` the day itself if it is worked.

        Raises:
            OutsideCoverageError, MisuseError: as `add_working_days`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().next_working_day(date(2026, 1, 9))  # a make-up Saturday
        datetime.date(2026, 1, 10)
        """
        return self.add_working_days(day, 0 if or_same else 1)

    def previous_working_day(self, day: date, *, or_same: bool = False) -> date:
        """Return the last working day before a day; with `or_same` the day itself if it is worked.

        Raises:
            OutsideCoverageError, MisuseError: as `add_working_days`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().previous_working_day(date(2023, 1, 27))  # the first day after Tết
        datetime.date(2023, 1, 19)
        """
        if or_same and self.is_working_day(day):
            return day
        return self.add_working_days(day, -1)

    def working_days_between(self, a: date, b: date) -> int:
        """Return how many working days come after `a`, up to and including `b`.

        When `b` comes before `a`, the working days before `a`, down to and including `b`, as a
        negative number. So `working_days_between(a, add_working_days(a, n)) == n` for every n but 0
        (and for 0 from a working day), and numbers of one direction add up: between(a, c) =
        between(a, b) + between(b, c) for a ≤ b ≤ c.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().working_days_between(date(2019, 1, 1), date(2019, 12, 31))
        252
        """
        i, j = self._index(a), self._index(b)
        if j >= i:
            return self._upto[j] - self._upto[i]
        return self._from[j] - self._from[i]

    def days_off_between(self, a: date, b: date) -> tuple[DayReason, ...]:
        """Return each day off after `a`, up to and including `b`, with its reason.

        They come in the order of the calendar.

        When `b` comes before `a`, those before `a`, down to and including `b`: the days that
        `working_days_between` does not count.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> for off in vietnam_calendar().days_off_between(date(2024, 4, 26), date(2024, 5, 2)):
        ...     print(off.day, off.name)
        2024-04-27 weekly rest
        2024-04-28 weekly rest
        2024-04-29 30 April and 1 May break
        2024-04-30 Victory Day (30 April)
        2024-05-01 International Labour Day
        """
        i, j = self._index(a), self._index(b)
        if j >= i:
            return self._days_off()[i + 1 - self._upto[i] : j + 1 - self._upto[j]]
        return self._days_off()[j + 1 - self._from[j] : i + 1 - self._from[i]]

    def make_up_days_between(self, a: date, b: date) -> tuple[DayReason, ...]:
        """Return each make-up day after `a`, up to and including `b`.

        When `b` comes before `a`, these are the days before `a`, down to and including `b`.

        They are the days that count although the week rests on them.
        """
        for day in (a, b):
            self._index(day)
        if self._make_up is None:
            days = [row.day for row in self.days if row.kind is DayKind.MAKE_UP]
            keep(self, _make_up=(days, tuple(map(self._reason, days))))
        assert self._make_up is not None
        days, reasons = self._make_up
        if b >= a:
            return reasons[bisect_right(days, a) : bisect_right(days, b)]
        return reasons[bisect_left(days, b) : bisect_left(days, a)]

    def working_day(self, number: int) -> date:
        """Return the working day of a number; the first that the calendar covers has the number 1.

        It is `add_working_days(first, number)` for a calendar that begins with a day off, and
        undoes `office_day(day)[0]` for a working day.

        Raises:
            OutsideCoverageError: there are not so many, or the number is below 1.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().working_day(1)
        datetime.date(2019, 1, 2)
        """
        try:
            if 0 < number < len(self._nth):
                return self._nth[number]
        except TypeError as error:
            blame(Calendar.working_day, (self, number), {}, error)
            raise
        raise OutsideCoverageError(
            "leads-out-of-coverage", self.first, n=number, first=self.first, last=self.last
        )

    # -- instants ----------------------------------------------------------------------------------

    def sessions(self, day: date) -> tuple[Session, ...]:
        """Return the office hours of a day, in the order of the day; empty for a day off.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`.
        """
        index = self._index(day)
        if self._sessions is None:
            keep(self, _sessions=self._list_sessions())
        assert self._sessions is not None
        return self._sessions[index]

    def office_day(self, day: date) -> tuple[int, time | None, time | None]:
        """Return the number of a day among the working days, and when its office opens and closes.

        Returns:
            The number of the day, or of the last working day before it, counted from 1 (0 before
            the first); the opening, None of a day off; the closing, None of a day off or where it
            is the midnight that ends the day.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar().office_day(date(2019, 1, 2))
        (1, datetime.time(7, 0), datetime.time(17, 0))
        """
        # As in `add_working_days`, the comparison keeps out what would index from the end.
        try:
            if day >= self.first:
                return self._office[day.toordinal() - self._base]  # type: ignore[index]
        except (IndexError, TypeError, AttributeError):
            pass
        index = self._index(day)
        if self._office is None:
            self.sessions(day)
            assert self._sessions is not None
            keep(self, _office=list(map(_office_day, self._upto, self._sessions)))
        assert self._office is not None
        return self._office[index]

    def _list_sessions(self) -> list[tuple[Session, ...]]:
        """The office hours of each covered day."""
        listed: list[tuple[Session, ...]] = []
        for start, stop, hours in self._spans():
            shift = (self.first.weekday() + start) % 7
            weeks = hours.week * ((stop - start) // 7 + 2)
            listed += weeks[shift : shift + stop - start]
        for row in self.days:
            listed[row.day.toordinal() - self._base] = self._row_sessions(row)
        return listed

    def _office_clock(self) -> OfficeClock:
        if self._clock is None:
            special = {row.day: self._row_sessions(row) for row in self.days}
            keep(self, _clock=OfficeClock(self.first, self.last, self._spans(), special))
        assert self._clock is not None
        return self._clock

    def add_working_time(
        self,
        start: datetime,
        amount: timedelta | None = None,
        *,
        minutes: int = 0,
        seconds: int = 0,
    ) -> datetime:
        """Return the instant at which so much office time (*giờ làm việc*) has passed since one.

        Args:
            start: a local instant without a time zone, or an aware one, which is converted to
                Asia/Ho_Chi_Minh.
            amount: the office time to add, exact; negative goes back.
            minutes: whole minutes, added to the amount.
            seconds: whole seconds, added to the amount.

        Returns:
            The earliest instant by which the time has been worked, so a deadline that is used up
            exactly at a closing is due at that closing, never at the next opening. Going back: the
            latest instant from which the time is worked until `start`, an opening. For zero:
            `start` itself from an opening to a closing, else the next opening. Aware if and only if
            `start` is, in Asia/Ho_Chi_Minh.

        Raises:
            OutsideCoverageError: the start or the result is not covered.
            MisuseError: `not-an-instant`, `not-an-amount`.

        >>> from datetime import datetime
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> office = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
        >>> office.add_working_time(datetime(2026, 1, 9, 16, 0),
        ...     minutes=300)  # the Saturday is worked
        datetime.datetime(2026, 1, 10, 11, 30)
        """
        tables: Any = (
            self._clock
        )  # None until the first call, which the `except` below turns to the general way
        try:
            # Whole minutes from a whole minute without a time zone, every working day alike: plain
            # indexing. An aware start does not compare, one with seconds is not in the table, and
            # neither is one beyond the last day.
            if minutes > 0 and start >= tables.origin and amount is None and not seconds:
                i = start.toordinal() - tables.base
                k = tables.before[i] + tables.worked[i][start.time()] + minutes
                return tables.midnights[k // tables.full] + tables.offsets[k % tables.full]  # type: ignore[no-any-return]
        except (AttributeError, IndexError, KeyError, TypeError, ZeroDivisionError):
            pass
        return self._office_clock().add(start, amount, minutes, seconds)

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Return the office time from one instant to another, negative when `b` comes first.

        `working_time_between(a, add_working_time(a, x)) == x` for every amount, and
        between(a, c) = between(a, b) + between(b, c) in any order.

        Raises:
            OutsideCoverageError: an instant is not covered.
            MisuseError: `naive-and-aware` when only one of the two has a time zone,
                `not-an-instant`.

        >>> from datetime import datetime
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> office = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
        >>> office.working_time_between(datetime(2024, 5, 3, 16), datetime(2024, 5, 4, 8))
        datetime.timedelta(seconds=5400)
        """
        tables: Any = self._clock  # None until the first call
        try:
            # Between whole minutes without a time zone: plain indexing, as in `add_working_time`.
            if a >= tables.origin and b >= tables.origin:
                i, j = a.toordinal() - tables.base, b.toordinal() - tables.base
                upto_a = tables.before[i] + tables.worked[i][a.time()]
                return timedelta(minutes=tables.before[j] + tables.worked[j][b.time()] - upto_a)
        except (AttributeError, IndexError, KeyError, TypeError):
            pass
        return self._office_clock().between(a, b)

    # -- provisional days --------------------------------------------------------------------------

    def is_provisional(self, *days: date) -> bool:
        """Return whether any of the days lies beyond what has been decided.

        A result is provisional when one of the days it rests on is: for a deadline its start and
        its end.

        Raises:
            OutsideCoverageError, MisuseError: as `is_working_day`, where anything is provisional at
                all.
        """
        if self.decided_until is None:
            return False
        provisional = False
        for day in days:
            self._index(day)
            if day > self.decided_until:
                provisional = True
        return provisional

    def provisional_notices(self, *days: date) -> tuple[Finding, ...]:
        """Return a notice `year-undecided` for each undecided year up to the latest of the days.

        It says what is missing in that year: Tết, the second day of National Day, swaps.
        """
        if self.decided_until is None or not self.is_provisional(*days):
            return ()
        first_year = (self.decided_until + _DAY).year
        latest = min(max(days), self.last).year
        return tuple(
            notice("year-undecided", "", year, decided_until=self.decided_until)
            for year in range(first_year, latest + 1)
        )

    @answer_wrong_arguments
    def alternatives(self, decisions: Iterable[OpenDecision] | None = None) -> Iterator[Calendar]:
        """Yield the calendars that open decisions may lead to.

        There is one for each combination of their choices.

        Args:
            decisions: the open decisions to vary; all by default. The others keep their first
                choice. Each undecided year has two, of two choices each, so name those that matter.

        Returns:
            The calendar itself first; alone where nothing is open. The choices are those that are
            declared (`OpenDecision`): the law closes no such set.

        >>> from datetime import date
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> list(vietnam_calendar().alternatives()) == [vietnam_calendar()]
        True
        """
        if decisions is None:
            varied = self.open_decisions
        else:
            varied = tuple(decisions)
        counts = [len(each.choices) if each in varied else 1 for each in self.open_decisions]
        for choice in product(*map(range, counts)):
            yield self._choose(choice)

    def _choose(self, choice: tuple[int, ...]) -> Calendar:
        """The calendar in which each open decision was taken as chosen; made once."""
        if not any(choice):
            return self
        made = self._others.get(choice)
        if made is None:
            pairs = tuple(zip(self.open_decisions, choice, strict=True))
            taken = {row for decision, _ in pairs for row in decision.choices[0]}
            rows = [row for row in self.days if row not in taken]
            rows += [row for decision, index in pairs for row in decision.choices[index]]
            made = Calendar(self.first, self.last, self.hours, tuple(rows), self.decided_until)
            self._others[choice] = made
        return made

    # -- other calendars ---------------------------------------------------------------------------

    @answer_wrong_arguments
    def extended(
        self,
        days: Iterable[CalendarDay] = (),
        *,
        last: date | None = None,
        hours: Iterable[WeeklyHours] = (),
        replace: bool = False,
    ) -> Self:
        """Return the calendar with the days that have been decided since.

        They reach up to a later last decided day.

        Where the calendar already goes on beyond the decided days, what the law fixes becomes
        decided up to `last`, and what was assumed gives way to `days`. So the yearly decision on
        2028 is added by

        `vietnam_calendar(provisional_until=2028).extended(rows, last=date(2028, 12, 31))`

        and `rows` hold what the decision says: Tết, the second day of National Day, their
        substitutes, exchanges.

        Args:
            days: the rows, each with its source. One that says the same of a day as a decided row
                counts once.
            last: the last day that is decided now, inclusive; the calendar ends there if it ended
                before. None to add days within what is decided already.
            hours: the office hours in place of all it has; empty to keep them.
            replace: let a row take the place of a decided one that says otherwise; that is a
                contradiction by default.

        Raises:
            DataError: as the calendar itself; `last-before-decided` when `last` comes before the
                days that are decided; `exchange-half-entered` for a make-up day whose day off is
                worked or belongs to another, or the reverse; `exchange-counterpart-missing`;
                `substitute-not-next` for a substitute that is not the next working day after a
                holiday on the weekly rest (Labour Code 45/2019/QH14 art. 111(3)).

        >>> from datetime import date
        >>> from evnpubsvc.law import Citation
        >>> from evnpubsvc.texts import Text
        >>> from evnpubsvc.worktime import CalendarDay, DayKind, vietnam_calendar
        >>> name, source = Text(vi="nghỉ thêm", en="extra day off"), Citation("an announcement")
        >>> base = vietnam_calendar()
        >>> year = base.last.year + 1
        >>> extra = CalendarDay(date(year, 1, 3), DayKind.HOLIDAY, name, source)
        >>> later = base.extended([extra], last=date(year, 1, 31))
        >>> later.last == date(year, 1, 31), later.decided_until
        (True, None)
        """
        found: list[Finding] = []
        decided = self.decided_until or self.last
        until = decided if last is None else last
        if until < decided:
            found.append(finding("last-before-decided", "$.last", last, decided=decided))
            until = decided

        # What was assumed about the days that are decided now gives way; what the law fixes becomes
        # decided.
        settled = [each for each in self.open_decisions if each.first <= until]
        assumed = {row for each in settled for row in each.choices[0]}
        rows = {
            row.day: evolve(row, provisional=False) if decided < row.day <= until else row
            for row in self.days
            if row not in assumed
        }

        # The rows that say something new; one takes the place of an assumed one, or of any if
        # asked.
        added: list[CalendarDay] = []
        for row in days:
            old = rows.get(row.day)
            if old is not None and _says_the_same(row, old) and old.day <= decided:
                continue
            if old is not None and (replace or old.day > decided):
                del rows[row.day]
            added.append(row)

        # An exchange has two sides: a day that is worked for a day off.
        merged = {**rows, **{row.day: row for row in added}}
        for index, row in enumerate(added):
            reason = self._why_not_paired(row, merged)
            if reason:
                other = row.counterpart or "–"
                found.append(finding(reason, f"$.days[{index}]", row.day, counterpart=other))

        # The calendar itself refuses contradictions; all findings come at once.
        try:
            made = evolve(
                self,
                last=max(self.last, until),
                days=(*rows.values(), *added),
                hours=tuple(hours) or self.hours,
                decided_until=until if self.last > until else None,
                open_decisions=tuple(each for each in self.open_decisions if each not in settled),
            )
        except DataError as error:
            found += error.findings
            raise DataError(found) from None
        if found:
            raise DataError(found)
        return made

    def _why_not_paired(self, row: CalendarDay, rows: Mapping[date, CalendarDay]) -> str:
        """Return the reason why a row does not fit the other day that it names; empty if it does.

        A day before the calendar is not known.
        """
        other = row.counterpart
        if other is None:
            if row.kind in _EXCHANGED:
                return "exchange-counterpart-missing"
            return ""
        if other < self.first:
            return ""
        if row.kind is DayKind.SUBSTITUTE:
            between = (other + timedelta(days=n) for n in range(1, (row.day - other).days))
            is_next = row.day > other and all(self._is_off(day, rows) for day in between)
            if is_next and self._is_off(other, {}):
                return ""
            return "substitute-not-next"
        if row.kind not in _EXCHANGED:
            return ""
        # The other day must be the other way round, and must not be exchanged for a third one.
        entered = rows.get(other)
        if entered is None:
            works = self._works_weekly(other)
        else:
            works = entered.kind.works
        taken = entered is not None and entered.counterpart not in {None, row.day}
        if taken or works is row.kind.works:
            return "exchange-half-entered"
        return ""

    def _works_weekly(self, day: date) -> bool:
        """Return whether a day is worked in an ordinary week."""
        return bool(self._week_of(day).week[day.weekday()])

    def _is_off(self, day: date, rows: Mapping[date, CalendarDay]) -> bool:
        """Return whether a day is off by the rows, by the week, or as a weekend.

        The decisions of the whole country speak of the week of five days, also for an office that
        works on Saturdays.
        """
        entered = rows.get(day)
        if entered is not None:
            return not entered.kind.works
        return day.weekday() >= _SATURDAY or not self._works_weekly(day)

    def decided_only(self) -> Self:
        """Return the calendar without its provisional days: it ends with the last decided one.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> vietnam_calendar(provisional_until=2030).decided_only() == vietnam_calendar()
        True
        """
        until = self.decided_until
        if until is None:
            return self
        return evolve(
            self,
            last=until,
            hours=tuple(each for each in self.hours if each.since is None or each.since <= until),
            days=tuple(row for row in self.days if row.day <= until),
            decided_until=None,
            open_decisions=(),
        )

    @answer_wrong_arguments
    def with_days(self, rows: Iterable[CalendarDay], *, replace: bool = False) -> Self:
        """Return the calendar with more rows.

        Args:
            rows: the rows; those it already has count once.
            replace: let a new row take the place of one for the same day; otherwise that is a
                contradiction.

        Raises:
            DataError: as the calendar itself.

        >>> from datetime import date
        >>> from evnpubsvc.law import Citation
        >>> from evnpubsvc.texts import Text
        >>> from evnpubsvc.worktime import CalendarDay, DayKind, vietnam_calendar
        >>> day, why = date(2025, 11, 6), Text(vi="bão", en="storm")
        >>> closed = CalendarDay(day, DayKind.CLOSURE, why, Citation("notice of the office"))
        >>> vietnam_calendar().with_days([closed]).is_working_day(date(2025, 11, 6))
        False
        """
        added = tuple(rows)
        taken = {row.day for row in added} if replace else set[date]()
        return evolve(self, days=(*(row for row in self.days if row.day not in taken), *added))

    def with_hours(self, *hours: WeeklyHours) -> Self:
        """Return the calendar with office hours of its own, in place of all it has.

        Raises:
            DataError: as the calendar itself.
        """
        return evolve(self, hours=hours)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the content as hexadecimal text.

        It is equal for equal calendars, on every machine and version.

        A receipt that carries it can later prove from which table a date was computed.
        """
        if self._fingerprint is None:
            import json  # noqa: PLC0415 - only receipts need it
            from hashlib import sha256  # noqa: PLC0415

            content = json.dumps(_plain(self), ensure_ascii=True, sort_keys=True)
            made = sha256(content.encode("ascii")).hexdigest()
            keep(self, _fingerprint=made)
        assert self._fingerprint is not None
        return self._fingerprint

    def __str__(self) -> str:
        weeks = "; ".join(map(str, self.hours))
        return f"{self.first}–{self.last}, {len(self.days)} days of its own; {weeks}"


_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = 24 * 60  # the minute that ends a day


def _office_day(number: int, sessions: tuple[Session, ...]) -> tuple[int, time | None, time | None]:
    if not sessions:
        return number, None, None
    last = sessions[-1]
    return number, sessions[0].start, None if last.closes == _MIDNIGHT else last.end


def _overlap(sessions: tuple[Session, ...]) -> bool:
    return any(later.opens < earlier.closes for earlier, later in pairwise(sessions))


def _says_the_same(row: CalendarDay, other: CalendarDay) -> bool:
    """Whether two rows of one day have the same effect, whatever they call it and cite.

    A public holiday, its substitute and a day off in exchange are told apart by no clock; a closure
    is of this office.
    """
    if row.kind in _PUBLIC and other.kind in _PUBLIC:
        return True
    return row.kind is other.kind and row.sessions == other.sessions


@cache  # every weekend of a calendar asks for it
def _kind_text(kind: DayKind) -> Text:
    entry = catalogue()[f"day-{kind.value}"]
    return Text(vi=entry["vi"], en=entry["en"])


def _plain(value: object) -> object:
    """The content of a record as plain JSON values, the same on every platform."""
    fields: tuple[Any, ...] | None = getattr(type(value), "__attrs_attrs__", None)
    if fields is not None:
        content = {f.name: _plain(getattr(value, f.name)) for f in fields if f.init}
        if not content.get(
            "open_decisions", True
        ):  # a calendar of decided days says nothing of them
            del content["open_decisions"]
        return content
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, bool):
        return value
    return str(value)
