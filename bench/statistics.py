"""Counting registers by the kernel and by hand, each run in a process of its own: its memory too.

A million rows and three rounds take about two minutes; `EVNPUBSVC_BENCH_ROWS` and
`EVNPUBSVC_BENCH_ROUNDS` ask for more. How fast it is beside other engines, `bench.kernel` says:
there all of them run in one process, where a round compares what is alike.

The peers are written as by somebody who knows the engine well (`peers of hand`), and as most people
write them. All of them answer the same question and must agree on the number of cells, their sum
and their sum of squares. `python -m bench.statistics one NAME` runs one of them and prints its
measures.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from bench._timing import Case, Goal, interleaved, peak_mib, table
from evnpubsvc.dossiers import Precision
from evnpubsvc.serde import RegisterColumns, read_register, tally_register
from evnpubsvc.statistics import LimitTerms, RegisterRow, tally
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from evnpubsvc.worktime import vietnam_calendar

ROWS = int(os.environ.get("EVNPUBSVC_BENCH_ROWS", "1000000"))
_FOLDERS = {1_000_000: ".bench/million", 10_000_000: ".bench"}
FOLDER = Path(os.environ.get("EVNPUBSVC_BENCH_DATA", _FOLDERS.get(ROWS, f".bench/{ROWS}")))
ROUNDS = int(os.environ.get("EVNPUBSVC_BENCH_ROUNDS", "3"))
SLOW_ROUNDS = 1  # of what takes many times as long; its goals are far away
CORES = len(os.sched_getaffinity(0))
AS_OF = date(2025, 12, 31)
BY = ["unit", "received_month", "procedure", "channel"]
REGISTER = SyntheticRegister(rows=ROWS, seed=1)
COLUMNS = RegisterColumns(
    due="due", finished="finished", dimensions={n: n for n in ("unit", "procedure", "channel")}
)
UNDATED = RegisterColumns(
    finished="finished", dimensions={n: n for n in ("unit", "procedure", "channel")}
)
CSV, PARQUET, CODED = (
    FOLDER / name for name in ("register.csv", "register.parquet", "coded.parquet")
)
TENTH = FOLDER / "tenth.parquet"
PARTS = [FOLDER / f"part-{i}.parquet" for i in range(10)]
Result = tuple[int, int, int]


def prepare() -> None:
    """Make the registers that are not there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not CSV.exists():
        REGISTER.write(CSV)
    if not PARQUET.exists():
        REGISTER.write(PARQUET, SyntheticFormat.PARQUET)
    if not CODED.exists():
        from evnpubsvc.frames import write_coded

        write_coded(PARQUET, CODED, COLUMNS)
    import polars as pl

    if not PARTS[-1].exists():
        for i, path in enumerate(PARTS):
            pl.scan_parquet(PARQUET).slice(i * ROWS // 10, ROWS // 10).sink_parquet(path)
    if not TENTH.exists():
        pl.scan_parquet(PARQUET).slice(0, ROWS // 10).sink_parquet(TENTH, row_group_size=1 << 20)


# -- the library -----------------------------------------------------------------------------------


def _numbers(frame: Any) -> Result:
    n = frame.cells["n"]
    return len(n), int(n.sum()), int((n * n).sum())


def ours(source: Any, columns: RegisterColumns | None = COLUMNS, **more: Any) -> Result:
    from evnpubsvc.frames import tally_frame

    return _numbers(
        tally_frame(source, columns, by=BY, as_of=AS_OF, compare=Precision.DATE, **more)
    )


def ours_terms() -> Result:
    terms = LimitTerms(vietnam_calendar(), "procedure", REGISTER.procedure_limits)
    return ours(PARQUET, UNDATED, terms=terms)


def handling(source: Any, columns: RegisterColumns | None, *, timed: bool) -> Result:
    """Count by unit; and how long dossiers took, with mean, median and two percentiles of each."""
    from evnpubsvc.frames import tally_frame
    from evnpubsvc.statistics import HandlingTime

    by = ["unit", *(["working_days"] if timed else [])]
    question: dict[str, Any] = {"by": by, "as_of": AS_OF, "compare": Precision.DATE}
    if timed:
        question["calendar"] = vietnam_calendar()
    counted = tally_frame(source, columns, **question)
    if timed:
        times = counted.handling_times()
        for each in (*times.values(), sum(times.values(), HandlingTime())):
            _ = each.mean, each.median, each.percentile(90), each.percentile(99)
    return len(counted), int(counted.cells["n"].sum()), 0


def fold(by: list[str]) -> Result:
    """Count ten files one by one and merge the tallies, as partitions of a cluster do."""
    from evnpubsvc.frames import tally_frame

    parts = [
        tally_frame(path, COLUMNS, by=by, as_of=AS_OF, compare=Precision.DATE) for path in PARTS
    ]
    return _numbers(parts[0].merge(*parts[1:]))


def _header() -> list[str]:
    """Return the columns of the register, for engines that want them all named."""
    with CSV.open(encoding="utf-8") as lines:
        return next(lines).strip().split(",")


# -- by hand ---------------------------------------------------------------------------------------

OUTCOME = """case when finished is null or finished::date > date '2025-12-31' then
   case when {due} < date '2025-12-31' then 4 else 3 end
 when finished::date < {due} then 0 when finished::date = {due} then 1 else 2 end::utinyint"""


def count_by_duckdb(source: str, due: str = "due", joins: str = "", setup: str = "") -> Result:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {CORES}; set preserve_insertion_order = false")
    for statement in filter(None, setup.split(";")):
        connection.execute(statement)
    connection.execute(
        f"""create table g as select unit, date_trunc('month', received)::date as m,
               procedure, channel,
        {OUTCOME.format(due=due)} as o, count(*) as n from {source} {joins}
        where received::date <= date '2025-12-31' group by all"""
    )
    found = connection.execute(
        "select count(*), sum(n)::bigint, sum(n * n)::bigint from g"
    ).fetchone()
    assert found is not None
    return found  # type: ignore[return-value]


def duckdb_parquet() -> Result:
    return count_by_duckdb(f"'{PARQUET}'")


def duckdb_csv() -> Result:
    kinds = {"received": "TIMESTAMP", "due": "DATE", "finished": "TIMESTAMP"}
    columns = ", ".join(f"{name}: '{kinds.get(name, 'VARCHAR')}'" for name in _header())
    return count_by_duckdb(
        f"read_csv('{CSV}', header = true, auto_detect = false, columns = {{{columns}}})"
    )


def duckdb_terms() -> Result:
    """Due dates by two joins on tables of the calendar."""
    calendar = vietnam_calendar()
    days = [
        calendar.first + timedelta(days=i) for i in range((calendar.last - calendar.first).days + 1)
    ]
    number, upto, nth = 0, [], []
    for day in days:
        if calendar.is_working_day(day):
            number += 1
            nth.append(f"({number}, date '{day}')")
        upto.append(f"(date '{day}', {number})")
    limits = ", ".join(
        f"('{name}', {each.amount})" for name, each in REGISTER.procedure_limits.items()
    )
    setup = (
        f"create table upto as select * from (values {', '.join(upto)}) t(day, number);"
        f"create table nth as select * from (values {', '.join(nth)}) t(number, due_day);"
        f"create table limits as select * from (values {limits}) t(name, days)"
    )
    joins = """join limits on limits.name = procedure join upto on upto.day = received::date
        join nth on nth.number = upto.number + limits.days"""
    return count_by_duckdb(f"'{PARQUET}'", "due_day", joins, setup)


def duckdb_coded() -> Result:
    import duckdb

    first, last = date(2024, 1, 1), (AS_OF - date(2024, 1, 1)).days
    connection = duckdb.connect()
    connection.execute(f"set threads = {CORES}; set preserve_insertion_order = false")
    connection.execute(
        f"""create table g as select d0,
               date_trunc('month', date '{first}' + received::int)::date as m,
               d1, d2,
        case when finished > {last} then case when due < {last} then 4 else 3 end
        when finished < due then 0 when finished = due then 1 else 2 end::utinyint as o,
               count(*) as n
        from '{CODED}' where received <= {last} group by all"""
    )
    return connection.execute(
        "select count(*), sum(n)::bigint, sum(n * n)::bigint from g"
    ).fetchone()  # type: ignore[return-value]


def count_by_polars(
    scan: Any, month: Any, finished: Any, due: Any, last: Any, received: Any
) -> Result:
    import polars as pl

    outcome = (
        pl.when(finished.is_null() | (finished > last))
        .then(pl.when(due < last).then(4).otherwise(3))
        .otherwise((finished > due).cast(pl.Int8) - (finished < due).cast(pl.Int8) + 1)
        .cast(pl.UInt8)
    )
    cells = (
        scan.filter(received <= last)
        .group_by("unit", month.alias("m"), "procedure", "channel", outcome.alias("o"))
        .agg(pl.len().cast(pl.Int64).alias("n"))
        .collect(engine="streaming")
    )
    return cells.height, int(cells["n"].sum()), int((cells["n"] * cells["n"]).sum())


def polars_parquet() -> Result:
    import polars as pl

    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    return count_by_polars(
        pl.scan_parquet(PARQUET),
        received.dt.month_start(),
        finished,
        pl.col("due"),
        pl.lit(AS_OF),
        received,
    )


def polars_one_scan() -> Result:
    """Ten files in one scan."""
    import polars as pl

    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    return count_by_polars(
        pl.scan_parquet(PARTS),
        received.dt.month_start(),
        finished,
        pl.col("due"),
        pl.lit(AS_OF),
        received,
    )


def polars_one_scan_coarse() -> Result:
    import polars as pl

    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    scan = pl.scan_parquet(PARTS).with_columns(procedure=pl.lit(""))
    return count_by_polars(
        scan, received.dt.month_start(), finished, pl.col("due"), pl.lit(AS_OF), received
    )


def polars_terms() -> Result:
    import polars as pl

    calendar = vietnam_calendar()
    days = [
        calendar.first + timedelta(days=i) for i in range((calendar.last - calendar.first).days + 1)
    ]
    works = [calendar.is_working_day(day) for day in days]
    nth = pl.Series([day for day, flag in zip(days, works, strict=True) if flag])
    upto = pl.Series(works).cast(pl.Int32).cum_sum()
    limits = {name: int(each.amount) for name, each in REGISTER.procedure_limits.items()}
    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    place = (received.to_physical() - (calendar.first - date(1970, 1, 1)).days).cast(pl.UInt32)
    count = pl.col("procedure").replace_strict(limits, return_dtype=pl.Int32)
    scan = pl.scan_parquet(PARQUET).with_columns(
        due_day=pl.lit(nth).gather(pl.lit(upto).gather(place) + count - 1)
    )
    return count_by_polars(
        scan, received.dt.month_start(), finished, pl.col("due_day"), pl.lit(AS_OF), received
    )


def polars_csv() -> Result:
    """Texts sliced: nothing is parsed, and nothing is checked."""
    import polars as pl

    scan = pl.scan_csv(CSV, schema=dict.fromkeys(_header(), pl.String))
    received, finished = pl.col("received").str.head(10), pl.col("finished").str.head(10)
    return count_by_polars(
        scan,
        pl.col("received").str.head(7),
        finished,
        pl.col("due"),
        pl.lit(AS_OF.isoformat()),
        received,
    )


def polars_csv_usual() -> Result:
    """As most write it: the reader is told the types."""
    import polars as pl

    kinds = {"received": pl.Datetime("ms"), "due": pl.Date, "finished": pl.Datetime("ms")}
    scan = pl.scan_csv(CSV, schema={name: kinds.get(name, pl.String) for name in _header()})
    received, finished = pl.col("received").dt.date(), pl.col("finished").dt.date()
    month = pl.col("received").dt.strftime("%Y-%m")
    return count_by_polars(scan, month, finished, pl.col("due"), pl.lit(AS_OF), received)


def pandas_csv() -> Result:
    import numpy as np
    import pandas as pd

    codes = dict.fromkeys(("unit", "procedure", "channel"), "category")
    dates = ["received", "due", "finished"]
    frame = pd.read_csv(CSV, usecols=[*codes, *dates], parse_dates=dates, dtype=codes)
    last, finished, due = pd.Timestamp(AS_OF), frame["finished"].dt.normalize(), frame["due"]
    outcome = np.select(
        [finished.isna() | (finished > last), finished < due, finished == due],
        [np.where(due < last, 4, 3), 0, 1],
        2,
    )
    keys = [
        frame["unit"],
        frame["received"].dt.to_period("M"),
        frame["procedure"],
        frame["channel"],
        outcome,
    ]
    n = frame.groupby(keys, observed=True).size().astype("int64")
    return len(n), int(n.sum()), int((n * n).sum())


ENGINES: dict[str, Callable[[], Result]] = {
    "parquet: evnpubsvc": lambda: ours(PARQUET),
    "parquet, due dates computed: evnpubsvc": ours_terms,
    "parquet, due dates computed: duckdb by hand": duckdb_terms,
    "parquet, due dates computed: polars by hand": polars_terms,
    "csv: evnpubsvc": lambda: ours(CSV),
    "coded: evnpubsvc": lambda: ours(CODED, None),
    "parts: evnpubsvc, fold and merge": lambda: fold(BY),
    "parts: polars by hand, one scan": polars_one_scan,
    "parts, no procedure: evnpubsvc, fold and merge": lambda: fold(
        ["unit", "received_month", "channel"]
    ),
    "parts, no procedure: polars by hand, one scan": polars_one_scan_coarse,
    "a tenth, parquet: evnpubsvc": lambda: ours(TENTH),
    **{
        f"by unit, {name}: {what}": partial(handling, source, columns, timed=timed)
        for name, source, columns in (
            ("parquet", PARQUET, COLUMNS),
            ("csv", CSV, COLUMNS),
            ("coded", CODED, None),
        )
        for what, timed in (("counted", False), ("handling times", True))
    },
}
SLOW: dict[str, Callable[[], Result]] = {
    "csv: polars as most write it": polars_csv_usual,
    "csv: pandas": pandas_csv,
}


def one(name: str) -> None:
    """Run an engine in this process and print what it took."""
    for module in (
        "duckdb",
        "numpy",
        "polars",
        "evnpubsvc.frames",
    ):  # imports are not part of the measure
        import_module(module)
    engine = {**ENGINES, **SLOW}[name]
    cpu, wall = time.process_time(), time.perf_counter()
    result = engine()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak_mib(), "result": list(result)}))


