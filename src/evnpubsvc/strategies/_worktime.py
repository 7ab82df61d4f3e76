"""Strategies for calendars, their rows and hours, and the days and instants they cover."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.errors import DataError
from evnpubsvc.strategies._foundation import citations, texts
from evnpubsvc.worktime import (
    Calendar,
    CalendarDay,
    DayKind,
    DayReason,
    OpenDecision,
    Session,
    WeeklyHours,
)

_FIRST: Final = date(2019, 1, 1)
_MORNING: Final = (Session(time(8), time(12)),)
_ORDINARY: Final = WeeklyHours.of("08:00-12:00", "13:00-17:00")
_MONDAY: Final = date(2000, 1, 3)  # to which calendars shrink
_KINDS: Final = tuple(
    kind for kind in DayKind if kind not in (DayKind.ORDINARY, DayKind.WEEKLY_REST)
)


@cache
def sessions() -> st.SearchStrategy[Session]:
    """Draw sessions from one minute to a whole day, those that end at midnight included.

    Shrinks to a morning.
    """
    any_two = st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True)
    return st.just(_MORNING[0]) | any_two.map(_session)


def _session(bounds: list[int]) -> Session:
    opens, closes = sorted(bounds)
    return Session(time(opens // 60, opens % 60), time(closes // 60 % 24, closes % 60))


@st.composite
def _days_of_sessions(draw: st.DrawFn, min_size: int = 0) -> tuple[Session, ...]:
    """Draw up to three sessions in the order of the day; they may adjoin, never overlap."""
    count = draw(st.integers(min_size, 3))
    marks = sorted(
        draw(st.lists(st.integers(0, 1440), min_size=2 * count, max_size=2 * count, unique=True))
    )
    return tuple(
        _session([opens, closes]) for opens, closes in zip(marks[::2], marks[1::2], strict=True)
    )


def weekly_hours(
    *, since: st.SearchStrategy[date | None] | None = None
) -> st.SearchStrategy[WeeklyHours]:
    """Draw weeks with at least one worked day: half-days, one to three sessions, any weekdays.

    Shrinks to mornings and afternoons from Monday to Friday.

    Args:
        since: the first day on which they hold; none by default.
    """
    week = st.tuples(*(_days_of_sessions() for _ in range(7)))
    ordinary = st.just(_ORDINARY.week)
    return st.builds(
        WeeklyHours,
        week=ordinary | week.map(lambda drawn: drawn if any(drawn) else _ORDINARY.week),
        since=st.none() if since is None else since,
        source=st.none() | citations(),
    )


# Strategies of parts are made once: to make one takes longer than to draw from it.
_TEXTS: Final = texts()
_CITATIONS: Final = citations()
_HOURS: Final = weekly_hours()
_SESSIONS: Final = (_days_of_sessions(0), _days_of_sessions(1))
_SELDOM: Final = st.sampled_from((False, False, True))


def calendar_days(
    *, min_day: date = _FIRST, max_day: date = date(2026, 12, 31)
) -> st.SearchStrategy[CalendarDay]:
    """Draw rows of every kind that a row can have.

    Args:
        min_day: first day, inclusive.
        max_day: last day, inclusive.
    """
    if max_day < min_day:
        raise InvalidArgument(f"min_day <= max_day must hold, got {min_day=}, {max_day=}")

    days = st.dates(min_day, max_day)

    @st.composite
    def build(draw: st.DrawFn) -> CalendarDay:
        return _draw_row(draw, draw(days), days)

    return build()


def open_decisions(
    *, min_day: date = _FIRST, max_day: date = date(2029, 12, 31)
) -> st.SearchStrategy[OpenDecision]:
    """Draw decisions that have not been taken, of one to three choices of one to five days each.

    Args:
        min_day: first day of the choices, inclusive.
        max_day: last day, inclusive.
    """
    days = calendar_days(min_day=min_day, max_day=max_day)
    choice = st.lists(days, min_size=1, max_size=5, unique_by=lambda row: row.day).map(tuple)
    return st.builds(OpenDecision, texts(), st.lists(choice, min_size=1, max_size=3).map(tuple))


def calendars(*, min_size: int = 1, max_size: int = 60) -> st.SearchStrategy[Calendar]:
    """Draw calendars with at least one working day.

    Days off, make-up days, half-days, hours that change. Shrinks to Monday 3 January 2000.

    Args:
        min_size: fewest covered days, at least 1.
        max_size: most covered days.
    """
    if not 1 <= min_size <= max_size:
        raise InvalidArgument(f"1 <= min_size <= max_size must hold, got {min_size=}, {max_size=}")

    shifts, sizes = st.integers(-3_600, 21_900), st.integers(min_size, max_size)

    @st.composite
    def build(draw: st.DrawFn) -> Calendar:
        first = _MONDAY + timedelta(days=draw(shifts))
        size = draw(sizes)
        days = st.integers(0, size - 1).map(lambda place: first + timedelta(days=place))
        last = first + timedelta(days=size - 1)
        hours = [draw(_HOURS)]
        if last > first and draw(_SELDOM):
            since = first + timedelta(days=draw(st.integers(1, size - 1)))
            hours.append(evolve(draw(_HOURS), since=since))

        # Days that differ, some of them not decided; one of these may be an open decision.
        differing = draw(st.lists(days, max_size=8, unique=True))
        rows = [_draw_row(draw, day, days) for day in differing]
        decided_until = draw(days) if draw(_SELDOM) else None
        open_ones = _draw_open(draw, rows, decided_until)
        try:
            return Calendar(
                first,
                last,
                tuple(hours),
                tuple(rows),
                decided_until=decided_until,
                open_decisions=open_ones,
            )
        except DataError:  # the rows close every day: the first one is worked after all
            rows = [row for row in rows if row.day != first]
            kind, name, source = DayKind.SPECIAL_HOURS, draw(_TEXTS), draw(_CITATIONS)
            rows.append(CalendarDay(first, kind, name, source, sessions=_MORNING))
            return Calendar(first, last, tuple(hours), tuple(rows), decided_until=decided_until)

    return build()


def _draw_row(draw: st.DrawFn, day: date, days: st.SearchStrategy[date]) -> CalendarDay:
    """Draw what is said of a day; a swap names one of the days as its counterpart."""
    kind = draw(st.sampled_from(_KINDS))
    least = 1 if kind is DayKind.SPECIAL_HOURS else 0
    return CalendarDay(
        day,
        kind,
        draw(_TEXTS),
        draw(_CITATIONS),
        counterpart=draw(days) if draw(_SELDOM) else None,
        sessions=draw(_SESSIONS[least]) if kind.works else (),
        provisional=draw(_SELDOM),
    )


def _draw_open(
    draw: st.DrawFn, rows: list[CalendarDay], decided_until: date | None
) -> tuple[OpenDecision, ...]:
    """Draw an open decision between two names of a day that is not decided, or none."""
    undecided = [row for row in rows if decided_until is not None and row.day > decided_until]
    if not undecided or not draw(_SELDOM):
        return ()
    row = draw(st.sampled_from(undecided))
    return (OpenDecision(draw(_TEXTS), ((row,), (evolve(row, name=draw(_TEXTS)),))),)


def days_in(calendar: Calendar) -> st.SearchStrategy[date]:
    """Draw days that a calendar covers, both ends included. Shrinks towards 2000-01-01."""
    return st.dates(calendar.first, calendar.last)


def instants_in(calendar: Calendar) -> st.SearchStrategy[datetime]:
    """Draw local instants that a calendar covers, without a time zone.

    Half of them on the minute.
    """
    first, last = (
        datetime.combine(calendar.first, time.min),
        datetime.combine(calendar.last, time.max),
    )
    exact = st.datetimes(first, last)
    return exact.map(lambda moment: moment.replace(second=0, microsecond=0)) | exact


@cache
def day_reasons() -> st.SearchStrategy[DayReason]:
    """Draw reasons of days."""
    return st.builds(
        DayReason,
        st.dates(),
        st.sampled_from(DayKind),
        texts(),
        st.none() | citations(),
        st.none() | st.dates(),
        st.booleans(),
    )
