"""A second model of the life cycle, deliberately plain.

It rereads the whole history for each question.

Written from section 2.4 of the status list and the articles, as sentences, not as a table of
events; it shares no code with the package but the names of events.
"""

from datetime import date, datetime, timedelta

NAMES = [
    "submitted", "received", "refused", "supplement-requested", "supplement-received",
    "payment-requested",
    "payment-met", "transferred", "verification-asked", "verification-answered", "opinion-asked",
    "opinion-given",
    "linked-sent", "linked-returned", "apology", "stopped", "resumed", "withdrawal-asked",
    "withdrawal-accepted",
    "resolved", "returned", "result-stored", "satisfaction-given", "note",
]  # fmt: skip


class Naive:
    """A history as a list of (name, time, final)."""

    def __init__(self) -> None:
        self.log: list[tuple[str, datetime, bool]] = []

    def happened(self, name: str) -> bool:
        return any(each[0] == name for each in self.log)

    def count(self, name: str) -> int:
        return sum(each[0] == name for each in self.log)

    def status(self) -> int:
        """The portal's number; 0 before submission."""
        number = 0
        before_pause = 2
        received = False
        for name, _, _ in self.log:
            if name == "submitted":
                number = 1
            elif name == "received":
                number, received = 2, True
            elif name == "refused":
                number = 3
            elif name == "supplement-requested":
                before_pause, number = number, 5
            elif name == "supplement-received":
                number = before_pause if received else 1
            elif name == "payment-requested":
                number = 6
            elif name == "withdrawal-asked":
                number = 7
            elif name in ("stopped", "withdrawal-accepted"):
                number = 8
            elif name == "resolved":
                number = 9
            elif name == "returned":
                number = 10
            elif name in ("apology", "result-stored", "satisfaction-given", "note"):
                pass
            else:  # payment met, resumed, transferred, questions and answers: in process
                number = 4
        return number

    def finally_stopped(self) -> bool:
        stops = [
            (name, final)
            for name, _, final in self.log
            if name in ("stopped", "withdrawal-accepted")
        ]
        return self.status() == 8 and (stops[-1][0] == "withdrawal-accepted" or stops[-1][1])

    def clock(self) -> str:
        number = self.status()
        if number in (3, 9, 10) or self.finally_stopped():
            return "ended"
        if not self.happened("received"):
            return "not-started"
        return "runs" if number in (2, 4) else "stands"

    def may(self, name: str, at: datetime) -> bool:
        number, received = self.status(), self.happened("received")
        if self.log and at < max(each[1] for each in self.log):
            return False
        if name == "note":
            return True
        if name == "submitted":
            return number == 0
        if number == 0:
            return False
        if name == "satisfaction-given":
            return True
        if name == "result-stored":
            return number in (9, 10)
        if number in (3, 10) or self.finally_stopped():
            return False
        one_stop = (at + timedelta(hours=7)).date() >= date(2018, 6, 21)  # times here are in UTC
        match name:
            case "received" | "refused":
                return number == 1
            case "supplement-requested":
                if number == 1 and one_stop and self.count("supplement-requested") > 0:
                    return False
                return number in (1, 2, 4)
            case "supplement-received":
                return number == 5
            case (
                "payment-requested"
                | "resolved"
                | "transferred"
                | "verification-asked"
                | "opinion-asked"
            ):
                return number in (2, 4)
            case "linked-sent":
                return number in (2, 4)
            case "payment-met":
                return number == 6
            case "verification-answered":
                return number in (2, 4) and self.count("verification-asked") > self.count(
                    "verification-answered"
                )
            case "opinion-given":
                return number in (2, 4) and self.count("opinion-asked") > self.count(
                    "opinion-given"
                )
            case "linked-returned":
                return number in (2, 4) and self.count("linked-sent") > self.count(
                    "linked-returned"
                )
            case "apology":
                return (
                    received
                    and number in (2, 4, 5, 6)
                    and not (one_stop and self.happened("apology"))
                )
            case "stopped":
                return number in (2, 4, 5, 6)
            case "resumed":
                return number == 8 and received
            case "withdrawal-asked":
                return number in (1, 2, 4, 5, 6)
            case "withdrawal-accepted":
                return number == 7
            case "returned":
                return number == 9
        raise AssertionError(name)

    def supplements(self) -> list[tuple[datetime, datetime | None]]:
        """The times in which papers were awaited after receipt."""
        found: list[tuple[datetime, datetime | None]] = []
        received = False
        for name, at, _ in self.log:
            received = received or name == "received"
            if name == "supplement-requested" and received:
                found.append((at, None))
            elif name == "supplement-received" and found and found[-1][1] is None:
                found[-1] = (found[-1][0], at)
        return found

    def due(self, n: int, works: "set[date]") -> date | None:
        """N working days with a restart at each supplement that begins in time.

        No other stop, day by day.

        Only for histories whose one kind of stop is the supplement. A supplement begins in time
        when it begins on the last day or before, within office hours 8:00-17:00 of it, as Viet
        Nam's clocks go.
        """
        local = timedelta(hours=7)
        start = next(at for name, at, _ in self.log if name == "received") + local
        for begun, ended in [
            *self.supplements(),
            (datetime.max.replace(tzinfo=start.tzinfo), None),
        ]:
            day, left = start.date(), n
            while left:
                day += timedelta(days=1)
                left -= day in works
            if begun.year == 9999:
                return day
            begun_local = begun + local
            if begun_local.date() > day or (begun_local.date() == day and begun_local.hour >= 17):
                continue
            if ended is None:
                return None
            start = ended + local
        raise AssertionError
