"""Which codes have nothing doubtful about them, seen without making records of all of them.

Registers have few units, days and procedures, and what is known of them is remembered: what differs
from code to code is a number.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from evnpubsvc.codes._check import has_form_in_force, knows_issuer
from evnpubsvc.codes._dossier import DossierCode
from evnpubsvc.codes._procedure import ProcedureCode
from evnpubsvc.codes._shapes import LONGEST
from evnpubsvc.codes._unit import UnitCode, UnitLayout
from evnpubsvc.errors import InvalidCode

_MOST: Final = 4_096  # units, days and procedures that are remembered; as many issuers by day


class UndoubtedCodes:
    """Knows the usual codes of one register.

    A code that it does not know as undoubted may be so all the same: it is to be read.
    """

    __slots__ = ("_about_day", "_about_unit", "_is_plain", "_knows_issuer")

    def __init__(self) -> None:
        self._about_unit = lru_cache(_MOST)(_look_at_unit)
        self._about_day = lru_cache(_MOST)(_look_at_day)
        self._knows_issuer = lru_cache(_MOST)(knows_issuer)
        self._is_plain = lru_cache(_MOST)(_is_plain)

    def has_dossier(self, text: str, day: date) -> bool:
        """Return whether nothing is doubtful about the code of a dossier received on a day."""
        if len(text) > LONGEST:
            return False
        # A unit, the day, and four digits.
        unit, number = text.partition("-")[0], text[-4:]
        known = self._about_day(day)
        if text != f"{unit}{known.middle}{number}" or not number.isdecimal():
            return False
        about = self._about_unit(unit) if number.isascii() else None
        if about is None:
            return False
        layout, top = about
        return layout in known.layouts and self._knows_issuer(top, day)

    def has_procedure(self, text: str) -> bool:
        """Return whether nothing is doubtful about the code of a procedure on any day."""
        return len(text) <= LONGEST and self._is_plain(text)


class _Day(NamedTuple):
    """What codes of a day have in common.

    Attributes:
        middle: what stands between unit and number.
        layouts: the layouts of units for whose codes nothing is doubtful about the day.
    """

    middle: str
    layouts: frozenset[UnitLayout]


def _look_at_day(day: date) -> _Day:
    middle = f"-{day:%y%m%d}-"
    codes = [DossierCode.parse(f"{unit}{middle}0001") for unit in _SAMPLES]
    undoubted = [
        code.unit.layout
        for code in codes
        if code.received_on == day and has_form_in_force(code) and not code.doubts()
    ]
    return _Day(middle, frozenset(undoubted))


_SAMPLES: Final = ("000.00.00.G01", "G01")  # a unit of each layout


def _look_at_unit(unit: str) -> tuple[UnitLayout, str] | None:
    """Return the layout of a unit and its first level; None for no unit."""
    try:
        code = UnitCode.parse(unit)
    except InvalidCode:
        return None
    return (code.layout, code.top) if code.text == unit else None


def _is_plain(text: str) -> bool:
    """Whether a code names a procedure alone, of a known class: no day makes that doubtful."""
    try:
        code = ProcedureCode.parse(text)
    except InvalidCode:
        return False
    return code.unit is None and not code.doubts()
