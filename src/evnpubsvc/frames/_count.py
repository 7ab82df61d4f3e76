"""Counting a register on columns."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.frames._coded import coded_head, tally_coded
from evnpubsvc.frames._kernel import Kernel
from evnpubsvc.frames._sources import (
    FrameFormat,
    FrameSource,
    files_of,
    tables_of,
    take_batch,
    take_file,
    take_stream,
    unreadable,
)
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import Progress, TallyFrame, check_names
from evnpubsvc.periods import Period
from evnpubsvc.serde import RegisterColumns, opened
from evnpubsvc.statistics import Precision, WorkingDayTerms, derived_names
from evnpubsvc.statistics._count import question_of
from evnpubsvc.texts import LabelledEnum

__all__ = ["Engine", "tally_frame"]

_PIECE: Final = 24 << 20  # bytes of a text file at once
_UNITS: Final = {"": 1, "k": 10, "m": 20, "g": 30}


class Engine(LabelledEnum):
    """What counts."""

    POLARS = "polars"
    """Polars and numpy, in memory: the cells must fit, the register need not."""
    DUCKDB = "duckdb"
    """The same reading; DuckDB adds up the keys, on disk where they exceed the memory limit."""


def tally_frame(
    source: FrameSource,
    columns: RegisterColumns | None = None,
    *,
    by: Sequence[str],
    compare: Precision,
    as_of: date | None = None,
    period: Period | None = None,
    known_at: date | datetime | None = None,
    terms: WorkingDayTerms | None = None,
    file_format: FrameFormat | str | None = None,
    engine: Engine | str | None = None,
    memory_limit: int | str | None = None,
    progress: Progress | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> TallyFrame:
    r"""Count the dossiers of a register on columns: the same integers as `statistics.tally`, many times as fast.

    Rows that are not plain (dates that do not parse, values that are not mapped, times in another zone) are read one
    by one by the same code as there, so that reasons and counts are the same. Rows without a finding are not kept.

    Args:
        source: files, a binary stream, or tables; see `FrameSource`. Files are read in pieces and may be larger than
            memory. Rows of tables are numbered from 1 where findings name a line.
        columns: how the register is laid out; None if its columns are named as `RegisterColumns` names them, and
            each dimension as its column.
        by: names of dimensions, as for `statistics.tally`.
        compare: dates or instants.
        as_of: day of judgement, inclusive. Or:
        period: counts the dossiers of a period.
        known_at: count what the register said at this moment; None for what it says now.
        terms: due dates for rows that have none.
        file_format: the container; None goes by the end of each file's name.
        engine: None for Polars.
        memory_limit: bytes, or a text as "512MB" (1024-based), that reading and counting should keep to, besides the
            libraries themselves (about 100 MB) and the cells; at least 16 MB. None for what is fastest.
        progress: called now and then with the rows so far, and the share of the input that is done.
        on_finding: called with each finding.

    Returns:
        The tally in long form.

    Raises:
        DataError: `file-unreadable`, `column-of-wrong-type`.
        MisuseError: `source-unknown`, `dimension-unknown`, `dimension-twice`, `dimension-reserved`,
            `as-of-or-period`, `memory-limit`, `extra-missing`.

    >>> import io
    >>> register = b"received,due,finished,channel\n2022-12-01,2022-12-05,2022-12-05,online\n"
    >>> counted = tally_frame(io.BytesIO(register), by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> counted.cells.rows()
    [('online', 'new', 'on_time', 1)]
    """
    question = question_of(
        by, as_of=as_of, period=period, compare=compare, known_at=known_at, terms=terms
    )
    check_names(question.dimensions)
    chosen = Engine(engine) if engine is not None else Engine.POLARS
    limit = _bytes_of(memory_limit)
    piece = _PIECE if limit is None else max(min(_PIECE, limit // 32), 1 << 18)
    pending = 1 << 24 if limit is None else max(min(1 << 24, limit // 48), 1 << 16)

    shape = None if file_format is None else FrameFormat(file_format)
    if _is_paths(source):
        coded = _coded_files(files_of(source), shape)
        if coded is not None:
            files, heads = coded
            return tally_coded(
                files, heads, question, terms, lambda: _store(chosen, pending, limit), progress
            )

    def kernel_of(names: Sequence[str] | None) -> Kernel:
        mapping = columns if columns is not None else _default(names, by)
        store = _store(chosen, pending, limit)
        return Kernel(question, mapping, terms=terms, on_finding=on_finding, store=store)

    return feed(
        source,
        kernel_of,
        file_format=shape,
        progress=progress,
        piece=piece,
        unmapped=columns is None,
    ).frame()


KernelOf = Callable[[Sequence[str] | None], Kernel]


def feed(
    source: FrameSource,
    kernel_of: KernelOf,
    *,
    file_format: FrameFormat | None,
    progress: Progress | None,
    piece: int = _PIECE,
    unmapped: bool = False,
) -> Kernel:
    """Give a register to a kernel, which is made once the names of the columns are known where they are needed."""
    if _is_stream(source):
        return _of_stream(
            source, kernel_of, file_format or FrameFormat.CSV, piece, progress, unmapped=unmapped
        )
    if not _is_paths(source):
        return _of_tables(source, kernel_of, progress)
    files = files_of(source)
    kernel = kernel_of(_names_of(files[0], file_format) if unmapped and files else None)
    sizes = [_size(path) for path in files]
    total, done = sum(sizes) or 1, 0
    for path, size in zip(files, sizes, strict=True):
        advance = _share(progress, kernel, done, total)
        take_file(
            path, kernel, file_format or FrameFormat.of(path.name), piece=piece, advance=advance
        )
        done += size
        if progress is not None:
            progress(kernel.rows, done / total)
    return kernel


def _coded_files(
    files: list[Path], file_format: FrameFormat | None
) -> tuple[list[Path], list[dict[str, Any]]] | None:
    """Return the files with their heads if they are coded ones; None if they are not."""
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


def _is_stream(source: Any) -> bool:
    return hasattr(source, "readline") and not hasattr(source, "__arrow_c_stream__")


def _is_paths(source: Any) -> bool:
    if isinstance(source, (str, os.PathLike)):
        return True
    return isinstance(source, (list, tuple)) and all(
        isinstance(each, (str, os.PathLike)) for each in cast("list[Any]", source)
    )


def _share(
    progress: Progress | None, kernel: Kernel, done: int, total: int
) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda here: progress(kernel.rows, min((done + here) / total, 1.0))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever opens it says why


def _of_stream(
    stream: Any,
    kernel_of: KernelOf,
    kind: FrameFormat,
    piece: int,
    progress: Progress | None,
    *,
    unmapped: bool,
) -> Kernel:
    if kind is FrameFormat.PARQUET:
        with unreadable("-"):
            return _of_tables(pl.read_parquet(stream), kernel_of, progress)
    head = stream.readline(1 << 20) if unmapped else b""
    kernel = kernel_of(_names_in(head, kind) if unmapped else None)
    advance = _share(progress, kernel, 0, 1 << 62)
    take_stream(
        cast("Any", _Again(stream, head) if head else stream),
        kernel,
        kind,
        piece=piece,
        advance=advance,
    )
    return kernel


class _Again:
    """A stream whose first line has been looked at."""

    def __init__(self, stream: Any, head: bytes) -> None:
        self._stream = stream
        self._head = head

    def readline(self, size: int = -1) -> bytes:
        if self._head:
            end = len(self._head) if size < 0 else size
            line, self._head = self._head[:end], self._head[end:]
        else:
            line = self._stream.readline(size)
        return line

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size) if not self._head else self.readline(size)
        return data


def _names_in(head: bytes, kind: FrameFormat) -> list[str]:
    """The names of columns in the first line of a file, as far as they can be read."""
    import csv  # noqa: PLC0415
    import json  # noqa: PLC0415

    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    try:
        if kind is FrameFormat.JSONL:
            row: Any = json.loads(text)
            return [str(name) for name in cast("Any", row)] if isinstance(row, dict) else []
        return [cell.strip() for row in csv.reader([text]) for cell in row]
    except (ValueError, csv.Error, RecursionError):
        return []


def _names_of(path: Path, file_format: FrameFormat | None) -> list[str]:
    kind = file_format or FrameFormat.of(path.name)
    with opened(path) as stream, unreadable(path.name):
        if kind is FrameFormat.PARQUET:
            return list(pl.scan_parquet(path, glob=False).collect_schema())
        return _names_in(stream.readline(1 << 20), kind)


def _default(names: Sequence[str] | None, by: Sequence[str]) -> RegisterColumns:
    """The mapping of a register whose columns are named as this library names them."""
    there = set(names or ())
    plain = ("due", "finished", "status", "code", "part_of", "recorded", "superseded")
    dimensions = {name: name for name in by if name not in derived_names() or name in there}
    named: dict[str, Any] = {name: name for name in plain if name in there}
    return RegisterColumns(dimensions=dimensions, **named)


def _of_tables(source: Any, kernel_of: KernelOf, progress: Progress | None) -> Kernel:
    with unreadable("-"):
        tables = tables_of(source)
        first = next(tables, None)
        kernel = kernel_of([] if first is None else first.columns)
        before = 0
        for table in chain([first] if first is not None else [], tables):
            if not take_batch(table, kernel, before):
                break
            before += table.height
            if progress is not None:
                progress(kernel.rows, 0.0)
        return kernel


def _bytes_of(limit: int | str | None) -> int | None:
    if limit is None:
        return None
    number = limit if isinstance(limit, int) and not isinstance(limit, bool) else None
    if isinstance(limit, str):
        match = re.fullmatch(
            r"\s*(\d{1,12})\s*([kmg]?)(?:i?b)?\s*", limit, re.IGNORECASE | re.ASCII
        )
        number = None if match is None else int(match[1]) << _UNITS[match[2].lower()]
    if number is None or number < 16 << 20:
        raise MisuseError("memory-limit", limit)
    return number


def _store(engine: Engine, pending: int, limit: int | None) -> Store:
    if engine is Engine.DUCKDB:
        from evnpubsvc.frames._duckdb import DuckStore  # noqa: PLC0415

        return DuckStore(pending, limit)
    return Store(pending)
