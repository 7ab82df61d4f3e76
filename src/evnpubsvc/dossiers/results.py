"""What the state of a dossier is made of.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.dossiers._state import Clock

__all__ = [
    "Clock",
]

publish(__name__, __all__)
