"""The laws that let tallies be counted in parts, for whoever merges them in a way of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import TypeVar

_T = TypeVar("_T")


def check_tally_laws(
    parts: Sequence[_T],
    *,
    merge: Callable[[_T, _T], _T],
    empty: _T,
    whole: _T | None = None,
) -> None:
    """Check that a merge of tallies is a commutative monoid, and gives the tally of the whole.

    For a property of Hypothesis: draw registers, cut them into parts, count the parts, and call
    this. It works on anything that has equality: `Tally`, `frames.TallyFrame`, or rows of an
    application's own store.

    Args:
        parts: tallies of one question; all orders of the first four are tried.
        merge: adds up two of them.
        empty: the tally of no rows.
        whole: the tally of all rows in one go, where it was counted.

    Raises:
        AssertionError: which law does not hold, and for what.

    >>> check_tally_laws([1, 2, 3], merge=int.__add__, empty=0, whole=6)
    >>> check_tally_laws([1, 2, 3], merge=int.__sub__, empty=0)
    Traceback (most recent call last):
    AssertionError: empty is not neutral on the left of 1
    """
    for part in parts:
        if merge(empty, part) != part:
            raise AssertionError(f"empty is not neutral on the left of {part!r}")
        if merge(part, empty) != part:
            raise AssertionError(f"empty is not neutral on the right of {part!r}")
    some = parts[:4]
    for one, other in permutations(some, 2):
        if merge(one, other) != merge(other, one):
            raise AssertionError(f"the order of two parts matters: {one!r}, {other!r}")
    for one, other, third in permutations(some, 3):
        if merge(merge(one, other), third) != merge(one, merge(other, third)):
            raise AssertionError(f"the brackets matter: {one!r}, {other!r}, {third!r}")
    if whole is not None:
        total = empty
        for part in parts:
            total = merge(total, part)
        if total != whole:
            raise AssertionError(f"the parts give {total!r}, the whole is {whole!r}")
