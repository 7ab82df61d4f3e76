"""How a room shows its names, and how upper rooms hear of them.

The lowest room: it knows no other. A room's `__init__` ends with `publish(__name__, __all__)`. From
then on its public classes and functions live at the public place, and whoever listens, such as the
registration of Hypothesis strategies, is told of them. So an upper room can answer for a record
without an arrow upwards and without patching a class from outside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

Listener: TypeAlias = Callable[[str, Mapping[str, Any]], None]

_published: dict[str, dict[str, Any]] = {}  # room -> its public names, as far as they are loaded
_listeners: list[Listener] = []


def publish(room: str, names: Iterable[str]) -> None:
    """Make names of a room public.

    The room is where they say that they live, and listeners hear of them.

    Annotations of the room's classes become types, since they were written with the names of a
    private module, which `typing.get_type_hints` no longer finds once the class lives in the room.

    Args:
        room: full name of the package or module, fully imported.
        names: what to publish; names of other rooms keep their home.
    """
    module = sys.modules[room]
    package = room.removesuffix(
        ".results"
    )  # what results are made of lives in the files of the room
    own = {name: getattr(module, name) for name in names}
    for value in own.values():
        home = getattr(value, "__module__", None)
        if isinstance(home, str) and home.startswith(f"{package}."):
            if isinstance(value, type):
                _resolve_annotations(value, vars(sys.modules[home]))
            value.__module__ = room
    _published.setdefault(room, {}).update(own)
    for listener in _listeners:
        listener(room, own)


def _resolve_annotations(kind: type[Any], scope: dict[str, Any]) -> None:
    annotations: dict[str, Any] = vars(kind).get("__annotations__", {})
    for name, annotation in annotations.items():
        if isinstance(annotation, str):
            annotations[name] = eval(annotation, scope)  # noqa: S307 - text of our own source


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
    return getattr(module, name)


def listen(listener: Listener) -> None:
    """Tell a listener of every room published so far, and of every one that will be."""
    for room, names in list(_published.items()):
        listener(room, names)
    _listeners.append(listener)
