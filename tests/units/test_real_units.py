"""The register of the country from real tables, and names as a portal writes them."""

from collections import Counter
from datetime import date

from evnpubsvc.units import DividedPolicy, Tier, UnitKey
from evnpubsvc.units.results import BreakKind, NameDifference
from tests.realdata import real_rows
from tests.units.rows import country

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_the_country_before_and_after() -> None:
    """63, 696 and 10,035 units until 30/6/2025.

    34 and 3,321 from the next day (README of the data).
    """
    register = country()
    assert [len(register.on(BEFORE, tier=tier)) for tier in Tier] == [63, 696, 10_035]
    assert [len(register.on(AFTER, tier=tier)) for tier in Tier] == [34, 0, 3_321]
    assert [str(unit) for unit in register.versions("20971")] == [
        "xã Tam Xuân II (20971)",
        "xã Tam Xuân (20971)",
    ]
    assert register.notices() == ()


def test_every_old_commune_resolves() -> None:
    lineage = country().lineage(BEFORE, AFTER)
    assert lineage.ended == ()
    assert len({link.older for link in lineage.links}) == 10_035
    assert sum(not link.whole for link in lineage.links if link.default) == 471
    # Five islands were districts without communes; the conversion does not name them.
    assert len(lineage.begun) == 5
    groups = Counter(group.kind for group in lineage.groups)
    assert groups[BreakKind.BEGUN] == 5
    assert sum(len(group.older) for group in lineage.groups) == 10_035
    assert sum(len(group.newer) for group in lineage.groups) == 3_321
    carried = lineage.carry(
        {unit.key: 1 for unit in country().on(BEFORE, tier=Tier.COMMUNE)},
        divided=DividedPolicy.TO_DEFAULT,
    )
    assert sum(carried.as_dict().values()) == 10_035
    assert len(carried.findings) == 471


def test_provinces_merge() -> None:
    lineage = country().lineage(BEFORE, AFTER, tier=Tier.PROVINCE)
    assert lineage.older_of(UnitKey("48", AFTER)) == (UnitKey("48"), UnitKey("49"))
    assert not lineage.ended
    assert not lineage.begun


def test_the_packaged_example_agrees_with_the_country() -> None:
    from evnpubsvc.units import nui_thanh

    for unit in nui_thanh():
        real = country().unit(unit.key)
        assert (real.name.replace("oà", "òa"), real.kind, real.tier, real.parent) == (
            unit.name,
            unit.kind,
            unit.tier,
            unit.parent,
        )
    for step in nui_thanh().successions:
        assert country().default_successor(step.older) == country().unit(step.newer)


def test_148_names_of_a_portal_match_ten_with_another_tone_placement() -> None:
    """The ten names are listed in the README of the data; found there without this library."""
    names = [
        row["departmentName"]
        for row in real_rows("qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv")
        if row["level"] == "COMMUNE"
    ]
    readings = [
        country().find(name, on=date(2026, 8, 31), within="25", tier=Tier.COMMUNE) for name in names
    ]
    assert len(readings) == 148
    units = [reading.unit for reading in readings]
    assert None not in units
    assert len({unit.code for unit in units if unit}) == 148
    tones = {
        match.unit.name
        for reading in readings
        for match in reading.matches
        if NameDifference.TONE_PLACEMENT in match.differences
    }
    listed = (
        "Hạ Hoà,Thanh Thuỷ,Minh Hoà,Thái Hoà,Liên Hoà,Xuân Hoà,Hoà Bình,Tân Hoà,Lạc Thuỷ,Yên Thuỷ"
    )
    assert tones == set(listed.split(","))
    assert all(
        found.reason == "unit-name-differs" for reading in readings for found in reading.findings
    )
    assert all(reading.findings for reading in readings)  # each carries an office at least
