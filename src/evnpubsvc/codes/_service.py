"""Service codes (*mã dịch vụ công*): a procedure code and two digits for one of its online cases.

`2.000815.02`.

The shape rests on memory and on one code of a live system (`2.000815.000.00.00.H55.02`); no rule
was seen.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, final

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.codes._base import Code, check_shape, setter
from evnpubsvc.codes._procedure import ProcedureCode, ProcedureForm, make_procedure
from evnpubsvc.codes._shapes import CASE, SERVICE
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Text


@final
@frozen(order=False)
class ServiceCode(Code):
    """The code of one online case of a procedure.

    Attributes:
        procedure: the procedure, with or without owner.
        case: two digits.

    Raises:
        InvalidCode: `service-procedure` (it does not begin with a procedure code), `service-case`
            (two digits must follow), and those of `Code.parse`.

    >>> service = ServiceCode.parse("2.000815.000.00.00.H55.02")
    >>> service.procedure.national, service.issuer, service.case
    ('2.000815', 'H55', '02')
    >>> ServiceCode.is_valid("2.000815")
    False
    """

    kind: ClassVar[str] = "service"
    title: ClassVar[Text] = Text(vi="mã dịch vụ công", en="service code")
    _shape: ClassVar[re.Pattern[str]] = re.compile(SERVICE)

    procedure: ProcedureCode = field(validator=instance_of(ProcedureCode))
    case: str = field(validator=check_shape(CASE, "service-case"))

    @classmethod
    def _build(cls, national: str, unit: str | None, case: str) -> ServiceCode:
        code = _new(ServiceCode)
        _set_procedure(code, make_procedure(national, unit))
        _set_case(code, case)
        return code

    @property
    def national(self) -> str:
        """The national code of the procedure."""
        return self.procedure.national

    @property
    def issuer(self) -> str | None:
        """Level-1 code of the owner, or None."""
        return self.procedure.issuer

    def format(self, form: ProcedureForm | None = None) -> str:
        """Return the text with the owner in a form; raises as `ProcedureCode.format` does.

        >>> ServiceCode.parse("2.000815.000.00.00.H55.02").format(ProcedureForm.SHORT)
        '2.000815.H55.02'
        """
        return f"{self.procedure.format(form)}.{self.case}"

    def __str__(self) -> str:
        return f"{self.procedure}.{self.case}"

    def _order(self) -> tuple[Any, ...]:
        return self.procedure, self.case

    def doubts(self) -> tuple[Finding, ...]:
        """Return what is unusual about the procedure."""
        return self.procedure.doubts()

    @classmethod
    def _why(cls, text: str) -> Finding:
        procedure, _, case = text.rpartition(".")
        if ProcedureCode.is_valid(procedure) or not case:
            return finding("service-case", "", case)
        return finding("service-procedure", "", text)


_new: Final = object.__new__
_set_procedure: Final = setter(ServiceCode, "procedure")
_set_case: Final = setter(ServiceCode, "case")
