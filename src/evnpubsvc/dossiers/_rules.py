"""Rules that can be executed.

R1-R17, each with its articles and the dates on which it holds, and those of users.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from attrs import evolve

from evnpubsvc._moments import is_before, local_day
from evnpubsvc._records import vary
from evnpubsvc._validate import read_member
from evnpubsvc.codes import Code, DossierCode, ProcedureCode, UnitCode
from evnpubsvc.codes.parts import find_doubts
from evnpubsvc.deadlines import CountingRules, TimeLimit, rule_sets, special_clock
from evnpubsvc.deadlines import due as due_date
from evnpubsvc.dossiers._dossier import Dossier, Evidence, Registration
from evnpubsvc.dossiers._dossier_due import DossierDue, DueBasis
from evnpubsvc.dossiers._due_of import due_of
from evnpubsvc.dossiers._events import Event, EventKind, Status
from evnpubsvc.dossiers._guards import broken_guard, fact_value, guard_citation
from evnpubsvc.dossiers._known import Known
from evnpubsvc.dossiers._replay import in_time, is_usual
from evnpubsvc.dossiers._silence import UNSEEN_CLASSES, Silence, Silent
from evnpubsvc.dossiers._state import StateBuilder
from evnpubsvc.dossiers._table import rows
from evnpubsvc.dossiers._timeliness import (
    Judgement,
    Timeliness,
    TimelinessPolicy,
    judge_by,
)
from evnpubsvc.errors import DataError, InvalidCode, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, finding
from evnpubsvc.law import Citation, Ground, Validity, regimes
from evnpubsvc.law.engine import ground_of, ground_on
from evnpubsvc.services import Channel, Level, OnlineKind2022, OnlineLevel2011, ProactiveLevel2026
from evnpubsvc.services.parts import check_level
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.texts.parts import named
from evnpubsvc.worktime import VIETNAM_TIME

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue, ServiceFlags


class TransitionalRule(LabelledEnum):
    """Which one-stop rules hold for a dossier that was open when the rules changed.

    Art. 40 of Decree 118/2025/NĐ-CP has no rule for dossiers open on 1/7/2025, so neither member is
    a default.
    """

    BEGUN = "begun"
    """Those of the day of receipt, else of submission, until the dossier ends."""
    EACH_ACT = "each-act"
    """Those of the day of each act."""


class RuleContext(NamedTuple):
    """What a rule may look at besides the dossier. Handed to a rule, never stored.

    Attributes:
        as_of: the day or instant of judgement, inclusive; what happened later is not known.
        counting: how due dates are counted; None leaves rules that need a calendar silent.
        policy: how timeliness is judged (R12); None leaves R12 silent.
        units: for each unit code the periods in which the unit existed; None leaves R13 silent.
        zone: the time zone of days.
        transitional: which rules hold for acts after 30/6/2025 on dossiers begun before; None: not
            said.
        catalogue: the limits of dossiers that have none of their own; None for none.
        known: what the rules of this library share of the dossier at hand; None outside `check`.
    """

    as_of: date | datetime
    counting: CountingRules | None = None
    policy: TimelinessPolicy | None = None
    units: Mapping[str, Sequence[Validity]] | None = None
    zone: tzinfo = VIETNAM_TIME
    transitional: TransitionalRule | None = None
    catalogue: Catalogue | None = None
    known: Known | None = None

    def due(self, dossier: Dossier, *, as_of: date | datetime | None = None) -> DossierDue:
        """Return the due date of a dossier; `due_of` with what the context says."""
        return due_of(
            dossier,
            counting=self.counting,
            catalogue=self.catalogue,
            as_of=as_of,
            zone=self.zone,
            trace=False,
        )


class GroundOn(Protocol):
    """What a rule asks for its ground."""

    def __call__(self, day: date, key: str = "", /) -> Ground | None:
        """Return the ground of a day, of one case if a key is given; None where none holds."""
        ...


Check: TypeAlias = Callable[[Dossier, RuleContext, GroundOn], Iterable[Finding]]


class Rule(NamedTuple):
    """A rule over dossiers. It holds a function, so it is no record of data and has no JSON.

    Attributes:
        key: the stable name: `R1` to `R17`; another for rules of users.
        title: what it asks for, in both languages.
        severity: of its findings.
        grounds: on what it rests, period by period; on other days it is silent.
        run: takes the dossier, the context, and a function that gives the ground that holds on a
            day (None where none does), and yields findings with paths inside the dossier.
    """

    key: str
    title: Text
    severity: Severity
    grounds: tuple[Ground, ...]
    run: Check

    def ground_on(self, day: date, key: str = "") -> Ground | None:
        """Return the ground of the rule on a day, for one case if a key is given.

        The result is None where the rule is not in force.
        """
        return ground_on(self.grounds, day, key)


# -- the rules -------------------------------------------------------------------------------------

_On: TypeAlias = GroundOn
_K: Final = EventKind
_DAY: Final = timedelta(days=1)
_FIFTEEN: Final = time(15)


def _act_ground(
    on: _On, begun: date | None, act: date, context: RuleContext, key: str = ""
) -> Ground | None:
    """Return the ground for an act on a dossier that may have begun under other one-stop rules.

    With a key, the act is bound to the beginning (a notice so long after receipt), so the ground of
    the beginning holds; without one, the ground of the act holds. Across the change of rules the
    caller says which.
    """
    change = _change()
    if begun is None or not begun < change <= act:
        return on(begun if key and begun is not None else act, key)
    then, now = on(begun, key), on(act, key)
    if then == now:
        return now
    # Open when the rules changed: no text says which of the two hold, so the caller does.
    if context.transitional is None:
        raise MisuseError("transitional-rule-needed", begun, change=change)
    return then if context.transitional is TransitionalRule.BEGUN else now


@cache
def _change() -> date:
    """The day on which Decree 118/2025/NĐ-CP took the place of Decree 61/2018/NĐ-CP."""
    return next(rules for rules in rule_sets() if rules.key == "onestop-2025").validity.first


def _known(dossier: Dossier, context: RuleContext) -> Known:
    """What is known of a dossier: what `check` worked out, unless a rule is run by itself."""
    known = context.known
    if known is not None and known.dossier is dossier:
        return known
    return Known(dossier, context.as_of, context.zone)


def _r1(dossier: Dossier, context: RuleContext, _: _On) -> Iterator[Finding]:
    evidence = dossier.evidence
    if evidence is None:
        return
    day = _known(dossier, context).begun
    if day is None:
        return
    for name in ("level", "proactive"):
        level: Level | None = getattr(evidence, name)
        if level is not None:
            yield from (one.at(f"$.evidence.{name}") for one in check_level(level, day))


def _r2(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    evidence = dossier.evidence
    if evidence is None or not isinstance(evidence.level, OnlineLevel2011):
        return
    known = _known(dossier, context)
    day, state = known.begun, known.state
    if day is None or on(day) is None:
        return
    # What the result may come by is asked for the day on which it was ready.
    if state.decided_at is not None:
        day = local_day(state.decided_at, context.zone)
    paid, result_by = evidence.online_payment, evidence.result_by
    from evnpubsvc.catalogue.parts import check_evidence  # noqa: PLC0415 - with a level only

    for one in check_evidence(evidence.level, day, paid_online=paid, result_by=result_by):
        yield one.at("$.evidence")


def _r3(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    evidence = dossier.evidence
    if evidence is None or not isinstance(evidence.level, OnlineKind2022):
        return
    day = _known(dossier, context).begun
    if day is None or on(day) is None:
        return
    from evnpubsvc.catalogue.parts import check_kind  # noqa: PLC0415 - with a level only

    reasons = () if evidence.partial_reason is None else (evidence.partial_reason,)
    flags = _service_flags(dossier, evidence)
    for one in check_kind(evidence.level, day, flags=flags, reasons=reasons):
        yield one.at("$.evidence")


def _service_flags(dossier: Dossier, evidence: Evidence) -> ServiceFlags:
    """Return what a dossier shows of its service.

    An end-to-end service may be asked for at the desk as well. So the way in, and the way out of a
    dossier that did not come in online, say nothing against the service.
    """
    from evnpubsvc.catalogue import ServiceFlags  # noqa: PLC0415 - with a level only

    came_online, result_by = dossier.channel is Channel.ONLINE, evidence.result_by
    known = came_online and result_by is not None
    return ServiceFlags(
        submit_online=True if came_online else None,
        presence_required=evidence.presence,
        on_site_check=evidence.on_site_check,
        result_online=result_by is Channel.ONLINE if known else None,
        result_by_post=result_by is Channel.POST if known else None,
    )


def _r4(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    received, first, begun = False, None, None
    for index, event in _known(dossier, context).events:
        day = local_day(event.at, context.zone)
        if event.kind is _K.SUBMITTED and begun is None:
            begun = day
        received = received or event.kind is _K.RECEIVED
        if event.kind is not _K.SUPPLEMENT_REQUESTED or received:
            continue
        # Everything that is missing is asked for at once: a second request breaks the rule.
        if first is None:
            first = event
            continue
        ground = _act_ground(on, begun, day, context)
        if ground is not None:
            yield finding(
                "second-supplement",
                f"$.events[{index}]",
                event.at,
                first=first.at,
                source=ground.citation,
            )


def _r5(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    if context.counting is None:
        return
    came: date | None = None
    received: date | None = None
    for index, event in _known(dossier, context).events:
        if event.kind is _K.SUBMITTED and came is None:
            came = event.at
        if event.kind is _K.RECEIVED and received is None:
            received = event.at
        if event.kind is not _K.SUPPLEMENT_REQUESTED:
            continue
        # After receipt the notice runs from receipt, before it from the submission.
        key, start = "after-receipt", received
        if received is None:
            online = dossier.channel is Channel.ONLINE
            key, start = "online" if online else "paper", came
        if start is not None:
            yield from _late_notice(index, event, key, start, context, on)
        if received is not None:
            return  # the notice is one; later requests are not bound to the day of receipt


def _late_notice(
    index: int, event: Event, key: str, start: date, context: RuleContext, on: _On
) -> Iterator[Finding]:
    """What is wrong with the time of one notice of a supplement."""
    assert context.counting is not None
    begun = local_day(start, context.zone)
    ground = _act_ground(on, begun, local_day(event.at, context.zone), context, key)
    if ground is None:
        return
    legal = _notice_limit(key, begun, ground, context.counting)
    if legal is None:
        return
    limit, source = legal
    latest = due_date(start, limit, calendar=context.counting.calendar, trace=False)
    if latest.instant is not None:
        late = is_before(latest.instant, event.at)
    else:
        late = latest.date is not None and local_day(event.at, context.zone) > latest.date
    if late:
        yield finding(
            "supplement-notice-late",
            f"$.events[{index}]",
            event.at,
            due=latest.instant or latest.date,
            limit=limit,
            source=source,
        )


# The case of a notice -> what the one-stop rules or sectoral law call its time.
_NOTICES: Final = {"after-receipt": "supplement-notice", "online": "online-answer"}


def _notice_limit(
    key: str, begun: date, ground: Ground, counting: CountingRules
) -> tuple[TimeLimit, Citation] | None:
    """The time for a notice and where it is set: by sectoral law, else by the one-stop rules."""
    if key == "paper":  # the one-stop rules have no time for it; a resolution has, for a while
        return special_clock("supplement-notice-2026").limit("paper"), ground.citation
    return _legal_limit(_NOTICES[key], max(begun, ground.validity.first), counting)


def _legal_limit(key: str, day: date, counting: CountingRules) -> tuple[TimeLimit, Citation] | None:
    """Return the time that the law sets for an act, and where: sectoral law before one-stop rules.

    The result is None where neither sets one. For a ground of new rules and a dossier begun under
    old ones, the caller gives the first day of the ground.
    """
    special = counting.special
    if special is not None and key in dict(special.limits):
        return special.limit(key), special.citation
    rules = counting.rule_set(day)
    legal = None if rules is None else rules.limit(key)
    return None if legal is None else (legal.limit, legal.citation)


def _r6(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    first: Event | None = None
    begun = _known(dossier, context).begun
    for index, event in _known(dossier, context).events:
        if event.kind is not _K.APOLOGY:
            continue
        ground = _act_ground(on, begun, local_day(event.at, context.zone), context)
        if ground is None:
            continue
        path = f"$.events[{index}]"
        if first is not None:
            yield finding("second-apology", path, event.at, first=first.at, source=ground.citation)
            continue
        first = event
        before = evolve(
            dossier, events=tuple(e for e in in_time(dossier.events) if is_before(e.at, event.at))
        )
        known = context.due(before)
        _refuse_unsettled(known)
        due = known.due
        if due is None:
            continue
        # One day (ngày, not working day) before expiry.
        last = local_day(due, context.zone) - _DAY
        if local_day(event.at, context.zone) > last:
            yield finding("apology-late", path, event.at, due=due, source=ground.citation)
        assert event.due is not None
        if local_day(event.due, context.zone) <= local_day(due, context.zone):
            yield finding(
                "apology-without-extension", path, event.due, due=due, source=ground.citation
            )


def _refuse_unsettled(found: DossierDue) -> None:
    """Refuse to judge by a due date that could not be counted.

    The rule is then not run, and says why.
    """
    if found.basis is DueBasis.UNSETTLED:
        raise DataError(found.findings)


def _r7(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    if dossier.stated_due is None or context.counting is None:
        return
    if dossier.limit is None and context.catalogue is None:
        return
    day = _known(dossier, context).begun
    ground = None if day is None else on(day)
    if ground is None:
        return
    found = _known(dossier, context).due(context.counting, context.catalogue)
    _refuse_unsettled(found)
    if found.due is None or found.deadline is None:
        return
    stated, counted = (
        local_day(dossier.stated_due, context.zone),
        local_day(found.due, context.zone),
    )
    if stated != counted:
        yield finding(
            "due-date-differs",
            "$.stated_due",
            stated,
            due=counted,
            limit=found.deadline.limit,
            source=ground.citation,
        )


_WITHDRAWALS: Final = frozenset({_K.WITHDRAWAL_ASKED, _K.WITHDRAWAL_ACCEPTED})


def _r8(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    decided: Event | None = None
    begun = _known(dossier, context).begun
    for index, event in _known(dossier, context).events:
        if event.kind is _K.RESOLVED and decided is None:
            decided = event
        if event.kind in _WITHDRAWALS and decided is not None:
            ground = _act_ground(on, begun, local_day(event.at, context.zone), context)
            if ground is not None:
                yield finding(
                    "withdrawal-after-decision",
                    f"$.events[{index}]",
                    event.at,
                    decided=decided.at,
                    source=ground.citation,
                )


_OF_OTHERS: Final = frozenset({"time-order", "second-supplement", "second-apology", "decided"})


def _r9(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    events = _known(dossier, context).events
    if is_usual([event.kind for _, event in events]):
        return
    builder = StateBuilder()
    for index, event in events:
        status = builder.facts.status
        broken = broken_guard(builder.state, event.kind, event.at, ())
        ground = on(local_day(event.at, context.zone))
        if broken is not None and ground is not None and broken[0] not in _OF_OTHERS:
            guard, fact = broken
            yield finding(
                "event-forbidden",
                f"$.events[{index}]",
                event.kind,
                guard=named("guard", guard),
                status=status or named("status", "none"),
                fact=fact_value(fact),
                source=guard_citation(guard, local_day(event.at, context.zone)),
            )
        builder.feed(event)


def _code(kind: type[Code], text: str, path: str, day: date, ground: Ground) -> Iterator[Finding]:
    try:
        code = kind.parse(text)
    except InvalidCode as error:
        yield finding("code-unreadable", path, text, why=error.findings[0], source=ground.citation)
        return
    for found in find_doubts(code, day):
        yield vary(found.at(path), parts=(*found.parts, ("source", ground.citation)))


def _r10(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    day = _known(dossier, context).begun
    ground = None if day is None else on(day)
    if day is None or ground is None:
        return
    yield from _code(DossierCode, dossier.code, "$.code", day, ground)

    # Since 1/7/2025 the code begins with the identifier of the body that resolves; in a linked
    # group with that of the desk or the National Portal, which a dossier does not name.
    if dossier.authority is None or dossier.linked or day < _change():
        return
    yield from _code(UnitCode, dossier.authority, "$.authority", day, ground)
    code, body = DossierCode.read(dossier.code).code, UnitCode.read(dossier.authority).code
    if code is None or body is None or code.unit.layout is not body.layout:
        return  # what cannot be read is reported by now; two layouts are not comparable
    if code.unit != body:
        yield finding(
            "code-of-other-body", "$.code", code.unit, authority=body, source=ground.citation
        )


def _r11(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    day = _known(dossier, context).begun
    ground = None if day is None else on(day)
    if day is None or ground is None or dossier.procedure is None:
        return
    yield from _code(ProcedureCode, dossier.procedure, "$.procedure", day, ground)
    if dossier.procedure[:1] in UNSEEN_CLASSES:
        yield finding(
            "procedure-class-unseen", "$.procedure", dossier.procedure, source=ground.citation
        )


_LATE: Final = frozenset({Timeliness.LATE, Timeliness.PENDING_OVERDUE})


def _r12(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    day = _known(dossier, context).begun
    ground = None if day is None else on(day)
    if ground is None or context.policy is None:
        return
    found = _judge(dossier, context, context.policy, _LATE)
    # What was withdrawn or stopped for good has its class without a due date.
    if found.timeliness is Timeliness.UNSETTLED:
        raise DataError(found.findings)
    if found.timeliness is Timeliness.LATE:
        by = "?" if found.working_days is None else found.working_days
        yield finding(
            "dossier-late", "$", found.finished, due=found.due, by=by, source=ground.citation
        )
    elif found.timeliness is Timeliness.PENDING_OVERDUE:
        by = "?" if found.working_days is None else found.working_days
        yield finding(
            "dossier-overdue", "$", context.as_of, due=found.due, by=by, source=ground.citation
        )


def _r13(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    day = _known(dossier, context).begun
    ground = None if day is None else on(day)
    if day is None or ground is None or context.units is None or dossier.unit is None:
        return
    periods = context.units.get(dossier.unit)
    if periods is None:
        yield finding("dossier-unit-unknown", "$.unit", dossier.unit, source=ground.citation)
    elif not any(day in period for period in periods):
        known = "; ".join(map(str, periods))
        yield finding(
            "unit-other-day", "$.unit", dossier.unit, day=day, known=known, source=ground.citation
        )


_LIMITS: Final = {Registration.BIRTH: 60, Registration.DEATH: 15}


def _r14(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    evidence, day = dossier.evidence, _known(dossier, context).begun
    if not evidence or evidence.registration is None or evidence.happened_on is None or day is None:
        return
    # The rules of the day of the birth or death: the duty to register arises then.
    ground = on(evidence.happened_on)
    passed, allowed = (day - evidence.happened_on).days, _LIMITS[evidence.registration]
    if ground is not None and passed > allowed:
        yield finding(
            "event-registered-late",
            "$.evidence.happened_on",
            passed,
            allowed=allowed,
            source=ground.citation,
        )


def _r15(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    if context.counting is None:
        return
    known = _known(dossier, context)
    begun, state = known.begun, known.state
    asked = state.supplements_after[-1] if state.supplements_after else None
    # Only a dossier that was received and whose applicant has not answered yet.
    if asked is None or begun is None or state.status is not Status.SUPPLEMENT_ASKED:
        return
    day = local_day(asked, context.zone)
    ground = _act_ground(on, begun, day, context)
    if ground is None:
        return
    first = max(begun, ground.validity.first)
    legal = _legal_limit("supplement-answer", first, context.counting)
    if legal is None:
        return
    limit, source = legal
    latest = due_date(day, limit, calendar=context.counting.calendar, trace=False).date
    if latest is not None and local_day(context.as_of, context.zone) > latest:
        yield finding("supplement-unanswered", "$", day, due=latest, limit=limit, source=source)


# Which channel a rule of transfer is about.
_TRANSFERS: Final = {Channel.IN_PERSON: "in-person", Channel.NON_TERRITORIAL: "non-territorial"}


def _r16(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    key = None if dossier.channel is None else _TRANSFERS.get(dossier.channel)
    if context.counting is None or key is None:
        return
    received: date | None = None
    for index, event in _known(dossier, context).events:
        if event.kind is _K.RECEIVED and received is None:
            received = event.at
        if event.kind is not _K.TRANSFERRED or received is None:
            continue
        begun = local_day(received, context.zone)
        ground = _act_ground(on, begun, local_day(event.at, context.zone), context, key)
        if ground is not None:
            latest = _latest_transfer(key, received, context)
            if local_day(event.at, context.zone) > latest:
                path = f"$.events[{index}]"
                yield finding("transfer-late", path, event.at, due=latest, source=ground.citation)
        return  # the first transfer is the one that the rule is about


def _latest_transfer(key: str, received: date, context: RuleContext) -> date:
    """The last day on which a dossier may be handed over."""
    assert context.counting is not None
    calendar, day = context.counting.calendar, local_day(received, context.zone)
    if key == "non-territorial":  # within one working day
        return calendar.add_working_days(day, 1)
    # The same working day; received after 15:00, at the start of the next one.
    # Where the hour is not known, nobody is said to be late for it.
    late = not isinstance(received, datetime) or (
        received.astimezone(context.zone).time() > _FIFTEEN
    )
    return calendar.next_working_day(day, or_same=not late)


def _r17(dossier: Dossier, context: RuleContext, on: _On) -> Iterator[Finding]:
    catalogue, unit, code = context.catalogue, dossier.unit, dossier.procedure
    if catalogue is None or unit is None or dossier.channel is not Channel.ONLINE:
        return
    if code is None or not ProcedureCode.is_valid(code):  # R11 reports a code that cannot be read
        return
    if not catalogue.offers(unit):  # nothing is known of this unit, which is not nothing offered
        return
    at_hand = _known(dossier, context)
    day, state = at_hand.begun, at_hand.state
    if state.submitted_at is not None:  # a service is asked for on the day of filing
        day = local_day(state.submitted_at, context.zone)
    ground = None if day is None else on(day)
    if day is None or ground is None:
        return
    online = [each for each in catalogue.history(code, unit=unit) if each.filed_online]
    held = [each for each in online if each.validity.contains(day)]
    if not held:
        known = tuple(each.validity for each in online)
        parts = {"unit": unit, "day": day, "known": known, "source": ground.citation}
        yield finding("service-not-offered", "$.procedure", code, **parts)
        return
    declared = None if dossier.evidence is None else dossier.evidence.level
    levels = tuple(each.level for each in held if not isinstance(each.level, ProactiveLevel2026))
    if declared is not None and levels and declared not in levels:
        parts = {"day": day, "known": levels, "source": ground.citation}
        yield finding("level-not-offered", "$.evidence.level", declared, **parts)


_RUNS: Final[dict[str, Check]] = {
    "R1": _r1,
    "R2": _r2,
    "R3": _r3,
    "R4": _r4,
    "R5": _r5,
    "R6": _r6,
    "R7": _r7,
    "R8": _r8,
    "R9": _r9,
    "R10": _r10,
    "R11": _r11,
    "R12": _r12,
    "R13": _r13,
    "R14": _r14,
    "R15": _r15,
    "R16": _r16,
    "R17": _r17,
}


class Needs(NamedTuple):
    """What there must be for a rule to say anything, so that it need not be run without it.

    Attributes:
        kinds: the history has an event of one of these kinds; of any, where there are none.
        fields: the dossier says all of these.
        context: the call says all of these.
        unusual: the history is not one that no guard can object to.
        limit: the dossier says its limit, or the call a catalogue.
        silent: sees in a dossier that has all this that nothing is to be said; None where only the
            rule does.
    """

    kinds: frozenset[EventKind] = frozenset()
    fields: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    unusual: bool = False
    limit: bool = False
    silent: Silent | None = None


_NOTHING: Final = Needs()
_SUPPLEMENT: Final = frozenset({_K.SUPPLEMENT_REQUESTED})
_NEEDS: Final[dict[Check, Needs]] = {
    _r1: Needs(fields=("evidence",)),
    _r2: Needs(fields=("evidence",)),
    _r3: Needs(fields=("evidence",)),
    _r4: Needs(_SUPPLEMENT),
    _r5: Needs(_SUPPLEMENT, context=("counting",)),
    _r6: Needs(frozenset({_K.APOLOGY})),
    _r7: Needs(fields=("stated_due",), context=("counting",), limit=True),
    _r8: Needs(_WITHDRAWALS),
    _r9: Needs(unusual=True),
    _r10: Needs(silent=Silence.has_own_code),
    _r11: Needs(fields=("procedure",), silent=Silence.has_own_procedure),
    _r12: Needs(context=("policy",), silent=Silence.ended_in_time),
    _r13: Needs(fields=("unit",), context=("units",)),
    _r14: Needs(fields=("evidence",)),
    _r15: Needs(_SUPPLEMENT, context=("counting",)),
    _r16: Needs(frozenset({_K.TRANSFERRED}), ("channel",), ("counting",)),
    _r17: Needs(fields=("unit", "procedure"), context=("catalogue",)),
}


def needs_of(rule: Rule) -> Needs:
    """Return what a rule needs; nothing is known of those of users, which are always run."""
    return _NEEDS.get(rule.run, _NOTHING)


def _grounds(row: Mapping[str, Any]) -> tuple[Ground, ...]:
    """Return the grounds of a rule: its own texts, or the regimes of levels on which it rests."""
    if "levels" in row:
        held = [each for each in regimes("levels") if each.value.key in row["levels"]]
        return tuple(Ground(each.validity, each.value.basis[0]) for each in held)
    return tuple(map(ground_of, row["grounds"]))


def _build_rule(key: str, row: Mapping[str, Any], run: Check) -> Rule:
    title = Text(vi=row["vi"], en=row["en"])
    return Rule(key, title, Severity(row["severity"]), _grounds(row), run)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules R1-R17 with their articles and dates.

    >>> [each.key for each in rules()][:3], rules()[3].grounds[0].validity.first.isoformat()
    (['R1', 'R2', 'R3'], '2018-06-21')
    """
    return tuple(_build_rule(key, row, _RUNS[key]) for key, row in rows("rule").items())


