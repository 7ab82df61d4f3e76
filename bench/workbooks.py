"""A register of 100,000 rows in an Excel workbook against reading it with python-calamine alone.

Alone: the workbook is opened and its sheet turned into lists of Python's own types, with no bound,
no look at what they mean and nothing said of what is not seen. The goal for reading the table row
by row, as every reader here does (its size bounded, its XML looked over, its names found, its cells
as texts in the style of the mapping), is 1.5 times that: cells are written column by column, days
and times of day once each. Counting by rows and on columns is shown beside it, without a goal: the
library's parsing, which nothing here can hasten, is 0.8 of the 1.0; moments are written as texts
and read again, so that workbooks are counted by the same code as every other table.

Run with `python -m bench.workbooks`; process CPU time; medians of the ratios of the rounds.
"""

from __future__ import annotations

import random
import sys
import tempfile
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench._timing import SLACK, Case, interleaved
from evnpubsvc.serde import RegisterColumns, tally_register
from evnpubsvc.serde.engine import open_register

GOAL = 1.5
ROWS = 100_000
_ROUNDS = 5
_COLUMNS = RegisterColumns(
    received="received", due="due", finished="finished", code="code",
    dimensions={"unit": "unit", "channel": "channel"},
)  # fmt: skip
_ASKED: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}


def main() -> bool:
    """Return whether reading keeps to the goal."""
    if any(find_spec(name) is None for name in ("xlsxwriter", "python_calamine")):
        print("the extra excel is not installed")
        return True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        _write(path, ROWS)
        cases = {
            "python-calamine alone": lambda: _alone(path),
            "the table read": lambda: _read(path),
            "counted by rows": lambda: tally_register(path, _COLUMNS, **_ASKED),
        }
        if find_spec("polars") is not None:
            frames: Any = import_module("evnpubsvc.frames")
            cases["counted on columns"] = lambda: frames.tally_frame(path, _COLUMNS, **_ASKED)
        timings = interleaved(
            {name: Case(_repeat(run)) for name, run in cases.items()}, rounds=_ROUNDS
        )
    alone = timings["python-calamine alone"]
    for name, timing in timings.items():
        print(f"{name:24}{timing.ns / 1e9:6.2f} s  {timing.over(alone):5.2f} x")
    return timings["the table read"].over(alone) <= GOAL * SLACK


def _repeat(run: Any) -> Any:
    def times(repetitions: int) -> None:
        for _ in range(repetitions):
            run()

    return times


def _alone(path: Path) -> None:
    calamine: Any = import_module("python_calamine")
    calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()


def _read(path: Path) -> None:
    with open_register(path, _COLUMNS) as table:
        for _ in table.rows:
            pass


def _write(path: Path, rows: int) -> None:
    xlsxwriter: Any = import_module("xlsxwriter")
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.write_row(0, 0, ["received", "due", "finished", "unit", "code", "channel"])
    draw, first = random.Random(1), datetime(2022, 1, 1)
    for row in range(1, rows + 1):
        received = first + timedelta(days=draw.randrange(360), minutes=draw.randrange(480, 1020))
        due = datetime.combine(received.date(), datetime.min.time()) + timedelta(days=7)
        sheet.write_datetime(row, 0, received, moment)
        sheet.write_datetime(row, 1, due, day)
        if draw.random() < 0.9:
            sheet.write_datetime(row, 2, received + timedelta(days=draw.randrange(10)), moment)
        sheet.write_string(row, 3, f"Xã {draw.randrange(30)}")
        sheet.write_string(row, 4, f"H{row:06}")
        sheet.write_string(row, 5, draw.choice(("online", "in-person")))
    book.close()


if __name__ == "__main__":
    sys.exit(not main())
