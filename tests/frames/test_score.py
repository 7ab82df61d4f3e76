"""Scores on arrays: `score_frame` is `score_all`, exactly, for every kind of criterion."""

from fractions import Fraction
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import Criterion, FigureGrid, Scheme, UnitFigures, score_all
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.serde import preset
from tests.emulation.test_many import TIMELY, leagues

numpy = pytest.importorskip("numpy")
pytest.importorskip("polars")

from evnpubsvc.frames import score_frame  # noqa: E402 - needs the extra
from evnpubsvc.frames._score import POINTS  # noqa: E402


def test_every_kind_of_criterion_has_its_row() -> None:
    """A new kind says here whether arrays can work it out."""
    assert set(POINTS) == set(get_args(Criterion))


def arrays(lists: FigureGrid, dtype: str) -> FigureGrid:
    specs = lists.scheme.figure_specs
    columns = {
        key: numpy.array(column, dtype)
        if specs[key].unit is not None and None not in column
        else column
        for key, column in lists.columns.items()
    }
    return FigureGrid(
        scheme=lists.scheme, units=lists.units, columns=columns, attributes=lists.attributes
    )


def same(scheme: Scheme, units: list[UnitFigures], dtype: str) -> None:
    lists = FigureGrid.of(scheme, units)
    expected, found = score_all(scheme, lists), score_frame(scheme, arrays(lists, dtype))
    assert (found.ranks, found.shared) == (expected.ranks, expected.shared)
    for unit in lists.units:
        assert found.total(unit) == expected.total(unit)
        assert found.sheet(unit).total == expected.sheet(unit).total


DTYPES = st.sampled_from(["int64", "int32", "uint64"])


@given(leagues(kinds="ratio count minus", unknown=False), DTYPES)
def test_arrays_are_lists(league: tuple[Scheme, list[UnitFigures]], dtype: str) -> None:
    scheme, units = league
    same(evolve(scheme, gates=(), tie_break=()), units, dtype)


@given(leagues(), DTYPES)
def test_what_arrays_cannot_do_is_done_all_the_same(
    league: tuple[Scheme, list[UnitFigures]], dtype: str
) -> None:
    scheme, units = league
    same(scheme, units, dtype)


def test_arrays_that_would_overflow() -> None:
    columns = {
        "dossiers_on_time": numpy.array([2**62, 1], "uint64"),
        "dossiers_received": numpy.array([2**63, 1], "uint64"),
    }
    table = score_frame(TIMELY, FigureGrid(scheme=TIMELY, units=["A", "B"], columns=columns))
    assert (table.total("A"), table.total("B")) == (Fraction(10), Fraction(20))


@pytest.mark.parametrize("given", [[1.5, 2], [-1, 2], [True, False]])
def test_arrays_of_what_are_no_counts(given: list[object]) -> None:
    with pytest.raises(DataError):
        FigureGrid(
            scheme=TIMELY, units=["A", "B"], columns={"dossiers_received": numpy.array(given)}
        )


def test_strided_and_small_arrays() -> None:
    on_time, received = numpy.array([[9, 10], [3, 4]], "int16").T
    columns = {"dossiers_on_time": on_time, "dossiers_received": received}
    table = score_frame(TIMELY, FigureGrid(scheme=TIMELY, units=["A", "B"], columns=columns))
    assert (table.total("A"), table.total("B")) == (Fraction(18), Fraction(15))


def test_misuse() -> None:
    empty = FigureGrid(scheme=TIMELY, units=[], columns={})
    with pytest.raises(MisuseError, match="nothing-to-rank"):
        score_frame(TIMELY, empty)
    other = preset("qd766-dvcqg-2026")
    with pytest.raises(MisuseError, match="schemes-differ"):
        score_frame(other, empty)
