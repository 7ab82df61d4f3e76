"""The run: a limit counted from a receipt, over stops, under one set of readings.

What it writes down on the way stands in `_run_record.py`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from evnpubsvc._moments import local_day
from evnpubsvc.deadlines._cutoffs import CutOff, find_source, is_sharp, shift_receipt
from evnpubsvc.deadlines._limit_units import WITHOUT_AMOUNT, LimitUnit
from evnpubsvc.deadlines._moments import add_months, last_day, local_time
from evnpubsvc.deadlines._policies import Roll
from evnpubsvc.deadlines._question import ends_at_instant, local_instant
from evnpubsvc.deadlines._run_record import End, RunRecord
from evnpubsvc.deadlines._stopped_time import PlacedStop, StoppedTime, list_restarts
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import notice
from evnpubsvc.worktime import OutsideCoverageError

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_NO_CUTOFF: Final = CutOff.NONE
_WORKING_DAYS: Final = LimitUnit.WORKING_DAYS
_WORKING_HOURS: Final = LimitUnit.WORKING_HOURS
_CLOCK_HOURS: Final = LimitUnit.CLOCK_HOURS
_FORWARD: Final = Roll.FORWARD
_DAYS_IN: Final = {LimitUnit.DAYS: 1, LimitUnit.WEEKS: 7}
_MONTHS_IN: Final = {LimitUnit.MONTHS: 1, LimitUnit.YEARS: 12}
_STANDS: Final = End(None)


class Run(RunRecord):
    """One computation. It writes down its steps, citations and notices as it goes."""

    __slots__ = ()

    # -- the whole ---------------------------------------------------------------------------------

    def settle(self) -> End:
        """Count, write down what was done, and return the end."""
        question = self.question

        # What is known before anything is counted.
        if self.steps is not None or question.channel is not None:
            self._note_receipt(question.received, question.received_at)
        if self.terms is not question.limit:
            self._note_reading()
        if self.stops:
            self._note_pauses()

        end = self.find_end()
        self._note_count(end)
        if self.steps is not None or end.stopped_by is not None:
            self._note_end(end)
        return end

    def find_end(self) -> End:
        """Count, again from each stop that restarts the clock, and return the end.

        Cut-offs and restarts are written down, the count itself is not.
        """
        day, at = self._cut_off(self.question.received, self.question.received_at)
        end = self._count(day, at)
        restarts = list_restarts(self.stops) if self.stops else ()
        for placed in restarts:
            # Only a stop that ends after the clock started and begins before the limit is over.
            if placed.is_over(day, at):
                continue
            if self._begins_after(placed, end):
                break
            if placed.stop.end is None:
                end = End(None, stopped_by=placed)
                break
            day, at = self._cut_off(*self._restart(placed, placed.stop.end))
            end = self._count(day, at)
        self.counted_from = day
        return end

    def _begins_after(self, placed: PlacedStop, end: End) -> bool:
        """Whether a stop begins after a limit is over."""
        if end.day is None:
            return False
        if end.instant is not None:
            return local_instant(placed.stop.start, self.question.limit) >= end.instant
        number, opening, _ = self.calendar.office_day(end.day)
        if opening is None:  # a day off, which has no ticks
            return local_day(placed.stop.start) > end.day
        return placed.low > 2 * number + 1

    def _restart(self, placed: PlacedStop, moment: date) -> tuple[date, datetime | None]:
        """The receipt that the end of a stop amounts to."""
        citation = self._cite(placed.source)
        at = local_time(moment) if isinstance(moment, datetime) else None
        day = moment if at is None else at.date()
        if self.steps is not None:
            key = f"step-{placed.policy.value.replace('_', '-')}"
            self._write(key, citation, day=day, at=at)
        if at is None and (ends_at_instant(self.terms) or self.question.cutoff.needs_hour):
            raise MisuseError("time-of-stop-needed", day, limit=self.question.limit)
        return day, at

    # -- receipt -----------------------------------------------------------------------------------

    def _cut_off(self, day: date, at: datetime | None) -> tuple[date, datetime | None]:
        """The receipt after the cut-off, if there is one."""
        cutoff = self.question.cutoff
        if cutoff is _NO_CUTOFF:
            return day, at
        citation, holds = find_source(cutoff, day)
        if not holds:
            first = cutoff.policy.validity.since
            self.notices.append(notice("cutoff-not-in-force", "", cutoff, day=day, first=first))
        source = self._cite(citation)
        if at is None:  # only `transfer15`, which moves nothing, comes here without an hour
            self._write("step-cutoff-transfer15", source)
            return day, at
        if is_sharp(cutoff, at):
            self.notices.append(notice("fifteen-sharp", "", at))

        solvable = self.question.counting.solvable
        shift = shift_receipt(cutoff, day, at, self.calendar, solvable=solvable)
        if shift.opening is None:
            if self.steps is not None:
                parts = (("cutoff", cutoff.value),) if shift.names_cutoff else ()
                self._write(shift.step, source, parts=parts)
            return day, at
        day, at = shift.opening.date(), shift.opening
        self._write(shift.step, source, day=day, at=at if shift.shows_hour else None)
        return day, at

    # -- counting ----------------------------------------------------------------------------------

    def _count(self, day: date, at: datetime | None) -> End:
        """Count the limit once, from a receipt."""
        unit = self.terms.unit
        if unit is _WORKING_DAYS:
            if self.terms.amount.denominator == 1:
                return self._count_working_days(day)
            return self._count_half_days(day)
        if unit is _WORKING_HOURS or unit is _CLOCK_HOURS:
            assert at is not None
            if unit is _CLOCK_HOURS:
                return self._count_clock_hours(at)
            return self._count_working_hours(at)
        if unit in WITHOUT_AMOUNT:
            return self._count_same_day(day)
        return self._count_calendar_days(day)

    def _count_same_day(self, day: date) -> End:
        """The day of receipt; the next working day where that is a day off."""
        end = self.calendar.next_working_day(day, or_same=True)
        if self.stopped is None:
            return End(end)
        return End(self._running_close(self._number(end)))

    def _count_working_days(self, day: date) -> End:
        """Whole working days; the day of receipt is not counted (Civil Code art. 147(2))."""
        n = self.terms.amount.numerator
        if self.stopped is None:
            return End(self.calendar.add_working_days(day, n))
        number = self.stopped.end_of_working_days(day, n)
        return _STANDS if number is None else End(self._working_day(number))

    def _running_close(self, number: int) -> date | None:
        """The first working day from one on at whose closing no stop lasts; None if never."""
        assert self.stopped is not None
        running = self.stopped.running_close(number)
        return None if running is None else self._working_day(running)

    def _number(self, day: date) -> int:
        """The number of a working day, or of the last one before a day off."""
        return self.calendar.office_day(day)[0]

    def _working_day(self, number: int) -> date:
        try:
            return self.calendar.working_day(number)
        except OutsideCoverageError:
            raise self._uncovered() from None

    def _count_half_days(self, day: date) -> End:
        """Working days with a half at the end: half of the office time of the last day."""
        amount = self.terms.amount
        whole, parts = divmod(amount.numerator, amount.denominator)
        if self.stopped is None:
            last: date | None = self.calendar.add_working_days(day, whole + 1)
        else:
            number = self.stopped.nth_working_day(self._number(day), whole + 1)
            last = None if number is None else self._working_day(number)
        if last is None:
            return _STANDS
        sessions = self.calendar.sessions(last)
        minutes = sum([session.minutes for session in sessions])
        opening = datetime.combine(last, sessions[0].start)
        instant = self._add_office_time(opening, minutes * 60 * parts // amount.denominator)
        if instant is None:
            return _STANDS
        return End(last_day(instant), instant)

    def _count_working_hours(self, at: datetime) -> End:
        """Hours of office time, exactly; stops leave out theirs."""
        instant = self._add_office_time(at, self._seconds())
        return _STANDS if instant is None else End(last_day(instant), instant)

    def _add_office_time(self, at: datetime, seconds: int) -> datetime | None:
        """The instant at which so much office time outside stops has passed; None when never."""
        if self.stopped is not None:
            return self.stopped.add_office_time(at, timedelta(seconds=seconds))
        minutes, rest = divmod(seconds, 60)  # the calendar is fastest on whole minutes
        return self.calendar.add_working_time(at, minutes=minutes, seconds=rest)

    def _count_clock_hours(self, at: datetime) -> End:
        """Hours by the clock; one that ends on a day off ends with the next working day."""
        stopped = self.stopped or StoppedTime(self.calendar, (), ())
        instant = stopped.add_time(at, timedelta(seconds=self._seconds()))
        if instant is None:
            return _STANDS
        end = last_day(instant)
        self._refuse_uncovered(end.toordinal())

        # The clock ran until that instant: a stop that begins later that day comes too late.
        if not self._rolls(self.calendar.office_day(end)[1]):
            return End(end, instant, counted=instant)
        return End(self._roll(end), counted=instant)

    def _seconds(self) -> int:
        """A limit in hours, in seconds: minutes are its finest step."""
        amount = self.terms.amount
        return amount.numerator * 3600 // amount.denominator

    def _count_calendar_days(self, day: date) -> End:
        """Days, weeks, months and years.

        One that ends on a day off ends with the next working day.
        """
        unit, number = self.terms.unit, self.terms.amount.numerator
        months = _MONTHS_IN.get(unit)
        if months is None:
            days = number * _DAYS_IN[unit]
        else:
            days = self._months_later(day, number * months).toordinal() - day.toordinal()
        ordinal: int | None = day.toordinal() + days
        if self.stopped is not None:
            ordinal = self.stopped.nth_day(day, days)
        if ordinal is None:
            return _STANDS
        self._refuse_uncovered(ordinal)
        raw = date.fromordinal(ordinal)
        return End(self._roll(raw), counted=raw)

    def _months_later(self, day: date, months: int) -> date:
        """The same-numbered day, or the last of a shorter month (Civil Code art. 148)."""
        try:
            return add_months(day, months)
        except ValueError:  # beyond the year 9999
            raise self._uncovered() from None

    def _rolls(self, opening: time | None) -> bool:
        """Whether a last day gives way to the next working day, art. 148(5).

        It does if it is a day off, which has no opening, and the policy says so.
        """
        return opening is None and self.question.counting.roll is _FORWARD

    def _roll(self, raw: date) -> date | None:
        """The last day by art. 148(5), on which the clock must run."""
        number, opening, _ = self.calendar.office_day(raw)  # outside the calendar nobody knows
        rolls = self._rolls(opening)
        if self.stopped is None:
            return self.calendar.next_working_day(raw) if rolls else raw

        # A day off stays where nothing rolls: no day on which the clock is stopped was counted.
        if opening is None and not rolls:
            return raw
        return self._running_close(number + rolls)

    def _refuse_uncovered(self, ordinal: int) -> None:
        if ordinal > self.calendar.last.toordinal():
            raise self._uncovered()

    def _uncovered(self) -> OutsideCoverageError:
        calendar = self.calendar
        return OutsideCoverageError(
            "deadline-outside-coverage",
            self.question.received,
            limit=self.question.limit,
            first=calendar.first,
            last=calendar.last,
        )
