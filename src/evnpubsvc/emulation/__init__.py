"""Emulation (thi đua): schemes, exact scores, honest ranks, prizes, campaigns, and the reason for each.

Flow: a `Scheme` and the `UnitFigures` of one unit go into `score`, which gives a `ScoreSheet`; sheets go into
`rank`, which gives `Standings`; `grade_all` and `award` turn those into grades under a quota and prizes; `explain`,
`compare` and `movement` say why. `score_all` does the same for a whole country at once. A `Campaign` is the lawful
frame around it. Depends on quantities and law; knows no dossiers.
"""

from evnpubsvc.emulation._awards import Awards, Graded, Grading, PrizeGiven, PrizeTie, award, grade_all
from evnpubsvc.emulation._campaign import AwardAuthority, AwardRecord, Campaign, CampaignReport, CampaignStage, Deadline, DriveForm, DriveScope, Elements, Launch, LegalRegime, Participant, StageStep, WorkingCalendar, advance, award_authorities, campaign_report, council_passes, legal_regime, roll_up, second_awards
from evnpubsvc.emulation._compare import Comparison, Contribution, Movement, RankChange, Snapshot, UnitSnapshot, compare, movement, snapshot
from evnpubsvc.emulation._criteria import ChoiceCriterion, ChoiceItem, Combine, CountCriterion, Criterion, CriterionBase, DeductionCriterion, GrowthCriterion, MinusCriterion, MinusPlusCriterion, MonitorCriterion, MonitorState, Option, PointsCriterion, RatioCriterion, SmallBase, Stated, Substitute, Term, WeightedCriterion
from evnpubsvc.emulation._explain import Explanation, ExplanationLine, explain
from evnpubsvc.emulation._fast import FigureGrid, ScoreTable, score_all
from evnpubsvc.emulation._figures import Chosen, Figure, Published, UnitFigures, check_figures
from evnpubsvc.emulation._grades import Grade, GradeStep, Verdict
from evnpubsvc.emulation._history import SheetHistory, SheetVersion, fingerprint
from evnpubsvc.emulation._lint import lint
from evnpubsvc.emulation._points import Component
from evnpubsvc.emulation._rank import Place, Standings, rank
from evnpubsvc.emulation._rules import Condition, Effect, Inapplicable, Prize, Quota, QuotaRounding, QuotaTies, Sanction, TieRule
from evnpubsvc.emulation._scheme import Band, Better, ExcludedRule, FigureSpec, Group, GroupRole, Rounding, RoundingAt, Scheme
from evnpubsvc.emulation._score import GroupScore, ScoreSheet, score

__all__ = [
    "AwardAuthority",
    "AwardRecord",
    "Awards",
    "Band",
    "Better",
    "Campaign",
    "CampaignReport",
    "CampaignStage",
    "ChoiceCriterion",
    "ChoiceItem",
    "Chosen",
    "Combine",
    "Comparison",
    "Component",
    "Condition",
    "Contribution",
    "CountCriterion",
    "Criterion",
    "CriterionBase",
    "Deadline",
    "DeductionCriterion",
    "DriveForm",
    "DriveScope",
    "Effect",
    "Elements",
    "ExcludedRule",
    "Explanation",
    "ExplanationLine",
    "Figure",
    "FigureGrid",
    "FigureSpec",
    "Grade",
    "GradeStep",
    "Graded",
    "Grading",
    "Group",
    "GroupRole",
    "GroupScore",
    "GrowthCriterion",
    "Inapplicable",
    "Launch",
    "LegalRegime",
    "MinusCriterion",
    "MinusPlusCriterion",
    "MonitorCriterion",
    "MonitorState",
    "Movement",
    "Option",
    "Participant",
    "Place",
    "PointsCriterion",
    "Prize",
    "PrizeGiven",
    "PrizeTie",
    "Published",
    "Quota",
    "QuotaRounding",
    "QuotaTies",
    "RankChange",
    "RatioCriterion",
    "Rounding",
    "RoundingAt",
    "Sanction",
    "Scheme",
    "ScoreSheet",
    "ScoreTable",
    "SheetHistory",
    "SheetVersion",
    "SmallBase",
    "Snapshot",
    "StageStep",
    "Standings",
    "Stated",
    "Substitute",
    "Term",
    "TieRule",
    "UnitFigures",
    "UnitSnapshot",
    "Verdict",
    "WeightedCriterion",
    "WorkingCalendar",
    "advance",
    "award",
    "award_authorities",
    "campaign_report",
    "check_figures",
    "compare",
    "council_passes",
    "explain",
    "fingerprint",
    "grade_all",
    "legal_regime",
    "lint",
    "movement",
    "rank",
    "roll_up",
    "score",
    "score_all",
    "second_awards",
    "snapshot",
]
