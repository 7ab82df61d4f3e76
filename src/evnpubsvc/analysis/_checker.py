"""A checker of certificates, with formulas of its own: it shares nothing with the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from evnpubsvc.analysis._audit import Attack, Certificate, Claim
from evnpubsvc.emulation import Scheme
from evnpubsvc.quantities import CountUnit, round_half_up

_SHARES, _EVENTS = ("ratio", "bands", "minus-plus"), ("count", "minus", "deduction")
_ENDED = ("handled", "finished")  # measures that count a dossier when it ends
_SHARE_MOVES = {  # what is added to part and whole; how many bad and good ones there must be
    **dict.fromkeys(("refuse", "delay", "shrink", "hold-back"), (0, -1, 1, 0)),
    "merge": (0, -1, 2, 0), "reclassify": (1, 0, 1, 0), "pad": (1, 1, 0, 0), "split": (1, 1, 0, 1),
}  # fmt: skip


def check_certificate(scheme: Scheme, certificate: Certificate) -> bool:
    """Say whether a certificate proves what it claims; it lists and scores all states itself."""
    criterion: Any = next((c for c in scheme.criteria if c.key == certificate.key), None)
    if criterion is None or not criterion.scored:
        return False
    attack, claim, kind = certificate.attack, certificate.claim, criterion.kind
    if attack in (Attack.DEAD_ZONE, Attack.TIE_FARMING) and _may_be_cut(scheme, criterion):
        return False
    if claim is Claim.BLANK_IS_UNKNOWN:
        return attack is Attack.BLANK and getattr(criterion, "substitute", None) is None
    if claim is Claim.RECEIVED:
        return attack is Attack.DELAY and kind in _SHARES and _received(scheme, criterion)
    if claim is Claim.UP_TO:
        return _holds_up_to(scheme, criterion, attack.value, certificate.up_to or 0)
    if not _is_line(criterion, certificate.corners):
        return False
    if claim is Claim.INCREASING:
        rising = all(low[1] < high[1] for low, high in pairwise(certificate.corners))
        return attack is Attack.DEAD_ZONE and kind == "ratio" and rising
    flat = criterion.zero.value != "full" if kind == "ratio" else criterion.per < criterion.maximum
    return attack is Attack.CLIFF and flat


def _group(scheme: Scheme, key: str) -> Any:
    return next(group for group in scheme.groups if key in [c.key for c in group.criteria])


def _may_be_cut(scheme: Scheme, criterion: Any) -> bool:
    """Say whether a limit can take points while the others earn much."""
    most = sum(group.maximum for group in scheme.groups if group.role.value != "deduction")
    return _group(scheme, criterion.key).cut or (scheme.ceiling or most) < most


def _received(scheme: Scheme, criterion: Any) -> bool:
    """Say whether the base counts dossiers when they arrive."""
    specs = [scheme.figure_specs[key] for key in criterion.denominator.figures]
    arrives = any(spec.unit in (CountUnit.DOSSIERS, CountUnit.PETITIONS) for spec in specs)
    return arrives and not any((s.measure or "handled").startswith(_ENDED) for s in specs)


def _is_line(criterion: Any, corners: Any) -> bool:
    """Say whether points are the line through the corners, at each and between them."""
    stepped = getattr(criterion, "step", None) is not None
    if criterion.kind not in ("ratio", *_EVENTS) or len(corners) < 2 or stepped:
        return False
    for (x, y), (u, v) in pairwise(corners):
        parts = [Fraction(part, 4) for part in range(5)]
        if x >= u or any(_line(criterion, x + (u - x) * p) != y + (v - y) * p for p in parts):
            return False
    end = 1 if criterion.kind == "ratio" else criterion.maximum / criterion.per
    return (corners[0][0], corners[-1][0]) == (0, end)


def _line(criterion: Any, at: Fraction) -> Fraction:
    """Return points by share, or by a number of events."""
    most: Fraction = criterion.maximum
    if criterion.kind == "ratio":
        return min(most, Fraction(most * at / criterion.target))
    amount = min(most, Fraction(criterion.per * at))
    return {"count": amount, "minus": most - amount}.get(str(criterion.kind), -amount)


def _holds_up_to(scheme: Scheme, criterion: Any, attack: str, most: int) -> bool:
    """Say whether no attack works on counts up to a number, of all there are."""
    if attack == "tie-farming":  # each share earns points of its own
        shares = {Fraction(n, d) for d in range(1, most + 1) for n in range(d + 1)}
        earned = [_points(scheme, criterion, s.as_integer_ratio()) for s in shares]
        return criterion.kind in _SHARES[:2] and 1 < len({*earned} - {None}) == len(shares)
    moves = list(_moves(criterion, criterion.kind, attack, most))
    for pair in moves:
        old, new = (_points(scheme, criterion, state) for state in pair)
        if None in (old, new):
            continue
        far = abs(new - old) * min(max(map(max, pair)), 10) > 2 * criterion.maximum
        far = far or (pair[0] == (0, 0) and new != old)
        if {"cliff": far, "dead-zone": new == old}.get(attack, new > old):
            return False
    return bool(moves)


def _moves(criterion: Any, kind: str, attack: str, most: int) -> Iterator[Any]:
    """Yield counts before and after an attack: part and whole, now and earlier, or events."""
    steps = attack in ("cliff", "dead-zone")
    if steps and kind in _SHARES:
        yield from [((0, 0), (0, 1))] if criterion.zero.value == "full" else []
        yield from (((n, d), (n + 1, d)) for d in range(10, most + 1) for n in range(d))
    elif kind in _SHARES and (attack != "hold-back" or getattr(criterion, "not_due", None)):
        good, base, bad, some = _SHARE_MOVES.get(attack, (0, 0, most + 1, 0))
        for d in range(most + 1):
            yield from (((n, d), (n + good, d + base)) for n in range(some, d + 1 - bad))
    elif kind == "growth" and (steps or attack in ("split", "pad")):
        yield from (((c, e), (c + 1, e)) for e in range(most + 1) for c in range(3 * most))
    events = {"pad": 0, "split": 1} if kind == "count" else {"merge": 2, "hold-back": 1}
    if kind in _EVENTS and attack in events:
        change = 1 if kind == "count" else -1
        yield from (((m,), (m + change,)) for m in range(events[attack], most + 1))


def _points(scheme: Scheme, criterion: Any, state: Sequence[int]) -> Any:
    """Return rounded points that a group leaves, worked out anew; None where there are none."""
    share = Fraction(state[0], state[-1]) if len(state) > 1 and state[-1] else None
    kind, most = criterion.kind, criterion.maximum
    zero, points = {"full": Fraction(most), "zero": Fraction(0)}, None
    if kind in _EVENTS:
        points = _line(criterion, Fraction(state[0]))
    elif kind == "growth" and state[1] < (small := criterion.small_base).below:
        points = most if state[0] >= small.full_from else zero.get(small.otherwise.value)
    elif kind == "growth":
        steps = max(Fraction(state[0], state[1]) - 1, Fraction(0)) / criterion.step
        points = min(most, criterion.per * (int(steps) if criterion.whole_steps else steps))
    else:
        points = zero.get(criterion.zero.value)
        if kind == "ratio" and share is not None:
            points = _line(criterion, share)
        elif kind == "bands" and share is not None:
            at = share if criterion.places is None else round_half_up(share, criterion.places + 2)
            points = max((b.at_least, b.points) for b in criterion.bands if b.at_least <= at)[1]
        elif kind == "minus-plus" and (share is not None or points is not None):
            points = most - criterion.plus * (1 - (points / most if share is None else share))
    if points is not None and kind == "ratio" and criterion.step is not None:
        points = round_half_up(points / criterion.step, 0) * criterion.step
    if points is not None and scheme.rounding.at.value == "component":
        points = round_half_up(points, scheme.rounding.places)
    group = _group(scheme, criterion.key)
    if points is None or not group.cut:
        return points
    bands = [c.bands for c in group.criteria if c.key != criterion.key and c.kind == "bands"]
    least = sum(min(band.points for band in each) for each in bands)
    return max(-group.maximum, min(group.maximum, least + points)) - min(group.maximum, least)
