"""How a law is checked: cases that are listed or drawn, a judge, the smallest case that breaks it.

The implementation under test is a function. What it raises is an answer of its own: a refusal.
`NotImplementedError` says that it does not do this at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from evnpubsvc.conformance._report import CounterExample, LawOutcome, LawResult
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.texts import LANGUAGES, Text, render

if TYPE_CHECKING:
    from hypothesis import strategies as st

MAX_EXAMPLES: Final = 200


class Answer(NamedTuple):
    """What an implementation gave: a value, or the exception that it raised."""

    value: Any
    error: Exception | None = None

    def __str__(self) -> str:
        if self.error is None:
            return repr(self.value)
        return f"raises {type(self.error).__name__}: {self.error}"

    def is_(self, value: object) -> bool:
        """Return whether this is a value, of the same kind: True is not 1."""
        if self.error is not None or self.value != value:
            return False
        return isinstance(self.value, bool) is isinstance(value, bool)


class Dispute(NamedTuple):
    """A case in which an implementation follows another declared reading of the law."""

    reading: Text


Verdict: TypeAlias = CounterExample | Dispute | None
Judge: TypeAlias = Callable[[Any], Verdict]


class _NoAnswerError(Exception):
    """The implementation raised where it has to answer."""

    def __init__(self, example: CounterExample) -> None:
        self.example = example
        super().__init__(example)


class Implementation(NamedTuple):
    """A function that is checked, with the name by which a call to it is pasted."""

    function: Callable[..., Any]
    name: str

    def ask(self, *arguments: object) -> Answer:
        """Call it. What it raises is its answer, but for what it declares not to do."""
        try:
            return Answer(self.function(*arguments))
        except NotImplementedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it raises is what it answers
            return Answer(None, error)

    def need(self, *arguments: object) -> Any:
        """Call it, and return the value that it has to give; what it raises breaks the law."""
        answer = self.ask(*arguments)
        if answer.error is not None:
            raise _NoAnswerError(self.example(answer, "an answer", *arguments))
        return answer.value

    def hold(self, expected: object, *arguments: object) -> CounterExample | None:
        """Call it, and return the counter-example where it does not give what is expected."""
        got = self.ask(*arguments)
        if got.is_(expected):
            return None
        return self.example(got, repr(expected), *arguments)

    def example(self, got: object, expected: str, *arguments: object) -> CounterExample:
        """Return a counter-example: the call as code, what it gave, what it should have given."""
        return CounterExample(f"{self.name}({', '.join(map(repr, arguments))})", str(got), expected)


def implementation(function: Callable[..., Any], name: str = "") -> Implementation:
    """Return a function with the name that calls to it are pasted with: its own where it has one.

    One without a name, as a lambda, goes by the name of the argument that it was handed over as.
    """
    own = getattr(function, "__name__", "<lambda>")
    return Implementation(function, name if own == "<lambda>" else own)


class _BrokenError(Exception):
    """A drawn case broke the law."""


def _find(judge: Judge, case: Any) -> Verdict:
    """Return what a judge says of a case."""
    try:
        return judge(case)
    except _NoAnswerError as none:
        return none.example


def say(key: str, **parts: object) -> Text:
    """Return a text of the catalogue in both languages."""
    en, vi = (render(key, lang, parts) for lang in ("en", "vi"))
    assert len(LANGUAGES) == 2
    return Text(en=en, vi=vi)


def settle(law: str, outcome: LawOutcome, note: str, cases: int = 0, **parts: object) -> LawResult:
    """Return a result that needs no trial, with the note that says why."""
    return LawResult(requirement(law), outcome, cases, (), say(note, **parts))


def not_given(*laws: str) -> list[LawResult]:
    """Return results for laws of a function that was not handed over."""
    return [settle(law, LawOutcome.NOT_SUPPORTED, "conformance-not-given") for law in laws]


def try_listed(law: str, cases: Iterable[Any], judge: Judge) -> LawResult:
    """Check a law over listed cases, the simplest first.

    All of them are tried; the counter-example is the first.
    """
    broken: list[CounterExample] = []
    disputes: list[Dispute] = []
    count = 0
    try:
        for case in cases:
            count += 1
            _sort_verdict(_find(judge, case), broken, disputes)
    except NotImplementedError:
        return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared", count)
    return _result(law, count, broken[:1], disputes)


def try_drawn(
    law: str, cases: st.SearchStrategy[Any], judge: Judge, max_examples: int
) -> LawResult:
    """Check a law over drawn cases, and shrink what breaks it. The same cases in every run."""
    import hypothesis as h  # noqa: PLC0415 - vectors and reports need no Hypothesis
    from hypothesis.errors import Flaky  # noqa: PLC0415

    broken: list[CounterExample] = []
    disputes: list[Dispute] = []
    count = 0

    @h.settings(
        max_examples=max_examples,
        database=None,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(h.HealthCheck),
        phases=(h.Phase.generate, h.Phase.shrink),
        verbosity=h.Verbosity.quiet,
    )
    @h.given(cases)
    def trial(case: Any) -> None:
        nonlocal count
        count += 1
        found = _find(judge, case)
        _sort_verdict(found, broken, disputes)
        if isinstance(found, CounterExample):
            raise _BrokenError

    try:
        trial()
    except _BrokenError:
        pass
    except NotImplementedError:
        return settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared", count)
    except Flaky:
        return LawResult(
            requirement(law),
            LawOutcome.FAILED,
            count,
            tuple(broken[-1:]),
            say("conformance-unsteady"),
        )
    # The last one that Hypothesis ran is the smallest.
    return _result(law, count, broken[-1:], disputes)


def try_both(
    law: str,
    listed: Sequence[Any],
    drawn: Callable[[], st.SearchStrategy[Any]],
    judge: Judge,
    max_examples: int,
) -> LawResult:
    """Check a law over listed cases; where there are more than may be tried, over a sample."""
    if len(listed) <= max_examples:
        return try_listed(law, listed, judge)
    return try_drawn(law, drawn(), judge, max_examples)


def _sort_verdict(found: Verdict, broken: list[CounterExample], disputes: list[Dispute]) -> None:
    if isinstance(found, CounterExample):
        broken.append(found)
    elif isinstance(found, Dispute):
        disputes.append(found)


def _result(
    law: str, count: int, broken: Sequence[CounterExample], disputes: Sequence[Dispute]
) -> LawResult:
    if broken:
        return LawResult(requirement(law), LawOutcome.FAILED, count, tuple(broken))
    if disputes:
        return LawResult(requirement(law), LawOutcome.DISPUTED, count, (), disputes[0].reading)
    if not count:
        return settle(law, LawOutcome.PENDING, "conformance-no-cases")
    return LawResult(requirement(law), LawOutcome.PASSED, count)
