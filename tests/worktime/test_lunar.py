"""Days of the lunar calendar: published dates, and what other computations give.

The table was checked on 28/11/2026 in an environment of its own, for each of the 82 years 2019–2100
and both days, against: `vnlunar` 1.0.5, by its table and by its algorithm at UTC+7; `amlich` 0.0.2
(JavaScript, after Hồ Ngọc Đức); new moons and solar longitudes of `ephem` 4.2.1 at UTC+7, computed
apart; `holidays` 0.109 for Tết. 0 differences in 164 days. At UTC+8, the hour of Beijing, `ephem`
gives another day for 8 of the years: Tết a day later in 2030 and 2053.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime import DayKind, hung_kings_day, lunar_new_year, vietnam_calendar

YEARS = range(2019, 2101)


@pytest.mark.parametrize(
    ("year", "new_year", "commemoration"),
    [  # section 1.3 of the state of the law; 2030 is the trap: 2/2 in Viet Nam, 3/2 in China
        (2027, date(2027, 2, 6), date(2027, 4, 16)),
        (2028, date(2028, 1, 26), date(2028, 4, 4)),
        (2029, date(2029, 2, 13), date(2029, 4, 23)),
        (2030, date(2030, 2, 2), date(2030, 4, 12)),
        (2031, date(2031, 1, 23), date(2031, 4, 1)),
        (2032, date(2032, 2, 11), date(2032, 4, 19)),
        (2033, date(2033, 1, 31), date(2033, 4, 9)),
        (2034, date(2034, 2, 19), date(2034, 4, 28)),
        (2035, date(2035, 2, 8), date(2035, 4, 17)),
        (2053, date(2053, 2, 18), date(2053, 4, 28)),
    ],
)
def test_dates_worked_out_elsewhere(year: int, new_year: date, commemoration: date) -> None:
    assert (lunar_new_year(year), hung_kings_day(year)) == (new_year, commemoration)


def test_the_decided_years_agree() -> None:
    """Each decided year rests on Tết and on the commemoration, or on the day in its place."""
    calendar = vietnam_calendar()
    for year in range(calendar.first.year, calendar.last.year + 1):
        tet = lunar_new_year(year)
        near = [tet + timedelta(days) for days in range(-3, 8)]
        assert any(calendar.why(day).name.en == "Lunar New Year (Tết)" for day in near)
        assert not calendar.is_working_day(tet)
        day = hung_kings_day(year)
        if day.weekday() < 5:
            assert calendar.why(day).kind is DayKind.HOLIDAY
        else:
            assert any(row.counterpart == day for row in calendar.days)


def test_the_table_has_the_shape_of_a_lunar_calendar() -> None:
    """Years of 353 to 355 or 383 to 385 days.

    10/3 lunar is 67 to 69 or, after a leap month, 97 to 99 days on.
    """
    assert sorted(map(int, packaged_table("worktime/lunar.toml")["days"])) == list(YEARS)
    for year in YEARS:
        new_year, day = lunar_new_year(year), hung_kings_day(year)
        assert date(year, 1, 21) <= new_year <= date(year, 2, 20)
        assert (day - new_year).days in {*range(67, 70), *range(97, 100)}
        if year + 1 in YEARS:
            assert (lunar_new_year(year + 1) - new_year).days in {
                *range(353, 356),
                *range(383, 386),
            }


@pytest.mark.parametrize("year", [2018, 2101, 0, -1, 10**9, 2027.0, "2027", True, None])
def test_other_years_are_refused(year: object) -> None:
    for question in (lunar_new_year, hung_kings_day):
        with pytest.raises(MisuseError) as caught:
            question(year)  # type: ignore[arg-type]
        assert caught.value.reason == "lunar-year-out-of-range"
