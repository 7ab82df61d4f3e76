"""How a room shows its names, and how upper rooms hear of them.

The lowest room: it knows no other. A room's `__init__` ends with `publish(__name__, __all__)`. From
then on its public classes and functions live at the public place, and listeners, such as the
registration of Hypothesis strategies, hear of them. So an upper room can answer for a record
without an arrow upwards and without patching a class from outside.

A published function also answers a wrong argument in a whole sentence. Where a call fails with an
error of Python itself, the arguments are held against the annotations, by `errors`, which sits
higher and registers itself with `answer_misuse`. A call that succeeds is not looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from inspect import CO_VARARGS
from types import GeneratorType
from typing import Any, Final, TypeAlias, cast

Listener: TypeAlias = Callable[[str, Mapping[str, Any]], None]
Answer: TypeAlias = Callable[
    [Callable[..., Any], tuple[Any, ...], Mapping[str, Any], Exception], Exception | None
]

_published: dict[str, dict[str, Any]] = {}  # room -> its public names, as far as they are loaded
_listeners: list[Listener] = []
_answers: list[Answer] = []
_refusals: list[Callable[..., Exception]] = []


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
    package = room.removesuffix(
        ".results"
    )  # what results are made of lives in the files of the room
    own = {name: getattr(module, name) for name in names}
    for name, value in list(own.items()):
        home = getattr(value, "__module__", None)
        if not isinstance(home, str) or not f"{home}.".startswith(f"{package}."):
            continue
        if isinstance(value, type):
            _resolve_annotations(value, vars(sys.modules[home]))
        elif name not in direct and _takes_arguments(value):
            own[name] = _answering(value)
            setattr(module, name, own[name])
        own[name].__module__ = room
        if isinstance(value, type) and _crosses_borders(value):
            for method, answer in _ASKED.items():
                setattr(value, method, classmethod(answer))
    _published.setdefault(room, {}).update(own)
    for listener in _listeners:
        listener(room, own)


def _crosses_borders(kind: type[Any]) -> bool:
    """Return whether a type is a record or an enum with values."""
    return hasattr(kind, "__attrs_attrs__") or bool(getattr(kind, "__members__", ()))


def _core_schema(kind: type[Any], _source: Any, handler: Any) -> Any:
    return import_module(f"{_SCHEMA}._pydantic").core_schema(kind, handler)


def _json_schema(kind: type[Any], schema: Any, handler: Any) -> Any:
    return import_module(f"{_SCHEMA}._pydantic").json_schema(kind, schema, handler)


# How Pydantic asks a type what it accepts. The room that answers is imported when it asks, so a
# record is a type of Pydantic's as soon as its own room is imported, and Pydantic is never imported
# here.
_SCHEMA: Final = "evnpubsvc.schema"
_ASKED: Final[Mapping[str, Callable[..., Any]]] = {
    "__get_pydantic_core_schema__": _core_schema,
    "__get_pydantic_json_schema__": _json_schema,
}


def _resolve_annotations(kind: type[Any], scope: dict[str, Any]) -> None:
    annotations: dict[str, Any] = vars(kind).get("__annotations__", {})
    for name, annotation in annotations.items():
        if isinstance(annotation, str):
            annotations[name] = eval(annotation, scope)  # noqa: S307 - text of our own source


def answer_misuse(answer: Answer, refusal: Callable[..., Exception]) -> None:
    """Have published functions ask for the exception that a wrong argument deserves.

    Args:
        answer: says what to raise for a call that has failed; None for the error itself.
        refusal: makes the exception of a reason, a value and parts of the message.
    """
    _answers.append(answer)
    _refusals.append(refusal)


def misuse(reason: str, value: object, **parts: object) -> Exception:
    """Return the exception for a wrong value, for rooms below `errors`, which says what it is."""
    for refuse in _refusals:
        return refuse(reason, value, **parts)
    return ValueError(reason, value)


def _takes_arguments(value: Any) -> bool:
    # A function with a cache is no function of Python, but it wraps one.
    code = getattr(getattr(value, "__wrapped__", value), "__code__", None)
    if code is None:
        return False
    return bool(code.co_argcount or code.co_kwonlyargcount or code.co_flags & CO_VARARGS)


def _answering(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does the same, and says which argument was wrong where it fails."""

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

    return call


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
    for answer in _answers:
        better = answer(function, args, kwargs, error)
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
    module = import_module(f"{room}.{home}")
    # All names of that module together: one may stand in the annotations of another.
    together = [each for each, its_home in homes.items() if its_home == home]
    for each in together:
        setattr(sys.modules[room], each, getattr(module, each))
    publish(room, together)
    return getattr(sys.modules[room], name)


def listen(listener: Listener) -> None:
    """Tell a listener of every room published so far, and of every one that will be."""
    for room, names in list(_published.items()):
        listener(room, names)
    _listeners.append(listener)
