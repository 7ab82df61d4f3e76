"""Logs of processes in and out, beside what others use: `python -m bench.logs [COPIES [ROUNDS]]`.

The log is the real one that the tests read (1,434 cases, 8,577 events), as many times as COPIES
says under other codes (2 unless said; 7 are 60,039 events); without it one is made up. Each way
runs in a process of its own that stays, and all take turns, 9 ROUNDS unless said, so that what
shares the machine shares it with all. Processor time and wall clock stand side by side; of nine
ratios the median counts, and where the middle seven spread over more than 20 % of it the line says
undecided.

pm4py is AGPL and no dependency: the interpreter of an environment that has it is named by
EVNPUBSVC_PM4PY. pandas is taken from there too. Where it is missing, only the floors are shown: the
parser underneath, with handlers that do nothing.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen

from bench._timing import Goal, peak_mib

ROOT = Path(__file__).parents[1]
COPIES, ROUNDS = 2, 9
UNDECIDED = 0.2  # of a ratio, between the second lowest and the second highest
OURS = (
    "read_xes", "read_xes_log", "read_ocel", "read_event_log", "read_dossiers",
    "write_xes", "write_ocel", "write_dossiers",
)  # fmt: skip
FLOORS = ("expat", "json", "csv")
# A program of another environment: what is asked of it stands in FOLDER and WAY.
PEERS = {
    "pm4py.read_xes": "import pm4py\ndef run(): pm4py.read_xes(FOLDER + '/log.xes')",
    "pm4py.read_ocel2_json": (
        "import pm4py\ndef run(): pm4py.read_ocel2_json(FOLDER + '/log.json')"
    ),
    "pandas, groups": """
import pandas
def run():
    table = pandas.read_csv(FOLDER + '/log.csv')
    table[AT] = pandas.to_datetime(table[AT], utc=True, format='ISO8601')
    [rows for _, rows in table.groupby(CASE)]
""",
    "pandas, lists": """
import pandas
def run():
    pandas.read_csv(FOLDER + '/log.csv').groupby(CASE).agg(list)
""",
}
_LOOP = """
import json, sys, time
FOLDER, CASE, AT = sys.argv[1], "case:concept:name", "time:timestamp"
{program}
run()
for line in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    spent = [time.process_time() - cpu, time.perf_counter() - wall]
    peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
    print("=" + json.dumps([*spent, peak]), flush=True)
"""


class Sink(io.RawIOBase):
    """Takes what is written, and forgets it."""

    def write(self, data: Any) -> int:
        return len(data)


# -- the log ---------------------------------------------------------------------------------------


def rows_of_a_log() -> Iterable[dict[str, str]]:
    """Return the rows of the real log; where it is missing, those of one that is made up."""
    folder = Path(os.environ.get("EVNPUBSVC_REAL_DATA", ROOT.parent / "shared" / "data"))
    path = folder / "receipt_wabo" / "events.csv"
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)
        return
    for number in range(8_600):
        case, step = divmod(number, 6)
        yield {
            "case:concept:name": f"case-{case}",
            "case:startdate": "2011-10-11 13:42:22.688000+02:00",
            "case:deadline": "2011-12-06 13:41:31.788000+01:00",
            "case:enddate": "",
            "case:channel": "Internet",
            "case:department": "General",
            "concept:name": f"step {step}" if step else "Confirmation of receipt",
            "concept:instance": f"task-{number}",
            "org:resource": f"Resource{number % 40}",
            "time:timestamp": f"2011-10-{11 + step} 13:{number % 60:02}:22.688000+02:00",
        }


def columns(names: Iterable[str]) -> Any:
    """Return how the table of the log is laid out."""
    from evnpubsvc.dossiers import EventKind
    from evnpubsvc.serde import LogColumns

    given = set(names)
    kept = ("concept:instance", "lifecycle:transition", "org:group", "org:resource")
    return LogColumns(
        case="case:concept:name",
        activity="concept:name",
        timestamp="time:timestamp",
        received="case:startdate",
        due="case:deadline",
        finished="case:enddate",
        channel="case:channel",
        unit="case:department",
        event_attributes=tuple(name for name in kept if name in given),
        activities={"Confirmation of receipt": EventKind.RECEIVED},
        timezone="Europe/Amsterdam",
    )


def lay(folder: Path, copies: int) -> tuple[int, int]:
    """Write the log in each format; return its cases and events."""
    from evnpubsvc.dossiers import Dossier
    from evnpubsvc.serde import read_event_log, write_dossiers, write_ocel, write_xes

    rows = list(rows_of_a_log())
    with (folder / "log.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        for copy in range(copies):
            for row in rows:
                code = row["case:concept:name"]
                writer.writerow({**row, "case:concept:name": f"{code}-{copy}"})
    read = read_event_log(folder / "log.csv", columns(rows[0]))
    dossiers = [each for each in read if isinstance(each, Dossier)]
    for name, write in (("xes", write_xes), ("json", write_ocel), ("jsonl", write_dossiers)):
        with (folder / f"log.{name}").open("wb") as stream:
            write(dossiers, stream)
    return len(dossiers), sum(len(each.events) for each in dossiers)


# -- the ways --------------------------------------------------------------------------------------


def way_of(name: str, folder: Path) -> Callable[[], object]:
    """Return one of our ways, or a floor."""
    from evnpubsvc import serde

    if name in FLOORS:
        return floor_of(name, folder)
    if name.startswith("write"):
        dossiers = list(serde.read_dossiers(folder / "log.jsonl"))
        write = getattr(serde, name)
        return lambda: write(dossiers, Sink())
    with (folder / "log.csv").open(encoding="utf-8") as stream:
        names = next(csv.reader(stream))
    reads: dict[str, Callable[[], Iterable[object]]] = {
        "read_xes": lambda: serde.read_xes(folder / "log.xes"),
        "read_xes_log": lambda: serde.read_xes_log(
            folder / "log.xes",
            serde.LogColumns(
                case="case:concept:name", activity="concept:name", timestamp="time:timestamp",
                timezone="Europe/Amsterdam",
            ),
        ),
        "read_ocel": lambda: serde.read_ocel(folder / "log.json"),
        "read_event_log": lambda: serde.read_event_log(folder / "log.csv", columns(names)),
        "read_dossiers": lambda: serde.read_dossiers(folder / "log.jsonl"),
    }  # fmt: skip
    return lambda: sum(1 for _ in reads[name]())


def floor_of(name: str, folder: Path) -> Callable[[], object]:
    """Return the parser underneath, which makes no records."""
    from xml.parsers import expat

    def by_expat() -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda _, __: None
        parser.EndElementHandler = lambda _: None
        with (folder / "log.xes").open("rb") as stream:
            parser.ParseFile(stream)

    def by_csv() -> None:
        with (folder / "log.csv").open(encoding="utf-8", newline="") as stream:
            for _ in csv.reader(stream):
                pass

    def by_json() -> None:
        json.loads((folder / "log.json").read_bytes())

    return {"expat": by_expat, "json": by_json, "csv": by_csv}[name]


def serve(name: str, folder: Path) -> None:
    """Run one way as often as a line comes in, and say what it took."""
    run = way_of(name, folder)
    run()
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        spent = [time.process_time() - cpu, time.perf_counter() - wall]
        print("=" + json.dumps([*spent, peak_mib()]), flush=True)


@frozen
class Spent:
    """Seconds of each round, of the processor and by the clock, and the most memory in MiB."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    mib: float

    def ratio(self, other: Spent, what: str) -> tuple[float, bool]:
        """Return how many times as long as another, and whether the rounds agree."""
        pairs = zip(getattr(self, what), getattr(other, what), strict=True)
        ratios = sorted(one / two for one, two in pairs)
        middle, inner = median(ratios), ratios[1:-1] or ratios
        return middle, inner[-1] - inner[0] <= UNDECIDED * middle


