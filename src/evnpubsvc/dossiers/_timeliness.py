"""The one classifier of timeliness: an end held against a due date at a moment of judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, blame
from evnpubsvc._moments import VIETNAM_TIME, local_day
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of, read_member
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers._dossier import Dossier, known_by
from evnpubsvc.dossiers._dossier_due import DossierDue, DueBasis
from evnpubsvc.dossiers._due_of import derive_due
from evnpubsvc.dossiers._events import Outcome
from evnpubsvc.dossiers._known import state_and_due
from evnpubsvc.dossiers._state import State
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import Calendar, OutsideCoverageError

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue


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
class TimelinessPolicy(PublicType):
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


# The policies that say nothing but what is compared.
_PLAIN: Final = tuple(map(TimelinessPolicy, Precision))

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_EARLY: Final = Timeliness.EARLY
_NO_DUE_DATE: Final = Timeliness.NO_DUE_DATE
_NOT_STARTED: Final = Timeliness.NOT_STARTED
_PENDING_IN_TIME: Final = Timeliness.PENDING_IN_TIME
_PENDING_OVERDUE: Final = Timeliness.PENDING_OVERDUE
_STOPPED: Final = Timeliness.STOPPED
_BY_ORDER: Final = (Timeliness.ON_TIME, Timeliness.LATE, _EARLY)  # equal, later, earlier
_BY_DATE: Final = Precision.DATE
_BY_INSTANT: Final = Precision.TIMESTAMP
_AS_STOPPED: Final = Ended.STOPPED
_DECLINED: Final = Outcome.DECLINED
_STANDS: Final = DueBasis.STANDS


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
        return _NO_DUE_DATE
    due_day, judged_on = _day_of(due, zone), _day_of(as_of, zone)

    # What happened after the moment of judgement is not known yet.
    finished_day = None if finished is None else _day_of(finished, zone)
    known = finished_day is not None and finished_day <= judged_on
    if isinstance(finished, datetime) and isinstance(as_of, datetime):
        known = finished <= as_of
    if finished is None or finished_day is None or not known:
        if compare is _BY_INSTANT and isinstance(due, datetime):
            # At the end of the day an instant of that day has passed; a whole day has only just
            # been used up.
            overdue = due < as_of if isinstance(as_of, datetime) else due_day <= judged_on
        else:
            overdue = due_day < judged_on
        return _PENDING_OVERDUE if overdue else _PENDING_IN_TIME
    if finished_day != due_day or compare is _BY_DATE or not isinstance(due, datetime):
        order = (finished_day > due_day) - (finished_day < due_day)
    elif not isinstance(finished, datetime):
        raise MisuseError("time-of-day-missing", finished)
    else:
        order = (finished > due) - (finished < due)
    return _BY_ORDER[order]


def _day_of(moment: date, zone: tzinfo | None) -> date:
    """The day of a moment in a zone, or as it is written."""
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if zone is None else local_day(moment, zone)


@frozen
class Judgement(PublicType, Printed):
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


_OpenJudgement: Final = open_class(Judgement)


def _make_judgement(
    class_: Timeliness,
    due: date | datetime | None,
    finished: date | datetime | None,
    basis: DueBasis,
    working_days: int | None,
    working_minutes: int | None,
    findings: tuple[Finding, ...],
    *,
    provisional: bool,
) -> Judgement:
    """Return a judgement, made quickly."""
    made: Any = _OpenJudgement()
    made.timeliness = class_
    made.due = due
    made.finished = finished
    made.basis = basis
    made.working_days = working_days
    made.working_minutes = working_minutes
    made.findings = findings
    made.provisional = provisional
    made.__class__ = Judgement
    whole: Judgement = made
    return whole


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
        MisuseError: `datetime-naive` for a moment of judgement without a time zone. Data never
            raise.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> dossier = Dossier("case-1", stated_received=date(2022, 12, 1), stated_due=date(2022, 12,
    ...     15))
    >>> timeliness(dossier, as_of=date(2022, 12, 16), policy="date").timeliness.value
    'pending_overdue'
    """
    try:
        chosen = _read_policy(as_of, policy)
        return _judge_dossier(dossier, as_of, chosen, counting, catalogue, zone)
    except Exception as error:
        given = {"as_of": as_of, "policy": policy, "counting": counting, "catalogue": catalogue}
        blame(timeliness, (dossier,), {**given, "zone": zone}, error)
        raise


def timeliness_many(
    dossiers: Iterable[Dossier],
    *,
    as_of: date | datetime,
    policy: TimelinessPolicy | Precision | str,
    counting: CountingRules | None = None,
    catalogue: Catalogue | None = None,
    zone: tzinfo = VIETNAM_TIME,
) -> Iterator[tuple[Dossier, Judgement]]:
    """Yield dossiers with their judgements, as `timeliness` returns them.

    The dossiers are read one by one, and none is held.

    Args:
        dossiers: as many as there are, in any order; the answers keep it.
        as_of: the moment of judgement, inclusive: an aware instant, or a day, at whose end is
            judged.
        policy: what may be decided differently; `"date"` or `"timestamp"` for what is compared
            alone.
        counting: how due dates are counted; None to go by stated due dates alone.
        catalogue: the limits of dossiers that have none of their own, as for `due_of`.
        zone: the time zone of days, for registers of other countries.

    Raises:
        MisuseError: as `timeliness`, before the first dossier is read.

    >>> dossier = Dossier("case-1", stated_received=date(2022, 12, 1), stated_due=date(2022, 12,
    ...     15))
    >>> for each, judgement in timeliness_many([dossier], as_of=date(2022, 12, 16), policy="date"):
    ...     print(each.code, judgement.timeliness.value)
    case-1 pending_overdue
    """
    chosen = _read_policy(as_of, policy)
    asked = as_of, chosen, counting, catalogue, zone
    return ((each, _judge_dossier(each, *asked)) for each in dossiers)


