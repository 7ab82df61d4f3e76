"""No public record holds a text that no file or database takes, in whatever field it is put."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evnpubsvc._hypothesis import REGISTRY
from evnpubsvc.errors import DataError, MisuseError
from tests.deep import cases

BAD = ("a\0b", "a\ud800b")
RECORDS = [
    (room, name)
    for room, types in REGISTRY.items()
    for name in types
    if room != "evnpubsvc.frames"
    if attrs.has(getattr(import_module(room), name))
]


def _with(value: Any, bad: str) -> Iterator[Any]:
    """Give a value with a bad text in the place of each of its first texts."""
    if type(value) is str:
        yield bad
    elif type(value) is tuple:
        for place, each in enumerate(value[:3]):
            for spoilt in _with(each, bad):
                yield (*value[:place], spoilt, *value[place + 1 :])
    elif isinstance(value, Mapping) and not attrs.has(type(value)):
        for key in list(value)[:3]:
            for spoilt in _with(value[key], bad):
                yield {**value, key: spoilt}
            if type(key) is str:
                yield {bad if each == key else each: value[each] for each in value}


def _shapes(bad: str, kind: str) -> Iterator[Any]:
    """Give a bad text in the forms that a field of a type has, for those that no draw fills."""
    if kind.startswith(("str", "Text | str")):
        yield bad
    if kind.startswith("tuple"):
        yield from ((bad,), ((bad, "x"),), (("x", bad),))
    if kind.startswith(("Mapping", "dict")):
        yield from ({bad: "x"}, {"x": bad}, {bad: ["x"]})


def _holds(value: Any) -> bool:
    if isinstance(value, str):
        return any(each in value for each in "\0\ud800")
    if isinstance(value, Mapping):
        return any(_holds(key) or _holds(each) for key, each in value.items())
    return isinstance(value, (tuple, list, frozenset)) and any(map(_holds, value))


def _takes(record: Any, field: Any) -> Iterator[str]:
    """Yield what a field of a record takes and should not."""
    for bad in BAD:
        forms = [*_with(getattr(record, field.name), bad)]
        if "str" in str(field.type):
            forms += _shapes(bad, str(field.type))
        for spoilt in forms:
            try:
                changed = attrs.evolve(record, **{field.alias: spoilt})
            except (MisuseError, DataError):
                continue
            if _holds(getattr(changed, field.name)):
                yield f"{field.name}: {spoilt!a}"


@pytest.mark.parametrize(("room", "name"), RECORDS, ids=[name for _, name in RECORDS])
def test_no_field_takes_what_no_database_takes(room: str, name: str) -> None:
    kind = getattr(import_module(room), name)

    @settings(
        max_examples=cases(1, 50),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_type(kind))
    def check(record: Any) -> None:
        fields = [each for each in attrs.fields(type(record)) if each.init]
        assert [taken for each in fields for taken in _takes(record, each)] == []

    check()
