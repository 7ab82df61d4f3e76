"""The engine: from receipt and limit to the due date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import accumulate
from typing import Any, Final, TypeVar
from weakref import ref

from evnpubsvc.deadlines._counting_rules import (
    CountingRules,
    read_member,
    refuse_missing_clock,
    rules_of,
)
from evnpubsvc.deadlines._deadline import Deadline, DeadlineState, Derived, Step
from evnpubsvc.deadlines._limits import LimitUnit, TimeLimit
from evnpubsvc.deadlines._policies import (
    ClockPolicy,
    CutOff,
    DayCount,
    HoursReading,
    Roll,
    StopKind,
    article,
    clock_start,
)
from evnpubsvc.deadlines._stops import Stop, StopLedger
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import Citation
from evnpubsvc.services import Channel
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, DayReason, OutsideCoverageError

__all__ = ["due"]

_WORKING_DAYS: Final = LimitUnit.WORKING_DAYS
_CIVIL_CODE: Final = DayCount.CIVIL_CODE
_SET: Final = DeadlineState.SET
_FIFTEEN: Final = time(15)
_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_NEEDS_HOUR: Final = frozenset(
    {CutOff.HARD15, CutOff.SOFT15, CutOff.SHIFT15, CutOff.LASTHOUR, CutOff.OFFICEHOURS}
)
_SAME_DAY_ONLY: Final = frozenset({CutOff.HARD15, CutOff.SOFT15})
_FIFTEENS: Final = frozenset({CutOff.TRANSFER15, CutOff.HARD15, CutOff.SOFT15, CutOff.SHIFT15})
_AFRESH: Final = frozenset({ClockPolicy.RESTART, ClockPolicy.NOT_STARTED})
_FOREVER: Final = 1 << 40  # a tick after every day
_NEVER: Final = datetime.max  # noqa: DTZ901 - the end of an open stop


def due(
    received: date | datetime,
    limit: TimeLimit,
    *,
    calendar: Calendar | None = None,
    counting: CountingRules | None = None,
    channel: Channel | None = None,
    stops: StopLedger | Iterable[Stop] = (),
    resumed_on: date | datetime | None = None,
    trace: bool = True,
) -> Deadline:
    """Return the due date (ngày hẹn trả kết quả) of a dossier.

    By the Civil Code the day of receipt is not counted, working days are counted where the calendar has some, and a
    limit in calendar days, weeks, months or years that ends on a day off ends with the next working day.

    Args:
        received: the day or the instant at which the full dossier was received, which is the event of its channel
            (see `channel`). An instant without a time zone is local; another is converted to Asia/Ho_Chi_Minh.
        limit: the time limit.
        calendar: the working days and office hours, to count by the Civil Code alone: short for
            `counting=CountingRules(calendar)`.
        counting: the counting rules, with their calendar; give either this or `calendar`.
        channel: how the dossier came in; it adds to the trace which event starts the clock.
        stops: when the clock stood. Overlapping and adjoining stops are counted once. In days, a day counts when the
            clock runs at its opening (a day off: unless the clock stands at the closing before and at the opening
            after it), and the limit ends with a day at whose closing it runs; a stop outside office hours costs
            nothing. In hours, the office time (or clock time) within stops is not counted, exactly.
        resumed_on: assume that open stops end then; the result is a preview.
        trace: whether to write the steps down. Without them it is several times as fast.

    Returns:
        The deadline. Its `date` is None while the clock stands.

    Raises:
        OutsideCoverageError: the calendar does not reach that far.
        MisuseError: what the rules do not settle and the caller did not say: `hours-reading-needed`,
            `clock-policy-needed`, `solvable-needed`, `time-of-receipt-needed`, `time-of-stop-needed`; what does not
            go together: `cutoff-same-day-only`, `limit-half-calendar-day`, `naive-and-aware-times`,
            `special-not-in-force`, `resumed-without-stop`, `calendar-or-counting`.

    Source: Civil Code 91/2015/QH13 arts. 145–148; `CutOff`, `ClockPolicy`, `Channel` name theirs.

    >>> from datetime import date, datetime
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> deadline = due(date(2022, 12, 15), TimeLimit.parse("25 ngày làm việc"), calendar=vietnam_calendar())
    >>> print(deadline)
    25 working days from Thu 15/12/2022: due Fri 27/01/2023
    >>> due(datetime(2022, 12, 15, 10), TimeLimit.parse("24 giờ"), calendar=vietnam_calendar())
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: the law does not say what '24 giờ' means [hours-reading-needed] - choose ...
    """
    if counting is None:
        if calendar is None:
            raise MisuseError("calendar-or-counting")
        counting = CountingRules(calendar)
    elif calendar is not None:
        raise MisuseError("calendar-or-counting")
    # The common case without detours: whole working days, nothing else to consider.
    if channel is None and resumed_on is None and counting.days is _CIVIL_CODE:
        try:
            n = limit._working_days  # noqa: SLF001 - same room
            if n and stops == () and counting.cutoff is None and counting.special is None:
                return _plain_deadline(received, limit, n, counting.calendar, trace=trace)
            if n and not trace and counting.cutoff is None and counting.special is None:
                restarted = _restarted(received, limit, counting, stops)
                if restarted is not None:
                    return restarted
        except AttributeError:  # no limit: said below
            pass
    question = _Question(received, limit, counting, channel, stops, resumed_on)
    return question.answer(trace=trace)


def _plain_deadline(
    received: date, limit: TimeLimit, n: int, calendar: Calendar, *, trace: bool
) -> Deadline:
    made = _new(Deadline)
    stored = made.__dict__
    if type(received) is date:
        end = calendar.add_working_days(received, n)
        stored["received"] = received
    else:
        stored["received"], stored["received_at"] = day, _ = _receipt(received)
        end = calendar.add_working_days(day, n)
    stored["limit"] = limit
    stored["date"] = end
    stored["_calendar"] = calendar
    if not trace:
        stored["trace"] = ()
    return made


_new: Final = object.__new__


def _restarted(received: Any, limit: Any, counting: CountingRules, stops: Any) -> Deadline | None:
    """The common case with stops: whole working days that begin again after each of them; None for any other.

    Every stop is over, none overlaps another, and all times are instants with a zone. Then a stop counts if it ends
    after the clock started and begins before office closes on the last day; and nothing else does (`_Run` says why).
    """
    try:
        n = limit._working_days  # noqa: SLF001 - same room
        if not n or received.utcoffset() is None:
            return None
        calendar = counting.calendar
        at = _local(received)
        day = counted_from = at.date()
        end = calendar.add_working_days(day, n)
        rules = rules_of(day)
        clock = dict(counting.clock)
        before: datetime | None = None
        for stop in stops:
            start, until, kind = stop.start, stop.end, stop.kind
            said = None if rules is None else rules.clock(kind)
            policy = stop.clock or clock.get(kind) or said
            if policy is not ClockPolicy.RESTART or (said is None and kind is StopKind.SUPPLEMENT):
                return None
            if (
                start.utcoffset() is None
                or until.utcoffset() is None
                or (before is not None and start < before)
            ):
                return None
            before = until
            ended = _local(until)
            if ended <= at:
                continue
            begun = _local(start)
            if begun.date() >= end and begun >= _closing(calendar, end):
                continue
            at, counted_from = ended, ended.date()
            end = calendar.add_working_days(counted_from, n)
        if before is None:  # no stop at all
            return None
    except (AttributeError, KeyError, TypeError, OutsideCoverageError):
        return None  # the long way says what is wrong
    made = _new(Deadline)
    stored = made.__dict__
    first = _local(received)
    stored["received"], stored["received_at"] = day, first.replace(tzinfo=VIETNAM_TIME)
    stored["limit"], stored["date"], stored["counted_from"] = limit, end, counted_from
    stored["_calendar"], stored["trace"] = calendar, ()
    stored["citations"] = _restart_citations(restarted=at != first)
    return made


def _closing(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=calendar.sessions(day)[-1].closes)


@cache
def _restart_citations(*, restarted: bool) -> tuple[Citation, ...]:
    first = (ClockPolicy.RESTART.policy.citation,) if restarted else ()
    return (*first, article("first-day"), article("stop"))


class _Known:
    """What is kept about a calendar that has been used: its fingerprint, and its days off and make-up days by day."""

    __slots__ = (
        "calendar",
        "fingerprint",
        "first",
        "make_up",
        "make_up_before",
        "off",
        "off_before",
    )

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = ref(calendar)
        self.fingerprint = (
            calendar.fingerprint
        )  # a SHA-256 of all its rows costs more than many due dates
        self.first = calendar.first.toordinal()
        size = calendar.last.toordinal() - self.first + 1
        # After a day means from the next one on, so the first covered day itself never comes up.
        self.off = calendar.days_off_between(calendar.first, calendar.last)
        self.make_up = calendar.make_up_days_between(calendar.first, calendar.last)
        self.off_before = _positions(self.off, self.first, size)
        self.make_up_before = _positions(self.make_up, self.first, size)


def _positions(reasons: tuple[DayReason, ...], first: int, size: int) -> list[int]:
    """For each covered day, how many of the reasons concern days up to and including it."""
    flags = bytearray(size)
    for reason in reasons:
        flags[reason.day.toordinal() - first] = 1
    return list(accumulate(flags))


_KNOWN: Final[dict[int, _Known]] = {}


def _known(calendar: Calendar) -> _Known:
    known = _KNOWN.get(id(calendar))
    if known is not None and known.calendar() is calendar:
        return known
    if len(_KNOWN) >= 64:  # a process with more calendars than that computes some again
        _KNOWN.clear()
    known = _KNOWN[id(calendar)] = _Known(calendar)
    return known


def _plain_trace(stored: dict[str, Any]) -> tuple[Step, ...]:
    """The trace of the common case: receipt, count, due date."""
    calendar: Calendar = stored["_calendar"]
    day, end = stored["received"], stored["date"]
    known = _known(calendar)
    low, high = day.toordinal() - known.first, end.toordinal() - known.first
    first, second, third = _new(Step), _new(Step), _new(Step)
    parts = first.__dict__
    parts["day"] = day
    if "received_at" in stored:
        parts["key"], parts["at"] = "step-received-at", stored["received_at"]
    else:
        parts["key"] = "step-received"
    parts = second.__dict__
    parts["key"] = "step-count-working-days"
    parts["day"], parts["until"], parts["limit"] = day, end, stored["limit"]
    before = known.off_before
    parts["skipped"] = known.off[before[low] : before[high]]
    before = known.make_up_before
    if before[low] != before[high]:
        parts["worked"] = known.make_up[before[low] : before[high]]
    parts["citation"] = _first_day()
    parts = third.__dict__
    parts["key"], parts["day"] = "step-due", end
    return first, second, third


@cache
def _first_day() -> Citation:
    return article("first-day")


for _derived in (
    Derived("counted_from", lambda stored: stored["received"]),
    Derived("citations", lambda _: (article("first-day"),)),
    Derived("calendar", lambda stored: _known(stored["_calendar"]).fingerprint),
    Derived(
        "provisional",
        lambda stored: stored["_calendar"].is_provisional(stored["received"], stored["date"]),
    ),
    Derived(
        "notices",
        lambda stored: stored["_calendar"].provisional_notices(stored["received"], stored["date"]),
    ),
    Derived("trace", _plain_trace),
):
    setattr(Deadline, _derived.name, _derived)


def _receipt(received: object) -> tuple[date, datetime | None]:
    if type(received) is datetime and received.tzinfo is None:
        return received.date(), received
    if isinstance(received, datetime):
        local = _local(received)
        return local.date(), local
    if isinstance(received, date):
        return received, None
    raise MisuseError(
        "wrong-type",
        received,
        record="due",
        field="received",
        got=type(received).__name__,
        expected="date | datetime",
    )


def _local(moment: datetime) -> datetime:
    """The local time of Viet Nam, without a time zone."""
    if moment.utcoffset() is None:
        return moment.replace(tzinfo=None)
    try:
        return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None)
    except OverflowError:
        raise MisuseError("time-absurd", moment) from None


class _Question:
    """Everything a due date depends on, checked and normalised."""

    def __init__(
        self,
        received: date | datetime,
        limit: TimeLimit,
        counting: CountingRules,
        channel: Channel | None,
        stops: StopLedger | Iterable[Stop],
        resumed_on: date | datetime | None,
    ) -> None:
        if not isinstance(limit, TimeLimit):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise MisuseError(
                "wrong-type",
                str(limit),
                record="due",
                field="limit",
                got=type(limit).__name__,
                expected="TimeLimit",
            )
        self.counting, self.calendar, self.limit = counting, counting.calendar, limit
        self.solvable, self.days, self.roll = counting.solvable, counting.days, counting.roll
        self.hours, special = counting.hours, counting.special
        self.received, self.received_at = _receipt(received)
        if special is not None and not special.holds_on(self.received):
            raise MisuseError(
                "special-not-in-force",
                self.received,
                rule=special.key,
                first=special.valid_from or "–",
                last=special.valid_until or "–",
            )
        self.cutoff = counting.cutoff or (special and special.cutoff) or CutOff.NONE
        self.channel = None if channel is None else read_member(Channel, channel)
        self.aware = isinstance(received, datetime) and received.utcoffset() is not None
        self.preview = False
        ledger = StopLedger.of(stops)
        self.ledger_notices = ledger.notices
        if resumed_on is not None:
            if not ledger.is_open:
                raise MisuseError("resumed-without-stop", resumed_on)
            ledger, self.preview = ledger.resumed(resumed_on), True
        self._one_kind_of_time(received, ledger)
        self.stops = tuple((stop, self._policy(stop)) for stop in ledger.stops)
        if self.cutoff in _SAME_DAY_ONLY and limit.unit is not LimitUnit.SAME_DAY:
            raise MisuseError("cutoff-same-day-only", self.cutoff.value, limit=limit)
        if self.received_at is None and (
            self.cutoff in _NEEDS_HOUR
            or limit.unit in _HOURS
            or (limit.unit is _WORKING_DAYS and self.days is not _CIVIL_CODE)
        ):
            raise MisuseError(
                "time-of-receipt-needed", self.received, limit=limit, cutoff=self.cutoff.value
            )
        if limit.unit is LimitUnit.DAYS and limit.amount.denominator != 1:
            raise MisuseError("limit-half-calendar-day", limit)
        if limit.unit is LimitUnit.HOURS and self.hours is None:
            raise MisuseError("hours-reading-needed", limit, known=", ".join(HoursReading))

    def _one_kind_of_time(self, received: object, ledger: StopLedger) -> None:
        given = [received, *(moment for stop in ledger.stops for moment in (stop.start, stop.end))]
        instants = [moment for moment in given if isinstance(moment, datetime)]
        if len({moment.utcoffset() is None for moment in instants}) > 1:
            naive = next(moment for moment in instants if moment.utcoffset() is None)
            aware = next(moment for moment in instants if moment.utcoffset() is not None)
            raise MisuseError("naive-and-aware-times", naive, other=aware)

    def _policy(self, stop: Stop) -> ClockPolicy:
        policy = stop.clock or self.counting.clock_of(stop.kind, self.received)
        if policy is None:
            raise refuse_missing_clock(stop.kind, stop.start, self.received)
        return policy

    # -- the answer ----------------------------------------------------------------------------------------------

    def answer(self, *, trace: bool) -> Deadline:
        run = _Run(self, self.hours, self.stops, trace=trace)
        end, instant = run.settle()
        day = self.received
        notices = [*self.ledger_notices, *run.notices, *self._rivals(end, instant)]
        if self.preview:
            notices.append(notice("deadline-preview", "", end))
        provisional = False
        if end is not None:
            provisional = self.calendar.is_provisional(day, end)
            notices += self.calendar.provisional_notices(day, end)
        state = (
            DeadlineState.STOPPED
            if end is None
            else DeadlineState.PREVIEW
            if self.preview
            else _SET
        )
        zone = VIETNAM_TIME if self.aware else None
        return Deadline(
            day,
            self.received_at and self.received_at.replace(tzinfo=zone),
            self.limit,
            end,
            instant and instant.replace(tzinfo=zone),
            run.counted_from,
            state,
            provisional,
            _known(self.calendar).fingerprint,
            tuple(dict.fromkeys(run.citations)),
            tuple(dict.fromkeys(notices)),
            tuple(run.steps or ()),
        )

    def _rivals(self, end: date | None, instant: datetime | None) -> list[Finding]:
        """The other readings, each with its due date, where they lead elsewhere or the law leaves them open."""
        found: list[Finding] = []
        if self.limit.unit is LimitUnit.HOURS:
            for other in HoursReading:
                if other is not self.hours and not (
                    other is HoursReading.DAYS and _as_days(self.limit) is None
                ):
                    result = self._elsewhere(_Run(self, other, self.stops, trace=False))
                    found.append(
                        notice(
                            "hours-read-otherwise", "", self.limit, reading=other.value, date=result
                        )
                    )
        if self.limit.unit is _WORKING_DAYS and self.days is DayCount.EIGHT_HOURS:
            result = self._elsewhere(
                _Run(self, self.hours, self.stops, trace=False, days=_CIVIL_CODE)
            )
            found.append(notice("days-read-otherwise", "", self.limit, date=result))
        rules = rules_of(self.received)
        if rules is None or rules.clock(StopKind.SUPPLEMENT) is None:
            open_kinds = {policy for stop, policy in self.stops if stop.kind is StopKind.SUPPLEMENT}
            if open_kinds:
                swapped = tuple(
                    (stop, _OTHER[policy] if stop.kind is StopKind.SUPPLEMENT else policy)
                    for stop, policy in self.stops
                )
                result = self._elsewhere(_Run(self, self.hours, swapped, trace=False))
                other_names = ", ".join(sorted({_OTHER[policy].value for policy in open_kinds}))
                if result != self._shown(end, instant):
                    found.append(notice("clock-read-otherwise", "", other_names, date=result))
        return found

    def _elsewhere(self, run: _Run) -> str:
        """The result of another reading as text; a dash where it leads out of the calendar."""
        try:
            return self._shown(*run.settle())
        except OutsideCoverageError:
            return "–"

    def _shown(self, end: date | None, instant: datetime | None) -> str:
        if end is None:
            return "–"
        return end.strftime("%d/%m/%Y") if instant is None else instant.strftime("%d/%m/%Y %H:%M")


_OTHER: Final = {
    ClockPolicy.RESTART: ClockPolicy.RESUME,
    ClockPolicy.RESUME: ClockPolicy.RESTART,
    ClockPolicy.EXCLUDE: ClockPolicy.RESTART,
    ClockPolicy.NOT_STARTED: ClockPolicy.RESUME,
}
_HOURS: Final = frozenset({LimitUnit.HOURS, LimitUnit.WORKING_HOURS, LimitUnit.CLOCK_HOURS})


def _as_days(limit: TimeLimit) -> Fraction | None:
    """Hours as working days of eight hours, in halves; None where that does not come out."""
    days = limit.amount / 8
    return days if 2 % days.denominator == 0 else None


class _Run:
    """One computation: a limit counted from a receipt, over stops, under one set of readings.

    Days are counted in ticks: day d has the ticks 2d (its opening) and 2d + 1 (its closing), d being its ordinal. A
    stop covers the ticks from its start up to its end, exclusive. Of a stop given in days, start and end lie between
    the opening and the closing of theirs. So splitting a stop changes nothing. What lies outside office hours covers
    nothing: a day off is covered when the closing before it and the opening after it are.
    """

    def __init__(
        self,
        question: _Question,
        hours: HoursReading | None,
        stops: tuple[tuple[Stop, ClockPolicy], ...],
        *,
        trace: bool,
        days: DayCount | None = None,
    ) -> None:
        self.question, self.calendar = question, question.calendar
        self.unit, self.amount = question.limit.unit, question.limit.amount
        self.days = question.days if days is None else days
        if self.unit is LimitUnit.HOURS:
            if hours is HoursReading.DAYS:
                as_days = _as_days(question.limit)
                if as_days is None:
                    raise MisuseError("hours-not-days", question.limit)
                self.unit, self.amount, self.days = _WORKING_DAYS, as_days, _CIVIL_CODE
            else:
                self.unit = (
                    LimitUnit.CLOCK_HOURS
                    if hours is HoursReading.CLOCK
                    else LimitUnit.WORKING_HOURS
                )
        elif self.unit is _WORKING_DAYS and self.days is DayCount.EIGHT_HOURS:
            self.unit, self.amount = LimitUnit.WORKING_HOURS, self.amount * 8
        self.steps: list[Step] | None = [] if trace else None
        self.notices: list[Finding] = []
        self.citations: list[Citation] = []
        self.stops = stops
        # Whether the result is an instant, so that stops count by their instants too.
        self.by_instant = self.unit in _HOURS or (
            self.unit is _WORKING_DAYS and self.amount.denominator != 1
        )
        spans = (
            (self._tick(s.start), _FOREVER if s.end is None else self._tick(s.end))
            for s, _ in stops
        )
        self.ticks = self._in_office_time(_merged(spans))
        self.pauses: list[tuple[datetime, datetime]] = []
        if self.by_instant:
            self.pauses = _merged(
                (self._instant(s.start), _NEVER if s.end is None else self._instant(s.end))
                for s, _ in stops
            )

    def _note(self, key: str, citation: Citation | None = None, **parts: Any) -> None:
        if citation is not None:
            self.citations.append(citation)
        if self.steps is not None:
            self.steps.append(Step(key, citation=citation, **parts))

    # -- stops -----------------------------------------------------------------------------------------------------

    def _tick(self, moment: date) -> int:
        if not isinstance(moment, datetime):
            return 2 * moment.toordinal() + 1
        local = _local(moment)
        day = local.date()
        sessions = self.calendar.sessions(day)
        opens, closes = (sessions[0].opens, sessions[-1].closes) if sessions else (0, 24 * 60)
        passed = local - datetime.combine(day, time())
        return (
            2 * day.toordinal()
            + (passed > timedelta(minutes=opens))
            + (passed >= timedelta(minutes=closes))
        )

    def _in_office_time(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans cut to ticks of working days, those joined between which no working day lies.

        So only office time matters, and days off stand still when the clock stands before and after them.
        """
        calendar = self.calendar
        cut: list[tuple[int, int]] = []
        for low, high in spans:
            try:
                first = date.fromordinal(low // 2)
                if not calendar.is_working_day(first):
                    low = 2 * calendar.next_working_day(first).toordinal()  # noqa: PLW2901
                last = date.fromordinal((high - 1) // 2) if high < _FOREVER else None
                if last is not None and not calendar.is_working_day(last):
                    high = 2 * calendar.previous_working_day(last).toordinal() + 2  # noqa: PLW2901
            except OutsideCoverageError:  # no working day on that side is known
                if high < _FOREVER:
                    continue
            if low >= high:
                continue
            if cut and not (cut[-1][1] | low) % 2:
                closed = date.fromordinal(cut[-1][1] // 2 - 1)
                if calendar.next_working_day(closed).toordinal() == low // 2:
                    cut[-1] = (cut[-1][0], high)
                    continue
            cut.append((low, high))
        return cut

    def _instant(self, moment: date) -> datetime:
        if not isinstance(moment, datetime):
            raise MisuseError("time-of-stop-needed", moment, limit=self.question.limit)
        return _local(moment)

    # -- the whole -------------------------------------------------------------------------------------------------

    def settle(self) -> tuple[date | None, datetime | None]:
        """Count, again from each stop that restarts the clock, and return the end."""
        question = self.question
        day, at = question.received, question.received_at
        key = "step-received" if at is None else "step-received-at"
        if question.channel is None:
            self._note(key, day=day, at=at)
        else:
            event = clock_start(question.channel)
            self._note(
                f"{key}-channel",
                event.citation,
                day=day,
                at=at,
                parts=(("channel", question.channel.value),),
            )
        if self.unit is not question.limit.unit:
            self._read_otherwise()
        afresh = sorted(
            ((stop, policy) for stop, policy in self.stops if policy in _AFRESH),
            key=lambda each: (self._tick(each[0].start), str(each[0].start)),
        )
        self._note_pauses()
        while True:
            day, at = self._cut_off(day, at)
            self.counted_from = day
            mark = len(self.steps or ())
            cited = len(self.citations)
            end, instant = self._count(day, at)
            restart = next(
                (each for each in afresh if self._strikes(each[0], day, at, end, instant)), None
            )
            if restart is None:
                break
            # What was counted up to here is void.
            if self.steps is not None:
                del self.steps[mark:]
            del self.citations[cited:]
            afresh.remove(restart)
            stop, policy = restart
            if stop.end is None:
                end = instant = None
                self._note("step-stands-restart", policy.policy.citation, day=_plain(stop.start))
                return None, None
            day, at = _receipt(stop.end)
            self._note(
                f"step-{policy.value.replace('_', '-')}", policy.policy.citation, day=day, at=at
            )
            if at is None and (self.by_instant or question.cutoff in _NEEDS_HOUR):
                raise MisuseError("time-of-stop-needed", day, limit=question.limit)
        if end is None:
            self._note("step-stands")
        elif instant is not None:
            self._note("step-due-at", day=end, at=instant)
        else:
            self._note("step-due", day=end)
        return end, instant

    def _strikes(
        self, stop: Stop, day: date, at: datetime | None, end: date | None, instant: datetime | None
    ) -> bool:
        """Whether a stop ends after the clock started and begins before the limit is over."""
        if stop.end is not None:
            if isinstance(stop.end, datetime) and at is not None:
                if _local(stop.end) <= at:
                    return False
            elif _plain(stop.end) < day:
                return False
        if end is None:
            return True
        if instant is not None:
            return self._instant(stop.start) < instant
        return self._tick(stop.start) <= 2 * end.toordinal() + 1

    def _note_pauses(self) -> None:
        for stop, policy in self.stops:
            if policy in _AFRESH:
                continue
            if self.steps is None:
                self.citations.append(policy.policy.citation)
                continue
            parts = (("kind", f"stop-{stop.kind.value}"), ("start", _shown(stop.start)))
            if stop.end is None:
                self._note("step-stop-open", policy.policy.citation, parts=parts)
            else:
                self._note(
                    "step-stop", policy.policy.citation, parts=(*parts, ("end", _shown(stop.end)))
                )

    def _read_otherwise(self) -> None:
        limit = self.question.limit
        if limit.unit is LimitUnit.HOURS:
            key = {
                LimitUnit.CLOCK_HOURS: "step-hours-clock",
                LimitUnit.WORKING_HOURS: "step-hours-working",
                _WORKING_DAYS: "step-hours-days",
            }[self.unit]
            self._note(key, article("hours-disputed"), limit=limit)
        else:
            self._note("step-eight-hours", article("eight-hours"), limit=limit)

    # -- receipt ---------------------------------------------------------------------------------------------------

    def _cut_off(self, day: date, at: datetime | None) -> tuple[date, datetime | None]:
        cutoff, calendar = self.question.cutoff, self.calendar
        if cutoff is CutOff.NONE:
            return day, at
        rule = cutoff.policy
        if not rule.holds_on(day):
            self.notices.append(
                notice("cutoff-not-in-force", "", cutoff.value, day=day, first=rule.valid_from)
            )
        if at is None:  # only `transfer15` comes here without an hour
            self._note("step-cutoff-transfer15", rule.citation)
            return day, at
        if cutoff in _FIFTEENS and at.time() == _FIFTEEN:
            self.notices.append(notice("fifteen-sharp", "", at))
        works = calendar.is_working_day(day)
        late = at.time() > _FIFTEEN
        if cutoff is CutOff.TRANSFER15:
            self._note(
                "step-cutoff-transfer15-late" if late else "step-cutoff-transfer15", rule.citation
            )
            return day, at
        if cutoff is CutOff.SOFT15 and late and works:
            if self.question.solvable is None:
                raise MisuseError("solvable-needed", at)
            late = not self.question.solvable
        elif cutoff is CutOff.LASTHOUR and works:
            closing = datetime.combine(day, time()) + timedelta(
                minutes=calendar.sessions(day)[-1].closes
            )
            late = at >= closing or calendar.working_time_between(at, closing) < timedelta(hours=1)
        elif cutoff is CutOff.OFFICEHOURS and works:
            return self._office_hours(day, at)
        if works and not late:
            self._note("step-cutoff-in-time", rule.citation, parts=(("cutoff", cutoff.value),))
            return day, at
        after = calendar.next_working_day(day)
        at = datetime.combine(after, calendar.sessions(after)[0].start)
        self._note(
            f"step-cutoff-{cutoff.value}" if works else "step-cutoff-rest", rule.citation, day=after
        )
        return after, at

    def _office_hours(self, day: date, at: datetime) -> tuple[date, datetime]:
        rule, calendar = CutOff.OFFICEHOURS.policy, self.calendar
        for session in calendar.sessions(day):
            opens = datetime.combine(day, session.start)
            if at < opens:
                self._note("step-cutoff-officehours-at", rule.citation, day=day, at=opens)
                return day, opens
            if at <= opens + timedelta(minutes=session.minutes):
                self._note("step-cutoff-in-time", rule.citation, parts=(("cutoff", "officehours"),))
                return day, at
        after = calendar.next_working_day(day)
        opens = datetime.combine(after, calendar.sessions(after)[0].start)
        self._note("step-cutoff-officehours-at", rule.citation, day=after, at=opens)
        return after, opens

    # -- counting --------------------------------------------------------------------------------------------------

    def _count(self, day: date, at: datetime | None) -> tuple[date | None, datetime | None]:
        unit, limit = self.unit, self.question.limit
        if unit is LimitUnit.SAME_DAY:
            end = self._running_close(self.calendar.next_working_day(day, or_same=True))
            if end is not None and end != day:
                self._note(
                    "step-same-day-moved", day=day, until=end, skipped=self._off(day - _DAY, end)
                )
            return end, None
        if unit is _WORKING_DAYS:
            return self._count_working_days(day)
        if unit in _HOURS:
            assert at is not None
            return self._count_hours(day, at)
        length = int(self.amount) * (7 if unit is LimitUnit.WEEKS else 1)
        if unit in (LimitUnit.MONTHS, LimitUnit.YEARS):
            length = (
                self._months_later(day, length * (12 if unit is LimitUnit.YEARS else 1))
                - day.toordinal()
            )
        raw = self._nth_day(day, length)
        if raw is None:
            return None, None
        self._note("step-count-days", article("last-day"), day=day, until=raw, limit=limit)
        return self._rolled(raw), None

    def _count_working_days(self, day: date) -> tuple[date | None, datetime | None]:
        whole, rest = divmod(self.amount, 1)
        end = self._nth_working_day(day, int(whole) + (rest != 0))
        if end is None:
            return None, None
        instant = None
        if rest:
            opens = datetime.combine(end, self.calendar.sessions(end)[0].start)
            minutes = sum(session.minutes for session in self.calendar.sessions(end))
            instant = self._worked(opens, timedelta(seconds=int(minutes * 60 * rest)))
            if instant is None:
                return None, None
            end = _last_day(instant)
        else:
            end = self._running_close(end)
            if end is None:
                return None, None
        self._note(
            "step-count-working-days",
            article("first-day"),
            day=day,
            until=end,
            limit=self.question.limit,
            skipped=self._off(day, end),
            worked=self.calendar.make_up_days_between(day, end) if self.steps is not None else (),
        )
        if self.stops:
            self.citations.append(article("stop"))
        return end, instant

    def _count_hours(self, day: date, at: datetime) -> tuple[date | None, datetime | None]:
        amount = timedelta(seconds=int(self.amount * 3600))
        clock = self.unit is LimitUnit.CLOCK_HOURS
        instant = self._passed(at, amount) if clock else self._worked(at, amount)
        if instant is None:
            return None, None
        end = _last_day(instant)
        if clock:
            self._note(
                "step-count-clock",
                article("hours"),
                day=end,
                at=instant,
                limit=self.question.limit,
            )
            rolled = self._rolled(end)
            return rolled, instant if rolled == end else None
        worked = (
            self.calendar.make_up_days_between(day, end)
            if self.steps is not None and end >= day
            else ()
        )
        self._note(
            "step-count-hours",
            article("hours"),
            day=end,
            at=instant,
            limit=self.question.limit,
            skipped=self._off(day - _DAY, end),
            worked=worked,
        )
        return end, instant

    def _rolled(self, raw: date) -> date | None:
        """The last day by art. 148(5), on which the clock must run."""
        if self.question.roll is Roll.NONE:
            self.calendar.is_working_day(raw)  # outside the calendar nobody knows
            return self._running_close(raw) if self.ticks else raw
        works = self.calendar.is_working_day(raw)
        end = self._running_close(raw if works else self.calendar.next_working_day(raw))
        if not works and end is not None:
            self._note(
                "step-rolled",
                article("roll"),
                day=raw,
                until=end,
                skipped=self._off(raw - _DAY, end),
            )
        return end

    def _off(self, after: date, upto: date) -> tuple[Any, ...]:
        if self.steps is None:
            return ()
        return self.calendar.days_off_between(max(after, self.calendar.first), upto)

    # -- kernels ---------------------------------------------------------------------------------------------------

    def _blocks(self) -> Iterable[tuple[int, int]]:
        """The first and last day of each run of days whose opening a stop covers."""
        for low, high in self.ticks:
            first, last = (low + 1) // 2, (high - 1) // 2
            if first <= last:
                yield first, last

    def _nth_working_day(self, day: date, n: int) -> date | None:
        """The n-th working day after a day whose opening no stop covers; None when an open stop comes first."""
        left, calendar = n, self.calendar
        for first, last in self._blocks():
            at = day.toordinal()
            if last <= at:
                continue
            if first - 1 > at:
                if first - 1 > calendar.last.toordinal():
                    break
                running = calendar.working_days_between(day, date.fromordinal(first - 1))
                if running >= left:
                    break
                left -= running
            if last >= _FOREVER // 2 - 1:
                return None
            day = date.fromordinal(last)
        return calendar.add_working_days(day, left)

    def _nth_day(self, day: date, n: int) -> date | None:
        """The n-th calendar day after a day that no stop covers; None when an open stop comes first."""
        at, left = day.toordinal(), n
        for first, last in self._blocks():
            if last <= at:
                continue
            if at + left < first:
                break
            left -= max(first - 1 - at, 0)
            if last >= _FOREVER // 2 - 1:
                return None
            at = last
        return self._covered(at + left)

    def _covered(self, ordinal: int) -> date:
        calendar = self.calendar
        if ordinal > calendar.last.toordinal():
            raise OutsideCoverageError(
                "deadline-outside-coverage",
                self.question.received,
                limit=self.question.limit,
                first=calendar.first,
                last=calendar.last,
            )
        return date.fromordinal(ordinal)

    def _months_later(self, day: date, months: int) -> int:
        """The ordinal of the same-named day, or of the last day of a month that does not have it (art. 148)."""
        years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        if years >= date.max.year:
            self._covered(date.max.toordinal() + 1)
        following = date(years + month // 11, (month + 1) % 12 + 1, 1)
        return min(following.toordinal() - 1, date(years, month + 1, 1).toordinal() + day.day - 1)

    def _running_close(self, day: date) -> date | None:
        """The first day from a day on, and then working day, at whose closing the clock runs."""
        for low, high in self.ticks:
            if low <= 2 * day.toordinal() + 1 < high:
                if high == _FOREVER:
                    return None
                day = self.calendar.next_working_day(date.fromordinal(high // 2 - 1))
        return day

    def _worked(self, at: datetime, left: timedelta) -> datetime | None:
        """The instant at which so much office time outside stops has passed."""
        calendar = self.calendar
        for start, end in self.pauses:
            if end <= at:
                continue
            if start > at:
                running = calendar.working_time_between(at, start)
                if running >= left:
                    break
                left -= running
            if end == _NEVER:
                return None
            at = end
        return calendar.add_working_time(at, left)

    def _passed(self, at: datetime, left: timedelta) -> datetime | None:
        """The instant at which so much time outside stops has passed."""
        for start, end in self.pauses:
            if end <= at:
                continue
            if start > at:
                if at + left <= start:
                    break
                left -= start - at
            if end == _NEVER:
                return None
            at = end
        try:
            reached = at + left
        except OverflowError:
            reached = _NEVER
        self._covered(_last_day(reached).toordinal())
        return reached


def _last_day(instant: datetime) -> date:
    """The day that an instant ends in: midnight is the end of the day before (24:00)."""
    return (instant - _INSTANT).date()


def _plain(moment: date) -> date:
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _shown(moment: date) -> str:
    if isinstance(moment, datetime):
        return _local(moment).strftime("%d/%m/%Y %H:%M")
    return moment.strftime("%d/%m/%Y")


_M = TypeVar("_M", int, datetime)


def _merged(spans: Iterable[tuple[_M, _M]]) -> list[tuple[_M, _M]]:
    """Intervals that overlap or adjoin made one; empty ones left out; sorted."""
    merged: list[tuple[_M, _M]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
