"""The kernel: batches of columns in, cells out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from evnpubsvc.dossiers import Precision
from evnpubsvc.findings import Finding
from evnpubsvc.frames._cells import CellCounter, TermDays
from evnpubsvc.frames._columns import BatchReader, Bits, ReadBatch
from evnpubsvc.frames._days import MISSING, Days, day_number
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import TallyFrame
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.statistics import LimitTerms, RegisterRow, Tally
from evnpubsvc.statistics.engine import MOST_CODES, RowCounter
from evnpubsvc.worktime import Calendar


class Kernel(BatchReader):
    """A count under way, fed with batches.

    Args:
        question: the empty tally of the question.
        columns: how the register is laid out.
        terms: due dates for rows that have none.
        on_finding: called with each finding.
        store: where keys are counted.
        calendar: working days, for the dimension `working_days`.
        most_codes: how many rows with a code are compared.
    """

    def __init__(
        self,
        question: Tally,
        columns: RegisterColumns,
        *,
        terms: LimitTerms | None = None,
        on_finding: Callable[[Finding], None] | None = None,
        store: Store | None = None,
        calendar: Calendar | None = None,
        most_codes: int = MOST_CODES,
    ) -> None:
        wanted = list(question.dimensions)
        if terms is not None:
            wanted.append(terms.dimension)
        hours = question.compare is Precision.TIMESTAMP
        super().__init__(columns, wanted, hours=hours, most_codes=most_codes)
        self._question = question
        if terms is None:
            self._terms = None
        else:
            self._terms = TermDays(terms, self.values)
        self._cells = CellCounter(question, self.values, tuple(columns.dimensions), store, calendar)
        self._slow = RowCounter(question, terms, on_finding, calendar, self.repeats)

    def weigh(self, batch: ReadBatch) -> Bits:
        """Count a batch."""
        days, doubt = batch.days, batch.doubt
        due = days.get("due")
        if self._terms is not None:
            due, beyond = self._terms.fill(due, days["received"], batch.codes, doubt)
            doubt |= beyond
        doubt |= self._hour_decides(batch, due)
        if self._question.at is not None:
            judged_on = day_number(self._question.as_of)
            for each in (days["received"], days.get("finished"), due):
                if each is not None:
                    doubt |= each == judged_on
        self._cells.count(
            days["received"],
            days.get("finished"),
            due,
            batch.codes,
            batch.status,
            doubt=doubt,
            other_versions=self._other_versions(batch),
            linked=batch.linked,
        )
        return doubt

    def begin_source(self) -> None:
        """Say that another file or table begins."""
        self._slow.begin_source()

    def keep_row(self, row: RegisterRow | Finding) -> None:
        """Count a row or finding."""
        self._slow.take(row)

    def _hour_decides(self, batch: ReadBatch, due: Days | None) -> Bits | bool:
        """Where a time of day decides, so that the row must say."""
        question, days = self._question, batch.days
        doubt: Bits | bool = False
        timed = batch.timed.get("due", False)
        if question.compare is Precision.TIMESTAMP and due is not None and timed is not False:
            on_the_day = due == day_number(question.as_of)
            if "finished" in days:
                on_the_day |= due == days["finished"]
            doubt = on_the_day & (due != MISSING) & timed
        if isinstance(question.known_at, datetime):
            known = day_number(question.known_at.date())
            for what in ("recorded", "superseded"):
                if what in days:
                    # Where zones differ a day more or less does not say which came first.
                    doubt = doubt | (np.abs(days[what] - np.int32(known)) <= 1)
        return doubt

    def aside(self, batch: ReadBatch) -> Bits | None:
        """Return which rows are linked steps or other versions."""
        gone = self._other_versions(batch)
        if gone is None or batch.linked is None:
            return batch.linked if gone is None else gone
        return gone | batch.linked

    def _other_versions(self, batch: ReadBatch) -> Bits | None:
        """Which rows are not what the register said at the moment of knowledge, by days."""
        recorded, superseded = batch.days.get("recorded"), batch.days.get("superseded")
        if recorded is None and superseded is None:
            return None
        known_at = self._question.known_at
        gone = np.zeros(len(batch.doubt), np.bool_)
        if known_at is None:
            return gone if superseded is None else superseded != MISSING
        known = day_number(known_at.date() if isinstance(known_at, datetime) else known_at)
        if recorded is not None:
            gone |= (recorded != MISSING) & (recorded > known)
        if superseded is not None:
            gone |= superseded <= known
        return gone

    def frame(self) -> TallyFrame:
        """Return what was counted."""
        fast, slow = self._cells.frame(), self._slow.tally()
        if slow == self._question:
            return fast
        return fast.merge(TallyFrame.from_tally(slow))
