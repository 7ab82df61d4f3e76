"""Mutants: one place of a kernel is changed, and the tests of its room must notice.

`python -m bench.mutants [COUNT] [SEED] [MODULE…]` plants so many in each module, drawn by the seed,
and prints those that nobody noticed with their place and change; where there is one, it ends with
1. The tests run once as they are, and it is seen which of them call which function; a mutant is one
function with other code, in a process forked after the tests were collected, and meets those that
call it: first those that noticed others before, then the quickest. Examples that fail are not made
smaller.

Statements that are left out, conditions that are turned round, comparisons, sums, `and` and `or`,
whole numbers and truth values: what a slip of the hand would do. Constants of modules stay, and so
do defaults, and functions that no test calls while it runs (those that only make constants).
"""

from __future__ import annotations

import ast
import copy
import gc
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

import evnpubsvc

SOURCE = Path(evnpubsvc.__file__).parent
MEMORY = 4 << 30
_SEEN = "_lines_of_functions_that_were_called"

# module -> the tests that must notice, below `tests`: those that are nearest, and the oracles
KERNELS: dict[str, tuple[str, ...]] = {
    "deadlines._run_record": ("deadlines/test_due.py", "deadlines/test_traces.py"),
    "deadlines._run": (
        "deadlines/test_due.py",
        "deadlines/test_traces.py",
        "deadlines/test_oracle.py",
    ),
    "deadlines._stopped_time": ("deadlines/test_due.py", "deadlines/test_oracle.py"),
    "dossiers._state": (
        "dossiers/test_worked_examples.py",
        "dossiers/test_interpretation.py",
        "dossiers/test_records.py",
        "dossiers/test_properties.py",
    ),
    "dossiers._timeliness": (
        "dossiers/test_worked_examples.py",
        "dossiers/test_records.py",
        "dossiers/test_properties.py",
        "dossiers/test_judged.py",
    ),
    "emulation._score": (
        "emulation/test_score.py",
        "emulation/test_mechanics.py",
        "emulation/test_grades.py",
        "emulation/test_within_bounds.py",
    ),
    "statistics._count": ("statistics/test_tally.py", "statistics/test_states.py"),
    "statistics._period_state": ("statistics/test_tally.py", "statistics/test_states.py"),
    "frames._cells": (
        "frames/test_cells.py",
        "frames/test_frame.py",
        "frames/test_terms.py",
        "frames/test_constellations.py",
    ),
    "worktime._calendar": (
        "worktime/test_calendar.py",
        "worktime/test_vietnam.py",
        "worktime/test_oracle.py",
    ),
    "serde._tables": ("serde/test_tables.py", "serde/test_shapes.py"),
    "serde._parse": ("files", "serde/test_converter.py", "serde/test_bases.py"),
    "_files._writing": ("files/test_writing.py",),
}

