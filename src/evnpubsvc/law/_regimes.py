"""The regimes of the law of public services: which rules held on which day, topic by topic."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.law._citation import Citation, Confidence, cited
from evnpubsvc.law._validity import Timeline, Validity
from evnpubsvc.texts import Text


@frozen
class Regime(PublicType):
    """A body of rules that held for some time.

    Attributes:
        key: stable name: `"levels-2022"`.
        title: what it is, in both languages.
        basis: the instruments it rests on; the first founded it.
        since_confidence: how its first day is known; None when the beginning is open.
        until_confidence: how its last day is known; None when no end is known.
        note: what a reader must know to judge it; may be empty.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    basis: tuple[Citation, ...] = field(validator=tuple_of(Citation))
    since_confidence: Confidence | None = None
    until_confidence: Confidence | None = None
    note: str = field(default="", validator=instance_of(str))

    def __str__(self) -> str:
        return self.key


def topics() -> tuple[str, ...]:
    """Return the topics that `regimes` knows.

    >>> topics()
    ('dossier-code', 'e-environment', 'holidays', 'levels', 'onestop', 'territory', 'unit-code')
    """
    return tuple(sorted(packaged_table("law/regimes.toml")))


@cache
def regimes(topic: str) -> Timeline[Regime]:
    """Return the regimes of a topic, in order of time.

    Choose by the day of the event (receipt, decision), never by today: a dossier of 2022 keeps the
    rules of 2022.

    Args:
        topic: one of `topics()`.

    Raises:
        UnknownNameError: `topic-unknown`.

    >>> from datetime import date
    >>> levels = regimes("levels")
    >>> [levels.at(day).key for day in (date(2022, 8, 14), date(2022, 8, 15), date(2026, 7, 1))]
    ['levels-2011', 'levels-2022', 'levels-2026']
    >>> regime = levels.at(date(2022, 8, 15))
    >>> print(regime.basis[0], "-", regime.since_confidence)
    Decree 42/2022/NĐ-CP, art. 11 - memory
    """
    rows: list[dict[str, Any]] | None = packaged_table("law/regimes.toml").get(topic)
    if rows is None:
        raise UnknownNameError("topic-unknown", topic, known=tuple(topics()))
    return Timeline[Regime].of(
        (Validity(row.get("since"), row.get("until")), _regime(row)) for row in rows
    )


def _regime(row: dict[str, Any]) -> Regime:
    since, until = row.get("since_confidence"), row.get("until_confidence")
    return Regime(
        key=row["key"],
        title=Text(vi=row["vi"], en=row["en"]),
        basis=tuple(cited(each) for each in row["basis"]),
        since_confidence=None if since is None else Confidence(since),
        until_confidence=None if until is None else Confidence(until),
        note=row.get("note", ""),
    )
