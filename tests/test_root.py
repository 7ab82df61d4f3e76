"""The root is lazy: nothing is loaded until it is used, and its three lists of names are one."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import evnpubsvc


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
        ("import evnpubsvc.periods", {"cattrs", "hypothesis", "click", "importlib.resources"}),
        (
            "import evnpubsvc.reports",
            {"cattrs", "hypothesis", "click", "zoneinfo", "importlib.resources"},
        ),
        ("import evnpubsvc.serde", {"hypothesis", "click", "dateutil", "zoneinfo"}),
        ("import evnpubsvc.cli", {"attrs", "cattrs", "hypothesis", "evnpubsvc.emulation"}),
    ],
)
def test_a_room_loads_no_edge_library(code: str, absent: set[str]) -> None:
    loaded = _loaded_after(code)
    assert not absent & loaded


def test_table_all_and_type_checking_imports_name_the_same() -> None:
    tree = ast.parse(Path(evnpubsvc.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.asname: (node.module or "").removeprefix("evnpubsvc.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evnpubsvc.")
        for alias in node.names
    }
    assert imported == evnpubsvc._ROOMS
    assert sorted(evnpubsvc._ROOMS) == evnpubsvc.__all__
    assert set(dir(evnpubsvc)) == {*evnpubsvc.__all__, "__version__"}


def test_every_name_of_the_root_is_there() -> None:
    for name in evnpubsvc.__all__:
        assert getattr(evnpubsvc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Dosier'"):
        evnpubsvc.Dosier  # noqa: B018


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert evnpubsvc.__version__ == version("evnpubsvc")
