"""What rooms that apply rules by date may use of this one: the grounds of a rule, the topics."""

from evnpubsvc.law._ground import ground_of, ground_on
from evnpubsvc.law._regimes import topics

__all__ = ["ground_of", "ground_on", "topics"]
