"""Counting the rows of a register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.periods import Period
from evnpubsvc.statistics._dimensions import BY_DAY, OUTCOME, derived_names, outcome
from evnpubsvc.statistics._period_state import HANDLED, INDEX, PeriodState, classify, is_current
from evnpubsvc.statistics._register import RegisterRow, RegisterStatus, local_date
from evnpubsvc.statistics._tally import CLASSES, Key, LongKey, Tally, TallyBuilder
from evnpubsvc.statistics._terms import WorkingDayTerms

__all__ = ["RowCounter", "drill_down", "place", "tally"]

_D: Final = PeriodState
_CLOSED: Final = HANDLED | {_D.REFUSED}
_EARLY, _ON_TIME, _LATE = (INDEX[each] for each in (_D.EARLY, _D.ON_TIME, _D.LATE))
_IN_TIME, _OVERDUE = INDEX[_D.PENDING_IN_TIME], INDEX[_D.PENDING_OVERDUE]
_RESULT, _RUNNING = RegisterStatus.RESULT, RegisterStatus.RUNNING


def place(
    row: RegisterRow, question: Tally, terms: WorkingDayTerms | None
) -> tuple[str, Key, PeriodState | None]:
    """Return where a dossier is counted: `new` or `carried` with key and class, or the name of another counter.

    Raises:
        MisuseError: as `classify`; `dimension-unknown`; the calendar does not reach as far as a limit.
    """
    if not is_current(row, question.known_at):
        return "other_versions", (), None
    if row.part_of is not None:
        return "linked", (), None
    due: date | None = None
    if terms is not None and row.due is None:
        due = terms.due(local_date(row.received), dict(row.dimensions).get(terms.dimension))
    state = classify(row, as_of=question.as_of, compare=question.compare, due=due)
    if state is None:
        return "later", (), None
    entry = "new"
    # A dossier that the register says ended before it was received ends, here, on the day of receipt.
    if question.since is not None and local_date(row.received) < question.since:
        if (
            state in _CLOSED
            and row.finished is not None
            and local_date(row.finished) < question.since
        ):
            return "earlier", (), None
        entry = "carried"
    return entry, _key(row, question.dimensions, state), state


def _key(row: RegisterRow, dimensions: tuple[str, ...], state: PeriodState) -> Key:
    values: dict[str, Any] = dict(row.dimensions)
    key: list[str | None] = []
    for name in dimensions:
        if name in values:
            key.append(values[name])
        elif name in BY_DAY:
            key.append(BY_DAY[name](local_date(row.received)))
        elif name == OUTCOME:
            key.append(outcome(row, state))
        else:
            raise UnknownNameError(
                "dimension-unknown", name, known=", ".join([*values, *derived_names()])
            )
    return tuple(key)


class RowCounter:
    """A count under way. For the rooms of this library that feed rows from elsewhere."""

    def __init__(
        self,
        question: Tally,
        terms: WorkingDayTerms | None,
        on_finding: Callable[[Finding], None] | None = None,
    ) -> None:
        self.values = TallyBuilder(question)
        self._question = question
        self._terms = terms
        self._on_finding = on_finding

    def found(self, finding: Finding) -> None:
        """Count a finding: a violation stands for a row, a notice beside one."""
        reasons = (
            self.values.rejected if finding.severity is Severity.VIOLATION else self.values.noticed
        )
        reasons[finding.reason] = reasons.get(finding.reason, 0) + 1
        if self._on_finding is not None:
            self._on_finding(finding)

    def take(self, row: RegisterRow | Finding) -> None:
        """Count one row or finding, the plain way."""
        if isinstance(row, Finding):
            self.found(row)
            return
        try:
            where, key, state = place(row, self._question, self._terms)
        except UnknownNameError:
            raise
        except MisuseError as error:
            self.found(error.finding)
            return
        values = self.values
        if state is None:
            setattr(values, where, getattr(values, where) + 1)
            return
        counts = values.counts
        long_key = (*key, INDEX[state] + CLASSES * (where == "carried"))
        counts[long_key] = counts.get(long_key, 0) + 1

    def take_all(self, rows: Iterable[RegisterRow | Finding]) -> None:  # noqa: PLR0915 - one loop, where time goes
        """Count rows and findings: what `take` does, with a short way for the rows that most registers hold."""
        question, take = self._question, self.take
        dimensions = question.dimensions
        short = (
            question.compare is Precision.DATE and question.since is None and self._terms is None
        )
        if not short or OUTCOME in dimensions:
            for row in rows:
                take(row)
            return
        as_of, counts = question.as_of, self.values.counts
        derived = [(name, BY_DAY[name], dict[int, str]()) for name in dimensions if name in BY_DAY]
        key_of = _getter(dimensions)
        versions = question.known_at is None
        for row in rows:
            if isinstance(row, Finding):
                take(row)
                continue
            received, due, finished = row.received, row.due, row.finished
            status = row.status
            if (
                due is None
                or (status is not None and status is not _RESULT and status is not _RUNNING)
                or row.part_of is not None
                or row.superseded is not None
                or not (versions or row.recorded is None)
            ):
                take(row)
                continue
            if isinstance(received, datetime):
                received = received.date()
            if isinstance(due, datetime):
                due = due.date()
            if received > as_of:
                take(row)
                continue
            if finished is not None:
                if isinstance(finished, datetime):
                    finished = finished.date()
                if finished > as_of:
                    finished = None
            if finished is None:
                if row.finished is None and status is _RESULT:
                    take(row)
                    continue
                index = _OVERDUE if due < as_of else _IN_TIME
            elif finished < due:
                index = _EARLY
            else:
                index = _LATE if finished > due else _ON_TIME
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
            counts[key] = counts.get(key, 0) + 1


def _getter(dimensions: tuple[str, ...]) -> Callable[[dict[str, Any]], LongKey]:
    if dimensions:
        return itemgetter(*dimensions, "")
    return lambda values: (values[""],)


def question_of(
    by: Sequence[str],
    *,
    as_of: date | None,
    period: Period | None,
    compare: Precision,
    known_at: date | datetime | None,
    terms: WorkingDayTerms | None,
) -> Tally:
    """Return the empty tally that a call asks for."""
    if (as_of is None) is (period is None):
        raise MisuseError("as-of-or-period")
    if period is not None:
        as_of = period.last
    assert as_of is not None
    return Tally(
        dimensions=tuple(by),
        since=None if period is None else period.first,
        as_of=as_of,
        compare=compare,
        known_at=known_at,
        terms=None if terms is None else terms.fingerprint,
    )


def tally(
    rows: Iterable[RegisterRow | Finding],
    *,
    by: Sequence[str],
    as_of: date | None = None,
    period: Period | None = None,
    compare: Precision,
    known_at: date | datetime | None = None,
    terms: WorkingDayTerms | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Tally:
    """Count the dossiers of a register.

    Args:
        rows: rows, read once; findings among them (from `serde.read_register`) are counted by reason: a violation as
            a rejected row, a notice beside the row that it belongs to.
        by: names of dimensions. There always are `received_year` (`"2022"`), `received_quarter` (`"2022-Q4"`),
            `received_month` (`"2022-12"`), the same by statutory periods (`received_report_year` and so on, each
            month from the 15th of the one before to the 14th), and `outcome` (a value of `RegisterStatus` for what
            ended, else `pending` or `waiting`).
        as_of: day of judgement, inclusive; counts everything received up to it. Or:
        period: counts the dossiers of a period: what was open when it began, what came in it, where both stand at
            the end of its last day.
        compare: dates or instants.
        known_at: count what the register said at this moment, so that a report printed then can be had again; None
            for what it says now. A date means the end of that day.
        terms: due dates for rows that have none.
        on_finding: called with each finding, so that a caller can print or collect them.

    Returns:
        The tally. Memory grows with the cells, not with the rows.

    Raises:
        MisuseError: `dimension-unknown` for a dimension that a row does not have, `dimension-twice`,
            `as-of-or-period`.

    >>> rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 5), date(2022, 12, 5), {"channel": "online"}),
    ...         RegisterRow(date(2022, 12, 1), date(2022, 12, 5), None, {"channel": "desk"})]
    >>> by_channel = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> print(by_channel["online"].on_time_of_received, "-", by_channel["desk"][PeriodState.PENDING_OVERDUE])
    1/1 dossiers - 1 dossiers
    """
    question = question_of(
        by, as_of=as_of, period=period, compare=compare, known_at=known_at, terms=terms
    )
    counter = RowCounter(question, terms, on_finding)
    counter.take_all(rows)
    return counter.values.tally()


def drill_down(
    rows: Iterable[RegisterRow | Finding],
    counted: Tally,
    key: Key | str | None = (),
    *,
    states: Collection[PeriodState] = tuple(PeriodState),
    entries: Collection[str] = ("new", "carried"),
    terms: WorkingDayTerms | None = None,
) -> Iterator[RegisterRow]:
    """Return the dossiers behind a number of a tally, as a stream in the order of the register.

    Args:
        rows: the register that was counted.
        counted: the tally, whose question is asked again.
        key: key of a cell; the empty key for all cells.
        states: where the dossiers stand.
        entries: `new` and `carried`, or one of them.
        terms: the terms that were counted with.

    Raises:
        MisuseError: `terms-differ`; as `tally`.

    >>> rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 5), code="case-1")]
    >>> counted = tally(rows, by=[], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> [row.code for row in drill_down(rows, counted, states=[PeriodState.PENDING_OVERDUE])]
    ['case-1']
    """
    if (None if terms is None else terms.fingerprint) != counted.terms:
        raise MisuseError("terms-differ")
    return _matching(
        rows, counted, key if isinstance(key, tuple) else (key,), states, entries, terms
    )


def _matching(
    rows: Iterable[RegisterRow | Finding],
    counted: Tally,
    wanted: Key,
    states: Collection[PeriodState],
    entries: Collection[str],
    terms: WorkingDayTerms | None,
) -> Iterator[RegisterRow]:
    for row in rows:
        if isinstance(row, Finding):
            continue
        try:
            entry, key, state = place(row, counted, terms)
        except UnknownNameError:
            raise
        except MisuseError:
            continue  # `tally` counted it as rejected
        if state in states and entry in entries and (not wanted or key == wanted):
            yield row
