"""Tallies: classes that partition, a monoid that merges in any order, and a past that stays as
it was.
"""

import io
import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc._moments import own_day
from evnpubsvc.deadlines import LimitUnit, TimeLimit
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Citation
from evnpubsvc.periods import Period
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.serde import RegisterColumns, read_register, tally_register
from evnpubsvc.statistics import (
    Intake,
    LimitTerms,
    PeriodState,
    RegisterRow,
    RegisterStatus,
    Tally,
    TallyCell,
    classify,
    drill_down,
    tally,
)
from evnpubsvc.strategies import register_rows, tallies
from evnpubsvc.texts import Text
from evnpubsvc.worktime import CalendarDay, DayKind, vietnam_calendar
from tests.statistics.oracle import counted_by_hand

_slow = settings(suppress_health_check=[HealthCheck.too_slow])
_DAY = date(2022, 12, 14)
_VN = timezone(timedelta(hours=7))


def _at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2022, 12, day, hour, minute, tzinfo=_VN)


def _d(day: int) -> date:
    return date(2022, 12, day)


@pytest.mark.parametrize(
    ("due", "finished", "by_date", "by_timestamp"),
    [
        (_d(10), _d(9), "early", "early"),
        (_d(10), _d(10), "on_time", "on_time"),
        (_d(10), _d(11), "late", "late"),
        (_at(10, 9), _at(10, 9), "on_time", "on_time"),
        (_at(10, 9), _at(10, 8), "on_time", "early"),
        (_at(10, 9), _at(10, 10), "on_time", "late"),
        (
            _d(10),
            _at(10, 23, 59),
            "on_time",
            "on_time",
        ),  # a plain due date ends at 24:00, Civil Code art. 148(6)
        (_at(14, 9), None, "pending_in_time", "pending_overdue"),  # judged at the end of the 14th
        (_d(14), None, "pending_in_time", "pending_in_time"),
        (_d(13), None, "pending_overdue", "pending_overdue"),
        (
            _at(10, 9),
            _at(15, 9),
            "pending_overdue",
            "pending_overdue",
        ),  # finished later: not known on the 14th
        (None, _d(9), "no_due_date", "no_due_date"),
        (None, None, "pending_no_due_date", "pending_no_due_date"),
        (None, _d(15), "pending_no_due_date", "pending_no_due_date"),
    ],
)
def test_each_class_by_date_and_by_timestamp(
    due: Any, finished: Any, by_date: str, by_timestamp: str
) -> None:
    row = RegisterRow(_d(1), due, finished)
    assert classify(row, as_of=_DAY, compare=Precision.DATE) == by_date
    assert classify(row, as_of=_DAY, compare=Precision.TIMESTAMP) == by_timestamp


def test_a_date_of_finishing_is_not_compared_with_an_instant() -> None:
    row = RegisterRow(_d(1), _at(10, 9), _d(10))
    with pytest.raises(MisuseError, match="time-of-day-missing"):
        classify(row, as_of=_DAY, compare=Precision.TIMESTAMP)
    counted = tally([row], by=[], as_of=_DAY, compare=Precision.TIMESTAMP)
    assert counted.rejected == (("time-of-day-missing", 1),)
    assert counted.cells == ()


def test_the_local_date_decides_not_the_date_in_utc() -> None:
    # H.14: 06:30 in Viet Nam is still the day before in UTC.
    early_morning = _at(10, 6, 30)
    assert early_morning.astimezone(UTC).date() == _d(9)
    row = RegisterRow(_d(1), _d(9), early_morning)
    assert classify(row, as_of=_DAY, compare=Precision.DATE) is PeriodState.LATE


def test_the_last_day_counts_and_the_next_does_not() -> None:
    # H.15: the last day of a period lost to a comparison at 00:00.
    rows = [RegisterRow(_at(14, 23, 59)), RegisterRow(_at(15, 0, 0)), RegisterRow(_d(15))]
    counted = tally(rows, by=[], as_of=_DAY, compare=Precision.DATE)
    assert (counted.total.received.value, counted.later) == (1, 2)


