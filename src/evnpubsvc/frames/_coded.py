"""A register in numbers of 8 and 16 bits, in Parquet.

About six bytes a dossier, to be counted again and again.

A column for each dimension (0 for none, else the place of the value in the list that stands in the
file's metadata), `received`, `due` and `finished` as days since a day in the metadata (65535 for
none), and `state`: the status, and whether the row is a linked step. Where the mapping names the
codes of dossiers, they stand in `code`, which no count reads. What could not be read was counted
when the file was written, and stands there too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from evnpubsvc._files import opened, replace_file, system_error
from evnpubsvc._moments import own_day
from evnpubsvc._validate import read_member
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.frames._cells import CellCounter, TermDays
from evnpubsvc.frames._columns import BatchReader, Bits, ReadBatch, rows_at
from evnpubsvc.frames._days import EPOCH, MISSING, day_number
from evnpubsvc.frames._feed import feed
from evnpubsvc.frames._sources import FrameFormat, FrameSource, unreadable
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import Progress, TallyFrame
from evnpubsvc.frames._threads import threads_of, working
from evnpubsvc.frames._words import Values
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.statistics import LimitTerms, RegisterRow, Tally, Where
from evnpubsvc.statistics.engine import STATUSES, Reasons, RowCounter, as_wheres, spell_alike
from evnpubsvc.worktime import Calendar

VERSION: Final = 2
_KEY: Final = "evnpubsvc.coded"
_NONE: Final = 65_535
_LINKED: Final = 64
_DAYS: Final = ("received", "due", "finished")
_CODE: Final = "code"
_CLEAN: Final = r"^[!-~](?:[ -~]*[!-~])?$"  # nothing to strip, nothing to compose
_GROUP: Final = 1 << 19  # rows of a row group
_STEP: Final = 1 << 16  # rows counted at once: they stay in the cache


class Coder(BatchReader):
    """A reader that keeps the rows as numbers instead of counting them."""

    def __init__(
        self,
        columns: RegisterColumns,
        on_finding: Callable[[Finding], None] | None,
        asked: tuple[Where, ...] = (),
    ) -> None:
        super().__init__(columns, tuple(columns.dimensions), hours=False)
        self._asked = asked
        self._passed_over = 0
        self._rejected: dict[str, int] = {}
        self._noticed: dict[str, int] = {}
        self._reasons = Reasons(self._rejected, self._noticed, hours=False, on_finding=on_finding)
        self._code_columns = [name for name in (columns.code, *columns.code_with) if name]
        names = (*(f"d{i}" for i in range(len(columns.dimensions))), *_DAYS, "state")
        self._codes: list[pl.Series] = []
        self._parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in names}

    keeps = True

    def weigh(self, batch: ReadBatch) -> Bits:
        """Return the rows in doubt."""
        return batch.doubt

    def keep(self, batch: ReadBatch) -> None:
        """Keep the rows of a batch that are not in doubt."""
        there = ~batch.doubt
        asked = there & self.rows_with(batch, self._asked)
        self._passed_over += int(np.count_nonzero(there)) - int(np.count_nonzero(asked))
        rows = np.flatnonzero(asked)
        if self.columns.code is not None:
            self._codes.append(self._codes_of(rows_at(batch.frame, rows, self._code_columns)))
        for index, name in enumerate(self.columns.dimensions):
            self._parts[f"d{index}"].append(batch.codes[name].take(rows).astype(np.uint16))
            self._check_range(name, len(self.values[name].names))
        for name in _DAYS:
            if name in batch.days:
                days = batch.days[name].take(rows)
            else:
                days = np.full(len(rows), MISSING, np.int32)
            self._parts[name].append(days)
        state = np.zeros(len(rows), np.int32)
        if batch.status is not None:
            state = batch.status.take(rows)
        if batch.linked is not None:
            state = state + _LINKED * batch.linked.take(rows)
        self._parts["state"].append(state.astype(np.uint8))

    def _codes_of(self, frame: pl.DataFrame) -> pl.Series:
        """Return the codes of rows, as the reader of rows makes them of their cells."""
        names = self._code_columns
        if len(names) == 1 and not self.columns.missing:
            column = frame[names[0]]
            if column.str.contains(_CLEAN).all():  # null where there is nothing
                return column
        texts = [[self._text_of(text or "") for text in frame[name]] for name in names]
        codes = ["/".join(parts) if parts[0] else None for parts in zip(*texts, strict=True)]
        return pl.Series(codes, dtype=pl.String)

    def begin_source(self) -> None:
        """Say that another file or table begins."""
        self._reasons.begin()

    def keep_row(self, row: RegisterRow | Finding) -> None:
        """Keep a row of the slow lane; findings are counted by reason."""
        if isinstance(row, Finding):
            self._reasons.found(row)
            return
        self._reasons.begin()
        if not self.row_has(row, self._asked):
            self._passed_over += 1
            return
        if self.columns.code is not None:
            self._codes.append(pl.Series([row.code], dtype=pl.String))
        if row.part_of is None:
            self.repeats.take_row(row)
        given = dict(row.dimensions)
        for index, name in enumerate(self.columns.dimensions):
            place = self.values[name].place(given[name])
            self._check_range(name, place)
            self._parts[f"d{index}"].append(np.array([place], np.uint16))
        for name, moment in zip(_DAYS, (row.received, row.due, row.finished), strict=True):
            if moment is None:
                day = MISSING
            else:
                day = day_number(own_day(moment))
            self._parts[name].append(np.array([day], np.int32))
        state = STATUSES.index(row.status) + _LINKED * (row.part_of is not None)
        self._parts["state"].append(np.array([state], np.uint8))

    @staticmethod
    def _check_range(name: str, values: int) -> None:
        if values >= _NONE:
            raise DataError([finding("coded-range", name, name, what=f"{_NONE} values")])

    def result(self) -> tuple[pl.DataFrame, dict[str, Any]]:
        """Return the columns and what the metadata say of them."""
        for each in self.repeats.findings():
            self._reasons.found(each)
        if self._passed_over:
            filtered = tuple(each.dimension for each in self._asked)
            self._reasons.found(notice("packed-without", "", self._passed_over, names=filtered))
            self._noticed["packed-without"] = self._passed_over
        columns: dict[str, Any] = {
            name: np.concatenate(parts or [np.zeros(0, np.uint8)])
            for name, parts in self._parts.items()
        }

        # Days as distances to the first, in two bytes.
        there = [days[days != MISSING] for days in (columns[name] for name in _DAYS)]
        lows = [int(days.min()) for days in there if len(days)]
        highs = [int(days.max()) for days in there if len(days)]
        first = min(lows, default=0)
        if max(highs, default=0) - first >= _NONE:
            raise DataError(
                [finding("coded-range", "received", date.fromordinal(first + EPOCH), what="days")]
            )
        for name in _DAYS:
            days = columns[name]
            columns[name] = np.where(days == MISSING, _NONE, days - first).astype(np.uint16)

        # Values as numbers, in the order of the values, so that a count need not sort its cells
        # again.
        dimensions: dict[str, list[str]] = {}
        for index, name in enumerate(self.columns.dimensions):
            names = self.values[name].names
            order = sorted(range(len(names)), key=names.__getitem__)
            dimensions[name] = [names[place] for place in order]
            rank = np.zeros(len(names) + 1, np.uint8 if len(names) < 256 else np.uint16)
            rank[np.array(order, np.int64) + 1] = np.arange(1, len(names) + 1, dtype=rank.dtype)
            columns[f"d{index}"] = rank.take(columns[f"d{index}"])

        # The codes, which compress best as texts.
        if self.columns.code is not None:
            empty = pl.Series([], dtype=pl.String)
            columns[_CODE] = pl.concat([*self._codes, empty], rechunk=True)

        # What the numbers mean.
        head = {
            "version": VERSION,
            "first": date.fromordinal(first + EPOCH).isoformat(),
            "dimensions": dimensions,
            "one_spelling": list(self.columns.one_spelling),
            "statuses": ["" if status is None else status.value for status in STATUSES],
            "terms": self.columns.terms,
            "rejected": self._rejected,
            "noticed": self._noticed,
            "rows": len(columns["received"]),
        }
        return pl.DataFrame(columns), head


def write_coded(
    source: FrameSource,
    path: str | os.PathLike[str],
    columns: RegisterColumns,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    file_format: FrameFormat | str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Path:
    """Write a register in the coded layout.

    About six bytes a dossier, besides its code, which `tally_frame` counts many times as fast.

    The layout knows days, not times of day, and the latest version of each row:
    `Precision.TIMESTAMP` and `known_at` need the register itself. Linked steps, and rows that could
    not be read, are counted there as here. While it is written, the register takes about twenty
    bytes of memory a dossier, and twice as many with its codes.

    Args:
        source: as for `tally_frame`.
        path: the file to write. It appears when it is whole; a file of that name stays as it is
            until then.
        columns: how the register is laid out; every dimension is kept, and the code where it is
            mapped: without codes nobody can list the dossiers behind a number.
        where: dimension -> the value, or the values, of the rows that are written. Every count of
            the file says how many others there were (`packed-without`).
        file_format: the container of the source; None goes by the end of each file's name.
        threads: as for `tally_frame`.
        progress: as for `tally_frame`.
        on_finding: called with each finding.

    Returns:
        The path.

    Raises:
        DataError: as `tally_frame`; `coded-range`: dates 180 years apart, or 65,535 values of a
            dimension; `nothing-read` where no row could be read; `file-unwritable`, and nothing is
            left behind.
        UnknownNameError: `dimension-unknown` for a filter.
        MisuseError: `coded-versions` for a mapping with `recorded` or `superseded`; as
            `tally_frame`.
    """
    if columns.recorded is not None or columns.superseded is not None:
        raise MisuseError("coded-versions")
    asked = as_wheres(where or {})
    for each in asked:
        if each.dimension not in columns.dimensions:
            known = tuple(columns.dimensions)
            raise UnknownNameError("dimension-unknown", each.dimension, known=known)
    coder = Coder(columns, on_finding, asked)
    shape = None if file_format is None else read_member(FrameFormat, file_format)
    many = threads_of(threads)
    feed(source, lambda _: coder, file_format=shape, progress=progress, threads=many)
    frame, head = coder.result()
    rejected = sum(head["rejected"].values())
    if rejected and not head["rows"]:
        raise DataError([finding("nothing-read", "", rejected)])
    metadata = {_KEY: json.dumps(head, ensure_ascii=False)}
    return replace_file(path, lambda beside: _write(frame, beside, metadata))


def _write(frame: pl.DataFrame, path: Path, metadata: dict[str, str]) -> None:
    try:
        frame.write_parquet(path, metadata=metadata, row_group_size=_GROUP)
    except pl.exceptions.PolarsError as error:  # a full disk may come in this dress
        raise system_error(str(error)) from None


# -- counting --------------------------------------------------------------------------------------


def coded_head(path: Path) -> dict[str, Any] | None:
    """Return what the metadata of a coded file say; None if it is another file.

    Raises:
        DataError: `coded-version`, `coded-malformed`.
    """
    with unreadable(path.name):
        text = pl.read_parquet_metadata(path).get(_KEY)
    if text is None:
        return None
    try:
        head: Any = json.loads(text)
        version = head["version"]
        if version == VERSION:
            date.fromisoformat(head["first"])
            named = all(
                isinstance(value, str) for names in head["dimensions"].values() for value in names
            )
            counts = [
                number
                for reasons in (head["rejected"], head["noticed"])
                for number in reasons.values()
            ]
            RegisterColumns(
                dimensions={name: name for name in head["dimensions"]}, terms=head["terms"]
            )
            whole = all(type(number) is int for number in [*counts, head["rows"]])
            named = named and set(head["one_spelling"]) <= set(head["dimensions"])
            if not (
                named
                and whole
                and head["statuses"] == [status.value if status else "" for status in STATUSES]
            ):
                raise ValueError("dimensions")  # noqa: TRY301
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError([finding("coded-malformed", path.name, error)]) from None
    if version != VERSION:
        raise DataError([finding("coded-version", path.name, version, expected=VERSION)])
    return cast("dict[str, Any]", head)


def coded_files(
    files: list[Path], file_format: FrameFormat | None
) -> tuple[list[Path], list[dict[str, Any]]] | None:
    """Return the files with their heads if they are coded ones; None if they are not.

    Raises:
        MisuseError: `coded-mixed`.
    """
    if not files or (file_format or FrameFormat.of(files[0].name)) is not FrameFormat.PARQUET:
        return None
    heads: list[dict[str, Any]] = []
    for path in files:
        with opened(path):
            head = coded_head(path)
        if head is None:
            if heads:
                raise MisuseError("coded-mixed", path.name)
            return None
        heads.append(head)
    return files, heads


def coded_limits(heads: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """Return the limits that coded files state.

    Raises:
        MisuseError: `terms-differ` where they state different ones.
    """
    stated: list[Mapping[str, Mapping[str, str]]] = [head["terms"] for head in heads]
    if any(each != stated[0] for each in stated):
        raise MisuseError("terms-differ")
    return stated[0]


def coded_spellings(heads: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the dimensions of coded files whose values are one value where they look alike."""
    return tuple(dict.fromkeys(name for head in heads for name in head["one_spelling"]))


