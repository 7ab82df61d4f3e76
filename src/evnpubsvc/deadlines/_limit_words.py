"""The words of time limits: a text in comparable letters, its tokens, and the lists of phrases.

The phrases are data (`limit_words.toml`). What is done with them stands in `_limit_grammar.py`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from evnpubsvc._letters import LOOKALIKES, plain_letters
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table

# A small letter of another alphabet is replaced by a small one, so that no new word seems to begin.
_LATIN: Final = {
    code: letter.lower() if chr(code).islower() else letter for code, letter in LOOKALIKES.items()
}
# Behind these marks a reader sees another order of letters than the machine does.
_TURNING: Final = frozenset("\u202b\u202e\u2067\u2068\u200f")
_NUMERALS: Final = frozenset({"No", "Nl"})  # ², Ⅲ: normalising would change their value
_FRACTIONS: Final = MappingProxyType({"½": "5", "¼": "25", "¾": "75"})
_FRACTION: Final = re.compile(r"(?<![0-9])([0-9]{0,9})\s?([½¼¾])(?![0-9½¼¾])")
_UNSEEN: Final = frozenset({"Cf", "Cc"})
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u180b\u180c\u180d\u3164\uffa0")


def clean_text(text: str) -> str | None:
    """Return a text in small composed letters with single blanks.

    Invisible letters, look-alikes and full-width forms are read through. Cells that were glued
    together ("5 NgàyMiễn phí") are parted where a small letter meets a capital one.

    Returns:
        The text, or None where a mark would make a reader see something else: marks that turn the
        order of writing round, raised digits, and fractions in one letter other than ½, ¼ and ¾.
    """
    text = _FRACTION.sub(lambda found: f"{found[1] or 0}.{_FRACTIONS[found[2]]}", text)
    if misleading_signs(text):
        return None
    # Forms of one letter first, so that marks can then be composed with the letter they belong to.
    latin = plain_letters(unicodedata.normalize("NFKC", plain_letters(text))).translate(_LATIN)
    seen = latin.translate(dict.fromkeys(ord(c) for c in set(latin) if _is_unseen(c)))
    composed = unicodedata.normalize("NFC", seen)
    parted = _MIXED.sub(_part_glued, composed)
    return " ".join(unicodedata.normalize("NFC", parted.lower()).split())


def misleading_signs(text: str) -> tuple[str, ...]:
    """Return the signs of a text that a reader takes for something else than a machine does."""
    return tuple(sorted(sign for sign in set(text) if _misleads(sign)))


@lru_cache(maxsize=4_096)
def _misleads(letter: str) -> bool:
    return letter in _TURNING or unicodedata.category(letter) in _NUMERALS


@lru_cache(maxsize=4_096)
def _is_unseen(letter: str) -> bool:
    if letter in _FILLERS or "\ufe00" <= letter <= "\ufe0f":
        return True
    return not letter.isspace() and unicodedata.category(letter) in _UNSEEN


_MIXED: Final = re.compile(r"[^\W\d_]{2,}")


def _part_glued(match: re.Match[str]) -> str:
    word = match.group()
    if word[1:].islower() or word.isupper():
        return word
    # "việcMiễn": a blank wherever a small letter is followed by a capital one.
    pairs = itertools.pairwise(word)
    return word[0] + "".join(f" {b}" if a.islower() and b.isupper() else b for a, b in pairs)


class Token(NamedTuple):
    """A number, a word or one other mark, with its place in the cleaned text."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0] in "0123456789"

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.text[0].isalpha()


_TOKEN: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|\S")


