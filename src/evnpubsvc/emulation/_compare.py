"""Why one unit ranks above another, why a unit moved: contributions that add up exactly.

The lines of a sheet are its components, plus for each group and for the total one line of what
caps, limits, redistribution and rounding changed. Differences of such lines add up to the
difference of the totals by construction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._rank import Standings, chain_points
from evnpubsvc.emulation._rules import TieRule
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet
from evnpubsvc.emulation._wording import numbered_title, points_text, signed_text
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

# Prefix of the line of a group, and the whole key of the line of the total, with adjustments.
_ADJUSTED = "~"


@frozen(kw_only=True)
class Contribution(PublicType):
    """What one line contributes to a difference of totals.

    Attributes:
        key: key of the criterion; of the group for what caps and rounding changed in it; empty for
            the total.
        adjustment: it is what caps, limits, redistribution and rounding changed.
        left: points on the first side; an `Unknown` if they are not known, None if that side does
            not have the line.
        right: points on the second side, likewise.
        points: `left - right`; what is excluded or absent counts as nothing; an `Unknown` if a side
            is.
    """

    key: str = field(validator=instance_of(str))
    adjustment: bool = field(validator=instance_of(bool))
    left: Fraction | Unknown | None
    right: Fraction | Unknown | None
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))


@frozen(kw_only=True)
class UnitSnapshot(PublicType):
    """What of a unit's place is needed to explain how it changed.

    Attributes:
        unit: identifier.
        stratum: the stratum it is ranked in.
        rank: its rank; None if it is not ranked.
        total: its total, known or not.
        lines: points by line, in the order of the sheet; a line that is not counted is left out.
    """

    unit: str = field(validator=instance_of(str))
    stratum: str = field(validator=instance_of(str))
    rank: int | None = field(validator=instance_of(int, type(None)))
    total: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    lines: tuple[tuple[str, Fraction | Unknown], ...] = field(validator=instance_of(tuple))


@frozen(kw_only=True)
class Snapshot(PublicType, Keyed):
    """Standings reduced to what explains a change, as `evnpubsvc score --format json` writes it.

    Attributes:
        ties: which rank equal scores shared.
        units: all units.
    """

    ties: TieRule = field(validator=instance_of(TieRule))
    units: tuple[UnitSnapshot, ...] = field(validator=tuple_of(UnitSnapshot))

    __iter__ = None

    def __getitem__(self, unit: str) -> UnitSnapshot:
        for each in self.units:
            if each.unit == unit:
                return each
        raise UnknownNameError("unit-unknown", unit, known=tuple(each.unit for each in self.units))


def lines_of(sheet: ScoreSheet) -> Iterator[tuple[str, Fraction | Unknown]]:
    """Yield the lines of a sheet: components, adjustments of groups, adjustment of the total."""
    added = Fraction(0)
    for group in sheet.groups:
        inside: Fraction | Unknown = Fraction(0)
        for component in group.components:
            if not component.counted:
                continue
            yield component.key, component.points
            if isinstance(component.points, Unknown):
                inside = component.points
            elif isinstance(inside, Fraction):
                inside += component.points
        if isinstance(group.points, Fraction) and isinstance(inside, Fraction):
            yield _ADJUSTED + group.key, group.points - inside
            added += group.points
    if isinstance(sheet.total, Fraction):
        yield _ADJUSTED, sheet.total - added


def snapshot(standings: Standings) -> Snapshot:
    """Reduce standings to what explains a change."""
    return Snapshot(
        ties=standings.ties,
        units=tuple(
            UnitSnapshot(
                unit=place.sheet.unit,
                stratum=place.stratum,
                rank=place.rank,
                total=place.sheet.total,
                lines=tuple(lines_of(place.sheet)),
            )
            for place in standings
        ),
    )


def _difference(left: Fraction | Unknown, right: Fraction | Unknown) -> Fraction | Unknown:
    if isinstance(left, Unknown):
        return left
    if isinstance(right, Unknown):
        return right
    return left - right


def _contributions(
    left: Mapping[str, Fraction | Unknown], right: Mapping[str, Fraction | Unknown]
) -> tuple[Contribution, ...]:
    found: list[Contribution] = []
    for name in dict.fromkeys([*left, *right]):
        adjustment = name.startswith(_ADJUSTED)
        a, b = left.get(name), right.get(name)
        points = _difference(Fraction(0) if a is None else a, Fraction(0) if b is None else b)
        if adjustment and points == 0:
            continue
        found.append(
            Contribution(
                key=name.removeprefix(_ADJUSTED),
                adjustment=adjustment,
                left=a,
                right=b,
                points=points,
            )
        )
    return tuple(found)


@frozen(kw_only=True, repr=False)
class Comparison(PublicType):
    """Why one total differs from another.

    Attributes:
        scheme: the scheme of the first sheet.
        left: identifier of the first unit.
        right: identifier of the second unit.
        left_total: its total.
        right_total: its total.
        difference: `left_total - right_total`; an `Unknown` if one of them is.
        lines: contributions; their points add up to the difference, exactly.
        decided_by: with equal totals, the key in the tie chain that decides, empty if the tie
            stands; else None.
    """

    scheme: Scheme = field(validator=instance_of(Scheme))
    left: str = field(validator=instance_of(str))
    right: str = field(validator=instance_of(str))
    left_total: Fraction | Unknown
    right_total: Fraction | Unknown
    difference: Fraction | Unknown
    lines: tuple[Contribution, ...] = field(validator=tuple_of(Contribution))
    decided_by: str | None = field(default=None, validator=instance_of(str, type(None)))

    def __repr__(self) -> str:
        return f"<Comparison of {self.left} with {self.right}: {self.difference}>"

    def text(self, lang: Language = "en") -> str:
        """Return the comparison as text, the largest contributions first."""
        parts = {
            "left": self.left,
            "right": self.right,
            "left_total": points_text(self.left_total, lang),
            "right_total": points_text(self.right_total, lang),
        }
        if isinstance(self.difference, Unknown):
            head = render(
                "compare-unknown", lang, {**parts, "why": points_text(self.difference, lang)}
            )
        elif self.difference:
            head = render(
                "compare-head", lang, {**parts, "difference": signed_text(self.difference, lang)}
            )
        else:
            head = render("compare-equal", lang, parts)
        text = [head, *(f"  {line}" for line in contribution_texts(self.lines, self.scheme, lang))]
        if self.decided_by:
            text.append(
                render("compare-decided", lang, {"key": _title(self.scheme, self.decided_by, lang)})
            )
        elif self.decided_by is not None:
            text.append(render("compare-tie", lang, {}))
        return "\n".join(text)

    def __str__(self) -> str:
        return self.text()


def _title(scheme: Scheme, key: str, lang: Language) -> str:
    for part in (*scheme.groups, *scheme.criteria):
        if part.key == key:
            return numbered_title(key, part.title, lang)
    return key


def contribution_texts(
    lines: tuple[Contribution, ...], scheme: Scheme, lang: Language
) -> list[str]:
    """Write contributions that are not zero, the largest first, else in the order of the sheet."""

    def weight(line: Contribution) -> Fraction:
        if isinstance(line.points, Unknown):
            return Fraction(-1)
        return abs(line.points)

    written: list[str] = []
    for line in sorted((line for line in lines if line.points != 0), key=weight, reverse=True):
        if not line.adjustment:
            label = _title(scheme, line.key, lang)
        elif line.key:
            label = render(
                "compare-adjusted-group", lang, {"group": _title(scheme, line.key, lang)}
            )
        else:
            label = render("compare-adjusted-total", lang, {})
        if isinstance(line.points, Unknown):
            shown = "?"
        else:
            shown = signed_text(line.points, lang)
        absent = render("compare-absent", lang, {})
        left, right = (
            absent if side is None else points_text(side, lang) for side in (line.left, line.right)
        )
        written.append(f"{shown}  {label} ({left} - {right})")
    return written


def compare(left: ScoreSheet, right: ScoreSheet) -> Comparison:
    """Explain why one sheet's total differs from another's.

    Works for two units under one scheme (why A stands above B), for one unit in two periods, and
    for a self-score (tự chấm) beside the appraised one (thẩm định). Under different schemes, lines
    that one side lacks are None there.

    Returns:
        Contributions that add up to the difference exactly; with equal totals under one scheme,
        what in the tie chain decides.

    >>> from evnpubsvc import preset, score, UnitFigures
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> a, b = (score(scheme, UnitFigures.for_scheme(
    ...     scheme, unit, {"dossiers_on_time": n, "dossiers_received": 10}))
    ...     for unit, n in (("A", 9), ("B", 7)))
    >>> print(compare(a, b))
    A 18 - B 14 = +4
      +4  2.1 Dossiers handled on time (18 - 14)
    """
    decided: str | None = None
    if (
        isinstance(left.total, Fraction)
        and left.total == right.total
        and left.scheme == right.scheme
    ):
        decided = ""
        for key in left.scheme.tie_break:
            a, b = (chain_points(sheet, key) for sheet in (left, right))
            if isinstance(a, Fraction) and isinstance(b, Fraction) and a != b:
                decided = key
                break
    return Comparison(
        scheme=left.scheme,
        left=left.unit,
        right=right.unit,
        left_total=left.total,
        right_total=right.total,
        difference=_difference(left.total, right.total),
        lines=_contributions(dict(lines_of(left)), dict(lines_of(right))),
        decided_by=decided,
    )


@frozen(kw_only=True)
class RankChange(PublicType):
    """What one other unit contributes to a change of rank.

    Attributes:
        unit: identifier of the other unit; empty for places that shared ranks open or close (1-1-2
            only).
        places: +1 where it came to stand in the way, -1 where it no longer does; other numbers only
            for `unit == ""`.
        margin_before: its total less the unit's in the older standings; None if it was not ranked
            there.
        margin_after: the same in the newer ones.
        lines: contributions to the change of the margin; empty where one of the margins is not
            known.
    """

    unit: str = field(validator=instance_of(str))
    places: int = field(validator=instance_of(int))
    margin_before: Fraction | None = field(validator=instance_of(Fraction, type(None)))
    margin_after: Fraction | None = field(validator=instance_of(Fraction, type(None)))
    lines: tuple[Contribution, ...] = field(default=(), validator=tuple_of(Contribution))


@frozen(kw_only=True, repr=False)
class Movement(PublicType):
    """Why a unit's rank and total changed between two standings.

    Attributes:
        scheme: the scheme of the newer standings.
        unit: identifier.
        before: its rank before; None if it was not ranked.
        after: its rank after; None if it is not ranked.
        changes: other units whose side changed; their places add up to `after - before`, exactly.
            Empty where one of the ranks is None.
        difference: new total less old total.
        lines: contributions to that difference; they add up to it, exactly.
    """

    scheme: Scheme = field(validator=instance_of(Scheme))
    unit: str = field(validator=instance_of(str))
    before: int | None = field(validator=instance_of(int, type(None)))
    after: int | None = field(validator=instance_of(int, type(None)))
    changes: tuple[RankChange, ...] = field(validator=tuple_of(RankChange))
    difference: Fraction | Unknown
    lines: tuple[Contribution, ...] = field(validator=tuple_of(Contribution))

    def __repr__(self) -> str:
        return f"<Movement of {self.unit}: {self.before} to {self.after}>"

    def text(self, lang: Language = "en") -> str:
        """Return the movement as text."""
        none = render("movement-unranked", lang, {})
        before, after = (none if r is None else str(r) for r in (self.before, self.after))
        if isinstance(self.difference, Unknown):
            shown = points_text(self.difference, lang)
        else:
            shown = signed_text(self.difference, lang)
        head = {"unit": self.unit, "before": before, "after": after, "difference": shown}
        text = [render("movement-head", lang, head)]
        text += [f"  {line}" for line in contribution_texts(self.lines, self.scheme, lang)]

        # Who passed, was passed, came or left, with the margins before and after.
        for change in self.changes:
            if not change.unit:
                key = "movement-shared"
            elif change.margin_before is None:
                key = "movement-entered"
            elif change.margin_after is None:
                key = "movement-left"
            elif change.places > 0:
                key = "movement-passed"
            else:
                key = "movement-overtaken"
            margins = {
                name: "-" if margin is None else signed_text(margin, lang)
                for name, margin in (
                    ("margin_before", change.margin_before),
                    ("margin_after", change.margin_after),
                )
            }
            places = f"{change.places:+d}"
            text.append(render(key, lang, {"unit": change.unit, "places": places, **margins}))
            text += [f"    {line}" for line in contribution_texts(change.lines, self.scheme, lang)]
        return "\n".join(text)

    def __str__(self) -> str:
        return self.text()


def movement(old: Standings | Snapshot, new: Standings, unit: str) -> Movement:
    """Explain why a unit moved between two standings (from 3rd to 7th).

    A rank counts the units that stand in the way: those before it (1-1-3), those before or beside
    it (2-2-3), the levels before it (1-1-2). Each unit that came to stand in the way contributes
    +1, each that no longer does -1.

    Args:
        old: the older standings, or what of them was kept.
        new: the newer standings; both rank by the same tie rule.
        unit: identifier, or name in the newer standings.

    Raises:
        MisuseError: `tie-rules-differ`; `unit-unknown`.
    """
    if isinstance(old, Snapshot):
        earlier, later = (old, _gathered(snapshot(new)))
    else:
        earlier, later = (snapshot(old), snapshot(new))
    earlier = _gathered(earlier) if isinstance(old, Snapshot) else earlier
    if earlier.ties is not later.ties:
        raise MisuseError("tie-rules-differ", earlier.ties, other=later.ties)
    name = new[unit].sheet.unit
    was, now = earlier[name], later[name]
    changes: list[RankChange] = []
    if was.rank is not None and now.rank is not None:
        changes = list(_rank_changes(earlier, later, was, now))
    return Movement(
        scheme=new[unit].sheet.scheme,
        unit=name,
        before=was.rank,
        after=now.rank,
        changes=tuple(changes),
        difference=_difference(now.total, was.total),
        lines=_contributions(dict(now.lines), dict(was.lines)),
    )


def _gathered(given: Snapshot) -> Snapshot:
    """Gather the adjustments of groups in that of the total: snapshots do not tell them apart."""

    def gather(unit: UnitSnapshot) -> UnitSnapshot:
        lines = {name: points for name, points in unit.lines if not name.startswith(_ADJUSTED)}
        adjusted = [points for name, points in unit.lines if name.startswith(_ADJUSTED)]
        if adjusted:
            lines[_ADJUSTED] = sum(
                (points for points in adjusted if isinstance(points, Fraction)), Fraction(0)
            )
        return evolve(unit, lines=tuple(lines.items()))

    return evolve(given, units=tuple(map(gather, given.units)))


def _in_the_way(other: UnitSnapshot | None, own: UnitSnapshot, ties: TieRule) -> bool:
    if other is None or other.rank is None or own.rank is None or other.stratum != own.stratum:
        return False
    if ties is TieRule.MODIFIED:
        return other.rank <= own.rank
    return other.rank < own.rank


def _rank_changes(
    earlier: Snapshot, later: Snapshot, was: UnitSnapshot, now: UnitSnapshot
) -> Iterator[RankChange]:
    old_units, new_units = ({u.unit: u for u in each.units} for each in (earlier, later))
    told = 0
    for name in dict.fromkeys([*new_units, *old_units]):
        if name == now.unit:
            continue
        before, after = old_units.get(name), new_units.get(name)
        places = _in_the_way(after, now, later.ties) - _in_the_way(before, was, later.ties)
        if places:
            told += places
            yield _rank_change(places, before, after, was, now)
    assert was.rank is not None
    assert now.rank is not None
    rest = now.rank - was.rank - told
    if rest:
        yield RankChange(unit="", places=rest, margin_before=None, margin_after=None)


def _rank_change(
    places: int,
    before: UnitSnapshot | None,
    after: UnitSnapshot | None,
    was: UnitSnapshot,
    now: UnitSnapshot,
) -> RankChange:
    def margin(other: UnitSnapshot | None, own: UnitSnapshot) -> Fraction | None:
        if other is None or other.rank is None or other.stratum != own.stratum:
            return None
        gap = _difference(other.total, own.total)
        return None if isinstance(gap, Unknown) else gap

    def gaps(other: UnitSnapshot, own: UnitSnapshot) -> dict[str, Fraction | Unknown]:
        theirs, ours = dict(other.lines), dict(own.lines)
        return {
            name: _difference(theirs.get(name, Fraction(0)), ours.get(name, Fraction(0)))
            for name in dict.fromkeys([*theirs, *ours])
        }

    margin_before, margin_after = margin(before, was), margin(after, now)
    lines: tuple[Contribution, ...] = ()
    if (
        margin_before is not None
        and margin_after is not None
        and before is not None
        and after is not None
    ):
        lines = _contributions(gaps(after, now), gaps(before, was))
    other = after or before
    assert other is not None
    return RankChange(
        unit=other.unit,
        places=places,
        margin_before=margin_before,
        margin_after=margin_after,
        lines=lines,
    )
