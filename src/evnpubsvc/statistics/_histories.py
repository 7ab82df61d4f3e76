"""From histories to rows: a dossier as a register would state it at the end of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc._hooks import blame
from evnpubsvc._moments import in_zone
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import Dossier, DossierDue, DueBasis, EventKind, Outcome, Status
from evnpubsvc.dossiers.engine import state_and_due
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus, make_row
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import VIETNAM_TIME

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue


def register_row(
    dossier: Dossier,
    *,
    as_of: date,
    counting: CountingRules | None,
    catalogue: Catalogue | None = None,
    known_at: date | datetime | None = None,
    part_of: str | None = None,
    zone: tzinfo = VIETNAM_TIME,
    on_finding: Callable[[Finding], None] | None = None,
) -> RegisterRow | Finding:
    """Return a dossier as a register states it at the end of a day.

    Args:
        dossier: its history, or its stated dates where the history is silent.
        as_of: the last day of the period that is to be counted, inclusive: what happened later is
            not in the row.
        counting: how due dates are counted; None to go by stated due dates alone.
        catalogue: the limits of dossiers that have none of their own, as for `dossiers.due_of`.
        known_at: leave out what was recorded after this instant, or after this day.
        part_of: code of the dossier that this one is a linked step of.
        zone: the time zone of days.
        on_finding: called with each finding about the due date, under the code of the dossier: what
            keeps it from being counted, and what was assumed.

    Returns:
        A row with the dimensions `procedure`, `service`, `unit`, `field`, `channel`, `assistance`,
        `level`, `proactive` and `due_mark`; a finding `dossier-not-submitted` where there is
        nothing to count yet.

    The dimension `due_mark` says how far the due date is known: `provisional` where it rests on
    days off that are not decided, `decided` where it does not (also where it is stated),
    `unsettled` where there is one that cannot be counted, None where there is none. It stays in
    the row after JSON; a tally shows it where it counts `by` it, and not otherwise.

    A dossier whose history begins after `as_of` gives a row that is counted as `later`. Nothing
    about the data raises: where a due date cannot be counted the dossier is counted as received,
    handled or pending, without a due date, and `on_finding` gets the reason. Work or
    a decision shows that it had been received, where no row says so: it is then counted from its
    submission, or from the first event.

    >>> from evnpubsvc.dossiers import Event, EventKind
    >>> at = datetime(2022, 12, 1, 9, tzinfo=VIETNAM_TIME)
    >>> events = [Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at),
    ...     Event(EventKind.TRANSFERRED, at)]
    >>> row = register_row(Dossier("case-1", events=tuple(events)), as_of=date(2022, 12, 14),
    ...     counting=None)
    >>> row.received.isoformat(), row.status
    ('2022-12-01T09:00:00+07:00', None)
    """
    try:
        _refuse_instant(as_of)
        return _row_of(dossier, as_of, counting, catalogue, known_at, part_of, zone, on_finding)
    except Exception as error:
        given: dict[str, Any] = {"as_of": as_of, "counting": counting, "catalogue": catalogue}
        given |= {"known_at": known_at, "part_of": part_of, "zone": zone, "on_finding": on_finding}
        blame(register_row, (dossier,), given, error)
        raise


def register_rows(
    dossiers: Iterable[Dossier],
    *,
    as_of: date,
    counting: CountingRules | None,
    catalogue: Catalogue | None = None,
    known_at: date | datetime | None = None,
    zone: tzinfo = VIETNAM_TIME,
    on_finding: Callable[[Finding], None] | None = None,
) -> Iterator[RegisterRow | Finding]:
    """Yield dossiers as a register states them at the end of a day, as `register_row` returns them.

    The dossiers are read one by one, and none is held: `tally` counts what comes.

    Args:
        dossiers: as many as there are, in any order; the rows keep it.
        as_of: the last day of the period that is to be counted, inclusive: what happened later is
            not in the row.
        counting: how due dates are counted; None to go by stated due dates alone.
        catalogue: the limits of dossiers that have none of their own, as for `dossiers.due_of`.
        known_at: leave out what was recorded after this instant, or after this day.
        zone: the time zone of days.
        on_finding: called with each finding about the due date, under the code of the dossier: what
            keeps it from being counted, and what was assumed.

    Raises:
        MisuseError: `wrong-type` for an instant as the last day.

    >>> register = [Dossier("case-1", stated_received=date(2022, 12, 1))]
    >>> [row.received.isoformat() for row in register_rows(register, as_of=date(2022, 12, 14),
    ...     counting=None)]
    ['2022-12-01']
    """
    _refuse_instant(as_of)
    asked = as_of, counting, catalogue, known_at, None, zone, on_finding
    return (_row_of(each, *asked) for each in dossiers)


def _refuse_instant(as_of: date) -> None:
    if isinstance(as_of, datetime):
        raise MisuseError(
            "wrong-type",
            as_of,
            record="register_row",
            field="as_of",
            got="datetime",
            expected="date",
        )


def _row_of(
    dossier: Dossier,
    as_of: date,
    counting: CountingRules | None,
    catalogue: Catalogue | None,
    known_at: date | datetime | None,
    part_of: str | None,
    zone: tzinfo,
    on_finding: Callable[[Finding], None] | None,
) -> RegisterRow | Finding:
    # What was known, and how things stood, at the end of the day of judgement.
    if known_at is None:
        known = dossier
    else:
        known = dossier.known_at(known_at, zone=zone)
    state, found = state_and_due(known, as_of, counting, catalogue, zone)
    status: RegisterStatus | None = None
    finished: date | datetime | None = known.stated_finished
    received: date | datetime | None = (
        state.received_at if state.received_at is not None else known.stated_received
    )

    # A dossier that was never received waits or was refused, unless work on it shows otherwise.
    if received is None:
        worked = state.in_process or state.decided_at is not None
        received = state.submitted_at
        if received is None and worked:
            received = known.history[0].at
        if received is None:
            return _not_yet(known, as_of, part_of, zone)
        if state.refused_at is not None:
            finished, status = state.refused_at, _REFUSED
        elif not worked:
            finished, status = None, _WAITING

    # How it ended.
    if state.decided_at is not None:
        finished = state.decided_at
        status = _DECLINED if state.outcome is Outcome.DECLINED else _RESULT
    elif state.closed_at is not None:
        finished, status = state.closed_at, _how_closed(known, state.closed_at)

    # When it is due, and whether the clock is stopped.
    if on_finding is not None:
        for each in found.findings:
            on_finding(each.at(known.code))
    stands = found.basis is _STANDS or state.status is Status.STOPPED
    if finished is None and status is None and stands:
        status = _PAUSED
    return make_row(
        in_zone(received, zone),
        None if found.due is None else in_zone(found.due, zone),
        None if finished is None else in_zone(finished, zone),
        _dimensions(known, found),
        status=status,
        code=known.code,
        part_of=part_of,
    )


def _how_closed(dossier: Dossier, closed_at: date | datetime) -> RegisterStatus:
    """Return whether a dossier was withdrawn, or stopped for good."""
    closing = {event.kind for event in dossier.events if event.at == closed_at}
    return _WITHDRAWN if EventKind.WITHDRAWAL_ACCEPTED in closing else _STOPPED


def _not_yet(
    dossier: Dossier, as_of: date, part_of: str | None, zone: tzinfo
) -> RegisterRow | Finding:
    """The row of a dossier whose history begins later; a finding where it never begins."""
    begins = dossier.state.received_at or dossier.state.submitted_at
    if begins is None:
        return finding("dossier-not-submitted", "$", dossier.code, as_of=as_of)
    return make_row(
        in_zone(begins, zone),
        None,
        None,
        _dimensions(dossier, None),
        status=None,
        code=dossier.code,
        part_of=part_of,
    )


def values_of(dossier: Dossier) -> dict[str, str | None]:
    """Return the values of the dimensions that a dossier says by itself."""
    values = dict(_dimensions(dossier, None))
    del values["due_mark"]
    return {**dict(dossier.attributes), **values}


def _dimensions(dossier: Dossier, found: DossierDue | None) -> tuple[tuple[str, str | None], ...]:
    """Return what a dossier is counted by, sorted by name."""
    mark: str | None = None
    if found is not None and found.basis is _UNSETTLED:
        mark = "unsettled"
    elif found is not None and found.due is not None:
        mark = "provisional" if found.provisional else "decided"
    level = proactive = None
    evidence = dossier.evidence
    if evidence is not None:
        level, proactive = _value(evidence.level), _value(evidence.proactive)
    return (
        ("assistance", _value(dossier.assistance)),
        ("channel", _value(dossier.channel)),
        ("due_mark", mark),
        ("field", dossier.field),
        ("level", level),
        ("proactive", proactive),
        ("procedure", dossier.procedure),
        ("service", dossier.service),
        ("unit", dossier.unit),
    )


@cache  # of the few words
def _value(word: LabelledEnum | None) -> str | None:
    return None if word is None else word.value


# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_RESULT: Final = RegisterStatus.RESULT
_DECLINED: Final = RegisterStatus.DECLINED
_WITHDRAWN: Final = RegisterStatus.WITHDRAWN
_STOPPED: Final = RegisterStatus.STOPPED
_REFUSED: Final = RegisterStatus.REFUSED
_WAITING: Final = RegisterStatus.WAITING
_PAUSED: Final = RegisterStatus.PAUSED
_STANDS: Final = DueBasis.STANDS
_UNSETTLED: Final = DueBasis.UNSETTLED
