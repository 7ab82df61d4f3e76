"""Audits: seeded defects with their smallest counter-examples, certificates, forgeries."""

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc import preset
from evnpubsvc.analysis import (
    Attack,
    AuditVerdict,
    Certificate,
    Claim,
    audit,
    check_certificate,
)
from evnpubsvc.analysis import _checker as checker_module
from evnpubsvc.emulation import (
    BandsCriterion,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    Group,
    GroupRole,
    GrowthCriterion,
    MinusCriterion,
    PointsCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ShareBand,
    SmallBase,
    Substitute,
    Term,
    UnitFigures,
    WeightedCriterion,
    score,
)
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.serde import preset_names
from tests.analysis.samples import make_scheme, random_scheme, ratio, spec, text
from tests.deep import cases


def _events(kind: Any, per: str, maximum: int = 10) -> Criterion:
    made: Criterion = kind(
        key="c", title=text("c"), maximum=Fraction(maximum), per=Fraction(per), figure="m"
    )
    return made


def _bands(**parts: Any) -> BandsCriterion:
    bands = (
        ShareBand(at_least=Fraction(9, 10), points=Fraction(10)),
        ShareBand(at_least=Fraction(1, 2), points=Fraction(4)),
        ShareBand(at_least=Fraction(0), points=Fraction(0)),
    )
    return BandsCriterion(
        key="c", title=text("c"), maximum=Fraction(10), numerator="n", denominator="d",
        bands=bands, zero=ZeroPolicy.ZERO, **parts,
    )  # fmt: skip


def _growth(**parts: Any) -> GrowthCriterion:
    small = SmallBase(below=10, full_from=10, otherwise=ZeroPolicy.ZERO)
    given = {"per": Fraction(2), "step": Fraction(1, 2), "whole_steps": False, "small_base": small}
    return GrowthCriterion(
        key="c", title=text("c"), maximum=Fraction(10), current="c1", earlier="c0",
        **{**given, **parts},
    )  # fmt: skip


def _sheet(criterion: Criterion, places: int = 2, **measures: str) -> Scheme:
    if isinstance(criterion, DeductionCriterion):
        scheme = _deducting(criterion)
    else:
        scheme = make_scheme(criterion)
    specs = (
        evolve(each, measure=measures.get(each.key)) if each.key in measures else each
        for each in scheme.figures
    )
    return evolve(scheme, figures=tuple(specs), rounding=Rounding(places, RoundingAt.COMPONENT))


def _deducting(criterion: Criterion) -> Scheme:
    other = ratio("other", "on", "od", 10)
    groups = (
        Group(key="g", title=text("g"), maximum=Fraction(10), criteria=(other,)),
        Group(
            key="less", title=text("l"), maximum=criterion.maximum, criteria=(criterion,),
            role=GroupRole.DEDUCTION,
        ),
    )  # fmt: skip
    return make_scheme(
        other, groups=groups, floor=Fraction(0),
        figures=tuple(spec(key) for key in ("on", "od", "m")),
    )  # fmt: skip


