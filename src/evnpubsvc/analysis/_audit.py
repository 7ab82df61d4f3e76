"""Can a scheme be gamed: what a unit gains by doing worse, criterion by criterion.

Each kind of attack is a pair of states of the counts that a criterion reads: what an honest unit
has, and what it has after the attack. The smallest pair in which the points rise is the
counter-example. Where none can exist, a certificate says why, which `check_certificate` verifies on
its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Final

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.analysis._readers import Readers, SharedEffect
from evnpubsvc.analysis._states import (
    Earned,
    State,
    best_of_others,
    group_of,
    may_be_cut,
    may_leave,
    term_of_field,
    with_the_best,
)
from evnpubsvc.emulation import (
    BandsCriterion,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    RatioCriterion,
    Scheme,
)
from evnpubsvc.quantities import CountUnit, ZeroPolicy
from evnpubsvc.texts import LabelledEnum

_UP_TO: Final = 24  # counts that are looked at for a counter-example
_ARRIVES: Final = (CountUnit.DOSSIERS, CountUnit.PETITIONS)  # what citizens bring
_TIES_UP_TO: Final = 48  # for two results that earn the same
_MOST: Final = 160  # counts that are looked at where a scheme has a threshold of its own
_YEARS: Final = 60  # counts above a small base that are looked at over two years
_TRIES: Final = 100  # ratchets that are held against who reads the same figures
_LARGE: Final = 10  # a base from which one dossier should not matter much


class Attack(LabelledEnum):
    """A way to gain by harm, or a place where a scheme invites it."""

    REFUSE = "refuse"
    """A dossier that would count against the unit is refused at receipt."""
    DELAY = "delay"
    """A late dossier is finished only after the period, where it does not count yet."""
    BLANK = "blank"
    """A bad figure is left blank."""
    SPLIT = "split"
    """One good dossier is filed as two."""
    MERGE = "merge"
    """Two bad ones are filed as one."""
    RECLASSIFY = "reclassify"
    """One that does not count as good is declared as good: a desk dossier as online."""
    SHRINK = "shrink"
    """One that is not good is taken out of the base: of a list, of a total."""
    PAD = "pad"
    """A trivial one is added that is sure to be good."""
    HOLD_BACK = "hold-back"
    """An event is not reported, or is said not to be due yet."""
    CLIFF = "cliff"
    """One dossier among many moves far more than its share of points."""
    DEAD_ZONE = "dead-zone"
    """Doing better earns nothing."""
    RATCHET = "ratchet"
    """A good year makes the next one worse by more than it earns."""
    TIE_FARMING = "tie-farming"
    """Different results earn the same points, so that stopping early is as good."""


class AuditVerdict(LabelledEnum):
    """What is known about an attack on a criterion."""

    FOUND = "found"
    """It works: the counter-example is the smallest."""
    NONE = "none"
    """It cannot work: the certificate says why."""
    NOT_APPLICABLE = "not-applicable"
    """The criterion has nothing that it could act on."""
    UNDECLARED = "undeclared"
    """It depends on what a figure counts, which the scheme does not declare (`measure`)."""
    OPEN = "open"
    """Neither an example nor a proof was found: a limit may take what better work earns, a later
    year what this one does, or a criterion that reads the same figures."""


class Claim(LabelledEnum):
    """Why an attack cannot work."""

    CONTINUOUS = "continuous"
    """Points are a continuous line in the share or count, with these corners."""
    INCREASING = "increasing"
    """Points rise with every step up to the best, before rounding, with these corners."""
    RECEIVED = "received"
    """The base counts what was received: it counts when it arrives, finished or not."""
    BLANK_IS_UNKNOWN = "blank-is-unknown"
    """A blank figure leaves the points unknown, and the unit without a rank."""
    UP_TO = "up-to"
    """For all counts up to the stated number the points do not rise."""


@frozen(kw_only=True)
class Certificate(PublicType):
    """Why an attack on a criterion cannot work, in a form that `check_certificate` verifies.

    Attributes:
        key: the criterion.
        attack: the attack.
        claim: why.
        corners: shares or counts at which the points turn, each with its points; of the claims
            about lines.
        up_to: the largest count that was looked at, of the claim `up-to`; else None.
    """

    key: str = field(validator=nonempty_text)
    attack: Attack = field(validator=instance_of(Attack))
    claim: Claim = field(validator=instance_of(Claim))
    corners: tuple[tuple[Fraction, Fraction], ...] = ()
    up_to: int | None = field(default=None, validator=instance_of(int, type(None)))


@frozen(kw_only=True)
class AuditLine(PublicType):
    """What is known about one attack on one criterion.

    Attributes:
        key: the criterion.
        attack: the attack.
        verdict: what is known.
        before: counts by field of an honest unit, of the smallest counter-example; a field that is
            left out is blank. Empty without one.
        after: the counts after the attack.
        points_before: the points before, rounded as the scheme rounds components; of a group that
            is cut what the criterion adds to it while the others earn the least.
        points_after: the points after, likewise.
        others: what happens to each other criterion that reads the figures which the attack moves,
            in the smallest counts of theirs with which the attack works; of the years of a ratchet
            one after the other.
        total: the total of a sheet before and after, all others as good as can be, where the points
            of the criterion change and a limit leaves nothing of it; else None.
        certificate: why it cannot work; None for other verdicts.
    """

    key: str = field(validator=nonempty_text)
    attack: Attack = field(validator=instance_of(Attack))
    verdict: AuditVerdict = field(validator=instance_of(AuditVerdict))
    before: tuple[tuple[str, int], ...] = ()
    after: tuple[tuple[str, int], ...] = ()
    points_before: Fraction | None = None
    points_after: Fraction | None = None
    others: tuple[SharedEffect, ...] = field(default=(), validator=tuple_of(SharedEffect))
    total: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    certificate: Certificate | None = field(
        default=None, validator=instance_of(Certificate, type(None))
    )


@frozen(kw_only=True)
class Audit(PublicType, Printed):
    """What a scheme does to people: every attack on every scored criterion.

    Attributes:
        scheme: key of the scheme.
        lines: by criterion in the order of the sheet, then by attack.

    `str()` gives a table and each counter-example in words, `text("vi")` in Vietnamese.
    """

    scheme: str = field(validator=nonempty_text)
    lines: tuple[AuditLine, ...] = field(validator=tuple_of(AuditLine))

    @property
    def found(self) -> tuple[AuditLine, ...]:
        """The attacks that work."""
        return tuple(each for each in self.lines if each.verdict is AuditVerdict.FOUND)

    def of(self, key: str, attack: Attack) -> AuditLine | None:
        """Return the line of a criterion and an attack; None for an unknown criterion."""
        wanted = (key, attack)
        return next((each for each in self.lines if (each.key, each.attack) == wanted), None)


def audit(scheme: Scheme) -> Audit:
    """Return for each criterion and each kind of attack a counter-example or a certificate.

    Points are those of the criterion, rounded as the scheme rounds components. In a group that is
    cut at its maximum, an attack gains only what it adds to the group: where the others earn the
    least, since any more of them brings the maximum nearer. Where such a maximum, or the ceiling of
    the sheet, leaves nothing of better work while the others earn much, that is a dead zone, with a
    whole sheet that was scored.

    A figure that several criteria read moves all of them, and what counts is what they gain or lose
    together: an attack is found where there are counts of the others with which it works, and ruled
    out where there are none. A criterion that leaves the sheet while the others share its points is
    worth nothing before an attack and its maximum after it, as it is while they earn nothing, or
    all they can.

    >>> from evnpubsvc import preset
    >>> found = audit(preset("qd766-dvcqg-2026"))
    >>> line = found.of("2.1", Attack.REFUSE)
    >>> dict(line.before), line.points_before, dict(line.after), line.points_after
    ({'numerator': 1, 'denominator': 2}, Fraction(10, 1), {'numerator': 1, 'denominator': 1}, \
Fraction(20, 1))
    >>> found.of("2.1", Attack.DELAY).certificate.claim
    Claim.RECEIVED
    """
    lines: list[AuditLine] = []
    for criterion in scheme.criteria:
        if criterion.scored:
            subject = _Subject(scheme, criterion)
            lines += [_line(subject, attack) for attack in Attack]
    return Audit(scheme=scheme.key, lines=tuple(lines))


class _Subject:
    """A criterion that is audited, with all that is asked of it more than once."""

    def __init__(self, scheme: Scheme, criterion: Criterion) -> None:
        self.scheme, self.criterion = scheme, criterion
        self.earned = Earned(criterion, scheme)
        self._readers: dict[tuple[frozenset[str], int], Readers] = {}

    def readers(self, before: State, after: State, up_to: int = _UP_TO) -> Readers:
        """Return who else reads what differs between two states."""
        moved = frozenset(key for key in {*before, *after} if before.get(key) != after.get(key))
        if (moved, up_to) not in self._readers:
            self._readers[moved, up_to] = Readers(self.criterion, self.scheme, moved, up_to)
        return self._readers[moved, up_to]

    def points(self, before: State, after: State) -> tuple[Fraction, Fraction] | None:
        """Return the points before and after; None where there are none, or it cannot be."""
        old = self.earned(before, leaving=Fraction(0))
        new = self.earned(after, leaving=self.criterion.maximum)
        return None if old is None or new is None else (old, new)


# Attacks as pairs of states.


def pairs_of(criterion: Criterion, attack: Attack, up_to: int) -> Iterator[tuple[State, State]]:
    """Yield honest states with what an attack makes of them, small ones first."""
    if isinstance(criterion, (RatioCriterion, BandsCriterion, MinusPlusCriterion)):
        extra: State = {"figure": 0} if isinstance(criterion, MinusPlusCriterion) else {}
        for n, d in _shares(up_to):
            for (n0, d0, *more0), (n1, d1, *more1) in _share_moves(criterion, attack, n, d):
                yield (
                    {"numerator": n0, "denominator": d0, **extra, **_more(more0)},
                    {"numerator": n1, "denominator": d1, **extra, **_more(more1)},
                )
    elif isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion)):
        step = {
            (Attack.SPLIT, True): 1,
            (Attack.PAD, True): 1,
            (Attack.MERGE, False): -1,
            (Attack.HOLD_BACK, False): -1,
        }.get((attack, isinstance(criterion, CountCriterion)), 0)
        least = {Attack.SPLIT: 1, Attack.MERGE: 2, Attack.HOLD_BACK: 1}.get(attack, 0)
        if step:
            for m in range(least, up_to + 1):
                yield {"figure": m}, {"figure": m + step}
    elif isinstance(criterion, GrowthCriterion) and attack in (Attack.SPLIT, Attack.PAD):
        for e, c in _shares(up_to):
            if attack is Attack.PAD or c:
                yield {"current": c, "earlier": e}, {"current": c + 1, "earlier": e}


def _shares(up_to: int) -> Iterator[tuple[int, int]]:
    """Yield parts and wholes, small wholes first, good parts first."""
    for d in range(up_to + 1):
        for n in range(d, -1, -1):
            yield n, d


def _more(waiting: list[int]) -> State:
    return {"not_due": waiting[0]} if waiting else {}


def _share_moves(
    criterion: Criterion, attack: Attack, n: int, d: int
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield what an attack does to a part and its whole: before and after."""
    waiting = [0] if isinstance(criterion, RatioCriterion) and criterion.not_due else []
    if attack in (Attack.REFUSE, Attack.DELAY, Attack.SHRINK) or (attack is Attack.MERGE and d > n):
        yield [n, d + 1, *waiting], [n, d, *waiting]
    elif attack is Attack.RECLASSIFY and n < d:
        yield [n, d, *waiting], [n + 1, d, *waiting]
    elif attack is Attack.PAD or (attack is Attack.SPLIT and n):
        yield [n, d, *waiting], [n + 1, d + 1, *waiting]
    elif attack is Attack.HOLD_BACK and waiting and n < d:
        yield [n, d, 0], [n, d, 1]


