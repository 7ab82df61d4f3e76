"""Days and instants as people type them: every form gives the same value, or says why not."""

import contextlib
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import DataError
from evnpubsvc.serde import DateStyle
from evnpubsvc.serde._registers import moment_parser
from evnpubsvc.worktime import VIETNAM_TIME, parse_moment
from evnpubsvc.worktime.parts import split_span

DAY = date(2022, 12, 15)


@pytest.mark.parametrize(
    "text",
    [
        "2022-12-15", "15/12/2022", "15-12-2022", "15.12.2022", "2022/12/15", "20221215",
        "ngày 15 tháng 12 năm 2022",
        "Ngày 15/12/2022", "15 tháng 12, 2022", " 15 / 12 / 2022 ", "15\u201312\u20132022",
        "１５/１２/２０２２",
        "15/12\u200b/2022", "15\u00a0tháng\u00a012\u00a0năm\u00a02022",
    ],
)  # fmt: skip
def test_a_day_stays_a_day(text: str) -> None:
    for form in ("NFC", "NFD"):
        read = parse_moment(unicodedata.normalize(form, text))
        assert (type(read), read) == (date, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "15/12/2022 17:00", "15/12/2022 17h00", "15/12/2022 17h", "17h00 ngày 15/12/2022",
        "17:00 15/12/2022",
        "15/12/2022\u00a017:00", "15-12-2022 17:00:00", "15/12/2022 5:00:00 CH",
        "15/12/2022 5:00 PM",
        "5 giờ chiều ngày 15/12/2022", "lúc 17 giờ 00 phút ngày 15 tháng 12 năm 2022",
        "2022-12-15T17:00",
        "15/12/2022, 17:00", "20221215170000", "15/12/2022 lúc 17g00",
    ],
)  # fmt: skip
def test_an_instant_has_its_hour(text: str) -> None:
    assert parse_moment(text) == datetime(2022, 12, 15, 17)
    local = parse_moment(text, zone=VIETNAM_TIME)
    assert isinstance(local, datetime)
    assert local.utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("15/12/2022 17:00:30", datetime(2022, 12, 15, 17, 0, 30)),
        ("15/12/2022 12:30 SA", datetime(2022, 12, 15, 0, 30)),
        ("15/12/2022 12:30 CH", datetime(2022, 12, 15, 12, 30)),
        ("15/12/2022 1 giờ trưa", datetime(2022, 12, 15, 13)),
        ("15/12/2022 11 giờ trưa", datetime(2022, 12, 15, 11)),
        ("01/03/2022 17:00 (GMT+7)", datetime(2022, 3, 1, 17, tzinfo=timezone(timedelta(hours=7)))),
        ("15/12/2022 24:00", datetime(2022, 12, 16)),
        ("24h00 ngày 31/12/2022", datetime(2023, 1, 1)),
        ("2022-12-15T10:00Z", datetime(2022, 12, 15, 10, tzinfo=UTC)),
        ("15/12/2022 17:00 GMT+07:00", datetime(2022, 12, 15, 17,
            tzinfo=timezone(timedelta(hours=7)))),
    ],
)  # fmt: skip
def test_halves_of_the_day_seconds_and_zones(text: str, read: datetime) -> None:
    assert parse_moment(text) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("15/12/22", "moment-ambiguous"),
        ("01/02/03", "moment-ambiguous"),
        ("03/04/2022 5:00 PM", "moment-ambiguous"),
        ("12/15/2022", "moment-impossible"),
        ("31/04/2022", "moment-impossible"),
        ("15/12/2022 25:00", "moment-impossible"),
        ("2022-12-15 24:01", "moment-impossible"),
        ("9999-12-31 24:00", "moment-impossible"),
        ("15/12/2022 17:00 SA", "moment-impossible"),
        ("15/12", "moment-not-read"),
        ("tháng 12 năm 2022", "moment-not-read"),
        ("15/12/2022 hoặc 16/12/2022", "moment-not-read"),
        ("15/12/2022 11 giờ đêm", "moment-not-read"),
        ("", "moment-not-read"),
        ("1" * 1000, "moment-not-read"),
    ],
)
def test_what_cannot_be_one_moment_says_why(text: str, reason: str) -> None:
    with pytest.raises(DataError) as error:
        parse_moment(text)
    (said,) = error.value.findings
    assert said.reason == reason
    for lang in ("en", "vi"):
        assert "{" not in said.message(lang)


def test_both_readings_are_named() -> None:
    with pytest.raises(DataError) as error:
        parse_moment("01/02/03")
    assert error.value.findings[0].message() == "'01/02/03' may be 01/02/2003 or 03/02/2001"


def test_a_declared_order_settles_what_is_open() -> None:
    assert parse_moment("03/04/2022 5:00 PM", order="dmy") == datetime(2022, 4, 3, 17)
    with pytest.raises(DataError):
        parse_moment("03/04/2022", order="iso")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.sampled_from("/-."))
def test_what_is_written_is_read_back(at: datetime, mark: str) -> None:
    at = at.replace(microsecond=0)
    day = f"{at.day}{mark}{at.month}{mark}{at.year}"
    assert parse_moment(day) == at.date()
    assert parse_moment(f"{day} {at:%H:%M:%S}") == at
    assert parse_moment(at.isoformat()) == at
    half = "CH" if at.hour >= 12 else "SA"
    assert parse_moment(f"{day} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {half}") == at


@given(st.text(max_size=90))
def test_no_text_is_too_strange(text: str) -> None:
    with contextlib.suppress(DataError):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("20/12/2022/27/12/2022", ("20/12/2022", "27/12/2022")),
        ("2022-12-20/2022-12-27", ("2022-12-20", "2022-12-27")),
        ("20/12/2022 10:00/27/12/2022 15:00", ("20/12/2022 10:00", "27/12/2022 15:00")),
        ("20/12/2022/", ("20/12/2022", "")),
        ("2022-12-20", None),
        ("20/12/2022", None),
    ],
)
def test_spans_are_split_where_both_sides_are_moments(
    text: str, parts: tuple[str, str] | None
) -> None:
    assert split_span(text) == parts


def test_columns_are_read_as_people_type_them() -> None:
    parse = moment_parser(DateStyle.DMY, VIETNAM_TIME)
    assert parse("15.12.2022") == DAY
    assert parse("01/03/2022 5:00:00 CH") == datetime(2022, 3, 1, 17, tzinfo=VIETNAM_TIME)
    assert parse("01/03/2022 17:00 (GMT+7)") == datetime(2022, 3, 1, 17, tzinfo=VIETNAM_TIME)
    assert parse("2022-12-15") is None  # another order than the declared one is never guessed
