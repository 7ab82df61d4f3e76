"""Cells that are bytes are looked up as their texts would be, whatever their widths."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.frames._bytes import ByteColumn, with_spare
from evnpubsvc.frames._words import Words


def column_of(cells: Sequence[str | None]) -> ByteColumn:
    written = [(cell or "").encode() for cell in cells]
    starts = np.cumsum([0, *(len(each) + 1 for each in written)])[:-1]
    widths = [-1 if cell is None else len(each) for cell, each in zip(cells, written, strict=True)]
    return ByteColumn(
        with_spare(b"".join(each + b"\n" for each in written)), starts, np.array(widths)
    )


def same(cells: Sequence[str | None], words: Words | None = None) -> None:
    numbers: dict[str, int] = {}

    def read(text: str) -> int:
        return numbers.setdefault(text, len(numbers) - 5)

    words = words or Words(read)
    column = column_of(cells)
    for _ in range(2):  # when nothing is known yet, and when all is
        assert words.numbers_in(column).tolist() == [read(cell or "") for cell in cells]
    assert column.texts().to_list() == list(cells)
    assert [column.text(row) for row in range(len(cells))] == list(cells)


_TEXTS = st.one_of(
    st.text("ab-é", max_size=20),
    st.sampled_from(["x" * 128, "x" * 129, "é" * 70, "x" * 8, "x" * 9]),
)


@given(st.lists(st.one_of(st.none(), _TEXTS), max_size=30))
def test_look_up_by_bytes(cells: list[str | None]) -> None:
    same(cells)


@given(st.lists(st.one_of(st.none(), _TEXTS), max_size=30), _TEXTS, st.integers(1, 12))
def test_what_cells_begin_with_and_which_are_equal(
    cells: list[str | None], text: str, width: int
) -> None:
    column = column_of(cells)
    assert column.equal(text).tolist() == [cell == text for cell in cells]
    begun = [
        None if each is None else each.encode()[:width].decode("utf-8", "replace") for each in cells
    ]
    assert column.begun(width).texts().to_list() == begun
    assert [column.begun(width).text(row) for row in range(len(cells))] == begun


@pytest.mark.parametrize("different", [40, 5_000, 70_000])
def test_few_and_many_different_texts(different: int) -> None:
    drawn = random.Random(different)
    texts = [f"{number:x}"[::-1] for number in range(different)]
    same([*texts, *(drawn.choice([*texts[:9], None, ""]) for _ in range(3_000))])
