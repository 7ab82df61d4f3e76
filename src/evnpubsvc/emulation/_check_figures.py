"""What forbids scoring the figures of a unit under a scheme."""

from __future__ import annotations

from collections.abc import Iterator

from evnpubsvc.emulation._criteria import Criterion, Term
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._within_bounds import contradictions_within
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Unknown


def check_figures(scheme: Scheme, figures: UnitFigures) -> tuple[Finding, ...]:
    """Return everything that forbids scoring these figures. Unknown figures are no findings.

    What is found: a count of another unit than declared, a number where a count is declared and the
    reverse, an option that does not exist, a part larger than its whole (of counts within bounds,
    where no counts within them can be together), points outside zero to the maximum, a value
    outside its scale.
    """
    return tuple(f.at(figures.unit) for f in _check(scheme, figures))


def _check(scheme: Scheme, figures: UnitFigures) -> Iterator[Finding]:
    # Each figure by itself.
    sound: set[str] = set()
    for key, spec in scheme.figure_specs.items():
        wrong = spec.check(figures[key])
        if wrong is None:
            sound.add(key)
        else:
            yield wrong

    # What each criterion says of its figures together, as far as they are sound.
    def counted(term: Term) -> int | None:
        if not sound.issuperset(term.figures):
            return None
        value = term.value(figures)
        if isinstance(value, Unknown):
            return None
        return value

    published = dict(figures.points)
    for criterion in scheme.criteria:
        points = published.get(criterion.key)
        if points is not None:
            low, high = criterion.reach
            if not low <= points <= high:
                yield finding("points-out-of-reach", criterion.key, points, low=low, high=high)
            continue
        yield from criterion.check_figures(figures, counted)
        if figures.within_bounds and sound.issuperset(_figures_of(criterion)):
            yield from contradictions_within(criterion, figures)


def _figures_of(criterion: Criterion) -> Iterator[str]:
    return (key for term in criterion.terms for key in term.figures)
