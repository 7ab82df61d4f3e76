"""The laws of codes and identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    ProcedureCode,
    ResultCode,
    ServiceCode,
    UnitCode,
)
from evnpubsvc.conformance._engine import (
    MAX_EXAMPLES,
    Trials,
    Verdict,
    implementation,
    refuse_at_once,
)
from evnpubsvc.conformance._report import ConformanceReport
from evnpubsvc.errors import UnknownNameError

if TYPE_CHECKING:
    from hypothesis import strategies as st

_KINDS: Final = (DossierCode, FieldCode, ProcedureCode, ResultCode, ServiceCode, UnitCode)
# Ways of writing that leave the code what it is, or make a person look at it.
_DRESSES: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.lower,
    lambda text: text.replace("-", "–"),
    lambda text: f"\u00a0{text} ",
    lambda text: text.replace(".", ". "),
    lambda text: text.replace("-", ""),
    lambda text: text.replace("H", "\u041d"),
    lambda text: text.replace("0", "O"),
)


@refuse_at_once
def check_code_laws(
    kind: type[Code],
    is_valid: Callable[[str], bool],
    *,
    canonical: Callable[[str], str] | None = None,
    laws: Iterable[str] | None = None,
    max_examples: int = MAX_EXAMPLES,
) -> ConformanceReport:
    """Check a reader of codes (*mã số*) of your own.

    Args:
        kind: the kind of code that it reads, as `DossierCode`.
        is_valid: whether a text is a code of this kind as printed; it never raises.
        canonical: the canonical text of a code, however it is written; raises for what is none.
        laws: ids of the laws to check; all by default.
        max_examples: the most cases of one law.

    Returns:
        The report: one result for each law.

    >>> import re
    >>> def looks_like_a_unit(text):
    ...     return re.fullmatch(r"[A-Z0-9.]+", text) is not None
    >>> report = check_code_laws(UnitCode, looks_like_a_unit, max_examples=50)
    >>> sorted(result.requirement.id for result in report.failures)
    ['code.refuses-others', 'code.refuses-slips']
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - vectors need no Hypothesis

    from evnpubsvc.strategies import near_miss_codes  # noqa: PLC0415

    if kind not in Code.__subclasses__():  # Code itself is what all of them share
        kinds = tuple(each.__name__ for each in Code.__subclasses__())
        raise UnknownNameError("policy-unknown", kind.__name__, kind="Code", known=kinds)

    # Which texts are codes: sound ones, near misses, and texts of other kinds.
    mine = implementation(is_valid, "is_valid")
    codes: st.SearchStrategy[Any] = st.from_type(kind)
    texts = codes.map(str)

    def judge(text: str) -> Verdict:
        return mine.hold(kind.is_valid(text), text)

    slips = near_miss_codes(codes).filter(lambda text: not kind.is_valid(text))
    trials, subject = Trials(max_examples, laws), f"codes: {kind.__name__}"
    trials.drawn("code.accepts", texts, judge)
    trials.drawn("code.refuses-slips", slips, judge)
    trials.drawn("code.refuses-others", _others(kind), judge)
    if canonical is None:
        trials.not_given("code.canonical", "code.one-code")
        return trials.report(subject)

    # How a code is written: as itself, however it was written before.
    writer = implementation(canonical, "canonical")

    def judge_canonical(text: str) -> Verdict:
        return writer.hold(text, text)

    def judge_dressed(case: tuple[str, Callable[[str], str]]) -> Verdict:
        text, dress = case
        dressed = dress(text)
        answer = writer.ask(dressed)
        if answer.error is not None or answer.is_(text):
            return None
        # A letter for a digit may be another sound code; then the text itself says which.
        if kind.is_valid(dressed) and answer.is_(str(kind.parse(dressed))):
            return None
        return writer.example(answer, f"{text!r}, or a refusal", dressed)

    dresses = st.tuples(texts, st.sampled_from(_DRESSES))
    trials.drawn("code.canonical", texts, judge_canonical)
    trials.drawn("code.one-code", dresses, judge_dressed)
    return trials.report(subject)


def _others(kind: type[Code]) -> st.SearchStrategy[str]:
    """Codes of the other kinds, and any text."""
    from hypothesis import strategies as st  # noqa: PLC0415

    other = [st.from_type(each).map(str) for each in _KINDS if each is not kind]
    return st.one_of(*other) | st.text(max_size=30)
