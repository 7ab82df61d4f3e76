"""One tally from every source.

Files, streams, tables of four libraries, in parts and in any order.
"""

import io
import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc._files import bounds
from evnpubsvc.dossiers import Precision
from evnpubsvc.findings import Finding
from evnpubsvc.frames import Engine, TallyFrame, tally_frame, write_coded
from evnpubsvc.periods import Period
from evnpubsvc.serde import RegisterColumns, RegisterFormat, read_register_columns, to_json
from evnpubsvc.statistics import LimitTerms, PeriodState, RegisterStatus
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases
from tests.frames.ways import CELLS, COLUMNS, QUESTIONS, asked, in_order, truth
from tests.realdata import real
from tests.statistics.test_real_registers import MAPPING

CLEAN = SyntheticRegister(rows=cases(1_000, 4_000), seed=11, units=40, procedures=12)
DIRTY = evolve(CLEAN, bad=Fraction(1, 20))
ASKED: tuple[dict[str, Any], ...] = (
    {"by": ["unit", "received_month", "channel", "outcome"], "as_of": date(2025, 6, 30)},
    {"by": ["procedure"], "period": Period(date(2025, 1, 1), date(2025, 3, 31))},
)


@pytest.fixture(scope="module")
def csv_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CLEAN.write(tmp_path_factory.mktemp("registers") / "clean.csv")


@pytest.fixture(scope="module")
def typed(csv_file: Path) -> pl.DataFrame:
    texts = pl.read_csv(csv_file, infer_schema=False)
    return texts.with_columns(
        pl.col("received", "finished").str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us"),
        pl.col("due").str.to_date("%Y-%m-%d"),
        pl.col("unit").cast(pl.Categorical),
    )


def _pandas(frame: pl.DataFrame) -> Any:
    pytest.importorskip("pandas", reason="pandas is a peer, not a dependency")
    pytest.importorskip("pyarrow", reason="pandas gives Arrow streams through pyarrow")
    return frame.to_pandas()


def _pyarrow(frame: pl.DataFrame) -> Any:
    pytest.importorskip("pyarrow", reason="pyarrow is a peer, not a dependency")
    return frame.to_arrow()


def _duckdb(frame: pl.DataFrame) -> Any:  # noqa: ARG001 - DuckDB finds it by its name
    pytest.importorskip("pyarrow", reason="DuckDB reads frames of Polars through pyarrow")
    import duckdb

    return duckdb.sql("SELECT * FROM frame")


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize(
    "table",
    [
        lambda frame: frame,
        lambda frame: frame.lazy(),
        lambda frame: frame.with_columns(
            pl.col("received").dt.replace_time_zone("Asia/Ho_Chi_Minh")
        ),
        lambda frame: frame.with_columns(
            pl.col("received")
            .dt.replace_time_zone("Asia/Ho_Chi_Minh")
            .dt.convert_time_zone("UTC")
        ),
        lambda frame: frame.with_columns(pl.col("received").dt.to_string("%Y-%m-%dT%H:%M:%S")),
        lambda frame: [frame[:1], frame[1:700], frame[700:]],
        lambda frame: iter([frame[500:], frame[:500]]),
        _pandas,
        _pyarrow,
        lambda frame: _pyarrow(frame).to_reader(),
        _duckdb,
    ],
)  # fmt: skip
def test_tables(
    typed: pl.DataFrame,
    csv_file: Path,
    table: Callable[[pl.DataFrame], Any],
    question: dict[str, Any],
) -> None:
    expected, _ = truth(csv_file.read_bytes(), CLEAN.columns, question)
    assert (
        to_json(tally_frame(table(typed), CLEAN.columns, **asked(question)).to_tally()) == expected
    )


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("engine", [None, "polars", "duckdb"])
@pytest.mark.parametrize("limit", [None, "16MB"])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_files_with_bad_rows(
    tmp_path: Path, kind: str, engine: str | None, limit: str | None, question: dict[str, Any]
) -> None:
    path = DIRTY.write(tmp_path / f"register.{kind}", SyntheticFormat(kind))
    if kind == "parquet":  # a table cannot hold what breaks a file, so it has its own bad rows
        stream = io.BytesIO()
        pl.read_parquet(path).write_csv(stream)
        expected, _ = truth(stream.getvalue(), DIRTY.columns, question)
    else:
        expected, _ = truth(path.read_bytes(), DIRTY.columns, question, RegisterFormat(kind))
    counted = tally_frame(path, DIRTY.columns, engine=engine, memory_limit=limit, **asked(question))
    assert to_json(counted.to_tally()) == expected
    assert json.loads(expected)["value"]["rejected"]