# Verdicts.


def _line(subject: _Subject, attack: Attack) -> AuditLine:
    """Return what is known about one attack on one criterion."""
    scheme, criterion = subject.scheme, subject.criterion
    if attack is Attack.BLANK:
        return _blank(subject)
    if attack is Attack.CLIFF:
        return _cliff(subject)
    if attack is Attack.DEAD_ZONE:
        return _within_limits(scheme, criterion, _dead_zone(subject))
    if attack is Attack.RATCHET:
        return _ratchet(subject)
    if attack is Attack.TIE_FARMING:
        return _within_limits(scheme, criterion, _ties(subject))
    base = term_of_field(criterion, "denominator")
    if attack in (Attack.REFUSE, Attack.DELAY) and base is not None:
        specs = [scheme.figure_specs[key] for key in base.figures]
        if all(spec.unit not in _ARRIVES for spec in specs):
            return _plain(criterion, attack, AuditVerdict.NOT_APPLICABLE)
        if attack is Attack.DELAY:
            measures = [spec.measure for spec in specs]
            if None in measures:
                return _plain(criterion, attack, AuditVerdict.UNDECLARED)
            if not any((name or "").startswith(("handled", "finished")) for name in measures):
                return _certified(criterion, attack, Claim.RECEIVED)
    return _search(subject, attack)


