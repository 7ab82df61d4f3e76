"""`evnpubsvc roster`: exit codes, formats, mistakes."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import evnpubsvc.outreach
from evnpubsvc.cli import evnpubsvc as command

TEAM = str(Path(evnpubsvc.outreach.__file__).parent / "examples" / "tam-xuan-ii-2022.toml")


def run(*args: Any, stdin: Any = None) -> Any:
    return CliRunner().invoke(command, ["roster", *args], input=stdin)


def test_formats() -> None:
    text = run(TEAM, "2022-05", "--lang", "vi")
    assert (text.exit_code, text.stdout.splitlines()[2][:20]) == (0, "thứ Tư   04/5/2022  ")
    table = run("-", "2022-05", "--format", "csv", stdin=Path(TEAM).read_bytes())
    assert len(table.stdout.splitlines()) == 21
    feed = run(TEAM, "2022-05", "--format", "ics")
    assert feed.stdout.count("BEGIN:VEVENT") == 40
    assert "DTSTAMP:20220430T170000Z" in feed.stdout
    stamped = run(TEAM, "2022-05", "--format", "ics", "--stamp", "2022-04-29T08:00:00+07:00")
    assert "DTSTAMP:20220429T010000Z" in stamped.stdout


def test_absences_and_months_before() -> None:
    away = run(
        TEAM, "2022-05", "--absent", "TV1=2022-05-01..2022-05-31", "--absent", "TV2=2022-05-04"
    )
    assert "TV1 0" in away.stdout
    assert "member-away-all-month" in away.stderr
    assert run(TEAM, "2022-06", "--since", "2022-04", "--no-consecutive").exit_code == 0


@pytest.mark.parametrize(
    ("args", "code", "reason"),
    [
        (["2022-05", "--absent", "TV99=2022-05-04"], 1, "member-unknown"),
        (["2022-05", "--at-most", "1"], 1, "days-above-limit"),
        (
            ["2022-05", *(x for n in range(1, 11) for x in ("--absent", f"TV{n}=2022-05-04"))],
            1,
            "day-without-member",
        ),
        (["2022-03"], 1, "team-not-in-month"),
        (["2022-05", "--absent", "TV1"], 2, "absence-not-read"),
        (["2022-05", "--absent", "TV 1=2022-05-04"], 2, "reference-not-opaque"),
        (["5/2022"], 2, "month-not-read"),
        (["2022-05", "--since", "x"], 2, "month-not-read"),
        (["2022-05", "--since", "2022-06"], 2, "days-not-ascending"),
        (["2022-05", "--format", "ics", "--stamp", "2022-04-29"], 2, "stamp-without-zone"),
    ],
)
def test_mistakes_have_a_reason_an_exit_code_and_no_output(
    args: Any, code: Any, reason: Any
) -> None:
    result = run(TEAM, *args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert f"[{reason}]" in result.stderr


def test_days_are_read_as_everywhere() -> None:
    plain = run(TEAM, "2022-05", "--absent", "TV3=2022-05-04..2022-05-10")
    typed = run(TEAM, "2022-05", "--absent", "TV3=4/5/2022..ngày 10 tháng 5 năm 2022")
    assert (typed.exit_code, typed.stdout) == (0, plain.stdout)
    stamp = ["2022-05", "--format", "ics", "--stamp"]
    plain, typed = (
        run(TEAM, *stamp, each) for each in ("2022-04-29T08:00+07:00", "8h00 (GMT+7) 29/4/2022")
    )
    assert (typed.exit_code, typed.stdout) == (0, plain.stdout)
    for call, said in (
        (["2022-05", "--absent", "TV1=5/4"], "'5/4' is no day and no instant"),
        (["2022-05", "--absent", "TV1=5/4/22"], "05/04/2022"),
        ([*stamp, "now"], "'now' is no day and no instant"),
    ):
        result = run(TEAM, *call)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_files_that_are_no_team(tmp_path: Any) -> None:
    broken = tmp_path / "team.toml"
    broken.write_bytes(b"\xff")
    assert run(str(broken), "2022-05").exit_code == 1
    assert run(str(tmp_path / "absent.toml"), "2022-05").exit_code == 1
