"""Which codes have nothing doubtful about them, seen without making records of all of them.

Registers have few units, days and procedures: what differs from code to code is a number. What
`find_doubts` says of one code of a unit and a day is remembered for the others.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from evnpubsvc.codes._check import find_doubts
from evnpubsvc.codes._dossier import DossierCode
from evnpubsvc.codes._procedure import ProcedureCode
from evnpubsvc.codes._shapes import LONGEST
from evnpubsvc.codes._unit import UnitCode, UnitLayout
from evnpubsvc.errors import InvalidCode

_UNITS: Final = 4_096  # units, and procedures, that are remembered
_DAYS: Final = 16_384  # days of first-level codes that are


class UndoubtedCodes:
    """Knows the usual codes of one register.

    A code that it does not know as undoubted may be so all the same: it is to be read.
    """

    __slots__ = ("_is_plain", "_middle_of", "_top_of")

    def __init__(self) -> None:
        self._top_of = lru_cache(_UNITS)(_write_top)
        self._middle_of = lru_cache(_DAYS)(_write_middle)
        self._is_plain = lru_cache(_UNITS)(_is_plain)

    def has_dossier(self, text: str, day: date) -> bool:
        """Return whether nothing is doubtful about the code of a dossier received on a day."""
        if len(text) > LONGEST:
            return False
        unit, number = text.partition("-")[0], text[-4:]
        top = self._top_of(unit)
        middle = None if top is None else self._middle_of(top, day)
        if middle is None or text != f"{unit}{middle}{number}":
            return False
        return number.isascii() and number.isdecimal()

    def has_procedure(self, text: str) -> bool:
        """Return whether nothing is doubtful about the code of a procedure on any day."""
        return len(text) <= LONGEST and self._is_plain(text)


def _write_top(unit: str) -> str | None:
    """Return the first level of a unit, written in the layout of the unit; None for no unit."""
    try:
        code = UnitCode.parse(unit)
    except InvalidCode:
        return None
    if code.text != unit:
        return None
    return code.top if code.layout is UnitLayout.TOP_FIRST else f"000.00.00.{code.top}"


def _write_middle(top: str, day: date) -> str | None:
    """Return what stands between the unit and the number of an undoubted code of a day.

    The result is None where the day, or the first level of the unit, is doubtful.
    """
    middle = f"-{day:%y%m%d}-"
    try:
        code = DossierCode.parse(f"{top}{middle}0001")
    except InvalidCode:
        return None
    return None if find_doubts(code, day) else middle


def _is_plain(text: str) -> bool:
    """Whether a code names a procedure alone, of a known class: no day makes that doubtful."""
    try:
        code = ProcedureCode.parse(text)
    except InvalidCode:
        return False
    return code.unit is None and not code.doubts()
