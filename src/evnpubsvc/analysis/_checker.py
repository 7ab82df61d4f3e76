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


def check_certificate(scheme: Scheme, certificate: Certificate) -> bool:
    """Say whether a certificate proves what it claims; it lists and scores all states itself."""
    criterion: Any = next((c for c in scheme.criteria if c.key == certificate.key), None)
    if criterion is None or not criterion.scored:
        return False
    attack, kind, corners = certificate.attack, criterion.kind, certificate.corners
    if certificate.claim is Claim.BLANK_IS_UNKNOWN:
        return attack is Attack.BLANK and getattr(criterion, "substitute", None) is None
    if certificate.claim is Claim.RECEIVED:
        return attack is Attack.DELAY and kind in _SHARES and _received(scheme, criterion)
    if certificate.claim is Claim.CONTINUOUS:
        steep = kind in _EVENTS and criterion.per >= criterion.maximum
        free = kind == "ratio" and criterion.zero.value == "full"
        return attack is Attack.CLIFF and not steep and not free and _is_line(criterion, corners)
    if certificate.claim is Claim.INCREASING:
        rising = all(low[1] < high[1] for low, high in pairwise(corners))
        line = kind == "ratio" and rising and _is_line(criterion, corners)
        return attack is Attack.DEAD_ZONE and line
    counts = kind in (*_SHARES, *_EVENTS, "growth") and (certificate.up_to or 0) > 0
    return counts and _holds_up_to(scheme, criterion, attack.value, certificate.up_to or 0)


def _received(scheme: Scheme, criterion: Any) -> bool:
    """Say whether the base counts dossiers when they arrive."""
    specs = [scheme.figure_specs[key] for key in criterion.denominator.figures]
    arrives = any(spec.unit in (CountUnit.DOSSIERS, CountUnit.PETITIONS) for spec in specs)
    return arrives and not any(
        (s.measure or "handled")[:7] in ("handled", "finishe") for s in specs
    )


def _is_line(criterion: Any, corners: Any) -> bool:
    """Say whether points are the line through the corners, at each and between them."""
    kind = criterion.kind
    if kind not in ("ratio", *_EVENTS) or len(corners) < 2 or corners[0][0] != 0:
        return False
    end = 1 if kind == "ratio" else criterion.maximum / criterion.per
    if corners[-1][0] != end or getattr(criterion, "step", None) is not None:
        return False
    parts = [Fraction(part, 4) for part in range(5)]
    for (x, y), (u, v) in pairwise(corners):
        if x >= u or any(_line(criterion, x + (u - x) * p) != y + (v - y) * p for p in parts):
            return False
    return True


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
        earned = [_points(scheme, criterion, (s.numerator, s.denominator)) for s in shares]
        return (
            criterion.kind in _SHARES[:2] and None not in earned and len(set(earned)) == len(shares)
        )
    pairs = list(_moves(criterion, criterion.kind, attack, most))
    for before, after in pairs:
        old, new = _points(scheme, criterion, before), _points(scheme, criterion, after)
        if old is None or new is None:
            continue
        works = new > old
        if attack == "cliff":
            far = abs(new - old) * min(max(*before, *after), 10) > 2 * criterion.maximum
            works = far or (before == (0, 0) and new != old)
        elif attack == "dead-zone":
            works = new == old
        if works:
            return False
    return bool(pairs)


def _moves(criterion: Any, kind: str, attack: str, most: int) -> Iterator[Any]:
    """Yield counts before and after an attack: part and whole, now and earlier, or events."""
    steps = attack in ("cliff", "dead-zone")
    if steps and kind in _SHARES:
        yield from [((0, 0), (0, 1))] if criterion.zero.value == "full" else []
        yield from (((n, d), (n + 1, d)) for d in range(10, most + 1) for n in range(d))
    elif kind in _SHARES:
        for d in range(most + 1):
            for n in range(d + 1):
                if attack in ("refuse", "delay", "shrink") or (attack == "merge" and d > n):
                    yield (n, d + 1), (n, d)
                elif attack == "reclassify" and n < d:
                    yield (n, d), (n + 1, d)
                elif attack == "pad" or (attack == "split" and n):
                    yield (n, d), (n + 1, d + 1)
    elif kind == "growth" and (steps or attack in ("split", "pad")):
        yield from (((c, e), (c + 1, e)) for e in range(most + 1) for c in range(3 * most))
    else:
        for m in range(most + 1):
            if kind == "count" and (attack == "pad" or (attack == "split" and m)):
                yield (m,), (m + 1,)
            elif kind in _EVENTS[1:] and m >= {"merge": 2, "hold-back": 1}.get(attack, most + 1):
                yield (m,), (m - 1,)


def _points(scheme: Scheme, criterion: Any, state: Sequence[int]) -> Any:
    """Return rounded points, worked out anew; None where there are none."""
    share = Fraction(state[0], state[-1]) if len(state) > 1 and state[-1] else None
    kind, most = criterion.kind, criterion.maximum
    zero, points = {"full": Fraction(most), "zero": Fraction(0)}, None
    if kind in _EVENTS:
        points = _line(criterion, Fraction(state[0]))
    elif kind == "growth" and state[1] < criterion.small_base.below:
        small = criterion.small_base
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
            bands = [band for band in criterion.bands if band.at_least <= at]
            points = max(bands, key=lambda band: band.at_least).points
        elif kind == "minus-plus" and (share is not None or points is not None):
            part = points / most if share is None else share
            points = most - criterion.plus * (1 - part)
    if points is not None and getattr(criterion, "step", None) and kind == "ratio":
        points = round_half_up(points / criterion.step, 0) * criterion.step
    if points is None or scheme.rounding.at.value != "component":
        return points
    return round_half_up(points, scheme.rounding.places)
