"""Limits in a mapping give the due dates that the register could have stated, on every engine."""

import csv
import io
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from click.testing import CliRunner
from dateutil.relativedelta import relativedelta

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.frames import FrameFormat, tally_frame, write_coded
from evnpubsvc.serde import (
    RegisterColumns,
    RegisterFormat,
    read_register,
    read_register_columns,
    tally_register,
)
from evnpubsvc.statistics import LimitTerms, PeriodState, Tally, drill_down, tally
from evnpubsvc.worktime import vietnam_calendar

CALENDAR = vietnam_calendar()
LATE, EARLY = PeriodState.LATE, PeriodState.EARLY
MAPPING = """
received = "nhan"
finished = "tra"
code = "ma"

[dimensions]
unit = "don_vi"
procedure = "thu_tuc"

[terms.procedure]
working = "3 ngày làm việc"
days = "10 ngày"
weeks = "02 tuần"
months = "1 tháng"
years = "1 năm"
same = "trong ngày"
"""
COLUMNS = read_register_columns(io.BytesIO(MAPPING.encode()))
STATED = evolve(COLUMNS, due="hen", terms={})
QUESTION: dict[str, Any] = {
    "by": ["unit", "procedure"], "as_of": date(2023, 2, 10), "compare": "date",
}  # fmt: skip


def expected_due(received: date, procedure: str) -> date | None:
    """The due date of a limit, day by day."""
    if procedure == "working":
        day, left = received, 3
        while left:
            day += timedelta(days=1)
            left -= CALENDAR.is_working_day(day)
        return day
    steps = {
        "days": relativedelta(days=10),
        "weeks": relativedelta(weeks=2),
        "months": relativedelta(months=1),
        "years": relativedelta(years=1),
        "same": relativedelta(),
    }
    if procedure not in steps:
        return None
    last = received + steps[procedure]
    while not CALENDAR.is_working_day(last):  # Civil Code art. 148(5)
        last += timedelta(days=1)
    return last


