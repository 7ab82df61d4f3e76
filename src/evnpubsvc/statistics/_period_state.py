"""Where a dossier stands in a period: the classes of a tally, judged by the one classifier of timeliness."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from evnpubsvc.dossiers import Precision, Timeliness, judged
from evnpubsvc.errors import MisuseError
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus, local_date
from evnpubsvc.texts import LabelledEnum

__all__ = ["HANDLED", "INDEX", "PENDING", "PeriodState", "classify", "is_current"]


class PeriodState(LabelledEnum):
    """Where a dossier stands at the end of a period. Every dossier is in one class.

    Timeliness, told apart by what a periodic report must tell apart: how a dossier ended, and why it is still there.
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
    """Handled: the applicant took it back (rút hồ sơ)."""
    STOPPED = "stopped"
    """Handled: stopped for good (dừng giải quyết)."""
    PENDING_IN_TIME = "pending_in_time"
    """Pending, and the due date has not passed (đang giải quyết, trong hạn)."""
    PENDING_OVERDUE = "pending_overdue"
    """Pending, and the due date has passed (đang giải quyết, quá hạn)."""
    PENDING_NO_DUE_DATE = "pending_no_due_date"
    """Pending, with no due date known."""
    PENDING_PAUSED = "pending_paused"
    """Pending, and its clock stands (tạm dừng, chờ bổ sung)."""
    REFUSED = "refused"
    """Refused at receipt (từ chối tiếp nhận): neither received nor handled."""
    WAITING = "waiting"
    """Handed in, not received yet (chờ tiếp nhận): neither received nor pending."""


INDEX: Final = {state: index for index, state in enumerate(PeriodState)}
HANDLED: Final = frozenset(list(PeriodState)[:6])
PENDING: Final = frozenset(list(PeriodState)[6:10])

_D, _T, _S = PeriodState, Timeliness, RegisterStatus
_OF: Final = {
    _T.EARLY: _D.EARLY,
    _T.ON_TIME: _D.ON_TIME,
    _T.LATE: _D.LATE,
    _T.PENDING_IN_TIME: _D.PENDING_IN_TIME,
    _T.PENDING_OVERDUE: _D.PENDING_OVERDUE,
}
_STANDING: Final = {_S.WAITING: _D.WAITING, _S.PAUSED: _D.PENDING_PAUSED}
_ENDED: Final = {_S.WITHDRAWN: _D.WITHDRAWN, _S.STOPPED: _D.STOPPED, _S.REFUSED: _D.REFUSED}


def classify(
    row: RegisterRow, *, as_of: date, compare: Precision, due: date | datetime | None = None
) -> PeriodState | None:
    """Return where a dossier stands at the end of a day.

    Args:
        row: the dossier.
        as_of: the day of judgement, inclusive. What happened after it is not known yet: a dossier finished later is
            pending, one received later is not counted.
        compare: dates or instants.
        due: when it is due, where the row does not say.

    Returns:
        The class; None if the dossier was received after `as_of`.

    Raises:
        MisuseError: `ending-undated`: the register says that it ended, but not when; `time-of-day-missing` when
            instants are compared, both fall on one day, and the register gives only the date on which the dossier
            was finished.

    >>> row = RegisterRow(date(2022, 12, 1), due=date(2022, 12, 15), finished=date(2022, 12, 15))
    >>> classify(row, as_of=date(2022, 12, 31), compare=Precision.DATE)
    PeriodState.ON_TIME
    >>> classify(row, as_of=date(2022, 12, 14), compare=Precision.DATE)
    PeriodState.PENDING_IN_TIME
    """
    if local_date(row.received) > as_of:
        return None
    status, finished = row.status, row.finished
    if row.due is not None:
        due = row.due
    if finished is None:
        standing = _STANDING.get(status) if status is not None else None
        if standing is not None:
            return standing
        if status is not None and status.is_ending:
            raise MisuseError("ending-undated", status.value)
    elif local_date(finished) <= as_of:
        ended = _ENDED.get(status) if status is not None else None
        if ended is not None:
            return ended
        if due is None:
            return PeriodState.NO_DUE_DATE
    elif status is RegisterStatus.REFUSED:
        return PeriodState.WAITING  # what is refused later was never received
    if due is None:
        return PeriodState.PENDING_NO_DUE_DATE
    return _OF[judged(due, finished, as_of=as_of, compare=compare)]


def is_current(row: RegisterRow, known_at: date | datetime | None) -> bool:
    """Return whether a row is what the register said at a moment, or says now."""
    if known_at is None:
        return row.superseded is None
    return (row.recorded is None or _reached(row.recorded, known_at)) and not (
        row.superseded is not None and _reached(row.superseded, known_at)
    )


def _reached(moment: date, known_at: date) -> bool:
    if isinstance(moment, datetime) and isinstance(known_at, datetime):
        return moment <= known_at
    return local_date(moment) <= local_date(known_at)
