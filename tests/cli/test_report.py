"""`evnpubsvc report`: a form from a register, whole or not at all."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.reports import Report
from evnpubsvc.serde import from_json
from evnpubsvc.texts import unguard_text

MAP = """received = "ngay_nhan"
due = "han_tra"
finished = "ngay_xong"
dates = "dmy"
code = "ma"
recorded = "ghi_tu"
superseded = "ghi_den"
[dimensions]
field = "linh_vuc"
channel = "kenh"
[values.channel]
"Trực tuyến" = "online"
"Trực tiếp" = "in-person"
"BCCI" = "post"
"""
REGISTER = """ma,ngay_nhan,han_tra,ngay_xong,linh_vuc,kenh,ghi_tu,ghi_den
1,20/11/2022,01/12/2022,30/11/2022,Hộ tịch,Trực tuyến,,
2,20/11/2022,01/12/2022,01/12/2022,Hộ tịch,Trực tiếp,,
3,20/11/2022,01/12/2022,02/12/2022,"=cmd|' /C calc'!A1",BCCI,,
4,14/11/2022,01/12/2022,,Hộ tịch,Trực tuyến,,
5,14/12/2022,01/01/2023,,Hộ tịch,Trực tuyến,,
6,15/12/2022,01/01/2023,,Hộ tịch,Trực tuyến,,
7,20/11/2022,01/12/2022,,Hộ tịch,Trực tuyến,,20/12/2022
7,20/11/2022,01/12/2022,30/11/2022,Hộ tịch,Trực tuyến,20/12/2022,
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    return tmp_path


def run(
    files: Path,
    *args: str,
    form: str = "ii-06a",
    period: str = "statutory-2022-12",
    text: str | None = None,
) -> Result:
    register = str(files / "register.csv") if text is None else "-"
    return CliRunner().invoke(
        command,
        ["report", form, register, "--columns", str(files / "map.toml"), "--period", period, *args],
        input=text,
    )


def _total(result: Result) -> dict[str, int | None]:
    assert result.exit_code == 0, result.stderr
    return dict(from_json(result.stdout, Report).total.values)


def test_the_form_of_a_month(files: Path) -> None:
    # 20/11 and 14/12 lie in the month of 15/11-14/12; 14/11 was before it, 15/12 is after it.
    assert _total(run(files, "--format", "json")) == {
        "to-handle": 6, "received-online": 3, "received-elsewhere": 2, "carried-in": 1,
        "handled": 4, "early": 2, "on-time": 1, "late": 1,
        "pending": 2, "pending-in-time": 1, "pending-overdue": 1,
    }  # fmt: skip


def test_the_report_that_was_printed_on_19_12_can_be_printed_again(files: Path) -> None:
    before = _total(run(files, "--format", "json", "--known-at", "2022-12-19"))
    assert (before["handled"], before["pending-overdue"]) == (3, 2)
    instant = run(files, "--format", "json", "--known-at", "2022-12-19T08:00+07:00")
    assert _total(instant) == before
    assert json.loads(instant.stdout)["value"]["known_at"] == "2022-12-19T08:00:00+07:00"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_for_people(files: Path, lang: str) -> None:
    result = run(files, "--lang", lang)
    assert result.exit_code == 0
    assert {"vi": "đến ngày 14/12/2022", "en": "2022-11-15 to 2022-12-14"}[lang] in result.stdout
    mark, sign = {"vi": (",", "%"), "en": (".", " %")}[lang]
    for rate in ("60{}00{} (3/5)", "75{}00{} (3/4)", "33{}33{} (2/6)"):
        assert rate.format(mark, sign) in result.stdout
    assert {"vi": "Đơn vị báo cáo: ……", "en": "Filed by: ……"}[lang] in result.stdout
    named = run(files, "--lang", lang, "--filed-by", "UBND xã Tam Xuân II")
    assert {"vi": "Đơn vị báo cáo", "en": "Filed by"}[
        lang
    ] + ": UBND xã Tam Xuân II\n" in named.stdout


