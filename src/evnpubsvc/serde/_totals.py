"""Rows of totals among the units of a table: left out by name and sum, never by one alone.

A row that is called a total and holds the sums of the rows beside it is one: of those above it, or
of those below it, however many. A row that has only the name, or only the sums, is for the mapping
to decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from evnpubsvc._records import frozen
from evnpubsvc.emulation import UnitFigures
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Count
from evnpubsvc.serde._total_names import begins_as_total, is_called_total


@frozen(eq=False)
class CountedRow:
    """A row of a table, as far as totals are looked for.

    Attributes:
        line: its line.
        figures: the figures of the unit.
        counts: its counts; None where one is not known.
    """

    line: int
    figures: UnitFigures
    counts: tuple[int | None, ...]

    @classmethod
    def of(cls, line: int, figures: UnitFigures, keys: Sequence[str]) -> CountedRow:
        """Return a row with the counts under some keys."""
        given = dict(figures.figures)
        counts = (given.get(key) for key in keys)
        known = (count.value if isinstance(count, Count) else None for count in counts)
        return cls(line, figures, tuple(known))

    def refuse(self, reason: str) -> Finding:
        """Return a violation about the row."""
        return finding(reason, f"line {self.line}", self.figures.unit)

    def mention(self, reason: str) -> Finding:
        """Return a notice about the row."""
        return notice(reason, f"line {self.line}", self.figures.unit)


def leave_out_totals(
    rows: Sequence[CountedRow], genuine: Sequence[str]
) -> tuple[list[CountedRow], list[Finding]]:
    """Leave out the rows that are totals by name and sums; say so, and say what may be one.

    Args:
        rows: the rows of a table, in its order.
        genuine: identifiers of units that are no totals, whatever their names and figures.

    Returns:
        The other rows. Notices: `totals-left-out`; `row-may-be-total` for a name that only begins
        like that of a total. Violations: `row-called-total` for a row that is called a total and
        nothing else, `row-is-sum-of-others` for one that has the sums without the name.
    """
    asked = [row for row in rows if row.figures.unit not in genuine]
    named = [row for row in asked if any(map(begins_as_total, _names(row)))]
    totals = _named_sums(rows, named)
    totals += _named_sums([row for row in rows[::-1] if row not in totals], named)
    left = [row for row in rows if row not in totals]
    said = [row.mention("totals-left-out") for row in rows if row in totals]
    doubtful = [row for row in named if row not in totals]
    said += (row.refuse("row-called-total") for row in doubtful if _is_called_total(row))
    said += (row.mention("row-may-be-total") for row in doubtful if not _is_called_total(row))
    said += (
        row.refuse("row-is-sum-of-others")
        for row in _unnamed_sums(left)
        if row.figures.unit not in genuine and row not in named
    )
    return left, said


# ---- by name


def _is_called_total(row: CountedRow) -> bool:
    """Whether a name is that of a total and nothing else."""
    return any(map(is_called_total, _names(row)))


def _names(row: CountedRow) -> tuple[str, str]:
    return row.figures.unit, row.figures.name


# ---- by sums


def _named_sums(rows: Sequence[CountedRow], named: Sequence[CountedRow]) -> list[CountedRow]:
    """The rows called totals that are the sum of the units right before them, however many."""
    totals: list[CountedRow] = []
    units: list[CountedRow] = []
    for row in rows:
        size = _sum_size(row, units[::-1]) if row in named else 0
        # One unit alone, with the same figures: a total only where it is called nothing else.
        if size > 1 or (size and _is_called_total(row)):
            totals.append(row)
        else:
            units.append(row)
    return totals


def _unnamed_sums(rows: Sequence[CountedRow]) -> Sequence[CountedRow]:
    """The rows that hold the sums of others, where chance is unlikely."""
    # The first or the last row, of all the others.
    if len(rows) > 2:
        for row, others in ((rows[0], rows[1:]), (rows[-1], rows[:-1])):
            if _is_complete(others) and _sum_size(row, others) == len(others):
                return (row,)

    # Groups and their parts: every row is the sum of the rows beside it, or one of those.
    for ordered in (rows, rows[::-1]):
        heads = _heads(ordered)
        if len(heads) > 1:
            return heads
    return ()


def _heads(rows: Sequence[CountedRow]) -> list[CountedRow]:
    """The rows that are each the sum of two or more rows after them; none if any row is over."""
    heads: list[CountedRow] = []
    place = 0
    while place < len(rows):
        size = _sum_size(rows[place], rows[place + 1 :])
        if size < 2 or not _is_complete(rows[place : place + 1 + size]):
            return []
        heads.append(rows[place])
        place += size + 1
    return heads


def _sum_size(row: CountedRow, others: Sequence[CountedRow]) -> int:
    """Of how many of the first others a row is the sum; 0 for none.

    All of them are preferred, then the fewest: parts of zeros change no sum. What is not known of
    the others counts for nothing; a row of zeros, or one that is not known whole, is no sum.
    """
    whole, sizes = row.counts, list[int]()
    if not any(whole) or None in whole:
        return 0
    sums = [0] * len(whole)
    for size, other in enumerate(others, 1):
        sums = [have + (part or 0) for have, part in zip(sums, other.counts, strict=True)]
        if tuple(sums) == whole:
            sizes.append(size)
    if not sizes:
        return 0
    return sizes[-1] if sizes[-1] == len(others) else sizes[0]


def _is_complete(rows: Sequence[CountedRow]) -> bool:
    return not any(None in row.counts for row in rows)
