"""The state of a dossier: a fold over its events. Guards say which events are forbidden; the fold takes them all."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, cast

from attrs import field, fields, frozen

from evnpubsvc.deadlines import Stop, StopKind, rule_sets
from evnpubsvc.dossiers._events import Event, EventKind, Outcome, Status, local_day
from evnpubsvc.dossiers._table import rows
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, ground_of, ground_on
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import VIETNAM_TIME

__all__ = [
    "TRANSITIONS",
    "Clock",
    "Fold",
    "Refusal",
    "RefusedEventError",
    "State",
    "refusal_of",
    "replay",
]

_K: Final = EventKind
_S: Final = Status

TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        _S.NEW: frozenset({_S.RECEIVED, _S.NOT_RECEIVED, _S.SUPPLEMENT_ASKED, _S.WITHDRAWAL_ASKED}),
        _S.RECEIVED: frozenset(
            {
                _S.PROCESSING,
                _S.SUPPLEMENT_ASKED,
                _S.PAYMENT_ASKED,
                _S.WITHDRAWAL_ASKED,
                _S.STOPPED,
                _S.RESOLVED,
            }
        ),
        _S.NOT_RECEIVED: frozenset(),
        _S.PROCESSING: frozenset(
            {_S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED, _S.WITHDRAWAL_ASKED, _S.STOPPED, _S.RESOLVED}
        ),
        _S.SUPPLEMENT_ASKED: frozenset(
            {_S.NEW, _S.RECEIVED, _S.PROCESSING, _S.WITHDRAWAL_ASKED, _S.STOPPED}
        ),
        _S.PAYMENT_ASKED: frozenset({_S.PROCESSING, _S.WITHDRAWAL_ASKED, _S.STOPPED}),
        _S.WITHDRAWAL_ASKED: frozenset({_S.STOPPED}),
        _S.STOPPED: frozenset({_S.PROCESSING}),
        _S.RESOLVED: frozenset({_S.RETURNED}),
        _S.RETURNED: frozenset(),
    }
)
"""Which status may follow which: derived from the articles, since no text prints the table."""

_TARGET: Final = {
    _K.RECEIVED: _S.RECEIVED,
    _K.REFUSED: _S.NOT_RECEIVED,
    _K.SUPPLEMENT_REQUESTED: _S.SUPPLEMENT_ASKED,
    _K.PAYMENT_REQUESTED: _S.PAYMENT_ASKED,
    _K.PAYMENT_MET: _S.PROCESSING,
    _K.TRANSFERRED: _S.PROCESSING,
    _K.VERIFICATION_ASKED: _S.PROCESSING,
    _K.VERIFICATION_ANSWERED: _S.PROCESSING,
    _K.OPINION_ASKED: _S.PROCESSING,
    _K.OPINION_GIVEN: _S.PROCESSING,
    _K.LINKED_SENT: _S.PROCESSING,
    _K.LINKED_RETURNED: _S.PROCESSING,
    _K.STOPPED: _S.STOPPED,
    _K.RESUMED: _S.PROCESSING,
    _K.WITHDRAWAL_ASKED: _S.WITHDRAWAL_ASKED,
    _K.WITHDRAWAL_ACCEPTED: _S.STOPPED,
    _K.RESOLVED: _S.RESOLVED,
    _K.RETURNED: _S.RETURNED,
}
# The statuses from which an event may come, where that is narrower than the table of statuses.
_WORK: Final = frozenset({_S.RECEIVED, _S.PROCESSING})
_FROM: Final = {
    _K.SUPPLEMENT_RECEIVED: frozenset({_S.SUPPLEMENT_ASKED}),
    _K.PAYMENT_MET: frozenset({_S.PAYMENT_ASKED}),
    _K.RESUMED: frozenset({_S.STOPPED}),
    _K.WITHDRAWAL_ACCEPTED: frozenset({_S.WITHDRAWAL_ASKED}),
    _K.STOPPED: frozenset({_S.RECEIVED, _S.PROCESSING, _S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED}),
    _K.RECEIVED: frozenset({_S.NEW}),
    _K.APOLOGY: frozenset({_S.RECEIVED, _S.PROCESSING, _S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED}),
    _K.RESULT_STORED: frozenset({_S.RESOLVED, _S.RETURNED}),
    **dict.fromkeys(
        (
            _K.TRANSFERRED,
            _K.VERIFICATION_ASKED,
            _K.VERIFICATION_ANSWERED,
            _K.OPINION_ASKED,
            _K.OPINION_GIVEN,
            _K.LINKED_SENT,
            _K.LINKED_RETURNED,
        ),
        _WORK,
    ),
}
_STOP_OF: Final = {
    _K.SUPPLEMENT_REQUESTED: StopKind.SUPPLEMENT,
    _K.PAYMENT_REQUESTED: StopKind.FINANCIAL_OBLIGATION,
    _K.STOPPED: StopKind.OTHER,
    _K.WITHDRAWAL_ASKED: StopKind.APPLICANT_REQUEST,
    _K.VERIFICATION_ASKED: StopKind.VERIFICATION,
    _K.OPINION_ASKED: StopKind.OPINION,
}
_END_OF: Final = {
    _K.SUPPLEMENT_RECEIVED: StopKind.SUPPLEMENT,
    _K.PAYMENT_MET: StopKind.FINANCIAL_OBLIGATION,
    _K.RESUMED: StopKind.OTHER,
    _K.VERIFICATION_ANSWERED: StopKind.VERIFICATION,
    _K.OPINION_GIVEN: StopKind.OPINION,
}
_QUESTION_OF: Final = {
    _K.VERIFICATION_ANSWERED: _K.VERIFICATION_ASKED,
    _K.OPINION_GIVEN: _K.OPINION_ASKED,
    _K.LINKED_RETURNED: _K.LINKED_SENT,
}


class Clock(LabelledEnum):
    """What the clock of the time limit does, by the status alone."""

    NOT_STARTED = "not-started"
    """The dossier is not received full and correct."""
    RUNS = "runs"
    STANDS = "stands"
    ENDED = "ended"


@frozen
class State:
    """Everything that follows from the events of a dossier. Derived, never stored.

    Attributes:
        status: the status of the National Portal; None before submission.
        final: whether a status 8 is for good.
        submitted_at: when it was submitted; None if it was not, and so below.
        received_at: when it was received full and correct.
        transferred_at: when it was first handed to the competent agency.
        decided_at: when the result was ready.
        outcome: what was decided, if the event says so.
        returned_at: when the result was handed over.
        refused_at: when it was refused at receipt.
        closed_at: when it was withdrawn or stopped for good.
        stops: intervals after receipt that may stop the clock; which do is for the rules to say.
        supplements_before: when papers were asked for before receipt.
        supplements_after: when papers were asked for after receipt.
        extensions: when an apology set which new date, in order.
        open_questions: verification, opinion and linked steps that wait for an answer, in order.
        stored_at: when the result went into the store.
        satisfaction_at: when the applicant said how satisfied they are.
        last_at: the latest event.
        count: number of events.
    """

    status: Status | None = None
    final: bool = False
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    transferred_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    returned_at: datetime | None = None
    refused_at: datetime | None = None
    closed_at: datetime | None = None
    stops: tuple[Stop, ...] = ()
    supplements_before: tuple[datetime, ...] = ()
    supplements_after: tuple[datetime, ...] = ()
    extensions: tuple[tuple[datetime, date | datetime], ...] = ()
    open_questions: tuple[EventKind, ...] = ()
    stored_at: datetime | None = None
    satisfaction_at: datetime | None = None
    last_at: datetime | None = None
    count: int = 0
    _back_to: Status | None = field(
        default=None, eq=False, repr=False
    )  # where a supplement after receipt leads back

    @property
    def is_closed(self) -> bool:
        """Whether no event can change the status any more: 3, 10, or 8 for good."""
        return _is_closed(self)

    @property
    def clock(self) -> Clock:
        """What the clock does, by the status alone.

        A verification or an opinion leaves the status at 4: whether it stops the clock is for the rules to say.
        """
        status = self.status
        if status in _WORK:
            return Clock.RUNS
        if status in {_S.RESOLVED, _S.RETURNED, _S.NOT_RECEIVED} or self.is_closed:
            return Clock.ENDED
        return Clock.NOT_STARTED if self.received_at is None else Clock.STANDS


def _is_closed(state: State | Fold) -> bool:
    return state.status in {_S.NOT_RECEIVED, _S.RETURNED} or (
        state.status is _S.STOPPED and state.final
    )


def _is_asked(state: State | Fold, question: EventKind) -> bool:
    return (
        question in state.open_questions
        if isinstance(state, State)
        else bool(state.asked.get(question))
    )


class Fold:
    """A state that is being built: takes every event, also forbidden ones, since what happened has happened.

    What comes after a decision moves neither the decision nor the clock. An event takes the same time after a million
    others as after none.
    """

    __slots__ = (*(each.name for each in fields(State)), "_number", "_open", "asked")

    def __init__(self) -> None:
        self.status: Status | None = None
        self.final = False
        self.submitted_at: datetime | None = None
        self.received_at: datetime | None = None
        self.transferred_at: datetime | None = None
        self.decided_at: datetime | None = None
        self.outcome: Outcome | None = None
        self.returned_at: datetime | None = None
        self.refused_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.stops: list[tuple[StopKind, datetime, datetime | None]] = []
        self.supplements_before: list[datetime] = []
        self.supplements_after: list[datetime] = []
        self.extensions: list[tuple[datetime, date | datetime]] = []
        self.open_questions: dict[
            int, EventKind
        ] = {}  # by the number of the question, so in the order of asking
        self.stored_at: datetime | None = None
        self.satisfaction_at: datetime | None = None
        self.last_at: datetime | None = None
        self.count = 0
        self._back_to: Status | None = None
        self._number = 0  # of the latest question
        self._open: dict[StopKind, deque[int]] = {}  # the places of open stops, the first first
        self.asked: dict[
            EventKind, deque[int]
        ] = {}  # the numbers of open questions, the first first

    @classmethod
    def after(cls, state: State) -> Fold:
        """Return a fold that goes on from a state."""
        fold = cls()
        for name in _PLAIN:
            setattr(fold, name, getattr(state, name))
        for stop in state.stops:
            fold._stop(stop.kind, cast("datetime", stop.start), cast("datetime | None", stop.end))
        fold.supplements_before += state.supplements_before
        fold.supplements_after += state.supplements_after
        fold.extensions += state.extensions
        for kind in state.open_questions:
            fold._ask(kind)
        return fold

    def frozen(self) -> State:
        """Return the state."""
        return State(
            self.status,
            self.final,
            self.submitted_at,
            self.received_at,
            self.transferred_at,
            self.decided_at,
            self.outcome,
            self.returned_at,
            self.refused_at,
            self.closed_at,
            tuple([Stop(kind, start, end) for kind, start, end in self.stops]),
            tuple(self.supplements_before),
            tuple(self.supplements_after),
            tuple(self.extensions),
            tuple(self.open_questions.values()),
            self.stored_at,
            self.satisfaction_at,
            self.last_at,
            self.count,
            self._back_to,
        )

    def feed(self, event: Event) -> None:
        """Take one event."""
        kind, at = event.kind, event.at
        self.count += 1
        if self.last_at is None or at > self.last_at:
            self.last_at = at
        if kind is _NOTE:
            return
        if kind is _SUBMITTED:
            if self.submitted_at is None:
                self.submitted_at = at
            if self.status is None:
                self.status = _S.NEW
            return
        if kind is _RESULT_STORED:
            if self.stored_at is None:
                self.stored_at = at
            return
        if kind is _SATISFACTION_GIVEN:
            if self.satisfaction_at is None:
                self.satisfaction_at = at
            return
        if self.decided_at is None:
            self._clockwork(kind, at, event)
        if kind is _SUPPLEMENT_RECEIVED:
            self.status = _S.NEW if self.received_at is None else self._back_to or _S.PROCESSING
        elif kind is not _APOLOGY:
            self.status = _TARGET[kind]
            if kind is _RETURNED:
                if self.returned_at is None:
                    self.returned_at = at
            elif kind is _REFUSED:
                if self.refused_at is None:
                    self.refused_at = at
            elif kind is _STOPPED or kind is _WITHDRAWAL_ACCEPTED:
                self.final = kind is _WITHDRAWAL_ACCEPTED or bool(event.final)
                if self.final and self.closed_at is None:
                    self.closed_at = at

    def _clockwork(self, kind: EventKind, at: datetime, event: Event) -> None:
        if kind is _RECEIVED:
            if self.received_at is None:
                self.received_at = at
        elif kind is _SUPPLEMENT_REQUESTED:
            if self.received_at is None:
                self.supplements_before.append(at)
            else:
                self.supplements_after.append(at)
                self._back_to = self.status if self.status in _WORK else _S.PROCESSING
        elif kind is _TRANSFERRED:
            if self.transferred_at is None:
                self.transferred_at = at
        elif kind is _APOLOGY:
            assert event.due is not None
            self.extensions.append((at, event.due))
        elif kind is _RESOLVED:
            self.decided_at, self.outcome = at, event.outcome
            if self.received_at is not None:
                for places in self._open.values():
                    for place in places:
                        self._end(place, at)
            return
        elif kind in _QUESTIONS:
            self._ask(kind)
        elif kind in _QUESTION_OF:
            asked = self.asked.get(_QUESTION_OF[kind])
            if asked:
                del self.open_questions[asked.popleft()]
        if self.received_at is not None:
            stop = _STOP_OF.get(kind)
            if stop is not None:
                self._stop(stop, at, None)
            elif kind in _END_OF:
                opened = self._open.get(_END_OF[kind])
                if opened:
                    self._end(opened.popleft(), at)

    def _ask(self, kind: EventKind) -> None:
        self._number += 1
        self.open_questions[self._number] = kind
        self.asked.setdefault(kind, deque()).append(self._number)

    def _stop(self, kind: StopKind, start: datetime, end: datetime | None) -> None:
        if end is None:
            self._open.setdefault(kind, deque()).append(len(self.stops))
        self.stops.append((kind, start, end))

    def _end(self, place: int, at: datetime) -> None:
        kind, start, _ = self.stops[place]
        self.stops[place] = kind, start, at


# The fields that a fold and a state hold alike.
_PLAIN: Final = tuple(
    each.name
    for each in fields(State)
    if each.name
    not in {"stops", "supplements_before", "supplements_after", "extensions", "open_questions"}
)
_NOTE: Final = _K.NOTE
_SUBMITTED: Final = _K.SUBMITTED
_RECEIVED: Final = _K.RECEIVED
_REFUSED: Final = _K.REFUSED
_SUPPLEMENT_REQUESTED: Final = _K.SUPPLEMENT_REQUESTED
_SUPPLEMENT_RECEIVED: Final = _K.SUPPLEMENT_RECEIVED
_TRANSFERRED: Final = _K.TRANSFERRED
_APOLOGY: Final = _K.APOLOGY
_STOPPED: Final = _K.STOPPED
_WITHDRAWAL_ACCEPTED: Final = _K.WITHDRAWAL_ACCEPTED
_RESOLVED: Final = _K.RESOLVED
_RETURNED: Final = _K.RETURNED
_RESULT_STORED: Final = _K.RESULT_STORED
_SATISFACTION_GIVEN: Final = _K.SATISFACTION_GIVEN
_QUESTIONS: Final = frozenset({_K.VERIFICATION_ASKED, _K.OPINION_ASKED, _K.LINKED_SENT})


_time: Final = attrgetter("at")


def in_time(events: Iterable[Event]) -> list[Event]:
    """Return the events by time; those of one instant keep their order."""
    return sorted(events, key=_time)


def replay(events: Iterable[Event]) -> State:
    """Return the state that follows from events, taken in order of time; those of one instant in the order given.

    Forbidden events are taken too, since foreign histories have them: `check` names them.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> replay([Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)]).status
    Status.RECEIVED
    """
    fold = Fold()
    feed = fold.feed
    for event in in_time(events):
        feed(event)
    return fold.frozen()


@frozen
class Refusal:
    """Why an event is forbidden.

    Attributes:
        guard: the guard that forbids it: `not-submitted`, `submitted-twice`, `time-order`, `closed`, `decided`,
            `second-supplement`, `second-apology`, `no-open-question`, `transition`.
        event: the kind of event.
        status: the status of the dossier; None before submission.
        fact: the fact that the guard looked at, as text: a time, a number of events, a status.
        citation: the article; of a guard of the model itself, the notes on the status list.
        possible: the kinds of events that are possible at that moment.
    """

    guard: str
    event: EventKind
    status: Status | None
    fact: str
    citation: Citation
    possible: tuple[EventKind, ...]

    @property
    def finding(self) -> Finding:
        """The refusal as a finding, with its reason code `refused-…`."""
        return finding(
            f"refused-{self.guard}",
            "",
            self.event,
            status="-" if self.status is None else int(self.status),
            fact=self.fact,
            source=self.citation,
            possible=tuple(kind for kind in self.possible),
        )


class RefusedEventError(DataError):
    """An event that a guard forbids.

    Attributes:
        refusal: guard, fact, article and the events that are possible.
    """

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__([refusal.finding])

    def __reduce__(self) -> tuple[Any, ...]:
        return RefusedEventError, (self.refusal,)

    @property
    def reason(self) -> str:
        """The stable reason code."""
        return self.findings[0].reason


def guard_citation(guard: str, day: date) -> Citation:
    """Return the article behind a guard on a day."""
    grounds = tuple(map(ground_of, rows("guard")[guard]["grounds"]))
    return (ground_on(grounds, day) or grounds[-1]).citation


_SUPPLEMENT_AGAIN: Final = "R4"
_APOLOGY_AGAIN: Final = "R6"
WAIVABLE: Final = (_SUPPLEMENT_AGAIN, _APOLOGY_AGAIN)


def broken_guard(
    state: State | Fold, kind: EventKind, at: datetime, waived: Collection[str]
) -> tuple[str, str] | None:
    """Return the guard that forbids an event, with its fact; None if none does."""
    status = state.status
    if state.last_at is not None and at < state.last_at:
        return "time-order", state.last_at.isoformat()
    if kind is _K.NOTE:
        return None
    if kind is _K.SUBMITTED:
        return (
            None
            if state.submitted_at is None
            else ("submitted-twice", state.submitted_at.isoformat())
        )
    if status is None:
        return "not-submitted", "-"
    if kind is _K.SATISFACTION_GIVEN:
        return None
    if kind in (_K.WITHDRAWAL_ASKED, _K.WITHDRAWAL_ACCEPTED) and state.decided_at is not None:
        return "decided", state.decided_at.isoformat()
    if _is_closed(state) and not (kind is _K.RESULT_STORED and status is _S.RETURNED):
        return "closed", str(int(status))
    from_ = _FROM.get(kind)
    if from_ is not None:
        if status not in from_:
            return "transition", str(int(status))
    elif _TARGET[kind] not in TRANSITIONS[status]:
        return "transition", str(int(status))
    if (
        kind is _K.RESUMED and state.received_at is None
    ):  # a dossier that was never received cannot be in process
        return "transition", str(int(status))
    question = _QUESTION_OF.get(kind)
    if question is not None and not _is_asked(state, question):
        return "no-open-question", question.value
    if (
        kind is _K.SUPPLEMENT_REQUESTED
        and state.received_at is None
        and state.supplements_before
        and _SUPPLEMENT_AGAIN not in waived
        and _onestop(at)
    ):
        return "second-supplement", state.supplements_before[0].isoformat()
    if kind is _K.APOLOGY:
        if state.received_at is None:
            return "transition", str(int(status))
        if state.extensions and _APOLOGY_AGAIN not in waived and _onestop(at):
            return "second-apology", state.extensions[0][0].isoformat()
    return None


def _onestop(at: datetime) -> bool:
    """Whether one-stop rules are in force on the day of an event."""
    return local_day(at, VIETNAM_TIME) >= rule_sets()[0].validity.first


def possible_kinds(state: State, at: datetime, waived: Collection[str]) -> tuple[EventKind, ...]:
    """Return the kinds of events that no guard forbids."""
    return tuple(kind for kind in EventKind if broken_guard(state, kind, at, waived) is None)


def refusal_of(state: State, event: Event, waived: Collection[str]) -> Refusal | None:
    """Return why an event is forbidden; None if it is not."""
    broken = broken_guard(state, event.kind, event.at, waived)
    if broken is None:
        return None
    guard, fact = broken
    now = event.at if state.last_at is None else max(event.at, state.last_at)
    return Refusal(
        guard,
        event.kind,
        state.status,
        fact,
        guard_citation(guard, local_day(event.at, VIETNAM_TIME)),
        possible_kinds(state, now, waived),
    )
