"""Strategies for schemes, figures, score sheets and standings."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias, cast

from attrs import evolve
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Band,
    BandsCriterion,
    ChoiceCriterion,
    Combine,
    CountCriterion,
    DeductionCriterion,
    ExcludedRule,
    Explanation,
    Figure,
    FigureSpec,
    Group,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    PointsCriterion,
    Published,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Standings,
    Term,
    TieRule,
    UnitFigures,
    WeightedCriterion,
    explain,
    rank,
    score,
)
from evnpubsvc.law import Validity
from evnpubsvc.quantities import Count, CountUnit, ZeroPolicy
from evnpubsvc.statistics import measures
from evnpubsvc.strategies._emulation_mechanics import mechanic_criteria
from evnpubsvc.strategies._foundation import citations, keys, texts, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._quantities import unknowns
from evnpubsvc.strategies._rates import rate_tables
from evnpubsvc.texts import LANGUAGES

_Plain: TypeAlias = (
    RatioCriterion | PointsCriterion | WeightedCriterion
)  # the others: `mechanic_schemes`


def _points(minimum: int = 1, maximum: int = 400) -> st.SearchStrategy[Fraction]:
    """Draw points in quarters, so that halves to round occur often."""
    return st.integers(minimum, maximum).map(lambda quarters: Fraction(quarters, 4))


def roundings() -> st.SearchStrategy[Rounding]:
    """Draw roundings. Shrinks to whole points at each component."""
    return st.builds(Rounding, places=st.integers(0, 4), at=st.sampled_from(RoundingAt))


def terms() -> st.SearchStrategy[Term]:
    """Draw terms over one to three figures."""
    figures = st.lists(keys(), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Term, figures=figures, combine=st.sampled_from(Combine))


def figure_specs() -> st.SearchStrategy[FigureSpec]:
    """Draw declarations of figures: counts, numbers, and what a tally holds, handling times too."""
    common: dict[str, st.SearchStrategy[Any]] = {
        "key": keys(),
        "title": texts(),
        "aliases": st.lists(titles(), max_size=2, unique=True).map(tuple),
        "note": st.none() | texts(),
    }
    given = st.builds(FigureSpec, unit=st.none() | st.sampled_from(CountUnit), **common)
    counted = st.sampled_from([each for each in measures().values() if each.selection is not None])
    timed = st.builds(
        FigureSpec,
        measure=st.sampled_from(("handled", "finished-on-time", "finished-late")),
        handling=st.sampled_from(("mean", "median", "p1", "p90", "p100")),
        earlier=st.booleans(),
        **common,
    )
    return (
        given
        | timed
        | counted.flatmap(
            lambda measure: st.builds(
                FigureSpec,
                unit=st.just(measure.unit),
                measure=st.just(measure.name),
                earlier=st.booleans(),
                **common,
            )
        )
    )


def criterion_parts() -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies of the fields that criteria share."""
    return {
        "key": keys(),
        "title": texts(),
        "maximum": _points(),
        "sources": st.lists(citations(), max_size=1).map(tuple),
        "note": st.none() | texts(),
    }


def criteria(*kinds: type[Any]) -> st.SearchStrategy[Any]:
    """Draw criteria. Shrinks to a ratio worth a quarter of a point.

    Args:
        *kinds: classes of criteria; ratios, given points and weighted values by default.
    """
    by_kind: dict[type[Any], st.SearchStrategy[Any]] = {
        RatioCriterion: st.builds(
            RatioCriterion,
            **criterion_parts(),
            numerator=terms(),
            denominator=terms(),
            zero=st.sampled_from(ZeroPolicy),
            target=st.fractions(Fraction(1, 20), 3, max_denominator=20),
            above_one=st.booleans(),
            mixed_units=st.booleans(),
        ),
        PointsCriterion: st.builds(PointsCriterion, **criterion_parts(), figure=keys()),
        WeightedCriterion: st.builds(
            WeightedCriterion,
            **criterion_parts(),
            figure=keys(),
            full_scale=st.fractions(Fraction(1, 20), 100, max_denominator=20),
        ),
    }
    names = {
        ChoiceCriterion: "choice",
        CountCriterion: "count",
        DeductionCriterion: "deduction",
        BandsCriterion: "bands",
        GrowthCriterion: "growth",
    }
    names |= {
        MinusCriterion: "minus",
        MinusPlusCriterion: "minus-plus",
        MonitorCriterion: "monitor",
    }
    plain = tuple(by_kind)
    by_kind |= {kind: mechanic_criteria(kinds=name) for kind, name in names.items()}
    return st.one_of([by_kind[kind] for kind in kinds or plain])


