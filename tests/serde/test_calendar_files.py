"""Calendars read from files.

A year that was decided since, in one file, and everything that can be wrong with it.
"""

import io
from datetime import date
from pathlib import Path

import pytest

from evnpubsvc.deadlines import TimeLimit, due
from evnpubsvc.errors import DataError
from evnpubsvc.serde import read_calendar
from evnpubsvc.worktime import vietnam_calendar

# Tết 2028 as 2+3 and 2/9 with the day before: not what will be decided, but what a decision looks
# like.
DECISION_OF_2028 = """
base = "vietnam"
last = 2028-12-31

[working_days]
2028 = 248

[[days]]
days = [2028-01-24, 2028-01-25, 2028-01-26, 2028-01-27, 2028-01-28]
kind = "holiday"
vi = "Tết Âm lịch"
en = "Lunar New Year (Tết)"
source = "an announcement of 2027"

[[days]]
day = 2028-09-01
kind = "holiday"
vi = "Quốc khánh"
en = "National Day"
source = "an announcement of 2027"

[[days]]
day = 2028-09-04
kind = "substitute"
vi = "Quốc khánh"
en = "National Day"
source = "an announcement of 2027"
counterpart = 2028-09-02
"""


def read(text: str, **options: int) -> object:
    return read_calendar(io.BytesIO(text.encode()), **options)  # type: ignore[arg-type]


def reasons(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        read(text)
    return [(each.path, each.reason) for each in caught.value.findings]


def test_an_application_adds_2028_by_file() -> None:
    calendar = read_calendar(io.BytesIO(DECISION_OF_2028.encode()))
    assert (calendar.last, calendar.decided_until) == (date(2028, 12, 31), None)
    found = due(date(2028, 1, 3), TimeLimit.parse("15 ngày làm việc"), calendar=calendar)
    # 4/1 to 21/1 are fourteen working days; Tết; 31/1.
    assert (found.date, found.provisional, found.bounds) == (date(2028, 1, 31), False, None)
    # Fixed by law, so not in the file.
    assert not calendar.is_working_day(date(2028, 4, 4))
    assert not calendar.is_working_day(date(2028, 5, 2))


def test_the_years_after_it_can_be_provisional() -> None:
    calendar = read_calendar(io.BytesIO(DECISION_OF_2028.encode()), provisional_until=2029)
    assert (calendar.last, calendar.decided_until) == (date(2029, 12, 31), date(2028, 12, 31))
    limit = TimeLimit.parse("15 ngày làm việc")
    assert not due(date(2028, 1, 3), limit, calendar=calendar).provisional
    assert due(date(2029, 1, 3), limit, calendar=calendar).provisional


def test_a_file_builds_on_another(tmp_path: Path) -> None:
    (tmp_path / "2028.toml").write_text(DECISION_OF_2028, encoding="utf-8")
    (tmp_path / "office.toml").write_text(
        'base = "2028.toml"\n[[hours]]\nweekdays = ["08:00-12:00", "13:00-17:00"]\n',
        encoding="utf-8",
    )
    calendar = read_calendar(tmp_path / "office.toml")
    assert calendar.last == date(2028, 12, 31)
    assert str(calendar.hours[0]) == "Mon–Fri 08:00–12:00, 13:00–17:00"


def test_a_calendar_of_the_caller_takes_the_place_of_the_base() -> None:
    hours = b'[[hours]]\nweekdays = ["08:00-12:00"]\n'
    calendar = read_calendar(io.BytesIO(hours), vietnam_calendar())
    assert (calendar.last, len(calendar.hours)) == (vietnam_calendar().last, 1)
    with pytest.raises(DataError, match="calendar-base-twice"):
        read_calendar(io.BytesIO(b'base = "other.toml"'), vietnam_calendar())


def test_every_finding_comes_at_once() -> None:
    assert reasons(
        """
        bas = "vietnam"
        last = 2026-06-30
        [[days]]
        day = 2029-01-24
        kind = "holiday"
        vi = "Tết"
        en = "Tết"
        source = "x"
        [[days]]
        day = 2026-03-07
        kind = "make-up"
        vi = "a"
        en = "a"
        source = "x"
        counterpart = 2026-03-09
        [[days]]
        day = 2026-03-07
        kind = "closure"
        vi = "b"
        en = "b"
        source = "x"
        [[days]]
        kind = "holiday"
        vi = "b"
        en = "b"
        source = "x"
        colour = "red"
        [[days]]
        kind = "holiday"
        vi = "b"
        en = "b"
        source = "x"
        """
    ) == [
        ("$.bas", "key-unknown"),
        ("$.days[3].colour", "key-unknown"),
        ("$.days[4]", "calendar-day-missing"),
        ("$.last", "last-before-decided"),
        ("$.days[1]", "exchange-half-entered"),
        ("$.days[1].day", "day-contradiction"),
        ("$.days[0].day", "day-outside-coverage"),
    ]


def test_what_a_decision_forgets_is_found() -> None:
    without_tet = DECISION_OF_2028.partition("[[days]]")[0]
    assert reasons(without_tet) == [("$.working_days.2028", "calendar-sum-differs")]
    unchecked = DECISION_OF_2028.replace("[working_days]\n2028 = 248\n", "")
    assert read(unchecked) == read(DECISION_OF_2028)
    assert reasons(unchecked.replace(", 2028-01-28]", "]")) == [
        ("$.days", "calendar-holidays-differ")
    ]
    assert reasons("[working_days]\n2031 = 250\n")[0][1] == "calendar-year-not-covered"


def test_bases_that_do_not_exist_or_go_in_a_circle(tmp_path: Path) -> None:
    assert reasons('base = "nowhere.toml"') == [("$.base", "calendar-base-unknown")]
    for name, base in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("e", "none"), ("f", "bad")):
        (tmp_path / f"{name}.toml").write_text(f'base = "{base}.toml"', encoding="utf-8")
    (tmp_path / "bad.toml").write_text("colour = 1", encoding="utf-8")
    for name, path, reason in (
        ("a", "$.base.base.base", "base-circular"),
        ("d", "$.base", "base-circular"),
        ("e", "$.base", "calendar-base-unknown"),
        ("f", "$.base, $.colour", "key-unknown"),
    ):
        with pytest.raises(DataError) as caught:
            read_calendar(tmp_path / f"{name}.toml")
        found = caught.value.findings
        assert [each.reason for each in found] == [reason], name
        assert found[0].path == path, name


