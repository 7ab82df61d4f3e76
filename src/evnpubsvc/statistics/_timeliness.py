"""Rows of a register, judged by the one classifier of timeliness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from attrs import field, frozen

from evnpubsvc._validate import instance_of, pairs_of
from evnpubsvc.dossiers import Compare, Timeliness, judged
from evnpubsvc.errors import MisuseError

__all__ = ["Compare", "RegisterRow", "Timeliness", "classify"]


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
    return judged(row.due, row.finished, as_of=as_of, compare=compare)
