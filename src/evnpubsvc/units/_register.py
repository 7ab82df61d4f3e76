"""The register of units: built once from rows, checked as a whole, queried by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Self

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import tuple_of
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice, violations
from evnpubsvc.law import regimes
from evnpubsvc.units._lineage import (
    Break,
    BreakKind,
    Lineage,
    Link,
    Number,
    UnitTotal,
    checked_numbers,
)
from evnpubsvc.units._names import (
    LONGEST_NAME,
    NameMatch,
    NameReading,
    ParsedName,
    differences,
    fold_name,
    parse_name,
)
from evnpubsvc.units._unit import AdminUnit, Succession, Tier, UnitKey

_ONE_DAY = timedelta(days=1)


@cache
def _two_tiers() -> date:
    """Return the first day without districts."""
    since = regimes("territory").entries[-1].validity.since
    assert since is not None
    return since


def _slips(code: str, known: str) -> int:
    """Return in how many places two codes differ, aligned at their beginning or their end."""
    width = max(len(code), len(known))
    from_left = zip(code.ljust(width), known.ljust(width), strict=True)
    from_right = zip(code.rjust(width), known.rjust(width), strict=True)
    return min(sum(a != b for a, b in pairs) for pairs in (from_left, from_right))


class _Indexes(Derived):
    """Units by key, code, parent and name; successions by their older and newer unit."""

    __slots__ = ("_after", "_before", "_by_code", "_by_key", "_children", "_names")

    _by_key: dict[UnitKey, AdminUnit]
    _by_code: dict[str, list[AdminUnit]]
    _children: dict[str, list[AdminUnit]]
    _after: dict[UnitKey, list[Succession]]
    _before: dict[UnitKey, list[Succession]]
    _names: dict[str, list[AdminUnit]]  # filled at the first search by name


@frozen
class UnitRegister(PublicType, _Indexes):
    """Administrative units with their validity and what became of them. Immutable; indexed once.

    Attributes:
        units: every version of every unit.
        successions: every step from an older to a newer version.

    Raises:
        DataError: everything that is wrong, at once. Units: `unit-key-duplicate`,
            `unit-validity-overlap`, `unit-parent-unknown`, `unit-parent-not-then`,
            `unit-parent-tier`, `unit-tier-not-then` (a district after 30/6/2025). Successions:
            `succession-unit-not-in-register`, `succession-not-adjacent`, `succession-cycle`,
            `succession-duplicate`, `succession-default`, `succession-whole`.

    >>> from datetime import date
    >>> from evnpubsvc.units import UnitKey, nui_thanh
    >>> register = nui_thanh()
    >>> print(register.at("20971", date(2025, 6, 30)), "|", register.at("20971", date(2025, 7, 1)))
    xã Tam Xuân II (20971) | xã Tam Xuân (20971)
    >>> [unit.name for unit in register.predecessors(UnitKey("20971", date(2025, 7, 1)))]
    ['Tam Xuân I', 'Tam Xuân II', 'Tam Tiến']
    """

    units: tuple[AdminUnit, ...] = field(validator=tuple_of(AdminUnit))
    successions: tuple[Succession, ...] = field(default=(), validator=tuple_of(Succession))

    def __str__(self) -> str:
        return f"<UnitRegister of {len(self.units)} units, {len(self.successions)} successions>"

    def __attrs_post_init__(self) -> None:
        by_key: dict[UnitKey, AdminUnit] = {}
        by_code: dict[str, list[AdminUnit]] = {}
        children: dict[str, list[AdminUnit]] = {}
        for unit in self.units:
            by_key.setdefault(unit.key, unit)
            by_code.setdefault(unit.code, []).append(unit)
            if unit.parent is not None:
                children.setdefault(unit.parent, []).append(unit)

        # Versions of a code in the order of time.
        for versions in by_code.values():
            if len(versions) > 1:
                versions.sort(key=lambda unit: unit.validity.first)
        after: dict[UnitKey, list[Succession]] = {}
        before: dict[UnitKey, list[Succession]] = {}
        for step in self.successions:
            after.setdefault(step.older, []).append(step)
            before.setdefault(step.newer, []).append(step)
        keep(
            self,
            _by_key=by_key,
            _by_code=by_code,
            _children=children,
            _after=after,
            _before=before,
            _names={},
        )
        found = violations(self._all_findings())
        if found:
            raise DataError(found)

    @classmethod
    @answer_wrong_arguments
    def of(cls, units: Iterable[AdminUnit], successions: Iterable[Succession] = ()) -> Self:
        """Build a register from units and successions in any order."""
        return cls(tuple(units), tuple(successions))

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[AdminUnit]:
        return iter(self.units)

    # -- what is wrong -----------------------------------------------------------------------------

    def notices(self) -> tuple[Finding, ...]:
        """Return what somebody should look at.

        `succession-part-missing`, a divided unit with only one successor.
        """
        return tuple(self._all_findings())

    def _all_findings(self) -> Iterator[Finding]:
        yield from self._wrong_units()
        yield from self._wrong_successions()
        yield from _cycles(self._after)

    def _wrong_units(self) -> Iterator[Finding]:
        two_tiers = _two_tiers()
        seen: set[UnitKey] = set()
        for place, unit in enumerate(self.units):
            path = f"$.units[{place}]"
            key = unit.key
            if key in seen:
                yield finding("unit-key-duplicate", path, key)
            seen.add(key)
            if unit.tier is Tier.DISTRICT and unit.validity.last >= two_tiers:
                yield finding(
                    "unit-tier-not-then", path, unit, validity=unit.validity, since=two_tiers
                )
            if unit.parent is not None:
                yield from self._wrong_parent(unit, path)

        # Versions of one code do not overlap.
        for code, versions in self._by_code.items():
            for earlier, later in pairwise(versions):
                if earlier.validity.overlaps(later.validity) and earlier.key != later.key:
                    yield finding(
                        "unit-validity-overlap",
                        f"unit {code}",
                        code,
                        earlier=earlier.validity,
                        later=later.validity,
                    )

    def _wrong_parent(self, unit: AdminUnit, path: str) -> Iterator[Finding]:
        assert unit.parent is not None
        versions = self._by_code.get(unit.parent)
        if versions is None:
            yield finding("unit-parent-unknown", f"{path}.parent", unit.parent, unit=unit)
            return
        first, last = unit.validity.first, unit.validity.last
        need = first
        for parent in versions:
            if parent.validity.first > last or parent.validity.last < first:
                continue
            if parent.tier.depth >= unit.tier.depth:
                yield finding("unit-parent-tier", f"{path}.parent", parent, unit=unit)
            if parent.validity.first > need:
                break
            if parent.validity.last >= last:
                return
            need = max(need, parent.validity.last + _ONE_DAY)
        yield finding("unit-parent-not-then", f"{path}.parent", unit.parent, unit=unit, day=need)

    def _wrong_successions(self) -> Iterator[Finding]:
        for place, step in enumerate(self.successions):
            path = f"$.successions[{place}]"
            older, newer = self._by_key.get(step.older), self._by_key.get(step.newer)

            # Both units are in the register, and the newer begins when the older ends.
            for name, key, unit in (("older", step.older, older), ("newer", step.newer, newer)):
                if unit is None:
                    yield finding(
                        "succession-unit-not-in-register",
                        f"{path}.{name}",
                        key,
                        known=self._near_keys(key.code),
                    )
            if older is not None and newer is not None and not older.validity.meets(newer.validity):
                yield finding(
                    "succession-not-adjacent",
                    path,
                    step,
                    older=older.validity,
                    newer=newer.validity,
                )

        # All steps of one unit: each once, one default, whole only if it is the only one.
        for key, steps in self._after.items():
            path = f"unit {key}"
            if len({step.newer for step in steps}) < len(steps):
                yield finding("succession-duplicate", path, key)
            defaults = sum(step.default for step in steps)
            if defaults != 1:
                yield finding("succession-default", path, key, count=defaults)
            if len(steps) > 1 and any(step.whole for step in steps):
                yield finding("succession-whole", path, key)
            if len(steps) == 1 and not steps[0].whole:
                yield notice("succession-part-missing", path, key)

    def _near_keys(self, code: str) -> tuple[UnitKey, ...]:
        """Return the versions of a code; of the code that is most like it where it has none."""
        if code not in self._by_code:
            code = min(self._by_code, key=lambda known: _slips(code, known), default=code)
        return tuple(unit.key for unit in self._by_code.get(code, ()))

    def _not_in_register(self, value: str | UnitKey, code: str) -> UnknownNameError:
        return UnknownNameError("unit-not-in-register", value, nearest=self._near_keys(code))

    # -- by code and day ---------------------------------------------------------------------------

    @answer_wrong_arguments
    def get(self, code: str, on: date) -> AdminUnit | None:
        """Return the unit that a code meant on a day, or None."""
        for unit in self._by_code.get(code, ()):
            if unit.validity.contains(on):
                return unit
        return None

    @answer_wrong_arguments
    def at(self, code: str, on: date) -> AdminUnit:
        """Return the unit that a code meant on a day.

        Raises:
            UnknownNameError: `unit-not-in-register` when no unit ever had the code; `unit-not-then`
                with the days it had.
        """
        unit = self.get(code, on)
        if unit is not None:
            return unit
        versions = self._by_code.get(code)
        if versions is None:
            raise self._not_in_register(code, code)
        raise UnknownNameError(
            "unit-not-then", code, day=on, known=tuple(unit.validity for unit in versions)
        )

    @answer_wrong_arguments
    def unit(self, key: UnitKey) -> AdminUnit:
        """Return the unit of a key.

        Raises:
            UnknownNameError: `unit-not-in-register`, with the versions that the code has.
        """
        unit = self._by_key.get(key)
        if unit is None:
            raise self._not_in_register(key, key.code)
        return unit

    def __contains__(self, key: object) -> bool:
        """Return whether a unit stands here, asked by its key or as a loop gives it."""
        if isinstance(key, AdminUnit):
            return self._by_key.get(key.key) == key
        return key in self._by_key

    @answer_wrong_arguments
    def versions(self, code: str) -> tuple[AdminUnit, ...]:
        """Return all units that ever had a code, in order of time."""
        return tuple(self._by_code.get(code, ()))

    def on(self, day: date, *, tier: Tier | None = None) -> tuple[AdminUnit, ...]:
        """Return the units of a day, in the order of the register, all tiers or one."""
        return tuple(
            unit
            for unit in self.units
            if (tier is None or unit.tier is tier) and unit.validity.contains(day)
        )

    @answer_wrong_arguments
    def parent(self, unit: AdminUnit, on: date) -> AdminUnit | None:
        """Return the unit directly above on a day; None when the register knows none."""
        return None if unit.parent is None else self.get(unit.parent, on)

    @answer_wrong_arguments
    def ancestors(self, unit: AdminUnit, on: date) -> tuple[AdminUnit, ...]:
        """Return the units above on a day, the nearest first.

        Tiers rise strictly, so the way always ends.
        """
        above: list[AdminUnit] = []
        step = self.parent(unit, on)
        while step is not None:
            above.append(step)
            step = self.parent(step, on)
        return tuple(above)

    @answer_wrong_arguments
    def children(self, code: str, on: date) -> tuple[AdminUnit, ...]:
        """Return the units directly below a code on a day, in the order of the register.

        Empty when there are none.
        """
        return tuple(unit for unit in self._children.get(code, ()) if unit.validity.contains(on))

    # -- by name -----------------------------------------------------------------------------------

    @answer_wrong_arguments
    def find(
        self, text: str, *, on: date, within: str | None = None, tier: Tier | None = None
    ) -> NameReading:
        """Return the units that a name can mean on a day.

        With everything in which it differs from theirs.

        Offices (*UBND*), words for the kind, units above behind a dash or comma, capitals, tone
        placement and Unicode forms may differ; accents may not. A kind or a unit above that is
        named chooses among several units; a kind that fits none is reported and does not forbid the
        match.

        Args:
            text: the name as written somewhere; never raises for its content.
            on: the day on which the name was used.
            within: code of a unit above, directly or not.
            tier: only units of this tier.

        >>> from datetime import date
        >>> from evnpubsvc.units import nui_thanh
        >>> reading = nui_thanh().find("UBND xã Tam Xuân - Thành phố Đà Nẵng", on=date(2026, 8, 1))
        >>> print(reading.unit, [d.value for d in reading.matches[0].differences])
        xã Tam Xuân (20971) ['office', 'container']
        """
        shown = text[:LONGEST_NAME]
        if not text.strip() or len(text) > LONGEST_NAME:
            return NameReading(
                shown, (), (finding("unit-name-unreadable", "", text, longest=LONGEST_NAME),)
            )
        best: list[tuple[AdminUnit, ParsedName]] = []
        elsewhere: list[AdminUnit] = []
        for way in parse_name(text):
            units = [unit for unit in self._named(way.core) if self._fits(unit, on, within, tier)]
            kept = [unit for unit in units if self._inside(unit, way.containers, on)]
            elsewhere += (unit for unit in units if unit not in kept)
            if kept:
                same = [unit for unit in kept if way.kind is None or unit.kind is way.kind]
                best = [(unit, way) for unit in same or kept]
                if same:
                    break
        matches = tuple(NameMatch(unit, differences(text, way, unit)) for unit, way in best)
        return NameReading(shown, matches, tuple(_name_findings(text, matches, elsewhere, on)))

    def _named(self, core: str) -> list[AdminUnit]:
        if not self._names and self.units:
            names: dict[str, list[AdminUnit]] = {}
            for unit in self.units:
                for folded in dict.fromkeys(map(fold_name, (unit.name, *unit.other_names))):
                    names.setdefault(folded, []).append(unit)
            self._names.update(names)
        return self._names.get(fold_name(core), [])

    def _fits(self, unit: AdminUnit, on: date, within: str | None, tier: Tier | None) -> bool:
        return (
            unit.validity.contains(on)
            and (tier is None or unit.tier is tier)
            and (within is None or any(above.code == within for above in self.ancestors(unit, on)))
        )

    def _inside(self, unit: AdminUnit, containers: tuple[str, ...], on: date) -> bool:
        if not containers:
            return True
        names = {fold_name(above.name) for above in self.ancestors(unit, on)}
        return all(
            any(fold_name(way.core) in names for way in parse_name(container))
            for container in containers
        )

    # -- what became of them -----------------------------------------------------------------------

    @answer_wrong_arguments
    def successors(self, key: UnitKey) -> tuple[AdminUnit, ...]:
        """Return the units that took over the territory of a unit directly.

        Empty while it lasts or none is recorded.

        Raises:
            UnknownNameError: `unit-not-in-register`.
        """
        self.unit(key)
        return tuple(self._by_key[step.newer] for step in self._after.get(key, ()))

    @answer_wrong_arguments
    def default_successor(self, key: UnitKey) -> AdminUnit | None:
        """Return the successor to which a record goes that knows only this unit.

        None when there is no successor.
        """
        self.unit(key)
        return next(
            (self._by_key[step.newer] for step in self._after.get(key, ()) if step.default), None
        )

    @answer_wrong_arguments
    def predecessors(self, key: UnitKey) -> tuple[AdminUnit, ...]:
        """Return the units whose territory, whole or in part, a unit took over directly."""
        self.unit(key)
        return tuple(self._by_key[step.older] for step in self._before.get(key, ()))

    @answer_wrong_arguments
    def lineage(self, older_on: date, newer_on: date, *, tier: Tier = Tier.COMMUNE) -> Lineage:
        """Return what became, until a later day, of the units of a tier of a day.

        Steps are followed through any number of changes. A unit that was divided and whose parts
        came together again is whole. Islands that were districts without communes count as units of
        the tier that they became.

        Raises:
            MisuseError: `lineage-backwards`.
        """
        if newer_on < older_on:
            raise MisuseError("lineage-backwards", older_on=older_on, newer_on=newer_on)
        later = {unit.key for unit in self.on(newer_on)}
        ends: dict[UnitKey, tuple[frozenset[UnitKey], bool]] = {}
        links: list[Link] = []
        ended: list[UnitKey] = []
        for unit in self.units:
            if not unit.validity.contains(older_on):
                continue

            # Where the unit went, if the units of that tier are asked for, or it is the only one
            # there.
            key = unit.key
            leaves, lost = self._ends(key, later, ends)
            if unit.tier is not tier and not any(
                self._by_key[leaf].tier is tier for leaf in leaves
            ):
                continue
            if unit.tier is not tier and (len(leaves) != 1 or self.children(unit.code, older_on)):
                continue
            default = self._default_end(key, later)
            whole = len(leaves) == 1 and not lost
            # Where the default is not recorded to its end, the first of the others is as good as
            # any: none is.
            chosen = default if default in leaves else min(leaves, default=None)
            links += (Link(key, leaf, whole, leaf == chosen) for leaf in sorted(leaves))
            if lost or not leaves:
                ended.append(key)

        # What began without a predecessor.
        reached = {link.newer for link in links}
        begun = [unit.key for unit in self.on(newer_on, tier=tier) if unit.key not in reached]
        links.sort(key=lambda link: (link.older, link.newer))
        return Lineage(older_on, newer_on, tuple(links), tuple(sorted(ended)), tuple(sorted(begun)))

    def _ends(
        self,
        key: UnitKey,
        later: set[UnitKey],
        known: dict[UnitKey, tuple[frozenset[UnitKey], bool]],
    ) -> tuple[frozenset[UnitKey], bool]:
        """Return the units in which a unit's territory lies later, and whether some is lost."""
        stack = [key]
        while stack:
            step = stack[-1]
            if step in known:
                stack.pop()
                continue
            if step in later:
                known[step] = frozenset((step,)), False
                continue

            # A unit ends where its successors end, once all of them are known.
            nexts = self._after.get(step, [])
            waiting = [n.newer for n in nexts if n.newer not in known]
            if waiting:
                stack += waiting
                continue
            parts = [known[n.newer] for n in nexts]
            lost = (
                not nexts
                or any(part[1] for part in parts)
                or (len(nexts) == 1 and not nexts[0].whole)
            )
            known[step] = frozenset().union(*(part[0] for part in parts)), lost
        return known[key]

    def _default_end(self, key: UnitKey, later: set[UnitKey]) -> UnitKey | None:
        step: UnitKey | None = key
        while step is not None and step not in later:
            step = next((n.newer for n in self._after.get(step, ()) if n.default), None)
        return step

    @answer_wrong_arguments
    def breaks(self, key: UnitKey, first: date, last: date) -> tuple[Break, ...]:
        """Return the changes of territory, name, kind or parent that figures cross in a period.

        Args:
            key: a unit; both what it came from and what it became are looked at, step by step.
            first: first day of the period, inclusive.
            last: last day, inclusive; a unit that begins on `first` or ends on `last` crosses
                nothing.

        Raises:
            UnknownNameError: `unit-not-in-register`.
        """
        self.unit(key)
        days: set[date] = set()
        seen = {key}
        queue = [key]
        while queue:
            unit = self._by_key[queue.pop()]
            near: set[UnitKey] = set()
            if unit.validity.first > first:
                near |= {step.older for step in self._before.get(unit.key, ())}
            if unit.validity.last < last:
                near |= {step.newer for step in self._after.get(unit.key, ())}
            if first < unit.validity.first <= last:
                days.add(unit.validity.first)
            if first <= unit.validity.last < last:
                days.add(unit.validity.last + _ONE_DAY)
            queue += near - seen
            seen |= near
        return tuple(mark for day in sorted(days) for mark in self._marks(seen, day))

    def _marks(self, keys: set[UnitKey], day: date) -> Iterator[Break]:
        before = day - _ONE_DAY
        left = sorted(key for key in keys if self._by_key[key].validity.last == before)
        right = sorted(key for key in keys if self._by_key[key].validity.first == day)
        steps = [step for key in left for step in self._after.get(key, ())]
        if not left:
            kind = BreakKind.BEGUN
        elif not right:
            kind = BreakKind.ENDED
        elif len(left) == len(right) == 1 and all(step.whole for step in steps):
            kind = BreakKind.RENEWED
        elif len(right) == 1 and all(step.whole for step in steps):
            kind = BreakKind.MERGED
        else:
            kind = BreakKind.DIVIDED if len(left) == 1 else BreakKind.REARRANGED
        yield Break(before, day, kind, tuple(left), tuple(right))

    # -- roll-ups ----------------------------------------------------------------------------------

    @answer_wrong_arguments
    def roll_up(
        self, values: Mapping[UnitKey, Number], *, to: Tier, on: date, since: date | None = None
    ) -> tuple[UnitTotal, ...]:
        """Sum figures that add up (counts) to the units of a higher tier, over the map of one day.

        Figures of units of two maps cannot be summed: each unit must be valid on the day. Carry
        older figures with `Lineage.carry` first.

        Args:
            values: figure by unit.
            to: the tier to sum to; a unit of that tier counts for itself.
            on: the day whose map is used, usually the last day of the period that was counted.
            since: first day of the period; breaks after it are marked on the totals. None marks
                nothing.

        Returns:
            Totals, sorted by unit.

        Raises:
            DataError: for all units at once: `unit-not-in-register`, `unit-not-then`,
                `unit-without-tier`, `unit-counted-twice` (a unit and a unit above it both have a
                figure).
            MisuseError: `unit-key-needed`, `not-exact`, `lineage-backwards`.
        """
        if since is not None and on < since:
            raise MisuseError("lineage-backwards", older_on=since, newer_on=on)
        exact = checked_numbers(values)
        members: dict[UnitKey, list[UnitKey]] = {}
        found: list[Finding] = []

        # Each unit goes to the one above it on that tier. It must exist then, and be counted once.
        for key in exact:
            unit = self._by_key.get(key)
            path = f"unit {key}"
            if unit is None:
                found.append(
                    finding("unit-not-in-register", path, key, nearest=self._near_keys(key.code))
                )
                continue
            if not unit.validity.contains(on):
                found.append(finding("unit-not-then", path, key, day=on, known=unit.validity))
                continue
            line = (unit, *self.ancestors(unit, on))
            double = next((above.key for above in line[1:] if above.key in exact), None)
            if double is not None:
                found.append(finding("unit-counted-twice", path, key, above=double))
            above = next((step for step in line if step.tier is to), None)
            if above is None:
                found.append(finding("unit-without-tier", path, key, tier=to))
                continue
            members.setdefault(above.key, []).append(key)
        if found:
            raise DataError(found)

        # The sums, with the breaks that the figures of a unit cross since the first day.
        return tuple(
            UnitTotal(
                key,
                sum((exact[member] for member in members[key]), Fraction(0)),
                tuple(sorted(members[key])),
                ()
                if since is None
                else tuple(
                    dict.fromkeys(
                        mark
                        for each in (key, *sorted(members[key]))
                        for mark in self.breaks(each, since, on)
                    )
                ),
            )
            for key in sorted(members)
        )


