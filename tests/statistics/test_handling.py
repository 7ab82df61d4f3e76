"""How long dossiers took: against sorting, in any partition, by every way of counting."""

import csv
import io
import random
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.law import Citation
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import (
    RegisterColumns,
    from_json,
    read_register,
    tally_register,
    to_json,
)
from evnpubsvc.statistics import (
    HandlingTime,
    PeriodState,
    RegisterRow,
    RegisterStatus,
    Tally,
    drill_down,
    handling_time,
    handling_times,
    narrow,
    sum_over,
    tally,
)
from evnpubsvc.texts import Text
from evnpubsvc.worktime import VIETNAM_TIME, CalendarDay, DayKind, vietnam_calendar
from tests.deep import cases

CALENDAR = vietnam_calendar()
AS_OF = date(2022, 12, 31)
COLUMNS = RegisterColumns(
    received="received",
    due="due",
    finished="finished",
    status="status",
    dimensions={"unit": "unit", "channel": "channel"},
)


def worked(first: date, last: date) -> int:
    """Count the working days after one day, up to another, one by one."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(CALENDAR.is_working_day(day) for day in days)


def drawn(seed: int) -> list[RegisterRow]:
    """Return the rows of a random register."""
    draw = random.Random(seed)
    rows: list[RegisterRow] = []
    for _ in range(draw.randrange(0, 40)):
        received = date(2022, draw.randrange(9, 13), draw.randrange(1, 28))
        finished = received + timedelta(days=int(draw.expovariate(0.1)))
        status = draw.choice([None, None, None, RegisterStatus.WITHDRAWN, RegisterStatus.REFUSED])
        rows.append(
            RegisterRow(
                received,
                received + timedelta(days=draw.randrange(30)) if draw.random() < 0.8 else None,
                finished if status or draw.random() < 0.8 else None,
                {"unit": draw.choice("AB"), "channel": draw.choice(["online", "post"])},
                status=status,
            )
        )
    return rows


def as_csv(rows: list[RegisterRow]) -> bytes:
    """Write rows as a register."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["received", "due", "finished", "status", "unit", "channel"])
    for row in rows:
        values = dict(row.dimensions)
        cells = [row.received, row.due or "", row.finished or "", row.status or ""]
        writer.writerow([*cells, values["unit"], values["channel"]])
    return text.getvalue().encode()


def sorted_days(rows: list[RegisterRow], **values: str) -> list[int]:
    """Return the working days of dossiers with a result by the end of the year, sorted."""
    return sorted(
        worked(row.received, row.finished)
        for row in rows
        if row.finished is not None
        and row.finished <= AS_OF
        and row.status is None
        and values.items() <= dict(row.dimensions).items()
    )


def the_same(taken: HandlingTime, days: list[int]) -> None:
    """Hold a distribution against sorted numbers."""
    assert [n for n, count in taken for _ in range(count)] == days
    assert taken.dossiers == len(days)
    if not days:
        assert isinstance(taken.mean, Unknown)
        assert isinstance(taken.median, Unknown)
        assert isinstance(taken.percentile(50), Unknown)
        return
    assert taken.mean == Fraction(sum(days), len(days))
    assert taken.median == Fraction(median(map(Fraction, days)))
    for percent in (1, 25, 50, 90, Fraction(199, 2), 100):
        # The smallest of them that at least so many percent do not exceed.
        enough = [n for n in days if 100 * sum(d <= n for d in days) >= percent * len(days)]
        assert taken.percentile(percent) == enough[0]
    assert taken.within(5) == sum(n <= 5 for n in days)


@pytest.mark.parametrize("seed", range(cases(30, 1_000)))
def test_handling_times_against_sorting(seed: int) -> None:
    rows = drawn(seed)
    question: dict[str, Any] = {
        "by": ["unit", "working_days", "channel"],
        "as_of": AS_OF,
        "compare": "date",
        "calendar": CALENDAR,
    }
    counted = tally(rows, **question)
    the_same(handling_time(counted), sorted_days(rows))
    the_same(handling_time(counted, where={"unit": "A"}), sorted_days(rows, unit="A"))
    for (unit, channel), taken in handling_times(counted).items():
        assert unit is not None
        assert channel is not None
        the_same(taken, sorted_days(rows, unit=unit, channel=channel))

    # Any partition, and the file instead of the rows.
    draw = random.Random(seed)
    parts: list[list[RegisterRow]] = [[], [], []]
    for row in rows:
        draw.choice(parts).append(row)
    tallies = [tally(part, **question) for part in parts]
    assert tallies[0].merge(*tallies[1:]) == counted
    times = [handling_time(each) for each in tallies]
    assert times[0] + times[1] + times[2] == handling_time(counted)
    assert tally_register(io.BytesIO(as_csv(rows)), COLUMNS, **question) == counted


