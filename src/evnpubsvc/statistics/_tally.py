"""Tallies: integers by chosen dimensions, that merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Self, cast

from attrs import Attribute, evolve, field

from evnpubsvc._grid import Printed, blocks_of, text_of
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    instance_of,
    optional_day,
    pairs_of,
    plain_day,
    read_member,
    tuple_of,
)
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.statistics._cells import Cells, Key, LongKey, TallyCell, cell_of, sort_key
from evnpubsvc.statistics._period_state import CLASSES, Intake, LeftOut, PeriodState
from evnpubsvc.statistics._where import Where, as_wheres
from evnpubsvc.texts import Language


def _as_key(key: Any) -> tuple[Any, ...]:
    if isinstance(key, tuple):
        return cast("tuple[object, ...]", key)
    return (key,)


def _reasons(given: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, number) for reason, number in pairs_of(given) if number)


_number = instance_of(int)
_all_cells = tuple_of(TallyCell)


def _precision(given: Precision | str) -> Precision:
    return read_member(Precision, given)


def _as_cells(cells: Iterable[TallyCell]) -> Cells:
    if isinstance(cells, Cells):
        return cells
    if not isinstance(cells, Iterable):
        raise MisuseError("cells-needed", cells, got=type(cells).__name__)
    return Cells(cells)


def _tally_cells(record: object, attribute: Attribute[Any], value: Cells) -> None:
    _all_cells(record, attribute, value.given())


@frozen(kw_only=True, repr=False)
class Tally(PublicType, Printed):
    """The dossiers of a period, counted by dimensions and by where they stand at its end.

    Tallies of one question (all attributes down to `terms`) form a commutative monoid: `merge` is
    associative and commutative, `Tally.empty(...)` is neutral, and the tally of two registers is
    the merge of their tallies. A dossier must stand in one of the parts only: doubled codes are
    found within what one call counts, so keep rows of one code in one part. Tallies of different
    periods do not merge: see `Flow` and `Stock`.

    Attributes:
        dimensions: what is counted by, in order; none counts everything in one cell.
        since: first day of the period, inclusive; None counts everything received up to `as_of`,
            nothing carried in.
        as_of: last day of the period and day of judgement, inclusive.
        at: instant of `as_of` at which is judged, in the zone of the register; None for the end of
            that day. What happened later that day is not known yet.
        compare: dates or instants; `"date"` and `"timestamp"` are accepted.
        known_at: what the register said at this instant, or at the end of this day, inclusive; None
            for now.
        terms: fingerprint of the `LimitTerms` that gave due dates; None if the register has
            its own.
        where: values of dimensions that are asked for; dossiers with others stand in `outside`.
        calendar: fingerprint of the `Calendar` that `working_days` were counted in; None where they
            were not.
        cells: sorted by key; cells of zeros only do not occur.
        later: dossiers received after `as_of`, which no cell counts.
        earlier: dossiers that ended before `since`, which no cell counts.
        linked: rows that are linked steps of another dossier and count with it.
        other_versions: rows that the register did not say, or no longer said, at `known_at`.
        outside: dossiers that no cell counts because `where` does not ask for them.
        rejected: rows that could not be read or judged, by reason code.
        noticed: rows that were counted but look odd, by reason code.
    """

    dimensions: tuple[str, ...] = field(validator=tuple_of(str))
    since: date | None = field(default=None, validator=optional_day)
    as_of: date = field(validator=plain_day)
    at: datetime | None = field(default=None, validator=instance_of(datetime, type(None)))
    compare: Precision = field(converter=_precision)
    known_at: date | datetime | None = field(default=None, validator=instance_of(date, type(None)))
    terms: str | None = field(default=None, validator=instance_of(str, type(None)))
    where: tuple[Where, ...] = field(default=(), converter=as_wheres, validator=tuple_of(Where))
    calendar: str | None = field(default=None, validator=instance_of(str, type(None)))
    cells: Cells = field(factory=Cells, converter=_as_cells, validator=_tally_cells)
    later: int = field(default=0, validator=_number)
    earlier: int = field(default=0, validator=_number)
    linked: int = field(default=0, validator=_number)
    other_versions: int = field(default=0, validator=_number)
    outside: int = field(default=0, validator=_number)
    rejected: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)
    noticed: tuple[tuple[str, int], ...] = field(default=(), converter=_reasons)

    @answer_wrong_arguments
    def text(self, lang: Language = "en", *, expect: Iterable[Key | str | None] = ()) -> str:
        """Return the tally as a table, in a language; `str()` is the same in English.

        Args:
            lang: `"en"` or `"vi"`.
            expect: keys that get a row even with zeros.
        """
        return text_of(blocks_of(self, lang, expect))

    def __repr__(self) -> str:
        by = ",".join(self.dimensions) or "nothing"
        since = "" if self.since is None else f"{self.since}.."
        return f"<Tally by {by}, {since}{self.as_of}: {len(self.cells)} cells>"

    def __attrs_post_init__(self) -> None:
        if len(set(self.dimensions)) < len(self.dimensions):
            raise MisuseError("dimension-twice", tuple(self.dimensions))
        if self.since is not None and self.since > self.as_of:
            raise MisuseError("last-before-first", first=self.since, last=self.as_of)
        if self.at is not None and (self.at.utcoffset() is None or self.at.date() != self.as_of):
            raise MisuseError("instant-of-other-day", self.at, as_of=self.as_of)
        if isinstance(self.known_at, datetime) and self.known_at.utcoffset() is None:
            raise MisuseError("datetime-naive", self.known_at)
        keys = [cell.key for cell in self.cells.given()]
        if any(len(key) != len(self.dimensions) for key in keys):
            raise MisuseError("tally-key-length", keys, dimensions=tuple(self.dimensions))
        if sorted(set(keys), key=sort_key) != keys:
            raise MisuseError("tally-keys-unsorted", keys)

    @classmethod
    @answer_wrong_arguments
    def empty(
        cls,
        dimensions: Sequence[str],
        *,
        as_of: date,
        compare: Precision | str,
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

    def counts(self) -> Mapping[LongKey, int]:
        """Return the numbers above zero in long form, in no order.

        What is fastest for millions of cells.

        A key holds the values of the dimensions and, last, the place of the class: `PeriodState` by
        its order, plus the number of classes (12) for dossiers that were carried in.
        """
        return self.cells.counts()

    def __getitem__(self, key: Key | str | None) -> TallyCell:
        """Return the cell of a key that occurs; a plain text is a key of one dimension.

        Raises:
            UnknownNameError: `cell-unknown`; the message lists the keys and names the nearest.
                `cell` gives zeros instead.
        """
        if key not in self:
            single = len(self.dimensions) == 1
            keys = [cell.key for cell in self.cells]
            raise UnknownNameError(
                "cell-unknown", key, known=tuple(each[0] if single else each for each in keys)
            )
        return self.cell(key)

    def __contains__(self, key: object) -> bool:
        """Return whether dossiers were counted under a key, or a loop gives this very cell."""
        if isinstance(key, TallyCell):
            return key in self.cells
        wanted: tuple[object, ...] = _as_key(key)
        counts = self.counts()
        try:
            return any((*wanted, index) in counts for index in range(2 * CLASSES))
        except TypeError:  # what cannot be hashed is no key
            return False

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self.cells)

    @answer_wrong_arguments
    def cell(self, key: Key | str | None) -> TallyCell:
        """Return the cell of a key, with zeros where the key does not occur.

        A unit without any dossier has zeros; a unit whose key is misspelt has them too. Where a key
        must occur, use `tally[key]`.

        Raises:
            MisuseError: `tally-key-length` when the key does not match the dimensions.
        """
        wanted = _as_key(key)
        if len(wanted) != len(self.dimensions):
            raise MisuseError("tally-key-length", [wanted], dimensions=tuple(self.dimensions))
        counts = self.counts()
        return cell_of(
            wanted, [counts.get((*wanted, index), 0) for index in range(2 * CLASSES)], {}
        )

    @property
    def total(self) -> TallyCell:
        """All cells in one, with an empty key."""
        sums = [0] * (2 * CLASSES)
        for key, number in self.counts().items():
            sums[key[-1]] += number
        return cell_of((), sums, {})

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
            self.at,
            self.where,
            self.calendar,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the tally as plain dictionaries, which every frame library takes.

        One for each cell and intake that has dossiers: a key for each dimension (None where the
        register does not say), `intake` (`new` or `carried`), and the number of dossiers in each
        `PeriodState`. What no cell counts is not in them; `from_rows` is the way back.

        >>> from evnpubsvc.statistics import RegisterRow, tally
        >>> row = RegisterRow(date(2022, 12, 1), date(2022, 12, 20), dimensions={"unit": "A"})
        >>> counted = tally([row], by=["unit"], as_of=date(2022, 12, 14), compare="date")
        >>> [(row["unit"], row["intake"], row["pending_in_time"]) for row in counted.rows()]
        [('A', 'new', 1)]
        >>> Tally.from_rows(counted.rows(), counted) == counted
        True
        """
        states = [state.value for state in PeriodState]
        return [
            {
                **dict(zip(self.dimensions, cell.key, strict=True)),
                "intake": intake.value,
                **dict(zip(states, counts, strict=True)),
            }
            for cell in self.cells
            for intake, counts in ((Intake.NEW, cell.new), (Intake.CARRIED, cell.carried))
            if any(counts)
        ]

    @classmethod
    @answer_wrong_arguments
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], question: Tally) -> Tally:
        """Return a tally from dictionaries as `rows` gives them.

        Args:
            rows: the dictionaries, as a frame library gives them back: NaN is None, a whole float
                is a count, a state that is missing is zero, other keys are passed over.
            question: a tally of the same question (`Tally.empty` makes one); what no cell counts
                is taken from it.

        Raises:
            MisuseError: `tally-row-malformed`: a dimension or the intake is missing, or a number
                is no count.
        """
        places = {intake.value: n * CLASSES for n, intake in enumerate(Intake)}
        counts: dict[LongKey, int] = {}
        for row in rows:
            try:
                key = tuple(_known(row[name]) for name in question.dimensions)
                first = places[row["intake"]]
                numbers = [_whole(row.get(state.value)) for state in PeriodState]
            except (KeyError, TypeError, ValueError) as error:
                raise MisuseError("tally-row-malformed", error) from None
            for place, number in enumerate(numbers, first):
                if number:
                    counts[*key, place] = counts.get((*key, place), 0) + number
        return evolve(question, cells=Cells.counted(counts))

    def expecting(self, *keys: Key | str | None) -> tuple[TallyCell, ...]:
        """Return the cells, and cells of zeros for keys that did not occur, sorted by key.

        A unit without any dossier belongs into a report: zero is not missing.
        """
        wanted = {_as_key(key) for key in keys} | {cell.key for cell in self.cells}
        return tuple(self.cell(key) for key in sorted(wanted, key=sort_key))

    def merge(self, *others: Tally) -> Tally:
        """Return the tally of all parts together.

        Raises:
            MisuseError: `tallies-differ` when the parts answer different questions.
        """
        values = TallyBuilder(self)
        for other in others:
            values.add(other)
        return values.tally()


