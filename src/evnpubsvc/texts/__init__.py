"""Every text the library says, in Vietnamese and English, from one catalogue.

The catalogue is the TOML files of this folder, one a room, and `enums.toml` for what the values of
public enums are called. Each entry has a stable key, `en` and `vi` with the same `{placeholders}`,
and, for reason codes, `hint_en` and `hint_vi`. Keys are API, wording is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum, IntEnum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from attrs import Attribute, field, frozen

from evnpubsvc._tables import packaged_names, packaged_table

__all__ = [
    "LANGUAGES",
    "LabelledEnum",
    "LabelledIntEnum",
    "Language",
    "Text",
    "catalogue",
    "render",
]

Language: TypeAlias = Literal["en", "vi"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "vi")


def _not_empty(_: object, attribute: Attribute[str], value: object) -> None:
    # Below `errors` in the house, so this one check raises a plain ValueError.
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"Text.{attribute.name} must be a text that is not empty, got {value!r}")


@frozen
class Text:
    """A title or note in both languages.

    Attributes:
        vi: the Vietnamese text, not empty.
        en: the English text, not empty.

    >>> str(Text(vi="hồ sơ", en="dossiers"))
    'dossiers'
    >>> Text(vi="hồ sơ", en="dossiers").get("vi")
    'hồ sơ'
    """

    vi: str = field(validator=_not_empty)
    en: str = field(validator=_not_empty)

    def get(self, lang: Language) -> str:
        """Return the text in one language."""
        return self.vi if lang == "vi" else self.en

    def __str__(self) -> str:
        return self.en


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return all entries by key, read-only; those of an enum as `class-name.value`.

    A key that two files define is a defect that a test finds.
    """
    entries: dict[str, Mapping[str, str]] = {}
    for name in packaged_names("texts"):
        entries.update(_entries(packaged_table(f"texts/{name}.toml")))
    return MappingProxyType(entries)


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give the entries of a file; a table without a text of its own holds the values of an enum."""
    for key, entry in table.items():
        if "en" in entry and isinstance(entry["en"], str):
            yield key, MappingProxyType(entry)
        else:
            yield from ((f"{key}.{value}", MappingProxyType(text)) for value, text in entry.items())


class LabelledEnum(StrEnum):
    """The base of the public enums: each value has a name in both languages.

    The names stand in `texts/enums.toml`, in a table with the name of the class: `[stop-kind]` for
    `StopKind`. The value is what files and JSON hold, `text` is what people read, `repr` is code.

    >>> from evnpubsvc.deadlines import StopKind
    >>> StopKind("supplement")
    StopKind.SUPPLEMENT
    >>> str(StopKind.SUPPLEMENT), StopKind.SUPPLEMENT.text.en
    ('supplement', 'supplement asked for')
    """

    @property
    def text(self) -> Text:
        """What the value is called, in both languages."""
        return _label(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


class LabelledIntEnum(IntEnum):
    """As `LabelledEnum`, for the numbered lists of other systems."""

    @property
    def text(self) -> Text:
        """What the value is called, in both languages."""
        return _label(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


@cache
def _table_of(kind: type[Enum]) -> str:
    """Return the name of an enum's table: `StopKind` is `stop-kind`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.__name__).lower()


def _label(member: Enum) -> Text:
    """Return the name of a member in both languages."""
    entry = catalogue()[f"{_table_of(type(member))}.{member.value}"]
    return Text(vi=entry["vi"], en=entry["en"])


def render(key: str, lang: Language, parts: Mapping[str, object], *, hint: bool = False) -> str:
    """Return the text of a key in a language, with its parts filled in.

    Args:
        key: a key of the catalogue.
        lang: `"en"` or `"vi"`.
        parts: the values of the placeholders; braces inside values stay as they are.
        hint: return the hint of a reason code (what to do) instead of its message.

    Returns:
        The text; an empty string for a hint that the catalogue does not have; the key itself, followed by the
        parts, for a key that it does not have, since findings of other applications pass through here too.

    >>> render("count-negative", "en", {"value": -3})
    'a count cannot be negative, got -3'
    """
    entry = catalogue().get(key)
    if entry is None:
        return (
            "" if hint else " ".join([key, *(f"{name}={value}" for name, value in parts.items())])
        )
    template = entry.get(f"hint_{lang}", "") if hint else entry[lang]
    return template.format_map(_Parts(parts))


class _Parts(dict[str, object]):
    """Leave a placeholder standing when a caller gave no value for it."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
