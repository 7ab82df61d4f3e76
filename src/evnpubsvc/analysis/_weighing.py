"""Totals as functions of one weight: what a unit earns while a maximum moves and its shares stay.

A unit keeps the share that it earned of each criterion. Along a path each weight is a line in the
weight that is asked about, so the total is a line between the counts at which something is rounded
or cut. `total_at` is exact at every weight; `pieces` are its lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from evnpubsvc._records import frozen
from evnpubsvc.emulation import (
    ExcludedRule,
    Group,
    GroupRole,
    RoundingAt,
    Scheme,
    ScoreSheet,
)
from evnpubsvc.quantities import Unknown, round_half_up
from evnpubsvc.texts import LabelledEnum


class Convention(LabelledEnum):
    """What the other weights do while one weight changes. There is no default: both are usual."""

    OTHERS_FIXED = "others-fixed"
    """They stay as they are, and the maximum of the sheet changes."""
    IN_PROPORTION = "in-proportion"
    """They share what is left, in the old proportion, and the maximum of the sheet stays."""


class Line(NamedTuple):
    """A line: `at_zero + slope x weight`."""

    at_zero: Fraction
    slope: Fraction

    def at(self, weight: Fraction) -> Fraction:
        """Return the value at a weight."""
        return self.at_zero + self.slope * weight

    def times(self, factor: Fraction) -> Line:
        """Return the line, multiplied."""
        return Line(self.at_zero * factor, self.slope * factor)

    def plus(self, other: Line) -> Line:
        """Return the sum of two lines."""
        return Line(self.at_zero + other.at_zero, self.slope + other.slope)


NOTHING = Line(Fraction(0), Fraction(0))


def constant(value: Fraction) -> Line:
    """Return the line that has one value everywhere."""
    return Line(value, Fraction(0))


Pieces: TypeAlias = list[tuple[Fraction, Line]]
"""Where each piece begins, in order, with its line; at these points `total_at` says the value."""


@frozen
class Path:
    """How all weights move with one of them.

    Attributes:
        key: the criterion or group whose weight moves.
        weight: its weight in the scheme.
        least: the smallest weight that is looked at: zero, or where a group that is cut would no
            longer be.
        most: the largest weight that is looked at: the maximum of the sheet.
        criteria: the weight of each criterion.
        cuts: the maximum of each group that is cut.
        ceiling: the highest total; None without one.
    """

    key: str
    weight: Fraction
    least: Fraction
    most: Fraction
    criteria: Mapping[str, Line]
    cuts: Mapping[str, Line]
    ceiling: Line | None


def make_path(scheme: Scheme, key: str, convention: Convention) -> Path | None:
    """Return the path of a weight; None where the convention has no meaning for it.

    In proportion only what makes up the maximum can move: not bonus and deductions, not a criterion
    of a group that is cut at less than its criteria give, not the only one there is.
    """
    own = next((group for group in scheme.groups if group.key == key), None)
    home = own or next(g for g in scheme.groups if any(c.key == key for c in g.criteria))
    weight = scheme.criterion(key).maximum if own is None else own.maximum
    if convention is Convention.IN_PROPORTION and (
        home.role is not GroupRole.SCORED
        or (own is None and home.cut)
        or weight == scheme.maximum
        or not weight
    ):
        return None
    if not weight:
        return None

    # The weight itself, and what happens to those beside it.
    moving = Line(Fraction(0), 1 / weight)
    others = constant(Fraction(1))
    if convention is Convention.IN_PROPORTION:
        rest = scheme.maximum - weight
        others = Line(scheme.maximum / rest, -1 / rest)

    criteria: dict[str, Line] = {}
    cuts: dict[str, Line] = {}
    for group in scheme.groups:
        beside = others if group.role is GroupRole.SCORED else constant(Fraction(1))
        for each in group.criteria:
            moves = own is group or (own is None and each.key == key)
            criteria[each.key] = (moving if moves else beside).times(each.maximum)
        if group.cut:
            cuts[group.key] = (moving if own is group else beside).times(group.maximum)

    # The ceiling keeps its place between the maximum and all that can be earned.
    ceiling = None
    if scheme.ceiling is not None:
        ceiling = constant(scheme.ceiling)
        above = scheme.ceiling - scheme.maximum
        inside_cut = own is None and home.cut
        if convention is Convention.OTHERS_FIXED and not inside_cut:
            if home.role is GroupRole.SCORED:
                ceiling = Line(scheme.ceiling - weight, Fraction(1))
            elif home.role is GroupRole.BONUS:
                rate = above / most_of(scheme, GroupRole.BONUS)
                ceiling = Line(scheme.ceiling - weight * rate, rate)

    # A group that is cut at less than its criteria give stays so.
    least = Fraction(0)
    if own is None and home.cut:
        rest_of = sum((each.maximum for each in home.criteria), Fraction(0)) - weight
        least = max(least, home.maximum - rest_of)
    most = max(scheme.maximum, weight)
    return Path(key, weight, least, most, criteria, cuts, ceiling)


def most_of(scheme: Scheme, role: GroupRole) -> Fraction:
    """Return the maximum of all groups of a role."""
    return sum((group.maximum for group in scheme.groups if group.role is role), Fraction(0))


@frozen
class Profile:
    """What a unit earned, as shares of the maxima.

    Attributes:
        sheet: its score sheet.
        groups: for each group its criteria that count, with the share earned.
    """

    sheet: ScoreSheet
    groups: tuple[tuple[Group, tuple[tuple[str, Fraction], ...]], ...]

    @property
    def scheme(self) -> Scheme:
        """The scheme it was scored under."""
        return self.sheet.scheme


def profile_of(sheet: ScoreSheet) -> Profile | None:
    """Return the shares of a unit; None where its total is no sum of weighted shares.

    That is where points are not known exactly, and where a criterion that left the sheet is made up
    by the others.
    """
    groups: list[tuple[Group, tuple[tuple[str, Fraction], ...]]] = []
    for group, found in zip(sheet.scheme.groups, sheet.groups, strict=True):
        shares: list[tuple[str, Fraction]] = []
        for component, criterion in zip(found.components, group.criteria, strict=True):
            if component.excluded and sheet.scheme.excluded is ExcludedRule.REDISTRIBUTE:
                return None
            if not component.counted:
                continue
            if isinstance(component.exact, Unknown):
                return None
            shares.append((component.key, criterion.to_step(component.exact) / criterion.maximum))
        groups.append((group, tuple(shares)))
    return Profile(sheet, tuple(groups))


# Values.


def points_at(profile: Profile, path: Path, weight: Fraction) -> dict[str, Fraction]:
    """Return the points of each criterion and group at a weight; the total under an empty key."""
    scheme, rounding = profile.scheme, profile.scheme.rounding
    points: dict[str, Fraction] = {}
    total = Fraction(0)
    for group, shares in profile.groups:
        subtotal = Fraction(0)
        for key, share in shares:
            earned = path.criteria[key].at(weight) * share
            if rounding.at is RoundingAt.COMPONENT:
                earned = round_half_up(earned, rounding.places)
            points[key] = earned
            subtotal += earned
        if group.cut:
            most = path.cuts[group.key].at(weight)
            subtotal = max(-most, min(most, subtotal))
        if rounding.at is RoundingAt.GROUP:
            subtotal = round_half_up(subtotal, rounding.places)
        points[group.key] = subtotal
        total += subtotal
    if scheme.floor is not None:
        total = max(scheme.floor, total)
    if path.ceiling is not None:
        total = min(path.ceiling.at(weight), total)
    if rounding.at is RoundingAt.TOTAL:
        total = round_half_up(total, rounding.places)
    return {**points, "": total}


# Lines.


def pieces_of(
    profile: Profile, path: Path, name: str, ends: tuple[Fraction, Fraction], *, rounded: bool
) -> Pieces:
    """Return what a unit earns between two weights, as lines.

    Args:
        profile: the unit.
        path: how the weights move.
        name: key of a criterion or group; empty for the total.
        ends: the two weights.
        rounded: as the scheme rounds; otherwise only what does not move is rounded, so that the
            result is at most half of the last place for each rounding away from the truth.
    """
    scheme, rounding = profile.scheme, profile.scheme.rounding

    def finish(pieces: Pieces, at: RoundingAt) -> Pieces:
        if rounding.at is not at:
            return pieces
        return _rounded(pieces, ends[1], rounding.places, everything=rounded)

    groups: list[Pieces] = []
    of_group = any(group.key == name for group, _ in profile.groups)
    for group, shares in profile.groups:
        parts: list[Pieces] = []
        for key, share in shares:
            line = path.criteria[key].times(share)
            parts.append(finish([(ends[0], line)], RoundingAt.COMPONENT))
            if key == name and not of_group:
                return parts[-1]
        pieces = _sum(parts, ends[0])
        if group.cut:
            most = path.cuts[group.key]
            pieces = _limited(pieces, ends[1], most, upper=True)
            pieces = _limited(pieces, ends[1], most.times(Fraction(-1)), upper=False)
        groups.append(finish(pieces, RoundingAt.GROUP))
        if group.key == name:
            return groups[-1]
    total = _sum(groups, ends[0])
    if scheme.floor is not None:
        total = _limited(total, ends[1], constant(scheme.floor), upper=False)
    if path.ceiling is not None:
        total = _limited(total, ends[1], path.ceiling, upper=True)
    return finish(total, RoundingAt.TOTAL)


def slack_of(path: Path, scheme: Scheme) -> Fraction:
    """Return how far the difference of two units can be from that of their unrounded lines."""
    unit = Fraction(1, 10**scheme.rounding.places)
    if scheme.rounding.at is RoundingAt.TOTAL:
        return unit
    if scheme.rounding.at is RoundingAt.GROUP:
        return unit * len(scheme.groups)
    return unit * sum(bool(line.slope) for line in path.criteria.values())


def density_of(profile: Profile, path: Path) -> Fraction:
    """Return about how often the total is rounded anew within one point of the weight."""
    rate: Fraction = sum(
        (abs(path.criteria[key].slope * share) for _, shares in profile.groups
         for key, share in shares),
        Fraction(0),
    )  # fmt: skip
    scale: int = 10**profile.scheme.rounding.places
    return rate * scale


def lone_jumps(
    profiles: Iterable[Profile], path: Path, ends: tuple[Fraction, Fraction]
) -> set[Fraction]:
    """Return the weights at which one component of one unit is rounded anew, and no other.

    There each total is what it is on one of both sides.
    """
    seen: Counter[Fraction] = Counter()
    for profile in profiles:
        rounding = profile.scheme.rounding
        if rounding.at is not RoundingAt.COMPONENT:
            return set()
        for _, shares in profile.groups:
            for key, share in shares:
                line = path.criteria[key].times(share)
                pieces = _rounded([(ends[0], line)], ends[1], rounding.places, everything=True)
                seen.update(begin for begin, _ in pieces[1:])
    return {begin for begin, times in seen.items() if times == 1}


def difference(left: Pieces, right: Pieces) -> Pieces:
    """Return one function less another, both over the same weights."""
    opposite = [(start, line.times(Fraction(-1))) for start, line in right]
    return _sum([left, opposite], left[0][0])


def _sum(parts: Sequence[Pieces], start: Fraction) -> Pieces:
    """Return the sum of functions over the same weights."""
    changes: dict[Fraction, list[Fraction]] = {start: [Fraction(0), Fraction(0)]}
    for pieces in parts:
        before = NOTHING
        for begin, line in pieces:
            change = changes.setdefault(begin, [Fraction(0), Fraction(0)])
            change[0] += line.at_zero - before.at_zero
            change[1] += line.slope - before.slope
            before = line
    total = NOTHING
    found: Pieces = []
    for begin in sorted(changes):
        total = total.plus(Line(*changes[begin]))
        found.append((begin, total))
    return found


def _limited(pieces: Pieces, end: Fraction, limit: Line, *, upper: bool) -> Pieces:
    """Return the lower of a function and a line, or with `upper` false the higher."""
    found: Pieces = []
    for (begin, line), stop in zip(pieces, _stops(pieces, end), strict=True):
        apart = Line(line.at_zero - limit.at_zero, line.slope - limit.slope)
        marks = [begin]
        if apart.slope:
            crossing = -apart.at_zero / apart.slope
            if begin < crossing < stop:
                marks.append(crossing)
        for mark, after in zip(marks, [*marks[1:], stop], strict=True):
            above = apart.at((mark + after) / 2) > 0
            found.append((mark, limit if above is upper else line))
    return found


def _rounded(pieces: Pieces, end: Fraction, places: int, *, everything: bool) -> Pieces:
    """Return a function rounded half up; without `everything` only where it does not move."""
    scale = 10**places
    found: Pieces = []
    for (begin, line), stop in zip(pieces, _stops(pieces, end), strict=True):
        if not line.slope:
            found.append((begin, constant(round_half_up(line.at_zero, places))))
            continue
        if not everything:
            found.append((begin, line))
            continue

        # It jumps where it is half of the last place from a rounded number.
        low, high = sorted((line.at(begin) * scale, line.at(stop) * scale))
        halves = range(floor(low - Fraction(1, 2)) + 1, ceil(high - Fraction(1, 2)))
        jumps = ((Fraction(2 * k + 1, 2 * scale) - line.at_zero) / line.slope for k in halves)
        marks = [begin, *sorted(jump for jump in jumps if begin < jump < stop)]
        for mark, after in zip(marks, [*marks[1:], stop], strict=True):
            value = round_half_up(line.at((mark + after) / 2), places)
            found.append((mark, constant(value)))
    return found


def _stops(pieces: Pieces, end: Fraction) -> Iterable[Fraction]:
    return [*(begin for begin, _ in pieces[1:]), end]
