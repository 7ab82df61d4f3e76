"""Quantities: counts with a unit, ratios, the unknown as a value, exact arithmetic, rounding.

Depends on errors, findings and texts only. Counts go in, `Fraction`s come out, and `round_half_up`
is the one place of the library where a number loses digits.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.quantities._counts import Count, CountUnit, Ratio, Unknown, ZeroPolicy, pool
from evnpubsvc.quantities._numbers import (
    NumberStyle,
    decimal_text,
    localised,
    parse_number,
    round_half_up,
    round_percent,
)

__all__ = [
    "Count",
    "CountUnit",
    "NumberStyle",
    "Ratio",
    "Unknown",
    "ZeroPolicy",
    "decimal_text",
    "localised",
    "parse_number",
    "pool",
    "round_half_up",
    "round_percent",
]

publish(__name__, __all__)
