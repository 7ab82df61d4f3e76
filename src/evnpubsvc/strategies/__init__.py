"""Hypothesis strategies for every public type (extra `hypothesis`).

`st.from_type(Count)` works as soon as the package is installed, through Hypothesis's entry point. The functions
here give control: plural nouns, keyword-only arguments, defaults that draw every valid value.
One module a room; a new public type adds its function there and its row to `evnpubsvc._hypothesis`.
"""

from __future__ import annotations

try:
    import hypothesis as _  # noqa: F401
except ModuleNotFoundError as missing:  # pragma: no cover - tested in an environment without the extra
    raise ModuleNotFoundError(
        'evnpubsvc.strategies needs Hypothesis: pip install "evnpubsvc[hypothesis]"', name=missing.name
    ) from missing

from evnpubsvc.strategies._catalogue import (
    catalogues,
    fees,
    levels,
    papers,
    procedures,
    raw_time_limits,
    service_flags,
    service_offerings,
)
from evnpubsvc.strategies._codes import (
    code_issuers,
    dossier_codes,
    field_codes,
    near_miss_codes,
    procedure_codes,
    readings,
    result_codes,
    service_codes,
    unit_codes,
)
from evnpubsvc.strategies._deadlines import (
    deadlines,
    limit_readings,
    limit_texts,
    policies,
    rule_sets,
    special_clocks,
    steps,
    stop_ledgers,
    stops,
    time_limits,
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
    regime_values,
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
from evnpubsvc.strategies._units import (
    admin_units,
    lineages,
    successions,
    unit_keys,
    unit_name_variants,
    unit_registers,
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
    "admin_units",
    "bands",
    "calendar_days",
    "calendars",
    "catalogues",
    "citations",
    "code_issuers",
    "components",
    "counts",
    "criteria",
    "day_reasons",
    "days_in",
    "deadlines",
    "dossier_codes",
    "explanation_lines",
    "explanations",
    "fees",
    "field_codes",
    "figure_specs",
    "findings",
    "group_scores",
    "groups",
    "instants_in",
    "instrument_numbers",
    "instruments",
    "levels",
    "limit_readings",
    "limit_texts",
    "lineages",
    "near_miss_codes",
    "papers",
    "places",
    "policies",
    "procedure_codes",
    "procedures",
    "publisheds",
    "ratios",
    "raw_time_limits",
    "readings",
    "regime_entries",
    "regime_values",
    "register_rows",
    "result_codes",
    "roundings",
    "rule_sets",
    "schemes",
    "score_sheets",
    "service_codes",
    "service_flags",
    "service_offerings",
    "sessions",
    "special_clocks",
    "standings",
    "steps",
    "stop_ledgers",
    "stops",
    "successions",
    "tallies",
    "tally_cells",
    "terms",
    "texts",
    "time_limits",
    "timelines",
    "unit_codes",
    "unit_figures",
    "unit_keys",
    "unit_name_variants",
    "unit_registers",
    "unknowns",
    "validities",
    "weekly_hours",
]
