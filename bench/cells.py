"""Tallies of a million cells: time and bytes a cell, and how both grow.

`python -m bench.cells [LARGEST]`, to a million cells unless said. A cell is a unit and a month of
receipt with one number. Processor time; the exponent is the slope of the logarithms between the
last two sizes: one is linear, sorting adds a little, and so do caches that no longer hold the data.
Bytes are those that `tracemalloc` sees, and what Polars says of its columns.
"""

from __future__ import annotations

import gc
import math
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from bench._timing import Goal
from evnpubsvc.dossiers import Precision
from evnpubsvc.frames import TallyFrame
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.statistics import Tally

SMALLEST, LARGEST = 10_000, 1_000_000
MOST = 1.35  # of an exponent, as in `bench.growth`
_MONTHS = [f"{year}-{month:02}" for year in range(2018, 2026) for month in range(1, 13)]


def make_frame(cells: int, first: int = 0) -> TallyFrame:
    """Return a tally of so many cells; its units begin with a number."""
    head = Tally.empty(["unit", "received_month"], as_of=date(2025, 12, 31), compare=Precision.DATE)
    months = len(_MONTHS)
    places = np.arange(cells)
    units = [f"U{first + number:07}" for number in range(-(-cells // months))]
    parts = [
        (places // months + 1).astype(np.int32),
        (places % months + 1).astype(np.int32),
        np.zeros(cells, np.int32),
        (places % 3).astype(np.int32),
    ]
    return TallyFrame.of(head, (parts, places % 7 + 1), [units, _MONTHS])


def _cases(cells: int) -> dict[str, tuple[Callable[[Any], Any], Any]]:
    """Return what is measured, by name, with what it is given."""
    frame, other = make_frame(cells), make_frame(cells, 100)
    objects, others = frame.to_tally(), other.to_tally()
    assert len(objects.cells) == len(frame) == cells
    assert len(others.cells) == cells
    written = to_json(objects)
    return {
        "TallyFrame: made": (make_frame, cells),
        "TallyFrame: merged with another": (frame.merge, other),
        "TallyFrame: to objects": (lambda each: len(each.to_tally().cells), frame),
        "Tally: merged with another": (lambda each: len(objects.merge(each).cells), others),
        "Tally: to a frame": (TallyFrame.from_tally, objects),
        "Tally: to JSON": (to_json, objects),
        "Tally: from JSON": (lambda text: from_json(text, Tally), written),
    }


def _seconds(run: Callable[[Any], Any], given: Any) -> float:
    """Return the least processor time of up to three runs."""
    best, spent = math.inf, 0.0
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        run(given)
        taken = time.process_time() - start
        best, spent = min(best, taken), spent + taken
        if spent > 3:
            break
    return best


def _held(make: Callable[[], Any]) -> int:
    """Return the bytes that a result keeps."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = make()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del kept
    return held


def main(largest: int = LARGEST) -> bool:
    """Print time and bytes a cell; return whether nothing grows faster than the goal."""
    sizes = [SMALLEST]
    while sizes[-1] * 10 <= largest:
        sizes.append(sizes[-1] * 10)
    times: dict[str, list[float]] = {}
    for cells in sizes:
        for name, (run, given) in _cases(cells).items():
            times.setdefault(name, []).append(_seconds(run, given))

    goals: list[Goal] = []
    print(f"{'':36} {'cells':>10} {'seconds':>9} {'µs a cell':>10} {'exponent':>9}")
    for name, taken in times.items():
        exponent = math.log10(taken[-1] / taken[-2]) if len(taken) > 1 else 1.0
        each = taken[-1] / sizes[-1] * 1e6
        print(f"{name:36} {sizes[-1]:>10,} {taken[-1]:>9.3f} {each:>10.3f} {exponent:>9.2f}")
        goals.append(Goal(name, exponent, at_most=MOST, unit=""))

    # What they take: in memory and as JSON.
    frame = make_frame(sizes[-1])

    def hold() -> Any:
        counted = frame.to_tally()
        return counted, len(counted.cells)

    said = {
        "TallyFrame, in memory": frame.cells.estimated_size(),
        "Tally with its cells, in memory": _held(hold),
        "as JSON": len(to_json(frame)),
    }
    for name, size in said.items():
        print(f"{name:36} {size / sizes[-1]:>10.1f} bytes a cell")
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGEST) else 1)
