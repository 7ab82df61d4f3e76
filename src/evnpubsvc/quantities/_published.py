"""Counts as reports publish them: "hơn 7.000 hồ sơ", "5-7", "about 300"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import zip_longest
from math import ceil, floor
from types import MappingProxyType
from typing import Final, NamedTuple

from evnpubsvc._letters import plain_letters
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import read_member
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Cell, finding
from evnpubsvc.quantities._counts import AnyCount, Count, CountRange, CountUnit, Unknown
from evnpubsvc.quantities._numbers import NumberStyle, parse_number
from evnpubsvc.texts import LANGUAGES

_LONGEST: Final = 120  # characters; a number with its words needs no more
_WORD: Final = r"[0-9]+(?:[.,][0-9]+)*|<=|>=|[+<>≥≤~≈±…-]|[^\W\d_]+"
_GROUPED: Final = r"(?a)[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3})+|\d+"
_DECIMAL_MARK: Final = {NumberStyle.VIETNAMESE: ",", NumberStyle.ENGLISH: "."}


class _Word(NamedTuple):
    """A phrase of the table: what it does, and its value."""

    role: str
    value: int = 0


def parse_count(
    text: str,
    unit: CountUnit | str,
    *,
    style: NumberStyle = NumberStyle.UNDECLARED,
    tolerance: Fraction | None = None,
) -> AnyCount | Unknown:
    """Read a count as it was published: a number, or the bounds that its words give.

    "Hơn", "trên", "more than" are exclusive; "ít nhất", "at least", "trở lên", "+" are inclusive;
    "gần", "nearly" is less than the number; "chủ yếu 5", "mainly 5" is five or more, since there
    may be others.

    Args:
        text: the number with its words, in Vietnamese or English, and the name of the unit behind
            it if there is one.
        unit: what is counted.
        style: how numbers are written. Undeclared, "7.000" and "7,000" are both seven thousand: a
            count has no decimals. Those of "7,5 nghìn" are read as `parse_number` does.
        tolerance: how far "khoảng", "about", "gần" may be off, as a share of the number; zero or
            more, below 1. None: nobody has said, so "about 300" has no bounds.

    Returns:
        A `Count`; a `CountRange` with the wording kept; an `Unknown` with the wording, where the
        words give no bounds: `count-approximate` without a tolerance, `count-vague` ("hàng nghìn").

    Raises:
        DataError: `count-not-read` for words that are not understood; `number-ambiguous`,
            `not-a-number`, `count-not-whole`, `count-range-reversed`.
        MisuseError: `tolerance-out-of-range`.

    >>> print(parse_count("hơn 7.000 hồ sơ", "dossiers"))
    7,001 or more dossiers ("hơn 7.000 hồ sơ")
    >>> print(parse_count("from 5 to 7", "procedures"))
    5 to 7 procedures ("from 5 to 7")
    >>> print(parse_count("khoảng 300", "people"))
    unknown: khoảng 300 (count-approximate)
    >>> print(parse_count("khoảng 300", "people", tolerance=Fraction(1, 10)))
    270 to 330 people ("khoảng 300")
    """
    kind = read_member(CountUnit, unit)
    if tolerance is not None and not 0 <= tolerance < 1:
        raise MisuseError("tolerance-out-of-range", tolerance)
    wording = plain_letters(text)
    refused = DataError([finding("count-not-read", "", Cell.of(text))])
    if len(wording) > _LONGEST:
        raise refused
    words = [*_words(" ".join(wording.casefold().split()), kind, refused)]

    roles = [word.role if isinstance(word, _Word) else "number" for word in words]
    numbers = _numbers(words, style, refused)

    # What the words make of one number, or of two.
    pattern = " ".join(roles)
    if re.fullmatch(r"(about )?vague( times)?( unit)?", pattern):
        return Unknown("count-vague", wording)
    if re.fullmatch(_TWO, pattern):
        if ("times" in roles) and roles.count("times") < len(numbers):
            raise refused
        bounds: tuple[int, int | None] = (numbers[0], numbers[1])
    elif re.fullmatch(_ONE, pattern):
        given = next((each for each in roles if each != "number" and each in _BOUNDS), "number")
        if "about" in roles and given != "number":
            return Unknown("count-approximate", wording)
        bounds = _BOUNDS[given](numbers[0])
    else:
        raise refused
    return _count(bounds, roles, wording, kind, tolerance)


def _count(
    bounds: tuple[int, int | None],
    roles: list[str],
    wording: str,
    unit: CountUnit,
    tolerance: Fraction | None,
) -> AnyCount | Unknown:
    """Return the count of these bounds, widened where the words say that they are about right."""
    least, most = bounds
    if "about" in roles:
        if tolerance is None:
            return Unknown("count-approximate", wording)
        assert most is not None  # "about" goes with one number, or with two
        least, most = ceil(least * (1 - tolerance)), floor(most * (1 + tolerance))
    if "nearly" in roles and tolerance is not None and most is not None:
        least = min(most, ceil((most + 1) * (1 - tolerance)))
    if most is not None and most < least:
        raise DataError([finding("count-range-reversed", "", least=least, most=most)])
    if len(roles) == 1:
        return Count(least, unit)
    if set(roles) <= {"number", "times", "unit"}:
        return Count(least, unit)
    return CountRange(least, most, unit, wording)


_BOUNDS: Final[Mapping[str, Callable[[int], tuple[int, int | None]]]] = MappingProxyType(
    {
        "above": lambda number: (number + 1, None),
        "above-after": lambda number: (number + 1, None),
        "at-least": lambda number: (number, None),
        "at-least-after": lambda number: (number, None),
        "mainly": lambda number: (number, None),
        "below": lambda number: (0, number - 1),
        "nearly": lambda number: (0, number - 1),
        "at-most": lambda number: (0, number),
        "at-most-after": lambda number: (0, number),
        "number": lambda number: (number, number),
    }
)
_NUMBER: Final = r"number(?: times)?(?: unit)?"
_ONE: Final = (
    rf"(?:about )?(?:(?:above|at-least|below|nearly|at-most|mainly)(?: filler)? )?{_NUMBER}"
    rf"|(?:about )?(?:from )?{_NUMBER}(?: (?:above|at-least|at-most)-after)(?: unit)?"
)
_TWO: Final = rf"(?:about )?(?:from )?{_NUMBER} to {_NUMBER}"


def _numbers(words: list[_Word | str], style: NumberStyle, refused: DataError) -> list[int]:
    """Return the whole numbers of a text, with the thousands and millions behind them."""
    found: list[Fraction] = []
    for word, following in zip_longest(words, words[1:]):
        if isinstance(word, str):
            times = isinstance(following, _Word) and following.role == "times"
            found.append(parse_number(word, style) if times else _grouped(word, style, refused))
        elif word.role == "number":
            found.append(Fraction(word.value))
        elif word.role == "times" and found:
            found[-1] *= word.value
    for number in found:
        if number.denominator != 1:
            raise DataError([finding("count-not-whole", "", number)])
    return [int(number) for number in found]


def _grouped(digits: str, style: NumberStyle, refused: DataError) -> Fraction:
    """Return a whole number with or without groups of three; decimals are no count."""
    decimal_mark = _DECIMAL_MARK.get(style)
    if not re.fullmatch(_GROUPED, digits) or (decimal_mark and decimal_mark in digits):
        raise refused
    return Fraction(re.sub(r"[.,]", "", digits))


def _words(text: str, unit: CountUnit, refused: DataError) -> Iterator[_Word | str]:
    """Yield the phrases of a text, the longest first, and the numbers as they are written."""
    table = {**_table(), **_unit_names(unit)}
    tokens = re.findall(_WORD, text)
    if "".join(tokens) != re.sub(r"\s", "", text).strip(".,;"):
        raise refused
    at = 0
    while at < len(tokens):
        if tokens[at][0].isdigit():
            yield tokens[at]
            at += 1
            continue
        for size in range(min(5, len(tokens) - at), 0, -1):
            options = table.get(" ".join(tokens[at : at + size]))
            if options is not None:
                break
        else:
            raise refused
        yield _meant(options, tokens[at + size :])
        at += size


def _meant(options: tuple[_Word, ...], rest: list[str]) -> _Word:
    """Return what a phrase means here: "từ 5 đến 7" begins a range, "từ 5 trở lên" does not."""
    by_role = {option.role: option for option in options}
    if "from" in by_role and "at-least" in by_role:
        ends = {"đến", "tới", "to", "and", "-", "trở"}
        return by_role["from" if ends & set(rest) else "at-least"]
    if "to" in by_role and "at-most" in by_role:
        return by_role["to"]
    return options[0]


def _unit_names(unit: CountUnit) -> Mapping[str, tuple[_Word, ...]]:
    names = [unit.text.get(lang).casefold() for lang in LANGUAGES]
    one = unit.text.en.casefold().removesuffix("s")
    return dict.fromkeys([*names, one], (_Word("unit"),))


@cache
def _table() -> Mapping[str, tuple[_Word, ...]]:
    """Return what each phrase can mean."""
    found: dict[str, tuple[_Word, ...]] = {}

    def add(phrase: str, word: _Word) -> None:
        found[phrase] = (*found.get(phrase, ()), word)

    for roles in packaged_table("quantities/count_words.toml").values():
        for role, phrases in roles.items():
            for phrase in phrases:
                if role == "times":
                    add(phrase, _Word("times", phrases[phrase]))
                elif role == "numbers":
                    add(phrase, _Word("number", phrases[phrase]))
                else:
                    add(phrase, _Word(role))
    return MappingProxyType(found)
