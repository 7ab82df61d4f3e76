"""Results as plain dictionaries, as any frame library takes them, and back."""

import io
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc import UnitFigures, award, preset, rank, score, tally
from evnpubsvc.emulation import Awards, Chosen, Prize, Scheme, ScoreSheet, Standings, compare
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import read_figures, read_scheme, to_json
from evnpubsvc.statistics import RegisterRow, Tally
from evnpubsvc.texts import Text
from tests.cli.samples import DRIVE
from tests.deep import cases


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme(io.BytesIO(DRIVE.encode()))


@settings(max_examples=cases(30, 1_000))
@given(st.from_type(Tally))
def test_a_tally_comes_back_from_its_rows(counted: Tally) -> None:
    rows = counted.rows()
    assert Tally.from_rows(rows, counted) == counted
    # As a library of frames gives them back: floats for counts, NaN for None.
    loose = [
        {
            key: float("nan") if value is None else float(value) if type(value) is int else value
            for key, value in row.items()
        }
        for row in rows
    ]
    assert Tally.from_rows(loose, counted) == counted
    assert all(type(value) in {str, int, type(None)} for row in rows for value in row.values())


def test_a_tally_goes_through_a_frame_and_back() -> None:
    pl: Any = pytest.importorskip("polars")
    register = [
        RegisterRow(date(2022, 11, 1), date(2022, 12, 9), dimensions={"unit": "A"}),
        RegisterRow(date(2022, 12, 1), None, date(2022, 12, 2), dimensions={"unit": None}),
    ]
    counted = tally(register, by=["unit"], as_of=date(2022, 12, 31), compare="date")
    assert to_json(Tally.from_rows(pl.DataFrame(counted.rows()).to_dicts(), counted)) == to_json(
        counted
    )
    wrong: tuple[dict[str, Any], ...] = (
        {}, {"unit": "A", "intake": "x"}, {"unit": 7, "intake": "new"},
        {"unit": "A", "intake": "new", "late": 0.5}, {"unit": "A", "intake": "new", "late": -1},
        {"unit": "A", "intake": "new", "late": "x"}, {"unit": "A", "intake": "new", "late": True},
    )  # fmt: skip
    for row in wrong:
        with pytest.raises(MisuseError, match="tally-row-malformed"):
            Tally.from_rows([row], counted)


def test_standings_sheets_and_prizes_are_rows(scheme: Scheme) -> None:
    table = "unit,name,n,d\nA,Xã A,9,10\nB,Xã B,0,0\nC,Xã C,,10\n"
    figures = read_figures(io.BytesIO(table.encode()), scheme)
    standings = rank(score(scheme, each) for each in figures)
    rows = standings.rows()
    first = rows[0]
    assert (first["unit"], first["rank"]) == ("A", 1)
    assert first["score"] == pytest.approx(float(standings["A"].sheet.total))  # type: ignore[arg-type]
    assert [row["points"] for row in standings["A"].sheet.rows()] == [
        first[each.key] for each in standings["A"].sheet.components
    ]
    assert [row["reason"] for row in rows if row["unit"] == "C"] == ["figure-blank"]
    prize = Prize(key="first", title=Text(vi="Giải nhất", en="First"), places=1)
    assert award(standings, [prize]).rows() == [
        {
            "outcome": "given", "prize": "first", "stratum": "", "unit": "A", "rank": 1,
            "places": None, "tie": None,
        }
    ]  # fmt: skip
    pl: Any = pytest.importorskip("polars")
    assert pl.DataFrame(rows).height == 3


