"""A spreadsheet that takes day for month makes real dates of some texts and leaves the others.

03/04/2022, typed for 3 April, becomes 4 March; 15/04/2022 stays a text. Said, never counted so.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    DateStyle,
    LogColumns,
    RegisterColumns,
    read_event_log,
    read_register,
    read_unit_register,
    tally_register,
)
from evnpubsvc.serde._guess import guess_register
from evnpubsvc.serde._shapes import TableLayout
from evnpubsvc.statistics import Tally, tally

pytest.importorskip("python_calamine", reason="the extra excel reads workbooks")
xlsxwriter: Any = pytest.importorskip("xlsxwriter")

_ASKED: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 31), "compare": "date"}
_Count = Callable[[Path, RegisterColumns, list[Finding]], Tally]


def _by_text(path: Path, columns: RegisterColumns, said: list[Finding]) -> Tally:
    return tally_register(path, columns, on_finding=said.append, **_ASKED)


def _by_row(path: Path, columns: RegisterColumns, said: list[Finding]) -> Tally:
    return tally(read_register(path, columns), on_finding=said.append, **_ASKED)


def _on_columns(path: Path, columns: RegisterColumns, said: list[Finding]) -> Tally:
    frames: Any = import_module("evnpubsvc.frames")
    counted: Tally = frames.tally_frame(path, columns, on_finding=said.append, **_ASKED).to_tally()
    return counted


_WAYS = [_by_text, _by_row]
if find_spec("polars") and find_spec("duckdb"):
    _WAYS.append(_on_columns)
ways = pytest.mark.parametrize("count", _WAYS)


def _workbook(path: Path, days: Sequence[date | str], name: str = "nhận") -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    style = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, [name, "đơn vị"])
    for row, day in enumerate(days, 1):
        if isinstance(day, str):
            sheet.write_string(row, 0, day)
        else:
            sheet.write_datetime(row, 0, day, style)
        sheet.write_string(row, 1, "Xã A")
    book.close()
    return path


def as_excel_took_them(days: Sequence[date], order: str = "dmy") -> list[date | str]:
    """The cells that a spreadsheet makes of days typed in an order that it takes the other way."""

    def cell(day: date) -> date | str:
        if day.day > 12:
            return f"{day:%d/%m/%Y}" if order == "dmy" else f"{day:%m/%d/%Y}"
        return date(day.year, day.day, day.month)

    return [cell(day) for day in days]


_DAYS = [date(2022, 4, 1) + timedelta(days=3 * number) for number in range(60)]


def _columns(style: DateStyle = DateStyle.DMY, **more: Any) -> RegisterColumns:
    return RegisterColumns(received="nhận", dates=style, **more)


@ways
@pytest.mark.parametrize("style", [DateStyle.DMY, DateStyle.MDY])
def test_a_half_converted_column_is_refused(
    count: _Count, style: DateStyle, tmp_path: Path
) -> None:
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(_DAYS, style.value))
    with pytest.raises(DataError) as refused:
        count(path, _columns(style), [])
    [found] = refused.value.findings
    assert found.reason == "days-half-converted"
    typed = sum(day.day <= 12 for day in _DAYS)
    assert dict(found.parts)["typed"] == typed
    assert dict(found.parts)["texts"] == len(_DAYS) - typed
    assert "swapped_days" in found.hint()


def test_the_mapping_puts_days_and_months_back(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(_DAYS))
    rows = read_register(path, _columns(swapped_days=True))
    read = [each.received for each in rows if not isinstance(each, Finding)]
    assert read == _DAYS


@ways
def test_the_mapping_may_say_that_they_are_right(count: _Count, tmp_path: Path) -> None:
    said: list[Finding] = []
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(_DAYS))
    assert count(path, _columns(swapped_days=False), said).total.received.value == 60
    assert [found.reason for found in said] == ["days-mixed"]


@ways
def test_a_pattern_that_begins_late_is_found(count: _Count, tmp_path: Path) -> None:
    # By the day of receipt: whole days of the first twelve fill more than the rows looked at first.
    days = sorted([date(2022, 1, number % 12 + 1) for number in range(1_500)])
    days += [date(2022, 1, number % 15 + 13) for number in range(300)]
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(days))
    with pytest.raises(DataError, match="days-half-converted"):
        count(path, _columns(), [])


@ways
def test_texts_left_with_a_blank_do_not_hide_it(count: _Count, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "r.xlsx", [*as_excel_took_them(_DAYS), " 05/04/2022"])
    with pytest.raises(DataError, match="days-half-converted"):
        count(path, _columns(), [])


@ways
def test_dates_above_twelve_show_that_they_were_taken_rightly(
    count: _Count, tmp_path: Path
) -> None:
    said: list[Finding] = []
    path = _workbook(tmp_path / "r.xlsx", [*_DAYS, "15/04/2022"])
    assert count(path, _columns(), said).total.received.value == 61
    [mixed] = said
    assert (mixed.reason, dict(mixed.parts)["texts"]) == ("days-mixed", 1)


@ways
def test_columns_that_nobody_reads_are_not_looked_at(count: _Count, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(_DAYS), "ngày sinh")
    columns = RegisterColumns(received="nhận")
    with pytest.raises(DataError, match="column-missing"):
        count(path, columns, [])


@ways
def test_texts_that_would_fit_swapped_are_said(count: _Count, tmp_path: Path) -> None:
    said: list[Finding] = []
    low = [f"{number % 12 + 1:02}/03/2022" for number in range(12)]
    path = _workbook(tmp_path / "r.xlsx", low)
    assert count(path, _columns(), said).total.received.value == 12
    [swapped] = said
    assert (swapped.reason, swapped.value, dict(swapped.parts)["above"]) == (
        "dates-fit-swapped", 12, 0
    )  # fmt: skip


def test_instants_keep_their_hour_when_they_are_put_back(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "nhận")
    style = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.write_datetime(1, 0, datetime(2022, 3, 4, 9, 30), style)
    sheet.write_string(2, 0, "15/04/2022 10:00")
    book.close()
    rows = list(read_register(tmp_path / "r.xlsx", _columns(swapped_days=True)))
    read = [each.received for each in rows if not isinstance(each, Finding)]
    assert [f"{moment:%d/%m %H:%M}" for moment in read] == ["03/04 09:30", "15/04 10:00"]


def test_event_logs_and_tables_of_units_are_looked_at_too(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "log.xlsx"))
    sheet = book.add_worksheet()
    style = book.add_format({"num_format": "dd/mm/yyyy"})
    names = ["case", "activity", "timestamp", "code", "name", "kind", "since"]
    sheet.write_row(0, 0, names)
    for row, day in enumerate(as_excel_took_them(_DAYS), 1):
        sheet.write_row(row, 0, [f"H-{row}", "register"])
        sheet.write_row(row, 3, [f"{row:05}", f"A {row}", "xã"])
        for column in (2, 6):
            if isinstance(day, str):
                sheet.write_string(row, column, day)
            else:
                sheet.write_datetime(row, column, day, style)
    book.close()
    columns = LogColumns(dates=DateStyle.DMY, activities={"register": EventKind.RECEIVED})
    with pytest.raises(DataError, match="days-half-converted"):
        list(read_event_log(tmp_path / "log.xlsx", columns))
    with pytest.raises(DataError, match="days-half-converted"):
        read_unit_register(tmp_path / "log.xlsx")


def test_a_first_mapping_leaves_it_to_people(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "r.xlsx", as_excel_took_them(_DAYS), "Ngày nhận")
    lines = guess_register(path, TableLayout()).toml("en").splitlines()
    [line] = [line for line in lines if "swapped_days" in line]
    assert line.startswith("# swapped_days = true")