def groups() -> st.SearchStrategy[Group]:
    """Draw groups whose criteria have keys of their own and add up to the group's maximum."""

    def build(key: str, title: Any, members: list[_Plain]) -> Group:
        total = sum((criterion.maximum for criterion in members), Fraction(0))
        return Group(key=key, title=title, maximum=total, criteria=tuple(members))

    members = st.lists(
        criteria(), min_size=1, max_size=3, unique_by=lambda criterion: criterion.key
    )
    return st.builds(build, keys(), texts(), members)


def bands() -> st.SearchStrategy[Band]:
    """Draw single bands."""
    return st.builds(
        Band, key=keys(), title=texts(), at_least=_points(0), below=st.none() | _points(401, 800)
    )


@st.composite
def schemes(
    draw: st.DrawFn, *, max_groups: int = 3, rounding: st.SearchStrategy[Rounding] | None = None
) -> Scheme:
    """Draw sound schemes.

    Every figure declared, units that match, parts that add up, bands without gap.

    Shrinks to one group with one ratio.

    Args:
        draw: Hypothesis passes it.
        max_groups: most groups, 1 or more.
        rounding: how points are rounded; every way by default.
    """
    drawn = draw(
        st.lists(groups(), min_size=1, max_size=max_groups, unique_by=lambda group: group.key)
    )
    figures: dict[str, FigureSpec] = {}
    made: list[Group] = []
    for i, group in enumerate(drawn):
        renamed: list[_Plain] = []
        for j, criterion in enumerate(group.criteria):
            renamed.append(_sound(draw, cast("_Plain", criterion), f"{i}.{j}", figures))
        made.append(
            Group(key=group.key, title=group.title, maximum=group.maximum, criteria=tuple(renamed))
        )
    total = sum((group.maximum for group in made), Fraction(0))
    cuts = sorted(draw(st.sets(st.integers(1, 9), max_size=3)))
    grades = [
        Band(key=f"b{cut}", title=draw(texts()), at_least=total * cut / 10) for cut in (0, *cuts)
    ]
    return Scheme(
        key=draw(keys()),
        title=draw(texts()),
        maximum=total,
        rounding=draw(roundings() if rounding is None else rounding),
        groups=tuple(made),
        figures=tuple(figures.values()),
        bands=tuple(grades) if cuts else (),
        excluded=draw(st.sampled_from(ExcludedRule)),
        sources=tuple(draw(st.lists(citations(), max_size=1))),
        notes=tuple(draw(st.lists(texts(), max_size=1))),
        validity=draw(st.just(Validity()) | validities()),
        rate_table=draw(st.none() | rate_tables()),
    )


def _sound(draw: st.DrawFn, criterion: _Plain, key: str, figures: dict[str, FigureSpec]) -> _Plain:
    """Give a criterion figures of its own, declared with units that match."""

    def declare(name: str, unit: CountUnit | None) -> str:
        figures[name] = FigureSpec(key=name, title=draw(texts()), unit=unit)
        return name

    if not isinstance(criterion, RatioCriterion):
        return evolve(criterion, key=f"c{key}", figure=declare(f"f{key}", None))
    unit = draw(st.sampled_from(CountUnit))
    if criterion.mixed_units:
        other = draw(st.sampled_from(CountUnit))
    else:
        other = unit
    numerator = tuple(declare(f"n{key}.{k}", unit) for k in range(len(criterion.numerator.figures)))
    denominator = tuple(
        declare(f"d{key}.{k}", other) for k in range(len(criterion.denominator.figures))
    )
    return evolve(
        criterion,
        key=f"c{key}",
        numerator=Term(numerator, criterion.numerator.combine),
        denominator=Term(denominator, criterion.denominator.combine),
    )


def publisheds() -> st.SearchStrategy[Published]:
    """Draw official results to compare with."""
    return st.builds(Published, score=st.none() | _points(0), rank=st.none() | st.integers(1, 500))


