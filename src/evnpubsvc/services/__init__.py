"""The words in which services are described, each in one place: channels, levels, reasons.

Registers, rates, forms, mappings of columns, the generator of registers and the records of
catalogue and dossiers all use these words. Everybody imports them from here.
"""

from evnpubsvc._hooks import publish
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
from evnpubsvc.services._reading import LevelReading, read_channel, read_level
from evnpubsvc.services._reasons import PartialReason
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

publish(__name__, __all__)
