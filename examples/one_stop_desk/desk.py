"""What the desk asks the library: due dates, the board of the day, the form, the standings.

How a stop counts is a choice where the law leaves it open: `RULES` makes it once, for every screen
and every report.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path

from attrs import evolve

from evnpubsvc import preset, rank, read_register, score, tally, timeliness
from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.codes import UnitCode
from evnpubsvc.deadlines import CountingRules, StopKind
from evnpubsvc.dossiers import Dossier, DossierDue, Timeliness, TimelinessPolicy, due_of
from evnpubsvc.emulation.counted import count_figures, dimensions_of
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.page import standings_page
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind
from evnpubsvc.reports import Report, fill
from evnpubsvc.serde import read_calendar, read_register_columns, report_form_for
from evnpubsvc.statistics import RegisterRow, register_row
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

from .store import Row, Store, Unit

MOST_LISTED, MOST_ROWS = 500, 20_000
CATALOGUE = seed_catalogue()
CALENDAR = vietnam_calendar()
if "CALENDAR_FILE" in os.environ:  # days off that were decided after this version
    CALENDAR = read_calendar(os.environ["CALENDAR_FILE"])
_OPEN = set(StopKind) - {StopKind.SUPPLEMENT}  # what these do to the clock, the law leaves open
RULES = CountingRules(CALENDAR, clock=dict.fromkeys(_OPEN, "exclude"), solvable=False)
POLICY = TimelinessPolicy(compare="date")
SCHEME = preset("qd766-dvcqg-2026").only("timeliness")
COLUMNS = read_register_columns(Path(__file__).with_name("register.toml"))


def now() -> datetime:
    """Return the time of the desk."""
    return datetime.now(VIETNAM_TIME)


def written(moment: date) -> str:
    """Return a day, or an instant by the clock of Viet Nam, as forms write it."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
    return f"{moment:%d/%m/%Y}"


def due(dossier: Dossier, *, trace: bool = True) -> DossierDue:
    """Return the due date with its reasons."""
    return due_of(dossier, counting=RULES, catalogue=CATALOGUE, trace=trace)


def due_day(dossier: Dossier) -> date | None:
    """Return the day that is due, in Viet Nam."""
    found = due(dossier, trace=False).due
    return found.astimezone(VIETNAM_TIME).date() if isinstance(found, datetime) else found


def reasons(found: DossierDue) -> list[str]:
    """Return why a dossier is due on its day, or why on none, in sentences."""
    counted = [] if found.deadline is None else found.deadline.explain("vi").splitlines()
    return [found.basis.text.vi, *counted, *(each.message("vi") for each in found.findings)]


def board(store: Store, unit: UnitCode, day: date) -> tuple[dict[Timeliness, list[Dossier]], bool]:
    """Return what is open and late, due on a day or without a due date; and whether there is more.

    What is in time, among these, is due on the day.
    """
    pressing = (Row.due <= day) | Row.due.is_(None)
    found = store.read(Row.unit == unit, ~Row.has_ended, pressing, most=MOST_LISTED + 1)
    lists: dict[Timeliness, list[Dossier]] = {each: [] for each in Timeliness}
    for dossier in found[:MOST_LISTED]:
        judged = timeliness(dossier, as_of=day, policy=POLICY, counting=RULES, catalogue=CATALOGUE)
        lists[judged.timeliness].append(dossier)
    return lists, len(found) > MOST_LISTED


def complete(given: Dossier, day: date) -> Dossier:
    """Return a new dossier with the field of its procedure, by which forms count."""
    procedure = CATALOGUE.get(given.procedure or "", on=day)
    return evolve(given, field=given.field or (procedure and procedure.field_name) or None)


def rows_of(dossiers: Iterable[Dossier], period: Period) -> list[RegisterRow]:
    """Return dossiers as a register states them at the end of a period."""
    last = period.last
    made = (register_row(d, as_of=last, counting=RULES, catalogue=CATALOGUE) for d in dossiers)
    return [row for row in made if isinstance(row, RegisterRow)]  # else it was not submitted


def month(text: str, day: date, calendar: PeriodCalendar) -> tuple[Period, Period]:
    """Return a period by its name, or the month of a day; and its part that is over.

    A month that runs is counted to this day, since no dossier is late before its day.
    """
    if text:
        named = Period.parse(text)
    else:
        named = Period.containing(day, kind=PeriodKind.MONTH, calendar=calendar)
    return named, named if named.last <= day else Period(named.first, max(day, named.first))


def report(
    store: Store, unit: Unit, text: str, day: date, more: Iterable[RegisterRow] = ()
) -> tuple[Report, list[RegisterRow]]:
    """Return the form of a period (07a from August 2026) for a unit, and the rows behind it."""
    named, period = month(text, day, PeriodCalendar.STATUTORY)
    form = report_form_for(named, "commune")
    rows = [*rows_of(store.read(Row.unit == unit.code), period), *more]
    counted = tally(rows, by=form.dimensions(), period=period, compare="date")
    return fill(form, counted, period=period, filed_by=unit.name), rows


def read_upload(content: bytes) -> list[RegisterRow]:
    """Read the register of an office, a workbook or CSV, whole or not at all."""
    read = list(islice(read_register(BytesIO(content), COLUMNS), MOST_ROWS + 1))
    found = [each for each in read if isinstance(each, Finding)]
    if len(read) > MOST_ROWS:
        raise DataError([finding("workbook-too-large", "", len(read), limit=MOST_ROWS)])
    if violations(found):
        raise DataError(violations(found))
    return [each for each in read if isinstance(each, RegisterRow)]


def standings(store: Store, units: Iterable[Unit], text: str, day: date) -> str:
    """Return the standings of the units in a calendar month, as a page."""
    _, period = month(text, day, PeriodCalendar.CALENDAR)
    counted = tally(
        rows_of(store.read(), period), by=dimensions_of(SCHEME), period=period, compare="date"
    )
    figures = count_figures(SCHEME, counted, units=[str(each.code) for each in units])
    return standings_page(rank(score(SCHEME, each) for each in figures), lang="vi")
