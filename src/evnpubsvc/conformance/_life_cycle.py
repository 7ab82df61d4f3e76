"""The life cycle of a dossier, walked through: every reachable situation, every event in it.

The situations are found once, by the library itself: a breadth-first walk gives each the shortest
history that leads to it. The same walk writes the packaged vectors. An implementation is then asked
in each situation about each event, and every divergence is reported at once.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from evnpubsvc.conformance._engine import refuse_at_once, settle
from evnpubsvc.conformance._report import (
    ConformanceReport,
    CounterExample,
    LawOutcome,
    LawResult,
)
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.deadlines import CountingRules, TimeLimit
from evnpubsvc.dossiers import (
    Dossier,
    DueBasis,
    Event,
    EventKind,
    Refusal,
    State,
    Status,
    due_of,
    possible,
    try_apply,
)
from evnpubsvc.dossiers.engine import guard_grounds
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime import VIETNAM_TIME


class LifeCycleAdapter(Protocol):
    """What an application says about one dossier of its own, to have its life cycle checked.

    Write the few methods over your database, your HTTP interface or your classes. A method that
    raises `NotImplementedError`, or that is not there, is not supported.

    An adapter may have more: `begin_with(history)` begins a new dossier that has a whole history,
    so that a walk over HTTP needs one request instead of one for each event; `can(kind, at)` says
    whether an event is possible; `due()` returns the day that is due, None for none; `restart()`
    ends the service and begins it again; `second()` returns another session on the same store.
    """

    def reset(self) -> None:
        """Begin a new dossier, of which nothing has happened yet."""
        ...

    def take(self, event: Event) -> bool:
        """Record an event; False, or any exception, where it is refused."""
        ...

    def state(self) -> Status | int | None:
        """Return the status by the list of the National Portal; None or 0 before submission."""
        ...


class Situation(NamedTuple):
    """A situation that a dossier can be in, and the shortest history that leads to it."""

    key: tuple[object, ...]
    history: tuple[Event, ...]


class TransitionCase(NamedTuple):
    """One event in one situation, and what the law makes of it.

    Attributes:
        history: the events before, each of them allowed.
        event: what happens next.
        before: the status before it; None before submission.
        after: the status after it; that before it where it is refused.
        guard: the guard that refuses it; None where it is allowed.
    """

    history: tuple[Event, ...]
    event: Event
    before: Status | None
    after: Status | None
    guard: str | None


_BEGINS: Final = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)  # a Monday
_STEP: Final = timedelta(minutes=30)
_LATER: Final = timedelta(days=30)  # the new date of an apology


def make_event(kind: EventKind, at: datetime, *, final: bool = False) -> Event:
    """Return an event of a kind at an instant, with what the kind needs."""
    return Event(
        kind,
        at,
        final=final if kind is EventKind.STOPPED else None,
        due=(at + _LATER).date() if kind is EventKind.APOLOGY else None,
    )


def _choices(at: datetime) -> Iterator[Event]:
    """Every event that can happen at an instant; a stop for good is another event than a pause."""
    for kind in EventKind:
        yield make_event(kind, at)
        if kind is EventKind.STOPPED:
            yield make_event(kind, at, final=True)


def _key(state: State) -> tuple[object, ...]:
    """What decides about the future: two histories with the same are one situation."""
    return (
        state.status,
        state.final,
        state.submitted_at is None,
        state.received_at is None,
        state.in_process,
        state.decided_at is None,
        state.stored_at is None,
        bool(state.supplements_before),
        bool(state.extensions),
        frozenset(state.open_questions),
    )


@cache
def situations() -> tuple[Situation, ...]:
    """Return every situation that can be reached, each with its shortest history.

    One question to another body may be open at a time, since a second adds no new rule.
    """
    found: dict[tuple[object, ...], Situation] = {}
    waiting: deque[Dossier] = deque([Dossier("case-1")])
    while waiting:
        dossier = waiting.popleft()
        key = _key(dossier.state)
        if key in found or len(dossier.state.open_questions) > 1:
            continue
        found[key] = Situation(key, dossier.events)
        for event in _choices(_next_instant(dossier.events)):
            after = try_apply(dossier, event)
            if isinstance(after, Dossier):
                waiting.append(after)
    return tuple(found.values())


def _next_instant(history: tuple[Event, ...]) -> datetime:
    return _BEGINS + _STEP * len(history)


@cache
def transition_cases() -> tuple[TransitionCase, ...]:
    """Return every event in every situation, with what the law makes of it."""
    cases: list[TransitionCase] = []
    for situation in situations():
        dossier = Dossier("case-1", events=situation.history)
        at = _next_instant(situation.history)
        events = list(_choices(at))
        if situation.history:
            events.append(make_event(EventKind.NOTE, at - 2 * _STEP))  # before the latest event
        for event in events:
            after = try_apply(dossier, event)
            guard = after.guard if isinstance(after, Refusal) else None
            status = dossier.status if isinstance(after, Refusal) else after.status
            cases.append(TransitionCase(situation.history, event, dossier.status, status, guard))
    return tuple(cases)


@cache
def telling_cases() -> tuple[TransitionCase, ...]:
    """Return the cases of `transition_cases`: each event in each status, and each guard, first."""
    first: dict[tuple[object, ...], TransitionCase] = {}
    others: list[TransitionCase] = []
    for case in transition_cases():
        key = (case.before, case.event.kind, case.event.final, case.guard, case.after)
        if key in first:
            others.append(case)
        else:
            first[key] = case
    return (*first.values(), *others)


# -- the walk --------------------------------------------------------------------------------------

_Found: TypeAlias = dict[str, list[tuple[int, CounterExample]]]
_LAWS: Final = ("life-cycle.allowed", "life-cycle.status", "life-cycle.unchanged")
_AT_ONCE: Final = "life-cycle.at-once"


@refuse_at_once
def check_life_cycle(
    adapter: LifeCycleAdapter,
    *,
    counting: CountingRules | None = None,
    limit: TimeLimit | str = "5 ngày làm việc",
    name: str = "adapter",
    max_cases: int | None = None,
) -> ConformanceReport:
    """Walk through the life cycle of a dossier (*vòng đời hồ sơ*) in your own implementation.

    Every situation that can be reached, 211 in all, meets every kind of event, by the shortest
    history that leads to it: 5,485 cases. All divergences are reported at once, each with the
    history to paste.

    A case calls `reset`, `take` for each event of its history (five or six), `state`, `take` and
    `state`: 46,000 calls in all. With `begin_with` a case is four calls, however long its history:
    22,000 in all. With `max_cases=400` it is 1,600, and two more for each due date.

    Args:
        adapter: your implementation, see `LifeCycleAdapter`. Where it has them, `begin_with`,
            `can`, `due` and `restart` are checked too.
        counting: how due dates are counted, for `due()`.
        limit: the time limit of the dossier, for `due()`.
        name: what the adapter is called in calls to paste.
        max_cases: the most cases to try, and the most situations to ask for a due date. Cases in
            which an event meets a status for the first time, or another guard, come before all
            others: 319 try every event in every status. None for all.

    Returns:
        The report: one result for each guard, and the laws of the life cycle, each with the number
        of cases that were tried.

    Raises:
        MisuseError: `number-not-positive` where `max_cases` is less than one.

    >>> class Ours:
    ...     def reset(self):
    ...         self.dossier = Dossier("case-1")
    ...     def take(self, event):
    ...         after = try_apply(self.dossier, event)
    ...         self.dossier = self.dossier if isinstance(after, Refusal) else after
    ...         return not isinstance(after, Refusal)
    ...     def state(self):
    ...         return self.dossier.status
    >>> check_life_cycle(Ours(), max_cases=319).passed
    True
    """
    if max_cases is not None and max_cases < 1:
        raise MisuseError("number-not-positive", max_cases, record="check_life_cycle")
    walk = _Walk(adapter, name)
    for case in telling_cases()[:max_cases]:
        walk.step(case)
    if counting is None or not hasattr(adapter, "due"):
        due = settle("life-cycle.due", LawOutcome.NOT_SUPPORTED, "conformance-not-given")
    else:
        due = _check_due(walk, counting, limit, max_cases)
    results = [walk.result(f"guard.{guard}") for guard in guard_grounds()]
    results += [walk.result(law) for law in _LAWS]
    results.append(walk.optional(_AT_ONCE, "begin_with"))
    results.append(walk.optional("life-cycle.foretold", "can"))
    results.append(walk.optional("life-cycle.restart", "restart"))
    results.append(due)
    return ConformanceReport("life cycle", tuple(results))


class _Walk:
    """A walk with one adapter: what was asked about each requirement, and what diverged."""

    def __init__(self, adapter: Any, name: str) -> None:
        self.adapter, self.name = adapter, name
        self.cases: dict[str, int] = defaultdict(int)
        self.found: _Found = defaultdict(list)
        self.declared: set[str] = set()

    def step(self, case: TransitionCase) -> None:
        """Lead the adapter into a situation and ask it about one event."""
        adapter = self.adapter
        if not self.lead(case.history, case.before):
            return

        # What it says beforehand, and after a restart.
        self._foretell(case)
        self._restart(case)

        # The event itself: taken or refused, and the status that follows.
        law = "life-cycle.allowed" if case.guard is None else f"guard.{case.guard}"
        taken = _takes(adapter, case.event)
        self.cases[law] += 1
        if taken is not (case.guard is None):
            self._diverge(law, case, "taken" if taken else "refused", _should(case))
            return
        law = "life-cycle.status" if taken else "life-cycle.unchanged"
        self.cases[law] += 1
        status = adapter.state()
        if _number(status) != _number(case.after):
            self._diverge(law, case, f"status {status!r}", f"status {case.after!r}")

    def lead(self, history: tuple[Event, ...], status: Status | None) -> bool:
        """Begin a dossier and lead it through a history; return whether it arrives in a status."""
        if self.begins_at_once():
            return self._begin_with(history, status)
        # What goes wrong on the way was a case of a shorter history, and is reported there.
        self.adapter.reset()
        taken = all(_takes(self.adapter, event) for event in history)
        return taken and _number(self.adapter.state()) == _number(status)

    def begins_at_once(self) -> bool:
        """Return whether the adapter takes whole histories."""
        return hasattr(self.adapter, "begin_with") and _AT_ONCE not in self.declared

    def _begin_with(self, history: tuple[Event, ...], status: Status | None) -> bool:
        """Hand over a whole history. No case of another law says what goes wrong here."""
        got = ""
        try:
            self.adapter.begin_with(history)
        except NotImplementedError:
            self.declared.add(_AT_ONCE)
            return self.lead(history, status)
        except Exception as error:  # noqa: BLE001 - however it refuses
            got = f"refused by {type(error).__name__}"
        else:
            reached = self.adapter.state()
            if _number(reached) != _number(status):
                got = f"status {reached!r}"

        # Many cases begin with one history: what is wrong with it is said once.
        self.cases[_AT_ONCE] += 1
        if got:
            call = history_call(self.name, history, begun=len(history)) + f"; {self.name}.state()"
            example = (len(history), CounterExample(call, got, f"status {status!r}"))
            if example not in self.found[_AT_ONCE]:
                self.found[_AT_ONCE].append(example)
        return not got

    def _foretell(self, case: TransitionCase) -> None:
        law, at = "life-cycle.foretold", case.event.at
        if not hasattr(self.adapter, "can") or law in self.declared:
            return
        try:
            said = bool(self.adapter.can(case.event.kind, at))
        except NotImplementedError:
            self.declared.add(law)
            return
        self.cases[law] += 1
        if said is not (case.guard is None):
            words = ("possible", "not possible")
            self._diverge(law, case, words[not said], words[said], asked="can")

    def _restart(self, case: TransitionCase) -> None:
        law = "life-cycle.restart"
        if not hasattr(self.adapter, "restart") or law in self.declared:
            return
        try:
            self.adapter.restart()
        except NotImplementedError:
            self.declared.add(law)
            return
        self.cases[law] += 1
        status = self.adapter.state()
        if _number(status) != _number(case.before):
            self._diverge(law, case, f"status {status!r}", f"status {case.before!r}")

    def _diverge(
        self, law: str, case: TransitionCase, got: str, expected: str, *, asked: str = "take"
    ) -> None:
        begun = len(case.history) if self.begins_at_once() else None
        call = history_call(self.name, case.history, case.event, asked=asked, begun=begun)
        self.found[law].append((len(case.history), CounterExample(call, got, expected)))

    def result(self, law: str) -> LawResult:
        """Return what came of one requirement: each status and event once, the shortest first."""
        if not self.cases[law]:
            return settle(law, LawOutcome.PENDING, "conformance-no-cases")
        found = sorted(self.found[law], key=lambda each: each[0])
        outcome = LawOutcome.FAILED if found else LawOutcome.PASSED
        examples = tuple(example for _, example in found)
        return LawResult(requirement(law), outcome, self.cases[law], examples)

    def optional(self, law: str, method: str) -> LawResult:
        """Return what came of a law of a method that an adapter need not have."""
        if law in self.declared:
            return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared")
        if not hasattr(self.adapter, method):
            return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-not-given")
        return self.result(law)


def _should(case: TransitionCase) -> str:
    if case.guard is None:
        return f"taken, in the status {case.before!r}"
    return f"refused by the guard {case.guard}, in the status {case.before!r}"


def _number(status: Status | int | None) -> int:
    return 0 if status is None else int(status)


def history_call(
    name: str,
    history: tuple[Event, ...],
    event: Event | None = None,
    *,
    asked: str = "take",
    begun: int | None = None,
) -> str:
    """Return the calls that lead an adapter through a history, to paste.

    `begun` is how many of its events are handed over with `begin_with`; None without it.
    """
    if begun is None:
        calls = [f"{name}.reset()"]
    else:
        calls = [f"{name}.begin_with([{', '.join(map(short_event, history[:begun]))}])"]
    calls += [f"{name}.take({short_event(each)})" for each in history[begun or 0 :]]
    if event is not None and asked == "can":
        calls.append(f"{name}.can({event.kind!r}, {event.at!r})")
    elif event is not None:
        calls.append(f"{name}.{asked}({short_event(event)})")
    return "; ".join(calls)


def short_event(event: Event) -> str:
    """Return an event as code, without the fields that it leaves as they are."""
    parts = [repr(event.kind), repr(event.at)]
    for field in ("final", "due", "outcome"):
        value = getattr(event, field)
        if value is not None:
            parts.append(f"{field}={value!r}")
    return f"Event({', '.join(parts)})"


# -- due dates through a history -------------------------------------------------------------------


def _check_due(
    walk: _Walk, counting: CountingRules, limit: TimeLimit | str, max_cases: int | None
) -> LawResult:
    """Ask for the due date in every situation that the rules settle."""
    law, count, found = "life-cycle.due", 0, list[CounterExample]()
    for situation in situations()[:max_cases]:
        dossier = Dossier("case-1", limit=limit, events=situation.history)
        expected = due_of(dossier, counting=counting, trace=False)
        if expected.basis is DueBasis.UNSETTLED:
            continue
        if not walk.lead(situation.history, dossier.status):
            continue
        try:
            got = walk.adapter.due()
        except NotImplementedError:
            return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared")
        count += 1
        if _day(got) != _day(expected.due):
            begun = len(situation.history) if walk.begins_at_once() else None
            calls = history_call(walk.name, situation.history, begun=begun)
            example = CounterExample(f"{calls}; {walk.name}.due()", repr(got), repr(expected.due))
            found.append(example)
    if not count:
        return settle(law, LawOutcome.PENDING, "conformance-no-cases")
    outcome = LawOutcome.FAILED if found else LawOutcome.PASSED
    return LawResult(requirement(law), outcome, count, tuple(found))


def _day(moment: date | datetime | None) -> date | None:
    if isinstance(moment, datetime):
        return moment.astimezone(VIETNAM_TIME).date()
    return moment


# -- histories at random ---------------------------------------------------------------------------

_ZONES: Final = (VIETNAM_TIME, UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-8)))
_GAPS: Final = (1, 30, 400, 1440, 4000, 20_000)  # minutes between two events


def life_cycle_machine(
    make: Callable[[], LifeCycleAdapter],
    *,
    counting: CountingRules | None = None,
    limit: TimeLimit | str = "5 ngày làm việc",
    years: tuple[int, ...] = (2019, 2022, 2023, 2024, 2025),
) -> type[Any]:
    """Return a state machine of Hypothesis that leads your implementation through histories.

    Where `check_life_cycle` takes the shortest way into each situation, the machine takes long
    ones: hours and days between events, instants written in other time zones, events that come too
    late, restarts (`restart()`), and two clerks who take turns (`second()` gives another session
    on the same store). With `begin_with` each history begins in a situation of its own, so that few
    steps are enough. What an adapter has no method for is left out.

    Args:
        make: makes an adapter, as `LifeCycleAdapter`; called once for each history.
        counting: how due dates are counted, where the adapter has `due()`.
        limit: the time limit of the dossier, for `due()`.
        years: the years in which histories begin.

    Returns:
        The machine. `TestLifeCycle = life_cycle_machine(make).TestCase` runs it under pytest and
        unittest alike; `run_state_machine_as_test` takes settings.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis
    from hypothesis.stateful import (  # noqa: PLC0415
        RuleBasedStateMachine,
        initialize,
        invariant,
        rule,
    )

    class LifeCycle(RuleBasedStateMachine):
        """One dossier here and there."""

        def __init__(self) -> None:
            super().__init__()
            self.adapter: Any = make()
            self.adapter.reset()
            self.clerks: list[Any] = [self.adapter]
            if hasattr(self.adapter, "second"):
                self.clerks.append(self.adapter.second())
            self.dossier = Dossier("case-1", limit=limit)
            self.begun: int | None = None
            self.at = _BEGINS

        @initialize(
            year=st.sampled_from(years),
            day=st.integers(1, 300),
            situation=st.sampled_from(situations()),
        )
        def begin(self, year: int, day: int, situation: Situation) -> None:
            """Choose when the history begins, and in which situation."""
            self.at = datetime(year, 1, 1, 9, tzinfo=VIETNAM_TIME) + timedelta(days=day)
            if not hasattr(self.adapter, "begin_with"):
                return
            for kind, final in ((each.kind, bool(each.final)) for each in situation.history):
                after = try_apply(self.dossier, make_event(kind, self.at + _STEP, final=final))
                if isinstance(after, Refusal):  # a rule of another year
                    break
                self.dossier, self.at = after, self.at + _STEP
            # One that only says that it has no such method begins without a history.
            try:
                self.adapter.begin_with(self.dossier.events)
                self.begun = len(self.dossier.events)
            except NotImplementedError:
                self.dossier = Dossier("case-1", limit=limit)

        @rule(
            kind=st.sampled_from(EventKind),
            final=st.booleans(),
            gap=st.sampled_from(_GAPS),
            zone=st.sampled_from(_ZONES),
            clerk=st.integers(0, 1),
        )
        def take(self, kind: EventKind, final: bool, gap: int, zone: timezone, clerk: int) -> None:
            """Let a clerk record any event."""
            self._take(kind, self.at + timedelta(minutes=gap), zone, clerk, final=final)

        @rule(
            place=st.integers(0, 30),
            gap=st.sampled_from(_GAPS),
            zone=st.sampled_from(_ZONES),
            clerk=st.integers(0, 1),
        )
        def go_on(self, place: int, gap: int, zone: timezone, clerk: int) -> None:
            """Let a clerk record an event that is possible, so that histories get somewhere."""
            at = self.at + timedelta(minutes=gap)
            kinds = possible(self.dossier, at)
            self._take(kinds[place % len(kinds)], at, zone, clerk, final=place % 2 == 1)

        @rule(
            places=st.tuples(st.integers(0, 30), st.integers(0, 30)),
            kind=st.sampled_from(EventKind),
            gap=st.sampled_from(_GAPS),
        )
        def take_turns(self, places: tuple[int, int], kind: EventKind, gap: int) -> None:
            """Let one clerk record an event, the other the next, and the first any event after."""
            if len(self.clerks) > 1:
                self.go_on(places[0], gap, VIETNAM_TIME, 0)
                self.go_on(places[1], gap, VIETNAM_TIME, 1)
                at = self.at + timedelta(minutes=gap)
                self._take(kind, at, VIETNAM_TIME, 0, final=False)

        @rule(kind=st.sampled_from(EventKind), back=st.sampled_from((1, 60, 3000)))
        def come_late(self, kind: EventKind, back: int) -> None:
            """Record an event that lies before the latest one."""
            if self.dossier.events:
                self._take(kind, self.at - timedelta(minutes=back), VIETNAM_TIME, 0, final=False)

        @rule()
        def restart(self) -> None:
            """End the service and begin it again."""
            if hasattr(self.adapter, "restart"):
                self.adapter.restart()

        def _take(
            self, kind: EventKind, at: datetime, zone: Any, clerk: int, *, final: bool
        ) -> None:
            event = make_event(kind, at.astimezone(zone), final=final)
            after = try_apply(self.dossier, event)
            allowed = isinstance(after, Dossier)
            taken = _takes(self.clerks[clerk % len(self.clerks)], event)
            call = history_call("adapter", self.dossier.events, event, begun=self.begun)
            assert taken is allowed, f"{'taken' if taken else 'refused'}: {call}\n{after}"
            if isinstance(after, Dossier):
                self.dossier, self.at = after, at

        @invariant()
        def same_status(self) -> None:
            """Hold the status that each clerk sees against the one that the history gives."""
            for clerk in self.clerks:
                status = clerk.state()
                call = history_call("adapter", self.dossier.events, begun=self.begun)
                assert _number(status) == _number(self.dossier.status), (
                    f"status {status!r}, should be {self.dossier.status!r}: {call}"
                )

        @invariant()
        def same_due_date(self) -> None:
            """Hold the due date against that of the history, where the rules settle it."""
            if counting is None or not hasattr(self.adapter, "due"):
                return
            expected = due_of(self.dossier, counting=counting, trace=False)
            # How a stop moves the new date of an apology no text says.
            state = self.dossier.state
            is_open = bool(state.extensions and state.stops)
            if is_open or expected.basis is DueBasis.UNSETTLED:
                return
            got = self.adapter.due()
            call = history_call("adapter", self.dossier.events, begun=self.begun)
            assert _day(got) == _day(expected.due), (
                f"due {got!r}, should be {expected.due!r}: {call}; adapter.due()"
            )

    return LifeCycle


def _takes(adapter: Any, event: Event) -> bool:
    try:
        return adapter.take(event) is not False
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001 - however it refuses
        return False
