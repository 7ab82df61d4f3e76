"""Strategies for the rules and prizes of schemes, and for campaigns."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
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
    Chosen,
    Condition,
    Effect,
    Prize,
    Quota,
    QuotaBase,
    QuotaRounding,
    QuotaTies,
    Sanction,
    Stated,
    Substitute,
    Term,
)
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.strategies._foundation import keys, texts, titles
from evnpubsvc.strategies._plans import conferences, recognised_models
from evnpubsvc.strategies._schemes import points, schemes

_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@cache
def chosen_options() -> st.SearchStrategy[Chosen]:
    """Draw chosen options."""
    return st.builds(Chosen, option=keys())


@cache
def stated_maxima() -> st.SearchStrategy[Stated]:
    """Draw maxima as other places of a document state them."""
    return st.builds(Stated, where=titles(), maximum=points())


@cache
def substitutes() -> st.SearchStrategy[Substitute]:
    """Draw substitute denominators."""
    return st.builds(
        Substitute,
        term=st.builds(Term, figures=st.tuples(keys())),
        divisor=st.sampled_from([1, 4, 12]),
        flag=keys(),
        nothing=st.none() | keys(),
    )


@cache
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


@cache
def sanctions() -> st.SearchStrategy[Sanction]:
    """Draw sanctions of every effect."""
    others = st.sampled_from([effect for effect in Effect if effect is not Effect.NOT_ABOVE])
    return st.builds(Sanction, when=conditions(), effect=others) | st.builds(
        Sanction, when=conditions(), effect=st.just(Effect.NOT_ABOVE), band=keys()
    )


@cache
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


@cache
def prizes() -> st.SearchStrategy[Prize]:
    """Draw prizes."""
    return st.builds(
        Prize,
        key=keys(),
        title=texts(),
        places=st.integers(1, 10),
        minimum=st.none() | points(0),
        band=st.none() | keys(),
        form=st.sampled_from(["", "giay-khen", "bang-khen-tinh"]),
    )


@cache
def campaign_deadlines() -> st.SearchStrategy[CampaignDeadline]:
    """Draw deadlines."""
    return st.builds(CampaignDeadline, day=_DAYS) | st.builds(
        CampaignDeadline, working_days_after_end=st.integers(0, 60)
    )


@cache
def launches() -> st.SearchStrategy[Launch]:
    """Draw launch instruments."""
    return st.builds(Launch, number=titles(), day=_DAYS, issuer=titles(), level=keys())


@cache
def participants() -> st.SearchStrategy[Participant]:
    """Draw participants."""
    return st.builds(
        Participant,
        unit=titles(),
        name=titles(),
        registered=st.none() | _DAYS,
        reported=st.none() | _DAYS,
    )


@cache
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
        scheme=draw(schemes()),
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