@pytest.mark.parametrize("seed", range(cases(10, 1_000)))
def test_columns_count_handling_times_alike(seed: int) -> None:
    frames = pytest.importorskip("evnpubsvc.frames")
    rows = drawn(seed)
    for more in ({"as_of": AS_OF}, {"period": Period(date(2022, 11, 1), AS_OF)}):
        question: dict[str, Any] = {
            "by": ["working_days", "unit"],
            "where": {"channel": "online"},
            "compare": "date",
            "calendar": CALENDAR,
            **more,
        }
        counted = frames.tally_frame(io.BytesIO(as_csv(rows)), COLUMNS, **question)
        assert counted.to_tally() == tally(rows, **question)

        # Distributions straight from the columns, also of every cell and state.
        whole = tally(rows, **question)
        choices: list[dict[str, Any]] = [
            {},
            {"by": []},
            {"by": ["unit"], "states": [PeriodState.WITHDRAWN]},
        ]
        for asked in choices:
            by_columns = counted.handling_times(**asked)
            assert list(by_columns.items()) == list(handling_times(whole, **asked).items())


def test_columns_refuse_what_the_tally_refuses() -> None:
    frames = pytest.importorskip("evnpubsvc.frames")
    question: dict[str, Any] = {"as_of": AS_OF, "compare": "date", "calendar": CALENDAR}
    plain = frames.TallyFrame.from_tally(tally([], by=["unit"], **question))
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        plain.handling_times()
    timed = frames.TallyFrame.from_tally(tally([], by=["unit", "working_days"], **question))
    assert dict(timed.handling_times()) == {}
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        timed.handling_times(by=["channel"])
    with pytest.raises(MisuseError, match="states-not-handled"):
        timed.handling_times(states=[PeriodState.REFUSED])

    # A blank value is a cell of its own, and one without an end has an empty distribution.
    rows = [RegisterRow(date(2022, 12, 1), None, None, {"unit": None})]
    blank = tally(rows, by=["unit", "working_days"], **question)
    assert dict(frames.TallyFrame.from_tally(blank).handling_times()) == {(None,): HandlingTime()}


def test_states_may_be_chosen() -> None:
    day = date(2022, 12, 1)
    rows = [
        RegisterRow(day, None, date(2022, 12, 2)),
        RegisterRow(day, None, date(2022, 12, 6), status=RegisterStatus.WITHDRAWN),
        RegisterRow(day, None, date(2022, 12, 6), status=RegisterStatus.REFUSED),
        RegisterRow(day),
    ]
    counted = tally(rows, by=["working_days"], as_of=AS_OF, compare="date", calendar=CALENDAR)
    # A refusal at receipt and a pending dossier took no time.
    assert [(cell.key[0], sum(cell.new)) for cell in counted] == [(None, 2), ("1", 1), ("3", 1)]
    assert handling_time(counted).counts == ((1, 1),)
    assert handling_time(counted, states=[PeriodState.WITHDRAWN]).counts == ((3, 1),)
    with pytest.raises(MisuseError, match="states-not-handled"):
        handling_time(counted, states=[PeriodState.REFUSED])


def test_an_end_before_the_receipt_is_an_end_on_that_day() -> None:
    row = RegisterRow(date(2022, 12, 5), None, date(2022, 12, 1))
    counted = tally([row], by=["working_days"], as_of=AS_OF, compare="date", calendar=CALENDAR)
    assert handling_time(counted).counts == ((0, 1),)


def test_a_day_beyond_the_calendar_is_a_row_that_cannot_be_judged() -> None:
    row = RegisterRow(date(1950, 1, 2), None, date(1950, 1, 9))
    counted = tally([row], by=["working_days"], as_of=AS_OF, compare="date", calendar=CALENDAR)
    assert counted.rejected == (("outside-coverage", 1),)


def test_without_the_dimension_it_is_the_plain_count() -> None:
    rows = drawn(3)
    question: dict[str, Any] = {"as_of": AS_OF, "compare": "date"}
    by_days = tally(rows, by=["unit", "working_days"], calendar=CALENDAR, **question)
    assert sum_over(by_days, "working_days") == tally(rows, by=["unit"], **question)


def test_the_calendar_is_part_of_the_question() -> None:
    question: dict[str, Any] = {"by": ["working_days"], "as_of": AS_OF, "compare": "date"}
    with pytest.raises(MisuseError, match="calendar-needed"):
        tally([], **question)
    one = tally([], calendar=CALENDAR, **question)
    storm = CalendarDay(
        date(2022, 12, 5), DayKind.CLOSURE, Text(vi="bão", en="storm"), Citation("local", "")
    )
    other = tally([], calendar=CALENDAR.with_days([storm]), **question)
    with pytest.raises(MisuseError, match="tallies-differ"):
        one.merge(other)
    with pytest.raises(MisuseError, match="calendar-needed"):
        drill_down([], one)
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        handling_time(tally([], by=[], as_of=AS_OF, compare="date"))


