"""`evnpubsvc due`: dates, traces, refusals, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.deadlines import Deadline
from evnpubsvc.serde import from_json


def run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, ["due", *args])


def test_the_date_and_each_skipped_day() -> None:
    result = run("15/12/2022", "25 ngày làm việc", "--lang", "vi")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert (
        lines[0] == "25 ngày làm việc kể từ thứ Năm 15/12/2022: hẹn trả kết quả thứ Sáu 27/01/2023"
    )
    assert sum(line.startswith("  - ") for line in lines) == 18
    assert any("Tết Âm lịch" in line and "Điều 112" in line for line in lines)


@pytest.mark.parametrize(
    "received",
    ["2024-04-26", "2024-04-26T10:00", "26/04/2024", "26/4/2024 10:00", "2024-04-26T03:00+00:00"],
)
def test_moments_are_read_as_people_write_them(received: str) -> None:
    assert "due Sat 04/05/2024" in run(received, "3 ngày làm việc", "--no-trace").stdout


def test_json_is_the_deadline() -> None:
    result = run("2024-04-26", "3 ngày làm việc", "--format", "json")
    deadline = from_json(result.stdout, Deadline)
    assert deadline.date is not None
    assert deadline.date.isoformat() == "2024-05-04"
    assert json.loads(result.stdout)["type"] == "Deadline"


def test_policies_and_stops_can_be_chosen() -> None:
    assert "Thu 02/05/2024" in run("2024-04-26T15:30", "trong ngày", "--cutoff", "hard15").stdout
    assert (
        "Tue 10/09/2024"
        in run("2024-09-04T15:30", "3 ngày làm việc", "--special", "linked-birth-2024").stdout
    )
    restarted = run(
        "2025-07-07",
        "5 ngày làm việc",
        "--stop",
        "other:2025-07-08/2025-07-11",
        "--clock",
        "restart",
    )
    assert "due Fri 18/07/2025" in restarted.stdout
    twice = (
        "--stop",
        "2025-07-08/2025-07-09",
        "--stop",
        "2025-07-10/2025-07-11",
        "--clock",
        "exclude",
    )
    assert "due Wed 16/07/2025" in run("2025-07-07", "5 ngày làm việc", *twice).stdout
    lasting = run("2025-07-07", "5 ngày làm việc", "--stop", "2025-07-08/", "--clock", "resume")
    assert "no due date yet" in lasting.stdout
    preview = run(
        "2025-07-07",
        "5 ngày làm việc",
        "--stop",
        "2025-07-08/",
        "--clock",
        "resume",
        "--resumed-on",
        "2025-07-11",
    )
    assert "due Thu 17/07/2025" in preview.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("2024-04-26", "1"), 1, "limit-without-unit"),
        (("2024-04-26", "5 ngày; 10 ngày"), 1, "limit-several"),
        (("2024-04-26T09:00", "24 giờ"), 2, "hours-reading-needed"),
        (
            ("2025-07-07", "5 ngày", "--stop", "other:2025-07-08/2025-07-11"),
            2,
            "clock-policy-needed",
        ),
        (("2025-07-07", "5 ngày", "--stop", "2025-07-11/2025-07-08"), 2, "stop-inverted"),
        (("2025-07-07", "5 ngày", "--stop", "2025-07-11"), 2, "FROM/TO"),
        (("2025-07-07", "5 ngày", "--stop", "x/y"), 2, "FROM/TO"),
        (("2024-04-26", "3 ngày", "--special", "nothing"), 2, "special-clock-unknown"),
        (("2024-04-26", "3 ngày", "--cutoff", "noon"), 2, "noon"),
        (("2024-02-30", "3 ngày"), 2, "no such day"),
        (("31/02/2024", "3 ngày"), 2, "no such day"),
        (("2150-01-01", "3 ngày làm việc"), 2, "outside-coverage"),
        (("2024-04-26", "3 ngày", "--calendar", "no-such-file.toml"), 2, "no-such-file.toml"),
    ],
)
def test_refusals_write_nothing_and_say_why(args: tuple[str, ...], code: int, said: str) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert result.stdout == ""
    assert said in result.stderr


FILE = """
replace = true

