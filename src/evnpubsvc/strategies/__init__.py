"""Hypothesis strategies for every public type (extra `hypothesis`).

`st.from_type(Count)` works as soon as the package is installed, through Hypothesis's entry point. The functions
here give control: plural nouns, keyword-only arguments, defaults that draw every valid value.
One module a room; a new public type adds its function to that module and its row to `_REGISTRY`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as missing:  # pragma: no cover - tested in an environment without the extra
    raise ModuleNotFoundError(
        'evnpubsvc.strategies needs Hypothesis: pip install "evnpubsvc[hypothesis]"', name=missing.name
    ) from missing

from evnpubsvc.strategies._codes import (
    code_issuers,
    dossier_codes,
    field_codes,
    near_miss_codes,
    procedure_codes,
    result_codes,
    service_codes,
    unit_codes,
)
from evnpubsvc.strategies._dossiers import (
    countings,
    dossiers,
    events,
    evidences,
    foreign_statuses,
    grounds,
    histories,
    judgements,
    refusals,
    seals,
    states,
    timeliness_policies,
)
from evnpubsvc.strategies._emulation import (
    bands,
    components,
    criteria,
    explanation_lines,
    explanations,
    figure_specs,
    group_scores,
    groups,
    places,
    publisheds,
    roundings,
    schemes,
    score_sheets,
    standings,
    terms,
    unit_figures,
)
from evnpubsvc.strategies._foundation import (
    citations,
    findings,
    texts,
)
from evnpubsvc.strategies._law import (
    instrument_numbers,
    instruments,
    regime_entries,
    timelines,
    validities,
)
from evnpubsvc.strategies._quantities import (
    counts,
    ratios,
    unknowns,
)
from evnpubsvc.strategies._statistics import (
    register_rows,
    tallies,
    tally_cells,
)
from evnpubsvc.strategies._worktime import (
    calendar_days,
    calendars,
    day_reasons,
    days_in,
    instants_in,
    sessions,
    weekly_hours,
)

__all__ = [
    "bands",
    "calendar_days",
    "calendars",
    "citations",
    "code_issuers",
    "components",
    "countings",
    "counts",
    "criteria",
    "day_reasons",
    "days_in",
    "dossier_codes",
    "dossiers",
    "events",
    "evidences",
    "explanation_lines",
    "explanations",
    "field_codes",
    "figure_specs",
    "findings",
    "foreign_statuses",
    "grounds",
    "group_scores",
    "groups",
    "histories",
    "instants_in",
    "instrument_numbers",
    "instruments",
    "judgements",
    "near_miss_codes",
    "places",
    "procedure_codes",
    "publisheds",
    "ratios",
    "refusals",
    "regime_entries",
    "register_rows",
    "result_codes",
    "roundings",
    "schemes",
    "score_sheets",
    "seals",
    "service_codes",
    "sessions",
    "standings",
    "states",
    "tallies",
    "tally_cells",
    "terms",
    "texts",
    "timelines",
    "timeliness_policies",
    "unit_codes",
    "unit_figures",
    "unknowns",
    "validities",
    "weekly_hours",
]

# room -> public type -> the function here that draws it
_REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.codes": {
        "DossierCode": "dossier_codes",
        "FieldCode": "field_codes",
        "Issuer": "code_issuers",
        "ProcedureCode": "procedure_codes",
        "ResultCode": "result_codes",
        "ServiceCode": "service_codes",
        "UnitCode": "unit_codes",
    },
    "evnpubsvc.dossiers": {
        "Counting": "countings",
        "Dossier": "dossiers",
        "Event": "events",
        "Evidence": "evidences",
        "ForeignStatus": "foreign_statuses",
        "Ground": "grounds",
        "Judgement": "judgements",
        "Refusal": "refusals",
        "Seal": "seals",
        "State": "states",
        "TimelinessPolicy": "timeliness_policies",
    },
    "evnpubsvc.emulation": {
        "Band": "bands",
        "Component": "components",
        "Explanation": "explanations",
        "ExplanationLine": "explanation_lines",
        "FigureSpec": "figure_specs",
        "Group": "groups",
        "GroupScore": "group_scores",
        "Place": "places",
        "PointsCriterion": "criteria",
        "Published": "publisheds",
        "RatioCriterion": "criteria",
        "Rounding": "roundings",
        "Scheme": "schemes",
        "ScoreSheet": "score_sheets",
        "Standings": "standings",
        "Term": "terms",
        "UnitFigures": "unit_figures",
        "WeightedCriterion": "criteria",
    },
    "evnpubsvc.findings": {
        "Finding": "findings",
    },
    "evnpubsvc.law": {
        "Citation": "citations",
        "Instrument": "instruments",
        "InstrumentNumber": "instrument_numbers",
        "Validity": "validities",
    },
    "evnpubsvc.quantities": {
        "Count": "counts",
        "Ratio": "ratios",
        "Unknown": "unknowns",
    },
    "evnpubsvc.statistics": {
        "RegisterRow": "register_rows",
        "Tally": "tallies",
        "TallyCell": "tally_cells",
    },
    "evnpubsvc.texts": {
        "Text": "texts",
    },
    "evnpubsvc.worktime": {
        "Calendar": "calendars",
        "CalendarDay": "calendar_days",
        "DayReason": "day_reasons",
        "Session": "sessions",
        "WeeklyHours": "weekly_hours",
    },
}


def _register() -> None:  # pyright: ignore[reportUnusedFunction] # the entry point
    """Teach `st.from_type` the public types. Called by Hypothesis when it is imported."""
    for room, types in _REGISTRY.items():
        module = import_module(room)
        for type_name, function_name in types.items():
            st.register_type_strategy(getattr(module, type_name), _drawn_by(function_name))


def _drawn_by(function_name: str) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    def draw(kind: type[Any]) -> st.SearchStrategy[Any]:
        function: Callable[..., st.SearchStrategy[Any]] = globals()[function_name]
        # A function that draws a union is asked for the one member that is wanted.
        return function(kind) if function_name == "criteria" else function()

    return draw
