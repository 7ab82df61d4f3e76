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

from evnpubsvc.strategies._emulation_mechanics import (
    award_records,
    campaigns,
    chosen_options,
    conditions,
    deadlines,
    figures_under,
    launches,
    mechanic_schemes,
    participants,
    prizes,
    quotas,
    sanctions,
    stated_maxima,
    substitutes,
)
from evnpubsvc.strategies._foundation import citations, findings, texts
from evnpubsvc.strategies._quantities import counts, ratios, unknowns

__all__ = [
    "award_records",
    "campaigns",
    "chosen_options",
    "citations",
    "conditions",
    "counts",
    "deadlines",
    "figures_under",
    "findings",
    "launches",
    "mechanic_schemes",
    "participants",
    "prizes",
    "quotas",
    "ratios",
    "sanctions",
    "stated_maxima",
    "substitutes",
    "texts",
    "unknowns",
]

# room -> public type -> the function here that draws it
_REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.emulation": {
        "AwardRecord": "award_records",
        "Campaign": "campaigns",
        "Chosen": "chosen_options",
        "Condition": "conditions",
        "Deadline": "deadlines",
        "Launch": "launches",
        "Participant": "participants",
        "Prize": "prizes",
        "Quota": "quotas",
        "Sanction": "sanctions",
        "Stated": "stated_maxima",
        "Substitute": "substitutes",
    },
    "evnpubsvc.findings": {"Finding": "findings"},
    "evnpubsvc.law": {"Citation": "citations"},
    "evnpubsvc.quantities": {"Count": "counts", "Ratio": "ratios", "Unknown": "unknowns"},
    "evnpubsvc.texts": {"Text": "texts"},
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
