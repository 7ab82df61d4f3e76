"""Names that a reader takes for one, and a machine for two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from evnpubsvc._letters import LOOKALIKES
from evnpubsvc.units._names import fold_name

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SEPARATORS: Final = re.compile(r"[\s.,;:_\-]+")


def look_alikes(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of different names that may be one name written in different ways.

    Such names differ only by case, blanks, stops and dashes, by where the tone of a syllable is
    written (hòa, hoà), by invisible letters, or by letters of other alphabets that look like Latin
    ones. Accents and tones themselves make another name.

    Returns:
        Groups of two and more, in the order in which their first names came.

    >>> look_alikes(["Xã Hòa Bình", "xã Hoà  Bình.", "Xã Hóa Bình", "Xã Hòa Bình"])
    (('Xã Hòa Bình', 'xã Hoà  Bình.'),)
    """
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        groups.setdefault(look_alike_key(name), {})[name] = None
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def look_alike_key(name: str) -> str:
    """Return a text that is equal for names that look alike, and for no others.

    It says what `look_alikes` compares, for looking names up; it is not meant to be read.

    >>> look_alike_key("Xã Hòa Bình") == look_alike_key("xã Hoà  Bình.")
    True
    """
    # The tones of the whole name stand at its end, in order: so blanks between syllables do not
    # count either.
    letters = unicodedata.normalize("NFD", fold_name(name.translate(LOOKALIKES)))
    tones = "".join(letter for letter in letters if letter in _TONES)
    return (
        _SEPARATORS.sub("", "".join(letter for letter in letters if letter not in _TONES)) + tones
    )
