"""What a register is counted by: values of its rows, and values derived from dates and endings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from evnpubsvc.statistics._period_state import HANDLED, PENDING, PeriodState
from evnpubsvc.statistics._register import RegisterStatus
from evnpubsvc.worktime import Calendar


def as_names(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return names of dimensions; a text is the name of one, not of as many as it has letters."""
    return (by,) if isinstance(by, str) else tuple(by)


def _report_month(day: date) -> tuple[int, int]:
    """Return the year and month of the statutory report that covers a day.

    The month of a report starts on the 15th of the calendar month before.
    """
    if day.day < 15:
        return day.year, day.month
    return day.year + day.month // 12, day.month % 12 + 1


def _quarter(year: int, month: int) -> str:
    return f"{year:04}-Q{(month + 2) // 3}"


BY_DAY: Final[Mapping[str, Callable[[date], str]]] = {
    "received_year": lambda day: f"{day.year:04}",
    "received_quarter": lambda day: _quarter(day.year, day.month),
    "received_month": lambda day: f"{day.year:04}-{day.month:02}",
    "received_report_year": lambda day: f"{_report_month(day)[0]:04}",
    "received_report_quarter": lambda day: _quarter(*_report_month(day)),
    "received_report_month": lambda day: "{:04}-{:02}".format(*_report_month(day)),
}
"""Dimensions that follow from the local day of receipt.

The `report` ones from the statutory periods (15/12-14/12).
"""

OUTCOME: Final = "outcome"
"""How a dossier ended by the end of the period: a value of `RegisterStatus`.

`pending` or `waiting` if it did not.
"""


WORKING_DAYS: Final = "working_days"
"""How many working days a dossier took, from the day after its receipt to the day of its end.

The value is the number as text; None for a dossier that was not handled by the end of the period.
"""


def working_days(
    received: date, finished: date | None, state: PeriodState, calendar: Calendar
) -> str | None:
    """Return the value of the dimension `working_days`.

    A dossier that ends before it was received ends, here, on the day of receipt: after 0 days.

    Raises:
        OutsideCoverageError: the calendar does not cover one of the days.
    """
    if finished is None or state not in HANDLED:
        return None
    if finished <= received:
        return str(calendar.working_days_between(received, received))
    return str(calendar.working_days_between(received, finished))


def derived_names() -> tuple[str, ...]:
    """Return the names of the dimensions that every register has without a column of its own.

    >>> derived_names()
    ('received_year', 'received_quarter', 'received_month', ..., 'outcome', 'working_days')
    """
    return (*BY_DAY, OUTCOME, WORKING_DAYS)


_BY_STATE: Final = {
    **dict.fromkeys(PENDING, "pending"),
    PeriodState.WITHDRAWN: "withdrawn",
    PeriodState.STOPPED: "stopped",
    PeriodState.REFUSED: "refused",
    PeriodState.WAITING: "waiting",
}


def outcome(state: PeriodState, status: RegisterStatus | None) -> str:
    """Return the value of the dimension `outcome`, by the state and what the register says."""
    if state in _BY_STATE:
        return _BY_STATE[state]
    if status is RegisterStatus.DECLINED:
        return "declined"
    return "result"
