"""Dossiers in and out as JSON Lines."""

from __future__ import annotations

import gc
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import BinaryIO, Final, Literal, NamedTuple, TypeAlias

from evnpubsvc._files import Source, bounds, opened, read_line
from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.serde._quick import (
    Quick,
    dumper_by_json,
    dumper_by_msgspec,
    quick_by_json,
    quick_by_msgspec,
)
from evnpubsvc.serde._tables import checked_line, json_object

Engine: TypeAlias = Literal["cattrs", "msgspec"]
"""What reads and writes lines: the bare install, or the extra `fast`. The result is the same."""


def _engine(engine: Engine | None) -> Engine:
    """Return the engine to use; None chooses msgspec where it is installed."""
    if engine not in (None, "cattrs", "msgspec"):
        raise UnknownNameError("engine-unknown", engine, known="cattrs, msgspec")
    if engine != "cattrs" and find_spec("msgspec") is None:
        if engine is not None:
            raise MisuseError("extra-missing", engine, extra="fast")
        return "cattrs"
    return engine or "msgspec"


def write_dossiers(
    dossiers: Iterable[Dossier], stream: BinaryIO, *, engine: Engine | None = None
) -> int:
    r"""Write dossiers as JSON Lines, one object a line with every key, UTF-8, and return how many.

    Args:
        dossiers: taken one at a time.
        stream: binary.
        engine: `"cattrs"`, or `"msgspec"` of the extra `fast`, which takes less time; None for the
            faster one that is installed. The bytes are the same.

    Raises:
        MisuseError: `extra-missing`.
        UnknownNameError: `engine-unknown`.

    >>> import io
    >>> stream = io.BytesIO()
    >>> write_dossiers([Dossier("case-1")], stream)
    1
    """
    if _engine(engine) == "msgspec":
        dump = dumper_by_msgspec()
    else:
        dump = dumper_by_json()
    count = 0
    for dossier in dossiers:
        stream.write(dump(dossier))
        count += 1
    return count


def read_dossiers(
    source: Source, *, engine: Engine | None = None, share: bool = False
) -> Iterator[Dossier | Finding]:
    r"""Stream the dossiers of a JSON Lines file.

    Dossiers, and every finding where one cannot be read.

    Keys may be left out where nothing is known. To keep very many dossiers at once, share what they
    have in common and read inside `gc_paused()`; a fold over the stream needs neither.

    Args:
        source: a path, or a binary stream.
        engine: `"cattrs"`, or `"msgspec"` of the extra `fast`, which takes a quarter of the time;
            None for the faster one that is installed. The dossiers and findings are the same.
        share: whether equal codes, words, attributes and due days of different dossiers become one
            object. It takes a little time and saves about half of the memory.

    Raises:
        DataError: `file-unreadable`.
        MisuseError: `extra-missing`.
        UnknownNameError: `engine-unknown`.

    >>> import io
    >>> [found.reason for found in read_dossiers(io.BytesIO(b'{"code": 1}\n'))][0]
    'value-of-wrong-type'
    """
    return _read(source, _quick_by(engine, share=share))


def _quick_by(engine: Engine | None, *, share: bool) -> Quick:
    if _engine(engine) == "msgspec":
        return quick_by_msgspec(share=share)
    return quick_by_json(share=share)


def _read(source: Source, quick: Quick) -> Iterator[Dossier | Finding]:
    with opened(source) as stream:
        yield from _read_lines(stream, quick, 0, None)


class LineRange(NamedTuple):
    """Whole lines of a file.

    Attributes:
        start: the place of the first byte.
        stop: the place after the last one.
        before: how many lines come before.
    """

    start: int
    stop: int
    before: int


def cut_lines(source: Source, size: int) -> Iterator[LineRange]:
    """Cut a file at line ends, into pieces of so many bytes and a little more.

    A line is in one piece, however long it is; nothing of the file is held.

    Raises:
        DataError: `file-unreadable`.
    """
    with opened(source) as stream:
        start = place = before = lines = 0
        while block := stream.read(size):
            end = block.rfind(b"\n") + 1
            if end:
                lines += block.count(b"\n")
                yield LineRange(start, place + end, before)
                start, before = place + end, lines
            place += len(block)
        if place > start:
            yield LineRange(start, place, before)


def read_dossiers_of(path: str, lines: LineRange) -> Generator[Dossier | Finding, None, bool]:
    """Stream the dossiers of some lines of a file, as `read_dossiers` does.

    Returns:
        Whether lines after these are to be read too.

    Raises:
        DataError: `file-unreadable`.
    """
    with opened(path) as stream:
        stream.seek(lines.start)
        length = lines.stop - lines.start
        return (yield from _read_lines(stream, _quick_by(None, share=False), lines.before, length))


def _read_lines(
    stream: BinaryIO, quick: Quick, number: int, length: int | None
) -> Generator[Dossier | Finding, None, bool]:
    """Stream the dossiers of the next lines, so many bytes of them; None for all there are.

    Args:
        stream: stands at the beginning of a line.
        quick: reads what is plainly in order.
        number: how many lines come before.
        length: the bytes of the lines.

    Returns:
        Whether lines after these are to be read too.
    """
    while length is None or length > 0:
        raw, size = read_line(stream)
        if not raw:
            break
        number += 1
        if length is not None:
            length -= size
        # What no file takes is written by these escapes alone; the converter refuses it.
        made = None
        if size <= bounds.LINE and _UNWRITABLE.search(raw) is None:
            made = quick(raw)
        if made is not None:
            yield made
            continue
        line, goes_on = checked_line(raw, number, size)
        value = line if isinstance(line, Finding) else json_object(line, number)
        if isinstance(value, Finding):
            yield value
        elif value is not None:
            from evnpubsvc.serde._log_fields import load_dossier  # noqa: PLC0415 - few lines need it

            yield from load_dossier(value, f"line {number}, $")
        if not goes_on:
            return False
    return True


_UNWRITABLE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@contextmanager
def gc_paused() -> Generator[None]:
    """Pause the cyclic garbage collector of Python while very many records are made and kept.

    Records hold no cycles, so the collector walks over all of them, again and again, for nothing:
    with a million kept that takes longer than reading them. This library never pauses it by itself,
    since that is a matter of the whole process: cycles that other code leaves behind meanwhile stay
    until the collector runs again. It nests, and leaves the collector as it found it, also after an
    error.

    >>> import gc
    >>> with gc_paused():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
