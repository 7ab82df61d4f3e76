"""The words in which services are described, each in one place: channels, levels, reasons.

Registers, rates, forms, mappings of columns, the generator of registers and the records of
catalogue and dossiers all use these words. Everybody imports them from here.
"""

from typing import TYPE_CHECKING, Final

from evnpubsvc._hooks import load, publish
from evnpubsvc.services._channels import Assistance, Channel
from evnpubsvc.services._levels import (
    Level,
    Meaning,
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
    level_regime,
    meaning,
)
from evnpubsvc.services._reasons import PartialReason

if TYPE_CHECKING:
    from evnpubsvc.services._reading import LevelReading, read_channel, read_level
    from evnpubsvc.services._words import check_word, words

__all__ = [
    "Assistance",
    "Channel",
    "Level",
    "LevelReading",
    "Meaning",
    "OnlineKind2022",
    "OnlineLevel2011",
    "PartialReason",
    "ProactiveLevel2026",
    "check_word",
    "level_regime",
    "meaning",
    "read_channel",
    "read_level",
    "words",
]

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "LevelReading": "_reading",
    "check_word": "_words",
    "read_channel": "_reading",
    "read_level": "_reading",
    "words": "_words",
}

publish(__name__, (name for name in __all__ if name not in _LATER))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
