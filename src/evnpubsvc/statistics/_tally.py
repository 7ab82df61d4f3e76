"""Tallies: integers by chosen dimensions, that merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Final, Self, TypeAlias

from attrs import field, frozen

from evnpubsvc._validate import instance_of, pairs_of, tuple_of
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.quantities import Count, CountUnit, Ratio
from evnpubsvc.statistics._timeliness import Compare, RegisterRow, Timeliness, classify

__all__ = ["Key", "Tally", "TallyCell", "tally"]

Key: TypeAlias = tuple[str | None, ...]

_CLASSES: Final = tuple(Timeliness)
_INDEX: Final = {timeliness: index for index, timeliness in enumerate(_CLASSES)}
_DERIVED: Final[Mapping[str, Callable[[RegisterRow], str]]] = {
    "received_year": lambda row: f"{row.received.year:04}",
    "received_month": lambda row: f"{row.received.year:04}-{row.received.month:02}",
}


@frozen
class TallyCell:
    """The dossiers of one cell, by timeliness.

    Attributes:
        key: the values of the tally's dimensions, in their order; None where the register does not say.
        counts: dossiers of each `Timeliness`, in the order of that enum; zero or more.
    """

    key: Key
    counts: tuple[int, ...] = field(validator=tuple_of(int))

    def __attrs_post_init__(self) -> None:
        if len(self.counts) != len(_CLASSES) or min(self.counts) < 0:
            raise MisuseError("tally-cell-malformed", self.counts, classes=len(_CLASSES))

    def __getitem__(self, timeliness: Timeliness) -> Count:
        """Return the dossiers of one class."""
        return Count(self.counts[_INDEX[timeliness]], CountUnit.DOSSIERS)

    @property
    def received(self) -> Count:
        """All dossiers of the cell: those received up to the day of judgement."""
        return Count(sum(self.counts), CountUnit.DOSSIERS)

    @property
    def finished_with_due_date(self) -> Count:
        """Dossiers that are finished and had a due date: early, on time or late."""
        return self[Timeliness.EARLY] + self[Timeliness.ON_TIME] + self[Timeliness.LATE]

    @property
    def on_time(self) -> Count:
        """Dossiers finished early or on time."""
        return self[Timeliness.EARLY] + self[Timeliness.ON_TIME]

    @property
    def on_time_of_finished(self) -> Ratio:
        """On time out of finished with a due date. Another rate than `on_time_of_received`."""
        return Ratio(self.on_time, self.finished_with_due_date)

    @property
    def on_time_of_received(self) -> Ratio:
        """On time out of received, as index 766 item 2.1 counts."""
        return Ratio(self.on_time, self.received)


def _reasons(given: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, number) for reason, number in pairs_of(given) if number)


@frozen(kw_only=True)
class Tally:
    """Dossiers counted by dimensions and timeliness, at the end of a day.

    Tallies of one question (`dimensions`, `as_of`, `compare`) form a commutative monoid: `merge` is associative and
    commutative, `Tally.empty(...)` is neutral, and the tally of two registers is the merge of their tallies. A
    dossier must stand in one of the parts only.

    Attributes:
        dimensions: what is counted by, in order; none counts everything in one cell.
        as_of: day of judgement, inclusive.
        compare: dates or instants.
        cells: sorted by key; cells of zeros only do not occur.
        later: dossiers received after `as_of`, which no cell counts.
        rejected: rows that could not be read or judged, by reason code.
        noticed: rows that were counted but look odd, by reason code.
    """

    dimensions: tuple[str, ...] = field(validator=tuple_of(str))
    as_of: date = field(validator=instance_of(date))
    compare: Compare = field(validator=instance_of(Compare))
    cells: tuple[TallyCell, ...] = field(default=(), validator=tuple_of(TallyCell))
    later: int = field(default=0, validator=instance_of(int))
    rejected: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)
    noticed: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)

    def __attrs_post_init__(self) -> None:
        keys = [cell.key for cell in self.cells]
        if any(len(key) != len(self.dimensions) for key in keys):
            raise MisuseError("tally-key-length", keys, dimensions=", ".join(self.dimensions))
        if sorted(set(keys), key=_sort_key) != keys:
            raise MisuseError("tally-keys-unsorted", keys)

    @classmethod
    def empty(cls, dimensions: Sequence[str], *, as_of: date, compare: Compare) -> Self:
        """Return the neutral tally of a question."""
        return cls(dimensions=tuple(dimensions), as_of=as_of, compare=compare)

    @classmethod
    def _of(
        cls,
        question: tuple[tuple[str, ...], date, Compare],
        counts: Mapping[Key, Sequence[int]],
        later: int,
        rejected: Mapping[str, int],
        noticed: Mapping[str, int],
    ) -> Self:
        dimensions, as_of, compare = question
        cells = (TallyCell(key, tuple(counts[key])) for key in sorted(counts, key=_sort_key) if any(counts[key]))
        return cls(
            dimensions=dimensions,
            as_of=as_of,
            compare=compare,
            cells=tuple(cells),
            later=later,
            rejected=_reasons(rejected),
            noticed=_reasons(noticed),
        )

    @cached_property
    def _by_key(self) -> Mapping[Key, TallyCell]:
        return {cell.key: cell for cell in self.cells}

    def __getitem__(self, key: Key | str | None) -> TallyCell:
        """Return the cell of a key; a plain text stands for a key of one dimension. Absent cells are zeros."""
        wanted = key if isinstance(key, tuple) else (key,)
        return self._by_key.get(wanted) or TallyCell(wanted, (0,) * len(_CLASSES))

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self.cells)

    @property
    def total(self) -> TallyCell:
        """All cells in one, with an empty key."""
        return (
            TallyCell((), tuple(sum(column) for column in zip(*(c.counts for c in self.cells), strict=True)))
            if (self.cells)
            else TallyCell((), (0,) * len(_CLASSES))
        )

    def merge(self, *others: Tally) -> Tally:
        """Return the tally of all parts together.

        Raises:
            MisuseError: `tallies-differ` when the parts answer different questions.
        """
        question = (self.dimensions, self.as_of, self.compare)
        counts = {cell.key: list(cell.counts) for cell in self.cells}
        later, rejected, noticed = self.later, dict(self.rejected), dict(self.noticed)
        for other in others:
            if (other.dimensions, other.as_of, other.compare) != question:
                raise MisuseError(
                    "tallies-differ", ", ".join(other.dimensions), as_of=other.as_of, compare=other.compare.value
                )
            for cell in other.cells:
                mine = counts.setdefault(cell.key, [0] * len(_CLASSES))
                for index, number in enumerate(cell.counts):
                    mine[index] += number
            later += other.later
            for reason, number in other.rejected:
                rejected[reason] = rejected.get(reason, 0) + number
            for reason, number in other.noticed:
                noticed[reason] = noticed.get(reason, 0) + number
        return Tally._of(question, counts, later, rejected, noticed)


def _sort_key(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, value or "") for value in key)


def tally(
    rows: Iterable[RegisterRow | Finding],
    *,
    by: Sequence[str],
    as_of: date,
    compare: Compare,
    on_finding: Callable[[Finding], None] | None = None,
) -> Tally:
    """Count the dossiers of a register.

    Args:
        rows: rows, read once; findings among them (from `serde.read_register`) are counted by reason: a violation as
            a rejected row, a notice beside the row that it belongs to.
        by: names of dimensions. `received_year` (`"2022"`) and `received_month` (`"2022-12"`) are always there.
        as_of: day of judgement, inclusive.
        compare: dates or instants.
        on_finding: called with each finding, so that a caller can print or collect them.

    Returns:
        The tally. Memory grows with the cells, not with the rows.

    Raises:
        MisuseError: `dimension-unknown` for a dimension that a row does not have, `dimension-twice`.

    >>> rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 5), date(2022, 12, 5), {"channel": "online"}),
    ...         RegisterRow(date(2022, 12, 1), date(2022, 12, 5), None, {"channel": "desk"})]
    >>> by_channel = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Compare.DATE)
    >>> print(by_channel["online"].on_time_of_received, "-", by_channel["desk"][Timeliness.PENDING_OVERDUE])
    1/1 dossiers - 1 dossiers
    """
    dimensions = tuple(by)
    if len(set(dimensions)) < len(dimensions):
        raise MisuseError("dimension-twice", ", ".join(dimensions))
    if isinstance(as_of, datetime):
        raise MisuseError("wrong-type", as_of, record="tally", field="as_of", got="datetime", expected="date")
    counts: dict[Key, list[int]] = {}
    reasons: dict[Severity, dict[str, int]] = {severity: {} for severity in Severity}
    later = 0

    def note(found: Finding) -> None:
        reasons[found.severity][found.reason] = reasons[found.severity].get(found.reason, 0) + 1
        if on_finding is not None:
            on_finding(found)

    for row in rows:
        if isinstance(row, Finding):
            note(row)
            continue
        try:
            timeliness = classify(row, as_of=as_of, compare=compare)
        except MisuseError as error:
            note(error.finding)
            continue
        if timeliness is None:
            later += 1
            continue
        key = _key(row, dimensions)
        cell = counts.get(key)
        if cell is None:
            cell = counts[key] = [0] * len(_CLASSES)
        cell[_INDEX[timeliness]] += 1
    return Tally._of(  # noqa: SLF001 - its own constructor
        (dimensions, as_of, compare), counts, later, reasons[Severity.VIOLATION], reasons[Severity.NOTICE]
    )


def _key(row: RegisterRow, dimensions: tuple[str, ...]) -> Key:
    values = dict(row.dimensions)
    key: list[str | None] = []
    for name in dimensions:
        if name in values:
            key.append(values[name])
        elif name in _DERIVED:
            key.append(_DERIVED[name](row))
        else:
            known = ", ".join([*values, *_DERIVED])
            raise UnknownNameError("dimension-unknown", name, known=known)
    return tuple(key)
