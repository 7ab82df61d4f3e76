"""Rows whose days and values are numbers, counted by cells.

This is arithmetic on columns and has no rule of its own: the state of a dossier is looked up in a
table that `classify` filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from threading import Lock
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from attrs import evolve

from evnpubsvc.deadlines import LimitUnit, TimeLimit
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.frames._columns import FIRST, LAST, Bits
from evnpubsvc.frames._days import EPOCH, MISSING, Days, DayTable, day_number
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import TallyFrame
from evnpubsvc.frames._words import Values
from evnpubsvc.statistics import LimitTerms, PeriodState, Tally
from evnpubsvc.statistics.engine import (
    BY_DAY,
    CLASSES,
    CLOSED,
    HANDLED,
    INDEX,
    OUTCOME,
    STATE_TABLE,
    STATUSES,
    WORKING_DAYS,
    DueDay,
    EndDay,
    LeftOut,
    derived_names,
    outcome,
)
from evnpubsvc.worktime import Calendar, OutsideCoverageError

_ASK_THE_ROW: Final = CLASSES  # no place of a state
_BEYOND: Final = -(1 << 30)  # no day: the calendar does not reach that far


def _state_places() -> npt.NDArray[np.uint8]:
    """The table of `classify` in an array: place of the state by end, due date and status."""
    table = np.full((len(EndDay), len(DueDay), len(STATUSES)), _ASK_THE_ROW, np.uint8)
    for (end, due, status), state in STATE_TABLE.items():
        if state is not None:
            table[end, due, STATUSES.index(status)] = INDEX[state]
    return table


_STATES: Final = _state_places()
_CLOSED: Final = np.array([state in CLOSED for state in PeriodState], np.bool_)
_HANDLED: Final = len(HANDLED)  # the first so many states
assert {INDEX[state] for state in HANDLED} == set(range(_HANDLED))
_OUTCOME_OF: Final = [[outcome(state, status) for status in STATUSES] for state in PeriodState]
_OUTCOMES: Final = sorted({name for names in _OUTCOME_OF for name in names})
_OUTCOME_CODES: Final = np.array(
    [_OUTCOMES.index(name) + 1 for names in _OUTCOME_OF for name in names], np.int32
)


class _ByDay:
    """A dimension that follows from the day of receipt: a table of days that fills as they come."""

    def __init__(self, value: Callable[[date], str]) -> None:
        self.values = Values()
        self._value = value
        self._table = np.full(LAST - FIRST + 1, -1, np.int32)

    def codes(self, days: npt.NDArray[Any], base: int) -> npt.NDArray[np.int32]:
        """The codes of days since a day, all of which the object path takes for dates."""
        if not len(days):
            return np.zeros(0, np.int32)
        low, high = int(days.min()), int(days.max()) + 1
        part = self._table[low + base - FIRST : high + base - FIRST]
        for place in np.flatnonzero(part < 0).tolist():
            part[place] = self.values.place(
                self._value(date.fromordinal(low + base + place + EPOCH))
            )
        if base >= FIRST:
            table, places = (self._table[base - FIRST :], days)
        else:
            table, places = (part, days - low)
        codes: npt.NDArray[np.int32] = table.take(places, mode="clip")
        return codes


class _Spans:
    """The dimension `working_days`: differences of two places in the table of a calendar."""

    def __init__(self, calendar: Calendar, as_of: int) -> None:
        table = DayTable.of(calendar)
        self._first = table.first
        self._as_of = as_of - table.first
        few = table.number[-1] < 1 << 14  # so that half as many bytes hold each number
        self._upto = table.number[0::2].astype(np.int16 if few else np.int32)
        self._growing = Lock()
        self.names: list[str] = []

    def codes(
        self, received: Any, finished: Any, places: npt.NDArray[np.uint8], base: int
    ) -> tuple[npt.NDArray[Any], Bits | bool]:
        """Return the numbers of the values, 0 for none, and where the calendar does not reach."""
        if finished is None or not len(places):
            return np.zeros(len(places), np.uint16), False

        # Days are places in the table of their first one; what ends before its receipt ends then.
        handled = places < _HANDLED
        shift = base - self._first
        covered = len(self._upto)
        table = self._upto[min(max(shift, 0), covered - 1) :]
        if shift >= 0:
            start, end = received, finished
        else:  # packed days are unsigned
            start = np.add(received, shift, dtype=np.int32)
            end = np.add(finished, shift, dtype=np.int32)
        codes = cast("npt.NDArray[Any]", table.take(end, mode="clip"))
        np.subtract(codes, cast("npt.NDArray[Any]", table.take(start, mode="clip")), out=codes)
        np.maximum(codes, 0, out=codes)
        np.add(codes, 1, out=codes)
        np.multiply(codes, handled, out=codes)

        # What was handled ended by the day of judgement: that and the first receipt tell most.
        lost: Bits | bool = False
        if self._as_of >= covered or int(received.min()) + shift < 0:
            ends = np.maximum(received, finished).astype(np.int64) + shift
            lost = handled & ((received.astype(np.int64) + shift < 0) | (ends >= covered))
            codes[lost] = 0
        most = int(codes.max(initial=0))
        with self._growing:
            self.names += [str(number) for number in range(len(self.names), most)]
        return codes.view(np.uint16 if codes.dtype == np.int16 else np.uint32), lost


class _LimitDays:
    """The due dates of one limit by the day of receipt: a table that fills as days come."""

    def __init__(self, due_of: Callable[[date], date | None]) -> None:
        self._due_of = due_of
        self._table = np.full(LAST - FIRST + 1, MISSING, np.int32)

    def of(self, received: Days) -> tuple[Days, Bits]:
        """Return the due dates, and where the calendar does not reach."""
        places = received - FIRST
        new = self._table.take(places, mode="clip") == MISSING
        for place in np.unique(places[new]).tolist():
            self._table[place] = self._worked_out(place)
        found = self._table.take(places, mode="clip")
        return found, found == _BEYOND

    def _worked_out(self, place: int) -> int:
        try:
            due = self._due_of(date.fromordinal(place + FIRST + EPOCH))
        except OutsideCoverageError:
            return _BEYOND
        return MISSING if due is None else day_number(due)


class TermDays:
    """Due dates by terms, for rows that have none of their own."""

    def __init__(self, terms: LimitTerms, values: Mapping[str, Values]) -> None:
        self._terms = terms
        self._values = values
        # Limits by the number of the value, 0 for none: whole working days; and others, which are
        # numbered from 1 and have a table each.
        self._working_days = np.zeros(1, np.int32)
        self._others = np.zeros(1, np.int32)
        self._tables: dict[TimeLimit, _LimitDays] = {}
        self._learning = Lock()

    def fill(
        self,
        stated: Days | None,
        received: Days,
        codes: Mapping[str, npt.NDArray[np.int32]],
        doubt: Bits,
    ) -> tuple[Days | None, Bits | bool]:
        """Return the due dates, with those that the terms give.

        The second value says where the calendar does not reach.
        """
        terms = self._terms
        if stated is None:
            due = np.full(len(received), MISSING, np.int32)
        else:
            due = stated
        if terms.dimension not in codes:
            return due, False

        # The limit of each row.
        self._learn(self._values[terms.dimension].names)
        numbers = codes[terms.dimension]
        limits = self._working_days.take(numbers, mode="clip")
        table = DayTable.of(terms.calendar)

        # All rows at once, where every one needs its limit in working days.
        if stated is None and not doubt.any() and limits.all():
            out = np.empty(len(received), np.int32)
            lost = table.add(received, limits, out)
            return out, False if lost is None else lost

        # Else those without a due date.
        open_rows = (due == MISSING) & ~doubt
        places = np.flatnonzero(open_rows & (limits > 0))
        if stated is not None:
            due = due.copy()
        overflow = np.zeros(len(received), np.bool_)
        if len(places):
            out = np.empty(len(places), np.int32)
            lost = table.add(received.take(places), limits.take(places), out)
            due[places] = out
            if lost is not None:
                overflow[places] = lost

        # And those whose limit is counted otherwise, limit by limit.
        others = self._others.take(numbers, mode="clip")
        for number, each in enumerate(list(self._tables.values()), 1):
            places = np.flatnonzero(open_rows & (others == number))
            if len(places):
                due[places], overflow[places] = each.of(received.take(places))
        return due, overflow

    def _learn(self, names: Sequence[str]) -> None:
        """Note the limits of values that are new."""
        with self._learning:
            self._learn_those(names[len(self._others) - 1 :])

    def _learn_those(self, names: Sequence[str]) -> None:
        if not names:
            return
        days: list[int] = []
        others: list[int] = []
        for name in names:
            limit = self._terms.limit_of(name)
            plain = limit is not None and limit.unit is LimitUnit.WORKING_DAYS
            days.append(int(limit.amount) if limit is not None and plain else 0)
            if limit is not None and not plain and limit not in self._tables:
                self._tables[limit] = _LimitDays(partial(self._terms.due, value=name))
            numbers = {each: number for number, each in enumerate(self._tables, 1)}
            others.append(0 if limit is None or plain else numbers[limit])
        self._working_days = np.concatenate([self._working_days, np.array(days, np.int32)])
        self._others = np.concatenate([self._others, np.array(others, np.int32)])


class CellCounter:
    """A count by cells under way.

    Args:
        question: the empty tally of the question.
        values: the values of the dimensions that stand in columns, which may still grow.
        dimensions: the names of all dimensions that the register has, for saying so.
        store: where keys are counted.
        calendar: working days, for the dimension `working_days`.
    """

    def __init__(
        self,
        question: Tally,
        values: Mapping[str, Values],
        dimensions: Sequence[str],
        store: Store | None,
        calendar: Calendar | None = None,
    ) -> None:
        self._question = question
        self._spans: _Spans | None = None
        self._values = values
        self._store = store if store is not None else Store()
        self._left_out = dict.fromkeys(LeftOut, 0)
        self._counting = Lock()
        self._by_day: dict[str, _ByDay] = {}
        for name in question.dimensions:
            if name in values or (name == OUTCOME and name not in dimensions):
                continue
            if name == WORKING_DAYS and calendar is not None:
                self._spans = _Spans(calendar, day_number(question.as_of))
                continue
            if name not in BY_DAY:
                known = (*dimensions, *derived_names())
                raise UnknownNameError("dimension-unknown", name, known=known)
            self._by_day[name] = _ByDay(BY_DAY[name])

    def count(
        self,
        received: Any,
        finished: Any,
        due: Any,
        codes: Mapping[str, Any],
        status: Any,
        *,
        doubt: Bits,
        other_versions: Bits | None = None,
        linked: Bits | None = None,
        base: int = 0,
        missing: int = MISSING,
    ) -> None:
        """Count the rows that are not in doubt, and mark those that turn out to be.

        Several threads may count at once.

        Args:
            received: days since `base`; likewise `finished` and `due`, where `missing` stands for
                none.
            finished: None if there is no such column; likewise `due`.
            due: see there.
            codes: numbers of dimensions.
            status: numbers of the status; None if there is no such column.
            doubt: what the slow lane takes; more is added.
            other_versions: rows that the register does not say at the moment of knowledge.
            linked: rows that are linked steps.
            base: a day.
            missing: a day after all days.
        """
        question = self._question
        as_of = day_number(question.as_of) - base
        places = _places(finished, due, status, len(received), as_of, missing)
        doubt |= places == _ASK_THE_ROW
        spans: npt.NDArray[Any] | None = None
        if self._spans is not None:
            spans, lost = self._spans.codes(received, finished, places, base)
            doubt |= lost

        # Rows that no cell counts, each for the first reason that holds, in the order in which the
        # object path asks.
        out: list[Bits] = []
        if other_versions is not None:
            self._leave_out(LeftOut.OTHER_VERSION, other_versions, out, doubt)
        if linked is not None:
            self._leave_out(LeftOut.LINKED, linked, out, doubt)
        later = received > as_of
        if later.any():
            self._leave_out(LeftOut.LATER, later, out, doubt)
        entry: npt.NDArray[np.uint8] | None = None
        if question.since is not None:
            since = day_number(question.since) - base
            entry = (received < since).view(np.uint8)
            if finished is not None:
                closed = _CLOSED.take(places, mode="clip")
                earlier = (received < since) & (finished < since) & closed
                self._leave_out(LeftOut.EARLIER, earlier, out, doubt)

        # The rows that are left.
        gone = doubt.copy() if out else doubt
        for each in out:
            gone |= each
        keep = np.flatnonzero(~gone) if gone.any() else None
        if keep is not None:
            received, places = received.take(keep), places.take(keep)
            entry = None if entry is None else entry.take(keep)
            codes = {
                name: code.take(keep) for name, code in codes.items() if name in question.dimensions
            }
            status = None if status is None else status.take(keep)
            spans = None if spans is None else spans.take(keep)

        # Their keys.
        parts: list[npt.NDArray[Any]] = []
        sizes: list[int] = []
        for name in question.dimensions:
            if name == OUTCOME and name not in self._values:
                parts.append(_outcome_codes(places, status))
            elif name == WORKING_DAYS and spans is not None:
                parts.append(spans)
            else:
                parts.append(self._codes(name, received, codes, base))
            sizes.append(len(self._names(name)) + 1)
        parts.append(np.zeros(len(places), np.uint8) if entry is None else entry)
        parts.append(places)
        self._store.add(parts, [*sizes, 1 if entry is None else 2, CLASSES])

    def _leave_out(self, why: LeftOut, rows: Bits, out: list[Bits], doubt: Bits) -> None:
        for gone in out:
            rows &= ~gone
        out.append(rows)
        number = int(np.count_nonzero(rows & ~doubt))
        with self._counting:
            self._left_out[why] += number

    def _codes(
        self, name: str, received: Any, codes: Mapping[str, Any], base: int
    ) -> npt.NDArray[Any]:
        """The numbers of the values of a dimension, 0 for none."""
        if name in self._values:
            given: npt.NDArray[Any] = codes[name]
            return given
        return self._by_day[name].codes(received, base)

    def _names(self, name: str) -> Sequence[str]:
        """The values of a dimension in the order of their numbers."""
        if name in self._values:
            return self._values[name].names
        if name in self._by_day:
            return self._by_day[name].values.names
        if name == WORKING_DAYS and self._spans is not None:
            return self._spans.names
        return _OUTCOMES

    def frame(self) -> TallyFrame:
        """Return what was counted."""
        names = [self._names(name) for name in self._question.dimensions]
        head = evolve(
            self._question,
            later=self._left_out[LeftOut.LATER],
            earlier=self._left_out[LeftOut.EARLIER],
            linked=self._left_out[LeftOut.LINKED],
            other_versions=self._left_out[LeftOut.OTHER_VERSION],
        )
        cells = self._store.cells(len(self._question.dimensions) + 2)
        return TallyFrame.of(head, cells, names, ordered=self._store.ordered)


def _outcome_codes(places: npt.NDArray[np.uint8], status: Any) -> npt.NDArray[np.int32]:
    cells = places.astype(np.int32) * len(STATUSES)
    if status is not None:
        cells += status
    return _OUTCOME_CODES.take(cells, mode="clip")


def _places(
    finished: Any, due: Any, status: Any, height: int, as_of: int, missing: int
) -> npt.NDArray[np.uint8]:
    """The place of the state of each row, `_ASK_THE_ROW` where the row must say."""
    # `EndDay` of each row.
    if finished is None:
        cell = np.full(height, EndDay.NONE, np.uint8)
    else:
        if due is None:
            cell = np.full(height, EndDay.BEFORE_DUE, np.uint8)
        else:
            cell = (finished >= due).view(np.uint8)
            cell += (finished > due).view(np.uint8)
        cell[finished > as_of] = EndDay.LATER
        cell[finished == missing] = EndDay.NONE

    # `DueDay`.
    cell *= len(DueDay)
    if due is not None:
        cell += (due != missing).view(np.uint8)
        cell += ((due >= as_of) & (due != missing)).view(np.uint8)

    # The status.
    if status is None:
        return _STATES[:, :, 0].ravel().take(cell, mode="clip")
    cell *= len(STATUSES)
    np.add(cell, status, out=cell, casting="unsafe")
    return _STATES.ravel().take(cell, mode="clip")
