"""Counting a register from the command line: by the fastest engine that is installed."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Generator
from importlib.util import find_spec
from typing import Any, Final

import click

from evnpubsvc.cli._io import open_source, progress_line
from evnpubsvc.errors import MisuseError
from evnpubsvc.serde import RegisterColumns, RegisterFormat, read_register
from evnpubsvc.statistics import Tally, tally

__all__ = ["ENGINES", "count_register", "rate_line"]

ENGINES: Final = ("auto", "python", "polars", "duckdb")
_EVERY: Final = 0.2  # seconds between two looks of the progress line


@contextlib.contextmanager
def rate_line() -> Generator[Callable[[int, float], None] | None]:
    """Give a callback that shows rows, share, rate and time left on standard error; None where that is no terminal."""
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
        line = f"{rows:,} rows, {rows / spent:,.0f} a second"
        if share > 0:
            line += f", {share:.0%}, {spent / share - spent:,.0f} s left"
        click.echo(f"\r{line:<70}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r" + " " * 70 + "\r", nl=False, err=True)


def count_register(
    register: str, layout: RegisterColumns | None, *, engine: str, memory_limit: str | None, **question: Any
) -> Tally:
    """Count a file or standard input (`-`, CSV); the engines give the same tally.

    Raises:
        MisuseError: `extra-missing` where the wanted engine, or one for Parquet, is not installed.
    """
    suffix = register.lower().rpartition(".")[2]
    lines = suffix in {"jsonl", "ndjson"}
    plain = layout is not None and suffix not in {"parquet", "pq"} and memory_limit is None
    if engine == "auto" and plain and (find_spec("polars") is None or find_spec("numpy") is None):
        engine = "python"
    if engine == "python":
        if layout is None or not plain:
            raise MisuseError("extra-missing", "polars", extra="frames")
        file_format = RegisterFormat.JSONL if lines else RegisterFormat.CSV
        with open_source(register) as source, progress_line() as rows:
            return tally(read_register(source, layout, file_format=file_format, progress=rows), **question)
    try:
        from evnpubsvc.frames import tally_frame
    except ModuleNotFoundError as error:
        raise MisuseError("extra-missing", error.name, extra="frames") from None
    with rate_line() as progress:
        chosen: dict[str, Any] = {
            "engine": None if engine == "auto" else engine, "memory_limit": memory_limit, "progress": progress,
        }  # fmt: skip
        given: Any = sys.stdin.buffer if register == "-" else register
        return tally_frame(given, layout, **chosen, **question).to_tally()
