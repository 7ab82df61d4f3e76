"""How values are written inside a sentence of a language: numbers, days, moments, names, lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from evnpubsvc._moments import VIETNAM_TIME
from evnpubsvc.texts._catalogue import catalogue
from evnpubsvc.texts._text import LANGUAGES, Language, Text, known_language

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

_MOST_DIGITS: Final = 4_000  # above them, `str` of a number takes minutes and Python refuses it


def is_written(value: object) -> bool:
    """Return whether a value knows how it is written in each language.

    It has a `text` in both languages, as enums and citations have, or a method `written(lang)`.
    """
    return hasattr(type(value), "written") or isinstance(getattr(value, "text", None), Text)


def write(value: object, lang: Language) -> str:
    """Write a value as the library writes it inside its own sentences, for screens and letters.

    * A whole number, fraction or decimal: `7,049`, `88.62`, `1/3`; in Vietnamese `7.049`, `88,62`,
      `1/3`.
    * A date: `2025-07-01`; `01/7/2025`.
    * A date and time: `2023-02-08 09:00:00+07:00`; `09:00 ngày 08/02/2023`, on the clock of Viet
      Nam.
    * A time: `15:30` in both.
    * A truth value: `true`; `có`.
    * A member of an enum: its name in the language, else its value.
    * A list: its members with commas; an empty one is `none`, `không có`.
    * A `Text`, or a value with a `text` in both languages or a method `written(lang)`: what it
      says.

    Any other value is written as `str()` has it. Control characters, marks that turn the order of
    writing round and lone surrogates are escaped. Vietnamese dates are written as instruments have
    them: days of two digits, January and February too, other months without a zero.

    Raises:
        MisuseError: `language-unknown`.

    >>> from datetime import date, datetime
    >>> write(date(2025, 7, 1), "vi"), write(7049, "vi"), write(("a", "b"), "en")
    ('01/7/2025', '7.049', 'a, b')
    >>> write(datetime(2026, 11, 27, 9, 30), "vi")
    '09:30 ngày 27/11/2026'
    """
    if lang not in LANGUAGES:
        known_language(lang)
    writers = _writers()
    writer = writers.get(type(value))
    if writer is not None:
        return writer(value, lang)
    if isinstance(value, type):
        return value.__name__
    if is_written(value):
        return _ask(value, lang)
    if isinstance(value, Enum):
        return printable(str(value.value))
    # Subclasses of the types below are written as those.
    for kind, base_writer in writers.items():
        if isinstance(value, kind):
            return base_writer(value, lang)
    return printable(str(value))


def _ask(value: Any, lang: Language) -> str:
    kind = cast("type[object]", type(value))
    if hasattr(kind, "written"):
        said: str = value.written(lang)
        return said
    return printable(cast("Text", value.text).get(lang))


def printable(text: str) -> str:
    """Return a text with every letter escaped that a terminal or a page would not show."""
    if text.isprintable():
        return text
    from json import dumps  # noqa: PLC0415 - hardly any text needs it

    return "".join(letter if letter.isprintable() else dumps(letter)[1:-1] for letter in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


# The letters of the Vietnamese alphabet that follow another letter, as the letter and what comes
# after it.
_LETTERS: Final = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng


def vietnamese_order(text: str) -> tuple[str, str]:
    """Return the key by which names are sorted for people: the Vietnamese alphabet, then the tones.

    >>> sorted(["Đất đai", "Dân số", "Ẩm thực", "An ninh", "Hộ tịch", "Chứng thực"],
    ...     key=vietnamese_order)
    ['An ninh', 'Ẩm thực', 'Chứng thực', 'Dân số', 'Đất đai', 'Hộ tịch']
    """
    letters, tones = "", ""
    for letter in unicodedata.normalize("NFC", text).casefold():
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart if mark in _TONES), "")
        if tone:
            bare = unicodedata.normalize("NFC", apart.replace(tone, ""))
        else:
            bare = letter
        letters += _LETTERS.get(bare, bare + "0" if bare.isalpha() else bare)
        tones += str(_TONES.index(tone) + 1) if tone else "0"
    return letters, tones


def plain(value: object, lang: Language) -> str:
    """Write a number without marks between thousands.

    Years, places in a file, numbers of articles.
    """
    if type(value) is int:
        return str(value)
    return write(value, lang)


def roman(value: object, lang: Language) -> str:
    """Write a quarter of the year as official forms number it: I to IV.

    Anything else as `write` does.
    """
    quarters = {1: "I", 2: "II", 3: "III", 4: "IV"}
    if type(value) is int and value in quarters:
        return quarters[value]
    return write(value, lang)


def _digits(number: int) -> str:
    """Return the digits of a whole number, of any length; `str` refuses those above 4,300."""
    if number.bit_length() < 10_000:
        return str(number)
    from decimal import Decimal  # noqa: PLC0415

    return format(Decimal(number), "f")


def exact_decimal(value: Fraction | int) -> str:
    """Return an exact number as decimal text with a dot; `n/d` where no finite decimals give it."""
    rest, twos, fives = value.denominator, 0, 0
    if rest == 1:
        return _digits(value.numerator)
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{_digits(value.numerator)}/{_digits(value.denominator)}"
    places = max(twos, fives)
    digits = _digits(abs(value.numerator) * 10**places // value.denominator)
    digits = digits.rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if value < 0 else "") + whole + (f".{decimals}" if decimals else "")


def localise(text: str, lang: Language) -> str:
    """Return decimal text with the marks of a language: `1.234,5` or `1,234.5`."""
    if "/" in text:
        return text
    whole, _, decimals = text.partition(".")
    if whole.startswith("-"):
        sign, digits = ("-", whole[1:])
    else:
        sign, digits = ("", whole)
    thousands, mark = (".", ",") if lang == "vi" else (",", ".")
    # From the right: groups of three.
    grouped = digits
    if len(digits) > 3:
        first = len(digits) % 3
        groups = [digits[i : i + 3] for i in range(first, len(digits), 3)]
        grouped = thousands.join([digits[:first], *groups] if first else groups)
    if decimals:
        return f"{sign}{grouped}{mark}{decimals}"
    return f"{sign}{grouped}"


def percent(number: str, lang: Language) -> str:
    """Put the percent sign behind a number of a language: `88.62 %`; in Vietnamese `88,62%`.

    >>> percent("88,62", "vi"), percent("88.62", "en")
    ('88,62%', '88.62 %')
    """
    return f"{number}%" if lang == "vi" else f"{number} %"


def _word(key: str, lang: Language) -> str:
    return catalogue()[key][lang]


def _number(value: object, lang: Language) -> str:
    exact = cast("int | Fraction", value)
    bits = exact.numerator.bit_length() + exact.denominator.bit_length()
    if bits > _MOST_DIGITS * 3:
        digits = localise(str(int(bits * 0.30103) + 1), lang)
        return _word("number-of-digits", lang).format(digits=digits)
    return localise(exact_decimal(exact), lang)


def _decimal(value: object, lang: Language) -> str:
    number = cast("Decimal", value)
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return str(number)
    return localise(f"{number:f}", lang)


def _day(value: object, lang: Language) -> str:
    day = cast("date", value)
    if lang == "en":
        return day.isoformat()
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year:04}"


def written_day(day: date, lang: Language) -> str:
    """Write a day as tables and traces have it: in Vietnamese as everywhere, `28/4/2022`.

    `28/04/2022` in English.

    >>> from datetime import date
    >>> written_day(date(2022, 4, 28), "vi"), written_day(date(2022, 4, 28), "en")
    ('28/4/2022', '28/04/2022')
    """
    if lang == "vi":
        return _day(day, "vi")
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def _time(value: object, lang: Language) -> str:
    at = cast("time", value).replace(tzinfo=None)
    if at.microsecond == 0:
        return at.isoformat("seconds" if at.second else "minutes")
    text = at.isoformat().rstrip("0")
    if lang == "vi":
        return text.replace(".", ",")
    return text


def _moment(value: object, lang: Language) -> str:
    moment = cast("datetime", value)
    if lang == "en":
        return str(moment)
    if moment.tzinfo is not None:
        with suppress(OverflowError):  # the first and last hours of the calendar stay as they are
            moment = moment.astimezone(VIETNAM_TIME)
    return f"{_time(moment.time(), lang)} ngày {_day(moment.date(), lang)}"


def lead_in(words: str, value: object, lang: Language) -> str:
    """Return the words before a value, so that they go with it.

    *lúc* before a moment, *ngày* before a day.

    >>> from datetime import date
    >>> lead_in("nộp lúc ", date(2022, 12, 15), "vi")
    'nộp ngày '
    """
    if lang == "vi":
        if isinstance(value, datetime) and words.endswith("ngày "):
            return words.removesuffix("ngày ") + "lúc "
        if type(value) is date and words.endswith("lúc "):
            return words.removesuffix("lúc ") + "ngày "
    return words


def _list(value: object, lang: Language) -> str:
    members = cast("Iterable[object]", value)
    return ", ".join(write(member, lang) for member in members) or _word("list-empty", lang)


@cache
def _writers() -> Mapping[type, Callable[[Any, Language], str]]:
    """Return how each type is written; made when something is, since numbers take 3 ms to import.

    Subclasses are asked in this order.
    """
    from decimal import Decimal  # noqa: PLC0415
    from fractions import Fraction  # noqa: PLC0415

    writers: dict[type, Callable[[Any, Language], str]] = {
        str: lambda value, _: printable(value),
        Text: lambda value, lang: printable(value.get(lang)),
        bool: lambda value, lang: _word("value-true" if value else "value-false", lang),
        int: _number,
        Fraction: _number,
        Decimal: _decimal,
        float: lambda value, lang: _decimal(Decimal(repr(value)), lang),
        datetime: _moment,
        date: _day,
        time: _time,
        tuple: _list,
        list: _list,
        type(None): lambda _, lang: _word("value-none", lang),
    }
    return MappingProxyType(writers)
