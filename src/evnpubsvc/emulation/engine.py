"""What rooms that score or rank again may use of this one besides its public names.

The one way in which anything is ranked, and what every kind of criterion has in common.
"""

from evnpubsvc.emulation._criteria import CriterionBase
from evnpubsvc.emulation._rank import chain_points, natural_key, ranked

__all__ = ["CriterionBase", "chain_points", "natural_key", "ranked"]
