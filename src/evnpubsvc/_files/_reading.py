"""Reading: a path or a stream, never more of it than a bound."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from evnpubsvc._files import bounds
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import finding

Source: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, or a binary stream that the caller has opened."""


def path_of(source: object) -> Path | None:
    """Return the path that a source is; None for a stream."""
    if isinstance(source, (str, os.PathLike)):
        return Path(os.fspath(source))
    return None


@contextmanager
def opened(source: Source) -> Generator[BinaryIO]:
    """Open a path for reading, or pass a binary stream through.

    Raises:
        DataError: `file-unreadable`: there is no such file, or the system refuses to read it, now
            or while it is read.
    """
    if isinstance(source, (str, os.PathLike)):
        name = Path(source).name or os.fspath(source)
        try:
            stream: BinaryIO = Path(source).open("rb")  # noqa: SIM115 - closed below
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            raise DataError([finding("file-unreadable", "", name, why=error)]) from None
    elif hasattr(source, "read"):
        name, stream = "-", source
    else:
        raise MisuseError("source-needed", source, got=type(source).__name__)
    try:
        yield stream
    except BrokenPipeError:
        raise  # the reader of the output went away: nothing is wrong with this file
    except OSError as error:
        raise DataError([finding("file-unreadable", "", name, why=error)]) from None
    finally:
        if stream is not source:
            stream.close()


@contextmanager
def opened_within(source: Source, most: int | None) -> Generator[BinaryIO]:
    """Open a source, as `opened`, that is refused above so many bytes; None for no such bound.

    Raises:
        DataError: `file-unreadable`; while it is read `file-too-large`.
        MisuseError: `number-not-positive`.
    """
    if most is not None and most < 1:
        raise MisuseError("number-not-positive", most, record="max_bytes")
    with opened(source) as stream:
        yield stream if most is None else cast("BinaryIO", Bounded(stream, most))


def read_bytes(source: Source, most: int = bounds.DOCUMENT) -> bytes:
    """Return all bytes of a document.

    Raises:
        DataError: `file-too-large`, before more than `most` bytes are read; `file-unreadable`.
    """
    with opened(source) as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise DataError([finding("file-too-large", "", limit=most)])
    return raw


def find_beside(source: Source, name: str) -> Path:
    """Return the file that a document names: one in its own folder, or below.

    A document that comes from elsewhere must not open what it likes: it names nothing by an
    absolute path, nothing above its folder, nothing through a link that leads out of it; one from a
    stream has no folder and names nothing.

    Raises:
        DataError: `file-outside`, `file-beside-stream`.
    """
    path = path_of(source)
    if path is None:
        raise DataError([finding("file-beside-stream", "", name)])
    folder = path.parent
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a name with NUL, links in a circle
        inside = False
    if not inside or Path(name).is_absolute():
        raise DataError([finding("file-outside", "", name)])
    return folder / name


def read_line(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the next line and its size in bytes.

    Of a line above the bound come so many bytes and one more; the rest of it is passed over, until
    `bounds.SKIPPED` tells that it has no end.
    """
    line = stream.readline(bounds.LINE + 1)
    return line, skip_rest(stream, line)


def skip_rest(stream: BinaryIO, line: bytes) -> int:
    """Pass over what is left of a line above the bound; return the size of the whole line."""
    size = len(line)
    rest = line if size > bounds.LINE else b"\n"
    while rest and not rest.endswith(b"\n") and size <= bounds.SKIPPED:
        rest = stream.readline(bounds.LINE + 1)
        size += len(rest)
    return size


class Bounded:
    """A stream that is refused where it gives more than so many bytes.

    Reading raises `DataError` with `file-too-large`, before more than one byte too many is read.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = self._left = most

    def readline(self, size: int = -1) -> bytes:
        """Return the next line, or so many bytes of it."""
        return self._count(self._stream.readline(self._at_most(size)))

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all."""
        return self._count(self._stream.read(self._at_most(size)))

    def _at_most(self, size: int) -> int:
        return self._left + 1 if size < 0 else min(size, self._left + 1)

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise DataError([finding("file-too-large", "", limit=self._most)])
        return data
