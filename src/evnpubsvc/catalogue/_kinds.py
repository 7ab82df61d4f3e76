"""What the levels of 2011 and the kinds of 2022 say about each other.

By what is known of a service.
"""

from __future__ import annotations

from typing import Final

from attrs import field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import Confidence
from evnpubsvc.services import OnlineKind2022, OnlineLevel2011
from evnpubsvc.texts.parts import named


@frozen
class ServiceFlags(PublicType):
    """What is known of how a service works. None is "not known", and is never taken for no.

    Attributes:
        submit_online: the dossier can be sent online.
        resolve_online: it is resolved without paper (NĐ 42/2022 art. 11(1)(a): submitting *and*
            resolving).
        presence_required: the person must be present at the agency.
        on_site_check: the agency must check on the spot.
        original_required: an original paper must be handed over or shown.
        has_fee: there is a fee.
        pay_online: the fee can be paid online.
        result_online: the result can be had online.
        result_by_post: the result can be had by public postal service (*bưu chính công ích*).
        incident: a technical incident that cannot be fixed at once.
        technical_issue: another technical issue that is not solved yet.
    """

    submit_online: bool | None = field(default=None, validator=optional(instance_of(bool)))
    resolve_online: bool | None = field(default=None, validator=optional(instance_of(bool)))
    presence_required: bool | None = field(default=None, validator=optional(instance_of(bool)))
    on_site_check: bool | None = field(default=None, validator=optional(instance_of(bool)))
    original_required: bool | None = field(default=None, validator=optional(instance_of(bool)))
    has_fee: bool | None = field(default=None, validator=optional(instance_of(bool)))
    pay_online: bool | None = field(default=None, validator=optional(instance_of(bool)))
    result_online: bool | None = field(default=None, validator=optional(instance_of(bool)))
    result_by_post: bool | None = field(default=None, validator=optional(instance_of(bool)))
    incident: bool | None = field(default=None, validator=optional(instance_of(bool)))
    technical_issue: bool | None = field(default=None, validator=optional(instance_of(bool)))


@frozen
class KindMapping(PublicType):
    """Which kind of 2022 an old level corresponds to, how sure that is, and why.

    Attributes:
        level: the level of 2011.
        kind: the kind it corresponds to.
        confidence: `one-source` for the practice of software; `derived` where flags decide. Never
            better: no table in the law was found.
        others: kinds that it can be as well, as long as flags are unknown.
        reasons: why, as notices.
    """

    level: OnlineLevel2011 = field(validator=instance_of(OnlineLevel2011))
    kind: OnlineKind2022 = field(validator=instance_of(OnlineKind2022))
    confidence: Confidence = field(validator=instance_of(Confidence))
    others: tuple[OnlineKind2022, ...] = field(default=(), validator=tuple_of(OnlineKind2022))
    reasons: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


def to_kind_2022(level: OnlineLevel2011, flags: ServiceFlags | None = None) -> KindMapping:
    """Return which kind of NĐ 42/2022 an old level corresponds to. Lossy: read the reasons.

    No statutory table was found. Software maps 4 to full, 3 to partial, 1 and 2 to information
    only. A level 4 that still needs presence, an original or an on-site check is partial, though; a
    level 3 without fee and with the result by post or online can be full. Flags decide where they
    are known.

    >>> mapping = to_kind_2022(OnlineLevel2011.LEVEL_4)
    >>> mapping.kind.value, mapping.confidence.value, [kind.value for kind in mapping.others]
    ('full', 'one-source', ['partial'])
    >>> to_kind_2022(OnlineLevel2011.LEVEL_4, ServiceFlags(original_required=True)).kind.value
    'partial'
    """
    if not isinstance(level, OnlineLevel2011):
        raise MisuseError("level-not-2011", level, got=type(level).__name__)
    known = flags or ServiceFlags()

    # Levels 1 and 2 are information, unless the dossier can be sent online all the same.
    if level.number <= 2:
        return _map_information(level, known)

    # An obstacle that is known makes the service partial.
    against = tuple(
        notice("mapping-needs", f".{name}", level, flag=named("service-flag", name))
        for name in _OBSTACLES
        if getattr(known, name)
    )
    if against:
        return KindMapping(level, _PARTIAL, Confidence.DERIVED, (), against)

    # Without any obstacle, and with the result online or by post, it can be full.
    if _may_be_full(level, known):
        others = () if known.resolve_online else (_PARTIAL,)
        full = notice("mapping-full", "", level)
        return KindMapping(level, _FULL, Confidence.DERIVED, others, (full,))

    # Else the practice of software decides.
    practice = (notice("mapping-practice", "", level),)
    if level is OnlineLevel2011.LEVEL_4:
        return KindMapping(level, _FULL, Confidence.ONE_SOURCE, (_PARTIAL,), practice)
    return KindMapping(level, _PARTIAL, Confidence.ONE_SOURCE, (_FULL,), practice)


_FULL, _PARTIAL = OnlineKind2022.FULL, OnlineKind2022.PARTIAL
_OBSTACLES: Final = ("presence_required", "original_required", "on_site_check")


def _map_information(level: OnlineLevel2011, known: ServiceFlags) -> KindMapping:
    others: tuple[OnlineKind2022, ...] = ()
    reasons = [notice("mapping-practice", "", level)]
    if known.submit_online:
        others = (_PARTIAL,)
        reasons.append(notice("mapping-submits", "", level))
    kind = OnlineKind2022.INFORMATION
    return KindMapping(level, kind, Confidence.ONE_SOURCE, others, tuple(reasons))


def _may_be_full(level: OnlineLevel2011, known: ServiceFlags) -> bool:
    """Return whether the flags let a level 3 or 4 be end-to-end."""
    if any(getattr(known, name) is not False for name in _OBSTACLES):
        return False
    if not (known.result_online or known.result_by_post):
        return False
    if level is OnlineLevel2011.LEVEL_4:
        return bool(known.resolve_online)
    return known.has_fee is False and known.resolve_online is not False


def levels_2011_of(kind: OnlineKind2022) -> tuple[OnlineLevel2011, ...]:
    """Return every old level that a kind of 2022 can have had, the likeliest first.

    >>> [level.number for level in levels_2011_of(OnlineKind2022.FULL)]
    [4, 3]
    """
    if not isinstance(kind, OnlineKind2022):
        raise MisuseError("level-not-2022", kind, got=type(kind).__name__)
    one, two, three, four = OnlineLevel2011
    return {
        OnlineKind2022.FULL: (four, three),
        OnlineKind2022.PARTIAL: (three, four),
        OnlineKind2022.INFORMATION: (two, one),
    }[kind]
