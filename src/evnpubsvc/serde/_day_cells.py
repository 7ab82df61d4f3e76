"""What the cells of a column of days are: real dates or texts, with days above 12 or none.

A spreadsheet that takes day for month makes a real date of 03/04/2022 and leaves 15/04/2022 a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from attrs import define

FEW_DAYS: Final = 10
"""So few days may all lie in the first twelve of their months by chance."""
MONTHS: Final = 12
"""A number above it can only be a day."""
_DAY_TEXT: Final = re.compile(r"\s*'?(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?!\d)", re.ASCII)


@define
class DayCells:
    """How many cells of a column hold days.

    Attributes:
        typed: cells that are real dates, counted as long as none of them has a day above 12.
        typed_above: whether a real date has a day above 12.
        texts: texts of a day, a month and a year.
        texts_above: those of them in which the day or the month is above 12.
    """

    typed: int = 0
    typed_above: bool = False
    texts: int = 0
    texts_above: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether real dates and texts stand side by side."""
        return bool((self.typed or self.typed_above) and self.texts)

    @property
    def is_half_converted(self) -> bool:
        """Whether it looks as if a spreadsheet took day for month where it could.

        Then no real date has a day above 12, and the texts are those that have one. Texts that it
        left for another reason, such as a blank before them, may have any day; many dates without
        a day above 12 are no chance.
        """
        if not self.is_mixed or self.typed_above or not self.texts_above:
            return False
        return self.texts_above == self.texts or self.typed >= FEW_DAYS

    def note_typed(self, days: Sequence[date]) -> None:
        """Take note of real dates."""
        self.typed += len(days)
        self.typed_above = any(day.day > MONTHS for day in days)

    def note_texts(self, cells: Iterable[str]) -> None:
        """Take note of the texts among some cells."""
        for match in map(_DAY_TEXT.match, cells):
            if match is not None:
                self.texts += 1
                self.texts_above += int(match[1]) > MONTHS or int(match[2]) > MONTHS


def is_day_text(text: str) -> bool:
    """Whether a text begins with a day, a month and a year in numbers."""
    return _DAY_TEXT.match(text) is not None
