"""Quotas and prizes, each both ways, with ties at every cut; against a brute force over places."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Awards,
    Band,
    FigureSpec,
    Grading,
    Group,
    Prize,
    Quota,
    QuotaRounding,
    QuotaTies,
    Rounding,
    RoundingAt,
    Scheme,
    Standings,
    UnitFigures,
    WeightedCriterion,
    award,
    grade_all,
    rank,
    score,
)
from evnpubsvc.emulation.results import PrizeTie
from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.texts import Text

F = Fraction
T = Text(vi="x", en="x")
BANDS = (
    Band(key="top", title=T, at_least=F(90)),
    Band(key="good", title=T, at_least=F(50), below=F(90)),
    Band(key="low", title=T, at_least=F(0), below=F(50)),
)
CRITERION = WeightedCriterion(key="c", title=T, maximum=F(100), figure="v", full_scale=F(100))
SCHEME = Scheme(
    key="s",
    title=T,
    maximum=F(100),
    rounding=Rounding(2, RoundingAt.TOTAL),
    groups=(Group(key="g", title=T, maximum=F(100), criteria=(CRITERION,)),),
    figures=(FigureSpec(key="v", title=T),),
    bands=BANDS,
)


def standings(
    totals: Sequence[int], *, quota: Quota | None = None, within: str | None = None
) -> Standings:
    """Rank units A, B, C … with the given totals; a digit after ten is a stratum."""
    scheme = evolve(SCHEME, quota=quota, within=within)
    return rank(
        score(
            scheme, UnitFigures(chr(65 + i), {"v": F(total)}, attributes={"cluster": "xy"[i % 2]})
        )
        for i, total in enumerate(totals)
    )


def quota(rounding: str, ties: str = "all-out", share: F = Fraction(1, 4)) -> Quota:
    return Quota(band="top", share=share, rounding=QuotaRounding(rounding), ties=QuotaTies(ties))


def tops(grading: Grading) -> str:
    return "".join(
        each.unit for each in grading.units if each.grade is not None and each.grade.band == "top"
    )


@pytest.mark.parametrize(
    ("rounding", "units", "allowed"),
    [
        ("floor", 3, 0),
        ("ceil", 3, 1),
        ("half-up", 3, 1),
        ("half-up", 5, 1),
        ("half-up", 6, 2),
        ("floor", 8, 2),
    ],
)
def test_how_a_share_becomes_a_number(rounding: str, units: int, allowed: int) -> None:
    """25 %: floor lets a cluster of three have no top grade at all; 6 units make 1.5, half up 2."""
    assert quota(rounding).allowed(units) == allowed


def test_quota_without_a_tie() -> None:
    """Two of eight: the third of three excellent ones becomes good."""
    grading = grade_all(standings([99, 95, 92, 80, 70, 60, 50, 40], quota=quota("floor")))
    assert tops(grading) == "AB"
    grade = grading["C"].grade
    assert grade is not None
    assert (grade.by_total, grade.band, grade.steps[-1].effect) == ("top", "good", "quota")
    assert grading.notices == ()


@pytest.mark.parametrize(
    ("ties", "kept", "open_units", "reasons"),
    [
        ("all-out", "A", "", ["quota-tie"]),
        ("all-in", "ABC", "", ["quota-tie", "quota-exceeded"]),
        ("report", "A", "BC", ["quota-tie"]),
    ],
)
def test_a_tie_at_the_cut(ties: str, kept: str, open_units: str, reasons: list[str]) -> None:
    """Two places of eight, and B and C share rank 2."""
    grading = grade_all(standings([99, 95, 95, 92, 70, 60, 50, 40], quota=quota("floor", ties)))
    assert tops(grading) == kept
    undecided = "".join(
        e.unit for e in grading.units if e.grade is not None and e.grade.band is None
    )
    assert undecided == open_units
    assert [f.reason for f in grading.notices] == reasons
    assert "B, C" in grading.notices[0].message()
    later = grading["D"].grade
    assert later is not None
    assert later.band == "good"  # nobody behind the tie slips past it


def test_a_tie_inside_the_quota_is_no_tie_at_the_cut() -> None:
    grading = grade_all(standings([95, 95, 80, 70, 60, 50, 40, 30], quota=quota("floor")))
    assert (tops(grading), grading.notices) == ("AB", ())


def test_quota_counts_the_stratum() -> None:
    grading = grade_all(
        standings([99, 98, 97, 96, 60, 60, 60, 60], quota=quota("floor"), within="cluster")
    )
    assert tops(grading) == "AB"  # one of four in each


def prizes(*places: int, minimum: Sequence[F | None] = ()) -> list[Prize]:
    gates = [*minimum, *[None] * len(places)]
    return [
        Prize(key=key, title=T, places=n, minimum=gate)
        for key, n, gate in zip(["nhat", "nhi", "ba"], places, gates, strict=False)
    ]


def given_text(awards: Awards) -> str:
    return " ".join(f"{each.unit}:{each.prize}" for each in awards.given)


def test_prizes() -> None:
    awards = award(standings([90, 80, 70, 60, 50]), prizes(1, 2, 1))
    assert given_text(awards) == "A:nhat B:nhi C:nhi D:ba"
    assert (awards.ties, awards.vacant) == ((), ())
    assert (awards.of("C"), awards.of("E")) == ("nhi", None)


def test_a_tie_across_the_last_place_is_reported() -> None:
    awards = award(standings([90, 90, 70, 60]), prizes(1, 1, 1))
    # A and B share rank 1: one of them first, the other second; third place is C's whoever wins
    assert awards.ties == (
        PrizeTie(prize="nhat", stratum="", places=1, units=("A", "B")),
        PrizeTie(prize="nhi", stratum="", places=1, units=("A", "B")),
    )
    assert given_text(awards) == "C:ba"


def test_a_tie_inside_a_prize_is_given() -> None:
    awards = award(standings([90, 80, 80, 60]), prizes(1, 2, 1))
    assert (given_text(awards), awards.ties) == ("A:nhat B:nhi C:nhi D:ba", ())


def test_a_gate_leaves_the_place_vacant() -> None:
    awards = award(standings([85, 80, 60]), prizes(1, 1, 1, minimum=[F(90), F(80)]))
    assert given_text(awards) == "A:nhi B:ba"
    assert awards.vacant == (("", "nhat", 1),)


def test_a_prize_may_need_a_grade() -> None:
    needs = [Prize(key="nhat", title=T, places=2, band="top")]
    assert given_text(award(standings([95, 80]), needs)) == "A:nhat"
    lost = award(
        standings([95, 94, 93, 92], quota=quota("floor")), needs
    )  # the quota lets one of four be top
    assert (given_text(lost), lost.vacant) == ("A:nhat", (("", "nhat", 1),))


def test_each_stratum_has_its_prizes() -> None:
    awards = award(standings([90, 80, 70, 60], within="cluster"), prizes(1))
    assert given_text(awards) == "A:nhat B:nhat"


def test_nobody_ranked_gets_nothing() -> None:
    scheme = evolve(SCHEME, prizes=tuple(prizes(1)))
    awards = award(rank([score(scheme, UnitFigures("A", {}))]))
    assert (awards.given, awards.ties, awards.vacant) == ((), (), (("", "nhat", 1),))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=9),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
)
def test_prizes_against_every_way_to_break_the_ties(totals: list[int], places: list[int]) -> None:
    """Oracle: every place a unit can come to hold.

    Who gets the same prize in each gets it, and nobody else.
    """
    awards = award(standings(totals), prizes(*places))
    line = [key for key, n in zip(["nhat", "nhi", "ba"], places, strict=False) for _ in range(n)]

    def prize_at(position: int) -> str | None:
        return line[position] if position < len(line) else None

    for i, total in enumerate(totals):
        above = sum(other > total for other in totals)
        beside = sum(other == total for other in totals)
        possible = {prize_at(position) for position in range(above, above + beside)}
        unit = chr(65 + i)
        tied_for = {tie.prize for tie in awards.ties if unit in tie.units}
        if len(possible) == 1:
            assert awards.of(unit) == possible.pop()
            assert not tied_for
        else:
            assert awards.of(unit) is None
            assert tied_for == possible - {None}
    for tie in awards.ties:
        assert 0 < tie.places < len(tie.units)
    for prize, n in zip(["nhat", "nhi", "ba"], places, strict=False):
        given_places = sum(each.prize == prize for each in awards.given)
        open_places = sum(tie.places for tie in awards.ties if tie.prize == prize)
        vacant = sum(count for _, key, count in awards.vacant if key == prize)
        assert given_places + open_places + vacant == n


def test_round_trips() -> None:
    table = standings([95, 95, 95, 92], quota=quota("half-up", "report"))
    grading, awards = grade_all(table), award(table, prizes(1, 1))
    assert from_json(to_json(grading), Grading) == grading
    assert from_json(to_json(awards), Awards) == awards


def test_a_quota_lies_between_nothing_and_everything() -> None:
    for share in (F(0), F(1), F(-1)):
        with pytest.raises(DataError, match="quota-share-out-of-range"):
            quota("floor", share=share)
