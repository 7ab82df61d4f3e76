"""The rule is `classify`; what is faster looks up what it says.

Here both are asked about every way days can lie.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.statistics import PeriodState, RegisterRow, RegisterStatus, classify, tally
from evnpubsvc.statistics.engine import (
    CLOSED,
    INDEX,
    STATE_TABLE,
    STATUSES,
    DueDay,
    EndDay,
    place_by_days,
)
from evnpubsvc.worktime import VIETNAM_TIME

_DAY = date(2022, 12, 15)
_DAYS = [None, *(_DAY + timedelta(days=days) for days in range(-3, 4))]


def _rows() -> Iterator[RegisterRow]:
    for due, finished, status in product(_DAYS, _DAYS, STATUSES):
        if status is None or not status.is_ending or finished is not None:
            yield RegisterRow(_DAY - timedelta(days=30), due, finished, status=status)


@pytest.mark.parametrize("compare", Precision)
def test_the_table_says_what_the_rule_says(compare: Precision) -> None:
    agreeing = contradicting = 0
    for row in _rows():
        days = (row.due, row.finished)
        place = place_by_days(*days, row.status, _DAY)
        if row.status is not None and row.status.is_ending is (row.finished is None):
            contradicting += 1
            assert place is None
        else:
            agreeing += 1
            state = classify(row, as_of=_DAY, compare=compare)
            assert state is not None
            assert place == INDEX[state]
        # of 8 x 8 pairs of days 7 have an end; of 9 statuses three say that there is none, one says
        # nothing
    assert contradicting == 8 * 3 * 7
    assert agreeing == 8 * (7 * 6 + 1 * 4)


def test_days_that_cannot_lie_so_have_no_state() -> None:
    for status in STATUSES:
        for end in (EndDay.ON_DUE, EndDay.AFTER_DUE):
            assert STATE_TABLE[end, DueDay.NONE, status] is None
        assert STATE_TABLE[EndDay.AFTER_DUE, DueDay.AHEAD, status] is None


def test_on_columns_the_same_places_are_looked_up() -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("polars")
    from evnpubsvc.frames._cells import _ASK_THE_ROW, _places

    missing = 1 << 30
    rows = list(_rows())

    def column(days: list[date | None]) -> object:
        return np.array([missing if day is None else day.toordinal() for day in days], np.int32)

    places = _places(
        column([row.finished for row in rows]),
        column([row.due for row in rows]),
        np.array([STATUSES.index(row.status) for row in rows], np.int32),
        len(rows),
        _DAY.toordinal(),
        missing,
    )
    for row, found in zip(rows, places.tolist(), strict=True):
        place = place_by_days(row.due, row.finished, row.status, _DAY)
        assert found == (_ASK_THE_ROW if place is None else place)


def test_the_groups_hold_what_their_names_say() -> None:
    still_there = {"pending_in_time", "pending_overdue", "pending_no_due_date", "pending_paused"}
    assert {state.value for state in PeriodState} - {state.value for state in CLOSED} == {
        *still_there,
        "waiting",
    }
    one_of_each = tally(
        [
            RegisterRow(_DAY, status=RegisterStatus.WAITING),
            RegisterRow(_DAY, status=RegisterStatus.PAUSED),
            RegisterRow(_DAY, None, _DAY, status=RegisterStatus.REFUSED),
            RegisterRow(_DAY, None, _DAY, status=RegisterStatus.STOPPED),
            RegisterRow(_DAY, _DAY, _DAY),
        ],
        by=[],
        as_of=_DAY,
        compare=Precision.DATE,
    ).total
    assert (one_of_each.received.value, one_of_each.handled.value) == (3, 2)
    assert (one_of_each.pending.value, one_of_each.refused.value) == (1, 1)


def test_cells_that_were_counted_and_cells_that_were_given_are_the_same() -> None:
    rows = [RegisterRow(_DAY, dimensions={"unit": unit}) for unit in ("b", None, "a", "b")]
    counted = tally(rows, by=["unit"], as_of=_DAY, compare=Precision.DATE)
    again = pickle.loads(pickle.dumps(counted))
    assert again == counted
    assert hash(again) == hash(counted)
    assert [cell.key for cell in counted.cells] == [(None,), ("a",), ("b",)]
    assert counted.cells == tuple(again.cells)
    assert counted.cells[-1].received.value == 2
    assert counted.cells[:1] == (counted[None],)
    with pytest.raises(TypeError):
        counted.counts()[("a", 0)] = 5  # type: ignore[index]


def test_what_happens_after_the_instant_of_judgement_has_not_happened() -> None:
    """An instant is held against instants, a day of another day against its day."""
    noon = datetime(2022, 12, 15, 12, tzinfo=VIETNAM_TIME)
    minute = timedelta(minutes=1)

    def state(received: date, finished: date | None = None) -> PeriodState | None:
        row = RegisterRow(received, _DAY, finished)
        return classify(row, as_of=noon, compare=Precision.DATE)

    assert state(noon + minute) is None
    assert state(noon) is PeriodState.PENDING_IN_TIME
    assert state(_DAY - timedelta(days=1), noon + minute) is PeriodState.PENDING_IN_TIME
    assert state(_DAY - timedelta(days=1), noon) is PeriodState.ON_TIME
    assert state(_DAY + timedelta(days=1)) is None
