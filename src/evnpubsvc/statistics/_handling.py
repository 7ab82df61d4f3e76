"""How long dossiers took: exact numbers of working days, from a tally that merges."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import pairs_of
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown
from evnpubsvc.statistics._cells import Key, sort_key
from evnpubsvc.statistics._dimensions import WORKING_DAYS
from evnpubsvc.statistics._period_state import CLASSES, HANDLED, INDEX, PeriodState
from evnpubsvc.statistics._roll_up import narrow
from evnpubsvc.statistics._selection import Selection, chosen_cells, with_blanks
from evnpubsvc.statistics._tally import Tally

WITH_RESULT: Final = (
    PeriodState.EARLY,
    PeriodState.ON_TIME,
    PeriodState.LATE,
    PeriodState.NO_DUE_DATE,
)
"""Handled with a result or a refusal to resolve, neither withdrawn nor stopped."""


_PERCENTILE: Final = re.compile("p([1-9][0-9]{0,2})", re.ASCII)


def _sorted_pairs(
    given: Mapping[int, int] | Iterable[tuple[int, int]],
) -> tuple[tuple[int, int], ...]:
    return tuple((days, number) for days, number in pairs_of(given) if number != 0)


def _counted_days(_: object, __: Attribute[Any], pairs: tuple[tuple[int, int], ...]) -> None:
    whole = all(type(number) is int and number >= 0 for pair in pairs for number in pair)
    if not whole or len({days for days, _ in pairs}) < len(pairs):
        raise MisuseError("handling-time-malformed", pairs)


@frozen
class HandlingTime(PublicType):
    """How many dossiers took how many working days (*thời gian giải quyết*).

    A day is counted from the one after the receipt to that of the end, so what is finished on the
    day of its receipt took 0. Nothing is rounded, and the handling times of parts add up to that of
    the whole: `a + b`.

    Attributes:
        counts: (working days, dossiers), sorted by days, without zeros; a mapping is accepted.

    Raises:
        MisuseError: `handling-time-malformed`: a number below zero, or the same days twice.

    >>> taken = HandlingTime({1: 2, 3: 1, 10: 1})
    >>> taken.dossiers, taken.mean, taken.median, taken.percentile(90)
    (4, Fraction(15, 4), Fraction(2, 1), 10)
    """

    counts: tuple[tuple[int, int], ...] = field(
        default=(), converter=_sorted_pairs, validator=_counted_days
    )

    def __add__(self, other: HandlingTime) -> HandlingTime:
        if not isinstance(other, HandlingTime):
            return NotImplemented
        sums = dict(self.counts)
        for days, number in other.counts:
            sums[days] = sums.get(days, 0) + number
        return handling_time_of(tuple(sorted(sums.items())))

    @property
    def dossiers(self) -> int:
        """How many dossiers there are."""
        return sum([number for _, number in self.counts])

    @property
    def mean(self) -> Fraction | Unknown:
        """The mean, exact; unknown where there is no dossier."""
        if not self.counts:
            return Unknown("nothing-handled")
        return Fraction(sum([days * number for days, number in self.counts]), self.dossiers)

    @property
    def median(self) -> Fraction | Unknown:
        """The middle value, or the mean of the two in the middle; unknown without a dossier."""
        if not self.counts:
            return Unknown("nothing-handled")
        upto = self._upto()
        low, high = (upto[-1] + 1) // 2, upto[-1] // 2 + 1
        return Fraction(self._nth(low, upto) + self._nth(high, upto), 2)

    @answer_wrong_arguments
    def percentile(self, percent: int | Fraction) -> int | Unknown:
        """Return the fewest working days within which so many percent of the dossiers were handled.

        Args:
            percent: above 0, at most 100.

        Returns:
            A number of days that occurs (the nearest-rank percentile); unknown without a dossier.

        Raises:
            MisuseError: `percent-out-of-range`.
        """
        if not 0 < percent <= 100:
            raise MisuseError("percent-out-of-range", percent)
        if not self.counts:
            return Unknown("nothing-handled")
        upto = self._upto()
        return self._nth(-(-percent * upto[-1] // 100), upto)

    @answer_wrong_arguments
    def statistic(self, name: str) -> Fraction | Unknown:
        """Return a number of the distribution by its name, as schemes and forms say it.

        Args:
            name: `mean`, `median`, or `p` and a whole percentage: `p90`.

        Raises:
            UnknownNameError: `statistic-unknown`.

        >>> HandlingTime({1: 2, 3: 1, 10: 1}).statistic("p90")
        Fraction(10, 1)
        """
        if name == "mean":
            return self.mean
        if name == "median":
            return self.median
        match = _PERCENTILE.fullmatch(name)
        if match is None or not 0 < int(match[1]) <= 100:
            raise UnknownNameError("statistic-unknown", name, known=("mean", "median", "p90"))
        days = self.percentile(int(match[1]))
        return days if isinstance(days, Unknown) else Fraction(days)

    def within(self, days: int) -> int:
        """Return how many dossiers took at most so many working days."""
        return sum(number for taken, number in self.counts if taken <= days)

    def _upto(self) -> list[int]:
        """Return how many dossiers took so many days or fewer, for each number of days."""
        return list(accumulate([number for _, number in self.counts]))

    def _nth(self, place: int, upto: list[int]) -> int:
        """Return the days of the dossier of a place, counted from 1 by days."""
        return self.counts[bisect_left(upto, place)][0]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.counts)

    def __bool__(self) -> bool:
        return bool(self.counts)


_OpenTime: Final = open_class(HandlingTime)


def handling_time_of(counts: tuple[tuple[int, int], ...]) -> HandlingTime:
    """Return a handling time of pairs that are known to be right: sorted by days, none of zero."""
    made: Any = _OpenTime()
    made.counts = counts
    made.__class__ = HandlingTime
    return cast("HandlingTime", made)


def handling_time(
    counted: Tally,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    states: Collection[PeriodState] = WITH_RESULT,
) -> HandlingTime:
    """Return how many working days the dossiers of a tally took.

    Args:
        counted: a tally by `working_days`, and whatever else.
        where: only dossiers with these values of dimensions.
        states: how they ended; by default with a result or a refusal to resolve.

    Raises:
        UnknownNameError: `dimension-unknown`, also for a tally that is not by `working_days`.
        MisuseError: `states-not-handled` for states of dossiers that have not ended.

    >>> from datetime import date
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> rows = [RegisterRow(date(2022, 12, 1), finished=date(2022, 12, day))
    ...     for day in (1, 2, 5, 15)]
    >>> counted = tally(rows, by=["working_days"], as_of=date(2022, 12, 31), compare="date",
    ...                 calendar=vietnam_calendar())
    >>> taken = handling_time(counted)
    >>> taken.counts, taken.median
    (((0, 1), (1, 1), (2, 1), (10, 1)), Fraction(3, 2))
    """
    chosen = counted if where is None else narrow(counted, where)
    total = HandlingTime()
    for each in handling_times(chosen, by=(), states=states).values():
        total += each
    return total


def handling_of(
    counted: Tally, selection: Selection, blank: Mapping[str, str] | None = None
) -> HandlingTime | Unknown:
    """Return how many working days the dossiers of a selection took.

    Args:
        counted: a tally by `working_days` and the dimensions of the selection.
        selection: which dossiers; only handled ones have a time.
        blank: dimension -> value to count those dossiers under whose register does not say it.

    Returns:
        The distribution; `value-not-said` or `value-no-word` where it cannot be said whether a
        dossier is among them, `measure-missing` where the tally has not the dimensions.
    """
    if not {WORKING_DAYS, *selection.dimensions} <= set(counted.dimensions):
        return Unknown("measure-missing", WORKING_DAYS)
    days = dict[int, int]()
    filled = with_blanks(counted, blank or {})
    for values, cell in chosen_cells(filled, selection.dimensions, None):
        number, taken = selection.of(cell), values[WORKING_DAYS]
        if not number or taken is None:
            continue
        if selection.takes(values):
            days[int(taken)] = days.get(int(taken), 0) + number
            continue
        undecided = selection.undecided(values)
        if undecided is not None:
            return undecided
    return HandlingTime(days)


def handling_times(
    counted: Tally,
    *,
    by: Iterable[str] | None = None,
    states: Collection[PeriodState] = WITH_RESULT,
) -> Mapping[Key, HandlingTime]:
    """Return the handling times of a tally by cell.

    Args:
        counted: a tally by `working_days`, and whatever else.
        by: dimensions of the cells; by default all but `working_days`.
        states: how the dossiers ended; by default with a result or a refusal to resolve.

    Returns:
        Key -> handling time, sorted by key; a cell in which nothing ended is empty.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `states-not-handled`.
    """
    wanted, classes = handling_question(counted.dimensions, by, states)
    at = counted.dimensions.index(WORKING_DAYS)
    places = [counted.dimensions.index(name) for name in wanted]

    sums: dict[Key, dict[int, int]] = {}
    for long_key, number in counted.counts().items():
        own = sums.setdefault(tuple([long_key[place] for place in places]), {})
        if long_key[-1] in classes and long_key[at] is not None:
            days = int(long_key[at])
            own[days] = own.get(days, 0) + number
    ordered = sorted(sums, key=sort_key)
    return MappingProxyType(
        {key: handling_time_of(tuple(sorted(sums[key].items()))) for key in ordered}
    )


def handling_question(
    dimensions: Collection[str], by: Iterable[str] | None, states: Collection[PeriodState]
) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the dimensions of cells of handling times, and the places of the states counted.

    The places are those at the end of a `LongKey`.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `states-not-handled`.
    """
    if not set(states) <= set(HANDLED):
        raise MisuseError("states-not-handled", tuple(states), known=HANDLED)
    names = tuple(name for name in dimensions if name != WORKING_DAYS)
    wanted = names if by is None else tuple(by)
    for name in (WORKING_DAYS, *wanted):
        if name not in dimensions:
            raise UnknownNameError("dimension-unknown", name, known=tuple(dimensions))
    places = {INDEX[state] + shift for state in states for shift in (0, CLASSES)}
    return wanted, frozenset(places)
