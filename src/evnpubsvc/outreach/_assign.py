"""Who takes which day: an exact assignment with the fairest loads, on plain integers.

Days are indices, members are indices, `candidates[day]` are the members who can take it. The cost
of a member with `load` days and `carried` days from earlier months is the pair (load², (carried +
load)²); pairs add up and compare in this order, so the month comes first and the year decides among
equals. Both parts are convex, so giving each day in turn to the cheapest member whom a chain of
exchanges can free is optimal (successive shortest paths of a minimum-cost flow; semi-matchings). A
rule against consecutive days breaks that structure: then the flow is the lower bound of a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from evnpubsvc._records import frozen

MOST_NODES: Final = (
    4_000  # of one search: seconds; what is found until then is kept and said to be unproved
)

Candidates = Sequence[Sequence[int]]


@frozen
class Stuck:
    """Days that cannot be filled.

    More than their only candidates may take (a violator of Hall's condition).
    """

    days: tuple[int, ...]
    members: tuple[int, ...]


@frozen
class Plan:
    """A member for each day.

    Attributes:
        members: the member of each day.
        tight: days that only `tight_members` can take, which is why the loads are not within one;
            else empty.
        tight_members: see `tight`.
        proved: no assignment has a smaller cost.
    """

    members: tuple[int, ...]
    tight: tuple[int, ...] = ()
    tight_members: tuple[int, ...] = ()
    proved: bool = True


def rotate(days: int, order: Sequence[int]) -> list[int]:
    """Return the rotation that is optimal when everybody can take every day.

    In `order` the members are sorted by the days that they carry already.
    """
    size = len(order)
    return [order[day % size] for day in range(days)]


def assign(
    candidates: Candidates,
    carried: Sequence[int],
    *,
    cap: int | None = None,
    apart: bool = False,
    before: int | None = None,
) -> Plan | Stuck | None:
    """Return the fairest assignment, or why there is none.

    Args:
        candidates: for each day who can take it, the preferred first.
        carried: for each member the days of earlier months.
        cap: most days a member may take; None for no limit.
        apart: nobody takes two days in a row.
        before: with `apart`, who had the day before the first.

    Returns:
        The plan; `Stuck` when even without `apart` there is none; None when `apart` makes it
        impossible, or when the search ended without an answer (`window` tells which).
    """
    loads = [0] * len(carried)
    flow = _flow(candidates, carried, loads, cap)
    if isinstance(flow, Stuck):
        return flow
    if apart and not _apart(flow, before):
        found = _Search(candidates, carried, cap).run(before)
        if found is None or found.members is None:
            return None
        flow, proved = found.members, found.proved
        loads = [flow.count(m) for m in range(len(carried))]
        return Plan(tuple(flow), proved=proved)
    for member in flow:
        loads[member] += 1
    tight, members = _tight(candidates, flow, loads)
    return Plan(tuple(flow), tight, members)


def _flow(
    candidates: Candidates, carried: Sequence[int], start: Sequence[int], cap: int | None
) -> list[int] | Stuck:
    """Return the cheapest assignment on top of loads, days in turn.

    `Stuck` when a day cannot be filled.
    """
    loads = list(start)
    assigned: list[int] = []
    own: list[list[int]] = [[] for _ in carried]  # days of each member
    for day, able in enumerate(candidates):
        # Who has rested longest comes first among equals, so that days spread over the month.
        rested = sorted(able, key=lambda m: max(own[m], default=-1))
        via: dict[int, int] = dict.fromkeys(
            rested, day
        )  # member -> the day that could be handed to them
        queue = list(via)
        best, best_key = -1, (0, 0)
        for member in (
            queue
        ):  # grows while it is read: breadth first, so the shortest chain of exchanges wins ties
            load = loads[member]
            if (cap is None or load < cap) and (
                best < 0 or (load, carried[member] + load) < best_key
            ):
                best, best_key = member, (load, carried[member] + load)
            for mine in own[member]:
                for other in candidates[mine]:
                    if other not in via:
                        via[other] = mine
                        queue.append(other)
        if best < 0:
            days = sorted({day, *(d for member in queue for d in own[member])})
            return Stuck(tuple(days), tuple(sorted(queue)))
        assigned.append(-1)
        loads[best] += 1
        member = best
        while True:
            handed = via[member]
            giver = assigned[handed]
            assigned[handed] = member
            own[member].append(handed)
            if handed == day:
                break
            own[giver].remove(handed)
            member = giver
    return assigned


def _tight(
    candidates: Candidates, flow: Sequence[int], loads: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Prove that loads more than one apart cannot be closer: days that only some members can take.

    From everybody with the largest load, follow the exchanges. Nobody reached has two days fewer,
    else an exchange would be cheaper; so the days of all reached members, which nobody else can
    take, fill them to the brim.
    """
    able = {member for day in candidates for member in day}
    top = max((loads[m] for m in able), default=0)
    if not able or top - min(loads[m] for m in able) <= 1:
        return (), ()
    queue = [m for m in sorted(able) if loads[m] == top]
    reached = set(queue)
    days: set[int] = set()
    for member in queue:
        for day, holder in enumerate(flow):
            if holder == member:
                days.add(day)
                for other in candidates[day]:
                    if other not in reached:
                        reached.add(other)
                        queue.append(other)
    return tuple(sorted(days)), tuple(sorted(reached))


def _apart(flow: Sequence[int], before: int | None) -> bool:
    last = before
    for member in flow:
        if member == last:
            return False
        last = member
    return True


@frozen
class _Found:
    members: list[int] | None
    proved: bool


class _Search:
    """A search depth first over the days, bounded from below by the flow of what is left.

    It visits each state once.
    """

    def __init__(self, candidates: Candidates, carried: Sequence[int], cap: int | None) -> None:
        self.candidates = candidates
        self.carried = carried
        self.cap = cap
        self.nodes = 0
        self.seen: set[tuple[int, int | None, tuple[int, ...]]] = set()
        self.best: list[int] | None = None
        self.best_cost: tuple[int, int] | None = None
        # Who can start each day so that the rest can follow without two in a row; counts aside.
        self.open: list[set[int]] = [set() for _ in range(len(candidates) + 1)]
        following: set[int] | None = None
        for day in range(len(candidates) - 1, -1, -1):
            able = set(candidates[day])
            if following is not None:
                able = {m for m in able if following - {m}}
            self.open[day] = following = able

    def cost(self, loads: Sequence[int]) -> tuple[int, int]:
        return (
            sum(load * load for load in loads),
            sum((h + load) ** 2 for h, load in zip(self.carried, loads, strict=True)),
        )

    def run(self, before: int | None) -> _Found | None:
        if not self.open[0] - {before}:
            return None
        self._visit([], before, [0] * len(self.carried))
        proved = self.nodes <= MOST_NODES
        if self.best is None and proved:
            return None
        return _Found(self.best, proved)

    def _visit(self, chosen: list[int], last: int | None, loads: list[int]) -> None:
        day = len(chosen)
        state = (day, last, tuple(loads))
        if state in self.seen or self.nodes > MOST_NODES:
            return
        self.nodes += 1
        self.seen.add(state)
        # The rest without the rule, except where it is certain: the next day is not for `last`.
        if day < len(self.candidates):
            first = [m for m in self.candidates[day] if m != last and m in self.open[day]]
        else:
            first = []
        if day < len(self.candidates):
            rest = [first, *self.candidates[day + 1 :]]
        else:
            rest = []

        # The best that the rest could do; no better than what is known already is not worth a look.
        flow = _flow(rest, self.carried, loads, self.cap)
        if isinstance(flow, Stuck):
            return
        total = list(loads)
        for member in flow:
            total[member] += 1
        bound = self.cost(total)
        if self.best_cost is not None and bound >= self.best_cost:
            return
        if _apart(flow, last):
            self.best, self.best_cost = [*chosen, *flow], bound
            return

        # Else try each member for the day, the least loaded first.
        choices = sorted(
            (
                (loads[m], self.carried[m] + loads[m], -_since(chosen, m), place, m)
                for place, m in enumerate(first)
                if self.cap is None or loads[m] < self.cap
            ),
            key=itemgetter(0, 1, 2, 3),
        )
        for *_, member in choices:
            loads[member] += 1
            self._visit([*chosen, member], member, loads)
            loads[member] -= 1


def _since(chosen: Sequence[int], member: int) -> int:
    """Return how many days ago a member was last chosen; many for never."""
    for ago, other in enumerate(reversed(chosen)):
        if other == member:
            return ago
    return len(chosen)


def window(candidates: Candidates, cap: int | None, before: int | None) -> tuple[int, int, bool]:
    """Return the shortest run of days, first and last, that has no roster without two in a row.

    Of several such runs, it is the one with the earliest last day, then the latest first day;
    `before` counts only for a run that begins on day 0. The third value says whether the search
    came to an end: when it is False, the run is the whole month.
    """
    members = 1 + max((m for day in candidates for m in day), default=0)

    def possible(first: int, last: int) -> bool | None:
        found = _Search(candidates[first : last + 1], [0] * members, cap).run(
            before if first == 0 else None
        )
        if found is not None and found.members is None:
            return None
        return found is not None

    size = len(candidates)
    last = next((last for last in range(size) if possible(0, last) is False), None)
    if last is None:
        return 0, size - 1, False
    first = next(first for first in range(last, -1, -1) if possible(first, last) is False)
    return first, last, True
