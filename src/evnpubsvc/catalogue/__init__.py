"""The catalogue: what a procedure was on a day, and at which level it was offered as a service."""

from evnpubsvc._hooks import publish
from evnpubsvc.catalogue._assess import Assessment, assess
from evnpubsvc.catalogue._catalogue import Catalogue, ServiceOffering
from evnpubsvc.catalogue._kinds import (
    KindMapping,
    ServiceFlags,
    levels_2011_of,
    to_kind_2022,
)
from evnpubsvc.catalogue._limits import CaseLimit, RawTimeLimit
from evnpubsvc.catalogue._procedure import (
    Authority,
    Fee,
    LegalBasis,
    Paper,
    Procedure,
    ProcedureResult,
)
from evnpubsvc.catalogue._seed import seed_catalogue

__all__ = [
    "Assessment",
    "Authority",
    "CaseLimit",
    "Catalogue",
    "Fee",
    "KindMapping",
    "LegalBasis",
    "Paper",
    "Procedure",
    "ProcedureResult",
    "RawTimeLimit",
    "ServiceFlags",
    "ServiceOffering",
    "assess",
    "levels_2011_of",
    "seed_catalogue",
    "to_kind_2022",
]

publish(__name__, __all__)
