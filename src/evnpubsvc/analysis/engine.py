"""What engines on columns may use of this room besides its public names.

The paths along which weights move, what a unit earns along them, and the boxes of declared ranges.
"""

from evnpubsvc.analysis._field import Box, limits_of, most_rounding, surely_ahead
from evnpubsvc.analysis._stability import paths_of
from evnpubsvc.analysis._weighing import Path

__all__ = ["Box", "Path", "limits_of", "most_rounding", "paths_of", "surely_ahead"]
