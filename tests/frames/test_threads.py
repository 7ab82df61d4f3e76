"""Threads: how many there are, that they stop, and that they change nothing."""

import io
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.frames import read_rows, tally_frame, write_coded
from evnpubsvc.frames._threads import threads_of, working
from evnpubsvc.serde import to_json
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from tests.deep import cases

REGISTER = SyntheticRegister(rows=cases(3_000, 60_000), seed=5, bad=Fraction(3, 100))
ASKED: dict[str, Any] = {"by": ["unit", "outcome"], "as_of": date(2025, 6, 30), "compare": "date"}


@pytest.mark.parametrize("kind", SyntheticFormat)
def test_threads_change_nothing(tmp_path: Path, kind: SyntheticFormat) -> None:
    path = REGISTER.write(tmp_path / f"register.{kind.value}", kind)

    def count(threads: int | None, **more: Any) -> tuple[str, list[Finding], list[int]]:
        found: list[Finding] = []
        rows: list[int] = []
        counted = tally_frame(
            path, REGISTER.columns, threads=threads, on_finding=found.append,
            progress=lambda done, _: rows.append(done), **ASKED, **more
        )  # fmt: skip
        return to_json(counted), found, rows

    one = count(1)
    assert one[2][-1] == REGISTER.rows
    for threads in (2, 5, None):
        assert count(threads) == one
    # Small pieces neither.
    assert count(1, memory_limit="16MB")[:2] == count(4, memory_limit="16MB")[:2] == one[:2]

    # Nor do they when it is packed, or when rows are listed.
    packed = [
        write_coded(path, tmp_path / f"{threads}.parquet", REGISTER.columns, threads=threads)
        for threads in (1, 4)
    ]
    assert pl.read_parquet(packed[0]).equals(pl.read_parquet(packed[1]))
    assert to_json(tally_frame(packed[0], threads=1, **ASKED)) == to_json(
        tally_frame(packed[0], threads=4, **ASKED)
    )
    where = {"unit": tally_frame(packed[0], **ASKED).cells["unit"].cast(pl.String)[0]}
    rows = [read_rows(path, REGISTER.columns, where=where, threads=n) for n in (1, 4)]
    assert rows[0] == rows[1] != ()


@pytest.mark.parametrize("threads", [0, -1, True, 1.5, "2"])
def test_what_is_no_number_of_threads(threads: Any) -> None:
    with pytest.raises(MisuseError):
        tally_frame(io.BytesIO(b"received\n"), threads=threads, **{**ASKED, "by": []})


def test_as_many_threads_as_asked_for_or_one_at_least() -> None:
    assert threads_of(3) == 3
    assert threads_of(None) >= 1


def test_results_come_in_the_order_of_the_work() -> None:
    with working(3) as workers:
        assert list(workers.in_order(lambda n: n * n, range(50))) == [n * n for n in range(50)]


def test_an_interrupt_stops_the_threads() -> None:
    done: list[int] = []

    def stop(rows: int, _: float) -> None:
        done.append(rows)
        raise KeyboardInterrupt

    stream = io.BytesIO(b"".join(SyntheticRegister(rows=40_000, seed=1, units=3).csv()))
    with pytest.raises(KeyboardInterrupt):
        tally_frame(
            stream, REGISTER.columns, threads=2, progress=stop, memory_limit="16MB", **ASKED
        )
    assert len(done) == 1
