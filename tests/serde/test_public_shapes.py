"""Files as they are published, rebuilt in shape: read as they stand, with a mapping alone.

The files themselves are named in the cases (`../shared/cases/tables-and-scores.md`, rows 9, 11, 12
and 34); figures and names here are made up.
"""

import csv
import io
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evnpubsvc.emulation import Scheme
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    DateStyle,
    FigureColumns,
    RegisterColumns,
    read_figures,
    read_register,
    read_scheme,
    tally_register,
    to_json,
)
from evnpubsvc.statistics import RegisterRow
from tests.cli.samples import DRIVE

_STATES = tuple(f"STATE {number}" for number in range(52))


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme(io.BytesIO(DRIVE.encode()))


def _thousands(number: int) -> str:
    return f'"{number:,}"' if number > 999 else str(number)


def _recipients(year: str) -> tuple[str, list[int]]:
    """Recipients by state: a delimiter at the end of each line, numbers in quotes, blank lines."""
    draw = Random(year)
    numbers = [draw.randrange(8, 99_999) for _ in _STATES]
    lines = ["State Name,State Abbreviate,Code,Active Duty,TOTAL,"]
    lines += [
        f"{state},ST,{code:02},{_thousands(number // 2)},{_thousands(number)},"
        for code, (state, number) in enumerate(zip(_STATES, numbers, strict=True))
    ]
    return "\n".join(lines) + "\n", numbers


_RECIPIENTS = FigureColumns(
    unit="State Name", decimal=".", figures={"n": "Active Duty", "d": "TOTAL"},
    ends_with=("Source", "Note"),
)  # fmt: skip


def test_fy09_ends_in_lines_of_delimiters(scheme: Scheme) -> None:
    text, numbers = _recipients("2009")
    table = read_figures(io.BytesIO(f"{text},,,,,\n,,,,,\n".encode()), scheme, _RECIPIENTS)
    assert [units.unit for units in table] == list(_STATES)
    assert [str(units["d"]).split()[0] for units in table] == [f"{n:,}" for n in numbers]
    assert table.notices == ()


def test_fy10_has_a_title_its_names_in_row_three_and_notes_below(scheme: Scheme) -> None:
    text, _ = _recipients("2010")
    whole = "Recipients by State,,,,,\n,,,,,\n" + text
    whole += ',,,,,\n"Note: totals may differ, see page 3",,,,,\nSource: agency,,,,,\n'
    table = read_figures(io.BytesIO(whole.encode()), scheme, _RECIPIENTS)
    assert [units.unit for units in table] == list(_STATES)
    assert [each.reason for each in table.notices] == ["header-found", "table-ended"]


@pytest.mark.parametrize("where", ["first", "last"])
def test_a_national_total_among_the_states_is_left_out(scheme: Scheme, where: str) -> None:
    text, numbers = _recipients("2011")
    header, *rows = text.splitlines()
    total = f'TOTAL,US,,"{sum(n // 2 for n in numbers):,}","{sum(numbers):,}",'
    rows = [total, *rows] if where == "first" else [*rows, total]
    table = read_figures(io.BytesIO("\n".join([header, *rows]).encode()), scheme, _RECIPIENTS)
    assert [units.unit for units in table] == list(_STATES)
    assert [each.reason for each in table.notices] == ["totals-left-out"]


