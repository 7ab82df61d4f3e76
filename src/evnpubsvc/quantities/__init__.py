"""Quantities: counts with a unit, counts within bounds, ratios, the unknown, exact rounding.

Depends on errors, findings and texts only. Counts go in, `Fraction`s come out, and `round_half_up`
is the one place of the library where a number loses digits.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.quantities._counts import AnyCount, Count, CountRange, CountUnit, Unknown, ZeroPolicy
from evnpubsvc.quantities._intervals import Interval, interval_of
from evnpubsvc.quantities._numbers import (
    NumberStyle,
    decimal_text,
    localised,
    parse_number,
    round_half_up,
    round_percent,
)
from evnpubsvc.quantities._published import parse_count
from evnpubsvc.quantities._ratios import Ratio, pool

__all__ = [
    "AnyCount",
    "Count",
    "CountRange",
    "CountUnit",
    "Interval",
    "NumberStyle",
    "Ratio",
    "Unknown",
    "ZeroPolicy",
    "decimal_text",
    "interval_of",
    "localised",
    "parse_count",
    "parse_number",
    "pool",
    "round_half_up",
    "round_percent",
]

publish(__name__, __all__)
