"""Histories that reach a chosen status by construction: nothing is drawn and thrown away.

A course is an opening, detours that lead back to work, and a way to the end. Each part is lawful
where it stands, whatever was drawn before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Final, Literal, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.deadlines import rule_sets
from evnpubsvc.dossiers import Event, EventKind, Status
from evnpubsvc.law import Validity
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

Offsets: TypeAlias = Literal["local", "mixed"]
Kinds: TypeAlias = tuple[EventKind, ...]

_K: Final = EventKind
_FIRST, _LAST = date(2019, 1, 2), date(2026, 11, 30)
ZONES: Final = (VIETNAM_TIME, UTC, timezone(timedelta(hours=1)))

_PAPERS: Final = (_K.SUPPLEMENT_REQUESTED, _K.SUPPLEMENT_RECEIVED)
_OPENINGS: Final[tuple[Kinds, ...]] = ((), _PAPERS)
# Detours that leave a dossier where it was received, and those that begin work.
_STAYING: Final[tuple[Kinds, ...]] = (_PAPERS, (_K.NOTE,))
_DETOURS: Final[tuple[Kinds, ...]] = (
    (_K.TRANSFERRED,),
    *_STAYING,
    (_K.PAYMENT_REQUESTED, _K.PAYMENT_MET),
    (_K.VERIFICATION_ASKED, _K.VERIFICATION_ANSWERED),
    (_K.OPINION_ASKED, _K.OPINION_GIVEN),
    (_K.LINKED_SENT, _K.LINKED_RETURNED),
    (_K.STOPPED, _K.RESUMED),
)
# Ways to the end, the shortest first.
_ENDS: Final[dict[Status, tuple[Kinds, ...]]] = {
    Status.NEW: ((),),
    Status.RECEIVED: ((),),
    Status.NOT_RECEIVED: ((_K.REFUSED,),),
    Status.PROCESSING: ((_K.TRANSFERRED,),),
    Status.SUPPLEMENT_ASKED: ((_K.SUPPLEMENT_REQUESTED,),),
    Status.PAYMENT_ASKED: ((_K.PAYMENT_REQUESTED,),),
    Status.WITHDRAWAL_ASKED: ((_K.WITHDRAWAL_ASKED,),),
    Status.STOPPED: ((_K.STOPPED,), (_K.WITHDRAWAL_ASKED, _K.WITHDRAWAL_ACCEPTED)),
    Status.RESOLVED: ((_K.RESOLVED,), (_K.RESOLVED, _K.RESULT_STORED)),
    Status.RETURNED: (
        (_K.RESOLVED, _K.RETURNED),
        (_K.RESOLVED, _K.RETURNED, _K.RESULT_STORED, _K.SATISFACTION_GIVEN),
    ),
}
_BEFORE_RECEIPT: Final = frozenset({Status.NEW, Status.NOT_RECEIVED})
_GAPS: Final = tuple(
    timedelta(days=days, minutes=minutes)
    for days, minutes in ((0, 30), (0, 180), (1, 0), (3, 20), (6, 180), (20, 0))
)

_A_ZONE: Final = st.sampled_from(ZONES)
_A_GAP: Final = st.sampled_from(_GAPS)
_YES_OR_NO: Final = st.booleans()


@cache
def kinds_of(reaches: Status, *, max_detours: int = 3) -> st.SearchStrategy[Kinds]:
    """Draw the kinds of a history that ends in a status. Shrinks to the shortest way there."""
    ends = st.sampled_from(_ENDS[reaches])
    if reaches in _BEFORE_RECEIPT:
        parts = st.tuples(st.sampled_from(_OPENINGS), ends)
        return parts.map(lambda drawn: (_K.SUBMITTED, *drawn[0], *drawn[1]))

    detours = _STAYING if reaches is Status.RECEIVED else _DETOURS
    apology = st.sampled_from(((), (_K.APOLOGY,)))
    between = st.lists(st.sampled_from(detours), max_size=max_detours)

    def join(opening: Kinds, some: list[Kinds], apology: Kinds, end: Kinds) -> Kinds:
        middle = tuple(kind for detour in some for kind in detour)
        return (_K.SUBMITTED, *opening, _K.RECEIVED, *middle, *apology, *end)

    return st.builds(join, st.sampled_from(_OPENINGS), between, apology, ends)


@cache
def beginnings(rule_set: str | None = None) -> st.SearchStrategy[datetime]:
    """Draw instants at which a history begins, in office hours of Viet Nam.

    Args:
        rule_set: key of the one-stop rules in force (`onestop-2018`); each of them as often as the
            others by default.
    """
    chosen = _validities(rule_set)
    days = st.one_of(*(st.dates(max(each.first, _FIRST), min(each.last, _LAST)) for each in chosen))
    return st.builds(_at, days, st.integers(8 * 60, 16 * 60))


def beginnings_in(
    calendar: Calendar, rule_set: str | None, since: date, until: date
) -> st.SearchStrategy[datetime]:
    """Draw instants on working days of a calendar at which a history begins.

    Args:
        calendar: the days; those that are not decided yet are left out.
        rule_set: key of the one-stop rules in force; None for any.
        since: the first of these days.
        until: the last of them.
    """
    chosen = _validities(rule_set)
    last = min(calendar.last, calendar.decided_until or calendar.last, until)
    first = max(calendar.first, since)
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = [
        day
        for day in span
        if calendar.is_working_day(day) and (rule_set is None or chosen[0].contains(day))
    ]
    if not days:
        raise InvalidArgument("the calendar has no working day under these rules")
    return st.builds(_at, st.sampled_from(days), st.integers(8 * 60, 16 * 60))


def _validities(rule_set: str | None) -> list[Validity]:
    """Return when the one-stop rules of a key were in force; of each of them for no key."""
    known = {each.key: each.validity for each in rule_sets()}
    if rule_set is not None and rule_set not in known:
        raise InvalidArgument(f"rule_set must be one of {sorted(known)}, got {rule_set!r}")
    return list(known.values()) if rule_set is None else [known[rule_set]]


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), VIETNAM_TIME)


@st.composite
def courses(
    draw: st.DrawFn,
    build: Callable[[EventKind, datetime, bool], Event],
    *,
    reaches: st.SearchStrategy[Status],
    begin: st.SearchStrategy[datetime],
    offsets: Offsets | None,
) -> tuple[Event, ...]:
    """Draw histories that end in a status.

    Args:
        draw: given by Hypothesis.
        build: makes an event of a kind at an instant; a stop is for good or not.
        reaches: the status.
        begin: when the history begins.
        offsets: whether instants are written in Viet Nam's time or each in a zone of its own;
            either by default.
    """
    status = draw(reaches)
    kinds = draw(kinds_of(status))
    at = draw(begin)
    mixed = draw(_YES_OR_NO) if offsets is None else offsets == "mixed"
    final = draw(_YES_OR_NO)
    events: list[Event] = []
    for place, kind in enumerate(kinds):
        zone = draw(_A_ZONE) if mixed else VIETNAM_TIME
        is_last = place == len(kinds) - 1
        events.append(build(kind, at.astimezone(zone), final and is_last))
        at += draw(_A_GAP)
    return tuple(events)