def _plain(criterion: Criterion, attack: Attack, verdict: AuditVerdict) -> AuditLine:
    return AuditLine(key=criterion.key, attack=attack, verdict=verdict)


def _certified(
    criterion: Criterion,
    attack: Attack,
    claim: Claim,
    corners: tuple[tuple[Fraction, Fraction], ...] = (),
    up_to: int | None = None,
) -> AuditLine:
    proof = Certificate(key=criterion.key, attack=attack, claim=claim, corners=corners, up_to=up_to)
    return AuditLine(key=criterion.key, attack=attack, verdict=AuditVerdict.NONE, certificate=proof)


def _found(
    criterion: Criterion,
    attack: Attack,
    states: tuple[State, State],
    points: tuple[Fraction, Fraction],
    others: tuple[SharedEffect, ...] = (),
) -> AuditLine:
    return AuditLine(
        key=criterion.key,
        attack=attack,
        verdict=AuditVerdict.FOUND,
        before=tuple(states[0].items()),
        after=tuple(states[1].items()),
        points_before=points[0],
        points_after=points[1],
        others=others,
    )


def _search(subject: _Subject, attack: Attack) -> AuditLine:
    """Return the smallest state in which an attack gains; a certificate where none does."""
    criterion = subject.criterion
    up_to = _UP_TO
    if isinstance(criterion, GrowthCriterion):
        # A small base has a threshold of its own, which must be among the counts.
        small = criterion.small_base
        up_to = min(max(up_to, small.full_from, small.below) + 1, _MOST)

    # First what the criterion itself gains.
    any_pair, known = False, list[tuple[tuple[State, State], tuple[Fraction, Fraction]]]()
    for pair in pairs_of(criterion, attack, up_to):
        any_pair = True
        points = subject.points(*pair)
        if points is None:
            continue
        known.append((pair, points))
        if points[1] > points[0]:
            others = subject.readers(*pair, up_to).effects(points, [pair], _above_zero)
            if others is not None:
                return _found(criterion, attack, pair, points, others)
    if not any_pair:
        return _plain(criterion, attack, AuditVerdict.NOT_APPLICABLE)

    # Then what others gain who read the same figures.
    for pair, points in known:
        readers = subject.readers(*pair, up_to)
        others = readers.effects(points, [pair], _above_zero) if readers.others else None
        if others is not None:
            return _found(criterion, attack, pair, points, others)

    # None of them: is that a proof?
    proved = all(
        _cannot_gain(subject.readers(*pair, up_to), *pair, points) for pair, points in known
    )
    if not proved or (may_leave(criterion, subject.scheme) and _group_is_cut(subject)):
        return _plain(criterion, attack, AuditVerdict.OPEN)
    return _certified(criterion, attack, Claim.UP_TO, up_to=up_to)