def test_a_naive_datetime_is_misuse() -> None:
    with pytest.raises(MisuseError, match="datetime-naive"):
        RegisterRow(datetime(2022, 12, 1))


def test_two_rates_have_two_names() -> None:
    # H.6: on time of handled and on time of received are different rates.
    rows = [
        RegisterRow(_d(1), _d(5), _d(5)),
        RegisterRow(_d(1), _d(5), _d(6)),
        RegisterRow(_d(1), _d(30)),
    ]
    total = tally(rows, by=[], as_of=_DAY, compare=Precision.DATE).total
    assert str(total.on_time_of_finished) == "1/2 dossiers"
    assert str(total.on_time_of_received) == "1/3 dossiers"


def test_a_cell_that_does_not_occur_is_zeros_and_its_rate_is_no_number() -> None:
    empty = Tally.empty(["channel"], as_of=_DAY, compare=Precision.DATE)
    assert empty.cell("online").received.value == 0
    assert empty.total.on_time_of_finished.value(ZeroPolicy.NOT_ASSESSABLE) != 0


def test_a_key_that_does_not_occur_is_refused_with_the_nearest() -> None:
    rows = [RegisterRow(_d(1), dimensions={"channel": each}) for each in ("online", "post")]
    counted = tally(rows, by=["channel"], as_of=_DAY, compare=Precision.DATE)
    with pytest.raises(UnknownNameError) as caught:
        counted["onlin"]
    assert caught.value.finding.line() == (
        "no cell is called 'onlin' [cell-unknown] - there are: 'online', 'post'; nearest: 'online'"
    )
    # `in` asks what `[]` asks, also of what can be no key.
    assert "online" in counted
    for stranger in ("onlin", None, ("online", "post"), (), ["online"], 7):
        assert stranger not in counted
        with pytest.raises(UnknownNameError, match="cell-unknown"):
            counted[stranger]  # type: ignore[index]
    with pytest.raises(MisuseError, match="tally-key-length"):
        counted.cell(("online", "post"))


def test_a_key_of_two_parts_has_a_nearest_too() -> None:
    rows = [
        RegisterRow(_d(1), dimensions={"unit": unit, "channel": channel})
        for unit, channel in (("20971", "online"), ("20992", "post"))
    ]
    counted = tally(rows, by=["unit", "channel"], as_of=_DAY, compare=Precision.DATE)
    with pytest.raises(UnknownNameError, match="nearest: 20971, online"):
        counted["20971", "onlin"]


@given(st.lists(register_rows(), max_size=20))
def test_a_key_answers_exactly_where_a_cell_occurs(rows: list[RegisterRow]) -> None:
    counted = tally(rows, by=["channel", "outcome"], as_of=_DAY, compare=Precision.DATE)
    for cell in counted:
        assert cell.key in counted
        assert counted[cell.key] == counted.cell(cell.key) == cell


def test_dimensions_are_named_and_derived_ones_are_always_there() -> None:
    rows = [
        RegisterRow(_d(1), dimensions={"unit": "A"}),
        RegisterRow(date(2021, 3, 1), dimensions={"unit": None}),
    ]
    counted = tally(rows, by=["received_month", "unit"], as_of=_DAY, compare=Precision.DATE)
    assert [cell.key for cell in counted] == [("2021-03", None), ("2022-12", "A")]
    assert [
        c.key for c in tally(rows, by=["received_year"], as_of=_DAY, compare=Precision.DATE)
    ] == [
        ("2021",),
        ("2022",),
    ]
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        tally(rows, by=["commune"], as_of=_DAY, compare=Precision.DATE)
    with pytest.raises(MisuseError, match="dimension-twice"):
        tally(rows, by=["unit", "unit"], as_of=_DAY, compare=Precision.DATE)
    with pytest.raises(MisuseError, match="datetime-naive"):
        tally(rows, by=[], as_of=_at(14).replace(tzinfo=None), compare=Precision.DATE)


