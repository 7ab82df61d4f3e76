"""`evnpubsvc law [--on DAY] [TOPIC]`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from evnpubsvc._tables import packaged_table
from evnpubsvc.cli import evnpubsvc


def run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, ["law", *args])


@pytest.mark.parametrize(
    ("day", "held", "last", "coming"),
    [
        ("2018-06-20", [], None, "2018-06-21"),
        ("2018-06-21", ["onestop-2018"], "2018-06-21", "2025-07-01"),
        ("2025-06-30", ["onestop-2018"], "2018-06-21", "2025-07-01"),
        ("2025-07-01", ["onestop-2025"], "2025-07-01", "2026-08-05"),
        ("2026-08-04", ["onestop-2025"], "2025-07-01", "2026-08-05"),
        ("2026-11-28", ["onestop-2026"], "2026-08-05", None),
    ],
)
def test_what_holds_what_changed_and_what_changes(
    day: str, held: list[str], last: str | None, coming: str | None
) -> None:
    result = run("onestop", "--on", day, "--format", "json")
    assert result.exit_code == 0
    topic = json.loads(result.stdout)["topics"]["onestop"]
    assert [entry["key"] for entry in topic["entries"]] == held
    assert (topic["last_change"], topic["next_change"]) == (last, coming)


def test_civil_status_changes_on_the_first_of_march_2027() -> None:
    """Law 03/2026/QH16: the rule of 15:00 ends on 28/2/2027."""
    for day, key in (
        ("2027-02-28", "civil-status-same-day"),
        ("2027-03-01", "civil-status-24-hours"),
    ):
        entries = json.loads(run("special-clocks", "--on", day, "--format", "json").stdout)
        assert key in [entry["key"] for entry in entries["topics"]["special-clocks"]["entries"]]


def test_in_vietnamese_with_sources_and_how_sure() -> None:
    lines = run("onestop", "--on", "28/11/2026", "--lang", "vi").stdout.splitlines()
    assert lines[0] == "cơ chế một cửa, một cửa liên thông ('onestop')"
    (change,) = [line for line in lines if line.startswith("  thay đổi gần nhất: ngày 05/8/2026; ")]
    begun, ended = change.partition("bắt đầu áp dụng: ")[2].split("; hết áp dụng: ")
    assert begun.endswith("sửa đổi bởi Nghị định số 309/2026/NĐ-CP")
    assert ended == "cơ chế một cửa, một cửa liên thông theo Nghị định số 118/2025/NĐ-CP"
    assert "    Nghị định số 118/2025/NĐ-CP [đọc trong bản sao]" in lines


def test_without_a_day_the_whole_timeline_and_without_a_topic_all() -> None:
    whole = run("onestop").stdout
    assert all(key in whole for key in ("onestop-2018", "onestop-2025", "onestop-2026"))
    topics = json.loads(run("--format", "json").stdout)["topics"]
    assert {"awards", "onestop", "reporting-forms", "special-clocks", "holidays"} <= set(topics)
    assert run("--on", "2026-11-28").exit_code == 0


@pytest.mark.parametrize(
    "wrong", [("nothing",), ("onestop", "--on", "2026-02-30"), ("onestop", "--on", "tomorrow")]
)
def test_a_wrong_call_says_so(wrong: tuple[str, ...]) -> None:
    result = run(*wrong)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_every_note_is_said_in_vietnamese_too() -> None:
    """What a reader must know of a source is no less important to a Vietnamese one."""
    topics = json.loads(run("--format", "json").stdout)["topics"]
    sources = [each for held in topics.values() for e in held["entries"] for each in e["basis"]]
    noted = [each for each in sources if each["note"]]
    assert len(noted) > 10
    for each in noted:
        assert each["note_vi"], each["note"]
    known = {row["en"] for row in packaged_table("law/notes.toml")["notes"]}
    assert known == {each["note"] for each in noted}  # none left over
    shown = run("awards", "--lang", "vi").stdout
    assert "được sửa đổi, bổ sung bởi Luật số 06/2026/QH16; chưa đối chiếu văn bản" in shown
