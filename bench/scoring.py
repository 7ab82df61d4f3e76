"""Scoring 11,000 units on 20 criteria, exactly, against float loops written by hand.

Run with `python -m bench.scoring`. Cases take turns in rotating order, one sample each a round;
process CPU time; the ratio is the median of the ratios of the rounds. Fails at 1.25 times a goal,
the allowance for a noisy machine.
"""

from __future__ import annotations

import gc
import importlib
import pickle
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evnpubsvc.emulation import (
    FigureGrid,
    FigureSpec,
    Group,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    ScoreTable,
    Standings,
    Term,
    UnitFigures,
    explain,
    rank,
    score,
    score_all,
)
from evnpubsvc.quantities import CountUnit, ZeroPolicy
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.texts import Text

UNITS, CRITERIA, CLUSTERS, ROUNDS = 11_000, 20, 6, 15
SHEETS = 10_000
_chance = random.Random(2022)
_TITLE = Text(vi="x", en="x")


def make_scheme(at: RoundingAt, number: int, within: str | None = None) -> Scheme:
    """Return so many ratios, 100 points in all, targets from 0.5 to 1."""
    criteria = tuple(
        RatioCriterion(
            key=f"c{i}",
            title=_TITLE,
            maximum=Fraction(100, number),
            numerator=Term((f"n{i}",)),
            denominator=Term((f"d{i}",)),
            zero=ZeroPolicy.ZERO,
            target=Fraction(50 + 5 * (i % 11), 100),
        )
        for i in range(number)
    )
    figures = tuple(
        FigureSpec(key=f"{side}{i}", title=_TITLE, unit=CountUnit.DOSSIERS)
        for i in range(number)
        for side in "nd"
    )
    group = Group(key="all", title=_TITLE, maximum=Fraction(100), criteria=criteria)
    return Scheme(
        key="bench",
        title=_TITLE,
        maximum=Fraction(100),
        rounding=Rounding(2, at),
        groups=(group,),
        figures=figures,
        within=within,
    )


def figures() -> tuple[list[list[int]], list[list[int]], list[str]]:
    """Return numerators and denominators, a row a unit, and the cluster of each.

    2 % of denominators are zero.
    """
    d = [
        [0 if _chance.random() < 0.02 else _chance.randrange(1, 5000) for _ in range(CRITERIA)]
        for _ in range(UNITS)
    ]
    n = [[int(x * _chance.betavariate(5, 2)) for x in row] for row in d]
    return n, d, [str(_chance.randrange(CLUSTERS)) for _ in range(UNITS)]


def float_lists(
    n: list[list[int]], d: list[list[int]], clusters: list[str], targets: list[float], *, each: bool
) -> tuple[list[float], list[int]]:
    """Score as a careful hand-written loop does, in floats: the measure, not a model."""
    totals = []
    for ns, ds in zip(n, d, strict=True):
        total = 0.0
        for x, y, t in zip(ns, ds, targets, strict=True):
            if y:
                v = x / y
                p = 5.0 * (v / t if v < t else 1.0)
                total += round(p, 2) if each else p
        totals.append(round(min(100.0, total), 2))
    return totals, _ranks(totals, clusters)


def _ranks(totals: list[float], clusters: list[str]) -> list[int]:
    members: dict[str, list[int]] = {}
    for i, cluster in enumerate(clusters):
        members.setdefault(cluster, []).append(i)
    ranks = [0] * len(totals)
    for order in members.values():
        order.sort(key=lambda i: -totals[i])
        last, place = None, 0
        for k, i in enumerate(order, 1):
            if totals[i] != last:
                last, place = totals[i], k
            ranks[i] = place
    return ranks


@dataclass
class _FloatCriterion:
    weight: float
    target: float

    def points(self, n: int, d: int) -> float:
        if not d:
            return 0.0
        return round(self.weight * min(1.0, n / d / self.target), 2)


def float_objects(
    n: list[list[int]], d: list[list[int]], clusters: list[str], criteria: list[_FloatCriterion]
) -> tuple[list[float], list[int]]:
    """Score with an object for each criterion, in floats."""
    totals = [
        round(min(100.0, sum(c.points(x, y) for c, x, y in zip(criteria, ns, ds, strict=True))), 2)
        for ns, ds in zip(n, d, strict=True)
    ]
    return totals, _ranks(totals, clusters)


def _numpy_cases(table: ScoreTable, one: Scheme, grid: FigureGrid) -> dict[str, Callable[[], Any]]:
    """Return the packed-integer limit and our columns as arrays, where numpy is there."""
    try:
        np: Any = importlib.import_module("numpy")
        score_frame = importlib.import_module("evnpubsvc.frames").score_frame
    except ImportError:
        return {}
    num = np.array([grid.columns[f"n{i}"] for i in range(CRITERIA)]).T.copy()
    den = np.array([grid.columns[f"d{i}"] for i in range(CRITERIA)]).T.copy()
    targets = np.array([float(c.target) for c in one.criteria if isinstance(c, RatioCriterion)])
    clusters = np.array([int(c) for c in grid.attributes["cluster"]])

    def limit() -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            v = num / den
        s = np.where(den > 0, np.minimum(1.0, v / targets), 0.0)
        total = np.rint(np.round(s * 5.0, 2).sum(1) * 100).astype(np.int32)
        n = len(total)
        key = (
            (clusters.astype(np.int32) << 28)
            | ((10_050 - total) << 14)
            | np.arange(n, dtype=np.int32)
        )
        key.sort()
        index, scores = key & 0x3FFF, key >> 14
        first = np.flatnonzero(np.diff(scores, prepend=-1))
        start = np.repeat(first, np.diff(first, append=n))
        begin = np.searchsorted(key >> 28, np.arange(CLUSTERS))
        ranks = np.empty(n, np.int32)
        ranks[index] = start - begin[key >> 28] + 1
        return total, ranks

    arrays = FigureGrid(
        scheme=one,
        units=grid.units,
        columns={key: np.array(column) for key, column in grid.columns.items()},
        attributes=grid.attributes,
    )
    again = score_frame(one, arrays)
    if again.ranks != table.ranks or again.totals != table.totals:
        raise AssertionError("arrays and lists differ")
    return {
        "numpy, packed integers (limit)": limit,
        "score_frame": lambda: score_frame(one, arrays),
    }


