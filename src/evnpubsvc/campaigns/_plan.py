"""Plans (kế hoạch): an instrument sets tasks, a task has a measure and perhaps a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    as_text,
    instance_of,
    key_or_none,
    optional_day,
    plain_day,
    read_member,
    tuple_of,
    valid_key,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Instrument
from evnpubsvc.quantities import AnyCount, Count, CountRange, CountUnit
from evnpubsvc.quantities.parts import localised
from evnpubsvc.statistics import Where
from evnpubsvc.texts import Language, Text
from evnpubsvc.texts.parts import percent, render
from evnpubsvc.units import Tier

_SOURCE: Final = instance_of(Citation, type(None))


def _bound(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept an exact number of zero or more, or None."""
    instance_of(Fraction, type(None))(record, attribute, value)
    if isinstance(value, Fraction) and value < 0:
        raise MisuseError("number-negative", value, record="Target")


@frozen(kw_only=True)
class PlanTarget(PublicType):
    """What a task should reach, by when (*chỉ tiêu*). Only what was published, or people decided.

    Attributes:
        at_least: smallest value that meets it, inclusive; None where it is a most. Of a rate a
            share: 4/5 for 80 %.
        at_most: largest value that meets it, inclusive; None where it is a least.
        by: last day that counts, inclusive.
        source: where it was published; None where nobody said.

    Raises:
        DataError: `target-unclear` unless it has one of both bounds.
        MisuseError: `number-negative`.
    """

    at_least: Fraction | None = field(default=None, validator=_bound)
    at_most: Fraction | None = field(default=None, validator=_bound)
    by: date = field(validator=plain_day)
    source: Citation | None = field(default=None, validator=_SOURCE)

    def __attrs_post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise DataError([finding("target-unclear", known=("at_least", "at_most"))])

    @property
    def bound(self) -> Fraction:
        """The one bound that it has."""
        found = self.at_most if self.at_least is None else self.at_least
        assert found is not None  # one of them is there
        return found


@frozen(kw_only=True)
class TaskResult(PublicType):
    """A number that somebody reported for a task (*kết quả thực hiện*), up to a day.

    Attributes:
        day: last day that it counts, inclusive.
        count: the number since the task began; within bounds where only these are known.
        source: where it was published; None where nobody said.
    """

    day: date = field(validator=plain_day)
    count: AnyCount = field(validator=instance_of(Count, CountRange))
    source: Citation | None = field(default=None, validator=_SOURCE)


def _unit(given: CountUnit | str | None) -> CountUnit | None:
    return None if given is None else read_member(CountUnit, given)


