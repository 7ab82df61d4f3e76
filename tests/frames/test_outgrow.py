"""Spark and Dask carry the kernel to parts of a register.

What comes back is the count of one machine, to the byte.

`make outgrow` runs this file with the engines; elsewhere the tests that need one skip.
"""

import csv
import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from attrs import frozen

from evnpubsvc.conformance import check_merge_laws
from evnpubsvc.dossiers import Precision
from evnpubsvc.findings import Finding
from evnpubsvc.frames import TallyFrame, tally_frame
from evnpubsvc.periods import Period
from evnpubsvc.serde import RegisterColumns, read_register, read_register_columns, to_json
from evnpubsvc.statistics import RegisterRow, Tally, tally
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from tests.deep import cases
from tests.frames.ways import asked
from tests.realdata import real
from tests.statistics.test_real_registers import MAPPING

FATAL: Final = (
    3  # the first process that counts this part is killed in the middle of handing it over
)
COLUMNS: Final = SyntheticRegister(rows=0, seed=0).columns
ASKED: Final[dict[str, Any]] = {
    "by": ["unit", "received_report_quarter", "outcome"],
    "as_of": date(2025, 6, 30),
}
BAD: Final = Fraction(1, 500)


@frozen
class Parts:
    """A register in files, and what the object path says of it."""

    files: tuple[Path, ...]
    columns: RegisterColumns
    question: Mapping[str, Any]
    rows: int
    truth: str

    @classmethod
    def of(
        cls, files: Sequence[Path], columns: RegisterColumns, question: Mapping[str, Any], rows: int
    ) -> "Parts":
        def read() -> Iterator[RegisterRow | Finding]:
            for file in files:
                with file.open("rb") as stream:
                    yield from read_register(stream, columns)

        return cls(tuple(files), columns, question, rows, to_json(tally(read(), **asked(question))))

    def whole(self) -> TallyFrame:
        return tally_frame(self.files, self.columns, **asked(self.question))

    def each(self) -> list[TallyFrame]:
        return [tally_frame(file, self.columns, **asked(self.question)) for file in self.files]


