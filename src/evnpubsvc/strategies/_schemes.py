"""Strategies for criteria, groups and whole schemes, and for figures that a scheme can score."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from functools import cache
from itertools import cycle
from typing import Any, Final

from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Band,
    BandsCriterion,
    ChoiceCriterion,
    ChoiceItem,
    Chosen,
    Combine,
    Condition,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    Effect,
    ExcludedRule,
    Figure,
    FigureSpec,
    Group,
    GroupRole,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    MonitorState,
    Option,
    PointsCriterion,
    Published,
    Quota,
    QuotaRounding,
    QuotaTies,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Sanction,
    Scheme,
    ShareBand,
    SmallBase,
    Term,
    TieRule,
    UnitFigures,
    WeightedCriterion,
)
from evnpubsvc.law import Validity
from evnpubsvc.quantities import Count, CountUnit, ZeroPolicy
from evnpubsvc.strategies._foundation import citations, keys, texts, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._quantities import unknowns
from evnpubsvc.strategies._rates import rate_tables
from evnpubsvc.texts import Text

# Strategies of parts are made once: to make one takes longer than to draw from it.
_YES_OR_NO: Final = st.booleans()
_SELDOM: Final = st.sampled_from((False, False, False, True))
_KEYS: Final = keys()
_FEW_TITLES: Final = st.lists(texts(), min_size=1, max_size=2)
_ZERO: Final = st.sampled_from(ZeroPolicy)
_UNITS: Final = st.sampled_from(CountUnit)
_COUNTS: Final = st.integers(0, 60)
_CITATIONS: Final = citations()


def points(minimum: int = 1, maximum: int = 100) -> st.SearchStrategy[Fraction]:
    """Draw points, whole ones and in quarters, so that halves to round occur often."""
    quarters = st.integers(4 * minimum, 4 * maximum).map(lambda n: Fraction(n, 4))
    return st.integers(minimum, maximum).map(Fraction) | quarters


_POINTS: Final = points()
_RATES: Final = points(1, 5)  # points for each


@cache
def roundings() -> st.SearchStrategy[Rounding]:
    """Draw roundings. Shrinks to whole points at each component."""
    return st.builds(Rounding, places=st.integers(0, 4), at=st.sampled_from(RoundingAt))


_ROUNDINGS: Final = roundings()


class _Sheet:
    """A scheme in the making: what it has declared, and titles for what comes next."""

    def __init__(self, draw: st.DrawFn, places: int = 2) -> None:
        self.draw = draw
        self.places = places  # to which points are rounded: steps are no finer
        self.figures: list[FigureSpec] = []
        self._titles = cycle(draw(_FEW_TITLES))
        self._criteria = 0

    def title(self) -> Text:
        return next(self._titles)

    def declare(self, key: str, unit: CountUnit | None = None, *, choice: bool = False) -> str:
        """Declare a figure, and return its key."""
        spec = FigureSpec(key=key, title=self.title(), unit=unit, choice=choice)
        self.figures.append(spec)
        return key

    def term(self, key: str, unit: CountUnit = CountUnit.DOSSIERS, *, most: int = 1) -> Term:
        """Declare the counts of a term: one, or some that are combined."""
        count = self.draw(st.integers(1, most)) if most > 1 else 1
        names = tuple(f"{key}{n or ''}" for n in range(count))
        for name in names:
            self.declare(name, unit)
        combine = self.draw(st.sampled_from(Combine)) if count > 1 else Combine.SUM
        return Term(names, combine)

    def criterion(self, kinds: Collection[type[Criterion]], key: str | None = None) -> Criterion:
        """Draw a criterion of one of the kinds, and declare its figures."""
        self._criteria += 1
        name = key or f"c{self._criteria}"
        kind = self.draw(st.sampled_from(tuple(kinds)))
        common: dict[str, Any] = {"key": name, "title": self.title()}
        if kind is not MonitorCriterion:
            common["maximum"] = self.draw(_POINTS)
            if self.draw(_SELDOM):
                common["evidence"] = self.declare(f"{name}-papers", CountUnit.DOCUMENTS)
        return _BUILDERS[kind](self, common)

    def group(
        self,
        key: str,
        kinds: Collection[type[Criterion]],
        role: GroupRole = GroupRole.SCORED,
        *,
        may_cut: bool = True,
    ) -> Group:
        """Draw a group of one to three criteria, worth their sum, or less where it is cut."""
        criteria = [self.criterion(kinds) for _ in range(self.draw(st.integers(1, 3)))]
        if not any(each.maximum for each in criteria):
            criteria.append(self.criterion([CountCriterion]))
        total = sum((each.maximum for each in criteria), Fraction(0))
        cut = may_cut and total > 1 and self.draw(_SELDOM)
        return Group(
            key=key,
            title=self.title(),
            maximum=total - Fraction(1, 2) if cut else total,
            criteria=tuple(criteria),
            role=role,
            cut=cut,
        )


# -- one function for each kind of criterion -------------------------------------------------------


def _points_given(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    return PointsCriterion(**common, figure=sheet.declare(f"{common['key']}-p"))


def _ratio(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    key, draw = common["key"], sheet.draw
    unit = draw(_UNITS)
    mixed: bool = draw(_SELDOM)
    made: dict[str, Any] = {
        **common,
        "numerator": sheet.term(f"{key}-n", unit, most=3),
        "denominator": sheet.term(f"{key}-d", draw(_UNITS) if mixed else unit, most=3),
        "mixed_units": mixed,
        "zero": draw(_ZERO),
        "above_one": draw(_YES_OR_NO),
    }
    if draw(_YES_OR_NO):
        made["target"] = Fraction(draw(st.integers(1, 60)), 20)
    if not mixed and draw(_SELDOM):
        made["not_due"] = sheet.term(f"{key}-w", unit)
    if draw(_SELDOM):  # points in steps, of which the maximum has a whole number
        made["step"] = Fraction(1, 2 ** min(sheet.places, 2))
        made["maximum"] = Fraction(max(1, int(common["maximum"] / made["step"]))) * made["step"]
    return RatioCriterion(**made)


def _weighted(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    figure = sheet.declare(f"{common['key']}-v")
    full_scale = Fraction(sheet.draw(st.integers(1, 400)), 4)
    return WeightedCriterion(**common, figure=figure, full_scale=full_scale)


def _choice(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    best, figure = common["maximum"], sheet.declare(f"{common['key']}-o", choice=True)
    options = (
        Option(key="best", title=sheet.title(), points=best),
        Option(key="half", title=sheet.title(), points=best / 2),
        Option(key="void", title=sheet.title(), points=Fraction(0), voids=True),
    )
    return ChoiceCriterion(**common, items=(ChoiceItem(figure=figure, options=options),))


def _minus(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    figure = sheet.declare(f"{common['key']}-n", CountUnit.DOSSIERS)
    return MinusCriterion(**common, per=sheet.draw(_RATES), figure=figure)


def _minus_plus(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    key = common["key"]
    common["maximum"] += 1
    return MinusPlusCriterion(
        **common,
        numerator=sheet.term(f"{key}-n"),
        denominator=sheet.term(f"{key}-d"),
        per=sheet.draw(_RATES),
        figure=sheet.declare(f"{key}-e", CountUnit.DOSSIERS),
        plus=Fraction(1),
        zero=sheet.draw(_ZERO),
    )


def _growth(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    key, draw = common["key"], sheet.draw
    small = SmallBase(
        below=draw(st.integers(1, 50)), full_from=draw(st.integers(0, 50)), otherwise=draw(_ZERO)
    )
    return GrowthCriterion(
        **common,
        current=sheet.term(f"{key}-n"),
        earlier=sheet.term(f"{key}-d"),
        per=draw(_RATES),
        step=draw(st.sampled_from((Fraction(1, 2), Fraction(1, 3)))),
        whole_steps=draw(_YES_OR_NO),
        small_base=small,
    )


def _count(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    figure = sheet.declare(f"{common['key']}-n", CountUnit.DOSSIERS)
    return CountCriterion(**common, per=sheet.draw(_RATES), figure=figure)


def _deduction(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    figure = sheet.declare(f"{common['key']}-n", CountUnit.DOSSIERS)
    return DeductionCriterion(**common, per=sheet.draw(_RATES), figure=figure)


def _monitor(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    state = sheet.draw(st.sampled_from(MonitorState))
    return MonitorCriterion(**common, state=state, numerator=sheet.term(f"{common['key']}-n"))


def _bands(sheet: _Sheet, common: dict[str, Any]) -> Criterion:
    key, draw, whole = common["key"], sheet.draw, common["maximum"]
    bounds = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True))
    rising = [Fraction(0), *(Fraction(bound, 20) for bound in sorted(bounds))]
    return BandsCriterion(
        **common,
        numerator=sheet.term(f"{key}-n"),
        denominator=sheet.term(f"{key}-d"),
        zero=draw(_ZERO),
        bands=tuple(
            ShareBand(at_least=bound, points=whole * place / (len(rising) - 1))
            for place, bound in enumerate(rising)
        ),
        places=draw(st.sampled_from((None, 0, 2))),
        above_one=draw(_YES_OR_NO),
    )


_BUILDERS: Final[dict[type[Any], Callable[[_Sheet, dict[str, Any]], Criterion]]] = {
    PointsCriterion: _points_given,
    RatioCriterion: _ratio,
    WeightedCriterion: _weighted,
    ChoiceCriterion: _choice,
    MinusCriterion: _minus,
    MinusPlusCriterion: _minus_plus,
    GrowthCriterion: _growth,
    CountCriterion: _count,
    MonitorCriterion: _monitor,
    BandsCriterion: _bands,
    DeductionCriterion: _deduction,
}
_SCORED: Final = tuple(kind for kind in _BUILDERS if kind is not DeductionCriterion)


# -- what is drawn ---------------------------------------------------------------------------------


@st.composite
def criteria(draw: st.DrawFn, *kinds: type[Any]) -> Any:
    """Draw single criteria, whose figures nothing declares. Shrinks to given points.

    Args:
        draw: Hypothesis passes it.
        *kinds: classes of criteria; all but deductions by default.
    """
    return _Sheet(draw).criterion(kinds or _SCORED, draw(_KEYS))


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Draw groups whose criteria have keys of their own and add up to the group's maximum."""
    return _Sheet(draw).group(draw(_KEYS), _SCORED)


