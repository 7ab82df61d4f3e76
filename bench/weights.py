"""How much of an order its weights decide: thousands of units on arrays, and peers on few.

Run as `python -m bench.weights`. Seconds of processor time on one core for 3,321 units x 20
criteria; then, on 20 units x 8 criteria, the size that the peers can do, our exact answers beside
theirs. Each peer is in an environment of its own:
`python -m venv .envs/NAME && .envs/NAME/bin/pip install NAME`, with `scikit-criteria` and
`pysensmcda` for NAME.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np

from bench._timing import Goal
from bench.scoring import make_scheme
from evnpubsvc.analysis import stability
from evnpubsvc.emulation import FigureGrid, RoundingAt, Scheme, score_all
from evnpubsvc.frames import dominance_frame, sample_ranks_frame, weight_ranges_frame

UNITS, CRITERIA, SETS, ROUNDS = 3_321, 20, 10_000, 3
FEW_UNITS, FEW_CRITERIA = 20, 8
_ENVIRONMENTS = Path(__file__).parents[1] / ".envs"
_PATIENCE = 60  # seconds that a peer has

# Ranks under drawn weights; and for each unit the least and the most of each weight under which it
# is first, which is the nearest that a peer comes to an exact answer.
PEERS = {
    "scikit-criteria": """
import json, sys, time
import numpy as np, skcriteria
from skcriteria.agg.simple import WeightedSumModel
matrix, weights = (np.array(each) for each in json.load(sys.stdin))
start = time.process_time()
for row in weights[:300]:
    dm = skcriteria.mkdm(matrix, [max] * matrix.shape[1], weights=row)
    WeightedSumModel().evaluate(dm)
print(json.dumps({"set": (time.process_time() - start) / 300}))
""",
    "pysensmcda": """
import json, sys, time
import numpy as np
from pysensmcda.smaa import exact_weight_bounds
matrix, _ = (np.array(each) for each in json.load(sys.stdin))
start = time.process_time()
exact_weight_bounds(matrix, np.ones(matrix.shape[1]), scaling="none")
print(json.dumps({"bounds": time.process_time() - start}))
""",
}


def case(units: int, criteria: int) -> tuple[Scheme, FigureGrid]:
    """Return ratios of 100 points in all, and random figures for them."""
    scheme = make_scheme(RoundingAt.COMPONENT, criteria)
    chance = np.random.default_rng(2026)
    wholes = chance.integers(1, 5000, (criteria, units))
    good = (wholes * chance.beta(5, 2, wholes.shape)).astype(np.int64)
    columns = {f"d{i}": wholes[i].copy() for i in range(criteria)}
    columns |= {f"n{i}": good[i].copy() for i in range(criteria)}
    return scheme, FigureGrid(scheme=scheme, units=[f"U{i}" for i in range(units)], columns=columns)


def seconds(run: Callable[[], object]) -> float:
    """Return the median processor time of a few runs."""
    spent: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return median(spent)


def peer(name: str, matrix: list[list[float]], weights: list[list[float]]) -> dict[str, float]:
    """Return the seconds of a peer in its environment; nothing where it is not installed."""
    python = _ENVIRONMENTS / name / "bin" / "python"
    if not python.exists():
        print(f"  {name} is not installed in {python.parent.parent}")
        return {}
    try:
        ran = subprocess.run(
            [str(python), "-c", PEERS[name]],
            input=json.dumps([matrix, weights]),
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        print(f"  {name} did not end within {_PATIENCE} s")
        return {}
    if ran.returncode:
        print(f"  {name} failed: {ran.stderr.strip().splitlines()[-1:]}")
        return {}
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> bool:
    """Print the times; return whether the goals hold."""
    scheme, grid = case(UNITS, CRITERIA)
    box = {f"c{i}": (Fraction(5, 2), Fraction(15, 2)) for i in range(CRITERIA)}
    drawn = seconds(lambda: sample_ranks_frame(scheme, grid, box, sets=SETS, seed=1))
    goals = [
        Goal("intervals of all weights", seconds(lambda: weight_ranges_frame(scheme, grid)),
             at_most=0.1, unit="s"),
        Goal("dominance of all pairs", seconds(lambda: dominance_frame(scheme, grid, box)),
             at_most=5, unit="s"),
        Goal(f"{SETS:,} sets of weights, exact ties", drawn, at_most=2, unit="s"),
    ]  # fmt: skip
    print(f"\n{UNITS:,} units x {CRITERIA} criteria, seconds of processor time")

    # The size that the peers can do.
    few, figures = case(FEW_UNITS, FEW_CRITERIA)
    most = Fraction(100, FEW_CRITERIA)
    narrow = {f"c{i}": (most * 9 / 10, most * 11 / 10) for i in range(FEW_CRITERIA)}
    own = seconds(lambda: sample_ranks_frame(few, figures, narrow, sets=SETS, seed=1)) / SETS
    start = time.process_time()
    stability(score_all(few, figures).standings())
    ranges = time.process_time() - start
    matrix = [
        [int(figures.columns[f"n{i}"][u]) / int(figures.columns[f"d{i}"][u])
         for i in range(FEW_CRITERIA)]
        for u in range(FEW_UNITS)
    ]  # fmt: skip
    weights = np.random.default_rng(1).dirichlet(np.ones(FEW_CRITERIA), 2_000).tolist()
    for name in PEERS:
        found = peer(name, matrix, weights)
        if "set" in found:
            ratio = own / found["set"]
            goals.append(Goal(f"a set of weights, 20 x 8: ours / {name}", ratio, at_most=1))
        if "bounds" in found:
            print(f"  all intervals and orders left out, 20 x 8, the plain way: {ranges:.2f} s")
            print(f"  weights under which a unit is first, by {name}: {found['bounds']:.2f} s")
    for goal in goals:
        print(goal.line())
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
