"""Office hours: sessions of a day, and the weeks they make up."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any, ClassVar, Final, Self, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._letters import BLANKS
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, optional_day, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation

_TIME: Final = "([01]?[0-9]|2[0-4]):([0-5][0-9])"
_PATTERN: Final = rf"{_TIME}[\t-\r ]*[-–][\t-\r ]*{_TIME}"
_LONGEST: Final = 40  # characters
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _whole_minute(record: object, attribute: Attribute[time], value: time) -> None:
    instance_of(time)(record, attribute, value)
    if value.second or value.microsecond or value.tzinfo is not None:
        raise MisuseError("session-not-whole-minutes", value)


@frozen
class Session(PublicType):
    """One stretch of office time within a day (*buổi làm việc*), local time.

    It runs from the opening up to the closing.

    Attributes:
        start: the opening; whole minutes, without a time zone.
        end: the closing; it does not belong to the session. `time(0)` is the midnight that ends the
            day.

    Raises:
        MisuseError: `session-empty` unless the closing comes after the opening,
            `session-not-whole-minutes`.

    >>> print(Session.parse("07:30-11:30"), Session.parse("07:30-11:30").minutes)
    07:30–11:30 240
    """

    written_as_text: ClassVar[bool] = True
    """In JSON and TOML it is `str()`, read by `parse`."""
    text_pattern: ClassVar[str] = rf"^[{BLANKS}]*(?:{_PATTERN})[{BLANKS}]*$"
    """What such a text matches."""

    start: time = field(validator=_whole_minute)
    end: time = field(validator=_whole_minute)

    def __attrs_post_init__(self) -> None:
        if self.minutes <= 0:
            raise MisuseError("session-empty", str(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a session written as `07:30-11:30`; `24:00` is the midnight that ends the day.

        Raises:
            MisuseError: `session-not-read`; what the record refuses.
        """
        given: object = text
        match = None
        if isinstance(given, str) and len(given) <= _LONGEST:
            match = re.fullmatch(_PATTERN, given.strip())
        if match is None:
            raise MisuseError("session-not-read", text)
        hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
        if hour == 24 or (end_hour == 24 and end_minute):
            raise MisuseError("session-not-read", text)
        return cls(time(hour, minute), time(end_hour % 24, end_minute))

    @property
    def opens(self) -> int:
        """Minutes from midnight to the opening."""
        return self.start.hour * 60 + self.start.minute

    @property
    def closes(self) -> int:
        """Minutes from midnight to the closing, 1440 for midnight."""
        return self.end.hour * 60 + self.end.minute or 1440

    @property
    def minutes(self) -> int:
        """How long the session is."""
        return self.closes - self.opens

    def __str__(self) -> str:
        if self.closes == 1440:
            end = "24:00"
        else:
            end = self.end.strftime("%H:%M")
        return f"{self.start.strftime('%H:%M')}–{end}"


def _seven_days(record: object, attribute: Attribute[Any], value: object) -> None:
    tuple_of(tuple)(record, attribute, value)
    week = cast("tuple[object, ...]", value)
    for day in week:
        tuple_of(Session)(record, attribute, day)
    if len(week) != 7:
        raise MisuseError("week-not-seven-days", len(week))


@frozen
class WeeklyHours(PublicType):
    """The office hours of a week, in force from a day until the next record of the calendar.

    A weekday without sessions is the weekly rest. Write only the sessions in which the clock of a
    deadline runs: a desk that opens on Saturday mornings as a service is no working day of the
    clock.

    Attributes:
        week: the sessions of the seven weekdays, Monday first, each in the order of the day.
        since: first day on which these hours hold, inclusive; None from the first day of the
            calendar.
        source: who set these hours; None when the caller does not say.

    >>> office = WeeklyHours.of("07:30-11:30", "13:30-17:00")
    >>> print(office)
    Mon–Fri 07:30–11:30, 13:30–17:00
    >>> print(WeeklyHours.of("07:30-11:30", "13:30-17:00", saturday=["07:30-11:30"]))
    Mon–Fri 07:30–11:30, 13:30–17:00; Sat 07:30–11:30
    """

    week: tuple[tuple[Session, ...], ...] = field(validator=_seven_days)
    since: date | None = field(default=None, validator=optional_day)
    source: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))

    @classmethod
    @answer_wrong_arguments
    def of(
        cls,
        *weekdays: str,
        saturday: tuple[str, ...] | list[str] = (),
        sunday: tuple[str, ...] | list[str] = (),
        since: date | None = None,
        source: Citation | None = None,
    ) -> Self:
        """Make a week with the same sessions from Monday to Friday.

        The sessions are written as `Session.parse` reads them.
        """
        monday = tuple(map(Session.parse, weekdays))
        rest = (tuple(map(Session.parse, saturday)), tuple(map(Session.parse, sunday)))
        return cls((monday,) * 5 + rest, since, source)

    @answer_wrong_arguments
    def sessions(self, weekday: int) -> tuple[Session, ...]:
        """Return the sessions of a weekday, 0 for Monday; empty for the weekly rest."""
        return self.week[weekday]

    def fullest(self) -> tuple[Session, ...]:
        """Return the sessions of the weekday with the most office time, the first of equals."""
        return max(self.week, key=lambda day: sum(session.minutes for session in day))

    def __str__(self) -> str:
        parts: list[str] = []
        weekday = 0
        while weekday < 7:
            last = weekday
            while last < 6 and self.week[last + 1] == self.week[weekday]:
                last += 1
            if self.week[weekday]:
                days = _WEEKDAYS[weekday] + (f"–{_WEEKDAYS[last]}" if last > weekday else "")
                parts.append(f"{days} {', '.join(map(str, self.week[weekday]))}")
            weekday = last + 1
        return "; ".join(parts)
