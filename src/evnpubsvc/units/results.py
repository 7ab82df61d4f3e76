"""What lineages and readings of names are made of: links, groups, breaks, differences.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.units._lineage import BreakKind, Link, TerritoryGroup, UnitTotal
from evnpubsvc.units._names import NameDifference, NameMatch

__all__ = [
    "BreakKind",
    "Link",
    "NameDifference",
    "NameMatch",
    "TerritoryGroup",
    "UnitTotal",
]

publish(__name__, __all__)