def rows_drawn(number: int, seed: int = 19) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    kinds = ["working", "days", "weeks", "months", "years", "same", "none", ""]
    for place in range(number):
        received = date(2022, 1, 4) + timedelta(days=draw.randrange(380))
        while not CALENDAR.is_working_day(received):
            received += timedelta(days=1)
        procedure = draw.choice(kinds)
        finished = received + timedelta(days=int(draw.expovariate(0.08)))
        due = expected_due(received, procedure)
        rows.append({
            "ma": f"H-{place}", "don_vi": draw.choice("AB"), "thu_tuc": procedure,
            "nhan": received.isoformat(),
            "tra": finished.isoformat() if draw.random() < 0.8 else "",
            "hen": due.isoformat() if due else "",
        })  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terms")
    rows = rows_drawn(600)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (folder / "r.csv").write_text(text.getvalue(), encoding="utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "r.jsonl").write_text(lines, encoding="utf-8")
    pl.DataFrame(rows).write_parquet(folder / "r.parquet")
    write_coded(folder / "r.csv", folder / "packed.parquet", COLUMNS)
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def stated(folder: Path) -> Tally:
    return tally(read_register(folder / "r.csv", STATED), **QUESTION)


def test_every_way_gives_the_stated_due_dates(folder: Path, stated: Tally) -> None:
    terms = COLUMNS.terms_in(CALENDAR)
    ways = [
        tally(read_register(folder / "r.csv", COLUMNS), terms=terms, **QUESTION),
        tally_register(folder / "r.csv", COLUMNS, calendar=CALENDAR, **QUESTION),
        tally_register(folder / "r.jsonl", COLUMNS, calendar=CALENDAR,
                       file_format=RegisterFormat.JSONL, **QUESTION),
        *(
            tally_frame(folder / name, layout, engine=engine, calendar=CALENDAR, **QUESTION)
            .to_tally()
            for name, layout in (("r.csv", COLUMNS), ("r.jsonl", COLUMNS), ("r.parquet", COLUMNS),
                                 ("packed.parquet", None))
            for engine in ("polars", "duckdb")
        ),
    ]  # fmt: skip
    assert sum(stated.counts().values()) == 600
    for counted in ways:
        assert evolve(counted, terms=None) == stated
        assert terms is not None
        assert counted.terms == terms.fingerprint
    rows = list(read_register(folder / "r.csv", COLUMNS))
    assert len(list(drill_down(rows, ways[0], ("A", "months"), terms=terms))) > 10


def run(*args: str) -> Any:
    done = CliRunner().invoke(evnpubsvc, list(args))
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("engine", ["python", "polars", "duckdb"])
def test_the_command_line_counts_with_them(folder: Path, stated: Tally, engine: str) -> None:
    more = ("--by", "unit,procedure", "--as-of", "2023-02-10", "--format", "json")
    mapped = ("--columns", str(folder / "map.toml"), "--engine", engine)
    cells = json.loads(run("tally", str(folder / "r.csv"), *mapped, *more))["cells"]
    wanted = {cell.key: cell.on_time_of_finished.numerator.least for cell in stated}
    assert {(c["unit"], c["procedure"]): c["on_time_of_finished"][0] for c in cells} == wanted
    if engine != "python":
        packed = run("tally", str(folder / "packed.parquet"), "--engine", engine, *more)
        assert json.loads(packed)["cells"] == cells


def test_points_and_codes_follow_from_them(folder: Path) -> None:
    scheme = ("qd766-dvcqg-2026", "--group", "timeliness")
    found: list[Any] = []
    for name, layout in (
        ("r.csv", MAPPING),
        ("packed.parquet", None),
        ("r.csv", MAPPING.partition("[terms")[0] + 'due = "hen"'),
    ):
        register: tuple[str, ...] = ("--register", str(folder / name), "--period", "calendar-2022")
        if layout is not None:
            path = folder / "this.toml"
            head, mark, rest = layout.partition("[dimensions]")
            tables, _, due = rest.partition("due = ")
            path.write_text(f"{head}{'due = ' + due if due else ''}\n{mark}{tables}")
            register = (*register, "--register-columns", str(path))
        shown = ("--format", "json")
        scored = run("score", *scheme, *register, *shown)
        codes = run("explain", "A", "--scheme", *scheme, *register, "--codes", *shown)
        found.append((json.loads(scored)["standings"], json.loads(codes)))
    assert found[0] == found[1] == found[2]


def test_a_limit_meets_every_spelling_where_one_is_declared(tmp_path: Path) -> None:
    """A limit of "Chứng thực" is that of "chứng thực " too; without `one_spelling` it is not."""
    mapping = """
received = "nhan"
finished = "tra"
code = "ma"
one_spelling = ["procedure"]
[dimensions]
unit = "don_vi"
procedure = "thu_tuc"
[terms.procedure]
"Chứng thực" = "3 ngày làm việc"
"Khai sinh" = "1 tháng"
"""
    lines = ["nhan,tra,ma,don_vi,thu_tuc"]
    spellings = ("Chứng thực", "chứng thực ", "CHỨNG  THỰC", "Khai sinh.", "khác")
    lines += [f"2022-03-01,2022-03-07,H-{n},A,{text}" for n, text in enumerate(spellings)]
    register = tmp_path / "r.csv"
    register.write_text("\n".join(lines), encoding="utf-8")
    columns = read_register_columns(io.BytesIO(mapping.encode()))
    write_coded(register, tmp_path / "packed.parquet", columns)
    question: dict[str, Any] = {**QUESTION, "by": ["procedure"], "calendar": CALENDAR}
    ways = [
        tally_register(register, columns, **question),
        tally_frame(register, columns, **question).to_tally(),
        tally_frame(tmp_path / "packed.parquet", **question).to_tally(),
    ]
    for counted in ways:
        # Due on 4/3 and 1/4: three late, one early, one without a limit.
        states = {cell.key: (cell[LATE].value, cell[EARLY].value) for cell in counted}
        assert states == {("CHỨNG  THỰC",): (3, 0), ("Khai sinh.",): (0, 1), ("khác",): (0, 0)}
        assert counted == ways[0]
    terms = columns.terms_in(CALENDAR)
    assert terms is not None
    rows = list(read_register(register, columns))
    by_rows = tally(rows, by=[], as_of=QUESTION["as_of"], compare="date", terms=terms)
    assert by_rows.total[LATE].value == 3

    # Each spelling by itself: only the first has a limit.
    plain = read_register_columns(io.BytesIO(mapping.replace("one_spelling", "#").encode()))
    counted = tally_frame(register, plain, **question).to_tally()
    assert [cell.key[0] for cell in counted if cell[LATE].value] == ["Chứng thực"]

    # Two limits of one value are a mistake of the mapping.
    twice = mapping + '"chứng thực." = "5 ngày làm việc"\n'
    with pytest.raises(DataError, match="terms-twice"):
        read_register_columns(io.BytesIO(twice.encode()))
    with pytest.raises(MisuseError, match="terms-twice"):
        LimitTerms(CALENDAR, "procedure", {"a": "1 ngày", "A": "2 ngày"}, one_spelling=True)


def test_a_calendar_of_ones_own_moves_them(tmp_path: Path) -> None:
    """Three working days from Tuesday 1/3/2022 are Friday; with Wednesday closed, Monday 7/3."""
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    register = "nhan,tra,ma,don_vi,thu_tuc\n2022-03-01,2022-03-07,H-1,A,working\n"
    (tmp_path / "r.csv").write_text(register, encoding="utf-8")
    (tmp_path / "days.toml").write_text(
        '[[days]]\nday = 2022-03-02\nkind = "closure"\nvi = "bão"\nen = "storm"\n'
        'source = "local"\n',
        encoding="utf-8",
    )
    own = ("--calendar", str(tmp_path / "days.toml"))
    count = ("tally", str(tmp_path / "r.csv"), "--columns", str(tmp_path / "map.toml"),
             "--as-of", "2023-02-10", "--format", "json")  # fmt: skip
    score = ("score", "qd766-dvcqg-2026", "--group", "timeliness", "--register",
             str(tmp_path / "r.csv"), "--register-columns", str(tmp_path / "map.toml"),
             "--period", "calendar-2022-03", "--format", "json")  # fmt: skip

    def seen(*more: str) -> tuple[int, str]:
        total = json.loads(run(*count, *more))["total"]
        return total["late"], json.loads(run(*score, *more))["standings"][0]["score"]

    assert seen() == (1, "0")
    assert seen(*own) == (0, "20")


def test_limits_that_say_nothing_or_too_much() -> None:
    def reasons(terms: Any, **more: Any) -> set[str]:
        with pytest.raises(DataError) as caught:
            RegisterColumns(dimensions={"procedure": "p"}, terms=terms, **more)
        return {each.reason for each in caught.value.findings}

    assert reasons({"procedure": {"a": "24 giờ"}}) == {"terms-not-days"}
    assert reasons({"procedure": {"a": "1,5 ngày làm việc"}}) == {"terms-not-days"}
    assert "limit-without-unit" in reasons({"procedure": {"a": "3"}})
    assert reasons({"service": {"a": "3 ngày"}}) == {"terms-dimension"}
    assert reasons({"procedure": {}, "service": {}}) == {"terms-several", "terms-dimension"}


def test_limits_need_a_calendar_and_come_from_one_place(folder: Path) -> None:
    own = LimitTerms(CALENDAR, "procedure", {"days": "10 ngày"})
    for count in (tally_register, tally_frame):
        with pytest.raises(MisuseError, match="terms-calendar"):
            count(folder / "r.csv", COLUMNS, **QUESTION)
        with pytest.raises(MisuseError, match="terms-twice-given"):
            count(folder / "r.csv", COLUMNS, terms=own, calendar=CALENDAR, **QUESTION)
    with pytest.raises(MisuseError, match="terms-calendar"):
        tally_frame(folder / "packed.parquet", file_format=FrameFormat.PARQUET, **QUESTION)


def test_a_due_date_beyond_the_calendar_is_a_row_that_cannot_be_judged() -> None:
    raw = b"nhan,tra,ma,don_vi,thu_tuc\n2027-06-01,,H-1,A,years\n2022-06-01,,H-2,A,days\n"
    raw += b"2199-12-31,,H-3,A,years\n"  # the last day that columns hold
    question = {**QUESTION, "by": [], "as_of": date(2027, 12, 31)}
    rows = read_register(io.BytesIO(raw), COLUMNS)
    counted = tally(rows, terms=COLUMNS.terms_in(CALENDAR), **question)
    assert counted.rejected == (("deadline-outside-coverage", 2),)
    framed = tally_frame(io.BytesIO(raw), COLUMNS, calendar=CALENDAR, **question)
    assert framed.to_tally() == counted
