"""What a command that checks a file of dossiers piece by piece uses of this room, and nothing else.

What reads registers and writes tables (`engine`) is not imported with it.
"""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.serde import _HOMES
from evnpubsvc.serde._dossiers import LineRange, cut_lines, read_dossiers_of

__all__ = ["LineRange", "cut_lines", "read_dossiers_of"]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.serde", _HOMES)
