"""Tallies: integers by chosen dimensions, that merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Self, TypeAlias

from attrs import Attribute, field, frozen

from evnpubsvc._validate import instance_of, pairs_of, tuple_of
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit, Ratio
from evnpubsvc.statistics._period_state import HANDLED, INDEX, PENDING, PeriodState

__all__ = ["Counts", "Key", "Tally", "TallyBuilder", "TallyCell", "sort_key"]

Key: TypeAlias = tuple[str | None, ...]
Counts: TypeAlias = tuple[int, ...]
LongKey: TypeAlias = tuple[Any, ...]
"""The values of the dimensions, then the place of the class: 0-11 for new dossiers, 12-23 for carried ones."""

CLASSES: Final = len(PeriodState)
NONE: Final[Counts] = (0,) * CLASSES
_HANDLED: Final = tuple(sorted(INDEX[each] for each in HANDLED))
_PENDING: Final = tuple(sorted(INDEX[each] for each in PENDING))
_D: Final = PeriodState


_numbers = tuple_of(int)


def _counts(record: object, attribute: Attribute[Any], value: Counts) -> None:
    _numbers(record, attribute, value)
    if len(value) != CLASSES or min(value) < 0:
        raise MisuseError("tally-cell-malformed", value, classes=CLASSES)


@frozen
class TallyCell:
    """The dossiers of one cell in one period, by where they stand at its end.

    What was there when the period began, and what came in it: `carried_in + received == handled + pending` holds in
    every cell, since each dossier is counted in one place.

    Attributes:
        key: the values of the tally's dimensions, in their order; None where the register does not say.
        new: dossiers that came in the period, by `PeriodState`, in the order of that enum; zero or more.
        carried: dossiers that came before the period and were open when it began, likewise.
    """

    key: Key
    new: Counts = field(default=NONE, validator=_counts)
    carried: Counts = field(default=NONE, validator=_counts)

    def __getitem__(self, state: PeriodState) -> Count:
        """Return the dossiers of one class, whenever they came."""
        index = INDEX[state]
        return _dossiers(self.new[index] + self.carried[index])

    def _sum(self, indexes: Sequence[int]) -> Count:
        return _dossiers(sum(self.new[i] + self.carried[i] for i in indexes))

    @property
    def received(self) -> Count:
        """Flow: dossiers received in the period, without those refused at receipt or still waiting for it."""
        return _dossiers(sum(self.new[:10]))

    @property
    def carried_in(self) -> Count:
        """Stock at the start of the period: dossiers received before it and open when it began."""
        return _dossiers(sum(self.carried[:10]))

    @property
    def handled(self) -> Count:
        """Flow: dossiers that ended in the period: with a result or a refusal to resolve, withdrawn, or stopped."""
        return self._sum(_HANDLED)

    @property
    def pending(self) -> Count:
        """Stock at the end of the period: dossiers received and not ended, those with a standing clock among them."""
        return self._sum(_PENDING)

    @property
    def refused(self) -> Count:
        """Flow: dossiers refused at receipt in the period."""
        return self[_D.REFUSED]

    @property
    def finished_with_due_date(self) -> Count:
        """Dossiers finished in the period that had a due date: early, on time or late."""
        return self[_D.EARLY] + self[_D.ON_TIME] + self[_D.LATE]

    @property
    def on_time(self) -> Count:
        """Dossiers finished early or on time."""
        return self[_D.EARLY] + self[_D.ON_TIME]

    @property
    def on_time_of_finished(self) -> Ratio:
        """On time out of finished with a due date. Another rate than `on_time_of_received`."""
        return Ratio(self.on_time, self.finished_with_due_date)

    @property
    def on_time_of_received(self) -> Ratio:
        """On time out of all that was there to be handled: carried in and received, as index 766 item 2.1 counts."""
        return Ratio(self.on_time, self.carried_in + self.received)


_new_cell: Final = object.__new__
_set_key, _set_new, _set_carried = (
    vars(TallyCell)[name].__set__ for name in ("key", "new", "carried")
)


def _cell(key: Key, counts: Sequence[int]) -> TallyCell:
    """A cell of counts that are known to be right: new and carried ones, one after the other."""
    made = _new_cell(TallyCell)
    _set_key(made, key)  # the slots themselves: the record is frozen
    _set_new(made, tuple(counts[:CLASSES]))
    _set_carried(made, tuple(counts[CLASSES:]))
    return made


def _dossiers(number: int) -> Count:
    return Count(number, CountUnit.DOSSIERS)


def _reasons(given: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, number) for reason, number in pairs_of(given) if number)


def _plain_date(record: object, attribute: Attribute[Any], value: object) -> None:
    if attribute.name == "since" and value is None:
        return
    instance_of(date)(record, attribute, value)
    if isinstance(value, datetime):
        raise MisuseError(
            "wrong-type",
            value,
            record="Tally",
            field=attribute.name,
            got="datetime",
            expected="date",
        )


_number = instance_of(int)


@frozen(kw_only=True)
class Tally:
    """The dossiers of a period, counted by dimensions and by where they stand at its end.

    Tallies of one question (all attributes down to `terms`) form a commutative monoid: `merge` is associative and
    commutative, `Tally.empty(...)` is neutral, and the tally of two registers is the merge of their tallies. A
    dossier must stand in one of the parts only. Tallies of different periods do not merge: see `Flow` and `Stock`.

    Attributes:
        dimensions: what is counted by, in order; none counts everything in one cell.
        since: first day of the period, inclusive; None counts everything received up to `as_of`, nothing carried in.
        as_of: last day of the period and day of judgement, inclusive.
        compare: dates or instants.
        known_at: what the register said at this instant, or at the end of this day, inclusive; None for now.
        terms: fingerprint of the `WorkingDayTerms` that gave due dates; None if the register has its own.
        cells: sorted by key; cells of zeros only do not occur.
        later: dossiers received after `as_of`, which no cell counts.
        earlier: dossiers that ended before `since`, which no cell counts.
        linked: rows that are linked steps of another dossier and count with it.
        other_versions: rows that the register did not say, or no longer said, at `known_at`.
        rejected: rows that could not be read or judged, by reason code.
        noticed: rows that were counted but look odd, by reason code.
    """

    dimensions: tuple[str, ...] = field(validator=tuple_of(str))
    since: date | None = field(default=None, validator=_plain_date)
    as_of: date = field(validator=_plain_date)
    compare: Precision = field(validator=instance_of(Precision))
    known_at: date | datetime | None = field(default=None, validator=instance_of(date, type(None)))
    terms: str | None = field(default=None, validator=instance_of(str, type(None)))
    cells: tuple[TallyCell, ...] = field(default=(), validator=tuple_of(TallyCell))
    later: int = field(default=0, validator=_number)
    earlier: int = field(default=0, validator=_number)
    linked: int = field(default=0, validator=_number)
    other_versions: int = field(default=0, validator=_number)
    rejected: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)
    noticed: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)
    _counts: Mapping[LongKey, int] | None = field(init=False, default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if len(set(self.dimensions)) < len(self.dimensions):
            raise MisuseError("dimension-twice", ", ".join(self.dimensions))
        if self.since is not None and self.since > self.as_of:
            raise MisuseError("period-backwards", first=self.since, last=self.as_of)
        if isinstance(self.known_at, datetime) and self.known_at.utcoffset() is None:
            raise MisuseError("datetime-naive", self.known_at)
        keys = [cell.key for cell in self.cells]
        if any(len(key) != len(self.dimensions) for key in keys):
            raise MisuseError("tally-key-length", keys, dimensions=", ".join(self.dimensions))
        if sorted(set(keys), key=sort_key) != keys:
            raise MisuseError("tally-keys-unsorted", keys)

    @classmethod
    def empty(
        cls,
        dimensions: Sequence[str],
        *,
        as_of: date,
        compare: Precision,
        since: date | None = None,
        known_at: date | datetime | None = None,
        terms: str | None = None,
    ) -> Self:
        """Return the neutral tally of a question."""
        return cls(
            dimensions=tuple(dimensions),
            since=since,
            as_of=as_of,
            compare=compare,
            known_at=known_at,
            terms=terms,
        )

    def __getattr__(self, name: str) -> Any:
        # A tally that was counted makes its cells when somebody looks at them: there can be millions.
        counts = self._counts if name == "cells" else None
        if counts is None:
            raise AttributeError(name)
        grouped: dict[Key, list[int]] = {}
        for long_key, number in counts.items():
            grouped.setdefault(long_key[:-1], [0] * (2 * CLASSES))[long_key[-1]] = number
        cells = tuple(_cell(key, grouped[key]) for key in _sorted_keys(grouped))
        _set_cells(self, cells)
        return cells

    @cached_property
    def _long(self) -> Mapping[LongKey, int]:
        return {
            (*cell.key, index): number
            for cell in self.cells
            for index, number in enumerate((*cell.new, *cell.carried))
            if number
        }

    def counts(self) -> Mapping[tuple[Any, ...], int]:
        """Return the numbers above zero in long form, in no order: what is fastest for millions of cells.

        A key holds the values of the dimensions and, last, the place of the class: `PeriodState` by its order, plus
        the number of classes (12) for dossiers that were carried in.
        """
        return self._long if self._counts is None else self._counts

    def __getitem__(self, key: Key | str | None) -> TallyCell:
        """Return the cell of a key; a plain text stands for a key of one dimension. Absent cells are zeros."""
        wanted = key if isinstance(key, tuple) else (key,)
        counts = self.counts()
        return _cell(wanted, [counts.get((*wanted, index), 0) for index in range(2 * CLASSES)])

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self.cells)

    @property
    def total(self) -> TallyCell:
        """All cells in one, with an empty key."""
        sums = [0] * (2 * CLASSES)
        for key, number in self.counts().items():
            sums[key[-1]] += number
        return _cell((), sums)

    @property
    def question(self) -> tuple[object, ...]:
        """What was asked: tallies merge only where this is equal."""
        return (
            self.dimensions,
            self.since,
            self.as_of,
            self.compare,
            _instant(self.known_at),
            self.terms,
        )

    def rows(self, *expected: Key | str | None) -> tuple[TallyCell, ...]:
        """Return the cells, and cells of zeros for expected keys that did not occur, sorted by key.

        A unit without any dossier belongs into a report: zero is not missing.
        """
        keys = {key if isinstance(key, tuple) else (key,) for key in expected}
        for key in keys:
            if len(key) != len(self.dimensions):
                raise MisuseError("tally-key-length", [key], dimensions=", ".join(self.dimensions))
        return tuple(
            self[key] for key in sorted(keys | {cell.key for cell in self.cells}, key=sort_key)
        )

    def merge(self, *others: Tally) -> Tally:
        """Return the tally of all parts together.

        Raises:
            MisuseError: `tallies-differ` when the parts answer different questions.
        """
        values = TallyBuilder(self)
        for other in others:
            values.add(other)
        return values.tally()


class TallyBuilder:
    """A tally that is being built. For the rooms of this library that count."""

    __slots__ = (
        "counts",
        "earlier",
        "later",
        "linked",
        "noticed",
        "other_versions",
        "question",
        "rejected",
    )

    def __init__(self, like: Tally) -> None:
        self.question = like
        self.counts: dict[LongKey, int] = {}
        self.later = self.earlier = self.linked = self.other_versions = 0
        self.rejected: dict[str, int] = {}
        self.noticed: dict[str, int] = {}
        self.add(like)

    def add(self, other: Tally) -> None:
        """Add a tally of the same question."""
        if other.question != self.question.question:
            raise MisuseError(
                "tallies-differ",
                ", ".join(other.dimensions),
                as_of=other.as_of,
                compare=other.compare.value,
            )
        mine = self.counts
        for key, number in other.counts().items():
            mine[key] = mine.get(key, 0) + number
        self.later += other.later
        self.earlier += other.earlier
        self.linked += other.linked
        self.other_versions += other.other_versions
        for reasons, theirs in ((self.rejected, other.rejected), (self.noticed, other.noticed)):
            for reason, number in theirs:
                reasons[reason] = reasons.get(reason, 0) + number

    def tally(self) -> Tally:
        """Return the tally, and end the count."""
        counts, self.counts = self.counts, {}
        like = self.question
        made = Tally(
            dimensions=like.dimensions,
            since=like.since,
            as_of=like.as_of,
            compare=like.compare,
            known_at=like.known_at,
            terms=like.terms,
            later=self.later,
            earlier=self.earlier,
            linked=self.linked,
            other_versions=self.other_versions,
            rejected=_reasons(self.rejected),
            noticed=_reasons(self.noticed),
        )
        _set_counts(made, counts)
        _unset_cells(made)
        return made


_set_cells: Final[Any] = vars(Tally)["cells"].__set__
_unset_cells: Final[Any] = vars(Tally)["cells"].__delete__
_set_counts: Final[Any] = vars(Tally)["_counts"].__set__


def _sorted_keys(keys: Iterable[Key]) -> list[Key]:
    try:
        return sorted(keys)  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownVariableType]
    except TypeError:  # None and text
        return sorted(keys, key=sort_key)


def _instant(known_at: date | datetime | None) -> object:
    """A moment of knowledge; a date and an instant are different questions even where Python compares them."""
    return (type(known_at) is date, known_at)


def sort_key(key: Key) -> tuple[tuple[bool, str], ...]:
    """Order keys: None before every text, texts by code point."""
    return tuple((value is not None, value or "") for value in key)
