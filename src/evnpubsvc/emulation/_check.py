"""What contradicts itself in a scheme: one check for schemes and for half-readable documents.

The checks run on the parts that could be read, and stay silent where an unreadable part would make
them guess. What is merely odd is in `_lint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from evnpubsvc.emulation._base import key_twice, near_names
from evnpubsvc.emulation._criteria import Criterion, Reads, Term
from evnpubsvc.emulation._figures import FigureSpec
from evnpubsvc.emulation._groups import Band
from evnpubsvc.emulation._measured import check_measured
from evnpubsvc.emulation._parts import FigurePart, Parts, Reach
from evnpubsvc.emulation._rules import Condition, Effect, Prize, Quota, QuotaBase
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import CountUnit, ZeroPolicy
from evnpubsvc.quantities.parts import decimal_text

_NEAR_AT_MOST = 20  # unknown figures for which near names are looked up: the search is quadratic


def scheme_findings(parts: Parts) -> list[Finding]:
    """Return everything that contradicts itself, in the order of the document."""
    return [
        *_emptiness(parts),
        *key_twice((part.key, part.path) for part in parts.figures),
        *_aliases_twice(parts.figures),
        *check_measured(
            ((part.path, part.record) for part in parts.figures if part.record is not None),
            parts.rate_table,
        ),
        *key_twice((group.key, group.path) for group in parts.groups),
        *key_twice((criterion.key, criterion.path) for criterion in parts.criteria),
        *key_twice((condition.key, path) for path, condition in (*parts.gates, *parts.exclusions)),
        *key_twice((prize.key, path) for path, prize in parts.prizes),
        *_sums(parts),
        *_roles(parts),
        *_criteria(parts),
        *_terms(parts),
        *_limits(parts),
        *_bands(parts),
        *_conditions(parts),
        *_grade_rules(parts),
        *_prizes(parts),
        *_names(parts),
    ]


def _emptiness(parts: Parts) -> Iterable[Finding]:
    """A scheme has groups, and each of them criteria."""
    if not parts.groups:
        yield finding("scheme-without-groups", ".groups")
    for group in parts.groups:
        if not group.criteria:
            yield finding("group-without-criteria", f"{group.path}.criteria", group.key)


def _aliases_twice(figures: Sequence[FigurePart]) -> Iterable[Finding]:
    """A key or an alias names one figure."""
    owner = {part.key: part.path for part in figures if part.key is not None}
    for part in figures:
        for alias in part.record.aliases if part.record else ():
            if owner.setdefault(alias, part.path) != part.path:
                yield finding("key-twice", f"{part.path}.aliases", alias, first=owner[alias])


def _sums(parts: Parts) -> Iterable[Finding]:
    """The maxima of criteria make their group's, those of scored groups the scheme's."""
    for group in parts.groups:
        yield from _sum(
            "group-parts-do-not-add-up",
            group.path,
            group.maximum,
            [c.maximum for c in group.criteria],
            group.key,
            cut=group.cut,
        )
    if all(group.role is not None for group in parts.groups):
        scored = [group.maximum for group in parts.groups if group.role == "scored"]
        yield from _sum("groups-do-not-add-up", "", parts.maximum, scored, None)


def _sum(
    reason: str,
    path: str,
    declared: Fraction | None,
    parts: Sequence[Fraction | None],
    key: str | None,
    *,
    cut: bool = False,
) -> Iterable[Finding]:
    """One sum: what is declared against what its parts make, where all of them are known."""
    known = [part for part in parts if part is not None]
    if declared is None or not known or len(known) < len(parts):
        return
    total = sum(known, Fraction(0))
    if total != declared and not (cut and total > declared):
        shown = {"declared": decimal_text(declared), "total": decimal_text(total)}
        yield finding(reason, f"{path}.maximum", key, **shown, difference=total - declared)
    elif cut and total == declared:
        yield finding("cut-without-effect", f"{path}.cut", key, total=total)


def _roles(parts: Parts) -> Iterable[Finding]:
    """Criteria that take points away stand in groups of deductions, all others elsewhere."""
    for group in parts.groups:
        if group.role is None:
            continue
        for part in group.criteria:
            record = part.record
            if record is not None and record.takes_away != (group.role == "deduction"):
                yield finding("criterion-in-wrong-group", part.path, part.key, role=group.role)


def _criteria(parts: Parts) -> Iterable[Finding]:
    """What a criterion says against itself."""
    grid = None
    if parts.rounding is not None and parts.rounding.at == "component":
        grid = Fraction(1, 10**parts.rounding.places)
    for part in parts.criteria:
        if part.record is not None:
            yield from part.record.contradictions(part.path, grid)


def _terms(parts: Parts) -> Iterable[Finding]:
    """Criteria read figures that are declared, of the right kind, and divide like by like."""
    specs = {part.key: part.record for part in parts.figures if part.key is not None}
    names = [key for key in specs if key]
    looked_up = 0
    for part in parts.criteria:
        criterion = part.record
        if criterion is None:
            continue
        units: dict[str, set[CountUnit]] = {}

        # Each figure is declared, and of the kind that the slot reads.
        for name, term, reads in criterion.slots:
            place = f"{part.path}.{name}"
            found: set[CountUnit] = set()
            for key in term.figures:
                if key not in specs:
                    looked_up += 1
                    yield _unknown_figure(place, key, names if looked_up <= _NEAR_AT_MOST else ())
                    continue
                spec = specs[key]
                if spec is None:
                    continue
                misread = _misread(place, key, spec, reads)
                if misread is not None:
                    yield misread
                elif spec.unit is not None and not spec.choice:
                    found.add(spec.unit)
            yield from _one_unit(place, term, found)
            if name in criterion.same_unit and len(found) == 1:
                units[name] = found

        # Slots that are divided by each other count the same unit.
        different = {next(iter(each)) for each in units.values()}
        if len(different) > 1:
            left, right, *_ = (next(iter(each)).value for each in units.values())
            if left == right:
                left, right, *_ = sorted(unit.value for unit in different)
            yield finding("unit-mismatch", part.path, left=left, right=right)
        yield from _direction(part.path, criterion, specs)


def _unknown_figure(place: str, key: str, names: Sequence[str]) -> Finding:
    return finding("figure-unknown", place, key, near=near_names(key, names))


def _one_unit(place: str, term: Term, units: set[CountUnit]) -> Iterable[Finding]:
    """Figures that are summed count the same unit."""
    if len(units) > 1:
        left, right, *_ = sorted(unit.value for unit in units)
        yield finding("unit-mismatch", place, str(term), left=left, right=right)


def _direction(
    path: str, criterion: Criterion, specs: Mapping[str, FigureSpec | None]
) -> Iterable[Finding]:
    """More of a figure earns points only where more is better, as far as that is declared."""
    for name, term, _ in criterion.slots:
        earns = criterion.direction.get(name)
        if earns is None:
            continue
        for key in term.figures:
            spec = specs.get(key)
            if spec is not None and spec.better is not None and spec.better is not earns:
                yield finding(
                    "direction-contradicts",
                    f"{path}.{name}",
                    key,
                    declared=spec.better,
                    earns=earns,
                )


def _limits(parts: Parts) -> Iterable[Finding]:
    """Floor and ceiling: in order, needed where totals can leave the scale, and felt."""
    reach = parts.reach().get("")
    if not parts.limits_known:
        return
    floor, ceiling = parts.floor, parts.ceiling
    if floor is not None and ceiling is not None and floor >= ceiling:
        yield finding("limits-reversed", ".floor", floor, ceiling=ceiling)
        return
    if parts.maximum is not None and ceiling is not None and ceiling < parts.maximum:
        yield finding(
            "ceiling-below-maximum",
            ".ceiling",
            ceiling,
            maximum=parts.maximum,
        )
    if reach is None or parts.maximum is None:
        return

    # Against the lowest and the highest total that a unit can reach.
    low, high = reach
    if low < 0 and floor is None:
        yield finding("total-without-floor", ".floor", lowest=low)
    if ceiling is None and any(group.role == "bonus" for group in parts.groups):
        yield finding("total-without-ceiling", ".ceiling", highest=high)
    if ceiling is not None and ceiling > high:
        yield finding("ceiling-without-effect", ".ceiling", ceiling, highest=high)
    if floor is not None and floor < low:
        yield finding("floor-without-effect", ".floor", floor, lowest=low)


def _misread(place: str, key: str, spec: FigureSpec, reads: Reads) -> Finding | None:
    """Return what is wrong where a slot reads another kind of figure; None where it does not."""
    if spec.choice and reads is not Reads.CHOICE:
        return finding("figure-is-a-choice", place, key)
    if reads is Reads.CHOICE and not spec.choice:
        return finding("figure-not-a-choice", place, key)
    if reads is Reads.COUNT and spec.unit is None:
        return finding("figure-not-a-count", place, key)
    if reads is Reads.NUMBER and spec.unit is not None:
        return finding("figure-is-a-count", place, key, unit=spec.unit)
    return None


def _bands(parts: Parts) -> Iterable[Finding]:
    """Grades cover every total that can be reached, each once."""
    bands = parts.bands
    if not bands:
        return
    maximum = parts.maximum
    top = parts.ceiling if parts.ceiling is not None else maximum
    bottom = parts.floor if parts.floor is not None else Fraction(0)
    yield from key_twice((band.key, f".bands[{i}]") for i, band in enumerate(bands))
    ordered = sorted(enumerate(bands), key=lambda item: item[1].at_least)

    # The lowest band begins where totals begin, and takes everybody.
    lowest_index, lowest = ordered[0]
    if lowest.at_least > bottom:
        end = decimal_text(lowest.at_least)
        yield finding("bands-gap", f".bands[{lowest_index}]", lowest.key, start=bottom, end=end)
    elif lowest.at_least < bottom:
        yield finding("band-below-zero", f".bands[{lowest_index}].at_least", lowest.at_least)
    if lowest.conditions:
        yield finding(
            "lowest-band-with-condition", f".bands[{lowest_index}].conditions", lowest.key
        )

    # From each band to the next: no gap, no overlap, nothing beyond reach.
    for position, (index, band) in enumerate(ordered):
        path = f".bands[{index}]"
        if top is not None and band.at_least > top:
            yield finding("band-unreachable", path, band.key, maximum=top)
        if position + 1 < len(ordered):
            yield from _between_bands(path, band, ordered[position + 1][1])
        elif band.below is not None and (top is None or band.below <= top):
            end = "-" if top is None else decimal_text(top)
            yield finding("bands-gap", f"{path}.below", band.key, start=band.below, end=end)


def _between_bands(path: str, band: Band, following: Band) -> Iterable[Finding]:
    """Yield that a band and the next one overlap, or leave totals between them."""
    start = following.at_least
    if start == band.at_least or (band.below is not None and band.below > start):
        yield finding("bands-overlap", path, band.key, other=following.key, start=start)
    elif band.below is not None and band.below < start:
        yield finding("bands-gap", f"{path}.below", band.key, start=band.below, end=start)


def _conditions(parts: Parts) -> Iterable[Finding]:
    """Conditions read what is declared, and can be met."""
    specs = {part.key: part.record for part in parts.figures if part.key is not None}
    names = [key for key in specs if key]
    reach = parts.reach()
    maxima = parts.maxima()
    for path, condition in parts.conditions():
        units: list[CountUnit] = []
        for term in condition.terms:
            for key in term.figures:
                if key not in specs:
                    yield _unknown_figure(path, key, names)
                    continue
                spec = specs[key]
                if spec is None:
                    continue
                if spec.choice:
                    yield finding("figure-is-a-choice", path, key)
                elif condition.numerator is not None and spec.unit is None:
                    yield finding("figure-not-a-count", path, key)
                elif spec.unit is not None:
                    units.append(spec.unit)
        if condition.points is not None:
            yield from _points_condition(path, condition, reach, maxima)


def _points_condition(
    path: str,
    condition: Condition,
    reach: Mapping[str, Reach],
    maxima: Mapping[str | None, Fraction | None],
) -> Iterable[Finding]:
    """A condition on points names a group or criterion, and a number within its reach."""
    name = condition.points
    assert name is not None  # the caller has asked
    if name not in maxima:
        if None not in maxima:
            known = tuple(key for key in maxima if key)
            yield finding("criterion-unknown", f"{path}.points", name, known=known)
        return
    if name not in reach:
        return
    low, high = reach[name]

    # Whether some result of the group or criterion meets it.
    if condition.share:
        whole = maxima[name]
        if not whole:
            yield finding("condition-share-of-nothing", f"{path}.share", name)
            return
        low, high = low / whole, high / whole
    if not condition.reachable(low, high):
        shown = {"low": decimal_text(low), "high": decimal_text(high)}
        yield finding("condition-unreachable", path, condition.key, **shown)


def _grade_rules(parts: Parts) -> Iterable[Finding]:
    """Sanctions, quota and prizes name grades, and have an effect."""
    if parts.bands is None:
        return
    ladder = [
        band.key for band in sorted(parts.bands, key=lambda band: band.at_least, reverse=True)
    ]

    def known(path: str, key: str | None) -> Iterable[Finding]:
        if key is not None and key not in ladder:
            yield finding("band-unknown", path, key, known=tuple(ladder))

    # A sanction lowers a grade, so there are two of them.
    for path, sanction in parts.sanctions:
        if len(ladder) < 2:
            yield finding("sanction-without-bands", path, sanction.when.key)
            continue
        yield from known(f"{path}.band", sanction.band)
        if sanction.effect is Effect.NOT_ABOVE and sanction.band == ladder[0]:
            yield finding("sanction-without-effect", f"{path}.band", sanction.band)

    # A quota limits one grade, by the number of another or of all.
    if parts.quota is not None:
        yield from known(".quota.band", parts.quota.band)
        yield from known(".quota.of_band", parts.quota.of_band)
        if _is_of_itself(parts.quota, ladder):
            yield finding("quota-of-itself", ".quota.of_band", parts.quota.of_band)
        if ladder and parts.quota.band == ladder[-1]:
            yield finding("quota-on-lowest-band", ".quota.band", parts.quota.band)
    for path, prize in parts.prizes:
        yield from known(f"{path}.band", prize.band)


def _is_of_itself(quota: Quota, ladder: Sequence[str]) -> bool:
    """Say whether nobody but the holders of the grade is counted: then none may have it."""
    if quota.of is QuotaBase.ASSESSED or not {quota.band, quota.of_band} <= set(ladder):
        return False
    others = [key for key in ladder if key != quota.band and quota.counts(key, ladder)]
    return not others or quota.of_band == quota.band


def _prizes(parts: Parts) -> Iterable[Finding]:
    """Prizes can be won, the better ones with more points."""
    reach = parts.reach().get("")
    highest = None if reach is None else reach[1]
    if highest is not None and parts.ceiling is not None:
        highest = min(highest, parts.ceiling)
    before: Prize | None = None
    for path, prize in parts.prizes:
        if prize.minimum is not None:
            if highest is not None and prize.minimum > highest:
                shown = decimal_text(prize.minimum)
                yield finding("prize-unreachable", f"{path}.minimum", shown, highest=highest)
            if before is not None and before.minimum is not None and prize.minimum > before.minimum:
                yield finding("prizes-out-of-order", f"{path}.minimum", prize.key, other=before.key)
        before = prize


def _names(parts: Parts) -> Iterable[Finding]:
    """Tie-breaks and rules of what does not apply name groups and criteria, each once."""
    groups = {group.key for group in parts.groups}
    criteria = {criterion.key for criterion in parts.criteria}
    if None in groups | criteria:
        return
    known = tuple(sorted(key for key in groups | criteria if key))

    # The chain of tie-breaks.
    seen: set[str] = set()
    for i, name in enumerate(parts.tie_break):
        if name not in groups | criteria:
            yield finding("criterion-unknown", f".tie_break[{i}]", name, known=known)
        if name in seen:
            yield finding("tie-break-twice", f".tie_break[{i}]", name)
        seen.add(name)

    # What does not apply to some units: one rule for each criterion and value.
    ruled: dict[tuple[str, str, str], str] = {}
    for path, rule in parts.inapplicable:
        if rule.award is ZeroPolicy.NOT_ASSESSABLE:
            yield finding("award-not-decided", f"{path}.award", rule.award)
        for name in rule.criteria:
            if name not in criteria:
                yield finding("criterion-unknown", f"{path}.criteria", name, known=known)
            for value in rule.values:
                first = ruled.setdefault((rule.attribute, value, name), path)
                if first != path:
                    yield finding("inapplicable-twice", f"{path}.criteria", name, first=first)
