"""The worked example.

The units of former Núi Thành district, where the seed case of 2022 took place.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from evnpubsvc._tables import packaged_table
from evnpubsvc.law import Citation, Validity
from evnpubsvc.law.parts import cited
from evnpubsvc.units._register import UnitRegister
from evnpubsvc.units._unit import AdminUnit, Succession, Tier, UnitKey, UnitKind


@cache
def nui_thanh() -> UnitRegister:
    """Return the units of former Núi Thành district (Quảng Nam) and their successors of 01/7/2025.

    17 communes became 6 under Đà Nẵng, into which Quảng Nam was merged; the district ended without
    successor. The beginning of the older units is open. An example, not a register of the country.

    >>> from datetime import date
    >>> register = nui_thanh()
    >>> [len(register.on(day, tier=Tier.COMMUNE)) for day in (date(2025, 6, 30), date(2025, 7, 1))]
    [17, 6]
    """
    table = packaged_table("units/nui_thanh.toml")
    since = table["since"]
    origin: dict[str, str] = table["source"]
    source = cited(origin)
    older, newer = Validity(until=since - timedelta(days=1)), Validity(since)
    return UnitRegister.of(
        [
            *(_unit(row, older, source) for row in table["before"]),
            *(_unit(row, newer, source) for row in table["after"]),
        ],
        [
            Succession(UnitKey(row["code"]), UnitKey(row["into"], since), source=source)
            for row in table["before"]
            if "into" in row
        ],
    )


def _unit(row: dict[str, Any], validity: Validity, source: Citation) -> AdminUnit:
    return AdminUnit(
        code=row["code"],
        name=row["name"],
        kind=UnitKind(row["kind"]),
        tier=Tier(row["tier"]),
        parent=row.get("parent"),
        validity=validity,
        source=source,
    )
