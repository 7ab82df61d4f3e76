"""What may be added over time and what may not.

Flows and stocks, and the carry-over between two periods.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Validity
from evnpubsvc.quantities import AnyCount, Count, CountRange
from evnpubsvc.statistics._cells import Key, TallyCell, sort_key
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

_DAY: Final = timedelta(days=1)


@frozen(order=False)
class Flow(PublicType):
    """A number of things that happened in a period.

    Flows of one period add up, and so do those of adjacent periods.

    Attributes:
        count: how many; within bounds where only these are published.
        first: first day, inclusive; None for since ever.
        last: last day, inclusive.

    Raises:
        MisuseError: on adding: `flows-not-adjacent`, `flow-and-stock`, `unit-mismatch`.

    >>> from evnpubsvc.quantities import CountUnit
    >>> january = Flow(Count(3, CountUnit.DOSSIERS), date(2022, 1, 1), date(2022, 1, 31))
    >>> february = Flow(Count(4, CountUnit.DOSSIERS), date(2022, 2, 1), date(2022, 2, 28))
    >>> print(january + february)
    7 dossiers from 2022-01-01 to 2022-02-28
    """

    count: AnyCount = field(validator=instance_of(Count, CountRange))
    first: date | None = field(validator=instance_of(date, type(None)))
    last: date = field(validator=instance_of(date))

    def __attrs_post_init__(self) -> None:
        if self.first is not None and self.first > self.last:
            raise MisuseError("last-before-first", first=self.first, last=self.last)

    def __add__(self, other: object) -> Flow:
        if isinstance(other, Stock):
            raise MisuseError("flow-and-stock", self, other=other)
        if not isinstance(other, Flow):
            return NotImplemented
        if (self.first, self.last) == (other.first, other.last):
            return Flow(self.count + other.count, self.first, self.last)
        if self.last < other.last:
            before, after = (self, other)
        else:
            before, after = (other, self)
        if after.first is None or before.last + _DAY != after.first:
            raise MisuseError("flows-not-adjacent", self, other=other)
        return Flow(before.count + after.count, before.first, after.last)

    def written(self, lang: Language) -> str:
        """Return the number with its days: *7 hồ sơ từ ngày 15/11/2022 đến hết ngày 14/12/2022*."""
        days = Validity(self.first, self.last)
        return f"{self.count.written(lang)} {days.written(lang)}"

    def __str__(self) -> str:
        return self.written("en")


@frozen(order=False)
class Stock(PublicType):
    """A number of things that were there at the end of a day.

    Stocks of one day add up; stocks never sum over time.

    Attributes:
        count: how many.
        day: the day at whose end they were counted.

    Raises:
        MisuseError: on adding: `stock-over-time`, `flow-and-stock`, `unit-mismatch`.

    >>> from evnpubsvc.quantities import CountUnit
    >>> pending = Stock(Count(3, CountUnit.DOSSIERS), date(2022, 1, 31))
    >>> pending + Stock(Count(4, CountUnit.DOSSIERS), date(2022, 2, 28))
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: a stock at the end of 2022-01-31 and one at the end of ...
    """

    count: Count = field(validator=instance_of(Count))
    day: date = field(validator=instance_of(date))

    def __add__(self, other: object) -> Stock:
        if isinstance(other, Flow):
            raise MisuseError("flow-and-stock", self, other=other)
        if not isinstance(other, Stock):
            return NotImplemented
        if self.day != other.day:
            raise MisuseError("stock-over-time", self.day, other=other.day)
        return Stock(self.count + other.count, self.day)

    def written(self, lang: Language) -> str:
        """Return the number with its day: *7 hồ sơ cuối ngày 14/12/2022*."""
        return render("stock-written", lang, {"count": self.count, "day": self.day})

    def __str__(self) -> str:
        return self.written("en")


_FLOWS: Final = ("received", "handled", "refused", "on_time", "finished_with_due_date")
_STOCKS: Final = ("carried_in", "pending")


def flow(counted: Tally, name: str, key: Key | str | None = ()) -> Flow:
    """Return a flow of a tally with its period.

    Args:
        counted: the tally.
        name: `received`, `handled`, `refused`, `on_time` or `finished_with_due_date`, as
            `TallyCell` has them.
        key: key of a cell; the empty key for all cells.

    Raises:
        MisuseError: `flow-unknown`.
    """
    if name not in _FLOWS:
        raise MisuseError("flow-unknown", name, known=tuple(_FLOWS))
    return Flow(getattr(_cell(counted, key), name), counted.since, counted.as_of)


def stock(counted: Tally, name: str, key: Key | str | None = ()) -> Stock:
    """Return a stock of a tally with its day.

    `pending` at the end of the period, `carried_in` of the day before it.

    Raises:
        MisuseError: `stock-unknown`; `period-open` for `carried_in` of a tally without a first day.
    """
    if name not in _STOCKS:
        raise MisuseError("stock-unknown", name, known=tuple(_STOCKS))
    day = counted.as_of
    if name == "carried_in":
        if counted.since is None or counted.since == date.min:
            raise MisuseError("period-open")
        day = counted.since - _DAY
    return Stock(getattr(_cell(counted, key), name), day)


def _cell(counted: Tally, key: Key | str | None) -> TallyCell:
    if key == ():
        return counted.total
    return counted.cell(key)


def carry_over(before: Tally, after: Tally) -> tuple[Finding, ...]:
    """Return where what was pending at the end of one period is not what was carried into the next.

    Column 11 of one report is column 6 of the next. Where it is not, the register was changed in
    between (what `known_at` brings to light), or dossiers moved from one cell to another.

    Raises:
        MisuseError: `periods-not-adjacent`; `tallies-differ` for other dimensions.
    """
    if before.dimensions != after.dimensions:
        raise MisuseError(
            "tallies-differ",
            tuple(after.dimensions),
            as_of=after.as_of,
            compare=after.compare,
        )
    if after.since is None or after.since == date.min or before.as_of != after.since - _DAY:
        raise MisuseError("periods-not-adjacent", before.as_of, since=after.since)
    keys = {cell.key for cell in before} | {cell.key for cell in after}
    return tuple(
        finding(
            "carry-over-broken",
            ", ".join(
                f"{name} {value}" for name, value in zip(before.dimensions, key, strict=True)
            ),
            after.cell(key).carried_in.value,
            pending=before.cell(key).pending.value,
            on=before.as_of,
        )
        for key in sorted(keys, key=sort_key)
        if before.cell(key).pending != after.cell(key).carried_in
    )
