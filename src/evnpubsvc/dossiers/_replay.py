"""From events to a state: their order, and the policy for what has to be assumed.

The rules are those of `docs/explanation/how-a-history-is-read.md`; numbers in comments are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice, pairwise
from operator import attrgetter, eq
from typing import Any, Final

from evnpubsvc._hooks import blame
from evnpubsvc._moments import local_day
from evnpubsvc._validate import read_member
from evnpubsvc.dossiers._events import Event, EventKind, Status
from evnpubsvc.dossiers._guards import broken_guard
from evnpubsvc.dossiers._plans import state_by_plan
from evnpubsvc.dossiers._state import NOTHING_HAPPENED, State, StateBuilder
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
_INFER: Final = HistoryPolicy.INFER
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
    try:
        return _build(list(events), policy)
    except Exception as error:
        blame(replay, (events,), {"policy": policy}, error)
        raise


def replay_many(
    histories: Iterable[Iterable[Event]], *, policy: HistoryPolicy | str = HistoryPolicy.INFER
) -> Iterator[State]:
    """Yield the states that follow from histories, as `replay` returns them.

    The histories are read one by one, and none is held. Those whose events stand in order, of kinds
    that were met before, take about half the time of others.

    Args:
        histories: the events of each dossier, as for `replay`; the states come in this order.
        policy: what to do where something has to be assumed.

    Raises:
        DataError: with every inference of the first history that needs one, under
            `HistoryPolicy.REFUSE`.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> [state.status for state in replay_many([[Event(EventKind.SUBMITTED, at)], []])]
    [Status.NEW, None]
    """
    chosen = read_member(HistoryPolicy, policy)
    return (_build(list(each), chosen) for each in histories)


def _build(events: list[Event], policy: HistoryPolicy | str) -> State:
    refuses = policy is not _INFER and read_member(HistoryPolicy, policy) is HistoryPolicy.REFUSE
    state = infer_state(events)
    if refuses and state.inferences:
        raise DataError(state.inferences)
    return state


def infer_state(events: Sequence[Event]) -> State:
    """Return the state that follows from events, under `HistoryPolicy.INFER`."""
    if not events:
        return NOTHING_HAPPENED
    known = state_by_plan(events)
    if known is not None:
        return known
    builder = StateBuilder()
    fold(builder, list(events))
    return builder.finish()


def statuses_after(history: Iterable[Event]) -> Iterator[Status | None]:
    """Yield the status after each event of a history, which is in its order (`Dossier.history`)."""
    builder = StateBuilder()
    for event in history:
        builder.feed(event)
        yield builder.facts.status


def fold(builder: StateBuilder, events: list[Event]) -> list[Event]:
    """Feed events to a builder in their order.

    Returns:
        The events in that order, without rows that came twice.
    """
    try:
        ordered = sorted(events, key=_time)
    except TypeError:  # days among instants
        return _fold_groups(builder, _group_days(events))
    # Mostly all moments differ, and nothing has to be settled.
    same_as_next = _are_same_as_next(ordered)
    if True not in same_as_next:
        for event in ordered:
            builder.feed(event)
        return ordered
    return _fold_groups(builder, _group_moments(ordered, same_as_next))


def _fold_groups(builder: StateBuilder, groups: Iterable[list[Event]]) -> list[Event]:
    """Feed events to a builder, group after group: those of one time in their lawful order."""
    taken: list[Event] = []
    for group in groups:
        ordered = group if len(group) == 1 else _arrange(builder, group)
        for event in ordered:
            builder.feed(event)
        taken += ordered
    return taken


def in_time(events: Iterable[Event]) -> list[Event]:
    """Return the events in the order in which a state takes them, without rows that came twice."""
    given = list(events)
    try:
        ordered = sorted(given, key=_time)
    except TypeError:  # days among instants
        return fold(StateBuilder(), given)
    # Where all moments differ their order says everything; else the state before them decides.
    if True not in _are_same_as_next(ordered):
        return ordered
    return fold(StateBuilder(), given)


def _group_days(events: list[Event]) -> Iterator[list[Event]]:
    """Yield the events by time.

    Those of one moment together, and all of a day where one has no hour.
    """
    days: dict[date, list[Event]] = {}
    for event in events:
        days.setdefault(local_day(event.at, VIETNAM_TIME), []).append(event)
    for _, group in sorted(days.items()):
        if all(isinstance(event.at, datetime) for event in group):
            group.sort(key=_time)
            yield from _group_moments(group, _are_same_as_next(group))
        else:
            yield group


def _are_same_as_next(ordered: list[Event]) -> list[bool]:
    """Return for each event whether the next one has the same moment."""
    moments = list(map(_time, ordered))
    return [*map(eq, moments, islice(moments, 1, None)), False]


def _group_moments(ordered: list[Event], same_as_next: list[bool]) -> Iterator[list[Event]]:
    """Yield sorted events, those of one moment together."""
    begin = 0
    for end, goes_on in enumerate(same_as_next, 1):
        if not goes_on:
            yield ordered[begin:end]
            begin = end


# What is allowed as soon as another event was, at the same instant, whatever came before: the
# order of life needs no trying then. A test holds each pair against the guards.
_ALWAYS_NEXT: Final = frozenset(
    {
        (_K.SUBMITTED, _K.RECEIVED),  # at the beginning of a history
        (_K.RECEIVED, _K.TRANSFERRED),
        (_K.RECEIVED, _K.RESOLVED),
        (_K.TRANSFERRED, _K.RESOLVED),
        (_K.PAYMENT_MET, _K.RESOLVED),
        (_K.RESUMED, _K.RESOLVED),
        (_K.RESOLVED, _K.RETURNED),
        (_K.RESOLVED, _K.RESULT_STORED),
        (_K.RETURNED, _K.RESULT_STORED),
        *((kind, _K.NOTE) for kind in _LIFE if kind is not _K.NOTE),
    }
)
# Kinds by their `id`, which is hashed quickly.
_NEXT_BY_ID: Final = frozenset((id(before), id(after)) for before, after in _ALWAYS_NEXT)
_SUBMITTED: Final = _K.SUBMITTED
_RECEIVED: Final = _K.RECEIVED


def is_usual(kinds: list[EventKind]) -> bool:
    """Return whether a history in its order is one of those that no guard can object to.

    It begins with the submission, and each event makes the next one allowed.
    """
    if not kinds or kinds[0] is not _SUBMITTED:
        return False
    return _NEXT_BY_ID.issuperset(pairwise(map(id, kinds)))


def _arrange_chain(builder: StateBuilder, group: list[Event]) -> list[Event] | None:
    """Return events of one moment in the order of life, if each makes the next one allowed.

    Nearly all events that share a moment can be ordered in this way. The result is None where these
    cannot.
    """
    ordered = sorted(group, key=_life)
    first = before = ordered[0]
    for event in ordered[1:]:
        if (before.kind, event.kind) not in _ALWAYS_NEXT or before.at != event.at:
            return None
        before = event

    # The first must be allowed where it stands; a receipt may begin a history.
    kind = first.kind
    if builder.facts.status is None and (kind is _SUBMITTED or kind is _RECEIVED):
        return ordered
    if kind is _SUBMITTED or broken_guard(builder.state, kind, first.at, ()) is not None:
        return None
    return ordered


def _life(event: Event) -> int:
    return _LIFE[event.kind]


def _arrange(builder: StateBuilder, group: list[Event]) -> list[Event]:
    """Put events of one time into their lawful order (rules 2 and 3)."""
    chain = _arrange_chain(builder, group)
    if chain is not None:
        return chain
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
    if len(events) <= _BUDGET:
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
    """Whether each event is allowed in its place, as is usual, without trying other orders."""
    after = builder.copy()
    for event in ordered:
        if broken_guard(after.state, event.kind, event.at, ()) is not None:
            return False
        after.feed(event)
    return True


def _lawful(builder: StateBuilder, left: list[Event], budget: list[int]) -> list[Event] | None:
    """Return the first order in which each event is allowed in its place; None if there is none."""
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
