"""Ranges of ranks against all weights there are, where these can be listed."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from attrs import evolve

from evnpubsvc.analysis import (
    Act,
    RankRange,
    Uncertainty,
    do_acts,
    rank_ranges,
    rank_ranges_with_acts,
    rank_ranges_within_bounds,
)
from evnpubsvc.emulation import (
    CountCriterion,
    DeductionCriterion,
    Group,
    GroupRole,
    PointsCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    Standings,
    TieRule,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import CountRange, CountUnit
from tests.analysis.samples import make_scheme, random_standings, ratio, spec, text
from tests.deep import cases

Shares = dict[str, tuple[str, ...]]


def _standings(shares: Shares, places: int = 12) -> tuple[Standings, list[UnitFigures]]:
    """Units with given shares of criteria that weigh 1 each, rounded so late that it is nothing."""
    width = len(next(iter(shares.values())))
    criteria = tuple(
        PointsCriterion(key=f"c{i}", title=text("c"), maximum=Fraction(1), figure=f"f{i}")
        for i in range(width)
    )
    scheme = make_scheme(
        *criteria,
        rounding=Rounding(places, RoundingAt.TOTAL),
        figures=tuple(spec(f"f{i}", None) for i in range(width)),
    )
    figures = [
        UnitFigures(unit, {f"f{i}": Fraction(each) for i, each in enumerate(own)})
        for unit, own in shares.items()
    ]
    return rank(score(scheme, each) for each in figures), figures


def _open(standings: Standings, low: str = "1/100") -> dict[str, tuple[Fraction, Fraction]]:
    assert standings.scheme is not None
    keys = [criterion.key for criterion in standings.scheme.criteria]
    return dict.fromkeys(keys, (Fraction(low), len(keys) - (len(keys) - 1) * Fraction(low)))


def _rank_under(
    scheme: Scheme, figures: list[UnitFigures], weights: dict[str, Fraction], unit: str
) -> int:
    sheets = [score(scheme.with_weights(weights), each) for each in figures]
    own = rank(sheets, ties=TieRule.COMPETITION, tie_break=())[unit].rank
    assert own is not None
    return own


def _check_witnesses(standings: Standings, figures: list[UnitFigures], found: RankRange) -> None:
    assert standings.scheme is not None
    for reached, weights in (
        (found.best_reached, found.best_weights),
        (found.worst_reached, found.worst_weights),
    ):
        assert _rank_under(standings.scheme, figures, dict(weights), found.unit) == reached


def test_pairs_alone_do_not_say_the_best_rank() -> None:
    # Each of the others can be beaten, but not both at once: one of them is always ahead.
    standings, figures = _standings({"A": (".4", ".4"), "B": ("1", "0"), "C": ("0", "1")})
    found = rank_ranges(standings, _open(standings, "1/10"))
    own = found.of("A")
    assert own is not None
    assert (own.best, own.worst, own.exact) == (2, 3, True)
    assert found.never_first == ("A",)
    for each in found.ranges:
        _check_witnesses(standings, figures, each)


def test_two_weights_against_all_crossings() -> None:
    for seed in range(cases(15, 3_000)):
        rng = random.Random(seed)
        units = rng.randint(2, 6)
        shares = {
            f"U{i}": tuple(str(Fraction(rng.randint(0, 10), 10)) for _ in range(2))
            for i in range(units)
        }
        standings, figures = _standings(shares)
        box = _open(standings)
        low, high = box["c0"]
        # Between two crossings nothing changes, so these weights are all there is.
        marks = {low, high}
        for (a, b), (c, d) in combinations(
            [tuple(map(Fraction, own)) for own in shares.values()], 2
        ):
            if a - c != b - d:
                crossing = 2 * (d - b) / ((a - c) - (b - d))
                marks |= {crossing} if low < crossing < high else set()
        points = sorted(marks) + [(x + y) / 2 for x, y in pairwise(sorted(marks))]
        found = rank_ranges(standings, box)
        for each in found.ranges:
            ranks = [
                1 + sum(
                    Fraction(o[0]) * w + Fraction(o[1]) * (2 - w)
                    > Fraction(shares[each.unit][0]) * w + Fraction(shares[each.unit][1]) * (2 - w)
                    for o in shares.values()
                )
                for w in points
            ]  # fmt: skip
            assert each.best <= min(ranks), seed
            assert each.worst >= max(ranks), seed
            if each.exact:
                assert (each.best, each.worst) == (min(ranks), max(ranks)), seed
            _check_witnesses(standings, figures, each)


def _with_middles(marks: set[Fraction]) -> list[Fraction]:
    """Return marks in order, and a place between each two of them."""
    ordered = sorted(marks)
    return ordered + [(x + y) / 2 for x, y in pairwise(ordered)]


def _every_cell(own: list[tuple[Fraction, ...]], low: Fraction) -> Iterator[tuple[Fraction, ...]]:
    """Give three weights of sum 3, none below `low`, from each cell, edge and corner of the lines
    at which two units are equal.
    """
    # A line is (a, b, c): a x + b y + c = 0, with the third weight 3 - x - y; three bound the rest.
    lines = [(Fraction(1), Fraction(0), -low), (Fraction(0), Fraction(1), -low)]
    lines.append((Fraction(1), Fraction(1), low - 3))
    for one, other in combinations(own, 2):
        first, second, third = (x - y for x, y in zip(one, other, strict=True))
        lines.append((first - third, second - third, 3 * third))

    # Between two corners no lines cross, so one section there meets all that lies between.
    corners = {low, 3 - 2 * low}
    for (a, b, c), (d, e, f) in combinations(lines, 2):
        if a * e != b * d:
            corners.add((b * f - c * e) / (a * e - b * d))
    corners |= {-c / a for a, b, c in lines if b == 0 and a != 0}
    for x in _with_middles({each for each in corners if low <= each <= 3 - 2 * low}):
        marks = {-(a * x + c) / b for a, b, c in lines if b != 0} | {low, 3 - low - x}
        for y in _with_middles({each for each in marks if low <= each <= 3 - low - x}):
            yield x, y, 3 - x - y


def test_three_weights_against_every_cell() -> None:
    exact = 0
    for seed in range(cases(5, 500)):
        rng = random.Random(seed)
        parts = rng.choice((4, 97))  # few parts: three units are equal along one line
        shares = {
            f"U{i}": tuple(str(Fraction(rng.randint(0, parts), parts)) for _ in range(3))
            for i in range(4)
        }
        standings, figures = _standings(shares)
        found = rank_ranges(standings, _open(standings, "1/4"))
        own = {unit: tuple(map(Fraction, each)) for unit, each in shares.items()}
        ranks: dict[str, set[int]] = {unit: set() for unit in shares}
        for weights in _every_cell(list(own.values()), Fraction(1, 4)):
            totals = {
                u: sum(a * b for a, b in zip(weights, s, strict=True)) for u, s in own.items()
            }
            for unit, total in totals.items():
                ranks[unit].add(1 + sum(other > total for other in totals.values()))
        for each in found.ranges:
            ends = (min(ranks[each.unit]), max(ranks[each.unit]))
            assert each.best <= ends[0], seed
            assert each.worst >= ends[1], seed
            if each.exact:
                assert (each.best, each.worst) == ends, seed
            exact += each.exact
            _check_witnesses(standings, figures, each)
    assert exact > 4 * cases(5, 500) * 0.9


def _limited_scheme(rng: random.Random) -> Scheme:
    """Two weights of 1, a bonus and a deduction, with floor and ceiling that are often met."""
    criteria = tuple(
        PointsCriterion(key=key, title=text(key), maximum=Fraction(1), figure=f"f{key}")
        for key in "ab"
    )
    bonus = CountCriterion(
        key="x", title=text("x"), maximum=Fraction(1), per=Fraction(1, 5), figure="extra"
    )
    less = DeductionCriterion(
        key="y", title=text("y"), maximum=Fraction(1), per=Fraction(1, 5), figure="faults"
    )
    groups = (
        Group(key="g", title=text("g"), maximum=Fraction(2), criteria=criteria),
        Group(key="bonus", title=text("b"), maximum=Fraction(1), criteria=(bonus,),
              role=GroupRole.BONUS),
        Group(key="less", title=text("l"), maximum=Fraction(1), criteria=(less,),
              role=GroupRole.DEDUCTION),
    )  # fmt: skip
    return make_scheme(
        *criteria,
        groups=groups,
        floor=Fraction(rng.randint(0, 6), 10),
        ceiling=Fraction(rng.randint(20, 22), 10),
        rounding=Rounding(12, RoundingAt.TOTAL),
        figures=(spec("fa", None), spec("fb", None), spec("extra"), spec("faults")),
    )


def test_floor_and_ceiling_against_all_crossings() -> None:
    exact = limited = seen = 0
    for seed in range(cases(15, 2_000)):
        rng = random.Random(seed)
        scheme = _limited_scheme(rng)
        assert scheme.floor is not None
        assert scheme.ceiling is not None
        units: list[tuple[str, Fraction, Fraction, int, int]] = []
        for place in range(rng.randint(2, 5)):
            least = rng.choice((0, 0, 3, 6))
            a, b = (Fraction(rng.randint(least, least + 4), 10) for _ in "ab")
            units.append((f"U{place}", a, b, rng.randint(0, 5), rng.randint(0, 5)))
        figures = [
            UnitFigures.for_scheme(scheme, u, {"fa": a, "fb": b, "extra": x, "faults": y})
            for u, a, b, x, y in units
        ]
        standings = rank(score(scheme, each) for each in figures)
        low, high = Fraction(1, 10), Fraction(19, 10)
        found = rank_ranges(standings, dict.fromkeys("ab", (low, high)))

        # A total is `slope x weight + start` between the limits; nothing changes between marks.
        lines = [(a - b, 2 * b + Fraction(x - y, 5)) for _, a, b, x, y in units]
        marks = {low, high}
        for number, (slope, start) in enumerate(lines):
            levels = [(Fraction(0), scheme.floor), (Fraction(0), scheme.ceiling)]
            for other_slope, other_start in [*levels, *lines[:number]]:
                if slope != other_slope:
                    marks.add((other_start - start) / (slope - other_slope))
        marks = {each for each in marks if low <= each <= high}
        ranks: dict[str, set[int]] = {unit: set() for unit, *_ in units}
        for weight in _with_middles(marks):
            totals = [
                min(scheme.ceiling, max(scheme.floor, slope * weight + start))
                for slope, start in lines
            ]
            limited += any(total in (scheme.floor, scheme.ceiling) for total in totals)
            for (unit, *_), total in zip(units, totals, strict=True):
                ranks[unit].add(1 + sum(other > total for other in totals))
        for each in found.ranges:
            ends = min(ranks[each.unit]), max(ranks[each.unit])
            assert each.best <= ends[0] <= ends[1] <= each.worst, seed
            assert each.best_reached is not None
            assert each.worst_reached is not None
            assert ends[0] <= each.best_reached, seed
            assert each.worst_reached <= ends[1], seed
            exact += each.exact
            seen += 1
            _check_witnesses(standings, figures, each)
    assert limited > cases(50, 5_000)
    assert exact > 0.95 * seen


def test_rounded_schemes_with_caps_are_never_promised_too_much() -> None:
    for seed in (*range(cases(7, 3_000)), 123):  # 123: two units on the floor are equal
        rng = random.Random(seed)
        standings, figures = random_standings(rng, 4)
        scheme = standings.scheme
        assert scheme is not None
        keys = [
            group.key if group.cut else each.key
            for group in scheme.groups
            for each in group.criteria
            if group.role.value == "scored"
        ]
        keys = list(dict.fromkeys(keys))
        if len(keys) < 2:
            continue
        old = {
            key: next((g.maximum for g in scheme.groups if g.key == key), None)
            or scheme.criterion(key).maximum
            for key in keys
        }
        found = rank_ranges(
            standings, {key: (each / 2, each * 3 / 2) for key, each in old.items()}, budget=20
        )
        for _ in range(6):
            # Move weight from one key to another, inside the ranges.
            weights = dict(old)
            one, other = rng.sample(keys, 2)
            moved = min(old[one], old[other]) / 2 * Fraction(rng.randint(0, 10), 10)
            weights[one] -= moved
            weights[other] += moved
            for each in found.ranges:
                now = _rank_under(scheme, figures, weights, each.unit)
                assert each.best <= now <= each.worst, (seed, weights)
        for each in found.ranges:
            _check_witnesses(standings, figures, each)


def test_one_act_more_or_less() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 10))
    counts = {"A": (9, 10), "B": (50, 60), "C": (500, 1000)}
    figures = [
        UnitFigures.for_scheme(scheme, unit, {"n": n, "d": d}) for unit, (n, d) in counts.items()
    ]
    standings = rank(score(scheme, each) for each in figures)
    in_time = Act(key="t", title=text("t"), changes={"n": 1})
    found = rank_ranges_with_acts(standings, figures, [in_time])
    # A has 8 to 10 of 10, B 49 to 51 of 60: A can fall behind B by one dossier.
    assert [(e.unit, e.best, e.worst, e.exact) for e in found.ranges] == [
        ("A", 1, 2, True), ("B", 1, 2, True), ("C", 3, 3, True),
    ]  # fmt: skip
    assert [group.units for group in found.groups] == [("A", "B"), ("C",)]
    assert found.groups[0].reason is Uncertainty.ACTS
    with pytest.raises(MisuseError):
        rank_ranges_with_acts(standings, figures[:1], [in_time])
    with pytest.raises(MisuseError):
        rank_ranges_with_acts(standings, figures, [in_time], times=0)


def test_acts_against_all_standings() -> None:
    for seed in range(cases(10, 500)):
        rng = random.Random(seed)
        standings, figures = random_standings(rng, 3)
        scheme = standings.scheme
        assert scheme is not None
        key = rng.choice(sorted(scheme.figure_specs))
        act = Act(key="t", title=text("t"), changes={key: 1})
        back = Act(key="b", title=text("b"), changes={key: -1})
        found = rank_ranges_with_acts(standings, figures, [act])
        ways = []
        for each in figures:
            own = [score(scheme, each)]
            for move in (act, back):
                try:
                    own.append(score(scheme, do_acts(each, [(move, 1)])))
                except DataError:
                    continue
            ways.append(own)
        seen: dict[str, set[int]] = {each.unit: set() for each in figures}
        for a in ways[0]:
            for b in ways[1]:
                for c in ways[2]:
                    for place in rank([a, b, c], ties=TieRule.COMPETITION, tie_break=()):
                        assert place.rank is not None
                        seen[place.sheet.unit].add(place.rank)
        for each_range in found.ranges:
            ranks = seen[each_range.unit]
            assert (each_range.best, each_range.worst) == (min(ranks), max(ranks))


def test_published_bounds_give_groups() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 10))
    plain = [
        UnitFigures.for_scheme(scheme, unit, {"n": n, "d": 10})
        for unit, n in {"A": 9, "C": 5}.items()
    ]
    bounded = evolve(
        plain[0], unit="B",
        figures={**dict(plain[0].figures), "n": CountRange(8, 10, CountUnit.DOSSIERS)},
    )  # fmt: skip
    standings = rank(score(scheme, each) for each in [*plain, bounded])
    found = rank_ranges_within_bounds(standings)
    assert {e.unit: (e.best, e.worst) for e in found.ranges} == {
        "A": (1, 2), "B": (1, 2), "C": (3, 3),
    }  # fmt: skip
    assert [len(group.units) for group in found.groups] == [2, 1]
    assert all(each.exact for each in found.ranges)


def test_what_cannot_be_asked() -> None:
    standings, _ = _standings({"A": ("1", "0"), "B": ("0", "1")})
    for weights, reason in (
        ({"c9": (1, 1)}, "no weight"),
        ({"c0": (1, 1), "g": (1, 2)}, "no weight"),
        ({"c0": (2, 3), "c1": (2, 3)}, "add up"),
        ({"c0": (0, 1), "c1": (1, 2)}, "add up"),
        ({}, "add up"),
    ):
        with pytest.raises(MisuseError, match=reason):
            rank_ranges(standings, weights)
    with pytest.raises(MisuseError, match="scheme"):
        rank_ranges(rank([]), {"a": (1, 2)})