def split_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a cleaned text, in order; nothing but blanks is left out."""
    return tuple(Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))


class Phrases:
    """Phrases of some lists, found longest first.

    Args:
        lists: the name of each list and its phrases. A phrase in two lists belongs to the first.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        lengths: dict[str, set[int]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                words = tuple(_TOKEN.findall(phrase))
                self._names.setdefault(words, name)
                lengths.setdefault(words[0], set()).add(len(words))
        # How long the phrases are that begin with a word, the longest first.
        self._lengths = {word: sorted(found, reverse=True) for word, found in lengths.items()}

    def find(
        self, words: tuple[str, ...], at: int, end: int | None = None
    ) -> tuple[str, int] | None:
        """Return the list of the longest phrase that begins at a word, and where it ends.

        Args:
            words: the tokens of the text.
            at: the index of the first one of the phrase.
            end: the index that the phrase must not go beyond, exclusive; the end by default.
        """
        end = len(words) if end is None else end
        if at >= end:
            return None
        for length in self._lengths.get(words[at], ()):
            after = at + length
            name = None
            if after <= end:
                name = self._names.get(words[at:after])
            if name is not None:
                return name, after
        return None


@frozen
class Lexicon:
    """Every list of `limit_words.toml`, ready to be searched.

    Attributes:
        units: phrases that name a unit, behind a number.
        phrases: every other phrase, by the list that says what it does to a limit.
        verbs: words for the receipt of a dossier.
        papers: words for what is received.
        around: words around both in a clause that says from when a limit counts.
        digits: words for the numbers 0 to 9.
        teens: English words for 10 to 19.
        tens: English words for 20 to 90.
        halves: words for one half.
        nothing: whole texts that state no limit.
    """

    units: Phrases
    phrases: Phrases
    verbs: Phrases
    papers: Phrases
    around: Phrases
    digits: Mapping[str, int]
    teens: Mapping[str, int]
    tens: Mapping[str, int]
    halves: Phrases
    nothing: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Return the packaged lists of words."""
    table = packaged_table("deadlines/limit_words.toml")
    numbers, receipt = table["numbers"], table["receipt"]
    return Lexicon(
        units=Phrases(table["units"]),
        # A phrase that changes a limit is found before a harmless one of the same words.
        phrases=Phrases(
            {**table["marks"], **table["meanings"], **table["days-off"], **table["harmless"]}
        ),
        verbs=Phrases({"verbs": receipt["verbs"]}),
        papers=Phrases({"papers": receipt["papers"]}),
        around=Phrases({"around": receipt["around"]}),
        digits=MappingProxyType(
            {word: value for value, words in enumerate(numbers["digits"]) for word in words}
        ),
        teens=MappingProxyType(dict(zip(numbers["teens"], range(10, 20), strict=True))),
        tens=MappingProxyType(
            {word: 10 * value for value, word in enumerate(numbers["tens"]) if word}
        ),
        halves=Phrases({"half": numbers["half"]}),
        nothing=frozenset(table["nothing"]["texts"]),
    )


def read_number_words(words: tuple[str, ...], at: int) -> tuple[int, int] | None:
    """Read a whole number in Vietnamese or English words: "mười lăm", "twenty-five".

    Args:
        words: the tokens of the text.
        at: the index of its first word.

    Returns:
        The number, up to 999, and the index behind it; None where no number begins.
    """
    hundreds, after = 0, at
    first = _read_digit(words, at)
    if first is not None and _word(words, at + 1) in {"trăm", "hundred"}:
        hundreds, after = first * 100, at + 2
        if _word(words, after) in {"linh", "lẻ", "and"}:
            after += 1
    below = _read_below_hundred(words, after)
    if below is None:
        return (hundreds, at + 2) if hundreds else None
    return hundreds + below[0], below[1]


def _read_below_hundred(words: tuple[str, ...], at: int) -> tuple[int, int] | None:
    known, word = lexicon(), _word(words, at)
    if word in known.teens:
        return known.teens[word], at + 1
    if word in known.tens:
        after = at + 2 if _word(words, at + 1) == "-" else at + 1
        unit = _read_digit(words, after)
        tens = known.tens[word]
        if unit is None:
            return (tens, at + 1)
        return (tens + unit, after + 1)
    # Vietnamese: "mười lăm" is 15, "hai mươi lăm" and "hai lăm" are 25.
    if word == "mười":
        return _add_unit(words, at + 1, 10)
    digit = _read_digit(words, at)
    if digit is None:
        return None
    if _word(words, at + 1) in {"mươi", "mười"}:
        return _add_unit(words, at + 2, digit * 10)
    return digit, at + 1


def _add_unit(words: tuple[str, ...], at: int, tens: int) -> tuple[int, int]:
    unit = _read_digit(words, at)
    # "mười năm" is ten years unless a unit follows; "năm" after tens is written "lăm".
    if unit is None or _word(words, at) in {"năm", "không", "a", "an"}:
        return tens, at
    return tens + unit, at + 1


def _read_digit(words: tuple[str, ...], at: int) -> int | None:
    return lexicon().digits.get(_word(words, at))


def _word(words: tuple[str, ...], at: int) -> str:
    return words[at] if at < len(words) else ""
