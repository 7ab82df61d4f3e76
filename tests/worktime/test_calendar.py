"""Calendars: what they refuse, how they compare, and the laws of counting."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import calendars, days_in, instants_in, weekly_hours
from evnpubsvc.strategies._worktime import calendar_days, day_reasons, sessions
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.worktime import (
    VIETNAM_TIME,
    Calendar,
    CalendarDay,
    DayKind,
    DayReason,
    OutsideCoverageError,
    Session,
    WeeklyHours,
    vietnam_calendar,
)

OFFICE = WeeklyHours.of("07:30-11:30", "13:30-17:00")
NAME, SOURCE = Text(vi="ngày", en="day"), Citation("a decision")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
YEAR = Calendar(FIRST, LAST, (OFFICE,))
VIETNAM = vietnam_calendar().with_hours(OFFICE)
LATER = evolve(YEAR, decided_until=date(2026, 6, 30))
_DAY = timedelta(days=1)


def row(day: date, kind: DayKind, **rest: Any) -> CalendarDay:
    return CalendarDay(day, kind, NAME, SOURCE, **rest)


def reasons(error: pytest.ExceptionInfo[DataError]) -> list[tuple[str, str]]:
    return [(f.reason, f.path) for f in error.value.findings]


# -- laws ------------------------------------------------------------------------------------------


@given(calendars(), st.data())
def test_add_and_between_are_inverse(calendar: Calendar, data: st.DataObject) -> None:
    day, n = data.draw(days_in(calendar)), data.draw(st.integers(-30, 30))
    try:
        due = calendar.add_working_days(day, n)
    except OutsideCoverageError:
        return
    assert calendar.is_working_day(due)
    if n or calendar.is_working_day(day):
        assert calendar.working_days_between(day, due) == n
    if n > 0:
        assert due > day
    elif n < 0:
        assert due < day


@given(calendars(), st.data())
def test_counts_add_up_and_split_the_days(calendar: Calendar, data: st.DataObject) -> None:
    a, b, c = sorted(data.draw(st.tuples(*[days_in(calendar)] * 3)))
    between, off = calendar.working_days_between, calendar.days_off_between
    assert between(a, c) == between(a, b) + between(b, c)
    assert between(c, a) == between(c, b) + between(b, a)
    assert off(a, c) == off(a, b) + off(b, c)
    assert between(a, c) + len(off(a, c)) == (c - a).days
    assert -between(c, a) + len(off(c, a)) == (c - a).days
    assert all(not reason.works and reason == calendar.why(reason.day) for reason in off(a, c))
    assert len(calendar.make_up_days_between(a, c)) <= between(a, c)
    assert all(reason.kind is DayKind.MAKE_UP for reason in calendar.make_up_days_between(c, a))


@given(calendars(), st.data())
def test_adding_is_additive_and_monotone(calendar: Calendar, data: st.DataObject) -> None:
    a, b = sorted(data.draw(st.tuples(days_in(calendar), days_in(calendar))))
    m, n = data.draw(st.integers(1, 10)), data.draw(st.integers(0, 10))
    add = calendar.add_working_days
    try:
        both, once = add(b, m + n), add(a, m)
    except OutsideCoverageError:
        return
    assert once <= add(b, m) <= both
    assert add(add(b, m), n) == both
    assert add(a, m) == calendar.adder(m)(a)


@given(calendars(), st.data())
def test_a_day_off_more_never_brings_a_deadline_forward(
    calendar: Calendar, data: st.DataObject
) -> None:
    day, closed, n = (
        data.draw(days_in(calendar)),
        data.draw(days_in(calendar)),
        data.draw(st.integers(0, 10)),
    )
    try:
        fewer = calendar.with_days([row(closed, DayKind.CLOSURE)], replace=True)
        later = fewer.add_working_days(day, n)
    except (DataError, OutsideCoverageError):
        return
    assert later >= calendar.add_working_days(day, n)
    assert fewer.days_off_between(calendar.first, calendar.last) != () or calendar.first == closed


@given(calendars(max_size=20), st.data())
def test_office_time_is_inverse_additive_and_monotone(
    calendar: Calendar, data: st.DataObject
) -> None:
    a, b, c = data.draw(st.tuples(*[instants_in(calendar)] * 3))
    between = calendar.working_time_between
    assert between(a, c) == between(a, b) + between(b, c)
    assert between(a, b) == -between(b, a)
    assert (between(a, b) >= timedelta()) or b < a
    amount = data.draw(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
    try:
        due = calendar.add_working_time(a, amount)
        in_two = calendar.add_working_time(
            calendar.add_working_time(a, amount / 2), amount - amount / 2
        )
    except OutsideCoverageError:
        return
    if due <= datetime.combine(calendar.last, time.max):
        assert between(a, due) == amount
        assert (
            calendar.add_working_time(due, timedelta()) == due
        )  # it lies in office time, or just at its end
    if amount:
        assert in_two == due


@given(calendars(max_size=20), st.data())
def test_aware_instants_are_the_same_instants(calendar: Calendar, data: st.DataObject) -> None:
    start = data.draw(instants_in(calendar))
    zone: tzinfo = data.draw(
        st.sampled_from([UTC, ZoneInfo("America/New_York"), timezone(timedelta(hours=14))])
    )
    aware = start.replace(tzinfo=VIETNAM_TIME).astimezone(zone)
    minutes = data.draw(st.integers(-600, 600))
    try:
        due = calendar.add_working_time(start, minutes=minutes)
    except OutsideCoverageError:
        with pytest.raises(OutsideCoverageError):
            calendar.add_working_time(aware, minutes=minutes)
        return
    result = calendar.add_working_time(aware, minutes=minutes)
    assert result == due.replace(tzinfo=VIETNAM_TIME)
    assert result.tzinfo is VIETNAM_TIME
    assert calendar.working_time_between(aware, aware) == timedelta()


def test_the_time_zone_is_that_of_viet_nam() -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    for day in (date(1990, 1, 1), date(2019, 7, 1), date(2026, 1, 1)):
        noon = datetime.combine(day, time(12))
        assert noon.replace(tzinfo=VIETNAM_TIME) == noon.replace(tzinfo=zone)


# -- office time, worked examples ------------------------------------------------------------------

# Office hours of the executed comparison of anchors 3.1: Monday to Friday 07:30–11:30 and
# 13:00–17:00.
EIGHT = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:00-17:00"))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (datetime(2025, 3, 3, 19), 4, datetime(2025, 3, 4, 11, 30)),  # 1 and 10: Monday evening
        (
            datetime(2025, 9, 2, 9),
            8,
            datetime(2025, 9, 3, 17),
        ),  # 2: a holiday, one day of eight hours
        (datetime(2025, 4, 26, 9), 8, datetime(2025, 4, 28, 9)),  # 3: a make-up Saturday
        (datetime(2025, 3, 3, 9), 4, datetime(2025, 3, 3, 14, 30)),  # 9
        (datetime(2025, 3, 3, 10), 0, datetime(2025, 3, 3, 10)),  # 8: never moved to 10:15
        (
            datetime(2025, 3, 3, 7, 30),
            4,
            datetime(2025, 3, 3, 11, 30),
        ),  # the closing itself, not 13:00
        (
            datetime(2025, 3, 7, 7, 30),
            8,
            datetime(2025, 3, 7, 17),
        ),  # Friday evening, not Monday morning
        (datetime(2025, 3, 3, 11, 30), 0, datetime(2025, 3, 3, 11, 30)),
        (datetime(2025, 3, 3, 11, 31), 0, datetime(2025, 3, 3, 13)),
        (datetime(2025, 3, 3, 12), -1, datetime(2025, 3, 3, 10, 30)),
        (
            datetime(2025, 3, 3, 17),
            -8,
            datetime(2025, 3, 3, 7, 30),
        ),  # an opening, not the closing before it
    ],
)
def test_office_time_by_hand(start: datetime, hours: int, due: datetime) -> None:
    assert EIGHT.add_working_time(start, timedelta(hours=hours)) == due
    assert EIGHT.add_working_time(start, minutes=60 * hours) == due
    assert EIGHT.working_time_between(start, due) == timedelta(hours=hours)


def test_elapsed_office_time_by_hand() -> None:
    """Vectors 6, 7 and 11 of anchors 3.1."""
    assert EIGHT.working_time_between(
        datetime(2025, 3, 3, 9), datetime(2025, 3, 4, 18)
    ) == timedelta(minutes=870)
    assert EIGHT.working_time_between(
        datetime(2025, 3, 3, 18, 30), datetime(2025, 3, 4, 8, 30)
    ) == timedelta(hours=1)
    off = EIGHT.days_off_between(date(2025, 4, 25), date(2025, 4, 27))
    assert [reason.day for reason in off] == [
        date(2025, 4, 27)
    ]  # the make-up Saturday is no day off


def test_three_hundred_days_on() -> None:
    """Vector 5 of anchors 3.1: the search is not cut off after a year.

    The comparison there knew the holidays of 2025 alone, so the rows of 2026 are left out here.
    """
    alone = evolve(EIGHT, days=tuple(d for d in EIGHT.days if d.day.year == 2025))
    for start in (date(2025, 6, 2) + i * _DAY for i in range(5)):
        due = alone.add_working_days(start, 300)
        assert alone.working_days_between(start, due) == 300
        assert due > start + timedelta(days=360)


def test_a_half_day_on_saturday_is_used_as_it_is() -> None:
    """Vector 4 of anchors 3.1: Monday's sessions never hold on Saturday."""
    office = YEAR.with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00", saturday=["07:30-11:30"]))
    assert office.is_working_day(date(2026, 3, 7))
    assert office.add_working_time(datetime(2026, 3, 6, 16), minutes=60 + 240) == datetime(
        2026, 3, 7, 11, 30
    )
    assert office.add_working_time(datetime(2026, 3, 6, 16), minutes=60 + 241) == datetime(
        2026, 3, 9, 7, 31
    )


