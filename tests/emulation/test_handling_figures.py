"""Figures that say how long dossiers took, held against sorting the days of each of them."""

import io
import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from evnpubsvc import rank, score
from evnpubsvc.cli import evnpubsvc
from evnpubsvc.emulation import FigureSpec, Scheme, explain
from evnpubsvc.emulation.counted import count_figures, dimensions_of, trace_component
from evnpubsvc.errors import DataError
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import from_json, read_register_columns, read_scheme, tally_register, to_json
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.texts import Text
from evnpubsvc.worktime import vietnam_calendar
from tests.sheets import counted, ratio, sheet, table

CALENDAR = vietnam_calendar()
YEAR = Period.parse("calendar-2022")
SHEET = sheet(
    10,
    ratio(("on-time", "Đúng hạn", "On time"), 10, ("on_time", "handled")),
    table(
        "gates",
        ("quick", "Chín phần mười trong 10 ngày", "Nine of ten within 10 working days"),
        'figure = "p90"',
        "at_most = 10",
    ),
    counted(("on_time", "đúng hạn", "on time"), "finished-on-time"),
    counted(("handled", "đã giải quyết", "handled"), "handled"),
    *(
        table("figures", named, 'measure = "finished-on-time"', f'handling = "{named[0]}"')
        for named in (
            ("p90", "bách phân vị 90", "90th percentile"),
            ("mean", "trung bình", "mean"),
            ("median", "trung vị", "median"),
        )
    ),
    named=("drive", "Đợt thi đua", "Drive"),
    group=("all", "Chung", "All"),
)
SCHEME = read_scheme(io.BytesIO(SHEET.encode()))


def rows_of(seed: int, number: int = 80) -> list[RegisterRow]:
    draw = random.Random(seed)
    rows: list[RegisterRow] = []
    for place in range(number):
        received = date(2022, 1, 4) + timedelta(days=draw.randrange(200))
        finished = received + timedelta(days=int(draw.expovariate(0.1)))
        due = received + timedelta(days=14) if draw.random() < 0.9 else None
        end = finished if draw.random() < 0.85 else None
        rows.append(
            RegisterRow(received, due, end, {"unit": draw.choice("ABC")}, code=f"H-{place}")
        )
    return rows


def days_of(rows: Sequence[RegisterRow], unit: str) -> list[int]:
    """Working days of the dossiers on time, counted one by one and sorted."""
    taken: list[int] = []
    for row in rows:
        if dict(row.dimensions)["unit"] != unit or row.finished is None or row.due is None:
            continue
        if row.finished <= row.due:
            between = (
                row.received + timedelta(days=n)
                for n in range(1, (row.finished - row.received).days + 1)
            )
            taken.append(sum(map(CALENDAR.is_working_day, between)))
    return sorted(taken)


