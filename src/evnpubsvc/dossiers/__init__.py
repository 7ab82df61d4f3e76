"""Dossiers: histories of events, and the status, due date, timeliness and findings they give.

`apply(dossier, event)` takes the next event or refuses it with guard, fact and article;
`replay(events)` gives the state; `due_of` and `timeliness` give the due date and the class; `check`
runs the rules R1-R17. `check_many`, `timeliness_many` and `replay_many` do so for a register.
Depends on deadlines, codes, law, errors, findings and texts; names, guards and rules stand in
`rules.toml`.
"""

from typing import TYPE_CHECKING, Final

import evnpubsvc.dossiers._printed  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import load, publish
from evnpubsvc.dossiers._dossier import Dossier, Evidence, Registration, apply, possible, try_apply
from evnpubsvc.dossiers._dossier_due import DossierDue, DueBasis
from evnpubsvc.dossiers._due_of import due_of
from evnpubsvc.dossiers._events import Event, EventKind, Outcome, Status
from evnpubsvc.dossiers._guards import TRANSITIONS, Refusal, RefusedEventError
from evnpubsvc.dossiers._replay import HistoryPolicy, replay, replay_many
from evnpubsvc.dossiers._state import State
from evnpubsvc.dossiers._timeliness import (
    Ended,
    Judgement,
    Precision,
    StoppedAs,
    Timeliness,
    TimelinessPolicy,
    timeliness,
    timeliness_many,
)

if TYPE_CHECKING:
    from evnpubsvc.dossiers._checking import check, check_many
    from evnpubsvc.dossiers._integrity import Seal, fingerprint, seal
    from evnpubsvc.dossiers._links import check_links
    from evnpubsvc.dossiers._opencps import ForeignStatus, opencps_status, opencps_words
    from evnpubsvc.dossiers._rules import Rule, TransitionalRule, rule, rules, stated_class_rule

__all__ = [
    "TRANSITIONS",
    "Dossier",
    "DossierDue",
    "DueBasis",
    "Ended",
    "Event",
    "EventKind",
    "Evidence",
    "ForeignStatus",
    "HistoryPolicy",
    "Judgement",
    "Outcome",
    "Precision",
    "Refusal",
    "RefusedEventError",
    "Registration",
    "Rule",
    "Seal",
    "State",
    "Status",
    "StoppedAs",
    "Timeliness",
    "TimelinessPolicy",
    "TransitionalRule",
    "apply",
    "check",
    "check_links",
    "check_many",
    "due_of",
    "fingerprint",
    "opencps_status",
    "opencps_words",
    "possible",
    "replay",
    "replay_many",
    "rule",
    "rules",
    "seal",
    "stated_class_rule",
    "timeliness",
    "timeliness_many",
    "try_apply",
]

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "ForeignStatus": "_opencps",
    "Rule": "_rules",
    "Seal": "_integrity",
    "TransitionalRule": "_rules",
    "check": "_checking",
    "check_links": "_links",
    "check_many": "_checking",
    "fingerprint": "_integrity",
    "opencps_status": "_opencps",
    "opencps_words": "_opencps",
    "rule": "_rules",
    "rules": "_rules",
    "seal": "_integrity",
    "stated_class_rule": "_rules",
}

# These are called for every dossier of a register.
publish(
    __name__,
    (name for name in __all__ if name not in _LATER),
    direct=("due_of", "replay", "timeliness"),
)

# It publishes the rest, of the same modules.
import evnpubsvc.dossiers.results  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