def test_a_state_register_of_month_first_dates(tmp_path: Path) -> None:
    """Kansas, 1,575 rows: m/d/yyyy without leading zeros; day first, 793 rows were refused."""
    draw = Random("kansas")
    days = [date(2006, 1, 1).fromordinal(732_312 + draw.randrange(2_900)) for _ in range(1_575)]
    lines = ["County,NSN,Item,Ship Date"]
    lines += [
        f'COUNTY {n % 105},1005,"RIFLE,5.56",{d.month}/{d.day}/{d.year}' for n, d in enumerate(days)
    ]
    path = tmp_path / "kansas.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    columns = RegisterColumns(
        received="Ship Date", dates=DateStyle.MDY, dimensions={"county": "County"}
    )
    rows = list(read_register(path, columns))
    assert [row.received for row in rows if isinstance(row, RegisterRow)] == days
    asked: dict[str, Any] = {"by": ["county"], "as_of": date(2030, 1, 1), "compare": "date"}
    counted = tally_register(path, columns, **asked)
    assert (counted.total.received.value, counted.rejected) == (1_575, ())
    frames: Any = pytest.importorskip("evnpubsvc.frames")
    assert to_json(frames.tally_frame(path, columns, **asked).to_tally()) == to_json(counted)


# A template of a province: title, subtitle, names in two rows, a row of numbers of columns, the
# table, a total, signatures, and 552 rows that hold nothing but borders.
_TEMPLATE: tuple[tuple[object, ...], ...] = (
    ("UBND TỈNH", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("", "", "", ""),
    ("BẢNG TỔNG HỢP ĐIỂM THI ĐUA", "", "", ""),
    ("STT", "Đơn vị", "Hồ sơ", ""),
    ("", "", "Đúng hạn", "Tiếp nhận"),
    (1, "Xã A", 9, 10),
    (2, "Xã B", 1234, 2000),
    ("Tổng cộng", "", 1243, 2010),
    ("", "", "", ""),
    ("Người lập biểu", "", "", "Chủ tịch"),
    ("(Ký tên)", "", "", ""),
)
_MAPPED = FigureColumns(
    unit="Đơn vị", figures={"n": "Hồ sơ / Đúng hạn", "d": "Hồ sơ / Tiếp nhận"},
    ends_with=("Người lập",),
)  # fmt: skip


def _template(kind: str, padding: int) -> bytes:
    rows = [*_TEMPLATE[:8], *[("", "", "", "")] * padding, *_TEMPLATE[8:]]
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        return text.getvalue().encode("utf-8-sig")
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet, border = book.add_worksheet(), book.add_format({"border": 1})
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(place, column, cell, border)
    sheet.merge_range(2, 0, 2, 3, "BẢNG TỔNG HỢP ĐIỂM THI ĐUA", border)
    sheet.merge_range(3, 2, 3, 3, "Hồ sơ", border)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("padding", [0, 552])
def test_a_provincial_template_is_read_as_it_stands(
    kind: str, padding: int, scheme: Scheme
) -> None:
    table = read_figures(io.BytesIO(_template(kind, padding)), scheme, _MAPPED)
    assert [(units.unit, str(units["d"])) for units in table] == [
        ("Xã A", "10 dossiers"), ("Xã B", "2,000 dossiers"),
    ]  # fmt: skip
    said = {each.reason for each in table.notices}
    assert {"header-found", "header-rows-found", "table-ended", "totals-left-out"} <= said


def test_trailing_delimiters_that_were_left_out_need_a_declaration() -> None:
    # xlsx2csv #3 and #48, gocsv #63: the last column is empty and its delimiter missing.
    text = "received,due,note\n2022-12-01,2022-12-05\n2022-12-02,2022-12-06,x\n"
    refused = list(read_register(io.BytesIO(text.encode()), RegisterColumns(due="due")))
    assert [each.reason for each in refused if isinstance(each, Finding)] == [
        "cells-differ-from-header"
    ]
    short = RegisterColumns(due="due", short_rows=True)
    rows = read_register(io.BytesIO(text.encode()), short)
    assert sum(isinstance(row, RegisterRow) for row in rows) == 2


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", "sep=;\r"])
def test_a_first_line_for_excel_alone(first: str) -> None:
    # PowerShell #7776, rainbow_csv #108
    text = f"{first}\nreceived;unit\n2022-12-01;A\n"
    rows = read_register(io.BytesIO(text.encode()), RegisterColumns(dimensions={"unit": "unit"}))
    assert sum(isinstance(row, RegisterRow) for row in rows) == 1