def test_findings_are_counted_and_handed_on() -> None:
    seen: list[Finding] = []
    counted = tally(
        [finding("not-a-date", "line 2", "x"), notice("finished-before-received", "line 3"),
            RegisterRow(_d(1))],
        by=[], as_of=_DAY, compare=Precision.DATE, on_finding=seen.append,
    )  # fmt: skip
    assert counted.rejected == (("not-a-date", 1),)
    assert counted.noticed == (("finished-before-received", 1),)
    assert [f.path for f in seen] == ["line 2", "line 3"]


def _cell(key: str) -> TallyCell:
    return TallyCell((key,), (1,) * 12)


def test_malformed_tallies_are_misuse() -> None:
    for make in (
        lambda: TallyCell(("a",), (1, 2)),
        lambda: TallyCell(("a",), (-1,) + (0,) * 11),
        lambda: TallyCell(("a",), (0,) * 12, (0,) * 11),
        lambda: Tally(
            dimensions=("a",), as_of=_DAY, compare=Precision.DATE, cells=(TallyCell(()),)
        ),
        lambda: Tally(
            dimensions=("a",), as_of=_DAY, compare=Precision.DATE, cells=(_cell("b"), _cell("a"))
        ),
    ):
        with pytest.raises(MisuseError, match="tally-"):
            make()


def test_tallies_of_different_questions_do_not_merge() -> None:
    one = Tally.empty(["a"], as_of=_DAY, compare=Precision.DATE)
    for other in (
        Tally.empty(["b"], as_of=_DAY, compare=Precision.DATE),
        Tally.empty(["a"], as_of=_d(15), compare=Precision.DATE),
        Tally.empty(["a"], as_of=_DAY, compare=Precision.TIMESTAMP),
        Tally.empty(["a"], as_of=_DAY, compare=Precision.DATE, since=_d(1)),
        Tally.empty(["a"], as_of=_DAY, compare=Precision.DATE, known_at=_d(20)),
        Tally.empty(["a"], as_of=_DAY, compare=Precision.DATE, terms="0"),
    ):
        with pytest.raises(MisuseError, match="tallies-differ"):
            one.merge(other)


# --- laws ---

_question: dict[str, Any] = {"as_of": _DAY, "compare": Precision.DATE}
_alike = tallies(as_of=_DAY, since=None, compare=Precision.DATE, known_at=None)


@_slow
@given(_alike, _alike, _alike)
def test_merge_is_associative_commutative_and_has_a_zero(a: Tally, b: Tally, c: Tally) -> None:
    zero = Tally.empty(["channel"], **_question)
    assert a.merge(b).merge(c) == a.merge(b.merge(c)) == a.merge(b, c)
    assert a.merge(b) == b.merge(a)
    assert a.merge(zero) == zero.merge(a) == a == a.merge()


@_slow
@given(
    st.lists(register_rows() | st.builds(finding, st.just("not-a-date")), max_size=20), st.data()
)
def test_any_partition_counts_the_same(
    rows: list[RegisterRow | Finding], data: st.DataObject
) -> None:
    whole = tally(rows, by=["channel"], **_question)
    cut = data.draw(st.integers(0, len(rows)))
    parts = [rows[:cut], rows[cut:]]
    counted = [
        tally(part, by=["channel"], **_question) for part in data.draw(st.permutations(parts))
    ]
    assert counted[0].merge(counted[1]) == whole
    assert tally(data.draw(st.permutations(rows)), by=["channel"], **_question) == whole


@_slow
@given(
    st.lists(register_rows(), max_size=20),
    st.sampled_from(Precision),
    st.none() | st.dates(date(2019, 1, 1), _DAY),
)
def test_every_dossier_is_counted_in_one_place(
    rows: list[RegisterRow], compare: Precision, since: date | None
) -> None:
    counted = _counted(rows, since, compare=compare)
    total = counted.total
    inside = sum(total.new) + sum(total.carried)
    outside = counted.later + counted.earlier + counted.linked + counted.other_versions
    assert inside + outside + sum(number for _, number in counted.rejected) == len(rows)
    for cell in (*counted, total):
        assert (cell.carried_in + cell.received) == (cell.handled + cell.pending)


