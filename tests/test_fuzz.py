"""Whatever bytes a reader gets, it answers with records or findings."""

from itertools import islice

import pytest

from tests.deep import cases

pytest.importorskip("polars")
from tests.fuzz import TARGETS, crash, kept, spoilt


@pytest.mark.parametrize("name", TARGETS)
def test_no_reader_raises_anything_but_findings(name: str) -> None:
    tried = (*kept(name), *islice(spoilt(name, 1), cases(15, 3_000)))
    assert [(raw[:200], error) for raw in tried if (error := crash(name, raw)) is not None] == []
