"""Strategies for flags, procedures, offerings and catalogues."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from attrs import evolve
from hypothesis import strategies as st

from evnpubsvc.catalogue import (
    Authority,
    CaseLimit,
    Catalogue,
    Fee,
    LegalBasis,
    Paper,
    Procedure,
    ProcedureResult,
    RawTimeLimit,
    ServiceFlags,
    ServiceOffering,
)
from evnpubsvc.deadlines import CutOff
from evnpubsvc.law import Validity
from evnpubsvc.services import Channel
from evnpubsvc.strategies._codes import procedure_codes, result_codes
from evnpubsvc.strategies._deadlines import time_limits
from evnpubsvc.strategies._foundation import citations, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._services import levels


@cache
def service_flags() -> st.SearchStrategy[ServiceFlags]:
    """Draw flags of services, each known or not."""
    flag = st.none() | st.booleans()
    return st.builds(ServiceFlags, *([flag] * 11))


@cache
def raw_time_limits() -> st.SearchStrategy[RawTimeLimit]:
    """Draw time limits as published: with a unit, without, not stated, nonsense."""
    texts = st.sampled_from(["3 Ngày làm việc", "1", "Không có thông tin", "", "24 Giờ"]) | titles()
    return st.builds(
        RawTimeLimit,
        texts,
        channel=st.none() | st.sampled_from(Channel),
        case=st.just("") | titles(),
        validity=validities(),
        source=st.none() | citations(),
        means=st.none() | time_limits(),
        cutoff=st.none() | st.sampled_from(CutOff),
    )


@cache
def case_limits() -> st.SearchStrategy[CaseLimit]:
    """Draw limits of cases. Shrinks to the ordinary case without channel or cut-off."""
    return st.builds(
        CaseLimit,
        time_limits(),
        case=st.just("") | titles(),
        channel=st.none() | st.sampled_from(Channel),
        cutoff=st.none() | st.sampled_from(CutOff),
        source=st.none() | citations(),
    )


@cache
def fees() -> st.SearchStrategy[Fee]:
    """Draw fees, with and without a known amount."""
    return st.builds(
        Fee,
        titles(),
        st.none() | st.integers(0, 10**9),
        st.none() | st.sampled_from(Channel),
        st.just("") | titles(),
        validities(),
        st.none() | citations(),
    )


@cache
def papers() -> st.SearchStrategy[Paper]:
    """Draw papers that a dossier must hold."""
    return st.builds(Paper, titles(), st.just("") | titles(), validities(), st.none() | citations())


@cache
def procedures() -> st.SearchStrategy[Procedure]:
    """Draw procedures with dated parts; `replaced_by` is empty, since it depends on a catalogue."""
    source = st.none() | citations()
    results = st.builds(
        ProcedureResult, st.just("") | titles(), st.none() | result_codes(), validities(), source
    )
    return st.builds(
        Procedure,
        code=procedure_codes(),
        name=titles(),
        name_en=st.just("") | titles(),
        field_name=st.just("") | titles(),
        authorities=st.lists(st.sampled_from(Authority), unique=True, max_size=3).map(tuple),
        validity=validities(),
        time_limits=st.lists(raw_time_limits(), max_size=3).map(tuple),
        fees=st.lists(fees(), max_size=2).map(tuple),
        papers=st.lists(papers(), max_size=2).map(tuple),
        legal_basis=st.lists(st.builds(LegalBasis, citations(), validities()), max_size=2).map(
            tuple
        ),
        results=st.lists(results, max_size=2).map(tuple),
        decision=source,
        source=source,
    )


def service_offerings(procedure: Procedure | None = None) -> st.SearchStrategy[ServiceOffering]:
    """Draw offerings of one procedure, or of any."""
    return st.builds(
        ServiceOffering,
        unit=titles(),
        procedure=procedure_codes() if procedure is None else st.just(procedure.code),
        level=levels(),
        validity=validities(),
        channels=st.lists(st.sampled_from(Channel), unique=True).map(tuple),
        decision=st.none() | citations(),
    )


def catalogues(*, max_procedures: int = 4) -> st.SearchStrategy[Catalogue]:
    """Draw catalogues: procedures in one or two versions, replaced in chains, with offerings.

    Args:
        max_procedures: most codes.
    """
    some = st.lists(procedures(), max_size=max_procedures, unique_by=lambda each: each.code)
    offering = service_offerings()

    @st.composite
    def build(draw: st.DrawFn) -> Catalogue:
        drawn = draw(some)
        versions: list[Procedure] = []
        for place, each in enumerate(drawn):
            later = [after.code for after in drawn[place + 1 :]]
            if later:
                replaced = draw(st.lists(st.sampled_from(later), unique=True, max_size=2))
            else:
                replaced = []
            one = evolve(each, replaced_by=tuple(replaced))
            until = one.validity.until
            versions.append(one)
            if until is not None and draw(st.booleans()):
                versions.append(evolve(one, validity=Validity(until + timedelta(1))))
        offered = [each.code for each in drawn if draw(st.booleans())]
        offerings = [evolve(draw(offering), procedure=code) for code in offered]
        return Catalogue.of(draw(st.permutations(versions)), offerings)

    return build()
