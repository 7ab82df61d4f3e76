"""Whether selections count dossiers twice, or dossiers that others do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, TypeAlias

from evnpubsvc.statistics._period_state import Intake, PeriodState
from evnpubsvc.statistics._selection import Selection

_Kind: TypeAlias = tuple[Intake, PeriodState, Mapping[str, str]]
"""A kind of dossier: when it came, where it stands, what the register says of it."""

_OTHER: Final = ""  # a value that no selection names


def most_counted(selections: Sequence[Selection]) -> int:
    """Return how often one dossier can be counted by selections together."""
    return max((_times(selections, kind) for kind in _kinds(selections)), default=0)


def is_within(part: Sequence[Selection], whole: Sequence[Selection]) -> bool:
    """Return whether a whole counts each dossier at least as often as a part of it does."""
    return all(_times(part, kind) <= _times(whole, kind) for kind in _kinds([*part, *whole]))


def kinds_apart(selections: Sequence[Selection]) -> int:
    """Return how many kinds of dossiers selections tell apart, which is what checking costs."""
    return len(Intake) * len(PeriodState) * prod(map(len, _choices(selections).values()))


def _times(selections: Sequence[Selection], kind: _Kind) -> int:
    entry, state, values = kind
    return sum(
        entry in each.entries and state in each.states and each.takes(values) for each in selections
    )


def _kinds(selections: Sequence[Selection]) -> Iterator[_Kind]:
    """Yield every kind of dossier that selections tell apart."""
    choices = _choices(selections)
    for entry, state in product(Intake, PeriodState):
        for values in product(*choices.values()):
            yield entry, state, dict(zip(choices, values, strict=True))


def _choices(selections: Sequence[Selection]) -> dict[str, list[str]]:
    """Return the values of each dimension that selections tell apart, and one that none names."""
    choices: dict[str, list[str]] = {}
    wheres = [where for each in selections for where in each.where]
    for dimension in dict.fromkeys(where.dimension for where in wheres):
        sets = [set(where.values) for where in wheres if where.dimension == dimension]
        # Values that occur in the same filters need no kind each.
        named = {value for each in sets for value in each}
        alike = {tuple(value in each for each in sets): value for value in named}
        choices[dimension] = [_OTHER, *alike.values()]
    return choices
