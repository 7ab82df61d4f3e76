"""Codes and identifiers: what a text is, taken apart, with reasons where it is not.

One class a kind, the same verbs in each: `parse` raises `InvalidCode` with a reason, `is_valid`
never raises, `read` returns the code with everything that is doubtful about it, `str()` is the
canonical text, `format` writes the other forms. `identify` tries all kinds; `check` holds a code
against a date.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.codes._base import Code, Reading
from evnpubsvc.codes._check import check
from evnpubsvc.codes._dossier import DossierCode, DossierForm, DossierStyle
from evnpubsvc.codes._field import FieldCode
from evnpubsvc.codes._identify import identify
from evnpubsvc.codes._issuers import Issuer, IssuerKind, issuer, issuers
from evnpubsvc.codes._procedure import ProcedureCode, ProcedureForm
from evnpubsvc.codes._result import ResultCode
from evnpubsvc.codes._service import ServiceCode
from evnpubsvc.codes._unit import UnitCode, UnitLayout

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

publish(__name__, __all__)
