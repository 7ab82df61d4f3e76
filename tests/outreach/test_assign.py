"""The exact assignment against trying everything."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.deep import cases
from tests.outreach._build import all_assignments

from evnpubsvc.outreach._assign import Plan, Stuck, assign, window

MEMBERS = 4


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[int]], list[int], int | None, bool, int | None]:
    day = st.lists(st.integers(0, MEMBERS - 1), min_size=1, max_size=MEMBERS, unique=True)
    candidates = draw(st.lists(day, min_size=1, max_size=6))
    carried = draw(st.lists(st.integers(0, 4), min_size=MEMBERS, max_size=MEMBERS))
    cap = draw(st.none() | st.integers(1, 3))
    apart = draw(st.booleans())
    before = draw(st.none() | st.integers(0, MEMBERS - 1)) if apart else None
    return candidates, carried, cap, apart, before


def cost(chosen: Sequence[int], carried: Sequence[int]) -> tuple[int, int]:
    loads = [list(chosen).count(m) for m in range(MEMBERS)]
    return sum(x * x for x in loads), sum((h + x) ** 2 for h, x in zip(carried, loads, strict=True))


def worst_first(chosen: Sequence[int]) -> list[int]:
    return sorted((list(chosen).count(m) for m in range(MEMBERS)), reverse=True)


@settings(max_examples=cases(80, 3_000))
@given(problems())
@example(
    ([[0, 2], [1], [0, 1, 2], [1, 2], [0, 1], [1]], [3, 2, 3, 0], None, True, None)
)  # the first found is not best
def test_same_verdict_and_same_fairness_as_trying_everything(problem: Any) -> None:
    candidates, carried, cap, apart, before = problem
    everything = list(all_assignments(candidates, cap, apart, before))
    plan = assign(candidates, carried, cap=cap, apart=apart, before=before)
    assert isinstance(plan, Plan) == bool(everything)
    if isinstance(plan, Plan):
        assert plan.proved
        assert plan.members in everything
        assert cost(plan.members, carried) == min(cost(each, carried) for each in everything)


@given(problems())
def test_without_the_rule_on_consecutive_days_the_largest_load_is_as_small_as_can_be_then_the_next(
    problem: Any,
) -> None:
    candidates, carried, cap, _, _ = problem
    everything = list(all_assignments(candidates, cap, apart=False, before=None))
    plan = assign(candidates, carried, cap=cap)
    if isinstance(plan, Plan):
        assert worst_first(plan.members) == min(worst_first(each) for each in everything)


@given(problems())
def test_stuck_days_violate_halls_condition(problem: Any) -> None:
    candidates, carried, cap, apart, before = problem
    plan = assign(candidates, carried, cap=cap, apart=apart, before=before)
    if isinstance(plan, Stuck):
        assert cap is not None
        assert set().union(*(candidates[day] for day in plan.days)) <= set(plan.members)
        assert len(plan.days) > cap * len(plan.members)


@given(problems())
def test_the_days_that_hold_the_loads_apart_prove_it(problem: Any) -> None:
    candidates, carried, _, _, _ = problem
    plan = assign(candidates, carried)
    assert isinstance(plan, Plan)
    able = {m for day in candidates for m in day}
    loads = {m: plan.members.count(m) for m in able}
    apart = max(loads.values()) - min(loads.values()) > 1
    assert bool(plan.tight) == apart
    if apart:
        # Only these members can take these days, and with one day more than the least loaded each
        # they would not fit.
        assert set().union(*(candidates[day] for day in plan.tight)) <= set(plan.tight_members)
        low = min(loads.values())
        assert len(plan.tight) > (low + 1) * len(plan.tight_members)


@given(problems())
def test_the_window_cannot_be_filled_and_every_shorter_one_can(problem: Any) -> None:
    candidates, carried, cap, _, before = problem
    if assign(candidates, carried, cap=cap, apart=True, before=before) is not None:
        return
    first, last, decided = window(candidates, cap, before)
    assert decided

    def possible(start: int, stop: int) -> bool:
        run = candidates[start : stop + 1]
        return any(
            True
            for _ in all_assignments(run, cap, apart=True, before=before if start == 0 else None)
        )

    assert not possible(first, last)
    assert last == first or possible(first, last - 1)
    assert last == first or possible(first + 1, last)


def test_a_search_cut_off_keeps_the_best_and_says_so(monkeypatch: Any) -> None:
    from evnpubsvc.outreach import _assign

    subsets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]
    unproved = 0
    for chosen in product(subsets, repeat=4):
        for cap in (None, 2):
            monkeypatch.setattr(_assign, "MOST_NODES", 4_000)
            whole = assign(chosen, [0] * MEMBERS, cap=cap, apart=True)
            monkeypatch.setattr(_assign, "MOST_NODES", 0)
            cut = assign(chosen, [0] * MEMBERS, cap=cap, apart=True)
            if isinstance(cut, Plan):
                assert isinstance(whole, Plan)
                assert cut.members in set(all_assignments(chosen, cap, apart=True, before=None))
                assert not cut.proved or cost(cut.members, [0] * MEMBERS) == cost(
                    whole.members, [0] * MEMBERS
                )
            elif isinstance(whole, Plan):
                unproved += 1
                assert window(chosen, cap, None) == (0, 3, False)
    assert unproved