[[hours]]
weekdays = ["07:00-11:30", "13:30-17:00"]
saturday = ["07:00-11:30"]
source = "regulation of the commune"

[[days]]
day = 2025-11-06
kind = "closure"
vi = "bão"
en = "storm"
source = "notice"

[[days]]
day = 2025-11-08
kind = "special-hours"
vi = "nửa buổi"
en = "half a day"
source = "notice"
sessions = ["07:00-09:00"]
"""


def test_an_office_has_days_and_hours_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_text(FILE, encoding="utf-8")
    result = run("2025-11-05T16:00", "10 giờ làm việc", "--calendar", str(path))
    assert (
        "due Sat 08/11/2025 at 08:00" in result.stdout
    )  # 1 h on Wednesday, storm, 8 h on Friday, 1 h on Saturday
    assert "storm" in result.stdout
    path.write_text("", encoding="utf-8")
    assert (
        "due Sat 04/05/2024" in run("2024-04-26", "3 ngày làm việc", "--calendar", str(path)).stdout
    )


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (b"\xff\xfe", ["not-utf8"]),
        (b"days = [", ["not-toml"]),
        (b"day = 1", ["key-unknown"]),
        (
            b"[[hours]]\nweekdays = ['7-11']\n[[hours]]\nweekdays = ['11:00-07:00']",
            ["session-not-read", "session-empty"],
        ),
        (
            b"[[days]]\nday = 2025-11-06\nkind = 'feast'\nvi = 'a'\nen = 'b'\nsource = 'c'",
            ["value-of-wrong-type"],
        ),
        (
            b"[[days]]\nday = 2025-11-06\nkind = 'closure'\nvi = ''\nen = 'b'\nsource = 'c'",
            ["title-empty"],
        ),
        (
            b"[[days]]\nday = 2025-11-06\nkind = 'ordinary'\nvi = 'a'\nen = 'b'\nsource = 'c'",
            ["day-kind-computed"],
        ),
        (
            b"[[days]]\nday = 2025-09-02\nkind = 'closure'\nvi = 'a'\nen = 'b'\nsource = 'c'",
            ["day-contradiction"],
        ),
    ],
)
def test_every_fault_of_a_calendar_file_is_told(
    tmp_path: Path, content: bytes, reasons: list[str]
) -> None:
    path = tmp_path / "office.toml"
    path.write_bytes(content)
    result = run("2024-04-26", "3 ngày làm việc", "--calendar", str(path), "--lang", "vi")
    assert result.exit_code == 1
    assert result.stdout == ""
    for reason in reasons:
        assert f"[{reason}]" in result.stderr


def test_it_runs_as_a_program_in_any_locale() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "evnpubsvc",
            "due",
            "2022-12-15",
            "25 ngày làm việc",
            "--lang",
            "vi",
        ],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "PYTHONUTF8": "0"},
    )
    assert "hẹn trả kết quả thứ Sáu 27/01/2023" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("received", "more", "due"),
    [
        ("2022-05-04T09:00", (), "04/05/2022"),
        ("2022-05-04T16:00", (), "05/05/2022"),
        ("2025-03-03T16:00", ("--case", "liên thông khai sinh, thường trú, thẻ bảo hiểm y tế"),
            "07/03/2025"),
    ],
)  # fmt: skip
def test_a_procedure_brings_its_own_limit(received: str, more: tuple[str, ...], due: str) -> None:
    result = run(received, "1.001193", "--not-solvable", "--no-trace", *more)
    assert result.exit_code == 0, result.output
    assert due in result.stdout


def test_what_a_procedure_leaves_open_is_asked_for() -> None:
    result = run("2022-05-04", "1.000656", "--case", "x", "--lang", "vi")
    assert result.exit_code == 1
    assert "cần xác minh" in result.stderr
    assert run("2022-05-04T16:00", "1.001193").exit_code == 2  # solvable or not
