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
from evnpubsvc.strategies._foundation import citations, findings, texts
from evnpubsvc.strategies._quantities import counts, ratios, unknowns
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
    "calendar_days",
    "calendars",
    "citations",
    "counts",
    "day_reasons",
    "days_in",
    "deadlines",
    "findings",
    "instants_in",
    "limit_readings",
    "limit_texts",
    "policies",
    "ratios",
    "rule_sets",
    "sessions",
    "special_clocks",
    "steps",
    "stop_ledgers",
    "stops",
    "texts",
    "time_limits",
    "unknowns",
    "weekly_hours",
]

# room -> public type -> the function here that draws it
_REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.deadlines": {
        "Deadline": "deadlines",
        "LimitReading": "limit_readings",
        "Policy": "policies",
        "RuleSet": "rule_sets",
        "SpecialClock": "special_clocks",
        "Step": "steps",
        "Stop": "stops",
        "StopLedger": "stop_ledgers",
        "TimeLimit": "time_limits",
    },
    "evnpubsvc.findings": {"Finding": "findings"},
    "evnpubsvc.law": {"Citation": "citations"},
    "evnpubsvc.quantities": {"Count": "counts", "Ratio": "ratios", "Unknown": "unknowns"},
    "evnpubsvc.texts": {"Text": "texts"},
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
    function: Callable[[], st.SearchStrategy[Any]] = globals()[function_name]
    return lambda _: function()
