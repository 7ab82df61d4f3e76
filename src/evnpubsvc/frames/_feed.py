"""A register, wherever it comes from, given to a reader of batches."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar, cast

import polars as pl

from evnpubsvc._files import bounds, opened
from evnpubsvc.frames._columns import BatchReader
from evnpubsvc.frames._sources import (
    FrameFormat,
    FrameSource,
    files_of,
    first_lines,
    look_at_tables,
    names_in,
    tables_of,
    take_file,
    take_sheet,
    take_stream,
    take_table,
    unreadable,
)
from evnpubsvc.frames._tally import Progress
from evnpubsvc.frames._threads import working
from evnpubsvc.serde.engine import LOOKED_AT, Again, is_workbook, look_into

PIECE = 24 << 20  # bytes of a text file at once
R = TypeVar("R", bound=BatchReader)
ReaderOf: TypeAlias = Callable[[Sequence[str] | None], R]


def feed(
    source: FrameSource,
    reader_of: ReaderOf[R],
    *,
    file_format: FrameFormat | None,
    progress: Progress | None,
    piece: int = PIECE,
    threads: int = 1,
    unpacked: int = bounds.UNPACKED,
    unmapped: bool = False,
) -> R:
    """Give a register to a reader, file by file or table by table.

    Args:
        source: a path or several, a stream of bytes, or tables of Arrow.
        reader_of: makes the reader. It is called with the names of the columns where `unmapped`
            asks for them, else with None.
        file_format: what the file is; by default what its name ends in, and CSV for a stream.
        progress: called with the rows read so far and the share of the bytes, from 0 to 1.
        piece: how many bytes of a text file are read at once.
        threads: how many read and count.
        unpacked: how many bytes a compressed file may have when it is unpacked.
        unmapped: whether the reader guesses the mapping of columns from their names.

    Returns:
        The reader, when it has read everything.
    """
    # A stream has no name, so it says nothing of its format.
    if _is_stream(source):
        kind = file_format or FrameFormat.CSV
        with opened(source) as stream:
            if kind is FrameFormat.PARQUET:
                return _of_parquet(
                    stream,
                    reader_of,
                    progress,
                    threads=threads,
                    unpacked=unpacked,
                    unmapped=unmapped,
                )
            return _of_stream(
                stream, reader_of, kind, piece, progress, threads=threads, unmapped=unmapped
            )
    if not is_paths(source):
        return _of_tables(source, reader_of, progress, threads)

    # Files: the first one has the names of the columns.
    files = files_of(source)
    names = _names_of(files[0], file_format) if unmapped and files else None
    reader = reader_of(names)

    # One after the other; progress counts their bytes.
    sizes = [_size(path) for path in files]
    total, done = sum(sizes) or 1, 0
    for path, size in zip(files, sizes, strict=True):
        advance = _share(progress, reader, done, total)
        reader.begin_source()
        take_file(
            path,
            reader,
            file_format or FrameFormat.of(path.name),
            piece=piece,
            unpacked=unpacked,
            threads=threads,
            advance=advance,
        )
        done += size
        if progress is not None:
            progress(reader.rows, done / total)
    return reader


def _is_stream(source: Any) -> bool:
    return hasattr(source, "readline") and not hasattr(source, "__arrow_c_stream__")


def is_paths(source: Any) -> bool:
    """Return whether a source is a path, or a list of paths and nothing else."""
    if isinstance(source, (str, os.PathLike)):
        return True
    return isinstance(source, (list, tuple)) and all(
        isinstance(each, (str, os.PathLike)) for each in cast("list[Any]", source)
    )


def _share(
    progress: Progress | None, reader: BatchReader, done: int, total: int
) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda here: progress(reader.rows, min((done + here) / total, 1.0))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # whoever opens it says why


def _of_parquet(
    stream: BinaryIO,
    reader_of: ReaderOf[R],
    progress: Progress | None,
    *,
    threads: int,
    unpacked: int,
    unmapped: bool,
) -> R:
    """Read Parquet from a stream, through a file: its directory of parts is at its end."""
    with tempfile.TemporaryDirectory(prefix="evnpubsvc-") as folder:
        path = Path(folder, "-")
        with path.open("wb") as whole:
            shutil.copyfileobj(stream, whole)
        return feed(
            path,
            reader_of,
            file_format=FrameFormat.PARQUET,
            progress=progress,
            threads=threads,
            unpacked=unpacked,
            unmapped=unmapped,
        )


def _of_stream(
    stream: Any,
    reader_of: ReaderOf[R],
    kind: FrameFormat,
    piece: int,
    progress: Progress | None,
    *,
    threads: int,
    unmapped: bool,
) -> R:
    given, is_workbook_stream = look_into(stream) if kind is FrameFormat.CSV else (stream, False)
    if is_workbook_stream:
        reader = reader_of(names_in(given, kind) if unmapped else None)
        given.seek(0)
        take_sheet(given, reader)
        return reader
    head = first_lines(given) if unmapped else b""
    reader = reader_of(names_in(io.BytesIO(head), kind) if unmapped else None)
    advance = _share(progress, reader, 0, 1 << 62)
    whole = cast("BinaryIO", Again(given, head) if head else given)
    take_stream(whole, reader, kind, piece=piece, threads=threads, advance=advance)
    return reader


def _names_of(path: Path, file_format: FrameFormat | None) -> list[str]:
    kind = file_format or FrameFormat.of(path.name)
    if is_workbook(path):
        return names_in(path, kind)
    with opened(path) as stream, unreadable(path.name):
        if kind is FrameFormat.PARQUET:
            return list(pl.scan_parquet(path, glob=False).collect_schema())
        return names_in(io.BytesIO(first_lines(stream)), kind)


def _of_tables(source: Any, reader_of: ReaderOf[R], progress: Progress | None, threads: int) -> R:
    with unreadable("-"):
        tables = tables_of(source)
        first: list[pl.DataFrame] = []
        for table in tables:
            first.append(table)
            if sum(each.height for each in first) >= LOOKED_AT:
                break
        reader = reader_of(first[0].columns if first else [])
        look_at_tables(first, reader)
        before = 0
        with working(threads) as workers:
            for table in chain(first, tables):
                take_table(table, reader, before, workers)
                before += table.height
                if progress is not None:
                    progress(reader.rows, 0.0)
        return reader
