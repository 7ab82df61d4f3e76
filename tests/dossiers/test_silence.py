"""What is seen to be in order without running a rule: the rule says nothing there."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.codes import DossierCode, ProcedureCode
from evnpubsvc.codes import check as check_code
from evnpubsvc.codes.parts import UndoubtedCodes
from evnpubsvc.deadlines import ClockPolicy, CountingRules, TimeLimit
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Outcome,
    Precision,
    TimelinessPolicy,
    TransitionalRule,
    check,
    check_many,
    rules,
)
from evnpubsvc.dossiers._known import Known
from evnpubsvc.dossiers._rules import RuleContext, needs_of
from evnpubsvc.dossiers._silence import Silence
from evnpubsvc.dossiers._timeliness import Ended, StoppedAs
from evnpubsvc.findings import Finding
from evnpubsvc.serde import read_event_log, read_log_columns
from evnpubsvc.strategies import dossier_codes
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar
from tests.deep import cases
from tests.dossiers.samples import CALENDAR
from tests.dossiers.test_real_logs import AMSTERDAM, WABO
from tests.realdata import real

UNITS = ("000.00.53.H48", "001.02.03.G15", "H48.12", "G22.99.08", "H47", "000.00.00.H47", "Z01")
NUMBERS = ("0001", "0001", "0001", "0420", "99", "123456", "000١", "000a", "0001 ")
PROCEDURES = (None, "1.000048", "2.000815", "4.000001", "6.000001", "1.000048.H47", "x", "1.00004")
LIVES: tuple[tuple[str, ...], ...] = (
    ("submitted", "received", "transferred", "resolved", "returned"),
    ("submitted", "received", "supplement-requested", "supplement-received", "resolved"),
    ("received", "resolved"),
    ("submitted", "refused"),
    ("submitted", "received", "stopped"),
    ("submitted", "received", "apology", "resolved"),
    ("submitted", "received", "withdrawal-asked", "withdrawal-accepted"),
    (),
)


def _draw_event(draw: Random, kind: EventKind, at: datetime) -> Event:
    moment = at.date() if draw.random() < 0.05 else at
    return Event(
        kind,
        moment,
        final=draw.random() < 0.5 if kind is EventKind.STOPPED else None,
        due=at.date() + timedelta(days=draw.randrange(40)) if kind is EventKind.APOLOGY else None,
        outcome=draw.choice([None, *Outcome]) if kind is EventKind.RESOLVED else None,
    )


def _draw_dossier(draw: Random) -> Dossier:
    """A dossier as registers have it: in order mostly, with one thing or another that is odd."""
    begun = datetime(2019, 1, 3, 8, tzinfo=VIETNAM_TIME) + timedelta(hours=draw.randrange(64_000))
    kinds = [EventKind(kind) for kind in draw.choice(LIVES)]
    if draw.random() < 0.2:
        kinds.insert(draw.randrange(len(kinds) + 1), draw.choice(list(EventKind)))
    at, events = begun, list[Event]()
    for kind in kinds:
        events.append(_draw_event(draw, kind, at))
        at += timedelta(hours=draw.choice((0, 3, 30, 200)))
    if draw.random() < 0.05:
        draw.shuffle(events)

    received = next((one.at for one in events if one.kind is EventKind.RECEIVED), begun)
    day = received + timedelta(days=draw.choice((0, 0, 0, 0, 1)))
    due = begun.date() + timedelta(days=draw.randrange(3, 40))

    def sometimes(value: Any, chance: float) -> Any:
        return value if draw.random() < chance else None

    return Dossier(
        f"{draw.choice(UNITS)}-{day:%y%m%d}-{draw.choice(NUMBERS)}",
        procedure=draw.choice(PROCEDURES),
        authority=sometimes(draw.choice(UNITS), 0.1),
        limit=sometimes(TimeLimit.parse(draw.choice(("10 ngày làm việc", "8 giờ làm việc"))), 0.4),
        stated_received=sometimes(begun, 0.5),
        stated_due=sometimes(draw.choice((due, begun + timedelta(days=9))), 0.7),
        stated_finished=sometimes(at.date() if draw.random() < 0.5 else at, 0.5),
        events=tuple(events),
    )


def _draw_call(draw: Random) -> dict[str, Any]:
    counting = (CountingRules(CALENDAR, clock=ClockPolicy.RESUME), CountingRules(CALENDAR))
    wide = CountingRules(vietnam_calendar(provisional_until=2028), unknown_hour="closing")
    as_of = datetime(2020, 1, 1, 12, tzinfo=VIETNAM_TIME) + timedelta(days=draw.randrange(2_500))
    policy = TimelinessPolicy(
        draw.choice(list(Precision)),
        stopped=draw.choice(list(StoppedAs)),
        withdrawn=draw.choice(list(Ended)),
        declined=draw.choice(list(Ended)),
    )
    return {
        "as_of": draw.choice((as_of, as_of.date())),
        "counting": draw.choice((None, *counting, wide)),
        "policy": draw.choice((None, policy, policy, policy)),
        "transitional": draw.choice((None, *TransitionalRule)),
        "catalogue": draw.choice((None, None, seed_catalogue())),
    }


@pytest.mark.parametrize("seed", range(cases(8, 400)))
def test_many_dossiers_at_once_have_the_findings_of_each(seed: int) -> None:
    draw = Random(seed)
    register, call = [_draw_dossier(draw) for _ in range(100)], _draw_call(draw)
    for one, found in check_many(iter(register), **call):
        assert found == check(one, **call)


def test_a_rule_that_is_silent_says_nothing() -> None:
    draw, silent = Random(1), Counter[str]()
    count = cases(12, 600)
    for _ in range(count):
        call = _draw_call(draw)
        silence = Silence(call["counting"], call["catalogue"])
        for _ in range(50):
            one = _draw_dossier(draw)
            known = Known(one, call["as_of"], VIETNAM_TIME)
            context = RuleContext(**call, known=known)
            for rule in rules():
                is_silent = needs_of(rule).silent
                if is_silent is None or not is_silent(silence, known):
                    continue
                silent[rule.key] += 1
                assert not list(rule.run(one, context, rule.ground_on)), (rule.key, one)
    # Each is silent about many dossiers, or nothing was tested.
    assert silent.keys() == {"R10", "R11", "R12"}
    assert min(silent.values()) > 5 * count


def _read_strictly(kind: Any, text: str, day: date) -> tuple[Finding, ...] | None:
    """What is doubtful about a code; None for what is none."""
    return check_code(kind.parse(text), on=day) if kind.is_valid(text) else None


@settings(max_examples=cases(100, 20_000))
@given(
    st.builds(str, dossier_codes(min_value=date(2018, 1, 1), max_value=date(2027, 12, 31)))
    | st.text(max_size=90),
    st.dates(date(2018, 1, 1), date(2027, 12, 31)),
    st.booleans(),
)
@example("000.00.53.H48-220921-0099", date(2022, 9, 21), False)
@example("H48-220921-0099", date(1922, 9, 21), False)
@example("000.00.53.H48-220921-009９", date(2022, 9, 21), False)
def test_a_code_that_is_undoubted_has_no_doubts(text: str, day: date, same: bool) -> None:
    codes = UndoubtedCodes()
    if same and DossierCode.is_valid(text):
        day = DossierCode.parse(text).received_on
    for _ in range(2):  # what is remembered is what was found
        if codes.has_dossier(text, day):
            assert _read_strictly(DossierCode, text, day) == ()
            assert str(DossierCode.parse(text)) == text


@settings(max_examples=cases(50, 20_000))
@given(st.from_type(ProcedureCode).map(str) | st.text(max_size=90), st.dates())
@example("1.000048", date(2022, 9, 21))
def test_a_procedure_that_is_undoubted_has_no_doubts(text: str, day: date) -> None:
    codes = UndoubtedCodes()
    for _ in range(2):
        if codes.has_procedure(text):
            assert _read_strictly(ProcedureCode, text, day) == ()


def test_usual_codes_are_undoubted_and_doubtful_ones_are_not() -> None:
    codes, day = UndoubtedCodes(), date(2022, 9, 21)
    usual = ("000.00.53.H48-220921-0099", "000.00.53.H48-220921-0100", "000.00.00.G15-220921-9999")
    doubtful = (
        "000.00.53.H48-220922-0099", "000.00.53.H48-220921-00099", "000.00.53.h48-220921-0099",
        "H48.12-220921-0099", "000.00.53.H99-220921-0099", "000.00.53.H48-220921-099", "", "-", "x",
        "000.00.53.H48-220921-0099" + "0" * 80,
    )  # fmt: skip
    assert all(codes.has_dossier(each, day) for each in usual)
    assert not any(codes.has_dossier(each, day) for each in doubtful)
    assert codes.has_dossier("H48.12-260921-0099", date(2026, 9, 21))
    assert codes.has_procedure("1.000048")
    assert not any(codes.has_procedure(each) for each in ("1.000048.H48", "1.00004", "", "1" * 99))


def test_a_foreign_log_has_the_findings_of_each_of_its_dossiers() -> None:
    path = real("receipt_wabo/events.csv")
    columns = read_log_columns(BytesIO(WABO.encode()))

    def read() -> Iterator[Dossier]:
        yield from (one for one in read_event_log(path, columns) if isinstance(one, Dossier))

    call: dict[str, Any] = {"as_of": date(2012, 3, 1), "zone": AMSTERDAM}
    found = 0
    for place, (one, said) in enumerate(check_many(read(), **call)):
        found += len(said)
        if place % cases(10, 1) == 0:
            assert said == check(one, **call)
    assert found > 100