def _group_is_cut(subject: _Subject) -> bool:
    """Say whether the group of a criterion is cut at its maximum."""
    return group_of(subject.scheme, subject.criterion).cut


def _above_zero(change: Fraction) -> bool:
    return change > 0


def _cannot_gain(
    readers: Readers, before: State, after: State, points: tuple[Fraction, Fraction]
) -> bool:
    """Say whether it is proved that an attack on a state brings nothing, whoever else reads it."""
    if not readers.others:
        return True
    spread = readers.spread(before, after)
    if not readers.provable:
        return False
    return spread is None or points[1] - points[0] + spread[1] <= 0


def _blank(subject: _Subject) -> AuditLine:
    """A blank leaves the points unknown, unless something takes the place of the figure."""
    criterion = subject.criterion
    if isinstance(criterion, RatioCriterion) and criterion.substitute is not None:
        for n, d in _shares(_UP_TO):
            for other in range(n, d):
                before = {"numerator": n, "denominator": d, "substitute": other}
                after = {"numerator": n, "substitute": other}
                points = subject.points(before, after)
                if points is None:
                    continue
                readers = subject.readers(before, after)
                others = readers.effects(points, [(before, after)], _above_zero)
                if others is not None:
                    return _found(criterion, Attack.BLANK, (before, after), points, others)
        return _plain(criterion, Attack.BLANK, AuditVerdict.OPEN)
    return _certified(criterion, Attack.BLANK, Claim.BLANK_IS_UNKNOWN)


