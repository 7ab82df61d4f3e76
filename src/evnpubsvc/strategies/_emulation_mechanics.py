"""Strategies for schemes with every mechanic, figures under them, and the records around them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from evnpubsvc.campaigns import (
    AwardRecord,
    Campaign,
    CampaignDeadline,
    CampaignStage,
    DriveForm,
    DriveScope,
    Elements,
    Launch,
    Participant,
    StageStep,
)
from evnpubsvc.emulation import (
    Band,
    BandsCriterion,
    ChoiceCriterion,
    ChoiceItem,
    Chosen,
    Condition,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    Effect,
    ExcludedRule,
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
    Prize,
    Quota,
    QuotaBase,
    QuotaRounding,
    QuotaTies,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Sanction,
    Scheme,
    ShareBand,
    SmallBase,
    Stated,
    Substitute,
    Term,
    TieRule,
    UnitFigures,
    WeightedCriterion,
)
from evnpubsvc.quantities import Count, CountUnit, Unknown, ZeroPolicy
from evnpubsvc.strategies._foundation import keys, texts, titles
from evnpubsvc.strategies._plans import conferences, recognised_models

_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def _points(low: int = 1, high: int = 200) -> st.SearchStrategy[Fraction]:
    """Draw points with two decimals at most."""
    return st.integers(low, high).map(lambda n: Fraction(n, 4))


def chosen_options() -> st.SearchStrategy[Chosen]:
    """Draw chosen options."""
    return st.builds(Chosen, option=keys())


def stated_maxima() -> st.SearchStrategy[Stated]:
    """Draw maxima as other places of a document state them."""
    return st.builds(Stated, where=titles(), maximum=_points())


def substitutes() -> st.SearchStrategy[Substitute]:
    """Draw substitute denominators."""
    return st.builds(
        Substitute,
        term=st.builds(Term, figures=st.tuples(keys())),
        divisor=st.sampled_from([1, 4, 12]),
        flag=keys(),
        nothing=st.none() | keys(),
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Draw conditions on figures, ratios and points."""
    bound = st.fractions(0, 10, max_denominator=20)
    return (
        st.builds(Condition, key=keys(), title=texts(), figure=keys(), at_least=bound)
        | st.builds(
            Condition, key=keys(), title=texts(), points=keys(), share=st.booleans(), below=bound
        )
        | st.builds(
            Condition,
            key=keys(),
            title=texts(),
            numerator=st.builds(Term, figures=st.tuples(keys())),
            denominator=st.builds(Term, figures=st.tuples(keys())),
            zero=st.sampled_from(ZeroPolicy),
            at_most=bound,
        )
    )


def sanctions() -> st.SearchStrategy[Sanction]:
    """Draw sanctions of every effect."""
    others = st.sampled_from([effect for effect in Effect if effect is not Effect.NOT_ABOVE])
    return st.builds(Sanction, when=conditions(), effect=others) | st.builds(
        Sanction, when=conditions(), effect=st.just(Effect.NOT_ABOVE), band=keys()
    )


def quotas() -> st.SearchStrategy[Quota]:
    """Draw quotas, of all that are ranked and of those with a grade."""
    common: dict[str, Any] = {
        "band": keys(),
        "share": st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20),
        "rounding": st.sampled_from(QuotaRounding),
        "ties": st.sampled_from(QuotaTies),
    }
    graded = st.sampled_from([QuotaBase.AT_LEAST, QuotaBase.GRADE])
    return st.builds(Quota, **common) | st.builds(Quota, of=graded, of_band=keys(), **common)


def prizes() -> st.SearchStrategy[Prize]:
    """Draw prizes."""
    return st.builds(
        Prize,
        key=keys(),
        title=texts(),
        places=st.integers(1, 10),
        minimum=st.none() | _points(0),
        band=st.none() | keys(),
        form=st.sampled_from(["", "giay-khen", "bang-khen-tinh"]),
    )


