"""Writing whole files: either all bytes are there, or what was there before."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding

__all__ = ["Target", "write_whole"]

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, or a binary stream that the caller has opened."""

_TRIES: Final = 100


def write_whole(target: Target, data: bytes) -> None:
    """Write bytes to a path or a stream.

    Args:
        target: a path: the file appears, or is replaced, at once when all bytes are on the disk, and stays as it was
            if that fails; a link is followed, a device or pipe is written to. Or a binary stream, which gets the
            bytes in one piece and stays open; what it took before an error stays there.
        data: all bytes.

    Raises:
        DataError: `file-unwritable`, with the reason of the system.
        BrokenPipeError: the reader of a pipe went away.
    """
    try:
        if not isinstance(target, (str, os.PathLike)):
            _write_all(target, data)
            return
        path = Path(os.path.realpath(target))
        try:
            mode: int | None = path.stat().st_mode
        except FileNotFoundError:
            mode = None
        if mode is not None and not stat.S_ISREG(mode):
            with path.open("wb", buffering=0) as stream:
                _write_all(stream, data)
            return
        _replace(path, data, mode)
    except BrokenPipeError:
        raise  # the reader went away: nothing is wrong with the data or the disk
    except (OSError, ValueError) as error:
        name = Path(target).name if isinstance(target, (str, os.PathLike)) else type(target).__name__
        why = getattr(error, "strerror", None) or str(error)
        raise DataError([finding("file-unwritable", "", name, why=why)]) from None


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    temporary, handle = _created(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _created(path: Path) -> tuple[Path, int]:
    """Create a file beside the path, with the rights that a new file gets here."""
    for candidate in _names(path):
        with contextlib.suppress(FileExistsError):
            return candidate, os.open(
                candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
            )
    raise FileExistsError(17, "too many unfinished files beside it", str(path))


def _names(path: Path) -> Iterator[Path]:
    # A long name leaves no room for more letters: the temporary one is short and does not hold it.
    for number in range(_TRIES):
        yield path.with_name(f".evnpubsvc-{os.getpid()}-{number}.tmp")


def _write_all(stream: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        taken: Any = stream.write(view)
        if taken is None:  # a stream that does not block and has no room
            raise BlockingIOError(11, "the stream takes nothing more")
        view = view[taken:]
    stream.flush()
