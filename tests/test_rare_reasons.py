"""Reasons that come rarely, each provoked once: no other test meets them on its way."""

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.analysis import Act, do_acts
from evnpubsvc.campaigns import PlanTree, WorkPlan, lint_plans
from evnpubsvc.cli._language import output_lost
from evnpubsvc.codes import ProcedureCode, ProcedureForm
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    Stop,
    StopKind,
    TimeLimit,
    due,
    rule_set_on,
)
from evnpubsvc.dossiers import Dossier, Event, EventKind, check
from evnpubsvc.emulation import (
    Band,
    ChoiceCriterion,
    ChoiceItem,
    Condition,
    CountCriterion,
    MonitorCriterion,
    MonitorState,
    Option,
    Quota,
    QuotaBase,
    QuotaRounding,
    QuotaTies,
    Rounding,
    RoundingAt,
    UnitFigures,
    grade_all,
    lint,
    rank,
    score,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Citation, Validity
from evnpubsvc.outreach import Absence, DutyRoster, InfeasibleRosterError, plan_roster
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.quantities import Count, CountRange, Unknown, ZeroPolicy
from evnpubsvc.reports import fill
from evnpubsvc.serde import (
    RegisterColumns,
    read_rates,
    report_form,
    report_form_for,
    tally_register,
    write_report,
)
from evnpubsvc.serde._national import _steps
from evnpubsvc.statistics import Tally
from evnpubsvc.units import (
    AdminUnit,
    PopulationFigure,
    PopulationKind,
    PopulationTable,
    Succession,
    Tier,
    UnitKind,
    UnitRegister,
)
from evnpubsvc.worktime import (
    VIETNAM_TIME,
    Calendar,
    CalendarDay,
    DayKind,
    OpenDecision,
    WeeklyHours,
    vietnam_calendar,
)
from tests.analysis.samples import make_scheme, ratio, spec, text
from tests.outreach._build import team_of


def found_by(call: Callable[[], object]) -> list[str]:
    """The reasons with which a call refuses."""
    with pytest.raises((DataError, MisuseError)) as caught:
        call()
    error = caught.value
    if isinstance(error, MisuseError):
        return [error.reason]
    assert isinstance(error, DataError)
    return [one.reason for one in error.findings]


def reasons_in(found: Iterable[Finding]) -> set[str]:
    return {one.reason for one in found}


def test_acts_change_only_what_is_known_and_as_often_as_they_may() -> None:
    act = Act(key="x", title=text("x"), changes={"n": 1}, at_most=2)
    scheme = make_scheme(ratio("a", "n", "d", 10))
    open_ = UnitFigures.for_scheme(scheme, "A", {"d": 10})
    assert found_by(lambda: do_acts(open_, [(act, 3)])) == ["act-too-often", "act-on-unknown"]


def test_the_other_way_of_a_clock_that_nobody_confirmed() -> None:
    # Rules that say nothing of supplements: the stop says it, and the other way is named beside.
    silent = evolve(rule_set_on(date(2026, 3, 2)), clocks=())
    counting = CountingRules(calendar=vietnam_calendar(), rule_sets=(silent,))
    stop = Stop(StopKind.SUPPLEMENT, date(2026, 3, 4), date(2026, 3, 10), clock=ClockPolicy.RESUME)
    limit = TimeLimit.parse("5 ngày làm việc")
    (said,) = due(date(2026, 3, 2), limit, counting=counting, stops=[stop]).notices
    assert said.reason == "clock-read-otherwise"


def test_a_share_of_points_that_are_never_given() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 10))
    shown = Condition(key="c", title=text("c"), points="m", share=True, at_least=Fraction(1, 2))
    group = scheme.groups[0]
    watched = MonitorCriterion(
        key="m", title=text("m"), numerator="n", state=MonitorState.MONITOR_ONLY
    )
    groups = (evolve(group, criteria=(*group.criteria, watched)),)
    assert found_by(lambda: evolve(scheme, groups=groups, gates=(shown,))) == [
        "condition-share-of-nothing"
    ]


def test_what_divides_nothing_has_no_policy_of_zero() -> None:
    scheme = make_scheme(CountCriterion(key="c", title=text("c"), maximum=10, per=1, figure="n"))
    assert found_by(lambda: scheme.with_zero_policy(ZeroPolicy.FULL, "c")) == [
        "criterion-without-zero"
    ]


