"""What imports and commands cost over a bare interpreter (`python -c pass`), by processor time.

python -m bench.imports [--rounds N] [--against NAME=SRC ...] [--only TEXT ...] [--docs]

* `--against`: measures other source trees in the same rounds, each under a name.
* `--only`: measures the cases whose name holds one of the texts.
* `--docs`: also writes the table of `docs/explanation/how-fast-it-counts.md`.

Every case once a round, the trees one after the other, each in a process of its own; the median of
the rounds and their range. All modules are compiled beforehand.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import files
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from attrs import frozen

from bench._pages import SPEED, fill
from evnpubsvc.cli import main as evnpubsvc

ROUNDS = 9
GOAL_ROOT_MS = 3.0
GOAL_HELP_MS = 170.0
GOAL_PLUGIN_MS = 10.0  # what the entry point may add to `import hypothesis`
COMMAND = "python -m bench.imports --docs"
HERE = Path(__file__).parents[1] / "src"
ROOMS = ("worktime", "deadlines", "dossiers", "statistics", "emulation", "serde")
HELPS = ("due", "check", "tally", "report", "score")
# Which may be installed without bytecode.
_COMPILED = ("attrs", "cattrs", "click", "hypothesis", "typing_extensions")
_CLASSES = """
import sys, attrs
made = sys.modules["attr._make"].attrs
count = 0
def counted(*given, **named):
    global count
    count += 1
    return made(*given, **named)
