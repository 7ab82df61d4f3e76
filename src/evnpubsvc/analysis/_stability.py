"""Would the order stand: under another weight, or without a criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._crossing import AtEnd
from evnpubsvc.analysis._first_change import Walks
from evnpubsvc.analysis._weighing import (
    Convention,
    Path,
    Profile,
    make_path,
    points_at,
    profile_of,
)
from evnpubsvc.emulation import Scheme, Standings
from evnpubsvc.emulation.engine import ranked
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum


class Kept(LabelledEnum):
    """What is to stay while a weight changes."""

    ORDER = "order"
    """Every rank, ties included."""
    FIRST = "first"
    """Who is first: one unit, or those that share the place."""
    TOP = "top"
    """Who is among the first so many; where more units share the last of these places than it has
    room for, also that these share it."""


@frozen(kw_only=True)
class RangeEnd(PublicType):
    """Why an interval of weights ends.

    Attributes:
        unit: the unit that was the better one, or one of two that are tied.
        other: the unit that catches up with it.
        at: how the two stand at the end itself.
    """

    unit: str = field(validator=nonempty_text)
    other: str = field(validator=nonempty_text)
    at: AtEnd = field(validator=instance_of(AtEnd))


@frozen(kw_only=True)
class WeightRange(PublicType):
    """The interval of one weight (khoảng ổn định của trọng số) in which standings stay.

    Attributes:
        key: the criterion or group whose maximum changes.
        stratum: the stratum that is looked at; empty when all are ranked together.
        kept: what stays.
        convention: what the other weights do.
        weight: the weight that the scheme gives it; always in the interval.
        low: the smallest weight. Without `below` it is zero, and the interval includes it; for a
            criterion of a group that is cut, it is the weight below which nothing would be cut.
        high: the largest weight. Without `above` it is the maximum of the scheme, included; larger
            ones are not looked at.
        below: who changes places at `low`, and how they stand there; None where nobody does.
        above: who changes places at `high`, likewise.
    """

    key: str = field(validator=nonempty_text)
    stratum: str = field(validator=instance_of(str))
    kept: Kept = field(validator=instance_of(Kept))
    convention: Convention = field(validator=instance_of(Convention))
    weight: Fraction = field(validator=instance_of(Fraction))
    low: Fraction = field(validator=instance_of(Fraction))
    high: Fraction = field(validator=instance_of(Fraction))
    below: RangeEnd | None = field(default=None, validator=instance_of(RangeEnd, type(None)))
    above: RangeEnd | None = field(default=None, validator=instance_of(RangeEnd, type(None)))

    @answer_wrong_arguments
    def contains(self, weight: Fraction | int) -> bool | None:
        """Say whether what is kept stays at a weight; None where the search ended before it."""
        for end, side in ((self.below, self.low), (self.above, self.high)):
            beyond = weight < side if side == self.low and end is self.below else weight > side
            if end is None:
                if beyond:
                    return None
            elif beyond or weight == side:
                if end.at is AtEnd.UNDECIDED and beyond:
                    return None
                if beyond:
                    return False
                return end.at in (AtEnd.KEPT, AtEnd.UNDECIDED)
        return True


@frozen(kw_only=True)
class RankMove(PublicType):
    """How the rank of one unit changes.

    Attributes:
        unit: identifier.
        before: its rank in the standings.
        after: its rank under the change.
    """

    unit: str = field(validator=nonempty_text)
    before: int = field(validator=instance_of(int))
    after: int = field(validator=instance_of(int))


@frozen(kw_only=True)
class LeftOut(PublicType):
    """Standings without one criterion or group.

    Attributes:
        key: what is left out: its points are zero for everybody.
        stratum: the stratum that is looked at.
        first: who is first then.
        moves: units whose rank changes, by their rank before; empty where the order stays.
    """

    key: str = field(validator=nonempty_text)
    stratum: str = field(validator=instance_of(str))
    first: tuple[str, ...] = field(validator=tuple_of(str))
    moves: tuple[RankMove, ...] = field(validator=tuple_of(RankMove))


@frozen(kw_only=True)
class Stability(PublicType, Printed):
    """How far standings depend on their weights.

    Attributes:
        scheme: key of the scheme.
        top: how many of the best are asked about with `Kept.TOP`.
        ranges: one for each stratum, criterion or group, convention, and what is kept.
        left_out: one for each stratum and each criterion or group.
        apart: units that could not be compared, since their total is no sum of weighted shares: it
            is known within bounds only, or a criterion left the sheet and the others make up for
            it. What is said holds for the order of the others.

    `str()` gives it as a table, `text("vi")` in Vietnamese.
    """

    scheme: str = field(validator=nonempty_text)
    top: int = field(validator=instance_of(int))
    ranges: tuple[WeightRange, ...] = field(validator=tuple_of(WeightRange))
    left_out: tuple[LeftOut, ...] = field(validator=tuple_of(LeftOut))
    apart: tuple[str, ...] = field(default=(), validator=tuple_of(str))

    def of(
        self, key: str, convention: Convention, *, kept: Kept = Kept.ORDER, stratum: str = ""
    ) -> WeightRange | None:
        """Return the range of one weight; None where the convention has no meaning for it."""
        wanted = (key, convention, kept, stratum)
        for each in self.ranges:
            if (each.key, each.convention, each.kept, each.stratum) == wanted:
                return each
        return None


def stability(standings: Standings, *, top: int = 3) -> Stability:
    """Return for each weight the exact interval in which standings stay, and what ends it.

    A weight is the maximum (điểm tối đa) of a criterion or a group. While it changes, each unit
    keeps the share that it earned, and totals are cut and rounded as the scheme says: the order is
    the one that `score` and `rank` give under `scheme.with_weights(...)`.

    Args:
        standings: standings of one scheme. Units without a rank are not looked at.
        top: how many of the best `Kept.TOP` asks about, at least 1.

    Returns:
        The intervals under both conventions, from zero to the maximum of the scheme, and the
        standings without each criterion and each group. An end is exact; where more than 200,000
        roundings (25,000 where a group or total may be cut) would have to be looked at for one pair
        of units, it is `AtEnd.UNDECIDED`, and the order holds up to it at least.

    Raises:
        MisuseError: `standings-without-scheme`, `number-not-positive` for `top`.

    >>> from evnpubsvc import preset, rank, score, UnitFigures
    >>> scheme = preset("chau-thanh-2021")
    >>> figures = {"A": (90, 100, 10, 20), "B": (80, 100, 12, 20)}
    >>> keys = ["dossiers_level_4", "dossiers", "procedures_level_4_used", "procedures_level_4"]
    >>> standings = rank(score(scheme, UnitFigures.for_scheme(
    ...     scheme, unit, dict(zip(keys, counts)))) for unit, counts in figures.items())
    >>> share = stability(standings).of("share", Convention.IN_PROPORTION)
    >>> print(share.weight, float(share.low).__round__(2), share.high)  # rounded sums tie above 50
    60 50.07 100
    """
    if standings.scheme is None:
        raise MisuseError("standings-without-scheme")
    if top < 1:
        raise MisuseError("number-not-positive", top, record="stability")
    scheme = standings.scheme

    # Units by stratum, best first, as far as their totals can be weighed.
    apart: list[str] = []
    strata: dict[str, list[tuple[int, Profile]]] = {}
    for place in standings:
        if place.rank is None:
            if place.ranks is not None:
                apart.append(place.sheet.unit)
            continue
        profile = profile_of(place.sheet)
        if profile is None:
            apart.append(place.sheet.unit)
        else:
            strata.setdefault(place.stratum, []).append((place.rank, profile))

    ranges: list[WeightRange] = []
    left_out: list[LeftOut] = []
    for stratum, members in strata.items():
        units = [profile for _, profile in members]
        chain = _known_chain(standings.tie_break, units)
        tied = list(_tied(units, scheme, chain))
        asked = {kept: list(_pairs(tied, kept, top)) for kept in Kept}
        for path, convention in paths_of(scheme):
            walks = Walks(units, path, chain)
            for kept, pairs in asked.items():
                found = _range(walks, convention, pairs)
                ranges.append(evolve(found, stratum=stratum, kept=kept))
            if convention is Convention.OTHERS_FIXED:
                left_out.append(_leave_out(path, stratum, units, standings, chain))
    return Stability(
        scheme=scheme.key,
        top=top,
        ranges=tuple(ranges),
        left_out=tuple(left_out),
        apart=tuple(apart),
    )


def _known_chain(chain: Iterable[str], units: Sequence[Profile]) -> tuple[str, ...]:
    """Return the keys of a tie chain whose points are known of every unit."""
    known = (
        {name for group, shares in unit.groups for name in (group.key, *dict(shares))}
        for unit in units
    )
    everywhere = set[str].intersection(*known) if units else set[str]()
    return tuple(key for key in chain if key in everywhere)


def paths_of(scheme: Scheme) -> Iterator[tuple[Path, Convention]]:
    """Yield the paths of all weights that can move; of a group's only criterion once."""
    for group in scheme.groups:
        alone = len(group.criteria) == 1
        keys = [group.key, *(each.key for each in group.criteria)]
        for key in keys[alone and not group.cut :]:
            for convention in Convention:
                path = make_path(scheme, key, convention)
                if path is not None:
                    yield path, convention


