"""The command line: the library's results as text, JSON and CSV; findings on standard error.

Documented exit codes.
"""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc._tables import packaged_text
from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.cli._io import aligned
from evnpubsvc.texts.parts import guard_cell
from tests.emulation.samples import SCHEMES
from tests.realdata import real
from tests.statistics.test_real_registers import MAPPING

MAP = 'unit = "departmentCode"\nname = "departmentName"\ndecimal = "."\npublished_score = "score"\n'


def run(*args: str | Path, text: bytes | str | None = None) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args], input=text)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(
        "unit,name,level,dossiers_received,dossiers_on_time\n"
        "A,Xã A,commune,10,9\nB,=cmd|x,commune,20,18\nC,Xã C,commune,10,\nD,Sở D,department,0,0\n",
        encoding="utf-8",
    )
    return path


def _timeliness(figures: Path, *more: str) -> Result:
    return run(
        "score", "qd766-dvcqg-2026", figures, "--group", "timeliness", "--within", "level", *more
    )


def test_the_json_of_standings(figures: Path) -> None:
    result = _timeliness(figures, "--format", "json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["scheme"] == "qd766-dvcqg-2026/timeliness"
    places = {place["unit"]: place for place in document["standings"]}
    assert [(u, p["stratum"], p["rank"], p["score"], p["reason"]) for u, p in places.items()] == [
        ("A", "commune", 1, "18", None), ("B", "commune", 1, "18", None),
        ("C", "commune", None, None, "figure-blank"),
        ("D", "department", 1, "0", None),
    ]  # fmt: skip
    (component,) = places["A"]["components"]
    assert {key: component[key] for key in ("key", "numerator", "denominator", "points",
        "max")} == {
        "key": "2.1", "numerator": 9, "denominator": 10, "points": "18", "max": "20",
    }  # fmt: skip
    assert places["D"]["components"][0]["zero"] == "zero"
    assert "=cmd|x" in result.stdout  # JSON is no spreadsheet


def test_the_csv_of_standings_runs_no_formula(figures: Path) -> None:
    result = _timeliness(figures, "--format", "csv")
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows[0] == [
        "unit",
        "name",
        "stratum",
        "rank",
        "score",
        "reason",
        "about",
        "grade",
        "2.1",
    ]
    assert rows[2] == ["B", "'=cmd|x", "commune", "1", "18", "", "", "", "18"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-3.5", "-3.5"),
        ("+84", "+84"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("", ""),
        ("x", "x"),
    ],
)
def test_formulas_are_defused_and_numbers_are_not(cell: str, safe: str) -> None:
    assert guard_cell(cell) == safe


def test_the_table_shows_ties_and_reasons(figures: Path) -> None:
    result = _timeliness(figures)
    assert "  1=  A " in result.stdout
    assert "level: department" in result.stdout
    assert "the figure is left blank" in result.stdout
    assert "số liệu để trống" in _timeliness(figures, "--lang", "vi").stdout


def test_one_unit_explained_as_text_and_json(figures: Path) -> None:
    def explained(unit: str, *more: str) -> Result:
        source = ("--scheme", "qd766-dvcqg-2026", "--figures", figures, "--group", "timeliness")
        return run("explain", unit, *source, "--within", "level", *more)

    result = explained("A")
    assert "9 / 10 dossiers = 90.00 %; × 20 = 18.00 of 20" in result.stdout
    document = json.loads(explained("A", "--format", "json", "--lang", "vi").stdout)
    assert (document["unit"], document["rank"], document["score"]) == ("A", 1, "18")
    assert sum(Decimal(line["points"]) for line in document["lines"]) == Decimal(document["score"])
    assert explained("Z").exit_code == 2


def test_standard_input_and_a_scheme_of_ones_own() -> None:
    table = b"unit,osi,hci,tii\nVNM,0.5,0.6,0.7\n"
    result = run("score", SCHEMES / "egdi.toml", "-", "--format", "json", text=table)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["standings"][0]["score"] == "0.6"


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (["score", "nope", "x.csv"], 2, "preset-unknown"),
        (["score", "nope.toml", "x.csv"], 1, "file-unreadable"),
        (["score", "qd766-dvcqg-2026", "nope.csv"], 1, "file-unreadable"),
        (["score", "qd766-dvcqg-2026", "nope.csv", "--group", "x"], 2, "group-unknown"),
        (["score", "qd766-dvcqg-2026"], 2, "nothing to score"),
        (["tally", "nope.csv", "--columns", "nope.toml", "--as-of", "2022-12-14"], 1,
            "file-unreadable"),
        (["tally", "nope.csv", "--columns", "nope.toml", "--as-of", "14/12"], 2, "--as-of"),
        (["nonsense"], 2, "No such command"),
    ],
)  # fmt: skip
def test_exit_codes_of_wrong_calls_and_unreadable_files(
    args: list[str], code: int, word: str
) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert word in result.stderr
    assert "Traceback" not in result.stderr


