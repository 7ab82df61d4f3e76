"""What the rooms that count elsewhere (`serde` in files, `frames` on columns) may use of this one, and nothing else.

They say what a row holds; this room says what that means: `RowCounter` for rows, `StateMemo` and `state_table` for
days, `BY_DAY` and `outcome` for dimensions that follow from a row.
"""

from evnpubsvc.statistics._cells import Cells, LongKey
from evnpubsvc.statistics._count import RowCounter, question_of
from evnpubsvc.statistics._dimensions import BY_DAY, OUTCOME, outcome
from evnpubsvc.statistics._period_state import CLASSES, CLOSED, INDEX, LeftOut
from evnpubsvc.statistics._register import local_date
from evnpubsvc.statistics._states import STATUSES, DueDay, EndDay, StateMemo, state_table
from evnpubsvc.statistics._tally import TallyBuilder

__all__ = [
    "BY_DAY",
    "CLASSES",
    "CLOSED",
    "INDEX",
    "OUTCOME",
    "STATUSES",
    "Cells",
    "DueDay",
    "EndDay",
    "LeftOut",
    "LongKey",
    "RowCounter",
    "StateMemo",
    "TallyBuilder",
    "local_date",
    "outcome",
    "question_of",
    "state_table",
]
