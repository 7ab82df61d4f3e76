"""Writing: either all bytes are there, or what was there before.

A file is written without a name, where the system has that, and gets its name when it is whole: so
nothing stays behind, however the process ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, TypeAlias

from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, or a binary stream that the caller has opened."""

_TRIES: Final = 100
_OPEN: Final = Path("/proc/self/fd")  # where a file that is open and has no name can be reached


def write_whole(target: Target, data: bytes | Iterable[bytes]) -> None:
    """Write bytes to a path or a stream.

    Args:
        target: a path: the file appears, or is replaced, at once when all bytes are on the disk,
            and stays as it was if that fails; a link is followed, a device or pipe is written to. A
            file that is replaced keeps its rights; until then nobody else may read the new one. Or
            a binary stream, which gets the bytes and stays open; what it took before an error stays
            there.
        data: all bytes, or pieces of them.

    Raises:
        DataError: `file-unwritable`, with the reason of the system.
        BrokenPipeError: the reader of a pipe went away.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    if not isinstance(target, (str, os.PathLike)):
        with _unwritable(type(target).__name__):
            _write_all(target, pieces)
        return

    def write(path: Path) -> None:
        with path.open("r+b", buffering=0) as stream:
            _write_all(stream, pieces)

    replace_file(target, write)


def replace_file(target: str | os.PathLike[str], write: Callable[[Path], object]) -> Path:
    """Let a file be written somewhere else, and move it to its place when it is whole.

    Args:
        target: where the file is to be; as for `write_whole`.
        write: gets the path of an empty file to fill.

    Returns:
        The path of the target.

    Raises:
        DataError: `file-unwritable`, with the reason of the system.
        BrokenPipeError: the reader of a pipe went away.
    """
    named = Path(target)
    with _unwritable(named.name):
        path = _end_of_links(named)
        before = _state(path)
        if before is None or stat.S_ISREG(before.st_mode):
            _replace(path, write, before)
        else:
            _pass_on(path, write)
    return named


@contextlib.contextmanager
def _unwritable(name: str) -> Generator[None]:
    try:
        yield
    except (BrokenPipeError, DataError):
        raise  # a reader went away, or the data are wrong: nothing is wrong with the disk
    except (OSError, ValueError) as error:  # ValueError: a name with NUL, a stream that is closed
        raise DataError([finding("file-unwritable", "", name, why=error)]) from None


def system_error(message: str) -> OSError:
    """Return what a library says of a file as the system said it to that library, if it did."""
    for number in (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EACCES, errno.EROFS):
        if os.strerror(number) in message:
            return OSError(number, os.strerror(number))
    return OSError(message.partition("\n")[0])


def _end_of_links(path: Path) -> Path:
    """Return what a path names when every link is followed; links in a circle are an OSError."""
    followed = Path(os.path.realpath(path))
    if followed.is_symlink():
        followed.stat()  # raises what the system says of the circle
    return followed


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _pass_on(path: Path, write: Callable[[Path], object]) -> None:
    """Write to a device, pipe or socket, which cannot be replaced, once everything is there."""
    # 10 ms, for what is written to a device.
    from shutil import copyfileobj  # noqa: PLC0415
    from tempfile import NamedTemporaryFile  # noqa: PLC0415

    with NamedTemporaryFile() as whole:
        write(Path(whole.name))
        with path.open("wb", buffering=0) as stream:
            copyfileobj(whole, _Patient(stream))


def _replace(path: Path, write: Callable[[Path], object], before: os.stat_result | None) -> None:
    """Write a file without a name where that can be, else under a name of its own; then move it."""
    handle = _open_nameless(path.parent, before)
    if handle is None:
        _replace_named(path, write, before)
        return
    try:
        nameless = _OPEN / str(handle)
        write(nameless)
        _finish(handle, before)
        try:
            _give_name(handle, path)
        except OSError:  # a system that gives no names to such files
            from shutil import copyfile  # noqa: PLC0415 - as above

            _replace_named(path, lambda beside: copyfile(nameless, beside), before)
    finally:
        os.close(handle)


def _open_nameless(folder: Path, before: os.stat_result | None) -> int | None:
    """Open a file without a name; None where the system or the disk has none."""
    kind = getattr(os, "O_TMPFILE", None)
    if kind is None or not _OPEN.is_dir():
        return None
    try:
        return os.open(folder, kind | os.O_RDWR, _first_rights(before))
    except OSError:
        return None  # whatever is wrong, opening one with a name says it too


def _give_name(handle: int, path: Path) -> None:
    """Name a file: its own name if that is free, else a short-lived one that is moved there."""
    folder = os.open(_OPEN, os.O_RDONLY)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(str(handle), path, src_dir_fd=folder)
            return
        for candidate in _names(path):
            with contextlib.suppress(FileExistsError):
                os.link(str(handle), candidate, src_dir_fd=folder)
                _move(candidate, path)
                return
        raise _crowded(path)
    finally:
        os.close(folder)


def _replace_named(
    path: Path, write: Callable[[Path], object], before: os.stat_result | None
) -> None:
    candidate = _create_beside(path, before)
    try:
        write(candidate)
        with candidate.open("rb") as whole:
            _finish(whole.fileno(), before)
    except BaseException:
        with contextlib.suppress(OSError):
            candidate.unlink()
        raise
    _move(candidate, path)


def _create_beside(path: Path, before: os.stat_result | None) -> Path:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for candidate in _names(path):
        with contextlib.suppress(FileExistsError):
            os.close(os.open(candidate, flags, _first_rights(before)))
            return candidate
    raise _crowded(path)


def _first_rights(before: os.stat_result | None) -> int:
    """The rights of an unfinished file: those of any new one, none for others beside an old one."""
    return 0o666 if before is None else 0o600


def _finish(handle: int, before: os.stat_result | None) -> None:
    """See that all bytes are on the disk; give the file the owner and rights of the old one."""
    os.fsync(handle)  # a disk that is full may say so only now
    if before is None or not hasattr(os, "fchmod"):
        return
    rights = stat.S_IMODE(before.st_mode)
    created = os.fstat(handle)
    if (before.st_uid, before.st_gid) != (created.st_uid, created.st_gid):
        try:
            os.fchown(handle, before.st_uid, before.st_gid)
        except OSError:
            rights &= 0o1707  # what the old group might, the new one may not
    os.fchmod(handle, rights)


def _move(candidate: Path, path: Path) -> None:
    try:
        candidate.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            candidate.unlink()
        raise


def _names(path: Path) -> Iterable[Path]:
    # A long name leaves no room for more letters: the temporary one is short and does not hold it.
    for number in range(_TRIES):
        yield path.with_name(f".evnpubsvc-{os.getpid()}-{number}.tmp")


def _crowded(path: Path) -> OSError:
    return FileExistsError(errno.EEXIST, "too many unfinished files beside it", str(path))


def _write_all(stream: IO[bytes], pieces: Iterable[bytes]) -> None:
    patient = _Patient(stream)
    for data in pieces:
        patient.write(data)
    stream.flush()


class _Patient:
    """Writes all of what it is given to a stream that may take less at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        while view:
            taken: Any = self._stream.write(view)
            if taken is None:  # a stream that does not block and has no room
                raise BlockingIOError(errno.EAGAIN, "the stream takes nothing more")
            view = view[taken:]
        return len(data)
