"""Working days on arrays: the tables of a calendar, taken from twice."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from evnpubsvc._records import frozen
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime import Calendar, OutsideCoverageError

Days: TypeAlias = npt.NDArray[np.int32]
"""Days since 1970-01-01."""

EPOCH: Final = date(1970, 1, 1).toordinal()
MISSING: Final = 1 << 30  # a day after every day
_STEP: Final = 1 << 15  # values a round: tables and pieces stay in the cache


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to a date."""
    return day.toordinal() - EPOCH


@frozen(eq=False)
class DayTable:
    """The working days of a calendar as arrays.

    Attributes:
        first: first covered day.
        number: for each covered day two places: the number of the last working day up to it, for n
            > 0, and that of the first working day from it on, for n <= 0.
        nth: number -> day; the numbers start at 1.
    """

    first: int
    number: npt.NDArray[np.intp]  # what indexes must be: anything narrower is converted on the way
    nth: npt.NDArray[np.int64]

    @classmethod
    def of(cls, calendar: Calendar) -> DayTable:
        """Return the table of a calendar, which is made once."""
        return _table(calendar)

    def add(
        self, days: npt.NDArray[Any], n: npt.NDArray[Any], out: npt.NDArray[Any]
    ) -> npt.NDArray[np.bool_] | None:
        """Write the n-th working days after or before days to `out`.

        Returns:
            None if all went well, else where the calendar does not reach; `out` says nothing there.
        """
        lost: npt.NDArray[np.bool_] | None = None
        last, covered = len(self.nth) - 1, len(self.number) // 2
        spare = np.empty(min(_STEP, len(days)), np.intp)
        for start in range(0, len(days), _STEP):
            piece = slice(start, start + _STEP)
            given, count = days[piece], n[piece]
            inside = self.first <= int(given.min()) and int(given.max()) < self.first + covered
            place = np.subtract(given, self.first, out=spare[: len(given)], dtype=np.intp)
            place += place
            place += count <= 0
            number: npt.NDArray[np.intp] = self.number.take(place, mode="clip")
            number += count
            if number.min() < 1 or number.max() > last or not inside:
                if lost is None:
                    lost = np.zeros(len(days), np.bool_)
                where = place >> 1
                lost[piece] = (where < 0) | (where >= covered) | (number < 1) | (number > last)
            out[piece] = self.nth.take(number, mode="clip")
        return lost


@lru_cache(maxsize=8)
def _table(calendar: Calendar) -> DayTable:
    first = calendar.first.toordinal()
    works = np.fromiter(
        (
            calendar.is_working_day(date.fromordinal(i))
            for i in range(first, calendar.last.toordinal() + 1)
        ),
        np.bool_,
    )
    upto = np.cumsum(works, dtype=np.intp)
    number = np.empty(2 * len(works), np.intp)
    number[0::2] = upto
    number[1::2] = upto + ~works
    nth = np.empty(int(upto[-1]) + 1, np.int64)
    nth[0] = 0
    nth[1:] = np.flatnonzero(works) + (first - EPOCH)
    return DayTable(first - EPOCH, number, nth)


def add_working_days(days: Any, n: Any, calendar: Calendar) -> npt.NDArray[np.datetime64]:
    """Return for each day the n-th working day (*ngày làm việc*) after it; before it if n < 0.

    It does for arrays what `Calendar.add_working_days` does for one day.

    Args:
        days: days as an array of `datetime64[D]`, or dates; any shape. The day itself is never
            counted.
        n: whole numbers of either sign, one for all or one for each day; 0 gives the day itself if
            it is worked, else the next working day.
        calendar: working days.

    Returns:
        An array of `datetime64[D]` of the common shape.

    Raises:
        OutsideCoverageError: a day or a result is not covered, or a day is not there (`NaT`); the
            first of them.
        MisuseError: `day-wrong-type`, `not-whole-days`.

    Source: Civil Code 91/2015/QH13 art. 147(2): the first day is not counted.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> add_working_days(np.array(["2022-12-15", "2022-12-30"], "M8[D]"), 25, vietnam_calendar())
    array(['2023-01-27', '2023-02-13'], dtype='datetime64[D]')
    """
    numbers = np.asarray(n)
    if numbers.dtype.kind not in "iu":
        raise MisuseError("not-whole-days", n, type=str(numbers.dtype))
    given = np.asarray(days)
    if given.dtype != np.dtype("M8[D]"):
        plain = given.dtype == object and all(
            isinstance(day, date) and not isinstance(day, datetime)
            for day in given.ravel().tolist()
        )
        if not plain:
            raise MisuseError("day-wrong-type", given.dtype, got=str(given.dtype))
        given = given.astype("M8[D]")
    shape = np.broadcast_shapes(given.shape, numbers.shape)
    flat = np.broadcast_to(given.view(np.int64), shape).ravel()
    counts = np.broadcast_to(numbers, shape).ravel()
    if counts.dtype.kind == "u" or _far(counts) or _far(flat):
        far = 1 << 40  # further away than any calendar; sums stay integers of 64 bits
        flat, counts = (
            flat.clip(-far, far),
            counts.clip(-far if counts.dtype.kind == "i" else 0, far).astype(np.int64),
        )
    out = np.empty(len(flat), np.int64)
    if len(flat):
        lost = DayTable.of(calendar).add(flat, counts, out)
        if lost is not None:
            first = int(np.argmax(lost))
            bad = np.broadcast_to(given, shape).ravel()[first]
            raise OutsideCoverageError(
                "outside-coverage", str(bad), first=calendar.first, last=calendar.last
            )
    return out.view("M8[D]").reshape(shape)


def _far(numbers: npt.NDArray[Any]) -> bool:
    return bool(len(numbers)) and (int(numbers.min()) < -(1 << 40) or int(numbers.max()) > 1 << 40)
