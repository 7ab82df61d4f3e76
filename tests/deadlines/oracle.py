"""An oracle that shares nothing with the engine.

It lives through the time of a dossier day by day, minute by minute.

Its rules, in words. A day counts when it is worked (in calendar days: always) and no stop covers
its first open minute (of a day off: the last open minute before it and the first one after it). The
limit ends with the first worked day on which enough days have been counted and whose last open
minute is not swallowed by a stop that lasts to the closing. Of a stop given in days, the day on
which it begins has its opening and loses its closing, and the day on which it ends the other way
round. When a stop that restarts the clock ends, everything counted so far is forgotten.
"""

from collections.abc import Callable
from functools import cache

from attrs import frozen

from tests.worktime.oracle import World

OUT = "out"  # the walk left the calendar
STANDS = "stands"  # the clock stands for ever
_EVER = 10**9


@frozen
class Pause:
    """A stop: minutes since the first covered day, or indexes of days; the end may be `_EVER`."""

    start: int
    end: int
    restarts: bool = False
    in_days: bool = False

    @classmethod
    def of(
        cls, start: int, end: int | None, *, restarts: bool = False, in_days: bool = False
    ) -> "Pause":
        return cls(start, _EVER if end is None else end, restarts, in_days)

    @property
    def start_day(self) -> int:
        return self.start if self.in_days else self.start // 1440

    @property
    def end_day(self) -> int:
        return self.end if self.in_days or self.end == _EVER else self.end // 1440


@cache
def _open_minutes(world: World) -> list[tuple[int, int]]:
    """The first and the last open minute of each day.

    Of a day off, which has none, its first and last minute.
    """
    bounds = []
    for base in range(0, world.span * 1440, 1440):
        minutes = [base + m for m in range(1440) if world.open[base + m]]
        bounds.append((minutes[0], minutes[-1]) if minutes else (base, base + 1439))
    return bounds


class Life:
    """What happens to one dossier."""

    def __init__(self, world: World, pauses: list[Pause]) -> None:
        self.world, self.pauses = world, pauses
        self.bounds = _open_minutes(world)

    def _opening_stopped(self, day: int) -> bool:
        worked = self.world.minutes
        if not worked[day]:  # a day off stands still when the clock stands before and after it
            before = next((d for d in range(day, -1, -1) if worked[d]), None)
            after = next((d for d in range(day, self.world.span) if worked[d]), None)
            return (
                before is not None
                and after is not None
                and self._closing_stopped(before)
                and self._opening_stopped(after)
            )
        minute = self.bounds[day][0]
        return any(
            p.start < day <= p.end if p.in_days else p.start <= minute < p.end for p in self.pauses
        )

    def _closing_stopped(self, day: int) -> bool:
        minute = self.bounds[day][1]
        return any(
            p.start <= day < p.end if p.in_days else p.start <= minute and p.end > minute
            for p in self.pauses
        )

    def _began_before_closing(self, pause: Pause, day: int) -> bool:
        return pause.start <= day if pause.in_days else pause.start <= self.bounds[day][1]

    def days(
        self, received: int, length: Callable[[int], int], *, calendar_days: bool
    ) -> int | str:
        """The index of the due day; `received` is the index of the day of receipt."""
        world, counted, needed = self.world, 0, length(received)
        for day in range(received, world.span):
            works = bool(world.minutes[day])
            if day > received and (works or calendar_days) and not self._opening_stopped(day):
                counted += 1
            ending = [p for p in self.pauses if p.restarts and p.end_day == day]
            if any(self._began_before_closing(p, day) or not works for p in ending):
                counted, needed = 0, length(day)
            if counted >= needed and works and not self._closing_stopped(day):
                return day
            if ending:
                counted, needed = 0, length(day)
        # Beyond the calendar nothing is known; but a clock that stands for ever stands there too.
        return STANDS if any(p.end == _EVER for p in self.pauses) else OUT

    def minutes(self, received: int, needed: int, *, by_clock: bool) -> int | str:
        """The minute by which so many minutes have passed while the clock ran."""
        world, counted = self.world, 0
        restarts = {p.end for p in self.pauses if p.restarts and p.end > received}
        spans = [(p.start, p.end) for p in self.pauses]
        at = received
        while at < len(world.open):
            if at in restarts:
                counted = 0
            if (by_clock or world.open[at]) and not any(start <= at < end for start, end in spans):
                counted += 1
            at += 1
            if counted == needed:
                return at
        return STANDS if any(p.end == _EVER for p in self.pauses) else OUT
