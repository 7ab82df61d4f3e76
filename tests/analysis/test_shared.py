"""Audits of sheets in which several criteria read one figure: all of them count."""

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from evnpubsvc import preset
from evnpubsvc.analysis import (
    Attack,
    AuditLine,
    AuditVerdict,
    Certificate,
    Claim,
    audit,
    check_certificate,
)
from evnpubsvc.emulation import (
    BandsCriterion,
    CountCriterion,
    Criterion,
    ExcludedRule,
    Group,
    GrowthCriterion,
    MinusCriterion,
    RatioCriterion,
    Scheme,
    ShareBand,
    SmallBase,
    Substitute,
    UnitFigures,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import Unknown, ZeroPolicy
from tests.analysis.samples import make_scheme, ratio, text
from tests.deep import cases

_STRAIGHT = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(10)))


def _count(key: str, figure: str, per: str, maximum: int = 10, kind: Any = CountCriterion) -> Any:
    return kind(
        key=key, title=text(key), maximum=Fraction(maximum), per=Fraction(per), figure=figure
    )


def _growth(current: str, earlier: str) -> GrowthCriterion:
    small = SmallBase(below=10, full_from=10, otherwise=ZeroPolicy.ZERO)
    return GrowthCriterion(
        key="g", title=text("g"), maximum=Fraction(10), per=Fraction(2), step=Fraction(1, 2),
        whole_steps=False, small_base=small, current=current, earlier=earlier,
    )  # fmt: skip


def _counts(scheme: Scheme, line: AuditLine, *, after: bool) -> dict[str, int]:
    """The figures of an example: of the criterion, and of all who read the same."""
    fields = [(line.key, line.after if after else line.before)]
    fields += [(each.key, each.after if after else each.before) for each in line.others]
    counts: dict[str, int] = {}
    for key, state in fields:
        terms = {slot: term for slot, term, _ in scheme.criterion(key).slots}
        for slot, value in state:
            (figure,) = terms[slot].figures
            assert counts.setdefault(figure, value) == value
    return counts


def _total(scheme: Scheme, counts: Mapping[str, int]) -> Fraction | None:
    """The total with counts; figures that are not among them are nothing."""
    figures = dict.fromkeys(scheme.figure_specs, 0) | dict(counts)
    try:
        total = score(scheme, UnitFigures.for_scheme(scheme, "X", figures)).total
    except DataError:
        return None
    return None if isinstance(total, Unknown) else total


def _replay(scheme: Scheme, line: AuditLine) -> Fraction:
    """What an attack brings in a whole sheet."""
    before, after = (_counts(scheme, line, after=each) for each in (False, True))
    assert {key for key in before if before[key] != after[key]}
    # What is not among them is as it can be.
    free = [key for key in scheme.figure_specs if key not in before]
    for values in product(range(8), repeat=len(free)):
        rest = dict(zip(free, values, strict=True))
        old, new = _total(scheme, before | rest), _total(scheme, after | rest)
        if old is not None and new is not None:
            return new - old
    raise AssertionError("no sheet has these counts")


def _of(scheme: Scheme, key: str, attack: Attack) -> AuditLine:
    line = audit(scheme).of(key, attack)
    assert line is not None
    return line


def test_refusing_costs_what_each_dossier_earns_elsewhere() -> None:
    # Refusing a late one lifts the share by 1 at most; each dossier that was taken earns 2.
    scheme = make_scheme(ratio("a", "n", "d", 2), _count("b", "d", "2", 80))
    line = _of(scheme, "a", Attack.REFUSE)
    assert line.verdict is AuditVerdict.NONE
    assert line.certificate is not None
    assert check_certificate(scheme, line.certificate)
    # By itself it would pay, as it does where a dossier earns less than the share can rise by.
    alone = make_scheme(ratio("a", "n", "d", 2))
    poor = make_scheme(ratio("a", "n", "d", 2), _count("b", "d", "1/4", 80))
    for other in (alone, poor):
        assert _of(other, "a", Attack.REFUSE).verdict is AuditVerdict.FOUND
        assert not check_certificate(other, line.certificate)


def test_refusing_pays_once_the_other_is_full() -> None:
    scheme = make_scheme(ratio("a", "n", "d", 2), _count("b", "d", "2", 4))
    line = _of(scheme, "a", Attack.REFUSE)
    assert line.verdict is AuditVerdict.FOUND
    assert dict(line.before) == {"numerator": 2, "denominator": 3}
    (other,) = line.others
    assert (other.key, dict(other.before), dict(other.after)) == ("b", {"figure": 3}, {"figure": 2})
    assert other.points_before == other.points_after == 4
    assert _replay(scheme, line) == Fraction("0.67")


