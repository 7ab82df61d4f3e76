"""Intervals of weights against `score` and `rank` under the changed scheme, which know no lines."""

import random
from fractions import Fraction

import pytest

from evnpubsvc.analysis import AtEnd, Convention, Kept, WeightRange, stability
from evnpubsvc.emulation import Scheme, Standings, UnitFigures, rank, score
from evnpubsvc.errors import MisuseError
from tests.analysis.samples import make_scheme, random_standings, ratio
from tests.deep import cases


def _changed(scheme: Scheme, found: WeightRange, weight: Fraction) -> Scheme:
    """The scheme with one weight changed, the others as the convention says."""
    weights = {found.key: weight}
    if found.convention is Convention.IN_PROPORTION:
        factor = (scheme.maximum - weight) / (scheme.maximum - found.weight)
        for group in scheme.groups:
            if group.role.value != "scored" or group.key == found.key:
                continue
            if group.cut:
                weights[group.key] = group.maximum * factor
            else:
                own = (c for c in group.criteria if c.key != found.key)
                weights |= {c.key: c.maximum * factor for c in own}
    return scheme.with_weights(weights)


def _kept(standings: Standings, found: WeightRange, top: int) -> object:
    if found.kept is Kept.ORDER:
        return {place.sheet.unit: place.rank for place in standings}
    most = 1 if found.kept is Kept.FIRST else top
    inside = {place.sheet.unit: place.rank for place in standings if (place.rank or 0) <= most}
    last = max(rank or 0 for rank in inside.values())
    # A last place that is shared beyond the number stays shared by the same.
    shared = {unit for unit, rank in inside.items() if rank == last and len(inside) > most}
    return set(inside), shared


def _holds(
    standings: Standings, figures: list[UnitFigures], found: WeightRange, weight: Fraction, top: int
) -> bool:
    assert standings.scheme is not None
    changed = _changed(standings.scheme, found, weight)
    now = rank(score(changed, each) for each in figures)
    return _kept(now, found, top) == _kept(standings, found, top)


def _check_range(
    standings: Standings, figures: list[UnitFigures], found: WeightRange, top: int, grid: int
) -> None:
    """Just inside keeps, at the end it is as it says, just outside it does not keep."""
    assert found.low <= found.weight <= found.high
    near = Fraction(1, 10**7)
    assert standings.scheme is not None

    # Inside: near the ends and on a grid.
    inside = [found.low + (found.high - found.low) * Fraction(k, grid) for k in range(1, grid)]
    if found.high - found.low > 2 * near:
        inside += [found.low + near, found.high - near]
    for weight in inside:
        if found.low < weight < found.high:
            assert _holds(standings, figures, found, weight, top), (found, weight)

    # At the ends, and just outside.
    for end, weight, outside in (
        (found.below, found.low, found.low - near),
        (found.above, found.high, found.high + near),
    ):
        if end is None:
            continue
        assert end.at is not AtEnd.UNDECIDED
        # No scheme has a weight of nothing, as it would be here for the moved or all others.
        if 0 < weight < standings.scheme.maximum:
            kept = _holds(standings, figures, found, weight, top)
            assert kept is (end.at is AtEnd.KEPT), (found, weight)
        if end.at is AtEnd.KEPT and outside > 0 and outside < standings.scheme.maximum:
            assert not _holds(standings, figures, found, outside, top), (found, outside)


def test_intervals_agree_with_scoring_again() -> None:
    for seed in range(cases(7, 10_000)):
        rng = random.Random(seed)
        standings, figures = random_standings(rng, rng.randint(2, 5))
        found = stability(standings, top=2)
        assert not found.apart
        for each in rng.sample(found.ranges, min(3, len(found.ranges))):
            # By 1-2-2-3 and 1-1-2 a top place says something else than who is among the best.
            if each.kept is Kept.ORDER or standings.ties.value == "1-1-3":
                _check_range(standings, figures, each, 2, cases(6, 12))


def test_leaving_out_is_a_weight_of_nothing() -> None:
    for seed in range(cases(5, 2_000)):
        rng = random.Random(seed)
        standings, figures = random_standings(rng, 4)
        scheme = standings.scheme
        assert scheme is not None
        if any(group.cut for group in scheme.groups) or scheme.ceiling is not None:
            continue
        for each in stability(standings).left_out:
            kept = [
                group.key
                for group in scheme.groups
                if group.key != each.key and [c.key for c in group.criteria] != [each.key]
            ]
            if len(kept) == len(scheme.groups) or not kept:
                continue
            now = rank(score(scheme.only(*kept), figures_of) for figures_of in figures)
            moved = {move.unit: (move.before, move.after) for move in each.moves}
            for place in standings:
                unit = place.sheet.unit
                before, after = moved.get(unit, (place.rank, place.rank))
                assert (before, after) == (place.rank, now[unit].rank)


def test_rounding_makes_a_tie_before_the_lines_cross() -> None:
    # 0.9 t + 0.5 (100 - t) against 0.8 t + 0.6 (100 - t): the lines cross at 50; rounded to two
    # places, both are one number for the first time a little above.
    scheme = make_scheme(ratio("a", "na", "da", 60), ratio("b", "nb", "db", 40))
    counts = {"A": (90, 50), "B": (80, 60)}
    standings = rank(
        score(
            scheme,
            UnitFigures.for_scheme(scheme, unit, {"na": a, "da": 100, "nb": b, "db": 100}),
        )
        for unit, (a, b) in counts.items()
    )
    found = stability(standings).of("a", Convention.IN_PROPORTION)
    assert found is not None
    assert found.below is not None
    assert Fraction(50) <= found.low < Fraction("50.11")
    assert found.contains(60) is True
    assert found.contains(found.low) is (found.below.at is AtEnd.KEPT)
    assert found.contains(49) is False
    assert found.contains(101) is None


def test_the_first_swap_names_the_better_unit_first() -> None:
    scheme = make_scheme(ratio("a", "na", "da", 60), ratio("b", "nb", "db", 40))
    standings = rank(
        score(scheme, UnitFigures.for_scheme(scheme, unit, {"na": a, "da": 10, "nb": b, "db": 10}))
        for unit, (a, b) in {"A": (9, 1), "B": (5, 5), "C": (1, 9)}.items()
    )
    assert [place.sheet.unit for place in standings] == ["A", "B", "C"]
    order = stability(standings).of("b", Convention.OTHERS_FIXED)
    assert order is not None
    assert order.low == 0
    assert order.below is None
    assert order.above is not None
    # Both neighbours cross at 60; halves are rounded up, so that B and C are tied a little earlier.
    assert (order.above.unit, order.above.other) == ("B", "C")
    assert 60 - order.high == Fraction(1, 60)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(MisuseError, match="standings"):
        stability(rank([]))
    standings, _ = random_standings(random.Random(1), 2)
    with pytest.raises(MisuseError):
        stability(standings, top=0)
