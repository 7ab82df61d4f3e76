"""The cheapest acts against all plans there are, and against a solver (mixed integers)."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc import preset
from evnpubsvc.analysis import Act, GapVerdict, acts_of, do_acts, gap_to, what_if
from evnpubsvc.emulation import (
    Condition,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Standings,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown, ZeroPolicy
from tests.analysis.samples import make_scheme, random_figures, random_scheme, ratio, text
from tests.deep import cases


def _random_acts(rng: random.Random, scheme: Scheme) -> list[Act]:
    """Acts that move one to three figures, some of them down, some not ours."""
    keys = sorted(scheme.figure_specs)
    acts: list[Act] = []
    for number in range(rng.randint(1, 3)):
        chosen = rng.sample(keys, min(len(keys), rng.randint(1, 3)))
        changes = {key: rng.choice([1, 1, 1, 2, -1]) for key in chosen}
        acts.append(
            Act(
                key=f"a{number}",
                title=text("a"),
                changes=changes,
                at_most=rng.randint(1, 5),
                cost=Fraction(rng.randint(1, 4), rng.choice([1, 1, 2])),
                ours=rng.random() < 0.9,
            )
        )
    return acts


def _case(rng: random.Random) -> tuple[Standings, UnitFigures, list[Act]]:
    scheme = random_scheme(rng)
    ratios = sorted(key for key in scheme.figure_specs if "n" + key[1:] in scheme.figure_specs
                    and key[0] == "d")  # fmt: skip
    if ratios and rng.random() < 0.4:
        d = rng.choice(ratios)
        gate = Condition(
            key="gate", title=text("g"), numerator=_term("n" + d[1:]), denominator=_term(d),
            zero=ZeroPolicy.ZERO, at_least=Fraction(rng.randint(1, 4), 5),
        )  # fmt: skip
        scheme = evolve(scheme, gates=(gate,))
    figures = [random_figures(rng, scheme, f"U{i}") for i in range(rng.randint(2, 4))]
    standings = rank(score(scheme, each) for each in figures)
    return standings, figures[0], _random_acts(rng, scheme)


def _term(key: str) -> Any:
    from evnpubsvc.emulation import Term

    return Term((key,))


def _plans(
    standings: Standings, figures: UnitFigures, acts: list[Act]
) -> Iterator[tuple[Fraction, tuple[int, ...], ScoreSheet]]:
    """All plans whose figures can be, with their cost and sheet."""
    scheme = standings.scheme
    assert scheme is not None
    ours = [act for act in acts if act.ours]
    for times in product(*(range((act.at_most or 0) + 1) for act in ours)):
        try:
            sheet = score(scheme, do_acts(figures, zip(ours, times, strict=True)))
        except DataError:
            continue
        cost = sum((a.cost * t for a, t in zip(ours, times, strict=True)), Fraction(0))
        yield cost, times, sheet


def _rank_with(standings: Standings, sheet: ScoreSheet) -> int | None:
    others = [place.sheet for place in standings if place.sheet.unit != sheet.unit]
    return rank([*others, sheet])[sheet.unit].rank


def test_the_plan_is_the_cheapest_of_all() -> None:
    verdicts = dict.fromkeys(GapVerdict, 0)
    for seed in range(cases(40, 10_000)):
        rng = random.Random(seed)
        standings, figures, acts = _case(rng)
        plans = list(_plans(standings, figures, acts))
        known = [sheet.total for *_, sheet in plans if isinstance(sheet.total, Fraction)]
        goal: dict[str, Any]
        if rng.random() < 0.5:
            goal = {"place": rng.randint(1, 2)}
        else:
            goal = {"points": max(known, default=Fraction(0)) - Fraction(rng.randint(-1, 3), 2)}

        def meets(
            sheet: ScoreSheet, goal: dict[str, Any] = goal, of: Standings = standings
        ) -> bool:
            if isinstance(sheet.total, Unknown):
                return False
            if "points" in goal:
                return bool(sheet.total >= goal["points"])
            found = _rank_with(of, sheet)
            return found is not None and found <= goal["place"]

        cheapest = min((cost for cost, _, sheet in plans if meets(sheet)), default=None)
        found = gap_to(standings, figures, acts=acts, **goal)
        verdicts[found.verdict] += 1
        if cheapest is None:
            assert found.verdict is GapVerdict.IMPOSSIBLE, seed
            assert found.highest == found.highest_at_most == max(known), seed
        elif cheapest == 0:
            assert found.verdict is GapVerdict.REACHED, seed
        else:
            assert found.verdict is GapVerdict.CHEAPEST, seed
            assert found.plan is not None
            assert found.plan.cost == found.least_cost == cheapest, seed
            _check_plan(standings, figures, found.plan, meets)
    assert all(verdicts[v] for v in (GapVerdict.CHEAPEST, GapVerdict.IMPOSSIBLE))


def _check_plan(standings: Standings, figures: UnitFigures, plan: Any, meets: Any) -> None:
    """Replayed it is true; without any single act it misses; nothing forbidden is in it."""
    done = [(each.act, each.times) for each in plan.acts]
    now = what_if(standings, figures, done)[figures.unit]
    assert (now.sheet.total, now.rank) == (plan.total, plan.rank)
    for left, _ in done:
        fewer = [(act, times - (act is left)) for act, times in done]
        try:
            sheet = what_if(standings, figures, fewer)[figures.unit].sheet
        except DataError:
            continue
        assert not meets(sheet)
    assert all(act.ours and 0 < times <= (act.at_most or times) for act, times in done)


def _milp(
    scheme: Scheme, figures: UnitFigures, acts: list[Act], goal: Fraction, *, gates: bool
) -> Fraction | None:
    """The least cost by HiGHS: rounded points are whole numbers of the last place."""
    highspy = pytest.importorskip("highspy", reason="the solver is a tool of tests")
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    scale = 10**scheme.rounding.places
    inf = highspy.kHighsInf
    times = [model.addIntegral(lb=0, ub=(act.at_most or 0) if act.ours else 0) for act in acts]

    def value(key: str) -> Any:
        start = figures[key].value  # type: ignore[union-attr]
        return start + sum(
            dict(a.changes).get(key, 0) * x for a, x in zip(acts, times, strict=True)
        )

    total: Any = 0
    for group in scheme.groups:
        points: Any = 0
        for each in group.criteria:
            assert isinstance(each, RatioCriterion)
            n, d = value(each.numerator.figures[0]), figures[each.denominator.figures[0]].value  # type: ignore[union-attr]
            model.addConstr(n <= d)
            model.addConstr(n >= 0)
            rounded = model.addIntegral(lb=0, ub=float(each.maximum * scale))
            slope = each.maximum * scale / (d * each.target)
            # round half up: the whole number is at most the points and a half, exact in sixes.
            model.addConstr(
                rounded * (2 * slope.denominator) <= n * (2 * slope.numerator) + slope.denominator
            )
            points = points + rounded
        if group.cut:
            kept = model.addVariable(lb=-inf, ub=float(group.maximum * scale))
            model.addConstr(kept <= points)
            points = kept
        total = total + points
    model.addConstr(total >= float(goal * scale))
    for gate in scheme.gates if gates else ():
        assert gate.numerator is not None
        assert gate.denominator is not None
        assert gate.at_least is not None
        whole = figures[gate.denominator.figures[0]].value  # type: ignore[union-attr]
        part = value(gate.numerator.figures[0]) * gate.at_least.denominator
        model.addConstr(part >= gate.at_least.numerator * whole)
    cost = sum(int(act.cost) * x for act, x in zip(acts, times, strict=True))
    model.minimize(cost)
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return Fraction(round(model.getInfo().objective_function_value))


def _large_case(rng: random.Random) -> tuple[Scheme, UnitFigures, list[Act]]:
    """Larger counts, numerators that criteria share, caps, gates, rounding to two places."""
    keys, dossiers = "abc", rng.randint(20, 200)
    scheme = make_scheme(
        *(ratio(key, f"n{rng.choice((key, key, 'a'))}", "d", rng.randint(5, 20),
                target=rng.choice([Fraction(1), Fraction(4, 5)])) for key in keys)
    )  # fmt: skip
    if rng.random() < 0.4:
        (group,) = scheme.groups
        most = group.maximum - 3
        scheme = evolve(scheme, maximum=most, groups=(evolve(group, maximum=most, cut=True),))
    read = sorted(key for key in scheme.figure_specs if key != "d")
    if rng.random() < 0.4:
        gate = Condition(
            key="gate", title=text("g"), numerator=_term(rng.choice(read)), denominator=_term("d"),
            zero=ZeroPolicy.ZERO, at_least=Fraction(rng.randint(1, 9), 10),
        )  # fmt: skip
        scheme = evolve(scheme, gates=(gate,))
    counts = {key: rng.randint(0, dossiers) for key in read}
    figures = UnitFigures.for_scheme(scheme, "U", {**counts, "d": dossiers})
    acts = [
        Act(
            key=f"a{i}",
            title=text("a"),
            changes=dict.fromkeys(rng.sample(read, min(len(read), rng.randint(1, 2))), 1),
            at_most=rng.randint(5, 150),
            cost=rng.randint(1, 5),
            ours=rng.random() < 0.9,
        )
        for i in range(rng.randint(1, 4))
    ]
    return scheme, figures, acts


def test_the_plan_costs_what_a_solver_says() -> None:
    """Points to reach, or the first place before a rival, which takes the gates as well."""
    undecided = planned = 0
    for seed in range(cases(25, 10_000)):
        rng = random.Random(seed)
        scheme, figures, acts = _large_case(rng)
        now = score(scheme, figures)
        assert isinstance(now.total, Fraction)
        best = dict.fromkeys(scheme.figure_specs, figures["d"].value)  # type: ignore[union-attr]
        most = score(scheme, UnitFigures.for_scheme(scheme, "R", best)).total
        assert isinstance(most, Fraction)
        needed = min(now.total + Fraction(rng.randint(1, 1200), 100), most)
        goal: dict[str, Any] = {"points": needed}
        standings = rank([now])
        if scheme.gates:
            # A rival with about as many points, who passes.
            better = {key: rng.randint(-(-v * 9 // 10), v) for key, v in best.items()}
            rival = score(scheme, UnitFigures.for_scheme(scheme, "R", {**better, "d": best["d"]}))
            standings, goal = rank([now, rival]), {"place": 1}
            assert isinstance(rival.total, Fraction)
            needed = rival.total

        def meets(
            sheet: ScoreSheet, goal: dict[str, Any] = goal, of: Standings = standings
        ) -> bool:
            if "points" in goal:
                return bool(sheet.total >= goal["points"])
            return _rank_with(of, sheet) == 1

        found = gap_to(standings, figures, acts=acts, **goal)
        if meets(now):
            assert found.verdict is GapVerdict.REACHED, seed
            continue
        wanted = _milp(scheme, figures, acts, needed, gates="place" in goal)
        if wanted is None:
            assert found.verdict is GapVerdict.IMPOSSIBLE, seed
            continue
        # A search that ended before its proof says so, and what it says is true.
        undecided += found.verdict is GapVerdict.BEST_FOUND
        assert found.plan is not None, seed
        assert found.least_cost is not None, seed
        assert found.least_cost <= wanted <= found.plan.cost, seed
        if found.verdict is GapVerdict.CHEAPEST:
            assert found.least_cost == found.plan.cost, seed
        _check_plan(standings, figures, found.plan, meets)
        planned += 1
    assert undecided <= cases(0, 20)
    assert planned > cases(10, 4_000)


def test_rounding_up_is_part_of_the_cheapest_plan() -> None:
    # 54 of 100 is 5.4, rounded to 5. One more is 5.5, rounded to 6; six more are 6 exactly.
    rounding = Rounding(0, RoundingAt.COMPONENT)
    scheme = make_scheme(ratio("a", "n", "d", 10), rounding=rounding)
    figures = UnitFigures.for_scheme(scheme, "U", {"n": 54, "d": 100})
    acts = [
        Act(key="six", title=text("six"), changes={"n": 6}, cost=5),
        Act(key="one", title=text("one"), changes={"n": 1}, cost=1),
    ]
    found = gap_to(rank([score(scheme, figures)]), figures, points=6, acts=acts)
    assert found.plan is not None
    assert [(each.act.key, each.times) for each in found.plan.acts] == [("one", 1)]
    assert found.verdict is GapVerdict.CHEAPEST


def test_a_budget_that_ends_says_what_is_proven() -> None:
    scheme = make_scheme(ratio("a", "na", "d", 10), ratio("b", "nb", "d", 10))
    figures = UnitFigures.for_scheme(scheme, "U", {"na": 3, "nb": 5, "d": 997})
    acts = [
        Act(key="x", title=text("x"), changes={"na": 1}, cost=7),
        Act(key="y", title=text("y"), changes={"nb": 1}, cost=8),
    ]
    found = gap_to(rank([score(scheme, figures)]), figures, points=12, acts=acts, budget=1)
    assert found.verdict in (GapVerdict.BEST_FOUND, GapVerdict.CHEAPEST)
    assert found.plan is not None
    assert found.least_cost is not None
    assert found.least_cost <= found.plan.cost


def test_what_the_national_index_takes() -> None:
    scheme = preset("qd766-dvcqg-2026").only("timeliness", "online", "satisfaction")
    counts = {
        "dossiers_received": 1000, "dossiers_on_time": 900, "dossiers_satisfied": 880,
        "dossiers_all_channels": 1000, "dossiers_online": 400, "online_services": 60,
        "online_services_with_dossiers": 30, "procedures_under_authority": 100,
        "procedures_fully_online": 40, "procedures_partly_online": 20,
        "petitions": 10, "petitions_on_time": 8, "petitions_satisfied": 7,
    }  # fmt: skip
    figures = UnitFigures.for_scheme(scheme, "X", counts)
    standings = rank([score(scheme, figures)])
    now = standings["X"].sheet.total
    assert isinstance(now, Fraction)
    found = gap_to(standings, figures, points=now + 1, acts=acts_of(scheme))
    assert found.verdict is GapVerdict.CHEAPEST
    assert found.plan is not None
    # Answering two petitions in time earns 0.6 points each, nothing else comes near.
    assert {each.act.key for each in found.plan.acts} <= {"petition-in-time", "service-used"}
    assert isinstance(found.plan.total, Fraction)
    assert found.plan.total >= now + 1
    assert found.alternatives
    assert all("petition-satisfied" not in {a.act.key for a in each.acts}
               for each in (found.plan, *found.alternatives))  # fmt: skip


def test_without_one_commune() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 10))
    figures = [
        UnitFigures.for_scheme(scheme, unit, {"n": n, "d": 10})
        for unit, n in {"A": 9, "B": 8, "C": 7}.items()
    ]
    standings = rank(score(scheme, each) for each in figures)
    left = what_if(standings, figures[2], without=["A"])
    assert [(place.sheet.unit, place.rank) for place in left] == [("B", 1), ("C", 2)]


def test_wrong_calls() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 10))
    figures = UnitFigures.for_scheme(scheme, "A", {"n": 9, "d": 10})
    standings = rank([score(scheme, figures)])
    act = Act(key="x", title=text("x"), changes={"n": 1})
    with pytest.raises(MisuseError, match="one goal"):
        gap_to(standings, figures, acts=[act])
    with pytest.raises(MisuseError, match="above zero"):
        gap_to(standings, figures, place=0, acts=[act])
    with pytest.raises(UnknownNameError, match="grade"):
        gap_to(standings, figures, grade="tot", acts=[act])
    with pytest.raises(UnknownNameError, match="packaged"):
        gap_to(standings, figures, place=1)
    other = UnitFigures.for_scheme(scheme, "A", {"n": 8, "d": 10})
    with pytest.raises(MisuseError, match="do not give"):
        gap_to(standings, other, place=1, acts=[act])
    with pytest.raises(DataError, match="changes no figure"):
        Act(key="x", title=text("x"))
    with pytest.raises(DataError, match="negative"):
        do_acts(figures, [(Act(key="y", title=text("y"), changes={"n": -1}), 10)])


def test_rounding_everywhere_is_seen() -> None:
    assert {RoundingAt.COMPONENT, RoundingAt.GROUP, RoundingAt.TOTAL} == {
        random_scheme(random.Random(seed)).rounding.at for seed in range(40)
    }
