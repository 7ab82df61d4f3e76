"""Codes and identifiers: what a text is, taken apart, with reasons where it is not.

One class a kind, the same verbs in each: `parse` raises `InvalidCode` with a reason, `is_valid`
never raises, `read` returns the code with everything that is doubtful about it, `str()` is the
canonical text, `format` writes the other forms. `identify` tries all kinds; `check` holds a code
against a date.
"""

from typing import TYPE_CHECKING, Final

from evnpubsvc._hooks import load, publish
from evnpubsvc.codes._base import Code, Reading
from evnpubsvc.codes._procedure import ProcedureCode, ProcedureForm
from evnpubsvc.codes._unit import UnitCode, UnitLayout

if TYPE_CHECKING:
    from evnpubsvc.codes._check import check
    from evnpubsvc.codes._dossier import DossierCode, DossierForm, DossierStyle
    from evnpubsvc.codes._field import FieldCode
    from evnpubsvc.codes._identify import identify
    from evnpubsvc.codes._issuers import Issuer, IssuerKind, issuer, issuers
    from evnpubsvc.codes._result import ResultCode
    from evnpubsvc.codes._service import ServiceCode

__all__ = [
    "Code",
    "DossierCode",
    "DossierForm",
    "DossierStyle",
    "FieldCode",
    "Issuer",
    "IssuerKind",
    "ProcedureCode",
    "ProcedureForm",
    "Reading",
    "ResultCode",
    "ServiceCode",
    "UnitCode",
    "UnitLayout",
    "check",
    "identify",
    "issuer",
    "issuers",
]

# public name -> its module, for the first access: not every use of a room needs these
_LATER: Final = {
    "DossierCode": "_dossier",
    "DossierForm": "_dossier",
    "DossierStyle": "_dossier",
    "FieldCode": "_field",
    "Issuer": "_issuers",
    "IssuerKind": "_issuers",
    "ResultCode": "_result",
    "ServiceCode": "_service",
    "check": "_check",
    "identify": "_identify",
    "issuer": "_issuers",
    "issuers": "_issuers",
}

publish(__name__, (name for name in __all__ if name not in _LATER))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load(__name__, _LATER, name)

    def __dir__() -> list[str]:
        return [*__all__]
