"""The words under which registers, rates and forms count services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from evnpubsvc.findings import Finding, finding
from evnpubsvc.services._channels import Assistance, Channel
from evnpubsvc.services._levels import OnlineKind2022, OnlineLevel2011, ProactiveLevel2026
from evnpubsvc.services._reading import read_channel, read_level
from evnpubsvc.texts import LabelledEnum, Text

_WORDS: Final[Mapping[str, tuple[LabelledEnum, ...]]] = MappingProxyType(
    {
        "channel": tuple(Channel),
        "assistance": tuple(Assistance),
        "level": (*OnlineLevel2011, *OnlineKind2022),
        "proactive": tuple(ProactiveLevel2026),
    }
)
_OLD_NUMBERS: Final = date(2022, 8, 14)  # the last day on which a bare number was a level of 2011


def words(dimension: str) -> tuple[str, ...]:
    """Return the words of a dimension by which services are counted.

    Args:
        dimension: name of a dimension of registers.

    Returns:
        The values of `channel`, `level` (levels of 2011 and kinds of 2022), `proactive` and
        `assistance`; nothing for another dimension, which holds what the register holds.

    >>> words("channel")
    ('online', 'post', ...)
    """
    return tuple(each.value for each in _WORDS.get(dimension, ()))


def word_text(dimension: str, word: str) -> Text:
    """Return what a value of a dimension is called, in both languages.

    The value itself where it is no word.

    >>> word_text("channel", "online").vi, word_text("field", "Hộ tịch").vi
    ('trực tuyến', 'Hộ tịch')
    """
    known = {each.value: each.text for each in _WORDS.get(dimension, ())}
    return known.get(word) or Text(vi=word or "…", en=word or "…")


def check_word(dimension: str, word: str) -> tuple[Finding, ...]:
    """Return why a value is no word of its dimension, with the nearest word.

    Nothing is said of dimensions without words of their own.

    Returns:
        Nothing, or a violation `word-unknown`.

    >>> print(check_word("channel", "desk")[0].message())
    'desk' is no word for channel: write 'in-person'; the words are 'online', 'post', ...
    """
    known = words(dimension)
    if not known or word in known:
        return ()
    nearest = _nearest(dimension, word, known)
    return (
        finding(
            "word-unknown",
            "",
            word,
            dimension=dimension,
            nearest=nearest,
            known=tuple(known),
        ),
    )


def _nearest(dimension: str, word: str, known: tuple[str, ...]) -> str:
    """Return the word that a text means, else the one that is spelt most alike."""
    means: LabelledEnum | None
    if dimension == "channel":
        means = read_channel(word)
    else:
        means = read_level(word, _OLD_NUMBERS).level
    if means is not None and means.value in known:
        return means.value
    from difflib import get_close_matches  # noqa: PLC0415 - only for the message

    return get_close_matches(word, known, 1, 0)[0]
