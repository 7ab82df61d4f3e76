"""Frozen records built quickly, where what goes into them was checked already."""

from __future__ import annotations

from typing import Any


def open_class(record: type) -> Any:
    """Return a class of objects that look like a record in memory and let their fields be set.

    A frozen record with many fields costs more to make than a due date to count. On a hot path it
    is built open, field by field, and becomes the record at the end: `made.__class__ = Record`. The
    record has slots, every field is set, and nothing is checked, so use it only for what the
    library has computed or checked itself.
    """
    of_object = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}
    return type(f"_Open{record.__name__}", (record,), {"__slots__": (), **of_object})
