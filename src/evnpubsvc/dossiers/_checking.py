"""What is wrong with dossiers: the rules over one, or over as many as there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache, partial
from itertools import pairwise
from types import MethodType
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve

from evnpubsvc._letters import escape_unwritable
from evnpubsvc._moments import is_before, local_day
from evnpubsvc._records import vary
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers._dossier import Dossier
from evnpubsvc.dossiers._events import Event, EventKind
from evnpubsvc.dossiers._known import Known
from evnpubsvc.dossiers._replay import in_time, is_usual
from evnpubsvc.dossiers._rules import GroundOn, Rule, RuleContext, TransitionalRule, needs_of
from evnpubsvc.dossiers._rules import rules as _all_rules
from evnpubsvc.dossiers._silence import Silence, Silent
from evnpubsvc.dossiers._timeliness import Precision, TimelinessPolicy
from evnpubsvc.errors import DataError, EvnpubsvcError, MisuseError
from evnpubsvc.findings import Finding, Severity, finding
from evnpubsvc.law import Validity
from evnpubsvc.worktime import VIETNAM_TIME

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue

_K: Final = EventKind
_BY_DATE: Final = TimelinessPolicy(Precision.DATE)


def check(
    dossier: Dossier,
    *,
    as_of: date | datetime,
    rules: Iterable[Rule] | None = None,
    counting: CountingRules | None = None,
    policy: TimelinessPolicy | None = _BY_DATE,
    units: Mapping[str, Sequence[Validity]] | None = None,
    zone: tzinfo = VIETNAM_TIME,
    transitional: TransitionalRule | None = None,
    catalogue: Catalogue | None = None,
) -> tuple[Finding, ...]:
    """Return everything that is wrong or doubtful about a dossier, with paths like `$.events[3]`.

    Each finding of a rule has the parts `rule` and `source`. What concerns the history itself comes
    first, with the rule `history`: `event-out-of-order`, `event-twice`, `event-before-submission`,
    `dossier-finished-before-received`, and a notice `no-rule-in-force` where none of the rules held
    on its day.

    A finding whose due date, or whose working days after it, rest on days off that are not decided
    has the part `provisional`, which its message says too.

    Args:
        dossier: its history may be anything.
        as_of: the day of judgement, inclusive, or an aware instant; what happened later is not
            known.
        rules: the rules to run, R1-R17 unless said otherwise; those of users take part the same
            way.
        counting: how due dates are counted. What it leaves open comes as `rule-not-run`, a notice.
        policy: how timeliness is judged (R12), by date unless said otherwise; None leaves R12 out.
        units: for each unit code the periods in which it existed (R13).
        zone: the time zone of days.
        transitional: which one-stop rules hold for acts since 1/7/2025 on dossiers begun before;
            without it such a dossier has the notice `rule-not-run` for each rule that the change
            touches.
        catalogue: the limits of dossiers that have none of their own, as for `due_of`.

    Raises:
        MisuseError: `datetime-naive` for an instant without an offset.

    >>> check(Dossier("000.00.53.H48-220921-0099"), as_of=date(2026, 1, 1))
    ()
    """
    _refuse_naive(as_of)
    asked = _all_rules() if rules is None else tuple(rules)
    known = Known(dossier, as_of, zone)
    given = as_of, counting, policy, units, zone, transitional, catalogue
    begun = known.begun
    is_ruled = begun is None or _has_ground(asked, begun)
    run = ((each, each.ground_on, None) for each in asked)
    return _find(dossier, RuleContext(*given, known), known, run, is_ruled=is_ruled)


def check_many(
    dossiers: Iterable[Dossier],
    *,
    as_of: date | datetime,
    rules: Iterable[Rule] | None = None,
    counting: CountingRules | None = None,
    policy: TimelinessPolicy | None = _BY_DATE,
    units: Mapping[str, Sequence[Validity]] | None = None,
    zone: tzinfo = VIETNAM_TIME,
    transitional: TransitionalRule | None = None,
    catalogue: Catalogue | None = None,
) -> Iterator[tuple[Dossier, tuple[Finding, ...]]]:
    """Yield dossiers with everything that is wrong or doubtful about each, as `check` returns it.

    The dossiers are read one by one, and none is held. What the rules share is worked out once for
    all of them, and codes and ends that are seen to be in order are not looked into, so a register
    takes about two fifths of the time that single calls take.

    Args:
        dossiers: as many as there are, in any order; the answers keep it.
        as_of: the day of judgement, inclusive, or an aware instant; what happened later is not
            known.
        rules: the rules to run, R1-R17 unless said otherwise; those of users take part the same
            way.
        counting: how due dates are counted. What it leaves open comes as `rule-not-run`, a notice.
        policy: how timeliness is judged (R12), by date unless said otherwise; None leaves R12 out.
        units: for each unit code the periods in which it existed (R13).
        zone: the time zone of days.
        transitional: which one-stop rules hold for acts since 1/7/2025 on dossiers begun before;
            without it such a dossier has the notice `rule-not-run` for each rule that the change
            touches.
        catalogue: the limits of dossiers that have none of their own, as for `due_of`.

    Raises:
        MisuseError: `datetime-naive` for an instant without an offset.

    >>> register = [Dossier("000.00.53.H48-220921-0099"), Dossier("000.00.53.H48-220921-0100")]
    >>> [len(found) for _, found in check_many(register, as_of=date(2026, 1, 1))]
    [0, 0]
    """
    given = as_of, counting, policy, units, zone, transitional, catalogue
    check_next = Checker(_all_rules() if rules is None else tuple(rules), RuleContext(*given)).check
    return ((each, check_next(each)) for each in dossiers)


class Checker:
    """What `check` is told, made ready once for any number of dossiers.

    Rules that have nothing to say about a dossier, by `needs_of`, are not run. Which may speak is
    found once for all dossiers with events of the same kinds and the same fields; of these some are
    seen to be silent dossier by dossier.
    """

    def __init__(self, asked: tuple[Rule, ...], context: RuleContext) -> None:
        _refuse_naive(context.as_of)
        self._context = context
        silence = Silence(context.counting, context.catalogue)
        # Registers repeat few days.
        self._asked: _Runs = [
            (each, lru_cache(_DAYS)(each.ground_on), _bind(needs_of(each).silent, silence))
            for each in asked
        ]
        self._has_ground = lru_cache(_DAYS)(partial(_has_ground, asked))
        self._chosen: dict[tuple[object, ...], _Runs] = {}

    def check(self, dossier: Dossier) -> tuple[Finding, ...]:
        """Return what is found about one dossier."""
        context = self._context
        known = Known(dossier, context.as_of, context.zone)
        run = self._choose(dossier, known)
        is_ruled = known.begun is None or self._has_ground(known.begun)
        return _find(dossier, RuleContext(*context[:-1], known), known, run, is_ruled=is_ruled)

    def _choose(self, dossier: Dossier, known: Known) -> _Runs:
        """Return the rules that may say something about a dossier."""
        # Kinds by their `id`, which is hashed quickly.
        kinds = tuple([id(event.kind) for event in dossier.events])
        if len(kinds) > _LONGEST:
            return self._find_speaking(known)
        alike = (
            kinds,
            known.is_ascending,
            dossier.evidence is None,
            dossier.procedure is None,
            dossier.unit is None,
            dossier.channel is None,
            dossier.stated_due is None,
            dossier.limit is None,
        )
        chosen = self._chosen.get(alike)
        if chosen is None:
            if len(self._chosen) >= _MOST_ALIKE:
                self._chosen.clear()
            chosen = self._chosen[alike] = self._find_speaking(known)
        return chosen

    def _find_speaking(self, known: Known) -> _Runs:
        # No guard objects to the beginning of a history that none objects to.
        kinds, dossier, context = known.kinds, known.dossier, self._context
        usual = not kinds or (known.is_ascending and is_usual(kinds))
        has = frozenset(kinds), usual
        return [each for each in self._asked if _may_speak(each[0], dossier, context, *has)]


_Runs: TypeAlias = list[tuple[Rule, GroundOn, Callable[[Known], bool] | None]]
_DAYS: Final = 4_096  # days whose rules are remembered
_LONGEST: Final = 32  # events of a history that is remembered
_MOST_ALIKE: Final = 4_096  # kinds of dossiers that are remembered


def _bind(silent: Silent | None, silence: Silence) -> Callable[[Known], bool] | None:
    return None if silent is None else MethodType(silent, silence)


def _may_speak(
    rule: Rule, dossier: Dossier, context: RuleContext, kinds: frozenset[EventKind], usual: bool
) -> bool:
    needs = needs_of(rule)
    if needs.kinds and needs.kinds.isdisjoint(kinds):
        return False
    if needs.unusual and usual:
        return False
    if needs.limit and dossier.limit is None and context.catalogue is None:
        return False
    if any(getattr(dossier, name) is None for name in needs.fields):
        return False
    return not any(getattr(context, name) is None for name in needs.context)


def _refuse_naive(as_of: date | datetime) -> None:
    if isinstance(as_of, datetime) and as_of.utcoffset() is None:
        raise MisuseError("datetime-naive", as_of)


def _find(
    dossier: Dossier,
    context: RuleContext,
    known: Known,
    run: Iterable[tuple[Rule, GroundOn, Callable[[Known], bool] | None]],
    *,
    is_ruled: bool,
) -> tuple[Finding, ...]:
    """Return what is found about one dossier: about its history first, then rule by rule."""
    found: list[Finding] = []
    if not known.begins_rightly:
        found += _history(dossier)
    if known.state.inferences:
        found += _assumed(known)
    if dossier.stated_received is not None or dossier.stated_finished is not None:
        found += _stated_order(dossier, known, context.zone)
    if not is_ruled:
        # Silence would look like approval.
        unruled = finding("no-rule-in-force", "$", known.begun)
        found.append(_marked(unruled, "history", Severity.NOTICE))
    until = None if context.counting is None else context.counting.calendar.decided_until
    for each, ground_on, is_silent in run:
        try:
            if is_silent is not None and is_silent(known):
                continue
            own = list(each.run(dossier, context, ground_on))
        except EvnpubsvcError as error:
            skipped = finding("rule-not-run", "$", each.key, why=_reason_of(error))
            found.append(_marked(skipped, each.key, Severity.NOTICE))
        else:
            for one in own:
                said = _say_provisional(one, until)
                found.append(_marked(said, each.key, each.severity))
    return tuple(found)


def _has_ground(asked: tuple[Rule, ...], begun: date) -> bool:
    """Return whether some rule was in force when a dossier began."""
    return any(not each.grounds or each.ground_on(begun) is not None for each in asked)


def _reason_of(error: EvnpubsvcError) -> object:
    """Return why a rule was not run: the first finding of its error, else the error."""
    if isinstance(error, DataError):
        return error.findings[0]
    return getattr(error, "finding", None) or error


def _say_provisional(one: Finding, until: date | None) -> Finding:
    """Mark a finding whose due date, or whose days after it, are beyond the decided days off."""
    if until is None or not any(name == "due" for name, _ in one.parts):
        return one
    parts = dict(one.parts)
    # Working days by which something is late are counted up to the day that is the value.
    rests_on = (parts["due"], one.value if "by" in parts else None)
    days = (local_day(each, VIETNAM_TIME) for each in rests_on if isinstance(each, date))
    if not any(day > until for day in days):
        return one
    return vary(one, parts=tuple(sorted({**parts, "provisional": True}.items())))


def _marked(one: Finding, key: str, severity: Severity) -> Finding:
    parts = {**dict(one.parts), "rule": escape_unwritable(key)}
    return vary(one, parts=tuple(sorted(parts.items())), severity=severity)


def _history(dossier: Dossier) -> Iterator[Finding]:
    """What is wrong with the order of a history, and with its rows."""
    latest: date | None = None
    seen: dict[Event, int] = {}
    submitted = next((e.at for e in in_time(dossier.events) if e.kind is _K.SUBMITTED), None)
    backwards = _is_newest_first(dossier.events)
    if backwards:
        yield _marked(finding("history-newest-first", "$.events"), "history", Severity.NOTICE)
    for index, event in enumerate(dossier.events):
        path = f"$.events[{index}]"
        if latest is not None and not backwards and is_before(event.at, latest):
            yield _marked(
                finding("event-out-of-order", path, event.at, latest=latest),
                "history",
                Severity.VIOLATION,
            )
        else:
            latest = event.at
        # Entered twice, at two times, it still happened once.
        first = seen.setdefault(
            event if event.recorded is None else evolve(event, recorded=None), index
        )
        if first != index:
            yield _marked(
                finding("event-twice", path, event.kind, first=first),
                "history",
                Severity.VIOLATION,
            )
        if submitted is not None and is_before(event.at, submitted) and event.kind is not _K.NOTE:
            yield _marked(
                finding("event-before-submission", path, event.at, submitted=submitted),
                "history",
                Severity.VIOLATION,
            )


def _is_newest_first(events: tuple[Event, ...]) -> bool:
    """Whether a history of three rows or more goes back in time all the way."""
    pairs = list(pairwise(event.at for event in events))
    back = sum(is_before(later, earlier) for earlier, later in pairs)
    return back > 1 and not any(is_before(earlier, later) for earlier, later in pairs)


def _assumed(known: Known) -> Iterator[Finding]:
    """What had to be assumed to read the history.

    Rows that came twice are reported with their places.
    """
    for one in known.state.inferences:
        if one.reason != "history-event-twice":
            yield _marked(one.at("$.events"), "history", one.severity)


def _stated_order(dossier: Dossier, known: Known, zone: tzinfo) -> Iterator[Finding]:
    """Compare the stated receipt with the end where the history does not record both itself."""
    state = known.state
    received = state.received_at or dossier.stated_received
    finished = state.decided_at or dossier.stated_finished
    if received is None or finished is None:
        return
    if isinstance(received, datetime) and isinstance(finished, datetime):
        early = finished < received
    else:
        early = local_day(finished, zone) < local_day(received, zone)
    if early:
        one = finding("dossier-finished-before-received", "$", finished, received=received)
        yield _marked(one, "history", Severity.VIOLATION)