_FULL = {"zero": ZeroPolicy.FULL}
_HANDLED = {"d": "handled", "n": "handled-on-time"}
# What is wrong, the attack, and the smallest counter-example: counts before and after, points.
_State = dict[str, int]
DEFECTS: list[tuple[str, Criterion, dict[str, str], Attack, _State, _State, int]] = [
    ("nothing is worth all", ratio("c", "n", "d", 10, **_FULL), {}, Attack.SHRINK,
     {"numerator": 0, "denominator": 1}, {"numerator": 0, "denominator": 0}, 10),
    ("nothing is worth all, one is worth none", ratio("c", "n", "d", 10, **_FULL), {},
     Attack.CLIFF, {"numerator": 0, "denominator": 0}, {"numerator": 0, "denominator": 1}, -10),
    ("refusing pays", ratio("c", "n", "d", 10), {}, Attack.REFUSE,
     {"numerator": 1, "denominator": 2}, {"numerator": 1, "denominator": 1}, 5),
    ("late ones count when finished", ratio("c", "n", "d", 10), _HANDLED, Attack.DELAY,
     {"numerator": 1, "denominator": 2}, {"numerator": 1, "denominator": 1}, 5),
    ("a blank base is last year's", ratio("c", "n", "d", 10,
        substitute=Substitute(term="old", divisor=1, flag="f")), {}, Attack.BLANK,
     {"numerator": 0, "denominator": 1, "substitute": 0}, {"numerator": 0, "substitute": 0}, 0),
    ("half is enough", ratio("c", "n", "d", 10, target=Fraction(1, 2)), {}, Attack.DEAD_ZONE,
     {"numerator": 5, "denominator": 10}, {"numerator": 6, "denominator": 10}, 0),
    ("a band begins", _bands(), {}, Attack.CLIFF,
     {"numerator": 4, "denominator": 10}, {"numerator": 5, "denominator": 10}, 4),
    ("inside a band", _bands(), {}, Attack.DEAD_ZONE,
     {"numerator": 0, "denominator": 10}, {"numerator": 1, "denominator": 10}, 0),
    ("items are counted", _events(CountCriterion, "1/2"), {}, Attack.PAD,
     {"figure": 0}, {"figure": 1}, 0),
    ("one item is two", _events(CountCriterion, "2"), {}, Attack.SPLIT,
     {"figure": 1}, {"figure": 2}, 2),
    ("faults are reported by who has them", _events(MinusCriterion, "3"), {}, Attack.HOLD_BACK,
     {"figure": 1}, {"figure": 0}, 3),
    ("two faults in one report", _events(MinusCriterion, "3"), {}, Attack.MERGE,
     {"figure": 2}, {"figure": 1}, 3),
    ("after the fourth fault", _events(MinusCriterion, "3"), {}, Attack.DEAD_ZONE,
     {"figure": 4}, {"figure": 5}, 0),
    ("points taken for what is reported", _events(DeductionCriterion, "1"), {}, Attack.HOLD_BACK,
     {"figure": 1}, {"figure": 0}, 1),
    ("one item is all", _events(CountCriterion, "10"), {}, Attack.CLIFF,
     {"figure": 0}, {"figure": 1}, 10),
    ("this year is the base of next year", _growth(), {}, Attack.RATCHET,
     {"earlier": 10, "current": 11, "next": 12}, {"earlier": 10, "current": 10, "next": 12}, 0),
    ("a base that is too small", _growth(), {}, Attack.CLIFF,
     {"current": 9, "earlier": 9}, {"current": 10, "earlier": 9}, 10),
    ("what is not due is left out", ratio("c", "n", "d", 10, not_due=Term(("w",))), {},
     Attack.HOLD_BACK, {"numerator": 1, "denominator": 2, "not_due": 0},
     {"numerator": 1, "denominator": 2, "not_due": 1}, 5),
    ("whole points only", ratio("c", "n", "d", 2), {"places": "0"}, Attack.TIE_FARMING,
     {"numerator": 1, "denominator": 1}, {"numerator": 3, "denominator": 4}, 0),
    ("declared as good", ratio("c", "n", "d", 10), {}, Attack.RECLASSIFY,
     {"numerator": 0, "denominator": 1}, {"numerator": 1, "denominator": 1}, 10),
    ("two bad ones as one", ratio("c", "n", "d", 10), {}, Attack.MERGE,
     {"numerator": 1, "denominator": 3}, {"numerator": 1, "denominator": 2}, 1),
]  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS, ids=[each[0] for each in DEFECTS])
def test_a_seeded_defect_is_found(defect: Any) -> None:
    name, criterion, measures, attack, before, after, gain = defect
    places = int(measures.get("places", 2))
    scheme = _sheet(criterion, places, **{k: v for k, v in measures.items() if k != "places"})
    line = audit(scheme).of("c", attack)
    assert line is not None
    assert line.verdict is AuditVerdict.FOUND, name
    assert line.points_before is not None
    assert line.points_after is not None
    if name not in ("a blank base is last year's", "this year is the base of next year",
                    "whole points only", "items are counted"):  # fmt: skip
        assert (dict(line.before), dict(line.after)) == (before, after), name
        assert int(line.points_after - line.points_before) == gain, name
    if attack not in (Attack.CLIFF, Attack.DEAD_ZONE, Attack.TIE_FARMING):
        assert line.points_after > line.points_before


def _cut(most: str, *criteria: Criterion, **parts: Any) -> Scheme:
    """A sheet of one group that is cut."""
    group = Group(
        key="g", title=text("g"), maximum=Fraction(most), criteria=criteria, cut=True
    )  # fmt: skip
    return make_scheme(*criteria, maximum=Fraction(most), groups=(group,), **parts)