# Changes that say the same: module and change as printed, and why.
EQUIVALENT: dict[str, str] = {
    "worktime._calendar if b >= a:  ->  if b > a:": "from a day to itself both slices are empty",
    "worktime._calendar if a >= tables.origin and b >= tables.origin:  ->  "
    "if a > tables.origin and b >= tables.origin:": "the general way says the same, and is tested",
    "worktime._calendar return ''  ->  return None": "it is only asked whether there is a reason",
    "worktime._calendar i = start.toordinal() - tables.base  ->  "
    "i = start.toordinal() + tables.base": "beyond the tables, so that the general way answers",
    "frames._cells few = table.number[-1] < 1 << 14  ->  few = table.number[-1] < 1 << 15": (
        "so many and one more are held as well"
    ),
    "frames._cells few = table.number[-1] < 1 << 14  ->  few = table.number[-1] <= 1 << 14": (
        "either kind holds so many"
    ),
    "frames._cells few = table.number[-1] < 1 << 14  ->  few = table.number[-2] < 1 << 14": (
        "either kind holds so many"
    ),
    "frames._cells return (due, False)  ->  return (due, True)": (
        "every row goes the slow way, which says the same"
    ),
    "frames._cells most = int(codes.max(initial=0))  ->  most = int(codes.max(initial=1))": (
        "the value of no day is known, which no row has"
    ),
    "frames._cells if shift >= 0:  ->  if shift >= 1:": ("nothing is added to a day"),
    "frames._cells self._table = np.full(LAST - FIRST + 1, MISSING, np.int32)  ->  "
    "self._table = np.full(LAST - FIRST + 2, MISSING, np.int32)": (
        "the table has a day more, which no row has"
    ),
    "frames._cells low, high = (int(days.min()), int(days.max()) + 1)  ->  "
    "low, high = (int(days.min()), int(days.max()) + 2)": (
        "the value of one day more is known, which no row has"
    ),
    "frames._cells return (out, False if lost is None else lost)  ->  "
    "return (out, True if lost is None else lost)": (
        "every row goes the slow way, which says the same"
    ),
    "emulation._score counted = [(each, criterion.maximum) for each, criterion in "
    "zip(components, group.criteria, strict=True) if each.counted]  ->  "
    "counted = [(each, criterion.maximum) for each, criterion in "
    "zip(components, group.criteria, strict=False) if each.counted]": (
        "there is a component for each criterion: `score_one` makes them"
    ),
    "emulation._score return total_of(scheme, [group if _is_known(group) or group.between is None "
    "else evolve(group, points=end(group.between)) for group in groups])  ->  return total_of("
    "scheme, [group if _is_known(group) and group.between is None else evolve(group, "
    "points=end(group.between)) for group in groups])": (
        "here each group is either known or has an interval: `_sum_between` saw to it"
    ),
    "emulation._score if isinstance(low, Unknown) or isinstance(high, Unknown):  ->  "
    "if isinstance(low, Unknown) and isinstance(high, Unknown):": (
        "the same groups are known at both ends, and what makes a total unknown is alike there"
    ),
    "deadlines._stopped_time for low, high in self._from_tick(2 * number + 2):  ->  "
    "for low, high in self._from_tick(2 * number + 3):": (
        "intervals stand apart: the one that is left out more ends at that tick or before"
    ),
    "deadlines._stopped_time return calendar.first.toordinal() - 1  ->  "
    "return calendar.first.toordinal() - 2": "days are counted from one that the calendar covers",
    "deadlines._stopped_time if len(self.ticks) == 1:  ->  if not len(self.ticks) == 1:": (
        "only the speed is another: who asks passes over what ended before"
    ),
    "deadlines._stopped_time if start > at:  ->  if start >= at:": (
        "from an instant to itself no time runs, and something is left to count"
    ),
    "serde._tables if size < 0 or len(data) < size:  ->  if size < 0 or len(data) <= size:": (
        "nothing more is read of a piece that is whole"
    ),
    "serde._tables line += self._stream.readline(size - len(line) if size >= 0 else -1)  ->  "
    "line += self._stream.readline(size - len(line) if size >= 0 else -2)": (
        "any negative number means all"
    ),
    "serde._parse if len(plain) <= 64 and set(plain) <= set('+-.0123456789'):  ->  "
    "if len(plain) <= 64 and set(plain) < set('+-.0123456789'):": "a number has one sign at most",
    "serde._parse most = 0  ->  most = 1": "one part is not too many",
    "serde._parse parts, follows = (0, False)  ->  parts, follows = (1, False)": (
        "the first part of a key sets it"
    ),
    "serde._parse parts, follows = (0, False)  ->  parts, follows = (0, True)": (
        "the first part of a key is the first, or follows none"
    ),
    "serde._parse if len(record) < len(pairs):  ->  if len(record) <= len(pairs):": (
        "the slower way finds none either"
    ),
    "serde._tables data += self._stream.read(size - len(data) if size >= 0 else -1)  ->  "
    "data += self._stream.read(size - len(data) if size >= 0 else -2)": (
        "any negative number means all"
    ),
    "serde._tables data += self._stream.read(size - len(data) if size >= 0 else -1)  ->  "
    "data += self._stream.read(size - len(data) if size > 0 else -1)": (
        "with 0 nothing is left to read, and the line is not reached"
    ),
    "statistics._period_state return moment < as_of.date()  ->  return moment <= as_of.date()": (
        "on that very day it has raised before"
    ),
    "statistics._period_state return False  ->  return None": "it is only asked whether it is true",
}

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
    if isinstance(node, ast.Return) and ast.unparse(node) not in {"return", "return None"}:
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
            inside = isinstance(node, ast.FunctionDef)
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


