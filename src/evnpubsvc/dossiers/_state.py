"""The state of a dossier: a fold over its events. Guards say which events are forbidden; the fold takes them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from attrs import field, fields, frozen

from evnpubsvc.deadlines import Stop, StopKind, rule_sets
from evnpubsvc.dossiers._events import Event, EventKind, Outcome, Status, local_day
from evnpubsvc.dossiers._table import cited, rows
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.worktime import VIETNAM_TIME

__all__ = ["TRANSITIONS", "Clock", "Fold", "Refusal", "RefusedEventError", "State", "refusal_of", "replay"]

_K: Final = EventKind
_S: Final = Status

TRANSITIONS: Final[dict[Status, frozenset[Status]]] = {
    _S.NEW: frozenset({_S.RECEIVED, _S.NOT_RECEIVED, _S.SUPPLEMENT_ASKED, _S.WITHDRAWAL_ASKED}),
    _S.RECEIVED: frozenset(
        {_S.PROCESSING, _S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED, _S.WITHDRAWAL_ASKED, _S.STOPPED, _S.RESOLVED}
    ),
    _S.NOT_RECEIVED: frozenset(),
    _S.PROCESSING: frozenset({_S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED, _S.WITHDRAWAL_ASKED, _S.STOPPED, _S.RESOLVED}),
    _S.SUPPLEMENT_ASKED: frozenset({_S.NEW, _S.RECEIVED, _S.PROCESSING, _S.WITHDRAWAL_ASKED, _S.STOPPED}),
    _S.PAYMENT_ASKED: frozenset({_S.PROCESSING, _S.WITHDRAWAL_ASKED, _S.STOPPED}),
    _S.WITHDRAWAL_ASKED: frozenset({_S.STOPPED}),
    _S.STOPPED: frozenset({_S.PROCESSING}),
    _S.RESOLVED: frozenset({_S.RETURNED}),
    _S.RETURNED: frozenset(),
}
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


class Clock(StrEnum):
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
    _back_to: Status | None = field(default=None, eq=False, repr=False)  # where a supplement after receipt leads back

    @property
    def is_closed(self) -> bool:
        """Whether no event can change the status any more: 3, 10, or 8 for good."""
        return self.status in {_S.NOT_RECEIVED, _S.RETURNED} or (self.status is _S.STOPPED and self.final)

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


_NAMES: Final = tuple(each.name for each in fields(State))
_ARGS: Final = tuple(name.lstrip("_") for name in _NAMES)


class Fold:
    """A state that is being built: takes every event, also forbidden ones, since what happened has happened.

    What comes after a decision moves neither the decision nor the clock.
    """

    __slots__ = _NAMES

    def __init__(self, state: State) -> None:
        for name in _NAMES:
            setattr(self, name, getattr(state, name))

    def frozen(self) -> State:
        """Return the state."""
        return State(*[getattr(self, name) for name in _NAMES])

    def feed(self: Any, event: Event) -> None:
        """Take one event."""
        kind, at = event.kind, event.at
        self.count += 1
        if self.last_at is None or at > self.last_at:
            self.last_at = at
        if kind is _K.NOTE:
            return
        if kind is _K.RESULT_STORED or kind is _K.SATISFACTION_GIVEN:
            name = "stored_at" if kind is _K.RESULT_STORED else "satisfaction_at"
            if getattr(self, name) is None:
                setattr(self, name, at)
            return
        if kind is _K.SUBMITTED:
            if self.submitted_at is None:
                self.submitted_at = at
            if self.status is None:
                self.status = _S.NEW
            return
        if self.decided_at is None:
            self._clockwork(event)
        if kind is _K.SUPPLEMENT_RECEIVED:
            self.status = _S.NEW if self.received_at is None else self._back_to or _S.PROCESSING
        elif kind is not _K.APOLOGY:
            self.status = _TARGET[kind]
        if kind is _K.RETURNED and self.returned_at is None:
            self.returned_at = at
        elif kind is _K.REFUSED and self.refused_at is None:
            self.refused_at = at
        elif kind is _K.STOPPED or kind is _K.WITHDRAWAL_ACCEPTED:
            self.final = kind is _K.WITHDRAWAL_ACCEPTED or bool(event.final)
            if self.final and self.closed_at is None:
                self.closed_at = at

    def _clockwork(self: Any, event: Event) -> None:
        kind, at = event.kind, event.at
        if kind is _K.RECEIVED:
            if self.received_at is None:
                self.received_at = at
        elif kind is _K.SUPPLEMENT_REQUESTED:
            if self.received_at is None:
                self.supplements_before += (at,)
            else:
                self.supplements_after += (at,)
                self._back_to = self.status if self.status in _WORK else _S.PROCESSING
        elif kind is _K.TRANSFERRED:
            if self.transferred_at is None:
                self.transferred_at = at
        elif kind is _K.APOLOGY:
            assert event.due is not None
            self.extensions += ((at, event.due),)
        elif kind in (_K.VERIFICATION_ASKED, _K.OPINION_ASKED, _K.LINKED_SENT):
            self.open_questions += (kind,)
        elif kind in _QUESTION_OF:
            question = _QUESTION_OF[kind]
            if question in self.open_questions:
                at_first = self.open_questions.index(question)
                self.open_questions = self.open_questions[:at_first] + self.open_questions[at_first + 1 :]
        elif kind is _K.RESOLVED:
            self.decided_at, self.outcome = at, event.outcome
        if self.received_at is not None:
            if kind in _STOP_OF:
                self.stops += (Stop(_STOP_OF[kind], at),)
            elif kind in _END_OF:
                self._end(_END_OF[kind], at)
            elif kind is _K.RESOLVED and self.stops:
                self.stops = tuple(Stop(s.kind, s.start, at) if s.end is None else s for s in self.stops)

    def _end(self: Any, kind: StopKind, at: datetime) -> None:
        """End the first open stop of a kind."""
        for index, stop in enumerate(self.stops):
            if stop.kind is kind and stop.end is None:
                self.stops = (*self.stops[:index], Stop(kind, stop.start, at), *self.stops[index + 1 :])
                return


def _time(event: Event) -> datetime:
    return event.at


def in_time(events: Iterable[Event]) -> list[Event]:
    """Return the events by time; those of one instant keep their order."""
    return sorted(events, key=_time)


def replay(events: Iterable[Event]) -> State:
    """Return the state that follows from events, taken in order of time; those of one instant in the order given.

    Forbidden events are taken too, since foreign histories have them: `check` names them.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> replay([Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)]).status
    <Status.RECEIVED: 2>
    """
    fold = Fold(State())
    for event in in_time(events):
        fold.feed(event)
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
            self.event.value,
            status="-" if self.status is None else int(self.status),
            fact=self.fact,
            source=self.citation,
            possible=", ".join(kind.value for kind in self.possible) or "-",
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
    row = rows("guard")[guard]
    for ground in row["grounds"]:
        if ground.get("valid_from", date.min) <= day <= ground.get("valid_until", date.max):
            return cited(ground)
    return cited(row["grounds"][-1])


_SUPPLEMENT_AGAIN: Final = "R4"
_APOLOGY_AGAIN: Final = "R6"


def broken_guard(state: State, kind: EventKind, at: datetime, waived: Collection[str]) -> tuple[str, str] | None:
    """Return the guard that forbids an event, with its fact; None if none does."""
    status = state.status
    if state.last_at is not None and at < state.last_at:
        return "time-order", state.last_at.isoformat()
    if kind is _K.NOTE:
        return None
    if kind is _K.SUBMITTED:
        return None if state.submitted_at is None else ("submitted-twice", state.submitted_at.isoformat())
    if status is None:
        return "not-submitted", "-"
    if kind is _K.SATISFACTION_GIVEN:
        return None
    if kind in (_K.WITHDRAWAL_ASKED, _K.WITHDRAWAL_ACCEPTED) and state.decided_at is not None:
        return "decided", state.decided_at.isoformat()
    if state.is_closed and not (kind is _K.RESULT_STORED and status is _S.RETURNED):
        return "closed", str(int(status))
    from_ = _FROM.get(kind)
    if from_ is not None:
        if status not in from_:
            return "transition", str(int(status))
    elif _TARGET[kind] not in TRANSITIONS[status]:
        return "transition", str(int(status))
    if kind is _K.RESUMED and state.received_at is None:  # a dossier that was never received cannot be in process
        return "transition", str(int(status))
    question = _QUESTION_OF.get(kind)
    if question is not None and question not in state.open_questions:
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
    return local_day(at, VIETNAM_TIME) >= rule_sets()[0].valid_from


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
