"""The state of a dossier in a period: the classes of a tally, and `classify`, which has the rule.

Whatever counts faster than `classify` (`_states.py`, `serde`, `frames`) asks it once for each
combination that occurs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from evnpubsvc._moments import own_day
from evnpubsvc.dossiers import Precision, Timeliness
from evnpubsvc.dossiers.engine import judged
from evnpubsvc.errors import MisuseError
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus
from evnpubsvc.texts import LabelledEnum


class PeriodState(LabelledEnum):
    """The state of a dossier at the end of a period; every dossier is in exactly one class.

    It is timeliness with what a periodic report must distinguish: how a dossier ended, and why it
    is still open.
    """

    EARLY = "early"
    """Handled with a result or a refusal to resolve, before the due date (trước hạn)."""
    ON_TIME = "on_time"
    """The same, on the due date or at the due instant (đúng hạn)."""
    LATE = "late"
    """The same, after it (quá hạn)."""
    NO_DUE_DATE = "no_due_date"
    """The same, with no due date known."""
    WITHDRAWN = "withdrawn"
    """Handled: the applicant withdrew it (rút hồ sơ)."""
    STOPPED = "stopped"
    """Handled: stopped for good (dừng giải quyết)."""
    PENDING_IN_TIME = "pending_in_time"
    """Pending, and the due date has not passed (đang giải quyết, trong hạn)."""
    PENDING_OVERDUE = "pending_overdue"
    """Pending, and the due date has passed (đang giải quyết, quá hạn)."""
    PENDING_NO_DUE_DATE = "pending_no_due_date"
    """Pending, with no due date known."""
    PENDING_PAUSED = "pending_paused"
    """Pending, and its clock is stopped (tạm dừng, chờ bổ sung)."""
    REFUSED = "refused"
    """Refused at receipt (từ chối tiếp nhận): neither received nor handled."""
    WAITING = "waiting"
    """Handed in, not received yet (chờ tiếp nhận): neither received nor pending."""


class Intake(LabelledEnum):
    """When a dossier came, seen from the period."""

    NEW = "new"
    """In the period (tiếp nhận mới trong kỳ)."""
    CARRIED = "carried"
    """Before it, and it was open when the period began (từ kỳ trước chuyển qua)."""


class LeftOut(StrEnum):
    """Why no cell of a tally counts a row."""

    LATER = "later"
    """Received after the day of judgement."""
    EARLIER = "earlier"
    """Closed before the period began."""
    LINKED = "linked"
    """A linked step of another dossier, which counts."""
    OTHER_VERSION = "other_version"
    """Not what the register said at the moment of knowledge."""
    OUTSIDE = "outside"
    """Not among the values that are asked for."""


# The groups that figures are made of. A new state belongs to one of the first two, or to neither.
HANDLED: Final = (
    PeriodState.EARLY,
    PeriodState.ON_TIME,
    PeriodState.LATE,
    PeriodState.NO_DUE_DATE,
    PeriodState.WITHDRAWN,
    PeriodState.STOPPED,
)
PENDING: Final = (
    PeriodState.PENDING_IN_TIME,
    PeriodState.PENDING_OVERDUE,
    PeriodState.PENDING_NO_DUE_DATE,
    PeriodState.PENDING_PAUSED,
)
RECEIVED: Final = (*HANDLED, *PENDING)
"""Received in full: neither refused at receipt nor waiting for it."""
CLOSED: Final = (*HANDLED, PeriodState.REFUSED)
"""No longer open: what was closed before a period began is not carried into it."""

CLASSES: Final = len(PeriodState)
INDEX: Final[Mapping[PeriodState, int]] = MappingProxyType(
    {state: index for index, state in enumerate(PeriodState)}
)

_BY_TIMELINESS: Final = {
    Timeliness.EARLY: PeriodState.EARLY,
    Timeliness.ON_TIME: PeriodState.ON_TIME,
    Timeliness.LATE: PeriodState.LATE,
    Timeliness.PENDING_IN_TIME: PeriodState.PENDING_IN_TIME,
    Timeliness.PENDING_OVERDUE: PeriodState.PENDING_OVERDUE,
}
_OPEN_BY_STATUS: Final[Mapping[RegisterStatus | None, PeriodState]] = {
    RegisterStatus.WAITING: PeriodState.WAITING,
    RegisterStatus.PAUSED: PeriodState.PENDING_PAUSED,
}
_ENDED_BY_STATUS: Final[Mapping[RegisterStatus | None, PeriodState]] = {
    RegisterStatus.WITHDRAWN: PeriodState.WITHDRAWN,
    RegisterStatus.STOPPED: PeriodState.STOPPED,
    RegisterStatus.REFUSED: PeriodState.REFUSED,
}


def classify(
    row: RegisterRow, *, as_of: date, compare: Precision, due: date | datetime | None = None
) -> PeriodState | None:
    """Return the state of a dossier at the end of a day.

    Args:
        row: the dossier.
        as_of: the day of judgement, or an instant of it, inclusive. What happened after it is not
            known yet: a dossier finished later is pending, one received later is not counted.
        compare: dates or instants.
        due: when it is due, where the row does not say.

    Returns:
        The class; None if the dossier was received after `as_of`.

    Raises:
        MisuseError: `time-of-day-missing` when instants are compared, both fall on one day, and the
            register gives only the date on which the dossier was finished.

    >>> row = RegisterRow(date(2022, 12, 1), due=date(2022, 12, 15), finished=date(2022, 12, 15))
    >>> classify(row, as_of=date(2022, 12, 31), compare=Precision.DATE)
    PeriodState.ON_TIME
    >>> classify(row, as_of=date(2022, 12, 14), compare=Precision.DATE)
    PeriodState.PENDING_IN_TIME
    """
    if not _has_happened(row.received, as_of):
        return None
    status, finished = row.status, row.finished
    if row.due is not None:
        due = row.due

    # No day of an end: the status says whether the clock is stopped.
    if finished is None:
        if status in _OPEN_BY_STATUS:
            return _OPEN_BY_STATUS[status]

    # Ended by the day of judgement: in a way of its own, or with a decision, which is timely or
    # not.
    elif _has_happened(finished, as_of):
        if status in _ENDED_BY_STATUS:
            return _ENDED_BY_STATUS[status]
        if due is None:
            return PeriodState.NO_DUE_DATE

    # Ends later. What is refused later was never received.
    elif status is RegisterStatus.REFUSED:
        return PeriodState.WAITING

    if due is None:
        return PeriodState.PENDING_NO_DUE_DATE
    return _BY_TIMELINESS[judged(due, finished, as_of=as_of, compare=compare)]


def _has_happened(moment: date | datetime, as_of: date | datetime) -> bool:
    """Return whether a moment is not after the moment of judgement.

    Raises:
        MisuseError: `time-of-day-missing` for a day without an hour that is the day of an instant.
    """
    if not isinstance(as_of, datetime):
        return own_day(moment) <= as_of
    if isinstance(moment, datetime):
        return moment <= as_of
    if moment == as_of.date():
        raise MisuseError("time-of-day-missing", moment)
    return moment < as_of.date()


def is_current(row: RegisterRow, known_at: date | datetime | None) -> bool:
    """Return whether a row is what the register said at a moment, or says now."""
    if known_at is None:
        return row.superseded is None
    if row.recorded is not None and not _reached(row.recorded, known_at):
        return False
    return row.superseded is None or not _reached(row.superseded, known_at)


def _reached(moment: date, known_at: date) -> bool:
    if isinstance(moment, datetime) and isinstance(known_at, datetime):
        return moment <= known_at
    return own_day(moment) <= own_day(known_at)
