"""Lines that are alike, cut into cells without making texts of them.

In lines that a program writes the same bytes stand between the values, and most values (dates,
codes) are as wide in every line. So a line is walked in steps: bytes whose places are known, which
are compared at once, and then one value whose end is searched. All lines take a step together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from evnpubsvc._records import frozen
from evnpubsvc.frames._bytes import NONE, SPARE, Bytes, Places, gathered

Bits: TypeAlias = "npt.NDArray[np.bool_]"

_TILE: Final = 1 << 12  # lines at once: their bytes stay in the cache
_NEAR: Final = 32  # bytes in which most values end
_SELDOM: Final = 16  # one in so many lines may lack what the others share
_SAMPLE: Final = 256  # lines that say which values are as wide in every line


class Find(Protocol):
    """Finds the values that begin at some places, in lines that end at `ends`.

    Returns where their cells begin, how wide they are, and what stands behind the values; behind
    the end of its line where there is none. A value that is no text has `NONE` for nothing, else
    the width -1 - n of the n bytes from its place on.
    """

    def __call__(self, flat: Bytes, at: Places, ends: Places) -> tuple[Places, Places, Places]: ...


@frozen(eq=False)
class Cells:
    """The cells of lines, by the number of the value; lines that do not fit say nothing.

    Attributes:
        fits: which lines could be cut.
        starts: where the cells of each value begin.
        widths: how wide they are, as `Find` says it.
    """

    fits: Bits
    starts: dict[int, Places]
    widths: dict[int, Places]


@frozen(eq=False)
class _Step:
    """Bytes at places that are known, then perhaps a value.

    Attributes:
        size: how many bytes there are.
        template: what stands there, for so many lines as are walked at once; in the places of
            values the mark, which must not.
        is_open: which places are those of values.
        values: the values among them: number, place and width.
        then: the number of the value behind them; None for the end of the line.
    """

    size: int
    template: Bytes
    is_open: Bits
    values: tuple[tuple[int, int, int], ...]
    then: int | None

    def fit(self, rows: Bytes) -> Bits | bool:
        """Return which rows of bytes this step can take."""
        flat = rows.reshape(-1)
        bad = flat != self.template[: len(flat)]
        bad ^= self.is_open[: len(flat)]
        if not np.count_nonzero(bad):
            return True
        fits = np.ones(len(rows), np.bool_)
        fits[np.flatnonzero(bad) // self.size] = False
        return fits


class Cut:
    """How lines are cut.

    What lines share besides is learnt from some of the first, and from others where it does not
    hold for most any more. Threads may cut at once: what is learnt says how fast a line is cut, and
    never what its cells are.

    Args:
        between: what stands before each value, and behind the last one.
        quote: what stands before and behind each text besides.
        mark: the byte that ends a text, and that no text holds.
        nothing: what is written for no text.
        find: finds values.
    """

    def __init__(
        self, between: Sequence[bytes], *, quote: bytes, mark: int, nothing: bytes, find: Find
    ) -> None:
        self._between = between
        self._quote = quote
        self._mark = mark
        self._nothing = nothing
        self._find = find
        self._values = len(between) - 1
        self._each = self._steps([None] * self._values)  # every value is searched
        self._learnt: Sequence[_Step] | None = None

    def cells(self, flat: Bytes, starts: Places, ends: Places, kept: Collection[int]) -> Cells:
        """Cut lines into cells.

        Args:
            flat: the bytes, with `SPARE` more behind them.
            starts: where the lines begin.
            ends: where they end, without what ends a line.
            kept: the numbers of the values that are wanted.
        """
        steps = self._learnt
        if steps is None:
            some = slice(None, None, max(len(starts) // _SAMPLE, 1))
            steps = self._steps(self._known(flat, starts[some], ends[some]))
        found = self._walk(flat, starts, ends, steps, kept)
        rows = np.flatnonzero(~found.fits)
        self._learnt = steps if len(rows) * _SELDOM < len(starts) else None

        # Lines that do not have what others share.
        if len(rows):
            again = self._walk(flat, starts[rows], ends[rows], self._each, kept)
            found.fits[rows] = again.fits
            for number in kept:
                found.starts[number][rows] = again.starts[number]
                found.widths[number][rows] = again.widths[number]
        return found

    def _known(self, flat: Bytes, starts: Places, ends: Places) -> list[bytes | int | None]:
        """Return of each value what some lines share: the width of a text, or what is no text."""
        values = range(self._values)
        found = self._walk(flat, starts, ends, self._each, values)
        known: list[bytes | int | None] = []
        for number in values:
            widths = found.widths[number][found.fits]
            width = int(widths[0]) if len(widths) else 0
            if not len(widths) or (widths != width).any():
                known.append(None)
            elif width >= 0:
                known.append(width)
            elif width == NONE:
                known.append(self._nothing)
            else:
                written = gathered(flat, found.starts[number][found.fits], -1 - width)
                known.append(written[0].tobytes() if (written == written[0]).all() else None)
        return known

    def _steps(self, known: Sequence[bytes | int | None]) -> list[_Step]:
        """Return the steps in which lines are walked, where so much is known of the values."""
        steps: list[_Step] = []
        template = bytearray()
        is_open: list[bool] = []
        values: list[tuple[int, int, int]] = []

        def stand(sure: bytes) -> None:
            template.extend(sure)
            is_open.extend([False] * len(sure))

        def step(then: int | None) -> None:
            bits = np.tile(np.array(is_open, np.bool_), _TILE)
            flat = np.frombuffer(bytes(template) * _TILE, np.uint8)
            steps.append(_Step(len(template), flat, bits, tuple(values), then))
            template.clear()
            is_open.clear()
            values.clear()

        for number, (before, value) in enumerate(zip(self._between, known, strict=False)):
            stand(before)
            if value is None:
                step(number)
            elif isinstance(value, int):
                stand(self._quote)
                values.append((number, len(template), value))
                template.extend([self._mark] * value)
                is_open.extend([True] * value)
                stand(self._quote)
            else:
                width = NONE if value == self._nothing else -1 - len(value)
                values.append((number, len(template), width))
                stand(value)
        stand(self._between[-1])
        step(None)
        return steps

    def _walk(
        self,
        flat: Bytes,
        starts: Places,
        ends: Places,
        steps: Sequence[_Step],
        kept: Collection[int],
    ) -> Cells:
        """Take all steps in all lines."""
        fits = np.zeros(len(starts), np.bool_)
        places = {number: np.empty(len(starts), np.int64) for number in kept}
        widths = {number: np.empty(len(starts), np.int64) for number in kept}
        if max(step.size for step in steps) > len(flat):  # all lines are too short
            return Cells(fits, places, widths)
        for start in range(0, len(starts), _TILE):
            tile = slice(start, start + _TILE)
            at, end = starts[tile], ends[tile]
            good: Bits = np.ones(len(at), np.bool_)
            for step in steps:
                # Lines that are too short for a step do not end where they should.
                size = step.size
                if size:
                    rows = gathered(flat, np.minimum(at, len(flat) - size), size)
                    good &= step.fit(rows)
                for number, place, width in step.values:
                    if number in places:
                        places[number][tile] = at + place
                        widths[number][tile] = width
                at = at + size
                if step.then is not None:
                    at = np.minimum(at, len(flat) - SPARE)
                    cells, sizes, at = self._find(flat, at, end)
                    if step.then in places:
                        places[step.then][tile], widths[step.then][tile] = cells, sizes
            fits[tile] = good & (at == end)
        return Cells(fits, places, widths)


def up_to(flat: Bytes, starts: Places, ends: Places, mark: int) -> Places:
    """Return how many bytes stand before the next mark.

    Where there is none up to the end of the line, they end behind it.

    Args:
        flat: the bytes, with `SPARE` more behind them.
        starts: places from which on a mark is searched.
        ends: where the lines end.
        mark: the byte that is searched.
    """
    here = gathered(flat, starts, _NEAR) == mark
    here[:, -1] = True
    widths: Places = here.argmax(axis=1)
    left = np.flatnonzero(widths == _NEAR - 1)
    at = starts[left] + (_NEAR - 1)
    while len(left):
        # Behind its end a line is searched no more.
        beyond = at > ends[left]
        widths[left[beyond]] = ends[left[beyond]] - starts[left[beyond]] + 1
        left, at = left[~beyond], at[~beyond]
        here = (gathered(flat, at, SPARE) == mark).argmax(axis=1)
        found = flat[at + here] == mark
        widths[left[found]] = at[found] + here[found] - starts[left[found]]
        left, at = left[~found], at[~found] + SPARE
    return widths
