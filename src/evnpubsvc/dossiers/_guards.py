"""Guards: which event may follow which, and why another is forbidden."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import is_before, local_day
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.deadlines import rule_sets
from evnpubsvc.dossiers._events import Event, EventKind, Status
from evnpubsvc.dossiers._state import State
from evnpubsvc.dossiers._table import rows
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Ground
from evnpubsvc.law.engine import ground_of, ground_on
from evnpubsvc.texts.parts import named
from evnpubsvc.worktime import VIETNAM_TIME

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
_QUESTION_OF: Final = {
    _K.VERIFICATION_ANSWERED: _K.VERIFICATION_ASKED,
    _K.OPINION_GIVEN: _K.OPINION_ASKED,
    _K.LINKED_RETURNED: _K.LINKED_SENT,
}


def fact_value(fact: str) -> object:
    """Return the value that a guard looked at: a moment, a status, a kind of event, or the text."""
    readers: tuple[Callable[[str], object], ...] = (
        datetime.fromisoformat,
        lambda text: Status(int(text)),
        EventKind,
    )
    for read in readers:
        try:
            return read(fact)
        except ValueError:
            continue
    return fact


@frozen
class Refusal(PublicType):
    """Why an event is forbidden.

    Attributes:
        guard: the guard that forbids it: `not-submitted`, `submitted-twice`, `time-order`,
            `closed`, `decided`, `second-supplement`, `second-apology`, `no-open-question`,
            `transition`.
        event: the kind of event.
        status: the status of the dossier; None before submission.
        fact: the fact that the guard looked at, as text: a time, a number of events, a status.
        citation: the article; of a guard of the model itself, the notes on the status list.
        possible: the kinds of events that are possible at that moment.
    """

    guard: str = field(validator=instance_of(str))
    event: EventKind
    status: Status | None
    fact: str = field(validator=instance_of(str))
    citation: Citation
    possible: tuple[EventKind, ...]

    @property
    def finding(self) -> Finding:
        """The refusal as a finding, with its reason code `refused-…`."""
        return finding(
            f"refused-{self.guard}",
            "",
            self.event,
            status=self.status or named("status", "none"),
            fact=fact_value(self.fact),
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


def guard_grounds() -> Mapping[str, tuple[Ground, ...]]:
    """Return on what each guard rests, period by period, by the name of the guard."""
    return {name: tuple(map(ground_of, row["grounds"])) for name, row in rows("guard").items()}


def guard_citation(guard: str, day: date) -> Citation:
    """Return the article behind a guard on a day."""
    grounds = tuple(map(ground_of, rows("guard")[guard]["grounds"]))
    return (ground_on(grounds, day) or grounds[-1]).citation


_SUPPLEMENT_AGAIN: Final = "R4"
_APOLOGY_AGAIN: Final = "R6"
WAIVABLE: Final = (_SUPPLEMENT_AGAIN, _APOLOGY_AGAIN)


# Members as names of this module: before Python 3.12 a look-up in the class runs a property.
_APOLOGY: Final = _K.APOLOGY
_NOTE: Final = _K.NOTE
_RESULT_STORED: Final = _K.RESULT_STORED
_RESUMED: Final = _K.RESUMED
_SATISFACTION_GIVEN: Final = _K.SATISFACTION_GIVEN
_SUBMITTED: Final = _K.SUBMITTED
_SUPPLEMENT_REQUESTED: Final = _K.SUPPLEMENT_REQUESTED
_WITHDRAWAL_ACCEPTED: Final = _K.WITHDRAWAL_ACCEPTED
_WITHDRAWAL_ASKED: Final = _K.WITHDRAWAL_ASKED
_IS_RETURNED: Final = _S.RETURNED


def broken_guard(
    state: State, kind: EventKind, at: date, waived: Collection[str]
) -> tuple[str, str] | None:
    """Return the guard that forbids an event, with its fact; None if none does."""
    status = state.status
    if state.last_at is not None and is_before(at, state.last_at):
        return "time-order", state.last_at.isoformat()

    # Events that are allowed at any time, and the first one.
    if kind is _NOTE:
        return None
    if kind is _SUBMITTED:
        if state.submitted_at is None:
            return None
        return ("submitted-twice", state.submitted_at.isoformat())
    if status is None:
        return "not-submitted", "-"
    if kind is _SATISFACTION_GIVEN:
        return None

    # What is decided or closed stays so.
    withdraws = kind is _WITHDRAWAL_ASKED or kind is _WITHDRAWAL_ACCEPTED
    if withdraws and state.decided_at is not None:
        return "decided", state.decided_at.isoformat()
    if state.is_closed and not (kind is _RESULT_STORED and status is _IS_RETURNED):
        return "closed", str(int(status))

    # The transition: from a status that allows it, or to one that may follow.
    from_ = _FROM.get(kind)
    if from_ is not None:
        if status not in from_:
            return "transition", str(int(status))
    elif _TARGET[kind] not in TRANSITIONS[status]:
        return "transition", str(int(status))
    # A dossier that was never received cannot be in process.
    if kind is _RESUMED and state.received_at is None:
        return "transition", str(int(status))

    # An answer needs its question; one-stop rules allow one supplement and one apology.
    question = _QUESTION_OF.get(kind)
    if question is not None and question not in state.open_questions:
        return "no-open-question", question.value
    if (
        kind is _SUPPLEMENT_REQUESTED
        and state.received_at is None
        and state.supplements_before
        and _SUPPLEMENT_AGAIN not in waived
        and _onestop(at)
    ):
        return "second-supplement", state.supplements_before[0].isoformat()
    if kind is _APOLOGY:
        if state.received_at is None:
            return "transition", str(int(status))
        if state.extensions and _APOLOGY_AGAIN not in waived and _onestop(at):
            return "second-apology", state.extensions[0][0].isoformat()
    return None


def _onestop(at: date) -> bool:
    """Whether one-stop rules are in force on the day of an event."""
    return local_day(at, VIETNAM_TIME) >= rule_sets()[0].validity.first


def possible_kinds(state: State, at: date, waived: Collection[str]) -> tuple[EventKind, ...]:
    """Return the kinds of events that no guard forbids."""
    return tuple(kind for kind in EventKind if broken_guard(state, kind, at, waived) is None)


def refusal_of(state: State, event: Event, waived: Collection[str]) -> Refusal | None:
    """Return why an event is forbidden; None if it is not."""
    broken = broken_guard(state, event.kind, event.at, waived)
    if broken is None:
        return None
    guard, fact = broken
    last = state.last_at
    if last is None or is_before(last, event.at):
        now = event.at
    else:
        now = last
    return Refusal(
        guard,
        event.kind,
        state.status,
        fact,
        guard_citation(guard, local_day(event.at, VIETNAM_TIME)),
        possible_kinds(state, now, waived),
    )