def _measured() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*ENGINES, *SLOW)}
    for turn in range(ROUNDS):
        names = [*ENGINES, *(SLOW if turn < SLOW_ROUNDS else ())]
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            command = [sys.executable, "-m", "bench.statistics", "one", name]
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=True)
            except subprocess.CalledProcessError as error:
                last = error.stderr.strip().splitlines()[-1:]
                print(f"  not run: {name}: {last}")
                continue
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    return {name: runs for name, runs in found.items() if runs}


def large() -> list[Goal]:
    """Wall clock, since every engine here uses all cores as it can, and the most memory."""
    prepare()
    found = _measured()
    print(
        f"\n{ROWS:,} rows, {ROUNDS} rounds ({SLOW_ROUNDS} of the slow), a process each; "
        "all agree on the cells"
    )
    print(f"  {'':<50} {'wall s':>8} {'cpu s':>8} {'MiB':>6} {'cells':>10}")
    for name, runs in found.items():
        wall, cpu, peak = (median(run[what] for run in runs) for what in ("wall", "cpu", "peak"))
        print(f"  {name:<50} {wall:>8.2f} {cpu:>8.2f} {peak:>6.0f} {runs[0]['result'][0]:>10,}")
    for group in ("parquet", "csv", "coded", "parts"):
        same = {
            tuple(run["result"])
            for n, runs in found.items()
            if n.split(":")[0] == group
            for run in runs
        }
        assert len(same) == 1, (group, same)

    def over(name: str, other: str, what: str = "wall") -> float:
        return median(a[what] / b[what] for a, b in zip(found[name], found[other], strict=False))

    def peak(name: str) -> float:
        return median(run["peak"] for run in found[name])

    ours_csv = "csv: evnpubsvc"
    goals = [
        Goal("memory, parquet", peak("parquet: evnpubsvc"), at_most=700, unit="MiB"),
    ]
    goals.append(Goal("memory, csv", peak(ours_csv), at_most=450, unit="MiB"))
    if ROWS >= 10_000_000:  # with fewer, what a process does once says most
        due = "parquet, due dates computed"
        goals += [
            Goal(
                f"due dates computed, over {engine}",
                over(f"{due}: evnpubsvc", f"{due}: {engine} by hand"),
                at_most=most,
            )
            for engine, most in (("duckdb", 0.85), ("polars", 0.65))
        ]
    if "csv: polars as most write it" in found:
        goals.append(
            Goal(
                "    polars as most write it over it",
                over("csv: polars as most write it", ours_csv),
                at_least=5,
            )
        )
    if "csv: pandas" in found:
        goals.append(Goal("    pandas over it", over("csv: pandas", ours_csv), at_least=8))
    # What handling times add to a row is the same; a coded row costs next to nothing else.
    for kind, most in (("parquet", 1.3), ("csv", 1.3), ("coded", 1.3)):
        ratio = over(f"by unit, {kind}: handling times", f"by unit, {kind}: counted")
        goals.append(
            Goal(f"    handling times with percentiles over the count, {kind}", ratio, at_most=most)
        )
    coarse = "parts, no procedure"
    exponent = math.log10(over("parquet: evnpubsvc", "a tenth, parquet: evnpubsvc", "cpu"))
    return [
        *goals,
        Goal("memory, packed", peak("coded: evnpubsvc"), at_most=250, unit="MiB"),
        Goal("    bytes a dossier on disk", CODED.stat().st_size / ROWS, at_most=6.5, unit="B"),
        Goal(
            "G18 fold and merge of ten parts over one scan, four keys",
            over(f"{coarse}: evnpubsvc, fold and merge", f"{coarse}: polars by hand, one scan"),
            at_most=1.5,
        ),
        Goal(
            "    five keys",
            over("parts: evnpubsvc, fold and merge", "parts: polars by hand, one scan"),
            at_most=1.5,
        ),
        Goal("    exponent of cpu time from a tenth to the whole", exponent, at_most=1.1, unit=""),
    ]


