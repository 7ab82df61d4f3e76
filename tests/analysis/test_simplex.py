"""Linear programmes against all their vertices."""

import random
from fractions import Fraction
from itertools import combinations

from evnpubsvc.analysis._simplex import maximise
from tests.deep import cases


def _solve(rows: list[list[Fraction]], limits: list[Fraction]) -> list[Fraction] | None:
    """The one solution of as many equations as there are unknowns; None without one."""
    n = len(rows)
    table = [[*row, limit] for row, limit in zip(rows, limits, strict=True)]
    for i in range(n):
        pivot = next((r for r in range(i, n) if table[r][i]), None)
        if pivot is None:
            return None
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [number / table[i][i] for number in table[i]]
        for r in range(n):
            if r != i:
                factor = table[r][i]
                table[r] = [a - factor * b for a, b in zip(table[r], table[i], strict=True)]
    return [row[-1] for row in table]


def _best_vertex(
    objective: list[Fraction], rows: list[list[Fraction]], limits: list[Fraction]
) -> Fraction | None:
    size = len(objective)
    unit = [[Fraction(-(i == j)) for j in range(size)] for i in range(size)]
    all_rows, all_limits = rows + unit, limits + [Fraction(0)] * size
    best = None
    for chosen in combinations(range(len(all_rows)), size):
        found = _solve([all_rows[i] for i in chosen], [all_limits[i] for i in chosen])
        if found is None:
            continue
        if all(
            sum(a * x for a, x in zip(row, found, strict=True)) <= limit
            for row, limit in zip(all_rows, all_limits, strict=True)
        ):
            value = sum((c * x for c, x in zip(objective, found, strict=True)), Fraction(0))
            best = value if best is None else max(best, value)
    return best


def test_the_optimum_is_the_best_vertex() -> None:
    rng = random.Random(7)
    for _ in range(cases(150, 5_000)):
        size, extra = rng.randint(1, 3), rng.randint(0, 3)
        rows = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
        limits = [Fraction(rng.randint(0, 5)) for _ in range(size)]
        for _ in range(extra):
            rows.append([Fraction(rng.randint(-4, 4), rng.randint(1, 3)) for _ in range(size)])
            limits.append(Fraction(rng.randint(-6, 6), rng.randint(1, 3)))
        objective = [Fraction(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(size)]
        found = maximise(objective, rows, limits)
        best = _best_vertex(objective, rows, limits)
        assert (found is None) is (best is None)
        if found is None:
            continue
        assert found.value == best
        assert all(x >= 0 for x in found.solution)
        for row, limit in zip(rows, limits, strict=True):
            assert sum(a * x for a, x in zip(row, found.solution, strict=True)) <= limit