_MORE: Final = st.fixed_dictionaries(
    {
        "sources": st.lists(_CITATIONS, max_size=1).map(tuple),
        "notes": st.lists(texts(), max_size=1).map(tuple),
        "validity": st.just(Validity()) | validities(),
        "rate_table": st.none() | rate_tables(),
    }
)


@st.composite
def schemes(
    draw: st.DrawFn,
    *,
    kinds: Collection[type[Criterion]] | None = None,
    max_groups: int = 3,
    rules: bool = True,
    rounding: st.SearchStrategy[Rounding] | None = None,
) -> Scheme:
    """Draw sound schemes.

    Every figure declared, units that match, parts that add up, bands without gap. Shrinks to one
    group with one criterion of given points.

    Args:
        draw: Hypothesis passes it.
        kinds: classes of the criteria that score; all by default.
        max_groups: most groups that score, 1 or more.
        rules: whether it may have more than groups that score and bands: a bonus, deductions, a
            gate, a sanction, a quota, a chain for ties, groups cut below their sum.
        rounding: how points are rounded; every way by default.
    """
    rounds = draw(_ROUNDINGS if rounding is None else rounding)
    sheet = _Sheet(draw, rounds.places)
    count = draw(st.integers(1, max_groups))
    scored = _SCORED if kinds is None else tuple(kinds)
    made = [sheet.group(f"g{n}", scored, may_cut=rules) for n in range(1, count + 1)]
    maximum = sum((group.maximum for group in made), Fraction(0))
    bands = _draw_bands(sheet, maximum)
    more: dict[str, Any] = {}
    if rules and draw(_YES_OR_NO):
        more |= _draw_extra_groups(sheet, made, maximum)
        more |= _draw_rules(sheet, made, bands)
    if draw(_SELDOM):
        more |= draw(_MORE)
    return Scheme(
        key=draw(_KEYS),
        title=sheet.title(),
        maximum=maximum,
        rounding=rounds,
        groups=tuple(made),
        figures=tuple(sheet.figures),
        bands=bands,
        excluded=draw(st.sampled_from(ExcludedRule)),
        **more,
    )


