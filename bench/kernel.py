"""The kernel against engines by hand, on all cores: a million rows in about two minutes.

`python -m bench.kernel` measures and prints; with `--docs` it also writes the table of
`docs/explanation/how-fast-it-counts.md`. `EVNPUBSVC_BENCH_ROWS` and `EVNPUBSVC_BENCH_DATA` say how
many rows, and where they are. All engines answer one question in one process, in turning order, and
must agree on the number of cells, their sum and their sum of squares. Wall clock and processor time
stand side by side: on a busy machine only the second says something of the engines. Peers are
written as an expert would (`by hand`), and as most people write them (`usual`).
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen

os.environ.setdefault("EVNPUBSVC_BENCH_ROWS", "1000000")
os.environ.setdefault("EVNPUBSVC_BENCH_DATA", ".bench/million")

from bench import statistics as large  # the environment is read there
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.synthetic import SyntheticFormat

ROUNDS = 9
USUAL_ROUNDS = 3  # of what most write: far away
UNDECIDED = 0.2  # a range of the ratios above this share of the median decides nothing
PAGE = Path("docs/explanation/how-fast-it-counts.md")
BEGIN, END = "<!-- python -m bench.kernel --docs -->", "<!-- end -->"
JSONL = large.FOLDER / "register.jsonl"
NESTED = large.FOLDER / "nested.jsonl"
_TYPES = (
    "unit: 'VARCHAR', procedure: 'VARCHAR', channel: 'VARCHAR',"
    " received: 'TIMESTAMP', due: 'DATE', finished: 'TIMESTAMP'"
)
_STATE = large.OUTCOME.format(due="due")


@frozen
class Run:
    """Seconds of one run: by the clock, of all threads, of the thread that called."""

    wall: float
    cpu: float
    calling: float
    result: large.Result


def prepare() -> None:
    """Make the registers that are not there; the nested one is the flat one in two objects."""
    large.FOLDER.mkdir(parents=True, exist_ok=True)
    large.prepare()
    if not JSONL.exists():
        large.REGISTER.write(JSONL, SyntheticFormat.JSONL)
    if not NESTED.exists():
        with JSONL.open(encoding="ascii") as flat, NESTED.open("w", encoding="ascii") as nested:
            for line in flat:
                before, _, after = line.partition('"received":')
                times, _, rest = after.partition(',"status":')
                nested.write(f'{before}"times":{{"received":{times}}},"status":{rest}')


def _nested_columns() -> RegisterColumns:
    return RegisterColumns(
        received="times.received",
        due="times.due",
        finished="times.finished",
        dimensions=large.COLUMNS.dimensions,
    )


def _duckdb_usual(source: str) -> large.Result:
    import duckdb

    query = f"""select unit, strftime(received, '%Y-%m') as m, procedure, channel,
        {_STATE} as o, count(*) as n
        from {source} where received::date <= date '2025-12-31' group by all"""
    connection = duckdb.connect()
    connection.execute(f"create table g as {query}")
    found = connection.execute("select count(*), sum(n)::bigint, sum(n * n)::bigint from g")
    return found.fetchone()  # type: ignore[return-value]


def _polars_usual(table: Any) -> large.Result:
    import polars as pl

    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    month = pl.col("received").dt.strftime("%Y-%m")
    return large.count_by_polars(
        table.lazy(), month, finished, pl.col("due"), pl.lit(large.AS_OF), received
    )  # fmt: skip


def _json_by_hand() -> large.Result:
    return large.count_by_duckdb(
        f"read_json('{JSONL}', format = 'newline_delimited', columns = {{{_TYPES}}})"
    )


def _nested_by_hand() -> large.Result:
    kinds = (
        "unit: 'VARCHAR', procedure: 'VARCHAR', channel: 'VARCHAR',"
        " times: 'STRUCT(received TIMESTAMP, due DATE, finished TIMESTAMP)'"
    )
    return large.count_by_duckdb(
        "(select unit, procedure, channel, times.received as received, times.due as due,"
        " times.finished as finished"
        f" from read_json('{NESTED}', format = 'newline_delimited', columns = {{{kinds}}}))"
    )


def _polars_parquet_usual() -> large.Result:
    import polars as pl

    return _polars_usual(pl.read_parquet(large.PARQUET))


def engines() -> dict[str, Callable[[], large.Result]]:
    """Return the engines by name: the container, a colon, and who counts."""
    return {
        "Parquet: evnpubsvc": lambda: large.ours(large.PARQUET),
        "Parquet: evnpubsvc, one thread": lambda: large.ours(large.PARQUET, threads=1),
        "Parquet: DuckDB by hand": large.duckdb_parquet,
        "Parquet: Polars by hand": large.polars_parquet,
        "CSV: evnpubsvc": lambda: large.ours(large.CSV),
        "CSV: evnpubsvc, one thread": lambda: large.ours(large.CSV, threads=1),
        "CSV: DuckDB by hand": large.duckdb_csv,
        "CSV: Polars by hand": large.polars_csv,
        "packed: evnpubsvc": lambda: large.ours(large.CODED, None),
        "packed: evnpubsvc, one thread": lambda: large.ours(large.CODED, None, threads=1),
        "packed: DuckDB by hand": large.duckdb_coded,
        "JSON Lines: evnpubsvc": lambda: large.ours(JSONL),
        "JSON Lines: evnpubsvc, one thread": lambda: large.ours(JSONL, threads=1),
        "JSON Lines: DuckDB by hand": _json_by_hand,
        "nested JSON Lines: evnpubsvc": lambda: large.ours(NESTED, _nested_columns()),
        "nested JSON Lines: DuckDB by hand": _nested_by_hand,
    }


def usual() -> dict[str, Callable[[], large.Result]]:
    """Return the same as most people write it."""
    return {
        "Parquet: DuckDB, usual": lambda: _duckdb_usual(f"'{large.PARQUET}'"),
        "Parquet: Polars, usual": _polars_parquet_usual,
        "CSV: DuckDB, usual": lambda: _duckdb_usual(f"read_csv('{large.CSV}')"),
        "CSV: Polars, usual": large.polars_csv_usual,
        "JSON Lines: DuckDB, usual": lambda: _duckdb_usual(f"read_json('{JSONL}')"),
    }


def _run(engine: Callable[[], large.Result]) -> Run:
    cpu, wall, calling = time.process_time(), time.perf_counter(), time.thread_time()
    cells, rows, squares = engine()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Run(wall, cpu, time.thread_time() - calling, (cells, rows, squares))


def measure(rounds: int) -> dict[str, list[Run]]:
    """Run all engines in turns, the usual ones in the first rounds; they must agree."""
    hand, common = engines(), usual()
    for engine in hand.values():
        engine()  # what is made or read on first use is not timed
    found: dict[str, list[Run]] = {name: [] for name in (*hand, *common)}
    for turn in range(rounds):
        all_ = {**hand, **(common if turn < USUAL_ROUNDS else {})}
        names = list(all_)
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            found[name].append(_run(all_[name]))
    assert len({run.result for runs in found.values() for run in runs}) == 1
    return found


def _ratio(runs: list[Run], others: list[Run], what: str) -> str:
    """The median of the ratios of the rounds, and their range."""
    ratios = sorted(getattr(a, what) / getattr(b, what) for a, b in zip(runs, others, strict=False))
    middle = median(ratios)
    text = f"{middle:.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    return f"{text} undecided" if ratios[-1] - ratios[0] > UNDECIDED * middle else text


def table(found: dict[str, list[Run]]) -> list[str]:
    """Return the measures as a table; ratios are over DuckDB by hand on the same container."""
    lines = [
        "| | wall, s | processor, s | wall over DuckDB by hand | processor over DuckDB by hand |",
        "|---|---|---|---|---|",
    ]
    for name, runs in found.items():
        reference = found[f"{name.partition(':')[0]}: DuckDB by hand"]
        wall, cpu = (median(getattr(run, what) for run in runs) for what in ("wall", "cpu"))
        ratios = [_ratio(runs, reference, what) for what in ("wall", "cpu")]
        lines.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {ratios[0]} | {ratios[1]} |")
    return lines


def scaling(found: dict[str, list[Run]]) -> list[str]:
    """Return what the calling thread leaves to others: Amdahl's bound, on paper."""
    lines = [
        "| | calling thread, s | all threads, s | 2 cores | 4 cores | 16 cores |",
        "|---|---|---|---|---|---|",
    ]
    for name, runs in found.items():
        if not name.endswith("evnpubsvc"):
            continue
        alone, total = (median(getattr(run, what) for run in runs) for what in ("calling", "cpu"))
        bounds = [total / (alone + (total - alone) / cores) for cores in (2, 4, 16)]
        figures = " | ".join(f"{each:.1f}x" for each in bounds)
        lines.append(f"| {name.partition(':')[0]} | {alone:.2f} | {total:.2f} | {figures} |")
    return lines


