"""A checker of certificates, with formulas of its own: it shares nothing with the audit."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from evnpubsvc.analysis._audit import Attack, Certificate, Claim
from evnpubsvc.emulation import Scheme
from evnpubsvc.quantities import ZeroPolicy, round_half_up

_SHARES, _EVENTS = ("ratio", "bands", "minus-plus"), ("count", "minus", "deduction")
_BETTER = {"dead-zone": ("numerator", "current"), "tie-farming": ("numerator", "denominator")}
_GIFTS = (ZeroPolicy.FULL, ZeroPolicy.EXCLUDED)  # what nothing over nothing may bring
_SLOTS = ("numerator", "denominator", "current", "earlier", "figure")  # of what is listed
_SHARE_MOVES = {  # what is added to part and whole; how many bad and good ones there must be
    **dict.fromkeys(("refuse", "delay", "shrink", "hold-back"), (0, -1, 1, 0)),
    "merge": (0, -1, 2, 0), "reclassify": (1, 0, 1, 0), "pad": (1, 1, 0, 0), "split": (1, 1, 0, 1),
}  # fmt: skip
_EVENT_MOVES = {"pad": (1, 0), "split": (1, 1), "merge": (-1, 2), "hold-back": (-1, 1)}


def check_certificate(scheme: Scheme, certificate: Certificate) -> bool:
    """Say whether a certificate proves what it claims; it lists and scores all states itself."""
    scored: dict[str, Any] = {each.key: each for each in scheme.criteria if each.scored}
    if (criterion := scored.get(certificate.key)) is None:
        return False
    attack, claim, events = certificate.attack, certificate.claim, criterion.kind in _EVENTS
    cut = (scheme.ceiling or 10**9) < sum(g.maximum for g in scheme.groups if g.role != "deduction")
    cut = cut or any(g.cut and criterion in g.criteria for g in scheme.groups)  # as others earn
    if attack.value in _BETTER and (cut or _readers(scheme, criterion, _BETTER[attack.value])):
        return False
    if claim is Claim.BLANK_IS_UNKNOWN:
        return attack is Attack.BLANK and getattr(criterion, "substitute", None) is None
    if claim is Claim.RECEIVED and criterion.kind in _SHARES:  # the base counts what arrives
        specs = [scheme.figure_specs[key] for key in criterion.denominator.figures]
        ended = any((s.measure or "handled").startswith(("handled", "finished")) for s in specs)
        arrives = any(s.unit in ("dossiers", "petitions") for s in specs)
        return attack is Attack.DELAY and arrives and not ended
    if claim is Claim.UP_TO:
        return _holds_up_to(scheme, criterion, attack.value, certificate.up_to or 0)
    if not (events or criterion.kind == "ratio") or getattr(criterion, "step", None) is not None:
        return False
    turns = {0, criterion.maximum / criterion.per} if events else {0, 1, min(criterion.target, 1)}
    if certificate.corners != tuple((turn, _line(criterion, turn)) for turn in sorted(turns)):
        return False
    if claim is Claim.INCREASING:
        return attack is Attack.DEAD_ZONE and not events and bool(criterion.target >= 1)
    jumps = criterion.per >= criterion.maximum if events else criterion.zero in _GIFTS
    return claim is Claim.CONTINUOUS and attack is Attack.CLIFF and not jumps


def _readers(scheme: Scheme, criterion: Any, slots: Sequence[str]) -> list[Any]:
    read = {key for slot, term, _ in criterion.slots if slot in slots for key in term.figures}
    others = [each for each in scheme.criteria if each.scored and each != criterion]
    return [each for each in others if any(read & {*term.figures} for term in each.terms)]


def _may_leave(scheme: Scheme, criterion: Any) -> bool:  # and the others share its points
    zero = getattr(criterion, "zero", getattr(criterion, "small_base", None))
    return f"{getattr(zero, 'otherwise', zero)} {scheme.excluded}" == "excluded redistribute"


def _line(criterion: Any, at: Fraction | int) -> Fraction:  # by share, or by number of events
    rate = criterion.per if criterion.kind in _EVENTS else criterion.maximum / criterion.target
    most, amount = criterion.maximum, min(criterion.maximum, rate * at)
    return Fraction({"minus": most - amount, "deduction": -amount}.get(criterion.kind, amount))


def _holds_up_to(scheme: Scheme, criterion: Any, attack: str, most: int) -> bool:  # on all counts
    if attack == "tie-farming":  # each share earns points of its own
        shares = {Fraction(n, d) for d in range(1, most + 1) for n in range(d + 1)}
        earned = [_points(scheme, criterion, s.as_integer_ratio()) for s in shares]
        return criterion.kind in _SHARES[:2] and 1 < len({*earned} - {None}) == len(shares)
    moves = list(_moves(criterion, criterion.kind, attack, most))
    for pair in moves:
        old, new = (_points(scheme, criterion, state) for state in pair)
        if old is not None and new is not None:
            far = abs(new - old) * min(max(map(max, pair)), 10) > 2 * criterion.maximum
            shape = {"cliff": far or (pair[0] == (0, 0) and new != old), "dead-zone": new == old}
            if shape.get(attack, new - old + _gain_of_others(scheme, criterion, pair) > 0):
                return False
    return bool(moves) and not _may_leave(scheme, criterion)


def _gain_of_others(scheme: Scheme, criterion: Any, pair: Any) -> Fraction:  # or too much
    own = dict(zip(criterion.terms, zip(*pair, strict=True), strict=False))
    read = {key for term in criterion.terms for key in term.figures}
    most, readers = Fraction(0), _readers(scheme, criterion, (*_SLOTS, "not_due"))
    cut = any(g.cut and c in g.criteria for g in scheme.groups for c in (criterion, *readers))
    for each in readers:
        rest, best = [term for term in each.terms if term not in own], -2 * scheme.maximum
        odd = each.kind == "minus-plus" or any(slot not in _SLOTS for slot, _, _ in each.slots)
        if cut or odd or any(read & {*t.figures} for t in rest) or _may_leave(scheme, each):
            return 2 * scheme.maximum
        for free in product(range(max(24, *map(max, pair)) + 2), repeat=len(rest)):
            at = own | {term: (count, count) for term, count in zip(rest, free, strict=True)}
            old, new = (_points(scheme, each, [at[t][side] for t in each.terms]) for side in (0, 1))
            best = best if old is None or new is None else max(best, new - old)
        most += best
    return most


def _moves(criterion: Any, kind: str, attack: str, most: int) -> Iterator[Any]:  # before, after
    if attack in ("cliff", "dead-zone") and kind in _SHARES:
        yield from [((0, 0), (0, 1))] if criterion.zero.value == "full" else []
        yield from (((n, d), (n + 1, d)) for d in range(10, most + 1) for n in range(d))
    elif attack in ("cliff", "dead-zone", "split", "pad") and kind == "growth":
        yield from (((c, e), (c + 1, e)) for e in range(most + 1) for c in range(3 * most))
    elif kind in _SHARES and (attack != "hold-back" or getattr(criterion, "not_due", None)):
        good, base, bad, some = _SHARE_MOVES.get(attack, (0, 0, most + 1, 0))
        all_shares = ((n, d) for d in range(most + 1) for n in range(some, d + 1 - bad))
        yield from (((n, d), (n + good, d + base)) for n, d in all_shares)
    elif kind in _EVENTS and (kind == "count") is (attack in ("pad", "split")):
        change, some = _EVENT_MOVES.get(attack, (0, most + 1))
        yield from (((m,), (m + change,)) for m in range(some, most + 1))


def _points(scheme: Scheme, criterion: Any, state: Sequence[int]) -> Any:  # None without
    kind, most, small = criterion.kind, criterion.maximum, getattr(criterion, "small_base", None)
    share = Fraction(state[0], state[-1]) if len(state) > 1 and state[-1] else None
    policy = getattr(small, "otherwise", getattr(criterion, "zero", None))
    points = {"full": Fraction(most), "zero": Fraction(0)}.get(str(policy))  # of nothing
    if kind in _EVENTS:
        points = _line(criterion, state[0])
    elif small and state[1] < small.below:
        points = most if state[0] >= small.full_from else points
    elif small:
        steps = max((share or 0) - 1, Fraction(0)) / criterion.step
        points = min(most, criterion.per * (int(steps) if criterion.whole_steps else steps))
    elif state[0] > state[-1]:
        return None
    elif kind == "minus-plus" and (share is not None or points is not None):
        points = most - criterion.plus * (1 - ((points or 0) / most if share is None else share))
    elif kind == "ratio" and share is not None:
        points = _line(criterion, share)
    elif kind == "bands" and share is not None:
        at = share if criterion.places is None else round_half_up(share, criterion.places + 2)
        points = max((b.at_least, b.points) for b in criterion.bands if b.at_least <= at)[1]
    if points is None:
        return None
    if kind == "ratio" and criterion.step is not None:
        points = round_half_up(points / criterion.step, 0) * criterion.step
    if scheme.rounding.at.value == "component":
        points = round_half_up(points, scheme.rounding.places)
    group = next(group for group in scheme.groups if criterion in group.criteria)
    rest = [getattr(each, "bands", ()) for each in group.criteria if each != criterion]
    least = sum(min(band.points for band in bands) for bands in rest if bands)
    limit = group.maximum if group.cut else least + most
    return max(-limit, min(limit, least + points)) - min(limit, least)
