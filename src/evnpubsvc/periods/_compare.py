"""Why figures of two periods cannot stand side by side."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from datetime import date

from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.periods._period import Period, PeriodKind


def comparability(a: Period, b: Period) -> tuple[Finding, ...]:
    """Say why figures of two periods do not compare without a word of explanation.

    Args:
        a: one period.
        b: the other; the order matters to the wording alone.

    Returns:
        Nothing when they compare. Violations: `periods-differ-in-kind`; `periods-differ-in-length`,
        counted in months where both are made of whole ones, else in days without 29 February;
        `periods-differ-in-cutoff` when one ends on the 14th and the other with the month;
        `periods-overlap` for days that are counted in both. A notice, `periods-differ-in-days`,
        when only the calendar makes one longer: a leap day, a month of 30 days beside one of 31.

    The figures of 2020 to 2022 that the commune of Tam Xuân II published: from August, a whole
    year, up to 15/12.

    >>> from datetime import date
    >>> from evnpubsvc.periods import PeriodCalendar
    >>> y2020 = Period(date(2020, 8, 1), date(2020, 12, 31))
    >>> y2021 = Period.year(2021, calendar=PeriodCalendar.CALENDAR)
    >>> y2022 = Period(date(2022, 1, 1), date(2022, 12, 15))
    >>> for f in (*comparability(y2020, y2021), *comparability(y2021, y2022)):
    ...     print(f.message())
    2020-08-01..2020-12-31 has 153 days, calendar-2021 has 365
    calendar-2021 has 365 days, 2022-01-01..2022-12-15 has 349
    calendar-2021 and 2022-01-01..2022-12-15 end on different days of a month
    """
    return () if a == b else tuple(_differences(a, b))


def _differences(a: Period, b: Period) -> Iterator[Finding]:
    both = {"one": str(a), "other": str(b)}
    named = PeriodKind.CUSTOM not in {a.kind, b.kind}
    if named and a.kind is not b.kind:
        yield finding("periods-differ-in-kind", **both)
    if not _same_length(a, b):
        yield finding("periods-differ-in-length", **both, days=a.days, other_days=b.days)
    elif a.days != b.days:
        yield notice("periods-differ-in-days", **both, days=a.days, other_days=b.days)
    if _cutoff(a.last) != _cutoff(b.last):
        yield finding("periods-differ-in-cutoff", **both)
    if a.overlaps(b):
        first, last = max(a.first, b.first), min(a.last, b.last)
        yield finding("periods-overlap", **both, first=first, last=last)


def _same_length(a: Period, b: Period) -> bool:
    if a.months is not None and b.months is not None:
        return a.months == b.months
    return a.days == b.days or _plain_days(a) == _plain_days(b)


def _cutoff(last: date) -> int:
    """The day of the month on which a period ends; 31 for the end of any month."""
    if last.day == monthrange(last.year, last.month)[1]:
        return 31
    return last.day


def _plain_days(period: Period) -> int:
    """The days of a period without the 29ths of February in it."""
    leaps = sum(
        1
        for year in range(period.first.year, period.last.year + 1)
        if isleap(year) and period.first <= date(year, 2, 29) <= period.last
    )
    return period.days - leaps
