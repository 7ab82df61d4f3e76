"""Analysis: would standings stand, what would it take, can a scheme be gamed.

Flow: `Standings` go into `stability`, which gives for each weight the interval in which the order
holds. Everything is exact, and says where it is a bound. Depends on emulation; knows no files.
"""

import evnpubsvc.analysis._tables  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import publish
from evnpubsvc.analysis._crossing import AtEnd
from evnpubsvc.analysis._stability import (
    Kept,
    LeftOut,
    RangeEnd,
    RankMove,
    Stability,
    WeightRange,
    stability,
)
from evnpubsvc.analysis._weighing import Convention

__all__ = [
    "AtEnd",
    "Convention",
    "Kept",
    "LeftOut",
    "RangeEnd",
    "RankMove",
    "Stability",
    "WeightRange",
    "stability",
]

publish(__name__, __all__)
