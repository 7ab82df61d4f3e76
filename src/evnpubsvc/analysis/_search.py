"""Branch and bound over plans: how often each act is done, cheapest first.

A node is a box of plans. An exact linear programme says what any plan in it costs at least, since
the points of each criterion are bounded by lines (`_reach`). What a plan really earns is always
replayed through `score`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from math import ceil, floor
from typing import Final, NamedTuple, TypeAlias

from evnpubsvc.analysis._acts import Act, do_acts
from evnpubsvc.analysis._reach import (
    Box,
    bound_of,
    condition_row,
    figure_of,
    rounded_up,
    term_of,
)
from evnpubsvc.analysis._simplex import maximise
from evnpubsvc.emulation import (
    Criterion,
    ExcludedRule,
    Group,
    GroupRole,
    RatioCriterion,
    RoundingAt,
    Scheme,
    ScoreSheet,
    UnitFigures,
    WeightedCriterion,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import Unknown

Times: TypeAlias = tuple[int, ...]
_FAR: Final = 1_000_000  # times that an act without a bound of its own is looked at


class Found(NamedTuple):
    """What a search ended with: a plan, and what no plan is better than."""

    times: Times | None
    sheet: ScoreSheet | None
    bound: Fraction | None


class _Row(NamedTuple):
    """A line that all plans keep: `row x times <= limit`."""

    row: list[Fraction]
    limit: Fraction


class Search:
    """Plans of one unit under one scheme."""

    def __init__(
        self, scheme: Scheme, figures: UnitFigures, acts: Sequence[Act], *, ranked: bool
    ) -> None:
        self.scheme, self.figures, self.acts = scheme, figures, acts
        # Whoever is to be ranked must pass the gates.
        self._gates = scheme.gates if ranked else ()
        self._now = score(scheme, figures)
        self._moved = {key for act in acts for key, _ in (*act.changes, *act.options)}
        self._whole = all(act.cost.denominator == 1 for act in acts)
        self._rows = list(self._limits()) if acts else []
        self._known: dict[Times, ScoreSheet | None] = {}

    # What is possible at all.

    def _limits(self) -> Iterable[_Row]:
        """Yield what figures and acts ask of every plan: no part above its whole, none below 0."""
        width = len(self.acts)
        anywhere: Box = ((0, 0),) * width
        for key in sorted(self._moved):
            value = figure_of(key, self.figures, self.acts)
            if value is not None and any(value.changes):
                yield _Row([Fraction(-change) for change in value.changes], value.start)
        for criterion in self.scheme.criteria:
            if criterion.key in dict(self.figures.points):
                continue
            if isinstance(criterion, RatioCriterion) and not criterion.above_one:
                n = term_of(criterion.numerator, self.figures, self.acts, anywhere, largest=False)
                d = term_of(criterion.denominator, self.figures, self.acts, anywhere, largest=False)
                if n is not None and d is not None and criterion.not_due is None:
                    yield _Row(n.less(d), d.start - n.start)
            if isinstance(criterion, WeightedCriterion):
                value = figure_of(criterion.figure, self.figures, self.acts)
                if value is not None:
                    row = [Fraction(change) for change in value.changes]
                    yield _Row(row, criterion.top - value.start)
        # Of options of one figure, one is chosen.
        for key in sorted({key for act in self.acts for key, _ in act.options}):
            chosen = [Fraction(key in dict(act.options)) for act in self.acts]
            yield _Row(chosen, Fraction(1))

    def whole_box(self) -> Box:
        """Return the most that each act can be done, as far as figures limit it."""
        width = len(self.acts)
        caps = [_most_times(act) for act in self.acts]
        rows = [row.row for row in self._rows]
        limits = [row.limit for row in self._rows]
        for place, cap in enumerate(caps):
            rows.append(_only(place, width))
            limits.append(Fraction(cap))
        ends: list[tuple[int, int]] = []
        for place in range(width):
            found = maximise(_only(place, width), rows, limits)
            ends.append((0, 0 if found is None else floor(found.value)))
        return tuple(ends)

    # What a plan earns.

    def replay(self, times: Times) -> ScoreSheet | None:
        """Return the sheet of a plan; None where its figures cannot be."""
        if times not in self._known:
            self._known[times] = self._replay(times)
        return self._known[times]

    def _replay(self, times: Times) -> ScoreSheet | None:
        for row, limit in self._rows:
            if sum(a * b for a, b in zip(row, times, strict=True)) > limit:
                return None
        done = zip(self.acts, times, strict=True)
        try:
            return score(self.scheme, do_acts(self.figures, done))
        except DataError:
            return None

    def cost(self, times: Sequence[int]) -> Fraction:
        """Return what a plan costs."""
        return sum(
            (act.cost * number for act, number in zip(self.acts, times, strict=True)), Fraction(0)
        )

    # Bounds.

    def _programme(
        self, box: Box, needed: Fraction | None, *, highest: bool
    ) -> tuple[Fraction, list[Fraction]] | None:
        """Return the bound of a box, and how often each act is done there beyond the corner.

        The bound is the least cost of reaching `needed`, or with `highest` the most points. None
        where no plan of the box can reach it.
        """
        width = len(self.acts)
        corner = [low for low, _ in box]
        names: list[str] = [f"act {place}" for place in range(width)]
        rows: list[dict[str, Fraction]] = []
        limits: list[Fraction] = []

        def limit(row: dict[str, Fraction], most: Fraction) -> None:
            rows.append(row)
            limits.append(most)

        def of_acts(numbers: Iterable[Fraction]) -> dict[str, Fraction]:
            return dict(zip(names[:width], numbers, strict=True))

        # What every plan keeps: the box, the figures, the gates.
        for place, (low, high) in enumerate(box):
            limit({names[place]: Fraction(1)}, Fraction(high - low))
        for row, most in self._rows:
            spent = sum((a * b for a, b in zip(row, corner, strict=True)), Fraction(0))
            limit(of_acts(row), most - spent)
        if not highest:
            for gate in self._gates:
                for row, most in condition_row(gate, self.figures, self.acts, box):
                    limit(of_acts(row), most)

        # What the points can be; without a bound of the total, the cost of the corner is one.
        objective: dict[str, Fraction] = {}
        total = self._total(box, names, limit, of_acts)
        if total is None:
            return (self._most_at_all() if highest else Fraction(0), [Fraction(0)] * width)
        earned, most = total
        if highest:
            objective = earned
        else:
            objective = of_acts(-act.cost for act in self.acts)
            if needed is not None:
                limit({name: -rate for name, rate in earned.items()}, most - needed)
        table = [[row.get(name, Fraction(0)) for name in names] for row in rows]
        found = maximise([objective.get(name, Fraction(0)) for name in names], table, limits)
        if found is None:
            return None
        bound = found.value + most if highest else -found.value
        return bound, list(found.solution[:width])

    def _total(
        self,
        box: Box,
        names: list[str],
        limit: Callable[[dict[str, Fraction], Fraction], None],
        of_acts: Callable[[Iterable[Fraction]], dict[str, Fraction]],
    ) -> tuple[dict[str, Fraction], Fraction] | None:
        """Add the points of criteria and groups; return the total as a sum and its constant part.

        None where the total is no sum of points, so that only its ceiling is known.
        """
        if self.scheme.excluded is ExcludedRule.REDISTRIBUTE:
            return None
        rounding = self.scheme.rounding
        half = Fraction(1, 2 * 10**rounding.places)
        at_component = rounding.places if rounding.at is RoundingAt.COMPONENT else None
        earned: dict[str, Fraction] = {}
        constant = half if rounding.at is RoundingAt.TOTAL else Fraction(0)
        for group in self.scheme.groups:
            fixed, parts = self._parts(group)
            own: dict[str, Fraction] = {}
            for criterion in parts:
                least, most = criterion.reach
                name = f"points {criterion.key}"
                names.append(name)
                own[name] = Fraction(1)
                fixed += least
                bound = bound_of(criterion, self.figures, self.acts, box)
                if bound is None:
                    limit({name: Fraction(1)}, most - least)
                    continue
                slack = Fraction(0) if at_component is None else half
                limit({name: Fraction(1)}, rounded_up(bound.top, at_component) - least)
                row = of_acts(-rate for rate in bound.rates)
                limit({name: Fraction(1), **row}, bound.start + slack - least)
            if group.cut:
                # The group earns no more than its parts, and no more than its maximum.
                name = f"group {group.key}"
                names.append(name)
                limit({name: Fraction(1), **{k: -v for k, v in own.items()}}, Fraction(0))
                limit({name: Fraction(1)}, max(group.maximum - fixed, Fraction(0)))
                own = {name: Fraction(1)}
                fixed = max(-group.maximum, min(fixed, group.maximum))
            if rounding.at is RoundingAt.GROUP and parts:
                fixed += half
            earned |= own
            constant += fixed
        return earned, constant

    def _parts(self, group: Group) -> tuple[Fraction, list[Criterion]]:
        """Return the points of a group that no act moves, and the criteria that acts do."""
        fixed, parts = Fraction(0), list[Criterion]()
        published = dict(self.figures.points)
        for criterion in group.criteria:
            read = {key for term in criterion.terms for key in term.figures}
            now = self._now[criterion.key]
            if criterion.scored and read & self._moved and criterion.key not in published:
                parts.append(criterion)
            elif isinstance(now.points, Fraction):
                fixed += now.points
        return fixed, parts

    # Searches.

    def cheapest(
        self, needed: Fraction | None, meets: Callable[[ScoreSheet], bool], budget: int
    ) -> Found:
        """Return the cheapest plan that meets a goal, and what no plan costs less than.

        Args:
            needed: the total that the goal asks for at least; None for none.
            meets: whether a sheet meets the goal.
            budget: how many boxes are looked at.
        """
        best: Times | None = None
        if needed is not None and needed > self._most_at_all():
            return Found(None, None, None)
        if needed is not None and self.scheme.floor is not None and needed <= self.scheme.floor:
            needed = None
        numbers = count()
        heap: list[tuple[Fraction, int, Box, list[Fraction]]] = []

        def push(box: Box) -> None:
            corner = [low for low, _ in box]
            found = self._programme(box, needed, highest=False)
            if found is None:
                return
            least = self.cost(corner) + found[0]
            if self._whole:
                least = Fraction(ceil(least))
            if best is None or least < self.cost(best):
                heappush(heap, (least, next(numbers), box, found[1]))

        push(self.whole_box())
        for _ in range(budget):
            if not heap or (best is not None and heap[0][0] >= self.cost(best)):
                return self._found(best, None if best is None else self.cost(best))
            _, _, box, more = heappop(heap)
            for times in _near(box, more):
                if best is not None and self.cost(times) >= self.cost(best):
                    continue
                sheet = self.replay(times)
                if sheet is not None and meets(sheet):
                    best = self._lighter(times, meets)
            for child in _split(self._within(box, best), more):
                push(child)
        if not heap:
            return self._found(best, None if best is None else self.cost(best))
        return self._found(best, heap[0][0])

    def _most_at_all(self) -> Fraction:
        """Return what no total is above, whatever a unit does."""
        half = Fraction(1, 2 * 10**self.scheme.rounding.places)
        if self.scheme.ceiling is not None:
            return self.scheme.ceiling + half
        upwards = (GroupRole.SCORED, GroupRole.BONUS)
        most: Fraction = sum(
            (group.maximum for group in self.scheme.groups if group.role in upwards), Fraction(0)
        )
        return most + half * (1 + sum(len(group.criteria) for group in self.scheme.groups))

    def _on_grid(self) -> bool:
        """Say whether every total is a multiple of the last place."""
        if self.scheme.rounding.at is RoundingAt.TOTAL:
            return True
        limits = [self.scheme.floor, self.scheme.ceiling]
        if self.scheme.rounding.at is RoundingAt.COMPONENT:
            limits += [group.maximum for group in self.scheme.groups if group.cut]
        scale = 10**self.scheme.rounding.places
        return all(limit is None or (limit * scale).denominator == 1 for limit in limits)

    def highest(self, budget: int) -> Found:
        """Return the plan with the most points, and what no plan has more than."""
        best: tuple[Fraction, Times] | None = None
        numbers = count()
        heap: list[tuple[Fraction, int, Box, list[Fraction]]] = []

        def push(box: Box) -> None:
            found = self._programme(box, None, highest=True)
            if found is None:
                return
            most = min(found[0], self._most_at_all())
            if self.scheme.floor is not None:
                most = max(most, self.scheme.floor)
            if self._on_grid():
                scale: int = 10**self.scheme.rounding.places
                most = Fraction(floor(most * scale), scale)
            if best is None or most > best[0]:
                heappush(heap, (-most, next(numbers), box, found[1]))

        push(self.whole_box())
        for _ in range(budget):
            if not heap or (best is not None and -heap[0][0] <= best[0]):
                break
            _, _, box, more = heappop(heap)
            for times in (*_near(box, more), tuple(high for _, high in box)):
                sheet = self.replay(times)
                if sheet is None or isinstance(sheet.total, Unknown):
                    continue
                if best is None or sheet.total > best[0]:
                    best = (sheet.total, times)
            for child in _split(box, more):
                push(child)
        left = -heap[0][0] if heap else None
        if best is None:
            return Found(None, None, left)
        proven = best[0] if left is None else max(left, best[0])
        return self._found(best[1], proven)

    def _found(self, times: Times | None, bound: Fraction | None) -> Found:
        return Found(times, None if times is None else self.replay(times), bound)

    def _lighter(self, times: Times, meets: Callable[[ScoreSheet], bool]) -> Times:
        """Return a plan with as little of each act as still meets the goal, others unchanged."""
        plan = list(times)
        order = sorted(range(len(plan)), key=lambda place: -self.acts[place].cost)
        for place in order:
            low, high = -1, plan[place]
            while high - low > 1:
                middle = (low + high) // 2
                sheet = self.replay((*plan[:place], middle, *plan[place + 1 :]))
                if sheet is not None and meets(sheet):
                    high = middle
                else:
                    low = middle
            plan[place] = high
        return tuple(plan)

    def _within(self, box: Box, best: Times | None) -> Box:
        """Return a box without what costs as much as the best plan."""
        if best is None:
            return box
        left = self.cost(best) - self.cost([low for low, _ in box])
        return tuple(
            (low, max(low, min(high, low + floor(left / act.cost))))
            for act, (low, high) in zip(self.acts, box, strict=True)
        )


def _most_times(act: Act) -> int:
    """Return how often an act can be done at most, whatever the figures are."""
    if act.at_most is not None:
        return min(act.at_most, _FAR)
    return 1 if act.options else _FAR


def _only(place: int, width: int) -> list[Fraction]:
    return [Fraction(int(each == place)) for each in range(width)]


def _near(box: Box, more: Sequence[Fraction]) -> Iterable[Times]:
    """Yield plans near the solution of the programme: the corner, and the solution made whole."""
    yield tuple(low for low, _ in box)
    for times in (Fraction(1), Fraction(5, 4), Fraction(2)):
        yield tuple(
            min(high, low + ceil(each * times)) for (low, high), each in zip(box, more, strict=True)
        )
    yield tuple(min(high, low + floor(each)) for (low, high), each in zip(box, more, strict=True))


def _split(box: Box, more: Sequence[Fraction]) -> Iterable[Box]:
    """Yield two halves of a box: at the solution where there is one, else in the middle."""
    wide = [place for place, (low, high) in enumerate(box) if high > low]
    if not wide:
        return
    place = max(wide, key=lambda each: (more[each] > 0, box[each][1] - box[each][0]))
    low, high = box[place]
    cut = low + floor(more[place]) if more[place] else (low + high) // 2
    cut = min(cut, high - 1)
    for half in ((low, cut), (cut + 1, high)):
        yield (*box[:place], half, *box[place + 1 :])
