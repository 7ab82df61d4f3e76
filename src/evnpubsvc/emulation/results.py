"""What results of scoring are made of: lines of explanations, steps of grades, prizes.

They are read, not built.
"""

from typing import TYPE_CHECKING, Final

from evnpubsvc._hooks import load, publish
from evnpubsvc.emulation._awards import Graded, PrizeGiven, PrizeTie
from evnpubsvc.emulation._grades import GradeStep
from evnpubsvc.emulation._score import GroupScore

if TYPE_CHECKING:
    from evnpubsvc.emulation._compare import Contribution, RankChange, UnitSnapshot
    from evnpubsvc.emulation._explain import ExplanationLine
    from evnpubsvc.emulation._history import SheetVersion

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

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "Contribution": "_compare",
    "ExplanationLine": "_explain",
    "RankChange": "_compare",
    "SheetVersion": "_history",
    "UnitSnapshot": "_compare",
}

publish(__name__, (name for name in __all__ if name not in _LATER))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
