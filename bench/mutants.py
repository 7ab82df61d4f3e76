"""Mutants: one place of a kernel is changed, and the tests of its room must notice.

`python -m bench.mutants [COUNT] [SEED] [MODULE…]` plants so many in each module, drawn by the seed,
and prints those that nobody noticed with their place and change. A mutant is one function with
other code, in a process that has imported everything and forked: so it costs its tests alone.

Statements that are left out, conditions that are turned round, comparisons, sums, `and` and `or`,
whole numbers and truth values: what a slip of the hand would do. Constants of modules stay.
"""

from __future__ import annotations

import ast
import copy
import gc
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import evnpubsvc

SOURCE = Path(evnpubsvc.__file__).parent
SECONDS = 120  # of its own time: a mutant that runs on is noticed

# module -> what must notice; the quickest first
KERNELS: dict[str, tuple[str, ...]] = {
    "deadlines._run_record": ("tests/deadlines/test_due.py",),
    "deadlines._run": ("tests/deadlines/test_due.py", "tests/deadlines/test_vectors.py"),
    "deadlines._stopped_time": ("tests/deadlines/test_due.py", "tests/deadlines/test_oracle.py"),
    "dossiers._state": ("tests/dossiers/test_worked_examples.py", "tests/dossiers"),
    "dossiers._timeliness": ("tests/dossiers/test_worked_examples.py", "tests/dossiers"),
    "emulation._score": ("tests/emulation/test_score.py", "tests/emulation/test_mechanics.py"),
    "statistics._count": ("tests/statistics/test_tally.py", "tests/statistics"),
    "statistics._period_state": ("tests/statistics/test_states.py", "tests/statistics"),
    "frames._cells": ("tests/frames/test_frame.py",),
    "worktime._calendar": ("tests/worktime/test_calendar.py", "tests/worktime"),
    "serde._tables": ("tests/serde/test_tables.py", "tests/serde/test_shapes.py"),
    "serde._parse": ("tests/files/test_bounds.py", "tests/serde/test_converter.py"),
    "_files._writing": ("tests/files/test_writing.py",),
}

# Changes that say the same, argued one by one: module and change as printed.
EQUIVALENT: dict[str, str] = {}

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Mod: ast.FloorDiv,
}  # fmt: skip
Change = Callable[[Any], Any]


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield ways to change a node of a copy of the tree."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        yield lambda n: _with(n, ops=[_COMPARED[type(n.ops[0])](), *n.ops[1:]])
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _SUMS:
        yield lambda n: _with(n, op=_SUMS[type(n.op)]())
    if isinstance(node, ast.BoolOp):
        yield lambda n: _with(n, op=ast.Or() if isinstance(n.op, ast.And) else ast.And())
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield lambda n: _with(n, test=ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda n: _with(n, value=n.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda n: _with(n, value=not n.value)
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue)) and not is_docstring:
        yield lambda _: ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield lambda n: _with(n, value=ast.Constant(None))


def _with(node: Any, **parts: Any) -> Any:
    for name, part in parts.items():
        setattr(node, name, part)
    return node


class _Planted(ast.NodeTransformer):
    """Changes the node of a number, as the tree is walked."""

    def __init__(self, number: int, way: int) -> None:
        self.number, self.way, self.now = number, way, -1

    def generic_visit(self, node: ast.AST) -> ast.AST:
        self.now += 1
        if self.now != self.number:
            return super().generic_visit(node)
        changed: ast.AST = list(_changes(node))[self.way](node)
        return changed


def _sites(tree: ast.Module) -> list[tuple[int, int]]:
    """Number and way of every change inside a function, in the order of the walk."""
    found: list[tuple[int, int]] = []

    class Walk(ast.NodeTransformer):
        now, depth = -1, 0

        def generic_visit(self, node: ast.AST) -> ast.AST:
            self.now += 1
            if self.depth:
                found.extend((self.now, way) for way, _ in enumerate(_changes(node)))
            inside = isinstance(node, (ast.FunctionDef, ast.Lambda))
            self.depth += inside
            super().generic_visit(node)
            self.depth -= inside
            return node

    Walk().visit(copy.deepcopy(tree))
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _plant(path: Path, tree: ast.Module) -> int:
    """Give every function of a file that lives the code of a tree; return how many changed."""
    new = {
        (each.co_qualname, each.co_firstlineno): each
        for each in _codes(compile(ast.fix_missing_locations(tree), str(path), "exec"))
    }
    planted = 0
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(path):
            code = new.get((each.__code__.co_qualname, each.__code__.co_firstlineno))
            if code is not None and code != each.__code__:
                each.__code__ = code
                planted += 1
    return planted


def _notice(path: Path, tree: ast.Module | None, tests: tuple[str, ...]) -> bool:
    """Whether the tests notice a tree in place of a file, in a process of their own.

    Without a tree they must notice nothing.
    """
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            if tree is not None and not _plant(path, tree):
                os._exit(3)
            import pytest

            for each in tests:
                call = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore:Module already", each]
                if pytest.main(call) not in {0, 5}:
                    os._exit(1)
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 3:
        raise LookupError(path)
    return code != 0


def plant(name: str, count: int, seed: int) -> tuple[int, list[str]]:
    """Plant mutants in a module; return how many were noticed, and those that were not."""
    module = import_module(f"evnpubsvc.{name}")
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text("utf-8"))
    sites = _sites(tree)
    chosen = random.Random(f"{name} {seed}").sample(sites, min(count, len(sites)))
    noticed, survivors = 0, list[str]()
    if _notice(path, None, KERNELS[name]):
        raise RuntimeError(f"{name}: its tests fail as it is")
    for number, way in sorted(chosen):
        changed = _Planted(number, way).visit(copy.deepcopy(tree))
        told = _told(tree, changed)
        try:
            if f"{name} {told}" in EQUIVALENT:
                continue
            if _notice(path, changed, KERNELS[name]):
                noticed += 1
            else:
                survivors.append(f"{name} {told}")
        except LookupError:  # a function that nobody holds any more: made once, at import
            continue
    return noticed, survivors


def _told(before: ast.Module, after: ast.Module) -> str:
    """The first line that a change changes, as it was and as it is."""
    old, new = ast.unparse(before).split("\n"), ast.unparse(after).split("\n")
    for one, other in zip(old, new, strict=False):
        if one != other:
            return f"{one.strip()}  ->  {other.strip()}"
    return "end"


def main() -> int:
    os.environ.setdefault("HYPOTHESIS_PROFILE", "quick")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for each in ("msgspec", "hypothesis", "pytest", "click"):  # not Polars: threads may not fork
        import_module(each)
    total = [0, 0]
    for name in sys.argv[3:] or KERNELS:
        start = time.monotonic()
        noticed, survivors = plant(name, count, seed)
        total = [total[0] + noticed, total[1] + len(survivors)]
        planted, took = noticed + len(survivors), time.monotonic() - start
        print(f"{name}: {noticed} of {planted} noticed, {took:.0f} s", flush=True)
        for each in survivors:
            print(f"  survived: {each}", flush=True)
    print(f"noticed {total[0]} of {sum(total)}: {100 * total[0] / max(sum(total), 1):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
