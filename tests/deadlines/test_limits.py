"""Reading time limits: the national catalogue, its quirks, and whatever else people write."""

import unicodedata
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given

from evnpubsvc.deadlines import LimitReading, LimitUnit, TimeLimit, read_limits
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import violations
from evnpubsvc.strategies import limit_texts, time_limits
from tests.realdata import real_rows

WD, D, H = LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.HOURS
HALF = Fraction(1, 2)


@given(time_limits())
def test_what_is_written_is_read_back(limit: TimeLimit) -> None:
    assert TimeLimit.parse(str(limit)) == limit
    assert TimeLimit.parse(limit.get("en")) == limit
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert TimeLimit.parse(unicodedata.normalize(form, str(limit).upper())) == limit


@given(limit_texts())
def test_no_text_is_too_strange(text: str) -> None:
    reading = read_limits(text)
    assert reading.text == text
    assert reading.limits or violations(reading.findings)  # nothing is lost without a word
    assert len(set(reading.limits)) == len(reading.limits)
    for finding in reading.findings:
        assert finding.message("vi")
        assert "{" in unicodedata.normalize("NFKC", text) or "{" not in finding.message(
            "en"
        )  # every placeholder is filled
    wrong = violations(reading.findings)
    if wrong:
        with pytest.raises(DataError) as error:
            TimeLimit.parse(text)
        assert error.value.findings == wrong
    else:
        assert (TimeLimit.parse(text),) == reading.limits


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("03 ngày làm việc", 3, WD),
        ("3 Ngày Làm Việc", 3, WD),
        ("24 giờ", 24, H),
        ("08h", 8, H),
        ("30 phút", HALF, H),
        ("12 giờ làm việc", 12, LimitUnit.WORKING_HOURS),
        ("24 giờ liên tục", 24, LimitUnit.CLOCK_HOURS),
        ("1.5 ngày", Fraction(3, 2), D),
        ("1,5 ngày làm việc", Fraction(3, 2), WD),
        ("nửa ngày làm việc", HALF, WD),
        ("Không quá 05 ngày", 5, D),
        ("- 30 ngày kể từ ngày nhận đủ hồ sơ hợp lệ.", 30, D),
        ("Trong thời hạn 07 (bảy) ngày làm việc kể từ ngày nhận", 7, WD),
        ("3 ngày (làm việc)", 3, WD),
        ("17 Ngày làm việcMiễn phí", 17, WD),  # glued cells of the catalogue
        ("05\u00a0ngày\u00a0làm\u00a0việc", 5, WD),
        ("trong ngày", 0, LimitUnit.SAME_DAY),
        ("Giải quyết ngay trong ngày làm việc", 0, LimitUnit.SAME_DAY),
        ("ngày làm việc tiếp theo", 1, WD),
        ("2 tuần", 2, LimitUnit.WEEKS),
        ("06 tháng", 6, LimitUnit.MONTHS),
        ("1 năm", 1, LimitUnit.YEARS),
        ("Theo Thông tư ngày 11 tháng 5 năm 2020: 5 ngày", 5, D),
        ("3 working days", 3, WD),
        ("1 calendar day", 1, D),
    ],
)
def test_one_limit(text: str, amount: Fraction | int, unit: LimitUnit) -> None:
    assert TimeLimit.parse(text) == TimeLimit(Fraction(amount), unit)


