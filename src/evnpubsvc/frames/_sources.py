"""What a register can come in.

There are three kinds of files, and anything that speaks the Arrow stream protocol.
"""

from __future__ import annotations

import errno
import glob
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, islice
from operator import add
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

import duckdb
import polars as pl

from evnpubsvc._files import bounds, opened
from evnpubsvc._hooks import answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.frames._columns import BATCH, BatchReader, Looked
from evnpubsvc.frames._csv import take_csv
from evnpubsvc.frames._duckdb import connect_alone
from evnpubsvc.frames._json import take_json
from evnpubsvc.frames._threads import Workers, working
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.serde.engine import (
    LOOKED_AT,
    Again,
    Row,
    absent_columns,
    is_workbook,
    json_rows,
    named_rows,
    open_register,
)
from evnpubsvc.texts import LabelledEnum

FrameSource: TypeAlias = Any
"""What a register is read from: files, a binary stream with a format, or tables.

Files are a path, a pattern of paths (`parts/*.parquet`), or several of them. A table is anything
with `__arrow_c_stream__` (pandas, PyArrow, Polars, DuckDB relations); batches of such tables may
come one after another.
"""


class FrameFormat(LabelledEnum):
    """The container of a register."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @classmethod
    @answer_wrong_arguments
    def of(cls, name: str) -> FrameFormat:
        """Return the format that the end of a file's name says; CSV where it says none."""
        suffix = name.lower().rpartition(".")[2]
        return {
            "jsonl": cls.JSONL,
            "ndjson": cls.JSONL,
            "parquet": cls.PARQUET,
            "pq": cls.PARQUET,
        }.get(suffix, cls.CSV)


