"""Many dossiers at once, and what is kept with one, say what each call says by itself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.deadlines import ClockPolicy, CountingRules
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    HistoryPolicy,
    Precision,
    State,
    TimelinessPolicy,
    check,
    check_many,
    replay,
    replay_many,
    timeliness,
    timeliness_many,
)
from evnpubsvc.dossiers._plans import state_by_plan
from evnpubsvc.dossiers._state import StateBuilder
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.statistics import register_row, register_rows
from evnpubsvc.strategies import dossiers
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import cases
from tests.dossiers.samples import CALENDAR

COUNTING = CountingRules(CALENDAR, clock=ClockPolicy.RESTART)
POLICY = TimelinessPolicy(Precision.DATE)
FIRST = datetime(2022, 3, 1, 9, tzinfo=VIETNAM_TIME)
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))
REGISTERS = st.lists(dossiers(), max_size=6)


def _history(kinds: tuple[EventKind, ...], *, final: bool = False) -> list[Event]:
    return [
        Event(
            kind,
            FIRST + timedelta(days=place),
            final=final if kind is EventKind.STOPPED else None,
            due=FIRST + timedelta(days=30 + place) if kind is EventKind.APOLOGY else None,
        )
        for place, kind in enumerate(kinds)
    ]


def _build(events: list[Event]) -> State:
    builder = StateBuilder()
    for event in events:
        builder.feed(event)
    return builder.finish()


def test_a_plan_leads_to_the_state_of_the_builder() -> None:
    planned = 0
    for kinds in product(EventKind, repeat=cases(2, 3)):
        # Papers and answers matter after a receipt only.
        events = _history((EventKind.SUBMITTED, EventKind.RECEIVED, *kinds))
        for history in (events, events[2:]):
            state = state_by_plan(history)
            planned += state is not None
            assert state is None or state == _build(history)
    assert planned > 300


@settings(max_examples=cases(60, 20_000), deadline=None)
@given(st.lists(st.sampled_from(EventKind), max_size=12), st.booleans())
def test_a_plan_of_a_long_history(kinds: list[EventKind], final: bool) -> None:
    events = _history((EventKind.SUBMITTED, *kinds), final=final)
    assert state_by_plan(events) in (None, _build(events))
    assert replay(reversed(events)) == _build(events)


def test_a_history_that_is_not_in_order_has_no_plan() -> None:
    kinds = (EventKind.SUBMITTED, EventKind.RECEIVED, EventKind.RESOLVED)
    events = _history(kinds)
    assert state_by_plan(events) is not None
    assert state_by_plan([]) is None
    assert replay([]) == _build([])
    assert state_by_plan(events[::-1]) is None
    assert state_by_plan([*events, events[-1]]) is None
    assert state_by_plan([Event(kinds[0], FIRST.date()), *events[1:]]) is None
    assert state_by_plan(_history((*kinds, *(EventKind.NOTE,) * 30))) is None
    # Days alone are in order too.
    days = [Event(event.kind, event.at.date()) for event in events if type(event.at) is datetime]
    assert state_by_plan(days) == _build(days)


@settings(max_examples=cases(25, 5_000), deadline=None)
@given(REGISTERS, DAYS)
def test_a_register_at_once_says_what_its_dossiers_say(
    register: list[Dossier], as_of: date
) -> None:
    findings = check_many(iter(register), as_of=as_of, counting=COUNTING)
    judgements = timeliness_many(iter(register), as_of=as_of, policy="date", counting=COUNTING)
    rows = register_rows(iter(register), as_of=as_of, counting=COUNTING)
    states = replay_many(each.events for each in register)
    for each in register:
        assert next(findings) == (each, check(each, as_of=as_of, counting=COUNTING))
        judged = timeliness(each, as_of=as_of, policy="date", counting=COUNTING)
        assert next(judgements) == (each, judged)
        assert next(rows) == register_row(each, as_of=as_of, counting=COUNTING)
        assert next(states) == replay(each.events)
    assert not [*findings, *judgements, *rows, *states]


@settings(max_examples=cases(25, 5_000), deadline=None)
@given(dossiers(), st.lists(st.tuples(DAYS, st.sampled_from([COUNTING, None])), min_size=2))
def test_what_is_kept_of_one_question_answers_no_other(
    one: Dossier, asked: list[tuple[date, CountingRules | None]]
) -> None:
    for as_of, counting in asked:
        fresh = [evolve(one) for _ in range(2)]
        judged = timeliness(fresh[0], as_of=as_of, policy=POLICY, counting=counting)
        row = register_row(fresh[1], as_of=as_of, counting=counting)
        assert timeliness(one, as_of=as_of, policy=POLICY, counting=counting) == judged
        assert register_row(one, as_of=as_of, counting=counting) == row


def test_nothing_is_read_before_it_is_asked_for() -> None:
    read: list[int] = []

    def register() -> Iterator[Dossier]:
        for number in range(3):
            read.append(number)
            yield Dossier(f"case-{number}")

    made: tuple[Iterator[object], ...] = (
        check_many(register(), as_of=date(2026, 1, 1)),
        timeliness_many(register(), as_of=date(2026, 1, 1), policy="date"),
        register_rows(register(), as_of=date(2026, 1, 1), counting=None),
    )
    for each in made:
        read.clear()
        next(each)
        assert read == [0]


def test_a_wrong_call_is_refused_before_anything_is_read() -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises(MisuseError, match="time zone"):
        check_many([], as_of=naive)
    with pytest.raises(MisuseError, match="time zone"):
        timeliness_many([], as_of=naive, policy="date")
    with pytest.raises(MisuseError, match="date"):
        register_rows([], as_of=FIRST, counting=None)
    with pytest.raises(MisuseError, match="perhaps"):
        replay_many([], policy="perhaps")
    twice = [Event(EventKind.RECEIVED, FIRST + timedelta(days=day)) for day in (0, 1)]
    with pytest.raises(DataError):
        list(replay_many([twice], policy=HistoryPolicy.REFUSE))
