"""What rooms that apply rules by date may use of this one: the grounds of a rule, the topics."""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.law import _HOMES
from evnpubsvc.law._ground import ground_of, ground_on
from evnpubsvc.law._regimes import topics

__all__ = ["ground_of", "ground_on", "topics"]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.law", _HOMES)
