"""Synthetic registers: the same bytes everywhere, marked, and as real as they say."""

import hashlib
import io
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings

from evnpubsvc._moments import own_day
from evnpubsvc.deadlines import LimitUnit
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import read_register, read_register_columns
from evnpubsvc.statistics import RegisterRow, RegisterStatus
from evnpubsvc.strategies import synthetic_registers
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

REGISTER = SyntheticRegister(rows=20_000, seed=7)


def _rows(register: SyntheticRegister) -> list[RegisterRow | Finding]:
    return list(read_register(io.BytesIO(b"".join(register.csv())), register.columns))


def test_the_bytes_are_the_same_on_every_platform() -> None:
    # Pinned once: SHAKE-128 and integers leave nothing to the platform. A change of the generator
    # changes its name.
    assert hashlib.sha256(b"".join(REGISTER.csv())).hexdigest()[:16] == PINNED_CSV
    assert (
        hashlib.sha256(b"".join(evolve(REGISTER, bad=Fraction(1, 50)).jsonl())).hexdigest()[:16]
        == PINNED_JSONL
    )


PINNED_CSV, PINNED_JSONL = "80b85fc80281cf99", "b7d274ecc21241b6"


def test_a_longer_register_begins_with_a_shorter_one_and_seeds_differ() -> None:
    text = b"".join(REGISTER.csv())
    assert text.startswith(b"".join(evolve(REGISTER, rows=16_385).csv()))
    assert b"".join(evolve(REGISTER, seed=8).csv()) != text


def test_it_says_what_it_is() -> None:
    lines = b"".join(REGISTER.csv()).decode().splitlines()
    assert all(line.startswith("SYN-7-") and line.endswith(",1") for line in lines[1:])
    assert all(b'"synthetic":true}' in line for line in b"".join(REGISTER.jsonl()).splitlines())


def test_it_is_read_without_a_finding_and_is_as_skewed_as_it_says() -> None:
    rows = [row for row in _rows(REGISTER) if isinstance(row, RegisterRow)]
    assert len(rows) == len(_rows(REGISTER)) == 20_000
    pending = sum(row.finished is None for row in rows)
    assert pending / len(rows) == pytest.approx(0.08, abs=0.01)
    assert {row.status for row in rows} == {*RegisterStatus, None} - {
        RegisterStatus.WAITING,
        RegisterStatus.RUNNING,
    }
    assert 0 < sum(row.part_of is not None for row in rows) < 400
    units = [dict(row.dimensions)["unit"] for row in rows]
    counts = sorted((units.count(unit) for unit in set(units)), reverse=True)
    assert sum(counts[: len(counts) // 10]) > len(rows) // 3


def test_due_dates_are_limits_on_the_calendar() -> None:
    calendar, limits = vietnam_calendar(), REGISTER.procedure_limits
    for row in _rows(evolve(REGISTER, rows=2_000)):
        assert isinstance(row, RegisterRow)
        values = dict(row.dimensions)
        received = own_day(row.received)
        limit = limits[str(values["procedure"])]
        assert limit.unit is LimitUnit.WORKING_DAYS
        assert row.due == calendar.add_working_days(received, int(limit.amount))
        assert values["level"] != "information-only" or values["channel"] != "online"
        if values["channel"] in {"in-person", "post"}:
            assert calendar.is_working_day(received)
        assert row.finished is None or row.finished >= row.received


@settings(max_examples=cases(10, 300), deadline=None)
@given(synthetic_registers())
def test_the_mapping_reads_every_register(register: SyntheticRegister) -> None:
    assert read_register_columns(io.BytesIO(register.columns_toml.encode())) == register.columns
    rows = _rows(register)
    if not register.bad:
        assert len(rows) == register.rows
        assert all(isinstance(row, RegisterRow) for row in rows)
    elif register.bad == 1 and register.rows > 50:
        assert any(isinstance(row, Finding) for row in rows)


def test_files(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    for bad in (Fraction(0), Fraction(1, 10)):
        register = SyntheticRegister(rows=500, seed=1, bad=bad)
        assert register.write(tmp_path / "r.csv").read_bytes() == b"".join(register.csv())
        assert register.write(tmp_path / "r.jsonl", SyntheticFormat.JSONL).read_bytes() == b"".join(
            register.jsonl()
        )
        path = register.write(tmp_path / "r.parquet", SyntheticFormat.PARQUET)
        frame = pl.read_parquet(path)
        assert frame.height == 500
        assert frame["synthetic"].all()
        assert pl.read_parquet_metadata(path)["synthetic"] == "evnpubsvc"
        assert frame.schema["due"] == (pl.String if bad else pl.Date)


@pytest.mark.parametrize(
    "change", [{"rows": -1}, {"seed": -1}, {"units": 0}, {"bad": 2}, {"bad": 0.5}, {"rows": True}]
)
def test_misuse(change: dict[str, int]) -> None:
    with pytest.raises(MisuseError, match=r"synthetic-|wrong-type"):
        SyntheticRegister(**{"rows": 1, "seed": 1, **change})
