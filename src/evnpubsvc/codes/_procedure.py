"""Procedure codes (*mã thủ tục hành chính*).

`2.000815`, with an owner `2.000815.000.00.00.H55` or `1.012753.H19`.

The first digit is a class of the national database. In 2,642 procedures of 2026: 1 details
delegated by a law (1,946), 2 not delegated to localities (348), 3 other (237), 5 and 6 (111, one
ministry, class blank). Nothing forbids another digit, so none is refused; 4, 7, 8 and 9 are
reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final, final

from attrs import Attribute, field

from evnpubsvc._hooks import answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc.codes._base import Code, check_shape, setter
from evnpubsvc.codes._shapes import NATIONAL, PROCEDURE, PROCEDURE_UNIT
from evnpubsvc.codes._unit import UnitCode, known_units, share_unit
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import LabelledEnum, Text

_national: Final = re.compile(NATIONAL).fullmatch
_unit: Final = re.compile(PROCEDURE_UNIT).fullmatch
_KNOWN_CLASSES: Final = frozenset("12356")


class ProcedureForm(LabelledEnum):
    """How the owner of a procedure is written."""

    NATIONAL = "national"
    """Without owner: `2.000815`."""
    LONG = "long"
    """Owner in four groups: `2.000815.000.00.00.H55`."""
    SHORT = "short"
    """Owner in one group, decisions of 2025 and later: `2.000815.H55`."""


def _owner_shape(_: object, __: Attribute[UnitCode | None], value: object) -> None:
    if value is not None and not (isinstance(value, UnitCode) and _unit(value.text)):
        raise InvalidCode([finding("procedure-owner", "", value)])


@final
@frozen(order=False)
class ProcedureCode(Code):
    """The code of an administrative procedure.

    Attributes:
        national: the code in the national database, one digit, a dot, six digits: `"2.000815"`.
        unit: the owner of a local copy or variant, as written; None for the national code alone.

    Raises:
        InvalidCode: `procedure-national` (not d.dddddd), `procedure-owner` (what follows is no
            owner), and those of `parse`.

    >>> code = ProcedureCode.parse("2.000815.000.00.00.H55")
    >>> code.national, code.issuer, code.form.value
    ('2.000815', 'H55', 'long')
    >>> code.format(ProcedureForm.SHORT)
    '2.000815.H55'
    >>> ProcedureCode.parse("2.00815")
    Traceback (most recent call last):
    evnpubsvc.errors.InvalidCode: '2.00815' does not begin with a digit, a dot and six digits ...
    """

    kind: ClassVar[str] = "procedure"
    title: ClassVar[Text] = Text(vi="mã thủ tục hành chính", en="procedure code")
    _shape: ClassVar[re.Pattern[str]] = re.compile(PROCEDURE)

    national: str = field(validator=check_shape(NATIONAL, "procedure-national"))
    unit: UnitCode | None = field(default=None, validator=_owner_shape)

    @classmethod
    def _build(cls, national: str, unit: str | None) -> ProcedureCode:
        return make_procedure(national, unit)

    @property
    def issuer(self) -> str | None:
        """Level-1 code of the owner (`"H55"`); None for the national code alone."""
        if self.unit is None:
            return None
        return self.unit.top

    @property
    def form(self) -> ProcedureForm:
        """How the owner is written."""
        if self.unit is None:
            return ProcedureForm.NATIONAL
        if len(self.unit.text) == len("H55"):
            return ProcedureForm.SHORT
        return ProcedureForm.LONG

    @property
    def class_digit(self) -> str:
        """The first digit: the class of the procedure in the national database."""
        return self.national[0]

    def format(self, form: ProcedureForm | None = None) -> str:
        """Return the text in a form; without one, as `str()`: the form in which it was written.

        Raises:
            InvalidCode: `procedure-without-owner` when a form with owner is asked of a code
                without; `procedure-owner-below` when the short form would lose the digits below
                level 1.
        """
        if form is None or form is self.form:
            return str(self)
        if form is ProcedureForm.NATIONAL:
            return self.national
        if self.unit is None:
            raise InvalidCode([finding("procedure-without-owner", "", self, form=form)])
        if form is ProcedureForm.LONG:
            return f"{self.national}.000.00.00.{self.unit.top}"
        if self.unit.level > 1:
            raise InvalidCode([finding("procedure-owner-below", "", self)])
        return f"{self.national}.{self.unit.top}"

    @answer_wrong_arguments
    def same_procedure(self, other: ProcedureCode) -> bool:
        """Return whether both name one procedure.

        National codes equal, owners equal or written in two forms.
        """
        if self.national != other.national or self.issuer != other.issuer:
            return False
        return self.unit is None or other.unit is None or _digits(self.unit) == _digits(other.unit)

    def __str__(self) -> str:
        if self.unit is None:
            return self.national
        return f"{self.national}.{self.unit.text}"

    def _order(self) -> tuple[Any, ...]:
        return self.national, "" if self.unit is None else self.unit.top, str(self)

    def _doubts(self) -> Iterator[Finding]:
        if self.national[0] not in _KNOWN_CLASSES:
            yield notice("procedure-class-unknown", "", self, digit=self.national[0])

    @classmethod
    def _why(cls, text: str) -> Finding:
        return finding("procedure-owner" if _national(text[:8]) else "procedure-national", "", text)


def _digits(unit: UnitCode) -> tuple[str, ...]:
    return unit.groups[1 : unit.level]


_new: Final = object.__new__
_known_unit: Final = known_units.get
_set_national: Final = setter(ProcedureCode, "national")
_set_unit: Final = setter(ProcedureCode, "unit")


def make_procedure(national: str, unit: str | None) -> ProcedureCode:
    """Return the procedure of parts that are known to have their shapes."""
    code = _new(ProcedureCode)
    _set_national(code, national)
    _set_unit(code, unit and (_known_unit(unit) or share_unit(unit)))
    return code
