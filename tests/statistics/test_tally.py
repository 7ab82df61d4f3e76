"""Tallies: classes that partition, a monoid that merges in any order, and a past that stays as it was."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.statistics import Compare, RegisterRow, Tally, TallyCell, Timeliness, classify, tally
from evnpubsvc.strategies import register_rows, tallies

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
        (_d(10), _at(10, 23, 59), "on_time", "on_time"),  # a plain due date ends at 24:00, Civil Code art. 148(6)
        (_at(14, 9), None, "pending_in_time", "pending_overdue"),  # judged at the end of the 14th
        (_d(14), None, "pending_in_time", "pending_in_time"),
        (_d(13), None, "pending_overdue", "pending_overdue"),
        (_at(10, 9), _at(15, 9), "pending_overdue", "pending_overdue"),  # finished later: not known on the 14th
        (None, _d(9), "no_due_date", "no_due_date"),
        (None, None, "no_due_date", "no_due_date"),
    ],
)
def test_each_class_by_date_and_by_timestamp(due: Any, finished: Any, by_date: str, by_timestamp: str) -> None:
    row = RegisterRow(_d(1), due, finished)
    assert classify(row, as_of=_DAY, compare=Compare.DATE) == by_date
    assert classify(row, as_of=_DAY, compare=Compare.TIMESTAMP) == by_timestamp


def test_a_date_of_finishing_is_not_compared_with_an_instant() -> None:
    row = RegisterRow(_d(1), _at(10, 9), _d(10))
    with pytest.raises(MisuseError, match="time-of-day-missing"):
        classify(row, as_of=_DAY, compare=Compare.TIMESTAMP)
    counted = tally([row], by=[], as_of=_DAY, compare=Compare.TIMESTAMP)
    assert counted.rejected == (("time-of-day-missing", 1),)
    assert counted.cells == ()


def test_the_local_date_decides_not_the_date_in_utc() -> None:
    # H.14: 06:30 in Viet Nam is still the day before in UTC.
    early_morning = _at(10, 6, 30)
    assert early_morning.astimezone(UTC).date() == _d(9)
    row = RegisterRow(_d(1), _d(9), early_morning)
    assert classify(row, as_of=_DAY, compare=Compare.DATE) is Timeliness.LATE


def test_the_last_day_counts_and_the_next_does_not() -> None:
    # H.15: the last day of a period lost to a comparison at 00:00.
    rows = [RegisterRow(_at(14, 23, 59)), RegisterRow(_at(15, 0, 0)), RegisterRow(_d(15))]
    counted = tally(rows, by=[], as_of=_DAY, compare=Compare.DATE)
    assert (counted.total.received.value, counted.later) == (1, 2)


def test_a_naive_datetime_is_misuse() -> None:
    with pytest.raises(MisuseError, match="datetime-naive"):
        RegisterRow(datetime(2022, 12, 1))


def test_two_rates_have_two_names() -> None:
    # H.6: on time of handled and on time of received are different rates.
    rows = [RegisterRow(_d(1), _d(5), _d(5)), RegisterRow(_d(1), _d(5), _d(6)), RegisterRow(_d(1), _d(30))]
    total = tally(rows, by=[], as_of=_DAY, compare=Compare.DATE).total
    assert str(total.on_time_of_finished) == "1/2 dossiers"
    assert str(total.on_time_of_received) == "1/3 dossiers"


def test_a_cell_that_does_not_occur_is_zeros_and_its_rate_is_no_number() -> None:
    empty = Tally.empty(["channel"], as_of=_DAY, compare=Compare.DATE)
    assert empty["online"].received.value == 0
    assert empty.total.on_time_of_finished.value(ZeroPolicy.NOT_ASSESSABLE) != 0


def test_dimensions_are_named_and_derived_ones_are_always_there() -> None:
    rows = [RegisterRow(_d(1), dimensions={"unit": "A"}), RegisterRow(date(2021, 3, 1), dimensions={"unit": None})]
    counted = tally(rows, by=["received_month", "unit"], as_of=_DAY, compare=Compare.DATE)
    assert [cell.key for cell in counted] == [("2021-03", None), ("2022-12", "A")]
    assert [c.key for c in tally(rows, by=["received_year"], as_of=_DAY, compare=Compare.DATE)] == [
        ("2021",),
        ("2022",),
    ]
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        tally(rows, by=["commune"], as_of=_DAY, compare=Compare.DATE)
    with pytest.raises(MisuseError, match="dimension-twice"):
        tally(rows, by=["unit", "unit"], as_of=_DAY, compare=Compare.DATE)
    with pytest.raises(MisuseError, match="wrong-type"):
        tally(rows, by=[], as_of=_at(14), compare=Compare.DATE)


def test_findings_are_counted_and_handed_on() -> None:
    seen: list[Finding] = []
    counted = tally(
        [finding("not-a-date", "line 2", "x"), notice("finished-before-received", "line 3"), RegisterRow(_d(1))],
        by=[], as_of=_DAY, compare=Compare.DATE, on_finding=seen.append,
    )  # fmt: skip
    assert counted.rejected == (("not-a-date", 1),)
    assert counted.noticed == (("finished-before-received", 1),)
    assert [f.path for f in seen] == ["line 2", "line 3"]


def _cell(key: str) -> TallyCell:
    return TallyCell((key,), (1,) * 6)


def test_malformed_tallies_are_misuse() -> None:
    for make in (
        lambda: TallyCell(("a",), (1, 2)),
        lambda: TallyCell(("a",), (-1, 0, 0, 0, 0, 0)),
        lambda: Tally(dimensions=("a",), as_of=_DAY, compare=Compare.DATE, cells=(TallyCell((), (0,) * 6),)),
        lambda: Tally(dimensions=("a",), as_of=_DAY, compare=Compare.DATE, cells=(_cell("b"), _cell("a"))),
    ):  # fmt: skip
        with pytest.raises(MisuseError, match="tally-"):
            make()


def test_tallies_of_different_questions_do_not_merge() -> None:
    one = Tally.empty(["a"], as_of=_DAY, compare=Compare.DATE)
    for other in (
        Tally.empty(["b"], as_of=_DAY, compare=Compare.DATE),
        Tally.empty(["a"], as_of=_d(15), compare=Compare.DATE),
        Tally.empty(["a"], as_of=_DAY, compare=Compare.TIMESTAMP),
    ):
        with pytest.raises(MisuseError, match="tallies-differ"):
            one.merge(other)


# --- laws ---

_question: dict[str, Any] = {"as_of": _DAY, "compare": Compare.DATE}
_alike = tallies(as_of=_DAY, compare=Compare.DATE)


@_slow
@given(_alike, _alike, _alike)
def test_merge_is_associative_commutative_and_has_a_zero(a: Tally, b: Tally, c: Tally) -> None:
    zero = Tally.empty(["channel"], **_question)
    assert a.merge(b).merge(c) == a.merge(b.merge(c)) == a.merge(b, c)
    assert a.merge(b) == b.merge(a)
    assert a.merge(zero) == zero.merge(a) == a == a.merge()


@_slow
@given(st.lists(register_rows() | st.builds(finding, st.just("not-a-date")), max_size=20), st.data())
def test_any_partition_counts_the_same(rows: list[RegisterRow | Finding], data: st.DataObject) -> None:
    whole = tally(rows, by=["channel"], **_question)
    cut = data.draw(st.integers(0, len(rows)))
    parts = [rows[:cut], rows[cut:]]
    counted = [tally(part, by=["channel"], **_question) for part in data.draw(st.permutations(parts))]
    assert counted[0].merge(counted[1]) == whole
    assert tally(data.draw(st.permutations(rows)), by=["channel"], **_question) == whole


@_slow
@given(st.lists(register_rows(), max_size=20), st.sampled_from(Compare))
def test_every_dossier_is_in_one_class(rows: list[RegisterRow], compare: Compare) -> None:
    counted = tally(rows, by=["channel"], as_of=_DAY, compare=compare)
    rejected = sum(number for _, number in counted.rejected)
    assert counted.total.received.value + counted.later + rejected == len(rows)


@_slow
@given(st.lists(register_rows(timed=False), max_size=20))
def test_a_counter_written_apart_agrees(rows: list[RegisterRow]) -> None:
    expected: Counter[tuple[str | None, str]] = Counter()
    for row in rows:
        if row.received > _DAY:
            continue
        done = row.finished if row.finished is not None and row.finished <= _DAY else None
        if row.due is None:
            word = "no_due_date"
        elif done is None:
            word = "pending_overdue" if row.due < _DAY else "pending_in_time"
        else:
            word = "early" if done < row.due else "late" if done > row.due else "on_time"
        expected[dict(row.dimensions)["channel"], word] += 1
    counted = tally(rows, by=["channel"], **_question)
    got = {(c.key[0], t.value): c[t].value for c in counted for t in Timeliness if c[t].value}
    assert got == dict(expected)


@_slow
@given(register_rows(), st.dates(date(2019, 1, 1), date(2026, 12, 30)))
def test_going_forward_in_time_never_turns_overdue_into_in_time(row: RegisterRow, day: date) -> None:
    before = classify(row, as_of=day, compare=Compare.DATE)
    after = classify(row, as_of=day + timedelta(days=1), compare=Compare.DATE)
    if before in {Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE, Timeliness.NO_DUE_DATE}:
        assert after is before
    if before is Timeliness.PENDING_OVERDUE:
        assert after in {Timeliness.PENDING_OVERDUE, Timeliness.LATE}
