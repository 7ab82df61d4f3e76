"""Cut-offs: how the hour of receipt moves the day of receipt.

The names come first; one table below them says what each does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from evnpubsvc.deadlines._moments import midnight
from evnpubsvc.deadlines._policy import Policy, policy_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import Calendar


class CutOff(LabelledEnum):
    """How the hour of receipt moves the day of receipt. Exactly 15:00 is before ("sau 15 giờ").

    `CutOff.SHIFT15.policy` tells the article. Only `SHIFT15`, `LASTHOUR` and `OFFICEHOURS` speak of
    limits in days and hours; `HARD15` and `SOFT15` speak of same-day results; `TRANSFER15` moves no
    due date at all.
    """

    NONE = "none"
    TRANSFER15 = "transfer15"
    HARD15 = "hard15"
    SOFT15 = "soft15"
    SHIFT15 = "shift15"
    LASTHOUR = "lasthour"
    OFFICEHOURS = "officehours"

    @property
    def policy(self) -> Policy:
        """What it does, with article and validity."""
        return policy_of("cutoff", self)

    @property
    def needs_hour(self) -> bool:
        """Whether it cannot be applied to a receipt of which only the day is known."""
        return self in _NEEDS_HOUR

    @property
    def same_day_only(self) -> bool:
        """Whether it speaks of results given on the day of receipt, and of no other limit."""
        return self in _SAME_DAY_ONLY

    @property
    def at_fifteen(self) -> bool:
        """Whether it looks at 15:00."""
        return self in _AT_FIFTEEN


class Shift(NamedTuple):
    """What a cut-off does to a receipt.

    Attributes:
        step: the key of the text that says so.
        opening: the opening that counts as the instant of receipt; None where the receipt stays as
            it is.
        shows_hour: whether the step shows the hour of that opening.
        names_cutoff: whether the step names the cut-off.
    """

    step: str
    opening: datetime | None = None
    shows_hour: bool = False
    names_cutoff: bool = False


_IN_TIME: Final = Shift("step-cutoff-in-time", names_cutoff=True)
_FIFTEEN: Final = time(15)
_HOUR: Final = timedelta(hours=1)


@lru_cache(4_096)  # of the days of receipt, of which registers have few
def find_source(cutoff: CutOff, day: date) -> tuple[Citation, bool]:
    """Return the text behind a cut-off on a day, and whether it is in force."""
    rule = cutoff.policy
    return rule.cite(day), rule.holds_on(day)


def is_sharp(cutoff: CutOff, at: datetime) -> bool:
    """Return whether a local instant is 15:00 to the second, under a cut-off that looks at it."""
    return at.hour == 15 and cutoff.at_fifteen and at.time() == _FIFTEEN


def shift_receipt(
    cutoff: CutOff, day: date, at: datetime, calendar: Calendar, *, solvable: bool | None
) -> Shift:
    """Return what a cut-off does to a receipt at an instant.

    Args:
        cutoff: any but `CutOff.NONE`.
        day: the day of receipt.
        at: the instant, local.
        calendar: the working days and office hours.
        solvable: for `SOFT15` after 15:00: whether the result can be given the same day.

    Raises:
        MisuseError: `solvable-needed`.
        OutsideCoverageError: the next working day is not covered.
    """
    works = calendar.is_working_day(day)
    if cutoff is _TRANSFER15:
        return _transfer15(at)
    if not works:  # a receipt on a day off counts as one on the next working day
        return Shift("step-cutoff-rest", _next_opening(day, calendar))
    if cutoff is _SOFT15:
        return _soft15(day, at, calendar, solvable=solvable)
    return _RULES[cutoff](day, at, calendar)


def _transfer15(at: datetime) -> Shift:
    """NĐ 61/2018, NĐ 118/2025 art. 18: handed over the next morning; no due date moves."""
    late = at.time() > _FIFTEEN
    return Shift("step-cutoff-transfer15-late" if late else "step-cutoff-transfer15")


def _hard15(day: date, at: datetime, calendar: Calendar) -> Shift:
    """NĐ 23/2015 art. 7: a same-day result received after 15:00 is due on the next working day."""
    if at.time() <= _FIFTEEN:
        return _IN_TIME
    return Shift("step-cutoff-hard15", _next_opening(day, calendar))


def _soft15(day: date, at: datetime, calendar: Calendar, *, solvable: bool | None) -> Shift:
    """Law 60/2014 art. 5(3): so is one received after 15:00 that cannot be solved at once."""
    if at.time() <= _FIFTEEN:
        return _IN_TIME
    if solvable is None:
        raise MisuseError("solvable-needed", at)
    if solvable:
        return _IN_TIME
    return Shift("step-cutoff-soft15", _next_opening(day, calendar))


def _shift15(day: date, at: datetime, calendar: Calendar) -> Shift:
    """Count what is received after 15:00 as received on the next working day.

    The source is NĐ 63/2024, art. 7.
    """
    if at.time() <= _FIFTEEN:
        return _IN_TIME
    return Shift("step-cutoff-shift15", _next_opening(day, calendar))


def _lasthour(day: date, at: datetime, calendar: Calendar) -> Shift:
    """Count what is received with less than an hour of office time left as of the next working day.

    The source is art. 6 of a sectoral decree of 2025; `rules.toml` says how sure that is.
    """
    closing = midnight(day) + timedelta(minutes=calendar.sessions(day)[-1].closes)
    if at < closing and calendar.working_time_between(at, closing) >= _HOUR:
        return _IN_TIME
    return Shift("step-cutoff-lasthour", _next_opening(day, calendar))


def _officehours(day: date, at: datetime, calendar: Calendar) -> Shift:
    """QĐ 3142 of the Ministry of Education.

    Outside office hours, the next opening is the receipt.
    """
    for session in calendar.sessions(day):
        opening = datetime.combine(day, session.start)
        if at < opening:
            return Shift("step-cutoff-officehours-at", opening, shows_hour=True)
        if at <= opening + timedelta(minutes=session.minutes):
            return _IN_TIME
    return Shift("step-cutoff-officehours-at", _next_opening(day, calendar), shows_hour=True)


# What each cut-off does on a working day. `TRANSFER15` and `SOFT15` ask for something else and
# stand above.
_RULES: Final[dict[CutOff, Callable[[date, datetime, Calendar], Shift]]] = {
    CutOff.HARD15: _hard15,
    CutOff.SHIFT15: _shift15,
    CutOff.LASTHOUR: _lasthour,
    CutOff.OFFICEHOURS: _officehours,
}
# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_TRANSFER15: Final = CutOff.TRANSFER15
_SOFT15: Final = CutOff.SOFT15
_SAME_DAY_ONLY: Final = frozenset((CutOff.HARD15, _SOFT15))
_AT_FIFTEEN: Final = frozenset((_TRANSFER15, CutOff.HARD15, _SOFT15, CutOff.SHIFT15))
_NEEDS_HOUR: Final = frozenset((*_RULES, _SOFT15))


def _next_opening(day: date, calendar: Calendar) -> datetime:
    after = calendar.next_working_day(day)
    return datetime.combine(after, calendar.sessions(after)[0].start)
