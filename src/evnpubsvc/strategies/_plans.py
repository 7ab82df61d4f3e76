"""Strategies for plans, their tasks and results, what comes next, and recognition."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from evnpubsvc.campaigns import (
    Conference,
    Outlook,
    PlanReport,
    PlanTarget,
    PlanTask,
    PlanTree,
    RecognisedModel,
    RecognitionChain,
    RecognitionLink,
    RecognitionStep,
    TaskProgress,
    TaskResult,
    WorkPlan,
    draft_plan,
    follow_plans,
    plan_dimensions,
    plan_periods,
)
from evnpubsvc.quantities import Count, CountRange, CountUnit
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.strategies._foundation import citations, keys, texts, titles
from evnpubsvc.strategies._law import instruments
from evnpubsvc.units import Tier
from evnpubsvc.worktime import vietnam_calendar

_FIRST, _LAST = date(2022, 1, 1), date(2023, 12, 31)
_DAYS = st.dates(_FIRST, _LAST)
_RATES = ("online-share", "on-time-of-handled", "overdue-burden")
_COUNTS = ("received-online", "finished-late", "pending-overdue", "services-with-online-dossiers")
_NUMBERS = st.integers(0, 10**6)


@st.composite
def plan_targets(
    draw: st.DrawFn, *, first: date = _FIRST, shares: bool | None = None
) -> PlanTarget:
    """Draw targets.

    Args:
        draw: Hypothesis passes it.
        first: first day that they may be due.
        shares: True for shares of one, False for whole numbers, None for either.
    """
    share = draw(st.booleans()) if shares is None else shares
    if share:
        bound = draw(st.fractions(0, 1, max_denominator=100))
    else:
        bound = Fraction(draw(_NUMBERS))
    side = draw(st.sampled_from(["at_least", "at_most"]))
    sides: dict[str, Any] = {side: bound}
    by = first + timedelta(draw(st.integers(0, 400)))
    return PlanTarget(**sides, by=by, source=draw(st.none() | citations()))


def _counts(unit: CountUnit) -> st.SearchStrategy[Count | CountRange]:
    ranges = st.tuples(_NUMBERS, st.none() | _NUMBERS).map(
        lambda ends: CountRange(ends[0], None if ends[1] is None else ends[0] + ends[1], unit)
    )
    return st.builds(Count, _NUMBERS, st.just(unit)) | ranges


@st.composite
def task_results(draw: st.DrawFn, *, unit: CountUnit | None = None) -> TaskResult:
    """Draw results that were reported, of one unit of count if it is given."""
    counted = draw(st.sampled_from(CountUnit)) if unit is None else unit
    return TaskResult(
        day=draw(_DAYS), count=draw(_counts(counted)), source=draw(st.none() | citations())
    )


@st.composite
def plan_tasks(draw: st.DrawFn, *, first: date = _FIRST, serves: tuple[str, ...] = ()) -> PlanTask:
    """Draw tasks of every kind: by a rate, a count, what is reported, and in words.

    Args:
        draw: Hypothesis passes it.
        first: first day of their plan.
        serves: keys of the tasks that they may serve.
    """
    kind = draw(st.sampled_from(["rate", "count", "reported", "words"]))
    unit = draw(st.sampled_from(CountUnit))
    results = draw(st.lists(task_results(unit=unit), max_size=2, unique_by=lambda each: each.day))
    target = st.none() | plan_targets(first=first, shares=kind == "rate")
    rate: st.SearchStrategy[str | None] = st.sampled_from(_RATES) if kind == "rate" else st.none()
    count: st.SearchStrategy[str | None] = (
        st.sampled_from(_COUNTS) if kind == "count" else st.none()
    )
    served: st.SearchStrategy[str | None] = st.sampled_from(serves) if serves else st.none()
    return PlanTask(
        key=draw(keys()),
        title=draw(texts()),
        owner=draw(st.just("") | titles()),
        rate=draw(rate),
        count=draw(count),
        reported=unit if kind == "reported" else None,
        target=draw(target),
        serves=draw(st.none() | served),
        results=tuple(sorted(results, key=lambda each: each.day)) if kind == "reported" else (),
    )


@st.composite
def plans(draw: st.DrawFn, *, tier: Tier | None = None, upper: WorkPlan | None = None) -> WorkPlan:
    """Draw plans of up to three tasks.

    Args:
        draw: Hypothesis passes it.
        tier: whose plans; any if none is given.
        upper: the plan that they are under; None for none.
    """
    start, end = sorted((draw(_DAYS), draw(_DAYS)))
    serves: tuple[str, ...] = () if upper is None else tuple(task.key for task in upper.tasks)
    tasks = plan_tasks(first=start, serves=serves)
    return WorkPlan(
        key=draw(keys()),
        title=draw(texts()),
        tier=draw(st.sampled_from(Tier)) if tier is None else tier,
        start=start,
        end=end,
        instrument=draw(st.none() | instruments()),
        units=tuple(draw(st.lists(st.sampled_from("ABC"), max_size=2, unique=True))),
        upper=None if upper is None else upper.key,
        tasks=tuple(draw(st.lists(tasks, max_size=3, unique_by=lambda each: each.key))),
    )


@st.composite
def plan_trees(draw: st.DrawFn) -> PlanTree:
    """Draw trees of up to three plans, from the province downwards."""
    found: list[WorkPlan] = []
    for tier in draw(st.lists(st.sampled_from(Tier), max_size=3)):
        above = [None, *(plan for plan in found if plan.tier.depth <= tier.depth)]
        plan = draw(plans(tier=tier, upper=draw(st.sampled_from(above))))
        if plan.key not in {each.key for each in found}:
            found.append(plan)
    return PlanTree(tuple(found))


@st.composite
def plan_reports(draw: st.DrawFn, *, min_tasks: int = 0) -> PlanReport:
    """Draw reports of drawn plans, counted from a few drawn dossiers.

    Args:
        draw: Hypothesis passes it.
        min_tasks: fewest tasks in all plans together.
    """
    tree = draw(plan_trees())
    if sum(len(plan.tasks) for plan in tree) < min_tasks:
        task = draw(plan_tasks())
        tree = PlanTree((WorkPlan(key="p", title="p", tier=Tier.COMMUNE, start=_FIRST, end=_LAST,
                              tasks=(task,)),))  # fmt: skip
    days = draw(st.lists(_DAYS, min_size=1, max_size=2, unique=True))
    dimensions = plan_dimensions(tree)
    rows = [
        RegisterRow(
            draw(_DAYS),
            dimensions={
                name: draw(st.sampled_from("ABC"))
                if name == "unit"
                else draw(st.sampled_from(["online", "post"]))
                for name in dimensions
            },
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    tallies = [
        tally(rows, by=dimensions, period=period, compare="date")
        for period in plan_periods(tree, as_of=days)
    ]
    return follow_plans(tree, tallies, as_of=days, held="ABC")


@cache
def task_progresses() -> st.SearchStrategy[TaskProgress]:
    """Draw where tasks of drawn reports are."""
    return plan_reports(min_tasks=1).flatmap(lambda report: st.sampled_from(report.progress))


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    """Draw drafts of next plans."""
    report = draw(plan_reports(min_tasks=1))
    start, end = sorted((draw(_DAYS), draw(_DAYS)))
    return draft_plan(
        report,
        draw(st.sampled_from([plan.key for plan in report.plans])),
        key=draw(keys()),
        title=draw(texts()),
        start=start,
        end=end,
        calendar=vietnam_calendar(),
    )


@cache
def conferences() -> st.SearchStrategy[Conference]:
    """Draw conferences, with and without what is known of them."""
    maybe = st.none() | texts()
    day = st.none() | _DAYS
    return st.builds(Conference, title=texts(), day=day, host=maybe, report=maybe)


@cache
def recognised_models() -> st.SearchStrategy[RecognisedModel]:
    """Draw models that others are to copy."""
    return st.builds(
        RecognisedModel,
        title=texts(),
        day=st.none() | _DAYS,
        giver=st.none() | texts(),
        followers=st.lists(titles(), max_size=2).map(tuple),
    )


@cache
def recognition_links() -> st.SearchStrategy[RecognitionLink]:
    """Draw steps of chains of recognition."""
    return st.builds(
        RecognitionLink,
        campaign=keys(),
        unit=titles(),
        step=st.sampled_from(RecognitionStep),
        known=st.booleans(),
        what=st.none() | texts(),
        day=st.none() | _DAYS,
        giver=st.none() | texts(),
    )


@cache
def recognition_chains() -> st.SearchStrategy[RecognitionChain]:
    """Draw chains of recognition."""
    return st.builds(
        RecognitionChain,
        unit=titles(),
        links=st.lists(recognition_links(), max_size=3).map(tuple),
        upper_missing=st.none() | keys(),
    )
