"""What goes wrong is said in findings, and nothing half-written stays behind."""

import io
import os
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.frames import tally_frame, write_coded
from evnpubsvc.frames._duckdb import DuckStore, connect_alone
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister

ASKED: Any = {"by": ["unit"], "as_of": date(2025, 6, 30), "compare": Precision.DATE}
REGISTER = SyntheticRegister(rows=3_000, seed=1)


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    return REGISTER.write(tmp_path / "register.parquet", SyntheticFormat.PARQUET)


def _reason(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [each.reason for each in error.value.findings]


@pytest.mark.parametrize("source", ["absent.csv", "absent.parquet", "absent-*.csv", "."])
def test_files_that_are_not_there(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as error:
        tally_frame(source, REGISTER.columns, **ASKED)
    assert _reason(error) == ["file-unreadable"]


@pytest.mark.parametrize("keep", [0, 3, 200, -200])
def test_a_truncated_parquet_file(parquet: Path, keep: int) -> None:
    parquet.write_bytes(parquet.read_bytes()[:keep])
    with pytest.raises(DataError) as error:
        tally_frame(parquet, REGISTER.columns, **ASKED)
    assert _reason(error) == ["file-unreadable"]


def test_a_parquet_file_damaged_in_the_middle(parquet: Path) -> None:
    data = bytearray(parquet.read_bytes())
    data[2_000:6_000] = b"\xff" * 4_000
    parquet.write_bytes(data)
    with pytest.raises(DataError) as error:
        tally_frame(parquet, REGISTER.columns, **ASKED)
    assert _reason(error) == ["file-unreadable"]


def test_columns_of_wrong_types() -> None:
    table = pl.DataFrame(
        {"received": [1], "due": [[date(2022, 1, 1)]], "unit": [1.5], "status": [True]}
    )
    with pytest.raises(DataError) as error:
        tally_frame(table, **ASKED)
    assert _reason(error) == ["column-of-wrong-type"] * 4


def test_a_table_without_its_columns_is_not_counted() -> None:
    for table in (pl.DataFrame({"unit": ["U1"]}), io.BytesIO(b"unit\nU1\n")):
        with pytest.raises(DataError) as error:
            tally_frame(table, RegisterColumns(dimensions={"unit": "unit"}), **ASKED)
        assert _reason(error) == ["column-missing"]


def test_a_register_without_rows_packs_and_counts_to_zeros(tmp_path: Path) -> None:
    # polars #13457, fastparquet #68: an empty frame was written and could not be read.
    columns = RegisterColumns(due="due", dimensions={"unit": "unit"})
    source = tmp_path / "month.csv"
    source.write_text("received,due,unit\n", encoding="utf-8")
    coded = write_coded(source, tmp_path / "month.parquet", columns)
    for given in (coded, source):
        counted = tally_frame(given, columns, **ASKED).to_tally()
        assert (counted.total.received.value, len(counted.cells), counted.rejected) == (0, 0, ())


def test_a_column_in_which_nothing_stands_has_no_wrong_type() -> None:
    # dask #3454, arrow #12458: where nothing is finished yet, pandas makes the column one of
    # floats.
    days = {"received": ["2022-12-01", "2022-12-02"], "due": ["2022-12-05", None]}
    empty = pl.DataFrame({**days, "finished": pl.Series([None, None], dtype=pl.Float64)})
    columns = RegisterColumns(due="due", finished="finished")
    question: Any = {"by": [], "as_of": date(2022, 12, 31), "compare": Precision.DATE}
    counted = tally_frame(empty, columns, **question).to_tally()
    assert (counted.total.pending.value, counted.rejected) == (2, ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"memory_limit": "1MB"}, "memory-limit"), ({"memory_limit": "much"}, "memory-limit"),
        ({"by": ["unit", "unit"]}, "dimension-twice"), ({"by": ["n"]}, "dimension-reserved"),
        ({"columns": RegisterColumns()}, "dimension-unknown"), ({"source": 7}, "source-unknown"),
        ({"source": {"received": []}}, "source-unknown"), ({"as_of": None}, "as-of-or-period"),
        ({"columns": RegisterColumns(timezone="Mars/Olympus")}, "timezone-unknown"),
    ],
)  # fmt: skip
def test_misuse(change: dict[str, Any], reason: str) -> None:
    asked = {
        "source": io.BytesIO(b"received,unit\n"),
        "columns": REGISTER.columns,
        **ASKED,
        **change,
    }
    with pytest.raises(MisuseError, match=reason):
        tally_frame(asked.pop("source"), asked.pop("columns"), **asked)