def corners_of(criterion: Criterion) -> tuple[tuple[Fraction, Fraction], ...] | None:
    """Return where points turn, by share or by count of events; None where they jump."""
    nothing, maximum = Fraction(0), criterion.maximum
    if isinstance(criterion, RatioCriterion) and criterion.step is None:
        turn = min(criterion.target, Fraction(1))
        corners = [(nothing, nothing), (turn, maximum * turn / criterion.target)]
        return tuple(corners) if turn == 1 else (*corners, (Fraction(1), maximum))
    if isinstance(criterion, CountCriterion):
        return (nothing, nothing), (maximum / criterion.per, maximum)
    if isinstance(criterion, MinusCriterion):
        return (nothing, maximum), (maximum / criterion.per, nothing)
    if isinstance(criterion, DeductionCriterion):
        return (nothing, nothing), (maximum / criterion.per, -maximum)
    return None


def _cliff(subject: _Subject) -> AuditLine:
    """Look for one event, or one good one among many, that moves far more than its share."""
    criterion = subject.criterion
    events = isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion))
    full = _full_over_nothing(criterion)
    corners = corners_of(criterion)
    # A line has no cliff; unless nothing at all is worth everything, or one event is.
    if corners is not None and not full and not (events and corners[-1][0] <= 1):
        return _certified(criterion, Attack.CLIFF, Claim.CONTINUOUS, corners)
    steps = list(_steps(criterion, Attack.CLIFF))
    proved = True
    for before, after in steps:
        old = subject.earned(before, leaving=criterion.maximum)
        new = subject.earned(after)
        if old is None or new is None:
            continue
        base = max(*before.values(), *after.values(), 1)

        def far(change: Fraction, base: int = base) -> bool:
            if events:
                return change >= criterion.maximum
            if base <= 1 and full:
                return change > 0
            return change * min(base, _LARGE) > 2 * criterion.maximum

        # By itself, and with all who read the same figures.
        if not far(abs(new - old)):
            continue
        proved = False
        readers = subject.readers(before, after)
        sign = 1 if new > old else -1
        others = readers.effects((old, new), [(before, after)], far, sign=sign)
        if others is not None:
            return _found(criterion, Attack.CLIFF, (before, after), (old, new), others)
    return _without_example(criterion, Attack.CLIFF, steps, proved=proved)


