"""What is this text? All kinds of codes are tried; none is preferred."""

from __future__ import annotations

from typing import Final

from evnpubsvc.codes._base import Code, Reading
from evnpubsvc.codes._dossier import DossierCode
from evnpubsvc.codes._field import FieldCode
from evnpubsvc.codes._procedure import ProcedureCode
from evnpubsvc.codes._result import ResultCode
from evnpubsvc.codes._service import ServiceCode
from evnpubsvc.codes._unit import UnitCode

KINDS: Final[tuple[type[Code], ...]] = (
    DossierCode,
    ProcedureCode,
    ServiceCode,
    UnitCode,
    ResultCode,
    FieldCode,
)


def identify(text: object) -> tuple[Reading[Code], ...]:
    """Return what a text can be read as. Never raises, whatever it is given.

    Returns:
        The readings that have a code, those without a violation first; if there are none, one
        reading without code whose findings say why it is not a code of the kind that it resembles
        most. Never empty.

    >>> [type(reading.code).__name__ for reading in identify("1.012753.H19")]
    ['ProcedureCode']
    >>> identify("G22.99.3-241219795252")[0].findings[0].reason
    'dossier-parts'
    """
    # One reading of every kind that the text can be, strictly valid texts first.
    valid: list[Reading[Code]] = []
    doubtful: list[Reading[Code]] = []
    for kind in KINDS:
        reading: Reading[Code] = kind.read(text)
        if reading.code is not None:
            (valid if reading.code.is_valid(text) else doubtful).append(reading)
    if valid or doubtful:
        return (*valid, *doubtful)

    # It is no code: say why, for the kind that it resembles most.
    return (_resembling(text).read(text),)


def _resembling(text: object) -> type[Code]:
    # Texts only: whatever else is refused by any kind alike, and its str() may itself raise.
    shape = text[:80].strip().upper() if isinstance(text, str) else ""
    if shape.startswith("KQ"):
        return ResultCode
    if "-" in shape:
        return DossierCode
    if shape[:1].isdigit() and shape[1:2] == ".":
        return ProcedureCode
    return UnitCode
