"""Counting a register from the command line: by the fastest engine that is installed."""

from __future__ import annotations

import contextlib
import shutil
import stat
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click
from attrs import evolve

from evnpubsvc._moments import local_zone
from evnpubsvc.cli._io import choice_of, progress_line, table_source
from evnpubsvc.cli._language import WrongCall, said
from evnpubsvc.cli._moments import MOMENT, moment_in, read_day
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, Severity, notice
from evnpubsvc.periods import Period
from evnpubsvc.texts import Language
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

if TYPE_CHECKING:
    from evnpubsvc.serde import RegisterColumns, RegisterFormat
    from evnpubsvc.statistics import LimitTerms, RegisterRow, Tally, Where

OnFinding: TypeAlias = Callable[[Finding], None]
# Bytes: some ten thousand rows, which take as long as importing Polars, numpy and DuckDB.
_SMALL: Final = 1_000_000
ENGINES: Final = ("auto", "python", "polars", "duckdb")

compare_option = click.option(
    "--compare", type=choice_of("precision"), default="date",
    show_default=True,
    help="Compare local dates or instants."
)  # fmt: skip
known_at_option = click.option(
    "--known-at",
    metavar="MOMENT",
    help="What the register said at a day or an instant with offset.",
)
timezone_option = click.option(
    "--timezone", metavar="TZ", help="Local zone of the register; overrides the mapping."
)


where_option = click.option(
    "--where",
    "wheres",
    multiple=True,
    metavar="DIM=VALUE[|VALUE…]",
    help="Count only dossiers with one of these values; may be repeated for other dimensions.",
)


def where_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Read the filters of a call."""
    where: dict[str, list[str]] = {}
    for text in texts:
        name, sign, values = text.partition("=")
        if not sign or not name.strip() or name.strip() in where:
            raise WrongCall("call-where", text)
        where[name.strip()] = [value.strip() for value in values.split("|")]
    return where


def _values_not_met(counted: Tally, where: Iterable[Where]) -> Iterator[Finding]:
    """Yield a notice for each value that is asked for and that no dossier has."""
    for each in where:
        place = counted.dimensions.index(each.dimension)
        known = sorted({key[place] for key in counted.counts() if key[place] is not None})
        for value in each.values:
            if value not in known:
                path = f"--where {each.dimension}"
                yield notice("where-not-met", path, value, known=tuple(known))


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what counts."""
    engine = click.option(
        "--engine", type=click.Choice(ENGINES), default="auto", show_default=True,
        help="What counts; the result is the same. auto: Polars if the extra frames is installed."
    )  # fmt: skip
    limit = click.option(
        "--memory-limit", metavar="SIZE", help="What reading and counting should keep to, as 512MB."
    )
    return engine(limit(threads_option(command)))


threads_option = click.option(
    "--threads", metavar="N", type=click.IntRange(min=1),
    help="How many threads read and count; the result is the same. By default one for each core."
)  # fmt: skip


def period_of(name: str) -> Period:
    """Read the name of a period, or its first and last day in any form that days are typed in."""
    first, dots, last = name.partition("..")
    try:
        if dots:
            return Period(read_day(first), read_day(last))
        return Period.parse(name)
    except DataError as error:
        raise WrongCall(error.findings[0]) from None


def judgement_of(
    moment: date | datetime | None, timezone: str | None, layout: RegisterColumns | None
) -> date | datetime | None:
    """Return the day or instant of judgement in the zone of the register."""
    if moment is None:
        return None
    name = timezone or (layout.timezone if layout is not None else None)
    return moment_in(moment, VIETNAM_TIME if name is None else local_zone(name))


def moment_of(text: str | None) -> date | datetime | None:
    """Read a day, or an instant with its offset."""
    if text is None:
        return None
    moment = MOMENT.convert(text, None, None)
    if not isinstance(moment, datetime) or moment.utcoffset() is not None:
        return moment
    raise WrongCall("call-moment-zone", text)


