"""What other rooms may use of this one: numbers as text, and the interval that a value spans."""

from evnpubsvc.quantities._intervals import interval_of
from evnpubsvc.quantities._numbers import (
    decimal_text,
    exact_sum,
    has_places,
    localised,
    round_percent,
)

__all__ = ["decimal_text", "exact_sum", "has_places", "interval_of", "localised", "round_percent"]
