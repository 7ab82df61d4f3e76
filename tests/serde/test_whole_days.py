"""Columns of days that an export wrote with 00:00:00 (case 33), and words of registers."""

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.dossiers import Dossier, EventKind
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.frames import TallyFrame, tally_frame
from evnpubsvc.serde import (
    DateStyle,
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    read_event_log,
    read_register,
    tally_register,
)
from evnpubsvc.statistics import PeriodState, RegisterRow, RegisterStatus, Tally

HEAD = "received,due,finished,status\n"
ROWS = HEAD + (
    "2022-12-01 09:00:00,2022-12-10 00:00:00,2022-12-10 10:00:00,Đã xong\n"
    "2022-12-01 09:00:00,2022-12-12 00:00:00,2022-12-12 10:00:00,Đã xong\n"
)
MAP = 'due = "due"\nfinished = "finished"\nstatus = "status"\n[statuses]\n"Đã xong" = "result"\n'


def tally(folder: Path, rows: str, engine: str, mapping: str = MAP) -> tuple[tuple[int, int], str]:
    (folder / "r.csv").write_text(rows, encoding="utf-8")
    (folder / "m.toml").write_text(mapping, encoding="utf-8")
    call = ["tally", "r.csv", "--columns", "m.toml", "--as-of", "2022-12-31", "--compare"]
    call = [str(folder / each) if each in {"r.csv", "m.toml"} else each for each in call]
    done = CliRunner().invoke(
        evnpubsvc, [*call, "timestamp", "--engine", engine, "--format", "csv"]
    )
    assert done.exit_code == 0, done.output
    header, row = list(csv.reader(done.stdout.splitlines()))
    counted = dict(zip(header, row, strict=True))
    return (int(counted["early"]) + int(counted["on_time"]), int(counted["late"])), done.stderr


@pytest.mark.parametrize("engine", ["python", "polars", "duckdb"])
def test_33_a_due_column_of_midnights_holds_days(tmp_path: Path, engine: str) -> None:
    counted, said = tally(tmp_path, ROWS, engine)
    assert counted == (2, 0)
    assert "register-column-of-days" in said
    assert "'due'" in said
    # Declared, it is not said again but says itself; with one real hour, midnight is an instant.
    counted, _ = tally(tmp_path, ROWS, engine, 'whole_days = ["due"]\n' + MAP)
    assert counted == (2, 0)
    mixed = ROWS + "2022-12-01 09:00:00,2022-12-12 17:00:00,2022-12-12 10:00:00,Đã xong\n"
    counted, said = tally(tmp_path, mixed, engine)
    assert counted == (1, 2)
    assert "register-column-of-days" not in said


def test_only_columns_of_moments_hold_days() -> None:
    with pytest.raises(UnknownNameError, match="column-of-days-unknown"):
        RegisterColumns(whole_days=("status",))
    columns = RegisterColumns(due="due", finished="finished", whole_days=("due",))
    [one, _] = read_register(io.BytesIO(ROWS.encode()), columns)
    assert isinstance(one, RegisterRow)
    assert one.due == date(2022, 12, 10)


@pytest.mark.parametrize("hour", ["00:00", "00:00:01", "00:00:00+07:00"])
def test_an_hour_that_somebody_wrote_is_an_hour(hour: str) -> None:
    rows = f"received,due\n2022-12-01 09:00:00,2022-12-10 {hour}\n"
    [one] = read_register(io.BytesIO(rows.encode()), RegisterColumns(due="due"))
    assert isinstance(one, RegisterRow)
    assert isinstance(one.due, datetime)


