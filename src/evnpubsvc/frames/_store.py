"""Counting by one packed integer a dossier: sorted and cut into runs, or added up in place where there are few cells."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Cells", "Store", "counted", "packed", "unpacked"]

Codes: TypeAlias = "npt.NDArray[Any]"
Cells: TypeAlias = "tuple[list[npt.NDArray[np.int32]], npt.NDArray[np.int64]]"
"""The parts of each different key, and how often it occurs."""

_FEW: Final = 1 << 18  # keys that are counted in place
_MOST: Final = 1 << 63


def key_type(sizes: Sequence[int]) -> type[np.uint32 | np.uint64] | None:
    """Return the narrowest integer that holds every key of parts with so many values each; None if none does."""
    product = prod(sizes)
    return np.uint32 if product <= 1 << 32 else np.uint64 if product <= _MOST else None


def packed(parts: Sequence[Codes], sizes: Sequence[int]) -> Codes:
    """Return one integer a row. Every part lies in `range(size)`; the caller has seen to it."""
    kind = key_type(sizes)
    assert kind is not None
    key = np.zeros(len(parts[0]), kind)
    for index, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        if index:
            key *= kind(size)
        key += part.view(np.uint32) if part.dtype == np.int32 else part  # signed and unsigned would meet in floats
    return key


def unpacked(keys: Codes, sizes: Sequence[int]) -> list[npt.NDArray[np.int32]]:
    """Return the parts of keys."""
    parts: list[npt.NDArray[np.int32]] = []
    for size in reversed(sizes[1:]):
        keys, part = np.divmod(keys, keys.dtype.type(size))
        parts.append(part.astype(np.int32))
    parts.append(keys.astype(np.int32))
    return parts[::-1]


def runs(keys: Codes) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Sort keys in place, and return the different ones with their counts.

    The ends of the runs are found by a mask of bytes: differences of the keys would need four to eight times the
    memory, and fresh memory is what costs time here.
    """
    if not len(keys):
        return keys, np.zeros(0, np.int64)
    keys.sort()
    starts = np.empty(len(keys), np.bool_)
    starts[0] = True
    np.not_equal(keys[1:], keys[:-1], out=starts[1:])
    edges = np.flatnonzero(starts)
    return keys.take(edges), np.diff(edges, append=len(keys))


def counted(parts: Sequence[Codes], counts: npt.NDArray[np.int64], sizes: Sequence[int]) -> Cells:
    """Add up counts of equal keys; the result is sorted by the parts in their order."""
    if key_type(sizes) is None:
        return _wide(parts, counts)
    keys = packed(parts, sizes)
    if keys.dtype == np.uint32 and len(counts) and int(counts.max()) < 1 << 32:
        # Key and count in one integer: sorting those is many times faster than sorting places.
        pairs = keys.astype(np.uint64)
        pairs <<= np.uint64(32)
        pairs |= counts.astype(np.uint64)  # a sum with signed integers would pass through floats
        pairs.sort()
        keys, counts = (pairs >> np.uint64(32)).astype(np.uint32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    else:
        order = np.argsort(keys)
        keys, counts = keys.take(order), counts.take(order)
    starts = np.empty(len(keys), np.bool_)
    starts[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=starts[1:])
    if starts.all():
        return unpacked(keys, sizes), counts
    edges = np.flatnonzero(starts)
    return unpacked(keys.take(edges), sizes), np.add.reduceat(counts, edges)


def _wide(parts: Sequence[Codes], counts: npt.NDArray[np.int64]) -> Cells:
    """The same where no integer is wide enough for a key."""
    names = [f"p{i}" for i in range(len(parts))]
    frame = pl.DataFrame({**dict(zip(names, parts, strict=True)), "n": counts})
    frame = frame.group_by(names).agg(pl.col("n").sum()).sort(names)
    return [frame[name].to_numpy().astype(np.int32) for name in names], frame["n"].to_numpy().astype(np.int64)


class Store:
    """Keys under way.

    Args:
        pending: how many keys may wait before they are counted, which bounds the memory.
    """

    def __init__(self, pending: int = 1 << 24) -> None:
        self._most = max(pending, 1 << 12)
        self._sizes: tuple[int, ...] = ()
        self._keys: list[Codes] = []
        self._waiting = 0
        self._few: npt.NDArray[np.int64] | None = None
        self._cells: list[Cells] = []
        self._merged = 0

    def add(self, parts: Sequence[Codes], sizes: Sequence[int]) -> None:
        """Count rows by their parts; `sizes` may grow from call to call."""
        if not len(parts[0]):
            return
        if len(sizes) != len(self._sizes) or any(a > b for a, b in zip(sizes, self._sizes, strict=True)):
            self._flush()
            self._sizes = self._roomy(sizes)
            few = prod(self._sizes) <= _FEW
            self._few = np.zeros(prod(self._sizes), np.int64) if few else None
        if key_type(self._sizes) is None:
            self._cells.append(_wide(parts, np.ones(len(parts[0]), np.int64)))
            return
        keys = packed(parts, self._sizes)
        if self._few is not None:
            self._few += np.bincount(keys, minlength=len(self._few))
            return
        self._keys.append(keys)
        self._waiting += len(keys)
        if self._waiting >= self._most:
            self._flush()

    @staticmethod
    def _roomy(sizes: Sequence[int]) -> tuple[int, ...]:
        """Leave room for values still to come, where that costs no wider key: new sizes mean new keys."""
        for slack in (2, 8):
            roomy = tuple(size if size <= 2 else size + size // slack for size in sizes)
            if key_type(roomy) == key_type(sizes):
                return roomy
        return tuple(sizes)

    def _flush(self) -> None:
        if self._few is not None:
            places = np.flatnonzero(self._few)
            keys: Codes = places.astype(np.uint32)
            self._cells.append((unpacked(keys, self._sizes), self._few.take(places)))
            self._few = None
        if self._keys:
            waiting = np.concatenate(self._keys) if len(self._keys) > 1 else self._keys[0]
            self._keys, self._waiting = [], 0
            keys, counts = runs(waiting)
            del waiting
            self._cells.append((unpacked(keys, self._sizes), counts))
        held = sum(len(counts) for _, counts in self._cells)
        if len(self._cells) > 1 and held > max(2 * self._merged, self._most):  # the same cells over and over
            parts, counts = self.cells_so_far(len(self._sizes))
            self._cells = [counted(parts, counts, self._sizes)]
            self._merged = len(self._cells[0][1])

    def cells(self, width: int) -> Cells:
        """Return all that was counted; keys may occur more than once."""
        self._flush()
        return self.cells_so_far(width)

    def cells_so_far(self, width: int) -> Cells:
        """Return what was counted, without the keys that still wait."""
        if not self._cells:
            return [np.zeros(0, np.int32) for _ in range(width)], np.zeros(0, np.int64)
        if len(self._cells) > 1:
            parts = [np.concatenate([cells[0][i] for cells in self._cells]) for i in range(width)]
            self._cells = [(parts, np.concatenate([cells[1] for cells in self._cells]))]
        return self._cells[0]
