"""What a code says against a date: R10 and R11 of the rules that can be executed.

Notices only: codes outlive law.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evnpubsvc.codes._base import Code
from evnpubsvc.codes._dossier import DossierCode
from evnpubsvc.codes._field import FieldCode
from evnpubsvc.codes._issuers import issuer, issuers
from evnpubsvc.codes._procedure import ProcedureCode
from evnpubsvc.codes._result import ResultCode
from evnpubsvc.codes._service import ServiceCode
from evnpubsvc.codes._unit import UnitCode
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import regimes
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
    return (*code.doubts(), *_against(code, on))


def _against(code: Code, on: date) -> Iterator[Finding]:
    if isinstance(code, DossierCode):
        yield from _dossier_against(code, on)
    top = _top_of(code)
    if top is not None and issuer(top, on=on) is None:
        known = issuers(code=top)
        if not known:
            yield notice("issuer-unknown", "", top, code=code)
        else:
            last = known[-1]
            yield notice(
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


def _dossier_against(code: DossierCode, on: date) -> Iterator[Finding]:
    if code.received_on != on:
        yield notice("dossier-date-differs", "", code, inside=code.received_on, day=on)
    rules = regimes("dossier-code")
    rule = rules.get(code.received_on)
    # From 25/01/2026 on both new forms are in use: the nationwide one for systems of ministries
    # only.
    layouts = {
        "code-2019": {"code-2019"},
        "code-2025": {"code-2025"},
        "code-2026n": {"code-2025", "code-2026n"},
    }
    in_force = set[str]() if rule is None else layouts[rule.key]
    if in_force.isdisjoint(form.value for form in code.forms):
        form = code.forms[0]
        yield notice(
            "dossier-form-other-day",
            "",
            code,
            form=form,
            day=code.received_on,
            required=_no_form() if rule is None else rule.title,
        )


def _no_form() -> Text:
    return Text(**catalogue()["code-no-form"])


def _top_of(code: Code) -> str | None:
    if isinstance(code, DossierCode):
        return code.unit.top
    if isinstance(code, UnitCode):
        return code.top
    assert isinstance(code, (ProcedureCode, ServiceCode, ResultCode, FieldCode))
    return code.issuer
