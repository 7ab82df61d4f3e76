"""Due dates on columns against `due`, row by row."""

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import polars as pl
import pytest

from evnpubsvc.deadlines import (
    CountingRules,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
    due,
    special_clocks,
)
from evnpubsvc.errors import EvnpubsvcError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.frames import due_many
from evnpubsvc.worktime import Calendar, WeeklyHours, vietnam_calendar
from tests.deep import cases

SPLIT = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
NIGHT = Calendar(
    date(2022, 1, 1), date(2022, 12, 31), (WeeklyHours.of("08:00-08:30", "20:00-24:00"),)
)
AHEAD = vietnam_calendar(provisional_until=2028)
KINDS = (StopKind.SUPPLEMENT, StopKind.OPINION)
Answer = tuple[date | None, datetime | None, bool, bool, str | None]


def plain(received: date | None, limit: Any, counting: CountingRules, *spans: Any) -> Answer:
    """What `due` says of one row."""
    if received is None:
        return None, None, False, False, "received-blank"
    if isinstance(limit, int):
        try:
            limit = TimeLimit(limit, LimitUnit.WORKING_DAYS)
        except EvnpubsvcError as error:
            return None, None, False, False, reason_of(error)
    try:
        stops = [Stop(StopKind(kind), *span) for kind, *span in filter(None, spans)]
        found = due(received, limit, counting=counting, stops=stops, trace=False)
    except EvnpubsvcError as error:
        return None, None, False, False, reason_of(error)
    at = None if found.instant is None else found.instant.replace(tzinfo=None)
    return found.date, at, found.date is None, found.provisional, None


def reason_of(error: EvnpubsvcError) -> str:
    assert isinstance(error, (MisuseError, UnknownNameError))
    return error.finding.reason


def moments(
    rng: random.Random, size: int, first: date, span: int, *, hours: bool
) -> list[date | None]:
    """Days or instants, many of them at the edges of office hours, some unknown."""
    edges = (0, 450, 451, 690, 720, 780, 810, 900, 901, 959, 960, 961, 1019, 1020, 1200, 1439)
    found: list[date | None] = []
    for _ in range(size):
        day = first + timedelta(days=rng.randrange(-4, span))
        if rng.random() < 0.05:
            found.append(None)
        elif hours:
            minute = rng.choice(edges) if rng.random() < 0.7 else rng.randrange(1440)
            found.append(datetime(day.year, day.month, day.day) + timedelta(minutes=minute))
        else:
            found.append(day)
    return found


RULES: list[dict[str, Any]] = [
    {},
    {"clock": "exclude"},
    {"clock": "restart"},
    {"cutoff": "shift15"},
    {"cutoff": "shift15", "clock": "restart"},
    {"cutoff": "shift15", "clock": "resume"},
    {"cutoff": "lasthour", "clock": "restart"},
    {"cutoff": "officehours", "clock": {"supplement": "restart", "opinion": "not_started"}},
    {"cutoff": "transfer15", "clock": "exclude"},
    {"days": "eight-hours", "clock": "exclude"},
    {"special": special_clocks()[0]},
    {"unknown_hour": "closing", "cutoff": "shift15", "clock": "restart"},
]