class _CodedColumns:
    """What the numbers of a coded file mean.

    Args:
        head: the metadata of the file.
        wanted: names of the dimensions that are read.
    """

    def __init__(self, head: Mapping[str, Any], wanted: Collection[str]) -> None:
        dimensions: dict[str, list[str]] = head["dimensions"]
        self.first = day_number(date.fromisoformat(head["first"]))
        self.values = {name: Values(dimensions[name]) for name in dimensions if name in wanted}
        self.needed = {name: f"d{index}" for index, name in enumerate(dimensions) if name in wanted}

    def scan(self, path: Path) -> pl.LazyFrame:
        """Return the columns of a file, which are as they should be.

        Raises:
            DataError: `coded-malformed`.
        """
        scan = pl.scan_parquet(path, glob=False)
        schema = scan.collect_schema()
        wanted = [*self.needed.values(), *_DAYS, "state"]
        if any(str(schema.get(name)) not in {"UInt8", "UInt16"} for name in wanted):
            raise DataError([finding("coded-malformed", path.name, tuple(schema))])
        return scan

    def day(self, columns: Mapping[str, Any], name: str, place: int) -> date | None:
        """Return a day of a row."""
        number = int(columns[name][place])
        if number == _NONE:
            return None
        return date.fromordinal(number + self.first + EPOCH)

    def row(self, columns: Mapping[str, Any], place: int, code: str | None = None) -> RegisterRow:
        """Return a row as the reader of rows gives it."""
        received = self.day(columns, "received", place)
        assert received is not None
        state = int(columns["state"][place])
        values: dict[str, str | None] = {}
        for name, column in self.needed.items():
            number = int(columns[column][place])
            values[name] = self.values[name].names[number - 1] if number else None
        return RegisterRow(
            received,
            self.day(columns, "due", place),
            self.day(columns, "finished", place),
            values,
            status=STATUSES[state % _LINKED],
            code=code,
            part_of="linked" if state >= _LINKED else None,
        )