def test_better_work_that_another_criterion_takes_back() -> None:
    # Each one in time earns at most 1 of 10 more, and is a fault of 2 elsewhere.
    faults = _count("f", "n", "2", 80, MinusCriterion)
    scheme = make_scheme(ratio("a", "n", "d", 10), faults)
    line = _of(scheme, "a", Attack.DEAD_ZONE)
    assert line.verdict is AuditVerdict.FOUND
    assert _replay(scheme, line) <= 0
    (other,) = line.others
    assert other.points_after == other.points_before - 2
    for claim in Claim:
        lie = Certificate(
            key="a", attack=Attack.DEAD_ZONE, claim=claim, up_to=24, corners=_STRAIGHT
        )
        assert not check_certificate(scheme, lie)
    assert "f reads the same figures" in str(audit(scheme))
    assert "f dùng chung số liệu" in audit(scheme).text("vi")


def test_a_ratchet_that_another_criterion_outweighs() -> None:
    growth = _growth("c1", "c0")
    assert _of(make_scheme(growth), "g", Attack.RATCHET).verdict is AuditVerdict.FOUND
    # The same year, each one also counts for 10: what is lost next year is less than that.
    scheme = make_scheme(growth, _count("b", "c1", "10", 1_000))
    assert _of(scheme, "g", Attack.RATCHET).verdict is AuditVerdict.OPEN


def test_a_blank_that_makes_another_criterion_unknown() -> None:
    old = Substitute(term="old", divisor=1, flag="f")
    one = ratio("a", "n", "d", 10, substitute=old)
    assert _of(make_scheme(one), "a", Attack.BLANK).verdict is AuditVerdict.FOUND
    scheme = make_scheme(one, ratio("b", "m", "d", 10))
    assert _of(scheme, "a", Attack.BLANK).verdict is AuditVerdict.OPEN
    lie = Certificate(key="a", attack=Attack.BLANK, claim=Claim.BLANK_IS_UNKNOWN)
    assert not check_certificate(scheme, lie)


def test_a_cliff_that_another_criterion_levels() -> None:
    bands = (ShareBand(at_least=Fraction(1, 2), points=Fraction(10)),
             ShareBand(at_least=Fraction(0), points=Fraction(0)))  # fmt: skip
    steep = BandsCriterion(key="a", title=text("a"), maximum=Fraction(10), numerator="n",
                           denominator="d", bands=bands, zero=ZeroPolicy.ZERO)  # fmt: skip
    level = _count("f", "n", "10", 400, MinusCriterion)
    assert _of(make_scheme(steep), "a", Attack.CLIFF).verdict is AuditVerdict.FOUND
    assert _of(make_scheme(steep, level), "a", Attack.CLIFF).verdict is AuditVerdict.OPEN


def test_what_leaves_the_sheet_is_worth_what_the_others_earn() -> None:
    one = ratio("a", "n", "d", 10, zero=ZeroPolicy.EXCLUDED)
    other = ratio("b", "m", "e", 10)
    scheme = make_scheme(one, other, excluded=ExcludedRule.REDISTRIBUTE)
    cliff, shrink = _of(scheme, "a", Attack.CLIFF), _of(scheme, "a", Attack.SHRINK)
    assert cliff.points_before == 10
    assert cliff.points_after == 0
    assert (dict(shrink.before), dict(shrink.after)) == (
        {"numerator": 0, "denominator": 1}, {"numerator": 0, "denominator": 0},
    )  # fmt: skip
    # In a sheet in which all else is full, that is so; the total is 10 with it and 20 without.
    full = {"m": 3, "e": 3}
    assert _total(scheme, {"n": 0, "d": 1, **full}) == 10
    assert _total(scheme, {"n": 0, "d": 0, **full}) == 20
    for claim in (Claim.UP_TO, Claim.CONTINUOUS):
        lie = Certificate(key="a", attack=cliff.attack, claim=claim, up_to=20, corners=_STRAIGHT)
        assert not check_certificate(scheme, lie)


def test_groups_that_are_cut_hide_what_others_lose() -> None:
    one, other = ratio("a", "n", "d", 10), _count("b", "d", "2", 80)
    groups = (
        Group(key="g", title=text("g"), maximum=Fraction(10), criteria=(one,)),
        Group(key="h", title=text("h"), maximum=Fraction(4), criteria=(other,), cut=True),
    )
    scheme = make_scheme(one, other, groups=groups, maximum=Fraction(14))
    line = _of(scheme, "a", Attack.REFUSE)
    assert line.verdict is AuditVerdict.FOUND
    assert _replay(scheme, line) > 0


