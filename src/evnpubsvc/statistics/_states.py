"""What `classify` says, kept in a table for ways of counting faster than asking it for each row.

`STATE_TABLE` has asked it for every way in which the days of a dossier can lie. `place_by_days`
looks up one dossier in that table; `frames` looks up columns. Neither knows the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from evnpubsvc.dossiers import Precision
from evnpubsvc.statistics._period_state import INDEX, PeriodState, classify
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus

Status: TypeAlias = RegisterStatus | None
STATUSES: Final[tuple[Status, ...]] = (None, *RegisterStatus)


class EndDay(IntEnum):
    """Where the day on which a dossier ended lies."""

    BEFORE_DUE = 0
    """By the day of judgement, and before it was due, or with no due date."""
    ON_DUE = 1
    """By the day of judgement, on the due date."""
    AFTER_DUE = 2
    """By the day of judgement, after the due date."""
    LATER = 3
    """After the day of judgement."""
    NONE = 4
    """There is no such day."""


class DueDay(IntEnum):
    """Where the due date of a dossier lies."""

    NONE = 0
    """There is none."""
    PASSED = 1
    """Before the day of judgement."""
    AHEAD = 2
    """On the day of judgement or after it."""


Constellation: TypeAlias = tuple[EndDay, DueDay, Status]
_DAY: Final = date(2022, 12, 15)
_LATER: Final = _DAY + timedelta(days=9)


def _fill() -> Mapping[Constellation, PeriodState | None]:
    """Return the state for every constellation of days and status.

    It is None where the row must be asked: the status contradicts its dates, or the days are
    impossible.
    """
    return MappingProxyType(
        {
            (end, due, status): _state_of(end, due, status)
            for end in EndDay
            for due in DueDay
            for status in STATUSES
        }
    )


def _state_of(end: EndDay, due: DueDay, status: Status) -> PeriodState | None:
    # Days that lie as asked. A due date ahead is the day of judgement itself, so that a dossier can
    # end on it.
    due_day = {DueDay.NONE: None, DueDay.PASSED: _DAY - timedelta(days=5), DueDay.AHEAD: _DAY}[due]
    from_due = {EndDay.BEFORE_DUE: -1, EndDay.ON_DUE: 0, EndDay.AFTER_DUE: 1}
    if end is EndDay.NONE:
        finished = None
    elif end is EndDay.LATER:
        finished = _LATER
    elif due_day is not None:
        finished = due_day + timedelta(days=from_due[end])
    else:
        finished = _DAY

    # Days that cannot lie so: on or after a due date that there is not, or after one that is still
    # ahead.
    impossible = (end in {EndDay.ON_DUE, EndDay.AFTER_DUE} and due is DueDay.NONE) or (
        end is EndDay.AFTER_DUE and due is DueDay.AHEAD
    )
    if impossible or (status is not None and not status.fits(finished=finished is not None)):
        return None
    row = RegisterRow(_DAY - timedelta(days=9), due_day, finished, status=status)
    return classify(row, as_of=_DAY, compare=Precision.DATE)


STATE_TABLE: Final = _fill()
"""The state for every constellation of days and status; None where a row must say."""


def _index(state: PeriodState | None) -> int | None:
    return None if state is None else INDEX[state]


_PLACES: Final[Mapping[Status, tuple[int | None, ...]]] = MappingProxyType(
    {
        status: tuple(_index(STATE_TABLE[end, due, status]) for end in EndDay for due in DueDay)
        for status in STATUSES
    }
)
_WIDTH: Final = len(DueDay)


def place_by_days(
    due: date | None, finished: date | None, status: Status, as_of: date
) -> int | None:
    """Return the place of the state of a dossier among the counts of a cell.

    It is None where the row must be asked. Days alone are looked up: where instants are compared,
    an hour decides on the due date, and the row must be asked.

    Args:
        due: local day on which it is due; None if there is none.
        finished: local day on which it ended; None if there is none.
        status: what the register says besides.
        as_of: the day of judgement, by which it was received.
    """
    # `EndDay`, in steps of the width of the table.
    if finished is None:
        cell = 4 * _WIDTH
    elif finished > as_of:
        cell = 3 * _WIDTH
    elif due is None or finished < due:
        cell = 0
    elif finished > due:
        cell = 2 * _WIDTH
    else:
        cell = _WIDTH

    # `DueDay`.
    if due is not None:
        cell += 1 if due < as_of else 2
    return _PLACES[status][cell]