def coded_rows(
    path: Path, head: Mapping[str, Any], asked: Iterable[Where]
) -> Iterator[RegisterRow]:
    """Yield the rows of a coded file with some values.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `coded-without-codes`.
        DataError: `coded-malformed`, `file-unreadable`.
    """
    known: dict[str, list[str]] = head["dimensions"]
    for name in head["one_spelling"]:
        asked = spell_alike(asked, name, known[name])
    meaning = _CodedColumns(head, known)
    chosen = pl.lit(value=True)
    for each in asked:
        if each.dimension not in known:
            raise UnknownNameError("dimension-unknown", each.dimension, known=tuple(known))
        names = known[each.dimension]
        numbers = [number for number, name in enumerate(names, 1) if name in each.values]
        chosen &= pl.col(meaning.needed[each.dimension]).is_in(numbers)
    with unreadable(path.name):
        scan = meaning.scan(path)
        if scan.collect_schema().get(_CODE) != pl.String:
            raise MisuseError("coded-without-codes", path.name)
        found = scan.filter(chosen).collect()
    columns = {name: found[name].to_numpy() for name in found.columns if name != _CODE}
    try:
        for place, code in enumerate(found[_CODE]):
            yield meaning.row(columns, place, code)
    except (LookupError, OverflowError, AssertionError) as error:
        raise DataError([finding("coded-malformed", path.name, error)]) from None


