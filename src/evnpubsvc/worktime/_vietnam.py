"""The calendar of Viet Nam's civil servants, from the packaged table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from typing import Final

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, cited
from evnpubsvc.texts import Text
from evnpubsvc.worktime._calendar import Calendar
from evnpubsvc.worktime._days import CalendarDay, DayKind
from evnpubsvc.worktime._hours import WeeklyHours
from evnpubsvc.worktime._lunar import hung_kings_day

__all__ = ["vietnam_calendar"]

_TABLE: Final = "worktime/vietnam.toml"
_LAST_PROVISIONAL: Final = 2100


def vietnam_calendar(*, provisional_until: int | None = None) -> Calendar:
    """Return the calendar of Viet Nam's civil servants: every decided day off and make-up day, with its source.

    It covers 2019-01-01 to 2027-12-31. Its office hours are those of one province (07:00–11:30, 13:30–17:00), since
    hours are set locally: give the office's own with `Calendar.with_hours`.

    Args:
        provisional_until: a later year up to whose end the calendar goes on with the holidays that the law fixes
            (1 January, 10/3 lunar, 30 April, 1 May, 2 September, 24 November, and their substitutes).
            Tết, the second day of National Day and swaps wait for the yearly decision
            and are **not** in those years: everything that rests on them is provisional
            (`Calendar.is_provisional`). The days off still to be decided will move due dates later, and a make-up day
            may move one forward.

    Raises:
        MisuseError: `provisional-year-out-of-range` unless the year lies after the decided ones, up to 2100.

    Source: Labour Code 45/2019/QH14 arts. 111(3), 112; the yearly decisions named in each row.

    >>> from datetime import date
    >>> print(vietnam_calendar().why(date(2026, 8, 31)))
    31/08/2026: National Day break, day off in exchange for 22/08/2026 [Notice 9441/TB-BNV of 16/10/2025]
    >>> vietnam_calendar(provisional_until=2028).why(date(2028, 5, 2)).provisional
    True
    """
    last: date = packaged_table(_TABLE)["last"]
    if provisional_until is not None and (
        type(provisional_until) is not int or not last.year < provisional_until <= _LAST_PROVISIONAL
    ):
        raise MisuseError(
            "provisional-year-out-of-range",
            provisional_until,
            first=last.year + 1,
            last=_LAST_PROVISIONAL,
        )
    return _build(provisional_until)


@cache
def _build(provisional_until: int | None) -> Calendar:
    table = packaged_table(_TABLE)
    sources = {key: cited(entry) for key, entry in table["sources"].items()}
    names = {key: Text(**entry) for key, entry in table["names"].items()}
    rows = [
        CalendarDay(
            day,
            DayKind(row["kind"]),
            names[row["name"]],
            sources[row["source"]],
            counterpart=row.get("counterpart"),
        )
        for row in table["rows"]
        for day in row["days"]
    ]
    hours = WeeklyHours.of(*table["hours"]["weekdays"], source=cited(table["hours"]["source"]))
    first, last = table["first"], table["last"]
    if provisional_until is None:
        return Calendar(first, last, (hours,), tuple(rows))
    for year in range(last.year + 1, provisional_until + 1):
        statutory = [
            (date(year, row["month"], row["day"]), names[row["name"]], sources[row["source"]])
            for row in table["statutory"]
        ]
        hung_kings = (hung_kings_day(year), names["hung-kings"], sources["code-2019-lunar"])
        rows += _provisional([*statutory, hung_kings], sources["code-2019-rest"])
    return Calendar(
        first, date(provisional_until, 12, 31), (hours,), tuple(rows), decided_until=last
    )


def _provisional(
    statutory: list[tuple[date, Text, Citation]], rest: Citation
) -> Iterator[CalendarDay]:
    """The holidays that the law fixes, and for those on a weekend the next working day."""
    taken = {day for day, _, _ in statutory}
    for day, name, source in sorted(statutory, key=itemgetter(0)):
        yield CalendarDay(day, DayKind.HOLIDAY, name, source, provisional=True)
        if day.weekday() >= 5:
            substitute = day
            while substitute.weekday() >= 5 or substitute in taken:
                substitute += timedelta(days=1)
            taken.add(substitute)
            yield CalendarDay(
                substitute, DayKind.SUBSTITUTE, name, rest, counterpart=day, provisional=True
            )
