"""Strategies for counts, ratios and unknowns."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown
from evnpubsvc.strategies._foundation import keys

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


def ratios(
    *, units: st.SearchStrategy[CountUnit] | None = None, max_denominator: int = _MANY
) -> st.SearchStrategy[Ratio]:
    """Draw ratios of every kind: over zero, above one, of mixed units. Shrinks to 0/0 dossiers."""
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
        return Ratio(part, whole, above_one=above_one, mixed_units=mixed_units)

    return build()


def unknowns() -> st.SearchStrategy[Unknown]:
    """Draw unknowns with reasons of any application."""
    return st.builds(Unknown, reason=keys(), about=st.just("") | keys())
