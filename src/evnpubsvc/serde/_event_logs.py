"""Foreign event logs: CSV with case, activity and time, and a mapping, into dossiers.

No row is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from evnpubsvc._files import Source
from evnpubsvc.dossiers import Dossier
from evnpubsvc.findings import Finding
from evnpubsvc.serde._event_cases import CaseReader
from evnpubsvc.serde._log_columns import LogColumns
from evnpubsvc.serde._quick_rows import QuickRows
from evnpubsvc.serde._shapes import Table, named_rows
from evnpubsvc.serde._tables import Row
from evnpubsvc.serde._words import plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.serde._xes import xes_events


def read_event_log(
    source: Source,
    columns: LogColumns,
    *,
    progress: Callable[[int], None] | None = None,
    max_bytes: int | None = None,
) -> Iterator[Dossier | Finding]:
    r"""Read a foreign event log into dossiers.

    Args:
        source: a path, or a binary stream; UTF-8 with or without byte-order mark, with a header
            line.
        columns: how the log is laid out.
        progress: called with the number of rows so far, every 10,000 rows.
        max_bytes: the most bytes that the file may have, and all parts of a workbook when they are
            unpacked: for what strangers upload. None for the bounds of the library alone.

    Yields:
        First the findings of rows, in the order of the file: violations for a row that cannot be
        read, notices for what could not be interpreted and is kept as text. Then the dossiers, in
        the order of their first row, each with its events in the order of the file.

    Raises:
        MisuseError: `timezone-unknown`.
        DataError: `file-unreadable`; `file-too-large` or `workbook-too-large`, before any dossier.

    >>> import io
    >>> from evnpubsvc.dossiers import EventKind
    >>> log = io.BytesIO(b"case,activity,timestamp,who\nA,register,2022-03-01 09:00,x\n")
    >>> [dossier] = read_event_log(log, LogColumns(activities={"register": EventKind.RECEIVED}))
    >>> dossier.status, dossier.events[0].attributes  # who it was is not asked for
    (Status.RECEIVED, ())
    """
    names = {plain_word(name) for name in (columns.case, columns.activity, columns.timestamp)}
    shape = columns.shape(
        lambda found: names <= set(map(plain_word, found)),
        columns.dates.value,
        columns.moments().values(),
    )
    with open_table(source, shape, max_bytes) as table:
        yield from table.notices
        reader = CaseReader(columns, is_writable=not table.typed)
        yield from _read(_table_rows(table, reader), reader, progress, is_table=True)


def read_xes_log(
    source: Source, columns: LogColumns, *, progress: Callable[[int], None] | None = None
) -> Iterator[Dossier | Finding]:
    r"""Read an XES log of another system into dossiers, with the mapping of event logs.

    Columns are the keys of events (`concept:name`, `time:timestamp`), and those of their trace
    after `case:` (`case:concept:name`), as process-mining tools name them in tables.

    Args:
        source: a path, or a binary stream.
        columns: how the log is laid out.
        progress: called with the number of events so far, every 10,000 events.

    Yields:
        As `read_event_log`; `log-not-xes` ends the reading.

    Raises:
        MisuseError: `timezone-unknown`.
        DataError: `file-unreadable`.

    >>> import io
    >>> from evnpubsvc.dossiers import EventKind
    >>> columns = LogColumns(
    ...     case="case:concept:name", activity="concept:name", timestamp="time:timestamp",
    ...     activities={"register": EventKind.RECEIVED},
    ... )
    >>> log = b'<log><trace><string key="concept:name" value="A"/><event>'
    >>> log += b'<string key="concept:name" value="register"/>'
    >>> log += b'<date key="time:timestamp" value="2022-03-01T09:00:00+07:00"/>'
    >>> log += b'</event></trace></log>'
    >>> [dossier] = read_xes_log(io.BytesIO(log), columns)
    >>> dossier.code, dossier.status
    ('A', Status.RECEIVED)
    """
    reader = CaseReader(columns, is_writable=True)
    yield from _read(_xes_rows(source, reader), reader, progress, is_table=False)


def _table_rows(table: Table, reader: CaseReader) -> Iterator[Row | Finding | None]:
    """Yield the rows of a table that are to be taken; None for one that was taken already."""
    if table.typed or reader.times:
        yield from named_rows(table)
        return
    quick, names = QuickRows(reader), tuple(table.header)
    for each in table.rows:
        if isinstance(each, Finding):
            yield each
            continue
        line, cells = each
        told = (*cells, "", None)
        if quick.take(names, told):
            yield None
            continue
        yield Row(line, dict(zip(names, cells, strict=True)))
        quick.learn(names, told)
    quick.finish()


def _xes_rows(source: Source, reader: CaseReader) -> Iterator[Row | Finding | None]:
    """Yield the events of a log that are to be taken; None for one that was taken already."""
    if reader.times:
        for each in xes_events(source):
            yield each if isinstance(each, Finding) else Row(each.line, each.cells())
        return
    quick = QuickRows(reader)
    for each in xes_events(source):
        if isinstance(each, Finding):
            yield each
            continue
        told = (*each.texts, "", None)
        if quick.take(each.names, told):
            yield None
            continue
        yield Row(each.line, each.cells())
        quick.learn(each.names, told)
    quick.finish()


def _read(
    rows: Iterable[Row | Finding | None],
    reader: CaseReader,
    progress: Callable[[int], None] | None,
    *,
    is_table: bool,
) -> Iterator[Dossier | Finding]:
    checked = not is_table
    for number, row in enumerate(rows):
        if progress is not None and number % 10_000 == 0:
            progress(number)
        if row is None:
            continue
        if isinstance(row, Finding):
            yield row
            continue
        named = Row(row.line, reader.rename(row.cells))
        if not checked:
            absent = list(reader.absent(named))
            yield from absent
            if absent:
                return
            checked = True
        yield from reader.take(named)
    yield from reader.report_unmapped()
    yield from reader.report_days()
    for case in reader.alike.values():
        yield from reader.dossier(case)
