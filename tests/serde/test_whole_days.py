"""Columns of days that an export wrote with 00:00:00 (case 33), and words of registers."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.serde import (
    LogColumns,
    RegisterColumns,
    find_whole_days,
    read_event_log,
    read_register,
)
from evnpubsvc.statistics import RegisterRow, RegisterStatus

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
    assert find_whole_days(io.BytesIO(ROWS.encode()), columns) == (("due", 2),)


@pytest.mark.parametrize("hour", ["00:00", "00:00:01", "00:00:00+07:00"])
def test_an_hour_that_somebody_wrote_is_an_hour(hour: str) -> None:
    rows = f"received,due\n2022-12-01 09:00:00,2022-12-10 {hour}\n"
    assert find_whole_days(io.BytesIO(rows.encode()), RegisterColumns(due="due")) == ()


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
