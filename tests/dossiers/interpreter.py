"""A naive interpreter of histories, written from `docs/explanation/how-a-history-is-read.md` alone.

It knows nothing of the package but the names of events, and goes through the page sentence by
sentence. An event here is (name, moment, final, what else it says); a moment is a date or an aware
datetime.
"""

from datetime import date, datetime, timedelta
from itertools import permutations

LIFE = [
    "submitted", "supplement-requested", "supplement-received", "received", "refused", "transferred",
    "verification-asked", "opinion-asked", "linked-sent", "verification-answered", "opinion-given", "linked-returned",
    "payment-requested", "payment-met", "apology", "stopped", "resumed", "withdrawal-asked", "withdrawal-accepted",
    "resolved", "returned", "result-stored", "satisfaction-given", "note",
]  # fmt: skip
ANSWERS = {
    "verification-answered": "verification-asked",
    "opinion-given": "opinion-asked",
    "linked-returned": "linked-sent",
}
WORK = {
    "transferred", "verification-asked", "opinion-asked", "linked-sent", "supplement-requested", "payment-requested",
    "resumed",
}  # fmt: skip
WAITING = {5: "supplement", 6: "financial-obligation", 7: "applicant-request", 8: "other"}
Row = tuple[str, date, bool, str]


def day_of(moment: date) -> date:
    if isinstance(moment, datetime):
        return (moment.replace(tzinfo=None) - moment.utcoffset() + timedelta(hours=7)).date()  # type: ignore[operator]
    return moment


class Reading:
    """What is known of one dossier while its history is read."""

    def __init__(self) -> None:
        self.number = 0  # the portal's status
        self.submitted: date | None = None
        self.received: date | None = None
        self.worked = False
        self.decided: date | None = None
        self.returned: date | None = None
        self.refused: date | None = None
        self.closed: date | None = None
        self.final = False
        self.stored = False
        self.stops: list[list[object]] = []
        self.asked: list[str] = []
        self.papers_before = 0
        self.apologies = 0

    def ended(self) -> bool:
        return self.number in (3, 9, 10) or (self.number == 8 and self.final)

    def end_stops(self, at: date, *kinds: str) -> None:
        for stop in self.stops:
            if stop[2] is None and (not kinds or stop[0] in kinds):
                stop[2] = at

    def back_to_work(self, at: date) -> None:
        if self.received is not None:
            self.end_stops(at, *WAITING.values())
        self.number = 1 if self.received is None else 4 if self.worked else 2

    def wait(self, number: int, at: date) -> None:
        if self.number == number:
            return  # rule 5: a reminder
        self.worked = self.worked or self.number == 4
        if self.number in WAITING:
            self.back_to_work(at)
        self.number = number
        if self.received is not None:
            self.stops.append([WAITING[number], at, None])

    def close(self, at: date) -> None:
        self.end_stops(at)
        self.number, self.final, self.closed = 8, True, at

    def decide(self, at: date) -> None:
        self.end_stops(at)
        self.number, self.decided = 9, at

    def take(self, row: Row) -> None:  # noqa: PLR0915 - one sentence of the page after the other
        name, at, final, _ = row
        if name in ("note", "satisfaction-given"):
            return
        if self.ended() and not self.goes_on_after_the_end(name, at):
            return
        match name:
            case "submitted":
                self.submitted = self.submitted or at
                self.number = self.number or 1
            case "received":
                if self.received is None:
                    self.received, self.number = at, 2
                elif self.number in WAITING:
                    self.back_to_work(at)
            case "refused":
                if self.received is not None:
                    self.close(at)
                self.refused, self.number = at, 3
            case "supplement-requested":
                if self.number != 5 and self.received is None:
                    self.papers_before += 1
                self.wait(5, at)
            case "supplement-received":
                if self.number == 5:
                    self.back_to_work(at)
            case "payment-requested":
                self.wait(6, at)
            case "payment-met":
                if self.number == 6:
                    self.back_to_work(at)
                    self.number, self.worked = 4, True
            case "resumed":
                if self.number in WAITING:
                    self.back_to_work(at)
                    self.number, self.worked = 4, True
            case "stopped":
                if final:
                    self.close(at)
                else:
                    self.wait(8, at)
            case "withdrawal-asked":
                self.wait(7, at)
            case "withdrawal-accepted":
                self.close(at)
            case "transferred" | "verification-asked" | "opinion-asked" | "linked-sent":
                if self.number in WAITING:
                    self.back_to_work(at)
                self.number, self.worked = 4, True
                if name != "transferred":
                    self.asked.append(name)
                if name in ("verification-asked", "opinion-asked") and self.received is not None:
                    self.stops.append([name.removesuffix("-asked"), at, None])
            case "verification-answered" | "opinion-given" | "linked-returned":
                if ANSWERS[name] in self.asked:
                    self.asked.remove(ANSWERS[name])
                    kind = ANSWERS[name].removesuffix("-asked")
                    waiting = [stop for stop in self.stops if stop[0] == kind and stop[2] is None]
                    if waiting:
                        waiting[0][2] = at
                    if self.number in (2, 4):
                        self.number, self.worked = 4, True
            case "apology":
                self.apologies += 1
            case "resolved":
                self.decide(at)
            case "returned" | "result-stored":
                self.decide(at)
                self.hand_over(name, at)

    def hand_over(self, name: str, at: date) -> None:
        if name == "result-stored":
            self.stored = True
        else:
            self.number, self.returned = 10, at

    def goes_on_after_the_end(self, name: str, at: date) -> bool:
        """Whether an event after the end is still to be taken as usual (rules 11, 14, 15)."""
        if self.decided is not None:
            if (name == "returned" and self.number == 9) or (
                name == "result-stored" and not self.stored
            ):
                self.hand_over(name, at)
            return False
        if name in ("received", "submitted"):
            kept = self.submitted if name == "received" else None
            self.__init__()  # type: ignore[misc]
            self.submitted = kept
            return True
        if self.closed is not None and (name in WORK or name == "resolved"):
            if self.received is not None:
                self.stops.append(["other", self.closed, at])
            self.closed, self.refused, self.final = None, None, False
            self.number, self.worked = 4, True
            return name != "resumed"
        return False

    def allows(self, row: Row) -> bool:
        """The guards of the page on the life cycle, for rule 3."""
        name, at, _, _ = row
        number, received = self.number, self.received is not None
        one_stop = day_of(at) >= date(2018, 6, 21)
        if name == "note":
            return True
        if name == "submitted":
            return self.submitted is None
        if number == 0:
            return False
        if name == "satisfaction-given":
            return True
        if name in ("withdrawal-asked", "withdrawal-accepted") and self.decided is not None:
            return False
        if number in (3, 10) or (number == 8 and self.final):
            return name == "result-stored" and number == 10
        if name in ("received", "refused"):
            return number == 1
        if name == "supplement-requested":
            again = number == 1 and not received and one_stop and self.papers_before > 0
            return number in (1, 2, 4) and not again
        if name in ("supplement-received", "payment-met", "withdrawal-accepted"):
            return (
                number
                == {"supplement-received": 5, "payment-met": 6, "withdrawal-accepted": 7}[name]
            )
        if name in ANSWERS:
            return number in (2, 4) and ANSWERS[name] in self.asked
        if name == "apology":
            return received and number in (2, 4, 5, 6) and not (one_stop and self.apologies > 0)
        if name == "stopped":
            return number in (2, 4, 5, 6)
        if name == "resumed":
            return number == 8 and received
        if name == "withdrawal-asked":
            return number in (1, 2, 4, 5, 6)
        if name == "returned":
            return number == 9
        if name == "result-stored":
            return number in (9, 10)
        return number in (2, 4)  # transferred, questions, payment, decision


