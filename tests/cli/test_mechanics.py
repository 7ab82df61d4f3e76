"""The commands `lint`, `explain` and `campaign`, as a user runs them."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc._tables import packaged_text
from evnpubsvc.cli import evnpubsvc
from tests.cli.samples import COUNTED_DRIVE
from tests.sheets import counted, ratio, sheet, table

TABLE = "unit,dossiers_on_time,dossiers_received\nA,9,10\nB,8,10\nC,7,10\n"
NOW = "unit,dossiers_on_time,dossiers_received\nA,6,10\nB,8,10\nC,7,10\n"


def run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, list(args))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "now.csv").write_text(NOW, encoding="utf-8")
    return tmp_path


def explained(folder: Path, unit: str, *more: str) -> Result:
    table = str(folder / "now.csv")
    return run(
        "explain",
        unit,
        "--scheme",
        "qd766-dvcqg-2026",
        "--group",
        "timeliness",
        "--figures",
        table,
        *more,
    )


def test_lint_of_a_preset() -> None:
    done = run("lint", "people-councils-illustrative")
    assert (done.exit_code, done.output) == (0, "0 violation(s), 0 notice(s)\n")


def test_lint_of_a_broken_file(tmp_path: Path) -> None:
    sound = packaged_text("emulation/presets/people-councils-illustrative.toml")
    path = tmp_path / "sheet.toml"
    path.write_text(sound.replace("cut = true\n", ""), encoding="utf-8")
    for lang, word in (("en", "add up to 13"), ("vi", "tổng điểm các tiêu chí là 13")):
        done = run("lint", str(path), "--lang", lang)
        assert done.exit_code == 1
        assert word in done.output
    assert run("lint", str(tmp_path / "nowhere.toml")).exit_code == 1
    assert run("lint", "no-such-preset").exit_code == 2


def test_explain_a_unit(folder: Path) -> None:
    done = explained(folder, "A")
    assert done.exit_code == 0
    assert "6 / 10 dossiers = 60.00 %; × 20 = 12.00 of 20" in done.output
    lines = json.loads(explained(folder, "A", "--format", "json").output)["lines"]
    assert sum(Fraction(line["points"]) for line in lines) == 12


def test_a_policy_of_the_day_for_what_is_over_nothing(tmp_path: Path) -> None:
    table = tmp_path / "now.csv"
    table.write_text("unit,dossiers_on_time,dossiers_received\nA,0,0\n", encoding="utf-8")
    words = ("score", "qd766-dvcqg-2026", str(table), "--group", "timeliness", "--format", "json")
    document = json.loads(run(*words).output)
    assert document["standings"][0]["score"] == "0"
    document = json.loads(run(*words, "--zero", "2.1=full").output)
    assert document["standings"][0]["score"] == "20"
    assert document["scheme"].startswith("qd766-dvcqg-2026/zero-full-2.1")
    for wrong in ("2.1", "2.1=half", "9.9=full"):
        assert run(*words, "--zero", wrong).exit_code == 2


def test_the_reason_names_the_blank_figure(tmp_path: Path) -> None:
    table = tmp_path / "now.csv"
    table.write_text("unit,dossiers_on_time,dossiers_received\nA,,5\n", encoding="utf-8")
    words = ("score", "qd766-dvcqg-2026", str(table), "--group", "timeliness")
    assert "the figure is left blank (dossiers_on_time)" in run(*words).output
    place = json.loads(run(*words, "--format", "json").output)["standings"][0]
    assert (place["reason"], place["about"]) == ("figure-blank", "dossiers_on_time")
    assert "figure-blank,dossiers_on_time," in run(*words, "--format", "csv").output


def test_explain_versus(folder: Path) -> None:
    done = explained(folder, "B", "--versus", "A")
    assert done.output.startswith("B 16 - A 12 = +4\n")
    document = json.loads(explained(folder, "B", "--versus", "A", "--format", "json").output)
    assert (
        sum(Fraction(line["points"]) for line in document["lines"])
        == Fraction(document["difference"])
        == 4
    )


def test_explain_since(folder: Path) -> None:
    before = run(
        "score",
        "qd766-dvcqg-2026",
        str(folder / "old.csv"),
        "--group",
        "timeliness",
        "--format",
        "json",
    ).output
    (folder / "old.json").write_text(before, encoding="utf-8")
    done = explained(folder, "A", "--since", str(folder / "old.json"))
    assert done.output.splitlines()[0] == "A: rank 1 to 3, total -6"
    document = json.loads(
        explained(folder, "A", "--since", str(folder / "old.json"), "--format", "json").output
    )
    assert (
        sum(change["places"] for change in document["changes"])
        == document["after"] - document["before"]
        == 2
    )
    assert explained(folder, "A", "--since", str(folder / "old.csv")).exit_code == 1


def test_explain_wrong_calls(folder: Path) -> None:
    assert explained(folder, "A", "--since", "x", "--versus", "y").exit_code == 2
    assert explained(folder, "nobody").exit_code == 2
    assert run("explain", "A").exit_code == 2


CAMPAIGN = """
key = "drive"
title = { vi = "Đợt thi đua", en = "The drive" }
form = "wave"
scope = "locality"
start = 2022-04-19
end = 2022-12-15
scheme = "sheet.toml"
figures = "old.csv"
launch = { number = "81/KH-UBND", day = 2022-04-19, issuer = "UBND Núi Thành", level = "district" }
participants = [{ unit = "A" }, { unit = "B" }, { unit = "C" }, { unit = "D" }]
"""
SHEET = sheet(
    20,
    ratio(
        ("2.1", "Đúng hạn", "On time"),
        20,
        ("dossiers_on_time", "dossiers_received"),
        zero="zero",
    ),
    counted(("dossiers_on_time", "x", "x")),
    counted(("dossiers_received", "x", "x")),
    table("prizes", ("nhat", "Giải nhất", "First prize"), "places = 1", 'form = "giay-khen"'),
    table("prizes", ("nhi", "Giải nhì", "Second prize"), "places = 5"),
    named=("sheet", "Bảng điểm", "Sheet"),
    group=("g", "x", "x"),
    rounded_at="component",
)


def test_campaign(folder: Path) -> None:
    path = folder / "drive.toml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    done = run("campaign", str(path))
    assert done.exit_code == 0
    for part in (
        "2022-04-19 to 2022-12-15, 241 days; stage: draft",
        "Decree 91/2017/NĐ-CP",
        (
            "First prize: A (rank 1) - certificate of merit (giấy khen): "
            "Chairman of the district People's Committee (from memory)"
        ),
        "Second prize: 3 place(s) vacant",
        "without figures: D",
        "notice: .elements.goal: the drive does not say its goal",
    ):
        assert part in done.output
    (folder / "old.csv").write_text(TABLE.replace("B,8,10", "B,9,10"), encoding="utf-8")
    assert "1 place(s) for A, B - undecided" in run("campaign", str(path)).output
    path.write_text(CAMPAIGN.replace('figures = "old.csv"\n', ""), encoding="utf-8")
    assert "chưa có số liệu" in run("campaign", str(path), "--lang", "vi").output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('scheme = "sheet.toml"', 'scheme = "nothing"'),
        ('scheme = "sheet.toml"', 'scheme = "gone.toml"'),
        ('figures = "old.csv"', "figures = 3"),
        ("end = 2022-12-15", "end = 2022-01-01"),
        ('form = "wave"', 'form = "x"\nmore = 1'),
    ],
)
def test_campaign_with_mistakes(folder: Path, old: str, new: str) -> None:
    path = folder / "drive.toml"
    path.write_text(CAMPAIGN.replace(old, new), encoding="utf-8")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    done = run("campaign", str(path))
    assert done.exit_code == 1
    assert "nothing was written" in done.output


def test_score_shows_choices_flags_and_grades(tmp_path: Path) -> None:
    table = tmp_path / "nd61.csv"
    names = [f"indicator_{i}" for i in range(1, 10)]
    table.write_text(
        ",".join(["unit", *names]) + "\nX,late,late,2,1,2,2,2,1,1\nY,soon,late,2,1,2,2,2,1,1\n",
        encoding="utf-8",
    )
    done = run("score", "nd61-2018", str(table), "--format", "json")
    assert done.exit_code == 1
    assert "there is no option 'soon'" in done.output
    table.write_text(
        ",".join(["unit", *names]) + "\nX,late,late,2,1,2,2,2,1,1\nY,,late,2,1,2,2,2,1,1\n",
        encoding="utf-8",
    )
    first, second = json.loads(run("score", "nd61-2018", str(table), "--format", "json").output)[
        "standings"
    ]
    assert (first["score"], first["band"], first["components"][0]["chosen"]) == (
        "11",
        "kha",
        ["late"],
    )
    assert second["reason"] == "figure-blank"


# From a register to standings, and back to codes.

WALK_MAP = """
received = "nhan"
due = "hen"
finished = "tra"
code = "ma"

