"""Random schemes whose parts tie, are cut and are rounded, and figures for them."""

import random
from fractions import Fraction
from typing import Any

from evnpubsvc.emulation import (
    CountCriterion,
    Criterion,
    DeductionCriterion,
    FigureSpec,
    Group,
    GroupRole,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Standings,
    TieRule,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.quantities import CountUnit, ZeroPolicy
from evnpubsvc.texts import Text


def text(word: str) -> Text:
    return Text(vi=word, en=word)


def ratio(key: str, n: str, d: str, maximum: int, **parts: Any) -> RatioCriterion:
    """A ratio that is worth nothing over nothing."""
    given = {"zero": ZeroPolicy.ZERO, **parts}
    return RatioCriterion(
        key=key, title=text(key), maximum=Fraction(maximum), numerator=n, denominator=d, **given
    )


def make_scheme(*criteria: Criterion, **parts: Any) -> Scheme:
    """A scheme of one group over all figures that its criteria read."""
    maximum = sum((each.maximum for each in criteria), Fraction(0))
    groups = (Group(key="g", title=text("g"), maximum=maximum, criteria=criteria),)
    keys = sorted({key for c in criteria for term in c.terms for key in term.figures})
    given: dict[str, Any] = {
        "key": "s",
        "title": text("s"),
        "maximum": maximum,
        "rounding": Rounding(2, RoundingAt.COMPONENT),
        "groups": groups,
        "figures": tuple(spec(key) for key in keys),
    }
    return Scheme(**{**given, **parts})


def spec(key: str, unit: CountUnit | None = CountUnit.DOSSIERS) -> FigureSpec:
    return FigureSpec(key=key, title=text(key), unit=unit)


def random_scheme(rng: random.Random) -> Scheme:
    """A scheme of two groups, perhaps with a bonus and deductions, rounded somewhere."""
    figures: set[str] = set()

    def draw(key: str) -> Criterion:
        n, d = f"n{key}", f"d{key}"
        maximum = Fraction(rng.randint(1, 8))
        if rng.random() < 0.6:
            figures.update((n, d))
            target = rng.choice([Fraction(1), Fraction(4, 5), Fraction(1, 2)])
            return ratio(key, n, d, int(maximum), target=target)
        figures.add(n)
        return CountCriterion(
            key=key, title=text(key), maximum=maximum, per=Fraction(rng.randint(1, 4), 2), figure=n
        )

    groups: list[Group] = []
    for name in "pq":
        members = tuple(draw(f"{name}{i}") for i in range(rng.randint(1, 3)))
        total = sum((each.maximum for each in members), Fraction(0))
        cut = len(members) > 1 and rng.random() < 0.3
        most = total - Fraction(1, 2) if cut else total
        groups.append(Group(key=name, title=text(name), maximum=most, criteria=members, cut=cut))
    maximum = sum((group.maximum for group in groups), Fraction(0))
    limits: dict[str, Any] = {}
    if rng.random() < 0.4:
        figures.update(("extra", "faults"))
        bonus = CountCriterion(
            key="x", title=text("x"), maximum=Fraction(2), per=Fraction(1), figure="extra"
        )
        less = DeductionCriterion(
            key="y", title=text("y"), maximum=Fraction(3), per=Fraction(1), figure="faults"
        )
        groups += [
            Group(key="bonus", title=text("b"), maximum=Fraction(2), criteria=(bonus,),
                  role=GroupRole.BONUS),
            Group(key="less", title=text("l"), maximum=Fraction(3), criteria=(less,),
                  role=GroupRole.DEDUCTION),
        ]  # fmt: skip
        limits = {"floor": Fraction(0), "ceiling": maximum + rng.choice([1, 2])}
    return Scheme(
        key="s",
        title=text("s"),
        maximum=maximum,
        rounding=Rounding(rng.choice([0, 1, 2]), rng.choice(list(RoundingAt))),
        groups=tuple(groups),
        figures=tuple(spec(key) for key in sorted(figures)),
        ties=rng.choice(list(TieRule)),
        tie_break=tuple(rng.sample(["p", "q"], rng.choice([0, 0, 1, 2]))),
        **limits,
    )


def random_figures(rng: random.Random, scheme: Scheme, unit: str) -> UnitFigures:
    """Small counts, so that units tie often; no part is larger than its whole."""
    counts: dict[str, int] = {}
    for key in sorted(scheme.figure_specs, key=lambda key: key[0] == "n"):
        most = counts.get(f"d{key[1:]}", 6)
        counts[key] = rng.randint(0, most)
    return UnitFigures.for_scheme(scheme, unit, counts)


def random_standings(rng: random.Random, units: int) -> tuple[Standings, list[UnitFigures]]:
    scheme = random_scheme(rng)
    figures = [random_figures(rng, scheme, f"U{i}") for i in range(units)]
    return rank(score(scheme, each) for each in figures), figures


def sheets_of(scheme: Scheme, figures: list[UnitFigures]) -> list[ScoreSheet]:
    return [score(scheme, each) for each in figures]
