"""What is known of a dossier at a moment of judgement, worked out once for all that ask."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from itertools import pairwise
from operator import lt
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc._moments import is_before, local_day
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers._dossier import Dossier, keep_asked, known_by, state_by
from evnpubsvc.dossiers._dossier_due import DossierDue
from evnpubsvc.dossiers._due_of import derive_due
from evnpubsvc.dossiers._events import Event, EventKind
from evnpubsvc.dossiers._replay import in_time
from evnpubsvc.dossiers._state import State

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue


_SUBMITTED: Final = EventKind.SUBMITTED


def state_and_due(
    dossier: Dossier,
    as_of: date | datetime,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
) -> tuple[State, DossierDue]:
    """Return the state of a dossier by a moment, and the due date that follows from it.

    Who asks for the judgement mostly asks for the row or the findings too: the answer is kept with
    the dossier until something else is asked.
    """
    kept = _find_kept(dossier, as_of, counting, catalogue, zone)
    if kept is not None:
        return kept
    state = state_by(dossier, as_of, zone)
    found = derive_due(dossier, state, counting, catalogue, zone, trace=False, resumed_on=None)
    keep_asked(dossier, (counting, catalogue, zone, as_of, (state, found)))
    return state, found


def _find_kept(
    dossier: Dossier,
    as_of: date | datetime,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
) -> tuple[State, DossierDue] | None:
    """Return what was kept with a dossier, if the same was asked."""
    kept: tuple[Any, ...] | None = getattr(dossier, "_asked", None)
    if (
        kept is not None
        and kept[0] is counting
        and kept[1] is catalogue
        and kept[2] is zone
        and (kept[3] is as_of or kept[3] == as_of)
    ):
        answer: tuple[State, DossierDue] = kept[4]
        return answer
    return None


class Known:
    """A dossier as it was known at a moment of judgement.

    It belongs to one call and is dropped with it. What is dear is worked out when it is first asked
    for: the order of the events, the due date.

    Attributes:
        dossier: the dossier itself.
        as_of: the moment of judgement.
        zone: the time zone of days.
        state: its state by the moment of judgement.
        begun: the day whose rules it keeps: of receipt, else of submission.
        is_ascending: whether the history stands in the order of time, all moments apart.
    """

    __slots__ = (
        "_due",
        "_events",
        "as_of",
        "begun",
        "dossier",
        "is_ascending",
        "state",
        "zone",
    )

    def __init__(self, dossier: Dossier, as_of: date | datetime, zone: tzinfo) -> None:
        self.dossier: Dossier = dossier
        self.as_of: date | datetime = as_of
        self.zone: tzinfo = zone
        self.state: State = state_by(dossier, as_of, zone)
        self.begun: date | None = _find_beginning(dossier, self.state, zone)
        self.is_ascending: bool = _ascend([event.at for event in dossier.events])
        self._events: list[tuple[int, Event]] | None = None
        self._due: DossierDue | None = None

    @property
    def kinds(self) -> list[EventKind]:
        """The kinds of its events, also of later ones, in the order of the history."""
        return [event.kind for event in self.dossier.events]

    @property
    def events(self) -> list[tuple[int, Event]]:
        """The events up to the day of judgement, by time, with their places in the history."""
        if self._events is None:
            self._events = self._order_events()
        return self._events

    def _order_events(self) -> list[tuple[int, Event]]:
        events = self.dossier.events
        if not events:
            return []
        # What came after the day of judgement is not known yet.
        last = self.dossier.state.last_at
        known = list(enumerate(events))
        if last is not None and not known_by(last, self.as_of, self.zone):
            known = [each for each in known if known_by(each[1].at, self.as_of, self.zone)]
        if self.is_ascending:
            return known
        places = {id(event): index for index, event in known}
        return [(places[id(event)], event) for event in in_time(event for _, event in known)]

    @property
    def begins_rightly(self) -> bool:
        """Whether the history is in order: ascending, and nothing comes before its submission."""
        if not self.is_ascending:
            return False
        events = self.dossier.events
        return not events or events[0].kind is _SUBMITTED or _SUBMITTED not in self.kinds

    def due(self, counting: CountingRules | None, catalogue: Catalogue | None) -> DossierDue:
        """Return the due date by the moment of judgement; the rules are the same in each call.

        A notice of dates on days off may be missing: the rules read none.
        """
        if self._due is None:
            kept = _find_kept(self.dossier, self.as_of, counting, catalogue, self.zone)
            self._due = self._derive(counting, catalogue) if kept is None else kept[1]
        return self._due

    def _derive(self, counting: CountingRules | None, catalogue: Catalogue | None) -> DossierDue:
        given = self.dossier, self.state, counting, catalogue, self.zone
        # Rules look at what is due, and at what keeps it open.
        return derive_due(*given, trace=False, resumed_on=None, notes_days_off=False)


def _ascend(moments: list[date]) -> bool:
    """Return whether each moment is before the next."""
    try:
        return all(map(lt, moments, moments[1:]))
    except TypeError:  # of a day and an instant only the days are compared
        return all(is_before(one, other) for one, other in pairwise(moments))


def _find_beginning(dossier: Dossier, state: State, zone: tzinfo) -> date | None:
    for moment in (state.received_at, dossier.stated_received, state.submitted_at):
        if moment is not None:
            return local_day(moment, zone)
    return None
