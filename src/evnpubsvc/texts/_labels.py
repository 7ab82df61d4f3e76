"""Names of the values of public enums."""

from __future__ import annotations

import re
from enum import Enum, IntEnum, StrEnum
from functools import cache

from evnpubsvc._hooks import PublicType
from evnpubsvc.texts._catalogue import catalogue
from evnpubsvc.texts._text import Text


class LabelledEnum(PublicType, StrEnum):
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


class LabelledIntEnum(PublicType, IntEnum):
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
    return _label_of(type(member), member.value)


@cache  # by the class too: members of two enums may be equal numbers
def _label_of(kind: type[Enum], value: object) -> Text:
    entry = catalogue()[f"{_table_of(kind)}.{value}"]
    return Text(vi=entry["vi"], en=entry["en"])