@st.composite
def _criterion(draw: st.DrawFn, key: str, figures: list[FigureSpec], *, kinds: str) -> Criterion:
    """Draw a criterion of one of some kinds; the figures that it reads are added to `figures`."""
    title = draw(texts())
    maximum = draw(_points())
    common: dict[str, Any] = {"key": key, "title": title, "maximum": maximum}

    def count(name: str, unit: CountUnit = CountUnit.DOSSIERS) -> str:
        figures.append(FigureSpec(key=f"{key}-{name}", title=title, unit=unit))
        return f"{key}-{name}"

    def number(name: str, *, choice: bool = False) -> str:
        figures.append(FigureSpec(key=f"{key}-{name}", title=title, choice=choice))
        return f"{key}-{name}"

    if kinds == "deduction":
        return DeductionCriterion(**common, per=draw(_points(1, 20)), figure=count("n"))
    zero = draw(st.sampled_from(ZeroPolicy))
    kind = draw(st.sampled_from(kinds.split()))

    # Any that has points may ask for papers.
    if draw(st.integers(0, 5)) == 5 and kind != "monitor":
        common["evidence"] = count("papers", CountUnit.DOCUMENTS)

    # A share, its points in steps or smooth.
    if kind == "ratio":
        step = draw(st.none() | st.sampled_from([Fraction(1, 4), Fraction(1, 2)]))
        if step is not None:
            common["maximum"] = Fraction(max(1, int(maximum / step))) * step
        terms: dict[str, Any] = {
            "numerator": Term((count("n"),)),
            "denominator": Term((count("d"),)),
        }
        if draw(st.booleans()):
            terms["not_due"] = Term((count("w"),))
        target = draw(st.fractions(Fraction(1, 2), 1, max_denominator=20))
        return RatioCriterion(
            **common,
            **terms,
            zero=zero,
            target=target,
            step=step,
            above_one=draw(st.booleans()),
        )

    # A share by bands that rise to the maximum.
    if kind == "bands":
        parts: dict[str, Any] = {
            "numerator": Term((count("n"),)),
            "denominator": Term((count("d"),)),
        }
        whole: Fraction = common["maximum"]
        bounds = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True))
        rising = [Fraction(0), *(Fraction(bound, 20) for bound in sorted(bounds))]
        return BandsCriterion(
            **common,
            **parts,
            zero=zero,
            bands=tuple(
                ShareBand(at_least=bound, points=whole * i / (len(rising) - 1))
                for i, bound in enumerate(rising)
            ),
            places=draw(st.sampled_from([None, 0, 2])),
            above_one=draw(st.booleans()),
        )

    # Points that somebody gave, as they are or on another scale, or by an option.
    if kind == "points":
        return PointsCriterion(**common, figure=number("p"))
    if kind == "weighted":
        return WeightedCriterion(**common, figure=number("v"), full_scale=draw(_points()))
    if kind == "choice":
        options = (
            Option(key="best", title=title, points=common["maximum"]),
            Option(key="half", title=title, points=common["maximum"] / 2),
            Option(key="void", title=title, points=Fraction(0), voids=True),
        )
        return ChoiceCriterion(
            **common, items=(ChoiceItem(figure=number("o", choice=True), options=options),)
        )

    # Points off for each event; also beside a share, with one more for none.
    if kind == "minus":
        return MinusCriterion(**common, per=draw(_points(1, 20)), figure=count("n"))
    if kind == "minus-plus":
        common["maximum"] += 1
        ratio: dict[str, Any] = {
            "numerator": Term((count("n"),)),
            "denominator": Term((count("d"),)),
        }
        return MinusPlusCriterion(
            **common,
            **ratio,
            per=draw(_points(1, 20)),
            figure=count("e"),
            plus=Fraction(1),
            zero=zero,
        )

    # Growth, with a way round small bases.
    if kind == "growth":
        small = SmallBase(
            below=draw(st.integers(1, 50)), full_from=draw(st.integers(0, 50)), otherwise=zero
        )
        return GrowthCriterion(
            **common,
            current=Term((count("n"),)),
            earlier=Term((count("d"),)),
            per=draw(_points(1, 20)),
            step=draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3)])),
            whole_steps=draw(st.booleans()),
            small_base=small,
        )

    # What is only watched; else a count.
    if kind == "monitor":
        state = draw(st.sampled_from(MonitorState))
        return MonitorCriterion(key=key, title=title, state=state, numerator=Term((count("n"),)))
    return CountCriterion(**common, per=draw(_points(1, 20)), figure=count("n"))


