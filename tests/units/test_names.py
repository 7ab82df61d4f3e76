"""Names: what is the same, what is not, and that every difference is reported."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Validity
from evnpubsvc.strategies import unit_name_variants
from evnpubsvc.strategies._units import admin_units, unit_keys
from evnpubsvc.units import AdminUnit, Tier, UnitKey, UnitKind, UnitRegister, nui_thanh
from evnpubsvc.units.parts import fold_name
from evnpubsvc.units.results import NameDifference
from tests.writable import written_texts

DAY = date(2026, 8, 31)
D = NameDifference


def unit(
    code: str, name: str, kind: UnitKind = UnitKind.COMMUNE, parent: str | None = "25"
) -> AdminUnit:
    return AdminUnit(code, name, kind, kind.tiers[0], parent, Validity(date(2025, 7, 1)))


REGISTER = UnitRegister.of(
    [
        unit("25", "Phú Thọ", UnitKind.PROVINCE, None),
        unit("77", "Bà Rịa - Vũng Tàu", UnitKind.PROVINCE, None),
        unit("01", "Hà Nội", UnitKind.CITY, None),
        unit("1", "Hạ Hoà"),
        unit("2", "Lạc Thuỷ"),
        unit("3", "Hoà Bình", UnitKind.WARD),
        unit("4", "Lâm Thao"),
        unit("5", "Tân Sơn"),
        unit("6", "Tân Sơn", UnitKind.WARD),
        unit("7", "Ea H'leo"),
        AdminUnit(
            "8",
            "Mới",
            UnitKind.COMMUNE,
            Tier.COMMUNE,
            "25",
            Validity(date(2025, 7, 1)),
            other_names=("Cũ Kỹ",),
        ),
        unit("9", "Lâm Thao", parent="77"),
    ]
)


@pytest.mark.parametrize(
    ("text", "code", "differences"),
    [
        ("Xã Hạ Hoà", "1", []),
        ("xã Hạ Hoà", "1", []),
        ("Xã Hạ Hòa", "1", [D.TONE_PLACEMENT]),
        ("UBND xã Hạ Hòa", "1", [D.TONE_PLACEMENT, D.OFFICE]),
        ("Ủy ban nhân dân xã Lạc Thủy", "2", [D.TONE_PLACEMENT, D.OFFICE]),
        ("Uỷ ban nhân dân Xã Lạc Thuỷ", "2", [D.OFFICE]),
        ("UBND phường Hòa Bình - Tỉnh Phú Thọ", "3", [D.TONE_PLACEMENT, D.OFFICE, D.CONTAINER]),
        ("P. Hoà Bình", "3", [D.KIND_SHORT]),
        ("xã Hoà Bình", "3", [D.KIND_OTHER]),
        ("HOÀ BÌNH", "3", [D.CASE, D.KIND_MISSING]),
        ("XÃ HẠ HOÀ", "1", [D.CASE]),
        (unicodedata.normalize("NFD", "Xã Hạ Hoà"), "1", [D.UNICODE]),
        ("Xã\u00a0Hạ  Hoà ", "1", [D.WRITING]),
        ("Xã Lâm Thao, tỉnh Phú Thọ", "4", [D.CONTAINER]),
        ("Xã Ea H’leo", "7", [D.WRITING]),
        ("Xã Cũ Kỹ", "8", [D.OTHER_NAME]),
        ("Tỉnh Bà Rịa - Vũng Tàu", "77", []),
        ("tỉnh Bà Rịa-Vũng Tàu", "77", [D.WRITING]),
        ("xã Lâm Thao - tỉnh Bà Rịa - Vũng Tàu", "9", [D.CONTAINER]),
        ("TP Hà Nội", "01", [D.KIND_SHORT]),
        ("TP.Hà Nội", "01", [D.KIND_SHORT]),
        ("P.Hoà Bình", "3", [D.KIND_SHORT]),
        ("UBND P.Hoà Bình", "3", [D.OFFICE, D.KIND_SHORT]),
        ("phường Tân Sơn", "6", []),
    ],
)
def test_what_a_text_means_and_how_it_differs(
    text: str, code: str, differences: list[NameDifference]
) -> None:
    reading = REGISTER.find(text, on=DAY)
    assert [match.unit.code for match in reading.matches] == [code]
    (match,) = reading.matches
    assert list(match.differences) == differences
    assert match.exact == (not differences)
    assert [found.reason for found in reading.findings] == (
        ["unit-name-differs"] if differences else []
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Xã Ha Hoa", "unit-name-unknown"),
        ("Xã Hạ Hoa", "unit-name-unknown"),
        ("xã Hạ Hoà - Tỉnh Thái Nguyên", "unit-name-elsewhere"),
        ("Tân Sơn", "unit-name-ambiguous"),
        ("Xã Lâm Thao", "unit-name-ambiguous"),
        ("", "unit-name-unreadable"),
        ("x" * 10_000_000, "unit-name-unreadable"),
        ("UBND", "unit-name-unknown"),
        (" - - ,,", "unit-name-unknown"),
    ],
)
def test_what_cannot_be_told_is_a_violation(text: str, reason: str) -> None:
    reading = REGISTER.find(text, on=DAY)
    assert reading.unit is None
    assert reading.findings[0].reason == reason
    assert len(reading.text) <= 300


def test_parent_tier_and_day_choose() -> None:
    assert REGISTER.find("Xã Lâm Thao", on=DAY, within="77").unit == REGISTER.at("9", DAY)
    assert REGISTER.find("Phú Thọ", on=DAY, tier=Tier.COMMUNE).matches == ()
    assert REGISTER.find("Phú Thọ", on=date(2025, 6, 30)).matches == ()
    assert UnitRegister(()).find("Phú Thọ", on=DAY).findings[0].reason == "unit-name-unknown"
    old = nui_thanh().find("xã Tam Xuân II", on=date(2022, 4, 1)).unit
    assert old is not None
    assert old.key == UnitKey("20971")


@given(st.data())
def test_other_ways_to_write_find_the_unit_and_are_reported(data: st.DataObject) -> None:
    register = nui_thanh()
    wanted = data.draw(st.sampled_from(register.on(DAY)))
    text = data.draw(unit_name_variants(wanted))
    reading = register.find(text, on=DAY, tier=wanted.tier)
    assert reading.unit == wanted
    exact = text in {wanted.full_name, wanted.full_name[0].lower() + wanted.full_name[1:]}
    assert reading.matches[0].exact == exact
    assert bool(reading.findings) != exact


@given(written_texts(400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = REGISTER.find(text, on=DAY)
    assert reading.matches or reading.findings
    for match in reading.matches:
        assert match.exact or reading.findings


@given(st.text(max_size=30))
def test_folding_is_idempotent_and_blind_to_unicode_forms(text: str) -> None:
    assert fold_name(unicodedata.normalize("NFD", text)) == fold_name(
        unicodedata.normalize("NFC", text)
    )


_VOWELS = st.sampled_from(
    ["òa oà", "óa oá", "ỏa oả", "õa oã", "ọa oạ", "ủy uỷ", "úy uý", "òe oè", "ụy uỵ"]
)


@given(st.sampled_from(["H", "Th", "L", "x"]), _VOWELS)
def test_tone_placement_never_makes_a_difference_but_the_tone_does(onset: str, pair: str) -> None:
    old, new = pair.split()
    assert fold_name(onset + old) == fold_name(onset + new)
    assert fold_name(onset + old) != fold_name(onset + "oa")
    assert fold_name(onset + old) != fold_name(onset + "uy")


def test_each_tone_is_a_letter_of_its_own() -> None:
    assert (
        len({fold_name(word) for word in ["Hoa", "Hòa", "Hóa", "Hỏa", "Hõa", "Họa", "Hoă", "Hoà"]})
        == 7
    )


def test_the_fullest_name_comes_first() -> None:
    register = UnitRegister.of(
        [
            unit("1", "Tân - Lập", UnitKind.PROVINCE, None),
            unit("2", "Lập", UnitKind.PROVINCE, None),
            unit("3", "Tân", parent="2"),
        ]
    )
    assert register.find("Tân - Lập", on=DAY).unit == register.at("1", DAY)
    assert register.find("Tân-Lập", on=DAY, tier=Tier.COMMUNE).unit == register.at("3", DAY)


@given(admin_units())
def test_a_unit_is_found_by_its_own_name_or_its_name_is_no_name(one: AdminUnit) -> None:
    register = UnitRegister.of(
        [AdminUnit(one.code, one.name, one.kind, one.tier, None, Validity(None, date(2025, 6, 30)))]
    )
    reading = register.find(one.full_name, on=date(2025, 6, 30))
    if reading.unit is None:
        assert (
            not all(letter.isalnum() or letter == " " for letter in one.name)
            or len(one.full_name) > 300
        )
    assert str(one)


@given(unit_keys(), unit_keys())
def test_keys_are_ordered(one: UnitKey, two: UnitKey) -> None:
    assert (one < two) + (two < one) + (one == two) == 1
    assert one.__lt__("x") is NotImplemented


def test_misuse_of_records() -> None:
    for code in ("", " ", "a b", "x" * 36, 1, "\n"):
        with pytest.raises(MisuseError, match="unit-code"):
            UnitKey(code)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="wrong-type"):
        UnitKey("1", "2025-07-01")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="unit-kind-tier"):
        AdminUnit("1", "A", UnitKind.WARD, Tier.PROVINCE)
    assert [tier.depth for tier in Tier] == [0, 1, 2]


@pytest.mark.parametrize(
    ("one", "other"), [("Phường 01", "Phường 1"), ("Phường 001", "Phường 1"), ("Tổ 07", "Tổ 7")]
)
def test_zeros_before_a_number_are_another_way_of_writing_it(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)
    assert fold_name("Phường 10") != fold_name("Phường 1")
