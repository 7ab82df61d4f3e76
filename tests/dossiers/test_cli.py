"""The commands `check` and `dossier`."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.serde import write_dossiers
from tests.dossiers.samples import dossier

GOOD = dossier(
    "submitted 2022-12-15 08:30", "received 2022-12-15 09:00", "resolved 2023-01-27 16:00 granted",
    "returned 2023-01-30 09:00", code="000.00.53.H48-221215-0099", limit="25 ngày làm việc",
)  # fmt: skip
BAD = dossier(
    "submitted 2022-12-15 08:30", "returned 2023-01-30 09:00", code="000.00.53.H48-221215-0100"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    stream = io.BytesIO()
    write_dossiers([GOOD, BAD], stream)
    path = tmp_path / "dossiers.jsonl"
    path.write_bytes(stream.getvalue())
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(evnpubsvc, [str(each) for each in args])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_check_says_what_and_where_and_ends_with_one(file: Path, lang: str) -> None:
    done = run("check", file, "--as-of", "2023-06-30", "--lang", lang)
    assert done.exit_code == 1, done.output
    assert "000.00.53.H48-221215-0100, $.events[1]" in done.stderr
    assert "event-forbidden" in done.stdout
    assert "R9" in done.stdout


def test_check_says_what_it_assumed(file: Path) -> None:
    done = run("check", file, "--as-of", "2023-06-30", "--rules", "R4, R8")
    # The result of the second one was handed over without a decision: that was assumed, and is
    # said.
    assert done.exit_code == 1
    assert "history-decided-by-return" in done.stdout
    assert done.stdout.strip().endswith("2 dossiers, 1 violations, 0 notices")


def test_check_of_a_log_with_a_mapping(tmp_path: Path) -> None:
    log, columns = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_text(
        "case,activity,timestamp\nA,in,2022-03-01 09:00\nA,in,yesterday\n", encoding="utf-8"
    )
    columns.write_text('[activities]\nin = "submitted"\n', encoding="utf-8")
    done = run("check", log, "--columns", columns, "--as-of", "2023-06-30")
    assert done.exit_code == 1
    assert "not-a-date" in done.stderr


@pytest.mark.parametrize("args", [("--as-of", "soon"), ("--as-of", "2023-01-01", "--rules", "R99")])
def test_wrong_calls(file: Path, args: tuple[str, ...]) -> None:
    assert run("check", file, *args).exit_code == 2
    assert run("check", "log.csv", "--as-of", "2023-01-01").exit_code == 2


def test_dossier_shows_the_time_line_and_the_trace(file: Path) -> None:
    done = run("dossier", file, "--as-of", "2023-06-30", "--lang", "vi", "--code", GOOD.code)
    assert done.exit_code == 0, done.output
    assert "15/12/2022 09:00  tiếp nhận hồ sơ  → trạng thái: Được tiếp nhận (mã 2)" in done.stdout
    assert "ngày hẹn trả: 27/01/2023 (tính từ quá trình giải quyết)" in done.stdout
    assert "đúng hạn" in done.stdout
    assert run("dossier", file, "--clock", "supplement=resume").exit_code == 0
    assert run("dossier", file, "--code", "nope").exit_code == 1
    assert run("dossier", file, "--special", "nope").exit_code == 2


def test_the_rules_of_open_dossiers_are_declared_by_an_option(tmp_path: Path) -> None:
    """Received on 30/6/2025, asked on 1/7, never answered.

    Only the decree of 2025 closes the file (art. 19(5)).
    """
    lines = ("submitted 2025-06-30 09:00", "received 2025-06-30 09:00")
    one = dossier(*lines, "supplement-requested 2025-07-01 09:00")
    path = tmp_path / "open.jsonl"
    with path.open("wb") as out:
        write_dossiers([one], out)
    call = ("check", path, "--as-of", "2026-12-31", "--rules", "R15")
    assert "[rule-not-run]" in run(*call).stdout
    begun = run(*call, "--transitional", "begun")
    assert "rule-not-run" not in begun.stdout
    assert "supplement-unanswered" not in begun.stdout
    each = run(*call, "--transitional", "each-act")
    assert (each.exit_code, "[supplement-unanswered]" in each.stdout) == (0, True)  # a notice
    assert run(*call, "--transitional", "newest").exit_code == 2
