"""When a rule has nothing to say about a dossier, seen without running it.

Nearly all dossiers of a register keep nearly all rules. What is asked here is less than a rule
asks, so an answer of False says nothing: the rule is run. `_rules.py` says what is right; tests
hold that a rule which is silent here says nothing there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from evnpubsvc._moments import local_day
from evnpubsvc.codes.parts import UndoubtedCodes
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers._dossier import known_by
from evnpubsvc.dossiers._known import Known

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue

# First digits of codes of procedures that are in no catalogue (R11).
UNSEEN_CLASSES: Final = frozenset("4789")


class Silence:
    """Sees in what respects the dossiers of one register are in order.

    It belongs to one call of `check_many`: what it remembers of codes ends with it.
    """

    __slots__ = ("_catalogue", "_codes", "_counting")

    def __init__(self, counting: CountingRules | None, catalogue: Catalogue | None) -> None:
        self._codes = UndoubtedCodes()
        self._counting, self._catalogue = counting, catalogue

    def has_own_code(self, known: Known) -> bool:
        """Return whether a code is in order, of a dossier that names no other body (R10)."""
        dossier, day = known.dossier, known.begun
        if dossier.authority is not None:
            return False
        return day is None or self._codes.has_dossier(dossier.code, day)

    def has_own_procedure(self, known: Known) -> bool:
        """Return whether the code of a procedure is in order (R11)."""
        code = known.dossier.procedure
        if code is None:
            return True
        return code[:1] not in UNSEEN_CLASSES and self._codes.has_procedure(code)

    def ended_in_time(self, known: Known) -> bool:
        """Return whether a dossier ended by a day that is its due date (R12)."""
        dossier = known.dossier
        if dossier.limit is None and self._catalogue is None:
            # By the slip: apologies and stops can only move its day on.
            due = dossier.stated_due
        else:
            due = known.due(self._counting, self._catalogue).due
        if due is None or isinstance(due, datetime):
            return False
        end = _find_end(known)
        return end is not None and local_day(end, known.zone) <= due


def _find_end(known: Known) -> date | None:
    """When there was a decision; where the history tells no end at all, when the register has it.

    None for any other end.
    """
    state = known.state
    if state.decided_at is not None:
        return state.decided_at
    end = known.dossier.stated_finished
    if end is None or state.closed_at is not None or state.refused_at is not None:
        return None
    return end if known_by(end, known.as_of, known.zone) else None


Silent: TypeAlias = Callable[[Silence, Known], bool]
