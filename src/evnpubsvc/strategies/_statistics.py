"""Strategies for rows of registers and tallies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from evnpubsvc.statistics import Compare, RegisterRow, Tally, TallyCell, Timeliness, tally
from evnpubsvc.strategies._foundation import findings, titles

__all__ = ["register_rows", "tallies", "tally_cells"]

_FIRST, _LAST = date(2019, 1, 1), date(2026, 12, 31)
_ZONES = (timezone(timedelta(hours=7)), UTC)


def register_rows(
    *, dimensions: Sequence[str] = ("channel",), timed: bool | None = None
) -> st.SearchStrategy[RegisterRow]:
    """Draw rows of a register, some of them due or finished before they are received.

    Args:
        dimensions: names of the dimensions that each row has.
        timed: True for instants only, False for dates only, None for both.
    """
    days = st.dates(_FIRST, _LAST)
    instants = st.builds(
        datetime.replace,
        st.datetimes(datetime(2019, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - Hypothesis wants naive bounds
        tzinfo=st.sampled_from(_ZONES),
    )
    moments = {True: instants, False: days, None: days | instants}[timed]
    values = st.none() | st.sampled_from(("online", "desk", "post")) | titles(max_size=3)
    return st.builds(
        RegisterRow,
        received=moments,
        due=st.none() | moments,
        finished=st.none() | moments,
        dimensions=st.fixed_dictionaries(dict.fromkeys(dimensions, values)),
    )


def tally_cells(*, depth: int = 1) -> st.SearchStrategy[TallyCell]:
    """Draw cells with keys of some length."""
    values = st.none() | titles(max_size=3)
    return st.builds(
        TallyCell,
        key=st.tuples(*[values] * depth),
        counts=st.tuples(*[st.integers(0, 1000)] * len(Timeliness)),
    )


@st.composite
def tallies(
    draw: st.DrawFn,
    *,
    dimensions: Sequence[str] = ("channel",),
    as_of: date | None = None,
    compare: Compare | None = None,
) -> Tally:
    """Draw tallies by counting drawn rows and findings.

    Args:
        draw: Hypothesis passes it.
        dimensions: what is counted by.
        as_of: day of judgement; any by default.
        compare: dates or instants; both by default.
    """
    return tally(
        draw(st.lists(register_rows(dimensions=dimensions) | findings(), max_size=8)),
        by=dimensions,
        as_of=draw(st.dates(_FIRST, _LAST)) if as_of is None else as_of,
        compare=draw(st.sampled_from(Compare)) if compare is None else compare,
    )
