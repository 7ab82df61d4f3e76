"""Results of checks: outcomes that are never mixed, counter-examples, reports as text and JUnit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, read_member, tuple_of
from evnpubsvc.conformance._requirements import Requirement
from evnpubsvc.texts import LabelledEnum, Language, Text
from evnpubsvc.texts.parts import printable, render


class LawOutcome(LabelledEnum):
    """What came of checking one requirement."""

    PASSED = "passed"
    """Every case held."""
    FAILED = "failed"
    """A case did not hold."""
    DISPUTED = "disputed"
    """The law leaves it open, and the implementation follows another declared reading."""
    PENDING = "pending"
    """It cannot be said yet: the decision has not been taken, or there was no case to try."""
    NOT_SUPPORTED = "not-supported"
    """The implementation says that it does not do this, or nothing was handed over for it."""


@frozen
class CounterExample(PublicType):
    """One case in which a law does not hold; the first of a result is the smallest found.

    Attributes:
        call: the call to paste, with its arguments as code.
        got: what the implementation gave, or the exception that it raised.
        expected: what the law asks for.
    """

    call: str = field(validator=instance_of(str))
    got: str = field(validator=instance_of(str))
    expected: str = field(validator=instance_of(str))


@frozen
class LawResult(PublicType):
    """What came of checking one requirement.

    Attributes:
        requirement: what was checked.
        outcome: what came of it.
        cases: how many cases were tried; 0 where nothing could be.
        examples: the cases that did not hold, the smallest first; of a law that is checked by drawn
            cases one, of an exhaustive walk all of them.
        note: what a reader has to know, as the reading that is followed; None for nothing.
    """

    requirement: Requirement = field(validator=instance_of(Requirement))
    outcome: LawOutcome = field(validator=instance_of(LawOutcome))
    cases: int = field(validator=instance_of(int))
    examples: tuple[CounterExample, ...] = field(default=(), validator=tuple_of(CounterExample))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))


_SHOWN: Final = 5


@frozen
class ConformanceReport(PublicType, Printed):
    """What an implementation keeps of the law, requirement by requirement.

    `print` and `text("vi")` give it as lines, `serde.to_json` as JSON, `junit()` as the XML that
    build servers read.

    Attributes:
        subject: what was checked, for people.
        results: one for each requirement, in the order in which they were checked.
    """

    subject: str = field(validator=instance_of(str))
    results: tuple[LawResult, ...] = field(validator=tuple_of(LawResult))

    @property
    def passed(self) -> bool:
        """Whether no requirement failed.

        What is disputed, pending or not supported is no failure, and no success either.
        """
        return not self.failures

    @property
    def failures(self) -> tuple[LawResult, ...]:
        """The results that failed."""
        return self.of(LawOutcome.FAILED)

    def of(self, outcome: LawOutcome | str) -> tuple[LawResult, ...]:
        """Return the results with an outcome, given as a member or its value."""
        wanted = read_member(LawOutcome, outcome)
        return tuple(each for each in self.results if each.outcome is wanted)

    def require(self) -> None:
        """Raise where a requirement failed, for tests.

        Raises:
            AssertionError: with the verdict and every failure, its articles and counter-examples.
        """
        if not self.passed:
            lines = (line for each in self.failures for line in _result_lines(each, "en"))
            raise AssertionError("\n".join((_verdict(self, "en"), *lines)))

    def text(self, lang: Language = "en") -> str:
        """Return the report as lines: the verdict, then each requirement, failures first."""
        order = (
            LawOutcome.FAILED,
            LawOutcome.DISPUTED,
            LawOutcome.PENDING,
            LawOutcome.NOT_SUPPORTED,
        )
        lines = [_verdict(self, lang)]
        for outcome in (*order, LawOutcome.PASSED):
            for each in self.of(outcome):
                lines += _result_lines(each, lang)
        return "\n".join(lines)

    def junit(self) -> str:
        """Return the report as JUnit XML.

        A failure is a failure; what is disputed, pending or not supported is skipped with its
        reason, since it is neither a success nor a failure.
        """
        skipped = len(self.results) - len(self.of(LawOutcome.PASSED)) - len(self.failures)
        suite = ET.Element(
            "testsuite",
            name=printable(self.subject),
            tests=str(len(self.results)),
            failures=str(len(self.failures)),
            skipped=str(skipped),
        )
        for each in self.results:
            case = ET.SubElement(
                suite, "testcase", classname="evnpubsvc.conformance", name=each.requirement.id
            )
            lines = "\n".join(map(printable, "\n".join(_result_lines(each, "en")).splitlines()))
            if each.outcome is LawOutcome.FAILED:
                ET.SubElement(case, "failure", message=each.requirement.statement.en).text = lines
            elif each.outcome is not LawOutcome.PASSED:
                note = "" if each.note is None else each.note.en
                message = f"{each.outcome.value}: {printable(note)}"
                ET.SubElement(case, "skipped", message=message).text = lines
        return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def merge_reports(subject: str, *reports: ConformanceReport) -> ConformanceReport:
    """Return one report of several, for a run of the whole kit.

    >>> from evnpubsvc.conformance import ConformanceReport
    >>> merge_reports("my service", ConformanceReport("calendar", ())).passed
    True
    """
    return ConformanceReport(subject, tuple(each for one in reports for each in one.results))


def _verdict(report: ConformanceReport, lang: Language) -> str:
    parts = {
        "subject": report.subject,
        "passed": len(report.of(LawOutcome.PASSED)),
        "failed": len(report.failures),
        "disputed": len(report.of(LawOutcome.DISPUTED)),
        "pending": len(report.of(LawOutcome.PENDING)),
        "unsupported": len(report.of(LawOutcome.NOT_SUPPORTED)),
    }
    return render("conformance-verdict", lang, parts)


def _result_lines(result: LawResult, lang: Language) -> Iterator[str]:
    """Say one result: the law with its sources, then what speaks against it."""
    requirement = result.requirement
    sources = "; ".join(each.text.get(lang) for each in requirement.sources)
    parts = {
        "outcome": result.outcome.text.get(lang).upper(),
        "id": requirement.id,
        "statement": requirement.statement.get(lang),
        "source": sources,
    }
    yield render("conformance-result", lang, parts)
    if result.note is not None:
        yield render("conformance-note", lang, {"note": result.note.get(lang)})
    for example in result.examples[:_SHOWN]:
        said = {"call": example.call, "got": example.got, "expected": example.expected}
        yield render("conformance-example", lang, said)
    more = len(result.examples) - _SHOWN
    if more > 0:
        yield render("conformance-more", lang, {"count": more})
