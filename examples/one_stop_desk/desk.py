"""What the desk asks the library: due dates, the board of the day, the form, the standings.

How a stop counts is a choice where the law leaves it open: `RULES` makes it once, for every screen
and every report.
"""

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from attrs import evolve

from evnpubsvc import DataError, preset, rank, read_register, score, tally, timeliness
from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.codes import UnitCode
from evnpubsvc.deadlines import CountingRules, StopKind
from evnpubsvc.dossiers import Dossier, DossierDue, Event, Judgement, Timeliness, due_of
from evnpubsvc.emulation.counted import count_figures, dimensions_of
from evnpubsvc.findings import Finding, violations
from evnpubsvc.page import standings_page
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind
from evnpubsvc.reports import Report, fill
from evnpubsvc.serde import read_calendar, read_register_columns, report_form_for
from evnpubsvc.statistics import RegisterRow, register_row
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

from .store import Row, Store, Unit

MOST_LISTED, MOST_UNPACKED = 500, 5_000_000
CATALOGUE = seed_catalogue()
CALENDAR = vietnam_calendar()
if "CALENDAR_FILE" in os.environ:  # days off that were decided after this version
    CALENDAR = read_calendar(os.environ["CALENDAR_FILE"])
_OPEN = set(StopKind) - {StopKind.SUPPLEMENT}  # what these do to the clock, the law leaves open
RULES = CountingRules(CALENDAR, clock=dict.fromkeys(_OPEN, "exclude"), solvable=False)
SCHEME = preset("qd766-dvcqg-2026").only("timeliness")
COLUMNS = read_register_columns(Path(__file__).with_name("register.toml"))
Lists = dict[Timeliness, list[tuple[Dossier, Judgement]]]


class FutureError(Exception):
    """An event is said to have happened later than now."""


def now() -> datetime:
    """Return the time of the desk."""
    return datetime.now(VIETNAM_TIME)


def due(dossier: Dossier) -> DossierDue:
    """Return the due date with its reasons."""
    return due_of(dossier, counting=RULES, catalogue=CATALOGUE)


def register(dossier: Dossier, day: date) -> RegisterRow | None:
    """Return a dossier as a register states it at the end of a day; None before submission."""
    row = register_row(dossier, as_of=day, counting=RULES, catalogue=CATALOGUE)
    return None if isinstance(row, Finding) else row


def stamp(event: Event) -> Event:
    """Return an event with the instant at which the desk learnt of it; none comes from tomorrow."""
    if event.at > (now() if isinstance(event.at, datetime) else now().date()):
        raise FutureError
    return evolve(event, recorded=now())


def complete(given: Dossier, day: date) -> Dossier:
    """Return a new dossier, its events stamped, with its field, by which forms count."""
    procedure = given.procedure and CATALOGUE.get(given.procedure, on=day)
    field = given.field or (procedure and procedure.field_name) or None
    return evolve(given, field=field, events=tuple(map(stamp, given.events)))


def board(store: Store, unit: UnitCode, day: date) -> tuple[Lists, bool]:
    """Return what is open and late, due on a day or without a due date; and whether there is more.

    What is in time, among these, is due on the day.
    """
    pressing = (Row.due <= day) | Row.due.is_(None)
    found = store.read(Row.unit == unit, ~Row.has_ended, pressing, most=MOST_LISTED + 1)
    lists: Lists = {each: [] for each in Timeliness}
    for dossier in found[:MOST_LISTED]:
        judged = timeliness(dossier, as_of=day, policy="date", counting=RULES, catalogue=CATALOGUE)
        lists[judged.timeliness].append((dossier, judged))
    return lists, len(found) > MOST_LISTED


def month(text: str, day: date, calendar: PeriodCalendar) -> tuple[Period, Period]:
    """Return a period by its name, or the month of a day; and its part that is over.

    A month that runs is counted to this day, since no dossier is late before its day.
    """
    running = Period.containing(day, kind=PeriodKind.MONTH, calendar=calendar)
    named = Period.parse(text) if text else running
    return named, named if named.last <= day else Period(named.first, max(day, named.first))


def report(
    store: Store, unit: Unit, text: str, day: date, more: Iterable[RegisterRow] = ()
) -> tuple[Report, list[RegisterRow]]:
    """Return the form of a period (07a from August 2026) for a unit, and the rows behind it."""
    named, period = month(text, day, PeriodCalendar.STATUTORY)
    form = report_form_for(named, "commune")
    rows = [*store.registered(period, Row.unit == unit.code), *more]
    counted = tally(rows, by=form.dimensions(), period=period, compare="date")
    return fill(form, counted, period=period, filed_by=unit.name), rows


def read_upload(book: BinaryIO) -> list[RegisterRow]:
    """Read the register of an office, a workbook or CSV, whole or not at all."""
    read = list(read_register(book, COLUMNS, max_bytes=MOST_UNPACKED))
    wrong = violations(each for each in read if isinstance(each, Finding))
    if wrong:
        raise DataError(wrong)
    return [each for each in read if isinstance(each, RegisterRow)]


def standings(store: Store, text: str, day: date) -> str:
    """Return the standings of the units in a calendar month, as a page."""
    _, period = month(text, day, PeriodCalendar.CALENDAR)
    rows = store.registered(period)
    counted = tally(rows, by=dimensions_of(SCHEME), period=period, compare="date")
    figures = count_figures(SCHEME, counted, units=[str(each.code) for each in store.units()])
    return standings_page(rank(score(SCHEME, each) for each in figures), lang="vi")