@pytest.mark.parametrize(
    "text",
    [
        "days = 5",
        "hours = 'x'",
        "[[days]]\nday = 5",
        "last = 'soon'",
        "base = 5",
        "replace = 1",
        "[days]\nx=1",
    ],
)
def test_hostile_files_are_findings(text: str) -> None:
    assert reasons(text)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[[", b"last = 9999-12-31", b"[[days]]\n" * 2000])
def test_hostile_bytes_are_findings(raw: bytes) -> None:
    with pytest.raises(DataError):
        read_calendar(io.BytesIO(raw))


def _row(**given: str) -> str:
    """A row of days, as a clerk would add it to the decision."""
    values = {"kind": '"swapped"', "vi": '"x"', "en": '"x"', "source": '"y"', **given}
    return "\n[[days]]\n" + "\n".join(f"{key} = {value}" for key, value in values.items())


OFF = _row(day="2028-03-06", counterpart="2028-03-11")
WORKED = _row(day="2028-03-11", kind='"make-up"', counterpart="2028-03-06")


def test_an_exchange_that_is_entered_whole_is_taken() -> None:
    calendar = read_calendar(io.BytesIO((DECISION_OF_2028 + OFF + WORKED).encode()))
    assert not calendar.is_working_day(date(2028, 3, 6))
    assert calendar.is_working_day(date(2028, 3, 11))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (DECISION_OF_2028 + OFF, "exchange-half-entered"),
        (DECISION_OF_2028 + WORKED, "exchange-half-entered"),
        # One day off is exchanged for one day of work.
        (DECISION_OF_2028 + OFF + WORKED + WORKED.replace("03-11", "03-18"),
            "exchange-half-entered"),
        (DECISION_OF_2028 + _row(day="2028-03-06"), "exchange-counterpart-missing"),
        (DECISION_OF_2028 + _row(day="2028-03-11", kind='"make-up"'),
            "exchange-counterpart-missing"),
        # Labour Code art. 111(3): the next working day, and for a holiday on the weekly rest.
        (DECISION_OF_2028.replace("day = 2028-09-04", "day = 2028-09-05"), "substitute-not-next"),
        (DECISION_OF_2028.replace("counterpart = 2028-09-02", "counterpart = 2028-09-01"),
            "substitute-not-next"),
        (DECISION_OF_2028.replace("counterpart = 2028-09-02", "counterpart = 2028-09-09"),
            "substitute-not-next"),
        # Hours without an hour would make every count end at once.
        ("[[hours]]\nweekdays = []\n", "hours-empty"),
        ('base = "a\\u0000b.toml"\n', "text-not-writable"),
        ('base = "/"\n', "calendar-base-unknown"),
    ],
)  # fmt: skip
def test_what_was_entered_by_half_or_cannot_be(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "decision.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_calendar(path)
    assert reason in [each.reason for each in caught.value.findings]


def test_the_packaged_days_pass_the_same_checks() -> None:
    """Every decided day since 2019, entered again into a calendar that has only the statute."""
    packaged = vietnam_calendar()
    decided = [row for row in packaged.days if row.day.year == 2027]
    assert packaged.extended(decided) == packaged
    again = packaged.with_days([]).extended(packaged.days, replace=True)
    assert again.fingerprint == packaged.fingerprint


def test_links_in_a_circle_are_a_finding(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.symlink_to(other)
    other.symlink_to(one)
    path = tmp_path / "start.toml"
    path.write_text('base = "one.toml"\n', encoding="utf-8")
    with pytest.raises(DataError, match="calendar-base-unknown"):
        read_calendar(path)
