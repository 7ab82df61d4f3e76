"""Histories that are not perfect.

Cases from public reports, what always holds, and a second interpreter.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import assume, given

from evnpubsvc import strategies
from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind, TimeLimit
from evnpubsvc.dossiers import (
    Dossier,
    DueBasis,
    Event,
    EventKind,
    HistoryPolicy,
    Outcome,
    Precision,
    State,
    Status,
    Timeliness,
    TimelinessPolicy,
    due_of,
    possible,
    replay,
    timeliness,
    try_apply,
)
from evnpubsvc.dossiers._guards import broken_guard
from evnpubsvc.dossiers._replay import _ALWAYS_NEXT, statuses_after
from evnpubsvc.dossiers._state import StateBuilder
from evnpubsvc.dossiers.engine import judged
from evnpubsvc.dossiers.results import Clock
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Severity
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar
from tests.deep import cases
from tests.dossiers import interpreter
from tests.dossiers.samples import dossier, instant

CALENDAR = vietnam_calendar()
COUNTING = CountingRules(CALENDAR, clock={"other": "exclude"})
AS_OF = date(2022, 4, 30)
IN = ("submitted 2022-03-01 09:00", "received 2022-03-01 09:00")
ASK = "supplement-requested 2022-03-03 09:00"


def judge(*lines: str, limit: str = "5 ngày làm việc", **fields: Any) -> Any:
    one = dossier(*lines, limit=limit, **fields)
    return timeliness(one, as_of=AS_OF, policy=Precision.DATE, counting=COUNTING)


def assumed(*lines: str) -> list[str]:
    return [one.reason for one in dossier(*lines).state.inferences]


# -- the cases, by their numbers in the list of public reports ------------------------------------


def test_1_a_reminder_neither_counts_nor_outlives_the_request() -> None:
    lines = (*IN, ASK, "supplement-requested 2022-03-04 09:00",
        "supplement-received 2022-03-07 09:00",
             "resolved 2022-03-25 09:00")  # fmt: skip
    found = judge(*lines)
    assert (found.timeliness, found.due, found.working_days) == (
        Timeliness.LATE,
        date(2022, 3, 14),
        9,
    )
    assert assumed(*lines) == ["history-reminder"]


def test_2_a_row_that_was_exported_twice_counts_once() -> None:
    lines = (*IN, ASK, ASK, "supplement-received 2022-03-07 09:00")
    found = judge(*lines)
    assert (found.timeliness, found.due) == (Timeliness.PENDING_OVERDUE, date(2022, 3, 14))
    assert assumed(*lines) == ["history-event-twice"]


@pytest.mark.parametrize(
    "work", ["transferred", "verification-asked", "linked-sent", "payment-requested", "resumed",
        "received"]
)  # fmt: skip
def test_3_a_stop_ends_when_work_goes_on_whatever_its_name(work: str) -> None:
    lines = (*IN, ASK, f"{work} 2022-03-07 09:00", "payment-met 2022-03-07 10:00")
    state = dossier(*lines).state
    assert (state.stops[0].kind, state.stops[0].end) == (
        StopKind.SUPPLEMENT,
        replay_at("2022-03-07 09:00"),
    )
    (found, *_) = state.inferences
    assert (found.reason, found.severity) == ("history-stop-ended-by", Severity.VIOLATION)
    for lang in ("en", "vi"):
        assert "{" not in found.line(lang)


def replay_at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


def test_3_the_due_date_of_the_case() -> None:
    found = judge(*IN, ASK, "transferred 2022-03-07 09:00", "resolved 2022-03-25 09:00")
    assert (found.timeliness, found.due) == (Timeliness.LATE, date(2022, 3, 14))


def test_7_stopped_for_good_and_taken_up_again() -> None:
    lines = (*IN, "stopped 2022-03-03 09:00 final", "resumed 2022-03-14 09:00")
    found = judge(*lines)
    assert (found.timeliness, found.due) == (Timeliness.PENDING_OVERDUE, date(2022, 3, 17))
    assert dossier(*lines).state.clock is Clock.RUNS
    assert assumed(*lines) == ["history-taken-up-again"]


@pytest.mark.parametrize("end", ["returned", "result-stored"])
def test_8_a_result_that_went_out_was_ready_by_then(end: str) -> None:
    lines = (*IN, f"{end} 2022-03-07 09:00")
    found = judge(*lines)
    assert (found.timeliness, found.due) == (Timeliness.EARLY, date(2022, 3, 8))
    assert assumed(*lines) == ["history-decided-by-return"]


def test_9_events_of_one_day_are_put_in_their_lawful_order() -> None:
    lines = ["returned", "resolved", "received", "submitted"]
    for order in (lines, lines[::-1]):
        events = tuple(Event(EventKind(kind), date(2022, 3, 1)) for kind in order)
        one = Dossier("x", limit="trong ngày", events=events)
        found = timeliness(one, as_of=AS_OF, policy="date", counting=COUNTING)
        assert (found.timeliness, found.due) == (Timeliness.ON_TIME, date(2022, 3, 1))
        assert one.status is Status.RETURNED
        assert one.state.inferences == ()


def test_11_a_day_never_becomes_an_hour() -> None:
    events = (Event(EventKind.SUBMITTED, date(2024, 9, 4)),
        Event(EventKind.RECEIVED, date(2024, 9, 4)),
              Event(EventKind.RESOLVED, date(2024, 9, 5)))  # fmt: skip
    one = Dossier("x", limit="8 giờ làm việc", events=events)
    assert one.state.received_at == date(2024, 9, 4)
    found = due_of(one, counting=COUNTING)
    assert (found.due, found.basis) == (None, DueBasis.UNSETTLED)
    assert [f.reason for f in found.findings] == ["time-of-receipt-needed"]
    judgement = timeliness(one, as_of=date(2024, 9, 30), policy="date", counting=COUNTING)
    assert judgement.timeliness is Timeliness.UNSETTLED
    assert judgement.findings == found.findings


def test_13_an_end_at_midnight_is_the_day_before_it() -> None:
    one = dossier("submitted 2026-03-03 00:00", "received 2026-03-03 00:00",
        "resolved 2026-03-04 09:00",
                  limit="24 giờ đồng hồ", stated_due=date(2026, 3, 3))  # fmt: skip
    found = due_of(one, counting=COUNTING)
    assert found.due == date(2026, 3, 3)
    assert found.deadline is not None
    assert found.deadline.date == date(2026, 3, 3)
    for compare in Precision:
        late = timeliness(one, as_of=date(2026, 3, 31), policy=compare, counting=COUNTING)
        assert late.timeliness is Timeliness.LATE
    from evnpubsvc.dossiers import check, rule  # 14: nothing to report

    assert [
        f.reason for f in check(one, as_of=date(2026, 3, 31), counting=COUNTING, rules=[rule("R7")])
    ] == []


def test_31_32_a_new_or_stated_date_on_a_day_off_is_pointed_out() -> None:
    apology = dossier(*IN, "apology 2022-03-11 09:00 2022-03-20", "resolved 2022-03-21 09:00",
                      limit="10 ngày làm việc")  # fmt: skip
    stated = dossier(*IN, "resolved 2022-03-21 09:00", stated_due=date(2022, 3, 20))
    for one in (apology, stated):
        (said,) = due_of(one, counting=COUNTING).findings
        assert (said.reason, said.severity) == ("date-on-day-off", Severity.NOTICE)
        assert dict(said.parts)["until"] == date(2022, 3, 21)
        assert "148(5)" in said.message("en")
        assert "khoản 5" in said.message("vi")


# -- more of the same kinds ------------------------------------------------------------------------


def test_received_again_after_the_end_is_a_new_count() -> None:
    for end in (("withdrawal-asked 2022-03-03 09:00", "withdrawal-accepted 2022-03-04 09:00"),
                ("stopped 2022-03-03 09:00 final",)):  # fmt: skip
        found = judge(*IN, *end, "received 2022-03-10 09:00")
        assert (found.timeliness, found.due) == (Timeliness.PENDING_OVERDUE, date(2022, 3, 17))
        assert "history-counted-again" in assumed(*IN, *end, "received 2022-03-10 09:00")
    refused = (
        "submitted 2022-03-01 09:00",
        "refused 2022-03-01 10:00",
        "received 2022-03-10 09:00",
    )
    assert judge(*refused).due == date(2022, 3, 17)


def test_after_a_decision_events_change_nothing() -> None:
    lines = (
        *IN,
        "resolved 2022-03-04 09:00",
        ASK.replace("03-03", "03-10"),
        "transferred 2022-03-11 09:00",
    )
    found = judge(*lines)
    assert (found.timeliness, found.due) == (Timeliness.EARLY, date(2022, 3, 8))
    assert dossier(*lines).status is Status.RESOLVED
    assert assumed(*lines) == ["history-after-end", "history-after-end"]


def test_a_strict_policy_refuses_what_has_to_be_assumed() -> None:
    events = dossier(*IN, "returned 2022-03-07 09:00").events
    with pytest.raises(DataError, match="history-decided-by-return"):
        replay(events, policy=HistoryPolicy.REFUSE)
    lawful = dossier(*IN, "resolved 2022-03-07 09:00", "returned 2022-03-07 09:00").events
    assert replay(lawful, policy="refuse") == replay(lawful)


def test_where_no_order_is_lawful_and_it_matters_it_is_said() -> None:
    day = date(2022, 3, 3)
    events = (
        *dossier(*IN).events,
        Event(EventKind.STOPPED, day, final=True),
        Event(EventKind.RESOLVED, day),
    )
    assert "history-order-open" in [f.reason for f in replay(events).inferences]


def test_nothing_raises_in_a_batch() -> None:
    beyond = dossier(
        "submitted 2039-03-01 09:00", "received 2039-03-01 09:00", limit="25 ngày làm việc"
    )
    hours = dossier(*IN, limit="24 giờ")
    open_stop = dossier(
        *IN, "payment-requested 2022-03-02 09:00", "payment-met 2022-03-07 09:00", limit="5 ngày"
    )
    bare = CountingRules(CALENDAR)
    for one, reason in ((beyond, "outside-coverage"), (hours, "hours-reading-needed"),
                        (open_stop, "clock-policy-needed")):  # fmt: skip
        found = timeliness(one, as_of=date(2040, 1, 1), policy="timestamp", counting=bare)
        assert (found.timeliness, found.basis) == (Timeliness.UNSETTLED, DueBasis.UNSETTLED)
        assert [f.reason for f in found.findings] == [reason]


# -- arbitrary histories ---------------------------------------------------------------------------

_ZONES = (
    VIETNAM_TIME,
    UTC,
    timezone(timedelta(hours=-5)),
    timezone(timedelta(hours=13, minutes=45)),
)
_KINDS = list(EventKind)


def draw_events(rng: random.Random) -> list[Event]:
    """A messy history: any events in any order, rows twice, mixed offsets, days without hours."""
    made: list[Event] = []
    for _ in range(rng.randint(0, 9)):
        kind = rng.choice(_KINDS)
        at: date = datetime(
            2022, 3, rng.randint(1, 6), rng.choice((3, 9, 14)), tzinfo=UTC
        ).astimezone(rng.choice(_ZONES))
        if rng.random() < 0.1:
            at = date(2022, 3, rng.randint(1, 6))
        made.append(
            Event(
                kind,
                at,
                final=rng.random() < 0.5 if kind is EventKind.STOPPED else None,
                due=date(2022, 3, 20) if kind is EventKind.APOLOGY else None,
                outcome=rng.choice(list(Outcome)) if kind is EventKind.RESOLVED else None,
            )
        )
    made += [event for event in made if rng.random() < 0.15]
    if rng.random() < 0.7:
        made.insert(0, Event(EventKind.SUBMITTED, datetime(2022, 3, 1, 1, tzinfo=UTC)))
        made.insert(1, Event(EventKind.RECEIVED, datetime(2022, 3, 1, 1, tzinfo=UTC)))
    rng.shuffle(made)
    return made


CLOCKS = CountingRules(CALENDAR, clock=dict.fromkeys(StopKind, ClockPolicy.EXCLUDE))
PENDING = {Timeliness.PENDING_IN_TIME, Timeliness.PENDING_OVERDUE}
POLICY = TimelinessPolicy(Precision.DATE)


def in_order(stop: list[Any]) -> tuple[object, ...]:
    moments = (
        moment.astimezone(UTC) if isinstance(moment, datetime) else moment for moment in stop[1:]
    )
    return (stop[0], *map(str, moments))


def is_before(one: date, other: date) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return interpreter.day_of(one) < interpreter.day_of(other)


def test_what_always_holds() -> None:
    rng = random.Random(16)
    for _ in range(cases(1_500, 100_000)):
        events = draw_events(rng)
        one = Dossier("x", limit=TimeLimit.parse("5 ngày làm việc"), events=tuple(events))
        state, found = (
            one.state,
            timeliness(one, as_of=date(2022, 6, 30), policy=POLICY, counting=CLOCKS),
        )
        # Ended or pending, never both.
        assert not (state.has_ended and found.timeliness in PENDING), events
        finished = {Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE}
        assert state.has_ended or found.timeliness not in finished, events
        assert (state.clock is Clock.ENDED) is state.has_ended
        # The clock stands if and only if a stop is open, besides questions to others.
        waits = [
            s
            for s in state.stops
            if s.is_open and s.kind not in {StopKind.VERIFICATION, StopKind.OPINION}
        ]
        assert (state.clock is Clock.STANDS) is (len(waits) == 1), events
        assert len(waits) < 2
        # A due date is missing only for a reason that has a name.
        reasons = {DueBasis.STANDS, DueBasis.NOT_STARTED, DueBasis.NONE, DueBasis.UNSETTLED}
        assert (found.due is None) is (found.basis in reasons), events
        # The class is that of the classifier.
        if found.timeliness in finished | PENDING:
            assert found.timeliness is judged(
                found.due,
                found.finished,
                as_of=date(2022, 6, 30),
                compare=Precision.DATE,
                zone=VIETNAM_TIME,
            )
        # Stops lie between receipt and end.
        ended = state.decided_at or state.closed_at
        for stop in state.stops:
            assert state.received_at is not None
            assert not is_before(stop.start, state.received_at)
            assert ended is None or (stop.end is not None and not is_before(ended, stop.end))
        # Neither the order of rows nor rows that came twice change what follows.
        again = [*events, *rng.sample(events, len(events) // 2)]
        rng.shuffle(again)
        twice = replay(again)
        assert (twice.status, twice.stops, twice.decided_at) == (
            state.status,
            state.stops,
            state.decided_at,
        ), events


def tell_badly(rng: random.Random) -> list[Event]:
    """A log as an office keeps it: a lawful life, with what clerks and exports do to it."""
    at = datetime(rng.choice((2018, 2022)), 6, rng.randint(18, 24), 1, tzinfo=UTC)
    lives = [rng.choice(_LIVES).split()]
    if rng.random() < 0.3:
        lives.append(rng.choice(_LIVES).split())
    made: list[Event] = []
    for name in (name for life in lives for name in life):
        at += timedelta(hours=rng.choice((0, 0, 3, 26, 75)))
        made.append(_build(name, at.astimezone(rng.choice(_ZONES)), rng))
    # Rows that nobody entered, that came later, that were entered twice, and that have no hour.
    made = [event for event in made if rng.random() < 0.85]
    for place, event in enumerate(made):
        chance = rng.random()
        if chance < 0.06 and isinstance(event.at, datetime):
            made[place] = attrs.evolve(event, at=event.at + timedelta(hours=rng.choice((-30, 30))))
        elif chance < 0.2:
            made[place] = attrs.evolve(event, at=interpreter.day_of(event.at))
        elif chance < 0.3:
            made.append(event)
        elif chance < 0.38 and isinstance(event.at, datetime):
            made.append(attrs.evolve(event, at=event.at + timedelta(hours=20)))  # a reminder
        elif chance < 0.42:
            made.append(_build(rng.choice(_KINDS).value, event.at, rng))
    rng.shuffle(made)
    return made


def _build(name: str, at: date, rng: random.Random) -> Event:
    kind = EventKind(name.removesuffix("!"))
    stopped = kind is EventKind.STOPPED
    return Event(
        kind,
        at,
        final=name.endswith("!") or rng.random() < 0.2 if stopped else None,
        due=date(2022, 8, 1) if kind is EventKind.APOLOGY else None,
    )


_LIVES = (
    "submitted received transferred resolved returned result-stored",
    "submitted supplement-requested supplement-received received resolved",
    (
        "submitted received supplement-requested supplement-received transferred "
        "payment-requested payment-met resolved"
    ),
    (
        "submitted received transferred verification-asked opinion-asked opinion-given "
        "verification-answered resolved"
    ),
    (
        "submitted received opinion-asked opinion-asked opinion-given opinion-given linked-sent "
        "linked-returned returned"
    ),
    (
        "submitted verification-asked received verification-asked verification-answered "
        "verification-answered resolved"
    ),
    "submitted received stopped resumed apology resolved satisfaction-given",
    "submitted received withdrawal-asked withdrawal-accepted",
    "submitted received transferred supplement-requested stopped!",
    "submitted refused",
    "received transferred stopped! resumed payment-requested payment-met returned",
)


def tell_lawfully(rng: random.Random) -> list[Event]:
    """A history in which each event was possible where it stands: mixed offsets, and days alone."""
    one, at = Dossier("x"), datetime(2022, 6, rng.randint(1, 20), 1, tzinfo=UTC)
    for _ in range(rng.randint(1, 9)):
        name = rng.choice(sorted(kind.value for kind in possible(one, at)))
        made = try_apply(one, _build(name, at.astimezone(rng.choice(_ZONES)), rng))
        one = made if isinstance(made, Dossier) else one
        at += timedelta(hours=rng.choice((0, 3, 26, 75)))
    days = rng.choice((0, 0.3, 1))
    return [
        attrs.evolve(event, at=interpreter.day_of(event.at)) if rng.random() < days else event
        for event in one.events
    ]


def test_a_lawful_history_says_the_same_whatever_its_offsets_and_order() -> None:
    """One event a day, with hours and days alone, rows in any order.

    Little is assumed: an unanswered question ends with the decision, a result is stored once.
    """
    rng = random.Random(61)
    for _ in range(cases(300, 10_000)):
        one, at = Dossier("x"), datetime(2022, 6, 1, 3, tzinfo=UTC)
        for _ in range(rng.randint(1, 9)):
            name = rng.choice(sorted(kind.value for kind in possible(one, at)))
            made = try_apply(one, _build(name, at.astimezone(rng.choice(_ZONES)), rng))
            one = made if isinstance(made, Dossier) else one
            at += timedelta(days=1)
        for alone in (False, True):
            events = [
                attrs.evolve(event, at=interpreter.day_of(event.at)) if alone else event
                for event in one.events
            ]
            rng.shuffle(events)
            state = replay(events)
            assert (state.status, state.outcome) == (one.status, one.state.outcome)
            said = [found.reason for found in state.inferences]
            assert said == [found.reason for found in one.state.inferences]
            assert set(said) <= {"history-stop-ended-by", "history-after-end"}, events


@pytest.mark.parametrize("draw", [draw_events, tell_badly, tell_lawfully])
def test_a_second_interpreter_says_the_same(draw: Callable[[random.Random], list[Event]]) -> None:
    """Written from the page in the documentation alone, it tries every order of events of one
    time.
    """
    rng = random.Random(99)
    for _ in range(cases(300, 10_000)):
        events = draw(rng)
        rows = [
            (event.kind.value, event.at, bool(event.final), f"{event.due}{event.outcome}")
            for event in events
        ]
        if max(map(len, interpreter.groups(rows)), default=0) > 5:
            continue  # every order of a larger group takes too long
        other, state = interpreter.read(rows), replay(events)
        assert other.number == (0 if state.status is None else int(state.status)), events
        facts = (
            *(state.submitted_at, state.received_at, state.decided_at),
            *(state.returned_at, state.closed_at, state.stored_at is not None),
        )
        theirs = (
            *(other.submitted, other.received, other.decided),
            *(other.returned, other.closed, other.stored),
        )
        assert facts == theirs, events
        stops = [[stop.kind.value, stop.start, stop.end] for stop in state.stops]
        assert sorted(stops, key=in_order) == sorted(other.stops, key=in_order), events
        assert state.has_ended is other.ended()


# -- other examples of the same kinds --------------------------------------------------------------


def severities(*lines: str) -> list[tuple[str, Severity]]:
    return [(one.reason, one.severity) for one in dossier(*lines).state.inferences]


def test_a_question_that_nobody_answered_ends_with_the_decision_and_that_is_said() -> None:
    lines = (*IN, "verification-asked 2022-03-03 09:00", "verification-asked 2022-03-04 09:00",
             "verification-answered 2022-03-07 09:00", "resolved 2022-03-25 09:00")  # fmt: skip
    assert severities(*lines) == [("history-stop-ended-by", Severity.VIOLATION)]
    assert not dossier(
        *lines[:-1], "verification-answered 2022-03-08 09:00", lines[-1]
    ).state.inferences


def test_an_answer_to_a_question_before_receipt_ends_no_stop_of_another() -> None:
    asked = "opinion-asked 2022-03-01 08:00", "received 2022-03-01 09:00"
    lines = ("submitted 2022-03-01 07:00", *asked, "opinion-asked 2022-03-02 09:00")
    state = dossier(*lines, "opinion-given 2022-03-04 09:00").state
    assert [stop.is_open for stop in state.stops] == [True]
    state = dossier(
        *lines, "opinion-given 2022-03-04 09:00", "opinion-given 2022-03-07 09:00"
    ).state
    assert [stop.is_open for stop in state.stops] == [False]


@pytest.mark.parametrize("work", ["transferred", "resolved", "payment-requested"])
def test_work_without_a_receipt_has_no_due_date_but_that_of_a_slip(work: str) -> None:
    lines = (
        "submitted 2022-03-01 09:00",
        "transferred 2022-03-02 09:00",
        f"{work} 2022-03-25 09:00",
    )
    found = judge(*lines)
    assert (found.timeliness, found.due, found.basis) == (
        *(Timeliness.UNSETTLED, None),
        DueBasis.UNSETTLED,
    )
    assert [f.reason for f in found.findings] == ["start-not-recorded"]
    # A slip is given at receipt.
    found = judge(*lines, stated_due=date(2022, 3, 8))
    late = {"resolved": Timeliness.LATE, "payment-requested": Timeliness.PENDING_OVERDUE}
    assert found.timeliness is late.get(work, Timeliness.PENDING_OVERDUE)
    assert [(f.reason, f.severity) for f in found.findings] == [
        ("start-not-recorded", Severity.NOTICE)
    ]


def test_an_end_before_the_receipt_is_no_early_result() -> None:
    lines = ("submitted 2022-03-10 09:00", "received 2022-03-10 09:00", "resolved 2022-03-01 09:00")
    assert judge(*lines).timeliness is Timeliness.UNSETTLED
    assert ("history-after-end", Severity.VIOLATION) in severities(*lines)


@pytest.mark.parametrize("work", ["transferred", "resolved", "supplement-requested"])
def test_work_after_a_refusal_takes_the_dossier_up_again(work: str) -> None:
    lines = ("submitted 2022-03-01 09:00", "refused 2022-03-02 09:00", f"{work} 2022-03-04 09:00")
    state = dossier(*lines).state
    assert state.refused_at is None
    assert [one.reason for one in state.inferences] == ["history-taken-up-again"]


@pytest.mark.parametrize(
    ("end", "after", "severity"),
    [
        ("resolved", "resolved", Severity.VIOLATION),
        ("resolved", "supplement-requested", Severity.VIOLATION),
        ("resolved", "received", Severity.VIOLATION),
        ("resolved", "supplement-received", Severity.NOTICE),
        ("withdrawal-accepted", "returned", Severity.VIOLATION),
        ("withdrawal-accepted", "result-stored", Severity.VIOLATION),
        ("withdrawal-accepted", "payment-met", Severity.NOTICE),
        ("refused", "returned", Severity.VIOLATION),
    ],
)
def test_leaving_out_what_would_count_is_a_violation(
    end: str, after: str, severity: Severity
) -> None:
    received = () if end == "refused" else (IN[1],)
    said = severities(IN[0], *received, f"{end} 2022-03-03 09:00", f"{after} 2022-03-07 09:00")
    assert said == [("history-after-end", severity)]


def test_a_second_receipt_is_a_violation_since_the_start_rests_on_it() -> None:
    said = severities(*IN, "received 2022-03-07 09:00")
    assert said == [("history-received-twice", Severity.VIOLATION)]


def test_days_without_hours_are_put_in_order_also_where_no_submission_is_told() -> None:
    asked = (EventKind.SUPPLEMENT_REQUESTED, EventKind.RECEIVED)
    events = [Event(kind, date(2022, 3, 1)) for kind in asked]
    state = replay([*events, Event(EventKind.SUPPLEMENT_RECEIVED, date(2022, 3, 2))])
    assert state.inferences == ()
    assert [stop.kind for stop in state.stops] == [StopKind.SUPPLEMENT]
    done = [
        Event(kind, date(2022, 3, 1))
        for kind in (EventKind.RETURNED, EventKind.RESOLVED, EventKind.RECEIVED)
    ]
    assert replay(done).inferences == ()


def test_an_instant_that_is_counted_from_a_day_has_a_zone() -> None:
    events = (
        *(Event(EventKind.SUBMITTED, date(2022, 3, 1)),
            Event(EventKind.RECEIVED, date(2022, 3, 1))),
        Event(EventKind.RESOLVED, datetime(2022, 3, 2, 14, tzinfo=VIETNAM_TIME)),
    )  # fmt: skip
    one = Dossier("x", limit="0,5 ngày làm việc", events=events)
    found = timeliness(one, as_of=AS_OF, policy="timestamp", counting=COUNTING)
    assert found.timeliness is Timeliness.LATE
    assert found.due == datetime(2022, 3, 2, 11, tzinfo=VIETNAM_TIME)


def test_a_state_begins_as_the_empty_state() -> None:
    assert StateBuilder().finish() == State()


def test_what_always_may_come_next_may() -> None:
    """The pairs that need no trying are held against the guards, after any history."""
    rng = random.Random(99)
    tried: set[tuple[EventKind, EventKind]] = set()
    for _ in range(cases(400, 20_000)):
        builder = StateBuilder()
        at = datetime(2022, 3, 1, 8, tzinfo=VIETNAM_TIME)
        for _ in range(rng.randrange(8)):
            builder.feed(_event_of(rng.choice(list(EventKind)), at, rng))
        for one, other in _ALWAYS_NEXT:
            if one is EventKind.SUBMITTED and builder.state.status is not None:
                continue
            if broken_guard(builder.state, one, at, ()) is None:
                after = builder.copy()
                after.feed(_event_of(one, at, rng))
                assert broken_guard(after.state, other, at, ()) is None, (one, other)
                tried.add((one, other))
    assert tried == _ALWAYS_NEXT


def _event_of(kind: EventKind, at: datetime, rng: random.Random) -> Event:
    return Event(
        kind,
        at,
        final=rng.random() < 0.5 if kind is EventKind.STOPPED else None,
        due=date(2022, 3, 20) if kind is EventKind.APOLOGY else None,
    )


def test_events_of_one_moment_are_read_in_the_order_of_life() -> None:
    lines = ["submitted", "received", "transferred", "resolved", "returned", "result-stored"]
    at = datetime(2022, 3, 1, 8, tzinfo=VIETNAM_TIME)
    events = [Event(kind, at) for kind in lines]
    expected = replay(events)
    assert expected.inferences == ()
    for seed in range(20):
        shuffled = random.Random(seed).sample(events, len(events))
        assert replay(shuffled) == expected
        days = [attrs.evolve(event, at=at.date()) for event in shuffled]
        assert replay(days).status is expected.status


def test_an_apology_is_judged_by_what_had_happened_by_then() -> None:
    """Late is one after the date that followed from the history up to it, whatever came later."""
    rng = random.Random(17)
    late = 0
    for _ in range(cases(250, 10_000)):
        at = datetime(2022, 3, 1, 9, tzinfo=VIETNAM_TIME)
        events = [Event("submitted", at), Event("received", at)]
        for _ in range(rng.randrange(2, 7)):
            at += timedelta(minutes=rng.choice((30, 480, 1440, 4000)))
            kind = rng.choice(("supplement", "payment"))
            events.append(Event(f"{kind}-requested", at))
            at += timedelta(minutes=rng.choice((30, 480, 1440, 4000)))
            events.append(Event("payment-met" if kind == "payment" else "supplement-received", at))
        place = rng.randrange(2, len(events) + 1)
        made = instant(events[place - 1]) + timedelta(minutes=10)
        apology = Event("apology", made, due=made.date() + timedelta(days=rng.choice((1, 5, 30))))
        rules = CountingRules(CALENDAR, clock=rng.choice(("exclude", "restart")))
        one = attrs.evolve(dossier(limit="3 ngày làm việc"), events=tuple(events[:place]))
        before = due_of(one, counting=rules).due
        whole = attrs.evolve(one, events=(*events, apology))
        without = attrs.evolve(one, events=tuple(events))
        if before is not None and before < made.date():
            assert due_of(whole, counting=rules) == due_of(without, counting=rules)
            late += 1
        else:
            found, plain = due_of(whole, counting=rules).due, due_of(without, counting=rules).due
            assert isinstance(plain, date)
            assert apology.due is not None
            assert found is not None
            assert found >= max(apology.due, plain)
    assert late > cases(20, 800)


@given(strategies.dossiers())
def test_the_status_after_each_event_is_that_of_the_events_so_far(one: Dossier) -> None:
    history = one.history
    # Else later ones settle the order.
    assume(len({event.at for event in history}) == len(history))
    so_far = [replay(history[: n + 1]).status for n in range(len(history))]
    assert list(statuses_after(history)) == so_far


def test_each_assumption_is_said() -> None:
    """A decision over a wait ends it; an end of nothing changes nothing; only the first counts."""
    assert assumed(*IN, ASK, "resolved 2022-03-04 09:00") == ["history-stop-ended-by"]
    alone = (*IN, "transferred 2022-03-02 08:00", "resumed 2022-03-02 09:00")
    assert assumed(*alone) == ["history-answer-alone"]
    again = dossier(*IN, ASK, "supplement-requested 2022-03-04 09:00").state
    assert again.supplements_after == dossier(*IN, ASK).state.supplements_after != ()
    assert len(again.stops) == 1


def test_the_latest_moment_is_no_day_that_may_be_before_it() -> None:
    builder = StateBuilder()
    at = datetime(2022, 3, 1, 9, tzinfo=VIETNAM_TIME)
    builder.feed(Event(EventKind.SUBMITTED, at))
    builder.feed(Event(EventKind.RECEIVED, at.date()))
    assert builder.finish().last_at == at