def _name_findings(
    text: str, matches: tuple[NameMatch, ...], elsewhere: list[AdminUnit], on: date
) -> Iterator[Finding]:
    if not matches:
        if elsewhere:
            yield finding("unit-name-elsewhere", "", text, units=tuple(dict.fromkeys(elsewhere)))
        else:
            yield finding("unit-name-unknown", "", text, day=on)
    elif len(matches) > 1:
        yield finding("unit-name-ambiguous", "", text, units=tuple(match.unit for match in matches))
    for match in matches:
        if match.differences:
            yield notice(
                "unit-name-differs", "", text, unit=match.unit, how=tuple(match.differences)
            )


def _cycles(after: Mapping[UnitKey, list[Succession]]) -> Iterator[Finding]:
    """Yield one finding for each cycle of successors; depth first, without recursion."""
    state: dict[UnitKey, int] = {}  # 1 on the way, 2 done
    for start in after:
        if start in state:
            continue
        trail: list[UnitKey] = [start]
        pending = [iter(after.get(start, ()))]
        state[start] = 1
        while trail:
            step = next(pending[-1], None)
            if step is None:
                state[trail.pop()] = 2
                pending.pop()
            elif step.newer not in state:
                state[step.newer] = 1
                trail.append(step.newer)
                pending.append(iter(after.get(step.newer, ())))
            elif state[step.newer] == 1:
                ring = [*trail[trail.index(step.newer) :], step.newer]
                yield finding("succession-cycle", f"unit {step.newer}", " -> ".join(map(str, ring)))