@pytest.mark.parametrize("which", range(len(RULES)))
def test_each_row_says_what_due_says(which: int) -> None:
    rng = random.Random(which)
    for number in range(cases(4, 400)):
        calendar = rng.choice((SPLIT, NIGHT, AHEAD))
        counting = CountingRules(calendar, **RULES[which])
        first = rng.choice((date(2022, 1, 2), date(2022, 8, 20), date(2022, 11, 20)))
        if calendar is AHEAD:
            first = rng.choice((date(2025, 6, 20), date(2026, 11, 25), date(2028, 6, 1)))
        size, kind = 40, rng.choice(KINDS)
        # The zone, or none, is that of all instants; receipts and stops are days or instants.
        hours = rng.random() < 0.8
        received = moments(rng, size, first, 30, hours=hours)
        start: list[Any] = [None] * size
        end: list[Any] = [None] * size
        if rng.random() < 0.8:
            stop_hours = rng.random() < 0.8
            start = moments(rng, size, first, 60, hours=stop_hours)
            end = [
                None if each is None or rng.random() < 0.2 else each + rng.choice(LENGTHS)
                for each in start
            ]
            if not stop_hours:
                end = [each and date(each.year, each.month, each.day) for each in end]
        limits = [rng.choice((0, 1, 2, 3, 5, 20, 25, 400)) for _ in range(size)]
        found = due_many(
            received,
            limits,
            counting=counting,
            stop_start=start,
            stop_end=end,
            stop_kind=kind,
        )
        rows = zip(received, limits, start, end, strict=True)
        for row, (one, limit, begins, ends) in enumerate(rows):
            span = None if begins is None else (kind, begins, ends)
            expected = plain(one, limit, counting, span)
            assert found.row(row) == expected, (number, one, limit, begins, ends, counting)


LENGTHS = [timedelta(hours=hours) for hours in (0, 1, 20, 48, 216, -24)]


def spread(rows: list[list[Any]], kind: pl.DataType) -> pl.DataFrame:
    """A frame with a column for the first value of each row, the second and so on."""
    width = max(map(len, rows))
    whole = [[*row, *[None] * (width - len(row))] for row in rows]
    return pl.DataFrame(
        {f"c{i}": pl.Series([row[i] for row in whole], dtype=kind) for i in range(width)}
    )


@pytest.mark.parametrize("which", range(len(RULES)))
def test_rows_with_several_stops_say_what_due_says(which: int) -> None:
    rng = random.Random(200 + which)
    for number in range(cases(2, 400)):
        calendar = rng.choice((SPLIT, NIGHT, AHEAD))
        counting = CountingRules(calendar, **RULES[which])
        first = rng.choice((date(2022, 1, 2), date(2022, 8, 20), date(2022, 11, 20)))
        if calendar is AHEAD:
            first = rng.choice((date(2025, 6, 20), date(2028, 6, 1)))
        size, hours = 40, rng.random() < 0.8
        received = moments(rng, size, first, 20, hours=hours)
        limits = [rng.choice((1, 2, 3, 5, 20, 400)) for _ in range(size)]

        # Up to five stops a row, in any order and over one another; some last, some are blank.
        starts = [
            moments(rng, rng.choice((0, 1, 2, 2, 3, 5)), first, 45, hours=hours) for _ in limits
        ]
        ends: list[list[Any]] = [
            [each and (None if rng.random() < 0.1 else each + rng.choice(LENGTHS[:-1]))
             for each in row] for row in starts
        ]  # fmt: skip
        words = [*(each.value for each in KINDS), *(["?"] if number % 4 == 3 else [])]
        kinds = [[rng.choice(words) for _ in row] for row in starts]
        one_kind = number % 4 == 2
        given: list[Any] = [starts, ends, kinds]
        if number % 2:
            given = [spread(each, pl.Datetime("us") if hours else pl.Date()) for each in given[:2]]
            given.append(spread(kinds, pl.String()))
        found = due_many(
            received,
            limits,
            counting=counting,
            stop_start=given[0],
            stop_end=given[1],
            stop_kind=words[0] if one_kind else given[2],
        )
        for row, (one, limit) in enumerate(zip(received, limits, strict=True)):
            spans = [
                (words[0] if one_kind else kind, begins, ended)
                for kind, begins, ended in zip(kinds[row], starts[row], ends[row], strict=True)
                if begins is not None
            ]
            if one is not None and any(kind == "?" for kind, _, _ in spans):
                assert found["reason"][row] in {"policy-unknown", "stop-inverted"}
                continue
            assert found.row(row) == plain(one, limit, counting, *spans), (number, row, one, spans)


