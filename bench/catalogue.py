"""Loading a register of 10,000 units and a catalogue of 2,600 procedures.

The goal is half a second for both.

Run with `python -m bench.catalogue`. Rows are made up in the proportions of the real tables.
Process CPU time, best of the rounds; the peer is the same rows put into plain frozen dataclasses
without any check, as a ratio of one run. Fails at 1.25 times the goal, the allowance for a noisy
machine.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from evnpubsvc.serde import catalogue_from_rows, unit_register_from_rows

GOAL_S = 0.5
ROUNDS = 7
_UNITS, _PROCEDURES, _LIMITS = 10_000, 2_600, 7_000


@dataclass(frozen=True)
class _PlainUnit:
    code: str
    name: str
    tier: str
    parent: str
    until: date | None


@dataclass(frozen=True)
class _PlainProcedure:
    code: str
    name: str
    field: str
    authorities: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]


def unit_rows() -> list[dict[str, str]]:
    """Make 60 provinces, 700 districts and the communes below them."""
    until = "2025-06-30"
    rows = [
        {"code": f"{n:02}", "name": f"Tỉnh Số {n}", "tier": "province", "until": until}
        for n in range(60)
    ]
    rows += [
        {"code": f"{n:03}", "name": f"Huyện Số {n}", "parent": f"{n % 60:02}", "until": until}
        for n in range(700)
    ]
    rows += [
        {
            "code": f"{n:05}",
            "name": f"{('Xã', 'Phường')[n % 5 == 0]} Tên {n}",
            "parent": f"{n % 700:03}",
            "until": until,
        }
        for n in range(_UNITS - 760)
    ]
    return rows


def catalogue_rows() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Make procedures of 140 fields with two or three limits each, a tenth of them without unit."""
    chance = random.Random(2026)
    rows = [
        {
            "code": f"1.{n:06}",
            "name": f"Thủ tục số {n}",
            "field": f"Lĩnh vực {n % 140}",
            "authorities": ("Cấp bộ", "Cấp tỉnh, Cấp xã", "Cấp xã")[n % 3],
            "result_code": f"KQ.G15.{n:06}T",
        }
        for n in range(_PROCEDURES)
    ]
    limits = [
        {
            "limit_code": f"1.{n % _PROCEDURES:06}",
            "channel": ("Trực tuyến", "Trực tiếp", "Dịch vụ bưu chính")[n // _PROCEDURES],
            "limit": str(chance.randrange(1, 30)) + (" Ngày làm việc" if n % 10 else ""),
        }
        for n in range(_LIMITS)
    ]
    return rows, limits


def _ours(
    units: list[dict[str, str]], rows: list[dict[str, str]], limits: list[dict[str, str]]
) -> None:
    register = unit_register_from_rows(units)
    reading = catalogue_from_rows(rows, limits)
    if (len(register), len(reading.catalogue)) != (_UNITS, _PROCEDURES):
        raise AssertionError("rows were lost")


def _plain(
    units: list[dict[str, str]], rows: list[dict[str, str]], limits: list[dict[str, str]]
) -> None:
    known = {
        row["code"]: _PlainUnit(
            row["code"],
            row["name"],
            row.get("tier", ""),
            row.get("parent", ""),
            date.fromisoformat(row["until"]),
        )
        for row in units
    }
    by_code: dict[str, list[tuple[str, str]]] = {}
    for row in limits:
        by_code.setdefault(row["limit_code"], []).append((row["channel"], row["limit"]))
    procedures = {
        row["code"]: _PlainProcedure(
            row["code"],
            row["name"],
            row["field"],
            tuple(row["authorities"].split(", ")),
            tuple(by_code.get(row["code"], ())),
        )
        for row in rows
    }
    if (len(known), len(procedures)) != (_UNITS, _PROCEDURES):
        raise AssertionError("rows were lost")


def _timed(run: Callable[[], None]) -> float:
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> bool:
    """Print the times and their ratio; return whether the goal holds within a quarter."""
    units = unit_rows()
    rows, limits = catalogue_rows()
    ours: list[float] = []
    plain: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: _ours(units, rows, limits)))
        plain.append(_timed(lambda: _plain(units, rows, limits)))
    ratio = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    print(f"{'loading':24}{'best s':>10}{'goal':>10}")
    print(f"{'register and catalogue':24}{min(ours):10.3f}{f'<= {GOAL_S:g}':>10}")
    print(f"{'plain dataclasses':24}{min(plain):10.3f}{'-':>10}")
    print(f"{'ratio':24}{ratio:10.1f}{'-':>10}")
    return min(ours) <= GOAL_S * 1.25


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
