"""The kernel: batches of columns in, keys out.

Two lanes. The fast one takes rows that it is sure about: known texts, dates of one layout, no contradiction. Every
other row goes through the object path (`serde`'s reader, `statistics`' counter), so that what is rejected, noticed or
judged in a special way is so by the same code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.frames._days import EPOCH, Days, DayTable, day_number
from evnpubsvc.frames._store import Store
from evnpubsvc.frames._tally import CLASSES, TallyFrame
from evnpubsvc.frames._words import DOUBT, Words
from evnpubsvc.serde import DateStyle, RegisterColumns
from evnpubsvc.serde._registers import VIETNAM, local_zone, moment_parser, row_reader
from evnpubsvc.serde._tables import Row
from evnpubsvc.statistics import PeriodState, Precision, RegisterStatus, Tally, WorkingDayTerms
from evnpubsvc.statistics._count import RowCounter
from evnpubsvc.statistics._dimensions import BY_DAY, OUTCOME, derived_names

__all__ = ["BATCH", "MISSING", "STATUSES", "Kernel", "Lines"]

BATCH: Final = 1 << 18  # rows at once: arrays that fit the cache, calls that are worth their cost
Lines = Callable[[int], int]
"""The number of a row in the batch -> its line, or row, in the source."""

MISSING: Final = 1 << 30  # a day after every day
_FIRST, _LAST = (
    day_number(date(1900, 1, 1)),
    day_number(date(2199, 12, 31)),
)  # what the object path takes for a date
STATUSES: Final[tuple[RegisterStatus | None, ...]] = (None, *RegisterStatus)
_SLOW: Final = CLASSES
_D, _S = PeriodState, RegisterStatus
_MOMENTS: Final = ("received", "due", "finished", "recorded", "superseded")
Bits = npt.NDArray[np.bool_]


def _states() -> npt.NDArray[np.uint8]:
    """Where a dossier stands: by its end (before, on, after the due date; later than judged; none), due date, status.

    Dimension 2 is 0 for no due date, 1 for one that has passed, 2 for one that has not.
    """
    places = {state: index for index, state in enumerate(PeriodState)}
    table = np.full((5, 3, len(STATUSES)), _SLOW, np.uint8)
    ended = {_S.WITHDRAWN: _D.WITHDRAWN, _S.STOPPED: _D.STOPPED, _S.REFUSED: _D.REFUSED}
    standing = {_S.WAITING: _D.WAITING, _S.PAUSED: _D.PENDING_PAUSED}
    for number, status in enumerate(STATUSES):
        for due in range(3):
            pending = (_D.PENDING_NO_DUE_DATE, _D.PENDING_OVERDUE, _D.PENDING_IN_TIME)[due]
            for end, timely in enumerate((_D.EARLY, _D.ON_TIME, _D.LATE)):
                if status is None or status.is_ending:
                    here = ended.get(status) if status else None
                    table[end, due, number] = places[here or (timely if due else _D.NO_DUE_DATE)]
            if status is None or status.is_ending:
                table[3, due, number] = places[_D.WAITING if status is _S.REFUSED else pending]
            if status is None or not status.is_ending:
                table[4, due, number] = places[
                    (standing.get(status) if status else None) or pending
                ]
    return table


_TABLE: Final = _states()
_CLOSED: Final = np.array(
    [each in list(PeriodState)[:6] or each is _D.REFUSED for each in PeriodState], np.bool_
)


class _Values:
    """The values of a dimension, numbered as they come; 0 stands for None."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, value: str | None) -> int:
        if value is None:
            return 0
        place = self._places.get(value)
        if place is None:
            self.names.append(value)
            place = self._places[value] = len(self.names)
        return place


