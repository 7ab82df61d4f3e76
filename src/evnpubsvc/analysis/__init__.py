"""Analysis: would standings stand, what would it take, can a scheme be gamed.

Flow: `Standings` go into `stability`, which gives for each weight the interval in which the order
holds; with the figures of a unit and its `Act`s into `gap_to`, which gives the cheapest `Plan`.
Everything is exact, and says where it is a bound. Depends on emulation; knows no files.
"""

import evnpubsvc.analysis._tables  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import publish
from evnpubsvc.analysis._acts import Act, acts_of, do_acts, what_if
from evnpubsvc.analysis._audit import (
    Attack,
    Audit,
    AuditLine,
    AuditVerdict,
    Certificate,
    Claim,
    audit,
)
from evnpubsvc.analysis._checker import check_certificate
from evnpubsvc.analysis._crossing import AtEnd
from evnpubsvc.analysis._dominance import (
    RankRange,
    RankRanges,
    TieGroup,
    Uncertainty,
    rank_ranges,
    rank_ranges_with_acts,
    rank_ranges_within_bounds,
)
from evnpubsvc.analysis._earlier import EarlierReturn, EarlierReturns, earlier_returns
from evnpubsvc.analysis._gap import Gap, GapVerdict, Plan, PlannedAct, gap_to
from evnpubsvc.analysis._readers import SharedEffect
from evnpubsvc.analysis._small import SmallDenominator, small_denominators
from evnpubsvc.analysis._stability import (
    Kept,
    LeftOut,
    RangeEnd,
    RankMove,
    Stability,
    WeightRange,
    stability,
)
from evnpubsvc.analysis._weighing import Convention

__all__ = [
    "Act",
    "AtEnd",
    "Attack",
    "Audit",
    "AuditLine",
    "AuditVerdict",
    "Certificate",
    "Claim",
    "Convention",
    "EarlierReturn",
    "EarlierReturns",
    "Gap",
    "GapVerdict",
    "Kept",
    "LeftOut",
    "Plan",
    "PlannedAct",
    "RangeEnd",
    "RankMove",
    "RankRange",
    "RankRanges",
    "SharedEffect",
    "SmallDenominator",
    "Stability",
    "TieGroup",
    "Uncertainty",
    "WeightRange",
    "acts_of",
    "audit",
    "check_certificate",
    "do_acts",
    "earlier_returns",
    "gap_to",
    "rank_ranges",
    "rank_ranges_with_acts",
    "rank_ranges_within_bounds",
    "small_denominators",
    "stability",
    "what_if",
]

publish(__name__, __all__)
