"""Vietnamese names of units, compared sensibly: whatever is not the very same text is reported."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import plain_letters
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.findings import Finding
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.units._unit import AdminUnit, UnitKind

LONGEST_NAME: Final = 300
_MOST_PARTS: Final = 6  # units above that a text can name behind dashes or commas
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ZEROS: Final = re.compile(r"\b0+(?=[1-9])")
_GLUED: Final = re.compile(r"(?<![^\W_])(tp|tx|tt|đk|[pqhxt])\.(?=[^\W_])", re.IGNORECASE)
_QUOTES: Final = {ord(mark): "'" for mark in "\u2018\u2019\u02bc\u0060\u00b4\u2032"}


class NameDifference(LabelledEnum):
    """In what a text differs from the name in the register, when both mean the same unit."""

    UNICODE = "unicode"
    """Composed against decomposed letters."""
    WRITING = "writing"
    """Blanks, dashes, apostrophes, invisible marks, full-width letters."""
    CASE = "case"
    """Capitals against small letters."""
    TONE_PLACEMENT = "tone-placement"
    """The tone stands on another vowel of the same syllable: *Hòa*, *Hoà*."""
    OFFICE = "office"
    """A word for the body before the name: *UBND*, *Ủy ban nhân dân*."""
    KIND_MISSING = "kind-missing"
    """The word for the kind (*xã*, *phường*, …) is left out."""
    KIND_SHORT = "kind-short"
    """The word for the kind is abbreviated: *TP*, *P.*"""
    KIND_OTHER = "kind-other"
    """Another kind is named than the unit is of: *thị trấn* for a *xã*."""
    CONTAINER = "container"
    """A unit above stands behind the name: *- Tỉnh Phú Thọ*."""
    OTHER_NAME = "other-name"
    """It is one of the other names of the unit."""


@frozen
class NameMatch(PublicType):
    """A unit that a text names.

    Attributes:
        unit: the unit.
        differences: in what the text differs from its full name; empty for an exact match.
    """

    unit: AdminUnit = field(validator=instance_of(AdminUnit))
    differences: tuple[NameDifference, ...] = field(default=(), validator=tuple_of(NameDifference))

    @property
    def exact(self) -> bool:
        """Whether the text is the full name of the unit, letter for letter.

        The first letter may be small.
        """
        return not self.differences


@frozen
class NameReading(PublicType):
    """What a text can name.

    Attributes:
        text: the text as given, shortened where it was far too long.
        matches: the units, in the order of the register; several when the name is ambiguous.
        findings: a notice for each match that is not exact, and a violation when there is no match
            or more than one.
    """

    text: str = field(validator=instance_of(str))
    matches: tuple[NameMatch, ...] = field(default=(), validator=tuple_of(NameMatch))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    @property
    def unit(self) -> AdminUnit | None:
        """The unit, if there is just one."""
        if len(self.matches) == 1:
            return self.matches[0].unit
        return None


@lru_cache(maxsize=65_536)
def fold_name(text: str) -> str:
    """Return a name in the form in which names are compared.

    Letters are composed, small, and the tone of each syllable is moved behind its last letter;
    blanks, dashes and apostrophes have one form. Accents and tones stay: *Tam Sơn* and *Tam Son*
    are different names.

    >>> fold_name("HÒA BÌNH") == fold_name("Hoà  Bình"), fold_name("Tam Sơn") == fold_name(
    ...     "Tam Son")
    (True, False)
    """
    return _tones_last(_small(_without_zeros(_plain(text))))


def _without_zeros(text: str) -> str:
    """A name without the zeros before its numbers: *Phường 01* is *Phường 1*."""
    return _ZEROS.sub("", text)


def _plain(text: str) -> str:
    return " ".join(plain_letters(text).translate(_QUOTES).replace("-", " - ").split())


def _small(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _tones_last(text: str) -> str:
    return " ".join(_syllable(word) for word in text.split(" "))


def _syllable(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    if not tones:
        return word
    return (
        unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
        + tones
    )


_OFFICES: Final = tuple(
    tuple(fold_name(word).split())
    for word in ("ủy ban nhân dân", "ubnd", "hội đồng nhân dân", "hđnd")
)
_SHORT: Final = {
    "tp": UnitKind.CITY,
    "tp.": UnitKind.CITY,
    "tx": UnitKind.TOWN,
    "tx.": UnitKind.TOWN,
    "tt": UnitKind.TOWNSHIP,
    "tt.": UnitKind.TOWNSHIP,
    "p.": UnitKind.WARD,
    "q.": UnitKind.URBAN_DISTRICT,
    "h.": UnitKind.RURAL_DISTRICT,
    "x.": UnitKind.COMMUNE,
    "t.": UnitKind.PROVINCE,
    "đk.": UnitKind.SPECIAL_ZONE,
}


@cache
def _kinds() -> dict[tuple[str, ...], UnitKind]:
    """Return the kinds by their folded words."""
    return {tuple(fold_name(kind.text.vi).split()): kind for kind in UnitKind}


@frozen
class ParsedName:
    """A text taken apart: office, kind, name, and the units above that it names."""

    core: str
    kind: UnitKind | None = None
    word: str = ""
    kind_short: bool = False
    office: bool = False
    containers: tuple[str, ...] = ()


def parse_name(text: str) -> tuple[ParsedName, ...]:
    """Return the ways in which a text can be taken apart, the fullest name first.

    A dash may belong to the name (*Bà Rịa - Vũng Tàu*) or lead to the unit above, so each is tried.
    """
    # The dot of a short word needs no blank behind it: "P.Hải Châu".
    plain = _GLUED.sub(r"\1. ", _plain(text[: LONGEST_NAME + 1]))
    ways = _heads(plain, ())
    for mark in (" - ", ","):
        parts = [part.strip() for part in plain.split(mark)][:_MOST_PARTS]
        for cut in range(len(parts) - 1, 0, -1):
            head, rest = mark.join(parts[:cut]), parts[cut:]
            for containers in dict.fromkeys(
                ((mark.join(rest),), tuple(part for part in rest if part))
            ):
                ways += _heads(head, containers)
    return tuple(ways)


def _heads(head: str, containers: tuple[str, ...]) -> list[ParsedName]:
    words = head.split()
    folded = [fold_name(word) for word in words]
    office = next(
        (len(o) for o in _OFFICES if tuple(folded[: len(o)]) == o and len(words) > len(o)), 0
    )
    words, folded = words[office:], folded[office:]

    # The words for the kind, longest first; then none at all.
    ways: list[ParsedName] = []
    for size in (2, 1):
        kind = _kinds().get(tuple(folded[:size]))
        short = kind is None and size == 1 and bool(folded) and folded[0] in _SHORT
        if short:
            kind = _SHORT[folded[0]]
        if kind is not None and len(words) > size:
            ways.append(
                ParsedName(
                    " ".join(words[size:]),
                    kind,
                    " ".join(words[:size]),
                    short,
                    bool(office),
                    containers,
                )
            )
    if words:  # a name can begin with such a word
        ways.append(ParsedName(" ".join(words), office=bool(office), containers=containers))
    return ways


def differences(text: str, way: ParsedName, unit: AdminUnit) -> tuple[NameDifference, ...]:
    """Return how a text, taken apart in a way that fits, differs from the full name of a unit."""
    composed = unicodedata.normalize("NFC", text)
    tidy = " ".join(plain_letters(composed).translate(_QUOTES).split())
    folded = fold_name(way.core)
    name = next(
        (name for name in (unit.name, *unit.other_names) if fold_name(name) == folded), unit.name
    )

    # Zeros before numbers, the word for the kind, and dashes are compared apart from the rest.
    core, plain = _without_zeros(way.core), _without_zeros(_plain(name))
    zeros = core == plain and way.core != _plain(name)
    word, kind_word = way.word, "" if way.kind is None else way.kind.text.vi
    spelled = way.kind is not None and not way.kind_short
    dashes = "-" in name and _tones_last(_small(" ".join(name.split()))) not in _tones_last(
        _small(tidy)
    )

    # What differs, in the order of the members.
    present = {
        NameDifference.UNICODE: text != composed,
        NameDifference.WRITING: tidy != composed or dashes or zeros,
        # A small first letter of the word for the kind is how running text writes it, so it is no
        # difference.
        NameDifference.CASE: _tones_last(core) != _tones_last(plain)
        or (spelled and _tones_last(word[:1].lower() + word[1:]) != _tones_last(kind_word)),
        NameDifference.TONE_PLACEMENT: _small(core) != _small(plain)
        or (spelled and _small(word) != kind_word),
        NameDifference.OFFICE: way.office,
        NameDifference.KIND_MISSING: way.kind is None,
        NameDifference.KIND_SHORT: way.kind_short,
        NameDifference.KIND_OTHER: way.kind is not None and way.kind is not unit.kind,
        NameDifference.CONTAINER: bool(way.containers),
        NameDifference.OTHER_NAME: name != unit.name,
    }
    return tuple(difference for difference, there in present.items() if there)
