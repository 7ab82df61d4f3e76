"""The next period's plan, drafted from what this one reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.campaigns._plan import PlanTask, WorkPlan
from evnpubsvc.campaigns._progress import PlanReport, TaskProgress, TaskStatus
from evnpubsvc.findings import Finding, notice
from evnpubsvc.outreach import Capacity, DutyRoster
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar

_DONE = frozenset({TaskStatus.MET})


@frozen(kw_only=True, repr=False)
class Outlook(PublicType, Printed):
    """A plan for the next period, as far as results and people at hand tell (*phương hướng*).

    Attributes:
        plan: the draft: the tasks that are carried over, without targets. Those are set by people.
        carried: where these tasks were at the end.
        done: tasks whose target was met; whether they go on, people decide.
        working_days: working days of the next period.
        duty_days: working days of it on which the rosters have somebody at the desk; None without
            rosters.
        capacity: what the desk carries; None where nobody estimated it.
        notices: `target-to-set` for each task of the draft, `task-done`, `duty-missing`,
            `desk-over-capacity`, `capacity-not-estimated`, days off that are not decided.
    """

    plan: WorkPlan = field(validator=instance_of(WorkPlan))
    carried: tuple[TaskProgress, ...] = field(validator=tuple_of(TaskProgress))
    done: tuple[TaskProgress, ...] = field(validator=tuple_of(TaskProgress))
    working_days: int = field(validator=instance_of(int))
    duty_days: int | None = field(default=None, validator=instance_of(int, type(None)))
    capacity: Capacity | None = field(default=None, validator=instance_of(Capacity, type(None)))
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def __repr__(self) -> str:
        return f"<Outlook {self.plan.key}: {len(self.carried)} carried over, {len(self.done)} done>"


def draft_plan(
    report: PlanReport,
    plan: str,
    *,
    key: str,
    title: Text | str,
    start: date,
    end: date,
    calendar: Calendar,
    rosters: Iterable[DutyRoster] = (),
    capacity: Capacity | None = None,
) -> Outlook:
    """Draft the next plan from the results of one.

    Args:
        report: where the tasks are; its last day counts.
        plan: key of the plan that ends.
        key: key of the next one.
        title: what the next one is for.
        start: its first day, inclusive.
        end: its last day, inclusive.
        calendar: the working days.
        rosters: rosters of the next period, as far as there are some.
        capacity: what the desk carries (`outreach.estimate_capacity`).

    Returns:
        The draft. A task is carried over unless its target was met; without a target, since nobody
        can compute one, and without instrument and results.

    Raises:
        UnknownNameError: `plan-unknown`.
        DataError: `last-before-first`.
        OutsideCoverageError: the calendar does not reach so far.
    """
    ended = report.plans[plan]
    last = {each.task: each for each in report.progress if each.plan == plan}
    carried = [each for each in last.values() if each.status not in _DONE]
    done = [each for each in last.values() if each.status in _DONE]
    drafted = evolve(
        ended,
        key=key,
        title=title,
        start=start,
        end=end,
        instrument=None,
        upper=None,
        tasks=tuple(_next_task(ended.task(each.task)) for each in carried),
    )

    # What people have to decide, and what is at hand.
    notices = [notice("target-to-set", "", each.task, last=each.reason) for each in carried]
    notices += (notice("task-done", "", each.task, last=each.reason) for each in done)
    days = [
        day
        for day in map(date.fromordinal, range(start.toordinal(), end.toordinal() + 1))
        if calendar.is_working_day(day)
    ]
    on_duty = {duty.day for roster in rosters for duty in roster}
    covered = sum(day in on_duty for day in days) if on_duty else None
    if covered is not None and covered < len(days):
        notices.append(notice("duty-missing", "", len(days) - covered, days=len(days)))
    if capacity is None:
        notices.append(notice("capacity-not-estimated"))
    elif not capacity.steady:
        parts = {"carries": capacity.carries, "arrivals": capacity.arrivals}
        notices.append(notice("desk-over-capacity", "", **parts))
    return Outlook(
        plan=drafted,
        carried=tuple(carried),
        done=tuple(done),
        working_days=len(days),
        duty_days=covered,
        capacity=capacity,
        notices=(*notices, *calendar.provisional_notices(start, end)),
    )


def _next_task(task: PlanTask) -> PlanTask:
    return evolve(task, first=None, target=None, serves=None, results=())
