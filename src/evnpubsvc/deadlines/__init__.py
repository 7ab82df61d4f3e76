"""Deadlines: time limits, counting policies, the stop ledger, the due date with its reasons.

`due(received, limit, calendar=...)` is the one call. A limit is a `TimeLimit`, read from a
catalogue text by `TimeLimit.parse`; what the text does not say is a finding. `CountingRules` say
how due dates are counted; what the law does not say has no default there, and
`CountingRules.unsettled` names it beforehand. Depends on worktime, law, errors, findings and texts;
rules and articles stand in `rules.toml`.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.deadlines._counting_rules import CountingRules
from evnpubsvc.deadlines._cutoffs import CutOff
from evnpubsvc.deadlines._deadline import Deadline
from evnpubsvc.deadlines._due import due
from evnpubsvc.deadlines._limit_units import LimitUnit
from evnpubsvc.deadlines._limits import LimitReading, TimeLimit, read_limits
from evnpubsvc.deadlines._policies import (
    ClockPolicy,
    DayCount,
    DeadlineRules,
    HoursReading,
    LegalLimit,
    Roll,
    RuleSet,
    SpecialClock,
    StopKind,
    UnknownHour,
    clock_start,
    rule_set_on,
    rule_sets,
    special_clock,
    special_clocks,
)
from evnpubsvc.deadlines._policy import Policy
from evnpubsvc.deadlines._stops import Stop, StopLedger

__all__ = [
    "ClockPolicy",
    "CountingRules",
    "CutOff",
    "DayCount",
    "Deadline",
    "DeadlineRules",
    "HoursReading",
    "LegalLimit",
    "LimitReading",
    "LimitUnit",
    "Policy",
    "Roll",
    "RuleSet",
    "SpecialClock",
    "Stop",
    "StopKind",
    "StopLedger",
    "TimeLimit",
    "UnknownHour",
    "clock_start",
    "due",
    "read_limits",
    "rule_set_on",
    "rule_sets",
    "special_clock",
    "special_clocks",
]

# A call more would be felt in `due`, which refuses wrong arguments by itself.
publish(__name__, __all__, direct=("due",))

# It publishes the rest, of the same modules.
import evnpubsvc.deadlines.results  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]
