"""Hypothesis strategies for every public type (extra `hypothesis`).

`st.from_type(Count)` works as soon as the package is installed, through Hypothesis's entry point.
The functions here give control: plural nouns, keyword-only arguments, defaults that draw every
valid value. A type that has no function here is drawn by `st.from_type` alone.

One module a room; a new public type adds its function there and its row to `evnpubsvc._hypothesis`.
"""

from __future__ import annotations

try:
    import hypothesis as _  # noqa: F401
except (
    ModuleNotFoundError
) as _missing:  # pragma: no cover - tested in an environment without the extra
    raise ModuleNotFoundError(
        'evnpubsvc.strategies needs Hypothesis: pip install "evnpubsvc[hypothesis]"',
        name=_missing.name,
    ) from _missing

from evnpubsvc._hooks import publish
from evnpubsvc.strategies._catalogue import catalogues, service_offerings
from evnpubsvc.strategies._codes import dossier_codes, near_miss_codes, readings, unit_codes
from evnpubsvc.strategies._deadlines import (
    counting_rules,
    limit_texts,
    stop_ledgers,
    stops,
    time_limits,
)
from evnpubsvc.strategies._dossiers import dossiers, events, histories, messy_logs
from evnpubsvc.strategies._emulation import score_sheets, standings
from evnpubsvc.strategies._law import timelines, validities
from evnpubsvc.strategies._outreach import support_teams
from evnpubsvc.strategies._periods import periods
from evnpubsvc.strategies._quantities import counts, ratios
from evnpubsvc.strategies._rates import rates
from evnpubsvc.strategies._schemes import criteria, schemes, unit_figures
from evnpubsvc.strategies._services import levels
from evnpubsvc.strategies._statistics import register_rows, tallies
from evnpubsvc.strategies._synthetic import districts, synthetic_registers
from evnpubsvc.strategies._tables import odd_tables
from evnpubsvc.strategies._units import unit_name_variants, unit_registers
from evnpubsvc.strategies._worktime import calendars, days_in, instants_in, weekly_hours

__all__ = [
    "calendars",
    "catalogues",
    "counting_rules",
    "counts",
    "criteria",
    "days_in",
    "districts",
    "dossier_codes",
    "dossiers",
    "events",
    "histories",
    "instants_in",
    "levels",
    "limit_texts",
    "messy_logs",
    "near_miss_codes",
    "odd_tables",
    "periods",
    "rates",
    "ratios",
    "readings",
    "register_rows",
    "schemes",
    "score_sheets",
    "service_offerings",
    "standings",
    "stop_ledgers",
    "stops",
    "support_teams",
    "synthetic_registers",
    "tallies",
    "time_limits",
    "timelines",
    "unit_codes",
    "unit_figures",
    "unit_name_variants",
    "unit_registers",
    "validities",
    "weekly_hours",
]

publish(__name__, __all__)
