"""What the rules over one dossier share says the same as each rule by itself."""

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.deadlines import ClockPolicy, CountingRules
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Precision,
    TimelinessPolicy,
    check,
    rule,
    rules,
)
from evnpubsvc.dossiers._dossier import known_by
from evnpubsvc.dossiers._known import Known
from evnpubsvc.dossiers._replay import _ALWAYS_NEXT, in_time, is_usual
from evnpubsvc.dossiers._rules import RuleContext
from evnpubsvc.errors import EvnpubsvcError
from evnpubsvc.strategies import dossiers
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import cases
from tests.dossiers.samples import CALENDAR

COUNTING = CountingRules(CALENDAR, clock=ClockPolicy.RESTART)


@settings(max_examples=cases(20, 5_000), deadline=None)
@given(dossiers(), st.dates(date(2019, 1, 1), date(2026, 12, 31)))
def test_a_rule_by_itself_finds_what_it_finds_among_the_others(one: Dossier, as_of: date) -> None:
    context = RuleContext(as_of, COUNTING, TimelinessPolicy(Precision.DATE))
    found = check(one, as_of=as_of, counting=COUNTING)
    for each in rules():
        told = [(f.reason, f.path, f.value) for f in found if dict(f.parts).get("rule") == each.key]
        try:
            own = [(f.reason, f.path, f.value) for f in each.run(one, context, each.ground_on)]
        except EvnpubsvcError:
            own = [("rule-not-run", "$", each.key)]
        assert own == told


@settings(max_examples=cases(20, 5_000), deadline=None)
@given(dossiers(), st.dates(date(2019, 1, 1), date(2026, 12, 31)))
def test_events_stand_in_the_order_of_the_history_with_their_places(
    one: Dossier, as_of: date
) -> None:
    known = Known(one, as_of, VIETNAM_TIME)
    taken = [each for each in one.events if known_by(each.at, as_of, VIETNAM_TIME)]
    assert [event for _, event in known.events] == in_time(taken)
    assert all(one.events[place] is event for place, event in known.events)


def test_no_guard_objects_to_a_usual_history() -> None:
    after = {one: [other for first, other in _ALWAYS_NEXT if first is one] for one in EventKind}
    usual = [[EventKind.SUBMITTED]]
    for kinds in usual:
        usual += [[*kinds, other] for other in after[kinds[-1]] if len(kinds) < 6]
    assert len(usual) > 20
    context, asked = RuleContext(date(2026, 12, 31)), rule("R9")
    for kinds in usual:
        assert is_usual(kinds)
        events = [
            Event(kind, datetime(2026, 3, day, 9, tzinfo=VIETNAM_TIME))
            for day, kind in enumerate(kinds, 1)
        ]
        # With a note before it, it is not usual, so the guards are asked.
        note = Event(EventKind.NOTE, datetime(2026, 2, 1, 9, tzinfo=VIETNAM_TIME))
        assert not is_usual([EventKind.NOTE, *kinds])
        assert list(asked.run(Dossier("x", events=(note, *events)), context, asked.ground_on)) == []
    assert not is_usual([])
    assert not is_usual([EventKind.RECEIVED, EventKind.RESOLVED])