def read(rows: list[Row]) -> Reading:
    """Read a history, whatever its order."""
    reading = Reading()
    for group in groups(rows):
        for row in arrange(reading, group):
            reading.take(row)
    return reading


def groups(rows: list[Row]) -> list[list[Row]]:
    """Rule 1: by time; a day with an event without an hour is one group."""
    loose = {row[1] for row in rows if not isinstance(row[1], datetime)}
    made: dict[tuple[date, object], list[Row]] = {}
    for row in rows:
        day = day_of(row[1])
        moment = None if day in loose else row[1].astimezone().timestamp()  # type: ignore[attr-defined]
        made.setdefault((day, moment), []).append(row)
    return [made[key] for key in sorted(made, key=lambda key: (key[0], key[1] or 0))]


def arrange(reading: Reading, group: list[Row]) -> list[Row]:
    """Rules 2 and 3, by trying every order."""
    once = sorted(
        set(group),
        key=lambda row: (
            LIFE.index(row[0]),
            str(row[2]),
            row[3],
            isinstance(row[1], datetime),
            str(row[1]),
        ),
    )
    if len(once) == 1:
        return once
    keeps = [order for order in permutations(once) if keeps_hours(order)]
    for order in keeps:
        if is_lawful(reading, order):
            return list(order)
    return list(keeps[0])


def keeps_hours(order: tuple[Row, ...]) -> bool:
    hours = [row[1] for row in order if isinstance(row[1], datetime)]
    return hours == sorted(hours)


def is_lawful(reading: Reading, order: tuple[Row, ...]) -> bool:
    after = Reading()
    after.__dict__.update({k: (list(map(list, v)) if k == "stops" else list(v) if isinstance(v, list) else v)
                           for k, v in reading.__dict__.items()})  # fmt: skip
    for row in order:
        if not after.allows(row):
            return False
        after.take(row)
    return True
