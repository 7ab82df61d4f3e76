"""`due` with the counting rules written as keyword arguments, so that a test says in one line
what it counts by.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from evnpubsvc.deadlines import CountingRules, Deadline, Stop, StopLedger, TimeLimit
from evnpubsvc.deadlines import due as room_due
from evnpubsvc.services import Channel
from evnpubsvc.worktime import Calendar


def due(
    received: date,
    limit: TimeLimit | str,
    *,
    calendar: Calendar,
    channel: Channel | None = None,
    stops: StopLedger | Iterable[Stop] = (),
    resumed_on: date | None = None,
    trace: bool = True,
    **rules: Any,
) -> Deadline:
    """Call `due` with a calendar alone, or with counting rules when there are any."""
    by: dict[str, Any] = {"calendar": calendar}
    if rules:
        by = {"counting": CountingRules(calendar, **rules)}
    return room_due(
        received, limit, channel=channel, stops=stops, resumed_on=resumed_on, trace=trace, **by
    )