class _ByDay:
    """A dimension that follows from the day of receipt: a table of days that fills as they come."""

    def __init__(self, value: Callable[[date], str]) -> None:
        self.values = _Values()
        self._value = value
        self._table = np.full(_LAST - _FIRST + 1, -1, np.int32)

    def codes(self, days: npt.NDArray[Any], base: int) -> npt.NDArray[np.int32]:
        """The codes of days since a day, all of which the object path takes for dates."""
        if not len(days):
            return np.zeros(0, np.int32)
        low, high = int(days.min()), int(days.max()) + 1
        part = self._table[low + base - _FIRST : high + base - _FIRST]
        for place in np.flatnonzero(part < 0).tolist():
            part[place] = self.values.place(
                self._value(date.fromordinal(low + base + place + EPOCH))
            )
        table, places = (
            (self._table[base - _FIRST :], days) if base >= _FIRST else (part, days - low)
        )
        codes: npt.NDArray[np.int32] = table.take(places, mode="clip")
        return codes


class _Texts:
    """A dimension or the status in a column of texts."""

    def __init__(self, column: str, read: Callable[[str], int]) -> None:
        self.column = column
        self.words = Words(read)


class _Moments:
    """A column of dates or times in texts of one layout, or of Arrow's own types."""

    def __init__(self, column: str, columns: RegisterColumns) -> None:
        self.column = column
        self.timed_layout: str | None = None
        self._width = 8 if columns.dates is DateStyle.COMPACT else 10
        self._style = columns.dates
        zone = local_zone(columns.timezone)
        self._zone = columns.timezone
        self._missing = list(columns.missing)
        parse = moment_parser(columns.dates, zone)
        self._offset = "+07:00" if zone is VIETNAM else "+00:00" if zone is UTC else None
        self._pattern: str | None = None
        self._full = 0

        def read(text: str) -> int:
            if not text:
                return MISSING
            if len(text) != self._width:
                return DOUBT
            parsed = parse(text)
            if parsed is None or isinstance(parsed, datetime) or not 1900 <= parsed.year < 2200:
                return DOUBT
            return day_number(parsed)

        self.words = Words(read)

    def look(self, texts: pl.Series) -> None:
        """Take the layout of times from the first texts of the column that have one."""
        if self._pattern is None:
            longer = texts.str.len_bytes() > self._width
            if longer.any():
                any(map(self._layout, texts.filter(longer).head(100).to_list()))

    def _layout(self, text: str) -> bool:
        tail = text[self._width :]
        if self._style is DateStyle.COMPACT:
            match = re.fullmatch(r"[0-9]{6}", tail)
            pattern = "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
        else:
            seconds = r"(:[0-5][0-9])?" + (
                "" if self._style is DateStyle.DMY else r"(\.[0-9]{3}|\.[0-9]{6})?"
            )
            offset = (
                ""
                if self._style is DateStyle.DMY or self._offset is None
                else f"({re.escape(self._offset)})?"
            )
            match = re.fullmatch(rf"([T ])[0-9]{{2}}:[0-9]{{2}}{seconds}{offset}", tail)
            pattern = ""
            if match:
                pattern = f"{match[1]}(?:[01][0-9]|2[0-3]):[0-5][0-9]"
                if match[2]:
                    pattern += ":[0-5][0-9]"
                if self._style is DateStyle.ISO:
                    if match[3]:
                        pattern += rf"\.[0-9]{{{len(match[3]) - 1}}}"
                    if self._offset is not None and match[4]:
                        pattern += re.escape(self._offset)
        if match is None:
            return False
        self._pattern, self._full, self.timed_layout = (
            pattern + "$",
            len(text),
            f"{self._width}{pattern}",
        )
        return True

    def expressions(self, kind: pl.DataType, name: str) -> list[pl.Expr]:
        """Return the look-ups for a batch, under names of their own."""
        column = pl.col(self.column)
        if kind == pl.Date:
            return [column.to_physical().alias(f"{name} day")]
        if isinstance(kind, pl.Datetime):
            local = column
            if kind.time_zone is not None:
                # As the reader of texts: the zone of Viet Nam is +07:00 for all time.
                fixed = self._zone == "Asia/Ho_Chi_Minh"
                local = column.dt.convert_time_zone(
                    "UTC" if fixed else self._zone
                ).dt.replace_time_zone(None)
                local = local + pl.duration(hours=7) if fixed else local
            return [local.dt.date().to_physical().alias(f"{name} day")]
        if self._missing:
            column = pl.when(column.is_in(self._missing)).then(None).otherwise(column)
        if self._pattern is None:
            return [self.words.expression(column).alias(f"{name} day")]
        length = column.str.len_bytes()
        timed = length == self._full
        return [
            self.words.expression(column.str.slice(0, self._width)).alias(f"{name} day"),
            ((timed & column.str.contains(self._pattern)) | (length == self._width))
            .fill_null(value=True)
            .alias(f"{name} sure"),
            timed.fill_null(value=False).alias(f"{name} timed"),
        ]

    def days(self, batch: pl.DataFrame, found: pl.DataFrame, name: str) -> tuple[Days, Bits | bool]:
        """Return the local days, MISSING where there is none, DOUBT where the row must answer; and which have times."""
        given = batch[self.column]
        looked_up = found[f"{name} day"]
        if given.dtype == pl.Date or isinstance(given.dtype, pl.Datetime):
            days = (
                looked_up.fill_null(MISSING).to_numpy()
                if looked_up.null_count()
                else looked_up.to_numpy()
            )
            absurd = (days < _FIRST) | ((days > _LAST) & (days != MISSING))
            if absurd.any():
                days = np.where(absurd, np.int32(DOUBT), days)
            return days, given.dtype != pl.Date
        nulls = given.null_count()
        texts = given
        if self._missing:
            texts = given.set(given.is_in(self._missing), None)
            nulls = texts.null_count()
        timed = self._pattern is not None
        days = self.words.numbers(
            lambda: texts.str.slice(0, self._width) if timed else texts, nulls, looked_up
        )
        if not timed:
            return days, False
        sure = found[f"{name} sure"]
        if not sure.all():
            unsure = ~sure.to_numpy() & (days != MISSING)
            days = np.where(unsure, np.int32(DOUBT), days)
            days[(texts == "").fill_null(value=False).to_numpy()] = MISSING
        return days, found[f"{name} timed"].to_numpy()