def test_seconds_and_microseconds_are_exact() -> None:
    start = datetime(2026, 3, 6, 16, 59, 59, 999_999)
    assert VIETNAM.add_working_time(start, seconds=1) == datetime(2026, 3, 9, 7, 30, 0, 999_999)
    assert VIETNAM.working_time_between(start, datetime(2026, 3, 9, 7, 30)) == timedelta(
        microseconds=1
    )
    assert VIETNAM.add_working_time(start, timedelta(microseconds=1)) == datetime(2026, 3, 6, 17)


def test_a_session_may_end_at_midnight() -> None:
    night = YEAR.with_hours(WeeklyHours.of("00:00-24:00"))
    assert night.add_working_time(datetime(2026, 3, 6, 23), minutes=60) == datetime(2026, 3, 7)
    assert night.add_working_time(datetime(2026, 3, 7), minutes=0) == datetime(2026, 3, 7)
    assert night.add_working_time(datetime(2026, 3, 7, 0, 1)) == datetime(2026, 3, 9)
    assert night.add_working_time(datetime(2026, 12, 31, 23), minutes=60) == datetime(2027, 1, 1)


def test_hours_change_from_a_day_on() -> None:
    summer = WeeklyHours.of("07:00-11:30", "13:30-17:00", since=date(2026, 4, 16))
    office = YEAR.with_hours(summer, OFFICE)
    assert office.hours == (OFFICE, summer)
    assert [str(s) for s in office.sessions(date(2026, 4, 15))] == ["07:30–11:30", "13:30–17:00"]
    assert [str(s) for s in office.sessions(date(2026, 4, 16))] == ["07:00–11:30", "13:30–17:00"]
    assert office.sessions(date(2026, 4, 18)) == ()
    assert office.add_working_time(datetime(2026, 4, 15, 17), minutes=1) == datetime(
        2026, 4, 16, 7, 1
    )


