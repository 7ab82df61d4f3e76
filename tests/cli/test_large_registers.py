"""`synthesize`, `pack`, and `tally` by every engine: one output.

Nothing half-written after an interrupt.
"""

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc as command
from tests.cli.test_cli import run

_ASK = ("--by", "channel,received_quarter", "--as-of", "2025-06-30", "--format", "json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("large")
    for name in ("register.csv", "register.jsonl", "register.parquet"):
        done = run(
            "synthesize",
            "--rows",
            "2000",
            "--seed",
            "5",
            "--output",
            made / name,
            "--columns-out",
            made / "map.toml",
        )
        assert done.exit_code == 0, done.output
    return made


def test_every_engine_and_container_gives_one_output(folder: Path) -> None:
    mapping = ("--columns", folder / "map.toml")
    expected = run("tally", folder / "register.csv", *mapping, *_ASK, "--engine", "python")
    assert expected.exit_code == 0, expected.output
    for name in ("register.csv", "register.jsonl", "register.parquet"):
        for engine in ("auto", "polars", "duckdb"):
            for limit in ((), ("--memory-limit", "32MB", "--threads", "3")):
                done = run("tally", folder / name, *mapping, *_ASK, "--engine", engine, *limit)
                assert (done.exit_code, done.stdout) == (0, expected.stdout)
    packed = folder / "packed.parquet"
    assert run("pack", folder / "register.csv", packed, *mapping, "--threads", "2").exit_code == 0
    assert run("tally", packed, *_ASK).stdout == expected.stdout
    piped = run("tally", "-", *mapping, *_ASK, text=(folder / "register.csv").read_bytes())
    assert piped.stdout == expected.stdout


def test_standard_output_and_bad_rows(folder: Path) -> None:
    assert (
        run("synthesize", "--rows", "2000", "--seed", "5").stdout_bytes
        == (folder / "register.csv").read_bytes()
    )
    dirty = run("synthesize", "--rows", "500", "--seed", "5", "--bad", "0.1").stdout_bytes
    refused = run("tally", "-", "--columns", folder / "map.toml", *_ASK, text=dirty)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "[not-a-date]" in refused.stderr
    by_rows = run(
        "tally",
        "-",
        "--columns",
        folder / "map.toml",
        *_ASK,
        "--engine",
        "python",
        "--allow-rejects",
        text=dirty,
    )
    by_columns = run(
        "tally", "-", "--columns", folder / "map.toml", *_ASK, "--allow-rejects", text=dirty
    )
    assert by_columns.stdout == by_rows.stdout != ""


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("synthesize", "--rows", "1", "--seed", "1", "--bad", "much"), 2),
        (("synthesize", "--rows", "1", "--seed", "1", "--bad", "2"), 2),
        (("synthesize", "--rows", "1", "--seed", "1", "--units", "0"), 2),
        (("synthesize", "--rows", "1", "--seed", "1", "--format", "parquet"), 2),
        (("synthesize", "--rows", "1", "--seed", "1", "--output", "absent/register.csv"), 1),
        (("tally", "absent.parquet", "--as-of", "2025-06-30"), 1),
        (("tally", "absent.csv", "--as-of", "2025-06-30", "--memory-limit", "1KB"), 2),
        (("tally", "absent.csv", "--as-of", "2025-06-30", "--threads", "0"), 2),
    ],
)
def test_wrong_calls(
    call: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*call)
    assert (done.exit_code, done.stdout) == (code, "")
    assert list(tmp_path.iterdir()) == []


# What a shell starts in the background ignores interrupts, and so would its children.
_MAIN = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from "
    "evnpubsvc.cli import main; sys.exit(main())"
)


def _has_begun(pid: int, folder: Path) -> bool:
    """Return whether a process has written to a file in a folder, with a name or without one."""
    files = [*folder.iterdir()]
    with suppress(OSError):  # only Linux shows what a process has open
        files += Path(f"/proc/{pid}/fd").iterdir()
    for file in files:
        with suppress(OSError):  # closed meanwhile
            if str(file.resolve()).startswith(str(folder)) and file.stat().st_size:
                return True
    return False


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        _MAIN,
        "synthesize",
        "--rows",
        "100000000",
        "--seed",
        "1",
        "--output",
        "r.csv",
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        deadline = time.monotonic() + 60
        while not _has_begun(process.pid, tmp_path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _has_begun(process.pid, tmp_path)
        assert not (tmp_path / "r.csv").exists()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.wait(30)
    assert list(tmp_path.iterdir()) == []


# ---- registers without a mapping


_UNMAPPED = (
    "received,due,finished,unit\n2022-12-01,2022-12-05,2022-12-02,A\n"
    "2022-12-01,2022-12-05,2022-12-08,A\n2022-12-01,2022-12-05,,B\n"
)


def _workbook_of(text: str) -> bytes:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row, line in enumerate(text.splitlines()):
        sheet.write_row(row, 0, line.split(","))
    book.close()
    return buffer.getvalue()


def _lines_of(text: str) -> str:
    """JSON Lines in which a key without a value is left out, in the first line too."""
    names, *rows = (line.split(",") for line in text.splitlines())
    given = [{k: v for k, v in zip(names, row, strict=True) if v} for row in reversed(rows)]
    return "\n".join(map(json.dumps, given))


@pytest.mark.parametrize("way", ["file", "standard input"])
@pytest.mark.parametrize("dress", ["comma", "semicolon", "title", "xlsx", "jsonl"])
def test_a_register_without_a_mapping_is_one_register(dress: str, way: str, tmp_path: Path) -> None:
    """Its names are found as its rows are: no column is passed over because of the dress."""
    pytest.importorskip("evnpubsvc.frames", reason="reading without a mapping needs frames")
    if dress == "jsonl" and way == "standard input":
        pytest.skip("standard input is CSV or a workbook")
    texts = {
        "comma": _UNMAPPED, "semicolon": _UNMAPPED.replace(",", ";"),
        "title": f"SO THEO DOI,,,\n,,,\n{_UNMAPPED}", "jsonl": _lines_of(_UNMAPPED),
    }  # fmt: skip
    data = texts[dress].encode() if dress in texts else _workbook_of(_UNMAPPED)
    suffix = dress if dress in {"xlsx", "jsonl"} else "csv"
    path = tmp_path / f"r.{suffix}"
    path.write_bytes(data)
    register, given = (str(path), None) if way == "file" else ("-", data)
    call = ["tally", register, "--as-of", "2022-12-31", "--by", "unit", "--format", "csv"]
    result = CliRunner().invoke(command, call, input=given)
    assert result.exit_code == 0, result.output
    header, first, second = result.stdout.splitlines()
    row = dict(zip(header.split(","), first.split(","), strict=True))
    assert (row["unit"], row["early"], row["late"], row["pending"]) == ("A", "1", "1", "0")
    assert second.startswith("B,")


def test_an_engine_that_needs_a_mapping_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(_UNMAPPED)
    call = ["tally", str(path), "--as-of", "2022-12-31", "--engine", "python"]
    result = CliRunner().invoke(command, call)
    assert result.exit_code == 2
    assert "--columns" in result.stderr