def test_dossiers_of_one_number_of_days() -> None:
    rows = drawn(5)
    counted = tally(rows, by=["working_days"], as_of=AS_OF, compare="date", calendar=CALENDAR)
    for cell in counted:
        found = list(drill_down(rows, counted, cell.key, calendar=CALENDAR))
        assert len(found) == sum(cell.new)


@given(st.lists(st.from_type(HandlingTime), min_size=3, max_size=3))
def test_handling_times_add_up(parts: list[HandlingTime]) -> None:
    a, b, c = parts
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + HandlingTime() == a
    assert from_json(to_json(a), HandlingTime) == a


def test_what_is_no_handling_time_is_refused() -> None:
    for bad in ([(1, 2), (1, 3)], {-1: 1}, {1: -1}, {1: "2"}, {True: 1}):
        with pytest.raises(MisuseError, match="handling-time-malformed"):
            HandlingTime(bad)  # type: ignore[arg-type]
    for percent in (0, 101, -5):
        with pytest.raises(MisuseError, match="percent-out-of-range"):
            HandlingTime({1: 1}).percentile(percent)


# A filter, and an instant of judgement.


def test_a_filter_counts_what_it_leaves_out() -> None:
    rows = drawn(11)
    question: dict[str, Any] = {"as_of": AS_OF, "compare": "date"}
    online = tally(rows, by=["unit"], where={"channel": "online"}, **question)
    alone = [row for row in rows if dict(row.dimensions)["channel"] == "online"]
    assert online.cells == tally(alone, by=["unit"], **question).cells
    whole = tally(rows, by=["unit", "channel"], **question)
    assert online == sum_over(narrow(whole, {"channel": ["online"]}), "channel")
    assert online.outside + sum(online.counts().values()) == sum(whole.counts().values())
    # It is part of the question, and the way back asks it again.
    with pytest.raises(MisuseError, match="tallies-differ"):
        online.merge(tally(rows, by=["unit"], **question))
    assert all(dict(row.dimensions)["channel"] == "online" for row in drill_down(rows, online))
    assert len(list(drill_down(rows, online))) == sum(online.counts().values())
    with pytest.raises(MisuseError, match="selection-malformed"):
        narrow(narrow(whole, {"channel": "online"}), {"channel": "post"})
    assert from_json(to_json(online), Tally) == online


def test_an_instant_of_judgement_knows_nothing_of_later_that_day() -> None:
    def at(hour: int, day: int = 15) -> Any:
        return datetime(2022, 12, day, hour, tzinfo=VIETNAM_TIME)

    rows = [
        RegisterRow(at(8), at(16), at(11)),  # finished before noon, before its due instant
        RegisterRow(at(8), at(16), at(14)),  # not finished at noon, still in time
        RegisterRow(at(8), at(10), None),  # overdue at noon
        RegisterRow(at(13), at(16), at(14)),  # not received at noon
        RegisterRow(at(8), at(16), date(2022, 12, 15)),  # the register does not say at what time
        RegisterRow(date(2022, 12, 14), at(16), None),
    ]
    counted = tally(rows, by=[], as_of=at(12), compare="timestamp")
    total = counted.total
    assert total[PeriodState.EARLY].value == 1
    assert total[PeriodState.PENDING_IN_TIME].value == 2
    assert total[PeriodState.PENDING_OVERDUE].value == 1
    assert (counted.later, counted.rejected) == (1, (("time-of-day-missing", 1),))
    assert counted.at == at(12)
    assert counted.as_of == date(2022, 12, 15)
    with pytest.raises(MisuseError, match="datetime-naive"):
        tally(rows, by=[], as_of=at(12).replace(tzinfo=None), compare="date")


def test_a_register_is_read_for_some_values_only() -> None:
    raw = b"received,unit\n2022-12-01, A \n2022-12-02,B\nx,B\nx,A\n2022-12-03,\n2022-12-04,A\n"
    layout = RegisterColumns(dimensions={"unit": "unit"})
    found = list(read_register(io.BytesIO(raw), layout, where={"unit": "A"}))
    assert [each.received if isinstance(each, RegisterRow) else each.path for each in found] == [
        date(2022, 12, 1),
        "line 5, column received",
        date(2022, 12, 4),
    ]
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        list(read_register(io.BytesIO(raw), layout, where={"commune": "A"}))


@pytest.mark.parametrize("seed", range(cases(10, 300)))
def test_reading_some_values_is_reading_all_and_leaving_others_out(seed: int) -> None:
    raw = as_csv(drawn(seed))
    whole = list(read_register(io.BytesIO(raw), COLUMNS))
    asked = list(read_register(io.BytesIO(raw), COLUMNS, where={"unit": "A", "channel": "post"}))
    wanted = {"unit": "A", "channel": "post"}
    rows = [row for row in whole if isinstance(row, RegisterRow)]
    assert [row for row in asked if isinstance(row, RegisterRow)] == [
        row for row in rows if dict(row.dimensions) == wanted
    ]
