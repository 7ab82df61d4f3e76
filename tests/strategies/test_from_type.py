"""Every public record is drawn by `st.from_type`, and goes through JSON and back."""

import datetime as dt
import importlib
import json
import pickle
import pkgutil
import subprocess
import sys
import zoneinfo
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from typing import Any, get_type_hints

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evnpubsvc
from evnpubsvc._hypothesis import REGISTRY
from evnpubsvc.serde import from_json, to_json
from tests.deep import cases

# Rooms whose records are layouts of foreign files, read from TOML and never drawn.
_EDGE_ROOMS = {"evnpubsvc.serde", "evnpubsvc.cli", "evnpubsvc.strategies"}
# Records of a type that only their user knows: drawn here, taken through JSON in the tests of their
# room.
_GENERIC = {"evnpubsvc.codes.Reading", "evnpubsvc.law.Dated", "evnpubsvc.law.Timeline"}
# Containers of a caller's own arrays: drawn, but neither compared nor hashed.
_TABLES = {"FigureGrid", "ScoreTable", "TallyFrame"}


# Results and whole registers, which print short: the library makes them, and they can be large.
_RESULTS = (
    "BeforeAfter",
    "CampaignReport",
    "Comparison",
    "Deadline",
    "District",
    "Explanation",
    "FigureTrace",
    "Lineage",
    "Movement",
    "Outlook",
    "Place",
    "PlanReport",
    "RecognitionChain",
    "Report",
    "ScoreSheet",
    "SheetHistory",
    "SheetVersion",
    "Standings",
    "Tally",
    "UnitRollUp",
)


def _rooms() -> list[str]:
    rooms = [info.name for info in pkgutil.iter_modules(evnpubsvc.__path__, "evnpubsvc.")]
    rooms += [room for room in REGISTRY if room.endswith(".results")]
    return [
        room
        for room in rooms
        if room not in _EDGE_ROOMS and not room.rpartition(".")[2].startswith("_")
    ]


def _public_records() -> list[type[Any]]:
    return [
        getattr(module, name)
        for room in _rooms()
        for module in [importlib.import_module(room)]
        for name in getattr(module, "__all__", ())
        if isinstance(getattr(module, name), type)
        and attrs.has(getattr(module, name))
        and name not in _TABLES
    ]


def _types() -> list[Any]:
    registered = [
        getattr(importlib.import_module(room), name)
        for room, names in REGISTRY.items()
        for name in names
    ]
    every = {
        f"{kind.__module__.split('._')[0]}.{kind.__name__}": kind
        for kind in (*_public_records(), *registered)
        if kind.__name__ not in _TABLES
    }
    return [pytest.param(kind, name in _GENERIC, id=name) for name, kind in sorted(every.items())]


