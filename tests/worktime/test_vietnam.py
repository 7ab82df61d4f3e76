"""The packaged table: check sums, worked examples, the exported data of the package `holidays`."""

from datetime import date, timedelta

import pytest
from attrs import evolve

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Severity
from evnpubsvc.law import Confidence
from evnpubsvc.worktime import DayKind, OutsideCoverageError, vietnam_calendar
from tests.realdata import real_rows

VIETNAM = vietnam_calendar()
_DAY = timedelta(days=1)

# Working days of each year, from the domain notes; weekdays less weekdays off plus make-up Saturdays.
CHECK_SUMS = {
    2019: 252,
    2020: 252,
    2021: 250,
    2022: 249,
    2023: 249,
    2024: 251,
    2025: 250,
    2026: 249,
    2027: 249,
}


@pytest.mark.parametrize(("year", "total"), CHECK_SUMS.items())
def test_the_working_days_of_each_year_are_the_check_sum(year: int, total: int) -> None:
    new_year = date(year, 1, 1)
    by_engine = VIETNAM.working_days_between(new_year, date(year, 12, 31)) + VIETNAM.is_working_day(
        new_year
    )
    rows = [row for row in VIETNAM.days if row.day.year == year]
    days = [new_year + i * _DAY for i in range((date(year, 12, 31) - new_year).days + 1)]
    weekdays = sum(day.weekday() < 5 for day in days)
    by_hand = weekdays + sum(1 if row.kind is DayKind.MAKE_UP else -1 for row in rows)
    assert (
        by_engine
        == by_hand
        == total
        == packaged_table("worktime/vietnam.toml")["working_days"][str(year)]
    )


def test_rows_are_weekdays_off_and_worked_saturdays_with_names_and_sources() -> None:
    assert len(VIETNAM.days) == len({row.day for row in VIETNAM.days})
    for row in VIETNAM.days:
        assert row.day.weekday() == 5 if row.kind is DayKind.MAKE_UP else row.day.weekday() < 5
        assert row.source.confidence is not Confidence.ASSUMED
        assert not row.provisional
    assert VIETNAM.notices == ()


def test_swaps_name_each_other() -> None:
    swaps = {
        row.day: row.counterpart
        for row in VIETNAM.days
        if row.kind in (DayKind.SWAPPED, DayKind.MAKE_UP)
    }
    for day, other in swaps.items():
        assert other is not None
        assert swaps[other] == day if other >= VIETNAM.first else other == date(2018, 12, 31)


def test_substitutes_follow_a_holiday_on_the_weekly_rest() -> None:
    substitutes = [row for row in VIETNAM.days if row.kind is DayKind.SUBSTITUTE]
    assert len(substitutes) == 12
    for row in substitutes:
        assert row.counterpart is not None
        assert row.counterpart.weekday() >= 5
        between = [row.counterpart + i * _DAY for i in range(1, (row.day - row.counterpart).days)]
        assert not any(map(VIETNAM.is_working_day, between))  # the next working day, art. 111(3)


@pytest.mark.parametrize(
    ("received", "limit", "due"),
    [  # vectors of the domain notes (section 5.5; of 2027: section 10 of the state of the law); the day of receipt
        # is not counted
        (date(2022, 4, 29), 3, date(2022, 5, 6)),
        (date(2022, 3, 1), 25, date(2022, 4, 5)),
        (date(2022, 12, 15), 25, date(2023, 1, 27)),
        (date(2024, 4, 26), 3, date(2024, 5, 4)),
        (date(2025, 4, 25), 3, date(2025, 4, 29)),
        (date(2025, 4, 29), 3, date(2025, 5, 7)),
        (date(2025, 12, 31), 3, date(2026, 1, 7)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 8, 28), 3, date(2026, 9, 7)),
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
        (date(2026, 12, 1), 25, date(2027, 1, 6)),
        (date(2026, 12, 15), 25, date(2027, 1, 20)),
        (date(2026, 12, 28), 25, date(2027, 2, 2)),
        (date(2026, 12, 30), 25, date(2027, 2, 11)),
        (date(2026, 12, 31), 25, date(2027, 2, 12)),
        (date(2027, 1, 15), 15, date(2027, 2, 12)),
    ],
)
def test_worked_examples(received: date, limit: int, due: date) -> None:
    assert VIETNAM.add_working_days(received, limit) == due
    assert VIETNAM.working_days_between(received, due) == limit


