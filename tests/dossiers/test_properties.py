"""Properties of dossiers, and their round trips."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Evidence,
    ForeignStatus,
    Judgement,
    Precision,
    Refusal,
    Seal,
    State,
    Status,
    StoppedAs,
    Timeliness,
    TimelinessPolicy,
    apply,
    check,
    due_of,
    fingerprint,
    opencps_status,
    opencps_words,
    replay,
    seal,
    timeliness,
)
from evnpubsvc.dossiers.engine import judged
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    from_json,
    read_dossiers,
    read_ocel,
    read_xes,
    to_json,
    write_dossiers,
    write_ocel,
    write_xes,
)
from evnpubsvc.strategies import dossiers, events, histories
from evnpubsvc.strategies._dossiers import timeliness_policies
from evnpubsvc.worktime import VIETNAM_TIME
from tests.dossiers.samples import CALENDAR, at, dossier, history

pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
SLOW = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
DAYS = st.dates(date(2019, 1, 1), date(2026, 8, 1))
CLOCKS = st.sampled_from([ClockPolicy.RESTART, ClockPolicy.RESUME, ClockPolicy.EXCLUDE])
# Rules by the packaged calendar that leave no kind of stop open.
COUNTINGS = st.fixed_dictionaries(dict.fromkeys(StopKind, CLOCKS)).map(
    lambda clock: CountingRules(CALENDAR, clock=clock)
)
FINISHED = {Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE}


@SLOW
@given(histories())
def test_one_at_a_time_is_all_at_once_and_nothing_mutates(made: tuple[Event, ...]) -> None:
    one = Dossier("x")
    for each in made:
        before = one
        one = apply(one, each)
        assert before.events == one.events[:-1]
    assert one == Dossier("x", events=made)
    assert one.state == replay(made) == Dossier("x", events=made).state


@SLOW
@given(dossiers(), COUNTINGS, timeliness_policies(), DAYS)
def test_every_dossier_is_in_one_class_at_any_day(
    one: Dossier, counting: CountingRules, policy: TimelinessPolicy, day: date
) -> None:
    if isinstance(one.stated_due, datetime) and type(one.stated_finished) is date:
        # By instant nobody knows what is stated by day.
        policy = evolve(policy, compare=Precision.DATE)
    found = timeliness(one, as_of=day, policy=policy, counting=counting)
    assert found.timeliness in Timeliness
    if found.timeliness in FINISHED:
        assert found.due is not None
        assert found.finished is not None


@SLOW
@given(dossiers(), COUNTINGS, timeliness_policies(), DAYS, st.integers(0, 400))
def test_going_forward_never_turns_late_into_on_time(
    one: Dossier, counting: CountingRules, policy: TimelinessPolicy, day: date, later: int
) -> None:
    # The history alone: a register may state a finish before the receipt that its own history has.
    one = Dossier("x", channel=one.channel, limit=one.limit, events=one.events)
    later_day = min(day + timedelta(days=later), date(2026, 12, 1))
    first = timeliness(one, as_of=day, policy=policy, counting=counting).timeliness
    second = timeliness(one, as_of=max(day, later_day), policy=policy, counting=counting).timeliness
    if first in FINISHED:
        assert second is first
    if first is Timeliness.PENDING_OVERDUE and policy.stopped is StoppedAs.STOPPED:
        assert second not in {Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.PENDING_IN_TIME}


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_judged_by_day_against_a_table(due: date | None, finished: date | None, day: date) -> None:
    expected = Timeliness.NO_DUE_DATE
    if due is not None:
        if finished is not None and finished <= day:
            expected = (
                Timeliness.EARLY
                if finished < due
                else Timeliness.ON_TIME
                if finished == due
                else Timeliness.LATE
            )
        else:
            expected = Timeliness.PENDING_OVERDUE if day > due else Timeliness.PENDING_IN_TIME
    assert judged(due, finished, as_of=day, compare=Precision.DATE) is expected


@SLOW
@given(dossiers(lawful=False))
def test_any_history_is_folded_and_checked_without_a_traceback(one: Dossier) -> None:
    assert one.state.count == len(one.events)
    for found in check(one, as_of=date(2026, 8, 1), counting=CountingRules(CALENDAR)):
        assert found.line("vi")


RECORDS = [
    Dossier,
    Event,
    Evidence,
    ForeignStatus,
    Judgement,
    Refusal,
    Seal,
    State,
    TimelinessPolicy,
]


@SLOW
@given(st.sampled_from(RECORDS).flatmap(st.from_type))
def test_json_round_trip(value: object) -> None:
    assert from_json(to_json(value), type(value)) == value


def test_a_counting_round_trip() -> None:
    counting = CountingRules(CALENDAR, clock={StopKind.SUPPLEMENT: ClockPolicy.RESTART})
    assert from_json(to_json(counting), CountingRules) == counting


@SLOW
@given(st.lists(dossiers() | dossiers(lawful=False), max_size=3, unique_by=lambda each: each.code))
def test_json_lines_xes_and_ocel_round_trips(some: list[Dossier]) -> None:
    for write, read in (
        (write_dossiers, read_dossiers),
        (write_xes, read_xes),
        (write_ocel, read_ocel),
    ):
        stream = io.BytesIO()
        write(some, stream)
        stream.seek(0)
        back = list(read(stream))
        assert back == some
        for one, other in zip(some, back, strict=True):
            assert isinstance(other, Dossier)
            assert [e.at.isoformat() for e in other.events] == [
                e.at.isoformat() for e in one.events
            ]  # zones survive


@pytest.mark.parametrize("read", [read_dossiers, read_xes, read_ocel])
@given(raw=st.binary(max_size=60) | st.sampled_from([
    b"<log><trace><event/></trace></log>", b"<log><log><log/></log></log>", b"<x/>", b"{}",
    b'{"objects": [], "events": 3}',
    (b'{"objects": [{"type": "dossier", "id": "dossier:x", '
    b'"attributes": [{"name": "evn:limit", "value": "{"}]}]}'),
    (b'<log><trace><string key="concept:name" value="x"/>'
    b'<string key="evn:limit" value="{"/></trace></log>'),
    b'<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><log>&b;</log>',
]))  # fmt: skip
def test_hostile_bytes_are_findings(read: object, raw: bytes) -> None:
    assert all(isinstance(each, (Finding, Dossier)) for each in read(io.BytesIO(raw)))  # type: ignore[operator]


def test_a_control_character_is_refused_by_xes_and_a_code_twice_by_ocel() -> None:
    with pytest.raises(DataError, match="log-letter"):
        write_xes([Dossier("x\x01")], io.BytesIO())
    with pytest.raises(DataError, match="code-twice"):
        write_ocel([Dossier("x"), Dossier("x")], io.BytesIO())


# -- what was known --------------------------------------------------------------------------------


@SLOW
@given(dossiers(lawful=False), DAYS, st.integers(0, 400))
def test_what_was_known_grows_and_looks_the_same_a_year_later(
    one: Dossier, day: date, later: int
) -> None:
    known = one.known_at(day, zone=VIETNAM_TIME)
    expected = []
    for event in one.events:
        entered: date = event.at if event.recorded is None else event.recorded
        if isinstance(entered, datetime):
            entered = (entered.astimezone(UTC) + timedelta(hours=7)).date()
        if entered <= day:
            expected.append(event)
    assert list(known.events) == expected
    assert evolve(known, events=()) == evolve(one, events=())
    at_the_end = datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=VIETNAM_TIME)
    assert one.known_at(at_the_end, zone=UTC) == known
    # Whatever was entered since then changes nothing of it.
    grown = one.known_at(day + timedelta(days=later), zone=VIETNAM_TIME)
    assert grown.known_at(day, zone=VIETNAM_TIME) == known


def test_a_late_entry_does_not_change_a_past_report() -> None:
    limit = "3 ngày làm việc"
    before = dossier(*LINES, limit=limit)
    entry = Event(EventKind.RESOLVED, at("2023-03-06 09:00"), recorded=at("2023-04-03 08:00"))
    after = apply(before, entry)
    assert classes(after) is Timeliness.ON_TIME
    assert (
        classes(after.known_at(AS_OF, zone=VIETNAM_TIME))
        is classes(before)
        is Timeliness.PENDING_OVERDUE
    )
    assert after.known_at(date(2023, 4, 3), zone=VIETNAM_TIME) is after
    assert after.known_at(at("2023-04-03 08:00"), zone=UTC) is after
    assert after.known_at(at("2023-04-03 07:59"), zone=UTC) == before
    with pytest.raises(MisuseError, match="datetime-naive"):
        after.known_at(datetime(2023, 4, 3), zone=VIETNAM_TIME)
    for edge in (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)):
        absurd = Dossier("x", events=(Event(EventKind.NOTE, edge, recorded=edge),))
        assert len(absurd.known_at(AS_OF, zone=VIETNAM_TIME).events) == (edge.year == 1)


# -- integrity -------------------------------------------------------------------------------------


@given(st.lists(events(), max_size=6), st.randoms())
def test_a_fingerprint_does_not_depend_on_order_or_offset(
    some: list[Event], random: object
) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    moved = [
        evolve(
            e,
            at=e.at.astimezone(UTC) if isinstance(e.at, datetime) else e.at,
            recorded=None if e.recorded is None else e.recorded.astimezone(UTC),
        )
        for e in shuffled
    ]
    assert fingerprint(some) == fingerprint(moved)
    assert fingerprint([*some, Event(EventKind.NOTE, at("2022-01-01 00:00"))]) != fingerprint(some)


def test_the_fingerprint_is_the_same_on_every_platform() -> None:
    # SHA-256 of the line below, computed with coreutils.
    line = b'["2022-03-01T02:00:00.000000+00:00","submitted",null,null,null,"",[]]\n'
    import hashlib

    assert fingerprint(history("submitted 2022-03-01 09:00")) == hashlib.sha256(line).hexdigest()
    assert fingerprint([Event(EventKind.NOTE, datetime.max.replace(tzinfo=VIETNAM_TIME))])
    assert fingerprint([Event(EventKind.NOTE, datetime.min.replace(tzinfo=VIETNAM_TIME))])


def _written(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@given(st.lists(events(), max_size=6), st.data())
def test_the_day_of_recording_is_in_the_fingerprint_only_where_there_is_one(
    some: list[Event], data: st.DataObject
) -> None:
    # The lines of histories without it are written out here as they were before events had the
    # field.
    import hashlib
    import json

    bare = [evolve(each, recorded=None) for each in some]
    lines = sorted(
        json.dumps(
            [
                _written(e.at), e.kind, e.final,
                None if e.due is None else e.due.isoformat(), e.outcome, e.activity, e.attributes,
            ],
            separators=(",", ":"),
        ).encode() + b"\n"
        for e in bare
    )  # fmt: skip
    assert fingerprint(bare) == hashlib.sha256(b"".join(lines)).hexdigest()
    assert (fingerprint(some) == fingerprint(bare)) is (some == bare)
    assert (seal(some) == seal(bare)) is (some == bare)
    if some:
        index = data.draw(st.integers(0, len(some) - 1))
        moved = [
            *some[:index],
            evolve(some[index], recorded=at("2030-01-01 09:00")),
            *some[index + 1 :],
        ]
        assert fingerprint(moved) != fingerprint(some)


@given(st.lists(events(), min_size=1, max_size=6), st.data())
def test_a_seal_finds_a_changed_past(some: list[Event], data: st.DataObject) -> None:
    sealed = seal(some)
    assert sealed.check(some) == ()
    grown = Seal()
    for each in some:
        grown = grown.add(each)
    assert grown == sealed
    index = data.draw(st.integers(0, len(some) - 1))
    changed = list(some)
    changed[index] = Event(
        EventKind.NOTE, some[index].at + timedelta(seconds=1), activity="changed"
    )
    assert [(f.reason, f.path) for f in sealed.check(changed)] == [
        ("seal-broken", f"$.events[{index}]")
    ]
    assert [f.reason for f in sealed.check(some[:-1])] == ["seal-cut"]
    assert [f.reason for f in sealed.check([*some, some[0]])] == ["seal-unsealed"]


# -- words of another system, and the policies -----------------------------------------------------

WORDS = [
    "new",
    "receiving",
    "waiting",
    "paying",
    "processing",
    "pausing",
    "correcting",
    "cancelling",
    "releasing",
    "posting",
    "interoperating",
    "denied",
    "unresolved",
    "cancelled",
    "done",
]


def test_every_word_of_opencps_has_a_code_and_what_is_lost_is_named() -> None:
    for word in WORDS:
        assert opencps_status(word).word == word
    assert sum(len(opencps_words(status)) for status in Status) == len(WORDS)
    for status in Status:  # of several words for a code at most one says no more than the code
        words = opencps_words(status)
        assert sum(word.loss is None for word in words) <= 1
    assert opencps_words(Status.RECEIVED) == ()
    with pytest.raises(UnknownNameError):
        opencps_status("nope")


LINES = ("submitted 2023-03-01 09:00", "received 2023-03-01 09:00")
AS_OF = date(2023, 3, 31)


def classes(one: Dossier, **policy: object) -> Timeliness:
    made = TimelinessPolicy(Precision.DATE, **policy)  # type: ignore[arg-type]
    return timeliness(one, as_of=AS_OF, policy=made, counting=CountingRules(CALENDAR)).timeliness


def test_what_policies_decide() -> None:
    from evnpubsvc.dossiers import Ended

    limit = "3 ngày làm việc"
    standing = dossier(*LINES, "supplement-requested 2023-03-02 09:00", limit=limit)
    assert classes(standing) is Timeliness.STOPPED
    assert classes(standing, stopped=StoppedAs.PENDING) is Timeliness.PENDING_IN_TIME
    slip = dossier(*LINES, "supplement-requested 2023-03-02 09:00", stated_due=date(2023, 3, 6))
    assert classes(slip) is Timeliness.STOPPED
    assert classes(slip, stopped=StoppedAs.PENDING) is Timeliness.PENDING_OVERDUE
    gone = dossier(
        *LINES,
        "withdrawal-asked 2023-03-02 09:00",
        "withdrawal-accepted 2023-03-02 10:00",
        limit=limit,
        stated_due=date(2023, 3, 6),
    )
    assert classes(gone) is Timeliness.STOPPED
    declined = dossier(*LINES, "resolved 2023-03-07 09:00 declined", limit=limit)
    assert classes(declined) is Timeliness.LATE
    assert classes(declined, declined=Ended.STOPPED) is Timeliness.STOPPED
    refused = dossier(LINES[0], "refused 2023-03-01 10:00", limit=limit)
    assert classes(refused) is Timeliness.NOT_STARTED
    assert classes(dossier(*LINES)) is Timeliness.NO_DUE_DATE
    final = dossier(*LINES, "stopped 2023-03-02 09:00 final", stated_due=date(2023, 3, 6))
    assert timeliness(
        final, as_of=AS_OF, policy=TimelinessPolicy(Precision.DATE, withdrawn=Ended.RESULT)
    ).timeliness in {
        Timeliness.EARLY,
        Timeliness.STOPPED,
    }


def test_late_by_how_much_working_time() -> None:
    # Due Mon 6/3/2023; finished Tue 7/3 at 9:00: one working day, 90 minutes of office time.
    late = dossier(*LINES, "resolved 2023-03-07 09:00", limit="3 ngày làm việc")
    found = timeliness(
        late, as_of=AS_OF, policy=TimelinessPolicy(Precision.DATE), counting=CountingRules(CALENDAR)
    )
    assert (found.timeliness, found.working_days, found.working_minutes) == (Timeliness.LATE, 1, 90)
    early = dossier(*LINES, "resolved 2023-03-02 09:00", limit="3 ngày làm việc")
    found = timeliness(
        early,
        as_of=AS_OF,
        policy=TimelinessPolicy(Precision.DATE),
        counting=CountingRules(CALENDAR),
    )
    assert (found.timeliness, found.working_days, found.working_minutes) == (
        Timeliness.EARLY,
        -2,
        None,
    )


def test_a_moment_of_judgement_may_be_an_instant() -> None:
    one = dossier(*LINES, "resolved 2023-03-06 15:00", stated_due=at("2023-03-06 14:00"))
    by_instant = TimelinessPolicy(Precision.TIMESTAMP)
    for moment, expected in (
        ("2023-02-28 09:00", Timeliness.NOT_STARTED),
        ("2023-03-06 13:59", Timeliness.PENDING_IN_TIME),
        ("2023-03-06 14:30", Timeliness.PENDING_OVERDUE),
        ("2023-03-06 15:00", Timeliness.LATE),
    ):
        assert timeliness(one, as_of=at(moment), policy=by_instant).timeliness is expected, moment
    with pytest.raises(MisuseError, match="datetime-naive"):
        timeliness(one, as_of=datetime(2023, 3, 6), policy=by_instant)


def test_stops_after_an_apology_move_the_new_date() -> None:
    # New date Fri 10/3/2023. Payment asked Tue 7/3 9:00 (counts), met Thu 9/3 9:00: 8/3 and 9/3 are
    # not counted, so the new date moves by two working days to Tue 14/3. Excluding the stop from 3
    # days alone leads to Wed 8/3 only.
    one = dossier(
        *LINES, "apology 2023-03-03 09:00 2023-03-10", "payment-requested 2023-03-07 09:00",
        "payment-met 2023-03-09 09:00", limit="3 ngày làm việc",
    )  # fmt: skip
    counting = CountingRules(CALENDAR, clock={StopKind.FINANCIAL_OBLIGATION: ClockPolicy.EXCLUDE})
    assert due_of(one, counting=counting).due == date(2023, 3, 14)
    assert due_of(one, counting=counting, as_of=date(2023, 3, 8)).due is None


@given(st.lists(events(), min_size=2, max_size=6), st.data())
def test_each_link_of_a_seal_covers_all_before_it(some: list[Event], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(some) - 1))
    changed = [
        *some[:index],
        Event(EventKind.NOTE, some[index].at, activity="forged \u2603 entry"),
        *some[index + 1 :],
    ]
    pairs = list(zip(seal(some).links, seal(changed).links, strict=True))
    assert [one == other for one, other in pairs] == [place < index for place in range(len(some))]
