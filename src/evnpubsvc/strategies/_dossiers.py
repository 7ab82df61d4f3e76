"""Strategies for events, dossiers in every reachable state, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc._moments import local_day
from evnpubsvc.catalogue import CaseLimit, Catalogue
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
from evnpubsvc.strategies._courses import ZONES, Offsets, beginnings, beginnings_in, courses
from evnpubsvc.units import UnitRegister
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

_FIRST, _LAST = (
    datetime(2019, 1, 2, tzinfo=VIETNAM_TIME),
    datetime(2026, 6, 30, tzinfo=VIETNAM_TIME),
)


# Strategies of parts are made once: to make one takes longer than to draw from it.
@cache
def _texts(min_size: int = 0) -> st.SearchStrategy[str]:
    """Texts that every format can hold: no control characters, no halves of letters."""
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])
    return st.text(letters, min_size=min_size, max_size=8)


@cache
def _pairs() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(
        st.sampled_from(["org:group", "concept:name", "evn:kind", "", "x"]), _texts(), max_size=2
    )


@cache
def _details(kind: EventKind) -> st.SearchStrategy[dict[str, Any]]:
    """Draw what an event of a kind has besides its time; days and delays as numbers."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "activity": _texts(),
        "attributes": _pairs(),
        "recorded": st.none() | st.integers(-1440, 129_600),
    }
    plain: dict[str, Any] = {"recorded": None}
    if kind is EventKind.STOPPED:
        parts["final"], plain["final"] = st.booleans(), False
    elif kind is EventKind.APOLOGY:
        parts["due"], plain["due"] = st.integers(0, 40), 30
    elif kind is EventKind.RESOLVED:
        parts["outcome"] = st.none() | st.sampled_from(Outcome)
    # Most events say nothing more, so that histories stay small.
    return st.just(plain).map(lambda said: {**said}) | st.fixed_dictionaries(parts)


def _build(kind: EventKind, at: datetime, draw: st.DrawFn, *, final: bool | None = None) -> Event:
    details = draw(_details(kind))
    if kind is EventKind.STOPPED and final is not None:
        details["final"] = final
    if kind is EventKind.APOLOGY:
        details["due"] = at.date() + timedelta(days=details["due"])
    if details["recorded"] is not None:
        details["recorded"] = at + timedelta(minutes=details["recorded"])
    return Event(kind, at, **details)


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