def _distinct(names: tuple[str, ...], reason: str, path: str) -> Iterator[Finding]:
    """Yield a finding for each name that stands twice."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            yield finding(reason, path.format(place), name)
        seen.add(name)


@frozen(kw_only=True)
class PlanTask(PublicType):
    """A task of a plan (*nhiệm vụ*).

    It is measured by one of `rate`, `count` and `reported`, or it is words alone.

    Attributes:
        key: stable key, unique in the plan.
        title: what is to be done, in both languages.
        owner: who answers for it (*đơn vị chủ trì*); empty where the plan does not say.
        rate: name of the rate that measures it (`statistics.named_rates`).
        count: name of the measure that is counted in the register (`statistics.measures`).
        reported: what is counted by hand, where no register has it (`"events"`): see `results`.
        where: values of dimensions that rate or count look at; all dossiers if empty.
        first: first day that counts, inclusive; None for that of the plan.
        target: what it should reach; None where none was published.
        serves: key of the task of the upper plan that it is for; None where none is named.
        results: what was reported, oldest first; of `reported` alone.

    Raises:
        DataError: `task-measured-twice`, `task-results-surplus`, `task-results-unsorted`,
            `task-where-surplus`, `where-twice`, `unit-mismatch`, all at once.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    owner: str = field(default="", validator=instance_of(str))
    rate: str | None = field(default=None, validator=key_or_none)
    count: str | None = field(default=None, validator=key_or_none)
    reported: CountUnit | None = field(default=None, converter=_unit)
    where: tuple[Where, ...] = field(default=(), validator=tuple_of(Where))
    first: date | None = field(default=None, validator=optional_day)
    target: PlanTarget | None = field(default=None, validator=instance_of(PlanTarget, type(None)))
    serves: str | None = field(default=None, validator=key_or_none)
    results: tuple[TaskResult, ...] = field(default=(), validator=tuple_of(TaskResult))

    def __attrs_post_init__(self) -> None:
        found = list(_distinct(tuple(w.dimension for w in self.where), "where-twice", ".where[{}]"))
        given = {"rate": self.rate, "count": self.count, "reported": self.reported}
        ways = tuple(f"'{name}'" for name, each in given.items() if each is not None)
        if len(ways) > 1:
            found.append(finding("task-measured-twice", "", self.key, ways=ways))
        if self.where and not self.is_counted:
            found.append(finding("task-where-surplus", ".where", self.key))
        if self.results and self.reported is None:
            found.append(finding("task-results-surplus", ".results", self.key, known=("reported",)))
        days = [each.day for each in self.results]
        if sorted(set(days)) != days:
            found.append(finding("task-results-unsorted", ".results", self.key))
        for place, each in enumerate(self.results):
            unit = each.count.unit
            if self.reported not in {unit, None}:
                path = f".results[{place}].count"
                found.append(finding("unit-mismatch", path, left=unit, right=self.reported))
        if found:
            raise DataError(found)

    @property
    def is_counted(self) -> bool:
        """Whether a register measures it."""
        return self.rate is not None or self.count is not None

    @property
    def is_measured(self) -> bool:
        """Whether anything measures it: a register, or what is reported by hand."""
        return self.is_counted or self.reported is not None

    def target_text(self, lang: Language) -> str:
        """Return the target as people write it; a dash where there is none."""
        if self.target is None:
            return "–"
        if self.rate is None:
            bound = localised(self.target.bound, lang)
        else:
            bound = percent(localised(self.target.bound * 100, lang), lang)
        side = "most" if self.target.at_least is None else "least"
        return render(f"target-at-{side}", lang, {"bound": bound, "by": self.target.by})


