"""Cells of a sheet as the texts that a CSV file would have, many rows at once, column by column.

A spreadsheet that takes day for month makes a real date of 03/04/2022 and leaves 15/04/2022 a text.
So what columns of dates hold, real dates or texts, days above 12 or none, is counted on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from evnpubsvc._files import bounds
from evnpubsvc.findings import Cell, Finding, finding, notice
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.serde._day_cells import FEW_DAYS, MONTHS, DayCells, is_day_text
from evnpubsvc.serde._shapes import DayStyle, Numbered, TableShape
from evnpubsvc.serde._words import plain_word

_AT_ONCE: Final = 1_024  # rows
_LOOKED_AT: Final = 40  # texts of a column, titles and names among them
_FIRST_SERIAL: Final = date(1899, 12, 30)  # spreadsheets take 1900 for a leap year
_MIDNIGHT: Final = time()


class SheetTexts:
    """Writes the cells of a sheet as texts, and notes what columns of days hold.

    Attributes:
        days: place of a column -> how many of its cells hold days.
    """

    def __init__(self, shape: TableShape) -> None:
        self.days: dict[int, DayCells] = {}
        style = shape.days
        self._swapped = bool(shape.swapped_days)
        self._day_of = _Written(_DAY_WRITERS[style])
        self._hour_of = _Written(partial(_hour, style))
        self._writers: dict[type, Callable[[Any], str]] = {
            bool: lambda cell: str(cell).upper(),
            int: str,
            float: partial(_number, shape.decimal or "."),
            time: lambda cell: cell.isoformat("seconds"),
            timedelta: _duration,
        }

    def write(self, rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Numbered | Finding]:
        """Yield numbered rows with their cells as texts, or why a cell is none of a text file."""
        waiting = iter(rows)
        while piece := list(islice(waiting, _AT_ONCE)):
            numbers, cells = zip(*piece, strict=True)
            columns = [
                self._column(place, column) for place, column in enumerate(zip(*cells, strict=True))
            ]
            texts = map(list, zip(*columns, strict=True))
            numbered = zip(numbers, texts, strict=True)
            if all(map(_is_bounded, columns)):
                yield from numbered
            else:
                yield from map(_bounded, numbered)

    def _column(self, place: int, cells: Sequence[Any]) -> Sequence[str]:
        """The cells of a column as texts."""
        kinds = set(map(type, cells))
        has_days = datetime in kinds or date in kinds
        if str in kinds:
            self._note_texts(place, cells, has_days=has_days)
        if kinds == {str}:
            return cells
        if has_days:
            cells = self._days(place, cells, kinds)
            kinds -= {datetime, date}
        if kinds <= {str}:
            return cells
        writers = self._writers
        return [cell if cell.__class__ is str else writers[cell.__class__](cell) for cell in cells]

    def _days(self, place: int, cells: Sequence[Any], kinds: Collection[type]) -> Sequence[Any]:
        """The cells with texts for their days and instants; most of the reading goes here."""
        # A serial number is not exact to the second.
        if datetime in kinds and any(
            cell.microsecond for cell in cells if cell.__class__ is datetime
        ):
            cells = [_to_the_second(cell) if type(cell) is datetime else cell for cell in cells]

        # What the spreadsheet made of the days, and what they were where that is declared.
        noted = self.days.setdefault(place, DayCells())
        if not noted.typed_above:
            noted.note_typed([cell for cell in cells if isinstance(cell, date)])
        if self._swapped:
            cells = [_swap(cell) if isinstance(cell, date) else cell for cell in cells]

        day_of, hour_of = self._day_of, self._hour_of
        return [
            day_of[cell.date()] + hour_of[cell.time()]
            if cell.__class__ is datetime
            else (day_of[cell] if cell.__class__ is date else cell)
            for cell in cells
        ]

    def _note_texts(self, place: int, cells: Sequence[Any], *, has_days: bool) -> None:
        """Take note of texts in a column that has days, or among whose first texts is one."""
        texts = [cell for cell in cells if cell.__class__ is str and cell]
        if has_days or place in self.days or any(map(is_day_text, texts[:_LOOKED_AT])):
            self.days.setdefault(place, DayCells()).note_texts(texts)


def _is_bounded(column: Sequence[str]) -> bool:
    """Whether every cell of a column is one that a file of text may have."""
    return max(map(len, column)) <= bounds.CELL and "\0" not in "".join(column)


def _bounded(row: Numbered) -> Numbered | Finding:
    """Return a row of a sheet, or that one of its cells is none of a file of text."""
    line, cells = row
    if max(map(len, cells), default=0) > bounds.CELL:
        return finding("cell-too-large", f"line {line}", limit=bounds.CELL)
    if any("\0" in cell for cell in cells):
        return finding("text-not-writable", f"line {line}", Cell.of("\0"))
    return row


# ---- what to say of columns of days


def find_mixed_days(
    days: Mapping[int, DayCells], header: Sequence[str], shape: TableShape
) -> Iterator[Finding]:
    """Say where columns that are read as days hold both real dates and texts, or swapped texts.

    Args:
        days: what the columns hold.
        header: their names.
        shape: which of them are read as days, and what the mapping says of them.

    Yields:
        Violations: `days-half-converted`, unless the mapping has `swapped_days`. Notices:
        `days-mixed`; `dates-fit-swapped` where no text of any of these columns has a day above 12.
    """
    read = {plain_word(name) for name in shape.moments}
    named = {
        header[place]: each
        for place, each in days.items()
        if place < len(header) and plain_word(header[place]) in read
    }
    for name, each in named.items():
        if each.is_half_converted and shape.swapped_days is None:
            yield finding("days-half-converted", "", name, typed=each.typed, texts=each.texts_above)
        elif each.is_mixed:
            yield notice("days-mixed", "", name, texts=each.texts, style=shape.days)
    texts = sum(each.texts for each in named.values())
    above = sum(each.texts_above for each in named.values())
    if shape.days in {"dmy", "mdy"} and texts >= FEW_DAYS and not above:
        yield notice("dates-fit-swapped", "", texts, above=above, style=shape.days)


# ---- single cells


class _Written(dict[Any, str]):
    """Days in a style, or times of day, each written once."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, given: Any) -> str:
        written = self[given] = self._write(given)
        return written


