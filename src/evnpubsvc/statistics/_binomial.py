"""Tails of the binomial distribution in whole numbers, bounded where they are not summed in full.

The terms of the sum are held to 128 binary places and rounded against the answer, so that "this
tail is at most that share" is never said wrongly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

_ONE: Final = 1 << 128
_NOTHING: Final = 1 << 40  # of `_ONE`: what is left of a sum may be bounded instead of added


def tail_is_rare(hits: int, trials: int, odds: Fraction, share: Fraction) -> bool:
    """Return whether so many hits, or more, are as rare as a share says.

    Args:
        hits: from 1 to `trials`.
        trials: how often it is tried.
        odds: odds of a hit, p / (1 - p), 0 or more.
        share: below 1/2.

    Returns:
        True only if P(X >= hits) <= share for sure; False may also mean "too close to say".

    >>> tail_is_rare(5, 5, Fraction(1, 3), Fraction(1, 1000))  # 1/4 ** 5 is below
    True
    """
    if not odds:
        return True
    # Below the middle a tail is half of all or more.
    if odds * (trials - hits) >= hits + 1:
        return False
    tail = _tail_at_most(hits, trials, odds)

    # The rest is summed downwards until there is enough of it, or nothing more to add.
    enough = tail * (1 - share) / share
    term, rest = _ONE, 0
    for k in range(hits, 0, -1):
        term = term * k * odds.denominator // ((trials - k + 1) * odds.numerator)
        rest += term
        if rest >= enough:
            return True
        if term < _NOTHING:
            break
    return False


def _tail_at_most(hits: int, trials: int, odds: Fraction) -> int:
    """Return what P(X >= hits) / P(X = hits) is at most, in parts of `_ONE`.

    The terms fall, each by a larger factor than the one before it: what is left after one of them
    is at most a geometric sum.
    """
    term = tail = _ONE
    for k in range(hits, trials):
        above, below = (trials - k) * odds.numerator, (k + 1) * odds.denominator
        term = -(-term * above // below)
        tail += term
        if term < _NOTHING:
            return tail + -(-term * above // (below - above))
    return tail