class Kernel:
    """A count under way, fed with batches.

    Args:
        question: the empty tally of the question.
        columns: how the register is laid out.
        terms: due dates for rows that have none.
        on_finding: called with each finding.
        store: where keys are counted.
    """

    def __init__(
        self,
        question: Tally,
        columns: RegisterColumns,
        *,
        terms: WorkingDayTerms | None = None,
        on_finding: Callable[[Finding], None] | None = None,
        store: Store | None = None,
    ) -> None:
        self.columns = columns
        self.question = question
        self.rows: int = 0
        self.slow_rows = 0
        self._terms = terms
        self._slow = RowCounter(question, terms, on_finding)
        self._read_row = row_reader(columns)
        self._read_iso = row_reader(evolve(columns, dates=DateStyle.ISO))
        self._store = store if store is not None else Store()
        self._later = self._earlier = self._linked = self._other_versions = 0
        statuses = columns.statuses or {status.value: status for status in RegisterStatus}
        self._status = (
            None
            if columns.status is None
            else _Texts(columns.status, self._status_reader(statuses))
        )
        self._moments = {
            what: _Moments(column, columns)
            for what in _MOMENTS
            if (column := getattr(columns, what)) is not None
        }
        wanted = {
            *question.dimensions,
            *columns.values,
            *([terms.dimension] if terms is not None else []),
        }
        self._values: dict[str, _Values] = {}
        self._texts: dict[str, _Texts] = {}
        for name, column in columns.dimensions.items():
            if name in wanted:
                values = self._values[name] = _Values()
                self._texts[name] = _Texts(
                    column, self._value_reader(values, columns.values.get(name))
                )
        self._by_day: dict[str, _ByDay] = {}
        self._outcome = OUTCOME in question.dimensions and OUTCOME not in columns.dimensions
        for name in question.dimensions:
            if name in self._texts or name == OUTCOME:
                continue
            if name not in BY_DAY:
                known = ", ".join([*columns.dimensions, *derived_names()])
                raise UnknownNameError("dimension-unknown", name, known=known)
            self._by_day[name] = _ByDay(BY_DAY[name])
        self._limits = np.zeros(1, np.int32)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns that the kernel looks at; a row with something doubtful may need all that are mapped."""
        wanted = [moments.column for moments in self._moments.values()]
        wanted += [texts.column for texts in self._texts.values()]
        wanted += [
            column for column in (self.columns.status, self.columns.part_of) if column is not None
        ]
        return tuple(dict.fromkeys(wanted))

    def _text_of(self, text: str) -> str:
        text = text.strip()
        return "" if text in self.columns.missing else unicodedata.normalize("NFC", text)

    def _status_reader(self, statuses: Mapping[str, RegisterStatus]) -> Callable[[str], int]:
        def read(text: str) -> int:
            word = self._text_of(text)
            if not word:
                return 0
            status = statuses.get(word)
            return DOUBT if status is None else STATUSES.index(status)

        return read

    def _value_reader(
        self, values: _Values, mapped: Mapping[str, str] | None
    ) -> Callable[[str], int]:
        def read(text: str) -> int:
            value: str | None = self._text_of(text) or None
            if value is not None and mapped is not None:
                value = mapped.get(value)
                if value is None:
                    return DOUBT
            return values.place(value)

        return read

    # -- the fast lane ---------------------------------------------------------------------------------------------

    def take(self, batch: pl.DataFrame, lines: Lines) -> None:
        """Count a batch: columns of texts, or of Arrow's dates and times."""
        self.rows += batch.height
        for start in range(0, batch.height, BATCH):
            piece = batch if batch.height <= BATCH else batch.slice(start, BATCH)
            self._take(piece, lambda row, start=start: lines(start + row))  # type: ignore[misc]

    def _take(self, batch: pl.DataFrame, lines: Lines) -> None:
        height = batch.height
        if not height:
            return
        expressions: list[pl.Expr] = []
        texts = {**self._texts, **({"status": self._status} if self._status is not None else {})}
        for name, column in texts.items():
            expressions.append(column.words.expression(pl.col(column.column)).alias(f"{name} word"))
        for what, moments in self._moments.items():
            kind = batch.schema[moments.column]
            if kind == pl.String:
                moments.look(batch[moments.column])
            expressions += moments.expressions(kind, what)
        found = batch.select(expressions)

        doubt = np.zeros(height, np.bool_)
        days: dict[str, Days] = {}
        timed: dict[str, Bits | bool] = {}
        for what, moments in self._moments.items():
            days[what], timed[what] = moments.days(batch, found, what)
            doubt |= days[what] == DOUBT
        codes: dict[str, npt.NDArray[np.int32]] = {}
        for name, column in texts.items():
            given = batch[column.column]
            codes[name] = column.words.numbers(
                lambda given=given: given, given.null_count(), found[f"{name} word"]
            )  # type: ignore[misc]
            if name == "status" or name in self.columns.values:
                doubt |= codes[name] == DOUBT
            elif (lost := codes[name] == DOUBT).any():  # too many different texts
                doubt |= lost
        received, finished = days["received"], days.get("finished")
        doubt |= received == MISSING
        if finished is not None:
            doubt |= self._before(batch, received, finished, timed)
        due, overflow = self._due(days.get("due"), received, codes, doubt)
        doubt |= overflow
        doubt |= self._ambiguous(days, due, timed)
        gone = self._not_current(days) if "recorded" in days or "superseded" in days else None
        linked = (
            None if self.columns.part_of is None else self._is_linked(batch[self.columns.part_of])
        )
        self._judge(received, finished, due, codes, doubt=doubt, other_versions=gone, linked=linked)
        if doubt.any():
            self._take_slowly(batch, np.flatnonzero(doubt), lines)

    def _before(
        self, batch: pl.DataFrame, received: Days, finished: Days, timed: Mapping[str, Bits | bool]
    ) -> Bits:
        """Which rows end before they are received, or might."""
        before: Bits = finished < received
        one, other = timed["received"], timed["finished"]
        if one is False or other is False:
            return before
        same = np.flatnonzero((finished == received) & one & other)
        if len(same):
            first, last = self._moments["received"], self._moments["finished"]
            starts, ends = batch[first.column], batch[last.column]
            if starts.dtype == ends.dtype and (
                starts.dtype != pl.String or first.timed_layout == last.timed_layout
            ):
                places = pl.Series(same)
                before[same] = (ends.gather(places) < starts.gather(places)).to_numpy()
            else:
                before[same] = True  # two layouts: the row must say
        return before

    def _due(
        self,
        stated: Days | None,
        received: Days,
        codes: Mapping[str, npt.NDArray[np.int32]],
        doubt: Bits,
    ) -> tuple[Days | None, Bits | bool]:
        """The due dates, with those that the terms give; and where the calendar does not reach."""
        terms = self._terms
        if terms is None:
            return stated, False
        due = np.full(len(received), MISSING, np.int32) if stated is None else stated
        if terms.dimension not in codes:
            return due, False
        names = self._values[terms.dimension].names
        if len(self._limits) <= len(names):
            more = [terms.by_value.get(name, 0) for name in names[len(self._limits) - 1 :]]
            self._limits = np.concatenate([self._limits, np.array(more, np.int32)])
        everywhere = stated is None and not doubt.any()
        limits = self._limits.take(codes[terms.dimension], mode="clip")
        table = DayTable.of(terms.calendar)
        if everywhere and limits.all():
            out = np.empty(len(received), np.int32)
            lost = table.add(received, limits, out)
            return out, False if lost is None else lost
        places = np.flatnonzero((due == MISSING) & (limits > 0) & ~doubt)
        if stated is not None:
            due = due.copy()
        overflow = np.zeros(len(received), np.bool_)
        if len(places):
            out = np.empty(len(places), np.int32)
            lost = table.add(received.take(places), limits.take(places), out)
            due[places] = out
            if lost is not None:
                overflow[places] = lost
        return due, overflow

    def _ambiguous(
        self, days: Mapping[str, Days], due: Days | None, timed: Mapping[str, Bits | bool]
    ) -> Bits | bool:
        """Where a time of day decides."""
        doubt: Bits | bool = False
        if (
            self.question.compare is Precision.TIMESTAMP
            and due is not None
            and timed.get("due") is not False
        ):
            on_the_day = due == day_number(self.question.as_of)
            if "finished" in days:
                on_the_day |= due == days["finished"]
            doubt = on_the_day & (due != MISSING) & timed.get("due", False)
        if isinstance(self.question.known_at, datetime):
            known = day_number(self.question.known_at.date())
            for what in ("recorded", "superseded"):
                if what in days:
                    # Where zones differ a day more or less does not say which came first.
                    doubt = doubt | (np.abs(days[what] - np.int32(known)) <= 1)
        return doubt

    def _judge(
        self,
        received: Any,
        finished: Any,
        due: Any,
        codes: Mapping[str, Any],
        *,
        doubt: Bits,
        other_versions: Bits | None = None,
        linked: Bits | None = None,
        base: int = 0,
        missing: int = MISSING,
    ) -> None:
        """Count the rows that are not in doubt, and mark those that turn out to be.

        Args:
            received: days since `base`; likewise `finished` and `due`, where `missing` stands for none.
            finished: None if there is no such column; likewise `due`.
            due: see there.
            codes: numbers of dimensions and of the status.
            doubt: what the slow lane takes; more is added.
            other_versions: rows that the register does not say at the moment of knowledge.
            linked: rows that are linked steps.
            base: a day.
            missing: a day after all days.
        """
        question = self.question
        as_of = day_number(question.as_of) - base
        place = self._places(finished, due, codes.get("status"), len(received), as_of, missing)
        doubt |= place == _SLOW
        out: list[Bits] = []  # rows that no cell counts, in the order in which the object path asks
        if other_versions is not None:
            out.append(other_versions)
            self._other_versions += int(np.count_nonzero(other_versions & ~doubt))
        if linked is not None:
            for gone in out:
                linked &= ~gone
            out.append(linked)
            self._linked += int(np.count_nonzero(linked & ~doubt))
        later = received > as_of
        if later.any():
            for gone in out:
                later &= ~gone
            out.append(later)
            self._later += int(np.count_nonzero(later & ~doubt))
        entry: npt.NDArray[np.uint8] | None = None
        if question.since is not None:
            since = day_number(question.since) - base
            entry = (received < since).view(np.uint8)
            if finished is not None:
                earlier = (received < since) & (finished < since) & _CLOSED.take(place, mode="clip")
                for gone in out:
                    earlier &= ~gone
                out.append(earlier)
                self._earlier += int(np.count_nonzero(earlier & ~doubt))
        gone = doubt.copy() if out else doubt
        for each in out:
            gone |= each
        parts: list[npt.NDArray[Any]] = []
        sizes: list[int] = []
        keep = None if not gone.any() else np.flatnonzero(~gone)
        if keep is not None:
            received, place = received.take(keep), place.take(keep)
            entry = None if entry is None else entry.take(keep)
        status = codes.get("status")
        for name in question.dimensions:
            if name in self._texts:
                parts.append(codes[name] if keep is None else codes[name].take(keep))
                sizes.append(len(self._values[name].names) + 1)
            elif name in self._by_day:
                parts.append(self._by_day[name].codes(received, base))
                sizes.append(len(self._by_day[name].values.names) + 1)
            else:
                stands = np.zeros(len(place), np.int32) if status is None else status
                stands = stands if keep is None or status is None else stands.take(keep)
                parts.append(
                    _OUTCOMES.take(place.astype(np.int32) * len(STATUSES) + stands, mode="clip")
                )
                sizes.append(len(_OUTCOME_NAMES) + 1)
        parts.append(np.zeros(len(place), np.uint8) if entry is None else entry)
        parts.append(place)
        self._store.add(parts, [*sizes, 2 if entry is not None else 1, CLASSES])

    @staticmethod
    def _places(
        finished: Any, due: Any, status: Any, height: int, as_of: int, missing: int
    ) -> npt.NDArray[np.uint8]:
        if finished is None:
            end = np.full(height, 4, np.uint8)
        else:
            if due is None:
                end = np.zeros(height, np.uint8)
            else:
                end = (finished >= due).view(np.uint8)
                end += (finished > due).view(np.uint8)
            end[finished > as_of] = 3
            end[finished == missing] = 4
        end *= 3
        if due is not None:
            end += (due != missing).view(np.uint8)
            end += ((due >= as_of) & (due != missing)).view(np.uint8)
        if status is None:
            return _TABLE[:, :, 0].ravel().take(end, mode="clip")
        end *= len(STATUSES)
        np.add(end, status, out=end, casting="unsafe")
        return _TABLE.ravel().take(end, mode="clip")

    def _not_current(self, days: Mapping[str, Days]) -> Bits:
        known_at = self.question.known_at
        recorded, superseded = days.get("recorded"), days.get("superseded")
        height = len(days["received"])
        if known_at is None:
            return np.zeros(height, np.bool_) if superseded is None else superseded != MISSING
        known = day_number(known_at.date() if isinstance(known_at, datetime) else known_at)
        gone = np.zeros(height, np.bool_)
        if recorded is not None:
            gone |= (recorded != MISSING) & (recorded > known)
        if superseded is not None:
            gone |= superseded <= known
        return gone

    def _is_linked(self, part_of: pl.Series) -> Bits | None:
        if part_of.null_count() == len(part_of):
            return None
        there = (part_of.is_not_null() & (part_of != "")).fill_null(value=False).to_numpy()
        places = np.flatnonzero(there)
        texts = part_of.gather(pl.Series(places)).to_list()
        linked = np.zeros(len(part_of), np.bool_)
        linked[places] = [bool(self._text_of(str(text))) for text in texts]
        return linked

    # -- the slow lane ---------------------------------------------------------------------------------------------

    def take_rows(self, rows: Iterator[Row | Finding]) -> None:
        """Count rows by the object path."""
        for row in rows:
            self.rows += 1
            self.slow_rows += 1
            if isinstance(row, Finding):
                self._slow.take(row)
            else:
                self._slow.take_all(self._read_row(row))

    def _take_slowly(self, batch: pl.DataFrame, places: npt.NDArray[Any], lines: Lines) -> None:
        self.slow_rows += len(places)
        chosen = batch[places.tolist()]
        moments = {column.column for column in self._moments.values()}
        typed = any(batch.schema[name] != pl.String for name in moments)
        read = self._read_iso if typed else self._read_row
        for place, cells in zip(places.tolist(), chosen.iter_rows(named=True), strict=True):
            if typed:
                cells = {  # noqa: PLW2901 - the same cells, as text
                    name: self._iso(cell) if name in moments else cell
                    for name, cell in cells.items()
                }
            self._slow.take_all(read(Row(lines(place), cells)))

    def _iso(self, cell: Any) -> Any:
        """A moment as the reader of ISO texts wants it, where columns of texts and of dates stand side by side."""
        if isinstance(cell, date):
            return cell.isoformat()
        if (
            self.columns.dates is DateStyle.ISO
            or not isinstance(cell, str)
            or not self._text_of(cell)
        ):
            return cell
        parsed = moment_parser(self.columns.dates, local_zone(self.columns.timezone))(cell.strip())
        return f"not {self.columns.dates.value}: {cell}" if parsed is None else parsed.isoformat()

    # -- the end ---------------------------------------------------------------------------------------------------

    def frame(self) -> TallyFrame:
        """Return what was counted."""
        width = len(self.question.dimensions)
        names: list[Sequence[str]] = []
        for name in self.question.dimensions:
            values = self._values.get(name) or (
                self._by_day[name].values if name in self._by_day else None
            )
            names.append(_OUTCOME_NAMES if values is None else values.names)
        head = evolve(
            self.question,
            later=self._later,
            earlier=self._earlier,
            linked=self._linked,
            other_versions=self._other_versions,
        )
        cells = self._store.cells(width + 2)
        fast = TallyFrame.of(head, cells, names, ordered=self._store.ordered)
        slow = self._slow.values.tally()
        return fast if slow == self.question else fast.merge(TallyFrame.from_tally(slow))


_OUTCOME_NAMES: Final = (
    "result",
    "declined",
    "withdrawn",
    "stopped",
    "refused",
    "pending",
    "waiting",
)


def _outcomes() -> npt.NDArray[np.int32]:
    """PeriodState and status -> value of the dimension `outcome`."""
    named = {
        _D.WITHDRAWN: "withdrawn", _D.STOPPED: "stopped", _D.REFUSED: "refused", _D.WAITING: "waiting",
        **dict.fromkeys(list(PeriodState)[6:10], "pending"),
    }  # fmt: skip
    return np.array(
        [
            _OUTCOME_NAMES.index(
                named.get(state, "declined" if status is _S.DECLINED else "result")
            )
            + 1
            for state in PeriodState
            for status in STATUSES
        ],
        np.int32,
    )


_OUTCOMES: Final = _outcomes()
