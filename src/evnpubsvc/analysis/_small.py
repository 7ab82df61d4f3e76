"""Small bases: where one dossier moves a share by much, and by how much."""

from __future__ import annotations

from fractions import Fraction

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.analysis._states import State, points_in
from evnpubsvc.emulation import (
    BandsCriterion,
    Component,
    Criterion,
    MinusPlusCriterion,
    RatioCriterion,
    Standings,
)
from evnpubsvc.errors import MisuseError


@frozen(kw_only=True)
class SmallDenominator(PublicType):
    """A share over few dossiers (mẫu số nhỏ), with the points that one of them is worth.

    Attributes:
        unit: the unit.
        key: the criterion.
        numerator: how many are good.
        denominator: of how many.
        low: the points with one good one less, rounded as the scheme rounds components; those of
            none where there is none.
        high: the points with one good one more, likewise; those of all where all are good.
    """

    unit: str = field(validator=nonempty_text)
    key: str = field(validator=nonempty_text)
    numerator: int = field(validator=instance_of(int))
    denominator: int = field(validator=instance_of(int))
    low: Fraction = field(validator=instance_of(Fraction))
    high: Fraction = field(validator=instance_of(Fraction))


def small_denominators(standings: Standings, *, below: int = 30) -> tuple[SmallDenominator, ...]:
    """Return the shares of ranked units that are over fewer than so many, with exact intervals.

    Args:
        standings: standings of one scheme.
        below: bases below this number are small; 30 by default. Zero is none: a policy decides.

    Raises:
        MisuseError: `standings-without-scheme`, `number-not-positive`.

    >>> from evnpubsvc import preset, rank, score, UnitFigures
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> standings = rank([score(scheme, UnitFigures.for_scheme(
    ...     scheme, "X", {"dossiers_on_time": 9, "dossiers_received": 10}))])
    >>> [(str(each.low), str(each.high)) for each in small_denominators(standings)]
    [('16', '20')]
    """
    scheme = standings.scheme
    if scheme is None:
        raise MisuseError("standings-without-scheme")
    if below < 1:
        raise MisuseError("number-not-positive", below, record="small_denominators")
    found: list[SmallDenominator] = []
    for place in standings:
        if place.rank is None:
            continue
        for component in place.sheet.components:
            n, d = component.numerator, component.denominator
            criterion = scheme.criterion(component.key)
            shares = isinstance(criterion, (RatioCriterion, BandsCriterion, MinusPlusCriterion))
            if not shares or n is None or d is None or not 0 < d < below:
                continue
            points = [
                points_in(criterion, _state(criterion, component, number, d), scheme)
                for number in (max(n - 1, 0), n, min(n + 1, max(n, d)))
            ]
            known = [each for each in points if each is not None]
            found.append(
                SmallDenominator(
                    unit=place.sheet.unit,
                    key=component.key,
                    numerator=n,
                    denominator=d,
                    low=min(known),
                    high=max(known),
                )
            )
    return tuple(found)


def _state(criterion: Criterion, component: Component, n: int, d: int) -> State:
    """Return what a criterion reads, with another number of good ones."""
    state: State = {"numerator": n}
    substitute = criterion.substitute if isinstance(criterion, RatioCriterion) else None
    if substitute is not None and substitute.flag in component.flags:
        state["substitute"] = d
    else:
        state["denominator"] = d
    if isinstance(criterion, RatioCriterion) and criterion.not_due is not None:
        state["not_due"] = 0  # the denominator is what is left of it
    if isinstance(criterion, MinusPlusCriterion) and component.value is not None:
        state["figure"] = int(component.value)
    return state
