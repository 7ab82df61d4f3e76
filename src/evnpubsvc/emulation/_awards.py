"""Grades under a quota, and prizes; every tie that a rule leaves open is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from attrs import asdict, evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._figures import MISSING
from evnpubsvc.emulation._grades import Grade
from evnpubsvc.emulation._rank import Place, Standings
from evnpubsvc.emulation._rules import Prize, Quota, QuotaBase, QuotaTies
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, notice


@frozen(kw_only=True)
class Graded(PublicType):
    """The grade of one unit after the quota.

    Attributes:
        unit: identifier.
        stratum: the stratum it is ranked in.
        grade: the grade; None for a unit that is not ranked or has no grade.
    """

    unit: str = field(validator=instance_of(str))
    stratum: str = field(validator=instance_of(str))
    grade: Grade | None = field(validator=instance_of(Grade, type(None)))


@frozen(kw_only=True)
class Grading(PublicType, Keyed):
    """The grades of all units.

    Attributes:
        units: in the order of the standings.
        notices: `quota-tie` for a tie across the cut, `quota-exceeded` where a rule let it be
            exceeded.
    """

    units: tuple[Graded, ...] = field(validator=tuple_of(Graded))
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    __iter__ = None

    def __getitem__(self, unit: str) -> Graded:
        """Return the grade of a unit.

        Raises:
            UnknownNameError: `unit-unknown`.
        """
        for each in self.units:
            if each.unit == unit:
                return each
        raise UnknownNameError("unit-unknown", unit, known=tuple(each.unit for each in self.units))


def grade_all(standings: Standings) -> Grading:
    """Return the grade of every unit, with the scheme's quota applied in each stratum.

    The units with the grade of the quota keep it, best rank first, as long as the quota is kept;
    of all ways to do so, as many keep it as can. The others get the next grade below whose
    conditions they meet. Units of one rank are never split: a tie across the cut follows the named
    rule of the quota. Sanctions and conditions have been applied before, when the unit was scored.
    """
    scheme = standings.scheme
    if scheme is None:
        return Grading(units=(), notices=())
    quota = scheme.quota
    notices: list[Finding] = []

    # Grades as they were scored; the quota then cuts some of them, stratum by stratum.
    grades = {place.sheet.unit: place.sheet.grade for place in standings if _has_place(place)}
    if quota is not None:
        for stratum in standings.strata:
            places = [place for place in standings.stratum(stratum) if _has_place(place)]
            if any(place.ranks for place in places):
                changed, found = _cut_later(quota, stratum, places)
            else:
                changed, found = _cut(quota, scheme, stratum, places)
            grades |= changed
            notices += found

    # In the order of the standings, units without a place too.
    units = tuple(
        Graded(unit=place.sheet.unit, stratum=place.stratum, grade=grades.get(place.sheet.unit))
        for place in standings
    )
    return Grading(units=units, notices=tuple(notices))


def _has_place(place: Place) -> bool:
    """Return whether a place is in the standings, be its rank known or open within bounds."""
    return place.rank is not None or place.ranks is not None


def _cut_later(
    quota: Quota, stratum: str, places: Sequence[Place]
) -> tuple[dict[str, Grade], list[Finding]]:
    """Leave the grades of a quota undecided: whom it cuts depends on ranks that are open."""
    changed = {
        place.sheet.unit: place.sheet.grade.undecided()
        for place in places
        if place.sheet.grade is not None and place.sheet.grade.band == quota.band
    }
    return changed, [notice("quota-within-bounds", "", quota.band, stratum=stratum)]


def _cut(
    quota: Quota, scheme: Scheme, stratum: str, ranked: Sequence[Place]
) -> tuple[dict[str, Grade], list[Finding]]:
    """Return the grades that a quota changes in one stratum, and what to say about it."""
    graded = [(place, place.sheet.grade) for place in ranked if place.sheet.grade is not None]
    holders = [(place, grade) for place, grade in graded if grade.band == quota.band]
    groups = [list(tied) for _, tied in groupby(holders, key=lambda holder: holder[0].rank)]

    # As many groups keep their grade as the quota allows.
    kept = [0]
    for group in groups:
        kept.append(kept[-1] + len(group))
    bases = _count_bases(quota, scheme, graded, groups, len(ranked))
    fits = max(n for n in range(len(groups) + 1) if kept[n] <= quota.allowed(bases[n]))
    allowed = quota.allowed(bases[fits])
    room = allowed - kept[fits]

    # The tie across the cut, if there is one, by the rule of the quota.
    notices: list[Finding] = []
    undecided: list[tuple[Place, Grade]] = []
    lose_from = fits
    if room and fits < len(groups):
        tied = groups[fits]
        parts = {
            "stratum": stratum,
            "room": room,
            "tied": len(tied),
            "units": tuple(place.sheet.unit for place, _ in tied),
        }
        notices.append(notice("quota-tie", "", quota.band, rule=quota.ties, **parts))
        if quota.ties is not QuotaTies.ALL_OUT:
            lose_from += 1
        if quota.ties is QuotaTies.ALL_IN:
            parts = {"stratum": stratum, "allowed": allowed, "given": kept[fits + 1]}
            notices.append(notice("quota-exceeded", "", quota.band, **parts))
        elif quota.ties is QuotaTies.REPORT:
            undecided = tied

    # Who is undecided, and who falls to the next grade.
    changed = {place.sheet.unit: grade.undecided() for place, grade in undecided}
    changed |= {
        place.sheet.unit: grade.cut() for group in groups[lose_from:] for place, grade in group
    }
    return changed, notices


def _count_bases(
    quota: Quota,
    scheme: Scheme,
    graded: Sequence[tuple[Place, Grade]],
    groups: Sequence[Sequence[tuple[Place, Grade]]],
    assessed: int,
) -> list[int]:
    """Return of how many units the quota is a share, for each number of groups that keep it."""
    if quota.of is QuotaBase.ASSESSED:
        return [assessed] * (len(groups) + 1)

    # Nobody keeps the grade: those who hold it count by the grade that they fall to.
    ladder = [band.key for band in scheme.ladder]
    counted = {key for key in ladder if quota.counts(key, ladder)}
    base = sum(grade.band in counted for _, grade in graded if grade.band != quota.band)
    base += sum(grade.fallback[-1].after in counted for group in groups for _, grade in group)

    # Group by group, they count by the grade that they keep.
    bases = [base]
    for group in groups:
        base -= sum(grade.fallback[-1].after in counted for _, grade in group)
        base += len(group) * (quota.band in counted)
        bases.append(base)
    return bases


@frozen(kw_only=True)
class PrizeGiven(PublicType):
    """A prize that the standings decide.

    Attributes:
        prize: key of the prize.
        unit: identifier of the unit.
        stratum: the stratum it won in.
        rank: its rank there; None where totals within bounds leave it open among those who get
            the prize.
    """

    prize: str = field(validator=instance_of(str))
    unit: str = field(validator=instance_of(str))
    stratum: str = field(validator=instance_of(str))
    rank: int | None = field(validator=instance_of(int, type(None)))


@frozen(kw_only=True)
class PrizeTie(PublicType):
    """A tie across the last place of a prize. The board decides; nothing here does.

    Units whose order is open, since totals are known within bounds only, stand as tied.

    Attributes:
        prize: key of the prize.
        stratum: the stratum.
        places: how many of the candidates can get it.
        units: identifiers of the candidates, more than there are places.
    """

    prize: str = field(validator=instance_of(str))
    stratum: str = field(validator=instance_of(str))
    places: int = field(validator=instance_of(int))
    units: tuple[str, ...] = field(validator=tuple_of(str))


@frozen(kw_only=True)
class Awards(PublicType, Printed):
    """What the standings decide about prizes, and what they leave open.

    Attributes:
        given: prizes decided, by stratum, best first.
        ties: ties across the last place of a prize.
        vacant: (stratum, prize, places) that nobody reached.
    """

    given: tuple[PrizeGiven, ...] = field(validator=tuple_of(PrizeGiven))
    ties: tuple[PrizeTie, ...] = field(validator=tuple_of(PrizeTie))
    vacant: tuple[tuple[str, str, int], ...] = ()

    def rows(self) -> list[dict[str, str | int | None]]:
        """Return plain dictionaries, which every frame library takes: `from_rows` is the way back.

        The keys are `outcome`, `prize`, `stratum`, `unit`, `rank`, `places` and `tie`: a row for
        each prize `given`, one for each candidate of an open tie (`tied`, with the number of the
        tie and the places that are left), one for places that nobody reached (`vacant`, without a
        unit).
        """
        given = [self._row("given", **asdict(each)) for each in self.given]
        tied = [
            self._row("tied", tie.prize, tie.stratum, unit=unit, places=tie.places, tie=number)
            for number, tie in enumerate(self.ties, 1)
            for unit in tie.units
        ]
        vacant = [
            self._row("vacant", prize, stratum, places=places)
            for stratum, prize, places in self.vacant
        ]
        return [*given, *tied, *vacant]

    @staticmethod
    def _row(
        outcome: str,
        prize: str,
        stratum: str,
        *,
        unit: str | None = None,
        rank: int | None = None,
        places: int | None = None,
        tie: int | None = None,
    ) -> dict[str, str | int | None]:
        return {
            "outcome": outcome,
            "prize": prize,
            "stratum": stratum,
            "unit": unit,
            "rank": rank,
            "places": places,
            "tie": tie,
        }

    @classmethod
    @answer_wrong_arguments
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Awards:
        """Return awards from dictionaries as `rows` gives them.

        Args:
            rows: the dictionaries, as a frame library gives them back: NaN is None, a whole float
                is a number of places or a rank.

        Raises:
            MisuseError: `award-row-malformed`.

        >>> rows = [{"outcome": "given", "prize": "first", "stratum": "", "unit": "A", "rank": 1.0}]
        >>> Awards.from_rows(rows).of("A")
        'first'
        """
        given: list[PrizeGiven] = []
        ties: dict[int, PrizeTie] = {}
        vacant: list[tuple[str, str, int]] = []
        for row in rows:
            try:
                where = {"prize": row["prize"], "stratum": row["stratum"]}
                outcome = _OUTCOMES.index(row["outcome"])
                if outcome == _GIVEN:
                    rank = _whole(row.get("rank"))
                    given.append(PrizeGiven(unit=row["unit"], rank=rank, **where))
                elif outcome == _TIED:
                    # A tie is as many rows as it has units, all with its number.
                    number, unit = _known(row, "tie"), (row["unit"],)
                    new = PrizeTie(places=_known(row, "places"), units=(), **where)
                    tie = ties.get(number, new)
                    ties[number] = evolve(tie, units=tie.units + unit)
                else:
                    vacant.append((row["stratum"], row["prize"], _known(row, "places")))
            except (KeyError, TypeError, ValueError) as error:
                raise MisuseError("award-row-malformed", error) from None
        return cls(given=tuple(given), ties=tuple(ties.values()), vacant=tuple(vacant))

    def of(self, unit: str) -> str | None:
        """Return the key of the prize of a unit; None if it has none, or a tie leaves it open."""
        return next((each.prize for each in self.given if each.unit == unit), None)


_OUTCOMES: Final = ("given", "tied", "vacant")
_GIVEN, _TIED = 0, 1


def _whole(value: Any) -> int | None:
    """A whole number, which a frame library may have made a float; None where it is missing."""
    if value is None or type(value).__name__ in MISSING or value != value:  # noqa: PLR0124
        return None
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(value)
    return int(value)


def _known(row: Mapping[str, Any], key: str) -> int:
    """A whole number that a row must have."""
    number = _whole(row[key])
    if number is None:
        raise ValueError(key)
    return number


def award(
    standings: Standings, prizes: Iterable[Prize] | None = None, *, grading: Grading | None = None
) -> Awards:
    """Give the prizes of a drive, in each stratum, in the order in which they are listed.

    Args:
        standings: the standings.
        prizes: the prizes, best first; by default those of the scheme.
        grading: grades after the quota, for prizes that need one; by default those of `grade_all`.

    Returns:
        Prizes given, ties across a last place with all their candidates, places left vacant. A unit
        gets one prize at most. Who does not reach the gate of a prize is passed over, and the place
        stays vacant.

    >>> from evnpubsvc import preset, rank, score, UnitFigures
    >>> from evnpubsvc.texts import Text
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> standings = rank(score(scheme, UnitFigures.for_scheme(
    ...     scheme, unit, {"dossiers_on_time": n, "dossiers_received": 10}))
    ...     for unit, n in {"A": 9, "B": 9, "C": 8}.items())
    >>> first = Prize(key="nhat", title=Text(vi="Giải nhất", en="First prize"), places=1)
    >>> award(standings, [first]).ties[0].units
    ('A', 'B')
    """
    scheme = standings.scheme
    if scheme is None:
        return Awards(given=(), ties=(), vacant=())

    wanted = tuple(scheme.prizes if prizes is None else prizes)
    giver = _Giver(scheme, grading or grade_all(standings))
    for stratum in standings.strata:
        waiting = [place for place in standings.stratum(stratum) if _has_place(place)]
        giver.give(stratum, wanted, waiting)
    return Awards(given=tuple(giver.given), ties=tuple(giver.ties), vacant=tuple(giver.vacant))


class _Giver:
    """Prizes as they are given, stratum by stratum: who has a prize waits for no other."""

    def __init__(self, scheme: Scheme, graded: Grading) -> None:
        self.ladder = [band.key for band in scheme.ladder]
        grades = ((each.unit, each.grade) for each in graded.units)
        self.bands = {unit: None if grade is None else grade.band for unit, grade in grades}
        self.given: list[PrizeGiven] = []
        self.ties: list[PrizeTie] = []
        self.vacant: list[tuple[str, str, int]] = []

    def give(self, stratum: str, prizes: Sequence[Prize], waiting: list[Place]) -> None:
        """Give the prizes of a stratum, the best first, to those that wait in order of rank."""
        candidates: list[Place] = []  # of a tie that a better prize left open
        without = 0  # how many of them got nothing yet
        for prize in prizes:
            room = prize.places

            # A tie that a better prize left open takes part in the next prize first.
            carried = [place for place in candidates if self._is_eligible(prize, place)]
            places = min(room, without, len(carried))
            if places:
                self.ties.append(_tie(prize, stratum, places, carried))
                without -= places
                room -= places

            # Then the ranks in their order. A group that does not fit leaves a tie for people to
            # decide.
            for group in _groups(waiting):
                fit = [place for place in group if self._is_eligible(prize, place)]
                if not room or not fit:
                    continue
                places = min(room, len(fit))
                if places == len(fit) and self._is_decided(prize, fit):
                    self.given += (_given(prize, stratum, place) for place in fit)
                else:
                    self.ties.append(_tie(prize, stratum, places, fit))
                    candidates, without = fit, len(fit) - places
                room -= places
                settled = {place.sheet.unit for place in fit}
                waiting = [place for place in waiting if place.sheet.unit not in settled]
            if room:
                self.vacant.append((stratum, prize.key, room))

    def _is_eligible(self, prize: Prize, place: Place) -> bool:
        """Return whether a unit reaches the gate of a prize, or may reach it within its bounds."""
        if prize.minimum is not None and not _reaches(place, prize.minimum):
            return False
        if prize.band is None:
            return True
        band = self.bands[place.sheet.unit]
        if band is None:
            return place.sheet.between is not None
        return self.ladder.index(band) <= self.ladder.index(prize.band)

    def _is_decided(self, prize: Prize, places: Sequence[Place]) -> bool:
        """Return whether it is sure that all of these reach the gate."""
        for place in places:
            between = place.sheet.between
            if between is None:
                continue
            if prize.minimum is not None and between.low < prize.minimum:
                return False
            if prize.band is not None and self.bands[place.sheet.unit] is None:
                return False
        return True


def _reaches(place: Place, minimum: Fraction) -> bool:
    """Say whether a total is, or within its bounds can be, at least a minimum."""
    total, between = place.sheet.total, place.sheet.between
    if between is not None:
        return between.high is not None and between.high >= minimum
    return isinstance(total, Fraction) and total >= minimum


def _groups(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield the places of one rank, and those together whose order bounds leave open."""
    group: list[Place] = []
    last = 0
    for place in places:
        best, worst = place.ranks or (place.rank or 0, place.rank or 0)
        if group and best > last:
            yield group
            group = []
        group.append(place)
        last = max(last, worst)
    if group:
        yield group


def _given(prize: Prize, stratum: str, place: Place) -> PrizeGiven:
    return PrizeGiven(prize=prize.key, unit=place.sheet.unit, stratum=stratum, rank=place.rank)


def _tie(prize: Prize, stratum: str, places: int, units: Sequence[Place]) -> PrizeTie:
    return PrizeTie(
        prize=prize.key,
        stratum=stratum,
        places=places,
        units=tuple(place.sheet.unit for place in units),
    )
