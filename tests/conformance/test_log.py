"""A foreign log: what is unlawful is found, what is lawful gives no alarm, in linear time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.conformance import judge_log
from evnpubsvc.dossiers import Dossier, Event, EventKind, due_of
from evnpubsvc.dossiers import TimelinessPolicy as Policy
from evnpubsvc.strategies import histories
from evnpubsvc.worktime import VIETNAM_TIME
from tests.conformance.adapters import COUNTING
from tests.deep import cases
from tests.realdata import real_rows

K = EventKind
AS_OF = date(2026, 11, 30)
QUICK = settings(
    max_examples=cases(60, 100_000), deadline=None, suppress_health_check=list(HealthCheck)
)


def history(*kinds: EventKind, begin: datetime | None = None) -> tuple[Event, ...]:
    at = begin or datetime(2024, 3, 4, 9, tzinfo=VIETNAM_TIME)
    return tuple(Event(kind, at + timedelta(minutes=30 * n)) for n, kind in enumerate(kinds))


@QUICK
@given(st.lists(histories(rule_set="onestop-2018"), max_size=4))
def test_lawful_histories_give_no_alarm(some: list[tuple[Event, ...]]) -> None:
    log = [
        Dossier(f"case-{n}", limit="5 ngày làm việc", events=events)
        for n, events in enumerate(some)
    ]
    stated = [
        evolve(one, stated_due=found.due)
        for one in log
        if not one.state.extensions
        for found in [due_of(one, counting=COUNTING)]
    ]
    report = judge_log(stated, as_of=AS_OF, counting=COUNTING)
    # Rules of notices and apologies speak of how late an act is, which a lawful order may break.
    assert {each.requirement.id for each in report.failures} <= {"rule.R5", "rule.R6"}


def test_each_kind_of_wrong_is_found_with_its_smallest_witness() -> None:
    noise = (K.TRANSFERRED, K.NOTE, K.VERIFICATION_ASKED, K.VERIFICATION_ANSWERED)
    wrong_step = Dossier("a", events=history(K.SUBMITTED, K.RECEIVED, *noise, K.RETURNED))
    done = history(K.SUBMITTED, K.RECEIVED, K.TRANSFERRED, K.RESOLVED)
    wrong_due = Dossier("b", limit="5 ngày làm việc", events=done, stated_due=date(2024, 3, 12))
    wrong_class = Dossier(
        "c", limit="5 ngày làm việc", events=done, attributes={"class": "quá hạn"}
    )
    right = evolve(wrong_class, code="d", attributes={"class": "trước hạn"})
    report = judge_log(
        iter([wrong_step, wrong_due, wrong_class, right]),
        as_of=AS_OF,
        counting=COUNTING,
        policy=Policy("date"),
        stated_class="class",
        classes={"quá hạn": "late", "trước hạn": "early"},
    )
    by_law = {each.requirement.id: each for each in report.failures}
    assert set(by_law) == {"rule.R7", "rule.R9", "rule.stated-class"}
    assert all(len(each.examples) == 1 for each in by_law.values())
    step = by_law["rule.R9"].examples[0]
    assert step.call.count("Event(") < len(wrong_step.events)
    assert "RETURNED" in step.call
    assert "12/03/2024" in by_law["rule.R7"].examples[0].got.replace("2024-03-12", "12/03/2024")


@pytest.mark.parametrize("turned", [(), ("0",), ("0", "20", "97")])
def test_the_flags_of_a_city_are_judged_and_only_wrong_ones_found(turned: tuple[str, ...]) -> None:
    """Boston 311: 83 ONTIME and 17 OVERDUE, all as the city's own rule has them."""
    zone = ZoneInfo("America/New_York")

    def moment(text: str) -> datetime | None:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone) if text.strip() else None

    other = {"ONTIME": "OVERDUE", "OVERDUE": "ONTIME"}
    log = [
        Dossier(
            str(place),
            stated_received=moment(row["open_dt"]),
            stated_due=moment(row["target_dt"]),
            stated_finished=moment(row["closed_dt"]),
            attributes={"flag": other[row["ontime"]] if str(place) in turned else row["ontime"]},
        )
        for place, row in enumerate(real_rows("boston311_mau_100/boston311_2022_mau.csv"))
    ]
    report = judge_log(
        log,
        as_of=date(2022, 12, 31),
        policy=Policy("timestamp"),
        zone=zone,
        stated_class="flag",
        classes={
            "ONTIME": ("early", "on_time", "no_due_date", "pending_in_time"),
            "OVERDUE": ("late", "pending_overdue"),
        },
    )
    (found,) = (each for each in report.results if each.requirement.id == "rule.stated-class")
    assert found.cases == 100
    assert len(found.examples) == len(turned)


def test_a_long_log_takes_time_by_its_length_and_keeps_little() -> None:
    events = history(K.SUBMITTED, K.RECEIVED, K.RETURNED, begin=datetime(2024, 3, 4, 2, tzinfo=UTC))
    log = (Dossier(f"case-{n}", events=events) for n in range(cases(300, 300_000)))
    report = judge_log(log, as_of=AS_OF)
    broken = next(each for each in report.results if each.requirement.id == "rule.R9")
    assert broken.cases == cases(300, 300_000)
    assert len(broken.examples) == 20
