"""The laws of counting a register, in one go or in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, TypeVar

from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Implementation,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
)
from evnpubsvc.conformance._report import ConformanceReport
from evnpubsvc.dossiers import Precision
from evnpubsvc.statistics import PeriodState, RegisterRow, RegisterStatus, classify

if TYPE_CHECKING:
    from hypothesis import strategies as st

_T = TypeVar("_T")
_AS_OF: Final = date(2022, 12, 14)
_SIZE: Final = 6  # rows of a drawn part: mistakes of counting show in few


@refuse_at_once
def check_tally_laws(
    count: Callable[[Sequence[RegisterRow], date], _T],
    *,
    merge: Callable[[_T, _T], _T] | None = None,
    states: Callable[[_T], Mapping[PeriodState, int]] | None = None,
    rows: st.SearchStrategy[RegisterRow] | None = None,
    as_of: date = _AS_OF,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a way of your own to count a register (*sổ theo dõi hồ sơ*).

    Args:
        count: counts rows as they stand at the end of a day, by dates. What it gives may be
            anything that has equality: `Tally`, `frames.TallyFrame`, rows of your store.
        merge: adds up two counts.
        states: how many dossiers are in each class, by a count; classes of none may be left out.
        rows: the rows to draw; by default rows whose days lie about `as_of`, of two units.
        as_of: the day at whose end is counted.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law.

    >>> from collections import Counter
    >>> def late(rows, as_of):  # the received date decides, a mistake
    ...     return sum(row.due is not None and row.received > row.due for row in rows)
    >>> report = check_tally_laws(late, merge=int.__add__, max_examples=30,
    ...     states=lambda number: Counter({PeriodState.LATE: number}))
    >>> {result.requirement.id for result in report.failures} >= {"tally.each-once"}
    True
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis

    drawn = rows_around(as_of) if rows is None else rows
    parts = st.lists(drawn, max_size=_SIZE)
    mine = implementation(count, "count")
    trials = Trials(max_examples, laws)
    _try_order(trials, parts, mine, as_of)
    if merge is None:
        trials.not_given("tally.parts", "tally.empty", "tally.merge-order", "tally.merge-brackets")
    else:
        _try_merging(trials, parts, mine, implementation(merge, "merge"), as_of)
    if states is None:
        trials.not_given("tally.each-once", "tally.classes", "tally.last-day")
    else:
        _try_classes(trials, parts, drawn, mine, states, as_of)
    return trials.report("tallies")


@refuse_at_once
def check_merge_laws(
    parts: Sequence[_T],
    *,
    merge: Callable[[_T, _T], _T],
    empty: _T,
    whole: _T | None = None,
) -> ConformanceReport:
    """Check a merge of counts that are there already, as those of the parts of a large register.

    Args:
        parts: counts of one question; all orders of the first four are tried.
        merge: adds up two of them.
        empty: the count of no rows.
        whole: the count of all rows in one go; None where it was not counted.

    Returns:
        The report: one result for each law. `tally.parts` is pending without a `whole`.

    >>> check_merge_laws([1, 2, 3], merge=int.__add__, empty=0, whole=6).passed
    True
    >>> report = check_merge_laws([1, 2, 3], merge=int.__sub__, empty=0)
    >>> report.failures[0].examples[0].call
    '__sub__(0, 1)'
    """
    mine = implementation(merge, "merge")
    some = parts[:4]

    def judge_empty(part: Any) -> Verdict:
        return _same(mine, part, empty, part) or _same(mine, part, part, empty)

    def judge_order(pair: tuple[Any, ...]) -> Verdict:
        return _same(mine, mine.need(*pair[::-1]), *pair)

    def judge_brackets(case: tuple[Any, ...]) -> Verdict:
        one, other, third = case
        left = mine.need(mine.need(one, other), third)
        return _same(mine, left, one, mine.need(other, third))

    def judge_whole(given: Any) -> Verdict:
        before, total = empty, empty
        for part in parts:
            before, total = total, mine.need(total, part)
        return None if total == given else mine.example(total, repr(given), before, *parts[-1:])

    trials = Trials(MAX_EXAMPLES, None)
    trials.listed("tally.parts", [] if whole is None else [whole], judge_whole)
    trials.listed("tally.empty", parts, judge_empty)
    trials.listed("tally.merge-order", permutations(some, 2), judge_order)
    trials.listed("tally.merge-brackets", permutations(some, 3), judge_brackets)
    return trials.report("merge")


def _same(merge: Implementation, expected: Any, one: Any, other: Any) -> Verdict:
    got = merge.ask(one, other)
    if got.error is None and got.value == expected:
        return None
    return merge.example(got, repr(expected), one, other)


def rows_around(as_of: date, *, due: bool = False) -> st.SearchStrategy[RegisterRow]:
    """Draw rows of a register whose days lie about one day: before it, on it, after it.

    Shrinks to a row received on that day that nothing else is said of.

    Args:
        as_of: the day.
        due: whether every row has a due date, as forms that know no dossier without one ask.
    """
    from hypothesis import strategies as st  # noqa: PLC0415

    # Days from receipt; those that decide a class fall on the day itself often.
    days = st.integers(0, 40)
    back = st.sampled_from((0, 1, 3, -1, 10, 20, 45))

    telling = st.sampled_from((0, 1, 3, 10, 20, 45))

    def build(
        back: int,
        due: int | None,
        finished: int | None,
        unit: str | None,
        ended: RegisterStatus | None,
        open_: RegisterStatus | None,
    ) -> RegisterRow:
        received = as_of - timedelta(days=back)
        return RegisterRow(
            received,
            None if due is None else received + timedelta(days=due),
            None if finished is None else received + timedelta(days=finished),
            {"unit": unit},
            status=open_ if finished is None else ended,
        )

    unsaid = st.none()
    return st.builds(
        build,
        back,
        days | telling if due else st.none() | days | telling,
        st.none() | days | telling,
        st.none() | st.sampled_from(("A", "B")),
        unsaid | st.sampled_from([each for each in RegisterStatus if each.is_ending]),
        unsaid | st.sampled_from([each for each in RegisterStatus if not each.is_ending]),
    )


def _try_order(
    trials: Trials, parts: st.SearchStrategy[Any], mine: Implementation, as_of: date
) -> None:
    def judge(rows: list[RegisterRow]) -> Verdict:
        one, other = mine.ask(rows, as_of), mine.ask(rows[::-1], as_of)
        if one.error is other.error is None and one.value == other.value:
            return None
        return mine.example(other, f"{one}, as in the other order", rows[::-1], as_of)

    trials.drawn("tally.order", parts, judge)


def _try_merging(
    trials: Trials,
    parts: st.SearchStrategy[Any],
    mine: Implementation,
    merge: Implementation,
    as_of: date,
) -> None:
    """A merge is the sum of counts: of parts, of nothing, in any order and grouping."""
    from hypothesis import strategies as st  # noqa: PLC0415

    def counted(rows: list[RegisterRow]) -> Any:
        return mine.need(rows, as_of)

    def judge_parts(case: tuple[list[RegisterRow], list[RegisterRow]]) -> Verdict:
        one, other = case
        return _same(merge, counted([*one, *other]), counted(one), counted(other))

    def judge_empty(rows: list[RegisterRow]) -> Verdict:
        whole, nothing = counted(rows), counted([])
        return _same(merge, whole, nothing, whole) or _same(merge, whole, whole, nothing)

    def judge_order(case: tuple[list[RegisterRow], list[RegisterRow]]) -> Verdict:
        one, other = map(counted, case)
        return _same(merge, merge.need(other, one), one, other)

    def judge_brackets(case: tuple[list[RegisterRow], ...]) -> Verdict:
        one, other, third = map(counted, case)
        left = merge.need(merge.need(one, other), third)
        return _same(merge, left, one, merge.need(other, third))

    trials.drawn("tally.parts", st.tuples(parts, parts), judge_parts)
    trials.drawn("tally.empty", parts, judge_empty)
    trials.drawn("tally.merge-order", st.tuples(parts, parts), judge_order)
    trials.drawn("tally.merge-brackets", st.tuples(parts, parts, parts), judge_brackets)


def _try_classes(
    trials: Trials,
    parts: st.SearchStrategy[Any],
    drawn: st.SearchStrategy[RegisterRow],
    mine: Implementation,
    states: Callable[[Any], Mapping[PeriodState, int]],
    as_of: date,
) -> None:

    def counted(rows: Sequence[RegisterRow]) -> dict[PeriodState, int]:
        given = states(mine.need(rows, as_of))
        return {PeriodState(state): number for state, number in given.items() if number}

    def judge_each_once(rows: list[RegisterRow]) -> Verdict:
        got, received = counted(rows), sum(row.received <= as_of for row in rows)
        if sum(got.values()) == received:
            return None
        return mine.example(got, f"{received} dossiers in all", rows, as_of)

    def judge_classes(rows: list[RegisterRow]) -> Verdict:
        expected = Counter(classify(row, as_of=as_of, compare=Precision.DATE) for row in rows)
        del expected[None]
        got = counted(rows)
        if got == expected:
            return None
        return mine.example(got, repr(dict(expected)), rows, as_of)

    def judge_last_day(row: RegisterRow) -> Verdict:
        return judge_classes([row])

    # What happens on the last day, or ends on the day that is due.
    three, one = as_of - timedelta(days=3), timedelta(days=1)
    moments: tuple[tuple[date, date | None, date | None], ...] = (
        (as_of, None, None),
        (as_of, as_of, as_of),
        (three, as_of, as_of),
        (three, as_of, None),
        (three, as_of - one, as_of),
        (three, as_of, as_of + one),
        (as_of + one, None, None),
    )
    on_the_day = [RegisterRow(*days, {"unit": "A"}) for days in moments]
    trials.drawn("tally.each-once", parts, judge_each_once)
    trials.drawn("tally.classes", parts | drawn.map(lambda row: [row]), judge_classes)
    trials.listed("tally.last-day", on_the_day, judge_last_day)
