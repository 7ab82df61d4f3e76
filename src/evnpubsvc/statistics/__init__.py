"""Statistics: dossiers of a register, counted by chosen dimensions and by state in a period.

Flow: `RegisterRow`s (read by `serde.read_register`, made from histories by `register_row`, or by an
application) go into `tally`, which gives a `Tally` of integers; tallies of parts merge into the
tally of the whole, in any order.
"""

from typing import TYPE_CHECKING, Final

# It says what a tally shows.
import evnpubsvc.statistics._table  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import load, publish
from evnpubsvc.statistics._before_after import (
    BeforeAfter,
    ComparisonGroup,
    Exposure,
    before_after,
)
from evnpubsvc.statistics._cells import TallyCell
from evnpubsvc.statistics._count import drill_down, tally
from evnpubsvc.statistics._handling import HandlingTime, handling_time, handling_times
from evnpubsvc.statistics._histories import register_row, register_rows
from evnpubsvc.statistics._period_state import Intake, PeriodState, classify
from evnpubsvc.statistics._periods import Flow, Stock, carry_over, flow, stock
from evnpubsvc.statistics._rates import (
    Growth,
    Measure,
    NamedRate,
    Rate,
    RateTable,
    growth,
    measures,
    measures_of,
    named_rates,
    pool_rates,
    rate,
    rates_by,
)
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus
from evnpubsvc.statistics._roll_up import narrow, roll_up, sum_over
from evnpubsvc.statistics._selection import Selection
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.statistics._terms import LimitTerms
from evnpubsvc.statistics._where import Where

if TYPE_CHECKING:
    from evnpubsvc.statistics._unit_roll_up import UnitRollUp, roll_up_units
    from evnpubsvc.statistics._values import check_values

__all__ = [
    "BeforeAfter",
    "ComparisonGroup",
    "Exposure",
    "Flow",
    "Growth",
    "HandlingTime",
    "Intake",
    "LimitTerms",
    "Measure",
    "NamedRate",
    "PeriodState",
    "Rate",
    "RateTable",
    "RegisterRow",
    "RegisterStatus",
    "Selection",
    "Stock",
    "Tally",
    "TallyCell",
    "UnitRollUp",
    "Where",
    "before_after",
    "carry_over",
    "check_values",
    "classify",
    "drill_down",
    "flow",
    "growth",
    "handling_time",
    "handling_times",
    "measures",
    "measures_of",
    "named_rates",
    "narrow",
    "pool_rates",
    "rate",
    "rates_by",
    "register_row",
    "register_rows",
    "roll_up",
    "roll_up_units",
    "stock",
    "sum_over",
    "tally",
]

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "UnitRollUp": "_unit_roll_up",
    "check_values": "_values",
    "roll_up_units": "_unit_roll_up",
}

# It is called for every dossier.
publish(__name__, (name for name in __all__ if name not in _LATER), direct=("register_row",))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
