"""Law and provenance.

Which text a rule or figure rests on, when it holds, and how sure we are of it. As in the root, a
name is imported from its module on first access: most rooms need only citations.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from evnpubsvc.law._citation import Citation as Citation
    from evnpubsvc.law._citation import Confidence as Confidence
    from evnpubsvc.law._citation import Provision as Provision
    from evnpubsvc.law._ground import Ground as Ground
    from evnpubsvc.law._instrument import Instrument as Instrument
    from evnpubsvc.law._instrument import example_instruments as example_instruments
    from evnpubsvc.law._number import InstrumentNumber as InstrumentNumber
    from evnpubsvc.law._regimes import Regime as Regime
    from evnpubsvc.law._regimes import regimes as regimes
    from evnpubsvc.law._validity import Dated as Dated
    from evnpubsvc.law._validity import Timeline as Timeline
    from evnpubsvc.law._validity import Validity as Validity

# public name -> its module, for the first access; type checkers read the imports above
_HOMES = {
    "Citation": "_citation",
    "Confidence": "_citation",
    "Dated": "_validity",
    "Ground": "_ground",
    "Instrument": "_instrument",
    "InstrumentNumber": "_number",
    "Provision": "_citation",
    "Regime": "_regimes",
    "Timeline": "_validity",
    "Validity": "_validity",
    "example_instruments": "_instrument",
    "regimes": "_regimes",
}

if not TYPE_CHECKING:
    __all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    from evnpubsvc._hooks import load  # noqa: PLC0415 - kept out of the bare import

    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return [*_HOMES]