def _counted(rows: list[RegisterRow], since: date | None, **more: Any) -> Tally:
    asked = {"by": ["channel"], "compare": Precision.DATE, **more}
    return (
        tally(rows, as_of=_DAY, **asked)
        if since is None
        else tally(rows, period=Period(since, _DAY), **asked)
    )


@_slow
@given(
    st.lists(register_rows(), max_size=20),
    st.none() | st.dates(date(2019, 1, 1), _DAY),
    st.none() | st.dates(date(2019, 1, 1), date(2026, 12, 31)),
    st.sampled_from([("channel",), ("received_month", "outcome"), ("received_report_quarter",)]),
)
def test_a_count_written_apart_agrees(
    rows: list[RegisterRow], since: date | None, known_at: date | None, by: tuple[str, ...]
) -> None:
    counted = _counted(rows, since, known_at=known_at, by=by)
    got = {
        (cell.key, entry, each.value): counts[index]
        for cell in counted
        for entry, counts in ((Intake.NEW, cell.new), (Intake.CARRIED, cell.carried))
        for index, each in enumerate(PeriodState)
        if counts[index]
    }
    assert got == dict(counted_by_hand(rows, by, since, _DAY, known_at))


@_slow
@given(register_rows(plain=True), st.dates(date(2019, 1, 1), date(2026, 12, 30)))
def test_going_forward_in_time_never_turns_overdue_into_in_time(
    row: RegisterRow, day: date
) -> None:
    before = classify(row, as_of=day, compare=Precision.DATE)
    after = classify(row, as_of=day + timedelta(days=1), compare=Precision.DATE)
    if before in {
        PeriodState.EARLY,
        PeriodState.ON_TIME,
        PeriodState.LATE,
        PeriodState.NO_DUE_DATE,
    }:
        assert after is before
    if before is PeriodState.PENDING_OVERDUE:
        assert after in {PeriodState.PENDING_OVERDUE, PeriodState.LATE}


@_slow
@given(
    st.lists(register_rows(dimensions=["channel", "unit"]), max_size=20),
    st.sampled_from(PeriodState),
)
def test_a_number_leads_back_to_its_dossiers(rows: list[RegisterRow], wanted: PeriodState) -> None:
    counted = tally(
        rows, by=["channel"], period=Period(date(2021, 1, 1), _DAY), compare=Precision.DATE
    )
    for cell in counted:
        for entry, counts in ((Intake.NEW, cell.new), (Intake.CARRIED, cell.carried)):
            found = list(drill_down(rows, counted, cell.key, states=[wanted], entries=[entry]))
            assert len(found) == counts[list(PeriodState).index(wanted)]
            assert all(dict(row.dimensions)["channel"] == cell.key[0] for row in found)
    everything = list(drill_down(rows, counted))
    assert len(everything) == sum(counted.total.new) + sum(counted.total.carried)


@pytest.mark.parametrize("since", [None, _d(13), _d(14)])
@pytest.mark.parametrize("known_at", [None, _d(13)])
def test_every_constellation_around_the_last_day(since: date | None, known_at: date | None) -> None:
    days = [_d(day) for day in (12, 13, 14, 15)]
    rows = [
        RegisterRow(
            received,
            due,
            finished,
            {"channel": str(number % 7)},
            status=status,
            part_of=part_of,
            superseded=superseded,
        )
        for number, (received, due, finished, status, (part_of, superseded)) in enumerate(
            itertools.product(
                days,
                [None, *days],
                [None, *days],
                [None, *RegisterStatus],
                [(None, None), ("x", None), (None, _d(13)), (None, _d(14))],
            )
        )
        if finished is not None or status is None or not status.is_ending
    ]
    counted = _counted(rows, since, known_at=known_at)
    got = {
        (cell.key, entry, each.value): counts[index]
        for cell in counted
        for entry, counts in ((Intake.NEW, cell.new), (Intake.CARRIED, cell.carried))
        for index, each in enumerate(PeriodState)
        if counts[index]
    }
    assert got == dict(counted_by_hand(rows, ["channel"], since, _DAY, known_at))
    assert not counted.rejected
    assert sum(row.part_of is not None for row in rows) == counted.linked


