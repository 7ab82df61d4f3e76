"""Cells of tallies that are read quickly are those that the converter reads, or are left to it."""

import copy
import json
import random
from typing import Any

import pytest
from cattrs import Converter

from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.serde._converter import configure_converter
from evnpubsvc.serde._counting import _read_cells
from evnpubsvc.statistics import Tally, TallyCell
from evnpubsvc.statistics.engine import CLASSES
from tests.deep import cases

_ZEROS = [0] * CLASSES
_CELLS = [
    {"key": ["20971", None], "new": [1, *_ZEROS[1:]], "carried": _ZEROS},
    {"key": ["Đắk Lắk", ""], "new": [1, *_ZEROS[1:]], "carried": [0, 2**70, *_ZEROS[2:]]},
]
# What may stand in the place of a value: some of it is a cell, most is none.
_OTHERS: list[Any] = [
    None, True, 0, -1, 1.0, "1", "\0", "\ud800", [], {}, _ZEROS, [*_ZEROS, 0], [True, *_ZEROS[1:]],
    [None, "a"], ["a", 1],
]  # fmt: skip


def _spoil(rng: random.Random, cells: Any) -> Any:
    """Put something else in some place, or take a place away."""
    place: Any = cells
    while True:
        names: list[Any] = list(place if hasattr(place, "keys") else range(len(place)))
        name = rng.choice(names)
        if not isinstance(place[name], (dict, list)) or not place[name] or rng.random() < 0.4:
            break
        place = place[name]
    if rng.random() < 0.2:
        del place[name]
    else:
        place[name] = copy.deepcopy(rng.choice(_OTHERS))
    return cells


def test_quick_cells_are_those_of_the_converter() -> None:
    rng, plain = random.Random(7), configure_converter(Converter(forbid_extra_keys=True))
    kind: Any = tuple[TallyCell, ...]
    assert _read_cells(_CELLS) == list(plain.structure(_CELLS, kind))
    quick = 0
    for _ in range(cases(300, 20_000)):
        given = _spoil(rng, copy.deepcopy(_CELLS))
        read = _read_cells(given)
        if read is not None:
            quick += 1
            assert read == list(plain.structure(given, kind)), given
    assert quick
    others: tuple[Any, ...] = (None, "x", {}, 1, [[]], [1])
    for other in others:
        assert _read_cells(other) is None


@pytest.mark.parametrize("digits", [999, 1000, 1001])
def test_long_numbers_are_refused_where_they_were(digits: int) -> None:
    # Only where so many digits stand side by side is each number looked at.
    assert from_json(_tally(1), Tally).cells
    text = _tally(int("9" * digits))
    if digits <= 1000:
        assert from_json(text, Tally).cells[0].new[0] == int("9" * digits)
        assert to_json(from_json(text, Tally))
        return
    with pytest.raises(DataError) as caught:
        from_json(text, Tally)
    assert [each.reason for each in caught.value.findings] == ["number-too-long"]


def _tally(number: int) -> str:
    cells = [{"key": ["A"], "new": [number, *_ZEROS[1:]], "carried": _ZEROS}]
    head = {"dimensions": ["unit"], "as_of": "2022-12-14", "compare": "date"}
    return json.dumps({"format": 1, "type": "Tally", "value": {**head, "cells": cells}})
