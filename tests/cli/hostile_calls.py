"""Calls that nobody would make: good ones with bytes, files, options and words spoilt, from a seed.

`python -m tests.cli.hostile_calls 20000 1` runs so many in this process and prints what went wrong.
A traceback is an exception that leaves `main`, or what looks like one on the screen: a catch-all
that hides one counts too.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from evnpubsvc.cli import evnpubsvc, main
from tests.cli.vietnamese_calls import CALLS, lay_files

SECONDS = 10
_OLD = b"what was there before\n"
_OUTPUTS = ("ra.csv", "ra.json", "ra.xlsx", "ra.txt", "ra.parquet", "ra.toml", "ra.html")
_SPECIAL = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\\ud800",
    b'"',
    b"'",
    b"\r",
    b"\n\n",
    b",,,,,",
    b"=1+1",
    b"\x1b[2J",
    b"9" * 5_000,
    b"[" * 2_000,
    b"{" * 500,
    b"a." * 500,
    b"NaN",
    b"-1",
    b"1e999",
    b"0001-01-01",
    b"9999-12-31",
    b"31/02/2022",
    "ệ".encode(),
    "e\u0323\u0302".encode(),
    b"PK\x03\x04",
    b"PAR1",
    b"x" * 200_000,
    b"\t",
    b";",
    b"|",
    b"<html>",
    b"sep=;\n",
)
# No process is called with NUL or half of a pair: the system hands over other bytes so (`\udcff`).
_WORDS = (
    "",
    "-",
    "--",
    "\udcff",
    "=X",
    "9" * 5_000,
    "x" * 70_000,
    "\x1b[2J",
    "../../etc/passwd",
    "/dev/null",
    "/",
    ".",
    "nothing",
    "0",
    "-1",
    "1e9",
    "31/02/2022",
    "0001-01-01",
    "9999-12-31",
    "2022-12-14",
    "2022",
    "2022-Q4",
    "H44.01",
    "field",
    "a|b=c",
    "*",
    "[",
    "100%",
    "1/0",
    "null",
    "\u202e",
    "ệ" * 300,
)


def _options_of(command: click.Command) -> tuple[str, ...]:
    named = [each for each in command.params if isinstance(each, click.Option)]
    return tuple(spelling for each in named for spelling in each.opts if spelling[:2] == "--")


_COMMANDS = {
    name: evnpubsvc.get_command(click.Context(evnpubsvc), name)
    for name in evnpubsvc.list_commands(click.Context(evnpubsvc))
}
# The options of each command, and all of them, with one that none has.
OPTIONS = {name: _options_of(command) for name, command in _COMMANDS.items() if command}
_OPTIONS = tuple(sorted({"--bogus", *(each for own in OPTIONS.values() for each in own)}))
_DRIVE = ("nui-thanh-2022.csv", "--columns", "nui-thanh-2022-columns.toml")
_DECEMBER = ("--period", "statutory-2022-12")
_REGISTER = ("--register", "so.csv", "--register-columns", "cot.toml")
_MORE: tuple[tuple[str, ...], ...] = (
    ("pack", "so.csv", "ra.parquet", "--columns", "cot.toml"),
    ("synthesize", "--rows", "20", "--seed", "3", "--output", "ra.csv", "--columns-out", "ra.toml"),
    ("columns", "so.csv", "-o", "ra.toml"),
    ("page", "bang.toml", "so-lieu.csv", "-o", "ra.html", "--explanations", "rb.html"),
    (
        "page",
        "--form",
        "commune",
        "--register",
        "so.csv",
        "--register-columns",
        "cot.toml",
        "--period",
        "statutory-2022-12",
        "-o",
        "ra.html",
    ),
    ("tally", "so.csv", "--columns", "cot.toml", "--as-of", "2022-12-14", "-o", "ra.xlsx"),
    ("tally", "so.csv", "--columns", "cot.toml", "--as-of", "2022-12-14", "--findings", "ra.csv"),
    ("tally", "so.csv", "--columns", "cot.toml", "--as-of", "2022-12-14", "--engine", "python"),
    ("tally", "so.csv", "--columns", "cot.toml", "--as-of", "2022-12-14", "--threads", "2"),
    ("score", "bang.toml", "so-lieu.csv", "-o", "ra.json"),
    ("stability", "bang.toml", "so-lieu.csv", "-o", "ra.csv"),
    ("gap", "bang.toml", "so-lieu.csv", "--unit", "A", "--place", "1", "-o", "ra.csv"),
    ("audit", "bang.toml", "-o", "ra.csv"),
    ("check", "nhat-ky.csv", "--columns", "nhat-ky.toml", "--as-of", "2022-12-14", "-o", "ra.csv"),
    ("stability", "nui-thanh-2022.toml", *_DRIVE, "--top", "1", "--format", "json"),
    ("gap", "nui-thanh-2022.toml", *_DRIVE, "--unit", "S1", "--points", "60"),
    ("audit", "nui-thanh-2022.toml", "--format", "json"),
    ("page", "nui-thanh-2022.toml", *_DRIVE, "--stability", "--audit", "-o", "ra.html"),
    ("explain", "A", "--scheme", "bang.toml", "--figures", "so-lieu.csv", "-o", "ra.json"),
    ("columns", "nhat-ky.csv", "--log", "-o", "ra.toml"),
    ("columns", "so-lieu.csv", "--scheme", "bang.toml"),
    ("dossier", "nhat-ky.csv", "--columns", "nhat-ky.toml", "--as-of", "2023-02-28"),
    ("report", "ii-06a", "so.csv", "--columns", "cot.toml", *_DECEMBER, "-o", "ra.xlsx"),
    ("report", "ii-06a", "so.csv", "--columns", "cot.toml", *_DECEMBER, "--findings", "ra.csv"),
    ("plan", "ke-hoach.toml", "--as-of", "2022-12-31", *_REGISTER, "-o", "ra.csv"),
    ("schema", "--envelope", "Scheme"),
    ("schema", "Dossier", "-o", "ra.json"),
    ("conformance", "run", "--family", "ranks", "-o", "ra.json", "--format", "json", "--", "cat"),
    ("conformance", "run", "--family", "codes", "--timeout", "2", "--", "true"),
    ("conformance", "vectors", "bo"),
)
GOOD: tuple[tuple[str, ...], ...] = (*(call for _, call in CALLS), *_MORE)


class _HangError(BaseException):
    pass


def _hang(*_: object) -> None:
    raise _HangError


def spoil_bytes(data: bytes, draw: random.Random) -> bytes:
    """Return bytes with a few of them spoilt."""
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(data) + 1)
        to = min(len(data), at + draw.choice((1, 1, 8, 200)))
        data = draw.choice(
            (
                data[:at] + draw.choice(_SPECIAL) + data[at:],
                data[:at] + draw.choice(_SPECIAL) + data[to:],
                data[:at] + data[to:],
                data[:at],
                data[:to] + data[at:],
                data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :],
                data * draw.choice((1, 2, 3)),
            )
        )
    return data


def _call(draw: random.Random) -> list[str]:
    call = list(draw.choice(GOOD))
    for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
        at = draw.randrange(len(call) + 1)
        own = OPTIONS.get(call[0], _OPTIONS)
        word = draw.choice([draw.choice(words) for words in (_WORDS, own, _OPTIONS, _OUTPUTS)])
        draw.choice((call.insert, call.__setitem__ if at < len(call) else call.insert))(at, word)
    return call


def spoil(folder: Path, draw: random.Random) -> list[str]:
    """Spoil files in a folder, and return a call on them."""
    call = _call(draw)
    for name in dict.fromkeys(call):
        path = folder / name if name and len(name) < 100 and name.isprintable() else folder / "-"
        if (
            path.parent == folder
            and path.is_file()
            and name not in _OUTPUTS
            and draw.random() < 0.6
        ):
            path.write_bytes(spoil_bytes(path.read_bytes(), draw))
    return call


def wrong(call: list[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Run a call in a folder and yield what is wrong with how it ends."""
    outputs = [folder / name for name in _OUTPUTS]
    for path in outputs:
        path.write_bytes(_OLD)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code: object = None
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of its own, however busy the machine is
    signal.setitimer(signal.ITIMER_REAL, 30 * SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(call)
    except _HangError:
        yield "hang", ""
        return
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - whatever leaves main
        yield "traceback", traceback.format_exc()[-900:]
        return
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    for stream in (out, err):
        stream.flush()
    shown, said = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
    if "Traceback (most recent call last)" in shown + said or re.search(
        r"(Attribute|Type|Key|Index|Recursion|Unicode\w+)Error\b", said
    ):
        yield "traceback", said[-600:]
    has_errors = re.search(r"^(error|lỗi): ", shown + "\n" + said, re.MULTILINE | re.IGNORECASE)
    if code not in (0, 1, 2):
        yield "exit code", f"{code}"
    may_err = "--allow-rejects" in call or call[0] in {
        "lint",
        "check",
        "pack",
        "dossier",
        "conformance",
    }
    if (code == 0) == bool(has_errors) and not may_err:
        yield "exit code", f"{code}: {said[-300:]!r}"
    # Whole are then findings, what `check` says of dossiers out of order, and what fails a law.
    may_write = "--findings" in call or (call[0] in {"check", "conformance"} and code == 1)
    if (
        code
        and not may_write
        and any(path.read_bytes() != _OLD for path in outputs if path.exists())
    ):
        touched = [path.name for path in outputs if path.read_bytes() != _OLD]
        yield "output", f"{code} {touched} {said[-200:]}"
    if any(path.name.startswith(".evnpubsvc") for path in folder.iterdir()):
        yield "left behind", ""


def run(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Run calls; return how many of each kind, and what was wrong."""
    draw, counts, told = random.Random(seed), Counter[str](), []
    kinds = (signal.SIGALRM, signal.SIGPROF)
    before = [signal.signal(kind, _hang) for kind in kinds]
    place, variables = Path.cwd(), dict(os.environ)
    try:
        with tempfile.TemporaryDirectory() as top:
            clean, folder = Path(top, "clean"), Path(top, "work")
            clean.mkdir()
            lay_files(clean)
            for number in range(count):
                if number % 4 == 0:  # spoilt files are spoilt further a few times
                    os.chdir(top)
                    shutil.rmtree(folder, ignore_errors=True)
                    shutil.copytree(clean, folder)
                    os.chdir(folder)
                os.environ["EVNPUBSVC_LANG"] = "en"
                call = spoil(folder, draw)
                counts["calls"] += 1
                counts[call[0] if call and call[0].isalpha() else "-"] += 1
                for kind, what in wrong(call, folder):
                    counts[kind] += 1
                    told.append(f"{kind}: {[word[:80] for word in call]} {what}")
            os.chdir(place)
    finally:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(variables)
        for number_of, handler in zip(kinds, before, strict=True):
            signal.signal(number_of, handler)
    return counts, told


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    found, lines = run(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write("\n".join(lines[:60]) + "\n")
    sys.stdout.write(f"{dict(found)}\n")
    sys.stdout.write(
        f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB\n"
    )