@cache
def _instants() -> st.SearchStrategy[datetime]:
    minutes = st.integers(0, int((_LAST - _FIRST).total_seconds()) // 60)
    return st.builds(_instant, minutes, st.sampled_from(ZONES))


def _instant(minutes: int, zone: timezone) -> datetime:
    return (_FIRST + timedelta(minutes=minutes)).astimezone(zone)


_PAUSES: Final = (timedelta(), timedelta(minutes=20), timedelta(hours=3), timedelta(days=1))
_DAYS: Final = st.integers(0, 6)
_YES_OR_NO: Final = st.booleans()


@cache
def _one_of(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    lawful: bool = True,
    max_size: int = 12,
    begin: st.SearchStrategy[datetime] | None = None,
    until: Callable[[State], bool] | None = None,
    reaches: Status | st.SearchStrategy[Status] | None = None,
    rule_set: str | None = None,
    offsets: Offsets | None = None,
) -> tuple[Event, ...]:
    """Draw histories with realistic times: minutes to days between events, in office hours mostly.

    Half of them end in a status that is drawn evenly, the others go wherever events lead. Shrinks
    to no event, or to the shortest way to the status asked for.

    Args:
        draw: Hypothesis passes it.
        lawful: whether each event must be possible where it stands; False draws anything in any
            order.
        max_size: the most events.
        begin: when the history begins; by default 2019 to 2026. The day decides the rule set.
        until: stop drawing when the state satisfies this.
        reaches: the status in which it ends, reached by construction; anything by default. Then
            `max_size` and `until` do not matter.
        rule_set: key of the one-stop rules in force when it begins (`onestop-2018`); each as often
            as the others by default.
        offsets: `"local"`: instants in Viet Nam's time; `"mixed"`: each in a zone of its own;
            either by default.
    """
    if not lawful:
        return tuple(draw(st.lists(events(), max_size=max_size)))
    begins = beginnings(rule_set) if begin is None else begin
    is_free = reaches is None and (until is not None or max_size < 6 or draw(_YES_OR_NO))
    if not is_free:
        return draw(_courses(reaches, begins, offsets))
    at = draw(begins)
    if offsets != "local":
        at = at.astimezone(draw(_one_of(ZONES)))
    dossier = Dossier("0")
    for _ in range(draw(st.integers(0, max_size))):
        if until is not None and until(dossier.state):
            break
        kind = draw(_one_of(possible(dossier, at)))
        made = try_apply(dossier, _build(kind, at, draw))
        assert isinstance(made, Dossier)
        dossier = made
        if offsets == "mixed":
            at = at.astimezone(draw(_one_of(ZONES)))
        at += draw(_one_of(_PAUSES)) + timedelta(days=draw(_DAYS))
    return dossier.events


@st.composite
def _courses(
    draw: st.DrawFn,
    reaches: Status | st.SearchStrategy[Status] | None,
    begin: st.SearchStrategy[datetime],
    offsets: Offsets | None,
) -> tuple[Event, ...]:
    if isinstance(reaches, Status):
        status: st.SearchStrategy[Status] = st.just(reaches)
    else:
        status = st.sampled_from(Status) if reaches is None else reaches

    def build(kind: EventKind, at: datetime, final: bool) -> Event:
        return _build(kind, at, draw, final=final)

    return draw(courses(build, reaches=status, begin=begin, offsets=offsets))


@cache
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


@cache
def _limits() -> st.SearchStrategy[TimeLimit]:
    days = st.sampled_from([1, 3, 5, 25]).map(lambda n: TimeLimit(n, LimitUnit.WORKING_DAYS))
    return days | st.just(TimeLimit(0, LimitUnit.SAME_DAY)) | st.integers(1, 40).map(_calendar_days)


def _calendar_days(n: int) -> TimeLimit:
    return TimeLimit(n, LimitUnit.DAYS)


def dossiers(
    *,
    lawful: bool = True,
    reaches: Status | st.SearchStrategy[Status] | None = None,
    procedure: str | None = None,
    channel: Channel | None = None,
    case: str | None = None,
    catalogue: Catalogue | None = None,
    units: UnitRegister | Sequence[str] | None = None,
    calendar: Calendar | None = None,
    rule_set: str | None = None,
    offsets: Offsets | None = None,
    events: st.SearchStrategy[tuple[Event, ...]] | None = None,
) -> st.SearchStrategy[Dossier]:
    """Draw dossiers in every reachable state. Shrinks to a plain dossier without history.

    Args:
        lawful: whether each event must be possible where it stands.
        reaches: the status in which the history ends, reached by construction.
        procedure: code of the procedure; anything by default.
        channel: how it came in; anything by default.
        case: the case of the procedure; anything by default.
        catalogue: draws procedure, case and channel together, as a catalogue has a limit for them;
            what is given here narrows that.
        units: the units that may resolve it: a register, of which a unit of the first day is drawn
            where there was one, or codes; anything by default.
        calendar: the history begins on one of its working days, and later events keep to them as
            far as they are known; any days by default.
        rule_set: key of the one-stop rules in force when it begins.
        offsets: `"local"` or `"mixed"`, as for `histories`.
        events: the histories; by default `histories` with the arguments above.
    """
    moments = st.none() | st.dates(date(2019, 1, 1), date(2026, 6, 30)) | _instants()
    if events is None:
        begin = None
        if calendar is not None:
            begin = beginnings_in(calendar, rule_set, *_first_and_last(units))
        events = histories(
            lawful=lawful, reaches=reaches, begin=begin, rule_set=rule_set, offsets=offsets
        )
    if calendar is not None:
        known = calendar
        events = events.map(lambda history: _onto_working_days(history, known))

    def build(
        kept: tuple[str | None, str | None, Channel | None], place: int, **fields: Any
    ) -> Dossier:
        code, case, channel = kept
        if units is not None:
            fields["unit"] = _pick_unit(units, fields["events"], place)
        return Dossier(procedure=code, case=case, channel=channel, **fields)

    return st.builds(
        build,
        _kept(procedure, case, channel, catalogue),
        st.just(0) if units is None else st.integers(0, 10_000),
        code=st.just("case-1") | dossier_codes().map(str) | _texts(1).filter(str.strip),
        service=st.none() | _texts(),
        unit=st.none() | _texts(),
        field=st.none() | _texts(),
        authority=st.none() | unit_codes().map(str) | _texts(),
        assistance=st.none() | st.sampled_from(Assistance),
        applicant=st.none() | st.uuids().map(str),
        limit=st.none() if catalogue is not None else st.none() | _limits(),
        stated_received=moments,
        stated_due=moments,
        stated_finished=moments,
        linked=st.lists(_texts(), max_size=2).map(tuple),
        evidence=st.none() | evidences(),
        attributes=_pairs(),
        events=events,
    )


def _first_and_last(units: UnitRegister | Sequence[str] | None) -> tuple[date, date]:
    """Return the days between which a register has units."""
    if not isinstance(units, UnitRegister) or not len(units):
        return date.min, date.max
    spans = [unit.validity for unit in units]
    return min(each.first for each in spans), max(each.last for each in spans)


def _pick_unit(
    units: UnitRegister | Sequence[str], events: tuple[Event, ...], place: int
) -> str | None:
    """Return a unit of those that there were on the first day of a history; None for none."""
    if not isinstance(units, UnitRegister):
        codes = list(units)
    elif events:
        codes = [unit.code for unit in units.on(local_day(events[0].at))]
    else:
        codes = [unit.code for unit in units]
    return codes[place % len(codes)] if codes else None


def _onto_working_days(events: tuple[Event, ...], calendar: Calendar) -> tuple[Event, ...]:
    """Move events on days off to the next working day, and none before the one ahead of it."""
    moved: list[Event] = []
    later = timedelta()
    for event in events:
        day = local_day(event.at + later)
        while calendar.first <= day < calendar.last and not calendar.is_working_day(day):
            later += timedelta(days=1)
            day += timedelta(days=1)
        moved.append(
            evolve(
                event,
                **{
                    name: value + later
                    for name in ("at", "recorded", "due")
                    if (value := getattr(event, name)) is not None
                },
            )
        )
    return tuple(moved)


def _kept(
    procedure: str | None, case: str | None, channel: Channel | None, catalogue: Catalogue | None
) -> st.SearchStrategy[tuple[str | None, str | None, Channel | None]]:
    """Draw procedure, case and channel: each alone, or as a catalogue has a limit for them."""
    if catalogue is None:
        return st.tuples(
            st.none() | procedure_codes().map(str) | _texts()
            if procedure is None
            else st.just(procedure),
            st.none() | _texts() if case is None else st.just(case),
            st.none() | st.sampled_from(Channel) if channel is None else st.just(channel),
        )
    found = [
        (str(each.code), limit.case or None, limit.channel or channel)
        for each in catalogue
        for limit in each.limits(max(each.validity.first, date(2019, 1, 1)))
        if isinstance(limit, CaseLimit)
        and procedure in (None, str(each.code))
        and case in (None, limit.case)
        and (channel is None or limit.channel in (None, channel))
    ]
    if not found:
        raise InvalidArgument("the catalogue has no limit for what is asked for")
    return st.sampled_from(found)


def messy_logs(*, max_size: int = 4) -> st.SearchStrategy[tuple[Dossier, ...]]:
    """Draw logs as other systems export them: histories that were spoiled on the way.

    Events in another order, twice, on a day without an hour, left out, in a zone of their own, or
    forbidden where they stand. Shrinks to no dossier.

    Args:
        max_size: the most dossiers; each has a code of its own.
    """
    return st.lists(_spoiled(), max_size=max_size).map(
        lambda some: tuple(
            Dossier(f"case-{place}", events=events) for place, events in enumerate(some, 1)
        )
    )


@st.composite
def _spoiled(draw: st.DrawFn) -> tuple[Event, ...]:
    rows = list(draw(histories(offsets="mixed")))
    if not rows:
        return tuple(draw(st.lists(events(), max_size=3)))
    place = draw(st.integers(0, len(rows) - 1))
    way = draw(st.sampled_from(("kept", "turned", "twice", "day", "left-out", "strange")))
    if way == "turned":
        rows.reverse()
    elif way == "twice":
        rows.insert(draw(st.integers(0, len(rows))), rows[place])
    elif way == "day":
        rows[place] = _without_hour(rows[place])
    elif way == "left-out":
        del rows[place]
    elif way == "strange":
        rows.insert(place, draw(events()))
    return tuple(rows)


@cache
def states() -> st.SearchStrategy[State]:
    """Draw states that lawful histories lead to."""
    return histories().map(replay)


@cache
def seals() -> st.SearchStrategy[Seal]:
    """Draw chains over lawful histories."""
    return histories(max_size=5).map(seal)


@cache
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


@cache
def foreign_statuses() -> st.SearchStrategy[ForeignStatus]:
    """Draw the words of OpenCPS."""
    return st.sampled_from([word for status in Status for word in opencps_words(status)])