def _synthetic(folder: Path, rows: int, count: int, units: int) -> Parts:
    """Write a register in so many files, each with rows that are bad and steps that are linked
    to another dossier.
    """
    registers = [
        SyntheticRegister(rows=rows // count, seed=part, units=units, bad=BAD)
        for part in range(count)
    ]
    files = [register.write(folder / f"{part}.csv") for part, register in enumerate(registers)]
    return Parts.of(files, COLUMNS, ASKED, rows)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Return a register of a million rows in the deep run, of fewer in every other."""
    rows = cases(48_000, 1_000_000)
    return _synthetic(tmp_path_factory.mktemp("large"), rows, 8, units=700)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return _synthetic(tmp_path_factory.mktemp("few"), 6_000, 5, units=20)


@pytest.fixture
def permits(tmp_path: Path) -> Parts:
    """Return the real register, in five files."""
    with real("receipt_wabo/cases.csv").open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    for part in range(5):
        with (tmp_path / f"{part}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *rows[part::5]])
    question = {
        "by": ["channel", "department", "outcome"],
        "period": Period(date(2011, 1, 1), date(2011, 6, 30)),
        "compare": Precision.TIMESTAMP,
    }  # fmt: skip
    files = [tmp_path / f"{part}.csv" for part in range(5)]
    parts = Parts.of(files, read_register_columns(io.BytesIO(MAPPING)), question, len(rows))
    whole = read_register(real("receipt_wabo/cases.csv"), parts.columns)
    assert parts.truth == to_json(
        tally(whole, **asked(question))
    )  # the cut into files lost nothing
    return parts


def _accounted(frame: TallyFrame) -> int:
    """Return the rows that a tally accounts for.

    Each stands in one cell, or in one of the numbers beside them.
    """
    head = frame.head
    beside = (
        head.later
        + head.earlier
        + head.linked
        + head.other_versions
        + sum(number for _, number in head.rejected)
    )
    return beside + int(frame.cells["n"].sum())


# -- with no engine: the merge ---------------------------------------------------------------------


def test_one_machine(few: Parts) -> None:
    whole = few.whole()
    assert to_json(whole.to_tally()) == few.truth
    assert whole.head.linked
    assert whole.head.later
    assert whole.head.rejected
    assert _accounted(whole) == few.rows


def test_parts_in_any_order(few: Parts) -> None:
    parts = few.each()
    whole = few.whole()
    assert to_json(whole.to_tally()) == few.truth
    for order in permutations(parts):
        assert order[0].merge(*order[1:]) == whole
    for order in permutations(parts[:4]):
        assert (
            TallyFrame.from_arrow(pl.concat([part.table() for part in (*order, parts[4])])) == whole
        )


def _loses_a_part(tables: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(tables[1:])


def _counts_a_part_twice(tables: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([*tables, tables[0]])


def _loses_half_a_part(tables: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([*tables[1:], tables[0][: tables[0].height // 2]])


def _groups_the_questions_too(tables: list[pl.DataFrame]) -> pl.DataFrame:
    stacked = pl.concat(tables)
    return stacked.group_by([name for name in stacked.columns if name != "n"]).agg(
        pl.col("n").sum()
    )


def _takes_means(tables: list[pl.DataFrame]) -> pl.DataFrame:
    stacked = pl.concat(tables)
    keys = [name for name in stacked.columns if name not in ("n", "question")]
    cells = (
        stacked.filter(pl.col("question").is_null())
        .group_by(keys)
        .agg(pl.col("n").mean().round().cast(pl.Int64))
    )
    return pl.concat([stacked.filter(pl.col("question").is_not_null()), cells], how="diagonal")


@pytest.mark.parametrize(
    "merge",
    [
        _loses_a_part,
        _counts_a_part_twice,
        _loses_half_a_part,
        _groups_the_questions_too,
        _takes_means,
    ],
)
def test_wrong_merges_are_detected(
    few: Parts, merge: Callable[[list[pl.DataFrame]], pl.DataFrame]
) -> None:
    parts = few.each()
    parts.insert(0, parts[0])  # two parts that are equal to the byte are two parts
    right = parts[0].merge(*parts[1:])
    wrong = TallyFrame.from_arrow(merge([part.table() for part in parts]))
    # Who has no other count of the whole has the number of rows; who tests a merge has the laws.
    assert _accounted(right) == few.rows * 6 // 5
    assert _accounted(wrong) != few.rows * 6 // 5
    assert to_json(wrong.to_tally()) != to_json(right.to_tally())

    def by_table(one: TallyFrame, other: TallyFrame) -> TallyFrame:
        return TallyFrame.from_arrow(merge([one.table(), other.table()]))

    empty = TallyFrame.from_tally(
        Tally.empty(ASKED["by"], as_of=ASKED["as_of"], compare=Precision.DATE)
    )
    check_merge_laws(parts, merge=TallyFrame.merge, empty=empty, whole=right).require()
    assert not check_merge_laws(parts, merge=by_table, empty=empty, whole=right).passed


# -- with engines ----------------------------------------------------------------------------------


def _counter(parts: Parts, folder: Path) -> tuple[Callable[[int], Iterator[Any]], Any]:
    """Return what counts a part and gives Arrow batches, and their schema.

    What it closes over travels to the workers by value: they need this library, not this module.
    """
    pa = pytest.importorskip("pyarrow", reason="Spark and Dask carry Arrow by pyarrow")
    names = (*parts.question["by"], "entry", "period_state", "n", "question")
    schema = pa.schema([(name, pa.int64() if name == "n" else pa.string()) for name in names])
    paths, columns, question = list(map(str, parts.files)), parts.columns, asked(parts.question)
    logs = folder

    def count(part: int) -> Iterator[Any]:
        with (logs / f"{part}.log").open("a+", encoding="ascii") as log:
            log.write(f"{os.getpid()}\n")
            log.seek(0)
            attempt = len(log.readlines())
        table = pa.table(tally_frame(paths[part], columns, **question)).cast(schema)
        yield from table[: len(table) // 2].to_batches()
        if part == FATAL and attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from table[len(table) // 2 :].to_batches()

    return count, schema


def _was_retried(folder: Path) -> bool:
    """Whether the process of the fatal part was another one than the test's, and another one
    took its place.
    """
    killed, *more = (folder / f"{FATAL}.log").read_text("ascii").split()
    return bool(more) and killed not in more and str(os.getpid()) not in {killed, *more}


@contextmanager
def _spark(master: str) -> Iterator[Any]:
    sql = pytest.importorskip(
        "pyspark.sql", reason="pyspark is not installed: `make outgrow` has it"
    )
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java: no `java` on the path, no JAVA_HOME")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = sql.SparkSession.builder.master(master).appName("evnpubsvc")
    for name, value in {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    }.items():  # fmt: skip
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def _by_spark(session: Any, parts: Parts, folder: Path) -> Any:
    """Return the stacked partial tallies as a table of Spark."""
    count, schema = _counter(parts, folder)

    def partial_tallies(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            for part in batch["id"].to_pylist():
                yield from count(part)

    kinds = ", ".join(f"`{name}` {'long' if name == 'n' else 'string'}" for name in schema.names)
    number = len(parts.files)
    return session.range(number, numPartitions=number).mapInArrow(partial_tallies, kinds)


@contextmanager
def _dask() -> Iterator[Any]:
    distributed = pytest.importorskip(
        "dask.distributed", reason="dask is not installed: `make outgrow` has it"
    )
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _by_dask(client: Any, parts: Parts, folder: Path) -> list[Any]:
    """Return the partial tallies in the order in which they come."""
    distributed, pa = pytest.importorskip("dask.distributed"), pytest.importorskip("pyarrow")
    count, schema = _counter(parts, folder)

    def partial_tally(part: int) -> Any:
        return pa.Table.from_batches(count(part), schema)

    futures = client.map(partial_tally, range(len(parts.files)), pure=False)
    return [table for _, table in distributed.as_completed(futures, with_results=True)]


@pytest.fixture(params=["spark", "dask"])
def engine(request: pytest.FixtureRequest) -> Iterator[Callable[[Parts, Path], TallyFrame]]:
    """Return what counts the parts on an engine, with a worker killed on the way."""
    if request.param == "spark":
        with _spark("local[2,4]") as session:
            yield lambda parts, folder: TallyFrame.from_arrow(
                _by_spark(session, parts, folder).toArrow()
            )
    else:
        with _dask() as client:
            pa = pytest.importorskip("pyarrow")
            yield lambda parts, folder: TallyFrame.from_arrow(
                pa.concat_tables(_by_dask(client, parts, folder))
            )


def test_a_real_register(
    engine: Callable[[Parts, Path], TallyFrame],
    permits: Parts,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    counted = engine(permits, tmp_path)
    assert to_json(counted.to_tally()) == permits.truth == to_json(permits.whole().to_tally())
    assert _was_retried(tmp_path)
    if (
        request.node.callspec.params["engine"] == "spark"
    ):  # Dask may count parts again that the dead worker held
        others = [
            path.read_text("ascii").split()
            for path in tmp_path.glob("*.log")
            if path.stem != str(FATAL)
        ]
        assert [len(pids) for pids in others] == [1] * 4


def test_a_large_register(
    engine: Callable[[Parts, Path], TallyFrame], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    large: Parts = request.getfixturevalue("large")
    counted = engine(large, tmp_path)
    assert to_json(counted.to_tally()) == large.truth
    assert counted == large.whole()
    assert counted.head.linked
    assert counted.head.rejected
    assert _accounted(counted) == large.rows
    assert _was_retried(tmp_path)


def test_spark_adds_up_cells_itself(few: Parts, tmp_path: Path) -> None:
    with _spark("local[2,4]") as session:
        functions = pytest.importorskip("pyspark.sql.functions")
        parts = _by_spark(session, few, tmp_path).persist()
        keys = [*few.question["by"], "entry", "period_state"]
        cells = parts.where("question is null").groupBy(*keys).agg(functions.sum("n").alias("n"))
        heads = parts.where("question is not null")
        merged = heads.unionByName(cells, allowMissingColumns=True)
        assert to_json(TallyFrame.from_arrow(merged.toArrow()).to_tally()) == few.truth
        # The same with the questions among the keys: questions with equal numbers become one, and
        # the number is short.
        twice = parts.union(parts)
        wrong = twice.groupBy(*keys, "question").agg(functions.sum("n").alias("n"))
        assert _accounted(TallyFrame.from_arrow(twice.toArrow())) == 2 * few.rows
        assert _accounted(TallyFrame.from_arrow(wrong.toArrow())) < 2 * few.rows
        parts.unpersist()
    assert _was_retried(tmp_path)


def test_spark_with_one_attempt_fails_and_counts_nothing(few: Parts, tmp_path: Path) -> None:
    with (
        _spark("local[2]") as session,
        pytest.raises(Exception, match="Python worker exited unexpectedly"),
    ):
        _by_spark(session, few, tmp_path).toArrow()
    assert not _was_retried(tmp_path)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh"])
def test_tables_of_spark_and_its_time_zone(tmp_path: Path, zone: str) -> None:
    register = SyntheticRegister(rows=5_000, seed=5)
    texts = register.write(tmp_path / "register.csv")
    typed = register.write(tmp_path / "register.parquet", SyntheticFormat.PARQUET)
    parts = Parts.of(
        [texts], register.columns, {**ASKED, "by": ["received_month", "channel"]}, 5_000
    )
    pa = pytest.importorskip("pyarrow")
    _, schema = _counter(parts, tmp_path)
    columns, question = parts.columns, asked(parts.question)
    kinds = ", ".join(f"`{name}` {'long' if name == 'n' else 'string'}" for name in schema.names)

    def partial_tallies(batches: Iterator[Any]) -> Iterator[Any]:
        yield from pa.table(tally_frame(batches, columns, **question)).cast(schema).to_batches()

    def count(table: Any) -> str:
        return to_json(
            TallyFrame.from_arrow(table.mapInArrow(partial_tallies, kinds).toArrow()).to_tally()
        )

    with _spark("local[2,4]") as session:
        functions = pytest.importorskip("pyspark.sql.functions")
        session.conf.set("spark.sql.session.timeZone", zone)
        as_texts = session.read.csv(str(texts), header=True)
        assert count(as_texts) == parts.truth
        without_zone = session.read.parquet(str(typed))
        assert dict(without_zone.dtypes)["received"] == "timestamp_ntz"
        assert count(without_zone) == parts.truth
        # Texts without a zone become instants by the zone of the session: in a wrong one evenings
        # are other days.
        instants = as_texts.withColumns(
            {name: functions.to_timestamp(name) for name in ("received", "finished")}
        )
        assert (count(instants) == parts.truth) is (zone == "Asia/Ho_Chi_Minh")
