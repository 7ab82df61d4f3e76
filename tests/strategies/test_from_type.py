"""Every public record is drawn by `st.from_type`, and goes through JSON and back."""

import importlib
import pickle
import pkgutil
import subprocess
import sys
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evnpubsvc
from evnpubsvc._hypothesis import REGISTRY
from evnpubsvc.serde import from_json, to_json

# Rooms whose records are layouts of foreign files, read from TOML and never drawn.
_EDGE_ROOMS = {"evnpubsvc.serde", "evnpubsvc.cli", "evnpubsvc.strategies"}
# Records of a type that only their user knows: drawn here, taken through JSON in the tests of their room.
_GENERIC = {"evnpubsvc.codes.Reading", "evnpubsvc.law.Dated", "evnpubsvc.law.Timeline"}
# A base class, and containers of a caller's own arrays: never drawn.
_NOT_DRAWN = {"CriterionBase", "FigureGrid", "ScoreTable", "TallyFrame"}


def _public_records() -> list[type[Any]]:
    rooms = [info.name for info in pkgutil.iter_modules(evnpubsvc.__path__, "evnpubsvc.")]
    return [
        getattr(module, name)
        for room in rooms
        if room not in _EDGE_ROOMS and not room.rpartition(".")[2].startswith("_")
        for module in [importlib.import_module(room)]
        for name in getattr(module, "__all__", ())
        if isinstance(getattr(module, name), type)
        and attrs.has(getattr(module, name))
        and name not in _NOT_DRAWN
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
    }
    return [pytest.param(kind, name in _GENERIC, id=name) for name, kind in sorted(every.items())]


@pytest.mark.parametrize(("kind", "generic"), _types())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
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


def test_what_is_registered_is_public() -> None:
    for room, names in REGISTRY.items():
        assert set(names) <= set(importlib.import_module(room).__all__)
        for function in names.values():
            assert function in importlib.import_module("evnpubsvc.strategies").__all__


def test_the_entry_point_is_declared() -> None:
    from importlib.metadata import entry_points

    names = {entry.value for entry in entry_points(group="hypothesis") if entry.name == "evnpubsvc"}
    assert names == {"evnpubsvc._hypothesis:register"}


@pytest.mark.parametrize(
    "first", ["hypothesis", "evnpubsvc.strategies", "hypothesis.strategies", "evnpubsvc"]
)
def test_strategies_work_whatever_is_imported_first(first: str) -> None:
    code = f"import {first}; from evnpubsvc.quantities import Count; from hypothesis import strategies as st; "
    code += "from evnpubsvc.strategies import counts; print(type(st.from_type(Count)).__name__, counts())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "Count" in done.stdout


def test_the_types_are_known_before_the_strategies_are_loaded() -> None:
    code = "import hypothesis, sys; print('evnpubsvc.strategies' in sys.modules, 'evnpubsvc.quantities' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
