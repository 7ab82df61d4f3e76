"""The question: everything that a due date depends on, checked once and normalised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from attrs import evolve

from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import read_member
from evnpubsvc.deadlines._counting_rules import (
    CountingRules,
    refuse_missing_clock,
    rule_stop,
)
from evnpubsvc.deadlines._cutoffs import CutOff
from evnpubsvc.deadlines._limit_units import WITHOUT_AMOUNT, LimitUnit
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._moments import local_time
from evnpubsvc.deadlines._policies import ClockPolicy, DayCount, HoursReading, StopKind
from evnpubsvc.deadlines._stopped_time import (
    NEVER,
    PlacedStop,
    StoppedTime,
    cover_ticks,
    merge_spans,
    place,
)
from evnpubsvc.deadlines._stops import Stop, StopLedger
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import Citation
from evnpubsvc.services import Channel
from evnpubsvc.worktime import VIETNAM_TIME

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_NO_CUTOFF: Final = CutOff.NONE
_WORKING_DAYS: Final = LimitUnit.WORKING_DAYS
_DAYS: Final = LimitUnit.DAYS
_HOURS: Final = LimitUnit.HOURS
_CLOCK_HOURS: Final = LimitUnit.CLOCK_HOURS
_WORKING_HOURS: Final = LimitUnit.WORKING_HOURS
_EIGHT_HOURS: Final = DayCount.EIGHT_HOURS
HOURS: Final = frozenset({_HOURS, _WORKING_HOURS, _CLOCK_HOURS})


# -- what the limit comes to -----------------------------------------------------------------------


class Terms(NamedTuple):
    """An amount of a unit that no reader of limits has checked: what a limit is read as."""

    unit: LimitUnit
    amount: Fraction


def read_terms(limit: TimeLimit, days: DayCount, hours: HoursReading | None) -> TimeLimit | Terms:
    """Return what a limit comes to under a reading of days and of hours.

    In most cases that is the limit itself.

    Raises:
        MisuseError: `hours-not-days` when hours do not come to halves of working days.
    """
    unit = limit.unit
    if unit is _HOURS:
        if hours is HoursReading.CLOCK:
            return Terms(_CLOCK_HOURS, limit.amount)
        if hours is HoursReading.WORKING:
            return Terms(_WORKING_HOURS, limit.amount)
        if not comes_to_half_days(limit):
            raise MisuseError("hours-not-days", limit)
        return Terms(_WORKING_DAYS, _count_eighths(limit.amount.numerator))
    if unit is _WORKING_DAYS and days is _EIGHT_HOURS:
        return Terms(_WORKING_HOURS, limit.amount * 8)
    return limit


@cache  # of the few amounts that limits have
def _count_eighths(hours: int) -> Fraction:
    return Fraction(hours, 8)


def ends_at_instant(terms: TimeLimit | Terms) -> bool:
    """Return whether a limit ends at an instant, so that stops count by their instants too."""
    return terms.unit in HOURS or (terms.unit is _WORKING_DAYS and terms.amount.denominator != 1)


def comes_to_half_days(limit: TimeLimit) -> bool:
    """Return whether hours, eight to a working day, come to halves of working days."""
    return limit.amount.denominator == 1 and limit.amount.numerator % 4 == 0


# -- the question ----------------------------------------------------------------------------------


@frozen
class Question:
    """What is asked of `due`.

    Attributes:
        received: the local day of receipt.
        received_at: the local instant of receipt, without a zone; None when only the day is known.
        limit: the time limit.
        counting: the counting rules.
        cutoff: the cut-off that applies: that of the rules, or of their special clock.
        channel: how the dossier came in, if that was said.
        terms: what the limit comes to under the rules.
        stops: the stops, each with what it does to the clock.
        stopped: the time that they take out; None without stops.
        notices: what is odd about the stops.
        is_aware: whether the receipt came with a time zone, so that the answer gets one.
        is_preview: whether open stops were assumed to end.
    """

    received: date
    received_at: datetime | None
    limit: TimeLimit
    counting: CountingRules
    cutoff: CutOff
    channel: Channel | None
    terms: TimeLimit | Terms
    stops: tuple[PlacedStop, ...]
    stopped: StoppedTime | None
    notices: tuple[Finding, ...]
    is_aware: bool
    is_preview: bool


_OpenQuestion: Final = open_class(Question)


def ask(
    received: date | datetime,
    limit: TimeLimit,
    counting: CountingRules,
    channel: Channel | None,
    stops: StopLedger | Iterable[Stop],
    resumed_on: date | datetime | None,
) -> Question:
    """Check and normalise the arguments of `due`; they and the errors are explained there."""
    if not isinstance(limit, TimeLimit):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise wrong_type("limit", limit, "TimeLimit")
    assumed: tuple[Finding, ...] = ()
    if counting.unknown_hour is not None:
        received, stops, assumed = _give_hours(received, limit, counting, stops)
    day, at = read_receipt(received)

    # What the rules say of this dossier.
    special = counting.special
    if special is not None and not special.holds_on(day):
        validity = special.validity
        raise MisuseError("special-not-in-force", day, rule=special.key, validity=validity)
    cutoff = counting.cutoff or _cutoff_of(counting)
    if channel is not None:
        channel = read_member(Channel, channel)

    # What does not go together, or needs more than was said; the stops come first.
    notices: tuple[Finding, ...] = ()
    placed: tuple[PlacedStop, ...] = ()
    if resumed_on is not None or isinstance(stops, StopLedger) or stops != ():
        ledger = StopLedger.of(stops)
        notices = ledger.notices
        if resumed_on is not None:
            if not ledger.is_open:
                raise MisuseError("resumed-without-stop", resumed_on)
            ledger = ledger.resumed(resumed_on)
        placed = place_stops(ledger, received, day, counting)
    _refuse_limit(day, at, limit, counting, cutoff)

    # What the limit comes to, and what the stops cover.
    terms = read_terms(limit, counting.days, counting.hours)
    stopped: StoppedTime | None = None
    if placed:
        pauses = _pause_between(placed, limit) if _may_end_at_instant(limit, terms) else ()
        stopped = StoppedTime(counting.calendar, cover_ticks(placed), pauses)

    # Everything is checked: the record is filled without checking again.
    made: Any = _OpenQuestion()
    made.received = day
    made.received_at = at
    made.limit = limit
    made.counting = counting
    made.cutoff = cutoff
    made.channel = channel
    made.terms = terms
    made.stops = placed
    made.stopped = stopped
    made.notices = notices + assumed
    made.is_preview = resumed_on is not None
    made.is_aware = at is not None and received.utcoffset() is not None  # type: ignore[union-attr]
    made.__class__ = Question
    asked: Question = made
    return asked


def read_receipt(received: object) -> tuple[date, datetime | None]:
    """Return the local day of a receipt, and the local instant where there is one."""
    if isinstance(received, datetime):
        local = local_time(received)
        return local.date(), local
    if isinstance(received, date):
        return received, None
    raise wrong_type("received", received, "date | datetime")


def wrong_type(name: str, value: object, expected: str) -> MisuseError:
    """Return the error that an argument of `due` is of a wrong type."""
    got = type(value).__name__
    return MisuseError("wrong-type", value, record="due", field=name, got=got, expected=expected)


def _may_end_at_instant(limit: TimeLimit, terms: TimeLimit | Terms) -> bool:
    """Return whether a limit ends at an instant, also under another reading of its hours."""
    return limit.unit is _HOURS or ends_at_instant(terms)


def _pause_between(
    stops: tuple[PlacedStop, ...], limit: TimeLimit
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the local instants between which stops last, merged and sorted."""
    spans: list[tuple[datetime, datetime]] = []
    for placed in stops:
        end = placed.stop.end
        until = NEVER if end is None else local_instant(end, limit)
        spans.append((local_instant(placed.stop.start, limit), until))
    return tuple(merge_spans(spans))


