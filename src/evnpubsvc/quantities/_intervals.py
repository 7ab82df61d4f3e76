"""Intervals: what a result can be where counts are known within bounds only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities._counts import AnyCount, Unknown
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

_FAR: Final = 10**100  # beyond every count, and every threshold of a score
_MOST_CORNERS: Final = 20_000


@frozen
class Interval(PublicType):
    """The least and the most that a number can be, both inclusive.

    Attributes:
        low: no value lies below it.
        high: no value lies above it; None where nothing bounds it.
        reached: the counts behind it can take values that give `low`, and others that give `high`.
            False: it is a bound, and the real interval may be narrower.

    >>> print(Interval(Fraction(40), Fraction(105, 2)))
    40 to 52.5
    """

    low: Fraction = field(validator=instance_of(Fraction))
    high: Fraction | None = field(validator=instance_of(Fraction, type(None)))
    reached: bool = field(default=True, kw_only=True, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise MisuseError("interval-reversed", low=self.low, high=self.high)

    @property
    def is_one_value(self) -> bool:
        """Whether the bounds leave one value only."""
        return self.low == self.high

    def written(self, lang: Language) -> str:
        """Return both ends: *40 đến 52,5*; a bound says so."""
        key = "interval-from" if self.high is None else "interval"
        text = render(key, lang, {"low": self.low, "high": self.high})
        return text if self.reached else render("interval-bound", lang, {"interval": text})

    def __str__(self) -> str:
        return self.written("en")


def interval_of(
    counts: Sequence[AnyCount],
    value: Callable[[tuple[int, ...]], Fraction | Unknown | None],
    *,
    turns: Iterable[int] = (),
    floor: Fraction = Fraction(0),
    top: Fraction | None = None,
) -> Interval | Unknown | None:
    """Return the least and the most that a function of counts can be within their bounds.

    The extremes are looked for where the bounds and the turns meet; so the interval is exact for
    functions that only rise or only fall in each count between them, as ratios and points do.

    Args:
        counts: the counts, independent of each other.
        value: the function of one number for each count. It gives None for numbers that cannot be
            together (a part above its whole), an `Unknown` where it has no value.
        turns: numbers at which the function may jump or turn, in whichever count.
        floor: no value lies below it.
        top: no value lies above it; None for no limit.

    Returns:
        The interval; a bound (`reached` is False) where a count without upper bound takes the
        function ever closer to a limit, or where there are too many counts. An `Unknown` where the
        function has no value within the bounds: its own where it is always the same, else
        `undecided-within-bounds`. None where no numbers can be together.

    >>> from evnpubsvc.quantities import Count, CountRange
    >>> received, on_time = CountRange(100, 120, "dossiers"), Count(90, "dossiers")
    >>> print(interval_of([on_time, received], lambda v: Fraction(v[0], v[1])))
    0.75 to 0.9
    """
    marks = {
        *turns,
        *(end for each in counts for end in (each.least, each.most) if end is not None),
    }
    near = [_corners(each, marks, _FAR) for each in counts]
    if prod(map(len, near)) > _MOST_CORNERS:
        return Interval(floor, top, reached=False)
    found = _values(near, value)
    if not found:
        return None
    numbers = {each for each in found if isinstance(each, Fraction)}
    if len(numbers) < len(found):
        unknowns = [each for each in found if isinstance(each, Unknown)]
        if numbers or len(unknowns) > 1:
            return Unknown("undecided-within-bounds", unknowns[0].about)
        return unknowns[0]
    low, high = min(numbers), max(numbers)
    if all(each.most is not None for each in counts):
        return Interval(low, high)

    # Far out the function stays as it is, or it still goes on towards its limit.
    beyond = _values([_corners(each, marks, _FAR**2) for each in counts], value)
    farther = {each for each in beyond if isinstance(each, Fraction)}
    falls, rises = min(farther) < low, max(farther) > high
    return Interval(
        floor if falls else low,
        top if rises else high,
        reached=not (falls or (rises and top is not None)),
    )


def _corners(count: AnyCount, marks: Collection[int], far: int) -> list[int]:
    """Return the numbers of a count at which a function can be least or most."""
    end = far if count.most is None else count.most
    return sorted({count.least, end, *(mark for mark in marks if count.least <= mark <= end)})


def _values(
    corners: Sequence[Sequence[int]],
    value: Callable[[tuple[int, ...]], Fraction | Unknown | None],
) -> set[Fraction | Unknown]:
    found = (value(numbers) for numbers in product(*corners))
    return {each for each in found if each is not None}
