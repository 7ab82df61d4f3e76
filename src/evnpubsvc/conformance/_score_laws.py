"""The laws of points and of ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from operator import eq, lt
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Implementation,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
)
from evnpubsvc.conformance._report import ConformanceReport, LawOutcome
from evnpubsvc.emulation import (
    Better,
    Scheme,
    TieRule,
    UnitFigures,
    check_figures,
    score,
)
from evnpubsvc.quantities import Count, Unknown

if TYPE_CHECKING:
    from hypothesis import strategies as st

Total = Fraction | int | None


@refuse_at_once
def check_scheme_laws(
    scheme: Scheme,
    total: Callable[[UnitFigures], Total],
    *,
    figures: st.SearchStrategy[UnitFigures] | None = None,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a scorer of your own under a scheme (*bộ tiêu chí chấm điểm*).

    Args:
        scheme: the scheme, or one of its groups (`scheme.only("timeliness")`).
        total: the total of a unit by its figures, exact; None where it is not known.
        figures: the figures to draw; by default all that the scheme can score, some of them
            unknown. What it cannot score is not asked for.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law. `scheme.better` is pending where the scheme does not
        declare which direction of a figure is the good one.

    >>> from evnpubsvc import preset
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> def floats(figures):
    ...     made = score(scheme, figures).total
    ...     return None if isinstance(made, Unknown) else float(made)
    >>> report = check_scheme_laws(scheme, floats, max_examples=50)
    >>> [result.requirement.id for result in report.failures]
    ['scheme.exact']
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis

    mine = implementation(total, "total")
    some = _figures_of(scheme, complete=False) if figures is None else figures
    complete = _figures_of(scheme, complete=True) if figures is None else figures
    named = st.tuples(complete, st.sampled_from(("Z", "0", "Đồng Tháp")))
    trials = Trials(max_examples, laws)
    trials.drawn("scheme.exact", complete, _exact(scheme, mine))
    trials.drawn("scheme.bounds", complete, _bounds(scheme, mine))
    trials.drawn("scheme.missing", some, _missing(scheme, mine))
    trials.drawn("scheme.name-blind", named, _name_blind(scheme, mine))
    directed = tuple(each for each in scheme.figures if each.better is not None)
    if directed:
        cases = st.tuples(complete, st.sampled_from(directed), st.integers(1, 3))
        trials.drawn("scheme.better", cases, _better(scheme, mine))
    else:
        trials.settle("scheme.better", LawOutcome.PENDING, "conformance-no-cases")
    return trials.report(f"scheme {scheme.key}")


def _figures_of(scheme: Scheme, *, complete: bool) -> st.SearchStrategy[UnitFigures]:
    from evnpubsvc.strategies import unit_figures  # noqa: PLC0415

    return unit_figures(scheme, complete=complete)


def _total(scheme: Scheme, figures: UnitFigures) -> Fraction | None:
    """The total of figures; None where they leave it open, or cannot be."""
    if check_figures(scheme, figures):
        return None
    total = score(scheme, figures).total
    return None if isinstance(total, Unknown) else total


def _exact(scheme: Scheme, mine: Implementation) -> Callable[[UnitFigures], Verdict]:
    def judge(figures: UnitFigures) -> Verdict:
        expected = _total(scheme, figures)
        if expected is None:
            return None
        got = mine.ask(figures)
        if got.is_(expected) and not isinstance(got.value, float):
            return None
        return mine.example(got, repr(expected), figures)

    return judge


def _bounds(scheme: Scheme, mine: Implementation) -> Callable[[UnitFigures], Verdict]:
    # Deductions and bonuses lead beyond: then the sheet itself says how far.
    def judge(figures: UnitFigures) -> Verdict:
        total = _total(scheme, figures)
        if total is None:
            return None
        low, high = min(Fraction(0), total), max(scheme.maximum, total)
        got = mine.ask(figures)
        if isinstance(got.value, (int, float, Fraction)) and low <= got.value <= high:
            return None
        return mine.example(got, f"a number from {low} to {high}", figures)

    return judge


def _missing(scheme: Scheme, mine: Implementation) -> Callable[[UnitFigures], Verdict]:
    def judge(figures: UnitFigures) -> Verdict:
        if check_figures(scheme, figures) or _total(scheme, figures) is not None:
            return None
        return mine.hold(None, figures)

    return judge


def _name_blind(
    scheme: Scheme, mine: Implementation
) -> Callable[[tuple[UnitFigures, str]], Verdict]:
    def judge(case: tuple[UnitFigures, str]) -> Verdict:
        figures, name = case
        if check_figures(scheme, figures):
            return None
        other = evolve(figures, unit=name, name=name)
        one, two = mine.ask(figures), mine.ask(other)
        if one.error is two.error is None and one.value == two.value:
            return None
        return mine.example(two, f"{one}, as under another name", other)

    return judge


def _better(scheme: Scheme, mine: Implementation) -> Callable[[Any], Verdict]:
    """One count is better by some; where that gives figures that cannot be, nothing is asked."""

    def judge(case: tuple[UnitFigures, Any, int]) -> Verdict:
        figures, spec, step = case
        value = figures[spec.key]
        if not isinstance(value, Count):
            return None
        moved = value.value + step * (1 if spec.better is Better.HIGHER else -1)
        if moved < 0:
            return None
        better = _with_count(figures, spec.key, Count(moved, value.unit))
        if check_figures(scheme, figures) or check_figures(scheme, better):
            return None
        before, after = mine.ask(figures), mine.ask(better)
        numbers = (before.value, after.value)
        if any(not isinstance(number, (int, Fraction)) for number in numbers):
            return None
        if after.value >= before.value:
            return None
        return mine.example(after, f"{before} or more: only {spec.key} is better", better)

    return judge


def _with_count(figures: UnitFigures, key: str, value: Count) -> UnitFigures:
    return evolve(figures, figures={**dict(figures.figures), key: value})


# -- ranks -----------------------------------------------------------------------------------------

_NAMES: Final = ("A", "B", "C", "D", "E", "F")
_CLOSE: Final = Fraction(1, 10**12)


@refuse_at_once
def check_rank_laws(
    rank: Callable[[Mapping[str, Fraction | None]], Mapping[str, int | None]],
    *,
    ties: TieRule = TieRule.COMPETITION,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a ranking of your own (*xếp hạng*).

    Args:
        rank: the rank of each unit by its total; None for a unit whose total is None.
        ties: which rank equal totals share.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law.

    >>> def by_order(totals):  # equal totals get different ranks
    ...     known = sorted((n for n in totals if totals[n] is not None), key=totals.get)[::-1]
    ...     return dict.fromkeys(totals) | {name: place for place, name in enumerate(known, 1)}
    >>> report = check_rank_laws(by_order, max_examples=50)
    >>> [result.requirement.id for result in report.failures]
    ['rank.equal', 'rank.rule', 'rank.order', 'rank.unknown']
    """
    trials = Trials(max_examples, laws)
    _Ranks(implementation(rank, "rank"), ties).run(trials)
    return trials.report("ranks")


