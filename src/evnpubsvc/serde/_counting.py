"""Counting a register straight from its file, without extras.

A short way for the rows that most registers hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from operator import getitem, itemgetter
from typing import Any, Final, TypeVar, cast

from attrs import evolve
from cattrs import Converter

from evnpubsvc._files import Source
from evnpubsvc._letters import is_writable
from evnpubsvc._moments import local_zone
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period
from evnpubsvc.serde._encodings import Encoding
from evnpubsvc.serde._registers import (
    ANY_DAY,
    EMPTY_HOUR,
    LOOKED_AT,
    MOST_TEXTS,
    DateStyle,
    Meanings,
    RegisterColumns,
    RegisterFormat,
    RowReader,
    joined_code,
    moment_parser,
    open_register,
    read_alone,
    read_register,
    settle_days,
    terms_of,
    value_reader,
)
from evnpubsvc.serde._shapes import Table
from evnpubsvc.serde._tables import Row
from evnpubsvc.statistics import LimitTerms, PeriodState, RegisterStatus, Tally, TallyCell
from evnpubsvc.statistics.engine import (
    BY_DAY,
    CLASSES,
    CLOSED,
    INDEX,
    WORKING_DAYS,
    Cells,
    LeftOut,
    LongKey,
    Repeats,
    RowCounter,
    as_compared,
    as_wheres,
    cell_of,
    is_compared,
    join_declared,
    narrowed,
    place_by_days,
    question_of,
    what_it_says,
    working_days,
)
from evnpubsvc.worktime import Calendar

_STATES: Final = tuple(PeriodState)
_CLOSED: Final = frozenset(INDEX[state] for state in CLOSED)
# How long a day is written, and what may follow it without moving it: a local time of day.
_TIME: Final = re.compile("(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?")
_COMPACT_TIME: Final = re.compile("(?:(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9])?")
_STYLES: Final = {
    DateStyle.ISO: (10, _TIME),
    DateStyle.DMY: (10, _TIME),
    DateStyle.MDY: (10, _TIME),
    DateStyle.SERIAL: (5, re.compile("")),
    DateStyle.COMPACT: (8, _COMPACT_TIME),
}
_OF_A_CELL: Final = frozenset({"key", "new", "carried"})
_WHOLE: Final = frozenset({int})
_TEXT_OR_NONE: Final = frozenset({str, type(None)})
_T = TypeVar("_T")


def encodings(converter: Converter) -> tuple[Encoding, ...]:
    """Return how the cells of tallies are encoded: as a list."""
    cells: Any = tuple[TallyCell, ...]

    def read(value: Any, _: object) -> Cells:
        quickly = _read_cells(value)
        if quickly is None:
            return Cells(converter.structure(value, cells))
        return Cells(quickly)

    return (
        Encoding(
            Cells,
            lambda _, describe: describe(cells),
            read,
            lambda given: converter.unstructure(tuple(given), unstructure_as=cells),
        ),
    )


def _read_cells(value: object) -> list[TallyCell] | None:
    """Return cells that are written as `to_json` writes them, in a fraction of the time.

    The result is None where one of them is not: the converter says what is wrong, or reads it.
    """
    if not isinstance(value, list):
        return None
    read: list[TallyCell] = []
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    texts: set[str | None] = {None}  # which a cell may hold
    for each in cast("list[object]", value):
        if not isinstance(each, dict):
            return None
        cell = cast("dict[str, Any]", each)
        if cell.keys() != _OF_A_CELL or not isinstance(cell["key"], list):
            return None
        if not (_are_counts(cell["new"]) and _are_counts(cell["carried"])):
            return None
        key = cast("list[str | None]", cell["key"])
        for text in key:
            if type(text) not in _TEXT_OR_NONE or not (text in texts or is_writable(text or "")):
                return None
            texts.add(text)
        counts: list[int] = [*cell["new"], *cell["carried"]]
        read.append(cell_of(tuple(key), counts, shared))
    return read


def _are_counts(value: object) -> bool:
    """Whether these are the numbers of a cell: as many as there are states, zero or more."""
    if not isinstance(value, list):
        return False
    numbers = cast("list[int]", value)
    return len(numbers) == CLASSES and set(map(type, numbers)) <= _WHOLE and min(numbers) >= 0


def tally_register(
    source: Source,
    columns: RegisterColumns,
    *,
    by: str | Sequence[str],
    where: Mapping[str, str | Iterable[str]] | None = None,
    as_of: date | datetime | None = None,
    period: Period | None = None,
    compare: Precision | str,
    known_at: date | datetime | None = None,
    terms: LimitTerms | None = None,
    calendar: Calendar | None = None,
    file_format: RegisterFormat = RegisterFormat.CSV,
    on_finding: Callable[[Finding], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Tally:
    r"""Count the dossiers of a register file.

    What `tally(read_register(...), ...)` gives, several times as fast.

    Dates and codes are compared as the texts that they are; a row that is out of the ordinary in
    any way is read in full. Memory grows with the cells.

    Args:
        source: a path, or a binary stream that the caller has opened.
        columns: how the register is laid out.
        by: as in `statistics.tally`, and so down to `calendar`.
        where: the values of dimensions that are asked for.
        as_of: day of judgement, inclusive, or an instant of it. Or:
        period: the period to count.
        compare: dates or instants, as `Precision.DATE` or `"date"`.
        known_at: count what the register said at this moment.
        terms: due dates for rows that have none; by default those of the mapping.
        calendar: working days, for the dimension `working_days` and limits of the mapping.
        file_format: CSV with a header line, or JSON Lines.
        on_finding: called with each finding.
        progress: called with the number of rows so far, every 10,000 rows.

    Raises:
        MisuseError: as `statistics.tally`; `terms-calendar`, `terms-twice-given`.
        MisuseError: `timezone-unknown`.
        DataError: as `read_register`.

    >>> import io
    >>> register = io.BytesIO(b"received,unit\n2022-12-15,20971\n2022-12-16 09:30,20971\n")
    >>> columns = RegisterColumns(dimensions={"unit": "unit"})
    >>> counted = tally_register(register, columns, by=["unit"], as_of=date(2022, 12, 31),
    ...     compare=Precision.DATE)
    >>> counted["20971"].received.value
    2
    """
    asked = as_wheres(where or {})
    terms = terms_of(columns.terms, terms, calendar, columns.one_spelling)
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
    repeats = Repeats()
    counter = RowCounter(question, terms, on_finding, calendar, repeats)
    if file_format is RegisterFormat.CSV:
        with open_register(source, columns) as whole:
            table, columns, days = _look_ahead(whole, columns)
            for found in (*table.notices, *days):
                counter.found(found)
            note = None if columns.code is None else _Codes(table.header, columns, repeats)
            must_read = terms is not None or bool(columns.dimension_with)
            _count(table, columns, question, counter, note, progress, calendar, must_read=must_read)
    else:
        counter.take_all(read_register(source, columns, file_format=file_format, progress=progress))
    counted, asked, joined = join_declared(counter.tally(), columns.one_spelling, asked)
    for found in joined:
        if on_finding is not None:
            on_finding(found)
    return narrowed(counted, by, asked)


def _look_ahead(
    table: Table, columns: RegisterColumns
) -> tuple[Table, RegisterColumns, tuple[Finding, ...]]:
    """Return a table as it was, and the layout after a look at its first rows."""
    first = list(islice(table.rows, LOOKED_AT))
    cells = (
        dict(zip(table.header, each[1], strict=True))
        for each in first
        if not isinstance(each, Finding)
    )
    return evolve(table, rows=chain(first, table.rows)), *settle_days(
        columns, cells, typed=table.typed
    )


class _Reading:
    """What the texts of a register mean, by the one reader of rows and the one rule of counting."""

    def __init__(self, columns: RegisterColumns) -> None:
        self.rows = RowReader(columns)
        self._parse = moment_parser(columns.dates, local_zone(columns.timezone))
        self._of_status = RowReader(
            RegisterColumns(
                status="status",
                finished="finished",
                statuses=columns.statuses,
                missing=columns.missing,
            )
        )
        self.width, self._time = _STYLES[columns.dates]
        self.days = Meanings(self._day)
        self.times = Meanings(self._is_time_of_day)
        self.statuses = Meanings(self._status)

    def has_watched_hour(self, received: str, due: str, finished: str) -> bool:
        """Return whether a column of days has an hour here that nobody was told of."""
        texts = {"received": received, "due": due, "finished": finished}
        return any(
            len(texts[what]) > self.width and EMPTY_HOUR.search(texts[what]) is None
            for what in self.rows.watched
        )

    def _day(self, text: str) -> date | bool:
        """The day that a text of the usual width is."""
        parsed = self._parse(text) if len(text) == self.width else None
        if parsed is not None and 1900 <= parsed.year < 2200:
            return parsed
        return False

    def _is_time_of_day(self, text: str) -> bool:
        """Whether what follows a day is nothing, or a local time of that day."""
        return self._time.fullmatch(text) is not None

    def _status(self, text: str) -> RegisterStatus | bool | None:
        row = read_alone(self._of_status, {"status": text, "finished": ANY_DAY})
        return False if isinstance(row, Finding) else row.status


class _Layout:
    """Where in a row stands what is counted.

    The row itself is the key: the values that follow from the day of receipt and the place of the
    state are appended to it, and one call takes the key out.
    """

    def __init__(self, header: list[str], columns: RegisterColumns, question: Tally) -> None:
        place = {name: index for index, name in enumerate(header)}

        def place_of(column: str | None) -> int | None:
            if column is None:
                return None
            return place[column]

        self.width = len(header)
        self.received = place[columns.received]
        self.due = place_of(columns.due)
        self.finished = place_of(columns.finished)
        self.status = place_of(columns.status)
        # A row that says something here is read in full.
        unusual = (
            columns.part_of,
            columns.recorded,
            columns.superseded,
            *columns.times.values(),
        )
        self.unusual = [place[column] for column in unusual if column is not None]
        derived = [name for name in question.dimensions if name not in columns.dimensions]
        self.derived = sorted(
            derived, key=WORKING_DAYS.__eq__
        )  # those that the receipt gives first
        keys = [
            place[columns.dimensions[name]]
            if name in columns.dimensions
            else self.width + self.derived.index(name)
            for name in question.dimensions
        ]
        self.key_of: Callable[[list[Any]], LongKey] = (
            itemgetter(*keys, self.width + len(self.derived)) if keys else _state_only
        )
        # A dimension that is not counted by can still reject a row: its values are mapped, and this
        # one is not.
        self.checked = {
            name: place[column]
            for name, column in columns.dimensions.items()
            if name in columns.values and name not in question.dimensions
        }


def _count(  # noqa: PLR0915 - one loop, where the time goes
    table: Table,
    columns: RegisterColumns,
    question: Tally,
    counter: RowCounter,
    codes: _Codes | None,
    progress: Callable[[int], None] | None,
    calendar: Calendar | None,
    *,
    must_read: bool,
) -> None:
    header, rows = table.header, table.rows
    reading = _Reading(columns)
    layout = _Layout(header, columns, question)
    days, times, statuses, width = reading.days, reading.times, reading.statuses, reading.width
    at_received, at_due, at_finished = layout.received, layout.due, layout.finished
    at_status, unusual, key_of = layout.status, layout.unusual, layout.key_of
    checked = [
        (place, Meanings(value_reader(columns, name))) for name, place in layout.checked.items()
    ]
    # What only rows as a whole can say: due dates by terms, dimensions that do not follow from the
    # day of receipt.
    must_read = must_read or any(name not in {*BY_DAY, WORKING_DAYS} for name in layout.derived)
    names_of = [Meanings(BY_DAY[name]) for name in layout.derived if name in BY_DAY]
    spans: Meanings | None = None
    if calendar is not None and WORKING_DAYS in layout.derived:
        spans = Meanings(partial(_span, calendar))
    as_of = question.as_of
    since = date.min if question.since is None else question.since
    by_instant = question.compare is Precision.TIMESTAMP
    keys = _Keys(question, columns)
    raw, left_out = keys.raw, counter.values.left_out

    def in_full(line: int, texts: list[str]) -> None:
        for each in reading.rows.read(Row(line, dict(zip(header, texts, strict=True)))):
            counter.take(each)

    for each in rows if progress is None else _shown(rows, progress):
        if isinstance(each, Finding):
            counter.found(each)
            continue
        line = each[0]
        texts: list[Any] = each[1]

        # The days, and the state that follows from them and from the status.
        text = texts[at_received]
        due_text = texts[at_due] if at_due is not None else ""
        if at_finished is not None:
            finished_text = texts[at_finished]
        else:
            finished_text = ""
        status_text = texts[at_status] if at_status is not None else ""
        received = days[text[:width]]
        due = days[due_text[:width]] if due_text else None
        finished = days[finished_text[:width]] if finished_text else None
        status = statuses[status_text]
        if must_read or not received or due is False or finished is False or status is False:
            in_full(line, texts)
            continue
        index = place_by_days(due, finished, status, as_of)
        if index is None:
            in_full(line, texts)
            continue
        if reading.rows.watched and reading.has_watched_hour(text, due_text, finished_text):
            in_full(line, texts)
            continue

        # Times of day: they must be such, and move nothing.
        if (
            (len(text) > width and not times[text[width:]])
            or (len(due_text) > width and not times[due_text[width:]])
            or (len(finished_text) > width and not times[finished_text[width:]])
        ):
            in_full(line, texts)
            continue

        # An end before the receipt is noticed, an earlier hour only where instants are compared.
        # Which of two hours comes first is seen only where both are written the same way.
        if finished is not None and finished <= received:
            if by_instant:
                start, end = (text[width:], finished_text[width:])
            else:
                start, end = ("", "")
            if finished < received or (start and end and (start[0] != end[0] or end < start)):
                in_full(line, texts)
                continue

        # An hour decides where instants are compared, on the due date and on the day of judgement.
        if by_instant and len(due_text) > width and due in (as_of, finished):
            in_full(line, texts)
            continue

        # So does the hour of whatever happens on the day of an instant of judgement.
        if question.at is not None and as_of in (received, finished, due):
            in_full(line, texts)
            continue

        # Linked steps, corrections, and values that are not mapped.
        if unusual and any(texts[place] for place in unusual):
            in_full(line, texts)
            continue
        if checked and any(meanings[texts[place]] is False for place, meanings in checked):
            in_full(line, texts)
            continue

        # The key, from the texts as they stand.
        place = index
        if received < since:
            index += CLASSES
        if names_of:
            texts += [names[received] for names in names_of]
        if spans is not None:
            span = spans[received, finished, place]
            if span is False:
                del texts[layout.width :]
                in_full(line, texts)
                continue
            texts.append(span)
        texts.append(index)
        key = key_of(texts)
        count = raw.get(key)
        if count is None:
            count = 0
            if not keys.admit(key):
                del texts[layout.width :]
                in_full(line, texts)
                continue
        if codes is not None:
            codes.note(texts, received, due, finished, status)
        if received > as_of:
            left_out[LeftOut.LATER] += 1
        elif received < since and place in _CLOSED and finished is not None and finished < since:
            left_out[LeftOut.EARLIER] += 1
        else:
            raw[key] = count + 1
    keys.add_to(counter)


def _span(calendar: Calendar, known: tuple[date, date | None, int]) -> str | bool | None:
    """The working days from a receipt to an end in a state.

    False where the row must say why not.
    """
    received, finished, place = known
    try:
        return working_days(received, finished, _STATES[place], calendar)
    except MisuseError:
        return False


class _Codes:
    """Notes the codes of rows that are counted from their texts."""

    def __init__(self, header: list[str], columns: RegisterColumns, repeats: Repeats) -> None:
        place = {name: index for index, name in enumerate(header)}
        assert columns.code is not None
        self._places = [place[column] for column in (columns.code, *columns.code_with)]
        self._place = self._places[0]
        self._is_joined = len(self._places) > 1
        self._missing = frozenset(("", *columns.missing))
        self._values = [place[column] for column in columns.dimensions.values()]
        self._meanings = [Meanings(value_reader(columns, name)) for name in columns.dimensions]
        self._take = repeats.take_compared

    def note(
        self,
        texts: list[Any],
        received: date,
        due: date | None,
        finished: date | None,
        status: RegisterStatus | None,
    ) -> None:
        """Note the code of a row, and what the row says."""
        code: str | None = texts[self._place]
        assert code is not None
        if self._is_joined or code in self._missing or not is_compared(code):
            code = joined_code([self._text(texts[place]) for place in self._places])
            if code is None:
                return
            code = as_compared(code)
        values = tuple(map(getitem, self._meanings, [texts[place] for place in self._values]))
        self._take(code, what_it_says(received, due, finished, status, values))

    def _text(self, text: str) -> str:
        text = text.strip()
        return "" if text in self._missing else text


class _Keys:
    """The numbers by keys of texts as they stand, and what those texts mean."""

    def __init__(self, question: Tally, columns: RegisterColumns) -> None:
        self.raw: dict[LongKey, int] = {}
        self._odd: dict[LongKey, LongKey] = {}  # keys of it that mean another key
        self._plain = set[str]()  # texts that mean themselves, in every dimension
        # Where nothing is mapped, a text means the same in every dimension.
        alike: dict[str | None, Meanings] = {}
        self._meanings: list[tuple[int, Meanings | None]] = []
        for index, name in enumerate(question.dimensions):
            mapped = name if name in columns.values else None
            if name in columns.dimensions and mapped not in alike:
                alike[mapped] = Meanings(value_reader(columns, name))
            self._meanings.append((index, alike[mapped] if name in columns.dimensions else None))
        self._distinct = tuple(alike.values())

    def admit(self, key: LongKey) -> bool:
        """Take note of what a new key means; False if the row must be read in full."""
        texts = key[:-1]
        if self._plain.issuperset(texts):
            return True
        meant = [key[i] if each is None else each[key[i]] for i, each in self._meanings]
        if False in meant:
            return False
        meant.append(key[-1])
        if tuple(meant) != key:
            self._odd[key] = tuple(meant)
        elif len(self._plain) < MOST_TEXTS:
            self._plain.update(
                text for text in texts if text is not None and self._means_itself(text)
            )
        return True

    def _means_itself(self, text: str) -> bool:
        return all(each[text] == text for each in self._distinct)

    def add_to(self, counter: RowCounter) -> None:
        """Add the numbers to a count, each under what its key means."""
        # First out, then in: what one text means can be what another says.
        raw = self.raw
        moved = [(meant, raw.pop(key)) for key, meant in self._odd.items() if key in raw]
        counts = counter.values.counts
        if not counts:
            counts = counter.values.counts = raw
        else:
            moved += raw.items()
        for long_key, number in moved:
            counts[long_key] = counts.get(long_key, 0) + number


def _shown(rows: Iterator[_T], progress: Callable[[int], None]) -> Iterator[_T]:
    for number, row in enumerate(rows):
        if number % 10_000 == 0:
            progress(number)
        yield row


def _state_only(texts: list[Any]) -> LongKey:
    return (texts[-1],)