@frozen(kw_only=True)
class WorkPlan(PublicType):
    """A plan of one body: its instrument and its tasks.

    Attributes:
        key: stable key.
        title: what it is for, in both languages.
        tier: whose plan it is: of a province, a district or a commune.
        start: first day, inclusive.
        end: last day, inclusive.
        instrument: the instrument; None where there is none yet. It may be older or newer than that
            of the upper plan: no order is checked.
        units: codes of the units whose dossiers count, as the register writes them; empty: every
            dossier of the register.
        upper: key of the plan that this one carries out; None for none.
        tasks: the tasks, in the order of the instrument.

    Raises:
        DataError: `last-before-first`, `unit-twice`, `task-twice`, `task-after-plan`,
            `target-before-task`, all at once.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    tier: Tier = field(validator=instance_of(Tier))
    start: date = field(validator=plain_day)
    end: date = field(validator=plain_day)
    instrument: Instrument | None = field(
        default=None, validator=instance_of(Instrument, type(None))
    )
    units: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    upper: str | None = field(default=None, validator=key_or_none)
    tasks: tuple[PlanTask, ...] = field(default=(), validator=tuple_of(PlanTask))

    def __attrs_post_init__(self) -> None:
        found = [
            *_distinct(self.units, "unit-twice", ".units[{}]"),
            *_distinct(tuple(task.key for task in self.tasks), "task-twice", ".tasks[{}].key"),
        ]
        if self.end < self.start:
            found.append(finding("last-before-first", ".end", first=self.start, last=self.end))
        for place, task in enumerate(self.tasks):
            path = f".tasks[{place}]"
            if task.first is not None and task.first > self.end:
                found.append(finding("task-after-plan", f"{path}.first", task.first, end=self.end))
            if task.target is not None and task.target.by < (task.first or self.start):
                found.append(finding("target-before-task", f"{path}.target.by", task.target.by))
        if found:
            raise DataError(found)

    def task(self, key: str) -> PlanTask:
        """Return a task.

        Raises:
            UnknownNameError: `task-unknown`.
        """
        for each in self.tasks:
            if each.key == key:
                return each
        raise UnknownNameError("task-unknown", key, known=tuple(each.key for each in self.tasks))


def first_day(plan: WorkPlan, task: PlanTask) -> date:
    """Return the first day of a task that counts, inclusive."""
    return task.first or plan.start


def last_day(plan: WorkPlan, task: PlanTask) -> date:
    """Return the last day of a task that counts, inclusive: of its target, else of the plan."""
    return plan.end if task.target is None else task.target.by


@frozen
class PlanTree(PublicType):
    """Plans, and plans under plans: of a province, its districts, their communes.

    Attributes:
        plans: the plans, in any order; what each one is under, it names itself (`WorkPlan.upper`).

    Raises:
        DataError: `plan-twice`, `plan-unknown`, `plan-under-itself`, `plan-tier-reversed` for an
            upper plan of a lower tier, `task-unknown` for a task that the upper plan does not
            have, `serves-without-upper`, all at once.
    """

    plans: tuple[WorkPlan, ...] = field(validator=tuple_of(WorkPlan))

    def __attrs_post_init__(self) -> None:
        keys = tuple(plan.key for plan in self.plans)
        found = list(_distinct(keys, "plan-twice", ".plans[{}].key"))
        reached = self._reached_keys()
        for place, plan in enumerate(self.plans):
            found += (each.at(f".plans[{place}]") for each in _links_broken(plan, self._by_key))
            if plan.key not in reached and plan.upper in self._by_key:
                found.append(finding("plan-under-itself", f".plans[{place}].upper", plan.key))
        if found:
            raise DataError(found)

    @cached_property
    def _by_key(self) -> Mapping[str, WorkPlan]:
        return {plan.key: plan for plan in self.plans}

    @cached_property
    def _by_upper(self) -> Mapping[str | None, list[WorkPlan]]:
        found: dict[str | None, list[WorkPlan]] = {}
        for plan in self.plans:
            found.setdefault(plan.upper, []).append(plan)
        return found

    def _reached_keys(self) -> set[str]:
        """Return the keys of plans that stand under one without upper plan, or are one.

        Each key is walked once: of plans that share one, a lower may name the upper by its own.
        """
        reached: set[str] = set()
        waiting = [plan.key for plan in self._by_upper.get(None, [])]
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached.add(key)
                waiting += (plan.key for plan in self._by_upper.get(key, []))
        return reached

    def __iter__(self) -> Iterator[WorkPlan]:
        """Yield the plans, each upper one before those under it."""
        waiting = [*reversed(self._by_upper.get(None, []))]
        while waiting:
            plan = waiting.pop()
            yield plan
            waiting += reversed(self._by_upper.get(plan.key, []))

    def __len__(self) -> int:
        return len(self.plans)

    def __getitem__(self, key: str) -> WorkPlan:
        """Return a plan by its key.

        Raises:
            UnknownNameError: `plan-unknown`.
        """
        wanted: object = key  # callers without types hand over what cannot be hashed
        if not isinstance(wanted, str) or wanted not in self._by_key:
            raise UnknownNameError("plan-unknown", key, known=tuple(self._by_key))
        return self._by_key[wanted]

    def under(self, key: str) -> tuple[WorkPlan, ...]:
        """Return the plans right under one.

        Raises:
            UnknownNameError: `plan-unknown`.
        """
        return tuple(self._by_upper.get(self[key].key, ()))

    def serving(self, plan: str, task: str) -> tuple[tuple[WorkPlan, PlanTask], ...]:
        """Return the tasks right under one that are for it, each with its plan.

        Raises:
            UnknownNameError: `plan-unknown`.
        """
        return tuple(
            (lower, each)
            for lower in self.under(plan)
            for each in lower.tasks
            if each.serves == task
        )


def _links_broken(plan: WorkPlan, known: Mapping[str, WorkPlan]) -> Iterator[Finding]:
    """Yield what is wrong with the upper plan of one, and with what its tasks serve there."""
    serving = [(place, each.serves) for place, each in enumerate(plan.tasks) if each.serves]
    if plan.upper is None:
        for place, name in serving:
            yield finding("serves-without-upper", f".tasks[{place}].serves", name)
        return
    if plan.upper not in known:
        yield finding("plan-unknown", ".upper", plan.upper, known=tuple(known))
        return
    upper = known[plan.upper]
    if upper.tier.depth > plan.tier.depth:
        yield finding("plan-tier-reversed", ".upper", upper.tier, lower=plan.tier)
    tasks = tuple(task.key for task in upper.tasks)
    for place, name in serving:
        if name not in tasks:
            yield finding("task-unknown", f".tasks[{place}].serves", name, known=tasks)
