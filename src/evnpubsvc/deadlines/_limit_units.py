"""What a time limit counts."""

from __future__ import annotations

from typing import Final

from evnpubsvc.texts import LabelledEnum


class LimitUnit(LabelledEnum):
    """What a time limit counts.

    Units are never converted into each other without a policy that says how.
    """

    AT_ONCE = "at-once"
    """At once ("ngay sau khi nhận đủ hồ sơ"); the amount is 0. No hour is promised, so `due` gives
    the close of the day of receipt, as for the same day."""
    SAME_DAY = "same-day"
    """The day of receipt itself ("trong ngày"); the amount is 0."""
    HOURS = "hours"
    """Hours as printed ("24 giờ"): whether clock hours or office hours are meant is disputed; see
    `HoursReading`."""
    WORKING_HOURS = "working-hours"
    """Hours of office time ("giờ làm việc")."""
    CLOCK_HOURS = "clock-hours"
    """Hours by the clock, day and night ("giờ đồng hồ")."""
    WORKING_DAYS = "working-days"
    """Working days ("ngày làm việc"), in halves."""
    DAYS = "days"
    """Calendar days ("ngày")."""
    WEEKS = "weeks"
    """Weeks ("tuần"): seven calendar days each."""
    MONTHS = "months"
    """Calendar months ("tháng")."""
    YEARS = "years"
    """Calendar years ("năm"): twelve months each."""


WITHOUT_AMOUNT: Final = (LimitUnit.AT_ONCE, LimitUnit.SAME_DAY)
"""Units whose amount is 0: no time is counted, `due` gives the close of the day of receipt."""
