"""`evnpubsvc calendar YEAR`."""

import json

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.worktime import vietnam_calendar


def run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, ["calendar", *args])


def test_a_year_with_sources_and_total() -> None:
    result = run("2026")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[-1] == "2026: 249 working days"
    assert len(lines) == 2 + 16 + 1  # 14 weekdays off and 2 make-up Saturdays
    assert any(
        "10/01/2026" in line
        and "Official letter 12729/VPCP-KGVX" in line
        and "one secondary source" in line
        for line in lines
    )


def test_the_same_in_vietnamese() -> None:
    result = run("2024", "--lang", "vi")
    assert result.stdout.splitlines()[-1] == "2024: 251 ngày làm việc"
    assert "làm bù cho ngày 29/4/2024" in result.stdout


def test_as_json() -> None:
    document = json.loads(run("2025", "--format", "json").stdout)
    assert document["working_days"] == 250
    assert document["provisional"] is False
    assert document["fingerprint"] == vietnam_calendar().fingerprint
    assert [day["day"] for day in document["days"] if day["works"]] == ["2025-04-26"]
    assert all(day["source"] and day["name"]["vi"] for day in document["days"])


@pytest.mark.parametrize("year", ["2018", "2028", "9999"])
def test_a_year_that_is_not_decided_is_a_wrong_call(year: str) -> None:
    result = run(year)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2019-01-01 to 2027-12-31" in result.stderr


def test_a_provisional_year_says_so() -> None:
    result = run("2028", "--provisional", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["provisional"] is True
    assert "Tết" in result.stderr
    assert run("2101", "--provisional").exit_code == 2
    assert run("2018", "--provisional").exit_code == 2
    assert run("soon").exit_code == 2
