"""The state of a dossier: what follows from its events, and how it is built one event at a time.

The rules are those of `docs/explanation/how-a-history-is-read.md`; numbers in comments are theirs.
"""

from __future__ import annotations

from collections import deque
from datetime import date, datetime
from typing import Any, Final, TypeAlias, cast

from attrs import fields

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import in_zone, is_before
from evnpubsvc._records import frozen, open_class
from evnpubsvc.deadlines import Stop, StopKind
from evnpubsvc.deadlines.engine import make_stop
from evnpubsvc.dossiers._events import Event, EventKind, Outcome, Status
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import LabelledEnum

Moment: TypeAlias = date | datetime

_K: Final = EventKind
_S: Final = Status
_WORK: Final = frozenset({_S.RECEIVED, _S.PROCESSING})


class Clock(LabelledEnum):
    """What the clock of the time limit does, by the status alone."""

    NOT_STARTED = "not-started"
    """The dossier is not received full and correct."""
    RUNS = "runs"
    STANDS = "stands"
    ENDED = "ended"


@frozen
class State(PublicType):
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
        in_process: whether work had begun, so that papers received lead back to it.
        inferences: what had to be assumed about a history that is not perfect, in order. Violations
            are those that a start, a stop or the end of the clock rests on; notices change nothing
            that is counted.

    Times are days where the hour is not known.
    """

    status: Status | None = None
    final: bool = False
    submitted_at: Moment | None = None
    received_at: Moment | None = None
    transferred_at: Moment | None = None
    decided_at: Moment | None = None
    outcome: Outcome | None = None
    returned_at: Moment | None = None
    refused_at: Moment | None = None
    closed_at: Moment | None = None
    stops: tuple[Stop, ...] = ()
    supplements_before: tuple[Moment, ...] = ()
    supplements_after: tuple[Moment, ...] = ()
    extensions: tuple[tuple[Moment, Moment], ...] = ()
    open_questions: tuple[EventKind, ...] = ()
    stored_at: Moment | None = None
    satisfaction_at: Moment | None = None
    last_at: Moment | None = None
    count: int = 0
    in_process: bool = False
    inferences: tuple[Finding, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether no event can change the status any more: 3, 10, or 8 for good."""
        return _has_ended(self) and self.status is not _RESOLVED

    @property
    def has_ended(self) -> bool:
        """Whether there is a result, a refusal or a withdrawal (3, 9, 10), or a final stop (8)."""
        return _has_ended(self)

    @property
    def clock(self) -> Clock:
        """What the clock does, by the status alone.

        A verification or an opinion leaves the status at 4: whether it stops the clock is for the
        rules to say.
        """
        if self.has_ended:
            return Clock.ENDED
        if self.received_at is None:
            return Clock.NOT_STARTED
        if self.status in _WORK:
            return Clock.RUNS
        return Clock.STANDS


# Members as names of this module, and compared by identity: looking one up or hashing it takes
# longer than the rest.
_NOTE: Final = _K.NOTE
_SUBMITTED: Final = _K.SUBMITTED
_RECEIPT: Final = _K.RECEIVED
_RESUMED: Final = _K.RESUMED
_DECISION: Final = _K.RESOLVED
_HAND_OVER: Final = _K.RETURNED
_RESULT_STORED: Final = _K.RESULT_STORED
_SATISFACTION_GIVEN: Final = _K.SATISFACTION_GIVEN
_TRANSFERRED: Final = _K.TRANSFERRED
_NEW: Final = _S.NEW
_SUPPLEMENT_ASKED: Final = _S.SUPPLEMENT_ASKED
_PAYMENT_ASKED: Final = _S.PAYMENT_ASKED
_STOPPED: Final = _S.STOPPED
_WITHDRAWAL_ASKED: Final = _S.WITHDRAWAL_ASKED
_RECEIVED: Final = _S.RECEIVED
_PROCESSING: Final = _S.PROCESSING
_RESOLVED: Final = _S.RESOLVED
_RETURNED: Final = _S.RETURNED
_NOT_RECEIVED: Final = _S.NOT_RECEIVED
_ENDS: Final = frozenset({_RESOLVED, _RETURNED, _NOT_RECEIVED, _STOPPED})  # 8 where it is for good


