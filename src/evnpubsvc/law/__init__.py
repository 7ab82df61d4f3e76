"""Law and provenance.

Which text a rule or figure rests on, when it holds, and how sure we are of it.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.law._citation import Citation, Confidence, Provision
from evnpubsvc.law._ground import Ground
from evnpubsvc.law._instrument import Instrument, example_instruments
from evnpubsvc.law._number import InstrumentNumber
from evnpubsvc.law._regimes import Regime, regimes
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
    "example_instruments",
    "regimes",
]

publish(__name__, __all__)
