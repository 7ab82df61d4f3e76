"""Histories that reach a status by construction, and what else may be asked of a strategy."""

from collections import Counter
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc._moments import local_day
from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.deadlines import rule_sets
from evnpubsvc.dossiers import Dossier, Refusal, Status, replay, try_apply
from evnpubsvc.errors import DataError
from evnpubsvc.serde import RegisterColumns, read_register
from evnpubsvc.services import Channel
from evnpubsvc.strategies import dossiers, histories, messy_logs, odd_tables
from evnpubsvc.synthetic import district
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

QUICK = settings(
    max_examples=cases(20, 2000), deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("status", Status)
@QUICK
@given(data=st.data())
def test_a_history_reaches_its_status_and_each_event_is_lawful(
    status: Status, data: st.DataObject
) -> None:
    events = data.draw(histories(reaches=status))
    assert replay(events).status is status
    dossier = Dossier("case-1")
    for event in events:
        after = try_apply(dossier, event)
        assert not isinstance(after, Refusal), after
        dossier = after


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def test_drawn_histories_are_spread_over_states_rules_and_offsets() -> None:
    some = drawn(histories(), 600)
    states = Counter(replay(events).status for events in some)
    assert {*Status} <= set(states)
    # Two of ten states: 120 if all were alike. Examples resemble each other, so half will do.
    assert states[Status.RESOLVED] + states[Status.RETURNED] > 60
    rules = Counter(
        each.key
        for events in some
        for each in rule_sets()
        if events and each.validity.contains(events[0].at.date())
    )
    assert len(rules) == len(rule_sets())
    assert min(rules.values()) > 20
    assert any(len({event.at.utcoffset() for event in events}) > 1 for events in some)


@QUICK
@given(data=st.data())
def test_arguments_are_kept(data: st.DataObject) -> None:
    one = data.draw(
        dossiers(
            reaches=st.sampled_from([Status.RESOLVED, Status.RETURNED]),
            procedure="1.001193",
            channel=Channel.ONLINE,
            case="x",
            rule_set="onestop-2018",
            offsets="local",
        )
    )
    assert (one.procedure, one.channel, one.case) == ("1.001193", Channel.ONLINE, "x")
    assert one.state.decided_at is not None
    first = one.events[0].at
    assert isinstance(first, datetime)
    assert date(2018, 6, 21) <= first.date() <= date(2025, 6, 30)
    assert {event.at.utcoffset() for event in one.events if isinstance(event.at, datetime)} == {
        first.utcoffset()
    }


@QUICK
@given(data=st.data())
def test_a_catalogue_gives_what_goes_together(data: st.DataObject) -> None:
    catalogue = seed_catalogue()
    one = data.draw(dossiers(catalogue=catalogue))
    assert one.procedure in set(catalogue.codes)
    assert one.limit is None


@QUICK
@given(data=st.data())
def test_units_and_a_calendar_give_what_goes_together(data: st.DataObject) -> None:
    one = data.draw(dossiers(calendar=CALENDAR, units=UNITS, reaches=st.sampled_from(Status)))
    days = [local_day(event.at) for event in one.events]
    assert days == sorted(days)
    assert all(CALENDAR.is_working_day(day) for day in days if day <= CALENDAR.last)
    assert one.unit in {unit.code for unit in UNITS.on(days[0])}
    coded = data.draw(dossiers(units=["A", "B"], calendar=CALENDAR, rule_set="onestop-2025"))
    assert coded.unit in {"A", "B"}
    assert all(local_day(event.at) >= date(2025, 7, 1) for event in coded.events[:1])


CALENDAR = vietnam_calendar()
UNITS = district(1, communes=2, dossiers=1).units


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="onestop-2018"):
        drawn(histories(rule_set="onestop-2017"), 1)
    with pytest.raises(InvalidArgument, match="no limit"):
        dossiers(catalogue=seed_catalogue(), procedure="9.999999")
    with pytest.raises(InvalidArgument, match="column"):
        drawn(odd_tables([]), 1)


def test_logs_are_messy_in_every_way() -> None:
    logs = drawn(messy_logs(), 60)
    ends = [replay(one.events) for log in logs for one in log]  # never raises
    assert sum(bool(state.inferences) for state in ends) > 5
    assert all(len({one.code for one in log}) == len(log) for log in logs)


@QUICK
@given(raw=odd_tables())
def test_odd_tables_are_read_row_by_row_or_found_at_fault(raw: bytes) -> None:
    columns = RegisterColumns(received="received", due="due", finished="finished")
    with suppress(DataError):  # where nothing of it is a table, all at once
        list(read_register(BytesIO(raw), columns))
