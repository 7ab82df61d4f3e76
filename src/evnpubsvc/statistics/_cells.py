"""The cells of a tally.

There can be millions, so a tally that was counted makes them when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias, overload

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit, Ratio
from evnpubsvc.statistics._period_state import (
    CLASSES,
    HANDLED,
    INDEX,
    PENDING,
    RECEIVED,
    PeriodState,
)

Key: TypeAlias = tuple[str | None, ...]
Counts: TypeAlias = tuple[int, ...]
LongKey: TypeAlias = tuple[Any, ...]
"""The values of the dimensions, then the place of the class: 0-11 if new, 12-23 if carried over."""

NONE: Final[Counts] = (0,) * CLASSES
_numbers = tuple_of(int)


def _places(states: Iterable[PeriodState]) -> tuple[int, ...]:
    return tuple(INDEX[state] for state in states)


_HANDLED: Final = _places(HANDLED)
_PENDING: Final = _places(PENDING)
_RECEIVED: Final = _places(RECEIVED)


def _counts(record: object, attribute: Attribute[Any], value: Counts) -> None:
    _numbers(record, attribute, value)
    if len(value) != CLASSES or min(value) < 0:
        raise MisuseError("tally-cell-malformed", value, classes=CLASSES)


def _dossiers(number: int) -> Count:
    return Count(number, CountUnit.DOSSIERS)


@frozen
class TallyCell(PublicType):
    """The dossiers of one cell in one period, by where they stand at its end.

    What was there when the period began, and what came in it:
    `carried_in + received == handled + pending` holds in every cell, since each dossier is counted
    in one place.

    Attributes:
        key: the values of the tally's dimensions, in their order; None where the register does not
            say.
        new: dossiers that came in the period, by `PeriodState`, in the order of that enum; zero or
            more.
        carried: dossiers that came before the period and were open when it began, likewise.
    """

    key: Key = field(validator=tuple_of(str, type(None)))
    new: Counts = field(default=NONE, validator=_counts)
    carried: Counts = field(default=NONE, validator=_counts)

    def __getitem__(self, state: PeriodState) -> Count:
        """Return the dossiers of one class, whenever they came."""
        index = INDEX[state]
        return _dossiers(self.new[index] + self.carried[index])

    def _sum(self, places: Sequence[int]) -> Count:
        return _dossiers(sum(self.new[i] + self.carried[i] for i in places))

    @property
    def received(self) -> Count:
        """Flow: dossiers received in the period.

        It leaves out those refused at receipt and those that still wait for it.
        """
        return _dossiers(sum(self.new[i] for i in _RECEIVED))

    @property
    def carried_in(self) -> Count:
        """Stock at the start of the period: dossiers received before it and open when it began."""
        return _dossiers(sum(self.carried[i] for i in _RECEIVED))

    @property
    def handled(self) -> Count:
        """Flow: dossiers that ended in the period.

        They ended with a result or a refusal to resolve, were withdrawn, or were stopped for good.
        """
        return self._sum(_HANDLED)

    @property
    def pending(self) -> Count:
        """Stock at the end of the period: dossiers received and not ended.

        It includes those whose clock is stopped.
        """
        return self._sum(_PENDING)

    @property
    def refused(self) -> Count:
        """Flow: dossiers refused at receipt in the period."""
        return self[PeriodState.REFUSED]

    @property
    def finished_with_due_date(self) -> Count:
        """Dossiers finished in the period that had a due date: early, on time or late."""
        return self.on_time + self[PeriodState.LATE]

    @property
    def on_time(self) -> Count:
        """Dossiers finished early or on time."""
        return self[PeriodState.EARLY] + self[PeriodState.ON_TIME]

    @property
    def on_time_of_finished(self) -> Ratio:
        """On time out of finished with a due date. Another rate than `on_time_of_received`."""
        return Ratio(self.on_time, self.finished_with_due_date)

    @property
    def on_time_of_received(self) -> Ratio:
        """On time out of all that was there to be handled.

        Carried in and received, as index 766 item 2.1 counts.
        """
        return Ratio(self.on_time, self.carried_in + self.received)


_new_cell: Final = object.__new__
_set_key, _set_new, _set_carried = (
    vars(TallyCell)[name].__set__ for name in ("key", "new", "carried")
)


def cell_of(key: Key, counts: Sequence[int], shared: dict[Counts, Counts]) -> TallyCell:
    """Return a cell of counts that are known to be right: the new ones, then the carried ones.

    Cells that count alike share their numbers: those of earlier calls are taken from `shared`.
    """
    new, carried = tuple(counts[:CLASSES]), tuple(counts[CLASSES:])
    # The slots themselves: the record is frozen, and its checks take most of the time.
    made = _new_cell(TallyCell)
    _set_key(made, key)
    _set_new(made, shared.setdefault(new, new))
    _set_carried(made, shared.setdefault(carried, carried))
    return made


def sort_key(key: Key) -> tuple[tuple[bool, str], ...]:
    """Order keys: None before every text, texts by code point."""
    return tuple((value is not None, value or "") for value in key)


class Cells(Sequence[TallyCell]):
    """The cells of a tally in the order of their keys: a tuple in all but its making.

    It is made from cells, or from numbers by `LongKey`, and makes the other of the two when it is
    first asked for.
    """

    __slots__ = ("_cells", "_counts")

    def __init__(self, cells: Iterable[TallyCell] = ()) -> None:
        self._cells: tuple[TallyCell, ...] | None = tuple(cells)
        self._counts: Mapping[LongKey, int] | None = None

    @classmethod
    def counted(cls, counts: Mapping[LongKey, int]) -> Cells:
        """Return the cells of numbers above zero that nobody else changes."""
        made = cls()
        made._cells = None
        made._counts = MappingProxyType(counts)
        return made

    def given(self) -> tuple[TallyCell, ...]:
        """Return the cells if they were given or made, and none if they can still be made.

        Those are right.
        """
        return self._cells or ()

    def counts(self) -> Mapping[LongKey, int]:
        """Return the numbers above zero in long form, in no order."""
        if self._counts is None:
            self._counts = MappingProxyType(
                {
                    (*cell.key, index): number
                    for cell in self._all()
                    for index, number in enumerate((*cell.new, *cell.carried))
                    if number
                }
            )
        return self._counts

    def _all(self) -> tuple[TallyCell, ...]:
        if self._cells is None:
            # From a number for each state to the numbers of each key.
            grouped: dict[Key, list[int]] = {}
            for long_key, number in self.counts().items():
                grouped.setdefault(long_key[:-1], [0] * (2 * CLASSES))[long_key[-1]] = number
            shared: dict[Counts, Counts] = {NONE: NONE}
            self._cells = tuple(cell_of(key, grouped[key], shared) for key in _sorted_keys(grouped))
        return self._cells

    @overload
    def __getitem__(self, place: int) -> TallyCell: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TallyCell, ...]: ...
    def __getitem__(self, place: int | slice) -> TallyCell | tuple[TallyCell, ...]:
        return self._all()[place]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cells):
            return self._all() == other._all()
        if isinstance(other, tuple):
            return self._all() == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type[Cells], tuple[tuple[TallyCell, ...]]]:
        return Cells, (self._all(),)


def _sorted_keys(keys: Iterable[Key]) -> list[Key]:
    try:
        return sorted(keys)  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownVariableType]
    except TypeError:  # None and text
        return sorted(keys, key=sort_key)
