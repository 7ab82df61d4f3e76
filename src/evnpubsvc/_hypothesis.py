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

# room -> public type -> the function of `evnpubsvc.strategies` that draws it
REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.campaigns": {
        "AwardAuthority": "award_authorities",
        "AwardRecord": "award_records",
        "Campaign": "campaigns",
        "CampaignDeadline": "campaign_deadlines",
        "CampaignReport": "campaign_reports",
        "Launch": "launches",
        "LegalRegime": "legal_regimes",
        "Participant": "participants",
    },
    "evnpubsvc.catalogue": {
        "CaseLimit": "case_limits",
        "Catalogue": "catalogues",
        "Fee": "fees",
        "Paper": "papers",
        "Procedure": "procedures",
        "RawTimeLimit": "raw_time_limits",
        "ServiceFlags": "service_flags",
        "ServiceOffering": "service_offerings",
    },
    "evnpubsvc.codes": {
        "DossierCode": "dossier_codes",
        "FieldCode": "field_codes",
        "Issuer": "code_issuers",
        "ProcedureCode": "procedure_codes",
        "Reading": "readings",
        "ResultCode": "result_codes",
        "ServiceCode": "service_codes",
        "UnitCode": "unit_codes",
    },
    "evnpubsvc.deadlines": {
        "CountingRules": "counting_rules",
        "Deadline": "deadlines",
        "DeadlineRules": "deadline_rules",
        "LegalLimit": "legal_limits",
        "DueBounds": "due_bounds",
        "LimitReading": "limit_readings",
        "Policy": "policies",
        "RuleSet": "rule_sets",
        "SpecialClock": "special_clocks",
        "Step": "steps",
        "Stop": "stops",
        "StopLedger": "stop_ledgers",
        "TimeLimit": "time_limits",
    },
    "evnpubsvc.dossiers": {
        "Dossier": "dossiers",
        "Event": "events",
        "Evidence": "evidences",
        "ForeignStatus": "foreign_statuses",
        "Judgement": "judgements",
        "Refusal": "refusals",
        "Seal": "seals",
        "State": "states",
        "TimelinessPolicy": "timeliness_policies",
    },
    "evnpubsvc.emulation": {
        "Band": "bands",
        "BandsCriterion": "criteria",
        "ChoiceCriterion": "criteria",
        "ChoiceItem": "choice_items",
        "Chosen": "chosen_options",
        "Component": "components",
        "Condition": "conditions",
        "CountCriterion": "criteria",
        "DeductionCriterion": "criteria",
        "Explanation": "explanations",
        "ExplanationLine": "explanation_lines",
        "FigureSpec": "figure_specs",
        "Grade": "grades",
        "GradeStep": "grade_steps",
        "Graded": "graded_units",
        "Grading": "gradings",
        "Group": "groups",
        "GroupScore": "group_scores",
        "GrowthCriterion": "criteria",
        "Inapplicable": "inapplicables",
        "MinusCriterion": "criteria",
        "MinusPlusCriterion": "criteria",
        "MonitorCriterion": "criteria",
        "Option": "options",
        "Place": "places",
        "PointsCriterion": "criteria",
        "Prize": "prizes",
        "Published": "publisheds",
        "Quota": "quotas",
        "RatioCriterion": "criteria",
        "Rounding": "roundings",
        "Sanction": "sanctions",
        "Scheme": "schemes",
        "ScoreSheet": "score_sheets",
        "ShareBand": "share_bands",
        "SheetHistory": "sheet_histories",
        "SheetVersion": "sheet_versions",
        "SmallBase": "small_bases",
        "Standings": "standings",
        "Stated": "stated_maxima",
        "Substitute": "substitutes",
        "Term": "terms",
        "UnitFigures": "unit_figures",
        "Verdict": "verdicts",
        "WeightedCriterion": "criteria",
    },
    "evnpubsvc.emulation.counted": {
        "CountedFigures": "counted_figures",
        "FigureTrace": "figure_traces",
    },
    "evnpubsvc.findings": {
        "Cell": "cells",
        "Excerpt": "excerpts",
        "Finding": "findings",
    },
    "evnpubsvc.law": {
        "Citation": "citations",
        "Provision": "provisions",
        "Ground": "grounds",
        "Dated": "regime_entries",
        "Instrument": "instruments",
        "InstrumentNumber": "instrument_numbers",
        "Regime": "regime_values",
        "Timeline": "timelines",
        "Validity": "validities",
    },
    "evnpubsvc.outreach": {
        "Absence": "absences",
        "Activity": "activities",
        "AssistanceFigures": "assistance_figures",
        "AssistanceSession": "assistance_sessions",
        "Capacity": "capacities",
        "DeskPlan": "desk_plans",
        "Duty": "duties",
        "DutyMove": "duty_moves",
        "DutyRoster": "duty_rosters",
        "Equipment": "equipment",
        "Filing": "filings",
        "Member": "members",
        "MonthLoad": "month_loads",
        "ProtectedTable": "protected_tables",
        "RosterChange": "roster_changes",
        "StepTime": "step_times",
        "SupportDesk": "support_desks",
        "SupportProgramme": "support_programmes",
        "SupportTeam": "support_teams",
        "TeamDecision": "team_decisions",
    },
    "evnpubsvc.periods": {
        "Period": "periods",
    },
    "evnpubsvc.quantities": {
        "Count": "counts",
        "Ratio": "ratios",
        "Unknown": "unknowns",
    },
    "evnpubsvc.reports": {
        "CarryOver": "carry_overs",
        "Column": "columns",
        "Form": "forms",
        "Identity": "identities",
        "Report": "reports",
        "ReportDue": "report_dues",
        "ReportRow": "report_rows",
    },
    "evnpubsvc.statistics": {
        "Growth": "growths",
        "Measure": "rate_measures",
        "NamedRate": "rate_definitions",
        "Rate": "rates",
        "Selection": "selections",
        "Where": "wheres",
        "Flow": "flows",
        "RegisterRow": "register_rows",
        "Stock": "stocks",
        "Tally": "tallies",
        "TallyCell": "tally_cells",
        "WorkingDayTerms": "working_day_terms",
    },
    "evnpubsvc.texts": {
        "Text": "texts",
    },
    "evnpubsvc.synthetic": {"SyntheticRegister": "synthetic_registers"},
    "evnpubsvc.units": {
        "AdminUnit": "admin_units",
        "Lineage": "lineages",
        "Succession": "successions",
        "UnitKey": "unit_keys",
        "UnitRegister": "unit_registers",
    },
    "evnpubsvc.worktime": {
        "Calendar": "calendars",
        "CalendarDay": "calendar_days",
        "DayReason": "day_reasons",
        "OpenDecision": "open_decisions",
        "Session": "sessions",
        "WeeklyHours": "weekly_hours",
    },
}


def register() -> None:
    """Have the public types of every room registered, of those imported so far and of those to come."""
    listen(_teach)


def _teach(room: str, names: Mapping[str, Any]) -> None:
    """Register the types of a room with the functions that draw them."""
    from hypothesis import strategies as st  # noqa: PLC0415 - Hypothesis imports this module while it is imported

    functions = REGISTRY.get(room, {})
    for name, kind in names.items():
        if name in functions:
            st.register_type_strategy(kind, _drawn_by(functions[name]))


def _drawn_by(function_name: str) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    def draw(kind: type[Any]) -> st.SearchStrategy[Any]:
        function: Callable[..., st.SearchStrategy[Any]] = getattr(
            import_module("evnpubsvc.strategies"), function_name
        )
        # A function that draws a union is asked for the one member that is wanted.
        return function(kind) if function_name == "criteria" else function()

    return draw
