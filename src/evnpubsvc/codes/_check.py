"""What a code says against a date: R10 and R11 of the rules that can be executed.

Notices only: codes outlive law.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from evnpubsvc.codes._base import Code
from evnpubsvc.codes._dossier import DossierCode, DossierForm
from evnpubsvc.codes._field import FieldCode
from evnpubsvc.codes._issuers import issuers_of
from evnpubsvc.codes._procedure import ProcedureCode
from evnpubsvc.codes._result import ResultCode
from evnpubsvc.codes._service import ServiceCode
from evnpubsvc.codes._unit import UnitCode
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import Regime, Timeline, regimes
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue


def check(code: Code, *, on: date) -> tuple[Finding, ...]:
    """Return everything that is doubtful about a code on a date, as notices.

    Args:
        code: a code of any kind.
        on: for a dossier code the date of receipt that the register has; for others the date of the
            event at which the code was used or the catalogue that lists it.

    Returns:
        What `Code.doubts` says, and:

        * `dossier-date-differs`: the date inside the code is another one (R10);
        * `dossier-form-other-day`: no form that the code can have was in force on its date (codes
          of the old form were still issued in 2026);
        * `issuer-unknown`: no ministry or province of this first-level code is known;
        * `issuer-other-day`: it is known, but not on that date (R10), with successor and
          confidence.

    >>> from datetime import date
    >>> for finding in check(DossierCode.parse("000.00.19.H47-260105-0001"), on=date(2026, 1, 5)):
    ...     print(finding.reason)
    dossier-form-other-day
    issuer-other-day
    """
    return tuple(find_doubts(code, on))


def find_doubts(code: Code, on: date) -> list[Finding]:
    """Return what `check` does, for callers that have many codes."""
    found = list(code.doubts())
    if isinstance(code, DossierCode):
        found += _doubt_dossier(code, on)
    top = _top_of(code)
    if top is not None:
        found += _doubt_issuer(code, top, on)
    return found


def knows_issuer(top: str, on: date) -> bool:
    """Return whether a first-level code meant a ministry or province on a day."""
    return any(each.validity.contains(on) for each in issuers_of(top))


def _doubt_issuer(code: Code, top: str, on: date) -> list[Finding]:
    if knows_issuer(top, on):
        return []
    known = issuers_of(top)
    if not known:
        return [notice("issuer-unknown", "", top, code=code)]
    last = known[-1]
    said = notice(
        "issuer-other-day",
        "",
        top,
        code=code,
        name=last.name.vi,
        validity=last.validity,
        day=on,
        successor=last.successor or "",
        confidence=last.citation.certainty,
    )
    return [said]


# The forms that are in force under a regime of dossier codes. From 25/01/2026 on both new forms are
# in use: the nationwide one for systems of ministries only.
_IN_FORCE: Final = {
    "code-2019": (DossierForm.CODE_2019,),
    "code-2025": (DossierForm.CODE_2025,),
    "code-2026n": (DossierForm.CODE_2025, DossierForm.NATIONWIDE_2026),
}


def has_form_in_force(code: DossierCode) -> bool:
    """Return whether a form that a code can have was in force on its date."""
    rule = _code_regimes().get(code.received_on)
    in_force = () if rule is None else _IN_FORCE[rule.key]
    return any(form in in_force for form in code.forms)


def _doubt_dossier(code: DossierCode, on: date) -> list[Finding]:
    found: list[Finding] = []
    if code.received_on != on:
        found.append(notice("dossier-date-differs", "", code, inside=code.received_on, day=on))
    if not has_form_in_force(code):
        rule = _code_regimes().get(code.received_on)
        said = notice(
            "dossier-form-other-day",
            "",
            code,
            form=code.forms[0],
            day=code.received_on,
            required=_no_form() if rule is None else rule.title,
        )
        found.append(said)
    return found


@cache
def _code_regimes() -> Timeline[Regime]:
    return regimes("dossier-code")


def _no_form() -> Text:
    return Text(**catalogue()["code-no-form"])


def _top_of(code: Code) -> str | None:
    if isinstance(code, DossierCode):
        return code.unit.top
    if isinstance(code, UnitCode):
        return code.top
    assert isinstance(code, (ProcedureCode, ServiceCode, ResultCode, FieldCode))
    return code.issuer
