"""A text in both languages."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, misuse
from evnpubsvc._letters import NOT_BLANK, is_writable
from evnpubsvc._records import frozen, says

Language: TypeAlias = Literal["en", "vi"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "vi")


def known_language(lang: str) -> Language:
    """Return a language of the texts; anything else raises a `ValueError` that names them."""
    if lang not in LANGUAGES:
        raise misuse("language-unknown", lang, known=LANGUAGES)
    return lang


@says(pattern=NOT_BLANK)
def _not_empty(_: object, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise misuse("title-empty", value, lang=attribute.name)
    if not is_writable(value):
        raise misuse("text-not-writable", value)


@frozen
class Text(PublicType):
    """A title or note in both languages.

    Attributes:
        vi: the Vietnamese text, not empty.
        en: the English text, not empty.

    Raises:
        MisuseError: `title-empty`.

    >>> str(Text(vi="hồ sơ", en="dossiers"))
    'dossiers'
    >>> Text(vi="hồ sơ", en="dossiers").get("vi")
    'hồ sơ'
    """

    vi: str = field(validator=_not_empty)
    en: str = field(validator=_not_empty)

    def get(self, lang: Language) -> str:
        """Return the text in one language.

        Raises:
            MisuseError: `language-unknown`: there is no text in that language.
        """
        if known_language(lang) == "vi":
            return self.vi
        return self.en

    def __str__(self) -> str:
        return self.en