def test_limits_in_days_roll_forward() -> None:
    """Civil Code art. 148(5); the two vectors in calendar days of section 5.5."""
    assert VIETNAM.next_working_day(date(2022, 4, 25) + 5 * _DAY, or_same=True) == date(2022, 5, 4)
    assert VIETNAM.next_working_day(date(2026, 2, 10) + 7 * _DAY, or_same=True) == date(2026, 2, 23)


def test_the_exported_holidays_agree_but_for_two_listed_days() -> None:
    """The package `holidays` lacks one swap; CV 12729/VPCP-KGVX of 25/12/2025 decides for both days."""
    off = {date.fromisoformat(row["ngay"]) for row in real_rows("ngay_nghi_viet_nam/ngay_nghi.csv")}
    made_up = {
        date.fromisoformat(row["ngay_lam_bu"])
        for row in real_rows("ngay_nghi_viet_nam/ngay_lam_bu.csv")
    }
    differences = {}
    day = VIETNAM.first
    while day <= VIETNAM.last:
        theirs = day in made_up or (day.weekday() < 5 and day not in off)
        if theirs is not VIETNAM.is_working_day(day):
            differences[day] = VIETNAM.why(day)
        day += _DAY
    assert {day: (why.kind, str(why.source)) for day, why in differences.items()} == {
        date(2026, 1, 2): (DayKind.SWAPPED, "Official letter 12729/VPCP-KGVX of 25/12/2025"),
        date(2026, 1, 10): (DayKind.MAKE_UP, "Official letter 12729/VPCP-KGVX of 25/12/2025"),
    }


def test_the_kinds_agree_with_the_exported_ones() -> None:
    kinds = {"le": DayKind.HOLIDAY, "nghi_bu": DayKind.SUBSTITUTE, "hoan_doi": DayKind.SWAPPED}
    rows = {
        date.fromisoformat(row["ngay"]): kinds[row["loai"]]
        for row in real_rows("ngay_nghi_viet_nam/ngay_nghi.csv")
    }
    compared = 0
    for day, kind in rows.items():
        if VIETNAM.first <= day <= VIETNAM.last and day.weekday() < 5:
            assert VIETNAM.why(day).kind is kind, day
            compared += 1
    assert compared == 103  # every weekday off but 2/1/2026


def test_nothing_is_guessed_outside_the_decided_years() -> None:
    for day in (date(2018, 12, 31), date(2028, 1, 1), date.min, date.max):
        with pytest.raises(OutsideCoverageError, match="2019-01-01 to 2027-12-31"):
            VIETNAM.is_working_day(day)
    with pytest.raises(OutsideCoverageError, match="2019-01-01 to 2027-12-31"):
        VIETNAM.add_working_days(date(2027, 12, 31), 1)
    with pytest.raises(OutsideCoverageError):
        VIETNAM.add_working_days(date(2019, 1, 1), -1)
    assert not VIETNAM.is_provisional(date(2027, 12, 31))


