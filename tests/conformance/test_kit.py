"""The kit can fail, and does not cry wolf."""

import json
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from evnpubsvc.codes import DossierCode, FieldCode, ProcedureCode, ResultCode, ServiceCode, UnitCode
from evnpubsvc.conformance import (
    ConformanceReport,
    LawOutcome,
    LifeCycleAdapter,
    check_calendar_laws,
    check_code_laws,
    check_deadline_laws,
    check_life_cycle,
    check_rank_laws,
    check_report_identities,
    check_scheme_laws,
    check_tally_laws,
    life_cycle_machine,
    merge_reports,
    requirement,
    requirements,
)
from evnpubsvc.conformance._life_cycle import situations, telling_cases, transition_cases
from evnpubsvc.deadlines import CountingRules, CutOff, Stop, TimeLimit, due
from evnpubsvc.dossiers import Dossier
from evnpubsvc.emulation import TieRule
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.statistics import Tally
from evnpubsvc.texts import LANGUAGES
from tests.conformance import mutants
from tests.conformance.adapters import (
    CALENDAR,
    COUNTING,
    AtOnce,
    IndependentAdapter,
    Reference,
    due_function,
    make_office,
    reference_due,
)
from tests.deep import cases

FEW = cases(25, 5000)
KINDS = (DossierCode, FieldCode, ProcedureCode, ResultCode, ServiceCode, UnitCode)


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_is_killed_by_its_law(mutant: mutants.Mutant) -> None:
    report = mutant.run()
    assert mutant.law in {result.requirement.id for result in report.failures}, report
    for result in report.failures:
        assert result.requirement.sources
        assert "(" in result.examples[0].call or result.examples[0].call.startswith("{")
    with pytest.raises(AssertionError, match=mutant.law):
        report.require()


def check_reference(max_examples: int) -> ConformanceReport:
    """Run the whole kit against the library itself."""
    reports = [
        check_calendar_laws(
            CALENDAR.is_working_day,
            next_working_day=CALENDAR.next_working_day,
            add_working_days=CALENDAR.add_working_days,
            count_working_days=_count,
            office_time=CALENDAR.working_time_between,
            max_examples=max_examples,
        ),
        check_deadline_laws(reference_due, max_examples=max_examples),
        check_tally_laws(
            mutants.count_rows,
            merge=Tally.merge,
            states=mutants.states_of,
            max_examples=max_examples,
        ),
        check_scheme_laws(mutants.SCHEME, mutants.exact_total, max_examples=max_examples),
        check_report_identities(mutants.FORM, mutants.fill_totals, max_examples=max_examples),
        check_life_cycle(AtOnce(), counting=COUNTING),
    ]
    for kind in KINDS:
        read = _canonical(kind)
        reports.append(
            check_code_laws(kind, kind.is_valid, canonical=read, max_examples=max_examples)
        )
    return merge_reports("evnpubsvc", *reports)


def _canonical(kind: Any) -> Any:
    return lambda text: str(kind.parse(text))


def _count(first: date, last: date) -> int:
    return CALENDAR.working_days_between(first, last) + CALENDAR.is_working_day(first)


def test_the_reference_gives_no_alarm() -> None:
    report = check_reference(cases(12, 5000))
    report.require()
    open_ = {each.requirement.id for each in report.results if each.outcome is LawOutcome.PENDING}
    assert open_ == {"calendar.undecided", "scheme.better"}
    assert not report.of(LawOutcome.DISPUTED)
    assert not report.of(LawOutcome.NOT_SUPPORTED)


@pytest.mark.parametrize("ties", TieRule)
def test_honest_ranks_give_no_alarm(ties: TieRule) -> None:
    def rank(totals: Any) -> Any:
        known = [total for total in totals.values() if total is not None]
        return {
            name: None
            if total is None
            else ties.rank(
                sum(other > total for other in known),
                known.count(total),
                len({other for other in known if other > total}) + 1,
            )
            for name, total in totals.items()
        }

    check_rank_laws(rank, ties=ties, max_examples=FEW).require()


