"""Codes and identifiers: what a text is, taken apart, with reasons where it is not.

One class a kind, the same verbs in each: `parse` raises `InvalidCode` with a reason, `is_valid` never raises,
`read` returns the code with everything that is doubtful about it, `str()` is the canonical text.
"""

from evnpubsvc.codes._base import Code, Reading
from evnpubsvc.codes._procedure import ProcedureCode, ProcedureForm
from evnpubsvc.codes._unit import UnitCode, UnitLayout

__all__ = ["Code", "ProcedureCode", "ProcedureForm", "Reading", "UnitCode", "UnitLayout"]
