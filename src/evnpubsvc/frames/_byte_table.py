"""A table of numbers by the bytes of texts."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from evnpubsvc.frames._bytes import ByteColumn, gathered

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

UNKNOWN: Final = -(1 << 31) + 1
"""Stands for no number, so that a slot is free."""
_LEAST: Final = 1 << 8  # slots
_ROOM: Final = 4  # slots for each key: most keys stand where their hash says

# How many of the eight bytes of a word belong to a text -> the bits of those bytes.
_BITS: Final = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, with bits all over
_HALF: Final = np.uint64(32)


def keys_of(column: ByteColumn, words: int) -> Keys:
    """Return the bytes of cells as so many integers each, with zeros behind them."""
    keys: Keys = gathered(column.flat, column.starts, 8 * words).view("<u8")
    least, most = int(column.widths.min(initial=0)), int(column.widths.max(initial=0))
    for place in range(words):
        if 8 * place < least == most:
            keys[:, place] &= _BITS[min(most - 8 * place, 8)]
        elif least < 8 * (place + 1):
            keys[:, place] &= _BITS.take(column.widths - 8 * place, mode="clip")
    return keys


def first_of_each(keys: Keys) -> npt.NDArray[np.int64]:
    """Return a place of each different key."""
    order = np.lexsort(keys.T)
    ordered = keys[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return order[new]


class ByteTable:
    """Numbers by keys of so many words: slots, most of them free.

    A key stands in the slot that its hash names, or in the next one that was free. A table does not
    change once it is used, so that threads need not wait for each other. A key of zeros, which free
    slots have too, is never put in.

    Args:
        words: how many words a key has.
        keys: different keys.
        numbers: the number of each.
    """

    def __init__(
        self, words: int, keys: Keys | None = None, numbers: Numbers | None = None
    ) -> None:
        self.number = 0 if keys is None else len(keys)
        slots = max(_LEAST, 1 << (_ROOM * self.number).bit_length())
        self._keys = [np.zeros(slots, np.uint64) for _ in range(words)]
        self._numbers: Numbers = np.full(slots, UNKNOWN, np.int32)
        self._last = slots - 1
        self._shift = np.uint64(64 - self._last.bit_length())
        if keys is not None and numbers is not None:
            self._put(keys, numbers)

    def with_more(self, keys: Keys, numbers: Numbers) -> ByteTable:
        """Return a table with more keys, which are different and not in this one."""
        there = np.flatnonzero(self._numbers != UNKNOWN)
        mine = np.stack([words[there] for words in self._keys], axis=1)
        return ByteTable(
            len(self._keys),
            np.concatenate([mine, keys]),
            np.concatenate([self._numbers[there], numbers]),
        )

    def find(self, keys: Keys) -> Numbers:
        """Return the numbers of keys, `UNKNOWN` for those that are not here."""
        slots = self._slots_of(keys)
        found = self._numbers.take(slots)
        held = self._hold(slots, keys)
        if np.count_nonzero(held) == len(held):
            return found
        left = np.flatnonzero(~held & (found != UNKNOWN))
        slots = slots[left]
        # Slots of other keys: the next one, until it holds the key or is free.
        while len(left):
            slots = (slots + 1) & self._last
            numbers = self._numbers.take(slots)
            found[left] = numbers
            others = ~self._hold(slots, keys[left]) & (numbers != UNKNOWN)
            left, slots = left[others], slots[others]
        return found

    def _slots_of(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return the slots that the hashes of keys name."""
        hashes = keys[:, 0] * _FACTOR
        for place in range(1, keys.shape[1]):
            hashes ^= hashes >> _HALF
            hashes ^= keys[:, place]
            hashes *= _FACTOR
        hashes >>= self._shift
        return hashes.view(np.int64)

    def _hold(self, slots: npt.NDArray[np.int64], keys: Keys) -> npt.NDArray[np.bool_]:
        """Return which slots hold the keys."""
        same: npt.NDArray[np.bool_] = self._keys[0].take(slots) == keys[:, 0]
        for place in range(1, len(self._keys)):
            same &= self._keys[place].take(slots) == keys[:, place]
        return same

    def _put(self, keys: Keys, numbers: Numbers) -> None:
        """Put keys in; where several want one slot, all but the first go on to the next."""
        slots = self._slots_of(keys)
        left = np.arange(len(keys))
        while len(left):
            free = np.flatnonzero(self._numbers.take(slots) == UNKNOWN)
            chosen, first = np.unique(slots[free], return_index=True)
            placed = left[free[first]]
            for place, words in enumerate(self._keys):
                words[chosen] = keys[placed, place]
            self._numbers[chosen] = numbers[placed]
            rest = np.ones(len(left), np.bool_)
            rest[free[first]] = False
            left, slots = left[rest], (slots[rest] + 1) & self._last
