"""Warn, from 90 days before, that the decided days of the packaged calendar run out. Never fails.

`make check` runs it, since the days off of a year are decided in the year before and the table
needs a new row then.
"""

from __future__ import annotations

from datetime import date, timedelta

from evnpubsvc.worktime import vietnam_calendar

NOTICE = timedelta(days=90)


def warning_on(today: date) -> str | None:
    """Return what to say on a day; None while there is time."""
    last = vietnam_calendar().last
    if today < last - NOTICE:
        return None
    left = (last - today).days
    when = f"in {left} days, on {last}" if left >= 0 else f"on {last}"
    return (
        f"warning: the decided days of worktime/vietnam.toml end {when}: "
        f"add the rows of {last.year + 1} when the yearly decision is published"
    )


if __name__ == "__main__":
    said = warning_on(date.today())
    if said is not None:
        print(said)