def mechanic_criteria(*, kinds: str) -> st.SearchStrategy[Criterion]:
    """Draw single criteria of the kinds named, separated by blanks.

    Their figures are not declared anywhere.
    """
    declared: st.SearchStrategy[list[FigureSpec]] = st.builds(list[FigureSpec])
    return declared.flatmap(lambda figures: _criterion("c", figures, kinds=kinds))


_ALL = "ratio points weighted choice minus minus-plus growth count monitor bands"


@st.composite
def mechanic_schemes(draw: st.DrawFn, *, kinds: str = _ALL, rules: bool = True) -> Scheme:
    """Draw sound schemes with scored groups, a bonus, deductions, bands, a quota and a tie chain.

    Args:
        draw: given by Hypothesis.
        kinds: kinds of criteria, separated by blanks.
        rules: draw a gate, a sanction and a condition on the top grade too.
    """
    figures: list[FigureSpec] = []
    groups: list[Group] = []

    def group(key: str, role: GroupRole, of: str) -> Group:
        criteria = [
            draw(_criterion(f"{key}{i}", figures, kinds=of)) for i in range(draw(st.integers(1, 3)))
        ]
        if not any(c.maximum for c in criteria):
            criteria.append(draw(_criterion(f"{key}9", figures, kinds="count")))
        total = sum((c.maximum for c in criteria), Fraction(0))
        cut = total > 1 and draw(st.booleans())
        maximum = total - Fraction(1, 2) if cut else total

        # Bands, and perhaps a sanction and a gate.
        title = draw(texts())
        return Group(
            key=key, title=title, maximum=maximum, criteria=tuple(criteria), role=role, cut=cut
        )

    # Groups that score, perhaps one with a bonus under a ceiling, perhaps one with deductions.
    groups += [group(f"g{i}", GroupRole.SCORED, kinds) for i in range(draw(st.integers(1, 3)))]
    maximum = highest = sum((g.maximum for g in groups), Fraction(0))
    ceiling: Fraction | None = None
    if draw(st.booleans()):
        bonus = group("bonus", GroupRole.BONUS, "count")
        groups.append(bonus)
        highest += bonus.maximum
        ceiling = draw(st.sampled_from([maximum + bonus.maximum / 2, highest]))
    lowest = draw(st.booleans())
    if lowest:
        groups.append(group("minus", GroupRole.DEDUCTION, "deduction"))
    title = draw(texts())
    bands = (
        Band(key="high", title=title, at_least=maximum / 2),
        Band(key="mid", title=title, at_least=maximum / 4, below=maximum / 2),
        Band(key="low", title=title, at_least=Fraction(0), below=maximum / 4),
    )
    more: dict[str, Any] = {}
    if rules and draw(st.booleans()):
        figures.append(FigureSpec(key="events", title=title, unit=CountUnit.EVENTS))
        when = Condition(key="event", title=title, figure="events", at_least=Fraction(1))
        gate = Condition(key="gate", title=title, figure="events", at_most=Fraction(2))
        more = {
            "sanctions": (
                Sanction(when=when, effect=draw(st.sampled_from([Effect.NO_TOP, Effect.ONE_DOWN]))),
            ),
            "gates": (gate,),
        }
    at = draw(st.sampled_from(RoundingAt))
    return Scheme(
        key=draw(keys()),
        title=title,
        maximum=maximum,
        rounding=Rounding(draw(st.integers(2, 3)), at),
        groups=tuple(groups),
        figures=tuple(figures),
        bands=bands,
        excluded=draw(st.sampled_from(ExcludedRule)),
        floor=Fraction(0) if lowest else None,
        ceiling=ceiling,
        ties=draw(st.sampled_from(TieRule)),
        within=draw(st.sampled_from([None, "cluster"])),
        tie_break=tuple(
            draw(st.lists(st.sampled_from([g.key for g in groups]), unique=True, max_size=2))
        ),
        quota=Quota(
            band="high",
            share=Fraction(1, 4),
            rounding=draw(st.sampled_from(QuotaRounding)),
            ties=draw(st.sampled_from(QuotaTies)),
        ),
        **more,
    )