def _functions_of(path: Path) -> list[FunctionType]:
    """Every function of a file that lives."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(path)
    ]


def _plant(path: Path, tree: ast.Module, functions: list[FunctionType]) -> int:
    """Give functions the code of a tree of their file; return how many changed."""
    new = {
        (each.co_qualname, each.co_firstlineno): each
        for each in _codes(compile(ast.fix_missing_locations(tree), str(path), "exec"))
    }
    planted = 0
    for each in functions:
        code = new.get((each.__code__.co_qualname, each.__code__.co_firstlineno))
        if code is not None and code != each.__code__:
            each.__code__ = code
            planted += 1
    return planted


class _Watched(ast.NodeTransformer):
    """Lets each function note that it was called, by its line."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        note = ast.parse(f"{_SEEN}.add({node.lineno})").body[0]
        ast.copy_location(note, node)
        node.body.insert(1 if ast.get_docstring(node) else 0, note)
        return node


class _Planter:
    """A plugin of pytest that plants mutants instead of running the tests once."""

    def __init__(self, name: str, count: int, seed: int) -> None:
        self.name, self.count, self.seed = name, count, seed
        self.path = Path(str(import_module(f"evnpubsvc.{name}").__file__))
        self.noticed, self.uncalled, self.survivors = 0, 0, list[str]()
        self.functions: list[FunctionType] = []
        self.kills = Counter[int]()  # number of a test -> mutants that it noticed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.functions = _functions_of(self.path)
        gc.freeze()  # what forks share stays shared
        called = _in_a_fork(lambda: self._watch(session))
        if called is None or isinstance(called, str):
            failing = called or "the process of its tests"
            raise RuntimeError(f"{self.name}: {failing} fails as it is")
        tree = ast.parse(self.path.read_text("utf-8"))
        sites = _sites(tree)
        random.Random(f"{self.name} {self.seed}").shuffle(sites)
        for site in sites:
            if self.noticed + len(self.survivors) == self.count:
                break
            self._try(session, tree, site, called)
        return True

    def _watch(self, session: pytest.Session) -> list[tuple[float, list[int]]] | str:
        """Run every test as it is; return what each takes, and lines of functions that it calls.

        Where one fails, its name is returned.
        """
        seen = set[int]()
        vars(import_module(f"evnpubsvc.{self.name}"))[_SEEN] = seen
        tree = _Watched().visit(ast.parse(self.path.read_text("utf-8")))
        _plant(self.path, tree, self.functions)
        found: list[tuple[float, list[int]]] = []
        for item in session.items:
            seen.clear()
            start = time.process_time()
            _run(session, item)
            if session.testsfailed:
                return item.nodeid
            found.append((time.process_time() - start, sorted(seen)))
        return found

    def _try(
        self,
        session: pytest.Session,
        tree: ast.Module,
        site: tuple[int, int],
        called: list[tuple[float, list[int]]],
    ) -> None:
        changed = _Planted(*site).visit(copy.deepcopy(tree))
        told = f"{self.name} {_told(tree, changed)}"
        if told in EQUIVALENT:
            return
        first, last = _function_of(tree, site[0])
        calling = [
            (-self.kills[number], seconds, number)
            for number, (seconds, lines) in enumerate(called)
            if any(first <= line <= last for line in lines)
        ]
        if not calling:
            self.uncalled += 1
            return
        numbers = [number for *_, number in sorted(calling)]
        most = 10 + 3 * int(sum(seconds for _, seconds, _ in calling))

        def meet() -> str | int:
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            if not _plant(self.path, changed, self.functions):
                return "uncalled"  # a default of an argument, made once
            for number in numbers:
                _run(session, session.items[number])
                if session.testsfailed:
                    return number
            return "survived"

        ended = _in_a_fork(meet)
        if ended == "uncalled":
            self.uncalled += 1
        elif ended == "survived":
            line = _line_of(tree, site[0])
            self.survivors.append(f"line {line}: {told}")
        else:  # or it runs on, or ends the process
            self.noticed += 1
        if isinstance(ended, int):
            self.kills[ended] += 1


