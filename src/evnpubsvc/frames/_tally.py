"""The tally in long form: a row for each cell, entry and period state that occurs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.frames._store import Cells, counted, narrowest
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.statistics import HandlingTime, PeriodState, Tally, Where
from evnpubsvc.statistics.engine import (
    WITH_RESULT,
    WORKING_DAYS,
    handling_question,
    handling_time_of,
    narrowed,
    say_joined,
    spell_alike,
    spellings_of,
)
from evnpubsvc.statistics.engine import Cells as TallyCells

STATES: Final = [each.value for each in PeriodState]
ENTRIES: Final = ["new", "carried"]
CLASSES: Final = len(STATES)
_ENTRY, _STATE = pl.Enum(ENTRIES), pl.Enum(STATES)
_RESERVED: Final = ("entry", "period_state", "n", "question")


def _without_cells(tally: Any) -> Any:
    # The validator comes after this, and refuses anything else.
    if isinstance(tally, Tally):
        return evolve(tally, cells=())
    return tally


@frozen(eq=False, repr=False)
class TallyFrame(PublicType):  # noqa: PLW1641 - its table has no hash
    """A tally as a table: the same integers as `Tally`, for millions of cells.

    Frames of one question form a commutative monoid as tallies do. Cells are in the order of
    `Tally.cells`, so equal tallies have equal frames, whatever the parts and their order.

    Attributes:
        head: the tally without its cells: the question, and what no cell counts (later, rejected
            and so on).
        cells: one row for each number above zero: a column for each dimension (null where the
            register does not say), `entry` (`new` or `carried`), `period_state`, and `n`.

    >>> from datetime import date
    >>> from evnpubsvc.dossiers import Precision
    >>> TallyFrame.from_tally(Tally.empty(["unit"], as_of=date(2022, 12, 14),
    ...     compare=Precision.DATE)).cells.columns
    ['unit', 'entry', 'period_state', 'n']
    """

    written_as: ClassVar[type[Tally]] = Tally
    """In JSON it is the tally of objects."""

    head: Tally = field(converter=_without_cells, validator=instance_of(Tally))
    cells: pl.DataFrame = field(validator=instance_of(pl.DataFrame))

    def __repr__(self) -> str:
        return f"<TallyFrame {self.head!r}, {self.cells.height} rows>"

    def to_written(self) -> Tally:
        """Return what documents hold."""
        return self.to_tally()

    @classmethod
    def from_written(cls, written: Tally) -> TallyFrame:
        """Return the frame that a document holds."""
        return cls.from_tally(written)

    @classmethod
    @answer_wrong_arguments
    def from_tally(cls, tally: Tally) -> TallyFrame:
        """Return a tally of objects as a frame."""
        check_names(tally.dimensions)
        rows = [
            (entry, index, number)
            for cell in tally.cells
            for entry, counts in enumerate((cell.new, cell.carried))
            for index, number in enumerate(counts)
            if number
        ]
        width = len(tally.dimensions)
        keys = [
            cell.key
            for cell in tally.cells
            for counts in (cell.new, cell.carried)
            for number in counts
            if number
        ]
        coded = [_number_texts([key[i] for key in keys]) for i in range(width)]
        parts = [codes for codes, _ in coded]
        parts += [np.array([row[i] for row in rows], np.int32) for i in range(2)]
        counts = np.array([row[-1] for row in rows], np.int64)
        return cls.of(tally, (parts, counts), [values for _, values in coded])

    @classmethod
    @answer_wrong_arguments
    def of(
        cls, head: Tally, cells: Cells, values: Sequence[Sequence[str]], *, ordered: bool = False
    ) -> TallyFrame:
        """Make a frame from coded cells; equal keys are added up.

        Args:
            head: the question and the other numbers.
            cells: parts for each dimension (0 for None, else place in `values` plus one), entry,
                state.
            values: the values of each dimension, all different, in any order.
            ordered: whether the cells are sorted by their parts, and no key occurs twice.
        """
        # Values in their order; numbers of values that were in another are looked up again.
        parts, counts = cells
        ranked: list[list[str]] = []
        for index, names in enumerate(values):
            order = sorted(range(len(names)), key=names.__getitem__)
            if order == list(range(len(names))):
                ranked.append(list(names))
                continue
            ordered = False
            rank = np.zeros(len(names) + 1, narrowest(len(names) + 1))
            rank[np.array(order, np.int64) + 1] = np.arange(1, len(names) + 1, dtype=rank.dtype)
            parts[index] = rank.take(parts[index])
            ranked.append([names[i] for i in order])

        # Cells in the order of their parts, those of one key summed.
        sizes = [*(len(names) + 1 for names in ranked), len(ENTRIES), CLASSES]
        if not ordered:
            parts, counts = counted(parts, counts, sizes)

        # One enumeration for each part.
        columns: dict[str, pl.Series] = {}
        kinds = [*map(pl.Enum, ranked), _ENTRY, _STATE]
        for name, kind in zip((*head.dimensions, "entry", "period_state"), kinds, strict=True):
            columns[name] = _column(parts.pop(0), kind, nulls=name in head.dimensions)
        columns["n"] = pl.Series(counts, dtype=pl.Int64)
        return cls(head, pl.DataFrame(columns))

    def merge(self, *others: TallyFrame) -> TallyFrame:
        """Return the tally of all parts together.

        Raises:
            MisuseError: `tallies-differ` when the parts answer different questions.
        """
        if not others:
            return self
        head = self.head.merge(*(other.head for other in others))
        frames = [self, *others]

        # One list of values for each dimension; the numbers of each part are those of this list.
        values: list[list[str]] = []
        parts: list[npt.NDArray[np.int32]] = []
        for name in head.dimensions:
            columns = [frame.cells[name] for frame in frames]
            names = sorted({text for column in columns for text in _values(column)})
            places = {text: place + 1 for place, text in enumerate(names)}
            codes: list[npt.NDArray[np.int32]] = []
            for column in columns:
                table = np.array([0, *(places[text] for text in _values(column))], np.int32)
                codes.append(table.take(_codes(column)))
            values.append(names)
            parts.append(np.concatenate(codes))

        # The cells of all parts, one below the other.
        parts += [
            np.concatenate([_codes(frame.cells[name]) - 1 for frame in frames])
            for name in ("entry", "period_state")
        ]
        counts = np.concatenate([frame.cells["n"].to_numpy() for frame in frames])
        return TallyFrame.of(head, (parts, counts), values)

    @answer_wrong_arguments
    def narrowed(self, by: str | Sequence[str], where: Sequence[Where]) -> TallyFrame:
        """Return the frame of the dossiers with some values only, by fewer dimensions.

        Args:
            by: the dimensions that stay, in the order of the frame.
            where: the values that are asked for; other dossiers stand in `outside` of the head.
        """
        if not where:
            return self
        inside = self.cells.filter(
            pl.all_horizontal(
                pl.col(each.dimension).cast(pl.String).is_in(each.values).fill_null(value=False)
                for each in where
            )
        )
        head = narrowed(self.head, by, where)
        outside = head.outside + int(self.cells["n"].sum()) - int(inside["n"].sum())
        values = [_values(inside[name]) for name in head.dimensions]
        parts = [_codes(inside[name]) for name in head.dimensions]
        parts += [_codes(inside[name]) - 1 for name in ("entry", "period_state")]
        cells = (parts, inside["n"].to_numpy())
        return TallyFrame.of(evolve(head, outside=outside), cells, values)

    @answer_wrong_arguments
    def joined(
        self, names: Iterable[str], where: tuple[Where, ...]
    ) -> tuple[TallyFrame, tuple[Where, ...], tuple[Finding, ...]]:
        """Join the dimensions whose spellings a mapping declares as one.

        Returns:
            The frame; the filters as its values are written; what was joined.
        """
        frame, said = self, list[Finding]()
        for name in names:
            if name not in self.head.dimensions:
                continue
            numbers: dict[str, int] = dict(
                frame.cells.filter(pl.col(name).is_not_null())
                .group_by(pl.col(name).cast(pl.String))
                .agg(pl.col("n").sum())
                .rows()
            )
            into = spellings_of(numbers)
            said += say_joined(name, into)
            if into:
                frame = frame._replaced(name, into)
            where = spell_alike(where, name, sorted({into.get(each, each) for each in numbers}))
        return frame, where, tuple(said)

    def _replaced(self, name: str, into: Mapping[str, str]) -> TallyFrame:
        """The frame with other values of a dimension; cells that are one are added up."""
        dimensions = self.head.dimensions
        values = [_values(self.cells[each]) for each in dimensions]
        parts = [_codes(self.cells[each]) for each in (*dimensions, "entry", "period_state")]
        parts[-2:] = [part - 1 for part in parts[-2:]]
        place = dimensions.index(name)
        names = sorted({into.get(each, each) for each in values[place]})
        places = {each: number for number, each in enumerate(names, 1)}
        table = [0, *(places[into.get(each, each)] for each in values[place])]
        parts[place] = np.array(table, np.int32).take(parts[place])
        values[place] = names
        return TallyFrame.of(self.head, (parts, self.cells["n"].to_numpy()), values)

    def to_tally(self) -> Tally:
        """Return the tally as objects; its cells are made when they are first asked for."""
        width = len(self.head.dimensions)
        texts = [self.cells[name].cast(pl.String).to_list() for name in self.head.dimensions]
        keys = zip(*texts, strict=True) if width else ((),) * self.cells.height
        entry, state = (_codes(self.cells[name]) - 1 for name in ("entry", "period_state"))
        places = (entry.astype(np.int64) * CLASSES + state).tolist()
        counts = {
            (*key, place): number
            for key, place, number in zip(keys, places, self.cells["n"].to_list(), strict=True)
            if number
        }
        return evolve(self.head, cells=TallyCells.counted(counts))

    @answer_wrong_arguments
    def handling_times(
        self,
        *,
        by: Iterable[str] | None = None,
        states: Collection[PeriodState] = WITH_RESULT,
    ) -> Mapping[tuple[str | None, ...], HandlingTime]:
        """Return the handling times by cell, as `statistics.handling_times` does of the tally.

        They are taken from the columns, without the objects of cells.

        Raises:
            UnknownNameError: `dimension-unknown`, also for a frame that is not by `working_days`.
            MisuseError: `states-not-handled`.
        """
        wanted, classes = handling_question(self.head.dimensions, by, states)
        values = [_values(self.cells[name]) for name in wanted]
        keys = [_codes(self.cells[name]) for name in wanted]
        entry, state = (_codes(self.cells[name]) - 1 for name in ("entry", "period_state"))

        # Days as numbers; cells of other states, or without days, have zero dossiers of zero days.
        known = np.array([0, *map(int, _values(self.cells[WORKING_DAYS]))], np.int32)
        codes = _codes(self.cells[WORKING_DAYS])
        timed = np.isin(entry * CLASSES + state, list(classes)) & (codes > 0)
        days = np.where(timed, known.take(codes), 0)
        numbers = np.where(timed, self.cells["n"].to_numpy(), 0)

        # One line for each key and number of days, those of a key together.
        sizes = [*(len(names) + 1 for names in values), int(known.max()) + 1]
        (*keys, days), numbers = counted([*keys, days], numbers, sizes)
        differ = np.ones(len(days), np.bool_)
        if len(days):
            differ[1:] = False
            for part in keys:
                differ[1:] |= part[1:] != part[:-1]
        starts = np.flatnonzero(differ).tolist()

        # A record for each key; where nothing ended it is empty.
        named: list[list[str | None]] = [[None, *names] for names in values]
        firsts: list[list[int]] = [part.take(starts).tolist() for part in keys]
        lines = list(zip(days.tolist(), numbers.tolist(), strict=True))
        found: dict[tuple[str | None, ...], HandlingTime] = {}
        for place, (start, end) in enumerate(pairwise([*starts, len(lines)])):
            key = tuple(
                [names[own_codes[place]] for names, own_codes in zip(named, firsts, strict=True)]
            )
            own = lines[start:end]
            if own[0][1] == 0:  # days that nobody took
                del own[0]
            found[key] = handling_time_of(tuple(own))
        return MappingProxyType(found)

    def table(self) -> pl.DataFrame:
        """Return the frame as one plain table that any engine can carry and stack.

        The table holds texts and integers of 64 bits only.

        Its first row has the question and the numbers of no cell as JSON in the column `question`,
        and nothing else; the other rows are cells. Tables of parts, one below the other and in any
        order, are read by `from_arrow` as the tally of the whole.
        """
        texts = self.cells.select(
            *(
                pl.col(name).cast(pl.String)
                for name in (*self.head.dimensions, "entry", "period_state")
            ),
            pl.col("n").cast(pl.Int64),
            pl.lit(None, pl.String).alias("question"),
        )
        head = pl.DataFrame({"question": [to_json(self.head)]}, schema={"question": pl.String})
        return pl.concat([head, texts], how="diagonal").select(texts.columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the `table` to whatever speaks the Arrow stream protocol."""
        return self.table().__arrow_c_stream__(requested_schema)

    @classmethod
    def from_arrow(cls, table: Any) -> TallyFrame:
        """Read one or more stacked tables of `table`.

        They may come from anything that speaks the Arrow stream protocol.

        Raises:
            MisuseError: `tally-table-malformed`: no question, other columns, or numbers that no
                tally gave; `tallies-differ` when the parts answer different questions.

        >>> from datetime import date
        >>> from evnpubsvc.dossiers import Precision
        >>> empty = TallyFrame.from_tally(Tally.empty(["unit"], as_of=date(2022, 12, 14),
        ...     compare=Precision.DATE))
        >>> TallyFrame.from_arrow(empty) == empty
        True
        """
        try:
            if isinstance(table, pl.DataFrame):
                frame = table
            else:
                frame = pl.DataFrame(table)
            frame = frame.with_columns(
                pl.col("n").cast(pl.Int64), pl.col("entry").cast(_ENTRY),
                pl.col("period_state").cast(_STATE),
                pl.col("question").cast(pl.String),
            )  # fmt: skip
        except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
            raise MisuseError("tally-table-malformed", error) from None

        # Rows that hold a question, one for each table that was stacked; they must go together.
        heads = [
            from_json(text, Tally)
            for text in frame.filter(pl.col("question").is_not_null())["question"].to_list()
        ]
        if not heads:
            raise MisuseError("tally-table-malformed", "question")
        head = heads[0].merge(*heads[1:])

        # The others are cells: keys, counts above zero, nothing else.
        rows = frame.filter(pl.col("question").is_null())
        wanted = [*head.dimensions, *_RESERVED]
        if sorted(frame.columns) != sorted(wanted) or any(head.cells for head in heads):
            raise MisuseError("tally-table-malformed", tuple(frame.columns))
        if (
            rows.select("entry", "period_state", "n").null_count().row(0) != (0, 0, 0)
            or (rows["n"] < 1).any()
        ):
            raise MisuseError("tally-table-malformed", "n")

        # Texts of the dimensions become numbers.
        values: list[list[str]] = []
        parts: list[npt.NDArray[np.int32]] = []
        for name in head.dimensions:
            texts = rows[name].cast(pl.String)
            names: list[str] = texts.unique().drop_nulls().sort().to_list()
            values.append(names)
            parts.append(_codes(texts.cast(pl.Enum(names))))
        parts += [_codes(rows[name]) - 1 for name in ("entry", "period_state")]
        return cls.of(head, (parts, rows["n"].to_numpy()), values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TallyFrame):
            return NotImplemented
        return self.head == other.head and self.table().equals(other.table())

    def __len__(self) -> int:
        return self.cells.height