def test_a_maximum_that_rounding_changes() -> None:
    fine = make_scheme(
        ratio("a", "n", "d", 1),
        rounding=Rounding(places=0, at=RoundingAt.COMPONENT),
    )
    group = fine.groups[0]
    half = evolve(group.criteria[0], maximum=Fraction(3, 2))
    whole = evolve(group, maximum=Fraction(3, 2), criteria=(half,))
    odd = evolve(fine, maximum=Fraction(3, 2), groups=(whole,))
    assert "maximum-not-representable" in reasons_in(lint(odd))


def test_an_option_that_voids_beside_one_that_earns_nothing_anyway() -> None:
    def option(key: str, worth: int, *, voids: bool = False) -> Option:
        return Option(key=key, title=text(key), points=Fraction(worth), voids=voids)

    item = ChoiceItem(
        figure="v", options=(option("good", 10), option("none", 0), option("bad", 0, voids=True))
    )
    figures = (evolve(spec("v", None), choice=True),)
    scheme = make_scheme(
        ChoiceCriterion(key="c", title=text("c"), maximum=10, items=(item,)), figures=figures
    )
    assert "voiding-without-effect" in reasons_in(lint(scheme))


def test_a_quota_waits_for_totals_known_within_bounds() -> None:
    scheme = make_scheme(
        CountCriterion(key="c", title=text("c"), maximum=100, per=1, figure="n"),
        bands=(
            Band(key="top", title=text("t"), at_least=50),
            Band(key="low", title=text("l"), at_least=0),
        ),
        quota=Quota(
            band="top",
            share=Fraction(1, 2),
            of=QuotaBase.ASSESSED,
            rounding=QuotaRounding.FLOOR,
            ties=QuotaTies.ALL_OUT,
        ),
    )
    counts: dict[str, Count | CountRange] = {
        "A": CountRange(60, 80, "dossiers"),
        "B": Count(70, "dossiers"),
    }
    standings = rank(score(scheme, UnitFigures(unit, {"n": n})) for unit, n in counts.items())
    assert reasons_in(grade_all(standings).notices) == {"quota-within-bounds"}


def test_no_form_is_packaged_for_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from evnpubsvc.serde import _reports

    # Today's forms leave no gap between them; before a new one is packaged there may be one.
    monkeypatch.setattr(_reports, "report_form_names", lambda: ("ii-06a",))
    late = Period.year(2026, calendar=PeriodCalendar.STATUTORY)
    assert found_by(lambda: report_form_for(late, "commune")) == ["form-none-for"]


