# ruff: noqa: ARG002 - a mistake may be to look away
"""Seeded mistakes of real kinds, each in an implementation that is right but for it.

Each mutant names the law that has to kill it. `python -m tests.conformance.mutants` prints the
table of the docs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from attrs import evolve

from evnpubsvc.codes import DossierCode, ProcedureCode, UnitCode
from evnpubsvc.conformance import (
    ConformanceReport,
    check_calendar_laws,
    check_code_laws,
    check_deadline_laws,
    check_life_cycle,
    check_rank_laws,
    check_report_identities,
    check_scheme_laws,
    check_tally_laws,
    check_vectors,
)
from evnpubsvc.dossiers import EventKind
from evnpubsvc.emulation import Scheme, UnitFigures, score
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.reports import fill
from evnpubsvc.serde import preset, report_form
from evnpubsvc.statistics import PeriodState, RegisterRow, Tally, tally
from tests.conformance import oracles
from tests.conformance.adapters import (
    COUNTING,
    AtOnce,
    IndependentAdapter,
    due_function,
    make_office,
)
from tests.conformance.independent import DAY, TABLE, CaseFile, Office, Pause

EXAMPLES = 100


class Mutant(NamedTuple):
    """A mistake, the law that kills it, and the run of that law."""

    name: str
    law: str
    run: Callable[[], ConformanceReport]


# -- due dates and days ----------------------------------------------------------------------------


class CountsTheFirstDay(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        return super().count(day - DAY, number, pauses)


class CountsOneDayTwice(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        return super().count(day, max(1, number - (number > 5)), pauses)


class IgnoresMakeUpDays(Office):
    def is_made_up(self, day: date) -> bool:
        return False


class IgnoresHolidays(Office):
    def is_holiday(self, day: date) -> bool:
        return False


class WorksOnSaturdays(Office):
    def is_weekday(self, day: date) -> bool:
        return day.weekday() < 6


class KnowsFixedHolidaysOnly(Office):
    def is_holiday(self, day: date) -> bool:
        return (day.month, day.day) in {(1, 1), (4, 30), (5, 1), (9, 2)}


class TakesSundayForMonday(Office):
    def is_weekday(self, day: date) -> bool:
        return day.isoweekday() % 7 < 5


class DropsTheZone(Office):
    def day_of_receipt(self, received: datetime) -> date:
        return received.replace(tzinfo=None).date()


class CountsInUtc(Office):
    def day_of_receipt(self, received: datetime) -> date:
        return received.astimezone(UTC).date()


class DoesNotRoll(Office):
    def roll(self, day: date) -> date:
        return day


class RollsBack(Office):
    def roll(self, day: date) -> date:
        while not self.works(day):
            day -= DAY
        return day


class RollsOverTheWeekendOnly(Office):
    def roll(self, day: date) -> date:
        while day.weekday() > 4:
            day += DAY
        return day


class CountsFirstCalendarDay(Office):
    def add_days(self, day: date, number: int) -> date:
        return day + (number - 1) * DAY


class MonthIsThirtyDays(Office):
    def add_months(self, day: date, number: int) -> date:
        return day + 30 * number * DAY


class SpillsIntoTheNextMonth(Office):
    def add_months(self, day: date, number: int) -> date:
        end = super().add_months(day, number)
        return end if end.day == day.day else end + (day.day - end.day) * DAY


class StopsAtAYear(Office):
    """An engine that gives up after 360 days without a word (OpenCPS)."""

    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        made = super().count(day, number, pauses)
        return made if made is None else min(made, day + 360 * DAY)


class CountsOnByTheWeek(Office):
    """Beyond the calendar it goes on by the ordinary week, as if nothing were undecided."""

    def works(self, day: date) -> bool:
        if day > self.last:
            return day.weekday() < 5
        return super().works(day)


class TakesRestartForResume(Office):
    def restarts_on(self, day: date, pauses: Collection[Pause]) -> bool:
        return False


class RestartsAlways(Office):
    def restarts_on(self, day: date, pauses: Collection[Pause]) -> bool:
        return any(p.end and self.local(p.end).date() == day for p in pauses)


class IgnoresStops(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        return super().count(day, number, [p for p in pauses if p.restarts])


class TakesOverlapTwice(Office):
    """It adds up the lengths of stops instead of joining them."""

    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        if any(pause.end is None or pause.restarts for pause in pauses):
            return super().count(day, number, pauses)
        for pause in sorted(pauses):
            due = super().count(day, number, ())
            assert due is not None
            assert pause.end is not None
            if pause.start < self.at_closing(due):
                number += sum(
                    self.works(self.local(pause.start).date() + n * DAY)
                    for n in range(1, (pause.end - pause.start).days + 1)
                )
        return super().count(day, number, ())


class DatesAnOpenStop(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        return super().count(day, number, [p for p in pauses if p.end is not None])


class ChargesLaterStops(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        made = super().count(day, number, pauses)
        late = any(made and p.end and p.start > self.at_closing(made) for p in pauses)
        return self.next_working_day(made) if late and made else made


class WorksThroughTheNight(Office):
    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        return moment + left


class ForgetsTheNoonBreak(Office):
    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        day = Office(self.first, self.last, self.off, self.make_up, ((self.hours[0][0],
            self.hours[-1][1]),))  # fmt: skip
        return day.after_hours(moment, left)


class RoundsToQuarterHours(Office):
    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        late = timedelta(minutes=-moment.minute % 15)
        return super().after_hours(moment + late, left)


class AnyHourLost(Office):
    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        return super().after_hours(moment.replace(minute=0), left)


class WeekIsFiveWorkingDays(Office):
    def due(
        self, received: datetime, amount: float, unit: str, pauses: Collection[Pause] = ()
    ) -> date | datetime | None:
        if unit != "weeks":
            return super().due(received, amount, unit, pauses)
        return self.count(self.day_of_receipt(received), 5 * int(amount), ())


class SameDayIsTomorrow(Office):
    def due(
        self, received: datetime, amount: float, unit: str, pauses: Collection[Pause] = ()
    ) -> date | datetime | None:
        if unit != "same day":
            return super().due(received, amount, unit, pauses)
        return self.next_working_day(self.day_of_receipt(received))


class AfternoonIsTomorrow(Office):
    def day_of_receipt(self, received: datetime) -> date:
        return super().day_of_receipt(received) + (self.local(received).hour >= 12) * DAY


class KeepsTheMonthOfReceipt(Office):
    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        made = super().count(day, number, pauses)
        if made is None:
            return None
        return day.replace(day=min(made.day, 28))


_DUE_MUTANTS: tuple[tuple[str, type[Office], str], ...] = (
    ("the day of receipt is counted", CountsTheFirstDay, "deadline.first-day"),
    ("a day is counted twice", CountsOneDayTwice, "deadline.working-days"),
    ("make-up days are ignored", IgnoresMakeUpDays, "deadline.make-up-day"),
    ("holidays are ignored", IgnoresHolidays, "deadline.day-off"),
    ("only holidays of a fixed date are known", KnowsFixedHolidaysOnly, "deadline.day-off"),
    ("Saturdays are worked", WorksOnSaturdays, "deadline.working-days"),
    ("Sunday is taken for the first day of work", TakesSundayForMonday, "deadline.working-days"),
    ("the offset of the receipt is dropped", DropsTheZone, "deadline.local-day"),
    ("days are those of UTC", CountsInUtc, "deadline.local-day"),
    ("a limit may end on a day off", DoesNotRoll, "deadline.end-on-day-off"),
    ("a limit ends before the day off", RollsBack, "deadline.end-on-day-off"),
    ("only weekends move the end", RollsOverTheWeekendOnly, "deadline.end-on-day-off"),
    ("calendar days include the first", CountsFirstCalendarDay, "deadline.calendar-days"),
    ("a month is thirty days", MonthIsThirtyDays, "deadline.months"),
    ("31 January and a month is 3 March", SpillsIntoTheNextMonth, "deadline.months"),
    ("a long limit ends after 360 days", StopsAtAYear, "deadline.long-limit"),
    ("undecided years are ordinary weeks", CountsOnByTheWeek, "deadline.beyond"),
    ("a restart is taken for a resume", TakesRestartForResume, "deadline.stop-restarts"),
    ("every stop restarts the clock", RestartsAlways, "deadline.stop-excluded"),
    ("stops are ignored", IgnoresStops, "deadline.stop-excluded"),
    ("overlapping stops are taken out twice", TakesOverlapTwice, "deadline.stops-overlap"),
    ("a stop that lasts has a due date", DatesAnOpenStop, "deadline.stop-open"),
    ("a stop after the end moves it", ChargesLaterStops, "deadline.stop-over"),
    ("a week is five working days", WeekIsFiveWorkingDays, "deadline.weeks"),
    ("a result of the same day is due tomorrow", SameDayIsTomorrow, "deadline.same-day"),
    ("an afternoon is the next day", AfternoonIsTomorrow, "deadline.hour-of-receipt"),
    ("the month of the receipt is kept", KeepsTheMonthOfReceipt, "deadline.later-receipt"),
    ("the sixth day costs nothing", CountsOneDayTwice, "deadline.longer-limit"),
    ("office hours pass at night", WorksThroughTheNight, "deadline.closed-office"),
    ("office hours pass at noon", ForgetsTheNoonBreak, "deadline.closed-office"),
    ("a start is moved to the quarter of an hour", RoundsToQuarterHours, "deadline.working-hours"),
    ("the minutes of the receipt are dropped", AnyHourLost, "deadline.working-hours"),
)


def _due(office: type[Office], law: str) -> Callable[[], ConformanceReport]:
    def run() -> ConformanceReport:
        due = due_function(make_office(office))
        return check_deadline_laws(due, laws=[law], max_examples=EXAMPLES)

    return run


# -- calendars -------------------------------------------------------------------------------------


class CalendarFunctions:
    """The functions of a calendar, right but for what a subclass breaks."""

    def __init__(self, office: type[Office] = Office) -> None:
        self.office = make_office(office)

    def works(self, day: date) -> bool:
        return self.office.works(day)

    def next(self, day: date) -> date:
        return self.office.next_working_day(day)

    def add(self, day: date, n: int) -> date:
        for _ in range(n):
            day = self.next(day)
        return day

    def count(self, first: date, last: date) -> int:
        return sum(self.works(first + n * DAY) for n in range((last - first).days + 1))

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        return self.office.office_time(start, end)


class NextMayBeToday(CalendarFunctions):
    def next(self, day: date) -> date:
        return day if self.works(day) else super().next(day)

    def add(self, day: date, n: int) -> date:
        return CalendarFunctions().add(day, n)


class AddsWeeksOfFive(CalendarFunctions):
    def add(self, day: date, n: int) -> date:
        day += n // 5 * 7 * DAY
        return super().add(day, n % 5)


class LeavesOutTheLastDay(CalendarFunctions):
    def count(self, first: date, last: date) -> int:
        return super().count(first, last) - self.works(last)


class CountsNoMakeUpDay(CalendarFunctions):
    def count(self, first: date, last: date) -> int:
        span = (first + n * DAY for n in range((last - first).days + 1))
        return sum(self.works(day) and not self.office.is_made_up(day) for day in span)


class NoonIsOfficeTime(CalendarFunctions):
    def office_time(self, start: datetime, end: datetime) -> timedelta:
        self.office.hours = ((self.office.hours[0][0], self.office.hours[-1][1]),)
        return super().office_time(start, end)


class EveningIsADay(CalendarFunctions):
    """OpenCPS: from 18:30 to 08:30 it is 540 minutes."""

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        late = self.office.local(start).time() > self.office.hours[-1][1]
        return super().office_time(start, end) + timedelta(hours=8 * late)


class RoundsOfficeTime(CalendarFunctions):
    def office_time(self, start: datetime, end: datetime) -> timedelta:
        quarter = timedelta(minutes=15)
        return super().office_time(start, end) // quarter * quarter


_CALENDAR_MUTANTS: tuple[tuple[str, Callable[[], CalendarFunctions], str], ...] = (
    ("no make-up day", lambda: CalendarFunctions(IgnoresMakeUpDays), "calendar.make-up"),
    ("no holiday", lambda: CalendarFunctions(IgnoresHolidays), "calendar.day-off"),
    ("Saturdays worked", lambda: CalendarFunctions(WorksOnSaturdays), "calendar.weekly-rest"),
    ("the next working day may be today", NextMayBeToday, "calendar.next"),
    ("five working days are a week", AddsWeeksOfFive, "calendar.add"),
    ("Friday is off", lambda: CalendarFunctions(TakesSundayForMonday), "calendar.weekdays"),
    ("weeks of five days are added at once", AddsWeeksOfFive, "calendar.add-in-parts"),
    ("a make-up day is a day off in a span", CountsNoMakeUpDay, "calendar.count"),
    ("noon is office time", NoonIsOfficeTime, "calendar.office-time"),
    ("an evening is a whole day", EveningIsADay, "calendar.office-time-closed"),
    ("office time is cut to quarters", RoundsOfficeTime, "calendar.office-time-in-parts"),
    ("the last day of a span is not counted", LeavesOutTheLastDay, "calendar.count-in-parts"),
)


def _calendar(make: Callable[[], CalendarFunctions], law: str) -> Callable[[], ConformanceReport]:
    def run() -> ConformanceReport:
        made = make()
        return check_calendar_laws(
            made.works,
            next_working_day=made.next,
            add_working_days=made.add,
            count_working_days=made.count,
            office_time=made.office_time,
            laws=[law],
            max_examples=EXAMPLES,
        )

    return run


# -- the life cycle --------------------------------------------------------------------------------


class AsksForPapersAgain(CaseFile):
    def may_ask_for_papers(self) -> bool:
        return True


class ApologisesAgain(CaseFile):
    def may_apologise(self) -> bool:
        return True


class TakesEventsInAnyOrder(CaseFile):
    def comes_too_late(self, at: datetime) -> bool:
        return False


class GoesOnAfterTheEnd(CaseFile):
    def has_ended(self) -> bool:
        return False


class ForgetsTheWork(CaseFile):
    def after_papers(self) -> int:
        return 1 if self.received is None else 2


class AnswersWithoutQuestions(CaseFile):
    def may_now(self, event: str) -> bool:
        return event.endswith(("answered", "given")) or super().may_now(event)


class _Table(CaseFile):
    changes: ClassVar[Mapping[str, tuple[frozenset[int], int | None]]] = {}

    def table(self) -> dict[str, tuple[frozenset[int], int | None]]:
        return TABLE | dict(self.changes)


class WithdrawsAfterTheDecision(_Table):
    changes: ClassVar = {"withdrawal-asked": (frozenset({1, 2, 4, 5, 6, 9}), 7)}


class ReturnsWithoutADecision(_Table):
    changes: ClassVar = {"returned": (frozenset({4, 9}), 10)}


class DecidesWhileItWaits(_Table):
    changes: ClassVar = {"resolved": (frozenset({2, 4, 5}), 9)}


class PaymentEndsWork(_Table):
    changes: ClassVar = {"payment-met": (frozenset({6}), 2)}


class RefusesToStop(_Table):
    changes: ClassVar = {"stopped": (frozenset({4}), 8)}


class SubmitsTwice(CaseFile):
    def may(self, event: str, at: datetime) -> bool:
        return super().may(event, at) or (event == "submitted" and self.status == 1)


class ChangesWhatItRefuses(CaseFile):
    def take(
        self, event: str, at: datetime, *, final: bool = False, due: date | None = None
    ) -> bool:
        taken = super().take(event, at, final=final, due=due)
        if not taken and event == "resolved" and self.status == 5:
            self.status = 9
        return taken


class SaysWhatItWillNotDo(CaseFile):
    def take(
        self, event: str, at: datetime, *, final: bool = False, due: date | None = None
    ) -> bool:
        return event != "linked-sent" and super().take(event, at, final=final, due=due)


_LIFE_MUTANTS: tuple[tuple[str, type[CaseFile], str], ...] = (
    ("papers may be asked for again", AsksForPapersAgain, "guard.second-supplement"),
    ("a second apology", ApologisesAgain, "guard.second-apology"),
    ("events in any order of time", TakesEventsInAnyOrder, "guard.time-order"),
    ("an ended dossier goes on", GoesOnAfterTheEnd, "guard.closed"),
    ("answers without a question", AnswersWithoutQuestions, "guard.no-open-question"),
    ("a withdrawal after the decision", WithdrawsAfterTheDecision, "guard.decided"),
    ("a result without a decision", ReturnsWithoutADecision, "guard.transition"),
    ("a decision while papers are awaited", DecidesWhileItWaits, "guard.transition"),
    ("submitted twice", SubmitsTwice, "guard.submitted-twice"),
    ("after the papers it is where receipt was", ForgetsTheWork, "life-cycle.status"),
    ("after the payment it is where receipt was", PaymentEndsWork, "life-cycle.status"),
    ("it cannot stop before work begins", RefusesToStop, "life-cycle.allowed"),
    ("a refused event changes the status", ChangesWhatItRefuses, "life-cycle.unchanged"),
    ("it foretells what it refuses", SaysWhatItWillNotDo, "life-cycle.allowed"),
)


class LosesTheDay(IndependentAdapter):
    """After a restart of the service the receipt is lost."""

    def restart(self) -> None:
        if self.case.status == 4:
            self.case.status = 2


class KeepsTheLastEvent(AtOnce):
    """Of a history that is handed over at once the last event alone is kept."""

    def begin_with(self, history: tuple[Any, ...]) -> None:
        super().begin_with(history[-1:])


class ForetellsByStatus(IndependentAdapter):
    """What it says is possible comes from the status alone."""

    def can(self, kind: EventKind, at: datetime) -> bool:
        if kind.value not in TABLE:
            return super().can(kind, at)
        return self.case.status in TABLE[kind.value][0]


class ForgetsTheNewDate(CaseFile):
    """An apology moves nothing."""

    def put_off(self, at: datetime, due: date | None) -> None:
        pass


def _life(case: type[CaseFile]) -> Callable[[], ConformanceReport]:
    return lambda: check_life_cycle(IndependentAdapter(case))


# -- tallies and reports ---------------------------------------------------------------------------

Rows = Sequence[RegisterRow]


def count_rows(rows: Rows, as_of: date) -> Tally:
    return tally(rows, by=["unit"], as_of=as_of, compare="date")


def states_of(counted: Tally) -> Counter[PeriodState]:
    made: Counter[PeriodState] = Counter()
    for cell in counted.cells:
        made.update({state: cell[state].value for state in PeriodState})
    return made


def _released_by_receipt(rows: Rows, as_of: date) -> Tally:
    """The day of receipt decides about the end (OpenCPS)."""
    moved = [
        row if row.finished is None else evolve(row, finished=max(row.received, row.finished - DAY))
        for row in rows
    ]
    return count_rows(moved, as_of)


def _strictly_before(rows: Rows, as_of: date) -> Tally:
    return count_rows([row for row in rows if row.received < as_of], as_of)


def _no_due_date_is_early(rows: Rows, as_of: date) -> Tally:
    return count_rows([evolve(row, due=row.due or date(2099, 1, 1)) for row in rows], as_of)


def _due_day_is_late(rows: Rows, as_of: date) -> Tally:
    return count_rows([evolve(row, due=row.due and row.due - DAY) for row in rows], as_of)


def _equal_rows_once(rows: Rows, as_of: date) -> Tally:
    return count_rows(list(dict.fromkeys(rows)), as_of)


def _by_todays_status(rows: Rows, as_of: date) -> Tally:
    """An old report from the present status: what ended later has ended."""
    return count_rows(
        [row if row.finished is None else evolve(row, finished=row.received) for row in rows], as_of
    )


def _first_unit_decides(rows: Rows, as_of: date) -> Tally:
    unit = rows[0].dimensions if rows else ()
    return count_rows([evolve(row, dimensions=unit) for row in rows], as_of)


def _undated_left_out(rows: Rows, as_of: date) -> Tally:
    return count_rows([row for row in rows if row.due is not None], as_of)


def _merge_with_nothing_is_nothing(one: Tally, other: Tally) -> Tally:
    return one.merge(other) if one.cells and other.cells else min(one, other, key=_size)


def _size(counted: Tally) -> int:
    return len(counted.cells)


def _merge_takes_two_cells_for_all(one: Tally, other: Tally) -> Tally:
    return one.merge(other) if len(one.cells) < 2 else one


def _merge_forgets_later(one: Tally, other: Tally) -> Tally:
    return evolve(one.merge(other), later=one.later)


_TALLY_MUTANTS: tuple[tuple[str, Callable[[Rows, date], Tally], Any, str], ...] = (
    ("the end is a day earlier", _released_by_receipt, Tally.merge, "tally.classes"),
    ("the last day is outside", _strictly_before, Tally.merge, "tally.last-day"),
    ("no due date is early", _no_due_date_is_early, Tally.merge, "tally.classes"),
    ("finished on the due date is late", _due_day_is_late, Tally.merge, "tally.last-day"),
    ("equal rows are one dossier", _equal_rows_once, Tally.merge, "tally.parts"),
    ("an old count from the present status", _by_todays_status, Tally.merge, "tally.classes"),
    ("the first row decides the unit", _first_unit_decides, Tally.merge, "tally.order"),
    ("what has no due date is left out", _undated_left_out, Tally.merge, "tally.each-once"),
    ("a merge with nothing is nothing", count_rows, _merge_with_nothing_is_nothing, "tally.empty"),
    (
        "two cells are taken for all",
        count_rows,
        _merge_takes_two_cells_for_all,
        "tally.merge-brackets",
    ),
    ("a merge forgets the rows of later", count_rows, _merge_forgets_later, "tally.merge-order"),
)


def _tally(count: Callable[[Rows, date], Tally], merge: Any, law: str) -> Any:
    return lambda: check_tally_laws(
        count, merge=merge, states=states_of, laws=[law], max_examples=EXAMPLES
    )


FORM = report_form("ii-06a")


def fill_totals(rows: Rows, period: Period) -> dict[str, int]:
    made = fill(FORM, tally(rows, by=FORM.dimensions(), period=period, compare="date"))
    totals = {column.key: made.total[column.key] for column in FORM.columns}
    return {key: number for key, number in totals.items() if number is not None}


def _loses_carry_over(rows: Rows, period: Period) -> dict[str, int]:
    return fill_totals([row for row in rows if row.received >= period.first], period)


def _clamps(rows: Rows, period: Period) -> dict[str, int]:
    made = fill_totals(rows, period)
    return made | {"pending": max(0, made["to-handle"] - made["handled"] - 1)}


def _late_is_pending(rows: Rows, period: Period) -> dict[str, int]:
    made = fill_totals(rows, period)
    return made | {"on-time": made["on-time"] + made["late"], "late": 0}


def _pending_as_share(rows: Rows, period: Period) -> dict[str, Any]:
    made = fill_totals(rows, period)
    return made | {"pending": Fraction(made["pending"], max(1, made["to-handle"]))}


def _leaves_out(column: str) -> Callable[[Rows, Period], dict[str, int]]:
    def totals(rows: Rows, period: Period) -> dict[str, int]:
        return {key: number for key, number in fill_totals(rows, period).items() if key != column}

    return totals


_REPORT_MUTANTS: tuple[tuple[str, Callable[[Rows, Period], dict[str, int]], str], ...] = (
    ("the carry-over is lost", _loses_carry_over, "report.carry-over"),
    ("what remains is clamped", _clamps, "report.identities"),
    ("late results are on time", _late_is_pending, "report.columns"),
    ("nothing is counted", lambda *_: {}, "report.columns"),
    ("nothing is carried over", _leaves_out("carried-in"), "report.carry-over"),
    ("a sum is left out", _leaves_out("handled"), "report.identities"),
    ("what is pending is a share", _pending_as_share, "report.counts"),
)


def _report(totals: Callable[[Rows, Period], dict[str, int]], law: str) -> Any:
    return lambda: check_report_identities(FORM, totals, laws=[law], max_examples=EXAMPLES)


# -- schemes and ranks -----------------------------------------------------------------------------

SCHEME: Scheme = preset("qd766-dvcqg-2026").only("timeliness")


def exact_total(figures: UnitFigures) -> Fraction | None:
    made = score(SCHEME, figures).total
    return None if isinstance(made, Unknown) else made


def _float_total(figures: UnitFigures) -> Any:
    made = exact_total(figures)
    return None if made is None else float(made)


def _missing_is_zero(figures: UnitFigures) -> Fraction:
    return exact_total(figures) or Fraction(0)


def _rounded_total(figures: UnitFigures) -> Fraction | None:
    made = exact_total(figures)
    return None if made is None else Fraction(round(made * 10), 10)


def _beyond_total(figures: UnitFigures) -> Fraction | None:
    made = exact_total(figures)
    return None if made is None else made + (Fraction(1) if made == SCHEME.maximum else 0)


def _by_name_total(figures: UnitFigures) -> Fraction | None:
    made = exact_total(figures)
    return made if made is None or figures.unit != "Z" else made + Fraction(1, 100)


DECLARED: Scheme = preset("dvctt-illustrative")


def _punishes(figures: UnitFigures) -> Fraction | None:
    """More online dossiers, fewer points: the direction is turned round."""
    made = score(DECLARED, figures).total
    if isinstance(made, Unknown):
        return None
    counts = (value.value for _, value in figures.figures if isinstance(value, Count))
    return made - Fraction(sum(counts), 1)


_SCHEME_MUTANTS: tuple[tuple[str, Callable[[UnitFigures], Any], str], ...] = (
    ("points are floats", _float_total, "scheme.exact"),
    ("points are rounded to a tenth", _rounded_total, "scheme.exact"),
    ("a missing figure is zero", _missing_is_zero, "scheme.missing"),
    ("a point beyond the maximum", _beyond_total, "scheme.bounds"),
    ("one unit gets more", _by_name_total, "scheme.name-blind"),
)


def _scheme(total: Callable[[UnitFigures], Any], law: str) -> Any:
    return lambda: check_scheme_laws(SCHEME, total, laws=[law], max_examples=EXAMPLES)


Totals = Mapping[str, Fraction | None]


def right_ranks(totals: Totals) -> dict[str, int | None]:
    known = sorted((total for total in totals.values() if total is not None), reverse=True)
    return {n: None if t is None else known.index(t) + 1 for n, t in totals.items()}


def _ties_by_order(totals: Totals) -> dict[str, int | None]:
    known = sorted((n for n in totals if totals[n] is not None), key=lambda n: -(totals[n] or 0))
    return dict.fromkeys(totals) | {name: place for place, name in enumerate(known, 1)}


def _dense(totals: Totals) -> dict[str, int | None]:
    known = sorted({total for total in totals.values() if total is not None}, reverse=True)
    return {n: None if t is None else known.index(t) + 1 for n, t in totals.items()}


def _unknown_is_last(totals: Totals) -> dict[str, int | None]:
    return right_ranks({n: Fraction(-1) if t is None else t for n, t in totals.items()})


def _by_floats(totals: Totals) -> dict[str, int | None]:
    return right_ranks(
        {n: None if t is None else Fraction(round(float(t), 9)) for n, t in totals.items()}
    )


def _worst_first(totals: Totals) -> dict[str, int | None]:
    return right_ranks({n: None if t is None else -t for n, t in totals.items()})


_RANK_MUTANTS: tuple[tuple[str, Callable[[Totals], dict[str, int | None]], str], ...] = (
    ("ties by the order of the table", _ties_by_order, "rank.equal"),
    ("the table decides who is before whom", _ties_by_order, "rank.order"),
    ("no place is skipped after a tie", _dense, "rank.rule"),
    ("a unit without a total is last", _unknown_is_last, "rank.unknown"),
    ("totals are compared as rounded floats", _by_floats, "rank.close"),
    ("the lowest total is first", _worst_first, "rank.best-first"),
)


def _rank(rank: Callable[[Totals], dict[str, int | None]], law: str) -> Any:
    return lambda: check_rank_laws(rank, laws=[law], max_examples=EXAMPLES)


# -- codes -----------------------------------------------------------------------------------------


def _loose_dossier(text: str) -> bool:
    """Any day of six digits, whether there is such a day or not."""
    return DossierCode.is_valid(text) or bool(re.fullmatch(r"[\w.]+-\d{6}-\d{4,6}", text))


def _ends_in_the_middle(text: str) -> bool:
    return any(UnitCode.is_valid(text[:end]) for end in range(len(text) - 1, len(text) + 1))


def _national_only(text: str) -> bool:
    return ProcedureCode.is_valid(text) and text.count(".") == 1


def _any_digit(text: str) -> bool:
    made = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    return UnitCode.is_valid(made)


def _drops_zeros(text: str) -> str:
    return str(UnitCode.parse(text)).lstrip("0")


def _beginning_is_enough(text: str) -> bool:
    return UnitCode.is_valid(text.split("-", maxsplit=1)[0])


def _blanks_cost_a_digit(text: str) -> str:
    bare = text.strip()
    made = str(UnitCode.parse(bare))
    return made if bare == text else made[1:]


_CODE_MUTANTS: tuple[tuple[str, Any, Any, Any, str], ...] = (
    ("days that do not exist", DossierCode, _loose_dossier, None, "code.refuses-slips"),
    ("a letter too many", UnitCode, _ends_in_the_middle, None, "code.refuses-slips"),
    ("codes of local procedures are refused", ProcedureCode, _national_only, None, "code.accepts"),
    ("digits of any script", UnitCode, _any_digit, None, "code.refuses-slips"),
    (
        "the beginning of a code is enough",
        UnitCode,
        _beginning_is_enough,
        None,
        "code.refuses-others",
    ),
    ("blanks cost a digit", UnitCode, UnitCode.is_valid, _blanks_cost_a_digit, "code.one-code"),
    ("leading zeros are dropped", UnitCode, UnitCode.is_valid, _drops_zeros, "code.canonical"),
)


def _code(kind: Any, valid: Any, canonical: Any, law: str) -> Any:
    return lambda: check_code_laws(
        kind, valid, canonical=canonical, laws=[law], max_examples=EXAMPLES
    )


# -- limits, by their vectors ----------------------------------------------------------------------


def _every_day_is_worked(text: str) -> dict[str, str]:
    made = oracles.read_limit(text)
    return made | {"unit": made["unit"].replace("days", "working-days").replace("working-w", "w")}


def _first_number(text: str) -> dict[str, str]:
    found = re.search(r"(\d+) (ngày làm việc|ngày|tháng)", text)
    if found is None:
        return oracles.read_limit(text)
    return {"amount": str(int(found[1])), "unit": oracles.UNITS[found[2]]}


_LIMIT_MUTANTS: tuple[tuple[str, Callable[[str], dict[str, str]], str], ...] = (
    ("every day is a working day", _every_day_is_worked, "limit.read"),
    ("the first number is the limit", _first_number, "limit.open"),
)


def _limit(read: Callable[[str], dict[str, str]]) -> Callable[[], ConformanceReport]:
    return lambda: check_vectors(
        lambda _, question: {"output": read(question["text"])}, families=["limits"]
    )


MUTANTS: tuple[Mutant, ...] = (
    *(Mutant(name, law, _due(office, law)) for name, office, law in _DUE_MUTANTS),
    *(Mutant(name, law, _calendar(make, law)) for name, make, law in _CALENDAR_MUTANTS),
    *(Mutant(name, law, _life(case)) for name, case, law in _LIFE_MUTANTS),
    Mutant(
        "a restart loses the work", "life-cycle.restart", lambda: check_life_cycle(LosesTheDay())
    ),
    Mutant(
        "of a history the last event is kept",
        "life-cycle.at-once",
        lambda: check_life_cycle(KeepsTheLastEvent(), max_cases=400),
    ),
    Mutant(
        "it foretells by the status alone",
        "life-cycle.foretold",
        lambda: check_life_cycle(ForetellsByStatus()),
    ),
    Mutant(
        "an apology moves nothing",
        "life-cycle.due",
        lambda: check_life_cycle(IndependentAdapter(ForgetsTheNewDate), counting=COUNTING),
    ),
    *(Mutant(name, law, _tally(count, merge, law)) for name, count, merge, law in _TALLY_MUTANTS),
    *(Mutant(name, law, _report(totals, law)) for name, totals, law in _REPORT_MUTANTS),
    *(Mutant(name, law, _scheme(total, law)) for name, total, law in _SCHEME_MUTANTS),
    Mutant(
        "the better figure costs points",
        "scheme.better",
        lambda: check_scheme_laws(
            DECLARED, _punishes, laws=["scheme.better"], max_examples=EXAMPLES
        ),
    ),
    *(Mutant(name, law, _rank(rank, law)) for name, rank, law in _RANK_MUTANTS),
    *(
        Mutant(name, law, _code(kind, valid, canonical, law))
        for name, kind, valid, canonical, law in _CODE_MUTANTS
    ),
    *(Mutant(name, law, _limit(read)) for name, read, law in _LIMIT_MUTANTS),
)


def table() -> str:
    """The table of the docs: mistake, law, what shows it."""
    lines = ["| mistake | law | counter-example |", "|---|---|---|"]
    for mutant in MUTANTS:
        found = {each.requirement.id: each for each in mutant.run().failures}[mutant.law]
        example = found.examples[0]
        said = f"{_short(example.call)} gives {_short(example.got)}"
        said += f", should be {_short(example.expected)}"
        lines.append(f"| {mutant.name} | `{mutant.law}` | {said} |")
    return "\n".join(lines)


_ZONE = re.compile(r", tzinfo=datetime\.timezone\(datetime\.timedelta\(seconds=25200\), '[^']*'\)")


def _short(text: str) -> str:
    """A part of a counter-example as a cell of the table: what every reader knows is left out."""
    text = _ZONE.sub("", text).replace("datetime.datetime(", "datetime(")
    text = text.replace("datetime.date(", "date(").replace("adapter.", "")
    text = re.sub(r", (status|code|part_of|recorded|superseded)=None", "", text)
    if len(text) > 230:
        text = text[:110] + " … " + text[-110:]
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"


if __name__ == "__main__":
    print(table())  # noqa: T201
