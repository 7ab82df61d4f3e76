"""An oracle that shares nothing with the engine.

Plain sets and lists, walked day by day and minute by minute.
"""

import random
from datetime import date, datetime, time, timedelta

from evnpubsvc.law import Citation
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, CalendarDay, DayKind, Session, WeeklyHours

_NAME, _SOURCE = Text(vi="ngày", en="day"), Citation("oracle")
_OFF = (DayKind.HOLIDAY, DayKind.SUBSTITUTE, DayKind.SWAPPED, DayKind.CLOSURE)
_HALF = [(480, 690)]
_FULL = [(450, 690), (810, 1020)]
_NIGHT = [(0, 60), (1320, 1440)]
_DAY = timedelta(days=1)


class World:
    """A random calendar twice.

    As the library's record, and as a list of open minutes made by hand.
    """

    def __init__(self, seed: int, days: int) -> None:
        self.rng = rng = random.Random(seed)
        self.first = date(2024, 1, 1) + timedelta(days=rng.randrange(500))
        self.span = days
        self.last = self.first + timedelta(days=days - 1)
        shapes = [[], [], _HALF, _FULL, _FULL, _FULL, _NIGHT if rng.random() < 0.2 else _FULL]
        if rng.random() < 0.4:
            week = [_FULL] * 5 + [[], []]
        else:
            week = [rng.choice(shapes) for _ in range(7)]
            week[rng.randrange(7)] = _FULL
        changed = [rng.choice(shapes) for _ in range(7)] if rng.random() < 0.3 else None
        change_at = rng.randrange(1, days) if changed else days
        self.minutes: list[list[tuple[int, int]]] = []
        for i in range(days):
            weekday = (self.first + i * _DAY).weekday()
            self.minutes.append((changed if changed and i >= change_at else week)[weekday])
        rows = []
        for i in rng.sample(range(days), min(days, rng.randrange(days // 3 + 2))):
            day = self.first + i * _DAY
            current = changed if changed and i >= change_at else week
            if rng.random() < 0.5:
                rows.append(CalendarDay(day, rng.choice(_OFF), _NAME, _SOURCE))
                self.minutes[i] = []
            elif rng.random() < 0.3:
                rows.append(
                    CalendarDay(
                        day, DayKind.SPECIAL_HOURS, _NAME, _SOURCE, sessions=sessions(_HALF)
                    )
                )
                self.minutes[i] = _HALF
            else:
                other = day - timedelta(days=rng.randrange(1, 9)) if rng.random() < 0.7 else None
                like = current[other.weekday()] if other else []
                if not like:
                    longest = max(sum(b - a for a, b in each) for each in current)
                    like = next(each for each in current if sum(b - a for a, b in each) == longest)
                if not like:
                    continue
                rows.append(CalendarDay(day, DayKind.MAKE_UP, _NAME, _SOURCE, counterpart=other))
                self.minutes[i] = like
        if not any(self.minutes):
            rows = [row for row in rows if row.day != self.first]
            rows.append(
                CalendarDay(
                    self.first, DayKind.SPECIAL_HOURS, _NAME, _SOURCE, sessions=sessions(_FULL)
                )
            )
            self.minutes[0] = _FULL
        hours = [WeeklyHours(tuple(map(sessions, week)))]
        if changed:
            hours.append(
                WeeklyHours(tuple(map(sessions, changed)), since=self.first + change_at * _DAY)
            )
        rng.shuffle(rows)
        self.calendar = Calendar(self.first, self.last, tuple(hours), tuple(rows))
        self.open = [any(a <= m < b for a, b in day) for day in self.minutes for m in range(1440)]

    # -- days --------------------------------------------------------------------------------------

    def works(self, day: date) -> bool:
        """Whether a day has an open minute."""
        return bool(self.minutes[(day - self.first).days])

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def add_days(self, day: date, n: int) -> date | None:
        """Walk day by day; None when the walk leaves the calendar."""
        if n == 0:
            while self.covers(day) and not self.works(day):
                day += _DAY
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            if not self.covers(day):
                return None
            left -= self.works(day)
        return day if self.covers(day) else None

    def between_days(self, a: date, b: date) -> int:
        """Count day by day, from the first day after `a` towards `b`, `b` included."""
        step = _DAY if b > a else -_DAY
        count = 0
        while a != b:
            a += step
            count += self.works(a)
        return count if step > timedelta() else -count

    # -- minutes -----------------------------------------------------------------------------------

    def moment(self, minute: int) -> datetime:
        return datetime.combine(self.first, time()) + timedelta(minutes=minute)

    def add_minutes(self, at: int, n: int) -> int | None:
        """Walk minute by minute; None when the walk leaves the calendar."""
        end = len(self.open)
        if n == 0:
            if at and self.open[at - 1]:
                return at
            while at < end and not self.open[at]:
                at += 1
            return at if at < end else None
        left = abs(n)
        while left:
            if not 0 <= (at if n > 0 else at - 1) < end:
                return None
            left -= self.open[at if n > 0 else at - 1]
            at += 1 if n > 0 else -1
        return at

    def between_minutes(self, a: int, b: int) -> int:
        """Count open minutes one by one."""
        return sum(self.open[a:b]) if a <= b else -sum(self.open[b:a])


def sessions(bounds: list[tuple[int, int]]) -> tuple[Session, ...]:
    """The same sessions as records."""
    return tuple(Session(time(a // 60, a % 60), time(b // 60 % 24, b % 60)) for a, b in bounds)
