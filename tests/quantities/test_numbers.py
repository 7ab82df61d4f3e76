"""Numbers: one reading or a finding; one rounding; exact on the way out."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import NumberStyle, parse_number, round_half_up
from evnpubsvc.quantities.parts import decimal_text, exact_sum, has_places, localised

_VI, _EN = NumberStyle.VIETNAMESE, NumberStyle.ENGLISH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0), ("007", 7), (" 42 ", 42), ("-3", -3), ("+3", 3), ("１２３", 123),
        ("1.234.567", 1_234_567), ("1,234,567", 1_234_567),
        ("1.234,5", Fraction("1234.5")), ("1,234.5", Fraction("1234.5")),
        ("12.5", Fraction("12.5")), ("12,5", Fraction("12.5")),
        ("0.123", Fraction("0.123")), ("0,123", Fraction("0.123")),
        ("0.055220000000000005", Fraction("0.055220000000000005")),
        ("1234.567", Fraction("1234.567")),
        ("-0,50", Fraction("-0.5")), ("1.2345", Fraction("1.2345")),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_read(text: str, expected: Fraction) -> None:
    assert parse_number(text) == expected


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,999", "-1.234"])
def test_what_has_two_readings_is_a_finding_until_the_style_is_declared(text: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_number(text)
    assert [f.reason for f in caught.value.findings] == ["number-ambiguous"]
    assert {parse_number(text, _VI), parse_number(text, _EN)} == {
        Fraction(text.replace(",", ".")),
        Fraction(text.replace(",", "").replace(".", "")),
    }


@pytest.mark.parametrize(
    "text",
    ["", "-", "x", "NaN", "nan", "Infinity", "-inf", "1e5", "1_000", "0x10", "1 000", "12%",
        "1.23.4", "1,2,3", ".5",
     "5.", "1.234.56", "٣", "1,234,5.6", "--1", "1/2", "0.123.456", "½"],
)  # fmt: skip
def test_what_is_no_number_is_a_finding(text: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_number(text)
    assert [f.reason for f in caught.value.findings] == ["not-a-number"]


def test_a_number_of_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(DataError) as caught:
        parse_number("9" * 10_000_000)
    assert [f.reason for f in caught.value.findings] == ["number-too-long"]


@given(st.text(max_size=80), st.sampled_from(NumberStyle))
@example("1" * 65, NumberStyle.UNDECLARED)
def test_any_text_gives_a_number_or_findings(text: str, style: NumberStyle) -> None:
    try:
        number = parse_number(text, style)
    except DataError as error:
        reasons = {f.reason for f in error.findings}
    else:
        reasons = set()
        assert isinstance(number, Fraction)
    assert reasons <= {"not-a-number", "number-ambiguous", "number-too-long"}


@given(st.integers(-(10**15), 10**15), st.integers(0, 6), st.sampled_from(["vi", "en"]))
def test_writing_and_reading_agree(digits: int, places: int, lang: str) -> None:
    value = Fraction(digits, 10**places)
    assert parse_number(localised(value, lang), NumberStyle(lang)) == value  # type: ignore[arg-type]
    assert Fraction(decimal_text(value)) == value


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 6))
def test_rounding_agrees_with_the_decimal_module(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert round_half_up(Fraction(value), places) == Fraction(expected)


@given(st.fractions(), st.integers(0, 8))
def test_rounding_moves_a_number_by_half_a_place_at_most(value: Fraction, places: int) -> None:
    rounded = round_half_up(value, places)
    assert abs(rounded - value) * 2 <= Fraction(1, 10**places)
    assert (rounded * 10**places).denominator == 1


@given(st.fractions(), st.decimals(-999, 999, places=3), st.integers(0, 4))
def test_a_number_has_the_places_that_write_it(any_: Fraction, short: Decimal, places: int) -> None:
    for value in (any_, Fraction(short)):
        assert has_places(value, places) is (round_half_up(value, places) == value)


@given(st.lists(st.fractions(), max_size=6))
def test_exact_sums_are_those_of_adding_one_by_one(values: list[Fraction]) -> None:
    assert exact_sum(values) == sum(values, Fraction(0))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("2.675", 2, "2.68"), ("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"), ("0.00499", 2, "0"),
        ("2.5", 0, "3"),
     ("-2.5", 0, "-3"), ("11.185", 2, "11.19")],
)  # fmt: skip
def test_halves_go_away_from_zero(value: str, places: int, expected: str) -> None:
    assert round_half_up(Fraction(value), places) == Fraction(expected)


@pytest.mark.parametrize("wrong", [0.5, True, "0.5", Decimal("0.5")])
def test_what_is_not_exact_is_not_rounded(wrong: object) -> None:
    with pytest.raises(MisuseError) as caught:
        round_half_up(wrong, 2)  # type: ignore[arg-type]
    assert caught.value.reason == "not-exact"


def test_places_below_zero_are_misuse() -> None:
    with pytest.raises(MisuseError, match="places-negative"):
        round_half_up(1, -1)
