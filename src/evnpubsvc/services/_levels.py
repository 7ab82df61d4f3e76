"""Levels of online services: one type for each regime, and what a level meant on a day.

"Level 4" meant payment online until 2022 and means execution without dossier since 2026: levels are
three types, never numbers.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from functools import cache
from typing import Final, TypeAlias

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of
from evnpubsvc.findings import Finding, notice
from evnpubsvc.law import Citation, Regime, Timeline, Validity, regimes
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import LabelledEnum, Text


class OnlineLevel2011(LabelledEnum):
    """The four levels of online service (*mức độ dịch vụ công trực tuyến*), until 14/8/2022.

    NĐ 43/2011/NĐ-CP art. 3(4). Each level contains those below it.
    """

    LEVEL_1 = "online-1"
    """Full information on the procedure."""
    LEVEL_2 = "online-2"
    """Forms can be downloaded; the dossier goes in person or by post."""
    LEVEL_3 = "online-3"
    """Forms are filled in and sent online.

    Fee and result at the agency, since 01/06/2018 also by post.
    """
    LEVEL_4 = "online-4"
    """The fee, if any, can be paid online."""

    @property
    def number(self) -> int:
        """1 to 4, for showing.

        Never store it alone: under levels-2026 the same numbers mean something else.
        """
        return int(self.value[-1])


class OnlineKind2022(LabelledEnum):
    """The kinds of online service, from 15/8/2022.

    NĐ 42/2022/NĐ-CP art. 11; NĐ 224/2026/NĐ-CP still names them.
    """

    INFORMATION = "information-only"
    """*Cung cấp thông tin trực tuyến*.

    A label of portals and statistics, no kind of the article.
    """
    PARTIAL = "partial"
    """*Một phần*: an online service that is not end-to-end."""
    FULL = "full"
    """*Toàn trình*.

    Submitted and resolved online throughout, the result online or by public post.
    """


class ProactiveLevel2026(LabelledEnum):
    """The levels of proactive service (*dịch vụ công chủ động*), NĐ 224/2026/NĐ-CP art. 16.

    From 01/7/2026. Each level contains those below it. They have nothing to do with the levels of
    2011.
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
_KINDS: Final[tuple[type[Level], ...]] = (OnlineLevel2011, OnlineKind2022, ProactiveLevel2026)


@frozen
class Meaning(PublicType):
    """What a level meant on a day.

    Attributes:
        level: the level.
        content: what a service of this level does.
        basis: the article, with confidence.
    """

    level: Level = field(validator=instance_of(OnlineLevel2011, OnlineKind2022, ProactiveLevel2026))
    content: Text = field(validator=instance_of(Text))
    basis: Citation = field(validator=instance_of(Citation))


@cache
def _meanings() -> dict[str, Timeline[Meaning]]:
    kinds: dict[str, Level] = {str(level.value): level for kind in _KINDS for level in kind}
    result: dict[str, Timeline[Meaning]] = {}
    for key, row in packaged_table("services/levels.toml").items():
        result[key] = Timeline[Meaning].starting(
            (
                part.get("since"),
                Meaning(
                    kinds[key],
                    Text(vi=part["vi"], en=part["en"]),
                    cited(part),
                ),
            )
            for part in row["meaning"]
        )
    return result


def meaning(level: Level, on: date) -> Meaning:
    """Return what a level meant by the wording of a day.

    The wording of a level is followed past the end of its regime, since labels outlive it; before
    the first day of its regime a level has no meaning.

    Raises:
        MisuseError: `day-not-covered`.

    >>> from datetime import date
    >>> for day in (date(2018, 5, 31), date(2018, 6, 1)):
    ...     print(meaning(OnlineLevel2011.LEVEL_3, day).basis)
    Decree 43/2011/NĐ-CP, art. 3(4)
    Circular 32/2017/TT-BTTTT, art. 6
    """
    return _meanings()[level.value].at(on)


def level_regime(level: Level, on: date) -> Regime | None:
    """Return the regime of a day if it knows the level, else None.

    The label is then out of its time (rule R1).

    >>> from datetime import date
    >>> level_regime(OnlineLevel2011.LEVEL_4, date(2022, 8, 15)) is None
    True
    """
    regime = regimes("levels").get(on)
    if regime is not None and regime.key in _REGIMES[type(level)]:
        return regime
    return None


def first_day(level: Level) -> date:
    """Return the first day on which a level meant anything.

    >>> first_day(OnlineKind2022.FULL)
    datetime.date(2022, 8, 15)
    """
    return _meanings()[level.value].span.first


def check_level(level: Level, on: date) -> tuple[Finding, ...]:
    """Return a notice when a level is declared for a day outside its regime (rule R1).

    >>> from datetime import date
    >>> [f.reason for f in check_level(OnlineKind2022.FULL, date(2022, 8, 14))]
    ['level-before-regime']
    """
    if level_regime(level, on) is not None:
        return ()
    own = [entry for entry in regimes("levels") if entry.value.key in _REGIMES[type(level)]]
    if on < own[0].validity.first:
        reason = "level-before-regime"
    else:
        reason = "level-after-regime"
    span = Validity(own[0].validity.since, own[-1].validity.until)
    source = own[0].value.basis[0]
    return (notice(reason, "", level, day=on, span=span, source=source),)
