"""What rosters and plans are made of: changes, conflicts, loads of months.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.outreach._capacity import MonthLoad
from evnpubsvc.outreach._errors import RosterConflict
from evnpubsvc.outreach._roster import ChangeKind, DutyMove, RosterChange

__all__ = [
    "ChangeKind",
    "DutyMove",
    "MonthLoad",
    "RosterChange",
    "RosterConflict",
]

publish(__name__, __all__)
