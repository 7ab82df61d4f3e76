"""Ranking: only inside a stratum, only on published scores, ties shown as ties."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, ClassVar, Generic, TypeVar

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._figures import Published, UnitFigures
from evnpubsvc.emulation._rules import TieRule
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import (
    ScoreSheet,
    as_float,
    figures_of_points,
    read_points,
    score,
)
from evnpubsvc.emulation._written_standings import WrittenPlace, WrittenStandings
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import finding
from evnpubsvc.quantities import Unknown

_T = TypeVar("_T")


@frozen(kw_only=True, repr=False)
class Place(PublicType):
    """The place of one unit in its stratum.

    Attributes:
        sheet: the unit's score sheet.
        stratum: the stratum it is ranked in; empty when all are ranked together.
        rank: 1 for the best; None if it is not ranked.
        shared: how many units hold this rank, itself included; 0 if it is not ranked.
        reason: why it is not ranked; None if it is.
        ranks: the best and the worst rank that it can have, both inclusive, where totals are known
            within bounds only and leave it open (`rank-within-bounds`); else None. By the rule
            1-2-2-3 it is a bound.
    """

    sheet: ScoreSheet = field(validator=instance_of(ScoreSheet))
    stratum: str = field(validator=instance_of(str))
    rank: int | None = field(validator=instance_of(int, type(None)))
    shared: int = field(validator=instance_of(int))
    reason: Unknown | None = field(default=None, validator=instance_of(Unknown, type(None)))
    ranks: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"<Place of {self.sheet.unit}: {self.rank or 'not ranked'}>"


def _as_name(unit: object) -> str | None:
    """Return how a unit is written here; None for what is no text, which names no unit."""
    if isinstance(unit, str):
        return unicodedata.normalize("NFC", unit)
    return None


@frozen(kw_only=True, repr=False)
class Standings(PublicType, Keyed, Printed):
    """Standings (bảng xếp hạng): places by stratum, best first, unranked ones last with reason.

    Attributes:
        scheme: what all sheets were scored under; None where there was no sheet.
        within: attribute whose value is the stratum; None when all are ranked together.
        ties: which rank equal scores share.
        tie_break: keys of criteria or groups whose points decide between equal totals, in this
            order; higher is better. Where the list runs out, the tie stands.
        places: sorted by stratum, rank, then identifier (numbers inside identifiers compare as
            numbers). The last is only the order of lines: units of one rank have one rank.

    `str()` gives them as a table for each stratum, with the grades after the quota; `text("vi")`
    the same in Vietnamese.

    Raises:
        MisuseError: `schemes-differ` where a sheet was scored under another scheme;
            `standings-without-scheme` for places without one.
    """

    written_as: ClassVar[type[WrittenStandings]] = WrittenStandings
    """In JSON the scheme stands once, and the sheets do not repeat it."""

    scheme: Scheme | None = field(validator=instance_of(Scheme, type(None)))
    within: str | None = field(validator=instance_of(str, type(None)))
    ties: TieRule = field(validator=instance_of(TieRule))
    tie_break: tuple[str, ...] = field(validator=tuple_of(str))
    places: tuple[Place, ...] = field(validator=tuple_of(Place))

    def __attrs_post_init__(self) -> None:
        if self.scheme is None:
            if self.places:
                raise MisuseError("standings-without-scheme")
            return
        _refuse_others(self.scheme, [place.sheet for place in self.places])

    def to_written(self) -> WrittenStandings:
        """Return what documents hold."""
        return WrittenStandings(
            scheme=self.scheme,
            within=self.within,
            ties=self.ties,
            tie_break=self.tie_break,
            places=tuple(map(WrittenPlace.of, self.places)),
        )

    @classmethod
    def from_written(cls, written: WrittenStandings) -> Standings:
        """Return the standings that a document holds."""
        scheme = written.scheme
        if scheme is None and written.places:
            raise MisuseError("standings-without-scheme")
        places = (Place(**each.under(scheme)) for each in written.places if scheme is not None)
        return cls(
            scheme=scheme,
            within=written.within,
            ties=written.ties,
            tie_break=written.tie_break,
            places=tuple(places),
        )

    def __repr__(self) -> str:
        key = "no scheme" if self.scheme is None else self.scheme.key
        return f"<Standings of {key}: {len(self.places)} units>"

    def __iter__(self) -> Iterator[Place]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, key: object) -> bool:
        """Return whether a unit stands here, or whether a loop gives this very place."""
        if isinstance(key, Place):
            return key in self.places
        return super().__contains__(key)

    def __getitem__(self, unit: str) -> Place:
        """Return the place of a unit by its identifier, or by a name that only one unit has.

        Raises:
            UnknownNameError: `unit-unknown`; the message lists the units and names the nearest.
                `unit-name-shared` where several units have the name. A number is no unit: the
                lines in their order are `places`.
        """
        wanted = _as_name(unit)
        for place in self.places:
            if place.sheet.unit == wanted:
                return place
        named = [place for place in self.places if wanted and place.sheet.name == wanted]
        if len(named) != 1:
            raise UnknownNameError(
                "unit-name-shared" if named else "unit-unknown",
                unit,
                count=len(named),
                known=tuple(place.sheet.unit for place in self.places),
            )
        return named[0]

    def rows(self) -> list[dict[str, Any]]:
        """Return a plain dictionary for each place, which every frame library takes.

        The keys are `rank` (None where the unit is not ranked), `unit`, `name`, `stratum`, `score`,
        `maximum`, `reason` (why it is not ranked, or None), and the key of each criterion for its
        points. Points are floats, for tables; the exact ones are in the sheets. None means not
        known.

        >>> from evnpubsvc import preset, rank, score, UnitFigures
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> figures = {"dossiers_on_time": 9, "dossiers_received": 10}
        >>> rank([score(scheme, UnitFigures.for_scheme(scheme, "A", figures))]).rows()[0]["2.1"]
        18.0
        """
        return [
            {
                "rank": place.rank,
                "unit": place.sheet.unit,
                "name": place.sheet.name,
                "stratum": place.stratum,
                "score": as_float(place.sheet.total),
                "maximum": as_float(place.sheet.maximum),
                "reason": None if place.reason is None else place.reason.reason,
                **{each.key: as_float(each.points) for each in place.sheet.components},
            }
            for place in self.places
        ]

    @classmethod
    @answer_wrong_arguments
    def from_rows(
        cls, rows: Iterable[Mapping[str, Any]], scheme: Scheme, *, within: str | None = None
    ) -> Standings:
        """Return the standings of units whose points are in dictionaries, as `rows` gives them.

        The points of each criterion are taken as they are (see `ScoreSheet.from_rows`); totals and
        ranks are worked out anew. Those of the rows stand beside them as published, so that the
        drift of a sheet shows where they differ: where digits were lost, or a criterion did not
        apply to a unit.

        Args:
            rows: a dictionary for each unit: `unit`, the key of each criterion, and perhaps `name`,
                `stratum`, `score` and `rank`; None and NaN are unknown. Other keys are passed over.
            scheme: what the points were given under.
            within: attribute that the strata are values of; by default the scheme's.

        Raises:
            MisuseError: `points-row-malformed`, `figures-row-without-unit`.
            DataError: as `score` and `rank`.

        >>> from evnpubsvc import preset
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> standings = Standings.from_rows([{"unit": "A", "2.1": 18.0}, {"unit": "B"}], scheme)
        >>> standings["A"].rank, standings["B"].rank
        (1, None)
        """
        named = within or scheme.within
        sheets = (score(scheme, _figures_of_row(row, scheme, named)) for row in rows)
        return rank(sheets, within=within)

    @property
    def strata(self) -> tuple[str, ...]:
        """The strata that occur, sorted."""
        return tuple(sorted({place.stratum for place in self.places}))

    def stratum(self, name: str) -> tuple[Place, ...]:
        """Return the places of one stratum, best first."""
        return tuple(place for place in self.places if place.stratum == name)


def _figures_of_row(row: Mapping[str, Any], scheme: Scheme, within: str | None) -> UnitFigures:
    """Return the figures of a unit of which a row holds the points."""
    unit = row.get("unit")
    if not isinstance(unit, str) or not unit:
        raise MisuseError("figures-row-without-unit", unit, key="unit")
    keys = (criterion.key for criterion in scheme.criteria)
    figures = figures_of_points(scheme, unit, {key: row[key] for key in keys if key in row})

    # What the row says of the unit, and of its result.
    name, stratum = row.get("name"), row.get("stratum")
    total, place = (read_points(key, row.get(key)) for key in ("score", "rank"))
    published = None
    if total is not None or place is not None:
        published = Published(total, None if place is None else int(place))
    return evolve(
        figures,
        name=name if isinstance(name, str) else "",
        attributes={within: stratum} if within and isinstance(stratum, str) and stratum else {},
        published=published,
    )


def rank(
    sheets: Iterable[ScoreSheet],
    *,
    within: str | None = None,
    ties: TieRule | None = None,
    tie_break: Sequence[str] | None = None,
) -> Standings:
    """Rank score sheets.

    Args:
        sheets: sheets of one scheme, each unit once; without any, the standings are empty.
        within: attribute that names the stratum; by default the scheme's. A unit without it is
            kept, unranked, with the reason `stratum-absent`. Where neither names one, all sheets
            are ranked together.
        ties: which rank equal scores share; by default the scheme's, which is 1-1-3 unless it says
            otherwise.
        tie_break: keys of criteria or groups of the scheme; by default the scheme's chain. A key at
            which any of the tied units is unknown does not decide, since missing is not zero.

    Returns:
        The standings. Totals are compared as exact numbers, after the rounding that the scheme
        declares. Units whose total is unknown, or is out of less than the scheme's maximum
        (`reduced-maximum`), or that a gate or exclusion bars, are kept without rank, with the
        reason. A total that is known within bounds leaves open the ranks that depend on it, its
        own and those of others: such a place has the best and the worst rank it can have.

    Raises:
        MisuseError: `schemes-differ`, or an unknown key in `tie_break`.
        DataError: `unit-twice`, for every such unit.

    >>> from evnpubsvc import preset, score, UnitFigures
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> figures = {"A": (9, 10), "B": (18, 20), "C": (8, 10), "D": (0, 0)}
    >>> standings = rank(score(scheme, UnitFigures.for_scheme(
    ...     scheme, unit, {"dossiers_on_time": n, "dossiers_received": d}))
    ...     for unit, (n, d) in figures.items())
    >>> [(place.sheet.unit, place.rank) for place in standings]
    [('A', 1), ('B', 1), ('C', 3), ('D', 4)]
    """
    given = sorted(sheets, key=lambda sheet: natural_key(sheet.unit))
    if not given:
        return _rank_nothing(within, ties, tie_break)
    scheme = given[0].scheme

    # Sheets of one scheme, each unit once; what is not asked for is as the scheme says.
    _refuse_mixed(given)
    within = scheme.within if within is None else within
    ties = scheme.ties if ties is None else ties
    chain = scheme.tie_break if tie_break is None else tuple(tie_break)
    _refuse_unknown(chain, scheme)

    # Who has no rank is kept with the reason; the others are ranked in their stratum.
    strata: dict[str, list[ScoreSheet]] = {}
    unranked: list[Place] = []
    for sheet in given:
        stratum = "" if within is None else sheet.attribute(within)
        reason = unranked_reason(sheet, stratum, within)
        if reason is None:
            strata.setdefault(stratum or "", []).append(sheet)
        else:
            unranked.append(
                Place(sheet=sheet, stratum=stratum or "", rank=None, shared=0, reason=reason)
            )

    # Ranks within each stratum, then all places in the order of print.
    places = unranked
    for stratum, members in strata.items():
        for found in open_ranks(
            members, _ends, ties, lambda level: tied_groups(level, chain), chained=bool(chain)
        ):
            places += [_place(sheet, stratum, found) for sheet in found.members]
    places.sort(key=_order)
    return Standings(scheme=scheme, within=within, ties=ties, tie_break=chain, places=tuple(places))


def unranked_reason(sheet: ScoreSheet, stratum: str | None, within: str | None) -> Unknown | None:
    """Return why a sheet is not ranked; None if it is."""
    if isinstance(sheet.total, Unknown) and sheet.between is None:
        return sheet.total
    if not stratum and within is not None:
        return Unknown("stratum-absent", within)
    if sheet.barred is not None:
        return sheet.barred
    if sheet.maximum != sheet.scheme.maximum:
        return Unknown("reduced-maximum")
    return None


def _ends(sheet: ScoreSheet) -> tuple[Fraction, Fraction]:
    """Return the least and the most that a total can be."""
    if sheet.between is None:
        assert isinstance(sheet.total, Fraction)  # others are not ranked
        return sheet.total, sheet.total
    assert sheet.between.high is not None  # totals end at a maximum
    return sheet.between.low, sheet.between.high


def _place(sheet: ScoreSheet, stratum: str, found: OpenRank[ScoreSheet]) -> Place:
    """Return the place of a sheet; without a rank where bounds leave it open."""
    if found.best == found.worst:
        shared = len(found.members)
        return Place(sheet=sheet, stratum=stratum, rank=found.best, shared=shared)
    ranks = (found.best, found.worst)
    reason = Unknown("rank-within-bounds", f"{found.best}-{found.worst}")
    return Place(sheet=sheet, stratum=stratum, rank=None, shared=0, reason=reason, ranks=ranks)


def _order(place: Place) -> tuple[Any, ...]:
    """Return the key that sorts places: by rank, the open ones by the best, then the unranked."""
    best = place.rank or (place.ranks or (0,))[0]
    return (place.stratum, not best, best, place.rank is None, natural_key(place.sheet.unit))


@frozen
class OpenRank(Generic[_T]):
    """The best and the worst rank of members that share it, as far as totals within bounds say."""

    best: int
    worst: int
    members: list[_T]


def open_ranks(
    members: Iterable[_T],
    ends: Callable[[_T], tuple[Any, Any]],
    ties: TieRule,
    untie: Callable[[list[_T]], Iterable[list[_T]]],
    *,
    chained: bool,
) -> Iterator[OpenRank[_T]]:
    """Yield ranks where totals may be known within bounds only; each such member by itself.

    Args:
        members: what is ranked: sheets, or positions in a table.
        ends: the least and the most that the total of a member can be.
        ties: which rank tied members share.
        untie: splits members of one known total by what else decides, best first.
        chained: something else decides between equal totals, in a way that is not known for
            totals within bounds.
    """
    totals = [(member, *ends(member)) for member in members]
    known = [member for member, low, high in totals if low == high]
    bounded = [(low, high) for _, low, high in totals if low != high]
    at_equality = ties is TieRule.MODIFIED  # by it, who is as good counts like who is better

    def surely_before(low: Any, total: Any) -> bool:
        return low > total or (at_equality and not chained and low == total)

    def maybe_before(high: Any, total: Any) -> bool:
        return high > total or ((at_equality or chained) and high == total)

    # Known totals among themselves; each of the others may come before them or not.
    for before, step, tied in _levels(known, lambda member: ends(member)[0], untie):
        total = ends(tied[0])[0]
        surely = sum(surely_before(low, total) for low, _ in bounded)
        maybe = sum(maybe_before(high, total) for _, high in bounded)
        yield OpenRank(
            ties.rank(before + surely, len(tied), max(step, 1 + min(surely, 1))),
            ties.rank(before + maybe, len(tied), step + maybe),
            tied,
        )

    # Totals within bounds, each against all others.
    for member, low, high in totals:
        if low == high:
            continue
        surely = sum(surely_before(other, high) for _, other, _ in totals)
        above = len({first for _, first, last in totals if first == last and first > high})
        maybe = sum(maybe_before(other, low) for _, _, other in totals) - 1
        yield OpenRank(
            ties.rank(surely, 1, 1 + max(above, min(surely, 1))),
            ties.rank(maybe, 1, 1 + maybe),
            [member],
        )


def _levels(
    members: Iterable[_T],
    total: Callable[[_T], Any],
    untie: Callable[[list[_T]], Iterable[list[_T]]],
) -> Iterator[tuple[int, int, list[_T]]]:
    """Yield how many are better, which group it is, and the group of tied members, best first."""
    before = step = 0
    for _, level in groupby(sorted(members, key=total, reverse=True), key=total):
        for tied in untie(list(level)):
            step += 1
            yield before, step, tied
            before += len(tied)


def ranked(
    members: Iterable[_T],
    total: Callable[[_T], Any],
    ties: TieRule,
    untie: Callable[[list[_T]], Iterable[list[_T]]],
) -> Iterator[tuple[int, list[_T]]]:
    """Yield each rank with all that share it, best first: the one way in which anything is ranked.

    Args:
        members: what is ranked: sheets, or positions in a table.
        total: the total of a member.
        ties: which rank tied members share.
        untie: splits members of one total by what else decides, best first.
    """
    for before, step, tied in _levels(members, total, untie):
        yield ties.rank(before, len(tied), step), tied


def tied_groups(sheets: list[ScoreSheet], chain: tuple[str, ...]) -> Iterator[list[ScoreSheet]]:
    """Yield the groups of sheets that nothing in the chain tells apart, best first."""
    if not chain or len(sheets) == 1:
        yield sheets
        return
    by_points: dict[Fraction, list[ScoreSheet]] = {}
    for sheet in sheets:
        points = chain_points(sheet, chain[0])
        if isinstance(points, Unknown):
            yield from tied_groups(sheets, chain[1:])
            return
        by_points.setdefault(points, []).append(sheet)
    for points in sorted(by_points, reverse=True):
        yield from tied_groups(by_points[points], chain[1:])


def _refuse_mixed(given: Sequence[ScoreSheet]) -> None:
    """Refuse sheets of several schemes, and two of one unit; `given` is sorted by unit."""
    _refuse_others(given[0].scheme, given)
    twice = [unit for unit, same in groupby(sheet.unit for sheet in given) if len(list(same)) > 1]
    if twice:
        raise DataError(finding("unit-twice", unit, unit) for unit in twice)


def _refuse_others(scheme: Scheme, given: Iterable[ScoreSheet]) -> None:
    """Refuse sheets of another scheme."""
    others = [each.scheme for each in given if each.scheme is not scheme and each.scheme != scheme]
    if others:
        raise MisuseError("schemes-differ", tuple(sorted({each.key for each in (scheme, *others)})))


def _refuse_unknown(chain: Iterable[str], scheme: Scheme) -> None:
    """Refuse a chain that names what is no group or criterion of the scheme."""
    known = {
        key for group in scheme.groups for key in (group.key, *(c.key for c in group.criteria))
    }
    for key in chain:
        if key not in known:
            raise UnknownNameError("criterion-unknown", key, known=tuple(sorted(known)))


def _rank_nothing(
    within: str | None, ties: TieRule | None, tie_break: Sequence[str] | None
) -> Standings:
    """Return standings without places: a month in which nobody was scored is no error."""
    return Standings(
        scheme=None,
        within=within,
        ties=TieRule.COMPETITION if ties is None else ties,
        tie_break=() if tie_break is None else tuple(tie_break),
        places=(),
    )


def chain_points(sheet: ScoreSheet, key: str) -> Fraction | Unknown:
    """Return the points of a group or criterion, as a tie chain names it."""
    for group in sheet.groups:
        if group.key == key:
            return group.points
    return sheet[key].points


def natural_key(unit: str) -> tuple[tuple[bool, int, str], ...]:
    """Return the key that sorts `H44.13` before `H44.129`: digits compare as numbers."""
    return tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() and len(part) < 20 else 0, part)
        for part in re.split(r"([0-9]+)", unit)
        if part
    )
