"""Grades are what total, conditions, sanctions and quota make of them, against a brute force."""

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.cli.score import standings_document
from evnpubsvc.emulation import (
    Band,
    Condition,
    Effect,
    FigureSpec,
    Group,
    PointsCriterion,
    Quota,
    QuotaBase,
    QuotaRounding,
    QuotaTies,
    Rounding,
    RoundingAt,
    Sanction,
    Scheme,
    Standings,
    UnitFigures,
    explain,
    grade_all,
    lint,
    rank,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.texts import Text
from tests.deep import cases

T = Text(vi="x", en="x")
KEYS = ("xs", "tot", "kha", "yeu")
LEAST = (90, 80, 50, 0)
CRITERION = PointsCriterion(key="c", title=T, maximum=Fraction(100), figure="v")


def needs(figure: str) -> Condition:
    return Condition(key=f"has-{figure}", title=T, figure=figure, at_least=Fraction(1))


def scheme(
    asked: Mapping[str, Sequence[str]],
    sanctions: Sequence[tuple[str, Effect, str | None]] = (),
    quota: Quota | None = None,
) -> Scheme:
    """Return a sheet of 100 given points; bands ask for figures, figures trigger sanctions."""
    read = dict.fromkeys(
        [*(f for each in asked.values() for f in each), *(f for f, _, _ in sanctions)]
    )
    return Scheme(
        key="s",
        title=T,
        maximum=Fraction(100),
        rounding=Rounding(2, RoundingAt.TOTAL),
        groups=(Group(key="g", title=T, maximum=Fraction(100), criteria=(CRITERION,)),),
        figures=tuple(FigureSpec(key=key, title=T) for key in ("v", *read)),
        bands=tuple(
            Band(key=key, title=Text(vi=key, en=key), at_least=least,
                 conditions=tuple(map(needs, asked.get(key, ()))))
            for key, least in zip(KEYS, LEAST, strict=True)
        ),
        sanctions=tuple(
            Sanction(when=evolve(needs(figure), key=f"when-{figure}"), effect=effect, band=band)
            for figure, effect, band in sanctions
        ),
        quota=quota,
    )  # fmt: skip


def standings(under: Scheme, units: dict[str, dict[str, int]]) -> Standings:
    return rank(
        score(under, UnitFigures.for_scheme(under, unit, figures))
        for unit, figures in units.items()
    )


def bands(of: Standings) -> dict[str, str | None]:
    return {each.unit: each.grade.band if each.grade else None for each in grade_all(of).units}


def quota(
    share: str, of: QuotaBase = QuotaBase.ASSESSED, band: str | None = None, **more: Any
) -> Quota:
    parts = {"rounding": QuotaRounding.FLOOR, "ties": QuotaTies.ALL_OUT, **more}
    return Quota(band="xs", share=Fraction(share), of=of, of_band=band, **parts)


TEN = {
    unit: {"v": points}
    for unit, points in zip("ABCDEFGHIJ", (95, 94, 93, 85, 84, 70, 69, 68, 67, 66), strict=True)
}


def test_a_grade_that_the_quota_took_is_shown_nowhere() -> None:
    """At most 20 % of ten units: two of three. Source: grading of civil servants by a cap."""
    of = standings(scheme({}, quota=quota("0.2")), TEN)
    assert bands(of)["C"] == "tot"
    document = {each["unit"]: each for each in standings_document(of)["standings"]}
    assert [document[unit]["band"] for unit in "ABCD"] == ["xs", "xs", "tot", "tot"]
    step = {"rule": "quota", "effect": "quota", "before": "xs", "after": "tot"}
    assert document["C"]["grade"] == {"by_total": "xs", "steps": [step]}
    [line] = [each for each in of.text().splitlines() if "  C " in each]
    assert "tot" in line
    graded = grade_all(of)["C"].grade
    assert "over the quota: xs becomes tot" in str(explain(of["C"].sheet, grade=graded))


def test_a_quota_of_those_graded_good_or_better() -> None:
    """NĐ 335/2025/NĐ-CP art. 20(5): excellent at most 20 % of those graded good or better."""
    of = standings(scheme({}, quota=quota("0.2", QuotaBase.AT_LEAST, "tot")), TEN)
    assert [unit for unit, band in bands(of).items() if band == "xs"] == ["A"]
    half = standings(scheme({}, quota=quota("0.5", QuotaBase.GRADE, "tot")), TEN)
    # Two excellent ones leave three good ones, of whom half is one; one leaves four: two.
    assert [unit for unit, band in bands(half).items() if band == "xs"] == ["A"]


def test_whoever_is_demoted_still_has_to_meet_the_lower_grade() -> None:
    under = scheme({"tot": ["model"]}, quota=quota("0.5"))
    units = {
        "A": {"v": 97, "model": 1},
        "B": {"v": 95, "model": 0},
        "C": {"v": 85, "model": 0},
    }
    of = standings(under, units)
    assert bands(of) == {"A": "xs", "B": "kha", "C": "kha"}
    steps = grade_all(of)["B"].grade
    assert steps is not None
    assert [(step.rule, step.before, step.after) for step in steps.steps] == [
        ("quota", "xs", "tot"),
        ("has-model", "tot", "kha"),
    ]
    sanctioned = scheme({"tot": ["model"]}, [("late", Effect.NO_TOP, None)])
    of = standings(sanctioned, {"B": {"v": 95, "model": 0, "late": 1}})
    assert bands(of) == {"B": "kha"}


def test_an_undecided_condition_leaves_the_grade_undecided() -> None:
    under = scheme({"tot": ["model"]}, quota=quota("0.5"))
    of = standings(under, {"A": {"v": 97}, "B": {"v": 95}})
    assert bands(of) == {"A": "xs", "B": None}  # over the quota, and nobody knows of its models


def test_a_tie_that_the_board_decides() -> None:
    units = {unit: {"v": 95} for unit in "AB"} | {"C": {"v": 60}}
    of = standings(scheme({}, quota=quota("0.4", ties=QuotaTies.REPORT)), units)
    assert bands(of) == {"A": None, "B": None, "C": "kha"}
    graded = grade_all(of)["A"].grade
    assert "the board decides" in str(explain(of["A"].sheet, grade=graded))


@pytest.mark.parametrize(
    ("of", "band", "reason"),
    [
        (QuotaBase.AT_LEAST, None, "quota-base-band"),
        (QuotaBase.ASSESSED, "tot", "quota-base-band"),
        (QuotaBase.GRADE, "xs", "quota-of-itself"),
        (QuotaBase.AT_LEAST, "xs", "quota-of-itself"),
        (QuotaBase.GRADE, "gut", "band-unknown"),
    ],
)
def test_a_base_that_cannot_be(of: QuotaBase, band: str | None, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        scheme({}, quota=quota("0.2", of, band))


# The brute force: every assignment of grades to units, and what the rules say of it.


def earned(under: Scheme, figures: dict[str, int]) -> int:
    """The grade of one unit by total, conditions and sanctions, as the rules read."""

    def fits(band: int) -> bool:
        return all(figures[f"{c.figure}"] >= 1 for c in under.ladder[band].conditions)

    def first(band: int) -> int:
        return next(i for i in range(band, len(KEYS)) if fits(i))

    at = first(next(i for i, least in enumerate(LEAST) if figures["v"] >= least))
    for sanction in under.sanctions:
        if figures[f"{sanction.when.figure}"] < 1:
            continue
        lowest = {
            Effect.NO_TOP: 1,
            Effect.NOT_ABOVE: KEYS.index(sanction.band or "xs"),
            Effect.ONE_DOWN: min(at + 1, 3),
            Effect.LOWEST: 3,
        }[sanction.effect]
        at = first(max(at, lowest))
    return at


def greatest(under: Scheme, units: dict[str, dict[str, int]], order: list[str]) -> tuple[int, ...]:
    """The best of all assignments that keep the rules, as the grades of units in their order."""
    own = [earned(under, units[unit]) for unit in order]
    below = []
    for unit in order:
        asked = [{f"{c.figure}" for c in band.conditions} for band in under.ladder]
        below.append(next(i for i in range(1, 4) if all(units[unit][f] for f in asked[i])))
    assert under.quota is not None
    share, of = under.quota, under.quota.of

    def legal(given: tuple[int, ...]) -> bool:
        for mine, low, grade in zip(own, below, given, strict=True):
            if grade != mine and not (mine == 0 and grade == low):
                return False
        if of is QuotaBase.ASSESSED:
            base = len(order)
        elif of is QuotaBase.AT_LEAST:
            base = sum(grade <= KEYS.index(share.of_band or "") for grade in given)
        else:
            base = sum(grade == KEYS.index(share.of_band or "") for grade in given)
        if given.count(0) > share.allowed(base):
            return False
        # Nobody who keeps the grade is placed behind or beside somebody who loses it.
        losers = [
            units[u]["v"] for u, mine, g in zip(order, own, given, strict=True) if mine == 0 < g
        ]
        keepers = [units[u]["v"] for u, g in zip(order, given, strict=True) if g == 0]
        return not losers or not keepers or min(keepers) > max(losers)

    return min(filter(legal, product(range(4), repeat=len(order))))


def small_cases(number: int) -> Iterator[tuple[Scheme, dict[str, dict[str, int]]]]:
    chance = random.Random(335)
    effects = list(Effect)
    for _ in range(number):
        asked = {key: ["m"] for key in KEYS[:3] if chance.random() < 0.3}
        for key in KEYS[:3]:
            if chance.random() < 0.2:
                asked[key] = [*asked.get(key, []), "n"]
        sanctions: list[tuple[str, Effect, str | None]] = []
        for figure in ("p", "q"):
            if chance.random() < 0.4:
                effect = chance.choice(effects)
                band = chance.choice(KEYS[1:]) if effect is Effect.NOT_ABOVE else None
                sanctions.append((figure, effect, band))
        base = chance.choice(list(QuotaBase))
        band = None if base is QuotaBase.ASSESSED else chance.choice(KEYS[1:])
        cap = Quota(
            band="xs",
            share=Fraction(chance.randint(1, 9), 10),
            rounding=chance.choice(list(QuotaRounding)),
            ties=QuotaTies.ALL_OUT,
            of=base,
            of_band=band,
        )
        under = scheme(asked, sanctions, cap)
        units = {
            f"U{i}": {
                "v": chance.choice([99, 97, 95, 92, 85, 60, 20]),
                **{name: int(chance.random() < 0.6) for name in "mn"},
                **{name: int(chance.random() < 0.3) for name in "pq"},
            }
            for i in range(chance.randint(1, 5))
        }
        known = set(under.figure_specs)
        yield under, {u: {k: v for k, v in each.items() if k in known} for u, each in units.items()}


def test_grades_are_the_greatest_that_the_rules_allow() -> None:
    for under, units in small_cases(cases(150, 10_000)):
        of = standings(under, units)
        order = [place.sheet.unit for place in of]
        grading = grade_all(of)
        given = tuple(KEYS.index(grading[unit].grade.band) for unit in order)  # type: ignore[union-attr]
        assert given == greatest(under, units, order), (under, units)
        for unit in order:
            grade = grading[unit].grade
            assert grade is not None
            names = [grade.by_total, *(step.after for step in grade.steps)]
            assert [step.before for step in grade.steps] == names[:-1]  # each step from the last
            assert names[-1] == grade.band
            assert all(a != b for a, b in pairwise(names))
            text = str(explain(of[unit].sheet, grade=grade))
            assert text.count(" becomes ") + text.count(", was ") == len(grade.steps)


def test_the_sheets_of_the_brute_force_are_sound() -> None:
    for under, _ in small_cases(20):
        assert not [f for f in lint(under) if f.severity.value == "violation"]
