"""Domain model of Viet Nam's public administrative services.

Procedures, dossiers, deadlines, statistics and emulation scoring: exact, with reasons.
The names of the first day are here; nothing is loaded until it is used: each name below is imported
from its room on first access.
"""

TYPE_CHECKING = False  # spares the import of `typing`; type checkers know the name
if TYPE_CHECKING:
    from evnpubsvc._version import __version__ as __version__
    from evnpubsvc.campaigns import Campaign as Campaign
    from evnpubsvc.campaigns import campaign_report as campaign_report
    from evnpubsvc.catalogue import Catalogue as Catalogue
    from evnpubsvc.catalogue import Procedure as Procedure
    from evnpubsvc.catalogue import ServiceOffering as ServiceOffering
    from evnpubsvc.deadlines import TimeLimit as TimeLimit
    from evnpubsvc.deadlines import due as due
    from evnpubsvc.dossiers import Dossier as Dossier
    from evnpubsvc.dossiers import Event as Event
    from evnpubsvc.dossiers import EventKind as EventKind
    from evnpubsvc.dossiers import apply as apply
    from evnpubsvc.dossiers import timeliness as timeliness
    from evnpubsvc.emulation import Scheme as Scheme
    from evnpubsvc.emulation import ScoreSheet as ScoreSheet
    from evnpubsvc.emulation import Standings as Standings
    from evnpubsvc.emulation import UnitFigures as UnitFigures
    from evnpubsvc.emulation import award as award
    from evnpubsvc.emulation import explain as explain
    from evnpubsvc.emulation import rank as rank
    from evnpubsvc.emulation import score as score
    from evnpubsvc.errors import DataError as DataError
    from evnpubsvc.findings import Finding as Finding
    from evnpubsvc.outreach import SupportTeam as SupportTeam
    from evnpubsvc.outreach import plan_roster as plan_roster
    from evnpubsvc.periods import Period as Period
    from evnpubsvc.quantities import Count as Count
    from evnpubsvc.quantities import Unknown as Unknown
    from evnpubsvc.serde import from_json as from_json
    from evnpubsvc.serde import preset as preset
    from evnpubsvc.serde import read_figures as read_figures
    from evnpubsvc.serde import read_register as read_register
    from evnpubsvc.serde import read_scheme as read_scheme
    from evnpubsvc.serde import to_json as to_json
    from evnpubsvc.services import OnlineKind2022 as OnlineKind2022
    from evnpubsvc.services import OnlineLevel2011 as OnlineLevel2011
    from evnpubsvc.services import read_level as read_level
    from evnpubsvc.statistics import Tally as Tally
    from evnpubsvc.statistics import growth as growth
    from evnpubsvc.statistics import rate as rate
    from evnpubsvc.statistics import tally as tally
    from evnpubsvc.worktime import vietnam_calendar as vietnam_calendar

# name -> its room, for the first access; type checkers read the imports above
_HOMES = {
    "Campaign": "campaigns",
    "Catalogue": "catalogue",
    "Count": "quantities",
    "DataError": "errors",
    "Dossier": "dossiers",
    "Event": "dossiers",
    "EventKind": "dossiers",
    "Finding": "findings",
    "OnlineKind2022": "services",
    "OnlineLevel2011": "services",
    "Period": "periods",
    "Procedure": "catalogue",
    "Scheme": "emulation",
    "ScoreSheet": "emulation",
    "ServiceOffering": "catalogue",
    "Standings": "emulation",
    "SupportTeam": "outreach",
    "Tally": "statistics",
    "TimeLimit": "deadlines",
    "UnitFigures": "emulation",
    "Unknown": "quantities",
    "__version__": "_version",
    "apply": "dossiers",
    "award": "emulation",
    "campaign_report": "campaigns",
    "due": "deadlines",
    "explain": "emulation",
    "from_json": "serde",
    "growth": "statistics",
    "plan_roster": "outreach",
    "preset": "serde",
    "rank": "emulation",
    "rate": "statistics",
    "read_figures": "serde",
    "read_level": "services",
    "read_register": "serde",
    "read_scheme": "serde",
    "score": "emulation",
    "tally": "statistics",
    "timeliness": "dossiers",
    "to_json": "serde",
    "vietnam_calendar": "worktime",
}

if not TYPE_CHECKING:
    __all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    room = _HOMES.get(name)
    if room is None:
        raise AttributeError(f"module 'evnpubsvc' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - kept out of the bare import

    value: object = getattr(import_module(f"evnpubsvc.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(_HOMES)