class _Pipe(io.RawIOBase):
    """A stream that cannot go back, as standard input."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readline(self, size: int | None = -1) -> bytes:
        return self._data.readline(size)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def _dresses(folder: Path) -> dict[str, tuple[Any, dict[str, Any], DateStyle]]:
    """The register of case 33 in many dresses, for the counters of rows and of columns."""
    header, *rows = [line.split(",")[:3] for line in ROWS.splitlines()]
    texts = "\n".join(map(",".join, [header, *rows])).encode() + b"\n"
    lines = "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in rows).encode()
    day_first = re.sub(rb"(\d{4})-(\d\d)-(\d\d)", rb"\3/\2/\1", texts)
    portal = re.sub(rb"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):", rb"\1\2\3\4\5", texts)
    frame = pl.read_csv(io.BytesIO(texts), infer_schema=False)
    typed = frame.with_columns(pl.all().str.to_datetime())
    zoned = typed.with_columns(pl.all().dt.replace_time_zone("Asia/Ho_Chi_Minh"))
    typed.write_parquet(folder / "typed.parquet")
    frame.write_parquet(folder / "texts.parquet")
    iso = DateStyle.ISO
    return {
        "csv": (texts, {"file_format": "csv"}, iso),
        "pipe": (_Pipe(texts), {"file_format": "csv"}, iso),
        "jsonl": (lines, {"file_format": "jsonl"}, iso),
        "dmy": (day_first, {"file_format": "csv"}, DateStyle.DMY),
        "compact": (portal, {"file_format": "csv"}, DateStyle.COMPACT),
        "parquet": (folder / "typed.parquet", {}, iso),
        "parquet of texts": (folder / "texts.parquet", {}, iso),
        "texts": (frame, {}, iso),
        "instants": (typed, {}, iso),
        "instants in UTC": (zoned.with_columns(pl.all().dt.convert_time_zone("UTC")), {}, iso),
        "batches": (iter([typed[:1], typed[1:]]), {}, iso),
    }


DRESSES = (
    "csv", "pipe", "jsonl", "dmy", "compact", "parquet", "parquet of texts", "texts", "instants",
    "instants in UTC", "batches",
)  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES)
def test_33_midnights_are_days_whatever_the_register_comes_in(tmp_path: Path, dress: str) -> None:
    asked: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 31), "compare": "timestamp"}

    def counted(count: Any, source: Any, dates: DateStyle, **more: Any) -> list[str]:
        columns = RegisterColumns(due="due", finished="finished", dates=dates)
        found: list[Finding] = []
        data = io.BytesIO(source) if isinstance(source, bytes) else source
        tallied = count(data, columns, on_finding=found.append, **asked, **more)
        whole: Tally = tallied.to_tally() if isinstance(tallied, TallyFrame) else tallied
        assert whole.total[PeriodState.ON_TIME].value == 2
        return [each.reason for each in found]

    source, how, dates = _dresses(tmp_path)[dress]
    assert counted(tally_frame, source, dates, **how) == ["register-column-of-days"]
    if "file_format" in how:
        source, how, dates = _dresses(tmp_path)[dress]
        kind = RegisterFormat(how["file_format"])
        said = counted(tally_register, source, dates, file_format=kind)
        assert said == ["register-column-of-days"]


def test_a_log_of_days_with_empty_hours_is_a_log_of_days() -> None:
    columns = LogColumns(activities={}, due="due")
    rows = "case,activity,timestamp,due\n" + "A,in,2022-03-0{} 00:00:00,2022-03-08 17:00:00\n" * 2
    *said, one = read_event_log(io.BytesIO(rows.format(1, 2).encode()), columns)
    assert isinstance(one, Dossier)
    assert [event.at for event in one.events] == [date(2022, 3, 1), date(2022, 3, 2)]
    assert [f.reason for f in said if isinstance(f, Finding)] == ["log-column-of-days"]
    mixed = rows.format(1, 2) + "B,in,2022-03-01 07:30:00,2022-03-08 17:00:00\n"
    found = list(read_event_log(io.BytesIO(mixed.encode()), columns))
    assert not [each for each in found if isinstance(each, Finding)]


@pytest.mark.parametrize("word", ["Đã xong", "đã  xong", "ĐÃ\u00a0XONG", "Đa\u0303 xong\u200b"])
def test_words_of_statuses_match_as_codes_do(word: str) -> None:
    columns = RegisterColumns(
        finished="Ngày xong", status="Trạng thái", statuses={"đã xong": RegisterStatus.RESULT}
    )
    rows = f"received,ngày\u00a0xong,TRẠNG  THÁI\n2022-12-01,2022-12-02,{word}\n"
    [row] = read_register(io.BytesIO(rows.encode()), columns)
    assert isinstance(row, RegisterRow)
    assert (row.status, row.finished) == (RegisterStatus.RESULT, date(2022, 12, 2))


def test_a_status_that_is_not_mapped_rejects_its_row() -> None:
    columns = RegisterColumns(status="status", statuses={"đã xong": RegisterStatus.RESULT})
    [said] = read_register(io.BytesIO(b"received,status\n2022-12-01,gone\n"), columns)
    assert isinstance(said, Finding)
    assert (said.reason, said.severity) == ("status-not-mapped", Severity.VIOLATION)
    assert "đã xong" in said.hint("en")


def late_hour(rows: int, late: int) -> bytes:
    """A register whose due dates are midnights, but for the last ones."""
    lines = [f"2022-12-01 09:00:00,2022-12-{10 + n % 9} 00:00:00,\n" for n in range(rows)]
    lines += ["2022-12-01 09:00:00,2022-12-12 17:00:00,2022-12-12 10:00:00\n"] * late
    return ("received,due,finished\n" + "".join(lines)).encode()


@pytest.mark.parametrize("compare", ["date", "timestamp"])
@pytest.mark.parametrize("typed", [False, True])
def test_an_hour_after_the_first_thousand_rows_is_said_once(compare: Any, typed: bool) -> None:
    data = late_hour(1_200, 3)
    columns = RegisterColumns(due="due", finished="finished")
    question: Any = {"by": [], "as_of": date(2022, 12, 31), "compare": compare}

    rows = list(read_register(io.BytesIO(data), columns))
    [hour] = [each for each in rows if isinstance(each, Finding) and "hour" in each.reason]
    assert (hour.reason, hour.severity) == ("hour-in-column-of-days", Severity.NOTICE)
    assert hour.path == "line 1202, column due"
    last = rows[-1]
    assert isinstance(last, RegisterRow)
    assert isinstance(last.due, datetime)

    # The counter of files and the columns say it too, and count alike.
    said: list[Finding] = []
    counted = tally_register(io.BytesIO(data), columns, on_finding=said.append, **question)
    table: Any = io.BytesIO(data)
    if typed:
        table = pl.read_csv(table).with_columns(
            pl.col("received", "due", "finished").str.to_datetime("%Y-%m-%d %H:%M:%S")
        )
    more: list[Finding] = []
    kind: Any = {} if typed else {"file_format": RegisterFormat.CSV}
    frame = tally_frame(table, columns, on_finding=more.append, **kind, **question)
    assert frame.to_tally().cells == counted.cells
    for found in (said, more):
        assert [each.reason for each in found].count("hour-in-column-of-days") == 1


@pytest.mark.parametrize(
    "cell", ["15/12/2022 24:00", "24h00 ngày 15/12/2022", "15/12/2022 24:00 (GMT+7)"]
)
def test_24_00_is_the_end_of_its_day_and_no_midnight_of_the_next(cell: str) -> None:
    """Civil Code 91/2015/QH13 art. 148(6): who finishes by then has finished on that day."""
    columns = RegisterColumns(due="due", finished="finished", dates=DateStyle.DMY)
    data = f"received,due,finished\n01/12/2022,{cell},{cell}\n".encode()
    [row] = read_register(io.BytesIO(data), columns)
    assert isinstance(row, RegisterRow)
    assert row.due == row.finished == date(2022, 12, 15)
    question: Any = {"by": [], "as_of": date(2022, 12, 31), "compare": "timestamp"}
    for counted in (
        tally_register(io.BytesIO(data), columns, **question),
        tally_frame(
            io.BytesIO(data), columns, file_format=RegisterFormat.CSV, **question
        ).to_tally(),
    ):
        assert counted.total[PeriodState.ON_TIME].value == 1

    # The hour of a column of its own, and events.
    alone = RegisterColumns(times={"received": "hour"}, dates="dmy")
    [row] = read_register(io.BytesIO(b"received,hour\n15/12/2022,24:00\n"), alone)
    assert isinstance(row, RegisterRow)
    assert row.received == date(2022, 12, 15)
    log = f"case,activity,timestamp\na,received,{cell}\n".encode()
    layout = LogColumns(activities={"received": EventKind.RECEIVED}, dates=DateStyle.DMY)
    [one] = read_event_log(io.BytesIO(log), layout)
    assert isinstance(one, Dossier)
    assert one.state.received_at == date(2022, 12, 15)


def test_a_style_is_taken_as_its_value_and_another_is_refused() -> None:
    assert RegisterColumns(dates="dmy").dates is DateStyle.DMY
    with pytest.raises(UnknownNameError, match="policy-unknown"):
        RegisterColumns(dates="d/m/y")
    with pytest.raises(UnknownNameError, match="policy-unknown"):
        LogColumns(dates="d/m/y")
