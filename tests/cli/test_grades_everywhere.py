"""One grade of a unit, wherever it is shown: text, CSV, JSON, workbook, drive and explanation.

And a sheet that a user builds on a packaged one, from a file, as `score` takes it.
"""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from tests.sheets import points, sheet, table

SHEET = sheet(
    100,
    points(("c", "Điểm", "Points"), 100, "v"),
    table("figures", ("v", "điểm", "points")),
    table("figures", ("model", "mô hình", "model")),
    table("figures", ("late", "trễ", "late")),
    table("bands", ("xs", "hạng một", "first grade"), "at_least = 90"),
    table("bands", ("tot", "hạng hai", "second grade"), "at_least = 80"),
    table(
        "bands.conditions",
        ("has-model", "có mô hình", "has a model"),
        'figure = "model"',
        "at_least = 1",
    ),
    table("bands", ("kha", "hạng ba", "third grade"), "at_least = 50"),
    table("bands", ("yeu", "hạng bốn", "fourth grade"), "at_least = 0"),
    """
[[sanctions]]
effect = "one-down"
when = { key = "was-late", title = { vi = "trễ", en = "late" }, figure = "late", at_least = 1 }

[quota]
band = "xs"
share = 0.4
rounding = "floor"
ties = "all-out"
""",
    named=("sheet", "Bảng điểm", "Sheet"),
    group=("g", "Chung", "All"),
)
FIGURES = "unit,v,model,late\nA,97,1,0\nB,95,0,0\nC,94,1,0\nD,92,1,1\nE,85,0,0\nF,60,1,0\n"
# Six units, 40 %: two of them. B lacks a model, but keeps the first grade, which asks for none; C
# is over the quota; D is put down by the sanction; E lacks a model.
GRADES = {"A": "xs", "B": "xs", "C": "tot", "D": "tot", "E": "kha", "F": "kha"}
CAMPAIGN = """
key = "drive"
title = { vi = "Đợt thi đua", en = "The drive" }
form = "wave"
scope = "locality"
start = 2022-04-19
end = 2022-12-15
scheme = "sheet.toml"
figures = "figures.csv"
participants = [{ unit = "A" }, { unit = "B" }, { unit = "C" },
  { unit = "D" }, { unit = "E" }, { unit = "F" }]

[launch]
number = "81/KH-UBND"
day = 2022-04-19
issuer = "UBND huyện Núi Thành"
level = "district"
"""


def run(*args: str) -> Result:
    done = CliRunner().invoke(evnpubsvc, list(args))
    assert done.exit_code == 0, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("sheet.toml", SHEET),
        ("figures.csv", FIGURES),
        ("drive.toml", CAMPAIGN),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


TITLES = {"xs": "first grade", "tot": "second grade", "kha": "third grade"}


def in_table(text: str) -> dict[str, str]:
    """The grades of a printed table, by unit."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[1] in GRADES and words[0].rstrip("=").isdigit():
            [found[words[1]]] = [key for key, title in TITLES.items() if title in line]
    return found


def test_grades_are_the_same_everywhere(folder: Path) -> None:
    call = ("score", str(folder / "sheet.toml"), str(folder / "figures.csv"))
    assert in_table(run(*call).stdout) == GRADES
    assert in_table(run("campaign", str(folder / "drive.toml")).stdout) == GRADES

    places = json.loads(run(*call, "--format", "json").stdout)["standings"]
    assert {each["unit"]: each["band"] for each in places} == GRADES
    rows = csv.DictReader(io.StringIO(run(*call, "--format", "csv").stdout))
    assert {row["unit"]: row["grade"] for row in rows} == GRADES

    openpyxl = pytest.importorskip("openpyxl")
    run(*call, "-o", str(folder / "standings.xlsx"))
    sheet = openpyxl.load_workbook(folder / "standings.xlsx").active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in cells if "unit" in row)
    at, unit = head.index("grade"), head.index("unit")
    assert {row[unit]: row[at] for row in cells if row[unit] in GRADES} == GRADES


def test_each_step_is_said_with_its_rule(folder: Path) -> None:
    call = ("score", str(folder / "sheet.toml"), str(folder / "figures.csv"), "--format", "json")
    places = {each["unit"]: each for each in json.loads(run(*call).stdout)["standings"]}
    steps = {unit: [(s["rule"], s["before"], s["after"]) for s in place["grade"]["steps"]]
             for unit, place in places.items() if "grade" in place}  # fmt: skip
    assert steps == {
        "C": [("quota", "xs", "tot")],
        "D": [("was-late", "xs", "tot")],
        "E": [("has-model", "tot", "kha")],
    }
    explained = ("--scheme", str(folder / "sheet.toml"), "--figures", str(folder / "figures.csv"))
    assert (
        "over the quota: first grade becomes second grade" in run("explain", "C", *explained).stdout
    )
    assert "vượt chỉ tiêu" in run("explain", "C", *explained, "--lang", "vi").stdout


def test_a_sheet_of_ones_own_on_a_packaged_one(tmp_path: Path) -> None:
    """D3: what is over nothing, and a maximum, are varied in a file of three lines."""
    own = tmp_path / "ours.toml"
    own.write_text(
        'base = "qd766-dvcqg-2026"\nkey = "ours"\n[[changes]]\ncriterion = "2.1"\nzero = "full"\n',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("unit,dossiers_on_time,dossiers_received\nA,0,0\n")
    call = (str(own), str(tmp_path / "t.csv"), "--group", "timeliness", "--format", "json")
    assert json.loads(run("score", *call).stdout)["standings"][0]["score"] == "20"
    assert run("lint", str(own)).exit_code == 0
    # Checked like a packaged one: a criterion that is not there, points that do not add up.
    for criterion in ("9.9", "2.1"):
        change = f'[[changes]]\ncriterion = "{criterion}"\nmaximum = 3\n'
        own.write_text(f'base = "qd766-dvcqg-2026"\nkey = "x"\n{change}', encoding="utf-8")
        assert CliRunner().invoke(evnpubsvc, ["lint", str(own)]).exit_code == 1