def _order_at(
    units: Sequence[Profile], path: Path, weight: Fraction, chain: Sequence[str]
) -> list[tuple[tuple[Fraction, ...], Profile]]:
    """Return units with what they are compared by at a weight, best first."""
    keyed: list[tuple[tuple[Fraction, ...], Profile]] = []
    for unit in units:
        points = points_at(unit, path, weight)
        keyed.append((tuple(points[name] for name in ("", *chain)), unit))
    return sorted(keyed, key=lambda each: each[0], reverse=True)


def _tied(units: Sequence[Profile], scheme: Scheme, chain: Sequence[str]) -> list[list[Profile]]:
    """Return units by place, best first: those that are tied together."""
    path = next(path for path, _ in paths_of(scheme))
    keyed = _order_at(units, path, path.weight, chain)
    return [[unit for _, unit in same] for _, same in groupby(keyed, key=lambda each: each[0])]


def _pairs(
    tied: Sequence[Sequence[Profile]], kept: Kept, top: int
) -> Iterator[tuple[Profile, Profile]]:
    """Yield the pairs of units whose relation decides whether something is kept."""
    if kept is Kept.ORDER:
        yield from pairwise(unit for same in tied for unit in same)
        return

    # Who is in, and the last place of those: where it is shared beyond the number, it stays so.
    wanted = 1 if kept is Kept.FIRST else top
    inside: list[Sequence[Profile]] = []
    for same in tied:
        if sum(map(len, inside)) >= wanted:
            break
        inside.append(same)
    if sum(map(len, inside)) > wanted:
        yield from pairwise(inside[-1])
        yield from ((unit, inside[-1][0]) for same in inside[:-1] for unit in same)
    outside = [unit for same in tied[len(inside) :] for unit in same]
    yield from ((unit, other) for same in inside for unit in same for other in outside)


