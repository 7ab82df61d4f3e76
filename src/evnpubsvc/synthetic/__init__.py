"""What never existed, from a seed: registers of any size, and a district coherent with itself.

Test beds for applications, benches and demos. Everything says that it is made up.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.synthetic._district import (
    District,
    DistrictDefect,
    PlannedDefect,
    district,
)
from evnpubsvc.synthetic._registers import SyntheticFormat, SyntheticRegister

__all__ = [
    "District",
    "DistrictDefect",
    "PlannedDefect",
    "SyntheticFormat",
    "SyntheticRegister",
    "district",
]

publish(__name__, __all__)
