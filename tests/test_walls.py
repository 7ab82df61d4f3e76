"""The walls of the house.

No circle, no reach into another room's private module, no list of names in private ones.
"""

import ast
import re
from pathlib import Path

import pytest
from bench.face import circles, files_only, import_graph, private_imports, room_graph

import evnpubsvc

_SOURCE = Path(evnpubsvc.__file__).parent


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return import_graph(types=True)


def test_no_circle_of_files_or_rooms_not_even_for_types(graph: dict[str, set[str]]) -> None:
    assert circles(files_only(graph)) == []
    assert circles(room_graph(graph)) == []


def test_no_room_imports_the_private_module_of_another(graph: dict[str, set[str]]) -> None:
    assert private_imports(graph) == []


def test_private_modules_have_no_list_of_names() -> None:
    listed = [
        path.relative_to(_SOURCE).as_posix()
        for path in _SOURCE.rglob("_*.py")
        if path.name != "__init__.py"
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    ]
    assert listed == []


def test_the_search_finds_what_it_looks_for() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    reaching = {"evnpubsvc.cli.due": {"evnpubsvc.serde._files", "evnpubsvc._tables"}}
    assert private_imports(reaching) == [("evnpubsvc.cli.due", "evnpubsvc.serde._files")]


def test_the_files_that_the_architecture_names_exist() -> None:
    repository = Path(__file__).parents[1]
    page = (repository / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)+_?[a-z_0-9]+\.(?:py|toml))`", page))
    assert len(named) > 30
    places = (_SOURCE, repository)
    assert sorted(n for n in named if not any((place / n).exists() for place in places)) == []
