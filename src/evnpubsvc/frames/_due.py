"""Due dates on columns: what `deadlines.due` says of each row.

Limits in whole working days are counted on arrays, after cut-offs and over stops. Every other row
is counted by `due` itself, so that nothing is left out: other units, half days, what the
law leaves open, what the calendar does not cover. Rows that ask the same are counted once: of a
limit in months, one for each day of receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from evnpubsvc.deadlines import CountingRules, CutOff, DayCount, LimitUnit, StopKind, TimeLimit, due
from evnpubsvc.errors import DataError, EvnpubsvcError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.frames._days import EPOCH, day_number
from evnpubsvc.frames._due_calendar import NEVER, Ints, Mask, Rows, table_of
from evnpubsvc.frames._due_columns import (
    Moments,
    StopColumns,
    column_of,
    integers,
    read_moments,
    read_stops,
    refuse_other_length,
)
from evnpubsvc.frames._due_stops import StopCounter

_STEP: Final = 1 << 15  # rows a round: tables and pieces stay in the cache
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


# -- the call --------------------------------------------------------------------------------------


def due_many(
    received: Any,
    limit: Any,
    *,
    counting: CountingRules,
    stop_start: Any = None,
    stop_end: Any = None,
    stop_kind: Any = StopKind.OTHER,
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
            Of several stops a row, a Polars frame with a column for the first, the second and so
            on; or a column of lists. They may be in any order, and overlap.
        stop_end: when it ended; empty where it lasts. In the shape of the starts.
        stop_kind: why the clock stood: one kind for all stops, or a column of kinds, or kinds in
            the shape of the starts.
        on_finding: called with each row that has no date and why, in their order, at `$[7]` for the
            eighth.

    Returns:
        A frame with a row for each receipt: `due`, the last day, inclusive, empty where there is
        none; `due_at`, the last instant, local time, of limits that end within a day; `stopped`,
        whether there is no date because the clock is stopped; `provisional`, whether the date rests
        on days off that are not decided; `reason`, the reason code where it cannot be counted:
        those of `due`, `received-blank` and `limit-not-stated`.

    Raises:
        MisuseError: `column-of-wrong-type`, `columns-differ-in-length`, also of the stops in a row;
            where no row can be counted under these rules, `hours-reading-needed`,
            `cutoff-same-day-only`, `hours-not-days`, `limit-half-calendar-day`, `naive-and-aware`.
        UnknownNameError: `policy-unknown` for a kind of all stops that is none; a word in a column
            that is none is the reason of its row.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> rules = CountingRules(vietnam_calendar(), cutoff="shift15", clock="exclude")
    >>> at = [datetime(2022, 12, 15, 10), datetime(2022, 12, 15, 16), None]
    >>> due_many(at, "25 ngày làm việc", counting=rules)["due"].to_list()
    [datetime.date(2023, 1, 27), datetime.date(2023, 1, 30), None]
    >>> due_many([date(2022, 12, 15)], [7], counting=CountingRules(vietnam_calendar())).row(0)
    (datetime.date(2022, 12, 26), None, False, False, None)

    Two stops a row, from two pairs of columns:

    >>> rules = CountingRules(vietnam_calendar(), clock="exclude")
    >>> table = pl.DataFrame({
    ...     "received": [date(2022, 3, 1)],
    ...     "asked": [date(2022, 3, 2)], "answered": [date(2022, 3, 4)],
    ...     "sent": [date(2022, 3, 7)], "came_back": [date(2022, 3, 8)],
    ... })
    >>> starts, ends = table.select("asked", "sent"), table.select("answered", "came_back")
    >>> due_many(table["received"], [5], counting=rules, stop_start=starts, stop_end=ends)["due"][0]
    datetime.date(2022, 3, 11)
    """
    receipts = read_moments("received", received)
    size = len(receipts.day)
    stops: StopColumns | None = None
    if stop_start is not None:
        stops = read_stops(stop_start, stop_end, stop_kind, size)

    answers = _Answers(size)
    answers.refuse(np.flatnonzero(~receipts.known), finding("received-blank"))
    counter = _Counter(receipts, counting, stops, answers)
    for terms, rows in _group_by_limit(limit, size, answers):
        counter.count(terms, rows)
    return answers.frame(on_finding)


