"""What rooms that score or rank again may use of this one besides its public names.

The one way in which anything is ranked, what every kind of criterion has in common, and how points
are written.
"""

from evnpubsvc.emulation._criteria import CriterionBase
from evnpubsvc.emulation._rank import chain_points, natural_key, ranked
from evnpubsvc.emulation._tables import points_text

__all__ = ["CriterionBase", "chain_points", "natural_key", "points_text", "ranked"]
