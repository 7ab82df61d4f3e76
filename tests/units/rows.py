"""The register of the country from real tables, as the tests of units need it."""

from functools import cache

from evnpubsvc.serde import unit_register_from_rows
from evnpubsvc.units import UnitRegister
from tests.realdata import real_rows

SINCE, UNTIL = "2025-07-01", "2025-06-30"


def country_rows() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows of units and of successions.

    The key 06970 of the conversion is 06978 in the register of 2026.
    """
    old = real_rows("dvhc_viet_nam/truoc_2025_07_01.csv")
    provinces = real_rows("dvhc_viet_nam/tinh_hien_hanh.csv")
    new = real_rows("dvhc_viet_nam/xa_hien_hanh.csv")
    steps = real_rows("dvhc_viet_nam/chuyen_doi_cu_moi.csv")
    units: dict[tuple[str, str], dict[str, str]] = {}
    for row in old:
        for code, name, parent, tier in (
            (row["ma_tinh"], row["tinh"], "", "province"),
            (row["ma_huyen"], row["huyen"], row["ma_tinh"], "district"),
            (row["ma_xa"], row["xa"], row["ma_huyen"], "commune"),
        ):
            if code:
                units[code, "old"] = {
                    "code": code,
                    "name": name,
                    "parent": parent,
                    "tier": tier,
                    "until": UNTIL,
                }
    for row in provinces:
        code = row["ma_tinh"]
        units[code, "new"] = {
            "code": code,
            "name": row["ten_day_du"],
            "tier": "province",
            "since": SINCE,
        }
    for row in new:
        code = row["ma_xa"]
        units[code, "new"] = {
            "code": code,
            "name": row["ten_day_du"],
            "parent": row["ma_tinh"],
            "tier": "commune",
            "since": SINCE,
        }
    moves = {(row["ma_tinh_cu"], row["ma_tinh_moi"]) for row in steps}
    successions = [{"older": a, "newer": b, "newer_since": SINCE} for a, b in sorted(moves)]
    successions += [
        {
            "older": row["ma_xa_cu"],
            "newer": {"06970": "06978"}.get(row["ma_xa_moi"], row["ma_xa_moi"]),
            "newer_since": SINCE,
            "whole": "0" if row["bi_chia_tach"] == "1" else "1",
            "default": row["don_vi_moi_mac_dinh"],
        }
        for row in steps
    ]
    return list(units.values()), successions


@cache
def country() -> UnitRegister:
    return unit_register_from_rows(*country_rows())
