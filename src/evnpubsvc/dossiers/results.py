"""What the state of a dossier is made of.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.dossiers._state import Clock
from evnpubsvc.dossiers._timeliness import StoppedAs

__all__ = [
    "Clock",
    "StoppedAs",
]

publish(__name__, __all__)
