"""Pairs walked in whole numbers against the same pairs walked in lines, which know no steps."""

import random
from fractions import Fraction

from evnpubsvc.analysis._first_change import Walks
from evnpubsvc.analysis._stability import _known_chain, _tied, paths_of
from evnpubsvc.analysis._steps import parts_of
from evnpubsvc.analysis._weighing import Profile, points_at, profile_of
from tests.analysis.samples import random_standings
from tests.deep import cases


def _profiles(seed: int) -> tuple[list[list[Profile]], tuple[str, ...]]:
    """Units by place, best first, and the keys that break ties."""
    rng = random.Random(seed)
    standings, _ = random_standings(rng, rng.randint(2, 5))
    units = [profile for place in standings if (profile := profile_of(place.sheet)) is not None]
    chain = _known_chain(standings.tie_break, units)
    return _tied(units, units[0].scheme, chain), chain


def test_steps_and_lines_find_the_same_change() -> None:
    compared = 0
    for seed in range(cases(8, 2_000)):
        tied, chain = _profiles(seed)
        units = [unit for same in tied for unit in same]
        pairs = [(one, other) for n, one in enumerate(units) for other in units[n + 1 :]]
        rng = random.Random(seed)
        paths = list(paths_of(units[0].scheme))
        for path, _ in rng.sample(paths, min(3, len(paths))):
            quick, lines = Walks(units, path, chain), Walks(units, path, chain, quick=False)
            compared += all(parts_of(unit, path, chain) is not None for unit in units)
            for upwards in (False, True):
                for asked in (*([pair] for pair in pairs), pairs):
                    one, other = (w.first(asked, upwards=upwards) for w in (quick, lines))
                    assert one == other, (seed, path.key, upwards)
    assert compared > cases(8, 2_000)


def test_parts_add_up_to_the_points() -> None:
    for seed in range(cases(20, 1_000)):
        tied, chain = _profiles(seed)
        for unit in (unit for same in tied for unit in same):
            for path, _ in paths_of(unit.scheme):
                parts = parts_of(unit, path, chain)
                if parts is None:
                    continue
                weight = path.least + (path.most - path.least) * Fraction(seed % 7, 7)
                places = 10**unit.scheme.rounding.places
                total = sum(_half_up(line.at(weight)) for line in parts.lines.values())
                assert points_at(unit, path, weight)[""] * places == total, (seed, path.key)


def _half_up(number: Fraction) -> int:
    """Halves away from zero, by hand."""
    whole = int(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole
