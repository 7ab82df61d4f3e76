"""Scores on arrays: `score_frame` is `score_all`, exactly, for every kind of criterion."""

from fractions import Fraction
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Criterion,
    FigureGrid,
    Scheme,
    TieRule,
    UnitFigures,
    rank,
    score,
    score_all,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.serde import preset
from tests.emulation.test_many import COLUMNS, TIMELY, leagues

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


@given(leagues(kinds=COLUMNS, complete=True), DTYPES)
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


def test_dense_ranks_begin_anew_in_each_stratum() -> None:
    """Two levels, in each of them two units that share a place and one after them."""
    scheme = evolve(TIMELY, within="level", ties=TieRule.DENSE)
    on_time = {"A": 9, "B": 9, "C": 8, "D": 7, "E": 6, "F": 7}
    units = [
        UnitFigures.for_scheme(
            scheme,
            unit,
            {"dossiers_on_time": n, "dossiers_received": 10},
            attributes={"level": "PROVINCE" if unit in "ABC" else "COMMUNE"},
        )
        for unit, n in on_time.items()
    ]
    table = score_frame(scheme, arrays(FigureGrid.of(scheme, units), "int64"))
    assert table.ranks == [1, 1, 2, 1, 2, 1]
    standings = rank(score(scheme, each) for each in units)
    assert [standings[unit].rank for unit in on_time] == table.ranks


def test_a_group_is_cut_at_its_maximum() -> None:
    """9 of 10 on time are 18 points of 20; the group gives 15 at most."""
    (group,) = TIMELY.groups
    scheme = evolve(TIMELY, maximum=15, groups=(evolve(group, maximum=15, cut=True),), bands=())
    units = [
        UnitFigures.for_scheme(scheme, unit, {"dossiers_on_time": n, "dossiers_received": 10})
        for unit, n in (("A", 9), ("B", 10), ("C", 7))
    ]
    table = score_frame(scheme, arrays(FigureGrid.of(scheme, units), "int64"))
    assert [table.total(unit) for unit in "ABC"] == [15, 15, 14]
    assert [score(scheme, each).total for each in units] == [15, 15, 14]
    assert table.ranks == [1, 1, 3]


def test_scoring_nothing_gives_an_empty_table() -> None:
    table = score_frame(TIMELY, FigureGrid(scheme=TIMELY, units=[], columns={}))
    assert (len(table), table.ranks, list(table.best())) == (0, [], [])


def test_misuse() -> None:
    empty = FigureGrid(scheme=TIMELY, units=[], columns={})
    other = preset("qd766-dvcqg-2026")
    with pytest.raises(MisuseError, match="schemes-differ"):
        score_frame(other, empty)
