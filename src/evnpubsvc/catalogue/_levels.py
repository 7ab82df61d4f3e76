"""Levels of online services under three regimes: what a label meant on a day, and what one says about another."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Final, TypeAlias

from attrs import field, frozen
from attrs.validators import optional

from evnpubsvc._letters import plain_letters
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Citation, Confidence, Regime, Timeline, regimes
from evnpubsvc.texts import Text

__all__ = [
    "KindMapping",
    "Level",
    "LevelReading",
    "Meaning",
    "OnlineKind2022",
    "OnlineLevel2011",
    "ProactiveLevel2026",
    "ServiceFlags",
    "check_level",
    "first_day",
    "level_regime",
    "levels_2011_of",
    "meaning",
    "read_level",
    "to_kind_2022",
]


class OnlineLevel2011(StrEnum):
    """The four levels of online service (*mức độ dịch vụ công trực tuyến*) of NĐ 43/2011/NĐ-CP art. 3(4).

    Until 14/8/2022. Each level contains those below it.
    """

    LEVEL_1 = "online-1"
    """Full information on the procedure."""
    LEVEL_2 = "online-2"
    """Forms can be downloaded; the dossier goes in person or by post."""
    LEVEL_3 = "online-3"
    """Forms are filled in and sent online; fee and result at the agency, since 01/06/2018 also by post."""
    LEVEL_4 = "online-4"
    """The fee, if any, can be paid online."""

    @property
    def number(self) -> int:
        """1 to 4, for showing. Never store it alone: under levels-2026 the same numbers mean something else."""
        return int(self.value[-1])


class OnlineKind2022(StrEnum):
    """The kinds of online service of NĐ 42/2022/NĐ-CP art. 11, from 15/8/2022; named on by NĐ 224/2026/NĐ-CP."""

    INFORMATION = "information-only"
    """*Cung cấp thông tin trực tuyến*: a label of portals and statistics, no kind of the article."""
    PARTIAL = "partial"
    """*Một phần*: an online service that is not end-to-end."""
    FULL = "full"
    """*Toàn trình*: submitted and resolved online throughout, the result online or by public post."""


class ProactiveLevel2026(StrEnum):
    """The levels of proactive online service (*dịch vụ công trực tuyến chủ động*), NĐ 224/2026/NĐ-CP art. 16.

    From 01/7/2026. Each level contains those below it. They have nothing to do with the levels of 2011.
    """

    REMIND = "proactive-1"
    """Remind the person."""
    PREPARE = "proactive-2"
    """Prepare the dossier as well."""
    RECOMMEND = "proactive-3"
    """Recommend options as well."""
    EXECUTE = "proactive-4"
    """Carry out without dossier; the person may refuse, then the earlier state is restored."""

    @property
    def number(self) -> int:
        """1 to 4, for showing; see `OnlineLevel2011.number`."""
        return int(self.value[-1])


Level: TypeAlias = OnlineLevel2011 | OnlineKind2022 | ProactiveLevel2026
"""A level under whichever regime declared it; the type says which."""

_REGIMES: Final[dict[type[Enum], tuple[str, ...]]] = {
    OnlineLevel2011: ("levels-2011",),
    OnlineKind2022: ("levels-2022", "levels-2026"),
    ProactiveLevel2026: ("levels-2026",),
}
LEVELS: Final[tuple[type[Level], ...]] = (OnlineLevel2011, OnlineKind2022, ProactiveLevel2026)


@frozen
class Meaning:
    """What a level meant on a day.

    Attributes:
        level: the level.
        title: its name.
        content: what a service of this level does.
        basis: the article, with confidence.
    """

    level: Level = field(validator=instance_of(OnlineLevel2011, OnlineKind2022, ProactiveLevel2026))
    title: Text = field(validator=instance_of(Text))
    content: Text = field(validator=instance_of(Text))
    basis: Citation = field(validator=instance_of(Citation))


@cache
def _meanings() -> dict[str, Timeline[Meaning]]:
    kinds: dict[str, Level] = {str(level.value): level for kind in LEVELS for level in kind}
    result: dict[str, Timeline[Meaning]] = {}
    for key, row in packaged_table("catalogue/levels.toml").items():
        title = Text(vi=row["vi"], en=row["en"])
        result[key] = Timeline[Meaning].starting(
            (
                part.get("since"),
                Meaning(
                    kinds[key],
                    title,
                    Text(vi=part["vi"], en=part["en"]),
                    Citation(
                        part["instrument"],
                        part["article"],
                        Confidence(part["confidence"]),
                        part.get("note", ""),
                    ),
                ),
            )
            for part in row["meaning"]
        )
    return result


def meaning(level: Level, on: date) -> Meaning:
    """Return what a level meant by the wording of a day.

    The wording of a level is followed past the end of its regime, since labels outlive it; before the first day of
    its regime a level has no meaning.

    Raises:
        MisuseError: `day-not-covered`.

    >>> from datetime import date
    >>> for day in (date(2018, 5, 31), date(2018, 6, 1)):
    ...     print(meaning(OnlineLevel2011.LEVEL_3, day).basis)
    43/2011/NĐ-CP, art. 3(4)
    32/2017/TT-BTTTT, art. 6
    """
    return _meanings()[level.value].at(on)


def level_regime(level: Level, on: date) -> Regime | None:
    """Return the regime of a day if it knows the level, else None: the label is then out of its time (rule R1).

    >>> from datetime import date
    >>> level_regime(OnlineLevel2011.LEVEL_4, date(2022, 8, 15)) is None
    True
    """
    regime = regimes("levels").get(on)
    return regime if regime is not None and regime.key in _REGIMES[type(level)] else None


def first_day(level: Level) -> date:
    """Return the first day on which a level meant anything.

    >>> first_day(OnlineKind2022.FULL)
    datetime.date(2022, 8, 15)
    """
    return _meanings()[level.value].span.first


def check_level(level: Level, on: date) -> tuple[Finding, ...]:
    """Return a notice when a level is declared for a day on which its regime did not hold (rule R1).

    >>> from datetime import date
    >>> [f.reason for f in check_level(OnlineKind2022.FULL, date(2022, 8, 14))]
    ['level-before-regime']
    """
    if level_regime(level, on) is not None:
        return ()
    own = [entry for entry in regimes("levels") if entry.value.key in _REGIMES[type(level)]]
    reason = "level-before-regime" if on < own[0].validity.first else "level-after-regime"
    span = f"{own[0].validity.since}..{own[-1].validity.until or ''}"
    return (notice(reason, "", level.value, day=on, span=span),)


@frozen
class LevelReading:
    """What a label of a level can mean on a day.

    Attributes:
        text: the label as given.
        on: the day on which it was declared.
        level: the level it means under the regime of the day, or under the latest one that knew it; None when it
            means none.
        regime: key of the regime that held on the day; empty before the first.
        findings: why it means none (violation), or what is doubtful about it (notices).
    """

    text: str = field(validator=instance_of(str))
    on: date
    level: Level | None
    regime: str = field(default="", validator=instance_of(str))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


_LEADS: Final = (
    r"(?:dịch vụ công trực tuyến|dịch vụ công|dvctt|dvc)?\s*"
    r"(?P<proactive>chủ động|proactive)?\s*(?:mức độ|mức|cấp độ|level|online-|proactive-)?\s*"
)
_number: Final = re.compile(_LEADS + r"(?P<number>[1-4])").fullmatch
_KIND_WORDS: Final = {
    "toàn trình": OnlineKind2022.FULL,
    "full": OnlineKind2022.FULL,
    "end-to-end": OnlineKind2022.FULL,
    "một phần": OnlineKind2022.PARTIAL,
    "partial": OnlineKind2022.PARTIAL,
    "cung cấp thông tin": OnlineKind2022.INFORMATION,
    "cung cấp thông tin trực tuyến": OnlineKind2022.INFORMATION,
    "thông tin": OnlineKind2022.INFORMATION,
    "information": OnlineKind2022.INFORMATION,
    "information-only": OnlineKind2022.INFORMATION,
}
_LONGEST: Final = 100


def read_level(text: str, on: date) -> LevelReading:
    """Read a label (`"mức độ 4"`, `"toàn trình"`, `"chủ động mức 2"`) as of a day. Never raises for its content.

    A bare number means a level of 2011 until 30/6/2026 (after 14/8/2022 with a notice that the regime has ended)
    and a proactive level from 01/7/2026 (with a notice that the number has changed its meaning). `online-4` and
    `proactive-4`, the encodings of the levels, mean the same on every day.

    >>> from datetime import date
    >>> for day in (date(2022, 8, 14), date(2022, 8, 15), date(2026, 7, 1)):
    ...     reading = read_level("mức độ 4", day)
    ...     print(reading.level.value, reading.regime, [f.reason for f in reading.findings])
    online-4 levels-2011 []
    online-4 levels-2022 ['level-after-regime']
    proactive-4 levels-2026 ['level-number-changed']
    """
    regime = regimes("levels").get(on)
    key = "" if regime is None else regime.key
    label = " ".join(plain_letters(text[: _LONGEST + 1]).casefold().split())
    level: Level | None = None
    found: list[Finding] = []
    bare = re.sub(r"^(?:dịch vụ công trực tuyến|dịch vụ công|dvctt|dvc)\s+", "", label)
    match = _number(label)
    if label in _KIND_WORDS or bare in _KIND_WORDS:
        level = _KIND_WORDS.get(label) or _KIND_WORDS[bare]
    elif match is not None:
        number = match["number"]
        if label.startswith("online-"):
            level = OnlineLevel2011(f"online-{number}")
        elif match["proactive"] or "proactive-" in label:
            level = ProactiveLevel2026(f"proactive-{number}")
        elif key == "levels-2026":
            level = ProactiveLevel2026(f"proactive-{number}")
            found.append(notice("level-number-changed", "", text, number=number))
        else:
            level = OnlineLevel2011(f"online-{number}")
    if level is None:
        return LevelReading(text[:_LONGEST], on, None, key, (finding("level-unknown", "", text),))
    if regime is None:
        return LevelReading(
            text[:_LONGEST], on, None, key, (finding("level-no-regime", "", text, day=on),)
        )
    return LevelReading(text[:_LONGEST], on, level, key, (*found, *check_level(level, on)))


@frozen
class ServiceFlags:
    """What is known of how a service works. None is "not known", and is never taken for no.

    Attributes:
        submit_online: the dossier can be sent online.
        resolve_online: it is resolved without paper (NĐ 42/2022 art. 11(1)(a): submitting *and* resolving).
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
class KindMapping:
    """Which kind of 2022 an old level corresponds to, how sure that is, and why.

    Attributes:
        level: the level of 2011.
        kind: the kind it corresponds to.
        confidence: `secondary` for the practice of software; `derived` where flags decide. Never `confirmed`: no
            table in the law was found.
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

    No statutory table was found. Software maps 4 to full, 3 to partial, 1 and 2 to information only. That is not
    mechanical: a level 4 that still needs presence, an original or an on-site check is partial; a level 3 without
    fee and with the result by post (or online) can be full. Flags decide where they are known.

    >>> mapping = to_kind_2022(OnlineLevel2011.LEVEL_4)
    >>> mapping.kind.value, mapping.confidence.value, [kind.value for kind in mapping.others]
    ('full', 'secondary', ['partial'])
    >>> to_kind_2022(OnlineLevel2011.LEVEL_4, ServiceFlags(original_required=True)).kind.value
    'partial'
    """
    if not isinstance(level, OnlineLevel2011):
        raise MisuseError("level-not-2011", level, got=type(level).__name__)
    known = flags or ServiceFlags()
    full, partial, information = (
        OnlineKind2022.FULL,
        OnlineKind2022.PARTIAL,
        OnlineKind2022.INFORMATION,
    )
    practice = notice("mapping-practice", "", level.value)
    if level.number <= 2:
        reasons = (
            practice,
            *((notice("mapping-submits", "", level.value),) if known.submit_online else ()),
        )
        return KindMapping(
            level,
            information,
            Confidence.SECONDARY,
            (partial,) if known.submit_online else (),
            reasons,
        )
    against = tuple(
        notice("mapping-needs", f".{name}", level.value, flag=name)
        for name in ("presence_required", "original_required", "on_site_check")
        if getattr(known, name)
    )
    if against:
        return KindMapping(level, partial, Confidence.DERIVED, (), against)
    no_obstacle = known.presence_required is known.original_required is known.on_site_check is False
    result = bool(known.result_online or known.result_by_post)
    if level is OnlineLevel2011.LEVEL_4:
        if no_obstacle and known.resolve_online and result:
            return KindMapping(
                level, full, Confidence.DERIVED, (), (notice("mapping-full", "", level.value),)
            )
        return KindMapping(level, full, Confidence.SECONDARY, (partial,), (practice,))
    if no_obstacle and known.has_fee is False and result and known.resolve_online is not False:
        return KindMapping(
            level,
            full,
            Confidence.DERIVED,
            () if known.resolve_online else (partial,),
            (notice("mapping-full", "", level.value),),
        )
    return KindMapping(level, partial, Confidence.SECONDARY, (full,), (practice,))


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