[dimensions]
unit = "don_vi"
"""
WALK_REGISTER = """ma,don_vi,nhan,hen,tra
H-1,A,2026-09-01,2026-09-10,2026-09-09
H-2,A,2026-09-02,2026-09-10,2026-09-11
H-3,B,2026-09-03,2026-09-10,2026-09-10
H-4,B,2026-08-03,2026-08-10,2026-08-10
H-5,A,2026-09-20,2026-10-20,
"""
TIMELY = ("qd766-dvcqg-2026", "--group", "timeliness")


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    (tmp_path / "register.csv").write_text(WALK_REGISTER, encoding="utf-8")
    (tmp_path / "register.toml").write_text(WALK_MAP, encoding="utf-8")
    (tmp_path / "figures.csv").write_text("unit,name\nA,Xã A\nB,Xã B\nC,Xã C\n", encoding="utf-8")
    return tmp_path


def source(walk: Path, *more: str) -> tuple[str, ...]:
    register = ("--register", str(walk / "register.csv"))
    columns = ("--register-columns", str(walk / "register.toml"))
    return (*register, *columns, "--period", "calendar-2026-09", *more)


def points(done: Result) -> dict[str, str | None]:
    assert done.exit_code == 0, done.stderr
    return {each["unit"]: each["score"] for each in json.loads(done.stdout)["standings"]}


def test_one_command_from_a_register_to_standings(walk: Path) -> None:
    # A: one of three on time, 20 · 1/3; B: one of one. August is not counted.
    scored = points(run("score", *TIMELY, *source(walk, "--format", "json")))
    assert scored == {"A": "6.67", "B": "20"}


def test_figures_from_both_and_units_without_dossiers(walk: Path) -> None:
    both = (TIMELY[0], str(walk / "figures.csv"), *TIMELY[1:])
    held = run("score", *both, *source(walk, "--expect-given", "--format", "json"))
    # C has no row, and the register holds its dossiers: received nothing, which earns zero.
    assert points(held) == {"A": "6.67", "B": "20", "C": "0"}
    assert '"name": "Xã C"' in held.stdout
    not_held = run("score", *both, *source(walk, "--format", "json"))
    assert points(not_held)["C"] is None
    assert "unit-not-counted" in not_held.stdout


def test_a_figure_that_is_counted_and_given_is_refused(walk: Path) -> None:
    (walk / "figures.csv").write_text("unit,dossiers_received\nA,3\n", encoding="utf-8")
    both = (TIMELY[0], str(walk / "figures.csv"), *TIMELY[1:])
    done = run("score", *both, *source(walk))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "figure-counted-and-given" in done.stderr


def test_the_codes_behind_a_component(walk: Path) -> None:
    asked = ("explain", "A", "--scheme", *TIMELY, *source(walk))
    document = json.loads(run(*asked, "--codes", "--format", "json").stdout)
    received = ["H-1", "H-2", "H-5"]
    assert document["codes"] == {
        "2.1": {"dossiers_on_time": ["H-1"], "dossiers_received": received}
    }
    text = run(*asked, "--codes", "--criterion", "2.1").stdout
    assert "2.1 Dossiers handled on time" in text
    assert [line.strip() for line in text.splitlines() if "H-" in line] == ["H-1", *received]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--period", "calendar-2026-09"], "nothing to score"),
        (["x.csv", "--period", "calendar-2026-09"], "'--period' needs '--register"),
        (["x.csv", "--expect", "A"], "'--expect' needs '--register"),
        (["--register", "x.csv"], "needs '--period"),
        (["-", "--register", "-", "--period", "calendar-2026-09"], "exclude each other"),
    ],
)
def test_sources_that_say_too_little_or_too_much(more: list[str], word: str) -> None:
    done = run("score", "qd766-dvcqg-2026", *more)
    assert (done.exit_code, done.stdout) == (2, "")
    assert word in done.stderr


def test_codes_need_a_register_that_can_be_read_again(walk: Path) -> None:
    given = ("explain", "A", "--scheme", *TIMELY, "--figures", str(walk / "figures.csv"))
    (walk / "figures.csv").write_text(
        "unit,dossiers_received,dossiers_on_time\nA,3,1\n", encoding="utf-8"
    )
    assert run(*given, "--codes").exit_code == 2
    assert "needs '--register FILE'" in run(*given, "--codes").stderr
    assert "belongs to '--codes'" in run(*given, "--criterion", "2.1").stderr


def test_a_period_without_dossiers_has_no_units(walk: Path) -> None:
    empty = (*source(walk)[:4], "--period", "calendar-2020-01")
    done = run("score", *TIMELY, *empty)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no-units-counted" in done.stderr
    expected = run("score", *TIMELY, *empty, "--expect", "A", "--format", "json")
    assert points(expected) == {"A": "0"}


def test_the_walk_ends_with_prizes(walk: Path) -> None:
    (walk / "drive.toml").write_text(COUNTED_DRIVE, encoding="utf-8")
    drive = str(walk / "drive.toml")
    assert "First prize: B (rank 1)" in run("score", drive, *source(walk)).stdout
    document = json.loads(run("score", drive, *source(walk, "--format", "json")).stdout)
    assert document["prizes"]["given"] == [
        {"prize": "first", "unit": "B", "stratum": None, "rank": 1}
    ]
    lines = run("score", drive, *source(walk, "--format", "csv")).stdout.splitlines()
    assert lines[0].split(",")[8] == "prize"
    assert [line.split(",")[8] for line in lines[1:]] == ["first", ""]


# Filters, instants and handling times, on the command line.


@pytest.fixture
def dossiers(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "r.csv").write_text(
        "don_vi,kenh,nhan,hen,tra\n"
        "A,online,2022-12-01T08:00,2022-12-09T17:00,2022-12-05T09:00\n"
        "A,online,2022-12-01T08:00,2022-12-15T17:00,2022-12-15T16:00\n"
        "A,post,2022-12-01T08:00,2022-12-09T17:00,2022-12-12T09:00\n"
        "B,online,2022-12-15T13:00,2022-12-20T17:00,\n",
        encoding="utf-8",
    )
    (tmp_path / "m.toml").write_text(
        'received = "nhan"\ndue = "hen"\nfinished = "tra"\n\n[dimensions]\nunit = "don_vi"\n'
        'channel = "kenh"\n',
        encoding="utf-8",
    )
    return (str(tmp_path / "r.csv"), "--columns", str(tmp_path / "m.toml"))


@pytest.mark.parametrize("engine", ["python", "polars"])
def test_tally_counts_what_is_asked_for(dossiers: tuple[str, ...], engine: str) -> None:
    asked = ("--by", "unit", "--as-of", "2022-12-31", "--where", "channel=online")
    done = run("tally", *dossiers, *asked, "--engine", engine, "--format", "json")
    document = json.loads(done.stdout)
    assert [(each["unit"], each["received"]) for each in document["cells"]] == [("A", 2), ("B", 1)]
    assert (document["where"], document["outside"]) == ({"channel": ["online"]}, 1)
    text = run("tally", *dossiers, *asked[:4], "--where", "channel=onlin").stderr
    assert "no dossier has the value 'onlin'" in text
    assert "nearest: 'online'" in text
    for wrong in (["channel"], ["channel=a", "--where", "channel=b"]):
        assert run("tally", *dossiers, *asked[:4], "--where", *wrong).exit_code == 2


@pytest.mark.parametrize("engine", ["python", "polars"])
def test_tally_judges_at_an_instant(dossiers: tuple[str, ...], engine: str) -> None:
    at = ("--as-of", "2022-12-15 15:00", "--compare", "timestamp", "--engine", engine)
    document = json.loads(run("tally", *dossiers, *at, "--format", "json").stdout)
    assert document["as_of"] == "2022-12-15T15:00:00+07:00"
    total = document["total"]
    assert (total["early"], total["late"], total["pending_in_time"]) == (1, 1, 2)
    before = ("--as-of", "2022-12-15T05:00Z", *at[2:])  # noon in Viet Nam: B was not received
    assert json.loads(run("tally", *dossiers, *before, "--format", "json").stdout)["later"] == 1


def test_tally_says_how_long_dossiers_took(dossiers: tuple[str, ...]) -> None:
    # From Thursday 1/12: Monday 5/12 is the 2nd working day, 12/12 the 7th, 15/12 the 10th.
    asked = ("--by", "unit", "--as-of", "2022-12-31", "--handling-time")
    document = json.loads(run("tally", *dossiers, *asked, "--format", "json").stdout)
    a, b = document["handling_time"]
    assert a["counts"] == [[2, 1], [7, 1], [10, 1]]
    assert (a["days_mean"], a["days_median"], a["days_90"], a["days_longest"]) == (
        "19/3",
        "7",
        10,
        10,
    )
    assert (b["unit"], b["days_dossiers"], b["days_mean"]) == ("B", 0, None)
    text = run("tally", *dossiers, *asked, "--lang", "vi").stdout
    assert "Số ngày làm việc từ khi tiếp nhận đến khi có kết quả" in text
    assert "6,33" in text
    lines = run("tally", *dossiers, *asked, "--format", "csv").stdout.splitlines()
    assert lines[0].endswith("days_dossiers,days_mean,days_median,days_90,days_longest")
    assert lines[1].endswith(",3,6.33,7,10,10")


def test_score_and_report_count_what_is_asked_for(walk: Path) -> None:
    only = source(walk, "--where", "ma=H-1|H-3", "--format", "json")
    assert points(run("score", *TIMELY, *only)) == {"A": "20", "B": "20"}
    with (walk / "register.toml").open("a", encoding="utf-8") as mapping:
        mapping.write('channel = "ma"\nfield = "ma"\n')
    columns = ("--columns", str(walk / "register.toml"), "--period", "calendar-2026-09")
    report = run(
        "report", "ii-06a", str(walk / "register.csv"), *columns, "--rows", "unit",
        "--where", "ma=H-1", "--allow-rejects",
    )  # fmt: skip
    assert "only dossiers with ma=H-1 are counted; 3 others are not" in report.stdout