def _draw_bands(sheet: _Sheet, maximum: Fraction) -> tuple[Band, ...]:
    """Draw no bands, or some from nothing on, each of which may say where it ends."""
    cuts = sorted(sheet.draw(st.sets(st.integers(1, 9), max_size=3)))
    if not cuts:
        return ()
    says_end = sheet.draw(_YES_OR_NO)
    ends = [maximum * cut / 10 if says_end else None for cut in cuts]
    return tuple(
        Band(key=f"b{cut}", title=sheet.title(), at_least=maximum * cut / 10, below=end)
        for cut, end in zip((0, *cuts), (*ends, None), strict=True)
    )


def _draw_extra_groups(sheet: _Sheet, made: list[Group], maximum: Fraction) -> dict[str, Any]:
    """Draw a bonus under a ceiling and deductions down to nothing, or one of them, or neither."""
    more: dict[str, Any] = {}
    if sheet.draw(_YES_OR_NO):
        bonus = sheet.group("bonus", [CountCriterion], GroupRole.BONUS)
        made.append(bonus)
        halfway, highest = maximum + bonus.maximum / 2, maximum + bonus.maximum
        more["ceiling"] = sheet.draw(st.sampled_from((halfway, highest)))
    if sheet.draw(_YES_OR_NO):
        made.append(sheet.group("minus", [DeductionCriterion], GroupRole.DEDUCTION))
        more["floor"] = Fraction(0)
    return more


