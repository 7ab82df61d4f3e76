"""Due dates by policy, with and without trace: microseconds a call.

python -m bench.policies [--rounds N] [--against NAME=SRC ...] [--docs]

* `--against`: measures other source trees in the same rounds, each under a name.
* `--docs`: also writes the table of `docs/explanation/how-fast-it-counts.md`, and that of
  `due_many` below it.

Every tree once a round, one after the other, each in a process of its own; processor time, the
median of the rounds and their range. Limits are three working days, or what the row says. Receipts
are 64 days of a fixed walk through 2022-2025 at ten o'clock; a stop begins two hours after the
receipt and ends a day after it, a second one runs from there to the day after in the same way.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench._pages import SPEED, fill
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DayCount,
    HoursReading,
    Stop,
    StopKind,
    TimeLimit,
    due,
)
from evnpubsvc.worktime import WeeklyHours, vietnam_calendar

ROUNDS = 9
COMMAND = "python -m bench.policies --docs"
ROOT = Path(__file__).parents[1]
_SECONDS = 0.01  # of processor time a sample
_FIRST = datetime(2022, 1, 3, 10)
_AT = [_FIRST + timedelta(days=(i * 619) % 1300) for i in range(64)]
_ONE: list[tuple[Stop, ...]] = [
    (Stop(StopKind.OPINION, at + timedelta(hours=2), at + timedelta(days=1)),) for at in _AT
]
_TWO: list[tuple[Stop, ...]] = [
    (
        *stops,
        Stop(StopKind.OPINION, at + timedelta(days=1, hours=2), at + timedelta(days=2)),
    )
    for at, stops in zip(_AT, _ONE, strict=True)
]


def _asked() -> Iterator[tuple[str, Callable[[bool], None]]]:
    """Give each row of the table: its name, and what asks for 64 due dates."""
    calendar = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
    plain = CountingRules(calendar)

    def row(
        name: str,
        text: str,
        rules: CountingRules,
        stops: list[tuple[Stop, ...]] | None = None,
        received: Iterable[date] = _AT,
    ) -> tuple[str, Callable[[bool], None]]:
        limit = TimeLimit.parse(text)
        asked = list(zip(received, stops or [()] * len(_AT), strict=True))

        def run(trace: bool) -> None:
            for at, ledger in asked:
                found = due(at, limit, counting=rules, stops=ledger, trace=trace)
                if trace:
                    found.trace  # noqa: B018 - looking at it built it once

        return name, run

    three = "3 ngày làm việc"
    days = [at.date() for at in _AT]
    yield row("working days, from a day", three, plain, received=days)
    yield row("working days, from an instant", three, plain)
    yield row("calendar days", "10 ngày", plain)
    yield row("months", "3 tháng", plain)
    for cutoff in (CutOff.SHIFT15, CutOff.LASTHOUR, CutOff.OFFICEHOURS):
        yield row(f"cut-off `{cutoff.value}`", three, CountingRules(calendar, cutoff=cutoff))
    for clock in ClockPolicy:
        rules = CountingRules(calendar, clock=clock)
        yield row(f"one stop, `{clock.value}`", three, rules, _ONE)
    for clock in (ClockPolicy.EXCLUDE, ClockPolicy.RESTART):
        rules = CountingRules(calendar, clock=clock)
        yield row(f"two stops, `{clock.value}`", three, rules, _TWO)
    both = CountingRules(calendar, cutoff=CutOff.SHIFT15, clock=ClockPolicy.EXCLUDE)
    yield row("cut-off and one stop", three, both, _ONE)
    eight = DayCount.EIGHT_HOURS
    yield row("days of eight hours", three, CountingRules(calendar, days=eight))
    over = CountingRules(calendar, days=eight, clock=ClockPolicy.EXCLUDE)
    yield row("days of eight hours, one stop", three, over, _ONE)
    for reading in HoursReading:
        rules = CountingRules(calendar, hours=reading)
        yield row(f"24 hours, read as `{reading.value}`", "24 giờ", rules)


def sample() -> dict[str, float]:
    """Return microseconds a call by row, for both ways."""
    found: dict[str, float] = {}
    for name, run in _asked():
        for trace in (False, True):
            run(trace)
            taken, times = 0.0, 0
            gc.disable()
            start = time.process_time()
            while taken < _SECONDS:
                run(trace)
                times += 1
                taken = time.process_time() - start
            gc.enable()
            found[f"{name}|{trace:d}"] = taken / (times * len(_AT)) * 1e6
    return found


def _sample_of(source: Path) -> dict[str, float]:
    """Return what a source tree takes, measured in a process of its own."""
    code = f"import sys; sys.path[:0] = {[str(source), str(ROOT)]}; import json; "
    code += "from bench.policies import sample; print(json.dumps(sample()))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(trees: Mapping[str, Path], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return by tree and row the samples of the rounds."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in trees}
    for _ in range(rounds):
        for name, source in trees.items():
            for row, taken in _sample_of(source).items():
                found[name].setdefault(row, []).append(taken)
    return found


def table(found: Mapping[str, Mapping[str, list[float]]]) -> Iterator[str]:
    """Give the lines of the table: a row a policy, two columns a tree."""
    ways = {"0": "no trace", "1": "trace"}
    heads = [f"{tree}, {way}" for way in ways.values() for tree in found]
    yield f"| µs a due date | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for name in dict.fromkeys(row.partition("|")[0] for row in next(iter(found.values()))):
        cells = [_shown(found[tree][f"{name}|{way}"]) for way in ways for tree in found]
        yield f"| {name} | {' | '.join(cells)} |"


def _shown(taken: list[float]) -> str:
    return f"{median(taken):.1f} ({min(taken):.1f}-{max(taken):.1f})"


def main(
    rounds: int = ROUNDS, against: Iterable[tuple[str, Path]] = (), *, docs: bool = False
) -> bool:
    """Print the table, and write it to the documentation if asked."""
    found = measure({**dict(against), "now": ROOT / "src"}, rounds)
    load = os.getloadavg()[0]
    said = [
        f"{rounds} rounds, processor time; load of the machine {load:.1f}.",
        "",
        *table(found),
    ]
    print("\n".join(said))
    if docs:
        from bench.due import columns  # which no child needs

        many, _ = columns(rounds)
        print("\n".join(many))
        fill(SPEED, COMMAND, [*said, "", *many])
    return True


def _tree(text: str) -> tuple[str, Path]:
    name, _, source = text.partition("=")
    return name, Path(source).resolve()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--against", type=_tree, action="append", default=[])
    parser.add_argument("--docs", action="store_true")
    given: Any = parser.parse_args()
    sys.exit(0 if main(given.rounds, given.against, docs=given.docs) else 1)
