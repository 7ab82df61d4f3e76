"""Counting the rows of a register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, TypeAlias

from evnpubsvc._moments import own_day
from evnpubsvc._validate import read_member
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period
from evnpubsvc.statistics._cells import Key, LongKey, TallyCell
from evnpubsvc.statistics._dimensions import (
    BY_DAY,
    OUTCOME,
    WORKING_DAYS,
    as_names,
    derived_names,
    outcome,
    working_days,
)
from evnpubsvc.statistics._period_state import (
    CLASSES,
    CLOSED,
    INDEX,
    Intake,
    LeftOut,
    PeriodState,
    classify,
    is_current,
)
from evnpubsvc.statistics._reasons import Reasons
from evnpubsvc.statistics._register import RegisterRow
from evnpubsvc.statistics._repeats import CodeWatch, Repeats
from evnpubsvc.statistics._roll_up import narrowed
from evnpubsvc.statistics._states import place_by_days
from evnpubsvc.statistics._tally import Tally, TallyBuilder
from evnpubsvc.statistics._terms import LimitTerms
from evnpubsvc.statistics._where import Where, as_wheres
from evnpubsvc.worktime import Calendar

Place: TypeAlias = tuple[Intake, Key, PeriodState]
"""Where a dossier is counted: as new or carried over, in which cell, and in which class."""


def place(
    row: RegisterRow,
    question: Tally,
    terms: LimitTerms | None,
    calendar: Calendar | None = None,
) -> Place | LeftOut:
    """Return where a dossier is counted, or why no cell counts it.

    Raises:
        MisuseError: as `classify`; `dimension-unknown`; the calendar does not reach as far as a
            limit.
    """
    # What the register did not say at the moment of knowledge, and what counts with another
    # dossier.
    if not is_current(row, question.known_at):
        return LeftOut.OTHER_VERSION
    if row.part_of is not None:
        return LeftOut.LINKED

    # Where it stands at the end of the period.
    received = own_day(row.received)
    due: date | None = None
    if terms is not None and row.due is None:
        due = terms.due(received, dict(row.dimensions).get(terms.dimension))
    moment = question.as_of if question.at is None else question.at
    state = classify(row, as_of=moment, compare=question.compare, due=due)
    if state is None:
        return LeftOut.LATER

    # Whether it came in the period, or was open when it began.
    entry = Intake.NEW
    if question.since is not None and received < question.since:
        # A dossier that the register says ended before it was received ends, here, on the day of
        # receipt.
        ended = None if row.finished is None else own_day(row.finished)
        if state in CLOSED and ended is not None and ended < question.since:
            return LeftOut.EARLIER
        entry = Intake.CARRIED

    # Whether it has the values that are asked for.
    if question.where:
        names = tuple(each.dimension for each in question.where)
        values = _key(row, names, state, calendar)
        for each, value in zip(question.where, values, strict=True):
            if value not in each.values:
                return LeftOut.OUTSIDE
    return entry, _key(row, question.dimensions, state, calendar), state


def _key(
    row: RegisterRow, dimensions: tuple[str, ...], state: PeriodState, calendar: Calendar | None
) -> Key:
    values: dict[str, Any] = dict(row.dimensions)
    key: list[str | None] = []
    for name in dimensions:
        if name in values:
            key.append(values[name])
        elif name in BY_DAY:
            key.append(BY_DAY[name](own_day(row.received)))
        elif name == OUTCOME:
            key.append(outcome(state, row.status))
        elif name == WORKING_DAYS and calendar is not None:
            ended = None if row.finished is None else own_day(row.finished)
            key.append(working_days(own_day(row.received), ended, state, calendar))
        else:
            raise UnknownNameError("dimension-unknown", name, known=(*values, *derived_names()))
    return tuple(key)


class RowCounter:
    """A count under way. For the rooms of this library that feed rows from elsewhere."""

    def __init__(
        self,
        question: Tally,
        terms: LimitTerms | None,
        on_finding: Callable[[Finding], None] | None = None,
        calendar: Calendar | None = None,
        repeats: CodeWatch | None = None,
    ) -> None:
        self._calendar = calendar
        self.values: TallyBuilder = TallyBuilder(question)
        self._repeats: CodeWatch = Repeats() if repeats is None else repeats
        self._question = question
        self._terms = terms
        self._reasons = Reasons(
            self.values.rejected,
            self.values.noticed,
            hours=question.compare is Precision.TIMESTAMP,
            on_finding=on_finding,
        )

    def found(self, finding: Finding) -> None:
        """Count a finding: a violation stands for a row, a notice beside one."""
        self._reasons.found(finding)

    def begin_source(self) -> None:
        """Say that another file or table begins, whose lines are numbered anew."""
        self._reasons.begin()

    def take(self, row: RegisterRow | Finding) -> None:
        """Count one row or finding, the plain way."""
        if isinstance(row, Finding):
            self.found(row)
            return

        # A code that comes again is said; steps and versions of one dossier share theirs.
        if row.part_of is None and is_current(row, self._question.known_at):
            self._repeats.take_row(row)

        # Where it is counted: a cell, or the number of those that are left out.
        try:
            placed = place(row, self._question, self._terms, self._calendar)
        except UnknownNameError:
            raise
        except MisuseError as error:
            self.found(error.finding)
            return
        self._reasons.begin()
        values = self.values
        if isinstance(placed, LeftOut):
            values.left_out[placed] += 1
            return

        # What was open when the period began is counted apart.
        entry, key, state = placed
        index = INDEX[state]
        if entry is Intake.CARRIED:
            index += CLASSES
        long_key = (*key, index)
        values.counts[long_key] = values.counts.get(long_key, 0) + 1

    def take_all(self, rows: Iterable[RegisterRow | Finding]) -> None:
        """Count rows and findings.

        What `take` does, with a short way for the rows that most registers hold.
        """
        # A question that a table of states alone does not answer.
        question, take = self._question, self.take
        dimensions = question.dimensions
        by_dates_alone = question.compare is Precision.DATE and self._terms is None
        asks_more = question.since is not None or question.at is not None
        if not by_dates_alone or asks_more or {OUTCOME, WORKING_DAYS} & set(dimensions):
            for row in rows:
                take(row)
            return

        # All that is the same for every row.
        as_of, counts = question.as_of, self.values.counts
        derived = [(name, BY_DAY[name], dict[int, str]()) for name in dimensions if name in BY_DAY]
        key_of = _key_getter(dimensions)
        says_now = question.known_at is None
        for row in rows:
            # The plain way for findings, linked steps and rows that were corrected.
            if (
                isinstance(row, Finding)
                or row.part_of is not None
                or row.superseded is not None
                or not (says_now or row.recorded is None)
            ):
                take(row)
                continue

            # Local days decide. What came after the day of judgement goes the plain way too.
            received, due, finished = row.received, row.due, row.finished
            if isinstance(received, datetime):
                received = received.date()
            if isinstance(due, datetime):
                due = due.date()
            if isinstance(finished, datetime):
                finished = finished.date()
            if received > as_of:
                take(row)
                continue
            index = place_by_days(due, finished, row.status, as_of)
            if index is None:
                take(row)
                continue

            # The key: values of the row, values that follow from the day of receipt, and the state.
            values: dict[str, Any] = dict(row.dimensions)
            for name, value_of, known in derived:
                if name not in values:
                    day = received.toordinal()
                    value = known.get(day)
                    if value is None:
                        value = known[day] = value_of(received)
                    values[name] = value
            values[""] = index
            try:
                key = key_of(values)
            except KeyError:
                take(row)  # says which dimension there is not
                continue
            self._repeats.take_row(row)
            counts[key] = counts.get(key, 0) + 1

    def tally(self) -> Tally:
        """Say which codes came more than once, and end the count."""
        for each in self._repeats.findings():
            self.found(each)
        return self.values.tally()


def _key_getter(dimensions: tuple[str, ...]) -> Callable[[dict[str, Any]], LongKey]:
    if dimensions:
        return itemgetter(*dimensions, "")
    return lambda values: (values[""],)


def question_of(
    by: str | Sequence[str],
    *,
    as_of: date | datetime | None,
    period: Period | None,
    compare: Precision | str,
    known_at: date | datetime | None,
    terms: LimitTerms | None,
    where: Iterable[Where] = (),
    calendar: Calendar | None = None,
) -> Tally:
    """Return the empty tally that a call asks for, also by what is filtered: see `narrowed`.

    Raises:
        MisuseError: `as-of-or-period`, `calendar-needed`, `datetime-naive`.
    """
    # The dimensions that are asked for, and those that are only filtered by.
    by = as_names(by)
    dimensions = tuple(dict.fromkeys((*by, *(each.dimension for each in where))))
    if len(dimensions) <= len(by):
        dimensions = by
    if WORKING_DAYS in dimensions and calendar is None:
        raise MisuseError("calendar-needed", WORKING_DAYS)

    # Either a day or instant of judgement, or a period, which is judged on its last day.
    if isinstance(as_of, datetime) and as_of.utcoffset() is None:
        raise MisuseError("datetime-naive", as_of)
    if (as_of is None) is (period is None):
        raise MisuseError("as-of-or-period")
    since: date | None = None
    at: datetime | None = None
    if period is not None:
        since, as_of = period.first, period.last
    elif isinstance(as_of, datetime):
        at, as_of = as_of, as_of.date()
    assert as_of is not None
    return Tally(
        dimensions=dimensions,
        since=since,
        as_of=as_of,
        at=at,
        compare=read_member(Precision, compare),
        known_at=known_at,
        terms=None if terms is None else terms.fingerprint,
        calendar=calendar.fingerprint if calendar and WORKING_DAYS in dimensions else None,
    )


def tally(
    rows: Iterable[RegisterRow | Finding],
    *,
    by: str | Sequence[str],
    where: Mapping[str, str | Iterable[str]] | None = None,
    as_of: date | datetime | None = None,
    period: Period | None = None,
    compare: Precision | str,
    known_at: date | datetime | None = None,
    terms: LimitTerms | None = None,
    calendar: Calendar | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Tally:
    """Count the dossiers of a register.

    Every row counts. Codes that more than one row has are notices: `code-repeated` where the rows
    say the same (local days, status, dimensions), `code-rows-differ` where they do not. Linked
    steps and corrected versions are no doubles.

    Args:
        rows: rows, read once; findings among them (from `serde.read_register`) are counted by
            reason: a violation as a rejected row, a notice beside the row that it belongs to.
        by: names of dimensions, or the name of one. There always are `received_year` (`"2022"`),
            `received_quarter` (`"2022-Q4"`), `received_month` (`"2022-12"`), the same by statutory
            periods (`received_report_year` and so on, each month from the 15th of the one before
            to the 14th), `outcome` (a value of `RegisterStatus` for what ended, else `pending` or
            `waiting`), and `working_days` (how many a dossier took; see `handling_time`).
        where: dimension -> the value, or the values, that are asked for; other dossiers stand in
            `Tally.outside`. It need not be counted by.
        as_of: day of judgement, inclusive; counts everything received up to it. An instant, in the
            zone of the register, judges at that time of day. Or:
        period: counts the dossiers of a period: what was open when it began, what came in it, where
            both stand at the end of its last day.
        compare: dates or instants, as `Precision.DATE` or `"date"`.
        known_at: count what the register said at this moment, so that a report printed then can be
            had again; None for what it says now. A date means the end of that day.
        terms: due dates for rows that have none.
        calendar: working days, for the dimension `working_days`.
        on_finding: called with each finding, so that a caller can print or collect them.

    Returns:
        The tally. Memory grows with the cells; rows with a code take about 150 bytes each as well,
        up to five million of them (`codes-not-compared` for the rest).

    Raises:
        MisuseError: `dimension-unknown` for a dimension that a row does not have,
            `dimension-twice`, `as-of-or-period`.

    >>> rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 5), date(2022, 12, 5),
    ...     {"channel": "online"}),
    ...         RegisterRow(date(2022, 12, 1), date(2022, 12, 5), None, {"channel": "desk"})]
    >>> by_channel = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> print(by_channel["online"].on_time_of_received, "-",
    ...     by_channel["desk"][PeriodState.PENDING_OVERDUE])
    1/1 dossiers - 1 dossiers
    """
    asked = as_wheres(where or {})
    question = question_of(
        by,
        as_of=as_of,
        period=period,
        compare=compare,
        known_at=known_at,
        terms=terms,
        where=asked,
        calendar=calendar,
    )
    counter = RowCounter(question, terms, on_finding, calendar)
    counter.take_all(rows)
    return narrowed(counter.tally(), by, asked)


def drill_down(
    rows: Iterable[RegisterRow | Finding],
    counted: Tally,
    key: Key | str | None = (),
    *,
    cells: Iterable[TallyCell] | None = None,
    states: Collection[PeriodState] = tuple(PeriodState),
    entries: Collection[Intake] = tuple(Intake),
    terms: LimitTerms | None = None,
    calendar: Calendar | None = None,
) -> Iterator[RegisterRow]:
    """Return the dossiers behind a number of a tally, as a stream in the order of the register.

    Args:
        rows: the register that was counted.
        counted: the tally, whose question is asked again.
        key: key of a cell; the empty key for all cells.
        cells: only dossiers of these cells; None for all.
        states: where the dossiers stand.
        entries: when they came, seen from the period.
        terms: the terms that were counted with.
        calendar: the calendar that `working_days` were counted in.

    Raises:
        MisuseError: `terms-differ`, `calendar-needed`; as `tally`.

    >>> rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 5), code="case-1")]
    >>> counted = tally(rows, by=[], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> [row.code for row in drill_down(rows, counted, states=[PeriodState.PENDING_OVERDUE])]
    ['case-1']
    """
    if (None if terms is None else terms.fingerprint) != counted.terms:
        raise MisuseError("terms-differ")
    if counted.calendar is not None and (
        calendar is None or calendar.fingerprint != counted.calendar
    ):
        raise MisuseError("calendar-needed", WORKING_DAYS)
    wanted = None if cells is None else {cell.key for cell in cells}
    if key != ():
        one = key if isinstance(key, tuple) else (key,)
        wanted = {one} if wanted is None else wanted & {one}
    return _matching(rows, counted, wanted, states, entries, terms, calendar)


def _matching(
    rows: Iterable[RegisterRow | Finding],
    counted: Tally,
    wanted: Collection[Key] | None,
    states: Collection[PeriodState],
    entries: Collection[Intake],
    terms: LimitTerms | None,
    calendar: Calendar | None,
) -> Iterator[RegisterRow]:
    for row in rows:
        if isinstance(row, Finding):
            continue
        try:
            placed = place(row, counted, terms, calendar)
        except UnknownNameError:
            raise
        except MisuseError:
            continue  # `tally` counted it as rejected
        if isinstance(placed, LeftOut):
            continue
        entry, key, state = placed
        if state in states and entry in entries and (wanted is None or key in wanted):
            yield row
