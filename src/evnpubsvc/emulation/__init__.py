"""Emulation (thi đua): schemes, exact scores, honest ranks, and the reason for each.

Flow: a `Scheme` and the `UnitFigures` of one unit go into `score`, which gives a `ScoreSheet`; sheets go into
`rank`, which gives `Standings`; `explain` takes a sheet apart. Depends on quantities and law; knows no dossiers.
"""

from evnpubsvc.emulation._explain import Explanation, ExplanationLine, explain
from evnpubsvc.emulation._figures import Figure, Published, UnitFigures, check_figures
from evnpubsvc.emulation._rank import Place, Standings, TieRule, rank
from evnpubsvc.emulation._scheme import (
    Band,
    Combine,
    Criterion,
    ExcludedRule,
    FigureSpec,
    Group,
    PointsCriterion,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    Term,
    WeightedCriterion,
)
from evnpubsvc.emulation._score import Component, GroupScore, ScoreSheet, score

__all__ = [
    "Band",
    "Combine",
    "Component",
    "Criterion",
    "ExcludedRule",
    "Explanation",
    "ExplanationLine",
    "Figure",
    "FigureSpec",
    "Group",
    "GroupScore",
    "Place",
    "PointsCriterion",
    "Published",
    "RatioCriterion",
    "Rounding",
    "RoundingAt",
    "Scheme",
    "ScoreSheet",
    "Standings",
    "Term",
    "TieRule",
    "UnitFigures",
    "WeightedCriterion",
    "check_figures",
    "explain",
    "rank",
    "score",
]