def test_an_origin_that_names_no_unit() -> None:
    notes: list[Finding] = []
    nothing: dict[str, Any] = {}
    conversion = {
        "DICT_PROVINCE": {"tinhmoi": ["tinhcu"]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": nothing,
        "DICT_PROVINCE_WARD_DIVIDED": nothing,
    }
    list(_steps([], [], conversion, notes))
    assert reasons_in(notes) == {"origin-key"}


def test_a_report_of_more_rows_than_a_sheet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from evnpubsvc.serde import _reports

    form = report_form("btp-07a")
    period = Period.year(2026, calendar=PeriodCalendar.STATUTORY)
    nothing = Tally.empty(form.dimensions(), since=period.first, as_of=period.last, compare="date")
    report = fill(form, nothing)
    monkeypatch.setattr(_reports, "MOST_ROWS", 10)
    write = partial(write_report, report, tmp_path / "x.xlsx", file_format="xlsx")
    assert found_by(write) == ["too-many-rows"]


def test_a_history_that_goes_back_in_time() -> None:
    kinds = (EventKind.RESOLVED, EventKind.RECEIVED, EventKind.SUBMITTED)
    events = tuple(
        Event(kind, datetime(2026, 3, 4 - n, 9, tzinfo=VIETNAM_TIME))
        for n, kind in enumerate(kinds)
    )
    said = check(Dossier("x", "2.000815", events=events), as_of=date(2026, 3, 9))
    assert "history-newest-first" in reasons_in(said)


def test_an_instant_of_another_day_judges_nothing() -> None:
    later = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    day = date(2026, 3, 1)
    wrong = lambda: evolve(Tally.empty([], as_of=day, compare="timestamp"), at=later)  # noqa: E731
    assert found_by(wrong) == ["instant-of-other-day"]


def test_a_rate_of_more_kinds_than_can_be_compared() -> None:
    measures = "".join(
        f"""
[measures.own-{n}]
vi = "x{n}"
en = "x{n}"
unit = "dossiers"
entries = ["new"]
states = ["withdrawn"]
where = {{ {", ".join(f'd{place} = ["v{n}"]' for place in range(6))} }}
"""
        for n in range(5)
    )
    names = ", ".join(f'"own-{n}"' for n in range(5))
    document = f"""{measures}
[rates.own-share]
vi = "y"
en = "y"
numerator = [{names}]
denominator = ["handled"]
others = []
source = {{ instrument = "plan", confidence = "read-copy" }}
note = {{ vi = "x", en = "x" }}
"""
    assert "rate-too-complex" in found_by(lambda: read_rates(io.BytesIO(document.encode())))


def test_an_open_decision_about_days_that_are_decided() -> None:
    off = CalendarDay(date(2028, 3, 14), DayKind.CLOSURE, text("x"), Citation("x"))
    opened = OpenDecision(text("x"), ((off,),))
    make = lambda: Calendar(  # noqa: E731
        date(2028, 1, 1), date(2028, 12, 31), (WeeklyHours.of("08:00-12:00"),), (off,),
        decided_until=date(2028, 12, 31), open_decisions=(opened,),
    )  # fmt: skip
    assert found_by(make) == ["open-decision-decided"]


def test_a_search_for_rosters_that_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from evnpubsvc.outreach import _assign

    def plan(nodes: int, first: int, at_most: int) -> DutyRoster:
        monkeypatch.setattr(_assign, "MOST_NODES", nodes)
        away = [Absence("TV1", date(2022, 5, first), date(2022, 5, first + 3))]
        return plan_roster(
            team_of(3),
            "2022-05",
            vietnam_calendar(),
            absences=away,
            no_consecutive=True,
            at_most=at_most,
        )

    assert "optimum-not-proved" in reasons_in(plan(20, 25, 12).notices)
    with pytest.raises(InfeasibleRosterError) as caught:
        plan(0, 16, 8)
    assert [each.reason for each in caught.value.conflicts] == ["roster-undecided"]


def test_a_plan_without_a_task_is_odd() -> None:
    plan = WorkPlan(
        key="p", title="p", tier=Tier.COMMUNE, start=date(2026, 1, 1), end=date(2026, 12, 31)
    )
    assert "plan-without-tasks" in reasons_in(lint_plans(PlanTree((plan,))))


def test_a_unit_made_of_parts_has_no_population_of_its_own() -> None:
    day = date(2025, 7, 1)
    until = Validity(until=date(2025, 6, 30))
    one = AdminUnit("1", "A", UnitKind.COMMUNE, Tier.COMMUNE, validity=until)
    two, three = (
        AdminUnit(code, code, UnitKind.COMMUNE, Tier.COMMUNE, validity=Validity(day))
        for code in "23"
    )
    steps = (
        Succession(one.key, two.key, whole=False),
        Succession(one.key, three.key, whole=False, default=False),
    )
    register = UnitRegister.of([one, two, three], steps)
    figure = PopulationFigure(
        one.key, PopulationKind.PEOPLE, date(2024, 12, 31), Count(9, "people"), Citation("made up")
    )
    said = PopulationTable((figure,)).of("2", PopulationKind.PEOPLE, on=day, register=register)
    assert isinstance(said, Unknown)
    assert said.reason == "population-of-other-territory"


def test_the_short_form_of_a_procedure_would_lose_its_owner() -> None:
    code = ProcedureCode.parse("2.000815.000.00.01.H55")
    assert found_by(lambda: code.format(ProcedureForm.SHORT)) == ["procedure-owner-below"]


def test_a_report_says_which_rows_look_odd() -> None:
    register = io.BytesIO(
        b"received,finished,field,channel,level,outcome\n2026-03-04,2026-03-03,x,online,,\n"
    )
    period = Period.year(2026, calendar=PeriodCalendar.STATUTORY)
    form = report_form("btp-07a")
    columns = RegisterColumns(
        finished="finished", dimensions={name: name for name in form.dimensions()}
    )
    counted = tally_register(register, columns, by=form.dimensions(), period=period, compare="date")
    assert "report-noticed" in reasons_in(fill(form, counted).notes)


def test_a_wording_is_no_essay() -> None:
    assert found_by(lambda: CountRange(1, 2, "dossiers", "x" * 2_000)) == ["wording-too-long"]


def test_standard_output_that_takes_nothing() -> None:
    full = OSError(28, "No space left on device")
    assert output_lost(full).reason == "output-unwritable"
