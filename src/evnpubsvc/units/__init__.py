"""Administrative units: which unit a code or a name meant on a day, and what became of it.

A code alone is no key: 20971 is xã Tam Xuân II until 30/6/2025 and the larger xã Tam Xuân
afterwards. The key is the code with the first day (`UnitKey`). Figures of two days are compared
through a `Lineage`, never by code.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.units._example import nui_thanh
from evnpubsvc.units._lineage import Break, Carried, DividedPolicy, Lineage, TerritoryComparison
from evnpubsvc.units._names import NameReading
from evnpubsvc.units._population import (
    Population,
    PopulationFigure,
    PopulationKind,
    PopulationTable,
)
from evnpubsvc.units._register import UnitRegister
from evnpubsvc.units._unit import AdminUnit, Succession, Tier, UnitKey, UnitKind

__all__ = [
    "AdminUnit",
    "Break",
    "Carried",
    "DividedPolicy",
    "Lineage",
    "NameReading",
    "Population",
    "PopulationFigure",
    "PopulationKind",
    "PopulationTable",
    "Succession",
    "TerritoryComparison",
    "Tier",
    "UnitKey",
    "UnitKind",
    "UnitRegister",
    "nui_thanh",
]

publish(__name__, __all__)

# It publishes the rest, of the same modules.
import evnpubsvc.units.results  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]