def test_several_stops_are_lists_of_one_shape() -> None:
    counting, days = CountingRules(SPLIT, clock="exclude"), [date(2022, 3, 1), date(2022, 3, 2)]
    two = [[date(2022, 3, 2), date(2022, 3, 7)], None]
    frame = spread([[days[1], days[1]], []], pl.Date())
    refused: list[tuple[dict[str, Any], str]] = [
        ({"stop_start": two, "stop_end": days}, "column-of-wrong-type"),
        ({"stop_start": days, "stop_end": two}, "column-of-wrong-type"),
        ({"stop_start": two, "stop_end": [[None], None]}, "columns-differ-in-length"),
        ({"stop_start": two, "stop_end": [[None] * 2, [None]]}, "columns-differ-in-length"),
        ({"stop_start": two, "stop_kind": [["opinion"], None]}, "columns-differ-in-length"),
        ({"stop_start": two, "stop_kind": [1, 2]}, "column-of-wrong-type"),
        ({"stop_start": days, "stop_kind": [["opinion"], ["opinion"]]}, "column-of-wrong-type"),
        ({"stop_start": two, "stop_kind": ["opinion"]}, "columns-differ-in-length"),
        ({"stop_start": frame, "stop_end": two}, "column-of-wrong-type"),
        ({"stop_start": two, "stop_end": frame}, "column-of-wrong-type"),
        ({"stop_start": frame, "stop_end": frame[:, :1]}, "columns-differ-in-length"),
        ({"stop_start": frame, "stop_end": frame[:1]}, "columns-differ-in-length"),
        ({"stop_start": frame, "stop_kind": frame}, "column-of-wrong-type"),
    ]
    for stops, reason in refused:
        with pytest.raises(MisuseError) as error:
            due_many(days, [5, 5], counting=counting, **stops)
        assert reason_of(error.value) == reason

    # A kind for all stops of a row; arrays of two; no end said, so they last.
    pairs = np.array(["2022-03-02", "2022-03-07", "2022-03-03", "NaT"], "M8[us]")
    at = [datetime(2022, 3, 1, 9), datetime(2022, 3, 2, 9)]
    ended = pl.Series(pairs + np.timedelta64(26, "h")).reshape((2, 2))
    asked: dict[str, Any] = {
        "stop_start": pl.Series(pairs).reshape((2, 2)),
        "stop_kind": [StopKind.OPINION, None],
    }
    found = due_many(at, [5, 5], counting=counting, stop_end=ended, **asked)
    begun = [datetime(2022, 3, 2), datetime(2022, 3, 7)]
    spans = [("opinion", each, each + timedelta(hours=26)) for each in begun]
    assert found.row(0) == plain(at[0], 5, counting, *spans)
    assert found["reason"].to_list() == [None, "policy-unknown"]
    assert due_many(at, [5, 5], counting=counting, **asked)["stopped"].to_list() == [True, False]
    nothing = due_many(days, [5, 5], counting=counting, stop_start=[[], None], stop_end=[[], None])
    assert nothing.equals(due_many(days, [5, 5], counting=counting))


def test_limits_of_every_unit_and_instants_of_every_zone() -> None:
    texts = ["5 ngày làm việc", "10 ngày", "2 tháng", "0,5 ngày làm việc", "3 giờ làm việc", "??"]
    zone = timezone(timedelta(hours=-5))
    at = [datetime(2022, 3, day, 20, 30, tzinfo=zone) for day in range(1, 13)]
    column = [texts[place % 6] for place in range(12)]
    counting = CountingRules(SPLIT, cutoff="shift15")
    told: list[Finding] = []
    found = due_many(at, column, counting=counting, on_finding=told.append)
    for row, (one, text) in enumerate(zip(at, column, strict=True)):
        if text == "??":
            assert found["due"][row] is None
        else:
            assert found.row(row) == plain(one, text, counting)
    assert [each.path for each in told] == ["$[5]", "$[11]"]
    assert {each.reason for each in told} == {found["reason"][5]}

    # One text for all; a numpy array; a series that knows its zone.
    days = np.array(["2022-12-15", "2022-12-30"], "M8[D]")
    assert due_many(days, "25 ngày làm việc", counting=CountingRules(SPLIT))["due"].to_list() == [
        date(2023, 1, 27),
        date(2023, 2, 13),
    ]
    series = pl.Series(at).dt.convert_time_zone("Asia/Ho_Chi_Minh")
    assert due_many(series, column, counting=counting).equals(found)


