"""Strategies for selections, measures, named rates and growth."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Final

from hypothesis import strategies as st

from evnpubsvc.periods import Period, PeriodKind
from evnpubsvc.quantities import Count, CountUnit, Ratio
from evnpubsvc.statistics import (
    Growth,
    Intake,
    Measure,
    NamedRate,
    PeriodState,
    Rate,
    RateTable,
    Selection,
    Where,
    measures,
    named_rates,
)
from evnpubsvc.strategies._foundation import titles
from evnpubsvc.strategies._periods import periods
from evnpubsvc.texts import Text

_MANY: Final = 10**9


@cache
def wheres() -> st.SearchStrategy[Where]:
    """Draw a dimension with values that count."""
    return st.builds(
        Where,
        dimension=titles(max_size=5),
        values=st.lists(titles(max_size=3), min_size=1, max_size=3, unique=True).map(tuple),
    )


@cache
def selections() -> st.SearchStrategy[Selection]:
    """Draw selections of dossiers."""
    return st.builds(
        Selection,
        entries=st.lists(st.sampled_from(Intake), min_size=1, unique=True).map(tuple),
        states=st.lists(st.sampled_from(PeriodState), min_size=1, unique=True).map(tuple),
        where=st.lists(wheres(), max_size=2, unique_by=lambda each: each.dimension).map(tuple),
    )


@cache
def rate_measures() -> st.SearchStrategy[Measure]:
    """Draw the measures that rates are made of."""
    return st.deferred(lambda: st.sampled_from(list(measures().values())))


@cache
def rate_definitions() -> st.SearchStrategy[NamedRate]:
    """Draw the definitions of the named rates."""
    return st.deferred(lambda: st.sampled_from(list(named_rates().values())))


@cache
def rate_tables() -> st.SearchStrategy[RateTable]:
    """Draw tables with a measure and a rate of one's own, or neither."""
    return st.deferred(lambda: st.booleans().map(lambda own: _own_table() if own else RateTable()))


def _own_table() -> RateTable:
    late = named_rates()["overdue-burden"]
    stopped = Measure(
        name="stopped",
        text=Text(vi="hồ sơ dừng", en="dossiers stopped"),
        unit=CountUnit.DOSSIERS,
        selection=Selection(entries=tuple(Intake), states=(PeriodState.STOPPED,)),
    )
    share = NamedRate(
        name="stopped-of-handled",
        text=Text(vi="tỷ lệ dừng", en="stopped of handled"),
        numerator=("stopped",),
        denominator=("handled",),
        others=("overdue-burden",),
        source=late.source,
        note=late.note,
    )
    return RateTable(measures=(stopped,), rates=(share,))


def rates(
    *, names: st.SearchStrategy[str] | None = None, max_denominator: int = _MANY
) -> st.SearchStrategy[Rate]:
    """Draw rates with their counts, those over nothing included.

    Args:
        names: names to draw from; all by default.
        max_denominator: largest whole.
    """

    @st.composite
    def build(draw: st.DrawFn) -> Rate:
        name = draw(st.sampled_from(sorted(named_rates())) if names is None else names)
        unit: CountUnit = measures()[named_rates()[name].denominator[0]].unit
        whole = draw(st.integers(0, max_denominator))
        return Rate(name, Ratio(Count(draw(st.integers(0, whole)), unit), Count(whole, unit)))

    return build()


@st.composite
def growths(draw: st.DrawFn) -> Growth:
    """Draw growth between two periods that compare."""
    later: Period = draw(
        periods(
            kinds=st.sampled_from([each for each in PeriodKind if each is not PeriodKind.CUSTOM]),
            min_year=3,
        )
    )
    base, unit = draw(st.integers(1, 1_000)), draw(st.sampled_from(CountUnit))
    return Growth(
        current=Count(draw(st.integers(0, _MANY)), unit),
        previous=Count(draw(st.integers(base, _MANY)), unit),
        periods=(later, later.same_last_year()),
        minimum_base=base,
        cap=draw(st.none() | st.fractions(Fraction(0), Fraction(10), max_denominator=100)),
    )