def local_instant(moment: date, limit: TimeLimit) -> datetime:
    """Return the local instant at which a stop begins or ends.

    Raises:
        MisuseError: `time-of-stop-needed` where only the day is known.
    """
    if not isinstance(moment, datetime):
        raise MisuseError("time-of-stop-needed", moment, limit=limit)
    return local_time(moment)


def place_stops(
    ledger: StopLedger, received: date | datetime, day: date, counting: CountingRules
) -> tuple[PlacedStop, ...]:
    """Return the stops of a dossier, each with what it does to the clock, and its ticks."""
    _refuse_mixed_zones(received, ledger)
    placed: list[PlacedStop] = []
    for stop in ledger.stops:
        policy, source = _rule(stop, day, counting)
        placed.append(place(stop, policy, source, counting.calendar))
    return tuple(placed)


def _refuse_mixed_zones(received: date | datetime, ledger: StopLedger) -> None:
    """Refuse instants of which some have a time zone and some have none."""
    # Nearly always all have the very same zone, or none.
    zone = getattr(received, "tzinfo", None)
    for stop in ledger.stops:
        if getattr(stop.start, "tzinfo", None) is not zone:
            break
        if getattr(stop.end, "tzinfo", None) is not zone:
            break
    else:
        return

    moments = [received, *(each for stop in ledger.stops for each in (stop.start, stop.end))]
    instants = [moment for moment in moments if isinstance(moment, datetime)]
    naive = next((each for each in instants if each.utcoffset() is None), None)
    aware = next((each for each in instants if each.utcoffset() is not None), None)
    if naive is not None and aware is not None:
        raise MisuseError("naive-and-aware", naive, other=aware)


