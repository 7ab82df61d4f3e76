"""From events to a state: their order, and the policy for what has to be assumed.

The rules are those of `docs/explanation/how-a-history-is-read.md`; numbers in comments are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from evnpubsvc._moments import local_day
from evnpubsvc._validate import read_member
from evnpubsvc.dossiers._events import Event, EventKind, Status
from evnpubsvc.dossiers._guards import broken_guard
from evnpubsvc.dossiers._state import State, StateBuilder
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import VIETNAM_TIME


class HistoryPolicy(LabelledEnum):
    """What to do with a history that is not perfect."""

    INFER = "infer"
    """Assume what the rules of interpretation say, and say so."""
    REFUSE = "refuse"
    """Refuse a history that needs any assumption."""


_K: Final = EventKind
# The order of life (rule 3).
_LIFE: Final = {
    kind: rank
    for rank, kind in enumerate(
        (
            _K.SUBMITTED,
            _K.SUPPLEMENT_REQUESTED,
            _K.SUPPLEMENT_RECEIVED,
            _K.RECEIVED,
            _K.REFUSED,
            _K.TRANSFERRED,
            _K.VERIFICATION_ASKED,
            _K.OPINION_ASKED,
            _K.LINKED_SENT,
            _K.VERIFICATION_ANSWERED,
            _K.OPINION_GIVEN,
            _K.LINKED_RETURNED,
            _K.PAYMENT_REQUESTED,
            _K.PAYMENT_MET,
            _K.APOLOGY,
            _K.STOPPED,
            _K.RESUMED,
            _K.WITHDRAWAL_ASKED,
            _K.WITHDRAWAL_ACCEPTED,
            _K.RESOLVED,
            _K.RETURNED,
            _K.RESULT_STORED,
            _K.SATISFACTION_GIVEN,
            _K.NOTE,
        )
    )
}
_BUDGET: Final = 200  # orders of one instant that are tried; a larger group takes the order of life
_time: Final = attrgetter("at")


def replay(events: Iterable[Event], *, policy: HistoryPolicy | str = HistoryPolicy.INFER) -> State:
    """Return the state that follows from events, whatever their order and however many are missing.

    Forbidden events are taken too, since foreign histories have them: `check` names them. What had
    to be assumed is in `State.inferences`.

    Args:
        events: what happened; the order in which they are given does not matter.
        policy: what to do where something has to be assumed.

    Raises:
        DataError: with every inference, under `HistoryPolicy.REFUSE`.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> replay([Event(EventKind.RECEIVED, at), Event(EventKind.SUBMITTED, at)]).status
    Status.RECEIVED
    """
    builder = StateBuilder()
    feed, given = builder.feed, list(events)
    for event in _plainly_ordered(given) or walk(builder, given):
        feed(event)
    state = builder.finish()
    if state.inferences and read_member(HistoryPolicy, policy) is HistoryPolicy.REFUSE:
        raise DataError(state.inferences)
    return state


def _plainly_ordered(events: list[Event]) -> list[Event] | None:
    """Return the events by time where nothing has to be settled.

    Instants that differ, or receipt with submission.
    """
    try:
        ordered = sorted(events, key=_time)
    except TypeError:  # days among instants
        return None
    before = None
    for event in ordered:
        at = event.at
        if type(at) is not datetime:
            return None
        if at == before:
            usual = event is ordered[1] and event.kind is _RECEIVED
            if not (usual and ordered[0].kind is _SUBMITTED):
                return None
        before = at
    return ordered


_SUBMITTED: Final = _K.SUBMITTED
_RECEIVED: Final = _K.RECEIVED


def walk(builder: StateBuilder, events: Iterable[Event]) -> Iterator[Event]:
    """Return the events in their order.

    The caller feeds each to the builder before taking the next.
    """
    for group in _groups(events):
        if len(group) == 1:
            yield group[0]
        else:
            yield from _arrange(builder, group)


def in_time(events: Iterable[Event]) -> list[Event]:
    """Return the events in the order in which a state takes them, without rows that came twice."""
    builder = StateBuilder()
    ordered: list[Event] = []
    for event in walk(builder, events):
        builder.feed(event)
        ordered.append(event)
    return ordered


def _groups(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Return the events by time.

    Those of one instant together, and all of a day where one has no hour.
    """
    given = list(events)
    if all(isinstance(event.at, datetime) for event in given):
        yield from _by_instant(sorted(given, key=_time))
        return
    days: dict[date, list[Event]] = {}
    for event in given:
        days.setdefault(local_day(event.at, VIETNAM_TIME), []).append(event)
    for _, group in sorted(days.items()):
        if all(isinstance(event.at, datetime) for event in group):
            yield from _by_instant(sorted(group, key=_time))
        else:
            yield group


