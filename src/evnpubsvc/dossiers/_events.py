"""Events: what happened to a dossier, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import ZONED
from evnpubsvc._records import frozen, says
from evnpubsvc._validate import instance_of, pairs_of, read_member
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum, LabelledIntEnum


class EventKind(LabelledEnum):
    """What happened."""

    SUBMITTED = "submitted"
    """The applicant handed in or sent the dossier (nộp hồ sơ)."""
    RECEIVED = "received"
    """It was received full and correct; a receipt is due (tiếp nhận). The clock starts."""
    REFUSED = "refused"
    """It was refused at receipt (từ chối tiếp nhận)."""
    SUPPLEMENT_REQUESTED = "supplement-requested"
    """Papers are asked for (yêu cầu bổ sung), before or after receipt."""
    SUPPLEMENT_RECEIVED = "supplement-received"
    """The papers came, complete."""
    PAYMENT_REQUESTED = "payment-requested"
    """A financial obligation is asked for (yêu cầu thực hiện nghĩa vụ tài chính)."""
    PAYMENT_MET = "payment-met"
    """It is met."""
    TRANSFERRED = "transferred"
    """The dossier was handed to the competent agency (chuyển hồ sơ)."""
    VERIFICATION_ASKED = "verification-asked"
    """A verification letter was sent (xác minh)."""
    VERIFICATION_ANSWERED = "verification-answered"
    """It was answered."""
    OPINION_ASKED = "opinion-asked"
    """The opinion of another body was asked (lấy ý kiến)."""
    OPINION_GIVEN = "opinion-given"
    """It was given."""
    LINKED_SENT = "linked-sent"
    """A linked step was sent to another agency (liên thông)."""
    LINKED_RETURNED = "linked-returned"
    """Its result came back."""
    APOLOGY = "apology"
    """A written apology with a new date (xin lỗi và hẹn lại)."""
    STOPPED = "stopped"
    """Handling was stopped (dừng xử lý), for good or not."""
    RESUMED = "resumed"
    """Handling goes on after a stop that was not final."""
    WITHDRAWAL_ASKED = "withdrawal-asked"
    """The applicant asks for the dossier back (rút hồ sơ)."""
    WITHDRAWAL_ACCEPTED = "withdrawal-accepted"
    """The withdrawal was accepted; the dossier is closed."""
    RESOLVED = "resolved"
    """There is a decision and the result is ready (đã xử lý xong)."""
    RETURNED = "returned"
    """The result was handed over or sent (trả kết quả)."""
    RESULT_STORED = "result-stored"
    """The electronic result is kept in the store (kho kết quả)."""
    SATISFACTION_GIVEN = "satisfaction-given"
    """The applicant said how satisfied they are."""
    NOTE = "note"
    """Anything else: it changes nothing, and nothing of it is lost."""


class Outcome(LabelledEnum):
    """What was decided."""

    GRANTED = "granted"
    """The result that was asked for."""
    DECLINED = "declined"
    """A refusal to resolve, with reasons (từ chối giải quyết)."""


class Status(LabelledIntEnum):
    """The status list of the National Portal (`TrangThaiHoSo`), a de-facto exchange standard.

    >>> Status(5).text.vi
    'Yêu cầu bổ sung giấy tờ'
    """

    NEW = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    PROCESSING = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


@says(pattern=ZONED)
def _moment(record: object, attribute: Attribute[Any], value: object) -> None:
    instance_of(date)(record, attribute, value)  # a datetime is a date too
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise MisuseError("datetime-naive", value)


@says(pattern=ZONED)
def _aware(record: object, attribute: Attribute[Any], value: object) -> None:
    instance_of(datetime)(record, attribute, value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise MisuseError("datetime-naive", value)


@says(pattern=ZONED)
def _optional_aware(record: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _aware(record, attribute, value)


@says(pattern=ZONED)
def optional_moment(record: object, attribute: Attribute[Any], value: object) -> None:
    instance_of(date, type(None))(record, attribute, value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise MisuseError("datetime-naive", value)


def text_pairs(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return pairs of texts, sorted by name."""
    return pairs_of(given)


def checked_pairs(
    record: object, attribute: Attribute[Any], value: tuple[tuple[object, object], ...]
) -> None:
    """Accept pairs of texts."""
    for pair in value:
        for part in pair:
            instance_of(str)(record, attribute, part)


def _kind(given: EventKind | str) -> EventKind:
    """Read a kind given as its value (`"received"`)."""
    return read_member(EventKind, given) if type(given) is str else cast("EventKind", given)


@frozen
class Event(PublicType):
    """One thing that happened to a dossier. Never changed; a mistake is followed by another event.

    Attributes:
        kind: what happened.
        at: when: an instant with a time zone, or a day where the hour is not known. A day never
            becomes an hour.
        final: of a stop: whether it is for good. Required there, since code 8 means either; None
            elsewhere.
        due: of an apology: the new date of return, inclusive. Required there; None elsewhere.
        outcome: of a decision; None when the source does not say.
        activity: the word of the system that the event comes from; may be empty.
        attributes: whatever else that system says, as pairs of texts sorted by name. Opaque, never
            interpreted.
        recorded: when the system learnt of it (ngày ghi nhận), with a time zone; None: at once, as
            if at `at`. It never moves a due date; it says what a report of the past could know
            (`Dossier.known_at`). A register entered in advance may have one before `at`.

    Raises:
        MisuseError: `datetime-naive`, `event-final-needed`, `event-due-needed`,
            `event-field-elsewhere`, `wrong-type`.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> Event(EventKind.STOPPED, datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME))
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: a stop must say whether it is for good: ... ...
    """

    kind: EventKind = field(converter=_kind, validator=instance_of(EventKind))
    at: date | datetime = field(validator=_moment)
    final: bool | None = field(default=None, validator=instance_of(bool, type(None)))
    due: date | datetime | None = field(default=None, validator=optional_moment)
    outcome: Outcome | None = field(default=None, validator=instance_of(Outcome, type(None)))
    activity: str = field(default="", validator=instance_of(str))
    attributes: tuple[tuple[str, str], ...] = field(
        default=(), converter=text_pairs, validator=checked_pairs
    )
    recorded: datetime | None = field(default=None, validator=_optional_aware)

    @property
    def known_since(self) -> date | datetime:
        """When the system knew of it: `recorded`, else `at`."""
        if self.recorded is None:
            return self.at
        return self.recorded

    def __attrs_post_init__(self) -> None:
        kind = self.kind
        if (self.final is None) is (kind is EventKind.STOPPED):
            if kind is EventKind.STOPPED:
                raise MisuseError("event-final-needed", self.at)
            raise MisuseError("event-field-elsewhere", kind, field="final")
        if (self.due is None) is (kind is EventKind.APOLOGY):
            if kind is EventKind.APOLOGY:
                raise MisuseError("event-due-needed", self.at)
            raise MisuseError("event-field-elsewhere", kind, field="due")
        if self.outcome is not None and kind is not EventKind.RESOLVED:
            raise MisuseError("event-field-elsewhere", kind, field="outcome")