def test_make_up_days_keep_the_hours_of_the_day_they_stand_for() -> None:
    monday, saturday = (Session.parse("08:00-12:00"),), (Session.parse("08:00-09:00"),)
    friday = (Session.parse("07:00-10:00"), Session.parse("13:00-17:00"))
    week = WeeklyHours((monday,) * 4 + (friday, saturday, ()))
    day = date(2026, 3, 7)
    for expected, made_up in (
        (monday, row(day, DayKind.MAKE_UP, counterpart=date(2026, 3, 9))),
        (friday, row(day, DayKind.MAKE_UP)),  # the fullest day of the week
        (friday, row(day, DayKind.MAKE_UP, counterpart=date(2026, 3, 8))),  # a Sunday has no hours
        (saturday, row(day, DayKind.MAKE_UP, sessions=saturday)),
        ((), row(day, DayKind.CLOSURE)),
    ):
        assert Calendar(FIRST, LAST, (week,), (made_up,)).sessions(day) == expected


# -- refusals --------------------------------------------------------------------------------------


def test_all_contradictions_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        Calendar(
            FIRST,
            LAST,
            (
                WeeklyHours(
                    ((Session.parse("08:00-12:00"), Session.parse("11:00-13:00")),) + ((),) * 6
                ),
                evolve(OFFICE, since=date(2027, 1, 1)),
                evolve(OFFICE, since=FIRST),
            ),
            (
                row(date(2026, 3, 2), DayKind.HOLIDAY),
                row(date(2026, 3, 2), DayKind.MAKE_UP),
                row(date(2025, 3, 2), DayKind.HOLIDAY),
                row(
                    date(2026, 3, 3),
                    DayKind.SPECIAL_HOURS,
                    sessions=(Session.parse("13:00-14:00"), Session.parse("08:00-09:00")),
                ),
            ),
        )
    assert reasons(caught) == [
        ("sessions-overlap", "$.hours[0].week[0]"),
        ("hours-twice", "$.hours[1].since"),
        ("hours-outside-coverage", "$.hours[2].since"),
        ("day-outside-coverage", "$.days[0].day"),
        ("day-contradiction", "$.days[2].day"),
        ("sessions-overlap", "$.days[3].sessions"),
    ]
    for found in caught.value.findings:
        for lang in LANGUAGES:
            assert "{" not in found.line(lang)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((LAST, FIRST, (OFFICE,)), "coverage-inverted"),
        ((date.min, date.max, (OFFICE,)), "coverage-too-long"),
        ((FIRST, LAST, ()), "hours-missing"),
        ((FIRST, LAST, (evolve(OFFICE, since=LAST),)), "hours-missing"),
        ((FIRST, LAST, (WeeklyHours(((),) * 7),)), "no-working-day"),
        ((date(2026, 1, 3), date(2026, 1, 4), (OFFICE,)), "no-working-day"),
        ((FIRST, FIRST, (OFFICE,), (row(FIRST, DayKind.HOLIDAY),)), "no-working-day"),
    ],
)
def test_a_calendar_that_cannot_be(arguments: Any, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        Calendar(*arguments)
    assert reason in {f.reason for f in caught.value.findings}


def test_notices_of_an_office_with_a_week_of_its_own() -> None:
    week = (
        OFFICE.week[0],
        (),
        *OFFICE.week[2:5],
        OFFICE.week[0],
        (),
    )  # closed on Tuesdays, open on Saturdays
    office = VIETNAM.with_hours(WeeklyHours(week))
    found = {(f.reason, f.value) for f in office.notices}
    assert ("make-up-already-works", date(2024, 5, 4)) in found
    assert ("off-already-rest", date(2023, 5, 2)) in found
    assert office.is_working_day(date(2024, 5, 4))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Session(time(8), time(8)), "session-empty"),
        (lambda: Session(time(13), time(8)), "session-empty"),
        (lambda: Session(time(8, 0, 1), time(9)), "session-not-whole-minutes"),
        (lambda: Session(time(8, tzinfo=UTC), time(9)), "session-not-whole-minutes"),
        (lambda: Session(8, 9), "wrong-type"),  # type: ignore[arg-type]
        (lambda: Session.parse("8h-9h"), "session-not-read"),
        (lambda: Session.parse("24:00-24:00"), "session-not-read"),
        (lambda: Session.parse("08:00-24:01"), "session-not-read"),
        (lambda: Session.parse("08:00-25:00"), "session-not-read"),
        (lambda: Session.parse(" " * 100 + "08:00-09:00"), "session-not-read"),
        (lambda: Session.parse("٠٨:٠٠-٠٩:٠٠"), "session-not-read"),
        (lambda: Session.parse(None), "session-not-read"),  # type: ignore[arg-type]
        (lambda: WeeklyHours(((),) * 6), "week-not-seven-days"),
        (lambda: WeeklyHours([()] * 7), "wrong-type"),  # type: ignore[arg-type]
        (lambda: WeeklyHours(((1,),) * 7), "wrong-type"),  # type: ignore[arg-type]
        (lambda: row(FIRST, DayKind.ORDINARY), "day-kind-computed"),
        (lambda: row(FIRST, DayKind.WEEKLY_REST), "day-kind-computed"),
        (lambda: row(FIRST, DayKind.HOLIDAY, sessions=OFFICE.week[0]), "day-off-with-hours"),
        (lambda: row(FIRST, DayKind.SPECIAL_HOURS), "special-hours-missing"),
        (lambda: row(datetime(2026, 1, 1), DayKind.HOLIDAY), "day-wrong-type"),
        (lambda: row("2026-01-01", DayKind.HOLIDAY), "day-wrong-type"),  # type: ignore[arg-type]
        (lambda: Calendar(datetime(2026, 1, 1), LAST, (OFFICE,)), "day-wrong-type"),
    ],
)
def test_misuse_of_records(make: Any, reason: str) -> None:
    with pytest.raises(MisuseError) as caught:
        make()
    assert caught.value.reason == reason


