"""R1-R17: a dossier that keeps each, one that breaks it, and the same one on the day before the
rule existed.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Evidence,
    Precision,
    Registration,
    Rule,
    TimelinessPolicy,
    check,
    check_links,
    replay,
    rule,
    rules,
)
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.examples.tam_xuan_ii import catalogue_of_2022
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.law import Citation, Ground, Validity
from evnpubsvc.services import (
    Channel,
    OnlineKind2022,
    OnlineLevel2011,
    PartialReason,
    ProactiveLevel2026,
)
from evnpubsvc.services.parts import check_level
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.worktime import Calendar, WeeklyHours
from tests.deep import cases
from tests.dossiers.samples import CALENDAR, dossier, instant

# A calendar without days off, for the years before the packaged one.
PLAIN = Calendar(
    date(2010, 1, 1), date(2030, 12, 31), (WeeklyHours.of("07:30-11:30", "13:30-17:00"),)
)
COUNTING = CountingRules(PLAIN, clock={StopKind.SUPPLEMENT: ClockPolicy.RESTART})
UNITS = {"H47.1": (Validity(date(2000, 1, 1), date(2025, 6, 30)),)}


def begun(day: str, **fields: Any) -> Dossier:
    return dossier(f"submitted {day} 09:00", f"received {day} 09:00", **fields)


def label(level: OnlineLevel2011 | OnlineKind2022, **more: Any) -> Evidence:
    return Evidence(level=level, **more)


_2011, _2022, _2026 = "2015-03-02", "2023-03-01", "2026-09-07"
TWO_REQUESTS = (
    "submitted {0} 08:00", "supplement-requested {0} 09:00", "supplement-received {0} 10:00",
    "supplement-requested {0} 11:00",
)  # fmt: skip
APOLOGIES = (
    "submitted {0} 08:00",
    "received {0} 08:00",
    "apology {0} 09:00 2030-01-02",
    "apology {0} 10:00 2030-01-03",
)
DECIDED = ("submitted {0} 08:00", "received {0} 08:00", "resolved {0} 09:00")


def on(day: str, lines: tuple[str, ...], **fields: Any) -> Dossier:
    return dossier(*(line.format(day) for line in lines), **fields)


# rule, a dossier that keeps it, one that breaks it, the reason, the broken one the day before the
# rule existed
CASES: list[tuple[str, Dossier, Dossier, str, Dossier]] = [
    (
        "R1",
        begun(_2011, evidence=label(OnlineLevel2011.LEVEL_4)),
        begun(_2022, evidence=label(OnlineLevel2011.LEVEL_4)),
        "level-after-regime",
        begun("2011-09-30", evidence=Evidence()),
    ),
    (
        "R2",
        begun(_2011, evidence=label(OnlineLevel2011.LEVEL_4, online_payment=True)),
        begun(_2011, evidence=label(OnlineLevel2011.LEVEL_3, online_payment=True)),
        "level-payment",
        begun("2011-09-30", evidence=label(OnlineLevel2011.LEVEL_3, online_payment=True)),
    ),
    (
        "R3",
        begun(_2022, channel=Channel.ONLINE, evidence=label(OnlineKind2022.FULL,
            result_by=Channel.POST)),
        begun(_2022, channel=Channel.ONLINE, evidence=label(OnlineKind2022.FULL, presence=True)),
        "not-end-to-end",
        begun("2022-08-14", channel=Channel.ONLINE,
            evidence=label(OnlineKind2022.FULL, presence=True)),
    ),
    (
        "R3",
        begun(_2026, evidence=label(OnlineKind2022.PARTIAL, partial_reason=PartialReason.PRESENCE)),
        begun(_2026, evidence=label(OnlineKind2022.PARTIAL)),
        "partial-without-reason",
        begun("2026-06-30", evidence=label(OnlineKind2022.PARTIAL)),
    ),
    ("R4", on(_2022, TWO_REQUESTS[:3]), on(_2022, TWO_REQUESTS), "second-supplement",
        on("2018-06-20", TWO_REQUESTS)),
    (
        "R5",  # within 3 working days of receipt: Wed 1/3/2023 -> Mon 6/3
        dossier("submitted 2023-03-01 09:00", "received 2023-03-01 09:00",
            "supplement-requested 2023-03-06 16:00"),
        dossier("submitted 2023-03-01 09:00", "received 2023-03-01 09:00",
            "supplement-requested 2023-03-07 08:00"),
        "supplement-notice-late",
        dossier("submitted 2018-06-20 09:00", "received 2018-06-20 09:00",
            "supplement-requested 2018-07-27 08:00"),
    ),
    (
        # art. 17(2)(c): 8 working hours from system receipt: Mon 2/3/2026 9:00 -> Tue 3/3 9:30 (7.5
        # a day here)
        "R5",
        dossier("submitted 2026-03-02 09:00", "supplement-requested 2026-03-03 09:30",
            channel=Channel.ONLINE),
        dossier("submitted 2026-03-02 09:00", "supplement-requested 2026-03-03 09:31",
            channel=Channel.ONLINE),
        "supplement-notice-late",
        dossier("submitted 2025-06-02 09:00", "supplement-requested 2025-06-30 09:31",
            channel=Channel.ONLINE),
    ),
    ("R6", on(_2022, APOLOGIES[:3], limit="5 ngày làm việc"),
        on(_2022, APOLOGIES, limit="5 ngày làm việc"),
     "second-apology",
     on("2018-06-20", APOLOGIES, limit="5 ngày làm việc")),
    (
        "R7",  # Wed 1/3/2023 and 3 working days: Mon 6/3
        begun("2023-03-01", limit="3 ngày làm việc", stated_due=date(2023, 3, 6)),
        begun("2023-03-01", limit="3 ngày làm việc", stated_due=date(2023, 3, 7)),
        "due-date-differs",
        begun("2016-12-31", limit="3 ngày làm việc", stated_due=date(2017, 3, 7)),
    ),
    (
        "R8",
        dossier("submitted 2026-03-02 08:00", "received 2026-03-02 08:00",
            "withdrawal-asked 2026-03-02 09:00"),
        on("2026-03-02", (*DECIDED, "withdrawal-asked {0} 10:00")),
        "withdrawal-after-decision",
        on("2025-06-30", (*DECIDED, "withdrawal-asked {0} 10:00")),
    ),
    (
        "R9",
        on(_2022, (*DECIDED, "returned {0} 10:00")),
        on(_2022, ("submitted {0} 08:00", "returned {0} 10:00")),
        "event-forbidden",
        on("2018-06-20", ("submitted {0} 08:00", "returned {0} 10:00")),
    ),
    (
        "R10",
        begun("2022-09-21", code="000.00.53.H48-220921-0099"),
        begun("2022-09-22", code="000.00.53.H48-220921-0099"),
        "dossier-date-differs",
        begun("2019-01-05", code="000.00.53.H48-220921-0099"),
    ),
    (
        "R11",
        begun(_2022, procedure="2.000815"),
        begun(_2022, procedure="7.000815"),
        "procedure-class-unseen",
        begun("2019-01-05", procedure="7.000815"),
    ),
    (
        "R12",
        begun(_2022, stated_due=date(2023, 3, 3), stated_finished=date(2023, 3, 3)),
        begun(_2022, stated_due=date(2023, 3, 3), stated_finished=date(2023, 3, 4)),
        "dossier-late",
        begun("2018-06-20", stated_due=date(2018, 6, 22), stated_finished=date(2018, 6, 25)),
    ),
    (
        "R13",
        begun("2025-06-30", unit="H47.1"),
        begun("2025-07-01", unit="H47.1"),
        "unit-other-day",
        begun("2020-09-14", unit="H99.9"),
    ),
    (
        "R14",
        begun("2023-03-01", evidence=Evidence(registration=Registration.BIRTH,
            happened_on=date(2022, 12, 31))),
        begun("2023-03-02", evidence=Evidence(registration=Registration.BIRTH,
            happened_on=date(2022, 12, 31))),
        "event-registered-late",
        begun("2016-06-01", evidence=Evidence(registration=Registration.BIRTH,
            happened_on=date(2015, 12, 31))),
    ),
    (
        "R15",
        on("2025-09-08", ("submitted {0} 09:00", "received {0} 09:00",
            "supplement-requested {0} 10:00",
                          "supplement-received 2025-09-30 09:00")),
        on("2025-09-08", ("submitted {0} 09:00", "received {0} 09:00",
            "supplement-requested {0} 10:00")),
        "supplement-unanswered",
        on("2025-06-30", ("submitted {0} 09:00", "received {0} 09:00",
            "supplement-requested {0} 10:00")),
    ),
    (
        "R16",  # received at 9:00, handed over on the same day
        on("2025-09-08", ("submitted {0} 09:00", "received {0} 09:00", "transferred {0} 16:00"),
            channel=Channel.IN_PERSON),
        on("2025-09-08", ("submitted {0} 09:00", "received {0} 09:00",
            "transferred 2025-09-09 07:30"),
           channel=Channel.IN_PERSON),
        "transfer-late",
        on("2018-06-18", ("submitted {0} 09:00", "received {0} 09:00",
            "transferred 2018-06-20 09:00"),
           channel=Channel.IN_PERSON),
    ),
    (
        "R17",  # offered online from 27/4/2022 on
        begun("2022-04-27", unit="20971", procedure="1.001193", channel=Channel.ONLINE),
        begun("2022-04-26", unit="20971", procedure="1.001193", channel=Channel.ONLINE),
        "service-not-offered",
        begun("2011-06-09", unit="20971", procedure="1.001193", channel=Channel.ONLINE),
    ),
]  # fmt: skip


def run(key: str, one: Dossier) -> tuple[Finding, ...]:
    return check(
        one,
        as_of=date(2029, 12, 31),
        rules=[rule(key)],
        counting=COUNTING,
        units=UNITS,
        catalogue=catalogue_of_2022() if key == "R17" else None,
    )


@pytest.mark.parametrize(("key", "keeps", "breaks", "reason", "before"), CASES)
def test_each_rule(key: str, keeps: Dossier, breaks: Dossier, reason: str, before: Dossier) -> None:
    assert run(key, keeps) == ()
    # What had to be assumed about the history comes beside the rules.
    found = [one for one in run(key, breaks) if not one.reason.startswith("history-")]
    assert reason in {one.reason for one in found}
    assert {dict(one.parts)["rule"] for one in found} == {key}
    assert {one.severity for one in found} == {rule(key).severity}
    assert all(one.path.startswith("$") for one in found)
    cited = {str(ground.citation) for ground in rule(key).grounds}
    assert {str(dict(one.parts)["source"]) for one in found} <= cited | {
        "status list of the National Portal, transition table"
    }
    for lang in LANGUAGES:
        assert all("{" not in one.line(lang) for one in found)
    silent = {one.reason for one in run(key, before) if not one.reason.startswith("history-")}
    assert silent <= {"no-rule-in-force"}


def test_every_rule_has_its_case_and_its_text() -> None:
    assert (
        {case[0] for case in CASES}
        == {each.key for each in rules()}
        == {f"R{n}" for n in range(1, 18)}
    )
    assert all(each.grounds and each.title.vi for each in rules())
    with pytest.raises(UnknownNameError):
        rule("R18")


FULL, DESK = OnlineKind2022.FULL, Channel.IN_PERSON


@pytest.mark.parametrize(
    ("level", "day", "reason"),
    [
        (FULL, "2010-03-01", "level-before-regime"),  # before all regimes too
        (FULL, "2022-08-14", "level-before-regime"),
        (OnlineLevel2011.LEVEL_4, "2022-08-15", "level-after-regime"),
        (OnlineLevel2011.LEVEL_1, "2011-09-30", "level-before-regime"),
    ],
)
def test_r1_is_the_check_of_levels(
    level: OnlineLevel2011 | OnlineKind2022, day: str, reason: str
) -> None:
    found = [
        one
        for one in run("R1", begun(day, evidence=label(level)))
        if one.reason != "no-rule-in-force"
    ]
    assert [(one.reason, one.path) for one in found] == [(reason, "$.evidence.level")]
    assert [one.reason for one in check_level(level, date.fromisoformat(day))] == [reason]


def test_r1_looks_at_the_proactive_level_too() -> None:
    for day, reasons in (("2026-06-30", ["level-before-regime"]), ("2026-07-01", [])):
        one = begun(day, evidence=label(FULL, proactive=ProactiveLevel2026.PREPARE))
        assert [found.reason for found in run("R1", one)] == reasons


def test_a_dossier_at_the_desk_says_nothing_against_an_end_to_end_service() -> None:
    assert run("R3", begun(_2022, channel=DESK, evidence=label(FULL, result_by=DESK))) == ()
    online = begun(_2022, channel=Channel.ONLINE, evidence=label(FULL, result_by=DESK))
    assert [(one.reason, one.value) for one in run("R3", online)] == [
        ("not-end-to-end", ("result_online",))
    ]
    visited = begun(_2022, channel=DESK, evidence=label(FULL, presence=True, on_site_check=True))
    assert [one.value for one in run("R3", visited)] == [("presence_required", "on_site_check")]


def test_r2_asks_for_the_wording_of_the_day_of_the_result() -> None:
    post = label(OnlineLevel2011.LEVEL_3, result_by=Channel.POST)
    lines = ("submitted 2018-05-28 09:00", "received 2018-05-28 09:00")
    before = dossier(*lines, "resolved 2018-05-31 09:00", evidence=post)
    after = dossier(*lines, "resolved 2018-06-01 09:00", evidence=post)
    assert [one.reason for one in run("R2", before)] == ["level-result"]
    assert run("R2", after) == ()


MARCH = date(2022, 3, 10)


@pytest.mark.parametrize(
    ("events", "stated", "early"),
    [
        ((), {"stated_received": MARCH, "stated_finished": date(2022, 3, 1)}, True),
        ((), {"stated_received": MARCH, "stated_finished": MARCH}, False),
        (("received 2022-03-10 09:00",), {"stated_finished": date(2022, 3, 9)}, True),
        (("received 2022-03-10 09:00",), {"stated_finished": MARCH}, False),
        ((), {"stated_received": MARCH}, False),
    ],
)
def test_finished_before_received(
    events: tuple[str, ...], stated: dict[str, Any], early: bool
) -> None:
    one = dossier("submitted 2022-03-10 08:00", *events, **stated)
    found = check(one, as_of=date(2022, 12, 14), rules=[rule("R4")])
    assert ([each.reason for each in found] == ["dossier-finished-before-received"]) is early


def test_a_day_before_all_rules_is_said() -> None:
    for day, reasons in (("2011-09-30", ["no-rule-in-force"]), ("2011-10-01", [])):
        found = check(begun(day), as_of=date(2029, 12, 31))
        assert [one.reason for one in found if one.reason == "no-rule-in-force"] == reasons


def test_death_has_fifteen_days() -> None:
    evidence = Evidence(registration=Registration.DEATH, happened_on=date(2023, 3, 1))
    assert run("R14", begun("2023-03-16", evidence=evidence)) == ()
    assert len(run("R14", begun("2023-03-17", evidence=evidence))) == 1


def test_an_apology_one_day_before_the_due_date_and_later() -> None:
    # 5 working days from Wed 1/3/2023: Wed 8/3; the last day for an apology is Tue 7/3.
    lines = ("submitted 2023-03-01 09:00", "received 2023-03-01 09:00")
    in_time = dossier(*lines, "apology 2023-03-07 16:00 2023-03-10", limit="5 ngày làm việc")
    late = dossier(*lines, "apology 2023-03-08 07:30 2023-03-10", limit="5 ngày làm việc")
    earlier = dossier(*lines, "apology 2023-03-02 07:30 2023-03-08", limit="5 ngày làm việc")
    assert run("R6", in_time) == ()
    assert [one.reason for one in run("R6", late)] == ["apology-late"]
    assert [one.reason for one in run("R6", earlier)] == ["apology-without-extension"]


def test_what_cannot_be_derived_is_a_notice_and_other_rules_go_on() -> None:
    one = dossier(
        "submitted 2026-03-02 09:00", "received 2026-03-02 09:00",
        "payment-requested 2026-03-03 08:00",
        "payment-met 2026-03-04 08:00", limit="5 ngày làm việc", stated_due=date(2026, 3, 9),
    )  # fmt: skip
    found = check(one, as_of=date(2026, 12, 1), counting=CountingRules(CALENDAR))
    skipped = [f for f in found if f.reason == "rule-not-run"]
    assert {dict(f.parts)["rule"] for f in skipped} == {"R7", "R12"}
    assert all(
        f.severity is Severity.NOTICE and dict(f.parts)["why"].reason == "clock-policy-needed"
        for f in skipped
    )
    assert "code-unreadable" in {f.reason for f in found}


def test_a_rule_of_a_user_takes_part() -> None:
    def no_self_service(one: Dossier, _: Any, on: Any) -> Iterator[Finding]:
        if one.channel is Channel.POST and on(date(2024, 1, 1)):
            yield Finding("our-post-rule", "$.channel")

    own = Rule(
        "P1",
        Text(vi="không qua bưu chính", en="not by post"),
        Severity.NOTICE,
        (Ground(Validity(date(2023, 1, 1)), Citation("QĐ 1/QĐ-UBND")),),
        no_self_service,
    )
    found = check(Dossier("x", channel=Channel.POST), as_of=date(2024, 1, 1), rules=[*rules(), own])
    assert [(f.reason, dict(f.parts)["rule"], f.severity) for f in found] == [
        ("our-post-rule", "P1", Severity.NOTICE)
    ]


# -- bad input -------------------------------------------------------------------------------------


def reasons(one: Dossier, **more: Any) -> list[tuple[str, str]]:
    return [(f.reason, f.path) for f in check(one, as_of=date(2029, 12, 31), **more)]


def test_events_out_of_order_twice_and_before_submission() -> None:
    one = dossier(
        "submitted 2023-03-02 09:00", "received 2023-03-02 10:00", "transferred 2023-03-01 08:00",
        "received 2023-03-02 10:00",
    )  # fmt: skip
    found = reasons(one, rules=())
    assert ("event-out-of-order", "$.events[2]") in found
    assert ("event-before-submission", "$.events[2]") in found
    assert ("event-twice", "$.events[3]") in found
    assert len(one.events) == 4
    entered_again = evolve(one.events[1], recorded=instant(one.events[1]) + timedelta(days=3))
    assert ("event-twice", "$.events[4]") in reasons(
        evolve(one, events=(*one.events, entered_again)), rules=()
    )


def test_ten_supplements_give_nine_findings() -> None:
    lines = ["submitted 2023-03-02 08:00"]
    for hour in range(10):
        lines += [
            f"supplement-requested 2023-03-03 {hour:02}:10",
            f"supplement-received 2023-03-03 {hour:02}:20",
        ]
    found = reasons(dossier(*lines), rules=[rule("R4")])
    assert found == [("second-supplement", f"$.events[{index}]") for index in range(3, 21, 2)]


def test_unknown_codes_are_kept_and_found() -> None:
    one = begun(_2022, code="???", procedure="abc")
    assert reasons(one, rules=[rule("R10"), rule("R11")]) == [
        ("code-unreadable", "$.code"), ("code-unreadable", "$.procedure"),
    ]  # fmt: skip
    assert one.code == "???"


def test_links_that_go_round_unknown_and_twice() -> None:
    found = check_links(
        [Dossier("a", linked=("b",)), Dossier("b", linked=("c", "z")), Dossier("c", linked=("a",)),
            Dossier("a"),
         Dossier("s", linked=("s",))]
    )  # fmt: skip
    assert [(f.reason, f.path) for f in found] == [
        ("code-twice", "$[3].code"), ("link-unknown", "$[1].linked[1]"),
        ("link-circle", "$[0].linked"),
        ("link-circle", "$[4].linked"),
    ]  # fmt: skip
    chain = [Dossier(str(n), linked=(str(n + 1),)) for n in range(5000)]
    assert [f.reason for f in check_links(chain)] == ["link-unknown"]


def test_long_circles_and_long_chains_of_links() -> None:
    # Each is walked once: in a test, a walk that is quadratic would take minutes.
    n = 30_000
    ring = [Dossier(str(i), linked=(str((i + 1) % n),)) for i in range(n)]
    [found] = check_links(ring)
    assert (found.reason, found.path) == ("link-circle", "$[0].linked")
    assert check_links(ring[:-1])[0].reason == "link-unknown"
    assert len(check_links(ring[:-1])) == 1


def test_who_waits_for_whom_against_walking_from_each() -> None:
    """Every dossier that can reach itself is in a knot, and each knot is reported once."""
    rng = random.Random(17)
    for _ in range(cases(200, 10_000)):
        n = rng.randrange(1, 9)
        codes = [str(i) for i in range(n)]
        links = {code: tuple(rng.choices(codes, k=rng.randrange(3))) for code in codes}
        reach = {code: reachable(links, code) for code in codes}
        knots = {
            frozenset(other for other in reach[code] if code in reach[other])
            for code in codes
            if code in reach[code]
        }
        found = check_links([Dossier(code, linked=links[code]) for code in codes])
        circles = [str(each.value).split(" → ") for each in found]
        assert {each.reason for each in found} <= {"link-circle"}
        assert len(circles) == len(knots)
        assert [each.path for each in found] == sorted(
            f"$[{min(k, key=int)}].linked" for k in knots
        )
        for circle in circles:
            assert any(
                circle[0] == min(knot, key=int) and knot.issuperset(circle) for knot in knots
            )
            assert all(
                links[one].count(circle[(i + 1) % len(circle)]) for i, one in enumerate(circle)
            )


def reachable(links: dict[str, tuple[str, ...]], start: str) -> set[str]:
    """What can be reached from a code by one step or more."""
    met: set[str] = set()
    ahead = list(links[start])
    while ahead:
        code = ahead.pop()
        if code not in met:
            met.add(code)
            ahead += links[code]
    return met


def test_a_history_of_very_many_stops_and_questions() -> None:
    start = datetime(2022, 3, 1, 9, tzinfo=UTC)
    kinds = (
        EventKind.VERIFICATION_ASKED, EventKind.SUPPLEMENT_REQUESTED, EventKind.SUPPLEMENT_RECEIVED,
        EventKind.LINKED_SENT, EventKind.VERIFICATION_ANSWERED,
    )  # fmt: skip
    rounds = cases(2_000, 10_000)
    middle = [Event(kinds[n % 5], start + timedelta(seconds=n + 1)) for n in range(5 * rounds)]
    one = Dossier(
        "x", events=(Event(EventKind.SUBMITTED, start), Event(EventKind.RECEIVED, start), *middle)
    )
    state = one.state
    assert len(state.stops) == 2 * rounds
    assert not any(stop.is_open for stop in state.stops)
    assert state.open_questions == (EventKind.LINKED_SENT,) * rounds
    assert [
        found.reason for found in check(one, as_of=date(2022, 12, 31), rules=(rule("R9"),))
    ] == []


def test_a_history_of_very_many_events_and_absurd_times() -> None:
    start = datetime(2023, 3, 2, tzinfo=UTC)
    count = cases(20_000, 100_000)
    events = [Event(EventKind.NOTE, start + timedelta(minutes=n)) for n in range(count)]
    one = Dossier("x", events=(Event(EventKind.SUBMITTED, start), *events))
    assert one.state.count == count + 1
    assert check(one, as_of=date(2029, 1, 1), rules=[rule("R9")]) == ()
    absurd = Dossier(
        "x",
        events=(
            Event(EventKind.SUBMITTED, datetime.max.replace(tzinfo=UTC)),
            Event(EventKind.RECEIVED, datetime.min.replace(tzinfo=UTC)),
        ),
    )
    assert ("event-out-of-order", "$.events[1]") in reasons(absurd, counting=COUNTING)


def test_a_forbidden_history_is_folded_and_nothing_after_the_decision_moves_it() -> None:
    one = dossier(
        "resolved 2023-03-02 09:00", "resolved 2023-03-05 09:00", "received 2023-03-06 09:00"
    )
    assert replay(one.events).decided_at == one.events[0].at
    assert replay(one.events).received_at is None
    assert evolve(one, events=one.events[::-1]).state == one.state


def test_policy_none_leaves_timeliness_out() -> None:
    one = begun(_2022, stated_due=date(2023, 3, 3), stated_finished=date(2023, 3, 4))
    assert reasons(one, rules=[rule("R12")], policy=None) == []
    pending = begun(_2022, stated_due=date(2023, 3, 3))
    assert reasons(pending, rules=[rule("R12")], policy=TimelinessPolicy(Precision.TIMESTAMP)) == [
        ("dossier-overdue", "$")
    ]
