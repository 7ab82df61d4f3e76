"""Periods of reports (*kỳ báo cáo*).

From which day to which day a figure counts, and which figures compare.

A month, quarter or year ends on the 14th in statutory reports and on the last day of a month
elsewhere; no function here takes one of the two for granted. `comparability` says why two figures
cannot stand side by side.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.periods._compare import comparability
from evnpubsvc.periods._period import Period, PeriodCalendar, PeriodKind

__all__ = ["Period", "PeriodCalendar", "PeriodKind", "comparability"]

publish(__name__, __all__)