def _has_ended(state: State) -> bool:
    status = state.status
    if status is _STOPPED:
        return state.final
    return status is _RESOLVED or status is _RETURNED or status is _NOT_RECEIVED


def _is_waiting(status: Status | None) -> bool:
    """Whether something is waited for in a status: 5, 6, 7 or 8."""
    return (
        status is _SUPPLEMENT_ASKED
        or status is _PAYMENT_ASKED
        or status is _STOPPED
        or status is _WITHDRAWAL_ASKED
    )


_OpenState: Final = open_class(State)
_FIELDS: Final = tuple(
    (each.name, vars(State)[each.name].__get__, vars(State)[each.name].__set__)
    for each in fields(State)
)
_MANY: Final = tuple(each.name for each in fields(State) if each.default == ())
_MANY_OF_A_COUNT: Final = tuple(name for name in _MANY if name != "inferences")

# What is waited for in a status after receipt (rule 4), and the statuses that may follow without an
# inference.
_WAITS_FOR: Final = {
    _S.SUPPLEMENT_ASKED: StopKind.SUPPLEMENT,
    _S.PAYMENT_ASKED: StopKind.FINANCIAL_OBLIGATION,
    _S.STOPPED: StopKind.OTHER,
    _S.WITHDRAWAL_ASKED: StopKind.APPLICANT_REQUEST,
}
_MAY_FOLLOW_A_STOP: Final = frozenset({_S.STOPPED, _S.WITHDRAWAL_ASKED})
# Questions to other bodies, what stops while they are open, and what answers them (rule 9).
_STOP_OF: Final = {
    _K.VERIFICATION_ASKED: StopKind.VERIFICATION,
    _K.OPINION_ASKED: StopKind.OPINION,
}
_QUESTION_OF: Final = {
    _K.VERIFICATION_ANSWERED: _K.VERIFICATION_ASKED,
    _K.OPINION_GIVEN: _K.OPINION_ASKED,
    _K.LINKED_RETURNED: _K.LINKED_SENT,
}
# Events of work: the office went on with the dossier (rules 6, 16).
_WORKS: Final = frozenset(
    {
        _K.TRANSFERRED,
        _K.VERIFICATION_ASKED,
        _K.OPINION_ASKED,
        _K.LINKED_SENT,
        _K.SUPPLEMENT_REQUESTED,
        _K.PAYMENT_REQUESTED,
        _K.RESUMED,
    }
)
# What would count after an end, if the end were another (rule 15).
_AFTER_A_DECISION: Final = _WORKS | {_K.RESOLVED, _K.RECEIVED}
_RESULTS: Final = frozenset({_K.RETURNED, _K.RESULT_STORED})


def _begin() -> Any:
    """Return the facts of no event: `State()` with lists for tuples, in a tenth of the time."""
    facts: Any = _OpenState()
    facts.status = facts.outcome = facts.submitted_at = facts.received_at = facts.last_at = None
    facts.transferred_at = facts.decided_at = facts.returned_at = facts.refused_at = None
    facts.closed_at = facts.stored_at = facts.satisfaction_at = None
    facts.final = facts.in_process = False
    facts.count = 0
    facts.stops, facts.extensions, facts.inferences = [], [], []
    facts.supplements_before, facts.supplements_after, facts.open_questions = [], [], []
    return facts