@st.composite
def figures_under(
    draw: st.DrawFn, scheme: Scheme, *, unit: str = "U", unknown: bool = True
) -> UnitFigures:
    """Draw figures that a scheme can score.

    Parts within their whole, values on their scale, options that exist.

    Args:
        draw: given by Hypothesis.
        scheme: the scheme.
        unit: identifier of the unit.
        unknown: let some figures be unknown.
    """
    # Counts of any size first.
    figures: dict[str, Any] = {}
    for spec in scheme.figures:
        if spec.unit is not None:
            figures[spec.key] = Count(draw(st.integers(0, 60)), spec.unit)

    def unit_of(term: Term) -> Any:
        return figures[term.figures[0]].unit

    # Then what each kind of criterion asks of its own.
    for criterion in scheme.criteria:
        if isinstance(criterion, (RatioCriterion, MinusPlusCriterion, BandsCriterion)):
            n, d = (
                figures[term.figures[0]].value
                for term in (criterion.numerator, criterion.denominator)
            )
            waiting = 0
            if isinstance(criterion, RatioCriterion) and criterion.not_due is not None:
                waiting = min(figures[criterion.not_due.figures[0]].value, d)
                figures[criterion.not_due.figures[0]] = Count(waiting, unit_of(criterion.not_due))
            part = Count(min(n, d - waiting), unit_of(criterion.numerator))
            figures[criterion.numerator.figures[0]] = part
        elif isinstance(criterion, (PointsCriterion, WeightedCriterion)):
            if isinstance(criterion, PointsCriterion):
                top = criterion.maximum
            else:
                top = criterion.full_scale
            figures[criterion.figure] = draw(st.fractions(0, top, max_denominator=40))
        elif isinstance(criterion, ChoiceCriterion):
            for item in criterion.items:
                figures[item.figure] = Chosen(
                    draw(st.sampled_from([option.key for option in item.options]))
                )

    # One in four units does not know a figure.
    if unknown and draw(st.integers(0, 3)) == 0:
        key = draw(st.sampled_from(sorted(figures)))
        figures[key] = Unknown("figure-blank", key)
    cluster = draw(st.sampled_from(["", "A", "B", "B"]))
    return UnitFigures(unit, figures, attributes={"cluster": cluster})


def campaign_deadlines() -> st.SearchStrategy[CampaignDeadline]:
    """Draw deadlines."""
    return st.builds(CampaignDeadline, day=_DAYS) | st.builds(
        CampaignDeadline, working_days_after_end=st.integers(0, 60)
    )


def launches() -> st.SearchStrategy[Launch]:
    """Draw launch instruments."""
    return st.builds(Launch, number=titles(), day=_DAYS, issuer=titles(), level=keys())


def participants() -> st.SearchStrategy[Participant]:
    """Draw participants."""
    return st.builds(
        Participant,
        unit=titles(),
        name=titles(),
        registered=st.none() | _DAYS,
        reported=st.none() | _DAYS,
    )


def award_records() -> st.SearchStrategy[AwardRecord]:
    """Draw awards."""
    return st.builds(
        AwardRecord,
        unit=titles(),
        achievement=titles(),
        form=keys(),
        day=st.none() | _DAYS,
        decision=titles(),
        prize=st.none() | keys(),
        giver=st.none() | texts(),
        conference=st.none() | conferences(),
        model=st.none() | recognised_models(),
    )


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Draw campaigns at any stage."""
    start, end = sorted((draw(_DAYS), draw(_DAYS)))
    stages = list(CampaignStage)[: draw(st.integers(0, len(CampaignStage)))]
    return Campaign(
        key=draw(keys()),
        title=draw(texts()),
        form=draw(st.sampled_from(DriveForm)),
        scope=draw(st.sampled_from(DriveScope)),
        start=start,
        end=end,
        scheme=draw(mechanic_schemes()),
        launch=draw(st.none() | launches()),
        elements=Elements(goal=draw(st.just("") | titles())),
        participants=tuple(
            draw(st.lists(participants(), max_size=3, unique_by=lambda each: each.unit))
        ),
        registration=draw(st.none() | campaign_deadlines()),
        reporting=draw(st.none() | campaign_deadlines()),
        steps=tuple(StageStep(stage=stage, day=start) for stage in stages),
        awards=tuple(draw(st.lists(award_records(), max_size=2))),
    )