def _rule(stop: Stop, received: date, counting: CountingRules) -> tuple[ClockPolicy, Citation]:
    """What a stop does to the clock, and the text behind that.

    The text of the day of receipt, if it is about such stops; else what is cited for others.
    """
    policy, source = stop.clock, None
    if policy is None:
        policy, source = rule_stop(counting, stop.kind, received)
    if policy is None:
        raise refuse_missing_clock(stop.kind, stop.start, received, counting)
    if source is None:
        source = _cite_clock(policy, received, stop.kind)
    return policy, source


@lru_cache(4_096)  # of the days of receipt, of which registers have few
def _cite_clock(policy: ClockPolicy, received: date, kind: StopKind) -> Citation:
    return policy.policy.cite(received, kind)


def _needs_hour(limit: TimeLimit, counting: CountingRules, cutoff: CutOff) -> bool:
    """Whether a limit cannot be counted without the hour of receipt."""
    unit = limit.unit
    by_hours = unit is _WORKING_DAYS and counting.days is _EIGHT_HOURS
    return cutoff.needs_hour or unit in HOURS or by_hours


def _cutoff_of(counting: CountingRules) -> CutOff:
    """Return the cut-off of the rules, or of their special clock."""
    special = counting.special
    return counting.cutoff or (None if special is None else special.cutoff) or _NO_CUTOFF


def _give_hours(
    received: date, limit: TimeLimit, counting: CountingRules, stops: StopLedger | Iterable[Stop]
) -> tuple[date, StopLedger, tuple[Finding, ...]]:
    """Give the receipt and the stops an hour where it is needed, and say what was assumed."""
    cutoff, ledger = _cutoff_of(counting), StopLedger.of(stops)
    said: list[Finding] = []
    given: object = received
    if isinstance(given, date) and _needs_hour(limit, counting, cutoff):
        received = _with_hour(given, counting, said)
    terms: TimeLimit | Terms = limit
    if limit.unit is not _HOURS or counting.hours is not None:
        terms = read_terms(limit, counting.days, counting.hours)
    if ends_at_instant(terms) or cutoff.needs_hour:
        ledger = StopLedger.of([_with_hours(stop, counting, said) for stop in ledger.stops])
    # Instants that were given have a zone or none; what was assumed is like them.
    moments = (received, *(stop.start for stop in ledger.stops))
    if any(isinstance(each, datetime) and each.tzinfo is not None for each in moments):
        received = _in_vietnam(received) if isinstance(received, datetime) else received
        zoned = [
            evolve(stop, start=_in_vietnam(stop.start), end=_in_vietnam(stop.end))
            for stop in ledger.stops
        ]
        ledger = StopLedger.of(zoned)
    return received, ledger, tuple(said)


def _with_hours(stop: Stop, counting: CountingRules, said: list[Finding]) -> Stop:
    """Give the ends of a stop the hour that a day without one is taken for, and say so."""
    start = _with_hour(stop.start, counting, said)
    end = None if stop.end is None else _with_hour(stop.end, counting, said)
    if end is None:
        return evolve(stop, start=start)
    # Both have a zone or none, and what was assumed gives way to what is known.
    if (start.tzinfo is None) is not (end.tzinfo is None):
        start, end = start.replace(tzinfo=VIETNAM_TIME), end.replace(tzinfo=VIETNAM_TIME)
    if end < start:
        start = end = end if isinstance(stop.end, datetime) else start
    return evolve(stop, start=start, end=end)


def _with_hour(moment: date, counting: CountingRules, said: list[Finding]) -> datetime:
    if isinstance(moment, datetime):
        return moment
    at = counting.instant_of(moment)
    assert at is not None
    said.append(notice("hour-assumed", "", moment, at=at))
    return at


_M = TypeVar("_M", date, date | None)


def _in_vietnam(moment: _M) -> _M | datetime:
    """Return an instant with a zone: one without is local."""
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=VIETNAM_TIME)


def _refuse_limit(
    day: date, at: datetime | None, limit: TimeLimit, counting: CountingRules, cutoff: CutOff
) -> None:
    """Refuse a limit that the cut-off excludes, or that cannot be counted from what is known."""
    unit = limit.unit
    if cutoff is not _NO_CUTOFF and cutoff.same_day_only and unit not in WITHOUT_AMOUNT:
        raise MisuseError("cutoff-same-day-only", cutoff, limit=limit)
    if at is None and _needs_hour(limit, counting, cutoff):
        raise MisuseError("time-of-receipt-needed", day, limit=limit, cutoff=cutoff)
    if unit is _DAYS and limit.amount.denominator != 1:
        raise MisuseError("limit-half-calendar-day", limit)
    if unit is _HOURS and counting.hours is None:
        raise MisuseError(
            "hours-reading-needed", limit, known=tuple(each.value for each in HoursReading)
        )
