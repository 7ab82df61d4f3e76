"""What could not be read: counted by reason, in full on request; and no zeros out of nothing."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc as command

_MAP = """
received = "ngay_nhan"
due = "ngay_hen"
finished = "ngay_tra"
dates = "dmy"
[dimensions]
unit = "don_vi"
"""
_HEADER = "ngay_nhan,ngay_hen,ngay_tra,don_vi\n"
_GOOD = "01/12/2022,05/12/2022,05/12/2022,Xã A\n"
_BAD = "x,y,z,=1+1\n"


def _tally(tmp_path: Path, text: str, *more: str) -> tuple[int, str, str]:
    (tmp_path / "map.toml").write_text(_MAP, encoding="utf-8")
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    asked = ["tally", str(tmp_path / "r.csv"), "--columns", str(tmp_path / "map.toml")]
    result = CliRunner().invoke(command, [*asked, "--as-of", "2022-12-31", "--lang", "en", *more])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("engine", ["python", "polars"])
@pytest.mark.parametrize(
    "text", ["", "a;b\n1;2\n", "a,b\n1,2\n", _HEADER + _BAD * 3, "Không phải bảng\n"]
)
def test_nothing_that_was_read_is_no_output(tmp_path: Path, text: str, engine: str) -> None:
    # hxl-proxy #178, ng-csv #28: a semicolon file gave a report of zeros with exit 0.
    code, out, _ = _tally(tmp_path, text, "--allow-rejects", "--engine", engine)
    assert (code, out) == (1, "")


def test_all_findings_on_request_and_a_summary_first(tmp_path: Path) -> None:
    text = _HEADER + _GOOD + _BAD * 3 + "1,2\n"
    for name in ("f.csv", "f.jsonl", "f.json"):
        path = tmp_path / name
        code, out, err = _tally(tmp_path, text, "--allow-rejects", "--findings", str(path))
        assert code == 0
        assert "rows that could not be read: 4" in out
        assert err.splitlines()[0] == "10 errors: [not-a-date] 9, [cells-differ-from-header] 1"
        if name == "f.csv":
            assert path.read_bytes().startswith(b"\xef\xbb\xbf")
            rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
        elif name == "f.json":
            rows = json.loads(path.read_text("utf-8"))["findings"]
        else:
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert len(rows) == 10
        assert rows[0]["reason"] == "not-a-date"
        assert rows[0]["path"] == "line 3, column ngay_nhan"
    code, out, _ = _tally(tmp_path, text, "--findings", str(tmp_path / "g.csv"))
    assert (code, out) == (1, "")
    assert len((tmp_path / "g.csv").read_text("utf-8-sig").splitlines()) == 11


def test_the_columns_of_a_file_are_listed_once_and_whole(tmp_path: Path) -> None:
    # Case D15: the list was cut in the middle, on each of 33 lines.
    header = ",".join(["ngay_nhan2", "hen", *(f"cột số {number}" for number in range(30))])
    code, _, err = _tally(tmp_path, header + "\n" + "," * 31 + "\n")
    lines = [line for line in err.splitlines() if "column-missing" in line and "line 1" in line]
    assert (code, len(lines)) == (1, 4)
    assert [line.count("'cột số 15'") for line in lines] == [1, 0, 0, 0]
    assert "nearest: 'ngay_nhan2'" in lines[0]
    assert "nearest: ngay_nhan2" in lines[1]  # ngay_hen


def test_not_all_is_never_100_percent(tmp_path: Path) -> None:
    # sentry #96487
    late = "01/12/2022,05/12/2022,06/12/2022,Xã A\n"
    _, out, _ = _tally(tmp_path, _HEADER + _GOOD * 29_999 + late)
    assert "99.99" in out
    assert "100.00" not in out
    _, out, _ = _tally(tmp_path, _HEADER + _GOOD, "--lang", "vi")
    assert "100,00" in out


def test_without_due_dates_there_is_no_share(tmp_path: Path) -> None:
    _, out, _ = _tally(tmp_path, _HEADER + "01/12/2022,,05/12/2022,Xã A\n")
    assert out.splitlines()[-1].split()[-2:] == ["-", "-"]


def test_spellings_of_one_unit_are_said(tmp_path: Path) -> None:
    text = _HEADER + _GOOD + _GOOD.replace("Xã A", "xã  A")
    _, _, err = _tally(tmp_path, text, "--by", "unit")
    assert "values-look-alike" in err


def test_a_style_that_would_also_fit_swapped_is_said(tmp_path: Path) -> None:
    _, _, err = _tally(tmp_path, _HEADER + _GOOD * 5)
    assert "15 days were read in the style 15/12/2022, 0 of them above 12" in err
    _, _, err = _tally(tmp_path, _HEADER + _GOOD * 5 + _GOOD.replace("05/12", "15/12"))
    assert "swapped" not in err
    _, _, err = _tally(tmp_path, _HEADER + _GOOD)  # three days prove nothing
    assert "swapped" not in err
    for engine in ("python", "polars"):  # on standard input too
        call = ["tally", "-", "--columns", str(tmp_path / "map.toml"), "--as-of", "2022-12-31"]
        text = _HEADER + _GOOD * 5
        result = CliRunner().invoke(command, [*call, "--engine", engine], input=text.encode())
        assert (result.exit_code, result.stderr.count("dates-fit-swapped")) == (0, 1)


def test_findings_that_are_not_listed_are_counted(tmp_path: Path) -> None:
    rows = ["x,2022-12-01"] * 1_500
    (tmp_path / "r.csv").write_text("\n".join(["received,due", *rows]), "utf-8")
    (tmp_path / "m.toml").write_text('due = "due"\n', "utf-8")
    call = ["tally", str(tmp_path / "r.csv"), "--columns", str(tmp_path / "m.toml")]
    result = CliRunner().invoke(command, [*call, "--as-of", "2022-12-14", "--engine", "python"])
    assert result.exit_code == 1
    assert "… 1,300 more" in result.stderr
    assert "1,500 findings; nothing was written" in result.stderr