def test_the_coded_layout_says_what_it_cannot_hold(tmp_path: Path) -> None:
    far = io.BytesIO(b"received,due,unit\n1900-01-01,2199-12-31,U1\n")
    with pytest.raises(DataError, match="coded-range"):
        write_coded(
            far, tmp_path / "coded.parquet", RegisterColumns(due="due", dimensions={"unit": "unit"})
        )
    with pytest.raises(MisuseError, match="coded-versions"):
        write_coded(far, tmp_path / "coded.parquet", RegisterColumns(recorded="recorded"))
    assert list(tmp_path.iterdir()) == []
    path = write_coded(
        io.BytesIO(b"received,unit\n2025-01-01,U1\n"),
        tmp_path / "c.parquet",
        RegisterColumns(dimensions={"unit": "unit"}),
    )
    for change in ({"compare": Precision.TIMESTAMP}, {"known_at": date(2025, 1, 1)}):
        with pytest.raises(MisuseError, match="coded-days-only"):
            tally_frame(path, **{**ASKED, **change})
    with pytest.raises(MisuseError, match="dimension-unknown"):
        tally_frame(path, **{**ASKED, "by": ["channel"]})
    plain = REGISTER.write(tmp_path / "register.parquet", SyntheticFormat.PARQUET)
    with pytest.raises(MisuseError, match="coded-mixed"):
        tally_frame([path, plain], **ASKED)


@pytest.mark.parametrize(
    ("column", "value"),
    [("d0", 2), ("received", 65_535), ("state", 63), ("d0", None), ("rows", None)],
)
def test_a_damaged_coded_file(tmp_path: Path, column: str, value: int | None) -> None:
    path = write_coded(
        io.BytesIO(b"received,unit\n2025-01-01,U1\n"),
        tmp_path / "c.parquet",
        RegisterColumns(dimensions={"unit": "unit"}),
    )
    frame, metadata = pl.read_parquet(path), pl.read_parquet_metadata(path)
    if column == "rows":
        frame = pl.concat([frame, frame])
    else:
        frame = frame.with_columns(
            pl.lit(value, frame.schema[column] if value is not None else pl.String).alias(column)
        )
    frame.write_parquet(path, metadata={"evnpubsvc.coded": metadata["evnpubsvc.coded"]})
    with pytest.raises(DataError, match="coded-malformed"):
        tally_frame(path, **ASKED)
    for text, reason in (
        ('{"version": 9}', "coded-version"),
        ("{", "coded-malformed"),
        ('{"version": 2}', "coded-malformed"),
    ):
        frame.write_parquet(path, metadata={"evnpubsvc.coded": text})
        with pytest.raises(DataError, match=reason):
            tally_frame(path, **ASKED)


_FULL = """
import resource, signal, sys
from pathlib import Path
from evnpubsvc.errors import DataError
from evnpubsvc.frames import write_coded
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
register = SyntheticRegister(rows=20_000, seed=1)
folder = Path(sys.argv[1])
source = register.write(folder / "register.csv")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
for write in (
    lambda: write_coded(source, folder / "coded.parquet", register.columns),
    lambda: register.write(folder / "more.parquet", SyntheticFormat.PARQUET),
    lambda: register.write(folder / "more.csv"),
    lambda: register.write(folder / "kept.csv"),
):
    try:
        write()
    except DataError as error:
        print(error.findings[0].reason)
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    # A limit of the size of files fails as a full disk does, in the middle of writing.
    kept = tmp_path / "kept.csv"
    kept.write_text("as it was", encoding="utf-8")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.split() == ["file-unwritable"] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.csv", "register.csv"]
    assert kept.read_text(encoding="utf-8") == "as it was"


def test_the_engine_beneath_fetches_no_extension() -> None:
    asked = "SELECT current_setting('autoinstall_known_extensions')"
    store = DuckStore(1, None)
    for connection in (connect_alone(threads=1), store._connection):
        assert connection.execute(asked).fetchone() == (False,)
        with pytest.raises(duckdb.Error):
            connection.execute("SELECT * FROM 'https://example.org/x.parquet'")
