"""Dossiers that occur in a register more than once.

No row is left out or repaired. Every row counts, and each code that more than one row has is
reported with the number of its rows and whether they say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from datetime import date
from typing import Final, Protocol

from evnpubsvc._letters import plain_words
from evnpubsvc._moments import own_day
from evnpubsvc.findings import Finding, notice
from evnpubsvc.statistics._register import RegisterRow

MOST_CODES: Final = 5_000_000
"""How many rows with a code are compared; a notice says that later rows were not.

A code takes about 150 bytes of memory when rows are read, about 50 on columns.
"""


class CodeWatch(Protocol):
    """What notes the codes of rows, and says in the end which came more than once."""

    def take_row(self, row: RegisterRow) -> None:
        """Note the code of a row, if it has one."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Say which codes came more than once."""
        ...


def what_it_says(
    received: date, due: date | None, finished: date | None, status: object, values: Hashable
) -> int:
    """Return a number that is the same for rows that say the same: local days, status, values."""
    return hash((received, due, finished, status, values))


class Repeats:
    """The codes that came so far, and what the first row of each said."""

    def __init__(self, most: int = MOST_CODES) -> None:
        self._left = most
        # Hashes of 64 bits, since codes themselves would take twice the memory.
        self._said: dict[int, int] = {}
        self._rows: dict[str, int] = {}
        self._differing: set[str] = set()
        self._not_compared = 0

    def take_row(self, row: RegisterRow) -> None:
        """Note the code of a row, if it has one."""
        if row.code is None:
            return
        said = what_it_says(
            own_day(row.received),
            None if row.due is None else own_day(row.due),
            None if row.finished is None else own_day(row.finished),
            row.status,
            tuple([value for _, value in row.dimensions]),
        )
        self.take(row.code, said)

    def take(self, code: str, said: int) -> None:
        """Note a code, and what its row says."""
        self.take_compared(as_compared(code), said)

    def take_compared(self, code: str, said: int) -> None:
        """Note a code as it is compared, and what its row says."""
        if not self._left:
            self._not_compared += 1
            return
        self._left -= 1
        key = hash(code)
        first = self._said.get(key)
        if first is None:
            self._said[key] = said
            return
        self._rows[code] = self._rows.get(code, 1) + 1
        if first != said:
            self._differing.add(code)

    def findings(self) -> Iterator[Finding]:
        """Say which codes came more than once, in the order of the codes."""
        return repeats_found(self._rows, self._differing, self._not_compared)


def is_compared(code: str) -> bool:
    """Return whether a code is compared as it is written."""
    return code.isascii() and code.isprintable() and " " not in code


def as_compared(code: str) -> str:
    """Return a code without what a reader does not see: invisible letters, kinds of dashes."""
    return code if is_compared(code) else plain_words(code)


def repeats_found(
    rows: Mapping[str, int], differing: Collection[str], not_compared: int
) -> Iterator[Finding]:
    """Say of codes how many rows have them, and whether those differ."""
    for code in sorted(rows):
        reason = "code-rows-differ" if code in differing else "code-repeated"
        yield notice(reason, "", code, rows=rows[code])
    if not_compared:
        yield notice("codes-not-compared", "", not_compared)