def test_csv_and_excel_do_not_run_a_field_that_is_a_formula(files: Path) -> None:
    fields = [
        row["field"] for row in csv.DictReader(io.StringIO(run(files, "--format", "csv").stdout))
    ]
    assert fields[0].startswith("'=cmd")
    assert unguard_text(fields[0]) == "=cmd|' /C calc'!A1"
    path = files / "out.xlsx"
    assert run(files, "--format", "xlsx", "--output", str(path)).stdout == ""
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    (cell,) = [
        cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=cmd")
    ]
    assert cell.data_type == "s"
    assert run(files, "--format", "xlsx").stdout_bytes == path.read_bytes()


def test_rows_that_are_expected_and_other_rows(files: Path) -> None:
    result = run(files, "--expect", "Đất đai", "--format", "csv")
    assert '"Đất đai",0,0,0,0,0,0,0,0,0,0,0' in result.stdout
    by_two = run(files, "--rows", "field,channel", "--expect", "Đất đai|post", "--format", "csv")
    assert '"Đất đai","post",0' in by_two.stdout
    assert _total(run(files, "--rows", "", "--format", "json")) == _total(
        run(files, "--format", "json")
    )


def test_a_sum_that_does_not_add_up_ends_the_run_unless_it_is_allowed(files: Path) -> None:
    text = REGISTER + "8,20/11/2022,01/12/2022,,Hộ tịch,,,\n"
    refused = run(files, text=text)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "form-identity-broken" in refused.stderr
    assert "channel: not said" in refused.stderr
    allowed = run(files, "--allow-rejects", text=text)
    assert allowed.exit_code == 0
    assert "channel: not said" in allowed.stdout  # the report says it too
    assert "tỷ lệ" not in allowed.stdout


def test_a_row_that_cannot_be_read_ends_the_run_and_leaves_the_file_as_it_was(files: Path) -> None:
    output = files / "out.csv"
    output.write_text("old", encoding="utf-8")
    text = REGISTER + "8,31/02/2022,,,Hộ tịch,BCCI,,\n"
    refused = run(files, "--format", "csv", "--output", str(output), text=text)
    assert refused.exit_code == 1
    assert "line 10" in refused.stderr
    assert output.read_text(encoding="utf-8") == "old"
    allowed = run(files, "--format", "json", "--allow-rejects", text=text)
    assert '"report-rejected"' in allowed.stdout


@pytest.mark.parametrize(
    "args",
    [
        ["--period", "2022-Q4"], ["--known-at", "yesterday"], ["--known-at", "2022-12-20T08:00"],
        ["--rows", "unit"],
        ["--expect", "a|b"], ["--format", "pdf"],
    ],
)  # fmt: skip
def test_wrong_calls(files: Path, args: list[str]) -> None:
    result = run(files, *args)
    assert result.exit_code in {1, 2}
    assert result.stdout == ""
    assert result.stderr


def test_forms_of_ones_own_and_unknown_ones(files: Path) -> None:
    assert run(files, form="II.06b").exit_code == 2
    assert run(files, form=str(files / "none.toml")).exit_code == 1
    own = files / "own.toml"
    own.write_text(
        'key = "own"\ntitle = { vi = "x", en = "x" }\n'
        '[[columns]]\nkey = "all"\ntitle = { vi = "x", en = "x" }\nmeasure = "received"\n',
        encoding="utf-8",
    )
    assert _total(run(files, "--format", "json", form=str(own))) == {"all": 5}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("shape", ["text", "csv", "json", "xlsx"])
def test_a_full_disk_is_a_clear_error(files: Path, shape: str) -> None:
    result = run(files, "--format", shape, "--output", "/dev/full")
    assert result.exit_code == 1
    assert "file-unwritable" in result.stderr
    assert "No space left on device" in result.stderr
    assert Path("/dev/full").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_standard_output_is_no_traceback(files: Path) -> None:
    args = [
        "report",
        "ii-06a",
        str(files / "register.csv"),
        "--columns",
        str(files / "map.toml"),
        "--period",
        "statutory-2022-12",
    ]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "evnpubsvc", *args],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=os.environ,
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_json_lines_are_read_too(files: Path) -> None:
    lines = io.StringIO()
    for row in REGISTER.splitlines()[1:]:
        if row.startswith(("1", "2")):
            json.dump(
                dict(zip(REGISTER.splitlines()[0].split(","), row.split(","), strict=True)),
                lines,
                ensure_ascii=False,
            )
            lines.write("\n")
    path = files / "register.jsonl"
    path.write_text(lines.getvalue(), encoding="utf-8")
    result = CliRunner().invoke(
        command,
        [
            "report",
            "ii-06a",
            str(path),
            "--columns",
            str(files / "map.toml"),
            "--period",
            "statutory-2022-12",
            "--format",
            "json",
        ],
    )
    assert _total(result)["handled"] == 2


