"""Reporting periods: the table of days, laws of moving, names, and what does not compare."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Severity, violations
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind, comparability
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import periods
from evnpubsvc.texts import LANGUAGES, write

STATUTORY, CALENDAR = PeriodCalendar.STATUTORY, PeriodCalendar.CALENDAR
_DAY = timedelta(days=1)
_TILING = st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR])


def _reasons(a: Period, b: Period) -> list[str]:
    return [f.reason for f in comparability(a, b)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        # NĐ 09/2019/NĐ-CP art. 12, in the wording of QĐ 01/2023/QĐ-UBND (Khánh Hòa) art. 4
        ("statutory-2022-01", "2021-12-15", "2022-01-14"),
        ("statutory-2022-02", "2022-01-15", "2022-02-14"),
        ("statutory-2022-03", "2022-02-15", "2022-03-14"),
        ("statutory-2022-12", "2022-11-15", "2022-12-14"),
        ("statutory-2022-Q1", "2021-12-15", "2022-03-14"),
        ("statutory-2022-Q2", "2022-03-15", "2022-06-14"),
        ("statutory-2022-Q3", "2022-06-15", "2022-09-14"),
        ("statutory-2022-Q4", "2022-09-15", "2022-12-14"),
        ("statutory-2022-6M", "2021-12-15", "2022-06-14"),
        ("statutory-2022-9M", "2021-12-15", "2022-09-14"),
        ("statutory-2022", "2021-12-15", "2022-12-14"),
        ("calendar-2022-01", "2022-01-01", "2022-01-31"),
        ("calendar-2022-12", "2022-12-01", "2022-12-31"),
        ("calendar-2024-02", "2024-02-01", "2024-02-29"),
        ("calendar-2022-Q1", "2022-01-01", "2022-03-31"),
        ("calendar-2022-Q4", "2022-10-01", "2022-12-31"),
        ("calendar-2022-6M", "2022-01-01", "2022-06-30"),
        ("calendar-2022-9M", "2022-01-01", "2022-09-30"),
        ("calendar-2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_the_days_of_each_period(name: str, first: str, last: str) -> None:
    period = Period.parse(name)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert str(period) == name
    assert [
        period.contains(day)
        for day in (period.first - _DAY, period.first, period.last, period.last + _DAY)
    ] == [
        False,
        True,
        True,
        False,
    ]


@given(periods(min_year=1000, max_year=3000))
def test_names_and_json_are_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert from_json(to_json(period), Period) == period
    assert f'"{period}"' in to_json(period)


@given(periods())
def test_days_are_those_that_are_contained(period: Period) -> None:
    assert period.days == period.last.toordinal() - period.first.toordinal() + 1
    assert period.first in period
    assert period.last in period


@given(periods(kinds=_TILING, min_year=3, max_year=9000), st.integers(1, 30))
def test_months_quarters_and_years_follow_one_another_without_gap(
    period: Period, steps: int
) -> None:
    now = period
    for _ in range(steps):
        later = now.next()
        assert now.meets(later)
        assert not now.overlaps(later)
        assert later.previous() == now
        assert (later.kind, later.calendar) == (now.kind, now.calendar)
        now = later


@given(periods(min_year=4000, max_year=5000))
def test_there_and_back(period: Period) -> None:
    assert period.next().previous() == period
    assert period.previous().next() == period
    if period.kind is not PeriodKind.CUSTOM:
        assert period.same_last_year().last.year == period.last.year - 1
        assert not violations(comparability(period, period.same_last_year()))


@given(st.dates(date(2, 1, 1), date(9998, 12, 1)), _TILING, st.sampled_from(PeriodCalendar))
def test_each_day_belongs_to_the_period_that_contains_it(
    day: date, kind: PeriodKind, calendar: PeriodCalendar
) -> None:
    period = Period.containing(day, kind=kind, calendar=calendar)
    assert period.contains(day)
    assert (period.kind, period.calendar) == (kind, calendar)


def test_the_last_day_of_the_reporting_year_is_the_14th() -> None:
    for kind, names in (
        (PeriodKind.YEAR, ("statutory-2022", "statutory-2023")),
        (PeriodKind.QUARTER, ("statutory-2022-Q4", "statutory-2023-Q1")),
        (PeriodKind.MONTH, ("statutory-2022-12", "statutory-2023-01")),
    ):
        for day, name in zip((14, 15), names, strict=True):
            assert (
                str(Period.containing(date(2022, 12, day), kind=kind, calendar=STATUTORY)) == name
            )


@given(periods(min_year=2), st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER]))
def test_parts_are_the_whole(period: Period, kind: PeriodKind) -> None:
    if period.kind is PeriodKind.CUSTOM or (period.kind, kind) == (
        PeriodKind.MONTH,
        PeriodKind.QUARTER,
    ):
        with pytest.raises(MisuseError, match="period-not-made-of"):
            period.split(kind)
        return
    parts = period.split(kind)
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert all(one.meets(other) for one, other in pairwise(parts))
    assert {part.kind for part in parts} == {kind}
    assert sum(part.months or 0 for part in parts) == period.months


def test_six_and_nine_months_step_by_years_and_custom_periods_by_their_days() -> None:
    assert Period.six_months(2022, calendar=STATUTORY).previous() == Period.six_months(
        2021, calendar=STATUTORY
    )
    assert Period.nine_months(2022, calendar=CALENDAR).next() == Period.nine_months(
        2023, calendar=CALENDAR
    )
    drive = Period(
        date(2022, 6, 1), date(2022, 8, 31)
    )  # the "92 days and nights" of Bình Phước, 2022
    assert drive.days == 92
    assert drive.previous().meets(drive)
    assert drive.previous().days == 92
    assert drive.same_last_year() == Period(date(2021, 6, 1), date(2021, 8, 31))
    assert (
        str(Period(date(2024, 2, 29), date(2024, 2, 29)).same_last_year())
        == "2023-02-28..2023-02-28"
    )


def test_the_seed_does_not_compare_without_saying_so() -> None:
    """Tam Xuân II: 2020 from August, 2021 whole, 2022 up to 15/12 - and the reporting year ends
    on 14/12.
    """
    y2020 = Period(date(2020, 8, 1), date(2020, 12, 31))
    y2021 = Period.year(2021, calendar=CALENDAR)
    y2022 = Period(date(2022, 1, 1), date(2022, 12, 15))
    assert _reasons(y2020, y2021) == ["periods-differ-in-length"]
    assert _reasons(y2021, y2022) == ["periods-differ-in-length", "periods-differ-in-cutoff"]
    assert _reasons(y2020, y2022) == ["periods-differ-in-length", "periods-differ-in-cutoff"]
    # The other reading of "2022": the reporting year, with one day too many.
    reported = Period(date(2021, 12, 15), date(2022, 12, 15))
    assert _reasons(reported, Period.year(2022, calendar=STATUTORY)) == [
        "periods-differ-in-length",
        "periods-differ-in-cutoff",
        "periods-overlap",
    ]
    assert _reasons(y2021, Period.year(2022, calendar=STATUTORY)) == [
        "periods-differ-in-cutoff",
        "periods-overlap",
    ]


def test_what_the_calendar_makes_longer_is_a_notice() -> None:
    leap = comparability(Period.year(2023, calendar=CALENDAR), Period.year(2024, calendar=CALENDAR))
    assert [(f.reason, f.severity) for f in leap] == [("periods-differ-in-days", Severity.NOTICE)]
    drives = (
        Period(date(2024, 2, 1), date(2024, 3, 15)),
        Period(date(2023, 2, 1), date(2023, 3, 15)),
    )
    assert [f.severity for f in comparability(*drives)] == [Severity.NOTICE]
    months = comparability(
        Period.month(2022, 2, calendar=CALENDAR), Period.month(2022, 3, calendar=CALENDAR)
    )
    assert [f.severity for f in months] == [Severity.NOTICE]
    assert not comparability(
        Period.year(2021, calendar=CALENDAR), Period.year(2022, calendar=CALENDAR)
    )
    assert not comparability(
        Period(date(2021, 1, 1), date(2021, 12, 31)), Period.year(2022, calendar=CALENDAR)
    )
    assert not comparability(
        Period(date(2022, 3, 3), date(2022, 3, 31)), Period(date(2022, 4, 2), date(2022, 4, 30))
    )


def test_kinds_that_differ() -> None:
    month, year = Period.month(2022, 12, calendar=STATUTORY), Period.year(2021, calendar=STATUTORY)
    assert _reasons(month, year) == ["periods-differ-in-kind", "periods-differ-in-length"]
    assert _reasons(month, Period.year(2022, calendar=STATUTORY))[-1] == "periods-overlap"


@given(periods(min_year=1990, max_year=2030), periods(min_year=1990, max_year=2030))
def test_comparability_is_symmetric_and_a_period_compares_with_itself(a: Period, b: Period) -> None:
    assert _reasons(a, b) == _reasons(b, a)
    assert comparability(a, a) == ()
    if set(range(a.first.toordinal(), a.last.toordinal() + 1)) & set(
        range(b.first.toordinal(), b.last.toordinal() + 1)
    ):
        assert a == b or "periods-overlap" in _reasons(a, b)
    else:
        assert "periods-overlap" not in _reasons(a, b)
    if not violations(comparability(a, b)) and a.months is not None:
        assert abs(a.days - b.days) <= 3


def test_misuse_has_reasons() -> None:
    def reason(make: Any) -> str:
        with pytest.raises(MisuseError) as caught:
            make()
        assert all("{" not in caught.value.finding.line(lang) for lang in LANGUAGES)
        return caught.value.reason

    day = date(2022, 1, 1)
    noon = datetime(2022, 1, 1, 12, tzinfo=UTC)
    assert reason(lambda: Period(day, day - _DAY)) == "last-before-first"
    assert reason(lambda: Period(noon, day)) == "day-wrong-type"
    assert reason(lambda: Period("2022-01-01", day)) == "day-wrong-type"  # type: ignore[arg-type]
    assert reason(lambda: Period(day, day).contains(noon)) == "day-wrong-type"
    assert reason(lambda: noon in Period(day, day)) == "day-wrong-type"
    assert (
        reason(lambda: Period(day, day, PeriodKind.CUSTOM, CALENDAR)) == "period-calendar-surplus"
    )
    assert reason(lambda: Period(day, day, PeriodKind.MONTH)) == "period-calendar-missing"
    assert reason(lambda: Period(day, day, PeriodKind.MONTH, CALENDAR)) == "period-not-of-kind"
    assert (
        reason(lambda: Period(day, date(2022, 4, 30), PeriodKind.QUARTER, CALENDAR))
        == "period-not-of-kind"
    )
    # three months that are no quarter, twelve that are no year
    assert reason(
        lambda: Period(date(2022, 2, 1), date(2022, 4, 30), PeriodKind.QUARTER, CALENDAR)
    ) == ("period-not-of-kind")
    assert reason(
        lambda: Period(date(2022, 2, 1), date(2023, 1, 31), PeriodKind.YEAR, CALENDAR)
    ) == ("period-not-of-kind")
    assert reason(lambda: Period.month(2022, 13, calendar=STATUTORY)) == "period-number"
    assert reason(lambda: Period.quarter(2022, 0, calendar=STATUTORY)) == "period-number"
    assert reason(lambda: Period.year(10_000, calendar=STATUTORY)) == "period-number"
    assert reason(lambda: Period.year(True, calendar=STATUTORY)) == "period-number"
    assert reason(lambda: Period.year(2022, calendar=None)) == "period-calendar-missing"  # type: ignore[arg-type]
    for kind in (PeriodKind.SIX_MONTHS, PeriodKind.NINE_MONTHS, PeriodKind.CUSTOM):
        assert reason(lambda k=kind: Period.containing(day, kind=k, calendar=STATUTORY)) == (
            "period-kind-does-not-tile"
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda: Period.month(1, 1, calendar=STATUTORY),
        lambda: Period.year(1, calendar=STATUTORY),
        lambda: Period.containing(date.min, kind=PeriodKind.MONTH, calendar=STATUTORY),
        lambda: Period.containing(date.max, kind=PeriodKind.MONTH, calendar=STATUTORY),
        lambda: Period.year(9999, calendar=CALENDAR).next(),
        lambda: Period.month(9999, 12, calendar=STATUTORY).next(),
        lambda: Period.month(1, 1, calendar=CALENDAR).previous(),
        lambda: Period.month(1, 2, calendar=STATUTORY).previous(),
        lambda: Period.year(1, calendar=CALENDAR).same_last_year(),
        lambda: Period(date.min, date.max).next(),
        lambda: Period(date.min, date.max).previous(),
        lambda: Period(date.min, date.max).same_last_year(),
    ],
)
def test_the_edges_of_time_are_clean_errors(make: Any) -> None:
    with pytest.raises(MisuseError, match="period-out-of-dates"):
        make()


def test_the_first_and_the_last_days_of_all() -> None:
    assert Period.containing(date.max, kind=PeriodKind.YEAR, calendar=CALENDAR).last == date.max
    assert Period.month(1, 1, calendar=CALENDAR).first == date.min
    everything = Period(date.min, date.max)
    assert everything.days == 3_652_059
    assert not everything.meets(Period(date.min, date.min))
    assert _reasons(everything, Period(date.min, date.min))[-1] == "periods-overlap"


@pytest.mark.parametrize(
    "text",
    [
        "", "2022", "2022-Q4", "statutory-22", "statutory-2022-13", "statutory-2022-Q5",
        "statutory-2022-3M", "lunar-2022",
        "statutory-0000", "statutory-0001", "2022-02-30..2022-03-01", "2022-01-02..2022-01-01",
        "statutory-2022\n",
        "statutory-２０２２", "STATUTORY-2022", "2022-01-01..", None, 2022,
    ],
)  # fmt: skip
def test_other_texts_are_no_periods(text: Any) -> None:
    with pytest.raises(DataError):
        Period.parse(text)
    with pytest.raises(DataError):
        from_json(
            '{"format": 1, "type": "Period", "value": %s}'
            % ("null" if text is None else f'"{text}"'),
            Period,
        )


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("statutory-2022-12", "tháng 12 năm 2022", "month 12 of reporting year 2022"),
        ("calendar-2022-Q4", "quý IV năm 2022", "quarter 4 of calendar year 2022"),
        (
            "statutory-2022-6M",
            "6 tháng đầu năm 2022",
            "first six months of reporting year 2022",
        ),
        (
            "statutory-2022-9M",
            "9 tháng đầu năm 2022",
            "first nine months of reporting year 2022",
        ),
        (
            "2022-01-01..2022-12-15",
            "từ ngày 01/01/2022 đến ngày 15/12/2022",
            "2022-01-01 to 2022-12-15",
        ),
    ],
)
def test_labels(name: str, vi: str, en: str) -> None:
    period = Period.parse(name)
    assert period.written("vi").startswith(vi)
    assert period.written("en").startswith(en)
    assert period.written("vi").rstrip(")").endswith(write(period.last, "vi"))


def test_each_calendar_says_where_it_comes_from() -> None:
    assert all(calendar.sources for calendar in PeriodCalendar)


@pytest.mark.parametrize("calendar", PeriodCalendar)
@pytest.mark.parametrize("kind", [PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR])
def test_the_rule_of_last_days_is_that_of_the_periods(
    kind: PeriodKind, calendar: PeriodCalendar
) -> None:
    since = date(2023, 11, 30)
    period = Period.containing(since, kind=kind, calendar=calendar)
    for day in islice(Period.last_days(kind, calendar, since), 30):
        assert day.date() == period.last
        period = period.next()


@given(st.dates(date(2, 1, 1), date(9999, 12, 31)))
def test_a_day_of_the_year_before(day: date) -> None:
    before = Period(day, day).same_last_year().first
    assert before.year == day.year - 1
    assert (before.month, before.day) in {(day.month, day.day), (2, 28)}
    assert ((before.month, before.day) == (day.month, day.day)) is ((day.month, day.day) != (2, 29))
