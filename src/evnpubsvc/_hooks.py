"""How a room shows its names, and how upper rooms hear of them.

The lowest room: it knows no other. A room's `__init__` ends with `publish(__name__, __all__)`. From
then on its public classes and functions live at the public place, and listeners, such as the
registration of Hypothesis strategies, hear of them.

Where a question belongs to an upper room, that room is imported when somebody asks: what Pydantic
wants to know of a `PublicType`, and which exception a wrong call deserves. So an upper room answers
for a record without an arrow upwards and without patching a class from outside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from inspect import CO_VARARGS, get_annotations
from types import GeneratorType
from typing import Any, Final, TypeAlias, TypeVar, cast

_F = TypeVar("_F", bound=Callable[..., Any])
Listener: TypeAlias = Callable[[str, Mapping[str, Any]], None]

_published: dict[str, dict[str, Any]] = {}  # room -> its public names, as far as they are loaded
_listeners: list[Listener] = []

_RESULTS: Final = ".results"  # the module of a room that names what its results are made of
_GROUND: Final = "evnpubsvc._"  # private modules below all rooms

# The rooms that answer.
_OF_PYDANTIC: Final = "evnpubsvc.schema._pydantic"
_OF_ERRORS: Final = "evnpubsvc.errors"


class PublicType:
    """The base of public records and enums: what other libraries ask a type for."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        return import_module(_OF_PYDANTIC).core_schema(cls, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        return import_module(_OF_PYDANTIC).json_schema(cls, schema, handler)


def publish(room: str, names: Iterable[str], *, direct: Iterable[str] = ()) -> None:
    """Make names of a room public.

    The room is where they say that they live, and listeners hear of them.

    Annotations of the room's classes become types, since they were written with the names of a
    private module, which `typing.get_type_hints` no longer finds once the class lives in the room.

    Args:
        room: full name of the package or module, fully imported.
        names: what to publish; names of other rooms keep their home.
        direct: functions so fast that one call more would be felt; they ask `blame` themselves.
    """
    module = sys.modules[room]
    # What results are made of lives in the files of the room.
    package = room.removesuffix(_RESULTS)
    own = {name: getattr(module, name) for name in names}
    for name, value in list(own.items()):
        home = getattr(value, "__module__", None)
        if not isinstance(home, str) or not _is_home(home, package):
            continue
        if isinstance(value, type):
            _resolve_annotations(value, vars(sys.modules[home]))
        elif name not in direct and _takes_arguments(value):
            own[name] = answer_wrong_arguments(value)
            setattr(module, name, own[name])
        own[name].__module__ = room
    _published.setdefault(room, {}).update(own)
    for listener in _listeners:
        listener(room, own)


def _is_home(module: str, package: str) -> bool:
    """Return whether names of a module live in a room: one of its own, or one of the ground."""
    return f"{module}.".startswith((f"{package}.", _GROUND))


def _resolve_annotations(kind: type[Any], scope: dict[str, Any]) -> None:
    if "__annotations__" in vars(kind):
        read = get_annotations(kind, globals=scope, locals={}, eval_str=True)
        kind.__annotations__.update(read)


def misuse(reason: str, value: object, **parts: object) -> Exception:
    """Return the exception for a wrong value, for rooms below `errors`, which says what it is."""
    refused: Exception = import_module(_OF_ERRORS).MisuseError(reason, value, **parts)
    return refused


def _takes_arguments(value: Any) -> bool:
    # A function with a cache is no function of Python, but it wraps one.
    code = getattr(getattr(value, "__wrapped__", value), "__code__", None)
    if code is None:
        return False
    return bool(code.co_argcount or code.co_kwonlyargcount or code.co_flags & CO_VARARGS)


def answer_wrong_arguments(function: _F) -> _F:
    """Return a function that does the same, and says which argument was wrong where it fails.

    `publish` does this for the functions of a room; a method that people call is decorated with it.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            given = function(*args, **kwargs)
        except Exception as error:
            blame(function, args, kwargs, error)
            raise
        # A generator may fail while it is read.
        if type(given) is GeneratorType:
            return _watched(cast("Iterator[Any]", given), function, args, kwargs)
        return given

    return cast("_F", call)


def _watched(
    given: Iterator[Any],
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Iterator[Any]:
    try:
        yield from given
    except Exception as error:
        blame(function, args, kwargs, error)
        raise


def blame(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    error: Exception,
) -> None:
    """Raise a better exception where an argument is to blame for an error."""
    better = import_module(_OF_ERRORS).find_misuse(function, args, kwargs, error)
    if better is not None:
        raise better from error


def load(room: str, homes: Mapping[str, str], name: str) -> Any:
    """Import a name of a lazy room on first access, publish it and keep it in the room.

    Args:
        room: full name of the lazy package.
        homes: public name -> the module below the package that defines it.
        name: what was asked for.

    Raises:
        AttributeError: the room has no such name.
    """
    home = homes.get(name)
    if home is None:
        raise AttributeError(f"module {room!r} has no attribute {name!r}")
    package = room.removesuffix(_RESULTS)
    import_module(f"{package}.{home}")
    publish_loaded(room, homes)
    # What the module makes results of is said by the other half of the room.
    other = sys.modules.get(package if room.endswith(_RESULTS) else f"{package}{_RESULTS}")
    if other is not None:
        publish_loaded(other.__name__, getattr(other, "_LATER", {}))
    return getattr(sys.modules[room], name)


def publish_loaded(room: str, homes: Mapping[str, str]) -> None:
    """Publish the names of a lazy room whose modules have been imported by now.

    `load` does it for the name that was asked for and for all that came with it, since a type is
    never to be known under the name of its module, and one name may stand in the annotations of
    another. A module that other rooms import beside the room (`parts`, `engine`) does it too.
    """
    here, package = vars(sys.modules[room]), room.removesuffix(_RESULTS)
    loaded = {home for home in homes.values() if _is_loaded(f"{package}.{home}")}
    together = [name for name, home in homes.items() if home in loaded and name not in here]
    for name in together:
        here[name] = getattr(sys.modules[f"{package}.{homes[name]}"], name)
    publish(room, together)


def _is_loaded(module: str) -> bool:
    """Whether a module has been imported whole, and is not being imported by another thread."""
    found = sys.modules.get(module)
    return found is not None and not getattr(found.__spec__, "_initializing", False)


def listen(listener: Listener) -> None:
    """Tell a listener of every room published so far, and of every one that will be."""
    for room, names in list(_published.items()):
        listener(room, names)
    _listeners.append(listener)
