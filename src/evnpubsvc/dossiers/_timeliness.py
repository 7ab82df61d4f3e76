"""The one classifier of timeliness, and the due date that it judges by."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from attrs import evolve, field, frozen

from evnpubsvc._grid import Printed
from evnpubsvc._moments import local_day, own_day
from evnpubsvc._validate import instance_of, read_member
from evnpubsvc.catalogue import Catalogue
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    Deadline,
    LimitUnit,
    Roll,
    Stop,
    StopKind,
    TimeLimit,
    due,
)
from evnpubsvc.deadlines.results import DueBounds
from evnpubsvc.dossiers._dossier import Dossier, known_by
from evnpubsvc.dossiers._events import EventKind, Outcome
from evnpubsvc.dossiers._state import State
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, finding, notice
from evnpubsvc.services import Channel
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, OutsideCoverageError


class Timeliness(LabelledEnum):
    """How a dossier compares with its due date at a moment of judgement.

    Every dossier is in exactly one class.
    """

    EARLY = "early"
    """Finished before the due date or instant (trước hạn)."""
    ON_TIME = "on_time"
    """Finished on the due date, or at the due instant (đúng hạn)."""
    LATE = "late"
    """Finished after it (quá hạn)."""
    PENDING_IN_TIME = "pending_in_time"
    """Not finished, and the due date has not passed."""
    PENDING_OVERDUE = "pending_overdue"
    """Not finished, and the due date has passed."""
    NO_DUE_DATE = "no_due_date"
    """There is no due date to hold it against: no time limit and no slip; finished or not."""
    UNSETTLED = "unsettled"
    """The data, the rules or the calendar leave its due date, or an hour that it needs, open.

    The class holds finished dossiers and unfinished ones.
    """
    STOPPED = "stopped"
    """The clock is stopped, or the dossier was closed without a result (tạm dừng, dừng, rút)."""
    NOT_STARTED = "not_started"
    """Not received full and correct, or refused at receipt: the clock never started."""


class Precision(LabelledEnum):
    """What is compared with what is due. The choice moves rates by points, so it is declared."""

    DATE = "date"
    """Local dates: whatever is finished on the due date is on time."""
    TIMESTAMP = "timestamp"
    """Instants: what is finished on the due date after the hour that was due is late."""


class StoppedAs(LabelledEnum):
    """How a dossier whose clock is stopped is counted at the end of a period."""

    STOPPED = "stopped"
    """In a class of its own (practice of a provincial system). The default."""
    PENDING = "pending"
    """As if the stop ended at the moment of judgement."""


class Ended(LabelledEnum):
    """How a dossier that ended without the result asked for is counted."""

    RESULT = "result"
    """As a dossier with a result.

    Its end is compared with the due date (practice of a provincial system).
    """
    STOPPED = "stopped"
    """In the class of stopped dossiers, outside the rates."""


def _precision(given: Precision | str) -> Precision:
    return read_member(Precision, given)


@frozen
class TimelinessPolicy:
    """What screens, reports and scores may decide differently; nothing else differs between them.

    Attributes:
        compare: dates or instants; no default, since it moves rates by points.
        stopped: how a stopped clock is counted at the end of a period.
        withdrawn: how a dossier is counted that was withdrawn or stopped for good.
        declined: how a refusal to resolve is counted. It is due within the limit too (NĐ 61/2018
            art. 19(8)).
    """

    compare: Precision = field(converter=_precision)
    stopped: StoppedAs = field(default=StoppedAs.STOPPED, validator=instance_of(StoppedAs))
    withdrawn: Ended = field(default=Ended.STOPPED, validator=instance_of(Ended))
    declined: Ended = field(default=Ended.RESULT, validator=instance_of(Ended))


class DueBasis(LabelledEnum):
    """What a due date rests on."""

    DERIVED = "derived"
    """Counted from the history."""
    EXTENDED = "extended"
    """Set by an apology."""
    STATED = "stated"
    """The slip or the register says so; nothing was counted."""
    STANDS = "stands"
    """There is none: the clock is stopped."""
    NOT_STARTED = "not-started"
    """There is none: the clock did not start."""
    UNSETTLED = "unsettled"
    """There is none: the rules, the calendar or the data leave it open, and findings say what."""
    NONE = "none"
    """There is none: no time limit, or no calendar to count it by, and no date on a slip."""


@frozen
class DossierDue:
    """The due date of a dossier, as far as its history was known.

    Attributes:
        due: the last day, inclusive, or the last instant; None if there is none.
        basis: what it rests on.
        deadline: the computation with its trace; None where nothing was counted.
        findings: what keeps a due date from being counted (violations, as `clock-policy-needed`,
            `time-of-receipt-needed`, `outside-coverage`, `start-not-recorded`); new dates on a
            day off (notices, `date-on-day-off`); a slip that is gone by where the history tells
            no receipt (notice, `start-not-recorded`); hours that were assumed as
            `CountingRules.unknown_hour` says (notices, `hour-assumed`).
        provisional: the date rests on days off that are not decided: the counted one (see
            `bounds`), or the one of an apology where a later stop moved it over such days or the
            counted date that it replaces may still turn out later.
    """

    due: date | datetime | None
    basis: DueBasis
    deadline: Deadline | None = None
    findings: tuple[Finding, ...] = ()
    provisional: bool = field(default=False, validator=instance_of(bool))

    @property
    def bounds(self) -> DueBounds | None:
        """The days between which a due date lies that rests on undecided days off.

        They are None where nothing about it is undecided.
        """
        if self.basis is not DueBasis.DERIVED or self.deadline is None:
            return None
        return self.deadline.bounds


_EXTENDED: Final = DueBasis.EXTENDED
_STATED: Final = DueBasis.STATED
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
    state = dossier.state if as_of is None else dossier.state_at(as_of, zone=zone)
    return _due(dossier, state, counting, catalogue, zone, trace=trace, resumed_on=None)


def _due(
    dossier: Dossier,
    state: State,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
    *,
    trace: bool,
    resumed_on: datetime | None,
) -> DossierDue:
    """Count, and turn what cannot be counted into findings."""
    limit = dossier.limit
    missing: tuple[Finding, ...] = ()
    if limit is None and counting is not None and catalogue is not None:
        limit, counting, missing = _look_up(dossier, state, counting, catalogue)
    try:
        found = _count(dossier, limit, state, counting, zone, trace=trace, resumed_on=resumed_on)
    except MisuseError as error:
        return DossierDue(None, DueBasis.UNSETTLED, None, (error.finding,))
    if missing:
        # The slip decides where the catalogue does not; without a slip nothing is settled.
        basis = DueBasis.UNSETTLED if found.basis is DueBasis.NONE else found.basis
        severity = Severity.VIOLATION if found.due is None else Severity.NOTICE
        said = tuple(evolve(one, severity=severity) for one in missing)
        found = evolve(found, basis=basis, findings=(*found.findings, *said))
    if counting is not None and counting.unknown_hour is not None and found.deadline is not None:
        assumed = [said for said in found.deadline.notices if said.reason == "hour-assumed"]
        found = evolve(found, findings=(*found.findings, *assumed))
    if counting is not None and (found.basis is _EXTENDED or found.basis is _STATED):
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
    return evolve(found, findings=(*found.findings, said))


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
    if dossier.channel is Channel.NON_TERRITORIAL and state.received_at is not None:
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
            return DossierDue(dossier.stated_due, DueBasis.STATED)
        if state.in_process or state.decided_at is not None:
            return _without_start(dossier, state, zone, resumed_on)
        return DossierDue(None, DueBasis.NOT_STARTED)
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
        found = DossierDue(None, DueBasis.STANDS, deadline)
    else:
        found = DossierDue(moment, DueBasis.DERIVED, deadline, provisional=deadline.provisional)
    if not state.extensions or moment is None:
        return found
    return _extend(found, moment, state, stops, counting, resumed_on)


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
            chosen.append(Stop(stop.kind, stop.start, None, ClockPolicy.EXCLUDE))
        else:
            chosen.append(stop)
    return tuple(chosen)


def _extend(
    found: DossierDue,
    counted: date | datetime,
    state: State,
    stops: tuple[Stop, ...],
    counting: CountingRules,
    resumed_on: datetime | None,
) -> DossierDue:
    """Return what the apologies in time make of a due date; the latest of all dates holds.

    One is in time unless the counted date had passed: what began after that date did not move it,
    so it is the one that was known then.
    """
    moment = counted
    stops = _sort_costly(stops, counting.calendar)
    begun = [_place_in_time(stop.start) for stop in stops]
    for at, new in state.extensions:
        if _passed(counted, at):
            continue
        # The stops that begin after the apology, up to the new date.
        last = local_day(new, VIETNAM_TIME)
        after = bisect_right(begun, _place_in_time(at, ends=True))
        until = bisect_right(begun, (last, True, _LAST_INSTANT))
        moved, undecided = _moved(at, new, stops[after:until], counting, resumed_on)
        if moved is None:
            return DossierDue(None, DueBasis.STANDS, found.deadline)
        if _later(moved, moment):
            moment = moved
            undecided = undecided or (found.deadline is not None and found.deadline.provisional)
            found = DossierDue(moved, DueBasis.EXTENDED, found.deadline, provisional=undecided)
    return found


def _sort_costly(stops: tuple[Stop, ...], calendar: Calendar) -> tuple[Stop, ...]:
    """Return stops by their beginning, without those that lie within the office hours of one day.

    Those cost no day. Other stops that cost none may remain.
    """
    costly = [stop for stop in stops if not _is_within_a_day(stop, calendar)]
    return tuple(sorted(costly, key=lambda stop: _place_in_time(stop.start)))


def _is_within_a_day(stop: Stop, calendar: Calendar) -> bool:
    """Whether a stop begins after the opening of the office and ends before the closing."""
    start, end = stop.start, stop.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    start, end = start.astimezone(VIETNAM_TIME), end.astimezone(VIETNAM_TIME)
    if start.date() != end.date():
        return False
    _, opening, closing = calendar.office_day(start.date())
    return (
        opening is not None and opening < start.time() and closing is not None
    ) and end.time() < closing


def _place_in_time(moment: date, *, ends: bool = False) -> tuple[date, bool, date]:
    """A moment as something to sort by: its day, those without an hour first, the instant.

    Args:
        moment: the day or the instant.
        ends: put a day after all of its instants.
    """
    day = local_day(moment, VIETNAM_TIME)
    if isinstance(moment, datetime):
        return day, True, moment
    return day, ends, _LAST_INSTANT if ends else day


_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)


def _without_start(
    dossier: Dossier, state: State, zone: tzinfo, resumed_on: datetime | None
) -> DossierDue:
    """Go by the slip where work began or ended and nothing says when the clock started."""
    missing = EventKind.RECEIVED if state.received_at is None else EventKind.TRANSFERRED
    if dossier.stated_due is None:
        said = finding("start-not-recorded", "", missing)
        return DossierDue(None, DueBasis.UNSETTLED, None, (said,))
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


def _moved(
    at: date,
    new: date | datetime,
    stops: tuple[Stop, ...],
    counting: CountingRules,
    resumed_on: datetime | None,
) -> tuple[date | datetime | None, bool]:
    """Return the new date of an apology, moved by the working days that later stops cost.

    The second value says whether undecided days count.
    """
    if not stops:
        return new, False
    day, last = local_day(at, VIETNAM_TIME), local_day(new, VIETNAM_TIME)
    n = max(counting.calendar.working_days_between(day, last), 1)
    still_open = resumed_on is not None and any(stop.is_open for stop in stops)
    counted = due(
        at,
        TimeLimit(n, LimitUnit.WORKING_DAYS),
        counting=CountingRules(counting.calendar, clock=ClockPolicy.RESUME),
        stops=stops,
        resumed_on=resumed_on if still_open else None,
        trace=False,
    )
    # Stops that cost no day leave the date as it is, though it may be a day off or have an hour.
    if counted.date == counting.calendar.add_working_days(day, n):
        return new, False
    return counted.date, counted.provisional or counting.calendar.is_provisional(last)


def _by_slip(
    dossier: Dossier, state: State, zone: tzinfo, resumed_on: datetime | None
) -> DossierDue:
    moment = dossier.stated_due
    if moment is None:
        return DossierDue(None, DueBasis.NONE)
    basis = DueBasis.STATED
    for at, new in state.extensions:
        if not _passed(moment, at, zone) and _later(new, moment):
            moment, basis = new, DueBasis.EXTENDED
    if resumed_on is None and any(
        stop.is_open and stop.kind not in _OPTIONAL and not _passed(moment, stop.start, zone)
        for stop in state.stops
    ):
        return DossierDue(None, DueBasis.STANDS)
    return DossierDue(moment, basis)


def _passed(moment: date | datetime, at: date | datetime, zone: tzinfo = VIETNAM_TIME) -> bool:
    """Whether a due moment has passed at another."""
    if isinstance(moment, datetime) and isinstance(at, datetime):
        return moment < at
    return local_day(moment, zone) < local_day(at, zone)


def _later(new: date | datetime, old: date | datetime) -> bool:
    """Whether a due moment is later than another; a day ends after every instant in it."""
    if isinstance(new, datetime) and isinstance(old, datetime):
        return new > old
    days = local_day(new, VIETNAM_TIME), local_day(old, VIETNAM_TIME)
    return days[0] > days[1] or (
        days[0] == days[1] and isinstance(old, datetime) and not isinstance(new, datetime)
    )


def judged(
    due: date | datetime | None,
    finished: date | datetime | None,
    *,
    as_of: date | datetime,
    compare: Precision,
    zone: tzinfo | None = None,
) -> Timeliness:
    """Return the class of what was due and finished at these moments.

    Args:
        due: when it was due; a plain date means the end of that day (Civil Code 91/2015/QH13, art.
            148(6)).
        finished: when it was finished; None if it was not. What happened after `as_of` is not known
            yet.
        as_of: the moment of judgement, inclusive: an instant, or a day, at whose end is judged.
        compare: dates or instants.
        zone: the time zone of days; None to take each instant's own.

    Raises:
        MisuseError: `time-of-day-missing` when instants are compared, both fall on one day, and
            only the date of finishing is known.
    """
    if due is None:
        return Timeliness.NO_DUE_DATE
    due_day, judged_on = _day_of(due, zone), _day_of(as_of, zone)

    # What happened after the moment of judgement is not known yet.
    finished_day = None if finished is None else _day_of(finished, zone)
    known = finished_day is not None and finished_day <= judged_on
    if isinstance(finished, datetime) and isinstance(as_of, datetime):
        known = finished <= as_of
    if finished is None or finished_day is None or not known:
        if compare is Precision.TIMESTAMP and isinstance(due, datetime):
            # At the end of the day an instant of that day has passed; a whole day has only just
            # been used up.
            overdue = due < as_of if isinstance(as_of, datetime) else due_day <= judged_on
        else:
            overdue = due_day < judged_on
        return Timeliness.PENDING_OVERDUE if overdue else Timeliness.PENDING_IN_TIME
    if finished_day != due_day or compare is Precision.DATE or not isinstance(due, datetime):
        order = (finished_day > due_day) - (finished_day < due_day)
    elif not isinstance(finished, datetime):
        raise MisuseError("time-of-day-missing", finished)
    else:
        order = (finished > due) - (finished < due)
    return (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.EARLY)[order]


def _day_of(moment: date, zone: tzinfo | None) -> date:
    """The day of a moment in a zone, or as it is written."""
    return own_day(moment) if zone is None else local_day(moment, zone)


@frozen
class Judgement(Printed):
    """How a dossier compares with its due date at a moment.

    Attributes:
        timeliness: the class.
        due: what it is due by; None if there is nothing.
        finished: when it was finished; None if it was not, as far as was known.
        basis: what the due date rests on.
        working_days: working days from the due date to the finish, or to the moment of judgement
            where it is overdue: above zero late, below zero early; None where it is neither, or
            without a calendar.
        working_minutes: office time by which it is late, in whole minutes, rounded down; None
            where it is not late, or there is no calendar, or only days are known.
        findings: those of the due date, and `time-of-day-missing` where instants are compared and
            the hour of the finish is not known. The class is then `UNSETTLED`: nothing can be
            said.
        provisional: the due date, or the working time counted from it, rests on days off that are
            not decided. The class may change once they are; `due_of(...).bounds` says between
            which days a counted date lies.
    """

    timeliness: Timeliness
    due: date | datetime | None
    finished: date | datetime | None
    basis: DueBasis
    working_days: int | None = None
    working_minutes: int | None = None
    findings: tuple[Finding, ...] = ()
    provisional: bool = field(default=False, validator=instance_of(bool))


def timeliness(
    dossier: Dossier,
    *,
    as_of: date | datetime,
    policy: TimelinessPolicy | Precision | str,
    counting: CountingRules | None = None,
    catalogue: Catalogue | None = None,
    zone: tzinfo = VIETNAM_TIME,
) -> Judgement:
    """Return how a dossier compares with its due date, for screens, reports and scores alike.

    On time means that the result was ready (status 9) by the due date; when it was fetched does not
    matter.

    Args:
        dossier: its history, or its stated dates where the history is silent.
        as_of: the moment of judgement, inclusive: an aware instant, or a day, at whose end is
            judged.
        policy: what may be decided differently; `"date"` or `"timestamp"` for what is compared
            alone.
        counting: how due dates are counted; None to go by stated due dates alone.
        catalogue: the limits of dossiers that have none of their own, as for `due_of`.
        zone: the time zone of days, for registers of other countries.

    Raises:
        MisuseError: `event-time-naive` for a moment of judgement without a time zone. Data never
            raise.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> dossier = Dossier("case-1", stated_received=date(2022, 12, 1), stated_due=date(2022, 12,
    ...     15))
    >>> timeliness(dossier, as_of=date(2022, 12, 16), policy="date").timeliness.value
    'pending_overdue'
    """
    if isinstance(as_of, datetime) and as_of.utcoffset() is None:
        raise MisuseError("event-time-naive", as_of)
    if not isinstance(policy, TimelinessPolicy):
        policy = TimelinessPolicy(policy)

    # How it stood, when it is due, and how it ended.
    state = dossier.state_at(as_of, zone=zone)
    found = _due(dossier, state, counting, catalogue, zone, trace=False, resumed_on=None)
    finished, class_ = _end(dossier, state, policy, as_of, zone)

    # Where there is no due date to judge by.
    if class_ is None and found.basis is DueBasis.NOT_STARTED:
        class_ = Timeliness.NOT_STARTED
    if class_ is None and found.basis is DueBasis.STANDS:
        if finished is None and policy.stopped is StoppedAs.PENDING:
            resumed_on = _instant(as_of, zone)
            found = _due(
                dossier, state, counting, catalogue, zone, trace=False, resumed_on=resumed_on
            )
        else:
            class_ = Timeliness.STOPPED
    if class_ is None and found.basis is DueBasis.UNSETTLED:
        class_ = Timeliness.UNSETTLED

    # Judge by the due date, and measure how early or late it is.
    said = found.findings
    if class_ is None:
        asked = {"as_of": as_of, "compare": policy.compare, "zone": zone}
        class_, more = _judge(found.due, finished, counting, asked)
        said += more
    late = class_ in {Timeliness.LATE, Timeliness.PENDING_OVERDUE}
    until = as_of if class_ is Timeliness.PENDING_OVERDUE else finished
    days: int | None = None
    minutes: int | None = None
    if (
        counting is not None
        and found.due is not None
        and until is not None
        and (late or class_ is Timeliness.EARLY)
    ):
        days, minutes = _measure(found.due, until, counting.calendar, zone, by_minute=late)
    provisional = found.provisional
    if (
        counting is not None
        and counting.calendar.decided_until is not None
        and days is not None
        and found.due is not None
        and until is not None
    ):
        both = local_day(found.due, zone), local_day(until, zone)
        provisional = provisional or counting.calendar.is_provisional(*both)
    return Judgement(
        class_, found.due, finished, found.basis, days, minutes, said, provisional=provisional
    )


def _judge(
    due_moment: date | None,
    finished: date | None,
    counting: CountingRules | None,
    asked: dict[str, Any],
) -> tuple[Timeliness, tuple[Finding, ...]]:
    """Return the class, and what is said about an hour of the finish that is not known."""
    try:
        return judged(due_moment, finished, **asked), ()
    except MisuseError as error:  # the hour is needed and not known
        if counting is None or counting.unknown_hour is None or finished is None:
            return Timeliness.UNSETTLED, (error.finding,)
    at = counting.instant_of(finished)
    assert at is not None
    at = at.replace(tzinfo=VIETNAM_TIME)
    return judged(due_moment, at, **asked), (notice("hour-assumed", "", finished, at=at),)


def _measure(
    due_moment: date, until: date, calendar: Calendar, zone: tzinfo, *, by_minute: bool
) -> tuple[int | None, int | None]:
    """Working days and minutes from a due date to a moment, as far as the calendar reaches."""
    try:
        days = calendar.working_days_between(local_day(due_moment, zone), local_day(until, zone))
        if not by_minute or not isinstance(until, datetime):
            return days, None
        return days, calendar.working_time_between(_instant(due_moment, zone), until) // _MINUTE
    except OutsideCoverageError:
        return None, None


def _end(
    dossier: Dossier, state: State, policy: TimelinessPolicy, as_of: date | datetime, zone: tzinfo
) -> tuple[date | datetime | None, Timeliness | None]:
    """When a dossier ended, and the class that follows from the way it ended, if one does."""
    if state.decided_at is not None:
        declined = state.outcome is Outcome.DECLINED and policy.declined is Ended.STOPPED
        return state.decided_at, Timeliness.STOPPED if declined else None
    if state.refused_at is not None and state.received_at is None:
        return None, Timeliness.NOT_STARTED
    if state.closed_at is not None:
        return state.closed_at, Timeliness.STOPPED if policy.withdrawn is Ended.STOPPED else None
    stated = dossier.stated_finished
    if stated is not None and known_by(stated, as_of, zone):
        return stated, None
    received = state.received_at if state.received_at is not None else dossier.stated_received
    if received is not None and not known_by(received, as_of, zone):
        return None, Timeliness.NOT_STARTED
    return None, None


_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


def _instant(moment: date | datetime, zone: tzinfo) -> datetime:
    """An instant, or the end of a day."""
    if isinstance(moment, datetime):
        return moment
    if moment == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(moment + _DAY, datetime.min.time(), zone)
