"""Spoilt files and words, over all commands: no traceback, hang, half output or wrong exit code."""

import sys

import pytest

from tests.deep import cases

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


@pytest.mark.parametrize("seed", range(cases(1, 20)))
def test_no_call_goes_wrong(seed: int) -> None:
    pytest.importorskip("polars")
    from tests.cli.hostile_calls import run

    counts, told = run(cases(120, 1_000), seed)
    assert told == []
    assert counts["calls"] == cases(120, 1_000)