def files_of(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Return the files that a path, a pattern or a sequence of them names, in order.

    Raises:
        DataError: `file-unreadable` for each that there is not.
    """
    if isinstance(source, (str, os.PathLike)):
        named = [source]
    else:
        named = list(source)
    files: list[Path] = []
    found: list[Finding] = []
    for each in named:
        text = os.fspath(each)
        if glob.has_magic(text) and not Path(text).exists():
            matches = sorted(glob.glob(text))  # noqa: PTH207 - patterns keep their own form
        else:
            matches = [text]
        if not matches:
            found.append(finding("file-unreadable", "", text, why=_absent()))
        files += map(Path, matches)
    if found:
        raise DataError(found)
    return files


def _absent() -> OSError:
    return OSError(errno.ENOENT, "no file of that name")


@contextmanager
def unreadable(name: str) -> Generator[None]:
    """Turn what an engine says of a source into a finding."""
    try:
        yield
    except pl.exceptions.PanicException as error:  # no Exception: what broken files do to an engine
        why = ValueError(str(error))
        raise DataError([finding("file-unreadable", "", name, why=why)]) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        if isinstance(error, MisuseError):
            raise
        raise DataError([finding("file-unreadable", "", name, why=error)]) from None


Advance = Callable[[int], None]
SLICE: Final = (
    1 << 20
)  # rows of Parquet at once: a slice reads row groups in part and keeps none, a stream many


def take_file(
    path: Path,
    reader: BatchReader,
    kind: FrameFormat,
    *,
    piece: int,
    unpacked: int,
    threads: int,
    advance: Advance | None,
) -> None:
    """Count a file; `advance` is called with the bytes of it that are done."""
    if is_workbook(path):
        take_sheet(path, reader)
        return
    if kind is FrameFormat.PARQUET:
        _take_parquet(path, reader, advance, unpacked, threads)
        return
    with opened(path) as stream, unreadable(path.name):
        take_stream(stream, reader, kind, piece=piece, threads=threads, advance=advance)


def take_stream(
    stream: BinaryIO,
    reader: BatchReader,
    kind: FrameFormat,
    *,
    piece: int,
    threads: int,
    advance: Advance | None,
) -> None:
    """Count an open file of text lines."""
    stream = _settle_days(stream, reader, kind)
    if kind is FrameFormat.CSV:
        take_csv(stream, reader, piece=piece, threads=threads, progress=advance)
    else:
        take_json(stream, reader, piece=piece, threads=threads, progress=advance)


def _settle_days(stream: Any, reader: BatchReader, kind: FrameFormat) -> Any:
    """Let a reader look at the first rows of a stream; return the stream as it was."""
    start = stream.tell() if _can_seek(stream) else None
    head = first_lines(stream)
    with suppress(DataError):  # the count says what is wrong with the table
        rows, typed = _first_rows(io.BytesIO(head), reader, kind)
        reader.settle_days(rows, typed=typed)
    if start is None:
        return Again(stream, head)
    stream.seek(start)
    return stream


_LINES_ABOVE: Final = 100  # of titles, and of cells with several lines
_AHEAD: Final = 4 << 20  # bytes that are looked at, at most


def first_lines(stream: Any) -> bytes:
    """Return so many lines that the first rows are among them."""
    lines, size = list[bytes](), 0
    for line in islice(iter(partial(stream.readline, _AHEAD), b""), LOOKED_AT + _LINES_ABOVE):
        lines.append(line)
        size += len(line)
        if size >= _AHEAD:
            break
    return b"".join(lines)


def names_in(head: BinaryIO | Path, kind: FrameFormat) -> list[str]:
    """Return the names of the columns in the first lines of a file, or in a workbook.

    They are found as the readers of a register without a mapping find them. What cannot be read has
    none: its reader says why.
    """
    try:
        if kind is FrameFormat.JSONL and not isinstance(head, Path):
            rows = (row for row in islice(json_rows(head), LOOKED_AT) if isinstance(row, Row))
            return list(dict.fromkeys(name for row in rows for name in row.cells))
        with open_register(head, RegisterColumns()) as table:
            return table.header
    except DataError:
        return []


def _can_seek(stream: Any) -> bool:
    return hasattr(stream, "seekable") and bool(stream.seekable())


def _first_rows(
    head: BinaryIO, reader: BatchReader, kind: FrameFormat
) -> tuple[list[Mapping[str, object]], bool]:
    """Return the cells of the first rows, and whether they come from a workbook."""
    typed = False
    if kind is FrameFormat.JSONL:
        rows = list(islice(json_rows(head), LOOKED_AT))
    else:
        with open_register(head, reader.columns) as table:
            rows, typed = list(islice(named_rows(table), LOOKED_AT)), table.typed
    return [row.cells for row in rows if isinstance(row, Row)], typed


_ROWS_AT_ONCE: Final = 1 << 14


class _Gathered:
    """Rows of texts that come one by one, given to a reader as columns."""

    def __init__(self, reader: BatchReader) -> None:
        self._reader = reader
        self._mapped = tuple(dict.fromkeys(column for _, column in reader.columns.mapped()))
        self._rows: list[list[str | None]] = []
        self._lines: list[int] = []

    def names(self) -> tuple[str, ...]:
        """Return the columns whose cells are wanted."""
        return self._mapped

    def add(self, line: int, cells: list[str | None]) -> None:
        self._rows.append(cells)
        self._lines.append(line)
        if len(self._lines) >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Give what was gathered to the reader."""
        if not self._lines:
            return
        rows, lines = self._rows, self._lines
        self._rows, self._lines = [], []
        columns = dict(zip(self._mapped, map(list, zip(*rows, strict=True)), strict=True))
        try:
            frame = pl.DataFrame(columns, schema=dict.fromkeys(self._mapped, pl.String))
        except UnicodeEncodeError:  # a lone surrogate, which JSON can write and UTF-8 cannot
            self._reader.take_rows(
                Row(line, dict(zip(self._mapped, row, strict=True)))
                for line, row in zip(lines, rows, strict=True)
            )
        else:
            self._reader.take(frame, lines.__getitem__)


def take_sheet(source: Path | BinaryIO, reader: BatchReader) -> None:
    """Count a sheet of a workbook."""
    gathered = _Gathered(reader)
    with open_register(source, reader.columns) as table:
        reader.take_rows(iter(table.notices))
        places = [table.header.index(name) for name in gathered.names()]
        first = list(islice(table.rows, LOOKED_AT))
        reader.settle_days(
            (
                dict(zip(table.header, each[1], strict=True))
                for each in first
                if not isinstance(each, Finding)
            ),
            typed=table.typed,
        )
        for each in chain(first, table.rows):
            if isinstance(each, Finding):
                reader.take_rows(iter([each]))
            else:
                line, cells = each
                gathered.add(line, [cells[place] for place in places])
        gathered.flush()


def _take_parquet(
    path: Path, reader: BatchReader, advance: Advance | None, unpacked: int, threads: int
) -> None:
    size = path.stat().st_size
    metadata = _Metadata.of(path)
    metadata.refuse_torn(path, size)
    with opened(path), unreadable(path.name):
        scan = pl.scan_parquet(path, glob=False)
        schema = scan.collect_schema()
        rows = scan.select(pl.len()).collect().item()

        def is_empty(name: str) -> bool:
            return not scan.select(pl.col(name).count()).collect().item()

        columns = _columns(schema, reader, path.name, is_empty)
        metadata.refuse_bombs(path, columns, unpacked)

        def read(done: int) -> pl.DataFrame:
            return _as_texts(scan.select(columns).slice(done, SLICE).collect())

        def slices() -> Iterator[tuple[pl.DataFrame, int]]:
            # The next slice is read while one is counted.
            with working(1) as ahead:
                following = ahead.begin(read, 0)
                for done in range(0, rows, SLICE):
                    batch = following.result()
                    if not done:
                        look_at_tables([batch], reader)
                    if done + SLICE < rows:
                        following = ahead.begin(read, done + SLICE)
                    yield from _batches(batch, done)

        with working(threads) as workers:
            for done in _take_cells(slices(), reader, workers):
                if advance is not None:
                    advance(size * done // rows)


@frozen
class _Metadata:
    """What the metadata of a Parquet file say of its groups of rows.

    Attributes:
        end: the last place in the file that they name; None for no rows.
        unpacked: bytes of each column (a path of names) of each group, when it is unpacked.
    """

    end: int | None
    unpacked: list[tuple[int, str, int]]

    @classmethod
    def of(cls, path: Path) -> _Metadata:
        """Ask for the metadata of a file.

        Raises:
            DataError: `file-unreadable` where they are broken.
        """
        pages = "data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)"
        end = f"greatest({pages}, least({pages}) + total_compressed_size)"
        query = (
            "SELECT row_group_id, path_in_schema, total_uncompressed_size::BIGINT,"  # noqa: S608 - ours
            f" {end} FROM parquet_metadata($path)"
        )
        pattern = re.sub(r"([*?\[])", r"[\1]", str(path))  # the name as it is
        try:
            with connect_alone(threads=1) as connection:
                rows = connection.execute(query, {"path": pattern}).fetchall()
        except duckdb.Error as error:
            raise DataError([finding("file-unreadable", "", path.name, why=error)]) from None
        ends = [end for *_, end in rows if end is not None]
        return cls(max(ends, default=None), [(group, name, size) for group, name, size, _ in rows])

    def refuse_torn(self, path: Path, size: int) -> None:
        """Refuse a file whose metadata name places behind its end.

        No engine bears those in silence.

        Raises:
            DataError: `file-unreadable`.
        """
        if self.end is not None and self.end > size:
            why = OSError(errno.EIO, "cut off")
            raise DataError([finding("file-unreadable", "", path.name, why=why)])

    def refuse_bombs(self, path: Path, columns: Sequence[str], most: int) -> None:
        """Refuse a file of which a group of rows unpacks to more than is allowed.

        Raises:
            DataError: `parquet-too-large`.
        """
        groups: Counter[int] = Counter()
        for group, name, size in self.unpacked:
            # What is inside a column has its name, a comma and a blank before its own.
            if any(name == column or name.startswith(f"{column}, ") for column in columns):
                groups[group] += size
        largest = max(groups.values(), default=0)
        if largest > most:
            raise DataError([finding("parquet-too-large", path.name, largest, limit=most)])


def _batches(table: pl.DataFrame, before: int) -> Iterator[tuple[pl.DataFrame, int]]:
    """Yield a table in parts for the threads, with the rows before each."""
    for start in range(0, table.height, BATCH):
        yield table.slice(start, BATCH), before + start


def _take_cells(
    batches: Iterable[tuple[pl.DataFrame, int]], reader: BatchReader, workers: Workers
) -> Iterator[int]:
    """Count typed batches; rows with a cell that no file of text could hold are findings.

    Yields the rows so far.
    """
    look = partial(_look_at_cells, reader=reader)
    for looked, before in workers.in_order(look, batches):
        reader.settle(looked, partial(add, before + 1))
        yield before + looked.rows


def _look_at_cells(given: tuple[pl.DataFrame, int], reader: BatchReader) -> tuple[Looked, int]:
    """Look at a batch, in any thread; return the rows before it too."""
    batch, before = given
    # Every different word is read once, and one that no file could hold is in doubt then. Cells of
    # other columns are searched one by one.
    odd = [
        (pl.col(name).str.len_bytes() > bounds.CELL) | pl.col(name).str.contains("\0", literal=True)
        for name, kind in batch.schema.items()
        if kind == pl.String and name not in reader.word_columns
    ]
    if not odd:
        return reader.look(batch), before
    found = batch.select(odd=pl.any_horizontal(odd).fill_null(value=False))["odd"]
    return reader.look(batch, found.to_numpy() if found.any() else None), before


def _columns(
    schema: pl.Schema, reader: BatchReader, name: str, is_empty: Callable[[str], bool]
) -> list[str]:
    """Return the columns to read. Those in which nothing stands have no type that could be wrong.

    Raises:
        DataError: `column-missing` for each that there is not; `column-of-wrong-type`.
    """
    mapped = list(reader.columns.mapped())
    absent = list(absent_columns(tuple(schema), reader.columns))
    if absent:
        raise DataError(absent)
    moments = {"received", "due", "finished", "recorded", "superseded"}
    times = set(reader.columns.times.values())
    wrong = [
        finding("column-of-wrong-type", name, column, wanted=what, got=str(schema[column]))
        for what, column in mapped
        if not _usable(
            schema[column], moment=what in moments and column == getattr(reader.columns, what, None)
        )
        and not (schema[column] == pl.Time and column in times)
        and not is_empty(column)
    ]
    if wrong:
        raise DataError(wrong)
    return list(dict.fromkeys(column for _, column in mapped if column in reader.wanted))


def _usable(kind: pl.DataType, *, moment: bool) -> bool:
    if isinstance(kind, (pl.String, pl.Null, pl.Categorical, pl.Enum)):
        return True
    if moment:
        return isinstance(kind, (pl.Date, pl.Datetime))
    return kind.is_integer()


def _as_texts(batch: pl.DataFrame) -> pl.DataFrame:
    """The batch with texts where the reader looks for texts."""
    odd = [
        name
        for name, kind in batch.schema.items()
        if not isinstance(kind, (pl.String, pl.Date, pl.Datetime))
    ]
    if odd:
        return batch.with_columns(pl.col(name).cast(pl.String) for name in odd)
    return batch


def look_at_tables(tables: Iterable[pl.DataFrame], reader: BatchReader) -> None:
    """Let a reader look at the first rows of tables that come one after another."""
    named = {column for _, column in reader.columns.mapped()}
    rows = chain.from_iterable(
        table.select(pl.selectors.by_name(named, require_all=False)).iter_rows(named=True)
        for table in tables
    )
    reader.settle_days(islice(rows, LOOKED_AT))


def take_table(table: pl.DataFrame, reader: BatchReader, before: int, workers: Workers) -> None:
    """Count a table in memory that stands behind so many rows."""
    columns = _columns(table.schema, reader, "", lambda name: not table[name].count())
    for _ in _take_cells(_batches(_as_texts(table.select(columns)), before), reader, workers):
        pass


def _frame_of(table: Any) -> pl.DataFrame:
    """Take over a table of another library.

    Raises:
        DataError: `column-twice`, which other libraries allow.
    """
    names = [str(name) for name in getattr(table, "columns", ())]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise DataError(finding("column-twice", "", name) for name in twice)
    try:
        return pl.DataFrame(table)
    except (pl.exceptions.DuplicateError, ValueError) as error:
        raise DataError([finding("file-unreadable", "", "-", why=error)]) from None


def tables_of(source: Any) -> Iterator[pl.DataFrame]:
    """Give the tables of a source piece by piece.

    The source is not copied whole where it can be streamed.

    Raises:
        MisuseError: `source-unknown`.
    """
    if isinstance(source, pl.LazyFrame):
        yield from source.collect_batches(chunk_size=2 * BATCH, maintain_order=True)
    elif isinstance(source, pl.DataFrame):
        yield source
    elif hasattr(source, "read_next_batch"):  # an Arrow stream that is still open
        for batch in source:
            yield _frame_of(batch)
    elif hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__"):
        yield _frame_of(source)
    elif isinstance(source, Iterable) and not isinstance(source, (str, bytes, dict)):
        for batch in cast("Any", source):
            yield from tables_of(batch)
    else:
        raise MisuseError("source-unknown", type(cast("Any", source)).__name__)