def _group_by_limit(
    limit: Any, size: int, answers: _Answers
) -> Iterator[tuple[TimeLimit | Ints, Rows | None]]:
    """Yield each limit with its rows, None for all; or the working days of every row."""
    if isinstance(limit, (TimeLimit, str)):
        yield TimeLimit.parse(limit) if isinstance(limit, str) else limit, None
        return
    column = column_of("limit", limit)
    refuse_other_length("limit", len(column), size)
    answers.refuse(np.flatnonzero(column.is_null().to_numpy()), finding("limit-not-stated", "", ""))
    if column.dtype.is_integer():
        numbers = column.cast(pl.Int64, strict=False)
        if numbers.null_count() == column.null_count():
            yield integers(numbers), None
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

    def refuse(self, rows: Rows, said: Finding) -> None:
        """Say of rows why they cannot be counted; the first reason holds."""
        for row in rows.tolist():
            self.findings.setdefault(row, said)

    def copy(self, row: int, rows: Rows) -> None:
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
        rows: which rows they are: a slice, or their places.
        number: the number of the last working day up to the day that counts as that of receipt.
        left: rows that are left for `due`.
    """

    rows: Any
    number: Ints
    left: Mask


class _Counter:
    """Counts rows of one limit under one set of rules.

    On arrays it does what `_run.py` of `deadlines` does for one row; a test holds that it says the
    same. Rows that it is not sure of are left for `due`.
    """

    def __init__(
        self,
        receipts: Moments,
        counting: CountingRules,
        stops: StopColumns | None,
        answers: _Answers,
    ) -> None:
        self.receipts, self.counting, self.stops, self.answers = receipts, counting, stops, answers
        self.calendar = counting.calendar
        special = counting.special
        own = None if special is None else special.cutoff
        self.cutoff = counting.cutoff or own or CutOff.NONE
        self.table = table_of(self.calendar, self.cutoff)
        self.over_stops: StopCounter | None = None
        if stops is not None:
            self.over_stops = StopCounter(self.table, counting, receipts, stops)
        decided = self.calendar.decided_until
        self.decided = NEVER if decided is None else day_number(decided)

    def count(self, terms: TimeLimit | Ints, rows: Rows | None) -> None:
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

    def _is_on_arrays(self, terms: TimeLimit | Ints) -> bool:
        """Return whether a limit is counted on arrays: whole working days, of receipts as known."""
        if self.counting.days is not DayCount.CIVIL_CODE or self.cutoff.same_day_only:
            return False
        if self.table.latest is not None and self.receipts.hour is None:
            return False
        if not isinstance(terms, TimeLimit):
            return True
        return terms.unit is LimitUnit.WORKING_DAYS and terms.amount.denominator == 1

    def _count_piece(self, rows: Any, terms: TimeLimit | Ints) -> Mask:
        """Count some rows; return which of them are left for `due`."""
        table = self.table
        n: Any = terms.amount.numerator if isinstance(terms, TimeLimit) else terms[rows]
        piece = self._place(rows)
        left, stands = piece.left, None
        reached: Ints = piece.number + n
        if not isinstance(terms, TimeLimit):
            left |= (n < 1) | (n >= len(table.nth))
        if self.over_stops is not None:
            stands = self._count_over_stops(self.over_stops, piece, n, reached)

        # What lies outside the calendar, or so near its end that bounds may, is left too.
        lost = (reached < 1) | (reached >= len(table.nth))
        if stands is not None:
            lost &= ~stands
        left |= lost
        day: Ints = table.nth.take(reached, mode="clip")
        provisional: Mask = day > self.decided
        left |= provisional & (day > table.first + len(table.number) - _NEAR)
        self._keep(rows, day, provisional, stands, left)
        return left

    def _keep(
        self, rows: Any, day: Ints, provisional: Mask, stands: Mask | None, left: Mask
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
        place, left = table.place(receipts.day[rows])
        left |= ~receipts.known[rows]
        special = self.counting.special
        if special is not None:
            first, last = day_number(special.validity.first), day_number(special.validity.last)
            left |= (place < first - table.first) | (place > last - table.first)
        number, _ = table.number_at(place, None if receipts.hour is None else receipts.hour[rows])
        return _Piece(rows, number, left)

    def _count_over_stops(
        self, counter: StopCounter, piece: _Piece, n: Any, reached: Ints
    ) -> Mask | None:
        """Count the rows that have stops; return where the clock is stopped, None for nowhere."""
        assert self.stops is not None
        rows, places = piece.rows, self.stops.find_rows(piece.rows)
        if not len(places):
            return None
        begins: int | None = getattr(rows, "start", None)  # of a slice
        some: Rows = rows[places] if begins is None else places + begins
        stands = np.zeros(len(reached), np.bool_)
        each = n if isinstance(n, int) else n[places]
        reached[places], stands[places], unsure = counter.count(some, each)
        piece.left[places] |= unsure
        return stands

    # -- one by one --------------------------------------------------------------------------------

    def _count_slowly(self, rows: Rows, terms: TimeLimit | Ints) -> None:
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

    def _group_alike(self, rows: Rows, terms: TimeLimit | Ints) -> Iterable[Rows]:
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
            keys |= dict(self.stops.keys(rows))
        asked = pl.DataFrame(keys).with_row_index("place")
        groups = asked.group_by(list(keys), maintain_order=True).agg("place")
        # All places in one array, the groups one after the other.
        places = rows[groups["place"].explode().to_numpy()]
        ends = groups["place"].list.len().cum_sum().to_list()
        return (places[start:end] for start, end in pairwise([0, *ends]))

    def _is_by_day(self, terms: TimeLimit | Ints) -> bool:
        """Return whether the hour of receipt says nothing: whole days, no cut-off, no stops."""
        if self.stops is not None or self.cutoff.needs_hour or not isinstance(terms, TimeLimit):
            return False
        return terms.unit in _BY_DAY

    def _try_row(self, row: int, terms: TimeLimit | Ints) -> None:
        """Count a row, or keep why it cannot be counted."""
        try:
            self._count_row(row, terms)
        except EvnpubsvcError as error:
            said = getattr(error, "finding", None) or finding(type(error).__name__)
            if said.reason in _OF_THE_CALL:
                raise
            self.answers.findings[row] = said

    def _count_row(self, row: int, terms: TimeLimit | Ints) -> None:
        # What Python has no date for lies outside every calendar.
        day = int(self.receipts.day[row])
        if not _PYTHON[0] <= day <= _PYTHON[1]:
            calendar, text = self.calendar, str(np.datetime64(day, "D"))
            raise MisuseError("outside-coverage", text, first=calendar.first, last=calendar.last)
        limit = terms
        if not isinstance(limit, TimeLimit):
            limit = TimeLimit(int(limit[row]), LimitUnit.WORKING_DAYS)
        stops = () if self.stops is None else self.stops.of_row(row)
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
