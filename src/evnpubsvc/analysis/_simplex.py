"""Linear programmes solved exactly, in integers: small ones, for bounds that are proofs.

The tableau is kept in whole numbers over one common denominator, which each pivot divides out
(Edmonds 1967, Bareiss 1968), so nothing is ever rounded. Bland's rule keeps it from going round in
circles.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from evnpubsvc._records import frozen


@frozen
class Optimum:
    """The best solution of a linear programme.

    Attributes:
        value: the largest value of the objective.
        solution: values of the variables that reach it.
    """

    value: Fraction
    solution: tuple[Fraction, ...]


def maximise(
    objective: Sequence[Fraction],
    rows: Sequence[Sequence[Fraction]],
    limits: Sequence[Fraction],
) -> Optimum | None:
    """Return the best solution with `rows x variables <= limits`, all variables zero or more.

    The set of solutions must be bounded.

    Args:
        objective: a coefficient for each variable.
        rows: for each constraint a coefficient for each variable.
        limits: the right sides.

    Returns:
        The optimum; None where no solution meets all constraints.
    """
    tableau = _Tableau(rows, limits)
    if not tableau.make_feasible():
        return None
    return tableau.optimise(objective)


class _Tableau:
    """Basic variables by row; columns are the others, the last one the right side.

    Variables are numbered: first those of the programme, then one slack for each constraint.
    """

    def __init__(self, rows: Sequence[Sequence[Fraction]], limits: Sequence[Fraction]) -> None:
        self._size = len(rows[0])
        self._slacks: list[int] = []
        self._table: list[list[int]] = []
        for row, limit in zip(rows, limits, strict=True):
            scale = lcm(*(number.denominator for number in (*row, limit)))
            self._slacks.append(scale)
            self._table.append([int(number * scale) for number in (*row, limit)])
        self._outside = list(range(self._size))
        self._basic = list(range(self._size, self._size + len(rows)))
        self._denominator = 1

    def _pivot(self, row: int, column: int) -> None:
        """Exchange a basic variable with one outside the basis."""
        table, own = self._table, self._table[row]
        pivot, before = own[column], self._denominator
        if pivot < 0:
            # The denominator stays above zero: the row and its meaning are turned around.
            own[:] = [-number for number in own]
            pivot = -pivot
            sign = -1
        else:
            sign = 1
        for place, other in enumerate(table):
            if place == row:
                continue
            factor = other[column]
            other[:] = [
                (number * pivot - factor * mine) // before
                for number, mine in zip(other, own, strict=True)
            ]
            other[column] = -factor * sign
        own[column] = before * sign
        self._denominator = pivot
        self._basic[row], self._outside[column] = self._outside[column], self._basic[row]

    def make_feasible(self) -> bool:
        """Move to a basis without negative values; False where there is none."""
        while True:
            wrong = [row for row, numbers in enumerate(self._table) if numbers[-1] < 0]
            if not wrong:
                return True

            # The infeasible variable of the lowest number grows as far as no other falls below
            # zero: a phase of its own, by Bland's rule.
            row = min(wrong, key=self._basic.__getitem__)
            numbers = self._table[row]
            columns = [place for place in range(len(self._outside)) if numbers[place] < 0]
            if not columns:
                return False
            column = min(columns, key=self._outside.__getitem__)
            self._pivot(self._leaving(column, row), column)

    def _leaving(self, column: int, wanted: int | None) -> int:
        """Return the row that limits the growth of a column first; `wanted` if none does."""
        best, found = None, wanted
        for row, numbers in enumerate(self._table):
            if numbers[column] <= 0 or numbers[-1] < 0:
                continue
            ratio = Fraction(numbers[-1], numbers[column])
            key = (ratio, self._basic[row])
            if best is None or key < best:
                best, found = key, row
        if wanted is not None:
            ratio = Fraction(self._table[wanted][-1], self._table[wanted][column])
            if best is None or ratio <= best[0]:
                return wanted
        assert found is not None  # the set of solutions is bounded
        return found

    def optimise(self, objective: Sequence[Fraction]) -> Optimum:
        """Return the best solution, from a basis without negative values."""
        scale = lcm(*(number.denominator for number in objective))
        costs = [int(number * scale) for number in objective]

        # The objective in terms of what is outside the basis, as one more row.
        size, width = self._size, len(self._outside) + 1
        last = [0] * width
        for column, variable in enumerate(self._outside):
            if variable < size:
                last[column] = -costs[variable] * self._denominator
        for row, variable in enumerate(self._basic):
            if variable < size and costs[variable]:
                for column, number in enumerate(self._table[row]):
                    last[column] += costs[variable] * number
        self._table.append(last)
        self._basic.append(size + len(self._basic) + 1)
        while True:
            last = self._table[-1]
            columns = [place for place in range(width - 1) if last[place] < 0]
            if not columns:
                break
            column = min(columns, key=self._outside.__getitem__)
            self._table.pop()
            row = self._leaving(column, None)
            self._table.append(last)
            self._pivot(row, column)

        value = Fraction(self._table[-1][-1], self._denominator * scale)
        solution = [Fraction(0)] * size
        for row, variable in enumerate(self._basic[:-1]):
            if variable < size:
                solution[variable] = Fraction(self._table[row][-1], self._denominator)
        return Optimum(value, tuple(solution))
