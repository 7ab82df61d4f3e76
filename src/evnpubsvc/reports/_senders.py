"""Who files which reports on the control of procedures, by what day (TT 09/2026/TT-BTP)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, read_member
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, Validity
from evnpubsvc.law.parts import cited
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import Calendar, vietnam_calendar

_TABLE: Final = "reports/filing.toml"


class ReportSender(LabelledEnum):
    """Who files a report on the control of procedures (*đơn vị báo cáo*)."""

    COMMUNE = "commune"
    PROVINCIAL_BODY = "provincial-body"
    MINISTRY_UNIT = "ministry-unit"
    PROVINCE = "province"
    MINISTRY = "ministry"
    POLICY_BANK = "policy-bank"


@frozen
class ReportDue(PublicType):
    """By what day a report is to be sent (*thời hạn gửi báo cáo*).

    Attributes:
        period: the period of the report.
        sender: who sends it.
        day: the day that the circular names, whether worked or not.
        next_working_day: the same day if it is worked, else the next working day. The circular does
            not say what holds for a day off, so both are given and neither is chosen.
        citation: article and clause.
    """

    period: Period = field(validator=instance_of(Period))
    sender: ReportSender = field(validator=instance_of(ReportSender))
    day: date = field(validator=instance_of(date))
    next_working_day: date = field(validator=instance_of(date))
    citation: Citation = field(validator=instance_of(Citation))

    @property
    def is_day_off(self) -> bool:
        """Whether the named day is no working day, so that the two days differ."""
        return self.day != self.next_working_day


def report_due(
    period: Period, sender: ReportSender | str, *, calendar: Calendar | None = None
) -> ReportDue:
    """Return by what day a report on the control of procedures is to be sent.

    Reports are made for the months 1, 2, 4, 5, 7, 8, 10 and 11, the quarters I and III, the first
    six months and the year, all of the statutory calendar (art. 9, 10). Communes, provincial bodies
    and units of ministries send them by day 20 of the last month, provinces, ministries and policy
    banks by day 23 (art. 11).

    Args:
        period: a period of `PeriodCalendar.STATUTORY`.
        sender: who sends it, or its value: `"commune"`.
        calendar: the working days; those of Viet Nam's civil servants by default.

    Returns:
        The day of the circular and, where that is a day off, the next working day beside it.

    Raises:
        MisuseError: `report-calendar` for another calendar; `report-not-made` for a period without
            a report of its own; `report-rules-unknown` for one that ends before the circular was in
            force.
        OutsideCoverageError: the calendar does not cover the day.

    Source: TT 09/2026/TT-BTP arts 9-11.

    >>> due = report_due(Period.year(2026, calendar=PeriodCalendar.STATUTORY), "commune")
    >>> due.day.isoformat(), due.next_working_day.isoformat()  # 20/12/2026 is a Sunday
    ('2026-12-20', '2026-12-21')
    """
    sender = read_member(ReportSender, sender)
    if period.calendar is not PeriodCalendar.STATUTORY:
        raise MisuseError("report-calendar", period)
    rules = _filing()
    if period.last not in rules.validity:
        raise MisuseError("report-rules-unknown", period, first=rules.validity.since)
    if period.last.month not in rules.months.get(period.kind, ()):
        raise MisuseError("report-not-made", period)

    day_of_month, citation = rules.days[sender]
    day = period.last.replace(day=day_of_month)
    working = (vietnam_calendar() if calendar is None else calendar).next_working_day(
        day, or_same=True
    )
    return ReportDue(period, sender, day, working, citation)


@frozen
class _Filing:
    """The rules of filing.

    Their days, which last months a kind of period has a report for, who sends when.
    """

    validity: Validity
    months: dict[PeriodKind, tuple[int, ...]]
    days: dict[ReportSender, tuple[int, Citation]]


@cache
def _filing() -> _Filing:
    table: dict[str, Any] = packaged_table(_TABLE)
    return _Filing(
        Validity(table["since"]),
        {PeriodKind(kind): tuple(months) for kind, months in table["last_months"].items()},
        {
            ReportSender(sender): (row["day"], cited(row))
            for row in table["days"]
            for sender in row["senders"]
        },
    )
