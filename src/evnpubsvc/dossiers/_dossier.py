"""The dossier: who, what, and its history. Everything else is derived."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, tzinfo
from typing import Any, Final

import attrs
from attrs import field, fields

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._moments import local_day
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.deadlines import TimeLimit
from evnpubsvc.dossiers._events import (
    Event,
    EventKind,
    Status,
    checked_pairs,
    optional_moment,
    text_pairs,
)
from evnpubsvc.dossiers._guards import (
    WAIVABLE,
    Refusal,
    RefusedEventError,
    possible_kinds,
    refusal_of,
)
from evnpubsvc.dossiers._replay import in_time, infer_state
from evnpubsvc.dossiers._state import State, StateBuilder
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.services import (
    Assistance,
    Channel,
    OnlineKind2022,
    OnlineLevel2011,
    PartialReason,
    ProactiveLevel2026,
)
from evnpubsvc.texts import LabelledEnum


class Registration(LabelledEnum):
    """An event of civil status whose registration has a limit of its own."""

    BIRTH = "birth"
    DEATH = "death"


@frozen
class Evidence(PublicType):
    """What a register says about a dossier besides its history: what rules R1-R3 and R14 look at.

    Attributes:
        level: the declared level of the service, of 2011 or of 2022. It is kept as declared, also
            where its regime had ended: R1 says so.
        proactive: the declared level of proactive service, beside the kind of 2022.
        online_payment: whether a fee was paid online.
        presence: whether the applicant had to come.
        on_site_check: whether the agency had to check on the spot.
        result_by: how the result went out.
        partial_reason: the published reason for which the service is partial.
        registration: what is registered.
        happened_on: the day of the birth or death.

    None means that something is not known; a rule that needs it is silent.
    """

    level: OnlineLevel2011 | OnlineKind2022 | None = field(
        default=None, validator=instance_of(OnlineLevel2011, OnlineKind2022, type(None))
    )
    proactive: ProactiveLevel2026 | None = field(
        default=None, validator=instance_of(ProactiveLevel2026, type(None))
    )
    online_payment: bool | None = field(default=None, validator=instance_of(bool, type(None)))
    presence: bool | None = field(default=None, validator=instance_of(bool, type(None)))
    on_site_check: bool | None = field(default=None, validator=instance_of(bool, type(None)))
    result_by: Channel | None = field(default=None, validator=instance_of(Channel, type(None)))
    partial_reason: PartialReason | None = field(
        default=None, validator=instance_of(PartialReason, type(None))
    )
    registration: Registration | None = field(
        default=None, validator=instance_of(Registration, type(None))
    )
    happened_on: date | None = field(default=None, validator=instance_of(date, type(None)))


_TEXT: Final = instance_of(str, type(None))


def _limit(given: TimeLimit | str | None) -> TimeLimit | None:
    if isinstance(given, str):
        return TimeLimit.parse(given)
    return given


class _WithState:
    """Room for what follows from the events.

    That is the state, and what was last asked for: the state by a moment with its due date (see
    `_known.py`). No fields, so that they are in no pickle, dict or JSON.
    """

    __slots__ = ("_asked", "_state")

    _state: State | None
    _asked: tuple[Any, ...] | None


@frozen
class Dossier(PublicType, _WithState):
    """A dossier (hồ sơ): identity, channel and history.

    Nothing else is stored; status and due date are derived.

    Codes are texts as the register has them, so that a wrong one is kept and found (`check`, R10,
    R11).

    Attributes:
        code: the code of the dossier, or the number of a foreign case; not blank.
        procedure: code of the procedure; None if not known, and so below.
        service: code of the service case.
        unit: code of the receiving unit.
        field: code of the field of administration.
        case: the case of the procedure as the catalogue names it; None for the ordinary one. A
            catalogue gives the limit by procedure, case and channel.
        authority: identifier (mã định danh) of the body competent to resolve it.
        channel: how it came in.
        assistance: whether the applicant filed it alone or with help.
        applicant: an opaque reference; never a name or a number of a person.
        limit: the time limit, or the text that states it ("25 ngày làm việc"); None to take it from
            a catalogue, or where it is not known.
        stated_received: when the register says it was received, where the history does not.
        stated_due: the date of return on the slip, inclusive; a plain date ends with the day.
        stated_finished: when the register says the result was ready, where the history does not.
        linked: codes of the dossiers that this one waits for (liên thông).
        evidence: what rules on levels and registrations look at.
        attributes: whatever else the register says, as pairs of texts sorted by name.
        events: the history, in the order of the source.

    >>> Dossier("000.00.53.H48-220921-0099").status is None
    True
    """

    code: str = attrs.field(validator=nonempty_text)
    procedure: str | None = attrs.field(default=None, validator=_TEXT)
    service: str | None = attrs.field(default=None, validator=_TEXT)
    unit: str | None = attrs.field(default=None, validator=_TEXT)
    field: str | None = attrs.field(default=None, validator=_TEXT)
    case: str | None = attrs.field(default=None, validator=_TEXT)
    authority: str | None = attrs.field(default=None, validator=_TEXT)
    channel: Channel | None = attrs.field(default=None, validator=instance_of(Channel, type(None)))
    assistance: Assistance | None = attrs.field(
        default=None, validator=instance_of(Assistance, type(None))
    )
    applicant: str | None = attrs.field(default=None, validator=_TEXT)
    limit: TimeLimit | None = attrs.field(
        default=None, converter=_limit, validator=instance_of(TimeLimit, type(None))
    )
    stated_received: date | datetime | None = attrs.field(default=None, validator=optional_moment)
    stated_due: date | datetime | None = attrs.field(default=None, validator=optional_moment)
    stated_finished: date | datetime | None = attrs.field(default=None, validator=optional_moment)
    linked: tuple[str, ...] = attrs.field(default=(), validator=tuple_of(str))
    evidence: Evidence | None = attrs.field(
        default=None, validator=instance_of(Evidence, type(None))
    )
    attributes: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=text_pairs, validator=checked_pairs
    )
    events: tuple[Event, ...] = attrs.field(default=(), validator=tuple_of(Event))

    @property
    def state(self) -> State:
        """Everything that follows from the events; computed once."""
        state: State | None = getattr(self, "_state", None)
        if state is None:
            state = infer_state(self.events)
            _set_state(self, state)
        return state

    @property
    def history(self) -> tuple[Event, ...]:
        """The events in the order in which the state takes them, without rows that came twice."""
        return tuple(in_time(self.events))

    @property
    def status(self) -> Status | None:
        """The status of the National Portal; None before submission."""
        return self.state.status

    @answer_wrong_arguments
    def state_at(self, as_of: date | datetime, *, zone: tzinfo) -> State:
        """Return the state by an instant, or by the end of a day of a time zone, inclusive."""
        return state_by(self, as_of, zone)

    @answer_wrong_arguments
    def known_at(self, moment: date | datetime, *, zone: tzinfo) -> Dossier:
        """Return the dossier as the system knew it, without events recorded later (ngày ghi nhận).

        With it a report of the past is reproduced:
        `timeliness(dossier.known_at(printed_on, zone=zone), ...)` judges by what was known when it
        was printed. The stated dates have no day of recording and stay.

        Args:
            moment: an aware instant, inclusive, or a day, at whose end is looked.
            zone: the time zone of days.

        Raises:
            MisuseError: `datetime-naive`.

        >>> from evnpubsvc.worktime import VIETNAM_TIME
        >>> at, entered = (datetime(2022, 12, day, 9, tzinfo=VIETNAM_TIME) for day in (14, 16))
        >>> dossier = Dossier("case-1", events=(Event(EventKind.SUBMITTED, at, recorded=entered),))
        >>> [len(dossier.known_at(date(2022, 12, day), zone=VIETNAM_TIME).events) for day in (15,
        ...     16)]
        [0, 1]
        """
        if isinstance(moment, datetime) and moment.utcoffset() is None:
            raise MisuseError("datetime-naive", moment)
        events = tuple(event for event in self.events if known_by(event.known_since, moment, zone))
        if len(events) == len(self.events):
            return self
        return attrs.evolve(self, events=events)


_FIELDS: Final = fields(Dossier)
_set_state: Final[Any] = vars(_WithState)["_state"].__set__  # the slot itself: the record is frozen
keep_asked: Final[Any] = vars(_WithState)["_asked"].__set__
_SETTERS: Final[Any] = tuple(
    (each.name, vars(Dossier)[each.name].__set__) for each in _FIELDS if each.init
)
_new: Final = object.__new__


def state_by(dossier: Dossier, as_of: date | datetime, zone: tzinfo) -> State:
    """Return the state of a dossier by an instant, or by the end of a day of a zone, inclusive."""
    state = dossier.state
    if state.last_at is None or known_by(state.last_at, as_of, zone):
        return state
    return infer_state([event for event in dossier.events if known_by(event.at, as_of, zone)])


def known_by(moment: date | datetime, as_of: date | datetime, zone: Any) -> bool:
    """Return whether a moment comes no later than an instant, or the end of a day of a zone."""
    if not isinstance(as_of, datetime):
        return local_day(moment, zone) <= as_of
    if isinstance(moment, datetime):
        return moment <= as_of
    return moment <= local_day(as_of, zone)


def _with(dossier: Dossier, event: Event, state: State | None) -> Dossier:
    """Return the dossier with one more event and its state, checking only what has changed."""
    made_ = _new(Dossier)
    for name, set_ in _SETTERS:
        set_(made_, getattr(dossier, name))
    _set_events(made_, (*dossier.events, event))
    _set_state(made_, state)
    return made_


_set_events: Final[Any] = dict(_SETTERS)["events"]


def _check_waived(waived: Collection[str]) -> None:
    for name in waived:
        if name not in WAIVABLE:
            raise UnknownNameError("rule-unknown", name, known=tuple(WAIVABLE))


def try_apply(dossier: Dossier, event: Event, *, waived: Collection[str] = ()) -> Dossier | Refusal:
    """Return the dossier with one more event, or why it is forbidden.

    Args:
        dossier: stays as it is.
        event: must not be before the latest event of the dossier.
        waived: rules that a sectoral rule sets aside: `R4` (a second supplement before receipt),
            `R6` (a second apology).

    Raises:
        UnknownNameError: `rule-unknown` for a rule that cannot be waived.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> refusal = try_apply(Dossier("case-1"), Event(EventKind.RECEIVED, at))
    >>> refusal.guard, [kind.value for kind in refusal.possible]
    ('not-submitted', ['submitted', 'note'])
    """
    if not isinstance(event, Event):
        raise MisuseError(
            "wrong-type",
            event,
            record="try_apply",
            field="event",
            got=type(event).__name__,
            expected="Event",
        )
    _check_waived(waived)
    state = dossier.state
    refusal = refusal_of(state, event, waived)
    if refusal is not None:
        return refusal
    if state.last_at == event.at or not isinstance(event.at, datetime):
        # With another event of its time it may belong before it: the history is read as a whole.
        return _with(dossier, event, None)
    builder = StateBuilder(state)
    builder.feed(event)
    return _with(dossier, event, builder.finish())


def apply(dossier: Dossier, event: Event, *, waived: Collection[str] = ()) -> Dossier:
    """Return the dossier with one more event.

    Args:
        dossier: stays as it is.
        event: must not be before the latest event of the dossier.
        waived: rules that a sectoral rule sets aside, as in `try_apply`.

    Raises:
        RefusedEventError: a guard forbids it: `refused-not-submitted`, `refused-submitted-twice`,
            `refused-time-order`, `refused-closed`, `refused-decided`, `refused-second-supplement`,
            `refused-second-apology`, `refused-no-open-question`, `refused-transition`.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> apply(Dossier("case-1"), Event(EventKind.SUBMITTED, at)).status
    Status.NEW
    """
    made_ = try_apply(dossier, event, waived=waived)
    if isinstance(made_, Refusal):
        raise RefusedEventError(made_)
    return made_


def possible(
    dossier: Dossier, as_of: datetime, *, waived: Collection[str] = ()
) -> tuple[EventKind, ...]:
    """Return the kinds of events that no guard forbids at an instant, not before the latest event.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> [kind.value for kind in possible(Dossier("case-1"), datetime(2026, 3, 2,
    ...     tzinfo=VIETNAM_TIME))]
    ['submitted', 'note']
    """
    if as_of.utcoffset() is None:
        raise MisuseError("datetime-naive", as_of)
    _check_waived(waived)
    return possible_kinds(dossier.state, as_of, waived)
