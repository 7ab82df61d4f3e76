"""Law and provenance: which text a rule or figure rests on, when it holds, and how sure we are of it."""

from evnpubsvc.law._citation import Citation, Confidence
from evnpubsvc.law._instrument import Instrument, InstrumentNumber, example_instruments
from evnpubsvc.law._regimes import Regime, regimes, topics
from evnpubsvc.law._validity import Dated, Timeline, Validity

__all__ = [
    "Citation",
    "Confidence",
    "Dated",
    "Instrument",
    "InstrumentNumber",
    "Regime",
    "Timeline",
    "Validity",
    "example_instruments",
    "regimes",
    "topics",
]
