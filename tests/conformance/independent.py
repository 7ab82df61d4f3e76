"""An implementation of due dates and of the life cycle, written from the texts of the law alone.

It imports nothing of the package. Days off and make-up days are data that it is given. It is
honest, so the kit must pass it; and each method says one rule, so that a test can break one rule
at a time.

Civil Code 91/2015/QH13 arts. 147, 148; Decrees 61/2018/NĐ-CP arts. 17, 19 and 118/2025/NĐ-CP arts.
16, 19, 21; the status list of the National Portal.
"""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

VIETNAM = timezone(timedelta(hours=7))
DAY = timedelta(days=1)


class Pause(NamedTuple):
    """The clock stands from one instant to another; an end of None is open."""

    start: datetime
    end: datetime | None
    restarts: bool = False


class NotKnownError(Exception):
    """Nobody has decided the days off that this needs."""


class Office:
    """A one-stop office with its days and hours."""

    def __init__(
        self,
        first: date,
        last: date,
        off: Collection[date],
        make_up: Collection[date],
        hours: tuple[tuple[time, time], ...],
    ) -> None:
        self.first, self.last = first, last
        self.off, self.make_up = frozenset(off), frozenset(make_up)
        self.hours = hours

    # -- days --------------------------------------------------------------------------------------

    def works(self, day: date) -> bool:
        if not self.first <= day <= self.last:
            raise NotKnownError(day)
        return self.is_made_up(day) or (self.is_weekday(day) and not self.is_holiday(day))

    def is_weekday(self, day: date) -> bool:
        return day.weekday() < 5

    def is_holiday(self, day: date) -> bool:
        return day in self.off

    def is_made_up(self, day: date) -> bool:
        return day in self.make_up

    def next_working_day(self, day: date) -> date:
        day += DAY
        while not self.works(day):
            day += DAY
        return day

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(VIETNAM)

    def day_of_receipt(self, received: datetime) -> date:
        return self.local(received).date()

    # -- due dates ---------------------------------------------------------------------------------

    def due(
        self, received: datetime, amount: float, unit: str, pauses: Collection[Pause] = ()
    ) -> date | datetime | None:
        """The last day, or for working hours the last instant; None while the clock stands."""
        if unit == "working hours":
            return self.after_hours(self.local(received), timedelta(hours=1) * amount)
        day, number = self.day_of_receipt(received), int(amount)
        if unit == "same day":
            return day
        if unit == "working days":
            return self.count(day, number, pauses)
        if unit == "days":
            return self.roll(self.add_days(day, number))
        if unit == "weeks":
            return self.roll(day + 7 * number * DAY)
        return self.roll(self.add_months(day, number))

    def add_days(self, day: date, number: int) -> date:
        """Art. 147(2): the first day is not counted, so the n-th day is n days later."""
        return day + number * DAY

    def add_months(self, day: date, number: int) -> date:
        """Art. 148(3): the corresponding day, or the last one of a month that has none."""
        years, month = divmod(day.month - 1 + number, 12)
        return date(
            day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1])
        )

    def roll(self, day: date) -> date:
        """Art. 148(5): a limit that ends on a day off ends with the next working day."""
        return day if self.works(day) else self.next_working_day(day)

    def count(self, day: date, number: int, pauses: Collection[Pause]) -> date | None:
        """Count working days after the day of receipt, one by one, while the clock runs."""
        left = number
        while True:
            if self.restarts_on(day, pauses):
                left = number
            elif left <= 0 and self.works(day) and not self.stands_at_closing(day, pauses):
                return day
            if any(pause.end is None and self.covers(pause, day) for pause in pauses):
                return None
            day += DAY
            if self.counts(day, pauses):
                left -= 1

    def counts(self, day: date, pauses: Collection[Pause]) -> bool:
        return self.works(day) and not self.stands_at_opening(day, pauses)

    def covers(self, pause: Pause, day: date) -> bool:
        """Whether a pause lasts beyond the closing of a day."""
        closing = self.at_closing(day)
        return pause.start < closing and (pause.end is None or pause.end >= closing)

    def at_opening(self, day: date) -> datetime:
        return datetime.combine(day, self.hours[0][0], VIETNAM)

    def at_closing(self, day: date) -> datetime:
        return datetime.combine(day, self.hours[-1][1], VIETNAM)

    def stands_at_opening(self, day: date, pauses: Collection[Pause]) -> bool:
        at = self.at_opening(day)
        return any(p.start <= at and (p.end is None or at < p.end) for p in pauses)

    def stands_at_closing(self, day: date, pauses: Collection[Pause]) -> bool:
        return any(self.covers(pause, day) for pause in pauses)

    def restarts_on(self, day: date, pauses: Collection[Pause]) -> bool:
        """Decree 61/2018 art. 19(4), 118/2025 art. 19(5): counted again from the full receipt."""
        return any(p.restarts and p.end and self.local(p.end).date() == day for p in pauses)

    def after_hours(self, moment: datetime, left: timedelta) -> datetime:
        """Art. 147(1): count office time, session by session."""
        day = moment.date()
        while True:
            for opens, closes in self.hours_on(day):
                begin = max(datetime.combine(day, opens, VIETNAM), moment)
                end = datetime.combine(day, closes, VIETNAM)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            day += DAY

    def hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        return self.hours if self.works(day) else ()

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """The office time that passes from an instant to a later one."""
        start, end = self.local(start), self.local(end)
        day, passed = start.date(), timedelta()
        while day <= end.date():
            for opens, closes in self.hours_on(day):
                begin = max(datetime.combine(day, opens, VIETNAM), start)
                stop = min(datetime.combine(day, closes, VIETNAM), end)
                passed += max(timedelta(), stop - begin)
            day += DAY
        return passed


