"""Strategies for counts, ratios and unknowns."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.quantities import AnyCount, Count, CountRange, CountUnit, Interval, Ratio, Unknown
from evnpubsvc.strategies._foundation import keys
from evnpubsvc.texts.parts import render

_MANY = 10**9  # above the dossiers of a nation in a year


def counts(
    *,
    units: st.SearchStrategy[CountUnit] | None = None,
    min_value: int = 0,
    max_value: int = _MANY,
) -> st.SearchStrategy[Count]:
    """Draw counts. Shrinks to zero dossiers.

    Args:
        units: the units to draw from; all by default.
        min_value: smallest count, inclusive, zero or more.
        max_value: largest count, inclusive.
    """
    if not 0 <= min_value <= max_value:
        raise InvalidArgument(
            f"0 <= min_value <= max_value must hold, got {min_value=}, {max_value=}"
        )
    return st.builds(
        Count,
        value=st.integers(min_value, max_value),
        unit=st.sampled_from(CountUnit) if units is None else units,
    )


def count_ranges(
    *, units: st.SearchStrategy[CountUnit] | None = None, max_value: int = _MANY
) -> st.SearchStrategy[CountRange]:
    """Draw counts within bounds, with and without an upper one. Shrinks to zero or more dossiers.

    Args:
        units: the units to draw from; all by default.
        max_value: the largest bound, inclusive.
    """
    if max_value < 0:
        raise InvalidArgument(f"max_value must not be negative, got {max_value}")

    @st.composite
    def build(draw: st.DrawFn) -> CountRange:
        least = draw(st.integers(0, max_value))
        most = draw(st.none() | st.integers(least, max_value))
        unit = draw(st.sampled_from(CountUnit) if units is None else units)
        return CountRange(least, most, unit, draw(st.sampled_from(["", "hơn 7.000", "5-7"])))

    return build()


@cache
def intervals() -> st.SearchStrategy[Interval]:
    """Draw intervals, with and without an upper end, some of them bounds."""

    @st.composite
    def build(draw: st.DrawFn) -> Interval:
        low = Fraction(draw(st.integers(0, 400)), 4)
        width = draw(st.none() | st.integers(0, 400))
        high = None if width is None else low + Fraction(width, 4)
        return Interval(low, high, reached=draw(st.booleans()))

    return build()


def ratios(
    *, units: st.SearchStrategy[CountUnit] | None = None, max_denominator: int = _MANY
) -> st.SearchStrategy[Ratio]:
    """Draw ratios of every kind: over zero, above one, of mixed units, of counts within bounds.

    Shrinks to 0/0 dossiers.
    """
    if max_denominator < 0:
        raise InvalidArgument(f"max_denominator must not be negative, got {max_denominator}")
    unit = st.sampled_from(CountUnit) if units is None else units

    @st.composite
    def build(draw: st.DrawFn) -> Ratio:
        above_one, mixed_units = draw(st.booleans()), draw(st.booleans())
        whole = Count(draw(st.integers(0, max_denominator)), draw(unit))
        part = Count(
            draw(st.integers(0, _MANY if above_one else whole.value)),
            draw(unit) if mixed_units else whole.unit,
        )
        sides: list[AnyCount] = [part, whole]
        for i, side in enumerate(sides):
            if draw(st.integers(0, 7)) == 7:
                most = draw(st.none() | st.integers(side.least, _MANY))
                sides[i] = CountRange(side.least, most, side.unit)
        return Ratio(*sides, above_one=above_one, mixed_units=mixed_units)

    return build()


@cache
def unknowns() -> st.SearchStrategy[Unknown]:
    """Draw unknowns with reasons of any application."""
    reasons = keys().filter(_needs_no_parts)
    return st.builds(Unknown, reason=reasons, about=st.just("") | keys())


def _needs_no_parts(reason: str) -> bool:
    """Whether a reason is told without parts; a text of the catalogue with others is no reason."""
    return "{" not in render(reason, "en", {"value": ""})