def measure(cases: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Return CPU seconds of each case, one sample a round, in rotating order."""
    samples: dict[str, list[float]] = {name: [] for name in cases}
    names = list(cases)
    gc.collect()
    gc.disable()
    try:
        for turn in range(ROUNDS):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                start = time.process_time_ns()
                cases[name]()
                samples[name].append((time.process_time_ns() - start) / 1e9)
    finally:
        gc.enable()
    return samples


def say_standings(sheets: list[ScoreSheet], first: UnitFigures) -> None:
    """Print what standings of many units take, and the explanation of one of them."""
    gc.collect()
    tracemalloc.start()
    standings = rank(sheets)
    more = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    units = len(sheets)
    written = to_json(standings)
    again = from_json(written, Standings)
    whole = {
        "pickled": len(pickle.dumps(standings)),
        "as JSON": len(written),
        "of ranks, besides the sheets": more,
    }
    for name, size in whole.items():
        print(f"standings of {units} units, {name}: {size / units:.0f} bytes a unit")
    schemes = len({id(place.sheet.scheme) for place in again})
    print(f"schemes in memory after reading the JSON: {schemes}")
    taken = {
        "rank, a unit": _microseconds(lambda: rank(sheets), units),
        "score, one unit": _microseconds(lambda: score(sheets[0].scheme, first), 1),
        "explain, one unit (goal 100)": _microseconds(lambda: explain(sheets[0]), 1),
        "explain and its whole text": _microseconds(lambda: str(explain(sheets[0])), 1),
    }
    for name, each in taken.items():
        print(f"{name}: {each:.0f} µs")


def _microseconds(run: Callable[[], object], units: int) -> float:
    """Return the least time of nine runs, for each of so many units."""
    samples: list[float] = []
    for _ in range(9):
        start = time.process_time_ns()
        run()
        samples.append((time.process_time_ns() - start) / 1000 / units)
    return min(samples)


def main() -> bool:
    """Print the table; return whether each goal holds within a quarter."""
    n, d, clusters = figures()
    units = [f"U{i:05}" for i in range(UNITS)]
    columns = {
        f"{side}{i}": [row[i] for row in rows]
        for i in range(CRITERIA)
        for side, rows in (("n", n), ("d", d))
    }
    grids = {
        at: FigureGrid(
            scheme=make_scheme(at, CRITERIA, within="cluster"),
            units=units,
            columns=columns,
            attributes={"cluster": clusters},
        )
        for at in (RoundingAt.COMPONENT, RoundingAt.TOTAL)
    }
    each, whole = grids[RoundingAt.COMPONENT], grids[RoundingAt.TOTAL]
    table = score_all(each.scheme, each)
    for grid in grids.values():  # the fast way is the plain way
        fast = score_all(grid.scheme, grid)
        for i in range(0, UNITS, 37):
            if score(grid.scheme, grid.figures(i)).total != fast.total(units[i]):
                raise AssertionError(units[i])
    targets = [float(c.target) for c in each.scheme.criteria if isinstance(c, RatioCriterion)]
    criteria = [_FloatCriterion(5.0, t) for t in targets]
    changed = UnitFigures.for_scheme(
        each.scheme,
        "U00007",
        {key: column[7] for key, column in columns.items()},
        attributes={"cluster": clusters[7]},
    )
    cases: dict[str, Callable[[], Any]] = {
        "float loop, each rounded": lambda: float_lists(n, d, clusters, targets, each=True),
        "float loop, total rounded": lambda: float_lists(n, d, clusters, targets, each=False),
        "float objects": lambda: float_objects(n, d, clusters, criteria),
        "score_all, each rounded": lambda: score_all(each.scheme, each),
        "score_all, total rounded": lambda: score_all(whole.scheme, whole),
        "one unit changed": lambda: table.with_figures(changed),
    }
    cases |= _numpy_cases(table, each.scheme, each)
    samples = measure(cases)
    goals = [
        ("score_all, each rounded", "float loop, each rounded", 2.0),
        ("score_all, each rounded", "float objects", 0.5),
        ("score_all, total rounded", "float loop, total rounded", 5.0),
        ("score_frame", "numpy, packed integers (limit)", 2.0),
    ]
    for name, taken in samples.items():
        print(f"{name:32}{statistics.median(taken) * 1000:10.1f} ms")
    say_standings([score(each.scheme, each.figures(i)) for i in range(SHEETS)], each.figures(0))
    missed = False
    for ours, theirs, goal in goals:
        if ours in samples:
            ratio = statistics.median(
                a / b for a, b in zip(samples[ours], samples[theirs], strict=True)
            )
            missed |= ratio > goal * 1.25
            print(f"{ours} / {theirs}: {ratio:.2f} (goal <= {goal:g})")
    return not missed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