@pytest.mark.parametrize("which", range(len(RULES)))
def test_rows_that_ask_the_same_say_what_due_says_of_each(which: int) -> None:
    rng = random.Random(100 + which)
    units = ("10 ngày", "2 tuần", "1 tháng", "1 năm", "1,5 ngày làm việc", "40 ngày làm việc")
    for number in range(cases(4, 200)):
        # Few days and hours, so that many rows are alike; the calendar ends among them.
        counting = CountingRules(rng.choice((SPLIT, NIGHT)), hours="clock", **RULES[which])
        first = rng.choice((date(2022, 4, 28), date(2022, 12, 1)))
        pool = moments(rng, 6, first, 35, hours=number % 2 == 0)
        received = rng.choices(pool, k=40)
        limit = rng.choice((*units, "8 giờ"))
        start: list[Any] | None = None
        end: list[Any] = []
        if number % 3:
            start = rng.choices(moments(rng, 3, first, 20, hours=number % 2 == 0), k=40)
            end = [each and each + rng.choice(LENGTHS[:2]) for each in start]
            if number % 2:
                end = [each and date(each.year, each.month, each.day) for each in end]
        spans = [
            None if begun is None else (KINDS[0], begun, ended)
            for begun, ended in zip(start or [None] * 40, end or [None] * 40, strict=True)
        ]
        terms = TimeLimit.parse(limit)
        expected = [
            plain(each, terms, counting, span) for each, span in zip(received, spans, strict=True)
        ]
        stop: dict[str, Any] = {} if start is None else {"stop_start": start, "stop_end": end}
        try:
            found = due_many(received, limit, counting=counting, stop_kind=KINDS[0], **stop).rows()
        except MisuseError as error:  # of the call as a whole: some row says so
            refused = reason_of(error)
        else:
            assert found == expected
            continue
        assert refused in {answer[-1] for answer in expected}


def test_what_no_calendar_covers_and_what_is_blank_has_a_reason() -> None:
    far = pl.Series([-10_000_000, 0, None, 19_000], dtype=pl.Int32).cast(pl.Date)
    found = due_many(far, pl.Series([1, 1, 1, None]), counting=CountingRules(SPLIT))
    assert found["reason"].to_list() == [
        "outside-coverage",
        "outside-coverage",
        "received-blank",
        "limit-not-stated",
    ]
    assert due_many([], [], counting=CountingRules(SPLIT)).height == 0


def test_columns_that_do_not_fit_are_refused() -> None:
    counting, days = CountingRules(SPLIT), [date(2022, 3, 1), date(2022, 3, 2)]
    calls: list[tuple[Any, Any, dict[str, Any], str]] = [
        (days, 5, {}, "column-of-wrong-type"),
        (["x"], 5, {}, "column-of-wrong-type"),
        (days, [1.5, 2.5], {}, "column-of-wrong-type"),
        (days, [1], {}, "columns-differ-in-length"),
        (days, [1, 2], {"stop_start": [days[0]]}, "columns-differ-in-length"),
        (days, [1, 2], {"stop_start": days, "stop_kind": "?"}, "policy-unknown"),
        ([datetime(2022, 3, 1, 9)], "24 giờ", {}, "hours-reading-needed"),
        (days, pl.Series([1, 2**64 - 1], dtype=pl.UInt64), {}, "column-of-wrong-type"),
    ]
    for received, limit, stops, reason in calls:
        with pytest.raises(EvnpubsvcError) as error:
            due_many(received, limit, counting=counting, **stops)
        assert reason_of(error.value) == reason
