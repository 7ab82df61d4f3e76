"""Validators for the fields of records: each raises `MisuseError` with a reason code that names the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from attrs import Attribute

from evnpubsvc.errors import MisuseError

__all__ = ["instance_of", "nonempty_text", "tuple_of"]


def nonempty_text(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a `str` with something in it besides blanks."""
    instance_of(str)(record, attribute, value)
    if not str(value).strip():
        raise MisuseError("text-empty", record=type(record).__name__, field=attribute.name)


def instance_of(*types: type) -> Callable[[object, Attribute[Any], object], None]:
    """Accept instances of the given types; a truth value is not a number."""

    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise MisuseError(
                "wrong-type",
                value,
                record=type(record).__name__,
                field=attribute.name,
                got=type(value).__name__,
                expected=" | ".join(t.__name__ for t in types),
            )

    return validate


def tuple_of(*types: type) -> Callable[[object, Attribute[Any], object], None]:
    """Accept tuples whose members are all instances of the given types."""
    member = instance_of(*types)

    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        instance_of(tuple)(record, attribute, value)
        for each in cast("tuple[object, ...]", value):
            member(record, attribute, each)

    return validate
