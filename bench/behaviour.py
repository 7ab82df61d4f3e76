"""What the command line answers, byte by byte: recorded from one tree, compared with another.

`python -m bench.behaviour record DIR` runs score, tally, report, check, due, roster and demo on
the packaged examples, on the shared real data where they lie beside the repository, and on 1,000
generated cases, in text and for machines, in English and Vietnamese; with `--like OLD`, the very
calls of another recording. `python -m bench.behaviour compare OLD NEW` lists what differs, grouped
by the first line that does; with `--values`, only what was computed; with `--each FILE`, every
single difference once, under the reason that the file gives for it. Run it with the interpreter
whose environment holds the tree to record.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final

from bench._cases import PACKAGED, Case, generated_cases, packaged_cases, real_cases
from bench._differences import list_differences

_DATA: Final = Path(
    os.environ.get("EVNPUBSVC_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
)
_TIMELESS: Final = re.compile(r"\d+(?:[.,]\d+)*")


def _run(arguments: list[str]) -> dict[str, Any]:
    """Run the command line in this process and return its streams and exit code."""
    from evnpubsvc.cli import main

    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        try:
            code: object = main(arguments)
        except SystemExit as stop:
            code = stop.code
        except Exception:  # noqa: BLE001 - a crash is a result to compare like any other
            code = "crash: " + traceback.format_exc(limit=0).strip().splitlines()[-1]
    written: list[str] = []
    for stream in streams:
        stream.flush()
        raw = stream.buffer.getvalue()
        written.append(raw.decode("utf-8", "backslashreplace"))
    return {"stdout": written[0], "stderr": written[1], "exit": code}


def _variants(case: Case) -> Iterator[tuple[str, list[str]]]:
    """Each case as text in one language and for machines in the other; text in both if alone."""
    first = ("en", "vi")[_number_of(case.name) % 2]
    second = "vi" if first == "en" else "en"
    yield f"{case.name}/text-{first}", [*case.arguments, "--lang", first]
    more = ["--format", case.json] if case.json else []
    yield f"{case.name}/{case.json or 'text'}-{second}", [*case.arguments, "--lang", second, *more]


def _number_of(name: str) -> int:
    """A number that is the same in every run, unlike `hash`."""
    return sum(name.encode())


def _packaged(files: Path) -> None:
    """Lay the files of the package that cases name beside the others, wherever they are kept."""
    import evnpubsvc

    root = Path(next(iter(evnpubsvc.__path__)))
    for name in PACKAGED:
        (files / name).write_bytes(next(root.rglob(name)).read_bytes())
    team = next(
        path for path in root.rglob("tam-xuan-ii-2022.toml") if "[team]" in path.read_text("utf-8")
    )
    (files / "team.toml").write_bytes(team.read_bytes())


def _made_calls(files: Path, *, seed: int, number: int) -> Iterator[tuple[str, list[str]]]:
    """Make the cases with their files; yield names and arguments."""
    files.mkdir(parents=True, exist_ok=True)
    _packaged(files)
    yield from chain.from_iterable(
        map(
            _variants,
            [
                *packaged_cases(),
                *real_cases(_DATA.resolve(), files.resolve()),
                *generated_cases(number, seed, files.resolve()),
            ],
        )
    )


def _recorded_calls(files: Path, like: Path) -> Iterator[tuple[str, list[str]]]:
    """Take over the files of a recording; yield its names and arguments."""
    shutil.copytree(like / "files", files, dirs_exist_ok=True)
    for name, each in _read(like).items():
        yield name, each["arguments"]


def record(folder: Path, calls: Iterable[tuple[str, list[str]]]) -> None:
    """Run every call and write `records.jsonl`; the input files stay in `files`."""
    import evnpubsvc

    every = list(calls)
    start = time.monotonic()
    out = (folder / "records.jsonl").resolve()
    os.chdir(folder / "files")  # so that messages name files without a folder
    with out.open("w", encoding="utf-8") as stream:
        for name, arguments in every:
            result = {"name": name, "arguments": arguments, **_run(arguments)}
            stream.write(json.dumps(result, ensure_ascii=False) + "\n")
    spent = time.monotonic() - start
    print(f"{len(every)} calls of {next(iter(evnpubsvc.__path__))} in {spent:.0f} s: {out}")


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    with (folder / "records.jsonl").open(encoding="utf-8") as stream:
        return {record["name"]: record for record in map(json.loads, stream)}


def _first_difference(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, str, str] | None:
    """Where two results first differ: stream, old line, new line."""
    if old["arguments"] != new["arguments"]:
        return "arguments", " ".join(old["arguments"]), " ".join(new["arguments"])
    if old["exit"] != new["exit"]:
        last = [(each["stderr"].strip().splitlines() or [""])[-1] for each in (old, new)]
        return "exit", f"{old['exit']} {last[0]}", f"{new['exit']} {last[1]}"
    for name in ("stdout", "stderr"):
        for left, right in zip_longest(old[name].split("\n"), new[name].split("\n"), fillvalue="∅"):
            if left != right:
                return name, left, right
    return None


def _values(record: dict[str, Any]) -> object:
    """Return what a record computed, without the words.

    Ranks and scores, counts, dates, cells of a form.
    """
    document = json.loads(record["stdout"])
    match record["arguments"][0]:
        case "score" if "standings" in document:
            return [(p["unit"], p["rank"], p["score"]) for p in document["standings"]]
        case "score":
            return [document["unit"], document["rank"], document["score"]]
        case "tally":
            names = ("cells", "total", "later", "earlier", "linked", "rejected")
            return [document[name] for name in names]
        case "due":
            value = document["value"]
            return [value[name] for name in ("received", "date", "instant", "counted_from")]
        case "report":
            return [(row["key"], row["values"]) for row in document["value"]["rows"]]
    return None


def compare_values(old: Path, new: Path) -> bool:
    """Print, by command, how many results computed the same; return whether all did."""
    before, after = _read(old), _read(new)
    same: Counter[str] = Counter()
    other: dict[str, list[str]] = defaultdict(list)
    for name, left in before.items():
        if "/json" not in name or name not in after:
            continue
        right, command = after[name], left["arguments"][0]
        if left["exit"] != right["exit"]:
            other[f"{command}, exit {left['exit']} -> {right['exit']}"].append(name)
        elif left["exit"] == 0 and _values(left) != _values(right):
            other[f"{command}, values"].append(name)
        elif left["exit"] == 0:
            same[command] += 1
    print("the same:", ", ".join(f"{command} {number}" for command, number in sorted(same.items())))
    for what, names in sorted(other.items()):
        print(f"{len(names):5} × {what}: {', '.join(sorted(names)[:3])}")
    return not other


def compare(old: Path, new: Path, *, shown: int, width: int = 200) -> bool:
    """Print the differences in groups; return whether there is none."""
    before, after = _read(old), _read(new)
    groups: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for name in before.keys() | after.keys():
        if name not in before or name not in after:
            groups["-", "presence", "", ""].append((name, "", "absent on one side"))
            continue
        found = _first_difference(before[name], after[name])
        if found is None:
            continue
        where, left, right = found
        # Lines that differ in numbers alone are one group.
        like = tuple(_TIMELESS.sub("0", line)[:width] for line in (left, right))
        command = before[name]["arguments"][0]
        groups[command, where, like[0], like[1]].append((name, left, right))
    differing = sum(map(len, groups.values()))
    print(f"{len(before)} recorded, {differing} differ, in {len(groups)} groups")
    for (command, where, _, _), members in sorted(groups.items(), key=lambda g: -len(g[1])):
        members.sort()
        print(
            f"\n{len(members):5} × {command}, {where}: {', '.join(m[0] for m in members[:shown])}"
        )
        print(f"      - {members[0][1][:width]}\n      + {members[0][2][:width]}")
    return not groups


def main(arguments: list[str] | None = None) -> int:
    """Return 0, or 1 where two records differ."""
    parser = argparse.ArgumentParser(prog="python -m bench.behaviour", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    recorder = commands.add_parser("record")
    recorder.add_argument("folder", type=Path)
    recorder.add_argument("--seed", type=int, default=2022)
    recorder.add_argument("--cases", type=int, default=1_000, help="how many generated cases")
    recorder.add_argument("--like", type=Path, help="run the calls of this recording instead")
    comparer = commands.add_parser("compare")
    comparer.add_argument("old", type=Path)
    comparer.add_argument("new", type=Path)
    comparer.add_argument("--values", action="store_true", help="what was computed, not the words")
    comparer.add_argument("--each", type=Path, help="each difference, by the reasons of this file")
    comparer.add_argument("--shown", type=int, default=3, help="names of cases shown a group")
    chosen = parser.parse_args(arguments)
    if chosen.command == "record":
        files = chosen.folder / "files"
        if chosen.like is None:
            calls = _made_calls(files, seed=chosen.seed, number=chosen.cases)
        else:
            calls = _recorded_calls(files, chosen.like)
        record(chosen.folder, calls)
        return 0
    if chosen.values:
        return 0 if compare_values(chosen.old, chosen.new) else 1
    if chosen.each:
        every = _read(chosen.old), _read(chosen.new)
        return 0 if list_differences(*every, chosen.each) else 1
    return 0 if compare(chosen.old, chosen.new, shown=chosen.shown) else 1


if __name__ == "__main__":
    sys.exit(main())
