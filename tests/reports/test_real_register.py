"""Form II.06a from a real register, month by month: receipt_wabo, as its README counts it."""

import io
from itertools import pairwise

from evnpubsvc.dossiers import Precision
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind
from evnpubsvc.reports import Report, check, check_carry_over, drill_down, fill
from evnpubsvc.serde import read_register, read_register_columns, report_form
from evnpubsvc.statistics import tally
from tests.realdata import real
from tests.statistics.test_real_registers import MAPPING

FORM = report_form("ii-06a")
CHANNELS = b"""
[values.channel]
Internet = "online"
Desk = "in-person"
Post = "post"
"e-mail" = "post"
Intern = "in-person"
"""


def _reports(calendar: PeriodCalendar) -> list[Report]:
    rows = list(
        read_register(
            real("receipt_wabo/cases.csv"), read_register_columns(io.BytesIO(MAPPING + CHANNELS))
        )
    )
    months = [
        month
        for year in (2010, 2011, 2012)
        for month in Period.year(year, calendar=calendar).split(PeriodKind.MONTH)
    ]
    reports: list[Report] = []
    for month in months:
        counted = tally(rows, by=["department", "channel"], period=month, compare=Precision.DATE)
        report = fill(FORM, counted, rows=["department"], period=month)
        behind = drill_down(report, "handled", rows, counted)
        assert sum(1 for _ in behind) == report.total["handled"]
        reports.append(report)
    return reports


def test_months_follow_one_another_and_add_up_to_the_register() -> None:
    for calendar in PeriodCalendar:
        reports = _reports(calendar)
        for before, after in pairwise(reports):
            assert check_carry_over(before, after) == ()
        for report in reports:
            assert check(report) == ()
        # its README: 1434 cases, 1250 by Internet, 1329 finished, 105 open
        sums = {
            name: sum(report.total[name] or 0 for report in reports)
            for name in ("received-online", "received-elsewhere", "handled")
        }
        assert sums == {"received-online": 1250, "received-elsewhere": 184, "handled": 1329}
        assert (reports[0].total["carried-in"], reports[-1].total["pending"]) == (0, 105)