@pytest.mark.parametrize("seed", range(8))
def test_figures_are_those_of_the_sorted_days(seed: int) -> None:
    rows = rows_of(seed)
    counted = tally(rows, by=dimensions_of(SCHEME), period=YEAR, compare="date", calendar=CALENDAR)
    for figures in count_figures(SCHEME, counted):
        days = days_of(rows, figures.unit)
        assert figures["mean"] == Fraction(sum(days), len(days))
        assert figures["median"] == median(map(Fraction, days))
        assert figures["p90"] == days[-(-len(days) * 90 // 100) - 1]


def test_a_gate_asks_for_a_percentile_and_says_so() -> None:
    slow = [
        RegisterRow(date(2022, 3, 1), date(2022, 4, 29), date(2022, 3, 1 + n), {"unit": "slow"})
        for n in (1, 29)
    ]  # 1 and 21 working days
    quick = [RegisterRow(date(2022, 3, 1), date(2022, 4, 29), date(2022, 3, 2), {"unit": "quick"})]
    asked: dict[str, Any] = {"period": YEAR, "compare": "date", "calendar": CALENDAR}
    counted = tally([*slow, *quick], by=dimensions_of(SCHEME), **asked)
    figures = count_figures(SCHEME, counted, units=["none"])
    standings = rank(score(SCHEME, each) for each in figures)
    assert standings["quick"].rank == 1
    why = standings["slow"].reason
    assert why is not None
    assert (why.reason, why.about) == ("gate-not-met", "quick")
    nothing = next(each for each in figures if each.unit == "none")["p90"]
    assert nothing == Unknown("nothing-handled", "p90: finished-on-time")
    assert "21" in str(explain(standings["slow"].sheet))


def test_the_way_back_and_json() -> None:
    rows = rows_of(3)
    counted = tally(rows, by=dimensions_of(SCHEME), period=YEAR, compare="date", calendar=CALENDAR)
    assert dimensions_of(SCHEME) == ("unit", "working_days")
    [figures, *_] = count_figures(SCHEME, counted)
    traces = trace_component(score(SCHEME, figures), "on-time", counted)
    found = list(traces[0].dossiers(rows, calendar=CALENDAR))
    assert len(found) == len(days_of(rows, figures.unit))
    assert from_json(to_json(figures), type(figures)) == figures
    assert from_json(to_json(SCHEME), type(SCHEME)) == SCHEME


def declared(**parts: Any) -> Scheme:
    """Return a scheme that declares one figure more."""
    spec = FigureSpec(key="x", title=Text(vi="x", en="x"), **parts)
    return evolve(SCHEME, figures=(*SCHEME.figures, spec))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"handling": "mean"}, "handling-without-measure"),
        ({"measure": "handled", "handling": "average"}, "statistic-unknown"),
        ({"measure": "handled", "handling": "p0"}, "statistic-unknown"),
        ({"measure": "handled", "handling": "p101"}, "statistic-unknown"),
        ({"measure": "handled", "handling": "mean", "unit": "dossiers"}, "handling-with-unit"),
        ({"measure": "to-handle", "handling": "mean"}, "handling-of-open"),
    ],
)
def test_what_has_no_handling_time_is_refused(parts: dict[str, Any], reason: str) -> None:
    with pytest.raises(DataError) as caught:
        declared(**parts)
    assert [each.reason for each in caught.value.findings] == [reason]


def test_the_command_line_counts_them(tmp_path: Path) -> None:
    (tmp_path / "drive.toml").write_text(SHEET, encoding="utf-8")
    mapping = 'received = "r"\ndue = "d"\nfinished = "f"\ncode = "c"\n[dimensions]\nunit = "u"\n'
    (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
    lines = ["c,u,r,d,f"]
    for row in rows_of(5):
        cells = (row.received, row.due or "", row.finished or "")
        lines.append(",".join([str(row.code), str(dict(row.dimensions)["unit"]), *map(str, cells)]))
    register = tmp_path / "r.csv"
    register.write_text("\n".join(lines), encoding="utf-8")
    layout = read_register_columns(tmp_path / "map.toml")
    counted = tally_register(
        register, layout, by=dimensions_of(SCHEME), period=YEAR, compare="date", calendar=CALENDAR
    )
    expected = {
        each.sheet.unit: each.rank
        for each in rank(score(SCHEME, each) for each in count_figures(SCHEME, counted))
    }
    source = ("--register", str(register), "--register-columns", str(tmp_path / "map.toml"),
              "--period", "calendar-2022", "--format", "json")  # fmt: skip
    for engine in ("python", "auto"):
        call = ("score", str(tmp_path / "drive.toml"), *source, "--engine", engine, "--codes", "A")
        done = CliRunner().invoke(evnpubsvc, call)
        assert done.exit_code == 0, done.stderr
        document = json.loads(done.stdout)
        assert {each["unit"]: each["rank"] for each in document["standings"]} == expected
        codes = document["codes"]["codes"]["on-time"]["on_time"]
        assert len(codes) == len(days_of(rows_of(5), "A"))
