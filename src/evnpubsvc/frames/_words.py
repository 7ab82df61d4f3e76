"""Texts of a column as numbers.

Each different text is read once, by the rules of the object path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from evnpubsvc.frames._byte_table import (
    UNKNOWN,
    ByteTable,
    Numbers,
    first_of_each,
    keys_of,
)
from evnpubsvc.frames._bytes import SPARE, ByteColumn

DOUBT: Final = -(1 << 31)
"""For a text that only the row as a whole can answer for: the object path takes the row."""
_MOST: Final = 1 << 21  # different texts that are kept; a column with more is none to count by
_MOST_IN_BYTES: Final = 1 << 16  # different texts that are looked up by their bytes
_TILE: Final = 1 << 13  # rows at once: their bytes stay in the cache
_FEW: Final = 1 << 10  # rows from which new texts are learnt first


class Words:
    """A dictionary that grows: text -> number, by `read`.

    The cast to the enumeration of the known texts is the look-up, and says which texts are new.
    Several threads may look up at once: numbers never change, and one thread learns at a time.
    """

    def __init__(self, read: Callable[[str], int]) -> None:
        self._read = read
        self._texts = [""]
        self._table: Numbers = np.array([read("")], np.int32)
        self.dtype = pl.Enum(self._texts)
        self._learning = Lock()

        # The same by bytes, for texts of so many words of eight bytes.
        self._tables: dict[int, ByteTable] = {}

    def expression(self, texts: pl.Expr) -> pl.Expr:
        """Return the look-up as an expression; unknown texts give null."""
        return texts.cast(self.dtype, strict=False)

    def numbers(self, texts: Callable[[], pl.Series], nulls: int, looked_up: pl.Series) -> Numbers:
        """Return the numbers of texts.

        Args:
            texts: gives the texts again, for the case that some are new.
            nulls: how many texts are missing.
            looked_up: what the expression gave.
        """
        if looked_up.null_count() > nulls:
            given = texts()
            self._learn(given.filter(looked_up.is_null() & given.is_not_null()).unique())
            looked_up = given.cast(self.dtype, strict=False)
        places = looked_up.to_physical()
        unknown = looked_up.null_count() > nulls
        if looked_up.null_count():
            found = self._table.take(places.fill_null(0).to_numpy(), mode="clip")
            if unknown:
                found[(looked_up.is_null() & texts().is_not_null()).to_numpy()] = DOUBT
            return found
        return self._table.take(places.to_numpy(), mode="clip")

    def _learn(self, met: pl.Series) -> None:
        with self._learning:
            # Another thread may have learnt some of them meanwhile.
            new: list[str] = met.filter(met.cast(self.dtype, strict=False).is_null()).to_list()
            new = new[: max(_MOST - len(self._texts), 0)]
            # The table first: whoever sees the enumeration finds all its numbers.
            self._table = np.concatenate(
                [self._table, np.array([self._read(text) for text in new], np.int32)]
            )
            self._texts += new
            self.dtype = pl.Enum(self._texts)

    # -- by their bytes ----------------------------------------------------------------------------

    def numbers_in(self, column: ByteColumn) -> Numbers:
        """Return the numbers of cells; those that are not there have the number of no text."""
        found = np.empty(len(column.starts), np.int32)
        for start in range(0, len(found), _TILE):
            rows = slice(start, start + _TILE)
            found[rows] = self._numbers_in_tile(column.part(rows))
        return found

    def _numbers_in_tile(self, column: ByteColumn) -> Numbers:
        widest = int(column.widths.max(initial=0))
        words = max((widest + 7) // 8, 1)
        table = self._tables.get(words) or ByteTable(words)

        # Long texts, and columns of many different ones, are looked up as texts.
        if widest > SPARE or table.number >= _MOST_IN_BYTES:
            given = column.texts()
            looked_up = given.cast(self.dtype, strict=False)
            return self.numbers(lambda: given, given.null_count(), looked_up)

        # New texts are learnt from the first rows that have one, then from more of them.
        keys = keys_of(column, words)
        found = table.find(keys)
        if column.widths.min(initial=1) < 1:
            found[column.widths < 1] = self._table[0]
        some = _FEW
        while len(unknown := np.flatnonzero(found == UNKNOWN)):
            table = self._learn_bytes(column, keys, unknown[:some])
            found[unknown] = table.find(keys[unknown])
            some <<= 3
        return found

    def _learn_bytes(
        self, column: ByteColumn, keys: npt.NDArray[np.uint64], rows: npt.NDArray[Any]
    ) -> ByteTable:
        """Return a table that knows the texts of some rows too."""
        words = keys.shape[1]
        with self._learning:
            # Another thread may have learnt some of them meanwhile.
            table = self._tables.get(words) or ByteTable(words)
            rows = rows[table.find(keys[rows]) == UNKNOWN]
            rows = rows[first_of_each(keys[rows])]
            numbers = [self._read(column.text(row) or "") for row in rows.tolist()]
            table = table.with_more(keys[rows], np.array(numbers, np.int32))
            self._tables[words] = table
        return table


class Values:
    """The values of a dimension, numbered as they come; 0 stands for None."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self._places = {name: number for number, name in enumerate(self.names, 1)}
        self._growing = Lock()

    def place(self, value: str | None) -> int:
        if value is None:
            return 0
        place = self._places.get(value)
        if place is not None:
            return place
        with self._growing:
            place = self._places.get(value)
            if place is None:
                self.names.append(value)
                place = self._places[value] = len(self.names)
            return place
