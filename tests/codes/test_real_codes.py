"""Every real code: what it is parses and comes back as written.

What it is not is refused with the reason.
"""

import re
from collections import Counter
from datetime import date

import pytest
from tests.realdata import real_rows

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    IssuerKind,
    ProcedureCode,
    ResultCode,
    ServiceCode,
    UnitCode,
    UnitLayout,
    identify,
    issuers,
)
from evnpubsvc.errors import InvalidCode

_KINDS: dict[str, type[Code]] = {
    "ma_ho_so": DossierCode,
    "ma_tthc": ProcedureCode,
    "ma_dvc": ServiceCode,
    "ma_co_quan": UnitCode,
    "ma_linh_vuc": FieldCode,
    "ma_ket_qua": ResultCode,
}
# Listed as dossier codes by the collection, and marked there as numbers of an application ("mã nội
# bộ").
_INTERNAL = {"HS-HT-2026-092": "dossier-parts", "HS-2024-0047": "dossier-unit"}


def test_every_code_of_the_wild_parses_as_its_kind_and_only_as_that() -> None:
    rows = [row for row in real_rows("ma_so_thuc_te/ma_so.csv") if row["gia_tri"] not in _INTERNAL]
    codes = [row for row in rows if row["loai"] in _KINDS]
    assert len(codes) == 29
    for row in codes:
        kind, text = _KINDS[row["loai"]], row["gia_tri"]
        assert str(kind.parse(text)) == text
        for other in set(_KINDS.values()) - {kind}:
            with pytest.raises(InvalidCode) as refused:
                other.parse(text)
            assert refused.value.reason == "code-other-kind"
            assert dict(refused.value.findings[0].parts) == {"kind": other.kind, "other": kind.kind}
        (reading,) = identify(text)
        assert reading.code == kind.parse(text)


def test_what_is_no_code_is_refused_with_the_reason() -> None:
    texts = {row["gia_tri"]: row["loai"] for row in real_rows("ma_so_thuc_te/ma_so.csv")}
    assert texts["G22.99.3-241219795252"] == "ma_giao_dich"
    for text, reason in {**_INTERNAL, "G22.99.3-241219795252": "dossier-parts"}.items():
        with pytest.raises(InvalidCode) as refused:
            DossierCode.parse(text)
        assert refused.value.reason == reason
        assert not any(kind.is_valid(text) for kind in _KINDS.values())
        (reading,) = identify(text)
        assert (reading.code, [f.reason for f in reading.findings]) == (None, [reason])


def test_parts_of_codes_of_the_wild() -> None:
    """Typed in from the remarks beside the codes."""
    quang_ngai = DossierCode.parse("000.00.53.H48-220921-0099")
    assert (quang_ngai.unit.top, quang_ngai.received_on, quang_ngai.sequence) == (
        "H48",
        date(2022, 9, 21),
        "0099",
    )
    hcmc = DossierCode.parse("38.98.H29-210519-0013")
    assert (hcmc.unit.groups, hcmc.unit.layout) == (("H29", "98", "38"), UnitLayout.TOP_LAST)
    births = DossierCode.parse("G22.99.08-260921-896048")
    assert (births.unit.top, births.number, births.received_on) == (
        "G22",
        896048,
        date(2026, 9, 21),
    )
    service = ServiceCode.parse("2.000815.000.00.00.H55.02")
    assert (service.national, service.issuer, service.case) == ("2.000815", "H55", "02")
    assert ProcedureCode.parse("1.012753.H19").issuer == "H19"
    assert UnitCode.parse("000.00.00.G17").level == 1


def test_all_procedures_and_results_of_the_national_catalogue() -> None:
    rows = real_rows("tthc_cong_dvcqg/thu_tuc.csv")
    procedures = [ProcedureCode.parse(row["ma_thu_tuc"]) for row in rows]
    assert [str(code) for code in procedures] == [row["ma_thu_tuc"] for row in rows]
    assert len(set(procedures)) == 2642
    # First digits as the README of the extract counts them.
    assert Counter(code.class_digit for code in procedures) == {
        "1": 1946,
        "2": 348,
        "3": 237,
        "6": 70,
        "5": 41,
    }
    assert not [code for code in procedures if code.doubts()]
    texts = [row["ma_ket_qua_dau"] for row in rows if row["ma_ket_qua_dau"]]
    results = [ResultCode.parse(text) for text in texts]
    assert [str(code) for code in results] == texts
    assert len(texts) == 2642 - 154
    regular = [text for text in texts if re.fullmatch(r"KQ\.[A-Y]\d{2}\.\d{6}[A-Z]?", text)]
    assert [str(code) for code in results if not code.doubts()] == regular
    # The notes count 645 of 706 Finance procedures and 191 of Construction by the code of the
    # ministry before it.
    by_folder = Counter(
        (row["nguon"], ResultCode.parse(row["ma_ket_qua_dau"]).issuer)
        for row in rows
        if row["ma_ket_qua_dau"]
    )
    assert by_folder["bo-tai-chinh", "G12"] == 645
    assert by_folder["bo-xay-dung", "G04"] == 191


def test_all_units_of_the_league_table() -> None:
    units = [
        UnitCode.parse(row["departmentCode"])
        for row in real_rows("qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv")
    ]
    assert len(set(units)) == 163
    assert {(unit.top, unit.level, unit.layout) for unit in units} == {
        ("H44", 2, UnitLayout.TOP_FIRST)
    }
    assert all(unit.parent == UnitCode("H44") for unit in units)
    # Numbers are ordered as numbers: the communes are H44.100 to H44.247 without gaps.
    assert [int(unit.groups[1]) for unit in sorted(units)][-148:] == list(range(100, 248))


def test_the_provinces_are_those_of_the_portal() -> None:
    rows = real_rows("qd766_phu_tho_2026_08/ma_dinh_danh_34_tinh.csv")
    prefixes = re.compile(r"UBND (tỉnh|thành phố|Thành phố) ")
    portal = {row["departmentCode"]: prefixes.sub("", row["departmentName"]) for row in rows}
    assert len(portal) == 34
    for text in portal:
        assert UnitCode.parse(text).level == 1
    ours = {
        one.code: _province(one.name.vi)
        for one in issuers(date(2026, 10, 1))
        if one.kind is IssuerKind.PROVINCE
    }
    assert ours == portal


def test_mergers_of_provinces_are_those_of_the_conversion_table() -> None:
    """The statistical table names the old and the new province of each commune.

    63 pairs, the same as here.
    """
    old_codes = {
        _province(one.name.vi): one
        for one in issuers(date(2025, 6, 30))
        if one.kind is IssuerKind.PROVINCE
    }
    new_codes = {
        _province(one.name.vi): one
        for one in issuers(date(2025, 7, 1))
        if one.kind is IssuerKind.PROVINCE
    }
    assert (len(old_codes), len(new_codes)) == (63, 34)
    pairs = {
        (_province(row["tinh_cu"]), _province(row["tinh_moi"]))
        for row in real_rows("dvhc_viet_nam/chuyen_doi_cu_moi.csv")
    }
    assert {old for old, _ in pairs} == set(old_codes)
    successors = {_province(one.name.vi): one.successor or one.code for one in old_codes.values()}
    assert {(old, new_codes[new].code) for old, new in pairs} == set(successors.items())


def _province(name: str) -> str:
    return re.sub(r"^(Tỉnh|Thành phố|TP\.?) ", "", name)