class CodedCounter:
    """A count of coded files under way: nothing is left to be read, only to be judged."""

    def __init__(
        self,
        question: Tally,
        head: Mapping[str, Any],
        terms: LimitTerms | None,
        store: Store,
        calendar: Calendar | None,
    ) -> None:
        instants = question.compare is Precision.TIMESTAMP or question.at is not None
        if instants or question.known_at is not None:
            raise MisuseError("coded-days-only")
        self.rows = 0
        self._question = question
        self._head = head
        dimensions: dict[str, list[str]] = head["dimensions"]
        wanted = {*question.dimensions, *([] if terms is None else [terms.dimension])}
        self._columns = _CodedColumns(head, wanted)
        self._values = self._columns.values
        if terms is None:
            self._terms = None
        else:
            self._terms = TermDays(terms, self._values)
        self._cells = CellCounter(question, self._values, list(dimensions), store, calendar)
        self._slow = RowCounter(question, terms, calendar=calendar)

    def take_coded(
        self, path: Path, advance: Callable[[int], None] | None, threads: int = 1
    ) -> None:
        """Count a coded file of the same head.

        Raises:
            DataError: `coded-malformed`, `file-unreadable`.
        """
        wanted = [*self._columns.needed.values(), *_DAYS, "state"]
        with unreadable(path.name):
            scan = self._columns.scan(path)
            rows: int = scan.select(pl.len()).collect().item()

            def count(done: int) -> tuple[int, list[RegisterRow]]:
                batch = scan.select(wanted).slice(done, _GROUP).collect()
                columns = {name: batch[name].to_numpy() for name in wanted}
                doubtful: list[RegisterRow] = []
                for start in range(0, batch.height, _STEP):
                    step = {name: each[start : start + _STEP] for name, each in columns.items()}
                    doubtful += self._count(step, path)
                return min(done + _GROUP, rows), doubtful

            # Groups are counted by the threads; rows in doubt here, in their order.
            with working(threads) as workers:
                for done, doubtful in workers.in_order(count, range(0, rows, _GROUP)):
                    self._slow.take_all(doubtful)
                    if advance is not None:
                        advance(path.stat().st_size * done // rows)
        if rows != self._head["rows"]:
            raise DataError([finding("coded-malformed", path.name, rows)])
        self.rows += rows
        slow = self._slow.values
        for mine, said in (
            (slow.rejected, self._head["rejected"]),
            (slow.noticed, self._head["noticed"]),
        ):
            for reason, number in said.items():
                mine[reason] = mine.get(reason, 0) + number

    def frame(self) -> TallyFrame:
        """Return what was counted."""
        fast, slow = self._cells.frame(), self._slow.tally()
        if slow == self._question:
            return fast
        return fast.merge(TallyFrame.from_tally(slow))

    def _count(self, columns: Mapping[str, Any], path: Path) -> list[RegisterRow]:
        """Count some rows; return those in doubt."""
        # Numbers that the head of the file does not know: the file is damaged.
        state = columns["state"]
        status = state & np.uint8(_LINKED - 1)
        needed = self._columns.needed
        codes: dict[str, Any] = {name: columns[column] for name, column in needed.items()}
        for name, code in codes.items():
            if len(code) and int(code.max()) > len(self._values[name].names):
                raise DataError([finding("coded-malformed", path.name, name)])
        if len(status) and int(status.max()) >= len(STATUSES):
            raise DataError([finding("coded-malformed", path.name, "state")])
        linked = (state >= _LINKED) if (state >= _LINKED).any() else None
        received, due, finished = (columns[name] for name in _DAYS)
        if len(received) and int(received.max()) == _NONE:
            raise DataError([finding("coded-malformed", path.name, "received")])

        # Count by columns; the due date is stated, or follows from the terms.
        doubt = np.zeros(len(state), np.bool_)
        given_status = status if status.any() else None
        if self._terms is None:
            self._cells.count(
                received,
                finished,
                due,
                codes,
                given_status,
                doubt=doubt,
                linked=linked,
                base=self._columns.first,
                missing=_NONE,
            )
        else:
            # Terms count from days, not from distances to the first one.
            received, due, finished = map(self._absolute, (received, due, finished))
            wide = {name: code.astype(np.int32) for name, code in codes.items()}
            counted, beyond = self._terms.fill(due, received, wide, doubt)
            doubt |= beyond
            self._cells.count(
                received, finished, counted, codes, given_status, doubt=doubt, linked=linked
            )

        # Rows in doubt are counted one by one.
        return [self._columns.row(columns, place) for place in np.flatnonzero(doubt).tolist()]

    def _absolute(self, days: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        moved = days.astype(np.int32) + np.int32(self._columns.first)
        return np.where(days == _NONE, np.int32(MISSING), moved)


def tally_coded(
    files: Sequence[Path],
    heads: Sequence[Mapping[str, Any]],
    question: Tally,
    terms: LimitTerms | None,
    store_of: Callable[[], Store],
    progress: Progress | None,
    calendar: Calendar | None = None,
    threads: int = 1,
) -> TallyFrame:
    """Count coded files."""
    sizes = [path.stat().st_size for path in files]
    done, total, rows = 0, sum(sizes) or 1, 0
    frames: list[TallyFrame] = []
    for path, head, size in zip(files, heads, sizes, strict=True):
        counter = CodedCounter(question, head, terms, store_of(), calendar)

        def advance(
            here: int, done: int = done, counter: CodedCounter = counter, before: int = rows
        ) -> None:
            if progress is not None:
                progress(before + counter.rows, min((done + here) / total, 1.0))

        counter.take_coded(path, advance if progress is not None else None, threads)
        frames.append(counter.frame())
        done, rows = done + size, rows + counter.rows
        if progress is not None:
            progress(rows, done / total)
    return frames[0].merge(*frames[1:])
