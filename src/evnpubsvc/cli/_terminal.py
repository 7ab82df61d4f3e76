"""The streams of a call, and how it ends: closed ones, full disks, readers that went away, signals.

Whatever prints, prints through the streams that are put in place here: no command has to think of
what may happen to them.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import sys
import threading
from collections.abc import Generator
from types import FrameType
from typing import Any, Final, TextIO

READER_GONE: Final = 141
"""Exit code where the reader of the output went away: 128 and the number of SIGPIPE."""

# What an empty place of a standard stream gets: whoever uses it hears of it from the system.
_PLACES: Final = ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY))


class OutputLostError(Exception):
    """Standard output takes nothing more.

    It is no `OSError`, which readers and writers of files would take for one of theirs.
    """

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason


class _Out(io.RawIOBase):
    """A standard stream. Its first trouble is raised, or passed over; then it swallows the rest."""

    def __init__(self, handle: int, *, is_quiet: bool) -> None:
        self._handle = handle
        self._swallows = False
        self._is_quiet = is_quiet

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._handle

    def isatty(self) -> bool:
        return os.isatty(self._handle)

    def write(self, data: Any, /) -> int:
        while not self._swallows:
            try:
                return os.write(self._handle, data)
            except BlockingIOError:  # somebody made it so: wait until there is room
                select.select([], [self._handle], [])
            except OSError as error:
                self._swallows = True
                if not self._is_quiet:
                    raise OutputLostError(error) from None
        return memoryview(data).nbytes


@contextlib.contextmanager
def standard_streams() -> Generator[None]:
    """Put streams in place that write UTF-8 whatever the locale and say what happens to them.

    Streams that are none of the process (of a test, of a notebook) stay.
    """
    before = sys.stdin, sys.stdout, sys.stderr
    for handle, how in _PLACES:
        _occupy(handle, how)
    # A stream that was closed when the process began is None, whatever its type says.
    given: Any = sys.stdin
    if given is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = _of_process(sys.stdout, 1)
    sys.stderr = _of_process(sys.stderr, 2)
    try:
        yield
    finally:
        with contextlib.suppress(OutputLostError, ValueError):
            sys.stdout.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _occupy(handle: int, how: int) -> None:
    """See that a place is taken: else the next file that is opened would become a standard one."""
    try:
        os.fstat(handle)
    except OSError:
        opened = os.open(os.devnull, how)
        if opened != handle:
            os.dup2(opened, handle)
            os.close(opened)


def _of_process(stream: Any, handle: int) -> TextIO:
    kept: TextIO = stream
    if stream is not None and not _is_handle(stream, handle):
        return kept
    if os.name == "nt":  # the console takes letters, not bytes
        if stream is None:
            return io.StringIO()
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return kept
    raw = _Out(handle, is_quiet=handle == 2)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        newline="",
        line_buffering=raw.isatty() or handle == 2,
    )


def _is_handle(stream: Any, handle: int) -> bool:
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == handle
    except (OSError, ValueError):
        return False


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # who asks twice means it
    raise SystemExit(128 + number)


@contextlib.contextmanager
def ending_in_order() -> Generator[None]:
    """Let a call that is told to end clean up: what is unfinished goes away with it."""
    kinds = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    if threading.current_thread() is not threading.main_thread():
        kinds = []  # handlers belong to the main thread
    ours = [kind for kind in kinds if signal.getsignal(kind) is signal.SIG_DFL]
    for kind in ours:
        signal.signal(kind, _end)
    try:
        yield
    finally:
        for kind in ours:
            signal.signal(kind, signal.SIG_DFL)


def restart_in_utf8() -> None:
    """Begin again with UTF-8 for arguments and names of files, where the locale has another one.

    Python has read the arguments by then, so a Vietnamese one has been torn apart.
    """
    if sys.getfilesystemencoding() == "utf-8" or not sys.orig_argv:
        return
    with contextlib.suppress(OSError):  # then it goes on as it can
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
