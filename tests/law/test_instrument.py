"""Numbers of instruments, read and written."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.realdata import real_rows

from evnpubsvc.errors import InvalidCode, MisuseError
from evnpubsvc.findings import violations
from evnpubsvc.law import Instrument, InstrumentNumber, example_instruments
from evnpubsvc.serde import from_json, to_json


@pytest.mark.parametrize(
    ("text", "serial", "year", "kind", "bodies", "canonical"),
    [
        ("61/2018/NĐ-CP", "61", 2018, "NĐ", ("CP",), "61/2018/NĐ-CP"),
        ("QĐ 1776/QĐ-UBND", "1776", None, "QĐ", ("UBND",), "1776/QĐ-UBND"),
        ("81/KH-UBND", "81", None, "KH", ("UBND",), "81/KH-UBND"),
        ("94/QĐ-STTTT", "94", None, "QĐ", ("STTTT",), "94/QĐ-STTTT"),
        ("94/QĐ-STT&TT", "94", None, "QĐ", ("STTTT",), "94/QĐ-STTTT"),
        ("01/2018/TT-VPCP", "01", 2018, "TT", ("VPCP",), "01/2018/TT-VPCP"),
        ("NQ 66.7/2025/NQ-CP", "66.7", 2025, "NQ", ("CP",), "66.7/2025/NQ-CP"),
        ("1075a/QĐ-NHNN", "1075a", None, "QĐ", ("NHNN",), "1075a/QĐ-NHNN"),
        ("885/QĐ-BCA-C06", "885", None, "QĐ", ("BCA", "C06"), "885/QĐ-BCA-C06"),
        ("NQ 1659/NQ-UBTVQH15", "1659", None, "NQ", ("UBTVQH15",), "1659/NQ-UBTVQH15"),
        ("45/2019/QH14", "45", 2019, "", ("QH14",), "45/2019/QH14"),
        ("Luật 60/2014/QH13", "60", 2014, "Luật", ("QH13",), "Luật 60/2014/QH13"),
        ("793/BTTTT-THH", "793", None, "", ("BTTTT", "THH"), "793/BTTTT-THH"),
        ("CV 793/BTTTT-THH", "793", None, "CV", ("BTTTT", "THH"), "CV 793/BTTTT-THH"),
        ("01/2019/TT-BLĐTBXH", "01", 2019, "TT", ("BLĐTBXH",), "01/2019/TT-BLĐTBXH"),
        ("Nghị định số 61/2018/NĐ-CP", "61", 2018, "NĐ", ("CP",), "61/2018/NĐ-CP"),
        ("SỐ 64/QĐ-NHNN", "64", None, "QĐ", ("NHNN",), "64/QĐ-NHNN"),
        ("1170/QD-BTP", "1170", None, "QĐ", ("BTP",), "1170/QĐ-BTP"),
        ("766/QÐ–ttg", "766", None, "QĐ", ("TTg",), "766/QĐ-TTg"),
        (" 61 / 2018 / NĐ - CP\u00a0", "61", 2018, "NĐ", ("CP",), "61/2018/NĐ-CP"),
        ("６１/２０１８/NĐ-CP", "61", 2018, "NĐ", ("CP",), "61/2018/NĐ-CP"),
        ("12/HD-BNV", "12", None, "HD", ("BNV",), "12/HD-BNV"),
        ("12/HĐ-BNV", "12", None, "HĐ", ("BNV",), "12/HĐ-BNV"),
    ],
)
def test_numbers_as_they_are_printed(
    text: str, serial: str, year: int | None, kind: str, bodies: tuple[str, ...], canonical: str
) -> None:
    number = InstrumentNumber.parse(text)
    assert (number.serial, number.year, number.kind, number.bodies) == (serial, year, kind, bodies)
    assert str(number) == canonical
    assert InstrumentNumber.is_valid(unicodedata.normalize("NFD", text))
    assert InstrumentNumber.parse(unicodedata.normalize("NFD", text)) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "code-empty"),
        ("   ", "code-empty"),
        ("1681", "instrument-shape"),
        ("QĐ/0001-BTP", "instrument-shape"),
        ("1/2/3/QĐ-X", "instrument-shape"),
        ("1/x/QĐ-UBND", "instrument-shape"),
        ("2267./QĐ-BXD", "instrument-serial"),
        ("61/18/NĐ-CP", "instrument-year"),
        ("61/1918/NĐ-CP", "instrument-year"),
        ("61/2018/NĐ-", "instrument-body"),
        ("61/2018/", "instrument-body"),
        ("61/2018/NĐ-c p", "instrument-body"),
        ("TT 61/2018/NĐ-CP", "instrument-kinds-differ"),
        ("Thông lệ 61/2018/NĐ-CP", "instrument-kind"),
        ("61/2018/NĐ-СР", "code-lookalike"),  # Cyrillic
        ("6" * 10_000_000, "code-too-long"),
        (None, "code-not-text"),
        (61, "code-not-text"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidCode) as refused:
        InstrumentNumber.parse(text)
    assert refused.value.reason == reason
    assert not InstrumentNumber.is_valid(text)
    for lang in ("en", "vi"):
        assert refused.value.findings[0].message(lang)


@given(st.from_type(InstrumentNumber))
def test_parse_undoes_str_and_format(number: InstrumentNumber) -> None:
    assert InstrumentNumber.parse(str(number)) == number
    assert InstrumentNumber.parse(number.format(kind=True)) == number
    assert from_json(to_json(number), InstrumentNumber) == number


@given(st.from_type(InstrumentNumber))
def test_only_unknown_bodies_are_doubtful_in_canonical_numbers(number: InstrumentNumber) -> None:
    again, found = InstrumentNumber.read(str(number))
    assert again == number
    assert {f.reason for f in found} <= {"instrument-body-unknown"}
    assert ("instrument-body-unknown" in {f.reason for f in found}) == (number.issuer_name is None)


@given(
    st.text(max_size=40)
    | st.text("0123456789/-NĐQCPUBD số.", max_size=30)
    | st.integers()
    | st.none()
)
def test_is_valid_never_raises_and_read_agrees_with_it(text: object) -> None:
    valid = InstrumentNumber.is_valid(text)
    number, found = InstrumentNumber.read(text)
    assert valid == (number is not None and not violations(found))
    if number is not None:
        assert InstrumentNumber.parse(str(number)) == number


def test_names_of_kind_and_body() -> None:
    number = InstrumentNumber.parse("01/2018/TT-VPCP")
    assert number.kind_name is not None
    assert number.issuer_name is not None
    assert (number.kind_name.vi, number.issuer_name.vi) == ("Thông tư", "Văn phòng Chính phủ")
    assert InstrumentNumber.parse("45/2019/QH14").kind_name is None
    assert InstrumentNumber.parse("45/2019/XYZ").issuer_name is None


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"serial": "x", "bodies": ("CP",)}, "instrument-serial"),
        ({"serial": "1", "year": 18, "bodies": ("CP",)}, "instrument-year"),
        ({"serial": "1", "kind": "XX", "bodies": ("CP",)}, "instrument-kind"),
        ({"serial": "1", "kind": "Luật", "bodies": ("QH15",)}, "instrument-kind"),
        ({"serial": "1", "kind_before": True, "bodies": ("QH15",)}, "instrument-kind"),
        ({"serial": "1", "bodies": ("NĐ", "CP")}, "instrument-kind"),
        ({"serial": "1", "bodies": ()}, "instrument-body"),
        ({"serial": "1", "bodies": "CP"}, "instrument-body"),
        ({"serial": "1", "bodies": ("c p",)}, "instrument-body"),
    ],
)
def test_a_number_that_could_not_be_read_back_cannot_be_made(
    parts: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidCode) as refused:
        InstrumentNumber(**parts)
    assert refused.value.reason == reason


def test_the_example_has_the_trap_of_the_seed() -> None:
    """A commune's plan of 31/3/2022 is older than the district's of 19/4/2022, and that is no
    error.
    """
    papers = {str(paper): paper for paper in example_instruments()}
    commune, district = papers["15/KH-UBND"], papers["81/KH-UBND"]
    assert (commune.issued, district.issued) == (date(2022, 3, 31), date(2022, 4, 19))
    assert (commune.issuer, district.issuer) == ("UBND xã Tam Xuân II", "UBND huyện Núi Thành")
    assert commune.kind == "KH"
    assert commune.validity is None
    assert {str(paper.issued) for paper in papers.values()} == {
        "2020-07-02",
        "2022-03-31",
        "2022-04-15",
        "2022-04-19",
        "2022-04-27",
    }


@given(st.from_type(Instrument))
def test_instruments_round_trip_and_their_validity_ends_before_the_repeal(
    instrument: Instrument,
) -> None:
    assert from_json(to_json(instrument), Instrument) == instrument
    validity = instrument.validity
    if validity is None:
        assert instrument.in_force is None
    else:
        assert validity.since == instrument.in_force
        assert instrument.repealed == (
            None if validity.until is None else validity.until + timedelta(1)
        )


def test_repeal_before_force_is_misuse() -> None:
    number = InstrumentNumber.parse("61/2018/NĐ-CP")
    with pytest.raises(MisuseError) as early:
        Instrument(number, in_force=date(2018, 6, 21), repealed=date(2018, 6, 21))
    assert early.value.reason == "instrument-repealed-early"
    with pytest.raises(MisuseError):
        Instrument(number, issued="2018")  # type: ignore[arg-type]


def test_decisions_of_the_national_catalogue() -> None:
    """382 distinct texts of 2,642 procedures.

    9 are not numbers, which the portal itself shows so.
    """
    texts = {row["so_quyet_dinh"] for row in real_rows("tthc_cong_dvcqg/thu_tuc.csv")}
    refused = {text for text in texts if not InstrumentNumber.is_valid(text)}
    assert refused == {
        "1103",
        "1681",
        "9303",
        "2267./QĐ-BXD",
        "569./QĐ-BXD",
        "Demo/QĐ-BCA",
        "QĐ/0001-BCA",
        "QĐ/0001-BTP",
        "QĐ2338-BTP",
    }
    assert len(texts) == 382
