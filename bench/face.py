"""What the library shows and how its rooms lean on each other, counted: `python -m bench.face`.

Public names by room, those that no page and no other room uses, imports of another room's private
modules, circles of files and of rooms, types that share a name, public enums without texts, records
whose repr is no code. Run it with the interpreter whose environment holds the tree to look at.
`--names` prints the public names alone.
"""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

ROOT: Final = "evnpubsvc"
_INTERFACES: Final = {"engine", "parts"}  # what rooms of this library declare for each other
_WITHOUT_MODULES: Final = {"cli", "examples"}  # commands and a story, which nobody imports
EXAMPLES: Final = 3  # records drawn of each type


def package() -> Path:
    """Return the folder of the package that this interpreter imports."""
    module = importlib.import_module(ROOT)
    return Path(next(iter(module.__path__)))


def _name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ROOT


# --- public names ---------------------------------------------------------------------------------


def public_names() -> dict[str, list[str]]:
    """Return the names of each public room, and of the root, sorted."""
    root = package()
    rooms = {ROOT: ROOT}
    for path in sorted(root.iterdir()):
        init = path / "__init__.py"
        if path.name.startswith("_") or not (init.exists() or path.suffix == ".py"):
            continue
        rooms[path.stem] = f"{ROOT}.{path.stem}"
        for inner in sorted(path.glob("[a-z]*.py")) if path.name not in _WITHOUT_MODULES else ():
            if inner.stem not in _INTERFACES:
                rooms[f"{path.name}.{inner.stem}"] = f"{ROOT}.{path.name}.{inner.stem}"
    found: dict[str, list[str]] = {}
    for room, module in rooms.items():
        found[room] = sorted(getattr(importlib.import_module(module), "__all__", ()))
    return found