# --- a period, worked out by hand ---

_DECEMBER = Period(_d(1), _DAY)


@pytest.mark.parametrize(
    ("row", "entry", "state"),
    [
        (RegisterRow(_d(1), _d(5), _d(5)), "new", "on_time"),
        (RegisterRow(date(2022, 11, 30), _d(5), _d(1)), "carried", "early"),
        (RegisterRow(date(2022, 11, 30), _d(5)), "carried", "pending_overdue"),
        (RegisterRow(_d(14), _d(20), _d(15)), "new", "pending_in_time"),
        (RegisterRow(_d(2), _d(5), _d(3), status=RegisterStatus.DECLINED), "new", "early"),
        (RegisterRow(_d(2), _d(5), _d(9), status=RegisterStatus.WITHDRAWN), "new", "withdrawn"),
        (
            RegisterRow(_d(2), _d(5), _d(15), status=RegisterStatus.WITHDRAWN),
            "new",
            "pending_overdue",
        ),
        (RegisterRow(_d(2), _d(5), _d(9), status=RegisterStatus.STOPPED), "new", "stopped"),
        (RegisterRow(_d(2), None, _d(2), status=RegisterStatus.REFUSED), "new", "refused"),
        (RegisterRow(_d(2), status=RegisterStatus.WAITING), "new", "waiting"),
        (RegisterRow(_d(2), _d(5), status=RegisterStatus.PAUSED), "new", "pending_paused"),
        (RegisterRow(_d(2), _d(5), status=RegisterStatus.RUNNING), "new", "pending_overdue"),
        (RegisterRow(_d(2), _d(5), _d(4), status=RegisterStatus.PAUSED), "new", "early"),
    ],
)
def test_where_a_dossier_of_a_period_is_counted(row: RegisterRow, entry: str, state: str) -> None:
    cell = tally([row], by=[], period=_DECEMBER, compare=Precision.DATE).total
    counts = cell.new if entry == "new" else cell.carried
    assert (
        counts[list(PeriodState).index(PeriodState(state))]
        == 1
        == sum(cell.new) + sum(cell.carried)
    )


def test_what_ended_before_the_period_is_named_and_not_counted() -> None:
    rows = [RegisterRow(date(2022, 11, 1), None, date(2022, 11, 30)), RegisterRow(_d(15))]
    counted = tally(rows, by=[], period=_DECEMBER, compare=Precision.DATE)
    assert (counted.earlier, counted.later, len(counted.cells)) == (1, 1, 0)


def test_what_was_refused_before_the_period_is_not_carried_into_it() -> None:
    """On its first day it is carried; the day before it is of an earlier period."""
    refused = RegisterStatus.REFUSED
    for day, earlier, carried in ((date(2022, 11, 30), 1, 0), (_d(1), 0, 1)):
        rows = [RegisterRow(date(2022, 11, 1), None, day, status=refused)]
        counted = tally(rows, by=[], period=_DECEMBER, compare=Precision.DATE)
        assert (counted.earlier, sum(counted.total.carried)) == (earlier, carried)


@pytest.mark.parametrize("status", [each for each in RegisterStatus if each.is_ending])
def test_an_ending_without_a_day_is_no_row(status: RegisterStatus) -> None:
    with pytest.raises(MisuseError, match="ending-undated"):
        RegisterRow(_d(2), _d(5), status=status)
    register = f"received,due,finished,status\n2022-12-02,2022-12-05,,{status.value}\n".encode()
    columns = RegisterColumns(due="due", finished="finished", status="status")
    found = list(read_register(io.BytesIO(register), columns))
    assert [(each.path, each.reason) for each in found if isinstance(each, Finding)] == [
        ("line 2, column status", "ending-undated")
    ]
    counted = tally_register(
        io.BytesIO(register), columns, by=[], as_of=_DAY, compare=Precision.DATE
    )
    assert counted.rejected == (("ending-undated", 1),)
    assert tally(found, by=[], as_of=_DAY, compare=Precision.DATE) == counted


