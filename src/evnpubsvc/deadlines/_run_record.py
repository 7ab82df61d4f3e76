"""What a run leads to, and what it writes down on the way: steps, citations, notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from evnpubsvc._moments import local_day
from evnpubsvc.deadlines._deadline import Step, make_step
from evnpubsvc.deadlines._limit_units import WITHOUT_AMOUNT, LimitUnit
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._moments import iso_text, last_day
from evnpubsvc.deadlines._policies import Roll, clock_start
from evnpubsvc.deadlines._policy import article
from evnpubsvc.deadlines._question import Question, Terms
from evnpubsvc.deadlines._stopped_time import AFRESH, PlacedStop
from evnpubsvc.deadlines._stops import Stop
from evnpubsvc.findings import Finding
from evnpubsvc.law import Citation
from evnpubsvc.worktime import DayReason

# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_WORKING_DAYS: Final = LimitUnit.WORKING_DAYS
_WORKING_HOURS: Final = LimitUnit.WORKING_HOURS
_CLOCK_HOURS: Final = LimitUnit.CLOCK_HOURS
_HOURS: Final = LimitUnit.HOURS
_FORWARD: Final = Roll.FORWARD
_DAY: Final = timedelta(days=1)
_READ_AS: Final = {
    _CLOCK_HOURS: "step-hours-clock",
    _WORKING_HOURS: "step-hours-working",
    _WORKING_DAYS: "step-hours-days",
}


class End(NamedTuple):
    """What a run leads to.

    Attributes:
        day: the last day; None while the clock is stopped.
        instant: the last instant, of limits that end within a day.
        counted: of calendar days and clock hours, where the count ended before it was moved to a
            working day; None where the clock is stopped before that.
        stopped_by: the stop after which the limit would be counted afresh, if it lasts.
    """

    day: date | None
    instant: datetime | None = None
    counted: date | None = None
    stopped_by: PlacedStop | None = None


class RunRecord:
    """What is written down about one computation.

    Attributes:
        steps: what was done; None when nobody asked for a trace.
        citations: the articles behind the steps, each once, also without a trace.
        notices: what somebody should know.
        counted_from: the day of receipt after cut-offs and restarts.
    """

    __slots__ = (
        "calendar",
        "citations",
        "counted_from",
        "notices",
        "question",
        "steps",
        "stopped",
        "stops",
        "terms",
    )

    def __init__(
        self,
        question: Question,
        terms: TimeLimit | Terms,
        stops: tuple[PlacedStop, ...],
        *,
        trace: bool,
    ) -> None:
        self.question, self.terms, self.stops = question, terms, stops
        self.calendar = question.counting.calendar
        self.stopped = question.stopped
        self.counted_from = question.received
        self.steps: list[Step] | None = [] if trace else None
        self.citations: dict[Citation, None] = {}
        self.notices: list[Finding] = []

    def _cite(self, citation: Citation) -> Citation:
        """Keep the article behind a step, once; it is kept without a trace too."""
        self.citations[citation] = None
        return citation

    def _write(
        self,
        key: str,
        citation: Citation | None,
        *,
        day: date | None = None,
        until: date | None = None,
        at: datetime | None = None,
        limit: TimeLimit | None = None,
        parts: tuple[tuple[str, str], ...] = (),
        skipped: tuple[DayReason, ...] = (),
        worked: tuple[DayReason, ...] = (),
    ) -> None:
        """Write a step down, where somebody asked for a trace."""
        if self.steps is not None:
            self.steps.append(
                make_step(key, day, until, at, limit, parts, skipped, worked, citation)
            )

    def _days_off(self, after: date, upto: date) -> tuple[DayReason, ...]:
        if self.steps is None:
            return ()
        return self.calendar.days_off_between(max(after, self.calendar.first), upto)

    def _note_receipt(self, day: date, at: datetime | None) -> None:
        channel = self.question.channel
        key = "step-received" if at is None else "step-received-at"
        if channel is None:
            self._write(key, None, day=day, at=at)
            return
        citation = self._cite(clock_start(channel).cite(day))
        parts = (("channel", channel.value),)
        self._write(f"{key}-channel", citation, day=day, at=at, parts=parts)

    def _note_reading(self) -> None:
        limit = self.question.limit
        if limit.unit is _HOURS:
            self._write(
                _READ_AS[self.terms.unit], self._cite(article("hours-disputed")), limit=limit
            )
        else:
            self._write("step-eight-hours", self._cite(article("eight-hours")), limit=limit)

    def _note_pauses(self) -> None:
        """Note the stops that pause the clock."""
        for placed in self.stops:
            if placed.policy in AFRESH:
                continue
            citation = self._cite(placed.source)
            if self.steps is not None:
                self._note_pause(placed.stop, citation)

    def _note_pause(self, stop: Stop, citation: Citation) -> None:
        parts = (("kind", f"stop-{stop.kind.value}"), ("start", iso_text(stop.start)))
        if stop.end is None:
            self._write("step-stop-open", citation, parts=parts)
        else:
            self._write("step-stop", citation, parts=(*parts, ("end", iso_text(stop.end))))

    def _note_count(self, end: End) -> None:
        """Note how the limit was counted, the last time."""
        unit = self.terms.unit
        if unit is _WORKING_DAYS:
            if end.day is not None:
                self._note_working_days(self.counted_from, end.day)
        elif unit is _WORKING_HOURS:
            if end.day is not None:
                self._note_working_hours(self.counted_from, end)
        elif unit in WITHOUT_AMOUNT:
            if end.day is not None and end.day != self.counted_from:
                self._note_moved("step-same-day-moved", None, self.counted_from, end.day)
        elif end.counted is not None:
            self._note_calendar_days(self.counted_from, end.counted, end.day)

    def _note_working_days(self, day: date, end: date) -> None:
        citation = self._cite(article("first-day"))
        if self.steps is not None:
            self._write(
                "step-count-working-days",
                citation,
                day=day,
                until=end,
                limit=self.question.limit,
                skipped=self._days_off(day, end),
                worked=self.calendar.make_up_days_between(day, end),
            )
        if self.stops:
            self._cite(article("stop"))

    def _note_working_hours(self, day: date, end: End) -> None:
        citation, last = self._cite(article("hours")), end.day
        if self.steps is None or last is None:
            return
        self._write(
            "step-count-hours",
            citation,
            day=last,
            at=end.instant,
            limit=self.question.limit,
            skipped=self._days_off(day - _DAY, last),
            worked=self.calendar.make_up_days_between(day, last) if last >= day else (),
        )

    def _note_calendar_days(self, day: date, counted: date, end: date | None) -> None:
        """Note a count in calendar days or clock hours, and whether its end was moved."""
        limit = self.question.limit
        if isinstance(counted, datetime):
            raw, citation = last_day(counted), self._cite(article("hours"))
            if self.steps is not None:
                self._write("step-count-clock", citation, day=raw, at=counted, limit=limit)
        else:
            raw, citation = counted, self._cite(article("last-day"))
            if self.steps is not None:
                self._write("step-count-days", citation, day=day, until=raw, limit=limit)

        if end == raw or end is None:
            return
        rolls = self.question.counting.roll is _FORWARD and not self.calendar.is_working_day(raw)
        if rolls:
            self._note_moved("step-rolled", self._cite(article("roll")), raw, end)

    def _note_moved(self, key: str, citation: Citation | None, day: date, end: date) -> None:
        """Note that a day off gave way to a working day."""
        if self.steps is not None:
            skipped = self._days_off(day - _DAY, end)
            self._write(key, citation, day=day, until=end, skipped=skipped)

    def _note_end(self, end: End) -> None:
        if end.stopped_by is not None:
            self._note_standing_restart(end.stopped_by)
        elif end.day is None:
            self._write("step-stands", None)
        elif end.instant is not None:
            self._write("step-due-at", None, day=end.day, at=end.instant)
        else:
            self._write("step-due", None, day=end.day)

    def _note_standing_restart(self, placed: PlacedStop) -> None:
        citation = self._cite(placed.source)
        self._write("step-stands-restart", citation, day=local_day(placed.stop.start))
