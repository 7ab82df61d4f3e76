"""A real foreign register through a mapping file: receipt_wabo, as its README counts it."""

import io
from datetime import date
from typing import Any

import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.findings import Finding
from evnpubsvc.serde import read_register, read_register_columns
from evnpubsvc.statistics import PeriodState, RegisterRow, Tally, tally
from tests.realdata import real

MAPPING = b"""
received = "startdate"
due = "deadline"
finished = "enddate"
timezone = "Europe/Amsterdam"

[dimensions]
channel = "channel"
department = "department"
"""


def _rows() -> list[RegisterRow | Finding]:
    return list(
        read_register(real("receipt_wabo/cases.csv"), read_register_columns(io.BytesIO(MAPPING)))
    )


def _tally(by: list[str], compare: Precision = Precision.DATE) -> Tally:
    return tally(_rows(), by=by, as_of=date(2012, 12, 31), compare=compare)


def _on_time(counted: Tally, key: Any) -> tuple[int, int]:
    cell = counted[key]
    return cell.on_time.value, cell.finished_with_due_date.value


def test_online_share() -> None:
    counted = _tally(["channel"])
    assert (counted["Internet"].received.value, counted.total.received.value) == (1250, 1434)
    assert {c.key[0]: c.received.value for c in counted} == {
        "Internet": 1250, "Desk": 109, "Post": 53, "e-mail": 21, "Intern": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("compare", "on_time"), [(Precision.DATE, 1020), (Precision.TIMESTAMP, 952)]
)
def test_on_time_by_date_and_by_timestamp(compare: Precision, on_time: int) -> None:
    total = _tally([], compare).total
    assert (total.on_time.value, total.finished_with_due_date.value) == (on_time, 1329)
    assert (
        total.pending.value
        == total[PeriodState.PENDING_OVERDUE].value + total[PeriodState.PENDING_IN_TIME].value
        == 105
    )


def test_per_department_and_channel() -> None:
    departments, channels = _tally(["department"]), _tally(["channel"])
    assert [_on_time(departments, key) for key in ("Customer contact", "Experts", "General")] == [
        (28, 29), (12, 15), (980, 1285),
    ]  # fmt: skip
    assert {key: _on_time(channels, key) for key in ("Internet", "Desk", "Post", "e-mail",
        "Intern")} == {
        "Internet": (889, 1148), "Desk": (80, 107), "Post": (37, 52), "e-mail": (13, 21),
        "Intern": (1, 1),
    }  # fmt: skip


def test_cases_by_month_of_receipt_in_local_time() -> None:
    # The README's table of months: a UTC date would move cases across the end of a month.
    counted = _tally(["received_month", "channel"])
    months = ["2010-10", "2010-12", "2011-01", "2011-06", "2012-01"]
    totals = {m: sum(c.received.value for c in counted if c.key[0] == m) for m in months}
    assert totals == {"2010-10": 85, "2010-12": 132, "2011-01": 80, "2011-06": 106, "2012-01": 11}
    assert [counted[m, "Internet"].received.value for m in months] == [67, 90, 54, 100, 10]


def test_what_looks_odd_is_noticed_and_counted() -> None:
    # "2 cases end before they start", both on the day of their receipt: where dates are compared
    # that is nothing
    assert _tally([]).noticed == ()
    counted = _tally([], Precision.TIMESTAMP)
    assert counted.noticed == (("finished-earlier-that-day", 2),)
    assert counted.rejected == ()


def test_a_past_day_counts_only_what_had_happened() -> None:
    early = tally(_rows(), by=[], as_of=date(2010, 12, 31), compare=Precision.DATE)
    assert early.total.received.value == 85 + 112 + 132
    assert early.total.received.value + early.later == 1434
