"""What rooms above may use of this one besides its public names, and nothing else.

A room that counts dossiers asks for state and due date together (`state_and_due`). The conformance
kit makes a requirement of each guard (`guard_grounds`), and a time line shows the status after each
event (`statuses_after`).
"""

from evnpubsvc.dossiers._guards import guard_grounds
from evnpubsvc.dossiers._known import state_and_due
from evnpubsvc.dossiers._replay import statuses_after
from evnpubsvc.dossiers._timeliness import judged

__all__ = [
    "guard_grounds",
    "judged",
    "state_and_due",
    "statuses_after",
]