def _draw_rules(sheet: _Sheet, made: list[Group], bands: tuple[Band, ...]) -> dict[str, Any]:
    """Draw rules of ties, and, where there are bands, a quota, a sanction and a gate."""
    draw = sheet.draw
    names = st.sampled_from([group.key for group in made])
    more: dict[str, Any] = {
        "ties": draw(st.sampled_from(TieRule)),
        "within": draw(st.sampled_from((None, "cluster"))),
        "tie_break": tuple(draw(st.lists(names, unique=True, max_size=2))),
    }
    if bands:
        more["quota"] = Quota(
            band=bands[-1].key,
            share=Fraction(1, 4),
            rounding=draw(st.sampled_from(QuotaRounding)),
            ties=draw(st.sampled_from(QuotaTies)),
        )
    punishes: bool = draw(_YES_OR_NO)
    if bands and punishes:
        events, title = sheet.declare("events", CountUnit.EVENTS), sheet.title()
        when = Condition(key="event", title=title, figure=events, at_least=Fraction(1))
        effect = draw(st.sampled_from((Effect.NO_TOP, Effect.ONE_DOWN)))
        more["sanctions"] = (Sanction(when=when, effect=effect),)
        more["gates"] = (Condition(key="gate", title=title, figure=events, at_most=Fraction(2)),)
    return more


@cache
def publisheds() -> st.SearchStrategy[Published]:
    """Draw official results to compare with."""
    scores = st.none() | points(0)
    return st.builds(Published, score=scores, rank=st.none() | st.integers(1, 500))


