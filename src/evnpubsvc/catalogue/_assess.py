"""Is a service end-to-end (*toàn trình*)? The test by flags, with reasons."""

from __future__ import annotations

from datetime import date
from typing import Final

from attrs import field, frozen

from evnpubsvc._validate import tuple_of
from evnpubsvc.catalogue._kinds import ServiceFlags
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import regimes
from evnpubsvc.services import Channel, OnlineKind2022, OnlineLevel2011, PartialReason

__all__ = ["Assessment", "assess", "check_evidence"]


@frozen
class Assessment:
    """What kind a service is by its flags, and why.

    Attributes:
        kind: the kind; None while unknown flags leave it open.
        reasons: from 01/7/2026 the reasons of NĐ 224/2026 art. 14 that hold; empty before.
        findings: every flag that decides or is missing, as notices; violations where a rule is broken.
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
    """Return whether a service is end-to-end, partial or information only on a day, by its flags (rule R3).

    End-to-end needs: sent online, resolved online, no presence, no on-site check, result online or by public post.
    One flag that fails decides; else one that is unknown leaves the kind open. A service that cannot be sent
    online is information only. From 01/7/2026 a partial service needs one of the four reasons of NĐ 224/2026
    art. 14: `partial-without-reason` is a violation. That a paper original must be handed over is no reason there.

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
    regime = regimes("levels").get(on)
    if regime is None or regime.key == "levels-2011":
        raise MisuseError("kinds-not-yet", on)
    found: list[Finding] = []
    unknown: list[Finding] = []
    if flags.submit_online is False:
        return Assessment(
            OnlineKind2022.INFORMATION,
            (),
            (notice("flag-decides", ".submit_online", flag="submit_online", value=False),),
        )
    for name, wanted in _FULL.items():
        value: bool | None = getattr(flags, name)
        if value is None:
            unknown.append(notice("flag-unknown", f".{name}", flag=name))
        elif value is not wanted:
            found.append(notice("flag-decides", f".{name}", value, flag=name))
    if flags.original_required:
        found.append(
            notice("flag-decides", ".original_required", value=True, flag="original_required")
        )
    if not (flags.result_online or flags.result_by_post):
        missing = [
            name for name in ("result_online", "result_by_post") if getattr(flags, name) is None
        ]
        if missing:
            unknown += (notice("flag-unknown", f".{name}", flag=name) for name in missing)
        else:
            found.append(notice("flag-result", ".result_online"))
    found += (
        notice("flag-decides", f".{name}", value=True, flag=name)
        for name in ("incident", "technical_issue")
        if getattr(flags, name)
    )
    if not found:
        return Assessment(None if unknown else OnlineKind2022.FULL, (), tuple(unknown))
    if flags.submit_online is None:  # partial or information only
        return Assessment(None, (), (*found, *unknown))
    reasons: tuple[PartialReason, ...] = ()
    if regime.key == "levels-2026":
        reasons = tuple(reason for name, reason in _REASONS.items() if getattr(flags, name))
        if not reasons:
            found.append(finding("partial-without-reason", "", day=on))
    return Assessment(OnlineKind2022.PARTIAL, reasons, (*found, *unknown))


def check_evidence(
    level: OnlineLevel2011,
    on: date,
    *,
    paid_online: bool | None = None,
    result_by: Channel | None = None,
) -> tuple[Finding, ...]:
    """Return where what happened to a dossier contradicts the declared level of its service (rule R2).

    A level 1 or 2 has neither payment nor result online; a level 3 has no online payment, and its result comes in
    person, since 01/6/2018 (TT 32/2017/TT-BTTTT art. 6) in person or by post. All are notices: the declaration may
    be outdated.

    Args:
        level: the declared level.
        on: the day of the payment or result.
        paid_online: whether the fee was paid online; None when not known.
        result_by: how the result was handed over; None when not known.

    >>> from datetime import date
    >>> [f.reason for f in check_evidence(OnlineLevel2011.LEVEL_3, date(2022, 4, 1), paid_online=True)]
    ['level-payment']
    """
    if not isinstance(level, OnlineLevel2011):
        raise MisuseError("level-not-2011", level, got=type(level).__name__)
    found: list[Finding] = []
    if level is not OnlineLevel2011.LEVEL_4:
        if paid_online:
            found.append(notice("level-payment", ".paid_online", level.value))
        by_post = level is not OnlineLevel2011.LEVEL_3 or on >= _POST_SINCE
        if result_by is Channel.ONLINE or (result_by is Channel.POST and not by_post):
            found.append(
                notice("level-result", ".result_by", result_by.value, level=level.value, day=on)
            )
    return tuple(found)


_POST_SINCE: Final = date(2018, 6, 1)  # TT 32/2017/TT-BTTTT in force
