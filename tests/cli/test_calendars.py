"""Days that are not decided, and a year that a file decides, in every command that counts days."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import evnpubsvc.outreach
from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.dossiers import Dossier, Event, EventKind
from evnpubsvc.serde import to_json
from evnpubsvc.worktime import VIETNAM_TIME
from tests.serde.test_calendar_files import DECISION_OF_2028


def run(*args: str) -> Result:
    return CliRunner().invoke(command, list(args))


@pytest.fixture
def decision(tmp_path: Path) -> str:
    path = tmp_path / "2028.toml"
    path.write_text(DECISION_OF_2028, encoding="utf-8")
    return str(path)


@pytest.fixture
def register(tmp_path: Path) -> str:
    """One dossier of 3/1/2028 with 15 working days, stated to be due a day early."""
    at = datetime(2028, 1, 3, 9, tzinfo=VIETNAM_TIME)
    dossier = Dossier(
        "case-1",
        limit="15 ngày làm việc",
        stated_due=date(2028, 1, 21),
        events=(Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)),
    )
    path = tmp_path / "dossiers.jsonl"
    path.write_text(json.dumps(json.loads(to_json(dossier))["value"]) + "\n", encoding="utf-8")
    return str(path)


QUESTION = ("due", "2028-01-03", "15 ngày làm việc", "--no-trace")


def test_due_is_provisional_decided_by_file_or_refused(decision: str) -> None:
    assert run(*QUESTION).stdout == (
        "15 working days from Mon 03/01/2028: due Mon 31/01/2028 "
        "(provisional: from Mon 24/01/2028 to Mon 31/01/2028)\n"
    )
    document = json.loads(run(*QUESTION, "--format", "json").stdout)["value"]
    assert document["provisional"] is True
    assert (document["bounds"]["earliest"], document["bounds"]["latest"]) == (
        "2028-01-24",
        "2028-01-31",
    )
    assert run(*QUESTION, "--calendar", decision).stdout == (
        "15 working days from Mon 03/01/2028: due Mon 31/01/2028\n"
    )
    refused = run(*QUESTION, "--decided-only")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "leads-out-of-coverage" in refused.stderr or "outside-coverage" in refused.stderr


def test_far_limits_reach_far_calendars_and_no_further() -> None:
    assert "due Mon 05/01/2043" in run("due", "2028-01-03", "15 năm", "--no-trace").stdout
    assert run("due", "2028-01-03", "90 năm", "--no-trace").exit_code == 2


def test_dossier_says_what_is_provisional(decision: str, register: str) -> None:
    said = run("dossier", register).stdout
    assert (
        "due: 2028-01-31 (counted from the history)\nprovisional: from 2028-01-24 to 2028-01-31"
        in said
    )
    assert (
        "tạm tính: từ 24/01/2028 đến 31/01/2028" in run("dossier", register, "--lang", "vi").stdout
    )
    decided = run("dossier", register, "--calendar", decision).stdout
    assert "due: 2028-01-31 (counted from the history)" in decided
    assert "provisional" not in decided
    # The history is shown all the same, without a date.
    refused = run("dossier", register, "--decided-only")
    assert refused.exit_code == 1
    assert "03/01/2028" in refused.stdout
    assert "outside-coverage" in refused.stderr


def test_check_counts_what_is_provisional(decision: str, register: str) -> None:
    as_of = ("check", register, "--as-of", "2028-02-20")
    assert "check-provisional" in run(*as_of).stderr
    assert "check-provisional" not in run(*as_of, "--calendar", decision).stderr
    assert "check-provisional" not in run(*as_of, "--decided-only").stderr


def test_calendar_prints_a_year_that_a_file_decides(decision: str) -> None:
    assert run("calendar", "2028").exit_code == 2
    assert json.loads(run("calendar", "2028", "--provisional", "--format", "json").stdout)[
        "provisional"
    ]
    decided = run("calendar", "2028", "--calendar", decision, "--format", "json")
    document = json.loads(decided.stdout)
    assert (document["working_days"], document["provisional"]) == (248, False)


def test_roster_is_planned_in_2028(decision: str, tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    examples = Path(evnpubsvc.outreach.__file__).parent / "examples"
    example = (examples / "tam-xuan-ii-2022.toml").read_text(encoding="utf-8")
    team.write_text(example.replace("last = 2022-12-31", "last = 2028-12-31"), encoding="utf-8")
    roster = ("roster", str(team), "2028-01")
    planned = run(*roster)
    assert planned.exit_code == 0, planned.stderr
    assert "year-undecided" in planned.stderr
    assert "year-undecided" not in run(*roster, "--calendar", decision).stderr
    assert run(*roster, "--decided-only").exit_code == 2


@pytest.mark.parametrize("name", ["due", "dossier", "check", "roster", "calendar", "campaign"])
def test_the_option_is_one(name: str) -> None:
    """Every command that counts days takes the file, by the same name and with the same words."""
    said = " ".join(run(name, "--help").stdout.split())
    assert "--calendar FILE A TOML file with office hours" in said
    assert ("--decided-only" in said) is (name != "calendar")


def test_a_bad_file_is_one_report(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('colour = 1\nbase = "none.toml"\nlast = 2020-01-01\n', encoding="utf-8")
    result = run(*QUESTION, "--calendar", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    for reason in ("key-unknown", "calendar-base-unknown", "last-before-decided"):
        assert reason in result.stderr
