"""Rows of a register and the one classifier of timeliness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from attrs import field, frozen

from evnpubsvc._validate import instance_of, pairs_of
from evnpubsvc.errors import MisuseError

__all__ = ["Compare", "RegisterRow", "Timeliness", "classify"]


class Timeliness(StrEnum):
    """Where a dossier stands with its due date, at the end of a day of judgement. Every dossier is in one class."""

    EARLY = "early"
    """Finished before the due date or instant (trước hạn)."""
    ON_TIME = "on_time"
    """Finished on the due date, or at the due instant (đúng hạn)."""
    LATE = "late"
    """Finished after it (quá hạn)."""
    PENDING_IN_TIME = "pending_in_time"
    """Not finished, and the due date has not passed."""
    PENDING_OVERDUE = "pending_overdue"
    """Not finished, and the due date has passed."""
    NO_DUE_DATE = "no_due_date"
    """No due date is known, so nothing can be said; finished or not."""


class Compare(StrEnum):
    """What is compared with what is due. The choice moves rates by points, so it is declared."""

    DATE = "date"
    """Local dates: whatever is finished on the due date is on time."""
    TIMESTAMP = "timestamp"
    """Instants: what is finished on the due date, but after the time of day that was due, is late."""


def _pairs(
    given: Mapping[str, str | None] | Iterable[tuple[str, str | None]],
) -> tuple[tuple[str, str | None], ...]:
    return pairs_of(given)


@frozen
class RegisterRow:
    """One dossier of a register, as far as counting needs it.

    Attributes:
        received: when it was received; a `datetime` is aware and in the local zone of the register.
        due: when it is due; None if the register does not say. A plain date means the end of that day (Civil Code
            91/2015/QH13, art. 148(6)).
        finished: when it was finished; None if it is not.
        dimensions: what it is counted by, as channel or unit; None for a value that the register does not say.
    """

    received: date | datetime = field(validator=instance_of(date))
    due: date | datetime | None = field(default=None, validator=instance_of(date, type(None)))
    finished: date | datetime | None = field(default=None, validator=instance_of(date, type(None)))
    dimensions: tuple[tuple[str, str | None], ...] = field(default=(), converter=_pairs)

    def __attrs_post_init__(self) -> None:
        for moment in (self.received, self.due, self.finished):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise MisuseError("datetime-naive", moment)


def local_date(moment: date) -> date:
    """Return the local date of a date or of an aware local datetime."""
    return moment.date() if isinstance(moment, datetime) else moment


def classify(row: RegisterRow, *, as_of: date, compare: Compare) -> Timeliness | None:
    """Return the timeliness of a dossier at the end of a day.

    Args:
        row: the dossier.
        as_of: the day of judgement, inclusive. What happened after it is not known yet: a dossier finished later is
            pending, one received later is not counted.
        compare: dates or instants.

    Returns:
        The class; None if the dossier was received after `as_of`.

    Raises:
        MisuseError: `time-of-day-missing` when instants are compared, both fall on one day, and the register gives
            only the date on which the dossier was finished.

    >>> row = RegisterRow(date(2022, 12, 1), due=date(2022, 12, 15), finished=date(2022, 12, 15))
    >>> classify(row, as_of=date(2022, 12, 31), compare=Compare.DATE)
    <Timeliness.ON_TIME: 'on_time'>
    >>> classify(row, as_of=date(2022, 12, 14), compare=Compare.DATE)
    <Timeliness.PENDING_IN_TIME: 'pending_in_time'>
    """
    if local_date(row.received) > as_of:
        return None
    if row.due is None:
        return Timeliness.NO_DUE_DATE
    due = local_date(row.due)
    if row.finished is None or local_date(row.finished) > as_of:
        # At the end of the day an instant of that day has passed; a whole day has only just been used up.
        overdue = due <= as_of if compare is Compare.TIMESTAMP and isinstance(row.due, datetime) else due < as_of
        return Timeliness.PENDING_OVERDUE if overdue else Timeliness.PENDING_IN_TIME
    finished = local_date(row.finished)
    if finished != due or compare is Compare.DATE or not isinstance(row.due, datetime):
        order = (finished > due) - (finished < due)
    elif not isinstance(row.finished, datetime):
        raise MisuseError("time-of-day-missing", row.finished)
    else:
        order = (row.finished > row.due) - (row.finished < row.due)
    return (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.EARLY)[order]
