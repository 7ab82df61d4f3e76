"""Strategies for time limits, policies, stops and deadlines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DayCount,
    Deadline,
    DeadlineRules,
    HoursReading,
    LegalLimit,
    LimitReading,
    LimitUnit,
    Policy,
    Roll,
    RuleSet,
    SpecialClock,
    Stop,
    StopKind,
    StopLedger,
    TimeLimit,
    UnknownHour,
)
from evnpubsvc.deadlines.results import DeadlineState, DueBounds, Step
from evnpubsvc.law import Ground
from evnpubsvc.strategies._foundation import citations, findings, keys, texts, titles
from evnpubsvc.strategies._law import grounds, validities
from evnpubsvc.strategies._worktime import day_reasons
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, vietnam_calendar

_FIRST: Final = date(2019, 1, 1)
_LAST: Final = date(2026, 12, 31)
# The steps to a unit, and how many there are in a hundred years.
_STEPS: Final = {
    LimitUnit.AT_ONCE: (1, 0),
    LimitUnit.SAME_DAY: (1, 0),
    LimitUnit.HOURS: (60, 876_600),
    LimitUnit.WORKING_HOURS: (60, 876_600),
    LimitUnit.CLOCK_HOURS: (60, 876_600),
    LimitUnit.WORKING_DAYS: (2, 36_525),
    LimitUnit.DAYS: (2, 36_525),
    LimitUnit.WEEKS: (1, 5_217),
    LimitUnit.MONTHS: (1, 1_200),
    LimitUnit.YEARS: (1, 100),
}


def time_limits(
    *, units: st.SearchStrategy[LimitUnit] | None = None, max_amount: int | None = None
) -> st.SearchStrategy[TimeLimit]:
    """Draw time limits of every unit, whole and in parts. Shrinks to the same day.

    Args:
        units: the units to draw from; all by default.
        max_amount: the largest amount of any unit, inclusive, at least 1; a hundred years by
            default.
    """
    if max_amount is not None and max_amount < 1:
        raise InvalidArgument(f"max_amount must be at least 1, got {max_amount}")

    @st.composite
    def build(draw: st.DrawFn) -> TimeLimit:
        unit = draw(st.sampled_from(LimitUnit) if units is None else units)
        step, most = _STEPS[unit]
        most = most if max_amount is None else min(most, max_amount)
        if most == 0:
            return TimeLimit(Fraction(0), unit)
        return TimeLimit(draw(st.integers(1, most).map(Fraction) | _parts(step, most)), unit)

    return build()


def _parts(step: int, most: int) -> st.SearchStrategy[Fraction]:
    return st.integers(1, most * step).map(lambda steps: Fraction(steps, step))


_WORDS: Final = (
    "ngày", "ngày làm việc", "giờ", "giờ làm việc", "tháng", "tuần", "năm", "phút", "trong ngày",
    "không quá", "đến",
    "từ", "-", "–", "(", ")", ";", ".", ",", "/", "kể từ ngày nhận đủ hồ sơ", "15 giờ", "sau",
    "nửa", "working days",
    "0", "1", "03", "1.5", "1,5", "20", "1.500", "99999999999", "½", "³", "Không có thông tin",
    "làm", "việc", " ", "",
)  # fmt: skip


def limit_texts() -> st.SearchStrategy[str]:
    """Draw texts as catalogues print them about time limits, sensible and not, and any other."""
    pieces = st.lists(st.sampled_from(_WORDS), max_size=8)
    written = time_limits().map(str)
    return (
        written
        | st.builds(str.join, st.sampled_from((" ", "", "; ", " - ")), pieces)
        | st.builds("{} {}".format, written, titles())
        | st.text(max_size=40)
    )


@cache
def limit_readings() -> st.SearchStrategy[LimitReading]:
    """Draw readings of texts."""
    return st.builds(
        LimitReading,
        text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
        limits=st.lists(time_limits(), max_size=3).map(tuple),
        findings=st.lists(findings(), max_size=3).map(tuple),
    )


def _in_order(grounds: list[Ground]) -> tuple[Ground, ...]:
    # What a policy rests on follows one another: the days of the first text end before those of the
    # second begin.
    first = grounds[0]
    later = [each for each in grounds[1:] if first.validity.last < each.validity.first]
    return (first, *later)


@cache
def policies() -> st.SearchStrategy[Policy]:
    """Draw policies."""
    held = st.lists(grounds(), min_size=1, max_size=2).map(_in_order)
    return st.builds(Policy, keys(), texts(), held, st.none() | citations())


@cache
def _clocks() -> st.SearchStrategy[tuple[tuple[StopKind, ClockPolicy], ...]]:
    pairs = st.dictionaries(st.sampled_from(StopKind), st.sampled_from(ClockPolicy), max_size=3)
    return pairs.map(lambda clocks: tuple(clocks.items()))


@cache
def legal_limits() -> st.SearchStrategy[LegalLimit]:
    """Draw limits that the law sets for an act."""
    return st.builds(LegalLimit, keys(), time_limits(), citations())


@cache
def rule_sets() -> st.SearchStrategy[RuleSet]:
    """Draw rule sets of any period."""
    return st.builds(
        RuleSet,
        keys(),
        texts(),
        citations(),
        validities(),
        _clocks(),
        st.lists(legal_limits(), max_size=2).map(tuple),
    )


@cache
def special_clocks() -> st.SearchStrategy[SpecialClock]:
    """Draw special clocks."""
    limits = st.dictionaries(keys(), time_limits(), max_size=3).map(
        lambda limits: tuple(limits.items())
    )
    return st.builds(
        SpecialClock,
        keys(),
        texts(),
        citations(),
        validities(),
        st.none() | st.sampled_from(CutOff),
        _clocks(),
        limits,
    )


@cache
def deadline_rules() -> st.SearchStrategy[DeadlineRules]:
    """Draw rules of deadlines as a file may hold them; their periods may overlap."""
    sets = st.lists(rule_sets(), max_size=2).map(tuple)
    return st.builds(DeadlineRules, sets, st.lists(special_clocks(), max_size=2).map(tuple))


def counting_rules(
    *, calendars: st.SearchStrategy[Calendar] | None = None, settled: bool = False
) -> st.SearchStrategy[CountingRules]:
    """Draw counting rules with every policy. Shrinks to a calendar alone.

    Args:
        calendars: the calendars to draw from; the packaged one by default.
        settled: draw only rules that say what every kind of stop does and what hours as printed
            mean.
    """
    clocks = st.sampled_from(ClockPolicy)
    hours = st.sampled_from(HoursReading)
    solvable = st.booleans()
    some: st.SearchStrategy[Any] = st.dictionaries(st.sampled_from(StopKind), clocks, max_size=3)
    return st.builds(
        CountingRules,
        calendar=st.builds(vietnam_calendar) if calendars is None else calendars,
        cutoff=st.none() | st.sampled_from(CutOff),
        days=st.sampled_from(DayCount),
        hours=hours if settled else st.none() | hours,
        roll=st.sampled_from(Roll),
        solvable=solvable if settled else st.none() | solvable,
        special=st.none() | special_clocks(),
        clock=st.fixed_dictionaries(dict.fromkeys(StopKind, clocks)) if settled else some,
        rule_sets=st.lists(rule_sets(), max_size=1).map(tuple),
        unknown_hour=st.none() | st.sampled_from(UnknownHour),
    )


@st.composite
def stops(
    draw: st.DrawFn,
    *,
    min_day: date = _FIRST,
    max_day: date = _LAST,
    instants: bool | None = None,
    open_ended: bool | None = None,
    clocks: st.SearchStrategy[ClockPolicy | None] | None = None,
) -> Stop:
    """Draw stops within two days, both inclusive; empty ones too.

    Args:
        draw: given by Hypothesis.
        min_day: first day.
        max_day: last day.
        instants: whether they are given in instants (local, whole minutes) or in days; either by
            default.
        open_ended: whether they still last; either by default.
        clocks: what they say about the clock; any policy or none by default.
    """
    if min_day > max_day:
        raise InvalidArgument(f"min_day <= max_day must hold, got {min_day=}, {max_day=}")
    moments: st.SearchStrategy[Any]
    if draw(st.booleans()) if instants is None else instants:
        opening = datetime(min_day.year, min_day.month, min_day.day)  # noqa: DTZ001 - local time
        minutes = ((max_day - min_day).days + 1) * 1440 - 1
        moments = st.integers(0, minutes).map(lambda minute: opening + timedelta(minutes=minute))
    else:
        moments = st.dates(min_day, max_day)
    start, end = sorted(draw(st.tuples(moments, moments)))
    lasting = draw(st.booleans()) if open_ended is None else open_ended
    policy = draw(st.none() | st.sampled_from(ClockPolicy) if clocks is None else clocks)
    return Stop(draw(st.sampled_from(StopKind)), start, None if lasting else end, policy)


def stop_ledgers(*, max_size: int = 4) -> st.SearchStrategy[StopLedger]:
    """Draw ledgers of stops that may overlap. Shrinks to an empty one."""
    return st.builds(StopLedger, st.lists(stops(), max_size=max_size).map(tuple))


@cache
def steps() -> st.SearchStrategy[Step]:
    """Draw steps of traces."""
    return st.builds(
        Step,
        key=keys(),
        day=st.none() | st.dates(),
        until=st.none() | st.dates(),
        at=st.none() | st.datetimes(),
        limit=st.none() | time_limits(),
        parts=st.dictionaries(keys(), titles(), max_size=2).map(lambda parts: tuple(parts.items())),
        skipped=st.lists(day_reasons(), max_size=2).map(tuple),
        worked=st.lists(day_reasons(), max_size=1).map(tuple),
        citation=st.none() | citations(),
    )


@cache
def due_bounds() -> st.SearchStrategy[DueBounds]:
    """Draw bounds of provisional due dates."""

    def build(pair: list[date], decisions: list[Text]) -> DueBounds:
        return DueBounds(min(pair), max(pair), tuple(decisions))

    days = st.lists(st.dates(), min_size=2, max_size=2)
    return st.builds(build, days, st.lists(texts(), max_size=3))


@cache
def deadlines() -> st.SearchStrategy[Deadline]:
    """Draw deadlines as records: their parts need not follow from each other.

    For true ones call `due`.
    """
    return st.builds(
        Deadline,
        received=st.dates(),
        received_at=st.none() | st.datetimes(),
        limit=time_limits(),
        date=st.none() | st.dates(),
        instant=st.none() | st.datetimes(),
        counted_from=st.dates(),
        state=st.sampled_from(DeadlineState),
        provisional=st.booleans(),
        calendar=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        citations=st.lists(citations(), max_size=2).map(tuple),
        notices=st.lists(findings(), max_size=2).map(tuple),
        trace=st.lists(steps(), max_size=2).map(tuple),
        bounds=st.none() | due_bounds(),
    )
