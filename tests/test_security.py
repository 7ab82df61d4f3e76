"""SECURITY.md promises what a test holds, and nothing else."""

import ast
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import evnpubsvc
from evnpubsvc.dossiers import Dossier, Event
from evnpubsvc.emulation import UnitFigures
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.serde import FigureColumns, LogColumns, RegisterColumns
from evnpubsvc.statistics import RegisterRow
from evnpubsvc.texts import Text
from evnpubsvc.worktime import VIETNAM_TIME

ROOT = Path(__file__).parents[1]
SOURCE = Path(evnpubsvc.__file__).parent


def test_the_tests_that_are_named_exist() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[a-z_/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    missing = [
        (file, test)
        for file, test in named
        if not (ROOT / file).exists()
        or (test and f"def {test}(" not in (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def test_every_promise_of_the_sections_names_a_test() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    promises = re.findall(r"^\* .*$", page, re.MULTILINE)
    assert len(promises) > 8
    assert [each for each in promises if "`tests/" not in each] == []


_STARTING = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile")


def test_no_module_knows_the_network_or_runs_texts() -> None:
    """Nor does any evaluate a text as code."""
    forbidden = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "pickle",
        "marshal",
        "shelve",
        "subprocess",
        "multiprocessing",
        "asyncio",
        "ctypes",
    }
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            elif isinstance(node, ast.Attribute) and ast.unparse(node).startswith(_STARTING):
                found.add(f"{path.name} {ast.unparse(node)}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if node.func.id in {"eval", "exec", "compile"} else []
            found |= {
                f"{path.name} {name}"
                for name in names
                if name.partition(".")[0] in forbidden | {"eval", "exec", "compile"}
            }
    # A program under test is one that the caller names; the command line starts itself again; the
    # processes that check a large file end with the one that began them.
    allowed = {"_vectors.py subprocess", "_terminal.py os.execv", "_pieces.py multiprocessing"}
    assert found <= allowed


AT = datetime(2022, 12, 1, 8, tzinfo=VIETNAM_TIME)
MAKERS: tuple[Callable[[str], object], ...] = (
    lambda text: Text(vi=text, en="x"),
    lambda text: Text(vi="x", en=text),
    Citation,
    lambda text: Dossier(code=text),
    lambda text: Dossier(code="x", field=text),
    lambda text: Event("note", AT, attributes={"a": text}),
    lambda text: Event("note", AT, activity=text),
    lambda text: UnitFigures(text, ()),
    lambda text: UnitFigures("x", (), name=text),
    lambda text: RegisterRow(AT, dimensions={"field": text}),
    lambda text: RegisterRow(AT, code=text),
    lambda text: FigureColumns(unit=text),
    lambda text: RegisterColumns(dimensions={"field": text}),
    lambda text: LogColumns(case="x", activity="y", timestamp=text, timezone="UTC"),
)


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"], ids=ascii)
@pytest.mark.parametrize("make", MAKERS)
def test_records_refuse_what_no_database_takes(make: Callable[[str], object], bad: str) -> None:
    make("lawful")
    with pytest.raises(MisuseError, match="text-not-writable"):
        make(bad)