def _known(value: Any) -> str | None:
    """A value of a dimension, which a frame library may have made NaN where it was None."""
    if isinstance(value, str):
        return value
    if value is None or type(value).__name__ in _MISSING or value != value:  # noqa: PLR0124
        return None
    raise TypeError(type(value).__name__)


def _whole(value: Any) -> int:
    """A count, which a frame library may have made a float; a missing one is zero."""
    if value is None or type(value).__name__ in _MISSING or value != value:  # noqa: PLR0124
        return 0
    number = int(value)
    if number != value or number < 0 or isinstance(value, (bool, str)):
        raise ValueError(str(value))
    return number


_MISSING: Final = frozenset({"NAType", "NaTType"})  # what pandas puts where a value is missing


class TallyBuilder:
    """A tally that is being built. For the rooms of this library that count."""

    __slots__ = ("counts", "left_out", "noticed", "question", "rejected")

    def __init__(self, like: Tally) -> None:
        self.question: Tally = like
        self.counts: dict[LongKey, int] = {}
        self.left_out: dict[LeftOut, int] = dict.fromkeys(LeftOut, 0)
        self.rejected: dict[str, int] = {}
        self.noticed: dict[str, int] = {}
        self.add(like)

    def add(self, other: Tally) -> None:
        """Add a tally of the same question."""
        if other.question != self.question.question:
            raise MisuseError(
                "tallies-differ",
                tuple(other.dimensions),
                as_of=other.as_of,
                compare=other.compare,
            )
        mine = self.counts
        for key, number in other.counts().items():
            mine[key] = mine.get(key, 0) + number
        for why, number in _left_out(other).items():
            self.left_out[why] += number
        for reasons, theirs in ((self.rejected, other.rejected), (self.noticed, other.noticed)):
            for reason, number in theirs:
                reasons[reason] = reasons.get(reason, 0) + number

    def tally(self) -> Tally:
        """Return the tally, and end the count."""
        counts, self.counts = self.counts, {}
        like = self.question
        return Tally(
            dimensions=like.dimensions,
            since=like.since,
            as_of=like.as_of,
            at=like.at,
            compare=like.compare,
            known_at=like.known_at,
            terms=like.terms,
            where=like.where,
            calendar=like.calendar,
            cells=Cells.counted(counts),
            later=self.left_out[LeftOut.LATER],
            earlier=self.left_out[LeftOut.EARLIER],
            linked=self.left_out[LeftOut.LINKED],
            other_versions=self.left_out[LeftOut.OTHER_VERSION],
            outside=self.left_out[LeftOut.OUTSIDE],
            rejected=_reasons(self.rejected),
            noticed=_reasons(self.noticed),
        )


def _left_out(counted: Tally) -> Mapping[LeftOut, int]:
    """Return how many rows no cell of a tally counts, by the reason."""
    return {
        LeftOut.LATER: counted.later,
        LeftOut.EARLIER: counted.earlier,
        LeftOut.LINKED: counted.linked,
        LeftOut.OTHER_VERSION: counted.other_versions,
        LeftOut.OUTSIDE: counted.outside,
    }


def _instant(known_at: date | datetime | None) -> object:
    """A moment of knowledge.

    A date and an instant are different questions even where Python compares them.
    """
    return (type(known_at) is date, known_at)
