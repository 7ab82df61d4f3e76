"""Frozen records that keep what follows from them, and some that are built quickly."""

from __future__ import annotations

from typing import Any

from attrs import fields


class Derived:
    """A record that keeps what follows from its fields, such as an index.

    What is kept stands in slots of a base class of the record, declared there, and is put in by
    `keep`. It is no field, so no dict, pickle or JSON shows it; a copy makes its own from the
    fields.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        record: Any = type(self)
        return (record, tuple(getattr(self, each.name) for each in fields(record)))


def keep(record: Derived, **derived: object) -> None:
    """Keep in a frozen record what follows from its fields."""
    for name, value in derived.items():
        object.__setattr__(record, name, value)


def open_class(record: type) -> Any:
    """Return a class of objects that look like a record in memory and let their fields be set.

    A frozen record with many fields costs more to make than a due date to count. On a hot path it
    is built open, field by field, and becomes the record at the end: `made.__class__ = Record`. The
    record has slots, every field is set, and nothing is checked, so use it only for what the
    library has computed or checked itself.
    """
    of_object = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}
    return type(f"_Open{record.__name__}", (record,), {"__slots__": (), **of_object})
