"""`CountingRules`: what they accept, whose word counts, and what they leave open."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DayCount,
    HoursReading,
    LimitUnit,
    Roll,
    Stop,
    StopKind,
    TimeLimit,
    due,
    rule_sets,
    special_clock,
)
from evnpubsvc.errors import MisuseError
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import counting_rules
from evnpubsvc.worktime import vietnam_calendar

CALENDAR = vietnam_calendar()
LIMIT = TimeLimit(3, LimitUnit.WORKING_DAYS)


@given(counting_rules())
def test_json_round_trip(rules: CountingRules) -> None:
    assert from_json(to_json(rules), CountingRules) == rules


def test_values_of_enums_are_accepted() -> None:
    by_value = CountingRules(
        CALENDAR,
        cutoff="shift15",
        days="eight-hours",
        hours="working",
        roll="none",
        clock={"supplement": "restart", "other": "resume"},
    )
    assert by_value == CountingRules(
        CALENDAR,
        CutOff.SHIFT15,
        DayCount.EIGHT_HOURS,
        HoursReading.WORKING,
        Roll.NONE,
        clock=[(StopKind.SUPPLEMENT, ClockPolicy.RESTART), (StopKind.OTHER, ClockPolicy.RESUME)],
    )
    assert CountingRules(CALENDAR, clock="exclude").clock == tuple(
        (kind, ClockPolicy.EXCLUDE) for kind in sorted(StopKind)
    )


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ({"calendar": None}, "wrong-type"),
        ({"cutoff": "16:00"}, "policy-unknown"),
        ({"days": "nine-hours"}, "policy-unknown"),
        ({"hours": 8}, "policy-unknown"),
        ({"roll": None}, "policy-unknown"),
        ({"solvable": 1}, "wrong-type"),
        ({"special": "certified-copy"}, "wrong-type"),
        ({"clock": "later"}, "policy-unknown"),
        ({"clock": 5}, "policy-unknown"),
        ({"clock": {"nap": "restart"}}, "policy-unknown"),
        ({"clock": {"supplement": None}}, "policy-unknown"),
    ],
)
def test_what_is_refused(rest: dict[str, Any], reason: str) -> None:
    with pytest.raises(MisuseError) as caught:
        CountingRules(**{"calendar": CALENDAR, **rest})
    assert caught.value.reason == reason


def test_due_takes_a_calendar_or_counting_rules() -> None:
    rules = CountingRules(CALENDAR)
    assert due(date(2024, 3, 5), LIMIT, counting=rules) == due(
        date(2024, 3, 5), LIMIT, calendar=CALENDAR
    )
    for both in ({}, {"calendar": CALENDAR, "counting": rules}):
        with pytest.raises(MisuseError, match="calendar-or-counting"):
            due(date(2024, 3, 5), LIMIT, **both)  # type: ignore[arg-type]


def test_the_callers_word_comes_before_the_special_clock_and_the_rule_set() -> None:
    received = date(2025, 9, 1)
    special = special_clock("linked-karaoke-2025")  # restarts after a supplement
    kind = StopKind.SUPPLEMENT
    assert CountingRules(CALENDAR, special=special).clock_of(kind, received) is ClockPolicy.RESTART
    own = CountingRules(CALENDAR, special=special, clock={kind: ClockPolicy.RESUME})
    assert own.clock_of(kind, received) is ClockPolicy.RESUME
    assert CountingRules(CALENDAR).clock_of(kind, date(2024, 6, 3)) is ClockPolicy.RESTART
    # The rule set says "restart" on that day; a special clock that says otherwise comes first.
    resumes = evolve(special, clocks=((kind, ClockPolicy.RESUME),))
    by_special = CountingRules(CALENDAR, special=resumes)
    assert by_special.clock_of(kind, date(2024, 6, 3)) is ClockPolicy.RESUME
    assert CountingRules(CALENDAR).clock_of(kind, date(2018, 6, 20)) is None


@given(
    counting_rules(),
    st.sampled_from(
        [
            day
            for rules in rule_sets()
            for day in (rules.validity.since, rules.validity.until)
            if day is not None and CALENDAR.first <= day
        ]
    ),
)
def test_what_is_unsettled_raises_and_nothing_else_does(rules: CountingRules, day: date) -> None:
    plain = CountingRules(CALENDAR, special=None, clock=rules.clock)
    raised = []
    for kind in StopKind:
        try:
            due(day, LIMIT, counting=plain, stops=[Stop(kind, day, day)])
        except MisuseError as error:
            raised.append((error.reason, kind))
    assert raised == [("clock-policy-needed", kind) for kind in plain.unsettled(day)]