def test_provisional_years_hold_the_certain_days_alone_and_say_so() -> None:
    """Labour Code art. 112(3): only Tết and the second day of National Day wait for a decision."""
    later = vietnam_calendar(provisional_until=2029)
    assert later.last == date(2029, 12, 31)
    assert later.decided_until == VIETNAM.last
    added = {row.day: row for row in later.days if row.day > VIETNAM.last}
    assert sorted(added) == [
        date(2028, 1, 1),  # a Saturday
        date(2028, 1, 3),
        date(2028, 4, 4),  # 10/3 lunar
        date(2028, 4, 30),  # a Sunday
        date(2028, 5, 1),
        date(2028, 5, 2),  # Monday is a holiday itself
        date(2028, 9, 2),  # a Saturday
        date(2028, 9, 4),
        date(2028, 11, 24),
        date(2029, 1, 1),
        date(2029, 4, 23),  # 10/3 lunar
        date(2029, 4, 30),
        date(2029, 5, 1),
        date(2029, 9, 2),  # a Sunday
        date(2029, 9, 3),
        date(2029, 11, 24),  # a Saturday
        date(2029, 11, 26),
    ]
    assert all(row.provisional for row in added.values())
    assert later.why(date(2028, 5, 2)).counterpart == date(2028, 4, 30)
    assert later.why(date(2028, 3, 1)).provisional  # an ordinary Wednesday: a swap may change it
    assert not later.why(date(2027, 9, 2)).provisional
    assert later.is_provisional(date(2027, 12, 30), later.add_working_days(date(2027, 12, 30), 3))
    years = [(n.reason, n.value, n.severity) for n in later.provisional_notices(date(2029, 2, 1))]
    assert years == [
        ("year-undecided", 2028, Severity.NOTICE),
        ("year-undecided", 2029, Severity.NOTICE),
    ]
    assert later.provisional_notices(date(2027, 5, 1)) == ()
    assert later.notices == later.provisional_notices(date(2029, 12, 31))
    assert VIETNAM.provisional_notices(date(2027, 5, 1)) == ()


def test_the_commemoration_on_a_weekend_has_its_substitute_in_later_years() -> None:
    """Art. 111(3). On 29/4/2042, a Tuesday, none; on 9/4/2033, a Saturday, Monday 11/4."""
    later = vietnam_calendar(provisional_until=2042)
    assert later.why(date(2033, 4, 11)).counterpart == date(2033, 4, 9)
    assert later.why(date(2042, 4, 29)).kind is DayKind.HOLIDAY


def test_a_new_decision_replaces_provisional_days_and_can_only_move_a_deadline_later() -> None:
    later = vietnam_calendar(provisional_until=2028)
    tet = next(row for row in VIETNAM.days if row.name.en == "Lunar New Year (Tết)")
    decided = later.with_days(evolve(tet, day=date(2028, 1, d)) for d in (25, 26, 27, 28, 31))
    day = later.first
    while day < date(2028, 11, 1):
        assert decided.add_working_days(day, 25) >= later.add_working_days(day, 25)
        day += _DAY


@pytest.mark.parametrize("year", [2027, 2018, 2101, 10**9, -1, 2028.0, "2028", True])
def test_absurd_provisional_years_are_refused(year: object) -> None:
    with pytest.raises(MisuseError) as caught:
        vietnam_calendar(provisional_until=year)  # type: ignore[arg-type]
    assert caught.value.reason == "provisional-year-out-of-range"


def test_far_provisional_years_can_be_asked_for() -> None:
    assert vietnam_calendar(provisional_until=2100).last == date(2100, 12, 31)


def test_the_calendar_is_made_once() -> None:
    assert vietnam_calendar() is VIETNAM


def test_reasons_in_both_languages() -> None:
    reason = VIETNAM.why(date(2023, 5, 2))
    assert reason.text("en") == (
        "02/05/2023: Hùng Kings' Commemoration, substitute day off for 29/04/2023 "
        "[Labour Code 45/2019/QH14, art. 111(3)]"
    )
    assert reason.text("vi").startswith(
        "02/05/2023: Giỗ Tổ Hùng Vương, nghỉ bù cho ngày 29/04/2023"
    )
    assert str(VIETNAM.why(date(2023, 5, 6))) == "06/05/2023: weekly rest"
    assert str(VIETNAM.why(date(2023, 5, 5))) == "05/05/2023: working day"
    assert (
        vietnam_calendar(provisional_until=2028)
        .why(date(2028, 9, 2))
        .text("vi")
        .endswith("(tạm tính)")
    )
