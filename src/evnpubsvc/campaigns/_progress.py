"""Plans that meet results: where each task is on a day, by what the register says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import checked_day, instance_of, plain_day, tuple_of
from evnpubsvc.campaigns._plan import (
    PlanTarget,
    PlanTask,
    PlanTree,
    WorkPlan,
    first_day,
    last_day,
)
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.periods import Period
from evnpubsvc.quantities import AnyCount, Count, CountRange, Unknown
from evnpubsvc.statistics import (
    Intake,
    Measure,
    Rate,
    RateTable,
    Selection,
    Tally,
    measures,
    measures_of,
    named_rates,
    narrow,
    rate,
)
from evnpubsvc.texts import LabelledEnum, Text

Value: TypeAlias = Rate | AnyCount | Unknown


class TaskStatus(LabelledEnum):
    """Where a task of a plan is on a day."""

    NOT_BEGUN = "not-begun"
    """Its first day is still to come."""
    UNDER_WAY = "under-way"
    """The target is not met, and its day is still to come."""
    MET_SO_FAR = "met-so-far"
    """The target is met on this day; by its own day the number may still change."""
    MET = "met"
    """On the day of the target it was met."""
    MISSED = "missed"
    """On the day of the target it was not met."""
    UNDECIDED = "undecided"
    """What is known of the number does not decide."""
    NO_TARGET = "no-target"
    """It is measured, and nobody published a target."""
    NOT_MEASURED = "not-measured"
    """It is words: the plan does not say how it is measured."""


@frozen(kw_only=True)
class TaskProgress(PublicType):
    """Where a task is on a day, and why.

    Attributes:
        plan: key of the plan.
        task: key of the task.
        day: the day of judgement, inclusive.
        status: where it is.
        period: the days that were counted; None where nothing was.
        rate: the rate, where one measures it and it is known.
        count: the count, where one measures it and it is known.
        unknown: why the number is not known; None where it is known, or there is none.
        missing: how many more are needed to meet the target, or how many are too many: dossiers of
            the part, the whole as it is. 0 where it is met, None where nobody can say.
        reason: the status as a sentence, with the number and the target.
    """

    plan: str = field(validator=instance_of(str))
    task: str = field(validator=instance_of(str))
    day: date = field(validator=plain_day)
    status: TaskStatus = field(validator=instance_of(TaskStatus))
    period: Period | None = field(default=None, validator=instance_of(Period, type(None)))
    rate: Rate | None = field(default=None, validator=instance_of(Rate, type(None)))
    count: AnyCount | None = field(
        default=None, validator=instance_of(Count, CountRange, type(None))
    )
    unknown: Unknown | None = field(default=None, validator=instance_of(Unknown, type(None)))
    missing: int | None = field(default=None, validator=instance_of(int, type(None)))
    reason: Finding = field(validator=instance_of(Finding))


@frozen(kw_only=True, repr=False)
class PlanReport(PublicType, Printed):
    """Plans with where each of their tasks is, on one day or several.

    Attributes:
        plans: the plans.
        as_of: the days of judgement, ascending.
        progress: each task on each day, in the order of the plans.
        notices: `dossiers-without-unit` and `rows-not-counted`, with numbers.
    """

    plans: PlanTree = field(validator=instance_of(PlanTree))
    as_of: tuple[date, ...] = field(validator=tuple_of(date))
    progress: tuple[TaskProgress, ...] = field(validator=tuple_of(TaskProgress))
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def __repr__(self) -> str:
        return f"<PlanReport of {len(self.plans)} plans on {len(self.as_of)} days>"

    def of(self, plan: str, task: str, *, on: date | None = None) -> TaskProgress:
        """Return where a task is on a day; without one, on the last.

        Raises:
            UnknownNameError: `progress-unknown`.
        """
        day = self.as_of[-1] if on is None and self.as_of else on
        for each in self.progress:
            if (each.plan, each.task, each.day) == (plan, task, day):
                return each
        known = tuple(dict.fromkeys(f"{each.plan}/{each.task}" for each in self.progress))
        raise UnknownNameError("progress-unknown", f"{plan}/{task}", known=known, day=day or "–")

    def counts(self, on: date | None = None) -> Mapping[TaskStatus, int]:
        """Return how many tasks are where on a day (the last, if none is given)."""
        day = self.as_of[-1] if on is None and self.as_of else on
        found: dict[TaskStatus, int] = {}
        for status in TaskStatus:
            number = sum(each.status is status for each in self.progress if each.day == day)
            if number:
                found[status] = number
        return found


def plan_dimensions(
    plans: PlanTree, *, by: str = "unit", table: RateTable | None = None
) -> tuple[str, ...]:
    """Return what a register must be counted by for the tasks of plans.

    Args:
        plans: the plans.
        by: the dimension that holds the unit.
        table: rates of one's own, which tasks may name.

    Returns:
        `by` where a plan names units, then what the tasks look at, each once.
    """
    found: list[str] = [by] if any(plan.units for plan in plans) else []
    for plan in plans:
        for task in plan.tasks:
            found += (each.dimension for each in task.where)
            for measure in measures_behind(task, table):
                found += () if measure.selection is None else measure.selection.dimensions
                found += filter(None, [measure.distinct])
    return tuple(dict.fromkeys(found))


def measures_behind(task: PlanTask, table: RateTable | None) -> Iterator[Measure]:
    """Yield the measures that a register must hold for a task.

    Raises:
        UnknownNameError: `rate-unknown`, `measure-unknown`.
    """
    known = measures() if table is None else table.known_measures()
    rates = named_rates() if table is None else table.known_rates()
    names: list[str] = []
    if task.rate is not None:
        if task.rate not in rates:
            raise UnknownNameError("rate-unknown", task.rate, known=tuple(rates))
        names += (*rates[task.rate].numerator, *rates[task.rate].denominator)
    if task.count is not None:
        names.append(task.count)
    while names:
        name = names.pop(0)
        if name not in known:
            raise UnknownNameError("measure-unknown", name, known=tuple(known))
        yield known[name]
        if known[name].selection is None:
            names += known[name].parts


def plan_periods(plans: PlanTree, *, as_of: date | Iterable[date]) -> tuple[Period, ...]:
    """Return the periods that a register must be counted over for statuses on some days.

    They go from the first day of a task to the day of judgement, or to that of its target where
    this comes first.

    Args:
        plans: the plans.
        as_of: the day of judgement, or several.

    Returns:
        Each period once, in the order of their days.
    """
    found = {
        period
        for day in _days(as_of)
        for plan in plans
        for task in plan.tasks
        if task.is_counted and (period := _period(plan, task, day)) is not None
    }
    return tuple(sorted(found, key=lambda each: (each.first, each.last)))


def follow_plans(
    plans: PlanTree,
    tallies: Iterable[Tally] = (),
    *,
    as_of: date | Iterable[date],
    by: str = "unit",
    held: Iterable[str] = (),
    table: RateTable | None = None,
) -> PlanReport:
    """Say where each task of some plans is on a day, or on several.

    Args:
        plans: the plans.
        tallies: the register counted over each of `plan_periods`, by `plan_dimensions`. A task
            whose period is missing is undecided, and says so.
        as_of: the day of judgement, or several. What was reported later does not count.
        by: the dimension that holds the unit.
        held: units whose dossiers the register holds although it has none of them: their counts are
            zero. Any other unit without a dossier leaves its tasks undecided.
        table: rates of one's own, which tasks may name.

    Returns:
        The report. Bounds are compared exactly: a rate of 2/3 does not meet 67 %, a count within
        bounds decides only where all that it can be is on one side.

    Raises:
        UnknownNameError: `rate-unknown`, `measure-unknown`, `dimension-unknown`: see `lint_plans`.
        MisuseError: `period-counted-twice`.

    >>> from fractions import Fraction
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> from evnpubsvc.units import Tier
    >>> share = PlanTask(key="online", title="Online dossiers", rate="online-share",
    ...                  target=PlanTarget(at_least=Fraction(1, 2), by=date(2022, 12, 15)))
    >>> plan = WorkPlan(key="p", title="Plan", tier=Tier.COMMUNE, start=date(2022, 4, 1),
    ...                 end=date(2022, 12, 31), tasks=(share,))
    >>> plans = PlanTree((plan,))
    >>> rows = [RegisterRow(date(2022, month, 2), dimensions={"channel": channel})
    ...         for month, channel in [(4, "post"), (5, "online"), (8, "online")]]
    >>> days = [date(2022, 4, 30), date(2022, 6, 30), date(2022, 12, 31)]
    >>> tallies = [tally(rows, by=plan_dimensions(plans), period=each, compare="date")
    ...            for each in plan_periods(plans, as_of=days)]
    >>> report = follow_plans(plans, tallies, as_of=days)
    >>> [(each.status.value, each.missing) for each in report.progress]
    [('under-way', 1), ('met-so-far', 0), ('met', 0)]
    >>> print(report.progress[-1].reason.message())
    online share...
    """
    days = _days(as_of)
    counted: dict[tuple[date | None, date], Tally] = {}
    for each in tallies:
        if counted.setdefault((each.since, each.as_of), each) is not each:
            raise MisuseError("period-counted-twice", each)
    register = _Register(counted, by, frozenset(held) | _units_in(counted.values(), by), table)
    return PlanReport(
        plans=plans,
        as_of=days,
        progress=tuple(
            _follow(plan, task, day, register)
            for plan in plans
            for task in plan.tasks
            for day in days
        ),
        notices=tuple(_left_over(counted.values(), by)),
    )


@frozen
class _Register:
    """A register that was counted over some periods."""

    tallies: Mapping[tuple[date | None, date], Tally]
    by: str
    units: frozenset[str]
    table: RateTable | None


def _days(as_of: date | Iterable[date]) -> tuple[date, ...]:
    given = (as_of,) if isinstance(as_of, date) else tuple(as_of)
    return tuple(sorted({checked_day(each) for each in given}))


def _units_in(tallies: Iterable[Tally], by: str) -> set[str]:
    """Return the units that tallies have dossiers of."""
    found: set[str] = set()
    for each in tallies:
        if by in each.dimensions:
            place = each.dimensions.index(by)
            found |= {key[place] for key in each.counts() if isinstance(key[place], str)}
    return found


def _left_over(tallies: Iterable[Tally], by: str) -> Iterator[Finding]:
    """Yield what of the longest period is in no number: blank units, unread rows."""
    longest = max(tallies, key=lambda each: each.as_of - (each.since or each.as_of), default=None)
    if longest is None:
        return
    if by in longest.dimensions:
        place = longest.dimensions.index(by)
        blank = sum(n for key, n in longest.counts().items() if key[place] is None)
        if blank:
            yield notice("dossiers-without-unit", "", blank, dimension=by)
    for reason, number in longest.rejected:
        yield notice("rows-not-counted", "", number, code=reason)


def _period(plan: WorkPlan, task: PlanTask, day: date) -> Period | None:
    """Return the days of a task that count on a day; None before its first one."""
    first, last = first_day(plan, task), min(day, last_day(plan, task))
    return None if last < first else Period(first, last)


# One task on one day.


def _follow(plan: WorkPlan, task: PlanTask, day: date, register: _Register) -> TaskProgress:
    period = _period(plan, task, day)
    value: Value | None = None
    missing: int | None = None
    parts: dict[str, object] = {}

    # Nothing to look at yet, nothing to look at ever, or a number and what it says of the target.
    if period is None:
        status = TaskStatus.NOT_BEGUN
        parts["first"] = first_day(plan, task)
    elif not task.is_measured:
        status = TaskStatus.NOT_MEASURED
    else:
        value = _value(plan, task, period, register)
        status, missing = _judge(task.target, value, day)
        parts |= {"number": value, "until": period.last}
    return TaskProgress(
        plan=plan.key,
        task=task.key,
        day=day,
        status=status,
        period=None if value is None else period,
        rate=value if isinstance(value, Rate) else None,
        count=value if isinstance(value, (Count, CountRange)) else None,
        unknown=value if isinstance(value, Unknown) else None,
        missing=missing,
        reason=_reason(status, task, parts),
    )


def _reason(status: TaskStatus, task: PlanTask, parts: Mapping[str, object]) -> Finding:
    target = Text(vi=task.target_text("vi"), en=task.target_text("en"))
    return notice(f"task-{status.value}", "", task.key, target=target, **parts)


def _value(plan: WorkPlan, task: PlanTask, period: Period, register: _Register) -> Value:
    """Return the number of a task over a period, or why it is not known."""
    if task.reported is not None:
        known = [each for each in task.results if each.day <= period.last]
        return known[-1].count if known else Unknown("task-not-reported")
    counted = register.tallies.get((period.first, period.last))
    if counted is None:
        return Unknown("task-not-counted")
    absent = [unit for unit in plan.units if unit not in register.units]
    if absent:
        return Unknown("unit-not-counted", absent[0])

    # The dossiers of its units, then those that it looks at. A dossier that may be one of them, and
    # does not say so, leaves the number open.
    own = narrow(counted, {register.by: plan.units}) if plan.units else counted
    if task.where:
        asked = Selection(entries=tuple(Intake), where=task.where)
        for cell in own:
            open_value = asked.undecided(dict(zip(own.dimensions, cell.key, strict=True)))
            if open_value is not None:
                return open_value
        own = narrow(own, task.where)
    if task.rate is not None:
        return rate(task.rate, own, table=register.table)
    assert task.count is not None  # one of them measures it
    known_measures = measures_of(own, table=register.table)
    return known_measures.get(task.count, Unknown("measure-missing", task.count))


def _judge(target: PlanTarget | None, value: Value, day: date) -> tuple[TaskStatus, int | None]:
    """Return the status of a measured task, and how many are missing."""
    if target is None:
        return TaskStatus.NO_TARGET, None
    missing = None if isinstance(value, Unknown) else _missing(target, value)
    if missing is None:
        return TaskStatus.UNDECIDED, None
    least, most = missing
    if day < target.by:
        statuses = (TaskStatus.MET_SO_FAR, TaskStatus.UNDER_WAY)
    else:
        statuses = (TaskStatus.MET, TaskStatus.MISSED)
    if most == 0:
        return statuses[0], 0
    if least == 0:
        return TaskStatus.UNDECIDED, None
    return statuses[1], least if least == most else None


def _missing(target: PlanTarget, value: Rate | AnyCount) -> tuple[int, int | None] | None:
    """Return the fewest and the most that are missing: 0 where the target is met.

    The most is None where nothing bounds it. For a rate over nothing there is neither.
    """
    if isinstance(value, Rate):
        part, whole = value.ratio.numerator, value.ratio.denominator
        if not isinstance(part, Count) or not isinstance(whole, Count):
            return _missing_within(target, value)
        if whole.value == 0:
            return None
        part_count: AnyCount = part
        bound = target.bound * whole.value
    else:
        part_count, bound = value, target.bound
    low, high = part_count.least, part_count.most
    if target.at_least is not None:
        needed = -(-bound.numerator // bound.denominator)
        return (0 if high is None else max(0, needed - high)), max(0, needed - low)
    allowed = bound.numerator // bound.denominator
    return max(0, low - allowed), None if high is None else max(0, high - allowed)


def _missing_within(target: PlanTarget, value: Rate) -> tuple[int, int | None] | None:
    """Return whether a rate of counts within bounds is below, above or across the target.

    How many dossiers are missing it cannot say: 1 stands for some.
    """
    between = value.between()
    if isinstance(between, Unknown):
        return None
    if target.at_least is not None:
        may_miss = between.low < target.bound
        may_meet = between.high is None or between.high >= target.bound
    else:
        may_miss = between.high is None or between.high > target.bound
        may_meet = between.low <= target.bound
    if not may_meet:
        return 1, None
    return 0, (None if may_miss else 0)