def test_petitions_are_the_base_of_two_criteria_of_the_index() -> None:
    scheme = preset("qd766-dvcqg-2026")
    line = _of(scheme, "5.2", Attack.REFUSE)
    (other,) = line.others
    # One petition, late and no satisfied answer: without it both are full.
    assert other.key == "5.3"
    assert other.points_before == 0
    assert other.points_after == 6
    assert _replay(scheme.only("satisfaction"), line) == 12


# Against all counts there are.


def _random_sheet(rng: random.Random) -> Scheme:
    """Two or three criteria over three figures, so that most of them are shared."""
    criteria: list[Criterion] = []
    for number in range(rng.randint(2, 3)):
        key, (one, two) = f"k{number}", rng.sample("xyz", 2)
        if rng.random() < 0.6:
            target = rng.choice([Fraction(1), Fraction(1, 2)])
            criteria.append(ratio(key, one, two, rng.randint(1, 6), target=target))
        else:
            kind = rng.choice([CountCriterion, MinusCriterion])
            per = str(Fraction(rng.randint(1, 4), 2))
            criteria.append(_count(key, one, per, rng.randint(1, 12), kind))
    return make_scheme(*criteria)


_MOVES = {
    Attack.REFUSE: (0, -1), Attack.SHRINK: (0, -1), Attack.MERGE: (0, -1),
    Attack.RECLASSIFY: (1, 0), Attack.PAD: (1, 1), Attack.SPLIT: (1, 1),
}  # fmt: skip
_EVENTS = {Attack.PAD: 1, Attack.SPLIT: 1, Attack.MERGE: -1, Attack.HOLD_BACK: -1}


def _attacks(
    criterion: Criterion, counts: dict[str, int]
) -> Iterator[tuple[Attack, dict[str, int]]]:
    """Each attack that there is on a criterion, and the counts after it."""
    if isinstance(criterion, RatioCriterion):
        n, d = criterion.numerator.figures[0], criterion.denominator.figures[0]
        bad, good = counts[d] - counts[n], counts[n]
        needed = {
            Attack.REFUSE: bad >= 1, Attack.SHRINK: bad >= 1, Attack.MERGE: bad >= 2,
            Attack.RECLASSIFY: bad >= 1, Attack.SPLIT: good >= 1, Attack.PAD: True,
        }  # fmt: skip
        for attack, (part, whole) in _MOVES.items():
            if needed[attack]:
                yield attack, {**counts, n: counts[n] + part, d: counts[d] + whole}
    else:
        assert isinstance(criterion, (CountCriterion, MinusCriterion))
        m = criterion.figure
        adds = isinstance(criterion, CountCriterion)
        least = {Attack.SPLIT: 1, Attack.MERGE: 2, Attack.HOLD_BACK: 1}
        for attack, change in _EVENTS.items():
            if (change > 0) is adds and counts[m] >= least.get(attack, 0):
                yield attack, {**counts, m: counts[m] + change}


def test_audits_agree_with_all_counts() -> None:
    """An example works in a whole sheet; where none is said to be, no counts have one."""
    seen = dict.fromkeys(AuditVerdict, 0)
    up_to = cases(2, 5)
    for seed in cases(range(1, 6), range(150)):
        rng = random.Random(seed)
        scheme = _random_sheet(rng)
        gains: set[tuple[str, Attack]] = set()
        keys = sorted(scheme.figure_specs)
        for values in product(range(up_to + 1), repeat=len(keys)):
            counts = dict(zip(keys, values, strict=True))
            old = _total(scheme, counts)
            for criterion in scheme.criteria if old is not None else ():
                for attack, after in _attacks(criterion, counts):
                    new = _total(scheme, after)
                    assert old is not None
                    if new is not None and new > old:
                        gains.add((criterion.key, attack))
        for line in audit(scheme).lines:
            if line.attack not in {*_MOVES, *_EVENTS}:
                continue
            seen[line.verdict] += 1
            if line.verdict is AuditVerdict.FOUND:
                assert _replay(scheme, line) > 0, (seed, line)
            elif line.verdict is AuditVerdict.NONE:
                assert (line.key, line.attack) not in gains, (seed, line)
                assert line.certificate is not None
                assert check_certificate(scheme, line.certificate), (seed, line)
            # What was found is never certified.
            lie = Certificate(key=line.key, attack=line.attack, claim=Claim.UP_TO, up_to=up_to + 1)
            if (line.key, line.attack) in gains:
                assert line.verdict in (AuditVerdict.FOUND, AuditVerdict.OPEN), (seed, line)
                assert not check_certificate(scheme, lie), (seed, line)
    assert seen[AuditVerdict.FOUND] > 4 * seen[AuditVerdict.OPEN]
    assert seen[AuditVerdict.NONE]
