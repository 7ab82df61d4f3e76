"""A state machine against the naive model.

Same status, same clock, same possible events, same due date.
"""

import pickle
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from evnpubsvc.deadlines import CountingRules, TimeLimit
from evnpubsvc.dossiers import (
    Dossier,
    DueBasis,
    Event,
    EventKind,
    Refusal,
    RefusedEventError,
    Status,
    apply,
    due_of,
    possible,
    replay,
    try_apply,
)
from evnpubsvc.dossiers.results import Clock
from evnpubsvc.texts import LANGUAGES
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases
from tests.dossiers.naive import NAMES, Naive
from tests.dossiers.samples import event as line_event
from tests.dossiers.samples import history

CALENDAR = vietnam_calendar()
WORKS = {
    day
    for day in (date(2022, 1, 1) + timedelta(days=i) for i in range(5 * 365 - 40))
    if CALENDAR.is_working_day(day)
}
SEEN: Counter[str] = Counter()
PAUSES = {
    "payment-requested",
    "stopped",
    "withdrawal-asked",
    "verification-asked",
    "opinion-asked",
    "apology",
}


def event_of(name: str, at: datetime, *, final: bool = False) -> Event:
    kind = EventKind(name)
    return Event(
        kind,
        at,
        final=final if kind is EventKind.STOPPED else None,
        due=at.date() + timedelta(days=30) if kind is EventKind.APOLOGY else None,
    )


