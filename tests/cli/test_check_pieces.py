"""`check` of a register piece by piece, and by several processes, says what it says in one go."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.cli._pieces import (
    Piece,
    Task,
    check_by_processes,
    check_in_pieces,
    is_large,
)
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import Dossier, TimelinessPolicy, check_links, rules
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import read_dossiers
from evnpubsvc.serde.parts import LineRange, cut_lines
from evnpubsvc.statistics import Where
from evnpubsvc.worktime import VIETNAM_TIME
from tests.dossiers.samples import CALENDAR


def _line(number: int, **more: Any) -> bytes:
    at = f"2022-12-{1 + number % 28:02d}T09:00:00+07:00"
    events = [{"kind": kind, "at": at} for kind in ("submitted", "received")]
    line = {
        "code": f"000.00.53.H48-221201-{number:04d}",
        "unit": "000.00.53.H48" if number % 3 else "000.00.54.H48",
        "procedure": "1.001699",
        "stated_due": "2022-12-10",
        "events": events,
    }
    return json.dumps(line | more).encode() + b"\n"


def _register() -> bytes:
    """Lines in order and out of order, over many pieces."""
    lines = [_line(number) for number in range(60)]
    lines[7] = b'{"code": 1}\n'
    lines[9] = b"\n"
    lines[20] = b"no JSON\n"
    lines[21] = _line(5)  # a code that stands twice
    lines[30] = _line(30, linked=["000.00.53.H48-221201-0031", "nobody"])
    lines[31] = _line(31, linked=["000.00.53.H48-221201-0030"])
    lines[45] = _line(45, attributes=[["note", "x" * 5_000]])  # longer than a piece
    lines[50] = b'{"code": "\xff"}\r\n'
    return b"".join(lines).rstrip(b"\n")  # the last line has no end


@pytest.fixture
def register(tmp_path: Path) -> str:
    (tmp_path / "register.jsonl").write_bytes(_register())
    return str(tmp_path / "register.jsonl")


def _task(*wheres: Where) -> Task:
    counting, policy = CountingRules(CALENDAR), TimelinessPolicy("date")
    keys = tuple(each.key for each in rules())
    return Task(date(2023, 1, 10), keys, counting, policy, None, VIETNAM_TIME, None, wheres)


def _join(pieces: Iterable[Piece]) -> tuple[list[Finding], Any, Any, Any, Any, Any]:
    """What the pieces say together, with places in the register."""
    found: list[Finding] = []
    codes: list[str] = []
    linked: dict[int, tuple[str, ...]] = {}
    outside: list[int] = []
    names: dict[str, None] = {}
    said: list[set[str | None]] = []
    for each in pieces:
        first = len(codes)
        found += each.found
        codes += each.codes
        linked |= {first + place: links for place, links in each.linked.items()}
        outside += [first + place for place in each.outside]
        names |= each.names
        said = [one | more for one, more in zip(said or each.said, each.said, strict=True)]
    return found, codes, linked, outside, names, said


@pytest.mark.parametrize(
    "wheres", [(), (Where("unit", ("000.00.54.H48",)), Where("procedure", ("1.001699", "x")))]
)
def test_processes_find_what_one_finds(register: str, wheres: tuple[Where, ...]) -> None:
    task = _task(*wheres)
    whole = _join(check_in_pieces(read_dossiers(register), task))
    assert {each.reason for each in whole[0]} >= {"dossier-overdue", "not-utf8"}
    pieces = list(check_by_processes(register, task, processes=2, size=1_500))
    assert len(pieces) > 5
    assert _join(pieces) == whole


def test_a_process_that_is_ended_is_done_without(register: str) -> None:
    task = _task()
    whole = _join(check_in_pieces(read_dossiers(register), task))
    checking = check_by_processes(register, task, processes=1, size=1_500)
    pieces = [next(checking)]
    for each in active_children():
        assert each.pid is not None
        os.kill(each.pid, signal.SIGKILL)
    assert _join([*pieces, *checking]) == whole


def test_what_is_no_text_is_read_no_further(tmp_path: Path) -> None:
    path = tmp_path / "register.jsonl"
    path.write_bytes(b"\xff\xfe" + _register())
    task = _task()
    whole = _join(check_in_pieces(read_dossiers(str(path)), task))
    assert whole[1] == []
    assert _join(check_by_processes(str(path), task, processes=1, size=1_500)) == whole


def test_a_file_is_cut_at_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"a\nbb\n\ncccccccc\nd")
    assert list(cut_lines(path, 4)) == [
        LineRange(0, 2, 0),
        LineRange(2, 6, 1),
        LineRange(6, 15, 3),
        LineRange(15, 16, 4),
    ]
    path.write_bytes(b"")
    assert list(cut_lines(path, 4)) == []
    assert not is_large(str(path))
    assert not is_large(str(tmp_path))
    assert not is_large("\0")
    with pytest.raises(DataError):
        list(check_by_processes(str(tmp_path / "none"), _task(), processes=1))


def test_a_large_file_is_checked_as_a_small_one(tmp_path: Path) -> None:
    lines = [_line(number, attributes=[["note", "x" * 50_000]]) for number in range(120)]
    small = [_line(number) for number in range(120)]
    for name, some in (("large.jsonl", lines), ("small.jsonl", small)):
        (tmp_path / name).write_bytes(b"".join(some))
    assert (tmp_path / "large.jsonl").stat().st_size > 4 << 20
    call = ["check", str(tmp_path / "large.jsonl"), "--as-of", "2023-01-10", "--format", "json"]
    large = subprocess.run(
        [sys.executable, "-m", "evnpubsvc", *call], capture_output=True, text=True, check=False
    )
    call[1] = str(tmp_path / "small.jsonl")
    one = CliRunner().invoke(evnpubsvc, call)
    assert (large.returncode, large.stdout, large.stderr) == (one.exit_code, one.stdout, one.stderr)
    assert json.loads(large.stdout)["dossiers"] == 120


def test_links_are_those_of_the_dossiers() -> None:
    chain = [Dossier(f"case-{number}", linked=(f"case-{number + 1}",)) for number in range(3)]
    ring = [Dossier("a", linked=("b", "case-0")), Dossier("b", linked=("a",)), Dossier("case-3")]
    found = check_links([*chain, *ring, Dossier("a", linked=("a",))])
    assert [(one.reason, one.path) for one in found] == [
        ("code-twice", "$[6].code"),
        ("link-circle", "$[3].linked"),
    ]
