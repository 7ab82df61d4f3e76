"""Teaches `st.from_type` the public types.

Called by Hypothesis's entry point when Hypothesis is imported.

That import costs next to nothing: no room is imported here. Types are registered when the
application imports their room, which says so through `_hooks`; strategies are imported when one is
drawn. So every order of imports works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc._hooks import listen

if TYPE_CHECKING:
    from hypothesis import strategies as st

# room -> public type -> the module of `evnpubsvc.strategies` and its function that draws it
REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.analysis": {
        "Act": "_analysis.acts",
    },
    "evnpubsvc.campaigns": {
        "AwardAuthority": "_emulation_results.award_authorities",
        "AwardRecord": "_emulation_mechanics.award_records",
        "Campaign": "_emulation_mechanics.campaigns",
        "CampaignDeadline": "_emulation_mechanics.campaign_deadlines",
        "CampaignReport": "_emulation_results.campaign_reports",
        "Conference": "_plans.conferences",
        "Launch": "_emulation_mechanics.launches",
        "LegalRegime": "_emulation_results.legal_regimes",
        "Outlook": "_plans.outlooks",
        "Participant": "_emulation_mechanics.participants",
        "WorkPlan": "_plans.plans",
        "PlanReport": "_plans.plan_reports",
        "PlanTarget": "_plans.plan_targets",
        "PlanTask": "_plans.plan_tasks",
        "PlanTree": "_plans.plan_trees",
        "RecognisedModel": "_plans.recognised_models",
        "RecognitionChain": "_plans.recognition_chains",
        "RecognitionLink": "_plans.recognition_links",
        "TaskProgress": "_plans.task_progresses",
        "TaskResult": "_plans.task_results",
    },
    "evnpubsvc.catalogue": {
        "CaseLimit": "_catalogue.case_limits",
        "Catalogue": "_catalogue.catalogues",
        "Fee": "_catalogue.fees",
        "Paper": "_catalogue.papers",
        "Procedure": "_catalogue.procedures",
        "RawTimeLimit": "_catalogue.raw_time_limits",
        "ServiceFlags": "_catalogue.service_flags",
        "ServiceOffering": "_catalogue.service_offerings",
    },
    "evnpubsvc.codes": {
        "DossierCode": "_codes.dossier_codes",
        "FieldCode": "_codes.field_codes",
        "Issuer": "_codes.code_issuers",
        "ProcedureCode": "_codes.procedure_codes",
        "Reading": "_codes.readings",
        "ResultCode": "_codes.result_codes",
        "ServiceCode": "_codes.service_codes",
        "UnitCode": "_codes.unit_codes",
    },
    "evnpubsvc.deadlines": {
        "CountingRules": "_deadlines.counting_rules",
        "Deadline": "_deadlines.deadlines",
        "DeadlineRules": "_deadlines.deadline_rules",
        "LegalLimit": "_deadlines.legal_limits",
        "LimitReading": "_deadlines.limit_readings",
        "Policy": "_deadlines.policies",
        "RuleSet": "_deadlines.rule_sets",
        "SpecialClock": "_deadlines.special_clocks",
        "Stop": "_deadlines.stops",
        "StopLedger": "_deadlines.stop_ledgers",
        "TimeLimit": "_deadlines.time_limits",
    },
    "evnpubsvc.deadlines.results": {
        "DueBounds": "_deadlines.due_bounds",
        "Step": "_deadlines.steps",
    },
    "evnpubsvc.dossiers": {
        "Dossier": "_dossiers.dossiers",
        "Event": "_dossiers.events",
        "Evidence": "_dossiers.evidences",
        "ForeignStatus": "_dossiers.foreign_statuses",
        "Judgement": "_dossiers.judgements",
        "Refusal": "_dossiers.refusals",
        "Seal": "_dossiers.seals",
        "State": "_dossiers.states",
        "TimelinessPolicy": "_dossiers.timeliness_policies",
    },
    "evnpubsvc.emulation": {
        "Band": "_emulation.bands",
        "BandsCriterion": "_schemes.criteria",
        "ChoiceCriterion": "_schemes.criteria",
        "ChoiceItem": "_emulation_results.choice_items",
        "Chosen": "_emulation_mechanics.chosen_options",
        "Component": "_emulation.components",
        "Condition": "_emulation_mechanics.conditions",
        "CountCriterion": "_schemes.criteria",
        "DeductionCriterion": "_schemes.criteria",
        "Explanation": "_emulation.explanations",
        "FigureGrid": "_edges.figure_grids",
        "FigureSpec": "_emulation.figure_specs",
        "Grade": "_emulation_results.grades",
        "Grading": "_emulation_results.gradings",
        "Group": "_schemes.groups",
        "GrowthCriterion": "_schemes.criteria",
        "Inapplicable": "_emulation_results.inapplicables",
        "MinusCriterion": "_schemes.criteria",
        "MinusPlusCriterion": "_schemes.criteria",
        "MonitorCriterion": "_schemes.criteria",
        "Option": "_emulation_results.options",
        "Place": "_emulation.places",
        "PointsCriterion": "_schemes.criteria",
        "Prize": "_emulation_mechanics.prizes",
        "Published": "_schemes.publisheds",
        "Quota": "_emulation_mechanics.quotas",
        "RatioCriterion": "_schemes.criteria",
        "Rounding": "_schemes.roundings",
        "Sanction": "_emulation_mechanics.sanctions",
        "Scheme": "_schemes.schemes",
        "ScoreSheet": "_emulation.score_sheets",
        "ScoreTable": "_edges.score_tables",
        "ShareBand": "_emulation_results.share_bands",
        "SheetHistory": "_emulation_results.sheet_histories",
        "SmallBase": "_emulation_results.small_bases",
        "Standings": "_emulation.standings",
        "Stated": "_emulation_mechanics.stated_maxima",
        "Substitute": "_emulation_mechanics.substitutes",
        "Term": "_emulation.terms",
        "UnitFigures": "_schemes.unit_figures",
        "Verdict": "_emulation_results.verdicts",
        "WeightedCriterion": "_schemes.criteria",
    },
    "evnpubsvc.emulation.results": {
        "ExplanationLine": "_emulation.explanation_lines",
        "GradeStep": "_emulation_results.grade_steps",
        "Graded": "_emulation_results.graded_units",
        "GroupScore": "_emulation.group_scores",
        "SheetVersion": "_emulation_results.sheet_versions",
    },
    "evnpubsvc.emulation.counted": {
        "CountedFigures": "_emulation_results.counted_figures",
        "FigureTrace": "_emulation_results.figure_traces",
    },
    "evnpubsvc.findings": {
        "Cell": "_foundation.cells",
        "Excerpt": "_foundation.excerpts",
        "Finding": "_foundation.findings",
    },
    "evnpubsvc.frames": {
        "TallyFrame": "_edges.tally_frames",
    },
    "evnpubsvc.law": {
        "Citation": "_foundation.citations",
        "Provision": "_foundation.provisions",
        "Ground": "_law.grounds",
        "Dated": "_law.regime_entries",
        "Instrument": "_law.instruments",
        "InstrumentNumber": "_law.instrument_numbers",
        "Regime": "_law.regime_values",
        "Timeline": "_law.timelines",
        "Validity": "_law.validities",
    },
    "evnpubsvc.outreach": {
        "Absence": "_outreach.absences",
        "Activity": "_outreach.activities",
        "AssistanceFigures": "_outreach.assistance_figures",
        "AssistanceSession": "_outreach.assistance_sessions",
        "Capacity": "_outreach.capacities",
        "DeskPlan": "_outreach.desk_plans",
        "Duty": "_outreach.duties",
        "DutyRoster": "_outreach.duty_rosters",
        "Equipment": "_outreach.equipment",
        "Expense": "_outreach.expenses",
        "Filing": "_outreach.filings",
        "Funding": "_outreach.fundings",
        "Member": "_outreach.members",
        "ProtectedTable": "_outreach.protected_tables",
        "StepTime": "_outreach.step_times",
        "SupportDesk": "_outreach.support_desks",
        "SupportProgramme": "_outreach.support_programmes",
        "SupportTeam": "_outreach.support_teams",
        "TeamChange": "_outreach.team_changes",
        "TeamDecision": "_outreach.team_decisions",
        "Tenure": "_outreach.tenures",
    },
    "evnpubsvc.outreach.results": {
        "DutyMove": "_outreach.duty_moves",
        "MonthLoad": "_outreach.month_loads",
        "RosterChange": "_outreach.roster_changes",
    },
    "evnpubsvc.periods": {
        "Period": "_periods.periods",
    },
    "evnpubsvc.quantities": {
        "Count": "_quantities.counts",
        "CountRange": "_quantities.count_ranges",
        "Interval": "_quantities.intervals",
        "Ratio": "_quantities.ratios",
        "Unknown": "_quantities.unknowns",
    },
    "evnpubsvc.reports": {
        "CarryOver": "_reports.carry_overs",
        "Column": "_reports.columns",
        "Form": "_reports.forms",
        "Identity": "_reports.identities",
        "Report": "_reports.reports",
        "ReportDue": "_reports.report_dues",
        "ReportRow": "_reports.report_rows",
    },
    "evnpubsvc.serde": {
        "FigureColumns": "_edges.figure_columns",
        "LogColumns": "_edges.log_columns",
        "PublishedColumns": "_edges.published_columns",
        "RegisterColumns": "_edges.register_columns",
        "TableLayout": "_edges.table_layouts",
    },
    "evnpubsvc.statistics": {
        "BeforeAfter": "_statistics.before_afters",
        "ComparisonGroup": "_statistics.comparison_groups",
        "Exposure": "_statistics.exposures",
        "Growth": "_rates.growths",
        "HandlingTime": "_statistics.handling_times",
        "Measure": "_rates.rate_measures",
        "NamedRate": "_rates.rate_definitions",
        "Rate": "_rates.rates",
        "RateTable": "_rates.rate_tables",
        "Selection": "_rates.selections",
        "Where": "_rates.wheres",
        "Flow": "_statistics.flows",
        "RegisterRow": "_statistics.register_rows",
        "Stock": "_statistics.stocks",
        "Tally": "_statistics.tallies",
        "TallyCell": "_statistics.tally_cells",
        "LimitTerms": "_statistics.limit_terms",
    },
    "evnpubsvc.texts": {
        "Text": "_foundation.texts",
    },
    "evnpubsvc.synthetic": {
        "District": "_synthetic.districts",
        "PlannedDefect": "_synthetic.planned_defects",
        "SyntheticRegister": "_synthetic.synthetic_registers",
    },
    "evnpubsvc.units": {
        "AdminUnit": "_units.admin_units",
        "Lineage": "_units.lineages",
        "Population": "_units.populations",
        "PopulationFigure": "_units.population_figures",
        "PopulationTable": "_units.population_tables",
        "Succession": "_units.successions",
        "UnitKey": "_units.unit_keys",
        "UnitRegister": "_units.unit_registers",
    },
    "evnpubsvc.worktime": {
        "Calendar": "_worktime.calendars",
        "CalendarDay": "_worktime.calendar_days",
        "DayReason": "_worktime.day_reasons",
        "OpenDecision": "_worktime.open_decisions",
        "Session": "_worktime.sessions",
        "WeeklyHours": "_worktime.weekly_hours",
    },
}


_FOR_A_CLASS: Final = frozenset(
    {
        "criteria",
        "figure_columns",
        "log_columns",
        "published_columns",
        "register_columns",
        "table_layouts",
        "tally_frames",
    }
)


def register() -> None:
    """Have the public types of every room registered, imported already or later."""
    listen(_teach)


def _teach(room: str, names: Mapping[str, Any]) -> None:
    """Register the types of a room with the functions that draw them.

    A record without one is drawn field by field.
    """
    # Hypothesis imports this module while it is imported; a room has imported attrs.
    from attrs import has  # noqa: PLC0415
    from hypothesis import strategies as st  # noqa: PLC0415

    functions = REGISTRY.get(room, {})
    for name, kind in names.items():
        if name in functions:
            st.register_type_strategy(kind, _drawn_by(functions[name]))
        elif isinstance(kind, type) and has(kind):
            st.register_type_strategy(kind, _drawn_plainly(kind))


def _drawn_plainly(kind: type[Any]) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    def draw(_: type[Any]) -> st.SearchStrategy[Any]:
        # What is asked for may be a type above this one, as `object` is.
        module = import_module("evnpubsvc.strategies._foundation")
        function: Callable[[type[Any]], st.SearchStrategy[Any]] = module.records
        return function(kind)

    return draw


def _drawn_by(place: str) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    def draw(kind: type[Any]) -> st.SearchStrategy[Any]:
        home, _, name = place.partition(".")
        module = import_module(f"evnpubsvc.strategies.{home}")
        function: Callable[..., st.SearchStrategy[Any]] = getattr(module, name)
        # One that draws a union is asked for the member that is wanted; one for an upper room is
        # handed the class.
        if name in _FOR_A_CLASS:
            return function(kind)
        return function()

    return draw
