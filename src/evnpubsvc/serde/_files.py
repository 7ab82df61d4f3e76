"""Writing whole files: either all bytes are there, or what was there before."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, or a binary stream that the caller has opened."""

_TRIES: Final = 100


def write_whole(target: Target, data: bytes) -> None:
    """Write bytes to a path or a stream.

    Args:
        target: a path: the file appears, or is replaced, at once when all bytes are on the disk,
            and stays as it was if that fails; a link is followed, a device or pipe is written to.
            Or a binary stream, which gets the bytes in one piece and stays open; what it took
            before an error stays there.
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
        _replace(path, lambda temporary: temporary.write_bytes(data), mode)
    except BrokenPipeError:
        raise  # the reader went away: nothing is wrong with the data or the disk
    except (OSError, ValueError) as error:
        if isinstance(target, (str, os.PathLike)):
            name = Path(target).name
        else:
            name = type(target).__name__
        raise _unwritable(name, error) from None


def replace_file(path: str | os.PathLike[str], write: Callable[[Path], object]) -> Path:
    """Let a file be written beside its place, and move it there when it is whole.

    Until then a file of that name stays as it is; whatever goes wrong, nothing is left beside it.

    Raises:
        DataError: `file-unwritable`.
    """
    target = Path(path)
    try:
        mode = target.stat().st_mode if target.exists() else None
        _replace(target, write, mode)
    except (OSError, ValueError) as error:
        raise _unwritable(target.name, error) from None
    return target


def _unwritable(name: str, error: Exception) -> DataError:
    return DataError([finding("file-unwritable", "", name, why=error)])


def _replace(path: Path, write: Callable[[Path], object], mode: int | None) -> None:
    temporary, handle = _created(path)
    os.close(handle)
    try:
        write(temporary)
        with temporary.open("rb") as whole:
            os.fsync(whole.fileno())  # a disk that is full may say so only now
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
