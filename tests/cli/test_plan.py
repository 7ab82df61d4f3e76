"""`evnpubsvc plan`: ten tasks, three tiers, five days, one register; what cannot be followed."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evnpubsvc.campaigns import (
    PlanReport,
    TaskStatus,
    follow_plans,
    plan_dimensions,
    plan_periods,
)
from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.serde import from_json, read_plans, read_register_columns, tally_register
from evnpubsvc.synthetic import SyntheticRegister
from tests.deep import cases

_DAYS = ("2024-02-01", "2024-04-30", "2024-07-01", "2024-10-01", "2024-12-31")
_UPPER = """
[[plans]]
key = "province"
title = "Province"
tier = "province"
start = 2024-01-01
end = 2024-12-31
[[plans.tasks]]
key = "online"
title = "Online dossiers"
owner = "Office"
rate = "online-share"
target = { at_least = 0.5, by = 2024-12-14 }
[[plans.tasks]]
key = "on-time"
title = "On time"
owner = "Office"
rate = "on-time-of-handled"
target = { at_least = 0.95, by = 2024-12-14 }
[[plans.tasks]]
key = "teams"
title = "Community digital teams"
owner = "Department"
reported = "units"
target = { at_least = 4, by = 2024-06-30 }
results = [
  { day = 2024-03-31, count = { value = 2, unit = "units" } },
  { day = 2024-06-15, count = { value = 4, unit = "units" } },
]
"""
_LOWER = """
[[plans]]
key = "district"
title = "District"
tier = "district"
start = 2024-01-01
end = 2024-12-31
upper = "province"
units = ["SYN.H00.01", "SYN.H00.02"]
[[plans.tasks]]
key = "online"
title = "Online dossiers"
owner = "Office"
rate = "online-share"
serves = "online"
target = { at_least = 0.6, by = 2024-12-14 }
[[plans.tasks]]
key = "received"
title = "Number of online dossiers"
owner = "Office"
count = "received-online"
target = { at_least = 20, by = 2024-09-30 }
[[plans.tasks]]
key = "late"
title = "Late dossiers"
owner = "Office"
count = "finished-late"
target = { at_most = 5, by = 2024-12-14 }
[[plans.tasks]]
key = "awareness"
title = "Awareness"
owner = "Office"
[[plans]]
key = "commune"
title = "Commune"
tier = "commune"
start = 2024-03-31
end = 2024-12-31
upper = "district"
units = ["SYN.H00.01"]
[[plans.tasks]]
key = "online"
title = "Online dossiers"
owner = "Desk"
rate = "online-share"
serves = "online"
target = { at_least = 0.6, by = 2024-11-30 }
[[plans.tasks]]
key = "full"
title = "End-to-end dossiers"
owner = "Desk"
count = "received-online-end-to-end"
where = { channel = "online" }
target = { at_least = 15, by = 2024-12-14 }
[[plans.tasks]]
key = "broadcasts"
title = "Broadcasts"
owner = "Radio"
reported = "events"
"""


def run(*args: Any) -> Any:
    return CliRunner().invoke(command, ["plan", *map(str, args)])


def asked(*days: str) -> list[str]:
    return [word for day in days for word in ("--as-of", day)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plan")
    register = SyntheticRegister(rows=cases(2_000, 100_000), seed=24, units=4)
    (place / "register.csv").write_bytes(b"".join(register.csv()))
    (place / "columns.toml").write_text(register.columns_toml, "utf-8")
    (place / "upper.toml").write_text(_UPPER, "utf-8")
    (place / "lower.toml").write_text(_LOWER, "utf-8")
    (place / "all.toml").write_text(_UPPER + _LOWER, "utf-8")
    return place


def counted(folder: Path) -> list[str]:
    return [
        "--register", str(folder / "register.csv"),
        "--register-columns", str(folder / "columns.toml"),
    ]  # fmt: skip


def in_python(folder: Path) -> PlanReport:
    """The same through the functions, counted row by row."""
    from datetime import date

    plans = read_plans(folder / "all.toml")
    days = [date.fromisoformat(day) for day in _DAYS]
    columns = read_register_columns(folder / "columns.toml")
    tallies = [
        tally_register(
            str(folder / "register.csv"),
            columns,
            by=plan_dimensions(plans),
            period=period,
            compare="date",
        )
        for period in plan_periods(plans, as_of=days)
    ]
    return follow_plans(plans, tallies, as_of=days)


def test_ten_tasks_of_three_tiers_on_five_days(folder: Path) -> None:
    done = run(folder / "all.toml", *asked(*_DAYS), *counted(folder), "--format", "json")
    assert done.exit_code == 0, done.stderr
    report = from_json(done.stdout, PlanReport)
    assert len(report.progress) == 10 * 5
    assert len({plan.tier for plan in report.plans}) == 3
    assert report == in_python(folder)
    assert {each.status for each in report.progress} >= {
        TaskStatus.NOT_BEGUN, TaskStatus.MET, TaskStatus.MISSED, TaskStatus.MET_SO_FAR,
        TaskStatus.NOT_MEASURED, TaskStatus.NO_TARGET,
    }  # fmt: skip


def test_files_make_one_tree_and_engines_one_answer(folder: Path) -> None:
    files = (folder / "lower.toml", folder / "upper.toml")
    outputs = {
        run(*files, *asked("2024-12-31"), *counted(folder), "--engine", engine).stdout
        for engine in ("python", "polars")
    }
    assert len(outputs) == 1
    whole = run(folder / "all.toml", *asked("2024-12-31"), *counted(folder)).stdout
    assert sorted(outputs.pop().splitlines()) == sorted(whole.splitlines())


def test_tables_for_people_and_for_machines(folder: Path) -> None:
    call = (folder / "all.toml", *asked("2024-07-01", "2024-12-31"), *counted(folder))
    rows = list(csv.DictReader(io.StringIO(run(*call, "--format", "csv").stdout)))
    assert len(rows) == 20
    assert rows[0]["plan"] == "province"
    assert {row["status"] for row in rows} <= set(TaskStatus)
    shown = run(*call, "--lang", "vi").stdout
    assert "chỉ tiêu" in shown
    assert "1 nhiệm vụ cấp dưới" in shown
    book = folder / "plan.xlsx"
    assert run(*call, "-o", book).exit_code == 0
    assert book.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("old", "new", "code", "reason"),
    [
        ('rate = "online-share"', 'rate = "online-shares"', 1, "rate-unknown"),
        ('tier = "province"', 'tier = "village"', 1, "value-of-wrong-type"),
        ('upper = "province"', 'upper = "state"', 1, "plan-unknown"),
        ("at_least = 0.5", "at_least = -1", 1, "number-negative"),
        ('owner = "Office"', 'owners = "Office"', 1, "key-unknown"),
        ("[[plans]]", "[plans]]", 1, "not-toml"),
        ('"SYN.H00.02"', '"SYN.H00.99"', 0, "unit-not-counted"),
    ],
)
def test_what_is_wrong_is_said_with_its_reason(
    folder: Path, tmp_path: Path, old: str, new: str, code: int, reason: str
) -> None:
    path = tmp_path / "plans.toml"
    path.write_text((_UPPER + _LOWER).replace(old, new), "utf-8")
    done = run(path, *asked("2024-12-31"), *counted(folder), "--format", "json")
    assert done.exit_code == code
    assert reason in done.output
    assert bool(done.stdout) is (code == 0)
    linted = CliRunner().invoke(command, ["lint", str(path), "--plans"])
    assert linted.exit_code == code


def test_calls_that_cannot_mean_anything(folder: Path) -> None:
    plans = folder / "all.toml"
    assert run(plans).exit_code == 2
    assert run(plans, *asked("31/02/2024")).exit_code == 2
    columns = ("--register-columns", folder / "columns.toml")
    assert run(plans, *asked("2024-12-31"), *columns).exit_code == 2
    assert run(*asked("2024-12-31")).exit_code == 2


def test_without_a_register_nothing_is_guessed(folder: Path) -> None:
    done = run(folder / "all.toml", *asked("2024-12-31"), "--format", "json")
    assert done.exit_code == 0
    report = from_json(done.stdout, PlanReport)
    assert report.counts() == {
        TaskStatus.MET: 1,
        TaskStatus.UNDECIDED: 7,
        TaskStatus.NO_TARGET: 1,
        TaskStatus.NOT_MEASURED: 1,
    }
