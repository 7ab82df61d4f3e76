"""The due date that follows from the history of a dossier."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from attrs import evolve

from evnpubsvc._hooks import blame
from evnpubsvc._moments import VIETNAM_TIME, local_day
from evnpubsvc._records import vary
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    Deadline,
    Roll,
    Stop,
    StopKind,
    TimeLimit,
    due,
)
from evnpubsvc.dossiers._apologies import extend
from evnpubsvc.dossiers._dossier import Dossier
from evnpubsvc.dossiers._dossier_due import DossierDue, DueBasis, is_later, is_past, make_due
from evnpubsvc.dossiers._events import EventKind
from evnpubsvc.dossiers._state import State
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, finding, notice
from evnpubsvc.services import Channel
from evnpubsvc.worktime import OutsideCoverageError

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_DERIVED: Final = DueBasis.DERIVED
_EXTENDED: Final = DueBasis.EXTENDED
_NONE: Final = DueBasis.NONE
_NOT_STARTED: Final = DueBasis.NOT_STARTED
_STANDS: Final = DueBasis.STANDS
_STATED: Final = DueBasis.STATED
_UNSETTLED: Final = DueBasis.UNSETTLED
_NON_TERRITORIAL: Final = Channel.NON_TERRITORIAL
_EXCLUDE: Final = ClockPolicy.EXCLUDE
_OPTIONAL: Final = frozenset({StopKind.VERIFICATION, StopKind.OPINION})


def due_of(
    dossier: Dossier,
    *,
    counting: CountingRules | None,
    catalogue: Catalogue | None = None,
    as_of: date | datetime | None = None,
    zone: tzinfo = VIETNAM_TIME,
    trace: bool = True,
) -> DossierDue:
    """Return the due date (ngày hẹn trả kết quả) that follows from the history of a dossier.

    The clock starts with full receipt; for a non-territorial desk when the competent agency has the
    dossier, that is with the first transfer (NĐ 118/2025 art. 17(3) as amended). Stops do what
    `counting` and the rules of the day of receipt say. An apology made before the due date has
    passed sets the new date; a later one changes nothing. Stops after an apology move the new date
    on by the working days that they cost; where the history alone leads further, that holds.

    Args:
        dossier: its limit and history, or its stated dates.
        counting: how to count; None to go by the stated date alone.
        catalogue: gives the limit of a dossier that has none of its own, by its procedure, case and
            channel on the day of receipt, with the rule of its article for the hour of receipt.
            What the catalogue leaves open is a finding; the date on the slip then counts.
        as_of: what is known: events up to this instant or the end of this day, inclusive; None for
            all.
        zone: the time zone of days.
        trace: whether to write the steps down.

    Nothing about the data raises. What the rules do not settle and `counting` does not say, what
    lies beyond the calendar, what needs an hour that is not known, and work or a decision without
    a receipt give no date, the basis `UNSETTLED` and a finding. An end at midnight is the end of
    the day before it, so it is given as that day.

    >>> from evnpubsvc.dossiers import Event, EventKind
    >>> from evnpubsvc.deadlines import CountingRules
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> at = datetime(2022, 12, 15, 9, tzinfo=VIETNAM_TIME)
    >>> dossier = Dossier(
    ...     "case-1", limit=TimeLimit.parse("25 ngày làm việc"),
    ...     events=(Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)),
    ... )
    >>> due_of(dossier, counting=CountingRules(vietnam_calendar())).due.isoformat()
    '2023-01-27'
    """
    try:
        state = dossier.state if as_of is None else dossier.state_at(as_of, zone=zone)
        return derive_due(dossier, state, counting, catalogue, zone, trace=trace, resumed_on=None)
    except Exception as error:
        given = {"counting": counting, "catalogue": catalogue, "as_of": as_of, "zone": zone}
        blame(due_of, (dossier,), {**given, "trace": trace}, error)
        raise


def derive_due(
    dossier: Dossier,
    state: State,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
    *,
    trace: bool,
    resumed_on: datetime | None,
    notes_days_off: bool = True,
) -> DossierDue:
    """Count, and turn what cannot be counted into findings.

    Where nobody reads the notices, `notes_days_off` spares the one of dates on days off.
    """
    limit = dossier.limit
    missing: tuple[Finding, ...] = ()
    if limit is None and counting is not None and catalogue is not None:
        limit, counting, missing = _look_up(dossier, state, counting, catalogue)
    try:
        found = _count(dossier, limit, state, counting, zone, trace=trace, resumed_on=resumed_on)
    except MisuseError as error:
        return make_due(None, _UNSETTLED, None, (error.finding,))
    if missing:
        # The slip decides where the catalogue does not; without a slip nothing is settled.
        basis = _UNSETTLED if found.basis is _NONE else found.basis
        severity = Severity.VIOLATION if found.due is None else Severity.NOTICE
        said = tuple(evolve(one, severity=severity) for one in missing)
        found = evolve(found, basis=basis, findings=(*found.findings, *said))
    if counting is not None and counting.unknown_hour is not None and found.deadline is not None:
        assumed = [said for said in found.deadline.notices if said.reason == "hour-assumed"]
        found = evolve(found, findings=(*found.findings, *assumed))
    is_given = found.basis is _STATED or found.basis is _EXTENDED
    if notes_days_off and counting is not None and is_given:
        return _point_out_day_off(found, counting, zone)
    return found


def _point_out_day_off(found: DossierDue, counting: CountingRules, zone: tzinfo) -> DossierDue:
    """Note that a new or stated date is a day off: a limit would end on the next working day."""
    assert found.due is not None
    day = local_day(found.due, zone)
    try:
        if counting.calendar.is_working_day(day):
            return found
        after = counting.calendar.next_working_day(day)
    except OutsideCoverageError:
        return found
    said = notice("date-on-day-off", "", day, until=after, source=Roll.FORWARD.citation)
    return vary(found, findings=(*found.findings, said))


def _look_up(
    dossier: Dossier, state: State, counting: CountingRules, catalogue: Catalogue
) -> tuple[TimeLimit | None, CountingRules, tuple[Finding, ...]]:
    """Return what the catalogue says of a dossier: its limit and how its hour of receipt counts.

    Where there is no limit, findings say why.
    """
    start = _start(dossier, state)
    if start is None or dossier.procedure is None:
        return None, counting, ()
    day = local_day(start, VIETNAM_TIME)
    try:
        procedure = catalogue.at(dossier.procedure, day)
        found = procedure.limit(on=day, case=dossier.case or "", channel=dossier.channel)
    except DataError as error:
        return None, counting, tuple(one.at("$.procedure") for one in error.findings)
    except UnknownNameError as error:
        return None, counting, (error.finding.at("$.procedure"),)
    return found.limit, found.counting(counting), ()


def _start(dossier: Dossier, state: State) -> date | None:
    """When the clock of a dossier starts; None where it has not."""
    if dossier.channel is _NON_TERRITORIAL and state.received_at is not None:
        return state.transferred_at
    return state.received_at if state.received_at is not None else dossier.stated_received


def _count(
    dossier: Dossier,
    limit: TimeLimit | None,
    state: State,
    counting: CountingRules | None,
    zone: tzinfo,
    *,
    trace: bool,
    resumed_on: datetime | None,
) -> DossierDue:
    start = _start(dossier, state)
    if start is None:
        # The history never says anything.
        if dossier.stated_due is not None and dossier.state.status is None:
            return make_due(dossier.stated_due, _STATED)
        if state.in_process or state.decided_at is not None:
            return _without_start(dossier, state, zone, resumed_on)
        return make_due(None, _NOT_STARTED)
    if limit is None or counting is None:
        return _by_slip(dossier, state, zone, resumed_on)
    # Count the limit over the stops.
    stops: tuple[Stop, ...] = ()
    if state.stops:
        received = local_day(start, VIETNAM_TIME)
        stops = _choose_stops(state.stops, received, counting, previews=resumed_on is not None)
    if resumed_on is not None and not any(stop.is_open for stop in stops):
        resumed_on = None
    deadline = due(start, limit, counting=counting, stops=stops, resumed_on=resumed_on, trace=trace)
    moment = _end_of(deadline)
    if moment is None:
        found = make_due(None, _STANDS, deadline)
    else:
        found = make_due(moment, _DERIVED, deadline, provisional=deadline.provisional)
    if not state.extensions or moment is None:
        return found
    return extend(found, moment, state, stops, counting, resumed_on)


def _choose_stops(
    stops: tuple[Stop, ...], received: date, counting: CountingRules, *, previews: bool
) -> tuple[Stop, ...]:
    """Return the stops that the clock takes notice of.

    A verification or an opinion stops it only where something says so. While a stop is open all
    policies say the same, so none is asked for, unless its end is assumed.
    """
    chosen: list[Stop] = []
    for stop in stops:
        is_optional, stands = stop.kind in _OPTIONAL, stop.end is None and not previews
        if (is_optional or stands) and counting.clock_of(stop.kind, received) is None:
            if is_optional:
                continue
            chosen.append(Stop(stop.kind, stop.start, None, _EXCLUDE))
        else:
            chosen.append(stop)
    return tuple(chosen)


def _without_start(
    dossier: Dossier, state: State, zone: tzinfo, resumed_on: datetime | None
) -> DossierDue:
    """Go by the slip where work began or ended and nothing says when the clock started."""
    missing = EventKind.RECEIVED if state.received_at is None else EventKind.TRANSFERRED
    if dossier.stated_due is None:
        said = finding("start-not-recorded", "", missing)
        return make_due(None, _UNSETTLED, None, (said,))
    found = _by_slip(dossier, state, zone, resumed_on)
    said = notice("start-not-recorded", "", missing)
    return evolve(found, findings=(*found.findings, said))


def _end_of(deadline: Deadline) -> date | datetime | None:
    """The last instant, or the last day.

    The midnight that ends a day is that day (Civil Code art. 148(6)).
    """
    instant = deadline.instant
    if instant is None or deadline.date is None or instant.date() > deadline.date:
        return deadline.date
    # Counted from a day, an instant is local; events have a zone.
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=VIETNAM_TIME)


def _by_slip(
    dossier: Dossier, state: State, zone: tzinfo, resumed_on: datetime | None
) -> DossierDue:
    moment = dossier.stated_due
    if moment is None:
        return make_due(None, _NONE)
    basis = _STATED
    for at, new in state.extensions:
        if not is_past(moment, at, zone) and is_later(new, moment):
            moment, basis = new, _EXTENDED
    if resumed_on is None and any(
        stop.is_open and stop.kind not in _OPTIONAL and not is_past(moment, stop.start, zone)
        for stop in state.stops
    ):
        return make_due(None, _STANDS)
    return make_due(moment, basis)
