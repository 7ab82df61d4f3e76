"""The laws of a periodic report: what must add up in it, and across two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Answer,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
)
from evnpubsvc.conformance._report import ConformanceReport
from evnpubsvc.conformance._tally_laws import rows_around
from evnpubsvc.errors import MisuseError
from evnpubsvc.periods import Period
from evnpubsvc.reports import Form, fill
from evnpubsvc.statistics import RegisterRow, tally

if TYPE_CHECKING:
    from hypothesis import strategies as st

_LENGTH: Final = 30  # days of each of two periods that follow one another


@refuse_at_once
def check_report_identities(
    form: Form,
    totals: Callable[[Sequence[RegisterRow], Period], Mapping[str, int]],
    *,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a way of your own to fill a periodic report (*báo cáo định kỳ*).

    Args:
        form: the form, for its columns and for what must add up (`serde.report_form("ii-06a")`).
            If you fill only some of its columns, hand over a form of those.
        totals: the total row of the report by register and period: key of the column -> number. A
            column that the form counts and you leave out, or give as None, breaks every law that
            asks for it. Days are compared, not instants. Each row has the dimensions that the form
            asks for.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law.

    >>> from evnpubsvc.serde import report_form
    >>> def all_handled(rows, period):  # nothing is pending or carried over; columns are missing
    ...     return {"to-handle": len(rows), "handled": len(rows), "pending": 0, "carried-in": 0}
    >>> report = check_report_identities(report_form("ii-06a"), all_handled, max_examples=30)
    >>> [result.requirement.id for result in report.failures]
    ['report.identities', 'report.columns']
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis

    mine = implementation(totals, "totals")
    registers, period, later = _registers(form)

    def judge_identities(rows: list[RegisterRow]) -> Verdict:
        got = mine.ask(rows, period)
        for identity in form.identities:
            missing = _missing(got, (identity.total, *identity.parts))
            if missing:
                return mine.example(got, f"numbers for {missing}", rows, period)
            addends = sum(got.value[name] for name in identity.parts)
            if got.value[identity.total] != addends:
                expected = f"{identity.total} = {' + '.join(identity.parts)} = {addends}"
                return mine.example(got, expected, rows, period)
        return None

    def judge_counts(rows: list[RegisterRow]) -> Verdict:
        got = mine.ask(rows, period)
        numbers = got.numbers
        if numbers and all(type(number) is int and number >= 0 for number in numbers.values()):
            return None
        return mine.example(got, "whole numbers from zero on", rows, period)

    def judge_columns(rows: list[RegisterRow]) -> Verdict:
        counted = fill(form, tally(rows, by=form.dimensions(), period=period, compare="date"))
        got = mine.ask(rows, period)
        expected = {column.key: counted.total[column.key] for column in form.columns}
        asked = {key: number for key, number in expected.items() if number is not None}
        if not _missing(got, asked) and all(got.value[key] == asked[key] for key in asked):
            return None
        return mine.example(got, repr(asked), rows, period)

    def judge_carry_over(rows: list[RegisterRow]) -> Verdict:
        before, after = mine.ask(rows, period), mine.ask(rows, later)
        for each in form.carry_over:
            if _missing(before, (each.pending,)):
                return mine.example(before, f"a number for {each.pending}", rows, period)
            pending = before.value[each.pending]
            if _missing(after, (each.carried,)) or after.value[each.carried] != pending:
                expected = f"{each.carried} = {pending}, which the period before left pending"
                return mine.example(after, expected, rows, later)
        return None

    judges: tuple[tuple[str, Callable[[Any], Verdict]], ...] = (
        ("report.identities", judge_identities),
        ("report.carry-over", judge_carry_over),
        ("report.columns", judge_columns),
        ("report.counts", judge_counts),
    )
    trials = Trials(max_examples, laws)
    for law, judge in judges:
        trials.drawn(law, st.lists(registers, max_size=5), judge)
    return trials.report(f"report {form.key}")


def _missing(answer: Answer, columns: Iterable[str]) -> str:
    """Return the columns for which an answer has no number, in words; "" where it has them all."""
    numbers = answer.numbers or {}
    return ", ".join(key for key in columns if numbers.get(key) is None)


def _registers(form: Form) -> tuple[st.SearchStrategy[RegisterRow], Period, Period]:
    """Rows about the end of a period of the form's time, that period, and the one after it."""
    from hypothesis import strategies as st  # noqa: PLC0415

    end = form.validity.until or form.validity.first
    try:
        last = end - timedelta(days=2 * _LENGTH)
        period = Period(last - timedelta(days=_LENGTH - 1), last)
    except OverflowError:
        raise MisuseError("period-out-of-dates", end) from None
    later = Period(last + timedelta(days=1), last + timedelta(days=_LENGTH))
    words = st.sampled_from(("online", "in-person"))

    def described(row: RegisterRow, word: str) -> RegisterRow:
        return evolve(row, dimensions=dict.fromkeys(form.dimensions(), word))

    return st.builds(described, rows_around(last, due=True), words), period, later