@given(register_rows(), st.dates(date(2018, 12, 31), date(2027, 1, 1)), st.sampled_from(Precision))
def test_every_row_is_classified(row: RegisterRow, as_of: date, compare: Precision) -> None:
    """All that a row may lack is the hour of its end, where instants of one day are compared."""
    by_instant = compare is Precision.TIMESTAMP and isinstance(row.due, datetime)
    if by_instant and type(row.finished) is date:
        compare = Precision.DATE
    state = classify(row, as_of=as_of, compare=compare)
    assert (state is None) == (own_day(row.received) > as_of)


def test_where_dates_are_compared_an_hour_is_nothing_to_notice() -> None:
    register = (
        b"received,finished\n"
        # an hour early: seen only where instants are compared
        b"2022-12-05 10:00,2022-12-05 09:00\n"
        b"2022-12-05 10:00,2022-12-04 11:00\n"  # a day early: always seen
        b"2022-12-05 10:00,2022-12-05 11:00\n"
    )
    columns = RegisterColumns(finished="finished")
    noticed = {}
    for compare in Precision:
        counted = tally_register(io.BytesIO(register), columns, by=[], as_of=_DAY, compare=compare)
        rows = read_register(io.BytesIO(register), columns)
        assert tally(rows, by=[], as_of=_DAY, compare=compare) == counted
        noticed[compare] = dict(counted.noticed)
    assert noticed == {
        Precision.DATE: {"finished-before-received": 1},
        Precision.TIMESTAMP: {"finished-before-received": 1, "finished-earlier-that-day": 1},
    }


def test_a_bundle_of_linked_steps_counts_once() -> None:
    # opencps-v2 #1434: linked dossiers (liên thông) were counted twice.
    rows = [RegisterRow(_d(1), code="main"), RegisterRow(_d(2), code="step", part_of="main")]
    counted = tally(rows, by=[], as_of=_DAY, compare=Precision.DATE)
    assert (counted.total.received.value, counted.linked) == (1, 1)


def test_the_report_of_a_past_day_can_be_had_again() -> None:
    # Printed on 20/12; on 5/1 the register was corrected: the dossier had been finished late, on
    # the 13th.
    rows = [
        RegisterRow(_d(1), _d(10), _d(10), code="a", recorded=_d(10), superseded=date(2023, 1, 5)),
        RegisterRow(_d(1), _d(10), _d(13), code="a", recorded=date(2023, 1, 5)),
        RegisterRow(_d(14), _d(20), code="late entry", recorded=_d(21)),
    ]

    def at(known_at: date | datetime | None) -> tuple[int, int, int, int]:
        counted = tally(rows, by=[], as_of=_DAY, compare=Precision.DATE, known_at=known_at)
        total = counted.total
        return (
            total[PeriodState.ON_TIME].value, total[PeriodState.LATE].value, total.pending.value,
            counted.other_versions,
        )  # fmt: skip

    assert at(_d(20)) == (1, 0, 0, 2)
    assert at(_d(21)) == (1, 0, 1, 1)
    assert at(date(2023, 1, 4)) == (1, 0, 1, 1)
    assert at(date(2023, 1, 5)) == at(None) == (0, 1, 1, 1)
    assert at(_d(9)) == (0, 0, 0, 3)


def test_knowledge_by_the_instant() -> None:
    rows = [RegisterRow(_d(1), recorded=_at(10, 9), superseded=_at(12, 9))]
    seen = [
        tally(rows, by=[], as_of=_DAY, compare=Precision.DATE, known_at=moment).total.received.value
        for moment in (_at(10, 8, 59), _at(10, 9), _at(12, 8, 59), _at(12, 9))
    ]
    assert seen == [0, 1, 1, 0]
    with pytest.raises(MisuseError, match="datetime-naive"):
        tally(rows, by=[], as_of=_DAY, compare=Precision.DATE, known_at=datetime(2022, 12, 10))


