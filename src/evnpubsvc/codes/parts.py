"""What other rooms may use of this one besides its public names, and nothing else."""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.codes import _LATER
from evnpubsvc.codes._check import find_doubts
from evnpubsvc.codes._undoubted import UndoubtedCodes

__all__ = ["UndoubtedCodes", "find_doubts"]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.codes", _LATER)
