"""Forms 07a, 07b and 07c, which form is for whom and when, and by what day reports are sent (TT
09/2026/TT-BTP).
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import by_reason
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.reports import ReportSender, check, fill, report_due
from evnpubsvc.serde import report_form, report_form_for, report_form_names
from evnpubsvc.statistics import RegisterRow, tally

STATUTORY = PeriodCalendar.STATUTORY
FORMS = ("btp-07a", "btp-07b", "btp-07c")


@pytest.mark.parametrize(
    ("last", "sender", "form"),
    [
        ("statutory-2026-07", "commune", "ii-06a"),  # ends on 14/7
        ("2026-07-01..2026-07-31", "commune", "ii-06a"),
        ("2026-07-01..2026-08-01", "commune", "btp-07a"),
        ("2026-07-01..2026-08-02", "province", "btp-07b"),
        ("statutory-2026-08", "ministry-unit", "btp-07a"),
        ("statutory-2026", "commune", "btp-07a"),
        ("statutory-2026", "provincial-body", "btp-07a"),
        ("statutory-2026", "province", "btp-07b"),
        ("statutory-2026", "ministry", "btp-07c"),
        ("statutory-2026", "policy-bank", "btp-07c"),
        ("statutory-2025", "province", "ii-06a"),
    ],
)
def test_the_last_day_of_the_period_chooses_the_form(last: str, sender: str, form: str) -> None:
    assert report_form_for(Period.parse(last), sender).key == form


def test_every_sender_has_one_form_on_every_day() -> None:
    for sender in ReportSender:
        for day in (date(2020, 1, 1), date(2026, 7, 31), date(2026, 8, 1), date(2030, 1, 1)):
            fit = [
                form.key
                for form in map(report_form, report_form_names())
                if day in form.validity and (not form.senders or sender in form.senders)
            ]
            assert len(fit) == 1, (sender, day, fit)


def test_the_annual_report_of_a_commune_for_2026() -> None:
    """Art. 9-12: form 07a, 15/12/2025 to 14/12/2026, by 20/12/2026, which is a Sunday.

    Both days are told.
    """
    period = Period.year(2026, calendar=STATUTORY)
    assert (period.first, period.last) == (date(2025, 12, 15), date(2026, 12, 14))
    assert report_form_for(period, ReportSender.COMMUNE).label == "07a/BTP/KSTT"
    due = report_due(period, ReportSender.COMMUNE)
    assert (due.day, due.next_working_day) == (date(2026, 12, 20), date(2026, 12, 21))
    assert due.is_day_off
    assert str(due.citation) == "Circular 09/2026/TT-BTP, art. 11(2)"


@pytest.mark.parametrize(
    ("period", "sender", "day", "worked"),
    [
        ("statutory-2026-08", "commune", date(2026, 8, 20), date(2026, 8, 20)),
        ("statutory-2026-08", "province", date(2026, 8, 23), date(2026, 8, 24)),  # a Sunday
        ("statutory-2026-Q3", "ministry-unit", date(2026, 9, 20), date(2026, 9, 21)),
        ("statutory-2026-Q3", "ministry", date(2026, 9, 23), date(2026, 9, 23)),
        ("statutory-2026", "policy-bank", date(2026, 12, 23), date(2026, 12, 23)),
        ("statutory-2027-02", "commune", date(2027, 2, 20), date(2027, 2, 22)),
        ("statutory-2027-Q1", "provincial-body", date(2027, 3, 20), date(2027, 3, 22)),
        ("statutory-2027-6M", "commune", date(2027, 6, 20), date(2027, 6, 21)),
    ],
)
def test_days_of_sending(period: str, sender: str, day: date, worked: date) -> None:
    due = report_due(Period.parse(period), sender)
    assert (due.day, due.next_working_day) == (day, worked)


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ("statutory-2026-09", "report-not-made"),
        ("statutory-2026-12", "report-not-made"),
        ("statutory-2026-Q4", "report-not-made"),
        ("statutory-2027-Q2", "report-not-made"),
        ("statutory-2026-9M", "report-not-made"),
        ("statutory-2026-07", "report-rules-unknown"),
        ("statutory-2025", "report-rules-unknown"),
        ("calendar-2026", "report-calendar"),
        ("2026-01-01..2026-12-31", "report-calendar"),
    ],
)
def test_periods_without_a_report_are_refused(period: str, reason: str) -> None:
    with pytest.raises(MisuseError) as caught:
        report_due(Period.parse(period), "commune")
    assert caught.value.reason == reason


def row(code: str, channel: str | None, level: str | None, **days: date) -> RegisterRow:
    values = (("channel", channel), ("level", level), ("field", "hộ tịch"))
    return RegisterRow(days["received"], days.get("due"), days.get("finished"), values, code=code)


def test_form_07a_counts_by_channel_and_level() -> None:
    """One dossier of each kind in the period, one carried over, one that no addend counts."""
    day, due = date(2026, 9, 1), date(2026, 9, 10)
    register = [
        row("1", "online", "full", received=day, due=due, finished=date(2026, 9, 9)),
        row("2", "online", "partial", received=day, due=due, finished=due),
        row("3", "post", None, received=day, due=due, finished=date(2026, 9, 11)),
        row("4", "in-person", "full", received=day, due=date(2026, 12, 1)),
        row("5", "non-territorial", None, received=day, due=due),
        row("6", "online", "full", received=date(2026, 8, 3), due=date(2026, 12, 1)),
    ]
    form = report_form("btp-07a")
    period = Period(date(2026, 8, 15), date(2026, 11, 14))
    counted = tally(register, by=form.dimensions(), period=period, compare=Precision.DATE)
    report = fill(form, counted)
    values = {column.key: report.total[column.key] for column in form.columns}
    assert values == {
        "to-handle": 6, "online-full": 1, "online-partial": 1, "post": 1, "direct": 2,
        "carried-in": 1,
        "handled": 3, "early": 1, "on-time": 1, "late": 1,
        "pending": 3, "pending-in-time": 2, "pending-overdue": 1,
    }  # fmt: skip
    assert check(report) == ()
    # An online dossier whose level nobody stated is in the sum and in no addend.
    odd = row("7", "online", None, received=day, due=due, finished=due)
    counted = tally([*register, odd], by=form.dimensions(), period=period, compare=Precision.DATE)
    assert by_reason(check(fill(form, counted))) == {"form-identity-broken": 2}


@pytest.mark.parametrize("name", FORMS)
def test_the_three_forms_have_the_same_columns_and_sums(name: str) -> None:
    """The print of 07c still has sums of the former form; its headings are those of 07a."""
    form, model = report_form(name), report_form("btp-07a")
    assert form.columns == model.columns
    assert form.identities == model.identities
    assert form.carry_over == model.carry_over
    assert [column.number for column in form.columns] == [str(n) for n in range(3, 16)]
    assert form.sources[0].certainty.en == "text read in a copy"


def test_a_form_asked_for_outside_its_days_says_so() -> None:
    period = Period(date(2026, 7, 1), date(2026, 8, 1))
    register = [row("1", "in-person", None, received=date(2026, 7, 2), due=date(2026, 7, 9))]
    for name, found in (("ii-06a", 1), ("btp-07a", 0)):
        form = report_form(name)
        counted = tally(register, by=form.dimensions(), period=period, compare=Precision.DATE)
        notes = fill(form, counted).notes
        assert sum(note.reason == "form-outside-validity" for note in notes) == found


@given(st.sampled_from(ReportSender), st.integers(1, 12))
def test_a_day_is_told_or_the_period_has_no_report(sender: ReportSender, month: int) -> None:
    period = Period.month(2027, month, calendar=STATUTORY)
    if month % 3 == 0:
        with pytest.raises(MisuseError):
            report_due(period, sender)
        return
    due = report_due(period, sender)
    assert due.day.day in {20, 23}
    assert (due.day.year, due.day.month) == (period.last.year, period.last.month)
    assert due.day <= due.next_working_day
