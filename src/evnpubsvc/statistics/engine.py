"""What rooms that count or show elsewhere may use of this one, and nothing else.

They say what a row holds; this room says what that means: `RowCounter` for rows, `place_by_days`
and `STATE_TABLE` for days, `BY_DAY` and `outcome` for dimensions that follow from a row. The
command line writes its sheets from the columns of a tally's own table.
"""

from evnpubsvc.statistics._cells import Cells, LongKey, cell_of
from evnpubsvc.statistics._count import RowCounter, question_of
from evnpubsvc.statistics._dimensions import (
    BY_DAY,
    OUTCOME,
    WORKING_DAYS,
    derived_names,
    outcome,
    working_days,
)
from evnpubsvc.statistics._handling import (
    WITH_RESULT,
    handling_of,
    handling_question,
    handling_time_of,
)
from evnpubsvc.statistics._histories import values_of
from evnpubsvc.statistics._period_state import CLASSES, CLOSED, HANDLED, INDEX, LeftOut
from evnpubsvc.statistics._rates import rate_dimensions
from evnpubsvc.statistics._reasons import HOUR_NOTICE, Reasons
from evnpubsvc.statistics._repeats import (
    MOST_CODES,
    CodeWatch,
    Repeats,
    as_compared,
    is_compared,
    repeats_found,
    what_it_says,
)
from evnpubsvc.statistics._roll_up import narrowed
from evnpubsvc.statistics._spellings import (
    join_declared,
    join_spellings,
    say_joined,
    spell_alike,
    spellings_of,
)
from evnpubsvc.statistics._states import STATE_TABLE, STATUSES, DueDay, EndDay, place_by_days
from evnpubsvc.statistics._table import SHARES, SUMS, counts_of, left_out_lines, shares_of
from evnpubsvc.statistics._tally import TallyBuilder
from evnpubsvc.statistics._terms import find_wrong_limits
from evnpubsvc.statistics._where import as_wheres

__all__ = [
    "BY_DAY",
    "CLASSES",
    "CLOSED",
    "HANDLED",
    "HOUR_NOTICE",
    "INDEX",
    "MOST_CODES",
    "OUTCOME",
    "SHARES",
    "STATE_TABLE",
    "STATUSES",
    "SUMS",
    "WITH_RESULT",
    "WORKING_DAYS",
    "Cells",
    "CodeWatch",
    "DueDay",
    "EndDay",
    "LeftOut",
    "LongKey",
    "Reasons",
    "Repeats",
    "RowCounter",
    "TallyBuilder",
    "as_compared",
    "as_wheres",
    "cell_of",
    "counts_of",
    "derived_names",
    "find_wrong_limits",
    "handling_of",
    "handling_question",
    "handling_time_of",
    "is_compared",
    "join_declared",
    "join_spellings",
    "left_out_lines",
    "narrowed",
    "outcome",
    "place_by_days",
    "question_of",
    "rate_dimensions",
    "repeats_found",
    "say_joined",
    "shares_of",
    "spell_alike",
    "spellings_of",
    "values_of",
    "what_it_says",
    "working_days",
]
