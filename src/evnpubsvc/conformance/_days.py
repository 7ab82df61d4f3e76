"""The decided days of a calendar, for laws that walk over them one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from evnpubsvc.worktime import VIETNAM_TIME, Calendar

if TYPE_CHECKING:
    from hypothesis import strategies as st

DAY: Final = timedelta(days=1)
HOUR: Final = 9  # in the morning: within office hours, and before every cut-off
ZONES: Final = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5)))


def at(day: date, minute: int = HOUR * 60) -> datetime:
    """A local instant: nine in the morning, or a minute of the day."""
    return datetime.combine(day, time(minute // 60, minute % 60), VIETNAM_TIME)


class Days:
    """The decided days of a calendar, each looked up once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.first = calendar.first
        self.last = min(calendar.last, calendar.decided_until or calendar.last)
        span = (self.last - self.first).days + 1
        self.all = [self.first + DAY * place for place in range(span)]
        self.worked = [day for day in self.all if calendar.is_working_day(day)]
        self._worked = frozenset(self.worked)

    def is_worked(self, day: date) -> bool:
        return day in self._worked

    def after(self, day: date, n: int) -> date | None:
        """The n-th working day after a day, found by walking; None where the days end before."""
        while n and day < self.last:
            day += DAY
            n -= self.is_worked(day)
        return None if n else day

    def between(self, first: date, last: date) -> int:
        span = range((last - first).days + 1)
        return sum(self.is_worked(first + DAY * place) for place in span)

    def drawn(self) -> st.SearchStrategy[date]:
        """Days anywhere, and days close before one that a decision names."""
        from hypothesis import strategies as st  # noqa: PLC0415

        named = [row.day for row in self.calendar.days if row.day <= self.last]
        anywhere = st.dates(self.first, self.last)
        if not named:
            return anywhere

        def step_back(day: date, back: int) -> date:
            return max(self.first, day - DAY * back)

        near = st.builds(step_back, st.sampled_from(named), st.integers(0, 7))
        return anywhere | near

    def rolled(self, day: date) -> date | None:
        """The day itself where it is worked, else the next working day."""
        return day if self.is_worked(day) else self.after(day, 1)

    def after_office_time(self, moment: datetime, hours: Fraction) -> datetime | None:
        """The instant by which so many hours of office time have passed, session by session."""
        left = timedelta(hours=1) * hours.numerator / hours.denominator
        day = moment.date()
        while day <= self.last:
            for opens, closes in self._sessions(day):
                begin = max(opens, moment)
                if begin < closes and left <= closes - begin:
                    return begin + left
                left -= max(timedelta(), closes - begin)
            day += DAY
        return None

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """The office time from an instant to another, session by session."""
        passed = timedelta()
        for place in range((end.date() - start.date()).days + 1):
            for opens, closes in self._sessions(start.date() + DAY * place):
                passed += max(timedelta(), min(closes, end) - max(opens, start))
        return passed

    def _sessions(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """When the office opens and closes on a day; a session may end at midnight."""
        for session in self.calendar.sessions(day):
            closes = datetime.combine(day, session.end, VIETNAM_TIME)
            if session.end == time(0):
                closes += DAY
            yield datetime.combine(day, session.start, VIETNAM_TIME), closes
