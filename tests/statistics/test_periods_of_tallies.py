"""Flows and stocks over time, carry-over, roll-up over the unit tree, and rows made from
histories.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.deadlines import CountingRules, TimeLimit
from evnpubsvc.dossiers import Dossier, Event, EventKind, Outcome, Precision
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Validity
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.quantities import Count, CountUnit
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.statistics import (
    Flow,
    PeriodState,
    RegisterRow,
    RegisterStatus,
    Stock,
    carry_over,
    flow,
    register_row,
    roll_up,
    roll_up_units,
    stock,
    tally,
)
from evnpubsvc.strategies import dossiers, register_rows
from evnpubsvc.units import AdminUnit, Tier, UnitKind, UnitRegister, nui_thanh
from evnpubsvc.units.results import BreakKind
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

_slow = settings(suppress_health_check=[HealthCheck.too_slow])
_ASKED: dict[str, Any] = {"by": ["channel"], "compare": Precision.DATE}


def _n(value: int) -> Count:
    return Count(value, CountUnit.DOSSIERS)


def _month(number: int) -> Period:
    return Period.month(2022, number, calendar=PeriodCalendar.STATUTORY)


def _rows(*spans: tuple[date, date | None]) -> list[RegisterRow]:
    return [
        RegisterRow(received, None, finished, {"channel": "online"}) for received, finished in spans
    ]


# Received in January, February and March of the reports; the first stays open until April.
_THREE = _rows(
    (date(2022, 1, 3), date(2022, 3, 20)),
    (date(2022, 1, 20), date(2022, 2, 1)),
    (date(2022, 2, 20), date(2022, 3, 1)),
)


def test_flows_add_up_over_adjacent_months_and_stocks_never_do() -> None:
    months = [tally(_THREE, period=_month(number), **_ASKED) for number in (1, 2, 3)]
    received = [flow(each, "received") for each in months]
    assert [each.count.least for each in received] == [1, 1, 1]
    quarter = Period.quarter(2022, 1, calendar=PeriodCalendar.STATUTORY)
    whole = tally(_THREE, period=quarter, **_ASKED)
    assert received[0] + received[1] + received[2] == flow(whole, "received")
    assert flow(months[0], "handled") + flow(months[1], "handled") + flow(
        months[2], "handled"
    ) == flow(whole, "handled")
    pending = [stock(each, "pending") for each in months]
    assert [each.count.value for each in pending] == [
        1,
        1,
        1,
    ]  # one dossier, three times: a sum would say 3
    with pytest.raises(MisuseError, match="stock-over-time"):
        pending[0] + pending[1]
    assert stock(whole, "pending") == pending[2]


@pytest.mark.parametrize(
    ("add", "reason"),
    [
        (lambda: Flow(_n(1), date(2022, 1, 1), date(2022, 1, 31)) + Flow(_n(1), date(2022, 2, 2),
            date(2022, 2, 28)), "flows-not-adjacent"),
        (lambda: Flow(_n(1), date(2022, 1, 1), date(2022, 1, 31)) + Flow(_n(1), date(2022, 1, 31),
            date(2022, 2, 28)), "flows-not-adjacent"),
        (lambda: Flow(_n(1), None, date(2022, 1, 31)) + Flow(_n(1), None, date(2022, 2, 28)),
            "flows-not-adjacent"),
        (lambda: Flow(_n(1), date(2022, 1, 1), date(2022, 1, 31)) + Stock(_n(1),
            date(2022, 1, 31)), "flow-and-stock"),
        (lambda: Stock(_n(1), date(2022, 1, 31)) + Flow(_n(1), date(2022, 1, 1),
            date(2022, 1, 31)), "flow-and-stock"),
        (lambda: Stock(_n(1), date(2022, 1, 31)) + Stock(Count(1, CountUnit.PROCEDURES),
            date(2022, 1, 31)), "unit-mismatch"),
        (lambda: Flow(_n(1), date(2022, 2, 1), date(2022, 1, 31)), "last-before-first"),
        (lambda: flow(tally([], period=_month(1), **_ASKED), "pending"), "flow-unknown"),
        (lambda: stock(tally([], period=_month(1), **_ASKED), "received"), "stock-unknown"),
        (lambda: stock(tally([], as_of=date(2022, 1, 1), **_ASKED), "carried_in"), "period-open"),
        (lambda: carry_over(tally([], period=_month(1), **_ASKED),
            tally([], period=_month(3), **_ASKED)), "periods-not-adjacent"),
        (lambda: carry_over(tally([], period=_month(1), by=[], compare=Precision.DATE),
            tally([], period=_month(2), **_ASKED)), "tallies-differ"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_misuse(add: Any, reason: str) -> None:
    with pytest.raises(MisuseError, match=reason):
        add()


@pytest.mark.parametrize("wrong", [1, None, "x"])
def test_flows_and_stocks_add_only_to_their_like(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Flow(_n(1), None, date(2022, 1, 1)) + wrong
    with pytest.raises(TypeError):
        Stock(_n(1), date(2022, 1, 1)) + wrong


@_slow
@given(
    st.lists(register_rows(), max_size=20),
    st.lists(
        st.dates(date(2019, 1, 1), date(2026, 12, 31)), min_size=3, max_size=3, unique=True
    ).map(sorted),
    st.none() | st.dates(date(2019, 1, 1), date(2026, 12, 31)),
)
def test_what_is_pending_is_carried_into_the_next_period(
    rows: list[RegisterRow], cuts: list[date], known_at: date | None
) -> None:
    # Column 11 of a report is column 6 of the next, and flows of the parts are the flow of the
    # whole.
    first, middle, last = cuts
    one, day = timedelta(days=1), {"known_at": known_at, **_ASKED}
    before = tally(rows, period=Period(first, middle), **day)
    if middle == last:
        return
    after = tally(rows, period=Period(middle + one, last), **day)
    assert carry_over(before, after) == ()
    whole = tally(rows, period=Period(first, last), **day)
    for name in ("received", "handled", "refused"):
        assert flow(before, name) + flow(after, name) == flow(whole, name)
    assert stock(before, "pending") == stock(after, "carried_in")
    assert stock(whole, "pending") == stock(after, "pending")


def test_a_register_that_was_changed_in_between_is_found() -> None:
    # The report of January was printed when the second dossier had not been entered.
    january = tally(_THREE[:1], period=_month(1), **_ASKED)
    late = [*_THREE[:1], *_rows((date(2022, 1, 5), None))]
    (found,) = carry_over(january, tally(late, period=_month(2), **_ASKED))
    assert (found.reason, found.path, found.value) == ("carry-over-broken", "channel online", 2)
    assert dict(found.parts)["pending"] == 1


# --- roll-up ---


def test_values_roll_up_or_are_named_all_at_once() -> None:
    rows = [
        RegisterRow(date(2022, 1, 1), dimensions={"channel": each})
        for each in ("web", "app", "desk", None)
    ]
    counted = tally(rows, as_of=date(2022, 1, 1), **_ASKED)
    coarse = roll_up(counted, "channel", {"web": "online", "app": "online", "desk": None})
    assert [(cell.key[0], cell.received.value) for cell in coarse] == [(None, 2), ("online", 2)]
    with pytest.raises(DataError) as caught:
        roll_up(counted, "channel", {"web": "online"})
    assert [found.value for found in caught.value.findings] == ["app", "desk"]
    with pytest.raises(UnknownNameError):
        roll_up(counted, "unit", {})


@_slow
@given(st.lists(register_rows(), max_size=12), st.lists(register_rows(), max_size=12))
def test_rolling_up_and_merging_commute(left: list[RegisterRow], right: list[RegisterRow]) -> None:
    first, second = (tally(each, as_of=date(2026, 12, 31), **_ASKED) for each in (left, right))
    values = {
        cell.key[0]: "x" for part in (first, second) for cell in part if cell.key[0] is not None
    }
    merged = roll_up(first.merge(second), "channel", values)
    assert merged == roll_up(first, "channel", values).merge(roll_up(second, "channel", values))
    assert merged.total == first.merge(second).total


def _units(*codes: str, day: date) -> list[RegisterRow]:
    return [RegisterRow(day, dimensions={"unit": code}) for code in codes]


def test_communes_roll_up_to_the_district_and_province_of_the_day() -> None:
    # Domain note 7: district 517, province 49 until 30/6/2025; province 48 without a district
    # afterwards.
    register = nui_thanh()
    old = tally(
        _units("20968", "20971", day=date(2025, 6, 2)),
        by=["unit"],
        as_of=date(2025, 6, 30),
        compare=Precision.DATE,
    )
    assert [cell.key[0] for cell in roll_up_units(old, register, Tier.DISTRICT).tally] == ["517"]
    assert [cell.key[0] for cell in roll_up_units(old, register, Tier.PROVINCE).tally] == ["49"]
    new = tally(
        _units("20971", day=date(2025, 7, 2)),
        by=["unit"],
        as_of=date(2025, 7, 31),
        compare=Precision.DATE,
    )
    assert [cell.key[0] for cell in roll_up_units(new, register, Tier.PROVINCE).tally] == ["48"]
    without = roll_up_units(new, register, Tier.DISTRICT)
    assert [cell.key[0] for cell in without.tally] == [None]
    assert [found.reason for found in without.findings] == ["roll-up-no-parent"]


def test_a_period_across_a_merger_carries_its_break_marks() -> None:
    register = nui_thanh()
    counted = tally(
        _units("20968", "20971", "99999", day=date(2025, 6, 2)), by=["unit"],
        period=Period.year(2025, calendar=PeriodCalendar.STATUTORY), compare=Precision.DATE,
    )  # fmt: skip
    rolled = roll_up_units(counted, register, Tier.PROVINCE)
    assert {mark.kind for mark in rolled.breaks} >= {BreakKind.MERGED}
    assert [(found.reason, found.value) for found in rolled.findings] == [
        ("roll-up-unit-unknown", "99999")
    ]
    assert rolled.tally.total.received == counted.total.received
    ended = tally(
        _units("20968", day=date(2025, 6, 2)),
        by=["unit"],
        as_of=date(2025, 8, 1),
        compare=Precision.DATE,
    )
    assert [cell.key[0] for cell in roll_up_units(ended, register, Tier.PROVINCE).tally] == ["49"]
    before = tally(
        _units("20971", day=date(2025, 6, 2)),
        by=["unit"],
        as_of=date(2025, 6, 30),
        compare=Precision.DATE,
    )
    assert [cell.key[0] for cell in roll_up_units(before, register, Tier.PROVINCE).tally] == ["49"]
    too_early = tally(
        _units("77", "20971", day=date(2022, 6, 2)),
        by=["unit"],
        period=_month(6),
        compare=Precision.DATE,
    )
    begun_later = AdminUnit(
        "77", "X", UnitKind.PROVINCE, Tier.PROVINCE, validity=Validity(date(2025, 7, 1))
    )
    known = UnitRegister.of([*register, begun_later], register.successions)
    assert [
        (f.reason, f.value) for f in roll_up_units(too_early, known, Tier.PROVINCE).findings
    ] == [("roll-up-unit-unknown", "77")]
    quiet = tally(
        _units("20971", day=date(2022, 6, 2)), by=["unit"], period=_month(6), compare=Precision.DATE
    )
    assert roll_up_units(quiet, register, Tier.PROVINCE).breaks == ()
    with pytest.raises(MisuseError, match="roll-up-no-units"):
        roll_up_units(
            tally(_THREE, as_of=date(2022, 4, 1), **_ASKED),
            register,
            Tier.PROVINCE,
            dimension="channel",
        )


# --- histories ---

_K = EventKind
_COUNTING = CountingRules(vietnam_calendar())


def _at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2022, month, day, hour, tzinfo=VIETNAM_TIME)


def _history(*events: Event) -> Dossier:
    return Dossier(
        "case-1",
        procedure="1.004873",
        unit="20971",
        limit=TimeLimit.parse("3 ngày làm việc"),
        events=events,
    )


_OPEN = (Event(_K.SUBMITTED, _at(4, 28)), Event(_K.RECEIVED, _at(4, 29)))


@pytest.mark.parametrize(
    ("events", "status", "state"),
    [
        ((*_OPEN, Event(_K.RESOLVED, _at(5, 6))), RegisterStatus.RESULT, PeriodState.ON_TIME),
        ((*_OPEN, Event(_K.RESOLVED, _at(5, 7), outcome=Outcome.DECLINED)),
            RegisterStatus.DECLINED, PeriodState.LATE),
        ((*_OPEN, Event(_K.STOPPED, _at(5, 5), final=True)), RegisterStatus.STOPPED,
            PeriodState.STOPPED),
        ((*_OPEN, Event(_K.WITHDRAWAL_ASKED, _at(5, 4)), Event(_K.WITHDRAWAL_ACCEPTED, _at(5, 5))),
            RegisterStatus.WITHDRAWN, PeriodState.WITHDRAWN),
        # What is asked for afterwards is not what ended it.
        ((*_OPEN, Event(_K.STOPPED, _at(5, 5), final=True),
            Event(_K.WITHDRAWAL_ASKED, _at(5, 20))), RegisterStatus.STOPPED, PeriodState.STOPPED),
        ((*_OPEN, Event(_K.STOPPED, _at(5, 5), final=False)), RegisterStatus.PAUSED,
            PeriodState.PENDING_PAUSED),
        ((*_OPEN, Event(_K.SUPPLEMENT_REQUESTED, _at(5, 5))), RegisterStatus.PAUSED,
            PeriodState.PENDING_PAUSED),
        (_OPEN, None, PeriodState.PENDING_OVERDUE),
        ((_OPEN[0], Event(_K.REFUSED, _at(4, 29))), RegisterStatus.REFUSED, PeriodState.REFUSED),
        (_OPEN[:1], RegisterStatus.WAITING, PeriodState.WAITING),
    ],
)  # fmt: skip
def test_a_history_becomes_a_row(
    events: tuple[Event, ...], status: RegisterStatus | None, state: PeriodState
) -> None:
    # 3 working days from Fri 29/4/2022 are due on Fri 6/5/2022 (domain note 5.5).
    row = register_row(_history(*events), as_of=date(2022, 5, 14), counting=_COUNTING)
    assert isinstance(row, RegisterRow)
    assert row.status is status
    counted = tally(
        [row], by=["procedure", "unit"], as_of=date(2022, 5, 14), compare=Precision.DATE
    )
    assert counted[("1.004873", "20971")][state].value == 1


@pytest.mark.parametrize(
    ("received", "limit", "mark"),
    [
        (datetime(2028, 1, 3, 9, tzinfo=VIETNAM_TIME), "15 ngày làm việc", "provisional"),
        # The days off of 2027 are decided (CV 10065/VPCP-KGVX), those of 2028 are not.
        (datetime(2027, 12, 1, 9, tzinfo=VIETNAM_TIME), "5 ngày làm việc", "decided"),
        (datetime(2027, 12, 1, 9, tzinfo=VIETNAM_TIME), None, None),
    ],
)
def test_a_row_says_whether_its_due_date_is_decided(
    received: datetime, limit: str | None, mark: str | None
) -> None:
    events = (Event(_K.SUBMITTED, received), Event(_K.RECEIVED, received))
    counting = CountingRules(vietnam_calendar(provisional_until=2028))
    day = date(2028, 2, 20)
    row = register_row(Dossier("case-1", limit=limit, events=events), as_of=day, counting=counting)
    assert isinstance(row, RegisterRow)
    assert dict(from_json(to_json(row), RegisterRow).dimensions)["due_mark"] == mark
    counted = tally([row], by=["due_mark"], as_of=day, compare=Precision.DATE)
    assert [cell.key for cell in counted] == [(mark,)]


def test_a_row_without_a_due_date_says_why() -> None:
    """The hour of receipt is missing: the dossier counts as handled, and the reason is told."""
    day = date(2024, 9, 4)
    events = (Event(_K.SUBMITTED, day), Event(_K.RECEIVED, day), Event(_K.RESOLVED, day))
    dossier = Dossier("case-1", limit="8 giờ làm việc", events=events)
    found: list[Finding] = []
    row = register_row(
        dossier, as_of=date(2024, 9, 30), counting=_COUNTING, on_finding=found.append
    )
    assert isinstance(row, RegisterRow)
    assert (row.due, dict(row.dimensions)["due_mark"]) == (None, "unsettled")
    assert [(each.reason, each.path) for each in found] == [("time-of-receipt-needed", "case-1")]


def test_what_was_recorded_late_was_not_known_then() -> None:
    resolved = Event(_K.RESOLVED, _at(5, 5), recorded=_at(5, 20))
    row = register_row(
        _history(*_OPEN, resolved),
        as_of=date(2022, 5, 14),
        counting=_COUNTING,
        known_at=date(2022, 5, 19),
    )
    assert isinstance(row, RegisterRow)
    assert row.finished is None
    later = register_row(
        _history(*_OPEN, resolved),
        as_of=date(2022, 5, 14),
        counting=_COUNTING,
        known_at=date(2022, 5, 20),
    )
    assert isinstance(later, RegisterRow)
    assert later.finished == _at(5, 5)


def test_what_is_not_handed_in_is_a_finding() -> None:
    found = register_row(Dossier("case-1"), as_of=date(2022, 5, 14), counting=None)
    assert isinstance(found, Finding)
    assert found.reason == "dossier-not-submitted"
    with pytest.raises(MisuseError, match="wrong-type"):
        register_row(Dossier("case-1"), as_of=_at(5, 14), counting=None)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(dossiers(), st.dates(date(2018, 1, 1), date(2026, 12, 1)))
def test_every_history_becomes_a_row_that_is_counted_once(dossier: Dossier, day: date) -> None:
    row = register_row(dossier, as_of=day, counting=None)
    counted = tally([row], by=["channel"], as_of=day, compare=Precision.DATE)
    total = counted.total
    assert sum(total.new) + counted.later + sum(number for _, number in counted.rejected) == 1


@pytest.mark.parametrize("offset", [14, 7, 0, -12])
@pytest.mark.parametrize("end", [datetime.min, datetime.max])
def test_instants_at_the_ends_of_time_are_stated_as_they_are_written(
    end: datetime, offset: int
) -> None:
    at = end.replace(tzinfo=timezone(timedelta(hours=offset)))
    dossier = Dossier("x", events=(Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)))
    row = register_row(dossier, as_of=date.max, counting=CountingRules(vietnam_calendar()))
    assert isinstance(row, RegisterRow)
    assert row.received == at
