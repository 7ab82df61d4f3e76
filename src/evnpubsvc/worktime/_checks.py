"""A check of numbers of days."""

from __future__ import annotations

from typing import SupportsIndex


def is_whole(value: object) -> bool:
    """Return whether a value counts: an `int` or what Python takes for one as an index."""
    return isinstance(value, SupportsIndex)
