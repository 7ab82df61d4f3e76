"""Periods: two days, and the kind and calendar that they follow from."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Final, Self

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import checked_day, instance_of, plain_day
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import finding
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.texts import LabelledEnum, Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from dateutil.rrule import rrule

_ONE_DAY: Final = timedelta(days=1)


class PeriodKind(LabelledEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    SIX_MONTHS = "six-months"
    """The first six months of a year."""
    NINE_MONTHS = "nine-months"
    """The first nine months of a year."""
    YEAR = "year"
    CUSTOM = "custom"
    """Any two days: what a drive or an article counts. It follows no calendar."""


class PeriodCalendar(LabelledEnum):
    """On which day a month ends.

    There is no default: a figure without it cannot be compared with another.
    """

    STATUTORY = "statutory"
    """Periodic reports: from the 15th of the month before to the 14th."""
    CALENDAR = "calendar"
    """Calendar months, as index 766 on the National Portal counts."""

    @property
    def sources(self) -> tuple[Citation, ...]:
        """Where this way of counting is laid down or was seen.

        >>> print(*PeriodCalendar.STATUTORY.sources, sep="; ")
        Decree 09/2019/NĐ-CP, art. 12; Decision 01/2023/QĐ-UBND of Khánh Hòa province, art. 4
        """
        return _SOURCES[self]


_SOURCES: Final = {
    PeriodCalendar.STATUTORY: (
        Citation(
            "NĐ 09/2019/NĐ-CP",
            "12",
            Confidence.MEMORY,
            "the number of the article was not looked up",
        ),
        Citation(
            "QĐ 01/2023/QĐ-UBND (Khánh Hòa)",
            "4",
            Confidence.ONE_SOURCE,
            "the wording, as transcribed",
        ),
    ),
    PeriodCalendar.CALENDAR: (
        Citation(
            "DVCQG, index of QĐ 766/QĐ-TTg",
            "",
            Confidence.ONE_SOURCE,
            "the portal counts by calendar months, quarters and years",
        ),
    ),
}
_MONTHS: Final = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.SIX_MONTHS: 6,
    PeriodKind.NINE_MONTHS: 9,
    PeriodKind.YEAR: 12,
}
_BEYOND: Final = 120_000  # months from the beginning of the year 0 to the end of the year 9999
_TILING: Final = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})
_NAMED: Final = re.compile(
    rf"({'|'.join(PeriodCalendar)})-([0-9]{{4}})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|([69])M))?",
    re.ASCII,
)
_CUSTOM: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII
)


@frozen
class Period(PublicType):
    """A period of a report (*kỳ báo cáo*): from one day to another, both inclusive.

    Made by `month`, `quarter`, `six_months`, `nine_months` and `year`, which are told the calendar,
    or from any two days. Which days they are follows from the instrument named by
    `PeriodCalendar.sources`.

    Attributes:
        first: first day, inclusive.
        last: last day, inclusive.
        kind: how long it is; `CUSTOM` for any two days.
        calendar: on which day its months end; None for a custom period and only for it.

    Raises:
        MisuseError: `last-before-first`; `period-not-of-kind` when the days are not those of the
            kind and calendar; `period-calendar-missing`, `period-calendar-surplus`;
            `day-wrong-type` for a `datetime`.

    >>> print(Period.year(2022, calendar=PeriodCalendar.STATUTORY).written("vi"))
    năm 2022 (từ ngày 15/12/2021 đến ngày 14/12/2022)
    >>> Period(date(2022, 1, 1), date(2022, 12, 15)).days
    349
    """

    written_as_text: ClassVar[bool] = True

    first: date = field(validator=plain_day)
    last: date = field(validator=plain_day)
    kind: PeriodKind = field(default=PeriodKind.CUSTOM, validator=instance_of(PeriodKind))
    calendar: PeriodCalendar | None = field(
        default=None, validator=instance_of(PeriodCalendar, type(None))
    )

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise MisuseError("last-before-first", first=self.first, last=self.last)
        if self.kind is PeriodKind.CUSTOM:
            if self.calendar is not None:
                raise MisuseError("period-calendar-surplus", self.calendar)
        elif self.calendar is None:
            raise MisuseError("period-calendar-missing", self.kind)
        elif (self.first, self.last) != _bounds(
            self.kind, self.calendar, self.last.year, self.last.month
        ) or (self.last.month not in _last_months(self.kind)):
            raise MisuseError(
                "period-not-of-kind",
                kind=self.kind,
                calendar=self.calendar,
                first=self.first,
                last=self.last,
            )

    @classmethod
    def month(cls, year: int, month: int, *, calendar: PeriodCalendar) -> Self:
        """Return a month.

        Args:
            year: 1 to 9999. The month that runs from December to January belongs to the year in
                which it ends.
            month: 1 to 12.
            calendar: on which day it ends.

        Raises:
            MisuseError: `period-number` for a number that there is not; `period-out-of-dates` for a
                period that begins before the year 1.

        >>> print(Period.month(2022, 1, calendar=PeriodCalendar.STATUTORY).written("en"))
        month 1 of reporting year 2022 (2021-12-15 to 2022-01-14)
        """
        return cls._of(PeriodKind.MONTH, calendar, year, _number(month, 12, "month"))

    @classmethod
    def quarter(cls, year: int, quarter: int, *, calendar: PeriodCalendar) -> Self:
        """Return a quarter, 1 to 4. Arguments and errors as in `month`.

        >>> print(Period.quarter(2022, 4, calendar=PeriodCalendar.STATUTORY).written("en"))
        quarter 4 of reporting year 2022 (2022-09-15 to 2022-12-14)
        """
        return cls._of(PeriodKind.QUARTER, calendar, year, _number(quarter, 4, "quarter") * 3)

    @classmethod
    def six_months(cls, year: int, *, calendar: PeriodCalendar) -> Self:
        """Return the first six months of a year. Arguments and errors as in `month`."""
        return cls._of(PeriodKind.SIX_MONTHS, calendar, year, 6)

    @classmethod
    def nine_months(cls, year: int, *, calendar: PeriodCalendar) -> Self:
        """Return the first nine months of a year. Arguments and errors as in `month`."""
        return cls._of(PeriodKind.NINE_MONTHS, calendar, year, 9)

    @classmethod
    def year(cls, year: int, *, calendar: PeriodCalendar) -> Self:
        """Return a year. Arguments and errors as in `month`."""
        return cls._of(PeriodKind.YEAR, calendar, year, 12)

    @classmethod
    @answer_wrong_arguments
    def containing(cls, day: date, *, kind: PeriodKind, calendar: PeriodCalendar) -> Self:
        """Return the month, quarter or year that a day belongs to.

        Raises:
            MisuseError: `period-kind-does-not-tile` for the other kinds, which leave days out;
                `day-wrong-type`.

        >>> print(Period.containing(date(2022, 12, 15), kind=PeriodKind.YEAR,
        ...     calendar=PeriodCalendar.STATUTORY))
        statutory-2023
        """
        checked_day(day)
        if kind not in _TILING:
            raise MisuseError("period-kind-does-not-tile", str(kind), known=tuple(sorted(_TILING)))
        shift = calendar is PeriodCalendar.STATUTORY and day.day > 14
        number = day.year * 12 + day.month - 1 + shift  # months since the beginning of the year 0
        length = _MONTHS[kind]
        number = number // length * length + length - 1
        if number >= _BEYOND:
            raise MisuseError("period-out-of-dates", day)
        return cls._of(kind, calendar, number // 12, number % 12 + 1)

    @classmethod
    def _of(cls, kind: PeriodKind, calendar: PeriodCalendar, year: int, last_month: int) -> Self:
        if not isinstance(calendar, PeriodCalendar):
            raise MisuseError("period-calendar-missing", kind)
        _number(year, 9999, "year")
        return cls(*_bounds(kind, calendar, year, last_month), kind, calendar)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` writes.

        Args:
            text: `statutory-2022` or `calendar-2022`, followed by nothing (the year), `-12` (the
                month), `-Q4` (the quarter), `-6M` or `-9M`; or two days as
                `2022-01-01..2022-12-15`.

        Raises:
            DataError: `period-not-read`, `last-before-first`, `period-out-of-dates`.

        >>> Period.parse("statutory-2022-Q1").first
        datetime.date(2021, 12, 15)
        >>> Period.parse("2022-Q1")
        Traceback (most recent call last):
        evnpubsvc.errors.DataError: '2022-Q1' is not the name of a period [period-not-read] - ...
        """
        try:
            return cls._read(text)
        except MisuseError as error:
            raise DataError([error.finding]) from None

    @classmethod
    def _read(cls, text: str) -> Self:
        if not isinstance(text, str):
            raise DataError([finding("period-not-read", "", text)])
        if found := _NAMED.fullmatch(text):
            calendar, year, month, quarter, months = found.groups()
            if month:
                kind, last_month = PeriodKind.MONTH, int(month)
            elif quarter:
                kind, last_month = PeriodKind.QUARTER, int(quarter) * 3
            elif months:
                if months == "6":
                    kind = PeriodKind.SIX_MONTHS
                else:
                    kind = PeriodKind.NINE_MONTHS
                last_month = int(months)
            else:
                kind, last_month = PeriodKind.YEAR, 12
            return cls._of(kind, PeriodCalendar(calendar), int(year), last_month)
        if found := _CUSTOM.fullmatch(text):
            try:
                first, last = (date.fromisoformat(day) for day in found.groups())
            except ValueError:
                pass
            else:
                return cls(first, last)
        raise DataError([finding("period-not-read", "", text)])

    @property
    def days(self) -> int:
        """How many days it has, the first and the last included."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int | None:
        """How many whole months it has.

        None for a custom period that is not made of whole months.
        """
        if self.kind is not PeriodKind.CUSTOM:
            return _MONTHS[self.kind]
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        if self.first.day == 1:
            ends_a_month = self.last.day == monthrange(self.last.year, self.last.month)[1]
            return months + 1 if ends_a_month else None
        if self.last.day == self.first.day - 1:
            return months
        return None

    def contains(self, day: date) -> bool:
        """Return whether a day lies inside, the first and the last included.

        Raises:
            MisuseError: `day-wrong-type` for a `datetime`: which day a moment falls on depends on a
                time zone.

        >>> report = Period.year(2022, calendar=PeriodCalendar.STATUTORY)
        >>> report.contains(date(2022, 12, 14)), report.contains(date(2022, 12, 15))
        (True, False)
        """
        return self.first <= checked_day(day) <= self.last

    def __contains__(self, day: object) -> bool:
        return self.contains(checked_day(day))

    @answer_wrong_arguments
    def overlaps(self, other: Period) -> bool:
        """Return whether the two share at least one day."""
        return self.first <= other.last and other.first <= self.last

    @answer_wrong_arguments
    def meets(self, later: Period) -> bool:
        """Return whether the other begins the day after this one ends: stocks are carried over."""
        return self.last < date.max and self.last + _ONE_DAY == later.first

    def previous(self) -> Self:
        """Return the period of the same kind before this one.

        For six and nine months that is the same part of the year before, which does not adjoin; a
        custom period has as many days before it as it has itself.

        Raises:
            MisuseError: `period-out-of-dates` beyond the years 1 to 9999.

        >>> print(Period.month(2022, 1, calendar=PeriodCalendar.STATUTORY).previous())
        statutory-2021-12
        >>> print(Period(date(2022, 1, 1), date(2022, 1, 10)).previous())
        2021-12-22..2021-12-31
        """
        return self._moved(-1)

    def next(self) -> Self:
        """Return the period of the same kind after this one.

        As `previous`, in the other direction.
        """
        return self._moved(1)

    def _moved(self, steps: int) -> Self:
        if self.calendar is None:
            try:
                first = self.first + self.days * steps * _ONE_DAY
                return type(self)(first, first + (self.days - 1) * _ONE_DAY)
            except OverflowError:
                raise MisuseError("period-out-of-dates", self) from None
        step = _MONTHS[self.kind] if self.kind in _TILING else 12
        number = self.last.year * 12 + self.last.month - 1 + step * steps
        if not 12 <= number < _BEYOND:
            raise MisuseError("period-out-of-dates", self)
        return self._of(self.kind, self.calendar, number // 12, number % 12 + 1)

    def same_last_year(self) -> Self:
        """Return the same period of the year before (*cùng kỳ năm trước*).

        In a custom period 29 February becomes 28 February.

        Raises:
            MisuseError: `period-out-of-dates` before the year 1.

        >>> print(Period.quarter(2022, 1, calendar=PeriodCalendar.CALENDAR).same_last_year())
        calendar-2021-Q1
        """
        if self.calendar is not None:
            if self.last.year == 1:
                raise MisuseError("period-out-of-dates", self)
            return self._of(self.kind, self.calendar, self.last.year - 1, self.last.month)
        if self.first.year == 1:
            raise MisuseError("period-out-of-dates", self)
        return type(self)(_year_before(self.first), _year_before(self.last))

    @answer_wrong_arguments
    def split(self, kind: PeriodKind) -> tuple[Self, ...]:
        """Return the months or quarters that this period is made of, in order of time.

        Stocks never add up over them: what was pending at the end of the period is that of the last
        one.

        Raises:
            MisuseError: `period-not-made-of` for a custom period, or parts that are not shorter.

        >>> print(*Period.six_months(2022, calendar=PeriodCalendar.STATUTORY).split(
        ...     PeriodKind.QUARTER))
        statutory-2022-Q1 statutory-2022-Q2
        """
        if (
            self.calendar is None
            or kind not in {PeriodKind.MONTH, PeriodKind.QUARTER}
            or _MONTHS[kind] > _MONTHS[self.kind]
        ):
            raise MisuseError("period-not-made-of", self, kind=str(kind))
        last = self.last.month
        length = _MONTHS[kind]
        start = last - _MONTHS[self.kind]
        return tuple(
            self._of(kind, self.calendar, self.last.year, month)
            for month in range(start + length, last + 1, length)
        )

    @staticmethod
    @answer_wrong_arguments
    def last_days(kind: PeriodKind, calendar: PeriodCalendar, since: date) -> rrule:
        """Return the last days of all months, quarters or years from a day on.

        As a rule of dateutil.

        What recurs with the periods (closing the books, a duty on the day of a report) is a rule
        made from this one.

        Args:
            kind: months, quarters or years; of the parts of a year there is one every year.
            calendar: on which day months end.
            since: the first day that can be one, inclusive.

        Raises:
            MisuseError: `period-calendar-surplus` for custom periods, which follow no calendar;
                `day-wrong-type`.

        >>> days = Period.last_days(PeriodKind.QUARTER, PeriodCalendar.STATUTORY, date(2022, 12, 1))
        >>> [day.date().isoformat() for day in days[:3]]
        ['2022-12-14', '2023-03-14', '2023-06-14']
        """
        from dateutil.rrule import MONTHLY, rrule  # noqa: PLC0415 - 7 ms, for few calls

        if kind is PeriodKind.CUSTOM:
            raise MisuseError("period-calendar-surplus", calendar.value)
        return rrule(
            MONTHLY,
            dtstart=datetime.combine(checked_day(since), time()),
            bymonth=_last_months(kind),
            bymonthday=14 if calendar is PeriodCalendar.STATUTORY else -1,
        )

    def written(self, lang: Language) -> str:
        """Return what the period is called in a language, always with its two days."""
        days = {"first": self.first, "last": self.last}
        if self.calendar is None:
            return render("period-days", lang, days)
        number = {PeriodKind.MONTH: self.last.month, PeriodKind.QUARTER: self.last.month // 3}.get(
            self.kind, ""
        )
        year = render(f"period-year-{self.calendar.value}", lang, {"year": self.last.year})
        return render(f"period-{self.kind.value}", lang, {"number": number, "year": year, **days})

    def __str__(self) -> str:
        if self.calendar is None:
            return f"{self.first}..{self.last}"
        part = {
            PeriodKind.MONTH: f"-{self.last.month:02}",
            PeriodKind.QUARTER: f"-Q{self.last.month // 3}",
            PeriodKind.SIX_MONTHS: "-6M",
            PeriodKind.NINE_MONTHS: "-9M",
        }.get(self.kind, "")
        return f"{self.calendar.value}-{self.last.year:04}{part}"


def _number(value: int, most: int, what: str) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise MisuseError("period-number", value, what=what, most=most)
    return value


def _last_months(kind: PeriodKind) -> tuple[int, ...]:
    """In which months a period of a kind can end."""
    if kind is PeriodKind.MONTH:
        return tuple(range(1, 13))
    if kind is PeriodKind.QUARTER:
        return 3, 6, 9, 12
    return (_MONTHS[kind],)


def _bounds(
    kind: PeriodKind, calendar: PeriodCalendar, year: int, last_month: int
) -> tuple[date, date]:
    """Return the first and the last day of the period that ends in a month."""
    # The month before the first one, in months since the beginning of the year 0.
    before = year * 12 + last_month - 1 - _MONTHS[kind]
    if calendar is PeriodCalendar.STATUTORY:
        if before < 12:
            raise MisuseError("period-out-of-dates", f"{calendar.value} {year:04}")
        return date(before // 12, before % 12 + 1, 15), date(year, last_month, 14)
    return (
        date((before + 1) // 12, (before + 1) % 12 + 1, 1),
        date(year, last_month, monthrange(year, last_month)[1]),
    )


def _year_before(day: date) -> date:
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - 7 ms, for few calls

    return day - relativedelta(years=1)
