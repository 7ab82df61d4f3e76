"""Faults V1 to V5 of `../shared/cases/real-data-and-embedding.md`: found by reading the output,
and mended.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc

_HEAD = (
    '{"code": "%s", "channel": "online", "limit": {"amount": "15", "unit": '
    '"working-days"}, "events": ['
    '{"kind": "submitted", "at": "%s-15T08:30:00+07:00"}, {"kind": "received", "at": '
    '"%s-15T09:00:00+07:00"}'
)


def _dossier(code: str, month: str, *events: str) -> str:
    return ", ".join([_HEAD % (code, month, month), *events]) + "]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [
        _dossier("000.00.53.H48-260915-0099", "2026-09"),
        _dossier(
            "A", "2022-12",
            '{"kind": "stopped", "at": "2022-12-20T09:00:00+07:00", "final": false}',
            '{"kind": "resumed", "at": "2022-12-22T09:00:00+07:00"}',
        ),
        _dossier(
            "B", "2022-12",
            '{"kind": "stopped", "at": "2022-12-20T09:00:00+07:00", "final": true}',
        ),
        _dossier(
            "C", "2022-12", '{"kind": "withdrawal-asked", "at": "2022-12-16T09:00:00+07:00"}',
            '{"kind": "withdrawal-accepted", "at": "2022-12-17T09:00:00+07:00"}',
        ),
    ]  # fmt: skip
    (tmp_path / "ho-so.jsonl").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def _run(*args: object) -> str:
    return CliRunner().invoke(evnpubsvc, [*map(str, args), "--lang", "vi"]).output


def test_v1_a_rule_does_not_take_the_place_of_what_a_message_says(folder: Path) -> None:
    printed = _run("check", folder / "ho-so.jsonl", "--as-of", "2026-11-28")
    (line,) = [
        each
        for each in printed.splitlines()
        if "[dossier-form-other-day]" in each and "lưu ý" in each
    ]
    assert (
        "theo quy định của ngày 15/9/2026 là: mã số hồ sơ, thêm dạng của hệ thống dùng chung"
        in line
    )
    assert "là R10" not in line


def test_v2_a_drive_is_told_one_law_that_of_its_day(tmp_path: Path) -> None:
    from tests.cli.vietnamese_calls import lay_files

    lay_files(tmp_path)
    printed = _run("campaign", tmp_path / "dot-thi-dua.toml")
    assert "căn cứ: Luật Thi đua, Khen thưởng năm 2003; Nghị định số 91/2017/NĐ-CP" in printed
    assert (
        "đợt thi đua chưa nêu nội dung: mục tiêu [element-missing] - Nghị định số 91/2017/NĐ-CP"
        in printed
    )
    assert "06/2022/QH15" not in printed


def test_v3_a_stop_for_another_reason_cites_no_article_on_civil_status(folder: Path) -> None:
    printed = _run("dossier", folder / "ho-so.jsonl", "--code", "A", "--clock", "exclude")
    (line,) = [each for each in printed.splitlines() if each.startswith("tạm dừng từ")]
    assert "lý do khác [thực tiễn của các hệ thống một cửa]" in line
    assert "123/2015" not in printed


@pytest.mark.parametrize("code", ["B", "C"])
def test_v4_what_has_ended_is_not_told_as_pausing(folder: Path, code: str) -> None:
    printed = _run("dossier", folder / "ho-so.jsonl", "--code", code)
    assert "kết thúc: 09:00 ngày" in printed
    assert "thời hạn đang tạm dừng" not in printed
    assert "chưa có ngày hẹn trả" not in printed


def test_v5_columns_are_called_what_they_hold(tmp_path: Path) -> None:
    from tests.cli.vietnamese_calls import lay_files

    lay_files(tmp_path)
    printed = _run(
        "tally", tmp_path / "so.csv", "--columns", tmp_path / "cot.toml", "--by", "field",
        "--period", "statutory-2022-12",
    )  # fmt: skip
    head = printed.splitlines()[0]
    assert "tiếp nhận mới" in head
    assert "% đúng hạn trên tổng số phải giải quyết" in head
    assert "đúng hạn trên tiếp nhận" not in head
