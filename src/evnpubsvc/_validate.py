"""Validators for the fields of records.

Each raises `MisuseError` with a reason code that names the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from enum import Enum
from operator import itemgetter
from typing import Any, Final, TypeVar, cast

from attrs import Attribute, fields

from evnpubsvc._letters import NOT_BLANK, is_writable
from evnpubsvc._records import says
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.texts import Text

MOST_DIGITS: Final = 1_000
"""Digits of a whole number in a record; Python itself writes 4,300 at most."""
MOST_BITS: Final = MOST_DIGITS * 10 // 3
MOST_COLUMNS_OF_A_FORM: Final = 200
"""Columns of a form, and sums of it; statutory forms have some thirty."""
_T = TypeVar("_T")
_K = TypeVar("_K")
_E = TypeVar("_E", bound=Enum)
_KEY: Final = r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}"


@says(pattern=NOT_BLANK)
def nonempty_text(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a `str` with something in it besides blanks, and nothing that no file can hold."""
    instance_of(str)(record, attribute, value)
    if not str(value).strip():
        raise MisuseError("text-empty", record=type(record).__name__, field=attribute.name)


def checked_day(day: object) -> date:
    """Return a calendar day, or raise `day-wrong-type`.

    A `datetime` has an hour and a zone that would be lost.
    """
    if type(day) is not date:
        raise MisuseError("day-wrong-type", day, got=type(day).__name__)
    return day


def plain_day(_: object, __: Attribute[Any], value: object) -> None:
    """Accept a `date` that is not a `datetime`."""
    checked_day(value)


def optional_day(_: object, __: Attribute[Any], value: object) -> None:
    """Accept what `plain_day` accepts, and None."""
    if value is not None:
        checked_day(value)


def instance_of(*types: type) -> Callable[[object, Attribute[Any], object], None]:
    """Accept instances of the given types; a truth value is not a number.

    A text that no file or database can hold (NUL, a half of a pair of UTF-16) is refused too.
    """

    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise _wrong_type(record, attribute, value, " | ".join(t.__name__ for t in types))
        if type(value) is str and not is_writable(value):
            raise MisuseError("text-not-writable", value)

    return validate


def _wrong_type(
    record: object, attribute: Attribute[Any], value: object, expected: str
) -> MisuseError:
    return MisuseError(
        "wrong-type",
        value,
        record=type(record).__name__,
        field=attribute.name,
        got=type(value).__name__,
        expected=expected,
    )


def read_member(kind: type[_E], value: Any) -> _E:
    """Return a member of an enum, given as itself or as its value; refuse anything else.

    Raises:
        UnknownNameError: `policy-unknown`, with what there is.
    """
    try:
        return kind(value)
    except ValueError:
        raise UnknownNameError(
            "policy-unknown", value, kind=kind.__name__, known=tuple(each.value for each in kind)
        ) from None


def as_text(given: Text | str) -> Text:
    """Return a text in both languages; a plain one stands for itself in both."""
    if isinstance(given, str):
        return Text(vi=given, en=given)
    return given


def tuple_of(*types: type) -> Callable[[object, Attribute[Any], object], None]:
    """Accept tuples whose members are all instances of the given types."""
    member = instance_of(*types)

    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        instance_of(tuple)(record, attribute, value)
        for each in cast("tuple[object, ...]", value):
            member(record, attribute, each)

    return validate


def pairs_of(given: Mapping[_K, _T] | Iterable[tuple[_K, _T]]) -> tuple[tuple[_K, _T], ...]:
    """Return the pairs of a mapping, or of pairs, sorted by their first.

    The form of a mapping in a record.

    Raises:
        MisuseError: `pairs-needed` for anything else.
    """
    kind = type(given).__name__
    pairs: Iterable[tuple[_K, _T]] = (
        cast("Mapping[_K, _T]", given).items() if isinstance(given, Mapping) else given
    )
    try:
        ordered: list[tuple[_K, _T]] = sorted(pairs, key=cast("Any", itemgetter(0)))
        paired = tuple((name, value) for name, value in ordered)
    except (TypeError, IndexError, ValueError):
        raise MisuseError("pairs-needed", got=kind) from None
    for pair in paired:
        for each in pair:
            if type(each) is str and not is_writable(each):
                raise MisuseError("text-not-writable", each)
    return paired


def mapping_of(kind: type) -> Callable[[object, Attribute[Any], object], None]:
    """Accept mappings from texts to values of a type."""
    member = instance_of(kind)

    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        instance_of(Mapping)(record, attribute, value)
        for name, each in cast("Mapping[object, object]", value).items():
            instance_of(str)(record, attribute, name)
            member(record, attribute, each)

    return validate


def check_texts(record: Any) -> None:
    """Refuse a record with a text, wherever it is, that no file or database can hold.

    Raises:
        MisuseError: `text-not-writable`.
    """
    for each in fields(cast("Any", type(record))):
        writable_texts(record, each, getattr(record, each.name))


def writable_texts(_: object, __: Attribute[Any], value: object) -> None:
    """Accept anything whose texts, inside tuples and mappings too, a file or database can hold."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if not is_writable(each):
                raise MisuseError("text-not-writable", each)
        elif isinstance(each, tuple):
            waiting.extend(cast("tuple[object, ...]", each))
        elif isinstance(each, Mapping):
            given = cast("Mapping[object, object]", each)
            waiting.extend((*given.keys(), *given.values()))


@says(pattern=f"^{_KEY}$")
def valid_key(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a stable key: letters, digits, dot, dash, underscore, slash, plus; at most 64."""
    instance_of(str)(record, attribute, value)
    if not re.fullmatch(_KEY, str(value)):
        raise MisuseError("key-malformed", value)


@says(pattern=f"^{_KEY}$")
def key_or_none(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a key or None."""
    if value is not None:
        valid_key(record, attribute, value)


def day_or_open(record: object, attribute: Attribute[date | None], value: object) -> None:
    """Refuse anything but a plain day or None.

    A `datetime` has an hour and a zone that would be lost.
    """
    if value is not None and type(value) is not date:
        raise _wrong_type(record, attribute, value, "date | None")


def repeats_in(values: Iterable[Hashable]) -> tuple[tuple[int, Any], ...]:
    """Return the places and values of those that came before."""
    seen = set[Hashable]()
    found: list[tuple[int, Any]] = []
    for place, value in enumerate(values):
        if value in seen:
            found.append((place, value))
        seen.add(value)
    return tuple(found)
