"""The packaged table: check sums, worked examples, the exported data of the package `holidays`."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from bench.calendar_end import warning_on

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Severity
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.texts import Text
from evnpubsvc.worktime import (
    CalendarDay,
    DayKind,
    OutsideCoverageError,
    lunar_new_year,
    vietnam_calendar,
)
from tests.realdata import real_rows

VIETNAM = vietnam_calendar()
_DAY = timedelta(days=1)

# Working days of each year, from the domain notes; weekdays less weekdays off plus make-up
# Saturdays.
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
    # vectors of the domain notes (section 5.5; of 2027: section 10 of the state of the law); the
    # day of receipt
    [
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
    """The package `holidays` lacks one swap.

    CV 12729/VPCP-KGVX of 2025-12-25 decides for both days.
    """
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
        date(2026, 1, 2): (DayKind.SWAPPED, "Official letter 12729/VPCP-KGVX of 2025-12-25"),
        date(2026, 1, 10): (DayKind.MAKE_UP, "Official letter 12729/VPCP-KGVX of 2025-12-25"),
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


def test_provisional_years_hold_the_certain_days_and_the_pattern_of_past_decisions() -> None:
    """Labour Code art. 112(3): only Tết and the second day of National Day wait for a decision."""
    later = vietnam_calendar(provisional_until=2029)
    assert later.last == date(2029, 12, 31)
    assert later.decided_until == VIETNAM.last
    added = {row.day: row for row in later.days if row.day > VIETNAM.last}
    assert sorted(added) == [
        date(2028, 1, 1),  # a Saturday
        date(2028, 1, 3),
        *(
            date(2028, 1, day) for day in range(24, 29)
        ),  # Tết is Wednesday 26/1: two before, three after
        date(2028, 4, 4),  # 10/3 lunar
        date(2028, 4, 30),  # a Sunday
        date(2028, 5, 1),
        date(2028, 5, 2),  # Monday is a holiday itself
        date(2028, 9, 1),
        date(2028, 9, 2),  # a Saturday
        date(2028, 9, 4),
        date(2028, 11, 24),
        date(2029, 1, 1),
        *(
            date(2029, 2, day) for day in range(12, 17)
        ),  # Tết is Tuesday 13/2: one before, four after
        date(2029, 4, 23),  # 10/3 lunar
        date(2029, 4, 30),
        date(2029, 5, 1),
        date(2029, 9, 1),  # a Saturday
        date(2029, 9, 2),  # a Sunday
        date(2029, 9, 3),
        date(2029, 9, 4),
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


def test_the_pattern_is_that_of_the_decided_years() -> None:
    """What an undecided year would assume, held against the decisions of 2021 to 2027 (since the
    Code of 2019).
    """
    table = packaged_table("worktime/vietnam.toml")
    for year in range(2021, 2028):
        tet, second = lunar_new_year(year), date(year, 9, 2)
        one_before = tet.isoweekday() in table["undecided"]["tet_one_day_before_on"]
        before = tet - timedelta(1 if one_before else 2)
        assert not VIETNAM.is_working_day(before), year
        after = tet + timedelta(3 if one_before else 2)
        assert not VIETNAM.is_working_day(after), year
        step = 1 if second.isoweekday() in table["undecided"]["national_day_after_on"] else -1
        assert not VIETNAM.is_working_day(second + step * _DAY), year


def test_every_choice_gives_as_many_days_off() -> None:
    """Five days of Tết and two of National Day, each on a weekend made up for (art. 111(3))."""
    for decision in vietnam_calendar(provisional_until=2100).open_decisions:
        given = {sum(row.day.weekday() < 5 for row in choice) for choice in decision.choices}
        whole = 5 if "Tết" in decision.name.vi else 2
        fixed = {date(decision.first.year, 9, 2).weekday() < 5} if whole == 2 else {False}
        assert given == {whole - sum(fixed)}, decision.name.en


def test_alternatives_are_the_combinations_of_choices() -> None:
    later = vietnam_calendar(provisional_until=2029)
    assert len(later.open_decisions) == 4
    calendars = list(later.alternatives())
    assert len(calendars) == len(set(calendars)) == 16
    assert calendars[0] == later
    assert {each.is_working_day(date(2028, 1, 24)) for each in calendars} == {True, False}
    assert len(list(later.alternatives(later.open_decisions[:1]))) == 2
    assert list(VIETNAM.alternatives()) == [VIETNAM]
    # A mark of what is open stays in the fingerprint of the calendar that has it, and nowhere else.
    assert later.fingerprint != evolve(later, open_decisions=()).fingerprint


def test_a_decision_is_added_in_one_call() -> None:
    later = vietnam_calendar(provisional_until=2029)
    tet = next(row for row in VIETNAM.days if row.name.en == "Lunar New Year (Tết)")
    national = next(row for row in VIETNAM.days if row.name.en == "National Day")
    rows = [
        *(evolve(tet, day=date(2028, 1, d)) for d in (25, 26, 27, 28, 31)),
        evolve(national, day=date(2028, 9, 1)),
        evolve(national, day=date(2028, 9, 4)),
    ]
    decided = later.extended(rows, last=date(2028, 12, 31))
    assert decided.decided_until == date(2028, 12, 31)
    assert [each.name.en[-4:] for each in decided.open_decisions] == ["2029", "2029"]
    assert decided.is_working_day(date(2028, 1, 24))
    assert not decided.is_working_day(date(2028, 4, 4))  # fixed by law: nobody had to list it
    assert not decided.why(date(2028, 4, 4)).provisional
    only = decided.decided_only()
    assert (only.last, only.decided_until, only.open_decisions) == (date(2028, 12, 31), None, ())
    # Added twice, or after a release has caught up, it is the same.
    assert only.extended(rows, last=date(2028, 12, 31)) == only
    assert VIETNAM.extended() == VIETNAM


def test_what_an_extension_refuses() -> None:
    def swap(kind: DayKind, day: date, other: date) -> CalendarDay:
        return CalendarDay(day, kind, name, Citation("a notice"), counterpart=other)

    name = Text(vi="hoán đổi", en="exchange")
    day_off, make_up = date(2027, 3, 8), date(2027, 3, 13)
    for rows, last, reasons in (
        ([swap(DayKind.MAKE_UP, make_up, day_off)], None, ["exchange-half-entered"]),
        ([swap(DayKind.SWAPPED, day_off, make_up)], None, ["exchange-half-entered"]),
        ([], date(2026, 12, 31), ["last-before-decided"]),
        ([swap(DayKind.CLOSURE, date(2029, 1, 8), day_off)], None, ["day-outside-coverage"]),
        # Friday 5/2/2027 is Tết: it cannot be worked too, unless `replace` says so.
        ([swap(DayKind.MAKE_UP, date(2027, 2, 5), date(2027, 2, 27))], None, ["day-contradiction"]),
    ):
        with pytest.raises(DataError) as caught:
            VIETNAM.extended(rows, last=last)
        assert [each.reason for each in caught.value.findings] == reasons
    both = [swap(DayKind.MAKE_UP, make_up, day_off), swap(DayKind.SWAPPED, day_off, make_up)]
    exchanged = VIETNAM.extended(both)
    assert exchanged.is_working_day(make_up)
    assert not exchanged.is_working_day(day_off)
    worked = swap(DayKind.MAKE_UP, date(2027, 2, 5), date(2027, 2, 27))
    assert VIETNAM.extended([worked], replace=True).is_working_day(date(2027, 2, 5))


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
    assert reason.text("vi").startswith("02/5/2023: Giỗ Tổ Hùng Vương, nghỉ bù cho ngày 29/4/2023")
    assert str(VIETNAM.why(date(2023, 5, 6))) == "06/05/2023: weekly rest"
    assert str(VIETNAM.why(date(2023, 5, 5))) == "05/05/2023: working day"
    assert (
        vietnam_calendar(provisional_until=2028)
        .why(date(2028, 9, 2))
        .text("vi")
        .endswith("(tạm tính)")
    )


def test_the_end_of_the_decided_days_is_told_ninety_days_before() -> None:
    last = VIETNAM.last
    assert warning_on(last - 91 * _DAY) is None
    assert "in 90 days" in (warning_on(last - 90 * _DAY) or "")
    assert "in 0 days" in (warning_on(last) or "")
    assert f"end on {last}" in (warning_on(last + _DAY) or "")
