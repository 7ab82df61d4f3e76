"""The catalogue of procedures and services: what a procedure was on a day, and at which level it was offered.

"Level 4" meant payment online until 2022 and means execution without dossier since 2026: levels are three types,
never numbers.
"""

from evnpubsvc.catalogue._assess import Assessment, PartialReason, assess, check_evidence
from evnpubsvc.catalogue._catalogue import Catalogue, ServiceOffering
from evnpubsvc.catalogue._levels import (
    KindMapping,
    Level,
    LevelReading,
    Meaning,
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
    ServiceFlags,
    check_level,
    first_day,
    level_regime,
    levels_2011_of,
    meaning,
    read_level,
    to_kind_2022,
)
from evnpubsvc.catalogue._procedure import (
    Authority,
    Fee,
    LegalBasis,
    Paper,
    Procedure,
    ProcedureResult,
    RawTimeLimit,
)
from evnpubsvc.catalogue._seed import seed_catalogue

__all__ = [
    "Assessment",
    "Authority",
    "Catalogue",
    "Fee",
    "KindMapping",
    "LegalBasis",
    "Level",
    "LevelReading",
    "Meaning",
    "OnlineKind2022",
    "OnlineLevel2011",
    "Paper",
    "PartialReason",
    "ProactiveLevel2026",
    "Procedure",
    "ProcedureResult",
    "RawTimeLimit",
    "ServiceFlags",
    "ServiceOffering",
    "assess",
    "check_evidence",
    "check_level",
    "first_day",
    "level_regime",
    "levels_2011_of",
    "meaning",
    "read_level",
    "seed_catalogue",
    "to_kind_2022",
]
