"""Is a service end-to-end (*toàn trình*)? The test by flags, with reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import tuple_of
from evnpubsvc.catalogue._kinds import ServiceFlags
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Regime, regimes
from evnpubsvc.services import Channel, OnlineKind2022, OnlineLevel2011, PartialReason, meaning
from evnpubsvc.services.parts import first_day
from evnpubsvc.texts.parts import named


@frozen
class Assessment(PublicType):
    """What kind a service is by its flags, and why.

    Attributes:
        kind: the kind; None while unknown flags leave it open.
        reasons: from 01/7/2026 the reasons of NĐ 224/2026 art. 14 that hold; empty before.
        findings: every flag that decides or is missing, as notices; violations where a rule is
            broken.
    """

    kind: OnlineKind2022 | None
    reasons: tuple[PartialReason, ...] = field(default=(), validator=tuple_of(PartialReason))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


_REASONS: Final = {
    "presence_required": PartialReason.PRESENCE,
    "on_site_check": PartialReason.ON_SITE,
    "incident": PartialReason.INCIDENT,
    "technical_issue": PartialReason.TECHNICAL,
}
_FULL: Final = {
    "submit_online": True,
    "resolve_online": True,
    "presence_required": False,
    "on_site_check": False,
}


def assess(flags: ServiceFlags, on: date) -> Assessment:
    """Return whether a service is end-to-end, partial or information only on a day.

    By its flags (rule R3).

    End-to-end needs: sent online, resolved online, no presence, no on-site check, result online or
    by public post. One flag that fails decides; else one that is unknown leaves the kind open. A
    service that cannot be sent online is information only. From 01/7/2026 a partial service needs
    one of the four reasons of NĐ 224/2026 art. 14: `partial-without-reason` is a violation. That a
    paper original must be handed over is no reason there.

    Args:
        flags: what is known of the service.
        on: the day; from 15/8/2022, when the kinds began.

    Raises:
        MisuseError: `kinds-not-yet` for an earlier day.

    >>> from datetime import date
    >>> flags = ServiceFlags(submit_online=True, resolve_online=True, presence_required=True)
    >>> found = assess(flags, date(2026, 7, 1))
    >>> found.kind.value, [reason.value for reason in found.reasons]
    ('partial', ['presence'])
    >>> assess(ServiceFlags(submit_online=True), date(2026, 7, 1)).kind is None
    True
    """
    if not isinstance(flags, ServiceFlags):
        raise MisuseError(
            "wrong-type",
            flags,
            record="assess",
            field="flags",
            got=type(flags).__name__,
            expected="ServiceFlags",
        )
    regime = _kinds_regime(on)
    if flags.submit_online is False:
        decides = notice(
            "flag-decides",
            ".submit_online",
            flag=named("service-flag", "submit_online"),
            value=False,
        )
        return Assessment(OnlineKind2022.INFORMATION, (), (decides,))

    # One flag that fails decides; else one that is unknown leaves the kind open.
    against, unknown = tuple(_flags_against(flags)), tuple(_flags_unknown(flags))
    if not against:
        return Assessment(None if unknown else OnlineKind2022.FULL, (), unknown)
    if flags.submit_online is None:  # partial or information only
        return Assessment(None, (), (*against, *unknown))

    # Partial: since 2026 it needs one of the four reasons.
    reasons: tuple[PartialReason, ...] = ()
    if regime.key == "levels-2026":
        reasons = tuple(reason for name, reason in _REASONS.items() if getattr(flags, name))
    broken = check_kind(OnlineKind2022.PARTIAL, on, reasons=reasons)
    return Assessment(OnlineKind2022.PARTIAL, reasons, (*against, *broken, *unknown))


def _kinds_regime(on: date) -> Regime:
    """Return the regime of a day; refuse a day on which there were no kinds."""
    regime = regimes("levels").get(on)
    if regime is None or regime.key == "levels-2011":
        raise MisuseError("kinds-not-yet", on)
    return regime


def _flags_against(flags: ServiceFlags) -> Iterator[Finding]:
    """Yield each flag for which a service is not end-to-end, as a notice."""
    for name, wanted in _FULL.items():
        value: bool | None = getattr(flags, name)
        if value is not None and value is not wanted:
            yield notice("flag-decides", f".{name}", value, flag=named("service-flag", name))
    if flags.original_required:
        yield notice(
            "flag-decides",
            ".original_required",
            value=True,
            flag=named("service-flag", "original_required"),
        )
    if flags.result_online is flags.result_by_post is False:
        yield notice("flag-result", ".result_online")
    for name in ("incident", "technical_issue"):
        if getattr(flags, name):
            yield notice("flag-decides", f".{name}", value=True, flag=named("service-flag", name))


def _flags_unknown(flags: ServiceFlags) -> Iterator[Finding]:
    """Yield each flag that must be known before a service is end-to-end, as a notice."""
    for name in _FULL:
        if getattr(flags, name) is None:
            yield notice("flag-unknown", f".{name}", flag=named("service-flag", name))
    if not (flags.result_online or flags.result_by_post):
        for name in ("result_online", "result_by_post"):
            if getattr(flags, name) is None:
                yield notice("flag-unknown", f".{name}", flag=named("service-flag", name))


def check_kind(
    kind: OnlineKind2022,
    on: date,
    *,
    flags: ServiceFlags | None = None,
    reasons: Collection[PartialReason] = (),
) -> tuple[Finding, ...]:
    """Return where the declared kind of a service contradicts what is known of it (rule R3).

    A service that is declared end-to-end contradicts every flag that makes a service partial. A
    service that is declared partial needs one of the four reasons of NĐ 224/2026 art. 14 from
    01/7/2026. An unknown flag contradicts nothing.

    Args:
        kind: the declared kind.
        on: the day; from 15/8/2022, when the kinds began.
        flags: what is known of the service.
        reasons: the published reasons for which it is partial.

    Returns:
        Violations: `not-end-to-end` with the names of the flags, `partial-without-reason`.

    Raises:
        MisuseError: `kinds-not-yet` for an earlier day; `level-not-2022`.

    >>> from datetime import date
    >>> from evnpubsvc.services import OnlineKind2022
    >>> known = ServiceFlags(presence_required=True)
    >>> print(check_kind(OnlineKind2022.FULL, date(2023, 3, 1), flags=known)[0].message())
    not end to end: presence_required (Decree 42/2022/NĐ-CP, art. 11)
    """
    if not isinstance(kind, OnlineKind2022):
        raise MisuseError("level-not-2022", kind, got=type(kind).__name__)
    regime = _kinds_regime(on)
    if kind is OnlineKind2022.FULL and flags is not None:
        against = [one.path.removeprefix(".") for one in _flags_against(flags)]
        if against:
            source = regime.basis[0]
            return (finding("not-end-to-end", "", tuple(against), source=source),)
    if kind is OnlineKind2022.PARTIAL and regime.key == "levels-2026" and not reasons:
        return (finding("partial-without-reason", "", day=on, source=regime.basis[0]),)
    return ()


def check_evidence(
    level: OnlineLevel2011,
    on: date,
    *,
    paid_online: bool | None = None,
    result_by: Channel | None = None,
) -> tuple[Finding, ...]:
    """Return what happened to a dossier against the declared level of its service (rule R2).

    A level 1 or 2 has neither payment nor result online; a level 3 has no online payment, and its
    result comes in person, since 01/6/2018 (TT 32/2017/TT-BTTTT art. 6) in person or by post. All
    are notices: the declaration may be outdated.

    Args:
        level: the declared level.
        on: the day of the payment or result.
        paid_online: whether the fee was paid online; None when not known.
        result_by: how the result was handed over; None when not known.

    >>> from datetime import date
    >>> [f.reason for f in check_evidence(OnlineLevel2011.LEVEL_3, date(2022, 4, 1),
    ...     paid_online=True)]
    ['level-payment']
    """
    if not isinstance(level, OnlineLevel2011):
        raise MisuseError("level-not-2011", level, got=type(level).__name__)
    found: list[Finding] = []
    source = meaning(level, max(on, first_day(level))).basis
    if level is not OnlineLevel2011.LEVEL_4:
        if paid_online:
            found.append(notice("level-payment", ".paid_online", level, source=source))
        by_post = level is not OnlineLevel2011.LEVEL_3 or on >= _POST_SINCE
        if result_by is Channel.ONLINE or (result_by is Channel.POST and not by_post):
            found.append(
                notice(
                    "level-result",
                    ".result_by",
                    result_by,
                    level=level,
                    day=on,
                    source=source,
                )
            )
    return tuple(found)


_POST_SINCE: Final = date(2018, 6, 1)  # TT 32/2017/TT-BTTTT in force
