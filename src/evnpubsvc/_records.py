"""Frozen records: what follows from them, how some are built quickly, what their fields say."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs
from attrs import NOTHING, AttrsInstance, fields

_F = TypeVar("_F", bound=Callable[..., object])
_R = TypeVar("_R", bound=AttrsInstance)
_SAYS: Final = "_says"


def _show(record: AttrsInstance) -> str:
    """Write a record as the call that makes it, as attrs does."""
    shown: list[str] = []
    for each in fields(type(record)):
        if each.repr is False:
            continue
        show = repr if each.repr is True else each.repr
        shown.append(f"{each.name}={show(getattr(record, each.name, NOTHING))}")
    name = type(record).__qualname__.rsplit(">.", 1)[-1]
    return f"{name}({', '.join(shown)})"


if TYPE_CHECKING:
    from attrs import frozen as frozen  # noqa: PLC0414 - what type checkers know of attrs
else:

    def frozen(record: type | None = None, /, **options: Any) -> Any:
        """Make a frozen record: `attrs.frozen`, with one `__repr__` for all that write none.

        Of the methods that attrs compiles for each class it takes a third of the time, and most
        programs never print a record: rooms are imported in 0.8 to 0.9 of the time without it.
        """
        asked = options.pop("repr", True)

        def make(written: type) -> type:
            writes_its_own = "__repr__" in vars(written)
            made = attrs.frozen(written, repr=False, **options)
            if asked and not writes_its_own:
                made.__repr__ = _show
            return made

        return make if record is None else make(record)


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


def vary(record: _R, **changes: object) -> _R:
    """Return a frozen record with other values in some fields, without checking it again.

    It takes a tenth of the time of `attrs.evolve`, for what the library has computed itself.
    """
    kind = type(record)
    made = object.__new__(kind)
    for name, take, put in _slots_of(kind):
        put(made, changes[name] if name in changes else take(record))
    return made


@cache
def _slots_of(kind: type[AttrsInstance]) -> tuple[tuple[str, Any, Any], ...]:
    """Return for each field of a record what takes it out of its slot, and puts it in."""
    slots: list[tuple[str, Any]] = [(each.name, getattr(kind, each.name)) for each in fields(kind)]
    return tuple((name, slot.__get__, slot.__set__) for name, slot in slots)


class RateBook:
    """What carries measures and rates of one's own through rooms that do not count.

    `statistics.RateTable` is its only kind. A scheme holds one without importing the rooms that
    count, since most schemes have none.
    """

    __slots__ = ()


def says(**keywords: Any) -> Callable[[_F], _F]:
    """Mark a validator with what it says about a single value, in keywords of JSON Schema.

    They hold for a value as documents have it, before a converter of the field changes it.
    """

    def mark(validator: _F) -> _F:
        vars(validator)[_SAYS] = keywords
        return validator

    return mark


def constraints_of(validator: object) -> dict[str, Any]:
    """Return what the validators of a field say about a single value, as JSON Schema keywords."""
    inner = getattr(validator, "_validators", None)  # of attrs: one after the other
    if inner is None and hasattr(validator, "validator"):
        inner = (cast("Any", validator).validator,)  # of attrs: None, or what this one accepts
    found: dict[str, Any] = dict(getattr(validator, _SAYS, {}))
    for each in inner or ():
        found |= constraints_of(each)
    return found