def test_terms_give_due_dates_where_the_register_has_none() -> None:
    # Domain note 5.5: Fri 29/4/2022 + 3 working days = Fri 6/5/2022, since 2-3/5 are off.
    terms = LimitTerms(vietnam_calendar(), "procedure", {"1.004873": "3 ngày làm việc"})
    rows = [
        RegisterRow(date(2022, 4, 29), None, date(2022, 5, 6), {"procedure": "1.004873"}),
        RegisterRow(date(2022, 4, 29), None, date(2022, 5, 7), {"procedure": "1.004873"}),
        RegisterRow(
            date(2022, 4, 29), date(2022, 5, 9), date(2022, 5, 7), {"procedure": "1.004873"}
        ),
        RegisterRow(date(2022, 4, 29), None, date(2022, 5, 7), {"procedure": "2.000815"}),
        RegisterRow(date(1990, 1, 1), None, None, {"procedure": "1.004873"}),
    ]
    counted = tally(rows, by=[], as_of=_DAY, compare=Precision.DATE, terms=terms)
    total = counted.total
    assert [total[each].value for each in list(PeriodState)[:4]] == [1, 1, 1, 1]
    assert counted.rejected == (("outside-coverage", 1),)
    assert counted.terms == terms.fingerprint
    storm = CalendarDay(
        date(2022, 5, 4), DayKind.CLOSURE, Text(vi="bão", en="storm"), Citation("local", "")
    )
    shorter = vietnam_calendar().with_days([storm])
    others = [
        LimitTerms(shorter, "procedure", {"1.004873": "3 ngày làm việc"}),
        LimitTerms(terms.calendar, "service", {"1.004873": "3 ngày làm việc"}),
        LimitTerms(terms.calendar, "procedure", {"1.004873": "4 ngày làm việc"}),
    ]
    assert len({each.fingerprint for each in (terms, *others)}) == 4
    with pytest.raises(MisuseError, match="terms-differ"):
        drill_down(rows, counted)
    day = TimeLimit(1, LimitUnit.DAYS)
    for wrong in (
        {"a": 3},
        {"a": True},
        {"a": "24 giờ"},
        {"a": "1,5 ngày làm việc"},
        [("a", day), ("a", day)],
    ):
        with pytest.raises(MisuseError, match="terms-"):
            LimitTerms(vietnam_calendar(), "procedure", wrong)
    with pytest.raises(DataError, match="limit-without-unit"):
        LimitTerms(vietnam_calendar(), "procedure", {"a": "3"})


@pytest.mark.parametrize(
    ("day", "year", "quarter", "month"),
    [
        # Domain note D.2: month m runs from the 15th of month m-1 to the 14th of month m.
        (date(2021, 12, 14), "2021", "2021-Q4", "2021-12"),
        (date(2021, 12, 15), "2022", "2022-Q1", "2022-01"),
        (date(2022, 3, 14), "2022", "2022-Q1", "2022-03"),
        (date(2022, 3, 15), "2022", "2022-Q2", "2022-04"),
        (date(2022, 9, 15), "2022", "2022-Q4", "2022-10"),
        (date(2022, 12, 14), "2022", "2022-Q4", "2022-12"),
        (date(2022, 12, 15), "2023", "2023-Q1", "2023-01"),
    ],
)
def test_statutory_periods_as_dimensions(day: date, year: str, quarter: str, month: str) -> None:
    by = ["received_report_year", "received_report_quarter", "received_report_month"]
    (cell,) = tally([RegisterRow(day)], by=by, as_of=day, compare=Precision.DATE)
    assert cell.key == (year, quarter, month)


def test_outcome_is_a_dimension() -> None:
    rows = [
        RegisterRow(_d(1), _d(5), _d(5)),
        RegisterRow(_d(1), _d(5), _d(5), status=RegisterStatus.DECLINED),
        RegisterRow(_d(1), _d(5), _d(5), status=RegisterStatus.WITHDRAWN),
        RegisterRow(_d(1), _d(5)),
        RegisterRow(_d(1), status=RegisterStatus.WAITING),
    ]
    counted = tally(rows, by=["outcome"], as_of=_DAY, compare=Precision.DATE)
    assert [cell.key[0] for cell in counted] == [
        "declined",
        "pending",
        "result",
        "waiting",
        "withdrawn",
    ]


