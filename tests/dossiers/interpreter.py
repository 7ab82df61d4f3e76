"""A naive interpreter of histories, written from `docs/explanation/how-a-history-is-read.md` alone.

It knows nothing of the package but the names of events. It keeps no running state: each answer is
found by looking back over the whole history so far, as a reader of the page would.
An event here is (name, moment, final, what else it says); a moment is a date or an aware datetime.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import NamedTuple

LIFE = [
    "submitted", "supplement-requested", "supplement-received", "received", "refused",
    "transferred",
    "verification-asked", "opinion-asked", "linked-sent", "verification-answered", "opinion-given",
    "linked-returned",
    "payment-requested", "payment-met", "apology", "stopped", "resumed", "withdrawal-asked",
    "withdrawal-accepted",
    "resolved", "returned", "result-stored", "satisfaction-given", "note",
]  # fmt: skip
WAITS = {  # rule 4: what is asked for, the status that says so, the stop
    "supplement-requested": (5, "supplement"), "payment-requested": (6, "financial-obligation"),
    "withdrawal-asked": (7, "applicant-request"), "stopped": (8, "other"),
}  # fmt: skip
STATUS_OF_ANSWER = {"supplement-received": 5, "payment-met": 6}
ANSWERS = {
    "verification-answered": "verification-asked",
    "opinion-given": "opinion-asked",
    "linked-returned": "linked-sent",
}
QUESTIONS = ("verification-asked", "opinion-asked", "linked-sent")
GOES_ON = ("transferred", *QUESTIONS)
WORK = (*GOES_ON, "supplement-requested", "payment-requested", "resumed")  # rule 6, rule 16
RESULT = ("returned", "result-stored")
Row = tuple[str, date, bool, str]


class Gap(NamedTuple):
    """The time between a closing and the event that takes the dossier up again (rule 16)."""

    closed: date
    again: date


class Told(NamedTuple):
    """What a history says."""

    number: int
    submitted: date | None
    received: date | None
    decided: date | None
    returned: date | None
    closed: date | None
    stops: list[list[object]]
    stored: bool

    def ended(self) -> bool:
        return self.decided is not None or self.closed is not None or self.number == 3


def day_of(moment: date) -> date:
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) + timedelta(hours=7)).date()
    return moment


# -- rules 1-3: the order --------------------------------------------------------------------------


def read(rows: list[Row]) -> Told:
    """Read a history, whatever its order."""
    ordered: list[Row] = []
    for group in groups(rows):
        ordered += arrange(ordered, group)
    return tell(ordered)


def groups(rows: list[Row]) -> list[list[Row]]:
    """Events of one instant together, and all of a day on which one has no hour."""
    days: dict[date, list[Row]] = {}
    for row in rows:
        days.setdefault(day_of(row[1]), []).append(row)
    made: list[list[Row]] = []
    for day in sorted(days):
        if all(isinstance(row[1], datetime) for row in days[day]):
            instants = sorted({row[1] for row in days[day]})
            made += [[row for row in days[day] if row[1] == at] for at in instants]
        else:
            made.append(days[day])
    return made


def arrange(before: list[Row], group: list[Row]) -> list[Row]:
    """Rule 2: once each. Rule 3: the first lawful order; where there is none, the order of life."""
    once = sorted(
        set(group),
        key=lambda r: (LIFE.index(r[0]), str(r[2]), r[3], isinstance(r[1], datetime), str(r[1])),
    )
    if len(once) == 1:
        return once
    orders = [list(order) for order in permutations(once) if keeps_hours(order)]
    begun = before
    if tell(before).number == 0 and all(row[0] != "submitted" for row in once):
        begun = [("submitted", date(1, 1, 1), False, ""), *before]
    return next((order for order in orders if is_lawful(begun, order)), orders[0])


def keeps_hours(order: Iterable[Row]) -> bool:
    hours = [row[1] for row in order if isinstance(row[1], datetime)]
    return hours == sorted(hours)


def is_lawful(before: list[Row], order: list[Row]) -> bool:
    return all(allows([*before, *order[:place]], row) for place, row in enumerate(order))


# -- rules 11, 15, 16: which events belong to the count that matters -------------------------------


def current_count(rows: list[Row]) -> list[Row | Gap]:
    """The events of the last count: those before it, and those that an end leaves without
    effect, are left out.
    """
    count: list[Row | Gap] = []
    ended: Row | None = None
    for row in rows:
        name, at = row[0], row[1]
        if ended is None:
            count.append(row)
            if ends(row):
                ended = row
        elif ended[0] in ("resolved", *RESULT):
            if name in RESULT:
                count.append(row)
        elif name == "received":  # a new count, with the submission that there was
            kept = [each for each in count if not isinstance(each, Gap) and each[0] == "submitted"][
                :1
            ]
            count, ended = [*kept, row], None
        elif name == "submitted":
            count, ended = [row], None
        elif name in (*WORK, "resolved"):
            count[-1] = Gap(ended[1], at)
            ended = None
            if name != "resumed":
                count.append(row)
                ended = row if name == "resolved" else None
    return count


def ends(row: Row) -> bool:
    return row[0] in ("resolved", *RESULT, "refused", "withdrawal-accepted") or (
        row[0] == "stopped" and row[2]
    )


# -- rules 4-9: looking back -----------------------------------------------------------------------


def was_received(count: list[Row | Gap]) -> bool:
    return any(not isinstance(each, Gap) and each[0] == "received" for each in count)


def status(count: list[Row | Gap]) -> int:
    """The status after the events of a count, by the last event that changed it."""
    if not count:
        return 0
    *earlier, last = count
    if isinstance(last, Gap):
        return 4
    name, _, final, _ = last
    before = status(earlier)
    waiting = before in (5, 6, 7, 8)
    if name == "submitted":
        return before or 1
    if name == "received":
        return (
            after_a_wait(earlier)
            if was_received(earlier) and waiting
            else before
            if was_received(earlier)
            else 2
        )
    if name == "stopped" and final:
        return 8
    if name in WAITS:
        return WAITS[name][0]
    if (
        name in GOES_ON
        or (name == "resumed" and waiting)
        or (name == "payment-met" and before == 6)
    ):
        return 4
    if name == "supplement-received" and before == 5:
        return after_a_wait(earlier)
    if name in ANSWERS and before in (2, 4) and ANSWERS[name] in open_questions(earlier):
        return 4
    return {
        "refused": 3,
        "withdrawal-accepted": 8,
        "resolved": 9,
        "result-stored": max(before, 9),
        "returned": 10,
    }.get(name, before)


def after_a_wait(count: list[Row | Gap]) -> int:
    if not was_received(count):
        return 1
    return 4 if any(status(count[:place]) == 4 for place in range(len(count) + 1)) else 2


def open_questions(count: list[Row | Gap]) -> list[str]:
    return [name for name, _, answered in asked(count) if answered is None]


def asked(count: list[Row | Gap]) -> list[tuple[str, Row, Row | None]]:
    """Each question with its answer: an answer ends the oldest open question of its kind."""
    made: list[tuple[str, Row, Row | None]] = []
    for each in count:
        if isinstance(each, Gap):
            continue
        if each[0] in QUESTIONS:
            made.append((each[0], each, None))
        elif each[0] in ANSWERS:
            still = [
                place
                for place, (name, _, end) in enumerate(made)
                if name == ANSWERS[each[0]] and end is None
            ]
            if still:
                made[still[0]] = (*made[still[0]][:2], each)
    return made


def stops(count: list[Row | Gap]) -> list[list[object]]:
    """Every stop after receipt: it lasts while the status, or an open question, says so."""
    made: list[list[object]] = []
    for place, each in enumerate(count):
        if isinstance(each, Gap):
            if was_received(count[:place]):
                made.append(["other", each.closed, each.again])
            continue
        name, at, final, _ = each
        if not was_received(count[:place]) or (name == "stopped" and final):
            continue
        if name in WAITS and status(count[:place]) != WAITS[name][0]:
            made.append([WAITS[name][1], at, end_of_wait(count, place, WAITS[name][0])])
        if name in ("verification-asked", "opinion-asked"):
            made.append([name.removesuffix("-asked"), at, end_of_question(count, place)])
    return made


def end_of_wait(count: list[Row | Gap], place: int, number: int) -> date | None:
    for later in range(place + 1, len(count)):
        each = count[later]
        if isinstance(each, Gap):
            return each.closed
        if ends(each) or status(count[: later + 1]) != number:
            return each[1]
    return None


def end_of_question(count: list[Row | Gap], place: int) -> date | None:
    question = count[place]
    for later in range(place + 1, len(count)):
        each = count[later]
        if isinstance(each, Gap):
            return each.closed
        if ends(each) or any(
            asking is question and end is each for _, asking, end in asked(count[: later + 1])
        ):
            return each[1]
    return None


# -- rules 10-16: what follows ---------------------------------------------------------------------


def tell(rows: list[Row]) -> Told:
    """Say what follows from events that are in order."""
    count = current_count(rows)
    events = [each for each in count if not isinstance(each, Gap)]

    def first(*names: str) -> date | None:
        return next((row[1] for row in events if row[0] in names), None)

    decided, closed = first("resolved", *RESULT), None
    last = count[-1] if count else None
    if decided is None and last is not None and not isinstance(last, Gap) and ends(last):
        closed = last[1] if last[0] != "refused" or was_received(count) else None
    return Told(
        status(count), first("submitted"), first("received"), decided, first("returned"), closed,
        stops(count), first("result-stored") is not None,
    )  # fmt: skip


def allows(rows: list[Row], row: Row) -> bool:
    """The guards of the page on the life cycle, for rule 3."""
    name, at, _, _ = row
    told, count = tell(rows), current_count(rows)
    number, received = told.number, told.received is not None
    one_stop = day_of(at) >= date(2018, 6, 21)
    earlier = [each[0] for each in count if not isinstance(each, Gap)]
    if name == "note":
        return True
    if name == "submitted":
        return told.submitted is None
    if number == 0:
        return False
    if name == "satisfaction-given":
        return True
    if name in ("withdrawal-asked", "withdrawal-accepted") and told.decided is not None:
        return False
    if number in (3, 10) or told.closed is not None:
        return name == "result-stored" and number == 10
    if name in ("received", "refused"):
        return number == 1
    if name == "supplement-requested":
        again = not received and one_stop and name in earlier
        return number in (1, 2, 4) and not again
    if name in ("supplement-received", "payment-met", "withdrawal-accepted"):
        return number == {**STATUS_OF_ANSWER, "withdrawal-accepted": 7}[name]
    if name in ANSWERS:
        return number in (2, 4) and ANSWERS[name] in open_questions(count)
    if name == "apology":
        return received and number in (2, 4, 5, 6) and not (one_stop and name in earlier)
    if name == "stopped":
        return number in (2, 4, 5, 6)
    if name == "resumed":
        return number == 8 and received
    if name == "withdrawal-asked":
        return number in (1, 2, 4, 5, 6)
    if name in RESULT:
        return number == 9 or (name == "result-stored" and number == 10)
    return number in (2, 4)  # transferred, questions, payment, decision
