"""What changed between two periods, told with what the numbers can and cannot say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.quantities import Interval
from evnpubsvc.statistics._binomial import tail_is_rare
from evnpubsvc.statistics._periods import Flow
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render
from evnpubsvc.worktime import Calendar

_FINE: Final = 10_000  # an end has this many steps at least: five digits
_USUAL: Final = Fraction(95, 100)


@frozen(kw_only=True)
class Exposure(PublicType):
    """A number of things in a period, with the working days that there were for them.

    Attributes:
        flow: the number and its period.
        working_days: working days of the period, 1 or more.

    Raises:
        MisuseError: `exposure-without-days`, `period-open`.
    """

    flow: Flow = field(validator=instance_of(Flow))
    working_days: int = field(validator=instance_of(int))

    def __attrs_post_init__(self) -> None:
        if self.flow.first is None:
            raise MisuseError("period-open")
        if self.working_days < 1:
            raise MisuseError("exposure-without-days", self.flow)

    @property
    def per_day(self) -> Interval:
        """The number for each working day: one value, or two ends for a count within bounds."""
        count = self.flow.count
        low = Fraction(count.least, self.working_days)
        if count.most is None:
            return Interval(low, None)
        return Interval(low, Fraction(count.most, self.working_days))


@frozen(kw_only=True)
class ComparisonGroup(PublicType):
    """Units beside the one that is looked at, in the same two periods.

    Attributes:
        units: how many they are, 1 or more.
        before: their numbers before, together.
        after: their numbers after, together.
    """

    units: int = field(validator=instance_of(int))
    before: Exposure = field(validator=instance_of(Exposure))
    after: Exposure = field(validator=instance_of(Exposure))

    def __attrs_post_init__(self) -> None:
        if self.units < 1:
            raise MisuseError("group-empty")

    @property
    def difference(self) -> Interval:
        """How many more a working day there were after than before, for each unit on average."""
        whole = _difference(self.after.per_day, self.before.per_day)
        return _scaled(whole, Fraction(1, self.units))


@frozen(kw_only=True, repr=False)
class BeforeAfter(PublicType, Printed):
    """What changed in one unit between two periods (*kết quả trước và sau*).

    It is a change, not a cause: `assumptions` says what one must believe to read it as an effect.

    Attributes:
        before: the numbers before.
        after: the numbers after.
        level: confidence of the interval, between 0 and 1.
        times: how many times as many there were a working day after, as an interval at this
            confidence; from 0 and without end where there was nothing in both periods. Its ends are
            rounded outwards, so that it is never narrower than the exact one.
        synthetic: the figures are made up.
        group: other units in the same periods; None for none.
        notices: `effect-seasons-differ`, and days off that are not decided.
    """

    before: Exposure = field(validator=instance_of(Exposure))
    after: Exposure = field(validator=instance_of(Exposure))
    level: Fraction = field(validator=instance_of(Fraction))
    times: Interval = field(validator=instance_of(Interval))
    synthetic: bool = field(validator=instance_of(bool))
    group: ComparisonGroup | None = field(
        default=None, validator=instance_of(ComparisonGroup, type(None))
    )
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def __repr__(self) -> str:
        return f"<BeforeAfter {self.times}, times as many a working day>"

    @property
    def change(self) -> Interval:
        """The relative change as an interval: -1/2 for half as many, 0 for none, 1 for twice."""
        return _difference(self.times, Interval(Fraction(1), Fraction(1)))

    @property
    def may_be_none(self) -> bool:
        """Whether the interval holds 0: the numbers do not tell the change from chance."""
        return self.change.low <= 0 and (self.change.high is None or self.change.high >= 0)

    @property
    def difference(self) -> Interval:
        """How many more a working day there were after than before; plain, without chance."""
        return _difference(self.after.per_day, self.before.per_day)

    @property
    def beyond_group(self) -> Interval | None:
        """The difference less that of the group, for each unit; None without a group."""
        if self.group is None:
            return None
        return _difference(self.difference, self.group.difference)

    def assumptions(self, lang: Language = "en") -> tuple[str, ...]:
        """Return what must hold for the numbers to mean an effect, a sentence each."""
        keys = ["independent", "steady", "nothing-else"]
        keys.append("group-alike" if self.group is not None else "no-group")
        if self.synthetic:
            keys.insert(0, "synthetic")
        return tuple(render(f"effect-assumes-{key}", lang, {}) for key in keys)


def before_after(
    before: Flow,
    after: Flow,
    *,
    calendar: Calendar,
    synthetic: bool,
    group: Iterable[tuple[Flow, Flow]] = (),
    level: Fraction = _USUAL,
) -> BeforeAfter:
    """Compare a number before something with the number after it, for each working day.

    Args:
        before: the number before, with its period (`flow` takes it from a tally).
        after: the number after; its period begins when the other one is over.
        calendar: the working days.
        synthetic: whether the figures are made up. There is no default: an effect in made-up
            figures is what their maker put in.
        group: the same two numbers of each unit to compare with. They stand beside as plain
            differences: the library does not say that one caused the other.
        level: confidence of the interval.

    Returns:
        Both numbers, and an exact interval for how many times as many there were a working day.
        Given the sum of both counts, the later one is binomial where both are Poisson; the interval
        is that of Clopper and Pearson (1934) for its share, turned into a ratio of rates
        (Przyborowski and Wilenski 1940). For counts within bounds it holds for each count that they
        allow.

    Raises:
        MisuseError: `effect-periods-overlap`, `effect-periods-differ`, `effect-level`,
            `effect-unbounded`, `unit-mismatch`, `exposure-without-days`,
            `period-open`.
        OutsideCoverageError: the calendar does not reach so far.

    >>> from evnpubsvc.quantities import Count
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> march = Flow(Count(20, "dossiers"), date(2022, 3, 1), date(2022, 3, 31))
    >>> may = Flow(Count(45, "dossiers"), date(2022, 5, 1), date(2022, 5, 31))
    >>> found = before_after(march, may, calendar=vietnam_calendar(), synthetic=True)
    >>> print(found.before.working_days, found.after.working_days, found.times, found.may_be_none)
    23 20 1.4968 to 4.626 at the widest False
    """
    if not 0 < level < 1:
        raise MisuseError("effect-level", level)
    pairs = tuple(group)
    for earlier, later in ((before, after), *pairs):
        _check_pair(earlier, later, before, after)

    # The working days of both periods.
    days = [_working_days(flow, calendar) for flow in (before, after)]
    then, now = (
        Exposure(flow=flow, working_days=n) for flow, n in zip((before, after), days, strict=True)
    )
    beside = None
    if pairs:
        sums = [_sum(flows) for flows in zip(*pairs, strict=True)]
        if sums[1].count.most is None:
            raise MisuseError("effect-unbounded", sums[1])
        beside = ComparisonGroup(
            units=len(pairs),
            before=Exposure(flow=sums[0], working_days=days[0]),
            after=Exposure(flow=sums[1], working_days=days[1]),
        )

    # What is odd about the periods.
    notices = list(calendar.provisional_notices(*_ends(before), *_ends(after)))
    if _months(before) != _months(after):
        notices.append(notice("effect-seasons-differ"))
    return BeforeAfter(
        before=then,
        after=now,
        level=Fraction(level),
        times=_times(then, now, (1 - Fraction(level)) / 2),
        synthetic=synthetic,
        group=beside,
        notices=tuple(notices),
    )


def _check_pair(earlier: Flow, later: Flow, before: Flow, after: Flow) -> None:
    """Refuse numbers of different things, and periods that are not one before and one after."""
    if (earlier.first, earlier.last) != (before.first, before.last):
        raise MisuseError("effect-periods-differ", earlier, other=before)
    if (later.first, later.last) != (after.first, after.last):
        raise MisuseError("effect-periods-differ", later, other=after)
    if earlier.first is None or later.first is None:
        raise MisuseError("period-open")
    if later.first <= earlier.last:
        raise MisuseError("effect-periods-overlap", earlier, other=later)
    if earlier.count.most is None:
        raise MisuseError("effect-unbounded", earlier)
    units = {each.count.unit for each in (earlier, later, before, after)}
    if len(units) > 1:
        left, right = sorted(units)[:2]
        raise MisuseError("unit-mismatch", left=left, right=right)


def _ends(flow: Flow) -> tuple[date, date]:
    assert flow.first is not None  # checked
    return flow.first, flow.last


def _working_days(flow: Flow, calendar: Calendar) -> int:
    first, last = _ends(flow)
    return calendar.working_days_between(first, last) + int(calendar.is_working_day(first))


def _months(flow: Flow) -> set[int]:
    """Return the months of the year that a period reaches into."""
    first, last = _ends(flow)
    start, end = first.year * 12 + first.month, last.year * 12 + last.month
    return {month % 12 for month in range(start, min(end, start + 11) + 1)}


def _sum(flows: Iterable[Flow]) -> Flow:
    first, *others = flows
    for each in others:
        first += each
    return first


# Intervals.


def _difference(left: Interval, right: Interval) -> Interval:
    """Return what a number less another one can be, where each lies in an interval."""
    assert right.high is not None  # `before_after` refuses what nothing bounds
    high = None if left.high is None else left.high - right.low
    return Interval(left.low - right.high, high, reached=left.reached and right.reached)


def _scaled(given: Interval, factor: Fraction) -> Interval:
    high = None if given.high is None else given.high * factor
    return Interval(given.low * factor, high, reached=given.reached)


def _times(before: Exposure, after: Exposure, share: Fraction) -> Interval:
    """Return the interval of the ratio of rates, each end passed at most so often by chance."""
    low, high = Fraction(0), None
    most_before, most_after = before.flow.count.most, after.flow.count.most
    assert most_before is not None  # checked

    # The least of the later rate against the most of the earlier one, and the other way round.
    if after.flow.count.least:
        days = Fraction(after.working_days, before.working_days)
        low = _least_ratio(after.flow.count.least, most_before, days, share)
    if before.flow.count.least and most_after is not None:
        days = Fraction(before.working_days, after.working_days)
        inverse = 1 / _least_ratio(before.flow.count.least, most_after, days, share)
        step = _step(inverse)
        high = -(-inverse // step) * step
    return Interval(low, high, reached=False)


def _least_ratio(hits: int, others: int, days: Fraction, share: Fraction) -> Fraction:
    """Return the largest ratio of rates, on a fine grid, under which so many hits are that rare.

    Args:
        hits: the number whose rate is above the line, 1 or more.
        others: the number whose rate is below the line.
        days: days of the hits for each day of the others.
        share: how rare.
    """
    step = _step(Fraction(hits, max(others, 1)) / days)

    def is_rare(steps: int) -> bool:
        return tail_is_rare(hits, hits + others, steps * step * days, share)

    # Bisection between a ratio under which it is rare, and one under which it is not, on ever finer
    # grids until the end has its digits.
    low, high = 0, _FINE
    while is_rare(high):
        low, high = high, high * 2
    while high - low > 1 or low < _FINE:
        if high - low == 1:
            low, high, step = low * 10, high * 10, step / 10
        middle = (low + high) // 2
        if is_rare(middle):
            low = middle
        else:
            high = middle
    return low * step


def _step(size: Fraction) -> Fraction:
    """Return the power of ten that is fine enough for a number of some size."""
    step = Fraction(1)
    while size / step < _FINE:
        step /= 10
    while size / step >= _FINE * 10:
        step *= 10
    return step