def test_rows_of_zeros_stand_where_they_are_asked_for() -> None:
    # opencps-v2 #1293: units with zero rows must still appear.
    counted = tally(
        [RegisterRow(_d(1), dimensions={"unit": "B"})],
        by=["unit"],
        as_of=_DAY,
        compare=Precision.DATE,
    )
    shown = counted.expecting("A", "B", "C")
    assert [(cell.key[0], cell.received.value) for cell in shown] == [("A", 0), ("B", 1), ("C", 0)]
    with pytest.raises(MisuseError, match="tally-key-length"):
        counted.expecting(("A", "x"))


def test_a_call_names_a_day_or_a_period() -> None:
    wrongs: tuple[dict[str, Any], ...] = ({}, {"as_of": _DAY, "period": _DECEMBER})
    for wrong in wrongs:
        with pytest.raises(MisuseError, match="as-of-or-period"):
            tally([], by=[], compare=Precision.DATE, **wrong)
    with pytest.raises(MisuseError, match="last-before-first"):
        Tally.empty([], since=_d(15), as_of=_DAY, compare=Precision.DATE)


def test_a_day_of_receipt_is_not_compared_with_an_instant_of_it() -> None:
    morning = datetime(2022, 12, 1, 8)
    with pytest.raises(MisuseError, match="time-of-day-missing"):
        classify(RegisterRow(date(2022, 12, 1)), as_of=morning, compare=Precision.TIMESTAMP)
    later = classify(RegisterRow(date(2022, 12, 2)), as_of=morning, compare=Precision.TIMESTAMP)
    assert later is None


def test_a_number_leads_back_past_rows_that_are_none() -> None:
    rows: list[RegisterRow | Finding] = [
        finding("received-blank", "row 2"),
        RegisterRow(_d(1), _at(10, 9), _d(10)),
        RegisterRow(_d(2)),
    ]
    counted = tally(rows, by=[], as_of=_DAY, compare="timestamp")
    assert counted.rejected == (("received-blank", 1), ("time-of-day-missing", 1))
    assert list(drill_down(rows, counted)) == rows[2:]


@pytest.mark.parametrize("hour", [None, 9], ids=["quick", "plain"])
def test_doubles_are_said_whichever_way_they_are_counted(hour: int | None) -> None:
    said: list[Finding] = []
    at = _d(1) if hour is None else _at(1, hour)
    rows = [RegisterRow(at, code="A"), RegisterRow(at, code="A")]
    tally(rows, by=[], as_of=_DAY, compare="date", on_finding=said.append)
    assert [each.reason for each in said] == ["code-repeated"]
    said.clear()
    tally(rows, by=[], as_of=_at(20, 9), compare="timestamp", on_finding=said.append)
    assert [each.reason for each in said] == ["code-repeated"]


def test_what_is_not_asked_for_is_left_out() -> None:
    """And the dossiers of a cell of one dimension are found by its value alone."""
    days = (date(2022, 12, 1), date(2022, 12, 20))
    rows = [RegisterRow(*days, dimensions={"unit": unit, "channel": "a"}) for unit in "ABB"]
    question: dict[str, Any] = {"as_of": date(2022, 12, 14), "compare": Precision.DATE}
    assert tally(rows, by="unit", **question).total.received.value == 3
    some = tally(rows, by="unit", where={"unit": ["B"]}, **question)
    assert [(cell.key, cell.received.value) for cell in some.cells] == [(("B",), 2)]
    assert list(drill_down(rows, some)) == rows[1:]
    assert list(drill_down(rows, some, "B")) == rows[1:]
    assert list(drill_down(rows, some, ("B",))) == rows[1:]


def test_cells_that_count_alike_share_their_numbers() -> None:
    rows = [RegisterRow(date(2025, 1, day), None, None, {"unit": f"U{day}"}) for day in (1, 2, 3)]
    rows.append(RegisterRow(date(2025, 1, 4), None, None, {"unit": "U3"}))
    first, second, third = tally(
        rows, by="unit", as_of=date(2025, 2, 1), compare=Precision.DATE
    ).cells
    assert first.new is second.new != third.new
    assert first.carried is third.carried
    assert sum(third.new) == 2