@pytest.mark.parametrize("day", [datetime(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)])
def test_an_instant_is_not_a_day(day: datetime) -> None:
    for call in (
        lambda: YEAR.is_working_day(day),
        lambda: YEAR.why(day),
        lambda: YEAR.add_working_days(day, 1),
        lambda: YEAR.add_working_days(day, -1),
        lambda: YEAR.next_working_day(day),
        lambda: YEAR.previous_working_day(day, or_same=True),
        lambda: YEAR.working_days_between(day, LAST),
        lambda: YEAR.working_days_between(FIRST, day),
        lambda: YEAR.days_off_between(FIRST, day),
        lambda: YEAR.make_up_days_between(FIRST, day),
        lambda: YEAR.sessions(day),
        lambda: LATER.is_provisional(FIRST, day),
        lambda: LATER.provisional_notices(day),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.reason == "day-wrong-type"


@pytest.mark.parametrize("day", [None, "2026-03-02", 1, 2.5, time(8), b"2026-03-02"])
def test_what_is_not_a_day(day: Any) -> None:
    calls: tuple[Callable[[Any], object], ...] = (
        YEAR.is_working_day,
        lambda d: YEAR.add_working_days(d, 1),
        lambda d: YEAR.add_working_days(d, -1),
    )
    for call in calls:
        with pytest.raises(MisuseError) as caught:
            call(day)
        assert caught.value.reason == "day-wrong-type"


@pytest.mark.parametrize("n", [1.0, -1.5, 0.0, "3", None, timedelta(days=1)])
def test_what_is_not_a_number_of_days(n: Any) -> None:
    for call in (lambda: YEAR.add_working_days(date(2026, 3, 2), n), lambda: YEAR.adder(n)):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.reason == "not-whole-days"


@pytest.mark.parametrize("n", [10**30, -(10**30), 10**6, -(10**6), 366, -366])
@pytest.mark.parametrize("day", [FIRST, date(2026, 6, 1), LAST])
def test_absurd_numbers_lead_out_of_the_calendar(day: date, n: int) -> None:
    with pytest.raises(OutsideCoverageError, match="2026-01-01 to 2026-12-31"):
        YEAR.add_working_days(day, n)
    with pytest.raises(OutsideCoverageError, match="2026-01-01 to 2026-12-31"):
        YEAR.add_working_time(datetime.combine(day, time(12)), minutes=n * 480)
    with pytest.raises(KeyError):
        YEAR.adder(n)(day)


@pytest.mark.parametrize(
    "day", [date.min, date(2025, 12, 31), date(2027, 1, 1), date(2046, 5, 1), date.max]
)
@pytest.mark.parametrize("n", [-300, -1, 0, 1, 300])
def test_no_day_outside_the_coverage_is_answered(day: date, n: int) -> None:
    for call in (
        lambda: YEAR.add_working_days(day, n),
        lambda: YEAR.working_days_between(day, FIRST),
        lambda: YEAR.working_days_between(FIRST, day),
        lambda: YEAR.why(day),
        lambda: YEAR.add_working_time(datetime.combine(day, time(9)), minutes=n),
        lambda: YEAR.add_working_time(datetime.combine(day, time(9), tzinfo=UTC), minutes=n),
        lambda: YEAR.working_time_between(datetime.combine(day, time(9)), datetime(2026, 3, 2)),
    ):
        with pytest.raises(OutsideCoverageError, match="2026-01-01 to 2026-12-31") as caught:
            call()
        assert isinstance(caught.value, (LookupError, ValueError))
        assert caught.value.finding.hint("vi") or n


class _NoOffset(tzinfo):
    """A time zone that does not say its offset: its instants count as local ones."""

    def utcoffset(self, _: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


def test_naive_and_aware_do_not_mix() -> None:
    naive, aware = datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    for a, b in ((naive, aware), (aware, naive)):
        with pytest.raises(MisuseError) as caught:
            YEAR.working_time_between(a, b)
        assert caught.value.reason == "naive-and-aware"
    vague = naive.replace(tzinfo=_NoOffset())
    assert YEAR.working_time_between(vague, naive) == timedelta()
    assert YEAR.add_working_time(vague, minutes=60) == datetime(2026, 3, 2, 10)


@pytest.mark.parametrize("moment", [date(2026, 3, 2), "2026-03-02T09:00", None, 5])
def test_what_is_not_an_instant(moment: Any) -> None:
    for call in (
        lambda: YEAR.add_working_time(moment, minutes=5),
        lambda: YEAR.working_time_between(moment, datetime(2026, 3, 2)),
        lambda: YEAR.working_time_between(datetime(2026, 3, 2), moment),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.reason == "not-an-instant"


@pytest.mark.parametrize(
    "amount",
    [{"minutes": 1.5}, {"seconds": "3"}, {"amount": 5}, {"minutes": None}, {"amount": 1.5}],
)
def test_what_is_not_an_amount(amount: Any) -> None:
    with pytest.raises(MisuseError) as caught:
        YEAR.add_working_time(datetime(2026, 3, 2, 9), **amount)
    assert caught.value.reason == "not-an-amount"


# -- values ----------------------------------------------------------------------------------------


@given(calendars(max_size=30), st.randoms(use_true_random=False))
def test_calendars_compare_by_content(calendar: Calendar, random: Any) -> None:
    rows = [*calendar.days, *calendar.days[:1]]
    random.shuffle(rows)
    other = Calendar(
        calendar.first,
        calendar.last,
        calendar.hours[::-1],
        tuple(rows),
        calendar.decided_until,
        calendar.open_decisions,
    )
    assert other == calendar
    assert hash(other) == hash(calendar)
    assert other.fingerprint == calendar.fingerprint
    for again in (pickle.loads(pickle.dumps(calendar)), copy.deepcopy(calendar)):
        assert again == calendar
        assert again.add_working_days(calendar.first, 0) == calendar.add_working_days(
            calendar.first, 0
        )
    longer = evolve(calendar, last=calendar.last + _DAY)
    assert longer != calendar
    assert longer.fingerprint != calendar.fingerprint


def test_the_fingerprint_covers_every_field() -> None:
    base = YEAR.with_days([row(date(2026, 3, 2), DayKind.HOLIDAY)])
    others = [
        YEAR,
        evolve(base, last=date(2026, 12, 30)),
        evolve(base, decided_until=LAST),
        base.with_hours(evolve(OFFICE, source=SOURCE)),
        YEAR.with_days([row(date(2026, 3, 2), DayKind.CLOSURE)]),
        YEAR.with_days([evolve(base.days[0], source=Citation("another decision"))]),
        YEAR.with_days([evolve(base.days[0], provisional=True)]),
    ]
    assert len({calendar.fingerprint for calendar in [base, *others]}) == 8


def test_the_fingerprint_is_the_same_on_every_machine() -> None:
    """SHA-256 of the canonical JSON, written out here by hand."""
    from hashlib import sha256

    tiny = Calendar(
        date(2026, 1, 5),
        date(2026, 1, 5),
        (WeeklyHours(((Session.parse("08:00-09:00"),),) + ((),) * 6),),
    )
    text = (
        '{"days": [], "decided_until": null, "first": "2026-01-05", "hours": [{"since": '
        'null, "source": null, '
        '"week": [[{"end": "09:00:00", "start": "08:00:00"}], [], [], [], [], [], []]}], '
        '"last": "2026-01-05"}'
    )
    assert tiny.fingerprint == sha256(text.encode()).hexdigest()


def test_calendars_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        YEAR.last = FIRST  # type: ignore[misc]


def test_rows_can_be_added_and_replaced() -> None:
    day = date(2026, 3, 2)
    once = YEAR.with_days([row(day, DayKind.HOLIDAY)])
    assert once.with_days(once.days) == once
    with pytest.raises(DataError) as caught:
        once.with_days([row(day, DayKind.MAKE_UP)])
    assert reasons(caught) == [("day-contradiction", "$.days[1].day")]
    assert once.with_days([row(day, DayKind.MAKE_UP)], replace=True).is_working_day(day)
    assert once.with_days(iter(())) == once


@pytest.mark.parametrize(
    ("kind", "strategy"),
    [
        (Calendar, calendars(max_size=20)),
        (CalendarDay, calendar_days()),
        (DayReason, day_reasons()),
        (Session, sessions()),
        (WeeklyHours, weekly_hours()),
    ],
)
def test_round_trip_through_json(kind: type, strategy: st.SearchStrategy[Any]) -> None:
    @given(strategy)
    def holds(value: object) -> None:
        assert from_json(to_json(value), kind) == value

    holds()


def test_the_packaged_calendar_survives_json() -> None:
    again = from_json(to_json(VIETNAM), Calendar)
    assert again == VIETNAM
    assert again.fingerprint == VIETNAM.fingerprint


def test_a_document_with_contradictions_gives_findings_with_paths() -> None:
    document = to_json(YEAR).replace("2026-12-31", "2025-12-31")
    with pytest.raises(DataError) as caught:
        from_json(document, Calendar)
    assert reasons(caught) == [("coverage-inverted", "$.value, $.last")]


@given(st.from_type(DayReason))
def test_reasons_have_texts_in_both_languages(reason: DayReason) -> None:
    day = reason.day  # strftime leaves out the zeros of years before 1000
    assert f"{day.day:02}/{day.month:02}/{day.year:04}" in reason.text("en")
    # Vietnamese writes the zero of a month for January and February alone (NĐ 30/2020/NĐ-CP).
    month = f"{day.month:02}" if day.month <= 2 else f"{day.month}"
    assert f"{day.day:02}/{month}/{day.year:04}" in reason.text("vi")


@given(st.from_type(Calendar))
def test_drawn_calendars_work(calendar: Calendar) -> None:
    assert calendar.is_working_day(calendar.next_working_day(calendar.first, or_same=True))
    assert str(calendar.first) in str(calendar)


def test_strategies_refuse_what_is_impossible() -> None:
    with pytest.raises(InvalidArgument):
        calendars(min_size=5, max_size=4)
    with pytest.raises(InvalidArgument):
        calendar_days(min_day=LAST, max_day=FIRST)


@pytest.mark.parametrize("kind", DayKind)
def test_every_kind_has_a_label(kind: DayKind) -> None:
    assert kind.label("vi") != kind.label("en")
    assert "{" not in kind.label("vi") + kind.label("en", FIRST)


def test_neighbours_of_a_day() -> None:
    saturday, friday, monday = date(2026, 3, 7), date(2026, 3, 6), date(2026, 3, 9)
    assert (
        YEAR.previous_working_day(saturday, or_same=True)
        == YEAR.previous_working_day(monday)
        == friday
    )
    assert (
        YEAR.previous_working_day(friday, or_same=True)
        == YEAR.next_working_day(friday, or_same=True)
        == friday
    )
    assert YEAR.next_working_day(saturday) == YEAR.next_working_day(friday) == monday


def test_aware_instants_at_the_ends_of_time_are_not_covered() -> None:
    for moment in (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=VIETNAM_TIME)):
        with pytest.raises(OutsideCoverageError):
            YEAR.add_working_time(moment, minutes=1)
        with pytest.raises(OutsideCoverageError):
            YEAR.working_time_between(moment, moment)


def test_weeks_read_as_text() -> None:
    assert str(OFFICE) == "Mon–Fri 07:30–11:30, 13:30–17:00"
    assert str(WeeklyHours.of(sunday=["08:00-24:00"])) == "Sun 08:00–24:00"
    assert OFFICE.sessions(4) == OFFICE.week[4]
    assert OFFICE.sessions(5) == ()


def test_the_last_decided_day_is_decided() -> None:
    calendar = vietnam_calendar(provisional_until=2028)
    until = calendar.decided_until
    assert until is not None
    assert not calendar.is_provisional(until)
    assert calendar.is_provisional(until + timedelta(days=1))
    assert not calendar.is_provisional()
    assert calendar.provisional_notices(until) == ()


def test_a_session_is_held_against_its_form_as_a_whole() -> None:
    for text in ("07:30-11:30x", "07:30-11:300", "x07:30-11:30"):
        with pytest.raises(MisuseError, match="session-not-read"):
            WeeklyHours.of(text)


def test_the_fingerprint_is_the_same_on_every_platform() -> None:
    """It is the SHA-256 of the content as JSON, with keys in order; truth values are no texts."""
    week = '{"since": null, "source": null, "week": [[], [], [], [], [], [], [%s]]}'
    source = (
        '{"article": "", "confidence": null, "disputed": false, "instrument": "a decision",'
        ' "issued": null, "name": null, "note": "", "place": null}'
    )
    day = (
        '{"counterpart": null, "day": "2028-01-03", "kind": "holiday",'
        ' "name": {"en": "day", "vi": "ng\\u00e0y"}, "provisional": true, "sessions": [],'
        f' "source": {source}}}'
    )
    hours = week % '{"end": "11:30:00", "start": "07:30:00"}'
    content = (
        f'{{"days": [{day}], "decided_until": "2028-01-02", "first": "2028-01-01",'
        f' "hours": [{hours}], "last": "2028-01-09"}}'
    )
    calendar = Calendar(
        date(2028, 1, 1),
        date(2028, 1, 9),
        (WeeklyHours.of(sunday=["07:30-11:30"]),),
        (row(date(2028, 1, 3), DayKind.HOLIDAY, provisional=True),),
        decided_until=date(2028, 1, 2),
    )
    assert evolve(calendar, days=calendar.days).fingerprint == calendar.fingerprint
    assert calendar.fingerprint == sha256(content.encode("ascii")).hexdigest()


def test_a_substitute_is_the_next_day_that_is_not_off() -> None:
    """A holiday on a weekly day of rest is made up for on the next working day (art. 111(3))."""
    sunday, monday, tuesday = (date(2026, 2, day) for day in (1, 2, 3))
    holiday = row(sunday, DayKind.HOLIDAY)

    def made(*rows: CalendarDay) -> list[str]:
        try:
            YEAR.extended(rows, last=LAST)
        except DataError as error:
            return [each.reason for each in error.findings]
        return []

    on_tuesday = row(tuesday, DayKind.SUBSTITUTE, counterpart=sunday)
    assert made(holiday, row(monday, DayKind.SUBSTITUTE, counterpart=sunday)) == []
    assert made(holiday, row(monday, DayKind.HOLIDAY), on_tuesday) == []
    assert made(holiday, on_tuesday) == ["substitute-not-next"]
    # Nor does it stand before its holiday, or for a day that was worked.
    friday = row(date(2026, 1, 30), DayKind.SUBSTITUTE, counterpart=sunday)
    assert made(holiday, friday) == ["substitute-not-next"]
    assert made(
        row(monday, DayKind.HOLIDAY), row(tuesday, DayKind.SUBSTITUTE, counterpart=monday)
    ) == ["substitute-not-next"]


def test_the_first_and_last_minutes_of_a_calendar() -> None:
    """What is looked up is what is walked, also where the tables begin and end."""
    opening, closing = datetime(2026, 1, 1, 7, 30), datetime(2026, 12, 31, 17)
    for minutes in range(1, 12):
        later = timedelta(minutes=minutes)
        for _ in range(2):  # the first call makes the tables
            assert YEAR.add_working_time(opening, minutes=minutes) == opening + later
            assert YEAR.add_working_time(closing - later, minutes=minutes) == closing
            assert YEAR.working_time_between(opening, opening + later) == later
            assert YEAR.working_time_between(closing, closing - later) == -later


def test_what_is_decided_keeps_the_hours_that_begin_on_its_last_day() -> None:
    until = date(2026, 6, 30)
    hours = [WeeklyHours.of("07:00-11:00", since=until + timedelta(days=n)) for n in range(2)]
    decided = evolve(LATER, hours=(OFFICE, *hours)).decided_only()
    assert (decided.last, decided.hours) == (until, (OFFICE, hours[0]))
    assert YEAR.decided_only() is YEAR
    assert YEAR.is_provisional(LAST) is False