class StateBuilder:
    """A state that is being built.

    It takes every event, also forbidden ones, since what happened has happened.

    Events come in order of time. An event takes the same time after a million others as after none.
    """

    __slots__ = ("_asked", "_number", "_questions", "_stop_of", "_waits", "facts")

    def __init__(self, state: State | None = None) -> None:
        self.facts = _begin()  # the state itself, open until it is finished
        self._waits: int | None = None  # the place of the one stop that the status stands for
        self._number = 0  # of the latest question
        self._questions: dict[int, EventKind] = {}  # open ones by number, so in the order of asking
        self._asked: dict[EventKind, deque[int]] = {}  # their numbers by kind, the first first
        self._stop_of: dict[int, int] = {}  # number -> place of the open stop of that question
        if state is not None:
            self._take_over(state)

    def _take_over(self, state: State) -> None:
        for _, get, set_ in _FIELDS:
            set_(self.facts, get(state))
        for name in _MANY:
            setattr(self.facts, name, list(getattr(state, name)))
        # Stops are made at the end, when all of them are known.
        self.facts.stops = [(stop.kind, stop.start, stop.end) for stop in state.stops]
        for kind in state.open_questions:
            self._ask(kind)
        # Of the questions of a kind those that were asked last have a stop.
        left = {stop: list(self._asked.get(kind, ())) for kind, stop in _STOP_OF.items()}
        for place in range(len(state.stops) - 1, -1, -1):
            stop = state.stops[place]
            if stop.is_open and stop.kind in left:
                self._stop_of[left[stop.kind].pop()] = place
            elif stop.is_open:
                self._waits = place
        self._stop_of = dict(sorted(self._stop_of.items()))

    def copy(self) -> StateBuilder:
        """Return a builder that goes on by itself."""
        other = StateBuilder()
        for _, get, set_ in _FIELDS:
            set_(other.facts, get(self.facts))
        for name in _MANY:
            setattr(other.facts, name, list(getattr(self.facts, name)))
        other._waits, other._number = self._waits, self._number
        other._questions = dict(self._questions)
        other._asked = {kind: deque(numbers) for kind, numbers in self._asked.items()}
        other._stop_of = dict(self._stop_of)
        return other

    def finish(self) -> State:
        """Return the state. The builder ends with it."""
        facts = self.facts
        stops = [make_stop_between(kind, start, end) for kind, start, end in facts.stops]
        facts.stops = tuple(stops)
        facts.supplements_before = tuple(facts.supplements_before)
        facts.supplements_after = tuple(facts.supplements_after)
        facts.extensions = tuple(facts.extensions)
        facts.open_questions = tuple(self._questions.values())
        facts.inferences = tuple(facts.inferences)
        facts.__class__ = State
        return cast("State", facts)

    @property
    def state(self) -> State:
        """What is known so far, for guards: read it, and do not keep it."""
        if self._asked:
            self.facts.open_questions = self._asked_kinds()
        return cast("State", self.facts)

    def _asked_kinds(self) -> list[EventKind]:
        return [kind for kind, numbers in self._asked.items() if numbers]

    # -- one event ---------------------------------------------------------------------------------

    def feed(self, event: Event) -> None:
        """Take one event."""
        facts, kind, at = self.facts, event.kind, event.at
        facts.count += 1
        last = facts.last_at
        # Events come in order of time; only a day and an instant have to be compared.
        if last is None or type(at) is type(last) or is_before(last, at):
            facts.last_at = at
        if kind is _NOTE:
            return
        if kind is _SATISFACTION_GIVEN:
            if facts.satisfaction_at is None:
                facts.satisfaction_at = at
        elif facts.status in _ENDS and _has_ended(facts):
            self._take_after_end(event)
        else:
            _TAKE[id(kind)](self, event)

    def skip_twin(self, event: Event) -> None:
        """Count a row that is the same event as another (rule 2)."""
        self.facts.count += 1
        self._infer(notice("history-event-twice", "", event.kind, at=event.at))

    def _infer(self, found: Finding) -> None:
        self.facts.inferences.append(found)

    # -- receipt -----------------------------------------------------------------------------------

    def submit(self, event: Event) -> None:
        """Take a submission."""
        if self.facts.submitted_at is None:
            self.facts.submitted_at = event.at
        if self.facts.status is None:
            self.facts.status = _NEW

    def receive(self, event: Event) -> None:
        """Take a receipt: the first counts."""
        facts = self.facts
        if facts.received_at is None:
            facts.received_at, facts.status = event.at, _RECEIVED
        elif _is_waiting(facts.status):  # rule 6
            self._end_wait(event, named=False)
        else:  # rule 10
            self._infer(finding("history-received-twice", "", event.at, first=facts.received_at))

    def refuse(self, event: Event) -> None:
        """Take a refusal at receipt."""
        facts = self.facts
        facts.refused_at = event.at
        if facts.received_at is not None:  # rule 12
            self.close(event)
            self._infer(
                finding("history-refused-after-receipt", "", event.at, received=facts.received_at)
            )
        facts.status = _NOT_RECEIVED

    def _begin_anew(self, event: Event) -> None:
        """Begin a new count, after a refusal, a withdrawal or a stop for good (rule 11)."""
        facts = self.facts
        if facts.closed_at is None:
            before = facts.refused_at
        else:
            before = facts.closed_at
        for name in (
            *("received_at", "transferred_at", "refused_at", "closed_at"),
            *("final", "in_process"),
        ):
            setattr(facts, name, getattr(NOTHING_HAPPENED, name))
        for name in _MANY_OF_A_COUNT:
            setattr(facts, name, [])
        self._questions.clear()
        self._asked.clear()
        self._stop_of.clear()
        self._waits = None
        if event.kind is _RECEIPT:
            facts.received_at, facts.status = event.at, _RECEIVED
        else:
            facts.submitted_at, facts.status = event.at, _NEW
        self._infer(finding("history-counted-again", "", event.at, kind=event.kind, ended=before))

    # -- what is waited for ------------------------------------------------------------------------

    def ask_for_papers(self, event: Event) -> None:
        """Take a request for papers, before or after receipt."""
        facts = self.facts
        if facts.status is not _SUPPLEMENT_ASKED:
            before = facts.received_at is None
            (facts.supplements_before if before else facts.supplements_after).append(event.at)
        self._wait(event, _SUPPLEMENT_ASKED)

    def ask_for_payment(self, event: Event) -> None:
        """Take a request for payment."""
        self._wait(event, _PAYMENT_ASKED)

    def stop(self, event: Event) -> None:
        """Take a stop, for good or not."""
        if event.final:
            self.close(event)
        else:
            self._wait(event, _STOPPED)

    def ask_back(self, event: Event) -> None:
        """Take the wish to have the dossier back."""
        self._wait(event, _WITHDRAWAL_ASKED)

    def _wait(self, event: Event, status: Status) -> None:
        """Begin a stop, unless it is asked for already (rules 4 and 5)."""
        facts = self.facts
        if facts.status is status:
            self._infer(notice("history-reminder", "", event.at, kind=event.kind))
            return
        if _is_waiting(facts.status):
            self._end_wait(event, named=status in _MAY_FOLLOW_A_STOP)
        facts.in_process = facts.in_process or facts.status is _PROCESSING
        facts.status = status
        if facts.received_at is not None:
            self._waits = len(facts.stops)
            facts.stops.append((_WAITS_FOR[status], event.at, None))

    def _end_wait(self, event: Event, *, named: bool) -> None:
        """End the stop that the status stands for, and go back to work (rule 6)."""
        facts = self.facts
        facts.status = self._work_status()
        if self._waits is None:
            return
        kind, start, _ = facts.stops[self._waits]
        self._end_stop(self._waits, event.at)
        self._waits = None
        if not named:
            self._say_ended_by(event, kind, start)

    def _say_ended_by(self, event: Event, kind: StopKind, start: Moment) -> None:
        self._infer(
            finding("history-stop-ended-by", "", start, stop=kind, by=event.kind, at=event.at)
        )

    def _work_status(self) -> Status:
        if self.facts.received_at is None:
            return _NEW
        if self.facts.in_process:
            return _PROCESSING
        return _RECEIVED

    def _end_stop(self, place: int, at: Moment) -> None:
        kind, start, _ = self.facts.stops[place]
        self.facts.stops[place] = kind, start, at

    def take_papers(self, event: Event) -> None:
        """Take papers that were asked for."""
        self._take_named_end(event, _SUPPLEMENT_ASKED)

    def take_payment(self, event: Event) -> None:
        """Take a payment that was asked for."""
        self._take_named_end(event, _PAYMENT_ASKED, works=True)

    def _take_named_end(self, event: Event, status: Status, *, works: bool = False) -> None:
        if self.facts.status is not status:  # rule 8
            self._infer(notice("history-answer-alone", "", event.at, kind=event.kind))
            return
        self._end_wait(event, named=True)
        if works:
            self._work()

    def resume(self, event: Event) -> None:
        """Take the end of a stop."""
        if not _is_waiting(self.facts.status):  # rule 8
            self._infer(notice("history-answer-alone", "", event.at, kind=event.kind))
            return
        self._end_wait(event, named=self.facts.status is _STOPPED)
        self._work()

    # -- work --------------------------------------------------------------------------------------

    def _work(self) -> None:
        self.facts.status, self.facts.in_process = _PROCESSING, True

    def go_on(self, event: Event) -> None:
        """Take a transfer or a question: the office goes on, whatever was waited for (rule 6)."""
        facts, kind = self.facts, event.kind
        if _is_waiting(facts.status):
            self._end_wait(event, named=False)
        self._work()
        if kind is _TRANSFERRED:
            if facts.transferred_at is None:
                facts.transferred_at = event.at
            return
        self._ask(kind)
        stop = _STOP_OF.get(kind)
        if stop is not None and facts.received_at is not None:
            self._stop_of[self._number] = len(facts.stops)
            facts.stops.append((stop, event.at, None))

    def _ask(self, kind: EventKind) -> None:
        self._number += 1
        self._questions[self._number] = kind
        self._asked.setdefault(kind, deque()).append(self._number)

    def take_answer(self, event: Event) -> None:
        """Take an answer of another body (rule 9)."""
        question = _QUESTION_OF[event.kind]
        numbers = self._asked.get(question)
        if not numbers:  # rule 8
            self._infer(notice("history-answer-alone", "", event.at, kind=event.kind))
            return
        number = numbers.popleft()
        del self._questions[number]
        place = self._stop_of.pop(number, None)
        if place is not None:
            self._end_stop(place, event.at)
        if self.facts.status in _WORK:
            self._work()

    def apologise(self, event: Event) -> None:
        """Take an apology with its new date."""
        self.facts.extensions.append((event.at, event.due))

    # -- the end -----------------------------------------------------------------------------------

    def _end_all_stops(self, event: Event) -> None:
        for place in self._stop_of.values():
            self._end_stop(place, event.at)
        self._stop_of.clear()
        if self._waits is not None:
            self._end_stop(self._waits, event.at)
            self._waits = None

    def close(self, event: Event) -> None:
        """Close the dossier: withdrawn, or stopped for good."""
        self._end_all_stops(event)
        facts = self.facts
        facts.status, facts.final, facts.closed_at = _STOPPED, True, event.at

    def decide(self, event: Event) -> None:
        """Take the decision."""
        facts = self.facts
        if _is_waiting(facts.status):  # rule 7
            self._end_wait(event, named=False)
        for place in self._stop_of.values():
            kind, start, _ = facts.stops[place]
            self._say_ended_by(event, kind, start)
        self._end_all_stops(event)
        facts.status, facts.decided_at, facts.outcome = _RESOLVED, event.at, event.outcome

    def hand_over(self, event: Event) -> None:
        """Take a result that is returned or stored without a decision (rule 14)."""
        self.decide(event)
        self._infer(finding("history-decided-by-return", "", event.at, kind=event.kind))
        self._take_result(event)

    def _take_result(self, event: Event) -> None:
        facts = self.facts
        if event.kind is _RESULT_STORED:
            if facts.stored_at is None:
                facts.stored_at = event.at
        else:
            facts.status, facts.returned_at = _RETURNED, event.at

    def _take_after_end(self, event: Event) -> None:
        """Take an event after the end: most change nothing (rules 11, 15, 16)."""
        facts, kind = self.facts, event.kind
        if facts.decided_at is not None:
            returns = kind is _HAND_OVER and facts.status is _RESOLVED
            if returns or (kind is _RESULT_STORED and facts.stored_at is None):
                self._take_result(event)
                return
            if kind is _DECISION and facts.outcome is None:
                facts.outcome = event.outcome
        elif kind is _RECEIPT or kind is _SUBMITTED:
            self._begin_anew(event)
            return
        elif kind in _WORKS or kind is _DECISION:
            self._take_up_again(event)
            return
        # Where it would count, had the dossier not ended, the end rests on leaving it out.
        say = finding if kind in self._would_count() else notice
        self._infer(say("history-after-end", "", event.at, kind=kind, ended=self._ended_at()))

    def _would_count(self) -> frozenset[EventKind]:
        if self.facts.decided_at is None:
            return _RESULTS
        return _AFTER_A_DECISION

    def _take_up_again(self, event: Event) -> None:
        """Go on after a refusal, a withdrawal or a stop for good.

        The time between is a stop (rule 16).
        """
        facts = self.facts
        closed = self._ended_at()
        if facts.received_at is not None:
            facts.stops.append((StopKind.OTHER, closed, event.at))
        facts.closed_at, facts.refused_at, facts.final = None, None, False
        self._work()
        self._infer(finding("history-taken-up-again", "", event.at, kind=event.kind, closed=closed))
        if event.kind is not _RESUMED:
            _TAKE[id(event.kind)](self, event)

    def _ended_at(self) -> Moment | None:
        facts = self.facts
        ends = (facts.decided_at, facts.closed_at, facts.refused_at)
        return next((moment for moment in ends if moment is not None), None)