def unused_names(names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the names of each room that no page of prose and no other room mentions."""
    root = package()
    docs = root.parents[1] / "docs"
    prose = [
        path.read_text("utf-8")
        for path in [*docs.rglob("*.md"), root.parents[1] / "README.md"]
        if "reference" not in path.parts
    ]
    by_room: dict[str, str] = defaultdict(str)
    for path in root.rglob("*.py"):
        if path != root / "__init__.py":
            by_room[_room(_name_of(path, root))] += path.read_text("utf-8")
    unused: dict[str, list[str]] = {}
    for room, own in names.items():
        if room in {ROOT, "strategies", "cli"}:
            continue
        elsewhere = [
            text
            for other, text in by_room.items()
            if other not in {room, "strategies", "_hypothesis"}
        ]
        words = set(re.findall(r"\w+", "\n".join([*prose, *elsewhere])))
        missing = [name for name in own if name not in words]
        if missing:
            unused[room] = missing
    return unused


# --- imports --------------------------------------------------------------------------------------


def _imports(tree: ast.AST, module: str, *, is_package: bool, types: bool) -> Iterator[str]:
    """Give every module or name of the library that a file imports."""
    hidden: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) and not types:
            hidden.update(each for part in node.body for each in ast.walk(part))
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == ROOT)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                keep = len(parts) - node.level + (1 if is_package else 0)
                base = ".".join([*parts[:keep], *([node.module] if node.module else [])])
            if base.split(".")[0] == ROOT:
                yield from (f"{base}.{alias.name}" for alias in node.names)


def import_graph(*, types: bool) -> dict[str, set[str]]:
    """Return which file of the package imports which."""
    root = package()
    files = {_name_of(path, root): path for path in root.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        tree = ast.parse(path.read_text("utf-8"))
        targets: set[str] = set()
        is_package = path.name == "__init__.py"
        for name in _imports(tree, module, is_package=is_package, types=types):
            target = name if name in files else name.rpartition(".")[0]
            if target in files and target != module:
                targets.add(target)
        graph[module] = targets
    return graph


def private_imports(graph: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the imports that reach into another room's private module."""
    return sorted(
        (module, target)
        for module, targets in graph.items()
        for target in targets
        if _room(module) != _room(target) and any(p.startswith("_") for p in target.split(".")[2:])
    )


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other in a circle (Tarjan's components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            component: list[str] = []
            while not component or component[-1] != node:
                component.append(stack.pop())
            if len(component) > 1:
                found.append(sorted(component))

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def files_only(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without the `__init__` of packages, which import what they export."""
    packages = {_name_of(path, package()) for path in package().rglob("__init__.py")}
    return {
        module: {target for target in targets if target not in packages}
        for module, targets in graph.items()
        if module not in packages
    }


def room_graph(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return which room imports which.

    The root is left out as a source, since it only passes names on.
    """
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, targets in graph.items():
        if module != ROOT:
            rooms[_room(module)].update(_room(target) for target in targets)
    return {room: targets - {room} for room, targets in rooms.items()}


# --- types ----------------------------------------------------------------------------------------


def public_objects(names: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Return the objects behind the public names of each room."""
    return {
        room: {
            name: getattr(importlib.import_module(ROOT if room == ROOT else f"{ROOT}.{room}"), name)
            for name in own
        }
        for room, own in names.items()
    }


def types_of_one_name(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the names that more than one public class has, with the rooms."""
    homes: dict[str, dict[int, str]] = defaultdict(dict)
    for room, own in objects.items():
        for name, value in own.items():
            if inspect.isclass(value) and room != ROOT:
                homes[name][id(value)] = room
    return {name: sorted(rooms.values()) for name, rooms in homes.items() if len(rooms) > 1}


def second_homes(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the classes and functions that more than one room exports, the root not counted."""
    homes: dict[int, list[str]] = defaultdict(list)
    for room, own in objects.items():
        for name, value in own.items():
            if room != ROOT and (inspect.isclass(value) or inspect.isfunction(value)):
                homes[id(value)].append(f"{room}.{name}")
    return {found[0]: sorted(found) for found in homes.values() if len(found) > 1}


def homeless(objects: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the public classes and functions whose `__module__` is a private module."""
    return sorted(
        f"{room}.{name}"
        for room, own in objects.items()
        for name, value in own.items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and any(part.startswith("_") for part in (value.__module__ or "").split("."))
    )


def enums(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, type[enum.Enum]]:
    """Return the public enums by room and name."""
    return {
        f"{room}.{name}": value
        for room, own in objects.items()
        for name, value in own.items()
        if room != ROOT and inspect.isclass(value) and issubclass(value, enum.Enum) and len(value)
    }


def without_text(kind: type[enum.Enum]) -> bool:
    """Whether a member of an enum has no `text` in both languages."""
    try:
        return not all(
            getattr(member, "text").vi and getattr(member, "text").en  # noqa: B009 - may be absent
            for member in kind
        )
    except (AttributeError, LookupError):
        return True


def records(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, type]:
    """Return the public attrs classes by room and name."""
    return {
        f"{room}.{name}": value
        for room, own in objects.items()
        for name, value in own.items()
        if room != ROOT and inspect.isclass(value) and attrs.has(value)
    }


def repr_state(kind: type, scope: dict[str, Any]) -> str:
    """Say what the repr of drawn records is.

    `code`, `short` (`<Tally …>`), `no code`, or `not drawn`.
    """
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import HypothesisException

    drawn: list[Any] = []

    def keep(value: Any) -> bool:
        drawn.append(value)
        return len(drawn) >= EXAMPLES

    quick = settings(
        max_examples=50,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        find(st.from_type(kind), keep, settings=quick)
    except HypothesisException:
        pass
    except Exception:  # noqa: BLE001 - a type that cannot be drawn is what is counted
        return "not drawn"
    if not drawn:
        return "not drawn"
    if all(repr(value).startswith(f"<{kind.__name__} ") for value in drawn):
        return "short"
    if all(re.search(r"<[A-Z]\w+ ", repr(value)) for value in drawn):
        return "code around something short"
    try:
        return (
            "code" if all(eval(repr(value), dict(scope)) == value for value in drawn) else "no code"
        )
    except Exception:  # noqa: BLE001 - whatever is no code
        return "no code"


def _scope(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    import datetime as dt
    import decimal
    import fractions
    import zoneinfo

    scope: dict[str, Any] = {"datetime": dt, "zoneinfo": zoneinfo}
    scope |= {"Fraction": fractions.Fraction, "Decimal": decimal.Decimal}
    for own in objects.values():
        scope |= own
    return scope


def _show(title: str, lines: list[str], *, most: int = 400) -> None:
    print(f"\n{title}: {len(lines)}")
    for line in lines[:most]:
        print(f"  {line}")


def main() -> int:
    """Print the report; with `--names` only the public names, for `tests/public_names.txt`."""
    names = public_names()
    if "--names" in sys.argv[1:]:
        print("\n".join(f"{room}.{name}" for room, own in names.items() for name in own))
        return 0
    objects = public_objects(names)
    shown = {room: len(own) for room, own in names.items()}
    apart = {room: number for room, number in shown.items() if room not in {ROOT, "strategies"}}
    print(
        f"public names: {sum(shown.values())}, "
        f"without the root and strategies {sum(apart.values())}"
    )
    print("  " + ", ".join(f"{room} {number}" for room, number in shown.items()))
    unused = unused_names(names)
    _show(
        "rooms with names that no page of prose and no other room mentions "
        f"({sum(map(len, unused.values()))} names)",
        [f"{room} ({len(own)}): {', '.join(own)}" for room, own in unused.items()],
    )
    plain, typed = import_graph(types=False), import_graph(types=True)
    _show(
        "imports of another room's private module",
        [f"{a} -> {b}" for a, b in private_imports(typed)],
    )
    _show("circles of files", [" <-> ".join(c) for c in circles(files_only(plain))])
    _show("circles of files, types included", [" <-> ".join(c) for c in circles(files_only(typed))])
    _show("circles of rooms", [" <-> ".join(c) for c in circles(room_graph(typed))])
    shared = types_of_one_name(objects)
    _show("types of one name", [f"{name}: {', '.join(r)}" for name, r in sorted(shared.items())])
    _show(
        "exported twice", [", ".join(found) for _, found in sorted(second_homes(objects).items())]
    )
    inner = homeless(objects)
    rooms = sorted({name.partition(".")[0] for name in inner})
    print(f"\nnames whose __module__ is a private module: {len(inner)}")
    print("  " + ", ".join(f"{r} {sum(n.startswith(r + '.') for n in inner)}" for r in rooms))
    kinds = enums(objects)
    bare = sorted(name for name, kind in kinds.items() if without_text(kind))
    _show(f"public enums without text, of {len(kinds)}", bare)
    no_name = sorted(n for n, k in kinds.items() if repr(next(iter(k))).startswith("<"))
    _show(f"public enums whose repr is no code, of {len(kinds)}", no_name)
    scope = _scope(objects)
    states = {
        name: repr_state(kind, scope | objects[name.partition(".")[0]])  # its own room comes first
        for name, kind in sorted(records(objects).items())
    }
    for state in ("no code", "short", "code around something short", "not drawn"):
        found = [name for name, each in states.items() if each == state]
        _show(f"records whose repr is {state}, of {len(states)}", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