def measure(programs: dict[str, list[str]], rounds: int) -> dict[str, Spent]:
    """Run every way once a round, in turning order, each in its process."""
    running = {
        name: subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )
        for name, command in programs.items()
    }  # fmt: skip
    found: dict[str, list[list[float]]] = {name: [] for name in programs}
    names = list(programs)
    try:
        for turn in range(rounds):
            shift = turn % len(names)
            for name in names[shift:] + names[:shift]:
                found[name].append(ask(running[name]))
    finally:
        for process in running.values():
            process.kill()
            process.communicate()
    return {
        name: Spent(
            tuple(each[0] for each in samples),
            tuple(each[1] for each in samples),
            max(each[2] for each in samples),
        )
        for name, samples in found.items()
    }


def ask(process: subprocess.Popen[str]) -> list[float]:
    """Let a process run once."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    for line in process.stdout:  # what others print is passed over
        if line.startswith("="):
            spent: list[float] = json.loads(line[1:])
            return spent
    raise RuntimeError(process.args)


# -- what is compared ------------------------------------------------------------------------------


def compare(found: dict[str, Spent]) -> list[Goal]:
    """Print each way beside its peer, and return the goals."""
    beside = (
        ("pm4py.read_xes", "read_xes", 3.0, None),
        ("pm4py.read_xes", "read_xes_log", 3.0, None),
        ("pm4py.read_ocel2_json", "read_ocel", 3.0, None),
        ("read_event_log", "pandas, groups", None, 1.2),
        ("read_event_log", "pandas, lists", None, 1.2),
        ("read_xes", "expat", None, None),
        ("read_ocel", "json", None, None),
        ("read_event_log", "csv", None, None),
    )
    goals: list[Goal] = []
    for one, two, at_least, at_most in beside:
        if one not in found or two not in found:
            continue
        for what in ("cpu", "wall"):
            ratio, agree = found[one].ratio(found[two], what)
            label = f"{one} / {two}, {what}{'' if agree else ', undecided'}"
            # The clock of a shared machine decides nothing.
            decides = agree and what == "cpu"
            goals.append(
                Goal(label, ratio, at_most if decides else None, at_least if decides else None)
            )
    return goals


def main(copies: int = COPIES, rounds: int = ROUNDS) -> bool:
    """Print the table; return whether no goal is missed by more than noise."""
    other = os.environ.get("EVNPUBSVC_PM4PY")
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cases, events = lay(folder, copies)
        programs = {
            name: [sys.executable, "-m", "bench.logs", "serve", name, place]
            for name in (*OURS, *FLOORS)
        }
        if other is not None:
            for name, program in PEERS.items():
                text = _LOOP.format(program=program)
                programs[name] = [other, "-W", "ignore", "-c", text, place]
        found = measure(programs, rounds)
    print(
        f"\n{cases:,} cases, {events:,} events, {rounds} rounds,"
        f" load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    )
    print(f"  {'':<26} {'processor s':>12} {'clock s':>10} {'us an event':>12} {'MiB':>8}")
    for name, spent in found.items():
        cpu, wall = median(spent.cpu), median(spent.wall)
        each = cpu / events * 1e6
        print(f"  {name:<26} {cpu:>12.3f} {wall:>10.3f} {each:>12.1f} {spent.mib:>8.0f}")
    goals = compare(found)
    for goal in goals:
        print(goal.line())
    if other is None:
        print(
            "  no environment with pm4py (EVNPUBSVC_PM4PY): without its lines, and those of pandas"
        )
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(not main(*map(int, sys.argv[1:])))