class LifeCycle(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.naive = Naive()
        self.dossier = Dossier("case-1", limit=TimeLimit.parse("3 ngày làm việc"))
        self.at = datetime(2022, 3, 1, 2, tzinfo=UTC)

    @initialize(year=st.sampled_from([2017, 2018, 2022, 2023, 2024]), month=st.integers(1, 12))
    def begin(self, year: int, month: int) -> None:
        self.at = datetime(year, month, 3, 2, tzinfo=UTC)

    def take(self, name: str, at: datetime, *, final: bool) -> None:
        event = event_of(name, at, final=final)
        if event in self.dossier.events:  # a row that came twice, which another test is about
            return
        SEEN["steps"] += 1
        allowed = self.naive.may(name, at)
        before, events = self.dossier, self.dossier.events
        got = try_apply(before, event)
        assert isinstance(got, Dossier) is allowed, (name, got)
        assert before.events is events  # nothing mutates
        if isinstance(got, Refusal):
            SEEN[got.guard] += 1
            with pytest.raises(RefusedEventError) as raised:
                apply(before, event)
            assert raised.value.refusal == got
            assert got.citation.instrument
            assert got.possible == tuple(
                kind for kind in EventKind if self.naive.may(kind, max(at, self.at))
            )
            return
        self.dossier = got
        self.naive.log.append((name, at, final))
        self.at = max(self.at, at)

    # Mostly what is possible, so that runs get somewhere; and anything at all.
    @rule(data=st.data(), minutes=st.sampled_from([0, 30, 300, 1440, 4000]), final=st.booleans())
    def go_on(self, data: st.DataObject, minutes: int, final: bool) -> None:
        at = self.at + timedelta(minutes=minutes)
        allowed = [name for name in NAMES if self.naive.may(name, at)]
        self.take(data.draw(st.sampled_from(allowed)), at, final=final)

    @rule(
        name=st.sampled_from(NAMES),
        minutes=st.sampled_from([-60, 0, 45, 1500]),
        final=st.booleans(),
    )
    def anything(self, name: str, minutes: int, final: bool) -> None:
        self.take(name, self.at + timedelta(minutes=minutes), final=final)

    # The guards that look further back than the status.
    @rule(
        name=st.sampled_from(
            [
                "received", "supplement-requested", "supplement-received", "apology", "resolved",
                "withdrawal-asked",
                "verification-answered",
            ]
        )
    )  # fmt: skip
    def again(self, name: str) -> None:
        self.take(name, self.at, final=False)

    # The way to the end, which few runs find by themselves.
    @rule()
    def hand_over(self) -> None:
        for name in ("submitted", "received", "resolved", "returned"):
            self.take(name, self.at + timedelta(minutes=30), final=False)

    @invariant()
    def same_status_and_clock(self) -> None:
        status = self.dossier.status
        assert (0 if status is None else int(status)) == self.naive.status()
        assert self.dossier.state.clock.value == self.naive.clock()
        SEEN[f"status {self.naive.status()}"] += 1
        SEEN[self.dossier.state.clock.value] += 1

    @invariant()
    def same_possible_events(self) -> None:
        expected = [name for name in NAMES if self.naive.may(name, self.at)]
        assert [kind.value for kind in possible(self.dossier, self.at)] == expected

    @invariant()
    def one_at_a_time_is_all_at_once(self) -> None:
        assert replay(self.dossier.events) == self.dossier.state
        assert self.dossier.state_at(self.at, zone=UTC) == self.dossier.state

    @invariant()
    def same_due_date(self) -> None:
        names = {each[0] for each in self.naive.log}
        received = self.dossier.state.received_at
        if received is None or received.year < 2022 or names & PAUSES:
            return
        found = due_of(self.dossier, counting=CountingRules(CALENDAR), trace=False)
        expected = self.naive.due(3, WORKS)
        # A decision ends what is open.
        if expected is None and self.dossier.state.decided_at is not None:
            return
        assert found.due == expected
        assert found.basis is (DueBasis.STANDS if expected is None else DueBasis.DERIVED)
        SEEN["due"] += 1


def test_life_cycle_against_the_naive_model() -> None:
    SEEN.clear()
    run_state_machine_as_test(
        LifeCycle,
        settings=settings(
            max_examples=cases(150, 450),
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert SEEN["steps"] >= cases(3_300, 10_000), SEEN
    reached = {key for key in SEEN if key.startswith("status ")}
    assert reached == {"status 0"} | {f"status {int(status)}" for status in Status}
    assert {clock.value for clock in Clock} <= set(SEEN)
    assert SEEN["due"] > cases(30, 100)


TABLE = {
    "not-submitted": ((), "received 2023-03-01 10:00"),
    "submitted-twice": (("submitted 2023-03-01 09:00",), "submitted 2023-03-01 10:00"),
    "time-order": (("submitted 2023-03-01 09:00",), "received 2023-03-01 08:59"),
    "closed": (("submitted 2023-03-01 09:00", "refused 2023-03-01 09:00"),
        "received 2023-03-01 10:00"),
    "decided": (
        ("submitted 2023-03-01 09:00", "received 2023-03-01 09:00", "resolved 2023-03-01 09:00"),
        "withdrawal-asked 2023-03-01 10:00",
    ),
    "second-supplement": (
        (
            "submitted 2023-03-01 09:00", "supplement-requested 2023-03-01 09:10",
            "supplement-received 2023-03-01 09:20",
        ),
        "supplement-requested 2023-03-01 10:00",
    ),
    "second-apology": (
        ("submitted 2023-03-01 09:00", "received 2023-03-01 09:00",
            "apology 2023-03-01 09:00 2023-04-01"),
        "apology 2023-03-01 10:00 2023-05-01",
    ),
    "no-open-question": (
        ("submitted 2023-03-01 09:00", "received 2023-03-01 09:00"),
        "verification-answered 2023-03-01 10:00",
    ),
    "transition": (("submitted 2023-03-01 09:00",), "resolved 2023-03-01 10:00"),
}  # fmt: skip


@pytest.mark.parametrize("guard", TABLE)
def test_each_guard_names_itself_and_its_article(guard: str) -> None:
    lines, next_ = TABLE[guard]
    refusal = try_apply(Dossier("x", events=history(*lines)), line_event(next_))
    assert isinstance(refusal, Refusal)
    assert refusal.guard == guard
    assert refusal.finding.reason == f"refused-{guard}"
    for lang in LANGUAGES:
        assert "{" not in refusal.finding.line(lang)
    error = pickle.loads(pickle.dumps(RefusedEventError(refusal)))
    assert (error.refusal, error.reason) == (refusal, refusal.finding.reason)


@pytest.mark.parametrize(
    ("guard", "rule_"), [("second-supplement", "R4"), ("second-apology", "R6")]
)
def test_a_sectoral_rule_waives_and_the_day_before_the_decree_forbids_nothing(
    guard: str, rule_: str
) -> None:
    lines, next_ = TABLE[guard]
    assert isinstance(
        try_apply(Dossier("x", events=history(*lines)), line_event(next_), waived={rule_}), Dossier
    )
    early = history(*(line.replace("2023-03-01", "2018-06-20", 1) for line in lines))
    assert isinstance(
        try_apply(
            Dossier("x", events=early), line_event(next_.replace("2023-03-01", "2018-06-20", 1))
        ),
        Dossier,
    )
