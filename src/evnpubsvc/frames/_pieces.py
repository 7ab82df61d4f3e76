"""Files of lines, cut into pieces."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from evnpubsvc._files import bounds

_PROBE: Final = 1 << 16  # bytes; most lines are shorter
_PART: Final = 1 << 18  # bytes that are searched at once
_LF, _QUOTE = b"\n", b'"'


class Pieces(io.RawIOBase):
    """A stream that gives whole lines in pieces, counts them, and takes back what was too much."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._kept = b""
        self._at = 0  # what stands before it in the bytes kept was given already
        self.done = 0

    def _to_a_line(self, size: int) -> int:
        """Return a size near the one wanted at which a line ends, so that no bytes are copied.

        Where the stream cannot be read ahead, as with a pipe, the size wanted is returned
        unchanged.
        """
        try:
            seen = os.pread(self._stream.fileno(), _PROBE, self._stream.tell() + size - _PROBE)
        except (OSError, AttributeError, ValueError):
            return size
        if size > 2 * _PROBE and _LF in seen:
            return size - _PROBE + seen.rfind(_LF) + 1
        return size

    def back(self, data: bytes) -> None:
        self._kept = data + self._kept[self._at :]
        self._at = 0
        self.done -= len(data)

    def _rest(self) -> bytes:
        """Take all bytes that are kept."""
        kept, self._kept, self._at = self._kept[self._at :], b"", 0
        return kept

    def line(self) -> bytes:
        return self.readline(bounds.LINE + 1)

    def end(self) -> None:
        """Give nothing more: the strict reader has given up."""
        self._stream = io.BytesIO()
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, as a workbook is read that comes in a stream."""
        kept = self._rest()
        if 0 <= size < len(kept):
            kept, self._kept = kept[:size], kept[size:]
        data = kept + self._stream.read(size if size < 0 else size - len(kept))
        self.done += len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        limit = -1 if size is None else size
        if self._at < len(self._kept):
            end = self._kept.find(_LF, self._at) + 1
            if not end:  # a line that goes on in the stream
                self._kept, self._at = self._rest() + self._stream.readline(limit), 0
                end = self._kept.find(_LF) + 1 or len(self._kept)
            if limit >= 0:
                end = min(end, self._at + limit)
            line, self._at = self._kept[self._at : end], end
        else:
            line = self._stream.readline(limit)
        self.done += len(line)
        return line

    def lines(self, size: int) -> bytes:
        """Return about so many bytes that end with a line."""
        data = self._cut(size)
        self.done += len(data)
        return data

    def rows(self, size: int) -> bytes:
        """Return about so many bytes that end with a line, outside quotes that are in order."""
        data = self._cut(size)
        # Where rows are cut says the piece alone, whatever was read before: a quote that is open
        # takes more lines, up to where only the strict reader can tell.
        more = [data]
        is_open, left = data.count(_QUOTE) % 2, bounds.LINE
        while is_open and left > 0 and (line := self.readline(bounds.LINE)):
            self.done -= len(line)
            more.append(line)
            left -= len(line)
            is_open ^= line.count(_QUOTE) % 2
        data = b"".join(more) if len(more) > 1 else data
        self.done += len(data)
        return data

    def _cut(self, size: int) -> bytes:
        data = self._rest()
        if len(data) > 2 * size:  # what was given back
            end = data.find(_LF, size) + 1 or len(data)
            data, self._kept = data[:end], data[end:]
            return data
        data = data or self._stream.read(self._to_a_line(size))
        if not data.endswith(_LF):
            data += self._stream.readline(bounds.LINE)
            # A line too long starts a piece of its own.
            if len(data) > bounds.LINE and not data.endswith(_LF):
                end = data.rfind(_LF) + 1
                if end:
                    data, self._kept = data[:end], data[end:]
        return data


def not_utf8(data: bytes) -> Iterator[int]:
    """One place in each line that is not UTF-8."""
    if data.isascii():
        return
    start = 0
    view = memoryview(data)
    while True:
        try:
            str(view[start:], "utf-8")
        except UnicodeDecodeError as error:
            place = start + error.start
            yield place
            start = data.find(_LF, place) + 1
            if not start:
                return
        else:
            return


def joined(
    data: bytes,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    bad: npt.NDArray[np.bool_],
) -> bytes:
    """Return the lines or rows that are not bad in one piece."""
    edges = np.flatnonzero(np.diff(bad.astype(np.int8), prepend=1, append=1))
    return b"".join(
        data[starts[first] : ends[last - 1] + 1]
        for first, last in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
    )


def control_characters(flat: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], bool]:
    """Return where control characters stand, among them what ends lines; and if all is ASCII.

    The bytes are searched part by part, so that a part stays in the cache, as does its mask.
    """
    mask = np.empty(_PART, np.bool_)
    found = [np.zeros(0, np.int64)]
    ascii_only = True
    for start in range(0, len(flat), _PART):
        part = flat[start : start + _PART]
        found.append(_places_of(np.less(part, ord(" "), out=mask[: len(part)])) + start)
        ascii_only = ascii_only and int(part.max()) < 1 << 7
    return np.concatenate(found), ascii_only


def _places_of(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return where a mask is true, as `flatnonzero` does; faster where few places are."""
    whole = len(mask) // 8 * 8
    eights = np.flatnonzero(mask[:whole].view(np.uint64) != 0)
    if len(mask) > whole or np.count_nonzero(mask) > len(eights):
        return np.flatnonzero(mask)
    found: npt.NDArray[np.int64] = eights * 8 + mask.reshape(-1, 8)[eights].argmax(axis=1)
    return found
