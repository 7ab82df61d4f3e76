"""What commands write for spreadsheets: typed cells, decimals, blanks; nothing runs, nothing
turns into a date.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc as command
from tests.cli.samples import DRIVE

openpyxl: Any = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter", reason="the extra excel writes workbooks")

# Titles that a spreadsheet would run; shares of nothing stay without points.
_SCHEME = (
    DRIVE.replace("Đúng hạn", "=Đúng hạn")
    .replace("On time", "@On time")
    .replace('"zero"', '"not-assessable"')
)
_FIGURES = "unit,name,n,d\n007,Xã Đất Đỏ,2,3\n08,=1+1,1,8\n09,-x,0,0\n"
_MAP = """
received = "r"
due = "d"
finished = "f"
dates = "dmy"
[dimensions]
"=unit" = "u"
"""
_REGISTER = "r,d,f,u\n01/12/2022,05/12/2022,05/12/2022,Xã A\n01/12/2022,,,=B\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "s.toml": _SCHEME, "f.csv": _FIGURES, "m.toml": _MAP, "r.csv": _REGISTER,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _run(*args: object) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def _calls(folder: Path) -> dict[str, tuple[object, ...]]:
    scheme, figures = folder / "s.toml", folder / "f.csv"
    explain = ("explain", "007", "--scheme", scheme, "--figures", figures)
    return {
        "score": ("score", scheme, figures),
        "explain": explain,
        "versus": (*explain, "--versus", "08"),
        "tally": (
            "tally", folder / "r.csv", "--columns", folder / "m.toml", "--by", "=unit", "--as-of",
            "2022-12-31",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("which", ["score", "explain", "versus", "tally"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_files_carry_the_mark_and_pipes_do_not(folder: Path, which: str, lang: str) -> None:
    call = (*_calls(folder)[which], "--lang", lang)
    printed = _run(*call, "--format", "csv")
    path = folder / "out.csv"
    assert _run(*call, "-o", path).stdout == ""
    assert path.read_bytes() == b"\xef\xbb\xbf" + printed.stdout_bytes
    for row in csv.reader(io.StringIO(printed.stdout)):
        for cell in row:
            assert not cell.startswith(("=", "@", "+"))
            if cell.startswith("-"):
                float(cell)


@pytest.mark.parametrize("which", ["score", "explain", "versus", "tally"])
def test_workbooks_have_typed_cells_and_no_formula(folder: Path, which: str) -> None:
    path = folder / "out.xlsx"
    result = _run(*_calls(folder)[which], "-o", path, "--lang", "vi")
    assert (result.exit_code, result.stdout) == (0, "")
    first = path.read_bytes()
    _run(*_calls(folder)[which], "-o", path, "--lang", "vi")
    assert path.read_bytes() == first
    book = openpyxl.load_workbook(path)
    for sheet in book:
        assert sheet.freeze_panes is not None
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}  # "f" is a formula, "e" an error
        assert not sheet._hyperlinks


def test_scores_are_decimals_in_csv_and_numbers_in_workbooks(folder: Path) -> None:
    # ji-cloud #4144, CsvHelper #622: 2/3 opens as the second of March
    out = _run(*_calls(folder)["score"], "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0][-1] == "on"
    assert [row[-1] for row in rows[1:]] == ["66.67", "12.5", ""]
    assert [row[1] for row in rows[1:]] == ["Xã Đất Đỏ", "'=1+1", "'-x"]
    path = folder / "out.xlsx"
    _run(*_calls(folder)["score"], "-o", path, "--lang", "vi")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
    assert cells["007"][-1].value == pytest.approx(200 / 3)
    assert cells["007"][-1].number_format == "[$-42A]#,##0.00"
    assert cells["007"][0].data_type == "s"
    assert cells["09"][-1].value is None


def test_negative_points_stay_numbers(folder: Path) -> None:
    # woocommerce #53020: the guard broke negative numbers
    out = _run(*_calls(folder)["versus"], "--format", "csv").stdout
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(out))}
    assert rows["on"]["points"] == "54.17"
    swapped = _run(
        "explain", "08", "--scheme", folder / "s.toml", "--figures", folder / "f.csv", "--versus",
        "007",
        "--format", "csv",
    )  # fmt: skip
    assert {row["key"]: row for row in csv.DictReader(io.StringIO(swapped.stdout))}["on"][
        "points"
    ] == "-54.17"


def test_shares_of_nothing_are_blank(folder: Path) -> None:
    out = _run(*_calls(folder)["tally"], "--format", "csv").stdout
    rows = {row["'=unit"]: row for row in csv.DictReader(io.StringIO(out))}
    assert rows["Xã A"]["on_time_of_finished"] == "100.00"
    assert (rows["'=B"]["on_time_of_finished"], rows["'=B"]["on_time_of_received"]) == ("", "")


def test_the_name_of_the_file_says_the_shape(folder: Path) -> None:
    path = folder / "out.json"
    _run(*_calls(folder)["tally"], "-o", path)
    assert json.loads(path.read_text("utf-8"))["total"]["received"] == 2
    path = folder / "out.txt"
    _run(*_calls(folder)["tally"], "-o", path)
    assert path.read_text("utf-8") == _run(*_calls(folder)["tally"]).stdout


def test_all_findings_of_figures_on_request(folder: Path) -> None:
    (folder / "f.csv").write_text("unit,n,d\nA,x,3\nB,y,z\n", encoding="utf-8")
    path = folder / "found.csv"
    result = _run(*_calls(folder)["score"], "--findings", path)
    assert (result.exit_code, result.stdout) == (1, "")
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["reason"] for row in rows] == ["not-a-number"] * 3


def test_a_workbook_on_standard_input_is_read(folder: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    path = folder / "r.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, line in enumerate(csv.reader(io.StringIO(_REGISTER))):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text)
    book.close()
    for engine in ("python", "polars"):
        call = ("tally", "-", *_calls(folder)["tally"][2:], "--format", "csv", "--engine", engine)
        piped = CliRunner().invoke(command, [str(arg) for arg in call], input=path.read_bytes())
        assert piped.stdout == _run(*_calls(folder)["tally"], "--format", "csv").stdout
    piped = CliRunner().invoke(command, ["columns", "-", "--lang", "en"], input=path.read_bytes())
    assert (piped.exit_code, "# received = " in piped.stdout) == (0, True)


def test_an_event_log_in_a_workbook_is_checked(folder: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    path, mapping = folder / "log.xlsx", folder / "log.toml"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "NHẬT KÝ")
    for row, cells in enumerate(
        [
            ("case", "activity", "timestamp"),
            ("H1", "nhận", "01/12/2022 09:00"),
            ("H1", "trả", "05/12/2022 09:00"),
        ],
        2,
    ):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)
    book.close()
    mapping.write_text(
        'dates = "dmy"\n[activities]\n"nhận" = "received"\n"trả" = "resolved"\n', encoding="utf-8"
    )
    call = ("check", path, "--columns", mapping, "--as-of", "2022-12-31", "--lang", "en")
    result = _run(*call, "--format", "json", "--findings", folder / "all.jsonl")
    assert json.loads(result.stdout)["dossiers"] == 1
    assert "header-found" in result.stderr
    out = folder / "found.xlsx"
    _run(*call, "-o", out)
    assert len(openpyxl.load_workbook(out).worksheets) == 2