# -- the life cycle --------------------------------------------------------------------------------

WORK = frozenset({2, 4})
# event -> the statuses from which it may come, the status that it leads to (None: as it was)
TABLE: dict[str, tuple[frozenset[int], int | None]] = {
    "received": (frozenset({1}), 2),
    "refused": (frozenset({1}), 3),
    "supplement-requested": (frozenset({1, 2, 4}), 5),
    "supplement-received": (frozenset({5}), None),
    "payment-requested": (WORK, 6),
    "payment-met": (frozenset({6}), 4),
    "transferred": (WORK, 4),
    "verification-asked": (WORK, 4),
    "verification-answered": (WORK, 4),
    "opinion-asked": (WORK, 4),
    "opinion-given": (WORK, 4),
    "linked-sent": (WORK, 4),
    "linked-returned": (WORK, 4),
    "apology": (frozenset({2, 4, 5, 6}), None),
    "stopped": (frozenset({2, 4, 5, 6}), 8),
    "resumed": (frozenset({8}), 4),
    "withdrawal-asked": (frozenset({1, 2, 4, 5, 6}), 7),
    "withdrawal-accepted": (frozenset({7}), 8),
    "resolved": (WORK, 9),
    "returned": (frozenset({9}), 10),
    "result-stored": (frozenset({9, 10}), None),
}
QUESTION_OF = {
    "verification-answered": "verification-asked",
    "opinion-given": "opinion-asked",
    "linked-returned": "linked-sent",
}
FREE = ("note", "satisfaction-given")