_SCHEMES: Final = schemes()
_UNIT_NAMES: Final = st.integers(0, 99).map("U{}".format)
_NAMES: Final = st.just("") | titles()
_UNKNOWN: Final = unknowns()
_PUBLISHED: Final = publisheds()
_ATTRIBUTES: Final = st.sampled_from(
    ({}, {"cluster": "A"}, {"cluster": "B"}, {"cluster": "B", "level": "A"}, {"level": "B"})
)


@st.composite
def unit_figures(
    draw: st.DrawFn,
    scheme: Scheme | st.SearchStrategy[Scheme] | None = None,
    *,
    complete: bool = False,
    units: st.SearchStrategy[str] | None = None,
) -> UnitFigures:
    """Draw figures that a scheme can score.

    Parts within their wholes, points within their maxima, options that exist.

    Args:
        draw: Hypothesis passes it.
        scheme: the scheme, or a strategy for it; by default any.
        complete: no figure is unknown.
        units: strategy for identifiers; by default `U0` to `U99`.
    """
    scheme = draw_scheme(draw, scheme)
    unit = draw(_UNIT_NAMES if units is None else units)
    return draw_figures(draw, scheme, unit, complete=complete)


def draw_scheme(draw: st.DrawFn, scheme: Scheme | st.SearchStrategy[Scheme] | None) -> Scheme:
    """Return the scheme that a strategy was asked for; None stands for any."""
    if isinstance(scheme, Scheme):
        return scheme
    return draw(_SCHEMES if scheme is None else scheme)


def draw_figures(
    draw: st.DrawFn, scheme: Scheme, unit: str, *, complete: bool = False
) -> UnitFigures:
    """Draw the figures of a unit: what `unit_figures` does, without a strategy of its own."""
    figures: dict[str, Figure] = {
        spec.key: Count(draw(_COUNTS), spec.unit)
        for spec in scheme.figures
        if spec.unit is not None
    }
    for criterion in scheme.criteria:
        _fit(draw, figures, criterion)

    # Some may be unknown.
    if figures and not complete and draw(_YES_OR_NO):
        for _ in range(draw(st.integers(1, 2))):
            place = draw(st.integers(0, len(figures) - 1))
            figures[list(figures)[place]] = draw(_UNKNOWN)
    return UnitFigures(
        unit,
        figures,
        name=draw(_NAMES),
        attributes=draw(_ATTRIBUTES),
        published=draw(_PUBLISHED) if draw(_SELDOM) else None,
    )


def _fit(draw: st.DrawFn, figures: dict[str, Any], criterion: Criterion) -> None:
    """Have figures that a criterion can score: no part above its whole, no value off its scale."""
    if isinstance(criterion, RatioCriterion):
        room = _value(figures, criterion.denominator)
        if criterion.not_due is not None:
            _lower(figures, criterion.not_due, room)
            room -= _value(figures, criterion.not_due)
        if not criterion.above_one or criterion.not_due is not None:
            _lower(figures, criterion.numerator, room)
    elif isinstance(criterion, (MinusPlusCriterion, BandsCriterion)):
        _lower(figures, criterion.numerator, _value(figures, criterion.denominator))
    elif isinstance(criterion, PointsCriterion):
        figures[criterion.figure] = draw(st.integers(0, 40)) * criterion.maximum / 40
    elif isinstance(criterion, WeightedCriterion):
        figures[criterion.figure] = draw(st.integers(0, 40)) * criterion.full_scale / 40
    elif isinstance(criterion, ChoiceCriterion):
        for item in criterion.items:
            options = [option.key for option in item.options]
            figures[item.figure] = Chosen(draw(st.sampled_from(options)))


def _value(figures: dict[str, Any], term: Term) -> int:
    """Return what a term counts."""
    counts = [figures[key].value for key in term.figures]
    return sum(counts) if term.combine is Combine.SUM else max(counts)


def _lower(figures: dict[str, Any], term: Term, room: int) -> None:
    """Lower the counts of a term until it is no more than there is room for."""
    for key in term.figures:
        count = figures[key]
        figures[key] = Count(min(count.value, room), count.unit)
        if term.combine is Combine.SUM:
            room -= figures[key].value