def _range(
    walks: Walks, convention: Convention, pairs: Sequence[tuple[Profile, Profile]]
) -> WeightRange:
    """Return the interval in which pairs keep their relations."""
    path = walks.path
    ends: list[tuple[Fraction, RangeEnd | None]] = []
    for upwards in (False, True):
        found = walks.first(pairs, upwards=upwards)
        if found is None:
            ends.append((path.most if upwards else path.least, None))
        else:
            end = RangeEnd(unit=found.pair[0], other=found.pair[1], at=found.at)
            ends.append((found.weight, end))
    (low, below), (high, above) = ends
    return WeightRange(
        key=path.key, stratum="", kept=Kept.ORDER, convention=convention, weight=path.weight,
        low=low, high=high, below=below, above=above,
    )  # fmt: skip


def _leave_out(
    path: Path,
    stratum: str,
    units: Sequence[Profile],
    standings: Standings,
    chain: Sequence[str],
) -> LeftOut:
    """Return the standings of a stratum at a weight of zero."""
    left = tuple(key for key in chain if key != path.key)

    def ranks(weight: Fraction, names: tuple[str, ...]) -> dict[str, int]:
        keyed = [(unit.sheet.unit, key) for key, unit in _order_at(units, path, weight, names)]
        found = ranked(keyed, lambda each: each[1], standings.ties, lambda same: [same])
        return {unit: rank for rank, same in found for unit, _ in same}

    before, after = ranks(path.weight, tuple(chain)), ranks(Fraction(0), left)
    best = min(after.values())
    moves = [
        RankMove(unit=unit, before=rank, after=after[unit])
        for unit, rank in before.items()
        if rank != after[unit]
    ]
    return LeftOut(
        key=path.key,
        stratum=stratum,
        first=tuple(unit for unit, rank in after.items() if rank == best),
        moves=tuple(moves),
    )