class CaseFile:
    """One dossier at the desk: what has happened, and what may happen next."""

    def __init__(self, office: Office, working_days: int) -> None:
        self.office, self.limit = office, working_days
        self.status, self.final = 0, False
        self.last: datetime | None = None
        self.received: datetime | None = None
        self.was_in_work, self.asked_for_papers, self.apologised = False, False, False
        self.questions: list[str] = []
        self.pauses: list[Pause] = []
        self.new_date: date | None = None

    def may(self, event: str, at: datetime) -> bool:
        """Whether an event may happen now."""
        if self.comes_too_late(at):
            return False
        if event == "note":
            return True
        if event == "submitted":
            return self.status == 0
        if self.status == 0:
            return False
        if event == "satisfaction-given":
            return True
        if self.has_ended() and event != "result-stored":
            return False
        allowed, _ = self.table()[event]
        return self.status in allowed and self.may_now(event)

    def table(self) -> dict[str, tuple[frozenset[int], int | None]]:
        return TABLE

    def comes_too_late(self, at: datetime) -> bool:
        return self.last is not None and at < self.last

    def has_ended(self) -> bool:
        return self.status in (3, 10) or self.final

    def may_now(self, event: str) -> bool:
        """The rules that look further back than the status."""
        if event in QUESTION_OF:
            return QUESTION_OF[event] in self.questions
        if event == "supplement-requested":
            return self.received is not None or self.may_ask_for_papers()
        if event == "apology":
            return self.received is not None and self.may_apologise()
        if event == "resumed":
            return self.received is not None
        return True

    def may_ask_for_papers(self) -> bool:
        """Decree 61/2018 art. 17(1)(a), 118/2025 art. 16(3): once before receipt."""
        return not self.asked_for_papers

    def may_apologise(self) -> bool:
        """Decree 61/2018 art. 19(9), 118/2025 art. 19(6): once."""
        return not self.apologised

    def take(
        self, event: str, at: datetime, *, final: bool = False, due: date | None = None
    ) -> bool:
        """Record an event, or refuse it."""
        if not self.may(event, at):
            return False
        self.last = at
        if event in FREE:
            return True
        before = self.status
        self.status = 1 if event == "submitted" else self.next_status(event)
        if event == "received":
            self.received = at
        self.was_in_work = self.was_in_work or self.status == 4
        if event == "supplement-requested":
            self.asked_for_papers = True
        if event in QUESTION_OF.values():
            self.questions.append(event)
        if event in QUESTION_OF and QUESTION_OF[event] in self.questions:
            self.questions.remove(QUESTION_OF[event])
        if event == "apology":
            self.apologised = True
            self.put_off(at, due)
        self.final = event == "withdrawal-accepted" or (event == "stopped" and final)
        self.keep_time(event, at, before)
        return True

    def put_off(self, at: datetime, due: date | None) -> None:
        """Art. 19(9), 19(6): the new date is given before the limit has passed."""
        counted = self.due()
        if counted is None or self.office.local(at).date() <= counted:
            self.new_date = due

    def next_status(self, event: str) -> int:
        after = self.table()[event][1]
        if after is not None:
            return after
        if event == "supplement-received":
            return self.after_papers()
        return self.status

    def after_papers(self) -> int:
        if self.received is None:
            return 1
        return 4 if self.was_in_work else 2

    # -- the clock ---------------------------------------------------------------------------------

    def keep_time(self, event: str, at: datetime, before: int) -> None:
        """Note when the clock stops, and when it goes on."""
        if self.received is None:
            return
        over = self.status in (9, 10) or self.final
        if self.status != before and before in (5, 6, 7, 8):
            self.end_pause(at, waiting=True)
        if over or event in ("verification-answered", "opinion-given"):
            self.end_pause(at, waiting=over)
        if not over and self.status != before and self.status in (5, 6, 7, 8):
            self.pauses.append(Pause(at, None, restarts=self.status == 5))
        if event in ("verification-asked", "opinion-asked"):
            self.pauses.append(Pause(at, None))

    def end_pause(self, at: datetime, *, waiting: bool) -> None:
        if waiting:
            self.pauses = [p if p.end else p._replace(end=at) for p in self.pauses]
        else:
            still = next(p for p in self.pauses if p.end is None)
            self.pauses[self.pauses.index(still)] = still._replace(end=at)

    def due(self) -> date | None:
        """The day that is due; None before receipt and while the clock stands."""
        if self.received is None:
            return None
        counted = self.office.due(self.received, self.limit, "working days", self.pauses)
        if counted is None:
            return None
        assert isinstance(counted, date)
        if self.new_date is not None and self.new_date > counted:
            return self.new_date
        return counted