def layout_of(columns: str, timezone: str | None, needed: Iterable[str]) -> RegisterColumns:
    """Read a mapping; a dimension that it does not name is the column of that name."""
    from evnpubsvc.serde import read_register_columns
    from evnpubsvc.statistics.engine import derived_names

    layout = read_register_columns(columns)
    if timezone:
        layout = evolve(layout, timezone=timezone)
    derived = set(derived_names())
    plain = {name: name for name in needed if name not in layout.dimensions and name not in derived}
    return evolve(layout, dimensions={**layout.dimensions, **plain})


_MARK: Final = "due_mark"


def with_mark(dimensions: tuple[str, ...], layout: RegisterColumns | None) -> tuple[str, ...]:
    """Return the dimensions to count by, with the mark of due dates where the register has it."""
    if layout is None or _MARK not in layout.dimensions or _MARK in dimensions:
        return dimensions
    return (*dimensions, _MARK)


def refuse_provisional(found: Iterable[Finding], *, decided_only: bool) -> None:
    """Raise what says that due dates are provisional, where only decided ones are wanted."""
    said = [each for each in found if each.reason == "due-dates-provisional"]
    if said and decided_only:
        raise DataError(evolve(each, severity=Severity.VIOLATION) for each in said)


_EVERY: Final = 0.2  # seconds between two looks of the progress line


