"""Documents that are nearly right: one place of a document of ours, changed in one way."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from evnpubsvc.errors import EvnpubsvcError

_OTHERS: tuple[Any, ...] = (
    *(None, True, 0, 1, -1, 7, 10**30, 1.5, "", " ", "x", "1/3", "-2", "1/0", "toàn trình"),
    *("2024-02-29", "2023-02-29", "20240229", "2024-W09-4", "08:00", "07:30-11:30"),
    *("\0", "x\ud800", "2024-02-29T08:00", "2024-02-29T08:00+07:00", "2024-02-29T24:00Z"),
    *([], [[]], {}, {"x": 1}, {"unknown": "figure-blank"}, {"type": "date", "value": "x"}),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every value of a document."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*path, index))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def drawn(data: st.DataObject, kind: type[Any]) -> Any:
    """Draw a value of a type.

    One without a strategy of its own is drawn by its annotations, which allow what it refuses.
    """
    try:
        return data.draw(st.from_type(kind))
    except EvnpubsvcError:
        reject()


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """Draw a document that differs in one place, or in two."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 2))):
        changed = _change(draw, changed)
    return changed


def _change(draw: st.DrawFn, document: Any) -> Any:
    path = draw(st.sampled_from(list(_places(document))))
    here = _at(document, path)
    ways = ["other"]
    if isinstance(here, dict):
        ways += ["key-more"] + ["key-less"] * bool(here)
    if isinstance(here, list):
        ways += ["twice", "less"] * bool(here)
    if isinstance(here, str) and here:
        ways += ["cut", "more"]
    if type(here) is int:
        ways += ["text", "minus"]
    way = draw(st.sampled_from(ways))
    new: Any
    if way == "other":
        # A value of the same kind from elsewhere in the document, or any other.
        values = [_at(document, other) for other in _places(document)]
        new = draw(st.sampled_from([*values, *_OTHERS]))
    elif way == "key-more":
        new = {
            **here,
            draw(st.sampled_from(["x", "kind", "value", "about"])): draw(st.sampled_from(_OTHERS)),
        }
    elif way == "key-less":
        gone = draw(st.sampled_from(sorted(here)))
        new = {key: each for key, each in here.items() if key != gone}
    elif way == "twice":
        new = [*here, here[0]]
    elif way == "less":
        new = here[1:]
    elif way == "cut":
        new = here[:-1]
    elif way == "more":
        new = here + draw(st.sampled_from([" ", "x", "0", "Z"]))
    elif way == "text":
        new = str(here)
    else:
        new = -here
    if not path:
        return copy.deepcopy(new)
    _at(document, path[:-1])[path[-1]] = copy.deepcopy(new)
    return document
