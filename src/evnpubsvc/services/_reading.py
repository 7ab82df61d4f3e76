"""Reading the wording of channels and levels, as people and portals write it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import escape_unwritable, plain_letters
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import regimes
from evnpubsvc.services._channels import Channel
from evnpubsvc.services._levels import (
    Level,
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
    check_level,
)

_LONGEST: Final = 100
_CHANNEL_WORDS: Final = {
    **{channel.value: channel for channel in Channel},
    "trực tuyến": Channel.ONLINE,
    "qua mạng": Channel.ONLINE,
    "internet": Channel.ONLINE,
    "online-full": Channel.ONLINE,
    "online-part": Channel.ONLINE,
    "dịch vụ bưu chính": Channel.POST,
    "bưu chính": Channel.POST,
    "bưu chính công ích": Channel.POST,
    "qua dịch vụ bưu chính": Channel.POST,
    "qua bưu chính": Channel.POST,
    "bưu điện": Channel.POST,
    "qua bưu điện": Channel.POST,
    "by post": Channel.POST,
    "mail": Channel.POST,
    "trực tiếp": Channel.IN_PERSON,
    "tại quầy": Channel.IN_PERSON,
    "quầy": Channel.IN_PERSON,
    "desk": Channel.IN_PERSON,
    "counter": Channel.IN_PERSON,
    "in person": Channel.IN_PERSON,
    "phi địa giới": Channel.NON_TERRITORIAL,
    "phi địa giới hành chính": Channel.NON_TERRITORIAL,
    "không phụ thuộc vào địa giới hành chính": Channel.NON_TERRITORIAL,
}


def read_channel(text: str) -> Channel | None:
    """Return the channel that a wording means, or None.

    Case, blanks and forms of letters do not matter.

    >>> read_channel("Dịch vụ bưu chính"), read_channel("fax")
    (Channel.POST, None)
    """
    return _CHANNEL_WORDS.get(" ".join(plain_letters(text[:_LONGEST]).casefold().split()))


@frozen
class LevelReading(PublicType):
    """What a label of a level can mean on a day.

    Attributes:
        text: the label as given, at most 100 letters of it; what no file or database takes is
            escaped.
        on: the day on which it was declared.
        level: the level it means under the regime of the day, or under the latest one that knew it;
            None when it means none.
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
_SERVICE: Final = re.compile(r"^(?:dịch vụ công trực tuyến|dịch vụ công|dvctt|dvc)\s+")
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


def read_level(text: str, on: date) -> LevelReading:
    """Read a label (`"mức độ 4"`, `"toàn trình"`, `"chủ động mức 2"`) as of a day.

    Never raises for its content.

    A bare number means a level of 2011 until 30/6/2026 (after 14/8/2022 with a notice that the
    regime has ended) and a proactive level from 01/7/2026 (with a notice that the number has
    changed its meaning). `online-4` and `proactive-4`, the encodings of the levels, mean the same
    on every day.

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
    shown = escape_unwritable(text[:_LONGEST])
    level, found = _level_of(text, key)
    if level is None:
        return LevelReading(shown, on, None, key, (finding("level-unknown", "", text),))
    if regime is None:
        return LevelReading(shown, on, None, key, (finding("level-no-regime", "", text, day=on),))
    return LevelReading(shown, on, level, key, (*found, *check_level(level, on)))


def _level_of(text: str, regime: str) -> tuple[Level | None, tuple[Finding, ...]]:
    """Return the level that a label means under a regime, and what is doubtful about that."""
    label = " ".join(plain_letters(text[: _LONGEST + 1]).casefold().split())

    # A kind of 2022 is a word, with or without "online service" before it.
    kind = _KIND_WORDS.get(label) or _KIND_WORDS.get(_SERVICE.sub("", label))
    if kind is not None:
        return kind, ()

    # Anything else is a number, perhaps with words that say of which regime.
    match = _number(label)
    if match is None:
        return None, ()
    number = match["number"]
    if label.startswith("online-"):
        return OnlineLevel2011(f"online-{number}"), ()
    if match["proactive"] or "proactive-" in label:
        return ProactiveLevel2026(f"proactive-{number}"), ()
    if regime == "levels-2026":
        changed = notice("level-number-changed", "", text, number=number)
        return ProactiveLevel2026(f"proactive-{number}"), (changed,)
    return OnlineLevel2011(f"online-{number}"), ()
