"""Rows that are rare, counted by cells: as the object path counts them."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError
from evnpubsvc.frames import tally_frame, write_coded
from evnpubsvc.frames._cells import CellCounter
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._words import Values
from evnpubsvc.serde import RegisterColumns, tally_register
from evnpubsvc.statistics import LimitTerms, PeriodState, RegisterStatus, Tally
from evnpubsvc.worktime import vietnam_calendar

_CALENDAR = vietnam_calendar()
_COLUMNS = RegisterColumns(
    received="nhan",
    finished="xong",
    due="hen",
    status="tt",
    statuses={
        "xong": RegisterStatus.RESULT,
        "dang": RegisterStatus.RUNNING,
        "tuchoi": RegisterStatus.DECLINED,
    },
    dimensions={"field": "lv"},
)
_ASKED: dict[str, Any] = {
    "as_of": date(2022, 12, 14),
    "compare": "date",
    "calendar": _CALENDAR,
}
_HEAD = "nhan,xong,hen,tt,lv\n"


def _both(rows: str, **asked: Any) -> list[Any]:
    """Count on columns and row by row: the tally, or the reasons of the findings."""
    ends: list[Any] = []
    for count in (tally_register, tally_frame):
        given = io.BytesIO((_HEAD + rows).encode())
        try:
            counted: Any = count(given, _COLUMNS, **{**_ASKED, **asked})
            ends.append(counted if isinstance(counted, Tally) else counted.to_tally())
        except DataError as error:
            ends.append([(found.reason, found.path) for found in error.findings])
    return ends


def test_a_packed_row_that_ended_and_runs_is_judged_by_the_object_path(tmp_path: Path) -> None:
    rows = "2022-12-01,2022-12-05,2022-12-09,dang,a\n2022-12-01,2022-12-05,2022-12-09,xong,b\n"
    plain, columns = _both(rows, by=["field"])
    raw = io.BytesIO((_HEAD + rows).encode())
    packed = write_coded(raw, tmp_path / "p.parquet", _COLUMNS, file_format="csv")
    counted = tally_frame(packed, by=["field"], as_of=_ASKED["as_of"], compare="date")
    assert plain == columns == counted.to_tally()


def test_outcomes_beside_working_days_keep_their_names() -> None:
    rows = "2022-12-01,2022-12-05,2022-12-09,xong,a\n2022-12-01,2022-12-05,,tuchoi,a\n"
    plain, columns = _both(rows, by=["working_days", "outcome"])
    assert plain == columns
    assert {cell.key for cell in columns} == {("2", "result"), ("2", "declined")}


def test_rows_that_are_all_left_out_have_no_month() -> None:
    plain, columns = _both("2023-12-01,,2023-12-09,,a\n" * 3, by=["received_month"])
    assert plain == columns
    assert (columns.later, len(list(columns))) == (3, 0)


def test_keys_are_counted_in_the_store_that_is_given() -> None:
    question = Tally.empty(["field"], as_of=_ASKED["as_of"], compare=Precision.DATE)
    values, store = Values(), Store()
    code = values.place("a")
    counter = CellCounter(question, {"field": values}, ["field"], store)
    days = np.array([19_000], np.int32)
    counter.count(days, None, None, {"field": np.array([code])}, None, doubt=np.zeros(1, np.bool_))
    _, counts = store.cells(3)
    assert counts.tolist() == [1]


@pytest.mark.parametrize("as_of", [date(2022, 12, 14), _CALENDAR.last, date(2200, 1, 1)])
def test_working_days_at_both_ends_of_the_calendar(as_of: date, tmp_path: Path) -> None:
    """In text and packed, whose days count from their own first one."""
    first, last, day = _CALENDAR.first, _CALENDAR.last, timedelta(days=1)
    ends = [first - day, first, first + 9 * day, date(2022, 12, 5), last - day, last, last + day]
    pairs = [(start, end) for start in ends for end in ends if start <= end]
    for only in (pairs, [pair for pair in pairs if pair[0] > first], [pairs[-1]]):
        rows = "".join(f"{start},{end},,xong,a\n" for start, end in only)
        by = ["working_days", "field"]
        plain, columns = _both(rows, by=by, as_of=as_of)
        assert plain == columns
        raw = io.BytesIO((_HEAD + rows).encode())
        packed = write_coded(raw, tmp_path / "p.parquet", _COLUMNS, file_format="csv")
        counted = tally_frame(packed, by=by, **{**_ASKED, "as_of": as_of})
        assert counted.to_tally() == plain


def test_terms_by_a_dimension_that_no_row_has_give_no_due_date() -> None:
    rows = "2022-12-01,2022-12-05,,xong,a\n2022-12-01,2022-12-05,2022-12-02,xong,a\n"
    terms = LimitTerms(_CALENDAR, "procedure", {"a": "1 ngày làm việc"})
    plain, columns = _both(rows, by=["field"], terms=terms)
    assert plain == columns
    # One ended late by its own due date; the other has none.
    states = dict(zip(PeriodState, columns.total.new, strict=True))
    assert (states[PeriodState.LATE], states[PeriodState.NO_DUE_DATE]) == (1, 1)