def _to_the_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _swap(day: date) -> date:
    """Return a day with its day and month in each other's place; one above 12 was not swapped."""
    return day if day.day > MONTHS else day.replace(day=day.month, month=day.day)


def _number(mark: str, cell: float) -> str:
    """A number with the fifteen digits that a spreadsheet keeps."""
    if cell.is_integer() and abs(cell) < 1 << 53:
        return str(int(cell))
    text = format(Decimal(format(cell, ".15g")), "f")
    whole, dot, decimals = text.partition(".")
    if len(decimals) == 3:  # not to be taken for thousands
        decimals += "0"
    return f"{whole}{mark}{decimals}" if dot else whole


def _duration(cell: timedelta) -> str:
    """Hours, which may be more than a day has, as `26:30:00`."""
    seconds = round(cell.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_DAY_WRITERS: Final[Mapping[DayStyle, Callable[[date], str]]] = MappingProxyType(
    {
        "iso": date.isoformat,
        "dmy": lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}",
        "mdy": lambda day: f"{day.month:02}/{day.day:02}/{day.year:04}",
        "compact": lambda day: day.isoformat().replace("-", ""),
        "serial": lambda day: str((day - _FIRST_SERIAL).days),
    }
)


def _hour(style: DayStyle, time_of_day: time) -> str:
    """What follows a day; nothing at midnight, which says that there is no hour."""
    if time_of_day == _MIDNIGHT:
        return ""
    if style == "compact":
        return time_of_day.isoformat("seconds").replace(":", "")
    if style == "serial":
        hour, minute, second = time_of_day.hour, time_of_day.minute, time_of_day.second
        return decimal_text(Fraction(hour * 3600 + minute * 60 + second, 86_400), 12)[1:]
    return f" {time_of_day.isoformat('seconds')}"
