"""Emulation (thi đua): schemes, exact scores, honest ranks, prizes, and the reason for each.

Flow: a `Scheme` and the `UnitFigures` of one unit go into `score`, which gives a `ScoreSheet`;
sheets go into `rank`, which gives `Standings`; `grade_all` and `award` turn those into grades under
a quota and prizes; `explain`, `compare` and `movement` say why. `score_all` does the same for a
whole country at once. Depends on quantities and law; knows no dossiers. The lawful frame around it
is a `Campaign` of the room above, `campaigns`.
"""

from typing import TYPE_CHECKING, Final

import evnpubsvc.emulation._tables  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import load, publish
from evnpubsvc.emulation._awards import Awards, Grading, award, grade_all
from evnpubsvc.emulation._check_figures import check_figures
from evnpubsvc.emulation._criteria import (
    BandsCriterion,
    ChoiceCriterion,
    ChoiceItem,
    Combine,
    Component,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    MonitorState,
    Option,
    PointsCriterion,
    RatioCriterion,
    Reads,
    ShareBand,
    SmallBase,
    Stated,
    Substitute,
    Term,
    WeightedCriterion,
)
from evnpubsvc.emulation._figures import Better, Chosen, Figure, FigureSpec, Published, UnitFigures
from evnpubsvc.emulation._grades import Grade, Verdict
from evnpubsvc.emulation._groups import Band, ExcludedRule, Group, GroupRole, Rounding, RoundingAt
from evnpubsvc.emulation._rank import Place, Standings, rank
from evnpubsvc.emulation._rules import (
    Condition,
    Effect,
    Inapplicable,
    Prize,
    Quota,
    QuotaBase,
    QuotaRounding,
    QuotaTies,
    Sanction,
    TieRule,
)
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet, score

if TYPE_CHECKING:
    from evnpubsvc.emulation._compare import (
        Comparison,
        Movement,
        Snapshot,
        compare,
        movement,
        snapshot,
    )
    from evnpubsvc.emulation._explain import Explanation, explain
    from evnpubsvc.emulation._fast import FigureGrid, ScoreTable, score_all
    from evnpubsvc.emulation._history import SheetHistory, fingerprint
    from evnpubsvc.emulation._lint import lint
    from evnpubsvc.emulation._roll_up import roll_up

__all__ = [
    "Awards",
    "Band",
    "BandsCriterion",
    "Better",
    "ChoiceCriterion",
    "ChoiceItem",
    "Chosen",
    "Combine",
    "Comparison",
    "Component",
    "Condition",
    "CountCriterion",
    "Criterion",
    "DeductionCriterion",
    "Effect",
    "ExcludedRule",
    "Explanation",
    "Figure",
    "FigureGrid",
    "FigureSpec",
    "Grade",
    "Grading",
    "Group",
    "GroupRole",
    "GrowthCriterion",
    "Inapplicable",
    "MinusCriterion",
    "MinusPlusCriterion",
    "MonitorCriterion",
    "MonitorState",
    "Movement",
    "Option",
    "Place",
    "PointsCriterion",
    "Prize",
    "Published",
    "Quota",
    "QuotaBase",
    "QuotaRounding",
    "QuotaTies",
    "RatioCriterion",
    "Reads",
    "Rounding",
    "RoundingAt",
    "Sanction",
    "Scheme",
    "ScoreSheet",
    "ScoreTable",
    "ShareBand",
    "SheetHistory",
    "SmallBase",
    "Snapshot",
    "Standings",
    "Stated",
    "Substitute",
    "Term",
    "TieRule",
    "UnitFigures",
    "Verdict",
    "WeightedCriterion",
    "award",
    "check_figures",
    "compare",
    "explain",
    "fingerprint",
    "grade_all",
    "lint",
    "movement",
    "rank",
    "roll_up",
    "score",
    "score_all",
    "snapshot",
]

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "Comparison": "_compare",
    "Explanation": "_explain",
    "FigureGrid": "_fast",
    "Movement": "_compare",
    "ScoreTable": "_fast",
    "SheetHistory": "_history",
    "Snapshot": "_compare",
    "compare": "_compare",
    "explain": "_explain",
    "fingerprint": "_history",
    "lint": "_lint",
    "movement": "_compare",
    "roll_up": "_roll_up",
    "score_all": "_fast",
    "snapshot": "_compare",
}

publish(__name__, (name for name in __all__ if name not in _LATER))

# It publishes the rest, of the same modules.
import evnpubsvc.emulation.results  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