class _Ranks:
    """The laws of ranks for one implementation."""

    def __init__(self, mine: Implementation, ties: TieRule) -> None:
        self.mine, self.ties = mine, ties

    def run(self, trials: Trials) -> None:
        """Check every law, in the order of the table."""
        from hypothesis import strategies as st  # noqa: PLC0415

        few = st.integers(0, 4).map(Fraction)
        known = self._totals(few)
        some = self._totals(st.none() | few)

        def apart(base: Fraction, order: int) -> dict[str, Fraction]:
            return {"A": base, "B": base + _CLOSE * order}

        close = st.builds(apart, st.integers(0, 100).map(Fraction), st.sampled_from((1, -1)))
        trials.drawn("rank.best-first", known, self._best_first)
        trials.drawn("rank.equal", known, self._equal)
        trials.drawn("rank.rule", known, self._rule)
        trials.drawn("rank.order", known, self._order)
        trials.drawn("rank.close", close, self._rule)
        trials.drawn("rank.unknown", some, self._rule)

    def _totals(self, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        from hypothesis import strategies as st  # noqa: PLC0415

        lists = st.lists(values, max_size=len(_NAMES))
        return lists.map(lambda given: dict(zip(_NAMES, given, strict=False)))

    def _best_first(self, totals: dict[str, Fraction]) -> Verdict:
        pairs = [(a, b) for a in totals for b in totals if totals[a] > totals[b]]
        expected = "a better rank for each higher total"
        return self._compare(totals, pairs, lt, expected)

    def _equal(self, totals: dict[str, Fraction]) -> Verdict:
        pairs = [(a, b) for a in totals for b in totals if totals[a] == totals[b]]
        return self._compare(totals, pairs, eq, "one rank for equal totals")

    def _compare(
        self,
        totals: dict[str, Fraction],
        pairs: Iterable[tuple[str, str]],
        holds: Callable[[int, int], bool],
        expected: str,
    ) -> Verdict:
        """Return whether every unit has a rank, and the ranks of each pair are as they must be."""
        got = self.mine.ask(totals)
        ranks = got.numbers
        if ranks is None or set(ranks) != set(totals):
            return self.mine.example(got, expected, totals)
        if all(holds(ranks[one], ranks[other]) for one, other in pairs):
            return None
        return self.mine.example(got, expected, totals)

    def _rule(self, totals: dict[str, Fraction | None]) -> Verdict:
        got, expected = self.mine.ask(totals), self._expected(totals)
        if got.numbers == expected:
            return None
        return self.mine.example(got, repr(expected), totals)

    def _expected(self, totals: dict[str, Fraction | None]) -> dict[str, int | None]:
        """Count, for each unit, who is better and who is equal, as the rule says in words."""
        known = [total for total in totals.values() if total is not None]
        ranks: dict[str, int | None] = dict.fromkeys(totals)
        for name, total in totals.items():
            if total is None:
                continue
            better = [other for other in known if other > total]
            if self.ties is TieRule.COMPETITION:
                ranks[name] = len(better) + 1
            elif self.ties is TieRule.MODIFIED:
                ranks[name] = len(better) + known.count(total)
            else:
                ranks[name] = len(set(better)) + 1
        return ranks

    def _order(self, totals: dict[str, Fraction]) -> Verdict:
        turned = dict(reversed(totals.items()))
        one, other = self.mine.ask(totals), self.mine.ask(turned)
        if one.numbers is not None and one.numbers == other.numbers:
            return None
        return self.mine.example(other, f"{one}, as in the other order", turned)