def main(*, docs: bool = False) -> bool:
    """Print the tables, and write them to the documentation if asked."""
    for module in ("duckdb", "numpy", "polars", "evnpubsvc.frames"):
        import_module(module)
    import duckdb
    import polars as pl

    prepare()
    before = os.getloadavg()[0]
    rounds = int(os.environ.get("EVNPUBSVC_BENCH_ROUNDS", ROUNDS))
    started = time.perf_counter()
    found = measure(rounds)
    cells = found["CSV: evnpubsvc"][0].result[0]
    versions = f"Python {platform.python_version()}, Polars {pl.__version__}"
    said = [
        f"{large.ROWS:,} rows, {cells:,} cells, {rounds} rounds (usual: {USUAL_ROUNDS}).",
        f"{large.CORES} cores, and as many threads for every engine where none are named.",
        f"Load of the machine {before:.1f} before and {os.getloadavg()[0]:.1f} after.",
        f"{versions}, DuckDB {duckdb.__version__}.",
        "",
        *table(found),
        "",
        "What the calling thread does alone bounds what more cores can bring (Amdahl), on paper:",
        "",
        *scaling(found),
    ]
    print("\n".join(said))
    print(f"\n{time.perf_counter() - started:.0f} s")
    if docs:
        page = PAGE.read_text("utf-8")
        head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
        PAGE.write_text(
            "\n".join([head + BEGIN, "", *said, "", END]) + tail, encoding="utf-8", newline="\n"
        )
    return True


if __name__ == "__main__":
    main(docs="--docs" in sys.argv[1:])