def make_stop_between(kind: StopKind, start: Moment, end: Moment | None) -> Stop:
    """Return a stop between two moments; where one has no hour, the days are those of Viet Nam."""
    if end is None or type(start) is type(end):
        return make_stop(kind, start, end)
    return make_stop(kind, in_zone(start), in_zone(end))


NOTHING_HAPPENED: Final = State()
_TAKERS: Final = {
    _K.SUBMITTED: StateBuilder.submit,
    _K.RECEIVED: StateBuilder.receive,
    _K.REFUSED: StateBuilder.refuse,
    _K.SUPPLEMENT_REQUESTED: StateBuilder.ask_for_papers,
    _K.SUPPLEMENT_RECEIVED: StateBuilder.take_papers,
    _K.PAYMENT_REQUESTED: StateBuilder.ask_for_payment,
    _K.PAYMENT_MET: StateBuilder.take_payment,
    _K.TRANSFERRED: StateBuilder.go_on,
    _K.VERIFICATION_ASKED: StateBuilder.go_on,
    _K.OPINION_ASKED: StateBuilder.go_on,
    _K.LINKED_SENT: StateBuilder.go_on,
    _K.VERIFICATION_ANSWERED: StateBuilder.take_answer,
    _K.OPINION_GIVEN: StateBuilder.take_answer,
    _K.LINKED_RETURNED: StateBuilder.take_answer,
    _K.APOLOGY: StateBuilder.apologise,
    _K.STOPPED: StateBuilder.stop,
    _K.RESUMED: StateBuilder.resume,
    _K.WITHDRAWAL_ASKED: StateBuilder.ask_back,
    _K.WITHDRAWAL_ACCEPTED: StateBuilder.close,
    _K.RESOLVED: StateBuilder.decide,
    _K.RETURNED: StateBuilder.hand_over,
    _K.RESULT_STORED: StateBuilder.hand_over,
}
_TAKE: Final = {id(kind): take for kind, take in _TAKERS.items()}
