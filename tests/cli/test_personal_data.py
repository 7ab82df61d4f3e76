"""What cells hold is described in findings, never printed, unless somebody asks: registers,
event logs, figures.
"""

import io
import json
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.dossiers import EventKind
from evnpubsvc.findings import Cell, Finding, finding
from evnpubsvc.serde import LogColumns, from_json, read_event_log, read_xes_log, to_json

SECRETS = ("Nguyễn Văn A", "079123456789", "Nguyễn Thị Ánh 0912345678")

COLUMNS = """received = "nhan"
due = "hen"
status = "tt"
dates = "dmy"
[statuses]
"Đã trả" = "result"
[dimensions]
channel = "kenh"
[values.channel]
"Trực tuyến" = "online"
"""
LOG_COLUMNS = """case = "ma"
activity = "viec"
timestamp = "luc"
dates = "dmy"
timezone = "Asia/Ho_Chi_Minh"
case_attributes = ["nguoi"]
[activities]
nop = "submitted"
"""
SCHEME = """key = "bang"
title = { vi = "Bảng", en = "Sheet" }
maximum = 10
rounding = { places = 2, at = "component" }
[[groups]]
key = "g"
title = { vi = "Nhóm", en = "Group" }
maximum = 10
[[groups.criteria]]
kind = "ratio"
key = "1"
title = { vi = "Đúng hạn", en = "On time" }
maximum = 10
numerator = "on_time"
denominator = "received"
zero = "zero"
[[figures]]
key = "on_time"
title = { vi = "đúng hạn", en = "on time" }
unit = "dossiers"
[[figures]]
key = "received"
title = { vi = "tiếp nhận", en = "received" }
unit = "dossiers"
"""


def _register(secret: str) -> str:
    """A register in which a cell of one applicant stands in each of the columns that are read."""
    rows = [
        f"{secret},30/11/2022,Đã trả,Trực tuyến", f"01/11/2022,{secret},Đã trả,Trực tuyến",
        f"01/11/2022,30/11/2022,{secret},Trực tuyến", f"01/11/2022,30/11/2022,Đã trả,{secret}",
    ]  # fmt: skip
    return "nhan,hen,tt,kenh\n" + "\n".join(rows) + "\n"


def _log(secret: str) -> str:
    rows = [
        f"A,{secret},nop,x",
        f"B,01/11/2022 08:00,{secret},x",
        f"B,02/11/2022 08:00,nop,{secret}",
    ]
    return "ma,luc,viec,nguoi\n" + "\n".join(rows) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("cot.toml", COLUMNS), ("log.toml", LOG_COLUMNS), ("bang.toml", SCHEME)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _run(*args: object) -> Result:
    return CliRunner().invoke(evnpubsvc, [str(arg) for arg in args])


def _calls(folder: Path, secret: str) -> list[tuple[object, ...]]:
    for name, text in (
        ("so.csv", _register(secret)),
        ("so.jsonl", json.dumps([secret], ensure_ascii=False) + "\n"),
        ("log.csv", _log(secret)),
        ("so-lieu.csv", f"unit,on_time,received\nA,{secret}x,3\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    register = (folder / "so.csv", "--columns", folder / "cot.toml")
    log = (folder / "log.csv", "--columns", folder / "log.toml")
    return [
        ("tally", *register, "--by", "channel", "--as-of", "2022-12-14"),
        ("tally", *register, "--by", "channel", "--as-of", "2022-12-14", "--engine", "python"),
        ("tally", folder / "so.jsonl", "--columns", folder / "cot.toml", "--as-of", "2022-12-14"),
        ("report", "ii-06a", *register, "--rows", "channel", "--period", "statutory-2022-12"),
        ("check", *log, "--as-of", "2022-12-14"),
        ("dossier", *log, "--code", "B"),
        ("score", folder / "bang.toml", folder / "so-lieu.csv"),
    ]


@pytest.mark.parametrize(("secret", "lang"), [*zip(SECRETS, ("en", "vi", "vi"), strict=True)])
def test_no_command_prints_a_cell_unless_asked(folder: Path, secret: str, lang: str) -> None:
    for call in _calls(folder, secret):
        quiet = _run(*call, "--lang", lang)
        assert "character" in quiet.output or "ký tự" in quiet.output, call
        printed = quiet.stderr + ("" if call[0] == "dossier" else quiet.stdout)
        assert secret not in printed, call
        assert "--show-cells" in quiet.stderr, call
        asked = _run(*call, "--lang", lang, "--show-cells")
        assert secret in asked.stderr, call
        assert "--show-cells" not in asked.stderr, call


def test_the_file_of_findings_holds_no_cell_unless_asked(folder: Path) -> None:
    secret = SECRETS[0]
    call = _calls(folder, secret)[0]
    for name in ("found.csv", "found.jsonl"):
        path = folder / name
        _run(*call, "--findings", path)
        assert secret not in path.read_text("utf-8")
        _run(*call, "--findings", path, "--show-cells")
        assert secret in path.read_text("utf-8")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_finding_carries_no_cell_away(secret: str) -> None:
    found = finding("not-a-date", "line 2, column nhan", Cell.of(secret), style="dmy")
    assert secret not in repr(found)
    assert secret not in str(found)
    assert secret not in to_json(found)
    assert secret not in from_json(to_json(found), Finding).with_content().message()
    assert found.hides_content()
    assert not finding("not-a-date", "", Cell.of("31/02/2022"), style="dmy").hides_content()


def test_an_event_log_keeps_no_column_that_the_mapping_does_not_name() -> None:
    secret = SECRETS[0]
    table = f"ma,viec,luc,nguoi\nA,nop,2022-11-01 08:00,{secret}\n".encode()
    trace = f"""<log><trace><string key="ma" value="A"/><event>
    <string key="viec" value="nop"/><date key="luc" value="2022-11-01T08:00:00+07:00"/>
    <string key="nguoi" value="{secret}"/></event></trace></log>""".encode()
    known = {"nop": EventKind.SUBMITTED}
    of_table = LogColumns(case="ma", activity="viec", timestamp="luc", activities=known)
    for columns, read, raw in (
        (of_table, read_event_log, table),
        (evolve(of_table, case="case:ma"), read_xes_log, trace),
    ):
        for kept in ((), ("nguoi",)):
            [one] = read(io.BytesIO(raw), evolve(columns, event_attributes=kept))
            assert (secret in repr(one)) is bool(kept)