@pytest.mark.parametrize(
    ("text", "limits", "reasons"),
    [
        ("1", [], ["limit-without-unit"]),
        ("3", [], ["limit-without-unit"]),
        ("Không có thông tin", [], ["limit-not-stated"]),
        ("", [], ["limit-not-stated"]),
        ("  ", [], ["limit-not-stated"]),
        ("15-20 ngày", ["15 ngày", "20 ngày"], ["limit-range"]),
        ("từ 15 ngày đến 20 ngày", ["15 ngày", "20 ngày"], ["limit-range"]),
        ("10 ngày; 5", ["10 ngày"], ["limit-without-unit"]),
        ("5 ngày; trường hợp xác minh 10 ngày", ["5 ngày", "10 ngày"], ["limit-several"]),
        ("5 ngày làm việc hoặc 5 ngày", ["5 ngày làm việc", "5 ngày"], ["limit-several"]),
        ("5 ngày, tối đa 5 ngày", ["5 ngày"], []),
        ("-3 ngày", [], ["limit-negative"]),
        ("0 ngày", [], ["limit-not-positive"]),
        ("1/2 ngày", [], ["limit-not-read", "limit-not-read"]),
        ("½ ngày", [], ["limit-not-read"]),
        ("3² ngày", [], ["limit-not-read"]),
        ("1.500 ngày", [], ["limit-not-read"]),
        ("1.25 ngày", [], ["limit-too-fine"]),
        ("99999999999 ngày", [], ["limit-too-long"]),
        ("40000 ngày", [], ["limit-too-long"]),
        ("5 ngàyMiễn phí", [], ["limit-without-unit"]),
        ("24 giờ làm", [], ["limit-without-unit"]),
        ("sau 15 giờ", [], ["limit-number-skipped", "limit-not-read"]),
        ("năm ngày", [], ["limit-not-read"]),  # five days in words: not guessed
        ("٣ ngày", [], ["limit-not-read"]),
        (
            "Trong ngày; sau 15 giờ thì ngày làm việc tiếp theo",
            ["trong ngày", "1 ngày làm việc"],
            ["limit-number-skipped", "limit-several"],
        ),
    ],
)
def test_what_is_not_one_limit_says_why(text: str, limits: list[str], reasons: list[str]) -> None:
    reading = read_limits(text)
    assert [str(limit) for limit in reading.limits] == limits
    assert [finding.reason for finding in reading.findings] == reasons
    if violations(reading.findings):
        with pytest.raises(DataError) as error:
            TimeLimit.parse(text)
        assert error.value.findings == violations(reading.findings)


def test_the_limits_of_the_national_catalogue() -> None:
    """All 7,037 rows; totals as the README of the data gives them (2,642 procedures, crawl of June/July 2026)."""
    units: Counter[str] = Counter()
    for row in real_rows("tthc_cong_dvcqg/thoi_han_theo_hinh_thuc.csv"):
        reading = read_limits(row["thoi_gian_tho"])
        if reading.limits:
            (limit,) = reading.limits
            assert not reading.findings
            assert limit.amount == Fraction(row["so"])
            units[limit.unit.value] += 1
        else:
            (finding,) = reading.findings
            units[finding.reason] += 1
    assert units == {
        "working-days": 4155,
        "days": 1577,
        "hours": 137,
        "months": 14,
        "limit-without-unit": 820,
        "limit-not-stated": 334,
    }
    assert units.total() == 7037


def test_the_raw_cells_of_the_catalogue_are_read_without_trouble() -> None:
    """Longer texts, glued together: each is read or says why not, and never a bare number as days."""
    for row in real_rows("tthc_cong_dvcqg/thu_tuc.csv"):
        reading = read_limits(row["cach_thuc_thuc_hien_tho"])
        assert reading.limits or violations(reading.findings)


_HOSTILE = (
    "1" * 20_000,
    "1," * 10_000,
    "- " * 10_000,
    "ngày " * 4_000,
    "1 (" * 6_000,
    "1 - " * 5_000,
)


@pytest.mark.parametrize(
    "text", [*_HOSTILE, "trong ngày " * 1_800, "ngày làm việc " * 1_400, "1 ngày " * 2_800]
)
def test_hostile_texts_end(text: str) -> None:
    """With a search that goes back and forth these would take hours."""
    assert read_limits(text).text == text


def test_a_text_beyond_any_cell_is_refused() -> None:
    assert [f.reason for f in read_limits("1 ngày " * 4_000).findings] == ["limit-not-read"]


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        (0, WD, "limit-not-positive"),
        (-1, D, "limit-not-positive"),
        (1, LimitUnit.SAME_DAY, "limit-same-day-amount"),
        (Fraction(1, 3), WD, "limit-too-fine"),
        (Fraction(1, 61), H, "limit-too-fine"),
        (HALF, LimitUnit.MONTHS, "limit-too-fine"),
        (36_526, WD, "limit-too-long"),
        (1.5, WD, "not-exact"),
        ("3", WD, "not-exact"),
        (True, WD, "not-exact"),
        (3, "days", "wrong-type"),
    ],
)
def test_amounts_that_are_none(amount: Fraction, unit: LimitUnit, reason: str) -> None:
    with pytest.raises(MisuseError) as error:
        TimeLimit(amount, unit)
    assert error.value.reason == reason
    assert error.value.finding.message("vi")


def test_only_texts_are_read() -> None:
    with pytest.raises(MisuseError, match="wrong-type"):
        read_limits(3)  # type: ignore[arg-type]


def test_limits_are_texts_in_both_languages() -> None:
    assert TimeLimit(1, WD).get("en") == "1 working day"
    assert TimeLimit(Fraction(1, 3), H).get("en") == "20 minutes"
    assert str(TimeLimit(0, LimitUnit.SAME_DAY)) == "trong ngày"
    assert LimitReading("x").limits == ()
