"""The regimes of the law, on each boundary: the day before, the day, the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import UnknownNameError
from evnpubsvc.law import Confidence, Dated, Regime, Timeline, regimes
from evnpubsvc.law.engine import topics
from evnpubsvc.serde import from_json, to_json

# Section 0 of the domain notes, typed in from its source column: topic, first day, key before it,
# key from it on.
_BOUNDARIES = [
    ("levels", date(2011, 10, 1), None, "levels-2011"),  # NĐ 43/2011/NĐ-CP
    ("levels", date(2022, 8, 15), "levels-2011", "levels-2022"),  # NĐ 42/2022/NĐ-CP
    ("levels", date(2026, 7, 1), "levels-2022", "levels-2026"),  # NĐ 224/2026/NĐ-CP
    ("onestop", date(2018, 6, 21), None, "onestop-2018"),  # NĐ 61/2018/NĐ-CP
    ("onestop", date(2025, 7, 1), "onestop-2018", "onestop-2025"),  # NĐ 118/2025/NĐ-CP
    ("onestop", date(2026, 8, 5), "onestop-2025", "onestop-2026"),  # NĐ 309/2026/NĐ-CP
    ("e-environment", date(2020, 4, 8), None, "e-environment-2020"),  # NĐ 45/2020/NĐ-CP
    ("dossier-code", date(2019, 1, 6), None, "code-2019"),  # TT 01/2018/TT-VPCP
    ("dossier-code", date(2025, 9, 15), "code-2019", "code-2025"),  # TT 03/2025/TT-VPCP
    ("dossier-code", date(2026, 1, 25), "code-2025", "code-2026n"),  # TT 04/2025/TT-VPCP
    ("unit-code", date(2020, 9, 15), "unit-2016", "unit-2020"),  # QĐ 20/2020/QĐ-TTg
    ("territory", date(2025, 7, 1), "geo-three-tiers", "geo-2025"),  # NQ 202/2025/QH15
    ("holidays", date(2021, 1, 1), None, "holidays-2021"),  # Labour Code 45/2019/QH14
    ("holidays", date(2026, 7, 1), "holidays-2021", "holidays-2026"),  # NQ 28/2026/QH16
]


@pytest.mark.parametrize(("topic", "first", "before", "since"), _BOUNDARIES)
def test_the_day_before_the_day_and_the_day_after(
    topic: str, first: date, before: str | None, since: str
) -> None:
    timeline = regimes(topic)
    one = timedelta(1)
    keys = [
        None if regime is None else regime.key
        for regime in map(timeline.get, (first - one, first, first + one))
    ]
    assert keys == [before, since, since]
    coming = timeline.next_after(first - one)
    assert coming is not None
    assert (coming.value.key, coming.validity.since) == (since, first)


def test_the_table_above_names_every_boundary_there_is() -> None:
    there = {
        (topic, entry.validity.since)
        for topic in topics()
        for entry in regimes(topic)
        if entry.validity.since is not None
    }
    assert there == {(topic, first) for topic, first, _, _ in _BOUNDARIES}


def test_days_that_rest_on_memory_say_so() -> None:
    """[M] in the notes: the end of the four levels and the start of the two kinds."""
    first, second, third = (entry.value for entry in regimes("levels"))
    assert (first.since_confidence, first.until_confidence) == (
        Confidence.SEVERAL_SOURCES,
        Confidence.MEMORY,
    )
    assert (second.since_confidence, second.until_confidence) == (
        Confidence.MEMORY,
        Confidence.SEVERAL_SOURCES,
    )
    assert (third.since_confidence, third.until_confidence) == (Confidence.SEVERAL_SOURCES, None)


@pytest.mark.parametrize("topic", topics())
def test_each_bound_has_a_confidence_and_no_open_bound_has_one(topic: str) -> None:
    for entry in regimes(topic):
        assert (entry.validity.since is None) == (entry.value.since_confidence is None)
        assert (entry.validity.until is None) == (entry.value.until_confidence is None)
        assert entry.value.basis
        assert Confidence.ASSUMED not in {
            entry.value.since_confidence,
            entry.value.until_confidence,
        }


def test_an_unknown_topic_lists_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match="dossier-code") as unknown:
        regimes("level")
    assert unknown.value.reason == "topic-unknown"


@given(st.from_type(Dated))
def test_regimes_round_trip_through_json(entry: Dated[Regime]) -> None:
    assert from_json(to_json(entry.value), Regime) == entry.value
    assert from_json(to_json(entry), Dated[Regime]) == entry
    assert str(entry.value) == entry.value.key


@given(st.from_type(Regime), st.from_type(Timeline))
def test_types_of_the_room_are_drawn_by_type(regime: Regime, timeline: Timeline[int]) -> None:
    assert any(entry.value == regime for topic in topics() for entry in regimes(topic))
    assert len(timeline) >= 1
