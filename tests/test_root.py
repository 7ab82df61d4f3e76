"""The root is lazy, and every public name of the library stands in one file."""

import ast
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from attrs import has
from bench.face import public_names, public_objects

import evnpubsvc
import evnpubsvc.serde
from evnpubsvc._hooks import PublicType


def _loaded_after(code: str) -> set[str]:
    script = (
        f"import sys; before = set(sys.modules); {code}; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_bare_import_loads_nothing_but_itself() -> None:
    assert _loaded_after("import evnpubsvc") == {"evnpubsvc"}


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            "import evnpubsvc.emulation",
            {"cattrs", "hypothesis", "click", "dateutil", "importlib.resources"},
        ),
        (
            "import evnpubsvc.statistics",
            {"cattrs", "hypothesis", "click", "zoneinfo", "importlib.resources"},
        ),
        ("import evnpubsvc.worktime", {"decimal", "fractions", "dateutil"}),
        (
            "import evnpubsvc.dossiers",
            {"evnpubsvc.catalogue", "evnpubsvc.units", "evnpubsvc.codes", "cattrs", "json"},
        ),
        (
            "from evnpubsvc.statistics import tally",
            {"evnpubsvc.units", "evnpubsvc.codes", "evnpubsvc.deadlines._limit_grammar"},
        ),
        ("import evnpubsvc.periods", {"cattrs", "hypothesis", "click", "importlib.resources"}),
        (
            "import evnpubsvc.reports",
            {"cattrs", "hypothesis", "click", "zoneinfo", "importlib.resources"},
        ),
        ("import evnpubsvc.serde", {"hypothesis", "click", "dateutil", "zoneinfo"}),
        (
            "from evnpubsvc import quantities, serde; serde.to_json(quantities.Count(1, 'days'))",
            {"evnpubsvc.emulation"},
        ),
        (
            "from evnpubsvc.serde import preset; preset('nd61-2018')",
            {"evnpubsvc.statistics", "evnpubsvc.dossiers"},
        ),
        ("import evnpubsvc.cli", {"attrs", "cattrs", "hypothesis", "evnpubsvc.emulation"}),
    ],
)
def test_a_room_loads_no_edge_library(code: str, absent: set[str]) -> None:
    loaded = _loaded_after(code)
    assert not absent & loaded


_PUBLIC = """
import sys
{code}
for public in {names!r}:
    room, _, name = public.rpartition(".")
    for module, loaded in list(sys.modules.items()):
        kind = vars(loaded).get(name) if module.startswith(f"{{room}}._") else None
        if isinstance(kind, type) and kind.__module__ == module:
            print(public)
"""


@pytest.mark.parametrize(
    "code",
    [
        "from evnpubsvc.dossiers import check",  # it brings the rules along
        "from evnpubsvc.law.engine import ground_of",
        "import evnpubsvc.serde.engine, evnpubsvc.services.parts",
    ],
)
def test_a_type_is_known_by_its_public_name_however_it_was_loaded(code: str) -> None:
    rooms = {room: names for room, names in public_names().items() if room.isalpha()}
    names = [f"evnpubsvc.{room}.{name}" for room, names in rooms.items() for name in names]
    assert "evnpubsvc.dossiers.Rule" in names
    script = _PUBLIC.format(code=code, names=names)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


@pytest.mark.parametrize("package", [evnpubsvc, evnpubsvc.serde])
def test_the_table_of_a_lazy_package_and_its_imports_for_type_checkers_name_the_same(
    package: Any,
) -> None:
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.asname: (node.module or "").removeprefix(f"{package.__name__}.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    assert imported == package._HOMES
    assert sorted(package._HOMES) == package.__all__
    assert set(dir(package)) == set(package.__all__)


def test_every_public_name_stands_in_the_file_of_public_names() -> None:
    # A new public name is a promise and a line that a reviewer sees:
    # `python -m bench.face --names > tests/public_names.txt`.
    listed = (Path(__file__).parent / "public_names.txt").read_text(encoding="utf-8").split()
    assert listed == [f"{room}.{name}" for room, own in public_names().items() for name in own]


def test_every_name_of_the_root_is_there() -> None:
    for name in evnpubsvc._HOMES:
        assert getattr(evnpubsvc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Dosier'"):
        evnpubsvc.Dosier  # noqa: B018


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert evnpubsvc.__version__ == version("evnpubsvc")


def test_every_public_record_and_enum_can_be_asked() -> None:
    """A public type derives from `PublicType`, or from `LabelledEnum`, which does."""
    alone = [
        f"{room}.{name}"
        for room, named in public_objects(public_names()).items()
        for name, value in named.items()
        if isinstance(value, type)
        and (has(value) or (issubclass(value, Enum) and len(value) > 0))
        and not issubclass(value, PublicType)
    ]
    assert alone == []
