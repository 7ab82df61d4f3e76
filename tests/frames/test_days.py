"""Working days on arrays, against the calendar itself."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError
from evnpubsvc.frames import add_working_days
from evnpubsvc.worktime import OutsideCoverageError, vietnam_calendar

CALENDAR = vietnam_calendar()


def test_each_day_either_sign() -> None:
    days = [date(2021, 1, 1) + timedelta(days=i) for i in range(365 * 4)]
    for n in (-200, -25, -1, 0, 1, 3, 25, 400):
        expected = [CALENDAR.add_working_days(day, n) for day in days]
        assert add_working_days(days_of(days), n, CALENDAR).tolist() == expected


def days_of(days: list[date]) -> np.ndarray:
    return np.array(days, "M8[D]")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.dates(date(2018, 6, 1), date(2027, 6, 1)), st.integers(-700, 700)), min_size=1
    )
)
def test_a_count_for_each_day_and_the_edges(rows: list[tuple[date, int]]) -> None:
    days, counts = days_of([day for day, _ in rows]), np.array([n for _, n in rows])
    try:
        expected = [CALENDAR.add_working_days(day, n) for day, n in rows]
    except OutsideCoverageError:
        with pytest.raises(OutsideCoverageError):
            add_working_days(days, counts, CALENDAR)
    else:
        assert add_working_days(days, counts, CALENDAR).tolist() == expected


def test_long_arrays_and_shapes() -> None:
    days = np.full((3, 50_000), np.datetime64("2022-12-15"))
    assert (add_working_days(days, [[25], [1], [-1]], CALENDAR)[:, -1].tolist()) == [
        date(2023, 1, 27), date(2022, 12, 16), date(2022, 12, 14),
    ]  # fmt: skip
    assert add_working_days(days[:0], 1, CALENDAR).shape == (0, 50_000)
    assert add_working_days(date(2022, 12, 15), 25, CALENDAR).item() == date(2023, 1, 27)


@pytest.mark.parametrize("day", ["NaT", "9999-12-31", "0001-01-01", "2018-12-31"])
def test_days_beyond_the_calendar(day: str) -> None:
    with pytest.raises(OutsideCoverageError, match=day):
        add_working_days(np.array(["2022-12-15", day], "M8[D]"), 1, CALENDAR)
    with pytest.raises(OutsideCoverageError):
        add_working_days(np.array(["2022-12-15"], "M8[D]"), 2**40, CALENDAR)


def test_what_is_no_day_and_no_count() -> None:
    with pytest.raises(MisuseError, match="not-whole-days"):
        add_working_days(days_of([date(2022, 12, 15)]), 1.5, CALENDAR)
    for days in (
        ["2022-12-15"],
        np.array(["2022-12-15T08"], "M8[h]"),
        [datetime(2022, 12, 15)],
        [1],
    ):
        with pytest.raises(MisuseError, match="day-wrong-type"):
            add_working_days(days, 1, CALENDAR)