# -- in one process --------------------------------------------------------------------------------


def due_dates() -> list[Goal]:
    """A million due dates against numpy, which counts make-up days over a full week."""
    import numpy as np

    from evnpubsvc.frames import add_working_days

    calendar, rows = vietnam_calendar(), 1_000_000
    rng = np.random.default_rng(1)
    days = (np.datetime64("2020-01-01") + rng.integers(0, 2000, rows)).astype("M8[D]")
    counts = rng.integers(-30, 31, rows)
    counts[counts == 0] = 1
    off = [
        day
        for i in range(2922)
        if not calendar.is_working_day(day := calendar.first + timedelta(days=i))
    ]
    plain = np.busdaycalendar("1111111", holidays=np.array(off, "M8[D]"))
    ahead, positive = counts > 0, np.abs(counts)

    def numpy_either() -> Any:
        out = np.empty_like(days)
        out[ahead] = np.busday_offset(days[ahead], counts[ahead], roll="backward", busdaycal=plain)
        out[~ahead] = np.busday_offset(
            days[~ahead], counts[~ahead], roll="forward", busdaycal=plain
        )
        return out

    assert (numpy_either() == add_working_days(days, counts, calendar)).all()

    def case(run: Callable[[], Any]) -> Case:
        def repeat(repetitions: int) -> None:
            for _ in range(repetitions):
                run()

        return Case(repeat, rows)

    found = interleaved(
        {
            "add_working_days, either sign": case(lambda: add_working_days(days, counts, calendar)),
            "add_working_days, n > 0": case(lambda: add_working_days(days, positive, calendar)),
            "numpy busday_offset, either sign": case(numpy_either),
        },
        rounds=15,
    )
    print(table("Due dates, a row", found, "add_working_days, either sign"))
    ours_either = found["add_working_days, either sign"]
    return [
        Goal(
            "G4 numpy busday_offset over it, either sign",
            found["numpy busday_offset, either sign"].over(ours_either),
            at_least=40,
        ),
        Goal(
            "   million rows a second, either sign", 1e3 / ours_either.ns, at_least=70, unit="M/s"
        ),
        Goal(
            "   million rows a second, n > 0",
            1e3 / found["add_working_days, n > 0"].ns,
            at_least=120,
            unit="M/s",
        ),
    ]


