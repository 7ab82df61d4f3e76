"""What rooms above may use of this one besides its public names, and nothing else.

A room that counts dossiers knows the state of one already, so `derive_due` need not replay the
history once more. The conformance kit makes a requirement of each guard (`guard_grounds`), and a
time line shows the status after each event (`statuses_after`).
"""

from evnpubsvc.dossiers._due_of import derive_due
from evnpubsvc.dossiers._guards import guard_grounds
from evnpubsvc.dossiers._replay import statuses_after
from evnpubsvc.dossiers._timeliness import judged

__all__ = ["derive_due", "guard_grounds", "judged", "statuses_after"]
