"""What a command that checks a register piece by piece uses of this room, and nothing else.

Rules are imported with it, which who counts dossiers (`engine`) does not need.
"""

from evnpubsvc.dossiers._checking import Checker
from evnpubsvc.dossiers._links import Links
from evnpubsvc.dossiers._rules import RuleContext

__all__ = ["Checker", "Links", "RuleContext"]
