"""Real data for tests: never committed.

A test that needs them skips, with a reason, where they are absent.
"""

import csv
import os
from pathlib import Path

import pytest

_FOLDER = Path(
    os.environ.get("EVNPUBSVC_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
)


def real(name: str) -> Path:
    """Return the path of a real file by its name below the data folder, or skip the test."""
    path = _FOLDER / name
    if not path.exists():
        pytest.skip(f"real data absent: {name} (set EVNPUBSVC_REAL_DATA)")
    return path


def real_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a real CSV file as text, or skip the test."""
    with real(name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
