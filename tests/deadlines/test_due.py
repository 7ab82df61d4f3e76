"""`due`: laws, policies one by one, refusals, traces, round trips."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import pytest
from attrs import evolve
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

import evnpubsvc.deadlines as room
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DayCount,
    Deadline,
    HoursReading,
    LimitReading,
    LimitUnit,
    Policy,
    Roll,
    RuleSet,
    SpecialClock,
    Stop,
    StopKind,
    StopLedger,
    TimeLimit,
    clock_start,
    rule_set_on,
    rule_sets,
    special_clock,
    special_clocks,
)
from evnpubsvc.deadlines import due as room_due
from evnpubsvc.deadlines._due import answer
from evnpubsvc.deadlines._moments import add_months
from evnpubsvc.deadlines._question import ask
from evnpubsvc.deadlines._short import count_days_by_rules
from evnpubsvc.deadlines._stopped_time import list_restarts, place
from evnpubsvc.deadlines.results import DeadlineState, Step
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.services import Channel
from evnpubsvc.strategies import stops, time_limits
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.texts.parts import catalogue
from evnpubsvc.worktime import (
    VIETNAM_TIME,
    Calendar,
    CalendarDay,
    DayKind,
    OutsideCoverageError,
    WeeklyHours,
    vietnam_calendar,
)
from tests.deadlines.counted import due
from tests.deep import cases

PLAIN = vietnam_calendar()
OFFICE = PLAIN.with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
WD, D = LimitUnit.WORKING_DAYS, LimitUnit.DAYS
SAME_DAY = TimeLimit(0, LimitUnit.SAME_DAY)
LOW, HIGH = date(2022, 1, 3), date(2024, 6, 30)

received_days = st.dates(LOW, HIGH)
received_instants = st.datetimes(datetime(2022, 1, 3), datetime(2024, 6, 30))
day_limits = time_limits(
    units=st.sampled_from([WD, D, LimitUnit.WEEKS, LimitUnit.MONTHS]), max_amount=12
).filter(lambda limit: limit.amount.denominator == 1)
pauses = st.lists(
    stops(
        min_day=LOW,
        max_day=HIGH,
        instants=True,
        open_ended=False,
        clocks=st.sampled_from([ClockPolicy.RESUME, ClockPolicy.RESTART]),
    ),
    max_size=3,
)


def end_of(deadline: Deadline) -> tuple[date, datetime]:
    assert deadline.date is not None
    return deadline.date, deadline.instant or datetime.max


def reason_of(*args: Any, **kwargs: Any) -> str:
    kwargs.setdefault("calendar", OFFICE)
    with pytest.raises(MisuseError) as error:
        due(*args, **kwargs)
    for lang in LANGUAGES:
        assert "{" not in error.value.finding.line(lang)
    return error.value.reason


# -- laws ------------------------------------------------------------------------------------------


@given(received_days, day_limits)
def test_a_due_date_is_a_working_day_after_the_receipt(received: date, limit: TimeLimit) -> None:
    deadline = due(received, limit, calendar=OFFICE)
    assert deadline.date is not None
    assert OFFICE.is_working_day(deadline.date)
    assert deadline.date > received
    assert deadline.state is DeadlineState.SET


@given(received_days, day_limits, st.integers(1, 5))
def test_more_time_is_never_due_earlier(received: date, limit: TimeLimit, more: int) -> None:
    longer = evolve(limit, amount=limit.amount + more)
    assert end_of(due(received, limit, calendar=OFFICE)) <= end_of(
        due(received, longer, calendar=OFFICE)
    )


@given(
    received_instants,
    received_instants,
    day_limits,
    st.sampled_from(sorted(set(CutOff) - {"hard15", "soft15"})),
)
def test_a_later_receipt_is_never_due_earlier(
    a: datetime, b: datetime, limit: TimeLimit, cutoff: CutOff
) -> None:
    a, b = sorted((a, b))
    first, second = (due(at, limit, calendar=OFFICE, cutoff=CutOff(cutoff)) for at in (a, b))
    assert end_of(first) <= end_of(second)


all_limits = day_limits | time_limits(
    units=st.sampled_from([LimitUnit.WORKING_HOURS, LimitUnit.CLOCK_HOURS]), max_amount=100
)


another = stops(
    min_day=LOW,
    max_day=HIGH,
    instants=True,
    open_ended=False,
    clocks=st.sampled_from([ClockPolicy.EXCLUDE, ClockPolicy.RESTART]),
)


@given(received_instants, all_limits, pauses, another)
def test_a_stop_never_brings_a_deadline_forward(
    at: datetime, limit: TimeLimit, ledger: list[Stop], stop: Stop
) -> None:
    before = due(at, limit, calendar=OFFICE, stops=ledger)
    after = due(at, limit, calendar=OFFICE, stops=[*ledger, stop])
    assert end_of(before)[0] <= end_of(after)[0]
    if before.instant and after.instant:
        assert before.instant <= after.instant


@given(received_instants, all_limits, pauses, st.data())
def test_splitting_a_stop_changes_nothing(
    at: datetime, limit: TimeLimit, ledger: list[Stop], data: st.DataObject
) -> None:
    assume(ledger)
    stop = ledger[0]
    assert isinstance(stop.start, datetime)
    assert isinstance(stop.end, datetime)
    middle = data.draw(st.datetimes(stop.start, stop.end))
    split = [evolve(stop, end=middle), evolve(stop, start=middle), *ledger[1:]]
    assert end_of(due(at, limit, calendar=OFFICE, stops=split)) == end_of(
        due(at, limit, calendar=OFFICE, stops=ledger)
    )


@given(received_instants, all_limits, pauses, st.permutations(range(4)))
def test_the_order_and_repetition_of_stops_do_not_matter(
    at: datetime, limit: TimeLimit, ledger: list[Stop], order: list[int]
) -> None:
    shuffled = [ledger[i] for i in order if i < len(ledger)] + ledger[:1]
    assert end_of(due(at, limit, calendar=OFFICE, stops=shuffled)) == end_of(
        due(at, limit, calendar=OFFICE, stops=ledger)
    )


@given(received_days, day_limits, st.dates(LOW, date(2025, 12, 31)))
def test_another_holiday_never_brings_a_deadline_forward(
    received: date, limit: TimeLimit, day: date
) -> None:
    holiday = CalendarDay(day, DayKind.HOLIDAY, Text(vi="lễ", en="feast"), Citation("a decision"))
    more = OFFICE.with_days([holiday], replace=True)
    assert end_of(due(received, limit, calendar=OFFICE)) <= end_of(
        due(received, limit, calendar=more)
    )


@given(received_instants, all_limits, st.sampled_from([(18, 0, 13), (11, 30, 2), (12, 0, 1)]))
def test_a_stop_outside_office_hours_costs_nothing(
    at: datetime, limit: TimeLimit, stop: tuple[int, int, int]
) -> None:
    assume(limit.unit is not LimitUnit.CLOCK_HOURS)
    hour, minute, length = stop
    start = datetime(at.year, at.month, at.day, hour, minute) + timedelta(days=1)
    ledger = [Stop(StopKind.OTHER, start, start + timedelta(hours=length), ClockPolicy.EXCLUDE)]
    assert end_of(due(at, limit, calendar=OFFICE, stops=ledger)) == end_of(
        due(at, limit, calendar=OFFICE)
    )


@given(received_instants, all_limits)
def test_time_zones_do_not_matter(at: datetime, limit: TimeLimit) -> None:
    local = due(at, limit, calendar=OFFICE)
    aware = due((at - timedelta(hours=7)).replace(tzinfo=UTC), limit, calendar=OFFICE)
    assert aware.date == local.date
    if local.instant:
        assert aware.instant is not None
        assert aware.instant.utcoffset() == timedelta(hours=7)
        assert aware.instant.replace(tzinfo=None) == local.instant


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=7)), VIETNAM_TIME, UTC])
@pytest.mark.parametrize(
    "limit", [TimeLimit(4, LimitUnit.WORKING_HOURS), TimeLimit(3, LimitUnit.WORKING_DAYS)]
)
def test_who_asks_with_a_zone_is_answered_with_that_of_viet_nam(
    zone: timezone, limit: TimeLimit
) -> None:
    received = datetime(2024, 5, 3, 9, tzinfo=VIETNAM_TIME)
    answer = due(received.astimezone(zone), limit, calendar=OFFICE)
    assert answer.received_at == received
    for moment in (answer.received_at, answer.instant):
        assert moment is None or moment.utcoffset() == timedelta(hours=7)


@given(received_days, day_limits)
def test_the_short_way_is_the_long_way(received: date, limit: TimeLimit) -> None:
    """The common case has code of its own; it must equal the general one in every field."""
    short, long = (
        due(received, limit, calendar=OFFICE),
        due(received, limit, calendar=OFFICE, cutoff=CutOff.NONE),
    )
    assert short == long
    assert hash(short) == hash(long)
    at = datetime(received.year, received.month, received.day, 10)
    assert due(at, limit, calendar=OFFICE) == due(at, limit, calendar=OFFICE, cutoff=CutOff.NONE)


@given(received_days, day_limits)
def test_the_steps_compose_to_the_answer(received: date, limit: TimeLimit) -> None:
    deadline = due(received, limit, calendar=OFFICE)
    assert deadline.trace[0].day == received
    assert deadline.trace[-1].day == deadline.date
    if limit.unit is WD and deadline.date:
        skipped = {reason.day for reason in deadline.trace[1].skipped}
        days = [received + timedelta(days=i + 1) for i in range((deadline.date - received).days)]
        assert [day for day in days if day not in skipped][int(limit.amount) - 1] == deadline.date
        assert all(not OFFICE.is_working_day(day) for day in skipped)


# -- policies --------------------------------------------------------------------------------------

FRIDAY = datetime(2024, 4, 26, 15, 30)  # before five days of which one is worked


@pytest.mark.parametrize(
    ("at", "cutoff", "limit", "expected"),
    [
        ("2024-03-05T15:00", "hard15", "trong ngày", "2024-03-05"),  # 15:00 sharp is before
        ("2024-03-05T15:00:01", "hard15", "trong ngày", "2024-03-06"),
        ("2024-03-09T10:00", "hard15", "trong ngày", "2024-03-11"),  # a Saturday
        (
            "2024-05-04T10:00",
            "hard15",
            "trong ngày",
            "2024-05-04",
        ),  # a make-up Saturday is a working day
        ("2024-03-05T15:01", "transfer15", "1 ngày làm việc", "2024-03-06"),  # moves no due date
        ("2024-03-05T15:01", "shift15", "1 ngày làm việc", "2024-03-07"),
        ("2024-03-05T15:00", "shift15", "1 ngày làm việc", "2024-03-06"),
        ("2024-03-05T16:01", "lasthour", "1 ngày làm việc", "2024-03-07"),
        ("2024-03-05T16:00", "lasthour", "1 ngày làm việc", "2024-03-06"),
        ("2024-03-05T19:00", "lasthour", "1 ngày làm việc", "2024-03-07"),
        ("2024-03-05T17:00", "officehours", "1 ngày làm việc", "2024-03-06"),
        ("2024-03-05T17:01", "officehours", "1 ngày làm việc", "2024-03-07"),
        ("2024-03-05T06:00", "officehours", "1 ngày làm việc", "2024-03-06"),
        ("2024-03-09T10:00", "officehours", "1 ngày làm việc", "2024-03-12"),
        ("2024-03-09T10:00", "none", "1 ngày làm việc", "2024-03-11"),
    ],
)
def test_cut_offs(at: str, cutoff: str, limit: str, expected: str) -> None:
    deadline = due(
        datetime.fromisoformat(at), TimeLimit.parse(limit), calendar=OFFICE, cutoff=CutOff(cutoff)
    )
    assert deadline.date == date.fromisoformat(expected)


def test_soft15_asks_whether_it_can_be_solved() -> None:
    def soft(**rest: Any) -> date | None:
        return due(FRIDAY, SAME_DAY, calendar=OFFICE, cutoff=CutOff.SOFT15, **rest).date

    assert soft(solvable=True) == date(2024, 4, 26)
    assert soft(solvable=False) == date(2024, 5, 2)
    assert reason_of(FRIDAY, SAME_DAY, cutoff=CutOff.SOFT15) == "solvable-needed"
    before = due(FRIDAY.replace(hour=14), SAME_DAY, calendar=OFFICE, cutoff=CutOff.SOFT15)
    assert before.date == date(2024, 4, 26)


def test_fifteen_sharp_and_validity_are_noted() -> None:
    limit = TimeLimit(1, WD)
    sharp = due(
        datetime(2017, 3, 1, 15) + timedelta(days=731),
        limit,
        calendar=OFFICE,
        cutoff=CutOff.TRANSFER15,
    )
    assert [n.reason for n in sharp.notices] == ["fifteen-sharp"]
    assert due(date(2024, 3, 5), limit, calendar=OFFICE, cutoff=CutOff.TRANSFER15).date == date(
        2024, 3, 6
    )


def test_hours_have_three_readings_and_the_others_are_shown() -> None:
    limit, at = TimeLimit.parse("24 giờ"), datetime(2025, 4, 24, 9)
    assert reason_of(at, limit) == "hours-reading-needed"
    results = {reading: due(at, limit, calendar=OFFICE, hours=reading) for reading in HoursReading}
    assert results[HoursReading.CLOCK].instant == datetime(2025, 4, 25, 9)
    # 6.0 hours on Thursday, 7.5 on Friday, 7.5 on the make-up Saturday, 3 on Monday
    assert results[HoursReading.WORKING].instant == datetime(2025, 4, 28, 10, 30)
    assert results[HoursReading.DAYS].date == date(2025, 4, 28)
    assert results[HoursReading.DAYS].instant is None
    shown = {
        dict(n.parts)["reading"]: dict(n.parts)["date"] for n in results[HoursReading.CLOCK].notices
    }
    assert shown == {
        HoursReading.WORKING: datetime(2025, 4, 28, 10, 30),
        HoursReading.DAYS: date(2025, 4, 28),
    }
    assert reason_of(at, TimeLimit.parse("5 giờ"), hours=HoursReading.DAYS) == "hours-not-days"


def test_clock_hours_roll_off_a_day_off() -> None:
    limit = TimeLimit(24, LimitUnit.CLOCK_HOURS)
    rolled = due(datetime(2024, 3, 8, 9), limit, calendar=OFFICE)
    assert (rolled.date, rolled.instant) == (date(2024, 3, 11), None)
    kept = due(datetime(2024, 3, 8, 9), limit, calendar=OFFICE, roll=Roll.NONE)
    assert (kept.date, kept.instant) == (date(2024, 3, 9), datetime(2024, 3, 9, 9))
    midnight = due(datetime(2024, 3, 8), limit, calendar=OFFICE)
    assert midnight.date == date(2024, 3, 8)
    assert "24:00" in str(midnight)


def test_a_stop_after_the_last_hour_comes_too_late() -> None:
    """24 hours from Monday 09:00 are over on Tuesday 09:00, whatever stops that afternoon."""
    limit = TimeLimit(24, LimitUnit.CLOCK_HOURS)
    for end in (datetime(2024, 3, 7, 10), None):
        stops = [Stop(StopKind.OPINION, datetime(2024, 3, 5, 14), end)]
        for clock in (ClockPolicy.EXCLUDE, ClockPolicy.RESUME, ClockPolicy.RESTART):
            found = due(datetime(2024, 3, 4, 9), limit, calendar=OFFICE, clock=clock, stops=stops)
            assert found.instant == datetime(2024, 3, 5, 9)


def test_a_day_off_stays_the_last_day_where_nothing_rolls() -> None:
    """Whatever stops around it: the time in which the clock stands was not counted."""
    opinion = [Stop(StopKind.OPINION, date(2024, 3, 5), date(2024, 3, 6))]
    days = TimeLimit(4, LimitUnit.DAYS)  # at the opening of Wednesday the clock stands
    rules: dict[str, Any] = {"calendar": OFFICE, "clock": ClockPolicy.EXCLUDE, "stops": opinion}
    assert due(date(2024, 3, 4), days, roll=Roll.NONE, **rules).date == date(2024, 3, 9)
    assert due(date(2024, 3, 4), days, roll=Roll.FORWARD, **rules).date == date(2024, 3, 11)
    # Between a stop that ends on Saturday and one that begins on Monday the clock runs.
    rules["stops"] = [
        Stop(StopKind.OPINION, datetime(2024, 3, 8, 16), datetime(2024, 3, 9, 20)),
        Stop(StopKind.OPINION, datetime(2024, 3, 11, 5), datetime(2024, 3, 12, 20)),
    ]
    hours = TimeLimit(120, LimitUnit.CLOCK_HOURS)
    found = due(datetime(2024, 3, 4, 9), hours, roll=Roll.NONE, **rules)
    assert (found.date, found.instant) == (date(2024, 3, 10), datetime(2024, 3, 10, 13))


def test_a_receipt_at_the_opening_sharp_is_in_office_hours() -> None:
    """QĐ 3142: only what comes outside them is moved to the next opening; the trace says so."""

    def steps(hour: int, minute: int) -> list[str]:
        at = datetime(2024, 3, 5, hour, minute)
        found = due(at, TimeLimit(3, WD), calendar=OFFICE, cutoff=CutOff.OFFICEHOURS)
        return [step.key for step in found.trace if "cutoff" in step.key]

    for hour, minute in ((7, 30), (11, 30), (13, 30), (17, 0)):
        assert steps(hour, minute) == ["step-cutoff-in-time"]
    for hour, minute in ((7, 29), (11, 31), (13, 29), (17, 1)):
        assert steps(hour, minute) == ["step-cutoff-officehours-at"]
    # The hour of the opening is shown where it may be at noon as well as in the morning.
    shown: tuple[tuple[CutOff, int | None], ...]
    shown = ((CutOff.OFFICEHOURS, 13), (CutOff.SHIFT15, None))
    for cutoff, opens in shown:
        at = datetime(2024, 3, 5, 12 if opens else 16)
        found = due(at, TimeLimit(3, WD), calendar=OFFICE, cutoff=cutoff)
        [step] = [step for step in found.trace if "cutoff" in step.key]
        assert (step.at and step.at.hour) == opens


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2024-01-31", "1 tháng", "2024-02-29"),  # no 31/2: the last day of the month, art. 148(4)
        ("2023-01-31", "1 tháng", "2023-02-28"),
        ("2024-11-30", "3 tháng", "2025-02-28"),
        ("2024-02-29", "1 năm", "2025-02-28"),
        ("2024-12-05", "1 tháng", "2025-01-06"),  # Sunday 5/1 rolls
        ("2024-03-05", "2 tuần", "2024-03-19"),
    ],
)
def test_months_years_and_weeks(received: str, limit: str, expected: str) -> None:
    deadline = due(date.fromisoformat(received), TimeLimit.parse(limit), calendar=OFFICE)
    assert deadline.date == date.fromisoformat(expected)


def test_half_days_end_within_a_day() -> None:
    limit = TimeLimit(Fraction(3, 2), WD)
    deadline = due(date(2024, 3, 4), limit, calendar=OFFICE)
    # 7.5 hours a day: half of them end at 11:15
    assert (deadline.date, deadline.instant) == (date(2024, 3, 6), datetime(2024, 3, 6, 11, 15))


def test_hours_read_as_days_come_to_halves_of_days() -> None:
    """12 hours are a day and a half: half of the office time of Wednesday, 225 of 450 minutes."""
    received = datetime(2024, 3, 4, 9)
    half = due(received, "12 giờ", calendar=OFFICE, hours=HoursReading.DAYS)
    assert half.instant == datetime(2024, 3, 6, 11, 15)
    clock = due(received, "12 giờ", calendar=OFFICE, hours=HoursReading.CLOCK)
    readings = [dict(n.parts)["reading"] for n in clock.notices]
    assert readings == [HoursReading.WORKING, HoursReading.DAYS]
    for text in ("6 giờ", "90 phút"):
        assert reason_of(received, text, hours=HoursReading.DAYS) == "hours-not-days"


def test_eight_hours_a_day_shows_the_whole_days_too() -> None:
    deadline = due(
        datetime(2024, 3, 4, 9), TimeLimit(1, WD), calendar=OFFICE, days=DayCount.EIGHT_HOURS
    )
    assert deadline.instant == datetime(2024, 3, 5, 9, 30)
    assert [n.reason for n in deadline.notices] == ["days-read-otherwise"]


# -- stops -----------------------------------------------------------------------------------------


def supplement(start: Any, end: Any = None, clock: ClockPolicy | None = None) -> Stop:
    return Stop(StopKind.SUPPLEMENT, start, end, clock)


def test_a_supplement_restarts_under_the_rules_of_2018() -> None:
    """NĐ 61/2018 art. 19(4): the full limit again from the full dossier."""
    deadline = due(
        date(2024, 7, 8),
        TimeLimit(5, WD),
        calendar=OFFICE,
        stops=[supplement(date(2024, 7, 10), date(2024, 7, 12))],
    )
    assert deadline.date == date(2024, 7, 19)
    assert deadline.counted_from == date(2024, 7, 12)
    assert any(c.article == "19(4)" for c in deadline.citations)


def test_a_supplement_under_the_rules_from_2025_restarts_the_limit() -> None:
    """NĐ 118/2025/NĐ-CP art. 19(5). Sectoral law may say otherwise: then the caller does."""
    ledger = [supplement(date(2025, 7, 8), date(2025, 7, 11))]
    limit = TimeLimit(5, WD)
    by_law = due(date(2025, 7, 7), limit, calendar=OFFICE, stops=ledger)
    resume = due(
        date(2025, 7, 7),
        limit,
        calendar=OFFICE,
        stops=ledger,
        clock={StopKind.SUPPLEMENT: ClockPolicy.RESUME},
    )
    assert (by_law.date, resume.date) == (date(2025, 7, 18), date(2025, 7, 17))
    assert by_law.notices == ()


@pytest.mark.parametrize("kind", sorted(set(StopKind) - {StopKind.SUPPLEMENT}))
def test_other_stops_always_need_a_choice(kind: StopKind) -> None:
    stop = Stop(StopKind(kind), date(2024, 7, 10), date(2024, 7, 12))
    assert reason_of(date(2024, 7, 8), TimeLimit(5, WD), stops=[stop]) == "clock-policy-needed"
    assert (
        reason_of(date(2024, 7, 8), TimeLimit(5, WD), stops=[stop], clock={})
        == "clock-policy-needed"
    )


def test_an_open_stop_leaves_no_due_date_until_it_ends() -> None:
    ledger = StopLedger().add(supplement(date(2024, 7, 10)))
    open_ended = due(date(2024, 7, 8), TimeLimit(5, WD), calendar=OFFICE, stops=ledger)
    assert open_ended.date is open_ended.instant is None
    assert open_ended.state is DeadlineState.STOPPED
    assert "no due date yet" in str(open_ended)
    for policy in ClockPolicy:
        assert (
            due(
                date(2024, 7, 8),
                TimeLimit(5, WD),
                calendar=OFFICE,
                stops=[supplement(date(2024, 7, 9), clock=policy)],
            ).date
            is None
        )
    preview = due(
        date(2024, 7, 8),
        TimeLimit(5, WD),
        calendar=OFFICE,
        stops=ledger,
        resumed_on=date(2024, 7, 12),
    )
    assert (preview.date, preview.state) == (date(2024, 7, 19), DeadlineState.PREVIEW)
    assert "deadline-preview" in [n.reason for n in preview.notices]
    assert (
        reason_of(date(2024, 7, 8), TimeLimit(5, WD), stops=[], resumed_on=date(2024, 7, 12))
        == "resumed-without-stop"
    )
    late = due(date(2024, 7, 8), TimeLimit(1, WD), calendar=OFFICE, stops=ledger)
    assert late.date is not None  # it was over before the stop began
    for limit in (SAME_DAY, TimeLimit(3, D), TimeLimit(Fraction(1, 2), WD)):
        ends = due(
            datetime(2024, 7, 8, 9),
            limit,
            calendar=OFFICE,
            stops=[Stop(StopKind.OTHER, datetime(2024, 7, 8, 9), None, ClockPolicy.EXCLUDE)],
        )
        assert ends.date is None


def test_overlapping_stops_are_counted_once_and_noted() -> None:
    a = Stop(
        StopKind.OPINION, datetime(2024, 7, 9, 8), datetime(2024, 7, 11, 8), ClockPolicy.EXCLUDE
    )
    b = Stop(
        StopKind.FINANCIAL_OBLIGATION,
        datetime(2024, 7, 10, 8),
        datetime(2024, 7, 12, 8),
        ClockPolicy.EXCLUDE,
    )
    both = due(datetime(2024, 7, 8, 10), TimeLimit(5, WD), calendar=OFFICE, stops=[b, a])
    whole = due(
        datetime(2024, 7, 8, 10), TimeLimit(5, WD), calendar=OFFICE, stops=[evolve(a, end=b.end)]
    )
    assert both.date == whole.date == date(2024, 7, 18)  # 9/7 counts, then 15-18/7
    assert [n.reason for n in both.notices] == ["stops-overlap"]
    assert StopLedger((a, evolve(b, start=date(2024, 7, 12)))).notices == ()
    assert len(StopLedger((evolve(a, end=None), b)).notices) == 1


def test_stops_that_cannot_be() -> None:
    with pytest.raises(MisuseError, match="stop-inverted"):
        supplement(datetime(2024, 7, 9, 9), datetime(2024, 7, 9, 8))
    with pytest.raises(MisuseError, match="stop-inverted"):
        StopLedger((supplement(date(2024, 7, 9)),)).resumed(date(2024, 7, 8))
    with pytest.raises(MisuseError, match="naive-and-aware"):
        supplement(datetime(2024, 7, 9, 9), datetime(2024, 7, 9, 18, tzinfo=UTC))
    with pytest.raises(MisuseError, match="wrong-type"):
        supplement("2024-07-09")


# -- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "rest", "reason"),
    [
        ((date(2024, 3, 5), 3), {}, "wrong-type"),
        (("2024-03-05", TimeLimit(3, WD)), {}, "wrong-type"),
        ((date(2024, 3, 5), TimeLimit(3, WD)), {"special": "x"}, "wrong-type"),
        ((date(2024, 3, 5), TimeLimit(3, WD)), {"cutoff": "noon"}, "policy-unknown"),
        (
            (date(2024, 3, 5), TimeLimit(3, WD)),
            {"cutoff": CutOff.SHIFT15},
            "time-of-receipt-needed",
        ),
        ((date(2024, 3, 5), TimeLimit(3, LimitUnit.WORKING_HOURS)), {}, "time-of-receipt-needed"),
        (
            (date(2024, 3, 5), TimeLimit(3, WD)),
            {"days": DayCount.EIGHT_HOURS},
            "time-of-receipt-needed",
        ),
        ((FRIDAY, TimeLimit(3, WD)), {"cutoff": CutOff.HARD15}, "cutoff-same-day-only"),
        ((FRIDAY, TimeLimit(Fraction(3, 2), D)), {}, "limit-half-calendar-day"),
        ((date(1800, 3, 5), TimeLimit(3, WD)), {}, "outside-coverage"),
        ((date(9999, 12, 31), TimeLimit(1200, LimitUnit.MONTHS)), {}, "deadline-outside-coverage"),
        ((date(2027, 12, 1), TimeLimit(100, D)), {}, "deadline-outside-coverage"),
        ((FRIDAY, TimeLimit(876_600, LimitUnit.CLOCK_HOURS)), {}, "deadline-outside-coverage"),
        (
            (datetime(9999, 12, 31), TimeLimit(876_600, LimitUnit.CLOCK_HOURS)),
            {},
            "deadline-outside-coverage",
        ),
        ((datetime(9999, 12, 31, 23, tzinfo=UTC), TimeLimit(1, WD)), {}, "time-absurd"),
        (
            (FRIDAY, TimeLimit(8, LimitUnit.WORKING_HOURS)),
            {"stops": [supplement(date(2024, 4, 26), date(2024, 5, 2))]},
            "time-of-stop-needed",
        ),
        (
            (FRIDAY, TimeLimit(5, WD)),
            {"stops": [supplement(date(2024, 4, 26), date(2024, 5, 2))], "cutoff": CutOff.SHIFT15},
            "time-of-stop-needed",
        ),
        (
            (FRIDAY, TimeLimit(5, WD)),
            {"stops": [supplement(datetime(2024, 4, 26, 3, tzinfo=UTC), None)]},
            "naive-and-aware",
        ),
        (
            (date(2024, 3, 5), TimeLimit(3, WD)),
            {"special": special_clock("supplement-notice-2026")},
            "special-not-in-force",
        ),
    ],
)
def test_what_cannot_mean_anything(
    args: tuple[Any, ...], rest: dict[str, Any], reason: str
) -> None:
    assert reason_of(*args, **rest) == reason


def test_out_of_coverage_names_the_last_day() -> None:
    with pytest.raises(OutsideCoverageError, match="2027-12-31"):
        due(date(2027, 12, 20), TimeLimit(100, WD), calendar=OFFICE)


def test_unknown_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="cutof"):
        due(FRIDAY, TimeLimit(3, WD), calendar=OFFICE, cutof=CutOff.NONE)


@pytest.mark.parametrize(
    ("kind", "policy", "source"),
    [
        (StopKind.VERIFICATION, ClockPolicy.EXCLUDE, "Decree 123/2015/NĐ-CP, art. 3(4)"),
        (StopKind.APPLICANT_REQUEST, ClockPolicy.EXCLUDE, "practice of one-stop systems"),
        (StopKind.FINANCIAL_OBLIGATION, ClockPolicy.EXCLUDE, "practice of one-stop systems"),
        (StopKind.SUPPLEMENT, ClockPolicy.RESTART, "Decree 118/2025/NĐ-CP, art. 19(5)"),
        (StopKind.OPINION, ClockPolicy.RESTART, "practice of one-stop systems"),
    ],
)
@pytest.mark.parametrize("trace", [True, False])
def test_a_text_is_cited_only_for_the_stops_it_is_about(
    kind: StopKind, policy: ClockPolicy, source: str, trace: bool
) -> None:
    """Art. 3(4) of Decree 123/2015/NĐ-CP is about verification letters, not about requests of
    the applicant.
    """
    stop = Stop(kind, date(2025, 9, 9), date(2025, 9, 11), policy)
    found = due(date(2025, 9, 8), TimeLimit(5, WD), calendar=OFFICE, stops=[stop], trace=trace)
    assert source in [str(each) for each in found.citations]
    texts = {"Decree 123/2015/NĐ-CP, art. 3(4)", "Decree 118/2025/NĐ-CP, art. 19(5)"} - {source}
    assert not texts & {str(each) for each in found.citations}


@pytest.mark.parametrize(
    ("received", "rule", "in_force"),
    [
        (date(2027, 2, 28), "civil-status-same-day", True),
        (date(2027, 3, 1), "civil-status-same-day", False),
        (date(2027, 2, 28), "civil-status-24-hours", False),
        (date(2027, 3, 1), "civil-status-24-hours", True),
        (date(2026, 8, 31), "linked-birth-2024", True),
        (date(2026, 9, 1), "linked-birth-2024", False),
        (date(2026, 8, 31), "linked-birth-2026", False),
        (date(2026, 9, 1), "linked-birth-2026", True),
        (date(2025, 6, 30), "online-acknowledgement", True),
        (date(2025, 7, 1), "online-acknowledgement", False),
    ],
)
def test_special_clocks_hold_for_the_day_of_receipt(
    received: date, rule: str, in_force: bool
) -> None:
    """Law 03/2026/QH16 arts 29, 30 (1/3/2027); NĐ 301/2026/NĐ-CP (1/9/2026).

    NĐ 118/2025/NĐ-CP (1/7/2025).
    """
    special = special_clock(rule)
    assert special.holds_on(received) is in_force
    if not in_force:
        with pytest.raises(MisuseError, match="special-not-in-force") as refused:
            due(received, TimeLimit(3, WD), calendar=OFFICE, special=special)
        said = refused.value.finding
        assert said.value == received
        assert dict(said.parts) == {"rule": rule, "validity": special.validity}


def test_twenty_four_hours_of_civil_status_need_a_reading() -> None:
    """Law 03/2026/QH16 art. 3(3) does not say how the hours run over a weekend.

    So nothing here is a default.
    """
    special = special_clock("civil-status-24-hours")
    friday, limit = datetime(2027, 3, 5, 9), special.limit("ordinary")
    with pytest.raises(MisuseError, match="hours"):
        due(friday, limit, calendar=OFFICE, special=special)
    by_clock = due(friday, limit, calendar=OFFICE, special=special, hours="clock", roll="none")
    rolled = due(friday, limit, calendar=OFFICE, special=special, hours="clock")
    by_office = due(friday, limit, calendar=OFFICE, special=special, hours="working")
    by_days = due(friday, limit, calendar=OFFICE, special=special, hours="days")
    assert by_clock.instant == datetime(2027, 3, 6, 9)  # a Saturday
    assert rolled.date == date(2027, 3, 8)  # Civil Code art. 148(5): the next working day
    assert by_office.instant == datetime(2027, 3, 10, 10, 30)  # 7.5 hours a day
    assert by_days.date == date(2027, 3, 10)


# -- rules as data ---------------------------------------------------------------------------------


def test_rule_sets_follow_each_other_without_gap() -> None:
    for earlier, later in zip(rule_sets(), rule_sets()[1:], strict=False):
        assert earlier.validity.until is not None
        assert earlier.validity.meets(later.validity)
    for day, key in (
        ("2018-06-21", "onestop-2018"),
        ("2025-06-30", "onestop-2018"),
        ("2025-07-01", "onestop-2025"),
        ("2026-08-04", "onestop-2025"),
        ("2026-08-05", "onestop-2026"),
    ):
        assert rule_set_on(date.fromisoformat(day)).key == key
    with pytest.raises(MisuseError, match="no-rule-set"):
        rule_set_on(date(2018, 6, 20))


def test_what_the_one_stop_rules_say_and_where() -> None:
    """What a supplement does to the clock, and the limits beside it.

    NĐ 61/2018/NĐ-CP art. 19(4); NĐ 118/2025/NĐ-CP arts 17(2)(c), 19(5), 20(1)(a), kept by NĐ
    309/2026/NĐ-CP.
    """
    old, new, latest = rule_sets()
    assert {rules.clock(StopKind.SUPPLEMENT) for rules in rule_sets()} == {ClockPolicy.RESTART}
    notice = old.limit("supplement-notice")
    assert notice is not None
    assert (notice.limit, notice.citation.article) == (TimeLimit(3, WD), "19(4)")
    assert old.limit("supplement-answer") is None
    assert new.limits == latest.limits
    assert [(each.key, str(each.limit), each.citation.article) for each in new.limits] == [
        ("online-answer", "8 giờ làm việc", "17(2)(c)"),
        ("supplement-notice", "3 ngày làm việc", "19(5)"),
        ("supplement-answer", "15 ngày", "19(5)"),
        ("result-correction", "3 ngày làm việc", "23(1)"),
        ("paper-handover", "1 ngày làm việc", "20(1)(a)"),
    ]


def test_a_restart_cites_the_decree_of_the_day_of_receipt() -> None:
    for received, article in ((date(2025, 6, 30), "19(4)"), (date(2025, 7, 1), "19(5)")):
        asked, answered = received + timedelta(1), received + timedelta(3)
        deadline = due(
            received, TimeLimit(5, WD), calendar=OFFICE, stops=[supplement(asked, answered)]
        )
        assert [c.article for c in deadline.citations if c.article.startswith("19")] == [article]


def test_special_clocks() -> None:
    notice = special_clock("supplement-notice-2026")
    # One hour on Friday, seven on the make-up Saturday.
    online = due(datetime(2026, 1, 9, 16), notice.limit("online"), calendar=OFFICE, special=notice)
    assert online.instant == datetime(2026, 1, 10, 16, 30)
    assert due(
        date(2026, 1, 9), notice.limit("paper"), calendar=OFFICE, special=notice
    ).date == date(2026, 1, 10)
    linked = special_clock("linked-birth-2024")
    assert due(
        datetime(2024, 9, 4, 15, 30), linked.limit("ordinary"), calendar=OFFICE, special=linked
    ).date == date(2024, 9, 10)
    karaoke = special_clock("linked-karaoke-2025")
    ledger = [supplement(datetime(2025, 8, 5, 9), datetime(2025, 8, 8, 10))]
    assert due(
        datetime(2025, 8, 4, 16, 30),
        TimeLimit(5, WD),
        calendar=OFFICE,
        special=karaoke,
        stops=ledger,
    ).date == date(2025, 8, 15)
    verification = [Stop(StopKind.VERIFICATION, date(2024, 3, 5), date(2024, 3, 7))]
    status = special_clock("civil-status-verification")
    assert due(
        date(2024, 3, 4), TimeLimit(3, WD), calendar=OFFICE, special=status, stops=verification
    ).date == date(2024, 3, 11)
    for name in ("linked-birth", "linked-birth-2025"):
        with pytest.raises(KeyError, match=r"linked-birth-202[46]"):
            special_clock(name)
    with pytest.raises(KeyError, match="there are 10"):
        special_clock("")
    with pytest.raises(KeyError, match="'online', 'paper'"):
        notice.limit("fax")


def test_every_policy_names_its_article() -> None:
    policies = {each.value: each.policy for each in (*CutOff, *ClockPolicy)}
    policies |= {each.value: clock_start(each) for each in Channel}
    for key, policy in policies.items():
        assert policy.key == key
        assert policy.citation.instrument
        assert policy.title.vi != policy.title.en
    assert not ClockPolicy.RESTART.policy.holds_on(date(2018, 6, 20))
    assert all(rules.citation.instrument for rules in rule_sets())
    assert all(rule.citation.instrument for rule in special_clocks())


def test_channels_say_which_event_starts_the_clock() -> None:
    for channel in Channel:
        deadline = due(date(2024, 3, 4), TimeLimit(3, WD), calendar=OFFICE, channel=channel)
        assert deadline.date == date(2024, 3, 7)
        assert deadline.trace[0].citation == clock_start(channel).citation


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [Deadline, LimitReading, Policy, RuleSet, SpecialClock, Step, Stop, StopLedger, TimeLimit],
)
@given(st.data())
def test_records_survive_json_and_pickle(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    assert from_json(to_json(value), kind) == value
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value


@given(received_instants, all_limits, pauses)
def test_true_deadlines_survive_json_and_explain_themselves(
    at: datetime, limit: TimeLimit, ledger: list[Stop]
) -> None:
    for stops_of_it in ((), ledger):
        deadline = due(at, limit, calendar=OFFICE, stops=stops_of_it)
        again = from_json(to_json(deadline), Deadline)
        assert again == deadline
        assert (
            pickle.loads(pickle.dumps(due(at, limit, calendar=OFFICE, stops=stops_of_it)))
            == deadline
        )
        for lang in LANGUAGES:
            told = deadline.explain(lang)
            assert "{" not in told
            assert deadline.calendar[:16] in told
            assert again.explain(lang) == told
        assert "step-" not in deadline.explain()


def test_a_deadline_without_a_trace_still_answers() -> None:
    deadline = due(date(2022, 12, 15), TimeLimit(25, WD), calendar=OFFICE, trace=False)
    assert deadline.trace == ()
    assert deadline.explain("vi").startswith(
        "25 ngày làm việc kể từ thứ Năm 15/12/2022: hẹn trả kết quả thứ Sáu 27/01/2023"
    )
    assert deadline.calendar == OFFICE.fingerprint
    assert deadline.citations[0].article == "147(2)"
    assert not deadline.provisional
    assert deadline.notices == ()


def test_provisional_years_are_marked() -> None:
    later = vietnam_calendar(provisional_until=2029)
    for rest in ({}, {"cutoff": CutOff.NONE}):
        deadline = due(date(2027, 12, 30), TimeLimit(10, WD), calendar=later, **rest)  # type: ignore[arg-type]
        assert deadline.provisional
        assert "year-undecided" in [n.reason for n in deadline.notices]


def test_what_ends_on_the_last_decided_day_is_not_provisional() -> None:
    decided = date(2024, 3, 8)
    later = evolve(OFFICE, decided_until=decided)
    opinion = [Stop(StopKind.OPINION, date(2024, 3, 5), date(2024, 3, 6))]
    stopped: dict[str, Any] = {"clock": ClockPolicy.EXCLUDE, "stops": opinion}
    for unit in (WD, LimitUnit.DAYS):
        for amount, rules in ((4, {}), (3, stopped)):
            last = due(date(2024, 3, 4), TimeLimit(amount, unit), calendar=later, **rules)
            assert (last.date, last.provisional) == (decided, False)
            after = due(date(2024, 3, 4), TimeLimit(amount + 1, unit), calendar=later, **rules)
            assert (after.date, after.provisional) == (date(2024, 3, 11), True)


def test_many_calendars_do_not_mix() -> None:
    """What is remembered of a calendar must not be told of another."""
    for i in range(150):
        calendar = Calendar(
            date(2024, 1, 1), date(2024, 2, 1) + timedelta(days=i), (WeeklyHours.of("08:00-12:00"),)
        )
        assert (
            due(date(2024, 1, 3), TimeLimit(2, WD), calendar=calendar).calendar
            == calendar.fingerprint
        )


def test_every_step_and_stop_has_its_texts() -> None:
    import re
    from pathlib import Path

    names = ("_run.py", "_run_record.py", "_cutoffs.py", "_due.py")
    files = [Path(room.__file__).parent / name for name in names]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    keys = set(re.findall(r'"(step-[a-z0-9-]+[a-z0-9])"', source))
    assert len(keys) > 20
    assert keys <= set(catalogue())
    assert {f"stop-{kind.value}" for kind in StopKind} <= set(catalogue())


def test_the_room_says_what_it_exports() -> None:
    assert room.__all__ == sorted(room.__all__)
    assert all(hasattr(room, name) for name in room.__all__)


OLD = Calendar(
    date(2018, 1, 1), date(2018, 12, 31), (WeeklyHours.of("07:30-11:30", "13:30-17:00"),)
)


def test_a_cut_off_before_its_decree_is_noted() -> None:
    """NĐ 61/2018 holds from 21/6/2018."""
    for day, reasons in ((date(2018, 6, 20), ["cutoff-not-in-force"]), (date(2018, 6, 21), [])):
        deadline = due(day, TimeLimit(3, WD), calendar=OLD, cutoff=CutOff.TRANSFER15)
        assert [n.reason for n in deadline.notices] == reasons


def test_before_the_first_rule_set_a_stop_needs_a_policy() -> None:
    stop = supplement(date(2018, 6, 19), date(2018, 6, 20))
    assert (
        reason_of(date(2018, 6, 18), TimeLimit(3, WD), calendar=OLD, stops=[stop])
        == "clock-policy-needed"
    )


def test_a_stop_beyond_the_calendar_changes_nothing_before() -> None:
    later = Stop(StopKind.OTHER, date(2019, 3, 1), date(2019, 4, 1), ClockPolicy.EXCLUDE)
    assert due(date(2018, 6, 18), TimeLimit(3, WD), calendar=OLD, stops=[later]).date == date(
        2018, 6, 21
    )
    with pytest.raises(OutsideCoverageError):
        due(date(2018, 12, 27), TimeLimit(5, WD), calendar=OLD, stops=[later])


@pytest.mark.parametrize("text", ["3 ngày làm việc", "5 ngày", "1 tháng"])
def test_a_limit_that_a_stop_carries_out_of_the_calendar_has_no_date(text: str) -> None:
    """The clock stood from 27/12: the days after it count from January, which is not covered."""
    later = Stop(StopKind.OTHER, date(2018, 12, 27), date(2019, 1, 15), ClockPolicy.EXCLUDE)
    with pytest.raises(OutsideCoverageError):
        due(date(2018, 12, 26), TimeLimit.parse(text), calendar=OLD, stops=[later])


@given(st.dates(date(1, 1, 1), date(9990, 1, 1)), st.integers(1, 1_200))
def test_months_are_added_as_dateutil_adds_them(day: date, months: int) -> None:
    try:
        expected = day + relativedelta(months=months)
    except (OverflowError, ValueError):
        with pytest.raises(ValueError, match="year"):
            add_months(day, months)
    else:
        assert add_months(day, months) == expected


@pytest.mark.parametrize("day", [date(2023, 1, n) for n in range(28, 32)])
def test_a_month_that_lacks_the_day_ends_the_limit_with_its_last(day: date) -> None:
    assert add_months(day, 1) == date(2023, 2, 28)
    assert add_months(day, 13) == date(2024, 2, min(day.day, 29))
    assert add_months(day, 2) == day.replace(month=3)


def test_two_stops_with_only_days_off_between_them_are_as_one() -> None:
    """The clock stood at the closing of Friday and at the opening of Monday: the weekend is out."""
    thursday, monday = datetime(2022, 3, 10, 10), datetime(2022, 3, 14, 12)
    whole = [Stop(StopKind.OPINION, thursday, monday, ClockPolicy.EXCLUDE)]
    parted = [
        Stop(StopKind.OPINION, thursday, datetime(2022, 3, 11, 18), ClockPolicy.EXCLUDE),
        Stop(StopKind.OPINION, datetime(2022, 3, 14, 6), monday, ClockPolicy.EXCLUDE),
    ]
    received = datetime(2022, 3, 9, 9)
    for text in ("5 ngày", "8 ngày", "5 ngày làm việc", "1 tháng"):
        limit = TimeLimit.parse(text)
        one = due(received, limit, calendar=OFFICE, stops=whole)
        two = due(received, limit, calendar=OFFICE, stops=parted)
        assert one.date == two.date


def test_an_article_is_cited_once_however_many_stops_rest_on_it() -> None:
    pauses = [
        Stop(StopKind.OPINION, date(2022, 3, n), date(2022, 3, n + 1), ClockPolicy.EXCLUDE)
        for n in (9, 14)
    ]
    one, two = (
        due(date(2022, 3, 7), TimeLimit(9, WD), calendar=OFFICE, stops=stops).citations
        for stops in (pauses[:1], pauses)
    )
    assert one == two
    assert len(set(two)) == len(two)


def test_half_of_an_odd_working_day_ends_on_the_half_minute() -> None:
    """435 minutes of office time: half of it is 217 minutes and 30 seconds, from 7:30."""
    hours = PLAIN.with_hours(WeeklyHours.of("07:30-11:30", "13:30-16:45"))
    limit = TimeLimit(Fraction(1, 2), WD)
    deadline = due(datetime(2022, 3, 7, 9), limit, calendar=hours)
    assert deadline.instant == datetime(2022, 3, 8, 11, 7, 30)


def test_a_notice_is_given_once() -> None:
    stop = Stop(StopKind.OPINION, date(2022, 3, 9), date(2022, 3, 11), ClockPolicy.EXCLUDE)
    thrice = due(date(2022, 3, 7), TimeLimit(9, WD), calendar=OFFICE, stops=[stop] * 3)
    assert [n.reason for n in thrice.notices] == ["stops-overlap"]
    once = due(date(2022, 3, 7), TimeLimit(9, WD), calendar=OFFICE, stops=[stop])
    assert thrice.date == once.date


def test_seconds_are_kept_and_shown() -> None:
    deadline = due(
        datetime(2018, 6, 18, 9, 0, 30), TimeLimit(1, LimitUnit.WORKING_HOURS), calendar=OLD
    )
    assert deadline.instant == datetime(2018, 6, 18, 10, 0, 30)
    assert "10:00:30" in deadline.explain()
    assert str(deadline.trace[0]) == "received Mon 18/06/2018 at 09:00:30"


def test_the_class_can_be_looked_at() -> None:
    """Documentation tools read the fields of the class, where those that are derived live."""
    assert Deadline.trace is not None
    found = due(date(2018, 6, 18), TimeLimit(3, WD), calendar=OLD)
    assert repr(found) == "<Deadline 3 working days from Mon 18/06/2018: due Thu 21/06/2018>"


# -- the short way, and without a trace ------------------------------------------------------------


@given(
    st.dates(LOW, HIGH)
    | st.datetimes(datetime(2022, 1, 3), datetime(2024, 6, 30))
    | st.datetimes(
        datetime(2022, 1, 3),
        datetime(2024, 6, 30),
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
    ),
    st.integers(1, 60),
    st.sampled_from([PLAIN, OFFICE, vietnam_calendar(provisional_until=2028)]),
    st.booleans(),
)
def test_the_short_way_says_what_the_long_way_says(
    received: date, n: int, calendar: Calendar, trace: bool
) -> None:
    limit = TimeLimit(n, WD)
    rules = CountingRules(calendar)
    long = answer(ask(received, limit, rules, None, (), None), trace=trace)
    assert due(received, limit, calendar=calendar, trace=trace) == long
    assert room_due(received, limit, counting=rules, trace=trace) == long


@given(
    st.datetimes(datetime(2021, 12, 20), datetime(2026, 3, 20)),
    st.integers(1, 12),
    st.lists(
        st.tuples(
            st.sampled_from([StopKind.SUPPLEMENT, StopKind.SUPPLEMENT, StopKind.OPINION]),
            st.sampled_from([None, None, None, ClockPolicy.RESTART, ClockPolicy.RESUME]),
            st.sampled_from(
                [-40, 0, 0, 1, 5, 17, 24, 100, 300]
            ),  # hours from the end of the stop before
            st.sampled_from([0, 1, 24, 30, 200]),
        ),
        max_size=4,
    ),
    st.sampled_from(
        [
            None,
            None,
            ClockPolicy.RESTART,
            {StopKind.OPINION: ClockPolicy.RESTART},
            ClockPolicy.EXCLUDE,
        ]
    ),
    st.sampled_from([UTC, timezone(timedelta(hours=7))]),
    st.booleans(),
    st.sampled_from([(), (0,), (0, 1, 2, 3)]),
)
def test_without_a_trace_stops_come_to_the_same(
    at: datetime,
    n: int,
    drawn: list[Any],
    clock: Any,
    zone: timezone,
    office: bool,
    in_days: tuple[int, ...],
) -> None:
    at = at.replace(tzinfo=zone, second=0, microsecond=0)
    ledger: list[Stop] = []
    moment = at
    for kind, own, hours, length in drawn:
        start = moment + timedelta(hours=hours)
        moment = start + timedelta(hours=length)
        if len(ledger) in in_days:
            ledger.append(Stop(kind, start.date(), moment.date(), own))
        else:
            ledger.append(Stop(kind, start, moment, own))
    readings: Any = {
        "stops": tuple(ledger),
        "calendar": OFFICE if office else PLAIN,
        **({} if clock is None else {"clock": clock}),
    }
    try:
        long = due(at, TimeLimit(n, WD), **readings)
    except (MisuseError, OutsideCoverageError) as error:
        with pytest.raises(type(error)):
            due(at, TimeLimit(n, WD), trace=False, **readings)
        return
    assert due(at, TimeLimit(n, WD), trace=False, **readings) == evolve(long, trace=())


def _draw_receipt(draw: Random) -> date:
    """A day, or an instant with a zone or without: 15:00 to the second, the last hour, others."""
    day = date(2018, 1, 2) + timedelta(days=draw.randrange(3_300))
    if draw.random() < 0.1:
        return day
    hour = draw.choice((time(9), time(14, 59), time(15), time(15, 0, 1), time(16, 30), time(23)))
    zone = draw.choice((None, None, UTC, VIETNAM_TIME, timezone(timedelta(hours=7))))
    return datetime.combine(day, hour, zone)


def _draw_stops(draw: Random, received: date) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    begun: date = received
    for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
        begun += timedelta(days=draw.choice((-3, 0, 1, 8)), hours=draw.choice((0, 3, 7)))
        end: date | None = begun + timedelta(days=draw.choice((0, 1, 5)), hours=draw.randrange(9))
        if draw.random() < 0.1:
            end = None
        own = draw.choice((None, None, None, *ClockPolicy))
        stops.append(Stop(draw.choice(list(StopKind)), begun, end, own))
        begun = end or begun
    return tuple(stops)


def _count_plainly(
    received: date, limit: TimeLimit, rules: CountingRules, stops: tuple[Stop, ...]
) -> Deadline:
    return answer(ask(received, limit, rules, None, stops, None), trace=False)


def _say(answered: Callable[[], Deadline]) -> Deadline | str:
    """What a call answers, or the error that it raises."""
    try:
        return answered()
    except MisuseError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(cases(4, 200)))
def test_after_a_cut_off_and_stops_the_short_way_says_what_the_long_way_says(seed: int) -> None:
    draw, quick = Random(seed), 0
    for _ in range(250):
        rules = CountingRules(
            draw.choice((PLAIN, OFFICE, vietnam_calendar(provisional_until=2028))),
            cutoff=draw.choice((None, CutOff.SHIFT15, CutOff.SHIFT15, *CutOff)),
            clock=draw.choice((None, ClockPolicy.EXCLUDE, ClockPolicy.RESTART)),
            solvable=draw.choice((None, True, False)),
        )
        received, n = _draw_receipt(draw), draw.choice((1, 2, 5, 10, 25, 700))
        limit, stops = TimeLimit(n, WD), _draw_stops(draw, received)
        long = partial(_count_plainly, received, limit, rules, stops)
        short = partial(room_due, received, limit, counting=rules, stops=stops, trace=False)
        assert _say(short) == _say(long)
        if not isinstance(_say(short), str):
            ledger = StopLedger.of(stops)
            quick += count_days_by_rules(received, limit, n, rules, ledger) is not None
    # If it were never taken, nothing would be tested.
    assert quick > 60


def test_stops_that_overlap_are_noticed_without_a_trace_too() -> None:
    at = datetime(2022, 12, 5, 9, tzinfo=UTC)
    ledger = tuple(
        Stop(StopKind.SUPPLEMENT, at + timedelta(hours=begun), at + timedelta(hours=over))
        for begun, over in ((20, 100), (50, 60))
    )
    long = due(at, TimeLimit(5, WD), calendar=OFFICE, stops=ledger)
    assert [each.reason for each in long.notices] == ["stops-overlap"]
    assert due(at, TimeLimit(5, WD), calendar=OFFICE, stops=ledger, trace=False) == evolve(
        long, trace=()
    )


def test_a_stop_that_ends_with_the_receipt_restarts_nothing() -> None:
    at = datetime(2022, 12, 5, 9)
    over = supplement(datetime(2022, 12, 2, 9), at)
    found = due(at, TimeLimit(10, WD), calendar=OFFICE, stops=[over])
    assert "step-restart" not in [step.key for step in found.trace]


@pytest.mark.parametrize("trace", [True, False])
def test_what_a_void_count_rests_on_is_not_cited(trace: bool) -> None:
    """Five days from 05/12/2022 end on a Saturday (Civil Code art. 148(5)).

    Five from 08/12 on a Tuesday.
    """
    limit, roll = TimeLimit(5, LimitUnit.DAYS), "148(5)"
    rolled = due(date(2022, 12, 5), limit, calendar=OFFICE, trace=trace)
    assert rolled.date == date(2022, 12, 12)
    assert roll in [each.article for each in rolled.citations]
    stop = supplement(date(2022, 12, 7), date(2022, 12, 8))
    found = due(date(2022, 12, 5), limit, calendar=OFFICE, stops=[stop], trace=trace)
    assert found.date == date(2022, 12, 13)
    assert roll not in [each.article for each in found.citations]


def test_restarts_are_told_in_their_order() -> None:
    """Two supplements within the limit.

    The clock starts again after the first, then after the second.
    """
    second, first = (
        supplement(date(2022, 12, start), date(2022, 12, start + 1)) for start in (9, 7)
    )
    found = due(date(2022, 12, 5), TimeLimit(10, WD), calendar=OFFICE, stops=[second, first])
    restarts = [step.day for step in found.trace if step.key == "step-restart"]
    assert restarts == [date(2022, 12, 8), date(2022, 12, 10)]


@pytest.mark.parametrize(
    ("stop", "end"),
    [
        # 3 working days from Mon 5/12/2022: due Thu 8/12, office until 17:00.
        (("2022-12-08 16:59", "2022-12-12 09:00"), date(2022, 12, 15)),
        (("2022-12-08 17:00", "2022-12-12 09:00"), date(2022, 12, 8)),
        (("2022-12-05 08:00", "2022-12-05 09:00"), date(2022, 12, 8)),  # over before receipt
        (("2022-12-05 08:00", "2022-12-05 09:01"), date(2022, 12, 8)),  # the same day again
    ],
)
def test_which_stops_restart_the_clock(stop: tuple[str, str], end: date) -> None:
    zone = timezone(timedelta(hours=7))
    start, until = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in stop)
    for trace in (True, False):
        found = due(
            datetime(2022, 12, 5, 9, tzinfo=zone),
            TimeLimit(3, WD),
            calendar=OFFICE,
            stops=(Stop(StopKind.SUPPLEMENT, start, until),),
            trace=trace,
        )
        assert found.date == end


def test_stops_are_the_same_instants_in_whatever_zone() -> None:
    """From 01:00 to 09:00 in Viet Nam is from 18:00 of the day before to 02:00 in UTC."""
    received = datetime(2024, 3, 4, 9)
    local = (datetime(2024, 3, 6, 1), datetime(2024, 3, 8, 9))
    rules: dict[str, Any] = {"calendar": OFFICE, "clock": ClockPolicy.EXCLUDE}
    for limit in ("5 ngày làm việc", "7 ngày", "20 giờ làm việc"):
        plain = due(received, limit, stops=[Stop(StopKind.OPINION, *local)], **rules)
        for zone in (UTC, timezone(timedelta(hours=-5)), VIETNAM_TIME):
            start, end = (each.replace(tzinfo=VIETNAM_TIME).astimezone(zone) for each in local)
            at = received.replace(tzinfo=VIETNAM_TIME)
            found = due(at, limit, stops=[Stop(StopKind.OPINION, start, end)], **rules)
            assert found.date == plain.date


def test_restarts_of_one_day_off_are_in_the_order_of_their_days() -> None:
    """Saturday and Sunday have no ticks of their own, so what is written decides."""
    saturday, sunday = (
        place(
            Stop(StopKind.SUPPLEMENT, day, date(2024, 6, 4)),
            ClockPolicy.RESTART,
            Citation("a rule"),
            PLAIN,
        )
        for day in (date(2024, 6, 1), date(2024, 6, 2))
    )
    assert saturday.low == sunday.low
    for two in ([saturday, sunday], [sunday, saturday]):
        assert list_restarts(two) == [saturday, sunday]
