"""What results of scoring are made of: lines of explanations, steps of grades, prizes.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.emulation._awards import Graded, PrizeGiven, PrizeTie
from evnpubsvc.emulation._compare import Contribution, RankChange, UnitSnapshot
from evnpubsvc.emulation._explain import ExplanationLine
from evnpubsvc.emulation._grades import GradeStep
from evnpubsvc.emulation._history import SheetVersion
from evnpubsvc.emulation._score import GroupScore

__all__ = [
    "Contribution",
    "ExplanationLine",
    "GradeStep",
    "Graded",
    "GroupScore",
    "PrizeGiven",
    "PrizeTie",
    "RankChange",
    "SheetVersion",
    "UnitSnapshot",
]

publish(__name__, __all__)
