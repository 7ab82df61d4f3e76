"""The register of the whole country, from a package that keeps it (extra `units`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, cast

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.serde._units import unit_register_from_rows
from evnpubsvc.units import UnitRegister

_PACKAGE: Final = "vietnamadminunits"
_SINCE, _UNTIL = "2025-07-01", "2025-06-30"  # NQ 202/2025/QH15: the package itself has no days
_OLDER: Final = (
    "SELECT provinceCode, province, provinceKey, districtCode, district, districtKey, "
    "wardCode, ward, wardKey "
    "FROM admin_units_legacy"
)
_NEWER: Final = (
    "SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey FROM admin_units"
)


@frozen(repr=False)
class RegisterReading(PublicType):
    """A register with everything that is unclear in its origin.

    Attributes:
        register: every unit that was read.
        findings: a notice for each link of the origin that does not lead to exactly one unit.
    """

    register: UnitRegister
    findings: tuple[Finding, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<RegisterReading of {self.register}, {len(self.findings)} findings>"


def national_register() -> RegisterReading:
    """Return the units of Viet Nam before and after 01/7/2025, and what became of them.

    The package `vietnamadminunits` holds both maps and a conversion whose keys are names without
    accents; a key that names no unit or several leads nowhere and is reported (`origin-key`). Only
    its data files are opened: the package is not imported, which would load NumPy and Shapely. It
    names the General Statistics Office as its source. The days are those of NQ 202/2025/QH15;
    changes before 2025 are not in it.

    Raises:
        MisuseError: `extra-missing` when the package is not installed.
        DataError: `origin-layout` when its files are not those of a release that is known here
            (1.0.4).
    """
    try:
        folder = Path(str(distribution(_PACKAGE).locate_file(f"{_PACKAGE}/data")))
    except PackageNotFoundError:
        raise MisuseError("extra-missing", _PACKAGE, extra="units") from None
    try:
        with closing(
            sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True)
        ) as tables:
            tables.row_factory = sqlite3.Row
            older = [dict(row) for row in tables.execute(_OLDER)]
            newer = [dict(row) for row in tables.execute(_NEWER)]
        conversion = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
        notes: list[Finding] = []
        units = {(row["code"], row.get("since", "")): row for row in _units(older, newer)}
        steps = list(_steps(older, newer, conversion, notes))
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError([finding("origin-layout", _PACKAGE, error)]) from None
    return RegisterReading(unit_register_from_rows(units.values(), steps), tuple(notes))


def _units(older: list[dict[str, Any]], newer: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    for row in older:
        province, district = row["provinceCode"], row["districtCode"]
        yield {"code": province, "name": row["province"], "tier": "province", "until": _UNTIL}
        yield {
            "code": district,
            "name": row["district"],
            "tier": "district",
            "parent": province,
            "until": _UNTIL,
        }
        if row["wardCode"]:
            yield {
                "code": row["wardCode"],
                "name": row["ward"],
                "parent": district,
                "until": _UNTIL,
            }
    for row in newer:
        province = row["provinceCode"]
        yield {"code": province, "name": row["province"], "tier": "province", "since": _SINCE}
        yield {"code": row["wardCode"], "name": row["ward"], "parent": province, "since": _SINCE}


def _steps(
    older: list[dict[str, Any]], newer: list[dict[str, Any]], conversion: Any, notes: list[Finding]
) -> Iterator[dict[str, str]]:
    """Give the links from old units to new ones; keys that mean no unit or several are noted."""
    # The codes behind the keys of the package, before and after.
    old_codes: dict[str, set[str]] = {}
    new_codes: dict[str, set[str]] = {}
    for row in older:
        old_codes.setdefault(row["provinceKey"], set()).add(row["provinceCode"])
        key = f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"
        old_codes.setdefault(key, set()).add(row["wardCode"] or row["districtCode"])
    for row in newer:
        new_codes.setdefault(row["provinceKey"], set()).add(row["provinceCode"])
        new_codes.setdefault(f"{row['provinceKey']}_{row['wardKey']}", set()).add(row["wardCode"])

    def code(key: str, codes: Mapping[str, set[str]]) -> str | None:
        found = codes.get(key, set())
        if len(found) != 1:
            notes.append(notice("origin-key", _PACKAGE, key, count=len(found)))
            return None
        return next(iter(found))

    def link(
        old: str, new: str, *, whole: bool = True, default: bool = True
    ) -> Iterator[dict[str, str]]:
        before, after = code(old, old_codes), code(new, new_codes)
        if before is not None and after is not None:
            yield {
                "older": before,
                "newer": after,
                "newer_since": _SINCE,
                "whole": str(int(whole)),
                "default": str(int(default)),
            }

    # Provinces; then communes that went into one as a whole; then those that were divided.
    for new, olds in conversion["DICT_PROVINCE"].items():
        for old in olds:
            yield from link(old, new)
    for province, wards in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, olds in wards.items():
            for old in olds:
                yield from link(old, f"{province}_{new}")
    for province, wards in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, news in cast("dict[str, list[dict[str, Any]]]", wards).items():
            for new in news:
                default = bool(new["isDefaultNewWard"])
                yield from link(
                    old, f"{province}_{new['newWardKey']}", whole=False, default=default
                )
