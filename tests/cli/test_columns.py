"""A first mapping: guessed with reasons, never silently, ready for `--columns`."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc as command
from tests.cli.samples import DRIVE

_REGISTER = """SỔ THEO DÕI HỒ SƠ;;;;;
;;;;;
Mã hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Ngày trả kết quả;Tên đơn vị;Hình thức nộp
H1;13/12/2022;15/12/2022;15/12/2022;Xã A;Trực tuyến
H2;02/12/2022;06/12/2022;08/12/2022;Xã A;Trực tiếp
H3;03/12/2022;10/12/2022;;Xã B;qua zalo
"""


def _run(*args: object) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_a_register_is_guessed_and_read_by_the_guess(tmp_path: Path) -> None:
    register, mapping = tmp_path / "r.csv", tmp_path / "m.toml"
    register.write_text(_REGISTER, encoding="utf-8")
    assert _run("columns", register, "-o", mapping, "--lang", "vi").exit_code == 0
    text = mapping.read_text("utf-8")
    guessed = tomllib.loads(text)
    assert guessed == {
        "header_row": 3, "delimiter": ";", "received": "Ngày tiếp nhận", "due": "Ngày hẹn trả",
        "finished": "Ngày trả kết quả", "dates": "dmy", "code": "Mã hồ sơ",
        "dimensions": {"channel": "Hình thức nộp", "unit": "Tên đơn vị"},
        "values": {"channel": {"Trực tuyến": "online", "Trực tiếp": "in-person"}},
    }  # fmt: skip
    # Each line says why, and what nobody can know is a comment to decide.
    lines = [line for line in text.splitlines() if " = " in line]
    assert all("# " in line.partition(" = ")[2] for line in lines)
    assert any(line.startswith('# "qua zalo" = ""') for line in lines)
    counted = _run("tally", register, "--columns", mapping, "--as-of", "2022-12-31", "--by", "unit")
    assert counted.exit_code == 1  # the word that is not settled is a finding
    mapping.write_text(text.replace('# "qua zalo" = ""', '"qua zalo" = "online"'), encoding="utf-8")
    assert _run("tally", register, "--columns", mapping, "--as-of", "2022-12-31").exit_code == 0


@pytest.mark.parametrize(
    ("days", "settled"),
    [
        (("13/12/2022", "02/12/2022"), "dmy"),
        (("12/13/2022", "12/02/2022"), "mdy"),
        (("2022-12-13", "2022-12-02"), "iso"),
        (("01/12/2022", "02/12/2022"), None),  # day and month may be swapped
    ],
)
def test_a_style_of_dates_is_settled_by_days_above_12(
    days: tuple[str, ...], settled: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("received,unit\n" + "".join(f"{day},A\n" for day in days), encoding="utf-8")
    text = _run("columns", path, "--lang", "en").stdout
    assert tomllib.loads(text).get("dates") == settled
    assert ("# dates = " in text) is (settled is None)


def test_figures_are_guessed_by_keys_and_titles(tmp_path: Path) -> None:
    path, scheme = tmp_path / "f.csv", tmp_path / "s.toml"
    scheme.write_text(DRIVE, encoding="utf-8")
    path.write_text(
        "Đơn vị,Tổng tiếp nhận,Số đúng hạn,Ghi chú\nA,10,9,x\nB,10,8,y\n", encoding="utf-8"
    )
    text = _run("columns", path, "--scheme", scheme, "--lang", "en").stdout
    assert tomllib.loads(text) == {
        "unit": "Đơn vị",
        "figures": {"n": "Số đúng hạn", "d": "Tổng tiếp nhận"},
    }
    assert '"Ghi chú"' in text
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    scored = _run("score", scheme, path, "--columns", tmp_path / "m.toml", "--format", "csv")
    assert scored.exit_code == 0


def test_an_event_log_is_guessed_with_its_activities(tmp_path: Path) -> None:
    log = (
        "Mã hồ sơ,Công việc,Thời gian,Đơn vị,Ghi chú\n"
        "H1,Tiếp nhận hồ sơ tại quầy,13/12/2022 08:00,Xã A,x\n"
        "H1,received,13/12/2022 08:30,Xã A,\nH1,Họp,14/12/2022 09:00,Xã A,\n"
        "H1,Trả kết quả,15/12/2022 09:00,Xã A,\n"
    )
    path, mapping = tmp_path / "log.csv", tmp_path / "m.toml"
    path.write_text(log, encoding="utf-8")
    assert _run("columns", path, "--log", "-o", mapping, "--lang", "vi").exit_code == 0
    text = mapping.read_text("utf-8")
    guessed = tomllib.loads(text)
    assert {key: guessed[key] for key in ("case", "activity", "timestamp", "dates", "unit")} == {
        "case": "Mã hồ sơ", "activity": "Công việc", "timestamp": "Thời gian", "dates": "dmy",
        "unit": "Đơn vị",
    }  # fmt: skip
    assert guessed["activities"]["received"] == "received"
    # What only sounds like a kind is a comment with the proposal; what does not, is left open.
    assert '# "Tiếp nhận hồ sơ tại quầy" = "received"' in text
    assert '# "Họp" = ""' in text
    edited = text.replace('# "Tiếp nhận', '"Tiếp nhận')
    mapping.write_text(edited, encoding="utf-8")
    checked = _run("check", path, "--columns", mapping, "--as-of", "2022-12-31", "--lang", "en")
    assert "1 dossier" in checked.stdout
    assert _run("columns", path, "--log", "--scheme", "x").exit_code == 2


def test_the_how_to_about_mappings_does_what_it_says(tmp_path: Path) -> None:
    """Every command of its console blocks runs, with a register of the kind that it speaks of."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "foreign-tables.md"
    blocks = page.read_text("utf-8").split("```console\n")[1:]
    calls = [line.split() for block in blocks for line in block.partition("```")[0].splitlines()]
    (tmp_path / "register.csv").write_text(_REGISTER, encoding="utf-8")
    assert len(calls) >= 2
    for program, *args in calls:
        given = [str(tmp_path / arg) if arg.endswith((".csv", ".toml")) else arg for arg in args]
        result = _run(*given)
        assert program == "evnpubsvc"
        if args[0] == "columns":
            path = tmp_path / "map.toml"
            text = path.read_text("utf-8")
            path.write_text(text.replace('# "qua zalo" = ""', '"qua zalo" = "online"'), "utf-8")
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PK\x03\x04", b"\xff\xfea", b"x" * 10])
def test_what_is_no_table_is_said(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    result = _run("columns", path, "--lang", "en")
    assert result.exit_code in {0, 1}
    assert result.exception is None or isinstance(result.exception, SystemExit)


_EXPORT = """Mã hồ sơ;Lĩnh vực;Hình thức nộp;Ngày tiếp nhận;Ngày hẹn trả;Ngày có kết quả;Trạng thái
H1;Chứng thực;Trực tuyến;21/11/2022;21/11/2022;21/11/2022;Đã trả kết quả
H2;Hộ tịch;Bưu chính công ích;05/12/2022;08/12/2022;;Đang xử lý
H3;Hộ tịch;Trực tiếp;05/12/2022;08/12/2022;;Yêu cầu bổ sung giấy tờ
H4;Hộ tịch;Trực tiếp;05/12/2022;08/12/2022;06/12/2022;Công dân yêu cầu rút hồ sơ
H5;Hộ tịch;Trực tiếp;05/12/2022;08/12/2022;06/12/2022;{odd}
Tổng cộng;5;;;;;
;;;;;;
Tam Xuân II, ngày 15 tháng 12 năm 2022;;;;;;
Người lập biểu;;;;;Chủ tịch;
"""


def test_the_usual_export_of_a_province_is_counted_by_its_guess(tmp_path: Path) -> None:
    register, mapping = tmp_path / "r.csv", tmp_path / "m.toml"
    register.write_text(_EXPORT.format(odd="Hoàn thành"), encoding="utf-8")
    assert _run("columns", register, "-o", mapping, "--lang", "vi").exit_code == 0
    guessed = tomllib.loads(mapping.read_text("utf-8"))
    assert guessed["finished"] == "Ngày có kết quả"
    assert (guessed["totals"], guessed["ends_with"]) == (["Tổng cộng"], ["Tam Xuân II, ngày"])
    assert guessed["statuses"] == {
        "Đã trả kết quả": "result", "Đang xử lý": "running", "Yêu cầu bổ sung giấy tờ": "paused",
        "Công dân yêu cầu rút hồ sơ": "withdrawn", "Hoàn thành": "result",
    }  # fmt: skip
    asked = ("--columns", mapping, "--lang", "vi", "--period")
    report = _run("report", "ii-06a", register, *asked, "statutory-2022-12")
    assert report.exit_code == 0
    assert "Hộ tịch" in report.stdout
    assert "totals-left-out" in report.stderr


def test_a_status_that_the_rows_contradict_is_left_to_people(tmp_path: Path) -> None:
    register = tmp_path / "r.csv"
    register.write_text(_EXPORT.format(odd="Đang xử lý"), encoding="utf-8")
    lines = _run("columns", register, "--lang", "vi").stdout.splitlines()
    [line] = [line for line in lines if '"Đang xử lý"' in line]
    assert line.startswith('# "Đang xử lý" = "running"')


def test_a_row_of_totals_that_nobody_declared_is_named(tmp_path: Path) -> None:
    register, mapping = tmp_path / "r.csv", tmp_path / "m.toml"
    register.write_text(_EXPORT.format(odd="Hoàn thành"), encoding="utf-8")
    assert _run("columns", register, "-o", mapping).exit_code == 0
    lines = mapping.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("totals")]
    mapping.write_text("\n".join(kept), encoding="utf-8")
    counted = _run("tally", register, "--columns", mapping, "--as-of", "2022-12-31")
    assert counted.exit_code == 1
    assert "row-of-totals" in counted.stderr
    assert "totals" in counted.stderr.partition("row-of-totals")[2]