def test_findings_name_the_same_lines(tmp_path: Path) -> None:
    for kind in ("csv", "jsonl"):
        path = DIRTY.write(tmp_path / f"register.{kind}", SyntheticFormat(kind))
        _, expected = truth(path.read_bytes(), DIRTY.columns, ASKED[0], RegisterFormat(kind))
        found: list[Any] = []
        tally_frame(path, DIRTY.columns, on_finding=found.append, **asked(ASKED[0]))
        assert in_order(found) == in_order(expected)


def test_parts_in_any_order_and_stacked_as_arrow(
    tmp_path: Path, typed: pl.DataFrame, csv_file: Path
) -> None:
    expected, _ = truth(csv_file.read_bytes(), CLEAN.columns, ASKED[0])
    for part in range(5):
        typed[part::5].write_parquet(tmp_path / f"part-{part}.parquet")
    whole = tally_frame(tmp_path / "part-*.parquet", CLEAN.columns, **asked(ASKED[0]))
    assert to_json(whole.to_tally()) == expected
    parts = [
        tally_frame(tmp_path / f"part-{part}.parquet", CLEAN.columns, **asked(ASKED[0]))
        for part in (3, 0, 4, 1, 2)
    ]
    merged = parts[0].merge(*parts[1:])
    assert merged == whole
    assert parts[4].merge(parts[2]).merge(parts[0].merge(parts[3], parts[1])) == whole
    stacked = pl.concat([part.table() for part in parts]).sample(fraction=1, shuffle=True, seed=1)
    assert TallyFrame.from_arrow(stacked) == whole


def test_a_real_register_of_another_country() -> None:
    data = real("receipt_wabo/cases.csv").read_bytes()
    columns = read_register_columns(io.BytesIO(MAPPING))
    for question in (
        {"by": ["channel", "department"], "as_of": date(2012, 12, 31)},
        {"by": ["received_month"], "as_of": date(2011, 6, 30), "compare": Precision.TIMESTAMP},
        {"by": ["channel", "outcome"], "period": Period(date(2011, 1, 1), date(2011, 6, 30))},
    ):
        expected, _ = truth(data, columns, question)
        assert (
            to_json(tally_frame(io.BytesIO(data), columns, **asked(question)).to_tally())
            == expected
        )


@pytest.mark.parametrize("question", ASKED)
def test_the_coded_layout(tmp_path: Path, question: dict[str, Any]) -> None:
    path = tmp_path
    for register in (CLEAN, DIRTY):
        data = b"".join(register.csv())
        path = write_coded(io.BytesIO(data), tmp_path / "coded.parquet", register.columns)
        expected, _ = truth(data, register.columns, question)
        assert to_json(tally_frame(path, **asked(question)).to_tally()) == expected
        whole = tally_frame([path, path], **asked(question))
        assert whole == tally_frame(path, **asked(question)).merge(
            tally_frame(path, **asked(question))
        )
    assert path.stat().st_size < 15 * CLEAN.rows  # a small file; a large one needs six bytes a row


def test_terms_give_the_stated_due_dates(tmp_path: Path, csv_file: Path) -> None:
    terms = LimitTerms(vietnam_calendar(), "procedure", CLEAN.procedure_limits)
    bare = evolve(CLEAN.columns, due=None)
    for question in ASKED:
        stated, _ = truth(csv_file.read_bytes(), CLEAN.columns, question)
        expected, _ = truth(csv_file.read_bytes(), bare, {**question, "terms": terms})
        for source in (csv_file, write_coded(csv_file, tmp_path / "coded.parquet", bare)):
            counted = tally_frame(source, bare, terms=terms, **asked(question)).to_tally()
            assert to_json(counted) == expected
            assert to_json(evolve(counted, terms=None)) == stated


_CELLS = {name: st.none() | cells for name, cells in CELLS.items()}
_JSON = (
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.floats(0, 1)
    | st.lists(st.none(), max_size=1)
    | st.just("\ud800")
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({}, optional={name: cells | _JSON for name, cells in _CELLS.items()}),
        max_size=8,
    ),
    st.sampled_from(QUESTIONS),
    st.sampled_from([b"\n", b"\r\n", b"\n\n"]),
)
def test_hostile_json(rows: list[dict[str, Any]], question: dict[str, Any], end: bytes) -> None:
    data = b"".join(json.dumps(row).encode() + end for row in rows) + b"{cut"
    expected, findings = truth(data, COLUMNS, question, RegisterFormat.JSONL)
    found: list[Any] = []
    counted = tally_frame(
        io.BytesIO(data), COLUMNS, file_format="jsonl", on_finding=found.append, **asked(question)
    )  # fmt: skip
    assert to_json(counted.to_tally()) == expected
    assert in_order(found) == in_order(findings)


