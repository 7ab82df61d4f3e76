"""Form II.06a by plain loops over events.

Nothing of the library's classes, rules or numbers is used.
"""

from datetime import date
from typing import NamedTuple


class Log(NamedTuple):
    """A dossier as a list of events: what happened on which day."""

    code: str
    field: str | None
    channel: str | None
    due: date | None
    events: list[
        tuple[date, str]
    ]  # handed-in, received, refused, asked, supplied, resolved, withdrawn, stopped


_ENDS = ("resolved", "withdrawn", "stopped")


def columns(logs: list[Log], first: date, last: date) -> dict[str | None, dict[int, int]]:
    """Return field -> number of the column -> dossiers, for the fields that have any."""
    table: dict[str | None, dict[int, int]] = {}
    for log in logs:
        received = ended = how = asked = None
        for day, what in log.events:
            if day > last:
                continue  # nobody knows yet
            if what == "received":
                received = day
            elif what == "asked":
                asked = day
            elif what == "supplied":
                asked = None
            elif what in _ENDS:
                ended, how = day, what
        if received is None or (ended is not None and ended < first):
            continue
        row = table.setdefault(log.field, dict.fromkeys(range(3, 14), 0))
        row[3] += 1
        if received < first:
            row[6] += 1
        elif log.channel == "online":
            row[4] += 1
        elif log.channel is not None:
            row[5] += 1
        if ended is not None:
            row[7] += 1
            if how != "resolved":
                row[9] += 1  # given back to the applicant
            elif log.due is not None:
                row[8 if ended < log.due else 9 if ended == log.due else 10] += 1
        else:
            row[11] += 1
            if log.due is not None:
                # A request that came after the due date does not stop a clock that has run out.
                waits = asked is not None and asked <= log.due
                row[12 if waits or log.due >= last else 13] += 1
    return table
