"""Counts within bounds: read from words, added, divided; ratios against brute force."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import (
    AnyCount,
    Count,
    CountRange,
    Interval,
    NumberStyle,
    Ratio,
    Unknown,
    ZeroPolicy,
    parse_count,
    pool,
)
from evnpubsvc.statistics import rate
from tests.deep import cases


def _range(least: int, most: int | None, wording: str = "") -> CountRange:
    return CountRange(least, most, "procedures", wording)


@pytest.mark.parametrize(("text", "least", "most"), [
    ("hơn 7000", 7_001, None), ("trên 1.000", 1_001, None), ("7.000+", 7_000, None),
    ("7,000+", 7_000, None), ("more than 7,000", 7_001, None), ("HƠN 7.000 thủ tục", 7_001, None),
    ("hơn 7 nghìn", 7_001, None), ("từ 5 đến 7", 5, 7), ("5-7", 5, 7), ("5 – 7 thủ tục", 5, 7),
    ("between 5 and 7 procedures", 5, 7), ("chủ yếu 5 thủ tục", 5, None), ("mainly five", 5, None),
    ("từ 5 trở lên", 5, None), ("5 or more", 5, None), ("không quá 10", 0, 10), ("dưới 10", 0, 9),
    ("gần 500", 0, 499), ("≥ 5", 5, None), ("> 5", 6, None), ("7.000 có lẻ", 7_001, None),
])  # fmt: skip
def test_words_give_bounds_and_are_kept(text: str, least: int, most: int | None) -> None:
    count = parse_count(text, "procedures")
    assert isinstance(count, CountRange)
    assert (count.least, count.most) == (least, most)
    assert count.wording.casefold() == text.replace("–", "-").casefold()


@pytest.mark.parametrize(("text", "value"), [
    ("7000", 7_000), ("7.000", 7_000), ("năm", 5), ("7,5 nghìn", 7_500), ("12 procedures", 12),
])  # fmt: skip
def test_a_number_by_itself_is_a_count(text: str, value: int) -> None:
    assert parse_count(text, "procedures") == Count(value, "procedures")


@pytest.mark.parametrize(("text", "reason"), [
    ("khoảng 300", "count-approximate"), ("about 300", "count-approximate"),
    ("~300", "count-approximate"),
    ("khoảng hơn 300", "count-approximate"), ("khoảng 5-7", "count-approximate"),
    ("hàng nghìn", "count-vague"),
    ("several", "count-vague"),
])  # fmt: skip
def test_what_gives_no_bounds_is_unknown_with_its_words(text: str, reason: str) -> None:
    assert parse_count(text, "procedures") == Unknown(reason, text)


def test_a_declared_tolerance_gives_bounds() -> None:
    tenth = Fraction(1, 10)
    assert parse_count("khoảng 300", "procedures", tolerance=tenth) == _range(
        270, 330, "khoảng 300"
    )
    assert parse_count("gần 500", "procedures", tolerance=tenth) == _range(450, 499, "gần 500")
    assert parse_count("khoảng 5-15", "procedures", tolerance=tenth) == _range(5, 16, "khoảng 5-15")
    with pytest.raises(MisuseError):
        parse_count("300", "procedures", tolerance=Fraction(1))


@pytest.mark.parametrize(("text", "reason"), [
    ("", "count-not-read"), ("hơn", "count-not-read"), ("-5", "count-not-read"),
    ("Nguyễn Văn A", "count-not-read"), ("5 năm", "count-not-read"),
    ("hơn 7.000 lượt", "count-not-read"),
    ("hơn 7.000 hồ sơ", "count-not-read"), ("từ 7 đến 5", "count-range-reversed"),
    ("1.5", "count-not-read"),
    ("5 to 7 thousand", "count-not-read"), ("1,2345 nghìn", "count-not-whole"),
    ("dưới 0", "count-range-reversed"),
    ("9" * 500, "count-not-read"), ("hơn ٧", "count-not-read"), ("=1+1", "count-not-read"),
    ("0.123", "count-not-read"),
])  # fmt: skip
def test_what_is_not_understood_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_count(text, "procedures")
    assert caught.value.findings[0].reason == reason


def test_a_declared_style_refuses_the_marks_of_the_other() -> None:
    with pytest.raises(DataError):
        parse_count("hơn 7,000", "procedures", style=NumberStyle.VIETNAMESE)
    assert parse_count("hơn 7.000", "procedures", style=NumberStyle.VIETNAMESE) == _range(
        7_001, None, "hơn 7.000"
    )


def test_bounds_add_up() -> None:
    assert (
        Count(2, "procedures") + _range(5, 7)
        == _range(7, 9)
        == _range(5, 7) + Count(2, "procedures")
    )
    assert _range(5, 7) + _range(1, None) == _range(6, None)
    with pytest.raises(MisuseError):
        _ = _range(5, 7) + Count(1, "dossiers")
    with pytest.raises(MisuseError):
        _range(7, 5)


@pytest.mark.parametrize("zero", ZeroPolicy)
def test_a_ratio_within_bounds_is_what_brute_force_finds(zero: ZeroPolicy) -> None:
    draw = Random(zero.value)
    for _ in range(cases(150, 5_000)):
        sides: list[AnyCount] = []
        for _ in range(2):
            least = draw.randrange(5)
            sides.append(_range(least, least + draw.randrange(5)))
        above_one = draw.random() < 0.5
        pairs = product(*(range(each.least, (each.most or 0) + 1) for each in sides))
        values = {
            Ratio(Count(n, "procedures"), Count(d, "procedures"), above_one=True).value(zero)
            for n, d in pairs
            if above_one or n <= d
        }
        if not values:
            with pytest.raises(MisuseError):
                Ratio(*sides, above_one=above_one)
            continue
        ratio = Ratio(*sides, above_one=above_one)
        found, numbers = ratio.between(zero), [v for v in values if isinstance(v, Fraction)]
        if len(numbers) < len(values):
            assert isinstance(found, Unknown)
            assert isinstance(ratio.value(zero), Unknown)
        else:
            assert found == Interval(min(numbers), max(numbers))


def test_rates_have_two_ends() -> None:
    online = CountRange(7_001, None, "dossiers", "hơn 7.000")
    share = rate(
        "online-share", {"received-online": online, "received-elsewhere": Count(500, "dossiers")}
    )
    assert not isinstance(share, Unknown)
    # What was received online is in the part and in the whole: a bound, and said to be one.
    assert share.between() == Interval(Fraction(0), Fraction(1), reached=False)
    assert not share.ratio.independent
    on_time = rate(
        "on-time-of-received",
        {"finished-on-time": Count(90, "dossiers"), "to-handle": CountRange(100, 120, "dossiers")},
    )
    assert not isinstance(on_time, Unknown)
    assert on_time.percent() == "75.00 % to 90.00 %"
    assert on_time.percent("vi") == "từ 75,00% đến 90,00%"
    assert on_time.value() == Unknown("known-within-bounds")
    small = rate(
        "on-time-of-received",
        {"finished-on-time": Count(1, "dossiers"), "to-handle": CountRange(5, 20, "dossiers")},
        minimum_base=10,
    )
    assert small == Unknown("undecided-within-bounds", "on-time-of-received")
    assert pool([on_time.ratio, on_time.ratio]).between(ZeroPolicy.ZERO) == Interval(
        Fraction(3, 4), Fraction(9, 10)
    )