def objects() -> list[Goal]:
    """Rows that are objects already, and rows that are lines of CSV.

    Nothing but the bare install.
    """
    rows = 40_000
    register = SyntheticRegister(rows=rows, seed=3)
    path = FOLDER / "small.csv"
    FOLDER.mkdir(parents=True, exist_ok=True)
    register.write(path)
    held = [row for row in read_register(path, COLUMNS) if isinstance(row, RegisterRow)]
    assert len(held) == rows

    def outcome(due: date, finished: date | None) -> str:
        if finished is None or finished > AS_OF:
            return "overdue" if due < AS_OF else "in time"
        return "early" if finished < due else "on time" if finished == due else "late"

    def naive_counter() -> Counter[Any]:
        cells: Counter[Any] = Counter()
        for row in held:
            assert isinstance(row.received, datetime)
            assert row.due is not None
            values, finished = dict(row.dimensions), row.finished
            end = finished.date() if isinstance(finished, datetime) else finished
            month = row.received.strftime("%Y-%m")
            cells[
                values["unit"], month, values["procedure"], values["channel"], outcome(row.due, end)
            ] += 1
        return cells

    def naive_csv() -> Counter[Any]:
        """The textbook way: DictReader, an object a row, Counter."""
        import csv

        from attrs import define

        @define
        class Dossier:
            code: str
            unit: str
            procedure: str
            channel: str
            received: datetime
            due: date
            finished: datetime | None
            status: str

        cells: Counter[Any] = Counter()
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                iso = datetime.fromisoformat
                end = row["finished"]
                dossier = Dossier(
                    row["code"], row["unit"], row["procedure"], row["channel"],
                    iso(row["received"]),
                    date.fromisoformat(row["due"]), iso(end) if end else None, row["status"],
                )  # fmt: skip
                ended = dossier.finished.date() if dossier.finished else None
                month = dossier.received.strftime("%Y-%m")
                cells[
                    dossier.unit,
                    month,
                    dossier.procedure,
                    dossier.channel,
                    outcome(dossier.due, ended),
                ] += 1
        return cells

    def count(given: Any) -> Any:
        return tally(given, by=BY, as_of=AS_OF, compare=Precision.DATE)

    total = sum(naive_counter().values())
    assert total == rows == count(held).total.received.value == sum(naive_csv().values())

    def case(run: Callable[[], Any]) -> Case:
        def repeat(repetitions: int) -> None:
            for _ in range(repetitions):
                run()

        return Case(repeat, rows)

    found = interleaved(
        {
            "tally of objects": case(lambda: count(held)),
            "Counter with strftime": case(naive_counter),
            "csv: tally_register": case(
                lambda: tally_register(path, COLUMNS, by=BY, as_of=AS_OF, compare=Precision.DATE)
            ),
            "csv: read_register and tally": case(lambda: count(read_register(path, COLUMNS))),
            "csv: DictReader, objects, Counter": case(naive_csv),
        },
        rounds=9,
    )
    print(table("Python alone, a row", found, "tally of objects"))
    bare, naive = found["csv: tally_register"], found["csv: DictReader, objects, Counter"]
    return [
        Goal(
            "G11 Counter with strftime over tally of objects",
            found["Counter with strftime"].over(found["tally of objects"]),
            at_least=3,
        ),
        Goal(
            "    no extra: DictReader, objects, Counter over the library",
            naive.over(bare),
            at_least=2,
        ),
    ]


def main() -> bool:
    """Print all measurements; return whether no goal is missed by more than noise."""
    random.seed(1)
    goals = [*due_dates(), *objects(), *large()]
    print("\nGoals")
    for goal in goals:
        print(goal.line())
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    one(sys.argv[2])
