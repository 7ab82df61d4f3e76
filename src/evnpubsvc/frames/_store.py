"""Counting by one packed integer a dossier.

Sorted and cut into runs, or added up in place where cells are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from threading import Lock
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Codes: TypeAlias = "npt.NDArray[Any]"
Cells: TypeAlias = "tuple[list[npt.NDArray[Any]], npt.NDArray[Any]]"
"""The parts of each different key, and how often it occurs."""

_FEW: Final = 1 << 20  # keys that are counted in place
_MOST: Final = 1 << 63


def key_type(sizes: Sequence[int]) -> type[np.uint32 | np.uint64] | None:
    """Return the narrowest integer that holds every key of parts with so many values each.

    The result is None if no integer does.
    """
    product = prod(sizes)
    if product <= 1 << 32:
        return np.uint32
    if product <= _MOST:
        return np.uint64
    return None


def packed(parts: Sequence[Codes], sizes: Sequence[int]) -> Codes:
    """Return one integer a row. Every part lies in `range(size)`; the caller has seen to it."""
    kind = key_type(sizes)
    assert kind is not None
    key = np.empty(len(parts[0]), kind)
    for index, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        natural = (
            part.view(np.uint32) if part.dtype == np.int32 else part
        )  # signed and unsigned would meet in floats
        if index:
            key *= kind(size)
            if size > 1:
                key += natural
        else:
            key[:] = natural
    return key


def unpacked(keys: Codes, sizes: Sequence[int]) -> list[Codes]:
    """Return the parts of keys, each in the narrowest integer."""
    parts: list[Codes] = []
    for size in reversed(sizes[1:]):
        if size == 1:
            parts.append(np.zeros(len(keys), np.uint8))
            continue
        over = keys // keys.dtype.type(size)
        parts.append((keys - over * keys.dtype.type(size)).astype(narrowest(size)))
        keys = over
    parts.append(keys.astype(narrowest(sizes[0])))
    return parts[::-1]


def narrowest(size: int) -> type[np.uint8 | np.uint16 | np.uint32]:
    """Return the narrowest integer for numbers below a size."""
    if size <= 1 << 8:
        return np.uint8
    if size <= 1 << 16:
        return np.uint16
    return np.uint32


def runs(holder: list[Codes]) -> tuple[Codes, Codes]:
    """Sort the keys of the list in place, take them out, return the different ones with counts.

    The ends of the runs are found by a mask of bytes: differences of the keys would need four to
    eight times the memory, and fresh memory is what costs time here. So does memory kept longer
    than needed: hence the list.
    """
    keys = holder.pop()
    if not len(keys):
        return keys, np.zeros(0, np.uint32)
    total = len(keys)
    keys.sort()
    starts = np.empty(total, np.bool_)
    starts[0] = True
    np.not_equal(keys[1:], keys[:-1], out=starts[1:])
    narrow = np.uint32 if total < 1 << 32 else np.uint64
    edges: npt.NDArray[Any] = np.flatnonzero(starts).astype(narrow)
    del starts
    keys = keys.take(edges)
    counts = np.empty_like(edges)
    np.subtract(edges[1:], edges[:-1], out=counts[:-1])
    counts[-1] = total - int(edges[-1])
    return keys, counts


def counted(parts: list[Codes], counts: Codes, sizes: Sequence[int]) -> Cells:
    """Add up counts of equal keys; the result is sorted by the parts in their order.

    The list of parts is used up.
    """
    if key_type(sizes) is None:
        return _wide(parts, counts)
    keys = packed(parts, sizes)
    parts.clear()
    if keys.dtype == np.uint32 and len(counts) and int(counts.max()) < 1 << 32:
        # Key and count in one integer: sorting those is many times faster than sorting places.
        pairs = keys.astype(np.uint64)
        del keys
        pairs <<= np.uint64(32)
        pairs |= counts if counts.dtype == np.uint32 else counts.astype(np.uint64)
        del counts
        pairs.sort()
        counts = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
        pairs >>= np.uint64(32)
        keys = pairs.astype(np.uint32)
        del pairs
    else:
        order = np.argsort(keys)
        keys, counts = keys.take(order), counts.take(order).astype(np.int64)
    starts = np.empty(len(keys), np.bool_)
    starts[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=starts[1:])
    if not starts.all():
        edges = np.flatnonzero(starts)
        keys, counts = keys.take(edges), np.add.reduceat(counts, edges)
    return unpacked(keys, sizes), counts


def _wide(parts: Sequence[Codes], counts: Codes) -> Cells:
    """The same where no integer is wide enough for a key."""
    names = [f"p{i}" for i in range(len(parts))]
    frame = pl.DataFrame({**dict(zip(names, parts, strict=True)), "n": counts})
    frame = frame.group_by(names).agg(pl.col("n").sum()).sort(names)
    return [frame[name].to_numpy() for name in names], frame["n"].to_numpy().astype(np.int64)


class Store:
    """Keys under way, which several threads may add.

    Args:
        pending: how many keys may wait before they are counted, which bounds the memory.
    """

    def __init__(self, pending: int = 1 << 24) -> None:
        self._most = max(pending, 1 << 12)
        self._adding = Lock()
        self._seen: tuple[int, ...] = ()  # the sizes that were asked for so far
        self._sizes: tuple[int, ...] = ()  # the same with room
        self._buffer: Codes | None = (
            None  # keys that wait; memory that is not yet written to costs nothing
        )
        self._waiting = 0
        self._few: npt.NDArray[np.int64] | None = None
        self._cells: list[Cells] = []
        self._merged = 0
        self.ordered = False  # what `cells` gave is sorted by the parts, and no key occurs twice

    def add(self, parts: Sequence[Codes], sizes: Sequence[int]) -> None:
        """Count rows by their parts; `sizes` may grow from call to call."""
        if not len(parts[0]):
            return
        with self._adding:
            roomy = self._grow(sizes)

        # Keys are made by all threads at once, and kept by one at a time.
        if key_type(roomy) is None:
            wide = _wide(parts, np.ones(len(parts[0]), np.int64))
            with self._adding:
                self._cells.append(wide)
            return
        keys = packed(parts, roomy)
        with self._adding:
            if self._sizes == roomy:
                self._keep(keys)
            elif key_type(self._sizes) is not None:  # grown meanwhile
                self._keep(packed(parts, self._sizes))
            else:
                self._cells.append(_wide(parts, np.ones(len(parts[0]), np.int64)))

    def _grow(self, sizes: Sequence[int]) -> tuple[int, ...]:
        """Make room for parts of these sizes; return the sizes that keys have now."""
        enough = len(sizes) == len(self._sizes)
        if enough and all(a <= b for a, b in zip(sizes, self._sizes, strict=True)):
            return self._sizes
        self._flush()
        if enough:
            self._seen = tuple(map(max, sizes, self._seen))
        else:
            self._seen = tuple(sizes)
        self._sizes = self._roomy(self._seen)
        self._few = None
        if self._are_few(self._sizes):
            self._few = np.zeros(prod(self._sizes), np.int64)
        return self._sizes

    def _keep(self, keys: Codes) -> None:
        """Count keys in place, or let them wait."""
        if self._few is not None:
            np.add.at(self._few, keys, 1)
            return
        rows = len(keys)
        if self._buffer is None or self._waiting + rows > len(self._buffer):
            self._flush()
            self._buffer = np.empty(max(self._most, rows), keys.dtype)
        self._buffer[self._waiting : self._waiting + rows] = keys
        self._waiting += rows

    def _roomy(self, sizes: Sequence[int]) -> tuple[int, ...]:
        """Leave room for values still to come, where that costs no wider key and no sorting.

        New sizes mean new keys.
        """
        for slack in (2, 8):
            roomy = tuple(size if size <= 2 else size + size // slack for size in sizes)
            same_key = key_type(roomy) == key_type(sizes)
            if same_key and self._are_few(roomy) == self._are_few(sizes):
                return roomy
        return tuple(sizes)

    def _are_few(self, sizes: Sequence[int]) -> bool:
        """Return whether keys of parts with so many values each are counted in place."""
        return prod(sizes) <= min(_FEW, self._most)

    def _flush(self) -> None:
        if self._few is not None:
            places = np.flatnonzero(self._few)
            keys: Codes = places.astype(np.uint32)
            self._cells.append((unpacked(keys, self._sizes), self._few.take(places)))
            self._few = None
        if self._buffer is not None:
            waiting = [self._buffer[: self._waiting]]
            self._buffer, self._waiting = None, 0
            self._count(waiting)

    def _count(self, waiting: list[Codes]) -> None:
        keys, counts = runs(waiting)
        self._cells.append((unpacked(keys, self._sizes), counts))
        held = sum(len(counts) for _, counts in self._cells)
        if len(self._cells) > 1 and held > max(
            2 * self._merged, self._most
        ):  # the same cells over and over
            parts, counts = self.cells_so_far(len(self._sizes))
            self._cells = [counted(parts, counts, self._sizes)]
            self._merged = len(self._cells[0][1])

    def cells(self, width: int) -> Cells:
        """Return all that was counted, and forget it; keys may occur more than once."""
        self._flush()
        return self.cells_so_far(width)

    def cells_so_far(self, width: int) -> Cells:
        """Return what was counted, without the keys that still wait, and forget it."""
        if not self._cells:
            return [np.zeros(0, np.int32) for _ in range(width)], np.zeros(0, np.int64)
        self.ordered = len(self._cells) == 1
        if self.ordered:
            return self._cells.pop()
        cells, self._cells = self._cells, []
        parts = [np.concatenate([each[0][i] for each in cells]) for i in range(width)]
        return parts, np.concatenate([each[1] for each in cells])