@st.composite
def unit_figures(
    draw: st.DrawFn,
    scheme: Scheme | st.SearchStrategy[Scheme] | None = None,
    *,
    complete: bool = False,
    units: st.SearchStrategy[str] | None = None,
) -> UnitFigures:
    """Draw figures that a scheme can score: parts within their wholes, points within their maxima.

    Args:
        draw: Hypothesis passes it.
        scheme: the scheme, or a strategy for it; by default any.
        complete: no figure is unknown.
        units: strategy for identifiers; by default `U0` to `U99`.
    """
    if scheme is None:
        scheme = draw(schemes())
    elif isinstance(scheme, st.SearchStrategy):
        scheme = draw(scheme)
    figures: dict[str, Figure] = {}
    specs = scheme.figure_specs

    # Figures that the criteria can score: parts within their wholes.
    for criterion in cast("tuple[_Plain, ...]", tuple(scheme.criteria)):
        if not isinstance(criterion, RatioCriterion):
            if isinstance(criterion, PointsCriterion):
                top = criterion.maximum
            else:
                top = criterion.full_scale
            figures[criterion.figure] = draw(st.integers(0, 8)) * top / 8
            continue
        wholes = [draw(st.integers(0, 20)) for _ in criterion.denominator.figures]
        if criterion.denominator.combine is Combine.SUM:
            whole = sum(wholes)
        else:
            whole = max(wholes)
        room = 60 if criterion.above_one else whole
        for key, value in zip(criterion.denominator.figures, wholes, strict=True):
            figures[key] = Count(value, _unit(specs[key]))
        for key in criterion.numerator.figures:
            value = draw(st.integers(0, room))
            figures[key] = Count(value, _unit(specs[key]))
            room -= value if criterion.numerator.combine is Combine.SUM else 0

    # Some may be unknown.
    if not complete:
        for key in draw(st.sets(st.sampled_from(sorted(figures)), max_size=2)):
            figures[key] = draw(unknowns())
    return UnitFigures(
        draw(st.integers(0, 99).map("U{}".format) if units is None else units),
        figures,
        name=draw(st.just("") | titles()),
        attributes=draw(
            st.dictionaries(
                st.sampled_from(["level", "cluster"]), st.sampled_from("AB"), max_size=2
            )
        ),
        published=draw(st.none() | publisheds()),
    )


def _unit(spec: FigureSpec) -> CountUnit:
    assert spec.unit is not None
    return spec.unit


@st.composite
def score_sheets(draw: st.DrawFn, scheme: Scheme | None = None) -> ScoreSheet:
    """Draw score sheets, by scoring drawn figures under a drawn scheme."""
    under = draw(schemes()) if scheme is None else scheme
    return score(under, draw(unit_figures(under)))


@st.composite
def standings(draw: st.DrawFn) -> Standings:
    """Draw standings of one to six units, with and without strata, by every tie rule."""
    scheme = draw(schemes())
    count = draw(st.integers(1, 6))
    sheets = [
        score(scheme, draw(unit_figures(scheme, units=st.just(f"U{i}")))) for i in range(count)
    ]
    chain = st.lists(
        st.sampled_from([criterion.key for criterion in scheme.criteria]), max_size=2, unique=True
    )
    return rank(
        sheets,
        within=draw(st.sampled_from([None, "level"])),
        ties=draw(st.sampled_from(TieRule)),
        tie_break=draw(chain),
    )


def explanations() -> st.SearchStrategy[Explanation]:
    """Draw explanations of drawn score sheets, in both languages."""
    return st.builds(explain, score_sheets(), st.sampled_from(LANGUAGES))


def _part(whole: st.SearchStrategy[Any], parts: Callable[[Any], Any]) -> st.SearchStrategy[Any]:
    return whole.flatmap(lambda drawn: st.sampled_from(tuple(parts(drawn))))


def components() -> st.SearchStrategy[Any]:
    """Draw components out of drawn score sheets."""
    return _part(score_sheets(), lambda sheet: sheet.components)


def group_scores() -> st.SearchStrategy[Any]:
    """Draw group scores out of drawn score sheets."""
    return _part(score_sheets(), lambda sheet: sheet.groups)


def places() -> st.SearchStrategy[Any]:
    """Draw places out of drawn standings."""
    return _part(standings(), lambda drawn: drawn.places)


def explanation_lines() -> st.SearchStrategy[Any]:
    """Draw lines out of drawn explanations."""
    return _part(explanations(), lambda explanation: explanation.lines)