def test_the_independent_implementation_gives_no_alarm() -> None:
    check_deadline_laws(due_function(make_office()), max_examples=FEW).require()
    report = check_life_cycle(IndependentAdapter(), counting=COUNTING)
    report.require()
    assert {each.requirement.id for each in report.of(LawOutcome.NOT_SUPPORTED)} == {
        "life-cycle.at-once",
        "life-cycle.restart",
    }


def test_a_walk_begins_with_whole_histories_and_has_a_most() -> None:
    class Counted(AtOnce):
        calls = 0

        def begin_with(self, history: Any) -> None:
            Counted.calls += 1
            super().begin_with(history)

    report = check_life_cycle(Counted(), counting=COUNTING, max_cases=400)
    report.require()
    tried = {each.requirement.id: each.cases for each in report.results}
    assert tried["life-cycle.at-once"] == Counted.calls == 400 + tried["life-cycle.due"]
    # Each guard is tried, and each event in each status: both are known from the whole walk.
    assert not report.of(LawOutcome.PENDING)
    every, some = transition_cases(), telling_cases()[:319]
    assert {(each.before, each.event.kind) for each in every} == {
        (each.before, each.event.kind) for each in some
    }
    assert sorted(map(id, telling_cases())) == sorted(map(id, every))
    # The figures of the docstring.
    calls = sum(len(each.history) for each in every)
    assert (len(situations()), len(every), calls // 1000) == (211, 5485, 29)
    with pytest.raises(MisuseError, match="number-not-positive"):
        check_life_cycle(Counted(), max_cases=0)


def test_what_takes_no_whole_history_is_led_by_events() -> None:
    class Declared(Reference):
        def begin_with(self, history: Any) -> None:
            raise NotImplementedError

    class Refuses(AtOnce):
        def begin_with(self, history: Any) -> None:
            super().begin_with(history)
            if len(history) == 2:
                raise ValueError

    report = check_life_cycle(Declared(), max_cases=400)
    report.require()
    assert "life-cycle.at-once" in {
        each.requirement.id for each in report.of(LawOutcome.NOT_SUPPORTED)
    }
    (failed,) = check_life_cycle(Refuses(), max_cases=400).failures
    assert failed.requirement.id == "life-cycle.at-once"
    assert failed.examples[0].got == "refused by ValueError"
    assert failed.examples[0].call.startswith("adapter.begin_with([Event(")


@pytest.mark.parametrize("make", [IndependentAdapter, Reference, AtOnce])
def test_the_machine_gives_no_alarm(make: Any) -> None:
    machine = life_cycle_machine(make, counting=COUNTING)
    few = settings(
        max_examples=cases(15, 2000), stateful_step_count=25, deadline=None, derandomize=True
    )
    run_state_machine_as_test(machine, settings=few)


class _SecondClerkIsBlind(Reference):
    """The second clerk has a copy of the dossier from when the session began."""

    def second(self) -> LifeCycleAdapter:
        other = Reference()
        other.reset()
        return other


class _JudgesByWhatItSaw(Reference):
    """A clerk judges by the dossier after his own last event; what is written is one history."""

    written: list[Any]

    def reset(self) -> None:
        super().reset()
        self.written = []

    def second(self) -> LifeCycleAdapter:
        other = _JudgesByWhatItSaw()
        other.reset()
        other.written = self.written
        return other

    def take(self, event: Any) -> bool:
        if not self.dossier.events:  # the first look
            self.dossier = Dossier("case-1", events=tuple(self.written))
        taken = super().take(event)
        if taken:
            self.written.append(event)
        return taken

    def state(self) -> Any:
        return Dossier("case-1", events=tuple(self.written)).status


class _ForgetsOnRestart(Reference):
    def restart(self) -> None:
        self.reset()


class _DropsOffsets(IndependentAdapter):
    """It compares instants by what their clocks show."""

    def take(self, event: Any) -> bool:
        at = datetime.combine(event.at.date(), event.at.time(), tzinfo=COUNTING_ZONE)
        return super().take(_with_at(event, at))


COUNTING_ZONE = UTC


def _with_at(event: Any, at: datetime) -> Any:
    from attrs import evolve

    return evolve(event, at=at)


@pytest.mark.parametrize(
    "make", [_SecondClerkIsBlind, _JudgesByWhatItSaw, _ForgetsOnRestart, _DropsOffsets]
)
def test_the_machine_finds_what_the_walk_does_not(make: Any) -> None:
    machine = life_cycle_machine(make)
    few = settings(
        max_examples=100,
        stateful_step_count=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # shrinking is not what is tested here
    )
    with pytest.raises(AssertionError, match=r"adapter\.reset\(\)"):
        run_state_machine_as_test(machine, settings=few)


def test_a_cut_off_is_a_disputed_reading() -> None:
    rules = CountingRules(CALENDAR, cutoff=CutOff.SHIFT15)

    def by_cutoff(received: datetime, limit: TimeLimit, stops: tuple[Stop, ...]) -> Any:
        return due(received, limit, counting=rules, stops=stops, trace=False).date

    report = check_deadline_laws(by_cutoff, laws=["deadline.hour-of-receipt"])
    (result,) = report.results
    assert result.outcome is LawOutcome.DISPUTED
    assert result.note is not None
    assert "shift15" in result.note.en
    assert report.passed


def test_a_calendar_that_answers_for_undecided_years_is_disputed() -> None:
    def forever(day: date) -> bool:
        return CALENDAR.is_working_day(day) if day <= CALENDAR.last else day.weekday() < 5

    report = check_calendar_laws(forever, laws=["calendar.beyond"])
    assert [each.outcome for each in report.results] == [LawOutcome.DISPUTED]


def test_what_is_not_done_is_not_supported_and_what_is_unsteady_fails() -> None:
    def no_stops(received: datetime, limit: TimeLimit, stops: tuple[Stop, ...]) -> Any:
        if stops:
            raise NotImplementedError
        return reference_due(received, limit, stops)

    report = check_deadline_laws(no_stops, max_examples=20)
    report.require()
    assert {each.requirement.id for each in report.of(LawOutcome.NOT_SUPPORTED)} == {
        law for law in requirements() if law.startswith("deadline.stop")
    }

    calls = iter(range(10**6))
    unsteady = check_calendar_laws(
        lambda day: CALENDAR.is_working_day(day) is (next(calls) % 50 != 49),
        laws=["calendar.weekdays"],
    )
    assert not unsteady.passed


def test_what_raises_breaks_the_law_and_not_the_kit() -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("tet")

    for report in (
        check_calendar_laws(broken, add_working_days=broken, max_examples=5),
        check_deadline_laws(broken, max_examples=5),
        check_tally_laws(broken, merge=broken, states=broken, max_examples=5),
        check_rank_laws(broken, max_examples=5),
        check_scheme_laws(mutants.SCHEME, broken, max_examples=5),
        check_report_identities(mutants.FORM, broken, max_examples=5),
        check_code_laws(UnitCode, broken, canonical=broken, max_examples=5),
    ):
        assert not report.passed
        assert "raises KeyError: 'tet'" in str(report)


def test_reports_in_every_form() -> None:
    report = merge_reports(
        "x\x1b & <y>",
        check_calendar_laws(lambda day: day.weekday() < 5, max_examples=40),
        check_life_cycle(IndependentAdapter(mutants.GoesOnAfterTheEnd)),
    )
    assert from_json(to_json(report), ConformanceReport) == report
    assert json.loads(to_json(report))["value"]["results"]
    for lang in LANGUAGES:
        assert "{" not in report.text(lang).replace("{'", "")
    suite = ET.fromstring(report.junit())
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    skipped = {case.get("name") for case in suite if case.find("skipped") is not None}
    assert failed == {each.requirement.id for each in report.failures}
    assert "calendar.next" in skipped
    assert suite.get("tests") == str(len(report.results))
    # Each divergence of the walk once, the shortest history first.
    closed = next(each for each in report.failures if each.requirement.id == "guard.closed")
    lengths = [example.call.count(".take(") for example in closed.examples]
    assert lengths == sorted(lengths)
    assert len(lengths) > 10


def test_requirements_say_what_they_rest_on() -> None:
    for each in requirements().values():
        assert each.sources, each.id
        for lang in LANGUAGES:
            assert each.statement.get(lang)
    with pytest.raises(UnknownNameError, match=r"deadline\.first"):
        requirement("deadline.frist-day")
    with pytest.raises(UnknownNameError):
        check_rank_laws(mutants.right_ranks, laws=["rank.besst"])
