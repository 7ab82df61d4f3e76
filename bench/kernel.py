"""The kernel against engines by hand, on all cores: a million rows in under two minutes.

`python -m bench.kernel` measures and prints. Options:

* `--rows N`: how many rows; with `--rows 10000000` about eight minutes on two free cores. Nested
  JSON Lines, of which ten million rows take three gigabytes, are left out above a million rows, and
  flat ones always, since they are read as the nested ones are; unless `--only` names them.
* `--only NAME …`: some of `Parquet`, `CSV`, `packed`, `"JSON Lines"`, `"nested JSON Lines"`.
* `--rounds N`: how many rounds; 9 unless said.
* `--docs`: also writes the tables of `docs/explanation/how-fast-it-counts.md`.

The registers are made where they are missing, in `.bench` (`EVNPUBSVC_BENCH_DATA`): 0.7 GB for a
million rows, 1.6 GB for ten million without JSON Lines. All engines answer one question in one
process, in turning order, and must agree on the number of cells, their sum and their sum of
squares. Wall clock and processor time stand side by side: on a busy machine only the second says
something of the engines. Peers are written as an expert would (`by hand`), and as most people
write them (`usual`).
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen

_MILLION = 1_000_000

ROUNDS = 9


def _asked() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m bench.kernel")
    parser.add_argument("--rows", type=int, default=_MILLION)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--docs", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    # Where the registers are, and how many rows they have, is read when they are imported.
    os.environ["EVNPUBSVC_BENCH_ROWS"] = str(_asked().rows)

from bench import statistics as large  # noqa: E402
from evnpubsvc.serde import RegisterColumns  # noqa: E402
from evnpubsvc.synthetic import SyntheticFormat  # noqa: E402

USUAL_ROUNDS = 3  # of what most write: far away
UNDECIDED = 0.2  # a range of the ratios above this share of the median decides nothing
PAGE = Path("docs/explanation/how-fast-it-counts.md")
BEGIN, END = "<!-- python -m bench.kernel --docs -->", "<!-- end -->"
BEGIN_LARGE = "<!-- python -m bench.kernel --rows 10000000 --docs -->"
GOALS = {"Parquet": 0.7, "CSV": 1.0, "packed": 0.35, "nested JSON Lines": 1.0}  # of wall clock
JSONL = large.FOLDER / "register.jsonl"
NESTED = large.FOLDER / "nested.jsonl"
FILES = {
    "Parquet": large.PARQUET,
    "CSV": large.CSV,
    "packed": large.CODED,
    "JSON Lines": JSONL,
    "nested JSON Lines": NESTED,
}
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


def prepare(containers: Iterable[str]) -> None:
    """Make the registers that are not there; the nested one is the flat one in two objects."""
    large.prepare()
    if not any("JSON" in name for name in containers):
        return
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
        "nested JSON Lines: evnpubsvc, one thread": lambda: large.ours(
            NESTED, _nested_columns(), threads=1
        ),
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


def _container(name: str) -> str:
    return name.partition(":")[0]


def _run(engine: Callable[[], large.Result]) -> Run:
    cpu, wall, calling = time.process_time(), time.perf_counter(), time.thread_time()
    cells, rows, squares = engine()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Run(wall, cpu, time.thread_time() - calling, (cells, rows, squares))


def measure(rounds: int, containers: Iterable[str]) -> dict[str, list[Run]]:
    """Run all engines in turns, the usual ones in the first rounds; they must agree."""
    chosen = set(containers)
    hand, common = (
        {name: run for name, run in those().items() if _container(name) in chosen}
        for those in (engines, usual)
    )
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
        reference = found[f"{_container(name)}: DuckDB by hand"]
        wall, cpu = (median(getattr(run, what) for run in runs) for what in ("wall", "cpu"))
        ratios = [_ratio(runs, reference, what) for what in ("wall", "cpu")]
        lines.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {ratios[0]} | {ratios[1]} |")
    return lines


def scaling(found: dict[str, list[Run]]) -> list[str]:
    """Return what a second thread brings, and what more cores can (Amdahl), on paper."""
    lines = [
        "| | calling thread, s | all threads, s | MB/s | 1 → 2 threads | 2 cores | 4 | 8 | 16 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in found.items():
        if not name.endswith("evnpubsvc"):
            continue
        alone, total = (median(getattr(run, what) for run in runs) for what in ("calling", "cpu"))
        rate = FILES[_container(name)].stat().st_size / 1e6 / median(run.wall for run in runs)
        one = found.get(f"{name}, one thread")
        gain = "" if one is None else f"{_ratio(one, runs, 'wall')}"
        bounds = [total / (alone + (total - alone) / cores) for cores in (2, 4, 8, 16)]
        figures = " | ".join(f"{each:.1f}x" for each in bounds)
        lines.append(
            f"| {_container(name)} | {alone:.2f} | {total:.2f} | {rate:.0f} | {gain} | {figures} |"
        )
    return lines


def goals(found: dict[str, list[Run]]) -> list[str]:
    """Return each goal with what was measured."""
    lines: list[str] = []
    for container, most in GOALS.items():
        runs, others = (found.get(f"{container}: {who}") for who in ("evnpubsvc", "DuckDB by hand"))
        if runs is None or others is None:
            continue
        said = _ratio(runs, others, "wall")
        if said.endswith("undecided"):
            verdict = ""
        elif median(a.wall / b.wall for a, b in zip(runs, others, strict=True)) <= most:
            verdict = ": reached"
        else:
            verdict = ": missed"
        lines.append(
            f"* {container}, wall clock over DuckDB by hand at most {most}: {said}{verdict}"
        )
    return lines


def main(*, rounds: int = ROUNDS, only: Iterable[str] = (), docs: bool = False) -> bool:
    """Print the tables, and write them to the documentation if asked."""
    for module in ("duckdb", "numpy", "polars", "evnpubsvc.frames"):
        import_module(module)
    import duckdb
    import polars as pl

    containers = list(only) or [
        name
        for name in FILES
        if "JSON" not in name or (large.ROWS <= _MILLION and name != "JSON Lines")
    ]
    prepare(containers)
    before = os.getloadavg()[0]
    started = time.perf_counter()
    found = measure(rounds, containers)
    cells = next(iter(found.values()))[0].result[0]
    versions = f"Python {platform.python_version()}, Polars {pl.__version__}"
    said = [
        f"{large.ROWS:,} rows, {cells:,} cells, {rounds} rounds (usual: {USUAL_ROUNDS}).",
        f"{large.CORES} cores, and as many threads for every engine where none are named.",
        f"With one thread Polars has its own {pl.thread_pool_size()} all the same.",
        f"Load of the machine {before:.1f} before and {os.getloadavg()[0]:.1f} after.",
        f"{versions}, DuckDB {duckdb.__version__}.",
        "",
        *table(found),
        "",
        *goals(found),
        "",
        "What the calling thread does alone bounds what more cores can bring (Amdahl), on paper:",
        "",
        *scaling(found),
    ]
    print("\n".join(said))
    print(f"\n{time.perf_counter() - started:.0f} s")
    if docs:
        begin = BEGIN if large.ROWS <= _MILLION else BEGIN_LARGE
        head, _, rest = PAGE.read_text("utf-8").partition(begin)
        tail = rest.partition(END)[2]
        PAGE.write_text(
            "\n".join([head + begin, "", *said, "", END]) + tail, encoding="utf-8", newline="\n"
        )
    return True


if __name__ == "__main__":
    asked = _asked()
    main(rounds=asked.rounds, only=asked.only, docs=asked.docs)
