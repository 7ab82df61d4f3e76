"""Tables in: nothing lost, everything unclear reported, everything wrong at once."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import Authority, Catalogue, seed_catalogue
from evnpubsvc.errors import DataError
from evnpubsvc.findings import violations
from evnpubsvc.serde import (
    PORTAL_COLUMNS,
    catalogue_from_rows,
    from_json,
    read_catalogue,
    read_unit_register,
    to_json,
    unit_register_from_rows,
)
from evnpubsvc.services import Channel
from evnpubsvc.strategies import unit_registers
from evnpubsvc.strategies._catalogue import service_flags
from evnpubsvc.strategies._units import admin_units, lineages, successions
from evnpubsvc.units import AdminUnit, Lineage, Succession, UnitRegister, nui_thanh
from tests.realdata import real, real_rows

FOLDER = "tthc_cong_dvcqg/"


def test_the_whole_portal_extract_loads_and_nothing_is_lost() -> None:
    """Counts by authority and channel, limits without unit and not stated: README of the data."""
    reading = read_catalogue(
        real(f"{FOLDER}thu_tuc.csv"),
        real(f"{FOLDER}thoi_han_theo_hinh_thuc.csv"),
        columns=PORTAL_COLUMNS,
    )
    known = reading.catalogue
    rows = {row["ma_thu_tuc"]: row for row in real_rows(f"{FOLDER}thu_tuc.csv")}
    assert len(known) == len(rows) == 2642
    assert sum(Authority.COMMUNE in one.authorities for one in known) == 588
    assert sum(len(one.time_limits) for one in known) == 7037
    channels = Counter(limit.channel for one in known for limit in one.time_limits)
    assert channels == {Channel.IN_PERSON: 2590, Channel.POST: 2271, Channel.ONLINE: 2176}
    assert len({one.field_name for one in known}) == 140
    reasons = Counter(found.reason for found in reading.findings)
    assert (
        reasons["limit-without-unit"],
        reasons["limit-not-stated"],
        reasons["limits-missing"],
    ) == (820, 334, 25)
    assert not violations(reading.findings)
    assert "authority-not-a-level" not in reasons
    assert "channel-unknown" not in reasons
    for one in known:
        row = rows[str(one.code)]
        assert one.name == row["ten_thu_tuc"].strip()
        assert bool(one.results) == bool(row["ma_ket_qua_dau"].strip())
    today = date(2026, 11, 24)
    assert known.at("2.000815", today).channels == (Channel.IN_PERSON,)
    assert from_json(to_json(known), Catalogue) == known


def test_the_seed_agrees_with_the_portal() -> None:
    rows = {row["ma_thu_tuc"]: row for row in real_rows(f"{FOLDER}thu_tuc.csv")}
    seen = 0
    for one in seed_catalogue():
        row = rows.get(str(one.code))
        if row is None:
            continue
        seen += 1
        assert (one.name, one.field_name) == (row["ten_thu_tuc"], row["linh_vuc"])
        assert row["ma_ket_qua_dau"] in {str(result.code) for result in one.results}
    assert seen == 4


def test_bad_rows_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        catalogue_from_rows(
            [
                {"code": "1.1", "name": "x"},
                {"code": "1.000001", "name": " "},
                {"code": "1.000002", "name": "x", "since": "30/02/2022"},
                {"code": "1.000003", "name": "x", "since": "2022-01-02", "until": "2022-01-01"},
                {"code": "1.000004", "name": "x", "replaced_by": "no"},
            ],
            [{"limit_code": "1.999999", "limit": "1"}, {"limit_code": "", "limit": "1"}],
        )
    found = {(each.reason, each.path) for each in caught.value.findings}
    assert ("text-empty", "row 3") in found
    assert ("moment-impossible", "row 4, column since") in found
    assert ("last-before-first", "row 5, column until") in found
    assert ("procedure-unknown", "limit row 2, column limit_code") in found
    assert {path for _, path in found} >= {"row 2, column code", "row 6, column replaced_by"}
    assert len(found) == 7


def test_unclear_cells_are_kept_and_noticed() -> None:
    reading = catalogue_from_rows(
        [
            {
                "code": "1.000001",
                "name": "x",
                "authorities": "Cấp xã; Cấp vũ trụ;Cấp xã",
                "result_code": "???",
                "result": "giấy",
                "basis": "1/2022/NĐ-CP",
                "decision": "2/QĐ-BTP",
                "field": "a",
            }
        ],
        [{"limit_code": "1.000001", "channel": "Bồ câu", "limit": "1 ngày", "case": "a"}],
    )
    (one,) = reading.catalogue
    assert one.authorities == (Authority.COMMUNE,)
    assert one.results[0].text == "giấy (???)"
    assert one.time_limits[0].case == "a (Bồ câu)"
    assert {"authority-not-a-level", "channel-unknown"} <= {
        found.reason for found in reading.findings
    }
    assert not violations(reading.findings)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "not-utf8"),
        (b"", "header-missing"),
        (b"a,b\n1,2\n", "column-missing"),
        (b'code,name\n"1.000001,x\n', "csv-broken"),
        (b"code,name\n" + b"1" * 2_000_000 + b",x\n", "line-too-long"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    for read in (read_catalogue, read_unit_register):
        with pytest.raises(DataError) as caught:
            read(path)
        assert caught.value.findings[0].reason == reason


def test_huge_files_are_refused(tmp_path: Path) -> None:
    for name in ("x.csv", "x.json"):
        path = tmp_path / name
        with path.open("wb") as stream:
            stream.truncate(65_000_000)
        with pytest.raises(DataError, match="file-too-large"):
            read_catalogue(path)


def test_json_catalogues(tmp_path: Path) -> None:
    path = tmp_path / "c.JSON"
    path.write_text(to_json(seed_catalogue()), encoding="utf-8")
    assert read_catalogue(path).catalogue == seed_catalogue()
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(DataError):
        read_catalogue(path)


def test_registers_from_files(tmp_path: Path) -> None:
    units, steps = tmp_path / "u.csv", tmp_path / "s.csv"
    register = nui_thanh()
    with units.open("w", newline="", encoding="utf-8-sig") as stream:
        table = csv.writer(stream)
        table.writerow(["ma", "name", "tier", "parent", "since", "until"])
        for unit in register:
            # As people and spreadsheets write days.
            since, until = unit.validity.since, unit.validity.until
            days = (f"{since:%d/%m/%Y}" if since else "", f"{until} 00:00:00" if until else "")
            table.writerow([unit.code, unit.full_name, unit.tier, unit.parent or "", *days])
    with steps.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["older", "older_since", "newer", "newer_since"])
        for step in register.successions:
            table.writerow([step.older.code, "", step.newer.code, step.newer.since])
    back = read_unit_register(units, steps, columns={"code": "ma"})
    assert [(str(one), one.key, one.parent) for one in back] == [
        (str(one), one.key, one.parent) for one in register
    ]
    assert [str(step) for step in back.successions] == [str(step) for step in register.successions]
    assert len(read_unit_register(units, columns={"code": "ma"})) == len(register)


def test_bad_unit_rows_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        unit_register_from_rows(
            [
                {"code": "1", "name": "Tam Xuân"},
                {"code": "2", "name": "Tam Xuân", "kind": "làng"},
                {"code": "3", "name": "Thành phố Huế"},
                {"code": "4", "name": "Xã A", "tier": "quốc gia"},
                {"code": "", "name": "Xã A"},
                {"code": "6", "name": "Xã A", "since": "0000-00-00"},
            ],
            [{"older": "1", "newer": "2", "whole": "maybe"}, {"older": "", "newer": "2"}],
        )
    assert [(found.reason, found.path) for found in caught.value.findings] == [
        ("unit-kind-unknown", "row 2, column kind"),
        ("unit-kind-unknown", "row 3, column kind"),
        ("unit-tier-unknown", "row 4, column tier"),
        ("unit-tier-unknown", "row 5, column tier"),
        ("unit-code", "row 6"),
        ("moment-impossible", "row 7, column since"),
        ("value-of-wrong-type", "succession row 2, column whole"),
        ("unit-code", "succession row 3"),
    ]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["code", "name", "kind", "tier", "since", "parent"]),
            st.text(max_size=9),
        )
    )
)
def test_any_rows_are_a_register_or_findings(rows: list[dict[str, str]]) -> None:
    try:
        register = unit_register_from_rows(rows)
    except DataError as error:
        findings = error.findings
        register = None
    else:
        findings = ()
    assert bool(findings) == (register is None)
    assert register is None or len(register) == len(rows)


@given(unit_registers())
def test_registers_round_trip(register: UnitRegister) -> None:
    assert from_json(to_json(register), UnitRegister) == register


@given(lineages())
def test_lineages_round_trip(lineage: Lineage) -> None:
    back = from_json(to_json(lineage), Lineage)
    assert back == lineage
    assert back.groups == lineage.groups


@given(admin_units() | successions() | service_flags())
def test_records_round_trip(record: AdminUnit | Succession) -> None:
    assert from_json(to_json(record), type(record)) == record
