"""Days of Viet Nam's lunar calendar (*âm lịch*) that are holidays, from the packaged table."""

from __future__ import annotations

from datetime import date

from evnpubsvc._tables import packaged_table
from evnpubsvc.errors import MisuseError

_TABLE = "worktime/lunar.toml"


def lunar_new_year(year: int) -> date:
    """Return the first day of the lunar year (*mùng Một Tết*, 1/1 lunar) that begins in a year.

    Args:
        year: 2019 to 2100.

    Raises:
        MisuseError: `lunar-year-out-of-range`.

    Source: computed from new moons and solar terms at UTC+7, the hour of Hà Nội; China counts at
    UTC+8 and may begin the year a day later, as in 2030.

    >>> lunar_new_year(2030)
    datetime.date(2030, 2, 2)
    """
    return _days(year)[0]


def hung_kings_day(year: int) -> date:
    """Return Hùng Kings' Commemoration (*Giỗ Tổ Hùng Vương*, 10/3 lunar) of a year.

    It is a holiday of fixed date (Labour Code 45/2019/QH14 art. 112(1)(e)) and waits for no yearly
    decision. On the weekly rest, the next working day is off in its place (art. 111(3)).

    Args:
        year: 2019 to 2100.

    Raises:
        MisuseError: `lunar-year-out-of-range`.

    Source: as `lunar_new_year`.

    >>> hung_kings_day(2028)
    datetime.date(2028, 4, 4)
    """
    return _days(year)[1]


def _days(year: int) -> tuple[date, date]:
    table = packaged_table(_TABLE)["days"]
    found = table.get(str(year)) if type(year) is int else None
    if found is None:
        years = sorted(map(int, table))
        raise MisuseError("lunar-year-out-of-range", year, first=years[0], last=years[-1])
    new_year, commemoration = found
    return new_year, commemoration
