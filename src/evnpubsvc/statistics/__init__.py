"""Statistics, first form: dossiers of a register counted by chosen dimensions and by timeliness, in tallies that merge.

Flow: `RegisterRow`s (read by `serde.read_register`, or made by an application) go into `tally`, which gives a `Tally`
of integers; tallies of parts merge into the tally of the whole, in any order.
"""

from evnpubsvc.statistics._tally import Tally, TallyCell, tally
from evnpubsvc.statistics._timeliness import Compare, RegisterRow, Timeliness, classify

__all__ = ["Compare", "RegisterRow", "Tally", "TallyCell", "Timeliness", "classify", "tally"]
