"""The lossy mapping between levels and kinds, and the test by flags."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import ServiceFlags, assess, levels_2011_of, to_kind_2022
from evnpubsvc.catalogue.parts import check_evidence
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Confidence
from evnpubsvc.services import (
    Channel,
    OnlineKind2022,
    OnlineLevel2011,
    PartialReason,
    ProactiveLevel2026,
)
from evnpubsvc.strategies._catalogue import service_flags

FULL, PARTIAL, INFORMATION = OnlineKind2022.FULL, OnlineKind2022.PARTIAL, OnlineKind2022.INFORMATION
L1, L2, L3, L4 = OnlineLevel2011


@pytest.mark.parametrize(
    ("level", "flags", "kind", "confidence", "others"),
    [
        (L4, None, FULL, Confidence.ONE_SOURCE, (PARTIAL,)),
        (L3, None, PARTIAL, Confidence.ONE_SOURCE, (FULL,)),
        (L2, None, INFORMATION, Confidence.ONE_SOURCE, ()),
        (L1, ServiceFlags(submit_online=True), INFORMATION, Confidence.ONE_SOURCE, (PARTIAL,)),
        (L4, ServiceFlags(presence_required=True), PARTIAL, Confidence.DERIVED, ()),
        (L4, ServiceFlags(original_required=True), PARTIAL, Confidence.DERIVED, ()),
        (L3, ServiceFlags(on_site_check=True), PARTIAL, Confidence.DERIVED, ()),
    ],
)
def test_mapping(
    level: OnlineLevel2011,
    flags: ServiceFlags | None,
    kind: OnlineKind2022,
    confidence: Confidence,
    others: tuple[OnlineKind2022, ...],
) -> None:
    found = to_kind_2022(level, flags)
    assert (found.kind, found.confidence, found.others) == (kind, confidence, others)
    assert found.reasons


def test_a_level_3_without_fee_and_with_the_result_by_post_can_be_full() -> None:
    free = {
        "presence_required": False,
        "original_required": False,
        "on_site_check": False,
        "result_by_post": True,
    }
    assert to_kind_2022(L3, ServiceFlags(has_fee=False, **free)).kind is FULL
    assert to_kind_2022(L3, ServiceFlags(has_fee=False, **free)).others == (PARTIAL,)
    assert to_kind_2022(L3, ServiceFlags(has_fee=False, resolve_online=True, **free)).others == ()
    assert to_kind_2022(L3, ServiceFlags(has_fee=True, **free)).kind is PARTIAL
    assert to_kind_2022(L3, ServiceFlags(has_fee=None, **free)).kind is PARTIAL
    assert (
        to_kind_2022(L4, ServiceFlags(resolve_online=True, **free)).confidence is Confidence.DERIVED
    )


@given(st.sampled_from(OnlineLevel2011), service_flags())
def test_mapping_never_claims_to_be_law_and_can_be_led_back(
    level: OnlineLevel2011, flags: ServiceFlags
) -> None:
    found = to_kind_2022(level, flags)
    assert found.confidence in {Confidence.ONE_SOURCE, Confidence.DERIVED}
    assert found.reasons
    assert found.kind not in found.others
    assert level in levels_2011_of(found.kind)


def test_mapping_takes_no_numbers() -> None:
    with pytest.raises(MisuseError, match="level-not-2011"):
        to_kind_2022(4)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="level-not-2011"):
        to_kind_2022(ProactiveLevel2026.EXECUTE)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="level-not-2022"):
        levels_2011_of(L4)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="level-not-2011"):
        check_evidence("4", date(2022, 1, 1))  # type: ignore[arg-type]


# -- end-to-end ------------------------------------------------------------------------------------

CLEAR = {
    "submit_online": True,
    "resolve_online": True,
    "presence_required": False,
    "on_site_check": False,
    "original_required": False,
    "result_online": True,
    "result_by_post": False,
}


def oracle(flags: ServiceFlags) -> set[OnlineKind2022]:
    """Every kind that the flags allow.

    Unknown flags are tried both ways, each full set judged in one sentence.
    """
    names = [*CLEAR, "incident", "technical_issue"]
    choices = [
        (False, True)
        if getattr(flags, name) is None and name in tuple(CLEAR)[:4] + tuple(CLEAR)[5:]
        else (bool(getattr(flags, name)),)
        for name in names
    ]
    kinds: set[OnlineKind2022] = set()
    for values in product(*choices):
        sent, solved, presence, site, original, online, post, incident, technical = values
        if not sent:
            kinds.add(INFORMATION)
        elif (
            solved
            and not (presence or site or original or incident or technical)
            and (online or post)
        ):
            kinds.add(FULL)
        else:
            kinds.add(PARTIAL)
    return kinds


@given(service_flags(), st.sampled_from([date(2022, 8, 15), date(2026, 6, 30), date(2026, 7, 1)]))
def test_the_test_by_flags_against_trying_all_ways(flags: ServiceFlags, day: date) -> None:
    possible = oracle(flags)
    found = assess(flags, day)
    assert found.kind == (next(iter(possible)) if len(possible) == 1 else None)
    assert found.kind is FULL or found.findings
    if day < date(2026, 7, 1) or found.kind is not PARTIAL:
        assert found.reasons == ()
    else:
        missing = "partial-without-reason" in {each.reason for each in found.findings}
        assert missing == (not found.reasons)


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        ("presence_required", PartialReason.PRESENCE),
        ("on_site_check", PartialReason.ON_SITE),
        ("incident", PartialReason.INCIDENT),
        ("technical_issue", PartialReason.TECHNICAL),
    ],
)
def test_the_four_reasons_of_2026(flag: str, reason: PartialReason) -> None:
    flags = ServiceFlags(**{**CLEAR, flag: True})
    assert assess(flags, date(2026, 7, 1)).reasons == (reason,)
    assert assess(flags, date(2026, 6, 30)).reasons == ()


def test_partial_without_reason_is_a_violation_from_july_2026() -> None:
    flags = ServiceFlags(**{**CLEAR, "original_required": True})
    assert "partial-without-reason" in [
        found.reason for found in assess(flags, date(2026, 7, 1)).findings
    ]
    assert "partial-without-reason" not in [
        found.reason for found in assess(flags, date(2026, 6, 30)).findings
    ]
    assert assess(ServiceFlags(**CLEAR), date(2026, 7, 1)).findings == ()


def test_the_kinds_begin_in_august_2022() -> None:
    with pytest.raises(MisuseError, match="kinds-not-yet"):
        assess(ServiceFlags(), date(2022, 8, 14))
    with pytest.raises(MisuseError, match="wrong-type"):
        assess(None, date(2026, 7, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "day", "paid", "result", "reasons"),
    [
        (L3, date(2022, 4, 1), True, None, ["level-payment"]),
        (L4, date(2022, 4, 1), True, Channel.ONLINE, []),
        (L3, date(2018, 5, 31), False, Channel.POST, ["level-result"]),
        (L3, date(2018, 6, 1), None, Channel.POST, []),
        (L3, date(2018, 6, 1), None, Channel.IN_PERSON, []),
        (L2, date(2015, 1, 1), True, Channel.ONLINE, ["level-payment", "level-result"]),
        (L2, date(2015, 1, 1), None, Channel.POST, []),
    ],
)
def test_evidence_against_the_declared_level(
    level: OnlineLevel2011, day: date, paid: bool | None, result: Channel | None, reasons: list[str]
) -> None:
    found = check_evidence(level, day, paid_online=paid, result_by=result)
    assert [each.reason for each in found] == reasons
