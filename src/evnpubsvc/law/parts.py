"""What other rooms may use of this one besides its public names: how they read rows of law.

A table of law reads the source of a row with `cited`; a rule finds its ground by key.
"""

from evnpubsvc.law._citation import cited
from evnpubsvc.law._ground import ground_of, ground_on
from evnpubsvc.law._regimes import topics

__all__ = ["cited", "ground_of", "ground_on", "topics"]