@contextlib.contextmanager
def rate_line(lang: Language) -> Generator[Callable[[int, float], None] | None]:
    """Give a callback that shows rows, share, rate and time left on standard error.

    It is None where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    start = shown = time.monotonic()

    def show(rows: int, share: float) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < _EVERY:
            return
        shown = now
        spent = max(now - start, 1e-9)
        line = said("rows-rate", lang, rows=rows, rate=int(rows / spent))
        if share > 0:
            left = int(spent / share - spent)
            line += ", " + said("rows-left", lang, percent=int(share * 100), left=left)
        click.echo(f"\r{line:<70}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r" + " " * 70 + "\r", nl=False, err=True)


def _is_parquet(register: str) -> bool:
    return register.lower().endswith((".parquet", ".pq"))


def _format_of(register: str) -> RegisterFormat:
    from evnpubsvc.serde import RegisterFormat

    lines = register.lower().endswith((".jsonl", ".ndjson"))
    if lines:
        return RegisterFormat.JSONL
    return RegisterFormat.CSV


def read_rows(
    register: str,
    layout: RegisterColumns | None,
    *,
    where: Mapping[str, str],
    engine: str,
    threads: int | None,
) -> Sequence[RegisterRow | Finding]:
    """Read rows of a register once more, to find dossiers that were counted.

    Every engine gives the same rows; reading on columns is many times as fast.

    Raises:
        MisuseError: `extra-missing` where the engine for Parquet is not installed.
    """
    from evnpubsvc.serde import read_register

    by_rows = layout is not None and not _is_parquet(register)
    if layout is not None and by_rows and not _by_columns(engine, register):
        return tuple(read_register(register, layout, file_format=_format_of(register), where=where))
    try:
        from evnpubsvc import frames
    except ModuleNotFoundError as error:
        raise MisuseError("extra-missing", error.name, extra="frames") from None
    return frames.read_rows(register, layout, where=where, threads=threads)


def terms_in(
    register: str, layout: RegisterColumns | None, calendar: Calendar
) -> LimitTerms | None:
    """Return the terms that a register was counted with: those of its mapping."""
    if layout is not None:
        return layout.terms_in(calendar)
    from evnpubsvc.frames.engine import stated_terms

    return stated_terms(register, calendar)


def spellings_in(register: str, layout: RegisterColumns | None) -> tuple[str, ...]:
    """Return the dimensions whose spellings are joined: those of the mapping, or of the packing."""
    if layout is not None:
        return layout.one_spelling
    if not _is_parquet(register) or not _has_frames():
        return ()
    from evnpubsvc.frames.engine import stated_spellings

    return stated_spellings(register)


def kept_register(register: str) -> str:
    """Return the name of a register that can be read again: standard input is kept in a file.

    The file goes when the command ends.
    """
    if register != "-":
        return register
    kept = _folder() / "register"
    with kept.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return str(kept)


def packed_register(
    register: str,
    layout: RegisterColumns | None,
    *,
    engine: str,
    threads: int | None,
    on_finding: OnFinding,
) -> str | None:
    """Pack a register that is counted by days many times; None where that cannot be.

    The file goes when the command ends.
    """
    versions = layout is not None and (layout.recorded or layout.superseded)
    if layout is None or versions or not _by_columns(engine, register):
        return None
    from evnpubsvc.frames import write_coded

    packed = _folder() / "packed.parquet"
    return str(write_coded(register, packed, layout, threads=threads, on_finding=on_finding))


def _folder() -> Path:
    """Return a folder that goes when the command ends."""
    context = click.get_current_context()
    return Path(context.with_resource(TemporaryDirectory(prefix="evnpubsvc-")))


def _by_columns(engine: str, register: str) -> bool:
    """Return whether a register is read on columns: if that is there, asked for, or worth it.

    Of a small file all rows are counted before Polars has been imported.
    """
    if engine == "python" or not _has_frames():
        return False
    return engine != "auto" or not _is_small(register)


def _is_small(register: str) -> bool:
    try:
        known = Path(register).stat()
    except (OSError, ValueError):  # it cannot be read, or is standard input: others say so
        return False
    return stat.S_ISREG(known.st_mode) and known.st_size <= _SMALL


def _has_frames() -> bool:
    return find_spec("polars") is not None and find_spec("numpy") is not None


def count_filtered(
    register: str,
    layout: RegisterColumns | None,
    *,
    by: tuple[str, ...],
    where: Mapping[str, Iterable[str]],
    **question: Any,
) -> tuple[Tally, tuple[Finding, ...]]:
    """Count the dossiers that a filter asks for; return what of it no dossier meets, too."""
    from evnpubsvc.statistics.engine import as_wheres, join_declared, narrowed

    counted = count_register(register, layout, by=tuple(dict.fromkeys((*by, *where))), **question)
    declared = spellings_in(register, layout) if where else ()
    counted, asked, _ = join_declared(counted, declared, as_wheres(where))
    unmet = tuple(_values_not_met(counted, asked))
    return narrowed(counted, by, asked), unmet


def count_register(
    register: str,
    layout: RegisterColumns | None,
    *,
    engine: str,
    memory_limit: str | None,
    threads: int | None,
    lang: Language,
    **question: Any,
) -> Tally:
    """Count a file or standard input (`-`, CSV); the engines give the same tally.

    The engine without extras counts on one thread, however many are asked for.

    Raises:
        MisuseError: `extra-missing` where the wanted engine, or one for Parquet, is not installed.
    """
    from evnpubsvc.serde import tally_register

    plain = layout is not None and not _is_parquet(register) and memory_limit is None
    if engine == "auto" and plain and not _by_columns(engine, register):
        engine = "python"
    if engine == "python":
        if layout is None and not _is_parquet(register):
            raise WrongCall("call-engine-columns", register)
        if layout is None or not plain:
            raise MisuseError("extra-missing", "polars", extra="frames")
        kind = _format_of(register)
        with progress_line(lang) as rows:
            return tally_register(
                table_source(register), layout, file_format=kind, progress=rows, **question
            )
    try:
        from evnpubsvc.frames import tally_frame
    except ModuleNotFoundError as error:
        raise MisuseError("extra-missing", error.name, extra="frames") from None
    with rate_line(lang) as progress:
        chosen: dict[str, Any] = {
            "engine": None if engine == "auto" else engine, "memory_limit": memory_limit,
            "threads": threads, "progress": progress,
        }  # fmt: skip
        given: Any = sys.stdin.buffer if register == "-" else register
        return tally_frame(given, layout, **chosen, **question).to_tally()
