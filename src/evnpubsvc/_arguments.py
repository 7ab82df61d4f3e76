"""Which argument of a call is of a wrong type, by the annotations of the function.

Asked only where a call has failed already, so it may be slow; what an annotation leaves open is
taken as right.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from inspect import signature, unwrap
from types import SimpleNamespace
from typing import (
    IO,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

_UNIONS: Final = (Union, types.UnionType)
_ROOT: Final = "evnpubsvc"
_HOLDERS: Final = (list, tuple, set, frozenset, dict, str, bytes)
"""Types whose members can be looked at without using them up."""


def find_wrong_argument(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[str, str, object] | None:
    """Return the first wrong argument: its name, what is accepted, what was given; else None.

    None also where the names of the arguments do not fit, which Python itself says best.
    """
    try:
        given = signature(function).bind(*args, **kwargs).arguments
    except TypeError:
        return None
    for name, value in given.items():
        hint = hint_of(function, name)
        if not accepts(hint, value):
            return name, describe_hint(hint), value
    return None


def hint_of(function: Callable[..., Any], name: str) -> Any:
    """Return the annotation of an argument; Any where it has none that can be read.

    A type that its module imports for type checkers alone, so that a call does not import a room
    for an argument that is seldom given, is one of the root; any other may be anything.
    """
    function = unwrap(function)
    # One annotation at a time, since another one of the function may be unreadable.
    alone = SimpleNamespace(__annotations__={name: function.__annotations__.get(name, Any)})
    scope = dict(function.__globals__)
    while True:
        try:
            return get_type_hints(alone, scope)[name]
        except NameError as error:
            missing = str(error.name)
            scope[missing] = getattr(import_module(_ROOT), missing, Any)
        except AttributeError:
            return Any


def accepts(hint: Any, value: object) -> bool:
    """Return whether a value may be what an annotation says, as far as that can be seen."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if hint is None or hint is type(None):
        return value is None
    if origin in _UNIONS:
        return any(accepts(each, value) for each in get_args(hint))
    if origin is Literal:
        return value in get_args(hint)
    if isinstance(hint, TypeVar):
        return hint.__bound__ is None or accepts(hint.__bound__, value)
    kind = hint if origin is None else origin
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False):
        asked = {*vars(kind), *vars(kind).get("__annotations__", ())}
        return all(name.startswith("_") or hasattr(value, name) for name in asked)
    if issubclass(kind, IO):  # no stream of Python is an instance of it
        return hasattr(value, "read") or hasattr(value, "write")
    if isinstance(value, bool) and kind in (int, float):
        return False
    if isinstance(value, int) and kind is float:
        return True
    if not isinstance(value, kind):
        return False
    return _members_fit(get_args(hint), value)


def _members_fit(hints: tuple[Any, ...], value: object) -> bool:
    """Return whether the members of what can be looked at twice are of the right types."""
    if len(hints) == 0 or not isinstance(value, _HOLDERS):
        return True
    if isinstance(value, dict) and len(hints) == 2:
        pairs = cast("dict[object, object]", value).items()
        return all(accepts(hints[0], key) and accepts(hints[1], each) for key, each in pairs)
    members = cast("Collection[object]", value)
    is_row = isinstance(value, tuple) and len(hints) > 1 and hints[-1] is not Ellipsis
    if is_row:
        return len(hints) == len(members) and all(map(accepts, hints, members))
    of_each = next(iter(hints))
    return all(accepts(of_each, each) for each in members)


def kind_of(value: object) -> str:
    """Return the type of a value as people read it, with the types of its members.

    >>> kind_of([None, 3])
    'list[NoneType | int]'
    """
    kind = type(value).__name__
    if not isinstance(value, (list, tuple, set, frozenset)):
        return kind
    members = dict.fromkeys(type(each).__name__ for each in cast("Collection[object]", value))
    return f"{kind}[{' | '.join(members)}]" if members else kind


def describe_hint(hint: Any) -> str:
    """Return an annotation as people read it: without the names of modules.

    >>> describe_hint(dict[str, int] | None)
    'dict[str, int] | None'
    """
    origin, inner = get_origin(hint), get_args(hint)
    if hint is type(None):
        return "None"
    if origin in _UNIONS:
        return " | ".join(map(describe_hint, inner))
    if origin is Literal:
        return " | ".join(map(repr, inner))
    name = getattr(hint, "__name__", str(hint))
    if not inner or origin is None:
        return str(name)
    if origin is Callable:
        return "Callable"
    parts = ("..." if each is Ellipsis else describe_hint(each) for each in inner)
    return f"{name}[{', '.join(parts)}]"
