"""Quantities: counts with a unit, counts within bounds, ratios, the unknown, exact rounding.

Depends on errors, findings and texts only. Counts go in, `Fraction`s come out, and `round_half_up`
is the one place of the library where a number loses digits.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.quantities._counts import AnyCount, Count, CountRange, CountUnit, Unknown, ZeroPolicy
from evnpubsvc.quantities._intervals import Interval
from evnpubsvc.quantities._numbers import (
    NumberStyle,
    parse_number,
    round_half_up,
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
    "parse_count",
    "parse_number",
    "pool",
    "round_half_up",
]

publish(__name__, __all__)