def _loose(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a library of frames gives it back: floats for whole numbers, NaN for None."""
    return {
        key: float("nan") if value is None else float(value) if type(value) is int else value
        for key, value in row.items()
    }


@settings(max_examples=cases(30, 1_000))
@given(st.from_type(Awards))
def test_awards_come_back_from_their_rows(awards: Awards) -> None:
    awards = evolve(awards, ties=tuple(tie for tie in awards.ties if tie.units))
    assert Awards.from_rows(map(_loose, awards.rows())) == awards


def test_wrong_rows_of_awards_are_refused() -> None:
    good = {"outcome": "tied", "prize": "x", "stratum": "", "unit": "A", "places": 1, "tie": 1}
    for wrong in (
        {}, {**good, "outcome": "won"}, {**good, "places": 0.5}, {**good, "tie": None},
        {**good, "places": True},
    ):  # fmt: skip
        with pytest.raises(MisuseError, match="award-row-malformed"):
            Awards.from_rows([wrong])


def test_standings_and_sheets_come_back_from_rows_of_points(scheme: Scheme) -> None:
    table = "unit,name,level,n,d\nA,Xã A,x,9,10\nB,Xã B,x,0,0\nC,Xã C,y,,10\nD,,y,8,16\n"
    figures = read_figures(io.BytesIO(table.encode()), scheme, keep=["level"])
    standings = rank((score(scheme, each) for each in figures), within="level")
    again = Standings.from_rows(map(_loose, standings.rows()), scheme, within="level")
    kept = ("rank", "unit", "name", "stratum", "score")
    for old, new in zip(standings.rows(), again.rows(), strict=True):
        if old["score"] is not None and old["maximum"] == new["maximum"]:
            assert [old[key] for key in kept] == [new[key] for key in kept]
            assert again[old["unit"]].sheet.drift == 0
        assert new["unit"] == old["unit"]
    assert again["C"].rank is None
    sheet = standings["A"].sheet
    own = ScoreSheet.from_rows(map(_loose, sheet.rows()), scheme, "A", name="Xã A")
    assert (own.total, own.unit, own.name) == (sheet.total, "A", "Xã A")
    assert compare(sheet, own).difference == 0


@pytest.mark.parametrize("points", [True, "9", float("inf"), object()])
def test_points_that_are_no_numbers_are_refused(scheme: Scheme, points: Any) -> None:
    key = next(iter(scheme.criteria)).key
    with pytest.raises(MisuseError, match="points-row-malformed"):
        ScoreSheet.from_rows([{"key": key, "points": points}], scheme, "A")
    with pytest.raises(MisuseError, match="criterion-unknown"):
        ScoreSheet.from_rows([{"key": "x", "points": 1}], scheme, "A")
    with pytest.raises(MisuseError, match="figures-row-without-unit"):
        Standings.from_rows([{key: 1}], scheme)
    with pytest.raises(DataError, match="points-out-of-reach"):
        ScoreSheet.from_rows([{"key": key, "points": 10**6}], scheme, "A")


def test_figures_come_back_from_their_rows(scheme: Scheme) -> None:
    table = "unit,name,n,d,level\nA,Xã A,9,10,x\nC,,,10,y\n"
    figures = read_figures(io.BytesIO(table.encode()), scheme, keep=["level"]).units
    rows = [each.row() for each in figures]
    assert rows[1] == {"unit": "C", "name": "", "level": "y", "n": None, "d": 10}
    assert UnitFigures.from_rows(scheme, rows, keep=["level"]) == figures
    for row in ({}, {"unit": ""}, {"unit": None, "n": 1}):
        with pytest.raises(MisuseError, match="figures-row-without-unit"):
            UnitFigures.from_rows(scheme, [row])
    kinds: dict[str, Any] = {
        "x": Fraction(1, 3), "y": Chosen("kha"), "z": Unknown("figure-blank", "z"),
    }  # fmt: skip
    mixed = UnitFigures("A", kinds)
    assert [str(mixed.row()[key]) for key in "xyz"] == ["0.333333333333", "kha", "None"]


def test_a_preset_is_scored_from_the_rows_of_a_frame() -> None:
    timely = preset("qd766-dvcqg-2026").only("timeliness")
    pl: Any = pytest.importorskip("polars")
    frame = pl.DataFrame({"unit": ["A"], "dossiers_on_time": [9], "dossiers_received": [10]})
    [figures] = UnitFigures.from_rows(timely, frame.to_dicts())
    assert score(timely, figures).total == 18