def check_names(dimensions: Iterable[str]) -> None:
    """Refuse dimensions that have the name of a column of the frame."""
    taken = sorted(set(dimensions) & set(_RESERVED))
    if taken:
        raise MisuseError("dimension-reserved", tuple(taken), reserved=tuple(_RESERVED))


def _column(codes: npt.NDArray[Any], kind: pl.Enum, *, nulls: bool) -> pl.Series:
    """An enumeration from codes; with nulls, 0 stands for null and the places begin at 1."""
    places = codes.astype(np.uint32)
    if not nulls:
        return kind.categories.cast(kind).gather(pl.Series(places))
    places -= np.uint32(1)
    series = pl.Series(places)
    if len(codes) and not codes.all():
        series = series.set(pl.Series(codes == 0), None)
    return kind.categories.cast(kind).gather(series)


def _codes(column: pl.Series) -> npt.NDArray[np.int32]:
    """The codes of an enumeration, 0 for null."""
    return column.to_physical().cast(pl.Int32).__add__(1).fill_null(0).to_numpy()


def _values(column: pl.Series) -> list[str]:
    """The values of an enumeration, in their order."""
    assert isinstance(column.dtype, pl.Enum)
    return column.dtype.categories.to_list()


def _number_texts(texts: Sequence[str | None]) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Texts as numbers, 0 for none, and the texts in their order."""
    names = sorted({text for text in texts if text is not None})
    places: dict[str | None, int] = {text: place + 1 for place, text in enumerate(names)}
    places[None] = 0
    return np.array([places[text] for text in texts], np.int32), names


Progress = Callable[[int, float], None]
"""Called with the rows so far, and the share of the input that is done, from 0 to 1."""
