"""Exact numbers.

Reading them as they are written in Viet Nam and elsewhere, rounding, writing them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from typing import Final

from evnpubsvc._hooks import answer_wrong_arguments
from evnpubsvc._letters import plain_letters
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Cell, finding
from evnpubsvc.texts import LabelledEnum, Language
from evnpubsvc.texts.parts import exact_decimal, localise

# characters: no count or score of a country needs more, and int() of a megabyte of digits takes
# minutes
_LONGEST = 64


class NumberStyle(LabelledEnum):
    """How the numbers of a source are written."""

    UNDECLARED = "undeclared"
    """Not said: what both styles could read differently (`1.234`) is a finding, never a guess."""
    VIETNAMESE = "vi"
    """Dot for thousands, comma for decimals: `1.234,5`."""
    ENGLISH = "en"
    """Comma for thousands, dot for decimals: `1,234.5`."""


_EXACT: Final = (int, Fraction)
_PLAIN: Final = r"(?a)[+-]?\d+"
_STYLES: Final = {
    NumberStyle.VIETNAMESE: r"(?a)([+-]?(?:\d{1,3}(?:\.\d{3})+|\d+))(?:,(\d+))?",
    NumberStyle.ENGLISH: r"(?a)([+-]?(?:\d{1,3}(?:,\d{3})+|\d+))(?:\.(\d+))?",
}
# A group of thousands never starts with a zero: `0.123` has one reading.
_LEADING_ZERO_GROUP: Final = r"(?a)[+-]?0\d{0,2}[.,]\d{3}"


def _read(text: str, style: NumberStyle) -> Fraction | None:
    """Read a number by the marks of a style; None where it is not written so."""
    match = re.fullmatch(_STYLES[style], text)
    if match is None:
        return None
    whole, decimals = match.groups()
    if ("." in whole or "," in whole) and re.match(_LEADING_ZERO_GROUP, whole):
        return None
    digits = whole.replace(".", "").replace(",", "")
    if decimals is None:
        return Fraction(int(digits))

    # `-0,5` has its sign before a zero, which has none: it is put on at the end.
    sign = -1 if digits.startswith("-") else 1
    return sign * (abs(int(digits)) + Fraction(int(decimals), 10 ** len(decimals)))


def parse_number(text: str, style: NumberStyle = NumberStyle.UNDECLARED) -> Fraction:
    """Read a number exactly as it is written.

    Args:
        text: digits with an optional sign, decimal mark and groups of three digits; surrounding
            blanks do not count. Full-width digits are read as digits; superscripts (`9¹`), circled
            digits and fractions are not. Exponents, percent signs, `NaN` and `Infinity` are
            refused.
        style: which mark means what. Undeclared reads whatever has one reading only.

    Returns:
        The exact value; decimals are never read as binary floats.

    Raises:
        DataError: `not-a-number`; `number-ambiguous` when the two styles give different values;
            `number-too-long` above 64 characters.

    >>> parse_number("1.234,5")
    Fraction(2469, 2)
    >>> parse_number("0.085")
    Fraction(17, 200)
    >>> parse_number("1.234")
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: '1.234' can be read as 1,234 or as 1.234 [number-ambiguous] - ...
    """
    cleaned = text.strip()
    if len(cleaned) > _LONGEST:
        raise DataError([finding("number-too-long", "", cleaned, limit=_LONGEST)])
    # Only full-width forms are digits: superscripts, circled digits and fractions are marks, not
    # part of a number.
    cleaned = plain_letters(cleaned)
    if re.fullmatch(_PLAIN, cleaned):
        return Fraction(int(cleaned))

    # By the style that was declared; else by each of them, which must agree.
    if style is not NumberStyle.UNDECLARED:
        value = _read(cleaned, style)
        if value is None:
            raise DataError([finding("not-a-number", "", Cell.of(text), style=style)])
        return value
    readings = {reading for s in _STYLES if (reading := _read(cleaned, s)) is not None}
    if not readings:
        raise DataError([finding("not-a-number", "", Cell.of(text), style=style)])
    if len(readings) > 1:
        large, small = sorted(readings, key=abs, reverse=True)
        raise DataError([finding("number-ambiguous", "", text, large=large, small=small)])
    return readings.pop()


def round_half_up(value: Fraction | int, places: int) -> Fraction:
    """Round to a number of decimal places, halves away from zero (*làm tròn*).

    Args:
        value: an exact number; floats are refused, since they are not what they print.
        places: decimal places, 0 or more.

    Returns:
        The rounded value, exact.

    Raises:
        MisuseError: `not-exact` for a float, `places-negative`.

    >>> round_half_up(Fraction("0.125"), 2)
    Fraction(13, 100)
    >>> round_half_up(Fraction("-0.125"), 2)
    Fraction(-13, 100)
    """
    given: object = value
    if not isinstance(given, (int, Fraction)) or isinstance(given, bool):
        raise MisuseError("not-exact", value, type=type(value).__name__)
    half_up = _in_last_places(value, places)
    return Fraction(-half_up if value.numerator < 0 else half_up, 10**places)


def _in_last_places(value: Fraction | int, places: int) -> int:
    """Return the nearest multiple of the last place without its sign, a half upwards."""
    if places < 0:
        raise MisuseError("places-negative", places)
    numerator, denominator = abs(value.numerator) * 10**places, value.denominator
    half_up: int = (2 * numerator + denominator) // (2 * denominator)
    return half_up


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """Return the sum of exact numbers, over one denominator: a tenth of adding one by one."""
    each = [(value.numerator, value.denominator) for value in values]
    whole = lcm(*(denominator for _, denominator in each))
    return Fraction(sum(n * (whole // denominator) for n, denominator in each), whole)


def has_places(value: Fraction | int, places: int) -> bool:
    """Return whether so many decimal places, 0 or more, write an exact number as it is."""
    whole: bool = 10**places % value.denominator == 0
    return whole


def round_percent(share: Fraction | int, places: int = 2) -> Fraction:
    """Return a share in percent, rounded half up; but only all is 100, and only nothing is 0.

    So 99,999 of 100,000 is 99.99 and not 100.00, and 1 of 100,000 is 0.01.

    Args:
        share: an exact share, 1 for all; above 1 it is rounded like any number.
        places: decimal places, 0 or more.

    >>> round_percent(Fraction(99_999, 100_000)), round_percent(Fraction(1, 8), 1)
    (Fraction(9999, 100), Fraction(25, 2))
    """
    percent = round_half_up(Fraction(share) * 100, places)
    step = Fraction(1, 10**places)
    if share < 1 and percent >= 100:
        return 100 - step
    if share > 0 and percent == 0:
        return step
    return percent


@answer_wrong_arguments
def decimal_text(value: Fraction | int, places: int | None = None) -> str:
    """Write an exact number as decimal text, with a dot, without an exponent.

    Args:
        value: an exact number.
        places: write exactly so many places (rounding half up); by default as many as the number
            needs.

    Returns:
        The decimal text; for a number without finite decimals and no `places`, the fraction as
        `n/d`.

    >>> decimal_text(Fraction(1549, 100)), decimal_text(Fraction(1, 3))
    ('15.49', '1/3')
    >>> decimal_text(Fraction(1, 3), 4)
    '0.3333'
    """
    if places is None and value.denominator == 1:
        return exact_decimal(value.numerator)
    if places is None:
        return exact_decimal(Fraction(value))

    # The digits without sign and mark, at least one of them before the mark.
    exact: Fraction | int = value if type(value) in _EXACT else Fraction(value)
    half_up = _in_last_places(exact, places)
    digits = exact_decimal(half_up).rjust(places + 1, "0")
    sign = "-" if half_up and exact.numerator < 0 else ""
    whole = f"{sign}{digits[: len(digits) - places]}"
    if places == 0:
        return whole
    return f"{whole}.{digits[-places:]}"


@answer_wrong_arguments
def localised(value: Fraction | int, lang: Language, places: int | None = None) -> str:
    """Write an exact number for people: thousands grouped, marks of the language.

    Args:
        value: an exact number.
        lang: `"vi"` writes `1.234,5`, `"en"` writes `1,234.5`.
        places: as in `decimal_text`.

    >>> localised(Fraction(2469, 2), "vi"), localised(1_234_567, "en")
    ('1.234,5', '1,234,567')
    """
    return localise(decimal_text(value, places), lang)
