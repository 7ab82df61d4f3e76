"""Strategies for events, dossiers in every reachable state, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from attrs import evolve
from hypothesis import strategies as st

from evnpubsvc._moments import local_day
from evnpubsvc.deadlines import LimitUnit, TimeLimit
from evnpubsvc.dossiers import (
    Dossier,
    Ended,
    Event,
    EventKind,
    Evidence,
    ForeignStatus,
    Judgement,
    Outcome,
    Precision,
    Refusal,
    Registration,
    Seal,
    State,
    Status,
    StoppedAs,
    TimelinessPolicy,
    opencps_words,
    possible,
    replay,
    seal,
    timeliness,
    try_apply,
)
from evnpubsvc.services import (
    Assistance,
    Channel,
    OnlineKind2022,
    OnlineLevel2011,
    PartialReason,
    ProactiveLevel2026,
)
from evnpubsvc.strategies._codes import dossier_codes, procedure_codes, unit_codes
from evnpubsvc.worktime import VIETNAM_TIME

_FIRST, _LAST = (
    datetime(2019, 1, 2, tzinfo=VIETNAM_TIME),
    datetime(2026, 6, 30, tzinfo=VIETNAM_TIME),
)
_ZONES = (VIETNAM_TIME, UTC, timezone(timedelta(hours=1)))


def _texts(min_size: int = 0) -> st.SearchStrategy[str]:
    """Texts that every format can hold: no control characters, no halves of letters."""
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])
    return st.text(letters, min_size=min_size, max_size=8)


def _pairs() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(
        st.sampled_from(["org:group", "concept:name", "evn:kind", "", "x"]), _texts(), max_size=2
    )


def _build(kind: EventKind, at: datetime, draw: st.DrawFn) -> Event:
    return Event(
        kind,
        at,
        final=draw(st.booleans()) if kind is EventKind.STOPPED else None,
        due=draw(st.integers(0, 40).map(lambda n: at.date() + timedelta(days=n)))
        if kind is EventKind.APOLOGY
        else None,
        outcome=draw(st.none() | st.sampled_from(Outcome)) if kind is EventKind.RESOLVED else None,
        activity=draw(_texts()),
        attributes=draw(_pairs()),
        recorded=draw(
            st.none() | st.integers(-1440, 129_600).map(lambda n: at + timedelta(minutes=n))
        ),
    )


@st.composite
def events(draw: st.DrawFn, *, kinds: st.SearchStrategy[EventKind] | None = None) -> Event:
    """Draw single events, 2019 to mid-2026, in several time zones, some of them on a day alone.

    Shrinks to a submission at an instant.

    Args:
        draw: Hypothesis passes it.
        kinds: the kinds to draw from; all by default.
    """
    kind = draw(st.sampled_from(EventKind) if kinds is None else kinds)
    made = _build(kind, draw(_instants()), draw)
    if draw(st.integers(0, 3)) == 3:
        return _without_hour(made)
    return made


def _without_hour(event: Event) -> Event:
    """Return the event on its day in Viet Nam, as an office without hours enters it."""
    return evolve(event, at=local_day(event.at))


def _instants() -> st.SearchStrategy[datetime]:
    minutes = st.integers(0, int((_LAST - _FIRST).total_seconds()) // 60)
    return st.builds(_instant, minutes, st.sampled_from(_ZONES))


def _instant(minutes: int, zone: timezone) -> datetime:
    return (_FIRST + timedelta(minutes=minutes)).astimezone(zone)


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    lawful: bool = True,
    max_size: int = 12,
    begin: st.SearchStrategy[datetime] | None = None,
    until: Callable[[State], bool] | None = None,
) -> tuple[Event, ...]:
    """Draw histories with realistic times: minutes to days between events, in office hours mostly.

    Args:
        draw: Hypothesis passes it.
        lawful: whether each event must be possible where it stands; False draws anything in any
            order.
        max_size: the most events.
        begin: when the history begins; by default 2019 to mid-2026. The day decides the rule set.
        until: stop drawing when the state satisfies this.
    """
    if not lawful:
        return tuple(draw(st.lists(events(), max_size=max_size)))
    at = draw(_instants() if begin is None else begin)
    dossier = Dossier("0")
    for _ in range(draw(st.integers(0, max_size))):
        if until is not None and until(dossier.state):
            break
        kind = draw(st.sampled_from(possible(dossier, at)))
        made = try_apply(dossier, _build(kind, at, draw))
        assert isinstance(made, Dossier)
        dossier = made
        at += draw(
            st.sampled_from(
                [timedelta(), timedelta(minutes=20), timedelta(hours=3), timedelta(days=1)]
            )
        )
        at += timedelta(days=draw(st.integers(0, 6)))
    return dossier.events


def evidences() -> st.SearchStrategy[Evidence]:
    """Draw what registers say about levels and registrations. Shrinks to nothing known."""
    return st.builds(
        Evidence,
        level=st.none() | st.sampled_from([*OnlineLevel2011, *OnlineKind2022]),
        proactive=st.none() | st.sampled_from(ProactiveLevel2026),
        online_payment=st.none() | st.booleans(),
        presence=st.none() | st.booleans(),
        on_site_check=st.none() | st.booleans(),
        result_by=st.none() | st.sampled_from(Channel),
        partial_reason=st.none() | st.sampled_from(PartialReason),
        registration=st.none() | st.sampled_from(Registration),
        happened_on=st.none() | st.dates(date(2019, 1, 1), date(2026, 6, 30)),
    )


def _limits() -> st.SearchStrategy[TimeLimit]:
    days = st.sampled_from([1, 3, 5, 25]).map(lambda n: TimeLimit(n, LimitUnit.WORKING_DAYS))
    return days | st.just(TimeLimit(0, LimitUnit.SAME_DAY)) | st.integers(1, 40).map(_calendar_days)


def _calendar_days(n: int) -> TimeLimit:
    return TimeLimit(n, LimitUnit.DAYS)


def dossiers(
    *, lawful: bool = True, events: st.SearchStrategy[tuple[Event, ...]] | None = None
) -> st.SearchStrategy[Dossier]:
    """Draw dossiers in every reachable state. Shrinks to a plain dossier without history.

    Args:
        lawful: whether each event must be possible where it stands.
        events: the histories; `histories(lawful=lawful)` by default.
    """
    moments = st.none() | st.dates(date(2019, 1, 1), date(2026, 6, 30)) | _instants()
    return st.builds(
        Dossier,
        code=st.just("case-1") | dossier_codes().map(str) | _texts(1).filter(str.strip),
        procedure=st.none() | procedure_codes().map(str) | _texts(),
        service=st.none() | _texts(),
        unit=st.none() | _texts(),
        field=st.none() | _texts(),
        case=st.none() | _texts(),
        authority=st.none() | unit_codes().map(str) | _texts(),
        channel=st.none() | st.sampled_from(Channel),
        assistance=st.none() | st.sampled_from(Assistance),
        applicant=st.none() | st.uuids().map(str),
        limit=st.none() | _limits(),
        stated_received=moments,
        stated_due=moments,
        stated_finished=moments,
        linked=st.lists(_texts(), max_size=2).map(tuple),
        evidence=st.none() | evidences(),
        attributes=_pairs(),
        events=histories(lawful=lawful) if events is None else events,
    )


def states() -> st.SearchStrategy[State]:
    """Draw states that lawful histories lead to."""
    return histories().map(replay)


def seals() -> st.SearchStrategy[Seal]:
    """Draw chains over lawful histories."""
    return histories(max_size=5).map(seal)


def timeliness_policies() -> st.SearchStrategy[TimelinessPolicy]:
    """Draw every policy."""
    return st.builds(
        TimelinessPolicy,
        compare=st.sampled_from(Precision),
        stopped=st.sampled_from(StoppedAs),
        withdrawn=st.sampled_from(Ended),
        declined=st.sampled_from(Ended),
    )


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    """Draw judgements over drawn dossiers, by their stated due dates."""
    policy = draw(timeliness_policies().filter(lambda each: each.compare is Precision.DATE))
    return timeliness(
        draw(dossiers()), as_of=draw(st.dates(date(2019, 1, 1), date(2026, 6, 30))), policy=policy
    )


@st.composite
def refusals(draw: st.DrawFn) -> Refusal:
    """Draw refusals: an event that is not possible after a lawful history."""
    dossier = Dossier("0", events=draw(histories(max_size=5)))
    last = dossier.state.last_at
    at = last if isinstance(last, datetime) else _FIRST
    allowed = possible(dossier, at)
    kind = draw(st.sampled_from([kind for kind in EventKind if kind not in allowed]))
    found = try_apply(dossier, _build(kind, at, draw))
    assert isinstance(found, Refusal)
    return found


def foreign_statuses() -> st.SearchStrategy[ForeignStatus]:
    """Draw the words of OpenCPS."""
    return st.sampled_from([word for status in Status for word in opencps_words(status)])
