"""What became of territory between two days, and figures carried or compared across it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.units._unit import UnitKey

Number: TypeAlias = int | Fraction


class BreakKind(LabelledEnum):
    """What happened to the territory of a group of units between two days."""

    RENEWED = "renewed"
    """One unit became one unit of the same territory.

    Name, kind, code or parent may have changed.
    """
    MERGED = "merged"
    """Several became one."""
    DIVIDED = "divided"
    """One became several."""
    REARRANGED = "rearranged"
    """Several became several, at least one of them divided.

    Only the whole group can be compared.
    """
    ENDED = "ended"
    """A unit ended and no successor is recorded."""
    BEGUN = "begun"
    """A unit began and no predecessor is recorded."""

    @property
    def same_territory(self) -> bool:
        """Whether figures of the older and of the newer units.

        Each summed, are about the same territory.
        """
        return self not in {BreakKind.ENDED, BreakKind.BEGUN}


class DividedPolicy(LabelledEnum):
    """Where the figure of a unit goes that was divided over several."""

    REFUSE = "refuse"
    """Nowhere: it is an error, since no figure says how it divides."""
    TO_DEFAULT = "to-default"
    """To the default successor, with a notice.

    The sum over all units stays; single units are approximate.
    """


@frozen
class Link(PublicType):
    """Territory of an older unit that lies in a newer one.

    Attributes:
        older: unit on the first day.
        newer: unit on the second day.
        whole: all territory of the older one lies in the newer one.
        default: the newer one to which a record goes that knows only the older one.
    """

    older: UnitKey = field(validator=instance_of(UnitKey))
    newer: UnitKey = field(validator=instance_of(UnitKey))
    whole: bool = field(default=True, validator=instance_of(bool))
    default: bool = field(default=True, validator=instance_of(bool))


@frozen
class Break(PublicType):
    """The mark on a figure that crosses a change of territory (*gãy chuỗi số liệu*).

    Attributes:
        after: last day of the older territory that is looked at, inclusive.
        until: the later day.
        kind: what happened.
        older: the units before.
        newer: the units after.
    """

    after: date
    until: date
    kind: BreakKind
    older: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    newer: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))


@frozen
class TerritoryGroup(PublicType):
    """The smallest set of older units and newer units that cover the same territory.

    Attributes:
        older: units of the first day, sorted.
        newer: units of the second day, sorted.
        kind: what happened; None when the one unit is the same on both days.
    """

    older: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    newer: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    kind: BreakKind | None = field(default=None, validator=optional(instance_of(BreakKind)))


@frozen
class TerritoryComparison(PublicType):
    """Figures of the same territory on two days.

    Attributes:
        older: the units before.
        newer: the units after.
        before: their sum on the first day; unknown when a unit has no figure or the territory
            differs.
        after: their sum on the second day; likewise.
        mark: the break that the comparison crosses; None where the unit did not change.
    """

    older: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    newer: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    before: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    after: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    mark: Break | None = field(default=None, validator=optional(instance_of(Break)))

    @property
    def change(self) -> Fraction | Unknown:
        """After less before; unknown when either is."""
        if isinstance(self.before, Unknown):
            return self.before
        if isinstance(self.after, Unknown):
            return self.after
        return self.after - self.before

    @property
    def growth(self) -> Fraction | Unknown:
        """The change as a part of before (`Fraction(1, 2)` is 50 %).

        Unknown when before is zero or unknown.
        """
        change = self.change
        if isinstance(change, Unknown) or isinstance(self.before, Unknown):
            return change
        if self.before:
            return change / self.before
        return Unknown("growth-from-zero")


@frozen
class Carried(PublicType):
    """Figures of older units, carried to the units of a later day.

    Attributes:
        values: newer unit and figure, sorted by unit.
        findings: a notice for each divided unit whose figure went to its default successor.
    """

    values: tuple[tuple[UnitKey, Fraction], ...]
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def as_dict(self) -> dict[UnitKey, Fraction]:
        """Return the figures by unit."""
        return dict(self.values)


@frozen
class UnitTotal(PublicType):
    """A figure rolled up to a unit above.

    Attributes:
        unit: the unit above.
        total: the sum, exact.
        members: the units whose figures it sums, sorted.
        marks: changes of territory between the first day of the period and the day of the roll-up,
            for the unit itself and for each member; a series of such totals is broken there.
    """

    unit: UnitKey = field(validator=instance_of(UnitKey))
    total: Fraction = field(validator=instance_of(Fraction))
    members: tuple[UnitKey, ...] = field(validator=tuple_of(UnitKey))
    marks: tuple[Break, ...] = field(default=(), validator=tuple_of(Break))


def checked_numbers(values: Mapping[UnitKey, Number]) -> dict[UnitKey, Fraction]:
    """Return figures as fractions, or raise: keys must be units with their day, numbers exact."""
    exact: dict[UnitKey, Fraction] = {}
    for key, value in values.items():
        if not isinstance(key, UnitKey):
            raise MisuseError("unit-key-needed", key, got=type(key).__name__)
        if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
            raise MisuseError("not-exact", value, type=type(value).__name__)
        exact[key] = Fraction(value)
    return exact


class _Sides(Derived):
    """The links by their older and newer unit, and the groups by both."""

    __slots__ = ("_group_of", "_groups", "_newer", "_older")

    _older: dict[UnitKey, tuple[Link, ...]]
    _newer: dict[UnitKey, tuple[Link, ...]]
    _groups: tuple[TerritoryGroup, ...]
    _group_of: dict[UnitKey, TerritoryGroup]


@frozen(repr=False)
class Lineage(PublicType, _Sides):
    """What became of the units of one day until another.

    The only way to compare figures across a break.

    Made by `UnitRegister.lineage`. Every unit of the first day stands in `links` or in `ended`,
    every unit of the
    second day in `links` or in `begun`: no territory is lost or counted twice.

    Attributes:
        older_on: the first day.
        newer_on: the second day, not before the first.
        links: sorted by older and newer unit.
        ended: older units of which nothing more is recorded, wholly or in part.
        begun: newer units of which no predecessor is recorded.

    Raises:
        DataError: `lineage-default` (an older unit with no or several defaults), `lineage-whole` (a
            whole link beside another), `lineage-duplicate`.
        MisuseError: `lineage-backwards`.

    >>> from datetime import date
    >>> from evnpubsvc.units import UnitKey, nui_thanh
    >>> lineage = nui_thanh().lineage(date(2025, 6, 30), date(2025, 7, 1))
    >>> new = UnitKey("20971", date(2025, 7, 1))
    >>> [str(key) for key in lineage.older_of(new)]
    ['20968@..', '20971@..', '20974@..']
    >>> lineage.group_of(new).kind.value
    'merged'
    """

    older_on: date = field(validator=plain_day)
    newer_on: date = field(validator=plain_day)
    links: tuple[Link, ...] = field(validator=tuple_of(Link))
    ended: tuple[UnitKey, ...] = field(default=(), validator=tuple_of(UnitKey))
    begun: tuple[UnitKey, ...] = field(default=(), validator=tuple_of(UnitKey))

    def __repr__(self) -> str:
        return f"<Lineage from {self.older_on} to {self.newer_on}: {len(self.links)} links>"

    def __attrs_post_init__(self) -> None:
        if self.newer_on < self.older_on:
            raise MisuseError("lineage-backwards", older_on=self.older_on, newer_on=self.newer_on)
        older: dict[UnitKey, tuple[Link, ...]] = {}
        newer: dict[UnitKey, tuple[Link, ...]] = {}
        for link in self.links:
            older[link.older] = (*older.get(link.older, ()), link)
            newer[link.newer] = (*newer.get(link.newer, ()), link)
        found = tuple(self._wrong(older))
        if found:
            raise DataError(found)
        groups = tuple(_groups(older, newer, self.ended, self.begun))
        # A unit that is the same on both days stands on both sides of one group, never in two.
        of = {key: group for group in groups for key in (*group.older, *group.newer)}
        keep(self, _older=older, _newer=newer, _groups=groups, _group_of=of)

    def _wrong(self, older: Mapping[UnitKey, tuple[Link, ...]]) -> Iterable[Finding]:
        for key, links in older.items():
            if len({link.newer for link in links}) < len(links):
                yield finding("lineage-duplicate", f"unit {key}", key)
            if sum(link.default for link in links) != 1:
                yield finding(
                    "lineage-default", f"unit {key}", key, count=sum(link.default for link in links)
                )
            if any(link.whole for link in links) and (len(links) > 1 or key in self.ended):
                yield finding("lineage-whole", f"unit {key}", key)

    @property
    def groups(self) -> tuple[TerritoryGroup, ...]:
        """The smallest groups of the same territory, sorted.

        Each unit of either day stands in exactly one.
        """
        return self._groups

    @answer_wrong_arguments
    def group_of(self, key: UnitKey) -> TerritoryGroup:
        """Return the group in which a unit of either day stands.

        Raises:
            MisuseError: `unit-not-in-lineage`.
        """
        group = self._group_of.get(key)
        if group is None:
            raise MisuseError(
                "unit-not-in-lineage", key, older_on=self.older_on, newer_on=self.newer_on
            )
        return group

    @answer_wrong_arguments
    def newer_of(self, older: UnitKey) -> tuple[UnitKey, ...]:
        """Return the units of the second day in which territory of an older unit lies.

        Empty when it ended.
        """
        return tuple(link.newer for link in self._older.get(older, ()))

    @answer_wrong_arguments
    def older_of(self, newer: UnitKey) -> tuple[UnitKey, ...]:
        """Return the units of the first day from which a newer unit comes.

        Empty when it has none.
        """
        return tuple(link.older for link in self._newer.get(newer, ()))

    @answer_wrong_arguments
    def default_of(self, older: UnitKey) -> UnitKey | None:
        """Return the newer unit to which a record goes that knows only the older one.

        None when it ended.
        """
        return next((link.newer for link in self._older.get(older, ()) if link.default), None)

    @answer_wrong_arguments
    def carry(self, values: Mapping[UnitKey, Number], *, divided: DividedPolicy) -> Carried:
        """Carry figures that add up, as counts do, from the units of the first day to the second's.

        The sum of the figures stays the same.

        Args:
            values: figure by older unit; units without figure are left out.
            divided: what to do with the figure of a unit that was divided; there is no default,
                since either way changes results.

        Raises:
            DataError: for all units at once: `unit-not-in-lineage`, `unit-ended`, `unit-divided`
                (when refused).
            MisuseError: `unit-key-needed`, `not-exact`.

        >>> from datetime import date
        >>> from evnpubsvc.units import DividedPolicy, UnitKey, nui_thanh
        >>> lineage = nui_thanh().lineage(date(2025, 6, 30), date(2025, 7, 1))
        >>> dossiers = {UnitKey("20968"): 120, UnitKey("20971"): 80}
        >>> [(str(key), str(n)) for key, n in lineage.carry(dossiers,
        ...     divided=DividedPolicy.REFUSE).values]
        [('20971@2025-07-01', '200')]
        """
        sums: dict[UnitKey, Fraction] = {}
        found: list[Finding] = []
        notes: list[Finding] = []
        for key, value in checked_numbers(values).items():
            target = self.default_of(key)
            if target is None:
                group = self._group_of.get(key)
                known = group is not None and key in group.older
                reason = "unit-ended" if known else "unit-not-in-lineage"
                found.append(
                    finding(
                        reason, f"unit {key}", key, older_on=self.older_on, newer_on=self.newer_on
                    )
                )
                continue

            # A divided unit goes to its default successor, if that is allowed.
            if not all(link.whole for link in self._older[key]):
                over = ", ".join(str(newer) for newer in self.newer_of(key))
                if divided is DividedPolicy.REFUSE:
                    found.append(finding("unit-divided", f"unit {key}", key, over=over))
                    continue
                notes.append(
                    notice("unit-divided-default", f"unit {key}", key, over=over, to=target)
                )
            sums[target] = sums.get(target, Fraction(0)) + value
        if found:
            raise DataError(found)
        return Carried(tuple(sorted(sums.items(), key=lambda item: item[0])), tuple(notes))

    @answer_wrong_arguments
    def compare(
        self, before: Mapping[UnitKey, Number], after: Mapping[UnitKey, Number]
    ) -> tuple[TerritoryComparison, ...]:
        """Compare figures of two days, group by group of the same territory.

        Args:
            before: figure by unit of the first day.
            after: figure by unit of the second day.

        Returns:
            One comparison for each group of which any unit has a figure, in the order of `groups`;
            a sum with a unit that has no figure is unknown, not smaller.

        Raises:
            DataError: `unit-not-in-lineage`, for all units at once.
            MisuseError: `unit-key-needed`, `not-exact`.

        >>> from datetime import date
        >>> from evnpubsvc.units import UnitKey, nui_thanh
        >>> lineage = nui_thanh().lineage(date(2025, 6, 30), date(2025, 7, 1))
        >>> old = {UnitKey("20968"): 120, UnitKey("20971"): 80, UnitKey("20974"): 50}
        >>> (found,) = lineage.compare(old, {UnitKey("20971", date(2025, 7, 1)): 300})
        >>> found.growth, found.mark.kind.value
        (Fraction(1, 5), 'merged')
        """
        olds, news = checked_numbers(before), checked_numbers(after)

        # Every figure belongs to a unit of its day.
        found = [
            finding(
                "unit-not-in-lineage",
                f"unit {key}",
                key,
                older_on=self.older_on,
                newer_on=self.newer_on,
            )
            for values, side in ((olds, 0), (news, 1))
            for key in values
            if key not in self._group_of
            or key not in (self._group_of[key].older, self._group_of[key].newer)[side]
        ]
        if found:
            raise DataError(found)

        # Groups of the same territory, as far as there are figures for them.
        result: list[TerritoryComparison] = []
        for group in self._groups:
            if olds.keys().isdisjoint(group.older) and news.keys().isdisjoint(group.newer):
                continue
            same = group.kind is None or group.kind.same_territory
            result.append(
                TerritoryComparison(
                    group.older,
                    group.newer,
                    _sum(group.older, olds, same=same),
                    _sum(group.newer, news, same=same),
                    self.mark(group),
                )
            )
        return tuple(result)

    @answer_wrong_arguments
    def mark(self, group: TerritoryGroup) -> Break | None:
        """Return the mark for figures that cross the break of a group.

        None where nothing changed.
        """
        if group.kind is None:
            return None
        return Break(self.older_on, self.newer_on, group.kind, group.older, group.newer)


def _sum(
    keys: tuple[UnitKey, ...], values: Mapping[UnitKey, Fraction], *, same: bool
) -> Fraction | Unknown:
    if not same:
        return Unknown("territory-not-recorded")
    missing = [key for key in keys if key not in values]
    if missing:
        return Unknown("unit-without-figure", ", ".join(map(str, missing)))
    return sum((values[key] for key in keys), Fraction(0))


def _groups(
    older: Mapping[UnitKey, tuple[Link, ...]],
    newer: Mapping[UnitKey, tuple[Link, ...]],
    ended: tuple[UnitKey, ...],
    begun: tuple[UnitKey, ...],
) -> Iterable[TerritoryGroup]:
    lost = set(ended)
    done: set[UnitKey] = set()
    for start in sorted({*older, *ended}):
        if start in done:
            continue
        left, right, queue = {start}, set[UnitKey](), [start]
        while queue:
            key = queue.pop()
            for link in older.get(key, ()):
                if link.newer not in right:
                    right.add(link.newer)
                    fresh = {back.older for back in newer[link.newer]} - left
                    left |= fresh
                    queue += fresh
        done |= left
        yield TerritoryGroup(
            tuple(sorted(left)), tuple(sorted(right)), _kind(left, right, lost=bool(left & lost))
        )
    for key in sorted(set(begun) - newer.keys()):
        yield TerritoryGroup((), (key,), BreakKind.BEGUN)


def _kind(left: set[UnitKey], right: set[UnitKey], *, lost: bool) -> BreakKind | None:
    if lost:
        return BreakKind.ENDED
    if len(right) == 1:
        if len(left) > 1:
            return BreakKind.MERGED
        if left == right:
            return None
        return BreakKind.RENEWED
    if len(left) == 1:
        return BreakKind.DIVIDED
    return BreakKind.REARRANGED
