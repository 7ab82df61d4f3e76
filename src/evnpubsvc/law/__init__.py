"""Law and provenance.

Which text a rule or figure rests on, when it holds, and how sure we are of it.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.law._citation import Citation, Confidence, Provision, cited
from evnpubsvc.law._ground import Ground, ground_of, ground_on
from evnpubsvc.law._instrument import Instrument, example_instruments
from evnpubsvc.law._number import InstrumentNumber
from evnpubsvc.law._regimes import Regime, regimes, topics
from evnpubsvc.law._validity import Dated, Timeline, Validity

__all__ = [
    "Citation",
    "Confidence",
    "Dated",
    "Ground",
    "Instrument",
    "InstrumentNumber",
    "Provision",
    "Regime",
    "Timeline",
    "Validity",
    "cited",
    "example_instruments",
    "ground_of",
    "ground_on",
    "regimes",
    "topics",
]

publish(__name__, __all__)
