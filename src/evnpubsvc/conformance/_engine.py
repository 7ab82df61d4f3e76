"""How a law is checked: cases that are listed or drawn, a judge, the smallest case that breaks it.

The implementation under test is a function. What it raises is an answer of its own: a refusal.
`NotImplementedError` says that it does not do this at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from numbers import Rational
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar, cast

from evnpubsvc.conformance._report import (
    ConformanceReport,
    CounterExample,
    LawOutcome,
    LawResult,
)
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.errors import MisuseError, find_misuse
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import printable_lines, render

if TYPE_CHECKING:
    from hypothesis import strategies as st

_F = TypeVar("_F", bound=Callable[..., Any])

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

    @property
    def numbers(self) -> Mapping[str, Any] | None:
        """The numbers by name that this is, some of them None; None where it is nothing such."""
        given: Any = self.value
        if not isinstance(given, Mapping):
            return None
        table = cast("Mapping[str, Any]", given)
        known = [number for number in table.values() if number is not None]
        return table if all(isinstance(number, Rational) for number in known) else None


class Dispute(NamedTuple):
    """A case in which an implementation may follow another declared reading of the law.

    Attributes:
        readings: the readings that give what it gave, by name. One of them has to explain every
            such case, or there is no reading, but a mistake.
        example: what speaks against the implementation where none does.
    """

    readings: Mapping[str, Text]
    example: CounterExample


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
        call = f"{self.name}({', '.join(map(repr, arguments))})"
        return CounterExample(*map(printable_lines, (call, str(got), expected)))


def refuse_at_once(check: _F) -> _F:
    """Decorate a check: a wrong argument is refused before its first law, not after its last.

    What cannot be called raises whenever it is asked, which would pass for its answer.
    """

    @wraps(check)
    def call(*args: Any, **kwargs: Any) -> Any:
        refusal = find_misuse(check, args, kwargs, TypeError())
        if refusal is not None:
            raise refusal
        return check(*args, **kwargs)

    return cast("_F", call)


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
    return Text(en=en, vi=vi)


def settle(law: str, outcome: LawOutcome, note: str, **parts: object) -> LawResult:
    """Return a result that needs no trial, with the note that says why."""
    return LawResult(requirement(law), outcome, 0, (), say(note, **parts))


class Trials:
    """The trials of one check: which laws are asked for, and what came of each so far."""

    def __init__(self, max_examples: int, laws: Iterable[str] | None) -> None:
        if max_examples < 1:
            raise MisuseError("number-not-positive", max_examples, record="max_examples")
        self.max_examples = max_examples
        self.asked = None if laws is None else frozenset(requirement(law).id for law in laws)
        self.results: list[LawResult] = []

    def report(self, subject: str) -> ConformanceReport:
        """Return what came of all laws."""
        return ConformanceReport(subject, tuple(self.results))

    def asks(self, law: str) -> bool:
        """Return whether a law is asked for."""
        return self.asked is None or law in self.asked

    def add(self, result: LawResult) -> None:
        """Note a result, if its law is asked for."""
        if self.asks(result.requirement.id):
            self.results.append(result)

    def settle(self, law: str, outcome: LawOutcome, note: str, **parts: object) -> None:
        """Note a result that needs no trial."""
        self.add(settle(law, outcome, note, **parts))

    def not_given(self, *laws: str) -> None:
        """Note that no function was handed over for some laws."""
        for law in laws:
            self.settle(law, LawOutcome.NOT_SUPPORTED, "conformance-not-given")

    def listed(self, law: str, cases: Iterable[Any], judge: Judge) -> None:
        """Check a law over listed cases, the simplest first; the counter-example is the first."""
        if not self.asks(law):
            return
        broken: list[CounterExample] = []
        disputes: list[Dispute] = []
        count = 0
        try:
            for case in cases:
                count += 1
                _sort_verdict(_find(judge, case), broken, disputes)
        except NotImplementedError:
            self.settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared")
        else:
            self.add(_result(law, count, broken[:1], disputes))

    def drawn(self, law: str, cases: st.SearchStrategy[Any], judge: Judge) -> None:
        """Check a law over drawn cases, and shrink what breaks it. The same cases in every run."""
        import hypothesis as h  # noqa: PLC0415 - vectors and reports need no Hypothesis
        from hypothesis.errors import Flaky  # noqa: PLC0415

        if not self.asks(law):
            return
        broken: list[CounterExample] = []
        disputes: list[Dispute] = []
        count = 0

        @h.settings(
            max_examples=self.max_examples,
            database=None,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            suppress_health_check=list(h.HealthCheck),  # pyright: ignore[reportArgumentType]
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

        # The last case that Hypothesis runs is the smallest.
        try:
            trial()
        except NotImplementedError:
            self.settle(law, LawOutcome.NOT_SUPPORTED, "conformance-declared")
        except Flaky:
            note = say("conformance-unsteady")
            last = tuple(broken[-1:])
            self.add(LawResult(requirement(law), LawOutcome.FAILED, count, last, note))
        except _BrokenError:
            self.add(_result(law, count, broken[-1:], disputes))
        else:
            self.add(_result(law, count, (), disputes))

    def sampled(self, law: str, cases: Sequence[Any], judge: Judge) -> None:
        """Check a law over listed cases; where they are too many to try, over a sample."""
        from hypothesis import strategies as st  # noqa: PLC0415

        if len(cases) <= self.max_examples:
            self.listed(law, cases, judge)
        else:
            self.drawn(law, st.sampled_from(cases), judge)


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
        common = set(disputes[0].readings)
        for each in disputes:
            common &= set(each.readings)
        if not common:
            example = (disputes[0].example,)
            return LawResult(requirement(law), LawOutcome.FAILED, count, example)
        reading = next(text for name, text in disputes[0].readings.items() if name in common)
        return LawResult(requirement(law), LawOutcome.DISPUTED, count, (), reading)
    if not count:
        return settle(law, LawOutcome.PENDING, "conformance-no-cases")
    return LawResult(requirement(law), LawOutcome.PASSED, count)
