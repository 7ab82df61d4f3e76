"""Tables that can be published.

Small cells left out, and the total with them where it would give them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import pairs_of
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.outreach._checks import named, optional, whole
from evnpubsvc.quantities import Unknown


def _cells(
    given: Mapping[str, int | None] | Iterable[tuple[str, int | None]],
) -> tuple[tuple[str, int | None], ...]:
    return pairs_of(given)


def _counts_or_none(
    _: object, __: Attribute[Any], pairs: tuple[tuple[object, object], ...]
) -> None:
    for key, number in pairs:
        if not isinstance(key, str) or not (number is None or type(number) is int):
            raise MisuseError("pairs-needed", got=f"({key!r}, {number!r})")


@frozen
class ProtectedTable(PublicType, Keyed):
    """A row of counts ready to be published. Made by `publish_table`.

    Attributes:
        cells: by key, sorted: the count, or None for a suppressed cell.
        total: the sum of all cells, or None where it would give a suppressed cell away.
        threshold: the declared threshold.
    """

    cells: tuple[tuple[str, int | None], ...] = field(converter=_cells, validator=_counts_or_none)
    total: int | None = field(validator=optional(whole(0)))
    threshold: int = field(validator=whole(1))

    __iter__ = None

    def __getitem__(self, key: str) -> int | Unknown:
        """Return a cell; `Unknown("cell-suppressed")` for a suppressed one."""
        cells = dict(self.cells)
        if key not in cells:
            raise UnknownNameError("cell-unknown", key, known=tuple(cells))
        number = cells[key]
        if number is None:
            return Unknown("cell-suppressed", key)
        return number


def publish_table(
    cells: Mapping[str, int] | Iterable[tuple[str, int]], *, threshold: int
) -> ProtectedTable:
    """Return a row of counts with its small cells suppressed (*ẩn ô có số nhỏ*).

    A count above zero and below the threshold is left out. The total stays only where the total
    minus the rest leaves at least two possible values for every cell left out; else the total is
    left out too. Whoever knows the published table, the threshold and this rule still cannot
    conclude any cell that is left out. To keep the total, join small cells (neighbouring hamlets)
    before publishing.

    Zeros are published: nobody is in them. This protects one row. Overlapping tables of the same
    people (by month and by quarter, say) need a view over all of them that no single call has.

    Args:
        cells: counts by key.
        threshold: smallest count that may be published; the publisher sets it. 1 publishes
            all. 2 is
            refused: a cell left out would be a 1.

    Raises:
        MisuseError: `threshold-two`, `number-too-small`, `wrong-type`.

    >>> table = publish_table({"A": 3, "B": 12, "C": 40}, threshold=5)
    >>> print(table["A"], table["B"], table.total)
    unknown: A (cell-suppressed) 12 None
    >>> publish_table({"A": 3, "B": 2, "C": 40}, threshold=5).total
    45
    """
    whole(1)(None, named("threshold"), threshold)
    if threshold == 2:
        raise MisuseError("threshold-two")
    counts = dict(cells)
    for key, number in counts.items():
        whole(0)(None, named(key), number)
    hidden = [number for number in counts.values() if 0 < number < threshold]
    # All hidden counts lie in 1..threshold-1, which everybody knows: a sum strictly between the
    # extremes of two or more of them leaves each of them at least two values. A sum below the
    # threshold is itself a small count.
    size, together = len(hidden), sum(hidden)
    ambiguous = size >= 2 and size < together < size * (threshold - 1) and together >= threshold
    return ProtectedTable(
        tuple((key, None if 0 < number < threshold else number) for key, number in counts.items()),
        sum(counts.values()) if not hidden or ambiguous else None,
        threshold,
    )
