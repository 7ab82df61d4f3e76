"""Cells of a register as places in the bytes of its file.

Most cells of a register are one of a few texts. They need not become texts to be looked up: their
bytes are compared as integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import evolve

from evnpubsvc._records import frozen

Bytes: TypeAlias = "npt.NDArray[np.uint8]"
Places: TypeAlias = "npt.NDArray[np.int64]"
Part: TypeAlias = "slice | Places | npt.NDArray[np.bool_]"

SPARE: Final = 128
"""Bytes that stand behind the last line, so that each place has so many behind it."""
NONE: Final = -1
"""The width of a cell that is not there."""


def with_spare(data: bytes) -> Bytes:
    """Return bytes as an array, with spare ones behind them."""
    return np.frombuffer(data + b"\n" * SPARE, np.uint8)


def gathered(flat: Bytes, places: Places, width: int) -> Bytes:
    """Return so many bytes from each place on, a row for each."""
    if not width:
        return np.empty((len(places), 0), np.uint8)
    windows: npt.NDArray[Any] = np.ndarray(
        (len(flat) - width + 1,), np.dtype((np.void, width)), flat, strides=(1,)
    )
    return windows[places].view(np.uint8).reshape(len(places), width)


@frozen(eq=False)
class ByteColumn:
    """The cells of a column.

    Attributes:
        flat: the bytes in which they stand, with `SPARE` more behind them.
        starts: where each cell begins.
        widths: how many bytes it has; `NONE` for a cell that is not there.
        decode: the text that a cell stands for; None where it is written as it is.
    """

    flat: Bytes
    starts: Places
    widths: Places
    decode: Callable[[str], str] | None = None

    def part(self, rows: Part) -> ByteColumn:
        """Return some of the cells."""
        return evolve(self, starts=self.starts[rows], widths=self.widths[rows])

    def begun(self, width: int) -> ByteColumn:
        """Return the first bytes of each cell, as they are written."""
        return evolve(self, widths=np.minimum(self.widths, width), decode=None)

    def text(self, row: int) -> str | None:
        """Return what a cell says."""
        start, width = int(self.starts[row]), int(self.widths[row])
        if width < 0:
            return None
        written = self.flat[start : start + width].tobytes().decode("utf-8", "replace")
        return written if self.decode is None else self.decode(written)

    def texts(self) -> pl.Series:
        """Return what the cells say."""
        # Cells of one width are the rows of an array, which the engine takes as it is.
        order: list[Places] = [np.zeros(0, np.int64)]
        found: list[pl.Series] = [pl.Series(dtype=pl.String)]
        for width in np.unique(self.widths).tolist():
            rows = np.flatnonzero(self.widths == width)
            order.append(rows)
            if width > 0:
                found.append(_as_texts(gathered(self.flat, self.starts[rows], width)))
            else:
                text = "" if width == 0 else None
                found.append(pl.repeat(text, len(rows), dtype=pl.String, eager=True))
        back = np.argsort(np.concatenate(order))
        texts = pl.concat(found).gather(pl.Series(back))
        return texts if self.decode is None else _decoded(texts, self.decode)

    def equal(self, text: str) -> npt.NDArray[np.bool_]:
        """Return which cells are written as a text is."""
        sought = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
        same: npt.NDArray[np.bool_] = self.widths == len(sought)
        rows = np.flatnonzero(same)
        if len(rows) and len(sought):
            same[rows] = (gathered(self.flat, self.starts[rows], len(sought)) == sought).all(axis=1)
        return same


def joined(columns: Sequence[ByteColumn]) -> ByteColumn:
    """Return cells of the same bytes, all written in one way, in one column."""
    starts = np.concatenate([each.starts for each in columns])
    return evolve(
        columns[0], starts=starts, widths=np.concatenate([each.widths for each in columns])
    )


def _as_texts(cells: Bytes) -> pl.Series:
    """Return the rows of an array as texts."""
    written = pl.Series(cells).cast(pl.List(pl.UInt8)).cast(pl.Binary)
    try:
        return written.cast(pl.String)
    except pl.exceptions.PolarsError:  # cells that were cut within a letter
        return pl.Series([each.decode("utf-8", "replace") for each in written.to_list()])


def _decoded(texts: pl.Series, decode: Callable[[str], str]) -> pl.Series:
    """Return texts with the letters that their escapes stand for."""
    has = texts.str.contains("\\", literal=True).fill_null(value=False)
    if not has.any():
        return texts
    known = {text: decode(text) for text in texts.filter(has).unique().to_list()}
    return texts.replace(list(known), list(known.values()))


@frozen(eq=False)
class ByteRows:
    """Rows whose cells are places in bytes; texts are made of them where they are asked for."""

    columns: Mapping[str, ByteColumn]
    height: int

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The types of the columns: all are texts."""
        return dict.fromkeys(self.columns, pl.String())

    def __getitem__(self, name: str) -> pl.Series:
        return self.columns[name].texts()

    def slice(self, start: int, rows: int) -> ByteRows:
        """Return so many rows from one on."""
        end = min(start + rows, self.height)
        return self._part(slice(start, end), end - start)

    def at(self, places: Places, names: Iterable[str] | None = None) -> pl.DataFrame:
        """Return some rows as texts, and of their columns some or all."""
        return self._part(places, len(places)).select(self.columns if names is None else names)

    def select(self, names: Iterable[str]) -> pl.DataFrame:
        """Return some columns as texts."""
        return pl.DataFrame({name: self[name] for name in names})

    def _part(self, rows: Part, height: int) -> ByteRows:
        return ByteRows({name: each.part(rows) for name, each in self.columns.items()}, height)
