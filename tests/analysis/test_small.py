"""Shares over few dossiers, and what one of them is worth."""

import random
from fractions import Fraction

import pytest

from evnpubsvc.analysis import small_denominators
from evnpubsvc.emulation import RatioCriterion, UnitFigures, rank, score
from evnpubsvc.errors import MisuseError
from tests.analysis.samples import make_scheme, random_standings, ratio
from tests.deep import cases


def test_one_dossier_of_ten_is_worth_a_tenth() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 20, target=Fraction(9, 10)))
    counts = {"A": (8, 10), "B": (10, 10), "C": (0, 10), "D": (500, 1000), "E": (0, 0)}
    standings = rank(
        score(scheme, UnitFigures.for_scheme(scheme, unit, {"n": n, "d": d}))
        for unit, (n, d) in counts.items()
    )
    found = {each.unit: (each.low, each.high) for each in small_denominators(standings)}
    assert found == {
        "A": (Fraction("15.56"), Fraction(20)),  # 20 x 0.7 / 0.9, 20 x 0.9 / 0.9
        "B": (Fraction(20), Fraction(20)),
        "C": (Fraction(0), Fraction("2.22")),
    }
    assert not small_denominators(standings, below=10)
    with pytest.raises(MisuseError):
        small_denominators(standings, below=0)
    with pytest.raises(MisuseError):
        small_denominators(rank([]))


def test_intervals_are_those_of_scoring_again() -> None:
    for seed in range(cases(10, 1_000)):
        standings, figures = random_standings(random.Random(seed), 2)
        scheme = standings.scheme
        assert scheme is not None
        own = {each.unit: each for each in figures}
        for each in small_denominators(standings):
            criterion = scheme.criterion(each.key)
            assert isinstance(criterion, RatioCriterion)
            (n,) = criterion.numerator.figures
            points = []
            for number in (each.numerator - 1, each.numerator, each.numerator + 1):
                if 0 <= number <= each.denominator:
                    plain = {key: getattr(f, "value", 0) for key, f in own[each.unit].figures}
                    changed = UnitFigures.for_scheme(scheme, "X", {**plain, n: number})
                    points.append(score(scheme, changed)[each.key].points)
            assert {each.low, each.high} <= set(points)
            assert all(each.low <= p <= each.high for p in points if isinstance(p, Fraction))