def rule(key: str) -> Rule:
    """Return a rule by its name.

    Raises:
        UnknownNameError: `rule-unknown`; the message lists the names.

    >>> print(rule("R8").grounds[0].citation)
    Decree 118/2025/NĐ-CP, art. 21(1), 21(2)
    """
    known = {each.key: each for each in rules()}
    if key not in known:
        raise UnknownNameError("rule-unknown", key, known=tuple(known))
    return known[key]


StatedClasses: TypeAlias = Mapping[str, "Timeliness | str | Collection[Timeliness | str]"]


def stated_class_rule(attribute: str, words: StatedClasses | None = None) -> Rule:
    """Return a rule for `check`: the class that a dossier states is the one its history gives.

    R12 says what is late; this says where a log claims otherwise (*ghi sai tình trạng đúng hạn*).
    Dossiers without the attribute, with another word, or whose class cannot be told yet are passed
    over, and so is everything where `check` has no `policy`. Its findings are `class-differs`.

    Args:
        attribute: the attribute of a dossier that states its class.
        words: what the log calls the classes, as `{"đúng hạn": ("early", "on_time")}`, each word
            with the class or classes that it means; the values of `Timeliness` by default.

    >>> from evnpubsvc.dossiers import check
    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> kinds = (EventKind.SUBMITTED, EventKind.RECEIVED, EventKind.RESOLVED)
    >>> one = Dossier("x", stated_due=date(2026, 3, 1), attributes={"class": "đúng hạn"},
    ...     events=tuple(Event(kind, at) for kind in kinds))
    >>> asked = [stated_class_rule("class", {"đúng hạn": "on_time"})]
    >>> [found.reason for found in check(one, as_of=date(2026, 3, 9), rules=asked)]
    ['class-differs']
    """
    ((key, row),) = rows("stated-class").items()
    by_value: StatedClasses = {each.value: each for each in Timeliness}
    known = {word: _classes(each) for word, each in (words or by_value).items()}
    (ground,) = _grounds(row)

    def run(dossier: Dossier, context: RuleContext, _: _On) -> Iterator[Finding]:
        stated = known.get(dict(dossier.attributes).get(attribute, ""))
        if stated is None or context.policy is None:
            return
        try:
            judged = _judge(dossier, context, context.policy).timeliness
        except MisuseError:
            return  # what cannot be judged is said by R12
        if judged not in (*stated, Timeliness.UNSETTLED):
            path = f"$.attributes.{attribute}"
            said = stated[0] if len(stated) == 1 else stated
            yield finding("class-differs", path, said, judged=judged, source=ground.citation)

    return _build_rule(key, row, run)


def _classes(given: Timeliness | str | Collection[Timeliness | str]) -> tuple[Timeliness, ...]:
    if isinstance(given, (str, Timeliness)):
        return (read_member(Timeliness, given),)
    return tuple(read_member(Timeliness, each) for each in given)


def _judge(
    dossier: Dossier,
    context: RuleContext,
    policy: TimelinessPolicy,
    measured: frozenset[Timeliness] | None = None,
) -> Judgement:
    """Judge a dossier as the context says."""
    known = _known(dossier, context)
    counting, catalogue = context.counting, context.catalogue
    found = known.due(counting, catalogue)
    asked = context.as_of, policy, counting, catalogue, context.zone
    return judge_by(dossier, known.state, found, *asked, measured)
