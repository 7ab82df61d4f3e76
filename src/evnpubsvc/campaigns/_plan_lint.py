"""What is wrong or odd in plans, before anybody is measured by them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evnpubsvc.campaigns._plan import PlanTarget, PlanTask, PlanTree, WorkPlan
from evnpubsvc.campaigns._progress import measures_behind
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.statistics import RateTable


def lint_plans(plans: PlanTree, *, table: RateTable | None = None) -> tuple[Finding, ...]:
    """Return what is wrong or odd in plans.

    Args:
        plans: the plans.
        table: rates of one's own, which tasks may name.

    Returns:
        Violations: a rate or measure that there is not, or that no register can be counted for
        (`task-never-counted`). Notices: what a plan does not say (instrument, owner, measure,
        target), targets that nothing can miss or meet, days and units outside the plan or its upper
        one, tasks that serve one with another measure, lower targets that cannot add up to the
        upper one. That a plan is older than its upper plan is none: it happens.

    >>> from datetime import date
    >>> from evnpubsvc.units import Tier
    >>> task = PlanTask(key="a", title="Online", owner="One-Stop unit", rate="online-shares")
    >>> plan = WorkPlan(key="p", title="Plan", tier=Tier.COMMUNE, start=date(2022, 4, 1),
    ...             end=date(2022, 12, 31), tasks=(task,))
    >>> [each.reason for each in lint_plans(PlanTree((plan,)))]
    ['plan-without-instrument', 'rate-unknown', 'task-without-target']
    """
    found: list[Finding] = []
    for place, plan in enumerate(plans.plans):
        path = f"$.plans[{place}]"
        found += (each.at(path) for each in _lint_plan(plan, plans))
        for number, task in enumerate(plan.tasks):
            found += (
                each.at(f"{path}.tasks[{number}]")
                for each in (*_lint_task(plan, task, table), *_lint_serving(plans, plan, task))
            )
    return tuple(found)


def _lint_plan(plan: WorkPlan, plans: PlanTree) -> Iterator[Finding]:
    if plan.instrument is None:
        yield notice("plan-without-instrument", "", plan.key)
    if not plan.tasks:
        yield notice("plan-without-tasks", "", plan.key)
    if plan.upper is None:
        return
    upper = plans[plan.upper]
    outside = [unit for unit in plan.units if unit not in upper.units]
    if upper.units and (outside or not plan.units):
        yield notice("plan-units-outside", ".units", tuple(outside), upper=upper.key)


def _lint_task(plan: WorkPlan, task: PlanTask, table: RateTable | None) -> Iterator[Finding]:
    """Yield what is odd about a task by itself."""
    # Its measure.
    try:
        for measure in measures_behind(task, table):
            if measure.selection is None and not measure.parts:
                known = ("reported", "results")
                yield finding("task-never-counted", "", measure.name, known=known)
    except UnknownNameError as error:
        yield error.finding.at(".count" if task.rate is None else ".rate")
    if not task.is_measured:
        yield notice("task-not-measured", "", task.key)
    if not task.owner:
        yield notice("task-without-owner", "", task.key)

    # Its target.
    if task.target is None:
        yield notice("task-without-target", "", task.key)
    else:
        yield from _lint_target(plan, task, task.target)


def _lint_target(plan: WorkPlan, task: PlanTask, target: PlanTarget) -> Iterator[Finding]:
    """Yield what is odd about a target: nothing measures it, or nothing can miss or meet it."""
    if not task.is_measured:
        yield notice("target-without-measure", ".target", task.key)
    if target.by > plan.end:
        yield notice("target-after-plan", ".target.by", target.by, end=plan.end)
    share = task.rate is not None
    if share and target.bound > 1:
        # A growth of one's own may be above one, a share never is.
        yield notice("target-above-one", ".target", target.bound)
    if not share and target.bound.denominator != 1:
        yield notice("target-not-whole", ".target", target.bound)
    if target.at_least == 0 or (share and target.at_most is not None and target.at_most >= 1):
        yield notice("target-always-met", ".target", task.key)


def _lint_serving(plans: PlanTree, plan: WorkPlan, task: PlanTask) -> Iterator[Finding]:
    """Yield what does not fit between a task and those under it."""
    lower = list(plans.serving(plan.key, task.key))
    upper = task.target
    for _, each in lower:
        if not _measures_alike(each, task):
            yield notice("task-measures-differ", "", each.key, upper=task.key)
        own = each.target
        if own is not None and upper is not None and own.by > upper.by:
            yield notice("target-later-than-upper", "", own.by, upper=upper.by)
    reached = _most_promised(plan, task, lower)
    if upper is not None and reached is not None and reached < upper.bound:
        yield notice("targets-below-upper", ".target", upper.bound, lower=reached)


def _measures_alike(one: PlanTask, other: PlanTask) -> bool:
    return (one.rate, one.count, one.reported) == (other.rate, other.count, other.reported)


def _most_promised(
    plan: WorkPlan, task: PlanTask, lower: list[tuple[WorkPlan, PlanTask]]
) -> Fraction | None:
    """Return what the lower targets promise at least together; None where nobody can say.

    They say it for a least, and only if they cover all its units: the sum of counts, of a rate the
    best of them, which the rate of the whole cannot pass if each is just met.
    """
    # Each of them promises a least, of the same thing.
    bounds: list[Fraction] = []
    for _, each in lower:
        if not _measures_alike(each, task) or each.where != task.where:
            return None
        if each.target is None or each.target.at_least is None:
            return None
        bounds.append(each.target.at_least)

    # Together they cover all units of a task that asks for a least.
    covered = {unit for there, _ in lower for unit in there.units}
    if task.target is None or task.target.at_least is None:
        return None
    if not bounds or not plan.units or covered != set(plan.units):
        return None
    return sum(bounds, Fraction(0)) if task.rate is None else max(bounds)