def _full_over_nothing(criterion: Criterion) -> bool:
    """Say whether nothing at all may be worth all points."""
    return getattr(criterion, "zero", None) in (ZeroPolicy.FULL, ZeroPolicy.EXCLUDED)


def _without_example(
    criterion: Criterion, attack: Attack, steps: Sequence[object], *, proved: bool
) -> AuditLine:
    """Return the line of a shape of which no example was found."""
    if not steps:
        return _plain(criterion, attack, AuditVerdict.NOT_APPLICABLE)
    if not proved:
        return _plain(criterion, attack, AuditVerdict.OPEN)
    return _certified(criterion, attack, Claim.UP_TO, up_to=2 * _LARGE)


def _dead_zone(subject: _Subject) -> AuditLine:
    """Look for better work that earns nothing: one more good one, or one more event."""
    criterion = subject.criterion
    steps = list(_steps(criterion, Attack.DEAD_ZONE))
    shared = any(subject.readers(*pair).others for pair in steps[:1])
    corners = corners_of(criterion)
    rising = isinstance(criterion, RatioCriterion) and criterion.target >= 1
    if rising and corners is not None and not shared:
        return _certified(criterion, Attack.DEAD_ZONE, Claim.INCREASING, corners)
    proved = True
    for before, after in steps:
        old, new = subject.earned(before), subject.earned(after)
        if old is None or new is None:
            continue
        readers = subject.readers(before, after)
        # One more fault is worse work: there the points should fall.
        sign = 1 if isinstance(criterion, (MinusCriterion, DeductionCriterion)) else -1
        others = readers.effects((old, new), [(before, after)], _not_below_zero, sign=sign)
        if others is not None:
            return _found(criterion, Attack.DEAD_ZONE, (before, after), (old, new), others)
        if readers.others:
            spread = readers.spread(before, after)
            sure = spread is None or new + spread[0] > old
            proved = proved and readers.provable and sure
    return _without_example(criterion, Attack.DEAD_ZONE, steps, proved=proved)


def _not_below_zero(change: Fraction) -> bool:
    return change >= 0


def _within_limits(scheme: Scheme, criterion: Criterion, line: AuditLine) -> AuditLine:
    """Look for better work of which a limit leaves nothing, where none was found without limits."""
    if line.verdict is not AuditVerdict.NONE or not may_be_cut(scheme, criterion):
        return line
    others = best_of_others(criterion, scheme)
    for worse, better in _steps(criterion, Attack.DEAD_ZONE):
        new = with_the_best(criterion, better, scheme, others)
        old = with_the_best(criterion, worse, scheme, others)
        if old is None or new is None or new[0] <= old[0] or new[1] != old[1]:
            continue
        if line.attack is Attack.DEAD_ZONE:
            found = _found(criterion, line.attack, (worse, better), (old[0], new[0]))
        else:
            found = _found(criterion, line.attack, (better, worse), (new[0], old[0]))
        return evolve(found, total=old[1])
    return _plain(criterion, line.attack, AuditVerdict.OPEN)


