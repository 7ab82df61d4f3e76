"""What records refuse."""

from datetime import date, datetime
from typing import Any

import pytest

from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import (
    Dossier,
    DueBasis,
    Event,
    EventKind,
    Precision,
    due_of,
    possible,
    try_apply,
)
from evnpubsvc.dossiers.engine import judged
from evnpubsvc.errors import MisuseError
from tests.dossiers.samples import CALENDAR, at, dossier

AT = at("2022-03-01 09:00")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": EventKind.NOTE, "final": True}, "event-field-elsewhere"),
        ({"kind": EventKind.NOTE, "due": date(2022, 3, 2)}, "event-field-elsewhere"),
        ({"kind": EventKind.NOTE, "outcome": "granted"}, "wrong-type"),
        ({"kind": EventKind.APOLOGY}, "event-due-needed"),
        ({"kind": EventKind.APOLOGY, "due": datetime(2022, 3, 2)}, "datetime-naive"),
        ({"kind": EventKind.STOPPED}, "event-final-needed"),
        ({"kind": "submit"}, "policy-unknown"),
        ({"kind": 3}, "wrong-type"),
        ({"kind": EventKind.NOTE, "recorded": datetime(2022, 3, 2)}, "datetime-naive"),
        ({"kind": EventKind.NOTE, "recorded": date(2022, 3, 2)}, "wrong-type"),
        ({"kind": EventKind.NOTE, "attributes": {"x": 1}}, "wrong-type"),
    ],
)
def test_an_event_refuses(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(MisuseError) as raised:
        Event(at=AT, **fields)
    assert raised.value.reason == reason


def test_an_outcome_belongs_to_a_decision() -> None:
    from evnpubsvc.dossiers import Outcome

    with pytest.raises(MisuseError, match="event-field-elsewhere"):
        Event(EventKind.RETURNED, AT, outcome=Outcome.GRANTED)


def test_a_dossier_refuses_what_is_no_event_and_times_without_zone() -> None:
    one = dossier("submitted 2022-03-01 09:00")
    with pytest.raises(MisuseError, match="wrong-type"):
        try_apply(one, "received")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="datetime-naive"):
        possible(one, datetime(2022, 3, 1))
    with pytest.raises(MisuseError, match="datetime-naive"):
        Dossier("x", stated_due=datetime(2022, 3, 1))
    with pytest.raises(MisuseError, match="text-empty"):
        Dossier(" ")


def test_instants_need_the_time_of_day() -> None:
    with pytest.raises(MisuseError, match="time-of-day-missing"):
        judged(AT, AT.date(), as_of=date(2022, 3, 31), compare=Precision.TIMESTAMP)


def test_a_slip_moves_with_an_apology_made_in_time() -> None:
    lines = ("submitted 2022-03-01 09:00", "received 2022-03-01 09:00")
    moved = dossier(*lines, "apology 2022-03-02 09:00 2022-03-10", stated_due=date(2022, 3, 4))
    assert due_of(moved, counting=None).basis is DueBasis.EXTENDED
    late = dossier(*lines, "apology 2022-03-07 09:00 2022-03-10", stated_due=date(2022, 3, 4))
    assert due_of(late, counting=None).due == date(2022, 3, 4)
    # A history that says nothing leaves the slip as it is; without one there is none.
    assert due_of(Dossier("x", stated_due=date(2022, 3, 4)), counting=None).basis is DueBasis.STATED
    assert due_of(Dossier("x"), counting=CountingRules(CALENDAR)).basis is DueBasis.NOT_STARTED


def test_an_open_stop_after_an_apology_leaves_no_date() -> None:
    lines = (
        "submitted 2022-03-01 09:00",
        "received 2022-03-01 09:00",
        "apology 2022-03-02 09:00 2022-03-10",
    )
    one = dossier(*lines, "stopped 2022-03-03 09:00", limit="3 ngày làm việc")
    assert due_of(one, counting=CountingRules(CALENDAR)).basis is DueBasis.STANDS
