"""Rows of a register: one dossier each, as far as counting needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from attrs import Attribute, field, fields

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import NOT_BLANK
from evnpubsvc._moments import ZONED
from evnpubsvc._records import frozen, open_class, says
from evnpubsvc._validate import instance_of, nonempty_text, pairs_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum


class RegisterStatus(LabelledEnum):
    """What a register says about a dossier besides its dates.

    The first five say how it ended, on the day of `finished`; the others what state it is in
    while there is no such day.
    """

    RESULT = "result"
    """There is the result that was asked for (đã giải quyết)."""
    DECLINED = "declined"
    """There is a refusal to resolve, with reasons (từ chối giải quyết).

    It is a decision within the limit, as a result is.
    """
    WITHDRAWN = "withdrawn"
    """The applicant took it back (rút hồ sơ)."""
    STOPPED = "stopped"
    """Handling was stopped for good (dừng giải quyết)."""
    REFUSED = "refused"
    """It was refused at receipt (từ chối tiếp nhận): it was handed in, but never received."""
    WAITING = "waiting"
    """It was handed in and is not received yet (chờ tiếp nhận)."""
    RUNNING = "running"
    """It is received, and its clock runs (đang giải quyết)."""
    PAUSED = "paused"
    """It is received, and its clock is stopped (tạm dừng, chờ bổ sung)."""

    @property
    def is_ending(self) -> bool:
        """Whether it needs a day on which it happened."""
        return self not in {RegisterStatus.WAITING, RegisterStatus.RUNNING, RegisterStatus.PAUSED}

    def fits(self, *, finished: bool) -> bool:
        """Return whether it goes together with a day of ending, or with none."""
        return self.is_ending is finished


def _pairs(
    given: Mapping[str, str | None] | Iterable[tuple[str, str | None]],
) -> tuple[tuple[str, str | None], ...]:
    return pairs_of(given)


_day = instance_of(date)
_text = instance_of(str)


@says(pattern=ZONED)
def _moment(record: object, attribute: Attribute[Any], value: object) -> None:
    if value is None and attribute.name != "received":
        return
    _day(record, attribute, value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise MisuseError("datetime-naive", value)


@says(pattern=NOT_BLANK)
def _code(record: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        nonempty_text(record, attribute, value)


@frozen
class RegisterRow(PublicType):
    """One dossier of a register, as far as counting needs it.

    Moments are dates, or aware datetimes in the local zone of the register, whose local dates
    count.

    Attributes:
        received: when it was received; for a dossier that was refused at receipt or waits for it,
            when it was handed in.
        due: when it is due; None if the register does not say. A plain date means the end of that
            day (Civil Code 91/2015/QH13, art. 148(6)).
        finished: when it was finished, in whichever way; None if it is not.
        dimensions: what it is counted by, as channel or unit; None for a value that the register
            does not say.
        status: its ending or its present state; None if the register does not say, which counts as
            a result where it is finished, and as running where it is not.
        code: the code of the dossier, for going from a number back to its dossiers.
        part_of: code of the dossier that this one is a linked step of (liên thông); it is not
            counted on its own, so that a bundle counts once.
        recorded: from when the register said what this row says, inclusive; None for always.
        superseded: until when it said so, exclusive; None if it still does. A correction supersedes
            the row that it corrects, and stands in a row of its own.

    Raises:
        MisuseError: `wrong-type`, `datetime-naive`, `text-empty`; `ending-undated` for a status
            that says that it ended, and no day on which it did.
    """

    received: date | datetime = field(validator=_moment)
    due: date | datetime | None = field(default=None, validator=_moment)
    finished: date | datetime | None = field(default=None, validator=_moment)
    dimensions: tuple[tuple[str, str | None], ...] = field(default=(), converter=_pairs)
    status: RegisterStatus | None = field(
        default=None, kw_only=True, validator=instance_of(RegisterStatus, type(None))
    )
    code: str | None = field(default=None, kw_only=True, validator=_code)
    part_of: str | None = field(default=None, kw_only=True, validator=_code)
    recorded: date | datetime | None = field(default=None, kw_only=True, validator=_moment)
    superseded: date | datetime | None = field(default=None, kw_only=True, validator=_moment)

    def __attrs_post_init__(self) -> None:
        if self.finished is None and self.status is not None and self.status.is_ending:
            raise MisuseError("ending-undated", self.status, code=self.code or "–")


_OpenRow: Final = open_class(RegisterRow)


def make_row(
    received: date,
    due: date | None,
    finished: date | None,
    dimensions: tuple[tuple[str, str | None], ...],
    *,
    status: RegisterStatus | None,
    code: str,
    part_of: str | None,
) -> RegisterRow:
    """Return the row of a dossier, made quickly.

    Args:
        received: its moments are those of a dossier, in the zone of the register.
        due: as `received`.
        finished: as `received`; there is one where the status is an ending.
        dimensions: sorted by name.
        status: as in the row.
        code: as in the dossier.
        part_of: as in the row; checked here, since a caller says it.
    """
    if part_of is not None:
        _code(None, fields(RegisterRow).part_of, part_of)
    made: Any = _OpenRow()
    made.received = received
    made.due = due
    made.finished = finished
    made.dimensions = dimensions
    made.status = status
    made.code = code
    made.part_of = part_of
    made.recorded = None
    made.superseded = None
    made.__class__ = RegisterRow
    whole: RegisterRow = made
    return whole
