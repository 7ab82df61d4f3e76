"""From any value of a dimension to a coarser one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.findings import finding
from evnpubsvc.statistics._dimensions import WORKING_DAYS, as_names
from evnpubsvc.statistics._period_state import LeftOut
from evnpubsvc.statistics._tally import Tally, TallyBuilder
from evnpubsvc.statistics._where import Where, as_wheres


def roll_up(counted: Tally, dimension: str, into: Mapping[str, str | None]) -> Tally:
    """Return a tally with values of a dimension replaced by coarser ones and their cells added.

    Args:
        counted: the tally.
        dimension: a dimension of it; its name stays.
        into: value -> coarser value; None stays None.

    Raises:
        UnknownNameError: `dimension-unknown`.
        DataError: `roll-up-unknown`, for all values that stand in no pair, at once.

    >>> from datetime import date
    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"channel": each}) for each in ("web",
    ...     "app", "desk")]
    >>> counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> coarse = roll_up(counted, "channel", {"web": "online", "app": "online", "desk": "desk"})
    >>> [(cell.key, cell.received.value) for cell in coarse]
    [(('desk',), 1), (('online',), 2)]
    """
    place = place_of(counted, dimension)
    values = _values(counted, place)
    missing = sorted(value for value in values if value is not None and value not in into)
    if missing:
        raise DataError(
            finding("roll-up-unknown", f"dimension {dimension}", value) for value in missing
        )
    return replace_values(
        counted, place, {value: None if value is None else into[value] for value in values}
    )


def sum_over(counted: Tally, dimension: str) -> Tally:
    """Return a tally without a dimension: cells that differ in nothing else are added up.

    Raises:
        UnknownNameError: `dimension-unknown`.

    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> row = RegisterRow(date(2022, 12, 1), dimensions={"unit": "a", "channel": "online"})
    >>> counted = tally([row], by=["unit", "channel"], as_of=date(2022, 12, 14), compare="date")
    >>> [cell.key for cell in sum_over(counted, "channel")]
    [('a',)]
    """
    place = place_of(counted, dimension)
    left = (*counted.dimensions[:place], *counted.dimensions[place + 1 :])
    calendar = counted.calendar if WORKING_DAYS in left else None
    sums = TallyBuilder(evolve(counted, dimensions=left, calendar=calendar, cells=()))
    for key, number in counted.counts().items():
        rest = (*key[:place], *key[place + 1 :])
        sums.counts[rest] = sums.counts.get(rest, 0) + number
    return sums.tally()


def narrow(counted: Tally, where: Mapping[str, str | Iterable[str]] | Iterable[Where]) -> Tally:
    """Return a tally of the dossiers with some values only; the others stand in `outside`.

    Args:
        counted: the tally.
        where: dimension -> the value, or the values, that are asked for. A dossier whose register
            does not say the value is outside.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `selection-malformed`: a dimension twice, also one that was asked for before.

    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": "a", "channel": each})
    ...         for each in ("online", "online", "post")]
    >>> counted = tally(rows, by=["unit", "channel"], as_of=date(2022, 12, 14), compare="date")
    >>> online = sum_over(narrow(counted, {"channel": "online"}), "channel")
    >>> online["a"].received.value, online.outside
    (2, 1)
    """
    asked = as_wheres(where)
    places = [(place_of(counted, each.dimension), set(each.values)) for each in asked]
    whole = as_wheres((*counted.where, *asked))
    sums = TallyBuilder(evolve(counted, where=whole, cells=()))
    for key, number in counted.counts().items():
        if all(key[place] in values for place, values in places):
            sums.counts[key] = number
        else:
            sums.left_out[LeftOut.OUTSIDE] += number
    return sums.tally()


def narrowed(counted: Tally, by: str | Sequence[str], where: Iterable[Where]) -> Tally:
    """Return what was asked of a tally that was counted by the dimensions of a filter too."""
    if not where:
        return counted
    answer, stay = narrow(counted, where), as_names(by)
    for name in counted.dimensions:
        if name not in stay:
            answer = sum_over(answer, name)
    return answer


def place_of(counted: Tally, dimension: str) -> int:
    if dimension not in counted.dimensions:
        raise UnknownNameError("dimension-unknown", dimension, known=tuple(counted.dimensions))
    return counted.dimensions.index(dimension)


def _values(counted: Tally, place: int) -> set[str | None]:
    """Return the values of a dimension, without making the cells of the tally."""
    return {key[place] for key in counted.counts()}


def replace_values(counted: Tally, place: int, into: Mapping[str | None, str | None]) -> Tally:
    sums = TallyBuilder(evolve(counted, cells=()))
    for key, number in counted.counts().items():
        coarse = (*key[:place], into[key[place]], *key[place + 1 :])
        sums.counts[coarse] = sums.counts.get(coarse, 0) + number
    return sums.tally()
