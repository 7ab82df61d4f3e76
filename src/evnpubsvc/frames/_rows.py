"""The rows of a register that comes in columns: those with some values, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evnpubsvc._validate import read_member
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.frames._coded import coded_files, coded_rows
from evnpubsvc.frames._columns import BatchReader, Bits, ReadBatch
from evnpubsvc.frames._feed import feed, is_paths
from evnpubsvc.frames._sources import FrameFormat, FrameSource, files_of
from evnpubsvc.frames._threads import threads_of
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.statistics import RegisterRow, Where
from evnpubsvc.statistics.engine import as_wheres


class _Finder(BatchReader):
    """A reader that keeps the rows with some values, each read by the object path."""

    def __init__(self, columns: RegisterColumns, asked: tuple[Where, ...]) -> None:
        super().__init__(columns, [each.dimension for each in asked], hours=False)
        self._asked = asked
        self.found: list[RegisterRow | Finding] = []

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns that are mapped: a row is wanted whole."""
        return tuple(dict.fromkeys(column for _, column in self.columns.mapped()))

    def weigh(self, batch: ReadBatch) -> Bits:
        """Return the rows whose values are asked for, or in doubt."""
        return self.rows_with(batch, self._asked) | batch.doubt

    def keep_row(self, row: RegisterRow | Finding) -> None:
        """Keep a row that has the values, and every finding."""
        if isinstance(row, Finding) or self.row_has(row, self._asked):
            self.found.append(row)

    def begin_source(self) -> None:
        """Lines are numbered anew; nothing here depends on them."""


def read_rows(
    source: FrameSource,
    columns: RegisterColumns | None,
    *,
    where: Mapping[str, str | Iterable[str]],
    file_format: FrameFormat | str | None = None,
    threads: int | None = None,
) -> tuple[RegisterRow | Finding, ...]:
    r"""Read the dossiers of a register with some values, as `serde.read_register` reads them.

    Rows with other values are passed over on columns, many times as fast as one by one. What is
    read is kept in memory: ask for a unit, not for the whole register.

    Args:
        source: as for `tally_frame`; a packed register (`write_coded`) too.
        columns: how the register is laid out; a packed register knows it.
        where: dimension -> the value, or the values, that are asked for.
        file_format: as for `tally_frame`.
        threads: as for `tally_frame`.

    Returns:
        Rows in the order of the register, and findings where it cannot be said whether a row has
        the values. The rows of a packed register have days instead of instants.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `coded-without-codes` for a packed register without the codes of dossiers;
            `register-columns-needed` for another one without `columns`.
        DataError: as `tally_frame`.

    >>> import io
    >>> register = b"received,code,unit\n2022-12-01,H-1,A\n2022-12-02,H-2,B\n"
    >>> layout = RegisterColumns(code="code", dimensions={"unit": "unit"})
    >>> [row.code for row in read_rows(io.BytesIO(register), layout, where={"unit": "B"})]
    ['H-2']
    """
    asked = as_wheres(where)
    shape = None if file_format is None else read_member(FrameFormat, file_format)

    # Packed registers are read as they are.
    if is_paths(source):
        coded = coded_files(files_of(source), shape)
        if coded is not None:
            return tuple(
                row
                for path, head in zip(*coded, strict=True)
                for row in coded_rows(path, head, asked)
            )
    if columns is None:
        raise MisuseError("register-columns-needed")
    for each in asked:
        if each.dimension not in columns.dimensions:
            known = tuple(columns.dimensions)
            raise UnknownNameError("dimension-unknown", each.dimension, known=known)
    reader = feed(
        source,
        lambda _: _Finder(columns, asked),
        file_format=shape,
        progress=None,
        threads=threads_of(threads),
    )
    return tuple(reader.found)