def test_a_group_that_is_cut_hides_a_gain_until_there_is_room() -> None:
    # 1 of 2 has 5 points, of which the group keeps 4, as it does of 1 of 1; 1 of 3 has 3.33.
    scheme = _cut("4", ratio("c", "n", "d", 10), ratio("other", "on", "od", 10))
    line = audit(scheme).of("c", Attack.REFUSE)
    assert line is not None
    assert (dict(line.before), dict(line.after)) == (
        {"numerator": 1, "denominator": 3},
        {"numerator": 1, "denominator": 2},
    )
    assert (line.points_before, line.points_after) == (Fraction("3.33"), Fraction(4))


def test_a_gain_that_a_group_makes_impossible_is_certified() -> None:
    bands = (
        ShareBand(at_least=Fraction(9, 10), points=Fraction(10)),
        ShareBand(at_least=Fraction(0), points=Fraction(4)),
    )
    banded = evolve(_bands(), bands=bands, zero=ZeroPolicy.FULL)
    scheme = _cut("4", banded, ratio("other", "on", "od", 10))
    line = audit(scheme).of("c", Attack.REFUSE)
    assert line is not None
    assert line.verdict is AuditVerdict.NONE
    assert line.certificate is not None
    assert check_certificate(scheme, line.certificate)

    # With room for half a point more it is a lie.
    roomy = _cut("4.5", banded, ratio("other", "on", "od", 10))
    assert not check_certificate(roomy, line.certificate)
    found = audit(roomy).of("c", Attack.REFUSE)
    assert found is not None
    assert (found.points_before, found.points_after) == (Fraction(4), Fraction("4.5"))


def test_better_work_of_which_a_limit_leaves_nothing() -> None:
    one, other = ratio("c", "n", "d", 10), ratio("other", "on", "od", 10)
    cut = _cut("15", one, other)
    bonus = Group(key="b", title=text("b"), maximum=Fraction(5), role=GroupRole.BONUS,
                  criteria=(ratio("extra", "xn", "xd", 5),))  # fmt: skip
    group = make_scheme(one).groups[0]
    topped = make_scheme(one, groups=(group, bonus), ceiling=Fraction(12),
                         figures=tuple(spec(key) for key in ("n", "d", "xn", "xd")))  # fmt: skip
    for scheme, key, rest in ((cut, "c", {"on": 10, "od": 10}), (topped, "c", {"xn": 7, "xd": 7})):
        line = audit(scheme).of(key, Attack.DEAD_ZONE)
        assert line is not None
        assert line.verdict is AuditVerdict.FOUND
        # Scored again, all else being as good as can be.
        for state in (line.before, line.after):
            n, d = dict(state)["numerator"], dict(state)["denominator"]
            figures = UnitFigures.for_scheme(scheme, "X", {"n": n, "d": d, **rest})
            assert score(scheme, figures).total == line.total
        assert line.points_before != line.points_after
        # The points alone rise, which is no proof where a limit may take them.
        alone = audit(make_scheme(one)).of("c", Attack.DEAD_ZONE)
        assert alone is not None
        assert alone.certificate is not None
        assert check_certificate(make_scheme(one), alone.certificate)
        assert not check_certificate(scheme, alone.certificate)
        assert "total is" in str(audit(scheme))
        assert "tổng điểm" in audit(scheme).text("vi")


def test_gains_in_groups_that_are_cut_against_scores() -> None:
    """The smallest pair of counts with which the group earns more, the others having nothing."""
    for seed in range(cases(2, 60)):
        rng = random.Random(seed)
        target = Fraction(rng.randint(1, 5), 5)
        one = ratio("c", "n", "d", rng.randint(2, 9), target=target)
        most = Fraction(rng.randint(1, 8), 2)
        scheme = _cut(str(min(most, one.maximum)), one, ratio("other", "on", "od", 3))

        def points(n: int, d: int, under: Scheme = scheme) -> Any:
            counts = {"n": n, "d": d, "on": 0, "od": 1}
            return score(under, UnitFigures.for_scheme(under, "X", counts)).groups[0].points

        wanted = next(
            (((n, d + 1), (n, d)) for d in range(8) for n in range(d, -1, -1)
             if points(n, d) > points(n, d + 1)), None,
        )  # fmt: skip
        line = audit(scheme).of("c", Attack.REFUSE)
        assert line is not None
        if wanted is not None:
            found = [tuple(dict(state).values()) for state in (line.before, line.after)]
            assert found == list(wanted), seed


