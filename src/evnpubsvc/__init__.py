"""Domain model of Viet Nam's public administrative services.

Procedures, dossiers, deadlines, statistics and emulation scoring: exact, with reasons.
Nothing is loaded until it is used: each name below is imported from its room on first access.
"""

TYPE_CHECKING = False  # spares the import of `typing`; type checkers know the name
if TYPE_CHECKING:
    from evnpubsvc.emulation import Scheme as Scheme
    from evnpubsvc.emulation import ScoreSheet as ScoreSheet
    from evnpubsvc.emulation import Standings as Standings
    from evnpubsvc.emulation import UnitFigures as UnitFigures
    from evnpubsvc.emulation import explain as explain
    from evnpubsvc.emulation import rank as rank
    from evnpubsvc.emulation import score as score
    from evnpubsvc.errors import DataError as DataError
    from evnpubsvc.findings import Finding as Finding
    from evnpubsvc.serde import from_json as from_json
    from evnpubsvc.serde import preset as preset
    from evnpubsvc.serde import read_figures as read_figures
    from evnpubsvc.serde import read_register as read_register
    from evnpubsvc.serde import read_scheme as read_scheme
    from evnpubsvc.serde import to_json as to_json
    from evnpubsvc.statistics import Tally as Tally
    from evnpubsvc.statistics import tally as tally

_ROOMS = {
    "DataError": "errors",
    "Finding": "findings",
    "Scheme": "emulation",
    "ScoreSheet": "emulation",
    "Standings": "emulation",
    "Tally": "statistics",
    "UnitFigures": "emulation",
    "explain": "emulation",
    "from_json": "serde",
    "preset": "serde",
    "rank": "emulation",
    "read_figures": "serde",
    "read_register": "serde",
    "read_scheme": "serde",
    "score": "emulation",
    "tally": "statistics",
    "to_json": "serde",
}

__version__ = "26.11.0"
__all__ = [
    "DataError",
    "Finding",
    "Scheme",
    "ScoreSheet",
    "Standings",
    "Tally",
    "UnitFigures",
    "explain",
    "from_json",
    "preset",
    "rank",
    "read_figures",
    "read_register",
    "read_scheme",
    "score",
    "tally",
    "to_json",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module 'evnpubsvc' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - kept out of the bare import

    value: object = getattr(import_module(f"evnpubsvc.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
