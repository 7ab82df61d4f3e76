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

from evnpubsvc.strategies._catalogue import (
    catalogues,
    levels,
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
from evnpubsvc.strategies._foundation import citations, findings, texts
from evnpubsvc.strategies._law import (
    instrument_numbers,
    instruments,
    regime_entries,
    regime_values,
    timelines,
    validities,
)
from evnpubsvc.strategies._quantities import counts, ratios, unknowns
from evnpubsvc.strategies._units import (
    admin_units,
    lineages,
    successions,
    unit_keys,
    unit_name_variants,
    unit_registers,
)

__all__ = [
    "admin_units",
    "catalogues",
    "citations",
    "code_issuers",
    "counts",
    "dossier_codes",
    "field_codes",
    "findings",
    "instrument_numbers",
    "instruments",
    "levels",
    "lineages",
    "near_miss_codes",
    "procedure_codes",
    "procedures",
    "ratios",
    "raw_time_limits",
    "readings",
    "regime_entries",
    "regime_values",
    "result_codes",
    "service_codes",
    "service_flags",
    "service_offerings",
    "successions",
    "texts",
    "timelines",
    "unit_codes",
    "unit_keys",
    "unit_name_variants",
    "unit_registers",
    "unknowns",
    "validities",
]

# room -> public type -> the function here that draws it
_REGISTRY: Final[dict[str, dict[str, str]]] = {
    "evnpubsvc.findings": {"Finding": "findings"},
    "evnpubsvc.catalogue": {
        "Catalogue": "catalogues",
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
    "evnpubsvc.law": {
        "Citation": "citations",
        "Dated": "regime_entries",
        "Instrument": "instruments",
        "InstrumentNumber": "instrument_numbers",
        "Regime": "regime_values",
        "Timeline": "timelines",
        "Validity": "validities",
    },
    "evnpubsvc.quantities": {"Count": "counts", "Ratio": "ratios", "Unknown": "unknowns"},
    "evnpubsvc.texts": {"Text": "texts"},
    "evnpubsvc.units": {
        "AdminUnit": "admin_units",
        "Lineage": "lineages",
        "Succession": "successions",
        "UnitKey": "unit_keys",
        "UnitRegister": "unit_registers",
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
