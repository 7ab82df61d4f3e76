"""`CountingRules`: what they accept, whose word counts, and what they leave open."""

from datetime import date, datetime, timedelta, timezone
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
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

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


# -- days without an hour --------------------------------------------------------------------------

HOURS = "8 giờ làm việc"


@pytest.mark.parametrize(
    ("taken_for", "at"), [("opening", (2, 7, 0)), ("closing", (2, 17, 0)), (None, None)]
)
def test_a_day_is_taken_for_an_hour_only_where_that_is_declared(
    taken_for: str | None, at: tuple[int, int, int] | None
) -> None:
    rules = CountingRules(CALENDAR, unknown_hour=taken_for)
    day, limit = date(2026, 3, 2), TimeLimit.parse(HOURS)
    if at is None:
        with pytest.raises(MisuseError, match="time-of-receipt-needed"):
            due(day, limit, counting=rules)
        return
    instant = datetime(2026, 3, *at)
    assert rules.instant_of(day) == instant
    found = due(day, limit, counting=rules)
    assert found.instant == due(instant, limit, counting=rules).instant
    assert [(f.reason, f.value) for f in found.notices] == [("hour-assumed", day)]
    # Where no hour is needed none is assumed.
    days = TimeLimit.parse("3 ngày làm việc")
    assert due(day, days, counting=rules) == due(day, days, counting=CountingRules(CALENDAR))


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 3, 1)])
def test_a_day_off_is_taken_for_its_midnights(day: date) -> None:
    opens, closes = (CountingRules(CALENDAR, unknown_hour=hour) for hour in ("opening", "closing"))
    midnight = datetime(day.year, day.month, day.day)
    assert opens.instant_of(day) == midnight
    assert closes.instant_of(day) == midnight + timedelta(days=1)


@pytest.mark.parametrize("zone", [None, VIETNAM_TIME])
@pytest.mark.parametrize("end", [datetime(2026, 3, 3, 8), date(2026, 3, 4), None])
def test_a_stop_of_days_gets_hours_too(zone: timezone | None, end: datetime | date | None) -> None:
    rules = CountingRules(CALENDAR, unknown_hour="closing", clock="exclude")
    if isinstance(end, datetime):
        end = end.replace(tzinfo=zone)
    received = datetime(2026, 3, 2, 9, tzinfo=zone)
    stop = Stop(StopKind.OTHER, date(2026, 3, 3), end)
    found = due(received, TimeLimit.parse(HOURS), counting=rules, stops=[stop])
    reasons = [f.reason for f in found.notices if f.reason == "hour-assumed"]
    assert len(reasons) == (2 if type(end) is date else 1)
    # What was assumed gives way: the stop does not end before it begins.
    if isinstance(end, datetime):
        assert found.instant == datetime(2026, 3, 3, 9, tzinfo=zone)
    with pytest.raises(MisuseError, match="time-of-stop-needed"):
        due(
            received,
            TimeLimit.parse(HOURS),
            counting=CountingRules(CALENDAR, clock="exclude"),
            stops=[stop],
        )