def _steps(criterion: Criterion, attack: Attack) -> Iterator[tuple[State, State]]:
    """Yield states and the next better or worse one, of bases where one should not matter much."""
    if isinstance(criterion, (RatioCriterion, BandsCriterion, MinusPlusCriterion)):
        more: State = {"figure": 0} if isinstance(criterion, MinusPlusCriterion) else {}
        if isinstance(criterion, RatioCriterion) and criterion.not_due is not None:
            more = {"not_due": 0}
        if attack is Attack.CLIFF and _full_over_nothing(criterion):
            yield (
                {"numerator": 0, "denominator": 0, **more},
                {"numerator": 0, "denominator": 1, **more},
            )
        last = 2 * _LARGE
        if isinstance(criterion, RatioCriterion) and criterion.step is not None:
            # From this base on one of many is less than a step.
            last = max(last, int(criterion.maximum / criterion.target / criterion.step) + 1)
        for d in range(_LARGE, min(last, _MOST) + 1):
            for n in range(d):
                yield (
                    {"numerator": n, "denominator": d, **more},
                    {"numerator": n + 1, "denominator": d, **more},
                )
    elif isinstance(criterion, (CountCriterion, MinusCriterion, DeductionCriterion)):
        last = int(criterion.maximum / criterion.per) + 2
        for m in range(last):
            yield {"figure": m}, {"figure": m + 1}
    elif isinstance(criterion, GrowthCriterion):
        small = criterion.small_base
        bases = dict.fromkeys((small.below, max(small.below - 1, 0), *range(2 * _LARGE + 1)))
        for e in bases:
            for c in range(max(3 * e, small.full_from, 6 * _LARGE) + 1):
                yield {"current": c, "earlier": e}, {"current": c + 1, "earlier": e}


def _ratchet(subject: _Subject) -> AuditLine:
    """One more this year is the base of next year: do the two years together earn less?"""
    criterion = subject.criterion
    if not isinstance(criterion, GrowthCriterion):
        return _plain(criterion, Attack.RATCHET, AuditVerdict.NOT_APPLICABLE)
    start = max(criterion.small_base.below, 1)
    most = min(6 * start, start + _YEARS)
    known = {
        (now, base): subject.earned({"current": now, "earlier": base})
        for base in range(start, most + 1)
        for now in range(base, most + 1)
    }
    tries = 0
    for (c, e), x in product(list(known), range(start, most + 1)):
        if not c < x:
            continue
        years = [known[each] for each in ((c + 1, e), (x, c + 1), (c, e), (x, c))]
        more, then, less, later = years
        if more is None or then is None or less is None or later is None:
            continue
        if less + later > more + then and tries < _TRIES:
            tries += 1
            before = {"earlier": e, "current": c + 1, "next": x}
            after = {"earlier": e, "current": c, "next": x}
            points = more + then, less + later
            readers = Readers(criterion, subject.scheme, frozenset({"current", "earlier"}), most)
            two_years: list[tuple[State, State]] = [
                ({"current": c + 1, "earlier": e}, {"current": c, "earlier": e}),
                ({"current": x, "earlier": c + 1}, {"current": x, "earlier": c}),
            ]
            others = readers.effects(points, two_years, _above_zero)
            if others is not None:
                return _found(criterion, Attack.RATCHET, (before, after), points, others)
    return _plain(criterion, Attack.RATCHET, AuditVerdict.OPEN)


def _ties(subject: _Subject) -> AuditLine:
    """Two results, one better than the other, that earn the same."""
    criterion = subject.criterion
    if not isinstance(criterion, (RatioCriterion, BandsCriterion)):
        return _plain(criterion, Attack.TIE_FARMING, AuditVerdict.NOT_APPLICABLE)
    more: State = {}
    if isinstance(criterion, RatioCriterion) and criterion.not_due is not None:
        more = {"not_due": 0}
    first: dict[Fraction, State] = {}
    shared = Readers(criterion, subject.scheme, frozenset({"numerator", "denominator"}), _UP_TO)
    for d in range(1, _TIES_UP_TO + 1):
        for n in range(d + 1):
            state: State = {"numerator": n, "denominator": d, **more}
            points = subject.earned(state)
            if points is None:
                continue
            other = first.setdefault(points, state)
            share, least = Fraction(n, d), Fraction(other["numerator"], other["denominator"])
            if share == least:
                continue
            better, worse = (state, other) if share > least else (other, state)
            others = shared.effects((points, points), [(better, worse)], _not_below_zero)
            if others is not None:
                same = (points, points)
                return _found(criterion, Attack.TIE_FARMING, (better, worse), same, others)
    if shared.others:
        return _plain(criterion, Attack.TIE_FARMING, AuditVerdict.OPEN)
    return _certified(criterion, Attack.TIE_FARMING, Claim.UP_TO, up_to=_TIES_UP_TO)
