"""Between the kit and implementations that know nothing of the package."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from evnpubsvc.deadlines import ClockPolicy, CountingRules, LimitUnit, Stop, StopKind, TimeLimit
from evnpubsvc.deadlines import due as library_due
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    Refusal,
    Status,
    due_of,
    possible,
    try_apply,
)
from evnpubsvc.worktime import Calendar, vietnam_calendar
from tests.conformance.independent import CaseFile, Office, Pause

CALENDAR: Calendar = vietnam_calendar()
# The decrees restart the clock after a supplement; every other stop is taken out of the count.
CLOCK = {
    kind: ClockPolicy.RESTART if kind is StopKind.SUPPLEMENT else ClockPolicy.EXCLUDE
    for kind in StopKind
}
COUNTING = CountingRules(CALENDAR, clock=CLOCK)
LIMIT = 5
UNITS = {
    LimitUnit.WORKING_DAYS: "working days",
    LimitUnit.DAYS: "days",
    LimitUnit.WEEKS: "weeks",
    LimitUnit.MONTHS: "months",
    LimitUnit.SAME_DAY: "same day",
    LimitUnit.WORKING_HOURS: "working hours",
}


def make_office(
    kind: type[Office] = Office, hours: tuple[tuple[time, time], ...] | None = None
) -> Office:
    """An office with the days of Viet Nam, as plain data, and hours of its own or the ordinary."""
    rows = CALENDAR.days
    ordinary = CALENDAR.sessions(date(2026, 3, 2))
    return kind(
        CALENDAR.first,
        CALENDAR.last,
        [row.day for row in rows if not row.kind.works],
        [row.day for row in rows if row.kind.works],
        hours or tuple((session.start, session.end) for session in ordinary),
    )


def due_function(office: Any) -> Callable[..., Any]:
    """The due dates of an office as the kit asks for them."""

    def due(received: datetime, limit: TimeLimit, stops: tuple[Stop, ...]) -> Any:
        pauses = [
            Pause(stop.start, stop.end, stop.clock is ClockPolicy.RESTART)  # type: ignore[arg-type]
            for stop in stops
        ]
        if limit.unit not in UNITS:
            raise NotImplementedError
        return office.due(received, float(limit.amount), UNITS[limit.unit], pauses)

    return due


class IndependentAdapter:
    """The independent life cycle as the kit asks for it."""

    def __init__(
        self, case: type[CaseFile] = CaseFile, office: type[Office] = Office, *, due: bool = True
    ) -> None:
        self.make, self.office, self.has_due = case, make_office(office), due

    def reset(self) -> None:
        self.case = self.make(self.office, LIMIT)

    def take(self, event: Event) -> bool:
        due = event.due.date() if isinstance(event.due, datetime) else event.due
        assert isinstance(event.at, datetime)
        return self.case.take(event.kind.value, event.at, final=bool(event.final), due=due)

    def can(self, kind: EventKind, at: datetime) -> bool:
        return self.case.may(kind.value, at)

    def state(self) -> int:
        return self.case.status

    def due(self) -> date | None:
        if not self.has_due:
            raise NotImplementedError
        return self.case.due()


class Reference:
    """The library itself as the kit asks for it."""

    def reset(self) -> None:
        self.dossier = Dossier("case-1", limit=f"{LIMIT} ngày làm việc")

    def take(self, event: Event) -> bool:
        after = try_apply(self.dossier, event)
        if isinstance(after, Refusal):
            return False
        self.dossier = after
        return True

    def can(self, kind: EventKind, at: datetime) -> bool:
        return kind in possible(self.dossier, at)

    def state(self) -> Status | None:
        return self.dossier.status

    def due(self) -> date | datetime | None:
        return due_of(self.dossier, counting=COUNTING, trace=False).due

    def restart(self) -> None:
        self.dossier = Dossier("case-1", limit=self.dossier.limit, events=self.dossier.events)


class AtOnce(Reference):
    """The library itself, which takes whole histories."""

    def begin_with(self, history: tuple[Event, ...]) -> None:
        self.reset()
        for event in history:
            if not self.take(event):
                raise ValueError(event.kind)


def reference_due(received: datetime, limit: TimeLimit, stops: tuple[Stop, ...]) -> Any:
    """The due date of the library."""
    made = library_due(received, limit, counting=COUNTING, stops=stops, trace=False)
    return made.date if made.instant is None else made.instant