def test_counter_examples_are_true() -> None:
    """Scored again from plain numbers, by hand for the index of 2026."""
    found = audit(preset("qd766-dvcqg-2026"))
    refuse = found.of("2.1", Attack.REFUSE)
    assert refuse is not None
    assert (refuse.points_before, refuse.points_after) == (
        Fraction(10),
        Fraction(20),
    )  # 20 x 1/2, 20 x 1/1
    empty = found.of("5.2", Attack.CLIFF)
    assert empty is not None
    assert (empty.points_before, empty.points_after) == (
        Fraction(6),
        Fraction(0),
    )  # no petition: 6; one, late: 0
    zone = found.of("3.c", Attack.DEAD_ZONE)
    assert zone is not None
    assert (dict(zone.before)["numerator"], zone.points_after) == (5, Fraction(6))  # full from 50 %


def test_clean_sheets_have_no_attack() -> None:
    """What somebody else has given, or what is chosen from a list, has no counts to game."""
    rng = random.Random(3)
    for _ in range(cases(10, 200)):
        criteria: list[Criterion] = []
        for number in range(rng.randint(1, 4)):
            kind: Any = rng.choice([PointsCriterion, WeightedCriterion])
            criteria.append(
                kind(
                    key=f"c{number}", title=text("c"), maximum=Fraction(rng.randint(1, 9)),
                    figure=f"f{number}",
                )
            )  # fmt: skip
        figures = tuple(spec(f"f{number}", None) for number in range(len(criteria)))
        found = audit(make_scheme(*criteria, figures=figures))
        assert not found.found
        assert {each.verdict for each in found.lines} <= {
            AuditVerdict.NONE, AuditVerdict.NOT_APPLICABLE,
        }  # fmt: skip


def _all_schemes() -> Iterator[Scheme]:
    few = ("qd766-dvcqg-2026", "people-councils-illustrative", "nd61-2018")
    for name in cases(few, preset_names()):
        yield preset(name)
    for seed in range(cases(3, 200)):
        yield random_scheme(random.Random(seed))


def test_every_certificate_is_accepted_and_forged_ones_are_not() -> None:
    rng = random.Random(1)
    accepted = forged = 0
    for scheme in _all_schemes():
        found = audit(scheme)
        for line in found.lines:
            if line.certificate is not None:
                assert check_certificate(scheme, line.certificate), line.certificate
                accepted += 1
                forged += _reject(scheme, _bent(rng, line.certificate))
            if line.verdict is AuditVerdict.FOUND:
                # A proof that what was found cannot be.
                most = max([*dict(line.before).values(), *dict(line.after).values(), 10])
                corners = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(10)))
                claim = rng.choice(list(Claim))
                lie = Certificate(
                    key=line.key, attack=line.attack, claim=claim, corners=corners, up_to=most
                )
                if line.attack is not Attack.RATCHET:
                    forged += _reject(scheme, [lie])
    assert accepted >= cases(100, 500)
    assert forged >= cases(300, 1_000)


def _bent(rng: random.Random, true: Certificate) -> list[Certificate]:
    """Certificates that are no longer true: of another criterion, attack, or other corners."""
    bent = [evolve(true, key="nobody")]
    if true.corners:
        place = rng.randrange(len(true.corners))
        x, y = true.corners[place]
        moved = [*true.corners]
        moved[place] = (x, y + Fraction(1, 100))
        bent += [evolve(true, corners=tuple(moved)), evolve(true, corners=true.corners[:1])]
        bent.append(evolve(true, attack=Attack.PAD))
    if true.claim in (Claim.RECEIVED, Claim.BLANK_IS_UNKNOWN):
        bent += [evolve(true, attack=Attack.REFUSE), evolve(true, attack=Attack.MERGE)]
    if true.claim is Claim.UP_TO:
        bent.append(evolve(true, up_to=None))
    return bent


def _reject(scheme: Scheme, lies: list[Certificate]) -> int:
    for lie in lies:
        assert not check_certificate(scheme, lie), lie
    return len(lies)


def test_the_checker_is_short() -> None:
    lines = Path(checker_module.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
