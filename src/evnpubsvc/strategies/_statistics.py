"""Strategies for rows of registers, tallies, and what is read off them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from typing import Any, Final, cast

from hypothesis import strategies as st

from evnpubsvc.deadlines import LimitUnit, TimeLimit
from evnpubsvc.dossiers import Precision
from evnpubsvc.periods import Period
from evnpubsvc.quantities import AnyCount, Count, CountUnit
from evnpubsvc.services import Channel
from evnpubsvc.statistics import (
    BeforeAfter,
    ComparisonGroup,
    Exposure,
    Flow,
    HandlingTime,
    LimitTerms,
    PeriodState,
    RegisterRow,
    RegisterStatus,
    Stock,
    Tally,
    TallyCell,
    before_after,
    tally,
)
from evnpubsvc.strategies._foundation import findings, titles
from evnpubsvc.strategies._quantities import count_ranges, counts
from evnpubsvc.strategies._worktime import calendars
from evnpubsvc.units.parts import look_alike_key
from evnpubsvc.worktime import vietnam_calendar

_FIRST, _LAST = date(2019, 1, 1), date(2026, 12, 31)
_ENDINGS = frozenset(status for status in RegisterStatus if status.is_ending)
_ZONES = (timezone(timedelta(hours=7)), UTC)


def register_rows(
    *, dimensions: Sequence[str] = ("channel",), timed: bool | None = None, plain: bool = False
) -> st.SearchStrategy[RegisterRow]:
    """Draw rows of a register, some of them due or finished before they are received.

    Shrinks to a plain row.

    Args:
        dimensions: names of the dimensions that each row has.
        timed: True for instants only, False for dates only, None for both.
        plain: rows without status, linked steps and corrections.
    """
    days = st.dates(_FIRST, _LAST)
    instants = st.builds(
        datetime.replace,
        st.datetimes(datetime(2019, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - Hypothesis wants naive bounds
        tzinfo=st.sampled_from(_ZONES),
    )
    moments = {True: instants, False: days, None: days | instants}[timed]
    values = st.none() | st.sampled_from(Channel).map(str) | titles(max_size=3)
    more: dict[str, Any] = {}
    if not plain:
        more = {
            "status": st.none() | st.sampled_from(RegisterStatus),
            "code": st.none() | titles(max_size=5),
            "part_of": st.none() | st.sampled_from(("case-1", "case-2")),
            "recorded": st.none() | moments,
            "superseded": st.none() | moments,
        }

    def build(**fields: Any) -> RegisterRow:
        # What ended has a day on which it did.
        if fields["finished"] is None and fields.get("status") in _ENDINGS:
            fields["finished"] = fields["received"]
        return RegisterRow(**fields)

    return st.builds(
        build,
        received=moments,
        due=st.none() | moments,
        finished=st.none() | moments,
        dimensions=st.fixed_dictionaries(dict.fromkeys(dimensions, values)),
        **more,
    )


def tally_cells(*, depth: int = 1) -> st.SearchStrategy[TallyCell]:
    """Draw cells with keys of some length."""
    values = st.none() | titles(max_size=3)
    numbers = st.tuples(*[st.integers(0, 1000)] * len(PeriodState))
    return st.builds(TallyCell, key=st.tuples(*[values] * depth), new=numbers, carried=numbers)


@cache
def handling_times() -> st.SearchStrategy[HandlingTime]:
    """Draw how many dossiers took how many working days; none at all among them."""
    days = st.dictionaries(st.integers(0, 300), st.integers(1, 1000), max_size=6)
    return st.builds(HandlingTime, days)


def limit_terms(*, dimension: str = "procedure") -> st.SearchStrategy[LimitTerms]:
    """Draw limits in days, weeks, months and years by the values of a dimension."""
    pairs = st.tuples(titles(max_size=5), _LIMITS)
    limits = st.lists(pairs, max_size=4, unique_by=lambda pair: look_alike_key(pair[0]))
    return st.builds(
        LimitTerms,
        calendar=calendars(),
        dimension=st.just(dimension),
        limits=limits,
        one_spelling=st.booleans(),
    )


_LIMITS: Final = st.builds(
    TimeLimit,
    st.integers(1, 60),
    st.sampled_from([LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS]),
) | st.builds(TimeLimit, st.integers(1, 5), st.just(LimitUnit.YEARS))


_ANY: Final[Any] = object()


@st.composite
def tallies(
    draw: st.DrawFn,
    *,
    dimensions: Sequence[str] = ("channel",),
    as_of: date | None = None,
    since: date | None = _ANY,
    compare: Precision | None = None,
    known_at: date | datetime | None = _ANY,
) -> Tally:
    """Draw tallies by counting drawn rows and findings.

    Args:
        draw: Hypothesis passes it.
        dimensions: what is counted by.
        as_of: last day of the period; any by default.
        since: first day of the period; with and without by default.
        compare: dates or instants; both by default.
        known_at: moment of knowledge; with and without by default.
    """
    last = draw(st.dates(_FIRST, _LAST)) if as_of is None else as_of
    if since is _ANY:
        first = draw(st.none() | st.dates(_FIRST - timedelta(days=400), last))
    else:
        first = since
    end: dict[str, Any] = {"as_of": last} if first is None else {"period": Period(first, last)}
    return tally(
        draw(_rows_and_findings(tuple(dimensions))),
        by=dimensions,
        compare=draw(st.sampled_from(Precision)) if compare is None else compare,
        known_at=draw(st.none() | st.dates(_FIRST, _LAST)) if known_at is _ANY else known_at,
        **end,
    )


# Made once for the same dimensions: to make it takes longer than to draw from it.
@cache
def _rows_and_findings(dimensions: tuple[str, ...]) -> st.SearchStrategy[list[Any]]:
    return st.lists(register_rows(dimensions=dimensions) | findings(), max_size=8)


@cache
def flows() -> st.SearchStrategy[Flow]:
    """Draw flows, with and without a first day, some of them known within bounds only."""

    def build(count: AnyCount, last: date, length: int | None) -> Flow:
        return Flow(count, None if length is None else last - timedelta(days=length), last)

    count = counts() | count_ranges()
    return st.builds(build, count, st.dates(_FIRST, _LAST), st.none() | st.integers(0, 400))


@st.composite
def exposures(draw: st.DrawFn) -> Exposure:
    """Draw numbers with the working days that there were for them."""
    count = Count(draw(st.integers(0, 10**4)), draw(st.sampled_from(CountUnit)))
    first = draw(st.dates(date(2019, 1, 1), date(2025, 12, 31)))
    working = draw(st.integers(1, 250))
    return Exposure(flow=Flow(count, first, first + timedelta(2 * working)), working_days=working)


def _before_and_after(pair: tuple[int, ...]) -> tuple[Flow, Flow]:
    """Return two numbers of dossiers in the same two periods of 2022, whatever they are."""
    return (
        Flow(Count(pair[0], "dossiers"), date(2022, 3, 1), date(2022, 3, 31)),
        Flow(Count(pair[1], "dossiers"), date(2022, 5, 1), date(2022, 5, 31)),
    )


@st.composite
def before_afters(draw: st.DrawFn, *, min_units: int = 0) -> BeforeAfter:
    """Draw comparisons of two periods.

    Args:
        draw: Hypothesis passes it.
        min_units: fewest units to compare with.
    """
    number = st.integers(0, 10**4)
    numbers = st.tuples(number, number)
    before, after = _before_and_after(draw(numbers))
    group = draw(st.lists(numbers.map(_before_and_after), min_size=min_units, max_size=2))
    return before_after(
        before,
        after,
        calendar=vietnam_calendar(),
        synthetic=draw(st.booleans()),
        group=group,
        level=draw(st.fractions(Fraction(1, 2), Fraction(99, 100), max_denominator=100)),
    )


@cache
def comparison_groups() -> st.SearchStrategy[ComparisonGroup]:
    """Draw groups of units that another one is compared with."""
    return before_afters(min_units=1).map(lambda found: cast("ComparisonGroup", found.group))


@cache
def stocks() -> st.SearchStrategy[Stock]:
    """Draw stocks."""
    return st.builds(Stock, counts(), st.dates(_FIRST, _LAST))
