"""Dossiers in and out as JSON Lines."""

from __future__ import annotations

import gc
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import BinaryIO, Final, Literal, TypeAlias

from evnpubsvc._files import Source, bounds, opened, read_line
from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.serde._log_fields import load_dossier
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
    if _engine(engine) == "msgspec":
        quick = quick_by_msgspec(share=share)
    else:
        quick = quick_by_json(share=share)
    return _read(source, quick)


def _read(source: Source, quick: Quick) -> Iterator[Dossier | Finding]:
    with opened(source) as stream:
        number = 0
        while True:
            raw, size = read_line(stream)
            if not raw:
                return
            number += 1
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
                yield from load_dossier(value, f"line {number}, $")
            if not goes_on:
                return


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
