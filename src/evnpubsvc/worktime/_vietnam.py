"""The calendar of Viet Nam's civil servants, from the packaged table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from typing import Final

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import Text
from evnpubsvc.worktime._calendar import Calendar
from evnpubsvc.worktime._days import CalendarDay, DayKind
from evnpubsvc.worktime._hours import WeeklyHours
from evnpubsvc.worktime._lunar import hung_kings_day, lunar_new_year
from evnpubsvc.worktime._open_decisions import OpenDecision

_TABLE: Final = "worktime/vietnam.toml"
_LAST_PROVISIONAL: Final = 2100


def vietnam_calendar(*, provisional_until: int | None = None) -> Calendar:
    """Return the calendar of Viet Nam's civil servants.

    Every decided day off and make-up day, with its source.

    It covers 2019-01-01 to 2027-12-31. Its office hours are those of one province (07:00–11:30,
    13:30–17:00), since hours are set locally: give the office's own with `Calendar.with_hours`.

    Args:
        provisional_until: a later year up to whose end the calendar goes on. None to end with the
            decided days, so that what leads beyond them is refused. The years that follow hold the
            holidays that the law fixes (1 January, 10/3 lunar, 30 April, 1 May, 2 September, 24
            November, and their substitutes); Tết and the second day of National Day, which the
            Prime Minister decides each year, by the pattern of past decisions; and no exchange of
            days. Everything there is provisional (`Calendar.is_provisional`), and
            `Calendar.open_decisions` holds the other choices that are considered.

    Raises:
        MisuseError: `provisional-year-out-of-range` unless the year lies after the decided ones, up
            to 2100.

    Source: Labour Code 45/2019/QH14 arts. 111(3), 112; the yearly decisions named in each row.

    >>> from datetime import date
    >>> print(vietnam_calendar().why(date(2026, 8, 31)))
    31/08/2026: National Day break, day off in exchange for 22/08/2026 [Notice 9441/TB-BNV ...
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
    open_decisions: list[OpenDecision] = []
    for year in range(last.year + 1, provisional_until + 1):
        certain, undecided = _undecided_year(year, names, sources)
        rows += certain
        rows += (row for decision in undecided for row in decision.choices[0])
        open_decisions += undecided
    return Calendar(
        first,
        date(provisional_until, 12, 31),
        (hours,),
        tuple(rows),
        decided_until=last,
        open_decisions=tuple(open_decisions),
    )


# -- a year that is not decided --------------------------------------------------------------------


def _undecided_year(
    year: int, names: Mapping[str, Text], sources: Mapping[str, Citation]
) -> tuple[list[CalendarDay], list[OpenDecision]]:
    """The days that the law fixes in a year, and the decisions that are still to be taken."""
    table = packaged_table(_TABLE)
    pattern = table["undecided"]
    rest = sources["code-2019-rest"]

    # What the law fixes, by the sun and by the moon. The substitute of National Day depends on its
    # second day.
    national = date(year, 9, 2)
    fixed = [
        (date(year, row["month"], row["day"]), names[row["name"]], sources[row["source"]])
        for row in table["statutory"]
    ]
    fixed.append((hung_kings_day(year), names["hung-kings"], sources["code-2019-lunar"]))
    certain = _with_substitutes([each for each in fixed if each[0] != national], rest)
    certain += _with_substitutes([each for each in fixed if each[0] == national], rest)[:1]

    # Tết: five days, of which one or two come before the first day of the lunar year.
    tet = lunar_new_year(year)
    one_before = tet.isoweekday() in pattern["tet_one_day_before_on"]
    tet_choices = [
        _with_substitutes(
            [
                (tet + timedelta(n), names["tet"], sources["tet-open"])
                for n in range(-before, 5 - before)
            ],
            rest,
        )
        for before in ((1, 2) if one_before else (2, 1))
    ]

    # National Day: 2 September, and the day before or after it.
    after = national.isoweekday() in pattern["national_day_after_on"]
    national_choices = [
        [
            row
            for row in _with_substitutes(
                [
                    (day, names["national"], sources["national-open"])
                    for day in sorted((national, national + timedelta(step)))
                ],
                rest,
            )
            if row.day != national
        ]
        for step in ((1, -1) if after else (-1, 1))
    ]
    return certain, [
        _open_decision("tet", year, tet_choices),
        _open_decision("national-second", year, national_choices),
    ]


def _open_decision(key: str, year: int, choices: list[list[CalendarDay]]) -> OpenDecision:
    name = packaged_table(_TABLE)["undecided"]["names"][key]
    title = Text(vi=f"{name['vi']} {year}", en=f"{name['en']} {year}")
    return OpenDecision(title, tuple(map(tuple, choices)))


def _with_substitutes(
    holidays: list[tuple[date, Text, Citation]], rest: Citation
) -> list[CalendarDay]:
    """Return holidays as provisional rows.

    A holiday on a weekend is followed by the next working day in its place.
    """
    taken = {day for day, _, _ in holidays}
    rows: list[CalendarDay] = []
    for day, name, source in sorted(holidays, key=itemgetter(0)):
        rows.append(CalendarDay(day, DayKind.HOLIDAY, name, source, provisional=True))
        if day.weekday() >= 5:
            substitute = day
            while substitute.weekday() >= 5 or substitute in taken:
                substitute += timedelta(days=1)
            taken.add(substitute)
            rows.append(
                CalendarDay(
                    substitute, DayKind.SUBSTITUTE, name, rest, counterpart=day, provisional=True
                )
            )
    return rows
