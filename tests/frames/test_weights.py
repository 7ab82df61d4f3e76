"""Questions about weights on arrays against the plain answers, exactly."""

import random
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.analysis import Kept, rank_ranges, stability
from evnpubsvc.analysis.engine import Box, surely_ahead
from evnpubsvc.emulation import (
    FigureGrid,
    Rounding,
    RoundingAt,
    Scheme,
    TieRule,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.errors import MisuseError
from tests.analysis.samples import make_scheme, random_figures, random_scheme, ratio
from tests.deep import cases

numpy = pytest.importorskip("numpy")
pytest.importorskip("polars")

from evnpubsvc.frames import (  # noqa: E402 - needs the extra
    _intervals,
    _weights,
    dominance_frame,
    sample_ranks_frame,
    weight_ranges_frame,
)


def _scheme(rng: random.Random, *, plain: bool, limited: bool = False) -> Scheme:
    """A scheme that arrays can say, perhaps with floor and ceiling, or any."""
    while True:
        scheme = random_scheme(rng)
        if not plain:
            return scheme
        if (limited or scheme.ceiling is None) and not any(group.cut for group in scheme.groups):
            rounding = Rounding(rng.choice([0, 1, 2]), RoundingAt.COMPONENT)
            return evolve(scheme, tie_break=(), rounding=rounding)


def _case(
    seed: int, units: int, *, plain: bool, limited: bool = False
) -> tuple[Scheme, list[UnitFigures]]:
    rng = random.Random(seed)
    scheme = _scheme(rng, plain=plain, limited=limited)
    return scheme, [random_figures(rng, scheme, f"U{i}") for i in range(units)]


def _box(scheme: Scheme, rng: random.Random) -> dict[str, tuple[Fraction, Fraction]]:
    """Ranges of some weights, in hundredths."""
    weights: dict[str, Fraction] = {}
    for group in scheme.groups:
        if group.role.value == "scored":
            whole = group.cut or rng.random() < 0.4
            own = [group] if whole else group.criteria
            weights |= {each.key: each.maximum for each in own}
    part = Fraction(rng.randint(1, 5), 10)
    return {key: (each * (1 - part), each * (1 + part)) for key, each in weights.items()}


def test_intervals_are_those_of_the_plain_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    plain_way = _intervals._Plain.all

    def counted(self: Any) -> Any:
        nonlocal asked
        asked += 1
        return plain_way(self)

    monkeypatch.setattr(_intervals._Plain, "all", counted)
    alone = 0
    for seed in range(cases(6, 500)):
        scheme, figures = _case(seed, 2 + seed * 5 % 13, plain=seed % 6 > 0)
        before = asked
        found = _intervals.weight_ranges_frame(scheme, figures)
        alone += asked == before
        wanted = stability(rank(score(scheme, each) for each in figures)).ranges
        assert found == tuple(each for each in wanted if each.kept is Kept.ORDER), seed
    assert alone >= cases(2, 150)  # not by asking the plain way


def test_strata_are_looked_at_each_by_itself() -> None:
    scheme, figures = _case(3, 20, plain=True)
    scheme = evolve(scheme, within="cluster")
    placed = [
        evolve(each, attributes={"cluster": "ab"[place % 2]}) for place, each in enumerate(figures)
    ]
    found = weight_ranges_frame(scheme, placed)
    wanted = stability(rank(score(scheme, each) for each in placed)).ranges
    assert sorted(map(str, found)) == sorted(str(w) for w in wanted if w.kept is Kept.ORDER)
    assert {each.stratum for each in found} == {"a", "b"}


def test_who_is_surely_ahead_is_who_the_plain_way_says() -> None:
    for seed in range(cases(6, 1_000)):
        scheme, figures = _case(seed, 6, plain=seed % 4 > 0, limited=True)
        box = _box(scheme, random.Random(seed))
        standings = rank(score(scheme, each) for each in figures)
        wanted = {unit: counts for unit, *counts in surely_ahead(standings, Box.of(scheme, box))}
        found = dominance_frame(scheme, figures, box)
        assert {u: [a, b] for u, a, b in found.select("unit", "ahead", "behind").rows()} == wanted
        if seed < 3:
            for each in rank_ranges(standings, box, budget=5).ranges:
                assert each.best >= 1 + wanted[each.unit][0]


def test_a_lead_of_exactly_what_rounding_can_hide_is_decided_as_a_fraction() -> None:
    # Thirds are cut in arrays; what two roundings to hundredths can hide is 0.02.
    exact = _weights._Pairs._exactly
    calls = 0

    def counted(self: Any, unit: int, other: int) -> bool:
        nonlocal calls
        calls += 1
        return exact(self, unit, other)

    one = make_scheme(ratio("a", "na", "d", 3), ratio("b", "nb", "d", 3))
    figures = [
        UnitFigures.for_scheme(one, unit, {"na": a, "nb": b, "d": 900})
        for unit, (a, b) in {"A": (606, 300), "B": (603, 297), "C": (604, 300)}.items()
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_weights._Pairs, "_exactly", counted)
        found = _weights.dominance_frame(one, figures, {"a": (2, 4), "b": (2, 4)})
    # A leads B by 6/900 x ... at least 0.02 at every weight: exactly the slack of two roundings.
    assert found["behind"].to_list()[0] == 1
    assert calls > 0


def test_drawn_weights_give_the_ranks_that_scores_give() -> None:
    for seed in range(cases(6, 300)):
        scheme, figures = _case(seed, 6, plain=seed % 3 > 0, limited=True)
        box = _box(scheme, random.Random(seed))
        try:
            found = sample_ranks_frame(scheme, figures, box, sets=5, seed=seed)
        except MisuseError:
            continue  # no whole hundredths in the ranges add up
        again = sample_ranks_frame(scheme, figures, box, sets=5, seed=seed)
        assert found.equals(again)

        # The same weights, each scored and ranked the plain way.
        drawn = _weights.drawn_weights(Box.of(scheme, box), 5, seed)
        ranks: dict[str, list[int]] = {each.unit: [] for each in figures}
        ties = dict.fromkeys(ranks, 0)
        for weights in drawn:
            given = {k: Fraction(w, 100) for k, w in zip(box, weights.tolist(), strict=True)}
            assert sum(given.values()) == sum((a + b for a, b in box.values()), Fraction(0)) / 2
            assert all(low <= given[key] <= high for key, (low, high) in box.items())
            changed = scheme.with_weights(given)
            standings = rank(
                [score(changed, each) for each in figures], ties=TieRule.COMPETITION, tie_break=()
            )
            for place in standings:
                assert place.rank is not None
                ranks[place.sheet.unit].append(place.rank)
                same = [other for other in standings if other.rank == place.rank]
                ties[place.sheet.unit] += len(same) > 1
        for unit, _, best, worst, first, tied in found.rows():
            own = ranks[unit]
            assert (best, worst, first) == (min(own), max(own), own.count(1)), seed
            assert tied == ties[unit], seed


def test_nothing_is_drawn_where_no_hundredths_add_up() -> None:
    scheme, figures = _case(2, 3, plain=True)
    keys = [each.key for each in scheme.groups[0].criteria][:2]
    with pytest.raises(MisuseError):
        sample_ranks_frame(scheme, figures, {keys[0]: (1, 2)}, sets=0, seed=1)
    with pytest.raises(MisuseError):
        dominance_frame(scheme, figures, {"nobody": (1, 2)})


def test_arrays_of_integers_are_taken_as_they_are() -> None:
    scheme, figures = _case(5, 12, plain=True)
    lists = FigureGrid.of(scheme, figures)
    columns = {key: numpy.array(column, "int32") for key, column in lists.columns.items()}
    arrays = FigureGrid(scheme=scheme, units=lists.units, columns=columns)
    assert weight_ranges_frame(scheme, arrays) == weight_ranges_frame(scheme, lists)