@pytest.mark.parametrize(("kind", "generic"), _types())
@settings(
    max_examples=cases(8, 150),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_public_type_is_drawn_and_round_trips(
    kind: type[Any], generic: bool, data: st.DataObject
) -> None:
    drawn = data.draw(st.from_type(kind))
    assert isinstance(drawn, kind)
    if not generic:
        assert from_json(to_json(drawn), kind) == drawn
    assert pickle.loads(pickle.dumps(drawn)) == drawn
    assert hash(drawn) == hash(pickle.loads(pickle.dumps(drawn)))
    # What a loop gives is in.
    if isinstance(drawn, Iterable):
        assert all(each in drawn for each in drawn)
    # What is derived stays at home.
    assert _private_keys(attrs.asdict(drawn) if attrs.has(kind) else {}) == set()
    assert _private_keys(drawn.__reduce_ex__(4)[2:]) == set()
    assert _private_keys(json.loads(to_json(drawn))) == set()
    # What people build prints as the code that builds it; what the library counted prints short.
    if kind.__name__ in _RESULTS:
        assert repr(drawn).startswith(f"<{kind.__name__}")
        assert len(repr(drawn)) < 2_000  # the names in it are drawn
    elif not any(f"<{each} " in repr(drawn) for each in _RESULTS):
        assert eval(repr(drawn), _scope(kind.__module__)) == drawn


def _private_keys(value: Any) -> set[str]:
    """Return the keys, at any depth, that name a private field."""
    if isinstance(value, dict):
        own = {key for key in value if isinstance(key, str) and key.startswith("_")}
        return own.union(*(_private_keys(each) for each in value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*(_private_keys(each) for each in value))
    return set()


def test_no_field_of_a_public_record_is_derived() -> None:
    derived = {
        f"{kind.__name__}.{each.name}"
        for room in (*_rooms(), "evnpubsvc.serde")
        for module in [importlib.import_module(room)]
        for kind in (getattr(module, name) for name in getattr(module, "__all__", ()))
        if isinstance(kind, type) and attrs.has(kind)
        for each in attrs.fields(kind)
        if not each.init or each.name.startswith("_")
    }
    assert derived == set()


@cache
def _scope(room: str) -> dict[str, Any]:
    """Return the public names of all rooms, those of one room first, and what their reprs name
    besides.
    """
    scope: dict[str, Any] = {
        "datetime": dt,
        "Fraction": Fraction,
        "Decimal": Decimal,
        "zoneinfo": zoneinfo,
    }
    folders = [each for each in _rooms() if hasattr(importlib.import_module(each), "__path__")]
    results = [f"{each}.results" for each in folders]
    for each in (*filter(find_spec, results), *_rooms(), room):
        module = importlib.import_module(each)
        scope |= {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    return scope


def test_what_is_registered_is_public() -> None:
    for room, names in REGISTRY.items():
        assert set(names) <= set(importlib.import_module(room).__all__)
        for place in names.values():
            home, _, function = place.partition(".")
            module = importlib.import_module(f"evnpubsvc.strategies.{home}")
            assert callable(getattr(module, function))


def test_the_entry_point_is_declared() -> None:
    from importlib.metadata import entry_points

    names = {entry.value for entry in entry_points(group="hypothesis") if entry.name == "evnpubsvc"}
    assert names == {"evnpubsvc._hypothesis:register"}


_EVERY_ROOM = "; ".join(f"import {room}" for room in REGISTRY)
_ALL_KNOWN = """
from importlib import import_module
from evnpubsvc._hypothesis import REGISTRY
from hypothesis.strategies._internal.types import _global_type_lookup as known
missing = [
    n for room, names in REGISTRY.items() for n in names
    if getattr(import_module(room), n) not in known
]
print(missing, 'evnpubsvc.strategies' in __import__('sys').modules)
"""


@pytest.mark.parametrize(
    ("imports", "drawn"),
    [
        (f"import hypothesis; {_EVERY_ROOM}", False),
        (f"{_EVERY_ROOM}; import hypothesis", False),
        (f"import evnpubsvc._hypothesis; {_EVERY_ROOM}; import hypothesis.strategies", False),
        (f"import evnpubsvc.dossiers, hypothesis; {_EVERY_ROOM}", False),
        ("import evnpubsvc.strategies", True),
    ],
)
def test_every_type_is_known_whatever_is_imported_first(imports: str, drawn: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", imports + _ALL_KNOWN],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == f"[] {drawn}\n"


def test_hypothesis_alone_loads_no_room_and_patches_nothing() -> None:
    code = "import sys, hypothesis; print(*(m for m in sys.modules if m.startswith('evnpubsvc')))"
    code += "; print(any('evnpubsvc' in repr(finder) for finder in sys.meta_path))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "evnpubsvc evnpubsvc._hooks evnpubsvc._hypothesis\nFalse\n"


def test_public_names_live_in_their_room_and_their_annotations_are_types() -> None:
    for kind in _public_records():
        assert "._" not in kind.__module__
        assert pickle.loads(pickle.dumps(kind)) is kind
        hints = get_type_hints(kind)
        assert not any(isinstance(hint, str) for hint in hints.values())
