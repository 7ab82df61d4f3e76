"""Codes against dates: R10 and R11, and the table of ministries and provinces."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    Issuer,
    IssuerKind,
    ProcedureCode,
    ResultCode,
    ServiceCode,
    UnitCode,
    check,
    issuer,
    issuers,
)
from evnpubsvc.findings import Severity
from evnpubsvc.law import Confidence
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import dossier_codes, unit_codes
from evnpubsvc.strategies._codes import procedure_codes


def _reasons(code: Code, on: date) -> list[str]:
    return [f.reason for f in check(code, on=on)]


def test_old_codes_issued_in_2026_are_noticed_not_refused() -> None:
    """`000.00.19.H47-260105-0001` was issued by a live system in January 2026."""
    code = DossierCode.parse("000.00.19.H47-260105-0001")
    found = check(code, on=date(2026, 1, 5))
    assert [f.reason for f in found] == ["dossier-form-other-day", "issuer-other-day"]
    assert {f.severity for f in found} == {Severity.NOTICE}
    assert "H17" in found[1].hint()
    assert "Quảng Nam" in found[1].message("vi")


@pytest.mark.parametrize(
    ("text", "day", "noticed"),
    [
        # Around 06/01/2019, 15/9/2025 and 25/01/2026, the days on which the form of new codes
        # changed.
        ("000.00.19.H29-190105-0001", date(2019, 1, 5), True),
        ("000.00.19.H29-190106-0001", date(2019, 1, 6), False),
        ("000.00.19.H29-190107-0001", date(2019, 1, 7), False),
        ("000.00.19.H29-250914-0001", date(2025, 9, 14), False),
        ("000.00.19.H29-250915-0001", date(2025, 9, 15), True),
        ("000.00.19.H29-250916-0001", date(2025, 9, 16), True),
        ("H29.19-250914-0001", date(2025, 9, 14), True),
        ("H29.19-250915-0001", date(2025, 9, 15), False),
        ("H29.19-250916-0001", date(2025, 9, 16), False),
        ("H29.19-260124-010001", date(2026, 1, 24), False),
        ("H29.19-260125-010001", date(2026, 1, 25), False),
        ("H29.19-260126-0001", date(2026, 1, 26), False),
    ],
)
def test_forms_around_the_days_on_which_they_changed(text: str, day: date, noticed: bool) -> None:
    assert ("dossier-form-other-day" in _reasons(DossierCode.parse(text), day)) == noticed


@pytest.mark.parametrize(
    ("day", "noticed"),
    [(date(2025, 6, 29), 0), (date(2025, 6, 30), 0), (date(2025, 7, 1), 1), (date(2025, 7, 2), 1)],
)
def test_merged_provinces_around_the_day_of_the_merger(day: date, noticed: int) -> None:
    gone: list[Code] = [
        UnitCode("H47.10"),
        ProcedureCode.parse("2.000815.H47"),
        ServiceCode.parse("2.000815.000.00.00.H47.02"),
        ResultCode.parse("KQ.H47.000031T"),
        FieldCode.parse("H47-GD10"),
    ]
    for code in gone:
        assert _reasons(code, day).count("issuer-other-day") == noticed
    assert _reasons(UnitCode("H17"), day) == []


@given(dossier_codes(), st.integers(-400, 400))
def test_the_date_of_a_code_is_the_date_of_receipt(code: DossierCode, off: int) -> None:
    """R10."""
    day = code.received_on + timedelta(off)
    assert ("dossier-date-differs" in _reasons(code, day)) == (off != 0)


@given(
    unit_codes() | procedure_codes() | dossier_codes(), st.dates(date(2015, 1, 1), date(2035, 1, 1))
)
def test_first_levels_are_looked_up_on_the_day(
    code: UnitCode | ProcedureCode | DossierCode, day: date
) -> None:
    reasons = _reasons(code, day)
    top = (
        code.unit.top
        if isinstance(code, DossierCode)
        else code.top
        if isinstance(code, UnitCode)
        else code.issuer
    )
    if top is None:
        assert not {"issuer-unknown", "issuer-other-day"} & set(reasons)
        return
    known = [one for one in issuers() if one.code == top]
    holds = [one for one in known if one.validity.contains(day)]
    assert ("issuer-unknown" in reasons) == (not known)
    assert ("issuer-other-day" in reasons) == (bool(known) and not holds)
    assert issuer(top, on=day) == (holds[0] if holds else None)
    assert issuers(code=top) == tuple(known)


def test_local_inventions_are_unknown() -> None:
    """G66 was invented by one provincial system."""
    assert _reasons(UnitCode("G66.1"), date(2024, 1, 1)) == ["issuer-unknown"]


def test_no_code_means_two_bodies_on_one_day() -> None:
    for code in {one.code for one in issuers()}:
        rows = issuers(code=code)
        for earlier, later in pairwise(rows):
            assert earlier.validity.meets(later.validity)
    assert {one.code[0] for one in issuers() if one.kind is IssuerKind.PROVINCE} == {"H"}
    assert {one.code[0] for one in issuers() if one.kind is IssuerKind.MINISTRY} == {"G"}


def test_successors_lead_to_a_body_that_stands() -> None:
    """Every former province or ministry ends somewhere, and nothing that stands has a successor."""
    for one in issuers():
        assert (one.successor is None) == (one.validity.until is None)
        if one.successor is not None and one.validity.until is not None:
            assert issuer(one.successor, on=one.validity.until + timedelta(1)) is not None


def test_what_rests_on_memory_says_so() -> None:
    """Marked [M] in the notes: Kon Tum.

    Bold there: Quảng Nam. In the list of the portal: Phú Thọ.
    """
    known = {one.code: one.citation.confidence for one in issuers(date(2025, 6, 30))}
    assert (known["H34"], known["H47"], known["H44"]) == (
        Confidence.MEMORY,
        Confidence.READ_COPY,
        Confidence.DERIVED,
    )
    now = [one for one in issuers(date(2025, 7, 1)) if one.kind is IssuerKind.PROVINCE]
    assert {one.citation.confidence for one in now} == {Confidence.READ_COPY}
    assert Confidence.ASSUMED not in {one.citation.confidence for one in issuers()}


@given(st.from_type(Issuer))
def test_issuers_round_trip_through_json(one: Issuer) -> None:
    assert from_json(to_json(one), Issuer) == one
