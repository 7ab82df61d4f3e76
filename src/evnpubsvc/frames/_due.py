"""Due dates on columns: what `deadlines.due` says of each row.

Limits in whole working days are counted on arrays, after cut-offs and over one stop a row. Every
other row is counted by `due` itself, so that nothing is left out: other units, half days, what the
law leaves open, what the calendar does not cover. Rows that ask the same are counted once: of a
limit in months, one for each day of receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from evnpubsvc._records import frozen
from evnpubsvc._validate import read_member
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DayCount,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
    due,
)
from evnpubsvc.errors import DataError, EvnpubsvcError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.frames._days import EPOCH, day_number
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

_Ints: TypeAlias = npt.NDArray[Any]
_Mask: TypeAlias = npt.NDArray[np.bool_]
_Rows: TypeAlias = npt.NDArray[np.intp]

_STEP: Final = 1 << 15  # rows a round: tables and pieces stay in the cache
_MINUTE: Final = 60_000_000  # microseconds
_DAY: Final = 1_440 * _MINUTE
_FIFTEEN: Final = 900 * _MINUTE
_OFFSET: Final = VIETNAM_TIME.utcoffset(None) // timedelta(microseconds=1)
_NEVER: Final = 1 << 60  # an hour, a tick or a day after every other
_NEAR: Final = 120  # days before the end of the calendar: the bounds of a date may lie outside
_PYTHON: Final = (1 - EPOCH, date.max.toordinal() - EPOCH)  # the days that Python knows

# Units that are counted from a day, whatever its hour.
_BY_DAY: Final = frozenset({LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS, LimitUnit.YEARS})
# What is wrong with the call as a whole, not with a row.
_OF_THE_CALL: Final = frozenset(
    {
        "cutoff-same-day-only",
        "hours-not-days",
        "hours-reading-needed",
        "limit-half-calendar-day",
        "naive-and-aware",
    }
)


# -- the calendar as arrays ------------------------------------------------------------------------


@frozen(eq=False)
class _Table:
    """What the covered days of a calendar say, as arrays; hours in microseconds of the day.

    Attributes:
        first: the first covered day.
        number: the number of the last working day up to each day.
        opening: when the office opens; `_NEVER` on a day off.
        closing: when it closes; `_NEVER` on a day off, and where that is the midnight after it.
        nth: number -> day.
    """

    first: int
    number: npt.NDArray[np.int64]
    opening: npt.NDArray[np.int64]
    closing: npt.NDArray[np.int64]
    nth: npt.NDArray[np.int32]


def _days_of(calendar: Calendar) -> Iterator[date]:
    last = calendar.last.toordinal()
    return map(date.fromordinal, range(calendar.first.toordinal(), last + 1))


@lru_cache(maxsize=8)
def _table(calendar: Calendar) -> _Table:
    facts = [calendar.office_day(day) for day in _days_of(calendar)]
    works = np.array([opening is not None for _, opening, _ in facts], np.bool_)
    opening = np.array([_hour(opening) for _, opening, _ in facts], np.int64)
    closing = np.array([_hour(closing) for _, _, closing in facts], np.int64)
    first = day_number(calendar.first)
    nth = np.concatenate([[0], np.flatnonzero(works) + first]).astype(np.int32)
    return _Table(first, np.cumsum(works, dtype=np.int64), opening, closing, nth)


def _hour(hour: time | None) -> int:
    return _NEVER if hour is None else (hour.hour * 60 + hour.minute) * _MINUTE


@lru_cache(maxsize=32)
def _latest_hours(calendar: Calendar, cutoff: CutOff) -> npt.NDArray[np.int64]:
    """Return for each day the latest hour of a receipt that a cut-off leaves on it; -1 for none."""
    latest = {CutOff.OFFICEHOURS: _last_closing, CutOff.LASTHOUR: _last_hour}.get(cutoff, _fifteen)
    return np.array([latest(calendar, day) for day in _days_of(calendar)], np.int64)


def _fifteen(calendar: Calendar, day: date) -> int:
    return _FIFTEEN if calendar.is_working_day(day) else -1


def _last_closing(calendar: Calendar, day: date) -> int:
    sessions = calendar.sessions(day)
    return sessions[-1].closes * _MINUTE if sessions else -1


def _last_hour(calendar: Calendar, day: date) -> int:
    """The hour at which an hour of office time is left."""
    left = 60
    for session in reversed(calendar.sessions(day)):
        if session.minutes >= left:
            return (session.closes - left) * _MINUTE
        left -= session.minutes
    return -1


# -- columns ---------------------------------------------------------------------------------------


class _Moments(NamedTuple):
    """A column of days, or of instants.

    Attributes:
        given: as it was given, for the rows that are counted one by one.
        day: days since 1970-01-01, of local time.
        hour: microseconds of the day; None where only days are known.
        known: which rows have a value.
        has_zone: whether its instants have a time zone; None for days.
    """

    given: pl.Series
    day: _Ints
    hour: _Ints | None
    known: _Mask
    has_zone: bool | None

    def at(self, row: int) -> date | None:
        """Return the value of a row, which Python knows."""
        value: date | None = self.given[row]
        return value


def _read_moments(name: str, given: Any) -> _Moments:
    column = _column_of(name, given)
    if column.dtype == pl.Null:
        column = column.cast(pl.Date)
    kind, known = column.dtype, column.is_not_null().to_numpy()
    if isinstance(kind, pl.Date):
        return _Moments(column, _integers(column), None, known, None)
    if not isinstance(kind, pl.Datetime):
        raise MisuseError("column-of-wrong-type", name, wanted=name, got=str(kind))
    column = column.cast(pl.Datetime("us", kind.time_zone))
    ticks = _integers(column)
    if kind.time_zone is not None:  # what stands in the column is UTC then
        ticks = ticks + _OFFSET
    day = ticks // _DAY
    return _Moments(column, day, ticks - day * _DAY, known, kind.time_zone is not None)


def _column_of(name: str, given: Any) -> pl.Series:
    if isinstance(given, pl.Series):
        return given
    try:
        return pl.Series(name, given)
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        kind = type(given).__name__
        raise MisuseError("column-of-wrong-type", name, wanted=name, got=kind) from None


def _integers(column: pl.Series) -> _Ints:
    physical = column.to_physical()
    if physical.null_count():
        physical = physical.fill_null(0)
    return physical.to_numpy()


class _Stops(NamedTuple):
    """One stop a row."""

    kind: StopKind
    start: _Moments
    end: _Moments


# -- the call --------------------------------------------------------------------------------------


def due_many(
    received: Any,
    limit: Any,
    *,
    counting: CountingRules,
    stop_start: Any = None,
    stop_end: Any = None,
    stop_kind: StopKind | str = StopKind.OTHER,
    on_finding: Callable[[Finding], None] | None = None,
) -> pl.DataFrame:
    """Return the due dates (ngày hẹn trả kết quả) of a column of receipts.

    Each row says what `deadlines.due` says of it. A row that cannot be counted has no date and a
    reason, and the others are counted. Limits in whole working days are counted on arrays; of other
    rows, those that ask the same are counted once.

    Args:
        received: days or instants, as a Polars series, a numpy array of `datetime64`, or a list of
            dates or of datetimes. Instants without a time zone are local.
        limit: a `TimeLimit` or its text for all rows; or a column: whole numbers of working days,
            or texts.
        counting: the counting rules, with their calendar.
        stop_start: when a stop began, for each row; empty where there was none. None for no stops.
        stop_end: when it ended; empty where it lasts.
        stop_kind: why the clock stood.
        on_finding: called with each row that has no date and why, in their order, at `$[7]` for the
            eighth.

    Returns:
        A frame with a row for each receipt: `due`, the last day, inclusive, empty where there is
        none; `due_at`, the last instant, local time, of limits that end within a day; `stopped`,
        whether there is no date because the clock is stopped; `provisional`, whether the date rests
        on days off that are not decided; `reason`, the reason code where it cannot be counted:
        those of `due`, `received-blank` and `limit-not-stated`.

    Raises:
        MisuseError: `column-of-wrong-type`, `columns-differ-in-length`; where no row can be counted
            under these rules, `hours-reading-needed`, `cutoff-same-day-only`, `hours-not-days`,
            `limit-half-calendar-day`, `naive-and-aware`.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> rules = CountingRules(vietnam_calendar(), cutoff="shift15", clock="exclude")
    >>> at = [datetime(2022, 12, 15, 10), datetime(2022, 12, 15, 16), None]
    >>> due_many(at, "25 ngày làm việc", counting=rules)["due"].to_list()
    [datetime.date(2023, 1, 27), datetime.date(2023, 1, 30), None]
    >>> due_many([date(2022, 12, 15)], [7], counting=CountingRules(vietnam_calendar())).row(0)
    (datetime.date(2022, 12, 26), None, False, False, None)
    """
    receipts = _read_moments("received", received)
    size = len(receipts.day)
    stops: _Stops | None = None
    if stop_start is not None:
        ended = [None] * size if stop_end is None else stop_end
        start, end = _read_moments("stop_start", stop_start), _read_moments("stop_end", ended)
        _refuse_other_length("stop_start", len(start.day), size)
        _refuse_other_length("stop_end", len(end.day), size)
        stops = _Stops(read_member(StopKind, stop_kind), start, end)

    answers = _Answers(size)
    answers.refuse(np.flatnonzero(~receipts.known), finding("received-blank"))
    counter = _Counter(receipts, counting, stops, answers)
    for terms, rows in _group_by_limit(limit, size, answers):
        counter.count(terms, rows)
    return answers.frame(on_finding)


def _refuse_other_length(name: str, got: int, wanted: int) -> None:
    if got != wanted:
        raise MisuseError("columns-differ-in-length", name, got=got, wanted=wanted)


def _group_by_limit(
    limit: Any, size: int, answers: _Answers
) -> Iterator[tuple[TimeLimit | _Ints, _Rows | None]]:
    """Yield each limit with its rows, None for all; or the working days of every row."""
    if isinstance(limit, (TimeLimit, str)):
        yield TimeLimit.parse(limit) if isinstance(limit, str) else limit, None
        return
    column = _column_of("limit", limit)
    _refuse_other_length("limit", len(column), size)
    answers.refuse(np.flatnonzero(column.is_null().to_numpy()), finding("limit-not-stated", "", ""))
    if column.dtype.is_integer():
        numbers = column.cast(pl.Int64, strict=False)
        if numbers.null_count() == column.null_count():
            yield _integers(numbers), None
            return
    if not isinstance(column.dtype, (pl.String, pl.Null)):
        raise MisuseError("column-of-wrong-type", "limit", wanted="limit", got=str(column.dtype))
    # Grouped once, however many texts there are.
    indexed = pl.DataFrame({"limit": column}).with_row_index("row").drop_nulls()
    groups = indexed.group_by("limit", maintain_order=True).agg("row")
    for text, places in zip(groups["limit"], groups["row"], strict=True):
        rows = places.to_numpy().astype(np.intp)
        try:
            yield TimeLimit.parse(text), rows
        except DataError as error:
            answers.refuse(rows, error.findings[0])


class _Answers:
    """What each row comes to, as it is found out."""

    def __init__(self, size: int) -> None:
        self.day = np.zeros(size, np.int32)
        self.has_day = np.zeros(size, np.bool_)
        self.stopped = np.zeros(size, np.bool_)
        self.provisional = np.zeros(size, np.bool_)
        self.instants: dict[int, datetime] = {}
        self.findings: dict[int, Finding] = {}

    def refuse(self, rows: _Rows, said: Finding) -> None:
        """Say of rows why they cannot be counted; the first reason holds."""
        for row in rows.tolist():
            self.findings.setdefault(row, said)

    def copy(self, row: int, rows: _Rows) -> None:
        """Give rows the answer of another one."""
        for each in (self.day, self.has_day, self.stopped, self.provisional):
            each[rows] = each[row]
        if row in self.instants:
            self.instants |= dict.fromkeys(rows.tolist(), self.instants[row])

    def frame(self, on_finding: Callable[[Finding], None] | None) -> pl.DataFrame:
        """Return the answers as a frame, and tell the findings in the order of the rows."""
        if on_finding is not None:
            for row in sorted(self.findings):
                on_finding(self.findings[row].at(f"$[{row}]"))
        days = pl.Series("due", self.day).cast(pl.Date)
        if not self.has_day.all():
            days = days.zip_with(pl.Series(self.has_day), pl.Series([None], dtype=pl.Date))
        said = {row: each.reason for row, each in self.findings.items()}
        return pl.DataFrame(
            {
                "due": days,
                "due_at": self._spread(self.instants, pl.Datetime("us")),
                "stopped": self.stopped,
                "provisional": self.provisional,
                "reason": self._spread(said, pl.String()),
            }
        )

    def _spread(self, values: dict[int, Any], kind: pl.DataType) -> pl.Series:
        """A column with these values in their rows, mostly empty."""
        size = len(self.day)
        if not values:
            return pl.repeat(None, size, dtype=kind, eager=True)
        return pl.Series([values.get(row) for row in range(size)], dtype=kind)


# -- counting --------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    """Some rows on their way: the day of receipt as a number of working days.

    Attributes:
        rows: which rows they are.
        place: the place of the day of receipt in the tables.
        number: the number of the last working day up to the day that counts as that of receipt.
        moved: whether a cut-off moved the receipt to the opening of that day; None for none.
        left: rows that are left for `due`.
    """

    rows: Any
    place: _Ints
    number: _Ints
    moved: _Mask | None
    left: _Mask


class _Counter:
    """Counts rows of one limit under one set of rules.

    On arrays it does what `_run.py` and `_stopped_time.py` of `deadlines` do for one row; a test
    holds that it says the same. Rows that it is not sure of are left for `due`.
    """

    def __init__(
        self, receipts: _Moments, counting: CountingRules, stops: _Stops | None, answers: _Answers
    ) -> None:
        self.receipts, self.counting, self.stops, self.answers = receipts, counting, stops, answers
        self.calendar = counting.calendar
        self.table = _table(self.calendar)
        special = counting.special
        own = None if special is None else special.cutoff
        self.cutoff = counting.cutoff or own or CutOff.NONE
        self.latest: npt.NDArray[np.int64] | None = None
        if self.cutoff.needs_hour:
            self.latest = _latest_hours(self.calendar, self.cutoff)
        self.effect = None if stops is None else self._read_effect(stops.kind)
        decided = self.calendar.decided_until
        self.decided = _NEVER if decided is None else day_number(decided)

    def _read_effect(self, kind: StopKind) -> npt.NDArray[np.int8]:
        """Return for each day of receipt what a stop does: 0 is open, 1 pauses, 2 counts afresh."""
        afresh = (ClockPolicy.RESTART, ClockPolicy.NOT_STARTED)
        policies = [self.counting.clock_of(kind, day) for day in _days_of(self.calendar)]
        return np.array([0 if p is None else 1 + (p in afresh) for p in policies], np.int8)

    def count(self, terms: TimeLimit | _Ints, rows: _Rows | None) -> None:
        """Count rows, all of them without `rows`."""
        total = len(self.receipts.day) if rows is None else len(rows)
        if not self._is_on_arrays(terms):
            self._count_slowly(np.arange(total) if rows is None else rows, terms)
            return
        for start in range(0, total, _STEP):
            part = slice(start, min(start + _STEP, total))
            left = self._count_piece(part if rows is None else rows[part], terms)
            if left.any():
                places = np.arange(part.start, part.stop) if rows is None else rows[part]
                self._count_slowly(places[left], terms)

    def _is_on_arrays(self, terms: TimeLimit | _Ints) -> bool:
        """Return whether a limit is counted on arrays: whole working days, of receipts as known."""
        if self.counting.days is not DayCount.CIVIL_CODE or self.cutoff.same_day_only:
            return False
        if self.latest is not None and self.receipts.hour is None:
            return False
        if not isinstance(terms, TimeLimit):
            return True
        return terms.unit is LimitUnit.WORKING_DAYS and terms.amount.denominator == 1

    def _count_piece(self, rows: Any, terms: TimeLimit | _Ints) -> _Mask:
        """Count some rows; return which of them are left for `due`."""
        table = self.table
        n: Any = terms.amount.numerator if isinstance(terms, TimeLimit) else terms[rows]
        piece = self._place(rows)
        left, reached, stands = piece.left, piece.number + n, None
        if not isinstance(terms, TimeLimit):
            left |= (n < 1) | (n >= len(table.nth))
        if self.stops is not None:
            reached, stands, unsure = self._count_over_stop(piece, n)
            left |= unsure

        # What lies outside the calendar, or so near its end that bounds may, is left too.
        lost = (reached < 1) | (reached >= len(table.nth))
        if stands is not None:
            lost &= ~stands
        left |= lost
        day = table.nth.take(reached, mode="clip")
        provisional = day > self.decided
        left |= provisional & (day > table.first + len(table.number) - _NEAR)
        self._keep(rows, day, provisional, stands, left)
        return left

    def _keep(
        self, rows: Any, day: _Ints, provisional: _Mask, stands: _Mask | None, left: _Mask
    ) -> None:
        answers, has_day = self.answers, ~left
        if stands is not None:
            answers.stopped[rows] = stands & ~left
            has_day &= ~stands
        answers.day[rows] = day
        answers.has_day[rows] = has_day
        answers.provisional[rows] = provisional & has_day

    def _place(self, rows: Any) -> _Piece:
        """Place receipts among the working days, after the cut-off."""
        receipts, table = self.receipts, self.table
        place = receipts.day[rows].astype(np.int64) - table.first
        left = ~receipts.known[rows]
        left |= (place < 0) | (place >= len(table.number))
        special = self.counting.special
        if special is not None:
            first, last = day_number(special.validity.first), day_number(special.validity.last)
            left |= (place < first - table.first) | (place > last - table.first)
        place = place.clip(0, len(table.number) - 1)
        number, moved = table.number.take(place), None
        if self.latest is not None and receipts.hour is not None:
            moved = receipts.hour[rows] > self.latest.take(place)
            number = number + moved
        return _Piece(rows, place, number, moved, left)

    # -- over one stop -----------------------------------------------------------------------------

    def _count_over_stop(self, piece: _Piece, n: Any) -> tuple[_Ints, _Mask, _Mask]:
        """Return the number of the last day, where the clock is stopped, and what is unsure."""
        assert self.stops is not None and self.effect is not None  # noqa: PT018
        start, end, rows = self.stops.start, self.stops.end, piece.rows
        has_stop, has_end = start.known[rows], end.known[rows]
        effect = self.effect.take(piece.place)
        low, unsure = self._ticks(start, rows)
        high, outside = self._ticks(end, rows)
        unsure |= (outside | self._is_backwards(rows)) & has_end
        unsure |= effect == 0
        unsure |= self._are_mixed(has_end)
        high = np.where(has_end, high, _NEVER)

        # Over the stop, from receipt.
        reached, stands = _count_days(piece.number, n, low, high)
        afresh = (effect == 2) & has_stop
        if afresh.any():
            again, begins = self._begin_again(piece)
            # Only a stop that ends after the clock started and begins before the limit is over.
            takes = afresh & ~(self._is_over(piece) & has_end)
            takes &= stands | (low <= 2 * reached + 1)
            unsure |= takes & ~stands & (reached >= len(self.table.nth))
            stands |= takes & ~has_end
            takes &= has_end
            later, stands_later = _count_days(again, n, low, high)
            reached = np.where(takes, later, reached)
            stands = np.where(takes, stands_later, stands)
            unsure |= takes & begins
        none = ~has_stop
        unsure &= has_stop
        return np.where(none, piece.number + n, reached), stands & has_stop, unsure

    def _are_mixed(self, has_end: _Mask) -> _Mask | bool:
        """Whether ends of stops, or receipts, are written in ways that `due` must judge."""
        assert self.stops is not None
        start, end = self.stops.start, self.stops.end
        zones = {each.has_zone for each in (self.receipts, start) if each.has_zone is not None}
        if len(zones) > 1 or (self.cutoff.needs_hour and start.hour is None):
            return True
        if start.has_zone is not end.has_zone or (self.cutoff.needs_hour and end.hour is None):
            return has_end
        return False

    def _is_backwards(self, rows: Any) -> _Mask:
        assert self.stops is not None
        start, end = self.stops.start, self.stops.end
        backwards: _Mask = end.day[rows] < start.day[rows]
        if start.hour is not None and end.hour is not None:
            backwards |= (end.day[rows] == start.day[rows]) & (end.hour[rows] < start.hour[rows])
        return backwards

    def _ticks(self, moments: _Moments, rows: Any) -> tuple[_Ints, _Mask]:
        """Return the ticks of moments, and which lie outside the calendar."""
        table = self.table
        place = moments.day[rows].astype(np.int64) - table.first
        outside = (place < 0) | (place >= len(table.number))
        place = place.clip(0, len(table.number) - 1)
        number, opening = 2 * table.number.take(place), table.opening.take(place)
        rest = opening == _NEVER
        if moments.hour is None:
            return number + np.where(rest, 2, 1), outside
        hour = moments.hour[rows]
        passed = (hour > opening).astype(np.int64) + (hour >= table.closing.take(place))
        return number + np.where(rest, 2, passed), outside

    def _begin_again(self, piece: _Piece) -> tuple[_Ints, _Mask]:
        """Return the number from which a limit is counted afresh, and where that is unsure."""
        assert self.stops is not None
        end, table, rows = self.stops.end, self.table, piece.rows
        place = end.day[rows].astype(np.int64) - table.first
        outside = (place < 0) | (place >= len(table.number))
        place = place.clip(0, len(table.number) - 1)
        number = table.number.take(place)
        if self.latest is not None and end.hour is not None:
            number = number + (end.hour[rows] > self.latest.take(place))
        return number, outside

    def _is_over(self, piece: _Piece) -> _Mask:
        """Whether a stop ended before the clock started."""
        assert self.stops is not None
        end, table, rows = self.stops.end, self.table, piece.rows
        day, ended = self.receipts.day[rows].astype(np.int64), end.day[rows]
        hour = self.receipts.hour
        began = None if hour is None else hour[rows]
        # A receipt that was moved is one at the opening of its day.
        if piece.moved is not None and began is not None:
            opened = table.nth.take(piece.number, mode="clip")
            day = np.where(piece.moved, opened, day)
            place = (day - table.first).clip(0, len(table.number) - 1)
            began = np.where(piece.moved, table.opening.take(place), began)
        over: _Mask = ended < day
        if began is not None and end.hour is not None:
            over |= (ended == day) & (end.hour[rows] <= began)
        return over

    # -- one by one --------------------------------------------------------------------------------

    def _count_slowly(self, rows: _Rows, terms: TimeLimit | _Ints) -> None:
        """Count rows by `due`: the first of those that ask the same, whose answer is theirs too."""
        for alike in self._group_alike(rows, terms):
            row, others = int(alike[0]), alike[1:]
            self._try_row(row, terms)
            if row in self.answers.findings:
                # What is said may name the hour.
                for each in others.tolist():
                    self._try_row(each, terms)
            elif len(others):
                self.answers.copy(row, others)

    def _group_alike(self, rows: _Rows, terms: TimeLimit | _Ints) -> Iterable[_Rows]:
        """Return rows by what their due date depends on, each group in the order of the rows."""
        refused = self.answers.findings
        if refused:
            rows = np.array([row for row in rows.tolist() if row not in refused], np.intp)
        keys = {"day": self.receipts.day[rows]}
        if self.receipts.hour is not None and not self._is_by_day(terms):
            keys["hour"] = self.receipts.hour[rows]
        if not isinstance(terms, TimeLimit):
            keys["number"] = terms[rows]
        if self.stops is not None:
            for name in ("start", "end"):
                moments: _Moments = getattr(self.stops, name)
                keys |= {f"{name}-day": moments.day[rows], f"{name}-known": moments.known[rows]}
                if moments.hour is not None:
                    keys[f"{name}-hour"] = moments.hour[rows]
        asked = pl.DataFrame(keys).with_row_index("place")
        groups = asked.group_by(list(keys), maintain_order=True).agg("place")
        # All places in one array, the groups one after the other.
        places = rows[groups["place"].explode().to_numpy()]
        ends = groups["place"].list.len().cum_sum().to_list()
        return (places[start:end] for start, end in pairwise([0, *ends]))

    def _is_by_day(self, terms: TimeLimit | _Ints) -> bool:
        """Return whether the hour of receipt says nothing: whole days, no cut-off, no stops."""
        if self.stops is not None or self.cutoff.needs_hour or not isinstance(terms, TimeLimit):
            return False
        return terms.unit in _BY_DAY

    def _try_row(self, row: int, terms: TimeLimit | _Ints) -> None:
        """Count a row, or keep why it cannot be counted."""
        try:
            self._count_row(row, terms)
        except EvnpubsvcError as error:
            said = getattr(error, "finding", None) or finding(type(error).__name__)
            if said.reason in _OF_THE_CALL:
                raise
            self.answers.findings[row] = said

    def _count_row(self, row: int, terms: TimeLimit | _Ints) -> None:
        # What Python has no date for lies outside every calendar.
        day = int(self.receipts.day[row])
        if not _PYTHON[0] <= day <= _PYTHON[1]:
            calendar, text = self.calendar, str(np.datetime64(day, "D"))
            raise MisuseError("outside-coverage", text, first=calendar.first, last=calendar.last)
        limit = terms
        if not isinstance(limit, TimeLimit):
            limit = TimeLimit(int(limit[row]), LimitUnit.WORKING_DAYS)
        stops: list[Stop] = []
        if self.stops is not None:
            start = self.stops.start.at(row)
            if start is not None:
                stops = [Stop(self.stops.kind, start, self.stops.end.at(row))]
        received = self.receipts.at(row)
        assert received is not None
        found = due(received, limit, counting=self.counting, stops=stops, trace=False)

        answers = self.answers
        answers.has_day[row] = found.date is not None
        answers.day[row] = 0 if found.date is None else day_number(found.date)
        answers.stopped[row] = found.date is None
        answers.provisional[row] = found.provisional
        if found.instant is not None:
            answers.instants[row] = found.instant.replace(tzinfo=None)


def _count_days(number: _Ints, n: Any, low: _Ints, high: _Ints) -> tuple[_Ints, _Mask]:
    """Count working days after one over a stop, by their numbers.

    As `StoppedTime.end_of_working_days`: the days up to the stop are counted first.
    """
    covers = low < high
    running = (low + 1) // 2 - 1 - number
    enters = covers & (running < n)
    is_open = high == _NEVER
    stands = enters & is_open
    last = (high - 1) // 2
    jumps = enters & (last > number)
    reached = np.where(jumps, last - np.maximum(running, 0), number) + n
    # The limit ends with a day at whose closing the clock runs.
    closing = 2 * reached + 1
    late = covers & (low <= closing)
    stands |= late & is_open
    return np.where(late & (high > closing), high // 2, reached), stands
