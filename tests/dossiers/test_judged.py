"""Early, on time, late, pending: each boundary of the one classifier, on both sides."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Precision,
    Timeliness,
    TimelinessPolicy,
    timeliness,
)
from evnpubsvc.dossiers._timeliness import judged
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime import VIETNAM_TIME
from tests.dossiers.samples import CALENDAR, at

DUE = at("2022-12-15 10:00")
DAY = DUE.date()
NEXT = DAY + timedelta(days=1)
MINUTE = timedelta(minutes=1)
LATER = at("2022-12-31 17:00")
DATES, INSTANTS = Precision.DATE, Precision.TIMESTAMP
EARLY, ON_TIME, LATE = Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE
IN_TIME, OVERDUE = Timeliness.PENDING_IN_TIME, Timeliness.PENDING_OVERDUE


@pytest.mark.parametrize(
    ("due", "finished", "by_date", "by_instant"),
    [
        (DUE, DUE - MINUTE, ON_TIME, EARLY),
        (DUE, DUE, ON_TIME, ON_TIME),
        (DUE, DUE + MINUTE, ON_TIME, LATE),
        (DUE, DUE - timedelta(days=1), EARLY, EARLY),
        (DUE, DUE + timedelta(days=1), LATE, LATE),
        (DUE, DAY - timedelta(days=1), EARLY, EARLY),
        (DUE, NEXT, LATE, LATE),
        # A day is over at its end (Civil Code art. 148(6)).
        (DAY, at("2022-12-15 23:59"), ON_TIME, ON_TIME),
        (DAY, at("2022-12-16 00:00"), LATE, LATE),
        (DAY, at("2022-12-14 23:59"), EARLY, EARLY),
        (DAY, DAY, ON_TIME, ON_TIME),
    ],
)
def test_what_is_finished(
    due: date, finished: date, by_date: Timeliness, by_instant: Timeliness
) -> None:
    assert judged(due, finished, as_of=LATER, compare=DATES) is by_date
    assert judged(due, finished, as_of=LATER, compare=INSTANTS) is by_instant


@pytest.mark.parametrize(
    ("due", "as_of", "by_date", "by_instant"),
    [
        (DUE, DUE, IN_TIME, IN_TIME),
        (DUE, DUE + MINUTE, IN_TIME, OVERDUE),
        (DUE, DAY, IN_TIME, OVERDUE),  # judged at the end of the day
        (DUE, DAY - timedelta(days=1), IN_TIME, IN_TIME),
        (DUE, NEXT, OVERDUE, OVERDUE),
        (DAY, DAY, IN_TIME, IN_TIME),
        (DAY, at("2022-12-15 23:59"), IN_TIME, IN_TIME),
        (DAY, NEXT, OVERDUE, OVERDUE),
    ],
)
def test_what_is_pending(
    due: date, as_of: date, by_date: Timeliness, by_instant: Timeliness
) -> None:
    # Not finished, or later than the moment of judgement: the same.
    for finished in (None, as_of + timedelta(days=1), NEXT + timedelta(days=1)):
        assert judged(due, finished, as_of=as_of, compare=DATES) is by_date
        assert judged(due, finished, as_of=as_of, compare=INSTANTS) is by_instant


def test_what_happens_at_the_moment_of_judgement_is_known() -> None:
    question: dict[str, Any] = {"compare": INSTANTS}
    assert judged(DUE, DUE, as_of=DUE, **question) is ON_TIME
    assert judged(DUE, DUE, as_of=DUE - MINUTE, **question) is IN_TIME
    assert judged(DAY, DAY, as_of=DAY, **question) is ON_TIME
    assert judged(DAY, DAY, as_of=DUE, **question) is ON_TIME
    assert judged(DAY, DUE, as_of=DAY, **question) is ON_TIME
    assert judged(DAY, NEXT, as_of=DAY, **question) is IN_TIME


def test_an_instant_is_on_the_day_of_the_zone_that_is_said() -> None:
    evening = datetime(2022, 12, 15, 23, 30, tzinfo=UTC)  # 06:30 of the next day in Viet Nam
    assert judged(DAY, evening, as_of=LATER, compare=DATES) is ON_TIME
    assert judged(DAY, evening, as_of=LATER, compare=DATES, zone=VIETNAM_TIME) is LATE


def test_the_day_alone_does_not_say_the_hour() -> None:
    with pytest.raises(MisuseError, match="time-of-day-missing"):
        judged(DUE, DAY, as_of=LATER, compare=INSTANTS)
    assert judged(None, DAY, as_of=LATER, compare=INSTANTS) is Timeliness.NO_DUE_DATE


STATED = Dossier("a", stated_received=at("2022-12-01 08:00"), stated_due=DUE, stated_finished=DAY)
BY_INSTANT = TimelinessPolicy(INSTANTS)


def test_an_hour_that_is_not_known_is_said_or_assumed() -> None:
    question: dict[str, Any] = {"as_of": LATER, "policy": BY_INSTANT}
    for counting in (None, CountingRules(CALENDAR)):
        open_ = timeliness(STATED, counting=counting, **question)
        assert open_.timeliness is Timeliness.UNSETTLED
        assert [found.reason for found in open_.findings][-1] == "time-of-day-missing"
    rules = CountingRules(CALENDAR, unknown_hour="closing")
    assumed = timeliness(STATED, counting=rules, **question)
    assert assumed.timeliness is LATE
    assert [found.reason for found in assumed.findings][-1] == "hour-assumed"


def test_what_is_not_received_yet_has_not_started() -> None:
    open_ = evolve(STATED, stated_finished=None)
    for as_of, expected in (
        (at("2022-12-01 08:00"), IN_TIME),
        (at("2022-12-01 07:59"), Timeliness.NOT_STARTED),
        (date(2022, 11, 30), Timeliness.NOT_STARTED),
    ):
        assert timeliness(open_, as_of=as_of, policy=BY_INSTANT).timeliness is expected


def test_a_distance_over_days_that_are_not_decided_is_provisional() -> None:
    decided = evolve(CALENDAR, decided_until=date(2022, 12, 16))
    for calendar, finished, provisional in (
        (decided, date(2022, 12, 16), False),
        (decided, date(2022, 12, 19), True),
        (CALENDAR, date(2022, 12, 19), False),
    ):
        late = evolve(STATED, stated_finished=finished)
        found = timeliness(late, as_of=LATER, policy=BY_INSTANT, counting=CountingRules(calendar))
        assert (found.timeliness, found.provisional) == (LATE, provisional)


def test_beyond_the_calendar_a_distance_is_not_measured() -> None:
    decided = evolve(CALENDAR, decided_until=date(2022, 12, 16))
    late = evolve(STATED, stated_finished=date(9000, 1, 1))
    question: dict[str, Any] = {"as_of": date(9000, 1, 2), "policy": BY_INSTANT}
    found = timeliness(late, counting=CountingRules(decided), **question)
    assert (found.timeliness, found.working_days, found.provisional) == (LATE, None, False)


def test_what_was_refused_at_the_desk_has_not_started_whatever_its_register_states() -> None:
    refused = Event(EventKind.REFUSED, at("2022-12-01 09:00"))
    asked = Event(EventKind.SUBMITTED, at("2022-12-01 08:00"))
    found = timeliness(evolve(STATED, events=(asked, refused)), as_of=LATER, policy=BY_INSTANT)
    assert (found.timeliness, found.finished) == (Timeliness.NOT_STARTED, None)


def test_what_is_no_dossier_is_named() -> None:
    for wrong in ("case-1", None):
        with pytest.raises(MisuseError, match="wrong-type"):
            timeliness(wrong, as_of=LATER, policy=BY_INSTANT)  # type: ignore[arg-type]
