"""What `due_many` is given: columns of days or instants, and of the stops of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl

from evnpubsvc._records import frozen
from evnpubsvc._validate import read_member
from evnpubsvc.deadlines import Stop, StopKind
from evnpubsvc.errors import MisuseError
from evnpubsvc.frames._due_calendar import DAY, OFFSET, Ints, Mask, Rows

MOST_STOPS: Final = 4  # of a row on arrays; a row with more is counted by `due`
KINDS: Final = tuple(StopKind)
_Given: TypeAlias = "pl.Series | pl.DataFrame"


class Moments(NamedTuple):
    """A column of days, or of instants.

    Attributes:
        given: as it was given, for the rows that are counted one by one.
        day: days since 1970-01-01, of local time.
        hour: microseconds of the day; None where only days are known.
        known: which rows have a value.
        has_zone: whether its instants have a time zone; None for days.
    """

    given: pl.Series
    day: Ints
    hour: Ints | None
    known: Mask
    has_zone: bool | None

    def at(self, row: int) -> date | None:
        """Return the value of a row, which Python knows."""
        value: date | None = self.given[row]
        return value


def read_moments(name: str, given: Any) -> Moments:
    """Return a column of days or instants."""
    column = column_of(name, given)
    if column.dtype == pl.Null:
        column = column.cast(pl.Date)
    kind, known = column.dtype, column.is_not_null().to_numpy()
    if isinstance(kind, pl.Date):
        return Moments(column, integers(column), None, known, None)
    if not isinstance(kind, pl.Datetime):
        raise MisuseError("column-of-wrong-type", name, wanted=name, got=str(kind))
    column = column.cast(pl.Datetime("us", kind.time_zone))
    ticks = integers(column)
    if kind.time_zone is not None:  # what stands in the column is UTC then
        ticks = ticks + OFFSET
    day = ticks // DAY
    return Moments(column, day, ticks - day * DAY, known, kind.time_zone is not None)


def column_of(name: str, given: Any) -> pl.Series:
    """Return what was given as a series; refuse what is no column."""
    if isinstance(given, pl.Series):
        return given
    try:
        return pl.Series(name, given)
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        kind = type(given).__name__
        raise MisuseError("column-of-wrong-type", name, wanted=name, got=kind) from None


def integers(column: pl.Series) -> Ints:
    """Return the numbers behind a column; 0 where there is none."""
    physical = column.to_physical()
    if physical.null_count():
        physical = physical.fill_null(0)
    return physical.to_numpy()


def refuse_other_length(name: str, got: int, wanted: int) -> None:
    """Refuse a column that has more or fewer rows than the receipts."""
    if got != wanted:
        raise MisuseError("columns-differ-in-length", name, got=got, wanted=wanted)


# -- stops -----------------------------------------------------------------------------------------


class StopColumn(NamedTuple):
    """The first, second … stop of each row.

    Attributes:
        start: when it began; not known where there is none.
        end: when it ended; not known where it lasts.
        kind: the place of its kind in `KINDS`; -1 for a word that is no kind.
    """

    start: Moments
    end: Moments
    kind: Ints | int

    def kinds(self, rows: Rows) -> Ints | int:
        """Return the kinds of some rows, or that of all."""
        return self.kind if isinstance(self.kind, int) else self.kind[rows]


@frozen(eq=False)
class StopColumns:
    """The stops of each row.

    Attributes:
        columns: the first stop of each row, the second and so on, up to `MOST_STOPS`.
        more: which rows have more of them; None where none has.
        given: starts, ends and kinds as they were given, for the rows that `due` counts.
    """

    columns: tuple[StopColumn, ...]
    more: Mask | None
    given: tuple[_Given, _Given | None, _Given | StopKind]

    def find_rows(self, rows: Any) -> Rows:
        """Return the places among rows of those that have a stop."""
        found = np.zeros(1, np.bool_)
        for column in self.columns:
            found = found | column.start.known[rows]
        return np.flatnonzero(found if self.more is None else found | self.more[rows])

    def of_row(self, row: int) -> list[Stop]:
        """Return the stops of a row.

        Raises:
            MisuseError: as `Stop`; `policy-unknown` for a word that is no kind.
        """
        starts, ends, kinds = (_listed(each, row) for each in self.given)
        return [
            Stop(read_member(StopKind, kinds[i % len(kinds)]), start, ends[i] if ends else None)
            for i, start in enumerate(starts)
            if start is not None
        ]

    def keys(self, rows: Rows) -> Iterator[tuple[str, Ints]]:
        """Give columns that are alike where the stops of rows are; names are without meaning."""
        for i, column in enumerate(self.columns):
            for name in ("start", "end"):
                moments: Moments = getattr(column, name)
                yield f"{name}-day-{i}", moments.day[rows]
                yield f"{name}-known-{i}", moments.known[rows]
                if moments.hour is not None:
                    yield f"{name}-hour-{i}", moments.hour[rows]
            if not isinstance(column.kind, int):
                yield f"kind-{i}", column.kind[rows]
        if self.more is not None:
            yield "row", np.where(self.more[rows], rows, -1)


def _listed(given: _Given | StopKind | None, row: int) -> list[Any]:
    """Return what a row holds: several values, one, or that of all rows."""
    if given is None:
        return []
    if isinstance(given, StopKind):
        return [given]
    if isinstance(given, pl.DataFrame):
        return list(given.row(row))
    value = given[row]
    if isinstance(given.dtype, pl.List):
        return [] if value is None else value.to_list()
    return [value]


def read_stops(start: Any, end: Any, kind: Any, size: int) -> StopColumns:
    """Return the stops of each row.

    One where they are a column of moments; several in a column of lists, or in a frame with a
    column for the first of each row, the second and so on.

    Raises:
        MisuseError: `column-of-wrong-type`, `columns-differ-in-length`.
        UnknownNameError: `policy-unknown` for a kind of all stops that is none.
    """
    starts = _read_column("stop_start", start, size)
    ends = None if end is None else _read_column("stop_end", end, size)
    kinds: _Given | StopKind
    if isinstance(kind, str):
        kinds = read_member(StopKind, kind)
    else:
        kinds = _read_column("stop_kind", kind, size)
        _refuse_other_words(kinds)
    _refuse_other_shape(starts, ends, kinds)

    # The stops at each place are a column; what is beyond the most is left for `due`.
    width, more = 1, None
    if isinstance(starts, pl.DataFrame):
        width = starts.width
        if width > MOST_STOPS:
            beyond = starts[:, MOST_STOPS:].select(pl.any_horizontal(pl.all().is_not_null()))
            more = beyond.to_series().to_numpy()
    elif isinstance(starts.dtype, pl.List):
        lengths = _lengths(starts)
        width = int(lengths.max(initial=0))
        more = lengths > MOST_STOPS if width > MOST_STOPS else None
    columns = (
        StopColumn(
            read_moments("stop_start", _nth(starts, i)),
            read_moments("stop_end", [None] * size if ends is None else _nth(ends, i)),
            KINDS.index(kinds) if isinstance(kinds, StopKind) else _read_kinds(_nth(kinds, i)),
        )
        for i in range(min(width, MOST_STOPS))
    )
    return StopColumns(tuple(columns), more, (starts, ends, kinds))


def _read_column(name: str, given: Any, size: int) -> _Given:
    if isinstance(given, pl.DataFrame):
        refuse_other_length(name, given.height, size)
        return given
    column = column_of(name, given)
    refuse_other_length(name, len(column), size)
    return column.arr.to_list() if isinstance(column.dtype, pl.Array) else column


def _refuse_other_words(kinds: _Given) -> None:
    """Refuse kinds that are no texts."""
    for column in kinds.get_columns() if isinstance(kinds, pl.DataFrame) else [kinds]:
        word = column.dtype.inner if isinstance(column.dtype, pl.List) else column.dtype
        if not isinstance(word, (pl.String, pl.Enum, pl.Categorical, pl.Null)):
            raise _wrong_type("stop_kind", column)


def _refuse_other_shape(starts: _Given, ends: _Given | None, kinds: _Given | StopKind) -> None:
    """Refuse ends or kinds of which a row has more or fewer than it has starts."""
    shape = _shape_of(starts)
    others: Iterable[tuple[str, _Given | StopKind | None]] = (
        ("stop_end", ends),
        ("stop_kind", kinds),
    )
    for name, column in others:
        if column is None or isinstance(column, StopKind):
            continue
        if _shape_of(column) != shape:
            # One kind may be said of all stops of a row.
            if name == "stop_kind" and _shape_of(column) == "one":
                continue
            raise _wrong_type(name, column)
        if isinstance(starts, pl.DataFrame) and isinstance(column, pl.DataFrame):
            refuse_other_length(name, column.width, starts.width)
        if isinstance(starts, pl.Series) and isinstance(column, pl.Series) and shape == "list":
            got, wanted = _lengths(column), _lengths(starts)
            for row in np.flatnonzero(got != wanted)[:1].tolist():
                refuse_other_length(name, int(got[row]), int(wanted[row]))


def _lengths(lists: pl.Series) -> Ints:
    return lists.list.len().fill_null(0).to_numpy()


def _shape_of(given: _Given) -> str:
    if isinstance(given, pl.DataFrame):
        return "frame"
    return "list" if isinstance(given.dtype, pl.List) else "one"


def _wrong_type(name: str, given: _Given) -> MisuseError:
    got = "DataFrame" if isinstance(given, pl.DataFrame) else str(given.dtype)
    return MisuseError("column-of-wrong-type", name, wanted=name, got=got)


def _nth(given: _Given, place: int) -> pl.Series:
    """Return the values at one place of several; a column of single ones whole."""
    if isinstance(given, pl.DataFrame):
        return given.to_series(place)
    if isinstance(given.dtype, pl.List):
        return given.list.get(place, null_on_oob=True)
    return given


def _read_kinds(column: pl.Series) -> Ints:
    words = column.cast(pl.String)
    found = np.full(len(words), -1, np.int8)
    for place, kind in enumerate(KINDS):
        found[(words == kind.value).fill_null(value=False).to_numpy()] = place
    return found