def _run(session: pytest.Session, item: pytest.Item) -> None:
    session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _in_a_fork(call: Callable[[], Any]) -> Any:
    """Return what a call in a process of its own returns; None where it dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            os.write(writing, b"")
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                json.dump(call(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else None


def _function_of(tree: ast.Module, number: int) -> tuple[int, int]:
    """First and last line of the outermost function that holds the node of a number."""
    found: list[ast.FunctionDef] = []

    class Walk(ast.NodeTransformer):
        now = -1

        def generic_visit(self, node: ast.AST) -> ast.AST:
            self.now += 1
            before = self.now
            super().generic_visit(node)
            if isinstance(node, ast.FunctionDef) and before <= number <= self.now:
                found.append(node)
            return node

    Walk().visit(copy.deepcopy(tree))
    outermost = found[-1]
    decorated = [each.lineno for each in outermost.decorator_list]
    return min([outermost.lineno, *decorated]), outermost.end_lineno or outermost.lineno


def _line_of(tree: ast.Module, number: int) -> int:
    """The line of the node of a number, or of what is around it."""
    lines: list[int] = []

    class Walk(ast.NodeTransformer):
        now = -1

        def generic_visit(self, node: ast.AST) -> ast.AST:
            self.now += 1
            if self.now <= number:
                lines.append(getattr(node, "lineno", lines[-1] if lines else 0))
            return super().generic_visit(node)

    Walk().visit(copy.deepcopy(tree))
    return lines[-1]


def plant(name: str, count: int, seed: int) -> tuple[int, int, list[str]]:
    """Plant mutants in a module; return how many were noticed, the uncalled, the survivors."""

    def run() -> tuple[int, int, list[str]]:
        planter = _Planter(name, count, seed)
        paths = [f"tests/{each}" for each in KERNELS[name]]
        call = ["-q", "-p", "no:cacheprovider", "-W", "ignore:Module already", *paths]
        pytest.main(call, plugins=[planter])
        return planter.noticed, planter.uncalled, planter.survivors

    ended: tuple[int, int, list[str]] | None = _in_a_fork(run)
    if ended is None or not ended[0] + len(ended[2]):
        raise RuntimeError(f"{name}: its tests fail as it is")
    return ended


def _told(before: ast.Module, after: ast.Module) -> str:
    """The first line that a change changes, as it was and as it is."""
    old, new = ast.unparse(before).split("\n"), ast.unparse(after).split("\n")
    for one, other in zip_longest(old, new, fillvalue=""):
        if one != other:
            return f"{one.strip()}  ->  {other.strip()}"
    return "end"


def main() -> int:
    os.environ.setdefault("HYPOTHESIS_PROFILE", "mutants")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for each in ("msgspec", "hypothesis", "pytest", "click"):  # not Polars: threads may not fork
        import_module(each)
    total = [0, 0]
    for name in sys.argv[3:] or KERNELS:
        start = time.monotonic()
        noticed, uncalled, survivors = plant(name, count, seed)
        total = [total[0] + noticed, total[1] + len(survivors)]
        planted, took = noticed + len(survivors), time.monotonic() - start
        print(f"{name}: {noticed} of {planted} noticed, {took:.0f} s", flush=True)
        if uncalled:
            print(f"  in functions that no test calls: {uncalled}", flush=True)
        for each in survivors:
            print(f"  survived: {each}", flush=True)
    print(f"noticed {total[0]} of {sum(total)}: {100 * total[0] / max(sum(total), 1):.1f} %")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
