"""Intervals and timelines, against a day-by-day oracle."""

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.writable import written_texts

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Dated, Timeline, Validity
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import timelines, validities

_WINDOW = [date(2022, 1, 1) + timedelta(days) for days in range(40)]
_narrow = validities(min_value=_WINDOW[5], max_value=_WINDOW[30])


def _days(validity: Validity) -> set[date]:
    """Days of the window that lie inside, by comparing each one."""
    return {
        day
        for day in _WINDOW
        if (validity.since is None or validity.since <= day)
        and (validity.until is None or day <= validity.until)
    }


@given(_narrow)
def test_contains_is_the_closed_interval(validity: Validity) -> None:
    assert {day for day in _WINDOW if day in validity} == _days(validity)


@given(_narrow, _narrow)
def test_overlap_and_intersection_agree_with_sets_of_days(one: Validity, other: Validity) -> None:
    shared = _days(one) & _days(other)
    assert one.overlaps(other) == bool(shared) == other.overlaps(one)
    both = one.intersection(other)
    assert (set() if both is None else _days(both)) == shared


@given(_narrow, _narrow)
def test_meeting_intervals_share_nothing_and_leave_nothing_out(
    one: Validity, later: Validity
) -> None:
    if one.meets(later):
        assert not one.overlaps(later)
        assert len(_days(one) | _days(later)) == len(_days(Validity(one.since, later.until)))


def test_day_before_day_and_day_after_each_bound() -> None:
    validity = Validity(date(2011, 10, 1), date(2022, 8, 14))
    assert [validity.contains(date(2011, 9, 30)), validity.contains(date(2011, 10, 1))] == [
        False,
        True,
    ]
    assert [validity.contains(date(2022, 8, 14)), validity.contains(date(2022, 8, 15))] == [
        True,
        False,
    ]


def test_backwards_and_foreign_types_are_misuse() -> None:
    with pytest.raises(MisuseError) as backwards:
        Validity(date(2022, 1, 2), date(2022, 1, 1))
    assert backwards.value.reason == "last-before-first"
    with pytest.raises(MisuseError) as moment:
        Validity(datetime(2022, 1, 1))
    assert moment.value.reason == "wrong-type"
    with pytest.raises(MisuseError) as asked:
        Validity().contains(datetime(2022, 1, 1))
    assert asked.value.reason == "day-wrong-type"
    assert datetime(2022, 1, 1).isoformat()[:4] in asked.value.finding.message("vi")


def test_a_single_day_is_an_interval() -> None:
    day = date(2022, 1, 1)
    assert Validity(day, day).contains(day)
    assert str(Validity(None, day)) == "..2022-01-01"


@given(timelines(st.integers()))
def test_timelines_have_no_gap_and_no_overlap_by_construction(timeline: Timeline[int]) -> None:
    """Every day between the first and the last bound, and one beyond each, belongs to exactly as
    many as it should.
    """
    bounds = [
        day
        for entry in timeline
        for day in (entry.validity.since, entry.validity.until)
        if day is not None
    ]
    near = {day + timedelta(step) for day in bounds for step in (-1, 0, 1)}
    for day in near:
        holding = [entry for entry in timeline if entry.validity.contains(day)]
        assert len(holding) == (1 if timeline.span.contains(day) else 0)
        assert timeline.get(day, "none") == (holding[0].value if holding else "none")
        assert timeline.entry_at(day) == (holding[0] if holding else None)
        following = [entry for entry in timeline if entry.validity.first > day]
        assert timeline.next_after(day) == (following[0] if following else None)


@given(st.lists(st.tuples(_narrow, st.integers()), max_size=4))
def test_a_timeline_is_built_exactly_when_the_days_say_so(
    entries: list[tuple[Validity, int]],
) -> None:
    """Oracle: count, for each day of a window wide enough, how many entries hold.

    And look at the order.
    """
    built = None
    with contextlib.suppress(DataError):
        built = Timeline.of(entries)
    covered = [sum(day in _days(validity) for validity, _ in entries) for day in _WINDOW]
    inside = "".join(map(str, covered)).strip("0")
    ordered = [validity.first for validity, _ in entries] == sorted(
        validity.first for validity, _ in entries
    )
    assert (built is not None) == (bool(entries) and set(inside) == {"1"} and ordered)


def test_every_problem_of_a_timeline_comes_at_once() -> None:
    def days(first: int, last: int) -> Validity:
        return Validity(date(2022, 1, first), date(2022, 1, last))

    with pytest.raises(DataError) as wrong:
        Timeline.of([(days(1, 5), "a"), (days(8, 10), "b"), (days(10, 12), "c"), (days(2, 3), "d")])
    assert [(f.path, f.reason) for f in wrong.value.findings] == [
        (".entries[1]", "timeline-gap"),
        (".entries[2]", "timeline-overlap"),
        (".entries[3]", "timeline-disorder"),
    ]
    assert "2022-01-06 to 2022-01-07" in wrong.value.findings[0].message()
    with pytest.raises(DataError) as empty:
        Timeline(())
    assert empty.value.findings[0].reason == "timeline-empty"


def test_starting_refuses_starts_out_of_order_and_open_starts_inside() -> None:
    with pytest.raises(DataError) as wrong:
        Timeline.starting([(date(2022, 1, 1), 1), (date(2022, 1, 1), 2), (None, 3)])
    assert [f.path for f in wrong.value.findings] == [".entries[1]", ".entries[2]"]
    with pytest.raises(DataError):
        Timeline.starting([])


def test_outside_the_covered_days_the_error_names_them() -> None:
    timeline = Timeline.starting(
        [(date(2018, 6, 21), "a"), (date(2025, 7, 1), "b")], until=date(2026, 8, 4)
    )
    assert [timeline.at(date(2018, 6, 21)), timeline.at(date(2026, 8, 4)), len(timeline)] == [
        "a",
        "b",
        2,
    ]
    for day in (date(2018, 6, 20), date(2026, 8, 5)):
        with pytest.raises(MisuseError) as outside:
            timeline.at(day)
        assert outside.value.reason == "day-not-covered"
        assert "from 2018-06-21 to 2026-08-04" in str(outside.value)
        assert timeline.get(day) is None
    assert timeline.next_after(date(2018, 6, 20)) == Dated(
        Validity(date(2018, 6, 21), date(2025, 6, 30)), "a"
    )


@given(timelines(written_texts(3)))
def test_timelines_round_trip_through_json(timeline: Timeline[str]) -> None:
    assert from_json(to_json(timeline), Timeline[str]) == timeline


@given(st.from_type(Validity))
def test_validities_round_trip_through_json(validity: Validity) -> None:
    assert from_json(to_json(validity), Validity) == validity


def test_a_broken_timeline_in_json_comes_back_with_paths() -> None:
    text = to_json(Timeline.starting([(date(2022, 1, 1), "a"), (date(2022, 2, 1), "b")]))
    with pytest.raises(DataError) as wrong:
        from_json(text.replace('"since": "2022-02-01"', '"since": "2022-02-03"'), Timeline[str])
    assert [(f.path, f.reason) for f in wrong.value.findings] == [
        ("$.value.entries[1]", "timeline-gap")
    ]