def _read_policy(
    as_of: date | datetime, policy: TimelinessPolicy | Precision | str
) -> TimelinessPolicy:
    """Return the policy, if the moment of judgement is one."""
    if isinstance(as_of, datetime) and as_of.utcoffset() is None:
        raise MisuseError("datetime-naive", as_of)
    if isinstance(policy, TimelinessPolicy):
        return policy
    for each in _PLAIN:
        if each.compare == policy:
            return each
    return TimelinessPolicy(policy)


def _judge_dossier(
    dossier: Dossier,
    as_of: date | datetime,
    policy: TimelinessPolicy,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
) -> Judgement:
    # How it stood, and when it is due.
    state, found = state_and_due(dossier, as_of, counting, catalogue, zone)
    return judge_by(dossier, state, found, as_of, policy, counting, catalogue, zone)


def judge_by(
    dossier: Dossier,
    state: State,
    found: DossierDue,
    as_of: date | datetime,
    policy: TimelinessPolicy,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    zone: tzinfo,
    measured: frozenset[Timeliness] | None = None,
) -> Judgement:
    """Return the judgement of a dossier whose state and due date are known already.

    `measured` are the classes of which it is asked how early or late the dossier is; None for all.
    """
    finished, class_ = _end(dossier, state, policy, as_of, zone)

    # Where there is no due date to judge by.
    if class_ is None and found.due is None:
        if found.basis is _STANDS and finished is None and policy.stopped is StoppedAs.PENDING:
            resumed_on = _instant(as_of, zone)
            found = derive_due(
                dossier, state, counting, catalogue, zone, trace=False, resumed_on=resumed_on
            )
        else:
            class_ = _CLASS_OF.get(found.basis)

    # Judge by the due date.
    said, provisional = found.findings, found.provisional
    if class_ is None:
        class_, more = _judge(found.due, finished, counting, as_of, policy.compare, zone)
        said += more

    # Measure how early or late it is.
    until = as_of if class_ is _PENDING_OVERDUE else finished
    days: int | None = None
    minutes: int | None = None
    apart = _APART if measured is None else measured
    if counting is not None and found.due is not None and until is not None and class_ in apart:
        calendar = counting.calendar
        days, minutes = _measure(found.due, until, calendar, zone, by_minute=class_ is not _EARLY)
        if days is not None and calendar.decided_until is not None and not provisional:
            both = local_day(found.due, zone), local_day(until, zone)
            provisional = calendar.is_provisional(*both)
    return _make_judgement(
        class_, found.due, finished, found.basis, days, minutes, said, provisional=provisional
    )


# The classes of dossiers whose due date lies apart from their end, or from the day of judgement.
_APART: Final = frozenset({Timeliness.EARLY, Timeliness.LATE, Timeliness.PENDING_OVERDUE})
# What follows from the absence of a due date alone.
_CLASS_OF: Final = {
    DueBasis.NOT_STARTED: Timeliness.NOT_STARTED,
    DueBasis.STANDS: Timeliness.STOPPED,
    DueBasis.UNSETTLED: Timeliness.UNSETTLED,
}


def _judge(
    due: date | None,
    finished: date | None,
    counting: CountingRules | None,
    as_of: date | datetime,
    compare: Precision,
    zone: tzinfo,
) -> tuple[Timeliness, tuple[Finding, ...]]:
    """Return the class, and what is said about an hour of the finish that is not known."""
    try:
        return judged(due, finished, as_of=as_of, compare=compare, zone=zone), ()
    except MisuseError as error:  # the hour is needed and not known
        if counting is None or counting.unknown_hour is None or finished is None:
            return Timeliness.UNSETTLED, (error.finding,)
    at = counting.instant_of(finished)
    assert at is not None
    at = at.replace(tzinfo=VIETNAM_TIME)
    said = notice("hour-assumed", "", finished, at=at)
    return judged(due, at, as_of=as_of, compare=compare, zone=zone), (said,)


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
        declined = state.outcome is _DECLINED and policy.declined is _AS_STOPPED
        return state.decided_at, _STOPPED if declined else None
    if state.refused_at is not None and state.received_at is None:
        return None, _NOT_STARTED
    if state.closed_at is not None:
        return state.closed_at, _STOPPED if policy.withdrawn is _AS_STOPPED else None
    stated = dossier.stated_finished
    if stated is not None and known_by(stated, as_of, zone):
        return stated, None
    received = state.received_at if state.received_at is not None else dossier.stated_received
    if received is not None and not known_by(received, as_of, zone):
        return None, _NOT_STARTED
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
