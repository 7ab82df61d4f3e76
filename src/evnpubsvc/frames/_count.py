"""Counting a register on columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from evnpubsvc._files import bounds
from evnpubsvc._validate import read_member
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.frames._coded import coded_files, coded_limits, coded_spellings, tally_coded
from evnpubsvc.frames._feed import PIECE, feed, is_paths
from evnpubsvc.frames._kernel import Kernel
from evnpubsvc.frames._sources import FrameFormat, FrameSource, files_of
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import Progress, TallyFrame, check_names
from evnpubsvc.frames._threads import threads_of
from evnpubsvc.periods import Period
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.serde.engine import terms_of
from evnpubsvc.statistics import LimitTerms, Where
from evnpubsvc.statistics.engine import MOST_CODES, as_wheres, derived_names, question_of
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import Calendar

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
    by: str | Sequence[str],
    compare: Precision | str,
    where: Mapping[str, str | Iterable[str]] | None = None,
    as_of: date | datetime | None = None,
    period: Period | None = None,
    known_at: date | datetime | None = None,
    terms: LimitTerms | None = None,
    calendar: Calendar | None = None,
    file_format: FrameFormat | str | None = None,
    engine: Engine | str | None = None,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: Progress | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> TallyFrame:
    r"""Count the dossiers of a register on columns.

    The integers are those of `statistics.tally`, which takes many times as long.

    Unusual rows (dates that do not parse, values that are not mapped, times in another zone) fall
    back to the row-by-row reader, so that reasons and counts are the same. Rows without a finding
    are not kept.

    Args:
        source: files, a binary stream, or tables; see `FrameSource`. Files are read in pieces and
            may be larger than memory. Rows of tables are numbered from 1 where findings name a
            line.
        columns: how the register is laid out; None if its columns are named as `RegisterColumns`
            names them, and each dimension as its column.
        by: names of dimensions, as for `statistics.tally`.
        compare: dates or instants, as `Precision.DATE` or `"date"`.
        where: dimension -> the value, or the values, that are asked for.
        as_of: day of judgement, inclusive, or an instant of it. Or:
        period: counts the dossiers of a period.
        known_at: count what the register said at this moment; None for what it says now.
        terms: due dates for rows that have none; by default those of the mapping, which a packed
            register remembers.
        calendar: working days, for the dimension `working_days` and limits of the mapping.
        file_format: the container; None goes by the end of each file's name.
        engine: None for Polars.
        threads: how many read and count, besides those of Polars (`POLARS_MAX_THREADS`); None for
            one for each core that this process may use, also in a container, and at most 16. What
            is counted and found is the same for every number.
        memory_limit: bytes, or a text as "512MB" (1024-based), that reading and counting should
            keep to, besides the libraries themselves (about 100 MB) and the cells; at least 16 MB.
            None for what is fastest.
        progress: called now and then with the rows so far, and the share of the input that is done.
        on_finding: called with each finding.

    Returns:
        The tally in long form.

    Raises:
        DataError: `file-unreadable`, `column-of-wrong-type`.
        MisuseError: `source-unknown`, `dimension-unknown`, `dimension-twice`, `dimension-reserved`,
            `as-of-or-period`, `threads-wrong`, `memory-limit`, `extra-missing`,
            `terms-calendar`, `terms-twice-given`.

    >>> import io
    >>> register = b"received,due,finished,channel\n2022-12-01,2022-12-05,2022-12-05,online\n"
    >>> counted = tally_frame(io.BytesIO(register), by=["channel"], as_of=date(2022, 12, 14),
    ...     compare=Precision.DATE)
    >>> counted.cells.rows()
    [('online', 'new', 'on_time', 1)]
    """
    # Coded files are counted as they are, and know their limits.
    shape = None if file_format is None else read_member(FrameFormat, file_format)
    coded = coded_files(files_of(source), shape) if is_paths(source) else None
    no_limits: Mapping[str, Mapping[str, str]] = {}
    declared: tuple[str, ...] = ()
    if coded is not None:
        stated = coded_limits(coded[1])
        declared = coded_spellings(coded[1])
    elif columns is not None:
        stated, declared = columns.terms, columns.one_spelling
    else:
        stated = no_limits
    terms = terms_of(stated, terms, calendar, declared)
    asked = as_wheres(where or {})
    question = question_of(
        by,
        as_of=as_of,
        period=period,
        compare=compare,
        known_at=known_at,
        terms=terms,
        where=asked,
        calendar=calendar,
    )
    check_names(question.dimensions)
    chosen = Engine(engine) if engine is not None else Engine.POLARS

    # How much is read at once, and how much is kept before it is summed up.
    many = threads_of(threads)
    limit = _bytes_of(memory_limit)
    piece, pending, most_codes = PIECE, 1 << 24, MOST_CODES
    unpacked = bounds.UNPACKED
    if limit is not None:
        unpacked = min(unpacked, limit)
        piece = max(min(piece, limit // (16 * (many + 1))), 1 << 18)
        pending = max(min(pending, limit // 48), 1 << 16)
        most_codes = min(MOST_CODES, limit // 256)

    if coded is not None:
        files, heads = coded
        stores = partial(_store, chosen, pending, limit)
        counted = tally_coded(files, heads, question, terms, stores, progress, calendar, many)
        return _answer(counted, by, asked, declared, on_finding)

    def kernel_of(names: Sequence[str] | None) -> Kernel:
        mapping = columns if columns is not None else _default(names, question.dimensions)
        store = _store(chosen, pending, limit)
        return Kernel(
            question, mapping, terms=terms, on_finding=on_finding, store=store, calendar=calendar,
            most_codes=most_codes,
        )  # fmt: skip

    # Everything else is read piece by piece.
    kernel = feed(
        source,
        kernel_of,
        file_format=shape,
        progress=progress,
        piece=piece,
        threads=many,
        unpacked=unpacked,
        unmapped=columns is None,
    )
    return _answer(kernel.frame(), by, asked, kernel.columns.one_spelling, on_finding)


def _answer(
    counted: TallyFrame,
    by: str | Sequence[str],
    asked: tuple[Where, ...],
    one_spelling: Iterable[str],
    on_finding: Callable[[Finding], None] | None,
) -> TallyFrame:
    """Return what was asked: spellings joined as the mapping declares, then narrowed."""
    counted, asked, said = counted.joined(one_spelling, asked)
    if on_finding is not None:
        for found in said:
            on_finding(found)
    return counted.narrowed(by, asked)


def _default(names: Sequence[str] | None, by: Sequence[str]) -> RegisterColumns:
    """The mapping of a register whose columns are named as this library names them."""
    there = set(names or ())
    plain = ("due", "finished", "status", "code", "part_of", "recorded", "superseded")
    dimensions = {name: name for name in by if name not in derived_names() or name in there}
    named: dict[str, Any] = {name: name for name in plain if name in there}
    return RegisterColumns(dimensions=dimensions, **named)


def _bytes_of(limit: int | str | None) -> int | None:
    if limit is None:
        return None
    number: int | None = None
    if isinstance(limit, int) and not isinstance(limit, bool):
        number = limit
    if isinstance(limit, str):
        match = re.fullmatch(
            r"\s*(\d{1,12})\s*([kmg]?)(?:i?b)?\s*", limit, re.IGNORECASE | re.ASCII
        )
        if match is not None:
            number = int(match[1]) << _UNITS[match[2].lower()]
    if number is None or number < 16 << 20:
        raise MisuseError("memory-limit", limit)
    return number


def _store(engine: Engine, pending: int, limit: int | None) -> Store:
    if engine is Engine.DUCKDB:
        from evnpubsvc.frames._duckdb import DuckStore  # noqa: PLC0415

        return DuckStore(pending, limit)
    return Store(pending)
