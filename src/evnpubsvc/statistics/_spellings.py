"""One value that a register writes in several ways: counted as one, by a declared rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.statistics._dimensions import as_names
from evnpubsvc.statistics._roll_up import roll_up
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.statistics._where import Where
from evnpubsvc.units.parts import look_alikes


def join_spellings(counted: Tally, dimensions: str | Iterable[str]) -> Tally:
    """Return a tally in which values that look alike are one value.

    What looks alike, `units.look_alikes` says: case, blanks, stops, the place of a tone, invisible
    letters and letters of other alphabets make no other value. The one value is written as most of
    its dossiers write it; of spellings that are equally frequent, as the first in the order of
    Unicode.

    Tallies of parts may each write a value in their own way: merge them first, then join.

    Args:
        counted: the tally.
        dimensions: the dimensions whose values are joined.

    Raises:
        UnknownNameError: `dimension-unknown`.

    >>> from datetime import date
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": name})
    ...         for name in ("Xã Hòa Bình", "xã Hoà  Bình", "Xã Hòa Bình")]
    >>> counted = tally(rows, by=["unit"], as_of=date(2022, 12, 14), compare="date")
    >>> [(cell.key, cell.received.value) for cell in join_spellings(counted, "unit")]
    [(('Xã Hòa Bình',), 3)]
    """
    for name in as_names(dimensions):
        if name not in counted.dimensions:
            raise UnknownNameError("dimension-unknown", name, known=tuple(counted.dimensions))
        numbers = _numbers(counted, name)
        into = spellings_of(numbers)
        if into:
            counted = roll_up(counted, name, {value: value for value in numbers} | into)
    return counted


def _numbers(counted: Tally, name: str) -> Counter[str]:
    """The number of dossiers of each value."""
    place = counted.dimensions.index(name)
    numbers: Counter[str] = Counter()
    for key, number in counted.counts().items():
        if key[place] is not None:
            numbers[key[place]] += number
    return numbers


def spellings_of(numbers: Mapping[str, int]) -> dict[str, str]:
    """Return for each value that looks like another one as what it is written.

    Args:
        numbers: how many dossiers have each value.
    """
    into: dict[str, str] = {}
    for group in look_alikes(sorted(numbers)):
        chosen = min(group, key=lambda value: (-numbers[value], value))
        into.update(dict.fromkeys(group, chosen))
    return into


def say_joined(name: str, into: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a notice for each value that was written in several ways."""
    for chosen in dict.fromkeys(into.values()):
        values = tuple(value for value, one in into.items() if one == chosen)
        yield notice("spellings-joined", f"dimension {name}", chosen, values=values)


def spell_alike(where: Iterable[Where], name: str, written: Iterable[str]) -> tuple[Where, ...]:
    """Return filters that ask for values in every way in which they are written."""
    known = tuple(written)
    spelt: list[Where] = []
    for each in where:
        if each.dimension == name:
            values = {way for value in each.values for way in _ways(value, known)}
            each = evolve(each, values=tuple(sorted(values)))  # noqa: PLW2901
        spelt.append(each)
    return tuple(spelt)


def _ways(value: str, known: Iterable[str]) -> tuple[str, ...]:
    """The ways in which a value is written; the value itself where it is not."""
    ways = tuple(each for each in known if each == value or look_alikes([each, value]))
    return ways or (value,)


def join_declared(
    counted: Tally, names: Iterable[str], where: tuple[Where, ...]
) -> tuple[Tally, tuple[Where, ...], tuple[Finding, ...]]:
    """Join the dimensions of a tally whose spellings a mapping declares as one.

    Returns:
        The tally; the filters as its values are written; what was joined.
    """
    said: list[Finding] = []
    for name in names:
        if name in counted.dimensions:
            said += say_joined(name, spellings_of(_numbers(counted, name)))
            counted = join_spellings(counted, name)
            where = spell_alike(where, name, _numbers(counted, name))
    return counted, where, tuple(said)