def test_bad_figures_give_one_report_and_nothing_on_standard_output(tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_bytes(
        b"unit,dossiers_received,dossiers_on_time\nA,x,1\nA,1.234,-3\nB,1,2\n\xff,1,1\n"
    )
    result = run("score", "qd766-dvcqg-2026", table, "--group", "timeliness", "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "")
    for reason in (
        "not-a-number",
        "number-ambiguous",
        "count-negative",
        "unit-twice",
        "numerator-above",
        "not-utf8",
    ):
        assert reason in result.stderr
    assert "6 findings; nothing was written" in result.stderr


def test_many_findings_are_counted(tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(
        "unit,dossiers_received,dossiers_on_time\n" + "".join(f"U{i},x,1\n" for i in range(300)),
        encoding="utf-8",
    )
    result = run("score", "qd766-dvcqg-2026", table, "--group", "timeliness")
    assert "… 100 more" in result.stderr


def test_a_published_result_stands_beside_ours(mapping: Path) -> None:
    table = (
        "departmentCode,departmentName,totalReceived,totalOnTime,score\n"
        "H44.03,Ban,588,486,16.5\nH44.99,B,1,1,\n"
    )
    args = ("score", "qd766-dvcqg-2026", "-", "--group", "timeliness", "--columns", mapping)
    shown = run(*args, text=table).stdout
    assert "16.5   0.03" in shown
    document = json.loads(run(*args, "--format", "json", text=table).stdout)
    assert document["standings"][1]["published"] == {"score": "16.5", "rank": None, "drift": "0.03"}
    assert "published" not in document["standings"][0]


def test_a_scheme_of_many_criteria_is_shown_by_group() -> None:
    table = packaged_text("examples/dak-lak-2026.csv").replace("online_points", "online_unused")
    result = run("score", "qd766-dvcqg-2026", "-", "--group", "digitisation", text=table.encode())
    assert result.exit_code == 0
    assert "digitisation" in result.stdout
    assert "9.08" in result.stdout


# --- tally ---


@pytest.fixture
def wabo(tmp_path: Path) -> Path:
    path = tmp_path / "wabo.toml"
    path.write_bytes(MAPPING)
    return path


def test_the_real_register_through_the_command(wabo: Path) -> None:
    cases = real("receipt_wabo/cases.csv")
    for compare, on_time in (("date", 1020), ("timestamp", 952)):
        result = run(
            "tally",
            cases,
            "--columns",
            wabo,
            "--by",
            "channel",
            "--as-of",
            "2012-12-31",
            "--compare",
            compare,
            "--format",
            "json",
        )
        assert result.exit_code == 0, result.stderr
        document = json.loads(result.stdout)
        assert document["total"]["on_time_of_finished"] == [on_time, 1329]
        assert {cell["channel"]: cell["received"] for cell in document["cells"]}["Internet"] == 1250
        # "2 cases end before they start", both on the day of their receipt: where dates are
        # compared that is nothing
        hours = {} if compare == "date" else {"finished-earlier-that-day": 2}
        assert document["noticed"] == hours


def test_a_zone_on_the_command_line_overrides_the_mapping(wabo: Path) -> None:
    # Most cases are received at 01:06:40 in Amsterdam, which is the day before in New York.
    cases = real("receipt_wabo/cases.csv")
    args = (
        "tally",
        cases,
        "--columns",
        wabo,
        "--by",
        "received_month",
        "--as-of",
        "2012-12-31",
        "--format",
        "json",
    )
    here, there = (
        json.loads(run(*args, *more).stdout)["cells"][0]
        for more in ((), ("--timezone", "America/New_York"))
    )
    assert here["received_month"] == "2010-10"
    assert there["received_month"] == "2010-09"
    assert run(*args, "--timezone", "Mars/Olympus").exit_code == 2


@pytest.fixture
def register(tmp_path: Path) -> tuple[Path, Path]:
    columns, rows = tmp_path / "map.toml", tmp_path / "register.csv"
    columns.write_text('received = "r"\ndue = "d"\nfinished = "f"\n', encoding="utf-8")
    rows.write_text(
        "r,d,f,unit\n2022-12-01,2022-12-05,2022-12-05,A\n2022-12-01,x,,A\n2022-12-20,,,B\n",
        encoding="utf-8",
    )
    return columns, rows


def test_rejected_rows_end_the_run_unless_they_are_allowed(register: tuple[Path, Path]) -> None:
    columns, rows = register
    args = ("tally", rows, "--columns", columns, "--by", "unit", "--as-of", "2022-12-14")
    result = run(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "line 3, column d" in result.stderr
    allowed = run(*args, "--allow-rejects")
    assert allowed.exit_code == 0
    assert "rows that could not be read: 1" in allowed.stdout
    assert "received later, not counted: 1" in allowed.stdout
    document = json.loads(run(*args, "--allow-rejects", "--format", "json").stdout)
    assert (document["rejected"], document["later"]) == ({"not-a-date": 1}, 1)
    assert [c["unit"] for c in document["cells"]] == ["A"]


def test_tally_as_csv_and_without_dimensions(register: tuple[Path, Path], tmp_path: Path) -> None:
    columns, _ = register
    rows = tmp_path / "good.jsonl"
    rows.write_text(
        '{"r": "2022-12-01", "d": "2022-12-05", "f": "2022-12-06", "unit": "=x"}\n',
        encoding="utf-8",
    )
    result = run(
        "tally",
        rows,
        "--columns",
        columns,
        "--by",
        "unit,received_month",
        "--as-of",
        "2022-12-14",
        "--format",
        "csv",
    )
    assert list(csv.reader(io.StringIO(result.stdout)))[1][:4] == ["'=x", "2022-12", "0", "1"]
    assert "100.00" not in run("tally", rows, "--columns", columns, "--as-of", "2022-12-14").stdout


def test_findings_beyond_the_sample_are_counted(
    register: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = tmp_path / "bad.csv"
    rows.write_text("r,d,f\n2022-12-01,,\n" + "x,,\n" * 1_200, encoding="utf-8")
    result = run(
        "tally", rows, "--columns", register[0], "--as-of", "2022-12-14", "--allow-rejects"
    )
    assert "rows that could not be read: 1,200" in result.stdout
    assert "[not-a-date] 1,200" in result.stderr.splitlines()[0]
    assert "… 1,000 more" in result.stderr


# --- demo, help, the process as a whole ---


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_demo_tells_the_story(lang: str) -> None:
    result = run("demo", "--lang", lang)
    assert result.exit_code == 0
    for part in (
        "65.49" if lang == "en" else "65,49",
        "Tam Xuân II",
        "giấy khen",
        "2=",
        "from evnpubsvc import",
    ):
        assert part in result.stdout
    assert "SYNTHETIC" in result.stdout or "GIẢ ĐỊNH" in result.stdout
    for part in (
        "15/KH-UBND",
        " 182 ",
        "7,000" if lang == "en" else "7.000",
        "bằng khen",
        "20968",
    ):  # papers, rosters, dossiers, province, merger
        assert part in result.stdout


def test_the_three_lines_at_the_end_of_the_demo_do_the_same(
    figures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(figures.parent)
    lines = run("demo").stdout.rstrip().splitlines()[-3:]
    scope: dict[str, Any] = {}
    exec("\n".join(line.strip() for line in lines), scope)
    assert scope["standings"]["A"].sheet.total == Fraction(18)


def _process(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "evnpubsvc", *args],
        capture_output=True,
        check=False,
        env={**os.environ, **env},
    )


def test_vietnamese_is_written_as_utf8_in_any_locale() -> None:
    done = _process("demo", "--lang", "vi", PYTHONUTF8="0", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Giải nhất: Tam Xuân II" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_help_names_the_commands_and_the_exit_codes() -> None:
    done = _process("--help")
    text = done.stdout.decode()
    for word in ("score", "tally", "demo", "Exit", "1 findings"):
        assert word in text


def test_columns_of_a_table_align() -> None:
    assert (
        aligned(["a", "b"], [["xx", "1"], ["y", "22"]], right=[1])
        == "a    b\n--  --\nxx   1\ny   22"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupted_run_exits_with_130_and_writes_nothing() -> None:
    command = [
        sys.executable,
        "-m",
        "evnpubsvc",
        "score",
        "qd766-dvcqg-2026",
        "-",
        "--group",
        "timeliness",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(
            b"unit,dossiers_received,dossiers_on_time\n" * 4_000
        )  # more than a pipe holds: it has begun to read
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    rows = "".join(f"U{i},10,9\n" for i in range(1_000))
    table.write_text("unit,dossiers_received,dossiers_on_time\n" + rows, encoding="utf-8")
    line = (
        f"{sys.executable} -m evnpubsvc score qd766-dvcqg-2026 {table} --group "
        "timeliness --format json | head -1"
    )
    done = subprocess.run(line, shell=True, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr


def test_the_process_returns_the_documented_codes() -> None:
    assert [
        _process(*args).returncode
        for args in ([], ["--version"], ["score", "nope", "x"], ["score", "x.toml", "x"])
    ] == [2, 0, 2, 1]


def test_a_period_with_what_was_carried_in_and_rows_of_zeros(tmp_path: Path) -> None:
    columns, rows = tmp_path / "map.toml", tmp_path / "rows.csv"
    columns.write_text(
        'finished = "finished"\nrecorded = "recorded"\n[dimensions]\nunit = "unit"\n',
        encoding="utf-8",
    )
    rows.write_text(
        "received,finished,unit,recorded\n2022-11-01,2022-12-01,A,2022-11-01\n"
        "2022-12-10,,A,2022-12-20\n"
        "2022-10-01,2022-10-02,A,2022-10-01\n2022-12-15,,A,2022-12-15\n",
        encoding="utf-8",
    )
    args = (
        "tally",
        rows,
        "--columns",
        columns,
        "--by",
        "unit",
        "--period",
        "statutory-2022-12",
        "--format",
        "json",
    )
    for engine in ("python", "polars", "duckdb"):
        counted = json.loads(
            run(*args, "--expect", "A", "--expect", "B", "--engine", engine).stdout
        )
        cells = {
            cell["unit"]: [cell[name] for name in ("carried_in", "received", "handled", "pending")]
            for cell in counted["cells"]
        }
        assert cells == {"A": [1, 1, 1, 1], "B": [0, 0, 0, 0]}
        assert (counted["since"], counted["earlier"], counted["later"]) == ("2022-11-15", 1, 1)
        before = json.loads(run(*args, "--known-at", "2022-12-19", "--engine", engine).stdout)
        assert (before["total"]["received"], before["other_versions"]) == (0, 1)
    assert "earlier" not in run(*args[:-2]).stdout
    assert "ended before the period" in run(*args[:-2]).stdout


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--as-of", "2022-12-14", "--period", "statutory-2022"),
        ("--period", "2022"),
        ("--as-of", "2022-12-14", "--known-at", "soon"),
    ],
)
def test_a_count_needs_a_day_or_a_period(more: tuple[str, ...]) -> None:
    assert run("tally", "rows.csv", "--columns", "map.toml", *more).exit_code == 2