def test_columns_named_as_the_library_names_them(csv_file: Path, typed: pl.DataFrame) -> None:
    question = {"by": ["unit", "received_year"], "as_of": date(2025, 6, 30)}
    mapped = evolve(CLEAN.columns, dimensions={"unit": "unit"})
    expected, _ = truth(csv_file.read_bytes(), mapped, question)
    lines = io.BytesIO(b"".join(CLEAN.jsonl()))
    for source, kind in (
        (csv_file, None),
        (typed, None),
        (io.BytesIO(csv_file.read_bytes()), None),
        (lines, "jsonl"),
    ):
        counted = tally_frame(source, file_format=kind, **asked(question))
        assert to_json(counted.to_tally()) == expected


def test_numbers_are_texts_of_units() -> None:
    table = pl.DataFrame({"received": [date(2022, 12, 1)] * 3, "unit": [7, 7, None]})
    counted = tally_frame(table, by=["unit"], as_of=date(2022, 12, 31), compare=Precision.DATE)
    assert counted.cells.select("unit", "n").rows() == [(None, 1), ("7", 2)]


def test_progress_reaches_the_end(csv_file: Path) -> None:
    seen: list[tuple[int, float]] = []
    tally_frame(csv_file, RegisterColumns(), by=[], as_of=date(2025, 1, 1), compare=Precision.DATE,
                progress=lambda rows, share: seen.append((rows, share)))  # fmt: skip
    assert seen[-1] == (CLEAN.rows, 1.0)


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("status", [each for each in RegisterStatus if each.is_ending])
def test_an_ending_without_a_day_is_a_finding_in_files_and_tables(
    engine: Engine, status: RegisterStatus
) -> None:
    """The row is rejected with its line and reason, and the row beside it is counted."""
    table = pl.DataFrame(
        [("2022-12-02", "2022-12-05", "2022-12-05", ""), ("2022-12-02", "2022-12-05", "", status)],
        schema=["received", "due", "finished", "status"],
        orient="row",
    )
    columns = RegisterColumns(due="due", finished="finished", status="status")
    for source, line in ((io.BytesIO(table.write_csv().encode()), 3), (table, 2)):
        found: list[Finding] = []
        counted = tally_frame(
            source, columns, by=[], as_of=date(2022, 12, 31), compare=Precision.DATE,
            engine=engine, on_finding=found.append,
        ).to_tally()  # fmt: skip
        assert [(each.path, each.reason) for each in found] == [
            (f"line {line}, column status", "ending-undated")
        ]
        assert counted.rejected == (("ending-undated", 1),)
        assert counted.total.new[list(PeriodState).index(PeriodState.ON_TIME)] == 1
        assert counted.total.handled.value == 1


def test_cells_that_no_file_of_text_could_hold_are_refused(tmp_path: Path) -> None:
    # In a column of words, in the status, in the codes, and in dates that are texts.
    rows = [
        {"received": "2025-01-02", "unit": "A", "status": "", "code": f"C{place}"}
        for place in range(6)
    ]
    rows[1]["unit"] = "A\0"
    rows[2]["code"] = "C\0"
    rows[3]["unit"] = "A" * (bounds.CELL + 1)
    rows[4]["received"] = "2025-01-02\0"
    rows[5]["status"] = "\0"
    columns = RegisterColumns(status="status", code="code", dimensions={"unit": "unit"})
    texts = pl.DataFrame(rows)
    moments = texts.filter(pl.col("received").str.len_bytes() == 10).with_columns(
        pl.col("received").str.to_date("%Y-%m-%d")
    )
    for table, reasons in ((texts, "NNWNN"), (moments, "NNWN")):
        path = tmp_path / "register.parquet"
        table.write_parquet(path)
        for source in (path, table):
            found: list[Finding] = []
            counted = tally_frame(
                source, columns, by="unit", as_of=date(2025, 6, 30), compare="date",
                on_finding=found.append,
            )  # fmt: skip
            said = {"N": "text-not-writable", "W": "cell-too-large"}
            assert [each.reason for each in found] == [said[each] for each in reasons]
            assert [each.path for each in found] == [
                f"line {line}" for line in range(2, len(reasons) + 2)
            ]
            assert counted.cells["n"].to_list() == [1]
            assert sum(dict(counted.head.rejected).values()) == len(reasons)
