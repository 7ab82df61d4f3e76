"""Handling times in reports: by row, for groups and in total, in every shape."""

import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.periods import Period
from evnpubsvc.reports import Report, drill_down, fill
from evnpubsvc.serde import ReportFormat, from_json, read_form, report_bytes, to_json
from evnpubsvc.statistics import HandlingTime, RegisterRow, tally
from evnpubsvc.worktime import vietnam_calendar

FORM_TOML = """
key = "pace"
title = { vi = "Thời gian giải quyết", en = "Handling times" }
rows = ["level", "field"]
handling = ["mean", "median", "p90"]

[[columns]]
key = "handled"
number = "1"
title = { vi = "Đã giải quyết", en = "Handled" }
measure = "handled"
"""
FORM = read_form(io.BytesIO(FORM_TOML.encode()))
PERIOD = Period.parse("calendar-2022-03")
# Working days that dossiers took, by level and field; None: not handled. All from 1/3/2022 on.
TAKEN: dict[tuple[str, str], list[int | None]] = {
    ("commune", "land"): [0, 1, 1, 9],
    ("commune", "justice"): [2],
    ("province", "land"): [3, 4, None],
    ("province", "tax"): [None],
}


def rows() -> list[RegisterRow]:
    calendar, first = vietnam_calendar(), date(2022, 3, 1)
    return [
        RegisterRow(
            first,
            first + timedelta(days=20),
            None if days is None else calendar.add_working_days(first, days),
            {"level": level, "field": field},
        )
        for (level, field), taken in TAKEN.items()
        for days in taken
    ]


def counted(by: tuple[str, ...]) -> Any:
    return tally(rows(), by=by, period=PERIOD, compare="date", calendar=vietnam_calendar())


@pytest.fixture
def report() -> Report:
    assert FORM.dimensions() == ("level", "field", "working_days")
    expected = [("province", "tax")]  # where nothing is handled
    return fill(FORM, counted(FORM.dimensions()), period=PERIOD, expected=expected)


def days_of(*key: str) -> list[int]:
    return sorted(
        day
        for own, taken in TAKEN.items()
        if own[: len(key)] == key
        for day in taken
        if day is not None
    )


@pytest.mark.parametrize("key", [(), ("commune",), ("province",), ("commune", "land")])
def test_rows_groups_and_the_total_are_those_of_the_sorted_days(
    report: Report, key: tuple[str, ...]
) -> None:
    days, taken = days_of(*key), report.handling_time(key)
    assert taken.mean == Fraction(sum(days), len(days))
    assert taken.median == median(map(Fraction, days))
    assert taken.percentile(90) == days[-(-len(days) * 9 // 10) - 1]


def test_csv_has_decimals_and_blanks(report: Report) -> None:
    text = report_bytes(report, file_format=ReportFormat.CSV).decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    shown = {(line["row"], line["level"], line["field"]): line for line in lines}
    total, land = shown["total", "", ""], shown["2", "commune", "land"]
    assert (total["working_days_mean"], total["working_days_median"]) == ("2.86", "2.0")
    assert (land["handled"], land["working_days_mean"], land["working_days_p90"]) == (
        "4",
        "2.75",
        "9",
    )
    assert shown["subtotal", "commune", ""]["working_days_mean"] == "2.60"
    assert shown["4", "province", "tax"]["working_days_mean"] == ""


@pytest.mark.parametrize(("lang", "number"), [("en", "2.86"), ("vi", "2,86")])
def test_text_names_its_columns(report: Report, lang: Any, number: str) -> None:
    text = report_bytes(report, file_format=ReportFormat.TEXT, lang=lang).decode()
    assert number in text
    legend = {
        "en": "[2]  Working days to a result: mean",
        "vi": "[2]  Số ngày làm việc đến khi có kết quả: trung bình",
    }
    assert legend[lang] in text


def test_a_workbook_has_typed_cells(report: Report) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    data = report_bytes(report, file_format=ReportFormat.XLSX, lang="en")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    [total] = [row for row in values if row[0] == "Total"]
    assert total[3] == 7
    assert total[4] == pytest.approx(20 / 7)
    assert total[5:7] == [2, 9]


def test_it_comes_back_and_leads_back(report: Report) -> None:
    assert from_json(to_json(report), Report) == report
    found = drill_down(report, "handled", rows(), counted(FORM.dimensions()), ("commune", "land"))
    assert len(list(found)) == 4


def test_what_cannot_be() -> None:
    for bad in ("average", "p0"):
        with pytest.raises(DataError, match="statistic-unknown"):
            evolve(FORM, handling=(bad,))
    plain = evolve(FORM, handling=())
    report = fill(plain, counted(plain.dimensions()), period=PERIOD)
    assert report.handling == ()
    with pytest.raises(MisuseError, match="report-rows-malformed"):
        evolve(report, handling=((("commune", "land"), HandlingTime({1: 1})),))


def test_the_command_fills_it(tmp_path: Path) -> None:
    (tmp_path / "pace.toml").write_text(FORM_TOML, encoding="utf-8")
    (tmp_path / "map.toml").write_text(
        'received = "r"\ndue = "d"\nfinished = "f"\n[dimensions]\nlevel = "l"\nfield = "x"\n',
        encoding="utf-8",
    )
    lines = [
        ",".join(
            [
                *(name or "" for _, name in reversed(row.dimensions)),
                str(row.received),
                str(row.due),
                str(row.finished or ""),
            ]
        )
        for row in rows()
    ]
    (tmp_path / "r.csv").write_text("\n".join(["l,x,r,d,f", *lines]), encoding="utf-8")
    register = (str(tmp_path / "r.csv"), "--columns", str(tmp_path / "map.toml"))
    call = ("report", str(tmp_path / "pace.toml"), *register, "--period", "calendar-2022-03")
    asked = (*call, "--format", "csv")
    done = CliRunner().invoke(evnpubsvc, asked)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == '"total","","",7,2.86,2.0,9'
