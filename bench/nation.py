"""What a partial tally costs: rows, cells, bytes, memory. `python -m bench.nation [rows of a part]`.

Figures for the paper calculation in `docs/explanation/a-nation-of-dossiers.md`. Each count runs in a process of its own,
on one thread; times are of the processor, so that a busy machine says nearly the same.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

COMMUNES: Final = 3_321
PROVINCES: Final = 34
QUESTIONS: Final = {
    "form": ["unit"],
    "coarse": ["unit", "channel", "received_report_month"],
    "fine": ["unit", "procedure", "channel", "received_report_month", "outcome"],
}
"""What II.06a asks of each unit; what a dashboard asks; nearly a cell for every dossier."""


def _question(name: str) -> dict[str, Any]:
    from evnpubsvc.periods import Period
    from evnpubsvc.statistics import Compare

    return {"by": QUESTIONS[name], "period": Period(date(2024, 12, 15), date(2025, 12, 14)), "compare": Compare.DATE}


def _peak() -> int:
    """Return the most memory that this process had so far, in MiB; Linux only."""
    # Not ru_maxrss: that begins with what the parent had.
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def _count(path: str, name: str) -> dict[str, Any]:
    import polars as pl

    from evnpubsvc.frames import TallyFrame, tally_frame
    from evnpubsvc.synthetic import SyntheticRegister

    columns = None if "coded" in path else SyntheticRegister(rows=0, seed=0).columns
    before = _peak()
    start = time.process_time()
    part = tally_frame(path, columns, **_question(name))
    spent = time.process_time() - start
    peak = _peak()
    sizes: dict[str, int] = {}
    table = part.table()
    for form, frame, compression in (
        ("plain", table, None), ("lz4", table, "lz4"), ("zstd", table, "zstd"), ("codes", part.cells, None),
    ):  # fmt: skip
        stream = io.BytesIO()
        frame.write_ipc_stream(stream, compression=compression or "uncompressed", compat_level=pl.CompatLevel.oldest())
        sizes[form] = stream.tell()
    start = time.process_time()
    pieces = 10
    TallyFrame.from_arrow(pl.concat([table] * pieces))
    merge = time.process_time() - start
    return {
        "cells": len(part), "cpu": spent, "before": before, "peak": peak, "bytes": sizes,
        "merge": merge / (len(part) * pieces), "merge_peak": _peak(),
    }  # fmt: skip


def _in_process(path: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.nation", "count", str(path), name]
    run = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "POLARS_MAX_THREADS": "1"}
    )
    return json.loads(run.stdout)


def main(rows: int = 1_000_000) -> None:
    """Print the figures."""
    from evnpubsvc.frames import write_coded
    from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister

    print(f"{rows:,} rows a part; times are of one processor\n")
    print(
        f"{'part':9} {'file':8} {'MB':>6} {'question':8} {'cells':>9} {'us/row':>7} {'MiB before':>10} {'MiB peak':>8} "
        f"{'plain':>6} {'lz4':>6} {'zstd':>6} {'codes':>6} {'merge us/cell':>13} {'its MiB':>7}"
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part, units in (("mixed", COMMUNES), ("province", -(-COMMUNES // PROVINCES))):
            register = SyntheticRegister(rows=rows, seed=units, units=units)
            files = [register.write(folder / "part.csv")]
            files.append(register.write(folder / "part.parquet", SyntheticFormat.PARQUET))
            files.append(write_coded(files[0], folder / "coded.parquet", register.columns))
            for file in files:
                for question in QUESTIONS if file is files[1] else ["coarse"]:
                    each = _in_process(file, question)
                    cells = each["cells"]
                    sizes = " ".join(f"{size / cells:6.1f}" for size in each["bytes"].values())
                    kind = "coded" if file is files[2] else file.suffix[1:]
                    print(
                        f"{part:9} {kind:8} {file.stat().st_size / 1e6:6.1f} {question:8} {cells:9,} "
                        f"{each['cpu'] / rows * 1e6:7.2f} {each['before']:10} {each['peak']:8} {sizes} "
                        f"{each['merge'] * 1e6:13.2f} {each['merge_peak']:7}",
                        flush=True,
                    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        print(json.dumps(_count(*sys.argv[2:4])))
    else:
        main(*map(int, sys.argv[1:]))
