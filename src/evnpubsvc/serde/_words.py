"""Words of other systems, matched whatever their blanks, composed forms and capitals.

Invisible letters do not count either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from evnpubsvc._letters import plain_words

_T = TypeVar("_T")


def plain_word(text: str) -> str:
    """Return a word in the form in which words are compared.

    It is composed, in lower case, without invisible letters or doubled blanks.
    """
    return plain_words(text).casefold()


class Words(Generic[_T]):
    """A mapping of words of another system: exact words first, then as they are compared.

    Words that are compared alike and stand for different things are matched exactly or not at all.
    """

    def __init__(self, given: Mapping[str, _T]) -> None:
        self._exact = dict(given)
        self._plain: dict[str, _T] = {}
        doubtful: set[str] = set()
        for word, value in given.items():
            plain = plain_word(word)
            if self._plain.setdefault(plain, value) != value:
                doubtful.add(plain)
        for plain in doubtful:
            del self._plain[plain]

    def get(self, word: str) -> _T | None:
        """Return what a word stands for; None if it is not listed."""
        found = self._exact.get(word)
        return self._plain.get(plain_word(word)) if found is None else found

    def __contains__(self, word: str) -> bool:
        return word in self._exact or plain_word(word) in self._plain

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)