sys.modules["attr._make"].attrs = sys.modules["attr._next_gen"].attrs = counted
import {module}
print(count)
"""


@frozen
class Case:
    """A program to measure, and what it may cost in milliseconds."""

    name: str
    code: str
    goal: float | None = None


def _command(*call: str, name: str = "", goal: float | None = None) -> Case:
    """Return the case of a command; one that does not end with 0 is an error."""
    code = f"from evnpubsvc.cli import main; import sys; sys.exit(main({list(call)!r}))"
    return Case(name or f"`evnpubsvc {' '.join(call)}`", code, goal)


def cases(folder: Path, source: Path) -> Iterator[Case]:
    """Give what is measured, with the small files that commands read."""
    yield Case("`import evnpubsvc`", "import evnpubsvc", GOAL_ROOT_MS)
    yield Case("`import attrs`", "import attrs")
    yield Case("`import click`", "import click")
    for room in ROOMS:
        yield Case(f"`import evnpubsvc.{room}`", f"import evnpubsvc.{room}")
    yield _command("--version", goal=GOAL_HELP_MS)
    yield _command("--help", goal=GOAL_HELP_MS)
    for name in HELPS:
        yield _command(name, "--help", goal=GOAL_HELP_MS)

    # Commands over small files: the packaged score sheet of 2022, fifty dossiers.
    yield _command("due", "2022-12-15", "3 ngày làm việc")
    packaged = source / "evnpubsvc" / "examples"
    names = ("nui-thanh-2022.toml", "nui-thanh-2022.csv", "nui-thanh-2022-columns.toml")
    scheme, figures, columns = (str(packaged / name) for name in names)
    yield _command("score", scheme, figures, "--columns", columns, name="`score` of six communes")
    register, mapping = str(folder / "register.csv"), str(folder / "columns.toml")
    asked = (register, "--columns", mapping, "--period", "calendar-2025-06")
    yield _command("tally", *asked, "--by", "unit", name="`tally` of fifty rows")
    yield _command("report", "ii-06a", *asked, name="`report` of fifty rows")


def _prepare(folder: Path) -> None:
    """Write the small register, and compile what is imported."""
    register, mapping = str(folder / "register.csv"), str(folder / "columns.toml")
    asked = ("--rows", "50", "--seed", "1", "--units", "3", "--procedures", "4")
    evnpubsvc(["synthesize", *asked, "--output", register, "--columns-out", mapping])
    for name in _COMPILED:
        for each in files(name) or ():
            if each.suffix == ".py":
                compileall.compile_file(str(each.locate()), quiet=1)


def _once(code: str, source: Path | None = None, **environment: str) -> float | None:
    """Return the milliseconds of processor time of a program; None if it fails."""
    if source is not None:
        code = f"import sys; sys.path.insert(0, {str(source)!r}); {code}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return None
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def measure(
    trees: Mapping[str, Path], rounds: int, only: Sequence[str] = ()
) -> tuple[float, dict[str, dict[str, list[float]]], dict[str, float | None]]:
    """Return the time of `pass`, by case and tree what each round took above it, and the goals."""
    found: dict[str, dict[str, list[float]]] = {}
    bare: list[float] = []
    goals: dict[str, float | None] = {}
    with TemporaryDirectory() as made:
        _prepare(Path(made))
        for source in trees.values():
            compileall.compile_dir(source / "evnpubsvc", quiet=1)
        asked = {name: list(cases(Path(made), source)) for name, source in trees.items()}
        for _ in range(rounds):
            bare.append(_once("pass") or 0.0)
            for together in zip(*asked.values(), strict=True):
                name = together[0].name
                if only and not any(text in name for text in only):
                    continue
                goals[name] = together[0].goal
                taken = found.setdefault(name, {tree: [] for tree in trees})
                for case, (tree, source) in zip(together, trees.items(), strict=True):
                    once = _once(case.code, source)
                    if once is not None:
                        taken[tree].append(once)
    start = median(bare)
    over = {
        name: {tree: [each - start for each in taken] for tree, taken in by_tree.items()}
        for name, by_tree in found.items()
    }
    return start, over, goals


def table(over: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[str]:
    """Give the lines of the table: a row a case, a column a tree."""
    trees = list(next(iter(over.values())))
    yield f"| ms over `pass` | {' | '.join(trees)} |"
    yield "|---" * (len(trees) + 1) + "|"
    for name, by_tree in over.items():
        yield f"| {name} | {' | '.join(map(_shown, by_tree.values()))} |"


def _shown(taken: Sequence[float]) -> str:
    if not taken:
        return "–"
    return f"{median(taken):.0f} ({min(taken):.0f}-{max(taken):.0f})"


def classes(over: Mapping[str, Mapping[str, Sequence[float]]], tree: str) -> Iterator[str]:
    """Give what each class of a room costs beyond attrs, which all of them need."""
    yield "| room | classes | ms a class beyond `import attrs` |"
    yield "|---|---|---|"
    alone = median(over["`import attrs`"][tree])
    for room in ROOMS:
        taken = over.get(f"`import evnpubsvc.{room}`", {}).get(tree)
        count = _count_classes(f"evnpubsvc.{room}")
        if taken and count:
            yield f"| `{room}` | {count} | {(median(taken) - alone) / count:.2f} |"


def _count_classes(module: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _CLASSES.format(module=module)],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def measure_plugin(rounds: int = ROUNDS) -> bool:
    """Print what the entry point costs whoever imports Hypothesis.

    Return whether its goal holds.
    """
    own: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        own.append(_once("import hypothesis") or 0.0)
        bare.append(_once("import hypothesis", HYPOTHESIS_NO_PLUGINS="1") or 0.0)
    extra = min(own) - min(bare)
    print(f"import hypothesis, the plugin +{extra:6.2f} ms   goal {GOAL_PLUGIN_MS} ms")
    return extra <= GOAL_PLUGIN_MS


def main(
    rounds: int = ROUNDS,
    against: Iterable[tuple[str, Path]] = (),
    only: Sequence[str] = (),
    *,
    docs: bool = False,
) -> bool:
    """Print the tables; return whether the goals hold."""
    start, over, goals = measure({**dict(against), "now": HERE}, rounds, only)
    load = os.getloadavg()[0]
    said = [
        f"{rounds} rounds, processor time; `pass` {start:.0f} ms; load of the machine {load:.1f}.",
        "",
        *table(over),
    ]
    if "`import attrs`" in over:
        said += ["", *classes(over, "now")]
    print("\n".join(said))
    held = True
    for name, goal in goals.items():
        taken = over[name]["now"]
        if not taken or (goal is not None and min(taken) > goal):
            print(f"missed: {name}, goal {goal}")
            held = False
    if docs:
        fill(SPEED, COMMAND, said)
    return (bool(only) or measure_plugin(rounds)) and held


def _tree(text: str) -> tuple[str, Path]:
    name, _, source = text.partition("=")
    return name, Path(source)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--against", type=_tree, action="append", default=[])
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--docs", action="store_true")
    given = parser.parse_args()
    sys.exit(0 if main(given.rounds, given.against, given.only, docs=given.docs) else 1)
