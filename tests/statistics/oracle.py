"""A count of registers written apart: every rule once more, by plain comparisons on local dates."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from evnpubsvc.statistics import RegisterRow


def _day(moment: date | datetime | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _month_of_report(day: date) -> tuple[int, int]:
    for year in (day.year, day.year + 1):
        for month in range(1, 13):
            first = date(year - 1, 12, 15) if month == 1 else date(year, month - 1, 15)
            if first <= day <= date(year, month, 14):
                return year, month
    raise AssertionError(day)


def counted_by_hand(
    rows: Sequence[RegisterRow],
    by: Sequence[str],
    since: date | None,
    as_of: date,
    known_at: date | None,
) -> Counter[tuple[tuple[str | None, ...], str, str]]:
    """Count by key, entry and state; due dates and endings compared by date."""
    cells: Counter[tuple[tuple[str | None, ...], str, str]] = Counter()
    for row in rows:
        received, due, finished = _day(row.received), _day(row.due), _day(row.finished)
        assert received is not None
        if known_at is None:
            if row.superseded:
                continue
        else:
            begun, ended = _day(row.recorded) or date.min, _day(row.superseded) or date.max
            if not begun <= known_at < ended:
                continue
        if row.part_of or received > as_of:
            continue
        status = row.status.value if row.status else ""
        word = outcome = ""
        if finished is None:
            if status in {"result", "declined", "withdrawn", "stopped", "refused"}:
                continue
            word = {"waiting": "waiting", "paused": "pending_paused"}.get(status, "")
            outcome = "waiting" if word == "waiting" else "pending"
        elif finished <= as_of:
            if since and max(finished, received) < since:
                continue
            word = status if status in {"withdrawn", "stopped", "refused"} else ""
            outcome = (
                status if status in {"withdrawn", "stopped", "refused", "declined"} else "result"
            )
            if not word:
                word = (
                    "no_due_date"
                    if due is None
                    else ("early", "on_time", "late")[(finished >= due) + (finished > due)]
                )
        elif status == "refused":
            word = outcome = "waiting"
        if not word:
            outcome = "pending"
            word = "pending_" + (
                "no_due_date" if due is None else "overdue" if due < as_of else "in_time"
            )
        year, month = _month_of_report(received)
        named = {
            **dict(row.dimensions),
            "outcome": outcome,
            "received_month": received.isoformat()[:7],
            "received_report_quarter": f"{year}-Q{1 + (month - 1) // 3}",
        }
        entry = "carried" if since and received < since else "new"
        cells[tuple(named[name] for name in by), entry, word] += 1
    return cells