def test_a_synthetic_register_fills_the_form_without_a_violation(tmp_path: Path) -> None:
    register, mapping = str(tmp_path / "register.csv"), str(tmp_path / "map.toml")
    runner = CliRunner()
    made = runner.invoke(
        command,
        ["synthesize", "--rows", "2000", "--seed", "3", "--output", register, "--columns-out",
            mapping],
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    filled = runner.invoke(
        command,
        ["report", "ii-06a", register, "--columns", mapping, "--period", "statutory-2025-Q2"],
    )
    assert filled.exit_code == 0, filled.output
    # Linked steps are noted; there is nothing else to say.
    assert [line.rpartition("[")[2] for line in filled.stderr.splitlines()] == ["report-linked]"]
    assert "SYN.F00" in filled.stdout


def test_an_old_word_in_a_mapping_is_named_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP.replace('"in-person"', '"desk"'), encoding="utf-8")
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "word-unknown" in result.stderr
    assert "'in-person'" in result.stderr


MARKED_MAP = MAP.replace("[dimensions]", '[dimensions]\ndue_mark = "dau"\nlevel = "muc"')
MARKED = """ma,ngay_nhan,han_tra,ngay_xong,linh_vuc,kenh,muc,dau,ghi_tu,ghi_den
1,03/01/2028,24/01/2028,,Hộ tịch,Trực tuyến,full,provisional,,
2,03/01/2028,24/01/2028,20/01/2028,Hộ tịch,Trực tiếp,,provisional,,
3,03/01/2028,06/01/2028,05/01/2028,Hộ tịch,Trực tiếp,,decided,,
"""


@pytest.fixture
def marked(files: Path) -> Path:
    (files / "map.toml").write_text(MARKED_MAP, encoding="utf-8")
    (files / "register.csv").write_text(MARKED, encoding="utf-8")
    return files


def test_provisional_due_dates_are_pointed_out_or_refused(marked: Path) -> None:
    period = "calendar-2028-01"
    said = run(marked, "--lang", "en", form="btp-07a", period=period)
    assert said.exit_code == 0
    assert "2 dossiers are counted by a due date that rests on days off" in said.stderr
    assert "due-dates-provisional" in said.stderr
    # The mark is a note of the notice alone: the rows stay as they were.
    assert said.stdout.count("Hộ tịch") == 1
    refused = run(marked, "--decided-only", form="btp-07a", period=period)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "due-dates-provisional" in refused.stderr


def test_a_tally_says_so_too_and_keeps_its_rows(marked: Path) -> None:
    paths = [str(marked / "register.csv"), "--columns", str(marked / "map.toml")]
    args = ["tally", *paths, "--as-of", "2028-02-20", "--by", "channel"]
    said = CliRunner().invoke(command, [*args, "--format", "json"])
    document = json.loads(said.stdout)
    assert document["provisional"] == 2
    assert document["by"] == ["channel"]
    assert [cell["received"] for cell in document["cells"]] == [2, 1]
    assert "due-dates-provisional" in said.stderr
    assert CliRunner().invoke(command, [*args, "--decided-only"]).exit_code == 1
    # Asked for, it stays a dimension; a register without the column says nothing.
    by_mark = CliRunner().invoke(command, [*args[:-1], "channel,due_mark", "--format", "json"])
    assert json.loads(by_mark.stdout)["by"] == ["channel", "due_mark"]
    (marked / "map.toml").write_text(MAP, encoding="utf-8")
    plain = CliRunner().invoke(command, [*args, "--decided-only", "--format", "json"])
    assert json.loads(plain.stdout)["provisional"] is None
