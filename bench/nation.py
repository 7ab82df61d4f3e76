"""What a partial tally costs: rows, cells, bytes, memory.

`python -m bench.nation [rows] [mixed|province]`.

Figures for the paper calculation in `docs/explanation/a-nation-of-dossiers.md`. Each count runs in
a process of its own, on one thread; times are of the processor, so that a busy machine says nearly
the same. Needs pyarrow, as the environment of `make outgrow` has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench._timing import peak_mib

COMMUNES: Final = 3_321
PROVINCES: Final = 34
QUESTIONS: Final = {
    "form": ["unit"],
    "coarse": ["unit", "channel", "received_report_month"],
    "fine": ["unit", "procedure", "channel", "received_report_month", "outcome"],
}
"""The lines of a report; what a dashboard asks; a cell for every few dossiers."""

_HEADS: Final = (
    "part", "file", "MB", "question", "counted", "cells", "us/row", "MiB before", "MiB peak",
    "views", "plain", "lz4", "zstd", "codes", "merge us/cell", "its MiB",
)  # fmt: skip
_LINE: Final = "{:9}{:8}{:>7} {:8}{:>11}{:>11}{:>7}{:>11}{:>9}{:>7}{:>7}{:>6}{:>6}{:>6}{:>14}{:>8}"


def _question(name: str) -> dict[str, Any]:
    from evnpubsvc.dossiers import Precision
    from evnpubsvc.periods import Period

    return {
        "by": QUESTIONS[name],
        "period": Period(date(2024, 12, 15), date(2025, 12, 14)),
        "compare": Precision.DATE,
    }


def _ipc(table: Any, compression: str | None = None) -> int:
    """Return the bytes of a table as an Arrow stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(
        sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)
    ) as writer:
        writer.write_table(table)
    return int(sink.getvalue().size)


def _count(path: str, name: str) -> dict[str, Any]:
    import polars as pl
    import pyarrow as pa

    from evnpubsvc.frames import TallyFrame, tally_frame
    from evnpubsvc.synthetic import SyntheticRegister

    columns = None if "coded" in path else SyntheticRegister(rows=0, seed=0).columns
    before = round(peak_mib())
    start = time.process_time()
    part = tally_frame(path, columns, **_question(name))
    spent = time.process_time() - start
    peak = round(peak_mib())
    table = part.table()
    views = pa.table(part)
    plain = views.cast(
        pa.schema([(name, pa.int64() if name == "n" else pa.string()) for name in table.columns])
    )
    codes = pa.table(part.cells.to_arrow(compat_level=pl.CompatLevel.oldest()))
    sizes = {
        "views": _ipc(views), "plain": _ipc(plain), "lz4": _ipc(plain, "lz4"), "zstd": _ipc(plain,
        "zstd"),
        "codes": _ipc(codes),
    }  # fmt: skip
    start = time.process_time()
    pieces = 10
    TallyFrame.from_arrow(pl.concat([table] * pieces))
    merge = time.process_time() - start
    return {
        "cells": len(part), "counted": int(part.cells["n"].sum()), "cpu": spent, "before": before,
        "peak": peak,
        "bytes": sizes, "merge": merge / (len(part) * pieces), "merge_peak": round(peak_mib()),
    }  # fmt: skip


def _in_process(path: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.nation", "count", str(path), name]
    run = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    return json.loads(run.stdout)


def main(rows: str = "1000000", only: str = "") -> None:
    """Print the figures."""
    from evnpubsvc.frames import write_coded
    from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister

    number = int(rows)
    print(f"{number:,} rows a part; times are of one processor\n")
    print(_LINE.format(*_HEADS))
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part, units in (("mixed", COMMUNES), ("province", -(-COMMUNES // PROVINCES))):
            if only and part != only:
                continue
            register = SyntheticRegister(rows=number, seed=units, units=units)
            files = [register.write(folder / "part.csv")]
            files.append(register.write(folder / "part.parquet", SyntheticFormat.PARQUET))
            files.append(write_coded(files[0], folder / "coded.parquet", register.columns))
            for file in files:
                for question in QUESTIONS if file is files[1] else ["coarse"]:
                    each = _in_process(file, question)
                    cells = each["cells"]
                    sizes = [f"{size / cells:.1f}" for size in each["bytes"].values()]
                    figures = [
                        part, "coded" if file is files[2] else file.suffix[1:],
                        f"{file.stat().st_size / 1e6:.1f}",
                        question, f"{each['counted']:,}", f"{cells:,}",
                        f"{each['cpu'] / number * 1e6:.2f}",
                        each["before"], each["peak"], *sizes, f"{each['merge'] * 1e6:.2f}",
                        each["merge_peak"],
                    ]  # fmt: skip
                    print(_LINE.format(*figures), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        print(json.dumps(_count(*sys.argv[2:4])))
    else:
        main(*sys.argv[1:])
