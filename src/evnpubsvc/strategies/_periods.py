"""Strategies for reporting periods."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind


def periods(
    *,
    kinds: st.SearchStrategy[PeriodKind] | None = None,
    calendars: st.SearchStrategy[PeriodCalendar] | None = None,
    min_year: int = 2,
    max_year: int = 9998,
) -> st.SearchStrategy[Period]:
    """Draw periods of every kind and calendar. Shrinks to a month.

    Args:
        kinds: the kinds to draw from; all by default.
        calendars: the calendars to draw from; both by default. Custom periods have none.
        min_year: first year that a period may end in.
        max_year: last year that it may end in, inclusive.
    """
    if not 2 <= min_year <= max_year <= 9999:
        raise InvalidArgument(
            f"2 <= min_year <= max_year <= 9999 must hold, got {min_year=}, {max_year=}"
        )
    kind_of = st.sampled_from(PeriodKind) if kinds is None else kinds
    if calendars is None:
        calendar_of = st.sampled_from(PeriodCalendar)
    else:
        calendar_of = calendars

    @st.composite
    def build(draw: st.DrawFn) -> Period:
        kind = draw(kind_of)
        if kind is PeriodKind.CUSTOM:
            day = st.dates(date(min_year, 1, 1), date(max_year, 12, 31))
            first, last = sorted((draw(day), draw(day)))
            return Period(first, last)
        calendar, year = draw(calendar_of), draw(st.integers(min_year, max_year))
        match kind:
            case PeriodKind.MONTH:
                return Period.month(year, draw(st.integers(1, 12)), calendar=calendar)
            case PeriodKind.QUARTER:
                return Period.quarter(year, draw(st.integers(1, 4)), calendar=calendar)
            case PeriodKind.SIX_MONTHS:
                return Period.six_months(year, calendar=calendar)
            case PeriodKind.NINE_MONTHS:
                return Period.nine_months(year, calendar=calendar)
            case _:
                return Period.year(year, calendar=calendar)

    return build()