def _by_instant(ordered: list[Event]) -> Iterator[list[Event]]:
    start = 0
    for index in range(1, len(ordered) + 1):
        if index == len(ordered) or ordered[index].at != ordered[start].at:
            yield ordered[start:index]
            start = index


def _arrange(builder: StateBuilder, group: list[Event]) -> list[Event]:
    """Put events of one time into their lawful order (rules 2 and 3)."""
    once: dict[Any, Event] = {}
    for event in group:
        # The same row but for the time of recording is the same event.
        key = (
            event.kind,
            event.at,
            event.final,
            event.due,
            event.outcome,
            event.activity,
            event.attributes,
        )
        if key in once:
            builder.skip_twin(event)
        else:
            once[key] = event
    events = sorted(once.values(), key=_rank)
    if len(events) == 1:
        return events

    # The usual order first; then any order in which each event is allowed.
    begun = _submitted(builder, events)
    ordered = _in_line(events)
    if _is_lawful(begun, ordered):
        return ordered
    lawful = _lawful(begun, events, [_BUDGET])
    if lawful is not None:
        return lawful
    # None is lawful: the order of life, and a finding where its opposite would end otherwise.
    if _outcome(builder, ordered) != _outcome(builder, _in_line(events[::-1])):
        builder.facts.inferences.append(
            finding(
                "history-order-open", "", events[0].at, kinds=tuple(event.kind for event in ordered)
            )
        )
    return ordered


def _submitted(builder: StateBuilder, events: list[Event]) -> StateBuilder:
    """Return a builder that takes a submission for granted where a history does not tell it."""
    if builder.state.status is not None or any(event.kind is _SUBMITTED for event in events):
        return builder
    begun = builder.copy()
    begun.facts.status = Status.NEW
    return begun


def _rank(event: Event) -> tuple[Any, ...]:
    # The rest makes the order the same whatever the order of the rows.
    rest = (str(event.final), str(event.due), str(event.outcome), event.activity, event.attributes)
    return (_LIFE[event.kind], *rest, isinstance(event.at, datetime))


def _is_lawful(builder: StateBuilder, ordered: list[Event]) -> bool:
    """Whether each event is allowed where it stands.

    The usual case, told without trying other orders.
    """
    after = builder.copy()
    for event in ordered:
        if broken_guard(after.state, event.kind, event.at, ()) is not None:
            return False
        after.feed(event)
    return True


def _lawful(builder: StateBuilder, left: list[Event], budget: list[int]) -> list[Event] | None:
    """Return the first order of events in which each is allowed where it stands.

    None if there is none.
    """
    if not left:
        return []
    for event in _next(left):
        if budget[0] <= 0 or broken_guard(builder.state, event.kind, event.at, ()) is not None:
            continue
        budget[0] -= 1
        after = builder.copy()
        after.feed(event)
        rest = _lawful(after, [each for each in left if each is not event], budget)
        if rest is not None:
            return [event, *rest]
    return None


def _next(left: list[Event]) -> Iterator[Event]:
    """Return which events may come next: those with an hour keep their order among themselves."""
    first = min((e.at for e in left if isinstance(e.at, datetime)), default=None)
    return (e for e in left if not isinstance(e.at, datetime) or e.at == first)


def _in_line(events: list[Event]) -> list[Event]:
    """Return events as given, except that those with an hour keep their order among themselves."""
    if len({event.at for event in events if isinstance(event.at, datetime)}) < 2:
        return list(events)
    left: list[Event] = list(events)
    ordered: list[Event] = []
    while left:
        event = next(_next(left))
        left = [each for each in left if each is not event]
        ordered.append(event)
    return ordered


def _outcome(builder: StateBuilder, events: list[Event]) -> tuple[Any, ...]:
    after = builder.copy()
    for event in events:
        after.feed(event)
    state = after.finish()
    return (
        *(state.status, state.final, state.received_at, state.decided_at, state.closed_at),
        *(state.stops, state.extensions),
    )
