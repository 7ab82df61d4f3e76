"""Criteria: the kinds of item that real score sheets have, each a record in a file of its own."""

from __future__ import annotations

from typing import TypeAlias

from evnpubsvc.emulation._criteria._bands import BandsCriterion, ShareBand
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._choice import ChoiceCriterion, ChoiceItem, Option
from evnpubsvc.emulation._criteria._columns import Columns
from evnpubsvc.emulation._criteria._component import (
    EVIDENCE_ABSENT,
    INAPPLICABLE,
    PUBLISHED,
    SMALL_BASE,
    VOIDED,
    Component,
    before_rounding,
    over_nothing,
)
from evnpubsvc.emulation._criteria._count import CountCriterion
from evnpubsvc.emulation._criteria._deduction import DeductionCriterion
from evnpubsvc.emulation._criteria._growth import GrowthCriterion, SmallBase
from evnpubsvc.emulation._criteria._minus import MinusCriterion
from evnpubsvc.emulation._criteria._minus_plus import MinusPlusCriterion
from evnpubsvc.emulation._criteria._monitor import MonitorCriterion, MonitorState
from evnpubsvc.emulation._criteria._points import PointsCriterion
from evnpubsvc.emulation._criteria._ratio import RatioCriterion, Substitute
from evnpubsvc.emulation._criteria._terms import Combine, Reads, Stated, Term
from evnpubsvc.emulation._criteria._weighted import WeightedCriterion

Criterion: TypeAlias = (
    RatioCriterion
    | PointsCriterion
    | WeightedCriterion
    | ChoiceCriterion
    | MinusCriterion
    | MinusPlusCriterion
    | CountCriterion
    | GrowthCriterion
    | DeductionCriterion
    | MonitorCriterion
    | BandsCriterion
)

__all__ = [
    "EVIDENCE_ABSENT",
    "INAPPLICABLE",
    "PUBLISHED",
    "SMALL_BASE",
    "VOIDED",
    "BandsCriterion",
    "ChoiceCriterion",
    "ChoiceItem",
    "Columns",
    "Combine",
    "Component",
    "CountCriterion",
    "Criterion",
    "CriterionBase",
    "DeductionCriterion",
    "GrowthCriterion",
    "MinusCriterion",
    "MinusPlusCriterion",
    "MonitorCriterion",
    "MonitorState",
    "Option",
    "PointsCriterion",
    "RatioCriterion",
    "Reads",
    "ShareBand",
    "SmallBase",
    "Stated",
    "Substitute",
    "Term",
    "WeightedCriterion",
    "before_rounding",
    "over_nothing",
]
